/* Hostile workbooks. The first byte chooses: the rest is a whole file, or the XML of one part in an otherwise sound
 * package, since a fuzzer rarely gets a checksum right.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "base/limits.h"
#include "exchange/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 6
static const char *const names[PARTS] = {"xl/worksheets/sheet1.xml",   "xl/sharedStrings.xml", "xl/styles.xml",
                                         "xl/_rels/workbook.xml.rels", "xl/workbook.xml",      "_rels/.rels"};
static const char *const sound[PARTS] = {
    "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" "
    "s=\"1\"><v>43782.5</v></c></row></sheetData>"
    "</worksheet>",
    "<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>",
    "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/></numFmts><cellXfs><xf/><xf "
    "numFmtId=\"164\"/></cellXfs>"
    "</styleSheet>",
    "<Relationships><Relationship Id=\"a\" Type=\"/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"b\" Type=\"/sharedStrings\" Target=\"sharedStrings.xml\"/>"
    "<Relationship Id=\"c\" Type=\"/styles\" Target=\"styles.xml\"/></Relationships>",
    "<workbook xmlns:r=\"r\"><sheets><sheet name=\"n\" r:id=\"a\"/></sheets></workbook>",
    "<Relationships><Relationship Id=\"a\" Type=\"/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
};

/* A package whose part `which` is the input; the bytes of the zip are written to fd. */
static bool pack(int fd, int which, const uint8_t *data, size_t size)
{
    zip_error_t error;
    zip_source_t *all = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(all, ZIP_TRUNCATE, &error);
    must(zip);
    zip_source_keep(all);
    for (int i = 0; i < PARTS; i++) {
        const void *p = i == which ? (const void *)data : (const void *)sound[i];
        zip_source_t *part = zip_source_buffer(zip, p, i == which ? size : strlen(sound[i]), 0);
        zip_int64_t at = zip_file_add(zip, names[i], part, 0);
        must(at >= 0 && zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0);
    }
    must(zip_close(zip) == 0 && zip_source_open(all) == 0);
    char block[4096];
    bool written = true;
    for (zip_int64_t n = zip_source_read(all, block, sizeof block); n > 0;
         n = zip_source_read(all, block, sizeof block))
        written = written && write(fd, block, (size_t)n) == n;
    zip_source_close(all);
    zip_source_free(all);
    return written;
}

static void check_row(const struct sheet_row *row, int64_t before)
{
    must(row->number > before && row->n >= 1 && row->n <= LIMIT_SHEET_COLUMNS);
    must(row->cell[row->n - 1].kind != SHEET_BLANK);
    for (int i = 0; i < row->n; i++) {
        str text = row->cell[i].text;
        must(text.p && str_is_utf8(text) && memchr(text.p, 0, text.n) == NULL && text.n == str_trim(text).n);
        must((row->cell[i].kind == SHEET_BLANK) == (text.n == 0));
    }
}

static void read_all(const char *path)
{
    struct arena *mem = arena_new((size_t)64 << 20, NULL);
    struct sheet *sheet;
    struct sheet_error why;
    struct sheet_row row;
    enum status st = sheet_open(path, mem, &sheet, &why);
    must(st == ST_OK || (why.problem != SHEET_FINE && why.text[0] && str_is_utf8(str_from(why.text))));
    if (st != ST_OK) goto out;
    int64_t before = 0;
    while ((st = sheet_next(sheet, &row)) == ST_OK) {
        check_row(&row, before);
        before = row.number;
    }
    must(st == ST_NOT_FOUND || sheet_why(sheet)->problem != SHEET_FINE);
    (void)sheet_notes(sheet);
out:
    arena_free(mem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    if (size == 0) return 0;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    must(fd >= 0);
    int which = data[0] % (PARTS + 1);
    bool ready =
        which == PARTS ? write(fd, data + 1, size - 1) == (ssize_t)(size - 1) : pack(fd, which, data + 1, size - 1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (ready) read_all(path);
    close(fd);
    return 0;
}
