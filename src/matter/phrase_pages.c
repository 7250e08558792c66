/* phrase_pages: a unit's texts for answers. SPDX-License-Identifier: Apache-2.0 */
#include "gen/tpl/phrases.h"
#include "gen/view/work.h"
#include "matter/phrase.h"
#include "matter/pick_pages.h"
#include "matter/work_pages.h"

#include "base/limits.h"

static str address_of(struct req *rq, const struct unit *u, const char *done)
{
    return str_format(rq->mem, "/work/phrases?unit=%.*s&done=%s", STR_ARG(percent_encode(rq->mem, u->code)), done);
}

/* The unit the page is about, and the actor's other units that keep texts. */
static enum status find_unit(struct req *rq, str code, struct unit *out, struct phrases_view *v)
{
    unit_id chosen = {0};
    v->other_units = NEWN(rq->mem, struct option_view, ACTOR_ROLES + 1);
    for (int i = 0; i < rq->actor.n_roles; i++) {
        struct unit u;
        if (!phrase_may_put(&rq->actor, rq->actor.roles[i].unit)) continue;
        TRY(unit_get(rq->db, rq->mem, rq->actor.roles[i].unit, &u));
        if (u.id.v == chosen.v) continue;
        bool is_it = chosen.v == 0 && (code.n == 0 || str_eq(u.code, code));
        bool known = false;
        for (size_t k = 0; k < v->n_other_units; k++) known = known || str_eq(v->other_units[k].value, u.code);
        if (is_it) *out = u, chosen = u.id;
        else if (!known)
            v->other_units[v->n_other_units++] =
                (struct option_view){u.code, req_name(rq, u.name_en, u.name_zh), false};
    }
    if (chosen.v != 0) return ST_OK;
    return code.n > 0 ? ST_NOT_FOUND : ST_FORBIDDEN;
}

static enum status fill_form(struct req *rq, struct phrases_view *v, unit_id unit, int64_t editing)
{
    static const struct part name = {.name = "name",
                                     .kind = "text",
                                     .label = TR_NOOP("Name of the text"),
                                     .hint = TR_NOOP("By which colleagues find it")};
    static const struct part text = {
        .name = "text", .kind = "area", .label = TR_NOOP("Text"), .rows = 6, .max = LIMIT_ANSWER_POINTS};
    struct phrase p = {0};
    if (editing > 0) {
        TRY(phrase_get(rq->db, rq->mem, (phrase_id){editing}, &p));
        if (p.unit.v != unit.v) return ST_NOT_FOUND;
    }
    v->form = NEWN(rq->mem, struct form_field_view, 2);
    v->n_form = 2;
    v->form[0] = part_field(rq, &name, p.name);
    v->form[1] = part_field(rq, &text, p.text);
    if (editing > 0) v->editing = part_id(rq, editing);
    return ST_OK;
}

static enum status show(struct req *rq, str code, int64_t editing, int status)
{
    struct phrases_view v = {0};
    struct phrase *list;
    struct unit u;
    size_t n;
    str done = req_query(rq, "done");
    TRY(find_unit(rq, code, &u, &v));
    TRY(phrase_list(rq->db, rq->mem, u.id, &list, &n));
    v.items = NEWN(rq->mem, struct phrase_row_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.items[v.n_items++] = (struct phrase_row_view){part_id(rq, list[i].id.v), list[i].name, list[i].text};
    TRY(fill_form(rq, &v, u.id, editing));
    v.unit = req_name(rq, u.name_en, u.name_zh);
    v.unit_code = u.code;
    v.faults = req_faults_view(rq);
    if (str_eq(done, STR("put"))) v.banner = req_tr(rq, "The text is saved");
    if (str_eq(done, STR("end"))) v.banner = req_tr(rq, "The text has ended. Answers that used it stay as they are");
    return RESPOND(rq, phrases, &v, .title = req_tr(rq, "Texts for answers"), .nav = "work", .place = PLACE_WORK,
                   .status = status);
}

static enum status page_phrases_show(struct req *rq)
{
    int64_t editing = 0;
    if (!str_int(req_query(rq, "change"), &editing) || editing < 0) editing = 0;
    return show(rq, req_query(rq, "unit"), editing, 200);
}

struct change {
    struct req *rq;
    struct phrase phrase;
    bool ends;
};

static enum status run(struct db *db, struct arena *mem, void *arg)
{
    struct change *c = arg;
    if (c->ends) return phrase_end(db, mem, &c->rq->actor, c->phrase.id, c->rq->now);
    struct phrase put = c->phrase; /* gets its key: run again, it must not have one */
    return phrase_put(db, mem, &c->rq->actor, &put, &c->rq->faults);
}

static enum status page_phrases(struct req *rq)
{
    struct change c = {.rq = rq, .ends = str_eq(req_form(rq, "do"), STR("end"))};
    struct phrases_view v = {0};
    struct unit u;
    TRY(find_unit(rq, req_form(rq, "unit"), &u, &v));
    TRY(req_form_id(rq, "phrase", &c.phrase.id.v));
    c.phrase.unit = u.id;
    c.phrase.name = req_form(rq, "name");
    c.phrase.text = req_form(rq, "text");
    int64_t editing = c.phrase.id.v;
    enum status st = db_write(rq->db, run, &c);
    if (st == ST_INVALID && rq->faults.n > 0) return show(rq, u.code, editing, 400);
    if (st != ST_OK) return st;
    return respond_redirect(rq, address_of(rq, &u, c.ends ? "end" : "put"));
}

static const struct route rows[] = {
    {HTTP_GET, "/work/phrases", SIGNED_IN, NO_BODY, page_phrases_show, 0, "texts for answers of one's own unit"},
    {HTTP_POST, "/work/phrases", SIGNED_IN, FORM_BODY, page_phrases, 0, "add, change or end a text for answers"},
};
const struct route_list phrase_route_list = {rows, COUNT_OF(rows)};
