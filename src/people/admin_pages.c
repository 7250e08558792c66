/* admin_pages: the tree of units, their offices and named people, the calendar. Read, ask the rules, render.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/admin_pages.h"

#include <string.h>

#include "base/limits.h"
#include "gen/sql/admin_event.h"
#include "gen/tpl/admin_form.h"
#include "gen/tpl/admin_holidays.h"
#include "gen/tpl/admin_index.h"
#include "gen/tpl/admin_unit.h"
#include "gen/tpl/admin_units.h"
#include "people/calendar.h"
#include "people/pages.h"
#include "people/person.h"

#define EVENTS_SHOWN 30
#define UNITS_PAGE   50

static const char *const unit_kinds[] = {"department", "county", "bureau", "township", "village", "partner", NULL};

/* ── shared ───────────────────────────────────────────────────────────────────────────────────────────── */

str role_label(struct req *rq, enum role role)
{
    return req_tr(rq, role_name(role));
}

str unit_kind_label(struct req *rq, str kind)
{
    static const struct {
        const char *key, *label;
    } kinds[] = {
        {"root", TR_NOOP("Municipality")},
        {"department", TR_NOOP("Department")},
        {"county", TR_NOOP("District or county")},
        {"bureau", TR_NOOP("Bureau")},
        {"township", TR_NOOP("Township or subdistrict")},
        {"village", TR_NOOP("Village or community")},
        {"partner", TR_NOOP("Partner")},
    };
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq(kind, str_from(kinds[i].key))) return req_tr(rq, kinds[i].label);
    return kind;
}

enum status admin_may(struct req *rq, enum action action)
{
    return rights_any(&rq->actor, action) ? ST_OK : ST_NOT_FOUND;
}

enum status admin_unit_of(struct req *rq, struct unit *out)
{
    return unit_by_code(rq->db, rq->mem, req_param(rq, 0), out);
}

str admin_banner(struct req *rq)
{
    return req_query(rq, "done").n > 0 ? req_tr(rq, "Saved.") : (str){NULL, 0};
}

static enum status run_change(struct db *db, struct arena *mem, void *arg)
{
    struct admin_change *c = arg;
    return c->run(db, mem, c);
}

enum status admin_write(struct admin_change *c)
{
    return db_write(c->rq->db, run_change, c);
}

enum status admin_form_page(struct req *rq, struct admin_form_view *v, struct form_field_view *fields, size_t n)
{
    v->faults = req_faults_view(rq);
    v->fields = fields;
    v->n_fields = n;
    return RESPOND(rq, admin_form, v, .title = v->title, .nav = "admin", .place = PLACE_WORK,
                   .status = v->faults == NULL ? 200 : 400);
}

/* ── start ────────────────────────────────────────────────────────────────────────────────────────────── */

static str event_label(struct req *rq, str kind)
{
    static const struct {
        const char *starts, *label;
    } labels[] = {
        {"unit", TR_NOOP("Unit")},       {"office", TR_NOOP("Office")},     {"post", TR_NOOP("Named person")},
        {"person", TR_NOOP("Person")},   {"member", TR_NOOP("Role")},       {"absence", TR_NOOP("Absence")},
        {"holiday", TR_NOOP("Holiday")}, {"category", TR_NOOP("Category")}, {"phrase", TR_NOOP("Text for answers")},
    };
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_starts(kind, str_from(labels[i].starts))) return req_tr(rq, labels[i].label);
    return kind;
}

static enum status page_admin(struct req *rq)
{
    struct q_admin_event_list *rows;
    struct admin_index_view v = {0};
    size_t n;
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(office_coverage(rq->db, rq->mem, rq->city->root, &v.units, &v.with_office));
    TRY(q_admin_event_list(rq->db, rq->mem, INT64_MAX, EVENTS_SHOWN, &rows, &n));
    v.events = NEWN(rq->mem, struct admin_event_row_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.events[v.n_events++] =
            (struct admin_event_row_view){event_label(rq, rows[i].kind), rows[i].person_name, rows[i].text, rows[i].at};
    return RESPOND(rq, admin_index, &v, .title = req_tr(rq, "Administration"), .nav = "admin", .place = PLACE_WORK);
}

/* ── units ────────────────────────────────────────────────────────────────────────────────────────────── */

static enum status crumbs(struct req *rq, unit_id unit, struct admin_crumb_view **out, size_t *n)
{
    struct unit *up;
    size_t count;
    TRY(unit_ancestors(rq->db, rq->mem, unit, false, &up, &count));
    *out = NEWN(rq->mem, struct admin_crumb_view, count + 1);
    *n = count;
    for (size_t i = 0; i < count; i++)
        (*out)[count - 1 - i] = (struct admin_crumb_view){up[i].code, req_name(rq, up[i].name_en, up[i].name_zh)};
    return ST_OK;
}

static enum status unit_row(struct req *rq, const struct unit *u, struct admin_unit_row_view *row)
{
    struct unit_glance g;
    TRY(unit_glance(rq->db, rq->mem, u->id, &g));
    *row = (struct admin_unit_row_view){
        .code = u->code,
        .name = req_name(rq, u->name_en, u->name_zh),
        .kind = unit_kind_label(rq, u->kind),
        .first = g.first,
        .office = g.office,
        .below = g.below,
    };
    return ST_OK;
}

/* The same list from behind its last unit; .p NULL when that was all. */
static str more_units(struct req *rq, const struct admin_units_view *v, const struct unit *list, size_t n)
{
    if (n < UNITS_PAGE) return (str){NULL, 0};
    str by = v->q.n > 0 ? v->q : v->code;
    return str_format(rq->mem, "/admin/units?%s=%.*s&after=%.*s", v->q.n > 0 ? "q" : "unit",
                      STR_ARG(percent_encode(rq->mem, by)), STR_ARG(percent_encode(rq->mem, list[n - 1].code)));
}

static enum status page_units(struct req *rq)
{
    struct unit *list, here;
    size_t n;
    str code = req_query(rq, "unit");
    struct admin_units_view v = {.q = req_query(rq, "q"), .banner = admin_banner(rq)};
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    if (v.q.n > 0) {
        TRY(unit_find(rq->db, rq->mem, rq->city, v.q, req_query(rq, "after"), UNITS_PAGE, &list, &n));
        v.name = req_tr(rq, "Units found");
    } else {
        if (code.n > 0) TRY(unit_by_code(rq->db, rq->mem, code, &here));
        else TRY(unit_get(rq->db, rq->mem, rq->city->root, &here));
        TRY(unit_children(rq->db, rq->mem, here.id, req_query(rq, "after"), UNITS_PAGE, &list, &n));
        TRY(crumbs(rq, here.id, &v.crumbs, &v.n_crumbs));
        v.code = here.code;
        v.name = req_name(rq, here.name_en, here.name_zh);
    }
    v.next = more_units(rq, &v, list, n);
    v.items = NEWN(rq->mem, struct admin_unit_row_view, n + 1);
    for (; v.n_items < n; v.n_items++) TRY(unit_row(rq, &list[v.n_items], &v.items[v.n_items]));
    return RESPOND(rq, admin_units, &v, .title = v.name, .nav = "admin", .place = PLACE_WORK);
}

static enum status fill_members(struct req *rq, const struct unit *u, struct admin_unit_view *v)
{
    struct member *list;
    size_t n;
    TRY(member_list(rq->db, rq->mem, u->id, &list, &n));
    v->members = NEWN(rq->mem, struct admin_member_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->members[v->n_members++] = (struct admin_member_view){
            .id = part_id(rq, list[i].id.v),
            .person = part_id(rq, list[i].person.v),
            .name = list[i].person_name,
            .login = list[i].login,
            .role = role_label(rq, list[i].role),
            .title = req_name(rq, list[i].title_en, list[i].title_zh),
        };
    return ST_OK;
}

static enum status fill_posts(struct req *rq, const struct unit *u, struct admin_unit_view *v)
{
    static const struct {
        enum post_kind kind;
        const char *key, *label;
    } posts[] = {
        {POST_FIRST, "first", TR_NOOP("First person responsible")},
        {POST_CONTACT, "contact", TR_NOOP("Contact")},
        {POST_DEPUTY, "deputy", TR_NOOP("Deputy")},
    };
    v->posts = NEWN(rq->mem, struct admin_post_view, COUNT_OF(posts));
    v->n_posts = COUNT_OF(posts);
    for (size_t i = 0; i < COUNT_OF(posts); i++) {
        struct admin_post_view *p = &v->posts[i];
        person_id holder = {0};
        enum status st = post_holder(rq->db, rq->mem, u->id, posts[i].kind, &holder);
        if (st != ST_OK && st != ST_NOT_FOUND) return st;
        p->kind = str_from(posts[i].key);
        p->label = req_tr(rq, posts[i].label);
        if (holder.v != 0) p->person = part_id(rq, holder.v);
        p->options = NEWN(rq->mem, struct option_view, v->n_members + 1);
        p->options[p->n_options++] = (struct option_view){STR(""), req_tr(rq, "nobody yet"), holder.v == 0};
        for (size_t k = 0; k < v->n_members; k++) {
            const struct admin_member_view *m = &v->members[k];
            bool chosen = str_eq(m->person, p->person);
            if (chosen) p->holder = m->name;
            p->options[p->n_options++] = (struct option_view){m->person, m->name, chosen};
        }
    }
    return ST_OK;
}

static enum status page_unit(struct req *rq)
{
    struct unit u, other;
    struct office office;
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &u));
    struct admin_unit_view v = {
        .code = u.code,
        .name = req_name(rq, u.name_en, u.name_zh),
        .other_name = rq->lang == LANG_ZH ? u.name_en : u.name_zh,
        .kind = u.kind,
        .kind_label = unit_kind_label(rq, u.kind),
        .remit = u.remit,
        .address = u.address,
        .phone = u.phone,
        .since = u.starts,
        .ends = u.ends,
        .banner = admin_banner(rq),
    };
    TRY(crumbs(rq, u.id, &v.crumbs, &v.n_crumbs));
    if (u.successor.v != 0 && unit_get(rq->db, rq->mem, u.successor, &other) == ST_OK)
        v.successor = req_name(rq, other.name_en, other.name_zh);
    if (u.line.v != 0 && unit_get(rq->db, rq->mem, u.line, &other) == ST_OK) {
        v.line = req_name(rq, other.name_en, other.name_zh);
        v.line_code = other.code;
    }
    if (office_of(rq->db, rq->mem, u.id, &office) == ST_OK) {
        struct admin_office_view *shown = NEW(rq->mem, struct admin_office_view);
        *shown = (struct admin_office_view){req_name(rq, office.name_en, office.name_zh), office.address, office.phone,
                                            office.hours};
        v.office = shown;
    }
    TRY(fill_members(rq, &u, &v));
    TRY(fill_posts(rq, &u, &v));
    return RESPOND(rq, admin_unit, &v, .title = v.name, .nav = "admin", .place = PLACE_WORK);
}

/* ── changing a unit ──────────────────────────────────────────────────────────────────────────────────── */

static str kind_label(struct req *rq, str kind)
{
    return unit_kind_label(rq, kind);
}

static struct option_view *kind_options(struct req *rq, size_t *n)
{
    struct option_view *list = NEWN(rq->mem, struct option_view, COUNT_OF(unit_kinds));
    for (*n = 0; unit_kinds[*n] != NULL; ++*n) {
        str key = str_from(unit_kinds[*n]);
        list[*n] = (struct option_view){key, kind_label(rq, key), false};
    }
    return list;
}

static str code_of(struct req *rq, unit_id id)
{
    struct unit u;
    return id.v != 0 && unit_get(rq->db, rq->mem, id, &u) == ST_OK ? u.code : STR("");
}

static enum status unit_form(struct req *rq, const struct unit *u, str action, str back)
{
    static const struct part parts[] = {
        {.name = "code",
         .kind = "text",
         .label = TR_NOOP("Code"),
         .hint = TR_NOOP("The administration's own number, for example 990100")},
        {.name = "name_zh", .kind = "text", .label = TR_NOOP("Name in Chinese")},
        {.name = "name_en", .kind = "text", .label = TR_NOOP("Name in English")},
        {.name = "kind", .kind = "select", .label = TR_NOOP("Kind")},
        {.name = "territory", .kind = "text", .label = TR_NOOP("Code of the unit above by territory")},
        {.name = "line", .kind = "text", .label = TR_NOOP("Code of the unit above by line"), .optional = true},
        {.name = "remit", .kind = "area", .label = TR_NOOP("Answers for"), .optional = true, .max = LIMIT_NOTE_POINTS},
        {.name = "address", .kind = "text", .label = TR_NOOP("Address"), .optional = true},
        {.name = "phone", .kind = "text", .label = TR_NOOP("Phone"), .optional = true},
    };
    const str values[] = {u->code,  u->name_zh, u->name_en, u->kind, code_of(rq, u->territory), code_of(rq, u->line),
                          u->remit, u->address, u->phone};
    struct form_field_view *fields = NEWN(rq->mem, struct form_field_view, COUNT_OF(parts));
    size_t n, used = 0;
    struct option_view *kinds = kind_options(rq, &n);
    bool root = str_eq(u->kind, STR("root"));
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (root && (i == 3 || i == 4 || i == 5)) continue;
        fields[used++] =
            i == 3 ? part_choice(rq, &parts[i], values[i], kinds, n) : part_field(rq, &parts[i], values[i]);
    }
    struct admin_form_view v = {
        .title = u->id.v == 0 ? req_tr(rq, "Add a unit") : req_tr(rq, "Change the unit"),
        .caption = req_name(rq, u->name_en, u->name_zh),
        .action = action,
        .back = back,
        .button = req_tr(rq, "Save"),
    };
    return admin_form_page(rq, &v, fields, used);
}

static str unit_path(struct req *rq, str code, const char *tail)
{
    return str_format(rq->mem, "/admin/units/%.*s%s", STR_ARG(percent_encode(rq->mem, code)), tail);
}

static enum status page_unit_new(struct req *rq)
{
    struct unit parent, u = {.kind = STR("bureau")};
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    if (unit_by_code(rq->db, rq->mem, req_query(rq, "parent"), &parent) == ST_OK) u.territory = parent.id;
    return unit_form(rq, &u, STR("/admin/unit-new"), STR("/admin/units"));
}

static enum status page_unit_change(struct req *rq)
{
    struct unit u;
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &u));
    return unit_form(rq, &u, unit_path(rq, u.code, "/change"), unit_path(rq, u.code, ""));
}

static enum status parent_by_code(struct req *rq, const char *field, unit_id *out)
{
    struct unit u;
    str code = req_form(rq, field);
    *out = (unit_id){0};
    if (code.n == 0) return ST_OK;
    if (unit_by_code(rq->db, rq->mem, code, &u) != ST_OK) return fault(&rq->faults, field, "No unit has this code");
    *out = u.id;
    return ST_OK;
}

static enum status do_unit_put(struct db *db, struct arena *mem, struct admin_change *c)
{
    struct unit before = {0};
    const struct city *city = c->rq->city;
    if (c->unit.id.v != 0) TRY(unit_get(db, mem, c->unit.id, &before));
    struct unit put = c->unit; /* gets its key: run again, it must not have one */
    TRY(unit_put(db, mem, &c->rq->actor, &put, c->rq->today, &c->rq->faults));
    bool moved = before.id.v != 0 && before.territory.v != put.territory.v;
    bool other = before.id.v == 0 || moved || before.line.v != put.line.v || !str_eq(before.kind, put.kind);
    if (moved && city->tree_changed != NULL) TRY(city->tree_changed(db, mem, city));
    return other && city->unit_added != NULL ? city->unit_added(db, mem, city, put.id) : ST_OK;
}

static enum status read_unit(struct req *rq, struct unit *u)
{
    u->code = req_form(rq, "code");
    u->name_zh = req_form(rq, "name_zh");
    u->name_en = req_form(rq, "name_en");
    u->remit = req_form(rq, "remit");
    u->address = req_form(rq, "address");
    u->phone = req_form(rq, "phone");
    if (str_eq(u->kind, STR("root"))) return ST_OK;
    u->kind = req_form(rq, "kind");
    enum status a = parent_by_code(rq, "territory", &u->territory);
    enum status b = parent_by_code(rq, "line", &u->line);
    return a == ST_OK ? b : a;
}

static enum status save_unit(struct req *rq, struct unit u, str action, str back)
{
    struct admin_change c = {.rq = rq, .run = do_unit_put};
    enum status st = read_unit(rq, &u);
    c.unit = u;
    if (st == ST_OK) st = admin_write(&c);
    if (rq->faults.n > 0) return unit_form(rq, &u, action, back);
    TRY(st);
    return respond_redirect(rq, unit_path(rq, c.unit.code, "?done=1"));
}

static enum status page_unit_add(struct req *rq)
{
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    return save_unit(rq, (struct unit){.starts = rq->today}, STR("/admin/unit-new"), STR("/admin/units"));
}

static enum status page_unit_save(struct req *rq)
{
    struct unit u;
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &u));
    return save_unit(rq, u, unit_path(rq, u.code, "/change"), unit_path(rq, u.code, ""));
}

/* ── office and posts ─────────────────────────────────────────────────────────────────────────────────── */

static enum status office_form(struct req *rq, const struct unit *u)
{
    static const struct part parts[] = {
        {.name = "name_zh", .kind = "text", .label = TR_NOOP("Name in Chinese")},
        {.name = "name_en", .kind = "text", .label = TR_NOOP("Name in English")},
        {.name = "address", .kind = "text", .label = TR_NOOP("Address"), .optional = true},
        {.name = "phone", .kind = "text", .label = TR_NOOP("Phone"), .optional = true},
        {.name = "hours", .kind = "text", .label = TR_NOOP("Opening hours"), .optional = true},
    };
    struct office o = {0};
    enum status st = office_of(rq->db, rq->mem, u->id, &o);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    const str values[] = {o.name_zh, o.name_en, o.address, o.phone, o.hours};
    struct form_field_view *fields = NEWN(rq->mem, struct form_field_view, COUNT_OF(parts));
    for (size_t i = 0; i < COUNT_OF(parts); i++) fields[i] = part_field(rq, &parts[i], values[i]);
    struct admin_form_view v = {
        .title = req_tr(rq, "Office"),
        .caption = req_name(rq, u->name_en, u->name_zh),
        .action = unit_path(rq, u->code, "/office"),
        .back = unit_path(rq, u->code, ""),
        .button = req_tr(rq, "Save"),
    };
    return admin_form_page(rq, &v, fields, COUNT_OF(parts));
}

static enum status page_office(struct req *rq)
{
    struct unit u;
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &u));
    return office_form(rq, &u);
}

static enum status do_office_put(struct db *db, struct arena *mem, struct admin_change *c)
{
    struct office now;
    struct office put = c->office; /* gets its key: run again, it must not have one */
    if (office_of(db, mem, c->unit.id, &now) == ST_OK) put.id = now.id;
    return office_put(db, mem, &c->rq->actor, &put, c->rq->today, &c->rq->faults);
}

static enum status page_office_save(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = do_office_put};
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &c.unit));
    c.office = (struct office){
        .unit = c.unit.id,
        .name_en = req_form(rq, "name_en"),
        .name_zh = req_form(rq, "name_zh"),
        .address = req_form(rq, "address"),
        .phone = req_form(rq, "phone"),
        .hours = req_form(rq, "hours"),
    };
    enum status st = admin_write(&c);
    if (rq->faults.n > 0) return office_form(rq, &c.unit);
    TRY(st);
    return respond_redirect(rq, unit_path(rq, c.unit.code, "?done=1"));
}

static enum status do_post_put(struct db *db, struct arena *mem, struct admin_change *c)
{
    return post_put(db, mem, &c->rq->actor, c->unit.id, c->post, (person_id){c->id}, c->rq->now);
}

static enum status page_post_save(struct req *rq)
{
    static const char *const kinds[] = {[POST_FIRST] = "first", [POST_CONTACT] = "contact", [POST_DEPUTY] = "deputy"};
    struct admin_change c = {.rq = rq, .run = do_post_put};
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &c.unit));
    TRY(req_form_id(rq, "person", &c.id));
    for (int i = POST_FIRST; i <= POST_DEPUTY; i++)
        if (str_eq(req_form(rq, "kind"), str_from(kinds[i]))) c.post = (enum post_kind)i;
    if (c.post == 0) return ST_INVALID;
    TRY(admin_write(&c));
    return respond_redirect(rq, unit_path(rq, c.unit.code, "?done=1"));
}

/* ── calendar ─────────────────────────────────────────────────────────────────────────────────────────── */

static enum status holidays(struct req *rq)
{
    static const struct part on = {.name = "on", .kind = "date", .label = TR_NOOP("Day")};
    static const struct part what = {.name = "working", .kind = "radios", .label = TR_NOOP("What it is")};
    static const struct part zh = {.name = "name_zh", .kind = "text", .label = TR_NOOP("Name in Chinese")};
    static const struct part en = {.name = "name_en", .kind = "text", .label = TR_NOOP("Name in English")};
    struct option_view *kinds = NEWN(rq->mem, struct option_view, 2);
    struct holiday *list;
    size_t n;
    TRY(holiday_list(rq->db, rq->mem, &list, &n));
    kinds[0] = (struct option_view){STR("0"), req_tr(rq, "day off"), false};
    kinds[1] = (struct option_view){STR("1"), req_tr(rq, "working day"), false};
    struct form_field_view fields[] = {part_field(rq, &on, STR("")), part_choice(rq, &what, STR("0"), kinds, 2),
                                       part_field(rq, &zh, STR("")), part_field(rq, &en, STR(""))};
    struct admin_holidays_view v = {
        .faults = req_faults_view(rq), .fields = fields, .n_fields = COUNT_OF(fields), .banner = admin_banner(rq)};
    v.items = NEWN(rq->mem, struct admin_holiday_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.items[v.n_items++] = (struct admin_holiday_view){part_id(rq, list[i].id.v), list[i].on, list[i].working,
                                                           req_name(rq, list[i].name_en, list[i].name_zh)};
    return RESPOND(rq, admin_holidays, &v, .title = req_tr(rq, "Holidays and make-up days"), .nav = "admin",
                   .place = PLACE_WORK, .status = v.faults == NULL ? 200 : 400);
}

static enum status page_holidays(struct req *rq)
{
    TRY(admin_may(rq, ACT_ADMIN_CALENDAR));
    return holidays(rq);
}

static enum status do_holiday_add(struct db *db, struct arena *mem, struct admin_change *c)
{
    return holiday_add(db, mem, &c->rq->actor, c->on, c->working, c->name_en, c->name_zh, &c->rq->faults);
}

static enum status page_holiday_add(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = do_holiday_add};
    TRY(admin_may(rq, ACT_ADMIN_CALENDAR));
    c.working = str_eq(req_form(rq, "working"), STR("1"));
    c.name_en = req_form(rq, "name_en");
    c.name_zh = req_form(rq, "name_zh");
    enum status st = ST_OK;
    if (!day_parse(req_form(rq, "on"), &c.on))
        st = fault(&rq->faults, "on", "Enter the date as year-month-day, for example 2026-03-05");
    else st = admin_write(&c);
    if (st == ST_CONFLICT) st = fault(&rq->faults, "on", "This day has an entry already");
    if (rq->faults.n > 0) return holidays(rq);
    TRY(st);
    site_changed_calendar(rq->site, rq->db);
    return respond_redirect(rq, STR("/admin/holidays?done=1"));
}

static enum status do_holiday_end(struct db *db, struct arena *mem, struct admin_change *c)
{
    return holiday_end(db, mem, &c->rq->actor, (holiday_id){c->id});
}

static enum status page_holiday_end(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = do_holiday_end};
    TRY(admin_may(rq, ACT_ADMIN_CALENDAR));
    TRY(req_param_id(rq, 0, &c.id));
    TRY(admin_write(&c));
    site_changed_calendar(rq->site, rq->db);
    return respond_redirect(rq, STR("/admin/holidays?done=1"));
}

static const struct route rows[] = {
    {HTTP_GET, "/admin", SIGNED_IN, NO_BODY, page_admin, 0, "administration: what changed lately"},
    {HTTP_GET, "/admin/units", SIGNED_IN, NO_BODY, page_units, 0, "the tree of units"},
    {HTTP_GET, "/admin/unit-new", SIGNED_IN, NO_BODY, page_unit_new, 0, "form for a new unit"},
    {HTTP_POST, "/admin/unit-new", SIGNED_IN, FORM_BODY, page_unit_add, 0, "add a unit"},
    {HTTP_GET, "/admin/units/:code", SIGNED_IN, NO_BODY, page_unit, 0, "one unit: office, posts, people"},
    {HTTP_GET, "/admin/units/:code/change", SIGNED_IN, NO_BODY, page_unit_change, 0, "form for a unit"},
    {HTTP_POST, "/admin/units/:code/change", SIGNED_IN, FORM_BODY, page_unit_save, 0, "change a unit"},
    {HTTP_GET, "/admin/units/:code/office", SIGNED_IN, NO_BODY, page_office, 0, "form for a unit's office"},
    {HTTP_POST, "/admin/units/:code/office", SIGNED_IN, FORM_BODY, page_office_save, 0, "name or change the office"},
    {HTTP_POST, "/admin/units/:code/post", SIGNED_IN, FORM_BODY, page_post_save, 0,
     "name the first person responsible, contact, deputy"},
    {HTTP_GET, "/admin/holidays", SIGNED_IN, NO_BODY, page_holidays, 0, "holidays and make-up days"},
    {HTTP_POST, "/admin/holidays", SIGNED_IN, FORM_BODY, page_holiday_add, 0, "add a day"},
    {HTTP_POST, "/admin/holidays/:id/end", SIGNED_IN, FORM_BODY, page_holiday_end, 0, "end a day's entry"},
};
const struct route_list admin_route_list = {rows, COUNT_OF(rows)};
