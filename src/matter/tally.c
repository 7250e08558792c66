/* tally: see tally.h. Recounting is in tally_check.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/tally.h"

#include "base/buf.h"
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

static void add_up(struct tally_row *row, str what, int64_t n)
{
    const struct {
        str what;
        int64_t *to;
    } places[] = {
        {STR("registered"), &row->open},   {STR("accepted"), &row->open},         {STR("handling"), &row->open},
        {STR("answered"), &row->answered}, {STR("solved"), &row->solved},         {STR("partly"), &row->partly},
        {STR("declined"), &row->declined}, {STR("not_solved"), &row->not_solved}, {STR("reopened"), &row->reopened},
    };
    for (size_t k = 0; k < COUNT_OF(places); k++)
        if (str_eq(what, places[k].what)) *places[k].to += n;
}

enum status tally_of(struct db *db, struct arena *mem, unit_id unit, bool scope_below, day today, struct tally_row *out)
{
    struct q_tally_unit u;
    struct q_tally_of *counts;
    struct q_tally_days_of days;
    size_t n;
    TRY(q_tally_unit(db, mem, unit, &u));
    TRY(q_tally_of(db, mem, unit, scope_below, &counts, &n));
    TRY(q_tally_days_of(db, mem, unit, scope_below, today, (day){today.n + DUE_SOON_DAYS}, &days));
    *out = (struct tally_row){.unit = u.unit_id,
                              .name_en = u.name_en,
                              .name_zh = u.name_zh,
                              .code = u.code,
                              .kind = u.kind,
                              .has_children = u.has_children != 0,
                              .overdue = days.overdue,
                              .due_soon = days.due_soon,
                              .unconfirmed = days.unconfirmed};
    for (size_t i = 0; i < n; i++) add_up(out, counts[i].what, counts[i].n);
    return ST_OK;
}

static struct tally_row *row_of(struct tally_row *rows, size_t n, unit_id unit)
{
    size_t i = 0;
    while (i + 1 < n && rows[i].unit.v != unit.v) i++;
    return &rows[i];
}

/* Two statements for all the rows. */
static enum status fill(struct db *db, struct arena *mem, day today, struct tally_row *rows, size_t n)
{
    struct q_tally_of_each *counts;
    struct q_tally_days_of_each *days;
    size_t n_counts, n_days;
    struct buf ids;
    if (n == 0) return ST_OK;
    buf_init(&ids, mem, n * 20 + 8, n * 21 + 8);
    for (size_t i = 0; i < n; i++) buf_format(&ids, "%c%lld", i == 0 ? '[' : ',', (long long)rows[i].unit.v);
    buf_add_byte(&ids, ']');
    TRY(q_tally_of_each(db, mem, buf_str(&ids), &counts, &n_counts));
    TRY(q_tally_days_of_each(db, mem, buf_str(&ids), today, (day){today.n + DUE_SOON_DAYS}, &days, &n_days));
    struct tally_row *at = rows;
    for (size_t i = 0; i < n_counts; i++) {
        if (at->unit.v != counts[i].unit_id.v) at = row_of(rows, n, counts[i].unit_id); /* they come unit by unit */
        add_up(at, counts[i].what, counts[i].n);
    }
    for (size_t i = 0; i < n_days; i++) {
        at = row_of(rows, n, days[i].unit_id);
        at->overdue = days[i].overdue;
        at->due_soon = days[i].due_soon;
        at->unconfirmed = days[i].unconfirmed;
    }
    return ST_OK;
}

enum status tally_children(struct db *db, struct arena *mem, unit_id parent, day today, str after_code, size_t most,
                           struct tally_row **out, size_t *n, str *next)
{
    struct q_tally_children *units;
    TRY(q_tally_children(db, mem, parent, after_code, (int64_t)most + 1, &units, n));
    *next = (str){NULL, 0};
    if (*n > most) {
        *n = most;
        *next = units[most - 1].code;
    }
    *out = NEWN(mem, struct tally_row, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        const struct q_tally_children *u = &units[i];
        (*out)[i] = (struct tally_row){.unit = u->unit_id,
                                       .name_en = u->name_en,
                                       .name_zh = u->name_zh,
                                       .code = u->code,
                                       .kind = u->kind,
                                       .has_children = u->has_children != 0};
    }
    return fill(db, mem, today, *out, *n);
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
