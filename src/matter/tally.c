/* tally: see tally.h. Recounting is in tally_check.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/tally.h"

#include "gen/sql/tally.h"
#include "matter/casefile.h"

/* Changes */

static enum status add(struct db *db, unit_id unit, str what, int64_t n)
{
    return q_tally_add(db, unit, what, n, NULL);
}

static enum status add_day(struct db *db, unit_id unit, str what, day on, int64_t n)
{
    return on.n == 0 ? ST_OK : q_tally_add_day_of(db, unit, what, on, n, NULL);
}

/* Adds or takes away what of the face differs from the other one. */
static enum status apply(struct db *db, const struct tally_face *face, const struct tally_face *other, int64_t n)
{
    bool same = other != NULL && face->unit.v == other->unit.v;
    if (!same || !str_eq(face->state, other->state)) TRY(add(db, face->unit, face->state, n));
    if (face->reopened && !(same && other->reopened)) TRY(add(db, face->unit, STR("reopened"), n));
    if (!same || face->due.n != other->due.n) TRY(add_day(db, face->unit, STR("due"), face->due, n));
    if (!same || face->ask.n != other->ask.n) TRY(add_day(db, face->unit, STR("ask"), face->ask, n));
    return ST_OK;
}

enum status tally_move(struct db *db, struct arena *mem, const struct tally_face *before,
                       const struct tally_face *after)
{
    (void)mem;
    if (before != NULL) TRY(apply(db, before, after, -1));
    return apply(db, after, before, 1);
}

enum status tally_not_solved(struct db *db, struct arena *mem, unit_id unit)
{
    (void)mem;
    return add(db, unit, STR("not_solved"), 1);
}

enum status tally_day(struct db *db, unit_id root, const char *what, day on, int64_t n)
{
    return q_tally_add_on(db, root, str_from(what), on, n, NULL);
}

/* Reading */

static enum status fill(struct db *db, struct arena *mem, bool below, day today, struct tally_row *row)
{
    struct q_tally_of *counts;
    struct q_tally_days_of days;
    size_t n;
    TRY(q_tally_of(db, mem, row->unit, below ? 1 : 0, &counts, &n));
    TRY(q_tally_days_of(db, mem, row->unit, below ? 1 : 0, today, (day){today.n + DUE_SOON_DAYS}, &days));
    row->overdue = days.overdue;
    row->due_soon = days.due_soon;
    row->unconfirmed = days.unconfirmed;
    const struct {
        str what;
        int64_t *to;
    } places[] = {
        {STR("registered"), &row->open},   {STR("accepted"), &row->open},         {STR("handling"), &row->open},
        {STR("answered"), &row->answered}, {STR("solved"), &row->solved},         {STR("partly"), &row->partly},
        {STR("declined"), &row->declined}, {STR("not_solved"), &row->not_solved}, {STR("reopened"), &row->reopened},
    };
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < COUNT_OF(places); k++)
            if (str_eq(counts[i].what, places[k].what)) *places[k].to += counts[i].n;
    return ST_OK;
}

enum status tally_of(struct db *db, struct arena *mem, unit_id unit, bool scope_below, day today, struct tally_row *out)
{
    struct q_tally_unit u;
    TRY(q_tally_unit(db, mem, unit, &u));
    *out = (struct tally_row){.unit = u.unit_id,
                              .name_en = u.name_en,
                              .name_zh = u.name_zh,
                              .code = u.code,
                              .kind = u.kind,
                              .has_children = u.has_children != 0};
    return fill(db, mem, scope_below, today, out);
}

enum status tally_children(struct db *db, struct arena *mem, unit_id parent, day today, struct tally_row **out,
                           size_t *n)
{
    struct q_tally_children *units;
    TRY(q_tally_children(db, mem, parent, &units, n));
    *out = NEWN(mem, struct tally_row, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        const struct q_tally_children *u = &units[i];
        (*out)[i] = (struct tally_row){.unit = u->unit_id,
                                       .name_en = u->name_en,
                                       .name_zh = u->name_zh,
                                       .code = u->code,
                                       .kind = u->kind,
                                       .has_children = u->has_children != 0};
        TRY(fill(db, mem, true, today, &(*out)[i]));
    }
    return ST_OK;
}

/* The twelve months that end with today's. */
static void name_months(struct tally_year *out, struct civil now)
{
    for (int i = 0; i < 12; i++) {
        int month = now.year * 12 + now.month - 1 - (11 - i);
        out->month[i].year = month / 12;
        out->month[i].month = month % 12 + 1;
    }
}

enum status tally_year(struct db *db, struct arena *mem, unit_id root, day today, struct tally_year *out)
{
    struct q_tally_year *rows;
    size_t n;
    *out = (struct tally_year){0};
    name_months(out, civil_from_day(today));
    TRY(q_tally_year(db, mem, root, day_from_civil(out->month[0].year, out->month[0].month, 1), today, &rows, &n));
    const struct {
        str what;
        int64_t *to;
    } places[] = {
        {STR("raised"), &out->raised}, {STR("answered"), &out->answered}, {STR("in_time"), &out->in_time},
        {STR("solved"), &out->solved}, {STR("partly"), &out->partly},     {STR("not_solved"), &out->not_solved},
    };
    for (size_t i = 0; i < n; i++) {
        struct civil on = civil_from_day(rows[i].on_on);
        int place = (on.year - out->month[0].year) * 12 + on.month - out->month[0].month;
        for (size_t k = 0; k < COUNT_OF(places); k++)
            if (str_eq(rows[i].what, places[k].what)) *places[k].to += rows[i].n;
        if (place < 0 || place > 11) continue;
        if (str_eq(rows[i].what, STR("raised"))) out->month[place].raised += rows[i].n;
        if (str_eq(rows[i].what, STR("answered"))) out->month[place].answered += rows[i].n;
        if (str_eq(rows[i].what, STR("solved"))) out->month[place].solved += rows[i].n;
    }
    return ST_OK;
}
