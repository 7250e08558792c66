/* duty_pages: what the files of the duty pages share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_DUTY_PAGES_H
#define LUOSHI_CAMPAIGN_DUTY_PAGES_H

#include "campaign/duty_form_pages.h"

/* One duty and what the person in front of it may do there. */
struct duty_desk {
    struct req *rq;
    struct duty d;
    struct duty_item item;
    struct plan_action a;
    struct campaign c;
    bool works, above, running;
};
/* From the id in the address. ST_NOT_FOUND also when they may not know of it. */
enum status duty_desk_open(struct req *, struct duty_desk *);
bool duty_desk_may_link(const struct duty_desk *);
bool duty_desk_may_assign(const struct duty_desk *);
bool duty_desk_may_ask(const struct duty_desk *);
bool duty_desk_may_decide(const struct duty_desk *);
bool duty_desk_may_comment(const struct duty_desk *);

/* A row of a task list. */
struct duty_row_view duty_row(struct req *, const struct duty_item *);
/* Rows of one campaign by stage, the stages in their order. with_gaps: also stages that have none. */
enum status duty_groups(struct req *, const struct campaign *, const struct duty_row_view *, const struct duty_item *,
                        size_t n, bool with_gaps, struct duty_group_view **out, size_t *n_out);
const char *duty_link_label(str kind); /* message key */

/* First person responsible of a unit, or acting for them (*acting). */
bool leads_unit(struct req *, unit_id, person_id *first, bool *acting);

enum status page_duty_form(struct req *);
enum status page_duty_do(struct req *);
enum status page_duty_unlink(struct req *);
enum status page_own_list(struct req *);
enum status page_own_list_do(struct req *);
enum status page_project(struct req *);
enum status page_project_do(struct req *);
enum status page_leader(struct req *);

#endif
