/* tally_check: counts everything again from casefiles, answers and outcomes, and compares or rebuilds.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "gen/sql/tally_check.h"
#include "matter/tally.h"

#define REPORT_MAX  ((size_t)256 * 1024) /* more differences than anybody reads */
#define REPORT_LINE 256

/* Counts by day, for the root */

enum what { RAISED, ANSWERED, IN_TIME, SOLVED, PARTLY, NOT_SOLVED, WHATS };
static const char *const names[WHATS] = {"raised", "answered", "in_time", "solved", "partly", "not_solved"};

struct days {
    const struct zone *zone;
    int32_t first;
    size_t n;
    int64_t *count; /* [what * n + day - first] */
};

static int what_named(str name)
{
    for (int i = 0; i < WHATS; i++)
        if (str_eq(name, str_from(names[i]))) return i;
    return WHATS;
}

static int64_t *count_of(const struct days *d, int what, day on)
{
    int64_t place = (int64_t)on.n - d->first;
    if (what >= WHATS || place < 0 || (size_t)place >= d->n) return NULL;
    return &d->count[(size_t)what * d->n + (size_t)place];
}

static enum status count_moment(void *ctx, const struct q_tally_check_moments *row)
{
    struct days *d = ctx;
    day on = day_in_zone(d->zone, row->at);
    int what = what_named(row->what);
    int64_t *n = count_of(d, what, on);
    if (n != NULL) ++*n;
    int64_t *in_time = what == ANSWERED && on.n <= row->due_on.n ? count_of(d, IN_TIME, on) : NULL;
    if (in_time != NULL) ++*in_time;
    return ST_OK;
}

static enum status count_days(struct db *db, struct arena *mem, const struct city *city, struct days *d)
{
    struct q_tally_check_span span;
    TRY(q_tally_check_span(db, mem, &span));
    day first = day_in_zone(&city->zone, span.first_at);
    day last = day_in_zone(&city->zone, span.last_at);
    *d = (struct days){.zone = &city->zone, .first = first.n, .n = (size_t)(last.n - first.n) + 1};
    d->count = NEWN(mem, int64_t, d->n * WHATS);
    return q_tally_check_moments(db, mem, count_moment, d);
}

/* Comparing */

struct report {
    struct buf b;
    int64_t wrong;
};

static void differs(struct report *r, str line)
{
    r->wrong++;
    if (r->b.n + REPORT_LINE < r->b.max) buf_add(&r->b, line);
}

static enum status check_counts(struct db *db, struct arena *mem, struct report *r)
{
    struct q_tally_check_counts *rows;
    size_t n;
    TRY(q_tally_check_counts(db, mem, &rows, &n));
    for (size_t i = 0; i < n; i++)
        differs(r, str_format(mem, "tally unit=%lld scope=%d what=%.*s kept=%lld counted=%lld\n",
                              (long long)rows[i].unit_id.v, (int)rows[i].scope, STR_ARG(rows[i].what),
                              (long long)rows[i].kept, (long long)rows[i].fact));
    return ST_OK;
}

static enum status check_due(struct db *db, struct arena *mem, struct report *r)
{
    struct q_tally_check_days *rows;
    size_t n;
    TRY(q_tally_check_days(db, mem, &rows, &n));
    for (size_t i = 0; i < n; i++)
        differs(r, str_format(mem, "tally_due unit=%lld scope=%d what=%.*s day=%d kept=%lld counted=%lld\n",
                              (long long)rows[i].unit_id.v, (int)rows[i].scope, STR_ARG(rows[i].what), rows[i].due_on.n,
                              (long long)rows[i].kept, (long long)rows[i].fact));
    return ST_OK;
}

/* Takes what is kept off what was counted. */
static enum status check_days(struct db *db, struct arena *mem, unit_id root, const struct days *counted,
                              struct report *r)
{
    struct q_tally_check_kept_days *rows;
    struct days d = *counted;
    size_t n;
    TRY(q_tally_check_kept_days(db, mem, root, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t *count = count_of(&d, what_named(rows[i].what), rows[i].on_on);
        if (count != NULL) *count -= rows[i].n;
        else if (rows[i].n != 0)
            differs(r, str_format(mem, "tally_day what=%.*s day=%d kept=%lld counted=0\n", STR_ARG(rows[i].what),
                                  rows[i].on_on.n, (long long)rows[i].n));
    }
    for (size_t i = 0; i < d.n * WHATS; i++)
        if (d.count[i] != 0)
            differs(r, str_format(mem, "tally_day what=%s day=%d missing=%lld\n", names[i / d.n],
                                  (int)(d.first + (int32_t)(i % d.n)), (long long)d.count[i]));
    return ST_OK;
}

/* What was counted by day, summed by month: the first days stand for their months. */
static void sum_months(struct arena *mem, const struct days *d, struct days *out)
{
    struct civil first = civil_from_day((day){d->first});
    *out = (struct days){.zone = d->zone, .first = day_from_civil(first.year, first.month, 1).n};
    out->n = d->n + (size_t)(d->first - out->first);
    out->count = NEWN(mem, int64_t, out->n * WHATS);
    for (int what = 0; what < WHATS; what++)
        for (size_t i = 0; i < d->n; i++) {
            struct civil c = civil_from_day((day){d->first + (int32_t)i});
            int64_t *sum = count_of(out, what, day_from_civil(c.year, c.month, 1));
            if (sum != NULL) *sum += d->count[(size_t)what * d->n + i];
        }
}

static enum status check_months(struct db *db, struct arena *mem, unit_id root, const struct days *counted,
                                struct report *r)
{
    struct q_tally_check_kept_months *rows;
    struct days d = *counted;
    size_t n;
    TRY(q_tally_check_kept_months(db, mem, root, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t *count = count_of(&d, what_named(rows[i].what), rows[i].month_on);
        if (count != NULL) *count -= rows[i].n;
        else if (rows[i].n != 0)
            differs(r, str_format(mem, "tally_month what=%.*s month=%d kept=%lld counted=0\n", STR_ARG(rows[i].what),
                                  rows[i].month_on.n, (long long)rows[i].n));
    }
    for (size_t i = 0; i < d.n * WHATS; i++)
        if (d.count[i] != 0)
            differs(r, str_format(mem, "tally_month what=%s month=%d missing=%lld\n", names[i / d.n],
                                  (int)(d.first + (int32_t)(i % d.n)), (long long)d.count[i]));
    return ST_OK;
}

enum status tally_check(struct db *db, struct arena *mem, const struct city *city, int64_t *wrong, str *report)
{
    struct report r = {0};
    struct days days, months;
    buf_init(&r.b, mem, REPORT_LINE, REPORT_MAX);
    TRY(db_settle(db));
    TRY(check_counts(db, mem, &r));
    TRY(check_due(db, mem, &r));
    TRY(count_days(db, mem, city, &days));
    sum_months(mem, &days, &months);
    TRY(check_days(db, mem, city->root, &days, &r));
    TRY(check_months(db, mem, city->root, &months, &r));
    *wrong = r.wrong;
    *report = buf_str(&r.b);
    return ST_OK;
}

/* After the sums of the transaction were written, so that none is added to what has counted it already. */
static enum status rebuild(struct db *db, struct arena *mem, void *arg)
{
    const struct city *city = *(const struct city **)arg;
    struct days d;
    TRY(q_tally_check_clear(db, NULL));
    TRY(q_tally_check_clear_due(db, NULL));
    TRY(q_tally_check_clear_day(db, NULL));
    TRY(q_tally_check_clear_month(db, NULL));
    TRY(q_tally_check_fill(db, NULL));
    TRY(q_tally_check_fill_due(db, NULL));
    TRY(count_days(db, mem, city, &d));
    for (size_t i = 0; i < d.n * WHATS; i++)
        if (d.count[i] != 0)
            TRY(tally_day(db, city->root, names[i / d.n], (day){d.first + (int32_t)(i % d.n)}, d.count[i]));
    return ST_OK;
}

enum status tally_rebuild(struct db *db, struct arena *mem, const struct city *city)
{
    (void)mem;
    return db_at_commit(db, rebuild, &city, sizeof(const struct city *));
}
