/* duty_ask: a unit asks to do a duty in another way or to be excused, and the level above decides: see duty.h. Both stay visible upward.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty_inside.h"
#include "campaign/words.h"
#include "gen/sql/duty.h"

static const struct words_rule ask_rule = {"words", TR_NOOP("Enter how else, or why not"),
                                           TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};
static const struct words_rule refuse_rule = {"reason", TR_NOOP("A refusal needs a reason"),
                                              TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};
static const struct words_rule agree_rule = {"reason", NULL, TR_NOOP("Use at most {max} characters"),
                                             CAMPAIGN_LINE_POINTS, false};

static enum status say(struct db *db, struct arena *mem, const struct city *city, const struct duty *d,
                       const char *kind, person_id by, unit_id in, str words)
{
    const struct campaign_event_draft e = {
        .campaign = d->campaign, .duty = d->id, .kind = kind, .unit = in, .person = by, .words = words};
    return campaign_event(db, mem, city, &e);
}

enum status duty_ask(struct db *db, struct arena *mem, const struct duty_command *cmd, str how, str words)
{
    struct duty d;
    struct plan_action a;
    bool waive = str_eq(how, STR("waive"));
    TRY(duty_begin(db, mem, cmd, &d, &a));
    if (!waive && !str_eq(how, STR("adapt"))) return fault(cmd->faults, "how", TR_NOOP("Choose what you ask for"));
    if (!str_eq(d.state, STR("owed"))) return ST_CONFLICT;
    if (waive ? !a.may_waive : !a.may_adapt)
        return fault(cmd->faults, "how",
                     waive ? TR_NOOP("The plan does not let a unit be excused from this action")
                           : TR_NOOP("The plan does not let a unit do this action in another way"));
    TRY(words_check(mem, cmd->faults, &ask_rule, &words));
    TRY(q_duty_ask(db, d.id, how, words, db_now(db), NULL));
    return say(db, mem, cmd->city, &d, waive ? "asked_waive" : "asked_adapt", cmd->who->person, d.unit, words);
}

enum status duty_decide(struct db *db, struct arena *mem, const struct duty_command *cmd, bool agrees, str reason)
{
    struct duty before, after;
    struct plan_action a;
    TRY(duty_load(db, mem, cmd->duty, &before));
    if (!duty_is_above(db, mem, cmd->who, before.unit)) return ST_NOT_FOUND;
    if (before.asked.n == 0) return ST_CONFLICT;
    TRY(action_get(db, mem, before.action, &a));
    TRY(words_check(mem, cmd->faults, agrees ? &agree_rule : &refuse_rule, &reason));
    bool waive = str_eq(before.asked, STR("waive"));
    after = before;
    if (agrees && waive) after.state = STR("waived");
    if (agrees && !waive) after.adapted = before.reason;
    TRY(q_duty_decide(db, before.id, after.state, after.adapted, agrees && waive ? before.reason : STR(""),
                      cmd->who->person, db_now(db), NULL));
    struct rollup_face from = duty_face(cmd->city, &before, &a), to = duty_face(cmd->city, &after, &a);
    TRY(rollup_move(db, mem, &from, &to));
    return say(db, mem, cmd->city, &before,
               !agrees ? "refused"
               : waive ? "waived"
                       : "adapted",
               cmd->who->person, cmd->who->unit, reason);
}

enum status duty_forbid(struct db *db, struct arena *mem, const struct city *city, const struct duty *d, person_id by,
                        str reason)
{
    struct plan_action a;
    struct duty after = *d;
    TRY(action_get(db, mem, d->action, &a));
    if (!str_eq(d->state, STR("owed"))) return ST_CONFLICT;
    after.state = STR("waived");
    TRY(q_duty_decide(db, d->id, after.state, d->adapted, reason, by, db_now(db), NULL));
    struct rollup_face from = duty_face(city, d, &a), to = duty_face(city, &after, &a);
    return rollup_move(db, mem, &from, &to);
}
