/* demo_story_plan: what the city's campaign office does in the demo campaign. See demo_story.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/action.h"
#include "campaign/burden.h"
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/plan.h"
#include "demo/demo_story.h"

#define STEP(name) static enum status name(struct story *s, const struct story_step *step)

static day on(const struct story *s, int year, int month, int mday)
{
    return month == 0 ? (day){0} : day_from_civil(s->year + year, month, mday);
}

/* Frames */

static enum status put_stages(struct story *s, campaign_id id, int year, stage_id out[3])
{
    for (size_t i = 0; i < COUNT_OF(demo_stages); i++) {
        const struct demo_stage *t = &demo_stages[i];
        struct campaign_command cmd = story_by(s, s->clerk, id);
        struct stage stage = {.name = str_from(t->name),
                              .starts = on(s, year, t->from_month, t->from_day),
                              .ends = on(s, year, t->to_month, t->to_day),
                              .consolidates = t->consolidates};
        TRY(stage_put(s->d->db, s->d->row, &cmd, &stage));
        out[i] = stage.id;
    }
    return ST_OK;
}

static enum status put_goals(struct story *s, campaign_id id)
{
    struct aim *aims;
    size_t n;
    TRY(aim_list(s->d->db, s->d->row, id, 1, &aims, &n));
    for (size_t i = 0; i < demo_goal_count; i++) {
        struct campaign_command cmd = story_by(s, s->clerk, id);
        const struct demo_goal *g = &demo_goals[i];
        TRY(goal_add(s->d->db, s->d->row, &cmd, aims[g->aim - 1].id, str_from(g->name), str_from(g->indicator)));
    }
    return ST_OK;
}

static enum status put_action(struct story *s, campaign_id id, const struct demo_action *a, int year,
                              const stage_id *stages)
{
    struct aim *aims;
    size_t n;
    struct campaign_command cmd = story_by(s, s->clerk, id);
    TRY(aim_list(s->d->db, s->d->row, id, 1, &aims, &n));
    struct plan_action put = {.stage = stages == NULL ? (stage_id){0} : stages[a->stage - 1],
                              .aim = aims[a->aim - 1].id,
                              .name = str_from(a->name),
                              .criteria = str_from(a->criteria),
                              .criterion = str_from(a->criterion),
                              .criterion_n = a->n,
                              .evidence = str_from(a->evidence),
                              .due = on(s, year, a->month, a->day),
                              .locked = a->locked,
                              .may_adapt = a->adapt,
                              .may_waive = a->waive};
    return action_put(s->d->db, s->d->row, &cmd, &put);
}

static enum status write(struct story *s, campaign_id id, const char *text, const char *summary)
{
    str theirs;
    struct campaign_command cmd = story_by(s, s->clerk, id);
    return plan_write(s->d->db, s->d->row, &cmd, str_from(text), str_from(summary), &theirs);
}

static enum status put_in_force(struct story *s, campaign_id id)
{
    struct campaign_command cmd = story_by(s, s->first, id);
    TRY(plan_approve(s->d->db, s->d->row, &cmd));
    return plan_issue(s->d->db, s->d->row, &cmd);
}

static enum status settle(struct story *s, campaign_id id)
{
    struct campaign_command cmd = story_by(s, s->clerk, id);
    TRY(plan_discuss(s->d->db, s->d->row, &cmd));
    return plan_set_matched(s->d->db, s->d->row, &cmd);
}

/* Last year's */

static struct campaign_draft frame(struct story *s, int year)
{
    struct demo *d = s->d;
    return (struct campaign_draft){.name = str_from(demo_campaign_name),
                                   .theme = str_from(demo_campaign_theme),
                                   .unit = d->city->root,
                                   .lead = d->units[DEMO_DEPARTMENTS + CAMPAIGN].id,
                                   .owner = d->units[DEMO_ROOT].head->person,
                                   .starts = on(s, year, 4, 1),
                                   .ends = on(s, year, 12, 31),
                                   .sign_days = 5,
                                   .ask_cap = 14};
}

STEP(last_year)
{
    struct campaign c;
    stage_id stages[3];
    struct campaign_draft draft = frame(s, -1);
    struct campaign_command cmd = story_by(s, s->clerk, (campaign_id){0});
    (void)step;
    s->year--;
    draft.name = story_fill(s, demo_campaign_name, NULL);
    s->year++;
    draft.kinds[0] = STR("county");
    draft.kinds[1] = STR("department");
    TRY(campaign_add(s->d->db, s->d->row, &cmd, &draft, &c));
    s->before = c.id;
    TRY(put_stages(s, c.id, -1, stages));
    TRY(put_goals(s, c.id));
    for (size_t i = 0; i < demo_action_count; i++)
        if (demo_actions[i].from == FROM_LAST_YEAR || demo_actions[i].from == ONLY_LAST_YEAR)
            TRY(put_action(s, c.id, &demo_actions[i], -1, stages));
    TRY(write(s, c.id, demo_plan, ""));
    return settle(s, c.id);
}

STEP(last_year_issued)
{
    (void)step;
    return put_in_force(s, s->before);
}

/* Its open items go on in this year's. */
STEP(last_year_closed)
{
    struct campaign_command cmd = story_by(s, s->first, s->before);
    (void)step;
    return campaign_close(s->d->db, s->d->row, &cmd, s->now);
}

/* The superior's */

STEP(province)
{
    struct campaign c;
    struct campaign_command cmd = story_by(s, s->clerk, (campaign_id){0});
    struct campaign_draft draft = {.name = story_fill(s, demo_province_name, NULL),
                                   .theme = str_from(demo_province_theme),
                                   .issuer = str_from(demo_province),
                                   .unit = s->d->city->root,
                                   .starts = on(s, 0, 3, 1),
                                   .ends = on(s, 0, 12, 31),
                                   .sign_days = 5,
                                   .ask_cap = 30};
    (void)step;
    TRY(campaign_add(s->d->db, s->d->row, &cmd, &draft, &c));
    s->province = c.id;
    for (size_t i = 0; i < demo_action_count; i++)
        if (demo_actions[i].from == FROM_PROVINCE) TRY(put_action(s, c.id, &demo_actions[i], 0, NULL));
    TRY(write(s, c.id, demo_province_plan, ""));
    cmd = story_by(s, s->clerk, c.id);
    return plan_receive(s->d->db, s->d->row, &cmd);
}

/* This year's */

static const struct demo_action *paper_of(str name)
{
    for (size_t i = 0; i < demo_action_count; i++)
        if (str_eq(name, str_from(demo_actions[i].name))) return &demo_actions[i];
    return NULL;
}

/* Into the version being written, under the stages of the first. */
static enum status put_new_actions(struct story *s, enum demo_action_from which)
{
    struct stage *stages;
    stage_id ids[3];
    size_t n;
    TRY(stage_list(s->d->db, s->d->row, s->now, 1, &stages, &n));
    must(n == COUNT_OF(ids));
    for (size_t i = 0; i < n; i++) ids[i] = stages[i].id;
    for (size_t i = 0; i < demo_action_count; i++)
        if (demo_actions[i].from == which) TRY(put_action(s, s->now, &demo_actions[i], 0, ids));
    return ST_OK;
}

/* Items taken over get a stage; what is not done again goes. */
static enum status tidy_actions(struct story *s)
{
    struct plan_action *list;
    struct stage *stages;
    size_t n, n_stages;
    TRY(action_list(s->d->db, s->d->row, s->now, 1, &list, &n));
    TRY(stage_list(s->d->db, s->d->row, s->now, 1, &stages, &n_stages));
    for (size_t i = 0; i < n; i++) {
        const struct demo_action *a = paper_of(list[i].name);
        struct campaign_command cmd = story_by(s, s->clerk, s->now);
        must(a != NULL);
        if (a->from == ONLY_LAST_YEAR) TRY(action_end(s->d->db, s->d->row, &cmd, list[i].id));
        if (a->from != FROM_PROVINCE) continue;
        list[i].stage = stages[a->stage - 1].id;
        TRY(action_put(s->d->db, s->d->row, &cmd, &list[i]));
    }
    return ST_OK;
}

static enum status put_frame(struct story *s)
{
    static const char *const kinds[] = {"department", "county", "bureau", "township", "village"};
    static const enum department members[] = {LETTERS, CIVIL, DATA};
    struct campaign up;
    struct campaign_draft draft = frame(s, 0);
    struct campaign_command cmd = story_by(s, s->clerk, s->now);
    TRY(campaign_load(s->d->db, s->d->row, s->province, &up));
    draft.parent_ref = up.ref;
    draft.name = story_fill(s, demo_campaign_name, NULL);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) draft.kinds[i] = str_from(kinds[i]);
    for (size_t i = 0; i < COUNT_OF(members); i++)
        draft.members[draft.n_members++] = s->d->units[DEMO_DEPARTMENTS + (int)members[i]].id;
    return campaign_change(s->d->db, s->d->row, &cmd, &draft);
}

static const struct demo_unit *pilot(const struct story *s, int n)
{
    return &s->d->units[n == 0 ? DEMO_COUNTIES : DEMO_TOWNS + 1];
}

static enum status put_pilot(struct story *s, int n, const char *lessons)
{
    struct campaign_command cmd = story_by(s, s->clerk, s->now);
    return pilot_put(s->d->db, s->d->row, &cmd, pilot(s, n)->id, on(s, 0, 3, 25), str_from(lessons));
}

STEP(drafted)
{
    struct campaign c;
    struct campaign_command cmd = story_by(s, s->clerk, s->before);
    (void)step;
    TRY(campaign_clone(s->d->db, s->d->row, &cmd, on(s, 0, 4, 1), &c));
    s->now = c.id;
    TRY(put_frame(s));
    cmd = story_by(s, s->clerk, s->now);
    TRY(plan_take_over(s->d->db, s->d->row, &cmd));
    TRY(put_new_actions(s, THIS_YEAR));
    TRY(tidy_actions(s));
    for (int i = 0; i < STORY_PILOTS; i++) TRY(put_pilot(s, i, ""));
    TRY(write(s, s->now, demo_plan, ""));
    cmd = story_by(s, s->clerk, s->now);
    return plan_discuss(s->d->db, s->d->row, &cmd);
}

STEP(opinion)
{
    struct campaign_command cmd = story_by(s, step->unit->head, s->now);
    return plan_opinion_add(s->d->db, s->d->row, &cmd, str_from(demo_opinions[step->n].text));
}

STEP(opinions_answered)
{
    struct plan_opinion *list;
    size_t n;
    (void)step;
    TRY(plan_opinions(s->d->db, s->d->row, s->now, &list, &n));
    for (size_t i = 0; i < n && i < COUNT_OF(demo_opinions); i++) {
        struct campaign_command cmd = story_by(s, s->clerk, s->now);
        TRY(plan_opinion_reply(s->d->db, s->d->row, &cmd, list[i].id, str_from(demo_opinions[i].said),
                               str_from(demo_opinions[i].reply)));
    }
    return ST_OK;
}

STEP(matched)
{
    struct campaign_command cmd = story_by(s, s->clerk, s->now);
    (void)step;
    return plan_set_matched(s->d->db, s->d->row, &cmd);
}

STEP(issued)
{
    (void)step;
    return put_in_force(s, s->now);
}

STEP(city_list)
{
    struct campaign_command cmd = story_by(s, s->clerk, s->now);
    (void)step;
    return own_list_publish(s->d->db, s->d->row, &cmd, s->d->city->root, str_from(demo_own_lists[0]));
}

/* Whatever is late that day, however many units there are. */
STEP(climbs)
{
    int64_t n;
    do TRY(notice_climb(s->d->db, s->d->row, s->d->city, day_in_zone(&s->d->city->zone, step->at), &n));
    while (n > 0);
    return ST_OK;
}

STEP(lessons)
{
    return put_pilot(s, step->n, demo_lessons[step->n]);
}

/* One item more, and more time for another. */
STEP(amended)
{
    struct plan_action *list;
    size_t n;
    (void)step;
    TRY(action_list(s->d->db, s->d->row, s->now, 1, &list, &n));
    for (size_t i = 0; i < n; i++) {
        struct campaign_command cmd = story_by(s, s->clerk, s->now);
        if (!str_eq(list[i].name, str_from(demo_actions[1].name))) continue;
        list[i].due = on(s, 0, 8, 31);
        TRY(action_put(s->d->db, s->d->row, &cmd, &list[i]));
    }
    TRY(put_new_actions(s, FROM_AMENDMENT));
    TRY(write(s, s->now, demo_plan_amended, demo_amendment));
    return put_in_force(s, s->now);
}

/* A question that the system answers itself: nobody is asked. */
STEP(data_known)
{
    struct campaign_command cmd = story_by(s, s->clerk, s->now);
    struct data_request_draft *r = NEW(s->d->row, struct data_request_draft);
    str answer;
    notice_id sent;
    *r = (struct data_request_draft){.unit = s->d->city->root,
                                     .campaign = s->now,
                                     .fact = STR("matters_overdue"),
                                     .what = STR("Matters overdue by district · 各区县超期事项数"),
                                     .purpose = STR("The mayor's meeting on Monday · 周一市长办公会"),
                                     .ends = {day_in_zone(&s->d->city->zone, step->at).n + 7}};
    return data_request(s->d->db, s->d->row, &cmd, r, &answer, &sent);
}

void story_plan_office(struct story *s)
{
    const struct demo_unit *who[] = {&s->d->units[DEMO_BUREAUS], &s->d->units[DEMO_VILLAGES + 6],
                                     &s->d->units[DEMO_TOWNS + 30]};
    story_plan(s, -1, 3, 1, last_year, NULL, 0);
    story_plan(s, -1, 3, 20, last_year_issued, NULL, 0);
    story_plan(s, 0, 2, 20, province, NULL, 0);
    story_plan(s, 0, 3, 2, drafted, NULL, 0);
    for (int i = 0; i < (int)COUNT_OF(who); i++) story_plan(s, 0, 3, 5 + i, opinion, who[i], i);
    story_plan(s, 0, 3, 12, opinions_answered, NULL, 0);
    story_plan(s, 0, 3, 15, matched, NULL, 0);
    story_plan(s, 0, 3, 19, issued, NULL, 0);
    story_plan(s, 0, 3, 20, city_list, NULL, 0);
    story_plan(s, 0, 3, 22, last_year_closed, NULL, 0);
    story_plan(s, 0, 3, 28, climbs, NULL, 0);
    story_plan(s, 0, 4, 13, climbs, NULL, 0);
    for (int i = 0; i < STORY_PILOTS; i++) story_plan(s, 0, 5, 8 + i, lessons, NULL, i);
    story_plan(s, 0, 5, 20, data_known, NULL, 0);
    story_plan(s, 0, 6, 8, amended, NULL, 0);
    story_plan(s, 0, 6, 17, climbs, NULL, 0);
}
