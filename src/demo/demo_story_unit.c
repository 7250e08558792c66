/* demo_story_unit: what units do in the demo campaign. See demo_story.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/action.h"
#include "campaign/burden.h"
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/plan.h"
#include "demo/demo_story.h"
#include "gen/sql/demo_campaign.h"

#define STEP(name)   static enum status name(struct story *s, const struct story_step *step)
#define MATTERS_MOST 24
#define BUSY_NOTICES 10
#define BUSY_DATA    3
#define PROJECT_LAST 170 /* days after the first of April */

static struct delivery_command of(struct story *s, const struct demo_unit *u, delivery_id id)
{
    s->faults.n = 0;
    return (struct delivery_command){s->d->city, u->head, id, &s->faults};
}

/* Notices */

STEP(opens)
{
    struct notice_item *list;
    size_t n;
    TRY(notice_received(s->d->db, s->d->row, step->unit->head, &list, &n));
    for (size_t i = 0; i < n; i++) {
        struct delivery_command cmd = of(s, step->unit, list[i].delivery);
        TRY(delivery_open(s->d->db, s->d->row, &cmd));
    }
    return ST_OK;
}

STEP(signs)
{
    struct notice_item *list;
    size_t n;
    TRY(notice_received(s->d->db, s->d->row, step->unit->head, &list, &n));
    for (size_t i = 0; i < n; i++) {
        struct delivery_command cmd = of(s, step->unit, list[i].delivery);
        if (list[i].signed_at.ms == 0) TRY(delivery_sign(s->d->db, s->d->row, &cmd));
    }
    return ST_OK;
}

STEP(asks)
{
    struct notice_item *list;
    size_t n;
    TRY(notice_received(s->d->db, s->d->row, step->unit->head, &list, &n));
    if (n == 0) return ST_OK;
    struct delivery_command cmd = of(s, step->unit, list[0].delivery);
    TRY(delivery_open(s->d->db, s->d->row, &cmd));
    return notice_ask(s->d->db, s->d->row, &cmd, str_from(demo_questions[step->n]));
}

STEP(answers)
{
    struct notice_item *list;
    struct notice_question *questions;
    size_t n, n_questions;
    TRY(notice_received(s->d->db, s->d->row, step->unit->head, &list, &n));
    for (size_t i = 0; i < n; i++) {
        s->faults.n = 0;
        struct delivery_command cmd = {s->d->city, s->clerk, list[i].delivery, &s->faults};
        TRY(notice_questions(s->d->db, s->d->row, list[i].notice, list[i].delivery, &questions, &n_questions));
        for (size_t q = 0; q < n_questions; q++)
            if (questions[q].answered_at.ms == 0)
                TRY(notice_answer(s->d->db, s->d->row, &cmd, questions[q].id, str_from(demo_answers[step->n])));
    }
    return ST_OK;
}

static enum status send(struct story *s, const struct demo_unit *u, notice_id parent, const struct demo_pair *says,
                        const struct demo_unit *only)
{
    notice_id sent;
    struct notice_draft *n = NEW(s->d->row, struct notice_draft);
    struct campaign_command cmd = story_by(s, u->head, s->now);
    *n = (struct notice_draft){.campaign = s->now,
                               .parent = parent,
                               .unit = u->id,
                               .subject = str_from(says->subject),
                               .text = str_from(says->text)};
    if (only != NULL) n->to[n->n_to++] = only->id;
    return notice_send(s->d->db, s->d->row, &cmd, n, &sent);
}

/* The plan's notice, signed for, goes on downwards, or it is said why it does not. */
STEP(breaks_down)
{
    static const struct demo_pair down = {"What each of you begins with · 各单位先做什么",
                                          "Your own list by the twentieth; then the matter that has waited longest. · "
                                          "二十日前公布清单，再办等得最久的事。"};
    struct notice_item *list;
    struct own_list own;
    size_t n;
    TRY(notice_received(s->d->db, s->d->row, step->unit->head, &list, &n));
    TRY(own_list_get(s->d->db, s->d->row, s->now, step->unit->id, &own));
    bool sends = story_has_below(s, step->unit);
    for (size_t i = 0; i < n; i++) {
        if (!list[i].wants_break_down || list[i].broken_at.ms != 0 || list[i].signed_at.ms == 0) continue;
        if (sends && own.at.ms == 0) continue;
        struct delivery_command cmd = of(s, step->unit, list[i].delivery);
        if (sends) TRY(send(s, step->unit, list[i].notice, &down, NULL));
        else TRY(delivery_why_not(s->d->db, s->d->row, &cmd, str_from(demo_why_not[step->n])));
    }
    return ST_OK;
}

STEP(is_busy)
{
    const struct demo_unit *to = demo_bureau(s->d, 0, 0);
    return send(s, step->unit, (notice_id){0}, &demo_notices[step->n], to);
}

/* What no record holds is asked of those it concerns. */
STEP(asks_for_data)
{
    struct campaign_command cmd = story_by(s, step->unit->head, s->now);
    struct data_request_draft *r = NEW(s->d->row, struct data_request_draft);
    str answer;
    notice_id sent;
    *r = (struct data_request_draft){.unit = step->unit->id,
                                     .campaign = s->now,
                                     .what = str_from(demo_data[step->n].subject),
                                     .purpose = str_from(demo_data[step->n].text),
                                     .ends = {day_in_zone(&s->d->city->zone, step->at).n + 5},
                                     .to = {demo_bureau(s->d, 0, 0)->id},
                                     .n_to = 1};
    return data_request(s->d->db, s->d->row, &cmd, r, &answer, &sent);
}

/* Duties */

STEP(publishes_list)
{
    struct campaign_command cmd = story_by(s, step->unit->head, s->now);
    return own_list_publish(s->d->db, s->d->row, &cmd, step->unit->id, str_from(demo_own_lists[step->n]));
}

/* The unit's duty of an action by the name on paper; ST_NOT_FOUND: not in force, or not owed. */
static enum status duty_called(struct story *s, campaign_id id, const char *name, unit_id unit, struct duty *out)
{
    struct campaign c;
    struct plan_action *list;
    size_t n;
    TRY(campaign_load(s->d->db, s->d->row, id, &c));
    TRY(action_list(s->d->db, s->d->row, id, c.version, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].name, str_from(name))) return duty_of_action(s->d->db, s->d->row, list[i].id, unit, out);
    return ST_NOT_FOUND;
}

static enum status link_document(struct story *s, const struct story_step *step, duty_id duty, const char *what)
{
    struct demo *d = s->d;
    struct duty_command cmd = {d->city, step->unit->head, duty, &s->faults};
    int year = civil_in_zone(&d->city->zone, step->at).year;
    str number = str_format(d->row, "HTF-%d-%04u", year, rng_below(&s->rng, 9000) + 1000);
    s->faults.n = 0;
    return duty_link_add(d->db, d->row, &cmd, STR("document"), number, str_from(what));
}

static enum status links(struct story *s, const struct story_step *step, campaign_id id)
{
    struct duty d;
    const struct demo_action *a = &demo_actions[step->n];
    const char *proof = a->proof[rng_below(&s->rng, 3)];
    enum status st = duty_called(s, id, a->name, step->unit->id, &d);
    if (st == ST_NOT_FOUND || (st == ST_OK && !str_eq(d.state, STR("owed")))) return ST_OK;
    TRY(st);
    return link_document(s, step, d.id, proof == NULL ? "Answers of the quarter, in one file · 本季答复汇编" : proof);
}

STEP(links_last_year)
{
    return links(s, step, s->before);
}

STEP(links_this_year)
{
    return links(s, step, s->now);
}

/* Matters that had come so far by then. */
static enum status link_matters(struct story *s, const struct story_step *step, duty_id duty, const char *state,
                                int wanted, int *linked)
{
    struct demo *d = s->d;
    struct q_demo_campaign_matters *rows;
    size_t n;
    TRY(q_demo_campaign_matters(d->db, d->row, step->unit->id, str_from(state), MATTERS_MOST, &rows, &n));
    for (size_t i = 0; i < n && *linked < wanted; i++) {
        struct duty_command cmd = {d->city, step->unit->head, duty, &s->faults};
        if (rows[i].changed_at.ms > step->at.ms) continue;
        s->faults.n = 0;
        TRY(duty_link_add(d->db, d->row, &cmd, STR("matter"), rows[i].ref, STR("")));
        ++*linked;
    }
    return ST_OK;
}

STEP(links_matters)
{
    struct duty d;
    const struct demo_action *a = &demo_actions[step->n];
    int linked = 0;
    enum status st = duty_called(s, s->now, a->name, step->unit->id, &d);
    if (st == ST_NOT_FOUND || (st == ST_OK && !str_eq(d.state, STR("owed")))) return ST_OK;
    TRY(st);
    TRY(link_matters(s, step, d.id, "solved", a->n, &linked));
    return a->n == 1 ? ST_OK : link_matters(s, step, d.id, "answered", a->n, &linked);
}

/* Otherwise, or not at all */

struct wish {
    int action;
    const char *how, *why, *refusal;
    bool agreed, decided;
};
static const struct wish wishes[] = {
    {1, "adapt",
     "There is no shift here: we walk the dyke with the water wardens at dusk. · "
     "村里没有班次，傍晚随管水员巡堤。",
     NULL, true, true},
    {6, "waive",
     "Nothing old is open here: the last one was solved two years ago. · 本村无积压事项，末件两年前已办结。", NULL,
     true, true},
    {7, "adapt", "The head goes from door to door instead: nobody can leave the fields. · 农忙走不开，改为负责人上门。",
     NULL, true, false},
    {0, "waive", "Three are too many. · 三件太多。",
     "Two wait longer than a year: begin with them. · 有两件超过一年，先办这两件。", false, true},
};

static const struct demo_unit *who_wishes(const struct story *s, int n)
{
    return &s->d->units[DEMO_VILLAGES + 20 + n * 7];
}

static bool waits_for_word(const struct story *s, const struct demo_unit *u, int action)
{
    for (int i = 0; i < (int)COUNT_OF(wishes); i++)
        if (!wishes[i].decided && wishes[i].action == action && who_wishes(s, i) == u) return true;
    return false;
}

STEP(wishes_otherwise)
{
    struct duty d;
    const struct wish *w = &wishes[step->n];
    TRY(duty_called(s, s->now, demo_actions[w->action].name, step->unit->id, &d));
    if (!str_eq(d.state, STR("owed"))) return ST_OK;
    s->faults.n = 0;
    struct duty_command cmd = {s->d->city, step->unit->head, d.id, &s->faults};
    return duty_ask(s->d->db, s->d->row, &cmd, str_from(w->how), str_from(w->why));
}

STEP(is_told)
{
    struct duty d;
    const struct wish *w = &wishes[step->n];
    TRY(duty_called(s, s->now, demo_actions[w->action].name, step->unit->id, &d));
    if (d.asked.n == 0) return ST_OK;
    s->faults.n = 0;
    struct duty_command cmd = {s->d->city, story_above(s, step->unit), d.id, &s->faults};
    return duty_decide(s->d->db, s->d->row, &cmd, w->agreed, str_from(w->refusal == NULL ? "" : w->refusal));
}

/* Optional projects */

STEP(adds_project)
{
    const struct demo_project *p = &demo_projects[step->n % (int)demo_project_count];
    int nth = step->n / (int)demo_project_count;
    const struct demo_named *place = step->unit->kind == KIND_VILLAGE || step->unit->kind == KIND_TOWN
                                         ? &demo_villages[(size_t)(step->n * 7) % VILLAGES]
                                         : &demo_roads[(size_t)(step->n + nth) % demo_road_count];
    struct demo_named named = *place;
    struct plan_action a = {0};
    struct aim *aims;
    size_t n;
    struct campaign_command cmd = story_by(s, step->unit->head, s->now);
    if (step->unit->kind == KIND_VILLAGE) named = (struct demo_named){.en = step->unit->en, .zh = step->unit->zh};
    TRY(aim_list(s->d->db, s->d->row, s->now, 1, &aims, &n));
    a.name = story_fill(s, p->name, &named);
    a.criteria = str_from(p->criteria);
    a.aim = aims[p->aim - 1].id;
    a.due = (day){day_in_zone(&s->d->city->zone, step->at).n + 60 + (int)rng_below(&s->rng, 90)};
    return action_add_optional(s->d->db, s->d->row, &cmd, step->unit->id, &a, &s->projects[step->n]);
}

STEP(ends_project)
{
    if (s->projects[step->n].v == 0) return ST_OK;
    return link_document(s, step, s->projects[step->n], "What came of it, on one page · 一页纸写清结果");
}

static enum status says_above(struct story *s, const struct story_step *step, bool forbids, const char *words)
{
    struct duty d;
    struct campaign_command cmd = story_by(s, story_above(s, step->unit), s->now);
    TRY(duty_load(s->d->db, s->d->row, s->projects[step->n], &d));
    if (!str_eq(d.state, STR("owed"))) return ST_OK;
    return action_comment(s->d->db, s->d->row, &cmd, d.action, forbids, str_from(words));
}

STEP(is_commented)
{
    return says_above(s, step, false, "Good. The next street asks for the same. · 很好，隔壁街也想要。");
}

STEP(is_forbidden)
{
    return says_above(s, step, true,
                      "The county builds one forty metres away this autumn. · 县里今秋在四十米外已立项。");
}

/* Who does what when */

static int within(struct story *s, int days)
{
    return (int)rng_below(&s->rng, (uint32_t)days);
}

static void plan_notices(struct story *s, const struct demo_unit *u)
{
    int fate = within(s, 100);
    int question = within(s, (int)demo_question_count);
    if (fate >= 92 && fate < 97) {
        story_plan(s, 0, 3, 20 + within(s, 2), asks, u, question);
        if (fate < 96) story_plan(s, 0, 3, 23, answers, u, question);
    }
    if (fate < 78 || fate >= 92) story_plan(s, 0, 3, 20 + within(s, 6), signs, u, 0);
    else if (fate < 87) story_plan(s, 0, 4, 1 + within(s, 12), signs, u, 0); /* after it has climbed */
    else if (fate < 90) story_plan(s, 0, 3, 24, opens, u, 0);
    if (story_chance(s, 88)) {
        story_plan(s, 0, 3, 27 + within(s, 24), publishes_list, u, within(s, (int)demo_own_list_count));
        story_plan(s, 0, 4, 21 + within(s, 9), breaks_down, u, within(s, (int)demo_why_not_count));
    }
    if (story_chance(s, 72)) story_plan(s, 0, 5, 2 + within(s, 20), signs, u, 0); /* what the levels between sent */
    if (story_chance(s, 84)) story_plan(s, 0, 6, 9 + within(s, 6), signs, u, 0);
    else if (story_chance(s, 50)) story_plan(s, 0, 6, 12, opens, u, 0);
}

static void plan_duties(struct story *s, const struct demo_unit *u)
{
    for (int i = 0; i < (int)demo_action_count; i++) {
        const struct demo_action *a = &demo_actions[i];
        bool by_matters = str_starts(str_from(a->criterion), STR("matters_"));
        int days = (a->month - a->since_month) * 30 + a->day + 12; /* some are late */
        if (!story_chance(s, a->share) || a->from == ONLY_LAST_YEAR || waits_for_word(s, u, i)) continue;
        if (by_matters) story_plan(s, 0, a->since_month, 10 + within(s, days), links_matters, u, i);
        else if (str_eq(str_from(a->criterion), STR("record")))
            story_plan(s, 0, a->since_month, 10 + within(s, days), links_this_year, u, i);
    }
}

static void plan_last_year(struct story *s, const struct demo_unit *u)
{
    if (u->kind != KIND_COUNTY && u->kind != KIND_DEPARTMENT) return;
    story_plan(s, -1, 3, 21 + within(s, 6), signs, u, 0);
    for (int i = 0; i < (int)demo_action_count; i++) {
        const struct demo_action *a = &demo_actions[i];
        if (a->from != FROM_LAST_YEAR && a->from != ONLY_LAST_YEAR) continue;
        if (story_chance(s, 94)) story_plan(s, -1, a->month, within(s, 28) + 1, links_last_year, u, i);
    }
}

static void plan_projects(struct story *s)
{
    for (int i = 0; i < STORY_PROJECTS; i++) {
        const struct demo_unit *u = s->units[(size_t)(i * 7 + 3) % s->n_units];
        int from = within(s, PROJECT_LAST);
        story_plan(s, 0, 4, 2 + from, adds_project, u, i);
        if (story_chance(s, 55)) story_plan(s, 0, 4, 12 + from + within(s, 70), ends_project, u, i);
        if (i % 17 == 5) story_plan(s, 0, 4, 4 + from, is_commented, u, i);
        if (i == 40) story_plan(s, 0, 4, 3 + from, is_forbidden, u, i);
    }
}

/* What two offices ask of one bureau in this month comes near to the cap. */
static void plan_busy_month(struct story *s)
{
    struct civil now = civil_from_day(s->d->today);
    const struct demo_unit *by[] = {&s->d->units[DEMO_COUNTIES], &s->d->units[DEMO_DEPARTMENTS + (int)demo_lines[0]]};
    if (now.year != s->year || now.month < 6) return;
    for (int i = 0; i < (int)COUNT_OF(by); i++) story_plan(s, 0, 3, 26, publishes_list, by[i], i + 1);
    for (int i = 0; i < BUSY_NOTICES; i++)
        story_plan(s, 0, now.month, 1 + i % (now.day > 1 ? now.day - 1 : 1), is_busy, by[i % 2], i);
    for (int i = 0; i < BUSY_DATA; i++)
        story_plan(s, 0, now.month, 1 + i % (now.day > 1 ? now.day - 1 : 1), asks_for_data, by[1], i);
}

void story_plan_units(struct story *s)
{
    for (size_t i = 0; i < s->n_units; i++) {
        plan_last_year(s, s->units[i]);
        plan_notices(s, s->units[i]);
        plan_duties(s, s->units[i]);
    }
    plan_projects(s);
    for (int i = 0; i < (int)COUNT_OF(wishes); i++) {
        const struct demo_unit *u = who_wishes(s, i);
        story_plan(s, 0, 4, 2, wishes_otherwise, u, i);
        if (wishes[i].decided) story_plan(s, 0, 4, 8, is_told, u, i);
    }
    plan_busy_month(s);
}
