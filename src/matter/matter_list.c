/* matter_list: lists of matters, for the public and for staff.
 *
 *   filter ─▶ way (matter_ways.c) ─▶ keys, some at a time ─▶ rows that fit what is left of the filter ─▶ a page, and how many there are
 *
 * A page costs about the same whatever stands before it and however many matters there are: what a filter seldom fits is looked through
 * only so far, and the page then says that its next one looks further.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/locale.h"
#include "gen/sql/matter_list.h"
#include "matter/casefile.h"
#include "matter/matter_count.h"
#include "matter/matter_find.h"

#define EXCERPT_POINTS 80
#define BATCH_MOST     400 /* keys of one go, where rows may turn out not to fit */

#define PUBLIC_ARGS(w)                                                                                                 \
    (w)->category, (w)->category_end, (w)->unit, (w)->state, (w)->kind, (w)->channel, (w)->place, (w)->from, (w)->to
#define STAFF_ARGS(w) PUBLIC_ARGS(w), (w)->waiting

/* ── the filter ───────────────────────────────────────────────────────────────────────────────────────── */

static str or_none(str s)
{
    return s.n == 0 ? (str){NULL, 0} : s;
}

/* %place% for LIKE with ! before its signs. */
static str pattern(struct arena *mem, str place)
{
    char *out = NEWN(mem, char, place.n * 2 + 2);
    size_t n = 0;
    if (place.n == 0) return (str){NULL, 0};
    out[n++] = '%';
    for (size_t i = 0; i < place.n; i++) {
        if (place.p[i] == '%' || place.p[i] == '_' || place.p[i] == '!') out[n++] = '!';
        out[n++] = place.p[i];
    }
    out[n++] = '%';
    return (str){out, n};
}

/* The first code after all that begin with this one. */
static str after_prefix(struct arena *mem, str code)
{
    str end = str_copy(mem, code);
    char *last = end.n == 0 ? NULL : str_z(mem, end);
    if (last == NULL) return end;
    last[end.n - 1]++;
    return (str){last, end.n};
}

/* "sort.id", by due day "due.casefile.matter". */
static bool parse_after(str after, struct key *out)
{
    str head, tail, matter;
    *out = KEY_BEFORE_ALL;
    if (after.n == 0) return true;
    if (!str_cut(after, '.', &head, &tail) || !str_int(head, &out->sort_key)) return false;
    if (str_cut(tail, '.', &tail, &matter) && !str_int(matter, &out->id)) return false;
    return str_int(tail, &out->id_key);
}

static str after_of(struct arena *mem, const struct want *w, struct key k)
{
    if (w->sort != SORT_DUE) return str_format(mem, "%lld.%lld", (long long)k.sort_key, (long long)k.id_key);
    return str_format(mem, "%lld.%lld.%lld", (long long)k.sort_key, (long long)k.id_key, (long long)k.id);
}

static struct want want_of(struct arena *mem, const struct city *city, const struct actor *who,
                           const struct matter_filter *f)
{
    bool root = f->unit.v == city->root.v;
    struct want w = {
        .category = or_none(f->category_code),
        .category_end = after_prefix(mem, f->category_code),
        .state = or_none(f->state),
        .kind = or_none(f->kind),
        .channel = or_none(f->channel),
        .place = pattern(mem, str_trim(f->place)),
        .unit = root ? (unit_id){0} : f->unit, /* all of it is below the root */
        .from = f->from.n == 0 ? (instant){INT64_MIN} : day_start(&city->zone, f->from),
        .to = f->to.n == 0 ? (instant){INT64_MAX} : day_end(&city->zone, f->to),
        .waiting = f->waiting_to_show,
        .public = who == NULL || who->person.v == 0,
        .sort = f->sort,
        .query = search_query_of(mem, f->query),
    };
    if (w.sort == 0 && w.query.n == 0) w.sort = SORT_NEWEST;
    if (w.sort == (w.public ? SORT_DUE : SORT_ANSWERED)) w.sort = SORT_NEWEST; /* a list of the others' alone */
    if (!w.public) w.scope = scope_of(who, ACT_SEE, city->root);
    return w;
}

/* ── rows ─────────────────────────────────────────────────────────────────────────────────────────────── */

static str excerpt(struct db *db, struct arena *mem, matter_id id, const struct want *w)
{
    bool public = w->public;
    struct q_matter_list_words words;
    if (q_matter_list_words(db, mem, id, &words) != ST_OK) return STR("");
    str text = search_excerpt(mem, public ? words.shown_text : words.text, &w->query, EXCERPT_POINTS);
    if (str_find_byte(text, 1) >= 0) return text;
    str answer = search_excerpt(mem, public ? words.shown_answer : words.answer, &w->query, EXCERPT_POINTS);
    return str_find_byte(answer, 1) >= 0 ? answer : text;
}

#define ITEM(r)                                                                                                        \
    (struct matter_item)                                                                                               \
    {                                                                                                                  \
        .id = (r).id, .casefile = (r).casefile_id, .ref = (r).ref, .subject = (r).subject, .state = (r).state,         \
        .kind = (r).kind, .category = (r).category_id, .category_en = (r).category_en, .category_zh = (r).category_zh, \
        .unit = (r).unit_id, .unit_en = (r).unit_en, .unit_zh = (r).unit_zh, .raised_at = (r).raised_at,               \
        .answered_at = (r).answered_at, .due = (r).due_on, .reopened = (r).reopened, .excerpt = STR("")                \
    }

static str ids_of(struct arena *mem, const struct key *keys, size_t n)
{
    struct buf b;
    buf_init(&b, mem, n * 20 + 8, n * 21 + 8);
    for (size_t i = 0; i < n; i++) buf_format(&b, "%c%lld", i == 0 ? '[' : ',', (long long)keys[i].id);
    buf_add_byte(&b, ']');
    return buf_str(&b);
}

/* The matters of these keys that fit what is left of the filter, in the order of the keys. */
static enum status read_items(struct db *db, struct arena *mem, const struct want *left, const struct key *keys,
                              size_t n, struct matter_item **out, size_t *found)
{
    struct q_matter_list_public_items *shown;
    struct q_matter_list_staff_items *seen;
    *found = 0;
    *out = NEWN(mem, struct matter_item, n + 1);
    if (n == 0) return ST_OK;
    str ids = ids_of(mem, keys, n);
    if (left->public) {
        TRY(q_matter_list_public_items(db, mem, ids, PUBLIC_ARGS(left), &shown, found));
        for (size_t i = 0; i < *found; i++) (*out)[i] = ITEM(shown[i]);
        return ST_OK;
    }
    TRY(q_matter_list_staff_items(db, mem, ids, STAFF_ARGS(left), left->scope.everywhere, SCOPE_ARGS(&left->scope),
                                  &seen, found));
    for (size_t i = 0; i < *found; i++) (*out)[i] = ITEM(seen[i]);
    return ST_OK;
}

/* ── reading a list ───────────────────────────────────────────────────────────────────────────────────── */

struct list {
    struct db *db;
    struct arena *mem;
    const struct ways_limits *limits;
    struct want w, left;
    enum way way;
    bool checks; /* something is left of the filter for the rows */
};

/* What was found of a list so far. */
struct found {
    struct matter_item *item; /* NULL: only counted, key too */
    struct key *key;
    size_t n, cap;
    struct key last; /* as far as was looked */
    bool ended;      /* there are no more */
};

static struct found found_new(struct arena *mem, size_t most)
{
    return (struct found){
        .cap = most, .key = NEWN(mem, struct key, most + 1), .item = NEWN(mem, struct matter_item, most + 1)};
}

/* Items stand in the order of their keys, some keys without one. */
static void add(struct found *f, const struct keys *keys, const struct matter_item *items, size_t n)
{
    for (size_t i = 0, k = 0; k < n && f->n < f->cap; k++, i++) {
        while (keys->item[i].id != items[k].id.v) i++;
        if (f->item != NULL) f->item[f->n] = items[k];
        f->key[f->n++] = keys->item[i];
    }
}

static enum status count_some(struct list *l, struct found *f, const struct keys *keys)
{
    struct q_matter_list_public_fit shown;
    struct q_matter_list_staff_fit seen;
    const struct want *left = &l->left;
    size_t n = keys->n;
    if (l->checks && n > 0) {
        str ids = ids_of(l->mem, keys->item, n);
        if (left->public) TRY(q_matter_list_public_fit(l->db, l->mem, ids, PUBLIC_ARGS(left), &shown));
        else
            TRY(q_matter_list_staff_fit(l->db, l->mem, ids, STAFF_ARGS(left), left->scope.everywhere,
                                        SCOPE_ARGS(&left->scope), &seen));
        n = (size_t)(left->public ? shown.n : seen.n);
    }
    f->n += n;
    return ST_OK;
}

static enum status read_some(struct list *l, struct way_reader *reader, struct found *f, int64_t batch,
                             struct keys *keys)
{
    struct matter_item *items;
    size_t n;
    TRY(way_next(reader, batch, keys));
    f->last = keys->last;
    f->ended = keys->ended;
    if (f->item == NULL) return count_some(l, f, keys);
    TRY(read_items(l->db, l->mem, &l->left, keys->item, keys->n, &items, &n));
    if (n > f->cap - f->n) f->ended = false; /* there are more: those that find no room here */
    add(f, keys, items, n);
    return ST_OK;
}

/* Until the list ends, enough is found, or a page's work is done. */
static enum status collect(struct list *l, struct key from, struct found *f)
{
    int64_t checked = 0, expected = l->checks ? 0 : (int64_t)f->cap;
    struct keys keys = {0};
    struct way_reader *reader = way_open(l->db, l->mem, &l->w, l->way, l->limits, from, expected);
    f->last = from;
    while (f->n < f->cap && !f->ended && !keys.far && checked < l->limits->check) {
        int64_t batch = (int64_t)(f->cap - f->n), most = f->item == NULL ? l->limits->check : BATCH_MOST;
        if (l->checks) batch = batch * 4 < most ? batch * 4 : most;
        TRY(read_some(l, reader, f, batch, &keys));
        if (l->checks) checked += (int64_t)keys.n;
    }
    return ST_OK;
}

/* ── how many ─────────────────────────────────────────────────────────────────────────────────────────── */

static enum status set_total(struct matter_page *out, int64_t total, bool exact)
{
    out->exact = exact && total <= LIMIT_COUNT_EXACT;
    out->total = total <= LIMIT_COUNT_EXACT ? total : LIMIT_COUNT_EXACT;
    return ST_OK;
}

/* Exact up to a limit, since a count is never worth more than the list. */
static enum status count(struct list *l, struct matter_page *out)
{
    uint64_t which = count_key(&l->w), epoch = l->limits == &ways_usual ? db_epoch(l->db) : 0;
    struct counted c;
    if (!count_get(which, epoch, db_now(l->db), &c)) {
        struct found f = {.cap = LIMIT_COUNT_EXACT + 1};
        TRY(collect(l, KEY_BEFORE_ALL, &f));
        c = (struct counted){(int64_t)f.n, f.ended};
        count_put(which, epoch, db_now(l->db), c);
    }
    return set_total(out, c.n, c.exact);
}

/* ── a page ───────────────────────────────────────────────────────────────────────────────────────────── */

static enum status read_page(struct list *l, const struct matter_filter *f, size_t limit, struct matter_page *out)
{
    struct key from;
    if (!parse_after(f->after, &from)) return ST_INVALID;
    struct found found = found_new(l->mem, limit + 1);
    l->checks = way_left(&l->w, l->way, &l->left);
    TRY(collect(l, from, &found));
    out->items = found.item;
    out->n = found.n < limit ? found.n : limit;
    out->further = found.n <= limit && !found.ended;
    if (found.n > limit) out->next = after_of(l->mem, &l->w, found.key[limit - 1]);
    else if (out->further) out->next = after_of(l->mem, &l->w, found.last);
    if (f->uncounted) out->exact = false;
    else if (f->after.n == 0 && found.ended) return set_total(out, (int64_t)found.n, true);
    else return count(l, out);
    return ST_OK;
}

/* The newest matters of the list without the words, and among them those that have them. */
static enum status find_in_newest(struct list *l, struct words_found *out)
{
    struct list all = *l;
    struct found newest = found_new(l->mem, (size_t)l->limits->look);
    all.w.query.n = 0;
    if (all.w.sort == 0) all.w.sort = SORT_NEWEST;
    TRY(way_choose(l->db, l->mem, &all.w, l->limits, &all.way));
    all.checks = way_left(&all.w, all.way, &all.left);
    TRY(collect(&all, KEY_BEFORE_ALL, &newest));
    TRY(matter_find_among(l->db, l->mem, &l->w, newest.key, newest.n, out));
    out->full = out->n > (size_t)l->limits->most;
    out->ended = newest.ended && !out->full;
    if (out->full) out->n = (size_t)l->limits->most;
    return ST_OK;
}

/* What the index cannot look for, and what it finds too seldom, is looked for in the texts of the list. */
static enum status find(struct list *l, search_doc_id upto, struct words_found *out)
{
    struct words_found listed;
    if (l->w.query.tokens.n == 0) return find_in_newest(l, out);
    TRY(matter_find(l->db, l->mem, &l->w, l->limits, upto, out));
    if (out->ended || out->full) return ST_OK;
    TRY(find_in_newest(l, &listed));
    if (listed.ended || listed.full) *out = listed;
    return ST_OK;
}

/* With words: page by page through what is found. `after` is how many came before, and where looking began. */
static enum status search_page(struct list *l, const struct matter_filter *f, int64_t limit, struct matter_page *out)
{
    struct words_found found;
    int64_t start = 0, upto = 0;
    str head, tail;
    if (f->after.n > 0 && (!str_cut(f->after, '.', &head, &tail) || !str_int(head, &start) || !str_int(tail, &upto) ||
                           start < 0 || start > l->limits->most || upto < 0))
        return ST_INVALID;
    TRY(db_settle(l->db));
    TRY(find(l, (search_doc_id){upto}, &found));
    out->exact = found.ended && !f->uncounted;
    out->total = f->uncounted ? 0 : (int64_t)found.n;
    out->looked = found.ended || found.full ? 0 : found.looked;
    size_t from = start > (int64_t)found.n ? found.n : (size_t)start, n = found.n - from;
    if ((int64_t)n > limit) {
        n = (size_t)limit;
        out->next = str_format(l->mem, "%lld.%lld", (long long)(start + limit), (long long)found.upto.v);
    }
    (void)way_left(&l->w, WAY_SEARCH, &l->left);
    TRY(read_items(l->db, l->mem, &l->left, found.item + from, n, &out->items, &out->n));
    for (size_t i = 0; i < out->n; i++) out->items[i].excerpt = excerpt(l->db, l->mem, out->items[i].id, &l->w);
    return ST_OK;
}

/* A query that is a receipt's reference finds that matter alone. */
static enum status by_ref(struct list *l, const struct actor *who, str query, struct matter_page *out)
{
    char ref[32];
    struct matter m;
    str typed = str_trim(locale_fold(l->mem, query));
    if (typed.n == 0 || typed.n > sizeof ref || str_find_byte(typed, '-') < 0) return ST_NOT_FOUND;
    for (size_t i = 0; i < typed.n; i++)
        ref[i] = typed.p[i] >= 'a' && typed.p[i] <= 'z' ? (char)(typed.p[i] - 32) : typed.p[i];
    TRY(matter_by_ref(l->db, l->mem, (str){ref, typed.n}, &m));
    struct casefile c;
    TRY(casefile_load(l->db, l->mem, m.casefile, &c));
    if (l->w.public ? !m.shown : !rights_allow(l->db, l->mem, who, ACT_SEE, m.unit, c.owner, NULL)) return ST_NOT_FOUND;
    struct key key = {.id = m.id.v};
    *out = (struct matter_page){.total = 1, .exact = true};
    (void)way_left(&l->w, WAY_SEARCH, &l->left);
    TRY(read_items(l->db, l->mem, &l->left, &key, 1, &out->items, &out->n));
    if (l->w.query.n > 0 && out->n > 0) out->items[0].excerpt = excerpt(l->db, l->mem, m.id, &l->w);
    return ST_OK;
}

enum status matter_list_within(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                               const struct matter_filter *f, const struct ways_limits *limits, struct matter_page *out)
{
    struct list l = {.db = db, .mem = mem, .limits = limits, .w = want_of(mem, city, who, f)};
    int64_t limit = f->limit > 0 ? f->limit : LIMIT_ROWS_PAGE;
    *out = (struct matter_page){.exact = true};
    if (!l.w.public && !l.w.scope.any) return ST_FORBIDDEN;
    if (!str_is_utf8(f->query)) return ST_INVALID;
    enum status st = by_ref(&l, who, f->query, out);
    if (st != ST_NOT_FOUND) return st;
    if (str_trim(f->query).n > 0 && l.w.query.n == 0) return ST_OK; /* signs alone find nothing */
    TRY(way_choose(db, mem, &l.w, limits, &l.way));
    return l.way == WAY_SEARCH ? search_page(&l, f, limit, out) : read_page(&l, f, (size_t)limit, out);
}

enum status matter_list(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                        const struct matter_filter *f, struct matter_page *out)
{
    return matter_list_within(db, mem, city, who, f, &ways_usual, out);
}
