/* import: see import.h. The loop over rows, its transaction, and the file of bad rows.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/import.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/import_inside.h"

#define ROW_ARENA      ((size_t)64 * 1024 * 1024)
#define PROGRESS_EVERY 1000

static const struct import_kind_of kinds[] = {
    [IMPORT_UNITS] = {import_unit_columns, &import_unit_columns_n, import_unit},
    [IMPORT_CATEGORIES] = {import_category_columns, &import_category_columns_n, import_category},
    [IMPORT_MATTERS] = {import_matter_columns, &import_matter_columns_n, import_matter},
};

str import_text(const struct import_row *r, int column)
{
    return sheet_text(r->row, r->index[column]);
}

static int column_of(const struct import_run *r, const char *field)
{
    for (int i = 0; i < *r->kind->n; i++)
        if (strcmp(r->kind->columns[i].key, field) == 0) return r->index[i];
    return -1;
}

/* What is wrong with the row, in words; the first one goes into the result. */
static void blame(struct import_run *r, const struct sheet_row *row, enum status st, struct sheet_error *why)
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

/* A chunk that is written again has said it already. */
static enum status write_bad(struct import_run *r, const struct sheet_row *row, const struct sheet_error *why)
{
    if (row->number <= r->bad_row) return ST_OK;
    r->bad_row = row->number;
    static const struct sheet_write_options options = {.format = SHEET_CSV, .bom = true};
    if (r->bad == NULL) TRY(sheet_write_open(r->mem, r->o->skip_bad, &options, &r->bad));
    sheet_write_int(r->bad, row->number);
    sheet_write_text(r->bad, str_from(why->reason));
    for (int i = 0; i < row->n; i++) sheet_write_text(r->bad, row->cell[i].text);
    return sheet_write_row_end(r->bad);
}

void import_blame(struct import_run *r, const struct sheet_row *row, enum status st)
{
    blame(r, row, st, &r->result->why);
}

enum status import_one(struct import_run *r, const struct sheet_row *row)
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

void import_progress(const struct import_run *r, int64_t before)
{
    int64_t now = r->result->read;
    if (r->o->progress != NULL && now / PROGRESS_EVERY != before / PROGRESS_EVERY)
        r->o->progress(r->o->progress_ctx, now);
}

/* One transaction. */
static enum status all_rows(struct import_run *r)
{
    struct sheet_row row;
    enum status st;
    while ((st = sheet_next(r->sheet, &row)) == ST_OK) {
        r->result->read++;
        TRY(import_one(r, &row));
        arena_reset(r->row_mem);
        import_progress(r, r->result->read - 1);
    }
    if (st == ST_NOT_FOUND) return ST_OK;
    r->result->why = *sheet_why(r->sheet);
    return st;
}

static enum status in_one_piece(struct import_run *r)
{
    TRY(db_batch_begin(r->db));
    return import_finish(r, all_rows(r));
}

enum status import_finish(struct import_run *r, enum status st)
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

enum status import_open(struct import_run *r, struct arena *mem, struct sheet **out)
{
    TRY(sheet_open(r->o->path, mem, out, &r->result->why));
    return sheet_columns(*out, r->kind->columns, *r->kind->n, r->o->map, r->index, &r->result->why);
}

enum status import_run(struct db *db, struct arena *mem, const struct city *city, const struct import_options *o,
                       struct import_result *result)
{
    struct import_run *r = NEW(mem, struct import_run);
    must(o->kind >= IMPORT_UNITS && o->kind <= IMPORT_MATTERS);
    *result = (struct import_result){0};
    *r = (struct import_run){.db = db, .mem = mem, .o = o, .kind = &kinds[o->kind], .result = result};
    struct arena *sheet_mem = arena_new(IMPORT_SHEET_ARENA, NULL); /* another thread's for a while */
    enum status st = import_open(r, sheet_mem, &r->sheet);
    if (st == ST_OK) {
        r->row_mem = arena_new(ROW_ARENA, NULL);
        r->row = (struct import_row){.db = db, .mem = r->row_mem, .city = city, .options = o, .index = r->index};
        st = o->kind == IMPORT_MATTERS ? import_matters(r) : in_one_piece(r);
        result->notes = sheet_notes(r->sheet);
        result->notes.sheet_name = str_copy(mem, result->notes.sheet_name);
        arena_free(r->row_mem);
        sheet_close(r->sheet);
    }
    arena_free(sheet_mem);
    return st;
}
