/* stmt: prepared statements, as the generated functions q_* use them. Names no engine; written by hand nowhere else.
 *
 * A statement is prepared when a connection first needs it and kept by its number. Between stmt_open and the call that
 * ends it (stmt_end, stmt_run) it is busy; the same statement cannot be opened twice at once on one connection.
 *
 * Ownership    bound text is borrowed until the end; stmt_str copies into the arena, stmt_lend lends until the next
 * step. Exhaustion   an arena that is full resets the statement before control leaves, so that no read transaction
 * stays open. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_STMT_H
#define LUOSHI_STORE_STMT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

struct db;
struct stmt;

/* Parameters are written $1, $2, … in the order of their first use, which both engines read alike. */
struct stmt_text {
    int number;       /* place in stmt_all and in a connection's cache; -1: prepared anew each time (tests) */
    const char *name; /* q_matter_list */
    const char *file;
    int line;
    const char *text;
    const char *pg; /* for PostgreSQL when it differs, else NULL */
};

/* Every statement of the program (gen/sql_all.c), ended by NULL. */
extern const struct stmt_text *const stmt_all[];
extern const int stmt_all_count;

MUST_USE enum status stmt_open(struct db *, const struct stmt_text *, struct stmt **out);

/* A fault of binding is kept and returned by the first step. str: .p == NULL binds the empty string. */
void stmt_bind_str(struct stmt *, int place, str);
void stmt_bind_blob(struct stmt *, int place, str);
void stmt_bind_int(struct stmt *, int place, int64_t);
void stmt_bind_real(struct stmt *, int place, double);
/* The zero value (.p == NULL, 0) binds NULL. */
void stmt_bind_str_or_null(struct stmt *, int place, str);
void stmt_bind_blob_or_null(struct stmt *, int place, str);
void stmt_bind_int_or_null(struct stmt *, int place, int64_t);
void stmt_bind_real_or_null(struct stmt *, int place, double);

/* ST_OK a row, ST_NOT_FOUND no (more) rows, anything else a fault. */
MUST_USE enum status stmt_step(struct stmt *);

/* Columns of the present row, from 0. NULL reads as the zero value. */
int64_t stmt_int(struct stmt *, int column);
double stmt_real(struct stmt *, int column);
str stmt_str(struct stmt *, struct arena *, int column);
str stmt_lend(struct stmt *, int column);

/* A growing array of rows in the arena. */
struct stmt_rows {
    void *p;
    size_t n;
    size_t cap;
};
void *stmt_row(struct stmt *, struct arena *, struct stmt_rows *, size_t size);

/* Ends the statement should the arena be reset while it is busy: a callback may leave by exhaustion. */
void stmt_guard(struct stmt *, struct arena *);
/* Ends the statement and passes st on. One that changes rows is first run to its end; its fault comes before st. */
MUST_USE enum status stmt_end(struct stmt *, enum status st);
/* Runs a statement without rows to its end. changed may be NULL. */
MUST_USE enum status stmt_run(struct stmt *, int64_t *changed);

#endif
