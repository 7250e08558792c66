/* postgres_many: rows that wait for others of their table. What a raise adds, it adds in five or six statements, and a statement costs the server more
 * than a row: so the rows of the commands of one transaction gather here and go eight in a statement.
 *
 * They go before anything else is asked or sent, so nothing can see that they waited but a table among them that sees another of
 * them: hence one order for all, in which a row names rows of tables before it only. A failure shows later than it would have, as of everything
 * that is sent ahead (writer.c); where a transaction is undone, in whole or from a savepoint, nothing waits.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "store/postgres_inside.h"

#define AT_ONCE    8
#define HELD_MOST  1024
#define HELD_BYTES ((size_t)1 << 20)
#define HELD_ARENA ((size_t)64 << 20)

static const char *const in_order[] = {"INSERT INTO casefile (", "INSERT INTO clock (", "INSERT INTO matter (",
                                       "INSERT INTO contact (",  "INSERT INTO event (", "INSERT INTO search_doc ("};

struct pg_held {
    struct pg_stmt *stmt;
    struct pg_param *params;
};

/* The same for eight rows; NULL when there is no room for it. */
struct pg_many {
    struct stmt_text text;
    struct pg_stmt stmt;
};

static const char *text_of(const struct pg_stmt *s)
{
    return s->text->pg == NULL ? s->text->text : s->text->pg;
}

int pg_many_rank(const char *text)
{
    for (size_t i = 0; i < COUNT_OF(in_order); i++)
        if (strncmp(text, in_order[i], strlen(in_order[i])) == 0 && strstr(text, "VALUES (") != NULL) return (int)i + 1;
    return 0;
}

/* Where the row that begins at p, with its bracket, ends. */
static const char *row_end(const char *p)
{
    int depth = 0;
    bool quoted = false;
    for (; *p != 0; p++) {
        if (*p == '\'') quoted = !quoted;
        if (quoted) continue;
        depth += (*p == '(') - (*p == ')');
        if (depth == 0) return p + 1;
    }
    return p;
}

/* A row once more, its parameters n further. */
static size_t put_row(char *out, const char *p, const char *end, int n)
{
    size_t at = 0;
    while (p < end) {
        if (*p != '$') {
            out[at++] = *p++;
            continue;
        }
        int k = 0;
        for (p++; *p >= '0' && *p <= '9'; p++) k = k * 10 + (*p - '0');
        at += (size_t)snprintf(out + at, 8, "$%d", k + n);
    }
    return at;
}

static struct pg_many *make_many(struct pg_engine *e, struct pg_stmt *s)
{
    const char *text = text_of(s);
    const char *row = strstr(text, "VALUES (") + strlen("VALUES ");
    const char *end = row_end(row);
    size_t n = (size_t)s->n_params;
    if (n * AT_ONCE > PG_PARAMS) return NULL;
    struct pg_many *m = arena_try_alloc(e->mem, 1, sizeof *m, _Alignof(struct pg_many));
    char *to = arena_try_alloc(e->mem, strlen(text) + AT_ONCE * ((size_t)(end - row) + 4 * n + 2), 1, 1);
    char *types = arena_try_alloc(e->mem, n * AT_ONCE + 1, 1, 1);
    struct pg_param *params = arena_try_alloc(e->mem, n * AT_ONCE, sizeof *params, _Alignof(struct pg_param));
    if (m == NULL || to == NULL || types == NULL || params == NULL) return NULL;
    size_t at = (size_t)(row - text);
    memcpy(to, text, at);
    for (int i = 0; i < AT_ONCE; i++) {
        if (i > 0) to[at++] = ',';
        at += put_row(to + at, row, end, i * s->n_params);
        memcpy(types + (size_t)i * n, s->text->types, n);
    }
    memcpy(to + at, end, strlen(end) + 1);
    m->text = (struct stmt_text){.name = s->text->name, .text = to, .types = types};
    m->stmt = (struct pg_stmt){.engine = e, .text = &m->text, .params = params, .n_params = s->n_params * AT_ONCE};
    (void)snprintf(m->stmt.name, sizeof m->stmt.name, "q%u", ++e->names);
    return m;
}

/* Holding */

void pg_many_drop(struct pg_engine *e)
{
    if (e->n_held == 0) return;
    e->n_held = 0;
    e->held_bytes = 0;
    arena_reset(e->held_mem);
}

void pg_many_free(struct pg_engine *e)
{
    if (e->held_mem != NULL) arena_free(e->held_mem);
    e->held_mem = NULL;
}

static bool copy_params(struct pg_engine *e, const struct pg_stmt *s, struct pg_param *to)
{
    for (int i = 0; i < s->n_params; i++) {
        to[i] = s->params[i];
        if (to[i].p == NULL || to[i].n <= 0) continue;
        char *p = arena_try_alloc(e->held_mem, (size_t)to[i].n, 1, 1);
        if (p == NULL) return false;
        memcpy(p, s->params[i].p, (size_t)to[i].n);
        to[i].p = p;
        e->held_bytes += (size_t)to[i].n;
    }
    return true;
}

bool pg_many_hold(struct pg_engine *e, struct pg_stmt *s)
{
    if (s->rank == 0 || e->n_held == HELD_MOST || e->held_bytes > HELD_BYTES) return false;
    if (e->held_mem == NULL) e->held_mem = arena_new(HELD_ARENA, NULL);
    if (e->held == NULL) e->held = arena_try_alloc(e->mem, HELD_MOST, sizeof *e->held, _Alignof(struct pg_held));
    if (e->held == NULL) return false;
    struct pg_param *params =
        arena_try_alloc(e->held_mem, (size_t)s->n_params, sizeof *params, _Alignof(struct pg_param));
    if (params == NULL || !copy_params(e, s, params)) return false;
    e->held[e->n_held++] = (struct pg_held){s, params};
    return true;
}

/* Sending */

static enum status send_bound(struct pg_engine *e, struct pg_stmt *s)
{
    if (e->n_sent > PG_AHEAD - 8) TRY(pg_receive(e, NULL));
    pg_send_stmt(e, s);
    return e->is_lost ? ST_BUSY : ST_OK; /* what waited was dropped with the connection: do not look at it again */
}

static enum status send_eight(struct pg_engine *e, struct pg_stmt *s, struct pg_param *const *rows)
{
    size_t n = (size_t)(s->n_params / AT_ONCE);
    for (size_t i = 0; i < AT_ONCE; i++) memcpy(s->params + i * n, rows[i], n * sizeof *s->params);
    return send_bound(e, s);
}

/* The statement may be bound to another row meanwhile, for which room is being made. */
static enum status send_one(struct pg_engine *e, struct pg_stmt *s, struct pg_param *row)
{
    struct pg_param *bound = s->params;
    s->params = row;
    enum status st = send_bound(e, s);
    s->params = bound;
    return st;
}

/* Rows of one statement, in their order. */
static enum status send_rows(struct pg_engine *e, struct pg_stmt *s, struct pg_param *const *rows, int n)
{
    int i = 0;
    if (n >= AT_ONCE && s->many == NULL) s->many = make_many(e, s);
    for (; s->many != NULL && i + AT_ONCE <= n; i += AT_ONCE) TRY(send_eight(e, &s->many->stmt, rows + i));
    for (; i < n; i++) TRY(send_one(e, s, rows[i]));
    return ST_OK;
}

/* All rows of the table. */
static enum status send_rank(struct pg_engine *e, int rank, struct pg_param **rows)
{
    struct pg_stmt *s = NULL;
    int n = 0;
    for (int i = 0; i < e->n_held; i++) {
        if (e->held[i].stmt->rank != rank) continue;
        if (s != NULL && s != e->held[i].stmt) { /* two statements for one table keep their order too */
            TRY(send_rows(e, s, rows, n));
            n = 0;
        }
        s = e->held[i].stmt;
        rows[n++] = e->held[i].params;
    }
    return n == 0 ? ST_OK : send_rows(e, s, rows, n);
}

enum status pg_many_send(struct pg_engine *e)
{
    struct pg_param *rows[HELD_MOST];
    enum status st = ST_OK;
    for (int rank = 1; st == ST_OK && e->n_held > 0 && rank <= (int)COUNT_OF(in_order); rank++)
        st = send_rank(e, rank, rows);
    pg_many_drop(e);
    return st;
}

void pg_many_lost(struct pg_stmt *s)
{
    if (s->many != NULL) s->many->stmt.is_prepared = s->many->stmt.is_preparing = false;
}
