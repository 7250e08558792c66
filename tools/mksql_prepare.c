/* mksql_prepare: every statement goes through sqlite3_prepare; its parameters and columns get their types.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>

#include "mksql.h"

/* Parameters */

static struct param *param_named(const struct statement *q, str name)
{
    for (size_t i = 0; i < q->n_params; i++)
        if (str_eq(q->params[i].name, name)) return &q->params[i];
    return NULL;
}

static struct param *add_param(struct mksql *m, struct statement *q, str name, size_t at)
{
    struct param p = {.name = name, .type = type_of_param_name(m, name)};
    if (!is_name(name))
        complain(m, q->path, line_at(q->text, at, q->text_line), "parameter :%.*s: a-z, 0-9 and _ only", STR_ARG(name));
    if (p.type.kind == TYPE_NONE)
        complain(m, q->path, line_at(q->text, at, q->text_line),
                 "parameter :%.*s needs a type in the declaration, such as %.*s:str", STR_ARG(name), STR_ARG(name));
    q->params = arena_grow(m->mem, q->params, q->n_params * sizeof p, (q->n_params + 1) * sizeof p);
    q->params[q->n_params] = p;
    return &q->params[q->n_params++];
}

/* Places are given in the order of first use, as SQLite numbers named parameters. */
static void place_params(struct mksql *m, struct statement *q)
{
    size_t at = 0;
    int place = 0;
    for (struct token t = token_word(q->text, &at); t.kind != TOKEN_END; t = token_word(q->text, &at)) {
        if (t.kind != TOKEN_PARAM) continue;
        str name = str_sub(t.text, 1, t.text.n);
        struct param *p = param_named(q, name);
        if (p == NULL) p = add_param(m, q, name, t.at);
        if (p->place == 0) p->place = ++place;
    }
    for (size_t i = 0; i < q->n_params; i++)
        if (q->params[i].place == 0)
            complain(m, q->path, q->line, "parameter %.*s is declared but not used", STR_ARG(q->params[i].name));
}

str statement_numbered(struct mksql *m, const struct statement *q, str text, int line)
{
    struct buf b;
    size_t at = 0;
    size_t copied = 0;
    buf_init(&b, m->mem, 256, MKSQL_FILE);
    for (struct token t = token_next(text, &at); t.kind != TOKEN_END; t = token_next(text, &at)) {
        if (t.kind != TOKEN_COMMENT && t.kind != TOKEN_PARAM) continue;
        buf_add(&b, str_sub(text, copied, t.at - copied));
        copied = at;
        if (t.kind == TOKEN_COMMENT) continue;
        const struct param *p = param_named(q, str_sub(t.text, 1, t.text.n));
        if (p == NULL)
            complain(m, q->path, line_at(text, t.at, line), "%.*s is not a parameter of the statement it stands in for",
                     STR_ARG(t.text));
        else buf_format(&b, "$%d", p->place);
    }
    buf_add(&b, str_sub(text, copied, text.n));
    return buf_str(&b);
}

/* Columns */

/* The type word in a comment behind a name (AS total, then the comment): for what no table column stands behind. */
static struct type noted_type(struct mksql *m, const struct statement *q, str column)
{
    size_t at = 0;
    struct type found = {0};
    struct token before = {TOKEN_END, {"", 0}, 0};
    for (struct token t = token_next(q->text, &at); t.kind != TOKEN_END; before = t, t = token_next(q->text, &at)) {
        if (t.kind != TOKEN_COMMENT || !str_starts(t.text, STR("/*")) || !str_eq(before.text, column)) continue;
        str word = str_trim(str_sub(t.text, 2, t.text.n - 4));
        struct type type;
        if (str_find_byte(word, ' ') >= 0) continue; /* prose */
        if (!type_parse(m, word, &type) || type.optional)
            complain(m, q->path, line_at(q->text, t.at, q->text_line), "column %.*s: unknown type \"%.*s\"",
                     STR_ARG(column), STR_ARG(word));
        else if (found.kind != TYPE_NONE && (found.kind != type.kind || !str_eq(found.table, type.table)))
            complain(m, q->path, line_at(q->text, t.at, q->text_line), "column %.*s has two different types",
                     STR_ARG(column));
        else found = type;
    }
    return found;
}

static struct type described_type(struct mksql *m, const struct statement *q, sqlite3_stmt *s, int i, str name)
{
    struct type type = noted_type(m, q, name);
    const char *table = sqlite3_column_table_name(s, i);
    const char *origin = sqlite3_column_origin_name(s, i);
    if (type.kind == TYPE_NONE && table != NULL && origin != NULL)
        type = type_of_column(m, str_from(table), str_from(origin));
    return type;
}

static void describe_columns(struct mksql *m, struct statement *q, sqlite3_stmt *s)
{
    q->n_columns = (size_t)sqlite3_column_count(s);
    q->columns = NEWN(m->mem, struct column, q->n_columns + 1);
    for (size_t i = 0; i < q->n_columns; i++) {
        struct column *c = &q->columns[i];
        c->name = str_copy(m->mem, str_from(sqlite3_column_name(s, (int)i)));
        if (!is_name(c->name) || is_c_keyword(c->name)) {
            complain(m, q->path, q->text_line, "column %zu \"%.*s\" needs a name for C: AS name", i + 1,
                     STR_ARG(c->name));
            continue;
        }
        c->type = described_type(m, q, s, (int)i, c->name);
        if (c->type.kind == TYPE_NONE)
            complain(m, q->path, q->text_line, "column %.*s needs a type: AS %.*s /* int */", STR_ARG(c->name),
                     STR_ARG(c->name));
        for (size_t k = 0; k < i; k++)
            if (str_eq(q->columns[k].name, c->name))
                complain(m, q->path, q->text_line, "two columns are named %.*s", STR_ARG(c->name));
    }
}

static void check_kind(struct mksql *m, const struct statement *q, sqlite3_stmt *s)
{
    if (q->kind == KIND_EXEC && q->n_columns > 0)
        complain(m, q->path, q->line, "%.*s returns rows: declare it :one, :many or :each", STR_ARG(q->name));
    if (q->kind != KIND_EXEC && q->n_columns == 0)
        complain(m, q->path, q->line, "%.*s returns no rows: declare it :exec", STR_ARG(q->name));
    if (q->kind == KIND_EACH && !sqlite3_stmt_readonly(s))
        complain(m, q->path, q->line, "%.*s changes rows: :each is for reading", STR_ARG(q->name));
}

void statement_prepare(struct mksql *m, struct statement *q)
{
    sqlite3_stmt *s = NULL;
    if (q->text.n == 0) return;
    int rc = sqlite3_prepare_v2(m->db, str_z(m->mem, q->text), (int)q->text.n + 1, &s, NULL);
    if (rc != SQLITE_OK) {
        int offset = sqlite3_error_offset(m->db);
        complain(m, q->path, offset < 0 ? q->text_line : line_at(q->text, (size_t)offset, q->text_line), "%s",
                 sqlite3_errmsg(m->db));
        return;
    }
    place_params(m, q);
    describe_columns(m, q, s);
    check_kind(m, q, s);
    (void)statement_numbered(m, q, q->pg, q->pg_line);
    (void)sqlite3_finalize(s);
}
