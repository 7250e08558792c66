/* postgres_bulk: many rows into one table as a stream (COPY), ten times as fast as a statement a row. Not in pipeline mode: while the
 * stream is open nothing else can be asked on the connection.
 *
 * Further      https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format"
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/postgres_inside.h"

enum status postgres_bulk_begin(struct engine *base, const char *text)
{
    struct pg_engine *e = (struct pg_engine *)base;
    TRY(pg_ready(e));
    if (e->n_sent > 0) TRY(pg_receive(e, NULL));
    if (PQexitPipelineMode(e->c) != 1) return pg_failed(e, "bulk", NULL);
    PGresult *r = PQexec(e->c, text);
    enum status st = PQresultStatus(r) == PGRES_COPY_IN ? ST_OK : pg_failed(e, "bulk", r);
    PQclear(r);
    if (st != ST_OK && !e->is_lost && PQenterPipelineMode(e->c) != 1) st = pg_failed(e, "bulk", NULL);
    return st;
}

enum status postgres_bulk_put(struct engine *base, str bytes)
{
    struct pg_engine *e = (struct pg_engine *)base;
    while (bytes.n > 0) {
        size_t n = bytes.n < INT32_MAX / 2 ? bytes.n : INT32_MAX / 2;
        if (PQputCopyData(e->c, bytes.p, (int)n) != 1) return pg_failed(e, "bulk", NULL);
        bytes = str_sub(bytes, n, bytes.n - n);
    }
    return ST_OK;
}

enum status postgres_bulk_end(struct engine *base, bool keep)
{
    struct pg_engine *e = (struct pg_engine *)base;
    enum status st = ST_OK;
    PGresult *r;
    if (e->is_lost) return ST_BUSY;
    if (PQputCopyEnd(e->c, keep ? NULL : "given up") != 1) return pg_failed(e, "bulk", NULL);
    while ((r = PQgetResult(e->c)) != NULL) {
        if (PQresultStatus(r) != PGRES_COMMAND_OK && st == ST_OK) st = pg_failed(e, "bulk", r);
        PQclear(r);
        if (e->is_lost) return ST_BUSY;
    }
    return PQenterPipelineMode(e->c) == 1 ? st : pg_failed(e, "bulk", NULL);
}
