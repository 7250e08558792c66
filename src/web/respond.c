/* respond: see req.h. Headers, frames, error pages, conditional answers.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "gen/tpl/error.h"
#include "gen/tpl/frame_end.h"
#include "gen/tpl/frame_top.h"
#include "gen/view/frame.h"
#include "web/kept.h"

#define PAGE_FIRST ((size_t)32 * 1024)
#define CSP                                                                                                            \
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; manifest-src "       \
    "'self'; "                                                                                                         \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static const struct {
    int status;
    const char *title;
    const char *message;
} reasons[] = {
    {400, "The request cannot be read", "Go back and send it again. If you typed the address, check it."},
    {401, "Sign in first", "This page is for people who work here."},
    {403, "You may not do this", "Your role does not allow it here. Ask your head of unit if you should be able to."},
    {404, "Page not found", "Check the address. It may have moved, or it is not public."},
    {405, "This page cannot be used like that", "Go back and use the buttons of the page."},
    {408, "The request took too long", "Your connection was slow. Send it again."},
    {409, "Somebody else was faster",
     "The record changed after you opened the page. Open it again to see what is new. Nothing was lost."},
    {413, "That is too much at once", "Send less text or a smaller file."},
    {414, "The address is too long", "Use fewer filters."},
    {415, "This kind of content is not taken", "Use the form of the page."},
    {417, "The request asks for something unknown", "Send it without the Expect header."},
    {422, "There is a problem", "Some fields are missing or wrong"},
    {429, "Too many requests", "Wait a moment, then try again. Nothing you entered before was lost."},
    {431, "The request's headers are too large", "Delete the cookies of this site and try again."},
    {500, "Something went wrong here",
     "It is our fault and has been logged. Nothing was changed. Try again in a minute."},
    {501, "The method is not known", "Go back and use the buttons of the page."},
    {503, "Busy right now", "Many people are using the service. Try again in a few seconds. Nothing was changed."},
    {505, "The version of HTTP is not supported", "Use a current browser."},
};

static const char *reason(int status, bool title)
{
    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        if (reasons[i].status == status) return title ? reasons[i].title : reasons[i].message;
    return title ? "Something went wrong here" : "Try again in a minute.";
}

const char *http_reason_title(int status)
{
    return reason(status, true);
}

const char *http_reason_message(int status)
{
    return reason(status, false);
}

/* ── headers ──────────────────────────────────────────────────────────────────────────────────────────── */

void respond_header(struct req *rq, str name, str value)
{
    http_header_add(rq->x, name, value);
}

void respond_cookie(struct req *rq, const char *name, str value, int max_age)
{
    str life = max_age == 0 ? STR("") : str_format(rq->mem, "; Max-Age=%d", max_age < 0 ? 0 : max_age);
    respond_header(rq, STR("Set-Cookie"),
                   str_format(rq->mem, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%.*s%s", name, STR_ARG(value),
                              STR_ARG(life), rq->tls ? "; Secure" : ""));
}

void respond_lang(struct req *rq, enum lang lang)
{
    rq->lang = lang;
    respond_cookie(rq, COOKIE_LANG, lang_tag(lang), 365 * 86400);
}

static void security_headers(struct http_exchange *x, bool tls)
{
    http_header_add(x, STR("Content-Security-Policy"), STR(CSP));
    http_header_add(x, STR("X-Content-Type-Options"), STR("nosniff"));
    http_header_add(x, STR("Referrer-Policy"), STR("same-origin"));
    http_header_add(x, STR("Permissions-Policy"), STR("camera=(), microphone=(), geolocation=(), interest-cohort=()"));
    http_header_add(x, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
    http_header_add(x, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
    if (tls) http_header_add(x, STR("Strict-Transport-Security"), STR("max-age=63072000"));
}

static bool is_private(const struct req *rq)
{
    return rq->actor.person.v != 0 || rq->route == NULL || (rq->route->flags & ROUTE_CACHED) == 0;
}

void respond_common_headers(struct req *rq)
{
    security_headers(rq->x, rq->tls);
    http_header_add(rq->x, STR("Vary"), STR("Accept, Accept-Language, Accept-Encoding, Cookie"));
    if (rq->x->status != 200 || is_private(rq)) http_header_add(rq->x, STR("Cache-Control"), STR("no-store"));
    else http_header_add(rq->x, STR("Cache-Control"), STR("no-cache"));
}

/* Whoever changed something reads nothing from before it. */
static void mark_change(struct req *rq, int status)
{
    int64_t position;
    bool changed = rq->x->method == HTTP_POST && status < 400 && rq->route != NULL && rq->route->access != KEY_HOLDER;
    if (!changed && !rq->wrote) return;
    if (db_position(rq->db, &position) != ST_OK || position == 0) position = WROTE_SOMEWHERE;
    respond_cookie(rq, COOKIE_WROTE, str_format(rq->mem, "%lld", (long long)position), WROTE_SECONDS);
}

static enum status finish(struct req *rq, int status, str type, str body)
{
    rq->x->status = status;
    rq->x->out_body = body;
    rq->answered = true;
    http_header_add(rq->x, STR("Content-Type"), type);
    mark_change(rq, status);
    respond_common_headers(rq);
    kept_put(rq);
    return ST_OK;
}

enum status respond_bytes(struct req *rq, int status, str content_type, str body)
{
    return finish(rq, status, content_type, body);
}

enum status respond_json_text(struct req *rq, int status, str body)
{
    return finish(rq, status, STR("application/json; charset=utf-8"), body);
}

enum status respond_redirect(struct req *rq, str to)
{
    bool local = str_starts(to, STR("/")) && !str_starts(to, STR("//")) && !str_has_control(to) &&
                 str_find_byte(to, '\\') < 0 && str_find_byte(to, '\n') < 0 && str_find_byte(to, '\r') < 0;
    if (!local) to = STR("/");
    if (rq->json) {
        struct out o;
        out_init(&o, rq->mem, rq->lang, &rq->city->zone, rq->now);
        out_raw(&o, STR("{\"location\":"));
        out_json_str(&o, to);
        out_raw(&o, STR("}"));
        return respond_json_text(rq, 200, out_str(&o));
    }
    respond_header(rq, STR("Location"), to);
    return finish(rq, 303, STR("text/plain; charset=utf-8"), STR("See the address in Location.\n"));
}

/* ── pages ────────────────────────────────────────────────────────────────────────────────────────────── */

static void start(struct req *rq)
{
    out_init(&rq->out, rq->mem, rq->lang, &rq->city->zone, rq->now);
    rq->out.path = rq->x->target;
}

void respond_json_begin(struct req *rq)
{
    start(rq);
}

enum status respond_json_end(struct req *rq, const struct page *p)
{
    return respond_json_text(rq, p->status == 0 ? 200 : p->status, out_str(&rq->out));
}

struct menu {
    const char *key;
    const char *label;
    const char *href;
    enum action needs; /* 0: everyone */
};

static const struct menu public_menu[] = {
    {"home", "Home", "/", 0},
    {"matters", "Matters", "/matters", 0},
    {"raise", "Raise a matter", "/raise", 0},
    {"track", "Follow a matter", "/track", 0},
    {"campaigns", "Campaigns", "/campaigns", 0},
};
static const struct menu work_menu[] = {
    {"work", "My work", "/work", ACT_SEE},
    {"list", "Matters", "/work/matters", ACT_SEE},
    {"register", "Register", "/work/register", ACT_REGISTER},
    {"campaigns", "Campaigns", "/work/campaigns", ACT_SEE},
    {"duties", "Duties", "/work/duties", ACT_OVERVIEW},
    {"notices", "Notices", "/work/notices", ACT_OVERVIEW},
    {"overview", "Overview", "/overview", ACT_OVERVIEW},
    {"admin", "Administration", "/admin", ACT_ADMIN_UNITS},
};

static void fill_menu(struct req *rq, const struct page *p, struct frame_view *v)
{
    bool work = p->place == PLACE_WORK;
    const struct menu *menu = work ? work_menu : public_menu;
    size_t n = work ? COUNT_OF(work_menu) : COUNT_OF(public_menu);
    v->nav = NEWN(rq->mem, struct nav_item_view, n);
    for (size_t i = 0; i < n; i++) {
        if (menu[i].needs != 0 && !rights_any(&rq->actor, menu[i].needs)) continue;
        v->nav[v->n_nav++] = (struct nav_item_view){
            .label = req_tr(rq, menu[i].label),
            .href = str_from(menu[i].href),
            .current = p->nav != NULL && strcmp(p->nav, menu[i].key) == 0,
        };
    }
}

/* The same address with lang= changed, for the language links. */
static str with_lang(struct req *rq, const char *tag)
{
    struct buf b;
    bool first = true;
    buf_init(&b, rq->mem, 128, LIMIT_TARGET * 4);
    bool again = rq->x->method != HTTP_POST || router_find(&rq->site->router, HTTP_GET, rq->x->path).row != NULL;
    buf_add(&b, again ? rq->x->path : STR("/"));
    for (size_t i = 0; i < rq->query.n && rq->x->method != HTTP_POST; i++) {
        if (str_eq(rq->query.item[i].name, STR("lang"))) continue;
        buf_add_byte(&b, first ? '?' : '&');
        first = false;
        buf_add(&b, percent_encode(rq->mem, rq->query.item[i].name));
        buf_add_byte(&b, '=');
        buf_add(&b, percent_encode(rq->mem, rq->query.item[i].value));
    }
    buf_format(&b, "%clang=%s", first ? '?' : '&', tag);
    return buf_str(&b);
}

static struct frame_view *frame_of(struct req *rq, const struct page *p)
{
    struct frame_view *v = NEW(rq->mem, struct frame_view);
    *v = (struct frame_view){
        .title = p->title,
        .lang = lang_tag(rq->lang),
        .city = req_name(rq, rq->city->name_en, rq->city->name_zh),
        .home = p->place == PLACE_WORK ? STR("/work") : STR("/"),
        .who = rq->actor.name,
        .who_title = req_name(rq, rq->actor.title_en, rq->actor.title_zh),
        .signed_in = rq->actor.person.v != 0,
        .wide = p->wide,
        .english = rq->lang == LANG_EN,
        .href_en = with_lang(rq, "en"),
        .href_zh = with_lang(rq, "zh-CN"),
    };
    fill_menu(rq, p, v);
    return v;
}

void respond_page_begin(struct req *rq, const struct page *p)
{
    start(rq);
    buf_reserve(&rq->out.b, PAGE_FIRST);
    if (is_private(rq) && rq->city->keys != NULL) rq->out.csrf = req_csrf(rq);
    tpl_frame_top(&rq->out, frame_of(rq, p));
}

enum status respond_page_end(struct req *rq, const struct page *p)
{
    tpl_frame_end(&rq->out, frame_of(rq, p));
    int status = p->status == 0 ? 200 : p->status;
    http_header_add(rq->x, STR("Content-Language"), lang_tag(rq->lang));
    return finish(rq, status, STR("text/html; charset=utf-8"), out_str(&rq->out));
}

/* ── errors ───────────────────────────────────────────────────────────────────────────────────────────── */

/* Problem details (RFC 9457) with the faults by field. */
static enum status respond_problem(struct req *rq, int status, str title, str detail)
{
    struct out *o = &rq->out;
    start(rq);
    out_raw(o, STR("{\"type\":\"about:blank\",\"status\":"));
    out_json_int(o, status);
    out_raw(o, STR(",\"title\":"));
    out_json_str(o, title);
    out_raw(o, STR(",\"detail\":"));
    out_json_str(o, detail);
    if (rq->faults.n > 0) {
        out_raw(o, STR(",\"errors\":["));
        for (size_t i = 0; i < rq->faults.n; i++) {
            out_raw(o, i == 0 ? STR("{\"field\":") : STR(",{\"field\":"));
            out_json_str(o, str_from(rq->faults.item[i].field));
            out_raw(o, STR(",\"message\":"));
            out_json_str(o, req_fault_text(rq, i));
            out_raw(o, STR("}"));
        }
        out_raw(o, STR("]"));
    }
    out_raw(o, STR("}\n"));
    return finish(rq, status, STR("application/problem+json; charset=utf-8"), out_str(o));
}

enum status respond_error(struct req *rq, int status, const char *msg)
{
    str title = req_tr(rq, http_reason_title(status));
    str message = req_tr(rq, msg != NULL ? msg : http_reason_message(status));
    if (rq->json) return respond_problem(rq, status, title, message);
    struct page p = {.title = title, .status = status, .place = rq->actor.person.v != 0 ? PLACE_WORK : PLACE_PUBLIC};
    struct error_view v = {
        .status = status,
        .title = title,
        .message = message,
        .request = str_format(rq->mem, "%llu", (unsigned long long)rq->x->id),
    };
    respond_page_begin(rq, &p);
    tpl_error(&rq->out, &v);
    return respond_page_end(rq, &p);
}

static void refusal_page(struct req *rq, int status, str title, str message)
{
    struct out *o = &rq->out;
    start(rq);
    out_raw(o, STR("<!DOCTYPE html><html lang=\""));
    out_raw(o, lang_tag(rq->lang));
    out_raw(o, STR("\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>"));
    out_text(o, title);
    out_raw(o, STR("</title><h1>"));
    out_text(o, title);
    out_raw(o, STR("</h1><p>"));
    out_text(o, message);
    out_raw(o, STR("</p></html>\n"));
    (void)finish(rq, status, STR("text/html; charset=utf-8"), out_str(o));
}

void site_refuse(struct site *s, struct http_exchange *x, int status)
{
    struct req *rq = NEW(x->mem, struct req);
    *rq = (struct req){
        .site = s, .city = s->city, .mem = x->mem, .x = x, .lang = LANG_EN, .tls = came_by_tls(s, x), .answered = true};
    const struct route_match m = router_find(&s->router, x->method, x->path);
    enum lang lang;
    if (lang_parse(cookie_get(x, STR(COOKIE_LANG)), &lang)) rq->lang = lang;
    else if ((lang = lang_from_accept(http_header_get(x, STR("Accept-Language")))) != 0) rq->lang = lang;
    if (status == 503) respond_header(rq, STR("Retry-After"), STR("2"));
    str title = req_tr(rq, http_reason_title(status)), message = req_tr(rq, http_reason_message(status));
    if (wants_json(x, &m)) (void)respond_problem(rq, status, title, message);
    else refusal_page(rq, status, title, message);
}

/* ── faults ───────────────────────────────────────────────────────────────────────────────────────────── */

str req_fault_text(struct req *rq, size_t i)
{
    str max = str_format(rq->mem, "%lld", (long long)rq->faults.item[i].max);
    return tr_format(rq->mem, rq->lang, rq->faults.item[i].msg, "max", max, "what", str_from(rq->faults.what), NULL);
}

struct faults_view *req_faults_view(struct req *rq)
{
    if (rq->faults.n == 0) return NULL;
    struct faults_view *v = NEW(rq->mem, struct faults_view);
    v->items = NEWN(rq->mem, struct fault_item_view, rq->faults.n);
    v->n_items = rq->faults.n;
    for (size_t i = 0; i < rq->faults.n; i++)
        v->items[i] = (struct fault_item_view){str_from(rq->faults.item[i].field), req_fault_text(rq, i)};
    return v;
}

str req_fault(struct req *rq, const char *field)
{
    for (size_t i = 0; i < rq->faults.n; i++)
        if (strcmp(rq->faults.item[i].field, field) == 0) return req_fault_text(rq, i);
    return (str){NULL, 0};
}
