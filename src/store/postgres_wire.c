/* postgres_wire: connecting, sending, reading results, and what a failure means. See postgres_inside.h.
 *
 * Further      https://www.postgresql.org/docs/15/errcodes-appendix.html
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/postgres_inside.h"

#define RETRY_NS                                                                                                       \
    (200 * INT64_C(1000000)) /* between attempts to connect, so that a server that is away costs its callers little */

/* Outcomes */

static bool is_class(const char *state, const char *class)
{
    return strncmp(state, class, strlen(class)) == 0;
}

static enum status status_of(const char *state)
{
    static const struct {
        const char *begins;
        enum status st;
    } map[] = {
        {"23505", ST_CONFLICT}, /* unique */
        {"23503", ST_CONFLICT}, /* foreign key */
        {"23", ST_INVALID},     /* other constraints */
        {"22", ST_INVALID},     /* values that do not fit their type */
        {"P0001", ST_INVALID},  /* RAISE in a trigger */
        {"40", ST_BUSY},        /* serialization failure, deadlock */
        {"55P03", ST_BUSY},     /* a lock took too long */
        {"57014", ST_BUSY},     /* the statement took too long */
        {"57P", ST_BUSY},       /* the server goes down or comes up */
        {"25P03", ST_BUSY},     /* idle for too long in a transaction */
        {"08", ST_BUSY},        /* the connection */
        {"53300", ST_BUSY},     /* too many connections */
    };
    for (size_t i = 0; i < COUNT_OF(map); i++)
        if (is_class(state, map[i].begins)) return map[i].st;
    return ST_IO;
}

/* Another program has changed the schema under a prepared statement: a new connection prepares it anew. */
static bool is_stale_plan(const char *state, const PGresult *r)
{
    const char *routine = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
    return is_class(state, "0A000") && routine != NULL && strcmp(routine, "RevalidateCachedQuery") == 0;
}

/* Without data: the server's words are kept only where they name what the program said, not what it carried. */
static void note_words(struct pg_engine *e, const char *state, const PGresult *r)
{
    const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    const char *constraint = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    bool harmless = is_class(state, "42") || is_class(state, "08") || is_class(state, "53") || is_class(state, "57") ||
                    is_class(state, "25") || is_class(state, "0A") || is_class(state, "40") || is_class(state, "55");
    (void)snprintf(e->message, sizeof e->message, "%s%s%s", state, harmless || constraint != NULL ? " " : "",
                   harmless && words != NULL ? words
                   : constraint != NULL      ? constraint
                                             : "");
}

static enum status lost(struct pg_engine *e, const char *what)
{
    char words[256];
    if (!e->is_lost)
        log_line(LOG_WARN, "database connection lost", "what=%s words=%s", what,
                 log_quote(str_from(e->message), words, sizeof words));
    e->is_lost = true;
    e->n_sent = 0;
    e->stream = NULL;
    pg_many_drop(e);
    for (int i = 0; i < e->n_statements; i++) {
        e->statements[i].is_prepared = e->statements[i].is_preparing = false;
        pg_many_lost(&e->statements[i]);
    }
    e->begin.is_prepared = e->begin.is_preparing = false;
    if (e->is_open) {
        e->base.fault = ENGINE_LOST;
        e->base.failed = ST_BUSY;
    }
    return ST_BUSY;
}

/* Taken keys and locks are everyday; a broken CHECK is our mistake or the input's; the rest is the server's trouble. */
static enum status failed(struct pg_engine *e, const struct pg_sent *of, const PGresult *r)
{
    char words[300];
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    if (state == NULL) {
        (void)snprintf(e->message, sizeof e->message, "no answer");
        return lost(e, of->what);
    }
    enum status st = status_of(state);
    note_words(e, state, r);
    if (PQstatus(e->c) == CONNECTION_BAD || is_class(state, "57P") || is_class(state, "25P03") || is_class(state, "08"))
        return lost(e, of->what);
    if (is_stale_plan(state, r)) return lost(e, of->what);
    if (e->is_open) {
        e->base.fault = is_class(state, "40") ? ENGINE_AGAIN : ENGINE_FAILED;
        e->base.failed = st;
    }
    if (st == ST_IO || st == ST_INVALID)
        log_line(st == ST_IO ? LOG_ERROR : LOG_WARN, "database refused", "what=%s words=%s", of->what,
                 log_quote(str_from(e->message), words, sizeof words));
    return st;
}

enum status pg_failed(struct pg_engine *e, const char *what, const PGresult *r)
{
    struct pg_sent of = {what, NULL, false};
    return failed(e, &of, r);
}

/* Connecting */

static bool say(PGconn *c, const char *text, char *why, size_t cap)
{
    PGresult *r = PQexec(c, text);
    ExecStatusType t = PQresultStatus(r);
    bool fine = t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK;
    if (!fine) (void)snprintf(why, cap, "the database refuses to be set up: %s", PQresultErrorMessage(r));
    PQclear(r);
    return fine;
}

/* Said after connecting and not with it: a pool in between passes on few options of a start. An answer means on disk: what a server
 * may have been told to be careless about is not meant for us. */
static bool set_up(struct pg_engine *e, char *why, size_t cap)
{
    char text[1024];
    const char *encoding = PQparameterStatus(e->c, "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0) {
        (void)snprintf(why, cap, "the database must have the encoding UTF8, not %s", encoding == NULL ? "?" : encoding);
        return false;
    }
    (void)snprintf(
        text, sizeof text,
        "SET statement_timeout = %d; SET lock_timeout = %d; SET idle_in_transaction_session_timeout = %d; "
        "SET timezone = 'UTC'; SET standard_conforming_strings = on; SET default_transaction_read_only = on; "
        "SET jit = off; SET plan_cache_mode = force_generic_plan; SET client_min_messages = error; "
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';",
        e->options.statement_ms, e->options.lock_ms, e->options.idle_ms);
    return say(e->c, text, why, cap);
}

/* Else the library writes the server's notices on standard error. */
static void unheard(void *arg, const char *words)
{
    (void)arg;
    (void)words;
}

enum status pg_connect(struct pg_engine *e, char *why, size_t cap)
{
    const struct postgres_options *o = &e->options;
    const char *attributes = o->standby ? "standby" : o->anywhere ? "any" : "read-write";
    /* What stands before dbname are defaults, which the URL may change; what stands after it may not be changed. */
    const char *const keys[] = {"connect_timeout",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "tcp_user_timeout",
                                "gssencmode",
                                "target_session_attrs",
                                "fallback_application_name",
                                "dbname",
                                "client_encoding",
                                "host",
                                "port",
                                NULL};
    const char *const values[] = {"5",      "5",    "2",    "3",     "10000", "disable", attributes,
                                  "luoshi", o->url, "UTF8", o->host, o->port, NULL};
    char words[400] = "";
    if (e->c != NULL) PQfinish(e->c);
    e->c = PQconnectdbParams(keys, values, 1);
    e->is_lost = true;
    (void)PQsetNoticeProcessor(e->c, unheard, NULL);
    if (PQstatus(e->c) != CONNECTION_OK) {
        (void)snprintf(words, sizeof words, "%s", PQerrorMessage(e->c));
        str s = str_trim(str_from(words));
        (void)snprintf(why, cap, "cannot reach the database: %.*s", STR_ARG(s));
        return ST_BUSY;
    }
    if (!set_up(e, why, cap) || PQenterPipelineMode(e->c) != 1) return ST_INVALID;
    e->is_lost = false;
    e->is_anew = true;
    e->base.life++;
    return ST_OK;
}

enum status pg_ready(struct pg_engine *e)
{
    char why[400] = "";
    must(e->stream == NULL); /* who reads a stream asks for nothing else on this connection */
    if (e->is_open) return e->base.fault != ENGINE_SOUND ? e->base.failed : pg_many_send(e);
    e->base.fault = ENGINE_SOUND;
    if (!e->is_lost) return ST_OK;
    if (time_monotonic_ns() < e->retry_ns) return ST_BUSY;
    if (pg_connect(e, why, sizeof why) == ST_OK) return ST_OK;
    e->retry_ns = time_monotonic_ns() + RETRY_NS;
    (void)snprintf(e->message, sizeof e->message, "%.255s", why);
    return ST_BUSY;
}

/* Sending. What cannot be sent is found out when results are read. */

static void sent(struct pg_engine *e, const char *what, struct pg_stmt *s, bool is_prepare)
{
    must(e->n_sent < PG_AHEAD);
    e->sent[e->n_sent++] = (struct pg_sent){what, s, is_prepare};
}

void pg_send_text(struct pg_engine *e, const char *what, const char *text)
{
    if (e->is_lost) return;
    if (PQsendQueryParams(e->c, text, 0, NULL, NULL, NULL, NULL, 1) == 1) sent(e, what, NULL, false);
    else (void)lost(e, what);
}

static Oid oid_of(char letter)
{
    switch (letter) {
    case 'i': return 20;
    case 'r': return 701;
    case 'b': return 17;
    default: return 25;
    }
}

static bool send_prepare(struct pg_engine *e, struct pg_stmt *s)
{
    Oid types[PG_PARAMS];
    for (int i = 0; i < s->n_params; i++) types[i] = oid_of(s->text->types[i]);
    const char *text = s->text->pg == NULL ? s->text->text : s->text->pg;
    if (PQsendPrepare(e->c, s->name, text, s->n_params, types) != 1) return false;
    s->is_preparing = true;
    sent(e, s->text->name, s, true);
    return true;
}

void pg_send_stmt(struct pg_engine *e, struct pg_stmt *s)
{
    const char *values[PG_PARAMS];
    int lengths[PG_PARAMS];
    int formats[PG_PARAMS];
    if (e->is_lost) return;
    bool fine = s->is_prepared || s->is_preparing || send_prepare(e, s);
    for (int i = 0; i < s->n_params; i++) {
        const struct pg_param *p = &s->params[i];
        values[i] = p->n < 0 ? NULL : p->p != NULL ? p->p : (const char *)p->be;
        lengths[i] = p->n < 0 ? 0 : p->n;
        formats[i] = 1;
    }
    if (fine && PQsendQueryPrepared(e->c, s->name, s->n_params, values, lengths, formats, 1) == 1)
        sent(e, s->text->name, s, false);
    else (void)lost(e, s->text->name);
}

/* Reading */

static void prepared(struct pg_stmt *s, bool fine)
{
    s->is_prepared = fine;
    s->is_preparing = false;
}

/* The results of one thing that was sent; `keep` puts its rows into its statement. */
static enum status read_one(struct pg_engine *e, const struct pg_sent *x, bool keep)
{
    enum status st = ST_OK;
    PGresult *r;
    while (!e->is_lost && (r = PQgetResult(e->c)) != NULL) {
        ExecStatusType t = PQresultStatus(r);
        bool fine = t == PGRES_TUPLES_OK || t == PGRES_COMMAND_OK || t == PGRES_SINGLE_TUPLE;
        if (x->is_prepare) prepared(x->stmt, fine);
        if (fine && keep) {
            PQclear(x->stmt->rows);
            x->stmt->rows = r;
            x->stmt->row = 0;
            x->stmt->n_rows = PQntuples(r);
            x->stmt->has_more = t == PGRES_SINGLE_TUPLE;
            if (x->stmt->has_more) return ST_OK;
            continue;
        }
        if (!fine && t != PGRES_PIPELINE_ABORTED) {
            enum status why = failed(e, x, r);
            if (st == ST_OK) st = why;
        }
        PQclear(r);
    }
    if (!e->is_lost && PQstatus(e->c) == CONNECTION_BAD) st = lost(e, x->what);
    return e->is_lost ? ST_BUSY : st;
}

static enum status read_sync(struct pg_engine *e)
{
    PGresult *r = PQgetResult(e->c);
    bool fine = PQresultStatus(r) == PGRES_PIPELINE_SYNC;
    PQclear(r);
    return fine ? ST_OK : lost(e, "sync");
}

enum status pg_receive(struct pg_engine *e, struct pg_stmt *wanted)
{
    enum status st = ST_OK;
    if (e->is_lost || PQpipelineSync(e->c) != 1) return lost(e, "send");
    for (int i = 0; i < e->n_sent && !e->is_lost; i++) {
        struct pg_sent x = e->sent[i];
        bool keep = wanted != NULL && x.stmt == wanted && !x.is_prepare;
        if (keep && wanted->streams) (void)PQsetSingleRowMode(e->c);
        enum status got = read_one(e, &x, keep);
        if (st == ST_OK) st = got;
        if (keep && got == ST_OK && wanted->has_more) {
            must(i + 1 == e->n_sent);
            e->n_sent = 0;
            e->stream = wanted;
            return st;
        }
    }
    e->n_sent = 0;
    return e->is_lost ? ST_BUSY : st != ST_OK ? (read_sync(e) == ST_OK ? st : ST_BUSY) : read_sync(e);
}

enum status pg_receive_more(struct pg_engine *e, struct pg_stmt *s)
{
    struct pg_sent x = {s->text->name, s, false};
    s->has_more = false;
    s->n_rows = 0;
    enum status st = read_one(e, &x, true);
    if (st == ST_OK && s->has_more) return ST_OK;
    e->stream = NULL;
    if (!e->is_lost && read_sync(e) != ST_OK) st = ST_BUSY;
    return st == ST_OK ? ST_NOT_FOUND : st;
}

/* Texts of our own */

enum status pg_rows(struct pg_engine *e, const char *what, const char *text, PGresult **out)
{
    struct stmt_text of = {.name = what};
    struct pg_stmt s = {.text = &of};
    TRY(pg_ready(e));
    pg_send_text(e, what, text);
    if (e->n_sent > 0) e->sent[e->n_sent - 1].stmt = &s;
    enum status st = pg_receive(e, &s);
    *out = s.rows;
    return st;
}

enum status pg_numbers(struct pg_engine *e, const char *what, const char *text, int64_t *out, int n)
{
    PGresult *r = NULL;
    enum status st = pg_rows(e, what, text, &r);
    if (st == ST_OK && PQntuples(r) > 0)
        for (int i = 0; i < n && i < PQnfields(r); i++)
            if (PQgetisnull(r, 0, i) == 0) out[i] = pg_int_of(r, 0, i);
    PQclear(r);
    return st;
}

enum status pg_script(struct pg_engine *e, const char *what, const char *text)
{
    struct pg_sent of = {what, NULL, false};
    TRY(pg_ready(e));
    if (e->n_sent > 0) TRY(pg_receive(e, NULL));
    if (PQexitPipelineMode(e->c) != 1) return lost(e, what);
    PGresult *r = PQexec(e->c, text);
    ExecStatusType t = PQresultStatus(r);
    enum status st =
        t == PGRES_COMMAND_OK || t == PGRES_TUPLES_OK || t == PGRES_EMPTY_QUERY ? ST_OK : failed(e, &of, r);
    PQclear(r);
    if (!e->is_lost && PQenterPipelineMode(e->c) != 1) st = lost(e, what);
    return st;
}
