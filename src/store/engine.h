/* engine: one connection to a database, as store.c, writer.c and backup.c see it. sqlite.c implements it and stmt.h.
 *
 * Private to this room. Everything that SQLite calls by a name of its own stays behind these functions.
 *
 * Ownership    an engine lives in the arena it was opened with, until engine_close.
 * Threads      one engine, one thread at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_ENGINE_H
#define LUOSHI_STORE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

struct engine;

#define ENGINE_APPLICATION UINT32_C(0x4C554F31) /* "LUO1", in the file's header */

enum engine_role {
    ENGINE_READER = 1, /* reads; may be allowed to write for a batch */
    ENGINE_WRITER,     /* the writer's */
    ENGINE_LOOKER,     /* opened read-only: does not even move the log of a crash into the file */
    ENGINE_MAKER,      /* makes a new file that nobody else knows yet */
    ENGINE_MEMORY,     /* tests */
};

/* What the first bytes of a file say, read without a lock and without touching anything. */
struct engine_header {
    bool is_empty;
    bool is_database;
    uint32_t application;
    int version;
    int64_t bytes;
    int64_t bytes_expected; /* 0: the header does not know */
};

/* Fixed statements around the changes. */
enum engine_verb {
    ENGINE_BEGIN_READ,
    ENGINE_BEGIN_WRITE, /* takes the write lock at once */
    ENGINE_COMMIT,
    ENGINE_ROLLBACK,
    ENGINE_JOB_SAVE, /* a command's savepoint */
    ENGINE_JOB_KEEP,
    ENGINE_JOB_UNDO,
    ENGINE_PART_SAVE, /* db_savepoint */
    ENGINE_PART_KEEP,
    ENGINE_PART_UNDO,
    ENGINE_VERBS
};

MUST_USE enum status engine_header(const char *path, struct engine_header *out);

/* statements: how many the connection may keep prepared. On failure *out is NULL and `why` (cap bytes) says why. */
MUST_USE enum status engine_open(struct arena *, const char *path, enum engine_role, int statements,
                                 struct engine **out, char *why, size_t cap);
void engine_close(struct engine *);

MUST_USE enum status engine_do(struct engine *, enum engine_verb);
bool engine_in_transaction(const struct engine *);
/* Outside db_write and batches a changing statement is refused; switching also tells the engine when `whole`. */
void engine_allow_changes(struct engine *, bool allowed, bool whole);

/* A number that differs from the last one when another connection has committed since. */
MUST_USE enum status engine_data_version(struct engine *, int *out);

/* Words of the last fault; no data. */
const char *engine_message(const struct engine *);

/* Schema */
MUST_USE enum status engine_version(struct engine *, int *out);
MUST_USE enum status engine_set_version(struct engine *, int version);
MUST_USE enum status engine_script(struct engine *, const char *text);
MUST_USE enum status engine_references(struct engine *, bool enforced);
/* Rows whose foreign key points nowhere. */
MUST_USE enum status engine_broken_references(struct engine *, int64_t *out);
/* The greatest key of every table that has an integer `id`. */
MUST_USE enum status engine_greatest_id(struct engine *, int64_t *out);
/* ENGINE_MAKER: the finished file gets its application id and its lasting journal. */
MUST_USE enum status engine_finish_new(struct engine *);

/* Upkeep */
/* Moves the write-ahead log into the file when it has grown; never fails a caller. */
void engine_tidy(struct engine *, bool after_much);
/* The whole database as `engine` sees it, into a new file without a log. Begin a read first, so that one moment is
 * copied. */
MUST_USE enum status engine_copy(struct engine *, const char *path, char *why, size_t cap);
MUST_USE enum status engine_check(struct engine *, struct arena *, str *report);

#endif
