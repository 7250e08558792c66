/* campaign_rules_test: what a plan needs, what is refused, and a random walk after which every count equals a recount.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "campaign/burden.h"
#include "campaign/campaign_world.h"
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/rollup.h"

#define WALK 300

static const struct readiness *item(struct campaign_world *w, const struct campaign *c, const char *key)
{
    struct readiness *list;
    size_t n;
    must(plan_readiness(w->db, w->mem, c, &list, &n) == ST_OK);
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].key, str_from(key))) return &list[i];
    return NULL;
}

static struct campaign_draft frame(struct campaign_world *w, const char *kind)
{
    return (struct campaign_draft){.name = STR("Second"),
                                   .unit = w->root,
                                   .starts = day_from_civil(2026, 4, 1),
                                   .sign_days = 5,
                                   .ask_cap = 100,
                                   .kinds = {str_from(kind)}};
}

static void t24_readiness_names_each_thing_that_is_missing(void **state)
{
    static const char *const missing[] = {"owner", "text", "stages", "actions"};
    static const char *const there[] = {"first_person", "starts", "scope", "locked", "opinions", "criteria", "dates"};
    struct campaign_world *w = *state;
    struct campaign c;
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, (campaign_id){0});
    struct campaign_draft d = frame(w, "county");
    assert_int_equal(campaign_add(w->db, w->mem, &cmd, &d, &c), ST_OK);
    for (size_t i = 0; i < COUNT_OF(missing); i++) {
        assert_non_null(item(w, &c, missing[i]));
        assert_false(item(w, &c, missing[i])->done);
        assert_true(readiness_label(str_from(missing[i]))[0] != 0);
    }
    for (size_t i = 0; i < COUNT_OF(there); i++) assert_true(item(w, &c, there[i])->done);
    c = campaign_world_draft(w);
    for (size_t i = 0; i < COUNT_OF(missing); i++) assert_true(item(w, &c, missing[i])->done);
    assert_false(item(w, &c, "offices")->done); /* the world has none: a warning */
    assert_false(item(w, &c, "offices")->needed);
}

static void t24_an_action_without_aim_or_day_and_an_open_opinion_hold_the_plan_up(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    struct plan_action a = {
        .name = STR("Bare"), .criteria = STR("When it is there"), .criterion = STR("record"), .criterion_n = 1};
    struct plan_opinion *opinions;
    size_t n;
    assert_int_equal(action_put(w->db, w->mem, &clerk, &a), ST_OK);
    assert_int_equal(item(w, &c, "dates")->n, 1);
    assert_int_equal(item(w, &c, "aims")->n, 1);
    assert_int_equal(action_end(w->db, w->mem, &clerk, a.id), ST_OK);
    assert_true(item(w, &c, "dates")->done);
    assert_int_equal(plan_discuss(w->db, w->mem, &clerk), ST_OK);
    struct campaign_command town = campaign_world_by(w, TOWN_CLERK, c.id);
    assert_int_equal(plan_opinion_add(w->db, w->mem, &town, STR("Too early in the year")), ST_OK);
    assert_int_equal(item(w, &c, "opinions")->n, 1);
    assert_int_equal(plan_opinions(w->db, w->mem, c.id, &opinions, &n), ST_OK);
    clerk = campaign_world_by(w, CITY_CLERK, c.id);
    assert_int_equal(plan_opinion_reply(w->db, w->mem, &clerk, opinions[0].id, STR("not"), STR("")), ST_INVALID);
    w->faults.n = 0;
    assert_int_equal(plan_opinion_reply(w->db, w->mem, &clerk, opinions[0].id, STR("taken"), STR("")), ST_OK);
    assert_true(item(w, &c, "opinions")->done);
}

static void t22_t84_what_a_plan_cannot_say(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id);
    struct stage s = {.name = STR("Back"), .starts = day_from_civil(2026, 5, 2), .ends = day_from_civil(2026, 5, 1)};
    struct plan_action a = {.name = STR("No criteria"), .criterion = STR("record"), .criterion_n = 1};
    assert_int_equal(stage_put(w->db, w->mem, &cmd, &s), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "ends"));
    w->faults.n = 0;
    assert_int_equal(action_put(w->db, w->mem, &cmd, &a), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "criteria"));
    w->faults.n = 0;
    a.criteria = STR("When it is there");
    a.evidence = STR("A photo of the meeting");
    assert_int_equal(action_put(w->db, w->mem, &cmd, &a), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "evidence"));
}

static void two_editors_the_second_gets_both_texts(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_draft(w);
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, c.id);
    str theirs;
    cmd.edit = c.edit;
    assert_int_equal(plan_write(w->db, w->mem, &cmd, STR("first"), STR(""), &theirs), ST_OK);
    assert_int_equal(plan_write(w->db, w->mem, &cmd, STR("second"), STR(""), &theirs), ST_CONFLICT);
    assert_string_equal(str_z(w->mem, theirs), "first");
}

/* A plan of a body outside: what differs, what is missing, what is locked. */
static void t71_a_superiors_plan_is_received_and_matched(void **state)
{
    struct campaign_world *w = *state;
    struct campaign up, c;
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, (campaign_id){0});
    struct campaign_draft d = frame(w, "county");
    struct plan_action locked = {.name = STR("Locked"),
                                 .criteria = STR("When it is there"),
                                 .criterion = STR("record"),
                                 .criterion_n = 1,
                                 .due = day_from_civil(2026, 5, 10),
                                 .locked = true};
    struct match_row *rows;
    struct plan_action *ours;
    struct rollup all;
    str theirs;
    size_t n;
    d.issuer = STR("The province");
    d.kinds[0] = (str){NULL, 0};
    assert_int_equal(campaign_add(w->db, w->mem, &cmd, &d, &up), ST_OK);
    cmd = campaign_world_by(w, CITY_CLERK, up.id);
    assert_int_equal(plan_discuss(w->db, w->mem, &cmd), ST_CONFLICT);
    assert_int_equal(plan_receive(w->db, w->mem, &cmd), ST_INVALID);
    assert_true(fault_of(&w->faults, "text") != NULL && fault_of(&w->faults, "actions") != NULL);
    w->faults.n = 0;
    assert_int_equal(action_put(w->db, w->mem, &cmd, &locked), ST_OK);
    assert_int_equal(plan_write(w->db, w->mem, &cmd, STR("# As it came\n"), STR(""), &theirs), ST_OK);
    assert_int_equal(plan_receive(w->db, w->mem, &cmd), ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, up.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 0);
    d = frame(w, "county");
    d.parent_ref = up.ref;
    assert_int_equal(campaign_add(w->db, w->mem, &cmd, &d, &c), ST_OK);
    assert_int_equal(c.parent.v, up.id.v);
    assert_int_equal(plan_match(w->db, w->mem, &c, &rows, &n), ST_OK);
    assert_true(n == 1 && rows[0].blocks && rows[0].ours.v == 0);
    cmd = campaign_world_by(w, CITY_CLERK, c.id);
    assert_int_equal(plan_discuss(w->db, w->mem, &cmd), ST_OK);
    assert_int_equal(plan_set_matched(w->db, w->mem, &cmd), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "locked"));
    w->faults.n = 0;
    assert_int_equal(plan_take_over(w->db, w->mem, &cmd), ST_OK);
    assert_int_equal(plan_match(w->db, w->mem, &c, &rows, &n), ST_OK);
    assert_true(!rows[0].blocks && rows[0].differs.n == 0);
    assert_int_equal(action_list(w->db, w->mem, c.id, 1, &ours, &n), ST_OK);
    ours[0].due.n++;
    assert_int_equal(action_put(w->db, w->mem, &cmd, &ours[0]), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "locked"));
    w->faults.n = 0;
    assert_int_equal(action_end(w->db, w->mem, &cmd, ours[0].id), ST_INVALID);
}

static void a_campaign_does_not_carry_on_one_from_below_or_beside(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w), other;
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, (campaign_id){0});
    struct campaign_draft d = frame(w, "county");
    d.parent_ref = c.ref; /* its own unit's */
    assert_int_equal(campaign_add(w->db, w->mem, &cmd, &d, &other), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "parent"));
    w->faults.n = 0;
    d.parent_ref = STR("C99-99");
    assert_int_equal(campaign_add(w->db, w->mem, &cmd, &d, &other), ST_INVALID);
}

static void t13_a_clone_owes_its_own_duties(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w), next;
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id);
    struct campaign_draft d = frame(w, "county");
    struct rollup all;
    d.owner = w->person[CITY_CLERK];
    d.kinds[1] = STR("township");
    assert_int_equal(campaign_clone(w->db, w->mem, &clerk, day_from_civil(2027, 4, 1), &next), ST_OK);
    d.starts = next.starts;
    clerk = campaign_world_by(w, CITY_CLERK, next.id);
    struct campaign_command first = campaign_world_by(w, CITY_FIRST, next.id);
    assert_int_equal(campaign_change(w->db, w->mem, &clerk, &d), ST_OK);
    assert_int_equal(plan_discuss(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(plan_set_matched(w->db, w->mem, &clerk), ST_OK);
    assert_int_equal(plan_approve(w->db, w->mem, &first), ST_OK);
    assert_int_equal(plan_issue(w->db, w->mem, &first), ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, next.id, w->root, true, w->today, &all), ST_OK);
    assert_int_equal(all.owed, 4 * 5 - 1); /* root (which sent it down by issuing it), two counties, two towns */
    campaign_world_sound(w);
}

static void n12_above_the_cap_only_the_first_person_responsible_sends(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct campaign_command county = campaign_world_by(w, COUNTY_CLERK, c.id);
    struct notice_draft *d = NEW(w->mem, struct notice_draft);
    enum status st = ST_OK;
    notice_id sent;
    int n = 0;
    assert_int_equal(own_list_publish(w->db, w->mem, &county, w->county, STR("Ours")), ST_OK);
    *d = (struct notice_draft){.campaign = c.id, .unit = w->county, .subject = STR("Again"), .text = STR("And again")};
    while (st == ST_OK && n < 200) {
        assert_int_equal(db_savepoint(w->db), ST_OK);
        st = notice_send(w->db, w->mem, &county, d, &sent);
        if (st == ST_OK) assert_int_equal(db_savepoint_release(w->db), ST_OK);
        else db_savepoint_undo(w->db);
        n++;
    }
    assert_int_equal(st, ST_INVALID);
    assert_non_null(fault_of(&w->faults, "cap"));
    assert_int_equal(n, 100 - 5 + 1); /* four duties and a notice are asked already */
    struct campaign_command first = campaign_world_by(w, COUNTY_FIRST, c.id);
    assert_int_equal(notice_send(w->db, w->mem, &first, d, &sent), ST_OK);
    campaign_world_sound(w);
}

static void a_unit_that_comes_later_signs_too(void **state)
{
    struct campaign_world *w = *state;
    (void)campaign_world_issued(w);
    struct unit u = {.code = STR("990103"),
                     .name_en = STR("New town"),
                     .name_zh = STR("新镇"),
                     .kind = STR("township"),
                     .territory = w->county,
                     .starts = w->today};
    int64_t climbed;
    assert_int_equal(unit_put(w->db, w->mem, NULL, &u, w->today, &w->faults), ST_OK);
    for (int i = 0; i < 2; i++) { /* again changes nothing */
        assert_int_equal(duty_unit_added(w->db, w->mem, &w->city, u.id), ST_OK);
        assert_int_equal(notice_unit_added(w->db, w->mem, &w->city, u.id), ST_OK);
    }
    campaign_world_sound(w);
    assert_int_equal(notice_climb(w->db, w->mem, &w->city, (day){w->today.n + 40}, &climbed), ST_OK);
    assert_int_equal(climbed, 6);
    campaign_world_sound(w);
}

/* A clock that is turned back changes no order: what was written stays before what comes. */
static void n05_a_clock_turned_back_breaks_no_count(void **state)
{
    struct campaign_world *w = *state;
    struct campaign c = campaign_world_issued(w);
    struct duty_command town = {&w->city, &w->actor[TOWN_CLERK], campaign_world_duty(w, &c, 3, w->town), &w->faults};
    struct duty d;
    struct rollup_day *days;
    size_t n;
    db_batch_now(w->db, (instant){w->now.ms - 40 * DAY_MS});
    assert_int_equal(duty_link_add(w->db, w->mem, &town, STR("document"), STR("2026-3"), STR("")), ST_OK);
    assert_int_equal(duty_load(w->db, w->mem, town.duty, &d), ST_OK);
    assert_true(d.done_at.ms < w->now.ms && str_eq(d.state, STR("done")));
    db_batch_now(w->db, (instant){0});
    assert_int_equal(rollup_days(w->db, w->mem, c.id, w->root, true, &days, &n), ST_OK);
    assert_int_equal(n, 2); /* that day, and the day it was issued */
    campaign_world_sound(w);
}

static void diff_is_least_and_whole(void **state)
{
    struct campaign_world *w = *state;
    struct diff_line *lines;
    size_t n, same = 0, gone = 0, new = 0;
    plan_diff(w->mem, STR("a\nb\nc\nd\n"), STR("a\nx\nc\nd\ne\n"), &lines, &n);
    for (size_t i = 0; i < n; i++) {
        same += lines[i].kind == DIFF_SAME;
        gone += lines[i].kind == DIFF_GONE;
        new += lines[i].kind == DIFF_NEW;
    }
    assert_true(same == 3 && gone == 1 && new == 2);
}

/* The walk */

struct walk {
    struct campaign_world *w;
    struct campaign c;
    struct rng rng;
    unit_id units[6];
    int done; /* commands that were not refused */
};

static duty_id any_duty(struct walk *k, unit_id unit)
{
    struct duty_filter f = {.campaign = k->c.id, .unit = unit, .today = k->w->today, .limit = 50};
    struct duty_item *list;
    size_t n;
    str next;
    must(duty_list(k->w->db, k->w->mem, &f, &list, &n, &next) == ST_OK);
    return n == 0 ? (duty_id){0} : list[rng_below(&k->rng, (uint32_t)n)].id;
}

static enum status sign_any(struct walk *k, const struct actor *who)
{
    struct campaign_world *w = k->w;
    struct notice_item *got;
    size_t n;
    TRY(notice_received(w->db, w->mem, who, &got, &n));
    if (n == 0) return ST_NOT_FOUND;
    struct delivery_command cmd = {&w->city, who, got[rng_below(&k->rng, (uint32_t)n)].delivery, &w->faults};
    if (rng_below(&k->rng, 3) == 0) return delivery_why_not(w->db, w->mem, &cmd, STR("Nobody below"));
    return rng_below(&k->rng, 2) == 0 ? delivery_open(w->db, w->mem, &cmd) : delivery_sign(w->db, w->mem, &cmd);
}

static enum status change_link(struct walk *k, struct duty_command *cmd)
{
    struct campaign_world *w = k->w;
    struct duty d;
    struct duty_link *links;
    size_t n;
    TRY(duty_load(w->db, w->mem, cmd->duty, &d));
    TRY(duty_links(w->db, w->mem, &d, &links, &n));
    if (n > 0 && rng_below(&k->rng, 2) == 0) return duty_link_end(w->db, w->mem, cmd, links[0].id);
    return duty_link_add(w->db, w->mem, cmd, STR("document"), str_format(w->mem, "%u", rng_below(&k->rng, 1000)),
                         STR(""));
}

static enum status step(struct walk *k)
{
    static const enum campaign_who who[] = {CITY_CLERK,  COUNTY_CLERK,  TOWN_CLERK,
                                            TOWN2_CLERK, VILLAGE_CLERK, COUNTY_FIRST};
    struct campaign_world *w = k->w;
    size_t i = rng_below(&k->rng, COUNT_OF(who));
    const struct actor *actor = &w->actor[who[i]];
    struct duty_command duty = {&w->city, actor, any_duty(k, actor->unit), &w->faults};
    struct campaign_command cmd = campaign_world_by(w, who[i], k->c.id);
    struct plan_action a = {
        .name = STR("Own"), .criteria = STR("Seen"), .due = {w->today.n + (int)rng_below(&k->rng, 40)}};
    duty_id made;
    switch (rng_below(&k->rng, 9)) {
    case 0:
    case 1: return sign_any(k, actor);
    case 2: return own_list_publish(w->db, w->mem, &cmd, actor->unit, STR("Ours"));
    case 3: return action_add_optional(w->db, w->mem, &cmd, actor->unit, &a, &made);
    case 4: return duty_ask(w->db, w->mem, &duty, rng_below(&k->rng, 2) == 0 ? STR("adapt") : STR("waive"), STR("Why"));
    case 5:
        duty.duty = any_duty(k, k->units[rng_below(&k->rng, COUNT_OF(k->units))]);
        return duty_decide(w->db, w->mem, &duty, rng_below(&k->rng, 3) > 0, STR("So it is"));
    default: return change_link(k, &duty);
    }
}

/* One by one, without any kept count: own duties in out[0], with all below in out[1]. */
static void count_by_hand(struct walk *k, unit_id unit, struct rollup out[2])
{
    struct campaign_world *w = k->w;
    out[0] = out[1] = (struct rollup){0};
    for (size_t i = 0; i < COUNT_OF(k->units); i++) {
        struct duty_filter f = {.campaign = k->c.id, .unit = k->units[i], .limit = 1000};
        struct duty_item *list;
        size_t n;
        str next;
        must(duty_list(w->db, w->mem, &f, &list, &n, &next) == ST_OK);
        for (int below = 0; below < 2; below++) {
            if (below ? !unit_is_below(w->db, w->mem, unit, k->units[i]) : unit.v != k->units[i].v) continue;
            for (size_t j = 0; j < n; j++) {
                out[below].owed += str_eq(list[j].state, STR("owed"));
                out[below].done += str_eq(list[j].state, STR("done"));
                out[below].waived += str_eq(list[j].state, STR("waived"));
                out[below].adapted += list[j].adapted.n > 0;
            }
        }
    }
}

static void n01_after_a_random_walk_the_counts_equal_a_recount(void **state)
{
    struct campaign_world *w = *state;
    struct walk k = {.w = w,
                     .c = campaign_world_issued(w),
                     .rng = {20260420},
                     .units = {w->root, w->county, w->county2, w->town, w->town2, w->village}};
    int64_t wrong;
    str report;
    for (int i = 0; i < WALK; i++) {
        assert_int_equal(db_savepoint(w->db), ST_OK);
        w->faults.n = 0;
        enum status st = step(&k);
        k.done += st == ST_OK;
        if (st == ST_OK) assert_int_equal(db_savepoint_release(w->db), ST_OK);
        else db_savepoint_undo(w->db);
    }
    assert_true(k.done > WALK / 3);
    campaign_world_sound(w);
    assert_int_equal(campaign_check(w->db, w->mem, &wrong, &report), ST_OK);
    assert_int_equal(wrong, 0);
    for (size_t i = 0; i < COUNT_OF(k.units); i++) {
        struct rollup hand[2], kept;
        count_by_hand(&k, k.units[i], hand);
        for (int below = 0; below < 2; below++) {
            assert_int_equal(rollup_of(w->db, w->mem, k.c.id, k.units[i], below, w->today, &kept), ST_OK);
            assert_int_equal(kept.owed, hand[below].owed);
            assert_int_equal(kept.done, hand[below].done);
            assert_int_equal(kept.waived, hand[below].waived);
            assert_int_equal(kept.adapted, hand[below].adapted);
        }
    }
    assert_int_equal(rollup_rebuild(w->db, w->mem, &w->city), ST_OK);
    campaign_world_sound(w);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, campaign_world_setup, campaign_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(t24_readiness_names_each_thing_that_is_missing),
        TEST(t24_an_action_without_aim_or_day_and_an_open_opinion_hold_the_plan_up),
        TEST(t22_t84_what_a_plan_cannot_say),
        TEST(two_editors_the_second_gets_both_texts),
        TEST(t71_a_superiors_plan_is_received_and_matched),
        TEST(a_campaign_does_not_carry_on_one_from_below_or_beside),
        TEST(t13_a_clone_owes_its_own_duties),
        TEST(n12_above_the_cap_only_the_first_person_responsible_sends),
        TEST(a_unit_that_comes_later_signs_too),
        TEST(n05_a_clock_turned_back_breaks_no_count),
        TEST(diff_is_least_and_whole),
        TEST(n01_after_a_random_walk_the_counts_equal_a_recount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
