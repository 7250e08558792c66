/* campaign_pages: what everybody can read of a campaign. SPDX-License-Identifier: Apache-2.0 */
#include "campaign/pages.h"
#include "campaign/plan.h"
#include "campaign/report.h"
#include "campaign/shared_pages.h"
#include "campaign/words.h"
#include "gen/tpl/campaign_page.h"
#include "gen/tpl/campaign_report.h"
#include "gen/tpl/campaign_units.h"
#include "gen/tpl/campaigns.h"
#include "people/person.h"
#include "web/markdown.h"

#define CHART_WIDTH  1000
#define ROWS_PAGE    200
#define DUTIES_SHOWN 200

static bool works_on_plans(const struct actor *who)
{
    return who->person.v != 0 && rights_any(who, ACT_PLAN);
}

/* The list */

static enum status page_campaigns(struct req *rq)
{
    struct campaigns_view v = {.may_add = works_on_plans(&rq->actor)};
    struct campaign *list;
    size_t n;
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &list, &n));
    v.items = NEWN(rq->mem, struct campaign_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct unit u;
        TRY(unit_get(rq->db, rq->mem, list[i].unit, &u));
        v.items[v.n_items++] = (struct campaign_row_view){
            .ref = list[i].ref,
            .name = list[i].name,
            .theme = list[i].theme,
            .unit = req_name(rq, u.name_en, u.name_zh),
            .state = str_from(campaign_state_label(list[i].state)),
            .starts = list[i].starts,
            .ends = list[i].ends,
            .href = str_format(rq->mem, campaign_is_public(&list[i]) ? "/campaigns/%.*s" : "/work/campaigns/%.*s",
                               STR_ARG(list[i].ref)),
        };
    }
    return RESPOND(rq, campaigns, &v, .title = req_tr(rq, "Campaigns"), .nav = "campaigns", .place = PLACE_PUBLIC);
}

/* One campaign */

static enum status find(struct req *rq, struct campaign *c)
{
    return campaign_get(rq->db, rq->mem, &rq->actor, req_param(rq, 0), c);
}

/* Days along the chart: from the first day to the last, or to a year when the end is open. */
static int64_t place_on(const struct campaign *c, day on)
{
    int64_t from = c->starts.n, to = c->ends.n != 0 ? c->ends.n : c->starts.n + 365;
    int64_t at = ((int64_t)on.n - from) * CHART_WIDTH / (to > from ? to - from : 1);
    return at < 0 ? 0 : at > CHART_WIDTH ? CHART_WIDTH : at;
}

static enum status fill_stages(struct req *rq, const struct campaign *c, struct campaign_page_view *v)
{
    struct stage *list;
    size_t n;
    TRY(stage_list(rq->db, rq->mem, c->id, campaign_shown_version(c, c->version == 0), &list, &n));
    v->stages = NEWN(rq->mem, struct campaign_stage_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t x = place_on(c, list[i].starts), end = list[i].ends.n == 0 ? CHART_WIDTH : place_on(c, list[i].ends);
        v->stages[v->n_stages++] = (struct campaign_stage_view){.name = list[i].name,
                                                                .starts = list[i].starts,
                                                                .ends = list[i].ends,
                                                                .current = stage_is_current(&list[i], rq->today),
                                                                .x = x,
                                                                .width = end - x > 4 ? end - x : 4};
    }
    v->now_x = place_on(c, rq->today);
    v->has_now = rq->today.n >= c->starts.n;
    return ST_OK;
}

static enum status fill_actions(struct req *rq, const struct campaign *c, struct campaign_page_view *v)
{
    struct rollup_action *list;
    size_t n;
    TRY(rollup_actions(rq->db, rq->mem, c, c->unit, true, &list, &n));
    v->actions = NEWN(rq->mem, struct campaign_action_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct plan_action a;
        TRY(action_get(rq->db, rq->mem, list[i].action, &a));
        if (a.until != 0 && list[i].n.owed + list[i].n.done + list[i].n.waived == 0) continue;
        v->actions[v->n_actions++] = (struct campaign_action_view){
            .no = a.no,
            .name = a.name,
            .criteria = a.criteria,
            .stage = list[i].stage_name,
            .line = list[i].line,
            .due = a.due,
            .locked = a.locked,
            .owed = list[i].n.owed,
            .done = list[i].n.done,
            .waived = list[i].n.waived,
            .adapted = list[i].n.adapted,
            .href = str_format(rq->mem, "/campaigns/%.*s/units?all=1&action=%lld", STR_ARG(c->ref), (long long)a.id.v),
        };
    }
    return ST_OK;
}

/* Aims and goals from the report, which counts them. */
static enum status fill_aims(struct req *rq, const struct campaign *c, struct campaign_page_view *v)
{
    struct report_section *list;
    size_t n;
    TRY(report_make(rq->db, rq->mem, rq->city, c, rq->today, &list, &n));
    v->aims = NEWN(rq->mem, struct campaign_aim_view, n + 1);
    v->goals = NEWN(rq->mem, struct campaign_figure_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (list[i].words.n == 0) continue;
        if (list[i].n_figures == 1) {
            v->goals[v->n_goals++] =
                (struct campaign_figure_view){list[i].words, list[i].figures[0].n, STR(""), list[i].figures[0].href};
            continue;
        }
        struct campaign_aim_view *a = &v->aims[v->n_aims++];
        *a = (struct campaign_aim_view){.name = list[i].words, .line = req_tr(rq, list[i].title)};
        a->figures = NEWN(rq->mem, struct campaign_figure_view, list[i].n_figures + 1);
        for (size_t k = 0; k < list[i].n_figures; k++)
            a->figures[a->n_figures++] = (struct campaign_figure_view){
                req_tr(rq, list[i].figures[k].label), list[i].figures[k].n, STR(""), list[i].figures[k].href};
    }
    return ST_OK;
}

static enum status fill_pilots(struct req *rq, const struct campaign *c, struct campaign_page_view *v)
{
    struct campaign_part *list;
    size_t n;
    TRY(campaign_parts(rq->db, rq->mem, c->id, STR("pilot"), &list, &n));
    v->pilots = NEWN(rq->mem, struct campaign_pilot_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->pilots[v->n_pilots++] = (struct campaign_pilot_view){req_name(rq, list[i].name_en, list[i].name_zh),
                                                                list[i].starts, list[i].lessons};
    return ST_OK;
}

static enum status fill_frame(struct req *rq, const struct campaign *c, struct campaign_page_view *v)
{
    struct unit u;
    struct campaign other;
    struct plan p;
    TRY(unit_get(rq->db, rq->mem, c->unit, &u));
    v->ref = c->ref;
    v->name = c->name;
    v->theme = c->theme;
    v->state = str_from(campaign_state_label(c->state));
    v->unit = req_name(rq, u.name_en, u.name_zh);
    v->unit_code = u.code;
    v->starts = c->starts;
    v->ends = c->ends;
    v->version = c->version;
    v->issued_at = c->issued_at;
    v->may_work =
        campaign_may_write(rq->db, rq->mem, &rq->actor, c) || campaign_may_sign(rq->db, rq->mem, &rq->actor, c);
    if (c->parent.v != 0 && campaign_load(rq->db, rq->mem, c->parent, &other) == ST_OK)
        v->parent_ref = other.ref, v->parent_name = other.name;
    if (c->next.v != 0 && campaign_load(rq->db, rq->mem, c->next, &other) == ST_OK) v->next_ref = other.ref;
    enum status st = plan_get(rq->db, rq->mem, c->id, campaign_shown_version(c, c->version == 0), &p);
    if (st == ST_OK) v->text = markdown_html(rq->mem, p.text);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status page_campaign(struct req *rq)
{
    struct campaign_page_view v = {0};
    struct campaign c;
    struct rollup all;
    TRY(find(rq, &c));
    TRY(fill_frame(rq, &c, &v));
    TRY(fill_stages(rq, &c, &v));
    TRY(fill_actions(rq, &c, &v));
    TRY(fill_aims(rq, &c, &v));
    TRY(fill_pilots(rq, &c, &v));
    TRY(rollup_of(rq->db, rq->mem, c.id, c.unit, true, rq->today, &all));
    v.figures =
        campaign_figures(rq, &all, str_format(rq->mem, "/campaigns/%.*s/units?all=1", STR_ARG(c.ref)), &v.n_figures);
    return RESPOND(rq, campaign_page, &v, .title = c.name, .nav = "campaigns", .place = PLACE_PUBLIC);
}

/* Units */

static enum status unit_of(struct req *rq, const struct campaign *c, struct unit *out)
{
    str code = req_query(rq, "unit");
    if (code.n == 0) return unit_get(rq->db, rq->mem, c->unit, out);
    TRY(unit_by_code(rq->db, rq->mem, code, out));
    return unit_is_below(rq->db, rq->mem, c->unit, out->id) ? ST_OK : ST_NOT_FOUND;
}

static enum status fill_rows(struct req *rq, const struct campaign *c, const struct unit *u,
                             struct campaign_units_view *v)
{
    struct rollup_row *rows;
    size_t n;
    TRY(rollup_children(rq->db, rq->mem, c->id, u->id, rq->today, req_query(rq, "after"), ROWS_PAGE + 1, &rows, &n));
    bool more = n > ROWS_PAGE;
    if (more) n = ROWS_PAGE;
    v->rows = NEWN(rq->mem, struct campaign_unit_row_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->rows[v->n_rows++] = (struct campaign_unit_row_view){
            .unit = req_name(rq, rows[i].name_en, rows[i].name_zh),
            .code = rows[i].code,
            .href = str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s", STR_ARG(c->ref),
                               STR_ARG(percent_encode(rq->mem, rows[i].code))),
            .has_children = rows[i].has_children,
            .owed = rows[i].n.owed,
            .done = rows[i].n.done,
            .waived = rows[i].n.waived,
            .overdue = rows[i].n.overdue,
            .unsigned_ = rows[i].n.unsigned_,
            .optional = rows[i].n.optional,
        };
    str base = str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s", STR_ARG(c->ref),
                          STR_ARG(percent_encode(rq->mem, u->code)));
    if (more) v->pager.next = str_format(rq->mem, "%.*s&after=%.*s", STR_ARG(base), STR_ARG(rows[n - 1].code));
    if (req_query(rq, "after").n > 0) v->pager.previous = base;
    return ST_OK;
}

/* Duties by stage; a stage without any is a gap (T25). With ?all=1 those of every unit below, filtered: the list behind a figure. */
static enum status fill_duties(struct req *rq, const struct campaign *c, const struct unit *u,
                               struct campaign_units_view *v)
{
    struct duty_item *list;
    struct stage *stages;
    size_t n, n_stages;
    int64_t action = 0;
    bool all = req_query(rq, "all").n > 0;
    (void)str_int(req_query(rq, "action"), &action);
    str state = req_query(rq, "state");
    bool optional = req_query(rq, "optional").n > 0 || str_eq(state, STR("optional"));
    if (str_eq(state, STR("optional"))) state = STR("");
    struct duty_filter f = {.campaign = c->id,
                            .unit = u->id,
                            .below = all,
                            .action = {action},
                            .state = state,
                            .line = req_query(rq, "line"),
                            .optional_only = optional,
                            .today = rq->today,
                            .after = req_query(rq, "from"),
                            .limit = DUTIES_SHOWN};
    TRY(duty_list(rq->db, rq->mem, &f, &list, &n, &v->next));
    TRY(stage_list(rq->db, rq->mem, c->id, c->version, &stages, &n_stages));
    v->stages = NEWN(rq->mem, struct campaign_gap_view, n_stages + 2);
    for (size_t s = 0; s <= n_stages; s++) {
        struct campaign_gap_view *g = &v->stages[v->n_stages];
        *g = (struct campaign_gap_view){.stage = s < n_stages ? stages[s].name : STR("")};
        g->duties = NEWN(rq->mem, struct campaign_duty_view, n + 1);
        for (size_t i = 0; i < n; i++) {
            bool here = s < n_stages ? list[i].stage.v == stages[s].id.v : list[i].stage.v == 0;
            if (!here) continue;
            struct campaign_duty_view row = campaign_duty_row(rq, &list[i], false);
            if (all) row.name = str_format(rq->mem, "%.*s: %.*s", STR_ARG(row.unit), STR_ARG(row.name));
            g->duties[g->n_duties++] = row;
        }
        bool filtered = all || state.n > 0 || optional;
        if (g->n_duties > 0 || (s < n_stages && !filtered)) v->n_stages++;
    }
    return ST_OK;
}

static enum status fill_leader(struct req *rq, const struct unit *u, struct campaign_units_view *v)
{
    struct member *list;
    person_id first;
    size_t n;
    if (post_holder(rq->db, rq->mem, u->id, POST_FIRST, &first) != ST_OK) return ST_OK;
    TRY(member_list_of(rq->db, rq->mem, first, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].unit.v == u->id.v) v->leader = req_name(rq, list[i].title_en, list[i].title_zh);
    return ST_OK;
}

static enum status page_units(struct req *rq)
{
    struct campaign_units_view v = {0};
    struct campaign c;
    struct unit u, up;
    struct rollup own;
    struct own_list list;
    unit_id above;
    TRY(find(rq, &c));
    TRY(unit_of(rq, &c, &u));
    v.ref = c.ref;
    v.name = c.name;
    v.unit = req_name(rq, u.name_en, u.name_zh);
    v.code = u.code;
    TRY(unit_up(rq->db, rq->mem, u.id, &above));
    if (u.id.v != c.unit.v && unit_get(rq->db, rq->mem, above, &up) == ST_OK) v.up_code = up.code;
    TRY(own_list_get(rq->db, rq->mem, c.id, u.id, &list));
    v.list_text = list.text;
    v.list_at = list.at;
    TRY(rollup_of(rq->db, rq->mem, c.id, u.id, false, rq->today, &own));
    str base = str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s", STR_ARG(c.ref),
                          STR_ARG(percent_encode(rq->mem, u.code)));
    v.figures = campaign_figures(rq, &own, base, &v.n_figures);
    TRY(fill_leader(rq, &u, &v));
    TRY(fill_duties(rq, &c, &u, &v));
    TRY(fill_rows(rq, &c, &u, &v));
    return RESPOND(rq, campaign_units, &v, .title = v.unit, .nav = "campaigns", .place = PLACE_PUBLIC);
}

/* Report */

static enum status fill_compare(struct req *rq, const struct campaign *c, struct campaign_report_view *v)
{
    struct campaign before;
    struct report_pair *pairs;
    size_t n;
    if (c->cloned.v == 0) return ST_OK;
    TRY(campaign_load(rq->db, rq->mem, c->cloned, &before));
    if (!campaign_is_public(&before)) return ST_OK;
    TRY(report_compare(rq->db, rq->mem, rq->city, &before, c, rq->today, &pairs, &n));
    v->before_ref = before.ref;
    v->pairs = NEWN(rq->mem, struct report_pair_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->pairs[v->n_pairs++] = (struct report_pair_view){req_tr(rq, pairs[i].label), pairs[i].before, pairs[i].now};
    return ST_OK;
}

static enum status page_report(struct req *rq)
{
    struct campaign_report_view v = {0};
    struct campaign c;
    struct report_section *list;
    size_t n;
    TRY(find(rq, &c));
    if (!campaign_is_public(&c)) return ST_NOT_FOUND;
    TRY(report_make(rq->db, rq->mem, rq->city, &c, rq->today, &list, &n));
    v.ref = c.ref;
    v.name = c.name;
    v.closed = str_eq(c.state, STR("closed"));
    v.sections = NEWN(rq->mem, struct report_section_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct report_section_view *s = &v.sections[v.n_sections++];
        *s = (struct report_section_view){.title = req_tr(rq, list[i].title), .words = list[i].words};
        s->figures = NEWN(rq->mem, struct campaign_figure_view, list[i].n_figures + 1);
        for (size_t k = 0; k < list[i].n_figures; k++)
            s->figures[s->n_figures++] = (struct campaign_figure_view){
                req_tr(rq, list[i].figures[k].label), list[i].figures[k].n, STR(""), list[i].figures[k].href};
    }
    TRY(fill_compare(rq, &c, &v));
    return RESPOND(rq, campaign_report, &v,
                   .title = v.closed ? req_tr(rq, "Closing report") : req_tr(rq, "Report so far"), .nav = "campaigns",
                   .place = PLACE_PUBLIC);
}

static const struct route rows[] = {
    {HTTP_GET, "/campaigns", ANYONE, NO_BODY, page_campaigns, ROUTE_CACHED, "campaigns that run or are closed"},
    {HTTP_GET, "/campaigns/:ref", ANYONE, NO_BODY, page_campaign, ROUTE_CACHED,
     "what a campaign is for, and how far it is"},
    {HTTP_GET, "/campaigns/:ref/units", ANYONE, NO_BODY, page_units, ROUTE_CACHED,
     "a unit's list and the units below; ?unit=CODE, ?all=1&state=…"},
    {HTTP_GET, "/campaigns/:ref/report", ANYONE, NO_BODY, page_report, ROUTE_CACHED, "the report, counted"},
};
const struct route_list campaign_route_list = {rows, COUNT_OF(rows)};
