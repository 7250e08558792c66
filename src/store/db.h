/* db: the door to the database. The only room that names an engine.
 *
 * Reads run on the calling thread's own connection through generated functions q_* (tools/mksql). Writes go through one
 * door, db_write: the command function runs inside a transaction on the writer's connection and must do all its changes
 * through the db it is given. The first that waits runs all that wait: BEGIN IMMEDIATE, command after command, one COMMIT
 * (synchronous=FULL) for all, then every caller is answered. When a neighbour fails, a command may be run again (writer.c): it must do the same
 * again, whatever its first run has left in *arg.
 *
 * Invariants   1. db_write returns ST_OK only after the change is on disk.   2. a command that returns another status
 *              has changed nothing.   3. a COMMIT that fails answers ST_IO to every command of the batch.
 * Ownership    rows live in the arena passed to the query. A store outlives its db handles.
 *              4. a command returns its results in fields of *arg; when it puts bytes into the caller's arena and that is full,
 *              it leaves by the writer's own exit (arena_thread_on_full), never into the caller's stack.
 * Threads      struct store is shared; a struct db belongs to one thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_DB_H
#define LUOSHI_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/status.h"
#include "base/str.h"
#include "base/time.h"

struct store;
struct db;

struct store_options {
    const char *path; /* database file */
    const char
        *url; /* or a database on a server, postgresql://…; NULL: the file. The file's path is then not looked at */
    const char *replica; /* a server that follows the one at url and may be read from; NULL: none */
    int statement_ms; /* on a server, how long a statement may take, for one that serves; 0: a command, which may take its time */
    bool create;    /* make it when absent; else ST_NOT_FOUND */
    bool read_only; /* no writer, no migration, no lock on the folder */
    bool beside;    /* commands: also while a server holds the folder (give another node); never migrates then */
    bool fill;      /* a file: make a new one, to be kept by store_keep: one connection, nothing synced before */
    bool in_memory; /* tests: a private shared-cache-free memory database; reads and writes use one connection */
    bool
        in_step; /* tests on a server: statements of a batch are not sent ahead, so that each hears of its own failure, as in a file */
    bool alone;  /* commands: refused while another program may write; of a file that holds without it */
    bool copies; /* for store_copy: may have the statements of gen/tables.h */
    int node;    /* for ids */
    const struct clock *clock;
};

/* Why opening failed, for a person: "the database is newer than this program (schema 7, this program knows 5)". */
struct store_error {
    char text[512];
    bool in_place; /* backup, restore: the new file has its name all the same; text says what is not sure */
};

/* Opens, checks (application id, integrity of the header, schema version), locks the folder against a second server
 * (lock file beside the database; the second gets ST_BUSY), backs the file up and migrates when older.
 * ST_NOT_FOUND missing, ST_BUSY locked or served by another, ST_CONFLICT newer than this program, ST_INVALID not ours or
 * corrupt; `why` says so in words and the file is untouched. */
MUST_USE enum status store_open(const struct store_options *, struct store **out, struct store_error *why);
/* Waits for queued writes, checkpoints, closes. All db handles must be closed. */
void store_close(struct store *);
/* Of a store opened to be filled, when all handles are closed: everything goes to disk and the file gets its name. A store closed
 * without it leaves nothing behind. Opening one to be filled is ST_CONFLICT when there is one by that name. */
MUST_USE enum status store_keep(struct store *, struct store_error *why);
int store_schema_version(const struct store *);
const struct clock *store_clock(const struct store *);
/* Does a read wait for another machine? Then it is not for a thread that must not wait. */
bool store_blocks(const struct store *);
int store_node(const struct store *); /* as in its ids */
/* What can be done with it now; asks nobody. */
enum store_state { STORE_SILENT, STORE_READS, STORE_WRITES };
enum store_state store_state(struct store *);

/* A reading connection for one thread. */
MUST_USE enum status db_open(struct store *, struct db **out);
void db_close(struct db *);
/* In a quiet time: gives back what this connection, and when nobody changes anything the writer's, keep of the database in memory. */
void db_rest(struct db *);
/* Time-ordered key. */
int64_t db_new_id(struct db *);
/* The first of n keys for one statement that makes many rows (base/id.h says how the others follow). */
int64_t db_new_ids(struct db *, int64_t n);
/* The clock, read once per command inside a write so that all its rows agree. */
instant db_now(struct db *);
struct store *db_store(struct db *);
/* Statements begun through this handle, in memory also those of commands: what a change costs, for tests. */
uint64_t db_statements(const struct db *);
/* False: a file on this machine. A question costs no journey there, and keys without a gap are worth having. */
bool db_on_server(const struct db *);

/* Grows at least once whenever anything was committed, by whomever, since it was last asked on this connection: what was made from the
 * database under one epoch still holds under the same epoch. Ask before reading. 0 when it cannot be told. */
uint64_t db_epoch(struct db *);

/* A place in the server's log of changes, for whoever must see what was written up to there. On a file, and where no replica is, all are 0. */
#define DB_LATEST INT64_MAX
/* From here on the handle reads from the replica, if there is one that answers, is at most a second behind and has come to `position` (0: any);
 * else, and for DB_LATEST, from the main server. While the main server is away the replica serves as far as it is. True: from the replica.
 * Not within a batch or snapshot. db_epoch then speaks of what the replica has. */
bool db_read_from(struct db *, int64_t position);
bool db_on_replica(const struct db *);
/* When what is read was certainly true: now, but on a replica a moment ago. */
instant db_as_of(struct db *);
/* The place behind everything that was committed so far; asks the main server. */
MUST_USE enum status db_position(struct db *, int64_t *out);

/* Around the reads of one page. On a file they then see one moment and take the engine's lock once instead of for each statement; db_epoch
 * in between is that of the moment. On a server nothing happens: each statement stands for itself. May be called again and again. */
void db_reads_begin(struct db *);
void db_reads_end(struct db *);

/* Several reads that must see one moment: a read transaction. */
MUST_USE enum status db_snapshot_begin(struct db *);
void db_snapshot_end(struct db *);

typedef enum status (*db_command)(struct db *, struct arena *, void *arg);
/* Run a change durably. The arena given to the command is the writer's; results go into *arg, copied by the command into
 * memory the caller owns (arg's own fields or an arena in it). Blocks until the commit is on disk. Exhaustion inside the
 * command answers ST_BUSY. ST_BUSY too when the queue is full (caller answers 503). On an in-memory store it runs here. */
MUST_USE enum status db_write(struct db *, db_command, void *arg);
/* Inside a command or batch: run fn(db, arena, copy of the n bytes at arg) once at the end of the transaction, before its COMMIT; dropped
 * when the command or savepoint it belongs to is undone. For what no command reads back and what costs less together: full-text rows,
 * whose engine writes out everything it holds at each savepoint. A failure fails the whole transaction. */
MUST_USE enum status db_at_commit(struct db *, db_command fn, const void *arg, size_t n);
/* Numbers that many changes of a transaction add to, a tally for instance: n is added to the sum kept in memory under this kind and key; at the
 * end of the transaction `write` is called once for each key whose sum is not 0, in the order of `order`, a, b, c, before what db_at_commit
 * put off. It may sum more. Undoing a command or savepoint takes back what it added. */
struct db_sum_key {
    int64_t a, b, c;
};
struct db_sum {
    int order; /* of kinds; no two have the same */
    enum status (*write)(struct db *, struct arena *, struct db_sum_key, int64_t n);
};
MUST_USE enum status db_sum_at_commit(struct db *, const struct db_sum *kind, struct db_sum_key, int64_t n);
/* Numbers given one after another without a gap, a matter's for instance: `read` asks for the last that was given when a transaction wants its first,
 * and *out is the next; at its end `write` gets how many were given. Undoing a command or savepoint gives its numbers back. */
struct db_number {
    struct db_sum sum;
    enum status (*read)(struct db *, struct arena *, struct db_sum_key, int64_t *last);
};
MUST_USE enum status db_number_at_commit(struct db *, struct arena *, const struct db_number *kind, struct db_sum_key,
                                         int64_t *out);
/* Before reading such rows: inside a batch with no savepoint open, runs what was put off so far; else nothing. */
MUST_USE enum status db_settle(struct db *);
/* Inside a command or batch: what was read of things that administrators change and nobody else (units, posts, absences), remembered on
 * this connection for as long as none of it is changed by anybody; a few numbers under a kind and key. Recall gives how many, 0 for none, also
 * outside of changes. Who changes any of it says so by db_forget before the first change, and counts it in the counter of admin_event. */
#define DB_MEMO 12
size_t db_recall(struct db *, const void *kind, int64_t key, int64_t out[DB_MEMO]);
void db_remember(struct db *, const void *kind, int64_t key, const int64_t *v, size_t n);
void db_forget(struct db *);
/* Many changes in one transaction on the calling thread, for import and demo: begin, use the db for q_* writes directly,
 * then commit or roll back. Holds off the writer meanwhile. On a server a statement that fails takes with it the savepoint it stands in or
 * the whole batch, and a statement whose outcome was not asked for may report only with a later one: what may fail goes between savepoints. */
MUST_USE enum status db_batch_begin(struct db *);
/* Between two of very many batches, on a file that another program may serve: leaves it a gap of some milliseconds to write in. */
void db_give_way(struct db *);
/* Before many batches: from now on this connection keeps up to 48 MB of a file in memory, so that each page they change is written once. */
void db_widen(struct db *);
/* In a batch: db_now answers this until the batch ends or it is set to 0: for a past that is made or imported. */
void db_batch_now(struct db *, instant at);
MUST_USE enum status db_batch_commit(struct db *);
void db_batch_rollback(struct db *);
/* Outside a batch, around the batches that fill a new database with millions of rows: between begin and its end the engine keeps no
 * indexes but those of keys and looks up no references, so what needs either must wait. The end makes both good. */
MUST_USE enum status db_fill(struct db *, bool begin);
/* Inside db_write or a batch: undo part of it. */
MUST_USE enum status db_savepoint(struct db *);
/* Another status than ST_OK: something in the part had failed, and the part is undone. */
MUST_USE enum status db_savepoint_release(struct db *);
void db_savepoint_undo(struct db *);

/* Whole-file copies while running (SQLite backup API). Written to FILE.part, synced, renamed. */
MUST_USE enum status store_backup(struct store *, const char *file, struct store_error *why);
/* Put a backup in place of path: checks it first, refuses while served; the old file is kept beside it. */
MUST_USE enum status store_restore(const char *file, const char *path, struct store_error *why);
/* Engine's own integrity check; messages (a line each) into the arena; empty when sound. */
MUST_USE enum status store_check(struct db *, struct arena *, str *report);

struct store_counts { /* for /metrics */
    uint64_t commands, batches, failed;
    int64_t waiting;
    int64_t file_bytes, wal_bytes;
    bool has_replica;
    uint64_t replica_reads;    /* requests that were read there */
    int64_t replica_behind_ms; /* -1: it does not serve */
};
void store_counts(struct store *, struct store_counts *);

#endif
