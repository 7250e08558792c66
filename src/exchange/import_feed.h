/* import_feed: the rows of a table of matters, read, checked and cut into tokens on a thread of their own, a chunk at a time.
 *
 * Invariants   1. chunks come in the order of the file, and so do the rows in them.   2. there are IMPORT_CHUNKS of them: the thread waits
 *              when all are full, so memory does not grow with the file.
 * Ownership    a chunk and all in it is the taker's until it is given back. The sheet and its arena are the thread's from start to stop.
 * Threads      start, take, give, skip and stop on one thread; the feed's own touches no database. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_IMPORT_FEED_H
#define LUOSHI_EXCHANGE_IMPORT_FEED_H

#include "exchange/import_inside.h"
#include "matter/matter_whole.h"

#define IMPORT_CHUNKS 3

struct import_ready {
    struct sheet_row row;
    bool
        is_plain; /* whole is filled: a new matter in good order, unless its number is there already. Else the ordinary way decides */
    struct matter_whole whole;
    str category; /* as in the file */
};
struct import_chunk {
    struct arena *mem;
    struct import_ready *ready;
    size_t n;
    enum status end; /* ST_OK: more chunks follow; ST_NOT_FOUND: the last; else the sheet says why there are no more */
};

struct import_feed;
/* ST_BUSY: no thread can be had. `now`: rows that are raised later are not in order. */
MUST_USE enum status import_feed_start(struct arena *, struct sheet *, const struct import_row *like, instant now,
                                       struct import_feed **out);
/* Rows up to this one need not be made ready from now on: they are left out where that is still possible. */
void import_feed_skip(struct import_feed *, int64_t row);
/* Waits. Not after a chunk whose end is not ST_OK. */
struct import_chunk *import_feed_take(struct import_feed *);
void import_feed_give(struct import_feed *, struct import_chunk *);
/* Whatever it does, it ends; the sheet is the caller's again. */
void import_feed_stop(struct import_feed *);

#endif
