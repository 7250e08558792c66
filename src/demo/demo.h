/* demo: Haitang City while it is being made. Private to the room.
 *
 * Everything follows from the options' seed and the clock: two runs differ in ids, salts and receipt codes only.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_H
#define LUOSHI_DEMO_DEMO_H

#include "base/rng.h"
#include "demo/demo_places.h"
#include "demo/seed.h"
#include "people/rights.h"

#define HANDLERS_MAX 3

/* A unit with people of its own. */
struct demo_unit {
    unit_id id;
    enum demo_kind kind;
    int department, county, town; /* rows of the tables in demo_places.h; -1: none */
    str slug, en, zh;
    const struct actor *head, *clerk, *handler[HANDLERS_MAX]; /* NULL: none */
    int n_handlers;
};

struct demo {
    struct db *db;
    struct arena *mem; /* as long as the city is being made */
    struct arena *row; /* emptied after every unit, person and matter */
    const struct city *city;
    const struct demo_options *options;
    instant now;
    day today;
    struct demo_unit *units; /* in the order of DEMO_… below */
    unit_id *more;           /* villages beyond the tables, by town in turn; not those of more counties */
    int64_t n_more;
    const struct actor *clerks[3], *checkers[2];
    str hash[ROLE_COUNT]; /* of the password of each role */
};

/* Where each kind begins in units. */
#define DEMO_ROOT        0
#define DEMO_DEPARTMENTS 1
#define DEMO_COUNTIES    (DEMO_DEPARTMENTS + DEPARTMENTS)
#define DEMO_BUREAUS     (DEMO_COUNTIES + COUNTIES)
#define DEMO_TOWNS       (DEMO_BUREAUS + COUNTIES * LINES)
#define DEMO_VILLAGES    (DEMO_TOWNS + TOWNS)
#define DEMO_UNITS       (DEMO_VILLAGES + VILLAGES)

/* Inside a batch each. */
MUST_USE enum status demo_make_units(struct demo *);
MUST_USE enum status demo_make_people(struct demo *);
/* From here on the merged bureau's place in units is its successor. */
void demo_follow_merger(struct demo *);
/* Its own batches. */
MUST_USE enum status demo_make_more_units(struct demo *);
MUST_USE enum status demo_make_matters(struct demo *);
/* After the matters, in one batch: last year's campaign and this year's, as far as the clock has come (demo_story.c). */
MUST_USE enum status demo_make_campaign(struct demo *);
/* Inside one batch: lives by the rules, of the last year; and how many of them a city has at most. */
MUST_USE enum status demo_make_lives(struct demo *, int64_t n);
int64_t demo_by_rules(const struct demo *);

/* What one unit is called and where it stands. */
struct demo_paper {
    const char *kind;
    str code, en, zh, remit, where_en, where_zh;
    unit_id territory, line;
    int number; /* running, for house and telephone numbers */
};
MUST_USE enum status demo_add_unit(struct demo *, const struct demo_paper *, bool with_office, unit_id *out);
str demo_town_code(struct demo *, int town);

struct demo_unit *demo_bureau(struct demo *, int county, int line);
struct demo_unit *demo_town(struct demo *, int county, int nth);
/* One name of two scripts, "Lin Ruoxi 林若溪"; the n-th of the staff. */
str demo_staff_name(struct arena *, int n);
/* An actor as the rules see the person now; NULL person: NULL. */
MUST_USE enum status demo_actor(struct demo *, str login, const struct actor **out);

#endif
