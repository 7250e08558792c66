/* mksql_pg: the same SQL in PostgreSQL's words, where it differs by words only.
 *
 * A statement: x'00' becomes '\x00'::bytea, and LIKE becomes ILIKE, which under COLLATE "C" folds ASCII letters only, as SQLite's LIKE
 * does. A migration: also the four column types, and STRICT and WITHOUT ROWID go. What cannot be said so is a complaint that asks for a
 * variant or a sibling file written by hand; nothing is guessed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mksql.h"

static bool is_word(struct token t, const char *word)
{
    return t.kind == TOKEN_WORD && str_eq_nocase(t.text, str_from(word));
}

static bool is_punct(struct token t, const char *mark)
{
    return t.kind == TOKEN_PUNCT && str_eq(t.text, str_from(mark));
}

static struct token peek(str text, size_t at)
{
    return token_word(text, &at);
}

/* Adds the token as PostgreSQL reads it. */
static void add_token(struct buf *b, struct token t)
{
    if (t.kind == TOKEN_STRING && t.text.p[0] != '\'')
        buf_format(b, "'\\x%.*s::bytea", (int)(t.text.n - 2), t.text.p + 2);
    else if (is_word(t, "like")) buf_add(b, STR("ILIKE"));
    else buf_add(b, t.text);
}

/* LIKE must name its escape character: where none is named, PostgreSQL takes the backslash and SQLite has none. */
static void check_like(struct mksql *m, str path, str text, int line, struct token t, size_t at)
{
    if (!is_word(t, "like")) return;
    (void)token_word(text, &at);
    if (!is_word(peek(text, at), "escape"))
        complain(m, path, line_at(text, t.at, line),
                 "LIKE needs a plain pattern and ESCAPE, so that both engines read it alike");
}

str statement_for_pg(struct mksql *m, const struct statement *q)
{
    struct buf b;
    size_t at = 0;
    size_t copied = 0;
    buf_init(&b, m->mem, 256, MKSQL_FILE);
    for (struct token t = token_next(q->text, &at); t.kind != TOKEN_END; t = token_next(q->text, &at)) {
        if (t.kind != TOKEN_STRING && t.kind != TOKEN_WORD) continue;
        check_like(m, q->path, q->text, q->text_line, t, at);
        buf_add(&b, str_sub(q->text, copied, t.at - copied));
        add_token(&b, t);
        copied = at;
    }
    buf_add(&b, str_sub(q->text, copied, q->text.n));
    return buf_str(&b);
}

/* Migrations */

struct translation {
    struct mksql *m;
    struct migration_file *file;
    struct buf out;
    size_t at;     /* the next token of the file's text */
    size_t copied; /* up to here the text is in `out` */
    bool failed;
};

static void untranslatable(struct translation *t, struct token what, const char *why)
{
    if (!t->failed)
        complain(t->m, t->file->path, line_at(t->file->text, what.at, 1),
                 "%.*s %s: write %.*s.pg.sql beside this file for PostgreSQL", STR_ARG(what.text), why,
                 STR_ARG(t->file->name));
    t->failed = true;
}

/* The next token; white space before it is copied, comments are not. */
static struct token take(struct translation *t)
{
    struct token k = token_next(t->file->text, &t->at);
    while (k.kind == TOKEN_COMMENT) {
        buf_add(&t->out, str_sub(t->file->text, t->copied, k.at - t->copied));
        t->copied = t->at;
        k = token_next(t->file->text, &t->at);
    }
    buf_add(&t->out, str_sub(t->file->text, t->copied, k.at - t->copied));
    t->copied = t->at;
    return k;
}

static void pass(struct translation *t, struct token k)
{
    add_token(&t->out, k);
}

static void column_type(struct translation *t)
{
    static const struct {
        const char *sqlite;
        const char *pg;
    } types[] = {{"INTEGER", "BIGINT"},
                 {"INT", "BIGINT"},
                 {"TEXT", "TEXT COLLATE \"C\""},
                 {"BLOB", "BYTEA"},
                 {"REAL", "DOUBLE PRECISION"}};
    struct token k = take(t);
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (!is_word(k, types[i].sqlite)) continue;
        buf_add(&t->out, str_from(types[i].pg));
        return;
    }
    untranslatable(t, k, "is not a column type that is known here");
}

static bool begins_constraint(struct token k)
{
    return is_word(k, "constraint") || is_word(k, "primary") || is_word(k, "unique") || is_word(k, "check") ||
           is_word(k, "foreign");
}

/* The columns and constraints of a table, with the parentheses around them. */
static void table_body(struct translation *t)
{
    int depth = 0;
    bool begins = false;
    do {
        struct token k = take(t);
        if (k.kind == TOKEN_END || t->failed) return;
        pass(t, k);
        if (begins && !begins_constraint(k)) column_type(t);
        begins = (is_punct(k, "(") && depth == 0) || (is_punct(k, ",") && depth == 1);
        depth += is_punct(k, "(") ? 1 : is_punct(k, ")") ? -1 : 0;
    } while (depth > 0);
}

/* STRICT, WITHOUT ROWID and the commas between them. */
static void table_options(struct translation *t)
{
    while (t->at < t->file->text.n && !t->failed) {
        struct token k = peek(t->file->text, t->at);
        if (is_punct(k, ";") || k.kind == TOKEN_END) return;
        k = token_word(t->file->text, &t->at);
        t->copied = t->at;
        if (is_word(k, "strict") || is_word(k, "without") || is_word(k, "rowid") || is_punct(k, ",")) continue;
        untranslatable(t, k, "is not a table option that is known here");
    }
}

/* The rest of a statement, whose last word so far is `before`. */
static void to_end(struct translation *t, struct token before)
{
    while (!t->failed) {
        struct token k = take(t);
        if (k.kind == TOKEN_END) return;
        const char *fault = portable_fault(t->file->text, before, k, t->at);
        if (fault != NULL) untranslatable(t, k, fault);
        check_like(t->m, t->file->path, t->file->text, 1, k, t->at);
        pass(t, k);
        if (is_punct(k, ";")) return;
        before = k;
    }
}

static void create(struct translation *t)
{
    struct token k = take(t);
    pass(t, k);
    if (is_word(k, "table")) {
        while (!t->failed && !is_punct(peek(t->file->text, t->at), "(")) {
            k = take(t);
            if (k.kind == TOKEN_END || is_punct(k, ";") || is_word(k, "as"))
                untranslatable(t, k, "is no list of columns");
            pass(t, k);
        }
        table_body(t);
        table_options(t);
    } else if (!is_word(k, "index") && !is_word(k, "unique")) {
        untranslatable(t, k, "cannot be translated");
    }
    to_end(t, k);
}

/* ALTER TABLE t ADD [COLUMN] name TYPE …; renaming and dropping are said alike. */
static void alter(struct translation *t)
{
    pass(t, take(t));
    pass(t, take(t));
    if (is_word(peek(t->file->text, t->at), "add")) {
        pass(t, take(t));
        if (is_word(peek(t->file->text, t->at), "column")) pass(t, take(t));
        pass(t, take(t));
        column_type(t);
    }
    to_end(t, (struct token){TOKEN_END, {"", 0}, 0});
}

void migration_for_pg(struct mksql *m, struct migration_file *f)
{
    struct translation t = {.m = m, .file = f};
    if (f->pg.n > 0) return;
    buf_init(&t.out, m->mem, f->text.n + 256, MKSQL_FILE);
    while (!t.failed) {
        struct token k = take(&t);
        if (k.kind == TOKEN_END) break;
        pass(&t, k);
        if (is_punct(k, ";")) continue;
        if (is_word(k, "create")) create(&t);
        else if (is_word(k, "alter")) alter(&t);
        else if (is_word(k, "drop") || is_word(k, "insert") || is_word(k, "update") || is_word(k, "delete"))
            to_end(&t, k);
        else untranslatable(&t, k, "cannot be translated");
    }
    f->pg = buf_str(&t.out);
}
