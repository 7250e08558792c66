/* receipt_test: registering exactly once.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "matter/receipt.h"

#include "matter/matter_world.h"
#include "people/person.h"

static struct receipt_command command(struct matter_world *w, struct matter_draft *d, const char *token)
{
    *d = matter_world_draft(w, "Water", "No pressure", (unit_id){0});
    assert_int_equal(matter_check(w->db, w->mem, d, &w->faults), ST_OK);
    return (struct receipt_command){.city = &w->city, .draft = d, .token = str_from(token)};
}

static void P22_the_same_token_again_gives_the_same_receipt(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d;
    struct receipt_command a = command(w, &d, "token-a"), b = command(w, &d, "token-a"), c = command(w, &d, "token-c");
    assert_int_equal(receipt_register(w->db, w->mem, &a), ST_OK);
    assert_int_equal(receipt_register(w->db, w->mem, &b), ST_OK);
    assert_int_equal(receipt_register(w->db, w->mem, &c), ST_OK);
    assert_string_equal(a.given.ref, b.given.ref);
    assert_string_equal(a.given.code, b.given.code);
    assert_int_equal(a.given.casefile.v, b.given.casefile.v);
    assert_false(a.given.again);
    assert_true(b.given.again);
    assert_string_not_equal(a.given.code, c.given.code);
    assert_string_not_equal(a.given.ref, c.given.ref);
}

static void without_a_token_every_call_is_a_new_matter(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d;
    struct receipt_command a = command(w, &d, ""), b = command(w, &d, "");
    assert_int_equal(receipt_register(w->db, w->mem, &a), ST_OK);
    assert_int_equal(receipt_register(w->db, w->mem, &b), ST_OK);
    assert_string_not_equal(a.given.ref, b.given.ref);
}

static void what_is_kept_for_a_retry_does_not_show_the_code(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d;
    str kept;
    struct receipt_command a = command(w, &d, "token-k");
    assert_int_equal(receipt_register(w->db, w->mem, &a), ST_OK);
    assert_int_equal(once_find(w->db, w->mem, STR("token-k"), &kept), ST_OK);
    assert_true(str_find(kept, str_from(a.given.code)) < 0);
    assert_true(str_find(kept, str_from(a.given.ref)) < 0);
}

static void the_same_token_for_other_words_is_a_conflict_or_another_token(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d, e;
    struct receipt_command a = command(w, &d, "token-d"), b = command(w, &e, "token-d");
    a.digest = receipt_digest(w->mem, &d);
    e.text = STR("Other words");
    b.digest = receipt_digest(w->mem, &e);
    assert_int_equal(receipt_register(w->db, w->mem, &a), ST_OK);
    assert_int_equal(receipt_register(w->db, w->mem, &b), ST_CONFLICT);
    assert_false(
        str_eq(receipt_token(w->mem, w->city.keys, STR("t"), &d), receipt_token(w->mem, w->city.keys, STR("t"), &e)));
    assert_true(
        str_eq(receipt_token(w->mem, w->city.keys, STR("t"), &d), receipt_token(w->mem, w->city.keys, STR("t"), &d)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(P22_the_same_token_again_gives_the_same_receipt, matter_world_setup,
                                        matter_world_teardown),
        cmocka_unit_test_setup_teardown(without_a_token_every_call_is_a_new_matter, matter_world_setup,
                                        matter_world_teardown),
        cmocka_unit_test_setup_teardown(the_same_token_for_other_words_is_a_conflict_or_another_token,
                                        matter_world_setup, matter_world_teardown),
        cmocka_unit_test_setup_teardown(what_is_kept_for_a_retry_does_not_show_the_code, matter_world_setup,
                                        matter_world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
