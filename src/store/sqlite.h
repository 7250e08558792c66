/* sqlite: the engine for one machine: a database is a file. Private to this room.
 *
 * Beside engine.h: opening in a role, what a file's first bytes say, finishing a new one, copying it whole.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_SQLITE_H
#define LUOSHI_STORE_SQLITE_H

#include "store/engine.h"

enum sqlite_role {
    SQLITE_AS_READER = 1, /* reads; may be allowed to write for a batch */
    SQLITE_AS_WRITER,     /* the writer's */
    SQLITE_AS_LOOKER,     /* opened read-only: does not even move the log of a crash into the file */
    SQLITE_AS_MAKER,      /* makes a new file that nobody else knows yet */
    SQLITE_AS_MEMORY,     /* tests */
};

/* What the first bytes of a file say, read without a lock and without touching anything. */
struct sqlite_header {
    bool is_empty;
    bool is_database;
    uint32_t application;
    int version;
    int64_t bytes;
    int64_t bytes_expected; /* 0: the header does not know */
};

MUST_USE enum status sqlite_header(const char *path, struct sqlite_header *out);

/* statements: how many the connection may keep prepared. On failure *out is NULL and `why` (cap bytes) says why. */
MUST_USE enum status sqlite_open(struct arena *, const char *path, enum sqlite_role, int statements,
                                 struct engine **out, char *why, size_t cap);
/* SQLITE_AS_MAKER: the finished file gets its application id and its lasting journal. */
MUST_USE enum status sqlite_finish_new(struct engine *);
/* The whole database as the engine sees it, into a new file without a log. Begin a read first, so that one moment is
 * copied. */
MUST_USE enum status sqlite_copy(struct engine *, const char *path, char *why, size_t cap);

#endif
