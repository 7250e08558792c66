/* casefile_pages: the casefile: what the person said, what may be done now, and how it went.
 * What is done about it is in casefile_do_pages.c. SPDX-License-Identifier: Apache-2.0 */
#include "matter/casefile_pages.h"

#include "gen/tpl/casefile.h"
#include "matter/similar.h"
#include "matter/work_pages.h"
#include "people/unit.h"

#define SIMILAR 3

str desk_lang(struct req *rq, str text)
{
    str lang = text_lang(text);
    return str_eq(lang, lang_tag(rq->lang)) ? STR("") : lang;
}

enum status desk_open(struct req *rq, struct desk *d)
{
    casefile_id id;
    *d = (struct desk){.rq = rq};
    TRY(req_param_id(rq, 0, &id.v));
    TRY(casefile_get(rq->db, rq->mem, &rq->actor, id, &d->c));
    TRY(matter_of_casefile(rq->db, rq->mem, id, &d->matters, &d->n_matters));
    if (d->n_matters == 0) return ST_NOT_FOUND;
    d->m = d->matters[0];
    d->can = casefile_can(rq->db, rq->mem, &rq->actor, &d->c);
    return ST_OK;
}

/* The accountable person's title in the unit that has the casefile. */
static enum status owner_of(struct desk *d, struct case_head_view *h)
{
    struct req *rq = d->rq;
    struct person p;
    struct member *list;
    size_t n;
    if (d->c.owner.v == 0) return ST_OK;
    TRY(person_get(rq->db, rq->mem, d->c.owner, &p));
    TRY(member_list_of(rq->db, rq->mem, d->c.owner, &list, &n));
    h->owner = p.name;
    for (size_t i = 0; i < n && h->owner_title.n == 0; i++)
        if (list[i].unit.v == d->c.unit.v) h->owner_title = req_name(rq, list[i].title_en, list[i].title_zh);
    if (str_eq(h->owner_title, h->owner)) h->owner_title = STR("");
    return ST_OK;
}

enum status desk_head(struct desk *d, struct case_head_view *h)
{
    struct req *rq = d->rq;
    *h = (struct case_head_view){
        .id = part_id(rq, d->c.id.v),
        .ref = d->m.ref,
        .kind = kind_label(rq, d->m.kind),
        .subject = d->m.subject,
        .lang = desk_lang(rq, d->m.subject),
        .state = d->c.state,
        .chip = work_chip(rq, d->c.state, d->c.reopened, d->c.due),
        .raised_at = d->c.raised_at,
        .due = d->c.due,
    };
    TRY(category_path(rq, d->c.category, &h->category));
    TRY(unit_name(rq, d->c.unit, &h->unit));
    return owner_of(d, h);
}

static struct case_step_view step_view(struct req *rq, const struct timeline_item *t)
{
    bool late = str_eq(t->kind, STR("not_solved")) || str_eq(t->kind, STR("reopened"));
    return (struct case_step_view){
        .event = t->kind,
        .label = req_tr(rq, timeline_label(t->kind)),
        .unit = req_name(rq, t->unit_en, t->unit_zh),
        .person = t->person_name,
        .title = str_eq(req_name(rq, t->person_title_en, t->person_title_zh), t->person_name)
                     ? STR("")
                     : req_name(rq, t->person_title_en, t->person_title_zh),
        .to_unit = t->to_unit_en.n + t->to_unit_zh.n > 0 ? req_name(rq, t->to_unit_en, t->to_unit_zh) : STR(""),
        .to_person = t->to_person_name,
        .words = t->words,
        .at = t->at,
        .late = late,
        .internal = !t->shown,
    };
}

enum status desk_steps(struct desk *d, size_t most, struct case_step_view **out, size_t *n)
{
    struct timeline_item *items;
    size_t count;
    *n = 0;
    TRY(timeline_list(d->rq->db, d->rq->mem, d->c.id, false, &items, &count));
    *out = NEWN(d->rq->mem, struct case_step_view, count + 1);
    for (size_t i = 0; i < count && i < most; i++) (*out)[(*n)++] = step_view(d->rq, &items[i]);
    return ST_OK;
}

/* What may be done */

static int deed_rank(const struct desk *d, const struct deed *deed)
{
    static const char *const order[] = {"accept", "return-visit", "answer", "assign", "show", "forward", "decline"};
    bool gives_first = str_eq(d->c.state, STR("accepted")) || !actor_answers_for(&d->rq->actor, d->c.owner);
    str key = str_from(deed->key);
    if (gives_first && str_eq(key, STR("assign"))) return 0;
    if (d->m.shown && str_eq(key, STR("show"))) return (int)COUNT_OF(order) + 1;
    for (size_t i = 0; i < COUNT_OF(order); i++)
        if (str_eq(key, str_from(order[i]))) return (int)i + 1;
    return (int)COUNT_OF(order) + 2;
}

/* The step the work waits for is the one primary button; showing and telling never are. */
static bool may_be_primary(const struct deed *deed)
{
    str key = str_from(deed->key);
    return str_eq(key, STR("accept")) || str_eq(key, STR("assign")) || str_eq(key, STR("answer")) ||
           str_eq(key, STR("return-visit"));
}

static void fill_buttons(struct desk *d, struct casefile_view *v)
{
    const struct deed *list[16];
    size_t n = 0;
    for (size_t i = 0; i < n_deeds && n < COUNT_OF(list); i++) {
        if (deeds[i].apart || !deed_allowed(d, &deeds[i])) continue;
        size_t at = n++;
        while (at > 0 && deed_rank(d, list[at - 1]) > deed_rank(d, &deeds[i])) list[at] = list[at - 1], at--;
        list[at] = &deeds[i];
    }
    v->buttons = NEWN(d->rq->mem, struct case_button_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct case_button_view b = {str_from(list[i]->key), req_tr(d->rq, list[i]->button), list[i]->danger};
        if (v->primary == NULL && may_be_primary(list[i])) {
            struct case_button_view *first = NEW(d->rq->mem, struct case_button_view);
            *first = b;
            v->primary = first;
        } else {
            v->buttons[v->n_buttons++] = b;
        }
    }
}

/* What is on it */

static void fill_words(struct desk *d, struct casefile_view *v)
{
    struct req *rq = d->rq;
    v->matters = NEWN(rq->mem, struct case_words_view, d->n_matters);
    for (size_t i = 0; i < d->n_matters; i++) {
        const struct matter *m = &d->matters[i];
        v->matters[v->n_matters++] = (struct case_words_view){
            .ref = m->ref,
            .channel = channel_label(rq, m->channel),
            .text = m->text,
            .place = m->place,
            .lang = desk_lang(rq, m->text),
            .raised_at = m->raised_at,
        };
        v->has_contact = v->has_contact || m->has_contact;
    }
}

static enum status fill_answers(struct desk *d, struct casefile_view *v)
{
    struct answer *list;
    size_t n;
    TRY(answer_list(d->rq->db, d->rq->mem, d->c.id, &list, &n));
    v->answers = NEWN(d->rq->mem, struct case_answer_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->answers[v->n_answers++] = (struct case_answer_view){
            .unit = req_name(d->rq, list[i].unit_en, list[i].unit_zh),
            .person = list[i].person_name,
            .asked = list[i].asked,
            .found = list[i].found,
            .done = list[i].done,
            .basis = list[i].basis,
            .remedy = list[i].remedy,
            .shown = list[i].shown_text.n > 0,
            .lang = desk_lang(d->rq, list[i].done),
            .at = list[i].at,
        };
    return ST_OK;
}

static enum status fill_talk(struct desk *d, struct casefile_view *v)
{
    struct message *messages;
    struct note *notes;
    size_t n;
    TRY(message_list(d->rq->db, d->rq->mem, d->m.id, &messages, &n));
    v->messages = NEWN(d->rq->mem, struct case_message_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->messages[v->n_messages++] =
            (struct case_message_view){messages[i].from_raiser, messages[i].person_name, messages[i].text,
                                       desk_lang(d->rq, messages[i].text), messages[i].at};
    TRY(note_list(d->rq->db, d->rq->mem, d->c.id, &notes, &n));
    v->notes = NEWN(d->rq->mem, struct case_note_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->notes[v->n_notes++] = (struct case_note_view){notes[i].text, notes[i].person_name, notes[i].at};
    return ST_OK;
}

static enum status fill_similar(struct desk *d, struct casefile_view *v)
{
    struct req *rq = d->rq;
    struct similar *list;
    size_t n;
    TRY(similar_list(rq->db, rq->mem, rq->city, &rq->actor, d->c.id, d->m.subject, SIMILAR, &list, &n));
    v->similar = NEWN(rq->mem, struct case_similar_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->similar[v->n_similar++] = (struct case_similar_view){
            .casefile = part_id(rq, list[i].casefile.v),
            .ref = list[i].ref,
            .subject = list[i].subject,
            .lang = desk_lang(rq, list[i].subject),
            .chip = state_chip(rq, list[i].state, list[i].reopened),
            .raised_at = list[i].raised_at,
        };
    return ST_OK;
}

static enum status page_casefile(struct req *rq)
{
    struct desk d;
    struct casefile_view v = {0};
    const struct deed *done = deed_find(req_query(rq, "done"));
    TRY(desk_open(rq, &d));
    TRY(desk_head(&d, &v.head));
    v.version = d.c.version;
    v.banner = done == NULL ? STR("") : req_tr(rq, done->done);
    v.may_message = CAN(d.can, ACT_MESSAGE);
    v.may_note = CAN(d.can, ACT_NOTE);
    v.may_see_identity = CAN(d.can, ACT_READ_IDENTITY);
    v.wants_public = d.m.wants_public;
    v.shown = d.m.shown;
    fill_buttons(&d, &v);
    fill_words(&d, &v);
    TRY(shown_clocks(rq, d.c.id, &v.clocks, &v.n_clocks));
    TRY(desk_steps(&d, SIZE_MAX, &v.steps, &v.n_steps));
    TRY(fill_answers(&d, &v));
    TRY(fill_talk(&d, &v));
    TRY(fill_similar(&d, &v));
    return RESPOND(rq, casefile, &v, .title = d.m.ref, .nav = "list", .place = PLACE_WORK);
}

static const struct route rows[] = {
    {HTTP_GET, "/work/case/:id", SIGNED_IN, NO_BODY, page_casefile, 0, "one casefile, whole"},
    {HTTP_GET, "/work/case/:id/:action", SIGNED_IN, NO_BODY, page_case_form, 0,
     "form of a step: accept forward decline assign answer note message return-visit show identity"},
    {HTTP_POST, "/work/case/:id/:action", SIGNED_IN, FORM_BODY, page_case_do, 0, "do the step"},
};
const struct route_list casefile_route_list = {rows, COUNT_OF(rows)};
