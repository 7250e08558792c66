/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gen/sql/session.h"
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

static instant at(struct people_world *w, int64_t ms)
{
    return (instant){w->now.ms + ms};
}

static str start(struct people_world *w, person_id p)
{
    str token;
    assert_int_equal(session_start(w->db, w->mem, w->keys, p, w->now, &token), ST_OK);
    return token;
}

static enum status find(struct people_world *w, str token, int64_t ms, struct session *s, bool *touch)
{
    return session_find(w->db, w->mem, w->keys, token, at(w, ms), s, touch);
}

static bool is_good(struct people_world *w, str token, int64_t ms)
{
    struct session s;
    bool touch;
    return find(w, token, ms, &s, &touch) == ST_OK;
}

static str touch(struct people_world *w, str token, int64_t ms)
{
    struct session s;
    bool needed;
    str fresh;
    assert_int_equal(find(w, token, ms, &s, &needed), ST_OK);
    assert_int_equal(session_touch(w->db, w->mem, w->keys, s.id, token, at(w, ms), &fresh), ST_OK);
    return fresh;
}

static void a_session_is_found_by_its_token_alone(void **state)
{
    struct people_world *w = *state;
    struct session s;
    bool needed;
    person_id p = people_world_person(w, "pat");
    str token = start(w, p);
    str other = start(w, p);
    assert_int_equal(token.n, 43);
    assert_false(str_eq(token, other));
    assert_int_equal(find(w, token, 0, &s, &needed), ST_OK);
    assert_int_equal(s.person.v, p.v);
    assert_int_equal(s.csrf.n, SECRET_TOKEN);
    assert_false(needed);
    static const char *const wrong[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAA", "%%%%"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) assert_false(is_good(w, str_from(wrong[i]), 0));
    assert_false(is_good(w, str_sub(token, 0, 42), 0));
    assert_false(is_good(w, str_concat(w->mem, token, STR("A")), 0));
}

static void a_session_ends_after_eight_idle_hours(void **state)
{
    struct people_world *w = *state;
    str token = start(w, people_world_person(w, "pat"));
    assert_true(is_good(w, token, 8 * HOUR_MS - 1));
    assert_false(is_good(w, token, 8 * HOUR_MS));
}

static void a_session_ends_after_thirty_days_however_busy(void **state)
{
    struct people_world *w = *state;
    str token = start(w, people_world_person(w, "pat"));
    for (int64_t t = 7 * HOUR_MS; t < 30 * DAY_MS; t += 7 * HOUR_MS) {
        str fresh = touch(w, token, t);
        assert_true(fresh.n > 0);
        token = fresh;
    }
    assert_true(is_good(w, token, 30 * DAY_MS - 1));
    assert_false(is_good(w, token, 30 * DAY_MS));
}

static void a_touch_is_needed_after_a_minute_and_rotates_after_fifteen(void **state)
{
    struct people_world *w = *state;
    struct session s;
    bool needed;
    str token = start(w, people_world_person(w, "pat"));
    assert_int_equal(find(w, token, MINUTE_MS - 1, &s, &needed), ST_OK);
    assert_false(needed);
    assert_int_equal(find(w, token, MINUTE_MS, &s, &needed), ST_OK);
    assert_true(needed);
    assert_int_equal(touch(w, token, MINUTE_MS).n, 0);
    assert_int_equal(find(w, token, MINUTE_MS, &s, &needed), ST_OK);
    assert_false(needed);
    assert_int_equal(touch(w, token, 15 * MINUTE_MS - 1).n, 0);
    assert_int_equal(find(w, token, 15 * MINUTE_MS, &s, &needed), ST_OK);
    assert_true(needed);
    assert_int_equal(touch(w, token, 15 * MINUTE_MS).n, 43);
}

static void the_token_before_a_rotation_is_good_for_one_minute(void **state)
{
    struct people_world *w = *state;
    struct session s;
    bool needed;
    int64_t t = 20 * MINUTE_MS;
    str old = start(w, people_world_person(w, "pat"));
    str fresh = touch(w, old, t);
    assert_true(fresh.n > 0);
    assert_true(is_good(w, fresh, t));
    assert_int_equal(find(w, old, t + MINUTE_MS - 1, &s, &needed), ST_OK);
    assert_false(needed);
    assert_int_equal(touch(w, old, t + 1).n, 0); /* a second request with the old token does not rotate again */
    assert_true(is_good(w, fresh, t + 2));
    assert_false(is_good(w, old, t + MINUTE_MS));
    str third = touch(w, fresh, t + 15 * MINUTE_MS);
    assert_true(third.n > 0);
    assert_false(is_good(w, old, t + 15 * MINUTE_MS));
    assert_true(is_good(w, fresh, t + 15 * MINUTE_MS));
}

static void signing_out_ends_both_tokens(void **state)
{
    struct people_world *w = *state;
    struct session s;
    bool needed;
    str fresh;
    str old = start(w, people_world_person(w, "pat"));
    str next = touch(w, old, 20 * MINUTE_MS);
    assert_int_equal(find(w, next, 20 * MINUTE_MS, &s, &needed), ST_OK);
    assert_int_equal(session_end(w->db, s.id, w->now), ST_OK);
    assert_false(is_good(w, next, 20 * MINUTE_MS));
    assert_false(is_good(w, old, 20 * MINUTE_MS));
    assert_int_equal(session_touch(w->db, w->mem, w->keys, s.id, next, w->now, &fresh), ST_NOT_FOUND);
    assert_int_equal(fresh.n, 0);
}

static void a_new_password_or_an_ended_account_ends_all_sessions(void **state)
{
    struct people_world *w = *state;
    person_id p = people_world_person(w, "pat");
    person_id q = people_world_person(w, "quinn");
    str one = start(w, p);
    str two = start(w, p);
    str other = start(w, q);
    assert_int_equal(person_set_password(w->db, w->mem, NULL, p, STR("x")), ST_OK);
    assert_false(is_good(w, one, 0));
    assert_false(is_good(w, two, 0));
    assert_true(is_good(w, other, 0));
    assert_int_equal(person_end(w->db, w->mem, NULL, q, w->now, &w->faults), ST_OK);
    assert_false(is_good(w, other, 0));
}

static void another_key_file_knows_no_session(void **state)
{
    struct people_world *w = *state;
    struct session s;
    struct keys *other;
    bool needed;
    char dir[] = "/tmp/session_test_XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *path = str_z(w->mem, str_format(w->mem, "%s/key", dir));
    assert_int_equal(keys_make(path), ST_OK);
    assert_int_equal(keys_open(path, &other), ST_OK);
    str token = start(w, people_world_person(w, "pat"));
    assert_int_equal(session_find(w->db, w->mem, other, token, w->now, &s, &needed), ST_NOT_FOUND);
    keys_close(other);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(dir), 0);
}

static void old_sessions_are_forgotten(void **state)
{
    struct people_world *w = *state;
    int64_t gone;
    str token = start(w, people_world_person(w, "pat"));
    assert_int_equal(session_tidy(w->db, at(w, DAY_MS), 100, &gone), ST_OK);
    assert_true(is_good(w, token, 0));
    assert_int_equal(session_tidy(w->db, at(w, 31 * DAY_MS), 0, &gone), ST_OK);
    assert_true(is_good(w, token, 0));
    assert_int_equal(session_tidy(w->db, at(w, 31 * DAY_MS), 100, &gone), ST_OK);
    assert_false(is_good(w, token, 0));
}

static void an_api_key_names_its_unit_until_it_ends(void **state)
{
    struct people_world *w = *state;
    struct api_key *list;
    unit_id unit;
    size_t n;
    str key;
    assert_int_equal(api_key_add(w->db, w->mem, w->keys, STR(" "), w->town_a1, w->now, &key), ST_INVALID);
    assert_int_equal(api_key_add(w->db, w->mem, w->keys, STR("Hotline"), w->town_a1, w->now, &key), ST_OK);
    assert_true(str_starts(key, STR("luo_")));
    assert_int_equal(api_key_find(w->db, w->mem, w->keys, key, &unit), ST_OK);
    assert_int_equal(unit.v, w->town_a1.v);
    assert_int_equal(api_key_find(w->db, w->mem, w->keys, str_sub(key, 4, key.n), &unit), ST_NOT_FOUND);
    assert_int_equal(api_key_find(w->db, w->mem, w->keys, STR("luo_"), &unit), ST_NOT_FOUND);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a1, w->today, w->town_a2, &w->faults), ST_OK);
    assert_int_equal(api_key_find(w->db, w->mem, w->keys, key, &unit), ST_OK);
    assert_int_equal(unit.v, w->town_a2.v);
    assert_int_equal(api_key_list(w->db, w->mem, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_true(str_eq(list[0].name, STR("Hotline")));
    assert_int_equal(api_key_end(w->db, w->mem, list[0].id, w->now), ST_OK);
    assert_int_equal(api_key_end(w->db, w->mem, list[0].id, w->now), ST_NOT_FOUND);
    assert_int_equal(api_key_find(w->db, w->mem, w->keys, key, &unit), ST_NOT_FOUND);
}

static void a_key_that_was_seen_is_asked_for_again_after_a_second(void **state)
{
    struct people_world *w = *state;
    const instant soon = {w->now.ms + API_KEY_SEEN_MS - 1}, later = {w->now.ms + API_KEY_SEEN_MS};
    struct api_key *list;
    unit_id unit;
    bool takes = false;
    size_t n;
    str key;
    assert_int_equal(api_key_add(w->db, w->mem, w->keys, STR("Hotline"), w->town_a1, w->now, &key), ST_OK);
    assert_int_equal(api_key_look(w->db, w->mem, w->keys, key, w->now, &unit, &takes), ST_OK);
    assert_int_equal(unit.v, w->town_a1.v);
    assert_true(takes);
    uint64_t asked = db_statements(w->db);
    assert_int_equal(api_key_look(w->db, w->mem, w->keys, key, soon, &unit, &takes), ST_OK);
    assert_int_equal(db_statements(w->db), asked);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a1, w->today, w->town_a2, &w->faults), ST_OK);
    assert_int_equal(api_key_look(w->db, w->mem, w->keys, key, later, &unit, &takes), ST_OK);
    assert_int_equal(unit.v, w->town_a2.v);
    assert_int_equal(api_key_look(w->db, w->mem, w->keys, STR("luo_"), w->now, &unit, &takes), ST_NOT_FOUND);
    /* another program ends it: nobody tells this one */
    assert_int_equal(api_key_list(w->db, w->mem, &list, &n), ST_OK);
    assert_int_equal(q_session_key_end(w->db, list[0].id, w->now, NULL), ST_OK);
    assert_int_equal(api_key_look(w->db, w->mem, w->keys, key, (instant){later.ms + API_KEY_SEEN_MS}, &unit, &takes),
                     ST_NOT_FOUND);
}

static void a_key_that_ends_here_is_unknown_at_once(void **state)
{
    struct people_world *w = *state;
    struct api_key *list;
    unit_id unit;
    bool takes;
    size_t n;
    str key;
    assert_int_equal(api_key_add(w->db, w->mem, w->keys, STR("Hotline"), w->town_a1, w->now, &key), ST_OK);
    assert_int_equal(api_key_look(w->db, w->mem, w->keys, key, w->now, &unit, &takes), ST_OK);
    assert_int_equal(api_key_list(w->db, w->mem, &list, &n), ST_OK);
    assert_int_equal(api_key_end(w->db, w->mem, list[0].id, w->now), ST_OK);
    assert_int_equal(api_key_look(w->db, w->mem, w->keys, key, w->now, &unit, &takes), ST_NOT_FOUND);
}

static void a_form_is_used_once_and_answers_with_its_first_result(void **state)
{
    struct people_world *w = *state;
    int64_t gone;
    str result;
    assert_int_equal(once_find(w->db, w->mem, STR("t1"), &result), ST_NOT_FOUND);
    assert_int_equal(once_keep(w->db, STR("t1"), STR("/m/HT-26-000001"), w->now), ST_OK);
    assert_int_equal(once_keep(w->db, STR("t1"), STR("/m/HT-26-000002"), w->now), ST_CONFLICT);
    assert_int_equal(once_find(w->db, w->mem, STR("t1"), &result), ST_OK);
    assert_true(str_eq(result, STR("/m/HT-26-000001")));
    assert_int_equal(once_tidy(w->db, at(w, DAY_MS), 100, &gone), ST_OK);
    assert_int_equal(gone, 0);
    assert_int_equal(once_find(w->db, w->mem, STR("t1"), &result), ST_OK);
    assert_int_equal(once_tidy(w->db, at(w, DAY_MS + 1), 100, &gone), ST_OK);
    assert_int_equal(gone, 1);
    assert_int_equal(once_find(w->db, w->mem, STR("t1"), &result), ST_NOT_FOUND);
}

#define SESSION_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST(a_session_is_found_by_its_token_alone),
        SESSION_TEST(a_session_ends_after_eight_idle_hours),
        SESSION_TEST(a_session_ends_after_thirty_days_however_busy),
        SESSION_TEST(a_touch_is_needed_after_a_minute_and_rotates_after_fifteen),
        SESSION_TEST(the_token_before_a_rotation_is_good_for_one_minute),
        SESSION_TEST(signing_out_ends_both_tokens),
        SESSION_TEST(a_new_password_or_an_ended_account_ends_all_sessions),
        SESSION_TEST(another_key_file_knows_no_session),
        SESSION_TEST(old_sessions_are_forgotten),
        SESSION_TEST(
            a_key_that_was_seen_is_asked_for_again_after_a_second), /* first: when one has ended nothing is kept */
        SESSION_TEST(a_key_that_ends_here_is_unknown_at_once),
        SESSION_TEST(an_api_key_names_its_unit_until_it_ends),
        SESSION_TEST(a_form_is_used_once_and_answers_with_its_first_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
