/* duty_make: duties that come with a plan, follow its amendments, and follow units that come and go: see duty.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/burden.h"
#include "campaign/duty_inside.h"
#include "gen/sql/action.h"
#include "gen/sql/duty.h"
#include "people/unit.h"

static enum status count_one(struct db *db, struct arena *mem, const struct city *city, duty_id id, int64_t sign)
{
    struct duty d;
    struct plan_action a;
    TRY(duty_load(db, mem, id, &d));
    TRY(action_get(db, mem, d.action, &a));
    struct rollup_face face = duty_face(city, &d, &a);
    return sign > 0 ? rollup_move(db, mem, NULL, &face) : rollup_move(db, mem, &face, NULL);
}

enum status duty_make_one(struct db *db, struct arena *mem, const struct city *city, const struct plan_action *a,
                          unit_id unit, duty_id *out)
{
    *out = (duty_id){db_new_id(db)};
    TRY(q_duty_add(db, *out, city->root, a->campaign, a->id, unit, a->due, db_now(db), (duty_id){0}, NULL));
    return count_one(db, mem, city, *out, 1);
}

/* An action that carries the superior's makes no second duty for a unit that owes the superior's already: the superior's, else 0. */
static action_id carried_of(struct db *db, struct arena *mem, const struct campaign *c, const struct plan_action *a)
{
    struct plan_action theirs;
    bool carries = c->parent.v != 0 && action_carried(db, mem, a, &theirs) == ST_OK;
    return carries ? theirs.id : (action_id){0};
}

/* One statement for each action, whatever the number of units; counts are made whole afterwards by the caller. */
enum status duty_make_all(struct db *db, struct arena *mem, const struct city *city, const struct campaign *c,
                          int64_t version, int64_t *made)
{
    struct plan_action *list;
    size_t n;
    int64_t units;
    *made = 0;
    TRY(action_list(db, mem, c->id, version, &list, &n));
    TRY(campaign_scope_size(db, mem, c, &units));
    for (size_t i = 0; i < n; i++) {
        int64_t changed = 0;
        if (list[i].since == 0) continue; /* carried on: owed by those who owed it */
        int64_t first = db_new_ids(db, units);
        TRY(q_duty_make_all(db, first, city->root, c->id, c->unit, list[i].id, carried_of(db, mem, c, &list[i]),
                            list[i].due, db_now(db), &changed));
        *made += changed;
    }
    return ST_OK;
}

enum status duty_follow_plan(struct db *db, struct arena *mem, const struct city *city, const struct campaign *c,
                             int64_t version)
{
    struct q_action_replaced *moved;
    struct q_action_gone *gone;
    size_t n_moved, n_gone;
    (void)city;
    TRY(q_action_replaced(db, mem, c->id, version, &moved, &n_moved));
    for (size_t i = 0; i < n_moved; i++)
        TRY(q_duty_move_action(db, moved[i].replaces_action_id, moved[i].id, moved[i].due_on, NULL));
    TRY(q_action_gone(db, mem, c->id, version, &gone, &n_gone));
    for (size_t i = 0; i < n_gone; i++)
        TRY(q_duty_end_action(db, gone[i].id, STR("the plan no longer has this action"), db_now(db), NULL));
    return ST_OK;
}

/* Units that come and go */

static enum status make_for_unit(struct db *db, struct arena *mem, const struct city *city, const struct campaign *c,
                                 unit_id unit)
{
    struct plan_action *list;
    size_t n;
    int64_t made = 0;
    if (!campaign_in_scope(db, mem, c, unit)) return ST_OK;
    TRY(action_list(db, mem, c->id, c->version, &list, &n));
    for (size_t i = 0; i < n; i++) {
        struct duty there;
        duty_id id;
        action_id carries = carried_of(db, mem, c, &list[i]);
        if (list[i].since == 0) continue;
        enum status st = duty_of_action(db, mem, list[i].id, unit, &there);
        if (st == ST_NOT_FOUND && carries.v != 0) st = duty_of_action(db, mem, carries, unit, &there);
        if (st == ST_OK) continue;
        if (st != ST_NOT_FOUND) return st;
        TRY(duty_make_one(db, mem, city, &list[i], unit, &id));
        made++;
    }
    return made == 0 ? ST_OK : burden_add(db, unit, burden_month(city, db_now(db)), c->unit, c->id, "duty", made);
}

enum status duty_unit_added(struct db *db, struct arena *mem, const struct city *city, unit_id unit)
{
    struct q_duty_campaigns_over *rows;
    size_t n;
    TRY(q_duty_campaigns_over(db, mem, unit, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct campaign c;
        TRY(campaign_load(db, mem, rows[i].id, &c));
        TRY(make_for_unit(db, mem, city, &c, unit));
    }
    return ST_OK;
}

static enum status say_moved(struct db *db, struct arena *mem, const struct city *city, duty_id id, unit_id to)
{
    struct duty d;
    TRY(duty_load(db, mem, id, &d));
    const struct campaign_event_draft e = {.campaign = d.campaign, .duty = id, .kind = "moved", .unit = to};
    return campaign_event(db, mem, city, &e);
}

/* The successor owes it, unless it owes the same already: then the records go there and this one is excused. */
static enum status move_one(struct db *db, struct arena *mem, const struct city *city, duty_id id, action_id action,
                            unit_id to)
{
    struct duty there;
    enum status st = duty_of_action(db, mem, action, to, &there);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    TRY(count_one(db, mem, city, id, -1));
    if (st == ST_NOT_FOUND) {
        TRY(q_duty_move_unit(db, id, to, db_now(db), NULL));
        TRY(count_one(db, mem, city, id, 1));
        return say_moved(db, mem, city, id, to);
    }
    TRY(q_duty_move_links(db, id, there.id, NULL));
    TRY(q_duty_decide(db, id, STR("waived"), STR(""), STR("the unit that does this work now owes it already"),
                      (person_id){0}, db_now(db), NULL));
    TRY(count_one(db, mem, city, id, 1));
    TRY(say_moved(db, mem, city, id, to));
    return duty_recount(db, mem, city, there.id);
}

enum status duty_unit_ended(struct db *db, struct arena *mem, const struct city *city, unit_id from, unit_id to)
{
    struct q_duty_open_of_unit *rows;
    size_t n;
    if (to.v == 0 || to.v == from.v) TRY(unit_up(db, mem, from, &to));
    if (to.v == from.v) return ST_OK;
    TRY(q_duty_open_of_unit(db, mem, from, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(move_one(db, mem, city, rows[i].id, rows[i].action_id, to));
    return ST_OK;
}
