/* inside: what store.c, store_file.c, writer.c, backup.c and the engines share. Private to this room (and to its tests, which open a
 * store over a schema of their own).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_INSIDE_H
#define LUOSHI_STORE_INSIDE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "base/id.h"
#include "base/limits.h"
#include "store/db.h"
#include "store/engine.h"
#include "store/migration.h"

#define STORE_PATH          4096
#define STORE_ARENA         ((size_t)1024 * 1024)   /* a store or a connection with its statement table */
#define STORE_COMMAND_ARENA LIMIT_REQUEST_ARENA     /* what one command may make */
#define STORE_QUEUE         4096                    /* commands waiting; more get ST_BUSY */
#define STORE_BATCH         256                     /* commands of one commit */
#define STORE_AGAIN         2                       /* times that a batch is done again as a whole */
#define STORE_BATCH_NS      (20 * INT64_C(1000000)) /* and its work, so that nobody waits long for others */
#ifndef STORE_RUNS_TWICE
#define STORE_RUNS_TWICE                                                                                               \
    0 /* 1, in the build of `make twice`: every batch is undone once and run again, since any may have to */
#endif

/* The schema a program knows. */
struct store_setup {
    const struct migration *migrations;
    int n_migrations;
    int n_statements;
    const struct stmt_text
        *begin_version; /* on a server, read with the lock of each transaction that changes (recall.c); NULL: nothing */
};

/* A command waiting for its commit; lives on the caller's stack. */
struct job {
    db_command fn;
    void *arg;
    enum status st;
    bool leads; /* its thread runs the batch; else it is answered */
    sem_t done; /* answered, or leads */
    struct job *next;
};

struct queue {
    pthread_mutex_t lock;
    struct job *first;
    struct job *last;
    int waiting;
    bool is_led;
};

#define STORE_PARTS      8                 /* savepoints in one another */
#define STORE_LATE       ((size_t)1 << 20) /* bytes put off to the commit before a batch runs them */
#define STORE_LATE_ARENA ((size_t)1 << 30)

/* Work put off to the end of the transaction (late.c). */
struct late_work {
    db_command fn;
    void *arg;
};
struct late_sum {
    const struct db_sum *kind;
    struct db_sum_key key;
    int64_t n;
    int64_t base; /* of a number: the last one given before the transaction */
    bool has_base;
};
struct late_add {
    size_t sum; /* its place in the list */
    int64_t n;
};
/* How far back to undo. */
struct late_mark {
    size_t works, adds;
};
struct late {
    struct arena *mem;
    struct late_work *work;
    size_t n, cap;
    struct late_sum *sum;
    size_t n_sums, cap_sums;
    uint32_t *place; /* by hash: 1 + place in sum; twice cap_sums */
    struct late_add *add;
    size_t n_adds, cap_adds;
    size_t bytes;
    bool running;
    struct late_mark mark[STORE_PARTS];
};

/* What is remembered from one transaction to the next (recall.c). */
enum recall_state {
    RECALL_CLOSED,  /* no transaction that changes is open */
    RECALL_UNASKED, /* one is, and the version was not looked at yet */
    RECALL_OPEN,
    RECALL_CHANGED, /* it changed something of the kind itself */
};
struct recall_place;
struct recall {
    struct arena *mem;
    struct recall_place *place;
    enum recall_state state;
    int64_t version;
};

struct db {
    struct store *store;
    struct engine *engine; /* the main server's, or the replica's for a while (db_read_from) */
    struct engine *main;
    struct engine *replica; /* NULL: not connected */
    struct arena *replica_mem;
    unsigned replica_life;
    int64_t reached_ns; /* of the replica, as of db_read_from */
    uint64_t reached_epoch;
    struct arena *mem;     /* this struct and the statement table */
    struct arena *command; /* given to commands; made when first needed */
    instant now;           /* of the command that runs */
    instant batch_now;     /* what a batch says the time is; 0: the clock */
    int parts;             /* open db_savepoints */
    int snapshots;
    int data_version; /* as last seen; see db_epoch */
    bool reading;     /* between db_reads_begin and _end, with a transaction of their own */
    uint64_t reading_epoch;
    bool in_command;
    bool in_batch;
    struct late late;
    struct recall recall;
    bool is_broken; /* an undo failed: the whole transaction must go */
    bool unsaved;   /* the transaction that ends had no savepoints */
    bool again;     /* the last transaction came to nothing, and a second try can help */
    bool is_foul;   /* a command failed that had changed something and was not undone */
    uint64_t statements;
};

/* Where a database lives. */
struct store_home {
    enum status (*open)(struct store *, const struct store_options *, struct store_error *);
    enum status (*connect)(struct store *, bool to_write, struct arena *, struct engine **out, char *why, size_t cap);
    void (*close)(struct store *);
    void (*count)(struct store *, struct store_counts *);
    uint64_t (*epoch)(struct db *);
    enum status (*backup)(struct store *, const char *file, struct store_error *);
    enum store_state (*state)(struct store *);                 /* NULL: always writable */
    enum status (*may_write)(struct store *);                  /* NULL: always */
    void (*committed)(struct db *);                            /* NULL: the engine tells all connections itself */
    enum status (*keep)(struct store *, struct store_error *); /* NULL: it is there as it is filled */
};
extern const struct store_home store_in_file;
extern const struct store_home store_on_server;

struct server;

struct store {
    const struct store_home *home;
    struct arena *mem;
    char path[STORE_PATH];
    struct clock clock;
    struct store_setup setup;
    bool in_memory; /* one connection for everybody: also of a file that is being filled */
    bool filling;
    bool read_only;
    bool in_step;
    int version;
    int lock_fd;
    struct ids ids;
    struct server *server; /* NULL in a file */
    struct db *writer;     /* in memory: everybody's */
    int64_t batch_ns;      /* STORE_BATCH_NS; tests that count commits take longer */
    struct queue queue;
    pthread_mutex_t turn;  /* taken before `write`, so that a stream of batches cannot starve the writer */
    pthread_mutex_t write; /* one transaction that changes at a time */
    _Atomic int handles;
    _Atomic uint64_t epoch;
    _Atomic uint64_t commands;
    _Atomic uint64_t batches;
    _Atomic uint64_t failed;
};

MUST_USE enum status store_open_with(const struct store_options *, const struct store_setup *, struct store **out,
                                     struct store_error *why);
MUST_USE enum status store_restore_with(const struct store_setup *, const char *file, const char *path,
                                        struct store_error *why);

/* store.c */
void why_set(struct store_error *, const char *fmt, ...) PRINTF(2, 3);
MUST_USE enum status store_migrate(struct engine *, const struct store_setup *, int from, struct store_error *why);
/* A handle with a connection of its own. */
MUST_USE enum status store_connect(struct store *, bool to_write, struct db **out, char *why, size_t cap);
void store_disconnect(struct db *);

/* db_replica.c */
void db_replica_close(struct db *);

/* store_server.c: a thread that leaves signals to main; false when there is none to be had. */
bool thread_start(pthread_t *, void *(*fn)(void *), void *arg);

/* store_file.c */
/* The folder's lock; ST_BUSY when another process serves. *fd is -1 on failure. */
MUST_USE enum status folder_lock(const char *path, int *fd, struct store_error *why);
MUST_USE enum status folder_sync(const char *path);
MUST_USE enum status file_sync(const char *path);
/* path + suffix, or with .2, .3, … when that exists; does not fit: ST_INVALID. */
MUST_USE enum status path_free(const char *path, const char *suffix, char out[STORE_PATH]);
MUST_USE enum status path_with(const char *path, const char *suffix, char out[STORE_PATH]);
/* Is it a whole file of ours, of a schema we know? Says what else. */
MUST_USE enum status file_examine(const char *path, const struct store_setup *, int *version, struct store_error *why);
/* A consistent copy as `file`, written beside it first. */
MUST_USE enum status copy_to(struct engine *, const char *file, struct store_error *why);

/* backup.c */
MUST_USE enum status backup_file(struct store *, const char *file, struct store_error *why);

/* writer.c, for late.c: runs fn where exhaustion answers ST_BUSY. */
MUST_USE enum status job_run_one(struct db *, db_command fn, void *arg);

/* recall.c */
void recall_begin(struct db *); /* a transaction that changes is open */
void recall_end(struct db *);
void recall_free(struct db *);
extern const struct stmt_text *const recall_version_text; /* for store_setup */

/* late.c */
MUST_USE enum status late_run(struct db *);
void late_drop(struct db *);                          /* all of it */
struct late_mark late_mark(struct db *);              /* before a command or savepoint */
void late_forget(struct db *, struct late_mark from); /* what was put off since */
void late_free(struct db *);

#endif
