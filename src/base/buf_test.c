/* buf_test: bytes that grow, and where they stop.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena *mem;

static int setup(void **state)
{
    (void)state;
    mem = arena_new((size_t)8 * 1024 * 1024, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static void what_was_added_stands_in_order(void **state)
{
    static const size_t firsts[] = {0, 1, 3, 4096};
    (void)state;
    for (size_t k = 0; k < COUNT_OF(firsts); k++) {
        struct buf b;
        buf_init(&b, mem, firsts[k], 4096);
        assert_int_equal(buf_str(&b).n, 0);
        buf_add(&b, STR(""));
        buf_add(&b, (str){NULL, 0});
        buf_add_bytes(&b, NULL, 0);
        buf_add(&b, STR("ab"));
        buf_add_byte(&b, 0);
        buf_add_bytes(&b, "cd\0e", 4);
        buf_format(&b, "%s-%03d|", "x", 7);
        buf_add_int(&b, -12);
        assert_true(str_eq(buf_str(&b), STR("ab\0cd\0ex-007|-12")));
    }
}

static void growing_loses_nothing(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, mem, 0, 200000);
    for (size_t i = 0; i < 200000; i++) {
        buf_add_byte(&b, (char)('a' + i % 26));
        if (i % 5000 == 0) (void)!arena_alloc(mem, 1, 1, 1); /* so that it has to move */
    }
    str s = buf_str(&b);
    assert_int_equal(s.n, 200000);
    for (size_t i = 0; i < s.n; i++) assert_int_equal(s.p[i], 'a' + (int)(i % 26));
}

static void whole_numbers_are_written_to_the_last_digit(void **state)
{
    static const int64_t rows[] = {0,   1,         -1,        9,         10,        -10,          99,
                                   100, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buf b;
        buf_init(&b, mem, 0, 100);
        buf_add_int(&b, rows[i]);
        assert_string_equal(str_z(mem, buf_str(&b)), str_format(mem, "%" PRId64, rows[i]).p);
    }
}

static void a_long_format_is_whole(void **state)
{
    struct buf b;
    char *words = NEWN(mem, char, 5001);
    (void)state;
    memset(words, 'w', 5000);
    buf_init(&b, mem, 8, 20000);
    buf_add(&b, STR("<"));
    buf_format(&b, "%s", words);
    buf_format(&b, "%s", "");
    buf_add(&b, STR(">"));
    assert_int_equal(buf_str(&b).n, 5002);
    assert_true(str_ends(buf_str(&b), STR("ww>")));
}

static void reserved_room_is_used_before_more_is_taken(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, mem, 0, 10000);
    buf_reserve(&b, 3000);
    const char *p = b.p;
    size_t used = arena_used(mem);
    for (int i = 0; i < 3000; i++) buf_add_byte(&b, 'x');
    assert_ptr_equal(b.p, p);
    assert_int_equal(arena_used(mem), used);
}

enum way { BYTE, BYTES, NUMBER, FORMAT, RESERVE, RESERVE_ALL };

static void add_by(struct buf *b, enum way way)
{
    switch (way) {
    case BYTE: buf_add_byte(b, 'x'); break;
    case BYTES: buf_add(b, STR("xy")); break;
    case NUMBER: buf_add_int(b, 5); break;
    case FORMAT: buf_format(b, "%d", 5); break;
    case RESERVE: buf_reserve(b, 1); break;
    case RESERVE_ALL: buf_reserve(b, SIZE_MAX); break;
    }
}

static void over_the_maximum_it_leaves_as_a_full_arena_does(void **state)
{
    (void)state;
    for (volatile int way = BYTE; way <= RESERVE_ALL; way++) {
        jmp_buf full;
        struct buf b;
        volatile bool left = false;
        buf_init(&b, mem, 0, 1000);
        for (int i = 0; i < 1000; i++) buf_add_byte(&b, 'a'); /* exactly the maximum is fine */
        arena_set_on_full(mem, &full);
        if (setjmp(full) == 0) add_by(&b, (enum way)way);
        else left = true;
        arena_set_on_full(mem, NULL);
        assert_true(left);
        assert_int_equal(buf_str(&b).n, 1000);
        assert_int_equal(b.p[999], 'a');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_added_stands_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(growing_loses_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(whole_numbers_are_written_to_the_last_digit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_long_format_is_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(reserved_room_is_used_before_more_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(over_the_maximum_it_leaves_as_a_full_arena_does, setup, teardown),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
