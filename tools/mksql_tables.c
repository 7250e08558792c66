/* mksql_tables: writes gen/tables.h and gen/tables.c, the list of all tables for code that treats all rows alike (store/table.h).
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>

#include "base/status.h"
#include "mksql.h"

#define TABLES_MOST 1000

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

static bool is_among(str name, const str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], name)) return true;
    return false;
}

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
            complain(m, m->migrations[m->n_migrations - 1].path, 1,
                     "table %.*s stands in a ring of references: its rows could not be copied table by table",
                     STR_ARG(names[i]));
    return n;
}

static bool refers_to_itself(struct mksql *m, str table)
{
    sqlite3_stmt *s = ask(m, "SELECT 1 FROM pragma_foreign_key_list(?1) WHERE \"table\" = ?1", table);
    bool found = sqlite3_step(s) == SQLITE_ROW;
    (void)sqlite3_finalize(s);
    return found;
}

/* A key column is never NULL, whatever its declaration says. */
static int add_columns(struct mksql *m, struct buf *b, str table)
{
    sqlite3_stmt *s = ask(m, "SELECT name, \"notnull\" OR pk > 0 FROM pragma_table_info(?1) ORDER BY cid", table);
    int n = 0;
    buf_format(b, "\nstatic const struct table_column %.*s_columns[] = {\n", STR_ARG(table));
    while (sqlite3_step(s) == SQLITE_ROW) {
        str name = text_of(m, s, 0);
        char letter = type_letter(type_of_column(m, table, name));
        if (letter == '?')
            complain(m, m->migrations[m->n_migrations - 1].path, 1, "column %.*s.%.*s has no type that is known here",
                     STR_ARG(table), STR_ARG(name));
        buf_format(b, "    {\"%.*s\", '%c', %s},\n", STR_ARG(name), letter,
                   sqlite3_column_int(s, 1) ? "true" : "false");
        n++;
    }
    buf_add(b, STR("};\n"));
    (void)sqlite3_finalize(s);
    return n;
}

static int add_key(struct mksql *m, struct buf *b, str table)
{
    sqlite3_stmt *s = ask(m, "SELECT cid FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", table);
    int n = 0;
    buf_format(b, "static const int %.*s_key[] = {", STR_ARG(table));
    for (; sqlite3_step(s) == SQLITE_ROW; n++) buf_format(b, "%s%d", n > 0 ? ", " : "", sqlite3_column_int(s, 0));
    buf_add(b, STR("};\n"));
    (void)sqlite3_finalize(s);
    if (n == 0)
        complain(m, m->migrations[m->n_migrations - 1].path, 1, "table %.*s has no primary key", STR_ARG(table));
    return n;
}

void describe_tables(struct mksql *m)
{
    str *list = NEWN(m->mem, str, TABLES_MOST);
    struct buf b = new_text(m);
    struct buf rows = new_text(m);
    size_t n = m->n_migrations == 0 ? 0 : order_tables(m, list);
    buf_add(&b, STR("/* Made by mksql from the migrations. */\n#include \"gen/tables.h\"\n\n#include <stddef.h>\n"));
    for (size_t i = 0; i < n; i++) {
        int columns = add_columns(m, &b, list[i]);
        int key = add_key(m, &b, list[i]);
        buf_format(&rows, "    {\"%.*s\", %.*s_columns, %d, %.*s_key, %d, %s},\n", STR_ARG(list[i]), STR_ARG(list[i]),
                   columns, STR_ARG(list[i]), key, refers_to_itself(m, list[i]) ? "true" : "false");
    }
    buf_add(&b, STR("\nconst struct table tables_all[] = {\n"));
    buf_add(&b, buf_str(&rows));
    buf_format(&b, "    {NULL, NULL, 0, NULL, 0, false},\n};\nconst int tables_count = %zu;\n", n);
    m->tables_text = buf_str(&b);
}

void emit_tables(struct mksql *m)
{
    write_file(m, STR("tables.h"),
               STR("/* Made by mksql from the migrations: every table, in the order in which rows can be written. */\n"
                   "#ifndef GEN_TABLES_H\n#define GEN_TABLES_H\n\n#include \"store/table.h\"\n\n"
                   "extern const struct table tables_all[];\nextern const int tables_count;\n\n#endif\n"));
    write_file(m, STR("tables.c"), m->tables_text);
}
