/* faults_test: faults in the order found, up to a maximum.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/faults.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void faults_are_kept_in_the_order_found(void **state)
{
    struct faults f = {0};
    (void)state;
    assert_int_equal(fault(&f, "subject", "first"), ST_INVALID);
    assert_int_equal(fault_max(&f, "text", "at most {max}", 4000), ST_INVALID);
    assert_int_equal(fault(&f, "subject", "second"), ST_INVALID);
    assert_int_equal(fault(&f, "", "whole form"), ST_INVALID);
    assert_int_equal(f.n, 4);
    assert_string_equal(f.item[0].msg, "first");
    assert_int_equal(f.item[0].max, 0);
    assert_int_equal(f.item[1].max, 4000);
    assert_string_equal(f.item[3].field, "");
}

static void the_first_message_of_a_field_is_found(void **state)
{
    struct faults f = {0};
    (void)state;
    assert_null(fault_of(&f, "subject"));
    (void)fault(&f, "subject", "first");
    (void)fault(&f, "subject", "second");
    (void)fault(&f, "", "whole form");
    assert_string_equal(fault_of(&f, "subject"), "first");
    assert_string_equal(fault_of(&f, ""), "whole form");
    assert_null(fault_of(&f, "subjec"));
    assert_null(fault_of(&f, "Subject"));
}

static void beyond_the_maximum_they_are_counted_no_more_but_still_invalid(void **state)
{
    struct faults f = {0};
    (void)state;
    for (int i = 0; i < FAULTS_MAX + 10; i++) assert_int_equal(fault_max(&f, "field", "message", i), ST_INVALID);
    assert_int_equal(f.n, FAULTS_MAX);
    assert_int_equal(f.item[FAULTS_MAX - 1].max, FAULTS_MAX - 1);
}

static void without_a_list_only_the_status_is_returned(void **state)
{
    (void)state;
    assert_int_equal(fault(NULL, "a", "b"), ST_INVALID);
    assert_int_equal(fault_max(NULL, "a", "b", 3), ST_INVALID);
}

static void names_are_cut_between_characters(void **state)
{
    struct faults f = {0};
    char long_name[3 * FAULT_WHAT];
    (void)state;
    assert_int_equal(fault_naming(&f, "a", "Still there: {what}", STR("one, two")), ST_INVALID);
    assert_string_equal(f.what, "one, two");
    for (size_t i = 0; i < sizeof long_name; i++) long_name[i] = "\xe6\xb0\xb4"[i % 3];
    assert_int_equal(fault_naming(&f, "a", "Still there: {what}", (str){long_name, sizeof long_name}), ST_INVALID);
    assert_int_equal(strlen(f.what), FAULT_WHAT - 3); /* 79 characters of three bytes; the next does not fit */
    assert_int_equal(fault_naming(NULL, "a", "b", STR("c")), ST_INVALID);
    assert_int_equal(f.n, 2);
}

static void every_status_has_a_name(void **state)
{
    (void)state;
    for (int st = 0; st < ST_COUNT; st++) {
        assert_string_not_equal(status_name((enum status)st), "unknown");
        for (int other = 0; other < st; other++)
            assert_string_not_equal(status_name((enum status)st), status_name((enum status)other));
    }
    assert_string_equal(status_name(ST_COUNT), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_kept_in_the_order_found),
        cmocka_unit_test(the_first_message_of_a_field_is_found),
        cmocka_unit_test(beyond_the_maximum_they_are_counted_no_more_but_still_invalid),
        cmocka_unit_test(without_a_list_only_the_status_is_returned),
        cmocka_unit_test(names_are_cut_between_characters),
        cmocka_unit_test(every_status_has_a_name),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
