/* plan_pages: the plans of campaigns that somebody works on, and the workbench of one: where it stands, what is missing, its frame and rows.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_pages.h"

#include "campaign/pages.h"
#include "campaign/shared_pages.h"
#include "campaign/words.h"
#include "gen/tpl/plan_work.h"
#include "gen/tpl/plans.h"
#include "people/person.h"

/* The list */

/* Whose campaign it is, seen by the units in which the reader works; NULL: not of theirs, nor of those above or below. */
static const char *whose(struct req *rq, const struct campaign *c)
{
    const struct actor *who = &rq->actor;
    for (int i = 0; i < who->n_roles; i++)
        if (who->roles[i].unit.v == c->unit.v) return TR_NOOP("Your unit's");
    for (int i = 0; i < who->n_roles; i++) {
        if (unit_is_below(rq->db, rq->mem, c->unit, who->roles[i].unit)) return TR_NOOP("From above");
        if (unit_is_below(rq->db, rq->mem, who->roles[i].unit, c->unit)) return TR_NOOP("From below");
    }
    return NULL;
}

static enum status page_plans(struct req *rq)
{
    struct plans_view v = {.may_add = rights_any(&rq->actor, ACT_PLAN)};
    struct campaign *list;
    size_t n;
    if (!rights_any(&rq->actor, ACT_SEE)) return ST_FORBIDDEN;
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &list, &n));
    v.items = NEWN(rq->mem, struct plan_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct unit u;
        const char *of = whose(rq, &list[i]);
        if (of == NULL) continue;
        TRY(unit_get(rq->db, rq->mem, list[i].unit, &u));
        v.items[v.n_items++] = (struct plan_row_view){
            .ref = list[i].ref,
            .name = list[i].name,
            .unit = req_name(rq, u.name_en, u.name_zh),
            .state = req_tr(rq, campaign_state_label(list[i].state)),
            .whose = req_tr(rq, of),
            .starts = list[i].starts,
            .ends = list[i].ends,
            .href = str_format(rq->mem, "%s/campaigns/%.*s", plan_may_open(rq, &list[i]) ? "/work" : "",
                               STR_ARG(list[i].ref)),
        };
    }
    return RESPOND(rq, plans, &v, .title = req_tr(rq, "Campaigns"), .nav = "campaigns", .place = PLACE_WORK);
}

/* The workbench */

static const struct {
    const char *key, *label;
} states[] = {
    {"draft", TR_NOOP("Draft")},     {"discussed", TR_NOOP("Open for opinions")},
    {"matched", TR_NOOP("Matched")}, {"approved", TR_NOOP("Approved")},
    {"issued", TR_NOOP("Running")},  {"closed", TR_NOOP("Closed")},
};

static void fill_states(struct plan_desk *d, struct plan_work_view *v)
{
    size_t at = 0;
    for (size_t i = 0; i < COUNT_OF(states); i++)
        if (str_eq(d->c.state, str_from(states[i].key))) at = i;
    v->states = NEWN(d->rq->mem, struct plan_state_view, COUNT_OF(states));
    for (size_t i = 0; i < COUNT_OF(states); i++)
        v->states[v->n_states++] = (struct plan_state_view){req_tr(d->rq, states[i].label), i < at, i == at};
}

/* One primary thing to do, by state and by who looks. */
struct next_step {
    const char *state;
    bool outside, amends, signs; /* signs: for the first person responsible */
    const char *act, *tail, *title, *words, *button, *waits;
};
static const struct next_step steps[] = {
    {"draft", true, false, false, "receive", NULL, TR_NOOP("Set it as received"),
     TR_NOOP(
         "The plan of the body outside stands as it was received. It makes no duties; plans are matched against it."),
     TR_NOOP("Set it as received"), TR_NOOP("The plan of a body outside, being entered as it was received.")},
    {"draft", false, false, false, "discuss", NULL, TR_NOOP("Open it for opinions"),
     TR_NOOP("Every unit in scope can then read the draft and say what it thinks. It stays closed to the public."),
     TR_NOOP("Open it for opinions"), TR_NOOP("The unit that writes it opens it for opinions.")},
    {"discussed", false, false, false, "match", NULL, TR_NOOP("Set it as matched"),
     TR_NOOP("The plan carries what the superior's plan locks. A change after this leads back to opinions."),
     TR_NOOP("Set it as matched"), TR_NOOP("You can record an opinion until it is issued.")},
    {"matched", false, false, true, "approve", NULL, TR_NOOP("Approve it"),
     TR_NOOP("You sign for the plan as first person responsible. A change after this leads back to opinions."),
     TR_NOOP("Approve the plan"), TR_NOOP("It waits for the first person responsible to approve it.")},
    {"approved", false, false, true, NULL, "/issue", TR_NOOP("Issue it"),
     TR_NOOP("See first which units, duties and notices it makes."), TR_NOOP("See what issuing does"),
     TR_NOOP("It waits for the first person responsible to issue it.")},
    {"issued", false, true, true, NULL, "/issue", TR_NOOP("Issue the amendment"),
     TR_NOOP("See first what changes. Every unit gets one notice with the changes."), TR_NOOP("See what issuing does"),
     TR_NOOP("The amendment waits for the first person responsible. The version in force runs on until it is issued.")},
};

static void fill_next(struct plan_desk *d, struct plan_work_view *v)
{
    struct req *rq = d->rq;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const struct next_step *s = &steps[i];
        if (!str_eq(d->c.state, str_from(s->state)) || s->amends != v->head.amends || s->outside != (d->c.issuer.n > 0))
            continue;
        bool theirs = s->signs ? d->may_sign : d->may_write;
        struct plan_next_view *n = NEW(rq->mem, struct plan_next_view);
        *n = (struct plan_next_view){.title = req_tr(rq, s->title), .words = req_tr(rq, theirs ? s->words : s->waits)};
        if (theirs && s->act != NULL) n->act = str_from(s->act);
        if (theirs && s->tail != NULL) n->href = plan_path(d, s->tail);
        if (theirs) n->button = req_tr(rq, s->button);
        v->step = n;
        return;
    }
}

static enum status fill_aims(struct plan_desk *d, struct plan_work_view *v)
{
    struct req *rq = d->rq;
    struct aim *aims;
    struct goal *goals;
    size_t n, n_goals;
    TRY(aim_list(rq->db, rq->mem, d->c.id, d->version, &aims, &n));
    TRY(goal_list(rq->db, rq->mem, d->c.id, d->version, &goals, &n_goals));
    v->aims = NEWN(rq->mem, struct plan_aim_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct plan_aim_view *a = &v->aims[v->n_aims++];
        *a = (struct plan_aim_view){
            part_id(rq, aims[i].id.v), aims[i].no, aims[i].name, req_tr(rq, aim_line_label(aims[i].line)), NULL, 0};
        a->goals = NEWN(rq->mem, struct plan_goal_view, n_goals + 1);
        for (size_t k = 0; k < n_goals; k++) {
            const char *label = goal_indicator_label(goals[k].indicator);
            if (goals[k].aim.v != aims[i].id.v) continue;
            a->goals[a->n_goals++] = (struct plan_goal_view){part_id(rq, goals[k].id.v), goals[k].name,
                                                             label == NULL ? STR("") : req_tr(rq, label)};
        }
    }
    return ST_OK;
}

static enum status fill_stages(struct plan_desk *d, struct plan_work_view *v)
{
    struct req *rq = d->rq;
    struct stage *list;
    size_t n;
    TRY(stage_list(rq->db, rq->mem, d->c.id, d->version, &list, &n));
    v->stages = NEWN(rq->mem, struct plan_stage_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->stages[v->n_stages++] = (struct plan_stage_view){part_id(rq, list[i].id.v),
                                                            list[i].no,
                                                            list[i].name,
                                                            list[i].starts,
                                                            list[i].ends,
                                                            stage_is_current(&list[i], rq->today),
                                                            list[i].consolidates};
    return ST_OK;
}

static enum status fill_actions(struct plan_desk *d, struct plan_work_view *v)
{
    struct req *rq = d->rq;
    struct plan_action *list;
    struct stage *stages;
    struct aim *aims;
    size_t n, n_stages, n_aims;
    TRY(action_list(rq->db, rq->mem, d->c.id, d->version, &list, &n));
    TRY(plan_stages_seen(d, &stages, &n_stages));
    TRY(aim_list(rq->db, rq->mem, d->c.id, d->version, &aims, &n_aims));
    v->actions = NEWN(rq->mem, struct plan_item_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct plan_item_view *a = &v->actions[v->n_actions++];
        *a = (struct plan_item_view){
            .id = part_id(rq, list[i].id.v),
            .no = list[i].no,
            .name = list[i].name,
            .criteria = list[i].criteria,
            .criterion = plan_criterion_words(rq, list[i].criterion, list[i].criterion_n),
            .evidence = list[i].evidence,
            .due = list[i].due,
            .locked = list[i].locked,
            .may_adapt = list[i].may_adapt,
            .may_waive = list[i].may_waive,
        };
        TRY(action_locked_above(rq->db, rq->mem, &list[i], &a->locked_above));
        for (size_t k = 0; k < n_stages; k++)
            if (stages[k].id.v == list[i].stage.v) a->stage = stages[k].name;
        for (size_t k = 0; k < n_aims; k++)
            if (aims[k].id.v == list[i].aim.v) a->aim = aims[k].name;
    }
    return ST_OK;
}

static enum status fill_parts(struct plan_desk *d, struct plan_work_view *v)
{
    struct req *rq = d->rq;
    struct campaign_part *list;
    str *kinds;
    size_t n;
    TRY(campaign_parts(rq->db, rq->mem, d->c.id, STR("member"), d->version, &list, &n));
    v->members = NEWN(rq->mem, str, n + 1);
    for (size_t i = 0; i < n; i++) v->members[v->n_members++] = req_name(rq, list[i].name_en, list[i].name_zh);
    TRY(campaign_parts(rq->db, rq->mem, d->c.id, STR("pilot"), d->version, &list, &n));
    v->pilots = NEWN(rq->mem, struct plan_pilot_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->pilots[v->n_pilots++] =
            (struct plan_pilot_view){part_id(rq, list[i].unit.v), req_name(rq, list[i].name_en, list[i].name_zh),
                                     list[i].code, list[i].starts, list[i].lessons};
    TRY(campaign_kinds(rq->db, rq->mem, d->c.id, &kinds, &n));
    v->kinds = NEWN(rq->mem, str, n + 1);
    for (size_t i = 0; i < n; i++) v->kinds[v->n_kinds++] = plan_kind_label(rq, kinds[i]);
    return campaign_scope_size(rq->db, rq->mem, &d->c, &v->units);
}

static enum status fill_frame(struct plan_desk *d, struct plan_work_view *v)
{
    struct req *rq = d->rq;
    struct person p;
    struct unit lead;
    struct plan plan;
    struct plan_opinion *opinions;
    size_t n;
    if (d->c.owner.v != 0 && person_get(rq->db, rq->mem, d->c.owner, &p) == ST_OK) v->owner = p.name;
    if (d->c.lead.v != 0 && unit_get(rq->db, rq->mem, d->c.lead, &lead) == ST_OK)
        v->lead = req_name(rq, lead.name_en, lead.name_zh);
    v->sign_days = d->c.sign_days;
    v->ask_cap = d->c.ask_cap;
    if (plan_get(rq->db, rq->mem, d->c.id, d->version, &plan) == ST_OK) v->written_at = plan.at;
    TRY(plan_opinions(rq->db, rq->mem, d->c.id, &opinions, &n));
    v->opinions = (int64_t)n;
    for (size_t i = 0; i < n; i++) v->opinions_open += opinions[i].said.n == 0 ? 1 : 0;
    return ST_OK;
}

static enum status show_work(struct plan_desk *d, int status)
{
    struct req *rq = d->rq;
    struct plan_work_view v = {
        .banner = plan_banner(rq), .conflict = status == 409, .faults = req_faults_view(rq), .once = req_once_new(rq)};
    TRY(plan_head_of(d, &v.head));
    fill_states(d, &v);
    fill_next(d, &v);
    TRY(fill_frame(d, &v));
    TRY(fill_parts(d, &v));
    TRY(fill_aims(d, &v));
    TRY(fill_stages(d, &v));
    TRY(fill_actions(d, &v));
    bool is_draft = !campaign_is_public(&d->c);
    if (is_draft || v.head.amends) TRY(plan_checks(d, &v.checks, &v.n_checks, &v.missing));
    return RESPOND(rq, plan_work, &v, .title = d->c.name, .nav = "campaigns", .place = PLACE_WORK, .wide = true,
                   .status = status);
}

static enum status page_plan(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    return show_work(&d, 200);
}

/* What a button alone does */

static enum status run_act(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    if (str_eq(r->text, STR("discuss"))) return plan_discuss(db, mem, &cmd);
    if (str_eq(r->text, STR("receive"))) return plan_receive(db, mem, &cmd);
    if (str_eq(r->text, STR("match"))) return plan_set_matched(db, mem, &cmd);
    if (str_eq(r->text, STR("approve"))) return plan_approve(db, mem, &cmd);
    if (str_eq(r->text, STR("end_stage"))) return stage_end(db, mem, &cmd, (stage_id){r->id});
    if (str_eq(r->text, STR("end_action"))) return action_end(db, mem, &cmd, (action_id){r->id});
    if (str_eq(r->text, STR("end_aim"))) return aim_end(db, mem, &cmd, (aim_id){r->id});
    if (str_eq(r->text, STR("end_goal"))) return goal_end(db, mem, &cmd, (goal_id){r->id});
    if (str_eq(r->text, STR("end_pilot"))) return pilot_end(db, mem, &cmd, (unit_id){r->id});
    return ST_INVALID;
}

static enum status page_plan_act(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    struct plan_change_run r = {.d = &d, .run = run_act, .text = req_form(rq, "act")};
    if (!d.may_write && !d.may_sign) return ST_FORBIDDEN;
    TRY(plan_read_token(&d));
    TRY(req_form_id(rq, "id", &r.id));
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_work(&d, 400);
    if (st == ST_CONFLICT) {
        TRY(plan_desk_open(rq, &d));
        return show_work(&d, 409);
    }
    TRY(st);
    return plan_done(&d, "");
}

/* Whether an address is under a campaign is decided row by row: the literal ones first. */
static const struct route rows[] = {
    {HTTP_GET, "/work/campaigns", SIGNED_IN, NO_BODY, page_plans, 0, "campaigns of my unit, from above and from below"},
    {HTTP_GET, "/work/campaigns/new", SIGNED_IN, NO_BODY, page_plan_new, 0, "form for a new campaign; ?template=KEY"},
    {HTTP_GET, "/work/campaigns/templates", SIGNED_IN, NO_BODY, page_plan_templates, 0, "plans to begin from"},
    {HTTP_GET, "/work/campaigns/templates/:id", SIGNED_IN, NO_BODY, page_plan_template, 0,
     "what one holds, and its versions; ?version="},
    {HTTP_POST, "/work/campaigns/templates/:id", SIGNED_IN, FORM_BODY, page_plan_template_change, 0,
     "rename it, or offer it no longer"},
    {HTTP_POST, "/work/campaigns/new", SIGNED_IN, FORM_BODY, page_plan_add, 0, "make a draft"},
    {HTTP_GET, "/work/campaigns/:ref", SIGNED_IN, NO_BODY, page_plan, 0,
     "a plan: where it stands, what is missing, its parts"},
    {HTTP_POST, "/work/campaigns/:ref", SIGNED_IN, FORM_BODY, page_plan_act, 0,
     "open for opinions, set as matched, approve; end a stage, action, aim, goal or pilot"},
    {HTTP_GET, "/work/campaigns/:ref/edit/:part", SIGNED_IN, NO_BODY, page_plan_edit, 0,
     "form for the frame, a stage, aim, goal, action or pilot unit; ?id="},
    {HTTP_POST, "/work/campaigns/:ref/edit/:part", SIGNED_IN, FORM_BODY, page_plan_save, 0, "save it"},
    {HTTP_GET, "/work/campaigns/:ref/text", SIGNED_IN, NO_BODY, page_plan_text, 0,
     "the text of the plan beside what changed"},
    {HTTP_POST, "/work/campaigns/:ref/text", SIGNED_IN, TEXT_BODY, page_plan_text_save, 0, "save or preview it"},
    {HTTP_GET, "/work/campaigns/:ref/opinions", SIGNED_IN, NO_BODY, page_plan_talk, 0,
     "opinions and what became of them"},
    {HTTP_POST, "/work/campaigns/:ref/opinions", SIGNED_IN, FORM_BODY, page_plan_opinion, 0, "record an opinion"},
    {HTTP_POST, "/work/campaigns/:ref/opinions/:id", SIGNED_IN, FORM_BODY, page_plan_reply, 0, "answer an opinion"},
    {HTTP_GET, "/work/campaigns/:ref/match", SIGNED_IN, NO_BODY, page_plan_match, 0,
     "against the superior's plan: what differs, what is missing"},
    {HTTP_POST, "/work/campaigns/:ref/match", SIGNED_IN, FORM_BODY, page_plan_take_over, 0,
     "take over what is missing"},
    {HTTP_GET, "/work/campaigns/:ref/issue", SIGNED_IN, NO_BODY, page_plan_issue, 0, "what issuing does"},
    {HTTP_POST, "/work/campaigns/:ref/issue", SIGNED_IN, FORM_BODY, page_plan_put_in_force, 0, "issue it"},
    {HTTP_GET, "/work/campaigns/:ref/close", SIGNED_IN, NO_BODY, page_plan_close, 0, "what closing does"},
    {HTTP_POST, "/work/campaigns/:ref/close", SIGNED_IN, FORM_BODY, page_plan_end, 0,
     "close it, carrying open items on"},
    {HTTP_GET, "/work/campaigns/:ref/clone", SIGNED_IN, NO_BODY, page_plan_clone, 0, "form for the same another year"},
    {HTTP_POST, "/work/campaigns/:ref/clone", SIGNED_IN, FORM_BODY, page_plan_clone_make, 0,
     "make a draft of its structure, without people"},
    {HTTP_GET, "/work/campaigns/:ref/keep", SIGNED_IN, NO_BODY, page_plan_keep, 0, "form to keep it as a template"},
    {HTTP_POST, "/work/campaigns/:ref/keep", SIGNED_IN, FORM_BODY, page_plan_keep_make, 0,
     "keep its structure as a template, or as the next version of one"},
    {HTTP_GET, "/work/campaigns/:ref/compare", SIGNED_IN, NO_BODY, page_plan_compare, 0,
     "beside the campaign it was made from"},
    {HTTP_GET, "/work/campaigns/:ref/history", SIGNED_IN, NO_BODY, page_plan_history, 0, "versions and what happened"},
    {HTTP_GET, "/work/campaigns/:ref/versions/:n", SIGNED_IN, NO_BODY, page_plan_version, 0,
     "a version: its text, and what changed in it"},
};
const struct route_list plan_route_list = {rows, COUNT_OF(rows)};
