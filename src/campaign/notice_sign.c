/* notice_sign: what the receiving unit does with a delivery, and what happens when it does nothing: see notice.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/burden.h"
#include "campaign/duty_inside.h"
#include "campaign/notice_inside.h"
#include "campaign/rollup.h"
#include "campaign/words.h"
#include "gen/sql/duty.h"
#include "gen/sql/notice.h"
#include "people/unit.h"

static const struct words_rule why_rule = {"reason", TR_NOOP("Enter why it is not broken down"),
                                           TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};
static const struct words_rule question_rule = {"text", TR_NOOP("Enter your question"),
                                                TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};
static const struct words_rule answer_rule = {"answer", TR_NOOP("Enter the answer"),
                                              TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};

static enum status campaign_of(struct db *db, struct arena *mem, notice_id id, campaign_id *out)
{
    struct q_notice_get row;
    TRY(q_notice_get(db, mem, id, &row));
    *out = row.campaign_id;
    return ST_OK;
}

static enum status say(struct db *db, struct arena *mem, const struct city *city, const struct delivery *d,
                       const char *kind, person_id by, str words)
{
    campaign_id campaign;
    TRY(campaign_of(db, mem, d->notice, &campaign));
    const struct campaign_event_draft e = {
        .campaign = campaign, .notice = d->notice, .kind = kind, .unit = d->unit, .person = by, .words = words};
    return campaign_event(db, mem, city, &e);
}

/* Duties of this unit that are done when the plan's notice is broken down. */
static enum status recount_sent_down(struct db *db, struct arena *mem, const struct city *city, campaign_id campaign,
                                     unit_id unit)
{
    return campaign.v == 0 ? ST_OK : duty_recount_by(db, mem, city, campaign, unit, STR("sent_down"));
}

static enum status begin(struct db *db, struct arena *mem, const struct delivery_command *cmd, struct delivery *d)
{
    TRY(delivery_load(db, mem, cmd->delivery, d));
    if (!delivery_is_theirs(cmd->who, d)) return ST_NOT_FOUND;
    return d->superseded_at.ms != 0
               ? fault(cmd->faults, "", TR_NOOP("A newer notice of the same plan replaces this one"))
               : ST_OK;
}

enum status delivery_open(struct db *db, struct arena *mem, const struct delivery_command *cmd)
{
    struct delivery d;
    int64_t changed = 0;
    TRY(delivery_load(db, mem, cmd->delivery, &d));
    if (!delivery_is_theirs(cmd->who, &d)) return ST_NOT_FOUND;
    TRY(q_notice_open(db, d.id, db_now(db), cmd->who->person, &changed));
    return changed == 0 ? ST_OK : rollup_notice(db, d.notice, d.unit, "opened", 1);
}

enum status delivery_sign(struct db *db, struct arena *mem, const struct delivery_command *cmd)
{
    struct delivery d;
    campaign_id campaign;
    int64_t opened = 0, changed = 0;
    TRY(begin(db, mem, cmd, &d));
    if (!notice_may_sign(db, mem, cmd->who, d.unit)) return ST_FORBIDDEN;
    TRY(q_notice_open(db, d.id, db_now(db), cmd->who->person, &opened));
    TRY(q_notice_sign(db, d.id, db_now(db), cmd->who->person, &changed));
    if (changed == 0) return ST_CONFLICT;
    TRY(campaign_of(db, mem, d.notice, &campaign));
    if (opened > 0) TRY(rollup_notice(db, d.notice, d.unit, "opened", 1));
    TRY(rollup_notice(db, d.notice, d.unit, "signed", 1));
    TRY(rollup_unsigned(db, campaign, d.unit, -1));
    TRY(say(db, mem, cmd->city, &d, "signed", cmd->who->person, STR("")));
    return recount_sent_down(db, mem, cmd->city, campaign, d.unit);
}

enum status delivery_break(struct db *db, struct arena *mem, const struct city *city, const struct delivery *d,
                           str why_not)
{
    campaign_id campaign;
    int64_t changed = 0;
    TRY(q_notice_broken(db, d->id, db_now(db), why_not, &changed));
    if (changed == 0) return ST_OK;
    TRY(campaign_of(db, mem, d->notice, &campaign));
    TRY(rollup_notice(db, d->notice, d->unit, "broken", 1));
    return recount_sent_down(db, mem, city, campaign, d->unit);
}

enum status delivery_why_not(struct db *db, struct arena *mem, const struct delivery_command *cmd, str reason)
{
    struct delivery d;
    TRY(begin(db, mem, cmd, &d));
    if (!notice_may_sign(db, mem, cmd->who, d.unit)) return ST_FORBIDDEN;
    if (d.broken_at.ms != 0) return ST_CONFLICT;
    TRY(words_check(mem, cmd->faults, &why_rule, &reason));
    TRY(delivery_break(db, mem, cmd->city, &d, reason));
    return say(db, mem, cmd->city, &d, "why_not", cmd->who->person, reason);
}

/* Questions */

enum status notice_ask(struct db *db, struct arena *mem, const struct delivery_command *cmd, str question)
{
    struct delivery d;
    TRY(begin(db, mem, cmd, &d));
    TRY(words_check(mem, cmd->faults, &question_rule, &question));
    TRY(q_notice_add_question(db, (notice_question_id){db_new_id(db)}, d.id, cmd->who->person, question, db_now(db),
                              NULL));
    return say(db, mem, cmd->city, &d, "asked", cmd->who->person, STR(""));
}

enum status notice_answer(struct db *db, struct arena *mem, const struct delivery_command *cmd, notice_question_id id,
                          str answer)
{
    struct delivery d;
    struct q_notice_get n;
    int64_t changed = 0;
    TRY(delivery_load(db, mem, cmd->delivery, &d));
    TRY(q_notice_get(db, mem, d.notice, &n));
    if (!notice_may_sign(db, mem, cmd->who, n.unit_id)) return ST_NOT_FOUND;
    TRY(words_check(mem, cmd->faults, &answer_rule, &answer));
    TRY(q_notice_answer_question(db, id, d.notice, answer, cmd->who->person, db_now(db), &changed));
    return changed == 0 ? ST_NOT_FOUND : say(db, mem, cmd->city, &d, "answered", cmd->who->person, STR(""));
}

enum status notice_questions(struct db *db, struct arena *mem, notice_id notice, delivery_id delivery,
                             struct notice_question **out, size_t *n)
{
    struct q_notice_questions *rows;
    TRY(q_notice_questions(db, mem, notice, delivery, &rows, n));
    *out = NEWN(mem, struct notice_question, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct notice_question){rows[i].id,   rows[i].delivery_id, rows[i].unit_en, rows[i].unit_zh,
                                             rows[i].text, rows[i].answer,      rows[i].at,      rows[i].answered_at};
    return ST_OK;
}

/* What climbs, what moves */

enum status notice_climb(struct db *db, struct arena *mem, const struct city *city, day today, int64_t *n)
{
    struct q_notice_late *rows;
    size_t late;
    (void)city;
    TRY(q_notice_late(db, mem, today, NOTICE_CLIMB_AT_ONCE, &rows, &late));
    for (size_t i = 0; i < late; i++) {
        unit_id up;
        TRY(unit_up(db, mem, rows[i].unit_id, &up));
        TRY(q_notice_climb(db, rows[i].id, db_now(db), up, NULL));
    }
    *n = (int64_t)late;
    return ST_OK;
}

/* The successor signs; when it got the same notice itself, nothing is left to sign. */
static enum status move_one(struct db *db, struct arena *mem, const struct q_notice_open_of_unit *row, unit_id from,
                            unit_id to)
{
    struct q_notice_delivery_of there;
    enum status st = q_notice_delivery_of(db, mem, row->notice_id, to, &there);
    TRY(rollup_unsigned(db, row->campaign_id, from, -1));
    if (st == ST_OK) return q_notice_supersede_one(db, row->id, db_now(db), NULL);
    if (st != ST_NOT_FOUND) return st;
    TRY(q_notice_move(db, row->id, to, NULL));
    TRY(rollup_notice(db, row->notice_id, from, "sent", -1));
    if (row->opened_at.ms != 0) TRY(rollup_notice(db, row->notice_id, from, "opened", -1));
    TRY(rollup_notice(db, row->notice_id, to, "sent", 1));
    return rollup_unsigned(db, row->campaign_id, to, 1);
}

enum status notice_unit_ended(struct db *db, struct arena *mem, const struct city *city, unit_id from, unit_id to)
{
    struct q_notice_open_of_unit *rows;
    size_t n;
    (void)city;
    if (to.v == 0 || to.v == from.v) TRY(unit_up(db, mem, from, &to));
    if (to.v == from.v) return ST_OK;
    TRY(q_notice_open_of_unit(db, mem, from, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(move_one(db, mem, &rows[i], from, to));
    return ST_OK;
}

/* The newest notice of a plan that the unit is now in scope of, unless it has it. */
static enum status deliver_late(struct db *db, struct arena *mem, const struct city *city, const struct campaign *c,
                                unit_id unit)
{
    struct q_notice_newest_of_plan row;
    struct q_notice_delivery_of there;
    instant now = db_now(db);
    if (unit.v == c->unit.v || !campaign_in_scope(db, mem, c, unit)) return ST_OK;
    enum status st = q_notice_newest_of_plan(db, mem, c->id, &row);
    if (st == ST_OK) st = q_notice_delivery_of(db, mem, row.id, unit, &there) == ST_OK ? ST_NOT_FOUND : ST_OK;
    if (st != ST_OK) return st == ST_NOT_FOUND ? ST_OK : st;
    day by = calendar_after(&city->calendar, day_in_zone(&city->zone, now), (int)c->sign_days, true);
    TRY(q_notice_deliver(db, (delivery_id){db_new_id(db)}, city->root, row.id, unit, by, NULL));
    TRY(rollup_notice(db, row.id, unit, "sent", 1));
    TRY(rollup_unsigned(db, c->id, unit, 1));
    return burden_add(db, unit, burden_month(city, now), c->unit, c->id, "notice", 1);
}

enum status notice_unit_added(struct db *db, struct arena *mem, const struct city *city, unit_id unit)
{
    struct q_duty_campaigns_over *rows;
    size_t n;
    TRY(q_duty_campaigns_over(db, mem, unit, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct campaign c;
        TRY(campaign_load(db, mem, rows[i].id, &c));
        TRY(deliver_late(db, mem, city, &c, unit));
    }
    return ST_OK;
}
