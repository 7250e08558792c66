/* campaign: puts three campaigns into the demo city by the rules, for tests of what each level sees.
 *
 *     campaign --data DIR --now TIME
 *
 * Last year's is closed with open items; this year's was cloned from it, issued, and is under way in each county, township and village; a
 * third is a draft. The same each time. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/plan.h"

#include "command/command.h"
#include "people/person.h"
#include "people/unit.h"

struct play {
    struct db *db;
    struct arena *mem;
    struct city *city;
    struct actor clerk, first;
    struct faults faults;
    unit_id root;
    instant now; /* when everybody of the city is there */
    int turn;    /* units so far */
};

static struct campaign_command by(struct play *p, const struct actor *who, campaign_id id)
{
    p->faults.n = 0;
    return (struct campaign_command){.city = p->city, .who = who, .campaign = id, .faults = &p->faults};
}

static void ok(struct play *p, enum status st, const char *what)
{
    if (st == ST_OK) return;
    fprintf(stderr, "%s: %s\n", what, status_name(st));
    for (size_t i = 0; i < p->faults.n; i++) fprintf(stderr, "  %s: %s\n", p->faults.item[i].field, p->faults.item[i].msg);
    must(false);
}

static void stage(struct play *p, campaign_id id, const char *name, day from, day to, stage_id *out)
{
    struct campaign_command c = by(p, &p->clerk, id);
    struct stage s = {.name = str_from(name), .starts = from, .ends = to};
    ok(p, stage_put(p->db, p->mem, &c, &s), "stage");
    *out = s.id;
}

static void action(struct play *p, campaign_id id, stage_id in, aim_id aim, const char *name, const char *criterion, day due)
{
    struct campaign_command c = by(p, &p->clerk, id);
    struct plan_action a = {.stage = in,
                            .aim = aim,
                            .name = str_from(name),
                            .criteria = STR("When the record shows it"),
                            .criterion = str_from(criterion),
                            .criterion_n = 1,
                            .due = due,
                            .may_adapt = true,
                            .may_waive = true};
    ok(p, action_put(p->db, p->mem, &c, &a), name);
}

static void issue(struct play *p, campaign_id id)
{
    struct campaign_command clerk = by(p, &p->clerk, id), first = by(p, &p->first, id);
    ok(p, plan_discuss(p->db, p->mem, &clerk), "discuss");
    ok(p, plan_set_matched(p->db, p->mem, &clerk), "match");
    ok(p, plan_approve(p->db, p->mem, &first), "approve");
    ok(p, plan_issue(p->db, p->mem, &first), "issue");
}

static struct campaign draft(struct play *p, const char *name, day from, day to)
{
    struct campaign c;
    struct aim *aims;
    stage_id first, second, third;
    size_t n;
    str theirs;
    struct campaign_command cmd = by(p, &p->clerk, (campaign_id){0});
    struct campaign_draft d = {.name = str_from(name),
                               .theme = STR("Go down, listen, solve"),
                               .unit = p->root,
                               .owner = p->clerk.person,
                               .starts = from,
                               .ends = to,
                               .sign_days = 5,
                               .ask_cap = 9,
                               .kinds = {STR("county"), STR("township"), STR("village")}};
    ok(p, campaign_add(p->db, p->mem, &cmd, &d, &c), "campaign");
    stage(p, c.id, "Investigate and advise", from, (day){from.n + 60}, &first);
    stage(p, c.id, "Solve and improve", (day){from.n + 40}, (day){from.n + 150}, &second);
    stage(p, c.id, "Look back", (day){from.n + 160}, to, &third);
    cmd = by(p, &p->clerk, c.id);
    ok(p, plan_write(p->db, p->mem, &cmd, STR("# Plan\n\nListen first, then solve.\n"), STR(""), &theirs), "text");
    ok(p, aim_list(p->db, p->mem, c.id, &aims, &n), "aims");
    action(p, c.id, first, aims[0].id, "Publish the unit's own list", "own_list", (day){from.n + 20});
    action(p, c.id, second, aims[2].id, "Solve one outstanding matter", "matters_solved", (day){from.n + 140});
    action(p, c.id, second, aims[1].id, "Study one place on site", "record", (day){from.n + 100});
    ok(p, goal_add(p->db, p->mem, &cmd, aims[2].id, STR("Matters people call solved"), STR("solved")), "goal");
    ok(p, goal_add(p->db, p->mem, &cmd, aims[0].id, STR("Actions done"), STR("duties_done")), "goal");
    return c;
}

static bool actor_in(struct play *p, unit_id unit, enum post_kind post, struct actor *out)
{
    person_id who;
    return post_holder(p->db, p->mem, unit, post, &who) == ST_OK &&
           actor_load(p->db, p->mem, who, p->now, out) == ST_OK && out->n_roles > 0;
}

static void ask_above(struct play *p, const struct actor *who, const struct actor *above, duty_id id, const char *how, bool agrees)
{
    struct duty_command own = {p->city, who, id, &p->faults}, up = {p->city, above, id, &p->faults};
    p->faults.n = 0;
    ok(p, duty_ask(p->db, p->mem, &own, str_from(how), STR("Our village has no such place")), how);
    ok(p, duty_decide(p->db, p->mem, &up, agrees, STR("The reason holds")), "decide");
}

static void optional(struct play *p, const struct actor *who, campaign_id id, unit_id unit)
{
    struct campaign_command c = by(p, who, id);
    struct plan_action a = {.name = STR("Open the reading room in the evening"),
                            .criteria = STR("Open three evenings a week"),
                            .criterion = STR("record"),
                            .criterion_n = 1,
                            .due = {day_in_zone(&p->city->zone, db_now(p->db)).n + 5}};
    duty_id made;
    ok(p, action_add_optional(p->db, p->mem, &c, unit, &a, &made), "optional");
}

static void sign(struct play *p, const struct actor *who)
{
    struct notice_item *got;
    size_t n;
    ok(p, notice_received(p->db, p->mem, who, &got, &n), "received");
    for (size_t i = 0; i < n; i++) {
        struct delivery_command c = {p->city, who, got[i].delivery, &p->faults};
        if (got[i].signed_at.ms == 0) ok(p, delivery_sign(p->db, p->mem, &c), "sign");
    }
}

static duty_id duty_in(struct play *p, const struct plan_action *a, unit_id unit)
{
    struct duty d;
    ok(p, duty_of_action(p->db, p->mem, a->id, unit, &d), "duty");
    return d.id;
}

/* What the unit of this turn has done. */
static void live(struct play *p, const struct campaign *c, const struct plan_action *a, unit_id unit, const struct actor *who,
                 const struct actor *above)
{
    int turn = p->turn++;
    struct campaign_command cmd = by(p, who, c->id);
    if (turn % 2 == 0) ok(p, own_list_publish(p->db, p->mem, &cmd, unit, STR("We begin with water")), "own list");
    if (turn % 3 != 0) sign(p, who);
    if (turn % 3 == 1) {
        struct duty_command d = {p->city, who, duty_in(p, &a[2], unit), &p->faults};
        ok(p, duty_link_add(p->db, p->mem, &d, STR("document"), STR("2026-17"), STR("What we saw")), "link");
    }
    if (turn % 5 == 1) ask_above(p, who, above, duty_in(p, &a[1], unit), "adapt", true);
    if (turn % 5 == 2) ask_above(p, who, above, duty_in(p, &a[1], unit), "waive", turn % 2 == 0);
    if (turn % 4 == 0) optional(p, who, c->id, unit);
}

static void live_below(struct play *p, const struct campaign *c, const struct plan_action *a, unit_id parent, const struct actor *above)
{
    struct unit *list;
    size_t n;
    ok(p, unit_children(p->db, p->mem, parent, STR(""), 500, &list, &n), "children");
    for (size_t i = 0; i < n; i++) {
        struct actor who;
        bool in = str_eq(list[i].kind, STR("county")) || str_eq(list[i].kind, STR("township")) || str_eq(list[i].kind, STR("village"));
        if (!in || !actor_in(p, list[i].id, str_eq(list[i].kind, STR("county")) ? POST_CONTACT : POST_FIRST, &who)) continue;
        live(p, c, a, list[i].id, &who, above);
        live_below(p, c, a, list[i].id, &who);
    }
}

static void last_year(struct play *p, instant now, struct campaign *out)
{
    instant then = {now.ms - 420 * DAY_MS};
    day from = day_in_zone(&p->city->zone, then);
    db_batch_now(p->db, then);
    *out = draft(p, "Season of listening", from, (day){from.n + 200});
    issue(p, out->id);
    db_batch_now(p->db, (instant){then.ms + 210 * DAY_MS});
    struct campaign_command first = by(p, &p->first, out->id);
    ok(p, campaign_close(p->db, p->mem, &first, (campaign_id){0}), "close");
}

static void this_year(struct play *p, instant now, const struct campaign *before)
{
    struct campaign c;
    struct plan_action *a;
    size_t n;
    db_batch_now(p->db, (instant){now.ms - 50 * DAY_MS});
    struct campaign_command clerk = by(p, &p->clerk, before->id);
    ok(p, campaign_clone(p->db, p->mem, &clerk, (day){before->starts.n + 366}, &c), "clone");
    clerk = by(p, &p->clerk, c.id);
    struct campaign_draft d = {.name = STR("Season of listening, second year"),
                               .theme = c.theme,
                               .owner = p->clerk.person,
                               .starts = c.starts,
                               .ends = c.ends,
                               .sign_days = c.sign_days,
                               .ask_cap = c.ask_cap,
                               .kinds = {STR("county"), STR("township"), STR("village")}};
    ok(p, campaign_change(p->db, p->mem, &clerk, &d), "change");
    issue(p, c.id);
    db_batch_now(p->db, (instant){now.ms - 20 * DAY_MS});
    ok(p, action_list(p->db, p->mem, c.id, 1, &a, &n), "actions");
    live_below(p, &c, a, p->root, &p->clerk);
    struct unit county;
    struct actor who;
    ok(p, unit_by_code(p->db, p->mem, STR("990101"), &county), "county");
    must(actor_in(p, county.id, POST_CONTACT, &who));
    struct campaign_command cmd = by(p, &who, c.id);
    struct notice_draft *notice = NEW(p->mem, struct notice_draft);
    db_batch_now(p->db, (instant){now.ms - 2 * HOUR_MS});
    ok(p, own_list_publish(p->db, p->mem, &cmd, county.id, STR("We begin with water")), "own list");
    *notice = (struct notice_draft){.campaign = c.id, .unit = county.id, .subject = STR("What each township does"), .text = STR("By the end of the month")};
    notice_id sent;
    ok(p, notice_send(p->db, p->mem, &cmd, notice, &sent), "notice");
    cmd = by(p, &p->clerk, c.id);
    ok(p, own_list_publish(p->db, p->mem, &cmd, p->root, STR("The city begins with itself")), "own list");
    printf("%.*s\n", STR_ARG(c.ref));
}

static void play_all(struct play *p)
{
    instant now = db_now(p->db);
    struct campaign before, next;
    last_year(p, now, &before);
    this_year(p, now, &before);
    db_batch_now(p->db, now);
    next = draft(p, "Not yet told to anybody", (day){day_in_zone(&p->city->zone, now).n + 90}, (day){day_in_zone(&p->city->zone, now).n + 290});
    printf("%.*s\n%.*s\n", STR_ARG(before.ref), STR_ARG(next.ref));
}

static void actor_of(struct play *p, const char *login, struct actor *out)
{
    struct person who;
    ok(p, person_by_login(p->db, p->mem, str_from(login), &who), login);
    ok(p, actor_load(p->db, p->mem, who.id, db_now(p->db), out), login);
}

int main(int argc, char **argv)
{
    static const struct option_row options[] = {{"data", "DIR", ""}, {"now", "TIME", ""}, {NULL, NULL, NULL}};
    static const struct command command = {.name = "campaign", .options = options};
    struct invocation in = {.command = &command, .mem = arena_new((size_t)1 << 30, NULL), .clock = {.frozen = true}};
    struct house h;
    secret_start();
    must(argc == 5 && strcmp(argv[1], "--data") == 0 && strcmp(argv[3], "--now") == 0);
    in.values[0] = argv[2];
    must(instant_parse(str_from(argv[4]), NULL, &in.clock.fixed));
    if (!house_open(&in, &h, 0)) return 1;
    struct play p = {.db = h.db, .mem = arena_new((size_t)1 << 30, NULL), .city = &h.city, .root = h.city.root};
    must(db_batch_begin(h.db) == ST_OK);
    p.now = db_now(p.db);
    actor_of(&p, "clerk", &p.clerk);
    person_id first;
    ok(&p, post_holder(p.db, p.mem, p.root, POST_FIRST, &first), "first");
    ok(&p, actor_load(p.db, p.mem, first, db_now(p.db), &p.first), "first");
    play_all(&p);
    must(db_batch_commit(h.db) == ST_OK);
    house_close(&h);
    arena_free(p.mem);
    return 0;
}
