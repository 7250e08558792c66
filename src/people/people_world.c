/* people_world: see people_world.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/people_world.h"
#include "store/server_world.h"

#define WORLD_ARENA ((size_t)256 * 1024 * 1024)

unit_id people_world_unit(struct people_world *w, const char *code, const char *kind, unit_id territory, unit_id line)
{
    struct unit u = {.code = str_from(code),
                     .name_en = str_from(code),
                     .name_zh = STR("单位"),
                     .kind = str_from(kind),
                     .territory = territory,
                     .line = line,
                     .starts = {w->today.n - 1000}};
    must(unit_put(w->db, w->mem, NULL, &u, w->today, &w->faults) == ST_OK);
    return u.id;
}

static void make_units(struct people_world *w)
{
    unit_id none = {0};
    w->root = people_world_unit(w, "990000", "root", none, none);
    w->county_a = people_world_unit(w, "990100", "county", w->root, none);
    w->county_b = people_world_unit(w, "990200", "county", w->root, none);
    w->department = people_world_unit(w, "990010", "department", w->root, none);
    w->bureau_a = people_world_unit(w, "990110", "bureau", w->county_a, w->department);
    w->town_a1 = people_world_unit(w, "990101", "township", w->county_a, none);
    w->town_a2 = people_world_unit(w, "990102", "township", w->county_a, none);
    w->town_b1 = people_world_unit(w, "990201", "township", w->county_b, none);
    w->village = people_world_unit(w, "990191", "village", w->town_a1, none);
}

struct people_world *people_world_open(void)
{
    struct arena *mem = arena_new(WORLD_ARENA, NULL);
    struct people_world *w = NEW(mem, struct people_world);
    struct store_error why;
    w->mem = mem;
    w->today = day_from_civil(2026, 11, 23);
    w->now = (instant){(int64_t)w->today.n * DAY_MS + 3 * HOUR_MS};
    const struct clock clock = {.frozen = true, .fixed = w->now};
    const struct store_options options = {.path = "test",
                                          .create = true,
                                          .in_memory = !server_world_is(),
                                          .in_step = true,
                                          .url = server_world_shared_url(),
                                          .clock = &clock};
    secret_start();
    w->keys = keys_fixed();
    must(store_open(&options, &w->store, &why) == ST_OK);
    must(db_open(w->store, &w->db) == ST_OK);
    must(db_batch_begin(w->db) == ST_OK);
    make_units(w);
    return w;
}

void people_world_close(struct people_world *w)
{
    db_batch_rollback(w->db);
    db_close(w->db);
    store_close(w->store);
    keys_close(w->keys);
    arena_free(w->mem);
}

person_id people_world_person(struct people_world *w, const char *login)
{
    person_id id;
    must(person_add(w->db, w->mem, NULL, str_from(login), str_from(login), STR(""), STR("en"), &id, &w->faults) ==
         ST_OK);
    return id;
}

member_id people_world_role(struct people_world *w, person_id person, unit_id unit, enum role role)
{
    struct member m = {
        .person = person, .unit = unit, .role = role, .title_en = STR("Officer"), .title_zh = STR("干事")};
    must(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults) == ST_OK);
    return m.id;
}

person_id people_world_with_role(struct people_world *w, const char *login, unit_id unit, enum role role)
{
    person_id id = people_world_person(w, login);
    (void)people_world_role(w, id, unit, role);
    return id;
}

struct actor people_world_actor(struct people_world *w, person_id person)
{
    struct actor a;
    must(actor_load(w->db, w->mem, person, w->now, &a) == ST_OK);
    return a;
}

void people_world_away(struct people_world *w, person_id person, person_id deputy, bool acting)
{
    must(absence_put(w->db, w->mem, NULL, person, deputy, acting, (instant){w->now.ms - HOUR_MS},
                     (instant){w->now.ms + HOUR_MS}, &w->faults) == ST_OK);
}
