/* cover_test: the units and offices kept for each unit are what counting gives, whatever happens to the tree (T73).
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rng.h"
#include "people/people_world.h"
#include "people/unit.h"

#define UNITS_MOST 200
#define ROUNDS     400

static unit_id units[UNITS_MOST];
static size_t n_units;

/* What stands at and below a unit now, one by one. */
static void recount(struct people_world *w, unit_id at, int64_t *n, int64_t *offices)
{
    struct unit *below, u;
    struct office o;
    size_t n_below;
    assert_int_equal(unit_get(w->db, w->mem, at, &u), ST_OK);
    if (u.ends.n != 0) return;
    ++*n;
    *offices += office_of(w->db, w->mem, at, &o) == ST_OK;
    assert_int_equal(unit_children(w->db, w->mem, at, STR(""), 1000, &below, &n_below), ST_OK);
    for (size_t i = 0; i < n_below; i++) recount(w, below[i].id, n, offices);
}

static void all_are_right(struct people_world *w, int round)
{
    for (size_t i = 0; i < n_units; i++) {
        int64_t n = 0, offices = 0, kept_n, kept_offices;
        struct arena_mark mark = arena_mark(w->mem);
        recount(w, units[i], &n, &offices);
        assert_int_equal(office_coverage(w->db, w->mem, units[i], &kept_n, &kept_offices), ST_OK);
        if (n != kept_n || offices != kept_offices) fail_msg("round %d unit %zu", round, i);
        arena_rewind(w->mem, mark);
    }
}

static void one_change(struct people_world *w, struct rng *rng, int round)
{
    char code[16];
    struct unit u;
    unit_id a = units[rng_below(rng, (uint32_t)n_units)], b = units[rng_below(rng, (uint32_t)n_units)];
    uint32_t how = rng_below(rng, 10);
    w->faults.n = 0;
    if (unit_get(w->db, w->mem, a, &u) != ST_OK) return;
    if (how < 3 && n_units < UNITS_MOST && u.ends.n == 0) {
        (void)snprintf(code, sizeof code, "t%d", round);
        units[n_units++] = people_world_unit(w, code, "village", a, (unit_id){0});
    } else if (how < 6) {
        u.territory = b;
        (void)!unit_put(w->db, w->mem, NULL, &u, w->today, &w->faults); /* refused when it makes no sense */
    } else if (how < 9) {
        struct office o = {.unit = a, .name_en = STR("Office"), .name_zh = STR("办公室")};
        (void)!office_put(w->db, w->mem, NULL, &o, w->today, &w->faults);
    } else {
        (void)!unit_end(w->db, w->mem, NULL, a, w->today, b, &w->faults);
    }
}

static void t73_what_is_kept_is_what_counting_gives(void **state)
{
    struct people_world *w = *state;
    struct rng rng = {3};
    const unit_id first[] = {w->root,    w->county_a, w->county_b, w->department, w->bureau_a,
                             w->town_a1, w->town_a2,  w->town_b1,  w->village};
    n_units = 0;
    for (size_t i = 0; i < COUNT_OF(first); i++) units[n_units++] = first[i];
    all_are_right(w, -1);
    for (int i = 0; i < ROUNDS; i++) {
        one_change(w, &rng, i);
        if (i % 20 == 0) all_are_right(w, i);
    }
    all_are_right(w, ROUNDS);
    assert_true(n_units > 50);
}

static int setup(void **state)
{
    *state = people_world_open();
    return 0;
}

static int teardown(void **state)
{
    people_world_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(t73_what_is_kept_is_what_counting_gives, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
