/* Times as offices write them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static struct zone shanghai = {.n = 1, .part = {{INT64_MIN, 8 * 3600 * 1000}}};

static void every_form_offices_use_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *utc;
    } good[] = {
        {"2019/2/28 11:25:05", "2019-02-28T03:25:05Z"},
        {"2019/12/6 0:16:05", "2019-12-05T16:16:05Z"},
        {"2019/11/22 16:54:42", "2019-11-22T08:54:42Z"},
        {"2018/4/24", "2018-04-23T16:00:00Z"},
        {"2019-02-28 11:25", "2019-02-28T03:25:00Z"},
        {"2019-02-28T11:25:05", "2019-02-28T03:25:05Z"},
        {"2019-02-28T11:25:05Z", "2019-02-28T11:25:05Z"},
        {"2019-02-28t11:25:05z", "2019-02-28T11:25:05Z"},
        {"2019-02-28T11:25:05.250+09:00", "2019-02-28T02:25:05.250Z"},
        {"2019-02-28 11:25:05 -0330", "2019-02-28T14:55:05Z"},
        {"2019.2.28 9:05", "2019-02-28T01:05:00Z"},
        {"2019年2月28日 11:25", "2019-02-28T03:25:00Z"},
        {"2019年2月28日11时25分05秒", "2019-02-28T03:25:05Z"},
        {"2019 年 2 月 28 日 11 时 25 分", "2019-02-28T03:25:00Z"},
        {"2019年2月28日11点", "2019-02-28T03:00:00Z"},
        {"2019年02月28号", "2019-02-27T16:00:00Z"},
        {"2019年2月28日星期四 11:25", "2019-02-28T03:25:00Z"},
        {"2019年2月28日 周四", "2019-02-27T16:00:00Z"},
        {"2019/2/28 下午3:05:00", "2019-02-28T07:05:00Z"},
        {"2019/2/28 上午12:05", "2019-02-27T16:05:00Z"},
        {"2019/2/28 下午 15:05", "2019-02-28T07:05:00Z"},
        {"2019-02-28 3:05 PM", "2019-02-28T07:05:00Z"},
        {"２０１９／２／２８　１１：２５：０５", "2019-02-28T03:25:05Z"},
        {"  2019-02-28\t11:25 ", "2019-02-28T03:25:00Z"},
        {"20190228", "2019-02-27T16:00:00Z"},
        {"20190228 11:25", "2019-02-28T03:25:00Z"},
        {"201902281125", "2019-02-28T03:25:00Z"},
        {"20190228112505", "2019-02-28T03:25:05Z"},
        {"43832", "2020-01-01T16:00:00Z"},
        {"43782.47246527778", "2019-11-13T03:20:21Z"},
        {"43705.8140162037", "2019-08-28T11:32:11Z"},
        {"43803.5071875", "2019-12-04T04:10:21Z"},
        {"2020-02-29", "2020-02-28T16:00:00Z"},
        {"1900-01-01", "1899-12-31T16:00:00Z"},
    };
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        instant at = {0};
        char text[32];
        if (!sheet_time(str_from(good[i].cell), &shanghai, &at)) fail_msg("not read: %s", good[i].cell);
        instant_format(at, text);
        if (strcmp(text, good[i].utc) != 0) fail_msg("%s read as %s", good[i].cell, text);
    }
}

/* clang-format off */
static const char *const bad[] = {
    "", " ", "不详", "2019", "201902", "2019-02", "2019年2月", "2019/2/29", "2019-02-30 11:25", "2019/13/1",
    "2019/0/1", "2019/1/0", "2019/1/32", "2019/2/28 24:00", "2019/2/28 11:60", "2019/2/28 11:25:60",
    "2019/2/28 11", "2019/2/28 11:", "2019/2/28 11:25:", "2019/2/28 上午15:05", "2019-2/28", "19/2/28",
    "28/2/2019", "2/28/2019 11:25", "1899-12-31", "2200-01-01", "2019-02-28 11:25 x", "2019-02-28 11:25 +15:00",
    "2019-02-28+08:00x", "2019/2/28 11:25:05.", "-43782", "43782.5.5", "1e5", "120000", "12345", "nan",
    "20191301", "20190230112505", "2019/2/28/1", "2019/2/2811:25", "2019-02-28 111:25", "1970-01-01T00:00:00Z",
    "2019/2/28 11:25 2019/2/28 11:25", "\xE5\xB9", "\xFF\xFE", "99999999999999999999999999",
    "2019年2月28日11时25分05秒2019年2月28日11时25分05秒2019年2月28日11时25分05秒",
};
/* clang-format on */

static void what_cannot_be_a_time_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        instant at = {42};
        if (sheet_time(str_from(bad[i]), &shanghai, &at)) fail_msg("read: %s", bad[i]);
        assert_int_equal(at.ms, 42);
    }
}

static void a_day_is_the_day_of_the_zone(void **state)
{
    (void)state;
    day d;
    assert_true(sheet_day(STR("2019年2月28日"), &shanghai, &d));
    assert_int_equal(d.n, day_from_civil(2019, 2, 28).n);
    assert_true(sheet_day(STR("2019-02-28T20:00:00Z"), &shanghai, &d));
    assert_int_equal(d.n, day_from_civil(2019, 3, 1).n);
    assert_true(sheet_day(STR("43782.99"), &shanghai, &d));
    assert_int_equal(d.n, day_from_civil(2019, 11, 13).n);
    assert_false(sheet_day(STR("2019-02-30"), &shanghai, &d));
}

static void serials_become_dates_in_both_systems(void **state)
{
    (void)state;
    static const struct {
        double serial;
        bool since_1904;
        const char *text;
    } cases[] = {
        {43782.47246527778, false, "2019-11-13 11:20:21"},
        {43832, false, "2020-01-02"},
        {1, false, "1900-01-01"},
        {59, false, "1900-02-28"},
        {60, false, NULL}, /* the day that never was */
        {61, false, "1900-03-01"},
        {0.5, false, NULL},
        {-1, false, NULL},
        {2958465, false, "9999-12-31"},
        {2958466, false, NULL},
        {0, true, "1904-01-01"},
        {42320.5, true, "2019-11-13 12:00:00"},
        {1e300, false, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[32] = "";
        size_t n = sheet_serial_format(cases[i].serial, cases[i].since_1904, text);
        assert_int_equal(n, cases[i].text ? strlen(cases[i].text) : 0);
        if (cases[i].text) assert_string_equal(text, cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_offices_use_is_read),
        cmocka_unit_test(what_cannot_be_a_time_is_refused),
        cmocka_unit_test(a_day_is_the_day_of_the_zone),
        cmocka_unit_test(serials_become_dates_in_both_systems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
