/* lore_test: what is kept is read again when something of the kind was changed, and not before; who looks keeps what it got.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/lore.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "people/people_world.h"
#include "people/unit.h"

static int reads;

static enum status read_name(struct db *db, struct arena *mem, void *ctx, void **out)
{
    struct unit u;
    const unit_id *unit = ctx;
    reads++;
    TRY(unit_get(db, mem, *unit, &u));
    *out = NEW(mem, str);
    *(str *)*out = u.name_en;
    return ST_OK;
}

static str look(struct people_world *w, struct lore *l, struct arena *mem, unit_id unit)
{
    void *out = NULL;
    assert_int_equal(lore_look(l, w->db, mem, read_name, &unit, &out), ST_OK);
    return *(const str *)out;
}

static void rename_unit(struct people_world *w, unit_id id, const char *name)
{
    struct unit u;
    assert_int_equal(unit_get(w->db, w->mem, id, &u), ST_OK);
    u.name_en = str_from(name);
    assert_int_equal(unit_put(w->db, w->mem, NULL, &u, w->today, &w->faults), ST_OK);
}

static void what_is_kept_is_read_again_when_something_was_changed(void **state)
{
    struct people_world *w = *state;
    struct lore l;
    struct arena *first = arena_new((size_t)1024 * 1024, NULL), *second = arena_new((size_t)1024 * 1024, NULL);
    lore_init(&l);
    reads = 0;
    rename_unit(w, w->village, "Old");
    str old = look(w, &l, first, w->village);
    assert_true(str_eq(old, STR("Old")));
    for (int i = 0; i < 5; i++) assert_true(str_eq(look(w, &l, second, w->village), STR("Old")));
    assert_int_equal(reads, 1);
    rename_unit(w, w->village, "New");
    assert_true(str_eq(look(w, &l, second, w->village), STR("New")));
    assert_int_equal(reads, 2);
    assert_true(str_eq(old, STR("Old"))); /* whole for as long as who looked lives */
    arena_reset(second);
    assert_true(str_eq(look(w, &l, second, w->village), STR("New")));
    assert_int_equal(reads, 2);
    arena_free(first);
    lore_free(&l);
    arena_free(second);
}

static void what_cannot_be_read_is_not_kept(void **state)
{
    struct people_world *w = *state;
    struct lore l;
    void *out = NULL;
    struct arena *mem = arena_new((size_t)1024 * 1024, NULL);
    unit_id nobody = {77};
    lore_init(&l);
    assert_int_equal(lore_look(&l, w->db, mem, read_name, &nobody, &out), ST_NOT_FOUND);
    assert_null(l.page);
    assert_true(str_eq(look(w, &l, mem, w->root), STR("990000")));
    arena_free(mem);
    lore_free(&l);
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
        cmocka_unit_test_setup_teardown(what_is_kept_is_read_again_when_something_was_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_not_kept, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
