/* small_world: see small_world.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/small_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/server_world.h"

struct store_error why;

/* The schema */

#define UNIT(int, text, end)                                                                                           \
    "CREATE TABLE unit (id " int " PRIMARY KEY, code " text                                                            \
                                 " NOT NULL UNIQUE, size " int " NOT NULL DEFAULT 0 CHECK (size >= 0))" end ";"
#define NOTE(int, text, end)                                                                                           \
    "CREATE TABLE note (id " int " PRIMARY KEY, unit_id " int " NOT NULL REFERENCES unit (id), text " text ")" end     \
                                                              "; INSERT INTO unit (id, code) VALUES (1000, 'first');"
#define FLAG(int)       "ALTER TABLE unit ADD COLUMN flag " int " NOT NULL DEFAULT 7;"
#define MORE(int, end)  "CREATE TABLE more (id " int " PRIMARY KEY)" end ";"
#define WRONG(int, end) "CREATE TABLE half (id " int " PRIMARY KEY)" end "; CREATE TABLE wrong (;"

static const struct migration steps[] = {
    {1, "001_unit", UNIT("INTEGER", "TEXT", " STRICT"), UNIT("BIGINT", "TEXT", "")},
    {2, "002_note", NOTE("INTEGER", "TEXT", " STRICT"), NOTE("BIGINT", "TEXT", "")},
    {3, "003_flag", FLAG("INTEGER"), FLAG("BIGINT")},
};
static const struct migration broken_steps[] = {
    {1, "001_unit", UNIT("INTEGER", "TEXT", " STRICT"), UNIT("BIGINT", "TEXT", "")},
    {2, "002_more", MORE("INTEGER", " STRICT"), MORE("BIGINT", "")},
    {3, "003_wrong", WRONG("INTEGER", " STRICT"), WRONG("BIGINT", "")},
};

struct store_setup setup_of(int n_steps)
{
    return (struct store_setup){steps, n_steps, 10, NULL};
}

struct store_setup setup_broken(int n_steps)
{
    return (struct store_setup){broken_steps, n_steps, 10, NULL};
}

/* The world */

enum status world_open(struct world *w, const struct store_setup *setup, bool create)
{
    struct store_options o = {.path = w->path, .url = w->url, .create = create};
    enum status st = store_open_with(&o, setup, &w->store, &why);
    if (st == ST_OK) assert_int_equal(db_open(w->store, &w->db), ST_OK);
    return st;
}

void world_close(struct world *w)
{
    db_close(w->db);
    if (w->store != NULL) store_close(w->store);
    w->db = NULL;
    w->store = NULL;
}

int world_make(void **state)
{
    static struct world w;
    w = (struct world){.folder = "/tmp/luoshi_store_XXXXXX", .url = server_world_url()};
    assert_non_null(mkdtemp(w.folder));
    (void)snprintf(w.path, sizeof w.path, "%s/luoshi.db", w.folder);
    w.mem = arena_new((size_t)1024 * 1024, NULL);
    struct store_setup setup = setup_of(2);
    assert_int_equal(world_open(&w, &setup, true), ST_OK);
    *state = &w;
    return 0;
}

int world_free(void **state)
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

/* Statements */

static const struct stmt_text texts[] = {
    {.number = 0, .name = "add_unit", .text = "INSERT INTO unit (id, code, size) VALUES ($1, $2, $3)", .types = "isi"},
    {.number = 1, .name = "all_units", .text = "SELECT id, code FROM unit ORDER BY id", .types = ""},
    {.number = 2, .name = "count_units", .text = "SELECT count(*) FROM unit", .types = ""},
    {.number = 3,
     .name = "add_note",
     .text = "INSERT INTO note (id, unit_id, text) VALUES ($1, $2, $3) RETURNING id, text",
     .types = "iis"},
    {.number = 4, .name = "unit_size", .text = "SELECT size FROM unit WHERE code = $1", .types = "s"},
    {.number = 5, .name = "unit_flag", .text = "SELECT flag FROM unit LIMIT 1", .types = ""},
    {.number = 6, .name = "grow_unit", .text = "UPDATE unit SET size = size + $2 WHERE code = $1", .types = "si"},
};
enum { ADD_UNIT, ALL_UNITS, COUNT_UNITS, ADD_NOTE, UNIT_SIZE, UNIT_FLAG, GROW_UNIT };

static enum status add_unit(struct db *db, int64_t id, str code, int64_t size, int64_t *changed)
{
    struct stmt *s;
    TRY(stmt_open(db, &texts[ADD_UNIT], &s));
    stmt_bind_int(s, 1, id);
    stmt_bind_str(s, 2, code);
    stmt_bind_int(s, 3, size);
    return stmt_run(s, changed);
}

enum status q_add_unit(struct db *db, int64_t id, str code, int64_t size)
{
    return add_unit(db, id, code, size, NULL);
}

enum status q_add_unit_counted(struct db *db, int64_t id, str code, int64_t size)
{
    int64_t changed;
    TRY(add_unit(db, id, code, size, &changed));
    assert_int_equal(changed, 1);
    return ST_OK;
}

enum status q_grow_unit(struct db *db, str code, int64_t size)
{
    struct stmt *s;
    TRY(stmt_open(db, &texts[GROW_UNIT], &s));
    stmt_bind_str(s, 1, code);
    stmt_bind_int(s, 2, size);
    return stmt_run(s, NULL);
}

enum status q_add_note(struct db *db, struct arena *mem, int64_t unit, str text, str *back)
{
    struct stmt *s;
    TRY(stmt_open(db, &texts[ADD_NOTE], &s));
    stmt_bind_int(s, 1, db_new_id(db));
    stmt_bind_int(s, 2, unit);
    stmt_bind_str_or_null(s, 3, text);
    enum status st = stmt_step(s);
    if (st == ST_OK) *back = stmt_str(s, mem, 1);
    return stmt_end(s, st);
}

enum status open_units(struct db *db, struct stmt **out)
{
    return stmt_open(db, &texts[ALL_UNITS], out);
}

enum status q_list_units(struct db *db, struct arena *mem, enum status (*fn)(void *, int64_t id, str code), void *ctx)
{
    struct stmt *s;
    enum status st;
    TRY(open_units(db, &s));
    stmt_guard(s, mem);
    while ((st = stmt_step(s)) == ST_OK) {
        enum status said = fn(ctx, stmt_int(s, 0), stmt_lend(s, 1));
        if (said != ST_OK) return stmt_end(s, said);
    }
    return stmt_end(s, st == ST_NOT_FOUND ? ST_OK : st);
}

static int64_t number(struct db *db, int which, const char *code)
{
    struct stmt *s;
    int64_t n = -1;
    assert_int_equal(stmt_open(db, &texts[which], &s), ST_OK);
    if (code != NULL) stmt_bind_str(s, 1, str_from(code));
    enum status st = stmt_step(s);
    if (st == ST_OK) n = stmt_int(s, 0);
    st = stmt_end(s, st);
    assert_true(st == ST_OK || st == ST_NOT_FOUND);
    return n;
}

int64_t q_unit_size(struct db *db, const char *code)
{
    return number(db, UNIT_SIZE, code);
}

int64_t q_unit_flag(struct db *db)
{
    return number(db, UNIT_FLAG, NULL);
}

int64_t units(struct db *db)
{
    return number(db, COUNT_UNITS, NULL);
}

/* Commands */

enum status command_add(struct db *db, struct arena *mem, void *arg)
{
    struct add *a = arg;
    a->id = db_new_id(db);
    TRY(q_add_unit(db, a->id, str_from(a->code), a->size));
    if (a->exhausts) (void)!arena_alloc(mem, SIZE_MAX / 8, 1, 1);
    return a->leaves;
}

struct add adding(const char *code)
{
    struct add a = {.leaves = ST_OK};
    (void)snprintf(a.code, sizeof a.code, "%s", code);
    return a;
}

enum status add_now(struct db *db, const char *code)
{
    struct add a = adding(code);
    return db_write(db, command_add, &a);
}

void *worker_main(void *arg)
{
    struct worker *k = arg;
    struct db *db;
    if (db_open(k->store, &db) != ST_OK) return NULL;
    for (int i = 0; i < k->rounds; i++) {
        struct add a = {.leaves = i % 3 == 1 ? ST_FORBIDDEN : ST_OK, .exhausts = i % 3 == 2};
        (void)snprintf(a.code, sizeof a.code, "%d/%d", k->number, i);
        enum status expected = i % 3 == 0 ? ST_OK : i % 3 == 1 ? ST_FORBIDDEN : ST_BUSY;
        if (db_write(db, command_add, &a) != expected) k->wrong++;
        bool seen = q_unit_size(db, a.code) == 0; /* its own write, at once, on another connection */
        if (seen != (expected == ST_OK)) k->wrong++;
    }
    db_close(db);
    return NULL;
}

void *write_meanwhile(void *arg)
{
    struct worker *k = arg;
    struct db *db;
    if (db_open(k->store, &db) != ST_OK) return NULL;
    k->wrong = add_now(db, "meanwhile") == ST_OK ? 0 : 1;
    db_close(db);
    return NULL;
}
