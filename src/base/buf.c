/* buf: see buf.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

void buf_init(struct buf *b, struct arena *mem, size_t first, size_t max)
{
    must(first <= max);
    *b = (struct buf){.mem = mem, .max = max};
    if (first > 0) {
        b->p = arena_alloc(mem, first, 1, 16);
        b->cap = first;
    }
}

void buf_reserve(struct buf *b, size_t more)
{
    if (LIKELY(more <= b->cap - b->n)) return;
    size_t want = b->n + more;
    if (more > b->max || want > b->max) (void)!arena_alloc(b->mem, SIZE_MAX / 4, 1, 1); /* over the limit: leaves */
    size_t cap = b->cap < 256 ? 256 : b->cap * 2;
    if (cap < want) cap = want;
    if (cap > b->max) cap = b->max;
    b->p = arena_grow(b->mem, b->p, b->cap, cap);
    b->cap = cap;
}

void buf_add_bytes(struct buf *b, const void *p, size_t n)
{
    if (n == 0) return;
    buf_reserve(b, n);
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buf_add(struct buf *b, str s)
{
    buf_add_bytes(b, s.p, s.n);
}

void buf_add_byte(struct buf *b, char c)
{
    buf_reserve(b, 1);
    b->p[b->n++] = c;
}

void buf_add_int(struct buf *b, int64_t v)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        digits[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u > 0);
    if (v < 0) digits[--at] = '-';
    buf_add_bytes(b, digits + at, sizeof digits - at);
}

void buf_format(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_list again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    must(n >= 0);
    buf_reserve(b, (size_t)n + 1);
    (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
    va_end(again);
    b->n += (size_t)n;
}

str buf_str(const struct buf *b)
{
    return (str){b->p, b->n};
}
