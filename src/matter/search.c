/* search: see search.h. Statements that an engine's full text needs are in search.sql.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/search.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/locale.h"
#include "gen/sql/search.h"

#define SEPARATOR   "\xC2\xB7" /* U+00B7: never part of a run */
#define TERMS_MOST  24         /* of one query */
#define PREFIX_FROM 3          /* letters of a word that may be the beginning of a longer one */
#define TOKENS_MAX  ((size_t)4 * 1024 * 1024)

/* Code points */

static bool is_cjk(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x3005, 0x3007},   /* 々〆〇 */
        {0x3041, 0x30FF},   /* kana */
        {0x3105, 0x318E},   /* bopomofo, letters of Hangul */
        {0x31A0, 0x31BF},   /* more bopomofo */
        {0x31F0, 0x31FF},   /* more kana */
        {0x3400, 0x4DBF},   /* Han, extension A */
        {0x4E00, 0x9FFF},   /* Han */
        {0xAC00, 0xD7A3},   /* Hangul */
        {0xF900, 0xFAFF},   /* Han, compatibility */
        {0x1B000, 0x1B16F}, /* old kana */
        {0x20000, 0x3FFFF}, /* Han, extensions B and later */
    };
    for (size_t i = 0; i < COUNT_OF(ranges); i++)
        if (c >= ranges[i].from && c <= ranges[i].to) return c != 0x30FB; /* the middle dot of kana */
    return false;
}

static bool is_ascii_word(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Runs: what stands together */

struct run {
    str text;
    size_t points;
    bool cjk;
};

struct runs {
    struct arena *mem;
    struct locale_words *words; /* opened when first needed */
    struct run *item;
    size_t n, cap;
    str segment; /* being cut into words */
};

static void add_run(struct runs *r, str text, bool cjk)
{
    if (text.n == 0) return;
    if (r->n == r->cap) {
        size_t cap = r->cap == 0 ? 32 : r->cap * 2;
        r->item = arena_grow(r->mem, r->item, r->cap * sizeof *r->item, cap * sizeof *r->item);
        r->cap = cap;
    }
    r->item[r->n++] = (struct run){text, str_points(text), cjk};
}

/* ASCII signs part words in every language, so that a query and a text agree whatever stands around the word. */
static void add_words(struct runs *r, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (((unsigned char)s.p[i] & 0x80) != 0 || is_ascii_word((unsigned char)s.p[i])) continue;
        add_run(r, str_sub(s, from, i - from), false);
        from = i + 1;
    }
    add_run(r, str_sub(s, from, s.n), false);
}

static bool add_word(void *ctx, size_t from, size_t to, int kind)
{
    struct runs *r = ctx;
    (void)kind;
    add_words(r, str_sub(r->segment, from, to - from));
    return true;
}

static void close_words(void *words)
{
    locale_words_close(words);
}

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] & 0x80) != 0) return false;
    return true;
}

/* What is neither Chinese, Japanese nor Korean. */
static void add_segment(struct runs *r, str s)
{
    if (is_ascii(s)) {
        add_words(r, s);
        return;
    }
    if (r->words == NULL) {
        r->words = locale_words_open(r->mem);
        if (r->words != NULL) arena_defer(r->mem, close_words, r->words);
    }
    r->segment = s;
    if (r->words == NULL || !locale_words_each(r->words, s, add_word, r)) add_words(r, s);
}

/* folded: as locale_fold gives it. */
static void add_text(struct runs *r, str folded)
{
    size_t from = 0;
    bool cjk = false;
    for (size_t i = 0; i < folded.n;) {
        size_t at = i;
        bool now = is_cjk(str_next_point(folded, &i));
        if (now == cjk) continue;
        if (cjk) add_run(r, str_sub(folded, from, at - from), true);
        else add_segment(r, str_sub(folded, from, at - from));
        from = at;
        cjk = now;
    }
    if (cjk) add_run(r, str_sub(folded, from, folded.n), true);
    else add_segment(r, str_sub(folded, from, folded.n));
}

/* Tokens */

/* Overlapping pairs; with `last`, the last character alone too. */
static void add_pairs(struct buf *b, str run, bool last)
{
    size_t at = 0;
    (void)str_next_point(run, &at);
    for (size_t from = 0; from < run.n;) {
        size_t middle = from;
        (void)str_next_point(run, &middle);
        size_t to = middle;
        if (middle < run.n) (void)str_next_point(run, &to);
        else if (!last) return;
        if (b->n > 0 && b->p[b->n - 1] != '"') buf_add_byte(b, ' ');
        buf_add(b, str_sub(run, from, to - from));
        from = middle;
    }
}

str search_tokens(struct arena *mem, const str *texts, size_t n)
{
    struct buf b;
    buf_init(&b, mem, 1024, TOKENS_MAX);
    struct runs r = {.mem = mem};
    for (size_t i = 0; i < n; i++) {
        r.n = 0;
        add_text(&r, locale_fold(mem, texts[i]));
        for (size_t k = 0; k < r.n; k++) {
            bool apart = k == 0 ? b.n > 0 : r.item[k].cjk && r.item[k - 1].cjk;
            if (apart) buf_add(&b, STR(" " SEPARATOR));
            if (r.item[k].cjk) {
                add_pairs(&b, r.item[k].text, true);
                continue;
            }
            if (b.n > 0) buf_add_byte(&b, ' ');
            buf_add(&b, r.item[k].text);
        }
    }
    return buf_str(&b);
}

static struct runs query_runs(struct arena *mem, str query)
{
    struct runs r = {.mem = mem};
    add_text(&r, locale_fold(mem, str_first_points(query, LIMIT_QUERY_POINTS)));
    if (r.n > TERMS_MOST) r.n = TERMS_MOST;
    return r;
}

static bool is_prefix(const struct run *r)
{
    return r->cjk ? r->points == 1 : r->points >= PREFIX_FROM;
}

str search_expression(struct arena *mem, str query)
{
    struct buf b;
    struct runs r = query_runs(mem, query);
    buf_init(&b, mem, 256, TOKENS_MAX);
    for (size_t i = 0; i < r.n; i++) {
        if (i > 0) buf_add(&b, STR(" AND "));
        buf_add_byte(&b, '"');
        if (r.item[i].cjk && r.item[i].points > 1) add_pairs(&b, r.item[i].text, false);
        else buf_add(&b, r.item[i].text);
        buf_add(&b, is_prefix(&r.item[i]) ? STR("\" *") : STR("\""));
    }
    return buf_str(&b);
}

/* Excerpts */

struct folded {
    uint32_t *c;  /* folded code points */
    size_t *from; /* each one's code point in the text */
    size_t n, cap;
    size_t *at; /* offset of each code point of the text, and the end */
    bool *hit;
    size_t points;
};

static void push(struct arena *mem, struct folded *f, uint32_t c, size_t from)
{
    if (f->n == f->cap) {
        size_t cap = f->cap == 0 ? 256 : f->cap * 2;
        f->c = arena_grow(mem, f->c, f->cap * sizeof *f->c, cap * sizeof *f->c);
        f->from = arena_grow(mem, f->from, f->cap * sizeof *f->from, cap * sizeof *f->from);
        f->cap = cap;
    }
    f->c[f->n] = c;
    f->from[f->n++] = from;
}

/* Folds each code point by itself, so that every folded one knows where it came from. */
static struct folded fold_points(struct arena *mem, str text)
{
    struct folded f = {.cap = text.n + 1};
    f.c = NEWN(mem, uint32_t, f.cap);
    f.from = NEWN(mem, size_t, f.cap);
    f.at = NEWN(mem, size_t, text.n + 1);
    f.hit = NEWN(mem, bool, text.n + 1);
    for (size_t i = 0; i < text.n; f.points++) {
        size_t from = i;
        uint32_t c = str_next_point(text, &i);
        f.at[f.points] = from;
        if (c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF)) {
            push(mem, &f, c >= 'A' && c <= 'Z' ? c + 32 : c, f.points);
            continue;
        }
        str folded = locale_fold(mem, str_sub(text, from, i - from));
        for (size_t k = 0; k < folded.n;) push(mem, &f, str_next_point(folded, &k), f.points);
    }
    f.at[f.points] = text.n;
    return f;
}

/* For the bounds of a word: letters and digits, roughly, outside the scripts written without spaces. */
static bool is_word(uint32_t c)
{
    if (c < 0x80) return is_ascii_word(c);
    return c >= 0xAA && c != 0xB7 && c != 0xBB && c != 0xBF && !(c >= 0x2000 && c <= 0x206F) &&
           !(c >= 0x3000 && c <= 0x303F) && !is_cjk(c);
}

static void mark_hits(struct folded *f, const struct run *r)
{
    uint32_t needle[LIMIT_QUERY_POINTS * 18]; /* one code point folds to 18 at most (NFKC) */
    size_t n = 0;
    for (size_t i = 0; i < r->text.n && n < COUNT_OF(needle);) needle[n++] = str_next_point(r->text, &i);
    for (size_t i = 0; n > 0 && i + n <= f->n; i++) {
        size_t k = 0;
        if (!r->cjk && i > 0 && is_word(f->c[i - 1])) continue;
        while (k < n && f->c[i + k] == needle[k]) k++;
        if (k < n) continue;
        if (!r->cjk && !is_prefix(r) && i + n < f->n && is_word(f->c[i + n])) continue;
        for (size_t p = f->from[i]; p <= f->from[i + n - 1]; p++) f->hit[p] = true;
    }
}

static str cut_excerpt(struct arena *mem, str text, const struct folded *f, size_t from, size_t to)
{
    struct buf b;
    buf_init(&b, mem, 256, text.n + 2 * f->points + 256);
    if (from > 0) buf_add(&b, STR("…"));
    for (size_t i = from; i < to; i++) {
        str point = str_sub(text, f->at[i], f->at[i + 1] - f->at[i]);
        if (f->hit[i] && (i == from || !f->hit[i - 1])) buf_add_byte(&b, 1);
        if (point.n == 1 && (unsigned char)point.p[0] <= 0x20)
            buf_add_byte(&b, ' '); /* also our own marks, should they be in the text */
        else buf_add(&b, point);
        if (f->hit[i] && (i + 1 == to || !f->hit[i + 1])) buf_add_byte(&b, 2);
    }
    if (to < f->points) buf_add(&b, STR("…"));
    return buf_str(&b);
}

str search_excerpt(struct arena *mem, str text, str query, size_t points)
{
    struct runs r = query_runs(mem, query);
    struct folded f = fold_points(mem, text);
    size_t first = 0;
    for (size_t i = 0; i < r.n; i++) mark_hits(&f, &r.item[i]);
    while (first < f.points && !f.hit[first]) first++;
    if (first == f.points) first = 0;
    size_t from = first > points / 4 ? first - points / 4 : 0;
    size_t to = points < f.points - from ? from + points : f.points;
    if (to == f.points) from = f.points > points ? f.points - points : 0;
    return cut_excerpt(mem, text, &f, from, to);
}

/* Documents */

static str audience_name(enum search_audience a)
{
    return a == SEARCH_PUBLIC ? STR("public") : STR("staff");
}

/* A document on its way into the index, put off to the commit. */
struct index_row {
    search_doc_id id;
    enum search_audience audience;
    size_t n;
    char tokens[];
};

static enum status add_to_index(struct db *db, struct arena *mem, void *arg)
{
    const struct index_row *row = arg;
    str tokens = {row->tokens, row->n};
    (void)mem;
    return row->audience == SEARCH_PUBLIC ? q_search_add_public(db, row->id, tokens, NULL)
                                          : q_search_add_staff(db, row->id, tokens, NULL);
}

enum status search_put(struct db *db, search_doc_id id, matter_id matter, enum search_audience audience,
                       const char *part, str tokens)
{
    TRY(q_search_add_doc(db, id, matter, audience_name(audience), str_from(part), NULL));
    return audience == SEARCH_PUBLIC ? q_search_add_public(db, id, tokens, NULL)
                                     : q_search_add_staff(db, id, tokens, NULL);
}

enum status search_add(struct db *db, struct arena *mem, matter_id matter, enum search_audience audience,
                       const char *part, const str *texts, size_t n)
{
    search_doc_id id = {db_new_id(db)};
    str tokens = search_tokens(mem, texts, n);
    TRY(q_search_add_doc(db, id, matter, audience_name(audience), str_from(part), NULL));
    struct index_row *row = arena_alloc(mem, 1, sizeof *row + tokens.n, _Alignof(struct index_row));
    *row = (struct index_row){.id = id, .audience = audience, .n = tokens.n};
    memcpy(row->tokens, tokens.p, tokens.n);
    return db_at_commit(db, add_to_index, row, sizeof *row + tokens.n);
}

enum status search_drop(struct db *db, struct arena *mem, matter_id matter, enum search_audience audience)
{
    (void)mem;
    return q_search_drop(db, matter, audience_name(audience), db_now(db), NULL);
}
