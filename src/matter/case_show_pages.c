/* case_show_pages: see case_show_pages.h. The program proposes what to strike out, a clerk decides; the original is
 * never touched. SPDX-License-Identifier: Apache-2.0 */
#include "matter/case_show_pages.h"

#include "gen/tpl/case_show.h"
#include "matter/pick_pages.h"

/* The parts of the newest answer as one text: what the public reads of it. */
static enum status answer_text(struct desk *d, str *original, str *shown)
{
    struct answer *list;
    struct buf b;
    size_t n;
    *original = *shown = STR("");
    TRY(answer_list(d->rq->db, d->rq->mem, d->c.id, &list, &n));
    if (n == 0) return ST_OK;
    const str parts[] = {list[0].found, list[0].done, list[0].basis, list[0].remedy};
    buf_init(&b, d->rq->mem, 1024, LIMIT_PAGE);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (parts[i].n == 0) continue;
        if (b.n > 0) buf_add(&b, STR("\n\n"));
        buf_add(&b, parts[i]);
    }
    *original = buf_str(&b);
    *shown = list[0].shown_text;
    return ST_OK;
}

/* What stands in the form first: what the public sees already, else the proposal. */
static struct case_pair_view pair_of(struct desk *d, const struct part *p, str original, str shown)
{
    struct req *rq = d->rq;
    struct case_pair_view v = {
        .label = req_tr(rq, p->label),
        .original = original,
        .lang = desk_lang(rq, original),
        .field = part_field(rq, p, shown.n > 0 ? shown : matter_redact(rq->mem, original)),
    };
    v.field.label = tr_format(rq->mem, rq->lang, "{part}: as the public reads it", "part", v.label, NULL);
    v.field.lang = v.lang;
    return v;
}

enum status case_show_form(struct desk *d, int status)
{
    static const struct part subject = {
        .name = "subject", .kind = "area", .label = TR_NOOP("Subject"), .rows = 2, .max = LIMIT_SUBJECT_POINTS};
    static const struct part text = {
        .name = "text", .kind = "area", .label = TR_NOOP("Text"), .rows = 8, .max = LIMIT_TEXT_POINTS};
    static const struct part place = {.name = "place", .kind = "text", .label = TR_NOOP("Place")};
    static const struct part answer = {
        .name = "answer", .kind = "area", .label = TR_NOOP("Answer"), .rows = 10, .max = 5 * LIMIT_ANSWER_POINTS};
    struct req *rq = d->rq;
    str original, shown;
    struct case_show_view v = {
        .version = d->c.version, .once = req_once_new(rq), .faults = req_faults_view(rq), .shown = d->m.shown};
    v.pairs = NEWN(rq->mem, struct case_pair_view, 4);
    TRY(desk_head(d, &v.head));
    TRY(answer_text(d, &original, &shown));
    v.pairs[v.n_pairs++] = pair_of(d, &subject, d->m.subject, d->m.shown_subject);
    v.pairs[v.n_pairs++] = pair_of(d, &text, d->m.text, d->m.shown_text);
    if (d->m.place.n > 0) v.pairs[v.n_pairs++] = pair_of(d, &place, d->m.place, d->m.shown_place);
    if (original.n > 0) v.pairs[v.n_pairs++] = pair_of(d, &answer, original, shown);
    return RESPOND(rq, case_show, &v, .title = req_tr(rq, "Let through to the public"), .nav = "list",
                   .place = PLACE_WORK, .status = status);
}

struct showing {
    struct desk *d;
    str token;
    bool shown;
};

static enum status run(struct db *db, struct arena *mem, void *arg)
{
    struct showing *s = arg;
    struct req *rq = s->d->rq;
    str earlier;
    enum status st = once_find(db, mem, s->token, &earlier);
    if (st != ST_NOT_FOUND) return st;
    TRY(matter_publish(db, mem, rq->city, &rq->actor, s->d->m.id, s->shown, req_form(rq, "subject"),
                       req_form(rq, "text"), req_form(rq, "place"), req_form(rq, "answer"), &rq->faults));
    return once_keep(db, s->token, STR(""), db_now(db));
}

enum status case_show_do(struct desk *d)
{
    struct req *rq = d->rq;
    struct showing s = {.d = d, .shown = str_eq(req_form(rq, "shown"), STR("1"))};
    if (req_once(rq, &s.token) != ST_OK) return case_show_form(d, 400);
    enum status st = db_write(rq->db, run, &s);
    if (st == ST_INVALID && rq->faults.n > 0) return case_show_form(d, 400);
    if (st != ST_OK) return st;
    return respond_redirect(rq, str_format(rq->mem, "/work/case/%lld?done=show", (long long)d->c.id.v));
}
