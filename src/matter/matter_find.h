/* matter_find: matters by words, at any size of the city. Inside the room.
 *
 *      newest documents with all tokens ─▶ whom they are for, the filter ─▶ their texts ─▶ best first
 *
 * A question looks at the newest FIND_TEXTS documents that have its tokens and ends when FIND_MOST matters are found: what is older is not
 * looked at, and the answer says so. Nothing is read to its end. What two characters cannot tell, and how good a hit is, is looked up in
 * the texts of those that fit: words in the subject first, then more of them and closer together, then the newer matter.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MATTER_FIND_H
#define LUOSHI_MATTER_MATTER_FIND_H

#include "matter/matter_ways.h"

#define FIND_MOST  400  /* matters: nobody reads on, and the best of so many are good */
#define FIND_TEXTS 4000 /* documents with the tokens; most of them may not be this reader's */
#define FIND_LOOK  1000 /* matters whose texts are read when the index cannot help */

struct words_found {
    struct key *item; /* in order; only the id is set */
    size_t n;
    bool ended;         /* there are no more */
    int64_t looked;     /* texts that were looked at */
    search_doc_id upto; /* where looking began: the same again gives the same again */
};

/* The query has tokens. upto 0: from the newest on. */
MUST_USE enum status matter_find(struct db *, struct arena *, const struct want *, search_doc_id upto,
                                 struct words_found *out);
/* Of these matters, which fit the filter, those with the words; in the order given unless the best come first. */
MUST_USE enum status matter_find_among(struct db *, struct arena *, const struct want *, const struct key *, size_t n,
                                       struct words_found *out);

#endif
