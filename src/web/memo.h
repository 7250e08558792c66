/* memo: public pages as they were last made, for as long as nothing was committed.
 *
 * Rows marked ROUTE_CACHED answer everybody the same. Their bytes are kept by address, language and form, together with the tag they were
 * made under (see respond_unchanged): while the tag holds the page is copied, not made again. A fixed table: a newcomer takes the place of
 * whatever stood there, so that asking for many addresses costs others nothing but their place. Kept packed as well, for clients that take
 * gzip: these pages hold no secret, which is why compressing them is safe, and pages of a session are never compressed.
 * Threads      any. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_MEMO_H
#define LUOSHI_WEB_MEMO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

#define MEMO_PLACES 1024
#define MEMO_PAGE   ((size_t)256 * 1024)       /* larger pages are not kept */
#define MEMO_BYTES  ((size_t)64 * 1024 * 1024) /* all together */

struct memo {
    struct memo_place {
        pthread_mutex_t lock;
        str key;
        struct arena *mem;
        str tag, plain, packed; /* plain.p NULL: nothing stands here; packed.p NULL: does not pay */
    } place[MEMO_PLACES];
    _Atomic size_t bytes;
    _Atomic uint64_t hits, misses;
    bool off;
};

void memo_init(struct memo *);
void memo_free(struct memo *);
/* A copy in the arena; packed when asked for and it pays (then *is_packed). False: not kept under this tag. */
bool memo_get(struct memo *, struct arena *, str key, str tag, bool packed_wanted, str *body, bool *is_packed);
void memo_put(struct memo *, str key, str tag, str body);

#endif
