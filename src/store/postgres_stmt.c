/* postgres_stmt: prepared statements of the engine on a server; see stmt.h.
 *
 * A statement whose outcome nobody asks for (stmt_run without a place for its count) is sent ahead while a changing transaction is open.
 * Everything else costs one way there and back, which also brings the results of what was sent before.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres_inside.h"

/* Parameters, in binary */

static struct pg_param *place_of(struct stmt *base, int place)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    must(place >= 1 && place <= s->n_params);
    return &s->params[place - 1];
}

static void bind_str(struct stmt *base, int place, str v)
{
    struct pg_param *p = place_of(base, place);
    if (v.n > INT32_MAX / 2) {
        ((struct pg_stmt *)base)->fault = ST_INVALID;
        return;
    }
    *p = (struct pg_param){.p = v.p == NULL ? "" : v.p, .n = (int)v.n};
}

static void put64(unsigned char out[8], uint64_t v)
{
    for (int i = 7; i >= 0; i--, v >>= 8) out[i] = (unsigned char)(v & 0xFF);
}

static void bind_int(struct stmt *base, int place, int64_t v)
{
    struct pg_param *p = place_of(base, place);
    *p = (struct pg_param){.n = 8};
    put64(p->be, (uint64_t)v);
}

static void bind_real(struct stmt *base, int place, double v)
{
    struct pg_param *p = place_of(base, place);
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    *p = (struct pg_param){.n = 8};
    put64(p->be, bits);
}

static void bind_null(struct stmt *base, int place)
{
    *place_of(base, place) = (struct pg_param){.n = -1};
}

/* Columns, in binary: each by its own type */

static uint64_t get(const char *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v = v << 8 | (unsigned char)p[i];
    return v;
}

/* Base 10,000, most significant digit first: count, weight of the first, sign, digits after the point (for show), digits. */
static double numeric(const char *p)
{
    int n = (int)get(p, 2);
    int weight = (int16_t)get(p + 2, 2);
    bool negative = get(p + 4, 2) == 0x4000;
    double v = 0;
    for (int i = 0; i < n; i++) v = v * 10000 + (double)get(p + 8 + 2 * (ptrdiff_t)i, 2);
    for (int i = weight - n + 1; i > 0; i--) v *= 10000;
    for (int i = weight - n + 1; i < 0; i++) v /= 10000;
    return negative ? -v : v;
}

static int64_t numeric_int(const char *p)
{
    int n = (int)get(p, 2);
    int weight = (int16_t)get(p + 2, 2);
    bool negative = get(p + 4, 2) == 0x4000;
    int64_t v = 0;
    for (int i = 0; i <= weight; i++) {
        int64_t digit = i < n ? (int64_t)get(p + 8 + 2 * (ptrdiff_t)i, 2) : 0;
        if (__builtin_mul_overflow(v, 10000, &v) || __builtin_add_overflow(v, digit, &v))
            return negative ? INT64_MIN : INT64_MAX;
    }
    return negative ? -v : v;
}

static double real_of(const char *p)
{
    uint64_t bits = get(p, 8);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

int64_t pg_int_of(const PGresult *r, int row, int column)
{
    const char *p = PQgetvalue(r, row, column);
    if (PQgetisnull(r, row, column) != 0) return 0;
    switch (PQftype(r, column)) {
    case 20: return (int64_t)get(p, 8);
    case 23: return (int32_t)get(p, 4);
    case 21: return (int16_t)get(p, 2);
    case 26: return (int64_t)get(p, 4); /* oid */
    case 16: return p[0] != 0;
    case 1700: return numeric_int(p);
    case 701: return (int64_t)real_of(p);
    default: return 0;
    }
}

static int64_t read_int(struct stmt *base, int column)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    return pg_int_of(s->rows, s->row, column);
}

static double read_real(struct stmt *base, int column)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    const char *p = PQgetvalue(s->rows, s->row, column);
    if (PQgetisnull(s->rows, s->row, column) != 0) return 0;
    switch (PQftype(s->rows, column)) {
    case 701: return real_of(p);
    case 1700: return numeric(p);
    default: return (double)pg_int_of(s->rows, s->row, column);
    }
}

static str lend(struct stmt *base, int column)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    if (PQgetisnull(s->rows, s->row, column) != 0) return (str){NULL, 0};
    return (str){PQgetvalue(s->rows, s->row, column), (size_t)PQgetlength(s->rows, s->row, column)};
}

/* Running */

static enum status once(struct pg_engine *e, struct pg_stmt *s)
{
    bool careful = e->is_changing && e->base.in_step;
    TRY(pg_ready(e));
    if (e->n_sent > PG_AHEAD - 8) TRY(pg_receive(e, NULL));
    if (careful) pg_send_text(e, "savepoint", "SAVEPOINT one");
    pg_send_stmt(e, s);
    if (careful) pg_send_text(e, "release", "RELEASE one");
    s->streams = s->streams && !careful;
    enum status st = pg_receive(e, s);
    if (st == ST_OK || !careful || e->base.fault != ENGINE_FAILED) return st;
    pg_send_text(e, "rollback to", "ROLLBACK TO one");
    pg_send_text(e, "release", "RELEASE one");
    if (pg_receive(e, NULL) == ST_OK) e->base.fault = ENGINE_SOUND;
    return st;
}

/* Outside of a transaction only reads are let through, so what a lost connection did not answer can be asked once more. */
static enum status ask(struct pg_stmt *s)
{
    struct pg_engine *e = s->engine;
    s->is_asked = true;
    if (s->fault != ST_OK) return s->fault;
    enum status st = once(e, s);
    return e->is_lost && !e->is_open ? once(e, s) : st;
}

static enum status step(struct stmt *base)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    if (!s->is_asked) {
        enum status st = ask(s);
        return st != ST_OK ? st : s->n_rows > 0 ? ST_OK : ST_NOT_FOUND;
    }
    if (s->row + 1 < s->n_rows) {
        s->row++;
        return ST_OK;
    }
    return s->has_more ? pg_receive_more(s->engine, s) : ST_NOT_FOUND;
}

static void stream(struct stmt *base)
{
    ((struct pg_stmt *)base)->streams = true;
}

static void drop(struct stmt *base)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    while (s->has_more && s->engine->stream == s)
        if (pg_receive_more(s->engine, s) != ST_OK) break;
    PQclear(s->rows);
    s->rows = NULL;
    s->n_rows = 0;
    s->has_more = false;
    s->is_busy = false;
    stmt_unguard(base);
}

static enum status end(struct stmt *base, enum status st)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    if (st == ST_OK && !s->is_asked) st = ask(s);
    drop(base);
    return st;
}

static enum status run(struct stmt *base, int64_t *changed)
{
    struct pg_stmt *s = (struct pg_stmt *)base;
    struct pg_engine *e = s->engine;
    enum status st = s->fault;
    bool ahead = changed == NULL && e->is_changing && !e->base.in_step;
    if (st == ST_OK && ahead && e->base.fault == ENGINE_SOUND && pg_many_hold(e, s)) {
        drop(base);
        return ST_OK;
    }
    if (st == ST_OK && ahead) {
        st = pg_ready(e);
        if (st == ST_OK && e->n_sent > PG_AHEAD - 8) st = pg_receive(e, NULL);
        if (st == ST_OK) pg_send_stmt(e, s);
    } else if (st == ST_OK) {
        st = ask(s);
    }
    if (changed != NULL) *changed = st == ST_OK ? strtoll(PQcmdTuples(s->rows), NULL, 10) : 0;
    drop(base);
    return st;
}

static const struct stmt_ops ops = {
    .bind_str = bind_str,
    .bind_blob = bind_str,
    .bind_int = bind_int,
    .bind_real = bind_real,
    .bind_null = bind_null,
    .step = step,
    .read_int = read_int,
    .read_real = read_real,
    .lend = lend,
    .stream = stream,
    .end = end,
    .run = run,
    .drop = drop,
};

/* Does it say anywhere that it changes rows? Too often yes costs a batch its quick way, no more. */
static bool may_change(const char *text)
{
    static const char *const words[] = {"INSERT ", "UPDATE ", "DELETE "};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strstr(text, words[i]) != NULL) return true;
    return false;
}

static void set(struct pg_engine *e, struct pg_stmt *s, const struct stmt_text *text)
{
    must(text->types != NULL && strlen(text->types) <= PG_PARAMS);
    *s = (struct pg_stmt){.base.ops = &ops, .engine = e, .text = text, .n_params = (int)strlen(text->types)};
    s->params = NEWN(e->mem, struct pg_param, (size_t)s->n_params);
    s->changes = may_change(text->pg == NULL ? text->text : text->pg);
    s->rank = pg_many_rank(text->pg == NULL ? text->text : text->pg);
    (void)snprintf(s->name, sizeof s->name, "q%u",
                   ++e->names); /* another text in this place gets another name (tests) */
}

enum status pg_stmt_open(struct engine *base, const struct stmt_text *text, struct stmt **out)
{
    struct pg_engine *e = (struct pg_engine *)base;
    must(text->number >= 0 && text->number < e->n_statements);
    struct pg_stmt *s = &e->statements[text->number];
    must(!s->is_busy);
    if (UNLIKELY(s->text != text)) {
        if (e->is_open) TRY(pg_ready(e)); /* what waits is of the old text */
        set(e, s, text);
    }
    if (e->is_open && e->base.fault != ENGINE_SOUND) return e->base.failed;
    if (s->changes) e->base.changes++;
    s->fault = ST_OK;
    s->is_busy = true;
    s->is_asked = false;
    s->streams = false;
    s->row = 0;
    *out = &s->base;
    return ST_OK;
}
