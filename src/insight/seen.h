/* seen: what an overview shows and who sees it, for the page, its JSON twin and the sheets alike: all three ask here, so that a sheet holds
 * what was on the screen.
 *
 * Rows come in the order of the unit numbers; figures are kept sums (matter/tally.h, campaign/rollup.h), nothing is counted.
 * Ownership  results live in the arena.   Threads  pure functions over (db, arena).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_INSIGHT_SEEN_H
#define LUOSHI_INSIGHT_SEEN_H

#include "campaign/rollup.h"
#include "matter/tally.h"
#include "people/unit.h"

#define SEEN_ROWS      600 /* of one page: a tree opened wider than that is no overview */
#define SEEN_LEVEL     100 /* units below one unit: the others are on its next page */
#define SEEN_LEVELS    6
#define SEEN_OPEN      64 /* units opened in one address */
#define SEEN_CAMPAIGNS 20 /* to choose from */

/* The unit of the first role with which an overview can be read; 0: none. */
unit_id seen_own(const struct actor *);
/* The own-level figures of every unit above one's own are open to those below: one level leads the next. */
bool seen_own_level(struct db *, struct arena *, const struct actor *, unit_id);
bool seen_below(struct db *, struct arena *, const struct actor *, unit_id);
/* The unit with this number, or (empty) one's own. ST_FORBIDDEN without any such right, ST_NOT_FOUND when its own level is not theirs. */
MUST_USE enum status seen_unit(struct db *, struct arena *, const struct actor *, str code, struct unit *out);

/* Public campaigns that reach the unit or a unit below it (not plans received from outside, by which nothing is owed): those that run first, the newest first. */
MUST_USE enum status seen_campaigns(struct db *, struct arena *, unit_id, struct campaign **out, size_t *n);
/* The one with this reference, or (empty) the first. id 0: there is none. ST_NOT_FOUND: not one of them. */
MUST_USE enum status seen_campaign(struct db *, struct arena *, unit_id, str ref, struct campaign *out);

/* The figures of matters, in the order in which pages and sheets show them. */
#define SEEN_FIGURES 10
extern const char *const seen_figure_label[SEEN_FIGURES]; /* message keys */
int64_t seen_figure(const struct tally_row *, size_t i);

struct seen_ask {
    struct unit unit;
    day today;
    bool below;           /* with the levels below */
    str after;            /* of the units directly below: from behind this number */
    str open;             /* "CODE,CODE": units whose children are shown too */
    campaign_id campaign; /* 0: none */
};
struct seen_row {
    int level; /* 0: the unit itself; 1: with everything below it; 2: a unit directly below, with everything below it; … */
    bool opens, opened;
    struct tally_row matters;
    struct rollup duties;
    str more_of, more_after; /* set: no figures, others follow below this unit from behind that number */
};
struct seen {
    struct seen_row *row;
    size_t n;
    str next; /* number from behind which others directly below follow; .p NULL: none */
};
MUST_USE enum status seen_read(struct db *, struct arena *, const struct seen_ask *, struct seen *out);

#endif
