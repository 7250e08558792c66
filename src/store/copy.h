/* copy: a whole installation from one database into another, of either engine, whatever the schema has (gen/tables.h).
 *
 *      the source's moment ─▶ (partitions) ─▶ table by table, in the order of references ─▶ compare all ─▶ settings, last
 *
 * Invariants   1. the source is read at one moment and not changed; it may be served.   2. the target is empty, or what an earlier copy
 *              of the same source left behind, which is then gone on with behind its last rows.   3. the target is whole when it has
 *              settings, and gets them last, in one transaction, after each table's rows were counted and summed on both sides; until
 *              then no command opens it.   4. rows go as they are: no text is read as anything but bytes, NULL stays NULL.
 * Not copied   the search index: the target asks for a new one (setting search.rebuild, matter/search_rebuild.h).
 * Threads      one; both stores are the caller's and nobody else's meanwhile (the target) or at least opened to read (the source).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_COPY_H
#define LUOSHI_STORE_COPY_H

#include "store/db.h"

enum copy_step {
    COPY_WROTE,    /* rows are on the target's disk: so many of this table in this run */
    COPY_COMPARED, /* so many rows are the same on both sides */
};

struct copy_watch {
    void (*told)(void *ctx, enum copy_step, const char *table, int64_t rows);
    void *ctx;
};

/* Both stores are opened with .copies. ST_CONFLICT the target holds something else, or the two differ in the end; ST_NOT_FOUND there is
 * nothing to copy; ST_INVALID a row that the target's engine does not take; `why` says which. What is there stays, to go on with. */
MUST_USE enum status store_copy(struct store *from, struct store *to, const struct copy_watch *,
                                struct store_error *why);

/* Is this database a copy that is not finished? */
MUST_USE enum status store_copy_unfinished(struct db *, struct arena *, bool *out);

#endif
