/* sqlite_stmt: prepared statements of the engine for one machine; see stmt.h and sqlite.c.
 *
 * Invariant    a statement that is not busy is reset, so an idle connection holds no read transaction.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "store/sqlite_inside.h"

static void bound(struct sqlite_stmt *s, int rc)
{
    if (UNLIKELY(rc != SQLITE_OK) && s->fault == SQLITE_OK) s->fault = rc;
}

/* Borrowed, not copied: the caller's bytes outlive the statement. */
static void bind_str(struct stmt *base, int place, str v)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    bound(s, sqlite3_bind_text64(s->h, place, v.p == NULL ? "" : v.p, v.n, SQLITE_STATIC, SQLITE_UTF8));
}

static void bind_blob(struct stmt *base, int place, str v)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    bound(s, sqlite3_bind_blob64(s->h, place, v.p == NULL ? "" : v.p, v.n, SQLITE_STATIC));
}

static void bind_int(struct stmt *base, int place, int64_t v)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    bound(s, sqlite3_bind_int64(s->h, place, v));
}

static void bind_real(struct stmt *base, int place, double v)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    bound(s, sqlite3_bind_double(s->h, place, v));
}

static void bind_null(struct stmt *base, int place)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    bound(s, sqlite3_bind_null(s->h, place));
}

static enum status step(struct stmt *base)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    if (UNLIKELY(s->fault != SQLITE_OK)) return sqlite_failed(s->engine, s->text->name, s->fault);
    int rc = sqlite3_step(s->h);
    if (rc == SQLITE_ROW) return ST_OK;
    s->is_done = true;
    return rc == SQLITE_DONE ? ST_NOT_FOUND : sqlite_failed(s->engine, s->text->name, rc);
}

static int64_t read_int(struct stmt *base, int column)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    return sqlite3_column_int64(s->h, column);
}

static double read_real(struct stmt *base, int column)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    return sqlite3_column_double(s->h, column);
}

static str lend(struct stmt *base, int column)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    if (sqlite3_column_type(s->h, column) == SQLITE_NULL) return (str){NULL, 0};
    const char *p = sqlite3_column_blob(s->h, column); /* first: the length is of what this made */
    size_t n = (size_t)sqlite3_column_bytes(s->h, column);
    return (str){p == NULL ? "" : p, n};
}

static void drop(struct stmt *base)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    (void)sqlite3_reset(s->h);
    stmt_unguard(base);
    s->is_busy = false;
}

static enum status end(struct stmt *base, enum status st)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    while (st == ST_OK && !s->reads_only && !s->is_done) {
        enum status more = step(base);
        if (more != ST_OK && more != ST_NOT_FOUND) st = more;
    }
    drop(base);
    return st;
}

static enum status run(struct stmt *base, int64_t *changed)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    enum status st = step(base);
    while (st == ST_OK) st = step(base);
    if (st == ST_NOT_FOUND) st = ST_OK;
    if (changed != NULL) *changed = st == ST_OK ? sqlite3_changes64(s->engine->h) : 0;
    drop(base);
    return st;
}

static const struct stmt_ops ops = {
    .bind_str = bind_str,
    .bind_blob = bind_blob,
    .bind_int = bind_int,
    .bind_real = bind_real,
    .bind_null = bind_null,
    .step = step,
    .read_int = read_int,
    .read_real = read_real,
    .lend = lend,
    .end = end,
    .run = run,
    .drop = drop,
};

enum status sqlite_stmt_open(struct engine *base, const struct stmt_text *text, struct stmt **out)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    must(text->number >= 0 && text->number < e->n_statements);
    struct sqlite_stmt *s = &e->statements[text->number];
    must(!s->is_busy);
    if (UNLIKELY(s->text != text)) {
        (void)sqlite3_finalize(s->h);
        *s = (struct sqlite_stmt){.base.ops = &ops, .engine = e};
        int rc = sqlite3_prepare_v3(e->h, text->text, -1, SQLITE_PREPARE_PERSISTENT, &s->h, NULL);
        if (rc != SQLITE_OK) return sqlite_failed(e, text->name, rc);
        s->text = text;
        s->reads_only = sqlite3_stmt_readonly(s->h) != 0;
    }
    if (!s->reads_only && (!e->may_change || sqlite3_get_autocommit(e->h))) {
        log_line(LOG_ERROR, "a change outside db_write and batches", "statement=%s", text->name);
        return ST_IO;
    }
    if (!s->reads_only) e->base.changes++;
    s->is_busy = true;
    s->is_done = false;
    s->fault = SQLITE_OK;
    *out = &s->base;
    return ST_OK;
}
