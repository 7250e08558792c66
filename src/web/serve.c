/* serve: the way of one request through the room: identify, check, hand over, and turn a status into an answer.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "web/kept.h"

static int http_status_of(enum status st)
{
    static const int map[] = {
        [ST_OK] = 200,       [ST_INVALID] = 400, [ST_FORBIDDEN] = 403, [ST_NOT_FOUND] = 404,
        [ST_CONFLICT] = 409, [ST_BUSY] = 503,    [ST_IO] = 500,
    };
    _Static_assert(COUNT_OF(map) == ST_COUNT, "every status has an HTTP status");
    return st < ST_COUNT ? map[st] : 500;
}

static enum status not_allowed(struct req *rq, unsigned allowed)
{
    struct buf b;
    buf_init(&b, rq->mem, 64, 256);
    for (int m = HTTP_GET; m <= HTTP_OPTIONS; m++)
        if (allowed & 1u << m) {
            if (b.n > 0) buf_add(&b, STR(", "));
            buf_add(&b, str_from(method_name((enum http_method)m)));
        }
    respond_header(rq, STR("Allow"), buf_str(&b));
    return respond_error(rq, 405, NULL);
}

/* Staff pages send the unknown to sign in and back; JSON and changes get 401. */
static enum status ask_to_sign_in(struct req *rq)
{
    if (rq->json || rq->x->method == HTTP_POST) {
        respond_header(rq, STR("WWW-Authenticate"), STR("Bearer realm=\"luoshi\""));
        return respond_error(rq, 401, NULL);
    }
    return respond_redirect(rq, str_concat(rq->mem, STR("/sign-in?back="), percent_encode(rq->mem, rq->x->target)));
}

static enum status guard(struct req *rq)
{
    switch (rq->route->access) {
    case ACCESS_UNSET: return ST_FORBIDDEN;
    case ANYONE: return ST_OK;
    case RAISER: return rq->matter.v != 0 ? ST_OK : respond_redirect(rq, STR("/track"));
    case SIGNED_IN: return rq->actor.person.v != 0 ? ST_OK : ask_to_sign_in(rq);
    case KEY_HOLDER:
        if (rq->key_unit.v != 0) return ST_OK;
        respond_header(rq, STR("WWW-Authenticate"), STR("Bearer realm=\"luoshi\""));
        return respond_error(rq, 401, "Send the API key as a bearer token");
    }
    return ST_FORBIDDEN;
}

static enum status run(struct req *rq, const struct route_match *m)
{
    enum status st = fields_from_query(rq->mem, rq->x->query, &rq->query);
    if (st != ST_OK) return respond_error(rq, 400, rq->query.why);
    TRY(req_identify(rq));
    if (m->allowed == 0) return ST_NOT_FOUND;
    if (m->row == NULL) return not_allowed(rq, m->allowed);
    st = guard(rq);
    if (st != ST_OK || rq->answered) return st;
    if (kept_respond(rq)) return ST_OK;
    if (m->row->body != NO_BODY) {
        st = req_read_body(rq);
        if (st != ST_OK) return rq->answered ? ST_OK : respond_error(rq, 400, rq->form.why);
    }
    if (m->row->method == HTTP_POST && m->row->access != KEY_HOLDER && (m->row->flags & ROUTE_NO_CSRF) == 0 &&
        req_check_csrf(rq) != ST_OK)
        return respond_error(rq, 403,
                             "The form has expired or was not ours. Go back, reload the page and send it again");
    return m->row->handler(rq);
}

bool accepts_json(const struct http_exchange *x)
{
    str accept = http_header_get(x, STR("Accept"));
    return str_find(accept, STR("application/json")) >= 0 && str_find(accept, STR("text/html")) < 0;
}

bool wants_json(const struct http_exchange *x, const struct route_match *m)
{
    if (m->json || str_ends(x->path, STR(".json")) || (m->row != NULL && m->row->access == KEY_HOLDER)) return true;
    return accepts_json(x);
}

static void end_reads(void *db)
{
    db_reads_end(db);
}

/* A page is read at one moment. It ends with the arena, also when the handler leaves by exhaustion. */
static void read_as_one(struct req *rq)
{
    if (rq->route == NULL || rq->route->method != HTTP_GET || (rq->route->flags & ROUTE_ALWAYS) != 0) return;
    db_reads_begin(rq->db);
    arena_defer(rq->mem, end_reads, rq->db);
}

/* What a reader must see at least: a change of their own; everything, when they say so. Who has no session is answered from what is kept
 * for everybody, which only the main server can vouch for. */
static int64_t position_needed(const struct http_exchange *x)
{
    int64_t position;
    if (x->method != HTTP_GET && x->method != HTTP_HEAD) return DB_LATEST;
    if (str_find(http_header_get(x, STR("Cache-Control")), STR("no-cache")) >= 0) return DB_LATEST;
    str wrote = cookie_get(x, STR(COOKIE_WROTE));
    if (wrote.n == 0) return 0;
    if (cookie_get(x, STR(COOKIE_SESSION)).n == 0 || !str_int(wrote, &position) || position <= WROTE_SOMEWHERE)
        return DB_LATEST;
    return position;
}

static enum status serve_once(struct req *rq, const struct route_match *m)
{
    struct http_exchange *x = rq->x;
    memcpy(rq->param, m->param, sizeof rq->param);
    rq->json = wants_json(x, m);
    rq->client = client_address(rq->site, x);
    rq->tls = came_by_tls(rq->site, x);
    rq->now = db_now(rq->db);
    rq->today = day_in_zone(&rq->city->zone, rq->now);
    rq->lang = LANG_EN;
    read_as_one(rq);
    return run(rq, m);
}

/* A replica may have been lost just now, or not know yet what somebody was told of: the main server has the last word. */
static bool asks_again(enum status st)
{
    return st == ST_NOT_FOUND || st == ST_BUSY || st == ST_IO;
}

void serve_request(struct site *s, struct db *db, struct arena *mem, struct http_exchange *x)
{
    struct route_match m = router_find(&s->router, x->method, x->path);
    struct req *rq = NEW(mem, struct req);
    const struct req blank = {.site = s, .city = s->city, .db = db, .mem = mem, .x = x, .route = m.row};
    bool memory = m.row != NULL && (m.row->flags & ROUTE_MEMORY) != 0;
    *rq = blank;
    bool replica = !memory && db_read_from(db, position_needed(x));
    enum status st = serve_once(rq, &m);
    if (replica && x->status == 0 && asks_again(st)) {
        (void)db_read_from(db, DB_LATEST);
        x->n_out = 0;
        *rq = blank;
        st = serve_once(rq, &m);
    }
    if (st != ST_OK) {
        int code = http_status_of(st);
        if (st == ST_IO || st == ST_BUSY) {
            log_line(LOG_ERROR, "handler failed", "req=%llu route=%s st=\"%s\"", (unsigned long long)x->id,
                     m.row == NULL ? "-" : m.row->path, status_name(st));
            if (st == ST_BUSY) respond_header(rq, STR("Retry-After"), STR("2"));
        }
        (void)respond_error(rq, code, NULL);
    }
    must(x->status != 0);
}
