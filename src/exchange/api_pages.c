/* api_pages: the JSON API, version 1. A key registers in its unit's name; idempotent by the header Idempotency-Key.
 * Errors are problem details (RFC 9457). SPDX-License-Identifier: Apache-2.0 */
#include "exchange/pages.h"
#include "matter/category.h"
#include "matter/matter.h"
#include "web/req.h"

struct api_raise {
    struct req *rq;
    struct matter_draft draft;
    str once;   /* empty: not idempotent */
    str answer; /* JSON */
    bool again;
};

/* The answer is kept sealed, so that a retry shows the same receipt and the database never holds a code in clear. */
static enum status keep(struct api_raise *a, struct db *db, struct arena *mem)
{
    str wrapped, sealed;
    secret_seal(mem, a->rq->city->keys, KEY_ONCE, a->answer, &wrapped, &sealed);
    str text = str_format(mem, "%.*s.%.*s", STR_ARG(secret_base64url(mem, wrapped)), STR_ARG(secret_base64url(mem, sealed)));
    return once_keep(db, a->once, text, db_now(db));
}

static enum status recall(struct api_raise *a, str text)
{
    str w, s, wrapped, sealed;
    struct arena *mem = a->rq->mem;
    a->again = true;
    if (!str_cut(text, '.', &w, &s) || !secret_unbase64url(mem, w, &wrapped) || !secret_unbase64url(mem, s, &sealed)) return ST_CONFLICT;
    return secret_open(mem, a->rq->city->keys, KEY_ONCE, wrapped, sealed, &a->answer);
}

static enum status api_register(struct db *db, struct arena *mem, void *arg)
{
    struct api_raise *a = arg;
    struct receipt r;
    str before;
    if (a->once.n > 0) {
        enum status st = once_find(db, mem, a->once, &before);
        if (st == ST_OK) return recall(a, str_copy(a->rq->mem, before));
        if (st != ST_NOT_FOUND) return st;
    }
    TRY(matter_register(db, mem, a->rq->city, NULL, &a->draft, &r));
    a->answer = str_format(a->rq->mem, "{\"ref\":\"%.*s\",\"receipt\":\"%s\"}\n", STR_ARG(r.ref), r.code);
    return a->once.n > 0 ? keep(a, db, mem) : ST_OK;
}

static const char *const known[] = {"kind",  "subject", "text",         "place",         "lat",          "lon",             "category", "public",
                                    "raiser", "lang",   "contact.name", "contact.phone", "contact.mail", "contact.address", "channel",  NULL};

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
        .subject = req_form(rq, "subject"),
        .text = req_form(rq, "text"),
        .place = req_form(rq, "place"),
        .lang = req_form(rq, "lang"),
        .wants_public = str_eq(req_form(rq, "public"), STR("1")),
        .contact = {req_form(rq, "contact.name"), req_form(rq, "contact.phone"), req_form(rq, "contact.mail"), req_form(rq, "contact.address")},
    };
    if (category.n > 0 && category_by_code(rq->db, rq->mem, category, &c) == ST_OK) d->category = c.id;
    else if (category.n > 0) (void)fault(&rq->faults, "category", "No category has this code");
    if (str_eq(d->channel, STR("import"))) (void)fault(&rq->faults, "channel", "Choose one of the list");
    read_point(rq, d);
}

/* POST /api/v1/matters */
static enum status page_api_raise(struct req *rq)
{
    struct api_raise a = {.rq = rq};
    int retry = 0;
    str key = http_header_get(rq->x, STR("Authorization"));
    if (!rate_take(&rq->site->rate, RATE_KEY, key, &retry)) {
        respond_header(rq, STR("Retry-After"), str_format(rq->mem, "%d", retry));
        return respond_error(rq, 429, NULL);
    }
    refuse_unknown(rq);
    read_draft(rq, &a.draft);
    enum status st = matter_check(rq->db, rq->mem, &a.draft, &rq->faults);
    if (rq->faults.n > 0 || st == ST_INVALID) return respond_error(rq, 422, "Some fields are missing or wrong");
    TRY(st);
    str once = http_header_get(rq->x, STR("Idempotency-Key"));
    if (once.n > 200) return respond_error(rq, 400, "The idempotency key is too long");
    if (once.n > 0) a.once = secret_hash(rq->mem, rq->city->keys, KEY_ONCE, str_concat(rq->mem, key, once));
    TRY(db_write(rq->db, api_register, &a));
    return respond_json_text(rq, 201, a.answer);
}

static const struct route rows[] = {
    {HTTP_POST, "/api/v1/matters", KEY_HOLDER, JSON_BODY, page_api_raise, 0, "raise a matter; 201 with ref and receipt once durable"},
};
const struct route_list api_route_list = {rows, COUNT_OF(rows)};
