/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "matter/clocks.h"
#include "matter/matter_world.h"

static const struct clock_rule *rule(const char *name)
{
    const struct clock_rule *r = clock_rule_find(clock_pack_find(STR("CN-2022")), str_from(name));
    assert_non_null(r);
    return r;
}

/* An independent calculation: counts days one by one on a calendar of its own. */
static bool day_off(day d, const day *off, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (off[i].n == d.n) return true;
    int since_thursday = ((d.n % 7) + 7) % 7; /* 1970-01-01 was a Thursday */
    return since_thursday == 2 || since_thursday == 3;
}

static day counted(day from, int days, const day *off, size_t n)
{
    for (; days > 0; days--) from.n++;
    while (day_off(from, off, n)) from.n++;
    return from;
}

static void limits_agree_with_an_independent_calculation(void **state)
{
    struct matter_world *w = *state;
    const day off[] = {day_from_civil(2026, 10, 1), day_from_civil(2026, 10, 2), day_from_civil(2026, 10, 5),
                       day_from_civil(2026, 10, 6), day_from_civil(2026, 10, 7)};
    for (size_t i = 0; i < COUNT_OF(off); i++)
        assert_int_equal(
            holiday_add(w->db, w->mem, NULL, off[i], false, STR("National Day"), STR("国庆节"), &w->faults), ST_OK);
    assert_int_equal(calendar_load(w->db, w->mem, &w->city.calendar), ST_OK);
    for (int32_t n = day_from_civil(2026, 7, 1).n; n < day_from_civil(2027, 1, 1).n; n++) {
        instant morning = {day_start(&w->city.zone, (day){n}).ms}, night = {day_end(&w->city.zone, (day){n}).ms};
        assert_int_equal(clock_due(rule("tell"), &w->city, morning).n, counted((day){n}, 15, off, COUNT_OF(off)).n);
        assert_int_equal(clock_due(rule("tell"), &w->city, night).n, counted((day){n}, 15, off, COUNT_OF(off)).n);
        assert_int_equal(clock_due(rule("handle"), &w->city, night).n, counted((day){n}, 60, off, COUNT_OF(off)).n);
        assert_int_equal(clock_due(rule("ask"), &w->city, night).n, counted((day){n}, 30, off, COUNT_OF(off)).n);
    }
}

static void a_limit_rolls_over_a_holiday_and_stops_at_a_make_up_day(void **state)
{
    struct matter_world *w = *state;
    /* Registered Friday 2026-09-18: 15 days end on Saturday 3 October, in the holiday. */
    instant start = {day_start(&w->city.zone, day_from_civil(2026, 9, 18)).ms};
    assert_int_equal(clock_due(rule("tell"), &w->city, start).n, day_from_civil(2026, 10, 5).n);
    assert_int_equal(
        holiday_add(w->db, w->mem, NULL, day_from_civil(2026, 10, 5), false, STR("h"), STR("h"), &w->faults), ST_OK);
    assert_int_equal(calendar_load(w->db, w->mem, &w->city.calendar), ST_OK);
    assert_int_equal(clock_due(rule("tell"), &w->city, start).n, day_from_civil(2026, 10, 6).n);
    assert_int_equal(
        holiday_add(w->db, w->mem, NULL, day_from_civil(2026, 10, 4), true, STR("m"), STR("m"), &w->faults), ST_OK);
    assert_int_equal(calendar_load(w->db, w->mem, &w->city.calendar), ST_OK);
    assert_int_equal(clock_due(rule("tell"), &w->city, start).n, day_from_civil(2026, 10, 4).n);
}

static void a_pack_is_data_with_working_days_and_without_rolling_too(void **state)
{
    struct matter_world *w = *state;
    const struct clock_rule working = {.name = "object", .days = 5, .working = true, .starts = MOMENT_REGISTERED};
    const struct clock_rule plain = {.name = "plain", .days = 5, .starts = MOMENT_REGISTERED};
    instant monday = w->now;
    assert_int_equal(clock_due(&working, &w->city, monday).n, w->today.n + 7);
    assert_int_equal(clock_due(&plain, &w->city, monday).n, w->today.n + 5); /* a Saturday */
    assert_null(clock_pack_find(STR("XX-1999")));
    assert_null(clock_rule_find(NULL, STR("tell")));
    assert_null(clock_rule_find(clock_pack_find(STR("CN-2022")), STR("nothing")));
}

/* starts and stops: the clocks that run after each moment */
static void moments_start_stop_and_resume_clocks(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "registered"); /* its own tell runs */
    struct clock_row *rows;
    size_t n;
    day due, ask, handle;
    instant at = w->now;
    assert_int_equal(clock_list(w->db, w->mem, r.casefile, &rows, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_true(str_eq(rows[0].rule, STR("tell")));
#define MOMENT(m) (at.ms += DAY_MS, clock_moment(w->db, w->mem, &w->city, r.casefile, STR(""), m, at, &due, &ask))
    assert_int_equal(MOMENT(MOMENT_ACCEPTED), ST_OK);
    handle = due;
    assert_int_equal(due.n, clock_due(rule("handle"), &w->city, at).n);
    assert_int_equal(ask.n, 0);
    assert_int_equal(MOMENT(MOMENT_ANSWERED), ST_OK);
    assert_int_equal(due.n, 0);
    assert_int_equal(ask.n, clock_due(rule("ask"), &w->city, at).n);
    assert_int_equal(MOMENT(MOMENT_REOPENED), ST_OK);
    assert_int_equal(due.n, handle.n);
    assert_int_equal(ask.n, 0);
    assert_int_equal(MOMENT(MOMENT_ANSWERED), ST_OK);
    assert_int_equal(ask.n, clock_due(rule("ask"), &w->city, at).n);
    assert_int_equal(MOMENT(MOMENT_CONFIRMED), ST_OK);
    assert_int_equal(due.n, 0);
    assert_int_equal(ask.n, 0);
    assert_int_equal(clock_list(w->db, w->mem, r.casefile, &rows, &n), ST_OK);
    assert_int_equal(n, 4); /* tell, handle, and one ask for each answer */
    assert_int_equal(clock_moment(w->db, w->mem, &w->city, r.casefile, STR("XX-1999"), MOMENT_ACCEPTED, at, &due, &ask),
                     ST_INVALID);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(limits_agree_with_an_independent_calculation),
        T(a_limit_rolls_over_a_holiday_and_stops_at_a_make_up_day),
        T(a_pack_is_data_with_working_days_and_without_rolling_too),
        T(moments_start_stop_and_resume_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
