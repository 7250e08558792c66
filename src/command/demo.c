/* demo: `luoshi demo`.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "command/command.h"
#include "demo/seed.h"

static void show_progress(void *ctx, int64_t done, int64_t all)
{
    (void)ctx;
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\r%lld of %lld matters", (long long)done, (long long)all);
    if (done == all && isatty(STDERR_FILENO)) fputc('\n', stderr);
}

static enum status seed(struct house *h, struct arena *mem)
{
    static const struct seed_city haitang = {STR_INIT("Haitang City"), STR_INIT("海棠市"), STR_INIT("HT"),
                                             STR_INIT("Asia/Shanghai")};
    TRY(db_batch_begin(h->db));
    enum status st = seed_city(h->db, mem, &haitang, &h->city.root);
    if (st == ST_OK) st = city_key_note(h->db, mem, h->keys);
    if (st == ST_OK) return db_batch_commit(h->db);
    db_batch_rollback(h->db);
    return st;
}

static int demo(struct invocation *in, struct house *h, const struct demo_options *o)
{
    enum status st = seed(h, in->mem);
    if (st == ST_OK) st = city_load(h->db, h->life, h->keys, &h->city);
    if (st == ST_OK) st = demo_city(h->db, in->mem, &h->city, o);
    if (st != ST_OK) return complain("the demo city was not made: %s", status_name(st));
    if (o->matters > DEMO_MANY && !house_keep(h)) return 1;
    printf("Haitang City is in %s: %lld units, %lld matters\n", h->dir.p, (long long)o->units, (long long)o->matters);
    return 0;
}

int command_demo(struct invocation *in)
{
    struct house h;
    struct demo_options o = {.progress = show_progress};
    const char *dir = option_get(in, "data") == NULL ? "data" : option_get(in, "data");
    if (access(house_path(in->mem, str_from(dir), "luoshi.db"), F_OK) == 0)
        return complain("%s/luoshi.db is there already: nothing was changed", dir);
    if (!option_int(in, "matters", 0, INT64_C(100000000), 4000, &o.matters) ||
        !option_int(in, "units", 200, 1000000, 200, &o.units) || !option_int(in, "seed", 0, INT64_MAX, 1, &o.seed))
        return 2;
    if (!house_open(in, &h, HOUSE_CREATE | (o.matters > DEMO_MANY ? HOUSE_FILL : 0u))) return 1;
    int rc = h.is_made ? complain("there is a city in the database already: nothing was changed") : demo(in, &h, &o);
    house_close(&h);
    return rc;
}
