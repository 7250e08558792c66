/* recheck_test: duties are drawn by lot and looked at again. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "campaign/campaign_world.h"
#include "campaign/recheck.h"

/* An issued campaign whose closing stage began today. */
static struct campaign closing(struct campaign_world *w)
{
    struct campaign c = campaign_world_draft(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id),
                            first = campaign_world_by(w, CITY_FIRST, c.id);
    struct stage last = {.name = STR("Sum up"), .starts = w->today, .consolidates = true};
    assert_int_equal(stage_put(w->db, w->mem, &clerk, &last), ST_OK);
    assert_int_equal(plan_discuss(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(plan_set_matched(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_OK);
    return campaign_world_load(w, c.id);
}

/* The n-th action of which the world's draft asks a record. */
static duty_id with_record(struct campaign_world *w, const struct campaign *c, unit_id unit)
{
    struct plan_action *list;
    size_t n;
    assert_int_equal(action_list(w->db, w->mem, c->id, c->version, &list, &n), ST_OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].criterion, STR("record"))) return campaign_world_duty(w, c, i, unit);
    fail_msg("no action asks for a record");
    return (duty_id){0};
}

static duty_id done(struct campaign_world *w, const struct campaign *c, enum campaign_who who, unit_id unit)
{
    duty_id id = with_record(w, c, unit);
    struct duty_command cmd = {&w->city, &w->actor[who], id, &w->faults};
    struct duty d;
    assert_int_equal(duty_link_add(w->db, w->mem, &cmd, STR("document"), STR("File 12"), STR("")), ST_OK);
    assert_int_equal(duty_load(w->db, w->mem, id, &d), ST_OK);
    assert_true(str_eq(d.state, STR("done")));
    return id;
}

static uint64_t of_hex(str s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.n; i++) n = n << 4 | (uint64_t)(s.p[i] <= '9' ? s.p[i] - '0' : s.p[i] - 'a' + 10);
    return n;
}

/* As recheck.h says, written once more. */
static uint64_t lot(uint64_t seed, duty_id d)
{
    uint64_t x = seed + (uint64_t)d.v + 0x9E3779B97F4A7C15U;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27) * 0x94D049BB133111EBU;
    return x ^ x >> 31;
}

static void t85_the_list_is_drawn_by_a_recorded_seed_and_can_be_drawn_again(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = closing(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id),
                            town = campaign_world_by(w, TOWN_CLERK, c.id);
    duty_id all[4] = {done(w, &c, TOWN_CLERK, w->town), done(w, &c, TOWN2_CLERK, w->town2),
                      done(w, &c, VILLAGE_CLERK, w->village), done(w, &c, COUNTY_CLERK, w->county)};
    struct recheck *draws;
    struct recheck_item *items;
    recheck_id id;
    size_t n;
    (void)done(w, &c, CITY_CLERK, w->root); /* who draws does not check its own */
    assert_int_equal(recheck_draw(w->db, w->mem, &town, 2, &id), ST_FORBIDDEN);
    assert_int_equal(recheck_draw(w->db, w->mem, &clerk, 0, &id), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "n"));
    w->faults.n = 0;
    assert_int_equal(recheck_draw(w->db, w->mem, &clerk, 3, &id), ST_OK);
    assert_int_equal(recheck_list(w->db, w->mem, c.id, &draws, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(draws[0].of_n, 4);
    assert_int_equal(draws[0].n, 3);
    assert_int_equal(draws[0].seed.n, 16);
    assert_int_equal(recheck_items(w->db, w->mem, id, &items, &n), ST_OK);
    assert_int_equal(n, 3);
    uint64_t seed = of_hex(draws[0].seed), last = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(lot(seed, items[i].duty) > last);
        last = lot(seed, items[i].duty);
    }
    for (size_t k = 0; k < COUNT_OF(all); k++) {
        bool drawn = false;
        for (size_t i = 0; i < n; i++) drawn = drawn || items[i].duty.v == all[k].v;
        assert_true(drawn == (lot(seed, all[k]) <= last)); /* the one left out has a greater number */
    }
    assert_int_equal(recheck_draw(w->db, w->mem, &clerk, 200, &id), ST_OK);
    assert_int_equal(recheck_items(w->db, w->mem, id, &items, &n), ST_OK);
    assert_int_equal(n, 4);
}

static void t85_what_the_records_do_not_show_is_owed_again(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = closing(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id),
                            town = campaign_world_by(w, TOWN_CLERK, c.id);
    duty_id mine = done(w, &c, TOWN_CLERK, w->town);
    struct duty_command cmd = {&w->city, &w->actor[TOWN_CLERK], mine, &w->faults};
    struct duty d;
    recheck_id id;
    assert_int_equal(recheck_draw(w->db, w->mem, &clerk, 5, &id), ST_OK);
    assert_int_equal(recheck_say(w->db, w->mem, &town, id, 1, STR("stands"), STR("")),
                     ST_NOT_FOUND); /* not their own */
    assert_int_equal(recheck_say(w->db, w->mem, &clerk, id, 9, STR("stands"), STR("")), ST_NOT_FOUND);
    assert_int_equal(recheck_say(w->db, w->mem, &clerk, id, 1, STR(""), STR("")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "found"));
    w->faults.n = 0;
    assert_int_equal(recheck_say(w->db, w->mem, &clerk, id, 1, STR("falls"), STR("")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "words"));
    w->faults.n = 0;
    assert_int_equal(recheck_say(w->db, w->mem, &clerk, id, 1, STR("falls"), STR("The file is empty")), ST_OK);
    assert_int_equal(recheck_say(w->db, w->mem, &clerk, id, 1, STR("stands"), STR("")), ST_CONFLICT);
    assert_int_equal(duty_load(w->db, w->mem, mine, &d), ST_OK);
    assert_true(str_eq(d.state, STR("owed")));
    assert_int_equal(duty_link_add(w->db, w->mem, &cmd, STR("document"), STR("File 13"), STR("")), ST_OK);
    assert_int_equal(duty_load(w->db, w->mem, mine, &d), ST_OK);
    assert_true(str_eq(d.state, STR("done")));
    campaign_world_sound(w);
}

static void t09_t85_nothing_is_drawn_before_the_closing_stage(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    recheck_id id;
    (void)done(w, &c, TOWN_CLERK, w->town);
    assert_int_equal(recheck_draw(w->db, w->mem, &clerk, 5, &id), ST_INVALID);
    assert_int_equal(w->faults.n, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, campaign_world_setup, campaign_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(t85_the_list_is_drawn_by_a_recorded_seed_and_can_be_drawn_again),
        TEST(t85_what_the_records_do_not_show_is_owed_again),
        TEST(t09_t85_nothing_is_drawn_before_the_closing_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
