/* rate_test: bursts, refusals, recovery.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/secret.h"
#include "base/time.h"

static struct arena *mem;
static struct rate rate;

static int setup(void **state)
{
    (void)state;
    secret_start();
    mem = arena_new((size_t)4 * 1024 * 1024, NULL);
    rate_init(&rate, mem);
    rate.salt = 1; /* the same places each time */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static int taken(enum rate_class class, str who, int tries)
{
    int n = 0, retry = 0;
    for (int i = 0; i < tries; i++) n += rate_take(&rate, class, who, &retry);
    return n;
}

static void after_a_burst_comes_a_refusal_that_says_when(void **state)
{
    static const struct {
        double per_second, burst;
        int took, retry;
    } rows[] = {
        {0.001, 5, 5, 1000}, {0.01, 1, 1, 100}, {0.1, 20, 20, 10}, {0.0001, 3, 3, 10000}, {0.001, 0, 0, 1001},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char who[16];
        int retry = 0;
        (void)snprintf(who, sizeof who, "peer %zu", i);
        rate.rule[RATE_WRITE] = (struct rate_rule){rows[i].per_second, rows[i].burst};
        assert_int_equal(taken(RATE_WRITE, str_from(who), 100), rows[i].took);
        assert_false(rate_take(&rate, RATE_WRITE, str_from(who), &retry));
        assert_in_range(retry, rows[i].retry - 1, rows[i].retry + 1);
    }
    int retry = 0;
    rate.rule[RATE_WRITE] = (struct rate_rule){0.9, 1};
    assert_int_equal(taken(RATE_WRITE, STR("soon"), 2), 1);
    assert_false(rate_take(&rate, RATE_WRITE, STR("soon"), &retry));
    assert_true(retry >= 1);
}

static void one_address_does_not_use_up_another_nor_one_class_another(void **state)
{
    (void)state;
    for (int c = RATE_READ; c < RATE_CLASSES; c++) rate.rule[c] = (struct rate_rule){0.001, 3};
    assert_int_equal(taken(RATE_GUESS, STR("192.0.2.1"), 10), 3);
    assert_int_equal(taken(RATE_GUESS, STR("192.0.2.2"), 10), 3);
    assert_int_equal(taken(RATE_WRITE, STR("192.0.2.1"), 10), 3);
    assert_int_equal(taken(RATE_READ, STR("192.0.2.1"), 10), 3);
    assert_int_equal(taken(RATE_GUESS, STR("192.0.2.1"), 10), 0);
}

static void without_a_rule_there_is_no_limit(void **state)
{
    int retry = -1;
    (void)state;
    rate.rule[RATE_KEY] = (struct rate_rule){0, 0};
    for (int i = 0; i < 10000; i++) assert_true(rate_take(&rate, RATE_KEY, STR("key"), &retry));
    assert_int_equal(retry, -1);
}

static void a_bucket_fills_up_again_but_not_beyond_its_burst(void **state)
{
    int retry = 0;
    (void)state;
    rate.rule[RATE_WRITE] = (struct rate_rule){200, 2}; /* one in 5 ms */
    int64_t began = time_monotonic_ns();
    assert_int_equal(taken(RATE_WRITE, STR("peer"), 2), 2);
    while (!rate_take(&rate, RATE_WRITE, STR("peer"), &retry)) {
        assert_int_equal(retry, 1);
        if (time_monotonic_ns() - began > INT64_C(5000000000)) fail_msg("no token came");
    }
    assert_true(time_monotonic_ns() - began > 4000000);
    rate.rule[RATE_WRITE] = (struct rate_rule){1e-3, 4};
    assert_int_equal(taken(RATE_WRITE, STR("other"), 100), 4);
    for (size_t i = 0; i < RATE_BUCKETS; i++)
        rate.bucket[i].at_ns -= INT64_C(3300) * 1000000000; /* much later: 3.3 tokens */
    assert_int_equal(taken(RATE_WRITE, STR("other"), 100), 3);
    for (size_t i = 0; i < RATE_BUCKETS; i++) rate.bucket[i].at_ns -= INT64_C(360000) * 1000000000;
    assert_int_equal(taken(RATE_WRITE, STR("other"), 100), 4);
}

static void many_addresses_find_room_without_growing(void **state)
{
    char who[32];
    int retry = 0, refused = 0;
    (void)state;
    rate.rule[RATE_WRITE] = (struct rate_rule){0.001, 1};
    size_t used = arena_used(mem);
    for (int i = 0; i < 40000; i++) {
        (void)snprintf(who, sizeof who, "2001:db8::%x", i);
        refused += !rate_take(&rate, RATE_WRITE, str_from(who), &retry);
    }
    assert_int_equal(refused, 0); /* a newcomer is never refused for others */
    assert_int_equal(arena_used(mem), used);
}

static void *take_many(void *arg)
{
    *(int *)arg = taken(RATE_WRITE, STR("shared"), 5000);
    return NULL;
}

static void threads_share_one_burst(void **state)
{
    pthread_t thread[4];
    int took[4], sum = 0;
    (void)state;
    rate.rule[RATE_WRITE] = (struct rate_rule){0.001, 500};
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&thread[i], NULL, take_many, &took[i]), 0);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (int i = 0; i < 4; i++) sum += took[i];
    assert_int_equal(sum, 500);
}

#define WITH_RATE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RATE(after_a_burst_comes_a_refusal_that_says_when),
        WITH_RATE(one_address_does_not_use_up_another_nor_one_class_another),
        WITH_RATE(without_a_rule_there_is_no_limit),
        WITH_RATE(a_bucket_fills_up_again_but_not_beyond_its_burst),
        WITH_RATE(many_addresses_find_room_without_growing),
        WITH_RATE(threads_share_one_burst),
    };
    return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
