/* out: see out.h. Escaping counts first, then copies runs: text without special bytes is one memcpy.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/status.h"

/* How many more bytes an escaped byte takes. 0: it is copied. */
static const unsigned char html_extra[256] = {
    ['\0'] = 2, ['&'] = 4, ['<'] = 3, ['>'] = 3, ['"'] = 4, ['\''] = 4,
};

static const unsigned char json_extra[256] = {
    [0x00] = 5, [0x01] = 5, [0x02] = 5, [0x03] = 5, [0x04] = 5, [0x05] = 5, [0x06] = 5, [0x07] = 5,
    [0x08] = 5, [0x09] = 1, [0x0A] = 1, [0x0B] = 5, [0x0C] = 5, [0x0D] = 1, [0x0E] = 5, [0x0F] = 5,
    [0x10] = 5, [0x11] = 5, [0x12] = 5, [0x13] = 5, [0x14] = 5, [0x15] = 5, [0x16] = 5, [0x17] = 5,
    [0x18] = 5, [0x19] = 5, [0x1A] = 5, [0x1B] = 5, [0x1C] = 5, [0x1D] = 5, [0x1E] = 5, [0x1F] = 5,
    ['"'] = 1,  ['\\'] = 1, ['<'] = 5,  ['>'] = 5,  ['&'] = 5,  [0x7F] = 5, [0xE2] = 3, /* perhaps U+2028 or U+2029 */
};

/* Unreserved in an address (RFC 3986 2.3), and what may also stand in a whole one. */
#define URL_PART  1
#define URL_WHOLE 2
static const unsigned char url_keep[256] = {
    ['-'] = 3, ['.'] = 3, ['_'] = 3, ['~'] = 3, ['0'] = 3, ['1'] = 3, ['2'] = 3, ['3'] = 3, ['4'] = 3, ['5'] = 3,
    ['6'] = 3, ['7'] = 3, ['8'] = 3, ['9'] = 3, ['A'] = 3, ['B'] = 3, ['C'] = 3, ['D'] = 3, ['E'] = 3, ['F'] = 3,
    ['G'] = 3, ['H'] = 3, ['I'] = 3, ['J'] = 3, ['K'] = 3, ['L'] = 3, ['M'] = 3, ['N'] = 3, ['O'] = 3, ['P'] = 3,
    ['Q'] = 3, ['R'] = 3, ['S'] = 3, ['T'] = 3, ['U'] = 3, ['V'] = 3, ['W'] = 3, ['X'] = 3, ['Y'] = 3, ['Z'] = 3,
    ['a'] = 3, ['b'] = 3, ['c'] = 3, ['d'] = 3, ['e'] = 3, ['f'] = 3, ['g'] = 3, ['h'] = 3, ['i'] = 3, ['j'] = 3,
    ['k'] = 3, ['l'] = 3, ['m'] = 3, ['n'] = 3, ['o'] = 3, ['p'] = 3, ['q'] = 3, ['r'] = 3, ['s'] = 3, ['t'] = 3,
    ['u'] = 3, ['v'] = 3, ['w'] = 3, ['x'] = 3, ['y'] = 3, ['z'] = 3, [':'] = 2, ['/'] = 2, ['?'] = 2, ['#'] = 2,
    ['['] = 2, [']'] = 2, ['@'] = 2, ['!'] = 2, ['$'] = 2, ['('] = 2, [')'] = 2, ['*'] = 2, ['+'] = 2, [','] = 2,
    [';'] = 2, ['='] = 2, ['%'] = 2, ['&'] = 2,
};

void out_init(struct out *o, struct arena *mem, enum lang lang, const struct zone *zone, instant now)
{
    *o = (struct out){.lang = lang, .zone = zone, .now = now, .csrf = STR(""), .path = STR("")};
    buf_init(&o->b, mem, (size_t)16 * 1024, LIMIT_PAGE);
}

str out_str(const struct out *o)
{
    return buf_str(&o->b);
}

static size_t extra_of(str s, const unsigned char extra[256])
{
    size_t more = 0;
    for (size_t i = 0; i < s.n; i++) more += extra[(unsigned char)s.p[i]];
    return more;
}

static char *add(char *to, const void *from, size_t n)
{
    memcpy(to, from, n);
    return to + n;
}

/* Text */

static char *add_entity(char *to, char c)
{
    switch (c) {
    case '&': return add(to, "&amp;", 5);
    case '<': return add(to, "&lt;", 4);
    case '>': return add(to, "&gt;", 4);
    case '"': return add(to, "&#34;", 5);
    case '\'': return add(to, "&#39;", 5);
    default: return add(to, "\xEF\xBF\xBD", 3); /* NUL */
    }
}

void out_text(struct out *o, str s)
{
    size_t more = extra_of(s, html_extra);
    if (more == 0) {
        buf_add(&o->b, s);
        return;
    }
    buf_reserve(&o->b, s.n + more);
    char *to = o->b.p + o->b.n;
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (LIKELY(html_extra[(unsigned char)s.p[i]] == 0)) continue;
        to = add(to, s.p + from, i - from);
        to = add_entity(to, s.p[i]);
        from = i + 1;
    }
    (void)add(to, s.p + from, s.n - from);
    o->b.n += s.n + more;
}

void out_attr(struct out *o, str s)
{
    out_text(o, s);
}

void out_html(struct out *o, html markup)
{
    buf_add(&o->b, markup.s);
}

void out_lines(struct out *o, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\n') continue;
        size_t end = i > from && s.p[i - 1] == '\r' ? i - 1 : i;
        out_text(o, str_sub(s, from, end - from));
        out_raw(o, STR("<br>\n"));
        from = i + 1;
    }
    out_text(o, str_sub(s, from, s.n));
}

void out_mark(struct out *o, str s)
{
    bool open = false;
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\1' && s.p[i] != '\2') continue;
        bool opens = s.p[i] == '\1';
        out_text(o, str_sub(s, from, i - from));
        from = i + 1;
        if (opens == open) continue; /* not in pairs: what is there already holds */
        out_raw(o, opens ? STR("<mark>") : STR("</mark>"));
        open = opens;
    }
    out_text(o, str_sub(s, from, s.n));
    if (open) out_raw(o, STR("</mark>"));
}

void out_term(struct out *o, str s)
{
    out_text(o, tr_term(o->lang, s));
}

/* Addresses */

static void url_bytes(struct out *o, str s, unsigned char which)
{
    static const char hex[] = "0123456789ABCDEF";
    buf_reserve(&o->b, s.n * 5);
    char *to = o->b.p + o->b.n, *start = to;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '&' && which == URL_WHOLE) {
            to = add(to, "&amp;", 5);
        } else if (url_keep[c] & which) {
            *to++ = (char)c;
        } else {
            *to++ = '%';
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
        }
    }
    o->b.n += (size_t)(to - start);
}

/* What stands before the first : must be a known scheme, unless / ? or # comes before it. */
static bool url_is_allowed(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '/' || c == '?' || c == '#') return true;
        if (c != ':') continue;
        str scheme = str_sub(s, 0, i);
        return str_eq_nocase(scheme, STR("https")) || str_eq_nocase(scheme, STR("http")) ||
               str_eq_nocase(scheme, STR("mailto")) || str_eq_nocase(scheme, STR("tel"));
    }
    return true;
}

void out_url(struct out *o, str s)
{
    url_bytes(o, url_is_allowed(s) ? s : STR("#"), URL_WHOLE);
}

void out_url_part(struct out *o, str s)
{
    url_bytes(o, s, URL_PART);
}

/* Numbers and times */

void out_int(struct out *o, int64_t v)
{
    buf_add_int(&o->b, v);
}

void out_real(struct out *o, double v)
{
    char text[40];
    double back;
    int n = 0;
    for (int digits = 15; digits <= 17; digits++) {
        n = snprintf(text, sizeof text, "%.*g", digits, v);
        must(n > 0 && (size_t)n < sizeof text);
        if (str_double((str){text, (size_t)n}, &back) && !(back < v) && !(back > v)) break;
    }
    buf_add_bytes(&o->b, text, (size_t)n);
}

void out_number(struct out *o, int64_t v)
{
    char text[LANG_DATE_BYTES];
    buf_add_bytes(&o->b, text, lang_number(v, text));
}

void out_date(struct out *o, instant at)
{
    char text[LANG_DATE_BYTES];
    if (at.ms != 0) buf_add_bytes(&o->b, text, lang_date(o->lang, civil_in_zone(o->zone, at), text));
}

void out_datetime(struct out *o, instant at)
{
    char text[LANG_DATE_BYTES];
    if (at.ms != 0) buf_add_bytes(&o->b, text, lang_datetime(o->lang, civil_in_zone(o->zone, at), text));
}

void out_iso(struct out *o, instant at)
{
    char text[32];
    if (at.ms != 0) buf_add_bytes(&o->b, text, instant_format(at, text));
}

void out_day(struct out *o, day d)
{
    char text[LANG_DATE_BYTES];
    if (d.n != 0) buf_add_bytes(&o->b, text, lang_date(o->lang, civil_from_day(d), text));
}

void out_day_iso(struct out *o, day d)
{
    char text[16];
    if (d.n != 0) buf_add_bytes(&o->b, text, day_format(d, text));
}

/* Messages */

void out_tr(struct out *o, uint64_t hash, str english)
{
    out_text(o, tr_hash(o->lang, hash, english));
}

static void out_value(struct out *o, const struct out_value *v)
{
    switch (v->kind) {
    case OUT_TEXT: out_text(o, v->text); return;
    case OUT_TERM: out_term(o, v->text); return;
    case OUT_HTML: out_html(o, v->markup); return;
    case OUT_INT: out_int(o, v->number); return;
    case OUT_NUMBER: out_number(o, v->number); return;
    case OUT_REAL: out_real(o, v->real); return;
    case OUT_DATE: out_date(o, v->at); return;
    case OUT_DATETIME: out_datetime(o, v->at); return;
    case OUT_ISO: out_iso(o, v->at); return;
    case OUT_DAY: out_day(o, v->on); return;
    case OUT_DAY_ISO: out_day_iso(o, v->on); return;
    }
    must(false);
}

static void out_message(struct out *o, str message, const struct out_value *values, size_t n)
{
    str text, name;
    while (tr_next(&message, &text, &name)) {
        size_t i = 0;
        out_text(o, text);
        while (name.p != NULL && i < n && !str_eq(values[i].name, name)) i++;
        if (name.p != NULL && i < n) out_value(o, &values[i]);
    }
}

void out_tr_values(struct out *o, uint64_t hash, str english, const struct out_value *values, size_t n)
{
    out_message(o, tr_hash(o->lang, hash, english), values, n);
}

void out_trn_values(struct out *o, uint64_t hash, str one, str many, int64_t count, const struct out_value *values,
                    size_t n)
{
    out_message(o, tr_plural_hash(o->lang, hash, one, many, count), values, n);
}

/* JSON */

static char *add_json(char *to, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char escape = c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\t' ? 't' : c == '"' ? '"' : c == '\\' ? '\\' : '\0';
    *to++ = '\\';
    if (escape != '\0') {
        *to++ = escape;
        return to;
    }
    to = add(to, "u00", 3);
    *to++ = hex[c >> 4];
    *to++ = hex[c & 15];
    return to;
}

/* Bytes that are not UTF-8 become U+FFFD: JSON has no other way to say them. */
static str repaired(struct out *o, str s)
{
    struct buf b;
    char bytes[4];
    buf_init(&b, o->b.mem, s.n + 16, s.n * 3 + 16);
    for (size_t at = 0; at < s.n;) {
        uint32_t point = str_next_point(s, &at);
        buf_add_bytes(&b, bytes, utf8_encode(point, bytes));
    }
    return buf_str(&b);
}

static char *add_json_run(char *to, str s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (LIKELY(json_extra[c] == 0)) continue;
        bool is_e2 = c == 0xE2;
        if (is_e2 && !(s.n - i >= 3 && s.p[i + 1] == '\x80' && (s.p[i + 2] == '\xA8' || s.p[i + 2] == '\xA9')))
            continue;
        to = add(to, s.p + from, i - from);
        if (is_e2) {
            to = add(to, s.p[i + 2] == '\xA8' ? "\\u2028" : "\\u2029", 6);
            i += 2;
        } else {
            to = add_json(to, c);
        }
        from = i + 1;
    }
    return add(to, s.p + from, s.n - from);
}

void out_json_str(struct out *o, str s)
{
    if (s.p == NULL) {
        out_raw(o, STR("null"));
        return;
    }
    if (!str_is_utf8(s)) s = repaired(o, s);
    buf_reserve(&o->b, s.n + extra_of(s, json_extra) + 2);
    char *to = o->b.p + o->b.n;
    *to++ = '"';
    to = add_json_run(to, s);
    *to++ = '"';
    o->b.n = (size_t)(to - o->b.p);
}

void out_json_int(struct out *o, int64_t v)
{
    buf_add_int(&o->b, v);
}

void out_json_real(struct out *o, double v)
{
    if (isfinite(v)) {
        out_real(o, v);
    } else {
        out_raw(o, STR("null"));
    }
}

void out_json_bool(struct out *o, bool v)
{
    out_raw(o, v ? STR("true") : STR("false"));
}

void out_json_instant(struct out *o, instant at)
{
    if (at.ms == 0) {
        out_raw(o, STR("null"));
        return;
    }
    out_raw(o, STR("\""));
    out_iso(o, at);
    out_raw(o, STR("\""));
}

void out_json_day(struct out *o, day d)
{
    if (d.n == 0) {
        out_raw(o, STR("null"));
        return;
    }
    out_raw(o, STR("\""));
    out_day_iso(o, d);
    out_raw(o, STR("\""));
}
