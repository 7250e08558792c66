/* signin_pages: signing in and out, and the page of one's own account.
 *
 * A wrong password and an unknown login look the same and take the same time. Guessing is slowed, never locked: a lock
 * would let anyone keep somebody else out. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/tpl/me.h"
#include "gen/tpl/sign_in.h"
#include "gen/view/signin.h"
#include "people/pages.h"
#include "people/unit.h"
#include "web/parts.h"

#define COOKIE_DAYS 30
#define BACK_MAX    1000 /* bytes of an address to come back to */

/* Where to go */

static bool is_local(str to)
{
    return to.n > 0 && to.n <= BACK_MAX && to.p[0] == '/' && !str_starts(to, STR("//")) &&
           str_find_byte(to, '\\') < 0 && !str_has_control(to) && str_find_byte(to, '\n') < 0 &&
           str_find_byte(to, '\r') < 0 && !str_starts(to, STR("/sign-"));
}

static str landing(const struct actor *who)
{
    if (actor_is(who, ROLE_LEADER)) return STR("/overview");
    if (rights_any(who, ACT_SEE)) return STR("/work");
    if (actor_is(who, ROLE_ADMIN)) return STR("/admin");
    return STR("/work/me");
}

/* Signing in */

static enum status show_sign_in(struct req *rq, int status)
{
    static const struct part login = {
        .name = "login", .kind = "text", .label = TR_NOOP("Login"), .autocomplete = "username"};
    static const struct part password = {
        .name = "password", .kind = "password", .label = TR_NOOP("Password"), .autocomplete = "current-password"};
    str back = rq->x->method == HTTP_POST ? req_form(rq, "back") : req_query(rq, "back");
    struct form_field_view fields[] = {part_field(rq, &login, STR("")), part_field(rq, &password, STR(""))};
    struct sign_in_view v = {
        .faults = req_faults_view(rq),
        .fields = fields,
        .n_fields = COUNT_OF(fields),
        .back = is_local(back) ? back : STR(""),
    };
    return RESPOND(rq, sign_in, &v, .title = req_tr(rq, "Sign in"), .place = PLACE_PUBLIC, .status = status);
}

static enum status page_sign_in_show(struct req *rq)
{
    str back = req_query(rq, "back");
    if (rq->actor.person.v != 0) return respond_redirect(rq, is_local(back) ? back : landing(&rq->actor));
    return show_sign_in(rq, 200);
}

struct start {
    struct req *rq;
    person_id person;
    str token;
};

/* The session that the browser held before ends with the new one's beginning. */
static enum status start_session(struct db *db, struct arena *mem, void *arg)
{
    struct start *s = arg;
    str token;
    if (s->rq->session.id.v != 0) TRY(session_end(db, s->rq->session.id, s->rq->now));
    TRY(session_start(db, mem, s->rq->city->keys, s->person, s->rq->now, &token));
    s->token = str_copy(s->rq->mem, token);
    return ST_OK;
}

static void use_language_of(struct req *rq, person_id person)
{
    struct person p;
    enum lang lang;
    if (person_get(rq->db, rq->mem, person, &p) == ST_OK && lang_parse(p.lang, &lang)) respond_lang(rq, lang);
}

static enum status enter(struct req *rq, person_id person)
{
    struct start s = {.rq = rq, .person = person};
    struct actor who;
    str back = req_form(rq, "back");
    TRY(db_write(rq->db, start_session, &s));
    TRY(actor_load(rq->db, rq->mem, person, rq->now, &who));
    respond_cookie(rq, "luoshi", s.token, COOKIE_DAYS * 86400);
    use_language_of(rq, person);
    return respond_redirect(rq, is_local(back) ? back : landing(&who));
}

static enum status wait_first(struct req *rq, int seconds)
{
    (void)fault_max(&rq->faults, "",
                    TR_NOOP("Too many tries. Wait {max} seconds, then try again. Your account is not locked"), seconds);
    respond_header(rq, STR("Retry-After"), str_format(rq->mem, "%d", seconds));
    return show_sign_in(rq, 429);
}

static enum status page_sign_in(struct req *rq)
{
    person_id who = {0};
    str hash;
    bool matches = false;
    str login = str_lower(rq->mem, req_form(rq, "login"));
    str password = field_get(&rq->form, STR("password"));
    int seconds;
    TRY(req_guess(rq, login, rq->client, &seconds));
    if (seconds > 0) return wait_first(rq, seconds);
    if (login.n == 0) (void)fault(&rq->faults, "login", TR_NOOP("Enter your login"));
    if (password.n == 0) (void)fault(&rq->faults, "password", TR_NOOP("Enter your password"));
    if (rq->faults.n > 0) return show_sign_in(rq, 400);
    TRY(person_password(rq->db, rq->mem, login, &who, &hash));
    TRY(site_password_matches(rq->site, hash, password, &matches));
    if (matches && who.v != 0) {
        TRY(req_guess_right(rq));
        return enter(rq, who);
    }
    TRY(req_guess_failed(rq));
    (void)fault(&rq->faults, "login", TR_NOOP("This login and password do not belong together. Check both"));
    return show_sign_in(rq, 400);
}

static enum status end_session(struct db *db, struct arena *mem, void *arg)
{
    struct req *rq = arg;
    (void)mem;
    return session_end(db, rq->session.id, rq->now);
}

static enum status page_sign_out(struct req *rq)
{
    TRY(db_write(rq->db, end_session, rq));
    respond_cookie(rq, "luoshi", STR(""), -1);
    return respond_redirect(rq, STR("/"));
}

/* My account */

/* Colleagues who may stand in: whoever holds a role in one of my units. */
static enum status deputies(struct req *rq, struct option_view **out, size_t *n)
{
    *out = NEWN(rq->mem, struct option_view, 1);
    (*out)[0] = (struct option_view){STR(""), req_tr(rq, "Choose a colleague"), false};
    *n = 1;
    for (int i = 0; i < rq->actor.n_roles; i++) {
        struct member *list;
        size_t count;
        TRY(member_list(rq->db, rq->mem, rq->actor.roles[i].unit, &list, &count));
        struct option_view *all = NEWN(rq->mem, struct option_view, *n + count);
        memcpy(all, *out, *n * sizeof **out);
        for (size_t k = 0; k < count; k++) {
            str id = part_id(rq, list[k].person.v);
            bool known = list[k].person.v == rq->actor.person.v;
            for (size_t m = 0; m < *n && !known; m++) known = str_eq(all[m].value, id);
            if (!known) all[(*n)++] = (struct option_view){id, list[k].person_name, false};
        }
        *out = all;
    }
    return ST_OK;
}

static enum status fill_roles(struct req *rq, struct me_view *v)
{
    struct member *list;
    size_t n;
    TRY(member_list_of(rq->db, rq->mem, rq->actor.person, &list, &n));
    v->roles = NEWN(rq->mem, struct me_role_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct unit u;
        TRY(unit_get(rq->db, rq->mem, list[i].unit, &u));
        v->roles[v->n_roles++] = (struct me_role_view){
            .role = req_tr(rq, role_name(list[i].role)),
            .unit = req_name(rq, u.name_en, u.name_zh),
            .title = req_name(rq, list[i].title_en, list[i].title_zh),
        };
    }
    return ST_OK;
}

static enum status fill_hand_over(struct req *rq, struct me_view *v)
{
    static const struct part deputy = {.name = "deputy", .kind = "select", .label = TR_NOOP("Stand-in")};
    static const struct part from = {.name = "from", .kind = "date", .label = TR_NOOP("From")};
    static const struct part to = {.name = "to", .kind = "date", .label = TR_NOOP("Until, this day included")};
    static const struct part acting = {
        .name = "acting", .kind = "check", .label = TR_NOOP("May also sign what only I may sign")};
    struct absence *list;
    struct option_view *people;
    size_t n;
    v->may_hand_over = rights_any(&rq->actor, ACT_ABSENCE);
    if (!v->may_hand_over) return ST_OK;
    TRY(absence_list(rq->db, rq->mem, rq->actor.person, rq->now, &list, &n));
    v->absences = NEWN(rq->mem, struct me_absence_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->absences[v->n_absences++] = (struct me_absence_view){part_id(rq, list[i].id.v), list[i].deputy_name,
                                                                list[i].from, list[i].to, list[i].acting};
    TRY(deputies(rq, &people, &n));
    v->hand_over = NEWN(rq->mem, struct form_field_view, 4);
    v->n_hand_over = 4;
    v->hand_over[0] = part_choice(rq, &deputy, STR(""), people, n);
    v->hand_over[1] = part_field(rq, &from, STR(""));
    v->hand_over[2] = part_field(rq, &to, STR(""));
    v->hand_over[3] = part_field(rq, &acting, STR(""));
    return ST_OK;
}

static struct form_field_view language_field(struct req *rq, str chosen)
{
    static const struct part language = {.name = "lang", .kind = "select", .label = TR_NOOP("Language of the pages")};
    struct option_view *list = NEWN(rq->mem, struct option_view, 3);
    list[0] = (struct option_view){STR(""), req_tr(rq, "As the browser asks"), false};
    list[1] = (struct option_view){STR("en"), STR("English"), false};
    list[2] = (struct option_view){STR("zh-CN"), STR("简体中文"), false};
    return part_choice(rq, &language, chosen, list, 3);
}

static void fill_password(struct req *rq, struct me_view *v)
{
    static const struct part parts[] = {
        {.name = "old", .kind = "password", .label = TR_NOOP("Present password"), .autocomplete = "current-password"},
        {.name = "password",
         .kind = "password",
         .label = TR_NOOP("New password"),
         .hint = TR_NOOP("At least 10 characters. A few words together are good"),
         .autocomplete = "new-password"},
        {.name = "again",
         .kind = "password",
         .label = TR_NOOP("New password once more"),
         .autocomplete = "new-password"},
    };
    v->n_password = COUNT_OF(parts);
    v->password = NEWN(rq->mem, struct form_field_view, COUNT_OF(parts));
    for (size_t i = 0; i < COUNT_OF(parts); i++) v->password[i] = part_field(rq, &parts[i], STR(""));
}

static str done_words(struct req *rq)
{
    static const struct {
        const char *done, *words;
    } list[] = {
        {"password", TR_NOOP("Your password is changed. Other browsers are signed out")},
        {"language", TR_NOOP("The language is saved")},
        {"absence", TR_NOOP("Your work is handed over for these days")},
        {"end-absence", TR_NOOP("The hand-over has ended")},
    };
    str done = req_query(rq, "done");
    for (size_t i = 0; i < COUNT_OF(list); i++)
        if (str_eq(done, str_from(list[i].done))) return req_tr(rq, list[i].words);
    return STR("");
}

static enum status show_me(struct req *rq, int status)
{
    struct person p;
    TRY(person_get(rq->db, rq->mem, rq->actor.person, &p));
    struct me_view v = {
        .name = p.name,
        .login = p.login,
        .banner = done_words(rq),
        .faults = req_faults_view(rq),
        .language = language_field(rq, p.lang),
    };
    TRY(fill_roles(rq, &v));
    fill_password(rq, &v);
    TRY(fill_hand_over(rq, &v));
    return RESPOND(rq, me, &v, .title = req_tr(rq, "My account"), .place = PLACE_WORK, .status = status);
}

static enum status page_me_show(struct req *rq)
{
    return show_me(rq, 200);
}

struct change {
    struct req *rq;
    str hash, token;
};

static enum status change_password(struct db *db, struct arena *mem, void *arg)
{
    struct change *c = arg;
    str token;
    TRY(person_set_password(db, mem, &c->rq->actor, c->rq->actor.person, c->hash));
    TRY(session_start(db, mem, c->rq->city->keys, c->rq->actor.person, c->rq->now, &token));
    c->token = str_copy(c->rq->mem, token);
    return ST_OK;
}

static enum status do_password(struct req *rq)
{
    struct person p;
    person_id who;
    str hash;
    bool matches = false;
    struct change c = {.rq = rq};
    str old = field_get(&rq->form, STR("old")), fresh = field_get(&rq->form, STR("password"));
    int seconds;
    str here = str_format(rq->mem, "session %lld", (long long)rq->session.id.v);
    TRY(req_guess(rq, STR("password"), here, &seconds));
    if (seconds > 0)
        return fault_max(&rq->faults, "old", TR_NOOP("Too many tries. Wait {max} seconds, then try again"), seconds);
    TRY(person_get(rq->db, rq->mem, rq->actor.person, &p));
    TRY(person_password(rq->db, rq->mem, p.login, &who, &hash));
    TRY(site_password_matches(rq->site, hash, old, &matches));
    if (!matches || who.v != p.id.v) {
        TRY(req_guess_failed(rq));
        return fault(&rq->faults, "old", TR_NOOP("This is not your present password"));
    }
    TRY(req_guess_right(rq));
    TRY(password_check(p.login, fresh, &rq->faults));
    if (!str_eq(fresh, field_get(&rq->form, STR("again"))))
        return fault(&rq->faults, "again", TR_NOOP("Enter the new password twice the same"));
    c.hash = password_hash(rq->mem, fresh);
    TRY(db_write(rq->db, change_password, &c));
    respond_cookie(rq, "luoshi", c.token, COOKIE_DAYS * 86400);
    return ST_OK;
}

static enum status change_language(struct db *db, struct arena *mem, void *arg)
{
    struct req *rq = arg;
    (void)mem;
    return person_set_lang(db, rq->actor.person, req_form(rq, "lang"));
}

static enum status do_language(struct req *rq)
{
    enum lang lang;
    str tag = req_form(rq, "lang");
    if (tag.n > 0 && !str_eq(tag, STR("en")) && !str_eq(tag, STR("zh-CN")))
        return fault(&rq->faults, "lang", TR_NOOP("Choose one of the list"));
    TRY(db_write(rq->db, change_language, rq));
    if (lang_parse(tag, &lang)) respond_lang(rq, lang);
    return ST_OK;
}

struct hand_over {
    struct req *rq;
    int64_t deputy, absence;
    instant from, to;
};

static enum status put_absence(struct db *db, struct arena *mem, void *arg)
{
    struct hand_over *h = arg;
    struct req *rq = h->rq;
    return absence_put(db, mem, &rq->actor, rq->actor.person, (person_id){h->deputy}, req_form(rq, "acting").n > 0,
                       h->from, h->to, &rq->faults);
}

static enum status do_absence(struct req *rq)
{
    struct hand_over h = {.rq = rq};
    day from, to;
    TRY(req_form_id(rq, "deputy", &h.deputy));
    if (!day_parse(req_form(rq, "from"), &from)) return fault(&rq->faults, "from", TR_NOOP("Enter the first day away"));
    if (!day_parse(req_form(rq, "to"), &to)) return fault(&rq->faults, "to", TR_NOOP("Enter the last day away"));
    h.from = day_start(&rq->city->zone, from);
    h.to = day_end(&rq->city->zone, to);
    return db_write(rq->db, put_absence, &h);
}

static enum status end_absence(struct db *db, struct arena *mem, void *arg)
{
    struct hand_over *h = arg;
    return absence_end(db, mem, &h->rq->actor, (absence_id){h->absence}, h->rq->now);
}

static enum status do_end_absence(struct req *rq)
{
    struct hand_over h = {.rq = rq};
    TRY(req_form_id(rq, "absence", &h.absence));
    return db_write(rq->db, end_absence, &h);
}

static enum status page_me(struct req *rq)
{
    static const struct {
        const char *what;
        enum status (*run)(struct req *);
    } deeds[] = {
        {"password", do_password},
        {"language", do_language},
        {"absence", do_absence},
        {"end-absence", do_end_absence},
    };
    str what = req_form(rq, "do");
    for (size_t i = 0; i < COUNT_OF(deeds); i++) {
        if (!str_eq(what, str_from(deeds[i].what))) continue;
        enum status st = deeds[i].run(rq);
        if (st == ST_INVALID && rq->faults.n > 0) return show_me(rq, 400);
        if (st != ST_OK) return st;
        return respond_redirect(rq, str_concat(rq->mem, STR("/work/me?done="), what));
    }
    return ST_INVALID;
}

static const struct route rows[] = {
    {HTTP_GET, "/sign-in", ANYONE, NO_BODY, page_sign_in_show, 0, "sign-in form for staff"},
    {HTTP_POST, "/sign-in", ANYONE, FORM_BODY, page_sign_in, ROUTE_GUESS, "sign in"},
    {HTTP_POST, "/sign-out", SIGNED_IN, FORM_BODY, page_sign_out, 0, "sign out"},
    {HTTP_GET, "/work/me", SIGNED_IN, NO_BODY, page_me_show, 0,
     "one's own account: roles, password, language, absence"},
    {HTTP_POST, "/work/me", SIGNED_IN, FORM_BODY, page_me, 0, "change one's own account"},
};
const struct route_list signin_route_list = {rows, COUNT_OF(rows)};
