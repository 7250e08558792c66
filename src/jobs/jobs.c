/* jobs: see jobs.h.
 *
 * A claim is one statement on one row: on SQLite the writers are in a line anyway; on PostgreSQL a row that another node is just
 * claiming is passed over (SKIP LOCKED) instead of waited for. A quiet node only reads.
 * SPDX-License-Identifier: Apache-2.0 */
#include "jobs/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "base/limits.h"
#include "base/log.h"
#include "gen/sql/jobs.h"

#define LOOK_MS  (30 * SECOND_MS) /* at least so often, for what other nodes leave behind */
#define AFTER_MS (5 * SECOND_MS)  /* when the database could not be asked */
#define LEAST_MS 100

struct jobs {
    struct store *store;
    const struct city *city;
    int node;
    const struct schedule *rows;
    size_t n;
    struct arena *mem; /* of the run */
    void (*each_look)(void *ctx, struct db *, struct arena *);
    void *look_ctx;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    _Atomic bool stopping;
    bool look; /* under the lock */
};

/* ── one run ──────────────────────────────────────────────────────────────────────────────────────────── */

static int64_t elapsed_ms(const struct job_run *run)
{
    return (time_monotonic_ns() - run->began_ns) / 1000000;
}

static instant lease_from(const struct job_run *run)
{
    return (instant){run->now.ms + elapsed_ms(run) + JOBS_LEASE_MS};
}

struct guarded {
    struct job_run *run;
    db_command fn;
    void *arg;
};

static enum status if_still_ours(struct db *db, struct arena *mem, void *arg)
{
    struct guarded *g = arg;
    int64_t changed = 0;
    TRY(q_jobs_renew(db, str_from(g->run->schedule->name), g->run->claim, lease_from(g->run), &changed));
    return changed == 1 ? g->fn(db, mem, g->arg) : ST_CONFLICT;
}

enum status job_write(struct job_run *run, db_command fn, void *arg)
{
    struct guarded g = {run, fn, arg};
    if (atomic_load(&run->jobs->stopping)) return ST_BUSY;
    return db_write(run->db, if_still_ours, &g);
}

struct claim {
    struct job_run *run;
    bool taken;
};

static enum status claim(struct db *db, struct arena *mem, void *arg)
{
    struct claim *c = arg;
    struct job_run *run = c->run;
    int64_t changed = 0;
    (void)mem;
    run->claim = db_new_id(db);
    TRY(q_jobs_claim(db, str_from(run->schedule->name), run->now, run->claim, run->jobs->node, lease_from(run),
                     &changed));
    c->taken = changed == 1;
    return ST_OK;
}

struct mark {
    const struct job_run *run;
    enum status st;
};

static enum status mark(struct db *db, struct arena *mem, void *arg)
{
    const struct mark *m = arg;
    const struct job_run *run = m->run;
    str name = str_from(run->schedule->name);
    int64_t changed = 0, pause = run->schedule->every_ms;
    (void)mem;
    if (m->st == ST_BUSY && atomic_load(&run->jobs->stopping)) return q_jobs_give_back(db, name, run->claim, NULL);
    if (m->st != ST_OK && pause > JOBS_RETRY_MS) pause = JOBS_RETRY_MS;
    TRY(q_jobs_mark(db, name, run->claim, (instant){run->now.ms + pause}, (instant){run->now.ms + elapsed_ms(run)},
                    str_from(status_name(m->st)), m->st != ST_OK, &changed));
    if (changed == 0) log_line(LOG_WARN, "job lost its claim", "job=%s", run->schedule->name);
    return ST_OK;
}

/* The other side of exhaustion: a job that makes too much fails like any other. */
static enum status run_guarded(struct job_run *run)
{
    jmp_buf full;
    volatile enum status st = ST_BUSY;
    arena_set_on_full(run->mem, &full);
    if (setjmp(full) == 0) st = run->schedule->run(run);
    arena_set_on_full(run->mem, NULL);
    return st;
}

static enum status run_one(struct jobs *j, struct db *db, const struct schedule *s, instant now, int *ran)
{
    struct job_run run = {.jobs = j, .schedule = s, .db = db, .mem = j->mem, .city = j->city, .now = now};
    struct claim c = {.run = &run};
    run.began_ns = time_monotonic_ns();
    TRY(db_write(db, claim, &c));
    if (!c.taken) return ST_OK;
    enum status st = run_guarded(&run);
    arena_reset(j->mem);
    log_line(st == ST_OK ? LOG_DEBUG : LOG_WARN, "job", "job=%s st=\"%s\" ms=%lld", s->name, status_name(st),
             (long long)elapsed_ms(&run));
    *ran += 1;
    return db_write(db, mark, &(struct mark){&run, st});
}

/* ── what is due ──────────────────────────────────────────────────────────────────────────────────────── */

static const struct schedule *schedule_of(const struct schedule *rows, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_from(rows[i].name))) return &rows[i];
    return NULL;
}

/* The moment from which a node may have it. */
static int64_t free_ms(const struct q_jobs_list *row)
{
    return row->due_at.ms > row->lease_at.ms ? row->due_at.ms : row->lease_at.ms;
}

enum status jobs_run_due(struct jobs *j, struct db *db, instant now, int *ran)
{
    struct q_jobs_list *rows;
    const struct schedule *due[64];
    size_t n, n_due = 0;
    *ran = 0;
    must(j->n <= COUNT_OF(due));
    TRY(q_jobs_list(db, j->mem, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        const struct schedule *s = schedule_of(j->rows, j->n, rows[i].name);
        if (s != NULL && free_ms(&rows[i]) <= now.ms) due[n_due++] = s;
    }
    arena_reset(j->mem);
    for (size_t i = 0; i < n_due && !atomic_load(&j->stopping); i++) TRY(run_one(j, db, due[i], now, ran));
    return ST_OK;
}

/* How long until something may be due; never long, because other nodes change the table too. */
static int64_t pause_ms(struct jobs *j, struct db *db)
{
    struct q_jobs_list *rows;
    size_t n;
    int64_t pause = LOOK_MS, now = clock_now(store_clock(j->store)).ms;
    if (q_jobs_list(db, j->mem, &rows, &n) != ST_OK) n = 0;
    for (size_t i = 0; i < n; i++) {
        if (schedule_of(j->rows, j->n, rows[i].name) == NULL) continue;
        if (free_ms(&rows[i]) - now < pause) pause = free_ms(&rows[i]) - now;
    }
    arena_reset(j->mem);
    return pause < LEAST_MS ? LEAST_MS : pause;
}

/* ── the thread ───────────────────────────────────────────────────────────────────────────────────────── */

static void wait_for(struct jobs *j, int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    (void)pthread_mutex_lock(&j->lock);
    int rc = 0;
    while (!j->look && !atomic_load(&j->stopping) && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&j->wake, &j->lock, &until);
    j->look = false;
    (void)pthread_mutex_unlock(&j->lock);
}

static void *jobs_main(void *arg)
{
    struct jobs *j = arg;
    struct db *db = NULL;
    int ran;
    while (!atomic_load(&j->stopping)) {
        enum status st = db == NULL ? db_open(j->store, &db) : ST_OK;
        if (st == ST_OK && j->each_look != NULL) j->each_look(j->look_ctx, db, j->mem);
        arena_reset(j->mem);
        if (st == ST_OK) st = jobs_run_due(j, db, clock_now(store_clock(j->store)), &ran);
        if (st != ST_OK && !atomic_load(&j->stopping))
            log_line(LOG_WARN, "jobs not looked at", "st=\"%s\"", status_name(st));
        wait_for(j, st == ST_OK ? pause_ms(j, db) : AFTER_MS);
    }
    db_close(db);
    return NULL;
}

static enum status register_all(struct db *db, struct arena *mem, void *arg)
{
    const struct jobs *j = arg;
    (void)mem;
    for (size_t i = 0; i < j->n; i++) {
        instant first = {db_now(db).ms + j->rows[i].every_ms}; /* a new installation has nothing to tidy */
        TRY(q_jobs_register(db, str_from(j->rows[i].name), first, NULL));
    }
    return ST_OK;
}

/* Most starts find all rows there and write nothing. */
static enum status complete_rows(struct jobs *j)
{
    struct q_jobs_list *rows;
    struct db *db;
    size_t n, known = 0;
    TRY(db_open(j->store, &db));
    enum status st = q_jobs_list(db, j->mem, &rows, &n);
    for (size_t i = 0; st == ST_OK && i < n; i++) known += schedule_of(j->rows, j->n, rows[i].name) != NULL;
    arena_reset(j->mem);
    if (st == ST_OK && known < j->n) st = db_write(db, register_all, j);
    db_close(db);
    return st;
}

enum status jobs_open(struct arena *life, struct store *store, const struct city *city, int node,
                      const struct schedule *rows, size_t n, struct jobs **out)
{
    struct jobs *j = NEW(life, struct jobs);
    pthread_condattr_t steady;
    *j = (struct jobs){.store = store, .city = city, .node = node, .rows = rows, .n = n};
    j->mem = arena_new(LIMIT_REQUEST_ARENA, NULL);
    (void)pthread_mutex_init(&j->lock, NULL);
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&j->wake, &steady);
    (void)pthread_condattr_destroy(&steady);
    *out = j;
    return complete_rows(j);
}

void jobs_each_look(struct jobs *j, void (*fn)(void *ctx, struct db *, struct arena *), void *ctx)
{
    j->each_look = fn;
    j->look_ctx = ctx;
}

enum status jobs_start(struct jobs *j)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are main's */
    j->has_thread = pthread_create(&j->thread, NULL, jobs_main, j) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return j->has_thread ? ST_OK : ST_IO;
}

void jobs_look(struct jobs *j)
{
    if (j == NULL) return;
    (void)pthread_mutex_lock(&j->lock);
    j->look = true;
    (void)pthread_cond_broadcast(&j->wake);
    (void)pthread_mutex_unlock(&j->lock);
}

void jobs_stop(struct jobs *j)
{
    if (j == NULL) return;
    (void)pthread_mutex_lock(&j->lock);
    atomic_store(&j->stopping, true);
    (void)pthread_cond_broadcast(&j->wake);
    (void)pthread_mutex_unlock(&j->lock);
    if (j->has_thread) (void)pthread_join(j->thread, NULL);
    j->has_thread = false;
    arena_free(j->mem);
    (void)pthread_cond_destroy(&j->wake);
    (void)pthread_mutex_destroy(&j->lock);
}

/* ── looking on ───────────────────────────────────────────────────────────────────────────────────────── */

enum status jobs_list(struct db *db, struct arena *mem, instant now, struct job_state **out, size_t *n)
{
    struct q_jobs_list *rows;
    TRY(q_jobs_list(db, mem, &rows, n));
    *out = NEWN(mem, struct job_state, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct job_state){
            .name = rows[i].name,
            .last_status = rows[i].last_status,
            .due_at = rows[i].due_at,
            .last_end_at = rows[i].last_end_at,
            .claimed_at = rows[i].claimed_at,
            .node = rows[i].claimed_by,
            .runs = rows[i].runs,
            .failed = rows[i].failed,
            .is_claimed = rows[i].claim_id != 0 && rows[i].lease_at.ms > now.ms,
            .schedule = schedule_of(jobs_all, jobs_all_count, rows[i].name),
        };
    return ST_OK;
}

static void family(struct buf *b, const struct job_state *s, size_t n, const char *name, const char *type,
                   const char *help, int64_t (*value)(const struct job_state *, instant), instant now)
{
    buf_format(b, "# HELP luoshi_%s %s\n# TYPE luoshi_%s %s\n", name, help, name, type);
    for (size_t i = 0; i < n; i++)
        buf_format(b, "luoshi_%s{job=\"%.*s\"} %lld\n", name, STR_ARG(s[i].name), (long long)value(&s[i], now));
}

static int64_t runs_of(const struct job_state *s, instant now)
{
    (void)now;
    return s->runs;
}

static int64_t failed_of(const struct job_state *s, instant now)
{
    (void)now;
    return s->failed;
}

static int64_t late_of(const struct job_state *s, instant now)
{
    return s->is_claimed || s->due_at.ms >= now.ms ? 0 : (now.ms - s->due_at.ms) / 1000;
}

void jobs_metrics(struct db *db, struct arena *mem, struct buf *b)
{
    struct job_state *s;
    size_t n;
    instant now = db_now(db);
    if (jobs_list(db, mem, now, &s, &n) != ST_OK) return;
    family(b, s, n, "job_runs_total", "counter", "Runs of a job, by all nodes.", runs_of, now);
    family(b, s, n, "job_failures_total", "counter", "Runs of a job that failed.", failed_of, now);
    family(b, s, n, "job_late_seconds", "gauge", "Seconds since a job is due that nobody runs.", late_of, now);
}
