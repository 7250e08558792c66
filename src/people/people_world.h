/* people_world: a small city for tests, in a store in memory: units of every relation, and short ways to make people.
 *
 *   root ─┬─ county_a ─┬─ town_a1 ── village        line: bureau_a stands under department
 *         │            ├─ town_a2
 *         │            └─ bureau_a
 *         ├─ county_b ─── town_b1
 *         └─ department
 *
 * The clock stands at Monday 2026-11-23 11:00 in Asia/Shanghai. Everything runs in one batch that is never committed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_PEOPLE_WORLD_H
#define LUOSHI_PEOPLE_PEOPLE_WORLD_H

#include "people/city.h"
#include "people/person.h"
#include "people/unit.h"

struct people_world {
    struct store *store;
    struct db *db;
    struct arena *mem;
    struct keys *keys;
    struct faults faults;
    instant now;
    day today;
    unit_id root, county_a, county_b, department, bureau_a, town_a1, town_a2, town_b1, village;
};

struct people_world *people_world_open(void);
void people_world_close(struct people_world *);

/* Any of the parents may be 0. */
unit_id people_world_unit(struct people_world *, const char *code, const char *kind, unit_id territory, unit_id line);
person_id people_world_person(struct people_world *, const char *login);
member_id people_world_role(struct people_world *, person_id, unit_id, enum role);
/* A person with this one role. */
person_id people_world_with_role(struct people_world *, const char *login, unit_id, enum role);
struct actor people_world_actor(struct people_world *, person_id);
/* Away from an hour ago until in an hour. */
void people_world_away(struct people_world *, person_id, person_id deputy, bool acting);

#endif
