/* demo_matters: a year of matters, in the order in which they were raised.
 *
 * How many a day: fewer at weekends and on holidays; none is raised after now. A day's times are drawn and sorted, so that memory does
 * not grow with the number of matters. Each matter has a generator of its own: its number and the seed decide everything about it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "demo/demo_bulk.h"
#include "demo/demo_life.h"
#include "demo/demo_special.h"
#include "matter/category.h"

#define DAYS           365
#define BATCH          5000
#define THEMES_MAX     128
#define DEMO_FEW       4000 /* lives by the rules that a large city on a server is copied from */
#define PROGRESS_EVERY 500
#define SPECIALS_MAX   64
#define OVERDUE_AT     72 /* percent of the year after which a matter without an answer has just become overdue */

struct stream {
    struct demo *d;
    struct {
        const struct demo_theme *item[THEMES_MAX];
        size_t n;
    } themes[MATTER_KINDS];
    struct category *categories; /* by code */
    size_t n_categories;
    int64_t before[DAYS + 1]; /* matters raised before each day */
    const struct demo_special *specials[SPECIALS_MAX];
    int64_t n_specials;
    int64_t all, done;
    bool in_batch;
    bool one_batch; /* somebody else's: none begins and none ends here */
};

/* Tables */

static void sort_themes(struct stream *s)
{
    for (size_t list = 0; list < demo_theme_list_count; list++)
        for (const struct demo_theme *t = demo_theme_lists[list]; t->category != NULL; t++) {
            must(s->themes[t->kind].n < THEMES_MAX);
            s->themes[t->kind].item[s->themes[t->kind].n++] = t;
        }
}

static int compare_codes(const void *key, const void *row)
{
    return str_cmp(*(const str *)key, ((const struct category *)row)->code);
}

static category_id category_of(const struct stream *s, const char *code)
{
    str key = str_from(code);
    const struct category *c = bsearch(&key, s->categories, s->n_categories, sizeof *c, compare_codes);
    return c == NULL ? (category_id){0} : c->id;
}

static const struct demo_special *special(size_t i)
{
    return i < demo_sample_count ? &demo_samples[i] : &demo_nasty[i - demo_sample_count];
}

static void place_specials(struct stream *s, bool overdue, bool open)
{
    for (size_t i = 0; i < demo_sample_count + demo_nasty_count; i++) {
        const struct demo_special *one = special(i);
        if ((one->end == END_OVERDUE) != overdue || (one->end == END_OPEN) != open) continue;
        s->specials[s->n_specials++] = one;
    }
}

/* Those that are open come last, those overdue before them; the others are spread over the rest of the year. */
static void sort_specials(struct stream *s)
{
    const struct demo_special *overdue[SPECIALS_MAX];
    int64_t n;
    must(demo_sample_count + demo_nasty_count <= SPECIALS_MAX);
    place_specials(s, true, false);
    n = s->n_specials;
    for (int64_t i = 0; i < n; i++) overdue[i] = s->specials[i];
    s->n_specials = 0;
    place_specials(s, false, false);
    place_specials(s, false, true);
    int64_t at = (s->n_specials + n) * OVERDUE_AT / 100;
    for (int64_t i = s->n_specials; i-- > at;) s->specials[i + n] = s->specials[i];
    for (int64_t i = 0; i < n; i++) s->specials[at + i] = overdue[i];
    s->n_specials += n;
}

/* Days */

static int64_t weight_of(const struct demo *d, day on)
{
    int weekday = civil_from_day(on).weekday;
    bool weekend = weekday == 0 || weekday == 6;
    if (calendar_is_working(&d->city->calendar, on)) return 100 + on.n * 7 % 23;
    return weekend ? 55 + on.n * 5 % 11 : 28; /* a holiday in the week: Spring Festival and the like */
}

static void spread_over_days(struct stream *s)
{
    const struct demo *d = s->d;
    int64_t sum = 0;
    int64_t total = 0;
    for (int i = 0; i < DAYS; i++) total += weight_of(d, (day){d->today.n - DAYS + 1 + i});
    for (int i = 0; i < DAYS; i++) {
        sum += weight_of(d, (day){d->today.n - DAYS + 1 + i});
        s->before[i + 1] = s->all * sum / total;
    }
}

/* Minute of the day at which people write and call. */
static int raised_minute(struct rng *rng)
{
    static const uint32_t hours[24] = {6,  3,  2,  1,  1,  3,  10, 30, 80, 105, 100, 75,
                                       45, 50, 85, 90, 80, 60, 42, 48, 44, 30,  18,  10};
    uint32_t sum = 0;
    for (int i = 0; i < 24; i++) sum += hours[i];
    uint32_t x = rng_below(rng, sum);
    int hour = 0;
    while (x >= hours[hour]) x -= hours[hour++];
    return hour * 60 + (int)rng_below(rng, 60);
}

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Times of the matters of one day, earliest first; today ends now. */
static int64_t *times_of_day(struct stream *s, struct arena *mem, int nth, size_t n)
{
    const struct demo *d = s->d;
    int64_t *times = NEWN(mem, int64_t, n + 1);
    struct rng rng = {(uint64_t)d->options->seed * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)nth};
    int64_t start = day_start(&d->city->zone, (day){d->today.n - DAYS + 1 + nth}).ms;
    int64_t most = d->now.ms - start - MINUTE_MS;
    for (size_t i = 0; i < n; i++) {
        int64_t at = raised_minute(&rng) * MINUTE_MS + (int64_t)rng_below(&rng, 60) * SECOND_MS;
        times[i] = start + (at < most ? at : most > 0 ? (int64_t)(rng_next(&rng) % (uint64_t)most) : 0);
    }
    qsort(times, n, sizeof *times, compare_times);
    return times;
}

/* One matter */

static enum demo_matter_kind draw_kind(struct rng *rng)
{
    static const uint32_t shares[MATTER_KINDS] = {30, 27, 24, 4, 12, 3};
    uint32_t x = rng_below(rng, 100);
    int kind = 0;
    while (x >= shares[kind]) x -= shares[kind++];
    return (enum demo_matter_kind)kind;
}

static str draw_channel(struct rng *rng)
{
    static const struct {
        uint32_t share;
        str key;
    } channels[] = {{34, STR_INIT("web")},   {38, STR_INIT("phone")}, {12, STR_INIT("counter")},
                    {6, STR_INIT("letter")}, {7, STR_INIT("visit")},  {3, STR_INIT("api")}};
    uint32_t x = rng_below(rng, 100);
    size_t i = 0;
    while (x >= channels[i].share) x -= channels[i++].share;
    return channels[i].key;
}

static int draw_county(struct rng *rng)
{
    static const uint32_t shares[COUNTIES] = {28, 20, 18, 12, 10, 12};
    uint32_t x = rng_below(rng, 100);
    int county = 0;
    while (x >= shares[county]) x -= shares[county++];
    return county;
}

static const struct demo_named *any_village(struct rng *rng, int town)
{
    const struct demo_named *found[4] = {NULL};
    uint32_t n = 0;
    for (int i = 0; i < VILLAGES && n < COUNT_OF(found); i++)
        if (demo_villages[i].town == town) found[n++] = &demo_villages[i];
    must(n > 0); /* every town has one */
    return found[rng_below(rng, n)];
}

/* A town of the county, not a subdistrict, for what happens in villages; every county has one. */
static int countryside(int town)
{
    int each = TOWNS / COUNTIES;
    while (str_ends(demo_towns[town].zh, STR("街道"))) town = town / each * each + (town + 1) % each;
    return town;
}

static void draw_slots(struct demo_life *l, unsigned flags)
{
    struct demo_slots *s = &l->slots;
    struct rng *rng = &l->rng;
    if ((flags & RURAL) != 0) s->town = countryside(s->town);
    s->zone = &l->d->city->zone;
    s->rng = (struct rng){rng_next(rng)};
    s->rural = (flags & RURAL) != 0;
    s->variant = rng_below(rng, VARIANTS);
    s->home = s->rural ? any_village(rng, s->town) : &demo_estates[rng_below(rng, (uint32_t)demo_estate_count)];
    s->road = &demo_roads[rng_below(rng, (uint32_t)demo_road_count)];
    s->building = 1 + (int)rng_below(rng, 38);
    s->floor = 4 + (int)rng_below(rng, 14);
    s->few = 2 + (int)rng_below(rng, 9);
    s->many = 12 + (int)rng_below(rng, 180);
    s->money = 300 * (2 + (int)rng_below(rng, 60));
    s->bus = 1 + (int)rng_below(rng, 48);
    s->days = 2 + (int)rng_below(rng, 24);
    s->raised = s->spoken = l->draft.raised_at;
}

static const struct demo_unit *city_department(struct demo *d, enum department department)
{
    return &d->units[DEMO_DEPARTMENTS + (int)department];
}

/* The county's bureau where it has one; now and then the city's department all the same. */
static const struct demo_unit *bureau_of(struct demo_life *l, enum department department)
{
    for (int line = 0; line < LINES; line++)
        if (demo_lines[line] == department && rng_below(&l->rng, 100) < 72)
            return demo_bureau(l->d, l->slots.county, line);
    return city_department(l->d, department);
}

static void choose_unit(struct demo_life *l, enum demo_level level, enum department department)
{
    struct demo *d = l->d;
    int64_t more_here = (d->n_more - l->slots.town + TOWNS - 1) / TOWNS;
    l->unit = level == AT_CITY     ? city_department(d, department)
              : level == AT_COUNTY ? bureau_of(l, department)
                                   : &d->units[DEMO_TOWNS + l->slots.town];
    l->place = l->unit->id;
    if (level != AT_VILLAGE) return;
    if (more_here > 0 && rng_below(&l->rng, 2) == 0) {
        l->place = d->more[l->slots.town + TOWNS * (int64_t)(rng_next(&l->rng) % (uint64_t)more_here)];
        return;
    }
    for (int i = 0; i < VILLAGES; i++) {
        const struct demo_unit *u = &d->units[DEMO_VILLAGES + i];
        if (&demo_villages[i] != l->slots.home) continue;
        l->unit = u;
        l->place = u->id;
    }
}

static void draw_draft(struct demo_life *l)
{
    static const char *const kinds[MATTER_KINDS] = {"enquiry", "help", "complaint", "report", "suggestion", "claim"};
    struct matter_draft *m = &l->draft;
    struct arena *mem = l->d->row;
    bool is_report = l->theme->kind == REPORT;
    m->kind = str_from(kinds[l->theme->kind]);
    m->channel = draw_channel(&l->rng);
    m->raiser = (l->theme->flags & FIRM) != 0      ? STR("enterprise")
                : str_eq(m->channel, STR("visit")) ? STR("visit")
                                                   : STR("resident");
    m->lang = l->slots.zh ? STR("zh-CN") : STR("en");
    m->subject = demo_subject(mem, &l->slots, l->slots.zh ? &l->theme->zh : &l->theme->en);
    m->text = demo_text(mem, &l->slots, l->theme);
    if (rng_below(&l->rng, 100) < 88) m->place = demo_place(mem, &l->slots);
    if (rng_below(&l->rng, 100) < 20 && m->place.n > 0) { /* out at sea: no real place is meant */
        m->lat = 28.0 + (double)rng_below(&l->rng, 100000) / 200000.0;
        m->lon = 125.0 + (double)rng_below(&l->rng, 100000) / 200000.0;
    }
    m->wants_public = rng_below(&l->rng, 1000) < (is_report ? 150u : 825u);
    if (rng_below(&l->rng, 1000) >= (is_report ? 400u : 75u)) m->contact = demo_contact(mem, &l->slots);
    m->no_receipt = l->rng.state % 100 != 0;
}

static void draw_matter(struct stream *s, struct demo_life *l, const struct demo_special *special)
{
    l->slots.zh = special != NULL ? special->zh : rng_below(&l->rng, 100) < 70;
    l->slots.county = special != NULL ? special->county : draw_county(&l->rng);
    l->slots.town = l->slots.county * (TOWNS / COUNTIES) +
                    (special != NULL ? special->town : (int)rng_below(&l->rng, TOWNS / COUNTIES));
    enum demo_matter_kind kind = draw_kind(&l->rng);
    l->theme = s->themes[kind].item[rng_below(&l->rng, (uint32_t)s->themes[kind].n)];
    l->fate = demo_fate_draw(&l->rng);
    draw_slots(l, special != NULL ? 0 : l->theme->flags);
    draw_draft(l);
    if (special != NULL) demo_dress(l, special);
    choose_unit(l, l->theme->level, l->theme->department);
    l->category = category_of(s, l->theme->category);
    if (str_eq(l->draft.channel, STR("web")) && rng_below(&l->rng, 100) < 60) l->draft.category = l->category;
    if (l->place.v == l->unit->id.v && rng_below(&l->rng, 100) < 12)
        l->draft.unit = l->place; /* they chose the unit themselves */
    l->clerk = l->d->clerks[str_eq(l->draft.channel, STR("phone")) ? 2 : rng_below(&l->rng, 2)];
}

/* Which special matter stands in place k of all, if any: they are spread over the year. */
static const struct demo_special *special_at(const struct stream *s, int64_t k)
{
    int64_t all = s->all;
    int64_t nth =
        (k + 1) * s->n_specials / all; /* so many until this one; when there are fewer matters, some are left out */
    return nth == k * s->n_specials / all ? NULL : s->specials[nth - 1];
}

static enum status make_matter(struct stream *s, int64_t k, int64_t at)
{
    struct demo *d = s->d;
    struct demo_life l = {.d = d,
                          .rng = {(uint64_t)d->options->seed ^ ((uint64_t)k + 1) * UINT64_C(0xbf58476d1ce4e5b9)}};
    (void)rng_next(&l.rng);
    l.draft.raised_at = (instant){at};
    draw_matter(s, &l, special_at(s, k));
    TRY(demo_live(&l));
    arena_reset(d->row);
    return ST_OK;
}

/* All of them */

static enum status begin_batch(struct stream *s)
{
    TRY(db_batch_begin(s->d->db));
    s->in_batch = true;
    return ST_OK;
}

static enum status end_batch(struct stream *s)
{
    s->in_batch = false;
    return db_batch_commit(s->d->db);
}

static enum status begin_or_commit(struct stream *s)
{
    struct demo *d = s->d;
    if (s->one_batch) return ST_OK;
    if (s->done > 0 && s->done % BATCH == 0) {
        TRY(end_batch(s));
        TRY(begin_batch(s));
    }
    if (d->options->progress != NULL && (s->done % PROGRESS_EVERY == 0 || s->done == s->all))
        d->options->progress(d->options->progress_ctx, s->done, s->all);
    return ST_OK;
}

static enum status make_day(struct stream *s, int nth)
{
    size_t n = (size_t)(s->before[nth + 1] - s->before[nth]);
    struct arena_mark mark = arena_mark(s->d->mem);
    const int64_t *times = times_of_day(s, s->d->mem, nth, n);
    for (size_t i = 0; i < n; i++) {
        TRY(make_matter(s, s->before[nth] + (int64_t)i, times[i]));
        s->done++;
        TRY(begin_or_commit(s));
    }
    arena_rewind(s->d->mem, mark);
    return ST_OK;
}

static enum status stream_new(struct demo *d, int64_t all, struct stream **out)
{
    struct stream *s = NEW(d->mem, struct stream);
    s->d = d;
    s->all = all;
    sort_themes(s);
    sort_specials(s);
    spread_over_days(s);
    *out = s;
    return category_list(d->db, d->mem, false, &s->categories, &s->n_categories);
}

enum status demo_make_lives(struct demo *d, int64_t n)
{
    struct stream *s;
    enum status st = stream_new(d, n, &s);
    if (st != ST_OK) return st;
    s->one_batch = true;
    for (int i = 0; i < DAYS && st == ST_OK; i++) st = make_day(s, i);
    return st;
}

int64_t demo_by_rules(const struct demo *d)
{
    if (d->options->by_rules > 0) return d->options->by_rules;
    return d->options->matters > DEMO_MANY && db_on_server(d->db) ? DEMO_FEW : DEMO_MANY; /* each step asks and waits */
}

enum status demo_make_matters(struct demo *d)
{
    struct stream *s;
    if (d->options->matters > demo_by_rules(d)) return demo_multiply(d);
    TRY(stream_new(d, d->options->matters, &s));
    enum status st = begin_batch(s);
    for (int i = 0; i < DAYS && st == ST_OK; i++) st = make_day(s, i);
    if (st == ST_OK) return end_batch(s);
    if (s->in_batch) db_batch_rollback(d->db);
    return st;
}
