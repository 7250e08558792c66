/* campaign_scope_test: what the clock says of stages, whom a plan is for, and how it sums. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "campaign/campaign_world.h"
#include "campaign/duty.h"
#include "campaign/report.h"
#include "campaign/rollup.h"

static void t04_t05_t07_the_current_stage_follows_the_clock(void **state)
{
    (void)state;
    const struct stage ask = {.starts = day_from_civil(2026, 4, 1), .ends = day_from_civil(2026, 5, 31)};
    const struct stage mend = {.starts = day_from_civil(2026, 5, 25)}; /* open end, overlaps */
    const struct stage sum = {.starts = day_from_civil(2026, 10, 1), .ends = day_from_civil(2026, 12, 31)};
    const struct {
        day on;
        bool ask, mend, sum;
    } days[] = {
        {day_from_civil(2026, 3, 31), false, false, false}, {day_from_civil(2026, 4, 20), true, false, false},
        {day_from_civil(2026, 5, 31), true, true, false},   {day_from_civil(2026, 6, 10), false, true, false},
        {day_from_civil(2026, 10, 1), false, true, true},   {day_from_civil(2027, 1, 1), false, true, false},
    };
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        assert_int_equal(stage_is_current(&ask, days[i].on), days[i].ask);
        assert_int_equal(stage_is_current(&mend, days[i].on), days[i].mend);
        assert_int_equal(stage_is_current(&sum, days[i].on), days[i].sum);
    }
}

static void t14_a_wider_scope_gives_new_units_their_duties_and_leaves_the_others_alone(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id),
                            first = campaign_world_by(w, CITY_FIRST, c.id);
    duty_id before = campaign_world_duty(w, &c, 0, w->town);
    struct campaign_draft d = {.name = c.name,
                               .theme = c.theme,
                               .owner = c.owner,
                               .starts = c.starts,
                               .ends = c.ends,
                               .sign_days = c.sign_days,
                               .ask_cap = c.ask_cap,
                               .kinds = {STR("county"), STR("township"), STR("village"), STR("department")}};
    struct duty seen;
    str theirs;
    assert_int_equal(campaign_change(w->db, w->mem, &clerk, &d), ST_OK);
    assert_false(campaign_in_scope(w->db, w->mem, &c, w->department)); /* not before it is in force */
    assert_int_equal(
        plan_write(w->db, w->mem, &clerk, STR("# Plan\n\nDepartments too.\n"), STR("Departments too"), &theirs), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_OK);
    c = campaign_world_load(w, c.id);
    assert_int_equal(c.version, 2);
    assert_true(campaign_in_scope(w->db, w->mem, &c, w->department));
    assert_int_equal(duty_load(w->db, w->mem, campaign_world_duty(w, &c, 0, w->department), &seen), ST_OK);
    assert_true(str_eq(seen.state, STR("owed")));
    assert_true(campaign_world_duty(w, &c, 0, w->town).v == before.v);
    campaign_world_sound(w);
}

static void t19_the_report_sums_by_the_three_lines(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct report_section *list;
    struct rollup all;
    size_t n, lines = 0;
    int64_t owed = 0, done = 0;
    assert_int_equal(report_make(w->db, w->mem, &w->city, &c, w->today, &list, &n), ST_OK);
    for (size_t i = 0; i < n; i++) {
        if (list[i].words.n == 0 || list[i].is_stage || list[i].n_figures != 3) continue; /* an aim under its line */
        lines++;
        done += list[i].figures[0].n;
        owed += list[i].figures[1].n;
    }
    assert_int_equal(lines, 3);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(owed, all.owed);
    assert_int_equal(done, all.done);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, campaign_world_setup, campaign_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t04_t05_t07_the_current_stage_follows_the_clock),
        TEST(t14_a_wider_scope_gives_new_units_their_duties_and_leaves_the_others_alone),
        TEST(t19_the_report_sums_by_the_three_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
