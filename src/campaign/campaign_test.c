/* campaign_test: a campaign from its draft to the next one. SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "campaign/campaign_world.h"
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/plan_template.h"
#include "campaign/rollup.h"

static void t02_a_draft_is_seen_by_nobody_outside(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w), seen;
    assert_int_equal(campaign_get(w->db, w->mem, NULL, c.ref, &seen), ST_NOT_FOUND);
    assert_int_equal(campaign_get(w->db, w->mem, &w->actor[TOWN_CLERK], c.ref, &seen), ST_NOT_FOUND);
    assert_int_equal(campaign_get(w->db, w->mem, &w->actor[CITY_CLERK], c.ref, &seen), ST_OK);
    assert_int_equal(campaign_get(w->db, w->mem, &w->actor[CITY_FIRST], c.ref, &seen), ST_OK);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    assert_int_equal(plan_discuss(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(campaign_get(w->db, w->mem, &w->actor[TOWN_CLERK], c.ref, &seen), ST_OK);
    assert_int_equal(campaign_get(w->db, w->mem, NULL, c.ref, &seen), ST_NOT_FOUND);
}

static void t02_t24_issue_is_refused_while_something_is_missing(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    struct campaign_command first = campaign_world_by(w, CITY_FIRST, c.id);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "approved"));
    w->faults.n = 0;
    struct campaign_draft d = {
        .name = c.name, .theme = c.theme, .starts = c.starts, .sign_days = 5, .ask_cap = 100, .kinds = {STR("county")}};
    assert_int_equal(campaign_change(w->db, w->mem, &clerk, &d), ST_OK); /* nobody accountable */
    assert_int_equal(plan_discuss(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(plan_set_matched(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "owner"));
    assert_int_equal(plan_approve(w->db, w->mem, &clerk), ST_FORBIDDEN);
}

static void n01_issuing_makes_a_duty_for_each_unit_and_a_delivery(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct rollup own, all;
    struct notice_item *got;
    size_t n;
    assert_int_equal(c.version, 1);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, false, w->today, &own), ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(own.owed, 3); /* issuing it was sending it down */
    assert_int_equal(own.done, 1);
    assert_int_equal(all.owed,
                     4 * 6 - 1); /* root, two counties, two towns, a village; not the department, not the partner */
    assert_int_equal(all.unsigned_, 5);
    assert_int_equal(notice_received(w->db, w->mem, &w->actor[TOWN_CLERK], &got, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(notice_received(w->db, w->mem, &w->actor[ADMIN], &got, &n), ST_OK);
    assert_int_equal(n, 0);
    campaign_world_sound(w);
}

static void t26_a_unit_publishes_its_own_list_before_it_sends_down(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command cmd = campaign_world_by(w, COUNTY_CLERK, c.id);
    struct notice_draft *d = NEW(w->mem, struct notice_draft);
    struct duty duty;
    notice_id sent;
    *d = (struct notice_draft){
        .campaign = c.id, .unit = w->county, .subject = STR("What each town does"), .text = STR("By May")};
    assert_int_equal(notice_send(w->db, w->mem, &cmd, d, &sent), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "unit"));
    w->faults.n = 0;
    assert_int_equal(own_list_publish(w->db, w->mem, &cmd, w->county, STR("We begin with water")), ST_OK);
    assert_int_equal(duty_load(w->db, w->mem, campaign_world_duty(w, &c, 0, w->county), &duty), ST_OK);
    assert_string_equal(str_z(w->mem, duty.state), "done");
    assert_int_equal(notice_send(w->db, w->mem, &cmd, d, &sent), ST_OK);
    campaign_world_sound(w);
}

static void n01_signing_and_breaking_down_is_seen_above(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct notice_item *got;
    struct notice_node *tree;
    struct rollup all;
    size_t n;
    assert_int_equal(notice_received(w->db, w->mem, &w->actor[COUNTY_CLERK], &got, &n), ST_OK);
    struct delivery_command cmd = {&w->city, &w->actor[COUNTY_CLERK], got[0].delivery, &w->faults};
    assert_int_equal(delivery_sign(w->db, w->mem, &cmd), ST_OK);
    assert_int_equal(delivery_sign(w->db, w->mem, &cmd), ST_CONFLICT);
    struct delivery_command stranger = {&w->city, &w->actor[TOWN_CLERK], got[0].delivery, &w->faults};
    assert_int_equal(delivery_sign(w->db, w->mem, &stranger), ST_NOT_FOUND);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.unsigned_, 4);
    assert_int_equal(delivery_why_not(w->db, w->mem, &cmd, STR("The towns know it already")), ST_OK);
    assert_int_equal(notice_tree(w->db, w->mem, got[0].notice, w->root, &tree, &n), ST_OK);
    for (size_t i = 0; i < n; i++)
        if (tree[i].unit.v == w->county.v) {
            assert_int_equal(tree[i].sent, 4);
            assert_int_equal(tree[i].signed_, 1);
            assert_true(tree[i].is_broken);
        }
    struct duty d;
    assert_int_equal(duty_load(w->db, w->mem, campaign_world_duty(w, &c, 2, w->county), &d), ST_OK);
    assert_string_equal(str_z(w->mem, d.state), "done");
    campaign_world_sound(w);
}

static void n01_what_is_unsigned_climbs_one_level(void **state)
{
    struct campaign_world *w = *state;
    struct notice_item *above;
    size_t n;
    int64_t climbed;
    (void)campaign_world_issued(w);
    assert_int_equal(notice_climb(w->db, w->mem, &w->city, w->today, &climbed), ST_OK);
    assert_int_equal(climbed, 0);
    assert_int_equal(notice_climb(w->db, w->mem, &w->city, (day){w->today.n + 30}, &climbed), ST_OK);
    assert_int_equal(climbed, 5);
    assert_int_equal(notice_climbed(w->db, w->mem, &w->actor[COUNTY_CLERK], &above, &n), ST_OK);
    assert_int_equal(n, 2);
}

static void t22_t83_a_duty_is_done_by_records_adapted_or_waived_by_the_level_above(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct duty_command town = {&w->city, &w->actor[TOWN_CLERK], campaign_world_duty(w, &c, 3, w->town), &w->faults};
    struct duty_command above = {&w->city, &w->actor[COUNTY_FIRST], town.duty, &w->faults};
    struct duty d;
    assert_int_equal(duty_link_add(w->db, w->mem, &town, STR("document"), STR("File 2026-17"), STR("")), ST_OK);
    assert_int_equal(duty_load(w->db, w->mem, town.duty, &d), ST_OK);
    assert_string_equal(str_z(w->mem, d.state), "done");
    assert_int_equal(duty_link_add(w->db, w->mem, &town, STR("matter"), STR("HT-26-999999"), STR("")), ST_INVALID);
    w->faults.n = 0;
    town.duty = above.duty = campaign_world_duty(w, &c, 1, w->town);
    assert_int_equal(duty_ask(w->db, w->mem, &town, STR("waive"), STR("No matter is open here")), ST_OK);
    assert_int_equal(duty_decide(w->db, w->mem, &town, true, STR("")), ST_NOT_FOUND); /* never the unit itself */
    assert_int_equal(duty_decide(w->db, w->mem, &above, false, STR("")), ST_INVALID);
    w->faults.n = 0;
    assert_int_equal(duty_decide(w->db, w->mem, &above, true, STR("")), ST_OK);
    assert_int_equal(duty_load(w->db, w->mem, town.duty, &d), ST_OK);
    assert_string_equal(str_z(w->mem, d.state), "waived");
    town.duty = campaign_world_duty(w, &c, 0, w->town);
    assert_int_equal(duty_ask(w->db, w->mem, &town, STR("waive"), STR("no")), ST_INVALID);
    campaign_world_sound(w);
}

static void t74_who_answers_for_the_unit_may_act_for_its_duties(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct duty_command leader = {&w->city, &w->actor[CITY_FIRST], campaign_world_duty(w, &c, 3, w->root), &w->faults};
    struct duty_command other = leader;
    other.who = &w->actor[TOWN_FIRST];
    assert_int_equal(duty_link_add(w->db, w->mem, &other, STR("document"), STR("File 1"), STR("")), ST_NOT_FOUND);
    assert_int_equal(duty_link_add(w->db, w->mem, &leader, STR("document"), STR("File 1"), STR("")), ST_OK);
}

static void t83_what_is_asked_is_seen_by_every_level_above_alone(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct duty_command town = {&w->city, &w->actor[TOWN_CLERK], campaign_world_duty(w, &c, 1, w->town), &w->faults};
    struct duty_item *asked;
    size_t n;
    assert_int_equal(duty_ask(w->db, w->mem, &town, STR("adapt"), STR("Two small ones instead")), ST_OK);
    assert_int_equal(duty_asked_below(w->db, w->mem, w->county, &asked, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(asked[0].id.v, town.duty.v);
    assert_int_equal(duty_asked_below(w->db, w->mem, w->root, &asked, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(duty_asked_below(w->db, w->mem, w->town, &asked, &n), ST_OK);
    assert_int_equal(n, 0);
    assert_int_equal(duty_asked_below(w->db, w->mem, w->county2, &asked, &n), ST_OK);
    assert_int_equal(n, 0);
}

static void n12_a_sending_above_the_cap_names_the_units(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command cmd = campaign_world_by(w, COUNTY_CLERK, c.id);
    struct notice_draft *d = NEW(w->mem, struct notice_draft);
    struct notice_above above = {0};
    struct notice_counts counts;
    notice_id sent = {0};
    enum status st = ST_OK;
    assert_int_equal(own_list_publish(w->db, w->mem, &cmd, w->county, STR("")), ST_OK);
    *d = (struct notice_draft){.campaign = c.id,
                               .unit = w->county,
                               .subject = STR("Again"),
                               .text = STR("By May"),
                               .to = {w->town},
                               .n_to = 1,
                               .above = &above};
    for (int i = 0; i < 200 && st == ST_OK; i++) {
        notice_id id;
        st = notice_send(w->db, w->mem, &cmd, d, &id);
        if (st == ST_OK) sent = id;
    }
    assert_int_equal(st, ST_INVALID);
    assert_non_null(fault_of(&w->faults, "cap"));
    cmd = campaign_world_by(w, COUNTY_FIRST, c.id);
    assert_int_equal(notice_send(w->db, w->mem, &cmd, d, &sent), ST_OK);
    assert_int_equal(above.n, 1);
    assert_string_equal(str_z(w->mem, above.unit[0].code), "990101");
    assert_int_equal(notice_counts(w->db, w->mem, sent, w->county, &counts), ST_OK);
    assert_int_equal(counts.sent, 1);
    assert_int_equal(counts.opened, 0);
}

static void t03_t16_an_amendment_moves_duties_and_supersedes_open_notices(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    struct campaign_command first = campaign_world_by(w, CITY_FIRST, c.id);
    struct plan_action *list;
    struct rollup all;
    struct notice_item *got;
    size_t n;
    str theirs;
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &list, &n), ST_OK);
    struct plan_action changed = list[3];
    changed.name = STR("Study two places on site");
    assert_int_equal(action_put(w->db, w->mem, &clerk, &changed), ST_OK);
    assert_int_equal(
        plan_write(w->db, w->mem, &clerk, STR("# Plan\n\nListen twice.\n"), STR("Two places instead of one"), &theirs),
        ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 23); /* nothing changes before it is in force */
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_INVALID);
    w->faults.n = 0;
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_OK);
    c = campaign_world_load(w, c.id);
    assert_int_equal(c.version, 2);
    assert_int_equal(action_list(w->db, w->mem, c.id, 2, &list, &n), ST_OK);
    assert_int_equal(n, 4);
    assert_string_equal(str_z(w->mem, list[3].name), "Study two places on site");
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 23);
    assert_int_equal(all.unsigned_, 5);
    assert_int_equal(notice_received(w->db, w->mem, &w->actor[TOWN_CLERK], &got, &n), ST_OK);
    assert_int_equal(n, 1); /* one notice, the newest */
    campaign_world_sound(w);
}

static void t80_t13_open_duties_are_carried_and_the_structure_is_cloned(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w), next;
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    struct campaign_command first = campaign_world_by(w, CITY_FIRST, c.id);
    struct campaign_draft d = {.starts = day_from_civil(2027, 4, 1),
                               .sign_days = 5,
                               .ask_cap = 100,
                               .owner = w->person[CITY_CLERK],
                               .name = STR("Next summer"),
                               .kinds = {STR("county"), STR("township"), STR("village")}};
    struct duty old, carried;
    struct plan_action *list;
    size_t n;
    assert_int_equal(campaign_clone(w->db, w->mem, &clerk, day_from_civil(2027, 4, 1), &next), ST_OK);
    struct campaign_command clerk2 = campaign_world_by(w, CITY_CLERK, next.id),
                            first2 = campaign_world_by(w, CITY_FIRST, next.id);
    assert_int_equal(campaign_change(w->db, w->mem, &clerk2, &d), ST_OK);
    assert_int_equal(plan_discuss(w->db, w->mem, &clerk2), ST_OK);
    assert_int_equal(plan_set_matched(w->db, w->mem, &clerk2), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first2), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first2), ST_OK);
    struct rollup all; /* what was owed last year is owed this year again, carried on or not */
    assert_int_equal(rollup_of(w->db, w->mem, next.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 23);
    assert_int_equal(campaign_close(w->db, w->mem, &clerk, next.id), ST_FORBIDDEN);
    assert_int_equal(campaign_close(w->db, w->mem, &first, next.id), ST_OK);
    next = campaign_world_load(w, next.id);
    assert_int_equal(action_list(w->db, w->mem, next.id, next.version, &list, &n), ST_OK);
    assert_int_equal(n, 4);
    assert_int_equal(civil_from_day(list[0].due).year, 2027);
    assert_int_equal(duty_load(w->db, w->mem, campaign_world_duty(w, &c, 3, w->town), &old), ST_OK);
    assert_int_equal(duty_of_action(w->db, w->mem, list[3].id, w->town, &carried), ST_OK);
    assert_int_equal(carried.carried.v, old.id.v);
    assert_int_equal(carried.due.n, old.due.n); /* its clock goes on */
    assert_int_equal(rollup_of(w->db, w->mem, next.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 23);
    campaign_world_sound(w);
}

static void t23_a_unit_adds_an_optional_project_and_the_level_above_needs_a_reason_to_end_it(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command town = campaign_world_by(w, TOWN_CLERK, c.id),
                            above = campaign_world_by(w, COUNTY_FIRST, c.id);
    struct plan_action a = {.name = STR("Night clinic"), .criteria = STR("Open three evenings")};
    struct rollup all;
    duty_id id;
    assert_int_equal(action_add_optional(w->db, w->mem, &town, w->county, &a, &id), ST_FORBIDDEN);
    assert_int_equal(action_add_optional(w->db, w->mem, &town, w->town, &a, &id), ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.optional, 1);
    assert_int_equal(action_comment(w->db, w->mem, &above, a.id, true, STR("")), ST_INVALID);
    w->faults.n = 0;
    assert_int_equal(action_comment(w->db, w->mem, &town, a.id, true, STR("no")), ST_NOT_FOUND);
    assert_int_equal(action_comment(w->db, w->mem, &above, a.id, true, STR("The county opens one already")), ST_OK);
    campaign_world_sound(w);
}

static void a_unit_that_comes_gets_duties_and_one_that_ends_hands_them_on(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct unit u = {.code = STR("990103"),
                     .name_en = STR("New town"),
                     .name_zh = STR("新镇"),
                     .kind = STR("township"),
                     .territory = w->county,
                     .starts = w->today};
    struct rollup all;
    assert_int_equal(unit_put(w->db, w->mem, NULL, &u, w->today, &w->faults), ST_OK);
    assert_int_equal(duty_unit_added(w->db, w->mem, &w->city, u.id), ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 27);
    assert_int_equal(duty_unit_ended(w->db, w->mem, &w->city, w->town2, w->town), ST_OK);
    assert_int_equal(notice_unit_ended(w->db, w->mem, &w->city, w->town2, w->town), ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, c.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 23);
    assert_int_equal(all.waived, 4);
    campaign_world_sound(w);
}

static void t03_t16_an_amendment_of_the_superior_reaches_the_plan_that_carries_it(void **state)
{
    struct campaign_world *w = *state;
    struct campaign up = campaign_world_issued(w), c;
    struct campaign_command above = campaign_world_by(w, CITY_CLERK, up.id),
                            first = campaign_world_by(w, CITY_FIRST, up.id);
    struct campaign_command clerk = campaign_world_by(w, COUNTY_CLERK, (campaign_id){0});
    struct campaign_draft d = {.name = STR("The county's"),
                               .unit = w->county,
                               .parent_ref = up.ref,
                               .starts = up.starts,
                               .sign_days = 5,
                               .ask_cap = 100,
                               .kinds = {STR("township")}};
    struct plan_action *theirs, *ours;
    struct match_row *rows;
    str text;
    size_t n;
    assert_int_equal(campaign_add(w->db, w->mem, &clerk, &d, &c), ST_OK);
    clerk = campaign_world_by(w, COUNTY_CLERK, c.id);
    assert_int_equal(plan_take_over(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(action_list(w->db, w->mem, up.id, 1, &theirs, &n), ST_OK);
    assert_true(theirs[0].locked);
    theirs[0].criteria = STR("When two records show it");
    assert_int_equal(action_put(w->db, w->mem, &above, &theirs[0]), ST_OK);
    assert_int_equal(plan_write(w->db, w->mem, &above, STR("# Two\n"), STR("Two records"), &text), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_match(w->db, w->mem, &c, &rows, &n), ST_OK);
    assert_int_equal(n, 4);
    assert_true(rows[0].ours.v != 0 && rows[0].blocks);
    assert_string_equal(str_z(w->mem, rows[0].differs), "criteria");
    assert_int_equal(plan_take_over(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(plan_match(w->db, w->mem, &c, &rows, &n), ST_OK);
    for (size_t i = 0; i < n; i++) assert_true(rows[i].ours.v != 0 && rows[i].differs.n == 0);
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &ours, &n), ST_OK);
    assert_int_equal(n, 4); /* nothing twice */
}

/* Every plan of the library, in both languages, also when the campaign ends long before it would. */
static void t13_a_plan_of_the_library_lacks_nothing_that_a_plan_needs(void **state)
{
    struct campaign_world *w = *state;
    for (size_t i = 0; i < plan_templates_n * 4; i++) {
        struct campaign c;
        struct readiness *list;
        size_t n;
        struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, (campaign_id){0});
        struct campaign_draft d = {.name = STR("From the library"),
                                   .unit = w->root,
                                   .owner = w->person[CITY_CLERK],
                                   .starts = day_from_civil(2026, 4, 1),
                                   .sign_days = 5,
                                   .ask_cap = 100,
                                   .kinds = {STR("county")}};
        if (i % 4 > 1) d.ends = (day){d.starts.n + 40};
        assert_int_equal(campaign_add(w->db, w->mem, &cmd, &d, &c), ST_OK);
        cmd.campaign = c.id;
        assert_int_equal(plan_template_apply(w->db, w->mem, &cmd, &plan_templates[i / 4], i % 2 == 1), ST_OK);
        c = campaign_world_load(w, c.id);
        assert_int_equal(plan_readiness(w->db, w->mem, &c, &list, &n), ST_OK);
        for (size_t k = 0; k < n; k++)
            if (list[k].needed && !list[k].done) fail_msg("%s lacks %s", plan_templates[i / 4].key, list[k].key.p);
    }
}

static void n01_a_scope_that_matches_nothing_is_refused(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w), other;
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    struct campaign_draft d = {
        .name = c.name, .starts = c.starts, .sign_days = 5, .ask_cap = 100, .kinds = {STR("bureau")}};
    assert_int_equal(campaign_change(w->db, w->mem, &clerk, &d), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "kinds"));
    w->faults.n = 0;
    d.unit = w->root;
    assert_int_equal(campaign_add(w->db, w->mem, &clerk, &d, &other), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "kinds"));
    w->faults.n = 0;
    d.kinds[1] = STR("county");
    assert_int_equal(campaign_change(w->db, w->mem, &clerk, &d), ST_OK);
}

static void t03_a_plan_of_the_greatest_length_is_taken_and_line_ends_do_not_count_twice(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    struct plan p;
    str theirs;
    char *text = NEWN(w->mem, char, PLAN_BYTES + 2);
    for (size_t i = 0; i < PLAN_BYTES + 2; i++) text[i] = 'x';
    text[0] = '\r';
    text[1] = '\n';
    assert_int_equal(plan_write(w->db, w->mem, &clerk, (str){text, PLAN_BYTES + 1}, STR(""), &theirs), ST_OK);
    assert_int_equal(plan_get(w->db, w->mem, c.id, 1, &p), ST_OK);
    assert_int_equal(p.text.n, PLAN_BYTES);
    assert_int_equal(p.text.p[0], '\n');
    assert_int_equal(plan_write(w->db, w->mem, &clerk, (str){text, PLAN_BYTES + 2}, STR(""), &theirs), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "text"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, campaign_world_setup, campaign_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(t02_a_draft_is_seen_by_nobody_outside),
        TEST(t02_t24_issue_is_refused_while_something_is_missing),
        TEST(n01_issuing_makes_a_duty_for_each_unit_and_a_delivery),
        TEST(t26_a_unit_publishes_its_own_list_before_it_sends_down),
        TEST(n01_signing_and_breaking_down_is_seen_above),
        TEST(n01_what_is_unsigned_climbs_one_level),
        TEST(t22_t83_a_duty_is_done_by_records_adapted_or_waived_by_the_level_above),
        TEST(t74_who_answers_for_the_unit_may_act_for_its_duties),
        TEST(t83_what_is_asked_is_seen_by_every_level_above_alone),
        TEST(n12_a_sending_above_the_cap_names_the_units),
        TEST(t03_t16_an_amendment_moves_duties_and_supersedes_open_notices),
        TEST(t80_t13_open_duties_are_carried_and_the_structure_is_cloned),
        TEST(t23_a_unit_adds_an_optional_project_and_the_level_above_needs_a_reason_to_end_it),
        TEST(t03_t16_an_amendment_of_the_superior_reaches_the_plan_that_carries_it),
        TEST(t13_a_plan_of_the_library_lacks_nothing_that_a_plan_needs),
        TEST(n01_a_scope_that_matches_nothing_is_refused),
        TEST(t03_a_plan_of_the_greatest_length_is_taken_and_line_ends_do_not_count_twice),
        TEST(a_unit_that_comes_gets_duties_and_one_that_ends_hands_them_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
