/* campaign_world: see campaign_world.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/campaign_world.h"

#include <stdio.h>

#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/rollup.h"
#include "store/server_world.h"

#define WORLD_ARENA ((size_t)1024 * 1024 * 1024)

static unit_id unit(struct campaign_world *w, const char *code, const char *kind, unit_id territory)
{
    struct unit u = {.code = str_from(code),
                     .name_en = str_from(code),
                     .name_zh = STR("单位"),
                     .kind = str_from(kind),
                     .territory = territory,
                     .starts = {w->today.n - 1000}};
    must(unit_put(w->db, w->mem, NULL, &u, w->today, &w->faults) == ST_OK);
    return u.id;
}

static void make_units(struct campaign_world *w)
{
    w->root = unit(w, "990000", "root", (unit_id){0});
    w->department = unit(w, "990010", "department", w->root);
    w->county = unit(w, "990100", "county", w->root);
    w->county2 = unit(w, "990200", "county", w->root);
    w->town = unit(w, "990101", "township", w->county);
    w->town2 = unit(w, "990102", "township", w->county);
    w->village = unit(w, "990191", "village", w->town);
    w->partner = unit(w, "999001", "partner", w->root);
}

static void make_people(struct campaign_world *w)
{
    const struct {
        enum campaign_who who;
        const char *login;
        unit_id in;
        enum role as;
        enum post_kind post;
    } people[] = {
        {CITY_CLERK, "city.clerk", w->root, ROLE_CLERK, POST_CONTACT},
        {CITY_FIRST, "city.first", w->root, ROLE_LEADER, POST_FIRST},
        {COUNTY_CLERK, "county.clerk", w->county, ROLE_CLERK, POST_CONTACT},
        {COUNTY_FIRST, "county.first", w->county, ROLE_HEAD, POST_FIRST},
        {TOWN_CLERK, "town.clerk", w->town, ROLE_CLERK, POST_CONTACT},
        {TOWN_FIRST, "town.first", w->town, ROLE_HEAD, POST_FIRST},
        {TOWN2_CLERK, "town2.clerk", w->town2, ROLE_CLERK, POST_FIRST},
        {VILLAGE_CLERK, "village.clerk", w->village, ROLE_CLERK, POST_FIRST},
        {OTHER_HANDLER, "other.handler", w->county2, ROLE_HANDLER, POST_CONTACT},
        {ADMIN, "city.admin", w->root, ROLE_ADMIN, 0},
    };
    for (size_t i = 0; i < COUNT_OF(people); i++) {
        str login = str_from(people[i].login);
        person_id *p = &w->person[people[i].who];
        must(person_add(w->db, w->mem, NULL, login, login, STR(""), STR("en"), p, &w->faults) == ST_OK);
        struct member m = {.person = *p,
                           .unit = people[i].in,
                           .role = people[i].as,
                           .title_en = STR("Officer"),
                           .title_zh = STR("干事")};
        must(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults) == ST_OK);
        if (people[i].post != 0) must(post_put(w->db, w->mem, NULL, people[i].in, people[i].post, *p, w->now) == ST_OK);
    }
    for (size_t i = 0; i < WHO; i++) must(actor_load(w->db, w->mem, w->person[i], w->now, &w->actor[i]) == ST_OK);
}

static void make_city(struct campaign_world *w)
{
    must(setting_put(w->db, STR("city.name_en"), STR("Haitang")) == ST_OK);
    must(setting_put(w->db, STR("city.name_zh"), STR("海棠市")) == ST_OK);
    must(setting_put(w->db, STR("city.ref_prefix"), STR("HT")) == ST_OK);
    must(setting_put(w->db, STR("city.zone"), STR("Asia/Shanghai")) == ST_OK);
    must(city_load(w->db, w->mem, w->keys, &w->city) == ST_OK);
    w->city.casefile_moved = duty_casefile_moved;
}

struct campaign_world *campaign_world_open(void)
{
    struct arena *mem = arena_new(WORLD_ARENA, NULL);
    struct campaign_world *w = NEW(mem, struct campaign_world);
    struct store_error why;
    w->mem = mem;
    w->clock = NEW(mem, struct clock);
    w->today = day_from_civil(2026, 4, 20);
    w->now = (instant){(int64_t)w->today.n * DAY_MS + 3 * HOUR_MS};
    *w->clock = (struct clock){.frozen = true, .fixed = w->now};
    secret_start();
    w->keys = keys_fixed();
    must(store_open(&(struct store_options){.path = "test",
                                            .create = true,
                                            .in_memory = !server_world_is(),
                                            .url = server_world_url(),
                                            .clock = w->clock},
                    &w->store, &why) == ST_OK);
    must(db_open(w->store, &w->db) == ST_OK);
    must(db_batch_begin(w->db) == ST_OK);
    make_units(w);
    make_people(w);
    make_city(w);
    return w;
}

void campaign_world_close(struct campaign_world *w)
{
    db_batch_rollback(w->db);
    db_close(w->db);
    store_close(w->store);
    keys_close(w->keys);
    arena_free(w->mem);
}

int campaign_world_setup(void **state)
{
    *state = campaign_world_open();
    return 0;
}

int campaign_world_teardown(void **state)
{
    campaign_world_close(*state);
    return 0;
}

struct campaign_command campaign_world_by(struct campaign_world *w, enum campaign_who who, campaign_id id)
{
    w->faults.n = 0;
    return (struct campaign_command){.city = &w->city, .who = &w->actor[who], .campaign = id, .faults = &w->faults};
}

static void add_action(struct campaign_world *w, campaign_id id, stage_id stage, aim_id aim, const char *name,
                       const char *criterion, bool locked)
{
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, id);
    struct plan_action a = {.stage = stage,
                            .aim = aim,
                            .name = str_from(name),
                            .criteria = STR("When the record shows it"),
                            .criterion = str_from(criterion),
                            .criterion_n = 1,
                            .due = day_from_civil(2026, 5, 20),
                            .locked = locked,
                            .may_adapt = !locked,
                            .may_waive = !locked};
    must(action_put(w->db, w->mem, &cmd, &a) == ST_OK);
}

struct campaign campaign_world_draft(struct campaign_world *w)
{
    struct campaign c;
    struct campaign_command cmd = campaign_world_by(w, CITY_CLERK, (campaign_id){0});
    struct campaign_draft d = {.name = STR("Summer of listening"),
                               .theme = STR("Go down, listen, solve"),
                               .unit = w->root,
                               .owner = w->person[CITY_CLERK],
                               .starts = day_from_civil(2026, 4, 1),
                               .sign_days = 5,
                               .ask_cap = 100,
                               .kinds = {STR("county"), STR("township"), STR("village")}};
    struct stage s = {.name = STR("Investigate and advise"),
                      .starts = day_from_civil(2026, 4, 1),
                      .ends = day_from_civil(2026, 5, 31)};
    struct aim *aims;
    str theirs;
    size_t n;
    must(campaign_add(w->db, w->mem, &cmd, &d, &c) == ST_OK);
    cmd = campaign_world_by(w, CITY_CLERK, c.id);
    must(stage_put(w->db, w->mem, &cmd, &s) == ST_OK);
    must(plan_write(w->db, w->mem, &cmd, STR("# Plan\n\nListen first.\n"), STR(""), &theirs) == ST_OK);
    must(aim_list(w->db, w->mem, c.id, c.version + 1, &aims, &n) == ST_OK && n == 3);
    add_action(w, c.id, s.id, aims[0].id, "Publish the unit's own list", "own_list", true);
    add_action(w, c.id, s.id, aims[2].id, "Solve one outstanding matter", "matters_solved", false);
    add_action(w, c.id, s.id, aims[1].id, "Break the notice down", "sent_down", false);
    add_action(w, c.id, s.id, aims[1].id, "Study one place on site", "record", false);
    return campaign_world_load(w, c.id);
}

struct campaign campaign_world_issued(struct campaign_world *w)
{
    struct campaign c = campaign_world_draft(w);
    struct campaign_command clerk = campaign_world_by(w, CITY_CLERK, c.id),
                            first = campaign_world_by(w, CITY_FIRST, c.id);
    must(plan_discuss(w->db, w->mem, &clerk) == ST_OK);
    must(plan_set_matched(w->db, w->mem, &clerk) == ST_OK);
    must(plan_approve(w->db, w->mem, &first) == ST_OK);
    must(plan_issue(w->db, w->mem, &first) == ST_OK);
    return campaign_world_load(w, c.id);
}

struct campaign campaign_world_load(struct campaign_world *w, campaign_id id)
{
    struct campaign c;
    must(campaign_load(w->db, w->mem, id, &c) == ST_OK);
    return c;
}

duty_id campaign_world_duty(struct campaign_world *w, const struct campaign *c, size_t n, unit_id unit_of)
{
    struct plan_action *list;
    struct duty d;
    size_t count;
    must(action_list(w->db, w->mem, c->id, c->version, &list, &count) == ST_OK && n < count);
    must(duty_of_action(w->db, w->mem, list[n].id, unit_of, &d) == ST_OK);
    return d.id;
}

void campaign_world_sound(struct campaign_world *w)
{
    int64_t wrong;
    str report;
    must(rollup_check(w->db, w->mem, &w->city, &wrong, &report) == ST_OK);
    if (wrong != 0) (void)fprintf(stderr, "%.*s", STR_ARG(report));
    must(wrong == 0);
}
