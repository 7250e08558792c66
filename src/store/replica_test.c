/* replica_test: what may be read from a server that follows another, told by marks and a clock of the test's own. No server is needed.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/inside.h"
#include "store/replica.h"

#define MS INT64_C(1000000)

static struct replica *r;
static const int64_t begin = 1000 * MS;

static int open_replica(void **state)
{
    static struct replica fresh;
    (void)state;
    fresh = (struct replica){.wake = -1};
    (void)pthread_mutex_init(&fresh.lock, NULL);
    r = &fresh;
    return 0;
}

static int close_replica(void **state)
{
    (void)state;
    (void)pthread_mutex_destroy(&r->lock);
    return 0;
}

/* The main server was at `position` at that time, and so many commits were known. */
static void mark(int64_t ms, int64_t position, uint64_t epoch)
{
    replica_mark(r, &(struct replica_mark){begin + ms * MS, position, epoch});
}

static void came(int64_t ms, int64_t position)
{
    replica_came(r, position, begin + ms * MS);
}

static bool serves(int64_t ms, int64_t position, bool main_answers, struct replica_view *view)
{
    struct replica_view unused;
    return replica_serves(r, position, main_answers, begin + ms * MS, view == NULL ? &unused : view);
}

static void one_that_was_never_heard_of_serves_nothing(void **state)
{
    (void)state;
    assert_false(serves(0, 0, true, NULL));
    assert_false(serves(0, 0, false, NULL));
    mark(0, 100, 1);
    assert_false(serves(1, 0, true, NULL));
    came(2, 99); /* it answers, but has reached nothing that is known */
    assert_false(serves(3, 0, true, NULL));
}

static void one_that_is_level_serves_with_what_it_has(void **state)
{
    struct replica_view view;
    (void)state;
    mark(0, 100, 7);
    mark(200, 150, 9);
    came(210, 150);
    assert_true(serves(220, 0, true, &view));
    assert_int_equal(view.reached.epoch, 9);
    assert_int_equal(view.reached.at_ns, begin + 200 * MS);
    came(230, 149); /* a little short of the second mark: as of the first one */
    assert_true(serves(240, 0, true, &view));
    assert_int_equal(view.reached.epoch, 7);
    assert_int_equal(view.reached.at_ns, begin);
}

static void who_has_written_reads_there_only_when_it_is_there(void **state)
{
    (void)state;
    mark(0, 100, 1);
    came(10, 120);
    assert_true(serves(20, 120, true, NULL));
    assert_false(serves(20, 121, true, NULL));
    assert_false(serves(20, 121, false, NULL)); /* also when nobody else can tell */
    came(30, 121);
    assert_true(serves(40, 121, true, NULL));
}

static void more_than_a_second_behind_is_too_much(void **state)
{
    (void)state;
    mark(0, 100, 1);
    for (int ms = 200; ms <= 2000; ms += 200) {
        mark(ms, 100 + ms, 2);
        came(ms + 10, 100); /* it stands still while the main server goes on */
        assert_true(serves(ms + 20, 0, true, NULL) == (ms + 20 <= 1000));
    }
    assert_true(serves(2020, 0, false, NULL)); /* better than nothing while the main server is away */
    came(2030, 2100);
    assert_true(serves(2040, 0, true, NULL));
}

static void a_quiet_server_leaves_nobody_behind(void **state)
{
    struct replica_view view;
    (void)state;
    for (int ms = 0; ms <= 60000; ms += 200) {
        mark(ms, 100, 4);
        came(ms + 10, 100);
    }
    assert_true(serves(60020, 0, true, &view));
    assert_int_equal(view.reached.at_ns, begin + 60000 * MS);
}

static void one_that_does_not_answer_is_left_alone(void **state)
{
    (void)state;
    mark(0, 100, 1);
    came(10, 100);
    assert_true(serves(1000, 0, true, NULL));
    mark(1000, 100, 1);
    assert_false(serves(1011, 0, true, NULL));
    assert_false(serves(1011, 0, false, NULL));
}

static void only_so_many_marks_are_remembered(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * REPLICA_MARKS; i++) mark(i, 100 + i, (uint64_t)i);
    came(200, 100 + 2 * REPLICA_MARKS - 1); /* the newest one that it has reached is forgotten */
    assert_false(serves(201, 0, true, NULL));
    came(202, 100 + 2 * REPLICA_MARKS);
    assert_true(serves(203, 0, true, NULL));
}

#define REPLICA_TEST(f) cmocka_unit_test_setup_teardown(f, open_replica, close_replica)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPLICA_TEST(one_that_was_never_heard_of_serves_nothing),
        REPLICA_TEST(one_that_is_level_serves_with_what_it_has),
        REPLICA_TEST(who_has_written_reads_there_only_when_it_is_there),
        REPLICA_TEST(more_than_a_second_behind_is_too_much),
        REPLICA_TEST(a_quiet_server_leaves_nobody_behind),
        REPLICA_TEST(one_that_does_not_answer_is_left_alone),
        REPLICA_TEST(only_so_many_marks_are_remembered),
    };
    return cmocka_run_group_tests_name("P35 reads from a replica", tests, NULL, NULL);
}
