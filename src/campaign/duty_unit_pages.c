/* duty_unit_pages: what a unit does for itself in a campaign (its own list, optional projects), and what its leader owes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty_pages.h"
#include "campaign/notice.h"
#include "campaign/words.h"
#include "gen/tpl/leader_page.h"

#define CAMPAIGNS_SHOWN 20

bool leads_unit(struct req *rq, unit_id unit, person_id *first, bool *acting)
{
    if (post_holder(rq->db, rq->mem, unit, POST_FIRST, first) != ST_OK) return false;
    *acting = first->v != rq->actor.person.v;
    return actor_signs_for(&rq->actor, *first);
}

/* A campaign that runs and one's own unit in its scope, from ?unit= or the form. */
struct own {
    struct req *rq;
    struct campaign c;
    struct unit u;
    str code;
    struct plan_action a;
    duty_id made;
};

static enum status own_open(struct req *rq, struct own *w)
{
    unit_id units[ACTOR_ROLES];
    size_t n = actor_units(&rq->actor, ACT_DUTY, units);
    *w = (struct own){.rq = rq};
    TRY(campaign_get(rq->db, rq->mem, &rq->actor, req_param(rq, 0), &w->c));
    w->code = part_value(rq, "unit", req_query(rq, "unit"));
    for (size_t i = 0; i < n; i++) {
        struct unit u;
        TRY(unit_get(rq->db, rq->mem, units[i], &u));
        bool wanted = w->code.n == 0 || str_eq(w->code, u.code);
        if (!wanted || !campaign_in_scope(rq->db, rq->mem, &w->c, u.id)) continue;
        w->u = u;
        w->code = u.code;
        return str_eq(w->c.state, STR("issued")) ? ST_OK : ST_NOT_FOUND;
    }
    return ST_NOT_FOUND;
}

static struct campaign_command own_command(struct own *w)
{
    struct req *rq = w->rq;
    return (struct campaign_command){.city = rq->city, .who = &rq->actor, .campaign = w->c.id, .faults = &rq->faults};
}

static struct duty_form_view own_form(struct own *w, const char *path)
{
    struct req *rq = w->rq;
    struct duty_form_view v = {
        .back = STR("/work/duties"),
        .back_label = req_tr(rq, "Back to the duties"),
        .caption =
            str_format(rq->mem, "%.*s · %.*s", STR_ARG(req_name(rq, w->u.name_en, w->u.name_zh)), STR_ARG(w->c.name)),
        .action = str_format(rq->mem, "%s/%.*s", path, STR_ARG(w->c.ref)),
    };
    v.hidden = NEWN(rq->mem, struct option_view, 1);
    v.hidden[v.n_hidden++] = (struct option_view){w->code, STR("unit"), false};
    return v;
}

/* Own list */

static enum status show_list(struct own *w, int status)
{
    static const struct part text = {.name = "text",
                                     .kind = "area",
                                     .label = TR_NOOP("What your unit adds in words"),
                                     .hint = TR_NOOP("What it begins with, by when, whom to ask. Public at once"),
                                     .rows = 8,
                                     .max = CAMPAIGN_TEXT_POINTS,
                                     .optional = true};
    struct req *rq = w->rq;
    struct own_list list;
    TRY(own_list_get(rq->db, rq->mem, w->c.id, w->u.id, &list));
    struct form_field_view *fields = NEWN(rq->mem, struct form_field_view, 1);
    struct duty_form_view v = own_form(w, "/work/own-list");
    fields[0] = part_field(rq, &text, list.text);
    v.title = req_tr(rq, list.at.ms == 0 ? TR_NOOP("Publish the own list") : TR_NOOP("Change the own list"));
    v.lead =
        req_tr(rq, "The list is what your unit owes, with its optional projects, and these words. Units below read it; "
                   "before it is public you cannot send them tasks.");
    v.button = req_tr(rq, "Publish");
    v.fields = fields;
    v.n_fields = 1;
    return duty_form_show(rq, &v, "duties", status);
}

enum status page_own_list(struct req *rq)
{
    struct own *w = NEW(rq->mem, struct own);
    TRY(own_open(rq, w));
    return show_list(w, 0);
}

static enum status run_list(struct db *db, struct arena *mem, void *arg)
{
    struct own *w = arg;
    struct campaign_command cmd = own_command(w);
    return own_list_publish(db, mem, &cmd, w->u.id, req_form(w->rq, "text"));
}

enum status page_own_list_do(struct req *rq)
{
    struct own *w = NEW(rq->mem, struct own);
    TRY(own_open(rq, w));
    enum status st = duty_form_run(rq, run_list, w);
    if (st == ST_INVALID) return show_list(w, 400);
    TRY(st);
    return respond_redirect(rq, STR("/work/duties?done=list"));
}

/* Optional project */

static const struct part project_parts[] = {
    {.name = "name", .kind = "text", .label = TR_NOOP("Name of the project"), .max = CAMPAIGN_NAME_POINTS},
    {.name = "criteria",
     .kind = "area",
     .label = TR_NOOP("Done when"),
     .hint = TR_NOOP("What anybody can see afterwards"),
     .rows = 3,
     .max = CAMPAIGN_LINE_POINTS},
    {.name = "evidence",
     .kind = "area",
     .label = TR_NOOP("Shown by"),
     .hint = TR_NOOP("The least that shows the result. No photos, positions or check-ins"),
     .rows = 2,
     .max = CAMPAIGN_LINE_POINTS,
     .optional = true},
};
static const struct part stage_part = {.name = "stage", .kind = "select", .label = TR_NOOP("Stage"), .optional = true};
static const struct part aim_part = {.name = "aim", .kind = "select", .label = TR_NOOP("Aim"), .optional = true};
static const struct part due_part = {.name = "due_on", .kind = "date", .label = TR_NOOP("By"), .optional = true};

static enum status stage_field(struct own *w, struct form_field_view *out)
{
    struct req *rq = w->rq;
    struct stage *list;
    size_t n;
    TRY(stage_list(rq->db, rq->mem, w->c.id, w->c.version, &list, &n));
    struct option_view *options = NEWN(rq->mem, struct option_view, n + 1);
    options[0] = (struct option_view){STR(""), req_tr(rq, "No stage"), false};
    for (size_t i = 0; i < n; i++)
        options[i + 1] = (struct option_view){part_id(rq, list[i].id.v), list[i].name, false};
    *out = part_choice(rq, &stage_part, STR(""), options, n + 1);
    return ST_OK;
}

static enum status aim_field(struct own *w, struct form_field_view *out)
{
    struct req *rq = w->rq;
    struct aim *list;
    size_t n;
    TRY(aim_list(rq->db, rq->mem, w->c.id, w->c.version, &list, &n));
    struct option_view *options = NEWN(rq->mem, struct option_view, n + 1);
    options[0] = (struct option_view){STR(""), req_tr(rq, "Not chosen"), false};
    for (size_t i = 0; i < n; i++)
        options[i + 1] = (struct option_view){part_id(rq, list[i].id.v), list[i].name, false};
    *out = part_choice(rq, &aim_part, STR(""), options, n + 1);
    return ST_OK;
}

static enum status show_project(struct own *w, int status)
{
    struct req *rq = w->rq;
    struct form_field_view *fields = NEWN(rq->mem, struct form_field_view, FORM_FIELDS);
    struct duty_form_view v = own_form(w, "/work/project-new");
    v.fields = fields;
    for (size_t i = 0; i < COUNT_OF(project_parts); i++)
        fields[v.n_fields++] = part_field(rq, &project_parts[i], STR(""));
    TRY(stage_field(w, &fields[v.n_fields++]));
    TRY(aim_field(w, &fields[v.n_fields++]));
    fields[v.n_fields++] = part_field(rq, &due_part, STR(""));
    v.title = req_tr(rq, "Add an optional project");
    v.lead = req_tr(rq, "Nobody has to agree first. The level above and the public see it and may comment.");
    v.button = req_tr(rq, "Add the project");
    return duty_form_show(rq, &v, "duties", status);
}

enum status page_project(struct req *rq)
{
    struct own *w = NEW(rq->mem, struct own);
    TRY(own_open(rq, w));
    return show_project(w, 0);
}

static enum status run_project(struct db *db, struct arena *mem, void *arg)
{
    struct own *w = arg;
    struct campaign_command cmd = own_command(w);
    struct plan_action a = w->a; /* run again, it must be as it was given */
    return action_add_optional(db, mem, &cmd, w->u.id, &a, &w->made);
}

static void read_project(struct own *w)
{
    struct req *rq = w->rq;
    str due = req_form(rq, "due_on");
    w->a = (struct plan_action){
        .name = req_form(rq, "name"), .criteria = req_form(rq, "criteria"), .evidence = req_form(rq, "evidence")};
    (void)req_form_id(rq, "stage", &w->a.stage.v);
    (void)req_form_id(rq, "aim", &w->a.aim.v);
    if (due.n > 0 && !day_parse(due, &w->a.due))
        (void)fault(&rq->faults, "due_on", TR_NOOP("Enter a date that exists, for example 2026-12-31"));
}

enum status page_project_do(struct req *rq)
{
    struct own *w = NEW(rq->mem, struct own);
    TRY(own_open(rq, w));
    read_project(w);
    enum status st = duty_form_run(rq, run_project, w);
    if (st == ST_INVALID) return show_project(w, 400);
    TRY(st);
    if (w->made.v == 0) return respond_redirect(rq, STR("/work/duties?done=project")); /* sent twice */
    return respond_redirect(rq, str_format(rq->mem, "/work/duties/%lld?done=project", (long long)w->made.v));
}

/* The leader */

struct leading {
    struct req *rq;
    struct leader_page_view v;
    struct duty_item *items; /* what they answer for, in all campaigns */
    unit_id *unit;           /* of each */
    size_t n;
};

static void add_todo(struct leading *w, const char *key, const char *label, int64_t n, const char *kind,
                     const char *href)
{
    w->v.todo[w->v.n_todo++] = (struct leader_todo_view){str_from(key), req_tr(w->rq, label), n,
                                                         n > 0 ? str_from(kind) : STR(""), str_from(href)};
}

static enum status read_owed(struct leading *w)
{
    struct req *rq = w->rq;
    struct duty_item *list;
    size_t n;
    TRY(duty_mine(rq->db, rq->mem, &rq->actor, rq->today, &list, &n));
    w->items = NEWN(rq->mem, struct duty_item, n + 1);
    w->unit = NEWN(rq->mem, unit_id, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct duty d;
        person_id who;
        TRY(duty_load(rq->db, rq->mem, list[i].id, &d));
        if (duty_accountable(rq->db, rq->mem, &d, &who) != ST_OK || !actor_answers_for(&rq->actor, who)) continue;
        w->unit[w->n] = d.unit;
        w->items[w->n++] = list[i];
    }
    return ST_OK;
}

static enum status fill_todo(struct leading *w)
{
    struct req *rq = w->rq;
    struct notice_item *got;
    struct campaign *all;
    size_t n;
    unit_id units[ACTOR_ROLES];
    int64_t late = 0, soon = 0, unsigned_n = 0, asked_n = 0, plans = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (!str_eq(w->items[i].state, STR("owed")) || w->items[i].due.n == 0) continue;
        late += w->items[i].due.n < rq->today.n;
        soon += w->items[i].due.n >= rq->today.n && w->items[i].due.n <= rq->today.n + 7;
    }
    TRY(notice_received(rq->db, rq->mem, &rq->actor, &got, &n));
    for (size_t i = 0; i < n; i++) unsigned_n += got[i].signed_at.ms == 0;
    size_t n_units = actor_units(&rq->actor, ACT_DECIDE, units);
    for (size_t i = 0; i < n_units; i++) {
        struct duty_item *asked;
        TRY(duty_asked_below(rq->db, rq->mem, units[i], &asked, &n));
        asked_n += (int64_t)n;
    }
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &all, &n));
    for (size_t i = 0; i < n; i++) {
        bool waits = str_eq(all[i].state, STR("matched")) || str_eq(all[i].state, STR("approved"));
        plans += waits && campaign_may_sign(rq->db, rq->mem, &rq->actor, &all[i]);
    }
    w->v.todo = NEWN(rq->mem, struct leader_todo_view, 5);
    add_todo(w, "overdue", TR_NOOP("overdue"), late, "late", "/work/duties?whose=mine&state=overdue");
    add_todo(w, "due_soon", TR_NOOP("due within 7 days"), soon, "soon", "/work/duties?whose=mine&state=owed");
    add_todo(w, "to_sign", TR_NOOP("notices to sign for"), unsigned_n, "soon", "/work/notices");
    add_todo(w, "asked", TR_NOOP("requests to decide"), asked_n, "soon", "/work/duties");
    add_todo(w, "plans", TR_NOOP("plans to approve or issue"), plans, "soon", "/work/campaigns");
    return ST_OK;
}

/* Every campaign that runs over the unit, with each stage: one in which the leader owes nothing is a gap (T25). */
static enum status fill_campaigns(struct leading *w, const struct unit *u, struct leader_unit_view *out)
{
    struct req *rq = w->rq;
    struct campaign *all;
    size_t n;
    struct duty_item *items = NEWN(rq->mem, struct duty_item, w->n + 1);
    struct duty_row_view *rows = NEWN(rq->mem, struct duty_row_view, w->n + 1);
    size_t n_items = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (w->unit[i].v != u->id.v) continue;
        rows[n_items] = duty_row(rq, &w->items[i]);
        items[n_items++] = w->items[i];
    }
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &all, &n));
    out->campaigns = NEWN(rq->mem, struct leader_campaign_view, CAMPAIGNS_SHOWN);
    for (size_t i = 0; i < n && out->n_campaigns < CAMPAIGNS_SHOWN; i++) {
        struct own_list list;
        if (!str_eq(all[i].state, STR("issued")) || all[i].issuer.n > 0 ||
            !campaign_in_scope(rq->db, rq->mem, &all[i], u->id))
            continue;
        TRY(own_list_get(rq->db, rq->mem, all[i].id, u->id, &list));
        struct leader_campaign_view *c = &out->campaigns[out->n_campaigns++];
        *c = (struct leader_campaign_view){
            .ref = all[i].ref,
            .name = all[i].name,
            .public = str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s", STR_ARG(all[i].ref),
                                 STR_ARG(percent_encode(rq->mem, u->code))),
            .listed = list.at.ms == 0 ? (day){0} : day_in_zone(&rq->city->zone, list.at),
            .list_text = list.text,
        };
        TRY(duty_groups(rq, &all[i], rows, items, n_items, true, &c->groups, &c->n_groups));
    }
    return ST_OK;
}

static enum status fill_unit(struct leading *w, unit_id id)
{
    struct req *rq = w->rq;
    struct unit u;
    person_id first;
    bool acting;
    if (!leads_unit(rq, id, &first, &acting)) return ST_OK;
    TRY(unit_get(rq->db, rq->mem, id, &u));
    for (size_t i = 0; i < w->v.n_units; i++)
        if (str_eq(w->v.units[i].code, u.code)) return ST_OK;
    struct leader_unit_view *out = &w->v.units[w->v.n_units++];
    *out = (struct leader_unit_view){.unit = req_name(rq, u.name_en, u.name_zh),
                                     .code = u.code,
                                     .title = person_shown(rq, first, id),
                                     .acting = acting};
    return fill_campaigns(w, &u, out);
}

enum status page_leader(struct req *rq)
{
    struct leading *w = NEW(rq->mem, struct leading);
    w->rq = rq;
    w->v.name = rq->actor.name;
    w->v.units = NEWN(rq->mem, struct leader_unit_view, ACTOR_ROLES);
    TRY(read_owed(w));
    for (int i = 0; i < rq->actor.n_roles; i++) TRY(fill_unit(w, rq->actor.roles[i].unit));
    if (w->v.n_units == 0) return ST_NOT_FOUND;
    TRY(fill_todo(w));
    return RESPOND(rq, leader_page, &w->v, .title = req_tr(rq, "What I owe as a leader"), .nav = "duties",
                   .place = PLACE_WORK);
}
