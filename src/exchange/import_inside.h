/* import_inside: what the files of the import share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_IMPORT_INSIDE_H
#define LUOSHI_EXCHANGE_IMPORT_INSIDE_H

#include "exchange/import.h"
#include "exchange/sheet_write.h"
#include "matter/matter_whole.h"

#define IMPORT_SHEET_ARENA ((size_t)1024 * 1024 * 1024)

struct import_kind_of {
    const struct sheet_column *columns;
    const int *n;
    enum status (*row)(struct import_row *);
};

struct import_run {
    struct db *db;
    struct arena *mem;
    struct arena *row_mem;
    const struct import_options *o;
    const struct import_kind_of *kind;
    struct sheet *sheet;
    struct sheet_writer *bad;
    int64_t bad_row; /* the last that was written there */
    struct import_row row;
    struct import_result *result;
    int index[SHEET_WANTED_MAX];
};

/* The file from its beginning, behind its header. */
MUST_USE enum status import_open(struct import_run *, struct arena *, struct sheet **);
/* One row by the ordinary rules, inside a batch; counted. ST_OK also for a bad row that is passed over. */
MUST_USE enum status import_one(struct import_run *, const struct sheet_row *);
/* Not ST_OK: why the row would be refused goes into the result. */
void import_blame(struct import_run *, const struct sheet_row *, enum status);
void import_progress(const struct import_run *, int64_t before);
/* Writes out the bad rows and commits, or, when st is another than ST_OK, rolls back. */
MUST_USE enum status import_finish(struct import_run *, enum status st);

/* All of a table of matters, in chunks. */
MUST_USE enum status import_matters(struct import_run *);

/* Of one matter, without a database: true when it is a new one in good order, unless its number is there. */
MUST_USE bool import_matter_ready(struct import_row *, instant now, struct matter_whole *, str *category);
/* Would the ordinary way take it? Changes nothing. with_numbers: there may be rows with its number. */
MUST_USE enum status import_matter_check(struct import_row *, instant now, bool with_numbers);
/* The category that a cell names; 0 when there is none. Is there a matter with this number; any that was imported? */
MUST_USE enum status import_category_of(struct import_row *, str name, category_id *);
MUST_USE enum status import_matter_is_there(struct import_row *, str source_no, bool *there);
MUST_USE enum status import_any_matter(struct db *, struct arena *, bool *any);

#endif
