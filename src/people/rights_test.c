/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "people/people_world.h"
#include "people/rights.h"

static const person_id nobody = {0};

static int open_world(void **state)
{
    *state = people_world_open();
    return 0;
}

static int close_world(void **state)
{
    people_world_close(*state);
    return 0;
}

/* The rules as written down: handler, clerk, checker, head, leader, admin; o own, u unit, b below. */
static const struct {
    const char *action;
    const char scope[7];
} rules[] = {
    {"register", "ub-u--"},       {"see", "ubbbb-"},          {"note", "ubbbb-"},
    {"accept", "-b-u--"},         {"forward", "-b-u--"},      {"decline", "-b-u--"},
    {"assign", "-b-b--"},         {"answer", "o--u--"},       {"message", "obbu--"},
    {"return-visit", "-bb---"},   {"publish", "-b----"},      {"read-identity", "obbu--"},
    {"overview", "ubbbb-"},       {"export", "-b-bb-"},       {"absence", "ooouob"},
    {"admin-units", "-----b"},    {"admin-people", "-----b"}, {"admin-categories", "-----b"},
    {"admin-calendar", "-----b"}, {"plan", "-u-u--"},         {"duty", "uu-u--"},
    {"sign", "-u-u--"},           {"decide", "-b-b--"},
};

static enum scope written(enum action action, enum role role)
{
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        if (!str_eq(str_from(rules[i].action), str_from(action_key(action)))) continue;
        char c = rules[i].scope[role - ROLE_HANDLER];
        return c == 'o' ? SCOPE_OWN : c == 'u' ? SCOPE_UNIT : c == 'b' ? SCOPE_BELOW : SCOPE_NONE;
    }
    fail_msg("no rule is written for %s", action_key(action));
    return SCOPE_NONE;
}

static void every_cell_of_the_table_is_the_rule_as_written(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(rules), ACT_COUNT - 1);
    for (int a = 1; a < ACT_COUNT; a++)
        for (int r = 1; r < ROLE_COUNT; r++)
            if (rights_scope((enum action)a, (enum role)r) != written((enum action)a, (enum role)r))
                fail_msg("%s by %s is %s", action_key((enum action)a), role_key((enum role)r),
                         scope_name(rights_scope((enum action)a, (enum role)r)));
}

struct place {
    const char *name;
    unit_id unit;
    person_id owner;
    enum scope least; /* the narrowest scope that reaches it; SCOPE_COUNT: none */
};

static void expect(struct people_world *w, const struct actor *who, enum action a, enum role r, const struct place *p)
{
    bool expected = p->least != SCOPE_COUNT && written(a, r) >= p->least;
    if (rights_allow(w->db, w->mem, who, a, p->unit, p->owner, NULL) != expected)
        fail_msg("%s by %s to work that is %s should be %s", action_key(a), role_key(r), p->name,
                 expected ? "allowed" : "refused");
}

static void every_action_by_every_role_reaches_exactly_its_places(void **state)
{
    struct people_world *w = *state;
    static const char *const logins[ROLE_COUNT] = {"", "handler", "clerk", "checker", "head", "leader", "admin"};
    for (int r = 1; r < ROLE_COUNT; r++) {
        person_id me = people_world_with_role(w, logins[r], w->county_a, (enum role)r);
        person_id other =
            people_world_with_role(w, str_z(w->mem, str_format(w->mem, "other-%d", r)), w->county_b, ROLE_HANDLER);
        const struct place places[] = {
            {"own", w->county_a, me, SCOPE_OWN},
            {"own elsewhere", w->county_b, me, SCOPE_OWN},
            {"of the same unit", w->county_a, other, SCOPE_UNIT},
            {"of the same unit, without owner", w->county_a, nobody, SCOPE_UNIT},
            {"below", w->town_a1, other, SCOPE_BELOW},
            {"two levels below", w->village, other, SCOPE_BELOW},
            {"sideways", w->county_b, other, SCOPE_COUNT},
            {"below sideways", w->town_b1, nobody, SCOPE_COUNT},
            {"above", w->root, other, SCOPE_COUNT},
        };
        struct actor who = people_world_actor(w, me);
        for (int a = 1; a < ACT_COUNT; a++)
            for (size_t p = 0; p < COUNT_OF(places); p++) expect(w, &who, (enum action)a, (enum role)r, &places[p]);
    }
}

static void below_is_by_line_as_well_as_by_territory(void **state)
{
    struct people_world *w = *state;
    struct actor clerk = people_world_actor(w, people_world_with_role(w, "clerk", w->department, ROLE_CLERK));
    assert_true(rights_allow(w->db, w->mem, &clerk, ACT_FORWARD, w->bureau_a, nobody, NULL));
    assert_false(rights_allow(w->db, w->mem, &clerk, ACT_FORWARD, w->town_a1, nobody, NULL));
    assert_false(rights_allow(w->db, w->mem, &clerk, ACT_FORWARD, w->county_a, nobody, NULL));
}

static void nobody_without_a_role_may_do_anything(void **state)
{
    struct people_world *w = *state;
    const struct actor public = {.n_roles = 0};
    person_id bare = people_world_person(w, "bare");
    struct actor who = people_world_actor(w, bare);
    for (int a = 1; a < ACT_COUNT; a++) {
        assert_false(rights_allow(w->db, w->mem, &public, (enum action)a, w->root, nobody, NULL));
        assert_false(rights_allow(w->db, w->mem, &who, (enum action)a, w->root, bare, NULL));
        assert_false(rights_any(&who, (enum action)a));
    }
}

static void t72_a_role_in_a_joint_office_gives_nothing_in_the_departments_that_formed_it(void **state)
{
    struct people_world *w = *state;
    unit_id office = people_world_unit(w, "990099", "department", w->root, (unit_id){0});
    person_id p = people_world_with_role(w, "seconded", w->department, ROLE_HANDLER);
    (void)people_world_role(w, p, office, ROLE_CLERK);
    struct actor who = people_world_actor(w, p);
    assert_int_equal(who.n_roles, 2);
    assert_true(rights_allow(w->db, w->mem, &who, ACT_PUBLISH, office, nobody, NULL));
    assert_false(rights_allow(w->db, w->mem, &who, ACT_PUBLISH, w->department, nobody, NULL));
    assert_true(rights_allow(w->db, w->mem, &who, ACT_SEE, w->department, nobody, NULL));
}

static void t74_while_the_owner_is_away_the_deputy_does_what_the_owner_could(void **state)
{
    struct people_world *w = *state;
    person_id owner = people_world_with_role(w, "owner", w->town_a1, ROLE_HANDLER);
    person_id deputy = people_world_with_role(w, "deputy", w->town_a2, ROLE_HANDLER);
    person_id head = people_world_with_role(w, "head", w->town_b1, ROLE_HEAD);
    struct actor before = people_world_actor(w, deputy);
    assert_false(rights_allow(w->db, w->mem, &before, ACT_ANSWER, w->town_a1, owner, NULL));
    people_world_away(w, owner, deputy, false);
    people_world_away(w, deputy, head, false);
    struct actor after = people_world_actor(w, deputy);
    assert_true(rights_allow(w->db, w->mem, &after, ACT_ANSWER, w->town_a1, owner, NULL));
    assert_false(rights_allow(w->db, w->mem, &after, ACT_ANSWER, w->town_a1, head, NULL));
    struct actor stranger = people_world_actor(w, head);
    assert_true(rights_allow(w->db, w->mem, &stranger, ACT_ANSWER, w->town_a2, deputy, NULL));
    assert_false(rights_allow(w->db, w->mem, &stranger, ACT_ANSWER, w->town_a1, owner, NULL));
}

static void t77_only_an_acting_deputy_signs_for_the_first_person_responsible(void **state)
{
    struct people_world *w = *state;
    person_id first = people_world_with_role(w, "first", w->town_a1, ROLE_HEAD);
    person_id plain = people_world_with_role(w, "plain", w->town_a1, ROLE_HEAD);
    person_id acting = people_world_with_role(w, "acting", w->town_a1, ROLE_HEAD);
    person_id second = people_world_with_role(w, "second", w->town_a2, ROLE_HEAD);
    people_world_away(w, first, plain, false);
    people_world_away(w, second, acting, true);
    struct actor a = people_world_actor(w, plain);
    struct actor b = people_world_actor(w, acting);
    struct actor c = people_world_actor(w, first);
    assert_true(actor_answers_for(&a, first));
    assert_false(actor_signs_for(&a, first));
    assert_true(actor_signs_for(&b, second));
    assert_false(actor_signs_for(&b, first));
    assert_true(actor_signs_for(&c, first));
    assert_false(actor_signs_for(&c, nobody));
}

static void a_change_is_made_in_the_name_of_the_nearest_role(void **state)
{
    struct people_world *w = *state;
    unit_id as = {0};
    person_id p = people_world_with_role(w, "pat", w->root, ROLE_CLERK);
    (void)people_world_role(w, p, w->town_a1, ROLE_CLERK);
    struct actor who = people_world_actor(w, p);
    assert_true(rights_allow(w->db, w->mem, &who, ACT_ACCEPT, w->town_a1, nobody, &as));
    assert_int_equal(as.v, w->town_a1.v);
    assert_true(rights_allow(w->db, w->mem, &who, ACT_ACCEPT, w->town_b1, nobody, &as));
    assert_int_equal(as.v, w->root.v);
    assert_true(rights_allow(w->db, w->mem, &who, ACT_ACCEPT, w->town_b1, p, &as));
    assert_int_equal(as.v, w->town_b1.v);
    assert_int_equal(who.unit.v, w->root.v);
}

static void a_move_changes_who_may_at_once(void **state)
{
    struct people_world *w = *state;
    struct unit town;
    struct actor a = people_world_actor(w, people_world_with_role(w, "ann", w->county_a, ROLE_CLERK));
    struct actor b = people_world_actor(w, people_world_with_role(w, "bob", w->county_b, ROLE_CLERK));
    assert_int_equal(unit_get(w->db, w->mem, w->town_a1, &town), ST_OK);
    town.territory = w->county_b;
    assert_int_equal(unit_put(w->db, w->mem, NULL, &town, w->today, &w->faults), ST_OK);
    assert_false(rights_allow(w->db, w->mem, &a, ACT_SEE, w->village, nobody, NULL));
    assert_true(rights_allow(w->db, w->mem, &b, ACT_SEE, w->village, nobody, NULL));
}

static void the_work_of_a_merged_unit_is_open_to_those_over_its_successor(void **state)
{
    struct people_world *w = *state;
    unit_id as = {0};
    struct actor before = people_world_actor(w, people_world_with_role(w, "before", w->county_a, ROLE_CLERK));
    struct actor above = people_world_actor(w, people_world_with_role(w, "above", w->county_b, ROLE_CLERK));
    struct actor head = people_world_actor(w, people_world_with_role(w, "head", w->town_b1, ROLE_HEAD));
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a2, w->today, w->town_b1, &w->faults), ST_OK);
    assert_false(rights_allow(w->db, w->mem, &before, ACT_SEE, w->town_a2, nobody, NULL));
    assert_true(rights_allow(w->db, w->mem, &above, ACT_SEE, w->town_a2, nobody, NULL));
    assert_true(rights_allow(w->db, w->mem, &head, ACT_ANSWER, w->town_a2, nobody, &as));
    assert_int_equal(as.v, w->town_b1.v);
}

static void roles_and_names_come_in_pairs(void **state)
{
    (void)state;
    enum role role;
    for (int r = 1; r < ROLE_COUNT; r++) {
        assert_true(role_parse(str_from(role_key((enum role)r)), &role));
        assert_int_equal(role, r);
        assert_true(str_from(role_name((enum role)r)).n > 0);
    }
    assert_false(role_parse(STR("mayor"), &role));
    assert_false(role_parse(STR(""), &role));
}

static void an_ended_account_is_nobody(void **state)
{
    struct people_world *w = *state;
    struct actor who;
    person_id p = people_world_with_role(w, "pat", w->town_a1, ROLE_CLERK);
    assert_int_equal(person_end(w->db, w->mem, NULL, p, w->now, &w->faults), ST_OK);
    assert_int_equal(actor_load(w->db, w->mem, p, w->now, &who), ST_NOT_FOUND);
    assert_int_equal(actor_load(w->db, w->mem, (person_id){12345}, w->now, &who), ST_NOT_FOUND);
}

#define RIGHTS_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIGHTS_TEST(every_cell_of_the_table_is_the_rule_as_written),
        RIGHTS_TEST(every_action_by_every_role_reaches_exactly_its_places),
        RIGHTS_TEST(below_is_by_line_as_well_as_by_territory),
        RIGHTS_TEST(nobody_without_a_role_may_do_anything),
        RIGHTS_TEST(t72_a_role_in_a_joint_office_gives_nothing_in_the_departments_that_formed_it),
        RIGHTS_TEST(t74_while_the_owner_is_away_the_deputy_does_what_the_owner_could),
        RIGHTS_TEST(t77_only_an_acting_deputy_signs_for_the_first_person_responsible),
        RIGHTS_TEST(a_change_is_made_in_the_name_of_the_nearest_role),
        RIGHTS_TEST(a_move_changes_who_may_at_once),
        RIGHTS_TEST(the_work_of_a_merged_unit_is_open_to_those_over_its_successor),
        RIGHTS_TEST(roles_and_names_come_in_pairs),
        RIGHTS_TEST(an_ended_account_is_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
