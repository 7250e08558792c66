/* copy_test: a whole installation from one file to another; cut off at any write it goes on, and what differs is found.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "gen/tables.h"
#include "store/copy.h"
#include "store/fault_world.h"
#include "store/inside.h"

/* Something of every kind: references to later rows of the same table, NULL beside 0 and empty, bytes that are no text, both zeros. */
static const char *const rows =
    "INSERT INTO unit (id, code, name_en, name_zh, kind, starts_on, successor_unit_id) VALUES (1000, '1', 'Root', "
    "'\u6839', 'root', 0, NULL),"
    " (1001, '2', 'Town', '\u9547', 'township', 0, 1003), (1003, '4', 'Old town', '\u65E7\u9547', 'township', 0, NULL);"
    "UPDATE unit SET territory_unit_id = 1000 WHERE id > 1000;"
    "INSERT INTO person (id, login, name, created_at) VALUES (2000, 'a', '\u738B', 5), (2001, '', '', -5);"
    "INSERT INTO session (id, token_hash, person_id, csrf, created_at, seen_at, rotated_at) VALUES (1, x'00ff', 2000, "
    "x'', 1, 2, 3);"
    "INSERT INTO once (token, result, created_at) VALUES (x'', '', 1), (x'00', 'a', 2), (x'0000', 'b', 3);"
    "INSERT INTO category (id, code, parent_category_id, level, name_en, name_zh) VALUES (3001, '01', NULL, 1, 'a', "
    "'b');"
    "INSERT INTO category (id, code, parent_category_id, level, name_en, name_zh) VALUES (3000, '0101', 3001, 2, 'a', "
    "'b');"
    "INSERT INTO setting (name, value) VALUES ('city.name_en', 'Haitang'), ('city.zone', '');"
    "INSERT INTO tally (unit_id, scope, what, n) VALUES (1000, 0, 'a', 1), (1000, 0, '', 2), (1000, 1, 'a', 3);"
    "INSERT INTO casefile (id, root_unit_id, state, unit_id, owner_person_id, raised_at, changed_at)"
    " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)"
    " SELECT 10000 + i, 1000, 'accepted', 1001, CASE WHEN i % 2 = 0 THEN 2000 END, i, i FROM n;"
    "INSERT INTO matter (id, ref, casefile_id, kind, channel, unit_id, state, subject, text, lat, lon, wants_public, "
    "receipt_hash, raised_at)"
    " SELECT id + 10000, 'HT-' || id, id, 'help', 'web', unit_id, state, 'words', printf('%.*c', id % 300, 'x'), -0.0, "
    "1.0 / 3, 0, x'', id"
    " FROM casefile;"
    "INSERT INTO event (id, casefile_id, matter_id, kind, shown, at, salt, hash)"
    " SELECT 50000 - id, casefile_id, CASE WHEN id % 3 = 0 THEN id END, 'raised', 1, id, randomblob(16), zeroblob(32) "
    "FROM matter;";

struct world {
    char folder[64];
    char from_path[128];
    char to_path[128];
    struct store *from;
    struct store *to;
    struct arena *mem;
    int64_t events; /* written in the last run */
    int64_t compared;
};

static struct world world;
static struct store_error why;

static void told(void *ctx, enum copy_step step, const char *table, int64_t n)
{
    struct world *w = ctx;
    if (step == COPY_COMPARED) w->compared += n;
    else if (strcmp(table, "event") == 0) w->events = n;
}

static const struct copy_watch watch = {told, &world};

static struct store *opened(const char *path, bool read_only)
{
    struct store *s;
    struct store_options o = {
        .path = path, .create = !read_only, .read_only = read_only, .beside = true, .copies = true};
    assert_int_equal(store_open(&o, &s, &why), ST_OK);
    return s;
}

/* Runs a script as a change. */
static void change(struct store *s, const char *text)
{
    struct db *db;
    assert_int_equal(db_open(s, &db), ST_OK);
    assert_int_equal(db_batch_begin(db), ST_OK);
    assert_int_equal(engine_script(db->engine, text), ST_OK);
    assert_int_equal(db_batch_commit(db), ST_OK);
    db_close(db);
}

static int64_t number(struct store *s, const char *text)
{
    struct db *db;
    struct stmt *row;
    const struct stmt_text q = {
        .number = 0, .name = "number", .file = __FILE__, .text = text, .types = "", .columns = "i"};
    assert_int_equal(db_open(s, &db), ST_OK);
    assert_int_equal(stmt_open(db, &q, &row), ST_OK);
    assert_int_equal(stmt_step(row), ST_OK);
    int64_t n = stmt_int(row, 0);
    assert_int_equal(stmt_end(row, ST_OK), ST_OK);
    db_close(db);
    return n;
}

static bool unfinished(struct store *s)
{
    struct db *db;
    bool half;
    assert_int_equal(db_open(s, &db), ST_OK);
    assert_int_equal(store_copy_unfinished(db, world.mem, &half), ST_OK);
    db_close(db);
    return half;
}

static int make(void **state)
{
    (void)state;
    world = (struct world){.folder = "/tmp/luoshi_copy_XXXXXX", .mem = arena_new((size_t)1 << 20, NULL)};
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.from_path, sizeof world.from_path, "%s/from.db", world.folder);
    (void)snprintf(world.to_path, sizeof world.to_path, "%s/to.db", world.folder);
    struct store *s = opened(world.from_path, false);
    change(s, rows);
    store_close(s);
    world.from = opened(world.from_path, true);
    world.to = opened(world.to_path, false);
    return 0;
}

static int end(void **state)
{
    static const char *const names[] = {"from.db",   "from.db-wal", "from.db-shm", "to.db",
                                        "to.db-wal", "to.db-shm",   "luoshi.lock"};
    char name[256];
    (void)state;
    store_close(world.to);
    store_close(world.from);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(name, sizeof name, "%s/%s", world.folder, names[i]);
        (void)unlink(name);
    }
    arena_free(world.mem);
    assert_int_equal(rmdir(world.folder), 0);
    return 0;
}

/* What the comparison itself does not look at. */
static void assert_copied(void)
{
    assert_false(unfinished(world.to));
    assert_int_equal(number(world.to, "SELECT count(*) FROM setting WHERE name = 'search.rebuild'"), 1);
    assert_int_equal(number(world.to, "SELECT count(*) FROM setting"), 3);
    assert_int_equal(number(world.to, "SELECT successor_unit_id FROM unit WHERE id = 1001"), 1003);
    assert_int_equal(number(world.to, "SELECT parent_category_id FROM category WHERE id = 3000"), 3001);
    assert_int_equal(number(world.to, "SELECT count(*) FROM casefile WHERE owner_person_id IS NULL"), 2250);
    assert_int_equal(number(world.to, "SELECT count(*) FROM event WHERE typeof(salt) = 'blob' AND length(salt) = 16"),
                     4500);
    assert_int_equal(number(world.to, "SELECT count(*) FROM matter WHERE lon = 1.0 / 3"), 4500);
    assert_int_equal(number(world.to, "SELECT count(*) FROM once WHERE token = x''"), 1);
}

static void a_copy_has_every_row_as_it_was(void **state)
{
    (void)state;
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_OK);
    assert_int_equal(world.compared, 3 + 2 + 1 + 3 + 2 + 2 + 3 + 3 * 4500);
    assert_copied();
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_CONFLICT);
    assert_non_null(strstr(why.text, "the target is not empty"));
    assert_copied();
}

static void reopen_target(void)
{
    store_close(world.to);
    world.to = opened(world.to_path, false);
}

static void a_copy_cut_off_at_any_write_goes_on(void **state)
{
    int cuts = 0;
    bool fired = true;
    (void)state;
    for (long n = 1; fired; n += 1 + n / 8) {
        reopen_target();
        fault_vfs_arm_as(FAULT_WRITE | FAULT_SYNC, FAULT_STAY, n);
        enum status st = store_copy(world.from, world.to, &watch, &why);
        fired = fault_vfs_disarm();
        assert_true(fired == (st != ST_OK));
        if (st == ST_OK) break;
        cuts++;
        reopen_target();
        if (number(world.to, "SELECT count(*) FROM unit") > 0) assert_true(unfinished(world.to));
        assert_int_equal(number(world.to, "SELECT count(*) FROM setting WHERE name <> 'copy.source'"), 0);
    }
    assert_true(cuts > 10);
    assert_copied();
}

/* Stops a copy in the midst of the events. */
static void cut_off(void)
{
    change(world.to, "CREATE TRIGGER picky BEFORE INSERT ON event WHEN NEW.id = 27777 BEGIN SELECT RAISE(ABORT, 'not "
                     "this one'); END");
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_INVALID);
    assert_non_null(strstr(why.text, "the row 27777 of table event is not taken by the target"));
    assert_int_equal(number(world.to, "SELECT count(*) FROM event"), 2000);
    assert_true(unfinished(world.to));
    change(world.to, "DROP TRIGGER picky");
}

static void a_row_that_was_altered_meanwhile_is_found(void **state)
{
    static const char *const alterations[] = {"UPDATE casefile SET owner_person_id = 2001 WHERE id = 10002",
                                              "UPDATE casefile SET owner_person_id = NULL WHERE id = 10002",
                                              "UPDATE casefile SET unit_id = 1000 WHERE id = 10001",
                                              "UPDATE casefile SET raised_at = 2, changed_at = 2 WHERE id = 10001; "
                                              "UPDATE casefile SET raised_at = 1 WHERE id = 10002"};
    (void)state;
    cut_off();
    for (size_t i = 0; i < COUNT_OF(alterations); i++) {
        change(world.to, alterations[i]);
        assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_CONFLICT);
        assert_non_null(
            strstr(why.text, "table casefile differs: 4500 rows in the source, 4500 in the target, and not the same"));
        assert_true(unfinished(world.to));
        change(world.to, "UPDATE casefile SET owner_person_id = 2000, raised_at = 2, changed_at = 2 WHERE id = 10002;"
                         "UPDATE casefile SET unit_id = 1001, raised_at = 1, changed_at = 1 WHERE id = 10001");
    }
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_OK);
    assert_copied();
}

static void a_source_that_was_changed_meanwhile_is_found(void **state)
{
    (void)state;
    cut_off();
    store_close(world.from);
    world.from = opened(world.from_path, false);
    change(world.from, "INSERT INTO person (id, login, name, created_at) VALUES (1, 'new', '', 0)");
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_CONFLICT);
    assert_non_null(strstr(why.text, "table person differs: 3 rows in the source, 2 in the target"));
}

static void only_an_empty_target_or_the_same_source_will_do(void **state)
{
    (void)state;
    change(world.to, "INSERT INTO holiday (id, on_on, working, name_en, name_zh) VALUES (1, 1, 0, 'a', 'b')");
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_CONFLICT);
    assert_non_null(strstr(why.text, "rows in table holiday"));
    change(world.to, "DELETE FROM holiday; INSERT INTO setting (name, value) VALUES ('copy.source', '7')");
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_CONFLICT);
    assert_non_null(strstr(why.text, "another source"));
    assert_int_equal(store_copy(world.to, world.to, &watch, &why), ST_CONFLICT);
    assert_non_null(strstr(why.text, "itself a copy"));
    change(world.to, "DELETE FROM setting");
    assert_int_equal(store_copy(world.to, world.to, &watch, &why), ST_NOT_FOUND);
    assert_int_equal(number(world.to, "SELECT count(*) FROM unit"), 0);
}

static void a_row_that_is_refused_is_named(void **state)
{
    (void)state;
    cut_off();
    assert_int_equal(store_copy(world.from, world.to, &watch, &why), ST_OK);
    assert_int_equal(world.events, 2500); /* behind those that were there */
    assert_copied();
}

static int install(void **state)
{
    (void)state;
    fault_vfs_install();
    return 0;
}

static int removed(void **state)
{
    (void)state;
    fault_vfs_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_copy_has_every_row_as_it_was, make, end),
        cmocka_unit_test_setup_teardown(a_copy_cut_off_at_any_write_goes_on, make, end),
        cmocka_unit_test_setup_teardown(a_row_that_was_altered_meanwhile_is_found, make, end),
        cmocka_unit_test_setup_teardown(a_source_that_was_changed_meanwhile_is_found, make, end),
        cmocka_unit_test_setup_teardown(only_an_empty_target_or_the_same_source_will_do, make, end),
        cmocka_unit_test_setup_teardown(a_row_that_is_refused_is_named, make, end),
    };
    return cmocka_run_group_tests_name("P35: a whole installation moves", tests, install, removed);
}
