/* casefile_queue: what waits for one person, by the day on which it must be done. Lists in the order of an index, merged: one for each person
 * whose work it is, and one for all units or for each unit that the right reaches.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "gen/sql/casefile_queue.h"
#include "matter/casefile.h"
#include "matter/matter_count.h"
#include "matter/merge.h"
#include "matter/scope.h"

#define SHOW_WALK 5000 /* of what waits to be let through: so many are looked at for a person's own units */

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
    if (str_eq(state, STR("overdue"))) return (struct span){{NULL, 0}, {1}, {today.n - 1}};
    if (str_eq(state, STR("due_soon"))) return (struct span){{NULL, 0}, today, {today.n + DUE_SOON_DAYS}};
    return (struct span){state.n == 0 ? (str){NULL, 0} : state, {1}, DAY_LAST};
}

/* ── the lists ────────────────────────────────────────────────────────────────────────────────────────── */

enum list { OWN = 1, OF_UNIT, OF_ALL };

struct queue {
    struct db *db;
    struct arena *mem;
    bool answered;
    struct scope_set scope;
    struct span span;
};

/* The statements have the same columns. */
#define KEYS(statement, ...)                                                                                           \
    do {                                                                                                               \
        struct q_casefile_queue_##statement *rows_;                                                                    \
        TRY(q_casefile_queue_##statement(q->db, q->mem, __VA_ARGS__, limit, &rows_, n));                               \
        *out = NEWN(q->mem, struct key, *n + 1);                                                                       \
        for (size_t i = 0; i < *n; i++) (*out)[i] = (struct key){rows_[i].sort_key, rows_[i].id.v, 0};                 \
        return ST_OK;                                                                                                  \
    } while (0)

static enum status read_list(void *ctx, const struct merge_range *r, struct key after, int64_t limit, struct key **out,
                             size_t *n)
{
    const struct queue *q = ctx;
    int64_t on = after.sort_key, id = after.id_key, until = q->span.to.n;
    if (q->answered && r->which == OWN) KEYS(own_answered, (person_id){r->of}, on, id, until);
    if (q->answered && r->which == OF_UNIT) KEYS(answered_at, (unit_id){r->of}, on, id, until);
    if (q->answered) KEYS(answered, on, id, until);
    if (r->which == OWN) KEYS(own, (person_id){r->of}, q->span.state, on, id, until);
    if (r->which == OF_UNIT) KEYS(registered_at, (unit_id){r->of}, on, id, until);
    KEYS(registered, on, id, until);
}

struct ranges {
    struct merge_range *item;
    size_t n;
};

#define TOPS(statement)                                                                                                \
    do {                                                                                                               \
        struct q_casefile_queue_##statement *rows_;                                                                    \
        size_t n_;                                                                                                     \
        TRY(q_casefile_queue_##statement(q->db, q->mem, SCOPE_ARGS(&q->scope), after.sort_key, after.id_key,           \
                                         q->span.to.n, &rows_, &n_));                                                  \
        out->item = NEWN(q->mem, struct merge_range, n_ + COUNT_OF(q->scope.owners));                                  \
        for (size_t i = 0; i < n_; i++)                                                                                \
            out->item[out->n++] = (struct merge_range){                                                                \
                .of = rows_[i].unit_id.v, .which = OF_UNIT, .head = {rows_[i].sort_key, rows_[i].id.v, INT64_MIN}};    \
        return ST_OK;                                                                                                  \
    } while (0)

/* What the right reaches: one list when that is everything, else one for each unit that has something in it. */
static enum status reached(const struct queue *q, struct key after, struct ranges *out)
{
    bool wanted = q->answered || q->span.state.p == NULL || str_eq(q->span.state, STR("registered"));
    if (wanted && q->scope.any && !q->scope.everywhere) {
        if (q->answered) TOPS(answered_tops);
        TOPS(registered_tops);
    }
    out->item = NEWN(q->mem, struct merge_range, 1 + COUNT_OF(q->scope.owners));
    if (wanted && q->scope.everywhere) out->item[out->n++] = (struct merge_range){.which = OF_ALL, .head = after};
    return ST_OK;
}

static enum status open_lists(struct queue *q, struct key after, struct merge *m)
{
    struct ranges ranges = {0};
    TRY(reached(q, after, &ranges));
    for (size_t i = 0; i < COUNT_OF(q->scope.owners); i++)
        if (q->scope.owners[i].v != 0)
            ranges.item[ranges.n++] = (struct merge_range){.of = q->scope.owners[i].v, .which = OWN, .head = after};
    *m = (struct merge){.ctx = q, .read = read_list, .after = after};
    merge_open(m, ranges.item, ranges.n);
    return ST_OK;
}

/* ── a page ───────────────────────────────────────────────────────────────────────────────────────────── */

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

static enum status read_items(struct db *db, struct arena *mem, const struct key *keys, size_t n,
                              struct queue_item **out)
{
    struct q_casefile_queue_items *rows;
    struct buf b;
    size_t found;
    *out = NEWN(mem, struct queue_item, n + 1);
    if (n == 0) return ST_OK;
    buf_init(&b, mem, n * 20 + 8, n * 21 + 8);
    for (size_t i = 0; i < n; i++) buf_format(&b, "%c%lld", i == 0 ? '[' : ',', (long long)keys[i].id_key);
    buf_add_byte(&b, ']');
    TRY(q_casefile_queue_items(db, mem, buf_str(&b), &rows, &found));
    must(found == n); /* a casefile has a matter and a unit */
    for (size_t i = 0; i < n; i++)
        (*out)[i] = (struct queue_item){.casefile = rows[i].id,
                                        .ref = rows[i].ref,
                                        .subject = rows[i].subject,
                                        .state = rows[i].state,
                                        .unit_en = rows[i].unit_en,
                                        .unit_zh = rows[i].unit_zh,
                                        .due = rows[i].due_on,
                                        .reopened = rows[i].reopened,
                                        .raised_at = rows[i].raised_at};
    return ST_OK;
}

static enum status read_page(struct queue *q, struct key after, size_t limit, struct queue_item **out, size_t *n,
                             str *next)
{
    struct merge merge;
    bool ended;
    struct key *keys = NEWN(q->mem, struct key, limit + 1);
    TRY(open_lists(q, after, &merge));
    TRY(merge_next(&merge, (int64_t)limit + 1, keys, n, &ended));
    *next = (str){NULL, 0};
    if (*n > limit) {
        *n = limit;
        *next = str_format(q->mem, "%lld.%lld", (long long)keys[limit - 1].sort_key, (long long)keys[limit - 1].id_key);
    }
    return read_items(q->db, q->mem, keys, *n, out);
}

enum status casefile_queue(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                           str state, str after, int64_t limit, struct queue_item **out, size_t *n, str *next)
{
    struct queue q = {.db = db, .mem = mem, .answered = str_eq(state, STR("answered"))};
    day on;
    int64_t id;
    if (!parse_after(after, &on, &id)) return ST_INVALID;
    q.scope = scope_of(who, q.answered ? ACT_RETURN_VISIT : ACT_ACCEPT, city->root);
    q.span = span_of(q.answered ? STR("") : state, day_in_zone(&city->zone, db_now(db)));
    struct key from = {on.n, id, 0};
    if (from.sort_key < q.span.from.n && !q.answered) from = (struct key){q.span.from.n, 0, 0};
    return read_page(&q, from, (size_t)(limit > 0 ? limit : LIMIT_ROWS_PAGE), out, n, next);
}

/* ── how many ─────────────────────────────────────────────────────────────────────────────────────────── */

enum counted_list {
    COUNT_OVERDUE,
    COUNT_SOON,
    COUNT_REGISTERED,
    COUNT_ACCEPTED,
    COUNT_HANDLING,
    COUNT_ANSWERED,
    COUNT_TO_SHOW
};

struct counting {
    struct db *db;
    struct arena *mem;
    const struct city *city;
    const struct actor *who;
    day today;
    uint64_t epoch;
};

#define MOST (LIMIT_COUNT_EXACT + 1)

static enum status count_open(const struct counting *c, str state, int64_t *n)
{
    struct q_casefile_queue_open_count row;
    struct scope_set s = scope_of(c->who, ACT_ACCEPT, c->city->root);
    struct span span = span_of(state, c->today);
    TRY(q_casefile_queue_open_count(c->db, c->mem, OWNER_ARGS(&s), s.everywhere, SCOPE_ARGS(&s), span.state, span.from,
                                    span.to, MOST, &row));
    *n = row.n;
    return ST_OK;
}

static enum status count_answered(const struct counting *c, int64_t *n)
{
    struct q_casefile_queue_answered_count row;
    struct scope_set s = scope_of(c->who, ACT_RETURN_VISIT, c->city->root);
    TRY(q_casefile_queue_answered_count(c->db, c->mem, OWNER_ARGS(&s), s.everywhere, SCOPE_ARGS(&s), MOST, &row));
    *n = row.n;
    return ST_OK;
}

static enum status count_to_show(const struct counting *c, int64_t *n)
{
    struct q_casefile_queue_to_show_count row;
    struct scope_set s = scope_of(c->who, ACT_PUBLISH, c->city->root);
    *n = 0;
    if (!s.any) return ST_OK;
    TRY(q_casefile_queue_to_show_count(c->db, c->mem, s.everywhere, SCOPE_ARGS(&s), SHOW_WALK, MOST, &row));
    *n = row.n;
    return ST_OK;
}

static enum status count_one(const struct counting *c, enum counted_list which, int64_t *n)
{
    static const char *const states[] = {[COUNT_OVERDUE] = "overdue",
                                         [COUNT_SOON] = "due_soon",
                                         [COUNT_REGISTERED] = "registered",
                                         [COUNT_ACCEPTED] = "accepted",
                                         [COUNT_HANDLING] = "handling"};
    uint64_t key = count_key_of(c->who->person, (int)which, c->today);
    instant now = db_now(c->db);
    struct counted known;
    if (count_get(key, c->epoch, now, &known)) {
        *n = known.n;
        return ST_OK;
    }
    if (which == COUNT_ANSWERED) TRY(count_answered(c, n));
    else if (which == COUNT_TO_SHOW) TRY(count_to_show(c, n));
    else TRY(count_open(c, str_from(states[which]), n));
    count_put(key, c->epoch, now, (struct counted){*n, *n < MOST});
    return ST_OK;
}

enum status casefile_queue_counts(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                                  struct queue_counts *out)
{
    struct counting c = {.db = db,
                         .mem = mem,
                         .city = city,
                         .who = who,
                         .today = day_in_zone(&city->zone, db_now(db)),
                         .epoch = db_epoch(db)};
    int64_t *const to[] = {
        [COUNT_OVERDUE] = &out->overdue,   [COUNT_SOON] = &out->due_soon,     [COUNT_REGISTERED] = &out->registered,
        [COUNT_ACCEPTED] = &out->accepted, [COUNT_HANDLING] = &out->handling, [COUNT_ANSWERED] = &out->answered,
        [COUNT_TO_SHOW] = &out->to_show};
    for (size_t i = 0; i < COUNT_OF(to); i++) TRY(count_one(&c, (enum counted_list)i, to[i]));
    return ST_OK;
}
