/* arena: memory with one lifetime, freed at once.
 *
 * Invariants   1. memory from an arena is zeroed and never NULL.   2. what does not fit the limit leaves by
 *              longjmp to on_full (kind 2 of the error rules), or aborts when there is none.
 *              3. deferred clean-ups run last-in first-out at reset and free.
 * Ownership    the arena owns every block; callers own nothing they got from it.
 * Threads      one arena, one thread at a time; it belongs to the thread that made it or last set its on_full.
 * Rules        setjmp only in serve_one (web), job_run_one (store's writer), run_guarded (jobs) and main; never allocate with a mutex
 *              held; never longjmp across a foreign callback: use arena_try_alloc there.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_ARENA_H
#define LUOSHI_BASE_ARENA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;

/* A point to come back to, for scratch use inside one function. */
struct arena_mark {
    void *chunk;
    size_t used;
    size_t total;
};

/* limit: the most bytes it may hold. on_full may be NULL: then exhaustion aborts. */
struct arena *arena_new(size_t limit, jmp_buf *on_full);
void arena_free(struct arena *);
/* Everything allocated is gone, deferred clean-ups have run, the first chunk is kept for reuse. */
void arena_reset(struct arena *);
void arena_set_on_full(struct arena *, jmp_buf *on_full);
/* Exhaustion of the first leaves where that of the second does. */
void arena_share_exit(struct arena *, const struct arena *);
/* Where this thread leaves, whichever arena is full, before any exit of an arena's own: a command of the writer may put its results into the
 * arena of its caller, on another thread or further down on this one, and must not jump there past the writer. NULL turns it off. */
void arena_thread_on_full(jmp_buf *on_full);

MUST_USE void *arena_alloc(struct arena *, size_t count, size_t size, size_t align);
/* NULL instead of a jump; for callbacks of foreign code. */
MUST_USE void *arena_try_alloc(struct arena *, size_t count, size_t size, size_t align);
/* Grow in place when p is the newest block, else copy. Bytes past old_n are zeroed. */
MUST_USE void *arena_grow(struct arena *, void *p, size_t old_n, size_t new_n);
void arena_defer(struct arena *, void (*fn)(void *), void *arg);

struct arena_mark arena_mark(struct arena *);
/* Frees what came after the mark. Nothing may have been deferred since. */
void arena_rewind(struct arena *, struct arena_mark);
size_t arena_used(const struct arena *);
/* What arenas have freed goes back to the system. Takes some milliseconds after much work. */
void arena_give_back(void);

/* For fault tests: the n-th allocation from now on in this thread fails as if full. 0 turns it off. */
void arena_fault_after(long n);
/* Counts down still outstanding: >0 means the armed fault has not fired. */
long arena_fault_left(void);

#define NEW(a, T)     ((T *)arena_alloc((a), 1, sizeof(T), _Alignof(T)))
#define NEWN(a, T, n) ((T *)arena_alloc((a), (n), sizeof(T), _Alignof(T)))

#endif
