/* sheet_world: see sheet_world.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet_world.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include <zip.h>

#include "base/buf.h"

#define XML       "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
#define RELATIONS "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

void sheet_world_open(struct sheet_world *w)
{
    *w = (struct sheet_world){.dir = "/tmp/sheet_test_XXXXXX"};
    must(mkdtemp(w->dir));
    w->mem = arena_new((size_t)256 << 20, NULL);
    w->shanghai.n = 1;
    w->shanghai.part[0].from_ms = INT64_MIN;
    w->shanghai.part[0].offset_ms = 8 * (int32_t)HOUR_MS;
}

void sheet_world_close(struct sheet_world *w)
{
    char path[512];
    DIR *dir = opendir(w->dir);
    must(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        snprintf(path, sizeof path, "%s/%s", w->dir, e->d_name);
        (void)unlink(path);
    }
    closedir(dir);
    (void)rmdir(w->dir);
    arena_free(w->mem);
}

static const char *path_of(struct sheet_world *w, const char *name)
{
    return str_z(w->mem, str_format(w->mem, "%s/%s", w->dir, name));
}

const char *sheet_world_file(struct sheet_world *w, const char *name, str bytes)
{
    const char *path = path_of(w, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && close(fd) == 0);
    return path;
}

const char *sheet_world_zip(struct sheet_world *w, const char *name, const struct sheet_world_part *part, int n)
{
    const char *path = path_of(w, name);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    must(zip);
    for (int i = 0; i < n; i++) {
        zip_source_t *source = zip_source_buffer(zip, part[i].bytes.p, part[i].bytes.n, 0);
        must(source && zip_file_add(zip, part[i].name, source, 0) >= 0);
    }
    must(zip_close(zip) == 0);
    return path;
}

const char *sheet_world_book(struct sheet_world *w, const char *inside, const char *shared, const char *styles)
{
    static const char root[] = XML "<Relationships xmlns=\"" RELATIONS "\"><Relationship Id=\"rId1\" Type=\"" OFFICE
                                   "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    static const char book[] =
        XML "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"" OFFICE
            "\"><sheets><sheet name=\"secret\" sheetId=\"1\" state=\"hidden\" r:id=\"rId9\"/>"
            "<sheet name=\"R&amp;D 表\" sheetId=\"2\" r:id=\"rId1\"/><sheet name=\"more\" sheetId=\"3\" "
            "r:id=\"rId9\"/></sheets></workbook>";
    static const char relations[] =
        XML "<Relationships xmlns=\"" RELATIONS "\"><Relationship Id=\"rId1\" Type=\"" OFFICE
            "/worksheet\" Target=\"../xl/worksheets/one.xml\"/><Relationship Id=\"rId9\" Type=\"" OFFICE
            "/worksheet\" Target=\"/xl/worksheets/two.xml\"/><Relationship Id=\"rId2\" Type=\"" OFFICE
            "/sharedStrings\" Target=\"SharedStrings.xml\"/><Relationship Id=\"rId3\" Type=\"" OFFICE
            "/styles\" Target=\"styles.xml\"/></Relationships>";
    str sheet = str_format(w->mem,
                           XML "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                               "%s</worksheet>",
                           inside);
    struct sheet_world_part parts[6] = {
        {"_rels/.rels", str_from(root)},
        {"xl/workbook.xml", str_from(book)},
        {"xl/_rels/workbook.xml.rels", str_from(relations)},
        {"xl/worksheets/one.xml", sheet},
    };
    int n = 4;
    if (shared) parts[n++] = (struct sheet_world_part){"xl/sharedStrings.xml", str_from(shared)};
    if (styles) parts[n++] = (struct sheet_world_part){"xl/styles.xml", str_from(styles)};
    return sheet_world_zip(w, "book.xlsx", parts, n);
}

enum status sheet_world_try(struct sheet_world *w, const char *path)
{
    return sheet_open(path, w->mem, &w->sheet, &w->why);
}

const char *sheet_world_rows(struct sheet_world *w, const char *path)
{
    struct buf out;
    struct sheet_row row;
    buf_init(&out, w->mem, 4096, (size_t)1 << 20);
    if (sheet_world_try(w, path) != ST_OK) return w->why.text;
    enum status st;
    while ((st = sheet_next(w->sheet, &row)) == ST_OK) {
        buf_format(&out, "%s%lld:", out.n ? " " : "", (long long)row.number);
        for (int i = 0; i < row.n; i++) {
            if (i > 0) buf_add_byte(&out, '|');
            buf_add(&out, row.cell[i].text);
        }
    }
    w->why = *sheet_why(w->sheet);
    if (st != ST_NOT_FOUND) buf_format(&out, "%s!%lld,%d", out.n ? " " : "", (long long)w->why.row, w->why.column);
    buf_add_byte(&out, '\0');
    return buf_str(&out).p;
}
