/* mksql_tables: writes gen/tables.h and gen/tables.c, the list of all tables for code that treats all rows alike (store/table.h).
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>

#include "base/status.h"
#include "mksql.h"

#define TABLES_MOST  1000
#define COLUMNS_MOST 200

struct table_column {
    str name;
    char letter;
    bool not_null;
    bool own; /* refers to a row of the same table */
};

struct table {
    str name;
    struct table_column columns[COLUMNS_MOST];
    int n_columns;
    int key[COLUMNS_MOST];
    int n_key;
    int order[COLUMNS_MOST];
    int n_order;
};

static sqlite3_stmt *ask(struct mksql *m, const char *sql, str name)
{
    sqlite3_stmt *s = NULL;
    must(sqlite3_prepare_v2(m->db, sql, -1, &s, NULL) == SQLITE_OK);
    if (sqlite3_bind_parameter_count(s) > 0) (void)sqlite3_bind_text(s, 1, name.p, (int)name.n, SQLITE_TRANSIENT);
    return s;
}

static str text_of(struct mksql *m, sqlite3_stmt *s, int column)
{
    return str_copy(m->mem, str_from((const char *)sqlite3_column_text(s, column)));
}

static str last_migration(const struct mksql *m)
{
    return m->migrations[m->n_migrations - 1].path;
}

static bool is_among(str name, const str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], name)) return true;
    return false;
}

/* Order of tables */

/* Whether every table that `name` refers to, but itself, is among the first n of the list. */
static bool is_next(struct mksql *m, str name, const str *list, size_t n)
{
    sqlite3_stmt *s = ask(m, "SELECT \"table\" FROM pragma_foreign_key_list(?1)", name);
    bool next = true;
    while (sqlite3_step(s) == SQLITE_ROW) {
        str parent = text_of(m, s, 0);
        next = next && (str_eq(parent, name) || is_among(parent, list, n));
    }
    (void)sqlite3_finalize(s);
    return next;
}

/* The tables in the order of writing; by name where the order is free. */
static size_t order_tables(struct mksql *m, str *list)
{
    str *names = NEWN(m->mem, str, TABLES_MOST);
    size_t n_names = 0;
    size_t n = 0;
    sqlite3_stmt *s =
        ask(m,
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE "
            "'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'search\\_%' ESCAPE '\\' ORDER BY name",
            (str){"", 0});
    while (sqlite3_step(s) == SQLITE_ROW && n_names < TABLES_MOST) names[n_names++] = text_of(m, s, 0);
    (void)sqlite3_finalize(s);
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < n_names && !moved; i++) {
            if (is_among(names[i], list, n) || !is_next(m, names[i], list, n)) continue;
            list[n++] = names[i];
            moved = true;
        }
    }
    for (size_t i = 0; i < n_names; i++)
        if (!is_among(names[i], list, n))
            complain(m, last_migration(m), 1,
                     "table %.*s stands in a ring of references: its rows could not be copied table by table",
                     STR_ARG(names[i]));
    return n;
}

/* One table */

/* A key column is never NULL, whatever its declaration says. */
static void read_columns(struct mksql *m, struct table *t)
{
    sqlite3_stmt *s = ask(
        m,
        "SELECT name, \"notnull\" OR pk > 0, EXISTS (SELECT 1 FROM pragma_foreign_key_list(?1) WHERE \"table\" = ?1 "
        "AND \"from\" = i.name) FROM pragma_table_info(?1) i ORDER BY cid",
        t->name);
    while (sqlite3_step(s) == SQLITE_ROW) {
        must(t->n_columns < COLUMNS_MOST);
        struct table_column *c = &t->columns[t->n_columns++];
        c->name = text_of(m, s, 0);
        c->letter = type_letter(type_of_column(m, t->name, c->name));
        c->not_null = sqlite3_column_int(s, 1) != 0;
        c->own = sqlite3_column_int(s, 2) != 0;
        if (c->letter == '?')
            complain(m, last_migration(m), 1, "column %.*s.%.*s has no type that is known here", STR_ARG(t->name),
                     STR_ARG(c->name));
        if (c->own && c->not_null)
            complain(m, last_migration(m), 1,
                     "column %.*s.%.*s refers to its own table and must not be NOT NULL: rows are copied one by one",
                     STR_ARG(t->name), STR_ARG(c->name));
    }
    (void)sqlite3_finalize(s);
}

static void read_key(struct mksql *m, struct table *t)
{
    sqlite3_stmt *s = ask(m, "SELECT cid FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", t->name);
    while (sqlite3_step(s) == SQLITE_ROW) t->key[t->n_key++] = sqlite3_column_int(s, 0);
    (void)sqlite3_finalize(s);
    if (t->n_key == 0) complain(m, last_migration(m), 1, "table %.*s has no primary key", STR_ARG(t->name));
}

/* By the key; or by a reference and the key, where an index has just these two. That is how PostgreSQL partitions what hangs on a
 * casefile or a matter, and where no other index would give an order. */
static void read_order(struct mksql *m, struct table *t)
{
    static const char sql[] =
        "SELECT a.cid FROM pragma_index_list(?1) l JOIN pragma_index_info(l.name) a JOIN pragma_index_info(l.name) b "
        "JOIN pragma_table_info(?1) c ON c.cid = a.cid WHERE l.partial = 0 AND a.seqno = 0 AND b.seqno = 1 AND b.name "
        "= 'id' "
        "AND c.\"notnull\" = 1 AND (SELECT count(*) FROM pragma_index_info(l.name)) = 2 "
        "AND EXISTS (SELECT 1 FROM pragma_foreign_key_list(?1) f WHERE f.\"from\" = a.name) ORDER BY l.name LIMIT 1";
    sqlite3_stmt *s = ask(m, sql, t->name);
    if (table_has_id(m, t->name) && sqlite3_step(s) == SQLITE_ROW) t->order[t->n_order++] = sqlite3_column_int(s, 0);
    (void)sqlite3_finalize(s);
    for (int i = 0; i < t->n_key; i++) t->order[t->n_order++] = t->key[i];
}

/* Texts */

static void add_places(struct buf *b, str table, const char *what, const int *list, int n)
{
    buf_format(b, "static const int %.*s_%s[] = {", STR_ARG(table), what);
    for (int i = 0; i < n; i++) buf_format(b, "%s%d", i > 0 ? ", " : "", list[i]);
    buf_add(b, STR("};\n"));
}

static void add_description(struct buf *b, const struct table *t)
{
    buf_format(b, "\nstatic const struct table_column %.*s_columns[] = {\n", STR_ARG(t->name));
    for (int i = 0; i < t->n_columns; i++)
        buf_format(b, "    {\"%.*s\", '%c', %s, %s},\n", STR_ARG(t->columns[i].name), t->columns[i].letter,
                   t->columns[i].not_null ? "true" : "false", t->columns[i].own ? "true" : "false");
    buf_add(b, STR("};\n"));
    add_places(b, t->name, "key", t->key, t->n_key);
    add_places(b, t->name, "order", t->order, t->n_order);
}

/* The names of these columns, with commas; `after` behind each. */
static void add_names(struct buf *b, const struct table *t, const int *list, int n, const char *after)
{
    for (int i = 0; i < n; i++)
        buf_format(b, "%s%.*s%s", i > 0 ? ", " : "", STR_ARG(t->columns[list == NULL ? i : list[i]].name), after);
}

static void add_params(struct buf *b, int n)
{
    for (int i = 1; i <= n; i++) buf_format(b, "%s$%d", i > 1 ? ", " : "", i);
}

static void begin_statement(struct buf *b, const struct table *t, const char *name, int number)
{
    buf_format(b, "     .%s = {.number = %d, .name = \"%.*s_%s\", .file = \"gen/tables.c\", .text = \"", name, number,
               STR_ARG(t->name), name);
}

static void end_statement(struct buf *b, const struct table *t, const int *params, int n, const char *columns)
{
    buf_add(b, STR("\", .types = \""));
    for (int i = 0; i < n; i++) buf_add_byte(b, t->columns[params[i]].letter);
    buf_format(b, "\", .columns = \"%s\"},\n", columns);
}

/* Where `list` is NULL: every column. */
static const char *letters(struct mksql *m, const struct table *t, const int *list, int n)
{
    char *out = NEWN(m->mem, char, (size_t)n + 1);
    for (int i = 0; i < n; i++) out[i] = t->columns[list == NULL ? i : list[i]].letter;
    return out;
}

static void add_reads(struct mksql *m, struct buf *b, const struct table *t, int number)
{
    const char *all = letters(m, t, NULL, t->n_columns);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"all", "begin", "after"};
        begin_statement(b, t, names[i], number + i);
        buf_add(b, STR("SELECT "));
        add_names(b, t, NULL, t->n_columns, "");
        buf_format(b, " FROM %.*s", STR_ARG(t->name));
        if (i == 2) {
            buf_add(b, STR(" WHERE ("));
            add_names(b, t, t->order, t->n_order, "");
            buf_add(b, STR(") > ("));
            add_params(b, t->n_order);
            buf_add(b, STR(")"));
        }
        if (i > 0) buf_add(b, STR(" ORDER BY "));
        if (i > 0) add_names(b, t, t->order, t->n_order, "");
        end_statement(b, t, t->order, i == 2 ? t->n_order : 0, all);
    }
    begin_statement(b, t, "last", number + 3);
    buf_add(b, STR("SELECT "));
    add_names(b, t, t->order, t->n_order, "");
    buf_format(b, " FROM %.*s ORDER BY ", STR_ARG(t->name));
    add_names(b, t, t->order, t->n_order, " DESC");
    buf_add(b, STR(" LIMIT 1"));
    end_statement(b, t, NULL, 0, letters(m, t, t->order, t->n_order));
}

static void add_writes(struct buf *b, const struct table *t, int number)
{
    int first[COLUMNS_MOST] = {0};
    int later[COLUMNS_MOST * 2] = {0};
    int n_first = 0;
    int n_own = 0;
    for (int i = 0; i < t->n_columns; i++)
        if (t->columns[i].own) later[n_own++] = i;
        else first[n_first++] = i;
    begin_statement(b, t, "add", number);
    buf_format(b, "INSERT INTO %.*s (", STR_ARG(t->name));
    add_names(b, t, first, n_first, "");
    buf_add(b, STR(") VALUES ("));
    add_params(b, n_first);
    buf_add(b, STR(")"));
    end_statement(b, t, first, n_first, "");
    buf_format(b, "     .bulk = \"COPY %.*s (", STR_ARG(t->name));
    add_names(b, t, first, n_first, "");
    buf_add(b, STR(") FROM STDIN (FORMAT binary)\",\n"));
    if (n_own == 0) return;
    begin_statement(b, t, "link", number + 1);
    buf_format(b, "UPDATE %.*s SET ", STR_ARG(t->name));
    for (int i = 0; i < n_own; i++)
        buf_format(b, "%s%.*s = $%d", i > 0 ? ", " : "", STR_ARG(t->columns[later[i]].name), i + 1);
    for (int i = 0; i < t->n_key; i++) {
        later[n_own + i] = t->key[i];
        buf_format(b, "%s%.*s = $%d", i > 0 ? " AND " : " WHERE ", STR_ARG(t->columns[t->key[i]].name), n_own + i + 1);
    }
    end_statement(b, t, later, n_own + t->n_key, "");
}

#define STATEMENTS_EACH 6

static void add_row(struct mksql *m, struct buf *b, const struct table *t, int number)
{
    buf_format(b, "    {.name = \"%.*s\", .columns = %.*s_columns, .n_columns = %d,\n", STR_ARG(t->name),
               STR_ARG(t->name), t->n_columns);
    buf_format(b, "     .key = %.*s_key, .n_key = %d, .order = %.*s_order, .n_order = %d,\n", STR_ARG(t->name),
               t->n_key, STR_ARG(t->name), t->n_order);
    add_reads(m, b, t, number);
    add_writes(b, t, number + 4);
    buf_add(b, STR("    },\n"));
}

void describe_tables(struct mksql *m)
{
    str *list = NEWN(m->mem, str, TABLES_MOST);
    struct buf b = new_text(m);
    struct buf rows = new_text(m);
    size_t n = m->n_migrations == 0 ? 0 : order_tables(m, list);
    int number = (int)m->n_statements;
    buf_add(&b, STR("/* Made by mksql from the migrations. */\n#include \"gen/tables.h\"\n\n#include <stddef.h>\n"));
    for (size_t i = 0; i < n; i++) {
        struct table *t = NEW(m->mem, struct table);
        t->name = list[i];
        read_columns(m, t);
        read_key(m, t);
        read_order(m, t);
        add_description(&b, t);
        add_row(m, &rows, t, number);
        number += STATEMENTS_EACH;
    }
    buf_add(&b, STR("\nconst struct table tables_all[] = {\n"));
    buf_add(&b, buf_str(&rows));
    buf_format(&b, "    {.name = NULL},\n};\nconst int tables_count = %zu;\nconst int tables_statements = %d;\n", n,
               number);
    m->tables_text = buf_str(&b);
}

void emit_tables(struct mksql *m)
{
    write_file(m, STR("tables.h"),
               STR("/* Made by mksql from the migrations: every table, in the order in which rows can be written. */\n"
                   "#ifndef GEN_TABLES_H\n#define GEN_TABLES_H\n\n#include \"store/table.h\"\n\n"
                   "extern const struct table tables_all[];\nextern const int tables_count;\n"
                   "extern const int tables_statements; /* greater than every number of a statement */\n\n#endif\n"));
    write_file(m, STR("tables.c"), m->tables_text);
}
