/* matter_find: matters by words, at any size of the city. Inside the room.
 *
 *      newest documents with all tokens ─▶ whom they are for, the filter ─▶ their texts ─▶ best first
 *
 * A question looks at the newest documents that have its tokens, so many (ways_limits), and ends when enough matters are found: what is older is not
 * looked at, and the answer says so. Nothing is read to its end. What two characters cannot tell, and how good a hit is, is looked up in
 * the texts of those that fit: words in the subject first, then more of them and closer together, then the newer matter.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MATTER_FIND_H
#define LUOSHI_MATTER_MATTER_FIND_H

#include "matter/matter_ways.h"

struct words_found {
    struct key *item; /* in order; only the id is set */
    size_t n;
    bool ended;         /* there are no more */
    bool full;          /* as many as are ever found */
    int64_t looked;     /* not ended: how many of the newest texts were looked through, or more */
    search_doc_id upto; /* where looking began: the same again gives the same again */
};

/* The query has tokens. upto 0: from the newest on. */
MUST_USE enum status matter_find(struct db *, struct arena *, const struct want *, const struct ways_limits *,
                                 search_doc_id upto, struct words_found *out);
/* Of these matters, which fit the filter, those with the words; in the order given unless the best come first. */
MUST_USE enum status matter_find_among(struct db *, struct arena *, const struct want *, const struct key *, size_t n,
                                       struct words_found *out);

#endif
