/* server_test: what a store does with a database on a server and no file can: others that disturb, connections that are lost, several nodes.
 * Requirement rows: P35 (runs on PostgreSQL), N06, N15 (several nodes).
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/server_world.h"
#include "store/small_world.h"

#define SECOND_NS INT64_C(1000000000)

static struct raw *raw; /* the second connection of the test that runs */

static int make(void **state)
{
    int rc = world_make(state);
    struct world *w = *state;
    raw = raw_open(w->url);
    return rc;
}

static int unmake(void **state)
{
    raw_close(raw);
    return world_free(state);
}

static enum status open_as(const struct world *w, const struct store_options *how, int n_steps, struct store **out)
{
    struct store_options o = *how;
    struct store_setup setup = setup_of(n_steps);
    o.url = w->url;
    return store_open_with(&o, &setup, out, &why);
}

/* Opening */

static void p35_an_empty_database_is_not_filled_unasked(void **state)
{
    struct world other = {.url = server_world_url()};
    struct store_setup setup = setup_of(2);
    struct raw *r = raw_open(other.url);
    (void)state;
    assert_int_equal(world_open(&other, &setup, false), ST_NOT_FOUND);
    assert_non_null(strstr(why.text, "luoshi init"));
    assert_int_equal(raw_sql(r, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"),
                     0);
    (void)raw_sql(r, "CREATE TABLE theirs (n int)");
    assert_int_equal(world_open(&other, &setup, true), ST_INVALID);
    assert_non_null(strstr(why.text, "another program"));
    raw_close(r);
}

static void p35_a_newer_or_older_database_is_refused_as_it_is(void **state)
{
    struct world *w = *state;
    struct store *store;
    world_close(w);
    assert_int_equal(open_as(w, &(struct store_options){.create = true}, 1, &store), ST_CONFLICT);
    assert_non_null(strstr(why.text, "newer than this program (schema 2, this program knows 1)"));
    assert_int_equal(open_as(w, &(struct store_options){.beside = true}, 3, &store), ST_CONFLICT);
    assert_non_null(strstr(why.text, "serve it once"));
    assert_int_equal(open_as(w, &(struct store_options){.read_only = true}, 3, &store), ST_CONFLICT);
    assert_int_equal(raw_sql(raw, "SELECT version FROM schema_version"), 2);
    assert_int_equal(open_as(w, &(struct store_options){0}, 3, &store), ST_OK);
    assert_int_equal(store_schema_version(store), 3);
    store_close(store);
}

static void p35_a_migration_that_fails_leaves_nothing(void **state)
{
    struct world *w = *state;
    struct world other = {.url = server_world_url()};
    struct store_setup broken = setup_broken(3), fixed = setup_broken(2);
    struct raw *r = raw_open(other.url);
    (void)w;
    assert_int_equal(world_open(&other, &broken, true), ST_IO);
    assert_non_null(strstr(why.text, "003_wrong"));
    assert_int_equal(raw_sql(r, "SELECT version FROM schema_version"), 2); /* each step has its own transaction */
    assert_int_equal(
        raw_sql(
            r,
            "SELECT count(*) FROM pg_class WHERE relname = 'half' AND relnamespace = current_schema()::regnamespace"),
        0);
    assert_int_equal(world_open(&other, &fixed, false), ST_OK);
    world_close(&other);
    raw_close(r);
}

struct opener {
    const char *url;
    struct store *store;
    enum status st;
};

static void *open_one(void *arg)
{
    struct opener *o = arg;
    struct store_setup setup = setup_of(3);
    struct store_error unheard;
    o->st = store_open_with(&(struct store_options){.url = o->url, .create = true}, &setup, &o->store, &unheard);
    return NULL;
}

static void p35_of_many_nodes_that_start_at_once_one_migrates(void **state)
{
    enum { NODES = 6 };
    const char *url = server_world_url();
    struct opener nodes[NODES];
    pthread_t threads[NODES];
    (void)state;
    for (int i = 0; i < NODES; i++) {
        nodes[i] = (struct opener){.url = url};
        assert_int_equal(pthread_create(&threads[i], NULL, open_one, &nodes[i]), 0);
    }
    for (int i = 0; i < NODES; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(nodes[i].st, ST_OK);
        for (int k = 0; k < i; k++) assert_int_not_equal(store_node(nodes[i].store), store_node(nodes[k].store));
    }
    struct raw *r = raw_open(url);
    assert_int_equal(raw_sql(r, "SELECT count(*) FROM unit"), 1); /* the row that a migration brings came once */
    for (int i = 0; i < NODES; i++) store_close(nodes[i].store);
    raw_close(r);
}

/* Statements sent ahead */

struct steps {
    const char *codes[4]; /* units to add */
    bool counted;         /* asks how many rows each insert changed */
    bool ignores;         /* goes on when one is refused */
    enum status heard[4];
    int runs;
};

static enum status command_steps(struct db *db, struct arena *mem, void *arg)
{
    struct steps *s = arg;
    (void)mem;
    s->runs++;
    for (int i = 0; i < 4 && s->codes[i] != NULL; i++) {
        int64_t size = strcmp(s->codes[i], "negative") == 0 ? -1 : 0;
        s->heard[i] = s->counted ? q_add_unit_counted(db, db_new_id(db), str_from(s->codes[i]), size)
                                 : q_add_unit(db, db_new_id(db), str_from(s->codes[i]), size);
        if (s->heard[i] != ST_OK && !s->ignores) return s->heard[i];
    }
    return ST_OK;
}

static void p35_a_statement_that_was_sent_ahead_reports_its_own_failure(void **state)
{
    struct world *w = *state;
    struct steps twice = {.codes = {"a", "first", "b"}};
    assert_int_equal(db_write(w->db, command_steps, &twice), ST_CONFLICT);
    assert_int_equal(twice.heard[0], ST_OK);
    assert_int_equal(twice.heard[1], ST_CONFLICT);
    assert_int_equal(units(w->db), 1);
    struct steps wrong = {.codes = {"a", "negative", "b"}, .counted = true};
    assert_int_equal(db_write(w->db, command_steps, &wrong), ST_INVALID);
    assert_int_equal(units(w->db), 1);
    struct steps right = {.codes = {"a", "b", "c", "d"}};
    assert_int_equal(db_write(w->db, command_steps, &right), ST_OK);
    assert_int_equal(right.runs, 1);
    assert_int_equal(units(w->db), 5);
}

static void p35_a_command_may_go_on_after_a_refused_statement(void **state)
{
    struct world *w = *state;
    for (int counted = 0; counted < 2; counted++) {
        struct steps s = {.codes = {counted ? "a" : "b", "first", "negative", counted ? "c" : "d"},
                          .ignores = true,
                          .counted = counted == 1};
        assert_int_equal(db_write(w->db, command_steps, &s), ST_OK);
        assert_int_equal(s.heard[1], ST_CONFLICT);
        assert_int_equal(s.heard[2], ST_INVALID);
        assert_int_equal(s.heard[3], ST_OK);
    }
    assert_int_equal(units(w->db), 5);
}

static enum status command_many(struct db *db, struct arena *mem, void *arg)
{
    char code[16];
    (void)mem;
    for (int i = 0; i < 2000; i++) {
        (void)snprintf(code, sizeof code, "m%d", i);
        TRY(q_add_unit(db, db_new_id(db), str_from(code), 0));
    }
    return *(enum status *)arg;
}

static void p35_any_number_can_be_sent_ahead(void **state)
{
    struct world *w = *state;
    enum status st = ST_FORBIDDEN;
    assert_int_equal(db_write(w->db, command_many, &st), ST_FORBIDDEN);
    assert_int_equal(units(w->db), 1);
    st = ST_OK;
    assert_int_equal(db_write(w->db, command_many, &st), ST_OK);
    assert_int_equal(units(w->db), 2001);
}

static void p35_in_a_batch_a_part_can_fail_alone(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(q_add_unit(w->db, db_new_id(w->db), STR("a"), 0), ST_OK);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    (void)!q_add_unit(w->db, db_new_id(w->db), STR("b"), 0);
    (void)!q_add_unit(w->db, db_new_id(w->db), STR("first"), 0);
    assert_int_equal(db_savepoint_release(w->db), ST_CONFLICT);
    assert_int_equal(q_add_unit(w->db, db_new_id(w->db), STR("c"), 0), ST_OK);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    (void)!q_add_unit(w->db, db_new_id(w->db), STR("first"), 0);
    db_savepoint_undo(w->db);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_int_equal(units(w->db), 3);
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    (void)!q_add_unit(w->db, db_new_id(w->db), STR("d"), 0);
    (void)!q_add_unit(w->db, db_new_id(w->db), STR("first"), 0);
    assert_int_equal(db_batch_commit(w->db), ST_CONFLICT);
    assert_int_equal(units(w->db), 3);
    assert_int_equal(add_now(w->db, "after"), ST_OK);
}

static enum status add_up(void *ctx, int64_t id, str code)
{
    int64_t *n = ctx;
    must(id > 0 && code.n > 0);
    return ++*n == 1500 ? ST_FORBIDDEN : ST_OK;
}

static void p35_rows_are_read_one_by_one_and_a_reader_may_stop(void **state)
{
    struct world *w = *state;
    int64_t n = -100000;
    enum status st = ST_OK;
    assert_int_equal(db_write(w->db, command_many, &st), ST_OK);
    assert_int_equal(q_list_units(w->db, w->mem, add_up, &n), ST_OK);
    assert_int_equal(n, -100000 + 2001);
    n = 0;
    assert_int_equal(q_list_units(w->db, w->mem, add_up, &n), ST_FORBIDDEN);
    assert_int_equal(n, 1500);
    assert_int_equal(units(w->db), 2001);
}

/* Others in the database */

struct tries {
    int runs;
    struct raw *raw;
};

static enum status command_first(struct db *db, struct arena *mem, void *arg)
{
    struct tries *t = arg;
    (void)mem;
    t->runs++;
    return q_grow_unit(db, STR("first"), 1);
}

/* A trigger that refuses the first n changes as a server under load would. Sequences are not undone. */
static void refuse(const char *state, int n)
{
    (void)raw_sql(
        raw,
        "CREATE SEQUENCE tries; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF nextval('tries') <= %d THEN RAISE EXCEPTION 'not now' USING ERRCODE = '%s'; END IF; RETURN NEW; END $$; "
        "CREATE TRIGGER refuse BEFORE UPDATE ON unit FOR EACH ROW EXECUTE FUNCTION refuse()",
        n, state);
}

static void p35_a_serialization_failure_is_tried_again(void **state)
{
    struct world *w = *state;
    struct tries t = {0};
    refuse("40001", 2);
    assert_int_equal(db_write(w->db, command_first, &t), ST_OK);
    assert_int_equal(t.runs, 3);
    assert_int_equal(q_unit_size(w->db, "first"), 1);
}

static void p35_trying_again_has_a_bound(void **state)
{
    struct world *w = *state;
    struct tries t = {0};
    refuse("40P01", 1000000);
    assert_int_equal(db_write(w->db, command_first, &t), ST_BUSY);
    assert_true(t.runs >= 2 && t.runs <= 8);
    assert_int_equal(q_unit_size(w->db, "first"), 0);
    assert_int_equal(add_now(w->db, "others"), ST_OK);
}

/* Ours holds "mine" and wants "first"; theirs holds "first" and wants "mine": the server ends ours. */
static enum status command_deadlock(struct db *db, struct arena *mem, void *arg)
{
    struct tries *t = arg;
    (void)mem;
    if (t->runs > 0) assert_string_equal(raw_wait(t->raw), ""); /* ours was undone, so theirs comes to its end */
    TRY(q_grow_unit(db, STR("mine"), 1));
    (void)units(db); /* what was sent ahead is done by now */
    if (t->runs++ == 0) raw_send(t->raw, "UPDATE unit SET size = size + 100 WHERE code = 'mine'; COMMIT");
    return q_grow_unit(db, STR("first"), 1);
}

static void p35_a_deadlock_with_another_program_is_tried_again(void **state)
{
    struct world *w = *state;
    struct tries t = {.raw = raw};
    assert_int_equal(add_now(w->db, "mine"), ST_OK);
    (void)raw_sql(raw, "SET deadlock_timeout = '1h'"); /* it is ours that looks for deadlocks */
    (void)raw_sql(raw, "BEGIN; UPDATE unit SET size = size + 100 WHERE code = 'first'");
    assert_int_equal(db_write(w->db, command_deadlock, &t), ST_OK);
    assert_int_equal(t.runs, 2);
    assert_int_equal(q_unit_size(w->db, "mine"), 101);
    assert_int_equal(q_unit_size(w->db, "first"), 101);
}

static void p35_who_waits_too_long_for_a_lock_is_told_to_come_again(void **state)
{
    struct world *w = *state;
    struct store *store;
    struct db *db;
    assert_int_equal(open_as(w, &(struct store_options){.statement_ms = 300}, 2, &store), ST_OK);
    assert_int_equal(db_open(store, &db), ST_OK);
    assert_int_equal(db_batch_begin(w->db), ST_OK); /* another node changes for long */
    assert_int_equal(add_now(db, "waits"), ST_BUSY);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_int_equal(add_now(db, "waits"), ST_OK);
    (void)raw_sql(raw, "BEGIN; UPDATE unit SET size = size + 1 WHERE code = 'first'");
    struct tries t = {0};
    assert_int_equal(db_write(db, command_first, &t), ST_BUSY);
    (void)raw_sql(raw, "COMMIT");
    assert_int_equal(db_write(db, command_first, &t), ST_OK);
    assert_int_equal(q_unit_size(db, "first"), 2);
    db_close(db);
    store_close(store);
}

/* Lost connections */

/* Ends every session of ours but the second connection's; waits until they are gone. */
static void end_sessions(void)
{
    (void)raw_sql(raw, "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                       "WHERE application_name = 'luoshi' AND datname = current_database()");
}

static enum status command_cut(struct db *db, struct arena *mem, void *arg)
{
    struct tries *t = arg;
    (void)mem;
    TRY(q_add_unit(db, db_new_id(db), STR("cut"), 0));
    if (t->runs++ < 1 || t->raw != NULL) end_sessions();
    return q_add_unit(db, db_new_id(db), STR("cut too"), 0);
}

/* After the ears have the number again. */
static enum status add_soon(struct db *db, const char *code)
{
    int64_t until = time_monotonic_ns() + 10 * SECOND_NS;
    enum status st;
    while ((st = add_now(db, code)) == ST_BUSY && time_monotonic_ns() < until) (void)sched_yield();
    return st;
}

static void p35_a_connection_lost_in_a_command_leaves_nothing_half_done(void **state)
{
    struct world *w = *state;
    struct tries t = {0};
    enum status st = db_write(w->db, command_cut, &t); /* tried again, unless the node's number was still away */
    assert_true(st == ST_OK || st == ST_BUSY);
    assert_int_equal(units(w->db), st == ST_OK ? 3 : 1);
    assert_int_equal(add_soon(w->db, "after"), ST_OK);
    int64_t before = units(w->db);
    struct tries always = {.raw = raw};
    if (st == ST_OK) (void)raw_sql(raw, "DELETE FROM unit WHERE code LIKE 'cut%%'"), before = units(w->db);
    assert_int_equal(db_write(w->db, command_cut, &always), ST_BUSY);
    assert_int_equal(units(w->db), before);
    assert_int_equal(add_soon(w->db, "working again"), ST_OK);
}

static void p35_a_connection_lost_with_the_commit_is_not_tried_again(void **state)
{
    struct world *w = *state;
    struct tries t = {0};
    (void)raw_sql(raw, "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
                       "pg_terminate_backend(pg_backend_pid()); "
                       "PERFORM pg_sleep(10); RETURN NEW; END $$; "
                       "CREATE CONSTRAINT TRIGGER cut AFTER UPDATE ON unit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                       "EXECUTE FUNCTION cut()");
    assert_int_equal(db_write(w->db, command_first, &t), ST_BUSY);
    assert_int_equal(t.runs, 1); /* it might have been done */
    (void)raw_sql(raw, "DROP TRIGGER cut ON unit");
    assert_int_equal(db_write(w->db, command_first, &t), ST_OK);
    assert_int_equal(q_unit_size(w->db, "first"), 1);
}

static void p35_a_reader_asks_again_on_a_new_connection(void **state)
{
    struct world *w = *state;
    assert_int_equal(units(w->db), 1);
    end_sessions();
    assert_int_equal(units(w->db), 1);
    assert_int_equal(db_snapshot_begin(w->db), ST_OK);
    assert_int_equal(units(w->db), 1);
    end_sessions();
    struct stmt *s;
    enum status st = open_units(w->db, &s);
    if (st == ST_OK) st = stmt_end(s, stmt_step(s));
    assert_int_equal(st, ST_BUSY); /* its moment is gone: another would be another truth */
    assert_int_equal(open_units(w->db, &s), ST_BUSY);
    db_snapshot_end(w->db);
    assert_int_equal(units(w->db), 1);
    assert_int_equal(add_soon(w->db, "after"), ST_OK);
}

/* Several nodes */

static uint64_t epoch_after(struct db *db, uint64_t since)
{
    int64_t until = time_monotonic_ns() + 10 * SECOND_NS;
    while (db_epoch(db) <= since && time_monotonic_ns() < until) (void)sched_yield();
    return db_epoch(db);
}

static void p35_a_node_hears_of_the_commits_of_others(void **state)
{
    struct world *w = *state;
    struct store *store;
    struct db *db;
    assert_int_equal(open_as(w, &(struct store_options){0}, 2, &store), ST_OK);
    assert_int_equal(db_open(store, &db), ST_OK);
    uint64_t here = db_epoch(w->db), there = db_epoch(db);
    assert_true(here > 0 && there > 0);
    assert_int_equal(add_now(w->db, "a"), ST_OK);
    assert_true(db_epoch(w->db) > here); /* who wrote sees it at once */
    assert_true(epoch_after(db, there) > there);
    there = db_epoch(db);
    end_sessions(); /* deaf for a moment: then it cannot tell, and afterwards it counts that as a commit */
    int64_t until = time_monotonic_ns() + 10 * SECOND_NS;
    while (db_epoch(db) == there && time_monotonic_ns() < until) (void)sched_yield();
    assert_true(db_epoch(db) != there);
    assert_true(epoch_after(db, there) > there);
    db_close(db);
    store_close(store);
}

struct node_worker {
    struct store *store;
    int rounds;
    int wrong;
};

/* Reads, then writes what it read and one more: right only when nobody comes between. */
static enum status command_count(struct db *db, struct arena *mem, void *arg)
{
    struct add *a = arg;
    int64_t n = q_unit_size(db, "first");
    (void)mem;
    if (n < 0) return ST_IO;
    TRY(q_grow_unit(db, STR("first"), 1));
    a->size = n + 1;
    a->id = db_new_id(db);
    (void)snprintf(a->code, sizeof a->code, "no %lld", (long long)a->size);
    return q_add_unit(db, a->id, str_from(a->code), 0);
}

static void *count_on(void *arg)
{
    struct node_worker *k = arg;
    struct db *db;
    if (db_open(k->store, &db) != ST_OK) return NULL;
    for (int i = 0; i < k->rounds; i++) {
        struct add a = {0};
        if (db_write(db, command_count, &a) != ST_OK || q_unit_size(db, a.code) != 0) k->wrong++;
    }
    db_close(db);
    return NULL;
}

static void p35_nodes_that_write_at_once_lose_nothing_and_count_without_a_gap(void **state)
{
    enum { NODES = 3, THREADS = 8, ROUNDS = 15, ALL = NODES * THREADS * ROUNDS };
    struct world *w = *state;
    struct store *stores[NODES];
    pthread_t threads[NODES * THREADS];
    struct node_worker workers[NODES * THREADS];
    for (int i = 0; i < NODES; i++) assert_int_equal(open_as(w, &(struct store_options){0}, 2, &stores[i]), ST_OK);
    for (int i = 0; i < NODES * THREADS; i++) {
        workers[i] = (struct node_worker){stores[i % NODES], ROUNDS, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, count_on, &workers[i]), 0);
    }
    for (int i = 0; i < NODES * THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
    assert_int_equal(raw_sql(raw, "SELECT size FROM unit WHERE code = 'first'"), ALL);
    assert_int_equal(raw_sql(raw, "SELECT count(DISTINCT id) FROM unit WHERE code LIKE 'no %%'"), ALL);
    assert_int_equal(raw_sql(raw,
                             "SELECT count(*) FROM generate_series(1, %d) n WHERE NOT EXISTS "
                             "(SELECT 1 FROM unit WHERE code = 'no ' || n)",
                             ALL),
                     0);
    for (int i = 0; i < NODES; i++) store_close(stores[i]);
}

static void p35_a_copy_of_the_file_is_not_for_a_server(void **state)
{
    struct world *w = *state;
    str report;
    assert_int_equal(store_backup(w->store, "/tmp/nothing", &why), ST_INVALID);
    assert_non_null(strstr(why.text, "pg_dump"));
    assert_int_equal(store_check(w->db, w->mem, &report), ST_OK);
    assert_int_equal(report.n, 0);
    (void)raw_sql(raw, "ALTER TABLE note ADD CONSTRAINT later CHECK (text <> '') NOT VALID");
    assert_int_equal(store_check(w->db, w->mem, &report), ST_OK);
    assert_true(str_find(report, STR("later")) >= 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make, unmake)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(p35_an_empty_database_is_not_filled_unasked),
        T(p35_a_newer_or_older_database_is_refused_as_it_is),
        T(p35_a_migration_that_fails_leaves_nothing),
        T(p35_of_many_nodes_that_start_at_once_one_migrates),
        T(p35_a_statement_that_was_sent_ahead_reports_its_own_failure),
        T(p35_a_command_may_go_on_after_a_refused_statement),
        T(p35_any_number_can_be_sent_ahead),
        T(p35_in_a_batch_a_part_can_fail_alone),
        T(p35_rows_are_read_one_by_one_and_a_reader_may_stop),
        T(p35_a_serialization_failure_is_tried_again),
        T(p35_trying_again_has_a_bound),
        T(p35_a_deadlock_with_another_program_is_tried_again),
        T(p35_who_waits_too_long_for_a_lock_is_told_to_come_again),
        T(p35_a_connection_lost_in_a_command_leaves_nothing_half_done),
        T(p35_a_connection_lost_with_the_commit_is_not_tried_again),
        T(p35_a_reader_asks_again_on_a_new_connection),
        T(p35_a_node_hears_of_the_commits_of_others),
        T(p35_nodes_that_write_at_once_lose_nothing_and_count_without_a_gap),
        T(p35_a_copy_of_the_file_is_not_for_a_server),
    };
    if (!server_world_is()) {
        puts("skip: LUOSHI_TEST_DB names no server: what only a server does is not tested here");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
