/* admin_matter_pages: what administrators change that touches matters: categories, the end of a unit, the end of an account.
 *
 * Ending a unit or an account moves its open casefiles in the same transaction, so that none is ever without an accountable person.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/tpl/admin_categories.h"
#include "gen/view/admin_matter.h"
#include "matter/casefile.h"
#include "matter/category.h"
#include "matter/pages.h"
#include "matter/tally.h"
#include "people/admin_pages.h"
#include "people/person.h"
#include "people/unit.h"

/* ── categories ───────────────────────────────────────────────────────────────────────────────────────── */

static enum status category_crumbs(struct req *rq, struct category c, struct admin_categories_view *v)
{
    v->crumbs = NEWN(rq->mem, struct admin_crumb_view, 4);
    while (c.parent.v != 0 && v->n_crumbs < 3) {
        TRY(category_get(rq->db, rq->mem, c.parent, &c));
        memmove(v->crumbs + 1, v->crumbs, v->n_crumbs * sizeof v->crumbs[0]);
        v->crumbs[0] = (struct admin_crumb_view){c.code, req_name(rq, c.name_en, c.name_zh)};
        v->n_crumbs++;
    }
    return ST_OK;
}

static enum status page_categories(struct req *rq)
{
    struct category here = {0}, *list;
    struct unit u;
    size_t n;
    struct admin_categories_view v = {.banner = admin_banner(rq)};
    str code = req_query(rq, "below");
    TRY(admin_may(rq, ACT_ADMIN_CATEGORIES));
    if (code.n > 0) {
        TRY(category_by_code(rq->db, rq->mem, code, &here));
        v.name = req_name(rq, here.name_en, here.name_zh);
        v.code = here.code;
        TRY(category_crumbs(rq, here, &v));
    }
    TRY(category_children(rq->db, rq->mem, here.id, &list, &n));
    v.items = NEWN(rq->mem, struct admin_category_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct admin_category_view *row = &v.items[v.n_items++];
        *row = (struct admin_category_view){
            .id = part_id(rq, list[i].id.v),
            .code = list[i].code,
            .name = req_name(rq, list[i].name_en, list[i].name_zh),
            .other = rq->lang == LANG_ZH ? list[i].name_en : list[i].name_zh,
            .level = list[i].level,
            .below = list[i].level < 3,
        };
        if (list[i].unit.v != 0 && unit_get(rq->db, rq->mem, list[i].unit, &u) == ST_OK)
            row->unit = req_name(rq, u.name_en, u.name_zh);
    }
    return RESPOND(rq, admin_categories, &v, .title = v.name.n > 0 ? v.name : req_tr(rq, "Categories"), .nav = "admin",
                   .place = PLACE_WORK);
}

static enum status category_form(struct req *rq, const struct category *c, str action)
{
    static const struct part zh = {.name = "name_zh", .kind = "text", .label = TR_NOOP("Name in Chinese")};
    static const struct part en = {.name = "name_en", .kind = "text", .label = TR_NOOP("Name in English")};
    static const struct part unit = {.name = "unit",
                                     .kind = "text",
                                     .label = TR_NOOP("Code of the unit that usually answers"),
                                     .hint = TR_NOOP("A suggestion for the clerk, never automatic"),
                                     .optional = true};
    struct unit u;
    str code = c->unit.v != 0 && unit_get(rq->db, rq->mem, c->unit, &u) == ST_OK ? u.code : STR("");
    struct form_field_view fields[] = {part_field(rq, &zh, c->name_zh), part_field(rq, &en, c->name_en),
                                       part_field(rq, &unit, code)};
    struct admin_form_view v = {
        .title = c->id.v == 0 ? req_tr(rq, "Add a category") : req_tr(rq, "Change the category"),
        .caption = req_name(rq, c->name_en, c->name_zh),
        .action = action,
        .back = STR("/admin/categories"),
        .button = req_tr(rq, "Save"),
    };
    return admin_form_page(rq, &v, fields, COUNT_OF(fields));
}

struct category_change {
    struct req *rq;
    struct category c;
};

static enum status do_category_put(struct db *db, struct arena *mem, void *arg)
{
    const struct category_change *c = arg;
    struct category put = c->c; /* gets its key: run again, it must not have one */
    return category_put(db, mem, &c->rq->actor, &put, &c->rq->faults);
}

static enum status save_category(struct req *rq, struct category c, str action)
{
    struct category_change change = {rq, c};
    struct unit u;
    str code = req_form(rq, "unit");
    enum status st = ST_OK;
    change.c.name_zh = req_form(rq, "name_zh");
    change.c.name_en = req_form(rq, "name_en");
    change.c.unit = (unit_id){0};
    if (code.n > 0 && unit_by_code(rq->db, rq->mem, code, &u) == ST_OK) change.c.unit = u.id;
    else if (code.n > 0) st = fault(&rq->faults, "unit", "No unit has this code");
    if (st == ST_OK) st = db_write(rq->db, do_category_put, &change);
    if (rq->faults.n > 0) return category_form(rq, &change.c, action);
    TRY(st);
    return respond_redirect(rq, STR("/admin/categories?done=1"));
}

static enum status category_parent(struct req *rq, str code, struct category *c)
{
    struct category parent = {0};
    if (code.n > 0) TRY(category_by_code(rq->db, rq->mem, code, &parent));
    *c = (struct category){.parent = parent.id, .level = parent.level + 1};
    return parent.level < 3 ? ST_OK : ST_NOT_FOUND;
}

static str new_action(struct req *rq, str parent)
{
    return str_format(rq->mem, "/admin/category-new?parent=%.*s", STR_ARG(percent_encode(rq->mem, parent)));
}

static enum status page_category_new(struct req *rq)
{
    struct category c;
    TRY(admin_may(rq, ACT_ADMIN_CATEGORIES));
    TRY(category_parent(rq, req_query(rq, "parent"), &c));
    return category_form(rq, &c, new_action(rq, req_query(rq, "parent")));
}

static enum status page_category_add(struct req *rq)
{
    struct category c;
    TRY(admin_may(rq, ACT_ADMIN_CATEGORIES));
    TRY(category_parent(rq, req_query(rq, "parent"), &c));
    return save_category(rq, c, new_action(rq, req_query(rq, "parent")));
}

static enum status category_of(struct req *rq, struct category *c)
{
    TRY(admin_may(rq, ACT_ADMIN_CATEGORIES));
    return category_by_code(rq->db, rq->mem, req_param(rq, 0), c);
}

static str change_action(struct req *rq, const struct category *c)
{
    return str_format(rq->mem, "/admin/categories/%.*s/change", STR_ARG(c->code));
}

static enum status page_category_change(struct req *rq)
{
    struct category c;
    TRY(category_of(rq, &c));
    return category_form(rq, &c, change_action(rq, &c));
}

static enum status page_category_save(struct req *rq)
{
    struct category c;
    TRY(category_of(rq, &c));
    return save_category(rq, c, change_action(rq, &c));
}

static enum status do_category_end(struct db *db, struct arena *mem, void *arg)
{
    struct category_change *c = arg;
    return category_end(db, mem, &c->rq->actor, c->c.id, c->rq->now);
}

static enum status page_category_end(struct req *rq)
{
    struct category_change c = {.rq = rq};
    TRY(category_of(rq, &c.c));
    TRY(db_write(rq->db, do_category_end, &c));
    return respond_redirect(rq, STR("/admin/categories?done=1"));
}

/* ── the end of a unit ────────────────────────────────────────────────────────────────────────────────── */

static enum status unit_end_form(struct req *rq, const struct unit *u)
{
    static const struct part successor = {
        .name = "successor",
        .kind = "text",
        .label = TR_NOOP("Code of the unit that does its work from now on"),
        .hint = TR_NOOP("Its open casefiles and the units below it go there; nobody's date changes.")};
    struct form_field_view fields[] = {part_field(rq, &successor, STR(""))};
    struct admin_form_view v = {
        .title = req_tr(rq, "End the unit"),
        .caption = req_name(rq, u->name_en, u->name_zh),
        .action = str_format(rq->mem, "/admin/units/%.*s/end", STR_ARG(u->code)),
        .back = str_format(rq->mem, "/admin/units/%.*s", STR_ARG(u->code)),
        .button = req_tr(rq, "End the unit"),
        .warning = req_tr(rq, "Its office, roles and named people end today."),
        .ends = true,
    };
    return admin_form_page(rq, &v, fields, 1);
}

static enum status page_unit_end(struct req *rq)
{
    struct unit u;
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &u));
    return unit_end_form(rq, &u);
}

static enum status do_unit_end(struct db *db, struct arena *mem, struct admin_change *c)
{
    const struct city *city = c->rq->city;
    TRY(unit_end(db, mem, &c->rq->actor, c->unit.id, c->rq->today, c->successor, &c->rq->faults));
    if (city->unit_ended != NULL) TRY(city->unit_ended(db, mem, city, c->unit.id, c->successor));
    if (c->successor.v == 0) return ST_OK;
    TRY(casefile_move_all(db, mem, city, c->unit.id, c->successor, NULL));
    return city->tree_changed != NULL ? city->tree_changed(db, mem, city) : tally_rebuild(db, mem, city);
}

static enum status page_unit_end_do(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = do_unit_end};
    struct unit successor;
    enum status st = ST_OK;
    str code = req_form(rq, "successor");
    TRY(admin_may(rq, ACT_ADMIN_UNITS));
    TRY(admin_unit_of(rq, &c.unit));
    if (code.n > 0 && unit_by_code(rq->db, rq->mem, code, &successor) == ST_OK) c.successor = successor.id;
    else if (code.n > 0) st = fault(&rq->faults, "successor", "No unit has this code");
    if (st == ST_OK) st = admin_write(&c);
    if (rq->faults.n > 0) return unit_end_form(rq, &c.unit);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/admin/units/%.*s?done=1", STR_ARG(c.unit.code)));
}

/* ── the end of an account ────────────────────────────────────────────────────────────────────────────── */

static enum status person_end_form(struct req *rq, const struct person *p)
{
    struct admin_form_view v = {
        .title = req_tr(rq, "End the account"),
        .caption = p->name,
        .action = str_format(rq->mem, "/admin/people/%lld/end", (long long)p->id.v),
        .back = str_format(rq->mem, "/admin/people/%lld", (long long)p->id.v),
        .button = req_tr(rq, "End the account"),
        .warning =
            req_tr(rq, "The person can no longer sign in. Their open work goes to whoever answers for the unit."),
        .ends = true,
    };
    return admin_form_page(rq, &v, NULL, 0);
}

static enum status page_person_end(struct req *rq)
{
    struct person p;
    int64_t id;
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    TRY(req_param_id(rq, 0, &id));
    TRY(person_get(rq->db, rq->mem, (person_id){id}, &p));
    return person_end_form(rq, &p);
}

static enum status do_person_end(struct db *db, struct arena *mem, struct admin_change *c)
{
    TRY(person_end(db, mem, &c->rq->actor, (person_id){c->id}, c->rq->now, &c->rq->faults));
    return casefile_release(db, mem, c->rq->city, (person_id){c->id}, NULL);
}

static enum status page_person_end_do(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = do_person_end};
    struct person p;
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    TRY(req_param_id(rq, 0, &c.id));
    TRY(person_get(rq->db, rq->mem, (person_id){c.id}, &p));
    enum status st = admin_write(&c);
    if (rq->faults.n > 0) return person_end_form(rq, &p);
    TRY(st);
    return respond_redirect(rq, STR("/admin/people?done=1"));
}

static const struct route rows[] = {
    {HTTP_GET, "/admin/categories", SIGNED_IN, NO_BODY, page_categories, 0, "categories, level by level"},
    {HTTP_GET, "/admin/category-new", SIGNED_IN, NO_BODY, page_category_new, 0, "form for a new category"},
    {HTTP_POST, "/admin/category-new", SIGNED_IN, FORM_BODY, page_category_add, 0, "add a category"},
    {HTTP_GET, "/admin/categories/:code/change", SIGNED_IN, NO_BODY, page_category_change, 0, "form for a category"},
    {HTTP_POST, "/admin/categories/:code/change", SIGNED_IN, FORM_BODY, page_category_save, 0, "change a category"},
    {HTTP_POST, "/admin/categories/:code/end", SIGNED_IN, FORM_BODY, page_category_end, 0, "end a category"},
    {HTTP_GET, "/admin/units/:code/end", SIGNED_IN, NO_BODY, page_unit_end, 0, "form for the end of a unit"},
    {HTTP_POST, "/admin/units/:code/end", SIGNED_IN, FORM_BODY, page_unit_end_do, 0,
     "end a unit; its work goes to its successor"},
    {HTTP_GET, "/admin/people/:id/end", SIGNED_IN, NO_BODY, page_person_end, 0, "form for the end of an account"},
    {HTTP_POST, "/admin/people/:id/end", SIGNED_IN, FORM_BODY, page_person_end_do, 0,
     "end an account; its work goes on"},
};
const struct route_list admin_matter_route_list = {rows, COUNT_OF(rows)};
