/* out_test: what reaches the page.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/out.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/limits.h"

static struct arena *mem;
static struct zone shanghai = {.n = 1, .part = {{.from_ms = 0, .offset_ms = 8 * 3600 * 1000}}};

static int setup(void **state)
{
    (void)state;
    mem = arena_new((size_t)64 * 1024 * 1024, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    return 0;
}

static struct out fresh(enum lang lang)
{
    struct out o;
    out_init(&o, mem, lang, &shanghai, (instant){1});
    return o;
}

#define assert_out(o, expected) assert_string_equal(str_z(mem, out_str(o)), expected)

/* One writer, many inputs. */
static void each(void (*write)(struct out *, str), const char *const (*rows)[2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct out o = fresh(LANG_EN);
        write(&o, str_from(rows[i][0]));
        assert_out(&o, rows[i][1]);
    }
}

static void text_never_becomes_markup(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"a & b &amp; c", "a &amp; b &amp;amp; c"},
        {"\" onmouseover='x'", "&#34; onmouseover=&#39;x&#39;"},
        {"落实 <b>", "落实 &lt;b&gt;"},
        {"<<<>>>", "&lt;&lt;&lt;&gt;&gt;&gt;"},
        {"ends with <", "ends with &lt;"},
    };
    (void)state;
    each(out_text, rows, COUNT_OF(rows));
    each(out_attr, rows, COUNT_OF(rows));
    struct out o = fresh(LANG_EN);
    out_text(&o, STR("a\0b"));
    assert_out(&o, "a\xEF\xBF\xBD"
                   "b");
}

static void every_byte_of_a_long_text_is_escaped_like_a_short_one(void **state)
{
    (void)state;
    struct out whole = fresh(LANG_EN), pieces = fresh(LANG_EN);
    char bytes[5000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7 % 251);
    out_text(&whole, (str){bytes, sizeof bytes});
    for (size_t i = 0; i < sizeof bytes; i++) out_text(&pieces, (str){bytes + i, 1});
    assert_true(str_eq(out_str(&whole), out_str(&pieces)));
}

static void an_address_has_a_harmless_scheme_or_none(void **state)
{
    static const char *const rows[][2] = {
        {"https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&amp;d=e#f"},
        {"HTTP://example.org", "HTTP://example.org"},
        {"mailto:a@example.org", "mailto:a@example.org"},
        {"tel:+861234567", "tel:+861234567"},
        {"/matter/12?x=a:b", "/matter/12?x=a:b"},
        {"?page=2", "?page=2"},
        {"#top", "#top"},
        {"", ""},
        {"a/b:c", "a/b:c"},
        {"javascript:alert(1)", "#"},
        {"JaVaScRiPt:alert(1)", "#"},
        {" javascript:alert(1)", "#"},
        {"java\nscript:alert(1)", "#"},
        {"\x01javascript:alert(1)", "#"},
        {"data:text/html,<script>", "#"},
        {"vbscript:x", "#"},
        {":x", "#"},
        {"\\\\evil", "%5C%5Cevil"},
        {"/a b\"c'd<e>f", "/a%20b%22c%27d%3Ce%3Ef"},
        {"/落", "/%E8%90%BD"},
        {"/100%25", "/100%25"},
    };
    (void)state;
    each(out_url, rows, COUNT_OF(rows));
}

static void a_part_of_an_address_cannot_leave_its_place(void **state)
{
    static const char *const rows[][2] = {
        {"a-b_c.d~e9Z", "a-b_c.d~e9Z"}, {"../../x", "..%2F..%2Fx"},        {"a&b=c#d?e", "a%26b%3Dc%23d%3Fe"},
        {"a:b@c", "a%3Ab%40c"},         {"\"'<>% ", "%22%27%3C%3E%25%20"}, {"路灯", "%E8%B7%AF%E7%81%AF"},
    };
    (void)state;
    each(out_url_part, rows, COUNT_OF(rows));
}

static void line_breaks_are_kept_and_hits_are_marked(void **state)
{
    static const char *const lines[][2] = {
        {"a\nb\r\nc", "a<br>\nb<br>\nc"},
        {"<\n", "&lt;<br>\n"},
        {"\r\n\r\n", "<br>\n<br>\n"},
        {"x", "x"},
    };
    static const char *const marks[][2] = {
        {"the \1lamp\2 <b>", "the <mark>lamp</mark> &lt;b&gt;"},
        {"\1a", "<mark>a</mark>"},
        {"a\2b", "ab"},
        {"\1a\1b\2\2c", "<mark>ab</mark>c"},
    };
    (void)state;
    each(out_lines, lines, COUNT_OF(lines));
    each(out_mark, marks, COUNT_OF(marks));
}

static void numbers_are_grouped_and_read_back_the_same(void **state)
{
    (void)state;
    static const struct {
        int64_t v;
        const char *text;
    } rows[] = {
        {0, "0"},
        {7, "7"},
        {999, "999"},
        {1000, "1,000"},
        {4000, "4,000"},
        {-999, "-999"},
        {-1000, "-1,000"},
        {1234567, "1,234,567"},
        {INT64_MIN, "-9,223,372,036,854,775,808"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct out o = fresh(LANG_ZH);
        out_number(&o, rows[i].v);
        assert_out(&o, rows[i].text);
    }
    struct out o = fresh(LANG_EN);
    out_int(&o, -42);
    out_raw(&o, STR(" "));
    out_real(&o, 0.1);
    out_raw(&o, STR(" "));
    out_real(&o, 12.0);
    out_raw(&o, STR(" "));
    out_real(&o, 1.0 / 3.0);
    assert_out(&o, "-42 0.1 12 0.3333333333333333");
}

static void dates_are_written_in_the_zone_and_the_language(void **state)
{
    (void)state;
    instant at = {INT64_C(1793668320000)}; /* 2026-11-03 01:12 UTC */
    struct out en = fresh(LANG_EN), zh = fresh(LANG_ZH);
    struct out *both[] = {&en, &zh};
    for (size_t i = 0; i < 2; i++) {
        struct out *o = both[i];
        out_date(o, at);
        out_raw(o, STR(" | "));
        out_datetime(o, at);
        out_raw(o, STR(" | "));
        out_iso(o, at);
        out_raw(o, STR(" | "));
        out_day(o, day_from_civil(2026, 1, 9));
        out_raw(o, STR(" | "));
        out_day_iso(o, day_from_civil(2026, 1, 9));
    }
    assert_out(&en, "3 Nov 2026 | 3 Nov 2026, 09:12 | 2026-11-03T01:12:00Z | 9 Jan 2026 | 2026-01-09");
    assert_out(&zh, "2026年11月3日 | 2026年11月3日 09:12 | 2026-11-03T01:12:00Z | 2026年1月9日 | 2026-01-09");
}

static void a_date_that_is_not_there_writes_nothing(void **state)
{
    (void)state;
    struct out o = fresh(LANG_EN);
    out_date(&o, (instant){0});
    out_datetime(&o, (instant){0});
    out_iso(&o, (instant){0});
    out_day(&o, (day){0});
    out_day_iso(&o, (day){0});
    assert_out(&o, "");
}

static void values_in_a_message_are_escaped(void **state)
{
    (void)state;
    struct out o = fresh(LANG_EN);
    str message = STR("{who} <has> {n} of {all}, {link} until {on} {nothing}");
    out_tr_values(
        &o, str_hash(message), message,
        (const struct out_value[]){{.name = STR_INIT("who"), .kind = OUT_TEXT, .text = STR_INIT("<b>")},
                                   {.name = STR_INIT("n"), .kind = OUT_INT, .number = 2000},
                                   {.name = STR_INIT("all"), .kind = OUT_NUMBER, .number = 4000},
                                   {.name = STR_INIT("link"), .kind = OUT_HTML, .markup = {STR_INIT("<i>x</i>")}},
                                   {.name = STR_INIT("on"), .kind = OUT_DAY, .on = day_from_civil(2026, 11, 3)}},
        5);
    assert_out(&o, "&lt;b&gt; &lt;has&gt; 2000 of 4,000, <i>x</i> until 3 Nov 2026 ");
}

static void the_plural_is_chosen_by_the_number(void **state)
{
    (void)state;
    struct out o = fresh(LANG_EN);
    for (int64_t n = 0; n < 3; n++) {
        struct out_value value = {.name = STR("n"), .kind = OUT_INT, .number = n};
        out_trn_values(&o, 1, STR("{n} day; "), STR("{n} days; "), n, &value, 1);
    }
    assert_out(&o, "0 days; 1 day; 2 days; ");
}

static void json_text_is_valid_and_safe_inside_a_script_element(void **state)
{
    static const char *const rows[][2] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"落实", "\"落实\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\n\r\t\b\f\x1F\x7F", "\"\\n\\r\\t\\u0008\\u000c\\u001f\\u007f\""},
        {"</script><!--&", "\"\\u003c/script\\u003e\\u003c!--\\u0026\""},
        {"a\xE2\x80\xA8"
         "b\xE2\x80\xA9"
         "c\xE2\x80\x9C",
         "\"a\\u2028b\\u2029c\xE2\x80\x9C\""},
        {"bad \xFF\xC0\x80 x", "\"bad \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD x\""},
        {"cut \xE2\x80", "\"cut \xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    (void)state;
    each(out_json_str, rows, COUNT_OF(rows));
}

static void json_says_null_for_what_is_not_there(void **state)
{
    (void)state;
    struct out o = fresh(LANG_ZH);
    out_json_str(&o, (str){0});
    out_raw(&o, STR(" "));
    out_json_instant(&o, (instant){0});
    out_raw(&o, STR(" "));
    out_json_day(&o, (day){0});
    out_raw(&o, STR(" "));
    out_json_real(&o, (double)NAN);
    out_raw(&o, STR(" "));
    out_json_real(&o, (double)INFINITY);
    assert_out(&o, "null null null null null");
}

static void json_values_do_not_depend_on_language_or_zone(void **state)
{
    (void)state;
    struct out o = fresh(LANG_ZH);
    out_json_int(&o, INT64_MIN);
    out_raw(&o, STR(" "));
    out_json_bool(&o, true);
    out_json_bool(&o, false);
    out_raw(&o, STR(" "));
    out_json_instant(&o, (instant){INT64_C(1793668320007)});
    out_json_day(&o, day_from_civil(2026, 2, 28));
    out_json_real(&o, 2.5);
    assert_out(&o, "-9223372036854775808 truefalse \"2026-11-03T01:12:00.007Z\"\"2026-02-28\"2.5");
}

static void a_page_over_the_limit_leaves_by_the_arenas_way_out(void **state)
{
    (void)state;
    jmp_buf full;
    struct out o = fresh(LANG_EN);
    volatile bool left = false;
    str big = {NEWN(mem, char, 65536), 65536};
    arena_set_on_full(mem, &full);
    if (setjmp(full) == 0) {
        for (size_t n = 0; n <= LIMIT_PAGE; n += big.n) out_text(&o, big);
    } else {
        left = true;
    }
    arena_set_on_full(mem, NULL);
    assert_true(left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_never_becomes_markup, setup, teardown),
        cmocka_unit_test_setup_teardown(every_byte_of_a_long_text_is_escaped_like_a_short_one, setup, teardown),
        cmocka_unit_test_setup_teardown(an_address_has_a_harmless_scheme_or_none, setup, teardown),
        cmocka_unit_test_setup_teardown(a_part_of_an_address_cannot_leave_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(line_breaks_are_kept_and_hits_are_marked, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_are_grouped_and_read_back_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(dates_are_written_in_the_zone_and_the_language, setup, teardown),
        cmocka_unit_test_setup_teardown(a_date_that_is_not_there_writes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(values_in_a_message_are_escaped, setup, teardown),
        cmocka_unit_test_setup_teardown(the_plural_is_chosen_by_the_number, setup, teardown),
        cmocka_unit_test_setup_teardown(json_text_is_valid_and_safe_inside_a_script_element, setup, teardown),
        cmocka_unit_test_setup_teardown(json_says_null_for_what_is_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(json_values_do_not_depend_on_language_or_zone, setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_over_the_limit_leaves_by_the_arenas_way_out, setup, teardown),
    };
    return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
