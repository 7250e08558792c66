/* matter_world: a small city with people in its posts, for the tests of this room. Everything runs in one batch that is
 * never committed.
 *
 *   root ─┬─ county ─┬─ bureau (by line under department)      the clock stands at Monday 2026-11-23 11:00 in
 * Asia/Shanghai │          ├─ town, town2 │          └─ village (under town; names nobody) ├─ department └─ partner
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MATTER_WORLD_H
#define LUOSHI_MATTER_MATTER_WORLD_H

#include "base/rng.h"
#include "matter/casefile.h"
#include "matter/category.h"
#include "people/person.h"
#include "people/unit.h"

enum who {
    ROOT_CLERK,
    ROOT_CHECKER,
    ROOT_HEAD,
    ROOT_LEADER,
    ROOT_ADMIN,
    COUNTY_HEAD,
    COUNTY_CLERK,
    BUREAU_HEAD,
    BUREAU_CLERK,
    BUREAU_HANDLER,
    BUREAU_HANDLER2,
    BUREAU_DEPUTY, /* stands in for BUREAU_HEAD, and has no role in the bureau */
    TOWN_HEAD,
    TOWN2_HEAD,
    WHO_COUNT,
    RAISER = -1
};

struct matter_world {
    struct store *store;
    struct db *db;
    struct arena *mem;
    struct keys *keys;
    struct city city;
    struct faults faults;
    instant now;
    day today;
    unit_id root, county, bureau, town, town2, village, department, partner;
    category_id water, pipes, roads; /* pipes is below water */
    person_id person[WHO_COUNT];
    struct actor actor[WHO_COUNT];
};

struct matter_world *matter_world_open(void);
void matter_world_close(struct matter_world *);
/* The two halves of matter_world_open, for a store of one's own: a world without a store, whose time the clock gets; and, in a batch
 * on w->db, its city, units and people. */
struct matter_world *matter_world_new(struct clock *);
void matter_world_fill(struct matter_world *);
/* cmocka's setup and teardown around one test. */
int matter_world_setup(void **state);
int matter_world_teardown(void **state);

/* A draft in good order, by web, for this unit (0: the root). */
struct matter_draft matter_world_draft(const struct matter_world *, const char *subject, const char *text, unit_id);
/* Checked and registered; nobody signed in. */
struct receipt matter_world_register(struct matter_world *, const struct matter_draft *);
/* A casefile at the bureau in this state, reached by commands alone. Its owner when handling is BUREAU_HANDLER, who
 * also answers. */
struct receipt matter_world_in(struct matter_world *, const char *state);
struct casefile matter_world_load(struct matter_world *, casefile_id);
struct casefile_command matter_world_command(struct matter_world *, enum who, casefile_id);
struct answer_draft matter_world_answer(void);
/* tally_check and casefile_check find nothing. */
void matter_world_sound(struct matter_world *);

#endif
