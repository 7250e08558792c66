/* memo: see memo.h. The only file that packs pages (zlib).
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/memo.h"

#include <string.h>
#include <zlib.h>

#define PACK_LEVEL  5
#define PACK_LEAST  ((size_t)1024) /* smaller pages fit one packet as they are */
#define GZIP_WINDOW (15 + 16)

void memo_init(struct memo *m)
{
    for (size_t i = 0; i < MEMO_PLACES; i++) {
        m->place[i] = (struct memo_place){0};
        pthread_mutex_init(&m->place[i].lock, NULL);
    }
    atomic_store(&m->bytes, 0);
}

void memo_free(struct memo *m)
{
    for (size_t i = 0; i < MEMO_PLACES; i++) {
        arena_free(m->place[i].mem);
        pthread_mutex_destroy(&m->place[i].lock);
    }
}

/* The hash only finds the place: who asks chooses the key, so the whole of it is compared. */
static struct memo_place *place_of(struct memo *m, str key)
{
    uint64_t hash = str_hash(key);
    struct memo_place *p = &m->place[(hash ^ hash >> 32) % MEMO_PLACES];
    pthread_mutex_lock(&p->lock);
    return p;
}

/* The copy is made without the lock's holder leaving by exhaustion: arena_try_alloc. */
static bool copy_out(struct arena *mem, str from, str *to)
{
    char *p = arena_try_alloc(mem, from.n + 1, 1, 1);
    if (p == NULL) return false;
    if (from.n > 0) memcpy(p, from.p, from.n);
    *to = (str){p, from.n};
    return true;
}

bool memo_get(struct memo *m, struct arena *mem, str key, str tag, bool packed_wanted, str *body, bool *is_packed)
{
    if (m->off) return false;
    struct memo_place *p = place_of(m, key);
    bool found = p->plain.p != NULL && str_eq(p->key, key) && str_eq(p->tag, tag);
    *is_packed = found && packed_wanted && p->packed.p != NULL;
    found = found && copy_out(mem, *is_packed ? p->packed : p->plain, body);
    pthread_mutex_unlock(&p->lock);
    atomic_fetch_add_explicit(found ? &m->hits : &m->misses, 1, memory_order_relaxed);
    return found;
}

static str pack(struct arena *mem, str plain)
{
    z_stream z = {0};
    if (plain.n < PACK_LEAST || deflateInit2(&z, PACK_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return (str){NULL, 0};
    size_t cap = deflateBound(&z, plain.n);
    unsigned char *out = arena_try_alloc(mem, cap, 1, 1);
    z.next_in = (z_const Bytef *)(uintptr_t)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    bool ok = out != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = z.total_out;
    (void)deflateEnd(&z);
    return ok && n < plain.n ? (str){(const char *)out, n} : (str){NULL, 0};
}

void memo_put(struct memo *m, str key, str tag, str body)
{
    if (m->off || body.n > MEMO_PAGE) return;
    struct memo_place *p = place_of(m, key);
    size_t before = p->mem == NULL ? 0 : arena_used(p->mem);
    if (p->mem == NULL) p->mem = arena_new(4 * MEMO_PAGE, NULL);
    arena_reset(p->mem);
    p->plain = (str){NULL, 0};
    bool room = atomic_load(&m->bytes) - before + 2 * body.n <= MEMO_BYTES;
    if (room && copy_out(p->mem, key, &p->key) && copy_out(p->mem, tag, &p->tag) && copy_out(p->mem, body, &p->plain))
        p->packed = pack(p->mem, body);
    atomic_fetch_add(&m->bytes, arena_used(p->mem) - before);
    pthread_mutex_unlock(&p->lock);
}
