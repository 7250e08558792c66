/* Any bytes as a file of separated text (or whatever sheet_open takes them for). Every cell handed out keeps the
 * promises of sheet.h, and every refusal has words.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "exchange/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_row(const struct sheet_row *row, int64_t before)
{
    must(row->number > before && row->n >= 1 && row->n <= LIMIT_SHEET_COLUMNS);
    must(row->cell[row->n - 1].kind != SHEET_BLANK);
    for (int i = 0; i < row->n; i++) {
        str text = row->cell[i].text;
        must(text.p && str_is_utf8(text) && memchr(text.p, 0, text.n) == NULL);
        must(text.n == str_trim(text).n && text.n <= LIMIT_SHEET_CELL);
        must((row->cell[i].kind == SHEET_BLANK) == (text.n == 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sheet_column wanted[] = {{"id", "编号|number", true}, {"time", "时间", false}};
    char path[32];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct arena *mem = arena_new((size_t)64 << 20, NULL);
    struct sheet *sheet;
    struct sheet_error why;
    struct sheet_row row;
    enum status st = sheet_open(path, mem, &sheet, &why);
    must(st == ST_OK || (why.problem != SHEET_FINE && why.text[0] && str_is_utf8(str_from(why.text))));
    int index[2];
    int64_t before = 0;
    if (st == ST_OK && size % 3 == 0)
        (void)!sheet_columns(sheet, wanted, 2, size % 2 ? "id=a,time=b" : NULL, index, &why);
    while (st == ST_OK && (st = sheet_next(sheet, &row)) == ST_OK) {
        check_row(&row, before);
        before = row.number;
    }
    arena_free(mem);
    close(fd);
    return 0;
}
