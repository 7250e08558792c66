/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "people/calendar.h"
#include "people/holidays_cn.h"
#include "people/people_world.h"

static int open_world(void **state)
{
    *state = people_world_open();
    return 0;
}

static int close_world(void **state)
{
    people_world_close(*state);
    return 0;
}

static struct calendar chinese(struct people_world *w)
{
    struct calendar c = {NULL};
    assert_int_equal(holidays_cn_add(w->db, w->mem, NULL), ST_OK);
    assert_int_equal(calendar_load(w->db, w->mem, &c), ST_OK);
    return c;
}

static day on(const char *text)
{
    day d;
    assert_true(day_parse(str_from(text), &d));
    return d;
}

static void expect_day(const char *what, day got, const char *expected)
{
    char text[16];
    (void)day_format(got, text);
    if (got.n != on(expected).n) fail_msg("%s: %s, not %s", what, text, expected);
}

static void without_entries_monday_to_friday_are_worked(void **state)
{
    (void)state;
    const struct calendar c = {NULL};
    assert_true(calendar_is_working(&c, on("2026-11-23")));
    assert_true(calendar_is_working(&c, on("2026-11-27")));
    assert_false(calendar_is_working(&c, on("2026-11-28")));
    assert_false(calendar_is_working(&c, on("2026-11-29")));
    assert_true(calendar_is_working(&c, on("1969-12-31")));
    assert_true(calendar_is_working(&c, on("2024-02-29")));
}

static void known_holidays_and_worked_weekends_are_known(void **state)
{
    struct calendar c = chinese(*state);
    static const struct {
        const char *first, *last;
        bool working;
    } rows[] = {
        {"2025-01-01", "2025-01-01", false}, {"2025-01-02", "2025-01-03", true},  {"2025-01-26", "2025-01-27", true},
        {"2025-01-28", "2025-02-04", false}, {"2025-02-08", "2025-02-08", true},  {"2025-04-04", "2025-04-06", false},
        {"2025-04-27", "2025-04-30", true},  {"2025-05-01", "2025-05-05", false}, {"2025-05-31", "2025-06-02", false},
        {"2025-09-28", "2025-09-30", true},  {"2025-10-01", "2025-10-08", false}, {"2025-10-11", "2025-10-11", true},
        {"2025-12-31", "2025-12-31", true},  {"2026-01-01", "2026-01-03", false}, {"2026-01-04", "2026-01-09", true},
        {"2026-02-14", "2026-02-14", true},  {"2026-02-15", "2026-02-23", false}, {"2026-02-24", "2026-02-28", true},
        {"2026-03-01", "2026-03-01", false}, {"2026-04-04", "2026-04-06", false}, {"2026-05-01", "2026-05-05", false},
        {"2026-05-09", "2026-05-09", true},  {"2026-05-10", "2026-05-10", false}, {"2026-06-19", "2026-06-21", false},
        {"2026-09-20", "2026-09-24", true},  {"2026-09-25", "2026-09-27", false}, {"2026-10-01", "2026-10-07", false},
        {"2026-10-08", "2026-10-10", true},  {"2026-10-11", "2026-10-11", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (day d = on(rows[i].first); d.n <= on(rows[i].last).n; d.n++)
            if (calendar_is_working(&c, d) != rows[i].working)
                fail_msg("%s is %s", rows[i].first, rows[i].working ? "worked" : "free");
}

static void a_limit_in_working_days_counts_worked_weekends_and_skips_holidays(void **state)
{
    struct calendar c = chinese(*state);
    static const struct {
        const char *from;
        int n;
        const char *expected;
    } rows[] = {
        {"2026-11-23", 0, "2026-11-23"}, {"2026-11-23", 1, "2026-11-24"}, {"2026-11-23", 5, "2026-11-30"},
        {"2026-11-27", 1, "2026-11-30"}, {"2026-11-28", 1, "2026-11-30"}, {"2026-02-13", 1, "2026-02-14"},
        {"2026-02-13", 2, "2026-02-24"}, {"2026-02-24", 4, "2026-02-28"}, {"2026-02-24", 5, "2026-03-02"},
        {"2026-09-30", 1, "2026-10-08"}, {"2026-09-30", 5, "2026-10-13"}, {"2025-12-31", 1, "2026-01-04"},
        {"2025-12-31", 5, "2026-01-08"}, {"2024-02-28", 1, "2024-02-29"}, {"2024-02-28", 2, "2024-03-01"},
        {"2024-12-31", 1, "2025-01-02"}, {"2026-05-08", 1, "2026-05-09"}, {"2025-09-27", 1, "2025-09-28"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_day(rows[i].from, calendar_after(&c, on(rows[i].from), rows[i].n, true), rows[i].expected);
}

static void a_limit_in_calendar_days_counts_every_day(void **state)
{
    struct calendar c = chinese(*state);
    static const struct {
        const char *from;
        int n;
        const char *expected;
    } rows[] = {
        {"2026-02-10", 15, "2026-02-25"},  {"2026-12-17", 15, "2027-01-01"}, {"2024-02-14", 15, "2024-02-29"},
        {"2024-02-29", 365, "2025-02-28"}, {"2024-01-31", 30, "2024-03-01"}, {"2026-11-23", 0, "2026-11-23"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect_day(rows[i].from, calendar_after(&c, on(rows[i].from), rows[i].n, false), rows[i].expected);
}

static void a_limit_on_a_free_day_rolls_to_the_next_worked_one(void **state)
{
    struct calendar c = chinese(*state);
    expect_day("worked", calendar_roll(&c, on("2026-02-13")), "2026-02-13");
    expect_day("worked Saturday", calendar_roll(&c, on("2026-02-14")), "2026-02-14");
    expect_day("Spring Festival", calendar_roll(&c, on("2026-02-15")), "2026-02-24");
    expect_day("weekend", calendar_roll(&c, on("2026-11-28")), "2026-11-30");
    expect_day("year's end", calendar_roll(&c, on("2026-01-01")), "2026-01-04");
}

static void a_day_has_one_entry_and_can_be_entered_again_after_it_ended(void **state)
{
    struct people_world *w = *state;
    struct holiday *list;
    struct calendar c = {NULL};
    size_t n;
    day d = on("2027-01-01");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(holiday_add(w->db, w->mem, NULL, d, false, STR("New Year"), STR("元旦"), &w->faults), ST_OK);
        assert_int_equal(holiday_add(w->db, w->mem, NULL, d, true, STR("New Year"), STR("元旦"), &w->faults),
                         ST_CONFLICT);
        assert_int_equal(calendar_load(w->db, w->mem, &c), ST_OK);
        assert_false(calendar_is_working(&c, d));
        assert_int_equal(holiday_list(w->db, w->mem, &list, &n), ST_OK);
        assert_int_equal(n, 1);
        assert_int_equal(holiday_end(w->db, w->mem, NULL, list[0].id), ST_OK);
        assert_int_equal(holiday_end(w->db, w->mem, NULL, list[0].id), ST_NOT_FOUND);
        assert_int_equal(calendar_load(w->db, w->mem, &c), ST_OK);
        assert_true(calendar_is_working(&c, d));
    }
    assert_int_equal(holiday_add(w->db, w->mem, NULL, d, false, STR(""), STR(""), &w->faults), ST_INVALID);
}

static void loading_the_chinese_holidays_twice_adds_nothing(void **state)
{
    struct people_world *w = *state;
    struct holiday *list;
    size_t first;
    size_t second;
    (void)chinese(w);
    assert_int_equal(holiday_list(w->db, w->mem, &list, &first), ST_OK);
    (void)chinese(w);
    assert_int_equal(holiday_list(w->db, w->mem, &list, &second), ST_OK);
    assert_int_equal(first, second);
    assert_true(first > 60);
}

static void only_an_administrator_of_the_whole_city_changes_the_calendar(void **state)
{
    struct people_world *w = *state;
    day d = on("2027-01-01");
    struct actor county = people_world_actor(w, people_world_with_role(w, "county", w->county_a, ROLE_ADMIN));
    struct actor head = people_world_actor(w, people_world_with_role(w, "head", w->root, ROLE_HEAD));
    struct actor city = people_world_actor(w, people_world_with_role(w, "city", w->root, ROLE_ADMIN));
    assert_int_equal(holiday_add(w->db, w->mem, &county, d, false, STR("x"), STR("x"), &w->faults), ST_FORBIDDEN);
    assert_int_equal(holiday_add(w->db, w->mem, &head, d, false, STR("x"), STR("x"), &w->faults), ST_FORBIDDEN);
    assert_int_equal(holiday_add(w->db, w->mem, &city, d, false, STR("x"), STR("x"), &w->faults), ST_OK);
}

static void a_city_is_its_settings_its_zone_and_its_root(void **state)
{
    struct people_world *w = *state;
    struct city c;
    assert_int_equal(city_load(w->db, w->mem, w->keys, &c), ST_NOT_FOUND);
    assert_int_equal(setting_put(w->db, STR("city.name_en"), STR("Haitang")), ST_OK);
    assert_int_equal(setting_put(w->db, STR("city.name_en"), STR("Haitang City")), ST_OK);
    assert_int_equal(setting_put(w->db, STR("city.name_zh"), STR("海棠市")), ST_OK);
    assert_int_equal(setting_put(w->db, STR("city.ref_prefix"), STR("HT")), ST_OK);
    assert_int_equal(setting_put(w->db, STR("city.zone"), STR("Moon/Sea")), ST_OK);
    assert_int_equal(city_load(w->db, w->mem, w->keys, &c), ST_INVALID);
    assert_int_equal(setting_put(w->db, STR("city.zone"), STR("Asia/Shanghai")), ST_OK);
    assert_int_equal(holidays_cn_add(w->db, w->mem, NULL), ST_OK);
    assert_int_equal(city_load(w->db, w->mem, w->keys, &c), ST_OK);
    assert_true(str_eq(c.name_en, STR("Haitang City")));
    assert_int_equal(c.root.v, w->root.v);
    assert_int_equal(day_in_zone(&c.zone, w->now).n, w->today.n);
    assert_false(calendar_is_working(&c.calendar, on("2026-10-01")));
}

#define CALENDAR_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CALENDAR_TEST(without_entries_monday_to_friday_are_worked),
        CALENDAR_TEST(known_holidays_and_worked_weekends_are_known),
        CALENDAR_TEST(a_limit_in_working_days_counts_worked_weekends_and_skips_holidays),
        CALENDAR_TEST(a_limit_in_calendar_days_counts_every_day),
        CALENDAR_TEST(a_limit_on_a_free_day_rolls_to_the_next_worked_one),
        CALENDAR_TEST(a_day_has_one_entry_and_can_be_entered_again_after_it_ended),
        CALENDAR_TEST(loading_the_chinese_holidays_twice_adds_nothing),
        CALENDAR_TEST(only_an_administrator_of_the_whole_city_changes_the_calendar),
        CALENDAR_TEST(a_city_is_its_settings_its_zone_and_its_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
