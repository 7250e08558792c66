/* stmt: what is the same for the statements of every engine: rows and bytes that go into arenas.
 *
 * No function of a library runs with an arena that may jump: when one is full, the statement ends first.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/stmt.h"

#include <string.h>

#include "store/inside.h"

struct stmt_guard {
    struct stmt *stmt;
};

enum status stmt_open(struct db *db, const struct stmt_text *text, struct stmt **out)
{
    db->statements++;
    return db->engine->ops->stmt_open(db->engine, text, out);
}

void stmt_bind_str_or_null(struct stmt *s, int place, str v)
{
    if (v.p == NULL) s->ops->bind_null(s, place);
    else s->ops->bind_str(s, place, v);
}

void stmt_bind_blob_or_null(struct stmt *s, int place, str v)
{
    if (v.p == NULL) s->ops->bind_null(s, place);
    else s->ops->bind_blob(s, place, v);
}

void stmt_bind_int_or_null(struct stmt *s, int place, int64_t v)
{
    if (v == 0) s->ops->bind_null(s, place);
    else s->ops->bind_int(s, place, v);
}

void stmt_bind_real_or_null(struct stmt *s, int place, double v)
{
    if (v > 0 || v < 0) s->ops->bind_real(s, place, v);
    else s->ops->bind_null(s, place);
}

/* The arena is full: end the statement, then leave. */
NORETURN static void leave(struct stmt *s, struct arena *mem)
{
    s->ops->drop(s);
    (void)!arena_alloc(mem, SIZE_MAX / 4, 1, 1);
    abort(); /* not reached: no arena holds that much */
}

str stmt_str(struct stmt *s, struct arena *mem, int column)
{
    str lent = s->ops->lend(s, column);
    if (lent.p == NULL) return lent;
    char *p = arena_try_alloc(mem, lent.n + 1, 1, 1);
    if (p == NULL) leave(s, mem);
    memcpy(p, lent.p, lent.n);
    return (str){p, lent.n};
}

void *stmt_row(struct stmt *s, struct arena *mem, struct stmt_rows *rows, size_t size)
{
    if (rows->n == rows->cap) {
        size_t cap = rows->cap == 0 ? 8 : rows->cap * 2;
        void *grown = arena_try_alloc(mem, cap, size, _Alignof(max_align_t));
        if (grown == NULL) leave(s, mem);
        if (rows->n > 0) memcpy(grown, rows->p, rows->n * size);
        rows->p = grown;
        rows->cap = cap;
    }
    return (char *)rows->p + rows->n++ * size;
}

static void guard_fire(void *arg)
{
    struct stmt_guard *g = arg;
    if (g->stmt == NULL) return;
    g->stmt->guard = NULL;
    g->stmt->ops->drop(g->stmt);
}

void stmt_guard(struct stmt *s, struct arena *mem)
{
    struct stmt_guard *g = arena_try_alloc(mem, 1, sizeof *g, _Alignof(struct stmt_guard));
    if (g == NULL) leave(s, mem);
    g->stmt = s;
    s->guard = g;
    arena_defer(mem, guard_fire, g);
    if (s->ops->stream != NULL) s->ops->stream(s);
}

void stmt_unguard(struct stmt *s)
{
    if (s->guard != NULL) s->guard->stmt = NULL;
    s->guard = NULL;
}
