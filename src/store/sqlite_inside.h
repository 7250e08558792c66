/* sqlite_inside: what the files sqlite*.c share. No other file includes it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_SQLITE_INSIDE_H
#define LUOSHI_STORE_SQLITE_INSIDE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "store/inside.h"
#include "store/sqlite.h"
#include "store/stmt.h"

struct sqlite_stmt {
    struct stmt base;
    struct sqlite_engine *engine;
    sqlite3_stmt *h;
    const struct stmt_text *text;
    int fault; /* of a binding */
    bool reads_only;
    bool is_busy;
    bool is_done;
};

/* A thread that moves the log into the database, with a connection of its own. */
struct sqlite_tidier {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wakes;
    sqlite3 *h;
    bool is_due, ends;
    atomic_bool is_done; /* it moved what there was: little is left, and then the log can begin anew */
};

struct sqlite_engine {
    struct engine base;
    sqlite3 *h;
    enum sqlite_role role;
    bool may_change;
    int log_pages;               /* in the write-ahead log after the last commit */
    int tidied_at;               /* log_pages at the last attempt */
    int busy_ms;                 /* how long a lock is waited for */
    const char *path;            /* the writer's; else NULL */
    struct sqlite_tidier tidier; /* the writer's, from the first time that there is much to move */
    bool has_tidier;
    bool finishes;      /* the next to tidy moves what the tidier left */
    bool tidies_itself; /* one could not be had */
    sqlite3_stmt *verbs[ENGINE_VERBS];
    sqlite3_stmt *data_version;
    struct sqlite_stmt *statements;
    int n_statements;
};

/* sqlite.c: the status of a result code, logged when it is the disk's or a mistake of ours. */
enum status sqlite_failed(const struct sqlite_engine *, const char *what, int rc);

/* sqlite_fill.c */
enum status sqlite_fill(struct engine *, bool begin);

/* sqlite_log.c: the name of the file layer that gathers what is written to the log, for a connection with synchronous=FULL; NULL: the default. */
const char *sqlite_log_layer(void);

/* sqlite_tidy.c. begin: false when a connection or thread cannot be had. end: what it moves is moved to its end. */
bool sqlite_tidier_begin(struct sqlite_tidier *, const char *path);
void sqlite_tidier_wake(struct sqlite_tidier *);
void sqlite_tidier_end(struct sqlite_tidier *);

/* sqlite_stmt.c */
enum status sqlite_stmt_open(struct engine *, const struct stmt_text *, struct stmt **out);

#endif
