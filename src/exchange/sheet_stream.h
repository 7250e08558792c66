/* sheet_stream: one part of a workbook on its way from the zip package through the XML parser. Private to sheet.
 *
 * Where in the XML we are is a number, moved by a table (from, element) -> to; an element no table knows is skipped
 * with all it contains: phonetic readings, extensions, drawings. 0 is the top. The callbacks run inside the parser:
 * they must not jump, and end early through sheet_stream_refuse or sheet_stream_no_memory.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_SHEET_STREAM_H
#define LUOSHI_EXCHANGE_SHEET_STREAM_H

#include "exchange/package.h"
#include "exchange/sheet_part.h"
#include "exchange/xml.h"

#define SHEET_BLOCK_BYTES ((size_t)32 * 1024)
#define SHEET_PATH_BYTES  256 /* names of parts */

struct sheet_move {
    int from;
    str element;
    int to;
};

struct sheet_grammar {
    const struct sheet_move *move;
    size_t n;
    void (*enter)(struct sheet *, int to, const struct xml_tag *);
    void (*leave)(struct sheet *, int was);
    void (*text)(struct sheet *, int at, str piece);
};

struct sheet_stream {
    struct sheet *s;
    const struct sheet_grammar *grammar;
    struct package_part *part;
    struct xml *xml;
    bool ended;                  /* the last block has been fed */
    int64_t *row;                /* for messages; NULL outside the worksheet */
    char name[SHEET_PATH_BYTES]; /* of the part, for messages */
    int where[32];               /* the path from the top: deeper than any table goes */
    int depth;
    int skipped; /* elements open inside one no table knows */
    char block[SHEET_BLOCK_BYTES];
};

/* The failure of a package, in words. part names what was read. */
enum status sheet_refuse_package(struct sheet *, enum package_result, int64_t row, const char *part);

MUST_USE enum status sheet_stream_open(struct sheet_stream *, struct sheet *, struct package *, const char *name,
                                       const struct sheet_grammar *);
MUST_USE enum status sheet_stream_feed(struct sheet_stream *);
void sheet_stream_close(struct sheet_stream *);

/* From callbacks: the sheet fails and the parser stops. column counts from 1. */
PRINTF(5, 6)
void sheet_stream_refuse(struct sheet_stream *, enum sheet_problem, int64_t row, int column, const char *fmt, ...);
void sheet_stream_no_memory(struct sheet_stream *);

/* A whole attribute as a number, or -1. */
int64_t sheet_number_value(const struct xml_tag *, str name);
bool sheet_true_value(const struct xml_tag *, str name);
/* Copies when it fits and has no NUL; else *to is empty. */
void sheet_keep_name(char *to, size_t cap, str s);
/* The text gathered in b since `from`: what XML cannot hold is written _xHHHH_ there and is turned back, in place;
 * trimmed. */
str sheet_gathered(struct sheet_bytes *b, size_t from);

#endif
