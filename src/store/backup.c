/* backup: whole-file copies while the server runs, and putting one back.
 *
 * A copy reads one moment: its connection holds a read transaction, so commits go on and do not make it begin again. It
 * is written as FILE.part, synced and renamed, so that FILE is always a whole copy.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "gen/migrations.h"
#include "store/inside.h"
#include "store/sqlite.h"
#include "store/stmt.h"

static enum status remove_file(const char *path, const char *suffix)
{
    char name[STORE_PATH];
    TRY(path_with(path, suffix, name));
    return unlink(name) == 0 || errno == ENOENT ? ST_OK : ST_IO;
}

/* A copy as `part`, on disk. */
static enum status copy_part(struct engine *e, const char *part, struct store_error *why)
{
    if (remove_file(part, "") != ST_OK || remove_file(part, "-wal") != ST_OK) {
        why_set(why, "cannot remove %s: %s", part, strerror(errno));
        return ST_IO;
    }
    int fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        why_set(why, "cannot make %s: %s", part, strerror(errno));
        return ST_IO;
    }
    (void)close(fd);
    TRY(sqlite_copy(e, part, why->text, sizeof why->text));
    if (file_sync(part) == ST_OK) return ST_OK;
    why_set(why, "cannot write %s to disk", part);
    return ST_IO;
}

/* From the rename on the new file is what everybody finds, whatever comes then. */
static enum status move_into_place(const char *part, const char *file, struct store_error *why)
{
    if (rename(part, file) != 0) {
        why_set(why, "cannot make %s: %s", file, strerror(errno));
        return ST_IO;
    }
    if (folder_sync(file) == ST_OK) return ST_OK;
    why_set(why, "%s is in place, but its folder cannot be synced: a power cut now could undo that", file);
    why->in_place = true;
    return ST_IO;
}

enum status copy_to(struct engine *e, const char *file, struct store_error *why)
{
    char part[STORE_PATH];
    int version;
    bool own = !engine_in_transaction(e);
    TRY(path_with(file, ".part", part));
    if (own) TRY(engine_do(e, ENGINE_BEGIN_READ));
    enum status st = engine_version(e, &version); /* the first read fixes the moment */
    if (st == ST_OK) st = copy_part(e, part, why);
    if (own && engine_do(e, ENGINE_COMMIT) != ST_OK) (void)!engine_do(e, ENGINE_ROLLBACK);
    if (st == ST_OK) st = move_into_place(part, file, why);
    if (st != ST_OK) (void)!remove_file(part, "");
    return st;
}

enum status backup_file(struct store *store, const char *file, struct store_error *why)
{
    struct engine *e;
    if (store->in_memory) return copy_to(store->writer->engine, file, why);
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    enum status st = sqlite_open(mem, store->path, SQLITE_AS_READER, 0, &e, why->text, sizeof why->text);
    if (st == ST_OK) st = copy_to(e, file, why);
    engine_close(e);
    arena_free(mem);
    return st;
}

/* Restoring */

/* Every page and every reference, then a copy of it as `part`. */
static enum status check_and_copy(const char *file, const char *part, struct store_error *why)
{
    struct engine *e;
    str report = {NULL, 0};
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    enum status st = sqlite_open(mem, file, SQLITE_AS_READER, 0, &e, why->text, sizeof why->text);
    if (st == ST_OK) st = engine_check(e, mem, &report);
    if (st == ST_OK && report.n > 0) {
        str line;
        str rest;
        (void)str_cut(report, '\n', &line, &rest);
        why_set(why, "%s is damaged: %.*s", file, STR_ARG(line));
        st = ST_INVALID;
    }
    if (st == ST_OK) st = copy_part(e, part, why);
    engine_close(e);
    arena_free(mem);
    return st;
}

/* Moves what the log of a crash holds into the old file, so that the file is all there is of it. A damaged one keeps its log. */
static enum status settle_old(const char *path, struct store_error *why)
{
    char log_name[STORE_PATH];
    char words[400] = "";
    struct engine *e;
    TRY(path_with(path, "-wal", log_name));
    if (access(path, F_OK) != 0 || access(log_name, F_OK) != 0) return ST_OK;
    struct arena *mem = arena_new(STORE_ARENA, NULL);
    enum status st = sqlite_open(mem, path, SQLITE_AS_WRITER, 0, &e, words, sizeof words);
    if (st == ST_OK) engine_close(e);
    arena_free(mem);
    if (st == ST_INVALID || (st == ST_OK && access(log_name, F_OK) != 0)) return ST_OK;
    why_set(why, "the old %s cannot be closed in order, move it and its log away first: %s", path, words);
    return ST_IO;
}

/* The names under which the old file and its log, if it has one, are kept. */
struct kept {
    char log[STORE_PATH]; /* of path */
    char old[STORE_PATH];
    char old_log[STORE_PATH];
};

static bool has_name(const char *from, const char *to)
{
    return link(from, to) == 0 || errno == ENOENT;
}

/* A second name for each, so that at every moment either the old or the new one is whole. */
static enum status keep_old(const char *path, struct kept *k, struct store_error *why)
{
    if (path_free(path, ".before-restore", k->old) != ST_OK || path_with(path, "-wal", k->log) != ST_OK ||
        path_with(k->old, "-wal", k->old_log) != ST_OK) {
        why_set(why, "no name is free for the old %s", path);
        *k = (struct kept){.log = ""};
        return ST_IO;
    }
    if (has_name(path, k->old) && has_name(k->log, k->old_log) && folder_sync(path) == ST_OK) return ST_OK;
    why_set(why, "cannot keep the old %s: %s", path, strerror(errno));
    return ST_IO;
}

/* Nothing was restored: the old one has one name again, and its log too. */
static void keep_no_more(const struct kept *k)
{
    (void)!rename(k->old_log, k->log); /* gone from there, or the same file, which this leaves alone */
    (void)unlink(k->old_log);
    (void)unlink(k->old);
}

static enum status swap(const char *part, const char *path, struct kept *k, struct store_error *why)
{
    enum status st = keep_old(path, k, why);
    if (st == ST_OK && (remove_file(path, "-wal") != ST_OK || remove_file(path, "-shm") != ST_OK)) {
        why_set(why, "cannot remove the log of the old %s: %s", path, strerror(errno));
        st = ST_IO;
    }
    if (st == ST_OK) st = move_into_place(part, path, why);
    if (st != ST_OK && !why->in_place) keep_no_more(k);
    return st;
}

static enum status put_in_place(const char *file, const char *path, struct store_error *why)
{
    char part[STORE_PATH];
    struct kept k = {.log = ""};
    TRY(path_with(path, ".part", part));
    enum status st = check_and_copy(file, part, why);
    if (st == ST_OK) st = settle_old(path, why);
    if (st == ST_OK) st = swap(part, path, &k, why);
    if (st != ST_OK) (void)!remove_file(part, "");
    return st;
}

enum status store_restore_with(const struct store_setup *setup, const char *file, const char *path,
                               struct store_error *why)
{
    struct store_error unheard;
    int version;
    int fd;
    if (why == NULL) why = &unheard;
    *why = (struct store_error){.in_place = false};
    TRY(file_examine(file, setup, &version, why));
    TRY(folder_lock(path, &fd, why));
    enum status st = put_in_place(file, path, why);
    (void)close(fd);
    if (st != ST_OK && why->text[0] == 0) why_set(why, "cannot restore: %s", status_name(st));
    return st;
}

enum status store_restore(const char *file, const char *path, struct store_error *why)
{
    struct store_setup setup = {migrations_all, migrations_count, stmt_all_count, NULL};
    return store_restore_with(&setup, file, path, why);
}
