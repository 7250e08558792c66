/* req: see req.h. Cookies, session, receipt code, language, form tokens, input getters.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "web/req_internal.h"

#define RECEIPT_COOKIE_LIFE_MS (30 * MINUTE_MS)
#define CSRF_BYTES             24

/* ── where it came from ───────────────────────────────────────────────────────────────────────────────── */

static bool is_proxy(const struct site *s, str peer)
{
    for (int i = 0; i < s->n_proxies; i++)
        if (str_eq(s->proxies[i], peer)) return true;
    return false;
}

/* The last address in X-Forwarded-For that is not one of our proxies, when a trusted proxy speaks. */
str client_address(const struct site *s, const struct http_exchange *x)
{
    if (!is_proxy(s, x->peer)) return x->peer;
    str rest = http_header_get(x, STR("X-Forwarded-For"));
    str found = x->peer;
    while (rest.n > 0) {
        str one;
        (void)str_cut(rest, ',', &one, &rest);
        one = str_trim(one);
        if (one.n > 0 && one.n < 64 && !is_proxy(s, one)) found = one;
    }
    return found;
}

bool came_by_tls(const struct site *s, const struct http_exchange *x)
{
    if (x->tls) return true;
    return is_proxy(s, x->peer) && str_eq_nocase(http_header_get(x, STR("X-Forwarded-Proto")), STR("https"));
}

str cookie_get(const struct http_exchange *x, str name)
{
    str rest = http_header_get(x, STR("Cookie"));
    while (rest.n > 0) {
        str pair, key, value;
        (void)str_cut(rest, ';', &pair, &rest);
        if (str_cut(str_trim(pair), '=', &key, &value) && str_eq(key, name)) return value;
    }
    return (str){NULL, 0};
}

bool accepts_coding(const struct http_exchange *x, str coding)
{
    str rest = http_header_get(x, STR("Accept-Encoding"));
    while (rest.n > 0) {
        str one, name, weight;
        (void)str_cut(rest, ',', &one, &rest);
        (void)str_cut(str_trim(one), ';', &name, &weight);
        if (str_eq_nocase(str_trim(name), coding)) return !str_eq(str_trim(weight), STR("q=0"));
    }
    return false;
}

enum lang reader_lang(const struct http_exchange *x)
{
    enum lang lang;
    if (lang_parse(cookie_get(x, STR(COOKIE_LANG)), &lang)) return lang;
    lang = lang_from_accept(http_header_get(x, STR("Accept-Language")));
    return lang == 0 ? LANG_EN : lang;
}

/* ── who it is ────────────────────────────────────────────────────────────────────────────────────────── */

/* The thread's arena is not ours yet at admit: the exchange's small one is. */
bool session_wants_touch(struct site *s, struct http_worker *w, struct http_exchange *x)
{
    struct session found;
    bool touch = false;
    str token = cookie_get(x, STR(COOKIE_SESSION));
    if (token.n == 0) return false;
    struct db *db = site_worker_db(w);
    return session_find(db, x->mem, s->city->keys, token, db_now(db), &found, &touch) == ST_OK && touch;
}

struct touch {
    struct req *rq;
    str fresh;
};

static enum status touch_session(struct db *db, struct arena *mem, void *arg)
{
    struct touch *t = arg;
    str fresh = {NULL, 0};
    TRY(session_touch(db, mem, t->rq->city->keys, t->rq->session.id, t->rq->session_token, t->rq->now, &fresh));
    t->fresh = str_copy(t->rq->mem, fresh);
    return ST_OK;
}

/* Whether somebody is known must not depend on whether the database can be asked: that is 503, not "sign in first". */
static enum status unknown_or(enum status st)
{
    return st == ST_BUSY || st == ST_IO ? st : ST_OK;
}

static enum status identify_session(struct req *rq)
{
    bool touch = false;
    str token = cookie_get(rq->x, STR(COOKIE_SESSION));
    if (token.n == 0) return ST_OK;
    enum status st = session_find(rq->db, rq->mem, rq->city->keys, token, rq->now, &rq->session, &touch);
    if (st == ST_OK) st = actor_load(rq->db, rq->mem, rq->session.person, rq->now, &rq->actor);
    if (st != ST_OK) {
        rq->actor = (struct actor){0};
        return unknown_or(st);
    }
    rq->session_token = token;
    if (touch && rq->x->where == HTTP_EXECUTOR) {
        struct touch t = {.rq = rq};
        if (db_write(rq->db, touch_session, &t) == ST_OK && t.fresh.n > 0) {
            rq->session_token = t.fresh;
            rq->wrote = true;
            respond_cookie(rq, COOKIE_SESSION, t.fresh, 30 * 86400);
        }
    }
    return ST_OK;
}

static enum status identify_key(struct req *rq)
{
    str auth = http_header_get(rq->x, STR("Authorization"));
    if (!str_starts(auth, STR("Bearer "))) return ST_OK;
    str key = str_trim(str_sub(auth, 7, auth.n));
    enum status st = api_key_look(rq->db, rq->mem, rq->city->keys, key, rq->now, &rq->key_unit, &rq->key_unit_takes);
    if (st != ST_OK) rq->key_unit = (unit_id){0};
    return unknown_or(st);
}

/* Cookie: base64url of wrapped length (1 byte) | wrapped | sealed, where the plain text is "time matter". */
static void identify_raiser(struct req *rq)
{
    str bytes, plain, at, id;
    int64_t ms, matter;
    str cookie = cookie_get(rq->x, STR(COOKIE_RECEIPT));
    if (cookie.n == 0 || cookie.n > 400 || !secret_unbase64url(rq->mem, cookie, &bytes) || bytes.n < 2) return;
    size_t n = (unsigned char)bytes.p[0];
    if (bytes.n < 1 + n) return;
    if (secret_open(rq->mem, rq->city->keys, KEY_RECEIPT, str_sub(bytes, 1, n), str_sub(bytes, 1 + n, bytes.n),
                    &plain) != ST_OK)
        return;
    if (!str_cut(plain, ' ', &at, &id) || !str_int(at, &ms) || !str_int(id, &matter)) return;
    if (rq->now.ms - ms <= RECEIPT_COOKIE_LIFE_MS && rq->now.ms >= ms - MINUTE_MS) rq->matter = (matter_id){matter};
}

void raiser_remember(struct req *rq, matter_id matter)
{
    str wrapped, sealed;
    str plain = str_format(rq->mem, "%lld %lld", (long long)rq->now.ms, (long long)matter.v);
    secret_seal(rq->mem, rq->city->keys, KEY_RECEIPT, plain, &wrapped, &sealed);
    char n = (char)(unsigned char)wrapped.n;
    str all = str_concat(rq->mem, str_concat(rq->mem, (str){&n, 1}, wrapped), sealed);
    respond_cookie(rq, COOKIE_RECEIPT, secret_base64url(rq->mem, all), 0);
    rq->matter = matter;
}

void raiser_forget(struct req *rq)
{
    respond_cookie(rq, COOKIE_RECEIPT, STR(""), -1);
}

static void identify_language(struct req *rq)
{
    enum lang lang;
    str asked = field_get(&rq->query, STR("lang"));
    if (lang_parse(asked, &lang)) respond_cookie(rq, COOKIE_LANG, lang_tag(lang), 365 * 86400);
    else lang = reader_lang(rq->x);
    rq->lang = lang;
}

enum status req_identify(struct req *rq)
{
    str bytes;
    identify_language(rq);
    if (rq->route != NULL && (rq->route->flags & ROUTE_MEMORY) != 0) return ST_OK;
    if (rq->route != NULL && rq->route->access == KEY_HOLDER) return identify_key(rq);
    TRY(identify_session(rq));
    identify_raiser(rq);
    str tag = cookie_get(rq->x, STR(COOKIE_BROWSER));
    if (tag.n > 0 && tag.n < 64 && secret_unbase64url(rq->mem, tag, &bytes) && bytes.n == 16) rq->browser = tag;
    return ST_OK;
}

/* ── form tokens ──────────────────────────────────────────────────────────────────────────────────────── */

/* What the token is bound to: the session's secret, or the anonymous browser's tag. */
static str csrf_bound(struct req *rq)
{
    return rq->actor.person.v != 0 ? str_concat(rq->mem, STR("s"), rq->session.csrf)
                                   : str_concat(rq->mem, STR("b"), rq->browser);
}

str req_csrf(struct req *rq)
{
    if (rq->actor.person.v == 0 && rq->browser.n == 0) {
        char *tag = NEWN(rq->mem, char, 16);
        secure_bytes(tag, 16);
        rq->browser = secret_base64url(rq->mem, (str){tag, 16});
        respond_cookie(rq, COOKIE_BROWSER, rq->browser, 0);
    }
    str mac = secret_hash(rq->mem, rq->city->keys, KEY_CSRF, csrf_bound(rq));
    return secret_base64url(rq->mem, str_sub(mac, 0, CSRF_BYTES));
}

/* The Origin of a browser's POST must be the host it speaks to; other clients send none. */
static bool origin_is_ours(struct req *rq)
{
    str scheme, host, site;
    str origin = http_header_get(rq->x, STR("Origin"));
    site = http_header_get(rq->x, STR("Sec-Fetch-Site"));
    if (site.n > 0 && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none"))) return false;
    if (origin.n == 0) return true;
    if (str_eq(origin, STR("null"))) return site.n > 0; /* no-referrer pages: the fetch metadata has spoken */
    return str_cut_str(origin, STR("://"), &scheme, &host) &&
           (str_eq_nocase(host, http_header_get(rq->x, STR("Host"))) ||
            (is_proxy(rq->site, rq->x->peer) && str_eq_nocase(host, http_header_get(rq->x, STR("X-Forwarded-Host")))));
}

enum status req_check_csrf(struct req *rq)
{
    if (!origin_is_ours(rq)) return ST_FORBIDDEN;
    if (rq->actor.person.v == 0 && rq->browser.n == 0) return ST_FORBIDDEN;
    str token = field_get(&rq->form, STR("csrf"));
    if (token.n == 0) token = http_header_get(rq->x, STR("X-CSRF-Token"));
    str mac = secret_hash(rq->mem, rq->city->keys, KEY_CSRF, csrf_bound(rq));
    str want = secret_base64url(rq->mem, str_sub(mac, 0, CSRF_BYTES));
    return secret_eq(token, want) ? ST_OK : ST_FORBIDDEN;
}

str req_once_new(struct req *rq)
{
    char *p = NEWN(rq->mem, char, 18);
    secure_bytes(p, 18);
    return secret_base64url(rq->mem, (str){p, 18});
}

enum status req_once(struct req *rq, str *token)
{
    str bytes;
    str text = field_get(&rq->form, STR("once"));
    if (text.n != 24 || !secret_unbase64url(rq->mem, text, &bytes))
        return fault(&rq->faults, "", "Reload the page and send the form again");
    *token = secret_hash(rq->mem, rq->city->keys, KEY_ONCE, text);
    return ST_OK;
}

/* ── guesses at secrets ───────────────────────────────────────────────────────────────────────────────── */

static struct guess_rule guess_rule_of(const struct req *rq)
{
    const struct rate_rule *rule = &rq->site->rate.rule[RATE_GUESS];
    return (struct guess_rule){rule->per_second, rule->burst};
}

enum status req_guess(struct req *rq, str what, str from, int *wait_seconds)
{
    struct guess_rule rule = guess_rule_of(rq);
    TRY(guess_look(rq->db, rq->mem, rq->city->keys, &rule, what, from, rq->now, &rq->guess));
    *wait_seconds = rq->guess.wait_seconds;
    return ST_OK;
}

static enum status count_failure(struct db *db, struct arena *mem, void *arg)
{
    struct req *rq = arg;
    struct guess_rule rule = guess_rule_of(rq);
    return guess_failed(db, mem, &rq->guess, &rule, rq->now);
}

enum status req_guess_failed(struct req *rq)
{
    return db_write(rq->db, count_failure, rq);
}

static enum status forgive(struct db *db, struct arena *mem, void *arg)
{
    struct req *rq = arg;
    (void)mem;
    return guess_right(db, &rq->guess);
}

enum status req_guess_right(struct req *rq)
{
    return rq->guess.has_failed ? db_write(rq->db, forgive, rq) : ST_OK;
}

/* ── input ────────────────────────────────────────────────────────────────────────────────────────────── */

enum status req_read_body(struct req *rq)
{
    str type = http_header_get(rq->x, STR("Content-Type"));
    str boundary = multipart_boundary(type);
    if (rq->route->body == JSON_BODY) return fields_from_json(rq->mem, rq->x->body, &rq->form);
    if (rq->route->body == TEXT_BODY && boundary.p == NULL) return fields_from_long(rq->mem, rq->x->body, &rq->form);
    if (boundary.p != NULL) return fields_from_multipart(rq->mem, rq->x->body, boundary, &rq->form);
    if (str_find(type, STR("multipart/")) == 0) {
        rq->form.why = "The form names no boundary";
        return ST_INVALID;
    }
    return fields_from_urlencoded(rq->mem, rq->x->body, &rq->form);
}

str req_query(struct req *rq, const char *name)
{
    return str_trim(field_get(&rq->query, str_from(name)));
}

str req_form(struct req *rq, const char *name)
{
    return str_trim(field_get(&rq->form, str_from(name)));
}

bool req_form_has(struct req *rq, const char *name)
{
    return field_get(&rq->form, str_from(name)).p != NULL;
}

enum status req_query_day(struct req *rq, const char *name, day *out)
{
    str text = req_query(rq, name);
    *out = (day){0};
    if (text.n == 0 || day_parse(text, out)) return ST_OK;
    return fault(&rq->faults, name, "Enter the date as year-month-day, for example 2026-03-05");
}

enum status req_param_id(struct req *rq, int index, int64_t *out)
{
    return str_int(rq->param[index], out) && *out > 0 ? ST_OK : ST_NOT_FOUND;
}

enum status req_form_id(struct req *rq, const char *name, int64_t *out)
{
    str text = req_form(rq, name);
    *out = 0;
    if (text.n == 0 || (str_int(text, out) && *out >= 0)) return ST_OK;
    *out = 0;
    return fault(&rq->faults, name, "Choose one of the list");
}

str req_param(struct req *rq, int index)
{
    str out;
    if (percent_decode(rq->mem, rq->param[index], false, &out) != ST_OK || !str_is_utf8(out)) return STR("");
    return out;
}

str req_address(struct req *rq, const char *path)
{
    str host = http_header_get(rq->x, STR("Host"));
    for (size_t i = 0; i < host.n; i++)
        if (memchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]", host.p[i], 67) == NULL)
            return STR("");
    return host.n == 0 ? STR("") : str_format(rq->mem, "%s://%.*s%s", rq->tls ? "https" : "http", STR_ARG(host), path);
}

str req_tr(struct req *rq, const char *msgid)
{
    return tr(rq->lang, msgid);
}

str req_name(struct req *rq, str en, str zh)
{
    if (rq->lang == LANG_ZH) return zh.n > 0 ? zh : en;
    return en.n > 0 ? en : zh;
}

str state_chip_kind(str state)
{
    if (str_eq(state, STR("solved"))) return STR("fine");
    if (str_eq(state, STR("answered")) || str_eq(state, STR("partly"))) return STR("soon");
    return STR("plain");
}
