/* sqlite_log: gathers what a connection writes to the write-ahead log.
 *
 * The library writes each page of a commit in two calls, a head of 24 bytes and the page; a raise changes some forty pages. Here they become
 * one call: what is written goes on from what is held, until it is synced.
 *
 *      page, page, … ─▶ held (124 KiB) ─▶ one write ─▶ sync ─▶ only now does the library tell other connections of the commit
 *
 * This is a file layer (https://www.sqlite.org/vfs.html) above the default one. Only the log is wrapped. The database's own file stays the
 * lower layer's, with one call of its table replaced, to hear when the write lock is given back.
 *
 * Invariants   1. a commit is synced before it is seen: every connection has synchronous=FULL.   2. nothing is held without the write
 *              lock: what is left then was never committed, and the next to write may put its own pages there.   3. a file is read
 *              as if nothing were held.
 * Threads      a file belongs to its connection.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <string.h>

#include "store/sqlite_inside.h"

#define HELD_BYTES                                                                                                     \
    (124 * 1024) /* the library's own layer writes 128 KiB less one byte at once, and takes more for a full disk */
#define LOWER_ROOM 512 /* for the lower layer's own struct, which stands first */
#define WRITE_LOCK 0   /* https://www.sqlite.org/walformat.html#wal_locks */

struct log_file {
    sqlite3_file base;
    sqlite3_file *lower;
    sqlite3_file *database; /* of the same connection; NULL: unknown, then nothing is held */
    struct arena *mem;      /* of `held`; made when something is written */
    char *held;
    int n;
    sqlite3_int64 at; /* where the held bytes belong */
};

/* Behind the lower layer's struct of a database's file. */
struct database_more {
    sqlite3_io_methods methods; /* the lower layer's but for xShmLock */
    const sqlite3_io_methods *lower;
    struct log_file *log; /* NULL: not open */
};

static struct database_more *more_of(sqlite3_file *f)
{
    return (struct database_more *)(void *)((char *)f + LOWER_ROOM);
}

/* The log */

static int flush(struct log_file *f)
{
    int n = f->n;
    f->n = 0; /* also when it fails: the commit does, and nothing of it may follow */
    return n == 0 ? SQLITE_OK : f->lower->pMethods->xWrite(f->lower, f->held, n, f->at);
}

static bool may_hold(struct log_file *f, int n)
{
    if (n > HELD_BYTES || f->database == NULL) return false;
    if (f->held != NULL) return true;
    if (f->mem == NULL) f->mem = arena_new(HELD_BYTES + 256, NULL);
    f->held = arena_try_alloc(f->mem, HELD_BYTES, 1, 1);
    return f->held != NULL;
}

static int log_write(sqlite3_file *base, const void *from, int n, sqlite3_int64 at)
{
    struct log_file *f = (struct log_file *)base;
    if (f->n > 0 && (at != f->at + f->n || f->n + n > HELD_BYTES)) {
        int rc = flush(f);
        if (rc != SQLITE_OK) return rc;
    }
    if (!may_hold(f, n)) return f->lower->pMethods->xWrite(f->lower, from, n, at);
    if (f->n == 0) f->at = at;
    memcpy(f->held + f->n, from, (size_t)n);
    f->n += n;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *base, void *to, int n, sqlite3_int64 at)
{
    struct log_file *f = (struct log_file *)base;
    int rc = flush(f);
    return rc == SQLITE_OK ? f->lower->pMethods->xRead(f->lower, to, n, at) : rc;
}

static int log_sync(sqlite3_file *base, int flags)
{
    struct log_file *f = (struct log_file *)base;
    int rc = flush(f);
    return rc == SQLITE_OK ? f->lower->pMethods->xSync(f->lower, flags) : rc;
}

static int log_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct log_file *f = (struct log_file *)base;
    int rc = flush(f);
    return rc == SQLITE_OK ? f->lower->pMethods->xTruncate(f->lower, size) : rc;
}

static int log_size(sqlite3_file *base, sqlite3_int64 *size)
{
    struct log_file *f = (struct log_file *)base;
    int rc = flush(f);
    return rc == SQLITE_OK ? f->lower->pMethods->xFileSize(f->lower, size) : rc;
}

static int log_close(sqlite3_file *base)
{
    struct log_file *f = (struct log_file *)base;
    if (f->database != NULL) more_of(f->database)->log = NULL;
    if (f->mem != NULL) arena_free(f->mem);
    return f->lower->pMethods->xClose(f->lower);
}

static int log_control(sqlite3_file *base, int op, void *arg)
{
    sqlite3_file *lower = ((struct log_file *)base)->lower;
    return lower->pMethods->xFileControl(lower, op, arg);
}

static int log_sector(sqlite3_file *base)
{
    sqlite3_file *lower = ((struct log_file *)base)->lower;
    return lower->pMethods->xSectorSize(lower);
}

static int log_device(sqlite3_file *base)
{
    sqlite3_file *lower = ((struct log_file *)base)->lower;
    return lower->pMethods->xDeviceCharacteristics(lower);
}

static int log_lock(sqlite3_file *base, int level)
{
    sqlite3_file *lower = ((struct log_file *)base)->lower;
    return lower->pMethods->xLock(lower, level);
}

static int log_unlock(sqlite3_file *base, int level)
{
    sqlite3_file *lower = ((struct log_file *)base)->lower;
    return lower->pMethods->xUnlock(lower, level);
}

static int log_reserved(sqlite3_file *base, int *out)
{
    sqlite3_file *lower = ((struct log_file *)base)->lower;
    return lower->pMethods->xCheckReservedLock(lower, out);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_device,
};

/* The database's file */

/* The write lock is given back: what is still held was undone. */
static int database_lock(sqlite3_file *f, int at, int n, int flags)
{
    struct database_more *more = more_of(f);
    if (more->log != NULL && at == WRITE_LOCK && (flags & SQLITE_SHM_UNLOCK) != 0 &&
        (flags & SQLITE_SHM_EXCLUSIVE) != 0)
        more->log->n = 0;
    return more->lower->xShmLock(f, at, n, flags);
}

/* The layer */

static const char layer_name[] = "luoshi_log";
static sqlite3_vfs layer;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_ready;

static int open_log(sqlite3_vfs *lower, const char *name, sqlite3_file *base, int flags, int *out)
{
    struct log_file *f = (struct log_file *)base;
    *f = (struct log_file){.lower = (sqlite3_file *)(void *)((char *)base + LOWER_ROOM)};
    int rc = lower->xOpen(lower, name, f->lower, flags, out);
    if (f->lower->pMethods == NULL) return rc;
    f->base.pMethods = &log_methods;
    sqlite3_file *database = sqlite3_database_file_object(name);
    struct database_more *more = more_of(database);
    if (database->pMethods != &more->methods) return rc;
    f->database = database;
    more->log = f;
    return rc;
}

static int open_database(sqlite3_vfs *lower, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct database_more *more = more_of(f);
    int rc = lower->xOpen(lower, name, f, flags, out);
    if (f->pMethods == NULL || f->pMethods->iVersion < 2) return rc;
    *more = (struct database_more){.methods = *f->pMethods, .lower = f->pMethods};
    more->methods.xShmLock = database_lock;
    f->pMethods = &more->methods;
    return rc;
}

/* The default layer is asked for each time: tests put theirs in its place. */
static int layer_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    sqlite3_vfs *lower = sqlite3_vfs_find(NULL);
    (void)v;
    must(lower->szOsFile <= LOWER_ROOM);
    if ((flags & SQLITE_OPEN_WAL) != 0) return open_log(lower, name, f, flags, out);
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return open_database(lower, name, f, flags, out);
    return lower->xOpen(lower, name, f, flags, out);
}

static int layer_delete(sqlite3_vfs *v, const char *name, int sync)
{
    sqlite3_vfs *lower = sqlite3_vfs_find(NULL);
    (void)v;
    return lower->xDelete(lower, name, sync);
}

static void prepare(void)
{
    sqlite3_vfs *lower = sqlite3_vfs_find(NULL);
    if (lower == NULL) return;
    layer = *lower; /* random, sleep, time, paths: as they are */
    layer.pNext = NULL;
    layer.zName = layer_name;
    layer.szOsFile = LOWER_ROOM + (int)sizeof(struct database_more) + LOWER_ROOM;
    layer.xOpen = layer_open;
    layer.xDelete = layer_delete;
    is_ready = sqlite3_vfs_register(&layer, 0) == SQLITE_OK;
}

const char *sqlite_log_layer(void)
{
    (void)pthread_once(&once, prepare);
    return is_ready ? layer_name : NULL;
}
