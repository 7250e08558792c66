/* matter_world: see matter_world.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/matter_world.h"

#include <stdio.h>

#include "matter/tally.h"
#include "store/server_world.h"

#define WORLD_ARENA ((size_t)1024 * 1024 * 1024)

static unit_id unit(struct matter_world *w, const char *code, const char *kind, unit_id territory, unit_id line)
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

static category_id category(struct matter_world *w, category_id parent, const char *name)
{
    struct category c = {.parent = parent, .name_en = str_from(name), .name_zh = STR("类")};
    must(category_put(w->db, w->mem, NULL, &c, &w->faults) == ST_OK);
    return c.id;
}

static void person(struct matter_world *w, enum who who, const char *login)
{
    must(person_add(w->db, w->mem, NULL, str_from(login), str_from(login), STR(""), STR("en"), &w->person[who],
                    &w->faults) == ST_OK);
}

static void role(struct matter_world *w, enum who who, unit_id in, enum role as)
{
    struct member m = {
        .person = w->person[who], .unit = in, .role = as, .title_en = STR("Officer"), .title_zh = STR("干事")};
    must(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults) == ST_OK);
}

static void post(struct matter_world *w, enum who who, unit_id in, enum post_kind kind)
{
    must(post_put(w->db, w->mem, NULL, in, kind, w->person[who], w->now) == ST_OK);
}

static void make_units(struct matter_world *w)
{
    unit_id none = {0};
    w->root = unit(w, "990000", "root", none, none);
    w->county = unit(w, "990100", "county", w->root, none);
    w->department = unit(w, "990010", "department", w->root, none);
    w->bureau = unit(w, "990110", "bureau", w->county, w->department);
    w->town = unit(w, "990101", "township", w->county, none);
    w->town2 = unit(w, "990102", "township", w->county, none);
    w->village = unit(w, "990191", "village", w->town, none);
    w->partner = unit(w, "999001", "partner", w->root, none);
    w->water = category(w, (category_id){0}, "Water");
    w->roads = category(w, (category_id){0}, "Roads");
    w->pipes = category(w, w->water, "Pipes");
}

static void make_people(struct matter_world *w)
{
    const struct {
        enum who who;
        const char *login;
        unit_id in;
        enum role as;
    } people[] = {
        {ROOT_CLERK, "root.clerk", w->root, ROLE_CLERK},
        {ROOT_CHECKER, "root.checker", w->root, ROLE_CHECKER},
        {ROOT_HEAD, "root.head", w->root, ROLE_HEAD},
        {ROOT_LEADER, "root.leader", w->root, ROLE_LEADER},
        {ROOT_ADMIN, "root.admin", w->root, ROLE_ADMIN},
        {COUNTY_HEAD, "county.head", w->county, ROLE_HEAD},
        {COUNTY_CLERK, "county.clerk", w->county, ROLE_CLERK},
        {BUREAU_HEAD, "bureau.head", w->bureau, ROLE_HEAD},
        {BUREAU_CLERK, "bureau.clerk", w->bureau, ROLE_CLERK},
        {BUREAU_HANDLER, "bureau.handler", w->bureau, ROLE_HANDLER},
        {BUREAU_HANDLER2, "bureau.handler2", w->bureau, ROLE_HANDLER},
        {BUREAU_DEPUTY, "bureau.deputy", w->town, ROLE_HANDLER},
        {TOWN_HEAD, "town.head", w->town, ROLE_HEAD},
        {TOWN2_HEAD, "town2.head", w->town2, ROLE_HEAD},
    };
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        person(w, people[i].who, people[i].login);
        role(w, people[i].who, people[i].in, people[i].as);
    }
    post(w, ROOT_HEAD, w->root, POST_FIRST);
    post(w, ROOT_CLERK, w->root, POST_CONTACT);
    post(w, COUNTY_HEAD, w->county, POST_FIRST);
    post(w, COUNTY_CLERK, w->county, POST_CONTACT);
    post(w, BUREAU_HEAD, w->bureau, POST_FIRST);
    post(w, TOWN_HEAD, w->town, POST_FIRST);
    post(w, TOWN2_HEAD, w->town2, POST_FIRST);
    must(absence_put(w->db, w->mem, NULL, w->person[BUREAU_HEAD], w->person[BUREAU_DEPUTY], true,
                     (instant){w->now.ms - HOUR_MS}, (instant){w->now.ms + HOUR_MS}, &w->faults) == ST_OK);
    for (size_t i = 0; i < WHO_COUNT; i++) must(actor_load(w->db, w->mem, w->person[i], w->now, &w->actor[i]) == ST_OK);
}

struct matter_world *matter_world_new(struct clock *clock)
{
    struct arena *mem = arena_new(WORLD_ARENA, NULL);
    struct matter_world *w = NEW(mem, struct matter_world);
    w->mem = mem;
    w->today = day_from_civil(2026, 11, 23);
    w->now = (instant){(int64_t)w->today.n * DAY_MS + 3 * HOUR_MS};
    *clock = (struct clock){.frozen = true, .fixed = w->now};
    secret_start();
    w->keys = keys_fixed();
    return w;
}

void matter_world_fill(struct matter_world *w)
{
    make_units(w);
    make_people(w);
    must(setting_put(w->db, STR("city.name_en"), STR("Haitang")) == ST_OK);
    must(setting_put(w->db, STR("city.name_zh"), STR("海棠市")) == ST_OK);
    must(setting_put(w->db, STR("city.ref_prefix"), STR("HT")) == ST_OK);
    must(setting_put(w->db, STR("city.zone"), STR("Asia/Shanghai")) == ST_OK);
    must(city_load(w->db, w->mem, w->keys, &w->city) == ST_OK);
}

struct matter_world *matter_world_open(void)
{
    struct clock clock;
    struct store_error why;
    struct matter_world *w = matter_world_new(&clock);
    must(store_open(&(struct store_options){.path = "test",
                                            .create = true,
                                            .in_memory = !server_world_is(),
                                            .in_step = true,
                                            .url = server_world_shared_url(),
                                            .clock = &clock},
                    &w->store, &why) == ST_OK);
    must(db_open(w->store, &w->db) == ST_OK);
    must(db_batch_begin(w->db) == ST_OK);
    matter_world_fill(w);
    return w;
}

void matter_world_close(struct matter_world *w)
{
    db_batch_rollback(w->db);
    db_close(w->db);
    store_close(w->store);
    keys_close(w->keys);
    arena_free(w->mem);
}

int matter_world_setup(void **state)
{
    *state = matter_world_open();
    return 0;
}

int matter_world_teardown(void **state)
{
    matter_world_close(*state);
    return 0;
}

struct matter_draft matter_world_draft(const struct matter_world *w, const char *subject, const char *text, unit_id to)
{
    (void)w;
    return (struct matter_draft){.kind = STR("complaint"),
                                 .channel = STR("web"),
                                 .unit = to,
                                 .subject = str_from(subject),
                                 .text = str_from(text),
                                 .wants_public = true};
}

struct receipt matter_world_register(struct matter_world *w, const struct matter_draft *given)
{
    struct matter_draft d = *given;
    struct receipt r;
    must(matter_check(w->db, w->mem, &d, &w->faults) == ST_OK);
    must(matter_register(w->db, w->mem, &w->city, NULL, &d, &r) == ST_OK);
    return r;
}

struct casefile_command matter_world_command(struct matter_world *w, enum who who, casefile_id id)
{
    w->faults.n = 0;
    return (struct casefile_command){
        .city = &w->city, .who = who == RAISER ? NULL : &w->actor[who], .casefile = id, .faults = &w->faults};
}

struct answer_draft matter_world_answer(void)
{
    return (struct answer_draft){STR("Water on floors 5 and 6"), STR("A pump had failed"), STR("The pump was replaced"),
                                 STR("Water Law, article 1"), STR("Ask for review within 30 days")};
}

struct casefile matter_world_load(struct matter_world *w, casefile_id id)
{
    struct casefile c;
    must(casefile_load(w->db, w->mem, id, &c) == ST_OK);
    return c;
}

struct receipt matter_world_in(struct matter_world *w, const char *state)
{
    str to = str_from(state);
    struct matter_draft draft = matter_world_draft(w, "Water pressure gone", "Floors 5-6 since March", w->bureau);
    struct receipt r = matter_world_register(w, &draft);
    struct casefile_command c = matter_world_command(w, BUREAU_CLERK, r.casefile);
    struct casefile_command handler = matter_world_command(w, BUREAU_HANDLER, r.casefile);
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile);
    struct answer_draft answer = matter_world_answer();
    if (str_eq(to, STR("registered"))) return r;
    if (str_eq(to, STR("declined"))) {
        must(casefile_decline(w->db, w->mem, &c, STR("A court decides this"), STR("County court, Renmin Road 1")) ==
             ST_OK);
        return r;
    }
    must(casefile_accept(w->db, w->mem, &c, (unit_id){0}, w->pipes, STR("We look into it")) == ST_OK);
    if (str_eq(to, STR("accepted"))) return r;
    must(casefile_assign(w->db, w->mem, &c, (unit_id){0}, w->person[BUREAU_HANDLER], STR("")) == ST_OK);
    if (str_eq(to, STR("handling"))) return r;
    must(casefile_answer(w->db, w->mem, &handler, &answer) == ST_OK);
    if (str_eq(to, STR("answered"))) return r;
    must(casefile_confirm(w->db, w->mem, &raiser, r.matter, to, STR("Thank you")) == ST_OK);
    return r;
}

void matter_world_sound(struct matter_world *w)
{
    int64_t wrong;
    str report;
    must(tally_check(w->db, w->mem, &w->city, &wrong, &report) == ST_OK);
    if (wrong != 0) (void)fprintf(stderr, "%.*s", STR_ARG(report));
    must(wrong == 0);
    must(casefile_check(w->db, w->mem, &wrong, &report) == ST_OK);
    if (wrong != 0) (void)fprintf(stderr, "%.*s", STR_ARG(report));
    must(wrong == 0);
}
