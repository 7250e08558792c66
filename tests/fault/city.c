/* city: see city.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "city.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "matter/search_rebuild.h"
#include "matter/tally.h"

#define ROUND_ARENA ((size_t)256 * 1024 * 1024)

bool in_full(void)
{
    const char *form = getenv("FAULT");
    return form != NULL && strcmp(form, "full") == 0;
}

long next_fault(long n, long total, long rest)
{
    if (in_full() || n < 50 || total <= 50 + rest) return n + 1;
    return n + (total - 50) / rest;
}

static int descriptors(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d) != NULL) n++;
    (void)closedir(d);
    return n;
}

const char *city_file(struct fault_city *c, const char *name)
{
    return str_format(c->mem, "%s/%s", c->folder, name).p;
}

bool file_is(const char *path)
{
    return access(path, F_OK) == 0;
}

void file_write(const char *path, str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    assert_int_equal(close(fd), 0);
}

/* Serving */

bool city_serve(struct fault_city *c)
{
    struct store_error why;
    struct matter_world *w = c->world;
    const struct store_options o = {.path = c->path, .create = true, .clock = &c->clock};
    if (store_open(&o, &w->store, &why) != ST_OK) return false;
    if (db_open(w->store, &w->db) == ST_OK) return true;
    store_close(w->store);
    return false;
}

void city_stop(struct fault_city *c)
{
    db_close(c->world->db);
    store_close(c->world->store);
    c->world->db = NULL;
    c->world->store = NULL;
}

/* Memory when there is some: what fails is the shim, and what is awaited is not the disk. */
static void make_folder(struct fault_city *c)
{
    const char *shm = "/dev/shm/luoshi_fault_XXXXXX";
    (void)snprintf(c->folder, sizeof c->folder, "%s", access("/dev/shm", W_OK) == 0 ? shm : "/tmp/luoshi_fault_XXXXXX");
    assert_non_null(mkdtemp(c->folder));
    (void)snprintf(c->path, sizeof c->path, "%s/luoshi.db", c->folder);
    assert_int_equal(keys_make(city_file(c, "luoshi.key")), ST_OK);
}

struct fault_city *city_make(void)
{
    struct arena *mem = arena_new(ROUND_ARENA, NULL);
    struct fault_city *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->mem = mem;
    c->descriptors = descriptors();
    c->heap = sqlite3_memory_used();
    c->world = matter_world_new(&c->clock);
    make_folder(c);
    assert_true(city_serve(c));
    assert_int_equal(db_batch_begin(c->world->db), ST_OK);
    matter_world_fill(c->world);
    assert_int_equal(db_batch_commit(c->world->db), ST_OK);
    city_stop(c);
    return c;
}

/* Looking */

static bool is_key(const char *column)
{
    size_t n = strlen(column);
    return strcmp(column, "id") == 0 || (n > 3 && strcmp(column + n - 3, "_id") == 0);
}

/* Of a column: rows that hold something; then the length of its texts or the sum of its numbers. */
static char *looks_at(sqlite3 *h, const char *table)
{
    sqlite3_stmt *s;
    char *text = sqlite3_mprintf("SELECT '%q', count(*)", table);
    char *ask = sqlite3_mprintf("SELECT name FROM pragma_table_info('%q')", table);
    assert_int_equal(sqlite3_prepare_v2(h, ask, -1, &s, NULL), SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(s, 0);
        char *more = is_key(name)
                         ? sqlite3_mprintf("%z, '%q', count(nullif(\"%w\", 0))", text, name, name)
                         : sqlite3_mprintf("%z, '%q', CAST(total(CASE WHEN typeof(\"%w\") IN ('text', 'blob') THEN "
                                           "1000 + length(\"%w\") ELSE \"%w\" END) AS INTEGER)",
                                           text, name, name, name, name);
        text = more;
    }
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
    sqlite3_free(ask);
    return sqlite3_mprintf("%z FROM \"%w\"", text, table);
}

static void open_eye(struct fault_city *c)
{
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open_v2(c->path, &c->eye, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    (void)sqlite3_busy_timeout(c->eye, 5000);
    assert_int_equal(
        sqlite3_prepare_v2(c->eye,
                           "SELECT name FROM sqlite_schema t WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
                           "AND name NOT LIKE 'sqlite%' AND NOT EXISTS (SELECT 1 FROM sqlite_schema v WHERE "
                           "v.sql LIKE 'CREATE VIRTUAL%' AND substr(t.name, 1, length(v.name) + 1) = v.name || '_') "
                           "ORDER BY name",
                           -1, &s, NULL),
        SQLITE_OK);
    c->n_looks = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        char *text = looks_at(c->eye, (const char *)sqlite3_column_text(s, 0));
        assert_true(c->n_looks < COUNT_OF(c->look));
        assert_int_equal(sqlite3_prepare_v2(c->eye, text, -1, &c->look[c->n_looks++], NULL), SQLITE_OK);
        sqlite3_free(text);
    }
    assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

void city_blink(struct fault_city *c)
{
    if (c->eye == NULL) return;
    for (size_t i = 0; i < c->n_looks; i++) (void)sqlite3_finalize(c->look[i]);
    assert_int_equal(sqlite3_close(c->eye), SQLITE_OK);
    c->eye = NULL;
}

static void put(struct shape *out, const char *table, const char *column, int64_t value)
{
    static char *names[SHAPE_MAX]; /* the tables are the same in every city */
    char name[96];
    (void)snprintf(name, sizeof name, "%s.%s", table, column);
    must(out->n < SHAPE_MAX);
    if (names[out->n] == NULL || strcmp(names[out->n], name) != 0) {
        free(names[out->n]);
        names[out->n] = strdup(name);
    }
    out->name[out->n] = names[out->n];
    out->value[out->n++] = value;
}

void city_look(struct fault_city *c, struct shape *out)
{
    out->n = 0;
    if (c->eye == NULL) open_eye(c);
    assert_int_equal(sqlite3_exec(c->eye, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < c->n_looks; i++) {
        sqlite3_stmt *s = c->look[i];
        assert_int_equal(sqlite3_step(s), SQLITE_ROW);
        const char *table = (const char *)sqlite3_column_text(s, 0);
        put(out, table, "*", sqlite3_column_int64(s, 1));
        for (int k = 2; k < sqlite3_column_count(s); k += 2)
            put(out, table, (const char *)sqlite3_column_text(s, k), sqlite3_column_int64(s, k + 1));
        (void)sqlite3_reset(s);
    }
    assert_int_equal(sqlite3_exec(c->eye, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
}

void city_difference(const struct shape *before, const struct shape *after, struct shape *out)
{
    assert_int_equal(before->n, after->n);
    *out = *after;
    for (size_t i = 0; i < after->n; i++) out->value[i] -= before->value[i];
}

void city_same(const char *what, long n, const struct shape *before, const struct shape *after,
               const struct shape *change, int times)
{
    int wrong = 0;
    assert_int_equal(before->n, after->n);
    for (size_t i = 0; i < after->n; i++) {
        int64_t is = after->value[i] - before->value[i];
        int64_t should = times * change->value[i];
        if (is == should) continue;
        print_error("%s, fault %ld: %s changed by %lld instead of %lld\n", what, n, after->name[i], (long long)is,
                    (long long)should);
        wrong++;
    }
    if (wrong > 0) fail_msg("%s, fault %ld: what is stored is not what was told", what, n);
}

/* Asking whether it is sound */

void city_sound(struct fault_city *c)
{
    struct matter_world *w = c->world;
    str report = {NULL, 0};
    int64_t wrong = 0;
    assert_int_equal(store_check(w->db, c->mem, &report), ST_OK);
    if (report.n > 0) fail_msg("%.*s", STR_ARG(report));
    assert_int_equal(tally_check(w->db, c->mem, &w->city, &wrong, &report), ST_OK);
    if (wrong != 0) fail_msg("%.*s", STR_ARG(report));
    assert_int_equal(casefile_check(w->db, c->mem, &wrong, &report), ST_OK);
    if (wrong != 0) fail_msg("%.*s", STR_ARG(report));
    assert_int_equal(search_check(w->db, c->mem, &wrong, &report), ST_OK);
    if (wrong != 0) fail_msg("%.*s", STR_ARG(report));
}

/* Its words go to a file, which is shown when it finds something. */
void city_doctor(const char *folder)
{
    static const struct option_row options[] = {{"data", "DIR", ""}, {NULL, NULL, NULL}};
    static const struct command doctor = {"doctor", "", "", 0, 0, options, command_doctor};
    struct invocation in = {.command = &doctor, .values = {folder}};
    char said[8192] = "";
    FILE *to = tmpfile();
    assert_non_null(to);
    (void)fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_true(kept >= 0 && dup2(fileno(to), STDOUT_FILENO) >= 0);
    in.mem = arena_new(ROUND_ARENA, NULL);
    int rc = command_doctor(&in);
    arena_free(in.mem);
    (void)fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0 && close(kept) == 0);
    if (pread(fileno(to), said, sizeof said - 1, 0) < 0) said[0] = 0;
    (void)fclose(to);
    if (rc != 0) fail_msg("doctor: %s", said);
}

/* The end */

static bool belongs(const char *name)
{
    static const char *const names[] = {".", "..", "luoshi.db", "luoshi.key", "luoshi.lock"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0) return true;
    return strncmp(name, "kept.", 5) == 0; /* what a test put there */
}

void city_erase(struct fault_city *c)
{
    struct dirent *e;
    city_blink(c);
    DIR *d = opendir(c->folder);
    assert_non_null(d);
    while ((e = readdir(d)) != NULL) {
        if (!belongs(e->d_name)) print_error("left behind: %s\n", e->d_name);
        assert_true(belongs(e->d_name));
        if (e->d_name[0] != '.') (void)unlinkat(dirfd(d), e->d_name, 0);
    }
    (void)closedir(d);
    assert_int_equal(rmdir(c->folder), 0);
    keys_close(c->world->keys);
    arena_free(c->world->mem);
    assert_int_equal(sqlite3_memory_used(), c->heap); /* no statement, no connection, no page */
    assert_int_equal(descriptors(), c->descriptors);
    arena_free(c->mem);
    free(c);
}
