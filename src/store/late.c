/* late: work put off to the end of a transaction (db_at_commit).
 *
 * Kept per writing connection in an arena of its own, which a commit or rollback empties. Undoing a command or a savepoint drops what
 * was put off since it began. A batch of any size runs what has gathered whenever no savepoint is open.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "store/inside.h"

#define FIRST_CAP 64

void late_free(struct db *db)
{
    arena_free(db->late.mem);
    db->late = (struct late){0};
}

void late_forget(struct db *db, size_t from)
{
    struct late *l = &db->late;
    if (from < l->n) l->n = from;
    if (l->n > 0 || l->mem == NULL) return;
    arena_reset(l->mem);
    l->work = NULL;
    l->cap = 0;
    l->bytes = 0;
}

enum status late_run(struct db *db)
{
    enum status st = ST_OK;
    if (db->late.n == 0) return ST_OK;
    if (db->command == NULL) db->command = arena_new(STORE_COMMAND_ARENA, NULL);
    for (size_t i = 0; i < db->late.n && st == ST_OK; i++) {
        st = job_run_one(db, db->late.work[i].fn, db->late.work[i].arg);
        arena_reset(db->command);
    }
    late_forget(db, 0);
    if (st != ST_OK) db->is_broken = true; /* the rest is dropped: nothing of the transaction may stay */
    return st;
}

/* The list moves to twice its room; the old one stays in the arena until the commit. */
static bool grow(struct late *l)
{
    size_t cap = l->cap == 0 ? FIRST_CAP : l->cap * 2;
    struct late_work *work = arena_try_alloc(l->mem, cap, sizeof *work, _Alignof(struct late_work));
    if (work == NULL) return false;
    if (l->n > 0) memcpy(work, l->work, l->n * sizeof *work);
    l->work = work;
    l->cap = cap;
    return true;
}

enum status db_at_commit(struct db *db, db_command fn, const void *arg, size_t n)
{
    struct late *l = &db->late;
    must(db->in_command || db->in_batch);
    if (l->mem == NULL) l->mem = arena_new(STORE_LATE_ARENA, NULL);
    void *copy = arena_try_alloc(l->mem, n, 1, 16);
    if (copy == NULL) return ST_BUSY;
    if (n > 0) memcpy(copy, arg, n);
    if (l->n == l->cap && !grow(l)) return ST_BUSY;
    l->work[l->n++] = (struct late_work){fn, copy};
    l->bytes += n;
    if (l->bytes < STORE_LATE || db->in_command || db->parts > 0) return ST_OK;
    return late_run(db);
}

enum status db_settle(struct db *db)
{
    return db->in_batch && !db->in_command && db->parts == 0 ? late_run(db) : ST_OK;
}
