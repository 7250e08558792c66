/* plan_force_pages: a plan comes into force, and a campaign ends: what each will do, and doing it; the same another year, and the two beside
 * each other. SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_edit.h"
#include "campaign/report.h"
#include "campaign/rollup.h"
#include "campaign/words.h"
#include "gen/tpl/plan_close.h"
#include "gen/tpl/plan_compare.h"
#include "gen/tpl/plan_form.h"
#include "gen/tpl/plan_issue.h"

/* ── issuing ──────────────────────────────────────────────────────────────────────────────────────────── */

/* Duties that the version makes: all of a first version; of an amendment those of new actions, and of units the scope gains. */
static enum status fill_effect(struct plan_desk *d, struct plan_issue_view *v)
{
    struct req *rq = d->rq;
    struct plan_action *list;
    struct plan p;
    size_t n, fresh = 0;
    TRY(campaign_scope_size(rq->db, rq->mem, &d->c, &v->units));
    TRY(action_list(rq->db, rq->mem, d->c.id, d->c.version + 1, &list, &n));
    v->actions = (int64_t)n;
    TRY(plan_changes(d, d->c.version, d->c.version + 1, &v->changes, &v->n_changes));
    if (d->c.version > 0) {
        struct plan_action *old;
        size_t n_old;
        TRY(action_list(rq->db, rq->mem, d->c.id, d->c.version, &old, &n_old));
        for (size_t i = 0; i < n; i++) {
            bool known = false;
            for (size_t k = 0; k < n_old; k++) known = known || old[k].no == list[i].no;
            fresh += known ? 0 : 1;
        }
    }
    v->duties = v->units * (int64_t)(d->c.version == 0 ? n : fresh);
    v->notices = v->units > 0 ? v->units - 1 : 0;
    v->above_cap = v->actions + 1 > d->c.ask_cap;
    if (plan_get(rq->db, rq->mem, d->c.id, d->c.version + 1, &p) == ST_OK) v->summary = p.summary;
    return ST_OK;
}

static enum status show_issue(struct plan_desk *d, int status)
{
    struct req *rq = d->rq;
    struct plan_issue_view v = {.once = req_once_new(rq),
                                .faults = req_faults_view(rq),
                                .conflict = status == 409,
                                .approved = d->c.approved_at.ms != 0};
    TRY(plan_head_of(d, &v.head));
    TRY(plan_checks(d, &v.checks, &v.n_checks, &v.missing));
    TRY(fill_effect(d, &v));
    return RESPOND(rq, plan_issue, &v, .title = req_tr(rq, "Issue the plan"), .nav = "campaigns", .place = PLACE_WORK,
                   .status = status);
}

/* Who may not sign for the plan still sees what issuing would do. */
enum status page_plan_issue(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    if (!d.may_write && !d.may_sign) return ST_FORBIDDEN;
    return show_issue(&d, 200);
}

static enum status run_issue(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    return str_eq(r->text, STR("approve")) ? plan_approve(db, mem, &cmd) : plan_issue(db, mem, &cmd);
}

enum status page_plan_put_in_force(struct req *rq)
{
    struct plan_desk d;
    TRY(plan_desk_open(rq, &d));
    if (!d.may_sign) return ST_FORBIDDEN;
    TRY(plan_read_token(&d));
    struct plan_change_run r = {.d = &d, .run = run_issue, .text = req_form(rq, "act")};
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_issue(&d, 400);
    if (st == ST_CONFLICT) {
        TRY(plan_desk_open(rq, &d));
        return show_issue(&d, 409);
    }
    TRY(st);
    return plan_done(&d, str_eq(r.text, STR("approve")) ? "/issue" : "");
}

/* ── closing ──────────────────────────────────────────────────────────────────────────────────────────── */

static enum status next_choice(struct plan_desk *d, struct plan_close_view *v)
{
    static const struct part next = {.name = "next",
                                     .kind = "select",
                                     .label = TR_NOOP("What is still open goes on in"),
                                     .hint = TR_NOOP("With its history and its days; a clock does not start over")};
    struct req *rq = d->rq;
    struct campaign *list;
    size_t n, used = 1;
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &list, &n));
    struct option_view *options = NEWN(rq->mem, struct option_view, n + 1);
    options[0] = (struct option_view){STR(""), req_tr(rq, "No campaign: it stays open here, for all to see"), false};
    for (size_t i = 0; i < n; i++) {
        bool fits = list[i].unit.v == d->c.unit.v && list[i].id.v != d->c.id.v && str_eq(list[i].state, STR("issued"));
        if (!fits) continue;
        options[used++] = (struct option_view){
            list[i].ref, str_format(rq->mem, "%.*s %.*s", STR_ARG(list[i].name), STR_ARG(list[i].ref)), false};
    }
    v->fields = NEWN(rq->mem, struct form_field_view, 1);
    v->fields[v->n_fields++] = part_choice(rq, &next, STR(""), options, used);
    return ST_OK;
}

static enum status show_close(struct plan_desk *d, int status)
{
    struct req *rq = d->rq;
    struct rollup all;
    struct plan_close_view v = {.once = req_once_new(rq), .faults = req_faults_view(rq)};
    TRY(plan_head_of(d, &v.head));
    TRY(rollup_of(rq->db, rq->mem, d->c.id, d->c.unit, true, rq->today, &all));
    v.open = all.owed;
    TRY(next_choice(d, &v));
    return RESPOND(rq, plan_close, &v, .title = req_tr(rq, "Close the campaign"), .nav = "campaigns",
                   .place = PLACE_WORK, .status = status);
}

static enum status open_to_close(struct req *rq, struct plan_desk *d)
{
    TRY(plan_desk_open(rq, d));
    return d->may_sign ? ST_OK : ST_FORBIDDEN;
}

enum status page_plan_close(struct req *rq)
{
    struct plan_desk d;
    TRY(open_to_close(rq, &d));
    return str_eq(d.c.state, STR("issued")) ? show_close(&d, 200) : ST_CONFLICT;
}

static enum status run_close(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct campaign_command cmd = plan_command(r->d);
    return campaign_close(db, mem, &cmd, (campaign_id){r->id});
}

enum status page_plan_end(struct req *rq)
{
    struct plan_desk d;
    struct campaign next;
    str ref = req_form(rq, "next");
    TRY(open_to_close(rq, &d));
    TRY(plan_read_token(&d));
    struct plan_change_run r = {.d = &d, .run = run_close};
    if (ref.n > 0) {
        enum status found = campaign_get(rq->db, rq->mem, &rq->actor, ref, &next);
        if (found == ST_NOT_FOUND)
            (void)fault(&rq->faults, "next", TR_NOOP("Choose another campaign of this unit that is issued"));
        else TRY(found);
        if (rq->faults.n > 0) return show_close(&d, 400);
        r.id = next.id.v;
    }
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_close(&d, 400);
    TRY(st);
    return plan_done(&d, "");
}

/* ── the same another year ────────────────────────────────────────────────────────────────────────────── */

static enum status open_to_clone(struct req *rq, struct plan_desk *d)
{
    TRY(plan_desk_open(rq, d));
    if (!campaign_is_public(&d->c)) return ST_NOT_FOUND;
    return rights_allow(rq->db, rq->mem, &rq->actor, ACT_PLAN, d->c.unit, (person_id){0}, NULL) ? ST_OK : ST_FORBIDDEN;
}

static enum status show_clone(struct plan_form_work *w, int status)
{
    static const struct part starts = {.name = "starts",
                                       .kind = "date",
                                       .label = TR_NOOP("First day of the new campaign"),
                                       .hint = TR_NOOP("Its year counts: all days move by whole years")};
    struct req *rq = w->rq;
    struct plan_head_view *head = NEW(rq->mem, struct plan_head_view);
    struct civil c = civil_from_day(w->d.c.starts);
    TRY(plan_head_of(&w->d, head));
    if (c.month == 2 && c.day == 29) c.day = 28;
    plan_form_add(w, &starts, plan_form_day(rq, day_from_civil(c.year + 1, c.month, c.day)));
    struct plan_form_view v = {
        .head = head,
        .title = req_tr(rq, "The same another year"),
        .explain =
            req_tr(rq, "Stages, aims, goals, actions, scope and text are copied into a draft. People, pilot units "
                       "and what units did are not."),
        .action = plan_path(&w->d, "/clone"),
        .back = plan_path(&w->d, ""),
        .button = req_tr(rq, "Make the draft"),
    };
    return plan_form_show(w, &v, status);
}

enum status page_plan_clone(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    *w = (struct plan_form_work){.rq = rq};
    TRY(open_to_clone(rq, &w->d));
    return show_clone(w, 200);
}

struct cloning {
    struct plan_change_run r;
    day starts;
};

static enum status run_clone(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct cloning *k = (struct cloning *)(void *)r; /* r is its first member */
    struct campaign_command cmd = plan_command(r->d);
    struct campaign made;
    TRY(campaign_clone(db, mem, &cmd, k->starts, &made));
    r->result = str_copy(r->d->rq->mem, made.ref);
    return ST_OK;
}

enum status page_plan_clone_make(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    *w = (struct plan_form_work){.rq = rq};
    TRY(open_to_clone(rq, &w->d));
    TRY(plan_read_token(&w->d));
    struct cloning k = {.r = {.d = &w->d, .run = run_clone}, .starts = plan_read_day(rq, "starts")};
    if (rq->faults.n > 0) return show_clone(w, 400);
    enum status st = plan_write_once(&k.r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_clone(w, 400);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/work/campaigns/%.*s?done=1", STR_ARG(k.r.result)));
}

/* ── beside the one it was made from ──────────────────────────────────────────────────────────────────── */

static bool is_same(const struct plan_action *a, const struct plan_action *b)
{
    return str_eq(a->name, b->name) && str_eq(a->criteria, b->criteria) && str_eq(a->criterion, b->criterion) &&
           a->criterion_n == b->criterion_n && str_eq(a->evidence, b->evidence);
}

/* Actions by where they came from: a clone remembers. Days move by a year and are not compared. */
static enum status compare_actions(struct plan_desk *d, const struct campaign *before, struct plan_compare_view *v)
{
    struct req *rq = d->rq;
    struct plan_action *old, *new;
    size_t n_old, n_new;
    TRY(action_list(rq->db, rq->mem, before->id, before->version, &old, &n_old));
    TRY(action_list(rq->db, rq->mem, d->c.id, d->version, &new, &n_new));
    v->changes = NEWN(rq->mem, struct plan_change_view, n_old + n_new + 1);
    for (size_t i = 0; i < n_new; i++) {
        const struct plan_action *was = NULL;
        for (size_t k = 0; k < n_old; k++)
            if (old[k].id.v == action_cloned(&new[i]).v) was = &old[k];
        if (was != NULL && is_same(was, &new[i])) {
            v->same++;
            continue;
        }
        v->changes[v->n_changes++] = (struct plan_change_view){
            req_tr(rq, "Prescribed action"), was == NULL ? req_tr(rq, "new") : req_tr(rq, "changed"), new[i].name};
    }
    for (size_t k = 0; k < n_old; k++) {
        bool stays = false;
        for (size_t i = 0; i < n_new; i++) stays = stays || action_cloned(&new[i]).v == old[k].id.v;
        if (!stays)
            v->changes[v->n_changes++] =
                (struct plan_change_view){req_tr(rq, "Prescribed action"), req_tr(rq, "left out"), old[k].name};
    }
    return ST_OK;
}

enum status page_plan_compare(struct req *rq)
{
    struct plan_desk d;
    struct campaign before;
    struct report_pair *pairs;
    struct plan_compare_view v = {0};
    size_t n;
    TRY(plan_desk_open(rq, &d));
    if (d.c.cloned.v == 0) return ST_NOT_FOUND;
    TRY(campaign_load(rq->db, rq->mem, d.c.cloned, &before));
    TRY(plan_head_of(&d, &v.head));
    v.before_ref = before.ref;
    v.before_name = before.name;
    TRY(report_compare(rq->db, rq->mem, rq->city, &before, &d.c, rq->today, &pairs, &n));
    v.pairs = NEWN(rq->mem, struct plan_pair_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.pairs[v.n_pairs++] = (struct plan_pair_view){req_tr(rq, pairs[i].label), pairs[i].before, pairs[i].now};
    TRY(compare_actions(&d, &before, &v));
    return RESPOND(rq, plan_compare, &v, .title = req_tr(rq, "Compared with the year before"), .nav = "campaigns",
                   .place = PLACE_WORK);
}
