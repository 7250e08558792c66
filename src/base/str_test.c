/* str_test: comparing, cutting, counting, reading numbers, UTF-8 to its edges.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"

static struct arena *mem;

static int setup(void **state)
{
    (void)state;
    mem = arena_new((size_t)1024 * 1024, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static const str none = {NULL, 0};

/* A copy of exactly its size on the heap's end, so that a tool sees reads beyond it. */
static str tight(str s)
{
    char *p = arena_alloc(mem, s.n, 1, 1);
    if (s.n > 0) memcpy(p, s.p, s.n);
    return (str){p, s.n};
}

static void texts_are_compared_by_bytes(void **state)
{
    static const struct {
        str a, b;
        int cmp;
        bool nocase;
    } rows[] = {
        {STR_INIT(""), STR_INIT(""), 0, true},
        {{NULL, 0}, STR_INIT(""), 0, true},
        {STR_INIT("a"), STR_INIT(""), 1, false},
        {STR_INIT("a"), STR_INIT("a"), 0, true},
        {STR_INIT("a"), STR_INIT("A"), 1, true},
        {STR_INIT("Z"), STR_INIT("a"), -1, false},
        {STR_INIT("ab"), STR_INIT("abc"), -1, false},
        {STR_INIT("a\0b"), STR_INIT("a\0c"), -1, false},
        {STR_INIT("\xFF"), STR_INIT("a"), 1, false},
        {STR_INIT("@["), STR_INIT("`{"), -1, false}, /* neighbours of the letters */
        {STR_INIT("É"), STR_INIT("é"), -1, false},   /* only ASCII letters */
        {STR_INIT("Content-TYPE"), STR_INIT("content-type"), -1, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str a = rows[i].a, b = rows[i].b;
        int c = str_cmp(a, b), back = str_cmp(b, a);
        assert_int_equal((c > 0) - (c < 0), rows[i].cmp);
        assert_int_equal((back > 0) - (back < 0), -rows[i].cmp);
        assert_int_equal(str_eq(a, b), rows[i].cmp == 0);
        assert_int_equal(str_eq_nocase(a, b), rows[i].nocase);
        assert_int_equal(str_eq_nocase(b, a), rows[i].nocase);
    }
}

static void beginnings_ends_and_places_are_found(void **state)
{
    static const struct {
        str s, part;
        bool starts, ends;
        int at;
    } rows[] = {
        {STR_INIT("lamp post"), STR_INIT("lamp"), true, false, 0},
        {STR_INIT("lamp post"), STR_INIT("post"), false, true, 5},
        {STR_INIT("lamp"), STR_INIT("lamp"), true, true, 0},
        {STR_INIT("lamp"), STR_INIT("lamps"), false, false, -1},
        {STR_INIT("lamp"), STR_INIT(""), true, true, 0},
        {{NULL, 0}, STR_INIT(""), true, true, 0},
        {{NULL, 0}, STR_INIT("x"), false, false, -1},
        {STR_INIT("x"), {NULL, 0}, true, true, 0},
        {STR_INIT("aab"), STR_INIT("ab"), false, true, 1},
        {STR_INIT("a\0b"), STR_INIT("\0b"), false, true, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_starts(rows[i].s, rows[i].part), rows[i].starts);
        assert_int_equal(str_ends(rows[i].s, rows[i].part), rows[i].ends);
        assert_int_equal(str_find(rows[i].s, rows[i].part), rows[i].at);
    }
    assert_int_equal(str_find_byte(STR("a:b:"), ':'), 1);
    assert_int_equal(str_find_byte(STR("a\0"), 0), 1);
    assert_int_equal(str_find_byte(STR("abc"), 0), -1);
    assert_int_equal(str_find_byte(none, 'x'), -1);
}

static void a_piece_stays_within_the_whole(void **state)
{
    str s = STR("abcdef");
    (void)state;
    static const struct {
        size_t from, n;
        const char *piece;
    } rows[] = {{0, 6, "abcdef"},
                {0, 0, ""},
                {2, 2, "cd"},
                {2, 99, "cdef"},
                {6, 1, ""},
                {7, 1, ""},
                {SIZE_MAX, SIZE_MAX, ""},
                {1, SIZE_MAX, "bcdef"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(str_z(mem, str_sub(s, rows[i].from, rows[i].n)), rows[i].piece);
    assert_null(str_sub(none, 3, 4).p);
    assert_null(str_from(NULL).p);
    assert_int_equal(str_from("abc").n, 3);
}

static void a_text_is_cut_at_the_first_separator(void **state)
{
    static const struct {
        const char *s, *head, *tail;
        bool found;
    } rows[] = {
        {"a=b=c", "a", "b=c", true}, {"=b", "", "b", true}, {"a=", "a", "", true},
        {"=", "", "", true},         {"a", "a", "", false}, {"", "", "", false},
    };
    str head, tail;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_cut(str_from(rows[i].s), '=', &head, &tail), rows[i].found);
        assert_string_equal(str_z(mem, head), rows[i].head);
        assert_string_equal(str_z(mem, tail), rows[i].tail);
        assert_int_equal(str_cut_str(str_from(rows[i].s), STR("="), &head, &tail), rows[i].found);
        assert_string_equal(str_z(mem, head), rows[i].head);
        assert_string_equal(str_z(mem, tail), rows[i].tail);
    }
    assert_true(str_cut_str(STR("a\r\r\nb"), STR("\r\n"), &head, &tail));
    assert_true(str_eq(head, STR("a\r")) && str_eq(tail, STR("b")));
    str s = STR("x;y");
    assert_true(str_cut(s, ';', &s, &tail)); /* into itself */
    assert_true(str_eq(s, STR("x")) && str_eq(tail, STR("y")));
}

static void white_space_goes_from_both_ends_only(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {" ", ""},
        {" \t\r\n\v\f ", ""},
        {"a", "a"},
        {"  a b  ", "a b"},
        {"\xE3\x80\x80落\xE3\x80\x80实\xE3\x80\x80", "落\xE3\x80\x80实"},
        {"\xC2\xA0 \xE3\x80\x80x\xC2\xA0\t\xC2\xA0", "x"},
        {"\xE3\x80\x80", ""},
        {"\xC2\xA0", ""},
        {"\xEF\xBB\xBFname", "name"},
        {"\xE3\x80", "\xE3\x80"}, /* cut short: not a space */
        {"\x80", "\x80"},
        {"x\xA0", "x\xA0"},                 /* no U+00A0 without its first byte */
        {"\xE3\x80\x81", "\xE3\x80\x81"},   /* U+3001 */
        {"\xE3\x83\x80", "\xE3\x83\x80"},   /* ends like a U+3000 */
        {"\xE2\x80\x83m", "\xE2\x80\x83m"}, /* other spaces stay */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_string_equal(str_z(mem, str_trim(tight(str_from(rows[i][0])))), rows[i][1]);
    assert_true(str_eq(str_trim(STR(" \0 ")), STR("\0")));
    assert_int_equal(str_trim(none).n, 0);
}

static void only_well_formed_utf8_is_utf8(void **state)
{
    static const struct {
        str s;
        bool good;
    } rows[] = {
        {STR_INIT(""), true},
        {STR_INIT("\0"), true},
        {STR_INIT("\x7F"), true},
        {STR_INIT("\x80"), false},
        {STR_INIT("\xBF"), false},
        {STR_INIT("\xC0\x80"), false}, /* overlong NUL */
        {STR_INIT("\xC1\xBF"), false}, /* overlong U+007F */
        {STR_INIT("\xC2\x80"), true},  /* U+0080 */
        {STR_INIT("\xDF\xBF"), true},  /* U+07FF */
        {STR_INIT("\xC2"), false},
        {STR_INIT("\xC2\x7F"), false},
        {STR_INIT("\xC2\xC0"), false},
        {STR_INIT("\xE0\x80\x80"), false},
        {STR_INIT("\xE0\x9F\xBF"), false}, /* overlong U+07FF */
        {STR_INIT("\xE0\xA0\x80"), true},  /* U+0800 */
        {STR_INIT("\xE0\xA0"), false},
        {STR_INIT("\xE4\xB8"), false},
        {STR_INIT("\xE4\xB8\x41"), false},
        {STR_INIT("\xE4\x41\xB8"), false},
        {STR_INIT("\xED\x9F\xBF"), true},  /* U+D7FF */
        {STR_INIT("\xED\xA0\x80"), false}, /* U+D800 */
        {STR_INIT("\xED\xBF\xBF"), false}, /* U+DFFF */
        {STR_INIT("\xEE\x80\x80"), true},  /* U+E000 */
        {STR_INIT("\xEF\xBF\xBD"), true},
        {STR_INIT("\xEF\xBF\xBF"), true}, /* U+FFFF: no character, but well-formed */
        {STR_INIT("\xF0\x80\x80\x80"), false},
        {STR_INIT("\xF0\x8F\xBF\xBF"), false}, /* overlong U+FFFF */
        {STR_INIT("\xF0\x90\x80\x80"), true},  /* U+10000 */
        {STR_INIT("\xF0\x9F\x92\xA1"), true},
        {STR_INIT("\xF0\x9F\x92"), false},
        {STR_INIT("\xF0\x9F\x92\x41"), false},
        {STR_INIT("\xF0\x9F\x41\xA1"), false},
        {STR_INIT("\xF4\x8F\xBF\xBF"), true},  /* U+10FFFF */
        {STR_INIT("\xF4\x90\x80\x80"), false}, /* beyond */
        {STR_INIT("\xF5\x80\x80\x80"), false},
        {STR_INIT("\xF8\x88\x80\x80\x80"), false},
        {STR_INIT("\xFE"), false},
        {STR_INIT("\xFF"), false},
        {STR_INIT("good \xE4\xB8\xAD then \xFF bad"), false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (str_is_utf8(tight(rows[i].s)) != rows[i].good) fail_msg("row %zu", i);
}

static void every_point_is_written_and_read_back(void **state)
{
    char z[4];
    (void)state;
    for (uint32_t c = 0; c <= 0x110010; c += c < 0x3000 || c > 0x10FFF0 || (c > 0xD7F0 && c < 0x10010) ? 1 : 37) {
        bool real = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
        size_t n = utf8_encode(c, z), at = 0;
        str s = {z, n};
        assert_true(str_is_utf8(s));
        assert_int_equal(str_next_point(s, &at), real ? c : 0xFFFD);
        assert_int_equal(at, n);
        if (real) assert_int_equal(n, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
    }
}

static void a_bad_byte_reads_as_the_replacement_and_is_passed_alone(void **state)
{
    static const struct {
        str s;
        uint32_t points[6];
        size_t n;
    } rows[] = {
        {STR_INIT("a\xFF"
                  "b"),
         {'a', 0xFFFD, 'b'},
         3},
        {STR_INIT("\xE4\xB8"), {0xFFFD, 0xFFFD}, 2},
        {STR_INIT("\xED\xA0\x80"), {0xFFFD, 0xFFFD, 0xFFFD}, 3},
        {STR_INIT("\xC0\x80\xE8\x90\xBD"), {0xFFFD, 0xFFFD, 0x843D}, 3},
        {STR_INIT("\xF0\x9F\x92\xA1\0"), {0x1F4A1, 0}, 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str s = tight(rows[i].s);
        size_t at = 0, n = 0;
        for (; at < s.n; n++) assert_int_equal(str_next_point(s, &at), rows[i].points[n]);
        assert_int_equal(n, rows[i].n);
        assert_int_equal(at, s.n);
    }
}

static void points_are_counted_and_never_cut(void **state)
{
    static const struct {
        const char *s;
        size_t points, max;
        const char *first;
    } rows[] = {
        {"", 0, 5, ""},
        {"abc", 3, 2, "ab"},
        {"abc", 3, 3, "abc"},
        {"abc", 3, 99, "abc"},
        {"落实abc", 5, 1, "落"},
        {"落实abc", 5, 3, "落实a"},
        {"é\xF0\x9F\x92\xA1x", 3, 2, "é\xF0\x9F\x92\xA1"},
        {"落", 1, 0, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_points(str_from(rows[i].s)), rows[i].points);
        assert_string_equal(str_z(mem, str_first_points(str_from(rows[i].s), rows[i].max)), rows[i].first);
    }
}

static void controls_are_seen(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char text[] = {'a', (char)c, 'b'};
        bool control = (c < 32 && c != '\t' && c != '\n' && c != '\r') || c == 127;
        assert_int_equal(str_has_control((str){text, 3}), control);
    }
    assert_false(str_has_control(none));
}

static void the_hash_is_fnv_1a(void **state)
{
    (void)state;
    assert_true(str_hash(STR("")) == UINT64_C(0xcbf29ce484222325));
    assert_true(str_hash(STR("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(str_hash(STR("foobar")) == UINT64_C(0x85944171f73967e8));
}

static void a_whole_number_is_the_whole_text(void **state)
{
    static const struct {
        str s;
        bool good;
        int64_t v;
    } rows[] = {
        {STR_INIT("0"), true, 0},
        {STR_INIT("-0"), true, 0},
        {STR_INIT("007"), true, 7},
        {STR_INIT("42"), true, 42},
        {STR_INIT("-42"), true, -42},
        {STR_INIT("9223372036854775807"), true, INT64_MAX},
        {STR_INIT("9223372036854775808"), false, 0},
        {STR_INIT("-9223372036854775808"), true, INT64_MIN},
        {STR_INIT("-9223372036854775809"), false, 0},
        {STR_INIT("18446744073709551616"), false, 0},
        {STR_INIT("99999999999999999999999"), false, 0},
        {STR_INIT("00000000000000000000000000001"), true, 1},
        {STR_INIT(""), false, 0},
        {{NULL, 0}, false, 0},
        {STR_INIT("-"), false, 0},
        {STR_INIT("+1"), false, 0},
        {STR_INIT("--1"), false, 0},
        {STR_INIT(" 1"), false, 0},
        {STR_INIT("1 "), false, 0},
        {STR_INIT("1.0"), false, 0},
        {STR_INIT("0x10"), false, 0},
        {STR_INIT("1\0"), false, 0},
        {STR_INIT("１"), false, 0},
        {STR_INIT("1/"), false, 0},
        {STR_INIT("1:"), false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t v = 0;
        if (str_int(tight(rows[i].s), &v) != rows[i].good) fail_msg("row %zu", i);
        if (rows[i].good) assert_true(v == rows[i].v);
    }
}

static void a_real_number_is_the_whole_text(void **state)
{
    static const struct {
        str s;
        bool good;
        double v;
    } rows[] = {
        {STR_INIT("0"), true, 0},
        {STR_INIT("1.5"), true, 1.5},
        {STR_INIT("-1.5e3"), true, -1500},
        {STR_INIT("+2"), true, 2},
        {STR_INIT(".5"), true, 0.5},
        {STR_INIT("1."), true, 1},
        {STR_INIT("1E-2"), true, 0.01},
        {STR_INIT("1e999"), false, 0},
        {STR_INIT("-1e999"), false, 0},
        {STR_INIT(""), false, 0},
        {STR_INIT("."), false, 0},
        {STR_INIT("e5"), false, 0},
        {STR_INIT("1e"), false, 0},
        {STR_INIT("nan"), false, 0},
        {STR_INIT("inf"), false, 0},
        {STR_INIT("0x1p3"), false, 0},
        {STR_INIT(" 1"), false, 0},
        {STR_INIT("1 "), false, 0},
        {STR_INIT("1,5"), false, 0},
        {STR_INIT("1\0"), false, 0},
        {STR_INIT("1.5.5"), false, 0},
        {STR_INIT("1-1"), false, 0},
        {STR_INIT("1e-999"), false, 0},
        {STR_INIT("1111111111222222222233333333334444444444555555555566666666667777"), false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double v = 0;
        if (str_double(tight(rows[i].s), &v) != rows[i].good) fail_msg("row %zu", i);
        if (rows[i].good) assert_true(v >= rows[i].v && v <= rows[i].v);
    }
}

static void what_is_made_is_whole_and_terminated(void **state)
{
    (void)state;
    assert_string_equal(str_z(mem, none), "");
    assert_string_equal(str_copy(mem, STR("abc")).p, "abc");
    assert_non_null(str_copy(mem, none).p);
    assert_true(str_eq(str_copy(mem, STR("a\0b")), STR("a\0b")));
    assert_string_equal(str_concat(mem, STR("ab"), STR("cd")).p, "abcd");
    assert_string_equal(str_concat(mem, none, none).p, "");
    assert_true(str_eq(str_format(mem, "%d/%s", 7, "x"), STR("7/x")));
    assert_int_equal(str_format(mem, "%*d", 3000, 1).n, 3000);
    assert_true(str_eq(str_lower(mem, STR("ABZ[@É")), STR("abz[@É")));
    assert_int_equal(str_lower(mem, none).n, 0);
}

#define WITH_MEMORY(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMORY(texts_are_compared_by_bytes),
        WITH_MEMORY(beginnings_ends_and_places_are_found),
        WITH_MEMORY(a_piece_stays_within_the_whole),
        WITH_MEMORY(a_text_is_cut_at_the_first_separator),
        WITH_MEMORY(white_space_goes_from_both_ends_only),
        WITH_MEMORY(only_well_formed_utf8_is_utf8),
        WITH_MEMORY(every_point_is_written_and_read_back),
        WITH_MEMORY(a_bad_byte_reads_as_the_replacement_and_is_passed_alone),
        WITH_MEMORY(points_are_counted_and_never_cut),
        WITH_MEMORY(controls_are_seen),
        WITH_MEMORY(the_hash_is_fnv_1a),
        WITH_MEMORY(a_whole_number_is_the_whole_text),
        WITH_MEMORY(a_real_number_is_the_whole_text),
        WITH_MEMORY(what_is_made_is_whole_and_terminated),
    };
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
