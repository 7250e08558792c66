/* notice_do_pages: signing, asking, answering, saying why not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/notice_pages.h"
#include "campaign/words.h"

struct doing {
    struct notice_desk k;
    const struct delivery *d; /* of the unit in whose name they act */
    str code;
    notice_question_id question;
    struct delivery asked_by;
};

static struct delivery_command command_of(struct doing *w, delivery_id id)
{
    struct req *rq = w->k.rq;
    return (struct delivery_command){.city = rq->city, .who = &rq->actor, .delivery = id, .faults = &rq->faults};
}

static str back_to(struct doing *w, const char *tail)
{
    return str_format(w->k.rq->mem, "/work/notices/%lld%s", (long long)w->k.n.id.v, tail);
}

/* The delivery to the unit that the form or the address names, else the only one. */
static enum status begin(struct req *rq, struct doing *w)
{
    struct unit u;
    TRY(notice_desk_open(rq, &w->k));
    w->code = part_value(rq, "unit", req_query(rq, "unit"));
    for (size_t i = 0; i < w->k.n_mine; i++) {
        TRY(unit_get(rq->db, rq->mem, w->k.mine[i].unit, &u));
        if (w->code.n > 0 && !str_eq(w->code, u.code)) continue;
        w->d = &w->k.mine[i];
        w->code = u.code;
        return ST_OK;
    }
    return ST_NOT_FOUND;
}

/* Signing */

static enum status run_sign(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct delivery_command cmd = command_of(w, w->d->id);
    return delivery_sign(db, mem, &cmd);
}

enum status page_notice_sign(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    TRY(begin(rq, w));
    enum status st = db_write(rq->db, run_sign, w);
    if (st == ST_CONFLICT) return respond_redirect(rq, back_to(w, "")); /* signed already: the page says by whom */
    if (st == ST_INVALID) return respond_redirect(rq, back_to(w, ""));  /* replaced: the page says so */
    TRY(st);
    return respond_redirect(rq, back_to(w, "?done=sign"));
}

/* A question, or why it is not broken down */

struct deed {
    const char *key, *title, *lead, *field, *label, *hint, *button;
    enum status (*run)(struct db *, struct arena *, void *);
};

static enum status run_question(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct delivery_command cmd = command_of(w, w->d->id);
    return notice_ask(db, mem, &cmd, req_form(w->k.rq, "text"));
}

static enum status run_why_not(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct delivery_command cmd = command_of(w, w->d->id);
    return delivery_why_not(db, mem, &cmd, req_form(w->k.rq, "reason"));
}

static const struct deed deeds[] = {
    {"question", TR_NOOP("Ask the sender"), NULL, "text", TR_NOOP("Your question"),
     TR_NOOP("The sender answers here; other units do not see it"), TR_NOOP("Send the question"), run_question},
    {"why-not", TR_NOOP("Say why it is not broken down"),
     TR_NOOP("Use this when nothing has to be sent on to the units below. The sender sees your reason."), "reason",
     TR_NOOP("Why it is not broken down"), NULL, TR_NOOP("Record the reason"), run_why_not},
};

static enum status find_deed(struct req *rq, const struct deed **out)
{
    for (size_t i = 0; i < COUNT_OF(deeds); i++)
        if (str_eq(req_param(rq, 1), str_from(deeds[i].key))) {
            *out = &deeds[i];
            return ST_OK;
        }
    return ST_NOT_FOUND;
}

static enum status may_do(struct doing *w, const struct deed *deed)
{
    bool asks = str_eq(str_from(deed->key), STR("question"));
    return asks || notice_may_sign(w->k.rq->db, w->k.rq->mem, &w->k.rq->actor, w->d->unit) ? ST_OK : ST_FORBIDDEN;
}

static enum status show(struct doing *w, const struct deed *deed, int status)
{
    struct req *rq = w->k.rq;
    const struct part part = {
        .name = deed->field, .kind = "area", .label = deed->label, .hint = deed->hint, .max = CAMPAIGN_LINE_POINTS};
    struct form_field_view *field = NEW(rq->mem, struct form_field_view);
    struct option_view *unit = NEW(rq->mem, struct option_view);
    *field = part_field(rq, &part, STR(""));
    *unit = (struct option_view){w->code, STR("unit"), false};
    struct duty_form_view v = {
        .back = back_to(w, ""),
        .back_label = req_tr(rq, "Back to the notice"),
        .caption = w->k.n.subject,
        .title = req_tr(rq, deed->title),
        .lead = deed->lead == NULL ? STR("") : req_tr(rq, deed->lead),
        .action = str_format(rq->mem, "/work/notices/%lld/form/%s", (long long)w->k.n.id.v, deed->key),
        .button = req_tr(rq, deed->button),
        .hidden = unit,
        .n_hidden = 1,
        .fields = field,
        .n_fields = 1,
    };
    return duty_form_show(rq, &v, "notices", status);
}

enum status page_notice_form(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    const struct deed *deed;
    TRY(find_deed(rq, &deed));
    TRY(begin(rq, w));
    TRY(may_do(w, deed));
    return show(w, deed, 0);
}

enum status page_notice_do(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    const struct deed *deed;
    TRY(find_deed(rq, &deed));
    TRY(begin(rq, w));
    TRY(may_do(w, deed));
    enum status st = duty_form_run(rq, deed->run, w);
    if (st == ST_INVALID) return show(w, deed, 400);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/work/notices/%lld?done=%s", (long long)w->k.n.id.v, deed->key));
}

/* The sender's answer */

static enum status begin_answer(struct req *rq, struct doing *w, str *question, str *answer)
{
    struct notice_question *list;
    size_t n;
    TRY(notice_desk_open(rq, &w->k));
    TRY(req_param_id(rq, 1, &w->question.v));
    if (!w->k.sends) return ST_NOT_FOUND;
    TRY(notice_questions(rq->db, rq->mem, w->k.n.id, (delivery_id){0}, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (list[i].id.v != w->question.v) continue;
        w->asked_by.id = list[i].delivery;
        *question = list[i].text;
        *answer = list[i].answer;
        return ST_OK;
    }
    return ST_NOT_FOUND;
}

static enum status show_answer(struct doing *w, str question, str answer, int status)
{
    static const struct part part = {
        .name = "answer", .kind = "area", .label = TR_NOOP("Your answer"), .max = CAMPAIGN_LINE_POINTS};
    struct req *rq = w->k.rq;
    struct form_field_view *field = NEW(rq->mem, struct form_field_view);
    *field = part_field(rq, &part, answer);
    struct duty_form_view v = {
        .back = back_to(w, ""),
        .back_label = req_tr(rq, "Back to the notice"),
        .caption = w->k.n.subject,
        .title = req_tr(rq, "Answer the question"),
        .quote = question,
        .quote_label = req_tr(rq, "Question"),
        .action =
            str_format(rq->mem, "/work/notices/%lld/answer/%lld", (long long)w->k.n.id.v, (long long)w->question.v),
        .button = req_tr(rq, "Send the answer"),
        .fields = field,
        .n_fields = 1,
    };
    return duty_form_show(rq, &v, "notices", status);
}

enum status page_notice_answer(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    str question, answer;
    TRY(begin_answer(rq, w, &question, &answer));
    return show_answer(w, question, answer, 0);
}

static enum status run_answer(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct delivery_command cmd = command_of(w, w->asked_by.id);
    return notice_answer(db, mem, &cmd, w->question, req_form(w->k.rq, "answer"));
}

enum status page_notice_answer_do(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    str question, answer;
    TRY(begin_answer(rq, w, &question, &answer));
    enum status st = duty_form_run(rq, run_answer, w);
    if (st == ST_INVALID) return show_answer(w, question, answer, 400);
    TRY(st);
    return respond_redirect(rq, back_to(w, "?done=answer"));
}
