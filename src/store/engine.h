/* engine: one connection to a database, as store.c and writer.c see it. An engine is a table of functions, this one and that of
 * stmt.h: sqlite.c for one machine, with what only a file has in sqlite.h; postgres.c for several, with what only a server has in
 * postgres.h.
 *
 * Private to this room. What an engine calls by a name of its own stays behind these functions.
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

struct stmt;
struct stmt_text;

#define ENGINE_APPLICATION UINT32_C(0x4C554F31) /* "LUO1", in the database */

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

/* What befell the transaction that is open. On a file a failed statement is as if it had never run and the fault stays ENGINE_SOUND. */
enum engine_fault {
    ENGINE_SOUND,
    ENGINE_FAILED, /* a statement failed: nothing more can be done until a savepoint or the whole is undone */
    ENGINE_AGAIN,  /* ended for the sake of another transaction: do the whole again */
    ENGINE_LOST,   /* the connection was lost, and what was begun on it */
};

struct engine_ops {
    bool is_server; /* its statements are stmt_text.pg, its migrations .pg_text */
    void (*close)(struct engine *);
    enum status (*stmt_open)(struct engine *, const struct stmt_text *, struct stmt **out);
    enum status (*act)(struct engine *, enum engine_verb);
    bool (*in_transaction)(const struct engine *);
    void (*allow_changes)(struct engine *, bool allowed, bool whole);
    enum status (*data_version)(struct engine *, int *out);
    const char *(*message)(const struct engine *);
    enum status (*version)(struct engine *, int *out);
    enum status (*set_version)(struct engine *, int version);
    enum status (*script)(struct engine *, const char *text);
    enum status (*references)(struct engine *, bool enforced);
    enum status (*broken_references)(struct engine *, int64_t *out);
    enum status (*greatest_id)(struct engine *, int64_t *out);
    void (*tidy)(struct engine *, bool after_much);
    enum status (*fill)(struct engine *, bool begin); /* NULL: nothing to do */
    enum status (*check)(struct engine *, struct arena *, str *report);
    enum status (*drain)(struct engine *); /* NULL: nothing is ever sent ahead */
    void (*rest)(struct engine *);         /* NULL: nothing is held that could be had again */
    void (*widen)(struct engine *);        /* NULL: the memory is elsewhere */
};

/* The part that every engine begins with. */
struct engine {
    const struct engine_ops *ops;
    enum engine_fault fault;
    enum status failed; /* why, when it is not sound */
    bool in_step;       /* send nothing ahead; and a statement that fails leaves its transaction as it was */
    bool is_untidy;     /* tidying would have something to do */
    uint64_t changes;   /* grows with every statement opened that may change something */
    uint64_t life;      /* grows with every connection that is opened again */
    bool has_version;   /* a transaction that changes read the number below when it began (recall.c) */
    int64_t version;
};

static inline void engine_close(struct engine *e)
{
    if (e != NULL) e->ops->close(e);
}
MUST_USE static inline enum status engine_do(struct engine *e, enum engine_verb verb)
{
    return e->ops->act(e, verb);
}
static inline bool engine_in_transaction(const struct engine *e)
{
    return e->ops->in_transaction(e);
}
/* Waits for the outcome of what was sent ahead; the first failure of it. */
MUST_USE static inline enum status engine_drain(struct engine *e)
{
    return e->ops->drain == NULL ? ST_OK : e->ops->drain(e);
}
/* Outside db_write and batches a changing statement is refused; switching also tells the engine when `whole`. */
static inline void engine_allow_changes(struct engine *e, bool allowed, bool whole)
{
    e->ops->allow_changes(e, allowed, whole);
}
/* A number that differs from the last one when another connection has committed since. */
MUST_USE static inline enum status engine_data_version(struct engine *e, int *out)
{
    return e->ops->data_version(e, out);
}
/* Words of the last fault; no data. */
static inline const char *engine_message(const struct engine *e)
{
    return e->ops->message(e);
}

/* Schema */
MUST_USE static inline enum status engine_version(struct engine *e, int *out)
{
    return e->ops->version(e, out);
}
MUST_USE static inline enum status engine_set_version(struct engine *e, int version)
{
    return e->ops->set_version(e, version);
}
MUST_USE static inline enum status engine_script(struct engine *e, const char *text)
{
    return e->ops->script(e, text);
}
MUST_USE static inline enum status engine_references(struct engine *e, bool enforced)
{
    return e->ops->references(e, enforced);
}
/* Rows whose foreign key points nowhere. */
MUST_USE static inline enum status engine_broken_references(struct engine *e, int64_t *out)
{
    return e->ops->broken_references(e, out);
}
/* The greatest key of every table that has an integer `id`. */
MUST_USE static inline enum status engine_greatest_id(struct engine *e, int64_t *out)
{
    return e->ops->greatest_id(e, out);
}

/* Upkeep */
/* Puts in order what commits leave behind when it has grown; never fails a caller. */
static inline void engine_tidy(struct engine *e, bool after_much)
{
    e->ops->tidy(e, after_much);
}
/* Outside a transaction: many rows are about to come into a new database; or they have come (see db_fill). */
MUST_USE static inline enum status engine_fill(struct engine *e, bool begin)
{
    return e->ops->fill == NULL ? ST_OK : e->ops->fill(e, begin);
}
/* Gives back memory that is had again when it is needed. */
static inline void engine_rest(struct engine *e)
{
    if (e->ops->rest != NULL) e->ops->rest(e);
}
/* For batch after batch: keeps more in memory from now on. */
static inline void engine_widen(struct engine *e)
{
    if (e->ops->widen != NULL) e->ops->widen(e);
}
MUST_USE static inline enum status engine_check(struct engine *e, struct arena *mem, str *report)
{
    return e->ops->check(e, mem, report);
}

#endif
