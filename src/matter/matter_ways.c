/* matter_ways: see matter_ways.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/matter_ways.h"

#include "gen/sql/matter_ranges.h"
#include "gen/sql/matter_walk.h"

#define STATES         7
#define CATEGORY_SMALL 500 /* matters: so few are read before those of many units */
#define SAMPLE         1000 /* of the newest matters: where both a category and units are asked for, which narrows more? */
#define READ_TO_PASS                                                                                                   \
    10 /* a row that is read and does not fit costs as much as so many that are passed over in an index */

/* A look into an index is about 2 us, a row passed over inside one 0.3 us, a row read and not wanted 3 us: each some milliseconds at most.
 * Nobody reads more than eight pages of what was found, and the best of so many are good; reading their texts is most of a search's work. */
const struct ways_limits ways_usual = {
    .ranges = 1500, .walk = 10000, .check = 1000, .most = 200, .texts = 3000, .look = 1000};

/* ── choosing ─────────────────────────────────────────────────────────────────────────────────────────── */

static bool wants_units(const struct want *w)
{
    return w->unit.v != 0 || (!w->public && !w->scope.everywhere);
}

static bool everywhere(const struct want *w)
{
    return w->public || w->scope.everywhere;
}

static enum status few_units(struct db *db, struct arena *mem, const struct want *w, int64_t ranges, bool *few)
{
    struct q_matter_ranges_units row;
    bool by_state = w->sort == SORT_NEWEST || w->sort == SORT_OLDEST;
    int64_t most = by_state && w->state.n == 0 ? ranges / STATES : ranges;
    TRY(q_matter_ranges_units(db, mem, w->unit, everywhere(w), SCOPE_ARGS(&w->scope), most + 1, &row));
    *few = row.n <= most;
    return ST_OK;
}

static enum status small_category(struct db *db, struct arena *mem, const struct want *w, bool *small)
{
    struct q_matter_ranges_category_size row;
    TRY(q_matter_ranges_category_size(db, mem, w->category, w->category_end, CATEGORY_SMALL, &row));
    *small = row.n < CATEGORY_SMALL;
    return ST_OK;
}

/* Both a category and units, in order of time: what costs least to find a row that fits both? A row of the units is of the category as often
 * as any other, and the other way round; walking, a row must be both. */
static enum status choose_of_both(struct db *db, struct arena *mem, const struct want *w, bool few, enum way *out)
{
    struct q_matter_ranges_sample row;
    bool small = false;
    TRY(small_category(db, mem, w, &small));
    *out = WAY_CATEGORIES;
    if (small) return ST_OK;
    TRY(q_matter_ranges_sample(db, mem, w->category, w->category_end, w->unit, everywhere(w), SCOPE_ARGS(&w->scope),
                               SAMPLE, &row));
    int64_t of_category = row.in_category + 1, of_units = row.in_units + 1;
    int64_t by_units = READ_TO_PASS * SAMPLE / of_category, by_category = READ_TO_PASS * SAMPLE / of_units;
    int64_t by_walk = (int64_t)SAMPLE * SAMPLE / of_category / of_units;
    if (few && by_units < by_category && by_units < by_walk) *out = WAY_UNITS;
    else if (by_walk < by_category && w->state.n == 0) *out = WAY_WALK;
    return ST_OK;
}

enum status way_choose(struct db *db, struct arena *mem, const struct want *w, const struct ways_limits *limits,
                       enum way *out)
{
    bool few = false, by_time = w->sort == SORT_NEWEST || w->sort == SORT_OLDEST, categories = w->category.n > 0;
    *out = w->state.n > 0 && by_time ? WAY_STATE : WAY_WALK;
    if (w->query.n > 0) *out = WAY_SEARCH;
    else if (w->waiting && w->sort != SORT_DUE) *out = WAY_WAITING;
    if (*out == WAY_SEARCH || *out == WAY_WAITING) return ST_OK;
    if (wants_units(w)) TRY(few_units(db, mem, w, limits->ranges, &few));
    if (categories && wants_units(w) && by_time && limits->ranges > 0) return choose_of_both(db, mem, w, few, out);
    if (few) *out = WAY_UNITS;
    else if (categories && w->sort != SORT_DUE) *out = WAY_CATEGORIES;
    return ST_OK;
}

bool way_left(const struct want *w, enum way way, struct want *left)
{
    bool by_time = w->sort == SORT_NEWEST || w->sort == SORT_OLDEST;
    const str any = {NULL, 0};
    *left = *w;
    if (way != WAY_UNITS) left->category = any;
    if (way != WAY_CATEGORIES) {
        left->unit = (unit_id){0};
        left->scope.everywhere = true;
    }
    if (by_time && way != WAY_WALK && way != WAY_WAITING) left->state = any;
    if (by_time && way == WAY_WALK) left->kind = left->channel = any;
    if (by_time) left->from = (instant){INT64_MIN}, left->to = (instant){INT64_MAX};
    if (way == WAY_WAITING) left->waiting = 0;
    bool words = left->category.p != NULL || left->state.p != NULL || left->kind.p != NULL || left->channel.p != NULL ||
                 left->place.p != NULL;
    return words || wants_units(left) || left->waiting != 0 || left->from.ms != INT64_MIN || left->to.ms != INT64_MAX;
}

/* ── one call ─────────────────────────────────────────────────────────────────────────────────────────── */

/* Where a statement begins and how far it may go, in its own direction. */
struct span {
    int64_t key, id, matter, bound;
};

static int64_t negated(int64_t v)
{
    return v == INT64_MIN ? INT64_MAX : -v;
}

static struct span span_of(const struct want *w, struct key after)
{
    struct span s = {after.sort_key, after.id_key, after.id, INT64_MAX};
    if (w->sort == SORT_DUE) {
        if (s.key < 0) s = (struct span){0, 0, 0, INT64_MAX};
    } else if (w->sort == SORT_OLDEST) {
        s.bound = w->to.ms;
        if (w->from.ms != INT64_MIN && s.key < w->from.ms) s.key = w->from.ms - 1, s.id = INT64_MAX;
    } else {
        s = (struct span){negated(s.key), negated(s.id), 0, w->from.ms};
        if (w->sort == SORT_NEWEST && w->to.ms != INT64_MAX && s.key > w->to.ms) s.key = w->to.ms + 1, s.id = INT64_MIN;
    }
    return s;
}

struct way_reader {
    struct db *db;
    struct arena *mem;
    const struct want *w;
    enum way way;
    struct key after;
    int64_t walk;
    struct merge merge;
    bool opened;
};

struct call {
    struct db *db;
    struct arena *mem;
    const struct want *w;
    enum way way;
    struct span span;
    int64_t limit, walk, skip;
    struct key *item; /* what it gave */
    size_t n;
};

static struct call call_of(const struct way_reader *r, struct key after, int64_t limit)
{
    return (struct call){.db = r->db,
                         .mem = r->mem,
                         .w = r->w,
                         .way = r->way,
                         .span = span_of(r->w, after),
                         .limit = limit,
                         .walk = r->walk};
}

/* Each statement has a row type of its own with the same columns. */
#define KEYS(statement, ...)                                                                                           \
    do {                                                                                                               \
        struct q_matter_##statement *rows_;                                                                            \
        TRY(q_matter_##statement(c->db, c->mem, __VA_ARGS__, &rows_, &c->n));                                          \
        c->item = NEWN(c->mem, struct key, c->n + 1);                                                                  \
        for (size_t i = 0; i < c->n; i++)                                                                              \
            c->item[i] = (struct key){rows_[i].sort_key, rows_[i].id_key, rows_[i].id.v};                              \
        return ST_OK;                                                                                                  \
    } while (0)

/* ── walking one index ────────────────────────────────────────────────────────────────────────────────── */

#define PLACE(c)  (c)->w->category, (c)->w->category_end, (c)->w->unit
#define PLACE2(c) PLACE(c), (c)->w->kind, (c)->w->channel
#define REACH(c)  (int64_t)(c)->w->scope.everywhere, SCOPE_ARGS(&(c)->w->scope)
#define WALKED(c) (c)->span.key, (c)->span.id, (c)->span.bound, (c)->walk, (c)->limit, (c)->skip

static enum status walk_public(struct call *c)
{
    bool down = c->w->sort != SORT_OLDEST;
    if (c->w->sort == SORT_ANSWERED) KEYS(walk_public_answered, PLACE(c), WALKED(c));
    if (c->way == WAY_STATE && down) KEYS(walk_public_state_newest, PLACE(c), c->w->state, WALKED(c));
    if (c->way == WAY_STATE) KEYS(walk_public_state_oldest, PLACE(c), c->w->state, WALKED(c));
    if (down) KEYS(walk_public_newest, PLACE2(c), WALKED(c));
    KEYS(walk_public_oldest, PLACE2(c), WALKED(c));
}

static enum status walk_due(struct call *c)
{
    KEYS(walk_staff_due, PLACE(c), REACH(c), c->span.key, c->span.id, c->span.matter, c->span.bound, c->walk, c->limit,
         c->skip);
}

static enum status walk_staff(struct call *c)
{
    bool down = c->w->sort != SORT_OLDEST;
    if (c->w->sort == SORT_DUE) return walk_due(c);
    if (c->way == WAY_WAITING && down) KEYS(walk_staff_waiting_newest, PLACE(c), REACH(c), WALKED(c));
    if (c->way == WAY_WAITING) KEYS(walk_staff_waiting_oldest, PLACE(c), REACH(c), WALKED(c));
    if (c->way == WAY_STATE && down) KEYS(walk_staff_state_newest, PLACE(c), c->w->state, REACH(c), WALKED(c));
    if (c->way == WAY_STATE) KEYS(walk_staff_state_oldest, PLACE(c), c->w->state, REACH(c), WALKED(c));
    if (down) KEYS(walk_staff_newest, PLACE2(c), REACH(c), WALKED(c));
    KEYS(walk_staff_oldest, PLACE2(c), REACH(c), WALKED(c));
}

static enum status walk_on(struct call *c)
{
    return c->w->public ? walk_public(c) : walk_staff(c);
}

/* Fewer than wanted: did the list end, or the walk? The row at its end says so, and where to go on. */
static enum status find_end(const struct call *c, struct keys *out)
{
    struct want all = {.public = c->w->public, .sort = c->w->sort, .state = c->w->state};
    struct call probe = *c;
    all.scope.everywhere = true;
    probe.w = &all;
    probe.limit = 1;
    probe.skip = c->walk - 1;
    TRY(walk_on(&probe));
    out->ended = probe.n == 0;
    out->far = !out->ended;
    if (out->far && (out->n == 0 || key_before(out->last, probe.item[0]))) out->last = probe.item[0];
    return ST_OK;
}

static enum status walk(struct call *c, struct keys *out)
{
    TRY(walk_on(c));
    out->item = c->item;
    out->n = c->n;
    if (out->n > 0) out->last = out->item[out->n - 1];
    return (int64_t)out->n < c->limit ? find_end(c, out) : ST_OK;
}

/* ── merging ranges ───────────────────────────────────────────────────────────────────────────────────── */

/* The first row of every range. */
#define TOPS(statement, field, ...)                                                                                    \
    do {                                                                                                               \
        struct q_matter_ranges_tops_##statement *rows_;                                                                \
        TRY(q_matter_ranges_tops_##statement(c->db, c->mem, __VA_ARGS__, c->span.key, c->span.id, c->span.bound,       \
                                             c->limit, &rows_, n));                                                    \
        *out = NEWN(c->mem, struct merge_range, *n + 1);                                                               \
        for (size_t i = 0; i < *n; i++) {                                                                              \
            (*out)[i].of = rows_[i].field##_id.v;                                                                      \
            (*out)[i].head = (struct key){rows_[i].sort_key, rows_[i].id_key, INT64_MIN};                              \
            STATE_OF(rows_[i]);                                                                                        \
        }                                                                                                              \
        return ST_OK;                                                                                                  \
    } while (0)

static enum status category_tops(const struct call *c, struct merge_range **out, size_t *n)
{
    const struct want *w = c->w;
#define STATE_OF(row) (void)0
    if (w->sort == SORT_ANSWERED) TOPS(public_category_answered, category, w->category, w->category_end);
#undef STATE_OF
#define STATE_OF(row) (*out)[i].state = (row).state
    bool down = w->sort == SORT_NEWEST;
    if (w->public && down) TOPS(public_category_newest, category, w->category, w->category_end, w->state);
    if (w->public) TOPS(public_category_oldest, category, w->category, w->category_end, w->state);
    if (down) TOPS(staff_category_newest, category, w->category, w->category_end, w->state);
    TOPS(staff_category_oldest, category, w->category, w->category_end, w->state);
}

static enum status unit_tops(const struct call *c, struct merge_range **out, size_t *n)
{
    const struct want *w = c->w;
    bool down = w->sort == SORT_NEWEST;
    if (w->public && down) TOPS(public_unit_newest, unit, w->unit, w->state);
    if (w->public && w->sort == SORT_OLDEST) TOPS(public_unit_oldest, unit, w->unit, w->state);
    if (!w->public && down) TOPS(staff_unit_newest, unit, w->unit, w->state, REACH(c));
    if (!w->public && w->sort == SORT_OLDEST) TOPS(staff_unit_oldest, unit, w->unit, w->state, REACH(c));
#undef STATE_OF
#define STATE_OF(row) (void)0
    if (w->public) TOPS(public_unit_answered, unit, w->unit);
    TOPS(staff_unit_due, unit, w->unit, REACH(c));
#undef STATE_OF
}

#define RANGED(c) (c)->span.key, (c)->span.id, (c)->span.bound, (c)->limit

static enum status category_range(struct call *c, const struct merge_range *t)
{
    bool down = c->w->sort == SORT_NEWEST;
    if (c->w->sort == SORT_ANSWERED) KEYS(ranges_range_public_category_answered, (category_id){t->of}, RANGED(c));
    if (c->w->public && down) KEYS(ranges_range_public_category_newest, (category_id){t->of}, t->state, RANGED(c));
    if (c->w->public) KEYS(ranges_range_public_category_oldest, (category_id){t->of}, t->state, RANGED(c));
    if (down) KEYS(ranges_range_staff_category_newest, (category_id){t->of}, t->state, RANGED(c));
    KEYS(ranges_range_staff_category_oldest, (category_id){t->of}, t->state, RANGED(c));
}

static enum status due_range(struct call *c, const struct merge_range *t)
{
    KEYS(ranges_range_staff_unit_due, (unit_id){t->of}, c->span.key, c->span.id, c->span.matter, c->span.bound,
         c->limit);
}

static enum status unit_range(struct call *c, const struct merge_range *t)
{
    bool down = c->w->sort == SORT_NEWEST;
    if (c->w->sort == SORT_DUE) return due_range(c, t);
    if (c->w->sort == SORT_ANSWERED) KEYS(ranges_range_public_unit_answered, (unit_id){t->of}, RANGED(c));
    if (c->w->public && down) KEYS(ranges_range_public_unit_newest, (unit_id){t->of}, t->state, RANGED(c));
    if (c->w->public) KEYS(ranges_range_public_unit_oldest, (unit_id){t->of}, t->state, RANGED(c));
    if (down) KEYS(ranges_range_staff_unit_newest, (unit_id){t->of}, t->state, RANGED(c));
    KEYS(ranges_range_staff_unit_oldest, (unit_id){t->of}, t->state, RANGED(c));
}

static enum status read_range(void *ctx, const struct merge_range *range, struct key after, int64_t limit,
                              struct key **out, size_t *n)
{
    struct call c = call_of(ctx, after, limit);
    TRY(c.way == WAY_UNITS ? unit_range(&c, range) : category_range(&c, range));
    *out = c.item;
    *n = c.n;
    return ST_OK;
}

/* The best tops alone when it is known how many rows are wanted: each of their ranges has one. */
static enum status open_ranges(struct way_reader *r)
{
    struct merge_range *ranges;
    size_t n;
    struct call c = call_of(r, r->after, r->merge.expected > 0 ? r->merge.expected : INT64_MAX);
    TRY(r->way == WAY_UNITS ? unit_tops(&c, &ranges, &n) : category_tops(&c, &ranges, &n));
    merge_open(&r->merge, ranges, n);
    r->opened = true;
    return ST_OK;
}

static enum status merge(struct way_reader *r, int64_t limit, struct keys *out)
{
    if (!r->opened) TRY(open_ranges(r));
    out->item = NEWN(r->mem, struct key, (size_t)limit + 1);
    TRY(merge_next(&r->merge, limit, out->item, &out->n, &out->ended));
    if (out->n > 0) out->last = out->item[out->n - 1];
    return ST_OK;
}

/* ── reading ──────────────────────────────────────────────────────────────────────────────────────────── */

struct way_reader *way_open(struct db *db, struct arena *mem, const struct want *w, enum way way,
                            const struct ways_limits *limits, struct key after, int64_t expected)
{
    struct way_reader *r = NEW(mem, struct way_reader);
    *r = (struct way_reader){.db = db, .mem = mem, .w = w, .way = way, .after = after, .walk = limits->walk};
    r->merge = (struct merge){.ctx = r, .read = read_range, .after = after, .expected = expected};
    return r;
}

enum status way_next(struct way_reader *r, int64_t limit, struct keys *out)
{
    struct call c = call_of(r, r->after, limit);
    *out = (struct keys){.last = r->after};
    if (r->way == WAY_UNITS || r->way == WAY_CATEGORIES) return merge(r, limit, out);
    TRY(walk(&c, out));
    r->after = out->last;
    return ST_OK;
}
