/* duty_work_pages: the campaign's section on the page of a person's work: what waits for a signature, what is due next, what hangs below.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty_pages.h"
#include "campaign/notice_pages.h"
#include "campaign/pages.h"
#include "gen/tpl/duty_work.h"

#define ROWS_SHOWN 5

static enum status fill_duties(struct req *rq, struct duty_work_view *v)
{
    struct duty_item *list;
    size_t n;
    TRY(duty_mine(rq->db, rq->mem, &rq->actor, rq->today, &list, &n)); /* owed ones first, by day */
    v->duties = NEWN(rq->mem, struct duty_row_view, ROWS_SHOWN);
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(list[i].state, STR("owed"))) continue;
        if (v->n_duties < ROWS_SHOWN) v->duties[v->n_duties++] = duty_row(rq, &list[i]);
        else v->duties_more++;
    }
    return ST_OK;
}

static enum status fill_notices(struct req *rq, struct duty_work_view *v)
{
    struct notice_item *list;
    size_t n;
    TRY(notice_received(rq->db, rq->mem, &rq->actor, &list, &n)); /* unsigned ones first, by day */
    v->to_sign = NEWN(rq->mem, struct notice_row_view, ROWS_SHOWN);
    for (size_t i = 0; i < n; i++) {
        if (list[i].signed_at.ms != 0) continue;
        if (v->n_to_sign < ROWS_SHOWN) v->to_sign[v->n_to_sign++] = notice_row_received(rq, &list[i]);
        else v->to_sign_more++;
    }
    TRY(notice_sent(rq->db, rq->mem, &rq->actor, &list, &n));
    v->hangs = NEWN(rq->mem, struct notice_row_view, ROWS_SHOWN);
    for (size_t i = 0; i < n && v->n_hangs < ROWS_SHOWN; i++)
        if (list[i].signed_ < list[i].sent) v->hangs[v->n_hangs++] = notice_row_sent(rq, &list[i]);
    TRY(notice_climbed(rq->db, rq->mem, &rq->actor, &list, &n));
    v->climbed = (int64_t)n;
    return ST_OK;
}

static enum status fill_asked(struct req *rq, struct duty_work_view *v)
{
    unit_id units[ACTOR_ROLES];
    size_t n_units = actor_units(&rq->actor, ACT_DECIDE, units);
    for (size_t i = 0; i < n_units; i++) {
        struct duty_item *list;
        size_t n;
        TRY(duty_asked_below(rq->db, rq->mem, units[i], &list, &n));
        v->asked += (int64_t)n;
    }
    return ST_OK;
}

enum status campaign_work_section(struct req *rq, html *out)
{
    struct duty_work_view v = {0};
    struct out page;
    TRY(fill_duties(rq, &v));
    TRY(fill_notices(rq, &v));
    TRY(fill_asked(rq, &v));
    out_init(&page, rq->mem, rq->lang, &rq->city->zone, rq->now);
    tpl_duty_work(&page, &v);
    *out = (html){out_str(&page)};
    return ST_OK;
}
