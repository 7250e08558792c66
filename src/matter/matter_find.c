/* matter_find: see matter_find.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/matter_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "gen/sql/matter_find.h"

#define SPOTS 128 /* places of hits in one text that count for closeness */

/* How good a text is */

struct spot {
    size_t at; /* bytes from the beginning of the folded text */
    size_t term;
};

struct weighing {
    const struct search_query *q;
    struct locale_words **words;
    struct spot spot[SPOTS];
    size_t n_spots;
    int64_t hits;
    uint32_t seen; /* terms, by bit */
};

static void hit(struct weighing *w, size_t term, size_t at)
{
    w->hits++;
    w->seen |= 1u << term;
    if (w->n_spots < SPOTS) w->spot[w->n_spots++] = (struct spot){at, term};
}

static void weigh_run(struct weighing *w, size_t term, str run, size_t at)
{
    str needle = w->q->term[term].text;
    for (str rest = run; rest.n >= needle.n;) {
        ptrdiff_t found = str_find(rest, needle);
        if (found < 0) return;
        hit(w, term, at + run.n - rest.n + (size_t)found);
        rest = str_sub(rest, (size_t)found + needle.n, rest.n);
    }
}

/* Does a term begin like the run? A stem begins as its word does. */
static bool may_be_word(const struct search_query *q, str word)
{
    for (size_t k = 0; k < q->n; k++)
        if (!q->term[k].cjk && q->term[k].text.p[0] == word.p[0]) return true;
    return false;
}

static void weigh_text(struct weighing *w, struct arena *mem, str text)
{
    struct search_runs runs = search_runs_of(mem, text, w->words);
    for (size_t i = 0; i < runs.n; i++) {
        struct search_run *r = &runs.item[i];
        size_t at = (size_t)(r->text.p - runs.item[0].text.p);
        if (!r->cjk && !may_be_word(w->q, r->text)) continue;
        if (!r->cjk) search_stem_run(r);
        for (size_t k = 0; k < w->q->n; k++) {
            const struct search_term *t = &w->q->term[k];
            if (t->cjk != r->cjk) continue;
            if (t->cjk) weigh_run(w, k, r->text, at);
            else if (str_eq(t->text, r->text)) hit(w, k, at);
        }
    }
}

static int bits(uint32_t x)
{
    return __builtin_popcount(x);
}

/* The shortest stretch with every term that was seen. */
static size_t stretch(const struct weighing *w)
{
    size_t count[32] = {0}, best = SIZE_MAX, from = 0;
    int missing = bits(w->seen);
    for (size_t to = 0; to < w->n_spots; to++) {
        if (count[w->spot[to].term]++ == 0) missing--;
        for (; missing == 0; from++) {
            size_t length = w->spot[to].at - w->spot[from].at;
            if (length < best) best = length;
            if (--count[w->spot[from].term] == 0) missing++;
        }
    }
    return best;
}

/* 16 when the terms stand beside each other, 0 when they are far apart or there is one alone. */
static int64_t closeness(const struct weighing *w)
{
    size_t own = 0;
    if (w->q->n < 2) return 0;
    for (size_t i = 0; i + 1 < w->q->n; i++) own += w->q->term[i].text.n + 1;
    size_t length = stretch(w);
    if (length <= own + 4) return 16;
    return length <= own + 30 ? 12 : length <= own + 100 ? 8 : length <= own + 300 ? 4 : 0;
}

/* 0: a term is missing. */
static int64_t weigh(struct arena *mem, const struct search_query *q, struct locale_words **words, str subject,
                     str text, str more)
{
    struct arena_mark mark = arena_mark(mem);
    struct weighing head = {.q = q, .words = words}, body = head;
    bool had_words = *words != NULL;
    weigh_text(&head, mem, subject);
    weigh_text(&body, mem, text);
    int64_t close = head.seen == (1u << q->n) - 1 ? closeness(&head) : closeness(&body);
    weigh_text(&body, mem, more);
    if (had_words == (*words != NULL)) arena_rewind(mem, mark); /* else they were opened behind the mark, once */
    if ((head.seen | body.seen) != (1u << q->n) - 1) return 0;
    int64_t hits = head.hits + body.hits;
    return 1 + bits(head.seen) * INT64_C(64) + (hits < 15 ? hits : 15) * 2 + close;
}

/* Candidates */

struct candidate {
    matter_id id;
    int64_t key;    /* of the order that is asked for; the smaller comes first */
    int64_t weight; /* 0: not looked up yet, or not found */
};

struct hunt {
    struct db *db;
    struct arena *mem;
    const struct want *f;
    const struct search_query *q;
    struct candidate *item;
    size_t n, cap;
    uint32_t *place; /* 1 + index, by hash of the matter */
    size_t places;
    struct locale_words *words;
    str tokens; /* for the index */
    struct search_reach reach;
};

static uint32_t *place_of(struct hunt *h, matter_id id)
{
    uint64_t hash = (uint64_t)id.v * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(hash >> 40) & (h->places - 1);
    while (h->place[i] != 0 && h->item[h->place[i] - 1].id.v != id.v) i = (i + 1) & (h->places - 1);
    return &h->place[i];
}

static void hunt_init(struct hunt *h, size_t most)
{
    h->cap = most;
    h->item = NEWN(h->mem, struct candidate, most + 1);
    for (h->places = 64; h->places < most * 2; h->places *= 2) {
    }
    h->place = NEWN(h->mem, uint32_t, h->places);
}

static void add(struct hunt *h, matter_id id, int64_t key)
{
    uint32_t *place = place_of(h, id);
    if (*place != 0 || h->n == h->cap) return;
    h->item[h->n++] = (struct candidate){.id = id, .key = key};
    *place = (uint32_t)h->n;
}

static int64_t key_of(enum matter_sort sort, instant raised, instant answered, day due)
{
    if (sort == SORT_OLDEST) return raised.ms;
    if (sort == SORT_DUE) return due.n;
    return sort == SORT_ANSWERED ? -answered.ms : -raised.ms;
}

static void weigh_row(struct hunt *h, matter_id id, str subject, str text, str more)
{
    uint32_t place = *place_of(h, id);
    if (place == 0) return;
    int64_t weight = weigh(h->mem, h->q, &h->words, subject, text, more);
    if (weight > h->item[place - 1].weight) h->item[place - 1].weight = weight;
}

static str list_of(struct hunt *h, size_t from)
{
    struct buf b;
    buf_init(&b, h->mem, 1024, (size_t)64 * 1024);
    for (size_t i = from; i < h->n; i++) {
        if (i > from) buf_add_byte(&b, ',');
        buf_add_int(&b, h->item[i].id.v);
    }
    return buf_str(&b);
}

static enum status weigh_public(void *ctx, const struct q_matter_find_texts_public *row)
{
    weigh_row(ctx, row->matter_id, row->subject, row->text, row->more);
    return ST_OK;
}

static enum status weigh_staff(void *ctx, const struct q_matter_find_texts_staff *row)
{
    weigh_row(ctx, row->matter_id, row->subject, row->text, row->more);
    return ST_OK;
}

/* Reads the texts of the candidates from `from` on; those without the words are dropped. */
static enum status look(struct hunt *h, size_t from)
{
    if (from == h->n) return ST_OK;
    str list = list_of(h, from);
    TRY(h->f->public ? q_matter_find_texts_public(h->db, h->mem, list, weigh_public, h)
                     : q_matter_find_texts_staff(h->db, h->mem, list, weigh_staff, h));
    size_t n = h->n;
    h->n = from;
    memset(h->place, 0, h->places * sizeof *h->place);
    for (size_t i = 0; i < from; i++) *place_of(h, h->item[i].id) = (uint32_t)i + 1;
    for (size_t i = from; i < n; i++) {
        if (h->item[i].weight == 0) continue;
        h->item[h->n] = h->item[i];
        *place_of(h, h->item[i].id) = (uint32_t)++h->n;
    }
    return ST_OK;
}

/* Order */

static int compare_down(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->id.v == y->id.v ? 0 : x->id.v > y->id.v ? -1 : 1;
}

/* By the first dates, the smaller key comes first among equals too. */
static int compare_up(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->id.v == y->id.v ? 0 : x->id.v < y->id.v ? -1 : 1;
}

static int compare_best(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return compare_down(a, b);
}

static void give(struct hunt *h, struct words_found *out)
{
    bool best = h->f->sort == 0, up = h->f->sort == SORT_OLDEST || h->f->sort == SORT_DUE;
    qsort(h->item, h->n, sizeof *h->item, best ? compare_best : up ? compare_up : compare_down);
    out->item = NEWN(h->mem, struct key, h->n + 1);
    out->n = h->n;
    for (size_t i = 0; i < h->n; i++) out->item[i].id = h->item[i].id.v;
}

/* Walking the index */

/* Beside the order: words and pairs are all that is asked, and the index was asked for each of them. */
static bool index_tells_all(const struct search_query *q)
{
    size_t tokens = 1;
    for (size_t i = 0; i < q->tokens.n; i++) tokens += q->tokens.p[i] == ' ';
    for (size_t i = 0; i < q->n; i++)
        if (q->term[i].cjk && q->term[i].points != 2) return false;
    return tokens == q->n;
}

#define FILTER_ARGS(f)                                                                                                 \
    (f)->category, (f)->category_end, (f)->unit, (f)->state, (f)->kind, (f)->channel, (f)->place, (f)->from, (f)->to

/* One question: the next documents. *last: the oldest that was looked at. */
static enum status step(struct hunt *h, search_doc_id upto, search_doc_id beyond, size_t most, size_t *n,
                        search_doc_id *last)
{
    const struct want *f = h->f;
    if (f->public) {
        struct q_matter_find_public *rows;
        TRY(q_matter_find_public(h->db, h->mem, FILTER_ARGS(f), h->tokens, upto, beyond, (int64_t)most, f->sort, &rows,
                                 n));
        for (size_t i = 0; i < *n; i++)
            if (rows[i].matter_id.v != 0)
                add(h, rows[i].matter_id, key_of(f->sort, rows[i].raised_at, rows[i].answered_at, (day){0}));
        if (*n > 0) *last = rows[*n - 1].doc_id;
        return ST_OK;
    }
    struct q_matter_find_staff *rows;
    TRY(q_matter_find_staff(h->db, h->mem, FILTER_ARGS(f), f->waiting, SCOPE_ARGS(&f->scope), f->scope.everywhere,
                            h->tokens, upto, beyond, (int64_t)most, f->sort, &rows, n));
    for (size_t i = 0; i < *n; i++)
        if (rows[i].matter_id.v != 0)
            add(h, rows[i].matter_id, key_of(f->sort, rows[i].raised_at, rows[i].answered_at, rows[i].due_on));
    if (*n > 0) *last = rows[*n - 1].doc_id;
    return ST_OK;
}

/* The same of as many as there are within reach, so that the index does not go on looking for one more. */
static enum status step_counted(struct hunt *h, search_doc_id upto, size_t most, size_t *n, search_doc_id *last)
{
    size_t left = most;
    if (h->reach.counted) TRY(search_together(h->db, h->mem, h->tokens, upto, h->reach.beyond, most, &left));
    *n = 0;
    return left == 0 ? ST_OK : step(h, upto, h->reach.beyond, left, n, last);
}

/* Walks until the limits or the end; *more: documents may follow, apart from what the index is not asked for. */
static enum status walk(struct hunt *h, const struct ways_limits *limits, bool *more)
{
    search_doc_id upto = h->reach.upto;
    size_t most = (size_t)limits->most, texts = (size_t)limits->texts, looked = 0;
    bool to_look = h->f->sort == 0 || !index_tells_all(h->q);
    *more = true;
    for (size_t next = most; *more && h->n <= most && looked < texts; next *= 2) {
        size_t before = h->n, n;
        if (next > texts - looked) next = texts - looked;
        TRY(step_counted(h, upto, next, &n, &upto));
        if (to_look) TRY(look(h, before));
        looked += n;
        *more = n == next;
        upto.v--;
    }
    return ST_OK;
}

enum status matter_find(struct db *db, struct arena *mem, const struct want *f, const struct ways_limits *limits,
                        search_doc_id upto, struct words_found *out)
{
    struct hunt h = {.db = db, .mem = mem, .f = f, .q = &f->query};
    bool more;
    hunt_init(&h, (size_t)limits->texts);
    h.reach.upto = upto;
    h.tokens = search_with_marks(db, mem, h.q->tokens, f->from, f->to, f->kind, f->channel);
    TRY(search_reach(db, mem, h.tokens, &h.reach));
    TRY(walk(&h, limits, &more));
    *out = (struct words_found){.upto = h.reach.upto};
    out->full = h.n > (size_t)limits->most;
    out->ended = !more && h.reach.beyond.v == 0 && !out->full;
    /* Counted among all texts, not among those with the words: of some that this reader may not see, that would tell how many there are. */
    out->looked = more ? limits->texts : (out->upto.v - h.reach.beyond.v) / 1000 * 1000;
    if (out->full) h.n = (size_t)limits->most;
    give(&h, out);
    return ST_OK;
}

enum status matter_find_among(struct db *db, struct arena *mem, const struct want *f, const struct key *list, size_t n,
                              struct words_found *out)
{
    struct hunt h = {.db = db, .mem = mem, .f = f, .q = &f->query};
    hunt_init(&h, n);
    for (size_t i = 0; i < n; i++) add(&h, (matter_id){list[i].id}, (int64_t)i);
    TRY(look(&h, 0));
    *out = (struct words_found){.looked = (int64_t)n, .ended = true};
    give(&h, out);
    return ST_OK;
}
