/* demo_life: what happens to one matter from the day it is raised until today. Private to the room. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_LIFE_H
#define LUOSHI_DEMO_DEMO_LIFE_H

#include "demo/demo.h"
#include "demo/demo_words.h"
#include "matter/matter.h"

/* Drawn before it begins; what would come after today does not happen. */
struct demo_fate {
    bool never_accepted, declined, never_answered;
    int accept_days, assign_days, answer_days, said_days; /* after the step before */
    enum demo_said said[3];                               /* after the first, second and third answer */
    bool forwarded, is_shown, erased;
};

struct demo_life {
    struct demo *d;
    struct rng rng;
    struct demo_slots slots;
    const struct demo_theme *theme;
    const struct demo_unit *unit; /* answers now */
    unit_id place;                /* its id; of a village without people of its own: that village */
    category_id category;
    struct matter_draft draft;
    struct demo_fate fate;
    struct receipt receipt;
    instant at;                /* of the last step */
    const struct actor *clerk; /* who receives it */
};

struct demo_fate demo_fate_draw(struct rng *);
/* Registers the draft and goes through the rules step by step. */
MUST_USE enum status demo_live(struct demo_life *);

#endif
