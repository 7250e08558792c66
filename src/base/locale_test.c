/* locale_test: zones, folding, GB18030 and words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/locale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/arena.h"

static struct arena *mem;

static int setup(void **state)
{
    (void)state;
    mem = arena_new((size_t)16 * 1024 * 1024, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static instant utc(int year, int month, int d, int hour)
{
    return (instant){(int64_t)day_from_civil(year, month, d).n * DAY_MS + hour * HOUR_MS};
}

static void the_zone_of_china_knows_its_summer_times(void **state)
{
    struct zone z;
    (void)state;
    assert_true(locale_zone_load("Asia/Shanghai", &z));
    assert_int_equal(zone_offset_ms(&z, utc(2026, 11, 3, 0)), 8 * HOUR_MS);
    assert_int_equal(zone_offset_ms(&z, utc(1988, 7, 1, 0)), 9 * HOUR_MS);
    assert_int_equal(zone_offset_ms(&z, utc(1970, 1, 1, 0)), 8 * HOUR_MS);
    assert_in_range(z.n, 2, 60);
}

static void a_zone_with_rules_has_them_until_2100(void **state)
{
    struct zone z;
    (void)state;
    if (!locale_zone_load("Europe/Berlin", &z)) fail();
    assert_true(z.n > 200);
    assert_int_equal(zone_offset_ms(&z, utc(2026, 3, 29, 0)), HOUR_MS);
    assert_int_equal(zone_offset_ms(&z, utc(2026, 3, 29, 1)), 2 * HOUR_MS);
    assert_int_equal(zone_offset_ms(&z, utc(2090, 7, 1, 0)), 2 * HOUR_MS);
    for (int i = 1; i < z.n; i++) assert_true(z.part[i].from_ms > z.part[i - 1].from_ms);
}

static void utc_is_one_part(void **state)
{
    struct zone z;
    (void)state;
    assert_true(locale_zone_load("UTC", &z));
    assert_int_equal(z.n, 1);
    assert_int_equal(z.part[0].offset_ms, 0);
}

static void a_name_that_is_no_zone_is_refused(void **state)
{
    static const char *const names[] = {
        "",          "Asia/Nowhere", "Asia/Shanghai ",
        "GMT+25:99", "\xFF\xFE",     "America/Argentina/ComodRivadavia/And/So/On/And/So/On/And/So/On/x"};
    struct zone z;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_false(locale_zone_load(names[i], &z));
        assert_int_equal(z.n, 0);
    }
}

static void folding_evens_out_what_people_do_not_mean(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"Street LAMP 12", "street lamp 12"},
        {"１２号楼　ＡＢＣ", "12号楼 abc"},
        {"Straße", "strasse"},
        {"ﬁre", "fire"},
        {"É", "é"},
        {"e\xCC\x81", "é"},
        {"a\xE2\x80\x8B"
         "b",
         "ab"},
        {"路燈", "路燈"},
        {"落实", "落实"},
        {"\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA",
         NULL}, /* one to eighteen */
        {"bad \xFF", "bad \xEF\xBF\xBD"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str folded = locale_fold(mem, str_from(rows[i][0]));
        assert_true(str_is_utf8(folded));
        if (rows[i][1] != NULL) assert_string_equal(str_z(mem, folded), rows[i][1]);
        assert_true(str_eq(locale_fold(mem, folded), folded));
    }
}

static void gb18030_becomes_utf8(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"\xC2\xE4\xCA\xB5", "落实"},
        {"a\xA3\xACz", "a，z"},
        {"\x81\x30\x81\x30", "\xC2\x80"},
        {"\x95\x32\x82\x36", "\xF0\xA0\x80\x80"}, /* U+20000 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str out;
        assert_true(locale_from_gb18030(mem, str_from(rows[i][0]), &out));
        assert_string_equal(str_z(mem, out), rows[i][1]);
    }
}

static void bytes_that_are_not_gb18030_are_refused(void **state)
{
    static const char *const rows[] = {
        "\xFF", "ok \xC2", "\x80\x20", "\x81\x30\x81", "\x81\x30\x20\x30", "\xC2\x20", "落实 in UTF-8 \xE8",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str out;
        assert_false(locale_from_gb18030(mem, str_from(rows[i]), &out));
    }
}

static void long_texts_convert_whole(void **state)
{
    enum { N = 100000 };
    char *in = NEWN(mem, char, 2 * N);
    str out;
    (void)state;
    for (size_t i = 0; i < N; i++) {
        in[2 * i] = '\xC2';
        in[2 * i + 1] = '\xE4';
    }
    assert_true(locale_from_gb18030(mem, (str){in, 2 * N}, &out));
    assert_int_equal(out.n, 3 * N);
    assert_int_equal(str_points(out), N);
}

struct seen {
    str text, all;
    int left;
};

static bool note(void *ctx, size_t from, size_t to, int kind)
{
    struct seen *s = ctx;
    s->all = str_concat(mem, s->all, str_format(mem, "%d:%.*s ", kind, STR_ARG(str_sub(s->text, from, to - from))));
    return --s->left != 0;
}

static void words_are_found_in_both_languages(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {" , .", ""},
        {"The lamp, broken.", "2:The 2:lamp 2:broken "},
        {"3 lamps 1,000", "1:3 2:lamps 1:1,000 "},
        {"路灯坏了", "4:路灯 4:坏 4:了 "},
        {"中山路12号", "4:中山路 1:12 4:号 "},
    };
    (void)state;
    struct locale_words *w = locale_words_open(mem);
    assert_non_null(w);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct seen s = {.text = str_from(rows[i][0]), .all = STR("")};
        assert_true(locale_words_each(w, s.text, note, &s));
        assert_string_equal(str_z(mem, s.all), rows[i][1]);
    }
    locale_words_close(w);
}

static void the_words_end_when_the_caller_has_enough(void **state)
{
    (void)state;
    struct locale_words *w = locale_words_open(mem);
    struct seen s = {.text = STR("one two three"), .all = STR(""), .left = 2};
    assert_true(locale_words_each(w, s.text, note, &s));
    assert_string_equal(str_z(mem, s.all), "2:one 2:two ");
    locale_words_close(w);
    locale_words_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_zone_of_china_knows_its_summer_times, setup, teardown),
        cmocka_unit_test_setup_teardown(a_zone_with_rules_has_them_until_2100, setup, teardown),
        cmocka_unit_test_setup_teardown(utc_is_one_part, setup, teardown),
        cmocka_unit_test_setup_teardown(a_name_that_is_no_zone_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(folding_evens_out_what_people_do_not_mean, setup, teardown),
        cmocka_unit_test_setup_teardown(gb18030_becomes_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(bytes_that_are_not_gb18030_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(long_texts_convert_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(words_are_found_in_both_languages, setup, teardown),
        cmocka_unit_test_setup_teardown(the_words_end_when_the_caller_has_enough, setup, teardown),
    };
    return cmocka_run_group_tests_name("locale", tests, NULL, NULL);
}
