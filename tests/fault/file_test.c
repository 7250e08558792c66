/* file_test: what moves whole files or many rows, with the n-th call failing: import, backup, restore, bringing an old installation up to
 * date, and stopping.
 *
 * Calls are those of the engine (disk, reads, memory) and the program's own: open, rename, link, unlink, fsync. Besides failing, each disk
 * call and each of the program's own is where the process dies.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "deeds.h"

#include "exchange/import.h"
#include "gen/migrations.h"
#include "matter/search_rebuild.h"
#include "store/stmt.h"

/* The program's own calls: linked with --wrap. */

int __real_open(const char *, int, ...);
int __wrap_open(const char *, int, ...);
int __real_rename(const char *, const char *);
int __wrap_rename(const char *, const char *);
int __real_link(const char *, const char *);
int __wrap_link(const char *, const char *);
int __real_unlink(const char *);
int __wrap_unlink(const char *);
int __real_fsync(int);
int __wrap_fsync(int);

static bool call_fails(void)
{
    if (!fault_vfs_hit(FAULT_CALL)) return false;
    errno = EIO;
    return true;
}

int __wrap_open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return call_fails() ? -1 : __real_open(path, flags, mode);
}

int __wrap_rename(const char *from, const char *to)
{
    return call_fails() ? -1 : __real_rename(from, to);
}

int __wrap_link(const char *from, const char *to)
{
    return call_fails() ? -1 : __real_link(from, to);
}

int __wrap_unlink(const char *path)
{
    return call_fails() ? -1 : __real_unlink(path);
}

int __wrap_fsync(int fd)
{
    return call_fails() ? -1 : __real_fsync(fd);
}

static const struct way {
    const char *name;
    int kinds;
    enum fault_way way;
    long rest;
} ways[] = {
    {"disk", FAULT_DISK, FAULT_ONCE, 20},   {"disk for good", FAULT_DISK, FAULT_STAY, 10},
    {"reads", FAULT_READ, FAULT_ONCE, 10},  {"heap", FAULT_HEAP, FAULT_ONCE, 25},
    {"calls", FAULT_CALL, FAULT_ONCE, 100}, {"calls for good", FAULT_CALL, FAULT_STAY, 100},
};
static const struct way death = {"death", FAULT_DISK | FAULT_CALL, FAULT_DIE, 30};

static void truth(const char *what, long n, enum status st)
{
    if (st != ST_OK && st != ST_BUSY && st != ST_IO) fail_msg("%s, fault %ld: told %s", what, n, status_name(st));
}

static bool same(const struct shape *a, const struct shape *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->value[i] != b->value[i]) return false;
    return true;
}

/* What stands in a database file that nobody serves. */
static void look_at(struct fault_city *c, const char *path, struct shape *out)
{
    struct fault_city other = *c;
    city_blink(c);
    other.eye = NULL;
    if (path != c->path) (void)snprintf(other.path, sizeof other.path, "%s", path);
    city_look(&other, out);
    city_blink(&other);
}

/* Runs it in a process that dies at its n-th call; true when it did. ST_COUNT: before anything was told. */
static bool dies(long n, enum status (*fn)(struct fault_city *), struct fault_city *c, enum status *told)
{
    int pipes[2], how;
    unsigned char said = ST_COUNT;
    assert_int_equal(pipe(pipes), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        fault_vfs_arm_as(death.kinds, FAULT_DIE, n);
        said = (unsigned char)fn(c);
        if (write(pipes[1], &said, 1) != 1) _exit(2);
        _exit(0);
    }
    (void)close(pipes[1]);
    if (read(pipes[0], &said, 1) != 1) said = ST_COUNT;
    (void)close(pipes[0]);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && (WEXITSTATUS(how) == 0 || WEXITSTATUS(how) == FAULT_DIED));
    *told = (enum status)said;
    return WEXITSTATUS(how) == FAULT_DIED;
}

/* Import */

#define ROWS 6

/* Answered and not, with a category of the city and an unknown one; a bad row when told. */
static void write_table(struct fault_city *c, long number, bool bad)
{
    str text = STR("编号,标题,时间,内容,分类,答复,答复时间\n");
    for (long i = 0; i < ROWS; i++) {
        const char *answer = i % 2 == 0 ? "水泵已更换" : "";
        text = str_concat(
            c->mem, text,
            str_format(c->mem, "N%06ld-%ld,停水第%06ld次,2026-11-%02ld 08:00:00,五楼六楼没有水,%s,%s,%s\n", number, i,
                       number, 10 + i, i < 3 ? "类" : "", answer, i % 2 == 0 ? "2026-11-20 10:00:00" : ""));
    }
    if (bad) text = str_concat(c->mem, text, str_format(c->mem, "N%06ld-x,坏行,不是时间,没有时间,,,\n", number));
    file_write(city_file(c, "kept.csv"), text);
}

static enum status import_table(struct fault_city *c, bool bad, struct import_result *r)
{
    struct matter_world *w = c->world;
    struct import_options o = {.kind = IMPORT_MATTERS, .path = city_file(c, "kept.csv"), .unit = w->bureau};
    if (bad) o.skip_bad = city_file(c, "kept.bad.csv");
    return import_run(w->db, c->mem, &w->city, &o, r);
}

static bool import_round(struct fault_city *c, const struct way *way, long n, long number, const struct shape *whole)
{
    struct shape before, after;
    struct import_result r;
    bool bad = number % 2 == 0;
    write_table(c, number, bad);
    (void)unlink(city_file(c, "kept.bad.csv"));
    city_look(c, &before);
    if (way->kinds == FAULT_READ) { /* new connections have read nothing yet */
        city_stop(c);
        assert_true(city_serve(c));
    }
    fault_vfs_arm_as(way->kinds, way->way, n);
    enum status st = import_table(c, bad, &r);
    bool fired = fault_vfs_disarm();
    truth("import", n, st);
    city_look(c, &after);
    city_same("import", n, &before, &after, whole, st == ST_OK ? 1 : 0);
    assert_int_equal(file_is(city_file(c, "kept.bad.csv")), st == ST_OK && bad);
    assert_int_equal(import_table(c, bad, &r), ST_OK); /* again: what is there is passed over */
    assert_int_equal(r.imported, st == ST_OK ? 0 : ROWS);
    assert_int_equal(r.skipped, st == ST_OK ? ROWS : 0);
    assert_int_equal(r.bad, bad);
    city_look(c, &after);
    city_same("import again", n, &before, &after, whole, 1);
    if (number % 16 == 0) city_sound(c);
    arena_reset(c->mem);
    return fired;
}

static void learn_import(struct fault_city *c, struct shape *whole)
{
    struct shape before, after;
    struct import_result r;
    for (long i = 1; i <= 2; i++) {
        write_table(c, 900000 + i, false);
        city_look(c, &before);
        assert_int_equal(import_table(c, false, &r), ST_OK);
        assert_int_equal(r.imported, ROWS);
        city_look(c, &after);
        city_difference(&before, &after, whole);
    }
}

#define CITY_ROUNDS 60 /* then a new one: looking at it takes as long as it is great */

static struct fault_city *open_import(struct shape *whole)
{
    struct fault_city *c = city_make();
    assert_true(city_serve(c));
    learn_import(c, whole);
    return c;
}

static void close_import(struct fault_city *c)
{
    city_sound(c);
    city_stop(c);
    city_blink(c);
    city_doctor(c->folder);
    city_erase(c);
}

static void p35_an_import_is_all_rows_or_none(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT_OF(ways); k++) {
        struct shape whole;
        long number = 1, rounds = 0;
        bool fired = true;
        struct fault_city *c = open_import(&whole);
        (void)import_round(c, &ways[k], 1000000, number++, &whole);
        long total = fault_vfs_calls();
        for (long n = 1; fired; n = next_fault(n, total, ways[k].rest)) {
            fired = import_round(c, &ways[k], n, number++, &whole);
            if (++rounds % CITY_ROUNDS != 0) continue;
            close_import(c);
            c = open_import(&whole);
        }
        close_import(c);
        printf("import, %s: %ld of %ld points\n", ways[k].name, rounds - 1, total);
    }
}

/* Backup */

/* A folder with the copy in it that the doctor visits. */
static void copy_is_sound(struct fault_city *c, const char *copy, const struct shape *expected)
{
    struct shape is;
    struct fault_city other = *c;
    look_at(c, copy, &is);
    assert_true(same(&is, expected));
    (void)snprintf(other.folder, sizeof other.folder, "%.40s/kept.folder", c->folder);
    assert_int_equal(mkdir(other.folder, 0700), 0);
    assert_int_equal(keys_make(city_file(&other, "luoshi.key")), ST_OK);
    assert_int_equal(__real_link(copy, city_file(&other, "luoshi.db")), 0);
    city_doctor(other.folder);
    static const char *const names[] = {"luoshi.db", "luoshi.db-wal", "luoshi.db-shm", "luoshi.key", "luoshi.lock"};
    for (size_t i = 0; i < COUNT_OF(names); i++) (void)__real_unlink(city_file(&other, names[i]));
    assert_int_equal(rmdir(other.folder), 0);
}

static bool backup_round(struct fault_city *c, const struct way *way, long n, const struct shape *is)
{
    struct store_error why;
    const char *copy = city_file(c, "kept.backup");
    (void)__real_unlink(copy);
    fault_vfs_arm_as(way->kinds, way->way, n);
    enum status st = store_backup(c->world->store, copy, &why);
    bool fired = fault_vfs_disarm();
    truth("backup", n, st);
    if (st != ST_OK) assert_true(why.text[0] != 0);
    assert_int_equal(file_is(copy), st == ST_OK || why.in_place);
    if (file_is(copy) && n % 4 == 0) copy_is_sound(c, copy, is);
    if (way->way != FAULT_STAY) assert_false(file_is(city_file(c, "kept.backup.part")));
    arena_reset(c->mem);
    return fired;
}

static void raise_some(struct fault_city *c, long from, long n)
{
    struct deed d;
    for (long i = 0; i < n; i++) {
        deed_ready(c, &deed_kinds[0], from + i, &d);
        assert_int_equal(db_write(c->world->db, deed_do, &d), ST_OK);
    }
    arena_reset(c->mem);
}

static void p35_a_backup_is_whole_or_is_not_there(void **state)
{
    struct fault_city *c = city_make();
    struct shape is;
    (void)state;
    assert_true(city_serve(c));
    raise_some(c, 1, 20);
    city_look(c, &is);
    for (size_t k = 0; k < COUNT_OF(ways); k++) {
        bool fired = true;
        long rounds = 0, total = 0;
        (void)backup_round(c, &ways[k], 1000000, &is);
        total = fault_vfs_calls();
        for (long n = 1; fired; n = next_fault(n, total, ways[k].rest), rounds++)
            fired = backup_round(c, &ways[k], n, &is);
        printf("backup, %s: %ld of %ld points\n", ways[k].name, rounds - 1, total);
    }
    raise_some(c, 100, 1); /* the server did not suffer */
    city_sound(c);
    city_stop(c);
    city_erase(c);
}

static enum status backup_alone(struct fault_city *c)
{
    struct store *store;
    struct store_error why;
    const struct store_options o = {.path = c->path, .read_only = true, .clock = &c->clock};
    TRY(store_open(&o, &store, &why));
    enum status st = store_backup(store, city_file(c, "kept.backup"), &why);
    store_close(store);
    return st;
}

static void p35_a_backup_that_dies_leaves_no_half_copy(void **state)
{
    struct fault_city *c = city_make();
    struct shape is;
    enum status told;
    bool died = true;
    long n;
    (void)state;
    assert_true(city_serve(c));
    raise_some(c, 1, 5);
    city_stop(c);
    city_look(c, &is);
    city_blink(c);
    for (n = 1; died; n = next_fault(n, 200, death.rest)) {
        const char *copy = city_file(c, "kept.backup");
        (void)__real_unlink(copy);
        died = dies(n, backup_alone, c, &told);
        if (told == ST_OK) assert_true(file_is(copy));
        if (file_is(copy)) copy_is_sound(c, copy, &is);
        assert_int_equal(backup_alone(c), ST_OK); /* whatever was left behind */
        arena_reset(c->mem);
    }
    printf("backup, death: up to call %ld\n", n);
    city_erase(c);
}

/* Restore: over a city with three matters, a backup with two */

struct restore_world {
    struct fault_city *c;
    struct shape old, new;
};

static void copy_file(const char *from, const char *to)
{
    static char bytes[4 * 1024 * 1024];
    int fd = __real_open(from, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t n = read(fd, bytes, sizeof bytes);
    assert_true(n > 0 && n < (ssize_t)sizeof bytes);
    (void)close(fd);
    file_write(to, (str){bytes, (size_t)n});
}

/* The old city as a crash left it: what was said last stands in its log alone. */
static void lay_out(struct fault_city *c, bool with_log)
{
    static const char *const gone[] = {"luoshi.db-wal", "luoshi.db-shm", "luoshi.db.part"};
    for (size_t i = 0; i < COUNT_OF(gone); i++) (void)__real_unlink(city_file(c, gone[i]));
    (void)__real_unlink(c->path);
    copy_file(city_file(c, with_log ? "kept.crashed" : "kept.old"), c->path);
    if (with_log) copy_file(city_file(c, "kept.crashed-wal"), city_file(c, "luoshi.db-wal"));
}

static void make_restore_world(struct restore_world *r)
{
    struct store_error why;
    struct fault_city *c = r->c = city_make();
    assert_true(city_serve(c));
    raise_some(c, 1, 2);
    assert_int_equal(store_backup(c->world->store, city_file(c, "kept.new"), &why), ST_OK);
    city_look(c, &r->new);
    raise_some(c, 3, 1);
    city_look(c, &r->old);
    assert_int_equal(store_backup(c->world->store, city_file(c, "kept.old"), &why), ST_OK);
    copy_file(city_file(c, "luoshi.db-wal"), city_file(c, "kept.crashed-wal"));
    copy_file(c->path, city_file(c, "kept.crashed")); /* only this process has it open, and writes nothing now */
    city_stop(c);
    city_blink(c);
}

static enum status restore_now(struct fault_city *c)
{
    struct store_error why = {.text = ""};
    enum status st = store_restore(city_file(c, "kept.new"), c->path, &why);
    if (st == ST_IO && why.in_place) return ST_CONFLICT;
    /* of an unreadable page of a list the engine's check does not say why it is wrong */
    return st == ST_INVALID && strstr(why.text, "failed to get page") != NULL ? ST_IO : st;
}

/* Names beside it that are not the test's; how many there are. */
static void forget_kept_ones(struct fault_city *c, long *n)
{
    *n = 0;
    for (int i = 1; i < 4; i++) {
        const char *name = i == 1 ? "luoshi.db.before-restore" : str_format(c->mem, "luoshi.db.before-restore.%d", i).p;
        const char *log = str_format(c->mem, "%s-wal", name).p;
        *n += file_is(city_file(c, name)) || file_is(city_file(c, log));
        (void)__real_unlink(city_file(c, name));
        (void)__real_unlink(city_file(c, log));
        (void)__real_unlink(city_file(c, str_format(c->mem, "%s-shm", name).p));
    }
}

static void restore_found(struct restore_world *r, enum status told, bool tidy, long n)
{
    struct fault_city *c = r->c;
    struct shape is;
    long kept;
    look_at(c, c->path, &is);
    bool is_new = same(&is, &r->new);
    if (!is_new && !same(&is, &r->old)) fail_msg("restore, fault %ld: neither the old nor the new database", n);
    if (told == ST_OK || told == ST_CONFLICT) assert_true(is_new);
    if (told == ST_IO || told == ST_BUSY) assert_false(is_new);
    if (is_new) {
        look_at(c, city_file(c, "luoshi.db.before-restore"), &is);
        assert_true(same(&is, &r->old));
    }
    forget_kept_ones(c, &kept);
    if (tidy) assert_int_equal(kept, is_new ? 1 : 0);
    if (n % 8 == 0) city_doctor(c->folder);
}

static void p35_a_restore_puts_all_in_place_or_leaves_the_old(void **state)
{
    struct restore_world r;
    (void)state;
    make_restore_world(&r);
    for (size_t k = 0; k < COUNT_OF(ways) * 2; k++) {
        const struct way *way = &ways[k / 2];
        bool fired = true;
        long rounds = 0, total = 0;
        for (long n = 1000000; fired || n == 1; n = n == 1000000 ? 1 : next_fault(n, total, way->rest)) {
            lay_out(r.c, k % 2 == 1);
            fault_vfs_arm_as(way->kinds, way->way, n);
            enum status st = restore_now(r.c);
            fired = fault_vfs_disarm();
            if (total == 0) total = fault_vfs_calls();
            if (st != ST_CONFLICT) truth("restore", n, st);
            if (!fired) assert_int_equal(st, ST_OK);
            restore_found(&r, st, way->way != FAULT_STAY, n);
            arena_reset(r.c->mem);
            rounds++;
            if (n == 1000000) fired = true;
        }
        printf("restore%s, %s: %ld of %ld points\n", k % 2 == 1 ? " over a crash" : "", way->name, rounds - 2, total);
    }
    lay_out(r.c, false);
    city_erase(r.c);
}

static void p35_a_restore_that_dies_leaves_the_old_or_the_new(void **state)
{
    struct restore_world r;
    (void)state;
    make_restore_world(&r);
    for (int with_log = 0; with_log < 2; with_log++) {
        bool died = true;
        long n;
        for (n = 1; died; n = next_fault(n, 300, death.rest)) {
            enum status told;
            lay_out(r.c, with_log == 1);
            died = dies(n, restore_now, r.c, &told);
            restore_found(&r, told, told == ST_OK, n);
            assert_int_equal(restore_now(r.c), ST_OK); /* whatever was left behind */
            long kept;
            forget_kept_ones(r.c, &kept);
            arena_reset(r.c->mem);
        }
        printf("restore%s, death: up to call %ld\n", with_log == 1 ? " over a crash" : "", n);
    }
    city_erase(r.c);
}

/* An old installation brought up to date */

static void unpack(const char *packed, const char *to)
{
    static char bytes[4 * 1024 * 1024];
    gzFile f = gzopen(packed, "rb");
    assert_non_null(f);
    int n = gzread(f, bytes, sizeof bytes);
    assert_true(n > 0 && n < (int)sizeof bytes);
    assert_int_equal(gzclose(f), Z_OK);
    file_write(to, (str){bytes, (size_t)n});
}

/* As the first migration alone made it, with a row in its main tables. */
static void make_first(struct fault_city *c, const char *to)
{
    static const char rows[] =
        "INSERT INTO unit (id, code, name_en, name_zh, kind, starts_on) VALUES (1, '990000', 'City', '市', 'root', "
        "20000);"
        "INSERT INTO unit_path (line, ancestor_unit_id, descendant_unit_id, depth, starts_on) VALUES (0, 1, 1, 0, "
        "20000);"
        "INSERT INTO person (id, login, name, created_at) VALUES (2, 'root', 'Root', 1);"
        "INSERT INTO setting (name, value) VALUES ('city.name_en', 'Haitang'), ('city.name_zh', '海棠市'), "
        "('city.ref_prefix', 'HT'), ('city.zone', 'Asia/Shanghai');";
    const struct store_setup setup = {migrations_all, 1, stmt_all_count, NULL};
    const struct store_options o = {.path = c->path, .create = true, .clock = &c->clock};
    struct store *store;
    struct store_error why;
    sqlite3 *h;
    (void)__real_unlink(c->path);
    assert_int_equal(store_open_with(&o, &setup, &store, &why), ST_OK);
    store_close(store);
    assert_int_equal(sqlite3_open(c->path, &h), SQLITE_OK);
    if (sqlite3_exec(h, rows, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s", sqlite3_errmsg(h));
    assert_int_equal(sqlite3_close(h), SQLITE_OK);
    assert_int_equal(__real_rename(c->path, to), 0);
}

static int version_of(const char *path)
{
    sqlite3 *h;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(h, "PRAGMA user_version", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    int v = sqlite3_column_int(s, 0);
    (void)sqlite3_finalize(s);
    assert_int_equal(sqlite3_close(h), SQLITE_OK);
    return v;
}

struct old_world {
    struct fault_city *c;
    int from;
    const char *file;
    struct shape old, new;
};

static void lay_old(struct old_world *w)
{
    static const char *const gone[] = {"luoshi.db-wal", "luoshi.db-shm"};
    for (size_t i = 0; i < COUNT_OF(gone); i++) (void)__real_unlink(city_file(w->c, gone[i]));
    copy_file(w->file, w->c->path);
}

/* Copies made before; how many there are, and none half made. */
static long forget_copies(struct old_world *w)
{
    struct fault_city *c = w->c;
    long n = 0;
    for (int v = w->from + 1; v <= migrations_count; v++) {
        for (int i = 1; i < 4; i++) {
            str name = str_format(c->mem, "luoshi.db.before-%d", v);
            if (i > 1) name = str_format(c->mem, "%.*s.%d", STR_ARG(name), i);
            n += file_is(city_file(c, name.p));
            (void)__real_unlink(city_file(c, name.p));
            (void)__real_unlink(city_file(c, str_concat(c->mem, name, STR(".part")).p));
        }
    }
    return n;
}

static enum status bring_up(struct fault_city *c)
{
    if (!city_serve(c)) return ST_IO;
    enum status st = search_rebuild(c->world->db, (struct search_progress){.tell = NULL}); /* as `serve` does */
    city_stop(c);
    return st;
}

static void open_old_world(struct old_world *w, int from)
{
    struct fault_city *c = city_make();
    char *file = strdup(city_file(c, "kept.installation"));
    *w = (struct old_world){.c = c, .from = from, .file = file};
    if (from == 1) make_first(c, file);
    else unpack("tests/fault/schema2.db.gz", file);
    lay_old(w);
    assert_int_equal(version_of(c->path), from);
    look_at(c, c->path, &w->old);
    assert_int_equal(bring_up(c), ST_OK);
    look_at(c, c->path, &w->new);
    assert_int_equal(version_of(c->path), migrations_count);
    assert_int_equal(forget_copies(w), 1);
}

static void close_old_world(struct old_world *w)
{
    (void)forget_copies(w);
    city_erase(w->c);
    free((void *)(uintptr_t)w->file);
}

/* Whole steps only; what is left to do is done by the next start. */
static void steps_are_whole(struct old_world *w, enum status told, long n)
{
    struct fault_city *c = w->c;
    struct shape is;
    int v = version_of(c->path);
    assert_true(v >= w->from && v <= migrations_count);
    if (told == ST_OK) assert_int_equal(v, migrations_count);
    look_at(c, c->path, &is);
    if (v == w->from && !same(&is, &w->old)) fail_msg("schema %d, fault %ld: not as it was", w->from, n);
    assert_int_equal(bring_up(c), ST_OK);
    look_at(c, c->path, &is);
    if (!same(&is, &w->new)) fail_msg("schema %d, fault %ld: not as it should be", w->from, n);
    if (w->from > 1 && n % 8 == 0) city_doctor(c->folder);
}

static void migrate_under_faults(struct old_world *w)
{
    for (size_t k = 0; k < COUNT_OF(ways); k++) {
        bool fired = true;
        long rounds = 0, total = 0;
        for (long n = 1000000; fired || n == 1; n = n == 1000000 ? 1 : next_fault(n, total, ways[k].rest), rounds++) {
            lay_old(w);
            fault_vfs_arm_as(ways[k].kinds, ways[k].way, n);
            enum status st = bring_up(w->c);
            fired = fault_vfs_disarm() || n == 1000000;
            if (total == 0) total = fault_vfs_calls();
            if (st != ST_OK && ways[k].way == FAULT_ONCE && version_of(w->c->path) == w->from)
                assert_int_equal(forget_copies(w), 0); /* trying again and again does not fill the disk */
            steps_are_whole(w, st, n);
            (void)forget_copies(w);
            arena_reset(w->c->mem);
        }
        printf("migrate from schema %d, %s: %ld of %ld points\n", w->from, ways[k].name, rounds - 2, total);
    }
}

static void migrate_and_die(struct old_world *w)
{
    bool died = true;
    long n;
    for (n = 1; died; n = next_fault(n, 1000, death.rest)) {
        enum status told;
        lay_old(w);
        died = dies(n, bring_up, w->c, &told);
        steps_are_whole(w, told, n);
        assert_in_range(forget_copies(w), 1, 2);
        arena_reset(w->c->mem);
    }
    printf("migrate from schema %d, death: up to call %ld\n", w->from, n);
}

static void n15_an_old_installation_comes_up_in_whole_steps(void **state)
{
    (void)state;
    for (int from = 1; from < migrations_count && from <= 2; from++) {
        struct old_world w;
        open_old_world(&w, from);
        migrate_under_faults(&w);
        migrate_and_die(&w);
        close_old_world(&w);
    }
}

/* Stopping */

static void n15_stopping_under_faults_loses_nothing(void **state)
{
    struct fault_city *c = city_make();
    (void)state;
    for (int k = 0; k < 2; k++) {
        bool fired = true;
        for (long n = 1; fired; n++) {
            struct shape before, after;
            assert_true(city_serve(c));
            raise_some(c, k * 1000 + n, 1);
            city_look(c, &before);
            city_blink(c);
            fault_vfs_arm_as(FAULT_DISK, k == 0 ? FAULT_ONCE : FAULT_STAY, n);
            city_stop(c);
            fired = fault_vfs_disarm();
            look_at(c, c->path, &after);
            assert_true(same(&before, &after));
        }
    }
    city_doctor(c->folder);
    city_erase(c);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p35_an_import_is_all_rows_or_none),
        cmocka_unit_test(p35_a_backup_is_whole_or_is_not_there),
        cmocka_unit_test(p35_a_backup_that_dies_leaves_no_half_copy),
        cmocka_unit_test(p35_a_restore_puts_all_in_place_or_leaves_the_old),
        cmocka_unit_test(p35_a_restore_that_dies_leaves_the_old_or_the_new),
        cmocka_unit_test(n15_an_old_installation_comes_up_in_whole_steps),
        cmocka_unit_test(n15_stopping_under_faults_loses_nothing),
    };
    if (argc > 1) cmocka_set_test_filter(argv[1]);
    fault_vfs_install();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fault_vfs_remove();
    return failed;
}
