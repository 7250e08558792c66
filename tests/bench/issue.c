/* issue: how long it takes to put a plan in force for every unit of a city, and how long a reader waits meanwhile.
 *
 *     issue FOLDER REF        FOLDER/luoshi.db is changed: give it a copy; REF: the campaign whose next year is issued
 *
 * The campaign is cloned, discussed, matched and approved; then plan_issue runs alone in one transaction, while another thread reads the
 * roll-up of the running campaign over and over on a connection of its own. It prints one line of figures.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "campaign/plan.h"
#include "campaign/rollup.h"
#include "people/unit.h"

#define ARENA ((size_t)4 * 1024 * 1024 * 1024)

struct reader {
    struct store *store;
    const struct city *city;
    campaign_id campaign;
    unit_id unit;
    atomic_bool ends;
    int64_t reads, longest_ns;
    bool failed;
};

static void *read_on(void *arg)
{
    struct reader *r = arg;
    struct arena *mem = arena_new(ARENA, NULL);
    struct db *db;
    struct rollup n;
    must(db_open(r->store, &db) == ST_OK);
    while (!atomic_load(&r->ends)) {
        int64_t begin = time_monotonic_ns();
        r->failed |= rollup_of(db, mem, r->campaign, r->unit, true, (day){20000}, &n) != ST_OK;
        int64_t took = time_monotonic_ns() - begin;
        if (took > r->longest_ns) r->longest_ns = took;
        r->reads++;
        arena_reset(mem);
    }
    db_close(db);
    arena_free(mem);
    return NULL;
}

static void ask(const char *what, enum status st, const struct faults *f)
{
    if (st == ST_OK) return;
    (void)fprintf(stderr, "issue: %s: %s%s%s\n", what, status_name(st), f->n > 0 ? ", " : "", f->n > 0 ? f->item[0].field : "");
    exit(1);
}

/* Next year's, as far as its approval. */
static struct campaign prepare(struct db *db, struct arena *mem, struct campaign_command *cmd, const struct campaign *old,
                               const struct actor *first)
{
    struct campaign c;
    struct faults *f = cmd->faults;
    struct campaign_draft d = {.name = STR("Next year"), .unit = old->unit, .owner = old->owner, .sign_days = 5, .ask_cap = 900};
    struct campaign_command sign = *cmd;
    str *kinds;
    size_t n;
    ask("clone", campaign_clone(db, mem, cmd, (day){old->starts.n + 366}, &c), f);
    ask("kinds", campaign_kinds(db, mem, old->id, &kinds, &n), f);
    for (size_t i = 0; i < n; i++) d.kinds[i] = kinds[i];
    d.starts = c.starts;
    d.ends = c.ends;
    cmd->campaign = sign.campaign = c.id;
    sign.who = first;
    ask("change", campaign_change(db, mem, cmd, &d), f);
    ask("discuss", plan_discuss(db, mem, cmd), f);
    ask("match", plan_set_matched(db, mem, cmd), f);
    ask("approve", plan_approve(db, mem, &sign), f);
    return c;
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new(ARENA, NULL);
    struct store_error why;
    struct store *store;
    struct db *db;
    struct city city;
    struct campaign old;
    struct actor clerk, first;
    struct faults faults = {0};
    person_id mayor;
    pthread_t thread;
    int64_t units;
    if (argc != 3) return 2;
    secret_start();
    str path = str_concat(mem, str_from(argv[1]), STR("/luoshi.db"));
    if (store_open(&(struct store_options){.path = path.p}, &store, &why) != ST_OK) return 1;
    must(db_open(store, &db) == ST_OK);
    ask("city", city_load(db, mem, keys_fixed(), &city), &faults);
    ask("campaign", campaign_get(db, mem, NULL, str_from(argv[2]), &old), &faults);
    must(post_holder(db, mem, old.unit, POST_FIRST, &mayor) == ST_OK);
    must(actor_load(db, mem, old.owner, db_now(db), &clerk) == ST_OK && actor_load(db, mem, mayor, db_now(db), &first) == ST_OK);
    struct campaign_command cmd = {.city = &city, .who = &clerk, .campaign = old.id, .faults = &faults};
    must(db_batch_begin(db) == ST_OK);
    struct campaign c = prepare(db, mem, &cmd, &old, &first);
    must(db_batch_commit(db) == ST_OK);
    ask("scope", campaign_scope_size(db, mem, &c, &units), &faults);
    struct reader r = {.store = store, .city = &city, .campaign = old.id, .unit = old.unit};
    must(pthread_create(&thread, NULL, read_on, &r) == 0);
    int64_t begin = time_monotonic_ns();
    must(db_batch_begin(db) == ST_OK);
    cmd.who = &first;
    ask("issue", plan_issue(db, mem, &cmd), &faults);
    must(db_batch_commit(db) == ST_OK);
    double seconds = (double)(time_monotonic_ns() - begin) / 1e9;
    atomic_store(&r.ends, true);
    (void)pthread_join(thread, NULL);
    printf("units=%lld seconds=%.3f reads=%lld longest_read_ms=%.3f\n", (long long)units, seconds, (long long)r.reads,
           (double)r.longest_ns / 1e6);
    db_close(db);
    store_close(store);
    return r.failed ? 1 : 0;
}
