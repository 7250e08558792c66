/* import_mark: see import_mark.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/import_mark.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "gen/sql/import.h"

#define BLOCK  ((size_t)256 * 1024)
#define DIGEST 32
#define NAMED  16 /* bytes of the digest in the name */

/* Block by block: the digest of the one before stands in front of each. */
static enum status digest_file(int fd, struct arena *mem, const char *map, char digest[DIGEST])
{
    char *block = NEWN(mem, char, DIGEST + BLOCK);
    str options = str_from(map == NULL ? "" : map);
    memcpy(digest, secret_digest(mem, options).p, DIGEST);
    for (;;) {
        struct arena_mark here = arena_mark(mem);
        memcpy(block, digest, DIGEST);
        ssize_t got = read(fd, block + DIGEST, BLOCK);
        if (got < 0) return ST_IO;
        if (got == 0) return ST_OK;
        memcpy(digest, secret_digest(mem, (str){block, DIGEST + (size_t)got}).p, DIGEST);
        arena_rewind(mem, here);
    }
}

static enum status name_of(struct arena *mem, const struct import_options *o, str *name)
{
    char digest[DIGEST];
    char text[7 + 2 * NAMED + 1] = "import.";
    int fd = open(o->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return ST_IO;
    enum status st = digest_file(fd, mem, o->map, digest);
    (void)close(fd);
    TRY(st);
    for (size_t i = 0; i < NAMED; i++) (void)snprintf(text + 7 + 2 * i, 3, "%02x", (unsigned char)digest[i]);
    *name = str_copy(mem, str_from(text));
    return ST_OK;
}

enum status import_mark_find(struct db *db, struct arena *mem, const struct import_options *o, struct import_mark *m)
{
    struct q_import_mark row;
    str at, rows;
    *m = (struct import_mark){0};
    TRY(name_of(mem, o, &m->name));
    enum status st = q_import_mark(db, mem, m->name, &row);
    if (st != ST_OK) return st == ST_NOT_FOUND ? ST_OK : st;
    if (!str_cut(row.value, '.', &at, &rows) || !str_int(at, &m->row) || !str_int(rows, &m->rows)) m->row = m->rows = 0;
    return ST_OK;
}

enum status import_mark_put(struct db *db, const struct import_mark *m)
{
    char value[48];
    int n = snprintf(value, sizeof value, "%lld.%lld", (long long)m->row, (long long)m->rows);
    must(m->name.n > 0 && n > 0 && (size_t)n < sizeof value);
    return q_import_put_mark(db, m->name, (str){value, (size_t)n}, NULL);
}

enum status import_mark_drop(struct db *db, const struct import_mark *m)
{
    return m->name.n == 0 ? ST_OK : q_import_drop_mark(db, m->name, NULL);
}

enum status import_mark_any(struct db *db, struct arena *mem, bool *any)
{
    struct q_import_unfinished row;
    enum status st = q_import_unfinished(db, mem, &row);
    *any = st == ST_OK;
    return st == ST_NOT_FOUND ? ST_OK : st;
}
