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
struct engine;
struct stmt_guard;

/* What an engine does for a statement; each function below that is not one line here is in stmt.c. */
struct stmt_ops {
    void (*bind_str)(struct stmt *, int place, str);
    void (*bind_blob)(struct stmt *, int place, str);
    void (*bind_int)(struct stmt *, int place, int64_t);
    void (*bind_real)(struct stmt *, int place, double);
    void (*bind_null)(struct stmt *, int place);
    enum status (*step)(struct stmt *);
    int64_t (*read_int)(struct stmt *, int column);
    double (*read_real)(struct stmt *, int column);
    str (*lend)(struct stmt *, int column);
    void (*stream)(struct stmt *); /* rows will be read one by one, and there may be many; NULL: nothing to do */
    enum status (*end)(struct stmt *, enum status);
    enum status (*run)(struct stmt *, int64_t *changed);
    void (*drop)(struct stmt *); /* ends it whatever its state */
};

/* The part that every engine's own statement begins with. */
struct stmt {
    const struct stmt_ops *ops;
    struct stmt_guard *guard;
};

/* Parameters are written $1, $2, … in the order of their first use, which both engines read alike. */
struct stmt_text {
    int number;       /* place in stmt_all and in a connection's cache; -1: prepared anew each time (tests) */
    const char *name; /* q_matter_list */
    const char *file;
    int line;
    const char *text;
    const char *pg; /* for PostgreSQL when it differs, else NULL */
    const char
        *types; /* a letter for each $n: i int8, s text, b bytea, r float8; what may be NULL has the same letter */
    const char *columns; /* the same for each column of the result; "" when there is none */
};

/* Every statement of the program (gen/sql_all.c), ended by NULL. */
extern const struct stmt_text *const stmt_all[];
extern const int stmt_all_count;

MUST_USE enum status stmt_open(struct db *, const struct stmt_text *, struct stmt **out);

/* A fault of binding is kept and returned by the first step. str: .p == NULL binds the empty string. */
static inline void stmt_bind_str(struct stmt *s, int place, str v)
{
    s->ops->bind_str(s, place, v);
}
static inline void stmt_bind_blob(struct stmt *s, int place, str v)
{
    s->ops->bind_blob(s, place, v);
}
static inline void stmt_bind_int(struct stmt *s, int place, int64_t v)
{
    s->ops->bind_int(s, place, v);
}
static inline void stmt_bind_real(struct stmt *s, int place, double v)
{
    s->ops->bind_real(s, place, v);
}
/* The zero value (.p == NULL, 0) binds NULL. */
void stmt_bind_str_or_null(struct stmt *, int place, str);
void stmt_bind_blob_or_null(struct stmt *, int place, str);
void stmt_bind_int_or_null(struct stmt *, int place, int64_t);
void stmt_bind_real_or_null(struct stmt *, int place, double);

/* ST_OK a row, ST_NOT_FOUND no (more) rows, anything else a fault. */
MUST_USE static inline enum status stmt_step(struct stmt *s)
{
    return s->ops->step(s);
}

/* Columns of the present row, from 0. NULL reads as the zero value. */
static inline int64_t stmt_int(struct stmt *s, int column)
{
    return s->ops->read_int(s, column);
}
static inline double stmt_real(struct stmt *s, int column)
{
    return s->ops->read_real(s, column);
}
str stmt_str(struct stmt *, struct arena *, int column);
static inline str stmt_lend(struct stmt *s, int column)
{
    return s->ops->lend(s, column);
}

/* A growing array of rows in the arena. */
struct stmt_rows {
    void *p;
    size_t n;
    size_t cap;
};
void *stmt_row(struct stmt *, struct arena *, struct stmt_rows *, size_t size);

/* Ends the statement should the arena be reset while it is busy: a callback may leave by exhaustion. Before the first step; tells
 * the engine that rows will be read one by one. */
void stmt_guard(struct stmt *, struct arena *);
/* For engines: the statement has ended, the guard has nothing left to do. */
void stmt_unguard(struct stmt *);
/* Ends the statement and passes st on. One that changes rows is first run to its end; its fault comes before st. */
MUST_USE static inline enum status stmt_end(struct stmt *s, enum status st)
{
    return s->ops->end(s, st);
}
/* Runs a statement without rows to its end. changed may be NULL: then nobody asks what it did, and an engine far away may send it
 * ahead and answer ST_OK before it has run; its failure is found at the latest when the command ends (writer.c). */
MUST_USE static inline enum status stmt_run(struct stmt *s, int64_t *changed)
{
    return s->ops->run(s, changed);
}

#endif
