/* admin_people_pages: accounts and the roles people hold.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/tpl/admin_people.h"
#include "gen/tpl/admin_person.h"
#include "people/admin_pages.h"
#include "people/pages.h"
#include "people/person.h"

#define PEOPLE_PAGE 50

static enum status page_people(struct req *rq)
{
    struct person *list;
    size_t n;
    struct admin_people_view v = {.q = req_query(rq, "q"), .banner = admin_banner(rq)};
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    TRY(person_list(rq->db, rq->mem, v.q, req_query(rq, "after"), PEOPLE_PAGE, &list, &n));
    v.items = NEWN(rq->mem, struct admin_person_row_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.items[v.n_items++] = (struct admin_person_row_view){part_id(rq, list[i].id.v), list[i].login, list[i].name};
    if (n == PEOPLE_PAGE)
        v.next = str_format(rq->mem, "/admin/people?q=%.*s&after=%.*s", STR_ARG(percent_encode(rq->mem, v.q)),
                            STR_ARG(percent_encode(rq->mem, list[n - 1].login)));
    return RESPOND(rq, admin_people, &v, .title = req_tr(rq, "People and roles"), .nav = "admin", .place = PLACE_WORK);
}

/* password: shown once, after it was made. */
static enum status show_person(struct req *rq, person_id id, str password)
{
    struct person p;
    struct member *list;
    struct unit u;
    size_t n;
    TRY(person_get(rq->db, rq->mem, id, &p));
    TRY(member_list_of(rq->db, rq->mem, id, &list, &n));
    struct admin_person_view v = {
        .id = part_id(rq, id.v), .name = p.name, .login = p.login, .banner = admin_banner(rq), .password = password};
    v.members = NEWN(rq->mem, struct admin_member_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        TRY(unit_get(rq->db, rq->mem, list[i].unit, &u));
        v.members[v.n_members++] = (struct admin_member_view){
            .id = part_id(rq, list[i].id.v),
            .person = part_id(rq, id.v),
            .name = p.name,
            .login = p.login,
            .role = role_label(rq, list[i].role),
            .title = req_name(rq, list[i].title_en, list[i].title_zh),
            .unit = req_name(rq, u.name_en, u.name_zh),
            .code = u.code,
        };
    }
    return RESPOND(rq, admin_person, &v, .title = p.name, .nav = "admin", .place = PLACE_WORK);
}

static enum status person_of(struct req *rq, person_id *out)
{
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    return req_param_id(rq, 0, &out->v);
}

static enum status page_person(struct req *rq)
{
    person_id id;
    TRY(person_of(rq, &id));
    return show_person(rq, id, (str){NULL, 0});
}

/* ── a new account ────────────────────────────────────────────────────────────────────────────────────── */

static struct option_view *role_options(struct req *rq, size_t *n)
{
    struct option_view *list = NEWN(rq->mem, struct option_view, ROLE_COUNT);
    *n = 0;
    for (int r = 1; r < ROLE_COUNT; r++)
        list[(*n)++] = (struct option_view){str_from(role_key((enum role)r)), role_label(rq, (enum role)r), false};
    return list;
}

static const struct part login_part = {.name = "login",
                                       .kind = "text",
                                       .label = TR_NOOP("Sign-in name"),
                                       .hint = TR_NOOP("Small letters, digits, full stop, dash"),
                                       .autocomplete = "off"};
static const struct part name_part = {.name = "name", .kind = "text", .label = TR_NOOP("Name"), .autocomplete = "off"};
static const struct part unit_part = {.name = "unit", .kind = "text", .label = TR_NOOP("Code of the unit")};
static const struct part role_part = {.name = "role", .kind = "select", .label = TR_NOOP("Role")};
static const struct part zh_part = {
    .name = "title_zh", .kind = "text", .label = TR_NOOP("Office title in Chinese"), .optional = true};
static const struct part en_part = {
    .name = "title_en", .kind = "text", .label = TR_NOOP("Office title in English"), .optional = true};

static enum status new_form(struct req *rq, bool account)
{
    size_t n, used = 0;
    struct option_view *roles = role_options(rq, &n);
    struct form_field_view *f = NEWN(rq->mem, struct form_field_view, 6);
    str person = account ? STR("") : rq->x->method == HTTP_POST ? req_form(rq, "login") : req_query(rq, "login");
    struct person p;
    int64_t id;
    if (!account && str_int(req_query(rq, "person"), &id) && person_get(rq->db, rq->mem, (person_id){id}, &p) == ST_OK)
        person = p.login;
    f[used++] = part_field(rq, &login_part, person);
    if (account) f[used++] = part_field(rq, &name_part, STR(""));
    f[used++] = part_field(rq, &unit_part, req_query(rq, "unit"));
    f[used++] = part_choice(rq, &role_part, STR("handler"), roles, n);
    f[used++] = part_field(rq, &zh_part, STR(""));
    f[used++] = part_field(rq, &en_part, STR(""));
    struct admin_form_view v = {
        .title = account ? req_tr(rq, "Add a person") : req_tr(rq, "Give a role"),
        .action = account ? STR("/admin/person-new") : STR("/admin/member-new"),
        .back = STR("/admin/people"),
        .button = account ? req_tr(rq, "Add the person") : req_tr(rq, "Give the role"),
    };
    return admin_form_page(rq, &v, f, used);
}

static enum status page_person_new(struct req *rq)
{
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    return new_form(rq, true);
}

static enum status page_member_new(struct req *rq)
{
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    return new_form(rq, false);
}

static enum status read_member(struct req *rq, struct admin_change *c)
{
    enum status st = ST_OK;
    c->text = req_form(rq, "login");
    c->name_en = req_form(rq, "name");
    c->title_en = req_form(rq, "title_en");
    c->title_zh = req_form(rq, "title_zh");
    if (!role_parse(req_form(rq, "role"), &c->role)) st = fault(&rq->faults, "role", "Choose one of the list");
    if (unit_by_code(rq->db, rq->mem, req_form(rq, "unit"), &c->unit) != ST_OK)
        st = fault(&rq->faults, "unit", "No unit has this code");
    return st;
}

static enum status give_role(struct db *db, struct arena *mem, struct admin_change *c)
{
    struct member m = {
        .person = {c->id}, .unit = c->unit.id, .role = c->role, .title_en = c->title_en, .title_zh = c->title_zh};
    return member_add(db, mem, &c->rq->actor, &m, c->rq->now, &c->rq->faults);
}

static enum status do_person_add(struct db *db, struct arena *mem, struct admin_change *c)
{
    person_id id;
    TRY(person_add(db, mem, &c->rq->actor, c->text, c->name_en, c->hash, STR(""), &id, &c->rq->faults));
    c->id = id.v;
    return give_role(db, mem, c);
}

static enum status page_person_add(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = do_person_add};
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    str password = password_fresh(rq->mem);
    enum status st = read_member(rq, &c);
    if (st == ST_OK) {
        c.hash = password_hash(rq->mem, password);
        st = admin_write(&c);
    }
    if (rq->faults.n > 0) return new_form(rq, true);
    TRY(st);
    return show_person(rq, (person_id){c.id}, password);
}

static enum status page_member_add(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = give_role};
    struct person p;
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    enum status st = read_member(rq, &c);
    if (person_by_login(rq->db, rq->mem, c.text, &p) != ST_OK)
        st = fault(&rq->faults, "login", "Nobody has this sign-in name");
    else c.id = p.id.v;
    if (st == ST_OK) st = admin_write(&c);
    if (rq->faults.n > 0) return new_form(rq, false);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/admin/people/%lld?done=1", (long long)c.id));
}

/* ── changes to an account ────────────────────────────────────────────────────────────────────────────── */

static enum status do_password(struct db *db, struct arena *mem, struct admin_change *c)
{
    return person_set_password(db, mem, &c->rq->actor, (person_id){c->id}, c->hash);
}

static enum status page_password(struct req *rq)
{
    person_id id;
    TRY(person_of(rq, &id));
    str password = password_fresh(rq->mem);
    struct admin_change c = {.rq = rq, .run = do_password, .id = id.v, .hash = password_hash(rq->mem, password)};
    TRY(admin_write(&c));
    return show_person(rq, id, password);
}

static enum status name_form(struct req *rq, person_id id)
{
    struct person p;
    TRY(person_get(rq->db, rq->mem, id, &p));
    struct form_field_view f[] = {part_field(rq, &name_part, p.name)};
    struct admin_form_view v = {
        .title = req_tr(rq, "Change the name"),
        .caption = p.login,
        .action = str_format(rq->mem, "/admin/people/%lld/name", (long long)id.v),
        .back = str_format(rq->mem, "/admin/people/%lld", (long long)id.v),
        .button = req_tr(rq, "Save"),
    };
    return admin_form_page(rq, &v, f, 1);
}

static enum status page_name(struct req *rq)
{
    person_id id;
    TRY(person_of(rq, &id));
    return name_form(rq, id);
}

static enum status do_rename(struct db *db, struct arena *mem, struct admin_change *c)
{
    return person_rename(db, mem, &c->rq->actor, (person_id){c->id}, c->text, &c->rq->faults);
}

static enum status page_rename(struct req *rq)
{
    person_id id;
    TRY(person_of(rq, &id));
    struct admin_change c = {.rq = rq, .run = do_rename, .id = id.v, .text = req_form(rq, "name")};
    enum status st = admin_write(&c);
    if (rq->faults.n > 0) return name_form(rq, id);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/admin/people/%lld?done=1", (long long)id.v));
}

static enum status do_member_end(struct db *db, struct arena *mem, struct admin_change *c)
{
    return member_end(db, mem, &c->rq->actor, (member_id){c->id}, c->rq->now);
}

static enum status page_member_end(struct req *rq)
{
    struct admin_change c = {.rq = rq, .run = do_member_end};
    TRY(admin_may(rq, ACT_ADMIN_PEOPLE));
    TRY(req_param_id(rq, 0, &c.id));
    enum status st = admin_write(&c);
    if (st == ST_CONFLICT) return respond_error(rq, 409, "The last administrator of the city stays");
    TRY(st);
    str back = req_form(rq, "back");
    return respond_redirect(rq, str_starts(back, STR("/admin/")) ? str_concat(rq->mem, back, STR("?done=1"))
                                                                 : STR("/admin/people?done=1"));
}

static const struct route rows[] = {
    {HTTP_GET, "/admin/people", SIGNED_IN, NO_BODY, page_people, 0, "people who sign in"},
    {HTTP_GET, "/admin/person-new", SIGNED_IN, NO_BODY, page_person_new, 0, "form for a new person"},
    {HTTP_POST, "/admin/person-new", SIGNED_IN, FORM_BODY, page_person_add, 0,
     "add a person; the password is shown once"},
    {HTTP_GET, "/admin/member-new", SIGNED_IN, NO_BODY, page_member_new, 0, "form for a role"},
    {HTTP_POST, "/admin/member-new", SIGNED_IN, FORM_BODY, page_member_add, 0, "give a role"},
    {HTTP_POST, "/admin/members/:id/end", SIGNED_IN, FORM_BODY, page_member_end, 0, "end a role"},
    {HTTP_GET, "/admin/people/:id", SIGNED_IN, NO_BODY, page_person, 0, "one person and their roles"},
    {HTTP_GET, "/admin/people/:id/name", SIGNED_IN, NO_BODY, page_name, 0, "form for a name"},
    {HTTP_POST, "/admin/people/:id/name", SIGNED_IN, FORM_BODY, page_rename, 0, "change a name"},
    {HTTP_POST, "/admin/people/:id/password", SIGNED_IN, FORM_BODY, page_password, 0,
     "make a new password, shown once"},
};
const struct route_list admin_people_route_list = {rows, COUNT_OF(rows)};
