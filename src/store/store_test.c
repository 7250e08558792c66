/* store_test: the door to the database, from outside, over a small schema of its own.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/inside.h"
#include "store/stmt.h"

/* A small schema */

static const struct migration steps[] = {
    {1, "001_unit",
     "CREATE TABLE unit (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, size INTEGER NOT NULL DEFAULT 0 CHECK "
     "(size >= 0)) STRICT;",
     NULL},
    {2, "002_note",
     "CREATE TABLE note (id INTEGER PRIMARY KEY, unit_id INTEGER NOT NULL REFERENCES unit (id), text TEXT) STRICT;"
     "INSERT INTO unit (id, code) VALUES (1000, 'first');",
     NULL},
    {3, "003_flag", "ALTER TABLE unit ADD COLUMN flag INTEGER NOT NULL DEFAULT 7;", NULL},
};
static const struct migration broken_steps[] = {
    {1, "001_unit", "CREATE TABLE unit (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT;", NULL},
    {2, "002_more", "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;", NULL},
    {3, "003_wrong", "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE wrong (;", NULL},
};

static const struct stmt_text add_unit = {
    0, "add_unit", __FILE__, __LINE__, "INSERT INTO unit (id, code, size) VALUES ($1, $2, $3)", NULL, NULL, NULL};
static const struct stmt_text all_units = {
    1, "all_units", __FILE__, __LINE__, "SELECT id, code FROM unit ORDER BY id", NULL, NULL, NULL};
static const struct stmt_text count_units = {2,    "count_units", __FILE__, __LINE__, "SELECT count(*) FROM unit",
                                             NULL, NULL,          NULL};
static const struct stmt_text add_note = {
    3,    "add_note", __FILE__, __LINE__, "INSERT INTO note (id, unit_id, text) VALUES ($1, $2, $3) RETURNING id, text",
    NULL, NULL,       NULL};
static const struct stmt_text unit_size = {
    4, "unit_size", __FILE__, __LINE__, "SELECT size FROM unit WHERE code = $1", NULL, NULL, NULL};
static const struct stmt_text unit_flag = {5,    "unit_flag", __FILE__, __LINE__, "SELECT flag FROM unit LIMIT 1",
                                           NULL, NULL,        NULL};

static struct store_setup setup_of(int n_steps)
{
    return (struct store_setup){steps, n_steps, 8};
}

/* A world: a folder, a store in it, a handle on the store. */

struct world {
    char folder[64];
    char path[192];
    struct store *store;
    struct db *db;
    struct arena *mem;
};

static struct store_error why;

static enum status world_open(struct world *w, const struct store_setup *setup, bool create)
{
    struct store_options o = {.path = w->path, .create = create};
    enum status st = store_open_with(&o, setup, &w->store, &why);
    if (st == ST_OK) assert_int_equal(db_open(w->store, &w->db), ST_OK);
    return st;
}

static void world_close(struct world *w)
{
    db_close(w->db);
    if (w->store != NULL) store_close(w->store);
    w->db = NULL;
    w->store = NULL;
}

static int world_make(void **state)
{
    static struct world w;
    w = (struct world){.folder = "/tmp/luoshi_store_XXXXXX"};
    assert_non_null(mkdtemp(w.folder));
    (void)snprintf(w.path, sizeof w.path, "%s/luoshi.db", w.folder);
    w.mem = arena_new((size_t)1024 * 1024, NULL);
    struct store_setup setup = setup_of(2);
    assert_int_equal(world_open(&w, &setup, true), ST_OK);
    *state = &w;
    return 0;
}

static int world_free(void **state)
{
    static const char *const names[] = {
        "",         "-wal", "-shm",      ".before-3", ".before-2", ".before-restore", ".before-restore-wal",
        ".part",    ".bak", ".bak.part", ".bak-wal",  ".bak-shm",  ".copy",           ".copy-wal",
        ".copy-shm"};
    struct world *w = *state;
    char name[256];
    world_close(w);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        (void)snprintf(name, sizeof name, "%s%s", w->path, names[i]);
        (void)unlink(name);
    }
    (void)snprintf(name, sizeof name, "%s/luoshi.lock", w->folder);
    (void)unlink(name);
    assert_int_equal(rmdir(w->folder), 0);
    arena_free(w->mem);
    return 0;
}

/* Statements, as mksql would write them */

static enum status q_add_unit(struct db *db, int64_t id, str code, int64_t size)
{
    struct stmt *s;
    TRY(stmt_open(db, &add_unit, &s));
    stmt_bind_int(s, 1, id);
    stmt_bind_str(s, 2, code);
    stmt_bind_int(s, 3, size);
    return stmt_run(s, NULL);
}

static enum status q_add_note(struct db *db, struct arena *mem, int64_t unit, str text, str *back)
{
    struct stmt *s;
    TRY(stmt_open(db, &add_note, &s));
    stmt_bind_int(s, 1, db_new_id(db));
    stmt_bind_int(s, 2, unit);
    stmt_bind_str_or_null(s, 3, text);
    enum status st = stmt_step(s);
    if (st == ST_OK) *back = stmt_str(s, mem, 1);
    return stmt_end(s, st);
}

static int64_t q_number(struct db *db, const struct stmt_text *text, const char *code)
{
    struct stmt *s;
    int64_t n = -1;
    assert_int_equal(stmt_open(db, text, &s), ST_OK);
    if (code != NULL) stmt_bind_str(s, 1, str_from(code));
    enum status st = stmt_step(s);
    if (st == ST_OK) n = stmt_int(s, 0);
    st = stmt_end(s, st);
    assert_true(st == ST_OK || st == ST_NOT_FOUND);
    return n;
}

static int64_t units(struct db *db)
{
    return q_number(db, &count_units, NULL);
}

/* Commands */

struct add {
    char code[16];
    int64_t size;
    enum status leaves; /* what the command returns after its insert */
    bool exhausts;
    int64_t id;
};

static enum status command_add(struct db *db, struct arena *mem, void *arg)
{
    struct add *a = arg;
    a->id = db_new_id(db);
    TRY(q_add_unit(db, a->id, str_from(a->code), a->size));
    if (a->exhausts) (void)!arena_alloc(mem, SIZE_MAX / 8, 1, 1);
    return a->leaves;
}

static struct add adding(const char *code)
{
    struct add a = {.leaves = ST_OK};
    (void)snprintf(a.code, sizeof a.code, "%s", code);
    return a;
}

static enum status add_now(struct db *db, const char *code)
{
    struct add a = adding(code);
    return db_write(db, command_add, &a);
}

/* Files */

static void beside(const struct world *w, const char *suffix, char out[192])
{
    must(snprintf(out, 192, "%s%s", w->path, suffix) < 192);
}

static str bytes_of(struct world *w, const char *path)
{
    struct buf b;
    char piece[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    buf_init(&b, w->mem, 0, (size_t)512 * 1024);
    if (f == NULL) return (str){NULL, 0};
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add_bytes(&b, piece, n);
    (void)fclose(f);
    return buf_str(&b);
}

static void put_bytes(const char *path, str bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
}

static bool exists(const char *path, const char *suffix)
{
    char name[256];
    struct stat st;
    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    return stat(name, &st) == 0;
}

/* The file and its log, as they lie on the disk now, under the name FILE.copy. */
static void copy_as_after_a_crash(struct world *w)
{
    static const char *const suffixes[][2] = {{"", ".copy"}, {"-wal", ".copy-wal"}};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char from[192], to[192];
        beside(w, suffixes[i][0], from);
        beside(w, suffixes[i][1], to);
        put_bytes(to, bytes_of(w, from));
    }
}

/* Opening */

static void a_new_database_can_be_opened_again(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct stat st;
    assert_int_equal(store_schema_version(w->store), 2);
    assert_int_equal(add_now(w->db, "a"), ST_OK);
    world_close(w);
    assert_false(exists(w->path, "-wal"));
    assert_false(exists(w->path, ".part"));
    assert_int_equal(stat(w->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(world_open(w, &setup, false), ST_OK);
    assert_int_equal(units(w->db), 2);
}

static void a_missing_database_is_not_made_unasked(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    world_close(w);
    assert_int_equal(unlink(w->path), 0);
    assert_int_equal(world_open(w, &setup, false), ST_NOT_FOUND);
    assert_non_null(strstr(why.text, "there is no database at"));
    assert_false(exists(w->path, ""));
}

static void a_second_server_is_told_who_holds_the_folder(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct world other = *w;
    char pid[32];
    assert_int_equal(world_open(&other, &setup, true), ST_BUSY);
    (void)snprintf(pid, sizeof pid, "(process %ld)", (long)getpid());
    assert_non_null(strstr(why.text, pid));
    assert_int_equal(add_now(w->db, "still"), ST_OK);
}

static void refused_untouched(struct world *w, str bytes, enum status expected, const char *words)
{
    struct store_setup setup = setup_of(2);
    put_bytes(w->path, bytes);
    assert_int_equal(world_open(w, &setup, false), expected);
    if (strstr(why.text, words) == NULL) fail_msg("%s", why.text);
    assert_true(str_eq(bytes_of(w, w->path), bytes));
    assert_false(exists(w->path, "-wal"));
    assert_false(exists(w->path, "-journal"));
}

static void a_file_that_is_not_ours_stays_as_it_is(void **state)
{
    struct world *w = *state;
    world_close(w);
    str whole = bytes_of(w, w->path);
    char *other = str_z(w->mem, whole);
    memcpy(other + 68, "ELSE", 4);
    char *newer = str_z(w->mem, whole);
    newer[63] = 9;
    char *torn = str_z(w->mem, whole);
    memset(torn, 'x', 16);
    char *schema = str_z(w->mem, whole);
    memset(schema + 100, 0xEE, 400);
    refused_untouched(
        w,
        STR("no database at all, just some words that go on and on and on, for more than a hundred bytes altogether"),
        ST_INVALID, "is not a database");
    refused_untouched(w, STR("short"), ST_INVALID, "is not a database");
    refused_untouched(w, STR(""), ST_INVALID, "is empty");
    refused_untouched(w, (str){other, whole.n}, ST_INVALID, "another program");
    refused_untouched(w, (str){newer, whole.n}, ST_CONFLICT,
                      "newer than this program (schema 9, this program knows 2)");
    refused_untouched(w, (str){torn, whole.n}, ST_INVALID, "first page is damaged");
    refused_untouched(w, (str){schema, whole.n}, ST_INVALID, "malformed");
    refused_untouched(w, str_sub(whole, 0, whole.n - 4096), ST_INVALID, "cut short");
}

static void a_newer_version_still_in_the_log_is_seen(void **state)
{
    struct world *w = *state;
    struct store_setup three = setup_of(3);
    struct store_setup two = setup_of(2);
    world_close(w);
    assert_int_equal(world_open(w, &three, false), ST_OK);
    struct world copy = *w;
    copy_as_after_a_crash(w);
    world_close(w);
    beside(w, ".copy", copy.path);
    str before = bytes_of(w, copy.path);
    assert_int_equal(before.p[63], 2); /* the header alone would mislead */
    assert_int_equal(world_open(&copy, &two, false), ST_CONFLICT);
    assert_non_null(strstr(why.text, "(schema 3, this program knows 2)"));
    assert_true(str_eq(bytes_of(w, copy.path), before));
}

static void an_older_database_is_copied_then_migrated(void **state)
{
    struct world *w = *state;
    struct store_setup three = setup_of(3);
    struct world old = *w;
    assert_int_equal(add_now(w->db, "kept"), ST_OK);
    world_close(w);
    assert_int_equal(world_open(w, &three, false), ST_OK);
    assert_int_equal(store_schema_version(w->store), 3);
    assert_int_equal(q_number(w->db, &unit_flag, NULL), 7);
    world_close(w);
    struct store_setup two = setup_of(2);
    beside(w, ".before-3", old.path);
    struct store_options o = {.path = old.path, .read_only = true};
    assert_int_equal(store_open_with(&o, &two, &old.store, &why), ST_OK);
    assert_int_equal(db_open(old.store, &old.db), ST_OK);
    assert_int_equal(units(old.db), 2);
    world_close(&old);
    o.path = w->path;
    assert_int_equal(store_open_with(&o, &two, &old.store, &why), ST_CONFLICT);
}

static void a_migration_that_fails_is_undone_and_can_go_on_later(void **state)
{
    struct world *w = *state;
    struct store_setup one = setup_of(1);
    struct store_setup broken = {broken_steps, 3, 8};
    struct store_setup fixed = {broken_steps, 2, 8};
    world_close(w);
    assert_int_equal(unlink(w->path), 0);
    assert_int_equal(world_open(w, &broken, true), ST_IO); /* new: nothing is left */
    assert_false(exists(w->path, ""));
    assert_int_equal(world_open(w, &one, true), ST_OK);
    world_close(w);
    assert_int_equal(world_open(w, &broken, false), ST_IO);
    assert_non_null(strstr(why.text, "003_wrong"));
    assert_int_equal(world_open(w, &fixed, false), ST_OK); /* the second step had its own transaction */
    assert_int_equal(store_schema_version(w->store), 2);
    assert_true(exists(w->path, ".before-2"));
}

/* Writing */

static void an_answered_write_is_in_the_files(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct world copy = *w;
    assert_int_equal(add_now(w->db, "durable"), ST_OK);
    copy_as_after_a_crash(w);
    beside(w, ".copy", copy.path);
    world_close(w);
    assert_int_equal(world_open(&copy, &setup, false), ST_OK);
    assert_int_equal(q_number(copy.db, &unit_size, "durable"), 0);
    world_close(&copy);
}

static void each_outcome_of_a_write_has_its_status(void **state)
{
    struct world *w = *state;
    struct add bad = adding("negative");
    bad.size = -1;
    assert_int_equal(add_now(w->db, "one"), ST_OK);
    assert_int_equal(add_now(w->db, "one"), ST_CONFLICT);
    assert_int_equal(db_write(w->db, command_add, &bad), ST_INVALID);
    struct add said = adding("said");
    said.leaves = ST_FORBIDDEN;
    assert_int_equal(db_write(w->db, command_add, &said), ST_FORBIDDEN);
    assert_int_equal(units(w->db), 2);
}

static enum status command_note(struct db *db, struct arena *mem, void *arg)
{
    str back;
    int64_t *unit = arg;
    TRY(q_add_note(db, mem, *unit, STR(""), &back));
    must(back.p != NULL && back.n == 0);
    TRY(q_add_note(db, mem, *unit, (str){NULL, 0}, &back));
    must(back.p == NULL);
    instant at = db_now(db);
    for (int i = 0; i < 1000000; i++) must(db_now(db).ms == at.ms);
    return ST_OK;
}

static void a_reference_must_lead_somewhere(void **state)
{
    struct world *w = *state;
    int64_t there = 1000;
    int64_t nowhere = 1001;
    assert_int_equal(db_write(w->db, command_note, &there), ST_OK);
    assert_int_equal(db_write(w->db, command_note, &nowhere), ST_CONFLICT);
}

static void exhaustion_undoes_one_command_and_the_next_goes_on(void **state)
{
    struct world *w = *state;
    struct add full = adding("full");
    full.exhausts = true;
    assert_int_equal(db_write(w->db, command_add, &full), ST_BUSY);
    assert_int_equal(add_now(w->db, "after"), ST_OK);
    assert_int_equal(units(w->db), 2);
}

static void a_change_outside_the_door_is_refused(void **state)
{
    struct world *w = *state;
    assert_int_equal(q_add_unit(w->db, 1, STR("sneaky"), 0), ST_IO);
    assert_int_equal(units(w->db), 1);
}

struct worker {
    struct store *store;
    int number;
    int rounds;
    int wrong;
};

static void *worker_main(void *arg)
{
    struct worker *k = arg;
    struct db *db;
    if (db_open(k->store, &db) != ST_OK) return NULL;
    for (int i = 0; i < k->rounds; i++) {
        struct add a = {.leaves = i % 3 == 1 ? ST_FORBIDDEN : ST_OK, .exhausts = i % 3 == 2};
        (void)snprintf(a.code, sizeof a.code, "%d/%d", k->number, i);
        enum status expected = i % 3 == 0 ? ST_OK : i % 3 == 1 ? ST_FORBIDDEN : ST_BUSY;
        if (db_write(db, command_add, &a) != expected) k->wrong++;
        bool seen = q_number(db, &unit_size, a.code) == 0; /* its own write, at once, on another connection */
        if (seen != (expected == ST_OK)) k->wrong++;
    }
    db_close(db);
    return NULL;
}

static void one_failing_command_leaves_the_others_of_its_batch(void **state)
{
    struct world *w = *state;
    enum { THREADS = 24, ROUNDS = 12 };
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){w->store, i, ROUNDS, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, worker_main, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
    struct store_counts c;
    store_counts(w->store, &c);
    assert_int_equal(units(w->db), 1 + THREADS * ROUNDS / 3);
    assert_int_equal(c.commands, THREADS * ROUNDS);
    assert_true(c.batches < c.commands); /* commits were shared */
    assert_true(c.wal_bytes > 0 && c.file_bytes > 0 && c.waiting == 0);
}

static void a_full_queue_answers_busy(void **state)
{
    struct world *w = *state;
    (void)pthread_mutex_lock(&w->store->queue.lock);
    w->store->queue.waiting += STORE_QUEUE;
    (void)pthread_mutex_unlock(&w->store->queue.lock);
    assert_int_equal(add_now(w->db, "late"), ST_BUSY);
    (void)pthread_mutex_lock(&w->store->queue.lock);
    w->store->queue.waiting -= STORE_QUEUE;
    (void)pthread_mutex_unlock(&w->store->queue.lock);
    assert_int_equal(add_now(w->db, "late"), ST_OK);
}

static enum status command_parts(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    TRY(q_add_unit(db, db_new_id(db), STR("outer"), 0));
    TRY(db_savepoint(db));
    TRY(q_add_unit(db, db_new_id(db), STR("kept"), 0));
    TRY(db_savepoint(db));
    TRY(q_add_unit(db, db_new_id(db), STR("undone"), 0));
    db_savepoint_undo(db);
    return db_savepoint_release(db);
}

static void a_part_of_a_command_can_be_undone(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_write(w->db, command_parts, NULL), ST_OK);
    assert_int_equal(q_number(w->db, &unit_size, "kept"), 0);
    assert_int_equal(q_number(w->db, &unit_size, "undone"), -1);
    assert_int_equal(units(w->db), 3);
}

/* Batches */

static void a_batch_is_kept_or_dropped_whole(void **state)
{
    struct world *w = *state;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int i = 0; i < 500; i++) {
        char code[16];
        (void)snprintf(code, sizeof code, "b%d", i);
        assert_int_equal(q_add_unit(w->db, db_new_id(w->db), str_from(code), 0), ST_OK);
    }
    assert_int_equal(add_now(w->db, "b0"), ST_CONFLICT); /* the same commands work inside, each with its savepoint */
    assert_int_equal(add_now(w->db, "inside"), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_int_equal(units(w->db), 502);
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(add_now(w->db, "dropped"), ST_OK);
    db_batch_rollback(w->db);
    assert_int_equal(units(w->db), 502);
    assert_int_equal(q_add_unit(w->db, 1, STR("again outside"), 0), ST_IO);
}

static void *write_meanwhile(void *arg)
{
    struct worker *k = arg;
    struct db *db;
    if (db_open(k->store, &db) != ST_OK) return NULL;
    k->wrong = add_now(db, "meanwhile") == ST_OK ? 0 : 1;
    db_close(db);
    return NULL;
}

static void the_writer_waits_for_a_batch(void **state)
{
    struct world *w = *state;
    struct worker k = {w->store, 0, 1, 1};
    pthread_t thread;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(q_add_unit(w->db, 5, STR("batch"), 0), ST_OK);
    assert_int_equal(pthread_create(&thread, NULL, write_meanwhile, &k), 0);
    (void)usleep(50000);
    assert_int_equal(q_number(w->db, &unit_size, "meanwhile"), -1);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(k.wrong, 0);
    assert_int_equal(units(w->db), 3);
}

/* Reading */

static void a_snapshot_is_one_moment(void **state)
{
    struct world *w = *state;
    struct worker k = {w->store, 0, 1, 1};
    pthread_t thread;
    assert_int_equal(db_snapshot_begin(w->db), ST_OK);
    assert_int_equal(pthread_create(&thread, NULL, write_meanwhile, &k), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(k.wrong, 0);
    assert_int_equal(units(w->db), 1);
    db_snapshot_end(w->db);
    assert_int_equal(units(w->db), 2);
}

static void exhaustion_while_reading_ends_the_statement(void **state)
{
    struct world *w = *state;
    jmp_buf full;
    struct arena *small = arena_new((size_t)64 * 1024, &full);
    struct stmt *s;
    struct stmt_rows rows = {0};
    if (setjmp(full) == 0) {
        assert_int_equal(stmt_open(w->db, &all_units, &s), ST_OK);
        while (stmt_step(s) == ST_OK) {
            for (;;) (void)stmt_row(s, small, &rows, 512);
        }
        fail();
    }
    assert_false(engine_in_transaction(w->db->engine));
    if (setjmp(full) == 0) { /* a callback of :each leaves: the guard ends it when the arena is reset */
        arena_reset(small);
        assert_int_equal(stmt_open(w->db, &all_units, &s), ST_OK);
        stmt_guard(s, small);
        assert_int_equal(stmt_step(s), ST_OK);
        (void)!arena_alloc(small, SIZE_MAX / 8, 1, 1);
    }
    arena_reset(small);
    assert_int_equal(stmt_open(w->db, &all_units, &s), ST_OK);
    assert_int_equal(stmt_end(s, ST_OK), ST_OK);
    arena_free(small);
}

static void keys_grow_and_begin_after_the_greatest(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    int64_t far = INT64_C(4000000000000000000);
    int64_t last = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t id = db_new_id(w->db);
        assert_true(id > last);
        last = id;
    }
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(q_add_unit(w->db, far, STR("far"), 0), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    world_close(w);
    assert_int_equal(world_open(w, &setup, false), ST_OK);
    assert_true(db_new_id(w->db) > far);
}

/* Copies */

static void a_copy_is_whole_while_writes_go_on(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    struct worker k = {w->store, 1, 300, 0};
    struct world copy = *w;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, worker_main, &k), 0);
    beside(w, ".bak", copy.path);
    for (int i = 0; i < 5; i++) assert_int_equal(store_backup(w->store, copy.path, &why), ST_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(k.wrong, 0);
    assert_false(exists(copy.path, ".part"));
    struct store_options o = {.path = copy.path, .read_only = true};
    assert_int_equal(store_open_with(&o, &setup, &copy.store, &why), ST_OK);
    assert_int_equal(db_open(copy.store, &copy.db), ST_OK);
    str report;
    assert_int_equal(store_check(copy.db, w->mem, &report), ST_OK);
    assert_int_equal(report.n, 0);
    assert_true(units(copy.db) <= units(w->db));
    assert_int_equal(add_now(copy.db, "no"), ST_IO);
    world_close(&copy);
    assert_int_equal(store_backup(w->store, "/nonexistent/x", &why), ST_IO);
    assert_non_null(strstr(why.text, "cannot make /nonexistent/x.part"));
}

static void a_copy_can_be_put_back_and_the_old_file_is_kept(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    char copy[192];
    beside(w, ".bak", copy);
    assert_int_equal(add_now(w->db, "saved"), ST_OK);
    assert_int_equal(store_backup(w->store, copy, &why), ST_OK);
    assert_int_equal(add_now(w->db, "later"), ST_OK);
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_BUSY);
    assert_int_equal(units(w->db), 3);
    world_close(w);
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_OK);
    assert_true(exists(w->path, ".before-restore"));
    assert_int_equal(world_open(w, &setup, false), ST_OK);
    assert_int_equal(units(w->db), 2);
    assert_int_equal(q_number(w->db, &unit_size, "later"), -1);
}

static void a_damaged_copy_is_refused_and_the_old_file_stays(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(2);
    char copy[192];
    beside(w, ".bak", copy);
    assert_int_equal(store_backup(w->store, copy, &why), ST_OK);
    world_close(w);
    str old = bytes_of(w, w->path);
    char *bad = str_z(w->mem, bytes_of(w, copy));
    size_t n = bytes_of(w, copy).n;
    memset(bad + 4096, 0x5A, 4096); /* the second page */
    put_bytes(copy, (str){bad, n});
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_INVALID);
    assert_non_null(strstr(why.text, "is damaged"));
    assert_true(str_eq(bytes_of(w, w->path), old));
    assert_false(exists(w->path, ".part"));
    put_bytes(copy, STR("no database"));
    assert_int_equal(store_restore_with(&setup, copy, w->path, &why), ST_INVALID);
}

/* In memory, and the program's own statements */

static void a_memory_store_behaves_alike(void **state)
{
    struct world *w = *state;
    struct store_setup setup = setup_of(3);
    struct clock still = {.frozen = true, .fixed = {INT64_C(1800000000000)}};
    struct store_options o = {.in_memory = true, .node = 3, .clock = &still};
    struct store *store;
    struct db *db;
    assert_int_equal(store_open_with(&o, &setup, &store, &why), ST_OK);
    assert_int_equal(db_open(store, &db), ST_OK);
    assert_int_equal(db_now(db).ms, still.fixed.ms);
    assert_int_equal(add_now(db, "a"), ST_OK);
    assert_int_equal(add_now(db, "a"), ST_CONFLICT);
    struct add full = adding("full");
    full.exhausts = true;
    assert_int_equal(db_write(db, command_add, &full), ST_BUSY);
    assert_int_equal(db_write(db, command_parts, NULL), ST_OK);
    assert_int_equal(q_add_unit(db, 1, STR("sneaky"), 0), ST_IO);
    assert_int_equal(units(db), 4);
    assert_int_equal(db_snapshot_begin(db), ST_OK);
    assert_int_equal(units(db), 4);
    assert_int_equal(add_now(db, "within a snapshot"), ST_OK);
    db_snapshot_end(db);
    assert_int_equal(db_batch_begin(db), ST_OK);
    assert_int_equal(q_add_unit(db, 2, STR("batch"), 0), ST_OK);
    assert_int_equal(db_batch_commit(db), ST_OK);
    assert_int_equal(units(db), 6);
    char copy[192];
    beside(w, ".bak", copy);
    assert_int_equal(store_backup(store, copy, &why), ST_OK);
    db_close(db);
    store_close(store);
}

static enum status command_prepare_all(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    (void)arg;
    for (int i = 0; i < stmt_all_count; i++) {
        struct stmt *s;
        must(stmt_all[i]->number == i);
        if (stmt_open(db, stmt_all[i], &s) != ST_OK)
            fail_msg("%s:%d %s", stmt_all[i]->file, stmt_all[i]->line, stmt_all[i]->name);
        TRY(stmt_end(s, ST_NOT_FOUND) == ST_NOT_FOUND ? ST_OK : ST_IO);
    }
    return ST_OK;
}

static void every_statement_fits_the_schema(void **state)
{
    struct store_options o = {.in_memory = true};
    struct store *store;
    struct db *db;
    (void)state;
    assert_int_equal(store_open(&o, &store, &why), ST_OK);
    assert_int_equal(db_open(store, &db), ST_OK);
    assert_int_equal(db_write(db, command_prepare_all, NULL), ST_OK);
    db_close(db);
    store_close(store);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, world_make, world_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_new_database_can_be_opened_again),
        IN_WORLD(a_missing_database_is_not_made_unasked),
        IN_WORLD(a_second_server_is_told_who_holds_the_folder),
        IN_WORLD(a_file_that_is_not_ours_stays_as_it_is),
        IN_WORLD(a_newer_version_still_in_the_log_is_seen),
        IN_WORLD(an_older_database_is_copied_then_migrated),
        IN_WORLD(a_migration_that_fails_is_undone_and_can_go_on_later),
        IN_WORLD(an_answered_write_is_in_the_files),
        IN_WORLD(each_outcome_of_a_write_has_its_status),
        IN_WORLD(a_reference_must_lead_somewhere),
        IN_WORLD(exhaustion_undoes_one_command_and_the_next_goes_on),
        IN_WORLD(a_change_outside_the_door_is_refused),
        IN_WORLD(one_failing_command_leaves_the_others_of_its_batch),
        IN_WORLD(a_full_queue_answers_busy),
        IN_WORLD(a_part_of_a_command_can_be_undone),
        IN_WORLD(a_batch_is_kept_or_dropped_whole),
        IN_WORLD(the_writer_waits_for_a_batch),
        IN_WORLD(a_snapshot_is_one_moment),
        IN_WORLD(exhaustion_while_reading_ends_the_statement),
        IN_WORLD(keys_grow_and_begin_after_the_greatest),
        IN_WORLD(a_copy_is_whole_while_writes_go_on),
        IN_WORLD(a_copy_can_be_put_back_and_the_old_file_is_kept),
        IN_WORLD(a_damaged_copy_is_refused_and_the_old_file_stays),
        IN_WORLD(a_memory_store_behaves_alike),
        cmocka_unit_test(every_statement_fits_the_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
