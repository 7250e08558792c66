/* sheet_part: what the files of sheet share among themselves; nobody else includes it.
 *
 * sheet.c opens, decides the kind and words the refusals; sheet_csv.c and sheet_xlsx.c each fill s->cell with one
 * row (sheet_book.c and sheet_stream.c help the latter); sheet_header.c finds the columns. A failure is sticky: it is
 * written once by sheet_fail, which never allocates and so may be called inside a library's callback.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_SHEET_PART_H
#define LUOSHI_EXCHANGE_SHEET_PART_H

#include "base/limits.h"
#include "exchange/sheet.h"

struct sheet_csv;
struct sheet_xlsx;
struct sheet_book;

struct sheet {
    struct arena *mem;
    str shown;          /* the file's name in messages */
    int fd;             /* -1 once closed */
    enum status failed; /* sticky */
    struct sheet_error why;
    struct sheet_csv *csv; /* exactly one of the two is set */
    struct sheet_xlsx *xlsx;
    struct sheet_book *book; /* with xlsx */
    struct sheet_cell *cell; /* LIMIT_SHEET_COLUMNS of them */
    struct sheet_notes notes;
    int64_t header_row; /* 0 until found */
};

/* Bytes that grow in the arena by doubling. */
struct sheet_bytes {
    char *p;
    size_t n;
    size_t cap;
};

/* Keeps the first failure and returns `st`. column counts from 1; 0 is none. */
PRINTF(6, 7)
enum status sheet_fail(struct sheet *, enum status st, enum sheet_problem, int64_t row, int column, const char *fmt,
                       ...);
/* Words a refusal into *why without touching a sheet. */
PRINTF(6, 7)
void sheet_word(struct sheet_error *why, str shown, enum sheet_problem, int64_t row, int column, const char *fmt, ...);

/* Makes room for `need` things of `size` bytes at *p. Never jumps: false when the arena is full. */
MUST_USE bool sheet_room(struct arena *, void **p, size_t *cap, size_t need, size_t size);
/* False when the arena is full. */
MUST_USE bool sheet_bytes_add(struct arena *, struct sheet_bytes *, const char *p, size_t n);

/* The readers. *out is a row that is not blank, its cells in s->cell. */
MUST_USE enum status sheet_csv_open(struct sheet *);
MUST_USE enum status sheet_csv_next(struct sheet *, struct sheet_row *out);
MUST_USE enum status sheet_xlsx_open(struct sheet *);
/* Gives the rows before a failure even when the failure is already known. */
MUST_USE enum status sheet_xlsx_next(struct sheet *, struct sheet_row *out);
void sheet_xlsx_close(struct sheet *);
void sheet_xlsx_merges(const struct sheet *, struct sheet_notes *);

#endif
