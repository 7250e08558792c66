/* tally: see tally.h. Every change adds to sums of its unit, which at the end of the transaction become sums of the rows of the unit and those
 * above it, and are then written, each row once, however many changes there were. Recounting is in tally_check.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/tally.h"

#include "base/buf.h"
#include "gen/sql/tally.h"
#include "matter/casefile.h"

/* What is counted: the state or else of a unit's casefiles (kept in tally), their days (tally_due), the root's days (tally_day)
 * and months (tally_month). */
enum { OF_UNIT, OF_DUE, OF_DAY, OF_MONTH };
static const struct {
    int kept;
    const char *what;
} counted[] = {
    {OF_UNIT, "registered"}, {OF_UNIT, "accepted"}, {OF_UNIT, "handling"},    {OF_UNIT, "answered"},
    {OF_UNIT, "solved"},     {OF_UNIT, "partly"},   {OF_UNIT, "declined"},    {OF_UNIT, "reopened"},
    {OF_DUE, "due"},         {OF_DUE, "ask"},       {OF_DAY, "raised"},       {OF_DAY, "answered"},
    {OF_DAY, "in_time"},     {OF_DAY, "solved"},    {OF_DAY, "partly"},       {OF_DAY, "not_solved"},
    {OF_UNIT, "not_solved"}, {OF_MONTH, "raised"},  {OF_MONTH, "answered"},   {OF_MONTH, "in_time"},
    {OF_MONTH, "solved"},    {OF_MONTH, "partly"},  {OF_MONTH, "not_solved"},
};

static int64_t counted_as(int kept, str what)
{
    for (size_t i = 0; i < COUNT_OF(counted); i++)
        if (counted[i].kept == kept && str_eq(what, str_from(counted[i].what))) return (int64_t)i;
    must_failed("nothing that is counted", __FILE__, __LINE__);
}

/* Writing, once for each row at the end of the transaction */

/* a: the unit; b: the scope and what; c: the day, the first one of the month, or 0. */
static enum status write_row(struct db *db, struct arena *mem, struct db_sum_key k, int64_t n)
{
    unit_id unit = {k.a};
    int64_t scope = k.b / (int64_t)COUNT_OF(counted);
    size_t i = (size_t)k.b % COUNT_OF(counted);
    str what = str_from(counted[i].what);
    day on = {(int32_t)k.c};
    (void)mem;
    if (counted[i].kept == OF_UNIT) return q_tally_add(db, unit, scope, what, n, NULL);
    if (counted[i].kept == OF_DUE) return q_tally_add_due(db, unit, scope, what, on, n, NULL);
    if (counted[i].kept == OF_MONTH) return q_tally_add_month(db, unit, what, on, n, NULL);
    return q_tally_add_day(db, unit, what, on, n, NULL);
}
static const struct db_sum row_sum = {.order = 2, .write = write_row};

static enum status sum_row(struct db *db, unit_id unit, int64_t scope, struct db_sum_key k, int64_t n)
{
    struct db_sum_key row = {unit.v, scope * (int64_t)COUNT_OF(counted) + k.b, k.c};
    return db_sum_at_commit(db, &row_sum, row, n);
}

/* The unit and those above it. Commands remember them. */
static enum status find_above(struct db *db, struct arena *mem, int64_t unit, const int64_t **out, size_t *n)
{
    static const char memo = 'a';
    struct q_tally_above *rows;
    int64_t *above = NEWN(mem, int64_t, DB_MEMO);
    *out = above;
    *n = db_recall(db, &memo, unit, above);
    if (*n > 0) return ST_OK;
    TRY(q_tally_above(db, mem, (unit_id){unit}, &rows, n));
    *out = above = NEWN(mem, int64_t, *n + 1);
    for (size_t i = 0; i < *n; i++) above[i] = rows[i].unit_id.v;
    db_remember(db, &memo, unit, above, *n);
    return ST_OK;
}

/* A unit's own sums go to it and, below it counted, to itself and all above it. a: the unit; b: what; c: the day, or 0. */
static enum status spread(struct db *db, struct arena *mem, struct db_sum_key k, int64_t n)
{
    const int64_t *above;
    size_t count;
    TRY(find_above(db, mem, k.a, &above, &count));
    TRY(sum_row(db, (unit_id){k.a}, 0, k, n));
    for (size_t i = 0; i < count; i++) TRY(sum_row(db, (unit_id){above[i]}, 1, k, n));
    return ST_OK;
}
static const struct db_sum own_sum = {.order = 1, .write = spread};

/* Changes */

enum status tally_add(struct db *db, unit_id unit, str what, day on, int64_t n)
{
    struct db_sum_key k = {unit.v, counted_as(on.n == 0 ? OF_UNIT : OF_DUE, what), on.n};
    return db_sum_at_commit(db, &own_sum, k, n);
}

static enum status add_face(struct db *db, const struct tally_face *face, int64_t n)
{
    const day no_day = {0};
    TRY(tally_add(db, face->unit, face->state, no_day, n));
    if (face->reopened) TRY(tally_add(db, face->unit, STR("reopened"), no_day, n));
    if (face->due.n != 0) TRY(tally_add(db, face->unit, STR("due"), face->due, n));
    return face->ask.n == 0 ? ST_OK : tally_add(db, face->unit, STR("ask"), face->ask, n);
}

enum status tally_move(struct db *db, const struct tally_face *before, const struct tally_face *after)
{
    if (before != NULL) TRY(add_face(db, before, -1));
    return add_face(db, after, 1);
}

enum status tally_day(struct db *db, unit_id root, const char *what, day on, int64_t n)
{
    struct civil c = civil_from_day(on);
    struct db_sum_key k = {0, counted_as(OF_DAY, str_from(what)), on.n};
    struct db_sum_key month = {0, counted_as(OF_MONTH, str_from(what)), day_from_civil(c.year, c.month, 1).n};
    TRY(sum_row(db, root, 0, k, n));
    return sum_row(db, root, 0, month, n);
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
    TRY(db_settle(db));
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
    TRY(db_settle(db));
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
    TRY(db_settle(db));
    TRY(q_tally_year(db, mem, root, day_from_civil(out->month[0].year, out->month[0].month, 1), today, &rows, &n));
    const struct {
        str what;
        int64_t *to;
    } places[] = {
        {STR("raised"), &out->raised}, {STR("answered"), &out->answered}, {STR("in_time"), &out->in_time},
        {STR("solved"), &out->solved}, {STR("partly"), &out->partly},     {STR("not_solved"), &out->not_solved},
    };
    for (size_t i = 0; i < n; i++) {
        struct civil on = civil_from_day(rows[i].month_on);
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
