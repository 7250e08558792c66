/* plan_template: the library of plans to begin from: stages, goals, prescribed actions and a text, in both languages.
 *
 * Days are counted from the first day of the campaign. What lies behind its last day is cut to it. Threads: pure functions and const data.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_PLAN_TEMPLATE_H
#define LUOSHI_CAMPAIGN_PLAN_TEMPLATE_H

#include "campaign/campaign.h"

struct plan_words {
    const char *en, *zh;
};
struct plan_template_stage {
    struct plan_words name;
    int from, to; /* days after the first; to -1: open end */
    bool consolidates;
};
struct plan_template_goal {
    int aim; /* of the three that every campaign begins with: 0 work, 1 development, 2 livelihood */
    struct plan_words name;
    const char *indicator;
};
struct plan_template_action {
    int stage, aim, due; /* due: days after the first */
    struct plan_words name, criteria, evidence;
    const char *criterion;
    int n;
    bool locked, may_adapt, may_waive;
};
struct plan_template {
    const char *key;
    struct plan_words name, theme, about, text; /* text: Markdown */
    const struct plan_template_stage *stages;
    size_t n_stages;
    const struct plan_template_goal *goals;
    size_t n_goals;
    const struct plan_template_action *actions;
    size_t n_actions;
};
extern const struct plan_template plan_templates[];
extern const size_t plan_templates_n;
const struct plan_template *plan_template_find(str key); /* NULL: none of that name */

/* Inside a write: fills a draft that campaign_add has just made. */
MUST_USE enum status plan_template_apply(struct db *, struct arena *, const struct campaign_command *,
                                         const struct plan_template *, bool chinese);

#endif
