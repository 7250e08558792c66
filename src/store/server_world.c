/* server_world: see server_world.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/server_world.h"

#include <libpq-fe.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

#define SCHEMAS 256

static char urls[SCHEMAS][512];
static int n_urls;

static const char *server(void)
{
    const char *url = getenv("LUOSHI_TEST_DB");
    return url == NULL || url[0] == 0 ? NULL : url;
}

bool server_world_is(void)
{
    return server() != NULL;
}

bool server_world_skips(const char *why)
{
    if (server() != NULL) printf("skip: on PostgreSQL: %s\n", why);
    return server() != NULL;
}

/* Raw connections */

struct raw {
    PGconn *c;
    char state[8];
};

static struct raw raws[64];

struct raw *raw_open(const char *url)
{
    for (size_t i = 0; i < COUNT_OF(raws); i++) {
        if (raws[i].c != NULL) continue;
        raws[i].c = PQconnectdb(url);
        if (PQstatus(raws[i].c) != CONNECTION_OK) fprintf(stderr, "%s", PQerrorMessage(raws[i].c));
        must(PQstatus(raws[i].c) == CONNECTION_OK);
        PQclear(PQexec(raws[i].c, "SET client_min_messages = error"));
        return &raws[i];
    }
    must(false);
    return NULL;
}

void raw_close(struct raw *r)
{
    PQfinish(r->c);
    r->c = NULL;
}

static void note(struct raw *r, const PGresult *got)
{
    const char *state = PQresultErrorField(got, PG_DIAG_SQLSTATE);
    ExecStatusType t = PQresultStatus(got);
    bool fine = t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK;
    (void)snprintf(r->state, sizeof r->state, "%s", fine ? "" : state == NULL ? "08006" : state);
}

int64_t raw_sql(struct raw *r, const char *fmt, ...)
{
    char text[4096];
    va_list args;
    va_start(args, fmt);
    must(vsnprintf(text, sizeof text, fmt, args) < (int)sizeof text);
    va_end(args);
    PGresult *got = PQexec(r->c, text);
    note(r, got);
    if (r->state[0] != 0) fprintf(stderr, "%s: %s", text, PQresultErrorMessage(got));
    must(r->state[0] == 0);
    int64_t n = PQntuples(got) > 0 ? strtoll(PQgetvalue(got, 0, 0), NULL, 10) : 0;
    PQclear(got);
    return n;
}

const char *raw_try(struct raw *r, const char *fmt, ...)
{
    char text[4096];
    va_list args;
    va_start(args, fmt);
    must(vsnprintf(text, sizeof text, fmt, args) < (int)sizeof text);
    va_end(args);
    PGresult *got = PQexec(r->c, text);
    note(r, got);
    PQclear(got);
    return r->state;
}

void raw_send(struct raw *r, const char *sql)
{
    must(PQsendQuery(r->c, sql) == 1);
}

const char *raw_wait(struct raw *r)
{
    PGresult *got;
    r->state[0] = 0;
    while ((got = PQgetResult(r->c)) != NULL) {
        if (r->state[0] == 0) note(r, got);
        PQclear(got);
    }
    return r->state;
}

/* Schemas */

static void drop_all(void)
{
    struct raw *r = raw_open(server());
    for (int i = 0; i < n_urls; i++) (void)raw_try(r, "DROP SCHEMA IF EXISTS test_%d_%d CASCADE", (int)getpid(), i);
    raw_close(r);
}

const char *server_world_url(void)
{
    if (server() == NULL) return NULL;
    must(n_urls < SCHEMAS);
    if (n_urls == 0) must(atexit(drop_all) == 0);
    struct raw *r = raw_open(server());
    (void)raw_sql(r, "DROP SCHEMA IF EXISTS test_%d_%d CASCADE; CREATE SCHEMA test_%d_%d", (int)getpid(), n_urls,
                  (int)getpid(), n_urls);
    raw_close(r);
    must(snprintf(urls[n_urls], sizeof urls[0], "%s%soptions=-csearch_path%%3Dtest_%d_%d", server(),
                  strchr(server(), '?') == NULL ? "?" : "&", (int)getpid(), n_urls) < (int)sizeof urls[0]);
    return urls[n_urls++];
}

const char *server_world_shared_url(void)
{
    static const char *url;
    if (url == NULL) url = server_world_url();
    return url;
}
