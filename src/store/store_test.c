/* store_test: the door to the database, from outside, over a small schema of its own.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/server_world.h"
#include "store/small_world.h"

/* Writing */

static void each_outcome_of_a_write_has_its_status(void **state)
{
    struct world *w = *state;
    struct add bad = adding("negative");
    bad.size = -1;
    assert_int_equal(add_now(w->db, "one"), ST_OK);
    assert_int_equal(add_now(w->db, "one"), ST_CONFLICT);
    assert_int_equal(db_write(w->db, command_add, &bad), ST_INVALID);
    struct add said = adding("said");
    said.leaves = ST_FORBIDDEN;
    assert_int_equal(db_write(w->db, command_add, &said), ST_FORBIDDEN);
    assert_int_equal(units(w->db), 2);
}

static enum status command_note(struct db *db, struct arena *mem, void *arg)
{
    str back;
    int64_t *unit = arg;
    TRY(q_add_note(db, mem, *unit, STR(""), &back));
    must(back.p != NULL && back.n == 0);
    TRY(q_add_note(db, mem, *unit, (str){NULL, 0}, &back));
    must(back.p == NULL);
    instant at = db_now(db);
    for (int i = 0; i < 1000000; i++) must(db_now(db).ms == at.ms);
    return ST_OK;
}

static void a_reference_must_lead_somewhere(void **state)
{
    struct world *w = *state;
    int64_t there = 1000;
    int64_t nowhere = 1001;
    assert_int_equal(db_write(w->db, command_note, &there), ST_OK);
    assert_int_equal(db_write(w->db, command_note, &nowhere), ST_CONFLICT);
}

static void exhaustion_undoes_one_command_and_the_next_goes_on(void **state)
{
    struct world *w = *state;
    struct add full = adding("full");
    full.exhausts = true;
    assert_int_equal(db_write(w->db, command_add, &full), ST_BUSY);
    assert_int_equal(add_now(w->db, "after"), ST_OK);
    assert_int_equal(units(w->db), 2);
}

static void a_change_outside_the_door_is_refused(void **state)
{
    struct world *w = *state;
    assert_int_equal(q_add_unit(w->db, 1, STR("sneaky"), 0), ST_IO);
    assert_int_equal(units(w->db), 1);
}

static void one_failing_command_leaves_the_others_of_its_batch(void **state)
{
    struct world *w = *state;
    enum { THREADS = 24, ROUNDS = 12 };
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){w->store, i, ROUNDS, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, worker_main, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
    struct store_counts c;
    store_counts(w->store, &c);
    assert_int_equal(units(w->db), 1 + THREADS * ROUNDS / 3);
    assert_int_equal(c.commands, THREADS * ROUNDS);
    assert_true(c.batches < c.commands); /* commits were shared */
    assert_int_equal(c.waiting, 0);
    if (w->url == NULL) assert_true(c.wal_bytes > 0 && c.file_bytes > 0);
}

static void a_full_queue_answers_busy(void **state)
{
    struct world *w = *state;
    (void)pthread_mutex_lock(&w->store->queue.lock);
    w->store->queue.waiting += STORE_QUEUE;
    (void)pthread_mutex_unlock(&w->store->queue.lock);
    assert_int_equal(add_now(w->db, "late"), ST_BUSY);
    (void)pthread_mutex_lock(&w->store->queue.lock);
    w->store->queue.waiting -= STORE_QUEUE;
    (void)pthread_mutex_unlock(&w->store->queue.lock);
    assert_int_equal(add_now(w->db, "late"), ST_OK);
}

static enum status command_parts(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    TRY(q_add_unit(db, db_new_id(db), STR("outer"), 0));
    TRY(db_savepoint(db));
    TRY(q_add_unit(db, db_new_id(db), STR("kept"), 0));
    TRY(db_savepoint(db));
    TRY(q_add_unit(db, db_new_id(db), STR("undone"), 0));
    db_savepoint_undo(db);
    return db_savepoint_release(db);
}

static void a_part_of_a_command_can_be_undone(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_write(w->db, command_parts, NULL), ST_OK);
    assert_int_equal(q_unit_size(w->db, "kept"), 0);
    assert_int_equal(q_unit_size(w->db, "undone"), -1);
    assert_int_equal(units(w->db), 3);
}

/* Batches */

static void a_batch_is_kept_or_dropped_whole(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int i = 0; i < 500; i++) {
        char code[16];
        (void)snprintf(code, sizeof code, "b%d", i);
        assert_int_equal(q_add_unit(w->db, db_new_id(w->db), str_from(code), 0), ST_OK);
    }
    assert_int_equal(add_now(w->db, "b0"), ST_CONFLICT); /* the same commands work inside, each with its savepoint */
    assert_int_equal(add_now(w->db, "inside"), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_int_equal(units(w->db), 502);
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(add_now(w->db, "dropped"), ST_OK);
    db_batch_rollback(w->db);
    assert_int_equal(units(w->db), 502);
    assert_int_equal(q_add_unit(w->db, 1, STR("again outside"), 0), ST_IO);
}

static void the_writer_waits_for_a_batch(void **state)
{
    struct world *w = *state;
    struct worker k = {w->store, 0, 1, 1};
    pthread_t thread;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(q_add_unit(w->db, 5, STR("batch"), 0), ST_OK);
    assert_int_equal(pthread_create(&thread, NULL, write_meanwhile, &k), 0);
    (void)usleep(50000);
    assert_int_equal(q_unit_size(w->db, "meanwhile"), -1);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(k.wrong, 0);
    assert_int_equal(units(w->db), 3);
}

/* Reading */

static void a_snapshot_is_one_moment(void **state)
{
    struct world *w = *state;
    struct worker k = {w->store, 0, 1, 1};
    pthread_t thread;
    assert_int_equal(db_snapshot_begin(w->db), ST_OK);
    assert_int_equal(pthread_create(&thread, NULL, write_meanwhile, &k), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(k.wrong, 0);
    assert_int_equal(units(w->db), 1);
    db_snapshot_end(w->db);
    assert_int_equal(units(w->db), 2);
}

static void exhaustion_while_reading_ends_the_statement(void **state)
{
    struct world *w = *state;
    jmp_buf full;
    struct arena *small = arena_new((size_t)64 * 1024, &full);
    struct stmt *s;
    struct stmt_rows rows = {0};
    if (setjmp(full) == 0) {
        assert_int_equal(open_units(w->db, &s), ST_OK);
        while (stmt_step(s) == ST_OK) {
            for (;;) (void)stmt_row(s, small, &rows, 512);
        }
        fail();
    }
    assert_false(engine_in_transaction(w->db->engine));
    if (setjmp(full) == 0) { /* a callback of :each leaves: the guard ends it when the arena is reset */
        arena_reset(small);
        assert_int_equal(open_units(w->db, &s), ST_OK);
        stmt_guard(s, small);
        assert_int_equal(stmt_step(s), ST_OK);
        (void)!arena_alloc(small, SIZE_MAX / 8, 1, 1);
    }
    arena_reset(small);
    assert_int_equal(open_units(w->db, &s), ST_OK);
    assert_int_equal(stmt_end(s, ST_OK), ST_OK);
    arena_free(small);
}

static void keys_grow_and_begin_after_the_greatest(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    int64_t far = INT64_C(4000000000000000000);
    int64_t last = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t id = db_new_id(w->db);
        assert_true(id > last);
        last = id;
    }
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(q_add_unit(w->db, far, STR("far"), 0), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    world_close(w);
    assert_int_equal(world_open(w, &setup, false), ST_OK);
    assert_true(db_new_id(w->db) > far);
}

/* In memory, and the program's own statements */

static void a_memory_store_behaves_alike(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(3);
    struct clock still = {.frozen = true, .fixed = {INT64_C(1800000000000)}};
    struct store_options o = {.in_memory = true, .node = 3, .clock = &still};
    struct store *store;
    struct db *db;
    assert_int_equal(store_open_with(&o, &setup, &store, &why), ST_OK);
    assert_int_equal(db_open(store, &db), ST_OK);
    assert_int_equal(db_now(db).ms, still.fixed.ms);
    assert_int_equal(add_now(db, "a"), ST_OK);
    assert_int_equal(add_now(db, "a"), ST_CONFLICT);
    struct add full = adding("full");
    full.exhausts = true;
    assert_int_equal(db_write(db, command_add, &full), ST_BUSY);
    assert_int_equal(db_write(db, command_parts, NULL), ST_OK);
    assert_int_equal(q_add_unit(db, 1, STR("sneaky"), 0), ST_IO);
    assert_int_equal(units(db), 4);
    assert_int_equal(db_snapshot_begin(db), ST_OK);
    assert_int_equal(units(db), 4);
    assert_int_equal(add_now(db, "within a snapshot"), ST_OK);
    db_snapshot_end(db);
    assert_int_equal(db_batch_begin(db), ST_OK);
    assert_int_equal(q_add_unit(db, 2, STR("batch"), 0), ST_OK);
    assert_int_equal(db_batch_commit(db), ST_OK);
    assert_int_equal(units(db), 6);
    char copy[192];
    (void)snprintf(copy, sizeof copy, "%s/luoshi.db.bak", w->folder);
    assert_int_equal(store_backup(store, copy, &why), ST_OK);
    db_close(db);
    store_close(store);
}

static enum status command_prepare_all(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    for (int i = 0; i < stmt_all_count; i++) {
        struct stmt *s;
        must(stmt_all[i]->number == i);
        if (stmt_open(db, stmt_all[i], &s) != ST_OK)
            fail_msg("%s:%d %s", stmt_all[i]->file, stmt_all[i]->line, stmt_all[i]->name);
        TRY(stmt_end(s, ST_NOT_FOUND) == ST_NOT_FOUND ? ST_OK : ST_IO);
    }
    return ST_OK;
}

static void every_statement_fits_the_schema(void **state)
{
    struct store_options o = {.in_memory = true};
    struct store *store;
    struct db *db;
    (void)state;
    assert_int_equal(store_open(&o, &store, &why), ST_OK);
    assert_int_equal(db_open(store, &db), ST_OK);
    assert_int_equal(db_write(db, command_prepare_all, NULL), ST_OK);
    db_close(db);
    store_close(store);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, world_make, world_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(each_outcome_of_a_write_has_its_status),
        IN_WORLD(a_reference_must_lead_somewhere),
        IN_WORLD(exhaustion_undoes_one_command_and_the_next_goes_on),
        IN_WORLD(a_change_outside_the_door_is_refused),
        IN_WORLD(one_failing_command_leaves_the_others_of_its_batch),
        IN_WORLD(a_full_queue_answers_busy),
        IN_WORLD(a_part_of_a_command_can_be_undone),
        IN_WORLD(a_batch_is_kept_or_dropped_whole),
        IN_WORLD(the_writer_waits_for_a_batch),
        IN_WORLD(a_snapshot_is_one_moment),
        IN_WORLD(exhaustion_while_reading_ends_the_statement),
        IN_WORLD(keys_grow_and_begin_after_the_greatest),
        IN_WORLD(a_memory_store_behaves_alike),
        cmocka_unit_test(every_statement_fits_the_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
