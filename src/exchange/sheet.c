/* sheet: opening, deciding the kind of a file, wording the refusals.
 *
 * The kind is read off the first bytes because names lie: "export.xls" from a web system is mostly a page of HTML, a
 * workbook with a password is an OLE container, and people rename what they cannot open.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange/sheet_part.h"

#define SHOWN_MAX 120 /* bytes of a file name in a message */

/* Files people hand over by mistake, by their first bytes (ASCII case ignored). */
static const struct mistake {
    str magic;
    enum sheet_problem problem;
    const char *reason;
} mistakes[] = {
    {STR_INIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), SHEET_OLD_OR_LOCKED,
     "this is an old .xls workbook, or one locked with a password; open it, take the password off, and save it as "
     ".xlsx"},
    {STR_INIT("%PDF"), SHEET_NOT_A_TABLE, "this is a PDF document, not a table; ask for the .xlsx or .csv"},
    {STR_INIT("\x89PNG"), SHEET_NOT_A_TABLE, "this is a picture, not a table"},
    {STR_INIT("\xFF\xD8\xFF"), SHEET_NOT_A_TABLE, "this is a photo, not a table"},
    {STR_INIT("GIF8"), SHEET_NOT_A_TABLE, "this is a picture, not a table"},
    {STR_INIT("Rar!"), SHEET_NOT_A_TABLE, "this is a RAR archive; unpack it and hand in the table inside"},
    {STR_INIT("7z\xBC\xAF"), SHEET_NOT_A_TABLE, "this is a 7z archive; unpack it and hand in the table inside"},
    {STR_INIT("\x1F\x8B"), SHEET_NOT_A_TABLE, "this is a gzip archive; unpack it and hand in the file inside"},
    {STR_INIT("{\\rtf"), SHEET_NOT_A_TABLE, "this is a text document (RTF), not a table"},
    {STR_INIT("SQLite format 3"), SHEET_NOT_A_TABLE, "this is a database, not a table"},
    {STR_INIT("\x7F"
              "ELF"),
     SHEET_NOT_A_TABLE, "this is a program, not a table"},
    {STR_INIT("PK\x05\x06"), SHEET_NOT_A_TABLE, "this is an empty zip archive"},
};

static const str pages[] = {STR_INIT("<!doctype"), STR_INIT("<html"), STR_INIT("<head"), STR_INIT("<table"),
                            STR_INIT("<meta"),     STR_INIT("<?xml"), STR_INIT("<div")};

/* A cut may fall inside a character: take the rest of it away. */
static void end_on_character(char *z)
{
    size_t n = strlen(z);
    for (size_t back = 0; back < 4 && n > 0; back++) {
        if (str_is_utf8((str){z, n})) return;
        z[--n] = '\0';
    }
}

/* "A" for 1, "AB" for 28. */
static void column_letters(int column, char out[8])
{
    char back[8];
    size_t n = 0;
    for (int c = column; c > 0 && n < 7; c = (c - 1) / 26) back[n++] = (char)('A' + (c - 1) % 26);
    for (size_t i = 0; i < n; i++) out[i] = back[n - 1 - i];
    out[n] = '\0';
}

static void word(struct sheet_error *why, str shown, enum sheet_problem problem, int64_t row, int column,
                 const char *fmt, va_list args) __attribute__((format(printf, 6, 0)));

static void word(struct sheet_error *why, str shown, enum sheet_problem problem, int64_t row, int column,
                 const char *fmt, va_list args)
{
    char place[64] = "";
    char letters[8];
    why->problem = problem;
    why->row = row;
    why->column = column;
    vsnprintf(why->reason, sizeof why->reason, fmt, args);
    end_on_character(why->reason);
    if (row > 0 && column > 0) {
        column_letters(column, letters);
        snprintf(place, sizeof place, ", row %lld, column %s", (long long)row, letters);
    } else if (row > 0) {
        snprintf(place, sizeof place, ", row %lld", (long long)row);
    }
    snprintf(why->text, sizeof why->text, "%.*s%s: %s", STR_ARG(shown), place, why->reason);
    end_on_character(why->text);
}

void sheet_word(struct sheet_error *why, str shown, enum sheet_problem problem, int64_t row, int column,
                const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    word(why, shown, problem, row, column, fmt, args);
    va_end(args);
}

enum status sheet_fail(struct sheet *s, enum status st, enum sheet_problem problem, int64_t row, int column,
                       const char *fmt, ...)
{
    if (s->failed != ST_OK) return s->failed;
    va_list args;
    va_start(args, fmt);
    word(&s->why, s->shown, problem, row, column, fmt, args);
    va_end(args);
    s->failed = st;
    return st;
}

void sheet_blame(const struct sheet *s, int64_t row, int index, struct sheet_error *why, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    *why = (struct sheet_error){0};
    word(why, s->shown, SHEET_BAD_ROW, row, index + 1, fmt, args);
    va_end(args);
}

bool sheet_room(struct arena *mem, void **p, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap) return true;
    size_t wanted = *cap * 2 > need ? *cap * 2 : need;
    void *bigger = arena_try_alloc(mem, wanted, size, _Alignof(max_align_t));
    if (!bigger) return false;
    if (*cap > 0) memcpy(bigger, *p, *cap * size);
    *p = bigger;
    *cap = wanted;
    return true;
}

bool sheet_bytes_add(struct arena *mem, struct sheet_bytes *b, const char *p, size_t n)
{
    if (n == 0) return true;
    void *at = b->p;
    if (!sheet_room(mem, &at, &b->cap, b->n + n, 1)) return false;
    b->p = at;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    return true;
}

/* The part after the last slash, short enough for a message and safe to show. */
static str shown_name(str path)
{
    str name = path;
    for (size_t i = path.n; i > 0; i--) {
        if (path.p[i - 1] != '/') continue;
        name = str_sub(path, i, path.n);
        break;
    }
    if (name.n == 0 || !str_is_utf8(name) || str_has_control(name) || str_find_byte(name, '\n') >= 0 ||
        str_find_byte(name, '\r') >= 0)
        return STR("the file");
    while (name.n > SHOWN_MAX) name = str_first_points(name, str_points(name) - 1);
    return name;
}

static enum status refuse_mistakes(struct sheet *s, str head)
{
    for (size_t i = 0; i < COUNT_OF(mistakes); i++)
        if (str_eq_nocase(str_sub(head, 0, mistakes[i].magic.n), mistakes[i].magic))
            return sheet_fail(s, ST_INVALID, mistakes[i].problem, 0, 0, "%s", mistakes[i].reason);
    str body = str_starts(head, STR("\xEF\xBB\xBF")) ? str_sub(head, 3, head.n) : head;
    body = str_trim(body);
    for (size_t i = 0; i < COUNT_OF(pages); i++)
        if (str_eq_nocase(str_sub(body, 0, pages[i].n), pages[i]))
            return sheet_fail(s, ST_INVALID, SHEET_NOT_A_TABLE, 0, 0,
                              "this is a web page or XML, whatever its name says; open it in a spreadsheet program "
                              "and save it as .xlsx");
    return ST_OK;
}

static enum status open_file(struct sheet *s, const char *path, off_t *size)
{
    struct stat st;
    s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (s->fd < 0) return sheet_fail(s, ST_IO, SHEET_UNREADABLE, 0, 0, "cannot be opened (%s)", strerror(errno));
    if (fstat(s->fd, &st) != 0)
        return sheet_fail(s, ST_IO, SHEET_UNREADABLE, 0, 0, "cannot be read (%s)", strerror(errno));
    if (!S_ISREG(st.st_mode)) return sheet_fail(s, ST_INVALID, SHEET_NOT_A_TABLE, 0, 0, "is not a file");
    if (st.st_size == 0) return sheet_fail(s, ST_INVALID, SHEET_EMPTY, 0, 0, "is empty");
    if ((uint64_t)st.st_size > LIMIT_SHEET_BYTES)
        return sheet_fail(s, ST_INVALID, SHEET_TOO_LARGE, 0, 0, "has %lld bytes; %zu are the most",
                          (long long)st.st_size, LIMIT_SHEET_BYTES);
    *size = st.st_size;
    return ST_OK;
}

static enum status open_any(struct sheet *s, const char *path)
{
    char head[1024];
    off_t size = 0;
    TRY(open_file(s, path, &size));
    ssize_t got = pread(s->fd, head, sizeof head, 0);
    if (got <= 0) return sheet_fail(s, ST_IO, SHEET_UNREADABLE, 0, 0, "cannot be read");
    str start = {head, (size_t)got};
    if (str_starts(start, STR("PK\x03\x04"))) return sheet_xlsx_open(s);
    TRY(refuse_mistakes(s, start));
    return sheet_csv_open(s);
}

static void close_all(void *arg)
{
    struct sheet *s = arg;
    sheet_xlsx_close(s);
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
}

enum status sheet_open_as(const char *path, str shown, struct arena *mem, struct sheet **out, struct sheet_error *why)
{
    struct sheet *s = NEW(mem, struct sheet);
    s->mem = mem;
    s->fd = -1;
    s->shown = str_copy(mem, shown_name(shown));
    s->cell = NEWN(mem, struct sheet_cell, LIMIT_SHEET_COLUMNS);
    s->notes.coding = "";
    arena_defer(mem, close_all, s);
    enum status st = open_any(s, path);
    *why = s->why;
    if (st != ST_OK) close_all(s);
    *out = st == ST_OK ? s : NULL;
    return st;
}

enum status sheet_open(const char *path, struct arena *mem, struct sheet **out, struct sheet_error *why)
{
    return sheet_open_as(path, str_from(path), mem, out, why);
}

void sheet_close(struct sheet *s)
{
    if (!s) return;
    close_all(s);
    if (s->failed == ST_OK) s->failed = ST_NOT_FOUND;
}

enum status sheet_next(struct sheet *s, struct sheet_row *out)
{
    *out = (struct sheet_row){0};
    if (s->csv && s->failed != ST_OK) return s->failed;
    enum status st = s->csv ? sheet_csv_next(s, out) : sheet_xlsx_next(s, out);
    if (st != ST_OK) s->failed = st;
    return st;
}

const struct sheet_error *sheet_why(const struct sheet *s)
{
    return &s->why;
}

struct sheet_notes sheet_notes(const struct sheet *s)
{
    struct sheet_notes notes = s->notes;
    if (s->xlsx) sheet_xlsx_merges(s, &notes);
    return notes;
}

const struct sheet_cell *sheet_cell(const struct sheet_row *row, int index)
{
    static const struct sheet_cell blank = {.kind = SHEET_BLANK, .text = STR_INIT("")};
    return index >= 0 && index < row->n ? &row->cell[index] : &blank;
}

str sheet_text(const struct sheet_row *row, int index)
{
    return sheet_cell(row, index)->text;
}
