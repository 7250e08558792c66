/* http_load_test: bursts wait, long queues are not made longer, and trust comes back (P35).
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/http_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define MS INT64_C(1000000)

static int64_t now;

static bool refuses(struct http_load *l, int64_t wait_ms, int64_t after_ms)
{
    now += after_ms * MS;
    return http_load_refuses(l, wait_ms * MS, now);
}

static void a_burst_may_wait(void **state)
{
    struct http_load l = {0};
    (void)state;
    now = 1;
    assert_false(refuses(&l, 0, 0));
    for (int i = 0; i < 49; i++) assert_false(refuses(&l, 100 + i * 10, 10)); /* for less than half a second */
    assert_false(refuses(&l, 99, 1));
    assert_false(refuses(&l, 5000, 1)); /* and begins anew after it was short */
    assert_false(refuses(&l, 5000, 499));
    assert_false(http_load_gives_up(&l, 5000 * MS));
}

static void a_queue_that_stays_long_is_not_made_longer(void **state)
{
    struct http_load l = {0};
    (void)state;
    now = 1;
    assert_false(refuses(&l, 150, 10));
    assert_true(refuses(&l, 150, 500));
    assert_true(refuses(&l, 100, 1));
    assert_false(refuses(&l, 99, 1)); /* there is room */
    assert_true(refuses(&l, 100, 1)); /* but no patience any more */
    assert_false(http_load_gives_up(&l, 299 * MS));
    assert_true(http_load_gives_up(&l, 300 * MS));
}

static void after_half_a_second_of_short_queues_bursts_may_wait_again(void **state)
{
    struct http_load l = {0};
    (void)state;
    now = 1;
    assert_false(refuses(&l, 150, 10));
    assert_true(refuses(&l, 150, 600));
    assert_false(refuses(&l, 0, 1));
    assert_true(refuses(&l, 150, 499));
    assert_false(refuses(&l, 0, 1));
    assert_false(refuses(&l, 0, 500));
    assert_false(refuses(&l, 150, 1));
    assert_false(http_load_gives_up(&l, 5000 * MS));
    assert_true(refuses(&l, 150, 500));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_may_wait),
        cmocka_unit_test(a_queue_that_stays_long_is_not_made_longer),
        cmocka_unit_test(after_half_a_second_of_short_queues_bursts_may_wait_again),
    };
    return cmocka_run_group_tests_name("http_load", tests, NULL, NULL);
}
