/* late_test: work put off to the commit, and the epoch that grows with each commit.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/inside.h"
#include "store/server_world.h"
#include "store/stmt.h"

static const struct migration steps[] = {
    {1, "001", "CREATE TABLE line (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;",
     "CREATE TABLE line (id BIGINT PRIMARY KEY, n BIGINT NOT NULL);"},
};
static const struct store_setup schema = {steps, 1, 4, NULL};
static const struct stmt_text add_line = {
    0, "add_line", __FILE__, __LINE__, "INSERT INTO line (id, n) VALUES ($1, $2)", NULL, "ii", ""};
static const struct stmt_text count_lines = {
    1, "count_lines", __FILE__, __LINE__, "SELECT count(*) FROM line", NULL, "", "i"};

/* A store in a file, with its writer's thread, and one in memory: both must do the same. */
struct world {
    char folder[64];
    char path[128];
    const char *url; /* on a server instead of in a file, where there is one to test on */
    struct store *store;
    struct db *db;
};

static struct store_error why;
static struct world world;

static int open_store(void **state, bool in_memory)
{
    world = (struct world){.folder = "/tmp/luoshi_late_XXXXXX", .url = in_memory ? NULL : server_world_url()};
    struct store_options o = {.path = world.path, .url = world.url, .create = true, .in_memory = in_memory};
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.path, sizeof world.path, "%s/luoshi.db", world.folder);
    assert_int_equal(store_open_with(&o, &schema, &world.store, &why), ST_OK);
    assert_int_equal(db_open(world.store, &world.db), ST_OK);
    *state = &world;
    return 0;
}

static int make_file(void **state)
{
    return open_store(state, false);
}

static int make_memory(void **state)
{
    return open_store(state, true);
}

static int close_store(void **state)
{
    static const char *const names[] = {"luoshi.db", "luoshi.db-wal", "luoshi.db-shm", "luoshi.lock"};
    char name[256];
    (void)state;
    db_close(world.db);
    store_close(world.store);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(name, sizeof name, "%s/%s", world.folder, names[i]);
        (void)unlink(name);
    }
    assert_int_equal(rmdir(world.folder), 0);
    return 0;
}

/* Statements */

static enum status add(struct db *db, int64_t n)
{
    struct stmt *s;
    TRY(stmt_open(db, &add_line, &s));
    stmt_bind_int(s, 1, db_new_id(db));
    stmt_bind_int(s, 2, n);
    return stmt_run(s, NULL);
}

static int64_t lines(struct db *db)
{
    struct stmt *s;
    int64_t n = -1;
    if (stmt_open(db, &count_lines, &s) != ST_OK) return -1;
    enum status st = stmt_step(s);
    if (st == ST_OK) n = stmt_int(s, 0);
    return stmt_end(s, st) == ST_OK ? n : -1;
}

/* Work that is put off: it writes down that it ran, and adds a row. */
struct work {
    int number;
    enum status leaves;
    bool exhausts;
};

#define MOST 4096
static int ran[MOST]; /* the writer's thread writes, its answer orders the reading */
static int n_ran;
static int64_t seen; /* rows there were when the last one ran */

static enum status run_late(struct db *db, struct arena *mem, void *arg)
{
    const struct work *w = arg;
    seen = lines(db);
    if (n_ran < MOST) ran[n_ran] = w->number;
    n_ran++;
    TRY(add(db, 1000 + w->number));
    if (w->exhausts) (void)!arena_alloc(mem, SIZE_MAX / 8, 1, 1);
    return w->leaves;
}

static enum status put_off(struct db *db, int number)
{
    struct work w = {.number = number};
    enum status st = db_at_commit(db, run_late, &w, sizeof w);
    memset(&w, 0xFF, sizeof w); /* a copy was taken */
    return st;
}

static void assert_ran(int n, const int *numbers)
{
    assert_int_equal(n_ran, n);
    for (int i = 0; i < n; i++) assert_int_equal(ran[i], numbers[i]);
}

#define assert_ran_these(...) assert_ran((int)COUNT_OF(((int[]){__VA_ARGS__})), (int[]){__VA_ARGS__})

/* A command that puts off `count` works from `first` on, then leaves. */
struct plan {
    int first, count;
    enum status leaves;
    enum status late_leaves;
    bool exhausts, late_exhausts;
    int ran_before;
};

static enum status command(struct db *db, struct arena *mem, void *arg)
{
    struct plan *p = arg;
    TRY(add(db, p->first));
    for (int i = 0; i < p->count; i++) {
        struct work w = {p->first + i, p->late_leaves, p->late_exhausts};
        TRY(db_at_commit(db, run_late, &w, sizeof w));
    }
    TRY(db_settle(db)); /* nothing, inside a command */
    p->ran_before = n_ran;
    if (p->exhausts) (void)!arena_alloc(mem, SIZE_MAX / 8, 1, 1);
    return p->leaves;
}

static enum status write_plan(struct db *db, struct plan p)
{
    int before = n_ran;
    enum status st = db_write(db, command, &p);
    assert_int_equal(p.ran_before, before);
    return st;
}

static void start(void)
{
    n_ran = 0;
    seen = -1;
}

static void work_runs_once_after_the_command_and_before_the_commit(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(write_plan(w->db, (struct plan){.first = 7, .count = 3}), ST_OK);
    assert_ran_these(7, 8, 9);
    assert_int_equal(seen, 3); /* what the command and the works before it wrote */
    assert_int_equal(lines(w->db), 4);
    assert_int_equal(write_plan(w->db, (struct plan){.first = 20}), ST_OK); /* not again */
    assert_int_equal(n_ran, 3);
    assert_int_equal(lines(w->db), 5);
}

static void many_works_of_one_command_run_in_order(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(write_plan(w->db, (struct plan){.first = 0, .count = 1000}), ST_OK);
    assert_int_equal(n_ran, 1000);
    for (int i = 0; i < 1000; i++) assert_int_equal(ran[i], i);
    assert_int_equal(lines(w->db), 1001);
}

static void work_of_a_command_that_is_undone_is_dropped(void **state)
{
    static const struct {
        enum status leaves;
        bool exhausts;
        enum status st;
    } rows[] = {{ST_INVALID, false, ST_INVALID}, {ST_CONFLICT, false, ST_CONFLICT}, {ST_OK, true, ST_BUSY}};
    struct world *w = *state;
    start();
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(
            write_plan(w->db, (struct plan){.count = 70, .leaves = rows[i].leaves, .exhausts = rows[i].exhausts}),
            rows[i].st);
    assert_int_equal(n_ran, 0);
    assert_int_equal(lines(w->db), 0);
    assert_int_equal(write_plan(w->db, (struct plan){.first = 5, .count = 1}), ST_OK);
    assert_ran_these(5);
}

static void a_failure_of_the_work_fails_the_command(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(write_plan(w->db, (struct plan){.count = 3, .late_leaves = ST_CONFLICT}), ST_IO);
    assert_int_equal(n_ran, 1); /* the others are not tried */
    assert_int_equal(write_plan(w->db, (struct plan){.count = 1, .late_exhausts = true}), ST_IO);
    assert_int_equal(lines(w->db), 0);
    start();
    assert_int_equal(write_plan(w->db, (struct plan){.first = 4, .count = 1}), ST_OK);
    assert_ran_these(4);
    assert_int_equal(lines(w->db), 2);
}

/* Savepoints */

static enum status command_parts(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    TRY(put_off(db, 1));
    TRY(db_savepoint(db));
    TRY(put_off(db, 2));
    TRY(db_savepoint(db));
    TRY(put_off(db, 3));
    db_savepoint_undo(db); /* 3 */
    TRY(put_off(db, 4));
    TRY(db_savepoint(db));
    TRY(put_off(db, 5));
    TRY(db_savepoint_release(db));
    TRY(db_savepoint_release(db));
    TRY(db_savepoint(db));
    TRY(put_off(db, 6));
    TRY(db_savepoint(db));
    TRY(put_off(db, 7));
    TRY(db_savepoint_release(db));
    db_savepoint_undo(db); /* 6, and 7 though released */
    return put_off(db, 8);
}

static enum status command_undo_all(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    TRY(db_savepoint(db));
    for (int i = 0; i < 100; i++) TRY(put_off(db, i));
    db_savepoint_undo(db);
    for (int i = 200; i < 203; i++) TRY(put_off(db, i));
    return ST_OK;
}

static void undoing_a_part_drops_what_it_put_off(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_write(w->db, command_parts, NULL), ST_OK);
    assert_ran_these(1, 2, 4, 5, 8);
    start();
    assert_int_equal(db_write(w->db, command_undo_all, NULL), ST_OK);
    assert_ran_these(200, 201, 202);
}

/* Batches */

static void a_batch_runs_it_at_its_end_or_never(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(put_off(w->db, 1), ST_OK);
    assert_int_equal(write_plan(w->db, (struct plan){.first = 2, .count = 2}), ST_OK);
    assert_int_equal(write_plan(w->db, (struct plan){.first = 4, .count = 2, .leaves = ST_INVALID}), ST_INVALID);
    assert_int_equal(n_ran, 0);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_ran_these(1, 2, 3);
    assert_int_equal(lines(w->db), 4);
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(put_off(w->db, 1), ST_OK);
    db_batch_rollback(w->db);
    assert_int_equal(n_ran, 0);
    assert_int_equal(write_plan(w->db, (struct plan){.first = 9, .count = 1}), ST_OK);
    assert_ran_these(9);
    assert_int_equal(lines(w->db), 6);
}

static void a_batch_may_say_what_time_it_is(void **state)
{
    struct world *w = *state;
    const instant then = {1500000000000};
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    db_batch_now(w->db, then);
    assert_true(db_now(w->db).ms == then.ms);
    db_batch_now(w->db, (instant){0});
    assert_true(db_now(w->db).ms > then.ms);
    db_batch_now(w->db, then);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_true(db_now(w->db).ms > then.ms); /* forgotten with the batch */
}

struct large {
    struct work work;
    char filler[64 * 1024];
};

static void a_big_batch_runs_it_in_between(void **state)
{
    static struct large big;
    struct world *w = *state;
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int i = 0; i < 40; i++) {
        big.work.number = i;
        assert_int_equal(db_at_commit(w->db, run_late, &big, sizeof big), ST_OK);
    }
    assert_in_range(n_ran, 16, 39); /* what gathers stays about a megabyte */
    int before = n_ran;
    assert_int_equal(db_savepoint(w->db), ST_OK);
    for (int i = 40; i < 80; i++) {
        big.work.number = i;
        assert_int_equal(db_at_commit(w->db, run_late, &big, sizeof big), ST_OK);
    }
    assert_int_equal(n_ran, before); /* not while it might still be undone */
    assert_int_equal(db_savepoint_release(w->db), ST_OK);
    assert_int_equal(n_ran, 80);
    assert_int_equal(put_off(w->db, 80), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_int_equal(n_ran, 81);
    for (int i = 0; i < 81; i++) assert_int_equal(ran[i], i);
    assert_int_equal(lines(w->db), 81);
}

static void settling_runs_what_was_put_off_so_far(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_settle(w->db), ST_OK); /* outside: nothing to do */
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(db_settle(w->db), ST_OK);
    assert_int_equal(put_off(w->db, 1), ST_OK);
    assert_int_equal(db_settle(w->db), ST_OK);
    assert_ran_these(1);
    assert_int_equal(lines(w->db), 1);
    assert_int_equal(put_off(w->db, 2), ST_OK);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    assert_int_equal(put_off(w->db, 3), ST_OK);
    assert_int_equal(db_settle(w->db), ST_OK); /* a savepoint is open */
    assert_int_equal(n_ran, 1);
    db_savepoint_undo(w->db);
    assert_int_equal(db_settle(w->db), ST_OK);
    assert_ran_these(1, 2);
    db_batch_rollback(w->db);
    assert_int_equal(lines(w->db), 0); /* settled is not committed */
}

static void a_failure_while_settling_fails_the_batch(void **state)
{
    struct world *w = *state;
    struct work bad = {.number = 2, .leaves = ST_CONFLICT};
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(add(w->db, 1), ST_OK);
    assert_int_equal(put_off(w->db, 1), ST_OK);
    assert_int_equal(db_at_commit(w->db, run_late, &bad, sizeof bad), ST_OK);
    assert_int_equal(put_off(w->db, 3), ST_OK);
    assert_int_equal(db_settle(w->db), ST_CONFLICT);
    assert_int_equal(db_batch_commit(w->db), ST_IO); /* also when nobody heeded it */
    assert_ran_these(1, 2);
    assert_int_equal(lines(w->db), 0);
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(put_off(w->db, 4), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_ran_these(4);
    assert_int_equal(lines(w->db), 1);
}

/* Several commands of one commit */

struct writer {
    struct db *db;
    struct plan plan;
    enum status st;
};

static void *write_one(void *arg)
{
    struct writer *k = arg;
    k->st = db_write(k->db, command, &k->plan);
    return NULL;
}

/* Commands that wait while another holds the writer off share a commit. */
static void write_together(struct world *w, struct writer *k, int n)
{
    pthread_t thread[8];
    struct db *other;
    struct store_counts counts;
    assert_int_equal(db_open(w->store, &other), ST_OK);
    assert_int_equal(db_batch_begin(other), ST_OK);
    for (int i = 0; i < n; i++) {
        assert_int_equal(db_open(w->store, &k[i].db), ST_OK);
        assert_int_equal(pthread_create(&thread[i], NULL, write_one, &k[i]), 0);
        do {
            (void)sched_yield();
            store_counts(w->store, &counts);
        } while (counts.waiting < i); /* the first is in the writer's hand */
    }
    db_batch_rollback(other);
    for (int i = 0; i < n; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        db_close(k[i].db);
    }
    db_close(other);
}

static void a_failure_of_the_work_fails_all_that_share_the_commit(void **state)
{
    struct world *w = *state;
    struct writer k[] = {
        {.plan = {.first = 10, .count = 1, .late_leaves = ST_INVALID}},
        {.plan = {.first = 20, .count = 1}},
        {.plan = {.first = 30, .count = 0}},
        {.plan = {.first = 40, .count = 1, .leaves = ST_CONFLICT}},
    };
    start();
    write_together(w, k, 4);
    assert_int_equal(k[0].st, ST_IO);
    assert_int_equal(k[3].st, ST_CONFLICT); /* its own answer stays */
    int64_t kept =
        (k[1].st == ST_OK) * 2 + (k[2].st == ST_OK); /* on a slow machine they may have had a commit of their own */
    assert_int_equal(lines(w->db), kept);
}

static void one_command_that_is_undone_leaves_the_work_of_the_others(void **state)
{
    struct world *w = *state;
    struct writer k[] = {
        {.plan = {.first = 10, .count = 2}},
        {.plan = {.first = 20, .count = 2, .leaves = ST_INVALID}},
        {.plan = {.first = 30, .count = 2}},
        {.plan = {.first = 40, .count = 2, .exhausts = true}},
    };
    start();
    write_together(w, k, 4);
    assert_int_equal(k[0].st, ST_OK);
    assert_int_equal(k[1].st, ST_INVALID);
    assert_int_equal(k[2].st, ST_OK);
    assert_int_equal(k[3].st, ST_BUSY);
    assert_int_equal(n_ran, 4);
    int sum = 0;
    for (int i = 0; i < 4; i++) sum += ran[i];
    assert_int_equal(sum, 10 + 11 + 30 + 31);
    assert_int_equal(lines(w->db), 6);
}

/* No memory */

static enum status command_short(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    arena_fault_after(*(long *)arg);
    enum status st = db_at_commit(db, run_late, NULL, 0);
    arena_fault_after(0);
    return st;
}

static enum status nothing_late(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    n_ran++;
    return add(db, 1);
}

static enum status command_without_bytes(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    return db_at_commit(db, nothing_late, NULL, 0);
}

static void without_memory_for_it_the_command_is_busy(void **state)
{
    struct world *w = *state;
    start();
    for (long n = 1; n <= 2; n++) assert_int_equal(db_write(w->db, command_short, &n), ST_BUSY);
    assert_int_equal(n_ran, 0);
    assert_int_equal(db_write(w->db, command_without_bytes, NULL), ST_OK);
    assert_int_equal(n_ran, 1);
    assert_int_equal(lines(w->db), 1);
}

/* The epoch */

/* Nothing was committed since. On a server word of an earlier commit may come late and count once more, which costs a page and is no mistake. */
static void assert_stands(struct db *db, uint64_t since)
{
    uint64_t now = db_epoch(db);
    assert_true(world.url == NULL ? now == since : now >= since);
}

static void the_epoch_grows_after_a_commit_by_whomever(void **state)
{
    struct world *w = *state;
    struct db *other;
    assert_int_equal(db_open(w->store, &other), ST_OK);
    uint64_t a = db_epoch(w->db), b = db_epoch(other);
    assert_true(a > 0 && b > 0);
    a = db_epoch(w->db);
    assert_stands(w->db, a);
    assert_stands(other, a);
    assert_int_equal(write_plan(w->db, (struct plan){.first = 1}), ST_OK);
    assert_true(db_epoch(w->db) > a);
    assert_true(db_epoch(other) > a);
    a = db_epoch(w->db);
    assert_int_equal(db_batch_begin(other), ST_OK);
    assert_int_equal(add(other, 2), ST_OK);
    assert_stands(w->db, a); /* not committed yet */
    assert_int_equal(db_batch_commit(other), ST_OK);
    assert_true(db_epoch(w->db) > a);
    a = db_epoch(w->db);
    assert_int_equal(write_plan(w->db, (struct plan){.leaves = ST_INVALID}), ST_INVALID);
    assert_int_equal(lines(w->db), 2);
    db_close(other);
}

/* In a file at once; on a server as soon as word of it has come. */
static void assert_grows(struct db *db, uint64_t since)
{
    int64_t until = time_monotonic_ns() + (world.url == NULL ? 0 : 5 * INT64_C(1000000000));
    while (db_epoch(db) <= since && time_monotonic_ns() < until) (void)sched_yield();
    assert_true(db_epoch(db) > since);
}

static void the_epoch_grows_after_a_commit_by_another_program(void **state)
{
    struct world *w = *state;
    struct store_options o = {.path = w->path, .url = w->url, .beside = true, .node = 1};
    struct store *store;
    struct db *db;
    assert_int_equal(store_open_with(&o, &schema, &store, &why), ST_OK);
    assert_int_equal(db_open(store, &db), ST_OK);
    uint64_t a = db_epoch(w->db), b = db_epoch(db);
    for (int i = 0; i < 3; i++) {
        start();
        assert_int_equal(write_plan(db, (struct plan){.first = i, .count = 1}), ST_OK);
        assert_int_equal(lines(w->db), 2 * (2 * i + 1));
        assert_grows(w->db, a);
        assert_grows(db, b);
        a = db_epoch(w->db);
        b = db_epoch(db);
        assert_int_equal(write_plan(w->db, (struct plan){.first = i, .count = 1}), ST_OK);
        assert_grows(w->db, a);
        assert_grows(db, b);
        a = db_epoch(w->db);
        b = db_epoch(db);
    }
    db_close(db);
    store_close(store);
}

static void in_memory_the_epoch_cannot_be_told(void **state)
{
    struct world *w = *state;
    assert_true(db_epoch(w->db) == 0);
    assert_int_equal(write_plan(w->db, (struct plan){.first = 1}), ST_OK);
    assert_true(db_epoch(w->db) == 0);
}

#define IN_FILE(f) cmocka_unit_test_setup_teardown(f, make_file, close_store)
#define IN_MEMORY(f)                                                                                                   \
    {                                                                                                                  \
#f "_in_memory", f, make_memory, close_store, NULL                                                             \
    }
#define IN_BOTH(f) IN_FILE(f), IN_MEMORY(f)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_BOTH(work_runs_once_after_the_command_and_before_the_commit),
        IN_BOTH(many_works_of_one_command_run_in_order),
        IN_BOTH(work_of_a_command_that_is_undone_is_dropped),
        IN_BOTH(a_failure_of_the_work_fails_the_command),
        IN_BOTH(undoing_a_part_drops_what_it_put_off),
        IN_BOTH(a_batch_runs_it_at_its_end_or_never),
        IN_BOTH(a_big_batch_runs_it_in_between),
        IN_BOTH(settling_runs_what_was_put_off_so_far),
        IN_BOTH(a_failure_while_settling_fails_the_batch),
        IN_FILE(a_failure_of_the_work_fails_all_that_share_the_commit),
        IN_FILE(one_command_that_is_undone_leaves_the_work_of_the_others),
        IN_BOTH(without_memory_for_it_the_command_is_busy),
        IN_FILE(the_epoch_grows_after_a_commit_by_whomever),
        IN_FILE(the_epoch_grows_after_a_commit_by_another_program),
        IN_FILE(a_batch_may_say_what_time_it_is),
        cmocka_unit_test_setup_teardown(in_memory_the_epoch_cannot_be_told, make_memory, close_store),
    };
    return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
