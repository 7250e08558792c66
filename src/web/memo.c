/* memo: see memo.h. The only file that packs pages (zlib).
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/memo.h"

#include <string.h>
#include <zlib.h>

#define PACK_LEVEL  5
#define PACK_LEAST  ((size_t)1024) /* smaller pages fit one packet as they are */
#define GZIP_WINDOW (15 + 16)
#define PACKED_LINE "Content-Encoding: gzip\r\n"

void memo_init(struct memo *m)
{
    for (size_t i = 0; i < MEMO_PLACES; i++) {
        m->place[i] = (struct memo_place){0};
        pthread_mutex_init(&m->place[i].lock, NULL);
    }
    atomic_store(&m->bytes, 0);
}

void memo_release(void *held)
{
    struct memo_page *p = held;
    if (p == NULL || atomic_fetch_sub_explicit(&p->holders, 1, memory_order_acq_rel) > 1) return;
    pthread_mutex_destroy(&p->packing);
    arena_free(p->mem);
}

void memo_free(struct memo *m)
{
    for (size_t i = 0; i < MEMO_PLACES; i++) {
        memo_release(m->place[i].page);
        pthread_mutex_destroy(&m->place[i].lock);
    }
}

/* The hash only finds the place: who asks chooses the key, so the whole of it is compared. */
static struct memo_place *place_of(struct memo *m, const struct memo_key *key)
{
    uint64_t hash = str_hash(key->target) + key->form * UINT64_C(0x9E3779B97F4A7C15);
    struct memo_place *p = &m->place[(hash ^ hash >> 32) % MEMO_PLACES];
    pthread_mutex_lock(&p->lock);
    return p;
}

struct memo_page *memo_find(struct memo *m, const struct memo_key *key)
{
    if (m->off) return NULL;
    struct memo_place *p = place_of(m, key);
    struct memo_page *page = p->page;
    bool found = page != NULL && page->key.form == key->form && str_eq(page->key.target, key->target);
    if (found) atomic_fetch_add_explicit(&page->holders, 1, memory_order_relaxed);
    pthread_mutex_unlock(&p->lock);
    return found ? page : NULL;
}

/* Nobody leaves by exhaustion with a lock held: arena_try_alloc. */
static bool copy_in(struct arena *mem, str *s)
{
    char *p = arena_try_alloc(mem, s->n + 1, 1, 1);
    if (p == NULL) return false;
    if (s->n > 0) memcpy(p, s->p, s->n);
    s->p = p;
    return true;
}

static struct memo_page *page_new(const struct memo_key *key, const struct memo_facts *facts)
{
    size_t once = key->target.n + facts->tag.n + facts->head.n + facts->body.n;
    size_t bytes = 2 * once + sizeof(struct memo_page) + 256; /* as much again for the packed form */
    struct arena *mem = arena_new(bytes, NULL);
    struct memo_page *p = arena_try_alloc(mem, 1, sizeof *p, _Alignof(struct memo_page));
    if (p != NULL) {
        *p = (struct memo_page){.mem = mem, .key = *key, .facts = *facts, .bytes = bytes};
        atomic_store(&p->holders, 2); /* the table and the caller */
        atomic_store(&p->checked_ms, facts->made.ms);
        pthread_mutex_init(&p->packing, NULL);
        if (copy_in(mem, &p->key.target) && copy_in(mem, &p->facts.tag) && copy_in(mem, &p->facts.head) &&
            copy_in(mem, &p->facts.body))
            return p;
        pthread_mutex_destroy(&p->packing);
    }
    arena_free(mem);
    return NULL;
}

struct memo_page *memo_put(struct memo *m, const struct memo_key *key, const struct memo_facts *facts)
{
    if (m->off || facts->body.n > MEMO_PAGE) return NULL;
    struct memo_page *page = page_new(key, facts);
    if (page == NULL) return NULL;
    struct memo_place *p = place_of(m, key);
    struct memo_page *before = p->page;
    size_t freed = before == NULL ? 0 : before->bytes;
    bool room = atomic_load(&m->bytes) - freed + page->bytes <= MEMO_BYTES;
    p->page = room ? page : NULL;
    atomic_fetch_add(&m->bytes, (room ? page->bytes : 0) - freed);
    pthread_mutex_unlock(&p->lock);
    memo_release(before);
    if (room) return page;
    memo_release(page);
    memo_release(page);
    return NULL;
}

/* One reader makes it anew a little before its time, so that the others need not wait or all make it at once. */
bool memo_is_young(struct memo_page *p, instant now)
{
    int64_t age = now.ms - atomic_load_explicit(&p->checked_ms, memory_order_relaxed);
    if (age < 0 || age >= MEMO_OLD_MS || now.ms > p->facts.until.ms) return false;
    return age < MEMO_DUE_MS || atomic_exchange_explicit(&p->remaking, true, memory_order_relaxed);
}

bool memo_still_holds(struct memo_page *p, uint64_t epoch, instant now)
{
    if (epoch == 0 || p->facts.epoch != epoch || now.ms > p->facts.until.ms) return false;
    atomic_store_explicit(&p->checked_ms, now.ms, memory_order_relaxed);
    atomic_store_explicit(&p->remaking, false, memory_order_relaxed);
    return true;
}

static str pack(struct arena *mem, str plain)
{
    z_stream z = {0};
    if (plain.n < PACK_LEAST || deflateInit2(&z, PACK_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return (str){NULL, 0};
    unsigned char *out = arena_try_alloc(mem, plain.n, 1, 1); /* what would be longer does not pay */
    z.next_in = (z_const Bytef *)(uintptr_t)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = out;
    z.avail_out = (uInt)plain.n;
    bool ok = out != NULL && deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = z.total_out;
    (void)deflateEnd(&z);
    return ok && n < plain.n ? (str){(const char *)out, n} : (str){NULL, 0};
}

static str packed_head(struct arena *mem, str head)
{
    size_t line = sizeof PACKED_LINE - 1;
    char *p = arena_try_alloc(mem, head.n + line, 1, 1);
    if (p == NULL) return (str){NULL, 0};
    memcpy(p, PACKED_LINE, line);
    memcpy(p + line, head.p, head.n);
    return (str){p, line + head.n};
}

void memo_answer(struct memo *m, struct memo_page *p, bool packed_wanted, str *head, str *body)
{
    *head = p->facts.head;
    *body = p->facts.body;
    if (m->off || !packed_wanted) return;
    pthread_mutex_lock(&p->packing);
    if (!p->tried) {
        p->tried = true;
        p->packed_head = packed_head(p->mem, p->facts.head);
        if (p->packed_head.p != NULL) p->packed = pack(p->mem, p->facts.body);
    }
    pthread_mutex_unlock(&p->packing);
    if (p->packed.p == NULL) return;
    *head = p->packed_head;
    *body = p->packed;
}
