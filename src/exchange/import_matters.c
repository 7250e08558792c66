/* import_matters: a table of matters, however long: looked through first, then written in chunks, each a transaction.
 *
 * A chunk is written fast, each row once (matter/matter_whole.h); only rows that are there already, or that are odd, go by the ordinary
 * rules. When anything in it fails, it is undone and written again by the ordinary rules alone, which say what is wrong with which row.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "exchange/import_feed.h"
#include "exchange/import_mark.h"
#include "matter/search.h"

#define CATEGORIES 256

struct many {
    struct import_run *run;
    struct import_feed *feed;
    struct whole_desk *desk;
    struct import_mark mark;
    instant now;
    bool has_begun; /* a chunk was committed */
    bool has_ended; /* the last transaction was ended, and with it the file of bad rows */
    bool by_rules;  /* the chunk goes by the ordinary rules alone */
    bool
        asks; /* a row's number may be there; else two rows of one number are told by the index, and the chunk is begun again */
    struct arena *names;
    struct {
        str name;
        category_id id;
    } category[CATEGORIES];
    size_t categories;
};

/* Looking through */

static enum status check_rows(struct many *m, struct sheet *sheet, struct import_row *r)
{
    struct import_run *run = m->run;
    struct sheet_row row;
    enum status st;
    while ((st = sheet_next(sheet, &row)) == ST_OK) {
        struct faults faults = {0};
        if (row.number <= m->mark.row || run->o->skip_bad != NULL) continue;
        r->row = &row;
        r->faults = run->row.faults = &faults;
        st = import_matter_check(r, m->now, m->asks);
        if (st != ST_OK) {
            import_blame(run, &row, st);
            return st == ST_IO || st == ST_BUSY ? st : ST_INVALID;
        }
        arena_reset(r->mem);
    }
    if (st == ST_NOT_FOUND) return ST_OK;
    run->result->why = *sheet_why(sheet);
    return st;
}

/* With skip_bad only whether the file can be read to its end. */
static enum status look_through(struct many *m)
{
    struct sheet *sheet;
    struct import_row r = m->run->row;
    struct arena *mem = arena_new(IMPORT_SHEET_ARENA, NULL);
    enum status st = import_open(m->run, mem, &sheet);
    if (st == ST_OK) {
        st = check_rows(m, sheet, &r);
        sheet_close(sheet);
    }
    arena_free(mem);
    return st;
}

/* Writing */

static enum status category_of(struct many *m, str name, category_id *out)
{
    for (size_t i = 0; i < m->categories; i++) {
        if (!str_eq(m->category[i].name, name)) continue;
        *out = m->category[i].id;
        return ST_OK;
    }
    TRY(import_category_of(&m->run->row, name, out));
    if (m->categories == CATEGORIES) return ST_OK;
    m->category[m->categories].name = str_copy(m->names, name);
    m->category[m->categories++].id = *out;
    return ST_OK;
}

static enum status by_rules(struct many *m, const struct sheet_row *row)
{
    TRY(whole_desk_clear(m->desk));
    return import_one(m->run, row);
}

static enum status write_row(struct many *m, struct import_ready *ready)
{
    struct import_run *run = m->run;
    bool there = false;
    if (!ready->is_plain || m->by_rules) return by_rules(m, &ready->row);
    run->row.row = &ready->row;
    if (m->asks) TRY(import_matter_is_there(&run->row, ready->whole.draft.source_no, &there));
    if (there) return by_rules(m, &ready->row);
    if (ready->category.n > 0) TRY(category_of(m, ready->category, &ready->whole.draft.category));
    TRY(matter_whole_add(m->desk, run->row_mem, &ready->whole));
    run->result->imported++;
    return ST_OK;
}

static enum status write_rows(struct many *m, struct import_chunk *c)
{
    struct import_run *run = m->run;
    for (size_t i = 0; i < c->n; i++) {
        if (c->ready[i].row.number <= m->mark.row) continue;
        run->result->read++;
        TRY(write_row(m, &c->ready[i]));
        arena_reset(run->row_mem);
        import_progress(run, run->result->read - 1);
    }
    return whole_desk_clear(m->desk);
}

/* The mark and the rows are in, or neither is. */
static enum status write_mark(struct many *m, const struct import_chunk *c, struct import_mark *mark)
{
    *mark = m->mark;
    if (c->end != ST_OK) return import_mark_drop(m->run->db, mark);
    if (mark->name.n == 0 || c->n == 0 || c->ready[c->n - 1].row.number <= mark->row) return ST_OK;
    mark->row = c->ready[c->n - 1].row.number;
    mark->rows = m->run->result->read;
    return import_mark_put(m->run->db, mark);
}

/* What was put off runs, and a server answers for what was sent ahead: a failure is still this chunk's, which can be written again. */
static enum status hear(struct many *m)
{
    bool any;
    TRY(db_settle(m->run->db));
    return import_any_matter(m->run->db, m->run->row_mem, &any);
}

static enum status fill_transaction(struct many *m, struct import_chunk *c, struct import_mark *mark)
{
    bool is_last = c->end != ST_OK;
    m->categories = 0;
    arena_reset(m->names);
    if (!is_last && !m->has_begun) TRY(search_many(m->run->db, true));
    TRY(write_rows(m, c));
    TRY(write_mark(m, c, mark));
    TRY(hear(m));
    if (is_last && c->end != ST_NOT_FOUND) {
        m->run->result->why = *sheet_why(m->run->sheet);
        return c->end;
    }
    return is_last ? search_many(m->run->db, false) : ST_OK;
}

static enum status try_chunk(struct many *m, struct import_chunk *c)
{
    struct import_run *run = m->run;
    struct import_result before = *run->result;
    struct import_mark mark;
    TRY(db_batch_begin(run->db));
    enum status st = fill_transaction(m, c, &mark);
    m->has_ended = st == ST_OK && c->end != ST_OK;
    if (m->has_ended) st = import_finish(run, ST_OK);
    else if (st == ST_OK) st = db_batch_commit(run->db);
    else db_batch_rollback(run->db);
    if (st == ST_OK) {
        m->mark = mark;
        m->has_begun = true;
        return ST_OK;
    }
    whole_desk_drop(m->desk);
    struct sheet_error why = run->result->why;
    *run->result = before;
    if (before.why.text[0] == 0) run->result->why = why;
    return st;
}

/* Another failure than of the disk, or of the last part of the file: which row is it? */
static enum status write_chunk(struct many *m, struct import_chunk *c)
{
    struct import_result before = *m->run->result;
    enum status st = try_chunk(m, c);
    if (st == ST_OK || st == ST_IO || m->has_ended || (c->end != ST_OK && c->end != ST_NOT_FOUND)) return st;
    *m->run->result = before;
    m->asks = true;
    m->by_rules = true;
    st = try_chunk(m, c);
    m->by_rules = m->run->o->by_rules;
    return st;
}

static enum status all_chunks(struct many *m)
{
    struct import_run *run = m->run;
    struct import_chunk *c = import_feed_take(m->feed);
    if (c->end == ST_OK) { /* it will take more than one transaction */
        if (run->o->skip_bad == NULL) TRY(import_mark_find(run->db, run->mem, run->o, &m->mark));
        import_feed_skip(m->feed, m->mark.row);
        TRY(look_through(m));
        run->result->read = run->result->skipped = m->mark.rows;
    }
    for (;;) {
        bool is_last = c->end != ST_OK;
        enum status st = write_chunk(m, c);
        if (st != ST_OK) return st;
        if (is_last) return ST_OK;
        run->result->kept = run->result->read;
        import_feed_give(m->feed, c);
        db_give_way(run->db);
        c = import_feed_take(m->feed);
    }
}

enum status import_matters(struct import_run *run)
{
    struct many *m = NEW(run->mem, struct many);
    m->run = run;
    m->by_rules = run->o->by_rules;
    db_widen(run->db);
    m->now = db_now(run->db);
    m->desk = whole_desk_new(run->db, run->mem, run->row.city);
    m->names = arena_new(LIMIT_REQUEST_ARENA, NULL);
    enum status st = import_any_matter(run->db, run->mem, &m->asks);
    if (st == ST_OK) st = import_feed_start(run->mem, run->sheet, &run->row, m->now, &m->feed);
    if (m->feed != NULL) {
        st = all_chunks(m);
        import_feed_stop(m->feed);
    }
    if (st != ST_OK && run->bad != NULL) sheet_write_drop(run->bad);
    arena_free(m->names);
    return st;
}

static enum status merge_again(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    return search_many(db, false);
}

enum status import_settle(struct db *db, struct arena *mem)
{
    bool any;
    if (db_on_server(db)) return ST_OK;
    TRY(import_mark_any(db, mem, &any));
    return any ? db_write(db, merge_again, NULL) : ST_OK;
}
