/* search_words: see search_words.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/search_words.h"

#include <string.h>

#include "base/arena.h"
#include "base/locale.h"
#include "base/status.h"

/* Code points */

bool search_is_cjk(uint32_t c)
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
    if (c >= 0x4E00 && c <= 0x9FFF) return true;
    for (size_t i = 0; i < COUNT_OF(ranges); i++)
        if (c >= ranges[i].from && c <= ranges[i].to) return c != 0x30FB; /* the middle dot of kana */
    return false;
}

static bool is_ascii_word(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ASCII's signs and those of Chinese and Western type, arrows, blocks, private signs and pictures: a query and a text agree whatever stands
 * around a word. */
bool search_is_sign(uint32_t c)
{
    if (c < 0x80) return !is_ascii_word(c);
    if (c < 0x2000) return (c >= 0xA0 && c <= 0xBF && c != 0xAA && c != 0xB5 && c != 0xBA) || c == 0xD7 || c == 0xF7;
    return c <= 0x206F || (c >= 0x2190 && c <= 0x2BFF) || (c >= 0x3000 && c <= 0x303F && !search_is_cjk(c)) ||
           (c >= 0xE000 && c <= 0xF8FF) || (c >= 0x1F000 && c <= 0x1FAFF);
}

/* Folding */

/* Lead bytes of three-byte forms: E4 B8 to E9 BF is all of Han that people write. */
static bool is_common_han(const unsigned char *p)
{
    return (p[0] == 0xE4 && p[1] >= 0xB8) || (p[0] >= 0xE5 && p[0] <= 0xE9);
}

/* The length of one code point that folds without Unicode's tables, and its folded byte or 0: itself. 0: not known here. */
static size_t plain_point(const unsigned char *p, size_t left, char *as)
{
    *as = 0;
    if (p[0] < 0x80) {
        *as = (char)(p[0] >= 'A' && p[0] <= 'Z' ? p[0] + 32 : p[0]);
        return 1;
    }
    if (left < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
    if (is_common_han(p)) return 3;
    if (p[0] == 0xE3 && p[1] == 0x80 && p[2] >= 0x80 && p[2] <= 0x91) { /* U+3000 to U+3011: 、。〈〉《》「」『』【】 */
        if (p[2] >= 0x85 && p[2] <= 0x87) return 3;
        *as = ' ';
        return 3;
    }
    if (p[0] == 0xE2 && p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0xA6 && p[2] != 0x97) { /* dashes, quotes, … */
        *as = ' ';
        return 3;
    }
    if (p[0] == 0xE2 &&
        ((p[1] == 0x96 && p[2] >= 0xA0) || p[1] == 0x97)) { /* U+25A0 to U+25FF: what is struck out is ■ */
        *as = ' ';
        return 3;
    }
    uint32_t c = (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    if (c < 0xFF01 || c > 0xFF5E) return 0;
    c = c - 0xFF01 + '!'; /* full-width forms */
    *as = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return 3;
}

/* As locale_fold, but for signs, which may have become spaces; nearly all texts need no table for it. */
static str fold(struct arena *mem, str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    char *out = NEWN(mem, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        char as;
        size_t length = plain_point(p + i, s.n - i, &as);
        if (length == 0) return locale_fold(mem, s);
        if (length == 1 || as != 0) { /* a NUL is one byte, too */
            out[n++] = as;
        } else {
            memcpy(out + n, p + i, 3);
            n += 3;
        }
        i += length;
    }
    return (str){out, n};
}

/* Runs */

struct cutter {
    struct arena *mem;
    struct locale_words **words;
    struct search_runs runs;
    size_t cap;
    str segment; /* being cut into words */
};

static void add_run(struct cutter *c, str text, bool cjk)
{
    if (text.n == 0) return;
    if (c->runs.n == c->cap) {
        size_t cap = c->cap == 0 ? 64 : c->cap * 2;
        c->runs.item = arena_grow(c->mem, c->runs.item, c->cap * sizeof *c->runs.item, cap * sizeof *c->runs.item);
        c->cap = cap;
    }
    c->runs.item[c->runs.n++] = (struct search_run){text, cjk};
}

static bool add_word(void *ctx, size_t from, size_t to, int kind)
{
    struct cutter *c = ctx;
    (void)kind;
    add_run(c, str_sub(c->segment, from, to - from), false);
    return true;
}

static void close_words(void *words)
{
    locale_words_close(words);
}

/* Letters and digits with no sign among them, some beyond ASCII. */
static void add_letters(struct cutter *c, str s)
{
    if (*c->words == NULL) {
        *c->words = locale_words_open(c->mem);
        if (*c->words != NULL) arena_defer(c->mem, close_words, *c->words);
    }
    c->segment = s;
    if (*c->words == NULL || !locale_words_each(*c->words, s, add_word, c)) add_run(c, s, false);
}

enum script { NONE, ASCII, LETTERS, CJK };

static enum script script_of(uint32_t c)
{
    if (search_is_sign(c)) return NONE;
    if (c < 0x80) return ASCII;
    return search_is_cjk(c) ? CJK : LETTERS;
}

static void end_run(struct cutter *c, str s, enum script script)
{
    if (script == ASCII) add_run(c, s, false);
    else if (script == LETTERS) add_letters(c, s);
    else if (script == CJK) add_run(c, s, true);
}

/* The script of the code point at i, and the place behind it. */
static enum script script_at(str s, size_t *i)
{
    const unsigned char *p = (const unsigned char *)s.p + *i;
    if (p[0] < 0x80) {
        ++*i;
        return is_ascii_word(p[0]) ? ASCII : NONE;
    }
    if (s.n - *i < 3 || !is_common_han(p)) return script_of(str_next_point(s, i));
    *i += 3;
    return CJK;
}

struct search_runs search_runs_of(struct arena *mem, str text, struct locale_words **words)
{
    struct cutter c = {.mem = mem, .words = words};
    str s = fold(mem, text);
    enum script script = NONE;
    size_t from = 0;
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        enum script next = script_at(s, &i);
        if (next == script) continue;
        if ((script == ASCII && next == LETTERS) || (script == LETTERS && next == ASCII)) {
            script = LETTERS;
            continue;
        }
        if (script != NONE) end_run(&c, str_sub(s, from, at - from), script);
        from = at;
        script = next;
    }
    end_run(&c, str_sub(s, from, s.n), script);
    return c.runs;
}

bool search_pair(str run, size_t *at, str *out)
{
    size_t middle = *at;
    if (middle < run.n) (void)str_next_point(run, &middle);
    if (middle >= run.n) return false;
    size_t to = middle;
    (void)str_next_point(run, &to);
    *out = str_sub(run, *at, to - *at);
    *at = middle;
    return true;
}

/* Stems */

#define STEM_LONGEST 24 /* letters: what is longer is no English word */

static bool is_vowel(const char *w, size_t i)
{
    char c = w[i];
    if (c == 'y') return i > 0 && !is_vowel(w, i - 1);
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

static bool has_vowel(const char *w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_vowel(w, i)) return true;
    return false;
}

static bool ends(const char *w, size_t n, const char *with)
{
    size_t k = strlen(with);
    return n >= k && memcmp(w + n - k, with, k) == 0;
}

/* One syllable that ends consonant, vowel, consonant: hop, plac, clos. Such a stem has lost an e. */
static bool wants_e(const char *w, size_t n)
{
    size_t turns = 0; /* from vowel to consonant */
    if (n < 3 || is_vowel(w, n - 1) || !is_vowel(w, n - 2) || is_vowel(w, n - 3)) return false;
    if (w[n - 1] == 'w' || w[n - 1] == 'x' || w[n - 1] == 'y') return false;
    for (size_t i = 1; i < n; i++) turns += is_vowel(w, i - 1) && !is_vowel(w, i);
    return turns == 1;
}

static size_t without_plural(char *w, size_t n)
{
    if (ends(w, n, "ied") || ends(w, n, "ies")) {
        if (n == 4) return 3; /* tied, ties: tie */
        w[n - 3] = 'y';
        return n - 2;
    }
    if (!ends(w, n, "s") || ends(w, n, "ss") || ends(w, n, "us") || ends(w, n, "is")) return n;
    bool es = ends(w, n, "sses") || ends(w, n, "xes") || ends(w, n, "ches") || ends(w, n, "shes") ||
              (n > 5 && ends(w, n, "oes"));
    return es && n > 4 ? n - 2 : n - 1;
}

/* -ed and -ing, and the e that they took. */
static size_t without_ending(char *w, size_t n, size_t ending)
{
    size_t rest = n - ending;
    if (rest == 2 && is_vowel(w, 0) && !is_vowel(w, 1)) { /* used, using: use */
        w[2] = 'e';
        return 3;
    }
    if (rest < 3 || !has_vowel(w, rest)) return n; /* shed, king, string */
    if (!wants_e(w, rest)) return rest;
    w[rest] = 'e';
    return rest + 1;
}

static size_t without_suffix(char *w, size_t n)
{
    if (ends(w, n, "eed")) return n > 5 ? n - 1 : n; /* agreed: agree; need */
    if (ends(w, n, "ed")) return without_ending(w, n, 2);
    if (ends(w, n, "ing")) return without_ending(w, n, 3);
    if (!ends(w, n, "ly") || n < 6 || !has_vowel(w, n - 2)) return n;
    if (w[n - 3] == 'i') w[n - 3] = 'y'; /* easily: easy */
    return n - 2;
}

/* leave and leav, fall and fal are one. */
static size_t without_ending_letters(const char *w, size_t n)
{
    if (n > 4 && w[n - 1] == 'e' && !wants_e(w, n - 1)) n--;
    if (n > 3 && w[n - 1] == w[n - 2] && !is_vowel(w, n - 1)) n--;
    return n;
}

static bool irregular(char *w, size_t *n)
{
    static const struct {
        const char *word, *stem;
    } words[] = {
        {"children", "child"}, {"women", "woman"}, {"men", "man"},   {"feet", "foot"},
        {"teeth", "tooth"},    {"buses", "bus"},   {"gases", "gas"},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (*n != strlen(words[i].word) || memcmp(w, words[i].word, *n) != 0) continue;
        *n = strlen(words[i].stem);
        memcpy(w, words[i].stem, *n);
        return true;
    }
    return false;
}

size_t search_stem(char *w, size_t n)
{
    if (n < 3 || n > STEM_LONGEST) return n;
    for (size_t i = 0; i < n; i++)
        if (w[i] < 'a' || w[i] > 'z') return n;
    if (irregular(w, &n) || n == 3) return n;
    n = without_plural(w, n);
    if (n > 3) n = without_suffix(w, n);
    return n > 3 ? without_ending_letters(w, n) : n;
}

/* A run's bytes are ours. */
void search_stem_run(struct search_run *r)
{
    r->text.n = search_stem((char *)(uintptr_t)r->text.p, r->text.n);
}
