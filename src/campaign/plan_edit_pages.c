/* plan_edit_pages: forms for the rows of a plan: frame, stage, aim, goal, action, pilot unit. One row of a table a form: what it shows, what
 * it reads, what it changes.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "campaign/plan_edit.h"
#include "campaign/words.h"
#include "gen/tpl/plan_form.h"
#include "matter/pick_pages.h"
#include "people/person.h"

static const struct part starts_part = {.name = "starts", .kind = "date", .label = TR_NOOP("First day")};
static const struct part ends_part = {
    .name = "ends", .kind = "date", .label = TR_NOOP("Last day"), .hint = TR_NOOP("Empty: open end"), .optional = true};

void plan_form_add(struct plan_form_work *w, const struct part *p, str first)
{
    must(w->n_fields < PLAN_FORM_FIELDS);
    w->fields[w->n_fields++] = part_field(w->rq, p, first);
}

void plan_form_choice(struct plan_form_work *w, const struct part *p, str first, struct option_view *list, size_t n)
{
    must(w->n_fields < PLAN_FORM_FIELDS);
    w->fields[w->n_fields++] = part_choice(w->rq, p, first, list, n);
}

str plan_form_day(struct req *rq, day d)
{
    struct civil c = civil_from_day(d);
    return d.n == 0 ? STR("") : str_format(rq->mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

day plan_read_day(struct req *rq, const char *name)
{
    day out = {0};
    str text = req_form(rq, name);
    if (text.n > 0 && !day_parse(text, &out))
        (void)fault(&rq->faults, name, TR_NOOP("Enter the date as year-month-day, for example 2026-03-05"));
    return out;
}

int64_t plan_read_number(struct req *rq, const char *name)
{
    int64_t n = 0;
    return str_int(req_form(rq, name), &n) ? n : -1; /* the rule says what may stand there */
}

/* ── frame ────────────────────────────────────────────────────────────────────────────────────────────── */

static const struct part name_part = {
    .name = "name", .kind = "text", .label = TR_NOOP("Name of the campaign"), .max = CAMPAIGN_NAME_POINTS};
static const struct part theme_part = {.name = "theme",
                                       .kind = "area",
                                       .label = TR_NOOP("Theme"),
                                       .hint = TR_NOOP("In one sentence: what it is for"),
                                       .rows = 2,
                                       .max = CAMPAIGN_LINE_POINTS,
                                       .optional = true};
static const struct part owner_part = {.name = "owner", .kind = "select", .label = TR_NOOP("Accountable owner")};
static const struct part lead_part = {.name = "lead",
                                      .kind = "unit",
                                      .label = TR_NOOP("Lead office"),
                                      .hint = TR_NOOP("Its name or number"),
                                      .optional = true};
static const struct part members_part = {.name = "members",
                                         .kind = "area",
                                         .label = TR_NOOP("Joint members"),
                                         .hint = TR_NOOP("One unit a line, by its name or number"),
                                         .rows = 3,
                                         .optional = true};
static const struct part sign_part = {.name = "sign_days",
                                      .kind = "text",
                                      .label = TR_NOOP("Working days to sign for a notice"),
                                      .width = "10",
                                      .mode = "numeric"};
static const struct part cap_part = {.name = "ask_cap",
                                     .kind = "text",
                                     .label = TR_NOOP("Most that may be asked of one unit in a month"),
                                     .hint = TR_NOOP("Above it only the first person responsible may send"),
                                     .width = "10",
                                     .mode = "numeric"};

void plan_form_frame(struct plan_form_work *w, const struct plan_frame *f)
{
    struct req *rq = w->rq;
    plan_form_add(w, &name_part, f->name);
    plan_form_add(w, &theme_part, f->theme);
    plan_form_add(w, &starts_part, plan_form_day(rq, f->starts));
    plan_form_add(w, &ends_part, plan_form_day(rq, f->ends));
    plan_form_add(w, &sign_part, part_id(rq, f->sign_days));
    plan_form_add(w, &cap_part, part_id(rq, f->ask_cap));
    bool sent = rq->x->method == HTTP_POST;
    w->kinds = NEWN(rq->mem, struct option_view, CAMPAIGN_KINDS);
    for (w->n_kinds = 0; plan_kinds[w->n_kinds] != NULL; w->n_kinds++) {
        str kind = str_from(plan_kinds[w->n_kinds]);
        bool on = false;
        for (size_t i = 0; i < f->n_kinds; i++) on = on || str_eq(f->kinds[i], kind);
        if (sent) on = req_form_has(rq, str_format(rq->mem, "kind_%.*s", STR_ARG(kind)).p);
        w->kinds[w->n_kinds] = (struct option_view){kind, plan_kind_label(rq, kind), on};
    }
}

void plan_read_frame(struct req *rq, struct campaign_draft *d)
{
    size_t n = 0;
    d->name = req_form(rq, "name");
    d->theme = req_form(rq, "theme");
    d->starts = plan_read_day(rq, "starts");
    d->ends = plan_read_day(rq, "ends");
    d->sign_days = plan_read_number(rq, "sign_days");
    d->ask_cap = plan_read_number(rq, "ask_cap");
    for (size_t i = 0; plan_kinds[i] != NULL; i++)
        if (req_form_has(rq, str_format(rq->mem, "kind_%s", plan_kinds[i]).p)) d->kinds[n++] = str_from(plan_kinds[i]);
}

static enum status owner_choice(struct plan_form_work *w)
{
    struct req *rq = w->rq;
    struct member *list;
    size_t n, used = 1;
    TRY(member_list(rq->db, rq->mem, w->d.c.unit, &list, &n));
    struct option_view *options = NEWN(rq->mem, struct option_view, n + 1);
    options[0] = (struct option_view){STR(""), req_tr(rq, "Nobody yet"), false};
    for (size_t i = 0; i < n; i++) {
        str id = part_id(rq, list[i].person.v);
        if (str_eq(options[used - 1].value, id)) continue;
        options[used++] = (struct option_view){id, list[i].person_name, false};
    }
    plan_form_choice(w, &owner_part, w->d.c.owner.v == 0 ? STR("") : part_id(rq, w->d.c.owner.v), options, used);
    return ST_OK;
}

static enum status fill_parent(struct plan_form_work *w)
{
    struct campaign up = {0};
    if (w->d.c.parent.v != 0) TRY(campaign_load(w->rq->db, w->rq->mem, w->d.c.parent, &up));
    return plan_form_parent(w, up.ref);
}

static enum status fill_frame(struct plan_form_work *w)
{
    struct req *rq = w->rq;
    const struct campaign *c = &w->d.c;
    struct campaign_part *members;
    struct unit lead;
    struct plan_frame f = {c->name, c->theme, c->starts, c->ends, c->sign_days, c->ask_cap, NULL, 0};
    str typed = STR(""), lines = STR("");
    size_t n;
    TRY(campaign_kinds(rq->db, rq->mem, c->id, &f.kinds, &f.n_kinds));
    plan_form_frame(w, &f);
    if (c->version == 0 && c->issuer.n == 0) TRY(fill_parent(w));
    TRY(owner_choice(w));
    if (c->lead.v != 0) {
        TRY(unit_get(rq->db, rq->mem, c->lead, &lead));
        typed = unit_typed(rq, &lead);
    }
    plan_form_add(w, &lead_part, typed);
    TRY(campaign_parts(rq->db, rq->mem, c->id, STR("member"), w->d.version, &members, &n));
    for (size_t i = 0; i < n; i++)
        lines = str_format(rq->mem, "%.*s%.*s %.*s\n", STR_ARG(lines),
                           STR_ARG(req_name(rq, members[i].name_en, members[i].name_zh)), STR_ARG(members[i].code));
    plan_form_add(w, &members_part, lines);
    w->offers_units = true;
    return ST_OK;
}

static enum status read_members(struct req *rq, struct campaign_draft *d)
{
    str line, rest = req_form(rq, "members");
    while (rest.n > 0) {
        struct unit u;
        (void)str_cut(rest, '\n', &line, &rest);
        if (str_trim(line).n == 0) continue;
        if (d->n_members == CAMPAIGN_MEMBERS)
            return fault_max(&rq->faults, "members", TR_NOOP("At most {max} joint members"), CAMPAIGN_MEMBERS);
        TRY(unit_pick(rq, "members", str_trim(line), &u));
        d->members[d->n_members++] = u.id;
    }
    return ST_OK;
}

static enum status read_frame(struct plan_form_work *w)
{
    struct req *rq = w->rq;
    struct unit lead;
    enum status st;
    plan_read_frame(rq, &w->draft);
    if (w->d.c.version == 0) w->draft.parent_ref = req_form(rq, "parent");
    (void)req_form_id(rq, "owner", &w->draft.owner.v);
    st = unit_pick(rq, "lead", req_form(rq, "lead"), &lead);
    w->draft.lead = lead.id;
    if (st == ST_OK) st = read_members(rq, &w->draft);
    return st == ST_INVALID ? ST_OK : st;
}

static enum status run_frame(struct db *db, struct arena *mem, struct plan_form_work *w)
{
    struct campaign_command cmd = plan_command(&w->d);
    return campaign_change(db, mem, &cmd, &w->draft);
}

/* ── stage ────────────────────────────────────────────────────────────────────────────────────────────── */

static enum status fill_stage(struct plan_form_work *w)
{
    static const struct part name = {
        .name = "name", .kind = "text", .label = TR_NOOP("Name of the stage"), .max = CAMPAIGN_NAME_POINTS};
    static const struct part consolidates = {.name = "consolidates",
                                             .kind = "check",
                                             .label = TR_NOOP("This stage sums up and consolidates"),
                                             .hint = TR_NOOP("Return visits and the report are offered in it")};
    struct req *rq = w->rq;
    struct stage *list, s = {0};
    size_t n;
    TRY(stage_list(rq->db, rq->mem, w->d.c.id, w->d.version, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].id.v == w->id) s = list[i];
    if (w->id != 0 && s.id.v == 0) return ST_NOT_FOUND;
    plan_form_add(w, &name, s.name);
    plan_form_add(w, &starts_part, plan_form_day(rq, s.starts));
    plan_form_add(w, &ends_part, plan_form_day(rq, s.ends));
    plan_form_add(w, &consolidates, s.consolidates ? STR("1") : STR(""));
    return ST_OK;
}

static enum status read_stage(struct plan_form_work *w)
{
    struct req *rq = w->rq;
    w->stage = (struct stage){.id = {w->id},
                              .name = req_form(rq, "name"),
                              .starts = plan_read_day(rq, "starts"),
                              .ends = plan_read_day(rq, "ends"),
                              .consolidates = req_form(rq, "consolidates").n > 0};
    return ST_OK;
}

static enum status run_stage(struct db *db, struct arena *mem, struct plan_form_work *w)
{
    struct campaign_command cmd = plan_command(&w->d);
    struct stage s = w->stage;
    return stage_put(db, mem, &cmd, &s);
}

/* ── aim and goal ─────────────────────────────────────────────────────────────────────────────────────── */

static enum status fill_aim(struct plan_form_work *w)
{
    static const struct part name = {
        .name = "name", .kind = "text", .label = TR_NOOP("Aim"), .max = CAMPAIGN_NAME_POINTS};
    static const struct part line = {.name = "line", .kind = "select", .label = TR_NOOP("Line")};
    static const char *const lines[] = {"work", "development", "livelihood"};
    struct option_view *list = NEWN(w->rq->mem, struct option_view, COUNT_OF(lines));
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        list[i] = (struct option_view){str_from(lines[i]), req_tr(w->rq, aim_line_label(str_from(lines[i]))), false};
    plan_form_add(w, &name, STR(""));
    plan_form_choice(w, &line, STR("work"), list, COUNT_OF(lines));
    return ST_OK;
}

static enum status run_aim(struct db *db, struct arena *mem, struct plan_form_work *w)
{
    struct campaign_command cmd = plan_command(&w->d);
    aim_id id;
    return aim_add(db, mem, &cmd, req_form(w->rq, "line"), req_form(w->rq, "name"), &id);
}

static enum status aim_choice(struct plan_form_work *w, const char *first, str chosen)
{
    static const struct part aim = {.name = "aim", .kind = "select", .label = TR_NOOP("Aim")};
    struct req *rq = w->rq;
    struct aim *aims;
    size_t n, used = 0;
    TRY(aim_list(rq->db, rq->mem, w->d.c.id, w->d.version, &aims, &n));
    struct option_view *list = NEWN(rq->mem, struct option_view, n + 1);
    if (first != NULL) list[used++] = (struct option_view){STR(""), req_tr(rq, first), false};
    for (size_t i = 0; i < n; i++) list[used++] = (struct option_view){part_id(rq, aims[i].id.v), aims[i].name, false};
    plan_form_choice(w, &aim, chosen, list, used);
    return ST_OK;
}

static enum status fill_goal(struct plan_form_work *w)
{
    static const struct part name = {
        .name = "name", .kind = "text", .label = TR_NOOP("Goal"), .max = CAMPAIGN_NAME_POINTS};
    static const struct part indicator = {.name = "indicator",
                                          .kind = "select",
                                          .label = TR_NOOP("What the system counts"),
                                          .hint = TR_NOOP("Nobody reports it: it is counted from records")};
    static const char *const keys[] = {"raised", "answered", "solved", "duties_done", "optional_done", "signed"};
    struct req *rq = w->rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, COUNT_OF(keys));
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        list[i] = (struct option_view){str_from(keys[i]), req_tr(rq, goal_indicator_label(str_from(keys[i]))), false};
    plan_form_add(w, &name, STR(""));
    TRY(aim_choice(w, NULL, req_query(rq, "aim")));
    plan_form_choice(w, &indicator, STR("solved"), list, COUNT_OF(keys));
    return ST_OK;
}

static enum status read_goal(struct plan_form_work *w)
{
    (void)req_form_id(w->rq, "aim", &w->action.aim.v);
    return ST_OK;
}

static enum status run_goal(struct db *db, struct arena *mem, struct plan_form_work *w)
{
    struct campaign_command cmd = plan_command(&w->d);
    return goal_add(db, mem, &cmd, w->action.aim, req_form(w->rq, "name"), req_form(w->rq, "indicator"));
}

/* ── action ───────────────────────────────────────────────────────────────────────────────────────────── */

static const struct part action_parts[] = {
    {.name = "name", .kind = "text", .label = TR_NOOP("What every unit in scope does"), .max = CAMPAIGN_NAME_POINTS},
    {.name = "criteria",
     .kind = "area",
     .label = TR_NOOP("Done when"),
     .hint = TR_NOOP("What must be true, so that anybody can see it"),
     .rows = 3,
     .max = CAMPAIGN_LINE_POINTS},
    {.name = "evidence",
     .kind = "area",
     .label = TR_NOOP("Evidence asked for"),
     .hint = TR_NOOP("The least that shows the result. Photos and positions cannot be asked for"),
     .rows = 2,
     .max = CAMPAIGN_LINE_POINTS,
     .optional = true},
};
static const struct part criterion_part = {
    .name = "criterion", .kind = "select", .label = TR_NOOP("How the system sees that it is done")};
static const struct part number_part = {
    .name = "criterion_n", .kind = "text", .label = TR_NOOP("How many"), .width = "10", .mode = "numeric"};
static const struct part stage_part = {.name = "stage", .kind = "select", .label = TR_NOOP("Stage")};
static const struct part due_part = {.name = "due_on", .kind = "date", .label = TR_NOOP("Due by"), .optional = true};
static const struct part adapt_part = {.name = "may_adapt",
                                       .kind = "check",
                                       .label = TR_NOOP("A unit may ask to do it in another way"),
                                       .hint = TR_NOOP("With its reason; the level above agrees or not")};
static const struct part waive_part = {
    .name = "may_waive", .kind = "check", .label = TR_NOOP("A unit may ask to be excused")};
static const struct part locked_part = {.name = "locked",
                                        .kind = "check",
                                        .label = TR_NOOP("Locked"),
                                        .hint = TR_NOOP("Plans of units below carry it unchanged")};

static str yes(bool on)
{
    return on ? STR("1") : STR("");
}

static enum status stage_choice(struct plan_form_work *w, stage_id chosen)
{
    struct req *rq = w->rq;
    struct stage *drafted, *seen;
    str id = STR("");
    size_t n, n_seen;
    TRY(stage_list(rq->db, rq->mem, w->d.c.id, w->d.version, &drafted, &n));
    TRY(plan_stages_seen(&w->d, &seen, &n_seen));
    struct option_view *list = NEWN(rq->mem, struct option_view, n + 1);
    list[0] = (struct option_view){STR(""), req_tr(rq, "None: the whole campaign"), false};
    for (size_t i = 0; i < n; i++)
        list[i + 1] = (struct option_view){part_id(rq, drafted[i].id.v), drafted[i].name, false};
    for (size_t i = 0; i < n_seen; i++)
        for (size_t k = 0; k < n && seen[i].id.v == chosen.v; k++)
            if (drafted[k].no == seen[i].no) id = part_id(rq, drafted[k].id.v);
    plan_form_choice(w, &stage_part, id, list, n + 1);
    return ST_OK;
}

static void criterion_choice(struct plan_form_work *w, str chosen)
{
    static const char *const keys[] = {"record", "matters_answered", "matters_solved", "own_list", "sent_down"};
    struct option_view *list = NEWN(w->rq->mem, struct option_view, COUNT_OF(keys));
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        list[i] = (struct option_view){str_from(keys[i]), plan_criterion_words(w->rq, str_from(keys[i]), 0), false};
    plan_form_choice(w, &criterion_part, chosen, list, COUNT_OF(keys));
}

static enum status fill_action(struct plan_form_work *w)
{
    struct req *rq = w->rq;
    struct plan_action a = {.criterion = STR("record"), .criterion_n = 1};
    if (w->id != 0) {
        TRY(action_get(rq->db, rq->mem, (action_id){w->id}, &a));
        if (a.campaign.v != w->d.c.id.v || !a.prescribed || a.until != 0) return ST_NOT_FOUND;
    }
    const str firsts[] = {a.name, a.criteria, a.evidence};
    for (size_t i = 0; i < COUNT_OF(action_parts); i++) plan_form_add(w, &action_parts[i], firsts[i]);
    criterion_choice(w, a.criterion);
    plan_form_add(w, &number_part, part_id(rq, a.criterion_n));
    TRY(stage_choice(w, a.stage));
    TRY(aim_choice(w, TR_NOOP("None yet"), a.aim.v == 0 ? STR("") : part_id(rq, a.aim.v)));
    plan_form_add(w, &due_part, plan_form_day(rq, a.due));
    plan_form_add(w, &adapt_part, yes(a.may_adapt));
    plan_form_add(w, &waive_part, yes(a.may_waive));
    plan_form_add(w, &locked_part, yes(a.locked));
    return ST_OK;
}

static enum status read_action(struct plan_form_work *w)
{
    struct req *rq = w->rq;
    w->action = (struct plan_action){
        .id = {w->id},
        .name = req_form(rq, "name"),
        .criteria = req_form(rq, "criteria"),
        .evidence = req_form(rq, "evidence"),
        .criterion = req_form(rq, "criterion"),
        .criterion_n = plan_read_number(rq, "criterion_n"),
        .due = plan_read_day(rq, "due_on"),
        .may_adapt = req_form(rq, "may_adapt").n > 0,
        .may_waive = req_form(rq, "may_waive").n > 0,
        .locked = req_form(rq, "locked").n > 0,
    };
    (void)req_form_id(rq, "stage", &w->action.stage.v);
    (void)req_form_id(rq, "aim", &w->action.aim.v);
    return ST_OK;
}

static enum status run_action(struct db *db, struct arena *mem, struct plan_form_work *w)
{
    struct campaign_command cmd = plan_command(&w->d);
    struct plan_action a = w->action;
    return action_put(db, mem, &cmd, &a);
}

/* ── pilot unit ───────────────────────────────────────────────────────────────────────────────────────── */

static enum status fill_pilot(struct plan_form_work *w)
{
    static const struct part unit = {.name = "unit",
                                     .kind = "unit",
                                     .label = TR_NOOP("Unit that goes first"),
                                     .hint = TR_NOOP("Its name or number")};
    static const struct part lessons = {.name = "lessons",
                                        .kind = "area",
                                        .label = TR_NOOP("What the others should know"),
                                        .hint = TR_NOOP("Lessons, once there are some. Every unit reads them"),
                                        .rows = 5,
                                        .max = CAMPAIGN_TEXT_POINTS,
                                        .optional = true};
    struct req *rq = w->rq;
    struct campaign_part *list;
    str typed = STR(""), words = STR("");
    day starts = {0};
    size_t n;
    TRY(campaign_parts(rq->db, rq->mem, w->d.c.id, STR("pilot"), w->d.version, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(list[i].code, req_query(rq, "unit"))) continue;
        typed = str_format(rq->mem, "%.*s %.*s", STR_ARG(req_name(rq, list[i].name_en, list[i].name_zh)),
                           STR_ARG(list[i].code));
        words = list[i].lessons;
        starts = list[i].starts;
    }
    plan_form_add(w, &unit, typed);
    plan_form_add(w, &starts_part, plan_form_day(rq, starts));
    plan_form_add(w, &lessons, words);
    w->offers_units = true;
    return ST_OK;
}

static enum status read_pilot(struct plan_form_work *w)
{
    struct req *rq = w->rq;
    struct unit u;
    enum status st = unit_pick(rq, "unit", req_form(rq, "unit"), &u);
    w->unit = u.id;
    w->stage.starts = plan_read_day(rq, "starts");
    return st == ST_INVALID ? ST_OK : st;
}

static enum status run_pilot(struct db *db, struct arena *mem, struct plan_form_work *w)
{
    struct campaign_command cmd = plan_command(&w->d);
    return pilot_put(db, mem, &cmd, w->unit, w->stage.starts, req_form(w->rq, "lessons"));
}

/* ── the table ────────────────────────────────────────────────────────────────────────────────────────── */

static const struct edit_part {
    const char *key, *title, *title_new, *explain, *at;
    enum status (*fill)(struct plan_form_work *);
    enum status (*read)(struct plan_form_work *);
    enum status (*run)(struct db *, struct arena *, struct plan_form_work *);
} parts[] = {
    {"frame", TR_NOOP("Frame of the campaign"), TR_NOOP("Frame of the campaign"), NULL, "", fill_frame, read_frame,
     run_frame},
    {"stage", TR_NOOP("Change the stage"), TR_NOOP("Add a stage"),
     TR_NOOP("Stages may overlap, leave a gap, or have an open end. Which ones run follows the clock."), "#stages",
     fill_stage, read_stage, run_stage},
    {"aim", TR_NOOP("Add an aim"), TR_NOOP("Add an aim"), NULL, "#aims", fill_aim, NULL, run_aim},
    {"goal", TR_NOOP("Add a goal"), TR_NOOP("Add a goal"), NULL, "#aims", fill_goal, read_goal, run_goal},
    {"action", TR_NOOP("Change the action"), TR_NOOP("Prescribe an action"),
     TR_NOOP("Issuing makes one duty of it for each unit in scope."), "#actions", fill_action, read_action, run_action},
    {"pilot", TR_NOOP("Unit that goes first"), TR_NOOP("Unit that goes first"),
     TR_NOOP("It starts before the campaign does, and says what it learned."), "#pilots", fill_pilot, read_pilot,
     run_pilot},
};

static const struct edit_part *part_of(struct req *rq)
{
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (str_eq(req_param(rq, 1), str_from(parts[i].key))) return &parts[i];
    return NULL;
}

enum status plan_form_show(struct plan_form_work *w, struct plan_form_view *v, int status)
{
    struct req *rq = w->rq;
    v->faults = req_faults_view(rq);
    v->conflict = status == 409;
    v->once = req_once_new(rq);
    v->fields = w->fields;
    v->n_fields = w->n_fields;
    v->kinds = w->kinds;
    v->n_kinds = w->n_kinds;
    v->kinds_error = req_fault(rq, "kinds");
    if (w->offers_units) {
        struct unit_offers_view *offers = NEW(rq->mem, struct unit_offers_view);
        TRY(unit_offers(rq, &offers->items, &offers->n_items));
        v->units = offers;
    }
    return RESPOND(rq, plan_form, v, .title = v->title, .nav = "campaigns", .place = PLACE_WORK, .status = status);
}

static enum status show(struct plan_form_work *w, const struct edit_part *part, int status)
{
    struct req *rq = w->rq;
    struct plan_head_view *head = NEW(rq->mem, struct plan_head_view);
    TRY(plan_head_of(&w->d, head));
    TRY(part->fill(w));
    struct plan_form_view v = {
        .head = head,
        .id = w->id == 0 ? STR("") : part_id(rq, w->id),
        .title = req_tr(rq, w->id == 0 ? part->title_new : part->title),
        .explain = part->explain == NULL ? STR("") : req_tr(rq, part->explain),
        .action = plan_path(&w->d, str_format(rq->mem, "/edit/%s", part->key).p),
        .back = plan_path(&w->d, part->at),
        .button = req_tr(rq, "Save"),
    };
    return plan_form_show(w, &v, status);
}

enum status page_plan_edit(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    const struct edit_part *part = part_of(rq);
    *w = (struct plan_form_work){.rq = rq};
    TRY(plan_desk_to_write(rq, &w->d));
    if (part == NULL) return ST_NOT_FOUND;
    if (req_query(rq, "id").n > 0 && (!str_int(req_query(rq, "id"), &w->id) || w->id < 1)) return ST_NOT_FOUND;
    return show(w, part, 200);
}

struct saving {
    struct plan_change_run r;
    struct plan_form_work *w;
    const struct edit_part *part;
};

static enum status run_saving(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct saving *s = (struct saving *)(void *)r; /* r is its first member */
    return s->part->run(db, mem, s->w);
}

enum status page_plan_save(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    const struct edit_part *part = part_of(rq);
    *w = (struct plan_form_work){.rq = rq};
    TRY(plan_desk_to_write(rq, &w->d));
    if (part == NULL) return ST_NOT_FOUND;
    TRY(req_form_id(rq, "id", &w->id));
    TRY(plan_read_token(&w->d));
    if (part->read != NULL) TRY(part->read(w));
    if (rq->faults.n > 0) return show(w, part, 400);
    struct saving s = {.r = {.d = &w->d, .run = run_saving}, .w = w, .part = part};
    enum status st = plan_write_once(&s.r);
    if (st == ST_INVALID && rq->faults.n > 0) return show(w, part, 400);
    if (st == ST_CONFLICT) {
        TRY(plan_desk_to_write(rq, &w->d)); /* closed meanwhile: they are told so */
        return show(w, part, 409);
    }
    TRY(st);
    return respond_redirect(rq, plan_path(&w->d, str_format(rq->mem, "?done=1%s", part->at).p));
}
