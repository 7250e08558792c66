/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "matter/matter_world.h"
#include "matter/tally.h"

static struct tally_row of(struct matter_world *w, unit_id unit, bool below)
{
    struct tally_row row;
    assert_int_equal(tally_of(w->db, w->mem, unit, below, w->today, &row), ST_OK);
    return row;
}

static void counts_reach_every_ancestor_by_territory_and_none_by_line(void **state)
{
    struct matter_world *w = *state;
    (void)matter_world_in(w, "registered");
    (void)matter_world_in(w, "handling");
    (void)matter_world_in(w, "answered");
    assert_int_equal(of(w, w->bureau, false).open, 2);
    assert_int_equal(of(w, w->bureau, true).open, 2);
    assert_int_equal(of(w, w->county, false).open, 0);
    assert_int_equal(of(w, w->county, true).open, 2);
    assert_int_equal(of(w, w->root, true).open, 2);
    assert_int_equal(of(w, w->root, true).answered, 1);
    assert_int_equal(of(w, w->department, true).open, 0);
    assert_int_equal(of(w, w->town, true).open, 0);
    assert_true(of(w, w->county, true).has_children);
    assert_false(of(w, w->bureau, true).has_children);
}

static void overdue_due_soon_and_unconfirmed_are_read_by_day(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "answered");
    struct matter_draft d = matter_world_draft(w, "A", "B", w->bureau);
    d.raised_at = (instant){w->now.ms - 40 * DAY_MS};
    (void)matter_world_register(w, &d);
    d.raised_at = (instant){w->now.ms - 10 * DAY_MS};
    (void)matter_world_register(w, &d);
    struct tally_row row = of(w, w->root, true);
    assert_int_equal(row.open, 2);
    assert_int_equal(row.overdue, 1);
    assert_int_equal(row.due_soon, 1);
    assert_int_equal(row.unconfirmed, 0);
    w->today.n = matter_world_load(w, r.casefile).ask.n + 1;
    row = of(w, w->root, true);
    assert_int_equal(row.unconfirmed, 1);
    assert_int_equal(row.overdue, 2);
}

static void not_solved_is_counted_where_it_was_said_and_reopened_where_it_is_open(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "solved");
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile);
    assert_int_equal(casefile_confirm(w->db, w->mem, &raiser, r.matter, STR("not_solved"), STR("")), ST_OK);
    assert_int_equal(of(w, w->bureau, false).not_solved, 1);
    assert_int_equal(of(w, w->bureau, false).reopened, 0);
    assert_int_equal(of(w, w->county, false).not_solved, 0);
    assert_int_equal(of(w, w->county, false).reopened, 1);
    assert_int_equal(of(w, w->county, true).not_solved, 1);
    assert_int_equal(of(w, w->root, true).solved, 0);
    struct casefile_command head = matter_world_command(w, COUNTY_HEAD, r.casefile);
    struct answer_draft answer = matter_world_answer();
    assert_int_equal(casefile_answer(w->db, w->mem, &head, &answer), ST_OK);
    assert_int_equal(of(w, w->county, false).reopened, 0);
    matter_world_sound(w);
}

static void children_are_listed_by_code_with_all_below_them(void **state)
{
    struct matter_world *w = *state;
    struct tally_row *rows;
    size_t n;
    str next;
    (void)matter_world_in(w, "registered");
    assert_int_equal(tally_children(w->db, w->mem, w->root, w->today, STR(""), 9, &rows, &n, &next), ST_OK);
    assert_int_equal(n, 3);
    assert_null(next.p);
    assert_true(str_eq(rows[0].code, STR("990010")));
    assert_true(str_eq(rows[1].code, STR("990100")));
    assert_int_equal(rows[1].open, 1);
    struct tally_row county;
    assert_int_equal(tally_of(w->db, w->mem, w->county, true, w->today, &county), ST_OK);
    assert_int_equal(county.open, rows[1].open);
    assert_int_equal(county.due_soon, rows[1].due_soon);
    assert_int_equal(county.overdue, rows[1].overdue);
    assert_int_equal(tally_children(w->db, w->mem, w->root, w->today, STR(""), 2, &rows, &n, &next), ST_OK);
    assert_int_equal(n, 2);
    assert_true(str_eq(next, STR("990100")));
    assert_int_equal(tally_children(w->db, w->mem, w->root, w->today, next, 2, &rows, &n, &next), ST_OK);
    assert_int_equal(n, 1);
    assert_true(str_eq(rows[0].code, STR("999001")));
    assert_null(next.p);
}

static void a_year_has_twelve_months_and_counts_only_first_answers(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "answered");
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile),
                            head = matter_world_command(w, COUNTY_HEAD, r.casefile);
    struct answer_draft answer = matter_world_answer();
    struct matter_draft d = matter_world_draft(w, "A", "B", w->bureau);
    d.raised_at = (instant){day_start(&w->city.zone, day_from_civil(2025, 12, 31)).ms};
    (void)matter_world_register(w, &d);
    d.raised_at = (instant){day_start(&w->city.zone, day_from_civil(2025, 11, 30)).ms}; /* a day too old */
    (void)matter_world_register(w, &d);
    assert_int_equal(casefile_confirm(w->db, w->mem, &raiser, r.matter, STR("not_solved"), STR("")), ST_OK);
    head.at = (instant){w->now.ms + HOUR_MS};
    assert_int_equal(casefile_answer(w->db, w->mem, &head, &answer), ST_OK);
    assert_int_equal(casefile_confirm(w->db, w->mem, &raiser, r.matter, STR("partly"), STR("")), ST_OK);
    struct tally_year y;
    assert_int_equal(tally_year(w->db, w->mem, w->root, w->today, &y), ST_OK);
    assert_int_equal(y.raised, 2);
    assert_int_equal(y.answered, 1);
    assert_int_equal(y.in_time, 1);
    assert_int_equal(y.solved, 0);
    assert_int_equal(y.partly, 1);
    assert_int_equal(y.not_solved, 1);
    assert_int_equal(y.month[0].month, 12);
    assert_int_equal(y.month[0].year, 2025);
    assert_int_equal(y.month[0].raised, 1);
    assert_int_equal(y.month[11].month, 11);
    assert_int_equal(y.month[11].raised, 1);
    matter_world_sound(w);
}

static void a_wrong_count_is_found_and_rebuilt(void **state)
{
    struct matter_world *w = *state;
    int64_t wrong;
    str report;
    (void)matter_world_in(w, "partly");
    assert_int_equal(tally_add(w->db, w->bureau, STR("solved"), (day){0}, 2), ST_OK);
    assert_int_equal(tally_add(w->db, w->bureau, STR("due"), w->today, 1), ST_OK);
    assert_int_equal(tally_day(w->db, w->root, "raised", w->today, 5), ST_OK);
    assert_int_equal(tally_check(w->db, w->mem, &w->city, &wrong, &report), ST_OK);
    assert_int_equal(wrong,
                     4 + 4 + 2); /* the bureau alone; it, the county and the root with what is below; day and month */
    assert_true(str_find(report, STR("what=solved")) >= 0);
    assert_true(str_find(report, STR("tally_month what=raised")) >= 0);
    assert_int_equal(tally_rebuild(w->db, w->mem, &w->city), ST_OK);
    matter_world_sound(w);
}

static void a_unit_that_got_another_parent_counts_there_after_a_rebuild(void **state)
{
    struct matter_world *w = *state;
    struct unit u;
    (void)matter_world_in(w, "handling");
    assert_int_equal(unit_get(w->db, w->mem, w->bureau, &u), ST_OK);
    u.territory = w->town;
    assert_int_equal(unit_put(w->db, w->mem, NULL, &u, w->today, &w->faults), ST_OK);
    assert_int_equal(tally_rebuild(w->db, w->mem, &w->city), ST_OK);
    assert_int_equal(of(w, w->town, true).open, 1);
    matter_world_sound(w);
}

static void many_changes_of_one_transaction_write_each_row_once(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "A", "B", w->bureau);
    assert_int_equal(db_settle(w->db), ST_OK);
    uint64_t none = db_statements(w->db);
    assert_int_equal(db_settle(w->db), ST_OK);
    assert_true(db_statements(w->db) == none);
    for (int i = 0; i < 10; i++) (void)matter_world_register(w, &d);
    for (int i = 0; i < 10; i++) (void)matter_world_in(w, "partly"); /* their way there leaves no trace in the counts */
    uint64_t before = db_statements(w->db);
    assert_int_equal(of(w, w->bureau, false).open, 10);
    uint64_t cost = db_statements(w->db) - before;
    before = db_statements(w->db);
    assert_int_equal(of(w, w->bureau, false).partly, 10);
    cost -= db_statements(w->db) - before; /* of reading */
    /* registered, partly, due: each of the bureau alone, with what is below it, the county and the root, and those above asked for each;
     * raised, answered, in time, partly: of a day and a month; and a text of each for the search */
    assert_true(cost <= 3 * 4 + 3 + 2 * 4 + 20 * 2);
    assert_true(cost >= 3 * 4 + 1 + 2 * 4);
    matter_world_sound(w);
}

static void counts_of_an_undone_change_are_undone(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "A", "B", w->bureau);
    (void)matter_world_register(w, &d);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    (void)matter_world_register(w, &d);
    (void)matter_world_in(w, "not_solved");
    db_savepoint_undo(w->db);
    assert_int_equal(of(w, w->bureau, false).open, 1);
    assert_int_equal(of(w, w->root, true).not_solved, 0);
    matter_world_sound(w);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(counts_reach_every_ancestor_by_territory_and_none_by_line),
        T(overdue_due_soon_and_unconfirmed_are_read_by_day),
        T(not_solved_is_counted_where_it_was_said_and_reopened_where_it_is_open),
        T(children_are_listed_by_code_with_all_below_them),
        T(a_year_has_twelve_months_and_counts_only_first_answers),
        T(many_changes_of_one_transaction_write_each_row_once),
        T(counts_of_an_undone_change_are_undone),
        T(a_wrong_count_is_found_and_rebuilt),
        T(a_unit_that_got_another_parent_counts_there_after_a_rebuild),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
