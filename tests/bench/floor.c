/* floor: what the engine itself needs for the rows of one raise: the floor that raises are measured against.
 *
 *     floor FOLDER [SECONDS [rows]]        FOLDER on the disk to measure; `rows` also lists what one raise writes
 *
 * The demo city is made in FOLDER, a matter is raised in it through the rules, and what that changed is read back table by table: new
 * rows, changed rows (counts and running numbers) and the text in the search index. Then the same rows are written raw, with the library
 * alone and keys that go on, into the same schema with all its indexes, on the same disk with synchronous=FULL: one raise a commit, and
 * 64. Nothing of ours runs there: no rule, no hash, no tokens, no thread. It prints a line for each.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "demo/seed.h"
#include "matter/receipt.h"
#include "matter/search.h"

#define ROWS_MOST   64
#define VALUES_MOST 64
#define SECOND_NS   INT64_C(1000000000)

#define SUBJECT "三月以来五六楼自来水没有水压 7"
#define TEXT                                                                                                                                                                   \
    "我们小区五楼、六楼从三月起就没有水压，早晚做饭都接不到水。物业说是市政管网的问题，水务说是小区二次供水的问题，两" \
    "边都不管。"
#define PLACE "临江区和平街道 7 号"

struct value {
    int type;
    int64_t number;
    double real;
    str bytes;
    int64_t step; /* the key of a new row, or what points to one: so much more with each raise */
    bool is_ref;
};
struct row {
    sqlite3_stmt *write;
    const char *table;
    bool is_new;
    struct value value[VALUES_MOST];
    int n;
};

struct floor {
    struct arena *mem;
    const char *folder;
    sqlite3 *h;
    struct row row[ROWS_MOST];
    size_t n_rows;
    int64_t span; /* of the keys of one raise */
    sqlite3_stmt *index;
    struct value doc; /* its key */
    str tokens;
    int64_t seconds;
    int64_t raises; /* so far: the next keys, numbers and hashes */
};

NORETURN static void stop(const char *what, const char *why)
{
    (void)fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(2);
}

static void expect(enum status st, const char *what)
{
    if (st != ST_OK) stop(what, status_name(st));
}

static void run(sqlite3 *h, const char *text)
{
    if (sqlite3_exec(h, text, NULL, NULL, NULL) != SQLITE_OK) stop(text, sqlite3_errmsg(h));
}

static const char *path(struct floor *f, const char *name)
{
    return str_format(f->mem, "%s/%s", f->folder, name).p;
}

static void erase(struct floor *f)
{
    static const char *const names[] = {"floor.db", "floor.db-wal", "floor.db-shm", "floor-before.db", "luoshi.lock"};
    for (size_t i = 0; i < COUNT_OF(names); i++) (void)unlink(path(f, names[i]));
}

/* A real raise */

static void raise_one(struct store *store, struct db *db, const struct city *city)
{
    static const struct matter_draft draft = {
        .kind = STR_INIT("help"),
        .channel = STR_INIT("api"),
        .raiser = STR_INIT("resident"),
        .lang = STR_INIT("zh-CN"),
        .subject = STR_INIT(SUBJECT),
        .text = STR_INIT(TEXT),
        .place = STR_INIT(PLACE),
        .wants_public = true,
    };
    struct receipt_command c = {.city = city, .draft = &draft};
    (void)store;
    expect(db_write(db, receipt_register, &c), "raising");
}

/* The city before its second raise as floor-before.db, after it as floor.db. */
static void make_city(struct floor *f)
{
    static const struct seed_city haitang = {STR_INIT("Haitang City"), STR_INIT("海棠市"), STR_INIT("HT"),
                                             STR_INIT("Asia/Shanghai")};
    const struct demo_options options = {.units = 200, .seed = 1};
    struct store *store;
    struct store_error why;
    struct db *db;
    struct city city = {0};
    const struct clock clock = {0};
    struct keys *keys = keys_fixed();
    if (store_open(&(struct store_options){.path = path(f, "floor.db"), .create = true, .clock = &clock}, &store,
                   &why) != ST_OK)
        stop("opening", why.text);
    expect(db_open(store, &db), "opening");
    expect(db_batch_begin(db), "seeding");
    expect(seed_city(db, f->mem, &haitang, &city.root), "seeding");
    expect(db_batch_commit(db), "seeding");
    expect(city_load(db, f->mem, keys, &city), "loading");
    expect(demo_city(db, f->mem, &city, &options), "the city");
    raise_one(store, db, &city);
    if (store_backup(store, path(f, "floor-before.db"), &why) != ST_OK) stop("copying", why.text);
    raise_one(store, db, &city);
    db_close(db);
    store_close(store);
    keys_close(keys);
}

/* What it changed */

static sqlite3_stmt *prepare(sqlite3 *h, const char *text)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v3(h, text, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
        stop(text, sqlite3_errmsg(h));
    return s;
}

static struct value read_value(struct floor *f, sqlite3_stmt *s, int column)
{
    struct value v = {.type = sqlite3_column_type(s, column)};
    const char *name = sqlite3_column_name(s, column);
    if (v.type == SQLITE_INTEGER) v.number = sqlite3_column_int64(s, column);
    else if (v.type == SQLITE_FLOAT) v.real = sqlite3_column_double(s, column);
    else if (v.type != SQLITE_NULL)
        v.bytes = str_copy(f->mem, (str){sqlite3_column_blob(s, column), (size_t)sqlite3_column_bytes(s, column)});
    v.is_ref = strcmp(name, "ref") == 0;
    return v;
}

/* "a = ?1 AND b = ?3" of the primary key, or "a = ?1, b = ?3" of all other columns. */
static str terms(struct floor *f, const char *table, bool of_key)
{
    sqlite3_stmt *s =
        prepare(f->h, "SELECT group_concat(format('\"%w\" = ?%d', name, cid + 1), iif(?2, ' AND ', ', ')) "
                      "FROM pragma_table_info(?1) WHERE (pk > 0) = ?2");
    (void)sqlite3_bind_text(s, 1, table, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(s, 2, of_key);
    must(sqlite3_step(s) == SQLITE_ROW);
    str text = str_copy(f->mem, str_from((const char *)sqlite3_column_text(s, 0)));
    (void)sqlite3_finalize(s);
    return text;
}

static void bind(sqlite3_stmt *s, int place, const struct value *v)
{
    switch (v->type) {
    case SQLITE_INTEGER: (void)sqlite3_bind_int64(s, place, v->number); break;
    case SQLITE_FLOAT: (void)sqlite3_bind_double(s, place, v->real); break;
    case SQLITE_TEXT: (void)sqlite3_bind_text(s, place, v->bytes.p, (int)v->bytes.n, SQLITE_STATIC); break;
    case SQLITE_BLOB: (void)sqlite3_bind_blob(s, place, v->bytes.p, (int)v->bytes.n, SQLITE_STATIC); break;
    default: (void)sqlite3_bind_null(s, place); break;
    }
}

static bool was_there(struct floor *f, const struct row *r)
{
    sqlite3_stmt *s = prepare(
        f->h,
        str_format(f->mem, "SELECT 1 FROM before.\"%s\" WHERE %.*s", r->table, STR_ARG(terms(f, r->table, true))).p);
    for (int i = 0; i < r->n; i++) bind(s, i + 1, &r->value[i]);
    bool found = sqlite3_step(s) == SQLITE_ROW;
    (void)sqlite3_finalize(s);
    return found;
}

static void prepare_row(struct floor *f, struct row *r)
{
    str marks = STR("?1");
    for (int i = 2; i <= r->n; i++) marks = str_concat(f->mem, marks, str_format(f->mem, ",?%d", i));
    r->is_new = !was_there(f, r);
    str text = r->is_new ? str_format(f->mem, "INSERT INTO main.\"%s\" VALUES (%.*s)", r->table, STR_ARG(marks))
                         : str_format(f->mem, "UPDATE main.\"%s\" SET %.*s WHERE %.*s", r->table,
                                      STR_ARG(terms(f, r->table, false)), STR_ARG(terms(f, r->table, true)));
    r->write = prepare(f->h, text.p);
}

static void read_table(struct floor *f, const char *table)
{
    sqlite3_stmt *s = prepare(
        f->h, str_format(f->mem, "SELECT * FROM main.\"%s\" EXCEPT SELECT * FROM before.\"%s\"", table, table).p);
    while (sqlite3_step(s) == SQLITE_ROW) {
        must(f->n_rows < ROWS_MOST);
        struct row *r = &f->row[f->n_rows++];
        *r = (struct row){.table = table, .n = sqlite3_column_count(s)};
        must(r->n <= VALUES_MOST);
        for (int i = 0; i < r->n; i++) r->value[i] = read_value(f, s, i);
        prepare_row(f, r);
    }
    (void)sqlite3_finalize(s);
}

#define LARGE                                                                                                          \
    (INT64_C(1) << 40) /* keys from here on are made of the time; smaller ones are numbers that go on by one */

static bool has_key(const struct row *r)
{
    return r->is_new && r->value[0].type == SQLITE_INTEGER; /* the tables that have one put it first */
}

static void move_all(struct floor *f, int64_t id)
{
    for (size_t k = 0; k < f->n_rows; k++)
        for (int j = 0; j < f->row[k].n; j++) {
            struct value *v = &f->row[k].value[j];
            if (v->type == SQLITE_INTEGER && v->number == id) v->step = f->span;
        }
}

/* The order in which they were made, so that nothing points to what is not there yet; what was changed after them. */
static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    if (has_key(x) != has_key(y)) return has_key(x) ? -1 : 1;
    if (!has_key(x)) return strcmp(x->table, y->table);
    int64_t a_key = x->value[0].number;
    int64_t b_key = y->value[0].number;
    if ((a_key < LARGE) != (b_key < LARGE)) return a_key < LARGE ? 1 : -1;
    return (a_key > b_key) - (a_key < b_key);
}

static void find_keys(struct floor *f)
{
    int64_t low = INT64_MAX;
    int64_t high = 0;
    for (size_t i = 0; i < f->n_rows; i++) {
        int64_t id = f->row[i].value[0].number;
        if (!has_key(&f->row[i]) || id < LARGE) continue;
        if (id < low) low = id;
        if (id > high) high = id;
    }
    f->span = high - low + 1;
    for (size_t i = 0; i < f->n_rows; i++) {
        struct value *key = &f->row[i].value[0];
        if (has_key(&f->row[i]) && key->number >= LARGE) move_all(f, key->number);
        else if (has_key(&f->row[i])) key->step = 1;
    }
    qsort(f->row, f->n_rows, sizeof f->row[0], compare_rows);
}

/* The text in the index, with the key of its search_doc. */
static void find_text(struct floor *f)
{
    sqlite3_stmt *s =
        prepare(f->h, "SELECT name FROM main.sqlite_schema WHERE name IN ('search_index', 'search_staff')");
    if (sqlite3_step(s) != SQLITE_ROW) stop("the search index", "is not there");
    f->index = prepare(f->h, str_format(f->mem, "INSERT INTO main.%s (rowid, tokens) VALUES (?1, ?2)",
                                        (const char *)sqlite3_column_text(s, 0))
                                 .p);
    (void)sqlite3_finalize(s);
    f->tokens = search_tokens(f->mem, (const str[]){STR(SUBJECT), STR(TEXT), STR(PLACE)}, 3);
    for (size_t i = 0; i < f->n_rows; i++)
        if (strcmp(f->row[i].table, "search_doc") == 0) f->doc = f->row[i].value[0];
    must(f->doc.step != 0);
}

static void learn(struct floor *f)
{
    if (sqlite3_open(path(f, "floor.db"), &f->h) != SQLITE_OK) stop("opening", sqlite3_errmsg(f->h));
    run(f->h, str_format(f->mem, "ATTACH '%s' AS before", path(f, "floor-before.db")).p);
    sqlite3_stmt *s = prepare(f->h, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                                    "AND name NOT LIKE 'sqlite_%' ORDER BY name");
    while (sqlite3_step(s) == SQLITE_ROW)
        read_table(f, str_copy(f->mem, str_from((const char *)sqlite3_column_text(s, 0))).p);
    (void)sqlite3_finalize(s);
    find_keys(f);
    find_text(f);
    run(f->h,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000; "
        "PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;");
}

static void list(const struct floor *f)
{
    for (size_t i = 0; i < f->n_rows; i++)
        (void)printf("  %s %s\n", f->row[i].is_new ? "new" : "changed", f->row[i].table);
    (void)printf("  new text of %zu bytes of tokens\n", f->tokens.n);
}

/* Raw */

static void step(struct floor *f, sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE) stop(sqlite3_sql(s), sqlite3_errmsg(f->h));
    (void)sqlite3_reset(s);
}

/* The same bytes in another place of the order each time, as hashes are. */
static void bind_hash(sqlite3_stmt *s, int place, const struct value *v, int64_t nth)
{
    char bytes[64];
    uint64_t mixed = (uint64_t)nth * UINT64_C(0x9e3779b97f4a7c15);
    if (v->bytes.n < sizeof mixed || v->bytes.n > sizeof bytes) {
        bind(s, place, v);
        return;
    }
    memcpy(bytes, v->bytes.p, v->bytes.n);
    memcpy(bytes, &mixed, sizeof mixed);
    (void)sqlite3_bind_blob(s, place, bytes, (int)v->bytes.n, SQLITE_TRANSIENT);
}

static void write_row(struct floor *f, const struct row *r, int64_t nth)
{
    char ref[32];
    for (int i = 0; i < r->n; i++) {
        const struct value *v = &r->value[i];
        if (v->step != 0) (void)sqlite3_bind_int64(r->write, i + 1, v->number + nth * v->step);
        else if (v->is_ref) {
            (void)snprintf(ref, sizeof ref, "HT-27-%06lld", (long long)nth);
            (void)sqlite3_bind_text(r->write, i + 1, ref, -1, SQLITE_TRANSIENT);
        } else if (v->type == SQLITE_BLOB) bind_hash(r->write, i + 1, v, nth);
        else bind(r->write, i + 1, v);
    }
    step(f, r->write);
}

static void write_raise(struct floor *f)
{
    char tokens[4096];
    int64_t nth = ++f->raises;
    for (size_t i = 0; i < f->n_rows; i++) write_row(f, &f->row[i], nth);
    int n = snprintf(tokens, sizeof tokens, "%.*s %lld", STR_ARG(f->tokens), (long long)nth);
    (void)sqlite3_bind_int64(f->index, 1, f->doc.number + nth * f->doc.step);
    (void)sqlite3_bind_text(f->index, 2, tokens, n, SQLITE_STATIC);
    step(f, f->index);
}

static void measure(struct floor *f, int batch)
{
    int64_t n = 0;
    int64_t from = time_monotonic_ns();
    while (time_monotonic_ns() - from < f->seconds * SECOND_NS) {
        run(f->h, "BEGIN IMMEDIATE");
        for (int i = 0; i < batch; i++) write_raise(f);
        run(f->h, "COMMIT");
        n += batch;
    }
    double took = (double)(time_monotonic_ns() - from) / 1e9;
    (void)printf("batch=%d rate=%.1f ms=%.3f\n", batch, (double)n / took, took * 1000 / (double)n);
}

int main(int argc, char **argv)
{
    static struct floor f;
    if (argc < 2) stop("floor FOLDER [SECONDS [rows]]", "no folder");
    f = (struct floor){.mem = arena_new((size_t)1 << 31, NULL), .folder = argv[1], .seconds = 3};
    if (argc > 2 && (!str_int(str_from(argv[2]), &f.seconds) || f.seconds < 1)) stop("SECONDS", "a number from 1");
    secret_start();
    erase(&f);
    make_city(&f);
    learn(&f);
    if (argc > 3) list(&f);
    measure(&f, 1);
    measure(&f, 64);
    for (size_t i = 0; i < f.n_rows; i++) (void)sqlite3_finalize(f.row[i].write);
    (void)sqlite3_finalize(f.index);
    (void)sqlite3_close(f.h);
    erase(&f);
    return 0;
}
