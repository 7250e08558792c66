/* buf: bytes that grow inside an arena, up to a maximum fixed at init.
 *
 * Going over the maximum is exhaustion (kind 2): control leaves as the arena's limit does.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_BUF_H
#define LUOSHI_BASE_BUF_H

#include "base/arena.h"
#include "base/str.h"

struct buf {
    struct arena *mem;
    char *p;
    size_t n;
    size_t cap;
    size_t max;
};

void buf_init(struct buf *, struct arena *, size_t first, size_t max);
void buf_reserve(struct buf *, size_t more);
void buf_add(struct buf *, str s);
void buf_add_bytes(struct buf *, const void *p, size_t n);
void buf_add_byte(struct buf *, char c);
void buf_add_int(struct buf *, int64_t v);
void buf_format(struct buf *, const char *fmt, ...) PRINTF(2, 3);
str buf_str(const struct buf *);

#endif
