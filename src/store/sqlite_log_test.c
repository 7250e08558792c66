/* sqlite_log_test: what is held of the log is never written after its transaction was undone.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "store/small_world.h"

#define TEXT  ((size_t)60 * 1024)
#define UNIT  777
#define MOVED ((off_t)16 * 1024 * 1024)
#define NOTES 300 /* more than a connection holds of the file: pages go to the log before the commit */

static void add_notes(struct db *db, int n, size_t size, char letter)
{
    struct arena *mem = arena_new((size_t)1024 * 1024, NULL);
    char *p = NEWN(mem, char, TEXT);
    str back;
    memset(p, letter, size);
    for (int i = 0; i < n; i++) {
        struct arena *each = arena_new(TEXT * 2, NULL);
        assert_int_equal(q_add_note(db, each, UNIT, (str){p, size}, &back), ST_OK);
        arena_free(each);
    }
    arena_free(mem);
}

static void begin(struct db *db)
{
    assert_int_equal(db_batch_begin(db), ST_OK);
    assert_int_equal(q_add_unit(db, UNIT, STR("of notes"), 1), ST_OK);
}

static void is_sound(struct world *w, int64_t n_units)
{
    struct db *other;
    str report;
    assert_int_equal(db_open(w->store, &other), ST_OK);
    assert_int_equal(store_check(other, w->mem, &report), ST_OK);
    if (report.n > 0) fail_msg("%.*s", STR_ARG(report));
    assert_int_equal(units(other), n_units);
    db_close(other);
}

/* The pages of the undone batch and those of the one after it have the same places in the log, and are shaped otherwise. */
static void what_was_undone_is_not_written_over_later_commits(void **state)
{
    struct world *w = *state;
    struct db *other, *reader; /* which keeps the log from being moved into the file */
    if (w->url != NULL) return;
    int64_t before = units(w->db);
    assert_int_equal(db_open(w->store, &reader), ST_OK);
    assert_int_equal(db_snapshot_begin(reader), ST_OK);
    assert_int_equal(units(reader), before);
    begin(w->db);
    add_notes(w->db, NOTES, TEXT, 'a');
    db_batch_rollback(w->db);
    assert_int_equal(db_open(w->store, &other), ST_OK);
    begin(other);
    add_notes(other, NOTES * 8, TEXT / 8, 'b');
    assert_int_equal(db_batch_commit(other), ST_OK);
    db_close(other);
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    add_notes(w->db, 1, TEXT, 'c');
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    is_sound(w, before + 1);
    db_snapshot_end(reader);
    db_close(reader);
    world_close(w);
    struct store_setup setup = setup_of(2);
    assert_int_equal(world_open(w, &setup, false), ST_OK);
    is_sound(w, before + 1);
}

static void a_batch_larger_than_memory_is_read_back_whole(void **state)
{
    struct world *w = *state;
    int64_t before = units(w->db);
    begin(w->db);
    add_notes(w->db, NOTES, TEXT, 'c');
    assert_int_equal(units(w->db), before + 1);
    add_notes(w->db, NOTES, TEXT, 'd');
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    is_sound(w, before + 1);
}

static enum status run_notes(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    add_notes(db, 10, TEXT, 'e');
    return ST_OK;
}

/* 120 MB by commands, each a commit: what they wrote comes into the file without anybody waiting for it. */
static void the_log_is_moved_while_commits_go_on(void **state)
{
    struct world *w = *state;
    struct stat file = {0};
    if (w->url != NULL) return;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(q_add_unit(w->db, UNIT, STR("of notes"), 1), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    for (int i = 0; i < 200; i++) assert_int_equal(db_write(w->db, run_notes, NULL), ST_OK);
    for (int64_t until = time_monotonic_ns() + INT64_C(20000000000);
         time_monotonic_ns() < until && file.st_size < MOVED;)
        assert_int_equal(stat(w->path, &file), 0);
    assert_true(file.st_size >= MOVED);
    is_sound(w, units(w->db));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_undone_is_not_written_over_later_commits, world_make, world_free),
        cmocka_unit_test_setup_teardown(a_batch_larger_than_memory_is_read_back_whole, world_make, world_free),
        cmocka_unit_test_setup_teardown(the_log_is_moved_while_commits_go_on, world_make, world_free),
    };
    return cmocka_run_group_tests_name("sqlite_log", tests, NULL, NULL);
}
