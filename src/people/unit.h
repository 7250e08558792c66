/* unit: the tree of public bodies. See the room's README for invariants.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_UNIT_H
#define LUOSHI_PEOPLE_UNIT_H

#include "base/faults.h"
#include "people/rights.h"
#include "store/db.h"

#define UNIT_DEPTH_MAX 64 /* levels of parents, or of successors, that are followed */

struct unit {
    unit_id id;
    str code, name_en, name_zh, kind, remit, address, phone;
    unit_id territory, line;
    day starts, ends; /* ends.n 0: still */
    unit_id successor;
};

MUST_USE enum status unit_get(struct db *, struct arena *, unit_id, struct unit *out);
MUST_USE enum status unit_by_code(struct db *, struct arena *, str code, struct unit *out);
/* The unit that does this one's work now: itself, or its last successor (2022 regulations art. 25); for an ended unit without one, the
 * unit above it. */
MUST_USE enum status unit_now(struct db *, struct arena *, unit_id, unit_id *out);
/* By code, from behind after_code; not ended. */
MUST_USE enum status unit_children(struct db *, struct arena *, unit_id territory_parent, str after_code, int64_t limit,
                                   struct unit **out, size_t *n);
/* What a list of units says of one. */
struct unit_glance {
    bool below, office; /* units stand below it; it names an office */
    str first;          /* name of the first person responsible; empty: nobody yet */
};
MUST_USE enum status unit_glance(struct db *, struct arena *, unit_id, struct unit_glance *out);
MUST_USE enum status unit_ancestors(struct db *, struct arena *, unit_id, bool line, struct unit **out,
                                    size_t *n); /* nearest first, without itself */
MUST_USE enum status unit_list(struct db *, struct arena *, str after_code, int64_t limit, struct unit **out,
                               size_t *n);
/* The same of those with these letters somewhere in their number or one of their names, small or capital; an empty query: all. Names are
 * kept in memory (lore.h): not inside a write. */
struct city;
MUST_USE enum status unit_find(struct db *, struct arena *, struct city *, str query, str after_code, int64_t limit,
                               struct unit **out, size_t *n);
bool unit_is_below(struct db *, struct arena *, unit_id ancestor,
                   unit_id descendant); /* either parent kind; true for itself */
bool unit_was_below(struct db *, struct arena *, unit_id ancestor, unit_id descendant,
                    day on); /* the same on an earlier day */
/* One level up: the territory parent, else the line parent, else (root) itself. */
MUST_USE enum status unit_up(struct db *, struct arena *, unit_id, unit_id *out);
/* Who answers for work that reaches the unit: first person responsible, else (or while absent and nobody acts) the deputy, else the contact;
 * when all it names are absent, the first of them, for whom the stand-in has the work; when it names nobody, the same one level up.
 * ST_NOT_FOUND only when no unit up to the root names anyone. */
MUST_USE enum status unit_accountable(struct db *, struct arena *, unit_id, person_id *out);
/* Who receives what is registered at the unit: its contact, else (or while absent) as unit_accountable. */
MUST_USE enum status unit_reception(struct db *, struct arena *, unit_id, person_id *out);

/* Changes: inside a write; actor NULL is the command line. In `change`, id 0 makes a new one. Checks: code unique, names present, kind known,
 * no cycle on either parent, dates in order. Maintains unit_path and its dates, writes an admin_event. */
MUST_USE enum status unit_put(struct db *, struct arena *, const struct actor *, struct unit *change, day today,
                              struct faults *);
/* Ends the unit from `on` (today or earlier), naming the successor (0: none, only for a unit without open work and without units below it).
 * Units below go to the successor; office, posts and roles end: nobody gets a role in the successor that nobody gave. Open casefiles are
 * moved by matter/ through the function passed by main (people/ does not know matters). */
MUST_USE enum status unit_end(struct db *, struct arena *, const struct actor *, unit_id, day on, unit_id successor,
                              struct faults *);

struct office {
    office_id id;
    unit_id unit;
    str name_en, name_zh, address, phone, hours;
};
MUST_USE enum status office_of(struct db *, struct arena *, unit_id,
                               struct office *out); /* ST_NOT_FOUND: a coverage gap */
/* In `change`, id 0 opens a new one in place of the present one. */
MUST_USE enum status office_put(struct db *, struct arena *, const struct actor *, struct office *change, day today,
                                struct faults *);
/* Units at and below one by territory, and how many of them name an office (T73): kept, not counted (cover.c). */
MUST_USE enum status office_coverage(struct db *, struct arena *, unit_id under, int64_t *units, int64_t *with_office);

enum post_kind { POST_FIRST = 1, POST_CONTACT, POST_DEPUTY };
/* Replaces the holder; person 0 leaves it empty. */
MUST_USE enum status post_put(struct db *, struct arena *, const struct actor *, unit_id, enum post_kind, person_id,
                              instant now);
MUST_USE enum status post_holder(struct db *, struct arena *, unit_id, enum post_kind, person_id *out);

#endif
