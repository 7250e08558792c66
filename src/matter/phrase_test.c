/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "matter/matter_world.h"
#include "matter/phrase.h"

static struct phrase text_of(unit_id unit, const char *name, const char *text)
{
    return (struct phrase){.unit = unit, .name = str_from(name), .text = str_from(text)};
}

static size_t count(struct matter_world *w, unit_id unit, struct phrase **out)
{
    size_t n;
    assert_int_equal(phrase_list(w->db, w->mem, unit, out, &n), ST_OK);
    return n;
}

static void texts_stand_by_name_and_an_ended_one_is_gone(void **state)
{
    struct matter_world *w = *state;
    const struct actor *who = &w->actor[BUREAU_HANDLER];
    struct phrase b = text_of(w->bureau, "  Review ", "You can ask for a review.\r\nWithin 30 days.");
    struct phrase a = text_of(w->bureau, "Invoice", "Send the invoice.");
    struct phrase *list;
    assert_int_equal(phrase_put(w->db, w->mem, who, &b, &w->faults), ST_OK);
    assert_int_equal(phrase_put(w->db, w->mem, who, &a, &w->faults), ST_OK);
    assert_int_equal(count(w, w->bureau, &list), 2);
    assert_true(str_eq(list[0].name, STR("Invoice")));
    assert_true(str_eq(list[1].name, STR("Review")));
    assert_true(str_eq(list[1].text, STR("You can ask for a review.\nWithin 30 days.")));
    assert_int_equal(phrase_end(w->db, w->mem, who, a.id, w->now), ST_OK);
    assert_int_equal(phrase_end(w->db, w->mem, who, a.id, w->now), ST_NOT_FOUND);
    assert_int_equal(count(w, w->bureau, &list), 1);
    assert_int_equal(count(w, w->town, &list), 0);
}

static void a_change_keeps_the_unit(void **state)
{
    struct matter_world *w = *state;
    const struct actor *who = &w->actor[BUREAU_HEAD];
    struct phrase p = text_of(w->bureau, "Review", "One");
    struct phrase *list;
    assert_int_equal(phrase_put(w->db, w->mem, who, &p, &w->faults), ST_OK);
    struct phrase change = {.id = p.id, .unit = w->town, .name = STR("Review"), .text = STR("Two")};
    assert_int_equal(phrase_put(w->db, w->mem, who, &change, &w->faults), ST_OK);
    assert_int_equal(count(w, w->town, &list), 0);
    assert_int_equal(count(w, w->bureau, &list), 1);
    assert_true(str_eq(list[0].text, STR("Two")));
}

static void empty_and_overlong_words_are_refused(void **state)
{
    struct matter_world *w = *state;
    char long_text[5000];
    struct phrase p = text_of(w->bureau, " ", "");
    assert_int_equal(phrase_put(w->db, w->mem, &w->actor[BUREAU_CLERK], &p, &w->faults), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "name"));
    assert_non_null(fault_of(&w->faults, "text"));
    for (size_t i = 0; i < sizeof long_text; i++) long_text[i] = 'a';
    p = (struct phrase){.unit = w->bureau, .name = STR("Long"), .text = {long_text, sizeof long_text}};
    assert_int_equal(phrase_put(w->db, w->mem, &w->actor[BUREAU_CLERK], &p, &w->faults), ST_INVALID);
}

static void only_those_who_write_to_residents_in_the_unit_itself_may_put_or_end(void **state)
{
    static const enum who others[] = {ROOT_CLERK, ROOT_LEADER, ROOT_ADMIN, COUNTY_HEAD, TOWN_HEAD, BUREAU_DEPUTY};
    struct matter_world *w = *state;
    struct phrase *list;
    struct phrase kept = text_of(w->bureau, "Review", "Text");
    assert_int_equal(phrase_put(w->db, w->mem, &w->actor[BUREAU_HANDLER], &kept, &w->faults), ST_OK);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const struct actor *who = &w->actor[others[i]];
        struct phrase p = text_of(w->bureau, "Mine", "Text");
        struct phrase change = {.id = kept.id, .unit = who->unit, .name = STR("Changed"), .text = STR("Changed")};
        assert_int_equal(phrase_put(w->db, w->mem, who, &p, &w->faults), ST_FORBIDDEN);
        assert_int_equal(phrase_put(w->db, w->mem, who, &change, &w->faults), ST_NOT_FOUND);
        assert_int_equal(phrase_end(w->db, w->mem, who, kept.id, w->now), ST_NOT_FOUND);
    }
    assert_int_equal(count(w, w->bureau, &list), 1);
    assert_true(str_eq(list[0].name, STR("Review")));
}

static void a_unit_keeps_no_more_texts_than_a_list_can_show(void **state)
{
    struct matter_world *w = *state;
    enum status st = ST_OK;
    int made = 0;
    for (; st == ST_OK && made < 1000; made++) {
        struct phrase p = text_of(w->bureau, "Again", "The same text");
        st = phrase_put(w->db, w->mem, &w->actor[BUREAU_HANDLER], &p, &w->faults);
    }
    assert_int_equal(st, ST_INVALID);
    assert_int_equal(made, 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_stand_by_name_and_an_ended_one_is_gone, matter_world_setup,
                                        matter_world_teardown),
        cmocka_unit_test_setup_teardown(a_change_keeps_the_unit, matter_world_setup, matter_world_teardown),
        cmocka_unit_test_setup_teardown(empty_and_overlong_words_are_refused, matter_world_setup,
                                        matter_world_teardown),
        cmocka_unit_test_setup_teardown(only_those_who_write_to_residents_in_the_unit_itself_may_put_or_end,
                                        matter_world_setup, matter_world_teardown),
        cmocka_unit_test_setup_teardown(a_unit_keeps_no_more_texts_than_a_list_can_show, matter_world_setup,
                                        matter_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
