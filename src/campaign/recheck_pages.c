/* recheck_pages: duties drawn by lot, and what was found when they were looked at again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/pages.h"
#include "campaign/plan_pages.h"
#include "campaign/recheck.h"
#include "gen/tpl/recheck_page.h"

#define DRAWS_SHOWN 10 /* with their items; who wants older ones finds them in the history */

/* What a form that came with faults was about; no.v 0: the drawing itself, or no form. */
struct about {
    int64_t draw, no;
};

static str found_label(struct req *rq, str found)
{
    if (found.n == 0) return found;
    return req_tr(rq,
                  str_eq(found, STR("falls")) ? TR_NOOP("the records do not show it") : TR_NOOP("the records show it"));
}

static enum status fill_items(struct plan_desk *d, const struct recheck *draw, struct about about,
                              struct recheck_row_view *row)
{
    struct req *rq = d->rq;
    struct recheck_item *list;
    size_t n;
    TRY(recheck_items(rq->db, rq->mem, draw->id, &list, &n));
    row->items = NEWN(rq->mem, struct recheck_item_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool faulty = rq->faults.n > 0 && about.draw == draw->id.v && about.no == list[i].no;
        row->items[row->n_items++] = (struct recheck_item_row_view){
            .no = list[i].no,
            .unit = req_name(rq, list[i].unit_en, list[i].unit_zh),
            .code = list[i].unit_code,
            .name = list[i].name,
            .href = str_format(rq->mem, "/work/duties/%lld", (long long)list[i].duty.v),
            .found = found_label(rq, list[i].found),
            .fell = str_eq(list[i].found, STR("falls")),
            .words = list[i].words,
            .person = list[i].person_name,
            .at = list[i].at,
            .may_say = list[i].found.n == 0 && recheck_may_look(rq->db, rq->mem, &rq->actor, &list[i]),
            .error = faulty ? req_fault_text(rq, 0) : STR(""),
        };
    }
    return ST_OK;
}

static enum status show(struct plan_desk *d, struct about about, int status)
{
    struct req *rq = d->rq;
    struct recheck *list;
    size_t n;
    struct recheck_page_view v = {
        .banner = plan_banner(rq),
        .faults = req_faults_view(rq),
        .once = req_once_new(rq),
        .may_draw = d->may_write || d->may_sign,
        .n = status == 200 ? STR("20") : req_form(rq, "n"),
        .n_error = req_fault(rq, "n"),
        .found_key = req_form(rq, "found"),
        .words_typed = req_form(rq, "words"),
    };
    TRY(plan_head_of(d, &v.head));
    TRY(recheck_is_open(rq->db, rq->mem, &d->c, rq->today, &v.open));
    TRY(recheck_list(rq->db, rq->mem, d->c.id, &list, &n));
    if (n > DRAWS_SHOWN) n = DRAWS_SHOWN;
    v.draws = NEWN(rq->mem, struct recheck_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct recheck_row_view *row = &v.draws[v.n_draws++];
        *row = (struct recheck_row_view){.id = part_id(rq, list[i].id.v),
                                         .seed = list[i].seed,
                                         .drawn = list[i].n,
                                         .of = list[i].of_n,
                                         .stands = list[i].stands,
                                         .falls = list[i].falls,
                                         .person = list[i].person_name,
                                         .at = list[i].at};
        TRY(fill_items(d, &list[i], about, row));
    }
    return RESPOND(rq, recheck_page, &v, .title = req_tr(rq, "Checked again, by lot"), .nav = "campaigns",
                   .place = PLACE_WORK, .status = status);
}

/* A draft has nothing to check. */
static enum status open_desk(struct req *rq, struct plan_desk *d)
{
    TRY(plan_desk_open(rq, d));
    return d->c.version > 0 && d->inside ? ST_OK : ST_NOT_FOUND;
}

static enum status page_recheck(struct req *rq)
{
    struct plan_desk d;
    TRY(open_desk(rq, &d));
    return show(&d, (struct about){0}, 200);
}

static enum status run_draw(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    recheck_id id;
    return recheck_draw(db, mem, &cmd, r->id, &id);
}

static enum status page_draw(struct req *rq)
{
    struct plan_desk d;
    TRY(open_desk(rq, &d));
    TRY(plan_read_token(&d));
    struct plan_change_run r = {.d = &d, .run = run_draw};
    (void)str_int(str_trim(req_form(rq, "n")), &r.id);
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show(&d, (struct about){0}, 400);
    TRY(st);
    return plan_done(&d, "/recheck");
}

struct say {
    struct plan_change_run run; /* first: plan_write_once hands it back */
    recheck_id draw;
};

static enum status run_say(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    const struct say *s = (const struct say *)r;
    struct req *rq = r->d->rq;
    return recheck_say(db, mem, &cmd, s->draw, r->id, req_form(rq, "found"), req_form(rq, "words"));
}

static enum status page_say(struct req *rq)
{
    struct plan_desk d;
    TRY(open_desk(rq, &d));
    TRY(plan_read_token(&d));
    struct say s = {.run = {.d = &d, .run = run_say}};
    TRY(req_param_id(rq, 1, &s.draw.v));
    (void)str_int(req_form(rq, "no"), &s.run.id);
    enum status st = plan_write_once(&s.run);
    if (st == ST_INVALID && rq->faults.n > 0) return show(&d, (struct about){s.draw.v, s.run.id}, 400);
    TRY(st);
    return plan_done(&d, "/recheck");
}

static const struct route rows[] = {
    {HTTP_GET, "/work/campaigns/:ref/recheck", SIGNED_IN, NO_BODY, page_recheck, 0,
     "duties drawn by lot to be checked again"},
    {HTTP_POST, "/work/campaigns/:ref/recheck", SIGNED_IN, FORM_BODY, page_draw, 0, "draw"},
    {HTTP_POST, "/work/campaigns/:ref/recheck/:id", SIGNED_IN, FORM_BODY, page_say, 0, "what was found"},
};
const struct route_list recheck_route_list = {rows, COUNT_OF(rows)};
