/* plan_talk_pages: opinions on a plan and what became of them; the plan beside the superior's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_pages.h"
#include "campaign/words.h"
#include "gen/tpl/plan_match.h"
#include "gen/tpl/plan_talk.h"

/* ── opinions ─────────────────────────────────────────────────────────────────────────────────────────── */

static str said_label(struct req *rq, str said)
{
    if (str_eq(said, STR("taken"))) return req_tr(rq, TR_NOOP("taken"));
    if (str_eq(said, STR("partly"))) return req_tr(rq, TR_NOOP("taken in part"));
    return said.n == 0 ? STR("") : req_tr(rq, TR_NOOP("not taken"));
}

/* answered: the opinion whose form came with faults; 0: none. */
static enum status show_talk(struct plan_desk *d, int64_t answered, int status)
{
    struct req *rq = d->rq;
    struct plan_opinion *list;
    size_t n;
    struct plan_talk_view v = {
        .banner = plan_banner(rq),
        .faults = req_faults_view(rq),
        .once = req_once_new(rq),
        .open = campaign_takes_opinions(&d->c),
        .text = req_form(rq, "text"),
        .text_error = req_fault(rq, "text"),
        .said_key = req_form(rq, "said"),
        .reply_text = req_form(rq, "reply"),
    };
    TRY(plan_head_of(d, &v.head));
    TRY(plan_opinions(rq->db, rq->mem, d->c.id, &list, &n));
    v.opinions = NEWN(rq->mem, struct plan_opinion_row_view, n + 1);
    for (size_t i = n; i-- > 0;) {
        str error = STR("");
        if (list[i].id.v == answered && rq->faults.n > 0) error = req_fault_text(rq, 0);
        v.opinions[v.n_opinions++] = (struct plan_opinion_row_view){
            .id = part_id(rq, list[i].id.v),
            .unit = req_name(rq, list[i].unit_en, list[i].unit_zh),
            .person = list[i].person_name,
            .text = list[i].text,
            .said = said_label(rq, list[i].said),
            .reply = list[i].reply,
            .at = list[i].at,
            .error = error,
        };
    }
    return RESPOND(rq, plan_talk, &v, .title = req_tr(rq, "Opinions"), .nav = "campaigns", .place = PLACE_WORK,
                   .status = status);
}

enum status page_plan_talk(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    return show_talk(&d, 0, 200);
}

static enum status run_opinion(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    return plan_opinion_add(db, mem, &cmd, r->text);
}

enum status page_plan_opinion(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    TRY(plan_read_token(&d));
    struct plan_change_run r = {.d = &d, .run = run_opinion, .text = req_form(rq, "text")};
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_talk(&d, 0, 400);
    TRY(st);
    return plan_done(&d, "/opinions");
}

static enum status run_reply(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    return plan_opinion_reply(db, mem, &cmd, (plan_opinion_id){r->id}, req_form(r->d->rq, "said"), r->text);
}

enum status page_plan_reply(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_to_write(rq, &d));
    TRY(plan_read_token(&d));
    struct plan_change_run r = {.d = &d, .run = run_reply, .text = req_form(rq, "reply")};
    TRY(req_param_id(rq, 1, &r.id));
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_talk(&d, r.id, 400);
    TRY(st);
    return plan_done(&d, "/opinions");
}

/* ── match ────────────────────────────────────────────────────────────────────────────────────────────── */

static struct plan_match_side_view side_of(struct req *rq, const struct plan_action *a)
{
    return (struct plan_match_side_view){a->name, a->criteria, plan_criterion_words(rq, a->criterion, a->criterion_n),
                                         a->due};
}

static const char *differing_label(str key)
{
    if (str_eq(key, STR("name"))) return TR_NOOP("What it is called");
    return str_eq(key, STR("criteria")) ? TR_NOOP("Done when") : TR_NOOP("Due by");
}

static enum status fill_row(struct plan_desk *d, const struct match_row *m, struct plan_match_row_view *row)
{
    struct req *rq = d->rq;
    struct plan_action theirs, ours;
    str key, rest = m->differs;
    *row = (struct plan_match_row_view){
        .name = m->name, .locked = m->locked, .missing = m->ours.v == 0, .blocks = m->blocks};
    TRY(action_get(rq->db, rq->mem, m->theirs, &theirs));
    row->theirs = side_of(rq, &theirs);
    row->differs = NEWN(rq->mem, str, 4);
    if (m->ours.v == 0) return ST_OK;
    TRY(action_get(rq->db, rq->mem, m->ours, &ours));
    struct plan_match_side_view *side = NEW(rq->mem, struct plan_match_side_view);
    *side = side_of(rq, &ours);
    row->ours = side;
    if (d->may_write && !m->locked)
        row->href = plan_path(d, str_format(rq->mem, "/edit/action?id=%lld", (long long)m->ours.v).p);
    while (rest.n > 0) {
        (void)str_cut(rest, ' ', &key, &rest);
        if (key.n > 0) row->differs[row->n_differs++] = req_tr(rq, differing_label(key));
    }
    return ST_OK;
}

static enum status show_match(struct plan_desk *d, int status)
{
    struct req *rq = d->rq;
    struct plan_match_view v = {.banner = plan_banner(rq), .faults = req_faults_view(rq), .once = req_once_new(rq)};
    struct match_row *rows;
    size_t n;
    TRY(plan_head_of(d, &v.head));
    TRY(plan_match(rq->db, rq->mem, &d->c, &rows, &n));
    v.rows = NEWN(rq->mem, struct plan_match_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        TRY(fill_row(d, &rows[i], &v.rows[v.n_rows++]));
        v.missing += rows[i].ours.v == 0 ? 1 : 0;
        v.differing += rows[i].ours.v != 0 && rows[i].differs.n > 0 ? 1 : 0;
        v.blocking += rows[i].blocks ? 1 : 0;
    }
    return RESPOND(rq, plan_match, &v, .title = req_tr(rq, "Against the superior's plan"), .nav = "campaigns",
                   .place = PLACE_WORK, .wide = true, .status = status);
}

enum status page_plan_match(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    return show_match(&d, 200);
}

static enum status run_take_over(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    return plan_take_over(db, mem, &cmd);
}

enum status page_plan_take_over(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_to_write(rq, &d));
    TRY(plan_read_token(&d));
    struct plan_change_run r = {.d = &d, .run = run_take_over};
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_match(&d, 400);
    TRY(st);
    return plan_done(&d, "/match");
}
