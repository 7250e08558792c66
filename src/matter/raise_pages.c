/* raise_pages: raising a matter, one thing a page. What was entered travels in hidden fields and is checked again at
 * the end, so that nothing is stored before the person sends it, and every step works without script.
 *
 *   what -> where -> details -> contact -> check -> receipt       (check can send back to any step)
 *
 * The receipt is the answer to the POST itself: its code is in no address. The form's `once` token makes a repeated
 * POST show the same receipt. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/tpl/raise_check.h"
#include "gen/tpl/raise_contact.h"
#include "gen/tpl/raise_details.h"
#include "gen/tpl/raise_done.h"
#include "gen/tpl/raise_what.h"
#include "gen/tpl/raise_where.h"
#include "gen/view/raise.h"
#include "matter/pages.h"
#include "matter/receipt.h"
#include "matter/shown_pages.h"
#include "matter/words.h"
#include "web/qr.h"

#define SIMILAR 3

enum value { KIND, SUBJECT, TEXT, PLACE, POINT, CATEGORY, PUBLIC, RAISER_KIND, NAME, PHONE, MAIL, ADDRESS, PARTS };
#define P(part) (1u << (part))

/* Names of the form fields are those of the faults of matter_check. */
static const char *const names[PARTS] = {"kind",         "subject",       "text",         "place",
                                         "point",        "category",      "public",       "raiser",
                                         "contact_name", "contact_phone", "contact_mail", "contact_address"};

enum step_no { WHAT, WHERE, DETAILS, CONTACT, CHECK, STEPS };
struct raise;
static enum status show_what(struct req *, const struct raise *, int status);
static enum status show_where(struct req *, const struct raise *, int status);
static enum status show_details(struct req *, const struct raise *, int status);
static enum status show_contact(struct req *, const struct raise *, int status);
static enum status show_check(struct req *, const struct raise *, int status);

static const struct step {
    const char *key;
    const char *title;
    unsigned parts;
    enum status (*show)(struct req *, const struct raise *, int status);
} steps[STEPS] = {
    {"what", TR_NOOP("What do you want to say?"), P(KIND) | P(SUBJECT) | P(TEXT), show_what},
    {"where", TR_NOOP("Where is it?"), P(PLACE) | P(POINT), show_where},
    {"details", TR_NOOP("What is it about, and who may read it?"), P(CATEGORY) | P(PUBLIC) | P(RAISER_KIND),
     show_details},
    {"contact", TR_NOOP("How can the unit reach you?"), P(NAME) | P(PHONE) | P(MAIL) | P(ADDRESS), show_contact},
    {"check", TR_NOOP("Check your words"), 0, show_check},
};

struct raise {
    str value[PARTS];
    size_t step;
    bool to_check; /* came from the check page: goes back to it */
    str once;      /* kept when sending failed and may be tried again */
};

static bool step_find(str key, size_t *out)
{
    for (size_t i = 0; i < STEPS; i++)
        if (str_eq(key, str_from(steps[i].key))) {
            *out = i;
            return true;
        }
    return false;
}

static bool step_has(const struct step *s, const char *field)
{
    for (int i = 0; i < PARTS; i++)
        if ((s->parts & P(i)) != 0 && strcmp(names[i], field) == 0) return true;
    return false;
}

static bool is_report(const struct raise *r)
{
    return str_eq(r->value[KIND], STR("report"));
}

/* ── showing a step ───────────────────────────────────────────────────────────────────────────────────── */

static struct raise_base_view base_of(struct req *rq, const struct raise *r)
{
    struct raise_base_view v = {
        .step = str_from(steps[r->step].key),
        .number = (int64_t)r->step + 1,
        .steps = STEPS,
        .title = req_tr(rq, steps[r->step].title),
        .hidden = NEWN(rq->mem, struct raise_hidden_view, PARTS),
        .to_check = r->to_check,
        .faults = req_faults_view(rq),
    };
    for (int i = 0; i < PARTS; i++)
        if ((steps[r->step].parts & P(i)) == 0 && r->value[i].n > 0)
            v.hidden[v.n_hidden++] = (struct raise_hidden_view){str_from(names[i]), r->value[i]};
    return v;
}

static enum status show(struct req *rq, struct raise *r, size_t step, int status)
{
    r->step = step;
    return steps[step].show(rq, r, status);
}

static enum status show_what(struct req *rq, const struct raise *r, int status)
{
    static const struct ask_choice kinds[] = {
        {"help", TR_NOOP("Request for help"), TR_NOOP("Something should be put right or arranged")},
        {"complaint", TR_NOOP("Complaint"), TR_NOOP("A service was bad, late or refused")},
        {"enquiry", TR_NOOP("Enquiry"), TR_NOOP("A rule, a right, where to go")},
        {"suggestion", TR_NOOP("Suggestion"), TR_NOOP("Something could be done better")},
        {"claim", TR_NOOP("Claim or appeal"), TR_NOOP("You do not agree with a decision, or something is owed to you")},
        {"report", TR_NOOP("Report of wrongdoing"), TR_NOOP("By an official or a unit. Never made public")},
    };
    static const struct part kind = {.name = "kind", .kind = "radios", .label = TR_NOOP("What kind of matter is it?")};
    static const struct part subject = {.name = "subject",
                                        .kind = "text",
                                        .label = TR_NOOP("In one line"),
                                        .large = true,
                                        .hint =
                                            TR_NOOP("For example: no water pressure on floors 5 and 6 since March")};
    static const struct part text = {
        .name = "text",
        .kind = "area",
        .label = TR_NOOP("In your own words"),
        .large = true,
        .rows = 8,
        .max = LIMIT_TEXT_POINTS,
        .hint = TR_NOOP(
            "What is wrong, since when, who is affected, what should happen. Leave out names of other people.")};
    struct raise_what_view v = {
        .base = base_of(rq, r),
        .kind = ask_radios(rq, &kind, STR(""), kinds, COUNT_OF(kinds)),
        .subject = part_field(rq, &subject, STR("")),
        .text = part_field(rq, &text, STR("")),
    };
    return RESPOND(rq, raise_what, &v, .title = v.base.title, .nav = "raise", .status = status);
}

static enum status show_where(struct req *rq, const struct raise *r, int status)
{
    static const struct part place = {.name = "place",
                                      .kind = "text",
                                      .label = TR_NOOP("Place"),
                                      .large = true,
                                      .optional = true,
                                      .hint =
                                          TR_NOOP("Street and number, village, building, or a name everybody knows")};
    static const struct part point = {.name = "point",
                                      .kind = "text",
                                      .label = TR_NOOP("Latitude, longitude"),
                                      .optional = true,
                                      .width = "20",
                                      .hint = TR_NOOP("As a map shows it, for example 29.868, 121.544")};
    struct raise_where_view v = {
        .base = base_of(rq, r),
        .place = part_field(rq, &place, STR("")),
        .point = part_field(rq, &point, STR("")),
        .point_open = r->value[POINT].n > 0,
    };
    return RESPOND(rq, raise_where, &v, .title = v.base.title, .nav = "raise", .status = status);
}

static const struct ask_choice publics[] = {
    {"yes", TR_NOOP("Yes, let others read it"),
     TR_NOOP("They see your words, what was answered and whether it is solved")},
    {"no", TR_NOOP("No, only those who handle it"), NULL},
};
static const struct ask_choice raisers[] = {
    {"resident", TR_NOOP("For myself, my family or my neighbours"), NULL},
    {"enterprise", TR_NOOP("For an enterprise or an organisation"), NULL},
};

static enum status show_details(struct req *rq, const struct raise *r, int status)
{
    static const struct part category = {
        .name = "category",
        .kind = "select",
        .label = TR_NOOP("Category"),
        .optional = true,
        .hint = TR_NOOP("It helps to reach the right unit. If you are not sure, leave it: a clerk will choose.")};
    static const struct part public = {
        .name = "public",
        .kind = "radios",
        .label = TR_NOOP("May the public read it?"),
        .hint = TR_NOOP("A clerk first strikes out names, numbers and addresses. Who you are is never shown.")};
    static const struct part raiser = {.name = "raiser", .kind = "radios", .label = TR_NOOP("For whom do you speak?")};
    struct raise_details_view v = {
        .base = base_of(rq, r),
        .category = ask_select(rq, &category),
        .public = ask_radios(rq, &public, STR(""), publics, COUNT_OF(publics)),
        .raiser = ask_radios(rq, &raiser, STR("resident"), raisers, COUNT_OF(raisers)),
        .is_report = is_report(r),
    };
    v.category.first = req_tr(rq, "I am not sure");
    TRY(category_groups(rq, r->value[CATEGORY], GROUP_OTHER, &v.category.groups, &v.category.n_groups));
    return RESPOND(rq, raise_details, &v, .title = v.base.title, .nav = "raise", .status = status);
}

static enum status show_contact(struct req *rq, const struct raise *r, int status)
{
    static const struct part parts[] = {
        {.name = "contact_name",
         .kind = "text",
         .label = TR_NOOP("Your name"),
         .optional = true,
         .width = "20",
         .autocomplete = "name"},
        {.name = "contact_phone",
         .kind = "tel",
         .label = TR_NOOP("Phone"),
         .optional = true,
         .width = "20",
         .autocomplete = "tel"},
        {.name = "contact_mail",
         .kind = "email",
         .label = TR_NOOP("E-mail"),
         .optional = true,
         .width = "30",
         .autocomplete = "email"},
        {.name = "contact_address",
         .kind = "text",
         .label = TR_NOOP("Postal address"),
         .optional = true,
         .autocomplete = "address-line1"},
    };
    struct raise_contact_view v = {.base = base_of(rq, r),
                                   .fields = NEWN(rq->mem, struct form_field_view, COUNT_OF(parts)),
                                   .n_fields = COUNT_OF(parts)};
    for (size_t i = 0; i < COUNT_OF(parts); i++) v.fields[i] = part_field(rq, &parts[i], STR(""));
    return RESPOND(rq, raise_contact, &v, .title = v.base.title, .nav = "raise", .status = status);
}

/* ── reading it back ──────────────────────────────────────────────────────────────────────────────────── */

static str label_of_choice(struct req *rq, const struct ask_choice *list, size_t n, str value)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(value, str_from(list[i].value))) return req_tr(rq, list[i].label);
    return STR("");
}

static void add_row(struct raise_check_view *v, enum step_no step, str label, str value, str lang)
{
    v->rows[v->n_rows++] = (struct raise_row_view){label, value, lang, str_from(steps[step].key)};
}

static enum status category_words(struct req *rq, str code, str *out)
{
    struct category c;
    *out = STR("");
    if (code.n == 0) return ST_OK;
    enum status st = category_by_code(rq->db, rq->mem, code, &c);
    if (st == ST_OK) return category_path(rq, c.id, out);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status fill_rows(struct req *rq, const struct raise *r, struct raise_check_view *v)
{
    str category;
    const str *x = r->value;
    str who = x[RAISER_KIND].n > 0 ? x[RAISER_KIND] : STR("resident");
    str public = is_report(r)
                     ? req_tr(rq, "A report of wrongdoing is never made public.")
                     : label_of_choice(rq, publics, COUNT_OF(publics), x[PUBLIC].n > 0 ? x[PUBLIC] : STR("no"));
    TRY(category_words(rq, x[CATEGORY], &category));
    v->rows = NEWN(rq->mem, struct raise_row_view, PARTS + 1);
    add_row(v, WHAT, req_tr(rq, "Kind"), kind_label(rq, x[KIND].n > 0 ? x[KIND] : STR("help")), STR(""));
    add_row(v, WHAT, req_tr(rq, "In one line"), x[SUBJECT], text_lang(x[SUBJECT]));
    add_row(v, WHAT, req_tr(rq, "In your own words"), x[TEXT], text_lang(x[TEXT]));
    add_row(v, WHERE, req_tr(rq, "Place"), x[PLACE], text_lang(x[PLACE]));
    if (x[POINT].n > 0) add_row(v, WHERE, req_tr(rq, "Latitude, longitude"), x[POINT], STR(""));
    add_row(v, DETAILS, req_tr(rq, "Category"), category, STR(""));
    add_row(v, DETAILS, req_tr(rq, "May the public read it?"), public, STR(""));
    add_row(v, DETAILS, req_tr(rq, "For whom do you speak?"), label_of_choice(rq, raisers, COUNT_OF(raisers), who),
            STR(""));
    if (x[NAME].n + x[PHONE].n + x[MAIL].n + x[ADDRESS].n == 0)
        add_row(v, CONTACT, req_tr(rq, "Who you are"), req_tr(rq, "You stay anonymous"), STR(""));
    if (x[NAME].n > 0) add_row(v, CONTACT, req_tr(rq, "Your name"), x[NAME], STR(""));
    if (x[PHONE].n > 0) add_row(v, CONTACT, req_tr(rq, "Phone"), x[PHONE], STR(""));
    if (x[MAIL].n > 0) add_row(v, CONTACT, req_tr(rq, "E-mail"), x[MAIL], STR(""));
    if (x[ADDRESS].n > 0) add_row(v, CONTACT, req_tr(rq, "Postal address"), x[ADDRESS], STR(""));
    return ST_OK;
}

/* Public matters with the same words: a help, so a search that fails is no reason to stop anybody. */
static void fill_similar(struct req *rq, const struct raise *r, struct raise_check_view *v)
{
    struct matter_page page;
    struct matter_filter f = {
        .query = str_first_points(r->value[SUBJECT], LIMIT_QUERY_POINTS), .limit = SIMILAR, .uncounted = true};
    if (f.query.n == 0 || matter_list(rq->db, rq->mem, rq->city, NULL, &f, &page) != ST_OK) return;
    v->similar = NEWN(rq->mem, struct raise_similar_view, page.n + 1);
    for (size_t i = 0; i < page.n && i < SIMILAR; i++) {
        const struct matter_item *m = &page.items[i];
        v->similar[v->n_similar++] = (struct raise_similar_view){
            .ref = m->ref,
            .subject = m->subject,
            .unit = req_name(rq, m->unit_en, m->unit_zh),
            .chip = state_chip(rq, m->state, m->reopened),
            .lang = text_lang(m->subject),
        };
    }
}

static enum status show_check(struct req *rq, const struct raise *r, int status)
{
    struct raise_check_view v = {.base = base_of(rq, r), .once = r->once.n > 0 ? r->once : req_once_new(rq)};
    v.base.to_check = false;
    TRY(fill_rows(rq, r, &v));
    fill_similar(rq, r, &v);
    return RESPOND(rq, raise_check, &v, .title = v.base.title, .nav = "raise", .status = status);
}

/* ── checking ─────────────────────────────────────────────────────────────────────────────────────────── */

/* "29.868, 121.544", with any comma or a blank between. Maps that put longitude first are understood where it cannot be
 * a latitude. */
static bool point_parse(str text, double *lat, double *lon)
{
    static const char *const commas[] = {"，", "、", ",", " "};
    str a = text, b = STR("");
    for (size_t i = 0; i < COUNT_OF(commas) && b.n == 0; i++) (void)str_cut_str(text, str_from(commas[i]), &a, &b);
    if (!str_double(str_trim(a), lat) || !str_double(str_trim(b), lon)) return false;
    if ((*lat > 90 || *lat < -90) && *lon <= 90 && *lon >= -90) {
        double swap = *lat;
        *lat = *lon;
        *lon = swap;
    }
    return *lat >= -90 && *lat <= 90 && *lon >= -180 && *lon <= 180;
}

static enum status draft_category(struct req *rq, str code, struct faults *f, category_id *out)
{
    struct category c;
    if (code.n == 0) return ST_OK;
    enum status st = category_by_code(rq->db, rq->mem, code, &c);
    if (st == ST_NOT_FOUND || (st == ST_OK && c.ended)) {
        (void)fault(f, "category", "Choose one of the list");
        return ST_OK;
    }
    TRY(st);
    *out = c.id;
    return ST_OK;
}

/* Everything that was entered, as the rules want it. Faults of all steps. */
static enum status draft_of(struct req *rq, const struct raise *r, struct matter_draft *d, struct faults *f)
{
    const str *x = r->value;
    *d = (struct matter_draft){
        .kind = x[KIND],
        .channel = STR("web"),
        .raiser = x[RAISER_KIND],
        .subject = x[SUBJECT],
        .text = x[TEXT],
        .place = x[PLACE],
        .lang = text_lang(str_concat(rq->mem, x[SUBJECT], x[TEXT])),
        .wants_public = str_eq(x[PUBLIC], STR("yes")) && !is_report(r),
        .contact = {.name = x[NAME], .phone = x[PHONE], .mail = x[MAIL], .address = x[ADDRESS]},
    };
    if (x[POINT].n > 0 && !point_parse(x[POINT], &d->lat, &d->lon))
        (void)fault(f, "point",
                    TR_NOOP("Enter latitude and longitude with a comma between, for example 29.868, 121.544"));
    TRY(draft_category(rq, x[CATEGORY], f, &d->category));
    enum status st = matter_check(rq->db, rq->mem, d, f);
    return st == ST_INVALID ? ST_OK : st;
}

/* What the form asks for, though the rules would take a matter without it. */
static void check_choices(const struct raise *r, size_t step, struct faults *f)
{
    if (step == WHAT && r->value[KIND].n == 0) (void)fault(f, "kind", TR_NOOP("Choose what kind of matter it is"));
    if (step == DETAILS && r->value[PUBLIC].n == 0 && !is_report(r))
        (void)fault(f, "public", TR_NOOP("Choose whether the public may read it"));
}

/* The faults of one step go to the page. */
static void take_faults(struct req *rq, const struct faults *all, size_t step)
{
    for (size_t i = 0; i < all->n; i++)
        if (step_has(&steps[step], all->item[i].field))
            (void)fault_max(&rq->faults, all->item[i].field, all->item[i].msg, all->item[i].max);
}

/* ── sending ──────────────────────────────────────────────────────────────────────────────────────────── */

static enum status show_done(struct req *rq, const struct receipt_given *given)
{
    struct matter m;
    struct casefile c;
    struct shown_clock_view *clocks;
    size_t n;
    str code = str_from(given->code);
    TRY(matter_by_ref(rq->db, rq->mem, str_from(given->ref), &m));
    TRY(casefile_load(rq->db, rq->mem, m.casefile, &c));
    TRY(shown_clocks(rq, m.casefile, &clocks, &n));
    struct raise_done_view v = {
        .ref = m.ref,
        .receipt = code,
        .tell_by = running_until(clocks, n, "tell"),
        .track = req_address(rq, "/track"),
        .groups = NEWN(rq->mem, str, 5),
        .subject = m.subject,
        .lang = matter_lang(&m),
        .raised_at = m.raised_at,
    };
    TRY(unit_name(rq, c.unit, &v.unit));
    for (str rest = code; rest.n > 0 && v.n_groups < 5;) (void)str_cut(rest, ' ', &v.groups[v.n_groups++], &rest);
    if (v.track.n > 0 && !rq->json) v.qr = (html){qr_svg(rq->mem, v.track)};
    if (v.track.n == 0) v.track = STR("/track");
    return RESPOND(rq, raise_done, &v, .title = req_tr(rq, "Your matter is registered"), .nav = "raise");
}

static enum status raise_send(struct req *rq, struct raise *r)
{
    struct faults all = {0};
    struct matter_draft draft;
    struct receipt_command c = {.city = rq->city, .draft = &draft};
    TRY(draft_of(rq, r, &draft, &all));
    for (size_t step = 0; all.n > 0 && rq->faults.n == 0 && step < STEPS; step++) {
        take_faults(rq, &all, step);
        r->step = step;
    }
    if (all.n > 0 && rq->faults.n == 0) rq->faults = all; /* of no step: the check page says it */
    if (rq->faults.n == 0 && req_once(rq, &c.token) == ST_OK)
        c.token = receipt_token(rq->mem, rq->city->keys, c.token, &draft);
    if (rq->json && rq->faults.n > 0) return ST_INVALID;
    r->to_check = true;
    if (rq->faults.n > 0) return show(rq, r, all.n > 0 ? r->step : CHECK, 400);
    enum status st = db_write(rq->db, receipt_register, &c);
    if (st == ST_OK) return show_done(rq, &c.given);
    if (rq->json || (st != ST_BUSY && st != ST_IO)) return st;
    r->once = req_form(rq, "once"); /* the same token: if it was stored after all, the next try finds the receipt */
    (void)fault(&rq->faults, "",
                TR_NOOP("It could not be stored just now. Nothing is lost: send it again in a few seconds"));
    return show(rq, r, CHECK, 503);
}

static enum status raise_page(struct req *rq)
{
    struct raise r = {.step = WHAT};
    return show(rq, &r, WHAT, 0);
}

static enum status raise_post(struct req *rq)
{
    struct raise r = {.step = WHAT, .to_check = str_eq(req_form(rq, "then"), STR("check"))};
    struct matter_draft draft;
    struct faults all = {0};
    size_t to;
    str go = req_form(rq, "go");
    for (int i = 0; i < PARTS; i++) r.value[i] = req_form(rq, names[i]);
    (void)step_find(req_form(rq, "step"), &r.step);
    if (rq->json) return raise_send(rq, &r);
    if (str_eq(go, STR("back"))) return show(rq, &r, r.to_check ? CHECK : r.step > 0 ? r.step - 1 : WHAT, 0);
    if (r.step == CHECK && step_find(go, &to)) {
        r.to_check = true;
        return show(rq, &r, to, 0);
    }
    if (r.step == CHECK) return raise_send(rq, &r);
    check_choices(&r, r.step, &rq->faults);
    TRY(draft_of(rq, &r, &draft, &all));
    take_faults(rq, &all, r.step);
    if (rq->faults.n > 0) return show(rq, &r, r.step, 400);
    return show(rq, &r, r.to_check ? CHECK : r.step + 1, 0);
}

static const struct route rows[] = {
    {HTTP_GET, "/raise", ANYONE, NO_BODY, raise_page, 0, "Raise a matter: first step"},
    {HTTP_POST, "/raise", ANYONE, FORM_BODY, raise_post, 0, "Raise a matter: next step, or send it"},
};
const struct route_list raise_route_list = {rows, COUNT_OF(rows)};
