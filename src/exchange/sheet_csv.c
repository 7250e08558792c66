/* sheet_csv: separated text, by RFC 4180 with what offices add to it.
 *
 * Three layers. `refill` reads the file in blocks and turns them into UTF-8 (UTF-16 and GB 18030 are cut at whole
 * characters first). `step` walks one run of one cell. `sheet_csv_next` gathers cells into a row.
 *
 * The coding is settled before the first row, from all bytes: a byte order mark decides; else strict UTF-8 wins; else
 * GB 18030. A UTF-8 file with a few broken bytes would read as GB 18030 too, as nonsense, so when good sequences far
 * outnumber broken ones the file stays UTF-8 and is refused at the broken cell. (Chinese in GB 18030 has about one
 * accidentally good sequence to three broken ones; at worst as many.)
 *
 * Taken though the RFC does not say so: LF, CR LF or CR ends a row; a quote inside an unquoted cell is itself; spaces
 * after a closing quote; "sep=;" as a first line; a last row without an end. Refused: NUL, any other text after a
 * closing quote, a quote that is never closed.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <unistd.h>

#include "base/locale.h"
#include "exchange/sheet_part.h"

#define RAW_BYTES       ((size_t)32 * 1024)
#define TEXT_BYTES      (RAW_BYTES * 2) /* two bytes become at most three in UTF-8 */
#define FIRST_ROW_BYTES ((size_t)16 * 1024)
#define GUESS_ROWS      10 /* rows looked at to find the separator */
#define GOOD_PER_BROKEN 4  /* more good sequences than that per broken one: damaged UTF-8 */

enum coding { CODING_UTF8, CODING_UTF16_LE, CODING_UTF16_BE, CODING_GB18030 };

enum place { AT_START, IN_BARE, IN_QUOTED, AFTER_QUOTE };

struct span {
    size_t at;
    size_t n;
};

struct sheet_csv {
    enum coding coding;
    bool broken; /* what comes after the text in hand cannot be decoded */
    bool raw_ended;
    bool skip_lf; /* the LF of a CR LF */
    char separator;
    enum place place;
    int column; /* of the cell being read, from 0 */
    int last;   /* cells up to the last that is not blank */
    int64_t row;
    size_t cell_at; /* where its bytes begin in `bytes` */
    bool stop[256]; /* bytes that end a run outside quotes */
    struct sheet_bytes bytes;
    struct span span[LIMIT_SHEET_COLUMNS];
    size_t text_at, text_n;
    size_t raw_n;
    unsigned char raw[RAW_BYTES];
    char text[TEXT_BYTES];
};

/* --- bytes to UTF-8 --------------------------------------------------------------------------------------------- */

static enum status read_block(struct sheet *s, unsigned char *to, size_t cap, size_t *got)
{
    ssize_t n;
    do n = read(s->fd, to, cap);
    while (n < 0 && errno == EINTR);
    if (n < 0) return sheet_fail(s, ST_IO, SHEET_UNREADABLE, 0, 0, "cannot be read (%s)", strerror(errno));
    *got = (size_t)n;
    return ST_OK;
}

/* Bytes of a GB 18030 character that starts with b, whose second byte is c. */
static size_t gb_length(unsigned char b, unsigned char c)
{
    if (b <= 0x80 || b == 0xFF) return 1;
    return c >= 0x30 && c <= 0x39 ? 4 : 2;
}

static size_t gb_whole(const unsigned char *p, size_t n)
{
    size_t at = 0;
    while (at < n) {
        if (p[at] < 0x80) {
            at++;
            continue;
        }
        size_t length = gb_length(p[at], at + 1 < n ? p[at + 1] : 0);
        if (at + length > n) break;
        at += length;
    }
    return at;
}

static bool gb_piece(struct sheet *s, const unsigned char *p, size_t n)
{
    struct sheet_csv *c = s->csv;
    struct arena_mark mark = arena_mark(s->mem);
    str out;
    bool good = locale_from_gb18030(s->mem, (str){(const char *)p, n}, &out) && out.n <= TEXT_BYTES - c->text_n;
    if (good) memcpy(c->text + c->text_n, out.p, out.n);
    if (good) c->text_n += out.n;
    arena_rewind(s->mem, mark);
    return good;
}

/* Turns what is whole; when that fails, up to the character that is not one. */
static size_t decode_gb(struct sheet *s)
{
    struct sheet_csv *c = s->csv;
    size_t whole = gb_whole(c->raw, c->raw_n);
    if (whole == 0 || gb_piece(s, c->raw, whole)) return whole;
    size_t at = 0;
    while (at < whole) {
        size_t length = gb_whole(c->raw + at, gb_length(c->raw[at], at + 1 < whole ? c->raw[at + 1] : 0));
        if (length == 0 || !gb_piece(s, c->raw + at, length)) break;
        at += length;
    }
    c->broken = true;
    return at;
}

static uint32_t unit16(const struct sheet_csv *c, size_t at)
{
    uint32_t a = c->raw[at], b = c->raw[at + 1];
    return c->coding == CODING_UTF16_LE ? b << 8 | a : a << 8 | b;
}

static size_t decode_utf16(struct sheet_csv *c)
{
    size_t at = 0;
    while (at + 2 <= c->raw_n) {
        uint32_t point = unit16(c, at);
        size_t length = 2;
        if (point >= 0xD800 && point <= 0xDFFF) {
            if (at + 4 > c->raw_n) break;
            uint32_t low = unit16(c, at + 2);
            if (point >= 0xDC00 || low < 0xDC00 || low > 0xDFFF) {
                c->broken = true;
                break;
            }
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            length = 4;
        }
        c->text_n += utf8_encode(point, c->text + c->text_n);
        at += length;
    }
    return at;
}

static size_t decode(struct sheet *s)
{
    struct sheet_csv *c = s->csv;
    if (c->coding == CODING_GB18030) return decode_gb(s);
    if (c->coding != CODING_UTF8) return decode_utf16(c);
    memcpy(c->text, c->raw, c->raw_n); /* each cell is checked on its own, to name the place */
    c->text_n = c->raw_n;
    return c->raw_n;
}

static enum status refuse_coding(struct sheet *s)
{
    struct sheet_csv *c = s->csv;
    return sheet_fail(s, ST_INVALID, SHEET_BAD_ENCODING, c->row, c->column + 1,
                      "here are bytes that are not %s; save the file again as UTF-8", s->notes.coding);
}

/* More text, or none at the end of the file. */
static enum status refill(struct sheet *s)
{
    struct sheet_csv *c = s->csv;
    c->text_at = c->text_n = 0;
    while (c->text_n == 0 && !c->broken) {
        size_t got = 0;
        if (!c->raw_ended) TRY(read_block(s, c->raw + c->raw_n, RAW_BYTES - c->raw_n, &got));
        if (got == 0) c->raw_ended = true;
        c->raw_n += got;
        if (c->raw_n == 0) return ST_OK;
        size_t used = decode(s);
        memmove(c->raw, c->raw + used, c->raw_n - used);
        c->raw_n -= used;
        if (c->raw_ended && used == 0) c->broken = true; /* the file ends inside a character */
    }
    return c->text_n == 0 ? refuse_coding(s) : ST_OK;
}

/* --- which coding, which separator ------------------------------------------------------------------------------ */

struct tally {
    uint64_t good, broken;
};

/* Bytes at the end that may be the start of a character. */
static size_t cut_character(const unsigned char *p, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        unsigned char b = p[n - back];
        if (b < 0x80) return 0;
        if (b < 0xC0) continue;
        return (size_t)(b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) > back ? back : 0;
    }
    return 0;
}

static void count_sequences(str block, struct tally *t)
{
    bool valid = str_is_utf8(block);
    size_t at = 0;
    while (at < block.n) {
        if ((unsigned char)block.p[at] < 0x80) {
            at++;
            continue;
        }
        size_t before = at;
        uint32_t point = str_next_point(block, &at);
        if (!valid && point == 0xFFFD && at - before == 1) t->broken++;
        else t->good++;
    }
}

/* Reads the whole file once. */
static enum status tally_utf8(struct sheet *s, struct tally *t)
{
    struct sheet_csv *c = s->csv;
    size_t n = 0;
    for (;;) {
        size_t got;
        TRY(read_block(s, c->raw + n, RAW_BYTES - n, &got));
        n += got;
        size_t rest = got == 0 ? 0 : cut_character(c->raw, n);
        count_sequences((str){(const char *)c->raw, n - rest}, t);
        memmove(c->raw, c->raw + n - rest, rest);
        n = rest;
        if (got == 0) return ST_OK;
    }
}

static enum status find_coding(struct sheet *s)
{
    static const char *const names[] = {"UTF-8", "UTF-16", "UTF-16", "GB 18030"};
    struct sheet_csv *c = s->csv;
    unsigned char head[3] = {0};
    struct tally t = {0, 0};
    off_t skip = 0;
    if (pread(s->fd, head, sizeof head, 0) < 0)
        return sheet_fail(s, ST_IO, SHEET_UNREADABLE, 0, 0, "cannot be read (%s)", strerror(errno));
    if (head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF) {
        skip = 3;
    } else if ((head[0] == 0xFF && head[1] == 0xFE) || (head[0] == 0xFE && head[1] == 0xFF)) {
        skip = 2;
        c->coding = head[0] == 0xFF ? CODING_UTF16_LE : CODING_UTF16_BE;
    } else {
        TRY(tally_utf8(s, &t));
        if (t.broken > 0 && t.good <= GOOD_PER_BROKEN * t.broken) c->coding = CODING_GB18030;
    }
    s->notes.coding = names[c->coding];
    if (lseek(s->fd, skip, SEEK_SET) != skip)
        return sheet_fail(s, ST_IO, SHEET_UNREADABLE, 0, 0, "cannot be read (%s)", strerror(errno));
    return ST_OK;
}

/* How often c stands outside quotes in each of the first rows; returns the rows counted. */
static int count_separator(str text, char c, int count[GUESS_ROWS])
{
    int rows = 0;
    bool quoted = false, any = false;
    count[0] = 0;
    for (size_t i = 0; i < text.n; i++) {
        char b = text.p[i];
        if (b == '"') quoted = !quoted;
        if (b == c && !quoted) count[rows]++;
        if (quoted || (b != '\n' && b != '\r')) {
            any = true;
            continue;
        }
        if (!any) continue;
        any = false;
        if (++rows == GUESS_ROWS) return rows;
        count[rows] = 0;
    }
    return any ? rows + 1 : rows;
}

/* How many rows agree on the same number of separators, 64ths for the number itself. */
static int score_separator(str text, char c)
{
    int count[GUESS_ROWS];
    int rows = count_separator(text, c, count);
    int best = 0;
    for (int i = 0; i < rows; i++) {
        int same = 0;
        if (count[i] == 0) continue;
        for (int j = 0; j < rows; j++) same += count[j] == count[i];
        int score = same * 64 + (count[i] < 63 ? count[i] : 63);
        if (score > best) best = score;
    }
    return best;
}

static void find_separator(struct sheet_csv *c)
{
    static const char candidates[] = {',', '\t', ';'};
    str text = {c->text + c->text_at, c->text_n - c->text_at};
    int best = 0;
    c->separator = ',';
    for (size_t i = 0; i < COUNT_OF(candidates); i++) {
        int score = score_separator(text, candidates[i]);
        if (score > best) c->separator = candidates[i];
        if (score > best) best = score;
    }
    if (str_starts(text, STR("sep=")) && text.n >= 6 && (text.p[5] == '\n' || text.p[5] == '\r') &&
        memchr(candidates, text.p[4], sizeof candidates)) {
        c->separator = text.p[4];
        c->text_at += text.n >= 7 && text.p[5] == '\r' && text.p[6] == '\n' ? 7 : 6;
    }
}

enum status sheet_csv_open(struct sheet *s)
{
    struct sheet_csv *c = NEW(s->mem, struct sheet_csv);
    s->csv = c;
    c->bytes.p = NEWN(s->mem, char, FIRST_ROW_BYTES);
    c->bytes.cap = FIRST_ROW_BYTES;
    TRY(find_coding(s));
    TRY(refill(s));
    if (c->text_n == 0) return sheet_fail(s, ST_INVALID, SHEET_EMPTY, 0, 0, "is empty");
    find_separator(c);
    c->stop[(unsigned char)c->separator] = c->stop['\n'] = c->stop['\r'] = c->stop['\0'] = true;
    return ST_OK;
}

/* --- cells and rows --------------------------------------------------------------------------------------------- */

static enum status add(struct sheet *s, const char *p, size_t n)
{
    struct sheet_csv *c = s->csv;
    if (c->bytes.n - c->cell_at + n > LIMIT_SHEET_CELL)
        return sheet_fail(s, ST_INVALID, SHEET_TOO_LARGE, c->row, c->column + 1, "the cell has more than %zu bytes%s",
                          LIMIT_SHEET_CELL,
                          c->place == IN_QUOTED ? " (perhaps a quotation mark that is never closed)" : "");
    if (!sheet_bytes_add(s->mem, &c->bytes, p, n))
        return sheet_fail(s, ST_BUSY, SHEET_MEMORY, c->row, 0, "the row needs more memory than one import may use");
    return ST_OK;
}

static enum status end_cell(struct sheet *s)
{
    struct sheet_csv *c = s->csv;
    str raw = {c->bytes.p + c->cell_at, c->bytes.n - c->cell_at};
    if (c->coding == CODING_UTF8 && !str_is_utf8(raw)) return refuse_coding(s);
    str text = str_trim(raw);
    if (text.n == 0) {
        c->bytes.n = c->cell_at;
    } else if (c->column >= LIMIT_SHEET_COLUMNS) {
        return sheet_fail(s, ST_INVALID, SHEET_TOO_LARGE, c->row, c->column + 1, "more than %d columns",
                          LIMIT_SHEET_COLUMNS);
    } else {
        c->last = c->column + 1;
    }
    if (c->column < LIMIT_SHEET_COLUMNS)
        c->span[c->column] = (struct span){c->cell_at + (text.n ? (size_t)(text.p - raw.p) : 0), text.n};
    c->column++;
    c->cell_at = c->bytes.n;
    c->place = AT_START;
    return ST_OK;
}

/* The byte that ended a run: the separator, an end of row, or NUL. */
static enum status stop_at(struct sheet *s, char b, bool *done)
{
    struct sheet_csv *c = s->csv;
    if (b == '\0')
        return sheet_fail(s, ST_INVALID, SHEET_NOT_A_TABLE, c->row, c->column + 1,
                          "here is a NUL byte: this is no text; save the table as .xlsx or as UTF-8 text");
    *done = b != c->separator;
    c->skip_lf = b == '\r';
    return end_cell(s);
}

static enum status step_bare(struct sheet *s, bool *done)
{
    struct sheet_csv *c = s->csv;
    size_t at = c->text_at;
    while (at < c->text_n && !c->stop[(unsigned char)c->text[at]]) at++;
    c->place = IN_BARE;
    TRY(add(s, c->text + c->text_at, at - c->text_at));
    c->text_at = at;
    if (at == c->text_n) return ST_OK;
    return stop_at(s, c->text[c->text_at++], done);
}

static enum status step_quoted(struct sheet *s)
{
    struct sheet_csv *c = s->csv;
    size_t at = c->text_at;
    while (at < c->text_n && c->text[at] != '"' && c->text[at] != '\r' && c->text[at] != '\0') at++;
    TRY(add(s, c->text + c->text_at, at - c->text_at));
    c->text_at = at;
    if (at == c->text_n) return ST_OK;
    char b = c->text[c->text_at++];
    if (b == '\0') return stop_at(s, b, &(bool){false});
    c->skip_lf = b == '\r';
    if (b == '"') c->place = AFTER_QUOTE;
    else TRY(add(s, "\n", 1));
    return ST_OK;
}

static enum status step_after_quote(struct sheet *s, bool *done)
{
    struct sheet_csv *c = s->csv;
    char b = c->text[c->text_at++];
    if (b == '"') {
        c->place = IN_QUOTED;
        return add(s, "\"", 1);
    }
    if (c->stop[(unsigned char)b]) return stop_at(s, b, done);
    if (b == ' ' || b == '\t') return ST_OK;
    return sheet_fail(s, ST_INVALID, SHEET_BAD_QUOTES, c->row, c->column + 1,
                      "text goes on after the closing quotation mark; inside quotation marks each \" must be doubled");
}

static enum status step(struct sheet *s, bool *done)
{
    struct sheet_csv *c = s->csv;
    if (c->skip_lf) {
        c->skip_lf = false;
        if (c->text[c->text_at] == '\n') {
            c->text_at++;
            return ST_OK;
        }
    }
    if (c->place == AT_START && c->text[c->text_at] == '"') {
        c->place = IN_QUOTED;
        c->text_at++;
        return ST_OK;
    }
    if (c->place == IN_QUOTED) return step_quoted(s);
    if (c->place == AFTER_QUOTE) return step_after_quote(s, done);
    return step_bare(s, done);
}

/* One record, blank or not. ST_NOT_FOUND at the end of the file. */
static enum status record(struct sheet *s)
{
    struct sheet_csv *c = s->csv;
    bool done = false;
    c->bytes.n = c->cell_at = 0;
    c->column = c->last = 0;
    c->place = AT_START;
    while (!done) {
        if (c->text_at == c->text_n) TRY(refill(s));
        if (c->text_at < c->text_n) {
            TRY(step(s, &done));
            continue;
        }
        if (c->place == IN_QUOTED)
            return sheet_fail(s, ST_INVALID, SHEET_BAD_QUOTES, c->row, c->column + 1,
                              "the quotation mark that opens this cell is never closed");
        if (c->place == AT_START && c->column == 0) return ST_NOT_FOUND;
        TRY(end_cell(s));
        done = true;
    }
    return ST_OK;
}

enum status sheet_csv_next(struct sheet *s, struct sheet_row *out)
{
    struct sheet_csv *c = s->csv;
    do {
        c->row++;
        TRY(record(s));
        if (c->row > LIMIT_SHEET_ROWS)
            return sheet_fail(s, ST_INVALID, SHEET_TOO_LARGE, c->row, 0, "more than %d rows", LIMIT_SHEET_ROWS);
    } while (c->last == 0);
    for (int i = 0; i < c->last; i++) {
        str text = {c->bytes.p + c->span[i].at, c->span[i].n};
        s->cell[i] = (struct sheet_cell){.kind = text.n ? SHEET_TEXT : SHEET_BLANK, .text = text};
    }
    *out = (struct sheet_row){.number = c->row, .n = c->last, .cell = s->cell};
    return ST_OK;
}
