/* file_test: what a store does with its file: opening, refusing, migrating, copying, putting back.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/server_world.h"
#include "store/small_world.h"

/* Files */

static void beside(const struct world *w, const char *suffix, char out[192])
{
    must(snprintf(out, 192, "%s%s", w->path, suffix) < 192);
}

static str bytes_of(struct world *w, const char *path)
{
    struct buf b;
    char piece[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    buf_init(&b, w->mem, 0, (size_t)512 * 1024);
    if (f == NULL) return (str){NULL, 0};
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add_bytes(&b, piece, n);
    (void)fclose(f);
    return buf_str(&b);
}

static void put_bytes(const char *path, str bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
}

static bool exists(const char *path, const char *suffix)
{
    char name[256];
    struct stat st;
    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    return stat(name, &st) == 0;
}

/* The file and its log, as they lie on the disk now, under the name FILE.copy. */
static void copy_as_after_a_crash(struct world *w)
{
    static const char *const suffixes[][2] = {{"", ".copy"}, {"-wal", ".copy-wal"}};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char from[192], to[192];
        beside(w, suffixes[i][0], from);
        beside(w, suffixes[i][1], to);
        put_bytes(to, bytes_of(w, from));
    }
}

/* Opening */

static void a_new_database_can_be_opened_again(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct stat st;
    assert_int_equal(store_schema_version(w->store), 2);
    assert_int_equal(add_now(w->db, "a"), ST_OK);
    world_close(w);
    assert_false(exists(w->path, "-wal"));
    assert_false(exists(w->path, ".part"));
    assert_int_equal(stat(w->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(world_open(w, &setup, false), ST_OK);
    assert_int_equal(units(w->db), 2);
}

static void a_missing_database_is_not_made_unasked(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    world_close(w);
    assert_int_equal(unlink(w->path), 0);
    assert_int_equal(world_open(w, &setup, false), ST_NOT_FOUND);
    assert_non_null(strstr(why.text, "there is no database at"));
    assert_false(exists(w->path, ""));
}

static void a_second_server_is_told_who_holds_the_folder(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct world other = *w;
    char pid[32];
    assert_int_equal(world_open(&other, &setup, true), ST_BUSY);
    (void)snprintf(pid, sizeof pid, "(process %ld)", (long)getpid());
    assert_non_null(strstr(why.text, pid));
    assert_int_equal(add_now(w->db, "still"), ST_OK);
}

static void refused_untouched(struct world *w, str bytes, enum status expected, const char *words)
{
    struct store_setup setup = setup_of(2);
    put_bytes(w->path, bytes);
    assert_int_equal(world_open(w, &setup, false), expected);
    if (strstr(why.text, words) == NULL) fail_msg("%s", why.text);
    assert_true(str_eq(bytes_of(w, w->path), bytes));
    assert_false(exists(w->path, "-wal"));
    assert_false(exists(w->path, "-journal"));
}

static void a_file_that_is_not_ours_stays_as_it_is(void **state)
{
    struct world *w = *state;
    world_close(w);
    str whole = bytes_of(w, w->path);
    char *other = str_z(w->mem, whole);
    memcpy(other + 68, "ELSE", 4);
    char *newer = str_z(w->mem, whole);
    newer[63] = 9;
    char *torn = str_z(w->mem, whole);
    memset(torn, 'x', 16);
    char *schema = str_z(w->mem, whole);
    memset(schema + 100, 0xEE, 400);
    refused_untouched(
        w,
        STR("no database at all, just some words that go on and on and on, for more than a hundred bytes altogether"),
        ST_INVALID, "is not a database");
    refused_untouched(w, STR("short"), ST_INVALID, "is not a database");
    refused_untouched(w, STR(""), ST_INVALID, "is empty");
    refused_untouched(w, (str){other, whole.n}, ST_INVALID, "another program");
    refused_untouched(w, (str){newer, whole.n}, ST_CONFLICT,
                      "newer than this program (schema 9, this program knows 2)");
    refused_untouched(w, (str){torn, whole.n}, ST_INVALID, "first page is damaged");
    refused_untouched(w, (str){schema, whole.n}, ST_INVALID, "malformed");
    refused_untouched(w, str_sub(whole, 0, whole.n - 4096), ST_INVALID, "cut short");
}

static void a_newer_version_still_in_the_log_is_seen(void **state)
{
    struct world *w = *state;
    struct store_setup three = setup_of(3);
    struct store_setup two = setup_of(2);
    world_close(w);
    assert_int_equal(world_open(w, &three, false), ST_OK);
    struct world copy = *w;
    copy_as_after_a_crash(w);
    world_close(w);
    beside(w, ".copy", copy.path);
    str before = bytes_of(w, copy.path);
    assert_int_equal(before.p[63], 2); /* the header alone would mislead */
    assert_int_equal(world_open(&copy, &two, false), ST_CONFLICT);
    assert_non_null(strstr(why.text, "(schema 3, this program knows 2)"));
    assert_true(str_eq(bytes_of(w, copy.path), before));
}

static void an_older_database_is_copied_then_migrated(void **state)
{
    struct world *w = *state;
    struct store_setup three = setup_of(3);
    struct world old = *w;
    assert_int_equal(add_now(w->db, "kept"), ST_OK);
    world_close(w);
    assert_int_equal(world_open(w, &three, false), ST_OK);
    assert_int_equal(store_schema_version(w->store), 3);
    assert_int_equal(q_unit_flag(w->db), 7);
    world_close(w);
    struct store_setup two = setup_of(2);
    beside(w, ".before-3", old.path);
    struct store_options o = {.path = old.path, .read_only = true};
    assert_int_equal(store_open_with(&o, &two, &old.store, &why), ST_OK);
    assert_int_equal(db_open(old.store, &old.db), ST_OK);
    assert_int_equal(units(old.db), 2);
    world_close(&old);
    o.path = w->path;
    assert_int_equal(store_open_with(&o, &two, &old.store, &why), ST_CONFLICT);
}

static void a_migration_that_fails_is_undone_and_can_go_on_later(void **state)
{
    struct world *w = *state;
    struct store_setup one = setup_of(1);
    struct store_setup broken = setup_broken(3);
    struct store_setup fixed = setup_broken(2);
    world_close(w);
    assert_int_equal(unlink(w->path), 0);
    assert_int_equal(world_open(w, &broken, true), ST_IO); /* new: nothing is left */
    assert_false(exists(w->path, ""));
    assert_int_equal(world_open(w, &one, true), ST_OK);
    world_close(w);
    assert_int_equal(world_open(w, &broken, false), ST_IO);
    assert_non_null(strstr(why.text, "003_wrong"));
    assert_int_equal(world_open(w, &fixed, false), ST_OK); /* the second step had its own transaction */
    assert_int_equal(store_schema_version(w->store), 2);
    assert_true(exists(w->path, ".before-2"));
}

static void an_answered_write_is_in_the_files(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct world copy = *w;
    assert_int_equal(add_now(w->db, "durable"), ST_OK);
    copy_as_after_a_crash(w);
    beside(w, ".copy", copy.path);
    world_close(w);
    assert_int_equal(world_open(&copy, &setup, false), ST_OK);
    assert_int_equal(q_unit_size(copy.db, "durable"), 0);
    world_close(&copy);
}

/* Copies */

static void a_copy_is_whole_while_writes_go_on(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct worker k = {w->store, 1, 300, 0};
    struct world copy = *w;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, worker_main, &k), 0);
    beside(w, ".bak", copy.path);
    for (int i = 0; i < 5; i++) assert_int_equal(store_backup(w->store, copy.path, &why), ST_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(k.wrong, 0);
    assert_false(exists(copy.path, ".part"));
    struct store_options o = {.path = copy.path, .read_only = true};
    assert_int_equal(store_open_with(&o, &setup, &copy.store, &why), ST_OK);
    assert_int_equal(db_open(copy.store, &copy.db), ST_OK);
    str report;
    assert_int_equal(store_check(copy.db, w->mem, &report), ST_OK);
    assert_int_equal(report.n, 0);
    assert_true(units(copy.db) <= units(w->db));
    assert_int_equal(add_now(copy.db, "no"), ST_IO);
    world_close(&copy);
    assert_int_equal(store_backup(w->store, "/nonexistent/x", &why), ST_IO);
    assert_non_null(strstr(why.text, "cannot make /nonexistent/x.part"));
}

static void a_copy_can_be_put_back_and_the_old_file_is_kept(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    char copy[192];
    beside(w, ".bak", copy);
    assert_int_equal(add_now(w->db, "saved"), ST_OK);
    assert_int_equal(store_backup(w->store, copy, &why), ST_OK);
    assert_int_equal(add_now(w->db, "later"), ST_OK);
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_BUSY);
    assert_int_equal(units(w->db), 3);
    world_close(w);
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_OK);
    assert_true(exists(w->path, ".before-restore"));
    assert_int_equal(world_open(w, &setup, false), ST_OK);
    assert_int_equal(units(w->db), 2);
    assert_int_equal(q_unit_size(w->db, "later"), -1);
}

static void a_damaged_copy_is_refused_and_the_old_file_stays(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    char copy[192];
    beside(w, ".bak", copy);
    assert_int_equal(store_backup(w->store, copy, &why), ST_OK);
    world_close(w);
    str old = bytes_of(w, w->path);
    char *bad = str_z(w->mem, bytes_of(w, copy));
    size_t n = bytes_of(w, copy).n;
    memset(bad + 4096, 0x5A, 4096); /* the second page */
    put_bytes(copy, (str){bad, n});
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_INVALID);
    assert_non_null(strstr(why.text, "is damaged"));
    assert_true(str_eq(bytes_of(w, w->path), old));
    assert_false(exists(w->path, ".part"));
    put_bytes(copy, STR("no database"));
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_INVALID);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, world_make, world_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_new_database_can_be_opened_again),
        IN_WORLD(a_missing_database_is_not_made_unasked),
        IN_WORLD(a_second_server_is_told_who_holds_the_folder),
        IN_WORLD(a_file_that_is_not_ours_stays_as_it_is),
        IN_WORLD(a_newer_version_still_in_the_log_is_seen),
        IN_WORLD(an_older_database_is_copied_then_migrated),
        IN_WORLD(a_migration_that_fails_is_undone_and_can_go_on_later),
        IN_WORLD(an_answered_write_is_in_the_files),
        IN_WORLD(a_copy_is_whole_while_writes_go_on),
        IN_WORLD(a_copy_can_be_put_back_and_the_old_file_is_kept),
        IN_WORLD(a_damaged_copy_is_refused_and_the_old_file_stays),
    };
    if (server_world_skips("these tests are about the file")) return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
