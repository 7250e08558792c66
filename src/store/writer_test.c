/* writer_test: who runs a command, what shares a commit, and that a command that fails costs its neighbours nothing but time.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/inside.h"
#include "store/stmt.h"

#define MOST 8

static const struct migration steps[] = {
    {.version = 1, .name = "001", .text = "CREATE TABLE line (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;"},
};
static const struct store_setup schema = {.migrations = steps, .n_migrations = 1, .n_statements = 2};
static const struct stmt_text add_line = {.number = 0,
                                          .name = "add_line",
                                          .file = __FILE__,
                                          .line = __LINE__,
                                          .text = "INSERT INTO line (id, n) VALUES ($1, $2)",
                                          .types = "ii",
                                          .columns = ""};
static const struct stmt_text count_lines = {.number = 1,
                                             .name = "count_lines",
                                             .file = __FILE__,
                                             .line = __LINE__,
                                             .text = "SELECT count(*) FROM line WHERE n = $1",
                                             .types = "i",
                                             .columns = "i"};

struct world {
    char folder[64];
    char path[128];
    struct store *store;
    struct db *db;
};

static struct store_error why;

static int make(void **state)
{
    static struct world w;
    w = (struct world){.folder = "/tmp/luoshi_writer_XXXXXX"};
    assert_non_null(mkdtemp(w.folder));
    (void)snprintf(w.path, sizeof w.path, "%s/luoshi.db", w.folder);
    struct store_options o = {.path = w.path, .create = true};
    assert_int_equal(store_open_with(&o, &schema, &w.store, &why), ST_OK);
    assert_int_equal(db_open(w.store, &w.db), ST_OK);
    w.store->batch_ns = INT64_MAX / 2; /* a slow machine must not part a batch */
    *state = &w;
    return 0;
}

static int drop(void **state)
{
    static const char *const names[] = {"luoshi.db", "luoshi.db-wal", "luoshi.db-shm", "luoshi.lock"};
    char name[256];
    struct world *w = *state;
    db_close(w->db);
    store_close(w->store);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(name, sizeof name, "%s/%s", w->folder, names[i]);
        (void)unlink(name);
    }
    assert_int_equal(rmdir(w->folder), 0);
    return 0;
}

static int64_t lines(struct db *db, int64_t n)
{
    struct stmt *s;
    int64_t found = -1;
    assert_int_equal(stmt_open(db, &count_lines, &s), ST_OK);
    stmt_bind_int(s, 1, n);
    enum status st = stmt_step(s);
    if (st == ST_OK) found = stmt_int(s, 0);
    assert_int_equal(stmt_end(s, st), ST_OK);
    return found;
}

/* A command: adds `adds` lines of its number, makes use of an arena, and leaves as it is told. */
struct job_plan {
    int64_t number;
    int adds;
    enum status leaves;
    struct arena *fills; /* of its caller */
    int ran;
    pthread_t thread; /* that ran it last */
};

static enum status run_plan(struct db *db, struct arena *mem, void *arg)
{
    struct job_plan *p = arg;
    struct stmt *s;
    (void)mem;
    p->ran++;
    p->thread = pthread_self();
    for (int i = 0; i < p->adds; i++) {
        TRY(stmt_open(db, &add_line, &s));
        stmt_bind_int(s, 1, db_new_id(db));
        stmt_bind_int(s, 2, p->number);
        TRY(stmt_run(s, NULL));
    }
    if (p->fills != NULL) (void)!arena_alloc(p->fills, 1, (size_t)1 << 20, 1);
    return p->leaves;
}

/* Several at once: they wait for a batch to end, so that they are one. */
struct caller {
    struct world *w;
    struct job_plan plan;
    enum status st;
    pthread_t thread;
};

static void *caller_main(void *arg)
{
    struct caller *c = arg;
    struct db *db;
    must(db_open(c->w->store, &db) == ST_OK);
    c->st = db_write(db, run_plan, &c->plan);
    db_close(db);
    return NULL;
}

static int waiting(struct store *store)
{
    struct store_counts counts;
    store_counts(store, &counts);
    return (int)counts.waiting;
}

/* Commits of it. The plans run in their order. */
static uint64_t run_together(struct world *w, struct caller *callers, int n)
{
    struct store_counts before, after;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int i = 0; i < n; i++) {
        callers[i].w = w;
        assert_int_equal(pthread_create(&callers[i].thread, NULL, caller_main, &callers[i]), 0);
        while (waiting(w->store) <= i) (void)sched_yield();
    }
    store_counts(w->store, &before);
    db_batch_rollback(w->db);
    for (int i = 0; i < n; i++) assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
    store_counts(w->store, &after);
    return after.batches - before.batches - 1;
}

/* Tests */

static void one_command_alone_runs_on_the_thread_that_asks(void **state)
{
    struct world *w = *state;
    struct job_plan p = {.number = 1, .adds = 1};
    assert_int_equal(db_write(w->db, run_plan, &p), ST_OK);
    assert_true(pthread_equal(p.thread, pthread_self()));
    assert_int_equal(p.ran, 1 + STORE_RUNS_TWICE);
    assert_int_equal(lines(w->db, 1), 1);
}

static void what_waits_shares_a_commit_and_a_thread(void **state)
{
    struct world *w = *state;
    struct caller c[MOST] = {0};
    for (int i = 0; i < MOST; i++) c[i].plan = (struct job_plan){.number = i, .adds = 2};
    assert_int_equal(run_together(w, c, MOST), 1);
    for (int i = 0; i < MOST; i++) {
        assert_int_equal(c[i].st, ST_OK);
        assert_true(pthread_equal(c[i].plan.thread, c[0].thread));
        assert_int_equal(c[i].plan.ran, 1 + STORE_RUNS_TWICE);
        assert_int_equal(lines(w->db, i), 2);
    }
}

static void who_fails_after_a_change_leaves_nothing_and_its_neighbours_stay(void **state)
{
    struct world *w = *state;
    struct caller c[5] = {0};
    for (int i = 0; i < 5; i++) c[i].plan = (struct job_plan){.number = i, .adds = 1};
    c[2].plan.leaves = ST_CONFLICT;
    c[3].plan.leaves = ST_FORBIDDEN;
    assert_int_equal(run_together(w, c, 5), 1);
    const enum status said[] = {ST_OK, ST_OK, ST_CONFLICT, ST_FORBIDDEN, ST_OK};
    const int ran[] = {2, 2, 1, 1, 1}; /* those before the first that failed ran again, and those after it knew */
    for (int i = 0; i < 5; i++) {
        assert_int_equal(c[i].st, said[i]);
        assert_int_equal(c[i].plan.ran, ran[i]);
        assert_int_equal(lines(w->db, i), said[i] == ST_OK);
    }
}

static void who_refuses_without_a_change_makes_nobody_run_again(void **state)
{
    struct world *w = *state;
    struct caller c[3] = {0};
    for (int i = 0; i < 3; i++) c[i].plan = (struct job_plan){.number = i, .adds = 1};
    c[1].plan.adds = 0;
    c[1].plan.leaves = ST_INVALID;
    assert_int_equal(run_together(w, c, 3), 1);
    assert_int_equal(c[1].st, ST_INVALID);
    assert_int_equal(c[0].plan.ran, 1 + STORE_RUNS_TWICE);
    assert_int_equal(c[1].plan.ran, 1);
    assert_int_equal(lines(w->db, 0) + lines(w->db, 2), 2);
}

/* Its exit is further down on the same stack: to jump there would leave the batch half done and everybody waiting. */
static void a_full_arena_of_the_caller_leaves_by_the_writers_exit(void **state)
{
    struct world *w = *state;
    jmp_buf own;
    struct arena *small = arena_new(1000, &own);
    struct job_plan p = {.number = 1, .adds = 1, .fills = small};
    if (setjmp(own) != 0) fail();
    assert_int_equal(db_write(w->db, run_plan, &p), ST_BUSY);
    assert_int_equal(lines(w->db, 1), 0);
    p.fills = NULL;
    assert_int_equal(db_write(w->db, run_plan, &p), ST_OK);
    assert_int_equal(lines(w->db, 1), 1);
    arena_free(small);
}

#define ROUNDS 200

static void *stream_main(void *arg)
{
    struct caller *c = arg;
    struct db *db;
    must(db_open(c->w->store, &db) == ST_OK);
    for (int i = 0; i < ROUNDS; i++) {
        struct job_plan p = c->plan;
        p.leaves = i % 7 == 3 ? ST_CONFLICT : ST_OK;
        if (db_write(db, run_plan, &p) != p.leaves) c->st = ST_IO;
    }
    db_close(db);
    return NULL;
}

static void the_lead_goes_round_until_all_is_done(void **state)
{
    struct world *w = *state;
    struct caller c[MOST] = {0};
    int good = 0;
    for (int i = 0; i < ROUNDS; i++) good += i % 7 != 3;
    for (int i = 0; i < MOST; i++) {
        c[i] = (struct caller){.w = w, .plan = {.number = i, .adds = 1}};
        assert_int_equal(pthread_create(&c[i].thread, NULL, stream_main, &c[i]), 0);
    }
    for (int i = 0; i < MOST; i++) assert_int_equal(pthread_join(c[i].thread, NULL), 0);
    for (int i = 0; i < MOST; i++) {
        assert_int_equal(c[i].st, ST_OK);
        assert_int_equal(lines(w->db, i), good);
    }
    assert_int_equal(waiting(w->store), 0);
    assert_false(w->store->queue.is_led);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(one_command_alone_runs_on_the_thread_that_asks),
        IN_WORLD(what_waits_shares_a_commit_and_a_thread),
        IN_WORLD(who_fails_after_a_change_leaves_nothing_and_its_neighbours_stay),
        IN_WORLD(who_refuses_without_a_change_makes_nobody_run_again),
        IN_WORLD(a_full_arena_of_the_caller_leaves_by_the_writers_exit),
        IN_WORLD(the_lead_goes_round_until_all_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
