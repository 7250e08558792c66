/* sheet_write: one writer, two formats; the only file that names libxlsxwriter.
 *
 * The library runs in its constant-memory mode: a row is written to a temporary file beside the result as soon as the
 * next begins, texts stand in their cells (no table of shared texts), and finish packs it all. It is never given a
 * formula. Before a text reaches it, controls that XML cannot hold are dropped and what only looks like an escape
 * (_x000D_) is escaped itself, so that a text is read back as it was written.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet_write.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

/* Its macros name strncpy, which base/banned.h poisons: the Makefile includes this header before that one. */
#include <xlsxwriter.h>

#define BUFFER_BYTES     ((size_t)32 * 1024)
#define XLSX_TEXT_POINTS 32767 /* what one cell of a workbook can hold */
#define XLSX_ROWS        1048576
#define WIDTH_COLUMNS    256                       /* columns whose width is fitted */
#define WIDTH_MAX        50                        /* characters; longer texts run on */
#define EXACT_INT        INT64_C(9007199254740992) /* beyond 2^53 a number loses digits: written as text */

struct sheet_writer {
    struct arena *mem;
    char *path;
    char *part;
    enum sheet_format format;
    const struct zone *zone;
    enum status failed;
    int64_t row;
    int column;
    /* .csv */
    int fd;
    size_t n;
    char buffer[BUFFER_BYTES];
    /* .xlsx */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *bold, *as_time, *as_day;
    unsigned char width[WIDTH_COLUMNS];
    bool done;
};

static void fail(struct sheet_writer *w, enum status st)
{
    if (w->failed == ST_OK) w->failed = st;
}

/* --- text that is safe to write --------------------------------------------------------------------------------- */

/* "_x" and four hex digits and "_": a spreadsheet program would read a character into it. */
static bool looks_escaped(const char *p, size_t n)
{
    if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_') return false;
    for (int i = 2; i < 6; i++)
        if (!memchr("0123456789abcdefABCDEF", p[i], 22)) return false;
    return true;
}

/* Line ends as LF, no other controls but tab, none of the code points XML forbids. A copy with room at the end. */
static str clean(struct arena *mem, str s, bool escape)
{
    char *out = NEWN(mem, char, escape ? s.n * 2 + 1 : s.n + 1); /* 7 bytes become 13 */
    size_t n = 0;
    for (size_t at = 0; at < s.n;) {
        size_t before = at;
        uint32_t p = str_next_point(s, &at);
        if (p == '\r' && at < s.n && s.p[at] == '\n') continue;
        if (p == '\r') {
            out[n++] = '\n';
            continue;
        }
        if ((p < ' ' && p != '\n' && p != '\t') || p == 0x7F || (p & 0xFFFE) == 0xFFFE) continue;
        if (escape && p == '_' && looks_escaped(s.p + before, s.n - before)) {
            memcpy(out + n, "_x005F", 6);
            n += 6;
        }
        memcpy(out + n, s.p + before, at - before);
        n += at - before;
    }
    return (str){out, n};
}

/* Would a spreadsheet program take this for a formula, or be led to? */
static bool is_dangerous(str s)
{
    static const str starts[] = {STR_INIT("="),
                                 STR_INIT("+"),
                                 STR_INIT("-"),
                                 STR_INIT("@"),
                                 STR_INIT("\t"),
                                 STR_INIT("\r"),
                                 STR_INIT("\n"),
                                 STR_INIT("\xEF\xBC\x9D"),
                                 STR_INIT("\xEF\xBC\x8B"),
                                 STR_INIT("\xEF\xBC\x8D"),
                                 STR_INIT("\xEF\xBC\xA0")};
    for (size_t i = 0; i < COUNT_OF(starts); i++)
        if (str_starts(s, starts[i])) return true;
    return false;
}

/* --- .csv ------------------------------------------------------------------------------------------------------- */

static void flush(struct sheet_writer *w)
{
    size_t at = 0;
    while (at < w->n && w->failed == ST_OK) {
        ssize_t n = write(w->fd, w->buffer + at, w->n - at);
        if (n < 0 && errno != EINTR) fail(w, ST_IO);
        if (n > 0) at += (size_t)n;
    }
    w->n = 0;
}

static void put(struct sheet_writer *w, str s)
{
    while (s.n > 0) {
        size_t room = BUFFER_BYTES - w->n;
        size_t n = s.n < room ? s.n : room;
        memcpy(w->buffer + w->n, s.p, n);
        w->n += n;
        s = str_sub(s, n, s.n);
        if (w->n == BUFFER_BYTES) flush(w);
    }
}

static bool needs_quotes(str s)
{
    if (s.n == 0) return false;
    if (s.p[0] == ' ' || s.p[s.n - 1] == ' ') return true;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '"' || s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '\t' || s.p[i] == '\n') return true;
    return false;
}

static void put_text(struct sheet_writer *w, str s)
{
    bool guard = is_dangerous(s);
    if (!needs_quotes(s)) {
        if (guard) put(w, STR("'"));
        put(w, s);
        return;
    }
    put(w, guard ? STR("\"'") : STR("\""));
    str head, tail = s;
    while (str_cut(tail, '"', &head, &tail)) {
        put(w, head);
        put(w, STR("\"\""));
    }
    put(w, head);
    put(w, STR("\""));
}

/* Words of our own making: digits, dates. */
static void put_plain(struct sheet_writer *w, const char *words)
{
    put(w, str_from(words));
}

/* --- cells ------------------------------------------------------------------------------------------------------ */

/* Steps to the next cell; false when nothing more is written. */
static bool next_cell(struct sheet_writer *w)
{
    if (w->failed != ST_OK) return false;
    w->column++;
    if (w->format == SHEET_CSV) {
        if (w->column > 0) put(w, STR(","));
        return true;
    }
    if (w->column >= LXW_COL_MAX || w->row >= XLSX_ROWS) fail(w, ST_INVALID);
    return w->failed == ST_OK;
}

static void check(struct sheet_writer *w, lxw_error e)
{
    if (e == LXW_NO_ERROR) return;
    bool ours = e == LXW_ERROR_PARAMETER_VALIDATION || e == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED ||
                e == LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE;
    fail(w, ours ? ST_INVALID : ST_IO);
}

static lxw_row_t row_of(const struct sheet_writer *w)
{
    return (lxw_row_t)w->row;
}

static lxw_col_t column_of(const struct sheet_writer *w)
{
    return (lxw_col_t)w->column;
}

static void widen(struct sheet_writer *w, size_t width)
{
    if (w->column >= WIDTH_COLUMNS) return;
    unsigned char fit = (unsigned char)(width > WIDTH_MAX ? WIDTH_MAX : width);
    if (fit > w->width[w->column]) w->width[w->column] = fit;
}

static void write_words(struct sheet_writer *w, str s, lxw_format *format)
{
    if (!next_cell(w)) return;
    if (!str_is_utf8(s)) {
        fail(w, ST_INVALID);
        return;
    }
    struct arena_mark mark = arena_mark(w->mem);
    str text = clean(w->mem, s, w->format == SHEET_XLSX); /* zeroed behind its end */
    size_t points = str_points(text);
    if (w->format == SHEET_CSV) {
        put_text(w, text);
    } else if (points > XLSX_TEXT_POINTS) {
        fail(w, ST_INVALID);
    } else if (text.n > 0) {
        widen(w, points + (text.n - points) / 2); /* a Chinese character is two wide and three bytes long */
        check(w, worksheet_write_string(w->sheet, row_of(w), column_of(w), text.p, format));
    }
    arena_rewind(w->mem, mark);
}

void sheet_write_text(struct sheet_writer *w, str s)
{
    write_words(w, s, NULL);
}

void sheet_write_heading(struct sheet_writer *w, str s)
{
    if (w->format == SHEET_XLSX && w->row == 0 && w->column < 0) worksheet_freeze_panes(w->sheet, 1, 0);
    write_words(w, s, w->bold);
}

void sheet_write_blank(struct sheet_writer *w)
{
    (void)next_cell(w);
}

static void write_number(struct sheet_writer *w, double v, const char *words)
{
    if (!next_cell(w)) return;
    widen(w, strlen(words));
    if (w->format == SHEET_CSV) put_plain(w, words);
    else check(w, worksheet_write_number(w->sheet, row_of(w), column_of(w), v, NULL));
}

void sheet_write_int(struct sheet_writer *w, int64_t v)
{
    char words[32];
    snprintf(words, sizeof words, "%lld", (long long)v);
    if (v > EXACT_INT || v < -EXACT_INT) {
        if (w->format == SHEET_XLSX) write_words(w, str_from(words), NULL);
        else write_number(w, 0, words);
        return;
    }
    write_number(w, (double)v, words);
}

void sheet_write_real(struct sheet_writer *w, double v)
{
    char words[40];
    double back;
    if (!isfinite(v)) {
        sheet_write_blank(w);
        return;
    }
    snprintf(words, sizeof words, "%.15g", v);
    if (!str_double(str_from(words), &back) || back < v || back > v) snprintf(words, sizeof words, "%.17g", v);
    write_number(w, v, words);
}

static void write_civil(struct sheet_writer *w, const struct civil *c, const char *words, lxw_format *format)
{
    if (w->format == SHEET_CSV) {
        if (next_cell(w)) put_plain(w, words);
        return;
    }
    if (c->year < 1900 || c->year > 9999) {
        write_words(w, str_from(words), NULL);
        return;
    }
    if (!next_cell(w)) return;
    lxw_datetime when = {c->year, c->month, c->day, c->hour, c->minute, c->second};
    widen(w, strlen(words) + 1);
    check(w, worksheet_write_datetime(w->sheet, row_of(w), column_of(w), &when, format));
}

void sheet_write_time(struct sheet_writer *w, instant at)
{
    char words[64];
    if (at.ms == 0) {
        sheet_write_blank(w);
        return;
    }
    static const struct zone utc = {.n = 1};
    struct civil c = civil_in_zone(w->zone ? w->zone : &utc, at);
    snprintf(words, sizeof words, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
    write_civil(w, &c, words, w->as_time);
}

void sheet_write_day(struct sheet_writer *w, day d)
{
    char words[16];
    struct civil c = civil_from_day(d);
    day_format(d, words);
    c.hour = c.minute = c.second = c.millisecond = 0;
    write_civil(w, &c, words, w->as_day);
}

enum status sheet_write_row_end(struct sheet_writer *w)
{
    if (w->format == SHEET_CSV && w->failed == ST_OK) put(w, STR("\r\n"));
    w->row++;
    w->column = -1;
    return w->failed;
}

/* --- life ------------------------------------------------------------------------------------------------------- */

void sheet_write_drop(struct sheet_writer *w)
{
    if (w->book) lxw_workbook_free(w->book);
    w->book = NULL;
    if (w->fd >= 0) close(w->fd);
    w->fd = -1;
    if (!w->done) (void)unlink(w->part);
    w->done = true;
}

static void drop(void *arg)
{
    sheet_write_drop(arg);
}

/* The folder of the result, where the library keeps its temporary file. */
static char *folder(struct arena *mem, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return str_z(mem, STR("."));
    return slash == path ? str_z(mem, STR("/")) : str_z(mem, (str){path, (size_t)(slash - path)});
}

static enum status open_book(struct sheet_writer *w, const struct sheet_write_options *o)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = folder(w->mem, w->path)};
    lxw_doc_properties about = {.created = (time_t)(o->now.ms / SECOND_MS)};
    char *title = o->title.n > 0 ? str_z(w->mem, str_first_points(o->title, 31)) : NULL;
    w->book = workbook_new_opt(w->part, &options);
    if (!w->book) return ST_IO;
    if (title && workbook_validate_sheet_name(w->book, title) != LXW_NO_ERROR) title = NULL;
    w->sheet = workbook_add_worksheet(w->book, title);
    w->bold = workbook_add_format(w->book);
    w->as_time = workbook_add_format(w->book);
    w->as_day = workbook_add_format(w->book);
    if (!w->sheet || !w->bold || !w->as_time || !w->as_day) return ST_IO;
    format_set_bold(w->bold);
    format_set_num_format(w->as_time, "yyyy-mm-dd hh:mm:ss");
    format_set_num_format(w->as_day, "yyyy-mm-dd");
    if (o->now.ms > 0) check(w, workbook_set_properties(w->book, &about));
    return w->failed;
}

enum status sheet_write_open(struct arena *mem, const char *path, const struct sheet_write_options *o,
                             struct sheet_writer **out)
{
    struct sheet_writer *w = NEW(mem, struct sheet_writer);
    str name = str_from(path);
    w->mem = mem;
    w->fd = -1;
    w->column = -1;
    w->done = true;
    w->zone = o->zone;
    w->format = o->format;
    w->path = str_z(mem, name);
    w->part = str_z(mem, str_concat(mem, name, STR(".part")));
    if (w->format == SHEET_BY_NAME)
        w->format = name.n >= 4 && str_eq_nocase(str_sub(name, name.n - 4, 4), STR(".csv")) ? SHEET_CSV : SHEET_XLSX;
    arena_defer(mem, drop, w);
    w->fd = open(w->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (w->fd < 0) return ST_IO;
    w->done = false;
    if (w->format == SHEET_XLSX) TRY(open_book(w, o));
    if (w->format == SHEET_CSV && o->bom) put(w, STR("\xEF\xBB\xBF"));
    *out = w;
    return ST_OK;
}

/* Writes to the temporary file go unchecked in the library: a full disk shows here. */
static void pack(struct sheet_writer *w)
{
    FILE *rows = w->sheet->optimize_tmpfile;
    for (int i = 0; i < WIDTH_COLUMNS; i++)
        if (w->width[i] > 8)
            check(w, worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i, w->width[i] + 2.0, NULL));
    if (rows && (fflush(rows) != 0 || ferror(rows))) fail(w, ST_IO);
    if (w->failed != ST_OK) return;
    lxw_error e = workbook_close(w->book); /* frees it too, whatever it returns */
    w->book = NULL;
    if (e != LXW_NO_ERROR) fail(w, ST_IO);
}

enum status sheet_write_finish(struct sheet_writer *w)
{
    must(!w->done);
    if (w->format == SHEET_CSV) flush(w);
    else if (w->failed == ST_OK) pack(w);
    if (w->failed == ST_OK && fsync(w->fd) != 0) fail(w, ST_IO);
    if (w->failed == ST_OK && rename(w->part, w->path) != 0) fail(w, ST_IO);
    if (w->failed == ST_OK) w->done = true;
    sheet_write_drop(w);
    return w->failed;
}
