/* store_file: a database that is a file on this machine: its lock, its first bytes, making it, copying it before it changes.
 *
 *      lock folder ─▶ examine the file, untouched ─▶ (make new) ─▶ open ─▶ (copy, migrate) ─▶ greatest id
 *
 * Invariants   1. a file that is refused has not been written to.   2. a new file appears under its name only when it
 * is whole: it is made as FILE.part.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/inside.h"
#include "store/sqlite.h"

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
    enum status st = sqlite_open(mem, path, SQLITE_AS_LOOKER, 0, &e, words, sizeof words);
    if (st == ST_OK) st = engine_version(e, version);
    if (st != ST_OK) why_set(why, "%s", words[0] != 0 ? words : "its schema version cannot be read");
    engine_close(e);
    arena_free(mem);
    return st;
}

enum status file_examine(const char *path, const struct store_setup *setup, int *version, struct store_error *why)
{
    struct sqlite_header h;
    if (size_of(path, "") < 0) {
        why_set(why, "there is no database at %s", path);
        return ST_NOT_FOUND;
    }
    if (sqlite_header(path, &h) != ST_OK) {
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

/* The old file stays beside the new one, under the number of the first step. */
static enum status copy_before(struct engine *e, const char *path, int from, char name[STORE_PATH],
                               struct store_error *why)
{
    char suffix[32];
    (void)snprintf(suffix, sizeof suffix, ".before-%d", from + 1);
    if (path_free(path, suffix, name) != ST_OK) {
        why_set(why, "no name is free for a copy of %s", path);
        return ST_IO;
    }
    TRY(copy_to(e, name, why));
    log_line(LOG_INFO, "database copied before migrating", "schema=%d", from);
    return ST_OK;
}

/* A copy of what is still there itself is of no use: a server that tries again and again must not fill the disk with them. */
static enum status migrate_file(struct engine *e, const char *path, const struct store_setup *setup, int from,
                                struct store_error *why)
{
    char name[STORE_PATH];
    int version = 0;
    enum status st = from > 0 ? copy_before(e, path, from, name, why) : ST_OK;
    if (st == ST_OK) st = store_migrate(e, setup, from, why);
    else if (!why->in_place) return st;
    if (st != ST_OK && from > 0 && engine_version(e, &version) == ST_OK && version == from) (void)unlink(name);
    return st;
}

/* Making */

static enum status make_part(const char *part, const struct store_setup *setup, struct store_error *why)
{
    struct engine *e;
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); /* personal data: nobody else's business */
    if (fd >= 0) (void)close(fd);
    else why_set(why, "cannot make %s: %s", part, strerror(errno));
    enum status st = fd < 0 ? ST_IO : sqlite_open(mem, part, SQLITE_AS_MAKER, 0, &e, why->text, sizeof why->text);
    if (st == ST_OK) {
        st = store_migrate(e, setup, 0, why);
        if (st == ST_OK) st = sqlite_finish_new(e);
        engine_close(e);
    }
    arena_free(mem);
    return st;
}

/* What was made as FILE.part gets its name. */
static enum status name_part(const char *part, const char *path, struct store_error *why)
{
    if (file_sync(part) == ST_OK && rename(part, path) == 0 && folder_sync(path) == ST_OK) return ST_OK;
    why_set(why, "cannot make %s: %s", path, strerror(errno));
    return ST_IO;
}

static enum status make_new(const char *path, const struct store_setup *setup, struct store_error *why)
{
    char part[STORE_PATH];
    TRY(path_with(path, ".part", part));
    enum status st = make_part(part, setup, why);
    if (st == ST_OK) st = name_part(part, path, why);
    if (st != ST_OK) (void)unlink(part);
    return st;
}

/* Opening */

static enum status open_memory(struct store *store, struct store_error *why)
{
    int64_t greatest = 0;
    TRY(store_connect(store, true, &store->writer, why->text, sizeof why->text));
    TRY(store_migrate(store->writer->engine, &store->setup, 0, why));
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
    TRY(store_connect(store, true, &store->writer, why->text, sizeof why->text));
    struct engine *e = store->writer->engine;
    if (store->version < store->setup.n_migrations) {
        TRY(migrate_file(e, store->path, &store->setup, store->version, why));
        store->version = store->setup.n_migrations;
    }
    enum status st = engine_greatest_id(e, &greatest);
    if (st != ST_OK) why_set(why, "cannot read %s: %s", store->path, engine_message(e));
    ids_init(&store->ids, store->ids.node, greatest);
    return st;
}

/* The part stays a part, with the only connection to it, until it is kept. */
static enum status open_to_fill(struct store *store, struct store_error *why)
{
    char part[STORE_PATH];
    if (size_of(store->path, "") >= 0) {
        why_set(why, "%s is there already", store->path);
        return ST_CONFLICT;
    }
    TRY(path_with(store->path, ".part", part));
    TRY(make_part(part, &store->setup, why));
    store->version = store->setup.n_migrations;
    return store_connect(store, true, &store->writer, why->text, sizeof why->text);
}

static enum status keep_file(struct store *store, struct store_error *why)
{
    char part[STORE_PATH];
    TRY(path_with(store->path, ".part", part));
    enum status st = sqlite_finish_new(store->writer->engine);
    if (st != ST_OK) why_set(why, "cannot finish %s: %s", part, engine_message(store->writer->engine));
    store_disconnect(store->writer);
    store->writer = NULL;
    return st == ST_OK ? name_part(part, store->path, why) : st;
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

static enum status open_file(struct store *store, const struct store_options *options, struct store_error *why)
{
    if (store->in_memory && !store->filling) return open_memory(store, why);
    if (path_with(options->path, "", store->path) != ST_OK) {
        why_set(why, "the path is too long");
        return ST_INVALID;
    }
    if (options->read_only) return open_to_read(store, why);
    enum status st = folder_lock(store->path, &store->lock_fd, why);
    if (st == ST_BUSY && options->beside)
        st = open_to_read(store, why); /* served: the engine's own locks order the writes */
    if (st == ST_OK && store->filling) return open_to_fill(store, why);
    return st == ST_OK ? open_served(store, options->create, why) : st;
}

static enum status connect_file(struct store *store, bool to_write, struct arena *mem, struct engine **out, char *why,
                                size_t cap)
{
    char part[STORE_PATH];
    enum sqlite_role role = store->filling     ? SQLITE_AS_MAKER
                            : store->in_memory ? SQLITE_AS_MEMORY
                            : to_write         ? SQLITE_AS_WRITER
                                               : SQLITE_AS_READER;
    if (store->filling) TRY(path_with(store->path, ".part", part));
    return sqlite_open(mem, store->filling ? part : store->path, role, store->setup.n_statements, out, why, cap);
}

static void close_file(struct store *store)
{
    char part[STORE_PATH];
    if (store->filling && store->lock_fd >= 0 && path_with(store->path, ".part", part) == ST_OK)
        (void)unlink(part); /* not kept; else it has another name by now */
    if (store->lock_fd >= 0) (void)close(store->lock_fd);
}

static void count_file(struct store *store, struct store_counts *out)
{
    int64_t log_bytes = size_of(store->path, "-wal");
    int64_t file_bytes = size_of(store->path, "");
    out->file_bytes = store->in_memory || file_bytes < 0 ? 0 : file_bytes;
    out->wal_bytes = store->in_memory || log_bytes < 0 ? 0 : log_bytes;
}

/* This connection sees every commit but its own (db_batch_commit counts those). */
static uint64_t epoch_file(struct db *db)
{
    int version = 0;
    if (db->store->in_memory || engine_data_version(db->engine, &version) != ST_OK) return 0;
    if (version != db->data_version) {
        db->data_version = version;
        atomic_fetch_add(&db->store->epoch, 1);
    }
    return atomic_load(&db->store->epoch);
}

const struct store_home store_in_file = {
    .open = open_file,
    .connect = connect_file,
    .close = close_file,
    .count = count_file,
    .epoch = epoch_file,
    .backup = backup_file,
    .keep = keep_file,
};
