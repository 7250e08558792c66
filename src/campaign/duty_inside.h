/* duty_inside: what the files of duty share. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_DUTY_INSIDE_H
#define LUOSHI_CAMPAIGN_DUTY_INSIDE_H

#include "campaign/duty.h"
#include "campaign/rollup.h"

/* May act for the duty: works in the unit with ACT_DUTY, or answers for it. */
bool duty_works_there(struct db *, struct arena *, const struct actor *, const struct duty *);
/* A head or clerk of a level above; never of the unit itself. */
bool duty_is_above(struct db *, struct arena *, const struct actor *, unit_id);
/* Loads duty and action of a command; ST_FORBIDDEN unless they may act; a fault when the campaign is closed. */
MUST_USE enum status duty_begin(struct db *, struct arena *, const struct duty_command *, struct duty *,
                                struct plan_action *);
/* Counts again what this unit owes in the campaign by that criterion. */
MUST_USE enum status duty_recount_by(struct db *, struct arena *, const struct city *, campaign_id, unit_id,
                                     str criterion);
/* As it is counted. */
struct rollup_face duty_face(const struct city *, const struct duty *, const struct plan_action *);

#endif
