/* late: work put off to the end of a transaction (db_at_commit), and sums that are written there (db_sum_at_commit).
 *
 * Kept per writing connection in an arena of its own, which a commit or rollback empties. Undoing a command or a savepoint drops what
 * was put off since it began, and takes back what was added. A batch of any size runs what has gathered whenever no savepoint is open.
 *
 * Sums are a table by kind and key, and a list of what was added, oldest first, which is kept as far back as something can be undone.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"

#define FIRST_CAP 64

void late_free(struct db *db)
{
    arena_free(db->late.mem);
    db->late = (struct late){0};
}

void late_drop(struct db *db)
{
    struct arena *mem = db->late.mem;
    if (db->late.n == 0 && db->late.n_sums == 0 && db->late.bytes == 0) return;
    arena_reset(mem);
    db->late = (struct late){.mem = mem};
}

struct late_mark late_mark(struct db *db)
{
    struct late *l = &db->late;
    if (db->parts == 0 && !db->in_command) l->n_adds = 0; /* nothing before this can be undone but the whole */
    return (struct late_mark){l->n, l->n_adds};
}

void late_forget(struct db *db, struct late_mark from)
{
    struct late *l = &db->late;
    if (from.works < l->n) l->n = from.works;
    while (l->n_adds > from.adds) {
        l->n_adds--;
        l->sum[l->add[l->n_adds].sum].n -= l->add[l->n_adds].n;
    }
}

/* Adding */

/* The list moves to twice its room; the old one stays in the arena until the commit. */
static void *grow(struct late *l, void *list, size_t n, size_t *cap, size_t size)
{
    size_t more = *cap == 0 ? FIRST_CAP : *cap * 2;
    void *to = arena_try_alloc(l->mem, more, size, _Alignof(max_align_t));
    if (to == NULL) return NULL;
    if (n > 0) memcpy(to, list, n * size);
    *cap = more;
    return to;
}

static struct late *begin(struct db *db)
{
    struct late *l = &db->late;
    must(db->in_command || db->in_batch || l->running);
    if (l->mem == NULL) l->mem = arena_new(STORE_LATE_ARENA, NULL);
    return l;
}

static enum status run_when_much(struct db *db, size_t bytes)
{
    db->late.bytes += bytes;
    if (db->late.bytes < STORE_LATE || db->in_command || db->parts > 0 || db->late.running) return ST_OK;
    return late_run(db);
}

enum status db_at_commit(struct db *db, db_command fn, const void *arg, size_t n)
{
    struct late *l = begin(db);
    void *copy = arena_try_alloc(l->mem, n, 1, 16);
    if (copy == NULL) return ST_BUSY;
    if (n > 0) memcpy(copy, arg, n);
    if (l->n == l->cap) {
        struct late_work *work = grow(l, l->work, l->n, &l->cap, sizeof *work);
        if (work == NULL) return ST_BUSY;
        l->work = work;
    }
    l->work[l->n++] = (struct late_work){fn, copy};
    return run_when_much(db, n + sizeof *l->work);
}

static bool same(const struct late_sum *s, const struct db_sum *kind, struct db_sum_key k)
{
    return s->kind == kind && s->key.a == k.a && s->key.b == k.b && s->key.c == k.c;
}

static size_t place_of(const struct db_sum *kind, struct db_sum_key k, size_t places)
{
    uint64_t h = (uint64_t)(uintptr_t)kind;
    const int64_t parts[] = {k.a, k.b, k.c};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        h = (h ^ (uint64_t)parts[i]) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return (size_t)h & (places - 1);
}

/* Room for one more sum: the table of places is never more than half full. */
static bool make_room(struct late *l)
{
    if (l->n_sums < l->cap_sums) return true;
    struct late_sum *sum = grow(l, l->sum, l->n_sums, &l->cap_sums, sizeof *sum);
    uint32_t *place = sum == NULL ? NULL : arena_try_alloc(l->mem, l->cap_sums * 2, sizeof *place, sizeof *place);
    if (place == NULL) {
        l->cap_sums = l->n_sums;
        return false;
    }
    for (size_t i = 0; i < l->n_sums; i++) {
        size_t at = place_of(sum[i].kind, sum[i].key, l->cap_sums * 2);
        while (place[at] != 0) at = (at + 1) & (l->cap_sums * 2 - 1);
        place[at] = (uint32_t)i + 1;
    }
    l->sum = sum;
    l->place = place;
    return true;
}

static struct late_sum *sum_of(struct late *l, const struct db_sum *kind, struct db_sum_key k)
{
    if (!make_room(l)) return NULL;
    size_t at = place_of(kind, k, l->cap_sums * 2);
    for (; l->place[at] != 0; at = (at + 1) & (l->cap_sums * 2 - 1))
        if (same(&l->sum[l->place[at] - 1], kind, k)) return &l->sum[l->place[at] - 1];
    l->sum[l->n_sums] = (struct late_sum){.kind = kind, .key = k};
    l->place[at] = (uint32_t)++l->n_sums;
    return &l->sum[l->n_sums - 1];
}

/* Remembers what was added as far back as it can be undone. */
static enum status add(struct db *db, struct late_sum *s, int64_t n)
{
    struct late *l = &db->late;
    if (db->in_command || db->parts > 0) {
        if (l->n_adds == l->cap_adds) {
            struct late_add *add = grow(l, l->add, l->n_adds, &l->cap_adds, sizeof *add);
            if (add == NULL) return ST_BUSY;
            l->add = add;
        }
        l->add[l->n_adds++] = (struct late_add){(size_t)(s - l->sum), n};
    }
    s->n += n;
    return ST_OK;
}

enum status db_sum_at_commit(struct db *db, const struct db_sum *kind, struct db_sum_key key, int64_t n)
{
    struct late *l = begin(db);
    size_t sums = l->n_sums;
    struct late_sum *s = sum_of(l, kind, key);
    if (s == NULL) return ST_BUSY;
    TRY(add(db, s, n));
    return run_when_much(db, l->n_sums > sums ? sizeof *s : 0);
}

/* What the sum is written to changes only when the sums are, which then go with their bases. */
enum status db_number_at_commit(struct db *db, struct arena *mem, const struct db_number *kind, struct db_sum_key key,
                                int64_t *out)
{
    struct late *l = begin(db);
    struct late_sum *s = sum_of(l, &kind->sum, key);
    must(!l->running);
    if (s == NULL) return ST_BUSY;
    if (!s->has_base) TRY(kind->read(db, mem, key, &s->base));
    s->has_base = true;
    TRY(add(db, s, 1));
    *out = s->base + s->n;
    return run_when_much(db, 0);
}

/* Running */

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int in_order(const void *x, const void *y)
{
    const struct late_sum *s = x, *t = y;
    if (s->kind != t->kind) return compare(s->kind->order, t->kind->order);
    if (s->key.a != t->key.a) return compare(s->key.a, t->key.a);
    return s->key.b != t->key.b ? compare(s->key.b, t->key.b) : compare(s->key.c, t->key.c);
}

struct sums {
    struct late_sum *sum;
    size_t n;
};

static enum status write_sums(struct db *db, struct arena *mem, void *arg)
{
    const struct sums *s = arg;
    for (size_t i = 0; i < s->n; i++)
        if (s->sum[i].n != 0) TRY(s->sum[i].kind->write(db, mem, s->sum[i].key, s->sum[i].n));
    return ST_OK;
}

/* What writing them adds makes a table of its own. */
static enum status run_sums(struct db *db)
{
    struct late *l = &db->late;
    struct sums s = {l->sum, l->n_sums};
    qsort(s.sum, s.n, sizeof *s.sum, in_order);
    l->sum = NULL;
    l->place = NULL;
    l->n_sums = l->cap_sums = 0;
    enum status st = job_run_one(db, write_sums, &s);
    arena_reset(db->command);
    return st;
}

enum status late_run(struct db *db)
{
    struct late *l = &db->late;
    enum status st = ST_OK;
    if (l->n == 0 && l->n_sums == 0) return ST_OK;
    if (db->command == NULL) db->command = arena_new(STORE_COMMAND_ARENA, NULL);
    l->running = true;
    l->n_adds = 0;
    size_t ran = 0;
    while (st == ST_OK && (l->n_sums > 0 || ran < l->n)) {
        if (l->n_sums > 0) {
            st = run_sums(db);
            continue;
        }
        st = job_run_one(db, l->work[ran].fn, l->work[ran].arg);
        arena_reset(db->command);
        ran++;
    }
    late_drop(db);
    if (st != ST_OK) db->is_broken = true; /* the rest is dropped: nothing of the transaction may stay */
    return st;
}

enum status db_settle(struct db *db)
{
    return db->in_batch && !db->in_command && db->parts == 0 ? late_run(db) : ST_OK;
}
