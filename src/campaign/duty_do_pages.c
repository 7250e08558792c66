/* duty_do_pages: what is done with a duty: for each deed a form. One row a deed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty_pages.h"
#include "campaign/words.h"
#include "people/person.h"

struct doing {
    struct duty_desk k;
    const struct deed *deed;
    struct form_field_view fields[FORM_FIELDS];
    size_t n_fields;
    int64_t person, link;
};

struct deed {
    const char *key, *title, *lead, *button;
    bool of_above; /* by the level above, else by the unit */
    bool (*now)(const struct duty_desk *);
    enum status (*fill)(struct doing *);
    enum status (*run)(struct db *, struct arena *, void *);
};

static struct duty_command command_of(struct doing *w)
{
    struct req *rq = w->k.rq;
    return (struct duty_command){.city = rq->city, .who = &rq->actor, .duty = w->k.d.id, .faults = &rq->faults};
}

static void add_choice(struct doing *w, const struct part *p, struct option_view *list, size_t n)
{
    w->fields[w->n_fields++] = part_choice(w->k.rq, p, STR(""), list, n);
}

/* Link a record */

static enum status fill_link(struct doing *w)
{
    static const struct part kind = {.name = "kind", .kind = "radios", .label = TR_NOOP("What kind of record it is")};
    static const struct part subject = {.name = "subject",
                                        .kind = "text",
                                        .label = TR_NOOP("Its reference"),
                                        .hint =
                                            TR_NOOP("The reference of a matter, the number of a notice or bulletin, "
                                                    "or the file number or address of a document"),
                                        .width = "30"};
    static const struct part words = {.name = "words",
                                      .kind = "area",
                                      .label = TR_NOOP("What it shows"),
                                      .rows = 3,
                                      .max = CAMPAIGN_LINE_POINTS,
                                      .optional = true};
    static const char *const kinds[] = {"matter", "notice", "document", "bulletin"};
    struct req *rq = w->k.rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, COUNT_OF(kinds));
    bool matters = str_starts(w->k.a.criterion, STR("matters"));
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        list[i] = (struct option_view){str_from(kinds[i]), req_tr(rq, duty_link_label(str_from(kinds[i]))), false};
    w->fields[w->n_fields++] = part_choice(rq, &kind, matters ? STR("matter") : STR("document"), list, COUNT_OF(kinds));
    w->fields[w->n_fields++] = part_field(rq, &subject, STR(""));
    w->fields[w->n_fields++] = part_field(rq, &words, STR(""));
    return ST_OK;
}

static enum status run_link(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct duty_command cmd = command_of(w);
    return duty_link_add(db, mem, &cmd, req_form(w->k.rq, "kind"), req_form(w->k.rq, "subject"),
                         req_form(w->k.rq, "words"));
}

/* Name who answers for it */

static enum status fill_assign(struct doing *w)
{
    static const struct part owner = {.name = "owner",
                                      .kind = "select",
                                      .label = TR_NOOP("Who answers for it"),
                                      .hint = TR_NOOP("One person. While they are away, their deputy does the work")};
    struct req *rq = w->k.rq;
    struct member *list;
    size_t n, used = 1;
    TRY(member_list(rq->db, rq->mem, w->k.d.unit, &list, &n));
    struct option_view *options = NEWN(rq->mem, struct option_view, n + 1);
    options[0] = (struct option_view){STR(""), req_tr(rq, "Choose a colleague"), false};
    for (size_t i = 0; i < n; i++) {
        str id = part_id(rq, list[i].person.v);
        bool there = list[i].role == ROLE_ADMIN;
        for (size_t k = 1; k < used; k++) there = there || str_eq(options[k].value, id);
        if (!there) options[used++] = (struct option_view){id, person_shown(rq, list[i].person, w->k.d.unit), false};
    }
    w->fields[w->n_fields++] =
        part_choice(rq, &owner, w->k.d.owner.v == 0 ? STR("") : part_id(rq, w->k.d.owner.v), options, used);
    return ST_OK;
}

static enum status run_assign(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct duty_command cmd = command_of(w);
    return duty_assign(db, mem, &cmd, (person_id){w->person});
}

/* Ask, decide */

static enum status fill_ask(struct doing *w)
{
    static const struct part how = {.name = "how", .kind = "radios", .label = TR_NOOP("What you ask for")};
    static const struct part words = {.name = "words",
                                      .kind = "area",
                                      .label = TR_NOOP("How else, or why not"),
                                      .hint = TR_NOOP("The level above and the public read it"),
                                      .max = CAMPAIGN_LINE_POINTS};
    struct req *rq = w->k.rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, 2);
    size_t n = 0;
    if (w->k.a.may_adapt) list[n++] = (struct option_view){STR("adapt"), req_tr(rq, "To do it in another way"), false};
    if (w->k.a.may_waive) list[n++] = (struct option_view){STR("waive"), req_tr(rq, "To be excused from it"), false};
    add_choice(w, &how, list, n);
    w->fields[w->n_fields++] = part_field(rq, &words, STR(""));
    return ST_OK;
}

static enum status run_ask(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct duty_command cmd = command_of(w);
    return duty_ask(db, mem, &cmd, req_form(w->k.rq, "how"), req_form(w->k.rq, "words"));
}

static enum status fill_decide(struct doing *w)
{
    static const struct part agrees = {.name = "agrees", .kind = "radios", .label = TR_NOOP("Your decision")};
    static const struct part reason = {.name = "reason",
                                       .kind = "area",
                                       .label = TR_NOOP("Reason"),
                                       .hint = TR_NOOP("A refusal needs one. The unit reads it"),
                                       .max = CAMPAIGN_LINE_POINTS};
    struct req *rq = w->k.rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, 2);
    list[0] = (struct option_view){STR("yes"), req_tr(rq, "Agree"), false};
    list[1] = (struct option_view){STR("no"), req_tr(rq, "Refuse"), false};
    add_choice(w, &agrees, list, 2);
    w->fields[w->n_fields++] = part_field(rq, &reason, STR(""));
    return ST_OK;
}

static enum status run_decide(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct duty_command cmd = command_of(w);
    str agrees = req_form(w->k.rq, "agrees");
    if (!str_eq(agrees, STR("yes")) && !str_eq(agrees, STR("no")))
        return fault(cmd.faults, "agrees", TR_NOOP("Choose whether you agree"));
    return duty_decide(db, mem, &cmd, str_eq(agrees, STR("yes")), req_form(w->k.rq, "reason"));
}

/* Comment on an optional project */

static enum status fill_comment(struct doing *w)
{
    static const struct part what = {.name = "what", .kind = "radios", .label = TR_NOOP("What you want")};
    static const struct part words = {.name = "words",
                                      .kind = "area",
                                      .label = TR_NOOP("Comment, or the reason"),
                                      .hint = TR_NOOP("It stays in the history of the project"),
                                      .max = CAMPAIGN_LINE_POINTS};
    struct req *rq = w->k.rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, 2);
    size_t n = 0;
    list[n++] = (struct option_view){STR("comment"), req_tr(rq, "Comment: the project goes on"), false};
    if (str_eq(w->k.d.state, STR("owed")))
        list[n++] = (struct option_view){STR("forbid"), req_tr(rq, "End the project, with a reason on record"), false};
    w->fields[w->n_fields++] = part_choice(rq, &what, STR("comment"), list, n);
    w->fields[w->n_fields++] = part_field(rq, &words, STR(""));
    return ST_OK;
}

static enum status run_comment(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct req *rq = w->k.rq;
    struct campaign_command cmd = {.city = rq->city, .who = &rq->actor, .campaign = w->k.c.id, .faults = &rq->faults};
    return action_comment(db, mem, &cmd, w->k.a.id, str_eq(req_form(rq, "what"), STR("forbid")), req_form(rq, "words"));
}

static const struct deed deeds[] = {
    {"link", TR_NOOP("Link a record"),
     TR_NOOP("Link what exists already: nothing is entered twice. The system counts whether the duty is done."),
     TR_NOOP("Link it"), false, duty_desk_may_link, fill_link, run_link},
    {"assign", TR_NOOP("Name who answers for it"), NULL, TR_NOOP("Name this person"), false, duty_desk_may_assign,
     fill_assign, run_assign},
    {"ask", TR_NOOP("Ask to adapt or to be excused"),
     TR_NOOP("The level above decides. Until then the duty is owed as it stands."), TR_NOOP("Send the request"), false,
     duty_desk_may_ask, fill_ask, run_ask},
    {"decide", TR_NOOP("Decide on the request"), NULL, TR_NOOP("Record the decision"), true, duty_desk_may_decide,
     fill_decide, run_decide},
    {"comment", TR_NOOP("Comment on the project"),
     TR_NOOP("A unit needs nobody's permission for a project of its own. You can say what you think; to end it you "
             "need a reason that everybody can read."),
     TR_NOOP("Record it"), true, duty_desk_may_comment, fill_comment, run_comment},
};

static enum status begin(struct req *rq, struct doing *w)
{
    *w = (struct doing){0};
    for (size_t i = 0; i < COUNT_OF(deeds); i++)
        if (str_eq(req_param(rq, 1), str_from(deeds[i].key))) w->deed = &deeds[i];
    if (w->deed == NULL) return ST_NOT_FOUND;
    TRY(duty_desk_open(rq, &w->k));
    return (w->deed->of_above ? w->k.above : w->k.works) ? ST_OK : ST_FORBIDDEN;
}

static str duty_path(struct doing *w, const char *tail)
{
    return str_format(w->k.rq->mem, "/work/duties/%lld%s", (long long)w->k.d.id.v, tail);
}

static enum status show(struct doing *w, int status)
{
    struct req *rq = w->k.rq;
    w->n_fields = 0;
    TRY(w->deed->fill(w));
    struct duty_form_view v = {
        .back = duty_path(w, ""),
        .back_label = req_tr(rq, "Back to the duty"),
        .caption = str_format(rq->mem, "%.*s · %.*s", STR_ARG(req_name(rq, w->k.item.unit_en, w->k.item.unit_zh)),
                              STR_ARG(w->k.a.name)),
        .title = req_tr(rq, w->deed->title),
        .lead = w->deed->lead == NULL ? STR("") : req_tr(rq, w->deed->lead),
        .action = str_format(rq->mem, "/work/duties/%lld/form/%s", (long long)w->k.d.id.v, w->deed->key),
        .button = req_tr(rq, w->deed->button),
        .fields = w->fields,
        .n_fields = w->n_fields,
    };
    if (w->k.d.asked.n > 0 && w->deed->of_above) {
        v.quote = w->k.d.reason;
        v.quote_label =
            req_tr(rq, str_eq(w->k.d.asked, STR("waive")) ? TR_NOOP("The unit asks to be excused")
                                                          : TR_NOOP("The unit asks to do it in another way"));
    } else if (str_eq(str_from(w->deed->key), STR("link"))) {
        v.quote = w->k.a.criteria;
        v.quote_label = req_tr(rq, "Done when");
    }
    return duty_form_show(rq, &v, "duties", status);
}

enum status page_duty_form(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    TRY(begin(rq, w));
    if (!w->deed->now(&w->k)) return respond_redirect(rq, duty_path(w, "")); /* it has moved on */
    return show(w, 0);
}

/* After the token: the same form sent twice is done already, another one comes too late. */
static enum status run_deed(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    if (!w->deed->now(&w->k)) return ST_CONFLICT;
    return w->deed->run(db, mem, w);
}

enum status page_duty_do(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    TRY(begin(rq, w));
    (void)req_form_id(rq, "owner", &w->person);
    enum status st = duty_form_run(rq, run_deed, w);
    if (st == ST_INVALID) return show(w, 400);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/work/duties/%lld?done=%s", (long long)w->k.d.id.v, w->deed->key));
}

static enum status run_unlink(struct db *db, struct arena *mem, void *arg)
{
    struct doing *w = arg;
    struct duty_command cmd = command_of(w);
    return duty_link_end(db, mem, &cmd, (duty_link_id){w->link});
}

enum status page_duty_unlink(struct req *rq)
{
    struct doing *w = NEW(rq->mem, struct doing);
    TRY(duty_desk_open(rq, &w->k));
    if (!w->k.works) return ST_FORBIDDEN;
    TRY(req_form_id(rq, "link", &w->link));
    TRY(db_write(rq->db, run_unlink, w));
    return respond_redirect(rq, duty_path(w, "?done=unlink"));
}
