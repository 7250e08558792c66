/* matter_list: lists of matters, for the public and for staff. The filter chooses one of the fixed statements of
 * matter_list.sql and search.sql by what narrows most; every statement takes the whole filter.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/locale.h"
#include "gen/sql/matter_list.h"
#include "gen/sql/search.h"
#include "matter/matter.h"
#include "matter/scope.h"
#include "matter/search.h"

#define EXCERPT_POINTS 80
#define SEARCH_PAGES   400 /* of a ranked list: nobody reads on; offsets stay small */

/* The filter as the statements take it. */
struct want {
    str category, category_end, state, kind, channel, place;
    unit_id unit;
    instant from, to;
    int64_t waiting, limit;
    bool public;
    enum matter_sort sort; /* 0: by rank */
    struct scope_set scope;
    str expression;
    int64_t after_key, after_id; /* of the last row of the page before; by rank: how many rows came before */
};
#define PUBLIC_ARGS(w)                                                                                                 \
    (w)->category, (w)->category_end, (w)->unit, (w)->state, (w)->kind, (w)->channel, (w)->place, (w)->from, (w)->to
#define STAFF_ARGS(w) PUBLIC_ARGS(w), (w)->waiting

struct key {
    matter_id id;
    int64_t sort_key, id_key;
};
struct keys_found {
    struct key *item;
    size_t n;
    int64_t total; /* of a search, which counts as it ranks */
};

/* What of the filter drives. */
enum way {
    WAY_NEWEST = 1,
    WAY_OLDEST,
    WAY_ANSWERED,
    WAY_STATE,
    WAY_CATEGORY,
    WAY_UNIT,
    WAY_WAITING,
    WAY_DUE,
    WAY_SCOPE,
    WAY_SEARCH
};

static enum way way_of(const struct want *w)
{
    bool plain = w->sort == SORT_NEWEST || w->sort == SORT_OLDEST;
    if (w->expression.n > 0) return WAY_SEARCH;
    if (w->unit.v != 0) return WAY_UNIT;
    if (!w->public && !w->scope.everywhere) return WAY_SCOPE;
    if (w->category.n > 0) return WAY_CATEGORY;
    if (!w->public && w->waiting) return WAY_WAITING;
    if (!w->public && w->sort == SORT_DUE) return WAY_DUE;
    if (w->sort == SORT_ANSWERED) return WAY_ANSWERED;
    if (w->state.n > 0 && w->sort == SORT_NEWEST) return WAY_STATE;
    return plain && w->sort == SORT_OLDEST ? WAY_OLDEST : WAY_NEWEST;
}

/* Each statement has a row type of its own with the same columns. */
#define KEYS_FROM(call, type)                                                                                          \
    do {                                                                                                               \
        struct type *rows_;                                                                                            \
        TRY(call);                                                                                                     \
        out->item = NEWN(mem, struct key, out->n + 1);                                                                 \
        for (size_t i = 0; i < out->n; i++)                                                                            \
            out->item[i] = (struct key){rows_[i].id, rows_[i].sort_key, rows_[i].id_key};                              \
        return ST_OK;                                                                                                  \
    } while (0)
#define LIST(name, args, ...)                                                                                          \
    KEYS_FROM(q_matter_list_##name(db, mem, args, __VA_ARGS__, &rows_, &out->n), q_matter_list_##name)

/* Newest first goes on below -after_key, since keys rise down every list. */
static enum status public_keys(struct db *db, struct arena *mem, const struct want *w, enum way way,
                               struct keys_found *out)
{
    int64_t down = w->after_key == INT64_MIN ? INT64_MAX : -w->after_key;
    int64_t down_id = w->after_id == INT64_MIN ? INT64_MAX : -w->after_id;
    if (way == WAY_OLDEST) LIST(public_oldest, PUBLIC_ARGS(w), w->after_key, w->after_id, w->limit);
    if (way == WAY_ANSWERED) LIST(public_answered, PUBLIC_ARGS(w), down, down_id, w->limit);
    if (way == WAY_STATE) LIST(public_by_state, PUBLIC_ARGS(w), down, down_id, w->limit);
    if (way == WAY_CATEGORY) LIST(public_by_category, PUBLIC_ARGS(w), w->sort, w->after_key, w->after_id, w->limit);
    if (way == WAY_UNIT) LIST(public_by_unit, PUBLIC_ARGS(w), w->sort, w->after_key, w->after_id, w->limit);
    LIST(public_newest, PUBLIC_ARGS(w), down, down_id, w->limit);
}

static enum status staff_keys(struct db *db, struct arena *mem, const struct want *w, enum way way,
                              struct keys_found *out)
{
    int64_t down = w->after_key == INT64_MIN ? INT64_MAX : -w->after_key;
    int64_t down_id = w->after_id == INT64_MIN ? INT64_MAX : -w->after_id;
    if (way == WAY_OLDEST) LIST(staff_oldest, STAFF_ARGS(w), w->after_key, w->after_id, w->limit);
    if (way == WAY_ANSWERED) LIST(staff_answered, STAFF_ARGS(w), down, down_id, w->limit);
    if (way == WAY_STATE) LIST(staff_by_state, STAFF_ARGS(w), down, down_id, w->limit);
    if (way == WAY_CATEGORY) LIST(staff_by_category, STAFF_ARGS(w), w->sort, w->after_key, w->after_id, w->limit);
    if (way == WAY_WAITING) LIST(staff_waiting, STAFF_ARGS(w), w->sort, w->after_key, w->after_id, w->limit);
    if (way == WAY_DUE) LIST(staff_due, STAFF_ARGS(w), w->after_key, w->after_id, w->limit);
    if (way == WAY_SCOPE)
        LIST(staff_scope, STAFF_ARGS(w), SCOPE_ARGS(&w->scope), w->sort, w->after_key, w->after_id, w->limit);
    if (way == WAY_UNIT)
        LIST(staff_by_unit, STAFF_ARGS(w), SCOPE_ARGS(&w->scope), w->scope.everywhere, w->sort, w->after_key,
             w->after_id, w->limit);
    LIST(staff_newest, STAFF_ARGS(w), down, down_id, w->limit);
}

static enum status found_keys(struct db *db, struct arena *mem, const struct want *w, struct keys_found *out)
{
    struct q_search_public *shown;
    struct q_search_staff *seen;
    if (w->public)
        TRY(q_search_public(db, mem, PUBLIC_ARGS(w), w->expression, w->sort, w->after_key, w->limit, &shown, &out->n));
    else
        TRY(q_search_staff(db, mem, STAFF_ARGS(w), SCOPE_ARGS(&w->scope), w->expression, w->scope.everywhere, w->sort,
                           w->after_key, w->limit, &seen, &out->n));
    out->item = NEWN(mem, struct key, out->n + 1);
    for (size_t i = 0; i < out->n; i++) out->item[i].id = w->public ? shown[i].id : seen[i].id;
    if (out->n > 0) out->total = w->public ? shown[0].total : seen[0].total;
    return ST_OK;
}

/* Counting: exact up to a limit, since a count is never worth more than the list. */

#define COUNT(name, ...)                                                                                               \
    do {                                                                                                               \
        struct q_matter_list_##name##_count row_;                                                                      \
        TRY(q_matter_list_##name##_count(db, mem, __VA_ARGS__, most, &row_));                                          \
        *n = row_.n;                                                                                                   \
        return ST_OK;                                                                                                  \
    } while (0)

static enum status count_public(struct db *db, struct arena *mem, const struct want *w, enum way way, int64_t most,
                                int64_t *n)
{
    if (way == WAY_ANSWERED) COUNT(public_answered, PUBLIC_ARGS(w));
    if (way == WAY_STATE) COUNT(public_by_state, PUBLIC_ARGS(w));
    if (way == WAY_CATEGORY) COUNT(public_by_category, PUBLIC_ARGS(w), w->sort);
    if (way == WAY_UNIT) COUNT(public_by_unit, PUBLIC_ARGS(w), w->sort);
    COUNT(public_newest, PUBLIC_ARGS(w));
}

static enum status count_staff(struct db *db, struct arena *mem, const struct want *w, enum way way, int64_t most,
                               int64_t *n)
{
    if (way == WAY_ANSWERED) COUNT(staff_answered, STAFF_ARGS(w));
    if (way == WAY_STATE) COUNT(staff_by_state, STAFF_ARGS(w));
    if (way == WAY_CATEGORY) COUNT(staff_by_category, STAFF_ARGS(w), w->sort);
    if (way == WAY_WAITING) COUNT(staff_waiting, STAFF_ARGS(w), w->sort);
    if (way == WAY_DUE) COUNT(staff_due, STAFF_ARGS(w));
    if (way == WAY_SCOPE) COUNT(staff_scope, STAFF_ARGS(w), SCOPE_ARGS(&w->scope), w->sort);
    if (way == WAY_UNIT) COUNT(staff_by_unit, STAFF_ARGS(w), SCOPE_ARGS(&w->scope), w->scope.everywhere, w->sort);
    COUNT(staff_newest, STAFF_ARGS(w));
}

static enum status set_total(struct matter_page *out, int64_t total)
{
    out->exact = total <= LIMIT_COUNT_EXACT;
    out->total = out->exact ? total : LIMIT_COUNT_EXACT;
    return ST_OK;
}

static enum status count(struct db *db, struct arena *mem, const struct want *w, enum way way, struct matter_page *out)
{
    int64_t most = LIMIT_COUNT_EXACT + 1;
    TRY(w->public ? count_public(db, mem, w, way, most, &out->total) : count_staff(db, mem, w, way, most, &out->total));
    return set_total(out, out->total);
}

/* The filter */

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

static bool parse_after(str after, struct want *w)
{
    str head, tail;
    if (w->expression.n > 0) {
        w->after_key = 0;
        return after.n == 0 ||
               (str_int(after, &w->after_key) && w->after_key >= 0 && w->after_key <= SEARCH_PAGES * LIMIT_ROWS_PAGE);
    }
    w->after_key = w->after_id = INT64_MIN;
    return after.n == 0 ||
           (str_cut(after, '.', &head, &tail) && str_int(head, &w->after_key) && str_int(tail, &w->after_id));
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
        .limit = f->limit > 0 ? f->limit : LIMIT_ROWS_PAGE,
        .public = who == NULL || who->person.v == 0,
        .sort = f->sort,
        .expression = search_expression(mem, f->query),
    };
    if (w.sort == 0 && w.expression.n == 0) w.sort = SORT_NEWEST;
    if (w.public && w.sort == SORT_DUE) w.sort = SORT_NEWEST;
    if (!w.public) w.scope = scope_of(who, ACT_SEE, city->root);
    return w;
}

/* Rows */

static str excerpt(struct db *db, struct arena *mem, matter_id id, bool public, str query)
{
    struct q_matter_list_words words;
    if (q_matter_list_words(db, mem, id, &words) != ST_OK) return STR("");
    str text = search_excerpt(mem, public ? words.shown_text : words.text, query, EXCERPT_POINTS);
    if (str_find_byte(text, 1) >= 0) return text;
    str answer = search_excerpt(mem, public ? words.shown_answer : words.answer, query, EXCERPT_POINTS);
    return str_find_byte(answer, 1) >= 0 ? answer : text;
}

static enum status read_item(struct db *db, struct arena *mem, matter_id id, bool public, struct matter_item *out)
{
    struct q_matter_list_item r;
    TRY(q_matter_list_item(db, mem, id, &r));
    *out = (struct matter_item){
        .id = r.id,
        .casefile = r.casefile_id,
        .ref = r.ref,
        .subject = public ? r.shown_subject : r.subject,
        .state = r.state,
        .kind = r.kind,
        .category = r.category_id,
        .category_en = r.category_en,
        .category_zh = r.category_zh,
        .unit = r.unit_id,
        .unit_en = r.unit_en,
        .unit_zh = r.unit_zh,
        .raised_at = r.raised_at,
        .answered_at = r.answered_at,
        .due = r.due_on,
        .reopened = r.reopened,
        .excerpt = STR(""),
    };
    return ST_OK;
}

static enum status read_items(struct db *db, struct arena *mem, const struct want *w, const struct keys_found *keys,
                              str query, struct matter_page *out)
{
    out->items = NEWN(mem, struct matter_item, keys->n + 1);
    for (size_t i = 0; i < keys->n; i++) {
        TRY(read_item(db, mem, keys->item[i].id, w->public, &out->items[i]));
        if (w->expression.n > 0) out->items[i].excerpt = excerpt(db, mem, keys->item[i].id, w->public, query);
    }
    out->n = keys->n;
    return ST_OK;
}

/* A query that is a receipt's reference finds that matter alone. */
static enum status by_ref(struct db *db, struct arena *mem, const struct want *w, const struct actor *who, str query,
                          struct matter_page *out)
{
    char ref[32];
    struct matter m;
    struct q_matter_list_item row;
    str typed = str_trim(locale_fold(mem, query));
    if (typed.n == 0 || typed.n > sizeof ref || str_find_byte(typed, '-') < 0) return ST_NOT_FOUND;
    for (size_t i = 0; i < typed.n; i++)
        ref[i] = typed.p[i] >= 'a' && typed.p[i] <= 'z' ? (char)(typed.p[i] - 32) : typed.p[i];
    TRY(matter_by_ref(db, mem, (str){ref, typed.n}, &m));
    TRY(q_matter_list_item(db, mem, m.id, &row));
    if (w->public ? !m.shown : !rights_allow(db, mem, who, ACT_SEE, m.unit, row.owner_person_id, NULL))
        return ST_NOT_FOUND;
    struct key key = {.id = m.id};
    *out = (struct matter_page){.total = 1, .exact = true};
    return read_items(db, mem, w, &(struct keys_found){.item = &key, .n = 1}, query, out);
}

enum status matter_list(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                        const struct matter_filter *f, struct matter_page *out)
{
    struct want w = want_of(mem, city, who, f);
    struct keys_found keys = {0};
    *out = (struct matter_page){.exact = true};
    if (!w.public && !w.scope.any) return ST_FORBIDDEN;
    if (!str_is_utf8(f->query) || !parse_after(f->after, &w)) return ST_INVALID;
    enum status st = by_ref(db, mem, &w, who, f->query, out);
    if (st != ST_NOT_FOUND) return st;
    if (str_trim(f->query).n > 0 && w.expression.n == 0) return ST_OK; /* signs alone find nothing */
    enum way way = way_of(&w);
    if (way == WAY_SEARCH) TRY(db_settle(db));
    if (f->uncounted) out->exact = false;
    else if (way != WAY_SEARCH) TRY(count(db, mem, &w, way, out));
    w.limit++;
    if (way == WAY_SEARCH) TRY(found_keys(db, mem, &w, &keys));
    if (way == WAY_SEARCH && !f->uncounted) TRY(set_total(out, keys.total));
    if (way != WAY_SEARCH) TRY(w.public ? public_keys(db, mem, &w, way, &keys) : staff_keys(db, mem, &w, way, &keys));
    w.limit--;
    if (keys.n > (size_t)w.limit) {
        const struct key *last = &keys.item[w.limit - 1];
        keys.n = (size_t)w.limit;
        if (way != WAY_SEARCH)
            out->next = str_format(mem, "%lld.%lld", (long long)last->sort_key, (long long)last->id_key);
        else if (w.after_key + w.limit <= SEARCH_PAGES * LIMIT_ROWS_PAGE)
            out->next = str_format(mem, "%lld", (long long)(w.after_key + w.limit));
    }
    return read_items(db, mem, &w, &keys, f->query, out);
}
