/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "matter/matter_world.h"
#include "matter/similar.h"

static void what_is_said_alike_is_alike_and_what_is_not_is_not(void **state)
{
    (void)state;
    assert_int_equal(similar_percent(STR("Water pressure gone"), STR("water PRESSURE, gone!")), 100);
    assert_int_equal(similar_percent(STR(""), STR("")), 0);
    assert_int_equal(similar_percent(STR("?!"), STR("Water")), 0);
    assert_true(similar_percent(STR("三月以来五六楼自来水没有水压"), STR("六楼早晚没有水压")) >= 30);
    assert_true(similar_percent(STR("三月以来五六楼自来水没有水压"), STR("随迁子女入学被拒")) < 30);
    assert_true(similar_percent(STR("Bus 12 ends before the late shift does"),
                                STR("Last bus 12 ends before the late shift")) >= 60);
    assert_true(similar_percent(STR("Bus 12 ends before the late shift does"),
                                STR("River smells after rain near Qiaotou")) < 30);
}

static size_t likely(struct matter_world *w, enum who who, const char *subject, casefile_id self, struct similar **out)
{
    size_t n;
    assert_int_equal(similar_list(w->db, w->mem, &w->city, &w->actor[who], self, str_from(subject), 3, out, &n), ST_OK);
    return n;
}

static casefile_id raised(struct matter_world *w, const char *subject, unit_id unit)
{
    struct matter_draft d = matter_world_draft(w, subject, "Words", unit);
    return matter_world_register(w, &d).casefile;
}

static void the_most_alike_stand_first_and_the_matter_itself_is_left_out(void **state)
{
    struct matter_world *w = *state;
    struct similar *list;
    casefile_id self = raised(w, "三月以来五六楼自来水没有水压", w->bureau);
    casefile_id far = raised(w, "六楼早晚没有水压", w->bureau);
    casefile_id near = raised(w, "三月以来六楼自来水没有水压", w->town);
    (void)raised(w, "随迁子女入学被拒", w->bureau);
    assert_int_equal(likely(w, ROOT_CLERK, "三月以来五六楼自来水没有水压", self, &list), 2);
    assert_int_equal(list[0].casefile.v, near.v);
    assert_int_equal(list[1].casefile.v, far.v);
    for (int i = 0; i < 5; i++) (void)raised(w, "六楼早晚没有水压", w->bureau);
    assert_int_equal(likely(w, ROOT_CLERK, "三月以来五六楼自来水没有水压", self, &list), 3);
    assert_int_equal(list[0].casefile.v, near.v);
}

static void nobody_is_shown_what_they_may_not_see(void **state)
{
    struct matter_world *w = *state;
    struct similar *list;
    (void)raised(w, "No water pressure on floor 6", w->town);
    assert_int_equal(likely(w, ROOT_CLERK, "No water pressure on floor 5", (casefile_id){0}, &list), 1);
    assert_int_equal(likely(w, TOWN_HEAD, "No water pressure on floor 5", (casefile_id){0}, &list), 1);
    assert_int_equal(likely(w, TOWN2_HEAD, "No water pressure on floor 5", (casefile_id){0}, &list), 0);
    assert_int_equal(likely(w, ROOT_ADMIN, "No water pressure on floor 5", (casefile_id){0}, &list), 0);
}

static void any_subject_can_be_asked_for(void **state)
{
    static const char *const subjects[] = {
        "",           "?",
        "\" OR *",    "a b c",
        "水",         "NEAR(x y)",
        "𠮷𠮷𠮷𠮷𠮷", "()",
        "AND",        "水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水"};
    struct matter_world *w = *state;
    struct similar *list;
    (void)raised(w, "水水水水", w->bureau);
    for (size_t i = 0; i < COUNT_OF(subjects); i++) (void)likely(w, ROOT_CLERK, subjects[i], (casefile_id){0}, &list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_alike_is_alike_and_what_is_not_is_not),
        cmocka_unit_test_setup_teardown(the_most_alike_stand_first_and_the_matter_itself_is_left_out,
                                        matter_world_setup, matter_world_teardown),
        cmocka_unit_test_setup_teardown(nobody_is_shown_what_they_may_not_see, matter_world_setup,
                                        matter_world_teardown),
        cmocka_unit_test_setup_teardown(any_subject_can_be_asked_for, matter_world_setup, matter_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
