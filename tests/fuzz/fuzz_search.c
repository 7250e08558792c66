/* Any query and any text. The tokens are ones that the engine takes without complaint; a text that is the query
 * itself is found by it; the excerpt marks whole hits and is no longer than asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "matter/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static sqlite3 *db;

static void run(const char *sql, str value, int expected)
{
    sqlite3_stmt *s;
    must(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK);
    must(sqlite3_bind_text64(s, 1, value.p == NULL ? "" : value.p, value.n, SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
    int rc = sqlite3_step(s);
    must(expected == 0 ? rc == SQLITE_ROW || rc == SQLITE_DONE : rc == expected);
    must(sqlite3_finalize(s) == SQLITE_OK);
}

static void check_excerpt(str text, str excerpt, size_t points)
{
    bool open = false;
    size_t n = 0;
    for (size_t i = 0; i < excerpt.n; i++) {
        if (excerpt.p[i] == 1 || excerpt.p[i] == 2) {
            must(open == (excerpt.p[i] == 2));
            open = !open;
        } else {
            n += ((unsigned char)excerpt.p[i] & 0xC0) != 0x80;
        }
    }
    must(!open && n <= points + 2);
    must(text.n == 0 || points == 0 || n > 0);
}

/* As src/matter/matter_find.sql asks. */
#define FIND                                                                                                           \
    "SELECT rowid FROM doc WHERE doc MATCH '(\"' || replace(replace(replace(?, ' ', '\") AND (\"'), '|', '\") OR "     \
    "(\"'), "                                                                                                          \
    "'/', '\" OR \"') || '\")'"

static void check_tokens(str tokens)
{
    must(str_is_utf8(tokens));
    for (size_t i = 0; i < tokens.n; i++) {
        must(tokens.p[i] != '"' && tokens.p[i] != '\'' && tokens.p[i] != '|' && tokens.p[i] != '/');
        must(tokens.p[i] != ' ' || (i > 0 && i + 1 < tokens.n && tokens.p[i + 1] != ' '));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    if (db == NULL) {
        must(sqlite3_open(":memory:", &db) == SQLITE_OK);
        must(sqlite3_exec(db, "CREATE VIRTUAL TABLE doc USING fts5 (tokens, tokenize = 'ascii', detail = none)", NULL,
                          NULL, NULL) == SQLITE_OK);
    }
    struct arena *mem = arena_new((size_t)256 * 1024 * 1024, NULL);
    str all = {(const char *)data + 2, size - 2};
    str query = str_sub(all, 0, data[0]), text = str_sub(all, data[0], all.n);
    struct search_query q = search_query_of(mem, query);
    str tokens = search_tokens(mem, &text, 1);
    check_tokens(tokens);
    check_tokens(q.tokens);
    must(q.tokens.n == 0 || q.n > 0);
    if (str_is_utf8(text)) check_excerpt(text, search_excerpt(mem, text, &q, data[1]), data[1]);
    else (void)search_excerpt(mem, text, &q, data[1]);
    run("INSERT INTO doc (tokens) VALUES (?)", tokens, SQLITE_DONE);
    if (q.tokens.n > 0) {
        str itself = str_first_points(query, LIMIT_QUERY_POINTS);
        run(FIND, q.tokens, 0);
        run(FIND, search_any(mem, q.tokens, tokens), 0);
        run("INSERT INTO doc (tokens) VALUES (?)", search_tokens(mem, &itself, 1), SQLITE_DONE);
        run(FIND, q.tokens, SQLITE_ROW);
    }
    must(sqlite3_exec(db, "DELETE FROM doc", NULL, NULL, NULL) == SQLITE_OK);
    arena_free(mem);
    return 0;
}
