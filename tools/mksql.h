/* mksql: what its parts share. See tools/README.md for the language it reads.
 *
 * Parts        mksql.c arguments and files · mksql_schema.c migrations, tables, types · mksql_parse.c tokens and
 *              declarations · mksql_check.c the portable subset · mksql_pg.c PostgreSQL's words · mksql_prepare.c
 *              parameters and columns, as SQLite sees them · mksql_tables.c the list of tables · mksql_emit.c the C it writes.
 * Ownership    everything lives in one arena until the process ends.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_TOOLS_MKSQL_H
#define LUOSHI_TOOLS_MKSQL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

#define MKSQL_ARENA                                                                                                    \
    ((size_t)512 * 1024 * 1024)               /* all sources and all output of the largest project, many times over  \
                                                 */
#define MKSQL_FILE ((size_t)16 * 1024 * 1024) /* one file read or written */

#define MKSQL_STATEMENTS 8192

struct sqlite3;

enum type_kind { TYPE_NONE, TYPE_STR, TYPE_BLOB, TYPE_INT, TYPE_REAL, TYPE_INSTANT, TYPE_DAY, TYPE_ID };

struct type {
    enum type_kind kind;
    str table;     /* of TYPE_ID */
    bool optional; /* the zero value binds NULL */
};

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_QUOTED,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_PARAM,
    TOKEN_COMMENT,
    TOKEN_PUNCT
};

struct token {
    enum token_kind kind;
    str text;
    size_t at;
};

struct param {
    str name;
    struct type type;
    int place; /* $1 and so on; 0: declared and not used */
};

struct column {
    str name;
    struct type type;
};

enum kind { KIND_ONE, KIND_MANY, KIND_EACH, KIND_EXEC };

struct statement {
    str path;
    str stem;
    str name;
    enum kind kind;
    bool dialect;  /* may use what only one engine has */
    int line;      /* of the declaration */
    int text_line; /* of the first word */
    str text;
    int pg_line;
    str pg; /* the same for PostgreSQL, when it must differ */
    struct param *params;
    size_t n_params;
    struct column *columns;
    size_t n_columns;
};

struct source {
    str path;
    str stem;
    str text;
    size_t first; /* its statements are m->statements[first] up to first + n */
    size_t n;
};

struct migration_file {
    str path;
    str name; /* 001_people */
    str text;
    str pg; /* the same for PostgreSQL: NNN_name.pg.sql or translated */
    int version;
};

struct mksql {
    struct arena *mem;
    struct sqlite3 *db;
    str out;
    int errors;
    struct migration_file *migrations;
    size_t n_migrations;
    str *tables; /* those with an INTEGER PRIMARY KEY named id */
    size_t n_tables;
    str tables_text; /* gen/tables.c */
    struct source *sources;
    size_t n_sources;
    struct statement *statements;
    size_t n_statements;
};

/* mksql.c */
void complain(struct mksql *, str path, int line, const char *fmt, ...) PRINTF(4, 5);
/* The line of `at` in text that begins on line `first`. */
int line_at(str text, size_t at, int first);
void write_file(struct mksql *, str name, str text);

/* mksql_schema.c */
void schema_apply(struct mksql *);
void schema_tables(struct mksql *);
bool table_has_id(const struct mksql *, str table);
/* A type as written: "str?", "unit_id". False when unknown. */
bool type_parse(const struct mksql *, str word, struct type *out);
/* What a parameter's name says: "parent_unit_id", "raised_at"; TYPE_NONE when nothing. */
struct type type_of_param_name(const struct mksql *, str name);
/* Of a table's column; TYPE_NONE when it has none that we use. */
struct type type_of_column(struct mksql *, str table, str column);

/* mksql_parse.c */
struct token token_next(str s, size_t *at);
/* The same, without comments. */
struct token token_word(str s, size_t *at);
bool is_name(str s);
void source_parse(struct mksql *, struct source *);

/* mksql_check.c */
void check_portable(struct mksql *, const struct statement *);
/* What only one engine understands about the word t of text, followed by what begins at `at`; NULL when nothing. */
const char *portable_fault(str text, struct token before, struct token t, size_t at);
bool is_c_keyword(str s);

/* mksql_pg.c */
/* The statement's text for PostgreSQL where no variant was written by hand; q->text itself when nothing differs. */
str statement_for_pg(struct mksql *, const struct statement *);
/* Sets f->pg unless a sibling file did. */
void migration_for_pg(struct mksql *, struct migration_file *f);

/* mksql_prepare.c */
void statement_prepare(struct mksql *, struct statement *);
/* The statement's text with numbered parameters and without comments. */
str statement_numbered(struct mksql *, const struct statement *, str text, int line);

/* mksql_tables.c */
void describe_tables(struct mksql *);
void emit_tables(struct mksql *);

/* mksql_emit.c */
struct buf new_text(struct mksql *);
/* The letter that stands for a type in struct stmt_text and gen/tables.c. */
char type_letter(struct type);
void emit_all(struct mksql *);

#endif
