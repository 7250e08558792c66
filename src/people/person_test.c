/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "people/people_world.h"
#include "people/person.h"

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

static enum status add(struct people_world *w, const struct actor *who, const char *login, const char *name,
                       const char *lang)
{
    person_id id;
    w->faults.n = 0;
    return person_add(w->db, w->mem, who, str_from(login), str_from(name), STR(""), str_from(lang), &id, &w->faults);
}

/* Accounts */

static void a_login_is_plain_and_taken_once(void **state)
{
    struct people_world *w = *state;
    struct person p;
    static const char *const bad[] = {
        "", "a", "li wei", "李伟", "a/b", "x'--", "12345678901234567890123456789012345678901234567890123456789012345"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(add(w, NULL, bad[i], "Name", "en"), ST_INVALID);
        assert_non_null(fault_of(&w->faults, "login"));
    }
    assert_int_equal(add(w, NULL, " Li.Wei_2 ", "李伟", "zh-CN"), ST_OK);
    assert_int_equal(add(w, NULL, "li.wei_2", "Other", ""), ST_INVALID);
    assert_int_equal(person_by_login(w->db, w->mem, STR("LI.WEI_2"), &p), ST_OK);
    assert_true(str_eq(p.login, STR("li.wei_2")));
    assert_true(str_eq(p.name, STR("李伟")));
    assert_false(p.ended);
    assert_int_equal(add(w, NULL, "another", "", "en"), ST_INVALID);
    assert_int_equal(add(w, NULL, "another", "Name", "xx"), ST_INVALID);
}

static void people_are_listed_by_login_page_by_page(void **state)
{
    struct people_world *w = *state;
    struct person *list;
    size_t n;
    static const char *const logins[] = {"dora", "anna", "cara", "bert"};
    for (size_t i = 0; i < COUNT_OF(logins); i++) (void)people_world_person(w, logins[i]);
    assert_int_equal(person_list(w->db, w->mem, STR(""), STR(""), 3, &list, &n), ST_OK);
    assert_int_equal(n, 3);
    assert_true(str_eq(list[0].login, STR("anna")));
    assert_int_equal(person_list(w->db, w->mem, STR(""), list[2].login, 3, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_true(str_eq(list[0].login, STR("dora")));
    assert_int_equal(person_list(w->db, w->mem, STR("AR"), STR(""), 3, &list, &n), ST_OK);
    assert_int_equal(n, 1);
}

static void a_password_has_a_least_and_a_greatest_length(void **state)
{
    struct people_world *w = *state;
    char text[201];
    memset(text, 'x', sizeof text);
    static const struct {
        const char *password;
        enum status st;
    } rows[] = {{"", ST_INVALID},
                {"ninechars", ST_INVALID},
                {"ten chars!", ST_OK},
                {"九个字的密码还差一", ST_INVALID},
                {"十个字的密码刚刚好的", ST_OK},
                {"administrator", ST_INVALID},
                {"Administrator ", ST_INVALID},
                {"\xFF\xFE\xFF\xFE\xFF\xFE\xFF\xFE\xFF\xFE", ST_INVALID}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (password_check(STR("administrator"), str_from(rows[i].password), &w->faults) != rows[i].st)
            fail_msg("password %zu", i);
    assert_int_equal(password_check(STR("x"), (str){text, 200}, &w->faults), ST_OK);
    assert_int_equal(password_check(STR("x"), (str){text, 201}, &w->faults), ST_INVALID);
}

static void sign_in_reads_a_hash_also_for_nobody(void **state)
{
    struct people_world *w = *state;
    person_id who;
    str hash;
    person_id p = people_world_person(w, "pat");
    assert_int_equal(person_password(w->db, w->mem, STR("nobody"), &who, &hash), ST_OK);
    assert_int_equal(who.v, 0);
    assert_true(hash.n > 0);
    assert_false(password_matches(hash, STR("")));
    assert_int_equal(person_password(w->db, w->mem, STR("pat"), &who, &hash), ST_OK);
    assert_int_equal(who.v, 0); /* no password is set */
    str mine = password_hash(w->mem, STR("a long password"));
    assert_int_equal(person_set_password(w->db, w->mem, NULL, p, mine), ST_OK);
    assert_int_equal(person_password(w->db, w->mem, STR(" Pat"), &who, &hash), ST_OK);
    assert_int_equal(who.v, p.v);
    assert_true(password_matches(hash, STR("a long password")));
    assert_int_equal(person_end(w->db, w->mem, NULL, p, w->now, &w->faults), ST_OK);
    assert_int_equal(person_password(w->db, w->mem, STR("pat"), &who, &hash), ST_OK);
    assert_int_equal(who.v, 0);
    assert_false(password_matches(hash, STR("a long password")));
}

static void an_administrator_reaches_only_accounts_wholly_below(void **state)
{
    struct people_world *w = *state;
    person_id clerk = people_world_with_role(w, "clerk", w->town_a1, ROLE_CLERK);
    person_id both = people_world_with_role(w, "both", w->town_a1, ROLE_HANDLER);
    (void)people_world_role(w, both, w->root, ROLE_ADMIN);
    struct actor admin = people_world_actor(w, people_world_with_role(w, "admin", w->county_a, ROLE_ADMIN));
    struct actor self = people_world_actor(w, clerk);
    assert_int_equal(person_rename(w->db, w->mem, &admin, clerk, STR("Clerk"), &w->faults), ST_OK);
    assert_int_equal(person_rename(w->db, w->mem, &admin, both, STR("Clerk"), &w->faults), ST_FORBIDDEN);
    assert_int_equal(person_set_password(w->db, w->mem, &admin, clerk, STR("x")), ST_OK);
    assert_int_equal(person_set_password(w->db, w->mem, &admin, both, STR("x")), ST_FORBIDDEN);
    assert_int_equal(person_set_password(w->db, w->mem, &self, clerk, STR("x")), ST_OK);
    assert_int_equal(person_set_password(w->db, w->mem, &self, both, STR("x")), ST_FORBIDDEN);
    assert_int_equal(person_end(w->db, w->mem, &admin, both, w->now, &w->faults), ST_FORBIDDEN);
    assert_int_equal(person_end(w->db, w->mem, &self, clerk, w->now, &w->faults), ST_FORBIDDEN);
    assert_int_equal(person_end(w->db, w->mem, &admin, admin.person, w->now, &w->faults), ST_INVALID);
    assert_int_equal(person_end(w->db, w->mem, &admin, clerk, w->now, &w->faults), ST_OK);
    assert_int_equal(add(w, &admin, "fresh", "Name", "en"), ST_OK);
    assert_int_equal(add(w, &self, "fresh2", "Name", "en"), ST_FORBIDDEN);
}

static void an_ended_account_loses_all_and_stays_on_record(void **state)
{
    struct people_world *w = *state;
    struct person p;
    struct member *list;
    size_t n;
    person_id away = people_world_with_role(w, "away", w->town_a1, ROLE_HANDLER);
    person_id gone = people_world_with_role(w, "gone", w->town_a1, ROLE_HANDLER);
    people_world_away(w, away, gone, true);
    assert_int_equal(people_world_actor(w, gone).n_stands_for, 1);
    assert_int_equal(person_end(w->db, w->mem, NULL, gone, w->now, &w->faults), ST_OK);
    assert_int_equal(person_end(w->db, w->mem, NULL, gone, w->now, &w->faults), ST_NOT_FOUND);
    assert_int_equal(person_get(w->db, w->mem, gone, &p), ST_OK);
    assert_true(p.ended);
    assert_int_equal(member_list_of(w->db, w->mem, gone, &list, &n), ST_OK);
    assert_int_equal(n, 0);
    struct absence *absences;
    assert_int_equal(absence_list(w->db, w->mem, away, w->now, &absences, &n), ST_OK);
    assert_int_equal(n, 0);
    assert_int_equal(person_rename(w->db, w->mem, NULL, gone, STR("New"), &w->faults), ST_NOT_FOUND);
}

static void the_last_administrator_stays(void **state)
{
    struct people_world *w = *state;
    person_id one = people_world_person(w, "one");
    member_id role = people_world_role(w, one, w->root, ROLE_ADMIN);
    (void)people_world_with_role(w, "county", w->county_a, ROLE_ADMIN);
    assert_int_equal(member_end(w->db, w->mem, NULL, role, w->now), ST_CONFLICT);
    assert_int_equal(person_end(w->db, w->mem, NULL, one, w->now, &w->faults), ST_INVALID);
    (void)people_world_with_role(w, "two", w->root, ROLE_ADMIN);
    assert_int_equal(member_end(w->db, w->mem, NULL, role, w->now), ST_OK);
    assert_int_equal(member_end(w->db, w->mem, NULL, role, w->now), ST_NOT_FOUND);
}

static void a_language_is_one_we_speak(void **state)
{
    struct people_world *w = *state;
    struct person p;
    person_id id = people_world_person(w, "pat");
    assert_int_equal(person_set_lang(w->db, id, STR("zh-CN")), ST_OK);
    assert_int_equal(person_set_lang(w->db, id, STR("fr")), ST_INVALID);
    assert_int_equal(person_get(w->db, w->mem, id, &p), ST_OK);
    assert_true(str_eq(p.lang, STR("zh-CN")));
}

/* Roles */

static void a_role_is_given_once_and_at_most_eight_in_all(void **state)
{
    struct people_world *w = *state;
    struct member *list;
    size_t n;
    person_id p = people_world_person(w, "pat");
    struct member m = {.person = p, .unit = w->town_a1, .role = ROLE_HANDLER, .title_en = STR("Clerk of works")};
    assert_int_equal(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults), ST_OK);
    assert_int_equal(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults), ST_INVALID);
    m.role = ROLE_COUNT;
    assert_int_equal(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults), ST_INVALID);
    for (int r = ROLE_CLERK; r < ROLE_COUNT; r++) (void)people_world_role(w, p, w->town_a1, (enum role)r);
    (void)people_world_role(w, p, w->town_a2, ROLE_HANDLER);
    (void)people_world_role(w, p, w->town_b1, ROLE_HANDLER);
    m.unit = w->root;
    m.role = ROLE_HANDLER;
    assert_int_equal(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults), ST_INVALID);
    assert_int_equal(people_world_actor(w, p).n_roles, ACTOR_ROLES);
    assert_int_equal(member_list(w->db, w->mem, w->town_a1, &list, &n), ST_OK);
    assert_int_equal(n, 6);
    assert_true(str_eq(list[0].title_en, STR("Clerk of works")));
    assert_true(str_eq(list[0].login, STR("pat")));
    assert_int_equal(list[5].role, ROLE_ADMIN);
}

static void only_an_administrator_over_the_unit_gives_roles(void **state)
{
    struct people_world *w = *state;
    struct actor admin = people_world_actor(w, people_world_with_role(w, "admin", w->county_a, ROLE_ADMIN));
    struct actor head = people_world_actor(w, people_world_with_role(w, "head", w->county_a, ROLE_HEAD));
    struct member m = {.person = head.person, .unit = w->county_a, .role = ROLE_ADMIN};
    assert_int_equal(member_add(w->db, w->mem, &head, &m, w->now, &w->faults), ST_FORBIDDEN);
    m.unit = w->root;
    assert_int_equal(member_add(w->db, w->mem, &admin, &m, w->now, &w->faults), ST_FORBIDDEN);
    m.unit = w->town_a1;
    assert_int_equal(member_add(w->db, w->mem, &admin, &m, w->now, &w->faults), ST_OK);
    assert_int_equal(member_end(w->db, w->mem, &head, m.id, w->now), ST_FORBIDDEN);
    assert_int_equal(member_end(w->db, w->mem, &admin, m.id, w->now), ST_OK);
}

/* Absence */

static enum status away(struct people_world *w, const struct actor *who, person_id p, person_id deputy, int64_t from,
                        int64_t to)
{
    w->faults.n = 0;
    return absence_put(w->db, w->mem, who, p, deputy, false, (instant){w->now.ms + from * HOUR_MS},
                       (instant){w->now.ms + to * HOUR_MS}, &w->faults);
}

static void t74_an_absence_hands_over_for_its_time_only(void **state)
{
    struct people_world *w = *state;
    struct absence *list;
    struct actor later;
    size_t n;
    person_id p = people_world_with_role(w, "pat", w->town_a1, ROLE_HANDLER);
    person_id d = people_world_with_role(w, "deputy", w->town_a1, ROLE_HANDLER);
    assert_int_equal(away(w, NULL, p, d, 1, 3), ST_OK);
    assert_int_equal(people_world_actor(w, d).n_stands_for, 0);
    assert_int_equal(actor_load(w->db, w->mem, d, (instant){w->now.ms + HOUR_MS}, &later), ST_OK);
    assert_int_equal(later.n_stands_for, 1);
    assert_int_equal(actor_load(w->db, w->mem, d, (instant){w->now.ms + 3 * HOUR_MS}, &later), ST_OK);
    assert_int_equal(later.n_stands_for, 0);
    assert_int_equal(absence_list(w->db, w->mem, p, w->now, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_true(str_eq(list[0].deputy_name, STR("deputy")));
    assert_int_equal(absence_end(w->db, w->mem, NULL, list[0].id, w->now), ST_OK);
    assert_int_equal(absence_end(w->db, w->mem, NULL, list[0].id, w->now), ST_NOT_FOUND);
    assert_int_equal(actor_load(w->db, w->mem, d, (instant){w->now.ms + HOUR_MS}, &later), ST_OK);
    assert_int_equal(later.n_stands_for, 0);
}

static void t74_a_deputy_is_there_and_can_act(void **state)
{
    struct people_world *w = *state;
    person_id p = people_world_with_role(w, "pat", w->town_a1, ROLE_HANDLER);
    person_id d = people_world_with_role(w, "deputy", w->town_a1, ROLE_HANDLER);
    person_id bare = people_world_person(w, "bare");
    assert_int_equal(away(w, NULL, p, p, 1, 3), ST_INVALID);
    assert_int_equal(away(w, NULL, p, (person_id){0}, 1, 3), ST_INVALID);
    assert_int_equal(away(w, NULL, p, bare, 1, 3), ST_INVALID);
    assert_int_equal(away(w, NULL, p, d, 3, 3), ST_INVALID);
    assert_int_equal(away(w, NULL, d, p, 2, 5), ST_OK);
    assert_int_equal(away(w, NULL, p, d, 1, 3), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "deputy"));
    assert_int_equal(away(w, NULL, p, d, 5, 9), ST_OK);
    assert_int_equal(away(w, NULL, p, d, 8, 10), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "from"));
}

static void t74_nobody_stands_in_for_more_than_can_be_shown(void **state)
{
    struct people_world *w = *state;
    person_id d = people_world_with_role(w, "deputy", w->town_a1, ROLE_HANDLER);
    for (int i = 0; i <= ACTOR_STANDS_FOR; i++) {
        person_id p = people_world_with_role(w, str_z(w->mem, str_format(w->mem, "p-%d", i)), w->town_a1, ROLE_HANDLER);
        assert_int_equal(away(w, NULL, p, d, -1, 1), i < ACTOR_STANDS_FOR ? ST_OK : ST_INVALID);
    }
    assert_int_equal(people_world_actor(w, d).n_stands_for, ACTOR_STANDS_FOR);
}

static void t74_one_arranges_ones_own_absence_a_head_that_of_the_unit(void **state)
{
    struct people_world *w = *state;
    person_id p = people_world_with_role(w, "pat", w->town_a1, ROLE_HANDLER);
    person_id d = people_world_with_role(w, "deputy", w->town_a1, ROLE_HANDLER);
    struct actor self = people_world_actor(w, p);
    struct actor peer = people_world_actor(w, d);
    struct actor head = people_world_actor(w, people_world_with_role(w, "head", w->town_a1, ROLE_HEAD));
    struct actor other = people_world_actor(w, people_world_with_role(w, "other", w->town_a2, ROLE_HEAD));
    struct actor admin = people_world_actor(w, people_world_with_role(w, "admin", w->county_a, ROLE_ADMIN));
    assert_int_equal(away(w, &self, p, d, -1, 1), ST_OK);
    peer = people_world_actor(w, d);
    assert_int_equal(peer.n_stands_for, 1);
    assert_int_equal(away(w, &peer, p, d, 2, 3), ST_FORBIDDEN); /* standing in does not reach that far */
    assert_int_equal(away(w, &other, p, d, 2, 3), ST_FORBIDDEN);
    assert_int_equal(away(w, &head, p, d, 2, 3), ST_OK);
    assert_int_equal(away(w, &admin, p, d, 4, 5), ST_OK);
}

#define PERSON_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PERSON_TEST(a_login_is_plain_and_taken_once),
        PERSON_TEST(people_are_listed_by_login_page_by_page),
        PERSON_TEST(a_password_has_a_least_and_a_greatest_length),
        PERSON_TEST(sign_in_reads_a_hash_also_for_nobody),
        PERSON_TEST(an_administrator_reaches_only_accounts_wholly_below),
        PERSON_TEST(an_ended_account_loses_all_and_stays_on_record),
        PERSON_TEST(the_last_administrator_stays),
        PERSON_TEST(a_language_is_one_we_speak),
        PERSON_TEST(a_role_is_given_once_and_at_most_eight_in_all),
        PERSON_TEST(only_an_administrator_over_the_unit_gives_roles),
        PERSON_TEST(t74_an_absence_hands_over_for_its_time_only),
        PERSON_TEST(t74_a_deputy_is_there_and_can_act),
        PERSON_TEST(t74_nobody_stands_in_for_more_than_can_be_shown),
        PERSON_TEST(t74_one_arranges_ones_own_absence_a_head_that_of_the_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
