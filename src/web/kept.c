/* kept: see kept.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/kept.h"

#include <string.h>

#define FORM_JSON 16u
#define FORM_TLS  32u
#define VARIES    "Accept, Accept-Language, Accept-Encoding, Cookie"

/* ── what is asked for ────────────────────────────────────────────────────────────────────────────────── */

static struct memo_key key_of(const struct http_exchange *x, enum lang lang, bool json, bool tls)
{
    return (struct memo_key){x->target, (unsigned)lang | (json ? FORM_JSON : 0) | (tls ? FORM_TLS : 0)};
}

/* Nothing from before the last commit will do. */
static bool wants_latest(const struct http_exchange *x)
{
    return str_find(http_header_get(x, STR("Cache-Control")), STR("no-cache")) >= 0 ||
           cookie_get(x, STR(COOKIE_WROTE)).n > 0;
}

static bool tag_matches(str list, str tag)
{
    while (list.n > 0) {
        str one;
        (void)str_cut(list, ',', &one, &list);
        one = str_trim(one);
        if (str_eq(one, tag) || str_eq(one, STR("*"))) return true;
    }
    return false;
}

/* The tag of what this page would be: process, commits so far, day, language, form. No page is rendered to find it. */
static str tag_of(struct req *rq, uint64_t epoch)
{
    return str_format(rq->mem, "W/\"%.*s-%llx-%x-%d%c\"", STR_ARG(rq->site->boot), (unsigned long long)epoch,
                      (unsigned)rq->today.n, (int)rq->lang, rq->json ? 'j' : 'h');
}

/* ── answering ────────────────────────────────────────────────────────────────────────────────────────── */

static void send_unchanged(struct http_exchange *x, str tag)
{
    x->status = 304;
    http_header_add(x, STR("ETag"), tag);
    http_header_add(x, STR("Cache-Control"), STR("no-cache"));
    http_header_add(x, STR("Vary"), STR(VARIES));
}

static void send_page(struct memo *m, struct http_exchange *x, struct memo_page *page)
{
    x->status = 200;
    x->n_out = 0;
    memo_answer(m, page, accepts_coding(x, STR("gzip")), &x->out_head, &x->out_body);
}

void kept_send(struct site *s, struct http_exchange *x, struct memo_page *page)
{
    x->out_owner = page; /* its bytes are sent from where they are */
    x->out_release = memo_release;
    atomic_fetch_add_explicit(&s->memo.hits, 1, memory_order_relaxed);
    if (tag_matches(http_header_get(x, STR("If-None-Match")), page->facts.tag)) send_unchanged(x, page->facts.tag);
    else send_page(&s->memo, x, page);
}

/* ── at the door ──────────────────────────────────────────────────────────────────────────────────────── */

static struct memo_page *if_good(struct memo_page *page, struct db *db, bool latest, instant now)
{
    if (!latest && memo_is_young(page, now)) return page;
    if (db != NULL && memo_still_holds(page, db_epoch(db), now)) return page;
    memo_release(page);
    return NULL;
}

struct memo_page *kept_find(struct site *s, struct db *db, const struct http_exchange *x)
{
    if (s->memo.off || (x->method != HTTP_GET && x->method != HTTP_HEAD)) return NULL;
    if (cookie_get(x, STR(COOKIE_SESSION)).n > 0) return NULL; /* staff: the frame is theirs */
    bool json = str_ends(x->path, STR(".json")) || accepts_json(x);
    struct memo_key key = key_of(x, reader_lang(x), json, came_by_tls(s, x));
    struct memo_page *page = memo_find(&s->memo, &key);
    return page == NULL ? NULL : if_good(page, db, wants_latest(x), clock_now(store_clock(s->store)));
}

/* ── in serve ─────────────────────────────────────────────────────────────────────────────────────────── */

static bool is_for_everybody(const struct req *rq)
{
    return rq->actor.person.v == 0 && rq->route != NULL && (rq->route->flags & ROUTE_CACHED) != 0 &&
           rq->x->n_out == 0; /* a cookie on its way is for one browser */
}

bool kept_respond(struct req *rq)
{
    if (!is_for_everybody(rq) || (db_on_replica(rq->db) && wants_latest(rq->x))) return false;
    uint64_t epoch = db_epoch(rq->db);
    instant as_of = db_as_of(rq->db);
    if (epoch == 0) return false;
    struct memo_key key = key_of(rq->x, rq->lang, rq->json, rq->tls);
    struct memo_page *page = memo_find(&rq->site->memo, &key);
    if (page != NULL && memo_still_holds(page, epoch, as_of)) {
        kept_send(rq->site, rq->x, page);
        rq->answered = true;
        return true;
    }
    memo_release(page);
    rq->epoch = epoch;
    rq->as_of = as_of;
    rq->tag = tag_of(rq, epoch);
    if (!tag_matches(http_header_get(rq->x, STR("If-None-Match")), rq->tag)) {
        http_header_add(rq->x, STR("ETag"), rq->tag);
        return false;
    }
    send_unchanged(rq->x, rq->tag);
    rq->answered = true;
    return true;
}

/* The header lines as they will be sent; .p NULL when one of them is for this reader alone. */
static str head_of(struct req *rq)
{
    const struct http_exchange *x = rq->x;
    struct buf b;
    buf_init(&b, rq->mem, 1024, (size_t)64 * 1024);
    for (size_t i = 0; i < x->n_out; i++) {
        if (str_eq_nocase(x->out[i].name, STR("Set-Cookie"))) return (str){NULL, 0};
        buf_add(&b, x->out[i].name);
        buf_add(&b, STR(": "));
        buf_add(&b, x->out[i].value);
        buf_add(&b, STR("\r\n"));
    }
    return buf_str(&b);
}

void kept_put(struct req *rq)
{
    if (rq->x->status != 200 || rq->epoch == 0 || rq->site->memo.off) return;
    str head = head_of(rq);
    if (head.p == NULL) return;
    struct memo_key key = key_of(rq->x, rq->lang, rq->json, rq->tls);
    struct memo_facts facts = {.epoch = rq->epoch,
                               .made = rq->as_of,
                               .until = day_end(&rq->city->zone, rq->today),
                               .tag = rq->tag,
                               .head = head,
                               .body = rq->x->out_body};
    struct memo_page *page = memo_put(&rq->site->memo, &key, &facts);
    if (page == NULL) return;
    rq->x->out_owner = page;
    rq->x->out_release = memo_release;
    send_page(&rq->site->memo, rq->x, page);
}
