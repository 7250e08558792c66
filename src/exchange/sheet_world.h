/* sheet_world: files for the tests of sheet, made in a folder of their own: separated text byte by byte, workbooks part
 * by part, so that they may be as wrong as the test wants.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_SHEET_WORLD_H
#define LUOSHI_EXCHANGE_SHEET_WORLD_H

#include "base/time.h"
#include "exchange/sheet.h"

struct sheet_world {
    char dir[64];
    struct arena *mem;
    struct sheet *sheet;
    struct sheet_error why;
    struct zone shanghai;
};

struct sheet_world_part {
    const char *name;
    str bytes;
};

void sheet_world_open(struct sheet_world *);
void sheet_world_close(struct sheet_world *);
/* A file of these bytes; its path. */
const char *sheet_world_file(struct sheet_world *, const char *name, str bytes);
/* A zip of these parts. */
const char *sheet_world_zip(struct sheet_world *, const char *name, const struct sheet_world_part *, int n);
/* A workbook around the inside of <worksheet>; shared and styles may be NULL, and are whole parts otherwise. */
const char *sheet_world_book(struct sheet_world *, const char *inside, const char *shared, const char *styles);
/* Opens; the status. */
enum status sheet_world_try(struct sheet_world *, const char *path);
/* All rows as "1:a|b 3:c", each cell as its text; a failure as "!row,column". Opens the file first. */
const char *sheet_world_rows(struct sheet_world *, const char *path);

#endif
