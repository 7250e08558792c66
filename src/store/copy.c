/* copy: see copy.h.
 *
 * What is in the target is its own record of how far the copy went: a chunk of rows is one transaction, and rows go in the order of a key.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/copy.h"

#include <string.h>

#include "base/buf.h"
#include "gen/sql/copy.h"
#include "gen/tables.h"
#include "store/inside.h"
#include "store/postgres.h"
#include "store/stmt.h"

#define COPY_ARENA  ((size_t)256 * 1024 * 1024) /* the keys of one row, and one cursor */
#define CHUNK_ROWS  2000                        /* of one transaction */
#define CHUNK_BYTES ((size_t)8 * 1024 * 1024)
#define BULK_PIECE  ((size_t)64 * 1024)
#define ORDER_MOST  8
#define YEAR_MS     (365 * INT64_C(86400000)) /* each partition takes locks until its transaction ends: a year at a time */

struct copy {
    struct db *from;
    struct db *to;
    const struct copy_watch *watch;
    struct store_error *why;
    struct arena *mem; /* reset after each pass over a table */
};

/* A row's place in a table's order. */
struct place {
    bool is_row;
    int64_t n[ORDER_MOST];
    double real[ORDER_MOST];
    str bytes[ORDER_MOST];
};

struct chunk {
    bool is_open;
    bool is_silent;
    bool by_bulk; /* as a stream */
    bool in_bulk; /* which is open */
    size_t bytes;
    int64_t rows; /* not yet on disk */
    int64_t done;
    struct buf bulk; /* of the stream, not yet sent */
};

static const struct table *settings(void)
{
    for (int i = 0; i < tables_count; i++)
        if (strcmp(tables_all[i].name, "setting") == 0) return &tables_all[i];
    return NULL;
}

/* Values */

static bool is_null(struct stmt *row, const struct table *t, int column)
{
    return !t->columns[column].not_null && stmt_lend(row, column).p == NULL;
}

static size_t pass_on(struct stmt *to, int place, struct stmt *row, const struct table *t, int column)
{
    str bytes = {NULL, 8};
    if (is_null(row, t, column)) {
        to->ops->bind_null(to, place);
        return 0;
    }
    switch (t->columns[column].type) {
    case 'i': stmt_bind_int(to, place, stmt_int(row, column)); break;
    case 'r': stmt_bind_real(to, place, stmt_real(row, column)); break;
    case 's':
        bytes = stmt_lend(row, column);
        stmt_bind_str(to, place, bytes);
        break;
    default:
        bytes = stmt_lend(row, column);
        stmt_bind_blob(to, place, bytes);
        break;
    }
    return bytes.n;
}

/* The place of the present row, whose columns are those of `order` or all of the table's. */
static void place_of(struct copy *c, struct stmt *row, const struct table *t, bool whole, struct place *out)
{
    must(t->n_order <= ORDER_MOST);
    out->is_row = true;
    for (int i = 0; i < t->n_order; i++) {
        int column = whole ? t->order[i] : i;
        switch (t->columns[t->order[i]].type) {
        case 'i': out->n[i] = stmt_int(row, column); break;
        case 'r': out->real[i] = stmt_real(row, column); break;
        default: out->bytes[i] = stmt_str(row, c->mem, column); break;
        }
    }
}

static void bind_place(struct stmt *s, const struct table *t, const struct place *p)
{
    for (int i = 0; i < t->n_order; i++) {
        switch (t->columns[t->order[i]].type) {
        case 'i': stmt_bind_int(s, i + 1, p->n[i]); break;
        case 'r': stmt_bind_real(s, i + 1, p->real[i]); break;
        case 's': stmt_bind_str(s, i + 1, p->bytes[i]); break;
        default: stmt_bind_blob(s, i + 1, p->bytes[i]); break;
        }
    }
}

/* Faults, in words */

static enum status fault(struct copy *c, const struct db *db, const struct table *t, const char *what, enum status st)
{
    if (st != ST_OK && c->why->text[0] == 0)
        why_set(c->why, "table %s %s: %s", t->name, what, st == ST_BUSY ? status_name(st) : engine_message(db->engine));
    return st;
}

/* Names the row only where its key is a number: other keys may be somebody's. */
static enum status refused(struct copy *c, const struct table *t, struct stmt *row, enum status st)
{
    if (st == ST_BUSY || c->why->text[0] != 0) return st;
    if (t->n_key == 1 && t->columns[t->key[0]].type == 'i')
        why_set(c->why, "the row %lld of table %s is not taken by the target: %s", (long long)stmt_int(row, t->key[0]),
                t->name, engine_message(c->to->engine));
    else why_set(c->why, "a row of table %s is not taken by the target: %s", t->name, engine_message(c->to->engine));
    return st;
}

/* Sums */

struct sum {
    int64_t rows;
    uint64_t bits;
};

static uint64_t fold(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h;
}

static uint64_t fold_number(uint64_t h, uint64_t v)
{
    return fold(h, &v, sizeof v);
}

/* Rows come in any order, so that each is mixed well before it is added. */
static uint64_t mixed(uint64_t h)
{
    h = (h ^ (h >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94D049BB133111EB);
    return h ^ (h >> 31);
}

static void sum_row(struct sum *sum, struct stmt *row, const struct table *t)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (int i = 0; i < t->n_columns; i++) {
        char type = is_null(row, t, i) ? '0' : t->columns[i].type;
        uint64_t bits = 0;
        double real;
        str bytes;
        h = fold(h, &type, 1);
        switch (type) {
        case '0': break;
        case 'i': h = fold_number(h, (uint64_t)stmt_int(row, i)); break;
        case 'r':
            real = stmt_real(row, i) + 0.0; /* the two zeros are one */
            memcpy(&bits, &real, sizeof bits);
            h = fold_number(h, bits);
            break;
        default:
            bytes = stmt_lend(row, i);
            h = fold(fold_number(h, bytes.n), bytes.p, bytes.n);
            break;
        }
    }
    sum->rows++;
    sum->bits += mixed(h);
}

static enum status sum_table(struct copy *c, struct db *db, const struct table *t, struct sum *sum)
{
    struct stmt *row;
    *sum = (struct sum){0};
    enum status st = stmt_open(db, &t->all, &row);
    if (st != ST_OK) return fault(c, db, t, "cannot be read", st);
    stmt_guard(row, c->mem);
    while ((st = stmt_step(row)) == ST_OK) sum_row(sum, row, t);
    st = fault(c, db, t, "cannot be read", stmt_end(row, st == ST_NOT_FOUND ? ST_OK : st));
    arena_reset(c->mem);
    return st;
}

static enum status compare(struct copy *c, const struct table *t)
{
    struct sum from;
    struct sum to;
    TRY(sum_table(c, c->from, t, &from));
    TRY(sum_table(c, c->to, t, &to));
    if (from.rows == to.rows && from.bits == to.bits) {
        c->watch->told(c->watch->ctx, COPY_COMPARED, t->name, to.rows);
        return ST_OK;
    }
    why_set(c->why,
            "table %s differs: %lld rows in the source, %lld in the target%s. The source was changed since the copy "
            "began, or the target "
            "by somebody else: empty the target and copy again",
            t->name, (long long)from.rows, (long long)to.rows, from.rows == to.rows ? ", and not the same ones" : "");
    return ST_CONFLICT;
}

/* Writing */

/* Of a stream into a table: https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format". */
static const char bulk_head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* its own final NUL is the last byte */
static const char bulk_tail[] = {(char)0xFF, (char)0xFF};

static void add_big(struct buf *b, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) buf_add_byte(b, (char)(unsigned char)(v >> (8 * i)));
}

static void add_field(struct buf *b, struct stmt *row, const struct table *t, int column)
{
    uint64_t bits;
    double real;
    str bytes;
    switch (is_null(row, t, column) ? '0' : t->columns[column].type) {
    case '0': add_big(b, UINT32_MAX, 4); break;
    case 'i':
        add_big(b, 8, 4);
        add_big(b, (uint64_t)stmt_int(row, column), 8);
        break;
    case 'r':
        real = stmt_real(row, column);
        memcpy(&bits, &real, sizeof bits);
        add_big(b, 8, 4);
        add_big(b, bits, 8);
        break;
    default:
        bytes = stmt_lend(row, column);
        add_big(b, bytes.n, 4);
        buf_add(b, bytes);
        break;
    }
}

static enum status bulk_flush(struct copy *c, struct chunk *k, size_t more_than)
{
    if (k->bulk.n <= more_than) return ST_OK;
    enum status st = postgres_bulk_put(c->to->engine, buf_str(&k->bulk));
    k->bulk.n = 0;
    return st;
}

static enum status bulk_row(struct copy *c, struct chunk *k, const struct table *t, struct stmt *row)
{
    size_t before = k->bulk.n;
    int n = 0;
    for (int i = 0; i < t->n_columns; i++) n += !t->columns[i].own;
    add_big(&k->bulk, (uint64_t)n, 2);
    for (int i = 0; i < t->n_columns; i++)
        if (!t->columns[i].own) add_field(&k->bulk, row, t, i);
    k->bytes += k->bulk.n - before;
    return bulk_flush(c, k, BULK_PIECE);
}

static enum status bulk_begin(struct copy *c, struct chunk *k, const struct table *t)
{
    TRY(postgres_bulk_begin(c->to->engine, t->bulk));
    k->in_bulk = true;
    if (k->bulk.mem == NULL) buf_init(&k->bulk, c->mem, BULK_PIECE * 2, COPY_ARENA / 2);
    k->bulk.n = 0;
    buf_add(&k->bulk, (str){bulk_head, sizeof bulk_head});
    return ST_OK;
}

static enum status bulk_end(struct copy *c, struct chunk *k, enum status st)
{
    if (!k->in_bulk) return st;
    k->in_bulk = false;
    if (st == ST_OK) buf_add(&k->bulk, (str){bulk_tail, sizeof bulk_tail});
    if (st == ST_OK) st = bulk_flush(c, k, 0);
    enum status ended = postgres_bulk_end(c->to->engine, st == ST_OK);
    return st == ST_OK ? ended : st;
}

static enum status chunk_end(struct copy *c, struct chunk *k, const struct table *t, enum status st)
{
    if (!k->is_open) return st;
    k->is_open = false;
    st = fault(c, c->to, t, "cannot be written", bulk_end(c, k, st));
    if (st == ST_OK) st = fault(c, c->to, t, "cannot be written", db_batch_commit(c->to));
    else db_batch_rollback(c->to);
    if (st == ST_OK) {
        k->done += k->rows;
        if (!k->is_silent) c->watch->told(c->watch->ctx, COPY_WROTE, t->name, k->done);
    }
    k->rows = 0;
    k->bytes = 0;
    return st;
}

static enum status chunk_ready(struct copy *c, struct chunk *k, const struct table *t)
{
    if (k->is_open && k->rows < CHUNK_ROWS && k->bytes < CHUNK_BYTES) return ST_OK;
    TRY(chunk_end(c, k, t, ST_OK));
    enum status st = db_batch_begin(c->to);
    k->is_open = st == ST_OK;
    if (st == ST_OK && k->by_bulk) st = bulk_begin(c, k, t);
    return fault(c, c->to, t, "cannot be written", st);
}

/* in_step: waits for each row's outcome, so that the one that is refused can be named. */
static enum status put(struct copy *c, const struct table *t, struct stmt *row, bool in_step, size_t *bytes)
{
    struct stmt *add;
    int64_t changed;
    int place = 0;
    TRY(stmt_open(c->to, &t->add, &add));
    for (int i = 0; i < t->n_columns; i++)
        if (!t->columns[i].own) *bytes += pass_on(add, ++place, row, t, i);
    return stmt_run(add, in_step ? &changed : NULL);
}

static enum status add(struct copy *c, struct chunk *k, const struct table *t, struct stmt *row, bool in_step)
{
    TRY(chunk_ready(c, k, t));
    k->rows++;
    if (k->in_bulk) return bulk_row(c, k, t, row);
    enum status st = put(c, t, row, in_step, &k->bytes);
    return st != ST_OK && in_step ? refused(c, t, row, st) : st;
}

static enum status last_place(struct copy *c, const struct table *t, struct place *out)
{
    struct stmt *row;
    *out = (struct place){0};
    TRY(stmt_open(c->to, &t->last, &row));
    enum status st = stmt_step(row);
    if (st == ST_OK) place_of(c, row, t, false, out);
    return fault(c, c->to, t, "cannot be read", stmt_end(row, st == ST_NOT_FOUND ? ST_OK : st));
}

/* Rows behind the last one that is there, to the end. */
static enum status go_on(struct copy *c, const struct table *t, struct chunk *k, bool in_step)
{
    struct place last;
    struct stmt *row;
    TRY(last_place(c, t, &last));
    enum status st = stmt_open(c->from, last.is_row ? &t->after : &t->begin, &row);
    if (st != ST_OK) return fault(c, c->from, t, "cannot be read", st);
    if (last.is_row) bind_place(row, t, &last);
    stmt_guard(row, c->mem);
    enum status write = ST_OK;
    while (write == ST_OK && (st = stmt_step(row)) == ST_OK) write = add(c, k, t, row, in_step);
    if (write == ST_OK) write = fault(c, c->from, t, "cannot be read", st == ST_NOT_FOUND ? ST_OK : st);
    st = chunk_end(c, k, t, write);
    return stmt_end(row, st);
}

static enum status copy_table(struct copy *c, const struct table *t)
{
    struct chunk fast = {.by_bulk = c->to->engine->ops->is_server};
    struct chunk slow = {0};
    enum status st = go_on(c, t, &fast, false);
    arena_reset(c->mem);
    if (st != ST_INVALID && st != ST_CONFLICT) return st;
    c->why->text[0] = 0;
    st = go_on(c, t, &slow, true); /* once more from the last chunk, for the sake of the row's name */
    arena_reset(c->mem);
    return st;
}

static bool has_own(struct stmt *row, const struct table *t)
{
    for (int i = 0; i < t->n_columns; i++)
        if (t->columns[i].own && !is_null(row, t, i)) return true;
    return false;
}

static enum status link_row(struct copy *c, struct chunk *k, const struct table *t, struct stmt *row)
{
    struct stmt *link;
    int place = 0;
    TRY(chunk_ready(c, k, t));
    TRY(stmt_open(c->to, &t->link, &link));
    for (int i = 0; i < t->n_columns; i++)
        if (t->columns[i].own) (void)pass_on(link, ++place, row, t, i);
    for (int i = 0; i < t->n_key; i++) (void)pass_on(link, ++place, row, t, t->key[i]);
    k->rows++;
    return stmt_run(link, NULL);
}

/* References of rows to rows of their own table, now that all are there. Again from the start after a copy that was cut off. */
static enum status link_table(struct copy *c, const struct table *t)
{
    struct chunk k = {.is_silent = true};
    struct stmt *row;
    if (t->link.text == NULL) return ST_OK;
    enum status st = stmt_open(c->from, &t->all, &row);
    if (st != ST_OK) return fault(c, c->from, t, "cannot be read", st);
    stmt_guard(row, c->mem);
    while ((st = stmt_step(row)) == ST_OK) {
        if (!has_own(row, t)) continue;
        st = link_row(c, &k, t, row);
        if (st != ST_OK) break;
    }
    st = chunk_end(c, &k, t, st == ST_NOT_FOUND ? ST_OK : st);
    st = fault(c, c->to, t, "cannot be copied", stmt_end(row, st));
    arena_reset(c->mem);
    return st;
}

/* Beginning and end */

static enum status source_of(struct db *db, struct arena *mem, str *out)
{
    struct q_copy_source row;
    enum status st = q_copy_source(db, mem, &row);
    *out = st == ST_OK ? row.value : (str){NULL, 0};
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status store_copy_unfinished(struct db *db, struct arena *mem, bool *out)
{
    str source;
    *out = false;
    TRY(source_of(db, mem, &source));
    *out = source.p != NULL;
    return ST_OK;
}

static enum status must_be_empty(struct copy *c)
{
    for (int i = 0; i < tables_count; i++) {
        struct place last;
        TRY(last_place(c, &tables_all[i], &last));
        if (!last.is_row) continue;
        why_set(c->why,
                "the target is not empty, and not a copy of this source that was begun: it has rows in table %s",
                tables_all[i].name);
        return ST_CONFLICT;
    }
    return ST_OK;
}

static enum status claim(struct copy *c, str source)
{
    TRY(must_be_empty(c));
    TRY(db_batch_begin(c->to));
    enum status st = q_copy_begin(c->to, source, NULL);
    if (st == ST_OK) return db_batch_commit(c->to);
    db_batch_rollback(c->to);
    return st;
}

/* Is the source one, and is the target empty or begun from it? */
static enum status begin(struct copy *c)
{
    struct q_copy_identity identity;
    str there;
    TRY(source_of(c->from, c->mem, &there));
    if (there.p != NULL) {
        why_set(c->why, "the source is itself a copy that is not finished");
        return ST_CONFLICT;
    }
    TRY(q_copy_identity(c->from, c->mem, &identity));
    if (identity.id == 0) {
        why_set(c->why, "there is nothing in the source");
        return ST_NOT_FOUND;
    }
    str source = str_format(c->mem, "%lld", (long long)identity.id);
    TRY(source_of(c->to, c->mem, &there));
    if (there.p == NULL) return claim(c, source);
    if (str_eq(there, source)) return ST_OK;
    why_set(c->why, "the target is a copy of another source that was begun");
    return ST_CONFLICT;
}

/* Rows go straight into the month where they belong. */
static enum status make_partitions(struct copy *c)
{
    struct q_copy_span span;
    TRY(q_copy_span(c->from, c->mem, &span));
    int64_t last = id_moment(span.last).ms;
    for (int64_t at = id_moment(span.first).ms; span.last > 0 && at <= last; at += YEAR_MS) {
        enum status st = postgres_partitions(c->to->engine, at, at + YEAR_MS < last ? at + YEAR_MS : last);
        if (st != ST_OK) why_set(c->why, "partitions cannot be made: %s", engine_message(c->to->engine));
        TRY(st);
    }
    return ST_OK;
}

static enum status finish_inside(struct copy *c)
{
    const struct table *t = settings();
    struct stmt *row;
    size_t bytes = 0;
    TRY(q_copy_finish(c->to, NULL));
    enum status st = stmt_open(c->from, &t->begin, &row);
    if (st != ST_OK) return fault(c, c->from, t, "cannot be read", st);
    stmt_guard(row, c->mem);
    while ((st = stmt_step(row)) == ST_OK) {
        st = put(c, t, row, true, &bytes);
        if (st != ST_OK) break;
    }
    TRY(fault(c, c->to, t, "cannot be copied", stmt_end(row, st == ST_NOT_FOUND ? ST_OK : st)));
    TRY(compare(c, t));
    return q_copy_ask_rebuild(c->to, NULL);
}

/* Settings are few: one transaction, whatever its size. */
static enum status finish(struct copy *c)
{
    TRY(db_batch_begin(c->to));
    enum status st = finish_inside(c);
    if (st == ST_OK) return db_batch_commit(c->to);
    db_batch_rollback(c->to);
    return st;
}

static enum status copy_all(struct copy *c)
{
    const struct table *last = settings();
    bool to_server = c->to->engine->ops->is_server;
    TRY(begin(c));
    if (to_server) TRY(make_partitions(c));
    for (int i = 0; i < tables_count; i++) {
        if (&tables_all[i] == last) continue;
        TRY(copy_table(c, &tables_all[i]));
        TRY(link_table(c, &tables_all[i]));
    }
    for (int i = 0; i < tables_count; i++)
        if (&tables_all[i] != last) TRY(compare(c, &tables_all[i]));
    TRY(finish(c));
    /* a server counts what stands in a table when it is idle, but never over the partitions of one */
    return to_server ? engine_script(c->to->engine, "ANALYZE") : ST_OK;
}

enum status store_copy(struct store *from, struct store *to, const struct copy_watch *watch, struct store_error *why)
{
    struct copy c = {.watch = watch, .why = why, .mem = arena_new(COPY_ARENA, NULL)};
    why->text[0] = 0;
    enum status st = db_open(from, &c.from);
    if (st == ST_OK) st = db_open(to, &c.to);
    if (st == ST_OK) st = db_snapshot_begin(c.from);
    if (st == ST_OK) {
        st = copy_all(&c);
        db_snapshot_end(c.from);
    }
    if (st != ST_OK && why->text[0] == 0) why_set(why, "the copy failed: %s", status_name(st));
    db_close(c.to);
    db_close(c.from);
    arena_free(c.mem);
    return st;
}
