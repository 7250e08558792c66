/* duty_form_pages: see duty_form_pages.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty_form_pages.h"

#include "gen/tpl/duty_form.h"
#include "people/person.h"

enum status duty_form_show(struct req *rq, struct duty_form_view *v, const char *nav, int status)
{
    v->once = req_once_new(rq);
    v->faults = req_faults_view(rq);
    if (status == 0) status = v->faults == NULL ? 200 : 400;
    return RESPOND(rq, duty_form, v, .title = v->title, .nav = nav, .place = PLACE_WORK, .status = status);
}

struct once_run {
    str token;
    enum status (*run)(struct db *, struct arena *, void *);
    void *arg;
};

static enum status run_once(struct db *db, struct arena *mem, void *arg)
{
    struct once_run *r = arg;
    str earlier;
    enum status st = once_find(db, mem, r->token, &earlier);
    if (st != ST_NOT_FOUND) return st; /* done before by the same form */
    TRY(r->run(db, mem, r->arg));
    return once_keep(db, r->token, STR(""), db_now(db));
}

enum status duty_form_run(struct req *rq, enum status (*run)(struct db *, struct arena *, void *), void *arg)
{
    struct once_run r = {.run = run, .arg = arg};
    if (rq->faults.n > 0) return ST_INVALID;
    TRY(req_once(rq, &r.token));
    return db_write(rq->db, run_once, &r);
}

str person_shown(struct req *rq, person_id person, unit_id unit)
{
    struct person p;
    struct member *list;
    size_t n;
    if (person.v == 0 || person_get(rq->db, rq->mem, person, &p) != ST_OK) return STR("");
    if (member_list_of(rq->db, rq->mem, person, &list, &n) != ST_OK) return p.name;
    for (size_t i = 0; i < n; i++) {
        str title = req_name(rq, list[i].title_en, list[i].title_zh);
        if (list[i].unit.v == unit.v && title.n > 0 && !str_eq(title, p.name))
            return str_format(rq->mem, "%.*s (%.*s)", STR_ARG(p.name), STR_ARG(title));
    }
    return p.name;
}

str unit_shown(struct req *rq, unit_id id)
{
    struct unit u;
    return unit_get(rq->db, rq->mem, id, &u) == ST_OK ? req_name(rq, u.name_en, u.name_zh) : STR("");
}

size_t actor_units(const struct actor *who, enum action action, unit_id *out)
{
    size_t n = 0;
    for (int i = 0; i < who->n_roles; i++) {
        bool there = rights_scope(action, who->roles[i].role) == SCOPE_NONE;
        for (size_t k = 0; k < n; k++) there = there || out[k].v == who->roles[i].unit.v;
        if (!there) out[n++] = who->roles[i].unit;
    }
    return n;
}

str done_banner(struct req *rq)
{
    static const struct {
        const char *key, *words;
    } list[] = {
        {"link", TR_NOOP("The record is linked, and what counts was counted again.")},
        {"unlink", TR_NOOP("The link is taken back, and what counts was counted again.")},
        {"assign", TR_NOOP("The duty has a new person who answers for it.")},
        {"ask", TR_NOOP("The level above has your request and decides with a reason.")},
        {"decide", TR_NOOP("Your decision is recorded; the unit reads it with your reason.")},
        {"comment", TR_NOOP("Your comment stands in the history of the project.")},
        {"list", TR_NOOP("Your unit's own list is public. You can send tasks down now.")},
        {"project", TR_NOOP("The project is added. The level above and the public see it.")},
        {"sign", TR_NOOP("Signed for, with your name and the time.")},
        {"question", TR_NOOP("The sender has your question.")},
        {"answer", TR_NOOP("Your answer is sent.")},
        {"why-not", TR_NOOP("Your reason is recorded; the sender sees it.")},
        {"sent", TR_NOOP("The notice is sent. Below you see where it hangs.")},
    };
    str done = req_query(rq, "done");
    for (size_t i = 0; i < COUNT_OF(list); i++)
        if (str_eq(done, str_from(list[i].key))) return req_tr(rq, list[i].words);
    return STR("");
}
