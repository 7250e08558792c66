/* demo: see seed.h, demo_city.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo.h"

#define ROW_ARENA ((size_t)64 * 1024 * 1024)

/* "haitang-clerk" for every clerk, and so on: hashed once each, outside of any transaction, because it takes its time. */
static void hash_passwords(struct demo *d)
{
    for (int role = ROLE_HANDLER; role < ROLE_COUNT; role++)
        d->hash[role] = password_hash(d->mem, str_format(d->mem, "haitang-%s", role_key((enum role)role)));
}

static enum status make_units_and_people(struct demo *d)
{
    TRY(demo_make_units(d));
    TRY(demo_make_people(d));
    demo_follow_merger(d);
    return ST_OK;
}

static enum status make_city(struct demo *d)
{
    TRY(db_batch_begin(d->db));
    enum status st = make_units_and_people(d);
    if (st != ST_OK) {
        db_batch_rollback(d->db);
        return st;
    }
    TRY(db_batch_commit(d->db));
    TRY(demo_make_more_units(d));
    TRY(demo_make_matters(d));
    return demo_make_campaign(d);
}

enum status demo_city(struct db *db, struct arena *mem, const struct city *city, const struct demo_options *options)
{
    struct demo d = {.db = db, .mem = mem, .city = city, .options = options, .now = db_now(db)};
    d.row = arena_new(ROW_ARENA, NULL);
    d.today = day_in_zone(&city->zone, d.now);
    hash_passwords(&d);
    enum status st = make_city(&d);
    arena_free(d.row);
    return st;
}
