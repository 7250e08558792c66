/* plan_library_test: plans kept as templates: what is kept, who may use it, what a later change leaves alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "campaign/campaign_world.h"
#include "campaign/plan_library.h"

static struct campaign begin(struct campaign_world *w, enum campaign_who who, unit_id unit, day starts, day ends,
                             const struct kept_plan *k)
{
    struct campaign c;
    struct campaign_command cmd = campaign_world_by(w, who, (campaign_id){0});
    struct campaign_draft d = {.name = k->name,
                               .unit = unit,
                               .starts = starts,
                               .ends = ends,
                               .sign_days = k->sign_days,
                               .ask_cap = k->ask_cap};
    must(campaign_add(w->db, w->mem, &cmd, &d, &c) == ST_OK);
    cmd.campaign = c.id;
    must(plan_library_apply(w->db, w->mem, &cmd, k) == ST_OK);
    return campaign_world_load(w, c.id);
}

static plan_template_id keep(struct campaign_world *w, const struct campaign *c, plan_template_id into,
                             const char *name)
{
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c->id);
    plan_template_id id;
    must(plan_library_keep(w->db, w->mem, &cmd, into, str_from(name), &id) == ST_OK);
    return id;
}

static void t81_a_kept_plan_gives_its_structure_on_other_days(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w), made;
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id);
    struct kept_plan k;
    struct stage *stages;
    struct plan_action *old, *new;
    struct aim *aims, *was;
    struct goal *goals;
    struct plan text;
    aim_id quiet;
    size_t n, n_old;
    assert_int_equal(aim_add(w->db, w->mem, &cmd, STR("livelihood"), STR("Quieter nights"), &quiet), ST_OK);
    assert_int_equal(goal_add(w->db, w->mem, &cmd, quiet, STR("Solved"), STR("solved")), ST_OK);
    plan_template_id id = keep(w, &c, (plan_template_id){0}, "Listening");
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 0, &k), ST_OK);
    assert_true(k.n_stages == 1 && k.n_aims == 4 && k.n_goals == 1 && k.n_actions == 4 && k.n_kinds == 3);
    assert_int_equal(k.stages[0].from, 0);
    assert_int_equal(k.stages[0].to, 60);
    made = begin(w, CITY_CLERK, w->root, day_from_civil(2028, 1, 10), (day){0}, &k);
    assert_int_equal(stage_list(w->db, w->mem, made.id, 1, &stages, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(stages[0].starts.n, made.starts.n);
    assert_int_equal(stages[0].ends.n, made.starts.n + 60);
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &old, &n_old), ST_OK);
    assert_int_equal(action_list(w->db, w->mem, made.id, 1, &new, &n), ST_OK);
    assert_int_equal(n, n_old);
    assert_int_equal(aim_list(w->db, w->mem, made.id, 1, &aims, &n), ST_OK);
    assert_int_equal(aim_list(w->db, w->mem, c.id, 1, &was, &n), ST_OK);
    for (size_t i = 0; i < n_old; i++) {
        size_t a = 0;
        while (was[a].id.v != old[i].aim.v) a++;
        assert_true(str_eq(new[i].name, old[i].name) && str_eq(new[i].criterion, old[i].criterion));
        assert_int_equal(new[i].due.n - made.starts.n, old[i].due.n - c.starts.n);
        assert_int_equal(new[i].stage.v, stages[0].id.v);
        assert_int_equal(new[i].aim.v, aims[a].id.v);
        assert_int_equal(new[i].locked, old[i].locked);
        assert_int_equal(new[i].from.v, 0);
    }
    assert_int_equal(goal_list(w->db, w->mem, made.id, 1, &goals, &n), ST_OK);
    assert_true(n == 1 && goals[0].aim.v == aims[3].id.v && str_eq(aims[3].name, STR("Quieter nights")));
    assert_int_equal(plan_get(w->db, w->mem, made.id, 1, &text), ST_OK);
    assert_true(str_eq(text.text, STR("# Plan\n\nListen first.\n")));
    assert_int_equal(made.owner.v, 0);
}

static void t81_days_behind_the_last_are_cut_to_it(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct kept_plan k;
    struct stage *stages;
    struct plan_action *actions;
    size_t n;
    plan_template_id id = keep(w, &c, (plan_template_id){0}, "Listening");
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 0, &k), ST_OK);
    day starts = day_from_civil(2028, 1, 10);
    c = begin(w, CITY_CLERK, w->root, starts, (day){starts.n + 7}, &k);
    assert_int_equal(stage_list(w->db, w->mem, c.id, 1, &stages, &n), ST_OK);
    assert_int_equal(stages[0].ends.n, starts.n + 7);
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &actions, &n), ST_OK);
    for (size_t i = 0; i < n; i++) assert_true(actions[i].due.n <= starts.n + 7);
}

static void t81_an_action_whose_stage_was_taken_out_stands_under_none(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id);
    struct kept_plan k;
    struct stage *stages, fresh = {.name = STR("Solve"), .starts = c.starts};
    size_t n;
    assert_int_equal(stage_list(w->db, w->mem, c.id, 1, &stages, &n), ST_OK);
    assert_int_equal(stage_end(w->db, w->mem, &cmd, stages[0].id), ST_OK);
    assert_int_equal(stage_put(w->db, w->mem, &cmd, &fresh), ST_OK);
    assert_int_equal(fresh.no, stages[0].no); /* the number is free again */
    plan_template_id id = keep(w, &c, (plan_template_id){0}, "Listening");
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 0, &k), ST_OK);
    assert_true(k.n_stages == 1 && k.n_actions == 4);
    for (size_t i = 0; i < k.n_actions; i++) assert_int_equal(k.actions[i].stage, 0);
}

static void t81_an_amended_stage_keeps_its_actions(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id),
                            first = campaign_world_by(w, CITY_FIRST, c.id);
    struct kept_plan k;
    struct stage *stages;
    str theirs;
    size_t n;
    assert_int_equal(stage_list(w->db, w->mem, c.id, 1, &stages, &n), ST_OK);
    stages[0].ends.n += 10;
    assert_int_equal(stage_put(w->db, w->mem, &cmd, &stages[0]), ST_OK);
    assert_int_equal(plan_write(w->db, w->mem, &cmd, STR("# Longer\n"), STR("Longer"), &theirs), ST_OK);
    plan_template_id id = keep(w, &c, (plan_template_id){0}, "Before");
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 0, &k), ST_OK);
    assert_true(k.stages[0].to == 60 && k.actions[0].stage == 1); /* what is in force, not what is being written */
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_OK);
    (void)keep(w, &c, id, "After");
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 0, &k), ST_OK);
    assert_true(k.n_stages == 1 && k.stages[0].to == 70 && k.n_actions == 4);
    for (size_t i = 0; i < 4; i++) assert_int_equal(k.actions[i].stage, 1);
}

static void p08_a_change_is_a_version_and_what_was_made_before_keeps_its_own(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w), made;
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id);
    struct kept_plan first, now;
    struct kept_version *versions;
    struct plan_action *list;
    size_t n;
    plan_template_id id = keep(w, &c, (plan_template_id){0}, "Listening");
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 0, &first), ST_OK);
    made = begin(w, CITY_CLERK, w->root, day_from_civil(2028, 1, 10), (day){0}, &first);
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &list, &n), ST_OK);
    assert_int_equal(action_end(w->db, w->mem, &cmd, list[3].id), ST_OK);
    assert_int_equal(keep(w, &c, id, "Listening, shorter").v, id.v);
    assert_int_equal(plan_library_rename(w->db, w->mem, &cmd, id, 1, STR("Too late")), ST_CONFLICT);
    assert_int_equal(plan_library_rename(w->db, w->mem, &cmd, id, 2, STR("")), ST_INVALID);
    w->faults.n = 0;
    assert_int_equal(plan_library_rename(w->db, w->mem, &cmd, id, 2, STR("Listening in short")), ST_OK);
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 0, &now), ST_OK);
    assert_true(now.version == 3 && now.n_actions == 3 && str_eq(now.name, STR("Listening in short")));
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 1, &now), ST_OK);
    assert_true(now.n_actions == 4 && str_eq(now.name, STR("Listening")));
    assert_int_equal(action_list(w->db, w->mem, made.id, 1, &list, &n), ST_OK);
    assert_int_equal(n, 4);
    assert_int_equal(plan_library_versions(w->db, w->mem, id, &versions, &n), ST_OK);
    assert_int_equal(n, 3);
    assert_true(str_eq(versions[0].what, STR("renamed")) && str_eq(versions[2].what, STR("kept")));
    assert_true(str_eq(versions[1].campaign_ref, c.ref) && versions[1].person_name.n > 0 && versions[1].at.ms != 0);
}

static void t81_a_template_is_for_its_unit_and_those_below(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command cmd = campaign_world_by(w, COUNTY_CLERK, c.id),
                            city = campaign_world_by(w, CITY_CLERK, c.id);
    struct kept_plan *list, k;
    plan_template_id id, other;
    size_t n;
    assert_int_equal(plan_library_keep(w->db, w->mem, &cmd, (plan_template_id){0}, STR("Not mine"), &id), ST_NOT_FOUND);
    id = keep(w, &c, (plan_template_id){0}, "Listening");
    assert_int_equal(plan_library_list(w->db, w->mem, &w->actor[COUNTY_CLERK], &list, &n), ST_OK);
    assert_true(n == 1 && list[0].id.v == id.v && !list[0].may_change);
    assert_int_equal(plan_library_rename(w->db, w->mem, &cmd, id, 1, STR("Ours")), ST_FORBIDDEN);
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[OTHER_HANDLER], id, 0, &k), ST_NOT_FOUND);
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[COUNTY_CLERK], id, 0, &k), ST_OK);
    struct campaign below = begin(w, COUNTY_CLERK, w->county, day_from_civil(2028, 1, 10), (day){0}, &k);
    cmd.campaign = below.id;
    assert_int_equal(plan_library_keep(w->db, w->mem, &cmd, id, STR("Into the city's"), &other), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "template"));
    w->faults.n = 0;
    assert_int_equal(plan_library_keep(w->db, w->mem, &cmd, (plan_template_id){0}, STR("The county's"), &other), ST_OK);
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[TOWN_CLERK], other, 0, &k), ST_OK);
    assert_int_equal(plan_library_end(w->db, w->mem, &city, id, 1), ST_OK);
    assert_int_equal(plan_library_end(w->db, w->mem, &city, id, 2), ST_CONFLICT);
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[COUNTY_CLERK], id, 0, &k), ST_NOT_FOUND);
    assert_int_equal(plan_library_get(w->db, w->mem, &w->actor[CITY_CLERK], id, 1, &k), ST_OK);
    assert_int_equal(k.n_actions, 4);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, campaign_world_setup, campaign_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(t81_a_kept_plan_gives_its_structure_on_other_days),
        TEST(t81_days_behind_the_last_are_cut_to_it),
        TEST(t81_an_action_whose_stage_was_taken_out_stands_under_none),
        TEST(t81_an_amended_stage_keeps_its_actions),
        TEST(p08_a_change_is_a_version_and_what_was_made_before_keeps_its_own),
        TEST(t81_a_template_is_for_its_unit_and_those_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
