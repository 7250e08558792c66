/* search: text to tokens, the same for both engines; queries to FTS expressions; hits to highlights.
 *
 * ICU folds (NFKC, case) and finds words; runs of Chinese, Japanese and Korean characters become overlapping pairs, plus the last
 * character alone, so that any two or more characters are found exactly where they stand together. A separator token stands between
 * runs, so that a pair never spans punctuation. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_SEARCH_H
#define LUOSHI_MATTER_SEARCH_H

#include "gen/ids.h"
#include "store/db.h"

/* Space-separated tokens of the texts joined by separators. */
str search_tokens(struct arena *, const str *texts, size_t n);
/* An FTS5 expression: every term must occur; a Chinese run is a phrase of pairs; a single Chinese character a prefix; words by prefix when
 * three letters or longer. Empty when nothing searchable is in it. Never fails on any input, never lets operators through. */
str search_expression(struct arena *, str query);
/* About `points` code points of text around the first hit, with U+0001 before and U+0002 after each hit. */
str search_excerpt(struct arena *, str text, str query, size_t points);

enum search_audience { SEARCH_STAFF = 1, SEARCH_PUBLIC };
/* Inside a write. */
MUST_USE enum status search_add(struct db *, struct arena *, matter_id, enum search_audience, const char *part,
                                const str *texts, size_t n);
/* With tokens and a key that are known already, at once: for many documents in the order of their keys. */
MUST_USE enum status search_put(struct db *, search_doc_id, matter_id, enum search_audience, const char *part,
                                str tokens);
MUST_USE enum status search_drop(struct db *, struct arena *, matter_id, enum search_audience);

#endif
