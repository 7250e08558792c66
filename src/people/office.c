/* office: the office of a unit and its three named people; see unit.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "gen/sql/office.h"
#include "gen/sql/person.h"
#include "people/cover.h"
#include "people/guard.h"
#include "people/person.h"
#include "people/unit.h"

static const str kinds[] = {
    [POST_FIRST] = STR_INIT("first"), [POST_CONTACT] = STR_INIT("contact"), [POST_DEPUTY] = STR_INIT("deputy")};

#define KINDS COUNT_OF(kinds)

/* Offices */

enum status office_of(struct db *db, struct arena *mem, unit_id unit, struct office *out)
{
    struct q_office_of_unit row;
    TRY(q_office_of_unit(db, mem, unit, &row));
    *out = (struct office){row.id, row.unit_id, row.name_en, row.name_zh, row.address, row.phone, row.hours};
    return ST_OK;
}

static bool check_office(const struct office *o, struct faults *f)
{
    bool good = guard_line(f, "name_en", o->name_en, true, LIMIT_NAME_POINTS);
    good = guard_line(f, "name_zh", o->name_zh, true, LIMIT_NAME_POINTS) && good;
    good = guard_line(f, "address", o->address, false, LIMIT_PLACE_POINTS) && good;
    good = guard_line(f, "phone", o->phone, false, LIMIT_NAME_POINTS) && good;
    good = guard_line(f, "hours", o->hours, false, LIMIT_PLACE_POINTS) && good;
    return good;
}

enum status office_put(struct db *db, struct arena *mem, const struct actor *who, struct office *o, day today,
                       struct faults *f)
{
    struct q_office_get old;
    struct unit u;
    if (o->id.v != 0) {
        TRY(q_office_get(db, mem, o->id, &old));
        if (old.ends_on.n != 0) return ST_NOT_FOUND;
        o->unit = old.unit_id;
    }
    TRY(unit_get(db, mem, o->unit, &u));
    TRY(guard_unit(db, mem, who, ACT_ADMIN_UNITS, o->unit));
    if (u.ends.n != 0) return fault(f, "", "This unit has ended");
    if (!check_office(o, f)) return ST_INVALID;
    if (o->id.v != 0) {
        TRY(q_office_update(db, o->id, o->name_en, o->name_zh, o->address, o->phone, o->hours, NULL));
    } else {
        int64_t ended;
        o->id.v = db_new_id(db);
        TRY(q_office_end_all(db, o->unit, today, &ended));
        if (ended == 0) TRY(cover_office(db, o->unit, 1));
        TRY(q_office_insert(db, o->id, o->unit, o->name_en, o->name_zh, o->address, o->phone, o->hours, today, NULL));
    }
    return admin_event(db, mem, who, "office.put", o->unit, o->id.v, o->name_en);
}

/* Posts */

enum status post_holder(struct db *db, struct arena *mem, unit_id unit, enum post_kind kind, person_id *out)
{
    struct q_office_holder row;
    TRY(q_office_holder(db, mem, unit, kinds[kind], &row));
    *out = row.person_id;
    return ST_OK;
}

enum status post_put(struct db *db, struct arena *mem, const struct actor *who, unit_id unit, enum post_kind kind,
                     person_id person, instant now)
{
    struct q_office_holder old = {.person_id = {0}};
    struct person p = {.login = STR("")};
    struct unit u;
    TRY(unit_get(db, mem, unit, &u));
    TRY(guard_unit(db, mem, who, ACT_ADMIN_PEOPLE, unit));
    if (u.ends.n != 0) return ST_CONFLICT;
    if (person.v != 0) TRY(person_get(db, mem, person, &p));
    if (p.ended) return ST_NOT_FOUND;
    enum status st = q_office_holder(db, mem, unit, kinds[kind], &old);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    if (old.person_id.v == person.v) return ST_OK;
    db_forget(db);
    if (st == ST_OK) TRY(q_office_post_end(db, now, old.id, NULL));
    if (person.v != 0) TRY(q_office_post_insert(db, (post_id){db_new_id(db)}, unit, kinds[kind], person, now, NULL));
    return admin_event(db, mem, who, "post.put", unit, person.v,
                       str_format(mem, "%.*s %.*s", STR_ARG(kinds[kind]), STR_ARG(p.login)));
}

/* Who answers */

struct named {
    person_id person[KINDS];
    bool away[KINDS]; /* and nobody acts */
};

/* Good from the moment that was asked about until the next one at which an absence of one of them begins or ends. Commands remember it. */
enum { NAMED_FROM, NAMED_UNTIL, NAMED_PERSON, NAMED_AWAY = NAMED_PERSON + KINDS, NAMED_N = NAMED_AWAY + KINDS };
_Static_assert(NAMED_N <= DB_MEMO, "the named people of a unit are remembered");

static bool recall_named(struct db *db, unit_id unit, instant now, struct named *out)
{
    int64_t v[DB_MEMO];
    if (db_recall(db, kinds, unit.v, v) != NAMED_N || now.ms < v[NAMED_FROM] || now.ms >= v[NAMED_UNTIL]) return false;
    for (size_t kind = 0; kind < KINDS; kind++) {
        out->person[kind].v = v[NAMED_PERSON + kind];
        out->away[kind] = v[NAMED_AWAY + kind] != 0;
    }
    return true;
}

static void remember_named(struct db *db, unit_id unit, instant now, int64_t until, const struct named *named)
{
    int64_t v[NAMED_N] = {[NAMED_FROM] = now.ms, [NAMED_UNTIL] = until};
    for (size_t kind = 0; kind < KINDS; kind++) {
        v[NAMED_PERSON + kind] = named->person[kind].v;
        v[NAMED_AWAY + kind] = named->away[kind];
    }
    db_remember(db, kinds, unit.v, v, NAMED_N);
}

static enum status named_in(struct db *db, struct arena *mem, unit_id unit, struct named *out)
{
    struct q_office_posts *rows;
    size_t n;
    instant now = db_now(db);
    int64_t until = INT64_MAX;
    *out = (struct named){0};
    if (recall_named(db, unit, now, out)) return ST_OK;
    TRY(q_office_posts(db, mem, unit, now, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].changes_at.ms != 0 && rows[i].changes_at.ms < until) until = rows[i].changes_at.ms;
        for (size_t kind = POST_FIRST; kind < KINDS; kind++) {
            if (!str_eq(rows[i].kind, kinds[kind])) continue;
            out->person[kind] = rows[i].person_id;
            out->away[kind] = rows[i].away != 0;
        }
    }
    remember_named(db, unit, now, until, out);
    return ST_OK;
}

static person_id answers(const struct named *u)
{
    static const enum post_kind order[] = {POST_FIRST, POST_DEPUTY, POST_CONTACT};
    for (size_t i = 0; i < COUNT_OF(order); i++)
        if (u->person[order[i]].v != 0 && !u->away[order[i]]) return u->person[order[i]];
    for (size_t i = 0; i < COUNT_OF(order); i++)
        if (u->person[order[i]].v != 0) return u->person[order[i]];
    return (person_id){0};
}

enum status unit_accountable(struct db *db, struct arena *mem, unit_id unit, person_id *out)
{
    struct named people;
    unit_id up;
    TRY(unit_now(db, mem, unit, &unit));
    for (int i = 0; i < UNIT_DEPTH_MAX; i++) {
        TRY(named_in(db, mem, unit, &people));
        *out = answers(&people);
        if (out->v != 0) return ST_OK;
        TRY(unit_up(db, mem, unit, &up));
        if (up.v == unit.v) return ST_NOT_FOUND;
        unit = up;
    }
    return ST_NOT_FOUND;
}

enum status unit_reception(struct db *db, struct arena *mem, unit_id unit, person_id *out)
{
    struct named people;
    TRY(unit_now(db, mem, unit, &unit));
    TRY(named_in(db, mem, unit, &people));
    *out = people.person[POST_CONTACT];
    if (out->v != 0 && !people.away[POST_CONTACT]) return ST_OK;
    return unit_accountable(db, mem, unit, out);
}
