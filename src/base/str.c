/* str: see str.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_nocase(str a, str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i])) return false;
    return true;
}

bool str_starts(str s, str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool str_ends(str s, str suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

int str_cmp(str a, str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (c != 0) return c;
    return a.n < b.n ? -1 : a.n > b.n;
}

ptrdiff_t str_find_byte(str s, char c)
{
    const char *at = s.n == 0 ? NULL : memchr(s.p, c, s.n);
    return at == NULL ? -1 : at - s.p;
}

ptrdiff_t str_find(str s, str needle)
{
    if (needle.n == 0) return 0;
    if (s.n == 0) return -1;
    const char *at = memmem(s.p, s.n, needle.p, needle.n);
    return at == NULL ? -1 : at - s.p;
}

/* Length of the well-formed sequence at p (RFC 3629 table 3-7), 0 when it is not one. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
    unsigned char a = p[0];
    if (a < 0x80) return 1;
    if (a < 0xC2 || n < 2) return 0;
    unsigned char b = p[1];
    if (a < 0xE0) return (b & 0xC0) == 0x80 ? 2 : 0;
    if (n < 3 || (p[2] & 0xC0) != 0x80) return 0;
    if (a < 0xF0) {
        unsigned char low = a == 0xE0 ? 0xA0 : 0x80;
        unsigned char high = a == 0xED ? 0x9F : 0xBF;
        return b >= low && b <= high ? 3 : 0;
    }
    if (a > 0xF4 || n < 4 || (p[3] & 0xC0) != 0x80) return 0;
    unsigned char low = a == 0xF0 ? 0x90 : 0x80;
    unsigned char high = a == 0xF4 ? 0x8F : 0xBF;
    return b >= low && b <= high ? 4 : 0;
}

bool str_is_utf8(str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t k = utf8_length((const unsigned char *)s.p + i, s.n - i);
        if (k == 0) return false;
        i += k;
    }
    return true;
}

bool str_has_control(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7F) return true;
    }
    return false;
}

size_t str_points(str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

uint64_t str_hash(str s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < s.n; i++) {
        h ^= (unsigned char)s.p[i];
        h *= UINT64_C(0x100000001b3);
    }
    return h;
}

str str_from(const char *z)
{
    return z == NULL ? (str){NULL, 0} : (str){z, strlen(z)};
}

str str_sub(str s, size_t from, size_t n)
{
    if (from > s.n) from = s.n;
    if (n > s.n - from) n = s.n - from;
    return (str){s.p == NULL ? NULL : s.p + from, n};
}

/* Bytes of white space at the start of s: ASCII, U+00A0, U+3000, U+FEFF. */
static size_t space_at_start(str s)
{
    if (s.n == 0) return 0;
    if (strchr(" \t\r\n\v\f", s.p[0]) != NULL && s.p[0] != 0) return 1;
    if (s.n >= 2 && memcmp(s.p, "\xC2\xA0", 2) == 0) return 2;
    if (s.n >= 3 && (memcmp(s.p, "\xE3\x80\x80", 3) == 0 || memcmp(s.p, "\xEF\xBB\xBF", 3) == 0)) return 3;
    return 0;
}

static size_t space_at_end(str s)
{
    for (size_t k = 1; k <= 3 && k <= s.n; k++)
        if (space_at_start(str_sub(s, s.n - k, k)) == k) return k;
    return 0;
}

str str_trim(str s)
{
    size_t k;
    while ((k = space_at_start(s)) > 0) s = str_sub(s, k, s.n);
    while ((k = space_at_end(s)) > 0) s.n -= k;
    return s;
}

bool str_cut(str s, char c, str *head, str *tail)
{
    ptrdiff_t at = str_find_byte(s, c);
    *head = at < 0 ? s : str_sub(s, 0, (size_t)at);
    *tail = at < 0 ? (str){NULL, 0} : str_sub(s, (size_t)at + 1, s.n);
    return at >= 0;
}

bool str_cut_str(str s, str sep, str *head, str *tail)
{
    ptrdiff_t at = str_find(s, sep);
    *head = at < 0 ? s : str_sub(s, 0, (size_t)at);
    *tail = at < 0 ? (str){NULL, 0} : str_sub(s, (size_t)at + sep.n, s.n);
    return at >= 0;
}

uint32_t str_next_point(str s, size_t *at)
{
    must(*at < s.n);
    const unsigned char *p = (const unsigned char *)s.p + *at;
    size_t k = utf8_length(p, s.n - *at);
    *at += k == 0 ? 1 : k;
    switch (k) {
    case 1: return p[0];
    case 2: return ((uint32_t)(p[0] & 0x1F) << 6) | (p[1] & 0x3F);
    case 3: return ((uint32_t)(p[0] & 0x0F) << 12) | ((uint32_t)(p[1] & 0x3F) << 6) | (p[2] & 0x3F);
    case 4:
        return ((uint32_t)(p[0] & 0x07) << 18) | ((uint32_t)(p[1] & 0x3F) << 12) | ((uint32_t)(p[2] & 0x3F) << 6) |
               (p[3] & 0x3F);
    default: return 0xFFFD;
    }
}

str str_first_points(str s, size_t max)
{
    size_t at = 0;
    for (size_t n = 0; n < max && at < s.n; n++) (void)str_next_point(s, &at);
    return str_sub(s, 0, at);
}

bool str_int(str s, int64_t *out)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    uint64_t v = 0;
    uint64_t most = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    if (s.n == (size_t)negative) return false;
    for (size_t i = negative; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        uint64_t d = (uint64_t)(s.p[i] - '0');
        if (v > (most - d) / 10) return false;
        v = v * 10 + d;
    }
    *out = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

bool str_double(str s, double *out)
{
    char z[64];
    char *end;
    if (s.n == 0 || s.n >= sizeof z) return false;
    for (size_t i = 0; i < s.n; i++)
        if (strchr("0123456789+-.eE", s.p[i]) == NULL || s.p[i] == 0) return false;
    memcpy(z, s.p, s.n);
    z[s.n] = 0;
    errno = 0;
    *out = strtod(z, &end);
    return errno == 0 && end == z + s.n;
}

char *str_z(struct arena *mem, str s)
{
    char *z = arena_alloc(mem, s.n + 1, 1, 1);
    if (s.n > 0) memcpy(z, s.p, s.n);
    return z;
}

str str_copy(struct arena *mem, str s)
{
    return (str){str_z(mem, s), s.n};
}

str str_concat(struct arena *mem, str a, str b)
{
    char *p = arena_alloc(mem, a.n + b.n + 1, 1, 1);
    if (a.n > 0) memcpy(p, a.p, a.n);
    if (b.n > 0) memcpy(p + a.n, b.p, b.n);
    return (str){p, a.n + b.n};
}

str str_format(struct arena *mem, const char *fmt, ...)
{
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    must(n >= 0);
    char *p = arena_alloc(mem, (size_t)n + 1, 1, 1);
    (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (str){p, (size_t)n};
}

str str_lower(struct arena *mem, str s)
{
    char *p = str_z(mem, s);
    for (size_t i = 0; i < s.n; i++) p[i] = ascii_lower(p[i]);
    return (str){p, s.n};
}

size_t utf8_encode(uint32_t c, char out[4])
{
    unsigned char *o = (unsigned char *)out;
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    if (c < 0x80) {
        o[0] = (unsigned char)c;
        return 1;
    }
    if (c < 0x800) {
        o[0] = (unsigned char)(0xC0 | c >> 6);
        o[1] = (unsigned char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        o[0] = (unsigned char)(0xE0 | c >> 12);
        o[1] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        o[2] = (unsigned char)(0x80 | (c & 0x3F));
        return 3;
    }
    o[0] = (unsigned char)(0xF0 | c >> 18);
    o[1] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
    o[2] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
    o[3] = (unsigned char)(0x80 | (c & 0x3F));
    return 4;
}
