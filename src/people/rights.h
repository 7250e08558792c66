/* rights: who may do what, to the work of which unit: one const table, action x role -> scope (rights.c).
 *
 * Roles carry down the tree of territory: a clerk of the city has a clerk's rights in every unit below it. The route's access
 * column is the outer fence; this table is the rule, asked by every function that changes or shows anything.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_RIGHTS_H
#define LUOSHI_PEOPLE_RIGHTS_H

#include "gen/ids.h"
#include "store/db.h"

enum role { ROLE_HANDLER = 1, ROLE_CLERK, ROLE_CHECKER, ROLE_HEAD, ROLE_LEADER, ROLE_ADMIN, ROLE_COUNT };
enum scope {
    SCOPE_NONE,
    SCOPE_OWN,   /* work this person answers for, or stands in for */
    SCOPE_UNIT,  /* work of the unit in which they hold the role */
    SCOPE_BELOW, /* of that unit and every unit below it by territory or line */
    SCOPE_COUNT
};
enum action {
    ACT_REGISTER = 1,
    ACT_SEE,
    ACT_NOTE,
    ACT_ACCEPT,
    ACT_FORWARD,
    ACT_DECLINE,
    ACT_ASSIGN,
    ACT_ANSWER,
    ACT_MESSAGE,
    ACT_RETURN_VISIT,
    ACT_PUBLISH,
    ACT_READ_IDENTITY,
    ACT_OVERVIEW,
    ACT_EXPORT,
    ACT_PLAN,   /* write plans of campaigns in the unit's name */
    ACT_DUTY,   /* do what the unit owes: link records, ask, publish its own list, add projects */
    ACT_SIGN,   /* sign for notices and send them */
    ACT_DECIDE, /* agree that a unit below does a duty otherwise or is excused */
    ACT_ABSENCE,
    ACT_ADMIN_UNITS,
    ACT_ADMIN_PEOPLE,
    ACT_ADMIN_CATEGORIES,
    ACT_ADMIN_CALENDAR,
    ACT_COUNT
};

#define ACTOR_ROLES      8
#define ACTOR_STANDS_FOR 8

/* Who is asking. Zero person: nobody is signed in (the public, or a raiser with a code). */
struct actor {
    person_id person;
    unit_id unit; /* of the first role: in whose name they act by default */
    str name, title_en, title_zh;
    int n_roles;
    struct actor_role {
        enum role role;
        unit_id unit;
    } roles[ACTOR_ROLES];
    int n_stands_for; /* people whose absence this person covers now */
    struct {
        person_id person;
        bool acting; /* may sign for them */
    } stands_for[ACTOR_STANDS_FOR];
};

const char *role_key(enum role);  /* "handler": as in the database */
const char *role_name(enum role); /* message key: "Handler" */
bool role_parse(str key, enum role *out);
const char *action_key(enum action); /* "accept": as printed by `luoshi routes --rights` */
const char *scope_name(enum scope);
enum scope rights_scope(enum action, enum role);

/* May they do it to work of `unit` whose accountable person is `owner` (0: none)? *as (may be NULL): the unit in whose name. A wider scope
 * includes SCOPE_OWN, so that a head who stands in elsewhere can do there what a handler could. The work of an ended unit is its
 * successor's. */
bool rights_allow(struct db *, struct arena *, const struct actor *, enum action, unit_id unit, person_id owner,
                  unit_id *as);
/* Holds the right in any scope: for menus and for acts without an object yet (register). */
bool rights_any(const struct actor *, enum action);
bool actor_is(const struct actor *, enum role);
bool actor_answers_for(const struct actor *, person_id owner); /* owner, or stands in for the owner */
/* T77: is the first person responsible, or stands in and is acting. What only that person signs asks this, whatever the role. */
bool actor_signs_for(const struct actor *, person_id first);

/* Loads roles and absences of a person who has not ended. ST_NOT_FOUND otherwise. */
MUST_USE enum status actor_load(struct db *, struct arena *, person_id, instant now, struct actor *out);

#endif
