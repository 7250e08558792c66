/* store_server: a database that is on a server, with any number of programs at it. See server.h.
 *
 *      connect ─▶ whose is it, which schema ─▶ (one of all: migrate) ─▶ a number, ears ─▶ greatest id ─▶ partitions ─▶ writer
 *
 * Invariants   1. a database that is refused has not been changed.   2. of several programs that start at once one migrates and the
 *              others wait for it.   3. no two programs make keys with the same number.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/secret.h"
#include "store/inside.h"
#include "store/server.h"

#define PATIENT_LOCK_MS 60000
#define LOCK_MS         5000  /* as long as a file would wait */
#define IDLE_MS         20000 /* of a node that stands still with the writer's lock in its hand */
#define HEAR_MS         400   /* between two signs of life */
#define HEAR_NS         (HEAR_MS * INT64_C(1000000))
#define ALONE_TRIES     10 /* of HEAR_MS / 2 each */
#define MARK_NS         (REPLICA_ASK_MS * INT64_C(1000000))
#define HEARD_NS        (INT64_C(1500000000)) /* what is older than this may have been missed */
#define MEASURE_NS      (60 * INT64_C(1000000000))
#define PARTITIONS_NS   (6 * 3600 * INT64_C(1000000000))
#define MONTHS_MS       (100 * INT64_C(86400000)) /* ahead: this month and three more */

static struct postgres_options options_of(const struct store_options *o, const char *url, const _Atomic int *number,
                                          int statements)
{
    bool patient = o->statement_ms == 0; /* a command, not a server: it may take its time */
    return (struct postgres_options){
        .url = url,
        .statement_ms = o->statement_ms,
        .lock_ms = patient                     ? PATIENT_LOCK_MS
                   : o->statement_ms < LOCK_MS ? o->statement_ms
                                               : LOCK_MS,
        .idle_ms = patient ? 0 : IDLE_MS,
        .statements = statements,
        .number = number,
        .anywhere = o->read_only,
    };
}

static enum status connect_server(struct store *store, bool to_write, struct arena *mem, struct engine **out, char *why,
                                  size_t cap)
{
    struct postgres_options options = store->server->options;
    options.later = !to_write; /* most handles of a server never ask anything */
    options.begin_version = store->setup.begin_version;
    TRY(postgres_open(mem, &options, out, why, cap));
    (*out)->has_version = !to_write && options.begin_version != NULL;
    return ST_OK;
}

/* Schema */

static enum status examine(struct store *store, struct engine *e, bool create, bool *is_new, struct store_error *why)
{
    struct postgres_state state;
    if (postgres_state(e, &state) != ST_OK) {
        why_set(why, "cannot read the database: %s", engine_message(e));
        return ST_IO;
    }
    *is_new = state.is_empty;
    store->version = state.version;
    if (state.is_empty && create) return ST_OK;
    if (state.is_empty) why_set(why, "there is nothing in the database: make an installation with `luoshi init`");
    else if (!state.is_ours) why_set(why, "the database holds tables of another program, not of Luoshi");
    else if (state.version > store->setup.n_migrations)
        why_set(why, "the database is newer than this program (schema %d, this program knows %d)", state.version,
                store->setup.n_migrations);
    else return ST_OK;
    return state.is_empty ? ST_NOT_FOUND : !state.is_ours ? ST_INVALID : ST_CONFLICT;
}

/* Again under the lock, because another program may have done it while we waited. */
static enum status migrate_alone(struct store *store, struct engine *e, bool create, struct store_error *why)
{
    bool is_new;
    if (postgres_lock_migrating(e) != ST_OK) {
        why_set(why, "cannot wait for the database's schema: %s", engine_message(e));
        return ST_IO;
    }
    enum status st = examine(store, e, create, &is_new, why);
    if (st == ST_OK) st = store_migrate(e, &store->setup, store->version, why);
    if (postgres_unlock_migrating(e) != ST_OK && st == ST_OK) st = ST_IO;
    if (st == ST_OK) store->version = store->setup.n_migrations;
    return st;
}

static enum status bring_up(struct store *store, struct engine *e, const struct store_options *o,
                            struct store_error *why)
{
    bool is_new;
    TRY(examine(store, e, o->create, &is_new, why));
    if (store->version == store->setup.n_migrations) return ST_OK;
    if (is_new || (!o->beside && !o->read_only)) return migrate_alone(store, e, o->create, why);
    why_set(why,
            "the database is older than this program (schema %d, this program needs %d): serve it once to bring it up",
            store->version, store->setup.n_migrations);
    return ST_CONFLICT;
}

/* Ears */

static void took_number(struct store *store, int number)
{
    atomic_store(&store->ids.node, number);
    atomic_store(&store->server->has_number, true);
}

/* The old number when it is free: its session may have outlived the connection on the server's side. */
static enum status listen_anew(struct store *store)
{
    int number;
    TRY(postgres_number(store->server->ears, atomic_load(&store->ids.node), &number));
    TRY(postgres_listen(store->server->ears));
    took_number(store, number);
    atomic_fetch_add(&store->epoch, 1); /* commits may have gone by unheard */
    return ST_OK;
}

static void mark(struct store *store, int64_t now_ns)
{
    struct server *v = store->server;
    struct replica_mark m = {.at_ns = now_ns,
                             .epoch = atomic_load(&store->epoch)}; /* before the position is asked for */
    v->marked_ns = now_ns;
    if (postgres_position(v->ears, &m.position) == ST_OK) replica_mark(v->replica, &m);
}

static void look_after(struct store *store, int64_t now_ns)
{
    struct server *v = store->server;
    int64_t bytes = 0;
    if (v->replica != NULL && now_ns - v->marked_ns >= MARK_NS) mark(store, now_ns);
    if (now_ns - v->measured_ns > MEASURE_NS) {
        v->measured_ns = now_ns;
        if (postgres_bytes(v->ears, &bytes) == ST_OK) atomic_store(&v->bytes, bytes);
    }
    if (now_ns - v->partitions_ns > PARTITIONS_NS) {
        int64_t now = clock_now(&store->clock).ms;
        v->partitions_ns = now_ns;
        if (postgres_partitions(v->ears, now, now + MONTHS_MS) != ST_OK)
            log_line(LOG_WARN, "no partitions made ahead", " ");
    }
}

static enum status hear_once(struct store *store)
{
    struct server *v = store->server;
    int commits = 0;
    bool anew = false;
    enum status st = ST_OK;
    int ms = v->replica == NULL ? HEAR_MS : REPLICA_ASK_MS;
    bool hears = atomic_load(&v->heard_ns) != 0;
    if (hears) st = postgres_hear(v->ears, ms, v->wake, &commits);
    if (commits > 0) atomic_fetch_add(&store->epoch, 1);
    if (hears && st == ST_OK && time_monotonic_ns() - v->pinged_ns < HEAR_NS) return ST_OK;
    v->pinged_ns = time_monotonic_ns();
    if (st == ST_BUSY) atomic_store(&v->has_number, false);
    st = postgres_ping(v->ears, &anew);
    if (st == ST_OK && anew) v->is_deaf = true;
    if (st == ST_OK && v->is_deaf) st = listen_anew(store);
    if (st == ST_OK) v->is_deaf = false;
    return st;
}

static void wait_awhile(struct server *v)
{
    struct pollfd wake = {.fd = v->wake, .events = POLLIN};
    (void)poll(&wake, 1, HEAR_MS / 2);
}

static void *ears_main(void *arg)
{
    struct store *store = arg;
    struct server *v = store->server;
    while (!atomic_load(&v->stopping)) {
        enum status st = hear_once(store);
        int64_t now = time_monotonic_ns();
        if (st == ST_OK) {
            atomic_store(&v->heard_ns, now);
            look_after(store, now);
            continue;
        }
        atomic_store(&v->heard_ns, 0);
        atomic_store(&v->has_number, false);
        wait_awhile(v);
    }
    return NULL;
}

static enum status open_ears(struct store *store, struct store_error *why)
{
    struct server *v = store->server;
    struct postgres_options options = v->options;
    int number = 0;
    options.statements = 0;
    v->mem = arena_new(STORE_ARENA, NULL);
    TRY(postgres_open(v->mem, &options, &v->ears, why->text, sizeof why->text));
    enum status st = postgres_number(v->ears, (int)secure_below(1024), &number);
    if (st == ST_OK) st = postgres_listen(v->ears);
    if (st != ST_OK) why_set(why, "no number is free for another program at this database");
    if (st == ST_OK) took_number(store, number);
    return st;
}

/* A program that has just ended may still hold its number for a moment. */
static enum status want_alone(struct store *store, struct engine *e, struct store_error *why)
{
    int64_t held = 0;
    for (int i = 0; i < ALONE_TRIES; i++) {
        TRY(postgres_numbers_held(e, &held));
        if (held <= 1) return ST_OK;
        wait_awhile(store->server);
    }
    why_set(why, "the database is in use by another luoshi: %lld at it", (long long)held - 1);
    return ST_BUSY;
}

bool thread_start(pthread_t *thread, void *(*fn)(void *), void *arg)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool fine = pthread_create(thread, NULL, fn, arg) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fine;
}

static enum status start_ears(struct store *store)
{
    struct server *v = store->server;
    v->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    v->partitions_ns = time_monotonic_ns();
    atomic_store(&v->heard_ns, v->partitions_ns);
    atomic_fetch_add(&store->epoch, 1); /* 0 means that it cannot be told */
    v->has_thread = v->wake >= 0 && thread_start(&v->thread, ears_main, store);
    return v->has_thread ? ST_OK : ST_IO;
}

static enum status start_replica(struct store *store, const char *url)
{
    struct postgres_options options = {
        .url = str_z(store->mem, str_from(url)), .statement_ms = REPLICA_LATE_MS, .standby = true};
    store->server->replica = NEW(store->mem, struct replica);
    return replica_start(store->server->replica, &options);
}

/* Opening */

static enum status open_written(struct store *store, const struct store_options *o, struct store_error *why)
{
    int64_t greatest = 0;
    int64_t now = clock_now(&store->clock).ms;
    TRY(store_connect(store, true, &store->writer, why->text, sizeof why->text));
    struct engine *e = store->writer->engine;
    TRY(bring_up(store, e, o, why));
    e->has_version = store->setup.begin_version != NULL; /* now there is the table */
    TRY(open_ears(store, why));
    if (o->alone) TRY(want_alone(store, e, why));
    enum status st = engine_greatest_id(e, &greatest);
    if (st == ST_OK) ids_init(&store->ids, atomic_load(&store->ids.node), greatest);
    if (st == ST_OK) st = postgres_partitions(e, now, now + MONTHS_MS);
    if (st == ST_OK && o->replica != NULL) st = start_replica(store, o->replica);
    if (st == ST_OK) st = start_ears(store);
    if (st != ST_OK) why_set(why, "cannot make the database ready: %s", engine_message(e));
    return st;
}

static enum status open_read(struct store *store, const struct store_options *o, struct store_error *why)
{
    struct db *db;
    TRY(store_connect(store, true, &db, why->text, sizeof why->text));
    enum status st = bring_up(store, db->engine, o, why);
    store_disconnect(db);
    return st;
}

static enum status open_server(struct store *store, const struct store_options *o, struct store_error *why)
{
    const char *url = str_z(store->mem, str_from(o->url));
    store->server = NEW(store->mem, struct server);
    store->server->wake = -1;
    store->server->options = options_of(o, url, &store->ids.node, store->setup.n_statements);
    return o->read_only ? open_read(store, o, why) : open_written(store, o, why);
}

static void close_server(struct store *store)
{
    struct server *v = store->server;
    uint64_t one = 1;
    if (v == NULL) return;
    if (v->has_thread) {
        atomic_store(&v->stopping, true);
        if (write(v->wake, &one, sizeof one) < 0) log_line(LOG_WARN, "listener not woken", "errno=%d", errno);
        (void)pthread_join(v->thread, NULL);
    }
    if (v->replica != NULL) replica_stop(v->replica);
    if (v->wake >= 0) (void)close(v->wake);
    engine_close(v->ears);
    arena_free(v->mem);
}

/* The rest */

static void count_replica(struct store *store, struct store_counts *out)
{
    struct replica *r = store->server->replica;
    struct replica_view view;
    int64_t now = time_monotonic_ns();
    if (r == NULL) return;
    out->has_replica = true;
    out->replica_reads = atomic_load(&r->reads);
    out->replica_behind_ms = -1;
    if (replica_serves(r, 0, server_answers(store), now, &view))
        out->replica_behind_ms = (now - view.reached.at_ns) / 1000000;
}

static void count_server(struct store *store, struct store_counts *out)
{
    out->file_bytes = atomic_load(&store->server->bytes);
    out->wal_bytes = 0;
    count_replica(store, out);
}

bool server_answers(const struct store *store)
{
    int64_t heard = atomic_load(&store->server->heard_ns);
    return heard != 0 && time_monotonic_ns() - heard <= HEARD_NS;
}

static enum store_state state_of_server(struct store *store)
{
    struct server *v = store->server;
    struct replica_view view;
    if (server_answers(store)) return atomic_load(&v->has_number) ? STORE_WRITES : STORE_READS;
    if (v->replica == NULL) return STORE_SILENT;
    return replica_serves(v->replica, 0, false, time_monotonic_ns(), &view) ? STORE_READS : STORE_SILENT;
}

static uint64_t epoch_server(struct db *db)
{
    return server_answers(db->store) ? atomic_load(&db->store->epoch) : 0;
}

static enum status backup_server(struct store *store, const char *file, struct store_error *why)
{
    (void)store;
    (void)file;
    why_set(why, "a database on a server is copied by the server's own tools, pg_basebackup or pg_dump: see "
                 "docs/operator-manual.md");
    return ST_INVALID;
}

static enum status may_write_server(struct store *store)
{
    return atomic_load(&store->server->has_number) ? ST_OK : ST_BUSY;
}

/* Before anybody is answered: who wrote sees it at once, on this node. */
static void committed_server(struct db *db)
{
    atomic_fetch_add(&db->store->epoch, 1);
}

const struct store_home store_on_server = {
    .open = open_server,
    .connect = connect_server,
    .close = close_server,
    .count = count_server,
    .epoch = epoch_server,
    .state = state_of_server,
    .backup = backup_server,
    .may_write = may_write_server,
    .committed = committed_server,
};
