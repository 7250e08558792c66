/* postgres: the engine on a server: transactions, schema, upkeep, locks and listening. See postgres.h; postgres_wire.c talks to it and
 * postgres_stmt.c has the statements. These files alone name the library.
 *
 * Who changes holds one lock from the begin to the commit: the commands of all nodes run one after another, as they do on a file, so READ
 * COMMITTED shows each command everything that was committed before it and nothing else happens meanwhile (ADR 010).
 *
 * Transactions are numbered by nobody: when the connection is lost while a COMMIT is on its way, nobody here can know whether it was done.
 * The answer is then "try again", and the token that each form carries makes the second try find what the first one did.
 * SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/postgres_inside.h"

/* Advisory locks: one class for the few, one for the numbers of nodes. */
#define CLASS_ONE      "1280659249" /* ENGINE_APPLICATION */
#define CLASS_NUMBER   "1280659250"
#define LOCK_WRITING   "1"
#define LOCK_MIGRATING "2"

static struct pg_engine *of(struct engine *base)
{
    return (struct pg_engine *)base;
}

/* Transactions */

/* A statement of its own behind the lock: one statement sees what was committed when it began, so before it had the lock. */
static enum status receive_version(struct pg_engine *e)
{
    struct pg_stmt *s = &e->begin;
    if (!e->base.has_version) return pg_receive(e, NULL);
    pg_send_stmt(e, s);
    enum status st = pg_receive(e, s);
    e->base.version = st == ST_OK && s->n_rows > 0 ? pg_int_of(s->rows, 0, 0) : 0;
    PQclear(s->rows);
    s->rows = NULL;
    return st;
}

static enum status begin_write(struct pg_engine *e)
{
    enum status st = ST_BUSY;
    for (int i = 0; i < 2; i++) { /* again: an idle connection shows only now that it was lost */
        TRY(pg_ready(e));
        e->is_open = true;
        e->is_changing = true;
        pg_send_text(e, "begin", "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
        pg_send_text(e, "lock", "SELECT pg_advisory_xact_lock(" CLASS_ONE ", " LOCK_WRITING ")");
        st = receive_version(e);
        if (st == ST_OK) return ST_OK;
        e->is_open = false;
        e->is_changing = false;
        if (e->is_lost) continue;
        e->base.fault = ENGINE_SOUND;
        pg_send_text(e, "rollback", "ROLLBACK");
        (void)!pg_receive(e, NULL);
        return st == ST_IO ? ST_BUSY : st; /* a server that only reads: it was the main one before */
    }
    return st;
}

static enum status begin_read(struct pg_engine *e)
{
    TRY(pg_ready(e));
    e->is_open = true;
    e->is_changing = false;
    pg_send_text(e, "begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return ST_OK;
}

static enum status ended(struct pg_engine *e, enum status st)
{
    e->is_open = false;
    e->is_changing = false;
    e->base.fault = ENGINE_SOUND;
    return st;
}

static enum status roll_back(struct pg_engine *e)
{
    if (e->is_lost) return ended(e, ST_OK); /* the server has done it */
    pg_many_drop(e);
    if (e->n_sent > 0) (void)!pg_receive(e, NULL); /* a failure in it would have the rest skipped */
    pg_send_text(e, "rollback", "ROLLBACK");
    enum status st = pg_receive(e, NULL);
    return ended(e, e->is_lost ? ST_OK : st);
}

static void tell(struct pg_engine *e)
{
    char text[64];
    if (e->options.number == NULL) return;
    (void)snprintf(text, sizeof text, "NOTIFY luoshi, '%d'", atomic_load(e->options.number));
    pg_send_text(e, "notify", text);
}

/* What was sent ahead, the word to all who listen, and the commit go together: a failure of any has the server skip what follows. */
static enum status commit(struct pg_engine *e)
{
    TRY(pg_ready(e));
    if (e->is_changing) tell(e);
    pg_send_text(e, "commit", "COMMIT");
    enum status st = pg_receive(e, NULL);
    if (st != ST_OK) return st; /* lost: perhaps committed, perhaps not (see above); else the caller rolls back */
    return ended(e, ST_OK);
}

static enum status undo(struct pg_engine *e, const char *text)
{
    if (e->is_lost || e->base.fault > ENGINE_FAILED) return e->base.failed;
    pg_many_drop(e); /* all of it is of the part: what opened it was sent after what waited then */
    if (e->n_sent > 0) (void)!pg_receive(e, NULL);
    if (e->is_lost || e->base.fault > ENGINE_FAILED) return e->base.failed;
    pg_send_text(e, text, text);
    enum status st = pg_receive(e, NULL);
    if (st == ST_OK) e->base.fault = ENGINE_SOUND;
    return st;
}

/* A verb between begin and end; its failure shows with the next result. */
static enum status ahead(struct pg_engine *e, const char *text)
{
    TRY(pg_ready(e));
    if (e->n_sent > PG_AHEAD - 8) TRY(pg_receive(e, NULL));
    pg_send_text(e, text, text);
    return ST_OK;
}

static enum status act(struct engine *base, enum engine_verb verb)
{
    struct pg_engine *e = of(base);
    switch (verb) {
    case ENGINE_BEGIN_READ: return begin_read(e);
    case ENGINE_BEGIN_WRITE: return begin_write(e);
    case ENGINE_COMMIT: return commit(e);
    case ENGINE_ROLLBACK: return roll_back(e);
    case ENGINE_JOB_SAVE: return ahead(e, "SAVEPOINT job");
    case ENGINE_JOB_KEEP: return ahead(e, "RELEASE job");
    case ENGINE_JOB_UNDO: return undo(e, "ROLLBACK TO job");
    case ENGINE_PART_SAVE: return ahead(e, "SAVEPOINT part");
    case ENGINE_PART_KEEP: return ahead(e, "RELEASE part");
    case ENGINE_PART_UNDO: return undo(e, "ROLLBACK TO part");
    case ENGINE_VERBS: break;
    }
    return ST_IO;
}

static enum status drain(struct engine *base)
{
    struct pg_engine *e = of(base);
    if (e->is_open) TRY(pg_ready(e));
    return e->n_sent == 0 ? ST_OK : pg_receive(e, NULL);
}

static bool in_transaction(const struct engine *base)
{
    return ((const struct pg_engine *)base)->is_open;
}

static void allow_changes(struct engine *base, bool allowed, bool whole)
{
    (void)whole; /* a transaction says itself whether it changes */
    of(base)->may_change = allowed;
}

static const char *message(const struct engine *base)
{
    return ((const struct pg_engine *)base)->message;
}

/* Schema */

enum status postgres_state(struct engine *base, struct postgres_state *out)
{
    int64_t n[3] = {0};
    int64_t v[2] = {0};
    TRY(pg_numbers(of(base), "schema",
                   "SELECT count(*), count(*) FILTER (WHERE relname = 'schema_version') FROM pg_class "
                   "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')",
                   n, 2));
    *out = (struct postgres_state){.is_empty = n[0] == 0};
    if (n[1] == 0) return ST_OK;
    TRY(pg_numbers(of(base), "schema", "SELECT version, application FROM schema_version", v, 2));
    out->version = (int)v[0];
    out->is_ours = v[1] == ENGINE_APPLICATION;
    return ST_OK;
}

static enum status version(struct engine *base, int *out)
{
    int64_t v = 0;
    enum status st = pg_numbers(of(base), "version", "SELECT version FROM schema_version", &v, 1);
    *out = (int)v;
    return st;
}

static enum status script(struct engine *base, const char *text)
{
    return pg_script(of(base), "script", text);
}

static enum status set_version(struct engine *base, int version)
{
    char text[400];
    (void)snprintf(text, sizeof text,
                   "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL, application BIGINT NOT NULL); "
                   "DELETE FROM schema_version; INSERT INTO schema_version (version, application) VALUES (%d, %s);",
                   version, CLASS_ONE);
    return pg_script(of(base), "set version", text);
}

static enum status references(struct engine *base, bool enforced)
{
    (void)base;
    (void)enforced; /* always; a migration that must break one for a moment says so itself */
    return ST_OK;
}

static enum status broken_references(struct engine *base, int64_t *out)
{
    (void)base;
    *out = 0;
    return ST_OK;
}

/* Of every table of which `id` is the first column of an index, so that its end is one look-up. A partition stands for itself. */
static enum status greatest_id(struct engine *base, int64_t *out)
{
    struct pg_engine *e = of(base);
    PGresult *tables = NULL;
    *out = 0;
    enum status st =
        pg_rows(e, "greatest id",
                "SELECT DISTINCT i.indrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
                "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
                "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' "
                "AND a.attname = 'id' AND a.atttypid = 'int8'::regtype AND i.indpred IS NULL",
                &tables);
    for (int i = 0; st == ST_OK && i < PQntuples(tables); i++) {
        char text[256];
        int64_t id = 0;
        int n =
            snprintf(text, sizeof text, "SELECT max(id) FROM %s", PQgetvalue(tables, i, 0)); /* quoted by the server */
        st = n < (int)sizeof text ? pg_numbers(e, "greatest id", text, &id, 1) : ST_INVALID;
        if (id > *out) *out = id;
    }
    PQclear(tables);
    return st;
}

/* Upkeep */

static void tidy(struct engine *base, bool after_much)
{
    (void)base;
    (void)after_much; /* the server's own business */
}

/* What a server does not see by itself. References and constraints are enforced by it, but for those that were put off. */
static enum status check(struct engine *base, struct arena *mem, str *report)
{
    PGresult *r = NULL;
    char lines[16384];
    size_t used = 0;
    enum status st = pg_rows(
        of(base), "check",
        "SELECT 'index ' || indexrelid::regclass || ' is not valid: REINDEX it' FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = current_schema()::regnamespace "
        "AND NOT (indisvalid AND indisready) "
        "UNION ALL SELECT 'constraint ' || conname || ' of ' || conrelid::regclass || ' was never checked: "
        "VALIDATE it' FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND NOT convalidated "
        "LIMIT 100",
        &r);
    for (int i = 0; st == ST_OK && i < PQntuples(r); i++) {
        int n = snprintf(lines + used, sizeof lines - used, "%s\n", PQgetvalue(r, i, 0));
        if (n > 0 && (size_t)n < sizeof lines - used) used += (size_t)n;
    }
    PQclear(r);
    *report = str_copy(mem, (str){lines, used});
    return st;
}

enum status postgres_bytes(struct engine *base, int64_t *out)
{
    return pg_numbers(of(base), "size", "SELECT pg_database_size(current_database())", out, 1);
}

enum status postgres_partitions(struct engine *base, int64_t from_ms, int64_t to_ms)
{
    char text[128];
    int64_t n = 0;
    struct pg_engine *e = of(base);
    TRY(pg_numbers(e, "partitions", "SELECT count(to_regproc('partition_make'))", &n, 1));
    if (n == 0) return ST_OK; /* a small schema of a test */
    (void)snprintf(text, sizeof text, "SELECT partition_make(%lld, %lld)", (long long)from_ms, (long long)to_ms);
    TRY(begin_write(e));
    enum status st = pg_numbers(e, "partitions", text, &n, 1);
    if (st == ST_OK) st = commit(e);
    if (st != ST_OK) (void)!roll_back(e);
    return st;
}

/* Locks of a session */

enum status postgres_lock_migrating(struct engine *base)
{
    return pg_script(of(base), "lock",
                     "SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock(" CLASS_ONE
                     ", " LOCK_MIGRATING ")");
}

enum status postgres_unlock_migrating(struct engine *base)
{
    char text[200];
    struct pg_engine *e = of(base);
    (void)snprintf(text, sizeof text,
                   "SELECT pg_advisory_unlock(" CLASS_ONE ", " LOCK_MIGRATING
                   "); SET statement_timeout = %d; SET lock_timeout = %d",
                   e->options.statement_ms, e->options.lock_ms);
    return pg_script(e, "unlock", text);
}

enum status postgres_number(struct engine *base, int from, int *out)
{
    char text[256];
    int64_t n = -1;
    (void)snprintf(text, sizeof text,
                   "SELECT n FROM (SELECT (%d + i) %% 1024 AS n FROM generate_series(0, 1023) i OFFSET 0) numbers "
                   "WHERE pg_try_advisory_lock(" CLASS_NUMBER ", n) LIMIT 1",
                   from);
    TRY(pg_numbers(of(base), "number", text, &n, 1));
    *out = (int)n;
    return n < 0 ? ST_BUSY : ST_OK;
}

enum status postgres_numbers_held(struct engine *base, int64_t *out)
{
    return pg_numbers(of(base), "numbers",
                      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = " CLASS_NUMBER
                      " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                      out, 1);
}

/* Places in the log */

enum status postgres_position(struct engine *base, int64_t *out)
{
    return pg_numbers(of(base), "position", "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::int8", out, 1);
}

enum status postgres_replayed(struct engine *base, int64_t *out, bool *follows)
{
    int64_t n[2] = {0, 0};
    TRY(pg_numbers(of(base), "replayed",
                   "SELECT coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::int8, "
                   "CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END::int8",
                   n, 2));
    *out = n[0];
    *follows = n[1] == 1;
    return ST_OK;
}

void postgres_server(const struct engine *base, char *host, size_t host_cap, char *port, size_t port_cap)
{
    const struct pg_engine *e = (const struct pg_engine *)base;
    const char *h = PQhost(e->c), *p = PQport(e->c);
    (void)snprintf(host, host_cap, "%s", h == NULL ? "" : h);
    (void)snprintf(port, port_cap, "%s", p == NULL ? "" : p);
}

/* Hearing of commits */

enum status postgres_listen(struct engine *base)
{
    struct pg_engine *e = of(base);
    TRY(pg_ready(e));
    pg_send_text(e, "listen", "LISTEN luoshi");
    return pg_receive(e, NULL);
}

static int heard(struct pg_engine *e)
{
    int n = 0;
    int64_t from;
    PGnotify *word;
    while ((word = PQnotifies(e->c)) != NULL) {
        if (!str_int(str_from(word->extra), &from) || from != atomic_load(e->options.number)) n++;
        PQfreemem(word);
    }
    return n;
}

enum status postgres_hear(struct engine *base, int ms, int wake, int *commits)
{
    struct pg_engine *e = of(base);
    struct pollfd fds[2] = {{.fd = PQsocket(e->c), .events = POLLIN}, {.fd = wake, .events = POLLIN}};
    *commits = heard(e);
    if (e->is_lost) return ST_BUSY;
    if (*commits > 0) return ST_OK;
    if (poll(fds, 2, ms) > 0 && fds[0].revents != 0 && PQconsumeInput(e->c) != 1) {
        e->is_lost = true;
        return ST_BUSY;
    }
    *commits = heard(e);
    return ST_OK;
}

enum status postgres_ping(struct engine *base, bool *anew)
{
    struct pg_engine *e = of(base);
    TRY(pg_ready(e));
    pg_send_text(e, "ping", "SELECT 1");
    TRY(pg_receive(e, NULL));
    *anew = e->is_anew;
    e->is_anew = false;
    return ST_OK;
}

/* Opening, last: it names all of the above */

static void close_engine(struct engine *base)
{
    struct pg_engine *e = of(base);
    for (int i = 0; i < e->n_statements; i++) must(!e->statements[i].is_busy);
    PQfinish(e->c);
    e->c = NULL;
    pg_many_free(e);
}

static const struct engine_ops ops = {
    .is_server = true,
    .close = close_engine,
    .stmt_open = pg_stmt_open,
    .act = act,
    .in_transaction = in_transaction,
    .allow_changes = allow_changes,
    .data_version = NULL, /* commits are told, not looked for */
    .message = message,
    .version = version,
    .set_version = set_version,
    .script = script,
    .references = references,
    .broken_references = broken_references,
    .greatest_id = greatest_id,
    .tidy = tidy,
    .check = check,
    .drain = drain,
};

enum status postgres_open(struct arena *mem, const struct postgres_options *options, struct engine **out, char *why,
                          size_t cap)
{
    struct pg_engine *e = NEW(mem, struct pg_engine);
    e->base.ops = &ops;
    e->mem = mem;
    e->options = *options;
    e->statements = NEWN(mem, struct pg_stmt, (size_t)options->statements + 1);
    e->n_statements = options->statements;
    e->begin = (struct pg_stmt){.engine = e, .text = options->begin_version, .name = "begin"};
    *out = NULL;
    e->is_lost = true;
    enum status st = options->later ? ST_OK : pg_connect(e, why, cap);
    if (st == ST_OK) *out = &e->base;
    else PQfinish(e->c);
    return st;
}
