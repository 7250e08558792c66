/* plan_edit: a form of a plan under way, for the pages that make and change plans. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_PLAN_EDIT_H
#define LUOSHI_CAMPAIGN_PLAN_EDIT_H

#include "campaign/plan_pages.h"

#define PLAN_FORM_FIELDS 16

struct plan_form_work {
    struct req *rq;
    struct plan_desk d; /* of a new campaign: only rq and token */
    int64_t id;         /* of the row; 0: a new one */
    struct form_field_view fields[PLAN_FORM_FIELDS];
    size_t n_fields;
    struct option_view *kinds;
    size_t n_kinds;
    bool offers_units;
    struct campaign_draft draft; /* what the form said, read before the write */
    struct stage stage;
    struct plan_action action;
    unit_id unit;
};
void plan_form_add(struct plan_form_work *, const struct part *, str first);
void plan_form_choice(struct plan_form_work *, const struct part *, str first, struct option_view *, size_t n);
str plan_form_day(struct req *, day);
day plan_read_day(struct req *, const char *name);        /* 0 when empty; a fault when malformed */
int64_t plan_read_number(struct req *, const char *name); /* -1 when it is none */

struct plan_frame {
    str name, theme;
    day starts, ends;
    int64_t sign_days, ask_cap;
    str *kinds;
    size_t n_kinds;
};
/* Campaigns in force that a unit above issued, or that were received from outside. */
enum status plan_form_parent(struct plan_form_work *, str chosen);
void plan_form_frame(struct plan_form_work *, const struct plan_frame *);
void plan_read_frame(struct req *, struct campaign_draft *);
enum status plan_form_show(struct plan_form_work *, struct plan_form_view *, int status);

#endif
