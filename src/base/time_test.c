/* time_test: the calendar, made-up zones, and dates as text.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static void the_calendar_goes_on_day_by_day_for_800_years(void **state)
{
    (void)state;
    int year = 1600, month = 1, d = 1, weekday = 6; /* a Saturday */
    int32_t first = day_from_civil(1600, 1, 1).n;
    for (int32_t n = first; n < first + 2 * 146097; n++) {
        struct civil c = civil_from_day((day){n});
        if (c.year != year || c.month != month || c.day != d || c.weekday != weekday ||
            day_from_civil(year, month, d).n != n || !civil_is_valid(year, month, d))
            fail_msg("day %d: %d-%d-%d", n, year, month, d);
        weekday = (weekday + 1) % 7;
        if (++d <= days_of(year, month)) continue;
        d = 1;
        if (++month <= 12) continue;
        month = 1;
        year++;
    }
    assert_int_equal(year, 2400);
}

static void known_days_have_their_number(void **state)
{
    static const struct {
        int year, month, d, n, weekday;
    } rows[] = {
        {1970, 1, 1, 0, 4},      {1969, 12, 31, -1, 3},    {2000, 2, 29, 11016, 2}, {2000, 3, 1, 11017, 3},
        {1900, 3, 1, -25508, 4}, {2026, 11, 23, 20780, 1}, {1, 1, 1, -719162, 1},   {9999, 12, 31, 2932896, 5},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(day_from_civil(rows[i].year, rows[i].month, rows[i].d).n, rows[i].n);
        assert_int_equal(civil_from_day((day){rows[i].n}).weekday, rows[i].weekday);
    }
}

static void only_real_dates_are_valid(void **state)
{
    static const struct {
        int year, month, d;
        bool good;
    } rows[] = {
        {2024, 2, 29, true},  {2023, 2, 29, false}, {1900, 2, 29, false}, {2000, 2, 29, true},  {2100, 2, 29, false},
        {2026, 4, 31, false}, {2026, 4, 30, true},  {2026, 0, 1, false},  {2026, 13, 1, false}, {2026, 1, 0, false},
        {2026, 1, 32, false}, {0, 1, 1, false},     {1, 1, 1, true},      {9999, 12, 31, true}, {10000, 1, 1, false},
        {-4, 2, 1, false},    {2024, 2, 30, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (civil_is_valid(rows[i].year, rows[i].month, rows[i].d) != rows[i].good) fail_msg("row %zu", i);
}

/* A zone with summer time in 2026: from one UTC moment to another. */
static struct zone summer(int64_t offset, const char *from, const char *to)
{
    struct zone z = {.n = 3};
    instant a, b;
    assert_true(instant_parse(str_from(from), NULL, &a) && instant_parse(str_from(to), NULL, &b));
    z.part[0].from_ms = INT64_MIN;
    z.part[0].offset_ms = (int32_t)offset;
    z.part[1].from_ms = a.ms;
    z.part[1].offset_ms = (int32_t)(offset + HOUR_MS);
    z.part[2].from_ms = b.ms;
    z.part[2].offset_ms = (int32_t)offset;
    return z;
}

static struct zone zones[6];
static const size_t n_zones = COUNT_OF(zones);

static int make_zones(void **state)
{
    (void)state;
    zones[0] = (struct zone){0};
    zones[1] = summer(HOUR_MS, "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"); /* 02:00 to 03:00, and back */
    zones[2] = summer(-8 * HOUR_MS, "2026-03-08T10:00:00Z", "2026-11-01T09:00:00Z");
    zones[3] = summer(-3 * HOUR_MS, "2026-10-04T03:00:00Z",
                      "2026-11-15T02:00:00Z"); /* midnight is skipped, then 23:00 comes twice */
    zones[4] =
        summer(2 * HOUR_MS, "2026-03-27T22:00:00Z", "2026-10-29T22:00:00Z"); /* midnight is skipped, then comes twice */
    zones[5] = summer(11 * HOUR_MS + 30 * MINUTE_MS, "2026-10-03T15:30:00Z", "2026-12-05T15:00:00Z");
    return 0;
}

static void an_offset_holds_from_its_moment_on(void **state)
{
    const struct zone *z = &zones[1];
    int64_t spring = z->part[1].from_ms, autumn = z->part[2].from_ms;
    (void)state;
    static const int64_t far[] = {INT64_MIN / 4, 0, INT64_C(1) << 50};
    for (size_t i = 0; i < COUNT_OF(far); i++) assert_int_equal(zone_offset_ms(z, (instant){far[i]}), HOUR_MS);
    assert_int_equal(zone_offset_ms(z, (instant){spring - 1}), HOUR_MS);
    assert_int_equal(zone_offset_ms(z, (instant){spring}), 2 * HOUR_MS);
    assert_int_equal(zone_offset_ms(z, (instant){autumn - 1}), 2 * HOUR_MS);
    assert_int_equal(zone_offset_ms(z, (instant){autumn}), HOUR_MS);
    assert_int_equal(zone_offset_ms(NULL, (instant){1}), 0);
    assert_int_equal(zone_offset_ms(&zones[0], (instant){1}), 0);
    assert_int_equal(civil_in_zone(z, (instant){spring - 1}).hour, 1);
    assert_int_equal(civil_in_zone(z, (instant){spring}).hour, 3);
    assert_int_equal(civil_in_zone(z, (instant){autumn - 1}).hour, 2);
    assert_int_equal(civil_in_zone(z, (instant){autumn}).hour, 2);
}

static void a_local_time_leads_back_to_its_instant(void **state)
{
    int64_t first = (int64_t)day_from_civil(2026, 1, 1).n * DAY_MS, last = first + 366 * DAY_MS;
    (void)state;
    for (size_t k = 0; k < n_zones; k++)
        for (int64_t at = first; at < last; at += 30 * MINUTE_MS + 17) {
            struct civil c = civil_in_zone(&zones[k], (instant){at});
            int64_t away = instant_from_civil(&zones[k], &c).ms - at;
            bool twice =
                zones[k].n == 3 && at >= zones[k].part[2].from_ms - HOUR_MS && at < zones[k].part[2].from_ms + HOUR_MS;
            if (away != 0 && !(twice && (away == HOUR_MS || away == -HOUR_MS)))
                fail_msg("zone %zu at %lld", k, (long long)at);
        }
}

static void a_day_begins_with_its_first_instant_and_ends_before_the_next(void **state)
{
    (void)state;
    for (size_t k = 0; k < n_zones; k++)
        for (int32_t n = day_from_civil(2026, 1, 1).n; n < day_from_civil(2027, 1, 1).n; n++) {
            instant start = day_start(&zones[k], (day){n}), end = day_end(&zones[k], (day){n});
            if (day_in_zone(&zones[k], start).n != n || day_in_zone(&zones[k], (instant){start.ms - 1}).n != n - 1 ||
                day_in_zone(&zones[k], end).n != n || end.ms + 1 != day_start(&zones[k], (day){n + 1}).ms)
                fail_msg("zone %zu day %d", k, n);
            int64_t hours = (end.ms + 1 - start.ms) / HOUR_MS;
            assert_in_range(hours, 23, 25);
        }
    assert_int_equal(day_start(NULL, (day){-1}).ms, -DAY_MS);
    assert_int_equal(day_end(NULL, (day){-1}).ms, -1);
}

static void the_day_is_that_of_the_zone(void **state)
{
    struct zone shanghai = {.n = 1, .part = {{0, 8 * 3600 * 1000}}};
    (void)state;
    assert_int_equal(day_in_zone(&shanghai, (instant){0}).n, 0);
    assert_int_equal(day_in_zone(&shanghai, (instant){16 * HOUR_MS - 1}).n, 0);
    assert_int_equal(day_in_zone(&shanghai, (instant){16 * HOUR_MS}).n, 1);
    assert_int_equal(day_in_zone(&shanghai, (instant){-8 * HOUR_MS - 1}).n, -1);
    assert_int_equal(day_in_zone(NULL, (instant){-1}).n, -1);
    struct civil c = civil_in_zone(NULL, (instant){-1});
    assert_int_equal(c.year, 1969);
    assert_int_equal(c.hour * 10000 + c.minute * 100 + c.second, 235959);
    assert_int_equal(c.millisecond, 999);
}

static void an_instant_is_written_in_rfc_3339(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_C(1793668320000), "2026-11-03T01:12:00Z"},
        {INT64_C(951782400000), "2000-02-29T00:00:00Z"},
        {INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
        {-INT64_C(62135596800000), "0001-01-01T00:00:00Z"},
    };
    char out[32];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant back;
        assert_int_equal(instant_format((instant){rows[i].ms}, out), strlen(rows[i].text));
        assert_string_equal(out, rows[i].text);
        assert_true(instant_parse(str_from(out), NULL, &back));
        assert_true(back.ms == rows[i].ms);
    }
}

static const struct {
    const char *in, *utc; /* NULL: refused */
} forms[] = {
    {"2026-11-23T05:06:07Z", "2026-11-23T05:06:07Z"},
    {"2026-11-23 05:06:07Z", "2026-11-23T05:06:07Z"},
    {"2026-11-23T05:06Z", "2026-11-23T05:06:00Z"},
    {"2026-11-23T05:06:07.5Z", "2026-11-23T05:06:07.500Z"},
    {"2026-11-23T05:06:07.089123456Z", "2026-11-23T05:06:07.089Z"},
    {"2026-11-23T05:06:07+08:00", "2026-11-22T21:06:07Z"},
    {"2026-11-23T05:06:07-03:30", "2026-11-23T08:36:07Z"},
    {"2026-11-23T05:06:07+00:00", "2026-11-23T05:06:07Z"},
    {"2026-11-23T05:06:07+18:00", "2026-11-22T11:06:07Z"},
    {"2026-11-23T05:06", "2026-11-22T21:06:00Z"}, /* in the zone */
    {"2026-11-23T05:06:07.25", "2026-11-22T21:06:07.250Z"},
    {"2026-11-23", "2026-11-22T16:00:00Z"},
    {"2024-02-29", "2024-02-28T16:00:00Z"},
    {"", NULL},
    {"2026", NULL},
    {"2026-11", NULL},
    {"2026-1-1", NULL},
    {"26-11-23", NULL},
    {"2026/11/23", NULL},
    {"2026-02-29", NULL},
    {"2026-13-01", NULL},
    {"2026-00-10", NULL},
    {"0000-01-01", NULL},
    {"-001-01-01", NULL},
    {" 2026-11-23", NULL},
    {"2026-11-23 ", NULL},
    {"2026-11-23T", NULL},
    {"2026-11-23T5:06:07Z", NULL},
    {"2026-11-23T05", NULL},
    {"2026-11-23T05:", NULL},
    {"2026-11-23T05:06:", NULL},
    {"2026-11-23T05:06:7Z", NULL},
    {"2026-11-23T24:00:00Z", NULL},
    {"2026-11-23T05:60:00Z", NULL},
    {"2026-11-23T05:06:60Z", NULL},
    {"2026-11-23T05:06:07.Z", NULL},
    {"2026-11-23T05:06.5Z", NULL},
    {"2026-11-23T05:06:07ZZ", NULL},
    {"2026-11-23T05:06:07Z ", NULL},
    {"2026-11-23T05:06:07+8:00", NULL},
    {"2026-11-23T05:06:07+08", NULL},
    {"2026-11-23T05:06:07+0800", NULL},
    {"2026-11-23T05:06:07+08:60", NULL},
    {"2026-11-23T05:06:07+19:00", NULL},
    {"2026-11-23T05:06:07+08:00x", NULL},
    {"2026-11-23T05:06:07 +08:00", NULL},
    {"2026-11-23Z", NULL},
    {"2026-11-23+08:00", NULL},
    {"2026-11-23x05:06:07Z", NULL},
    {"2026-11-23T05:06:07*08:00", NULL},
    {"２026-11-23", NULL},
};

static void an_instant_is_read_in_each_form(void **state)
{
    struct zone shanghai = {.n = 1, .part = {{0, 8 * 3600 * 1000}}};
    char out[32];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        instant at = {0};
        bool good = instant_parse(str_from(forms[i].in), &shanghai, &at);
        if (good != (forms[i].utc != NULL)) fail_msg("%s", forms[i].in);
        if (!good) continue;
        (void)instant_format(at, out);
        assert_string_equal(out, forms[i].utc);
    }
}

static void a_day_is_written_and_read(void **state)
{
    static const char *const bad[] = {"",           "2026-11-2",   "2026-11-233", "2026-11-23T",
                                      "2026-02-30", "2026-11-23 ", "1900-02-29",  "2026-1a-01",
                                      "+026-01-01"};
    char out[16];
    day back;
    (void)state;
    for (int32_t n = day_from_civil(1, 1, 1).n; n <= day_from_civil(9999, 12, 31).n; n += 97) {
        assert_int_equal(day_format((day){n}, out), 10);
        assert_true(day_parse(str_from(out), &back));
        assert_int_equal(back.n, n);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (day_parse(str_from(bad[i]), &back)) fail_msg("%s", bad[i]);
}

static void http_dates_are_written_and_read(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: refused */
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777}, /* RFC 9110 5.6.7 */
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Tue, 29 Feb 2000 23:59:59 GMT", 951868799},
        {"Mon, 23 Nov 2026 05:06:07 GMT", 1795410367},
        {"Sunday, 06-Nov-94 08:49:37 GMT", -1},
        {"Sun Nov  6 08:49:37 1994", -1},
        {"", -1},
        {"Sun, 06 Nov 1994 08:49:37 GM", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 06 nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nop 1994 08:49:37 GMT", -1},
        {"Sun, 31 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 29 Feb 1900 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 08:60:37 GMT", -1},
        {"Sun, 06 Nov 1994 08:49.37 GMT", -1},
        {"Sun, 06 Nov 1994 8:49:037 GMT", -1},
        {"Sun; 06 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 6  Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 ovD 1994 08:49:37 GMT", -1}, /* a run of the table that is no month */
    };
    char out[32];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant at = {0};
        bool good = http_date_parse(str_from(rows[i].text), &at);
        if (good != (rows[i].seconds >= 0)) fail_msg("%s", rows[i].text);
        if (!good) continue;
        assert_true(at.ms == rows[i].seconds * SECOND_MS);
        assert_int_equal(http_date_format(at, out), 29);
        assert_string_equal(out, rows[i].text);
    }
}

static void the_clock_can_stand_still_or_be_moved(void **state)
{
    struct clock real = {0}, moved = {.offset_ms = -40 * DAY_MS},
                 still = {.frozen = true, .fixed = {12345}, .offset_ms = 7};
    (void)state;
    assert_int_equal(clock_now(&still).ms, 12345);
    int64_t between = clock_now(&real).ms - clock_now(&moved).ms;
    assert_in_range(between, 40 * DAY_MS - MINUTE_MS, 40 * DAY_MS + MINUTE_MS);
    int64_t before = time_monotonic_ns();
    assert_true(time_monotonic_ns() >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_calendar_goes_on_day_by_day_for_800_years),
        cmocka_unit_test(known_days_have_their_number),
        cmocka_unit_test(only_real_dates_are_valid),
        cmocka_unit_test(an_offset_holds_from_its_moment_on),
        cmocka_unit_test(a_local_time_leads_back_to_its_instant),
        cmocka_unit_test(a_day_begins_with_its_first_instant_and_ends_before_the_next),
        cmocka_unit_test(the_day_is_that_of_the_zone),
        cmocka_unit_test(an_instant_is_written_in_rfc_3339),
        cmocka_unit_test(an_instant_is_read_in_each_form),
        cmocka_unit_test(a_day_is_written_and_read),
        cmocka_unit_test(http_dates_are_written_and_read),
        cmocka_unit_test(the_clock_can_stand_still_or_be_moved),
    };
    return cmocka_run_group_tests_name("time", tests, make_zones, NULL);
}
