/* jobs_test: two nodes on one database, in turn and at once. The jobs under test are rows of the test's own.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "gen/sql/jobs.h"
#include "jobs/jobs.h"
#include "people/person.h"
#include "store/server_world.h"

/* ── a database that two nodes have opened ────────────────────────────────────────────────────────────── */

struct world {
    char folder[64], path[96];
    struct arena *mem;
    struct store *store;
    struct db *db;
    struct jobs *one, *two;
    struct city city;
};

static const instant start = {INT64_C(1795395600000)}; /* 2026-11-23T01:00:00Z: ten minutes after the jobs were made */
static instant later(int64_t ms)
{
    return (instant){start.ms + ms};
}

static _Atomic int works, portions;
static struct {
    enum status answer;
} how;

static enum status count_portion(struct db *db, struct arena *mem, void *arg)
{
    (void)db, (void)mem, (void)arg;
    atomic_fetch_add(&portions, 1);
    return ST_OK;
}

static enum status work(struct job_run *run)
{
    atomic_fetch_add(&works, 1);
    TRY(job_write(run, count_portion, NULL));
    return how.answer;
}

static enum status too_much(struct job_run *run)
{
    while (NEWN(run->mem, char, 1 << 20) != NULL) continue;
    return ST_OK;
}

static const struct schedule rows[] = {{"work", 10 * MINUTE_MS, work, "the test's own"}};
static const struct schedule greedy[] = {{"greedy", HOUR_MS, too_much, "makes too much"}};

static struct jobs *node(struct world *w, int number, const struct schedule *s)
{
    struct jobs *j;
    assert_int_equal(jobs_open(w->mem, w->store, &w->city, number, s, 1, &j), ST_OK);
    return j;
}

static int open_world(void **state)
{
    struct arena *mem = arena_new((size_t)64 << 20, NULL);
    struct world *w = NEW(mem, struct world);
    const struct clock clock = {.frozen = true, .fixed = {start.ms - 10 * MINUTE_MS}};
    struct store_error why;
    secret_start();
    (void)snprintf(w->folder, sizeof w->folder, "/tmp/luoshi-jobs-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    (void)snprintf(w->path, sizeof w->path, "%s/luoshi.db", w->folder);
    w->mem = mem;
    const struct store_options o = {
        .path = w->path, .url = server_world_url(), .create = true, .node = 5, .clock = &clock};
    assert_int_equal(store_open(&o, &w->store, &why), ST_OK);
    assert_int_equal(db_open(w->store, &w->db), ST_OK);
    works = portions = 0;
    how.answer = ST_OK;
    w->one = node(w, 1, rows);
    w->two = node(w, 2, rows);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    char command[128];
    jobs_stop(w->one);
    jobs_stop(w->two);
    db_close(w->db);
    store_close(w->store);
    for (const char *const *s = (const char *const[]){"", "-wal", "-shm", NULL}; *s != NULL; s++) {
        (void)snprintf(command, sizeof command, "%s%s", w->path, *s);
        (void)unlink(command);
    }
    (void)snprintf(command, sizeof command, "%s/luoshi.lock", w->folder);
    (void)unlink(command);
    (void)rmdir(w->folder);
    arena_free(w->mem);
    return 0;
}

static int run_at(struct world *w, struct jobs *j, int64_t ms)
{
    int ran;
    assert_int_equal(jobs_run_due(j, w->db, later(ms), &ran), ST_OK);
    return ran;
}

static struct job_state state_of(struct world *w, const char *name, int64_t ms)
{
    struct job_state *s;
    size_t n;
    assert_int_equal(jobs_list(w->db, w->mem, later(ms), &s, &n), ST_OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(s[i].name, str_from(name))) return s[i];
    fail_msg("no job %s", name);
    return (struct job_state){0};
}

struct taking {
    int64_t claim, changed;
};

static enum status take_claim(struct db *db, struct arena *mem, void *arg)
{
    struct taking *t = arg;
    (void)mem;
    t->claim = db_new_id(db);
    return q_jobs_claim(db, STR("work"), start, t->claim, 9, later(JOBS_LEASE_MS), &t->changed);
}

/* A node that claimed the job and died. */
static int64_t dead_claim(struct world *w)
{
    struct taking t = {0};
    assert_int_equal(db_write(w->db, take_claim, &t), ST_OK);
    assert_int_equal(t.changed, 1);
    return t.claim;
}

/* ── when it runs ─────────────────────────────────────────────────────────────────────────────────────── */

static void a_job_runs_when_it_is_due_and_not_before(void **state)
{
    struct world *w = *state;
    assert_int_equal(run_at(w, w->one, -1), 0);
    assert_int_equal(run_at(w, w->one, 0), 1);
    assert_int_equal(run_at(w, w->one, 10 * MINUTE_MS - 1), 0);
    assert_int_equal(run_at(w, w->one, 10 * MINUTE_MS), 1);
    struct job_state s = state_of(w, "work", 10 * MINUTE_MS);
    assert_int_equal(s.runs, 2);
    assert_int_equal(s.failed, 0);
    assert_int_equal(s.node, 1);
    assert_int_equal(s.due_at.ms, later(20 * MINUTE_MS).ms);
    assert_true(str_eq(s.last_status, STR("ok")));
    assert_false(s.is_claimed);
}

static void what_one_node_did_no_other_does_again(void **state)
{
    struct world *w = *state;
    for (int round = 0; round < 5; round++) {
        int64_t at = round * 10 * MINUTE_MS;
        assert_int_equal(run_at(w, w->one, at) + run_at(w, w->two, at), 1);
    }
    assert_int_equal(works, 5);
}

static void a_failed_run_is_tried_again_in_a_minute(void **state)
{
    struct world *w = *state;
    how.answer = ST_IO;
    assert_int_equal(run_at(w, w->one, 0), 1);
    struct job_state s = state_of(w, "work", 0);
    assert_true(str_eq(s.last_status, str_from(status_name(ST_IO))));
    assert_int_equal(s.failed, 1);
    how.answer = ST_OK;
    assert_int_equal(run_at(w, w->two, JOBS_RETRY_MS - 1), 0);
    assert_int_equal(run_at(w, w->two, JOBS_RETRY_MS), 1);
    s = state_of(w, "work", JOBS_RETRY_MS);
    assert_true(str_eq(s.last_status, STR("ok")));
    assert_int_equal(s.failed, 1);
    assert_int_equal(s.runs, 2);
}

static void a_job_that_uses_up_its_memory_fails_and_nothing_else_does(void **state)
{
    struct world *w = *state;
    struct jobs *j = node(w, 3, greedy);
    assert_int_equal(run_at(w, j, HOUR_MS), 1);
    assert_true(str_eq(state_of(w, "greedy", 0).last_status, str_from(status_name(ST_BUSY))));
    assert_int_equal(run_at(w, j, HOUR_MS + JOBS_RETRY_MS), 1);
    jobs_stop(j);
}

/* ── who runs it ──────────────────────────────────────────────────────────────────────────────────────── */

static void after_a_crash_the_lease_runs_out_and_another_node_takes_over(void **state)
{
    struct world *w = *state;
    (void)dead_claim(w);
    assert_true(state_of(w, "work", 0).is_claimed);
    assert_int_equal(run_at(w, w->two, JOBS_LEASE_MS - 1), 0);
    assert_false(state_of(w, "work", JOBS_LEASE_MS).is_claimed);
    assert_int_equal(run_at(w, w->two, JOBS_LEASE_MS), 1);
    assert_int_equal(state_of(w, "work", JOBS_LEASE_MS).node, 2);
}

/* It was not dead, only slow: the other node has done it meanwhile, or does it just now. */
static void a_node_that_lost_its_lease_changes_nothing_any_more(void **state)
{
    struct world *w = *state;
    struct job_run late = {.jobs = w->one, .schedule = &rows[0], .db = w->db, .mem = w->mem, .now = start};
    late.began_ns = time_monotonic_ns();
    late.claim = dead_claim(w);
    assert_int_equal(job_write(&late, count_portion, NULL), ST_OK);
    assert_int_equal(portions, 1);
    assert_int_equal(run_at(w, w->two, 2 * JOBS_LEASE_MS), 1);
    assert_int_equal(portions, 2);
    assert_int_equal(job_write(&late, count_portion, NULL), ST_CONFLICT);
    assert_int_equal(portions, 2);
}

static void each_change_pushes_the_lease_on(void **state)
{
    struct world *w = *state;
    struct job_run run = {.jobs = w->one, .schedule = &rows[0], .db = w->db, .mem = w->mem};
    run.claim = dead_claim(w);
    run.now = later(JOBS_LEASE_MS - 1); /* so much later */
    run.began_ns = time_monotonic_ns();
    assert_int_equal(job_write(&run, count_portion, NULL), ST_OK);
    assert_int_equal(run_at(w, w->two, 2 * JOBS_LEASE_MS - 2), 0);
    assert_int_equal(run_at(w, w->two, 3 * JOBS_LEASE_MS), 1);
}

#define RACERS 4
#define ROUNDS 200
static pthread_barrier_t round_begins;

struct racer {
    struct world *w;
    struct jobs *jobs;
    int ran;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct db *db;
    must(db_open(r->w->store, &db) == ST_OK);
    for (int round = 0; round < ROUNDS; round++) {
        int ran;
        (void)pthread_barrier_wait(&round_begins);
        must(jobs_run_due(r->jobs, db, later(round * 10 * MINUTE_MS), &ran) == ST_OK);
        r->ran += ran;
    }
    db_close(db);
    return NULL;
}

static void of_four_nodes_at_once_exactly_one_runs_it(void **state)
{
    struct world *w = *state;
    struct racer r[RACERS] = {{w, w->one, 0}, {w, w->two, 0}, {w, node(w, 3, rows), 0}, {w, node(w, 4, rows), 0}};
    pthread_t thread[RACERS];
    int sum = 0;
    assert_int_equal(pthread_barrier_init(&round_begins, NULL, RACERS), 0);
    for (int i = 0; i < RACERS; i++) assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
    for (int i = 0; i < RACERS; i++) assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (int i = 0; i < RACERS; i++) sum += r[i].ran;
    (void)pthread_barrier_destroy(&round_begins);
    jobs_stop(r[2].jobs);
    jobs_stop(r[3].jobs);
    assert_int_equal(sum, ROUNDS);
    assert_int_equal(works, ROUNDS);
    assert_int_equal(portions, ROUNDS);
    assert_int_equal(state_of(w, "work", 0).runs, ROUNDS);
}

static void names_that_this_program_does_not_know_are_left_alone(void **state)
{
    struct world *w = *state;
    struct jobs *j = node(w, 3, greedy);
    assert_int_equal(run_at(w, w->one, HOUR_MS), 1);
    assert_int_equal(state_of(w, "greedy", HOUR_MS).runs, 0);
    assert_null(state_of(w, "greedy", HOUR_MS).schedule);
    jobs_stop(j);
}

/* ── the end of a process ─────────────────────────────────────────────────────────────────────────────── */

static sem_t *entered;

static enum status endless(struct job_run *run)
{
    enum status st = job_write(run, count_portion, NULL);
    (void)sem_post(entered);
    while (st == ST_OK) st = job_write(run, count_portion, NULL);
    return st;
}

static void a_stopping_node_gives_its_job_back_at_once(void **state)
{
    static const struct schedule long_rows[] = {{"endless", 0, endless, "goes on and on"}};
    static const struct schedule short_rows[] = {{"endless", 0, work, "the same, for another node"}};
    struct world *w = *state;
    sem_t in;
    assert_int_equal(sem_init(&in, 0, 0), 0);
    entered = &in;
    struct jobs *j = node(w, 3, long_rows);
    assert_int_equal(jobs_start(j), ST_OK);
    assert_int_equal(sem_wait(&in), 0);
    jobs_stop(j);
    struct job_state s = state_of(w, "endless", 0);
    assert_false(s.is_claimed);
    assert_int_equal(s.runs, 0);
    j = node(w, 4, short_rows);
    assert_int_equal(run_at(w, j, 0), 1);
    jobs_stop(j);
    (void)sem_destroy(&in);
}

/* ── the program's own jobs ───────────────────────────────────────────────────────────────────────────── */

static enum status fill(struct db *db, struct arena *mem, void *arg)
{
    const int *n = arg;
    for (int i = 0; i < *n; i++)
        TRY(once_keep(db, str_format(mem, "old %d", i), STR(""), (instant){start.ms - 2 * DAY_MS}));
    return once_keep(db, STR("new"), STR("kept"), start);
}

static void used_forms_are_forgotten_in_portions(void **state)
{
    struct world *w = *state;
    struct jobs *j;
    str result;
    int n = 1234, ran;
    assert_int_equal(db_write(w->db, fill, &n), ST_OK);
    assert_int_equal(jobs_open(w->mem, w->store, &w->city, 1, jobs_all, jobs_all_count, &j), ST_OK);
    struct store_counts before, after;
    store_counts(w->store, &before);
    assert_int_equal(jobs_run_due(j, w->db, later(6 * HOUR_MS), &ran), ST_OK); /* the longest pause */
    store_counts(w->store, &after);
    assert_int_equal(ran, jobs_all_count);
    assert_true(after.commands - before.commands >= 3);
    assert_int_equal(once_find(w->db, w->mem, STR("old 0"), &result), ST_NOT_FOUND);
    assert_int_equal(once_find(w->db, w->mem, STR("old 1233"), &result), ST_NOT_FOUND);
    assert_int_equal(once_find(w->db, w->mem, STR("new"), &result), ST_OK);
    for (size_t i = 0; i < jobs_all_count; i++)
        assert_true(str_eq(state_of(w, jobs_all[i].name, 0).last_status, STR("ok")));
    jobs_stop(j);
}

static void the_figures_name_every_job(void **state)
{
    struct world *w = *state;
    struct buf b;
    buf_init(&b, w->mem, 256, 8192);
    (void)run_at(w, w->one, -5 * MINUTE_MS);
    jobs_metrics(w->db, w->mem, &b);
    assert_true(str_find(buf_str(&b), STR("luoshi_job_runs_total{job=\"work\"} 0\n")) >= 0);
    assert_true(str_find(buf_str(&b), STR("luoshi_job_late_seconds{job=\"work\"} 0\n")) >= 0);
    how.answer = ST_IO;
    (void)run_at(w, w->one, 0);
    b.n = 0;
    jobs_metrics(w->db, w->mem, &b);
    assert_true(str_find(buf_str(&b), STR("luoshi_job_runs_total{job=\"work\"} 1\n")) >= 0);
    assert_true(str_find(buf_str(&b), STR("luoshi_job_failures_total{job=\"work\"} 1\n")) >= 0);
}

#define JOBS_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOBS_TEST(a_job_runs_when_it_is_due_and_not_before),
        JOBS_TEST(what_one_node_did_no_other_does_again),
        JOBS_TEST(a_failed_run_is_tried_again_in_a_minute),
        JOBS_TEST(a_job_that_uses_up_its_memory_fails_and_nothing_else_does),
        JOBS_TEST(after_a_crash_the_lease_runs_out_and_another_node_takes_over),
        JOBS_TEST(a_node_that_lost_its_lease_changes_nothing_any_more),
        JOBS_TEST(each_change_pushes_the_lease_on),
        JOBS_TEST(of_four_nodes_at_once_exactly_one_runs_it),
        JOBS_TEST(names_that_this_program_does_not_know_are_left_alone),
        JOBS_TEST(a_stopping_node_gives_its_job_back_at_once),
        JOBS_TEST(used_forms_are_forgotten_in_portions),
        JOBS_TEST(the_figures_name_every_job),
    };
    return cmocka_run_group_tests_name("P35 jobs", tests, NULL, NULL);
}
