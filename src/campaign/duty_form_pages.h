/* duty_form_pages: what the pages of duties and notices share: one form a deed, done once; people and units as pages name them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_DUTY_FORM_PAGES_H
#define LUOSHI_CAMPAIGN_DUTY_FORM_PAGES_H

#include "campaign/duty.h"
#include "gen/view/duty.h"
#include "people/unit.h"
#include "web/parts.h"

#define FORM_FIELDS 10

/* Shows the form with what is wrong; gives it a fresh token of one use. status 0: 200, or 400 with faults. nav as in struct page. */
enum status duty_form_show(struct req *, struct duty_form_view *, const char *nav, int status);
/* Runs it in a write, once for each form sent: the second time it is ST_OK and nothing happens. ST_INVALID also when the token is none. */
enum status duty_form_run(struct req *, enum status (*run)(struct db *, struct arena *, void *), void *arg);

/* "Lin Yue (Head)"; the title is the one held in the unit. Empty for nobody. */
str person_shown(struct req *, person_id, unit_id);
str unit_shown(struct req *, unit_id);
/* Different units in which they hold the right, at most ACTOR_ROLES; the wider scopes count as the unit of the role. */
size_t actor_units(const struct actor *, enum action, unit_id *out);
/* A message to show after a deed, by its key in ?done=; empty for one that is not known. */
str done_banner(struct req *);

#endif
