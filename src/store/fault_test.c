/* fault_test: every call that can fail on the way of a write fails once, in turn. After each: the answer is ST_OK
 * exactly when all four rows are there, never some of them; the database is sound; and the next write succeeds.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/fault_world.h"
#include "store/inside.h"
#include "store/stmt.h"

#define MOST 4000 /* points of failure of one write; far more than there are */

static const struct migration steps[] = {
    {1, "001",
     "CREATE TABLE event (id INTEGER PRIMARY KEY, round INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"
     "CREATE INDEX event_round ON event (round);",
     NULL},
};
static const struct store_setup setup = {steps, 1, 4, NULL};
static const struct stmt_text add_event = {
    0, "add_event", __FILE__, __LINE__, "INSERT INTO event (id, round, text) VALUES ($1, $2, $3)", NULL, NULL, NULL};
static const struct stmt_text count_round = {
    1, "count_round", __FILE__, __LINE__, "SELECT count(*) FROM event WHERE round = $1", NULL, NULL, NULL};

struct world {
    char folder[64];
    char path[128];
    struct store *store;
    struct db *db;
};

static char words[9000]; /* long enough to need overflow pages */

static enum status world_open(struct world *w)
{
    struct store_error why;
    struct store_options o = {.path = w->path, .create = true};
    TRY(store_open_with(&o, &setup, &w->store, &why));
    enum status st = db_open(w->store, &w->db);
    if (st == ST_OK) return ST_OK;
    store_close(w->store);
    return st;
}

static void world_close(struct world *w)
{
    db_close(w->db);
    store_close(w->store);
}

static void world_name(struct world *w)
{
    *w = (struct world){.folder = "/tmp/luoshi_fault_XXXXXX"};
    assert_non_null(mkdtemp(w->folder));
    (void)snprintf(w->path, sizeof w->path, "%s/luoshi.db", w->folder);
}

static void world_erase(struct world *w)
{
    static const char *const names[] = {"luoshi.db",     "luoshi.db-wal",      "luoshi.db-shm", "luoshi.db.part",
                                        "luoshi.db.bak", "luoshi.db.bak.part", "luoshi.lock"};
    char name[192];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(name, sizeof name, "%s/%s", w->folder, names[i]);
        (void)unlink(name);
    }
    assert_int_equal(rmdir(w->folder), 0);
}

static int64_t rows_of(struct db *db, int64_t round)
{
    struct stmt *s;
    assert_int_equal(stmt_open(db, &count_round, &s), ST_OK);
    stmt_bind_int(s, 1, round);
    assert_int_equal(stmt_step(s), ST_OK);
    int64_t n = stmt_int(s, 0);
    assert_int_equal(stmt_end(s, ST_NOT_FOUND), ST_NOT_FOUND);
    return n;
}

static enum status command_four(struct db *db, struct arena *mem, void *arg)
{
    const int64_t *round = arg;
    for (int i = 0; i < 4; i++) {
        struct stmt *s;
        str text = str_copy(mem, (str){words, sizeof words});
        TRY(stmt_open(db, &add_event, &s));
        stmt_bind_int(s, 1, db_new_id(db));
        stmt_bind_int(s, 2, *round);
        stmt_bind_str(s, 3, text);
        TRY(stmt_run(s, NULL));
    }
    return ST_OK;
}

static void sound(struct db *db)
{
    str report;
    struct arena *mem = arena_new((size_t)1024 * 1024, NULL);
    assert_int_equal(store_check(db, mem, &report), ST_OK);
    if (report.n > 0) fail_msg("%.*s", STR_ARG(report));
    arena_free(mem);
}

static void all_or_nothing(int kinds, const char *what)
{
    struct world w;
    bool fired = true;
    int64_t round = 1;
    int failures = 0;
    world_name(&w);
    assert_int_equal(world_open(&w), ST_OK);
    for (long n = 1; fired && n < MOST; n++, round++) {
        fault_vfs_arm(kinds, n);
        enum status st = db_write(w.db, command_four, &round);
        fired = fault_vfs_disarm();
        assert_true(st == ST_OK || st == ST_IO || st == ST_BUSY);
        failures += st != ST_OK;
        assert_int_equal(rows_of(w.db, round), st == ST_OK ? 4 : 0);
        int64_t next = -round;
        assert_int_equal(db_write(w.db, command_four, &next), ST_OK);
        assert_int_equal(rows_of(w.db, next), 4);
    }
    assert_false(fired); /* the last round went through without a fault */
    sound(w.db);
    (void)printf("%s: %d failures of a write, each whole or nothing\n", what, failures);
    world_close(&w);
    assert_int_equal(world_open(&w), ST_OK); /* and so it stays after opening again */
    for (int64_t i = 1; i < round; i++) {
        int64_t rows = rows_of(w.db, i);
        assert_true(rows == 0 || rows == 4);
        assert_int_equal(rows_of(w.db, -i), 4);
    }
    world_close(&w);
    world_erase(&w);
    if (kinds == FAULT_DISK) assert_true(failures >= 4); /* of locks, the log's write, its sync */
}

static void a_write_is_all_or_nothing_when_the_disk_fails(void **state)
{
    (void)state;
    all_or_nothing(FAULT_DISK, "disk");
}

static void a_write_is_all_or_nothing_when_memory_fails(void **state)
{
    (void)state;
    all_or_nothing(FAULT_HEAP, "heap");
}

/* The n-th allocation in the writer's arena; the counter is of a thread, so the command arms it itself. */
static enum status command_short(struct db *db, struct arena *mem, void *arg)
{
    long *n = arg;
    int64_t round = *n;
    arena_fault_after(*n);
    enum status st = command_four(db, mem, &round);
    if (arena_fault_left() > 0) *n = -1; /* none left to fail */
    arena_fault_after(0);
    return st;
}

static void a_write_is_all_or_nothing_when_its_arena_is_full(void **state)
{
    struct world w;
    (void)state;
    world_name(&w);
    assert_int_equal(world_open(&w), ST_OK);
    for (long n = 1; n < 100; n++) {
        long at = n;
        enum status st = db_write(w.db, command_short, &at);
        assert_int_equal(st, at < 0 ? ST_OK : ST_BUSY);
        assert_int_equal(rows_of(w.db, n), st == ST_OK ? 4 : 0);
        if (at < 0) break;
        assert_true(n < 99);
    }
    world_close(&w);
    world_erase(&w);
}

static void whole_or_absent(int kinds, long step)
{
    bool fired = true;
    for (long n = 1; fired && n < MOST; n += step) {
        struct world w;
        world_name(&w);
        fault_vfs_arm(kinds, n);
        enum status st = world_open(&w);
        fired = fault_vfs_disarm();
        if (st == ST_OK) {
            int64_t round = 1;
            enum status written = db_write(w.db, command_four, &round);
            assert_int_equal(written, ST_OK);
            world_close(&w);
        }
        assert_int_equal(world_open(&w), ST_OK);
        assert_int_equal(rows_of(w.db, 1), st == ST_OK ? 4 : 0);
        sound(w.db);
        world_close(&w);
        world_erase(&w);
    }
    assert_false(fired);
}

static void a_new_database_is_whole_or_absent(void **state)
{
    (void)state;
    whole_or_absent(FAULT_DISK, 1);
    whole_or_absent(FAULT_HEAP, 11); /* some thousand allocations: each eleventh keeps the run short */
}

static void a_copy_is_whole_or_absent(void **state)
{
    struct world w;
    struct world copy;
    int64_t round = 1;
    bool fired = true;
    (void)state;
    world_name(&w);
    assert_int_equal(world_open(&w), ST_OK);
    assert_int_equal(db_write(w.db, command_four, &round), ST_OK);
    copy = w;
    assert_true(snprintf(copy.path, sizeof copy.path, "%.100s.bak", w.path) > 0);
    for (long n = 1; fired && n < MOST; n += 3) {
        struct store_error why;
        (void)unlink(copy.path);
        fault_vfs_arm(FAULT_DISK | FAULT_HEAP, n);
        enum status st = store_backup(w.store, copy.path, &why);
        fired = fault_vfs_disarm();
        assert_int_equal(access(copy.path, F_OK) == 0, st == ST_OK);
        if (st != ST_OK) continue;
        struct store_options o = {.path = copy.path, .read_only = true};
        assert_int_equal(store_open_with(&o, &setup, &copy.store, &why), ST_OK);
        assert_int_equal(db_open(copy.store, &copy.db), ST_OK);
        assert_int_equal(rows_of(copy.db, 1), 4);
        sound(copy.db);
        world_close(&copy);
    }
    assert_false(fired);
    world_close(&w);
    world_erase(&w);
}

static void a_full_disk_refuses_writes_until_there_is_room(void **state)
{
    struct world w;
    int64_t round = 1;
    int refused = 0;
    (void)state;
    world_name(&w);
    assert_int_equal(world_open(&w), ST_OK);
    assert_int_equal(db_write(w.db, command_four, &round), ST_OK);
    fault_vfs_disk_full(true);
    for (round = 2; round < 10; round++) {
        enum status st = db_write(w.db, command_four, &round);
        assert_true(st == ST_OK || st == ST_IO);
        refused += st == ST_IO;
        assert_int_equal(rows_of(w.db, round), st == ST_OK ? 4 : 0);
        assert_int_equal(rows_of(w.db, 1), 4); /* reading goes on */
    }
    fault_vfs_disk_full(false);
    assert_true(refused > 0);
    assert_int_equal(db_write(w.db, command_four, &round), ST_OK);
    sound(w.db);
    world_close(&w);
    world_erase(&w);
}

struct crowd {
    struct store *store;
    int64_t first;
    int rounds;
    enum status st[64];
};

static void *crowd_main(void *arg)
{
    struct crowd *c = arg;
    struct db *db;
    for (int i = 0; i < c->rounds; i++) c->st[i] = ST_IO; /* should opening hit the fault */
    if (db_open(c->store, &db) != ST_OK) return NULL;
    for (int i = 0; i < c->rounds; i++) {
        int64_t round = c->first + i;
        c->st[i] = db_write(db, command_four, &round);
    }
    db_close(db);
    return NULL;
}

/* A COMMIT that fails answers everybody in it. */
static void nobody_of_a_failed_batch_is_told_it_succeeded(void **state)
{
    enum { THREADS = 8, ROUNDS = 8 };
    struct world w;
    struct crowd crowds[THREADS];
    pthread_t threads[THREADS];
    (void)state;
    world_name(&w);
    assert_int_equal(world_open(&w), ST_OK);
    for (long n = 40; n < 1000; n += 60) {
        fault_vfs_arm(FAULT_DISK, n);
        for (int i = 0; i < THREADS; i++) {
            crowds[i] = (struct crowd){.store = w.store, .first = n * 10000 + i * 100, .rounds = ROUNDS};
            assert_int_equal(pthread_create(&threads[i], NULL, crowd_main, &crowds[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
        (void)fault_vfs_disarm();
        for (int i = 0; i < THREADS * ROUNDS; i++) {
            const struct crowd *c = &crowds[i / ROUNDS];
            assert_int_equal(rows_of(w.db, c->first + i % ROUNDS), c->st[i % ROUNDS] == ST_OK ? 4 : 0);
        }
    }
    sound(w.db);
    world_close(&w);
    world_erase(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_all_or_nothing_when_the_disk_fails),
        cmocka_unit_test(a_write_is_all_or_nothing_when_memory_fails),
        cmocka_unit_test(a_write_is_all_or_nothing_when_its_arena_is_full),
        cmocka_unit_test(a_new_database_is_whole_or_absent),
        cmocka_unit_test(a_copy_is_whole_or_absent),
        cmocka_unit_test(a_full_disk_refuses_writes_until_there_is_room),
        cmocka_unit_test(nobody_of_a_failed_batch_is_told_it_succeeded),
    };
    memset(words, 'w', sizeof words);
    fault_vfs_install();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fault_vfs_remove();
    return failed;
}
