/* track_pages: following a matter with its receipt code, and the raiser's own acts: saying whether it is solved, adding
 * a word, withdrawing their identity. The code is typed into a form, never an address; a sealed cookie holds the open
 * matter until the browser closes or 30 minutes have gone. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/tpl/track_code.h"
#include "gen/tpl/track_matter.h"
#include "gen/tpl/track_withdraw.h"
#include "gen/view/track.h"
#include "matter/pages.h"
#include "matter/shown_pages.h"
#include "matter/words.h"

/* ── the code ─────────────────────────────────────────────────────────────────────────────────────────── */

static enum status show_code(struct req *rq, int status)
{
    static const struct part code = {.name = "code",
                                     .kind = "text",
                                     .label = TR_NOOP("Your receipt code"),
                                     .width = "20",
                                     .autocomplete = "off",
                                     .mode = "numeric",
                                     .large = true,
                                     .hint = TR_NOOP("16 digits, as on your receipt: 1234 5678 9012 3456")};
    struct track_code_view v = {
        .code = part_field(rq, &code, STR("")),
        .faults = req_faults_view(rq),
        .left = status == 0 && req_query(rq, "left").n > 0,
        .open = rq->matter.v != 0,
    };
    if (rq->json && status != 0) return ST_INVALID;
    return RESPOND(rq, track_code, &v, .title = req_tr(rq, "Follow a matter"), .nav = "track", .status = status);
}

static enum status code_page(struct req *rq)
{
    return show_code(rq, 0);
}

static enum status code_post(struct req *rq)
{
    matter_id matter;
    str digits;
    int wait;
    TRY(req_guess(rq, STR("receipt"), rq->client, &wait));
    if (wait > 0) {
        respond_header(rq, STR("Retry-After"), str_format(rq->mem, "%d", wait));
        (void)fault_max(&rq->faults, "code", TR_NOOP("Too many wrong codes. Wait {max} seconds, then try again"), wait);
        return rq->json ? respond_error(rq, 429, NULL) : show_code(rq, 429);
    }
    if (!receipt_parse(rq->mem, req_form(rq, "code"), &digits)) {
        (void)fault(&rq->faults, "code", TR_NOOP("Enter the 16 digits of your receipt code"));
        return show_code(rq, 400);
    }
    enum status st = receipt_find(rq->db, rq->mem, rq->city, digits, &matter);
    if (st == ST_NOT_FOUND) {
        TRY(req_guess_failed(rq));
        (void)fault(&rq->faults, "code", TR_NOOP("No matter has this code. Check the digits on your receipt"));
        return show_code(rq, 400);
    }
    TRY(st);
    TRY(req_guess_right(rq));
    raiser_remember(rq, matter);
    return respond_redirect(rq, STR("/track/matter"));
}

static enum status leave_post(struct req *rq)
{
    raiser_forget(rq);
    return respond_redirect(rq, STR("/track?left=1"));
}

/* ── the matter ───────────────────────────────────────────────────────────────────────────────────────── */

/* After an act: what was done, and what comes next. */
static struct track_banner_view *banner_of(struct req *rq)
{
    static const struct {
        const char *done, *title, *text;
        bool late;
    } banners[] = {
        {"solved", TR_NOOP("Solved: you said so"),
         TR_NOOP("Thank you. If it comes back, say “not solved” here with your code."), false},
        {"partly", TR_NOOP("Partly solved: you said so"),
         TR_NOOP("It is kept like that. If the rest does not follow, say “not solved”."), false},
        {"not_solved", TR_NOOP("Not solved: it goes one level up"),
         TR_NOOP("The unit above answers for it now. Your dates do not start over."), true},
        {"message", TR_NOOP("Sent"), TR_NOOP("The unit that has your matter sees it now. Its answer appears here."),
         false},
        {"withdrawn", TR_NOOP("Your identity is withdrawn"),
         TR_NOOP("Your contact details cannot be read any more. The matter goes on."), false},
    };
    str done = req_query(rq, "done");
    for (size_t i = 0; i < COUNT_OF(banners); i++) {
        if (rq->faults.n > 0 || !str_eq(done, str_from(banners[i].done))) continue;
        struct track_banner_view *v = NEW(rq->mem, struct track_banner_view);
        *v = (struct track_banner_view){req_tr(rq, banners[i].title), req_tr(rq, banners[i].text), banners[i].late};
        return v;
    }
    return NULL;
}

static enum status fill_answers(struct req *rq, casefile_id casefile, struct track_matter_view *v)
{
    struct answer *list;
    size_t n;
    TRY(answer_list(rq->db, rq->mem, casefile, &list, &n));
    v->answers = NEWN(rq->mem, struct track_answer_view, n + 1);
    v->n_answers = n;
    for (size_t i = 0; i < n; i++)
        v->answers[i] = (struct track_answer_view){
            .at = list[i].at,
            .unit = req_name(rq, list[i].unit_en, list[i].unit_zh),
            .asked = list[i].asked,
            .found = list[i].found,
            .done = list[i].done,
            .basis = list[i].basis,
            .remedy = list[i].remedy,
            .lang = text_lang(list[i].done.n > 0 ? list[i].done : list[i].found),
        };
    return ST_OK;
}

static enum status fill_messages(struct req *rq, struct track_matter_view *v)
{
    struct message *list;
    size_t n;
    TRY(message_list(rq->db, rq->mem, rq->matter, &list, &n));
    v->messages = NEWN(rq->mem, struct track_message_view, n + 1);
    v->n_messages = n;
    for (size_t i = 0; i < n; i++)
        v->messages[i] = (struct track_message_view){
            .from_raiser = list[i].from_raiser,
            .unit = list[i].from_raiser ? STR("") : req_tr(rq, "The unit"),
            .text = list[i].text,
            .at = list[i].at,
            .lang = text_lang(list[i].text),
        };
    return ST_OK;
}

/* What the raiser may say in this state. */
static const struct saying {
    const char *state;
    const char *may[4];
} sayings[] = {
    {"answered", {"solved", "partly", "not_solved", NULL}},
    {"partly", {"not_solved", NULL, NULL, NULL}},
    {"solved", {"not_solved", NULL, NULL, NULL}},
    {"declined", {"not_solved", NULL, NULL, NULL}},
};

static void fill_saying(struct req *rq, struct track_matter_view *v)
{
    static const struct ask_choice all[] = {
        {"solved", TR_NOOP("Yes, it is solved"), NULL},
        {"partly", TR_NOOP("Partly"), TR_NOOP("Something is done, something is still missing")},
        {"not_solved", TR_NOOP("No, it is not solved"),
         TR_NOOP("It opens again, one level up. Your dates do not start over")},
    };
    static const struct part said = {
        .name = "said", .kind = "radios", .label = TR_NOOP("Is it solved?"), .large = true};
    static const struct part words = {.name = "words",
                                      .kind = "area",
                                      .label = TR_NOOP("What is still wrong, or what went well?"),
                                      .optional = true,
                                      .rows = 3,
                                      .max = LIMIT_NOTE_POINTS};
    struct ask_choice may[COUNT_OF(all)];
    v->words = part_field(rq, &words, STR(""));
    v->said_main = str_eq(v->state, STR("answered"));
    v->can_say = NEWN(rq->mem, str, COUNT_OF(all));
    for (size_t i = 0; i < COUNT_OF(sayings); i++) {
        if (!str_eq(v->state, str_from(sayings[i].state))) continue;
        for (const char *const *key = sayings[i].may; *key != NULL; key++)
            for (size_t k = 0; k < COUNT_OF(all); k++) {
                if (strcmp(all[k].value, *key) != 0) continue;
                may[v->n_can_say] = all[k];
                v->can_say[v->n_can_say++] = str_from(*key);
            }
    }
    if (v->n_can_say == 0) return;
    struct ask_radios_view *radios = NEW(rq->mem, struct ask_radios_view);
    *radios = ask_radios(rq, &said, STR(""), may, v->n_can_say);
    v->said = radios;
}

static enum status fill_matter(struct req *rq, const struct matter *m, struct track_matter_view *v)
{
    struct casefile c;
    TRY(casefile_load(rq->db, rq->mem, m->casefile, &c));
    *v = (struct track_matter_view){
        .ref = m->ref,
        .subject = m->subject,
        .text = m->text,
        .place = m->place,
        .kind = m->kind,
        .state = c.state,
        .reopened = c.reopened,
        .version = c.version,
        .raised_at = m->raised_at,
        .due = c.due,
        .wants_public = m->wants_public,
        .shown = m->shown,
        .has_contact = m->has_contact,
        .kind_label = kind_label(rq, m->kind),
        .chip = state_chip(rq, c.state, c.reopened),
        .lang = matter_lang(m),
    };
    TRY(category_path(rq, c.category.v != 0 ? c.category : m->category, &v->category));
    TRY(unit_name(rq, c.unit, &v->unit));
    TRY(fill_answers(rq, m->casefile, v));
    TRY(fill_messages(rq, v));
    TRY(shown_clocks(rq, m->casefile, &v->clocks, &v->n_clocks));
    TRY(shown_steps(rq, m->casefile, READER_RAISER, &v->steps, &v->n_steps));
    return ST_OK;
}

static enum status show_matter(struct req *rq, int status)
{
    struct matter m;
    struct track_matter_view v;
    static const struct part message = {
        .name = "text", .kind = "area", .label = TR_NOOP("Add a word"), .rows = 3, .max = LIMIT_NOTE_POINTS};
    if (rq->json && rq->faults.n > 0) return ST_INVALID;
    enum status st = matter_get(rq->db, rq->mem, rq->matter, &m);
    if (st == ST_NOT_FOUND) { /* the cookie is older than the data it points to */
        raiser_forget(rq);
        return respond_redirect(rq, STR("/track"));
    }
    TRY(st);
    TRY(fill_matter(rq, &m, &v));
    fill_saying(rq, &v);
    v.message = part_field(rq, &message, STR(""));
    v.banner = banner_of(rq);
    v.faults = req_faults_view(rq);
    return RESPOND(rq, track_matter, &v, .title = m.ref, .nav = "track", .status = status);
}

static enum status matter_page_own(struct req *rq)
{
    return show_matter(rq, 0);
}

/* ── acts ─────────────────────────────────────────────────────────────────────────────────────────────── */

struct act {
    struct req *rq;
    const struct city *city;
    struct faults *faults;
    matter_id matter;
    casefile_id casefile;
    int64_t version;
    str said, words;
};

static enum status confirm_command(struct db *db, struct arena *mem, void *arg)
{
    struct act *a = arg;
    struct casefile_command c = {.city = a->city, .casefile = a->casefile, .version = a->version, .faults = a->faults};
    return casefile_confirm(db, mem, &c, a->matter, a->said, a->words);
}

static enum status message_command(struct db *db, struct arena *mem, void *arg)
{
    struct act *a = arg;
    return message_add(db, mem, a->city, NULL, a->matter, a->words, a->faults);
}

static enum status withdraw_command(struct db *db, struct arena *mem, void *arg)
{
    struct act *a = arg;
    return contact_erase(db, mem, a->city, a->matter);
}

/* The page again with what went wrong, or the status itself. */
static enum status after_act(struct req *rq, enum status st, const char *done)
{
    switch (st) {
    case ST_OK: return respond_redirect(rq, str_format(rq->mem, "/track/matter?done=%s", done));
    case ST_INVALID: return rq->faults.n > 0 ? show_matter(rq, 400) : st;
    case ST_CONFLICT:
    case ST_FORBIDDEN:
        if (rq->json) return st;
        (void)fault(&rq->faults, "",
                    TR_NOOP("Something changed after you opened this page. Read what is new, then say it again"));
        return show_matter(rq, 409);
    case ST_NOT_FOUND:
    case ST_BUSY:
    case ST_IO:
    case ST_COUNT: break;
    }
    return st;
}

static bool may_be_said(str said)
{
    return str_eq(said, STR("solved")) || str_eq(said, STR("partly")) || str_eq(said, STR("not_solved"));
}

static enum status confirm_post(struct req *rq)
{
    struct matter m;
    struct act a = {.city = rq->city,
                    .faults = &rq->faults,
                    .matter = rq->matter,
                    .said = req_form(rq, "said"),
                    .words = req_form(rq, "words")};
    (void)req_form_id(rq, "version", &a.version); /* the fault is kept in rq */
    if (!may_be_said(a.said)) (void)fault(&rq->faults, "said", TR_NOOP("Choose whether it is solved"));
    if (rq->faults.n > 0) return show_matter(rq, 400);
    TRY(matter_get(rq->db, rq->mem, rq->matter, &m));
    a.casefile = m.casefile;
    const char *done = str_eq(a.said, STR("solved"))   ? "solved"
                       : str_eq(a.said, STR("partly")) ? "partly"
                                                       : "not_solved";
    return after_act(rq, db_write(rq->db, confirm_command, &a), done);
}

static enum status message_post(struct req *rq)
{
    struct act a = {.city = rq->city, .faults = &rq->faults, .matter = rq->matter, .words = req_form(rq, "text")};
    return after_act(rq, db_write(rq->db, message_command, &a), "message");
}

static enum status withdraw_page(struct req *rq)
{
    struct matter m;
    TRY(matter_get(rq->db, rq->mem, rq->matter, &m));
    if (!m.has_contact) return respond_redirect(rq, STR("/track/matter"));
    struct track_withdraw_view v = {.ref = m.ref, .subject = m.subject, .lang = matter_lang(&m)};
    return RESPOND(rq, track_withdraw, &v, .title = req_tr(rq, "Withdraw your identity?"), .nav = "track");
}

static enum status withdraw_post(struct req *rq)
{
    struct act a = {.city = rq->city, .faults = &rq->faults, .matter = rq->matter};
    enum status st = db_write(rq->db, withdraw_command, &a);
    return after_act(rq, st == ST_NOT_FOUND ? ST_OK : st, "withdrawn"); /* a second press: it is gone already */
}

static const struct route rows[] = {
    {HTTP_GET, "/track", ANYONE, NO_BODY, code_page, 0, "Follow a matter: the form for the receipt code"},
    {HTTP_POST, "/track", ANYONE, FORM_BODY, code_post, ROUTE_GUESS, "Open a matter with its receipt code"},
    {HTTP_POST, "/track/leave", ANYONE, FORM_BODY, leave_post, 0, "Close the matter on this device"},
    {HTTP_GET, "/track/matter", RAISER, NO_BODY, matter_page_own, 0, "My matter: words, answers, clocks, timeline"},
    {HTTP_POST, "/track/matter/confirm", RAISER, FORM_BODY, confirm_post, 0, "Say whether it is solved"},
    {HTTP_POST, "/track/matter/message", RAISER, FORM_BODY, message_post, 0, "Add a word"},
    {HTTP_GET, "/track/matter/withdraw-identity", RAISER, NO_BODY, withdraw_page, 0,
     "Ask before the identity is withdrawn"},
    {HTTP_POST, "/track/matter/withdraw-identity", RAISER, FORM_BODY, withdraw_post, 0, "Withdraw the identity"},
};
const struct route_list track_route_list = {rows, COUNT_OF(rows)};
