/* store: opening and closing a database, its lock, its schema, and the handles on it.
 *
 *      lock folder ─▶ examine the file, untouched ─▶ (make new) ─▶ open ─▶ (copy, migrate) ─▶ greatest id ─▶ writer
 *
 * Invariants   1. a file that is refused has not been written to.   2. a new file appears under its name only when it
 * is whole: it is made as FILE.part.   3. each migration and its version number are one transaction.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "gen/migrations.h"
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

/* Paths and folders */

enum status path_with(const char *path, const char *suffix, char out[STORE_PATH])
{
    int n = snprintf(out, STORE_PATH, "%s%s", path, suffix);
    return n > 0 && n < STORE_PATH ? ST_OK : ST_INVALID;
}

enum status path_free(const char *path, const char *suffix, char out[STORE_PATH])
{
    struct stat st;
    TRY(path_with(path, suffix, out));
    for (int i = 2; lstat(out, &st) == 0; i++) {
        int n = snprintf(out, STORE_PATH, "%s%s.%d", path, suffix, i);
        if (n <= 0 || n >= STORE_PATH) return ST_INVALID;
    }
    return errno == ENOENT ? ST_OK : ST_IO;
}

static enum status folder_of(const char *path, char out[STORE_PATH])
{
    const char *slash = strrchr(path, '/');
    int n =
        slash == NULL ? snprintf(out, STORE_PATH, ".") : snprintf(out, STORE_PATH, "%.*s/.", (int)(slash - path), path);
    return n > 0 && n < STORE_PATH ? ST_OK : ST_INVALID;
}

static enum status sync_opened(int fd)
{
    if (fd < 0) return ST_IO;
    int rc = fsync(fd);
    (void)close(fd);
    return rc == 0 ? ST_OK : ST_IO;
}

enum status folder_sync(const char *path)
{
    char folder[STORE_PATH];
    TRY(folder_of(path, folder));
    return sync_opened(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* Only for a file that no connection of this process has open: closing drops its locks. */
enum status file_sync(const char *path)
{
    return sync_opened(open(path, O_RDWR | O_CLOEXEC));
}

static void note_owner(int fd)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        log_line(LOG_WARN, "lock file not written", "errno=%d", errno);
}

static long owner_of(int fd)
{
    char text[32] = {0};
    int64_t pid = 0;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    if (n <= 0 || !str_int(str_trim(str_from(text)), &pid)) return 0;
    return (long)pid;
}

enum status folder_lock(const char *path, int *out, struct store_error *why)
{
    char folder[STORE_PATH];
    char name[STORE_PATH];
    *out = -1;
    if (folder_of(path, folder) != ST_OK || path_with(folder, "/luoshi.lock", name) != ST_OK) {
        why_set(why, "the path is too long");
        return ST_INVALID;
    }
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        why_set(why, "cannot open %s: %s", name, strerror(errno));
        return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        why_set(why, "%s is in use by another luoshi (process %ld)", path, owner_of(fd));
        (void)close(fd);
        return ST_BUSY;
    }
    note_owner(fd);
    *out = fd;
    return ST_OK;
}

/* Examining */

static int64_t size_of(const char *path, const char *suffix)
{
    char name[STORE_PATH];
    struct stat st;
    if (path_with(path, suffix, name) != ST_OK || stat(name, &st) != 0) return -1;
    return st.st_size;
}

/* The version in the header may be behind what the log holds: ask through a connection that leaves nothing behind. */
static enum status version_in_log(const char *path, int *version, struct store_error *why)
{
    char words[400] = "";
    struct engine *e;
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    enum status st = engine_open(mem, path, ENGINE_LOOKER, 0, &e, words, sizeof words);
    if (st == ST_OK) st = engine_version(e, version);
    if (st != ST_OK) why_set(why, "%s", words[0] != 0 ? words : "its schema version cannot be read");
    engine_close(e);
    arena_free(mem);
    return st;
}

enum status file_examine(const char *path, const struct store_setup *setup, int *version, struct store_error *why)
{
    struct engine_header h;
    if (size_of(path, "") < 0) {
        why_set(why, "there is no database at %s", path);
        return ST_NOT_FOUND;
    }
    if (engine_header(path, &h) != ST_OK) {
        why_set(why, "cannot read %s", path);
        return ST_IO;
    }
    bool has_log = size_of(path, "-wal") > 0;
    if (!h.is_database)
        why_set(why, h.is_empty ? "%s is empty" : "%s is not a database, or its first page is damaged", path);
    else if (h.application != ENGINE_APPLICATION)
        why_set(why, "%s is a database of another program, not of Luoshi", path);
    else if (!has_log && h.bytes < h.bytes_expected)
        why_set(why, "%s is cut short: %lld of %lld bytes", path, (long long)h.bytes, (long long)h.bytes_expected);
    if (!h.is_database || h.application != ENGINE_APPLICATION || (!has_log && h.bytes < h.bytes_expected))
        return ST_INVALID;
    *version = h.version;
    if (has_log) TRY(version_in_log(path, version, why));
    if (*version <= setup->n_migrations) return ST_OK;
    why_set(why, "the database is newer than this program (schema %d, this program knows %d)", *version,
            setup->n_migrations);
    return ST_CONFLICT;
}

/* Migrating */

static enum status migrate_one(struct engine *e, const struct migration *step, struct store_error *why)
{
    int64_t broken = 0;
    TRY(engine_do(e, ENGINE_BEGIN_WRITE));
    enum status st = engine_script(e, step->text);
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

static enum status migrate(struct engine *e, const struct store_setup *setup, int from, struct store_error *why)
{
    enum status st = from < setup->n_migrations ? engine_references(e, false) : ST_OK;
    for (int i = from; i < setup->n_migrations && st == ST_OK; i++) st = migrate_one(e, &setup->migrations[i], why);
    if (from < setup->n_migrations && engine_references(e, true) != ST_OK) st = ST_IO;
    return st;
}

/* The old file stays beside the new one, under the number of the first step. */
static enum status copy_before(struct engine *e, const char *path, int from, struct store_error *why)
{
    char suffix[32];
    char name[STORE_PATH];
    (void)snprintf(suffix, sizeof suffix, ".before-%d", from + 1);
    if (path_free(path, suffix, name) != ST_OK) {
        why_set(why, "no name is free for a copy of %s", path);
        return ST_IO;
    }
    TRY(copy_to(e, name, why));
    log_line(LOG_INFO, "database copied before migrating", "schema=%d", from);
    return ST_OK;
}

/* Making */

static enum status make_part(const char *part, const struct store_setup *setup, struct store_error *why)
{
    struct engine *e;
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); /* personal data: nobody else's business */
    if (fd >= 0) (void)close(fd);
    else why_set(why, "cannot make %s: %s", part, strerror(errno));
    enum status st = fd < 0 ? ST_IO : engine_open(mem, part, ENGINE_MAKER, 0, &e, why->text, sizeof why->text);
    if (st == ST_OK) {
        st = migrate(e, setup, 0, why);
        if (st == ST_OK) st = engine_finish_new(e);
        engine_close(e);
    }
    arena_free(mem);
    return st;
}

static enum status make_new(const char *path, const struct store_setup *setup, struct store_error *why)
{
    char part[STORE_PATH];
    TRY(path_with(path, ".part", part));
    enum status st = make_part(part, setup, why);
    if (st == ST_OK && (file_sync(part) != ST_OK || rename(part, path) != 0 || folder_sync(path) != ST_OK)) {
        why_set(why, "cannot make %s: %s", path, strerror(errno));
        st = ST_IO;
    }
    if (st != ST_OK) (void)unlink(part);
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

static void handle_free(struct db *db)
{
    if (db == NULL) return;
    engine_close(db->engine);
    if (db->command != NULL) arena_free(db->command);
    late_free(db);
    arena_free(db->mem);
}

static enum status handle_open(struct store *store, enum engine_role role, struct db **out, char *why, size_t cap)
{
    struct db *db = handle_new(store);
    enum status st = engine_open(db->mem, store->path, role, store->setup.n_statements, &db->engine, why, cap);
    *out = NULL;
    if (st == ST_OK) *out = db;
    else handle_free(db);
    return st;
}

static enum status open_memory(struct store *store, struct store_error *why)
{
    int64_t greatest = 0;
    TRY(handle_open(store, ENGINE_MEMORY, &store->writer, why->text, sizeof why->text));
    TRY(migrate(store->writer->engine, &store->setup, 0, why));
    store->version = store->setup.n_migrations;
    TRY(engine_greatest_id(store->writer->engine, &greatest));
    ids_init(&store->ids, store->ids.node, greatest);
    return ST_OK;
}

static enum status open_served(struct store *store, bool create, struct store_error *why)
{
    int64_t greatest = 0;
    bool absent = size_of(store->path, "") <= 0;
    if (absent && create) TRY(make_new(store->path, &store->setup, why));
    TRY(file_examine(store->path, &store->setup, &store->version, why));
    TRY(handle_open(store, ENGINE_WRITER, &store->writer, why->text, sizeof why->text));
    struct engine *e = store->writer->engine;
    if (store->version < store->setup.n_migrations) {
        if (store->version > 0) TRY(copy_before(e, store->path, store->version, why));
        TRY(migrate(e, &store->setup, store->version, why));
        store->version = store->setup.n_migrations;
    }
    enum status st = engine_greatest_id(e, &greatest);
    if (st != ST_OK) why_set(why, "cannot read %s: %s", store->path, engine_message(e));
    ids_init(&store->ids, store->ids.node, greatest);
    return st;
}

static enum status open_to_read(struct store *store, struct store_error *why)
{
    TRY(file_examine(store->path, &store->setup, &store->version, why));
    if (store->version == store->setup.n_migrations) return ST_OK;
    why_set(why,
            "the database is older than this program (schema %d, this program needs %d): serve it once to bring it up",
            store->version, store->setup.n_migrations);
    return ST_CONFLICT;
}

static struct store *store_new(const struct store_options *options, const struct store_setup *setup)
{
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    struct store *store = NEW(mem, struct store);
    store->mem = mem;
    store->setup = *setup;
    store->in_memory = options->in_memory;
    store->read_only = options->read_only;
    store->lock_fd = -1;
    if (options->clock != NULL) store->clock = *options->clock;
    ids_init(&store->ids, options->node, 0);
    (void)pthread_mutex_init(&store->queue.lock, NULL);
    (void)pthread_cond_init(&store->queue.filled, NULL);
    (void)pthread_mutex_init(&store->turn, NULL);
    (void)pthread_mutex_init(&store->write, NULL);
    return store;
}

static void store_free(struct store *store)
{
    writer_stop(store);
    handle_free(store->writer);
    if (store->lock_fd >= 0) (void)close(store->lock_fd);
    (void)pthread_mutex_destroy(&store->write);
    (void)pthread_mutex_destroy(&store->turn);
    (void)pthread_cond_destroy(&store->queue.filled);
    (void)pthread_mutex_destroy(&store->queue.lock);
    arena_free(store->mem);
}

enum status store_open_with(const struct store_options *options, const struct store_setup *setup, struct store **out,
                            struct store_error *why)
{
    struct store_error unheard;
    struct store *store = store_new(options, setup);
    enum status st;
    if (why == NULL) why = &unheard;
    why->text[0] = 0;
    *out = NULL;
    if (options->in_memory) {
        st = open_memory(store, why);
    } else if (path_with(options->path, "", store->path) != ST_OK) {
        why_set(why, "the path is too long");
        st = ST_INVALID;
    } else if (options->read_only) {
        st = open_to_read(store, why);
    } else {
        st = folder_lock(store->path, &store->lock_fd, why);
        if (st == ST_BUSY && options->beside)
            st = open_to_read(store, why); /* served: the engine's own locks order the writes */
        if (st == ST_OK) st = open_served(store, options->create, why);
        if (st == ST_OK) st = writer_start(store);
    }
    if (st == ST_OK) *out = store;
    else store_free(store);
    if (st != ST_OK && why->text[0] == 0) why_set(why, "cannot open the database: %s", status_name(st));
    return st;
}

enum status store_open(const struct store_options *options, struct store **out, struct store_error *why)
{
    struct store_setup setup = {migrations_all, migrations_count, stmt_all_count};
    return store_open_with(options, &setup, out, why);
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

/* Handles */

enum status db_open(struct store *store, struct db **out)
{
    char words[400] = "";
    enum status st = ST_OK;
    if (store->in_memory) *out = store->writer;
    else st = handle_open(store, ENGINE_READER, out, words, sizeof words);
    if (st == ST_OK) atomic_fetch_add(&store->handles, 1);
    else log_line(LOG_ERROR, "connection not opened", "status=\"%s\"", status_name(st));
    return st;
}

void db_close(struct db *db)
{
    if (db == NULL) return;
    must(!db->in_batch && !db->in_command);
    struct store *store = db->store;
    while (db->snapshots > 0) db_snapshot_end(db);
    if (!store->in_memory) handle_free(db);
    atomic_fetch_sub(&store->handles, 1);
}

struct engine *db_engine(struct db *db)
{
    return db->engine;
}

int64_t db_new_id(struct db *db)
{
    return ids_next(&db->store->ids, db_now(db));
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
    bool inside = db->in_command || db->in_batch; /* their transaction is not ours to end */
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
    int64_t log_bytes = size_of(store->path, "-wal");
    int64_t file_bytes = size_of(store->path, "");
    (void)pthread_mutex_lock(&store->queue.lock);
    out->waiting = store->queue.waiting;
    (void)pthread_mutex_unlock(&store->queue.lock);
    out->commands = atomic_load(&store->commands);
    out->batches = atomic_load(&store->batches);
    out->failed = atomic_load(&store->failed);
    out->file_bytes = store->in_memory || file_bytes < 0 ? 0 : file_bytes;
    out->wal_bytes = store->in_memory || log_bytes < 0 ? 0 : log_bytes;
}

uint64_t db_epoch(struct db *db)
{
    int version = 0;
    if (db->store->in_memory || engine_data_version(db->engine, &version) != ST_OK) return 0;
    if (version != db->data_version) {
        db->data_version = version;
        atomic_fetch_add(&db->store->epoch, 1);
    }
    return atomic_load(&db->store->epoch);
}
