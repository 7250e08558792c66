/* db_replica: from which server a handle reads. See replica.h for what is known of the replica.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/inside.h"
#include "store/server.h"

static struct replica *replica_of(const struct store *store)
{
    return store->server == NULL ? NULL : store->server->replica;
}

void db_replica_close(struct db *db)
{
    if (db->replica == NULL) return;
    if (db->engine == db->replica) db->engine = db->main;
    engine_close(db->replica);
    arena_free(db->replica_mem);
    db->replica = NULL;
    db->replica_mem = NULL;
}

/* A connection to the very server whose position is known. */
static enum status connect_replica(struct db *db, const struct replica *r, const struct replica_view *view)
{
    char why[400] = "";
    struct postgres_options options = r->options;
    if (db->replica != NULL && db->replica_life == view->life) return ST_OK;
    db_replica_close(db);
    db->replica_mem = arena_new(STORE_ARENA + (size_t)db->store->setup.n_statements * 256, NULL);
    options.statements = db->store->setup.n_statements;
    options.statement_ms = db->store->server->options.statement_ms;
    options.host = str_z(db->replica_mem, str_from(view->host));
    options.port = str_z(db->replica_mem, str_from(view->port));
    enum status st = postgres_open(db->replica_mem, &options, &db->replica, why, sizeof why);
    if (st == ST_OK) {
        db->replica_life = view->life;
        return ST_OK;
    }
    arena_free(db->replica_mem);
    db->replica_mem = NULL;
    return st;
}

bool db_read_from(struct db *db, int64_t position)
{
    struct replica *r = replica_of(db->store);
    struct replica_view view;
    must(!db->in_command && !db->in_batch && db->snapshots == 0);
    db->engine = db->main;
    if (r == NULL || position == DB_LATEST) return false;
    bool main_answers = server_answers(db->store);
    if (!replica_serves(r, position, main_answers, time_monotonic_ns(), &view)) return false;
    if (connect_replica(db, r, &view) != ST_OK) return false;
    db->engine = db->replica;
    db->reached_ns = view.reached.at_ns;
    db->reached_epoch = main_answers ? view.reached.epoch : 0;
    atomic_fetch_add_explicit(&r->reads, 1, memory_order_relaxed);
    return true;
}

bool db_on_replica(const struct db *db)
{
    return db->replica != NULL && db->engine == db->replica;
}

instant db_as_of(struct db *db)
{
    instant now = clock_now(&db->store->clock);
    if (!db_on_replica(db)) return now;
    return (instant){now.ms - (time_monotonic_ns() - db->reached_ns) / 1000000};
}

enum status db_position(struct db *db, int64_t *out)
{
    *out = 0;
    return replica_of(db->store) == NULL ? ST_OK : postgres_position(db->main, out);
}
