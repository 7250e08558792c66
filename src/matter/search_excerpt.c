/* search_excerpt: the place in a text where a query is found, with its hits marked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/locale.h"
#include "matter/search.h"

#define WORD_MOST 64 /* bytes of a word that are compared, as in the index */

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
        if (c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF) || search_is_sign(c)) {
            push(mem, &f, c >= 'A' && c <= 'Z' ? c + 32 : c, f.points);
            continue;
        }
        str folded = locale_fold(mem, str_sub(text, from, i - from));
        for (size_t k = 0; k < folded.n;) push(mem, &f, str_next_point(folded, &k), f.points);
    }
    f.at[f.points] = text.n;
    return f;
}

static void mark(struct folded *f, size_t from, size_t to)
{
    for (size_t p = f->from[from]; p <= f->from[to - 1]; p++) f->hit[p] = true;
}

static void mark_run(struct folded *f, str run)
{
    uint32_t needle[LIMIT_QUERY_POINTS * 18]; /* one code point folds to 18 at most (NFKC) */
    size_t n = 0;
    for (size_t i = 0; i < run.n && n < COUNT_OF(needle);) needle[n++] = str_next_point(run, &i);
    for (size_t i = 0; n > 0 && i + n <= f->n; i++) {
        size_t k = 0;
        while (k < n && f->c[i + k] == needle[k]) k++;
        if (k == n) mark(f, i, i + n);
    }
}

/* Letters and digits outside the scripts written without spaces. */
static bool is_word(uint32_t c)
{
    return !search_is_sign(c) && !search_is_cjk(c);
}

/* The stem of the word between two places; too long a word has none. */
static str stem_between(const struct folded *f, size_t from, size_t to, char word[WORD_MOST + 4])
{
    size_t n = 0;
    for (size_t i = from; i < to && n < WORD_MOST; i++) n += utf8_encode(f->c[i], word + n);
    return n >= WORD_MOST ? (str){NULL, 0} : (str){word, search_stem(word, n)};
}

static void mark_words(struct folded *f, const struct search_query *q)
{
    char word[WORD_MOST + 4];
    for (size_t i = 0; i < f->n;) {
        size_t from = i;
        while (i < f->n && is_word(f->c[i])) i++;
        str stem = stem_between(f, from, i, word);
        for (size_t k = 0; k < q->n && stem.n > 0; k++)
            if (!q->term[k].cjk && str_eq(q->term[k].text, stem)) mark(f, from, i);
        if (i == from) i++;
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

str search_excerpt(struct arena *mem, str text, const struct search_query *q, size_t points)
{
    struct folded f = fold_points(mem, text);
    size_t first = 0;
    for (size_t i = 0; i < q->n; i++)
        if (q->term[i].cjk) mark_run(&f, q->term[i].text);
    mark_words(&f, q);
    while (first < f.points && !f.hit[first]) first++;
    if (first == f.points) first = 0;
    size_t from = first > points / 4 ? first - points / 4 : 0;
    size_t to = points < f.points - from ? from + points : f.points;
    if (to == f.points) from = f.points > points ? f.points - points : 0;
    return cut_excerpt(mem, text, &f, from, to);
}
