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

#define ROWS_PAGE    200
#define DUTIES_SHOWN 200

static bool works_on_plans(const struct actor *who)
{
    return who->person.v != 0 && rights_any(who, ACT_PLAN);
}

/* The list */

static enum status row_of(struct req *rq, const struct campaign *c, struct campaign_row_view *out)
{
    struct unit u;
    TRY(unit_get(rq->db, rq->mem, c->unit, &u));
    *out = (struct campaign_row_view){
        .ref = c->ref,
        .name = c->name,
        .theme = c->theme,
        .unit = c->issuer.n > 0 ? c->issuer : req_name(rq, u.name_en, u.name_zh),
        .state = str_from(campaign_state_label(c->state)),
        .starts = c->starts,
        .ends = c->ends,
        .href =
            str_format(rq->mem, "%s/%.*s", campaign_is_public(c) ? "/campaigns" : "/work/campaigns", STR_ARG(c->ref)),
    };
    return ST_OK;
}

static enum status page_campaigns(struct req *rq)
{
    struct campaigns_view v = {.may_add = works_on_plans(&rq->actor)};
    struct campaign *list;
    size_t n;
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &list, &n));
    v.items = NEWN(rq->mem, struct campaign_row_view, n + 1);
    v.closed = NEWN(rq->mem, struct campaign_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool closed = str_eq(list[i].state, STR("closed"));
        TRY(row_of(rq, &list[i], closed ? &v.closed[v.n_closed++] : &v.items[v.n_items++]));
    }
    return RESPOND(rq, campaigns, &v, .title = req_tr(rq, "Campaigns"), .nav = "campaigns", .place = PLACE_PUBLIC);
}

/* One campaign */

static enum status find(struct req *rq, struct campaign *c)
{
    return campaign_get(rq->db, rq->mem, &rq->actor, req_param(rq, 0), c);
}

static int64_t percent_done(const struct rollup *r)
{
    int64_t all = r->owed + r->done;
    return all == 0 ? 0 : r->done * 100 / all;
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
            .percent = percent_done(&list[i].n),
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
        if (list[i].words.n == 0 || list[i].is_stage) continue;
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
    TRY(campaign_parts(rq->db, rq->mem, c->id, STR("pilot"), c->version, &list, &n));
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
    v->unit = c->issuer.n > 0 ? c->issuer : req_name(rq, u.name_en, u.name_zh);
    v->unit_code = u.code;
    v->starts = c->starts;
    v->ends = c->ends;
    v->version = c->version;
    v->issued_at = c->issued_at;
    v->may_work =
        campaign_may_write(rq->db, rq->mem, &rq->actor, c) || campaign_may_sign(rq->db, rq->mem, &rq->actor, c);
    if (c->parent.v != 0 && campaign_load(rq->db, rq->mem, c->parent, &other) == ST_OK && campaign_is_public(&other)) {
        v->parent_ref = other.ref;
        v->parent_name = other.name;
    }
    if (c->next.v != 0 && campaign_load(rq->db, rq->mem, c->next, &other) == ST_OK && campaign_is_public(&other))
        v->next_ref = other.ref;
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
    TRY(campaign_timeline(rq, &c, c.unit, true, &v.timeline));
    TRY(fill_actions(rq, &c, &v));
    TRY(fill_aims(rq, &c, &v));
    TRY(fill_pilots(rq, &c, &v));
    TRY(rollup_of(rq->db, rq->mem, c.id, c.unit, true, rq->today, &all));
    v.figures =
        campaign_figures(rq, &all, str_format(rq->mem, "/campaigns/%.*s/units?all=1", STR_ARG(c.ref)), &v.n_figures);
    return RESPOND(rq, campaign_page, &v, .title = c.name, .nav = "campaigns", .place = PLACE_PUBLIC);
}

/* Units */

static str units_of(struct req *rq, const struct campaign *c, str code)
{
    return str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s", STR_ARG(c->ref),
                      STR_ARG(percent_encode(rq->mem, code)));
}

static enum status unit_of(struct req *rq, const struct campaign *c, struct unit *out)
{
    str code = req_query(rq, "unit");
    if (code.n == 0) return unit_get(rq->db, rq->mem, c->unit, out);
    TRY(unit_by_code(rq->db, rq->mem, code, out));
    return unit_is_below(rq->db, rq->mem, c->unit, out->id) ? ST_OK : ST_NOT_FOUND;
}

static enum status fill_below(struct req *rq, const struct campaign *c, const struct unit *u,
                              struct campaign_units_view *v)
{
    struct rollup_row *rows;
    struct rollup all;
    size_t n;
    str base = units_of(rq, c, u->code);
    TRY(rollup_children(rq->db, rq->mem, c->id, u->id, rq->today, req_query(rq, "after"), ROWS_PAGE + 1, &rows, &n));
    if (n == 0 && req_query(rq, "after").n == 0) return ST_OK;
    TRY(rollup_of(rq->db, rq->mem, c->id, u->id, true, rq->today, &all));
    struct campaign_counts_view *below = NEW(rq->mem, struct campaign_counts_view);
    *below = campaign_counts(&all);
    v->below = below;
    v->whole = campaign_figures(rq, &all, str_concat(rq->mem, base, STR("&all=1")), &v->n_whole);
    bool more = n > ROWS_PAGE;
    if (more) n = ROWS_PAGE;
    v->children = NEWN(rq->mem, struct campaign_unit_row_view, n + 1);
    for (size_t i = 0; i < n; i++) v->children[v->n_children++] = campaign_unit_row(rq, c->ref, &rows[i]);
    campaign_unit_bars(v->children, v->n_children);
    if (more)
        v->pager.next =
            str_format(rq->mem, "%.*s&after=%.*s", STR_ARG(base), STR_ARG(percent_encode(rq->mem, rows[n - 1].code)));
    if (req_query(rq, "after").n > 0) v->pager.previous = base;
    return ST_OK;
}

/* What the address asks for. */
static void read_filter(struct req *rq, const struct campaign *c, const struct unit *u, struct duty_filter *f)
{
    int64_t action = 0, stage = 0, aim = 0;
    str optional = req_query(rq, "optional"), state = req_query(rq, "state");
    (void)str_int(req_query(rq, "action"), &action);
    (void)str_int(req_query(rq, "stage"), &stage);
    (void)str_int(req_query(rq, "aim"), &aim);
    bool state_is_optional = str_eq(state, STR("optional")); /* as the row of figures says it */
    *f = (struct duty_filter){.campaign = c->id,
                              .unit = u->id,
                              .below = req_query(rq, "all").n > 0,
                              .action = {action},
                              .stage = {stage},
                              .aim = {aim},
                              .state = state_is_optional ? STR("") : state,
                              .line = req_query(rq, "line"),
                              .optional_only = state_is_optional || str_eq(optional, STR("only")),
                              .prescribed_only = str_eq(optional, STR("no")),
                              .today = rq->today,
                              .after = req_query(rq, "from"),
                              .limit = DUTIES_SHOWN};
}

static bool is_filtered(const struct duty_filter *f)
{
    return f->below || f->state.n > 0 || f->line.n > 0 || f->action.v != 0 || f->stage.v != 0 || f->aim.v != 0 ||
           f->optional_only || f->prescribed_only;
}

/* The same list from behind its last row. */
static str list_next(struct req *rq, const struct campaign *c, str next)
{
    static const char *const names[] = {"unit", "all", "state", "optional", "action", "stage", "aim", "line"};
    struct buf b;
    if (next.n == 0) return next;
    buf_init(&b, rq->mem, 128, LIMIT_TARGET);
    buf_format(&b, "/campaigns/%.*s/units?from=%.*s", STR_ARG(c->ref), STR_ARG(percent_encode(rq->mem, next)));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        str value = req_query(rq, names[i]);
        if (value.n > 0) buf_format(&b, "&%s=%.*s", names[i], STR_ARG(percent_encode(rq->mem, value)));
    }
    buf_add(&b, STR("#duties"));
    return buf_str(&b);
}

struct stages {
    struct stage *item;
    size_t n;
};

/* Which stage a duty stands in; n: none of this version. */
static size_t stage_of(const struct stages *stages, const struct duty_item *d)
{
    size_t s = 0;
    while (s < stages->n && stages->item[s].id.v != d->stage.v) s++;
    return s;
}

/* Who has not signed for what: the list behind that figure. */
static enum status fill_unsigned(struct req *rq, const struct campaign *c, const struct unit *u,
                                 struct campaign_units_view *v)
{
    struct rollup_open *list;
    size_t n;
    str next;
    v->all = req_query(rq, "all").n > 0;
    v->is_unsigned = true;
    enum status st = rollup_unsigned_list(rq->db, rq->mem, c->id, u->id, v->all, req_query(rq, "from"), DUTIES_SHOWN,
                                          &list, &n, &next);
    if (st == ST_INVALID) return ST_NOT_FOUND;
    TRY(st);
    v->next = list_next(rq, c, next);
    v->unsigned_ = NEWN(rq->mem, struct campaign_open_view, n + 1);
    v->n_unsigned_ = n;
    for (size_t i = 0; i < n; i++)
        v->unsigned_[i] =
            (struct campaign_open_view){list[i].subject, req_name(rq, list[i].unit_en, list[i].unit_zh),
                                        list[i].unit_code, list[i].sign_by, list[i].sign_by.n < rq->today.n};
    return ST_OK;
}

/* Duties by stage; a stage without any is a gap (T25). With ?all=1 those of every unit below, filtered: the list behind a figure. */
static enum status fill_duties(struct req *rq, const struct campaign *c, const struct unit *u,
                               struct campaign_units_view *v)
{
    struct duty_item *list;
    struct stages stages;
    struct duty_filter f;
    size_t n;
    str next;
    read_filter(rq, c, u, &f);
    enum status st = duty_list(rq->db, rq->mem, &f, &list, &n, &next);
    if (st == ST_INVALID) return ST_NOT_FOUND; /* an address that no page gives */
    TRY(st);
    TRY(stage_list(rq->db, rq->mem, c->id, c->version, &stages.item, &stages.n));
    v->all = f.below;
    v->next = list_next(rq, c, next);
    v->stages = NEWN(rq->mem, struct campaign_gap_view, stages.n + 1);
    for (size_t s = 0; s <= stages.n; s++) {
        struct campaign_gap_view *g = &v->stages[v->n_stages];
        *g = (struct campaign_gap_view){.stage = s < stages.n ? stages.item[s].name : STR("")};
        g->duties = NEWN(rq->mem, struct campaign_duty_view, n + 1);
        for (size_t i = 0; i < n; i++)
            if (stage_of(&stages, &list[i]) == s) g->duties[g->n_duties++] = campaign_duty_row(rq, &list[i], false);
        if (g->n_duties > 0 || (s < stages.n && !is_filtered(&f))) v->n_stages++;
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
    v.own = campaign_counts(&own);
    v.figures = campaign_figures(rq, &own, units_of(rq, &c, u.code), &v.n_figures);
    TRY(fill_leader(rq, &u, &v));
    bool is_unsigned = str_eq(req_query(rq, "state"), STR("unsigned"));
    TRY(is_unsigned ? fill_unsigned(rq, &c, &u, &v) : fill_duties(rq, &c, &u, &v));
    TRY(fill_below(rq, &c, &u, &v));
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
    struct campaign next;
    if (c.next.v != 0 && campaign_load(rq->db, rq->mem, c.next, &next) == ST_OK && campaign_is_public(&next))
        v.next_ref = next.ref;
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
