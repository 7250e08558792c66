/* postgres_inside: what the files of postgres*.c share. No other file includes it.
 *
 * A connection is always in pipeline mode: what is sent is kept in `sent` until its result is read, and nothing is waited for until
 * somebody wants a result. One synchronisation point ends what was sent; when one of it fails, the server skips the rest.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_POSTGRES_INSIDE_H
#define LUOSHI_STORE_POSTGRES_INSIDE_H

#include <libpq-fe.h>

#include "store/inside.h"
#include "store/postgres.h"
#include "store/stmt.h"

#define PG_AHEAD  256 /* sent and not yet answered */
#define PG_PARAMS 256

struct pg_param {
    const char *p; /* NULL: the number in be */
    int n;         /* < 0: NULL */
    unsigned char be[8];
};

struct pg_held;
struct pg_many;

struct pg_stmt {
    struct stmt base;
    struct pg_engine *engine;
    const struct stmt_text *text;
    struct pg_param *params;
    int n_params;
    char name[16];
    PGresult *rows;
    int row;
    int n_rows;
    enum status fault; /* of a binding */
    bool changes;      /* may change something */
    bool is_prepared;
    bool is_preparing; /* sent, not yet answered */
    bool is_busy;
    bool is_asked;
    bool streams;
    bool has_more;        /* of a stream: the server has not said that it is over */
    int rank;             /* > 0: its rows may wait for others (postgres_many.c) */
    struct pg_many *many; /* made when first needed */
};

struct pg_sent {
    const char *what;     /* for the log */
    struct pg_stmt *stmt; /* NULL: a verb */
    bool is_prepare;
};

struct pg_engine {
    struct engine base; /* base.fault: of the transaction that is open */
    struct arena *mem;
    struct postgres_options options;
    PGconn *c;
    bool may_change;
    bool is_open;     /* between a begin and the end that answers it, also when the connection was lost meanwhile */
    bool is_changing; /* and it may change */
    bool is_lost;     /* no connection */
    bool
        is_anew; /* connected since somebody last asked (postgres_ping): whatever was lost, and by whatever it was opened again */
    int64_t retry_ns; /* not before, after a failure to connect */
    struct pg_sent sent[PG_AHEAD];
    int n_sent;
    struct pg_stmt *stream; /* rows of it are still to come: nothing else can be asked */
    char message[256];
    struct pg_stmt *statements;
    int n_statements;
    unsigned names;       /* given to statements so far */
    struct pg_stmt begin; /* options.begin_version */
    struct pg_held *held; /* rows that wait; their bytes are in held_mem */
    int n_held;
    size_t held_bytes;
    struct arena *held_mem;
};

/* postgres_wire.c */

/* Outside of a transaction: a live connection, opened again if need be. Inside: ST_OK while it can go on, else why not. */
MUST_USE enum status pg_ready(struct pg_engine *);
MUST_USE enum status pg_connect(struct pg_engine *, char *why, size_t cap);
/* Adds to what is sent; a failure shows when results are read. */
void pg_send_text(struct pg_engine *, const char *what, const char *text);
void pg_send_stmt(struct pg_engine *, struct pg_stmt *);
/* Ends what was sent and reads all results. `wanted`: keeps the rows of this statement, the one sent last of its kind (may be NULL).
 * Returns the first failure, which is then also the transaction's. */
MUST_USE enum status pg_receive(struct pg_engine *, struct pg_stmt *wanted);
/* The next rows of a stream; ST_NOT_FOUND at its end. */
MUST_USE enum status pg_receive_more(struct pg_engine *, struct pg_stmt *);
/* A text on its own. *out is NULL or to be cleared, also after a failure. */
MUST_USE enum status pg_rows(struct pg_engine *, const char *what, const char *text, PGresult **out);
/* The same, with at most one row of whole numbers as its result; NULL columns leave what was there. */
MUST_USE enum status pg_numbers(struct pg_engine *, const char *what, const char *text, int64_t *out, int n);
/* What a failed result means, for the open transaction too; NULL: no answer, the connection is lost. */
enum status pg_failed(struct pg_engine *, const char *what, const PGresult *);
/* Several texts at once, not in pipeline mode: scripts. */
MUST_USE enum status pg_script(struct pg_engine *, const char *what, const char *text);

/* postgres_many.c */
int pg_many_rank(const char *text);
/* Keeps the row that is bound, with a copy of its bytes, until pg_many_send; false: it cannot wait. */
bool pg_many_hold(struct pg_engine *, struct pg_stmt *);
/* Sends what waits, before anything else is. A failure is the transaction's, too. */
MUST_USE enum status pg_many_send(struct pg_engine *);
void pg_many_drop(struct pg_engine *); /* what waits is undone */
void pg_many_lost(struct pg_stmt *);   /* nothing is prepared any more */
void pg_many_free(struct pg_engine *);

/* postgres_stmt.c */
enum status pg_stmt_open(struct engine *, const struct stmt_text *, struct stmt **out);
int64_t pg_int_of(const PGresult *, int row, int column);

#endif
