/* bench_store: durable commands a second through db_write, beside what the engine does raw on the same disk in the same
 * run: one commit for each insert, and one for each 64.
 *
 *     bench_store [FOLDER [SECONDS]]          FOLDER on the disk to measure (not a memory file system); default . and 3
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "store/inside.h"
#include "store/stmt.h"

#define THREADS_MOST 64
#define PATH_MOST    512

#define TABLE                                                                                                          \
    "CREATE TABLE event (id INTEGER PRIMARY KEY, subject_id INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT "     \
    "NULL) STRICT;"                                                                                                    \
    "CREATE INDEX event_subject ON event (subject_id, id);"
#define INSERT "INSERT INTO event (id, subject_id, at, text) VALUES ($1, $2, $3, $4)"
#define TEXT                                                                                                           \
    "The street lamp in front of number 14 has been dark since last week; the crossing is dangerous for children."

static const struct migration steps[] = {{1, "001", TABLE, NULL}};
static const struct stmt_text add = {0, "add", __FILE__, __LINE__, INSERT, NULL, NULL, NULL};

static char file[PATH_MOST];
static int64_t seconds = 3;

static void erase(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char name[PATH_MOST + 8];
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        (void)snprintf(name, sizeof name, "%s%s", file, suffixes[i]);
        (void)unlink(name);
    }
}

static double rate(int64_t n, int64_t from)
{
    return (double)n * 1e9 / (double)(time_monotonic_ns() - from);
}

/* Raw: what the library does when nobody shares a commit. */
static double raw(int batch)
{
    sqlite3 *h;
    sqlite3_stmt *s;
    int64_t n = 0;
    must(sqlite3_open(file, &h) == SQLITE_OK);
    must(sqlite3_exec(h, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" TABLE, NULL, NULL, NULL) == SQLITE_OK);
    must(sqlite3_prepare_v2(h, INSERT, -1, &s, NULL) == SQLITE_OK);
    int64_t from = time_monotonic_ns();
    while (time_monotonic_ns() - from < seconds * 1000000000) {
        must(sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
        for (int i = 0; i < batch; i++) {
            n++;
            (void)sqlite3_bind_int64(s, 1, n);
            (void)sqlite3_bind_int64(s, 2, n % 1000);
            (void)sqlite3_bind_int64(s, 3, n);
            (void)sqlite3_bind_text(s, 4, TEXT, -1, SQLITE_STATIC);
            must(sqlite3_step(s) == SQLITE_DONE);
            (void)sqlite3_reset(s);
        }
        must(sqlite3_exec(h, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    }
    double per_second = rate(n, from);
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(h);
    erase();
    return per_second;
}

static enum status command_add(struct db *db, struct arena *mem, void *arg)
{
    struct stmt *s;
    const int64_t *subject = arg;
    (void)mem;
    TRY(stmt_open(db, &add, &s));
    stmt_bind_int(s, 1, db_new_id(db));
    stmt_bind_int(s, 2, *subject);
    stmt_bind_int(s, 3, db_now(db).ms);
    stmt_bind_str(s, 4, STR(TEXT));
    return stmt_run(s, NULL);
}

struct worker {
    struct store *store;
    int64_t from;
    int64_t n;
};

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct db *db;
    must(db_open(w->store, &db) == ST_OK);
    while (time_monotonic_ns() - w->from < seconds * 1000000000) {
        int64_t subject = w->n % 1000;
        must(db_write(db, command_add, &subject) == ST_OK);
        w->n++;
    }
    db_close(db);
    return NULL;
}

static double through_the_door(int threads, double *per_commit)
{
    struct store *store;
    struct store_error why;
    struct store_counts counts;
    struct store_setup setup = {steps, 1, 1, NULL};
    struct store_options o = {.path = file, .create = true};
    struct worker workers[THREADS_MOST];
    pthread_t ids[THREADS_MOST];
    int64_t n = 0;
    must(store_open_with(&o, &setup, &store, &why) == ST_OK);
    int64_t from = time_monotonic_ns();
    for (int i = 0; i < threads; i++) {
        workers[i] = (struct worker){store, from, 0};
        must(pthread_create(&ids[i], NULL, worker_main, &workers[i]) == 0);
    }
    for (int i = 0; i < threads; i++) {
        must(pthread_join(ids[i], NULL) == 0);
        n += workers[i].n;
    }
    double per_second = rate(n, from);
    store_counts(store, &counts);
    *per_commit = (double)counts.commands / (double)counts.batches;
    store_close(store);
    erase();
    return per_second;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    double shared1, shared8, shared64;
    if (argc > 2 && (!str_int(str_from(argv[2]), &seconds) || seconds < 1)) return 2;
    (void)snprintf(file, sizeof file, "%.400s/bench_store.%ld.db", folder, (long)getpid());
    double alone = raw(1);
    double one = through_the_door(1, &shared1);
    double eight = through_the_door(8, &shared8);
    double many = through_the_door(64, &shared64);
    double batched = raw(64);
    (void)printf("raw, a commit for each insert    %9.0f/s\n", alone);
    (void)printf("db_write, 1 thread               %9.0f/s   %.2f of raw\n", one, one / alone);
    (void)printf("db_write, 8 threads              %9.0f/s   %.2f of raw, %.1f commands a commit\n", eight,
                 eight / alone, shared8);
    (void)printf("db_write, 64 threads             %9.0f/s   %.2f of raw, %.1f commands a commit\n", many, many / alone,
                 shared64);
    (void)printf("raw, a commit for each 64        %9.0f/s\n", batched);
    return 0;
}
