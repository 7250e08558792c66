/* lore: see lore.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/lore.h"

#include <stdatomic.h>

#include "gen/sql/admin_event.h"

#define LORE_BYTES ((size_t)64 * 1024 * 1024) /* some hundred units or categories are some 100 kB, 50,000 names 14 MB */

struct lore_page {
    struct arena *mem;
    void *thing;
    int64_t version;
    _Atomic int holders;
};

void lore_init(struct lore *l)
{
    (void)pthread_mutex_init(&l->lock, NULL);
    l->page = NULL;
}

static void release(void *held)
{
    struct lore_page *p = held;
    if (p != NULL && atomic_fetch_sub(&p->holders, 1) == 1) arena_free(p->mem);
}

void lore_free(struct lore *l)
{
    release(l->page);
    (void)pthread_mutex_destroy(&l->lock);
}

static enum status version_now(struct db *db, struct arena *mem, int64_t *out)
{
    struct q_admin_event_version row = {0};
    enum status st = q_admin_event_version(db, mem, &row);
    *out = row.n;
    return st == ST_NOT_FOUND ? ST_OK : st; /* nothing was ever changed */
}

static struct lore_page *hold(struct lore *l, int64_t version)
{
    (void)pthread_mutex_lock(&l->lock);
    struct lore_page *p = l->page != NULL && l->page->version == version ? l->page : NULL;
    if (p != NULL) atomic_fetch_add(&p->holders, 1);
    (void)pthread_mutex_unlock(&l->lock);
    return p;
}

/* An older version never takes the place of a newer one: threads read at different moments. */
static void keep(struct lore *l, struct lore_page *p)
{
    (void)pthread_mutex_lock(&l->lock);
    struct lore_page *before = l->page;
    bool newer = before == NULL || before->version < p->version;
    if (newer) {
        atomic_fetch_add(&p->holders, 1);
        l->page = p;
    }
    (void)pthread_mutex_unlock(&l->lock);
    if (newer) release(before);
}

/* Exhaustion of the new arena leaves as that of the caller's would, and the caller's gives it back: it is deferred there first. */
static enum status read_anew(struct lore *l, struct db *db, struct arena *mem, int64_t version, lore_read read,
                             void *ctx, void **out)
{
    struct arena *own = arena_new(LORE_BYTES, NULL);
    struct lore_page *p = arena_try_alloc(own, 1, sizeof *p, _Alignof(struct lore_page));
    if (p == NULL) {
        arena_free(own);
        return ST_BUSY;
    }
    *p = (struct lore_page){.mem = own, .version = version};
    atomic_store(&p->holders, 1);
    arena_defer(mem, release, p);
    arena_share_exit(own, mem);
    enum status st = read(db, own, ctx, &p->thing);
    arena_set_on_full(own, NULL);
    if (st != ST_OK) return st;
    *out = p->thing;
    keep(l, p);
    return ST_OK;
}

enum status lore_look(struct lore *l, struct db *db, struct arena *mem, lore_read read, void *ctx, void **out)
{
    int64_t version;
    TRY(version_now(db, mem, &version));
    struct lore_page *p = hold(l, version);
    if (p == NULL) return read_anew(l, db, mem, version, read, ctx, out);
    arena_defer(mem, release, p);
    *out = p->thing;
    return ST_OK;
}
