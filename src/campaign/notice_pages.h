/* notice_pages: what the files of the notice pages share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_NOTICE_PAGES_H
#define LUOSHI_CAMPAIGN_NOTICE_PAGES_H

#include "campaign/duty_form_pages.h"
#include "campaign/notice.h"
#include "gen/view/notice.h"

/* One notice and the deliveries of it to the units of the person in front of it. */
struct notice_desk {
    struct req *rq;
    struct notice n;
    struct delivery mine[ACTOR_ROLES];
    size_t n_mine;
    bool sends; /* answers and follows it in the sender's name */
};
/* From the id in the address. ST_NOT_FOUND also when they may not know of it. */
enum status notice_desk_open(struct req *, struct notice_desk *);
bool notice_desk_may_sign(const struct notice_desk *, const struct delivery *);
/* Broken down neither nor said why not, and may do so. */
bool notice_desk_may_break(const struct notice_desk *, const struct delivery *);

struct notice_row_view notice_row_received(struct req *, const struct notice_item *);
struct notice_row_view notice_row_sent(struct req *, const struct notice_item *);

enum status page_notice_sign(struct req *);
enum status page_notice_form(struct req *);
enum status page_notice_do(struct req *);
enum status page_notice_answer(struct req *);
enum status page_notice_answer_do(struct req *);
enum status page_notice_new(struct req *);
enum status page_notice_send(struct req *);

#endif
