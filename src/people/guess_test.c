/* guess_test: waits after wrong guesses, for the one who guessed, the same for whoever reads the table.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "gen/sql/guess.h"
#include "people/guess.h"
#include "people/people_world.h"

static const struct guess_rule usual = {0.5, 20};
static const struct guess_rule none = {0, 0};

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

static instant at(const struct people_world *w, int64_t ms)
{
    return (instant){w->now.ms + ms};
}

static struct guess look(struct people_world *w, const struct guess_rule *rule, const char *what, const char *from,
                         int64_t ms)
{
    struct guess g;
    assert_int_equal(guess_look(w->db, w->mem, w->keys, rule, str_from(what), str_from(from), at(w, ms), &g), ST_OK);
    return g;
}

static int wait_of(struct people_world *w, const char *what, const char *from, int64_t ms)
{
    return look(w, &usual, what, from, ms).wait_seconds;
}

static void wrong(struct people_world *w, const struct guess_rule *rule, const char *what, const char *from, int64_t ms)
{
    struct guess g = look(w, rule, what, from, ms);
    assert_int_equal(guess_failed(w->db, w->mem, &g, rule, at(w, ms)), ST_OK);
}

static void waits_double_after_the_third_failure_up_to_thirty_seconds(void **state)
{
    static const int seconds[] = {0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30};
    struct people_world *w = *state;
    assert_int_equal(wait_of(w, "code", "here", 0), 0);
    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        wrong(w, &usual, "code", "here", 0);
        assert_int_equal(wait_of(w, "code", "here", 0), seconds[i]);
        assert_int_equal(wait_of(w, "code", "here", seconds[i] * SECOND_MS), 0);
    }
}

static void only_the_pair_that_failed_waits(void **state)
{
    struct people_world *w = *state;
    for (int i = 0; i < 8; i++) wrong(w, &usual, "code", "here", 0);
    assert_int_equal(wait_of(w, "code", "here", 0), 16);
    assert_int_equal(wait_of(w, "code", "there", 0), 0);
    assert_int_equal(wait_of(w, "other", "here", 0), 0);
    assert_int_equal(wait_of(w, "here", "code", 0), 0);
    assert_int_equal(wait_of(w, "code", "here", 0), 16); /* being asked changes nothing */
}

static void success_and_time_forgive(void **state)
{
    struct people_world *w = *state;
    assert_false(look(w, &usual, "code", "here", 0).has_failed);
    for (int i = 0; i < 8; i++) wrong(w, &usual, "code", "here", 0);
    struct guess g = look(w, &usual, "code", "here", 0);
    assert_true(g.has_failed);
    assert_int_equal(guess_right(w->db, &g), ST_OK);
    assert_false(look(w, &usual, "code", "here", 0).has_failed);
    for (int i = 0; i < 3; i++) wrong(w, &usual, "code", "here", 0);
    assert_int_equal(wait_of(w, "code", "here", 0), 0);
    for (int i = 0; i < 5; i++) wrong(w, &usual, "code", "here", 0);
    assert_int_equal(wait_of(w, "code", "here", 0), 16);
    wrong(w, &usual, "code", "here", MINUTE_MS); /* not forgotten yet */
    assert_int_equal(wait_of(w, "code", "here", MINUTE_MS), 30);
    wrong(w, &usual, "code", "here", 17 * MINUTE_MS);
    assert_int_equal(wait_of(w, "code", "here", 17 * MINUTE_MS), 0);
}

/* One try at each of many accounts fails only once by pair. */
static void a_place_that_fails_at_many_secrets_is_slowed(void **state)
{
    struct people_world *w = *state;
    char login[16];
    for (int i = 0; i < 20; i++) {
        (void)snprintf(login, sizeof login, "login%d", i);
        assert_int_equal(wait_of(w, login, "here", 0), 0);
        wrong(w, &usual, login, "here", 0);
    }
    assert_int_equal(wait_of(w, "another", "here", 0), 2);
    assert_int_equal(wait_of(w, "another", "there", 0), 0);
    assert_int_equal(wait_of(w, "another", "here", 2 * SECOND_MS), 0); /* then one, every two seconds */
    wrong(w, &usual, "another", "here", 2 * SECOND_MS);
    assert_int_equal(wait_of(w, "one more", "here", 2 * SECOND_MS), 2);
    struct guess own = look(w, &usual, "login0", "here", 2 * SECOND_MS);
    assert_int_equal(guess_right(w->db, &own), ST_OK);
    assert_int_equal(wait_of(w, "one more", "here", 2 * SECOND_MS), 2); /* a right password pays off nothing */
    assert_int_equal(wait_of(w, "one more", "here", 41 * SECOND_MS), 0);
}

static void without_a_rule_a_place_is_not_counted(void **state)
{
    struct people_world *w = *state;
    char login[16];
    for (int i = 0; i < 60; i++) {
        (void)snprintf(login, sizeof login, "login%d", i);
        wrong(w, &none, login, "here", 0);
    }
    assert_int_equal(look(w, &none, "another", "here", 0).wait_seconds, 0);
}

static void a_clock_that_was_wrong_keeps_nobody_out_for_long(void **state)
{
    struct people_world *w = *state;
    for (int i = 0; i < 30; i++) wrong(w, &usual, "code", "here", 400 * DAY_MS);
    assert_int_equal(wait_of(w, "code", "here", 0), 30);
}

static void neither_address_nor_login_is_stored_and_old_rows_are_forgotten(void **state)
{
    struct people_world *w = *state;
    struct q_guess_find *rows;
    size_t n;
    int64_t gone;
    wrong(w, &usual, "192.0.2.1", "198.51.100.7", 0);
    struct guess g = look(w, &usual, "192.0.2.1", "198.51.100.7", 0);
    assert_int_equal(q_guess_find(w->db, w->mem, g.pair, g.place, &rows, &n), ST_OK);
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(rows[i].who.n, SECRET_HASH);
        assert_true(str_find(rows[i].who, STR("192.0.2.1")) < 0 && str_find(rows[i].who, STR("198.51")) < 0);
    }
    assert_int_equal(guess_tidy(w->db, at(w, 10 * MINUTE_MS), 100, &gone), ST_OK);
    assert_int_equal(gone, 0);
    assert_int_equal(guess_tidy(w->db, at(w, 16 * MINUTE_MS), 1, &gone), ST_OK);
    assert_int_equal(gone, 1);
    assert_int_equal(guess_tidy(w->db, at(w, 16 * MINUTE_MS), 100, &gone), ST_OK);
    assert_int_equal(gone, 1);
}

#define GUESS_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GUESS_TEST(waits_double_after_the_third_failure_up_to_thirty_seconds),
        GUESS_TEST(only_the_pair_that_failed_waits),
        GUESS_TEST(success_and_time_forgive),
        GUESS_TEST(a_place_that_fails_at_many_secrets_is_slowed),
        GUESS_TEST(without_a_rule_a_place_is_not_counted),
        GUESS_TEST(a_clock_that_was_wrong_keeps_nobody_out_for_long),
        GUESS_TEST(neither_address_nor_login_is_stored_and_old_rows_are_forgotten),
    };
    return cmocka_run_group_tests_name("P35 guesses at secrets", tests, NULL, NULL);
}
