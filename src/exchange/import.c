/* import: see import.h. The loop over rows, its transaction, and the file of bad rows.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/sheet_write.h"
#include "matter/search.h"

#define ROW_ARENA      ((size_t)64 * 1024 * 1024)
#define PROGRESS_EVERY 1000

struct kind {
    const struct sheet_column *columns;
    const int *n;
    enum status (*row)(struct import_row *);
};
static const struct kind kinds[] = {
    [IMPORT_UNITS] = {import_unit_columns, &import_unit_columns_n, import_unit},
    [IMPORT_CATEGORIES] = {import_category_columns, &import_category_columns_n, import_category},
    [IMPORT_MATTERS] = {import_matter_columns, &import_matter_columns_n, import_matter},
};

struct run {
    struct db *db;
    struct arena *mem;
    struct arena *row_mem;
    const struct import_options *o;
    const struct kind *kind;
    struct sheet *sheet;
    struct sheet_writer *bad;
    struct import_row row;
    struct import_result *result;
    int index[SHEET_WANTED_MAX];
};

str import_text(const struct import_row *r, int column)
{
    return sheet_text(r->row, r->index[column]);
}

static int column_of(const struct run *r, const char *field)
{
    for (int i = 0; i < *r->kind->n; i++)
        if (strcmp(r->kind->columns[i].key, field) == 0) return r->index[i];
    return -1;
}

/* What is wrong with the row, in words; the first one goes into the result. */
static void blame(struct run *r, const struct sheet_row *row, enum status st, struct sheet_error *why)
{
    const struct faults *f = r->row.faults;
    if (f->n == 0) {
        sheet_blame(r->sheet, row->number, -1, why, "%s", status_name(st));
        return;
    }
    str msg = str_from(f->item[0].msg);
    str head, tail;
    if (str_cut_str(msg, STR("{max}"), &head, &tail))
        sheet_blame(r->sheet, row->number, column_of(r, f->item[0].field), why, "%.*s%lld%.*s", STR_ARG(head),
                    (long long)f->item[0].max, STR_ARG(tail));
    else sheet_blame(r->sheet, row->number, column_of(r, f->item[0].field), why, "%s", f->item[0].msg);
}

static enum status write_bad(struct run *r, const struct sheet_row *row, const struct sheet_error *why)
{
    static const struct sheet_write_options options = {.format = SHEET_CSV, .bom = true};
    if (r->bad == NULL) TRY(sheet_write_open(r->mem, r->o->skip_bad, &options, &r->bad));
    sheet_write_int(r->bad, row->number);
    sheet_write_text(r->bad, str_from(why->reason));
    for (int i = 0; i < row->n; i++) sheet_write_text(r->bad, row->cell[i].text);
    return sheet_write_row_end(r->bad);
}

static enum status one_row(struct run *r, const struct sheet_row *row)
{
    struct faults faults = {0};
    struct sheet_error why = {0};
    r->row.row = row;
    r->row.faults = &faults;
    r->row.existed = false;
    bool part =
        r->o->skip_bad != NULL || store_blocks(db_store(r->db)); /* on a server also to hear of the row's own failure */
    bool undone = false;
    if (part) TRY(db_savepoint(r->db));
    enum status st = r->kind->row(&r->row);
    if (st == ST_OK && part) {
        st = db_savepoint_release(r->db);
        undone = st != ST_OK;
    }
    if (st == ST_OK) {
        if (r->row.existed) r->result->skipped++;
        else r->result->imported++;
        return ST_OK;
    }
    blame(r, row, st, &why);
    if (r->result->bad++ == 0) r->result->why = why;
    if (r->o->skip_bad == NULL || st == ST_IO || st == ST_BUSY) return st == ST_IO || st == ST_BUSY ? st : ST_INVALID;
    if (!undone) db_savepoint_undo(r->db);
    return write_bad(r, row, &why);
}

static enum status all_rows(struct run *r)
{
    struct sheet_row row;
    enum status st;
    while ((st = sheet_next(r->sheet, &row)) == ST_OK) {
        r->result->read++;
        TRY(one_row(r, &row));
        arena_reset(r->row_mem);
        if (r->o->progress != NULL && r->result->read % PROGRESS_EVERY == 0)
            r->o->progress(r->o->progress_ctx, r->result->read);
    }
    if (st == ST_NOT_FOUND) return ST_OK;
    r->result->why = *sheet_why(r->sheet);
    return st;
}

/* Matters are searched for, and come by the thousand. */
static enum status rows_and_index(struct run *r)
{
    bool searched = r->o->kind == IMPORT_MATTERS;
    if (searched) TRY(search_many(r->db, true));
    TRY(all_rows(r));
    return searched ? search_many(r->db, false) : ST_OK;
}

static enum status finish(struct run *r, enum status st)
{
    if (st != ST_OK) {
        db_batch_rollback(r->db);
        if (r->bad != NULL) sheet_write_drop(r->bad);
        return st;
    }
    if (r->bad != NULL) {
        st = sheet_write_finish(r->bad);
        if (st != ST_OK) {
            db_batch_rollback(r->db);
            return st;
        }
    }
    st = db_batch_commit(r->db);
    if (st != ST_OK && r->bad != NULL) (void)unlink(r->o->skip_bad); /* it would say that the others are in */
    return st;
}

enum status import_run(struct db *db, struct arena *mem, const struct city *city, const struct import_options *o,
                       struct import_result *result)
{
    struct run *r = NEW(mem, struct run);
    must(o->kind >= IMPORT_UNITS && o->kind <= IMPORT_MATTERS);
    *result = (struct import_result){0};
    *r = (struct run){.db = db, .mem = mem, .o = o, .kind = &kinds[o->kind], .result = result};
    TRY(sheet_open(o->path, mem, &r->sheet, &result->why));
    TRY(sheet_columns(r->sheet, r->kind->columns, *r->kind->n, o->map, r->index, &result->why));
    TRY(db_batch_begin(db));
    r->row_mem = arena_new(ROW_ARENA, NULL);
    r->row = (struct import_row){.db = db, .mem = r->row_mem, .city = city, .options = o, .index = r->index};
    enum status st = finish(r, rows_and_index(r));
    result->notes = sheet_notes(r->sheet);
    arena_free(r->row_mem);
    sheet_close(r->sheet);
    return st;
}
