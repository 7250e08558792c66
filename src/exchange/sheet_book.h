/* sheet_book: what a workbook says about its worksheet: which part it is, which styles are dates, the shared texts.
 * Private to sheet. Lives in the sheet's arena.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_SHEET_BOOK_H
#define LUOSHI_EXCHANGE_SHEET_BOOK_H

#include "exchange/sheet_stream.h"

struct sheet_book;

/* Reads all small parts; a zip that is no workbook is refused by what it is. */
MUST_USE enum status sheet_book_read(struct sheet *, struct package *, struct sheet_book **out);
/* The first visible worksheet's part. */
const char *sheet_book_part(const struct sheet_book *);
bool sheet_book_since_1904(const struct sheet_book *);
bool sheet_book_is_date(const struct sheet_book *, int64_t style);
/* NULL: no such text. p NULL: longer than a cell may be. */
const str *sheet_book_text(const struct sheet_book *, int64_t index);
/* Releases the part left open by a failure. */
void sheet_book_close(struct sheet_book *);

#endif
