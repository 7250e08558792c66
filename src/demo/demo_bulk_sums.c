/* demo_bulk_sums: what millions of copies add to the kept counts, summed in memory and written once. See demo_bulk.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "demo/demo_bulk.h"
#include "matter/tally.h"

static const str states[] = {STR_INIT("registered"), STR_INIT("accepted"), STR_INIT("handling"),
                             STR_INIT("answered"),   STR_INIT("solved"),   STR_INIT("partly"),
                             STR_INIT("declined"),   STR_INIT("reopened"), STR_INIT("not_solved")};
static const str moments[] = {STR_INIT("raised"), STR_INIT("answered"), STR_INIT("in_time"),
                              STR_INIT("solved"), STR_INIT("partly"),   STR_INIT("not_solved")};

/* One casefile that waits: few of all do. */
struct due {
    int unit;
    int32_t on;
    bool ask;
};

struct bulk_sums {
    const struct bulk_map *map;
    struct arena *mem;
    int64_t (*of_unit)[COUNT_OF(states)];
    int64_t *of_day[COUNT_OF(moments)];
    int32_t first, last;
    struct due *due;
    size_t n_due, cap_due;
};

struct bulk_sums *bulk_sums_new(struct arena *mem, const struct bulk_map *map, day first, day last)
{
    struct bulk_sums *s = NEW(mem, struct bulk_sums);
    *s = (struct bulk_sums){.map = map, .mem = mem, .first = first.n, .last = last.n};
    s->of_unit = arena_alloc(mem, map->n + 1, sizeof *s->of_unit, _Alignof(int64_t));
    for (size_t i = 0; i < COUNT_OF(moments); i++) s->of_day[i] = NEWN(mem, int64_t, (size_t)(last.n - first.n) + 1);
    return s;
}

static size_t nth(const str *names, size_t n, str name)
{
    size_t i = 0;
    while (i < n && !str_eq(names[i], name)) i++;
    must(i < n);
    return i;
}

void bulk_sum_state(struct bulk_sums *s, unit_id unit, str what, int64_t n)
{
    s->of_unit[bulk_place_of(s->map, unit)][nth(states, COUNT_OF(states), what)] += n;
}

void bulk_sum_due(struct bulk_sums *s, unit_id unit, bool ask, day on)
{
    if (on.n == 0) return;
    if (s->n_due == s->cap_due) {
        size_t cap = s->cap_due == 0 ? 1024 : s->cap_due * 2;
        s->due = arena_grow(s->mem, s->due, s->cap_due * sizeof *s->due, cap * sizeof *s->due);
        s->cap_due = cap;
    }
    s->due[s->n_due++] = (struct due){bulk_place_of(s->map, unit), on.n, ask};
}

void bulk_sum_day(struct bulk_sums *s, str what, day on)
{
    must(on.n >= s->first && on.n <= s->last);
    s->of_day[nth(moments, COUNT_OF(moments), what)][on.n - s->first]++;
}

/* Writing */

static int compare_due(const void *a, const void *b)
{
    const struct due *x = a;
    const struct due *y = b;
    if (x->unit != y->unit) return x->unit < y->unit ? -1 : 1;
    if (x->ask != y->ask) return x->ask ? 1 : -1;
    return (x->on > y->on) - (x->on < y->on);
}

static enum status write_due(struct bulk_sums *s, struct db *db)
{
    if (s->n_due > 0) qsort(s->due, s->n_due, sizeof *s->due, compare_due);
    for (size_t i = 0; i < s->n_due;) {
        const struct due *d = &s->due[i];
        size_t to = i;
        while (to < s->n_due && compare_due(d, &s->due[to]) == 0) to++;
        TRY(tally_add(db, s->map->unit[d->unit].id, d->ask ? STR("ask") : STR("due"), (day){d->on}, (int64_t)(to - i)));
        i = to;
    }
    return ST_OK;
}

enum status bulk_sums_write(struct bulk_sums *s, struct db *db, unit_id root)
{
    for (size_t i = 0; i < s->map->n; i++)
        for (size_t k = 0; k < COUNT_OF(states); k++)
            if (s->of_unit[i][k] != 0) TRY(tally_add(db, s->map->unit[i].id, states[k], (day){0}, s->of_unit[i][k]));
    for (size_t k = 0; k < COUNT_OF(moments); k++)
        for (int32_t on = s->first; on <= s->last; on++)
            if (s->of_day[k][on - s->first] != 0)
                TRY(tally_day(db, root, moments[k].p, (day){on}, s->of_day[k][on - s->first]));
    return write_due(s, db);
}
