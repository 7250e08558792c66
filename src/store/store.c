/* store: opening and closing a database, its schema, and the handles on it. Where it lives is store_file.c's business.
 *
 * Invariant    each migration and its version number are one transaction.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "gen/migrations.h"
#include "gen/tables.h"
#include "store/inside.h"
#include "store/stmt.h"

void why_set(struct store_error *why, const char *fmt, ...)
{
    va_list args;
    if (why == NULL) return;
    va_start(args, fmt);
    (void)vsnprintf(why->text, sizeof why->text, fmt, args);
    va_end(args);
}

/* Migrating */

static enum status migrate_one(struct engine *e, const struct migration *step, struct store_error *why)
{
    int64_t broken = 0;
    TRY(engine_do(e, ENGINE_BEGIN_WRITE));
    enum status st = engine_script(e, e->ops->is_server ? step->pg_text : step->text);
    if (st == ST_OK) st = engine_broken_references(e, &broken);
    if (st == ST_OK && broken > 0) st = ST_IO;
    if (st == ST_OK) st = engine_set_version(e, step->version);
    if (st == ST_OK) st = engine_do(e, ENGINE_COMMIT);
    if (st == ST_OK) return ST_OK;
    why_set(why, "migration %s failed and was undone: %s", step->name,
            broken > 0 ? "rows would point nowhere" : engine_message(e));
    if (engine_in_transaction(e)) (void)!engine_do(e, ENGINE_ROLLBACK);
    return ST_IO;
}

enum status store_migrate(struct engine *e, const struct store_setup *setup, int from, struct store_error *why)
{
    enum status st = from < setup->n_migrations ? engine_references(e, false) : ST_OK;
    for (int i = from; i < setup->n_migrations && st == ST_OK; i++) st = migrate_one(e, &setup->migrations[i], why);
    if (from < setup->n_migrations && engine_references(e, true) != ST_OK) st = ST_IO;
    return st;
}

/* Opening */

static struct db *handle_new(struct store *store)
{
    struct arena *mem = arena_new(STORE_ARENA + (size_t)store->setup.n_statements * 256, NULL);
    struct db *db = NEW(mem, struct db);
    db->mem = mem;
    db->store = store;
    return db;
}

void store_disconnect(struct db *db)
{
    if (db == NULL) return;
    db_replica_close(db);
    engine_close(db->main);
    if (db->command != NULL) arena_free(db->command);
    late_free(db);
    recall_free(db);
    arena_free(db->mem);
}

enum status store_connect(struct store *store, bool to_write, struct db **out, char *why, size_t cap)
{
    struct db *db = handle_new(store);
    enum status st = store->home->connect(store, to_write, db->mem, &db->main, why, cap);
    db->engine = db->main;
    *out = NULL;
    if (st == ST_OK) *out = db;
    else store_disconnect(db);
    return st;
}

static struct store *store_new(const struct store_options *options, const struct store_setup *setup)
{
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    struct store *store = NEW(mem, struct store);
    store->mem = mem;
    store->setup = *setup;
    store->home = options->url == NULL ? &store_in_file : &store_on_server;
    store->filling = options->fill && options->url == NULL;
    store->in_memory = options->in_memory || store->filling;
    store->read_only = options->read_only;
    store->in_step = options->in_step;
    store->lock_fd = -1;
    store->batch_ns = STORE_BATCH_NS;
    if (options->clock != NULL) store->clock = *options->clock;
    ids_init(&store->ids, options->node, 0);
    (void)pthread_mutex_init(&store->queue.lock, NULL);
    (void)pthread_mutex_init(&store->turn, NULL);
    (void)pthread_mutex_init(&store->write, NULL);
    return store;
}

static void store_free(struct store *store)
{
    store_disconnect(store->writer);
    store->home->close(store);
    (void)pthread_mutex_destroy(&store->write);
    (void)pthread_mutex_destroy(&store->turn);
    (void)pthread_mutex_destroy(&store->queue.lock);
    arena_free(store->mem);
}

enum status store_open_with(const struct store_options *options, const struct store_setup *setup, struct store **out,
                            struct store_error *why)
{
    struct store_error unheard;
    struct store *store = store_new(options, setup);
    if (why == NULL) why = &unheard;
    why->text[0] = 0;
    *out = NULL;
    enum status st = store->home->open(store, options, why);
    if (st == ST_OK) *out = store;
    else store_free(store);
    if (st != ST_OK && why->text[0] == 0) why_set(why, "cannot open the database: %s", status_name(st));
    return st;
}

enum status store_open(const struct store_options *options, struct store **out, struct store_error *why)
{
    struct store_setup setup = {migrations_all, migrations_count, options->copies ? tables_statements : stmt_all_count,
                                options->copies ? NULL : recall_version_text};
    return store_open_with(options, &setup, out, why);
}

enum status store_keep(struct store *store, struct store_error *why)
{
    struct store_error unheard;
    must(atomic_load(&store->handles) == 0);
    if (why == NULL) why = &unheard;
    why->text[0] = 0;
    return store->filling ? store->home->keep(store, why) : ST_OK;
}

void store_close(struct store *store)
{
    must(atomic_load(&store->handles) == 0);
    store_free(store);
}

int store_schema_version(const struct store *store)
{
    return store->version;
}

const struct clock *store_clock(const struct store *store)
{
    return &store->clock;
}

bool store_blocks(const struct store *store)
{
    return store->server != NULL;
}

int store_node(const struct store *store)
{
    return store->ids.node;
}

/* Handles */

enum status db_open(struct store *store, struct db **out)
{
    char words[400] = "";
    enum status st = ST_OK;
    if (store->in_memory) *out = store->writer;
    else st = store_connect(store, false, out, words, sizeof words);
    if (st == ST_OK) atomic_fetch_add(&store->handles, 1);
    else log_line(LOG_ERROR, "connection not opened", "status=\"%s\"", status_name(st));
    return st;
}

void db_close(struct db *db)
{
    if (db == NULL) return;
    must(!db->in_batch && !db->in_command);
    struct store *store = db->store;
    db_reads_end(db);
    while (db->snapshots > 0) db_snapshot_end(db);
    if (!store->in_memory) store_disconnect(db);
    atomic_fetch_sub(&store->handles, 1);
}

uint64_t db_statements(const struct db *db)
{
    return db->statements;
}

void db_rest(struct db *db)
{
    struct store *store = db->store;
    if (store->in_memory || engine_in_transaction(db->engine)) return;
    engine_rest(db->engine);
    if (store->writer == NULL || pthread_mutex_trylock(&store->write) != 0) return;
    engine_rest(store->writer->engine);
    (void)pthread_mutex_unlock(&store->write);
}

int64_t db_new_id(struct db *db)
{
    return ids_next(&db->store->ids, db_now(db));
}

int64_t db_new_ids(struct db *db, int64_t n)
{
    return ids_block(&db->store->ids, db_now(db), n);
}

void db_batch_now(struct db *db, instant at)
{
    must(db->in_batch && !db->in_command);
    db->batch_now = at;
}

instant db_now(struct db *db)
{
    if (db->in_batch && db->batch_now.ms != 0) return db->batch_now;
    return db->in_command ? db->now : clock_now(&db->store->clock);
}

struct store *db_store(struct db *db)
{
    return db->store;
}

bool db_on_server(const struct db *db)
{
    return db->engine->ops->is_server;
}

void db_reads_begin(struct db *db)
{
    bool is_file = !db->store->in_memory && !db->engine->ops->is_server;
    if (db->reading || !is_file || engine_in_transaction(db->engine)) return;
    db->reading_epoch = db_epoch(db); /* before the moment: what is read may be newer, never older */
    db->reading = engine_do(db->engine, ENGINE_BEGIN_READ) == ST_OK;
}

void db_reads_end(struct db *db)
{
    if (!db->reading) return;
    db->reading = false;
    if (engine_do(db->engine, ENGINE_COMMIT) != ST_OK) (void)!engine_do(db->engine, ENGINE_ROLLBACK);
}

enum status db_snapshot_begin(struct db *db)
{
    int version;
    if (db->snapshots == 0 && !engine_in_transaction(db->engine)) {
        TRY(engine_do(db->engine, ENGINE_BEGIN_READ));
        enum status st = engine_version(db->engine, &version); /* the first read fixes the moment */
        if (st != ST_OK) {
            (void)!engine_do(db->engine, ENGINE_ROLLBACK);
            return st;
        }
    }
    db->snapshots++;
    return ST_OK;
}

void db_snapshot_end(struct db *db)
{
    must(db->snapshots > 0);
    db->snapshots--;
    bool inside = db->in_command || db->in_batch || db->reading; /* their transaction is not ours to end */
    if (db->snapshots == 0 && !inside && engine_in_transaction(db->engine)) {
        if (engine_do(db->engine, ENGINE_COMMIT) != ST_OK) (void)!engine_do(db->engine, ENGINE_ROLLBACK);
    }
}

enum status store_check(struct db *db, struct arena *mem, str *report)
{
    return engine_check(db->engine, mem, report);
}

void store_counts(struct store *store, struct store_counts *out)
{
    (void)pthread_mutex_lock(&store->queue.lock);
    out->waiting = store->queue.waiting;
    (void)pthread_mutex_unlock(&store->queue.lock);
    out->commands = atomic_load(&store->commands);
    out->batches = atomic_load(&store->batches);
    out->failed = atomic_load(&store->failed);
    store->home->count(store, out);
}

enum store_state store_state(struct store *store)
{
    return store->home->state == NULL ? STORE_WRITES : store->home->state(store);
}

uint64_t db_epoch(struct db *db)
{
    if (db->in_batch || db->in_command) return 0; /* its own changes are not committed yet */
    if (db_on_replica(db)) return db->reached_epoch;
    return db->reading ? db->reading_epoch : db->store->home->epoch(db);
}

enum status store_backup(struct store *store, const char *file, struct store_error *why)
{
    struct store_error unheard;
    if (why == NULL) why = &unheard;
    *why = (struct store_error){.in_place = false};
    enum status st = store->home->backup(store, file, why);
    if (st != ST_OK && why->text[0] == 0) why_set(why, "cannot copy the database: %s", status_name(st));
    return st;
}
