/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "people/people_world.h"
#include "people/unit.h"

static const unit_id none = {0};
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

static struct unit get(struct people_world *w, unit_id id)
{
    struct unit u;
    assert_int_equal(unit_get(w->db, w->mem, id, &u), ST_OK);
    return u;
}

static enum status put(struct people_world *w, struct unit *u, day on)
{
    w->faults.n = 0;
    return unit_put(w->db, w->mem, NULL, u, on, &w->faults);
}

static bool below(struct people_world *w, unit_id ancestor, unit_id descendant)
{
    return unit_is_below(w->db, w->mem, ancestor, descendant);
}

static bool was_below(struct people_world *w, unit_id ancestor, unit_id descendant, int days_ago)
{
    return unit_was_below(w->db, w->mem, ancestor, descendant, (day){w->today.n - days_ago});
}

/* Tree */

static void t18_a_unit_has_ancestors_by_territory_and_by_line(void **state)
{
    struct people_world *w = *state;
    struct unit *list;
    size_t n;
    assert_int_equal(unit_ancestors(w->db, w->mem, w->bureau_a, false, &list, &n), ST_OK);
    assert_int_equal(n, 2);
    assert_int_equal(list[0].id.v, w->county_a.v);
    assert_int_equal(list[1].id.v, w->root.v);
    assert_int_equal(unit_ancestors(w->db, w->mem, w->bureau_a, true, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(list[0].id.v, w->department.v);
    assert_int_equal(unit_ancestors(w->db, w->mem, w->root, false, &list, &n), ST_OK);
    assert_int_equal(n, 0);
}

static void children_are_listed_by_code(void **state)
{
    struct people_world *w = *state;
    struct unit *list;
    size_t n;
    assert_int_equal(unit_children(w->db, w->mem, w->county_a, STR(""), 100, &list, &n), ST_OK);
    assert_int_equal(n, 3);
    assert_int_equal(list[0].id.v, w->town_a1.v);
    assert_int_equal(list[1].id.v, w->town_a2.v);
    assert_int_equal(list[2].id.v, w->bureau_a.v);
}

static void a_unit_is_found_by_code_and_by_part_of_its_name(void **state)
{
    struct people_world *w = *state;
    struct unit *list;
    struct unit u;
    struct city city = {0};
    size_t n;
    for (int i = 0; i < LORE_KINDS; i++) lore_init(&city.lore[i]);
    assert_int_equal(unit_by_code(w->db, w->mem, STR(" 990101 "), &u), ST_OK);
    assert_int_equal(u.id.v, w->town_a1.v);
    assert_int_equal(unit_by_code(w->db, w->mem, STR("1"), &u), ST_NOT_FOUND);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("9901"), STR(""), 3, &list, &n), ST_OK);
    assert_int_equal(n, 3);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("9901"), list[2].code, 3, &list, &n), ST_OK);
    assert_int_equal(n, 2);
    u.name_en = STR("Salt Marsh 100% Town");
    assert_int_equal(put(w, &u, w->today), ST_OK);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("MARSH"), STR(""), 9, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("100%"), STR(""), 9, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("%"), STR(""), 9, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("单"), STR(""), 99, &list, &n), ST_OK);
    assert_int_equal(n, 9);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("单\n9"), STR(""), 99, &list, &n), ST_OK);
    assert_int_equal(n, 0);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR(" "), STR(""), 99, &list, &n), ST_OK);
    assert_int_equal(n, 9);
    assert_int_equal(unit_find(w->db, w->mem, &city, STR("单"), list[3].code, 2, &list, &n), ST_OK);
    assert_int_equal(n, 2);
    for (int i = 0; i < LORE_KINDS; i++) lore_free(&city.lore[i]);
}

static void below_follows_either_parent_and_includes_the_unit_itself(void **state)
{
    struct people_world *w = *state;
    assert_true(below(w, w->root, w->village));
    assert_true(below(w, w->county_a, w->village));
    assert_true(below(w, w->department, w->bureau_a));
    assert_true(below(w, w->village, w->village));
    assert_false(below(w, w->village, w->town_a1));
    assert_false(below(w, w->county_b, w->village));
    assert_false(below(w, none, none));
}

static void a_move_takes_everything_below_along_and_keeps_the_past(void **state)
{
    struct people_world *w = *state;
    struct unit town = get(w, w->town_a1);
    town.territory = w->county_b;
    assert_int_equal(put(w, &town, (day){w->today.n - 10}), ST_OK);
    assert_false(below(w, w->county_a, w->village));
    assert_true(below(w, w->county_b, w->village));
    assert_true(below(w, w->town_a1, w->village));
    assert_true(below(w, w->root, w->village));
    assert_true(was_below(w, w->county_a, w->village, 11));
    assert_false(was_below(w, w->county_b, w->village, 11));
    assert_false(was_below(w, w->county_a, w->village, 10));
    assert_true(was_below(w, w->county_b, w->village, 10));
    assert_true(was_below(w, w->root, w->village, 11));
    assert_true(was_below(w, w->root, w->village, 10));
    assert_false(was_below(w, w->root, w->village, 1001));
}

static void a_move_to_and_fro_on_one_day_leaves_the_tree_as_it_was(void **state)
{
    struct people_world *w = *state;
    struct unit *list;
    size_t n;
    for (int i = 0; i < 3; i++) {
        struct unit town = get(w, w->town_a1);
        town.territory = w->county_b;
        assert_int_equal(put(w, &town, w->today), ST_OK);
        assert_false(below(w, w->county_a, w->village));
        town.territory = w->county_a;
        assert_int_equal(put(w, &town, w->today), ST_OK);
    }
    assert_true(below(w, w->county_a, w->village));
    assert_false(below(w, w->county_b, w->village));
    assert_int_equal(unit_ancestors(w->db, w->mem, w->village, false, &list, &n), ST_OK);
    assert_int_equal(n, 3);
    assert_int_equal(list[2].id.v, w->root.v);
}

static void the_line_parent_moves_without_the_territory(void **state)
{
    struct people_world *w = *state;
    struct unit bureau = get(w, w->bureau_a);
    bureau.line = none;
    assert_int_equal(put(w, &bureau, w->today), ST_OK);
    assert_false(below(w, w->department, w->bureau_a));
    assert_true(below(w, w->county_a, w->bureau_a));
    bureau.line = w->department;
    assert_int_equal(put(w, &bureau, w->today), ST_OK);
    assert_true(below(w, w->department, w->bureau_a));
}

static void a_unit_cannot_stand_below_itself(void **state)
{
    struct people_world *w = *state;
    struct unit county = get(w, w->county_a);
    county.territory = w->village;
    assert_int_equal(put(w, &county, w->today), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "territory"));
    county = get(w, w->county_a);
    county.territory = w->county_a;
    assert_int_equal(put(w, &county, w->today), ST_INVALID);
    county = get(w, w->county_a);
    county.territory = none;
    county.line = w->village; /* up from the village leads back to the county, though no path by line does */
    assert_int_equal(put(w, &county, w->today), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "line"));
    assert_false(below(w, w->village, w->county_a));
}

static void what_is_missing_or_taken_is_said_field_by_field(void **state)
{
    struct people_world *w = *state;
    struct unit u = {.code = STR("990101"),
                     .name_en = STR(" "),
                     .name_zh = STR("a\nb"),
                     .kind = STR("kingdom"),
                     .starts = {w->today.n + 1}};
    static const char *const fields[] = {"code", "name_en", "name_zh", "kind", "starts", "territory"};
    assert_int_equal(put(w, &u, w->today), ST_INVALID);
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (fault_of(&w->faults, fields[i]) == NULL) fail_msg("nothing is said about %s", fields[i]);
    assert_int_equal(w->faults.n, COUNT_OF(fields));
    assert_int_equal(u.id.v, 0);
}

static void there_is_one_root(void **state)
{
    struct people_world *w = *state;
    struct unit u = {.code = STR("1"), .name_en = STR("Other"), .name_zh = STR("另一个"), .kind = STR("root")};
    assert_int_equal(put(w, &u, w->today), ST_INVALID);
    u = get(w, w->root);
    u.name_en = STR("City");
    assert_int_equal(put(w, &u, w->today), ST_OK);
    u.territory = w->county_a;
    assert_int_equal(put(w, &u, w->today), ST_INVALID);
    u = get(w, w->root);
    u.kind = STR("county");
    assert_int_equal(put(w, &u, w->today), ST_INVALID);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->root, w->today, none, &w->faults), ST_INVALID);
}

static void a_path_begins_no_earlier_than_the_unit_above(void **state)
{
    struct people_world *w = *state;
    struct unit u = {
        .code = STR("1"), .name_en = STR("New"), .name_zh = STR("新"), .kind = STR("county"), .territory = w->root};
    struct unit t = {.code = STR("2"),
                     .name_en = STR("Old"),
                     .name_zh = STR("旧"),
                     .kind = STR("township"),
                     .starts = {w->today.n - 50}};
    u.starts.n = w->today.n - 5;
    assert_int_equal(put(w, &u, w->today), ST_OK);
    t.territory = u.id;
    assert_int_equal(put(w, &t, w->today), ST_OK);
    assert_true(was_below(w, u.id, t.id, 5));
    assert_false(was_below(w, u.id, t.id, 6));
}

/* Ends */

static void a_merged_unit_hands_its_work_and_its_children_to_the_successor(void **state)
{
    struct people_world *w = *state;
    unit_id now;
    person_id first = people_world_with_role(w, "first", w->town_a1, ROLE_HEAD);
    assert_int_equal(post_put(w->db, w->mem, NULL, w->town_a1, POST_FIRST, first, w->now), ST_OK);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a1, w->today, w->town_a2, &w->faults), ST_OK);
    assert_int_equal(unit_now(w->db, w->mem, w->town_a1, &now), ST_OK);
    assert_int_equal(now.v, w->town_a2.v);
    assert_true(below(w, w->town_a2, w->village));
    assert_false(below(w, w->town_a1, w->village));
    assert_false(below(w, w->county_a, w->town_a1));
    assert_true(was_below(w, w->county_a, w->town_a1, 1));
    assert_true(was_below(w, w->town_a1, w->village, 1));
    assert_int_equal(get(w, w->village).territory.v, w->town_a2.v);
    assert_int_equal(get(w, w->town_a1).ends.n, w->today.n);
    assert_int_equal(post_holder(w->db, w->mem, w->town_a1, POST_FIRST, &first), ST_NOT_FOUND);
    assert_int_equal(people_world_actor(w, first).n_roles, 0);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a2, w->today, w->town_b1, &w->faults), ST_OK);
    assert_int_equal(unit_now(w->db, w->mem, w->town_a1, &now), ST_OK);
    assert_int_equal(now.v, w->town_b1.v);
}

static void a_unit_with_others_below_it_needs_a_successor(void **state)
{
    struct people_world *w = *state;
    unit_id now;
    w->faults.n = 0;
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a1, w->today, none, &w->faults), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "successor"));
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a1, w->today, w->village, &w->faults), ST_INVALID);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->village, w->today, none, &w->faults), ST_OK);
    assert_int_equal(unit_now(w->db, w->mem, w->village, &now), ST_OK);
    assert_int_equal(now.v, w->town_a1.v);
}

static void an_end_is_refused_when_it_makes_no_sense(void **state)
{
    struct people_world *w = *state;
    unit_id town = w->town_a2;
    assert_int_equal(unit_end(w->db, w->mem, NULL, town, (day){w->today.n + 2}, none, &w->faults), ST_INVALID);
    assert_int_equal(unit_end(w->db, w->mem, NULL, town, (day){w->today.n - 1001}, none, &w->faults), ST_INVALID);
    assert_int_equal(unit_end(w->db, w->mem, NULL, town, w->today, town, &w->faults), ST_INVALID);
    assert_int_equal(unit_end(w->db, w->mem, NULL, town, w->today, none, &w->faults), ST_OK);
    assert_int_equal(unit_end(w->db, w->mem, NULL, town, w->today, none, &w->faults), ST_INVALID);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town_a1, w->today, town, &w->faults), ST_INVALID);
    struct unit gone = get(w, town);
    assert_int_equal(put(w, &gone, w->today), ST_INVALID);
    assert_int_equal(unit_end(w->db, w->mem, NULL, (unit_id){77}, w->today, none, &w->faults), ST_NOT_FOUND);
}

/* Who answers */

static person_id accountable(struct people_world *w, unit_id unit)
{
    person_id p = {0};
    return unit_accountable(w->db, w->mem, unit, &p) == ST_OK ? p : nobody;
}

static person_id name(struct people_world *w, const char *login, unit_id unit, enum post_kind kind)
{
    person_id p = people_world_with_role(w, login, unit, ROLE_HEAD);
    assert_int_equal(post_put(w->db, w->mem, NULL, unit, kind, p, w->now), ST_OK);
    return p;
}

static void t69_work_always_finds_one_accountable_person_up_the_tree(void **state)
{
    struct people_world *w = *state;
    person_id p;
    assert_int_equal(unit_accountable(w->db, w->mem, w->village, &p), ST_NOT_FOUND);
    person_id root = name(w, "root-contact", w->root, POST_CONTACT);
    assert_int_equal(accountable(w, w->village).v, root.v);
    assert_int_equal(accountable(w, w->bureau_a).v, root.v);
    person_id county = name(w, "county-first", w->county_a, POST_FIRST);
    assert_int_equal(accountable(w, w->village).v, county.v);
    assert_int_equal(accountable(w, w->town_b1).v, root.v);
    person_id contact = name(w, "town-contact", w->town_a1, POST_CONTACT);
    assert_int_equal(accountable(w, w->village).v, contact.v);
    person_id deputy = name(w, "town-deputy", w->town_a1, POST_DEPUTY);
    assert_int_equal(accountable(w, w->village).v, deputy.v);
    person_id first = name(w, "town-first", w->town_a1, POST_FIRST);
    assert_int_equal(accountable(w, w->town_a1).v, first.v);
    assert_int_equal(person_end(w->db, w->mem, NULL, first, w->now, &w->faults), ST_OK);
    assert_int_equal(accountable(w, w->town_a1).v, deputy.v);
}

static void t69_a_unit_without_territory_goes_up_its_line(void **state)
{
    struct people_world *w = *state;
    person_id p = name(w, "department", w->department, POST_FIRST);
    unit_id station = people_world_unit(w, "990119", "bureau", none, w->bureau_a);
    unit_id up;
    assert_int_equal(unit_up(w->db, w->mem, station, &up), ST_OK);
    assert_int_equal(up.v, w->bureau_a.v);
    assert_int_equal(unit_up(w->db, w->mem, w->root, &up), ST_OK);
    assert_int_equal(up.v, w->root.v);
    unit_id branch = people_world_unit(w, "990019", "bureau", none, w->department);
    assert_int_equal(accountable(w, branch).v, p.v);
}

static void t74_while_the_first_person_is_away_the_deputy_answers(void **state)
{
    struct people_world *w = *state;
    person_id first = name(w, "first", w->town_a1, POST_FIRST);
    person_id deputy = name(w, "deputy", w->town_a1, POST_DEPUTY);
    person_id contact = name(w, "contact", w->town_a1, POST_CONTACT);
    person_id other = people_world_with_role(w, "other", w->town_a2, ROLE_HEAD);
    people_world_away(w, first, deputy, false);
    assert_int_equal(accountable(w, w->town_a1).v, deputy.v);
    people_world_away(w, deputy, other, false);
    assert_int_equal(accountable(w, w->town_a1).v, contact.v);
    people_world_away(w, contact, other, false); /* all away: the first, for whom the stand-in has the work */
    assert_int_equal(accountable(w, w->town_a1).v, first.v);
}

static void t77_while_somebody_acts_the_first_person_stays_responsible(void **state)
{
    struct people_world *w = *state;
    person_id first = name(w, "first", w->town_a1, POST_FIRST);
    person_id deputy = name(w, "deputy", w->town_a1, POST_DEPUTY);
    people_world_away(w, first, deputy, true);
    assert_int_equal(accountable(w, w->town_a1).v, first.v);
}

static void t74_the_contact_receives_and_while_away_whoever_answers(void **state)
{
    struct people_world *w = *state;
    person_id got;
    person_id first = name(w, "first", w->town_a1, POST_FIRST);
    assert_int_equal(unit_reception(w->db, w->mem, w->town_a1, &got), ST_OK);
    assert_int_equal(got.v, first.v);
    person_id contact = name(w, "contact", w->town_a1, POST_CONTACT);
    assert_int_equal(unit_reception(w->db, w->mem, w->town_a1, &got), ST_OK);
    assert_int_equal(got.v, contact.v);
    people_world_away(w, contact, first, false);
    assert_int_equal(unit_reception(w->db, w->mem, w->town_a1, &got), ST_OK);
    assert_int_equal(got.v, first.v);
}

static void a_post_has_one_holder_at_a_time(void **state)
{
    struct people_world *w = *state;
    person_id got;
    person_id a = people_world_person(w, "ann");
    person_id b = people_world_person(w, "bob");
    const person_id turns[] = {a, b, a, b, b};
    for (size_t i = 0; i < COUNT_OF(turns); i++) {
        assert_int_equal(post_put(w->db, w->mem, NULL, w->town_a1, POST_CONTACT, turns[i], w->now), ST_OK);
        assert_int_equal(post_holder(w->db, w->mem, w->town_a1, POST_CONTACT, &got), ST_OK);
        assert_int_equal(got.v, turns[i].v);
    }
    assert_int_equal(post_put(w->db, w->mem, NULL, w->town_a1, POST_CONTACT, nobody, w->now), ST_OK);
    assert_int_equal(post_holder(w->db, w->mem, w->town_a1, POST_CONTACT, &got), ST_NOT_FOUND);
    assert_int_equal(person_end(w->db, w->mem, NULL, a, w->now, &w->faults), ST_OK);
    assert_int_equal(post_put(w->db, w->mem, NULL, w->town_a1, POST_CONTACT, a, w->now), ST_NOT_FOUND);
}

/* Offices */

static void t73_coverage_is_the_share_of_units_that_name_an_office(void **state)
{
    struct people_world *w = *state;
    struct office got;
    int64_t units;
    int64_t with;
    struct office o = {.unit = w->town_a1, .name_en = STR("Office"), .name_zh = STR("办公室"), .hours = STR("9–17")};
    assert_int_equal(office_of(w->db, w->mem, w->town_a1, &got), ST_NOT_FOUND);
    assert_int_equal(office_put(w->db, w->mem, NULL, &o, w->today, &w->faults), ST_OK);
    assert_int_equal(office_coverage(w->db, w->mem, w->county_a, &units, &with), ST_OK);
    assert_int_equal(units, 5);
    assert_int_equal(with, 1);
    o.phone = STR("12345");
    assert_int_equal(office_put(w->db, w->mem, NULL, &o, w->today, &w->faults), ST_OK);
    o.id.v = 0;
    o.name_en = STR("New office");
    assert_int_equal(office_put(w->db, w->mem, NULL, &o, w->today, &w->faults), ST_OK);
    assert_int_equal(office_of(w->db, w->mem, w->town_a1, &got), ST_OK);
    assert_true(str_eq(got.name_en, STR("New office")));
    assert_int_equal(office_coverage(w->db, w->mem, w->root, &units, &with), ST_OK);
    assert_int_equal(units, 9);
    assert_int_equal(with, 1);
    o.name_zh = STR("");
    assert_int_equal(office_put(w->db, w->mem, NULL, &o, w->today, &w->faults), ST_INVALID);
}

/* Rights */

static void an_administrator_changes_only_what_is_below(void **state)
{
    struct people_world *w = *state;
    struct actor admin = people_world_actor(w, people_world_with_role(w, "admin", w->county_a, ROLE_ADMIN));
    struct actor head = people_world_actor(w, people_world_with_role(w, "head", w->county_a, ROLE_HEAD));
    struct unit town = get(w, w->town_a1);
    struct unit other = get(w, w->town_b1);
    struct unit new = {.code = STR("1"),
                       .name_en = STR("New"),
                       .name_zh = STR("新"),
                       .kind = STR("township"),
                       .territory = w->county_b};
    town.phone = STR("12345");
    assert_int_equal(unit_put(w->db, w->mem, &admin, &town, w->today, &w->faults), ST_OK);
    assert_int_equal(unit_put(w->db, w->mem, &head, &town, w->today, &w->faults), ST_FORBIDDEN);
    assert_int_equal(unit_put(w->db, w->mem, &admin, &other, w->today, &w->faults), ST_FORBIDDEN);
    assert_int_equal(unit_put(w->db, w->mem, &admin, &new, w->today, &w->faults), ST_FORBIDDEN);
    town.territory = w->county_b;
    assert_int_equal(unit_put(w->db, w->mem, &admin, &town, w->today, &w->faults), ST_FORBIDDEN);
    new.territory = w->town_a1;
    assert_int_equal(unit_put(w->db, w->mem, &admin, &new, w->today, &w->faults), ST_OK);
    assert_int_equal(unit_end(w->db, w->mem, &admin, w->town_b1, w->today, none, &w->faults), ST_FORBIDDEN);
    assert_int_equal(post_put(w->db, w->mem, &admin, w->town_b1, POST_FIRST, nobody, w->now), ST_FORBIDDEN);
    struct office o = {.unit = w->root, .name_en = STR("Office"), .name_zh = STR("办公室")};
    assert_int_equal(office_put(w->db, w->mem, &admin, &o, w->today, &w->faults), ST_FORBIDDEN);
}

#define UNIT_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT_TEST(t18_a_unit_has_ancestors_by_territory_and_by_line),
        UNIT_TEST(children_are_listed_by_code),
        UNIT_TEST(a_unit_is_found_by_code_and_by_part_of_its_name),
        UNIT_TEST(below_follows_either_parent_and_includes_the_unit_itself),
        UNIT_TEST(a_move_takes_everything_below_along_and_keeps_the_past),
        UNIT_TEST(a_move_to_and_fro_on_one_day_leaves_the_tree_as_it_was),
        UNIT_TEST(the_line_parent_moves_without_the_territory),
        UNIT_TEST(a_unit_cannot_stand_below_itself),
        UNIT_TEST(what_is_missing_or_taken_is_said_field_by_field),
        UNIT_TEST(there_is_one_root),
        UNIT_TEST(a_path_begins_no_earlier_than_the_unit_above),
        UNIT_TEST(a_merged_unit_hands_its_work_and_its_children_to_the_successor),
        UNIT_TEST(a_unit_with_others_below_it_needs_a_successor),
        UNIT_TEST(an_end_is_refused_when_it_makes_no_sense),
        UNIT_TEST(t69_work_always_finds_one_accountable_person_up_the_tree),
        UNIT_TEST(t69_a_unit_without_territory_goes_up_its_line),
        UNIT_TEST(t74_while_the_first_person_is_away_the_deputy_answers),
        UNIT_TEST(t77_while_somebody_acts_the_first_person_stays_responsible),
        UNIT_TEST(t74_the_contact_receives_and_while_away_whoever_answers),
        UNIT_TEST(a_post_has_one_holder_at_a_time),
        UNIT_TEST(t73_coverage_is_the_share_of_units_that_name_an_office),
        UNIT_TEST(an_administrator_changes_only_what_is_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
