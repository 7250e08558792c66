/* casefile_queue: what waits for one person, by the day on which it must be done.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "gen/sql/casefile_queue.h"
#include "matter/casefile.h"
#include "matter/scope.h"

#define DAY_LAST                                                                                                       \
    (day)                                                                                                              \
    {                                                                                                                  \
        INT32_MAX                                                                                                      \
    }

struct span {
    str state; /* .p NULL: any */
    day from, to;
};

/* "overdue" and "due_soon" are asked for like states. */
static struct span span_of(str state, day today)
{
    if (str_eq(state, STR("overdue"))) return (struct span){{NULL, 0}, {0}, {today.n - 1}};
    if (str_eq(state, STR("due_soon"))) return (struct span){{NULL, 0}, today, {today.n + DUE_SOON_DAYS}};
    return (struct span){state.n == 0 ? (str){NULL, 0} : state, {0}, DAY_LAST};
}

static bool parse_after(str after, day *on, int64_t *id)
{
    str head, tail;
    int64_t n;
    *on = (day){0};
    *id = 0;
    if (after.n == 0) return true;
    if (!str_cut(after, '.', &head, &tail) || !str_int(head, &n) || !str_int(tail, id) || n < 0 || n > INT32_MAX)
        return false;
    on->n = (int32_t)n;
    return true;
}

/* The two reading statements have the same columns. */
#define QUEUE_ITEM(r)                                                                                                  \
    (struct queue_item)                                                                                                \
    {                                                                                                                  \
        .casefile = (r).id, .ref = (r).ref, .subject = (r).subject, .state = (r).state, .unit_en = (r).unit_en,        \
        .unit_zh = (r).unit_zh, .due = (r).due_on, .reopened = (r).reopened, .raised_at = (r).raised_at                \
    }

struct reading {
    struct queue_item *items;
    size_t n;
    day last_on; /* of the last item of the page */
    int64_t limit;
};

static enum status read_answered(struct db *db, struct arena *mem, const struct scope_set *s, day on, int64_t id,
                                 struct reading *out)
{
    struct q_casefile_queue_answered *rows;
    TRY(q_casefile_queue_answered(db, mem, OWNER_ARGS(s), s->everywhere, SCOPE_ARGS(s), on, id, out->limit + 1, &rows,
                                  &out->n));
    out->items = NEWN(mem, struct queue_item, out->n + 1);
    for (size_t i = 0; i < out->n; i++) {
        out->items[i] = QUEUE_ITEM(rows[i]);
        if ((int64_t)i < out->limit) out->last_on = rows[i].sort_on;
    }
    return ST_OK;
}

static enum status read_open(struct db *db, struct arena *mem, const struct scope_set *s, struct span span, day on,
                             int64_t id, struct reading *out)
{
    struct q_casefile_queue_open *rows;
    TRY(q_casefile_queue_open(db, mem, OWNER_ARGS(s), s->everywhere, SCOPE_ARGS(s), span.state, span.from, span.to, on,
                              id, out->limit + 1, &rows, &out->n));
    out->items = NEWN(mem, struct queue_item, out->n + 1);
    for (size_t i = 0; i < out->n; i++) {
        out->items[i] = QUEUE_ITEM(rows[i]);
        if ((int64_t)i < out->limit) out->last_on = rows[i].sort_on;
    }
    return ST_OK;
}

enum status casefile_queue(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                           str state, str after, int64_t limit, struct queue_item **out, size_t *n, str *next)
{
    struct reading r = {.limit = limit > 0 ? limit : LIMIT_ROWS_PAGE};
    day on;
    int64_t id;
    if (!parse_after(after, &on, &id)) return ST_INVALID;
    if (str_eq(state, STR("answered"))) {
        struct scope_set s = scope_of(who, ACT_RETURN_VISIT, city->root);
        TRY(read_answered(db, mem, &s, on, id, &r));
    } else {
        struct scope_set s = scope_of(who, ACT_ACCEPT, city->root);
        TRY(read_open(db, mem, &s, span_of(state, day_in_zone(&city->zone, db_now(db))), on, id, &r));
    }
    *next = (str){NULL, 0};
    if ((int64_t)r.n > r.limit) {
        r.n = (size_t)r.limit;
        *next = str_format(mem, "%d.%lld", r.last_on.n, (long long)r.items[r.n - 1].casefile.v);
    }
    *out = r.items;
    *n = r.n;
    return ST_OK;
}

enum status casefile_queue_counts(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                                  struct queue_counts *out)
{
    struct q_casefile_queue_open_counts open;
    struct q_casefile_queue_answered_count answered;
    struct q_casefile_queue_to_show_count to_show;
    day today = day_in_zone(&city->zone, db_now(db));
    struct scope_set accept = scope_of(who, ACT_ACCEPT, city->root);
    struct scope_set visit = scope_of(who, ACT_RETURN_VISIT, city->root);
    struct scope_set publish = scope_of(who, ACT_PUBLISH, city->root);
    TRY(q_casefile_queue_open_counts(db, mem, OWNER_ARGS(&accept), accept.everywhere, SCOPE_ARGS(&accept), today,
                                     (day){today.n + DUE_SOON_DAYS}, &open));
    TRY(q_casefile_queue_answered_count(db, mem, OWNER_ARGS(&visit), visit.everywhere, SCOPE_ARGS(&visit), &answered));
    TRY(q_casefile_queue_to_show_count(db, mem, publish.everywhere, SCOPE_ARGS(&publish), &to_show));
    *out = (struct queue_counts){.overdue = open.overdue,
                                 .due_soon = open.due_soon,
                                 .registered = open.registered,
                                 .accepted = open.accepted,
                                 .handling = open.handling,
                                 .answered = answered.n,
                                 .to_show = to_show.n};
    return ST_OK;
}
