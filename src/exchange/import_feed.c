/* import_feed: see import_feed.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/import_feed.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "base/limits.h"

#define CHUNK_ROWS  4000
#define CHUNK_BYTES ((size_t)12 * 1024 * 1024)
/* One row more than that, with all its copies. */
#define CHUNK_ARENA (CHUNK_BYTES + (size_t)16 * LIMIT_SHEET_COLUMNS * LIMIT_SHEET_CELL)

struct import_feed {
    struct sheet *sheet;
    struct import_row like;
    instant now;
    _Atomic int64_t skip;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool stops;
    struct import_chunk chunk[IMPORT_CHUNKS];
    unsigned filled, taken, given; /* how many ever; the difference is what is full, or out */
};

/* Cells live until the next row is read: their texts move into one block of the chunk. */
static struct sheet_row keep(struct arena *mem, const struct sheet_row *row)
{
    size_t bytes = 0;
    struct sheet_cell *cell = NEWN(mem, struct sheet_cell, (size_t)row->n + 1);
    for (int i = 0; i < row->n; i++) bytes += row->cell[i].text.n;
    char *at = NEWN(mem, char, bytes + 1);
    for (int i = 0; i < row->n; i++) {
        str text = row->cell[i].text;
        cell[i] = row->cell[i];
        cell[i].text = (str){at, text.n};
        if (text.n > 0) memcpy(at, text.p, text.n);
        at += text.n;
    }
    return (struct sheet_row){row->number, row->n, cell};
}

static void fill(struct import_feed *f, struct import_chunk *c)
{
    struct sheet_row row;
    arena_reset(c->mem);
    c->ready = NEWN(c->mem, struct import_ready, CHUNK_ROWS);
    c->n = 0;
    while (c->n < CHUNK_ROWS && arena_used(c->mem) < CHUNK_BYTES) {
        c->end = sheet_next(f->sheet, &row);
        if (c->end != ST_OK) return;
        if (row.number <= atomic_load_explicit(&f->skip, memory_order_relaxed)) continue;
        struct import_ready *ready = &c->ready[c->n++];
        struct import_row r = f->like;
        struct faults faults = {0};
        ready->row = keep(c->mem, &row);
        r.mem = c->mem;
        r.row = &ready->row;
        r.faults = &faults;
        ready->is_plain = import_matter_ready(&r, f->now, &ready->whole, &ready->category);
    }
}

static void *run(void *arg)
{
    struct import_feed *f = arg;
    bool more = true;
    while (more) {
        (void)pthread_mutex_lock(&f->lock);
        while (!f->stops && f->filled - f->given == IMPORT_CHUNKS) (void)pthread_cond_wait(&f->moved, &f->lock);
        bool stops = f->stops;
        struct import_chunk *c = &f->chunk[f->filled % IMPORT_CHUNKS];
        (void)pthread_mutex_unlock(&f->lock);
        if (stops) break;
        fill(f, c);
        more = c->end == ST_OK;
        (void)pthread_mutex_lock(&f->lock);
        f->filled++;
        (void)pthread_cond_broadcast(&f->moved);
        (void)pthread_mutex_unlock(&f->lock);
    }
    return NULL;
}

static void release(void *arg)
{
    struct import_feed *f = arg;
    for (int i = 0; i < IMPORT_CHUNKS; i++) arena_free(f->chunk[i].mem);
    (void)pthread_cond_destroy(&f->moved);
    (void)pthread_mutex_destroy(&f->lock);
}

/* Signals are for the thread that runs the command. */
static bool start_thread(struct import_feed *f)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return false;
    bool started = pthread_create(&f->thread, NULL, run, f) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

enum status import_feed_start(struct arena *mem, struct sheet *sheet, const struct import_row *like, instant now,
                              struct import_feed **out)
{
    struct import_feed *f = NEW(mem, struct import_feed);
    f->sheet = sheet;
    f->like = *like;
    f->now = now;
    for (int i = 0; i < IMPORT_CHUNKS; i++) f->chunk[i].mem = arena_new(CHUNK_ARENA, NULL);
    must(pthread_mutex_init(&f->lock, NULL) == 0 && pthread_cond_init(&f->moved, NULL) == 0);
    if (!start_thread(f)) {
        release(f);
        return ST_BUSY;
    }
    *out = f;
    return ST_OK;
}

void import_feed_skip(struct import_feed *f, int64_t row)
{
    atomic_store_explicit(&f->skip, row, memory_order_relaxed);
}

struct import_chunk *import_feed_take(struct import_feed *f)
{
    (void)pthread_mutex_lock(&f->lock);
    while (f->filled == f->taken) (void)pthread_cond_wait(&f->moved, &f->lock);
    struct import_chunk *c = &f->chunk[f->taken++ % IMPORT_CHUNKS];
    (void)pthread_mutex_unlock(&f->lock);
    return c;
}

void import_feed_give(struct import_feed *f, struct import_chunk *c)
{
    (void)pthread_mutex_lock(&f->lock);
    must(c == &f->chunk[f->given % IMPORT_CHUNKS]);
    f->given++;
    (void)pthread_cond_broadcast(&f->moved);
    (void)pthread_mutex_unlock(&f->lock);
}

void import_feed_stop(struct import_feed *f)
{
    (void)pthread_mutex_lock(&f->lock);
    f->stops = true;
    (void)pthread_cond_broadcast(&f->moved);
    (void)pthread_mutex_unlock(&f->lock);
    (void)pthread_join(f->thread, NULL);
    release(f);
}
