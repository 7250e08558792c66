/* campaign_amend_test: what an amendment may take out, what it opens below, and who is heard on it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "campaign/campaign_world.h"
#include "campaign/rollup.h"

/* Writes and issues the version that was prepared. */
static void amend(struct campaign_world *w, enum campaign_who writer, enum campaign_who signer, campaign_id id)
{
    struct campaign_command write = campaign_world_by(w, writer, id), sign = campaign_world_by(w, signer, id);
    str theirs;
    must(plan_write(w->db, w->mem, &write, STR("# Plan\n\nListen longer.\n"), STR("What changed"), &theirs) == ST_OK);
    must(plan_approve(w->db, w->mem, &sign) == ST_OK);
    must(plan_issue(w->db, w->mem, &sign) == ST_OK);
}

static void t15_an_aim_that_is_served_or_the_last_of_its_line_stays(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id);
    struct aim *aims;
    struct goal *goals;
    aim_id quiet;
    size_t n;
    assert_int_equal(aim_add(w->db, w->mem, &cmd, STR("livelihood"), STR("Quieter nights"), &quiet), ST_OK);
    assert_int_equal(goal_add(w->db, w->mem, &cmd, quiet, STR("Nights without noise"), STR("solved")), ST_OK);
    assert_int_equal(aim_end(w->db, w->mem, &cmd, quiet), ST_INVALID);
    assert_string_equal(w->faults.what, "Nights without noise");
    w->faults.n = 0;
    assert_int_equal(goal_list(w->db, w->mem, c.id, 1, &goals, &n), ST_OK);
    assert_int_equal(goal_end(w->db, w->mem, &cmd, goals[0].id), ST_OK);
    assert_int_equal(goal_end(w->db, w->mem, &cmd, goals[0].id), ST_NOT_FOUND);
    assert_int_equal(aim_end(w->db, w->mem, &cmd, quiet), ST_OK);
    assert_int_equal(aim_list(w->db, w->mem, c.id, 1, &aims, &n), ST_OK);
    assert_int_equal(n, 3);
    assert_int_equal(aim_end(w->db, w->mem, &cmd, aims[1].id), ST_INVALID);
    assert_string_equal(w->faults.what, "Break the notice down, Study one place on site");
    w->faults.n = 0;
    struct plan_action *actions;
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &actions, &n), ST_OK);
    for (size_t i = 2; i < 4; i++) assert_int_equal(action_end(w->db, w->mem, &cmd, actions[i].id), ST_OK);
    assert_int_equal(aim_end(w->db, w->mem, &cmd, aims[1].id), ST_INVALID);
    assert_string_equal(fault_of(&w->faults, "aims"), "Each of the three lines keeps at least one aim");
    w->faults.n = 0;
    assert_int_equal(aim_add(w->db, w->mem, &cmd, STR("development"), STR("New work"), &quiet), ST_OK);
    assert_int_equal(aim_end(w->db, w->mem, &cmd, aims[1].id), ST_OK);
    assert_int_equal(aim_list(w->db, w->mem, c.id, 1, &aims, &n), ST_OK);
    assert_true(n == 3 && aims[2].id.v == quiet.v && aims[2].no > aims[1].no);
}

static void t16_what_an_amendment_takes_out_holds_until_it_is_issued(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id),
                            first = campaign_world_by(w, CITY_FIRST, c.id);
    struct campaign_part *pilots;
    struct aim *aims;
    struct goal *goals;
    aim_id quiet, later;
    size_t n;
    assert_int_equal(aim_add(w->db, w->mem, &cmd, STR("livelihood"), STR("Quieter nights"), &quiet), ST_OK);
    assert_int_equal(pilot_put(w->db, w->mem, &cmd, w->town, (day){c.starts.n - 10}, STR("")), ST_OK);
    assert_int_equal(plan_discuss(w->db, w->mem, &cmd), ST_OK);
    assert_int_equal(plan_set_matched(w->db, w->mem, &cmd), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_OK);
    assert_int_equal(aim_end(w->db, w->mem, &cmd, quiet), ST_OK);
    assert_int_equal(pilot_end(w->db, w->mem, &cmd, w->town), ST_OK);
    assert_int_equal(pilot_end(w->db, w->mem, &cmd, w->town), ST_NOT_FOUND);
    assert_int_equal(aim_add(w->db, w->mem, &cmd, STR("work"), STR("Shorter ways"), &later), ST_OK);
    assert_int_equal(goal_add(w->db, w->mem, &cmd, later, STR("Answered"), STR("answered")), ST_OK);
    assert_int_equal(aim_list(w->db, w->mem, c.id, 1, &aims, &n), ST_OK);
    assert_true(n == 4 && aims[3].id.v == quiet.v);
    assert_int_equal(goal_list(w->db, w->mem, c.id, 1, &goals, &n), ST_OK);
    assert_int_equal(n, 0);
    assert_int_equal(campaign_parts(w->db, w->mem, c.id, STR("pilot"), 1, &pilots, &n), ST_OK);
    assert_int_equal(n, 1);
    amend(w, CITY_CLERK, CITY_FIRST, c.id);
    assert_int_equal(aim_list(w->db, w->mem, c.id, 2, &aims, &n), ST_OK);
    assert_true(n == 4 && aims[3].id.v == later.v);
    assert_int_equal(goal_list(w->db, w->mem, c.id, 2, &goals, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(campaign_parts(w->db, w->mem, c.id, STR("pilot"), 2, &pilots, &n), ST_OK);
    assert_int_equal(n, 0);
    assert_int_equal(aim_list(w->db, w->mem, c.id, 1, &aims, &n), ST_OK);
    assert_int_equal(aims[3].id.v, quiet.v);
    campaign_world_sound(w);
}

/* A campaign of the county that carries all that the city's prescribes. */
static struct campaign county_plan(struct campaign_world *w, const struct campaign *up)
{
    struct campaign c;
    struct campaign_command cmd = campaign_world_by(w, COUNTY_CLERK, (campaign_id){0});
    struct campaign_draft d = {.name = STR("The county's"),
                               .unit = w->county,
                               .parent_ref = up->ref,
                               .owner = w->person[COUNTY_CLERK],
                               .starts = up->starts,
                               .sign_days = 5,
                               .ask_cap = 100,
                               .kinds = {STR("township")}};
    must(campaign_add(w->db, w->mem, &cmd, &d, &c) == ST_OK);
    cmd.campaign = c.id;
    must(plan_take_over(w->db, w->mem, &cmd) == ST_OK);
    return campaign_world_load(w, c.id);
}

static void t71_what_the_superior_unlocks_in_an_amendment_is_open_below(void **state)
{
    struct campaign_world *w = *state;
    struct campaign up = campaign_world_issued(w), c = county_plan(w, &up);
    struct campaign_command city = campaign_world_by(w, CITY_CLERK, up.id),
                            county = campaign_world_by(w, COUNTY_CLERK, c.id);
    struct plan_action *theirs, *ours, change;
    bool locked;
    size_t n;
    assert_int_equal(action_list(w->db, w->mem, up.id, 1, &theirs, &n), ST_OK);
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &ours, &n), ST_OK);
    assert_true(theirs[0].locked && !theirs[1].locked);
    change = theirs[0];
    change.locked = false;
    assert_int_equal(action_put(w->db, w->mem, &city, &change), ST_OK);
    change = theirs[1];
    change.locked = true;
    assert_int_equal(action_put(w->db, w->mem, &city, &change), ST_OK);
    assert_int_equal(action_locked_above(w->db, w->mem, &ours[0], &locked), ST_OK);
    assert_true(locked); /* the amendment is not issued yet */
    change = ours[0];
    change.name = STR("In our own words");
    assert_int_equal(action_put(w->db, w->mem, &county, &change), ST_INVALID);
    w->faults.n = 0;
    amend(w, CITY_CLERK, CITY_FIRST, up.id);
    assert_int_equal(action_locked_above(w->db, w->mem, &ours[0], &locked), ST_OK);
    assert_false(locked);
    assert_int_equal(action_put(w->db, w->mem, &county, &change), ST_OK);
    assert_int_equal(action_locked_above(w->db, w->mem, &ours[1], &locked), ST_OK);
    assert_true(locked);
    assert_int_equal(action_end(w->db, w->mem, &county, ours[1].id), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "locked"));
}

static void t16_an_amendment_is_heard_on_once_it_is_opened(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id),
                            first = campaign_world_by(w, CITY_FIRST, c.id),
                            town = campaign_world_by(w, TOWN_CLERK, c.id);
    struct plan_opinion *list;
    str theirs;
    size_t n;
    assert_int_equal(plan_discuss(w->db, w->mem, &cmd), ST_CONFLICT); /* nothing is written */
    assert_int_equal(plan_opinion_add(w->db, w->mem, &town, STR("Too early")), ST_NOT_FOUND);
    assert_int_equal(plan_write(w->db, w->mem, &cmd, STR("# Plan\n\nLonger.\n"), STR("Longer"), &theirs), ST_OK);
    assert_int_equal(plan_opinion_add(w->db, w->mem, &town, STR("Not opened")), ST_NOT_FOUND);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_discuss(w->db, w->mem, &cmd), ST_OK);
    assert_int_equal(plan_discuss(w->db, w->mem, &cmd), ST_CONFLICT);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_INVALID); /* opening takes an approval back */
    w->faults.n = 0;
    assert_int_equal(plan_opinion_add(w->db, w->mem, &town, STR("Longer is better")), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "opinions"));
    w->faults.n = 0;
    assert_int_equal(plan_opinions(w->db, w->mem, c.id, &list, &n), ST_OK);
    assert_true(n == 1 && list[0].version == 2);
    assert_int_equal(plan_opinion_reply(w->db, w->mem, &cmd, list[0].id, STR("taken"), STR("")), ST_OK);
    c = campaign_world_load(w, c.id);
    assert_true(str_eq(c.state, STR("issued")) && c.version == 1); /* the version in force runs on */
    amend(w, CITY_CLERK, CITY_FIRST, c.id);
    assert_int_equal(plan_opinion_add(w->db, w->mem, &town, STR("Too late")), ST_NOT_FOUND);
    campaign_world_sound(w);
}

static void issue(struct campaign_world *w, enum campaign_who writer, enum campaign_who signer, campaign_id id)
{
    struct campaign_command write = campaign_world_by(w, writer, id), sign = campaign_world_by(w, signer, id);
    must(plan_discuss(w->db, w->mem, &write) == ST_OK);
    must(plan_set_matched(w->db, w->mem, &write) == ST_OK);
    must(plan_approve(w->db, w->mem, &sign) == ST_OK);
    must(plan_issue(w->db, w->mem, &sign) == ST_OK);
}

static struct campaign county_issued(struct campaign_world *w, const struct campaign *up)
{
    struct campaign c = county_plan(w, up);
    struct campaign_command cmd = campaign_world_by(w, COUNTY_CLERK, c.id);
    struct stage s = {.name = STR("Listen"), .starts = c.starts};
    str theirs;
    must(stage_put(w->db, w->mem, &cmd, &s) == ST_OK);
    must(plan_write(w->db, w->mem, &cmd, STR("# The county\n"), STR(""), &theirs) == ST_OK);
    issue(w, COUNTY_CLERK, COUNTY_FIRST, c.id);
    return campaign_world_load(w, c.id);
}

static void t71_what_the_superior_amended_is_owed_once(void **state)
{
    struct campaign_world *w = *state;
    struct campaign up = campaign_world_issued(w), c;
    struct campaign_command city = campaign_world_by(w, CITY_CLERK, up.id);
    struct plan_action *theirs;
    struct rollup all;
    size_t n;
    c = county_plan(w, &up);
    assert_int_equal(action_list(w->db, w->mem, up.id, 1, &theirs, &n), ST_OK);
    theirs[3].evidence = STR("The report, by its file number");
    assert_int_equal(action_put(w->db, w->mem, &city, &theirs[3]), ST_OK);
    amend(w, CITY_CLERK, CITY_FIRST, up.id);
    struct campaign_command cmd = campaign_world_by(w, COUNTY_CLERK, c.id);
    struct stage s = {.name = STR("Listen"), .starts = c.starts};
    str text;
    assert_int_equal(stage_put(w->db, w->mem, &cmd, &s), ST_OK);
    assert_int_equal(plan_write(w->db, w->mem, &cmd, STR("# The county\n"), STR(""), &text), ST_OK);
    issue(w, COUNTY_CLERK, COUNTY_FIRST, c.id);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->county, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 0); /* each of them is owed to the city already */
    campaign_world_sound(w);
}

/* Gives a cloned draft of the county's a superior's campaign. */
static enum status give_parent(struct campaign_world *w, const struct campaign *c, const struct campaign *up)
{
    struct campaign_command cmd = campaign_world_by(w, COUNTY_CLERK, c->id);
    struct campaign_draft d = {.name = c->name,
                               .parent_ref = up->ref,
                               .owner = w->person[COUNTY_CLERK],
                               .starts = c->starts,
                               .sign_days = 5,
                               .ask_cap = 100,
                               .kinds = {STR("township")}};
    return campaign_change(w->db, w->mem, &cmd, &d);
}

static struct campaign next_year(struct campaign_world *w, const struct campaign *c)
{
    struct campaign next;
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c->id);
    must(campaign_clone(w->db, w->mem, &cmd, day_from_civil(2027, 4, 1), &next) == ST_OK);
    struct campaign_draft d = {.name = next.name,
                               .owner = w->person[CITY_CLERK],
                               .starts = next.starts,
                               .sign_days = 5,
                               .ask_cap = 100,
                               .kinds = {STR("county"), STR("township")}};
    cmd.campaign = next.id;
    must(campaign_change(w->db, w->mem, &cmd, &d) == ST_OK);
    issue(w, CITY_CLERK, CITY_FIRST, next.id);
    return campaign_world_load(w, next.id);
}

static void t13_a_cloned_plan_carries_the_superiors_again(void **state)
{
    struct campaign_world *w = *state;
    struct campaign up = campaign_world_issued(w), c = county_issued(w, &up), up2, c2, other;
    struct campaign_command county = campaign_world_by(w, COUNTY_CLERK, c.id);
    struct plan_action *was, *ours, *theirs, change;
    struct match_row *rows;
    bool locked;
    size_t n;
    change = (struct plan_action){.name = STR("The county's own"),
                                  .criteria = STR("It is there"),
                                  .criterion = STR("record"),
                                  .criterion_n = 1,
                                  .due = c.starts};
    struct aim *aims;
    assert_int_equal(aim_list(w->db, w->mem, c.id, 2, &aims, &n), ST_OK);
    change.aim = aims[0].id;
    assert_int_equal(action_put(w->db, w->mem, &county, &change), ST_OK);
    amend(w, COUNTY_CLERK, COUNTY_FIRST, c.id);
    up2 = next_year(w, &up);
    assert_int_equal(campaign_clone(w->db, w->mem, &county, day_from_civil(2027, 4, 1), &c2), ST_OK);
    assert_int_equal(action_list(w->db, w->mem, c.id, 2, &was, &n), ST_OK);
    assert_int_equal(n, 5);
    for (int round = 0; round < 2; round++) { /* the superior's clone, then the superior's campaign of then */
        const struct campaign *now = round == 0 ? &up2 : &up;
        assert_int_equal(give_parent(w, &c2, now), ST_OK);
        assert_int_equal(action_list(w->db, w->mem, now->id, 1, &theirs, &n), ST_OK);
        assert_int_equal(action_list(w->db, w->mem, c2.id, 1, &ours, &n), ST_OK);
        for (size_t i = 0; i < 4; i++) assert_int_equal(ours[i].from.v, theirs[i].id.v);
        for (size_t i = 0; i < 5; i++) assert_int_equal(action_cloned(&ours[i]).v, was[i].id.v);
        assert_int_equal(ours[4].from.v, was[4].id.v); /* its own: plain, as it was */
        assert_int_equal(action_locked_above(w->db, w->mem, &ours[0], &locked), ST_OK);
        assert_true(locked);
        c2 = campaign_world_load(w, c2.id);
        assert_int_equal(plan_match(w->db, w->mem, &c2, &rows, &n), ST_OK);
        assert_int_equal(rows[0].ours.v, ours[0].id.v);
        assert_int_equal(rows[0].blocks, round == 1); /* its days are a year earlier */
    }
    other = campaign_world_issued(w);
    assert_int_equal(give_parent(w, &c2, &other), ST_OK);
    assert_int_equal(action_list(w->db, w->mem, c2.id, 1, &ours, &n), ST_OK);
    for (size_t i = 0; i < 5; i++) assert_true(ours[i].from.v == was[i].id.v && ours[i].cloned.v == 0);
    assert_int_equal(action_locked_above(w->db, w->mem, &ours[0], &locked), ST_OK);
    assert_false(locked);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, campaign_world_setup, campaign_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(t15_an_aim_that_is_served_or_the_last_of_its_line_stays),
        TEST(t16_what_an_amendment_takes_out_holds_until_it_is_issued),
        TEST(t16_an_amendment_is_heard_on_once_it_is_opened),
        TEST(t71_what_the_superior_amended_is_owed_once),
        TEST(t13_a_cloned_plan_carries_the_superiors_again),
        TEST(t71_what_the_superior_unlocks_in_an_amendment_is_open_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
