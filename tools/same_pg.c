/* same_pg: does every statement that reads say the same on both engines? `make same-pg`.
 *
 *     same_pg FILE.db URL [FILE.sql ...]
 *
 * The two are copies of one another (luoshi copy). Each statement is asked on both with values that are taken from the data itself, many
 * times over, and the answers must be the same: row by row where it has an order, and the same rows where it has none. Statements of the
 * files named behind the URL are passed over. A difference is one line, path:line: message, with the values; the exit code is then 1.
 *
 * Values come from a generator with a fixed seed (SEED in the environment: another): a failure shows again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"
#include "gen/params.inc"
#include "gen/tables.h"
#include "store/stmt.h"

#define MEMORY      ((size_t)512 * 1024 * 1024)
#define ROUNDS      150
#define PARAMS_MOST 64
#define POOL_MOST   64
#define ROWS_MOST   20000

struct value {
    bool is_null;
    int64_t n;
    str bytes;
};

struct pool {
    struct value values[POOL_MOST];
    size_t n;
};

struct param {
    str name;
    str type; /* without the mark of what may be NULL */
    bool optional;
    bool is_place; /* in a list: often one of its ends */
    struct pool *pool;
};

struct same {
    struct arena *mem;   /* pools */
    struct arena *round; /* reset after each */
    sqlite3 *lite;
    PGconn *pg;
    uint64_t seed;
    int statements;
    int silent; /* that never gave a row */
    int64_t rows;
    int mistakes;
};

static uint64_t next_random(struct same *s)
{
    s->seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = s->seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static size_t below(struct same *s, size_t n)
{
    return (size_t)(next_random(s) % n);
}

/* Values */

static void pool_add(struct pool *p, struct value v)
{
    if (p->n < POOL_MOST) p->values[p->n++] = v;
}

static void pool_number(struct pool *p, int64_t n)
{
    pool_add(p, (struct value){.n = n});
}

static void pool_text(struct pool *p, const char *text)
{
    pool_add(p, (struct value){.bytes = str_from(text)});
}

/* At most `most` different values of what the statement gives, from all over it. */
static void pool_fill(struct same *s, struct pool *p, size_t most, const char *sql)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(s->lite, sql, -1, &q, NULL) != SQLITE_OK) return;
    for (size_t i = 0; i < most && sqlite3_step(q) == SQLITE_ROW; i++) {
        struct value v = {.n = sqlite3_column_int64(q, 0)};
        const char *bytes = sqlite3_column_blob(q, 0);
        if (bytes != NULL) v.bytes = str_copy(s->mem, (str){bytes, (size_t)sqlite3_column_bytes(q, 0)});
        else v.bytes = STR("");
        pool_add(p, v);
    }
    (void)sqlite3_finalize(q);
}

/* What stands in a column of this name, in whatever table: few of each. */
static void pool_columns(struct same *s, struct pool *p, str column, char type)
{
    for (int i = 0; i < tables_count; i++)
        for (int k = 0; k < tables_all[i].n_columns; k++) {
            if (!str_eq(column, str_from(tables_all[i].columns[k].name)) || tables_all[i].columns[k].type != type)
                continue;
            pool_fill(
                s, p, 12,
                str_z(s->mem, str_format(s->mem, "SELECT DISTINCT %.*s FROM %s ORDER BY id / 4194304 %% 7919 LIMIT 12",
                                         STR_ARG(column), tables_all[i].name)));
            pool_fill(s, p, 12,
                      str_z(s->mem, str_format(s->mem, "SELECT DISTINCT %.*s FROM %s LIMIT 12", STR_ARG(column),
                                               tables_all[i].name)));
        }
}

/* Keys from all over a table; a key is a time shifted by 22 bits. */
static void fill_ids(struct same *s, struct pool *p, str type)
{
    str table = str_sub(type, 0, type.n - 3);
    pool_fill(s, p, 40,
              str_z(s->mem,
                    str_format(s->mem, "SELECT id FROM %.*s ORDER BY id / 4194304 %% 7919 LIMIT 40", STR_ARG(table))));
    pool_number(p, 0);
}

/* Lists of keys, as JSON. */
static void fill_lists(struct same *s, struct pool *p)
{
    static const char *const tables[] = {"matter", "casefile", "unit"};
    pool_text(p, "[]");
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        pool_fill(s, p, 8,
                  str_z(s->mem, str_format(s->mem,
                                           "SELECT json_group_array(id) FROM (SELECT id, row_number() OVER (ORDER BY "
                                           "id / 4194304 %% 7919) AS n "
                                           "FROM %s) GROUP BY n / 7 LIMIT 8",
                                           tables[i])));
}

static void fill_times(struct same *s, struct pool *p)
{
    pool_fill(s, p, 20, "SELECT raised_at FROM matter ORDER BY id / 4194304 % 7919 LIMIT 20");
    pool_fill(s, p, 10, "SELECT answered_at FROM casefile WHERE answered_at > 0 ORDER BY id / 4194304 % 7919 LIMIT 10");
    pool_number(p, 0);
    pool_number(p, INT64_MAX);
}

static void fill_days(struct same *s, struct pool *p)
{
    pool_fill(s, p, 20, "SELECT due_on FROM casefile ORDER BY id / 4194304 % 7919 LIMIT 20");
    pool_fill(s, p, 10, "SELECT on_on FROM tally_day ORDER BY on_on * 7919 % 104729 LIMIT 10");
    pool_fill(s, p, 10, "SELECT month_on FROM tally_month ORDER BY month_on * 7919 % 104729 LIMIT 10");
    pool_number(p, 0);
}

static bool is_one_of(str name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(name, str_from(names[i]))) return true;
    return false;
}

/* Flags, choices, how many, and places in a list: what an int means is in its name only. */
static void fill_ints(struct same *s, struct pool *p, str name)
{
    static const char *const many[] = {"limit", "most", "sample", "walk"};
    static const char *const few[] = {"skip",       "start", "everywhere", "waiting",   "shown_only", "private",
                                      "with_ended", "line",  "scope",      "sort",      "working",    "acting",
                                      "to_show",    "shown", "units",      "offices",   "level",      "n",
                                      "version",    "claim", "node",       "from_depth"};
    if (is_one_of(name, many, COUNT_OF(many))) {
        for (int64_t n = 1; n < 5000; n *= 7) pool_number(p, n);
        return;
    }
    if (is_one_of(name, few, COUNT_OF(few))) {
        for (int64_t n = 0; n < 5; n++) pool_number(p, n % 4);
        return;
    }
    fill_times(s, p);
    fill_days(s, p);
    pool_fill(s, p, 10, "SELECT id FROM casefile ORDER BY id / 4194304 % 7919 LIMIT 10");
    pool_fill(s, p, 10, "SELECT -raised_at FROM matter ORDER BY id / 4194304 % 7919 LIMIT 10");
    pool_fill(s, p, 10, "SELECT id FROM matter ORDER BY id / 4194304 % 7919 LIMIT 10");
    pool_number(p, INT64_MIN);
}

static void fill_texts(struct same *s, struct pool *p, str name)
{
    if (str_eq(name, STR("ids"))) {
        fill_lists(s, p);
        return;
    }
    if (str_eq(name, STR("category_code")) || str_eq(name, STR("code")) || str_eq(name, STR("after_code")))
        pool_columns(s, p, STR("code"), 's');
    else if (str_eq(name, STR("category_end")) || str_eq(name, STR("code_end")))
        pool_fill(s, p, 30, "SELECT code || 'z' FROM category ORDER BY id / 4194304 % 7919 LIMIT 30");
    else if (str_eq(name, STR("after_login"))) pool_columns(s, p, STR("login"), 's');
    else if (str_ends(name, STR("pattern")) || str_eq(name, STR("place"))) {
        static const char *const patterns[] = {"%",  "%a%", "%ROAD%", "%road%", "%路%",
                                               "a%", "_a%", "%!%%",   "%1%",    "%\\%%"};
        for (size_t i = 0; i < COUNT_OF(patterns); i++) pool_text(p, patterns[i]);
    } else pool_columns(s, p, name, 's');
    if (str_eq(name, STR("name"))) pool_columns(s, p, STR("name_zh"), 's');
    pool_text(p, "");
    pool_text(p, "none of them");
}

static void fill(struct same *s, struct param *p)
{
    p->pool = NEW(s->mem, struct pool);
    if (str_ends(p->type, STR("_id"))) fill_ids(s, p->pool, p->type);
    else if (str_eq(p->type, STR("instant"))) fill_times(s, p->pool);
    else if (str_eq(p->type, STR("day"))) fill_days(s, p->pool);
    else if (str_eq(p->type, STR("int"))) fill_ints(s, p->pool, p->name);
    else if (str_eq(p->type, STR("str"))) fill_texts(s, p->pool, p->name);
    else pool_columns(s, p->pool, p->name, 'b');
    if (p->pool->n == 0) pool_add(p->pool, (struct value){.bytes = STR("")});
}

static int params_of(struct same *s, const struct stmt_text *q, struct param *out)
{
    str rest = str_from(stmt_params[q->number]);
    int n = 0;
    while (rest.n > 0) {
        str word;
        (void)str_cut(rest, ' ', &word, &rest);
        must(n < PARAMS_MOST);
        struct param *p = &out[n++];
        *p = (struct param){0};
        (void)str_cut(word, ':', &p->name, &p->type);
        p->optional = str_ends(p->type, STR("?"));
        if (p->optional) p->type.n--;
        p->is_place =
            str_eq(p->type, STR("int")) && (str_starts(p->name, STR("after_")) || str_starts(p->name, STR("until_")) ||
                                            str_starts(p->name, STR("before_")) || str_eq(p->name, STR("bound")));
        fill(s, p);
    }
    return n;
}

static struct value choose(struct same *s, const struct param *p)
{
    if (p->optional && below(s, 3) > 0) return (struct value){.is_null = true};
    if (p->is_place && below(s, 2) > 0) return (struct value){.n = (int64_t[]){INT64_MIN, 0, INT64_MAX}[below(s, 3)]};
    return p->pool->values[below(s, p->pool->n)];
}

/* Answers: a row is a text, so that rows can be compared, sorted and shown. */

struct answer {
    str *rows;
    size_t n;
    str fault;
};

static void add_value(struct buf *b, char type, bool is_null, int64_t n, double real, str bytes)
{
    if (b->n > 0) buf_add(b, STR(" | "));
    if (is_null) buf_add(b, STR("NULL"));
    else if (type == 'i') buf_format(b, "%lld", (long long)n);
    else if (type == 'r') buf_format(b, "%.17g", real);
    else if (type == 's') buf_add(b, bytes);
    else
        for (size_t i = 0; i < bytes.n; i++) buf_format(b, "%02x", (unsigned char)bytes.p[i]);
}

static struct answer ask_lite(struct same *s, const struct stmt_text *q, const struct value *values)
{
    struct answer a = {.rows = NEWN(s->round, str, ROWS_MOST)};
    sqlite3_stmt *h = NULL;
    int rc = sqlite3_prepare_v2(s->lite, q->text, -1, &h, NULL);
    for (int i = 0; q->types[i] != 0 && rc == SQLITE_OK; i++) {
        const struct value *v = &values[i];
        if (v->is_null) rc = sqlite3_bind_null(h, i + 1);
        else if (q->types[i] == 's') rc = sqlite3_bind_text(h, i + 1, v->bytes.p, (int)v->bytes.n, SQLITE_STATIC);
        else if (q->types[i] == 'b') rc = sqlite3_bind_blob(h, i + 1, v->bytes.p, (int)v->bytes.n, SQLITE_STATIC);
        else rc = sqlite3_bind_int64(h, i + 1, v->n);
    }
    while (rc == SQLITE_OK && a.n < ROWS_MOST && (rc = sqlite3_step(h)) == SQLITE_ROW) {
        struct buf b;
        buf_init(&b, s->round, 64, MEMORY / 2);
        for (int i = 0; q->columns[i] != 0; i++) {
            bool is_null = sqlite3_column_type(h, i) == SQLITE_NULL;
            int64_t n = sqlite3_column_int64(h, i);
            double real = sqlite3_column_double(h, i);
            const char *p = sqlite3_column_blob(h, i);
            add_value(&b, q->columns[i], is_null, n, real,
                      (str){p == NULL ? "" : p, (size_t)sqlite3_column_bytes(h, i)});
        }
        a.rows[a.n++] = buf_str(&b);
        rc = SQLITE_OK;
    }
    if (rc != SQLITE_DONE && rc != SQLITE_OK) a.fault = str_copy(s->round, str_from(sqlite3_errmsg(s->lite)));
    (void)sqlite3_finalize(h);
    return a;
}

static int64_t pg_number(const char *text)
{
    int64_t n = 0;
    if (strcmp(text, "t") == 0) return 1;
    (void)str_int(str_from(text), &n);
    return n;
}

static str pg_bytes(struct same *s, const char *text)
{
    size_t n;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)text, &n);
    str out = str_copy(s->round, (str){(const char *)bytes, n});
    PQfreemem(bytes);
    return out;
}

static void pg_row(struct same *s, const struct stmt_text *q, const PGresult *r, int row, struct answer *a)
{
    struct buf b;
    buf_init(&b, s->round, 64, MEMORY / 2);
    for (int i = 0; q->columns[i] != 0; i++) {
        const char *text = PQgetvalue(r, row, i);
        double real = 0;
        if (q->columns[i] == 'r') (void)str_double(str_from(text), &real);
        add_value(&b, q->columns[i], PQgetisnull(r, row, i) != 0, pg_number(text), real,
                  q->columns[i] == 'b' ? pg_bytes(s, text) : (str){text, (size_t)PQgetlength(r, row, i)});
    }
    a->rows[a->n++] = str_copy(s->round, buf_str(&b));
}

static struct answer ask_pg(struct same *s, const struct stmt_text *q, const struct value *values)
{
    struct answer a = {.rows = NEWN(s->round, str, ROWS_MOST)};
    const char *texts[PARAMS_MOST];
    int lengths[PARAMS_MOST];
    int formats[PARAMS_MOST];
    Oid types[PARAMS_MOST];
    int n = 0;
    for (; q->types[n] != 0; n++) {
        const struct value *v = &values[n];
        bool is_bytes = q->types[n] == 's' || q->types[n] == 'b';
        types[n] = q->types[n] == 's' ? 25 : q->types[n] == 'b' ? 17 : q->types[n] == 'r' ? 701 : 20;
        str text = is_bytes ? v->bytes : str_format(s->round, "%lld", (long long)v->n);
        texts[n] = v->is_null ? NULL : str_z(s->round, text);
        lengths[n] = (int)text.n;
        formats[n] = q->types[n] == 'b';
    }
    PGresult *r = PQexecParams(s->pg, q->pg != NULL ? q->pg : q->text, n, types, texts, lengths, formats, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK) a.fault = str_copy(s->round, str_from(PQerrorMessage(s->pg)));
    else
        for (int i = 0; i < PQntuples(r) && a.n < ROWS_MOST; i++) pg_row(s, q, r, i, &a);
    PQclear(r);
    return a;
}

/* Comparing */

static bool follows_from(const char *text, const char *p)
{
    while (p > text && (p[-1] == ' ' || p[-1] == '\n')) p--;
    return p - text >= 4 && strncmp(p - 4, "FROM", 4) == 0;
}

/* Of the whole, or of the table that it takes its rows from: FROM (SELECT … ORDER BY …), which the rows then come in. */
static bool has_order(const char *text)
{
    bool passes_on[32] = {true};
    int depth = 0;
    for (const char *p = text; *p != 0; p++) {
        if (*p == '(' && depth < 31) {
            passes_on[depth + 1] = passes_on[depth] && follows_from(text, p);
            depth++;
        }
        if (*p == ')' && depth > 0) depth--;
        if (passes_on[depth] && strncmp(p, "ORDER BY", 8) == 0) return true;
    }
    return false;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static str shown_values(struct same *s, const struct stmt_text *q, const struct param *params,
                        const struct value *values)
{
    struct buf b;
    buf_init(&b, s->round, 64, 1 << 20);
    for (int i = 0; q->types[i] != 0; i++) {
        buf_format(&b, "%s%.*s=", i > 0 ? " " : "", STR_ARG(params[i].name));
        struct buf one;
        buf_init(&one, s->round, 64, 1 << 20);
        add_value(&one, q->types[i], values[i].is_null, values[i].n, 0, values[i].bytes);
        buf_add(&b, buf_str(&one));
    }
    return buf_str(&b);
}

static void differ(struct same *s, const struct stmt_text *q, str values, const char *what, str lite, str pg)
{
    (void)fprintf(stderr, "%s:%d: %s: %s\n    with %.*s\n    SQLite:     %.*s\n    PostgreSQL: %.*s\n", q->file,
                  q->line, q->name, what, STR_ARG(values), STR_ARG(str_first_points(lite, 400)),
                  STR_ARG(str_first_points(pg, 400)));
    s->mistakes++;
}

static bool is_same(struct same *s, const struct stmt_text *q, const struct param *params, const struct value *values,
                    size_t *rows)
{
    struct answer lite = ask_lite(s, q, values);
    struct answer pg = ask_pg(s, q, values);
    *rows = lite.n;
    if (lite.fault.n > 0 || pg.fault.n > 0) {
        differ(s, q, shown_values(s, q, params, values), "fails", lite.fault, pg.fault);
        return false;
    }
    if (!has_order(q->text)) {
        qsort(lite.rows, lite.n, sizeof *lite.rows, by_text);
        qsort(pg.rows, pg.n, sizeof *pg.rows, by_text);
    }
    for (size_t i = 0; i < lite.n && i < pg.n; i++) {
        if (str_eq(lite.rows[i], pg.rows[i])) continue;
        differ(s, q, shown_values(s, q, params, values), "another row", lite.rows[i], pg.rows[i]);
        return false;
    }
    if (lite.n == pg.n) return true;
    differ(s, q, shown_values(s, q, params, values), "another number of rows", str_format(s->round, "%zu", lite.n),
           str_format(s->round, "%zu", pg.n));
    return false;
}

static bool reads(struct same *s, const struct stmt_text *q)
{
    sqlite3_stmt *h = NULL;
    bool only = sqlite3_prepare_v2(s->lite, q->text, -1, &h, NULL) == SQLITE_OK && sqlite3_stmt_readonly(h) != 0;
    (void)sqlite3_finalize(h);
    return only;
}

static void check(struct same *s, const struct stmt_text *q)
{
    struct param params[PARAMS_MOST];
    struct value values[PARAMS_MOST];
    struct arena_mark mark = arena_mark(s->mem);
    int n = params_of(s, q, params);
    int rounds = n == 0 ? 1 : ROUNDS;
    size_t found = 0;
    bool same = true;
    for (int round = 0; round < rounds && same; round++) {
        size_t rows;
        for (int i = 0; i < n; i++) values[i] = choose(s, &params[i]);
        same = is_same(s, q, params, values, &rows);
        found += rows;
        arena_reset(s->round);
    }
    s->statements++;
    s->rows += (int64_t)found;
    s->silent += found == 0;
    if (found == 0) (void)printf("never a row: %s\n", q->name);
    arena_rewind(s->mem, mark);
}

static bool is_passed_over(const char *file, char **list, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(list[i], file) == 0) return true;
    return false;
}

int main(int argc, char **argv)
{
    struct same s = {.mem = arena_new(MEMORY, NULL), .round = arena_new(MEMORY, NULL), .seed = 1};
    if (argc < 3) {
        (void)fputs("usage: same_pg FILE.db URL [FILE.sql to pass over]...\n", stderr);
        return 2;
    }
    int64_t seed;
    if (getenv("SEED") != NULL && str_int(str_from(getenv("SEED")), &seed)) s.seed = (uint64_t)seed;
    bool ready = sqlite3_open_v2(argv[1], &s.lite, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK;
    s.pg = PQconnectdb(argv[2]);
    if (!ready) (void)fprintf(stderr, "same_pg: %s: %s\n", argv[1], sqlite3_errmsg(s.lite));
    if (PQstatus(s.pg) != CONNECTION_OK) (void)fprintf(stderr, "same_pg: %s", PQerrorMessage(s.pg));
    ready = ready && PQstatus(s.pg) == CONNECTION_OK;
    for (int i = 0; ready && i < stmt_all_count; i++)
        if (!is_passed_over(stmt_all[i]->file, argv + 3, argc - 3) && reads(&s, stmt_all[i])) check(&s, stmt_all[i]);
    PQfinish(s.pg);
    (void)sqlite3_close(s.lite);
    if (ready)
        (void)printf("same-pg: %d statements, %lld rows the same on both engines; %d gave no row; %d differ\n",
                     s.statements - s.mistakes, (long long)s.rows, s.silent, s.mistakes);
    arena_free(s.round);
    arena_free(s.mem);
    return ready && s.mistakes == 0 ? 0 : 1;
}
