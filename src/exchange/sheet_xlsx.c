/* sheet_xlsx: worksheets of Office Open XML (ECMA-376), streamed.
 *
 * One block of XML may end several rows, so cells queue up between the parser and sheet_next:
 *
 *      package --block--> xml --events--> cells, rows waiting --one row--> sheet_next
 *
 * When the queue is empty, the row left unfinished by the last block moves to the front and the next block is fed. The
 * queue therefore holds at most one block's rows and one unfinished row.
 *
 * A formula gives the value saved with it. Merged areas stand behind the rows in the file, so they are known only at
 * the end: see sheet_notes.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdarg.h>

#include "exchange/sheet_book.h"
#include "exchange/sheet_time.h"

#define NUMBER_DIGITS 15 /* what a spreadsheet program keeps of a number */

enum where {
    AT_TOP,
    IN_WORKSHEET,
    IN_DATA,
    IN_ROW,
    IN_CELL,
    IN_VALUE,
    IN_FORMULA,
    IN_INLINE,
    IN_TEXT,
    IN_RUN,
    IN_RUN_TEXT,
    IN_MERGES,
    IN_MERGE,
};

static const struct sheet_move moves[] = {
    {IN_ROW, STR_INIT("c"), IN_CELL},
    {IN_CELL, STR_INIT("v"), IN_VALUE},
    {IN_CELL, STR_INIT("is"), IN_INLINE},
    {IN_INLINE, STR_INIT("t"), IN_TEXT},
    {IN_INLINE, STR_INIT("r"), IN_RUN},
    {IN_RUN, STR_INIT("t"), IN_RUN_TEXT},
    {IN_CELL, STR_INIT("f"), IN_FORMULA},
    {IN_DATA, STR_INIT("row"), IN_ROW},
    {IN_WORKSHEET, STR_INIT("sheetData"), IN_DATA},
    {IN_WORKSHEET, STR_INIT("mergeCells"), IN_MERGES},
    {IN_MERGES, STR_INIT("mergeCell"), IN_MERGE},
    {AT_TOP, STR_INIT("worksheet"), IN_WORKSHEET},
};

#define MERGES_KEPT 256 /* looked at again when the header is known; the rest is only counted */

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_BOOLEAN, CELL_ERROR, CELL_ISO_DATE };

/* A cell waiting for its row to be asked for. */
struct waiting {
    int column;
    enum sheet_kind kind;
    double number;
    const char *shared; /* or NULL: the bytes are at `at` of text */
    size_t at, n;
};

struct waiting_row {
    int64_t number;
    size_t first, n;
};

struct merge {
    int64_t row; /* the last */
    char ref[24];
};

struct sheet_xlsx {
    struct package *package;
    struct sheet_stream stream;
    /* the row and cell being read */
    int64_t row;
    size_t row_first, row_text; /* where its waiting cells and its text begin */
    int column;                 /* from 0; -1 before the first cell of a row */
    enum cell_type type;
    int64_t style;
    bool has_formula, has_value;
    size_t cell_at; /* where the cell's text begins */
    struct sheet_bytes text;
    /* the queue */
    struct waiting *wait;
    size_t waits, wait_cap;
    struct waiting_row *rows;
    size_t row_n, row_at, row_cap;
    struct merge merge[MERGES_KEPT];
    int64_t merges;
};

PRINTF(3, 4)
static void refuse_cell(struct sheet *s, enum sheet_problem problem, const char *fmt, ...)
{
    char words[240];
    va_list args;
    va_start(args, fmt);
    vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    sheet_stream_refuse(&s->xlsx->stream, problem, s->xlsx->row, s->xlsx->column + 1, "%s", words);
}

static void no_memory(struct sheet *s)
{
    sheet_stream_no_memory(&s->xlsx->stream);
}

/* --- rows and cells --------------------------------------------------------------------------------------------- */

static void start_row(struct sheet *s, const struct xml_tag *tag)
{
    struct sheet_xlsx *x = s->xlsx;
    str r;
    int64_t number = x->row + 1;
    x->column = -1;
    if (xml_tag_value(tag, STR("r"), &r) && (!str_int(r, &number) || number < 1)) {
        refuse_cell(s, SHEET_DAMAGED, "the row after this one has no proper number");
        return;
    }
    if (number <= x->row) {
        refuse_cell(s, SHEET_OUT_OF_ORDER,
                    "after this row comes row %lld: rows must run downwards; save the workbook again",
                    (long long)number);
        return;
    }
    x->row = number;
    x->row_first = x->waits;
    x->row_text = x->text.n;
    if (number > LIMIT_SHEET_ROWS) refuse_cell(s, SHEET_TOO_LARGE, "more than %d rows", LIMIT_SHEET_ROWS);
}

/* "AB12" to column 27; the digits must be the row. -1: no reference. */
static int reference_column(str ref, int64_t row)
{
    size_t i = 0;
    int column = 0;
    int64_t number;
    for (; i < ref.n && i < 4 && ref.p[i] >= 'A' && ref.p[i] <= 'Z'; i++) column = column * 26 + (ref.p[i] - 'A' + 1);
    if (i == 0 || i == 4 || !str_int(str_sub(ref, i, ref.n), &number) || number != row) return -1;
    return column - 1;
}

static enum cell_type read_type(const struct xml_tag *tag)
{
    static const struct {
        str name;
        enum cell_type type;
    } types[] = {
        {STR_INIT("s"), CELL_SHARED},  {STR_INIT("inlineStr"), CELL_TEXT}, {STR_INIT("str"), CELL_TEXT},
        {STR_INIT("b"), CELL_BOOLEAN}, {STR_INIT("e"), CELL_ERROR},        {STR_INIT("d"), CELL_ISO_DATE},
    };
    str t;
    if (!xml_tag_value(tag, STR("t"), &t)) return CELL_NUMBER;
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (str_eq(t, types[i].name)) return types[i].type;
    return CELL_NUMBER;
}

static void start_cell(struct sheet *s, const struct xml_tag *tag)
{
    struct sheet_xlsx *x = s->xlsx;
    str ref;
    int column = x->column + 1;
    if (xml_tag_value(tag, STR("r"), &ref)) column = reference_column(ref, x->row);
    if (column <= x->column) {
        bool named = column >= 0;
        refuse_cell(s, named ? SHEET_OUT_OF_ORDER : SHEET_DAMAGED,
                    named ? "after this cell comes one to its left; save the workbook again"
                          : "after this cell comes one that does not say where it stands");
        return;
    }
    x->column = column;
    x->type = read_type(tag);
    x->style = sheet_number_value(tag, STR("s"));
    x->has_formula = x->has_value = false;
    x->cell_at = x->text.n;
}

static void push(struct sheet *s, enum sheet_kind kind, double number, str text, bool shared)
{
    struct sheet_xlsx *x = s->xlsx;
    void *p = x->wait;
    if (x->column >= LIMIT_SHEET_COLUMNS) {
        refuse_cell(s, SHEET_TOO_LARGE, "more than %d columns", LIMIT_SHEET_COLUMNS);
        return;
    }
    if (!sheet_room(s->mem, &p, &x->wait_cap, x->waits + 1, sizeof *x->wait)) {
        no_memory(s);
        return;
    }
    x->wait = p;
    x->wait[x->waits++] = (struct waiting){
        x->column, kind, number, shared ? text.p : NULL, shared ? 0 : (size_t)(text.p - x->text.p), text.n};
    if (!shared) x->text.n = (size_t)(text.p - x->text.p) + text.n;
}

/* Replaces what was gathered by words of our own. */
static void push_words(struct sheet *s, enum sheet_kind kind, double number, const char *words)
{
    struct sheet_xlsx *x = s->xlsx;
    x->text.n = x->cell_at;
    if (!sheet_bytes_add(s->mem, &x->text, words, strlen(words))) {
        no_memory(s);
        return;
    }
    push(s, kind, number, (str){x->text.p + x->cell_at, x->text.n - x->cell_at}, false);
}

static bool is_plain_integer(str s)
{
    size_t i = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    if (i == s.n || s.n - i > NUMBER_DIGITS) return false;
    for (; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return true;
}

static void push_date(struct sheet *s, double serial)
{
    char words[32];
    if (serial >= 0 && serial < 1 && !sheet_book_since_1904(s->book)) { /* a time of day without a day */
        int seconds = (int)(serial * 86400.0 + 0.5) % 86400;
        snprintf(words, sizeof words, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    } else if (sheet_serial_format(serial, sheet_book_since_1904(s->book), words) == 0) {
        snprintf(words, sizeof words, "%.*g", NUMBER_DIGITS, serial);
        push_words(s, SHEET_NUMBER, serial, words);
        return;
    }
    push_words(s, SHEET_DATE, serial, words);
}

static void end_number(struct sheet *s, str raw)
{
    struct sheet_xlsx *x = s->xlsx;
    double number;
    char words[64];
    if (!str_double(raw, &number) || !isfinite(number)) {
        refuse_cell(s, SHEET_DAMAGED, "the cell says it is a number but is not");
    } else if (sheet_book_is_date(s->book, x->style)) {
        push_date(s, number);
    } else if (is_plain_integer(raw)) {
        push(s, SHEET_NUMBER, number, raw, false);
    } else {
        bool whole = fabs(number) < 1e18 && number == trunc(number);
        snprintf(words, sizeof words, whole ? "%.0f" : "%.15g", number == 0 ? 0.0 : number);
        push_words(s, SHEET_NUMBER, number, words);
    }
}

static void end_shared(struct sheet *s, str raw)
{
    struct sheet_xlsx *x = s->xlsx;
    int64_t index;
    const str *text = str_int(raw, &index) ? sheet_book_text(s->book, index) : NULL;
    x->text.n = x->cell_at;
    if (!text) refuse_cell(s, SHEET_DAMAGED, "the cell points to a text the workbook does not have");
    else if (!text->p) refuse_cell(s, SHEET_TOO_LARGE, "the cell has more than %zu bytes", LIMIT_SHEET_CELL);
    else if (text->n > 0) push(s, SHEET_TEXT, 0, *text, true);
}

static void end_cell(struct sheet *s)
{
    struct sheet_xlsx *x = s->xlsx;
    str text = sheet_gathered(&x->text, x->cell_at);
    if (x->has_formula) s->notes.formulas++;
    if (x->has_formula && !x->has_value) s->notes.unsaved++;
    if (text.n == 0) {
        x->text.n = x->cell_at;
        return;
    }
    switch (x->type) {
    case CELL_NUMBER: end_number(s, text); break;
    case CELL_SHARED: end_shared(s, text); break;
    case CELL_BOOLEAN: {
        bool yes = str_eq(text, STR("1")) || str_eq(text, STR("true"));
        push_words(s, SHEET_BOOLEAN, yes, yes ? "TRUE" : "FALSE");
        break;
    }
    case CELL_ERROR: push(s, SHEET_FAULT, 0, text, false); break;
    case CELL_ISO_DATE: push(s, SHEET_DATE, 0, text, false); break;
    case CELL_TEXT: push(s, SHEET_TEXT, 0, text, false); break;
    }
}

static void end_row(struct sheet *s)
{
    struct sheet_xlsx *x = s->xlsx;
    void *p = x->rows;
    x->column = -1;
    if (x->waits == x->row_first) return;
    if (!sheet_room(s->mem, &p, &x->row_cap, x->row_n + 1, sizeof *x->rows)) {
        no_memory(s);
        return;
    }
    x->rows = p;
    x->rows[x->row_n++] = (struct waiting_row){x->row, x->row_first, x->waits - x->row_first};
    x->row_first = x->waits;
    x->row_text = x->text.n;
}

/* "A2:A5" */
static void read_merge(struct sheet *s, const struct xml_tag *tag)
{
    struct sheet_xlsx *x = s->xlsx;
    str ref, from, to;
    int64_t row;
    if (!xml_tag_value(tag, STR("ref"), &ref) || !str_cut(ref, ':', &from, &to)) return;
    while (to.n > 0 && to.p[0] >= 'A' && to.p[0] <= 'Z') to = str_sub(to, 1, to.n);
    if (!str_int(to, &row)) return;
    if (x->merges < MERGES_KEPT) {
        x->merge[x->merges].row = row;
        sheet_keep_name(x->merge[x->merges].ref, sizeof x->merge[0].ref, ref);
    }
    x->merges++;
}

/* Merges of the header and the titles above it say nothing about the data. */
void sheet_xlsx_merges(const struct sheet *s, struct sheet_notes *notes)
{
    const struct sheet_xlsx *x = s->xlsx;
    notes->merged = x->merges;
    for (int i = 0; i < MERGES_KEPT && i < x->merges; i++) {
        if (x->merge[i].row <= s->header_row) notes->merged--;
        else if (!notes->merged_at[0]) memcpy(notes->merged_at, x->merge[i].ref, sizeof notes->merged_at);
    }
}

/* --- events ----------------------------------------------------------------------------------------------------- */

static void on_enter(struct sheet *s, int to, const struct xml_tag *tag)
{
    if (to == IN_CELL) start_cell(s, tag);
    if (to == IN_ROW) start_row(s, tag);
    if (to == IN_MERGE) read_merge(s, tag);
    if (to == IN_VALUE) s->xlsx->has_value = true;
    if (to == IN_FORMULA) s->xlsx->has_formula = true;
}

static void on_leave(struct sheet *s, int was)
{
    if (was == IN_CELL) end_cell(s);
    if (was == IN_ROW) end_row(s);
}

static void on_text(struct sheet *s, int at, str piece)
{
    struct sheet_xlsx *x = s->xlsx;
    if (at != IN_VALUE && at != IN_TEXT && at != IN_RUN_TEXT) return;
    if (x->text.n - x->cell_at + piece.n > LIMIT_SHEET_CELL)
        refuse_cell(s, SHEET_TOO_LARGE, "the cell has more than %zu bytes", LIMIT_SHEET_CELL);
    else if (!sheet_bytes_add(s->mem, &x->text, piece.p, piece.n)) no_memory(s);
}

/* --- rows out --------------------------------------------------------------------------------------------------- */

enum status sheet_xlsx_open(struct sheet *s)
{
    static const struct sheet_grammar grammar = {moves, COUNT_OF(moves), on_enter, on_leave, on_text};
    struct sheet_xlsx *x = NEW(s->mem, struct sheet_xlsx);
    s->xlsx = x;
    s->notes.coding = "xlsx";
    x->text.p = NEWN(s->mem, char, SHEET_BLOCK_BYTES);
    x->text.cap = SHEET_BLOCK_BYTES;
    x->column = -1;
    enum package_result r = package_open(s->mem, s->fd, &x->package);
    if (r != PACKAGE_FINE) return sheet_refuse_package(s, r, 0, "the zip archive");
    TRY(sheet_book_read(s, x->package, &s->book));
    x->stream.row = &x->row;
    return sheet_stream_open(&x->stream, s, x->package, sheet_book_part(s->book), &grammar);
}

void sheet_xlsx_close(struct sheet *s)
{
    if (!s->xlsx) return;
    sheet_book_close(s->book);
    sheet_stream_close(&s->xlsx->stream);
    package_close(s->xlsx->package);
    s->xlsx->package = NULL;
    s->xlsx->row_at = s->xlsx->row_n;
}

/* All rows waiting have been taken: what the unfinished row has so far moves to the front. */
static void compact(struct sheet_xlsx *x)
{
    if (x->row_n == 0) return;
    size_t shift = x->row_text;
    x->waits -= x->row_first;
    if (x->waits > 0) memmove(x->wait, x->wait + x->row_first, x->waits * sizeof *x->wait);
    for (size_t i = 0; i < x->waits; i++)
        if (!x->wait[i].shared) x->wait[i].at -= shift;
    x->text.n -= shift;
    memmove(x->text.p, x->text.p + shift, x->text.n);
    x->cell_at = x->cell_at > shift ? x->cell_at - shift : 0;
    x->row_first = x->row_text = 0;
    x->row_n = x->row_at = 0;
}

static void deliver(struct sheet *s, const struct waiting_row *r, struct sheet_row *out)
{
    const struct sheet_xlsx *x = s->xlsx;
    const struct waiting *w = x->wait + r->first;
    int n = w[r->n - 1].column + 1;
    for (int i = 0; i < n; i++) s->cell[i] = (struct sheet_cell){.kind = SHEET_BLANK, .text = STR_INIT("")};
    for (size_t i = 0; i < r->n; i++)
        s->cell[w[i].column] = (struct sheet_cell){.kind = w[i].kind,
                                                   .number = w[i].number,
                                                   .text = {w[i].shared ? w[i].shared : x->text.p + w[i].at, w[i].n}};
    *out = (struct sheet_row){.number = r->number, .n = n, .cell = s->cell};
}

enum status sheet_xlsx_next(struct sheet *s, struct sheet_row *out)
{
    struct sheet_xlsx *x = s->xlsx;
    while (x->row_at == x->row_n) {
        if (s->failed != ST_OK) return s->failed; /* told only after the good rows of its block */
        if (x->stream.ended) return ST_NOT_FOUND;
        compact(x);
        enum status st = sheet_stream_feed(&x->stream);
        if (st != ST_OK && x->row_n == 0) return st;
    }
    deliver(s, &x->rows[x->row_at++], out);
    return ST_OK;
}
