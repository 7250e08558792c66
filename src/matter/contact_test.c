/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gen/sql/contact.h"
#include "matter/matter_world.h"

static struct receipt registered(struct matter_world *w)
{
    struct matter_draft d = matter_world_draft(w, "Water", "No pressure", w->bureau);
    d.contact =
        (struct contact){STR("阿依古丽·买买提"), STR("138 0000 0000"), STR("a@example.com"), STR("桥头镇𠮷路1号")};
    return matter_world_register(w, &d);
}

static bool timeline_has(struct matter_world *w, casefile_id id, const char *kind, bool shown_only, str *words)
{
    struct timeline_item *items;
    size_t n;
    assert_int_equal(timeline_list(w->db, w->mem, id, shown_only, &items, &n), ST_OK);
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(items[i].kind, str_from(kind))) continue;
        if (words != NULL) *words = items[i].words;
        return true;
    }
    return false;
}

static void identity_is_read_with_a_reason_and_leaves_an_internal_event(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = registered(w);
    struct contact c;
    str words = {NULL, 0};
    assert_int_equal(
        contact_read(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], r.matter, STR("why"), &c, &w->faults),
        ST_INVALID);
    assert_non_null(fault_of(&w->faults, "reason"));
    assert_int_equal(
        contact_read(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], r.matter, STR("   a   "), &c, &w->faults),
        ST_INVALID);
    assert_false(timeline_has(w, r.casefile, "identity_read", false, NULL));
    assert_int_equal(
        contact_read(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], r.matter, STR("上门核实"), &c, &w->faults),
        ST_OK);
    assert_true(str_eq(c.name, STR("阿依古丽·买买提")));
    assert_true(str_eq(c.phone, STR("138 0000 0000")));
    assert_true(str_eq(c.mail, STR("a@example.com")));
    assert_true(str_eq(c.address, STR("桥头镇𠮷路1号")));
    assert_true(timeline_has(w, r.casefile, "identity_read", false, &words));
    assert_true(str_eq(words, STR("上门核实")));
    assert_false(timeline_has(w, r.casefile, "identity_read", true, NULL));
}

static void identity_is_refused_to_everybody_without_the_right(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = registered(w);
    struct contact c = {.name = STR("")};
    const enum who forbidden[] = {ROOT_LEADER, ROOT_HEAD, COUNTY_HEAD, BUREAU_HANDLER2},
                   absent[] = {ROOT_ADMIN, TOWN_HEAD};
    for (size_t i = 0; i < COUNT_OF(forbidden); i++)
        assert_int_equal(
            contact_read(w->db, w->mem, &w->city, &w->actor[forbidden[i]], r.matter, STR("curious"), &c, &w->faults),
            ST_FORBIDDEN);
    for (size_t i = 0; i < COUNT_OF(absent); i++)
        assert_int_equal(
            contact_read(w->db, w->mem, &w->city, &w->actor[absent[i]], r.matter, STR("curious"), &c, &w->faults),
            ST_NOT_FOUND);
    assert_int_equal(contact_read(w->db, w->mem, &w->city, NULL, r.matter, STR("curious"), &c, &w->faults),
                     ST_NOT_FOUND);
    assert_int_equal(c.name.n, 0);
}

static void nothing_of_an_identity_is_stored_in_the_clear(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = registered(w);
    struct q_contact_of row;
    assert_int_equal(q_contact_of(w->db, w->mem, r.matter, &row), ST_OK);
    assert_true(str_find(row.sealed, STR("138")) < 0);
    assert_true(str_find(row.sealed, STR("example")) < 0);
    struct matter_page page;
    const char *const queries[] = {"138 0000 0000", "example.com", "阿依古丽", "𠮷路"};
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        assert_int_equal(matter_list(w->db, w->mem, &w->city, &w->actor[ROOT_CLERK],
                                     &(struct matter_filter){.query = str_from(queries[i])}, &page),
                         ST_OK);
        assert_int_equal(page.n, 0);
    }
}

static void erasing_an_identity_leaves_the_work(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = registered(w);
    struct contact c;
    struct matter m;
    assert_int_equal(contact_erase(w->db, w->mem, &w->city, r.matter), ST_OK);
    assert_int_equal(contact_erase(w->db, w->mem, &w->city, r.matter), ST_NOT_FOUND);
    assert_int_equal(
        contact_read(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], r.matter, STR("a reason"), &c, &w->faults),
        ST_NOT_FOUND);
    assert_int_equal(matter_get(w->db, w->mem, r.matter, &m), ST_OK);
    assert_false(m.has_contact);
    assert_true(str_eq(m.text, STR("No pressure")));
    assert_true(timeline_has(w, r.casefile, "identity_erased", true, NULL));
}

static void a_matter_without_an_identity_has_nothing_to_read(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "registered");
    struct contact c;
    assert_true(contact_is_empty(&(struct contact){.name = STR("")}));
    assert_int_equal(
        contact_read(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], r.matter, STR("a reason"), &c, &w->faults),
        ST_NOT_FOUND);
    assert_int_equal(contact_erase(w->db, w->mem, &w->city, r.matter), ST_NOT_FOUND);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(identity_is_read_with_a_reason_and_leaves_an_internal_event),
        T(identity_is_refused_to_everybody_without_the_right),
        T(nothing_of_an_identity_is_stored_in_the_clear),
        T(erasing_an_identity_leaves_the_work),
        T(a_matter_without_an_identity_has_nothing_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
