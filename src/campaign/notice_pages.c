/* notice_pages: what was sent to my unit, what it sent and where that hangs, and one notice. What is done with it is in
 * notice_do_pages.c, sending in notice_send_pages.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/notice_pages.h"

#include "campaign/pages.h"
#include "gen/tpl/notice_page.h"
#include "gen/tpl/notices.h"
#include "matter/words_pages.h"

/* Rows */

static str notice_path(struct req *rq, notice_id id)
{
    return str_format(rq->mem, "/work/notices/%lld", (long long)id.v);
}

/* How one delivery stands: the same words in lists, on the page and in the tree. */
static struct chip_view chip_of(struct req *rq, bool opened, bool is_signed, bool broken, str why_not)
{
    if (why_not.n > 0) return (struct chip_view){req_tr(rq, "not broken down, with a reason"), STR("plain")};
    if (broken) return (struct chip_view){req_tr(rq, "broken down"), STR("fine")};
    if (is_signed) return (struct chip_view){req_tr(rq, "signed for"), STR("fine")};
    return opened ? (struct chip_view){req_tr(rq, "opened, not signed for"), STR("soon")}
                  : (struct chip_view){req_tr(rq, "not opened"), STR("late")};
}

static struct notice_row_view row_of(struct req *rq, const struct notice_item *n)
{
    return (struct notice_row_view){
        .id = part_id(rq, n->notice.v),
        .mark = part_id(rq, n->delivery.v),
        .subject = n->subject,
        .unit = req_name(rq, n->unit_en, n->unit_zh),
        .campaign = n->campaign_ref,
        .sign_by = n->sign_by,
        .at = n->at,
        .is_opened = n->opened_at.ms != 0,
        .is_signed = n->signed_at.ms != 0,
        .is_broken = n->broken_at.ms != 0,
        .wants_break_down = n->wants_break_down,
        .href = notice_path(rq, n->notice),
    };
}

struct notice_row_view notice_row_received(struct req *rq, const struct notice_item *n)
{
    struct notice_row_view row = row_of(rq, n);
    if (row.is_signed) {
        row.chip = chip_of(rq, true, true, row.is_broken, STR(""));
        if (row.wants_break_down && !row.is_broken)
            row.chip = (struct chip_view){req_tr(rq, "to be broken down"), STR("soon")};
        return row;
    }
    row.chip.text = days_left(rq, n->sign_by, &row.chip.kind);
    if (str_eq(row.chip.kind, STR("fine"))) row.chip.kind = STR("plain");
    return row;
}

struct notice_row_view notice_row_sent(struct req *rq, const struct notice_item *n)
{
    struct notice_row_view row = row_of(rq, n);
    row.sent = n->sent;
    row.not_opened = n->sent - n->opened;
    row.not_signed = n->opened - n->signed_;
    row.signed_n = n->signed_;
    row.broken_n = n->broken;
    return row;
}

/* The lists */

static enum status page_notices(struct req *rq)
{
    struct notices_view v = {.banner = done_banner(rq)};
    struct notice_item *list;
    size_t n;
    unit_id first[ACTOR_ROLES];
    if (!rights_any(&rq->actor, ACT_OVERVIEW)) return ST_FORBIDDEN;
    size_t n_units = actor_units(&rq->actor, ACT_OVERVIEW, first);
    for (size_t i = 0; i < n_units; i++)
        v.may_send = v.may_send || notice_may_sign(rq->db, rq->mem, &rq->actor, first[i]);
    TRY(notice_received(rq->db, rq->mem, &rq->actor, &list, &n));
    v.to_sign = NEWN(rq->mem, struct notice_row_view, n + 1);
    v.signed_for = NEWN(rq->mem, struct notice_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct notice_row_view row = notice_row_received(rq, &list[i]);
        if (row.is_signed) v.signed_for[v.n_signed_for++] = row;
        else v.to_sign[v.n_to_sign++] = row;
    }
    TRY(notice_sent(rq->db, rq->mem, &rq->actor, &list, &n));
    v.sent = NEWN(rq->mem, struct notice_row_view, n + 1);
    for (size_t i = 0; i < n; i++) v.sent[v.n_sent++] = notice_row_sent(rq, &list[i]);
    TRY(notice_climbed(rq->db, rq->mem, &rq->actor, &list, &n));
    v.climbed = NEWN(rq->mem, struct notice_row_view, n + 1);
    for (size_t i = 0; i < n; i++) v.climbed[v.n_climbed++] = notice_row_received(rq, &list[i]);
    return RESPOND(rq, notices, &v, .title = req_tr(rq, "Notices"), .nav = "notices", .place = PLACE_WORK);
}

/* One notice */

enum status notice_desk_open(struct req *rq, struct notice_desk *k)
{
    unit_id units[ACTOR_ROLES];
    size_t n = actor_units(&rq->actor, ACT_OVERVIEW, units);
    *k = (struct notice_desk){.rq = rq};
    TRY(req_param_id(rq, 0, &k->n.id.v));
    TRY(notice_get(rq->db, rq->mem, &rq->actor, k->n.id, &k->n));
    for (size_t i = 0; i < n; i++) {
        enum status st = delivery_of(rq->db, rq->mem, k->n.id, units[i], &k->mine[k->n_mine]);
        if (st == ST_OK) k->n_mine++;
        else if (st != ST_NOT_FOUND) return st;
    }
    k->sends = notice_may_sign(rq->db, rq->mem, &rq->actor, k->n.unit);
    return ST_OK;
}

bool notice_desk_may_sign(const struct notice_desk *k, const struct delivery *d)
{
    return d->signed_at.ms == 0 && d->superseded_at.ms == 0 &&
           notice_may_sign(k->rq->db, k->rq->mem, &k->rq->actor, d->unit);
}

bool notice_desk_may_break(const struct notice_desk *k, const struct delivery *d)
{
    return k->n.wants_break_down && d->broken_at.ms == 0 && d->superseded_at.ms == 0 &&
           notice_may_sign(k->rq->db, k->rq->mem, &k->rq->actor, d->unit);
}

static enum status run_open(struct db *db, struct arena *mem, void *arg)
{
    struct notice_desk *k = arg;
    for (size_t i = 0; i < k->n_mine; i++) {
        struct delivery_command cmd = {
            .city = k->rq->city, .who = &k->rq->actor, .delivery = k->mine[i].id, .faults = &k->rq->faults};
        TRY(delivery_open(db, mem, &cmd));
    }
    return ST_OK;
}

/* Seen by somebody of the unit for the first time: the sender may know. */
static enum status mark_opened(struct notice_desk *k)
{
    bool fresh = false;
    for (size_t i = 0; i < k->n_mine; i++) fresh = fresh || k->mine[i].opened_at.ms == 0;
    if (!fresh || k->rq->x->method != HTTP_GET) return ST_OK;
    TRY(db_write(k->rq->db, run_open, k));
    k->rq->wrote = true;
    for (size_t i = 0; i < k->n_mine; i++)
        if (k->mine[i].opened_at.ms == 0) k->mine[i].opened_at = k->rq->now;
    return ST_OK;
}

static enum status fill_deliveries(struct notice_desk *k, struct notice_page_view *v)
{
    struct req *rq = k->rq;
    v->deliveries = NEWN(rq->mem, struct notice_delivery_view, k->n_mine + 1);
    for (size_t i = 0; i < k->n_mine; i++) {
        const struct delivery *d = &k->mine[i];
        struct unit u;
        TRY(unit_get(rq->db, rq->mem, d->unit, &u));
        v->deliveries[v->n_deliveries++] = (struct notice_delivery_view){
            .id = part_id(rq, d->id.v),
            .unit = req_name(rq, u.name_en, u.name_zh),
            .unit_code = u.code,
            .chip = chip_of(rq, d->opened_at.ms != 0, d->signed_at.ms != 0, d->broken_at.ms != 0, d->why_not),
            .sign_by = d->sign_by,
            .signed_at = d->signed_at,
            .signed_by = d->signed_by,
            .broken_at = d->broken_at,
            .why_not = d->why_not,
            .climbed = d->climbed_at.ms != 0 && d->signed_at.ms == 0,
            .superseded = d->superseded_at.ms != 0,
            .may_sign = notice_desk_may_sign(k, d),
            .may_break = notice_desk_may_break(k, d),
            .may_ask = d->superseded_at.ms == 0,
        };
    }
    return ST_OK;
}

static enum status add_questions(struct notice_desk *k, struct notice_page_view *v, delivery_id of)
{
    struct req *rq = k->rq;
    struct notice_question *list;
    size_t n;
    TRY(notice_questions(rq->db, rq->mem, k->n.id, of, &list, &n));
    struct notice_question_row_view *rows = NEWN(rq->mem, struct notice_question_row_view, v->n_questions + n + 1);
    for (size_t i = 0; i < v->n_questions; i++) rows[i] = v->questions[i];
    v->questions = rows;
    for (size_t i = 0; i < n; i++)
        v->questions[v->n_questions++] = (struct notice_question_row_view){
            .id = part_id(rq, list[i].id.v),
            .unit = req_name(rq, list[i].unit_en, list[i].unit_zh),
            .text = list[i].text,
            .at = list[i].at,
            .answer = list[i].answer,
            .answered_at = list[i].answered_at,
            .may_answer = k->sends,
        };
    return ST_OK;
}

/* The sender reads every question, a unit its own. */
static enum status fill_questions(struct notice_desk *k, struct notice_page_view *v)
{
    if (rights_allow(k->rq->db, k->rq->mem, &k->rq->actor, ACT_OVERVIEW, k->n.unit, (person_id){0}, NULL))
        return add_questions(k, v, (delivery_id){0});
    for (size_t i = 0; i < k->n_mine; i++) TRY(add_questions(k, v, k->mine[i].id));
    return ST_OK;
}

/* Where it hangs */

/* From which unit on this person follows it: the sender's, else their own that sees below. ST_NOT_FOUND: they follow nothing. */
static enum status tree_root(struct notice_desk *k, unit_id *out)
{
    struct req *rq = k->rq;
    if (rights_allow(rq->db, rq->mem, &rq->actor, ACT_OVERVIEW, k->n.unit, (person_id){0}, NULL)) {
        *out = k->n.unit;
        return ST_OK;
    }
    for (int i = 0; i < rq->actor.n_roles; i++) {
        *out = rq->actor.roles[i].unit;
        if (rights_scope(ACT_OVERVIEW, rq->actor.roles[i].role) == SCOPE_BELOW &&
            unit_is_below(rq->db, rq->mem, k->n.unit, *out))
            return ST_OK;
    }
    return ST_NOT_FOUND;
}

static str branch_path(struct req *rq, notice_id id, str code)
{
    return str_format(rq->mem, "/work/notices/%lld?unit=%.*s#tree", (long long)id.v,
                      STR_ARG(percent_encode(rq->mem, code)));
}

/* From the unit at which one looks up to the one from which one follows. */
static enum status fill_crumbs(struct notice_desk *k, struct notice_page_view *v, unit_id root, unit_id at)
{
    struct req *rq = k->rq;
    struct unit *up;
    size_t n;
    if (at.v == root.v) return ST_OK;
    TRY(unit_ancestors(rq->db, rq->mem, at, false, &up, &n));
    v->crumbs = NEWN(rq->mem, struct notice_crumb_view, n + 1);
    size_t top = 0;
    while (top + 1 < n && up[top].id.v != root.v) top++;
    for (size_t i = top + 1; i > 0 && n > 0; i--)
        v->crumbs[v->n_crumbs++] = (struct notice_crumb_view){req_name(rq, up[i - 1].name_en, up[i - 1].name_zh),
                                                              branch_path(rq, k->n.id, up[i - 1].code)};
    return ST_OK;
}

static struct notice_branch_view branch_of(struct notice_desk *k, const struct notice_node *b)
{
    struct req *rq = k->rq;
    struct notice_branch_view row = {
        .unit = req_name(rq, b->name_en, b->name_zh),
        .code = b->code,
        .href = b->has_children ? branch_path(rq, k->n.id, b->code) : STR(""),
        .got = b->got,
        .why_not = b->why_not,
        .sent = b->sent,
        .not_opened = b->sent - b->opened,
        .not_signed = b->opened - b->signed_,
        .signed_n = b->signed_,
        .broken_n = b->broken,
        .chip = chip_of(rq, b->is_opened, b->is_signed, b->is_broken, b->why_not),
    };
    if (!b->got) row.chip = (struct chip_view){req_tr(rq, "not delivered"), STR("plain")};
    return row;
}

static enum status fill_tree(struct notice_desk *k, struct notice_page_view *v)
{
    struct req *rq = k->rq;
    struct notice_node *list;
    struct notice_counts all;
    struct unit at;
    unit_id root;
    size_t n;
    str code = req_query(rq, "unit");
    enum status st = tree_root(k, &root);
    if (st == ST_NOT_FOUND) return code.n > 0 ? ST_NOT_FOUND : ST_OK;
    TRY(st);
    if (code.n > 0) TRY(unit_by_code(rq->db, rq->mem, code, &at));
    else TRY(unit_get(rq->db, rq->mem, root, &at));
    if (!unit_is_below(rq->db, rq->mem, root, at.id)) return ST_NOT_FOUND;
    v->at_unit = req_name(rq, at.name_en, at.name_zh);
    /* A sender's units may stand below it by line alone: all of them are counted at the top of the city. */
    TRY(notice_counts(rq->db, rq->mem, k->n.id, at.id.v == k->n.unit.v ? rq->city->root : at.id, &all));
    v->sent = all.sent;
    v->not_opened = all.sent - all.opened;
    v->not_signed = all.opened - all.signed_;
    v->signed_n = all.signed_;
    v->broken_n = all.broken;
    TRY(fill_crumbs(k, v, root, at.id));
    TRY(notice_tree(rq->db, rq->mem, k->n.id, at.id, &list, &n));
    v->tree = NEWN(rq->mem, struct notice_branch_view, n + 1);
    for (size_t i = 0; i < n; i++)
        if (list[i].sent > 0) v->tree[v->n_tree++] = branch_of(k, &list[i]);
    return ST_OK;
}

static enum status page_notice(struct req *rq)
{
    struct notice_desk *k = NEW(rq->mem, struct notice_desk);
    struct notice_page_view v = {.banner = done_banner(rq)};
    struct notice parent;
    TRY(notice_desk_open(rq, k));
    TRY(mark_opened(k));
    v.id = part_id(rq, k->n.id.v);
    v.subject = k->n.subject;
    v.text = k->n.text;
    v.unit = req_name(rq, k->n.unit_en, k->n.unit_zh);
    v.unit_code = k->n.unit_code;
    v.campaign = k->n.campaign_ref;
    v.sign_by = k->n.sign_by;
    v.at = k->n.at;
    v.wants_break_down = k->n.wants_break_down;
    if (k->n.parent.v != 0 && notice_get(rq->db, rq->mem, &rq->actor, k->n.parent, &parent) == ST_OK)
        v.parent = notice_path(rq, k->n.parent);
    TRY(fill_deliveries(k, &v));
    TRY(fill_questions(k, &v));
    TRY(fill_tree(k, &v));
    return RESPOND(rq, notice_page, &v, .title = v.subject, .nav = "notices", .place = PLACE_WORK);
}

static const struct route rows[] = {
    {HTTP_GET, "/work/notices", SIGNED_IN, NO_BODY, page_notices, 0,
     "notices to sign for, signed, sent, and those that climbed to my unit"},
    /* ROUTE_BLOCKS: the first look is noted as opened. */
    {HTTP_GET, "/work/notices/:id", SIGNED_IN, NO_BODY, page_notice, ROUTE_BLOCKS,
     "one notice, its questions and where it hangs; ?unit=CODE opens a branch"},
    {HTTP_POST, "/work/notices/:id/sign", SIGNED_IN, FORM_BODY, page_notice_sign, 0, "signs for it"},
    {HTTP_GET, "/work/notices/:id/form/:deed", SIGNED_IN, NO_BODY, page_notice_form, 0,
     "the form for question or why-not; ?unit=CODE"},
    {HTTP_POST, "/work/notices/:id/form/:deed", SIGNED_IN, FORM_BODY, page_notice_do, 0, "does it"},
    {HTTP_GET, "/work/notices/:id/answer/:question", SIGNED_IN, NO_BODY, page_notice_answer, 0,
     "the form for the answer to a question"},
    {HTTP_POST, "/work/notices/:id/answer/:question", SIGNED_IN, FORM_BODY, page_notice_answer_do, 0, "answers it"},
    {HTTP_GET, "/work/notice-new", SIGNED_IN, NO_BODY, page_notice_new, 0,
     "a new notice; ?unit=CODE campaign=REF parent=ID, which breaks that one down"},
    {HTTP_POST, "/work/notice-new", SIGNED_IN, FORM_BODY, page_notice_send, 0, "sends it"},
};
const struct route_list notice_route_list = {rows, COUNT_OF(rows)};
