/* lang_test: choosing a language, and messages with values. The real catalogue is linked, so Chinese is tested by what
 * is certain of any catalogue here, and by one made by hand; tools/tools_mktpl.test.mjs tests made ones.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/arena.h"

static void tags_are_read_in_any_spelling(void **state)
{
    static const struct {
        const char *tag;
        int lang; /* 0: none */
    } rows[] = {
        {"en", LANG_EN},
        {"EN", LANG_EN},
        {"en-GB", LANG_EN},
        {"zh", LANG_ZH},
        {"zh-CN", LANG_ZH},
        {"zh_CN", LANG_ZH},
        {"zh-Hans-CN", LANG_ZH},
        {"ZH-cn", LANG_ZH},
        {"", 0},
        {"e", 0},
        {"eng", 0},
        {"de", 0},
        {"zhx", 0},
        {"-en", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum lang lang = 0;
        assert_int_equal(lang_parse(str_from(rows[i].tag), &lang), rows[i].lang != 0);
        assert_int_equal(lang, rows[i].lang);
    }
    assert_true(str_eq(lang_tag(LANG_EN), STR("en")));
    assert_true(str_eq(lang_tag(LANG_ZH), STR("zh-CN")));
}

static void the_browsers_weights_decide(void **state)
{
    static const struct {
        const char *accept;
        int lang;
    } rows[] = {
        {"zh-CN,zh;q=0.9,en;q=0.8", LANG_ZH},
        {"en-US,en;q=0.5", LANG_EN},
        {"fr, de;q=0.9, zh;q=0.2, en;q=0.1", LANG_ZH},
        {"en;q=0.3,zh;q=0.7", LANG_ZH},
        {"en , zh", LANG_EN},
        {" zh ; q = 0.4 , en ; q = 0.400 ", LANG_ZH},
        {"en;q=0, zh;q=0.001", LANG_ZH},
        {"en;q=0", 0},
        {"en;q=1.5, zh;q=0.1", LANG_ZH},
        {"en;q=x, zh;q=0.1", LANG_ZH},
        {"en;q=0.12345, zh;q=0.1", LANG_ZH},
        {"en;level=1;q=0.2, zh;q=0.1", LANG_EN},
        {"*", 0},
        {"", 0},
        {",,;;==", 0},
        {"fr", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(lang_from_accept(str_from(rows[i].accept)), rows[i].lang);
    }
}

static void an_unknown_message_is_its_english(void **state)
{
    static const char *const unknown = "xyzzy: certainly not a message of this program";
    (void)state;
    assert_true(str_eq(tr(LANG_EN, unknown), str_from(unknown)));
    assert_true(str_eq(tr(LANG_ZH, unknown), str_from(unknown)));
    assert_true(str_eq(tr_term(LANG_ZH, str_from(unknown)), str_from(unknown)));
    assert_true(str_eq(tr_hash(LANG_ZH, 0, STR("a")), STR("a")));
    assert_true(str_eq(tr_plural(LANG_ZH, unknown, "many", 1), str_from(unknown)));
    assert_true(str_eq(tr_plural(LANG_ZH, unknown, "many", 2), STR("many")));
}

static void a_term_of_any_length_is_safe(void **state)
{
    char big[1000];
    (void)state;
    memset(big, 'x', sizeof big);
    for (size_t n = 0; n <= sizeof big; n += 25) {
        str term = {big, n};
        assert_true(str_eq(tr_term(LANG_ZH, term), term));
    }
    assert_int_equal(tr_term(LANG_ZH, (str){0}).n, 0);
}

static void a_catalogue_finds_what_is_in_it_and_nothing_else(void **state)
{
    /* Four slots; 5 and 9 both belong in slot 1. */
    static const struct catalogue_slot slots[4] = {[1] = {5, 0, 3}, [2] = {9, 3, 4}};
    static const struct catalogue c = {slots, 3, "onetwo!"};
    (void)state;
    assert_true(str_eq(catalogue_find(&c, 5), STR("one")));
    assert_true(str_eq(catalogue_find(&c, 9), STR("two!")));
    assert_null(catalogue_find(&c, 13).p);
    assert_null(catalogue_find(&c, 4).p);
    assert_null(catalogue_find(&c, 0).p);
}

static void a_message_is_cut_into_text_and_names(void **state)
{
    static const struct {
        const char *message, *pieces;
    } rows[] = {
        {"", ""},
        {"plain", "[plain]"},
        {"{n} days", "[]<n>[ days]"},
        {"a {b} c {d}", "[a ]<b>[ c ]<d>"},
        {"open { end", "[open { end]"},
        {"{}", "[]<>"},
    };
    (void)state;
    struct arena *mem = arena_new(1 << 20, NULL);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str message = str_from(rows[i].message), text, name, all = STR("");
        while (tr_next(&message, &text, &name)) {
            all = str_concat(mem, all, str_format(mem, "[%.*s]", STR_ARG(text)));
            if (name.p != NULL) all = str_concat(mem, all, str_format(mem, "<%.*s>", STR_ARG(name)));
        }
        assert_string_equal(str_z(mem, all), rows[i].pieces);
    }
    arena_free(mem);
}

static void named_values_are_put_in_their_places(void **state)
{
    (void)state;
    struct arena *mem = arena_new(1 << 20, NULL);
    str s = tr_format(mem, LANG_EN, "{n} of {all}: {n}, {other}", "all", STR("{n}"), "n", STR("6"), NULL);
    assert_string_equal(str_z(mem, s), "6 of {n}: 6, {other}");
    s = tr_format(mem, LANG_EN, "nothing", NULL);
    assert_string_equal(str_z(mem, s), "nothing");
    s = tr_format_plural(mem, LANG_EN, "{n} day", "{n} days", 1, "n", STR("1"), NULL);
    assert_string_equal(str_z(mem, s), "1 day");
    s = tr_format_plural(mem, LANG_EN, "{n} day", "{n} days", 0, "n", STR("0"), NULL);
    assert_string_equal(str_z(mem, s), "0 days");
    arena_free(mem);
}

static void dates_have_the_form_of_their_language(void **state)
{
    char text[LANG_DATE_BYTES];
    struct civil c = {.year = 2026, .month = 11, .day = 3, .hour = 9, .minute = 5};
    (void)state;
    assert_true(str_eq((str){text, lang_date(LANG_EN, c, text)}, STR("3 Nov 2026")));
    assert_true(str_eq((str){text, lang_datetime(LANG_EN, c, text)}, STR("3 Nov 2026, 09:05")));
    assert_true(str_eq((str){text, lang_date(LANG_ZH, c, text)}, STR("2026年11月3日")));
    assert_true(str_eq((str){text, lang_datetime(LANG_ZH, c, text)}, STR("2026年11月3日 09:05")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_read_in_any_spelling),
        cmocka_unit_test(the_browsers_weights_decide),
        cmocka_unit_test(an_unknown_message_is_its_english),
        cmocka_unit_test(a_term_of_any_length_is_safe),
        cmocka_unit_test(a_catalogue_finds_what_is_in_it_and_nothing_else),
        cmocka_unit_test(a_message_is_cut_into_text_and_names),
        cmocka_unit_test(named_values_are_put_in_their_places),
        cmocka_unit_test(dates_have_the_form_of_their_language),
    };
    return cmocka_run_group_tests_name("lang", tests, NULL, NULL);
}
