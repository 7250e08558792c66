/* demo_bulk: the days of a city of millions. See demo_bulk.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_bulk.h"

#include <stdlib.h>
#include <string.h>

#include "demo/demo_life.h"

#define A_YEAR       INT64_C(500000) /* matters of one, until there are too many for YEARS_MOST */
#define YEARS_MOST   20
#define YEAR_DAYS    364 /* whole weeks, so that weekdays stay weekdays */
#define JITTER_MS    (600 * SECOND_MS)
#define COMMIT_EVERY 50000                             /* matters */
#define CHUNK        1022                              /* rows to come, of one day, in one piece of memory */
#define ARENA        ((size_t)16 * 1024 * 1024 * 1024) /* only what is used is taken */

/* Rows to come */

struct coming {
    int64_t at;
    struct bulk_copy *copy;
    uint32_t step, order; /* order: as they were put off, so that equal times keep it */
};
struct chunk {
    struct chunk *next;
    size_t n;
    struct coming item[CHUNK];
};

struct flow {
    struct bulk bulk;
    struct rng rng;
    int64_t first_ms;      /* where day 0 begins */
    int days, today;       /* number of days; the last */
    int last;              /* the last one on which a model begins */
    struct chunk **coming; /* by day */
    struct chunk *free_chunks;
    struct bulk_copy *free_copies;
    struct coming *sorted;
    size_t n_sorted, cap_sorted;
    size_t of_day[YEAR_DAYS + 2]; /* models raised before each day of the last year */
    size_t *ended[7];             /* models that have ended, by weekday */
    size_t n_ended[7];
    int64_t copies; /* all of them, without the models */
    uint32_t serial;
    int64_t done, since_commit;
    bool in_batch;
};

static struct chunk *take_chunk(struct flow *f)
{
    struct chunk *c = f->free_chunks;
    if (c == NULL) return NEW(f->bulk.mem, struct chunk);
    f->free_chunks = c->next;
    *c = (struct chunk){0};
    return c;
}

static void put_off(struct flow *f, struct bulk_copy *c, uint32_t step, int from)
{
    const struct bulk_model *m = c->model;
    int64_t at = m->life->raised_at.ms + c->shift + m->steps[step].after;
    int64_t on = (at - f->first_ms) / DAY_MS;
    if (on < from) on = from; /* some minutes before the day, which is being written already */
    if (on > f->today) on = f->today;
    struct chunk **list = &f->coming[on];
    if (*list == NULL || (*list)->n == CHUNK) {
        struct chunk *fresh = take_chunk(f);
        fresh->next = *list;
        *list = fresh;
    }
    (*list)->item[(*list)->n++] = (struct coming){at, c, step, 0};
}

static struct bulk_copy *take_copy(struct flow *f)
{
    struct bulk_copy *c = f->free_copies;
    size_t size = sizeof *c + f->bulk.models.events_most * sizeof c->events[0];
    if (c == NULL) return arena_alloc(f->bulk.mem, 1, size, _Alignof(struct bulk_copy));
    f->free_copies = c->next;
    return c;
}

/* One more life that begins on the day. */
static void begin_copy(struct flow *f, const struct bulk_model *m, int on, bool is_model)
{
    struct bulk_copy *c = take_copy(f);
    int32_t days = (int32_t)((f->bulk.d->today.n - f->today + on) - m->on.n);
    int64_t jitter = is_model ? 0 : (int64_t)(rng_next(&f->rng) % (uint64_t)JITTER_MS);
    *c = (struct bulk_copy){.model = m, .shift_days = days, .shift = days * DAY_MS - jitter, .left = m->n_steps};
    c->where = is_model ? (struct bulk_where){-1, -1, -1} : bulk_where_draw(&f->bulk.map, &f->rng);
    c->serial = is_model ? 0 : ++f->serial;
    for (size_t i = 0; i < m->n_steps; i++) put_off(f, c, (uint32_t)i, on);
}

/* A day */

static int weekday_of(day on)
{
    return (int)((((int64_t)on.n + 4) % 7 + 7) % 7);
}

/* In the last year one of the same day or the next that has any, so that nothing happens after today; before, one that has ended, of the
 * same day of the week. */
static const struct bulk_model *draw_model(struct flow *f, int on)
{
    const struct bulk_models *models = &f->bulk.models;
    int back = f->today - on;
    int nth = YEAR_DAYS - back;
    for (; nth >= 0 && nth <= YEAR_DAYS; nth++) {
        uint32_t n = (uint32_t)(f->of_day[nth + 1] - f->of_day[nth]);
        if (n > 0) return &models->item[f->of_day[nth] + rng_below(&f->rng, n)];
    }
    int weekday = weekday_of((day){f->bulk.d->today.n - back});
    if (back <= YEAR_DAYS || f->n_ended[weekday] == 0) return NULL;
    return &models->item[f->ended[weekday][rng_below(&f->rng, (uint32_t)f->n_ended[weekday])]];
}

static int compare_coming(const void *a, const void *b)
{
    const struct coming *x = a;
    const struct coming *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Oldest piece first, so that the rows of one copy keep their order. */
static struct chunk *turned(struct chunk *list)
{
    struct chunk *out = NULL;
    while (list != NULL) {
        struct chunk *next = list->next;
        list->next = out;
        out = list;
        list = next;
    }
    return out;
}

static void sort_day(struct flow *f, int on)
{
    size_t n = 0;
    struct chunk *list = turned(f->coming[on]);
    for (struct chunk *c = list; c != NULL; c = c->next) n += c->n;
    if (n > f->cap_sorted) {
        f->sorted = NEWN(f->bulk.mem, struct coming, n * 2);
        f->cap_sorted = n * 2;
    }
    f->n_sorted = 0;
    while (list != NULL) {
        struct chunk *next = list->next;
        for (size_t i = 0; i < list->n; i++) {
            f->sorted[f->n_sorted] = list->item[i];
            f->sorted[f->n_sorted].order = (uint32_t)f->n_sorted;
            f->n_sorted++;
        }
        list->next = f->free_chunks;
        f->free_chunks = list;
        list = next;
    }
    f->coming[on] = NULL;
    if (f->n_sorted > 0) qsort(f->sorted, f->n_sorted, sizeof *f->sorted, compare_coming);
}

static void tell(struct flow *f)
{
    const struct demo_options *o = f->bulk.d->options;
    if (o->progress != NULL) o->progress(o->progress_ctx, f->done, o->matters);
}

static enum status commit_now_and_then(struct flow *f)
{
    if (f->since_commit < COMMIT_EVERY) return ST_OK;
    f->since_commit = 0;
    f->in_batch = false;
    TRY(db_batch_commit(f->bulk.d->db));
    tell(f);
    TRY(db_batch_begin(f->bulk.d->db));
    f->in_batch = true;
    return ST_OK;
}

static enum status write_day(struct flow *f, int on)
{
    sort_day(f, on);
    for (size_t i = 0; i < f->n_sorted; i++) {
        struct bulk_copy *c = f->sorted[i].copy;
        const struct bulk_step *step = &c->model->steps[f->sorted[i].step];
        TRY(bulk_write(&f->bulk, c, step));
        arena_reset(f->bulk.d->row);
        if (step->row == ROW_BEGIN) {
            f->done++;
            f->since_commit++;
        }
        if (--c->left > 0) continue;
        c->next = f->free_copies;
        f->free_copies = c;
    }
    return commit_now_and_then(f);
}

/* Weight of the days before one, each day of the week as it weighs. */
static int64_t weight_before(const struct flow *f, int on)
{
    static const int64_t of_weekday[7] = {9, 18, 18, 17, 18, 11, 9}; /* Sunday first; together 100 */
    int first = weekday_of((day){f->bulk.d->today.n - f->today});
    int64_t sum = on / 7 * 100;
    for (int i = 0; i < on % 7; i++) sum += of_weekday[(first + i) % 7];
    return sum;
}

static int64_t begun_before(const struct flow *f, int on)
{
    if (on > f->last) return f->copies;
    return f->copies * weight_before(f, on) / weight_before(f, f->last + 1);
}

static enum status do_day(struct flow *f, int on)
{
    int nth = YEAR_DAYS - (f->today - on);
    int64_t n = begun_before(f, on + 1) - begun_before(f, on);
    for (size_t i = nth < 0 ? 0 : f->of_day[nth]; nth >= 0 && i < f->of_day[nth + 1]; i++)
        begin_copy(f, &f->bulk.models.item[i], on, true);
    for (int64_t i = 0; i < n; i++) {
        const struct bulk_model *m = draw_model(f, on);
        if (m == NULL) return ST_INVALID; /* no life has ended: too few were made by the rules */
        begin_copy(f, m, on, false);
    }
    return write_day(f, on);
}

/* All days */

static void sort_models(struct flow *f)
{
    const struct bulk_models *models = &f->bulk.models;
    for (int w = 0; w < 7; w++) f->ended[w] = NEWN(f->bulk.mem, size_t, models->n + 1);
    for (size_t i = 0; i < models->n; i++) {
        const struct bulk_model *m = &models->item[i];
        int nth = YEAR_DAYS - (f->bulk.d->today.n - m->on.n);
        must(nth >= 0 && nth <= YEAR_DAYS);
        f->of_day[nth + 1]++;
        int w = weekday_of(m->on);
        if (m->has_ended) f->ended[w][f->n_ended[w]++] = i;
    }
    for (int i = 0; i <= YEAR_DAYS; i++) {
        if (f->of_day[i + 1] > 0) f->last = f->today - YEAR_DAYS + i;
        f->of_day[i + 1] += f->of_day[i];
    }
}

static enum status begin_flow(struct flow *f, struct demo *d)
{
    int64_t years = (d->options->matters + A_YEAR - 1) / A_YEAR;
    if (years > YEARS_MOST) years = YEARS_MOST;
    f->bulk.d = d;
    f->rng = (struct rng){(uint64_t)d->options->seed ^ UINT64_C(0x6c75f3a9d1e4b207)};
    f->days = (int)years * YEAR_DAYS + 1;
    f->today = f->days - 1;
    f->first_ms = day_start(&d->city->zone, (day){d->today.n - f->today}).ms;
    f->coming = NEWN(f->bulk.mem, struct chunk *, (size_t)f->days);
    TRY(bulk_models_load(d->db, f->bulk.mem, &d->city->zone, &f->bulk.models));
    TRY(bulk_map_load(d->db, f->bulk.mem, &f->bulk.map));
    f->bulk.sums = bulk_sums_new(f->bulk.mem, &f->bulk.map, (day){d->today.n - f->today - 1}, (day){d->today.n + 1});
    f->copies = d->options->matters - (int64_t)f->bulk.models.n;
    ids_init(&f->bulk.ids, 0, 0);
    sort_models(f);
    return ST_OK;
}

/* The lives by the rules are undone once they are known: they come again in their turn. */
static enum status learn(struct flow *f, struct demo *d)
{
    TRY(db_batch_begin(d->db));
    enum status st = demo_make_lives(d, demo_by_rules(d));
    if (st == ST_OK) st = begin_flow(f, d);
    db_batch_rollback(d->db);
    return st;
}

static enum status do_days(struct flow *f)
{
    enum status st = db_batch_begin(f->bulk.d->db);
    f->in_batch = st == ST_OK;
    for (int on = 0; on < f->days && st == ST_OK; on++) st = do_day(f, on);
    if (st == ST_OK) return db_batch_commit(f->bulk.d->db);
    if (f->in_batch) db_batch_rollback(f->bulk.d->db);
    return st;
}

static enum status write_counters(struct flow *f)
{
    const struct city *city = f->bulk.d->city;
    for (int year = 0; year < 100; year++) {
        if (f->bulk.number[year] == 0) continue;
        str name = str_format(f->bulk.mem, "%.*s-%02d", STR_ARG(city->ref_prefix), year);
        TRY(q_demo_bulk_count_to(f->bulk.d->db, name, f->bulk.number[year], NULL));
    }
    return ST_OK;
}

static enum status count_all(struct flow *f)
{
    struct db *db = f->bulk.d->db;
    TRY(db_batch_begin(db));
    enum status st = bulk_sums_write(f->bulk.sums, db, f->bulk.d->city->root);
    if (st == ST_OK) st = write_counters(f);
    if (st == ST_OK) return db_batch_commit(db);
    db_batch_rollback(db);
    return st;
}

static enum status multiply(struct flow *f, struct demo *d)
{
    TRY(learn(f, d));
    TRY(db_fill(d->db, true));
    enum status st = do_days(f);
    enum status filled = db_fill(d->db, false);
    TRY(st);
    TRY(filled);
    TRY(count_all(f));
    tell(f);
    return ST_OK;
}

enum status demo_multiply(struct demo *d)
{
    struct arena *mem = arena_new(ARENA, NULL);
    struct flow *f = NEW(mem, struct flow);
    f->bulk.mem = mem;
    enum status st = multiply(f, d);
    arena_free(mem);
    return st;
}
