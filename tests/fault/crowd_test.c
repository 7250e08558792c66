/* crowd_test: 64 callers whose commands share a commit, on a disk that is full or fails.
 *
 * They are gathered behind a batch that holds the writer off, so that one COMMIT is for all of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "deeds.h"

enum { CROWD = 64 };

struct caller {
    struct fault_city *c;
    struct deed deed;
    enum status st;
};

struct crowd {
    struct fault_city *c;
    struct caller caller[CROWD];
    pthread_t thread[CROWD];
    struct db *holder;
    struct shape before, after, whole;
};

static void *call(void *arg)
{
    struct caller *me = arg;
    struct db *db;
    me->st = db_open(me->c->world->store, &db);
    if (me->st != ST_OK) return NULL;
    me->st = db_write(db, deed_do, &me->deed);
    db_close(db);
    return NULL;
}

static void gather(struct crowd *w)
{
    struct store_counts counts = {.waiting = 0};
    assert_int_equal(db_batch_begin(w->holder), ST_OK);
    for (int i = 0; i < CROWD; i++) assert_int_equal(pthread_create(&w->thread[i], NULL, call, &w->caller[i]), 0);
    while (counts.waiting <
           CROWD - 1) { /* the first of them may be counted no more: it is the one that waits for its turn */
        sched_yield();
        store_counts(w->c->world->store, &counts);
    }
}

static void release(struct crowd *w)
{
    db_batch_rollback(w->holder);
    for (int i = 0; i < CROWD; i++) assert_int_equal(pthread_join(w->thread[i], NULL), 0);
}

static int told_yes(const struct crowd *w)
{
    int yes = 0;
    for (int i = 0; i < CROWD; i++) yes += w->caller[i].st == ST_OK;
    return yes;
}

static struct crowd *open_crowd(void)
{
    struct crowd *w = calloc(1, sizeof *w);
    struct deed d;
    assert_non_null(w);
    w->c = city_make();
    assert_true(city_serve(w->c));
    assert_int_equal(db_open(w->c->world->store, &w->holder), ST_OK);
    for (long i = 0; i < 2; i++) {
        deed_ready(w->c, &deed_kinds[0], 100000 + i, &d);
        city_look(w->c, &w->before);
        assert_int_equal(db_write(w->c->world->db, deed_do, &d), ST_OK);
        city_look(w->c, &w->after);
        city_difference(&w->before, &w->after, &w->whole);
    }
    return w;
}

static void close_crowd(struct crowd *w)
{
    city_sound(w->c);
    db_close(w->holder);
    city_stop(w->c);
    city_blink(w->c);
    city_doctor(w->c->folder);
    city_erase(w->c);
    free(w);
}

static void ready(struct crowd *w, long from)
{
    for (int i = 0; i < CROWD; i++) {
        w->caller[i] = (struct caller){.c = w->c, .st = ST_COUNT};
        deed_ready(w->c, &deed_kinds[0], from + i, &w->caller[i].deed);
    }
    city_look(w->c, &w->before);
}

/* The same again, with the same tokens: each is there once, whatever happened the first time. */
static void all_again(struct crowd *w, const char *what, long n)
{
    gather(w);
    release(w);
    assert_int_equal(told_yes(w), CROWD);
    city_look(w->c, &w->after);
    city_same(what, n, &w->before, &w->after, &w->whole, CROWD);
    for (int i = 0; i < CROWD; i += 9) deed_seen(&w->caller[i].deed, true);
}

static void p35_a_full_disk_refuses_the_batch_whole_and_service_resumes(void **state)
{
    struct crowd *w = open_crowd();
    struct store_counts first, last;
    (void)state;
    ready(w, 1);
    store_counts(w->c->world->store, &first);
    gather(w);
    fault_vfs_disk_full(true);
    release(w);
    store_counts(w->c->world->store, &last);
    assert_int_equal(told_yes(w), 0);
    for (int i = 0; i < CROWD; i++) assert_int_equal(w->caller[i].st, ST_IO);
    assert_in_range(last.batches - first.batches, 1, 4);                     /* they did share */
    for (int i = 0; i < CROWD; i += 9) deed_seen(&w->caller[i].deed, false); /* reading goes on meanwhile */
    city_look(w->c, &w->after);
    city_same("a full disk", 0, &w->before, &w->after, &w->whole, 0);
    fault_vfs_disk_full(false);
    all_again(w, "a disk with room", 0);
    close_crowd(w);
}

static void p35_a_disk_that_fails_in_a_shared_commit_fails_it_for_all(void **state)
{
    struct crowd *w = open_crowd();
    bool fired = true;
    long n, refused = 0;
    (void)state;
    for (n = 1; fired; n += in_full() ? 1 : 1 + n / 8) {
        ready(w, n * CROWD);
        gather(w);
        fault_vfs_arm(FAULT_WRITE | FAULT_SYNC | FAULT_LOCK, n);
        release(w);
        fired = fault_vfs_disarm();
        int yes = told_yes(w);
        city_look(w->c, &w->after);
        city_same("a shared commit", n, &w->before, &w->after, &w->whole, yes);
        refused += CROWD - yes;
        all_again(w, "a shared commit, again", n);
        arena_reset(w->c->mem);
    }
    printf("a shared commit: up to call %ld, %ld refused\n", n, refused);
    assert_true(refused >= 5 * CROWD);
    close_crowd(w);
}

/* One command's rule does not touch its neighbours in the batch. */
static void p35_of_a_batch_each_hears_its_own(void **state)
{
    struct crowd *w = open_crowd();
    struct shape first, accepted;
    struct deed d;
    (void)state;
    for (long i = 0; i < 2; i++) {
        deed_ready(w->c, &deed_kinds[1], 200000 + i, &d);
        city_look(w->c, &first);
        assert_int_equal(db_write(w->c->world->db, deed_do, &d), ST_OK);
        city_look(w->c, &w->after);
        city_difference(&first, &w->after, &accepted);
    }
    deed_ready(w->c, &deed_kinds[1], 200002, &d);
    ready(w, 1);
    for (int i = 0; i < CROWD; i += 4) w->caller[i].deed = d; /* the same casefile in the same version */
    gather(w);
    release(w);
    int yes = 0, moved_on = 0;
    for (int i = 0; i < CROWD; i++) {
        if (i % 4 != 0) assert_int_equal(w->caller[i].st, ST_OK);
        else if (w->caller[i].st == ST_OK) yes++;
        else if (w->caller[i].st == ST_CONFLICT) moved_on++;
    }
    assert_int_equal(yes, 1);
    assert_int_equal(moved_on, CROWD / 4 - 1);
    city_look(w->c, &w->after);
    for (size_t i = 0; i < w->after.n; i++) w->after.value[i] -= accepted.value[i];
    city_same("a mixed batch", 0, &w->before, &w->after, &w->whole, CROWD - CROWD / 4);
    close_crowd(w);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p35_a_full_disk_refuses_the_batch_whole_and_service_resumes),
        cmocka_unit_test(p35_a_disk_that_fails_in_a_shared_commit_fails_it_for_all),
        cmocka_unit_test(p35_of_a_batch_each_hears_its_own),
    };
    if (argc > 1) cmocka_set_test_filter(argv[1]);
    fault_vfs_install();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fault_vfs_remove();
    return failed;
}
