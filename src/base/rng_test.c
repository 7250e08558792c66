/* rng_test: the same seed gives the same numbers, everywhere.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static void the_sequence_is_that_of_splitmix64(void **state)
{
    static const struct {
        uint64_t seed, value[3];
    } rows[] = {
        {0, {UINT64_C(0xE220A8397B1DCDAF), UINT64_C(0x6E789E6AA1B965F4), UINT64_C(0x06C45D188009454F)}},
        {1234567, {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973), UINT64_C(9817491932198370423)}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rng r = {rows[i].seed};
        for (size_t k = 0; k < 3; k++) assert_true(rng_next(&r) == rows[i].value[k]);
    }
}

static void a_number_below_a_bound_is_below_it_and_reaches_all(void **state)
{
    static const uint32_t bounds[] = {1, 2, 3, 7, 10, 100};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        struct rng r = {42};
        int seen[100] = {0};
        for (uint32_t k = 0; k < 1000 * bounds[i]; k++) {
            uint32_t x = rng_below(&r, bounds[i]);
            assert_true(x < bounds[i]);
            seen[x]++;
        }
        for (uint32_t x = 0; x < bounds[i]; x++) assert_in_range(seen[x], 800, 1200);
    }
    struct rng r = {7};
    for (int i = 0; i < 100; i++) assert_int_equal(rng_below(&r, 0), 0);
    uint32_t high = 0;
    for (int i = 0; i < 100; i++) high |= rng_below(&r, UINT32_MAX);
    assert_true(high > UINT32_MAX / 2);
}

static void two_with_one_seed_agree_and_other_seeds_do_not(void **state)
{
    struct rng a = {5}, b = {5}, c = {6};
    int same = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        uint64_t x = rng_next(&a);
        assert_true(x == rng_next(&b));
        same += x == rng_next(&c);
    }
    assert_int_equal(same, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_that_of_splitmix64),
        cmocka_unit_test(a_number_below_a_bound_is_below_it_and_reaches_all),
        cmocka_unit_test(two_with_one_seed_agree_and_other_seeds_do_not),
    };
    return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
