/* mksql_schema: runs the migrations, checks the rules of the schema, and knows the type of every column.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <string.h>

#include "mksql.h"

/* Words that may not begin a statement of a migration: the store wraps each migration in its own transaction. */
static const str refused[] = {STR_INIT("begin"),   STR_INIT("commit"), STR_INIT("rollback"), STR_INIT("savepoint"),
                              STR_INIT("release"), STR_INIT("pragma"), STR_INIT("attach"),   STR_INIT("vacuum")};

static sqlite3_stmt *ask(struct mksql *m, const char *sql, str a, str b)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(m->db, sql, -1, &s, NULL) != SQLITE_OK) return NULL;
    (void)sqlite3_bind_text(s, 1, a.p, (int)a.n, SQLITE_TRANSIENT);
    if (sqlite3_bind_parameter_count(s) > 1) (void)sqlite3_bind_text(s, 2, b.p, (int)b.n, SQLITE_TRANSIENT);
    return s;
}

static str text_of(struct mksql *m, sqlite3_stmt *s, int column)
{
    const char *p = (const char *)sqlite3_column_text(s, column);
    return str_copy(m->mem, str_from(p == NULL ? "" : p));
}

/* Ordinary tables that are not STRICT: SQLite would store text in an integer column without a word. */
static void check_strict(struct mksql *m, str path, int line)
{
    sqlite3_stmt *s = ask(m,
                          "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 "
                          "AND schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                          STR(""), STR(""));
    if (s != NULL && sqlite3_step(s) == SQLITE_ROW)
        complain(m, path, line, "table %s must be STRICT", (const char *)sqlite3_column_text(s, 0));
    (void)sqlite3_finalize(s);
}

static void check_statement(struct mksql *m, str path, str text, int first)
{
    size_t at = 0;
    struct token t = token_word(text, &at);
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        if (str_eq_nocase(t.text, refused[i]))
            complain(m, path, line_at(text, t.at, first), "%.*s has no place in a migration", STR_ARG(t.text));
    for (; t.kind != TOKEN_END; t = token_word(text, &at))
        if (str_eq_nocase(t.text, STR("deferred")) || str_eq_nocase(t.text, STR("deferrable")))
            complain(m, path, line_at(text, t.at, first),
                     "a deferred constraint would fail the commit of other people's changes");
}

/* One statement; returns how many bytes it took, 0 after an error that makes the rest meaningless. */
static size_t apply_one(struct mksql *m, str path, str rest, int first)
{
    sqlite3_stmt *s = NULL;
    const char *tail = rest.p;
    size_t at = 0;
    struct token begins = token_word(rest, &at);
    int line = line_at(rest, begins.at, first);
    if (sqlite3_prepare_v2(m->db, rest.p, (int)rest.n, &s, &tail) != SQLITE_OK) {
        int offset = sqlite3_error_offset(m->db);
        complain(m, path, offset < 0 ? line : line_at(rest, (size_t)offset, first), "%s", sqlite3_errmsg(m->db));
        return 0;
    }
    size_t n = (size_t)(tail - rest.p);
    check_statement(m, path, str_sub(rest, 0, n), first);
    int rc = s == NULL ? SQLITE_DONE : sqlite3_step(s);
    while (rc == SQLITE_ROW) rc = sqlite3_step(s);
    if (rc != SQLITE_DONE) complain(m, path, line, "%s", sqlite3_errmsg(m->db));
    (void)sqlite3_finalize(s);
    if (rc != SQLITE_DONE) return 0;
    if (str_eq_nocase(begins.text, STR("create"))) check_strict(m, path, line);
    return n;
}

void schema_apply(struct mksql *m)
{
    for (size_t i = 0; i < m->n_migrations && m->errors == 0; i++) {
        struct migration_file *f = &m->migrations[i];
        size_t done = 0;
        while (done < f->text.n && m->errors == 0) {
            size_t n = apply_one(m, f->path, str_sub(f->text, done, f->text.n), line_at(f->text, done, 1));
            if (n == 0) break;
            done += n;
        }
    }
}

void schema_tables(struct mksql *m)
{
    sqlite3_stmt *s =
        ask(m,
            "SELECT l.name FROM pragma_table_list l JOIN pragma_table_info(l.name) i WHERE l.type = 'table' "
            "AND l.schema = 'main' AND i.name = 'id' AND i.pk = 1 AND upper(i.type) = 'INTEGER' "
            "AND (SELECT count(*) FROM pragma_table_info(l.name) WHERE pk > 0) = 1 ORDER BY l.name",
            STR(""), STR(""));
    m->tables = NEWN(m->mem, str, 4096);
    while (s != NULL && sqlite3_step(s) == SQLITE_ROW && m->n_tables < 4096)
        m->tables[m->n_tables++] = text_of(m, s, 0);
    (void)sqlite3_finalize(s);
}

bool table_has_id(const struct mksql *m, str table)
{
    for (size_t i = 0; i < m->n_tables; i++)
        if (str_eq(m->tables[i], table)) return true;
    return false;
}

/* Types */

bool type_parse(const struct mksql *m, str word, struct type *out)
{
    static const struct {
        str word;
        enum type_kind kind;
    } known[] = {{STR_INIT("str"), TYPE_STR},   {STR_INIT("blob"), TYPE_BLOB},       {STR_INIT("int"), TYPE_INT},
                 {STR_INIT("real"), TYPE_REAL}, {STR_INIT("instant"), TYPE_INSTANT}, {STR_INIT("day"), TYPE_DAY}};
    *out = (struct type){0};
    if (str_ends(word, STR("?"))) {
        out->optional = true;
        word.n--;
    }
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_eq(known[i].word, word)) out->kind = known[i].kind;
    if (out->kind == TYPE_NONE && str_ends(word, STR("_id")) && table_has_id(m, str_sub(word, 0, word.n - 3))) {
        out->kind = TYPE_ID;
        out->table = str_sub(word, 0, word.n - 3);
    }
    return out->kind != TYPE_NONE;
}

struct type type_of_param_name(const struct mksql *m, str name)
{
    struct type t = {0};
    if (str_ends(name, STR("_at"))) return (struct type){.kind = TYPE_INSTANT};
    if (str_ends(name, STR("_on"))) return (struct type){.kind = TYPE_DAY};
    if (!str_ends(name, STR("_id"))) return t;
    str base = str_sub(name, 0, name.n - 3);
    for (size_t i = 0; i < m->n_tables; i++) { /* the longest table that the name is or ends with */
        str table = m->tables[i];
        bool fits =
            str_eq(base, table) || (str_ends(base, table) && base.n > table.n && base.p[base.n - table.n - 1] == '_');
        if (fits && table.n > t.table.n) t = (struct type){.kind = TYPE_ID, .table = table};
    }
    return t;
}

static str referenced(struct mksql *m, str table, str column)
{
    sqlite3_stmt *s =
        ask(m, "SELECT \"table\" FROM pragma_foreign_key_list(?1) WHERE \"from\" = ?2 COLLATE NOCASE", table, column);
    str parent = {NULL, 0};
    if (s != NULL && sqlite3_step(s) == SQLITE_ROW) parent = text_of(m, s, 0);
    (void)sqlite3_finalize(s);
    return parent;
}

struct type type_of_column(struct mksql *m, str table, str column)
{
    const char *declared = NULL;
    if (sqlite3_table_column_metadata(m->db, NULL, str_z(m->mem, table), str_z(m->mem, column), &declared, NULL, NULL,
                                      NULL, NULL) != SQLITE_OK ||
        declared == NULL)
        return (struct type){0};
    str type = str_from(declared);
    if (str_eq_nocase(type, STR("TEXT"))) return (struct type){.kind = TYPE_STR};
    if (str_eq_nocase(type, STR("BLOB"))) return (struct type){.kind = TYPE_BLOB};
    if (str_eq_nocase(type, STR("REAL"))) return (struct type){.kind = TYPE_REAL};
    if (!str_eq_nocase(type, STR("INTEGER")) && !str_eq_nocase(type, STR("INT"))) return (struct type){0};
    if (str_eq(column, STR("id")) && table_has_id(m, table))
        return (struct type){.kind = TYPE_ID, .table = str_copy(m->mem, table)};
    str parent = referenced(m, table, column);
    if (table_has_id(m, parent)) return (struct type){.kind = TYPE_ID, .table = parent};
    if (str_ends(column, STR("_at"))) return (struct type){.kind = TYPE_INSTANT};
    if (str_ends(column, STR("_on"))) return (struct type){.kind = TYPE_DAY};
    return (struct type){.kind = TYPE_INT};
}
