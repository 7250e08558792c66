/* explain: how the engine would run every statement of the program, and whether any of them reads a table that grows from
 * end to end or sorts one.
 *
 *     explain [--db FILE] [--allowed FILE] [--out FILE]
 *
 * With --db the plans are those for that file. Without it, the schema is made in memory and asked twice: without
 * statistics, as a served file has none, and with statistics of a city of 10 million matters and 50,000 units. The report
 * names each statement with its plan; what is not allowed, what is allowed and does not happen (any more), and indexes
 * that no statement uses stand at its end. Exit code 1 when something is not allowed, or (asked without --db) allowed in vain.
 *
 * The list of the allowed: a line `statement | scan TABLE | reason`, `… | bloom TABLE | …` (a filter made by reading a table) or `… | sort | …`;
 * and what must be: `statement | uses INDEX (COLUMN=? …` names the beginning of a line of its plan. A name may end in *.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "gen/migrations.h"
#include "store/stmt.h"

#define ALLOWED_MOST 200
#define INDEXES_MOST 400
#define ALIASES_MOST 64
#define OUT_BYTES    ((size_t)8 * 1024 * 1024)

/* What grows with the years, and how many rows of it ten million matters bring. */
static const struct {
    const char *table;
    int64_t rows;
} growing[] = {
    {"matter", 10000000},   {"casefile", 9800000},    {"event", 50000000},      {"clock", 20000000},
    {"answer", 9000000},    {"note", 5000000},        {"message", 3000000},     {"outcome", 6000000},
    {"contact", 6000000},   {"search_doc", 20000000}, {"search_index", 1},      {"search_staff", 1},
    {"search_public", 1},   {"session", 500000},      {"once", 100000},         {"unit", 50000},
    {"unit_path", 600000},  {"office", 50000},        {"person", 150000},       {"member", 200000},
    {"post", 150000},       {"absence", 500000},      {"admin_event", 1000000}, {"tally", 800000},
    {"tally_due", 2000000}, {"tally_day", 50000},     {"tally_month", 2000},    {"phrase", 500000},
    {"api_key", 500},       {"category", 1000},
};
#define UNBOUNDED 2000 /* rows from which on a scan is a fault */

/* How many different values a column has; others: as many as rows. */
static const struct {
    const char *column;
    int64_t values;
} spread[] = {
    {"unit_id", 50000},
    {"state", 7},
    {"category_id", 1000},
    {"line", 2},
    {"kind", 6},
    {"channel", 9},
    {"shown", 2},
    {"ended_at", 2},
    {"ends_on", 2},
    {"scope", 2},
    {"what", 10},
    {"role", 6},
    {"source", 20},
    {"due_on", 4000},
    {"root_unit_id", 1},
    {"audience", 2},
    {"part", 2},
    {"depth", 6},
    {"territory_unit_id", 3000},
    {"successor_unit_id", 2},
    {"line_unit_id", 3000},
    {"owner_person_id", 100000},
    {"ancestor_unit_id", 50000},
    {"descendant_unit_id", 50000},
};

struct allowed {
    str name, what;
    int line;
    bool used;
    bool now; /* in the plan that is looked at */
};

struct explain {
    struct arena *mem;
    sqlite3 *db;
    struct buf out;
    struct allowed allowed[ALLOWED_MOST];
    size_t n_allowed;
    str indexes[INDEXES_MOST]; /* used by some statement */
    size_t n_indexes;
    int faults;
};

NORETURN static void stop(const char *what, const char *words)
{
    (void)fprintf(stderr, "explain: %s: %s\n", what, words);
    exit(2);
}

static void run(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) stop("refused", sqlite3_errmsg(db));
}

static int64_t rows_of(str table)
{
    for (size_t i = 0; i < COUNT_OF(growing); i++)
        if (str_eq(table, str_from(growing[i].table))) return growing[i].rows;
    return 0;
}

static bool grows(str table)
{
    int64_t rows = rows_of(table);
    return rows >= UNBOUNDED || rows == 1; /* 1: a full-text index, which has no rows of its own */
}

/* ── statistics of a large city ───────────────────────────────────────────────────────────────────────── */

static int64_t values_of(const char *column, int64_t rows)
{
    for (size_t i = 0; column != NULL && i < COUNT_OF(spread); i++)
        if (strcmp(spread[i].column, column) == 0) return spread[i].values;
    return rows;
}

/* "10000000 1428571 1": rows, then how many share each beginning of the key. */
static str statistic(struct explain *e, const char *index, int64_t rows)
{
    struct buf b;
    sqlite3_stmt *s;
    int64_t share = rows;
    buf_init(&b, e->mem, 64, 1024);
    buf_format(&b, "%lld", (long long)rows);
    if (sqlite3_prepare_v2(e->db, "SELECT name FROM pragma_index_info(?1) ORDER BY seqno", -1, &s, NULL) != SQLITE_OK)
        stop("index_info", sqlite3_errmsg(e->db));
    (void)sqlite3_bind_text(s, 1, index, -1, SQLITE_STATIC);
    while (sqlite3_step(s) == SQLITE_ROW) {
        share /= values_of((const char *)sqlite3_column_text(s, 0), rows);
        if (share < 1) share = 1;
        buf_format(&b, " %lld", (long long)share);
    }
    (void)sqlite3_finalize(s);
    return buf_str(&b);
}

static void pretend_size(struct explain *e)
{
    sqlite3_stmt *list, *add;
    run(e->db, "ANALYZE");
    run(e->db, "DELETE FROM sqlite_stat1");
    if (sqlite3_prepare_v2(
            e->db, "SELECT m.name, l.name FROM sqlite_schema m JOIN pragma_index_list(m.name) l WHERE m.type = 'table'",
            -1, &list, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(e->db, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)", -1, &add, NULL) !=
            SQLITE_OK)
        stop("statistics", sqlite3_errmsg(e->db));
    while (sqlite3_step(list) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(list, 0),
                   *index = (const char *)sqlite3_column_text(list, 1);
        int64_t rows = rows_of(str_from(table));
        str stat = statistic(e, index, rows > 1 ? rows : 100);
        (void)sqlite3_bind_text(add, 1, table, -1, SQLITE_TRANSIENT);
        (void)sqlite3_bind_text(add, 2, index, -1, SQLITE_TRANSIENT);
        (void)sqlite3_bind_text(add, 3, stat.p, (int)stat.n, SQLITE_TRANSIENT);
        if (sqlite3_step(add) != SQLITE_DONE) stop("statistics", sqlite3_errmsg(e->db));
        (void)sqlite3_reset(add);
    }
    (void)sqlite3_finalize(list);
    (void)sqlite3_finalize(add);
    run(e->db, "ANALYZE sqlite_schema");
}

static void make_schema(struct explain *e, bool with_size)
{
    if (sqlite3_open(":memory:", &e->db) != SQLITE_OK) stop("memory", "no database");
    for (int i = 0; i < migrations_count; i++) run(e->db, migrations_all[i].text);
    if (with_size) pretend_size(e);
}

/* ── names ────────────────────────────────────────────────────────────────────────────────────────────── */

struct alias {
    str name, table;
};

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next word or sign; comments are skipped. Empty at the end. */
static str next_token(str *rest)
{
    for (;;) {
        while (rest->n > 0 && (unsigned char)rest->p[0] <= ' ') *rest = str_sub(*rest, 1, rest->n);
        if (!str_starts(*rest, STR("--"))) break;
        ptrdiff_t end = str_find_byte(*rest, '\n');
        *rest = end < 0 ? (str){rest->p, 0} : str_sub(*rest, (size_t)end, rest->n);
    }
    size_t n = 0;
    while (n < rest->n && is_word_byte(rest->p[n])) n++;
    if (n == 0 && rest->n > 0) n = 1;
    str token = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return token;
}

static bool is_clause(str t)
{
    static const char *const words[] = {"ON",  "JOIN",  "WHERE", "ORDER",  "GROUP", "LIMIT",   "LEFT", "CROSS",
                                        "SET", "UNION", "USING", "VALUES", "INNER", "INDEXED", "NOT",  "HAVING"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_nocase(t, str_from(words[i]))) return true;
    return t.n == 0 || !is_word_byte(t.p[0]);
}

/* Every name under which a statement speaks of a table that grows: the plan knows tables by these only. */
static size_t aliases_of(str text, struct alias out[ALIASES_MOST])
{
    size_t n = 0;
    str before = STR(""), token;
    while ((token = next_token(&text)).n > 0) {
        bool named = grows(token) && (str_eq_nocase(before, STR("FROM")) || str_eq_nocase(before, STR("JOIN")) ||
                                      str_eq_nocase(before, STR("UPDATE")) || str_eq_nocase(before, STR("INTO")) ||
                                      str_eq(before, STR(",")));
        before = token;
        if (!named || n + 2 > ALIASES_MOST) continue;
        str peek = text, next = next_token(&peek);
        if (str_eq_nocase(next, STR("AS"))) next = next_token(&peek);
        out[n++] = (struct alias){token, token};
        if (!is_clause(next)) out[n++] = (struct alias){next, token};
    }
    return n;
}

static str table_of(const struct alias *list, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].name, name)) return list[i].table;
    return STR("");
}

/* ── judging ──────────────────────────────────────────────────────────────────────────────────────────── */

static bool fits(str pattern, str name)
{
    if (pattern.n > 0 && pattern.p[pattern.n - 1] == '*') return str_starts(name, str_sub(pattern, 0, pattern.n - 1));
    return str_eq(pattern, name);
}

static bool is_allowed(struct explain *e, str name, str what)
{
    bool found = false;
    for (size_t i = 0; i < e->n_allowed; i++) {
        struct allowed *a = &e->allowed[i];
        if (!fits(a->name, name) || !str_eq(a->what, what)) continue;
        a->used = found = true;
    }
    return found;
}

static void judge(struct explain *e, const struct stmt_text *t, str what)
{
    str name = str_from(t->name + 2); /* without q_ */
    if (is_allowed(e, name, what)) {
        buf_format(&e->out, "      allowed: %.*s\n", STR_ARG(what));
        return;
    }
    buf_format(&e->out, "      FAULT: %.*s\n", STR_ARG(what));
    (void)printf("%s:%d: %.*s: %.*s\n", t->file, t->line, STR_ARG(name), STR_ARG(what));
    e->faults++;
}

static void note_index(struct explain *e, str detail)
{
    ptrdiff_t at = str_find(detail, STR(" INDEX "));
    if (at < 0) return;
    str rest = str_sub(detail, (size_t)at + 7, detail.n), name = next_token(&rest);
    for (size_t i = 0; i < e->n_indexes; i++)
        if (str_eq(e->indexes[i], name)) return;
    if (e->n_indexes < INDEXES_MOST) e->indexes[e->n_indexes++] = str_copy(e->mem, name);
}

/* Does this line of the plan fulfil a wish? */
static void must_have(struct explain *e, const struct stmt_text *t, str detail)
{
    for (size_t i = 0; i < e->n_allowed; i++) {
        struct allowed *a = &e->allowed[i];
        if (!str_starts(a->what, STR("uses ")) || !fits(a->name, str_from(t->name + 2))) continue;
        if (str_find(detail, str_sub(a->what, 5, a->what.n)) >= 0) a->used = a->now = true;
    }
}

static void wishes(struct explain *e, const struct stmt_text *t)
{
    for (size_t i = 0; i < e->n_allowed; i++) {
        struct allowed *a = &e->allowed[i];
        if (!str_starts(a->what, STR("uses ")) || !fits(a->name, str_from(t->name + 2))) continue;
        if (!a->now) {
            buf_format(&e->out, "      FAULT: does not use %.*s\n", STR_ARG(str_sub(a->what, 5, a->what.n)));
            (void)printf("%s:%d: %s does not use %.*s\n", t->file, t->line, t->name + 2,
                         STR_ARG(str_sub(a->what, 5, a->what.n)));
            e->faults++;
        }
        a->now = false;
    }
}

/* One line of a plan: does it read a whole table, or sort? */
static void look_at(struct explain *e, const struct stmt_text *t, str detail, const struct alias *names, size_t n)
{
    note_index(e, detail);
    if (str_find(detail, STR("TEMP B-TREE")) >= 0 && n > 0) {
        judge(e, t, STR("sort"));
        return;
    }
    must_have(e, t, detail);
    bool blooms = str_starts(detail, STR("BLOOM FILTER ON ")); /* made by reading the whole table */
    if (!blooms && !str_starts(detail, STR("SCAN "))) return;
    str rest = str_sub(detail, blooms ? 16 : 5, detail.n), table = table_of(names, n, next_token(&rest));
    bool by_words = str_find(rest, STR("VIRTUAL TABLE INDEX")) >= 0 && !str_ends(rest, STR(":"));
    if (table.n == 0 || by_words) return;
    judge(e, t, str_format(e->mem, "%s %.*s", blooms ? "bloom" : "scan", STR_ARG(table)));
}

static void explain_one(struct explain *e, const struct stmt_text *t)
{
    sqlite3_stmt *s;
    struct alias names[ALIASES_MOST];
    size_t n = aliases_of(str_from(t->text), names);
    str text = str_format(e->mem, "EXPLAIN QUERY PLAN %s", t->text);
    buf_format(&e->out, "%s  (%s:%d)\n", t->name + 2, t->file, t->line);
    if (sqlite3_prepare_v2(e->db, text.p, (int)text.n, &s, NULL) != SQLITE_OK) stop(t->name, sqlite3_errmsg(e->db));
    while (sqlite3_step(s) == SQLITE_ROW) {
        str detail = str_from((const char *)sqlite3_column_text(s, 3));
        buf_format(&e->out, "    %.*s\n", STR_ARG(detail));
        look_at(e, t, detail, names, n);
    }
    wishes(e, t);
    (void)sqlite3_finalize(s);
}

/* Keys of the schema are used by constraints, so only CREATE INDEX is asked about. */
static void unused_indexes(struct explain *e)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(e->db,
                           "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND sql "
                           "NOT LIKE 'CREATE UNIQUE%' ORDER BY 2, 1",
                           -1, &s, NULL) != SQLITE_OK)
        stop("indexes", sqlite3_errmsg(e->db));
    while (sqlite3_step(s) == SQLITE_ROW) {
        str name = str_from((const char *)sqlite3_column_text(s, 0));
        bool used = false;
        for (size_t i = 0; i < e->n_indexes; i++) used = used || str_eq(e->indexes[i], name);
        if (!used)
            buf_format(&e->out, "no statement uses index %.*s of %s\n", STR_ARG(name), sqlite3_column_text(s, 1));
    }
    (void)sqlite3_finalize(s);
}

static void explain_all(struct explain *e, const char *about)
{
    buf_format(&e->out, "── %s\n\n", about);
    for (int i = 0; i < stmt_all_count; i++) explain_one(e, stmt_all[i]);
    buf_add(&e->out, STR("\n"));
    unused_indexes(e);
    buf_add(&e->out, STR("\n"));
    (void)sqlite3_close(e->db);
    e->db = NULL;
}

/* ── files ────────────────────────────────────────────────────────────────────────────────────────────── */

static void read_allowed(struct explain *e, const char *path)
{
    char line[1024];
    int number = 0;
    FILE *f = fopen(path, "re");
    if (f == NULL) stop("cannot open", path);
    while (fgets(line, sizeof line, f) != NULL) {
        str name, what, rest = str_trim(str_copy(e->mem, str_from(line)));
        number++;
        if (rest.n == 0 || rest.p[0] == '#') continue;
        if (e->n_allowed == ALLOWED_MOST || !str_cut(rest, '|', &name, &rest) || !str_cut(rest, '|', &what, &rest) ||
            str_trim(rest).n < 10)
            stop(path, line);
        e->allowed[e->n_allowed++] = (struct allowed){str_trim(name), str_trim(what), number, false, false};
    }
    (void)fclose(f);
}

static void vain(struct explain *e, const char *path)
{
    for (size_t i = 0; i < e->n_allowed; i++) {
        const struct allowed *a = &e->allowed[i];
        if (a->used) continue;
        (void)printf("%s:%d: %.*s: %.*s does not happen\n", path, a->line, STR_ARG(a->name), STR_ARG(a->what));
        e->faults++;
    }
}

static void write_report(const struct explain *e, const char *path)
{
    FILE *f = fopen(path, "we");
    if (f == NULL || fwrite(e->out.p, 1, e->out.n, f) != e->out.n || fclose(f) != 0) stop("cannot write", path);
}

int main(int argc, char **argv)
{
    static struct explain e;
    const char *db = NULL, *out = NULL, *allowed = NULL;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--db") == 0) db = argv[i + 1];
        else if (strcmp(argv[i], "--out") == 0) out = argv[i + 1];
        else if (strcmp(argv[i], "--allowed") == 0) allowed = argv[i + 1];
        else stop("unknown", argv[i]);
    }
    e.mem = arena_new(64 * 1024 * 1024, NULL);
    buf_init(&e.out, e.mem, 1024 * 1024, OUT_BYTES);
    if (allowed != NULL) read_allowed(&e, allowed);
    if (db != NULL) {
        if (sqlite3_open_v2(db, &e.db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) stop("cannot open", db);
        explain_all(&e, db);
    } else {
        make_schema(&e, false);
        explain_all(&e, "without statistics, as served");
        make_schema(&e, true);
        explain_all(&e, "with the statistics of 10 million matters and 50,000 units");
    }
    if (allowed != NULL && db == NULL) vain(&e, allowed); /* one file alone need not show every allowed thing */
    if (out != NULL) write_report(&e, out);
    (void)printf("explain: %d statements, %d faults\n", stmt_all_count, e.faults);
    arena_free(e.mem);
    return e.faults == 0 ? 0 : 1;
}
