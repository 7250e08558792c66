/* demo_story: the demo campaign while it is being told: a list of steps in the order of time, each a command of the rules. Private to the room.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_STORY_H
#define LUOSHI_DEMO_DEMO_STORY_H

#include "base/rng.h"
#include "campaign/campaign.h"
#include "demo/demo.h"
#include "demo/demo_campaign.h"

#define STORY_PROJECTS 120
#define STORY_PILOTS   2

struct story;
struct story_step {
    instant at;
    int order; /* among those of one instant */
    enum status (*run)(struct story *, const struct story_step *);
    const struct demo_unit *unit; /* NULL: the city's campaign office */
    int n;                        /* which action, project, question … */
};

struct story {
    struct demo *d;
    struct rng rng;
    int year;
    const struct actor *clerk, *first; /* of the city */
    campaign_id province, before, now; /* the superior's, last year's, this year's */
    struct faults faults;
    const struct demo_unit **units; /* who takes part, each once, the city itself not */
    size_t n_units;
    struct story_step *steps;
    size_t n_steps, cap_steps;
    duty_id projects[STORY_PROJECTS];
    const char *failed; /* what was being done, for who looks for a mistake */
};

/* Adds a step on a day of working hours, unless it lies ahead of the clock. year: 0 this year's, -1 last year's. */
void story_plan(struct story *, int year, int month, int day,
                enum status (*run)(struct story *, const struct story_step *), const struct demo_unit *, int n);
struct campaign_command story_by(struct story *, const struct actor *, campaign_id);
bool story_chance(struct story *, int percent);
/* "{y}", "{en}" and "{zh}" filled in. */
str story_fill(struct story *, const char *text, const struct demo_named *place);
/* A clerk or head of the level above. */
const struct actor *story_above(struct story *, const struct demo_unit *);
bool story_has_below(const struct story *, const struct demo_unit *);

/* What the city's campaign office does (demo_story_plan.c). */
void story_plan_office(struct story *);
/* What units do (demo_story_unit.c). */
void story_plan_units(struct story *);

#endif
