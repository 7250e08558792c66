/* sqlite_tidy: moves the write-ahead log into the database while commits go on.
 *
 * Moving 16 MB of log takes two syncs and thousands of pages all over the file, some 20 ms: done by whoever committed last, that is what one raise in
 * a hundred waited for. A thread of its own, with a connection of its own, moves what is committed (a passive checkpoint waits for nobody and
 * nobody for it). What was committed meanwhile is little: the leader of the next batch moves it in a millisecond or two, and the log begins anew, where
 * its file has its blocks already, which makes a sync cheaper. Only when the log has grown to 256 MB, because commits or readers never let it begin anew, the next batch's
 * leader waits for that (sqlite.c).
 *
 * Threads   the writer's engine owns one tidier; tidier_wake may be called under the write lock and does not wait.
 * SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include "base/log.h"
#include "store/sqlite_inside.h"

/* Under the lock: is there something to do before it ends? */
static bool next(struct sqlite_tidier *t)
{
    while (!t->is_due && !t->ends) (void)pthread_cond_wait(&t->wakes, &t->lock);
    t->is_due = false;
    return !t->ends;
}

static void *tidy_on(void *arg)
{
    struct sqlite_tidier *t = arg;
    (void)pthread_mutex_lock(&t->lock);
    while (next(t)) {
        (void)pthread_mutex_unlock(&t->lock);
        int rc = sqlite3_wal_checkpoint_v2(t->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        if (rc == SQLITE_OK) atomic_store(&t->is_done, true);
        else if ((rc & 0xFF) != SQLITE_BUSY) log_line(LOG_ERROR, "database refused", "what=checkpoint code=%d", rc);
        (void)pthread_mutex_lock(&t->lock);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return NULL;
}

/* Signals are for the threads that wait for them. */
static bool begin(struct sqlite_tidier *t)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool begun = pthread_create(&t->thread, NULL, tidy_on, t) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}

bool sqlite_tidier_begin(struct sqlite_tidier *t, const char *path)
{
    *t = (struct sqlite_tidier){.lock = PTHREAD_MUTEX_INITIALIZER, .wakes = PTHREAD_COND_INITIALIZER};
    int rc = sqlite3_open_v2(path, &t->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    /* FULL: the database is synced before the log may begin anew */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(t->h, "PRAGMA synchronous = FULL; PRAGMA cache_size = 16; PRAGMA wal_autocheckpoint = 0",
                          NULL, NULL, NULL);
    if (rc == SQLITE_OK && begin(t)) return true;
    (void)sqlite3_close(t->h);
    return false;
}

void sqlite_tidier_wake(struct sqlite_tidier *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->is_due = true;
    (void)pthread_cond_signal(&t->wakes);
    (void)pthread_mutex_unlock(&t->lock);
}

void sqlite_tidier_end(struct sqlite_tidier *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->ends = true;
    (void)pthread_cond_signal(&t->wakes);
    (void)pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
    (void)sqlite3_close(t->h);
}
