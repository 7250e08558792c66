/* mksql_emit: writes the C: ids.h, one .h and .c for each .sql file, the list of all statements, the migrations.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "mksql.h"

struct buf new_text(struct mksql *m)
{
    struct buf b;
    buf_init(&b, m->mem, 4096, MKSQL_FILE);
    return b;
}

char type_letter(struct type t)
{
    static const char letters[] = {[TYPE_NONE] = '?', [TYPE_STR] = 's',     [TYPE_BLOB] = 'b', [TYPE_INT] = 'i',
                                   [TYPE_REAL] = 'r', [TYPE_INSTANT] = 'i', [TYPE_DAY] = 'i',  [TYPE_ID] = 'i'};
    return letters[t.kind];
}

/* One C string literal for each line of text, at this indentation; "" when there is none. */
static void add_literal(struct buf *b, str text, int indent)
{
    bool any = false;
    while (text.n > 0) {
        str line;
        bool more = str_cut(text, '\n', &line, &text);
        while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t' || line.p[line.n - 1] == '\r'))
            line.n--;
        if (line.n == 0) continue;
        buf_format(b, "\n%*s\"", indent, "");
        for (size_t i = 0; i < line.n; i++) {
            unsigned char c = (unsigned char)line.p[i];
            if (c == '"' || c == '\\' || c == '?') buf_format(b, "\\%c", c);
            else if (c < 0x20 || c == 0x7F) buf_format(b, "\\%03o", c);
            else buf_add_byte(b, (char)c);
        }
        buf_add(b, more ? STR("\\n\"") : STR("\""));
        any = true;
    }
    if (!any) buf_add(b, STR("\"\""));
}

static void add_upper(struct buf *b, str s)
{
    for (size_t i = 0; i < s.n; i++) buf_add_byte(b, s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i]);
}

static void add_c_type(struct buf *b, struct type t)
{
    switch (t.kind) {
    case TYPE_STR:
    case TYPE_BLOB: buf_add(b, STR("str")); break;
    case TYPE_INT: buf_add(b, STR("int64_t")); break;
    case TYPE_REAL: buf_add(b, STR("double")); break;
    case TYPE_INSTANT: buf_add(b, STR("instant")); break;
    case TYPE_DAY: buf_add(b, STR("day")); break;
    case TYPE_ID: buf_format(b, "%.*s_id", STR_ARG(t.table)); break;
    case TYPE_NONE: break;
    }
}

/* A comma, and a new line when this one is long. */
static void add_comma(struct buf *b)
{
    size_t line = 0;
    while (line < b->n && b->p[b->n - 1 - line] != '\n') line++;
    buf_add(b, line > 90 ? STR(",\n    ") : STR(", "));
}

/* The prototype without its end. */
static void add_function(struct buf *b, const struct statement *q)
{
    str name = str_format(b->mem, "%.*s_%.*s", STR_ARG(q->stem), STR_ARG(q->name));
    buf_format(b, "enum status q_%.*s(struct db *db", STR_ARG(name));
    if (q->kind != KIND_EXEC) buf_add(b, STR(", struct arena *mem"));
    for (size_t i = 0; i < q->n_params; i++) {
        add_comma(b);
        add_c_type(b, q->params[i].type);
        buf_format(b, " p_%.*s", STR_ARG(q->params[i].name));
    }
    add_comma(b);
    switch (q->kind) {
    case KIND_ONE: buf_format(b, "struct q_%.*s *row)", STR_ARG(name)); break;
    case KIND_MANY: buf_format(b, "struct q_%.*s **rows, size_t *n)", STR_ARG(name)); break;
    case KIND_EACH: buf_format(b, "enum status (*fn)(void *, const struct q_%.*s *), void *ctx)", STR_ARG(name)); break;
    case KIND_EXEC: buf_add(b, STR("int64_t *changed)")); break;
    }
}

static void add_row_struct(struct buf *b, const struct statement *q)
{
    if (q->kind == KIND_EXEC) return;
    buf_format(b, "struct q_%.*s_%.*s {\n", STR_ARG(q->stem), STR_ARG(q->name));
    for (size_t i = 0; i < q->n_columns; i++) {
        buf_add(b, STR("    "));
        add_c_type(b, q->columns[i].type);
        buf_format(b, " %.*s;\n", STR_ARG(q->columns[i].name));
    }
    buf_add(b, STR("};\n"));
}

static void emit_header(struct mksql *m, const struct source *s)
{
    struct buf b = new_text(m);
    buf_format(&b, "/* Made by mksql from %.*s: change that file instead. */\n#ifndef GEN_SQL_", STR_ARG(s->path));
    add_upper(&b, s->stem);
    buf_add(&b, STR("_H\n#define GEN_SQL_"));
    add_upper(&b, s->stem);
    buf_add(
        &b,
        STR("_H\n\n#include <stddef.h>\n#include <stdint.h>\n\n#include \"base/arena.h\"\n#include \"base/status.h\"\n"
            "#include \"base/str.h\"\n#include \"base/time.h\"\n#include \"gen/ids.h\"\n\nstruct db;\n"));
    for (size_t i = s->first; i < s->first + s->n; i++) {
        const struct statement *q = &m->statements[i];
        buf_format(&b, "\n/* %.*s:%d */\n", STR_ARG(q->path), q->line);
        add_row_struct(&b, q);
        buf_add(&b, STR("MUST_USE "));
        add_function(&b, q);
        buf_add(&b, STR(";\n"));
    }
    buf_add(&b, STR("\n#endif\n"));
    write_file(m, str_format(m->mem, "sql/%.*s.h", STR_ARG(s->stem)), buf_str(&b));
}

/* Sources */

/* A letter for each $1, $2, … and one for each column of the result. */
static void add_types(struct buf *b, const struct statement *q)
{
    char letters[256] = "";
    must(q->n_params < sizeof letters);
    for (size_t i = 0; i < q->n_params; i++)
        if (q->params[i].place > 0) letters[q->params[i].place - 1] = type_letter(q->params[i].type);
    buf_format(b, ",\n     .types = \"%s\", .columns = \"", letters);
    for (size_t i = 0; i < q->n_columns; i++) buf_add_byte(b, type_letter(q->columns[i].type));
    buf_add_byte(b, '"');
}

static void add_text(struct mksql *m, struct buf *b, size_t number)
{
    const struct statement *q = &m->statements[number];
    buf_format(b, "    {.number = %zu, .name = \"q_%.*s_%.*s\", .file = \"%.*s\", .line = %d,\n     .text =", number,
               STR_ARG(q->stem), STR_ARG(q->name), STR_ARG(q->path), q->line);
    add_literal(b, statement_numbered(m, q, q->text, q->text_line), 8);
    if (!str_eq(q->pg, q->text)) {
        buf_add(b, STR(",\n     .pg ="));
        add_literal(b, statement_numbered(m, q, q->pg, q->pg_line), 8);
    }
    add_types(b, q);
    buf_add(b, STR("},\n"));
}

static void add_binding(struct buf *b, const struct param *p)
{
    static const char *const verbs[] = {
        [TYPE_NONE] = "",     [TYPE_STR] = "str",     [TYPE_BLOB] = "blob", [TYPE_INT] = "int",
        [TYPE_REAL] = "real", [TYPE_INSTANT] = "int", [TYPE_DAY] = "int",   [TYPE_ID] = "int"};
    static const char *const members[] = {[TYPE_INSTANT] = ".ms", [TYPE_DAY] = ".n", [TYPE_ID] = ".v"};
    const char *member = p->type.kind < COUNT_OF(members) ? members[p->type.kind] : NULL;
    buf_format(b, "    stmt_bind_%s%s(s, %d, p_%.*s%s);\n", verbs[p->type.kind], p->type.optional ? "_or_null" : "",
               p->place, STR_ARG(p->name), member == NULL ? "" : member);
}

static bool has_text(const struct statement *q)
{
    for (size_t i = 0; i < q->n_columns; i++)
        if (q->columns[i].type.kind == TYPE_STR || q->columns[i].type.kind == TYPE_BLOB) return true;
    return false;
}

/* :each lends the bytes of a row for the length of the call; the others copy them into the arena. */
static void add_reader(struct buf *b, const struct statement *q)
{
    bool copies = q->kind != KIND_EACH && has_text(q);
    if (q->kind == KIND_EXEC) return;
    buf_format(b, "\nstatic void read_%.*s(struct stmt *s, %sstruct q_%.*s_%.*s *row)\n{\n", STR_ARG(q->name),
               copies ? "struct arena *mem, " : "", STR_ARG(q->stem), STR_ARG(q->name));
    for (size_t i = 0; i < q->n_columns; i++) {
        const struct column *c = &q->columns[i];
        buf_format(b, "    row->%.*s", STR_ARG(c->name));
        switch (c->type.kind) {
        case TYPE_STR:
        case TYPE_BLOB: buf_format(b, copies ? " = stmt_str(s, mem, %zu);\n" : " = stmt_lend(s, %zu);\n", i); break;
        case TYPE_INT: buf_format(b, " = stmt_int(s, %zu);\n", i); break;
        case TYPE_REAL: buf_format(b, " = stmt_real(s, %zu);\n", i); break;
        case TYPE_INSTANT: buf_format(b, ".ms = stmt_int(s, %zu);\n", i); break;
        case TYPE_DAY: buf_format(b, ".n = (int32_t)stmt_int(s, %zu);\n", i); break;
        case TYPE_ID: buf_format(b, ".v = stmt_int(s, %zu);\n", i); break;
        case TYPE_NONE: break;
        }
    }
    buf_add(b, STR("}\n"));
}

static void add_body(struct buf *b, const struct statement *q)
{
    const char *pass = has_text(q) ? "mem, " : "";
    switch (q->kind) {
    case KIND_ONE:
        if (!has_text(q)) buf_add(b, STR("    (void)mem;\n"));
        buf_format(b,
                   "    enum status st = stmt_step(s);\n    if (st == ST_OK) read_%.*s(s, %srow);\n    return "
                   "stmt_end(s, st);\n",
                   STR_ARG(q->name), pass);
        break;
    case KIND_MANY:
        buf_format(b,
                   "    struct stmt_rows list = {0};\n    enum status st;\n    while ((st = stmt_step(s)) == ST_OK) {\n"
                   "        struct q_%.*s_%.*s *row = stmt_row(s, mem, &list, sizeof *row);\n        read_%.*s(s, "
                   "%srow);\n    }\n"
                   "    st = stmt_end(s, st == ST_NOT_FOUND ? ST_OK : st);\n"
                   "    *rows = st == ST_OK ? list.p : NULL;\n    *n = st == ST_OK ? list.n : 0;\n    return st;\n",
                   STR_ARG(q->stem), STR_ARG(q->name), STR_ARG(q->name), pass);
        break;
    case KIND_EACH:
        buf_format(
            b,
            "    stmt_guard(s, mem);\n    enum status st;\n    while ((st = stmt_step(s)) == ST_OK) {\n"
            "        struct q_%.*s_%.*s row;\n        read_%.*s(s, &row);\n"
            "        enum status said = fn(ctx, &row);\n        if (said != ST_OK) return stmt_end(s, said);\n    }\n"
            "    return stmt_end(s, st == ST_NOT_FOUND ? ST_OK : st);\n",
            STR_ARG(q->stem), STR_ARG(q->name), STR_ARG(q->name));
        break;
    case KIND_EXEC: buf_add(b, STR("    return stmt_run(s, changed);\n")); break;
    }
}

static void emit_source(struct mksql *m, const struct source *s)
{
    struct buf b = new_text(m);
    buf_format(&b,
               "/* Made by mksql from %.*s: change that file instead. */\n#include \"gen/sql/%.*s.h\"\n\n#include "
               "\"store/stmt.h\"\n\n",
               STR_ARG(s->path), STR_ARG(s->stem));
    buf_add(&b, STR("#pragma GCC diagnostic ignored \"-Woverlength-strings\" /* a statement may pass ISO C's 4095 "
                    "bytes */\n\n"));
    buf_format(&b,
               "extern const struct stmt_text q_%.*s_texts[]; /* also named by sql_all.c */\nconst struct stmt_text "
               "q_%.*s_texts[] = {\n",
               STR_ARG(s->stem), STR_ARG(s->stem));
    for (size_t i = s->first; i < s->first + s->n; i++) add_text(m, &b, i);
    if (s->n == 0) buf_add(&b, STR("    {.number = -1},\n"));
    buf_add(&b, STR("};\n"));
    for (size_t i = s->first; i < s->first + s->n; i++) {
        const struct statement *q = &m->statements[i];
        add_reader(&b, q);
        buf_add(&b, STR("\n"));
        add_function(&b, q);
        buf_format(&b, "\n{\n    struct stmt *s;\n    TRY(stmt_open(db, &q_%.*s_texts[%zu], &s));\n", STR_ARG(s->stem),
                   i - s->first);
        for (size_t k = 0; k < q->n_params; k++) add_binding(&b, &q->params[k]);
        add_body(&b, q);
        buf_add(&b, STR("}\n"));
    }
    write_file(m, str_format(m->mem, "sql/%.*s.c", STR_ARG(s->stem)), buf_str(&b));
}

/* The whole */

static void emit_ids(struct mksql *m)
{
    struct buf b = new_text(m);
    buf_add(
        &b,
        STR("/* Made by mksql from the migrations: one type for each table's key, so that keys cannot be mixed up. */\n"
            "#ifndef GEN_IDS_H\n#define GEN_IDS_H\n\n#include <stdint.h>\n\n"));
    for (size_t i = 0; i < m->n_tables; i++)
        buf_format(&b, "typedef struct {\n    int64_t v;\n} %.*s_id;\n", STR_ARG(m->tables[i]));
    buf_add(&b, STR("\n#endif\n"));
    write_file(m, STR("ids.h"), buf_str(&b));
}

static void emit_registry(struct mksql *m)
{
    struct buf b = new_text(m);
    buf_add(&b, STR("/* Made by mksql: every statement of the program, by number. */\n#include \"store/stmt.h\"\n\n"));
    for (size_t i = 0; i < m->n_sources; i++)
        buf_format(&b, "extern const struct stmt_text q_%.*s_texts[];\n", STR_ARG(m->sources[i].stem));
    buf_add(&b, STR("\nconst struct stmt_text *const stmt_all[] = {\n"));
    for (size_t i = 0; i < m->n_sources; i++)
        for (size_t k = 0; k < m->sources[i].n; k++)
            buf_format(&b, "    &q_%.*s_texts[%zu],\n", STR_ARG(m->sources[i].stem), k);
    buf_format(&b, "    NULL,\n};\nconst int stmt_all_count = %zu;\n", m->n_statements);
    write_file(m, STR("sql_all.c"), buf_str(&b));
}

static void add_param(struct buf *b, const struct param *p)
{
    static const char *const names[] = {
        [TYPE_NONE] = "?",    [TYPE_STR] = "str",         [TYPE_BLOB] = "blob", [TYPE_INT] = "int",
        [TYPE_REAL] = "real", [TYPE_INSTANT] = "instant", [TYPE_DAY] = "day",   [TYPE_ID] = "id"};
    buf_format(b, "%.*s:", STR_ARG(p->name));
    if (p->type.kind == TYPE_ID) buf_format(b, "%.*s_", STR_ARG(p->type.table));
    buf_format(b, "%s%s", names[p->type.kind], p->type.optional ? "?" : "");
}

/* What each parameter is called and meant to hold: for tools/same_pg.c, which makes values for them. */
static void emit_params(struct mksql *m)
{
    struct buf b = new_text(m);
    buf_add(&b, STR("/* Made by mksql: the parameters of each statement, by its number and their places. */\n"
                    "static const char *const stmt_params[] = {\n"));
    for (size_t i = 0; i < m->n_statements; i++) {
        const struct statement *q = &m->statements[i];
        buf_add(&b, STR("    \""));
        for (int place = 1; place <= (int)q->n_params; place++) {
            if (place > 1) buf_add_byte(&b, ' ');
            for (size_t k = 0; k < q->n_params; k++)
                if (q->params[k].place == place) add_param(&b, &q->params[k]);
        }
        buf_add(&b, STR("\",\n"));
    }
    buf_add(&b, STR("    NULL,\n};\n"));
    write_file(m, STR("params.inc"), buf_str(&b));
}

static void emit_migrations(struct mksql *m)
{
    struct buf b = new_text(m);
    write_file(m, STR("migrations.h"),
               STR("/* Made by mksql: the schema's history, oldest first. */\n#ifndef GEN_MIGRATIONS_H\n#define "
                   "GEN_MIGRATIONS_H\n\n"
                   "#include \"store/migration.h\"\n\nextern const struct migration migrations_all[];\nextern const "
                   "int migrations_count;\n\n"
                   "#endif\n"));
    buf_add(
        &b,
        STR("/* Made by mksql from the migrations. */\n#include \"gen/migrations.h\"\n\n#include <stddef.h>\n\n"
            "#pragma GCC diagnostic ignored \"-Woverlength-strings\" /* a migration passes ISO C's 4095 bytes */\n\n"
            "const struct migration migrations_all[] = {\n"));
    for (size_t i = 0; i < m->n_migrations; i++) {
        buf_format(&b, "    {.version = %d, .name = \"%.*s\",\n     .text =", m->migrations[i].version,
                   STR_ARG(m->migrations[i].name));
        add_literal(&b, m->migrations[i].text, 8);
        buf_add(&b, STR(",\n     .pg_text ="));
        add_literal(&b, m->migrations[i].pg, 8);
        buf_add(&b, STR("},\n"));
    }
    buf_format(&b, "    {.version = 0},\n};\nconst int migrations_count = %zu;\n", m->n_migrations);
    write_file(m, STR("migrations.c"), buf_str(&b));
}

void emit_all(struct mksql *m)
{
    emit_ids(m);
    for (size_t i = 0; i < m->n_sources; i++) {
        emit_header(m, &m->sources[i]);
        emit_source(m, &m->sources[i]);
    }
    emit_registry(m);
    emit_params(m);
    emit_migrations(m);
    emit_tables(m);
}
