/* campaign_close: a campaign ends, another one begins from it: see campaign.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/action.h"
#include "campaign/duty_inside.h"
#include "campaign/plan.h"
#include "campaign/words.h"
#include "gen/sql/action.h"
#include "gen/sql/campaign.h"
#include "gen/sql/duty.h"
#include "gen/sql/plan.h"

static person_id who_of(const struct campaign_command *cmd)
{
    return cmd->who == NULL ? (person_id){0} : cmd->who->person;
}

static enum status say(struct db *db, struct arena *mem, const struct campaign_command *cmd, campaign_id id,
                       const char *kind, duty_id duty, unit_id unit, str words)
{
    const struct campaign_event_draft e = {
        .campaign = id, .duty = duty, .kind = kind, .unit = unit, .person = who_of(cmd), .words = words};
    return campaign_event(db, mem, cmd->city, &e);
}

/* Closing */

/* The action in the next campaign that goes on with this one: found, or made as an item carried on (since
 * version 0), which only those owe who owed it. */
static enum status carrier(struct db *db, struct arena *mem, const struct campaign *next, const struct plan_action *old,
                           action_id *out)
{
    struct plan_action *list;
    struct q_action_last_no last;
    struct plan_action a = *old;
    aim_id aim;
    size_t n;
    TRY(action_list(db, mem, next->id, next->version, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (action_cloned(&list[i]).v == old->id.v) {
            *out = list[i].id;
            return ST_OK;
        }
    TRY(q_action_last_no(db, mem, next->id, next->unit, 1, &last));
    TRY(action_aim_like(db, mem, a.aim, next->id, &aim));
    *out = (action_id){db_new_id(db)};
    return q_action_add(db, *out, next->id, next->unit, (stage_id){0}, aim, last.no + 1, 1, a.name, a.criteria,
                        a.criterion, a.criterion_n, a.evidence, a.due, a.locked ? 1 : 0, a.may_adapt ? 1 : 0,
                        a.may_waive ? 1 : 0, old->id, 0, (action_id){0}, NULL);
}

/* Owed in the next campaign already: that duty goes on with the links and the day of this one. */
static enum status join(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                        const struct campaign *next, const struct duty *there,
                        const struct q_duty_open_of_campaign *row)
{
    struct duty after;
    struct plan_action a;
    TRY(action_get(db, mem, there->action, &a));
    TRY(q_duty_move_links(db, row->id, there->id, NULL));
    TRY(q_duty_carry_on(db, there->id, row->id, row->due_on, NULL));
    TRY(duty_load(db, mem, there->id, &after));
    struct rollup_face from = duty_face(cmd->city, there, &a), to = duty_face(cmd->city, &after, &a);
    TRY(rollup_move(db, mem, &from, &to));
    TRY(say(db, mem, cmd, next->id, "carried", there->id, row->unit_id, STR("")));
    return duty_recount(db, mem, cmd->city, there->id);
}

/* The same duty in the next campaign, with its first day: a clock does not start over because a year does. */
static enum status carry_one(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                             const struct campaign *next, action_id action, const struct q_duty_open_of_campaign *row)
{
    struct duty there, d;
    struct plan_action a;
    duty_id id = {db_new_id(db)};
    enum status st = duty_of_action(db, mem, action, row->unit_id, &there);
    if (st == ST_OK) return join(db, mem, cmd, next, &there, row);
    if (st != ST_NOT_FOUND) return st;
    TRY(q_duty_add(db, id, cmd->city->root, next->id, action, row->unit_id, row->due_on, db_now(db), row->id, NULL));
    TRY(q_duty_move_links(db, row->id, id, NULL));
    TRY(duty_load(db, mem, id, &d));
    TRY(action_get(db, mem, action, &a));
    struct rollup_face face = duty_face(cmd->city, &d, &a);
    TRY(rollup_move(db, mem, NULL, &face));
    TRY(say(db, mem, cmd, next->id, "carried", id, row->unit_id, STR("")));
    return duty_recount(db, mem, cmd->city, id);
}

static enum status carry_all(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                             const struct campaign *c, const struct campaign *next)
{
    struct q_duty_open_of_campaign *rows;
    size_t n;
    action_id from = {0}, to = {0};
    TRY(q_duty_open_of_campaign(db, mem, c->id, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct plan_action old;
        if (rows[i].action_id.v != from.v) {
            from = rows[i].action_id;
            TRY(action_get(db, mem, from, &old));
            TRY(carrier(db, mem, next, &old, &to));
        }
        TRY(carry_one(db, mem, cmd, next, to, &rows[i]));
    }
    return ST_OK;
}

enum status campaign_close(struct db *db, struct arena *mem, const struct campaign_command *cmd, campaign_id next_id)
{
    struct campaign c, next;
    TRY(campaign_load(db, mem, cmd->campaign, &c));
    if (cmd->who != NULL && !campaign_may_sign(db, mem, cmd->who, &c))
        return campaign_may_write(db, mem, cmd->who, &c) ? ST_FORBIDDEN : ST_NOT_FOUND;
    if (!str_eq(c.state, STR("issued"))) return ST_CONFLICT;
    if (next_id.v != 0) {
        TRY(campaign_load(db, mem, next_id, &next));
        if (next.id.v == c.id.v || next.unit.v != c.unit.v || !str_eq(next.state, STR("issued")))
            return fault(cmd->faults, "next", TR_NOOP("Choose another campaign of this unit that is issued"));
        TRY(carry_all(db, mem, cmd, &c, &next));
    }
    TRY(q_campaign_close(db, c.id, db_now(db), next_id, NULL));
    return say(db, mem, cmd, c.id, "closed", (duty_id){0}, c.unit, STR(""));
}

/* Cloning */

static day moved(day d, int years)
{
    struct civil c = civil_from_day(d);
    if (d.n == 0) return d;
    while (c.day > 28 && !civil_is_valid(c.year + years, c.month, c.day)) c.day--; /* 29 February */
    return day_from_civil(c.year + years, c.month, c.day);
}

struct pairs { /* ids of the old structure and of the new */
    int64_t old[CAMPAIGN_ACTIONS + CAMPAIGN_STAGES + CAMPAIGN_AIMS],
        new[CAMPAIGN_ACTIONS + CAMPAIGN_STAGES + CAMPAIGN_AIMS];
    size_t n;
};

static void pair(struct pairs *p, int64_t old, int64_t new)
{
    if (p->n == COUNT_OF(p->old)) return;
    p->old[p->n] = old;
    p->new[p->n++] = new;
}

static int64_t new_of(const struct pairs *p, int64_t old)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->old[i] == old) return p->new[i];
    return 0;
}

static enum status clone_frame(struct db *db, struct arena *mem, const struct campaign *from, const struct campaign *to,
                               int years, struct pairs *p)
{
    struct stage *stages;
    struct aim *aims;
    struct goal *goals;
    size_t n_stages, n_aims, n_goals;
    TRY(stage_list(db, mem, from->id, from->version, &stages, &n_stages));
    TRY(aim_list(db, mem, from->id, from->version, &aims, &n_aims));
    TRY(goal_list(db, mem, from->id, from->version, &goals, &n_goals));
    for (size_t i = 0; i < n_stages; i++) {
        stage_id id = {db_new_id(db)};
        pair(p, stages[i].id.v, id.v);
        TRY(q_campaign_add_stage(db, id, to->id, stages[i].no, stages[i].name, moved(stages[i].starts, years),
                                 moved(stages[i].ends, years), stages[i].consolidates ? 1 : 0, 1, (stage_id){0}, NULL));
    }
    for (size_t i = 0; i < n_aims; i++) {
        aim_id id = {db_new_id(db)};
        pair(p, aims[i].id.v, id.v);
        TRY(q_campaign_add_aim(db, id, to->id, aims[i].no, aims[i].line, aims[i].name, 1, NULL));
    }
    for (size_t i = 0; i < n_goals; i++)
        TRY(q_campaign_add_goal(db, (goal_id){db_new_id(db)}, to->id, (aim_id){new_of(p, goals[i].aim.v)},
                                goals[i].name, goals[i].indicator, 1, NULL));
    return ST_OK;
}

static enum status clone_actions(struct db *db, struct arena *mem, const struct campaign *from,
                                 const struct campaign *to, int years, const struct pairs *p)
{
    struct plan_action *list;
    size_t n;
    TRY(action_list(db, mem, from->id, from->version, &list, &n));
    for (size_t i = 0; i < n; i++) {
        const struct plan_action *a = &list[i];
        TRY(q_action_add(db, (action_id){db_new_id(db)}, to->id, to->unit, (stage_id){new_of(p, a->stage.v)},
                         (aim_id){new_of(p, a->aim.v)}, a->no, 1, a->name, a->criteria, a->criterion, a->criterion_n,
                         a->evidence, moved(a->due, years), a->locked ? 1 : 0, a->may_adapt ? 1 : 0,
                         a->may_waive ? 1 : 0, a->id, 1, (action_id){0}, NULL));
    }
    return ST_OK;
}

static enum status clone_text(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                              const struct campaign *from, const struct campaign *to)
{
    struct plan p;
    enum status st = plan_get(db, mem, from->id, from->version, &p);
    if (st == ST_NOT_FOUND) return ST_OK;
    TRY(st);
    return q_plan_write(db, (plan_id){db_new_id(db)}, to->id, 1, p.text, STR(""), who_of(cmd), db_now(db), NULL);
}

enum status campaign_clone(struct db *db, struct arena *mem, const struct campaign_command *cmd, day starts,
                           struct campaign *out)
{
    struct campaign from;
    struct pairs *p = NEW(mem, struct pairs);
    struct campaign_draft d = {0};
    str *kinds;
    size_t n;
    TRY(campaign_load(db, mem, cmd->campaign, &from));
    if (!campaign_is_public(&from)) return ST_NOT_FOUND;
    if (starts.n <= from.starts.n)
        return fault(cmd->faults, "starts", TR_NOOP("Choose a later year than the first one"));
    int years = civil_from_day(starts).year - civil_from_day(from.starts).year;
    if (years < 1) years = 1;
    d = (struct campaign_draft){.name = from.name,
                                .theme = from.theme,
                                .unit = from.unit,
                                .starts = moved(from.starts, years),
                                .ends = moved(from.ends, years),
                                .sign_days = from.sign_days,
                                .ask_cap = from.ask_cap};
    TRY(campaign_kinds(db, mem, from.id, &kinds, &n));
    for (size_t i = 0; i < n && i < CAMPAIGN_KINDS; i++) d.kinds[i] = kinds[i];
    TRY(campaign_insert(db, mem, cmd, &d, from.id, out));
    TRY(clone_frame(db, mem, &from, out, years, p));
    TRY(clone_actions(db, mem, &from, out, years, p));
    return clone_text(db, mem, cmd, &from, out);
}
