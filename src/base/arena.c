/* arena: chunks in a list, a bump pointer in the newest.
 *
 * A request rarely needs a second chunk, so a reset keeps the first one and gives the others back. Under
 * AddressSanitizer freed and not yet used bytes are poisoned and blocks get red zones, else bump allocation would hide
 * what the tool is there to find.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif

#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define RED_ZONE       ((size_t)16)
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE       ((size_t)0)
#endif

#define CHUNK_FIRST ((size_t)4 * 1024)
#define CHUNK_MOST  ((size_t)1024 * 1024)

struct chunk {
    struct chunk *before;
    size_t cap;
    size_t used;
    _Alignas(16) unsigned char bytes[];
};

struct deferred {
    struct deferred *before;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct chunk *newest;
    struct deferred *deferred;
    jmp_buf *on_full;
    const void *thread; /* whose stack on_full is in */
    size_t limit;
    size_t total; /* bytes handed out, with padding */
};

static _Thread_local long fault_left;
static _Thread_local jmp_buf *thread_on_full; /* its address also names the thread */

void arena_fault_after(long n)
{
    fault_left = n;
}

long arena_fault_left(void)
{
    return fault_left;
}

static bool fault_fires(void)
{
    return UNLIKELY(fault_left > 0) && --fault_left == 0;
}

static struct chunk *chunk_new(size_t cap, struct chunk *before)
{
    struct chunk *c = malloc(sizeof *c + cap);
    if (c == NULL) return NULL;
    c->before = before;
    c->cap = cap;
    c->used = 0;
    POISON(c->bytes, cap);
    return c;
}

static void chunk_free(struct chunk *c)
{
    UNPOISON(c->bytes, c->cap);
    free(c);
}

void arena_set_on_full(struct arena *a, jmp_buf *on_full)
{
    a->on_full = on_full;
    a->thread = &thread_on_full;
}

void arena_share_exit(struct arena *a, const struct arena *with)
{
    a->on_full = with->on_full;
    a->thread = with->thread;
}

void arena_thread_on_full(jmp_buf *on_full)
{
    thread_on_full = on_full;
}

struct arena *arena_new(size_t limit, jmp_buf *on_full)
{
    struct arena *a = calloc(1, sizeof *a);
    if (a == NULL) abort();
    a->limit = limit;
    arena_set_on_full(a, on_full);
    return a;
}

static void run_deferred(struct arena *a)
{
    while (a->deferred != NULL) {
        struct deferred *d = a->deferred;
        a->deferred = d->before;
        d->fn(d->arg);
    }
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    while (a->newest != NULL && a->newest->before != NULL) {
        struct chunk *c = a->newest;
        a->newest = c->before;
        chunk_free(c);
    }
    if (a->newest != NULL) {
        a->newest->used = 0;
        POISON(a->newest->bytes, a->newest->cap);
    }
    a->total = 0;
}

void arena_free(struct arena *a)
{
    if (a == NULL) return;
    arena_reset(a);
    if (a->newest != NULL) chunk_free(a->newest);
    free(a);
}

static size_t next_cap(const struct arena *a, size_t need)
{
    size_t cap = a->newest == NULL ? CHUNK_FIRST : a->newest->cap * 2;
    if (cap > CHUNK_MOST) cap = CHUNK_MOST;
    return cap < need ? need : cap;
}

static void *take(struct arena *a, size_t n, size_t align)
{
    struct chunk *c = a->newest;
    size_t need = n + RED_ZONE;
    size_t at = c == NULL ? 0 : (c->used + align - 1) & ~(align - 1);
    bool fresh = c == NULL || at > c->cap || need > c->cap - at;
    size_t more = fresh ? need : at + need - c->used; /* padding counts: total never passes the limit */
    if (more > a->limit - a->total || fault_fires()) return NULL;
    if (fresh) {
        c = chunk_new(next_cap(a, need), c);
        if (c == NULL) return NULL;
        a->newest = c;
        at = 0;
    }
    a->total += more;
    c->used = at + need;
    UNPOISON(c->bytes + at, n);
    return memset(c->bytes + at, 0, n);
}

void *arena_try_alloc(struct arena *a, size_t count, size_t size, size_t align)
{
    size_t n;
    must(align != 0 && (align & (align - 1)) == 0 && align <= 16);
    if (__builtin_mul_overflow(count, size, &n) || n > SIZE_MAX / 2) return NULL;
    return take(a, n, align);
}

static NORETURN void full(struct arena *a)
{
    if (thread_on_full != NULL) longjmp(*thread_on_full, 1);
    if (a->on_full != NULL && a->thread == &thread_on_full) longjmp(*a->on_full, 1);
    must_failed("arena full and nowhere to go", __FILE__, __LINE__);
}

void *arena_alloc(struct arena *a, size_t count, size_t size, size_t align)
{
    void *p = arena_try_alloc(a, count, size, align);
    if (UNLIKELY(p == NULL)) full(a);
    return p;
}

void *arena_grow(struct arena *a, void *p, size_t old_n, size_t new_n)
{
    struct chunk *c = a->newest;
    must(new_n >= old_n);
    if (RED_ZONE == 0 && p != NULL && c != NULL && (unsigned char *)p + old_n == c->bytes + c->used) {
        size_t more = new_n - old_n;
        if (more <= c->cap - c->used && more <= a->limit - a->total && !fault_fires()) {
            memset(c->bytes + c->used, 0, more);
            c->used += more;
            a->total += more;
            return p;
        }
    }
    void *q = arena_alloc(a, new_n, 1, 16);
    if (old_n > 0) memcpy(q, p, old_n);
    return q;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct deferred *d = take(a, sizeof *d, _Alignof(struct deferred));
    if (d == NULL) {
        fn(arg); /* the object exists already: release it before leaving */
        full(a);
    }
    d->fn = fn;
    d->arg = arg;
    d->before = a->deferred;
    a->deferred = d;
}

struct arena_mark arena_mark(struct arena *a)
{
    return (struct arena_mark){a->newest, a->newest == NULL ? 0 : a->newest->used, a->total};
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
    while (a->newest != m.chunk && a->newest != NULL && a->newest->before != NULL) {
        struct chunk *c = a->newest;
        a->newest = c->before;
        chunk_free(c);
    }
    if (a->newest != NULL) {
        a->newest->used = m.chunk == NULL ? 0 : m.used;
        POISON(a->newest->bytes + a->newest->used, a->newest->cap - a->newest->used);
    }
    a->total = m.total;
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}

void arena_give_back(void)
{
    (void)malloc_trim(0);
}
