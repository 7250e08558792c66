/* check_pg: what the build could only try on SQLite, tried on a live PostgreSQL: `make check-pg`.
 *
 *     check_pg URL [FILE.sql ...]
 *
 * In the empty database of URL it runs every migration, compares all tables with those that the same migrations make in SQLite (columns,
 * order, type, NOT NULL, default, primary key), and prepares every statement with the types it declares: the result must have the same
 * columns, each of a type that can be read as declared. Files named behind the URL are not yet ready for PostgreSQL: what fails in them is
 * counted only, and one in which nothing fails must leave the list.
 *
 * A mistake is one line, path:line: message; with any the exit code is 1.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "gen/migrations.h"
#include "gen/tables.h"
#include "store/stmt.h"

#define MEMORY     ((size_t)64 * 1024 * 1024)
#define LATER_MOST 64

/* Of PostgreSQL's catalogue; the numbers never change. */
enum oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_VARCHAR = 1043,
    OID_NUMERIC = 1700
};

/* Tables that PostgreSQL alone has, and why. */
static const char *const extra_tables[] = {
    "matter_key",  /* unique columns of a partitioned table */
    "partitioned", /* which tables are, and by which key */
};

/* A column that PostgreSQL alone has, behind all others of a table: by it an engine over several machines may place the rows
 * (docs/scale.md). Every table whose rows belong to a casefile or a matter must have it, with the default of its migration. */
#define ROOT_COLUMN  "root_unit_id"
#define ROOT_DEFAULT "luoshi_root_unit()"

struct later {
    const char *file;
    int failed;
};

struct check {
    struct arena *mem;
    sqlite3 *lite;
    PGconn *pg;
    struct later later[LATER_MOST];
    int n_later;
    int mistakes;
    int waiting; /* statements of files that are not ready */
};

static void complain(struct check *c, const char *file, int line, const char *fmt, ...) PRINTF(4, 5);

static void complain(struct check *c, const char *file, int line, const char *fmt, ...)
{
    va_list args;
    for (int i = 0; i < c->n_later; i++) {
        if (strcmp(c->later[i].file, file) != 0) continue;
        c->later[i].failed++;
        return;
    }
    (void)fprintf(stderr, "%s:%d: ", file, line);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    (void)fputc('\n', stderr);
    c->mistakes++;
}

/* What the server said last, on one line, with the line of SQL that it points at. */
static str server_words(struct check *c, const PGresult *r, const char *text)
{
    const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    const char *place = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
    str said = str_from(words == NULL ? PQerrorMessage(c->pg) : words);
    int64_t at = 0;
    if (place == NULL || !str_int(str_from(place), &at) || at < 1) return said;
    str all = str_from(text);
    size_t byte = 0;
    for (int64_t i = 1; i < at && byte < all.n; i++) (void)str_next_point(all, &byte);
    size_t from = byte;
    while (from > 0 && all.p[from - 1] != '\n') from--;
    str line;
    str rest;
    (void)str_cut(str_sub(all, from, all.n), '\n', &line, &rest);
    str near = str_first_points(str_sub(all, byte, from + line.n - byte), 40);
    return str_format(c->mem, "%.*s, near \"%.*s\" in: %.*s", STR_ARG(said), STR_ARG(near), STR_ARG(str_trim(line)));
}

static str lite_text(struct check *c, sqlite3_stmt *s, int column)
{
    return str_copy(c->mem, str_from((const char *)sqlite3_column_text(s, column)));
}

static bool is_good(const PGresult *r)
{
    return PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
}

/* Migrations */

static bool server_fits(struct check *c)
{
    static const char ask[] = "SELECT pg_encoding_to_char(encoding) = 'UTF8' AND datcollate IN ('C', 'POSIX') AND "
                              "datctype IN ('C', 'POSIX'), "
                              "(SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace) = 0 "
                              "FROM pg_database WHERE datname = current_database()";
    PGresult *r = PQexec(c->pg, ask);
    bool fits = is_good(r) && strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    bool empty = is_good(r) && strcmp(PQgetvalue(r, 0, 1), "t") == 0;
    if (!fits) (void)fprintf(stderr, "check_pg: the database must have the encoding UTF8 and the locale C\n");
    else if (!empty) (void)fprintf(stderr, "check_pg: the database must be empty\n");
    PQclear(r);
    return fits && empty;
}

static bool migrate(struct check *c, const struct migration *m)
{
    const char *file = str_z(c->mem, str_format(c->mem, "src/store/migrations/%s.sql", m->name));
    char *words = NULL;
    if (sqlite3_exec(c->lite, m->text, NULL, NULL, &words) != SQLITE_OK) complain(c, file, 1, "SQLite: %s", words);
    sqlite3_free(words);
    const char *text = str_z(c->mem, str_format(c->mem, "BEGIN;\n%s", m->pg_text));
    PGresult *r = PQexec(c->pg, text);
    bool good = is_good(r);
    if (!good) complain(c, file, 1, "%.*s", STR_ARG(server_words(c, r, text)));
    PQclear(r);
    PQclear(PQexec(c->pg, good ? "COMMIT" : "ROLLBACK"));
    return good;
}

/* Tables */

static bool is_named(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], name) == 0) return true;
    return false;
}

static const char *const pg_columns =
    "SELECT a.attname, a.atttypid, CASE WHEN a.attnotnull THEN 1 ELSE 0 END, coalesce(pg_get_expr(d.adbin, d.adrelid), "
    "''), "
    "CASE WHEN a.atttypid = 25 THEN (SELECT collname FROM pg_collation k WHERE k.oid = a.attcollation) ELSE 'C' END "
    "FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/* A default as both engines write it: without casts, bytes as PostgreSQL has them. */
static str plain_default(struct check *c, str s)
{
    ptrdiff_t cast = str_find(s, STR("::"));
    if (cast >= 0) s = str_sub(s, 0, (size_t)cast);
    if (str_starts(s, STR("x'"))) s = str_format(c->mem, "'\\x%.*s", (int)(s.n - 2), s.p + 2);
    return s;
}

static bool is_type(char letter, enum oid oid)
{
    switch (letter) {
    case 'i': return oid == OID_INT8;
    case 's': return oid == OID_TEXT;
    case 'b': return oid == OID_BYTEA;
    case 'r': return oid == OID_FLOAT8;
    default: return false;
    }
}

static enum oid oid_at(const PGresult *r, int row, int column)
{
    int64_t v = 0;
    (void)str_int(str_from(PQgetvalue(r, row, column)), &v);
    return (enum oid)v;
}

/* The defaults of SQLite's columns, in order. */
static void compare_defaults(struct check *c, const struct table *t, const PGresult *r)
{
    sqlite3_stmt *s = NULL;
    must(sqlite3_prepare_v2(c->lite, "SELECT coalesce(dflt_value, '') FROM pragma_table_info(?1) ORDER BY cid", -1, &s,
                            NULL) == SQLITE_OK);
    (void)sqlite3_bind_text(s, 1, t->name, -1, SQLITE_STATIC);
    for (int i = 0; sqlite3_step(s) == SQLITE_ROW && i < PQntuples(r); i++) {
        str lite = plain_default(c, lite_text(c, s, 0));
        str pg = plain_default(c, str_from(PQgetvalue(r, i, 3)));
        if (!str_eq(lite, pg))
            complain(c, "src/store/migrations", 1, "%s.%s has the default %.*s in SQLite, %.*s in PostgreSQL", t->name,
                     t->columns[i].name, STR_ARG(lite), STR_ARG(pg));
    }
    (void)sqlite3_finalize(s);
}

/* The primary key is the same; a partitioned table's is what its rows are read by in order (store/table.h). */
static void compare_key(struct check *c, const struct table *t)
{
    const char *const name[] = {t->name};
    PGresult *r = PQexecParams(
        c->pg,
        "SELECT a.attname, (SELECT relkind FROM pg_class WHERE oid = i.indrelid) FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indrelid = to_regclass($1) AND i.indisprimary ORDER BY array_position(i.indkey, a.attnum)",
        1, NULL, name, NULL, NULL, 0);
    int n = PQntuples(r);
    bool by_order = n > 0 && strcmp(PQgetvalue(r, 0, 1), "p") == 0;
    const int *key = by_order ? t->order : t->key;
    bool same = n == (by_order ? t->n_order : t->n_key);
    for (int i = 0; same && i < n; i++) same = strcmp(PQgetvalue(r, i, 0), t->columns[key[i]].name) == 0;
    if (!same) complain(c, "src/store/migrations", 1, "%s has another primary key in PostgreSQL", t->name);
    PQclear(r);
}

static bool ends_with_root(const struct table *t, const PGresult *r, int n)
{
    return n == t->n_columns + 1 && strcmp(PQgetvalue(r, n - 1, 0), ROOT_COLUMN) == 0 &&
           strcmp(PQgetvalue(r, n - 1, 3), ROOT_DEFAULT) == 0;
}

static void compare_table(struct check *c, const struct table *t)
{
    const char *const name[] = {t->name};
    PGresult *r = PQexecParams(c->pg, pg_columns, 1, NULL, name, NULL, NULL, 0);
    int n = is_good(r) ? PQntuples(r) : 0;
    if (ends_with_root(t, r, n)) n--;
    if (n != t->n_columns)
        complain(c, "src/store/migrations", 1, "table %s has %d columns in SQLite, %d in PostgreSQL", t->name,
                 t->n_columns, n);
    for (int i = 0; i < n && i < t->n_columns; i++) {
        const struct table_column *k = &t->columns[i];
        if (strcmp(PQgetvalue(r, i, 0), k->name) != 0)
            complain(c, "src/store/migrations", 1, "column %d of %s is %s in SQLite, %s in PostgreSQL", i + 1, t->name,
                     k->name, PQgetvalue(r, i, 0));
        else if (!is_type(k->type, oid_at(r, i, 1)) || strcmp(PQgetvalue(r, i, 4), "C") != 0)
            complain(c, "src/store/migrations", 1, "%s.%s has another type or collation in PostgreSQL", t->name,
                     k->name);
        else if ((PQgetvalue(r, i, 2)[0] == '1') != k->not_null)
            complain(c, "src/store/migrations", 1, "%s.%s is NOT NULL in one engine only", t->name, k->name);
    }
    if (n == t->n_columns) compare_defaults(c, t, r);
    PQclear(r);
    compare_key(c, t);
}

static void check_roots(struct check *c)
{
    PGresult *r = PQexec(
        c->pg, "SELECT k.relname FROM pg_class k WHERE k.relnamespace = 'public'::regnamespace AND k.relkind IN ('r', "
               "'p') AND NOT k.relispartition "
               "AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.oid AND a.attname IN ('casefile_id', "
               "'matter_id')) "
               "AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.oid AND a.attname = '" ROOT_COLUMN
               "' AND a.attnotnull AND NOT a.attisdropped)");
    if (!is_good(r)) complain(c, "tools/check_pg.c", 1, "%s", PQerrorMessage(c->pg));
    for (int i = 0; i < PQntuples(r); i++)
        complain(c, "src/store/migrations", 1,
                 "table %s has rows of a casefile or a matter and no column " ROOT_COLUMN
                 ": ALTER TABLE ... ADD COLUMN " ROOT_COLUMN " BIGINT NOT NULL DEFAULT " ROOT_DEFAULT " in a .pg.sql",
                 PQgetvalue(r, i, 0));
    PQclear(r);
}

static void compare_tables(struct check *c)
{
    check_roots(c);
    for (int i = 0; i < tables_count; i++) compare_table(c, &tables_all[i]);
    PGresult *r = PQexec(
        c->pg,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') "
        "AND NOT relispartition AND relname NOT LIKE 'search\\_%'");
    for (int i = 0; is_good(r) && i < PQntuples(r); i++) {
        bool known = is_named(PQgetvalue(r, i, 0), extra_tables, COUNT_OF(extra_tables));
        for (int k = 0; k < tables_count; k++) known = known || strcmp(tables_all[k].name, PQgetvalue(r, i, 0)) == 0;
        if (!known) complain(c, "src/store/migrations", 1, "PostgreSQL alone has a table %s", PQgetvalue(r, i, 0));
    }
    PQclear(r);
}

/* Statements */

static Oid oid_of(char letter)
{
    return letter == 's' ? OID_TEXT : letter == 'b' ? OID_BYTEA : letter == 'r' ? OID_FLOAT8 : OID_INT8;
}

/* Whether a value of this type can be read by stmt_int, stmt_str or stmt_real. */
static bool is_readable(char letter, enum oid oid)
{
    switch (letter) {
    case 'i': return oid == OID_INT8 || oid == OID_INT4 || oid == OID_INT2 || oid == OID_BOOL || oid == OID_NUMERIC;
    case 's': return oid == OID_TEXT || oid == OID_VARCHAR;
    case 'b': return oid == OID_BYTEA;
    case 'r': return oid == OID_FLOAT8 || oid == OID_FLOAT4 || oid == OID_NUMERIC;
    default: return false;
    }
}

static const char *type_name(struct check *c, Oid oid)
{
    const char *const value[] = {str_z(c->mem, str_format(c->mem, "%u", oid))};
    PGresult *r = PQexecParams(c->pg, "SELECT format_type($1::oid, NULL)", 1, NULL, value, NULL, NULL, 0);
    const char *name = str_z(c->mem, str_from(is_good(r) ? PQgetvalue(r, 0, 0) : "?"));
    PQclear(r);
    return name;
}

static void compare_columns(struct check *c, const struct stmt_text *q, const PGresult *r)
{
    sqlite3_stmt *s = NULL;
    must(sqlite3_prepare_v2(c->lite, q->text, -1, &s, NULL) == SQLITE_OK);
    int n = PQnfields(r);
    if (n != sqlite3_column_count(s))
        complain(c, q->file, q->line, "%s gives %d columns in SQLite, %d in PostgreSQL", q->name,
                 sqlite3_column_count(s), n);
    for (int i = 0; i < n && i < sqlite3_column_count(s); i++) {
        if (strcmp(PQfname(r, i), sqlite3_column_name(s, i)) != 0)
            complain(c, q->file, q->line, "%s: column %d is %s in SQLite, %s in PostgreSQL", q->name, i + 1,
                     sqlite3_column_name(s, i), PQfname(r, i));
        else if (!is_readable(q->columns[i], (enum oid)PQftype(r, i)))
            complain(c, q->file, q->line, "%s: column %s is declared '%c', but PostgreSQL gives %s", q->name,
                     PQfname(r, i), q->columns[i], type_name(c, PQftype(r, i)));
    }
    (void)sqlite3_finalize(s);
}

static void check_statement(struct check *c, const struct stmt_text *q)
{
    const char *text = q->pg != NULL ? q->pg : q->text;
    int n = (int)strlen(q->types);
    Oid *types = NEWN(c->mem, Oid, (size_t)n + 1);
    for (int i = 0; i < n; i++) types[i] = oid_of(q->types[i]);
    PGresult *r = PQprepare(c->pg, "", text, n, types);
    if (!is_good(r)) {
        complain(c, q->file, q->line, "%s: %.*s", q->name, STR_ARG(server_words(c, r, text)));
        PQclear(r);
        return;
    }
    PQclear(r);
    r = PQdescribePrepared(c->pg, "");
    if (PQnparams(r) != n) complain(c, q->file, q->line, "%s takes %d parameters, not %d", q->name, PQnparams(r), n);
    for (int i = 0; i < PQnparams(r) && i < n; i++)
        if (PQparamtype(r, i) != types[i]) complain(c, q->file, q->line, "%s: $%d has another type", q->name, i + 1);
    compare_columns(c, q, r);
    PQclear(r);
}

static void check_table_statements(struct check *c)
{
    for (int i = 0; i < tables_count; i++) {
        const struct table *t = &tables_all[i];
        const struct stmt_text *const list[] = {&t->all, &t->begin, &t->after, &t->last, &t->add, &t->link};
        for (size_t k = 0; k < COUNT_OF(list); k++)
            if (list[k]->text != NULL) check_statement(c, list[k]);
    }
}

static void check_statements(struct check *c)
{
    for (int i = 0; i < stmt_all_count; i++) {
        struct arena_mark mark = arena_mark(c->mem);
        check_statement(c, stmt_all[i]);
        arena_rewind(c->mem, mark);
    }
    for (int i = 0; i < c->n_later; i++) {
        c->waiting += c->later[i].failed;
        if (c->later[i].failed > 0) continue;
        (void)fprintf(stderr, "%s:1: everything prepares: take it from the list in the Makefile\n", c->later[i].file);
        c->mistakes++;
    }
}

static void silence(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r;
}

int main(int argc, char **argv)
{
    struct check c = {.mem = arena_new(MEMORY, NULL)};
    if (argc < 2) {
        (void)fputs("usage: check_pg URL [FILE.sql that is not ready]...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc && c.n_later < LATER_MOST; i++) c.later[c.n_later++].file = argv[i];
    must(sqlite3_open(":memory:", &c.lite) == SQLITE_OK);
    c.pg = PQconnectdb(argv[1]);
    (void)PQsetNoticeReceiver(c.pg, silence, NULL);
    bool ready = PQstatus(c.pg) == CONNECTION_OK && server_fits(&c);
    if (PQstatus(c.pg) != CONNECTION_OK) (void)fprintf(stderr, "check_pg: %s", PQerrorMessage(c.pg));
    for (int i = 0; ready && i < migrations_count; i++) ready = migrate(&c, &migrations_all[i]);
    if (ready) {
        compare_tables(&c);
        check_statements(&c);
        check_table_statements(&c);
    }
    PQfinish(c.pg);
    (void)sqlite3_close(c.lite);
    if (ready && c.mistakes == 0)
        (void)printf("check-pg: %d tables and %d statements are the same on PostgreSQL%s\n", tables_count,
                     stmt_all_count - c.waiting, c.waiting > 0 ? "; some files are not ready yet" : "");
    arena_free(c.mem);
    return ready && c.mistakes == 0 ? 0 : 1;
}
