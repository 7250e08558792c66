/* action: what a plan prescribes to every unit in scope, or a unit adds for itself.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_ACTION_H
#define LUOSHI_CAMPAIGN_ACTION_H

#include "campaign/campaign.h"

#define CAMPAIGN_ACTIONS 60  /* prescribed, of one plan */
#define UNIT_OPTIONAL    100 /* optional, of one unit in one campaign */

struct plan_action {
    action_id id;
    campaign_id campaign;
    unit_id unit;
    stage_id stage;
    aim_id aim;
    int64_t no;
    bool prescribed, locked, may_adapt, may_waive;
    str name, criteria, criterion, evidence;
    int64_t criterion_n;
    day due;
    action_id from;   /* the superior's that it carries, or the earlier campaign's whose structure it took */
    action_id cloned; /* where `from` is the superior's: the earlier campaign's */
    int64_t since, until;
};
/* criterion: own_list, matters_answered, matters_solved, sent_down, record. */
const char *action_criterion_label(str criterion); /* message key with {n}; NULL when unknown */

MUST_USE enum status action_get(struct db *, struct arena *, action_id, struct plan_action *out);
/* Prescribed ones of a version, by number. */
MUST_USE enum status action_list(struct db *, struct arena *, campaign_id, int64_t version, struct plan_action **out,
                                 size_t *n);
/* Optional ones of a unit, by number. */
MUST_USE enum status action_optional(struct db *, struct arena *, campaign_id, unit_id, struct plan_action **out,
                                     size_t *n);

/* The superior's action that this one carries, as it is in force now: an amendment puts another row in its place. ST_NOT_FOUND: none. */
MUST_USE enum status action_carried(struct db *, struct arena *, const struct plan_action *, struct plan_action *out);
/* That one is locked: this one stays as it came. */
MUST_USE enum status action_locked_above(struct db *, struct arena *, const struct plan_action *, bool *out);
action_id action_cloned(const struct plan_action *); /* the earlier campaign's; of one that is not cloned, `from` */

/* Inside the room: the aim of a campaign that sums under the same line as another campaign's aim; 0 when there is none. */
MUST_USE enum status action_aim_like(struct db *, struct arena *, aim_id theirs, campaign_id ours, aim_id *out);

/* Inside a write: a cloned draft was given a superior's campaign. Its actions carry what those carried that they were cloned from, when it is the
 * superior's campaign of then or that one's clone; else they are plain. */
MUST_USE enum status action_carry_again(struct db *, struct arena *, const struct campaign *, campaign_id parent);

/* Inside a write. A prescribed action of the plan being written: id 0 adds. Faults: name, criteria (T22: an action without criteria is
 * refused), criterion, stage, aim, due_on (within its stage or, without one, the campaign). A locked action taken over from the superior's
 * plan cannot be changed (fault "locked") but for the stage and the aim it stands under here. Evidence that asks for photos or positions is refused (T84). */
MUST_USE enum status action_put(struct db *, struct arena *, const struct campaign_command *,
                                struct plan_action *change);
MUST_USE enum status action_end(struct db *, struct arena *, const struct campaign_command *, action_id);
/* An optional project: one form, its duty at once; the level above sees it, and cannot forbid it without a reason on record (T23). */
MUST_USE enum status action_add_optional(struct db *, struct arena *, const struct campaign_command *, unit_id,
                                         struct plan_action *change, duty_id *out);
/* The level above comments, or (forbids) ends it with a reason; both stay in the duty's history. */
MUST_USE enum status action_comment(struct db *, struct arena *, const struct campaign_command *, action_id,
                                    bool forbids, str words);

#endif
