/* rollup_check: counts everything again from duties and deliveries, and compares or rebuilds: see rollup.h.
 *
 * Comparing is one statement for each kind of count: what is kept beside what is counted, where they differ.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "campaign/rollup.h"
#include "gen/sql/rollup.h"

#define REPORT_MAX  ((size_t)256 * 1024)
#define REPORT_LINE 256

static enum status fill_days(struct db *db, struct arena *mem, const struct city *city, campaign_id campaign)
{
    struct q_rollup_done_days *rows;
    size_t n;
    TRY(q_rollup_done_days(db, mem, campaign, &rows, &n));
    for (size_t i = 0; i < n; i++)
        TRY(q_rollup_add_day(db, campaign, rows[i].unit_id, day_in_zone(&city->zone, rows[i].done_at), rows[i].n,
                             NULL));
    return ST_OK;
}

static enum status fill_notices(struct db *db, struct arena *mem, campaign_id campaign)
{
    struct q_rollup_notices_of *rows;
    size_t n;
    TRY(q_rollup_notices_of(db, mem, campaign, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(q_rollup_fill_notice(db, rows[i].id, NULL));
    return ST_OK;
}

enum status rollup_rebuild_campaign(struct db *db, struct arena *mem, const struct city *city, campaign_id campaign)
{
    TRY(q_rollup_clear(db, campaign, NULL));
    TRY(q_rollup_clear_due(db, campaign, NULL));
    TRY(q_rollup_clear_day(db, campaign, NULL));
    TRY(q_rollup_clear_unsigned(db, campaign, NULL));
    TRY(q_rollup_clear_notices(db, campaign, NULL));
    TRY(q_rollup_fill(db, campaign, NULL));
    TRY(q_rollup_fill_due(db, campaign, NULL));
    TRY(q_rollup_fill_unsigned(db, campaign, NULL));
    TRY(fill_days(db, mem, city, campaign));
    return fill_notices(db, mem, campaign);
}

enum status rollup_rebuild(struct db *db, struct arena *mem, const struct city *city)
{
    struct q_rollup_running *rows;
    size_t n;
    TRY(q_rollup_running(db, mem, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(rollup_rebuild_campaign(db, mem, city, rows[i].id));
    return ST_OK;
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

static enum status check_states(struct db *db, struct arena *mem, campaign_id campaign, struct report *r)
{
    struct q_rollup_check *rows;
    size_t n;
    TRY(q_rollup_check(db, mem, campaign, &rows, &n));
    for (size_t i = 0; i < n; i++)
        differs(r, str_format(mem, "duty_tally unit=%lld scope=%d what=%.*s kept=%lld counted=%lld\n",
                              (long long)rows[i].unit_id.v, (int)rows[i].scope, STR_ARG(rows[i].what),
                              (long long)rows[i].kept, (long long)rows[i].counted));
    return ST_OK;
}

static enum status check_days(struct db *db, struct arena *mem, campaign_id campaign, struct report *r)
{
    struct q_rollup_check_due *due;
    struct q_rollup_check_unsigned *open;
    size_t n_due, n_open;
    TRY(q_rollup_check_due(db, mem, campaign, &due, &n_due));
    for (size_t i = 0; i < n_due; i++)
        differs(r, str_format(mem, "duty_due unit=%lld scope=%d day=%d kept=%lld counted=%lld\n",
                              (long long)due[i].unit_id.v, (int)due[i].scope, due[i].due_on.n, (long long)due[i].kept,
                              (long long)due[i].counted));
    TRY(q_rollup_check_unsigned(db, mem, campaign, &open, &n_open));
    for (size_t i = 0; i < n_open; i++)
        differs(r, str_format(mem, "unsigned_tally unit=%lld scope=%d kept=%lld counted=%lld\n",
                              (long long)open[i].unit_id.v, (int)open[i].scope, (long long)open[i].kept,
                              (long long)open[i].counted));
    return ST_OK;
}

enum status rollup_check(struct db *db, struct arena *mem, const struct city *city, int64_t *wrong, str *report)
{
    struct q_rollup_running *rows;
    struct report r = {0};
    size_t n;
    (void)city;
    buf_init(&r.b, mem, REPORT_LINE, REPORT_MAX);
    TRY(q_rollup_running(db, mem, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(check_states(db, mem, rows[i].id, &r));
        TRY(check_days(db, mem, rows[i].id, &r));
    }
    *wrong = r.wrong;
    *report = buf_str(&r.b);
    return ST_OK;
}
