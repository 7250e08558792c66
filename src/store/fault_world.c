/* fault_world: see fault_world.h. A wrapper around the default VFS (https://www.sqlite.org/vfs.html) and around the allocator.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/fault_world.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/status.h"

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real; /* right behind this struct */
};

static sqlite3_vfs shim;
static sqlite3_vfs *real_vfs;
static sqlite3_mem_methods real_heap;
static _Atomic int kinds_armed;
static _Atomic int way_armed;
static _Atomic long first_to_fail;
static _Atomic long calls;
static _Atomic bool has_fired;
static _Atomic bool disk_full;

/* Whether this call must fail; with FAULT_DIE the caller does what half of it does and then calls die(). */
static bool fails(enum fault_kind kind)
{
    if ((atomic_load(&kinds_armed) & (int)kind) == 0) return false;
    long n = atomic_fetch_add(&calls, 1) + 1;
    long first = atomic_load(&first_to_fail);
    if (n < first || (n > first && atomic_load(&way_armed) != FAULT_STAY)) return false;
    atomic_store(&has_fired, true);
    return true;
}

static void die(void)
{
    if (atomic_load(&way_armed) == FAULT_DIE) _exit(FAULT_DIED);
}

bool fault_vfs_hit(enum fault_kind kind)
{
    if (!fails(kind)) return false;
    die();
    return true;
}

void fault_vfs_arm_as(int kinds, enum fault_way way, long n)
{
    atomic_store(&has_fired, false);
    atomic_store(&calls, 0);
    atomic_store(&first_to_fail, n);
    atomic_store(&way_armed, (int)way);
    atomic_store(&kinds_armed, kinds);
}

void fault_vfs_arm(int kinds, long n)
{
    fault_vfs_arm_as(kinds, FAULT_ONCE, n);
}

bool fault_vfs_disarm(void)
{
    atomic_store(&kinds_armed, 0);
    return atomic_load(&has_fired);
}

long fault_vfs_calls(void)
{
    return atomic_load(&calls);
}

void fault_vfs_disk_full(bool full)
{
    atomic_store(&disk_full, full);
}

/* Files */

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct fault_file *)f)->real;
}

static int fault_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int fault_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return fault_vfs_hit(FAULT_READ) ? SQLITE_IOERR_READ : real_of(f)->pMethods->xRead(real_of(f), to, n, at);
}

static int fault_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    sqlite3_file *real = real_of(f);
    sqlite3_int64 size = 0;
    if (atomic_load(&disk_full) && real->pMethods->xFileSize(real, &size) == SQLITE_OK && at + n > size)
        return SQLITE_FULL;
    if (!fails(FAULT_WRITE)) return real->pMethods->xWrite(real, from, n, at);
    if (n > 1) (void)real->pMethods->xWrite(real, from, n / 2, at); /* torn */
    die();
    return SQLITE_IOERR_WRITE;
}

static int fault_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return fault_vfs_hit(FAULT_TRUNCATE) ? SQLITE_IOERR_TRUNCATE : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int fault_sync(sqlite3_file *f, int flags)
{
    return fault_vfs_hit(FAULT_SYNC) ? SQLITE_IOERR_FSYNC : real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int fault_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int fault_lock(sqlite3_file *f, int level)
{
    return fault_vfs_hit(FAULT_LOCK) ? SQLITE_IOERR_LOCK : real_of(f)->pMethods->xLock(real_of(f), level);
}

static int fault_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int fault_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int fault_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int fault_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int fault_device(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int fault_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    if (extend && fault_vfs_hit(FAULT_FILE)) return SQLITE_IOERR_SHMMAP;
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int fault_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) != 0 && fault_vfs_hit(FAULT_LOCK)) return SQLITE_IOERR_SHMLOCK;
    return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}

static void fault_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int fault_shm_unmap(sqlite3_file *f, int erase)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), erase);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector,
    .xDeviceCharacteristics = fault_device,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
};

/* The system */

static int fault_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct fault_file *file = (struct fault_file *)f;
    (void)v;
    file->base.pMethods = NULL;
    file->real = (sqlite3_file *)(void *)(file + 1);
    if (fault_vfs_hit(FAULT_FILE)) return SQLITE_CANTOPEN;
    int rc = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
    if (file->real->pMethods != NULL) file->base.pMethods = &methods;
    return rc;
}

static int fault_delete(sqlite3_vfs *v, const char *name, int sync)
{
    (void)v;
    return fault_vfs_hit(FAULT_FILE) ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, name, sync);
}

static void *fault_malloc(int n)
{
    return fault_vfs_hit(FAULT_HEAP) ? NULL : real_heap.xMalloc(n);
}

static void *fault_realloc(void *p, int n)
{
    return fault_vfs_hit(FAULT_HEAP) ? NULL : real_heap.xRealloc(p, n);
}

void fault_vfs_install(void)
{
    sqlite3_mem_methods heap;
    must(real_vfs == NULL);
    must(sqlite3_shutdown() == SQLITE_OK);
    must(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_heap) == SQLITE_OK);
    heap = real_heap;
    heap.xMalloc = fault_malloc;
    heap.xRealloc = fault_realloc;
    must(sqlite3_config(SQLITE_CONFIG_MALLOC, &heap) == SQLITE_OK);
    must(sqlite3_initialize() == SQLITE_OK);
    real_vfs = sqlite3_vfs_find(NULL);
    shim = *real_vfs; /* random, sleep, time, paths: as they are */
    shim.pNext = NULL;
    shim.zName = "luoshi_fault";
    shim.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
    shim.xOpen = fault_open;
    shim.xDelete = fault_delete;
    must(sqlite3_vfs_register(&shim, 1) == SQLITE_OK);
}

void fault_vfs_remove(void)
{
    must(real_vfs != NULL);
    must(sqlite3_vfs_unregister(&shim) == SQLITE_OK);
    must(sqlite3_vfs_register(real_vfs, 1) == SQLITE_OK);
    must(sqlite3_shutdown() == SQLITE_OK);
    must(sqlite3_config(SQLITE_CONFIG_MALLOC, &real_heap) == SQLITE_OK);
    real_vfs = NULL;
}
