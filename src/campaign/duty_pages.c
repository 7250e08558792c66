/* duty_pages: what my unit and the units below owe, and one duty. What is done with it is in duty_do_pages.c, what a unit does for itself
 * in duty_unit_pages.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty_pages.h"

#include "base/limits.h"
#include "campaign/duty_inside.h"
#include "campaign/notice.h"
#include "campaign/pages.h"
#include "campaign/shared_pages.h"
#include "gen/tpl/duties.h"
#include "gen/tpl/duty_page.h"
#include "matter/casefile.h"
#include "matter/matter.h"
#include "matter/words_pages.h"
#include "people/person.h"

#define CAMPAIGNS_SHOWN 20

/* Rows */

static struct chip_view chip_of(struct req *rq, const struct duty_item *d)
{
    struct chip_view c = {.kind = STR("plain")};
    if (str_eq(d->state, STR("done"))) return (struct chip_view){req_tr(rq, "done"), STR("fine")};
    if (str_eq(d->state, STR("waived"))) return (struct chip_view){req_tr(rq, "excused"), STR("plain")};
    if (d->asked.n > 0) return (struct chip_view){req_tr(rq, "waits for the level above"), STR("soon")};
    if (d->due.n == 0) c.text = req_tr(rq, "still owed");
    else c.text = days_left(rq, d->due, &c.kind);
    if (str_eq(c.kind, STR("fine"))) c.kind = STR("plain"); /* green is for what is done */
    return c;
}

struct duty_row_view duty_row(struct req *rq, const struct duty_item *d)
{
    struct duty full;
    person_id who = {0};
    str owner = STR("");
    bool own = str_eq(d->criterion, STR("own_list")) || str_eq(d->criterion, STR("sent_down"));
    if (str_eq(d->state, STR("owed")) && duty_load(rq->db, rq->mem, d->id, &full) == ST_OK &&
        duty_accountable(rq->db, rq->mem, &full, &who) == ST_OK)
        owner = person_shown(rq, who, (unit_id){0});
    return (struct duty_row_view){
        .id = part_id(rq, d->id.v),
        .name = d->name,
        .unit = req_name(rq, d->unit_en, d->unit_zh),
        .stage = d->stage_name,
        .owner = owner,
        .state = d->state,
        .asked = d->asked,
        .chip = chip_of(rq, d),
        .due = d->due,
        .met = d->met,
        .needed = own ? 1 : d->criterion_n,
        .prescribed = d->prescribed,
        .href = str_format(rq->mem, "/work/duties/%lld", (long long)d->id.v),
    };
}

enum status duty_groups(struct req *rq, const struct campaign *c, const struct duty_row_view *rows,
                        const struct duty_item *items, size_t n, bool with_gaps, struct duty_group_view **out,
                        size_t *n_out)
{
    struct stage *stages;
    size_t n_stages;
    TRY(stage_list(rq->db, rq->mem, c->id, campaign_shown_version(c, false), &stages, &n_stages));
    *out = NEWN(rq->mem, struct duty_group_view, n_stages + 2);
    *n_out = 0;
    for (size_t s = 0; s <= n_stages; s++) {
        struct duty_group_view *g = &(*out)[*n_out];
        bool staged = s < n_stages;
        *g = (struct duty_group_view){.rows = NEWN(rq->mem, struct duty_row_view, n + 1)};
        if (staged) {
            g->title = stages[s].name;
            g->starts = stages[s].starts;
            g->ends = stages[s].ends;
            g->current = stage_is_current(&stages[s], rq->today);
        }
        for (size_t i = 0; i < n; i++)
            if (str_eq(items[i].campaign_ref, c->ref) && items[i].stage.v == (staged ? stages[s].id.v : 0))
                g->rows[g->n_rows++] = rows[i];
        g->gap = g->n_rows == 0;
        if (!g->gap || (staged && with_gaps)) ++*n_out;
    }
    return ST_OK;
}

/* The list */

static const struct part whose_part = {.name = "whose", .kind = "select", .label = TR_NOOP("Whose")};
static const struct part state_part = {.name = "state", .kind = "select", .label = TR_NOOP("State")};
static const char *const duty_states[] = {"owed", "overdue", "done", "waived", "adapted", "asked", NULL};

static str state_words(struct req *rq, str key)
{
    static const struct {
        const char *key, *label;
    } labels[] = {
        {"owed", TR_NOOP("Still owed")},
        {"overdue", TR_NOOP("Overdue")},
        {"done", TR_NOOP("Done")},
        {"waived", TR_NOOP("Excused")},
        {"adapted", TR_NOOP("Done otherwise")},
        {"asked", TR_NOOP("Waits for the level above")},
    };
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq(key, str_from(labels[i].key))) return req_tr(rq, labels[i].label);
    return key;
}

static bool fits(const struct duty_item *d, str state, day today)
{
    if (state.n == 0) return true;
    if (str_eq(state, STR("adapted"))) return d->adapted.n > 0;
    if (str_eq(state, STR("asked"))) return d->asked.n > 0;
    if (str_eq(state, STR("overdue"))) return str_eq(d->state, STR("owed")) && d->due.n > 0 && d->due.n < today.n;
    return str_eq(d->state, state);
}

static bool is_mine(struct req *rq, duty_id id)
{
    struct duty d;
    person_id who;
    return duty_load(rq->db, rq->mem, id, &d) == ST_OK && duty_accountable(rq->db, rq->mem, &d, &who) == ST_OK &&
           actor_answers_for(&rq->actor, who);
}

/* The unit with everything below it: of the first role that sees below. */
static unit_id below_of(const struct actor *who)
{
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(ACT_OVERVIEW, who->roles[i].role) == SCOPE_BELOW) return who->roles[i].unit;
    return (unit_id){0};
}

static enum status read_items(struct req *rq, struct duties_view *v, str state, struct duty_item **out, size_t *n)
{
    struct duty_item *list;
    size_t all;
    str next;
    if (str_eq(v->whose, STR("below"))) {
        struct duty_filter f = {.unit = below_of(&rq->actor),
                                .below = true,
                                .state = state,
                                .today = rq->today,
                                .after = req_query(rq, "after"),
                                .limit = LIMIT_ROWS_PAGE};
        if (f.after.n > 0) v->pager.previous = address_with(rq, "/work/duties", "after", (str){NULL, 0});
        TRY(duty_list(rq->db, rq->mem, &f, out, n, &next));
        if (next.n > 0) v->pager.next = address_with(rq, "/work/duties", "after", next);
        return ST_OK;
    }
    TRY(duty_mine(rq->db, rq->mem, &rq->actor, rq->today, &list, &all));
    *out = NEWN(rq->mem, struct duty_item, all + 1);
    *n = 0;
    for (size_t i = 0; i < all; i++)
        if (fits(&list[i], state, rq->today) && (!str_eq(v->whose, STR("mine")) || is_mine(rq, list[i].id)))
            (*out)[(*n)++] = list[i];
    return ST_OK;
}

static void fill_filters(struct req *rq, struct duties_view *v, str state)
{
    static const struct {
        const char *key, *label;
    } whose[] = {{"unit", TR_NOOP("My unit")}, {"mine", TR_NOOP("I answer for it")}, {"below", TR_NOOP("Units below")}};
    struct option_view *options = NEWN(rq->mem, struct option_view, COUNT_OF(whose));
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(whose); i++)
        if (i < 2 || below_of(&rq->actor).v != 0)
            options[n++] = (struct option_view){str_from(whose[i].key), req_tr(rq, whose[i].label), false};
    v->filters = NEWN(rq->mem, struct form_field_view, 2);
    v->filters[v->n_filters++] = part_choice(rq, &whose_part, v->whose, options, n);
    options = key_options(rq, duty_states, state, TR_NOOP("All"), state_words, &n);
    v->filters[v->n_filters++] = part_choice(rq, &state_part, state, options, n);
}

/* A unit of theirs in which they may publish and add. */
static enum status fill_own(struct req *rq, const struct campaign *c, struct duty_campaign_view *out)
{
    unit_id units[ACTOR_ROLES];
    size_t n = actor_units(&rq->actor, ACT_DUTY, units);
    for (size_t i = 0; i < n; i++) {
        struct own_list list;
        struct unit u;
        if (!campaign_in_scope(rq->db, rq->mem, c, units[i])) continue;
        TRY(own_list_get(rq->db, rq->mem, c->id, units[i], &list));
        TRY(unit_get(rq->db, rq->mem, units[i], &u));
        out->own = true;
        out->unit = req_name(rq, u.name_en, u.name_zh);
        out->unit_code = u.code;
        out->listed = list.at.ms == 0 ? (day){0} : day_in_zone(&rq->city->zone, list.at);
        return ST_OK;
    }
    return ST_OK;
}

static bool has_ref(const struct duties_view *v, str ref)
{
    for (size_t i = 0; i < v->n_campaigns; i++)
        if (str_eq(v->campaigns[i].ref, ref)) return true;
    return false;
}

static enum status fill_campaigns(struct req *rq, struct duties_view *v, const struct duty_item *items, size_t n)
{
    struct duty_row_view *rows = NEWN(rq->mem, struct duty_row_view, n + 1);
    v->campaigns = NEWN(rq->mem, struct duty_campaign_view, CAMPAIGNS_SHOWN);
    for (size_t i = 0; i < n; i++) rows[i] = duty_row(rq, &items[i]);
    for (size_t i = 0; i < n && v->n_campaigns < CAMPAIGNS_SHOWN; i++) {
        struct campaign c;
        if (has_ref(v, items[i].campaign_ref)) continue;
        TRY(campaign_get(rq->db, rq->mem, &rq->actor, items[i].campaign_ref, &c));
        struct duty_campaign_view *row = &v->campaigns[v->n_campaigns++];
        *row = (struct duty_campaign_view){.ref = c.ref, .name = c.name};
        if (!str_eq(v->whose, STR("below"))) TRY(fill_own(rq, &c, row));
        TRY(duty_groups(rq, &c, rows, items, n, false, &row->groups, &row->n_groups));
    }
    return ST_OK;
}

static enum status fill_asked(struct req *rq, struct duties_view *v)
{
    unit_id units[ACTOR_ROLES];
    size_t n_units = actor_units(&rq->actor, ACT_DECIDE, units);
    v->decides = n_units > 0;
    for (size_t i = 0; i < n_units; i++) {
        struct duty_item *list;
        size_t n;
        TRY(duty_asked_below(rq->db, rq->mem, units[i], &list, &n));
        struct duty_row_view *rows = NEWN(rq->mem, struct duty_row_view, v->n_asked + n + 1);
        for (size_t k = 0; k < v->n_asked; k++) rows[k] = v->asked[k];
        v->asked = rows;
        for (size_t k = 0; k < n; k++) {
            struct duty_row_view row = duty_row(rq, &list[k]);
            row.chip.text = req_tr(rq, str_eq(list[k].asked, STR("waive")) ? TR_NOOP("asks to be excused")
                                                                           : TR_NOOP("asks for another way"));
            v->asked[v->n_asked++] = row;
        }
    }
    return ST_OK;
}

static enum status page_duties(struct req *rq)
{
    struct duties_view v = {.whose = req_query(rq, "whose"), .banner = done_banner(rq)};
    struct duty_item *items;
    size_t n;
    str state = STR("");
    if (!rights_any(&rq->actor, ACT_OVERVIEW)) return ST_FORBIDDEN;
    if (!str_eq(v.whose, STR("mine")) && (!str_eq(v.whose, STR("below")) || below_of(&rq->actor).v == 0))
        v.whose = STR("unit");
    for (size_t i = 0; duty_states[i] != NULL; i++)
        if (str_eq(req_query(rq, "state"), str_from(duty_states[i]))) state = req_query(rq, "state");
    for (int i = 0; i < rq->actor.n_roles; i++) {
        person_id first;
        bool acting;
        v.leads = v.leads || leads_unit(rq, rq->actor.roles[i].unit, &first, &acting);
    }
    TRY(read_items(rq, &v, state, &items, &n));
    v.found = (int64_t)n;
    TRY(fill_asked(rq, &v));
    fill_filters(rq, &v, state);
    TRY(fill_campaigns(rq, &v, items, n));
    return RESPOND(rq, duties, &v, .title = req_tr(rq, "Duties"), .nav = "duties", .place = PLACE_WORK);
}

/* One duty */

enum status duty_desk_open(struct req *rq, struct duty_desk *k)
{
    *k = (struct duty_desk){.rq = rq};
    TRY(req_param_id(rq, 0, &k->d.id.v));
    TRY(duty_get(rq->db, rq->mem, &rq->actor, k->d.id, &k->d));
    TRY(duty_item_get(rq->db, rq->mem, k->d.id, &k->item));
    TRY(action_get(rq->db, rq->mem, k->d.action, &k->a));
    TRY(campaign_load(rq->db, rq->mem, k->d.campaign, &k->c));
    k->works = duty_works_there(rq->db, rq->mem, &rq->actor, &k->d);
    k->above = duty_is_above(rq->db, rq->mem, &rq->actor, k->d.unit);
    k->running = str_eq(k->c.state, STR("issued"));
    return ST_OK;
}

bool duty_desk_may_link(const struct duty_desk *k)
{
    bool counts = !str_eq(k->a.criterion, STR("own_list")) && !str_eq(k->a.criterion, STR("sent_down"));
    return k->running && counts && !str_eq(k->d.state, STR("waived"));
}

bool duty_desk_may_assign(const struct duty_desk *k)
{
    return k->running && str_eq(k->d.state, STR("owed"));
}

bool duty_desk_may_ask(const struct duty_desk *k)
{
    return k->running && str_eq(k->d.state, STR("owed")) && k->d.asked.n == 0 && (k->a.may_adapt || k->a.may_waive);
}

bool duty_desk_may_decide(const struct duty_desk *k)
{
    return k->d.asked.n > 0;
}

bool duty_desk_may_comment(const struct duty_desk *k)
{
    return k->running && !k->a.prescribed;
}

const char *duty_link_label(str kind)
{
    if (str_eq(kind, STR("matter"))) return TR_NOOP("Matter");
    if (str_eq(kind, STR("notice"))) return TR_NOOP("Notice");
    if (str_eq(kind, STR("bulletin"))) return TR_NOOP("Bulletin");
    return TR_NOOP("Document");
}

/* Where the record stands, for who may read it there. */
static str link_address(struct req *rq, const struct duty_link *l)
{
    struct matter m;
    struct casefile c;
    struct notice n;
    int64_t id;
    if (str_eq(l->kind, STR("matter")) && matter_by_ref(rq->db, rq->mem, l->subject, &m) == ST_OK &&
        casefile_get(rq->db, rq->mem, &rq->actor, m.casefile, &c) == ST_OK)
        return str_format(rq->mem, "/work/case/%lld", (long long)m.casefile.v);
    if (str_eq(l->kind, STR("notice")) && str_int(l->subject, &id) &&
        notice_get(rq->db, rq->mem, &rq->actor, (notice_id){id}, &n) == ST_OK)
        return str_format(rq->mem, "/work/notices/%lld", (long long)id);
    bool is_address = str_starts(l->subject, STR("https://")) || str_starts(l->subject, STR("http://"));
    return is_address ? l->subject : STR("");
}

static enum status fill_links(struct duty_desk *k, struct duty_page_view *v)
{
    struct req *rq = k->rq;
    struct duty_link *list;
    size_t n;
    TRY(duty_links(rq->db, rq->mem, &k->d, &list, &n));
    v->links = NEWN(rq->mem, struct duty_link_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->links[v->n_links++] = (struct duty_link_view){
            .id = part_id(rq, list[i].id.v),
            .kind = list[i].kind,
            .label = req_tr(rq, duty_link_label(list[i].kind)),
            .subject = list[i].subject,
            .href = link_address(rq, &list[i]),
            .words = list[i].words,
            .person = list[i].person_name,
            .counts = list[i].counts,
            .at = list[i].at,
        };
    return ST_OK;
}

static enum status fill_steps(struct duty_desk *k, struct duty_page_view *v)
{
    struct req *rq = k->rq;
    struct campaign_event_row *list;
    size_t n;
    TRY(campaign_history(rq->db, rq->mem, k->d.campaign, k->d.id, &list, &n));
    v->steps = NEWN(rq->mem, struct duty_step_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->steps[v->n_steps++] = (struct duty_step_view){
            .label = str_from(campaign_event_label(list[i].kind)),
            .words = list[i].words,
            .person = list[i].person_name,
            .unit = req_name(rq, list[i].unit_en, list[i].unit_zh),
            .at = list[i].at,
        };
    return ST_OK;
}

/* Who answers, and who does the work while they are away (T74). */
static enum status fill_owner(struct duty_desk *k, struct duty_page_view *v)
{
    struct req *rq = k->rq;
    struct absence *list;
    person_id who;
    size_t n;
    enum status st = duty_accountable(rq->db, rq->mem, &k->d, &who);
    if (st == ST_NOT_FOUND) return ST_OK;
    TRY(st);
    v->owner = person_shown(rq, who, k->d.unit);
    v->named = k->d.owner.v != 0;
    TRY(absence_list(rq->db, rq->mem, who, rq->now, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].from.ms <= rq->now.ms && list[i].to.ms > rq->now.ms) v->away = list[i].deputy_name;
    return ST_OK;
}

static void fill_buttons(struct duty_desk *k, struct duty_page_view *v)
{
    struct req *rq = k->rq;
    str form = str_format(rq->mem, "/work/duties/%lld/form/", (long long)k->d.id.v);
    str list_page = str_format(rq->mem, "/work/own-list/%.*s?unit=%.*s", STR_ARG(k->c.ref),
                               STR_ARG(percent_encode(rq->mem, k->item.unit_code)));
    bool owed = k->works && duty_desk_may_assign(k);
    const struct {
        bool shown;
        str href;
        const char *label;
    } list[] = {
        {k->above && duty_desk_may_decide(k), str_concat(rq->mem, form, STR("decide")),
         TR_NOOP("Decide on the request")},
        {owed && str_eq(k->a.criterion, STR("own_list")), list_page, TR_NOOP("Publish the own list")},
        {owed && str_eq(k->a.criterion, STR("sent_down")), STR("/work/notices"), TR_NOOP("Go to the notices")},
        {k->works && duty_desk_may_link(k), str_concat(rq->mem, form, STR("link")), TR_NOOP("Link a record")},
        {k->works && duty_desk_may_ask(k), str_concat(rq->mem, form, STR("ask")),
         TR_NOOP("Ask to adapt or to be excused")},
        {owed, str_concat(rq->mem, form, STR("assign")), TR_NOOP("Name who answers for it")},
        {k->above && duty_desk_may_comment(k), str_concat(rq->mem, form, STR("comment")),
         TR_NOOP("Comment on the project")},
    };
    v->buttons = NEWN(rq->mem, struct duty_button_view, COUNT_OF(list));
    for (size_t i = 0; i < COUNT_OF(list); i++) {
        if (!list[i].shown) continue;
        v->buttons[v->n_buttons] =
            (struct duty_button_view){list[i].href, req_tr(rq, list[i].label), v->n_buttons == 0 && i < 4};
        v->n_buttons++;
    }
    v->may_link = k->works && duty_desk_may_link(k);
}

static void fill_words(struct duty_desk *k, struct duty_page_view *v)
{
    struct req *rq = k->rq;
    v->id = part_id(rq, k->d.id.v);
    v->name = k->a.name;
    v->campaign = k->c.name;
    v->ref = k->c.ref;
    v->unit = req_name(rq, k->item.unit_en, k->item.unit_zh);
    v->unit_code = k->item.unit_code;
    v->stage = k->item.stage_name;
    v->prescribed = k->a.prescribed;
    v->state = k->d.state;
    v->chip = chip_of(rq, &k->item);
    v->due = k->d.due;
    v->done_at = k->d.done_at;
    v->criteria = k->a.criteria;
    v->criterion = campaign_criterion_words(rq, k->a.criterion, k->a.criterion_n);
    v->evidence = k->a.evidence;
    v->met = k->d.met;
    v->needed = duty_row(rq, &k->item).needed;
    bool owed = str_eq(k->d.state, STR("owed"));
    v->missing = owed && v->needed > v->met ? v->needed - v->met : 0;
    v->adapted = k->d.adapted;
    v->asked = k->d.asked;
    if (k->d.asked.n > 0) v->asked_words = k->d.reason;
    if (str_eq(k->d.state, STR("waived"))) v->reason = k->d.reason;
    v->approver = person_shown(rq, k->d.approver, (unit_id){0});
    if (k->d.carried.v != 0) v->carried = str_format(rq->mem, "/work/duties/%lld", (long long)k->d.carried.v);
}

static enum status page_duty(struct req *rq)
{
    struct duty_desk k;
    struct duty_page_view v = {.banner = done_banner(rq)};
    TRY(duty_desk_open(rq, &k));
    fill_words(&k, &v);
    TRY(fill_owner(&k, &v));
    TRY(fill_links(&k, &v));
    TRY(fill_steps(&k, &v));
    fill_buttons(&k, &v);
    return RESPOND(rq, duty_page, &v, .title = v.name, .nav = "duties", .place = PLACE_WORK);
}

static const struct route rows[] = {
    {HTTP_GET, "/work/duties", SIGNED_IN, NO_BODY, page_duties, 0,
     "what my unit owes, by stage; ?whose= unit, mine or below, state="},
    {HTTP_GET, "/work/duties/:id", SIGNED_IN, NO_BODY, page_duty, 0,
     "one duty: what is owed, what counts, its history"},
    {HTTP_POST, "/work/duties/:id/unlink", SIGNED_IN, FORM_BODY, page_duty_unlink, 0, "takes a linked record back"},
    {HTTP_GET, "/work/duties/:id/form/:deed", SIGNED_IN, NO_BODY, page_duty_form, 0,
     "the form for link, assign, ask, decide or comment"},
    {HTTP_POST, "/work/duties/:id/form/:deed", SIGNED_IN, FORM_BODY, page_duty_do, 0, "does it"},
    {HTTP_GET, "/work/own-list/:ref", SIGNED_IN, NO_BODY, page_own_list, 0, "a unit's own list; ?unit=CODE"},
    {HTTP_POST, "/work/own-list/:ref", SIGNED_IN, FORM_BODY, page_own_list_do, 0, "publishes it"},
    {HTTP_GET, "/work/project-new/:ref", SIGNED_IN, NO_BODY, page_project, 0, "an optional project; ?unit=CODE"},
    {HTTP_POST, "/work/project-new/:ref", SIGNED_IN, FORM_BODY, page_project_do, 0, "adds it"},
    {HTTP_GET, "/work/leader", SIGNED_IN, NO_BODY, page_leader, 0, "what I owe as first person responsible, by stage"},
};
const struct route_list duty_route_list = {rows, COUNT_OF(rows)};
