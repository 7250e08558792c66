/* sqlite: what tests do to a database from outside the server, without the sqlite3 command being installed.
 *
 *     sqlite FILE value SQL   prints the rows of a query, columns with tabs between
 *     sqlite FILE do SQL      runs statements
 *     sqlite FILE hold        takes the write lock, says "held", keeps it until standard input ends
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static int say(sqlite3 *db)
{
    fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    return 1;
}

static int print_row(void *unused, int n, char **values, char **names)
{
    (void)unused;
    (void)names;
    for (int i = 0; i < n; i++) printf("%s%s", i > 0 ? "\t" : "", values[i] == NULL ? "" : values[i]);
    putchar('\n');
    return 0;
}

static int hold(sqlite3 *db)
{
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) return say(db);
    puts("held");
    (void)fflush(stdout);
    while (getchar() != EOF) {
    }
    return sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK ? 0 : say(db);
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    if (argc < 3) return 2;
    if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) return say(db);
    (void)sqlite3_busy_timeout(db, 5000);
    int rc = 2;
    if (strcmp(argv[2], "hold") == 0) rc = hold(db);
    else if (argc == 4)
        rc = sqlite3_exec(db, argv[3], strcmp(argv[2], "value") == 0 ? print_row : NULL, NULL, NULL) == SQLITE_OK
                 ? 0
                 : say(db);
    (void)sqlite3_close(db);
    return rc;
}
