/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "gen/sql/matter.h"
#include "gen/sql/search.h"
#include "matter/matter_world.h"
#include "matter/search.h"
#include "matter/search_rebuild.h"
#include "store/server_world.h"

#define FILLERS 1100 /* more than one batch takes */

/* A database of its own, since batches are committed. */
static int setup(void **state)
{
    struct clock clock;
    struct store_error why;
    struct matter_world *w = matter_world_new(&clock);
    const struct store_options options = {.path = "test",
                                          .create = true,
                                          .in_memory = !server_world_is(),
                                          .in_step = true,
                                          .url = server_world_url(),
                                          .clock = &clock};
    must(store_open(&options, &w->store, &why) == ST_OK && db_open(w->store, &w->db) == ST_OK);
    must(db_batch_begin(w->db) == ST_OK);
    matter_world_fill(w);
    must(db_batch_commit(w->db) == ST_OK);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct matter_world *w = *state;
    must(db_batch_begin(w->db) == ST_OK);
    return matter_world_teardown(state);
}

static struct receipt matter(struct matter_world *w, const char *subject, const char *text, const char *shown)
{
    struct matter_draft d = matter_world_draft(w, subject, text, w->bureau);
    struct receipt r = matter_world_register(w, &d);
    if (shown != NULL)
        assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, d.subject, str_from(shown),
                                        STR(""), STR(""), &w->faults),
                         ST_OK);
    return r;
}

/* Public or not, with words struck out, hidden again, answered. The second in order of registration is the oldest. */
static void fill(struct matter_world *w)
{
    must(db_batch_begin(w->db) == ST_OK);
    (void)matter(w, "Pump", "自来水没有水压", NULL);
    struct matter_draft old = matter_world_draft(w, "Pump", "the oldest pumping station", w->bureau);
    old.raised_at = (instant){w->now.ms - 400 * DAY_MS};
    (void)matter_world_register(w, &old);
    (void)matter(w, "Pumps", "王伟家没有水压", "■■家没有水压");
    (void)matter(w, "Pump", "楼道灯不亮", "楼道灯不亮");
    struct receipt hidden = matter(w, "Pump", "垃圾没人收", "垃圾没人收");
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, hidden.matter, false, STR(""), STR(""), STR(""),
                                    STR(""), &w->faults),
                     ST_OK);
    struct receipt r = matter_world_in(w, "answered");
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, STR("Water"), STR("Floors"), STR(""),
                                    STR("The pump was replaced"), &w->faults),
                     ST_OK);
    for (int i = 0; i < FILLERS; i++) (void)matter(w, "Filler", "nothing to see", NULL);
    must(db_batch_commit(w->db) == ST_OK);
}

static const str queries[] = {STR_INIT("pump"),     STR_INIT("水压"),     STR_INIT("没有水压"), STR_INIT("王伟"),
                              STR_INIT("replaced"), STR_INIT("楼道灯"),   STR_INIT("垃圾"),     STR_INIT("station"),
                              STR_INIT("floors"),   STR_INIT("nothing x")};

/* What is found, as one number for each reader and query. */
static void find_all(struct matter_world *w, int64_t found[COUNT_OF(queries)][2])
{
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        const struct actor *readers[] = {NULL, &w->actor[ROOT_CLERK]};
        for (int k = 0; k < 2; k++) {
            struct matter_page page;
            const struct matter_filter f = {.query = queries[i], .sort = SORT_NEWEST};
            assert_int_equal(matter_list(w->db, w->mem, &w->city, readers[k], &f, &page), ST_OK);
            found[i][k] = page.total;
            for (size_t n = 0; n < page.n; n++) found[i][k] = found[i][k] * 31 + page.items[n].id.v % 1000003;
        }
    }
}

static bool stop_once(void *ctx, int64_t done, int64_t all)
{
    int *times = ctx;
    assert_true(done > 0 && done <= all);
    return ++*times != 1;
}

static enum status want(struct db *db, struct arena *mem, void *arg)
{
    (void)arg;
    return search_rebuild_want(db, mem);
}

static enum status add_without_index(struct db *db, struct arena *mem, void *arg)
{
    struct q_search_next next;
    TRY(q_search_next(db, mem, &next));
    return q_search_add_doc(db, next.id, *(matter_id *)arg, (answer_id){0}, SEARCH_STAFF, STR("x"), NULL);
}

static enum status hide(struct db *db, struct arena *mem, void *arg)
{
    return search_hide(db, mem, *(matter_id *)arg);
}

static enum status hide_matter(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    return q_matter_hide(db, *(matter_id *)arg, NULL);
}

static int64_t wrong(struct matter_world *w)
{
    int64_t n;
    str report;
    assert_int_equal(search_check(w->db, w->mem, &n, &report), ST_OK);
    assert_int_equal(n > 0, report.n > 0);
    return n;
}

static void p14_p35_what_is_indexed_again_in_two_goes_is_found_as_before(void **state)
{
    struct matter_world *w = *state;
    int64_t before[COUNT_OF(queries)][2], after[COUNT_OF(queries)][2];
    int times = 0;
    bool wanted;
    struct search_progress progress = {stop_once, &times};
    fill(w);
    find_all(w, before);
    assert_int_equal(wrong(w), 0);
    assert_int_equal(search_rebuild(w->db, progress), ST_OK);
    assert_int_equal(times, 0); /* nobody wants it */
    assert_int_equal(db_write(w->db, want, NULL), ST_OK);
    assert_true(wrong(w) > 0);
    assert_int_equal(search_rebuild(w->db, progress), ST_BUSY);
    assert_int_equal(search_rebuild_wanted(w->db, w->mem, &wanted), ST_OK);
    assert_true(wanted && wrong(w) > 0);
    assert_int_equal(search_rebuild(w->db, progress), ST_OK);
    assert_int_equal(search_rebuild_wanted(w->db, w->mem, &wanted), ST_OK);
    assert_false(wanted);
    assert_int_equal(times, 2);
    assert_int_equal(wrong(w), 0);
    find_all(w, after);
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        if (before[i][0] != after[i][0] || before[i][1] != after[i][1]) fail_msg("%.*s", STR_ARG(queries[i]));
}

static void the_check_sees_what_is_missing_and_what_is_too_much(void **state)
{
    struct matter_world *w = *state;
    must(db_batch_begin(w->db) == ST_OK);
    matter_id shown = matter(w, "Pump", "水压", "水压").matter, second = matter(w, "Pump", "水压", "水■").matter;
    matter_id other = matter(w, "Pump", "水压", NULL).matter;
    must(db_batch_commit(w->db) == ST_OK);
    assert_int_equal(wrong(w), 0);
    assert_int_equal(db_write(w->db, add_without_index, &other), ST_OK);
    assert_int_equal(wrong(w), 1);
    assert_int_equal(db_write(w->db, want, NULL), ST_OK);
    assert_int_equal(search_rebuild(w->db, (struct search_progress){0}), ST_OK);
    assert_int_equal(wrong(w), 0);
    assert_int_equal(db_write(w->db, hide, &shown), ST_OK);
    assert_int_equal(wrong(w), 1); /* public, and not found */
    assert_int_equal(db_write(w->db, hide_matter, &shown), ST_OK);
    assert_int_equal(wrong(w), 0);
    assert_int_equal(db_write(w->db, hide_matter, &second), ST_OK);
    assert_int_equal(wrong(w), 1); /* found by the public, and not public */
    assert_int_equal(db_write(w->db, hide, &second), ST_OK);
    assert_int_equal(wrong(w), 0);
    assert_int_equal(db_write(w->db, want, NULL), ST_OK);
    assert_int_equal(search_rebuild(w->db, (struct search_progress){0}), ST_OK);
    assert_int_equal(wrong(w), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(p14_p35_what_is_indexed_again_in_two_goes_is_found_as_before),
        T(the_check_sees_what_is_missing_and_what_is_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
