/* search: words of matters and answers in one index for both audiences, and how it is asked.
 *
 *      texts ─▶ search_tokens ─▶ document ─▶ index           query ─▶ search_query_of ─▶ tokens ─▶ newest documents ─▶ matter_find
 *
 * A token is an English word's stem, another word as it is, or two characters of Chinese, Japanese or Korean that stand next to each other
 * (search_words.h). The index knows which documents have a token and nothing else: where it stands is looked up in the texts themselves,
 * of a few hundred candidates (matter_find.h). What never changes of a matter, when and how it was raised and what kind it is, stands in the
 * index too, as marks beside the tokens.
 *
 * Invariants   1. a document is one text: a matter's words, or one answer's. Its bits say who may find it; those of the public only when each
 *              word of it may be read by the public.   2. a document is never changed but for its bits and its end.
 *              3. what the public may read differs from the original: it is a document of its own.
 * Ownership    results are the arena's.   Threads   pure functions over (db, arena); no statics. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_SEARCH_H
#define LUOSHI_MATTER_SEARCH_H

#include "gen/ids.h"
#include "matter/search_words.h"
#include "store/db.h"

/* Each token once, in order of first use, with a space between. */
str search_tokens(struct arena *, const str *texts, size_t n);

/* Queries */

struct search_term {
    str text;      /* folded; of a word its stem */
    bool cjk;      /* a run: of several characters, all of them in order; of one, only the texts can tell */
    size_t points; /* characters of a run */
};
struct search_query {
    struct search_term *term;
    size_t n;
    str tokens; /* what a document must have, for the index; empty: the index cannot help */
};
/* Never fails on any input. Every term must occur. n 0: nothing in it can be looked for. */
struct search_query search_query_of(struct arena *, str query);
/* What the index may be walked through for these tokens: `upto`, the newest document, when it is 0; and `beyond`, 0 when all of it. The index
 * joins the documents of several tokens one by one; tokens that are common and seldom together would be joined to their end. *counted: the
 * index must be asked for no more documents than search_together counts, since it does not stop at `beyond` by itself. */
struct search_reach {
    search_doc_id upto, beyond;
    bool counted;
};
MUST_USE enum status search_reach(struct db *, struct arena *, str tokens, struct search_reach *);
/* Documents with all tokens among those down from upto and above beyond, so many at the most. */
MUST_USE enum status search_together(struct db *, struct arena *, str tokens, search_doc_id upto, search_doc_id beyond,
                                     size_t most, size_t *out);

/* What the index is asked for: tokens with a space between must all be there, of two with / between them one, of two groups with | one. These are
 * signs, and so in no token. */
str search_any(struct arena *, str group, str other);
/* And that the matter was raised in these months at the earliest and latest (INT64_MIN, INT64_MAX: open), is of this kind, came this way (.n 0: any). */
str search_with_marks(struct db *, struct arena *, str tokens, instant from, instant to, str kind, str channel);

/* About `points` code points of text around the first hit, with U+0001 before and U+0002 after each hit. */
str search_excerpt(struct arena *, str text, const struct search_query *, size_t points);

/* Documents, inside a write */

enum search_audience { SEARCH_STAFF = 1, SEARCH_PUBLIC = 2, SEARCH_BOTH = 3 };
struct search_text {
    matter_id matter;
    answer_id answer; /* 0: the matter's own words */
    instant raised_at;
    str kind, channel; /* of the matter; .n 0: they and raised_at are looked up */
    const str *parts;
    size_t n;
};
MUST_USE enum status search_add(struct db *, struct arena *, const struct search_text *, enum search_audience);
/* With tokens that are known already; `parts` is not looked at. */
MUST_USE enum status search_put(struct db *, struct arena *, const struct search_text *, enum search_audience,
                                str tokens);
/* Around very many additions in one transaction: the index puts its parts together less often meanwhile, and catches up with later commits. */
MUST_USE enum status search_many(struct db *, bool begins);
/* The public may find this text by its shown words: in the document that is there when they are the same, else in one more. */
MUST_USE enum status search_show(struct db *, struct arena *, const struct search_text *, const str *shown, size_t n);
/* The public finds nothing of the matter any more. */
MUST_USE enum status search_hide(struct db *, struct arena *, matter_id);

#endif
