/* fill_test: a new database that is filled without indexes and gets its name when it is whole.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/inside.h"
#include "store/stmt.h"

static const struct migration steps[] = {
    {1, "001",
     "CREATE TABLE city (id INTEGER PRIMARY KEY) STRICT;"
     "CREATE TABLE line (id INTEGER PRIMARY KEY, city_id INTEGER NOT NULL REFERENCES city (id), n INTEGER NOT NULL) "
     "STRICT;"
     "CREATE UNIQUE INDEX line_n ON line (n); CREATE INDEX line_odd ON line (n) WHERE n % 2 = 1;",
     NULL},
};
enum { ADD, COUNT, INDEXES, STATEMENTS };
static const struct store_setup schema = {steps, 1, STATEMENTS, NULL};
static const struct stmt_text add_line = {
    ADD, "add_line", __FILE__, __LINE__, "INSERT INTO line (id, city_id, n) VALUES ($1, $1, $2)", NULL, NULL, NULL};
static const struct stmt_text count_lines = {COUNT, "count_lines", __FILE__, __LINE__, "SELECT count(*) FROM line",
                                             NULL,  NULL,          NULL};
static const struct stmt_text count_indexes = {
    INDEXES, "count_indexes", __FILE__, __LINE__, "SELECT count(*) FROM sqlite_schema WHERE type = 'index'", NULL, NULL,
    NULL};

struct world {
    char folder[64];
    char path[128];
    struct store *store;
    struct db *db;
};
static struct store_error why;
static struct world world;

static void open_to_fill(void)
{
    struct store_options o = {.path = world.path, .fill = true};
    assert_int_equal(store_open_with(&o, &schema, &world.store, &why), ST_OK);
    assert_int_equal(db_open(world.store, &world.db), ST_OK);
}

static int setup(void **state)
{
    world = (struct world){.folder = "/tmp/luoshi_fill_XXXXXX"};
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.path, sizeof world.path, "%s/luoshi.db", world.folder);
    open_to_fill();
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"luoshi.db", "luoshi.db-wal", "luoshi.db-shm", "luoshi.lock"};
    char name[256];
    (void)state;
    db_close(world.db);
    if (world.store != NULL) store_close(world.store);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(name, sizeof name, "%s/%s", world.folder, names[i]);
        (void)unlink(name);
    }
    assert_int_equal(rmdir(world.folder), 0); /* nothing else is left: no part */
    return 0;
}

static enum status add(struct db *db, int64_t n)
{
    struct stmt *s;
    TRY(stmt_open(db, &add_line, &s));
    stmt_bind_int(s, 1, db_new_id(db));
    stmt_bind_int(s, 2, n);
    return stmt_run(s, NULL);
}

static int64_t number(struct db *db, const struct stmt_text *text)
{
    struct stmt *s;
    int64_t n = -1;
    if (stmt_open(db, text, &s) != ST_OK) return -1;
    enum status st = stmt_step(s);
    if (st == ST_OK) n = stmt_int(s, 0);
    return stmt_end(s, st) == ST_OK ? n : -1;
}

static void fill(int64_t n)
{
    assert_int_equal(db_fill(world.db, true), ST_OK);
    assert_int_equal(number(world.db, &count_indexes), 0);
    assert_int_equal(db_batch_begin(world.db), ST_OK);
    for (int64_t i = 0; i < n; i++) assert_int_equal(add(world.db, i), ST_OK);
    assert_int_equal(db_batch_commit(world.db), ST_OK);
}

static void close_all(void)
{
    db_close(world.db);
    store_close(world.store);
    world.db = NULL;
    world.store = NULL;
}

static void n15_what_is_kept_is_a_database_like_any_other(void **state)
{
    struct store_options o = {.path = world.path};
    (void)state;
    fill(1000);
    assert_int_equal(db_fill(world.db, false), ST_OK);
    assert_int_equal(number(world.db, &count_indexes), 2);
    db_close(world.db);
    world.db = NULL;
    assert_int_equal(access(world.path, F_OK), -1);
    assert_int_equal(store_keep(world.store, &why), ST_OK);
    store_close(world.store);
    assert_int_equal(store_open_with(&o, &schema, &world.store, &why), ST_OK);
    assert_int_equal(db_open(world.store, &world.db), ST_OK);
    assert_int_equal(number(world.db, &count_lines), 1000);
    assert_int_equal(number(world.db, &count_indexes), 2);
}

static void n15_what_is_not_kept_leaves_nothing(void **state)
{
    (void)state;
    fill(10);
    close_all();
    assert_int_equal(access(world.path, F_OK), -1);
}

static void n15_a_key_that_is_taken_is_found_at_the_end(void **state)
{
    (void)state;
    fill(10);
    assert_int_equal(db_batch_begin(world.db), ST_OK);
    assert_int_equal(add(world.db, 3), ST_OK); /* the index that would refuse it is away */
    assert_int_equal(db_batch_commit(world.db), ST_OK);
    assert_int_equal(db_fill(world.db, false), ST_CONFLICT);
}

/* References are looked up again from the end on. */
static void n15_after_the_end_a_row_that_points_nowhere_is_refused(void **state)
{
    (void)state;
    fill(10);
    assert_int_equal(db_fill(world.db, false), ST_OK);
    assert_int_equal(db_batch_begin(world.db), ST_OK);
    assert_int_equal(add(world.db, 11), ST_CONFLICT);
    db_batch_rollback(world.db);
}

static void n15_a_database_that_is_there_is_not_filled(void **state)
{
    struct store_options o = {.path = world.path, .fill = true};
    struct store *other;
    (void)state;
    assert_int_equal(store_open_with(&o, &schema, &other, &why), ST_BUSY); /* the folder's lock */
    db_close(world.db);
    world.db = NULL;
    assert_int_equal(store_keep(world.store, &why), ST_OK);
    store_close(world.store);
    world.store = NULL;
    assert_int_equal(store_open_with(&o, &schema, &other, &why), ST_CONFLICT);
    assert_int_equal(access(world.path, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(n15_what_is_kept_is_a_database_like_any_other, setup, teardown),
        cmocka_unit_test_setup_teardown(n15_what_is_not_kept_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(n15_a_key_that_is_taken_is_found_at_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(n15_after_the_end_a_row_that_points_nowhere_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(n15_a_database_that_is_there_is_not_filled, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
