/* sheet_stream: blocks out of the package, events out of the parser, places by table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet_stream.h"

#include <stdarg.h>

/* --- refusals --------------------------------------------------------------------------------------------------- */

enum status sheet_refuse_package(struct sheet *s, enum package_result why, int64_t row, const char *part)
{
    switch (why) {
    case PACKAGE_LOCKED:
        return sheet_fail(s, ST_INVALID, SHEET_OLD_OR_LOCKED, 0, 0,
                          "it is locked with a password or packed in an unusual way; save it again as .xlsx without a "
                          "password");
    case PACKAGE_BOMB:
        return sheet_fail(s, ST_INVALID, SHEET_UNSAFE, 0, 0,
                          "its part %s unpacks to more than %d times its size, which no real table does", part,
                          LIMIT_SHEET_RATIO);
    case PACKAGE_HUGE:
        return sheet_fail(s, ST_INVALID, SHEET_TOO_LARGE, 0, 0, "its part %s unpacks to more than %zu bytes", part,
                          LIMIT_SHEET_BYTES);
    case PACKAGE_MEMORY:
        return sheet_fail(s, ST_BUSY, SHEET_MEMORY, 0, 0, "it needs more memory than one import may use");
    case PACKAGE_FINE:
    case PACKAGE_ABSENT:
    case PACKAGE_DAMAGED: break;
    }
    return sheet_fail(s, ST_INVALID, SHEET_DAMAGED, row, 0,
                      "the workbook is damaged or was cut short (%s); open and save it again, or ask for it again",
                      part);
}

void sheet_stream_no_memory(struct sheet_stream *m)
{
    (void)sheet_fail(m->s, ST_BUSY, SHEET_MEMORY, m->row ? *m->row : 0, 0,
                     "it needs more memory than one import may use; save it as .csv and hand that in");
    xml_stop(m->xml);
}

void sheet_stream_refuse(struct sheet_stream *m, enum sheet_problem problem, int64_t row, int column, const char *fmt,
                         ...)
{
    char words[240];
    va_list args;
    va_start(args, fmt);
    vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    (void)sheet_fail(m->s, ST_INVALID, problem, row, row > 0 ? column : 0, "%s", words);
    xml_stop(m->xml);
}

/* --- attributes and text ---------------------------------------------------------------------------------------- */

int64_t sheet_number_value(const struct xml_tag *tag, str name)
{
    str value;
    int64_t n;
    return xml_tag_value(tag, name, &value) && str_int(str_trim(value), &n) && n >= 0 ? n : -1;
}

bool sheet_true_value(const struct xml_tag *tag, str name)
{
    str value;
    return xml_tag_value(tag, name, &value) && (str_eq(value, STR("1")) || str_eq(value, STR("true")));
}

void sheet_keep_name(char *to, size_t cap, str s)
{
    bool fits = s.n < cap && str_find_byte(s, '\0') < 0;
    if (fits) memcpy(to, s.p, s.n);
    to[fits ? s.n : 0] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* _x000D_ at p: the code, or -1. */
static int escape_at(const char *p, size_t n)
{
    if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_') return -1;
    int code = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_value(p[i]);
        if (digit < 0) return -1;
        code = code << 4 | digit;
    }
    return code == 0 || (code >= 0xD800 && code <= 0xDFFF) || code >= 0xFFFE ? -1 : code;
}

/* Spreadsheets write what XML cannot hold as _xHHHH_. Shortens in place: line ends become LF, other controls go. */
static size_t unescape(char *p, size_t n)
{
    size_t to = 0;
    for (size_t at = 0; at < n;) {
        int code = p[at] == '_' ? escape_at(p + at, n - at) : -1;
        if (code < 0) {
            p[to++] = p[at++];
            continue;
        }
        at += 7;
        if (code == '\r') code = at < n && p[at] == '\n' ? 0 : '\n';
        if (code >= ' ' || code == '\n' || code == '\t') to += utf8_encode((uint32_t)code, p + to);
    }
    return to;
}

str sheet_gathered(struct sheet_bytes *b, size_t from)
{
    size_t n = b->n - from;
    if (n == 0) return STR("");
    char *p = b->p + from;
    if (memchr(p, '_', n)) n = unescape(p, n);
    return str_trim((str){p, n});
}

/* --- events ----------------------------------------------------------------------------------------------------- */

static void on_start(void *user, const struct xml_tag *tag)
{
    struct sheet_stream *m = user;
    const struct sheet_grammar *g = m->grammar;
    int from = m->where[m->depth];
    str name = xml_tag_name(tag);
    for (size_t i = 0; m->skipped == 0 && i < g->n; i++) {
        if (g->move[i].from != from || !str_eq(g->move[i].element, name)) continue;
        must((size_t)m->depth + 1 < COUNT_OF(m->where));
        m->where[++m->depth] = g->move[i].to;
        g->enter(m->s, g->move[i].to, tag);
        return;
    }
    m->skipped++;
}

static void on_end(void *user)
{
    struct sheet_stream *m = user;
    if (m->skipped > 0) m->skipped--;
    else m->grammar->leave(m->s, m->where[m->depth--]);
}

static void on_text(void *user, str piece)
{
    struct sheet_stream *m = user;
    if (m->skipped == 0) m->grammar->text(m->s, m->where[m->depth], piece);
}

/* --- the stream ------------------------------------------------------------------------------------------------- */

enum status sheet_stream_open(struct sheet_stream *m, struct sheet *s, struct package *package, const char *name,
                              const struct sheet_grammar *grammar)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    m->s = s;
    m->grammar = grammar;
    m->ended = false;
    m->depth = m->skipped = 0;
    m->where[0] = 0;
    sheet_keep_name(m->name, sizeof m->name, str_from(name));
    enum package_result r = package_part_open(package, name, &m->part);
    if (r != PACKAGE_FINE) return sheet_refuse_package(s, r, 0, name);
    m->xml = xml_new(s->mem, &handler, m);
    if (!m->xml) return sheet_refuse_package(s, PACKAGE_MEMORY, 0, name);
    return ST_OK;
}

enum status sheet_stream_feed(struct sheet_stream *m)
{
    size_t got;
    enum package_result r = package_part_read(m->part, m->block, sizeof m->block, &got);
    if (r != PACKAGE_FINE) return sheet_refuse_package(m->s, r, m->row ? *m->row : 0, m->name);
    m->ended = got == 0;
    enum xml_result said = xml_feed(m->xml, (str){m->block, got}, m->ended);
    int64_t row = m->row ? *m->row : 0;
    if (m->s->failed != ST_OK) return m->s->failed;
    if (said == XML_UNSAFE)
        return sheet_fail(
            m->s, ST_INVALID, SHEET_UNSAFE, row, 0,
            "its part %s declares a document type, entities or an unusual coding, which no spreadsheet program writes",
            m->name);
    if (said != XML_FINE)
        return sheet_fail(m->s, ST_INVALID, SHEET_DAMAGED, row, 0, "the workbook is damaged in %s: %s", m->name,
                          xml_reason(m->xml));
    return ST_OK;
}

void sheet_stream_close(struct sheet_stream *m)
{
    xml_close(m->xml);
    package_part_close(m->part);
    m->xml = NULL;
    m->part = NULL;
}
