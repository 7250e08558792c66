/* http_gate: the verdict on a head. One pass finds its end and refuses control characters, one pass reads its lines.
 *
 * Every rule asks one table which classes a byte belongs to; nothing here skips, repairs or guesses.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/http_gate.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/limits.h"

enum { BAD = 400, TARGET_LONG = 414, EXPECTATION = 417, HEAD_LARGE = 431, NOT_IMPLEMENTED = 501, VERSION = 505 };
enum { LENGTH_DIGITS = 15, HOST_MOST = 255, METHOD_MOST = 20 };

/* Classes of bytes, one bit each. */
enum { C_TEXT = 1, C_TOKEN = 2, C_TARGET = 4, C_HOST = 8, C_DIGIT = 16, C_HEX = 32, C_UPPER = 64 };

#define ALNUM (C_TEXT | C_TOKEN | C_TARGET | C_HOST)
#define T     C_TEXT
#define TK    (C_TEXT | C_TOKEN)
#define TG    (C_TEXT | C_TARGET)
#define TT    (C_TEXT | C_TOKEN | C_TARGET)
#define TH    ALNUM
#define DI    (ALNUM | C_DIGIT | C_HEX)
#define UH    (ALNUM | C_UPPER | C_HEX)
#define UP    (ALNUM | C_UPPER)
#define LH    (ALNUM | C_HEX)
#define LO    ALNUM
/* clang-format off */
static const unsigned char class_of[256] = {
    /* 00 */ 0, 0, 0, 0, 0, 0, 0, 0,  0, T, 0, 0, 0, 0, 0, 0,
    /* 10 */ 0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, 0,
    /*       sp !   "  #   $   %   &   '    (   )   *   +   ,   -   .   /  */
    /* 20 */ T, TT, T, TK, TT, TT, TT, TT,  TG, TG, TT, TT, TG, TH, TH, TG,
    /* 30 */ DI, DI, DI, DI, DI, DI, DI, DI,  DI, DI, TG, TG, T, TG, T, TG,
    /* 40 */ TG, UH, UH, UH, UH, UH, UH, UP,  UP, UP, UP, UP, UP, UP, UP, UP,
    /*       P   Q   R   S   T   U   V   W    X   Y   Z   [  \  ]  ^   _  */
    /* 50 */ UP, UP, UP, UP, UP, UP, UP, UP,  UP, UP, UP, T, T, T, TK, TH,
    /* 60 */ TK, LH, LH, LH, LH, LH, LH, LO,  LO, LO, LO, LO, LO, LO, LO, LO,
    /*       p   q   r   s   t   u   v   w    x   y   z   {  |   }  ~   DEL */
    /* 70 */ LO, LO, LO, LO, LO, LO, LO, LO,  LO, LO, LO, T, TK, T, TT, 0,
    T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,  T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,
    T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,  T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,
    T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,  T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,
    T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,  T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T,
};
/* clang-format on */
#undef ALNUM
#undef T
#undef TK
#undef TG
#undef TT
#undef TH
#undef DI
#undef UH
#undef UP
#undef LH
#undef LO

static bool is_in(char c, int classes)
{
    return (class_of[(unsigned char)c] & classes) != 0;
}

static bool all_in(str s, int classes)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_in(s.p[i], classes)) return false;
    return true;
}

enum http_gate_found http_gate_find(str in, size_t *seen)
{
    size_t i = *seen;
    for (; i < in.n; i++) {
        if (LIKELY(is_in(in.p[i], C_TEXT))) continue;
        if (in.p[i] != '\r') return HTTP_GATE_BAD;
        if (i + 1 == in.n) break; /* look again when the next byte is there */
        i++;
        if (in.p[i] != '\n' || i == 1) return HTTP_GATE_BAD;
        if (in.p[i - 2] == '\n') {
            *seen = i + 1;
            return HTTP_GATE_END;
        }
    }
    *seen = i;
    return HTTP_GATE_MORE;
}

/* ---- the request line */

static const struct {
    str name;
    enum http_method method;
} methods[] = {
    {STR_INIT("GET"), HTTP_GET},         {STR_INIT("HEAD"), HTTP_HEAD},   {STR_INIT("POST"), HTTP_POST},
    {STR_INIT("PUT"), HTTP_PUT},         {STR_INIT("PATCH"), HTTP_PATCH}, {STR_INIT("DELETE"), HTTP_DELETE},
    {STR_INIT("OPTIONS"), HTTP_OPTIONS},
};

static bool method_is_word(str s)
{
    if (s.n == 0 || s.n > METHOD_MOST) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_in(s.p[i], C_UPPER) && s.p[i] != '-') return false;
    return true;
}

static int read_method(struct http_gate_head *out)
{
    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        if (!str_eq(methods[i].name, out->method_name)) continue;
        out->method = methods[i].method;
        return 0;
    }
    return NOT_IMPLEMENTED;
}

static int read_version(str s, struct http_gate_head *out)
{
    if (s.n != 8 || memcmp(s.p, "HTTP/", 5) != 0) return BAD;
    if (!is_in(s.p[5], C_DIGIT) || s.p[6] != '.' || !is_in(s.p[7], C_DIGIT)) return BAD;
    if (s.p[5] != '1' || (s.p[7] != '0' && s.p[7] != '1')) return VERSION;
    out->minor = s.p[7] - '0';
    return 0;
}

/* Only bytes that RFC 3986 allows in a path and query; every % begins a whole escape that is not NUL. */
static bool target_is_clean(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_in(s.p[i], C_TARGET)) return false;
        if (s.p[i] != '%') continue;
        if (s.n - i < 3 || !is_in(s.p[i + 1], C_HEX) || !is_in(s.p[i + 2], C_HEX)) return false;
        if (s.p[i + 1] == '0' && s.p[i + 2] == '0') return false;
    }
    return true;
}

/* http://authority/path: *authority is what must equal Host. */
static bool cut_absolute(str s, str *authority, str *rest)
{
    size_t scheme = s.n > 7 && str_eq_nocase(str_sub(s, 0, 7), STR("http://")) ? 7 : 0;
    if (s.n > 8 && str_eq_nocase(str_sub(s, 0, 8), STR("https://"))) scheme = 8;
    if (scheme == 0) return false;
    str tail = str_sub(s, scheme, s.n);
    ptrdiff_t slash = str_find_byte(tail, '/');
    if (slash <= 0) return false;
    *authority = str_sub(tail, 0, (size_t)slash);
    *rest = str_sub(tail, (size_t)slash, tail.n);
    return true;
}

static int read_target(str s, struct http_gate_head *out, str *authority)
{
    out->line_target = s;
    out->target = s;
    if (s.n > LIMIT_TARGET) return TARGET_LONG;
    if (s.n == 0) return BAD;
    if (s.p[0] != '/') {
        if (str_eq(s, STR("*"))) return str_eq(out->method_name, STR("OPTIONS")) ? 0 : BAD;
        /* CONNECT's own form of target: answered by what it is, not by how it is written */
        if (str_eq(out->method_name, STR("CONNECT"))) return NOT_IMPLEMENTED;
        if (!cut_absolute(s, authority, &out->target)) return BAD;
    }
    return target_is_clean(out->target) ? 0 : BAD;
}

static int read_request_line(str line, struct http_gate_head *out, str *authority)
{
    str tail, target, version;
    if (!str_cut(line, ' ', &out->method_name, &tail)) return BAD;
    if (!method_is_word(out->method_name)) return BAD;
    if (!str_cut(tail, ' ', &target, &version)) return BAD;
    int refused = read_target(target, out, authority);
    if (refused == TARGET_LONG) return refused;
    int bad_version = read_version(version, out);
    if (bad_version != 0) return bad_version;
    return refused != 0 ? refused : read_method(out);
}

/* ---- header lines */

/* What has been seen so far; the rules that need two lines are checked at the end. */
struct seen {
    str authority; /* of an absolute-form target */
    str host;
    int hosts, lengths, codings, expects;
    bool close;
};

static bool host_port_is_ok(str s)
{
    if (s.n == 0) return true;
    if (s.p[0] != ':' || s.n < 2 || s.n > 6) return false;
    str digits = str_sub(s, 1, s.n);
    int64_t port;
    return all_in(digits, C_DIGIT) && str_int(digits, &port) && port <= 65535;
}

static bool host_is_v6(str s, str *tail)
{
    char text[INET6_ADDRSTRLEN + 1];
    struct in6_addr address;
    ptrdiff_t end = str_find_byte(s, ']');
    if (end < 3 || (size_t)end > sizeof text) return false;
    memcpy(text, s.p + 1, (size_t)end - 1);
    text[end - 1] = '\0';
    *tail = str_sub(s, (size_t)end + 1, s.n);
    return inet_pton(AF_INET6, text, &address) == 1;
}

/* A registered name, an IPv4 address, or an IPv6 address in brackets; then a port or nothing. */
static bool host_is_ok(str s)
{
    str tail;
    if (s.n == 0 || s.n > HOST_MOST) return false;
    if (s.p[0] == '[') return host_is_v6(s, &tail) && host_port_is_ok(tail);
    size_t n = 0;
    while (n < s.n && is_in(s.p[n], C_HOST)) n++;
    if (n == 0 || s.p[0] == '.' || s.p[0] == '-') return false;
    return host_port_is_ok(str_sub(s, n, s.n));
}

static int read_host(str value, struct seen *seen)
{
    seen->host = value;
    return ++seen->hosts == 1 && host_is_ok(value) ? 0 : BAD;
}

static int read_length(str value, struct seen *seen, struct http_gate_head *out)
{
    if (++seen->lengths > 1 || value.n == 0 || value.n > LENGTH_DIGITS || !all_in(value, C_DIGIT)) return BAD;
    if (value.n > 1 && value.p[0] == '0') return BAD;
    for (size_t i = 0; i < value.n; i++) out->length = out->length * 10 + (size_t)(value.p[i] - '0');
    out->has_length = true;
    return 0;
}

static int read_coding(str value, struct seen *seen, struct http_gate_head *out)
{
    if (++seen->codings > 1 || value.n == 0 || !all_in(value, C_TOKEN)) return BAD;
    if (!str_eq_nocase(value, STR("chunked"))) return NOT_IMPLEMENTED;
    out->chunked = true;
    return 0;
}

static int read_expect(str value, struct seen *seen, struct http_gate_head *out)
{
    if (++seen->expects > 1) return BAD;
    if (!str_eq_nocase(value, STR("100-continue"))) return EXPECTATION;
    out->expect_continue = true;
    return 0;
}

/* Blanks and tabs only: RFC 9110 OWS. */
static str trim_blanks(str s)
{
    while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) s = str_sub(s, 1, s.n);
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) s.n--;
    return s;
}

/* Lines that a proxy must never be told to drop. */
static bool is_framing(str name)
{
    return str_eq_nocase(name, STR("host")) || str_eq_nocase(name, STR("content-length")) ||
           str_eq_nocase(name, STR("transfer-encoding"));
}

static int read_connection(str value, struct seen *seen)
{
    str item, tail = value;
    bool more;
    do {
        more = str_cut(tail, ',', &item, &tail);
        item = trim_blanks(item);
        if (item.n == 0 || !all_in(item, C_TOKEN) || is_framing(item)) return BAD;
        if (str_eq_nocase(item, STR("close"))) seen->close = true;
    } while (more);
    return 0;
}

/* content_length and the like: some servers read _ as -, so whoever sends it hopes that one does. */
static bool is_alias(str name)
{
    static const str framing[] = {STR_INIT("host"), STR_INIT("content-length"), STR_INIT("transfer-encoding"),
                                  STR_INIT("connection")};
    if (str_find_byte(name, '_') < 0) return false;
    char plain[20];
    if (name.n > sizeof plain) return false;
    for (size_t i = 0; i < name.n; i++) plain[i] = name.p[i];
    for (size_t i = 0; i < name.n; i++)
        if (plain[i] == '_') plain[i] = '-';
    for (size_t i = 0; i < COUNT_OF(framing); i++)
        if (str_eq_nocase((str){plain, name.n}, framing[i])) return true;
    return false;
}

/* The lines that decide. Tabs around their values are refused: llhttp and others do not skip them everywhere. */
static int read_framing(str name, str raw, struct seen *seen, struct http_gate_head *out)
{
    str value = trim_blanks(raw);
    int refused = 0;
    if (str_eq_nocase(name, STR("host"))) refused = read_host(value, seen);
    else if (str_eq_nocase(name, STR("expect"))) refused = read_expect(value, seen, out);
    else if (str_eq_nocase(name, STR("connection"))) refused = read_connection(value, seen);
    else if (str_eq_nocase(name, STR("content-length"))) refused = read_length(value, seen, out);
    else if (str_eq_nocase(name, STR("transfer-encoding"))) refused = read_coding(value, seen, out);
    else return 0;
    return str_find_byte(raw, '\t') >= 0 ? BAD : refused;
}

static int read_header(str line, struct seen *seen, struct http_gate_head *out)
{
    str name, value;
    if (!str_cut(line, ':', &name, &value)) return BAD;
    if (name.n == 0 || !all_in(name, C_TOKEN) || is_alias(name)) return BAD;
    switch (name.n) { /* a shortcut for the many names that cannot be one of the five */
    case 4:
    case 6:
    case 10:
    case 14:
    case 17: return read_framing(name, value, seen, out);
    default: return 0;
    }
}

static int judge_together(const struct seen *seen, struct http_gate_head *out)
{
    if (seen->hosts == 0 && (out->minor == 1 || seen->authority.n > 0)) return BAD;
    if (seen->authority.n > 0 && !str_eq_nocase(seen->authority, seen->host)) return BAD;
    if (out->chunked && (out->has_length || out->minor == 0)) return BAD;
    if (out->minor == 0) out->expect_continue = false; /* RFC 9110 10.1.1 */
    out->keep_alive = out->minor == 1 && !seen->close;
    return 0;
}

/* The line at the front of *rest, without its CRLF. The head has been found, so every LF follows a CR. */
static str next_line(str *rest)
{
    str line;
    str_cut(*rest, '\n', &line, rest);
    if (line.n > 0) line.n--;
    return line;
}

/* 501 and 417 say "well-formed, but no": they must not hide a later line that is malformed. */
static int worse(int a, int b)
{
    if (a == 0 || (a != BAD && b == BAD)) return b;
    return a;
}

int http_gate_head(str head, struct http_gate_head *out)
{
    struct seen seen = {0};
    *out = (struct http_gate_head){0};
    str rest = head;
    int refused = read_request_line(next_line(&rest), out, &seen.authority);
    if (refused != 0 && refused != NOT_IMPLEMENTED) return refused;
    for (str line = next_line(&rest); line.n > 0; line = next_line(&rest)) {
        if (++out->n_headers > LIMIT_HEADERS) return HEAD_LARGE;
        refused = worse(refused, read_header(line, &seen, out));
        if (refused == BAD) return BAD;
    }
    return worse(refused, judge_together(&seen, out));
}
