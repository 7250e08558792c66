/* demo_campaign: what the demo campaign says: plans, actions, opinions, lists, projects, notices. Private to the room.
 *
 * One text serves both languages, English first, as a bilingual office writes. {y} stands for the year.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_CAMPAIGN_H
#define LUOSHI_DEMO_DEMO_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>

/* Whose action it is, and in which campaigns it stands. */
enum demo_action_from { FROM_PROVINCE, FROM_LAST_YEAR, ONLY_LAST_YEAR, THIS_YEAR, FROM_AMENDMENT };

struct demo_action {
    enum demo_action_from from;
    const char *name, *criteria, *criterion, *evidence;
    int n, stage, aim; /* stage, aim: by number; stage 0: of the whole campaign */
    int month, day;    /* due */
    int since_month;   /* units begin with it */
    bool locked, adapt, waive;
    int share;            /* percent of the units that get it done */
    const char *proof[3]; /* what the linked document is */
};
extern const struct demo_action demo_actions[];
extern const size_t demo_action_count;

struct demo_stage {
    const char *name;
    int from_month, from_day, to_month, to_day; /* to_month 0: open */
    bool consolidates;
};
extern const struct demo_stage demo_stages[3];

struct demo_goal {
    int aim;
    const char *name, *indicator;
};
extern const struct demo_goal demo_goals[];
extern const size_t demo_goal_count;

struct demo_opinion {
    const char *text, *said, *reply;
};
extern const struct demo_opinion demo_opinions[3];

struct demo_project {
    const char *name, *criteria; /* {en}, {zh}: a road, an estate or a village */
    int aim;
};
extern const struct demo_project demo_projects[];
extern const size_t demo_project_count;

struct demo_pair {
    const char *subject, *text;
};
extern const struct demo_pair demo_notices[]; /* of a busy month */
extern const size_t demo_notice_count;
extern const struct demo_pair demo_data[3]; /* what is asked, and what for */

extern const char *const demo_own_lists[];
extern const size_t demo_own_list_count;
extern const char *const demo_questions[], *const demo_answers[];
extern const size_t demo_question_count;
extern const char *const demo_why_not[];
extern const size_t demo_why_not_count;

extern const char demo_campaign_name[], demo_campaign_theme[], demo_province[], demo_province_name[],
    demo_province_theme[];
extern const char demo_province_plan[], demo_plan[], demo_plan_amended[], demo_amendment[], demo_lessons[2][400];

#endif
