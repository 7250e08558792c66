/* absence: who stands in for whom; see person.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/sql/absence.h"
#include "gen/sql/person.h"
#include "people/guard.h"
#include "people/person.h"

/* One's own, or that of someone in a unit where one may arrange it. Standing in for a person does not reach to that person's absences. */
static enum status may_arrange(struct db *db, struct arena *mem, const struct actor *who, person_id person)
{
    struct q_person_members_of_person *held;
    size_t n;
    if (who == NULL) return ST_OK;
    if (who->person.v == person.v) return rights_any(who, ACT_ABSENCE) ? ST_OK : ST_FORBIDDEN;
    TRY(q_person_members_of_person(db, mem, person, &held, &n));
    for (size_t i = 0; i < n; i++)
        if (guard_unit(db, mem, who, ACT_ABSENCE, held[i].unit_id) == ST_OK) return ST_OK;
    return ST_FORBIDDEN;
}

static enum status check_deputy(struct db *db, struct arena *mem, person_id deputy, instant from, instant to,
                                struct faults *f)
{
    struct person p;
    struct q_person_members_of_person *held;
    struct q_absence_overlaps away;
    struct q_absence_covers covers;
    size_t n;
    if (deputy.v == 0 || person_get(db, mem, deputy, &p) != ST_OK || p.ended)
        return fault(f, "deputy", "Choose who stands in");
    TRY(q_person_members_of_person(db, mem, deputy, &held, &n));
    if (n == 0) return fault(f, "deputy", "This person has no role here");
    TRY(q_absence_overlaps(db, mem, deputy, from, to, &away));
    if (away.n > 0) return fault(f, "deputy", "This person is away then");
    TRY(q_absence_covers(db, mem, deputy, from, to, &covers));
    if (covers.n >= ACTOR_STANDS_FOR)
        return fault_max(f, "deputy", "One person can stand in for {max} people", ACTOR_STANDS_FOR);
    return ST_OK;
}

enum status absence_put(struct db *db, struct arena *mem, const struct actor *who, person_id person, person_id deputy,
                        bool acting, instant from, instant to, struct faults *f)
{
    struct person p;
    struct q_absence_overlaps own;
    absence_id id = {db_new_id(db)};
    TRY(person_get(db, mem, person, &p));
    if (p.ended) return ST_NOT_FOUND;
    TRY(may_arrange(db, mem, who, person));
    if (from.ms == 0) return fault(f, "from", "Enter a day");
    if (to.ms <= from.ms) return fault(f, "to", "The end comes after the beginning");
    if (deputy.v == person.v) return fault(f, "deputy", "Choose someone else");
    TRY(check_deputy(db, mem, deputy, from, to, f));
    TRY(q_absence_overlaps(db, mem, person, from, to, &own));
    if (own.n > 0) return fault(f, "from", "Another absence is entered for that time");
    db_forget(db);
    TRY(q_absence_insert(db, id, person, deputy, acting, from, to, NULL));
    return admin_event(db, mem, who, acting ? "absence.acting" : "absence.put", (unit_id){0}, id.v, p.login);
}

enum status absence_end(struct db *db, struct arena *mem, const struct actor *who, absence_id id, instant now)
{
    struct q_absence_get row;
    TRY(q_absence_get(db, mem, id, &row));
    if (row.ended_at.ms != 0) return ST_NOT_FOUND;
    TRY(may_arrange(db, mem, who, row.person_id));
    db_forget(db);
    TRY(q_absence_end(db, id, now, NULL));
    return admin_event(db, mem, who, "absence.end", (unit_id){0}, id.v, STR(""));
}

enum status absence_list(struct db *db, struct arena *mem, person_id person, instant now, struct absence **out,
                         size_t *n)
{
    struct q_absence_of_person *rows;
    TRY(q_absence_of_person(db, mem, person, now, &rows, n));
    *out = NEWN(mem, struct absence, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct absence){rows[i].id,          rows[i].person_id,   rows[i].deputy_person_id,
                                     rows[i].deputy_name, rows[i].acting != 0, rows[i].from_at,
                                     rows[i].to_at};
    return ST_OK;
}
