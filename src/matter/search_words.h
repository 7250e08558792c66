/* search_words: a text cut into what can be looked for. The same for texts and queries, and for every engine.
 *
 * Folded (NFKC, case: base/locale.h), then cut into runs: a word of letters and digits, or characters of Chinese, Japanese or Korean
 * that stand together. Signs and spaces part runs. ICU finds the words only where a text has letters beyond ASCII.
 *
 * Ownership    a run's bytes are the arena's, a copy of its own: search_stem may change them.
 * Threads      pure functions; the arena is one thread's. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_SEARCH_WORDS_H
#define LUOSHI_MATTER_SEARCH_WORDS_H

#include <stdbool.h>

#include "base/str.h"

struct arena;
struct locale_words;

struct search_run {
    str text;
    bool cjk;
};
struct search_runs {
    struct search_run *item;
    size_t n;
};
/* In the order of the text; all bytes of runs stand in one block in that order. Words are as written, not stemmed. *words: NULL before the
 * first of several texts, opened in this arena when one needs it and closed with it. */
struct search_runs search_runs_of(struct arena *, str text, struct locale_words **words);

/* The first two characters of a run from *at on, which moves on by one: 水压力 gives 水压, then 压力, then nothing. */
bool search_pair(str run, size_t *at, str *out);

/* A light stem of an English word, in place: the length that is left. Plurals, -ed, -ing and -ly go; no word of three letters, and none with
 * a digit or a letter beyond a to z. lamps, lamp; stopped, stop; cities, city. Never longer than the word was. */
size_t search_stem(char *word, size_t n);
void search_stem_run(struct search_run *);

/* One code point, folded or not. */
bool search_is_cjk(uint32_t c);
/* Parts words in every language. */
bool search_is_sign(uint32_t c);

#endif
