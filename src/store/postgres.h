/* postgres: the engine for several machines: a database is on a server that is reached by a URL. Private to this room.
 *
 * Beside engine.h: opening, what stands in the database, locks that the server keeps for a session, and what it tells others of commits.
 * Nothing here moves data; store_server.c says when.
 *
 * Invariants   1. every session is read-only by default; a changing transaction says so when it begins, and holds the writer's lock.
 *              2. a connection that was lost is opened again outside of transactions only: what was begun on it is gone, and says so until
 *              its end.   3. no words of the server go further than the log of the operator, and none that could hold data.
 * Further      https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_POSTGRES_H
#define LUOSHI_STORE_POSTGRES_H

#include "store/engine.h"

struct postgres_options {
    const char *url;  /* postgresql://user@host:port/database?… or what libpq takes instead; outlives the engine */
    int statement_ms; /* a statement may take this long; 0: no limit */
    int lock_ms;      /* waiting for a lock, the writer's too */
    int idle_ms;      /* a transaction in which nothing is asked for this long is ended by the server; 0: no limit */
    int statements;   /* how many may be kept prepared */
    const struct stmt_text *
        begin_version; /* asked with the lock of each transaction that changes (base.has_version): one number, or no row for 0 */
    const _Atomic int
        *number;   /* of the node, told with each commit so that it need not hear of its own; NULL: not told */
    bool anywhere; /* also a server that only reads */
    bool later;    /* connect with the first statement */
    bool standby;  /* a server that follows another, unless the URL says what else */
    const char *host, *port; /* of the URL's servers this one; NULL: any */
};

/* On failure *out is NULL and `why` (cap bytes) says why: ST_BUSY no server, or one that takes no more; ST_INVALID not what we need. */
MUST_USE enum status postgres_open(struct arena *, const struct postgres_options *, struct engine **out, char *why,
                                   size_t cap);

/* What stands in the database before anything is done to it. */
struct postgres_state {
    bool is_empty; /* no tables at all */
    bool is_ours;
    int version;
};
MUST_USE enum status postgres_state(struct engine *, struct postgres_state *out);
/* Partitions for the months from the first moment to the second. */
MUST_USE enum status postgres_partitions(struct engine *, int64_t from_ms, int64_t to_ms);
/* Many rows into one table: `text` is a COPY … FROM STDIN (FORMAT binary), the bytes what that reads. Inside a changing transaction; until
 * the end nothing else is asked. An end that does not keep gives the transaction up too. postgres_bulk.c */
MUST_USE enum status postgres_bulk_begin(struct engine *, const char *text);
MUST_USE enum status postgres_bulk_put(struct engine *, str bytes);
MUST_USE enum status postgres_bulk_end(struct engine *, bool keep);
MUST_USE enum status postgres_bytes(struct engine *, int64_t *out);
/* The place in the server's log up to which it is on disk: behind everything that was committed. */
MUST_USE enum status postgres_position(struct engine *, int64_t *out);
/* The place up to which a server that follows another one has come; *follows false: it does not follow (any more). */
MUST_USE enum status postgres_replayed(struct engine *, int64_t *out, bool *follows);
/* Which of the URL's servers it is. */
void postgres_server(const struct engine *, char *host, size_t host_cap, char *port, size_t port_cap);

/* Locks of a session, kept until it ends. */
MUST_USE enum status postgres_lock_migrating(struct engine *); /* waits as long as it takes */
MUST_USE enum status postgres_unlock_migrating(struct engine *);
/* One of 1,024 numbers that no other session holds, the first free one from `from`; ST_BUSY when none is. */
MUST_USE enum status postgres_number(struct engine *, int from, int *out);
/* How many sessions hold one. */
MUST_USE enum status postgres_numbers_held(struct engine *, int64_t *out);

/* Hearing of commits */
MUST_USE enum status postgres_listen(struct engine *);
/* Waits for at most `ms`, or until the descriptor `wake` can be read. *commits: how many were told of, not counting those of the node
 * itself. ST_BUSY: the connection is lost. */
MUST_USE enum status postgres_hear(struct engine *, int ms, int wake, int *commits);
/* Does the server answer? Opens the connection again when it was lost. *anew: it is another one than at the last time, and locks
 * and listening are gone. */
MUST_USE enum status postgres_ping(struct engine *, bool *anew);

#endif
