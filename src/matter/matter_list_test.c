/* matter_list_test: whatever the filter, the order, the reader and the limits of one page's work, the pages of a list put together are the
 * matters that fit, each once, in their order (P35).
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "matter/matter_count.h"
#include "matter/matter_ways.h"
#include "matter/matter_world.h"

#define MATTERS 160
#define ROUNDS  1500

/* A matter as the model knows it. */
struct fact {
    struct matter m;
    struct casefile c;
    str category;
    bool to_show;
};
static struct fact facts[MATTERS];
static size_t n_facts;

/* ── a world of many kinds ────────────────────────────────────────────────────────────────────────────── */

static void move_on(struct matter_world *w, struct receipt r, uint32_t how)
{
    struct casefile_command clerk = matter_world_command(w, ROOT_CLERK, r.casefile);
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile);
    if (how == 1)
        assert_int_equal(casefile_accept(w->db, w->mem, &clerk, (unit_id){0}, (category_id){0}, STR("")), ST_OK);
    if (how == 2)
        assert_int_equal(casefile_decline(w->db, w->mem, &clerk, STR("A court decides this"), STR("Renmin Road 1")),
                         ST_OK);
    if (how < 3 || how > 5) return;
    raiser.at = (instant){w->now.ms - (int64_t)(how * 1000 + (uint64_t)r.matter.v % 5)};
    assert_int_equal(casefile_import_answer(w->db, w->mem, &raiser, STR("Repaired")), ST_OK);
    raiser = matter_world_command(w, RAISER, r.casefile);
    if (how == 5) assert_int_equal(casefile_confirm(w->db, w->mem, &raiser, r.matter, STR("solved"), STR("")), ST_OK);
}

static void make_matter(struct matter_world *w, struct rng *rng)
{
    const unit_id units[] = {w->root, w->bureau, w->town, w->village, w->town2, w->department};
    const category_id categories[] = {{0}, w->water, w->pipes, w->roads};
    struct matter_draft d = matter_world_draft(w, "Water", "No water", units[rng_below(rng, COUNT_OF(units))]);
    d.category = categories[rng_below(rng, COUNT_OF(categories))];
    d.kind = str_from(matter_kinds[rng_below(rng, 3)]);
    d.channel = str_from(matter_channels[rng_below(rng, 3)]);
    d.place = rng_below(rng, 3) == 0 ? STR("Qiaotou 5") : STR("Nanwan");
    d.raised_at = (instant){w->now.ms - (int64_t)rng_below(rng, 12) * DAY_MS};
    d.wants_public = rng_below(rng, 5) > 0;
    struct receipt r = matter_world_register(w, &d);
    move_on(w, r, rng_below(rng, 7));
    if (d.wants_public && !str_eq(d.kind, STR("report")) && rng_below(rng, 4) > 0)
        assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, d.subject, d.text, d.place,
                                        STR(""), &w->faults),
                         ST_OK);
    struct fact *f = &facts[n_facts++];
    struct category c = {.code = STR("")};
    assert_int_equal(matter_get(w->db, w->mem, r.matter, &f->m), ST_OK);
    f->c = matter_world_load(w, r.casefile);
    if (f->m.category.v != 0) assert_int_equal(category_get(w->db, w->mem, f->m.category, &c), ST_OK);
    f->category = c.code;
    f->to_show = f->m.wants_public && !f->m.shown;
}

static void fill(struct matter_world *w)
{
    struct rng rng = {11};
    n_facts = 0;
    while (n_facts < MATTERS) make_matter(w, &rng);
}

/* ── the model ────────────────────────────────────────────────────────────────────────────────────────── */

static bool below(struct matter_world *w, unit_id above, unit_id unit)
{
    for (unit_id at = unit, up;; at = up) {
        if (at.v == above.v) return true;
        struct unit u;
        assert_int_equal(unit_get(w->db, w->mem, at, &u), ST_OK);
        up = u.territory;
        if (up.v == 0) return false;
    }
}

static bool sees(struct matter_world *w, const struct actor *who, const struct fact *f)
{
    if (who == NULL) return f->m.shown;
    for (int i = 0; i < who->n_roles; i++) {
        enum scope s = rights_scope(ACT_SEE, who->roles[i].role);
        if (s == SCOPE_UNIT && who->roles[i].unit.v == f->m.unit.v) return true;
        if (s == SCOPE_BELOW && unit_is_below(w->db, w->mem, who->roles[i].unit, f->m.unit)) return true;
    }
    return false;
}

static bool is_any(str wanted, str has)
{
    return wanted.n == 0 || str_eq(wanted, has);
}

static bool fits(struct matter_world *w, const struct actor *who, const struct matter_filter *q, const struct fact *f)
{
    const struct matter *m = &f->m;
    day raised = day_in_zone(&w->city.zone, m->raised_at);
    if (!sees(w, who, f) || !is_any(q->kind, m->kind) || !is_any(q->channel, m->channel)) return false;
    if (!is_any(q->state, f->c.state) || !str_starts(f->category, q->category_code)) return false;
    if (q->unit.v != 0 && !below(w, q->unit, m->unit)) return false;
    if (q->place.n > 0 && str_find(who == NULL ? m->shown_place : m->place, q->place) < 0) return false;
    if ((q->from.n != 0 && raised.n < q->from.n) || (q->to.n != 0 && raised.n > q->to.n)) return false;
    if (who != NULL && q->waiting_to_show && !f->to_show) return false;
    if (who == NULL && q->sort == SORT_ANSWERED && m->answered_at.ms == 0) return false;
    return who == NULL || q->sort != SORT_DUE || f->c.due.n > 0;
}

static enum matter_sort model_sort;

static int by_sort(const void *a, const void *b)
{
    const struct fact *x = *(const struct fact *const *)a, *y = *(const struct fact *const *)b;
    int64_t k = x->m.raised_at.ms - y->m.raised_at.ms, id = x->m.id.v < y->m.id.v ? -1 : 1;
    if (model_sort == SORT_ANSWERED) k = x->m.answered_at.ms - y->m.answered_at.ms;
    if (model_sort == SORT_DUE) k = x->c.due.n - y->c.due.n;
    if (model_sort == SORT_DUE && k == 0) id = x->c.id.v < y->c.id.v ? -1 : 1;
    if (k == 0) k = id;
    if (model_sort == SORT_NEWEST || model_sort == SORT_ANSWERED) k = -k;
    return k < 0 ? -1 : 1;
}

static size_t expected(struct matter_world *w, const struct actor *who, const struct matter_filter *q,
                       const struct fact **out)
{
    size_t n = 0;
    for (size_t i = 0; i < n_facts; i++)
        if (fits(w, who, q, &facts[i])) out[n++] = &facts[i];
    model_sort = q->sort;
    if (who != NULL && q->sort == SORT_ANSWERED) model_sort = SORT_NEWEST;
    if (who == NULL && q->sort == SORT_DUE) model_sort = SORT_NEWEST;
    if (n > 1) qsort(out, n, sizeof *out, by_sort);
    return n;
}

/* ── comparing ────────────────────────────────────────────────────────────────────────────────────────── */

static str any_of(struct rng *rng, const char *const *list, uint32_t n, uint32_t none)
{
    uint32_t k = rng_below(rng, n + none);
    return k < n ? str_from(list[k]) : STR("");
}

static struct matter_filter random_filter(struct matter_world *w, struct rng *rng)
{
    static const char *const states[] = {"registered", "accepted", "handling", "answered",
                                         "solved",     "partly",   "declined"};
    static const char *const codes[] = {"01", "0101", "02", "7"};
    static const char *const places[] = {"Nanwan", "5"};
    const unit_id units[] = {w->root, w->county, w->town, w->village, w->department, w->partner};
    struct matter_filter f = {.sort = (enum matter_sort)(SORT_NEWEST + rng_below(rng, 4)),
                              .limit = 1 + rng_below(rng, 9)};
    uint32_t unit = rng_below(rng, 12), days = rng_below(rng, 6);
    if (unit < COUNT_OF(units)) f.unit = units[unit];
    f.category_code = any_of(rng, codes, 4, 8);
    f.state = any_of(rng, states, COUNT_OF(states), 14);
    f.kind = any_of(rng, matter_kinds, 4, 12);
    f.channel = any_of(rng, matter_channels, 4, 12);
    f.place = any_of(rng, places, 2, 8);
    if (days == 1 || days == 3) f.from = (day){w->today.n - (int32_t)rng_below(rng, 12)};
    if (days == 2 || days == 3) f.to = (day){w->today.n - (int32_t)rng_below(rng, 12)};
    f.waiting_to_show = rng_below(rng, 8) == 0;
    return f;
}

static void compare(struct matter_world *w, const struct actor *who, struct matter_filter f,
                    const struct ways_limits *limits, int round)
{
    const struct fact *want[MATTERS];
    size_t n = expected(w, who, &f, want), seen = 0, pages = 0;
    struct arena_mark mark = arena_mark(w->mem);
    struct matter_page page;
    do {
        assert_int_equal(matter_list_within(w->db, w->mem, &w->city, who, &f, limits, &page), ST_OK);
        assert_true(page.n <= (size_t)f.limit);
        assert_true(page.n == (size_t)f.limit || page.further || page.next.p == NULL);
        for (size_t i = 0; i < page.n; i++, seen++)
            if (seen >= n || page.items[i].id.v != want[seen]->m.id.v)
                fail_msg("round %d: row %zu is wrong", round, seen);
        if (page.exact) assert_int_equal(page.total, n);
        else assert_true(page.total <= (int64_t)n);
        f.after = page.next;
        if (++pages > 3 * MATTERS) fail_msg("round %d: no end", round);
    } while (page.next.p != NULL);
    if (seen != n) fail_msg("round %d: %zu of %zu", round, seen, n);
    if (limits == &ways_usual) assert_true(page.exact && !page.further);
    arena_rewind(w->mem, mark);
}

static void pages_put_together_are_the_list_whatever_drives_it(void **state)
{
    struct matter_world *w = *state;
    static const struct ways_limits narrow = {.ranges = 1, .walk = 4, .check = 5},
                                    merged = {.ranges = 1000, .walk = 1, .check = 9},
                                    walked = {.ranges = 0, .walk = 7, .check = 3};
    const struct ways_limits *const limits[] = {&ways_usual, &narrow, &merged, &walked};
    const struct actor *const readers[] = {
        NULL, NULL, &w->actor[ROOT_CLERK], &w->actor[COUNTY_HEAD], &w->actor[BUREAU_HANDLER], &w->actor[TOWN_HEAD]};
    struct rng rng = {5};
    fill(w);
    for (int i = 0; i < ROUNDS; i++) {
        struct matter_filter f = random_filter(w, &rng);
        compare(w, readers[rng_below(&rng, COUNT_OF(readers))], f, limits[i % 4], i);
    }
}

static void a_place_to_go_on_from_that_is_none_is_refused(void **state)
{
    static const char *const places[] = {"x", "1", "1.", ".1", "1.x", "1.2.x", "1.2.3.4", "99999999999999999999.1"};
    struct matter_world *w = *state;
    struct matter_page page;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct matter_filter f = {.after = str_from(places[i])};
        assert_int_equal(matter_list(w->db, w->mem, &w->city, NULL, &f, &page), ST_INVALID);
    }
    struct matter_filter ends = {.after = STR("-9223372036854775808.-9223372036854775808")};
    assert_int_equal(matter_list(w->db, w->mem, &w->city, NULL, &ends, &page), ST_OK);
}

static void a_count_holds_until_a_commit_and_that_there_are_many_for_a_minute(void **state)
{
    struct matter_world *w = *state;
    struct want a = {.public = true, .sort = SORT_NEWEST}, b = a;
    struct counted c;
    instant now = w->now, soon = {w->now.ms + MINUTE_MS - 1}, later = {w->now.ms + MINUTE_MS};
    b.state = STR("solved");
    assert_false(count_get(count_key(&a), 7, now, &c));
    count_put(count_key(&a), 7, now, (struct counted){12, true});
    assert_true(count_get(count_key(&a), 7, later, &c));
    assert_int_equal(c.n, 12);
    assert_true(c.exact);
    assert_false(count_get(count_key(&a), 8, now, &c));
    assert_false(count_get(count_key(&a), 0, now, &c));
    assert_false(count_get(count_key(&b), 7, now, &c));
    count_put(count_key(&a), 8, now, (struct counted){LIMIT_COUNT_EXACT + 1, false});
    assert_true(count_get(count_key(&a), 9, soon, &c));
    assert_false(count_get(count_key(&a), 9, later, &c));
    b = a;
    b.public = false;
    assert_false(count_get(count_key(&b), 8, now, &c));
    count_put(count_key(&b), 0, now, (struct counted){3, true}); /* it could not be told when */
    assert_false(count_get(count_key(&b), 0, now, &c));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(pages_put_together_are_the_list_whatever_drives_it),
        T(a_place_to_go_on_from_that_is_none_is_refused),
        T(a_count_holds_until_a_commit_and_that_there_are_many_for_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
