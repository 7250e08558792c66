/* search_rebuild: the index made again from the words, and checked against them.
 *
 * It is wanted when the setting search.rebuild is there: a migration that changes the index sets it, and so does an operator's command. It
 * holds how far the work has come; each batch is a transaction with it, so that work that was cut off goes on where it was. Matters are
 * taken by the day they were raised, so that later documents are newer also when old matters were imported late.
 *
 * Until it is done, what has not been reached is not found. Threads   the caller's connection, outside db_write.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_SEARCH_REBUILD_H
#define LUOSHI_MATTER_SEARCH_REBUILD_H

#include "store/db.h"

MUST_USE enum status search_rebuild_wanted(struct db *, struct arena *, bool *out);
/* Inside a write: from the beginning. */
MUST_USE enum status search_rebuild_want(struct db *, struct arena *);

struct search_progress {
    bool (*tell)(void *ctx, int64_t done, int64_t all); /* after each batch; false: stop here */
    void *ctx;
};
/* To the end, when it is wanted. ST_BUSY: stopped before it. */
MUST_USE enum status search_rebuild(struct db *, struct search_progress);

/* Every matter has its documents, for those who may read it; and a sample of them, or all when there are few, stands in the index by its
 * words. *wrong: how many do not; report: which, a line each. */
MUST_USE enum status search_check(struct db *, struct arena *, int64_t *wrong, str *report);

#endif
