/* mksql: named SQL statements to typed C. See tools/README.md.
 *
 *     mksql --out build/gen --migrations src/store/migrations FILE.sql...
 *
 * Applies every migration to an in-memory database, prepares every statement against it and writes C. Each mistake is
 * reported as path:line: message; with one mistake or more nothing is written and the exit code is 1.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "mksql.h"

void complain(struct mksql *m, str path, int line, const char *fmt, ...)
{
    va_list args;
    (void)fprintf(stderr, "%.*s:%d: ", STR_ARG(path), line);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    (void)fputc('\n', stderr);
    m->errors++;
}

NORETURN static void stop(const char *what, const char *name)
{
    (void)fprintf(stderr, "mksql: %s %s%s%s\n", what, name, errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
    exit(1);
}

int line_at(str text, size_t at, int first)
{
    int line = first;
    for (size_t i = 0; i < at && i < text.n; i++) line += text.p[i] == '\n';
    return line;
}

/* Files */

static bool read_whole(struct mksql *m, const char *path, str *out)
{
    struct buf b;
    char piece[16384];
    size_t n;
    FILE *f = fopen(path, "rbe");
    if (f == NULL) return false;
    buf_init(&b, m->mem, 0, MKSQL_FILE);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add_bytes(&b, piece, n);
    bool sound = ferror(f) == 0;
    (void)fclose(f);
    *out = buf_str(&b);
    return sound;
}

void write_file(struct mksql *m, str name, str text)
{
    const char *path = str_z(m->mem, str_format(m->mem, "%.*s/%.*s", STR_ARG(m->out), STR_ARG(name)));
    str old;
    if (read_whole(m, path, &old) && str_eq(old, text)) return; /* unchanged: make rebuilds nothing */
    FILE *f = fopen(path, "wbe");
    if (f == NULL) stop("cannot write", path);
    bool sound = fwrite(text.p, 1, text.n, f) == text.n;
    if (fclose(f) != 0 || !sound) stop("cannot write", path);
}

static void make_folder(struct mksql *m, str path)
{
    for (size_t i = 1; i <= path.n; i++) {
        if (i < path.n && path.p[i] != '/') continue;
        const char *part = str_z(m->mem, str_sub(path, 0, i));
        if (mkdir(part, 0777) != 0 && errno != EEXIST) stop("cannot make folder", part);
    }
    errno = 0;
}

/* Generated files whose source is gone would still be compiled. */
static void remove_stale(struct mksql *m)
{
    str folder = str_format(m->mem, "%.*s/sql", STR_ARG(m->out));
    DIR *d = opendir(str_z(m->mem, folder));
    if (d == NULL) return;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        str name = str_from(e->d_name);
        bool wanted = !str_ends(name, STR(".c")) && !str_ends(name, STR(".h"));
        for (size_t i = 0; i < m->n_sources && !wanted; i++)
            wanted = str_eq(str_sub(name, 0, name.n - 2), m->sources[i].stem);
        if (!wanted) (void)unlink(str_z(m->mem, str_format(m->mem, "%.*s/%s", STR_ARG(folder), e->d_name)));
    }
    (void)closedir(d);
}

static int by_path(const void *a, const void *b)
{
    const struct migration_file *left = a;
    const struct migration_file *right = b;
    return str_cmp(left->path, right->path);
}

/* NNN_name.sql, numbered from 001 without a gap; NNN_name.pg.sql beside it says the same to PostgreSQL. */
static void load_migration(struct mksql *m, const char *folder, const char *name)
{
    struct migration_file *at = &m->migrations[m->n_migrations];
    str s = str_from(name);
    int64_t version = 0;
    if (!str_ends(s, STR(".sql")) || str_ends(s, STR(".pg.sql"))) return;
    at->path = str_format(m->mem, "%s/%s", folder, name);
    at->name = str_copy(m->mem, str_sub(s, 0, s.n - 4));
    if (s.n < 9 || s.p[3] != '_' || !str_int(str_sub(s, 0, 3), &version))
        complain(m, at->path, 1, "a migration is named NNN_name.sql");
    at->version = (int)version;
    if (!read_whole(m, str_z(m->mem, at->path), &at->text)) stop("cannot read", name);
    str sibling = str_format(m->mem, "%s/%.*s.pg.sql", folder, STR_ARG(at->name));
    if (access(str_z(m->mem, sibling), F_OK) == 0 && !read_whole(m, str_z(m->mem, sibling), &at->pg))
        stop("cannot read", name);
    errno = 0;
    m->n_migrations++;
}

/* A sibling whose migration is gone or misspelt would be passed over without a word. */
static void check_sibling(struct mksql *m, const char *folder, const char *name)
{
    str s = str_from(name);
    if (!str_ends(s, STR(".pg.sql"))) return;
    for (size_t i = 0; i < m->n_migrations; i++)
        if (str_eq(m->migrations[i].name, str_sub(s, 0, s.n - 7))) return;
    complain(m, str_format(m->mem, "%s/%s", folder, name), 1, "no migration %.*s.sql stands beside it", (int)s.n - 7,
             s.p);
}

static void load_migrations(struct mksql *m, const char *folder)
{
    DIR *d = opendir(folder);
    if (d == NULL) stop("cannot open folder", folder);
    m->migrations = NEWN(m->mem, struct migration_file, 1000);
    for (struct dirent *e; (e = readdir(d)) != NULL && m->n_migrations < 1000;) load_migration(m, folder, e->d_name);
    rewinddir(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) check_sibling(m, folder, e->d_name);
    (void)closedir(d);
    if (m->n_migrations > 0) qsort(m->migrations, m->n_migrations, sizeof *m->migrations, by_path);
    for (size_t i = 0; i < m->n_migrations; i++)
        if (m->migrations[i].version != (int)i + 1)
            complain(m, m->migrations[i].path, 1, "migrations are numbered without a gap: this one should be %03zu",
                     i + 1);
}

static void load_source(struct mksql *m, const char *path)
{
    struct source *s = &m->sources[m->n_sources++];
    const char *slash = strrchr(path, '/');
    s->path = str_from(path);
    s->stem = str_from(slash == NULL ? path : slash + 1);
    if (!read_whole(m, path, &s->text)) stop("cannot read", path);
    if (!str_ends(s->stem, STR(".sql"))) {
        complain(m, s->path, 1, "not a .sql file");
        return;
    }
    s->stem.n -= 4;
    if (!is_name(s->stem)) complain(m, s->path, 1, "the file's name becomes part of a C name: a-z, 0-9 and _ only");
    for (struct source *other = m->sources; other < s; other++)
        if (str_eq(other->stem, s->stem))
            complain(m, s->path, 1, "%.*s has the same name, so q_%.*s_… would be two functions", STR_ARG(other->path),
                     STR_ARG(s->stem));
}

/* Two functions may share a name across files: a.sql with b_c, a_b.sql with c. */
static void check_names(struct mksql *m)
{
    for (size_t i = 0; i < m->n_statements; i++) {
        const struct statement *a = &m->statements[i];
        str name = str_format(m->mem, "%.*s_%.*s", STR_ARG(a->stem), STR_ARG(a->name));
        for (size_t k = 0; k < i; k++) {
            const struct statement *b = &m->statements[k];
            if (str_eq(a->path, b->path) || a->stem.n + a->name.n != b->stem.n + b->name.n) continue;
            if (str_eq(name, str_format(m->mem, "%.*s_%.*s", STR_ARG(b->stem), STR_ARG(b->name))))
                complain(m, a->path, a->line, "q_%.*s is also declared at %.*s:%d", STR_ARG(name), STR_ARG(b->path),
                         b->line);
        }
    }
}

static int usage(void)
{
    (void)fputs("usage: mksql --out FOLDER --migrations FOLDER FILE.sql...\n", stderr);
    return 2;
}

static int run(struct mksql *m, const char *migrations)
{
    if (sqlite3_open(":memory:", &m->db) != SQLITE_OK) stop("cannot open", "an in-memory database");
    (void)sqlite3_db_config(m->db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    (void)sqlite3_db_config(m->db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    (void)sqlite3_db_config(m->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, (int *)NULL);
    load_migrations(m, migrations);
    schema_apply(m);
    schema_tables(m);
    for (size_t i = 0; i < m->n_migrations && m->errors == 0; i++) migration_for_pg(m, &m->migrations[i]);
    for (size_t i = 0; i < m->n_sources; i++) source_parse(m, &m->sources[i]);
    for (size_t i = 0; i < m->n_statements; i++) {
        check_portable(m, &m->statements[i]);
        statement_prepare(m, &m->statements[i]);
        if (m->statements[i].pg.n == 0) m->statements[i].pg = statement_for_pg(m, &m->statements[i]);
    }
    check_names(m);
    if (m->errors == 0) describe_tables(m);
    if (m->errors == 0) {
        make_folder(m, str_format(m->mem, "%.*s/sql", STR_ARG(m->out)));
        remove_stale(m);
        emit_all(m);
    }
    (void)sqlite3_close(m->db);
    return m->errors == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct mksql m = {.mem = arena_new(MKSQL_ARENA, NULL)};
    const char *migrations = NULL;
    m.statements = NEWN(m.mem, struct statement, MKSQL_STATEMENTS);
    m.sources = NEWN(m.mem, struct source, (size_t)argc + 1);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--out") == 0 && i + 1 < argc) m.out = str_from(argv[++i]);
        else if (strcmp(argv[i], "--migrations") == 0 && i + 1 < argc) migrations = argv[++i];
        else if (argv[i][0] == '-') return usage();
        else load_source(&m, argv[i]);
    }
    if (m.out.n == 0 || migrations == NULL) return usage();
    int code = run(&m, migrations);
    arena_free(m.mem);
    return code;
}
