/* sheet_write: a table out, cell by cell, as .xlsx or .csv.
 *
 * Texts stay texts: in .xlsx every text is stored as text and no formula is ever written; in .csv a text that a
 * spreadsheet program would run (it begins with = + - @, their full-width forms, tab, CR or LF) gets a ' before it.
 *
 * Invariants   1. the file appears under its name only when complete: it is written to NAME.part and renamed.
 *              2. memory does not grow with the rows.   3. the first failure stays and is what finish returns.
 * Ownership    the writer lives in the arena; dropping the arena without finish removes the .part file.
 * Threads      one writer, one thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_SHEET_WRITE_H
#define LUOSHI_EXCHANGE_SHEET_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"
#include "base/time.h"

struct sheet_writer;

enum sheet_format { SHEET_BY_NAME, SHEET_CSV, SHEET_XLSX };

struct sheet_write_options {
    enum sheet_format format; /* SHEET_BY_NAME: ".csv" is CSV, all else .xlsx */
    bool bom;                 /* .csv: begin with a byte order mark, so that older Excel reads UTF-8 */
    const struct zone *zone;  /* for times; NULL writes UTC */
    str title;                /* .xlsx: the worksheet's name; empty for the default */
    instant now;              /* .xlsx: its creation time; 0 leaves the library's own clock */
};

/* ST_IO when NAME.part cannot be made. */
MUST_USE enum status sheet_write_open(struct arena *, const char *path, const struct sheet_write_options *,
                                      struct sheet_writer **out);

/* One cell, left to right. A failure is kept until row_end or finish. */
void sheet_write_text(struct sheet_writer *, str);
void sheet_write_int(struct sheet_writer *, int64_t);
void sheet_write_real(struct sheet_writer *, double);
void sheet_write_time(struct sheet_writer *, instant); /* in the zone; blank when none */
void sheet_write_day(struct sheet_writer *, day);
void sheet_write_blank(struct sheet_writer *);
/* A heading: bold in .xlsx, where a first row that has one stays in view. */
void sheet_write_heading(struct sheet_writer *, str);
/* ST_INVALID: a text that is not UTF-8 or longer than a cell can hold, or more rows or columns than the format has;
 * ST_IO: the disk. */
MUST_USE enum status sheet_write_row_end(struct sheet_writer *);

/* Writes out, syncs and renames. On failure nothing is left behind. */
MUST_USE enum status sheet_write_finish(struct sheet_writer *);
/* Gives up: the .part file is removed. Harmless after finish. */
void sheet_write_drop(struct sheet_writer *);

#endif
