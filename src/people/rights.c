/* rights: see rights.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/rights.h"

#include "gen/sql/rights.h"
#include "people/unit.h"

#define TR_NOOP(text) text /* marks a message for translation */

#define O SCOPE_OWN
#define U SCOPE_UNIT
#define B SCOPE_BELOW

/* What is not named is SCOPE_NONE. */
static const enum scope table[ACT_COUNT][ROLE_COUNT] = {
    [ACT_REGISTER] = {[ROLE_HANDLER] = U, [ROLE_CLERK] = B, [ROLE_HEAD] = U},
    [ACT_SEE] = {[ROLE_HANDLER] = U, [ROLE_CLERK] = B, [ROLE_CHECKER] = B, [ROLE_HEAD] = B, [ROLE_LEADER] = B},
    [ACT_NOTE] = {[ROLE_HANDLER] = U, [ROLE_CLERK] = B, [ROLE_CHECKER] = B, [ROLE_HEAD] = B, [ROLE_LEADER] = B},
    [ACT_ACCEPT] = {[ROLE_CLERK] = B, [ROLE_HEAD] = U},
    [ACT_FORWARD] = {[ROLE_CLERK] = B, [ROLE_HEAD] = U},
    [ACT_DECLINE] = {[ROLE_CLERK] = B, [ROLE_HEAD] = U},
    [ACT_ASSIGN] = {[ROLE_CLERK] = B, [ROLE_HEAD] = B},
    [ACT_ANSWER] = {[ROLE_HANDLER] = O, [ROLE_HEAD] = U},
    [ACT_MESSAGE] = {[ROLE_HANDLER] = O, [ROLE_CLERK] = B, [ROLE_CHECKER] = B, [ROLE_HEAD] = U},
    [ACT_RETURN_VISIT] = {[ROLE_CLERK] = B, [ROLE_CHECKER] = B},
    [ACT_PUBLISH] = {[ROLE_CLERK] = B},
    [ACT_READ_IDENTITY] = {[ROLE_HANDLER] = O, [ROLE_CLERK] = B, [ROLE_CHECKER] = B, [ROLE_HEAD] = U},
    [ACT_OVERVIEW] = {[ROLE_HANDLER] = U, [ROLE_CLERK] = B, [ROLE_CHECKER] = B, [ROLE_HEAD] = B, [ROLE_LEADER] = B},
    [ACT_EXPORT] = {[ROLE_CLERK] = B, [ROLE_HEAD] = B, [ROLE_LEADER] = B},
    [ACT_PLAN] = {[ROLE_CLERK] = U, [ROLE_HEAD] = U},
    [ACT_DUTY] = {[ROLE_HANDLER] = U, [ROLE_CLERK] = U, [ROLE_HEAD] = U},
    [ACT_SIGN] = {[ROLE_CLERK] = U, [ROLE_HEAD] = U},
    [ACT_DECIDE] = {[ROLE_CLERK] = B, [ROLE_HEAD] = B},
    [ACT_ABSENCE] = {[ROLE_HANDLER] = O,
                     [ROLE_CLERK] = O,
                     [ROLE_CHECKER] = O,
                     [ROLE_HEAD] = U,
                     [ROLE_LEADER] = O,
                     [ROLE_ADMIN] = B},
    [ACT_ADMIN_UNITS] = {[ROLE_ADMIN] = B},
    [ACT_ADMIN_PEOPLE] = {[ROLE_ADMIN] = B},
    [ACT_ADMIN_CATEGORIES] = {[ROLE_ADMIN] = B},
    [ACT_ADMIN_CALENDAR] = {[ROLE_ADMIN] = B},
};

static const struct {
    str key;
    const char *name;
} roles[ROLE_COUNT] = {
    [ROLE_HANDLER] = {STR_INIT("handler"), TR_NOOP("Handler")},
    [ROLE_CLERK] = {STR_INIT("clerk"), TR_NOOP("Clerk")},
    [ROLE_CHECKER] = {STR_INIT("checker"), TR_NOOP("Checker")},
    [ROLE_HEAD] = {STR_INIT("head"), TR_NOOP("Head")},
    [ROLE_LEADER] = {STR_INIT("leader"), TR_NOOP("Leader")},
    [ROLE_ADMIN] = {STR_INIT("admin"), TR_NOOP("Administrator")},
};

static const char *const actions[ACT_COUNT] = {
    [ACT_REGISTER] = "register",
    [ACT_SEE] = "see",
    [ACT_NOTE] = "note",
    [ACT_ACCEPT] = "accept",
    [ACT_FORWARD] = "forward",
    [ACT_DECLINE] = "decline",
    [ACT_ASSIGN] = "assign",
    [ACT_ANSWER] = "answer",
    [ACT_MESSAGE] = "message",
    [ACT_RETURN_VISIT] = "return-visit",
    [ACT_PUBLISH] = "publish",
    [ACT_READ_IDENTITY] = "read-identity",
    [ACT_OVERVIEW] = "overview",
    [ACT_EXPORT] = "export",
    [ACT_PLAN] = "plan",
    [ACT_DUTY] = "duty",
    [ACT_SIGN] = "sign",
    [ACT_DECIDE] = "decide",
    [ACT_ABSENCE] = "absence",
    [ACT_ADMIN_UNITS] = "admin-units",
    [ACT_ADMIN_PEOPLE] = "admin-people",
    [ACT_ADMIN_CATEGORIES] = "admin-categories",
    [ACT_ADMIN_CALENDAR] = "admin-calendar",
};

static const char *const scopes[SCOPE_COUNT] = {
    [SCOPE_NONE] = "none", [SCOPE_OWN] = "own", [SCOPE_UNIT] = "unit", [SCOPE_BELOW] = "below"};

const char *role_key(enum role r)
{
    must(r > 0 && r < ROLE_COUNT);
    return roles[r].key.p;
}

const char *role_name(enum role r)
{
    must(r > 0 && r < ROLE_COUNT);
    return roles[r].name;
}

bool role_parse(str key, enum role *out)
{
    for (int r = ROLE_HANDLER; r < ROLE_COUNT; r++) {
        if (!str_eq(key, roles[r].key)) continue;
        *out = (enum role)r;
        return true;
    }
    return false;
}

const char *action_key(enum action a)
{
    must(a > 0 && a < ACT_COUNT);
    return actions[a];
}

const char *scope_name(enum scope s)
{
    must(s < SCOPE_COUNT);
    return scopes[s];
}

enum scope rights_scope(enum action a, enum role r)
{
    must(a > 0 && a < ACT_COUNT && r > 0 && r < ROLE_COUNT);
    return table[a][r];
}

bool actor_answers_for(const struct actor *who, person_id owner)
{
    if (owner.v == 0 || who->person.v == 0) return false;
    if (who->person.v == owner.v) return true;
    for (int i = 0; i < who->n_stands_for; i++)
        if (who->stands_for[i].person.v == owner.v) return true;
    return false;
}

bool actor_signs_for(const struct actor *who, person_id first)
{
    if (first.v == 0 || who->person.v == 0) return false;
    if (who->person.v == first.v) return true;
    for (int i = 0; i < who->n_stands_for; i++)
        if (who->stands_for[i].person.v == first.v && who->stands_for[i].acting) return true;
    return false;
}

bool actor_is(const struct actor *who, enum role role)
{
    for (int i = 0; i < who->n_roles; i++)
        if (who->roles[i].role == role) return true;
    return false;
}

bool rights_any(const struct actor *who, enum action action)
{
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(action, who->roles[i].role) != SCOPE_NONE) return true;
    return false;
}

/* The nearest wins: a role in the unit itself, then one's own work (in that unit's name), then a role above. */
static bool allow_in(struct db *db, struct arena *mem, const struct actor *who, enum action action, unit_id unit,
                     bool is_own, unit_id *as)
{
    *as = unit;
    for (int i = 0; i < who->n_roles; i++)
        if (who->roles[i].unit.v == unit.v && rights_scope(action, who->roles[i].role) >= SCOPE_UNIT) return true;
    if (is_own && rights_any(who, action)) return true;
    for (int i = 0; i < who->n_roles; i++) {
        if (rights_scope(action, who->roles[i].role) != SCOPE_BELOW) continue;
        *as = who->roles[i].unit;
        if (unit_is_below(db, mem, who->roles[i].unit, unit)) return true;
    }
    return false;
}

bool rights_allow(struct db *db, struct arena *mem, const struct actor *who, enum action action, unit_id unit,
                  person_id owner, unit_id *as)
{
    unit_id now = {0};
    unit_id name = {0};
    if (who->person.v == 0 || unit.v == 0 || !rights_any(who, action)) return false;
    bool allowed = allow_in(db, mem, who, action, unit, actor_answers_for(who, owner), &name);
    /* The work of a unit that has ended is its successor's. */
    if (!allowed && unit_now(db, mem, unit, &now) == ST_OK && now.v != unit.v)
        allowed = allow_in(db, mem, who, action, now, false, &name);
    if (allowed && as != NULL) *as = name;
    return allowed;
}

enum status actor_load(struct db *db, struct arena *mem, person_id person, instant now, struct actor *out)
{
    struct q_rights_person account;
    struct q_rights_roles *held;
    struct q_rights_stands_for *absent;
    size_t n;
    *out = (struct actor){0};
    TRY(q_rights_person(db, mem, person, &account));
    out->person = account.id;
    out->name = account.name;
    TRY(q_rights_roles(db, mem, person, now, &held, &n));
    for (size_t i = 0; i < n && out->n_roles < ACTOR_ROLES; i++) {
        struct actor_role *r = &out->roles[out->n_roles];
        if (!role_parse(held[i].role, &r->role)) continue;
        r->unit = held[i].unit_id;
        if (out->n_roles++ > 0) continue;
        out->unit = held[i].unit_id;
        out->title_en = held[i].title_en;
        out->title_zh = held[i].title_zh;
    }
    TRY(q_rights_stands_for(db, mem, person, now, &absent, &n));
    for (size_t i = 0; i < n && out->n_stands_for < ACTOR_STANDS_FOR; i++) {
        out->stands_for[out->n_stands_for].person = absent[i].person_id;
        out->stands_for[out->n_stands_for].acting = absent[i].acting != 0;
        out->n_stands_for++;
    }
    return ST_OK;
}
