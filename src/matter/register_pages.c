/* register_pages: registering for somebody who calls, writes or stands at the counter: one page with everything, read
 * back, receipt.
 *
 *   form --check--> read back --register--> receipt          (change goes back to the form with everything in it)
 *
 * The receipt is the answer to the POST itself: its code is in no address. The form's token makes a repeated POST show
 * the same receipt. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/tpl/register_check.h"
#include "gen/tpl/register_done.h"
#include "gen/tpl/register_form.h"
#include "gen/view/register.h"
#include "matter/matter.h"
#include "matter/pick_pages.h"
#include "matter/receipt.h"
#include "matter/shown_pages.h"
#include "matter/work_pages.h"
#include "web/qr.h"

static const char *const channels[] = {"phone", "counter", "letter", "visit", "mail", NULL};
static const char *const raisers[] = {"resident", "enterprise", NULL};

/* What the form has, in its order. Names are those of the faults of matter_check. */
static const struct part parts[] = {
    {.name = "kind", .kind = "select", .label = TR_NOOP("Kind")},
    {.name = "channel", .kind = "select", .label = TR_NOOP("How it reached you")},
    {.name = "subject",
     .kind = "text",
     .label = TR_NOOP("Subject"),
     .hint = TR_NOOP("In one line, in the person's language")},
    {.name = "text",
     .kind = "area",
     .label = TR_NOOP("In the person's own words"),
     .rows = 9,
     .max = LIMIT_TEXT_POINTS},
    {.name = "place", .kind = "text", .label = TR_NOOP("Place"), .optional = true},
    {.name = "category", .kind = "select", .label = TR_NOOP("Category")},
    {.name = "unit",
     .kind = "unit",
     .label = TR_NOOP("Unit"),
     .optional = true,
     .hint = TR_NOOP("Its name or number. Left empty: the unit that usually answers the category, else yours")},
    {.name = "public",
     .kind = "check",
     .label = TR_NOOP("The person agrees that others may read it"),
     .hint = TR_NOOP("Only after personal data has been struck out. A report of wrongdoing is never public")},
    {.name = "raiser", .kind = "select", .label = TR_NOOP("Raised by")},
    {.name = "contact_name", .kind = "text", .label = TR_NOOP("Name"), .optional = true, .autocomplete = "off"},
    {.name = "contact_phone", .kind = "tel", .label = TR_NOOP("Phone"), .optional = true, .autocomplete = "off"},
    {.name = "contact_mail", .kind = "email", .label = TR_NOOP("E-mail"), .optional = true, .autocomplete = "off"},
    {.name = "contact_address", .kind = "text", .label = TR_NOOP("Address"), .optional = true, .autocomplete = "off"},
};
enum { KIND, CHANNEL, SUBJECT, TEXT, PLACE, CATEGORY, UNIT, PUBLIC, RAISER_KIND, NAME, PHONE, MAIL, ADDRESS, PARTS };
_Static_assert(COUNT_OF(parts) == PARTS, "the parts have names");

struct entry {
    struct matter_draft draft;
    struct unit unit; /* where it goes */
    struct category category;
    const char *why; /* message key: why there; NULL: the clerk chose it */
};

static str raiser_label(struct req *rq, str raiser)
{
    return req_tr(rq,
                  str_eq(raiser, STR("enterprise")) ? TR_NOOP("an enterprise or organisation") : TR_NOOP("a resident"));
}

/* The form */

static enum status field_of(struct req *rq, int i, struct form_field_view *out)
{
    struct option_view *list = NULL;
    size_t n = 0;
    str first = STR("");
    if (i == KIND) list = key_options(rq, matter_kinds, STR(""), TR_NOOP("Choose"), kind_label, &n);
    if (i == CHANNEL) {
        list = key_options(rq, channels, STR(""), NULL, channel_label, &n);
        first = STR("phone");
    }
    if (i == RAISER_KIND) list = key_options(rq, raisers, STR(""), NULL, raiser_label, &n);
    if (i == CATEGORY) TRY(category_options(rq, TR_NOOP("Not chosen"), 3, &list, &n));
    *out = list != NULL ? part_choice(rq, &parts[i], first, list, n) : part_field(rq, &parts[i], first);
    return ST_OK;
}

static enum status fill(struct req *rq, int from, int to, struct form_field_view **out, size_t *n)
{
    *out = NEWN(rq->mem, struct form_field_view, (size_t)(to - from + 1));
    *n = 0;
    for (int i = from; i <= to; i++) TRY(field_of(rq, i, &(*out)[(*n)++]));
    return ST_OK;
}

static str once_of(struct req *rq)
{
    str once = req_form(rq, "once");
    return once.n == 24 ? once : req_once_new(rq);
}

static enum status show_form(struct req *rq, int status)
{
    struct register_form_view v = {.faults = req_faults_view(rq), .once = once_of(rq)};
    TRY(fill(rq, KIND, PLACE, &v.what, &v.n_what));
    TRY(fill(rq, CATEGORY, PUBLIC, &v.where, &v.n_where));
    TRY(fill(rq, RAISER_KIND, ADDRESS, &v.who, &v.n_who));
    TRY(unit_offers(rq, &v.units.items, &v.units.n_items));
    return RESPOND(rq, register_form, &v, .title = req_tr(rq, "Register a matter"), .nav = "register",
                   .place = PLACE_WORK, .status = status);
}

static enum status page_register_form(struct req *rq)
{
    if (!rights_any(&rq->actor, ACT_REGISTER)) return ST_FORBIDDEN;
    return show_form(rq, 200);
}

/* Reading it */

static bool is_key(const char *const *keys, str value)
{
    for (size_t i = 0; keys[i] != NULL; i++)
        if (str_eq(value, str_from(keys[i]))) return true;
    return false;
}

/* The unit that usually answers the category, or the one above it in the tree of categories that names one. */
static enum status usual_unit(struct req *rq, struct category c, unit_id *out)
{
    for (int level = 0; level < 4; level++) {
        *out = c.unit;
        if (c.unit.v != 0 || c.parent.v == 0) return ST_OK;
        TRY(category_get(rq->db, rq->mem, c.parent, &c));
    }
    return ST_OK;
}

static enum status choose_unit(struct req *rq, struct entry *e)
{
    unit_id usual = {0};
    enum status st = unit_pick(rq, "unit", req_form(rq, "unit"), &e->unit);
    if (st != ST_OK) return st == ST_INVALID ? ST_OK : st;
    if (e->unit.id.v != 0) return ST_OK;
    if (e->category.id.v != 0) TRY(usual_unit(rq, e->category, &usual));
    e->why = usual.v != 0 ? TR_NOOP("This unit usually answers matters of this category.")
                          : TR_NOOP("Your own unit: no other was chosen.");
    TRY(unit_now(rq->db, rq->mem, usual.v != 0 ? usual : rq->actor.unit, &usual));
    return unit_get(rq->db, rq->mem, usual, &e->unit);
}

static enum status read_entry(struct req *rq, struct entry *e)
{
    str kind = req_form(rq, "kind"), channel = req_form(rq, "channel");
    *e = (struct entry){0};
    if (kind.n == 0) (void)fault(&rq->faults, "kind", TR_NOOP("Choose what kind of matter it is"));
    if (!is_key(channels, channel)) (void)fault(&rq->faults, "channel", TR_NOOP("Choose how it reached you"));
    enum status st = category_pick(rq, "category", req_form(rq, "category"), &e->category);
    if (st != ST_OK && st != ST_INVALID) return st;
    TRY(choose_unit(rq, e));
    e->draft = (struct matter_draft){
        .kind = kind,
        .channel = is_key(channels, channel) ? channel : STR("counter"),
        .raiser = req_form(rq, "raiser"),
        .category = e->category.id,
        .unit = e->unit.id,
        .subject = req_form(rq, "subject"),
        .text = req_form(rq, "text"),
        .place = req_form(rq, "place"),
        .wants_public = req_form(rq, "public").n > 0 && !str_eq(kind, STR("report")),
        .contact = {.name = req_form(rq, "contact_name"),
                    .phone = req_form(rq, "contact_phone"),
                    .mail = req_form(rq, "contact_mail"),
                    .address = req_form(rq, "contact_address")},
    };
    e->draft.lang = text_lang(str_concat(rq->mem, e->draft.subject, e->draft.text));
    st = matter_check(rq->db, rq->mem, &e->draft, &rq->faults);
    return st == ST_INVALID ? ST_OK : st;
}

/* Reading it back */

static void add_row(struct req *rq, struct register_row_view *rows, size_t *n, const char *label, str value,
                    bool own_words)
{
    if (value.n == 0) return;
    str lang = own_words ? text_lang(value) : STR("");
    if (str_eq(lang, lang_tag(rq->lang))) lang = STR("");
    rows[(*n)++] = (struct register_row_view){req_tr(rq, label), value, lang};
}

static void fill_rows(struct req *rq, const struct entry *e, struct register_check_view *v)
{
    const struct matter_draft *d = &e->draft;
    v->rows = NEWN(rq->mem, struct register_row_view, PARTS);
    v->contact = NEWN(rq->mem, struct register_row_view, PARTS);
    add_row(rq, v->rows, &v->n_rows, parts[SUBJECT].label, d->subject, true);
    add_row(rq, v->rows, &v->n_rows, parts[TEXT].label, d->text, true);
    add_row(rq, v->rows, &v->n_rows, parts[PLACE].label, d->place, true);
    add_row(rq, v->rows, &v->n_rows, parts[KIND].label, kind_label(rq, d->kind), false);
    add_row(rq, v->rows, &v->n_rows, parts[CHANNEL].label, channel_label(rq, d->channel), false);
    add_row(rq, v->rows, &v->n_rows, parts[CATEGORY].label, req_name(rq, e->category.name_en, e->category.name_zh),
            false);
    add_row(rq, v->rows, &v->n_rows, parts[RAISER_KIND].label, raiser_label(rq, d->raiser), false);
    add_row(rq, v->rows, &v->n_rows, TR_NOOP("May others read it?"),
            req_tr(rq, d->wants_public ? TR_NOOP("yes, after personal data has been struck out") : TR_NOOP("no")),
            false);
    add_row(rq, v->contact, &v->n_contact, parts[NAME].label, d->contact.name, false);
    add_row(rq, v->contact, &v->n_contact, parts[PHONE].label, d->contact.phone, false);
    add_row(rq, v->contact, &v->n_contact, parts[MAIL].label, d->contact.mail, false);
    add_row(rq, v->contact, &v->n_contact, parts[ADDRESS].label, d->contact.address, false);
}

static enum status show_check(struct req *rq, const struct entry *e)
{
    struct register_check_view v = {
        .unit = req_name(rq, e->unit.name_en, e->unit.name_zh),
        .why = e->why == NULL ? STR("") : req_tr(rq, e->why),
        .once = once_of(rq),
    };
    fill_rows(rq, e, &v);
    v.kept = NEWN(rq->mem, struct register_kept_view, PARTS);
    for (int i = 0; i < PARTS; i++)
        if (req_form(rq, parts[i].name).n > 0)
            v.kept[v.n_kept++] = (struct register_kept_view){str_from(parts[i].name), req_form(rq, parts[i].name)};
    return RESPOND(rq, register_check, &v, .title = req_tr(rq, "Read it back to the person"), .nav = "register",
                   .place = PLACE_WORK);
}

/* Registering */

static enum status show_done(struct req *rq, const struct receipt_given *given)
{
    struct matter m;
    struct casefile c;
    struct shown_clock_view *clocks;
    str code = str_from(given->code);
    size_t n;
    TRY(matter_by_ref(rq->db, rq->mem, str_from(given->ref), &m));
    TRY(casefile_load(rq->db, rq->mem, m.casefile, &c));
    TRY(shown_clocks(rq, m.casefile, &clocks, &n));
    struct register_done_view v = {
        .ref = m.ref,
        .casefile = part_id(rq, m.casefile.v),
        .receipt = code,
        .groups = NEWN(rq->mem, str, 5),
        .tell_by = running_until(clocks, n, "tell"),
        .track = req_address(rq, "/track"),
        .subject = m.subject,
        .lang = matter_lang(&m),
        .raised_at = m.raised_at,
    };
    TRY(unit_name(rq, c.unit, &v.unit));
    for (str left = code; left.n > 0 && v.n_groups < 5;) (void)str_cut(left, ' ', &v.groups[v.n_groups++], &left);
    if (!rq->json && v.track.n > 0) v.qr = (html){qr_svg(rq->mem, v.track)};
    if (v.track.n == 0) v.track = STR("/track");
    return RESPOND(rq, register_done, &v, .title = req_tr(rq, "The matter is registered"), .nav = "register",
                   .place = PLACE_WORK);
}

static enum status page_register(struct req *rq)
{
    struct entry *e = NEW(rq->mem, struct entry);
    struct receipt_command c = {.city = rq->city, .who = &rq->actor, .draft = &e->draft};
    str go = req_form(rq, "go");
    if (!rights_any(&rq->actor, ACT_REGISTER)) return ST_FORBIDDEN;
    if (str_eq(go, STR("change"))) return show_form(rq, 200);
    TRY(read_entry(rq, e));
    if (rq->faults.n > 0) return show_form(rq, 400);
    if (!str_eq(go, STR("register"))) return show_check(rq, e);
    if (req_once(rq, &c.token) != ST_OK) return show_form(rq, 400);
    c.token = receipt_token(rq->mem, rq->city->keys, c.token, &e->draft);
    TRY(db_write(rq->db, receipt_register, &c));
    return show_done(rq, &c.given);
}

static const struct route rows[] = {
    {HTTP_GET, "/work/register", SIGNED_IN, NO_BODY, page_register_form, 0,
     "register a matter for a caller or visitor"},
    {HTTP_POST, "/work/register", SIGNED_IN, FORM_BODY, page_register, 0, "read back (go=check), change, register"},
};
const struct route_list register_route_list = {rows, COUNT_OF(rows)};
