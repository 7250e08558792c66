/* sqlite_fill: engine_fill: the indexes are away while a new database is filled, and made at the end by sorting.
 *
 * An index that grows by chance touches a page for each row; made at the end it is written once, in order. References are
 * not looked up meanwhile: whoever fills vouches for them, and the check of the whole database finds what he missed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite_inside.h"

/* Before the rows come: memory for the pages at the ends of all tables; sorting may use the disk and a second thread. The list is made
 * last, because changing temp_store forgets temporary tables. */
#define BEGIN                                                                                                          \
    "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -131072; PRAGMA temp_store = FILE; PRAGMA threads = 2;"            \
    "CREATE TEMP TABLE away AS SELECT name, sql FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL;"
#define END                                                                                                            \
    "DROP TABLE temp.away; PRAGMA temp_store = MEMORY; PRAGMA threads = 0; PRAGMA cache_size = -32000;"                \
    "PRAGMA foreign_keys = ON;"

/* Runs the text that the query answers with, once the query has ended: an index of a table that is being read cannot go. */
static int run_answer(sqlite3 *h, const char *query)
{
    sqlite3_stmt *s = NULL;
    char *text = NULL;
    int rc = sqlite3_prepare_v2(h, query, -1, &s, NULL);
    if (rc == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW) text = sqlite3_mprintf("%s", sqlite3_column_text(s, 0));
    int ended = sqlite3_finalize(s);
    if (rc == SQLITE_OK) rc = ended;
    if (rc == SQLITE_OK) rc = text == NULL ? SQLITE_NOMEM : sqlite3_exec(h, text, NULL, NULL, NULL);
    sqlite3_free(text);
    return rc;
}

enum status sqlite_fill(struct engine *base, bool begin)
{
    struct sqlite_engine *e = (struct sqlite_engine *)base;
    int rc = SQLITE_OK;
    must(!engine_in_transaction(base));
    if (begin) {
        rc = sqlite3_exec(e->h, BEGIN, NULL, NULL, NULL);
        if (rc == SQLITE_OK)
            rc = run_answer(e->h, "SELECT group_concat(format('DROP INDEX main.\"%w\"', name), ';') FROM temp.away");
    } else {
        rc = run_answer(e->h, "SELECT group_concat(sql, ';') FROM temp.away");
        if (rc == SQLITE_OK) rc = sqlite3_exec(e->h, END, NULL, NULL, NULL);
    }
    return rc == SQLITE_OK ? ST_OK : sqlite_failed(e, "fill", rc);
}
