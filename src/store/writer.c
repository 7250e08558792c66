/* writer: group commit. Commands wait in a queue. The first that finds nobody leading leads: its thread takes the writer's connection, runs all
 * that wait in one transaction, commits once, hands the lead to the next that waits, and answers everybody. One command alone is
 * run where it is, without a word to another thread.
 *
 *      db_write ──▶ queue ──▶ begin ─▶ command ─▶ command ─▶ … ─▶ COMMIT ─▶ pass on the lead ─▶ answer all
 *                    (lead)     ▲         │ fails, and had changed something
 *                               └─────────┘ undo all; what went well before runs again, from here on between savepoints
 *
 * A savepoint for each command would copy every page it touches; nearly all commands go well, so they run without, and a batch in
 * which one fails pays for its undoing by running at most twice. Commands must therefore be re-runnable: what they leave in *arg does not
 * change what they do.
 *
 * On a server statements are sent ahead, so the failure of one may show in a later command or with the COMMIT; and a batch may have to be done
 * again for other reasons: serialization failure, deadlock, a lost connection. However often a command is run before its caller is answered, the last time counts.
 *
 * A batch ends when none waits, after 256 commands, or after 20 ms of work.
 *
 * Invariants   1. nobody is answered ST_OK before the COMMIT has returned.   2. of a command that did not return ST_OK nothing is
 *              left.   3. when the transaction is lost, nobody of the batch hears ST_OK.
 * Threads      the queue has its own lock, never held while a command runs. `turn`, then `write`, are held by whoever
 *              has a changing transaction open: the one that leads, or a batch on another connection. The writer's connection belongs to
 *              the one that leads.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <time.h>
#include <setjmp.h>

#include "base/log.h"
#include "store/inside.h"

/* One command */

/* job_run_one: the other side of exhaustion, also when the caller's own arena is what is full. */
enum status job_run_one(struct db *db, db_command fn, void *arg)
{
    jmp_buf full;
    enum status st;
    arena_set_on_full(db->command, &full);
    arena_thread_on_full(&full);
    if (setjmp(full) == 0) st = fn(db, db->command, arg);
    else st = ST_BUSY;
    arena_thread_on_full(NULL);
    return st;
}

/* Nothing of the transaction can be saved: it was ended for others, or its connection is gone. */
static bool is_doomed(const struct db *db)
{
    return db->engine->fault > ENGINE_FAILED;
}

/* Undoes the command; true to what it said, or to what befell it. */
static enum status command_undo(struct db *db, struct late_mark late, enum status st)
{
    late_forget(db, late);
    if (is_doomed(db)) return ST_BUSY;
    if (engine_do(db->engine, ENGINE_JOB_UNDO) != ST_OK) db->is_broken = true;
    if (engine_do(db->engine, ENGINE_JOB_KEEP) != ST_OK) db->is_broken = true;
    return is_doomed(db) ? ST_BUSY : st;
}

/* Runs a command inside a transaction. When it fails: with `saved` it is undone here, else db->is_foul tells that it left something.
 * *step: a statement failed on a server that undoes all with it, or after its caller had gone on: run it again in step, so that each
 * statement hears of its own failure and nothing else is undone. */
static enum status command_once(struct db *db, db_command fn, void *arg, bool saved, bool *step)
{
    struct engine *e = db->engine;
    int parts = db->parts; /* of a batch around it */
    struct late_mark late = late_mark(db);
    uint64_t changes = e->changes;
    if (db->command == NULL) db->command = arena_new(STORE_COMMAND_ARENA, NULL);
    db->now = clock_now(&db->store->clock);
    if (!engine_in_transaction(e)) return ST_IO;
    if (saved) TRY(engine_do(e, ENGINE_JOB_SAVE));
    db->in_command = true;
    db->parts = 0;
    enum status st = job_run_one(db, fn, arg);
    arena_set_on_full(db->command, NULL);
    arena_reset(db->command);
    db->in_command = false;
    must(st != ST_OK || db->parts == 0);
    bool left = e->changes != changes || db->parts > 0;
    db->parts = parts;
    if (db->is_broken && st == ST_OK) st = ST_IO;
    if (!engine_in_transaction(e)) return st == ST_OK ? ST_IO : st;
    if (!saved) {
        if (st != ST_OK) late_forget(db, late);
        if (is_doomed(db)) return ST_BUSY; /* all of the batch runs again */
        *step = e->fault ==
                ENGINE_FAILED; /* its own, or of a neighbour that was sent ahead: what it says is not to be trusted */
        db->is_foul = *step || (st != ST_OK && left);
        return *step ? ST_OK : st;
    }
    if (st == ST_OK && e->fault == ENGINE_SOUND) {
        if (engine_do(e, ENGINE_JOB_KEEP) != ST_OK) db->is_broken = true;
        st = engine_drain(e);
        if (st == ST_OK) return db->is_broken ? ST_IO : ST_OK;
    }
    *step = e->fault == ENGINE_FAILED && e->failed != ST_BUSY;
    return command_undo(db, late, st == ST_OK ? ST_IO : st);
}

static enum status command_run(struct db *db, db_command fn, void *arg, bool saved)
{
    bool step = false;
    enum status st = command_once(db, fn, arg, saved, &step);
    if (!saved || !step || db->is_broken) return st;
    db->engine->in_step = true;
    st = command_once(db, fn, arg, saved, &step);
    db->engine->in_step = db->in_batch && db->store->in_step;
    return st;
}

static enum status transaction_begin(struct db *db)
{
    const struct store_home *home = db->store->home;
    if (home->may_write != NULL) TRY(home->may_write(db->store));
    enum status st = engine_do(db->engine, ENGINE_BEGIN_WRITE);
    if (st == ST_OK) recall_begin(db);
    return st;
}

static void rollback(struct db *db)
{
    late_drop(db);
    for (int i = 0; i < 3 && engine_in_transaction(db->engine); i++)
        (void)!engine_do(db->engine, ENGINE_ROLLBACK); /* again when memory was short */
    must(!engine_in_transaction(db->engine));
    db->is_broken = db->is_foul = false;
}

/* COMMIT, or ROLLBACK when something of it failed beyond repair. db->again: nothing of it was done, and a second try can help: also
 * when a statement that had been sent ahead turns out now to have failed, and nobody knows whose it was. Not so when the connection was lost with the COMMIT on its way: then it may have been done. */
static enum status transaction_end(struct db *db, bool keep)
{
    struct engine *e = db->engine;
    bool whole = engine_in_transaction(e) && !is_doomed(db);
    if (keep && whole && !db->is_broken && late_run(db) != ST_OK) keep = false;
    late_drop(db);
    bool commits = keep && whole && !db->is_broken && !is_doomed(db);
    enum status st = commits ? engine_do(e, ENGINE_COMMIT) : ST_IO;
    db->again =
        e->fault == ENGINE_AGAIN || (e->fault == ENGINE_LOST && !commits) || (e->fault == ENGINE_FAILED && db->unsaved);
    if (st != ST_OK && (!commits || !e->ops->is_server)) st = is_doomed(db) ? ST_BUSY : ST_IO;
    if (st != ST_OK) rollback(db);
    recall_end(db);
    db->is_broken = false;
    if (st == ST_OK && db->store->home->committed != NULL) db->store->home->committed(db);
    return st;
}

static void count(struct store *store, enum status st)
{
    atomic_fetch_add_explicit(&store->commands, 1, memory_order_relaxed);
    if (st == ST_IO || st == ST_BUSY) atomic_fetch_add_explicit(&store->failed, 1, memory_order_relaxed);
}

/* The writer's turn */

static void turn_take(struct store *store)
{
    (void)pthread_mutex_lock(&store->turn);
    (void)pthread_mutex_lock(&store->write);
    (void)pthread_mutex_unlock(&store->turn);
}

static void turn_give(struct store *store)
{
    (void)pthread_mutex_unlock(&store->write);
}

/* The queue */

/* *leads: nobody does, so the caller has to, at once. Else it waits for its semaphore, whatever job->leads says by then: who passes the lead
 * on raises the flag first and the semaphore last. */
static enum status queue_add(struct queue *q, struct job *job, bool *leads)
{
    enum status st = ST_BUSY;
    (void)pthread_mutex_lock(&q->lock);
    if (q->waiting < STORE_QUEUE) {
        if (q->last == NULL) q->first = job;
        else q->last->next = job;
        q->last = job;
        q->waiting++;
        *leads = job->leads = !q->is_led;
        q->is_led = true;
        st = ST_OK;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return st;
}

/* The next command; NULL when none waits. */
static struct job *queue_take(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    struct job *job = q->first;
    if (job != NULL) {
        q->first = job->next;
        if (q->first == NULL) q->last = NULL;
        q->waiting--;
    }
    (void)pthread_mutex_unlock(&q->lock);
    return job;
}

/* The first that waits leads from now on; it stays in the queue until it takes itself out. */
static void queue_pass_on(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    struct job *job = q->first;
    if (job == NULL) q->is_led = false;
    else job->leads = true;
    (void)pthread_mutex_unlock(&q->lock);
    if (job != NULL) (void)sem_post(&job->done);
}

/* A batch */

struct batch {
    struct job *job[STORE_BATCH];
    int n;
    bool saved; /* each command between savepoints */
};

static void answer(struct store *store, struct batch *b, enum status st)
{
    for (int i = 0; i < b->n; i++) {
        struct job *job = b->job[i];
        if (st != ST_OK && job->st == ST_OK) job->st = st;
        count(store, job->st);
        if (!job->leads) (void)sem_post(&job->done); /* the caller's stack may be gone after this */
    }
    atomic_fetch_add_explicit(&store->batches, 1, memory_order_relaxed);
}

/* Takes one more that waits, while there is room and time; the leader's own always. */
static bool batch_more(struct store *store, struct batch *b, int64_t until)
{
    if (b->n == STORE_BATCH || (b->n > 0 && time_monotonic_ns() > until)) return false;
    struct job *job = queue_take(&store->queue);
    if (job == NULL) return false;
    b->job[b->n++] = job;
    return true;
}

static bool is_whole(const struct db *db)
{
    return !db->is_broken && !db->is_foul && engine_in_transaction(db->engine) && !is_doomed(db);
}

/* Undoes everything; of the first n commands those that went well, or might have, run again, each between savepoints. */
static void batch_redo(struct db *db, struct batch *b, int n)
{
    b->saved = true;
    rollback(db);
    if (transaction_begin(db) != ST_OK) return; /* then the transaction is lost */
    for (int i = 0; i < n && is_whole(db); i++)
        if (b->job[i]->st == ST_OK) b->job[i]->st = command_run(db, b->job[i]->fn, b->job[i]->arg, true);
}

/* One transaction over the batch, which grows by those that come meanwhile when `grows`. */
static enum status batch_try(struct store *store, struct batch *b, bool grows)
{
    struct db *db = store->writer;
    enum status begun = transaction_begin(db);
    int64_t until =
        begun == ST_OK ? time_monotonic_ns() + store->batch_ns : INT64_MAX; /* no lock: all have waited for it */
    bool whole = begun == ST_OK;
    db->again = false;
    db->unsaved = false;
    for (int i = 0; i < b->n || (grows && batch_more(store, b, until)); i++) {
        b->job[i]->st = begun == ST_OK ? command_run(db, b->job[i]->fn, b->job[i]->arg, b->saved) : begun;
        if (db->is_foul) batch_redo(db, b, i + 1);
        whole = whole && is_whole(db);
        if (begun != ST_OK || whole) continue;
        while (++i < b->n) b->job[i]->st = ST_BUSY; /* of an earlier try */
        break;                                      /* the rest of the queue waits for a transaction of its own */
    }
    if (STORE_RUNS_TWICE && whole && !b->saved) {
        batch_redo(db, b, b->n);
        whole = is_whole(db);
    }
    db->unsaved = !b->saved;
    return begun == ST_OK ? transaction_end(db, whole) : begun;
}

/* Serialization failures, deadlocks, lost connections: the whole again, and again, then one by one. Commands can be run again. */
static enum status batch_again(struct store *store, struct batch *b, enum status st)
{
    struct db *db = store->writer;
    b->saved = true;
    for (int i = 0; i < STORE_AGAIN && db->again; i++) st = batch_try(store, b, false);
    for (int i = 0; db->again && b->n > 1 && i < b->n; i++) {
        struct batch one = {.job = {b->job[i]}, .n = 1, .saved = true};
        st = batch_try(store, &one, false);
        if (st != ST_OK && db->again) st = batch_try(store, &one, false);
        if (st != ST_OK && one.job[0]->st == ST_OK) one.job[0]->st = st;
        db->again = i + 1 < b->n;
        st = ST_OK; /* each has its own */
    }
    return st;
}

/* The caller's own command is the first in the queue. */
static void lead(struct store *store)
{
    struct engine *e = store->writer->engine;
    struct batch b = {.n = 0};
    turn_take(store);
    enum status st = batch_try(store, &b, true);
    if (store->writer->again) st = batch_again(store, &b, st);
    bool untidy = e->is_untidy;
    turn_give(store);
    if (!untidy)
        queue_pass_on(
            &store
                 ->queue); /* the next batch runs while this one is answered: waking takes a third as long as the work */
    answer(store, &b, st);
    if (!untidy) return;
    engine_tidy(e, false);
    queue_pass_on(&store->queue);
}

/* The door */

/* On this thread and connection: in memory, or inside a batch of its own. */
static enum status write_here(struct db *db, db_command fn, void *arg)
{
    bool own = !engine_in_transaction(db->engine); /* else a batch's, or in memory a snapshot's */
    if (own) TRY(transaction_begin(db));
    engine_allow_changes(db->engine, true, false);
    enum status st = command_run(db, fn, arg, true);
    enum status ended = own ? transaction_end(db, !db->is_broken) : ST_OK;
    engine_allow_changes(db->engine, db->in_batch, false);
    if (own) {
        if (st == ST_OK) st = ended;
        atomic_fetch_add_explicit(&db->store->batches, 1, memory_order_relaxed);
    }
    count(db->store, st);
    return st;
}

enum status db_write(struct db *db, db_command fn, void *arg)
{
    struct store *store = db->store;
    struct job job = {.fn = fn, .arg = arg, .st = ST_BUSY};
    must(!db->in_command); /* a command is one transaction: it calls rules, not the door */
    if (store->read_only) {
        log_line(LOG_ERROR, "a write to a store opened for reading", "file=db");
        return ST_IO;
    }
    if (store->in_memory || db->in_batch) return write_here(db, fn, arg);
    if (sem_init(&job.done, 0, 0) != 0) return ST_BUSY;
    bool leads = false;
    enum status st = queue_add(&store->queue, &job, &leads);
    if (st == ST_OK) {
        while (!leads && sem_wait(&job.done) != 0) must(errno == EINTR);
        if (job.leads) lead(store);
        st = job.st;
    }
    (void)sem_destroy(&job.done);
    return st;
}

/* Batches */

#define GAP_NS (5 * 1000000L)

/* On a server the lock is a queue. */
void db_give_way(struct db *db)
{
    const struct store *store = db->store;
    must(!db->in_batch);
    if (store->server != NULL || store->in_memory || store->lock_fd >= 0) return; /* nobody else writes */
    (void)nanosleep(&(struct timespec){.tv_nsec = GAP_NS}, NULL);
}

void db_widen(struct db *db)
{
    engine_widen(db->engine);
}

enum status db_batch_begin(struct db *db)
{
    must(!db->in_batch && !db->in_command && db->snapshots == 0);
    if (db->store->read_only) return ST_IO;
    turn_take(db->store);
    engine_allow_changes(db->engine, true, !db->store->in_memory);
    enum status st = transaction_begin(db);
    db->in_batch = st == ST_OK;
    db->engine->in_step = db->store->in_step;
    if (st == ST_OK) return ST_OK;
    engine_allow_changes(db->engine, false, !db->store->in_memory);
    turn_give(db->store);
    return st;
}

static enum status batch_end(struct db *db, bool keep)
{
    must(db->in_batch && !db->in_command);
    must(!keep || db->parts == 0);
    enum status st = transaction_end(db, keep);
    db->in_batch = false;
    db->engine->in_step = false;
    db->batch_now = (instant){0};
    db->parts = 0;
    engine_allow_changes(db->engine, false, !db->store->in_memory);
    turn_give(db->store);
    engine_tidy(db->engine, true);
    if (db->store->home->committed == NULL)
        atomic_fetch_add(&db->store->epoch, 1); /* this connection does not see its own commit as a change */
    atomic_fetch_add_explicit(&db->store->batches, 1, memory_order_relaxed);
    return st;
}

enum status db_batch_commit(struct db *db)
{
    return batch_end(db, true);
}

void db_batch_rollback(struct db *db)
{
    (void)batch_end(db, false);
}

enum status db_fill(struct db *db, bool begin)
{
    must(!db->in_batch && !db->in_command && db->snapshots == 0);
    return engine_fill(db->engine, begin);
}

enum status db_savepoint(struct db *db)
{
    must((db->in_command || db->in_batch) && db->parts < STORE_PARTS);
    TRY(engine_do(db->engine, ENGINE_PART_SAVE));
    db->late.mark[db->parts] = late_mark(db);
    db->parts++;
    return ST_OK;
}

static void part_undo(struct db *db)
{
    late_forget(db, db->late.mark[db->parts]);
    if (engine_do(db->engine, ENGINE_PART_UNDO) != ST_OK || engine_do(db->engine, ENGINE_PART_KEEP) != ST_OK)
        db->is_broken = true;
}

enum status db_savepoint_release(struct db *db)
{
    must(db->parts > 0);
    db->parts--;
    enum status st = engine_do(db->engine, ENGINE_PART_KEEP);
    if (st != ST_OK) db->is_broken = true;
    if (st == ST_OK && (st = engine_drain(db->engine)) != ST_OK) part_undo(db);
    if (st == ST_OK && db->in_batch && !db->in_command && db->parts == 0 && db->late.bytes >= STORE_LATE)
        st = late_run(db);
    return st;
}

void db_savepoint_undo(struct db *db)
{
    must(db->parts > 0);
    db->parts--;
    part_undo(db);
}
