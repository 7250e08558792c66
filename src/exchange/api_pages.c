/* api_pages: the JSON API, version 1. A key registers in its unit's name; idempotent by the header Idempotency-Key.
 * Errors are problem details (RFC 9457). SPDX-License-Identifier: Apache-2.0 */
#include "exchange/pages.h"
#include "matter/category.h"
#include "matter/receipt.h"
#include "web/req.h"

static const char *const known[] = {
    "kind",         "subject",         "text",    "place", "lat",          "lon",
    "category",     "public",          "raiser",  "lang",  "contact.name", "contact.phone",
    "contact.mail", "contact.address", "channel", NULL};

static void refuse_unknown(struct req *rq)
{
    for (size_t i = 0; i < rq->form.n; i++) {
        bool found = false;
        for (int k = 0; known[k] != NULL && !found; k++) found = str_eq(rq->form.item[i].name, str_from(known[k]));
        if (!found) (void)fault(&rq->faults, str_z(rq->mem, rq->form.item[i].name), "This field is not known");
    }
}

static void read_point(struct req *rq, struct matter_draft *d)
{
    str lat = req_form(rq, "lat"), lon = req_form(rq, "lon");
    if (lat.n == 0 && lon.n == 0) return;
    if (!str_double(lat, &d->lat) || !str_double(lon, &d->lon))
        (void)fault(&rq->faults, "lat", "A point has a latitude and a longitude in degrees");
}

static void read_draft(struct req *rq, struct matter_draft *d)
{
    struct category c;
    str category = req_form(rq, "category");
    *d = (struct matter_draft){
        .kind = req_form(rq, "kind"),
        .channel = req_form_has(rq, "channel") ? req_form(rq, "channel") : STR("api"),
        .raiser = req_form(rq, "raiser"),
        .unit = rq->key_unit,
        .unit_takes = rq->key_unit_takes,
        .subject = req_form(rq, "subject"),
        .text = req_form(rq, "text"),
        .place = req_form(rq, "place"),
        .lang = req_form(rq, "lang"),
        .wants_public = str_eq(req_form(rq, "public"), STR("1")),
        .contact = {req_form(rq, "contact.name"), req_form(rq, "contact.phone"), req_form(rq, "contact.mail"),
                    req_form(rq, "contact.address")},
    };
    if (category.n > 0 && category_by_code(rq->db, rq->mem, category, &c) == ST_OK) d->category = c.id;
    else if (category.n > 0) (void)fault(&rq->faults, "category", "No category has this code");
    if (str_eq(d->channel, STR("import"))) (void)fault(&rq->faults, "channel", "Choose one of the list");
    read_point(rq, d);
}

/* A key that was used for other words before is a mistake, which must not lose these. */
static enum status is_the_same(struct req *rq, const struct matter_draft *d, str ref, bool *same)
{
    struct matter m;
    TRY(matter_by_ref(rq->db, rq->mem, ref, &m));
    *same = str_eq(m.subject, d->subject) && str_eq(m.text, d->text) && str_eq(m.place, d->place) &&
            str_eq(m.kind, d->kind);
    return ST_OK;
}

/* POST /api/v1/matters */
static enum status page_api_raise(struct req *rq)
{
    struct matter_draft draft;
    struct receipt_command c = {.city = rq->city, .draft = &draft};
    int retry = 0;
    str key = http_header_get(rq->x, STR("Authorization"));
    if (!rate_take(&rq->site->rate, RATE_KEY, key, &retry)) {
        respond_header(rq, STR("Retry-After"), str_format(rq->mem, "%d", retry));
        return respond_error(rq, 429, NULL);
    }
    refuse_unknown(rq);
    read_draft(rq, &draft);
    enum status st = matter_check(rq->db, rq->mem, &draft, &rq->faults);
    if (rq->faults.n > 0 || st == ST_INVALID) return respond_error(rq, 422, "Some fields are missing or wrong");
    TRY(st);
    str once = http_header_get(rq->x, STR("Idempotency-Key"));
    if (once.n > 200) return respond_error(rq, 400, "The idempotency key is too long");
    if (once.n > 0) c.token = secret_hash(rq->mem, rq->city->keys, KEY_ONCE, str_concat(rq->mem, key, once));
    TRY(db_write(rq->db, receipt_register, &c));
    bool same = true;
    if (c.given.again) TRY(is_the_same(rq, &draft, str_from(c.given.ref), &same));
    if (!same) return respond_error(rq, 409, "This idempotency key was used for another matter. Nothing was stored");
    return respond_json_text(rq, 201,
                             str_format(rq->mem, "{\"ref\":\"%s\",\"receipt\":\"%s\"}\n", c.given.ref, c.given.code));
}

static const struct route rows[] = {
    {HTTP_POST, "/api/v1/matters", KEY_HOLDER, JSON_BODY, page_api_raise, 0,
     "raise a matter; 201 with ref and receipt once durable"},
};
const struct route_list api_route_list = {rows, COUNT_OF(rows)};
