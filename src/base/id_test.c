/* id_test: keys only ever grow.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SINCE_MS    INT64_C(946684800000)
#define NODE_OF(id) ((id) >> 12 & 1023)
#define MS_OF(id)   (((id) >> 22) + SINCE_MS)

static const instant noon = {INT64_C(1793668320000)};

static void a_key_holds_the_time_and_the_node(void **state)
{
    static const int nodes[] = {0, 1, 512, 1023};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(nodes); i++) {
        struct ids ids;
        ids_init(&ids, nodes[i], 0);
        int64_t id = ids_next(&ids, noon);
        assert_true(id > 0);
        assert_int_equal(NODE_OF(id), nodes[i]);
        assert_int_equal(MS_OF(id), noon.ms);
        assert_int_equal(id & 4095, 0);
    }
}

static void keys_grow_whatever_the_clock_does(void **state)
{
    static const struct {
        const char *what;
        int64_t step;
    } rows[] = {{"stands still", 0},
                {"goes back", -1000},
                {"runs", 1},
                {"leaps", 100000},
                {"leaps back", -INT64_C(86400000) * 400}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (int node = 0; node < 1024; node += 341) {
            struct ids ids;
            int64_t last = 0;
            ids_init(&ids, node, 0);
            for (int k = 0; k < 10000; k++) { /* more than the counter of one millisecond holds */
                int64_t id = ids_next(&ids, (instant){noon.ms + rows[i].step * k});
                if (id <= last || NODE_OF(id) != node) fail_msg("clock %s, key %d of node %d", rows[i].what, k, node);
                last = id;
            }
        }
}

static void new_keys_come_after_the_greatest_in_the_store(void **state)
{
    static const int64_t after[] = {
        0, 1, 4095, 4096, INT64_C(1) << 22, (INT64_C(1) << 22) - 1, INT64_C(4000000000000000000)};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(after); i++)
        for (int node = 0; node < 1024; node += 1023) {
            struct ids ids;
            ids_init(&ids, node, after[i]);
            int64_t first = ids_next(&ids, (instant){0}); /* a clock before 2000 helps nobody */
            assert_true(first > after[i]);
            assert_int_equal(NODE_OF(first), node);
            assert_true(ids_next(&ids, (instant){INT64_MIN}) > first);
        }
}

static void two_nodes_never_make_the_same_key(void **state)
{
    struct ids a, b;
    (void)state;
    ids_init(&a, 1, 0);
    ids_init(&b, 2, 0);
    for (int i = 0; i < 20000; i++) {
        int64_t x = ids_next(&a, noon), y = ids_next(&b, noon);
        assert_int_equal(NODE_OF(x), 1);
        assert_int_equal(NODE_OF(y), 2);
    }
}

#define THREADS 8
#define EACH    10000

static struct ids shared;
static int64_t made[THREADS][EACH];
static int wrong[THREADS];

static void *make_many(void *arg)
{
    int who = *(int *)arg;
    for (int i = 0; i < EACH; i++) {
        made[who][i] = ids_next(&shared, (instant){noon.ms + i / 1000});
        wrong[who] += i > 0 && made[who][i] <= made[who][i - 1];
    }
    return NULL;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void eight_threads_never_get_the_same_key(void **state)
{
    pthread_t thread[THREADS];
    int who[THREADS];
    (void)state;
    ids_init(&shared, 5, 0);
    for (int i = 0; i < THREADS; i++) {
        who[i] = i;
        assert_int_equal(pthread_create(&thread[i], NULL, make_many, &who[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (int i = 0; i < THREADS; i++) assert_int_equal(wrong[i], 0);
    int64_t *all = &made[0][0];
    qsort(all, (size_t)THREADS * EACH, sizeof *all, by_number);
    for (size_t i = 1; i < (size_t)THREADS * EACH; i++) assert_true(all[i] > all[i - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_holds_the_time_and_the_node),
        cmocka_unit_test(keys_grow_whatever_the_clock_does),
        cmocka_unit_test(new_keys_come_after_the_greatest_in_the_store),
        cmocka_unit_test(two_nodes_never_make_the_same_key),
        cmocka_unit_test(eight_threads_never_get_the_same_key),
    };
    return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
