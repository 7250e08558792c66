/* merge: several lists, each in its order, read as one. Inside the room.
 *
 * Each list is a range of an index. It is known by its head: the key of its next row, or any key not behind that. Rows are read ahead a few
 * at a time, and only in ranges whose turn comes: a page of a thousand ranges reads in some twenty of them.
 *
 * Invariants   1. what merge_next gives rises, and has no key twice.   2. a range is asked again only behind what it gave.
 * Ownership    everything lives in the arena. Threads: one. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MERGE_H
#define LUOSHI_MATTER_MERGE_H

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

/* Compared from left to right. */
struct key {
    int64_t sort_key, id_key, id;
};
#define KEY_BEFORE_ALL ((struct key){INT64_MIN, INT64_MIN, INT64_MIN})

struct merge_range {
    int64_t of; /* what the reader of ranges knows it by */
    int which;
    str state;
    struct key head;
    struct key *item; /* rows read ahead */
    size_t n, at;
    int64_t ahead; /* how many were read last */
};

/* Up to `limit` rows of the range behind `after`; none: it has ended. */
typedef enum status (*merge_read)(void *ctx, const struct merge_range *, struct key after, int64_t limit,
                                  struct key **out, size_t *n);

struct merge {
    void *ctx;
    merge_read read;
    struct key after; /* where all begin */
    int64_t expected; /* how many rows will be asked for in all, when that is known; else 0 */
    struct merge_range *heap;
    size_t n;
    bool gave;
    struct key last;
};

bool key_before(struct key, struct key);
/* The ranges become the merge's own, in any order. */
void merge_open(struct merge *, struct merge_range *, size_t n);
/* Up to `limit` keys into `out`; *ended: there are no more. */
MUST_USE enum status merge_next(struct merge *, int64_t limit, struct key *out, size_t *n, bool *ended);

#endif
