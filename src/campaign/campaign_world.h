/* campaign_world: a city for this room's tests: root, a county, a department, two towns, a village, a partner, and somebody of each role.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_WORLD_H
#define LUOSHI_CAMPAIGN_WORLD_H

#include "campaign/action.h"
#include "campaign/plan.h"
#include "people/person.h"
#include "people/unit.h"

enum campaign_who {
    CITY_CLERK,
    CITY_FIRST,
    COUNTY_CLERK,
    COUNTY_FIRST,
    TOWN_CLERK,
    TOWN_FIRST,
    TOWN2_CLERK,
    VILLAGE_CLERK,
    OTHER_HANDLER,
    ADMIN,
    WHO
};

struct campaign_world {
    struct arena *mem;
    struct store *store;
    struct db *db;
    struct keys *keys;
    struct clock *clock;
    struct city city;
    day today;
    instant now;
    unit_id root, county, county2, department, town, town2, village, partner;
    person_id person[WHO];
    struct actor actor[WHO];
    struct faults faults;
};

struct campaign_world *campaign_world_open(void);
void campaign_world_close(struct campaign_world *);
int campaign_world_setup(void **state);
int campaign_world_teardown(void **state);
struct campaign_command campaign_world_by(struct campaign_world *, enum campaign_who, campaign_id);
/* A draft of the root for counties, townships and villages, with a stage, a text, and an action of each criterion named. */
struct campaign campaign_world_draft(struct campaign_world *);
/* The same, issued. */
struct campaign campaign_world_issued(struct campaign_world *);
struct campaign campaign_world_load(struct campaign_world *, campaign_id);
/* The duty of the n-th prescribed action (from 0) of a unit. */
duty_id campaign_world_duty(struct campaign_world *, const struct campaign *, size_t n, unit_id);
/* What is kept is what is counted. */
void campaign_world_sound(struct campaign_world *);

#endif
