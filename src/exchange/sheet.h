/* sheet: tables an office hands over, read row by row: .xlsx workbooks and separated text (.csv).
 *
 * The kind is decided by the bytes, never by the name. Of a workbook the first visible worksheet is read; formulas
 * give the value that was saved with them and are never run. Separated text may be UTF-8, UTF-16 with a byte order
 * mark, or GB 18030; the separator (comma, tab, semicolon) is found in the first rows.
 *
 * Invariants   1. every text handed out is well-formed UTF-8 without NUL, white space at both ends removed, line ends
 *              as LF.   2. row numbers are those a person sees in a spreadsheet program; blank rows are passed over
 *              but counted.   3. every refusal names file, row and column where there is one, and says why in plain
 *              words.   4. nothing in the file makes it read another file, the network, or more than LIMIT_SHEET_*.
 * Ownership    everything lives in the arena given to sheet_open; foreign objects and the file are released by
 *              sheet_close or with the arena. A row lives until the next call on the same sheet. The arena may be
 *              rewound only to a mark taken since the last call on the sheet.
 * Memory       flat in the number of rows, but for a workbook's table of shared texts, which is kept (give the arena
 *              room: up to about the unpacked size of that table).
 * Threads      one sheet, one thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_SHEET_H
#define LUOSHI_EXCHANGE_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

struct sheet;

/* Why a file was refused: the code for a translated page, `text` for everybody else. */
enum sheet_problem {
    SHEET_FINE,
    SHEET_UNREADABLE,     /* the file is absent, may not be opened, or the disk failed */
    SHEET_EMPTY,          /* no bytes or no rows */
    SHEET_NOT_A_TABLE,    /* some other kind of file; reason says which */
    SHEET_OLD_OR_LOCKED,  /* .xls of before 2007, or protected by a password */
    SHEET_DAMAGED,        /* cut short, or breaks its own format; reason says where */
    SHEET_UNSAFE,         /* document type, entities or odd coding in its XML; a zip bomb */
    SHEET_TOO_LARGE,      /* over one of LIMIT_SHEET_*; reason says which */
    SHEET_BAD_ENCODING,   /* bytes that are neither UTF-8 nor GB 18030 */
    SHEET_BAD_QUOTES,     /* a quoted cell that never ends, or goes on after its end */
    SHEET_OUT_OF_ORDER,   /* rows or cells that run backwards */
    SHEET_NO_HEADER,      /* none of the wanted columns in the first rows */
    SHEET_COLUMN_MISSING, /* subject names them */
    SHEET_COLUMN_TWICE,   /* subject names it */
    SHEET_BAD_MAP,        /* the --map option cannot be understood */
    SHEET_MEMORY,         /* needs more than the arena given */
    SHEET_BAD_ROW,        /* breaks a rule of the caller's: see sheet_blame */
};

struct sheet_error {
    enum sheet_problem problem;
    int64_t row;       /* 0: the file as a whole */
    int column;        /* 1 is A; 0: the row as a whole */
    char subject[160]; /* the headers concerned, or empty */
    char reason[320];  /* in plain words, without the place */
    char text[576];    /* "messages.xlsx, row 12, column D: ..." */
};

enum sheet_kind {
    SHEET_BLANK,
    SHEET_TEXT,
    SHEET_NUMBER,  /* number, and text as a person would write it: no exponent for whole numbers */
    SHEET_BOOLEAN, /* number 1 or 0, text TRUE or FALSE */
    SHEET_DATE,    /* number is the serial, text "2019-02-28 11:25:05" or "2019-02-28": read it with sheet_time */
    SHEET_FAULT,   /* an error value such as #N/A, in text */
};

struct sheet_cell {
    enum sheet_kind kind; /* separated text has only BLANK and TEXT */
    str text;             /* always set; empty when blank */
    double number;
};

struct sheet_row {
    int64_t number; /* from 1 */
    int n;          /* cells up to the last that is not blank: at least 1 */
    const struct sheet_cell *cell;
};

/* What a person should be told after the last row; none of it stops the reading. */
struct sheet_notes {
    int64_t merged;     /* merged areas: the value stands in the first cell, the others are blank */
    char merged_at[24]; /* the first of them, "A2:A5" */
    int64_t formulas;   /* cells whose saved value was taken */
    int64_t unsaved;    /* formulas that had none: blank here */
    int other_sheets;   /* visible worksheets that were not read */
    str sheet_name;     /* of the one that was read; empty for separated text */
    const char *coding; /* "UTF-8", "UTF-16", "GB 18030", or "xlsx" */
};

/* ST_INVALID, ST_IO or ST_BUSY (memory) with *why filled. `path` may be any name: messages show the part after the last
 * slash. */
MUST_USE enum status sheet_open(const char *path, struct arena *, struct sheet **out, struct sheet_error *why);
/* The same for an upload kept under another name: messages show `shown`. */
MUST_USE enum status sheet_open_as(const char *path, str shown, struct arena *, struct sheet **out,
                                   struct sheet_error *why);
/* Releases the file and library objects early; the arena does it otherwise. */
void sheet_close(struct sheet *);

/* The next row that is not blank. ST_NOT_FOUND after the last; any other failure is told by sheet_why and stays;
 * the good rows before it come first. */
MUST_USE enum status sheet_next(struct sheet *, struct sheet_row *out);
const struct sheet_error *sheet_why(const struct sheet *);
/* Complete after the last row. */
struct sheet_notes sheet_notes(const struct sheet *);
/* The text at an index from sheet_columns; empty when the row is shorter or the index is -1. */
str sheet_text(const struct sheet_row *, int index);
const struct sheet_cell *sheet_cell(const struct sheet_row *, int index);
/* Fills *why for a mistake the caller found (row 0, column -1: none; column counts from 0) in the same words. */
PRINTF(5, 6)
void sheet_blame(const struct sheet *, int64_t row, int index, struct sheet_error *why, const char *fmt, ...);

/* A column the caller wants. `names` are the headers taken for it, best first: "留言时间|时间|time"; the key itself is
 * always one of them. Case, spaces, full width, and a final * or colon make no difference. */
struct sheet_column {
    const char *key;
    const char *names;
    bool required;
};

#define SHEET_HEADER_ROWS 10 /* the header stands in one of these */
#define SHEET_WANTED_MAX  64

/* Reads up to and including the header row and fills index_out[i] with the column of wanted[i], from 0, or -1.
 * map_option (may be NULL): "key=Header,key2=Header2" names the header of a key, which then is required.
 * Call before the first sheet_next, which goes on behind the header. */
MUST_USE enum status sheet_columns(struct sheet *, const struct sheet_column *wanted, int n, const char *map_option,
                                   int *index_out, struct sheet_error *why);

#endif
