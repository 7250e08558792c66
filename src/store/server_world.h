/* server_world: for tests on PostgreSQL: an empty database of its own for each, and a second, raw connection to disturb the first.
 *
 * LUOSHI_TEST_DB is the URL of a database on a server for tests (tests/lib/pg.sh); without it everything is tested on SQLite. "A database of
 * its own" is a schema in it: made in a moment, and gone with its program.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_SERVER_WORLD_H
#define LUOSHI_STORE_SERVER_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* Is there a server to test on? */
bool server_world_is(void);
/* The URL of a new, empty schema; lives until the program ends. NULL when there is no server. */
const char *server_world_url(void);
/* The URL of one schema that all tests of this program share and leave as they found it. */
const char *server_world_shared_url(void);
/* Says why these tests have nothing to do on PostgreSQL, when that is what is tested. */
bool server_world_skips(const char *why);

struct raw;
struct raw *raw_open(const char *url);
void raw_close(struct raw *);
/* Statements; the first column of the first row as a number, 0 when there is none. Aborts on a failure. */
int64_t raw_sql(struct raw *, const char *fmt, ...) PRINTF(2, 3);
/* The same; the SQLSTATE of the failure, "" when there was none. Lives until the next call. */
const char *raw_try(struct raw *, const char *fmt, ...) PRINTF(2, 3);
/* Sends it and does not wait. */
void raw_send(struct raw *, const char *sql);
/* Waits for what was sent; as raw_try. */
const char *raw_wait(struct raw *);

#endif
