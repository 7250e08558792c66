/* person: accounts and roles; see person.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/person.h"

#include "base/limits.h"
#include "gen/sql/absence.h"
#include "gen/sql/office.h"
#include "gen/sql/person.h"
#include "gen/sql/session.h"
#include "people/guard.h"
#include "people/unit.h"

#define LOGIN_MIN    2
#define LOGIN_MAX    64
#define PASSWORD_MIN 10
#define PASSWORD_MAX 200

/* Questions */

enum status person_get(struct db *db, struct arena *mem, person_id id, struct person *out)
{
    struct q_person_get row;
    TRY(q_person_get(db, mem, id, &row));
    *out = (struct person){row.id, row.login, row.name, row.lang, row.ended_at.ms != 0};
    return ST_OK;
}

enum status person_by_login(struct db *db, struct arena *mem, str login, struct person *out)
{
    struct q_person_by_login row;
    TRY(q_person_by_login(db, mem, str_lower(mem, str_trim(login)), &row));
    *out = (struct person){row.id, row.login, row.name, row.lang, row.ended_at.ms != 0};
    return ST_OK;
}

enum status person_list(struct db *db, struct arena *mem, str query, str after_login, int64_t limit,
                        struct person **out, size_t *n)
{
    struct q_person_list *rows;
    TRY(q_person_list(db, mem, guard_pattern(mem, query), after_login, limit, &rows, n));
    *out = NEWN(mem, struct person, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct person){rows[i].id, rows[i].login, rows[i].name, rows[i].lang, false};
    return ST_OK;
}

/* A hash of the same cost that no password matches, so that an unknown login takes as long as a known one. */
static const str no_password =
    STR_INIT("$argon2id$v=19$m=65536,t=2,p=1$VQPItpmnTHaHdhPQZ/Nqeg$NQah4CetEVkmO0bFISFaa4ygbDgoVMUtbQKgDuphN1Q");

enum status person_password(struct db *db, struct arena *mem, str login, person_id *who, str *hash)
{
    struct q_person_by_login row;
    enum status st = q_person_by_login(db, mem, str_lower(mem, str_trim(login)), &row);
    *who = (person_id){0};
    *hash = no_password;
    if (st == ST_NOT_FOUND) return ST_OK;
    if (st != ST_OK) return st;
    if (row.ended_at.ms != 0 || row.password_hash.n == 0) return ST_OK;
    *who = row.id;
    *hash = row.password_hash;
    return ST_OK;
}

/* Checks */

static bool is_login(str s)
{
    if (s.n < LOGIN_MIN || s.n > LOGIN_MAX) return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && c != '.' && c != '_' && c != '-') return false;
    }
    return true;
}

static bool is_lang(str s)
{
    return s.n == 0 || str_eq(s, STR("en")) || str_eq(s, STR("zh-CN"));
}

str password_fresh(struct arena *mem)
{
    char bytes[12];
    secure_bytes(bytes, sizeof bytes);
    return secret_base64url(mem, (str){bytes, sizeof bytes});
}

enum status password_check(str login, str password, struct faults *f)
{
    if (!str_is_utf8(password) || str_points(password) < PASSWORD_MIN)
        return fault_max(f, "password", "Use at least {max} characters", PASSWORD_MIN);
    if (str_points(password) > PASSWORD_MAX)
        return fault_max(f, "password", "Use at most {max} characters", PASSWORD_MAX);
    if (str_eq_nocase(str_trim(password), str_trim(login)))
        return fault(f, "password", "Choose something else than the sign-in name");
    return ST_OK;
}

/* Someone must be left who can administer the city. */
static enum status check_last_admin(struct db *db, struct arena *mem, bool is_root_admin)
{
    struct q_person_admins row;
    if (!is_root_admin) return ST_OK;
    TRY(q_person_admins(db, mem, &row));
    return row.n > 1 ? ST_OK : ST_CONFLICT;
}

static bool is_root_admin(struct db *db, struct arena *mem, str role, unit_id unit)
{
    struct unit u;
    return str_eq(role, STR("admin")) && unit_get(db, mem, unit, &u) == ST_OK && str_eq(u.kind, STR("root")) &&
           u.ends.n == 0;
}

/* Accounts */

enum status person_add(struct db *db, struct arena *mem, const struct actor *who, str login, str name, str hash,
                       str lang, person_id *out, struct faults *f)
{
    struct q_person_by_login same;
    if (who != NULL && !rights_any(who, ACT_ADMIN_PEOPLE)) return ST_FORBIDDEN;
    login = str_lower(mem, str_trim(login));
    name = str_trim(name);
    bool good = guard_line(f, "name", name, true, LIMIT_NAME_POINTS);
    if (!is_login(login)) good = fault(f, "login", "Use 2 to 64 of: a-z 0-9 . _ -") == ST_OK;
    else if (q_person_by_login(db, mem, login, &same) != ST_NOT_FOUND)
        good = fault(f, "login", "This sign-in name is taken") == ST_OK;
    if (!is_lang(lang)) good = fault(f, "lang", "Choose a language") == ST_OK;
    if (!good) return ST_INVALID;
    out->v = db_new_id(db);
    TRY(q_person_insert(db, *out, login, name, hash, lang, db_now(db), NULL));
    return admin_event(db, mem, who, "person.add", (unit_id){0}, out->v, login);
}

static enum status get_living(struct db *db, struct arena *mem, person_id id, struct person *out)
{
    TRY(person_get(db, mem, id, out));
    return out->ended ? ST_NOT_FOUND : ST_OK;
}

enum status person_rename(struct db *db, struct arena *mem, const struct actor *who, person_id id, str name,
                          struct faults *f)
{
    struct person p;
    TRY(get_living(db, mem, id, &p));
    TRY(guard_person(db, mem, who, id));
    if (!guard_line(f, "name", name, true, LIMIT_NAME_POINTS)) return ST_INVALID;
    TRY(q_person_rename(db, id, str_trim(name), NULL));
    return admin_event(db, mem, who, "person.rename", (unit_id){0}, id.v,
                       str_format(mem, "%.*s → %.*s", STR_ARG(p.name), STR_ARG(str_trim(name))));
}

enum status person_set_password(struct db *db, struct arena *mem, const struct actor *who, person_id id, str hash)
{
    struct person p;
    TRY(get_living(db, mem, id, &p));
    if (who == NULL || who->person.v != id.v) TRY(guard_person(db, mem, who, id));
    TRY(q_person_set_password(db, id, hash, NULL));
    TRY(q_session_end_of(db, id, db_now(db), NULL));
    return admin_event(db, mem, who, "person.password", (unit_id){0}, id.v, p.login);
}

enum status person_set_lang(struct db *db, person_id id, str lang)
{
    if (!is_lang(lang)) return ST_INVALID;
    return q_person_set_lang(db, id, lang, NULL);
}

enum status person_end(struct db *db, struct arena *mem, const struct actor *who, person_id id, instant now,
                       struct faults *f)
{
    struct person p;
    struct q_person_members_of_person *held;
    size_t n;
    TRY(get_living(db, mem, id, &p));
    TRY(guard_person(db, mem, who, id));
    if (who != NULL && who->person.v == id.v) return fault(f, "", "You cannot end your own account");
    TRY(q_person_members_of_person(db, mem, id, &held, &n));
    for (size_t i = 0; i < n; i++)
        if (check_last_admin(db, mem, is_root_admin(db, mem, held[i].role, held[i].unit_id)) != ST_OK)
            return fault(f, "", "This is the last administrator");
    db_forget(db);
    TRY(q_person_end(db, id, now, NULL));
    TRY(q_person_member_end_of(db, id, now, NULL));
    TRY(q_office_post_end_of(db, id, now, NULL));
    TRY(q_absence_end_of(db, id, now, NULL));
    TRY(q_session_end_of(db, id, now, NULL));
    return admin_event(db, mem, who, "person.end", (unit_id){0}, id.v, p.login);
}

/* Roles */

static enum status check_member(struct db *db, struct arena *mem, const struct member *m, struct faults *f)
{
    struct q_person_members_of_person *held;
    struct unit u;
    size_t n;
    bool good = guard_line(f, "title_en", m->title_en, false, LIMIT_NAME_POINTS);
    good = guard_line(f, "title_zh", m->title_zh, false, LIMIT_NAME_POINTS) && good;
    if (m->role < ROLE_HANDLER || m->role >= ROLE_COUNT) return fault(f, "role", "Choose a role");
    TRY(unit_get(db, mem, m->unit, &u));
    if (u.ends.n != 0) return fault(f, "unit", "This unit has ended");
    TRY(q_person_members_of_person(db, mem, m->person, &held, &n));
    for (size_t i = 0; i < n; i++)
        if (held[i].unit_id.v == m->unit.v && str_eq(held[i].role, str_from(role_key(m->role))))
            return fault(f, "role", "This person already has the role here");
    if (n >= ACTOR_ROLES) return fault_max(f, "role", "One person can have {max} roles", ACTOR_ROLES);
    return good ? ST_OK : ST_INVALID;
}

static str role_text(struct arena *mem, str role, str login)
{
    return str_format(mem, "%.*s %.*s", STR_ARG(role), STR_ARG(login));
}

enum status member_add(struct db *db, struct arena *mem, const struct actor *who, struct member *m, instant now,
                       struct faults *f)
{
    struct person p;
    TRY(get_living(db, mem, m->person, &p));
    TRY(guard_unit(db, mem, who, ACT_ADMIN_PEOPLE, m->unit));
    TRY(check_member(db, mem, m, f));
    str role = str_from(role_key(m->role));
    m->id.v = db_new_id(db);
    m->person_name = p.name;
    m->login = p.login;
    TRY(q_person_member_insert(db, m->id, m->person, m->unit, role, str_trim(m->title_en), str_trim(m->title_zh), now,
                               NULL));
    return admin_event(db, mem, who, "member.add", m->unit, m->id.v, role_text(mem, role, p.login));
}

enum status member_end(struct db *db, struct arena *mem, const struct actor *who, member_id id, instant now)
{
    struct q_person_member_get row;
    struct person p;
    TRY(q_person_member_get(db, mem, id, &row));
    if (row.ended_at.ms != 0) return ST_NOT_FOUND;
    TRY(guard_unit(db, mem, who, ACT_ADMIN_PEOPLE, row.unit_id));
    TRY(check_last_admin(db, mem, is_root_admin(db, mem, row.role, row.unit_id)));
    TRY(person_get(db, mem, row.person_id, &p));
    TRY(q_person_member_end(db, id, now, NULL));
    return admin_event(db, mem, who, "member.end", row.unit_id, id.v, role_text(mem, row.role, p.login));
}

#define MEMBER_OF(r)                                                                                                   \
    ((struct member){.id = (r).id,                                                                                     \
                     .person = (r).person_id,                                                                          \
                     .unit = (r).unit_id,                                                                              \
                     .role = role_of((r).role),                                                                        \
                     .title_en = (r).title_en,                                                                         \
                     .title_zh = (r).title_zh,                                                                         \
                     .person_name = (r).name,                                                                          \
                     .login = (r).login})

static enum role role_of(str key)
{
    enum role role = ROLE_HANDLER;
    must(role_parse(key, &role)); /* the schema admits no other */
    return role;
}

enum status member_list(struct db *db, struct arena *mem, unit_id unit, struct member **out, size_t *n)
{
    struct q_person_members_of_unit *rows;
    TRY(q_person_members_of_unit(db, mem, unit, &rows, n));
    *out = NEWN(mem, struct member, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = MEMBER_OF(rows[i]);
    return ST_OK;
}

enum status member_list_of(struct db *db, struct arena *mem, person_id person, struct member **out, size_t *n)
{
    struct q_person_members_of_person *rows;
    TRY(q_person_members_of_person(db, mem, person, &rows, n));
    *out = NEWN(mem, struct member, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = MEMBER_OF(rows[i]);
    return ST_OK;
}
