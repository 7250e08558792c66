/* site: see site.h. The order at the door: route, method, limits by address, access, then the body; then the token of the form.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/site.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "web/kept.h"

struct site_worker {
    struct db *db;
};

static void read_proxies(struct site *s, str list)
{
    while (list.n > 0 && s->n_proxies < SITE_PROXIES) {
        size_t n = 0;
        while (n < list.n && list.p[n] != ' ' && list.p[n] != ',') n++;
        if (n > 0) s->proxies[s->n_proxies++] = str_sub(list, 0, n);
        list = str_sub(list, n + 1, list.n);
    }
}

void site_init(struct site *s, struct store *store, struct city *city, struct arena *life, struct router router,
               const struct site_options *options)
{
    unsigned char boot[6];
    *s = (struct site){.store = store, .city = city, .life = life, .router = router, .options = *options};
    secure_bytes(boot, sizeof boot);
    s->boot = secret_hex(life, (str){(char *)boot, sizeof boot});
    s->started = clock_now(store_clock(store));
    rate_init(&s->rate, life);
    memo_init(&s->memo);
    s->memo.off = options->no_memo;
    for (int i = 1; i < RATE_CLASSES; i++)
        if (options->rate[i].per_second >= 0) s->rate.rule[i] = options->rate[i];
    read_proxies(s, options->trusted_proxies);
    pthread_mutex_init(&s->argon2_lock, NULL);
    pthread_cond_init(&s->argon2_free, NULL);
    s->argon2_left = options->argon2_at_once > 0 ? options->argon2_at_once : 2;
}

enum status site_password_matches(struct site *s, str hash, str password, bool *matches)
{
    struct timespec until;
    enum status st = ST_OK;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 5;
    pthread_mutex_lock(&s->argon2_lock);
    while (s->argon2_left == 0 && st == ST_OK)
        if (pthread_cond_timedwait(&s->argon2_free, &s->argon2_lock, &until) != 0) st = ST_BUSY;
    if (s->argon2_left > 0) s->argon2_left--, st = ST_OK;
    pthread_mutex_unlock(&s->argon2_lock);
    TRY(st);
    *matches = password_matches(hash, password);
    pthread_mutex_lock(&s->argon2_lock);
    s->argon2_left++;
    pthread_cond_signal(&s->argon2_free);
    pthread_mutex_unlock(&s->argon2_lock);
    return ST_OK;
}

void site_drain(struct site *s)
{
    atomic_store(&s->draining, true);
}

/* One at a time: the arena is not shared by threads otherwise, and the newest reading is to be the last one kept. */
void site_changed_calendar(struct site *s, struct db *db)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    if (calendar_load(db, s->life, &s->city->calendar) != ST_OK) log_line(LOG_ERROR, "calendar not reloaded", " ");
    pthread_mutex_unlock(&lock);
}

void site_refresh(struct site *s, struct db *db, struct arena *mem)
{
    bool changed = false;
    if (calendar_changed(db, mem, &s->city->calendar, &changed) == ST_OK && changed) site_changed_calendar(s, db);
}

/* ── the door ─────────────────────────────────────────────────────────────────────────────────────────── */

static bool is_loopback(str peer)
{
    return str_starts(peer, STR("127.")) || str_eq(peer, STR("::1")) || str_starts(peer, STR("::ffff:127."));
}

static bool over_limit(struct site *s, struct http_exchange *x, unsigned flags)
{
    int retry = 0;
    str client = client_address(s, x);
    bool local = is_loopback(client) && !s->options.limit_loopback, posts = x->method == HTTP_POST;
    bool guesses = (flags & ROUTE_GUESS) != 0 && posts;
    if ((!guesses || rate_take(&s->rate, RATE_GUESS, client, &retry)) &&
        (local || rate_take(&s->rate, posts ? RATE_WRITE : RATE_READ, client, &retry)))
        return false;
    http_header_add(x, STR("Retry-After"), str_format(x->mem, "%d", retry));
    site_refuse(s, x, 429);
    return true;
}

/* A page that is kept needs no database, so the I/O thread may give it out. */
static bool answered_from_memory(struct site *s, struct http_worker *w, struct http_exchange *x)
{
    struct memo_page *page = kept_find(s, site_worker_db(w), x);
    if (page == NULL) return false;
    if (over_limit(s, x, ROUTE_CACHED)) memo_release(page);
    else kept_send(s, x, page);
    return true;
}

static bool content_type_fits(const struct http_exchange *x, enum body_kind kind)
{
    str type, rest;
    if (kind == NO_BODY || x->content_length == 0) return true;
    (void)str_cut(http_header_get(x, STR("Content-Type")), ';', &type, &rest);
    type = str_trim(type);
    if (kind == JSON_BODY) return str_eq_nocase(type, STR("application/json"));
    if (str_eq_nocase(type, STR("multipart/form-data"))) return true;
    return (kind == FORM_BODY || kind == TEXT_BODY) && str_eq_nocase(type, STR("application/x-www-form-urlencoded"));
}

/* Answers what may be answered on the I/O thread, and says of the rest where to serve it. */
static void site_admit(void *ctx, struct http_worker *w, struct http_exchange *x)
{
    struct site *s = ctx;
    bool far =
        store_blocks(s->store); /* then everything that asks the database waits: 404 pages look up a session too */
    x->body_max = 0;
    x->where = far ? HTTP_EXECUTOR : HTTP_INLINE;
    if (answered_from_memory(s, w, x)) return;
    struct route_match m = router_find(&s->router, x->method, x->path);
    if (m.allowed == 0) {
        x->body_max = LIMIT_BODY_FORM;
        return; /* the 404 page is made by serve */
    }
    if (m.row == NULL) {
        x->body_max = LIMIT_BODY_FORM;
        return;
    }
    if (over_limit(s, x, m.row->flags)) return;
    if (!content_type_fits(x, m.row->body)) {
        site_refuse(s, x, 415);
        return;
    }
    x->body_max = router_body_max(m.row->body);
    x->always = (m.row->flags & ROUTE_ALWAYS) != 0;
    bool blocks = (far && (m.row->flags & ROUTE_MEMORY) == 0) || m.row->method != HTTP_GET ||
                  (m.row->flags & ROUTE_BLOCKS) != 0 ||
                  ((m.row->flags & ROUTE_MEMORY) == 0 && session_wants_touch(s, w, x));
    x->where = blocks ? HTTP_EXECUTOR : HTTP_INLINE;
}

static void site_serve(void *ctx, struct http_worker *w, struct http_exchange *x)
{
    struct site_worker *own = w->own;
    struct site *s = ctx;
    if (atomic_load_explicit(&s->draining, memory_order_relaxed)) x->close = true;
    if (own->db == NULL && db_open(s->store, &own->db) != ST_OK) {
        site_refuse(s, x, 503);
        return;
    }
    serve_request(s, own->db, w->mem, x);
}

static void site_fallback(void *ctx, struct http_exchange *x, int status)
{
    site_refuse(ctx, x, status);
}

struct db *site_worker_db(struct http_worker *w)
{
    return ((struct site_worker *)w->own)->db;
}

/* An I/O thread reads at once; an executor opens its connection with its first request: most of them never have one. */
static void *site_worker_new(void *ctx, int index, bool is_executor)
{
    struct site *s = ctx;
    static _Thread_local struct site_worker own; /* lives as long as its thread */
    (void)index;
    if (!is_executor && db_open(s->store, &own.db) != ST_OK) return NULL;
    return &own;
}

static void site_worker_free(void *ctx, void *own)
{
    (void)ctx;
    struct db *db = ((struct site_worker *)own)->db;
    if (db != NULL) db_close(db);
}

/* A connection to a file that is not used holds pages of it and prepared statements: an executor opens it again with its next request. To a
 * server it would cost a while to connect. */
static void site_worker_rest(void *ctx, void *worker, bool is_executor)
{
    struct site_worker *own = worker;
    struct site *s = ctx;
    if (own->db == NULL || store_blocks(s->store)) return;
    db_rest(own->db);
    if (!is_executor) return;
    db_close(own->db);
    own->db = NULL;
}

static void site_done(void *ctx, const struct http_exchange *x, int64_t us, size_t sent)
{
    static const int64_t le[] = {100, 1000, 5000, 25000, 100000, 500000, 2500000};
    struct site *s = ctx;
    size_t k = 0;
    int class = x->status / 100;
    while (k < COUNT_OF(le) && us > le[k]) k++;
    atomic_fetch_add_explicit(&s->micros_le[k], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->micros_sum, (uint64_t)us, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->sent_bytes, sent, memory_order_relaxed);
    if (class >= 1 && class <= 5) atomic_fetch_add_explicit(&s->answers[class], 1, memory_order_relaxed);
    bool refused = x->status == 503; /* under load: http_loop says how many, once a second */
    if ((class == 5 && !refused) || us > 1000000) {
        const struct route_match m = router_find(&s->router, x->method, x->path);
        log_line(class == 5 ? LOG_WARN : LOG_INFO, "served", "req=%llu method=%s route=%s status=%d us=%lld bytes=%zu",
                 (unsigned long long)x->id, method_name(x->method), m.row == NULL ? "-" : m.row->path, x->status,
                 (long long)us, sent);
    } else {
        log_line(LOG_DEBUG, "served", "req=%llu status=%d us=%lld", (unsigned long long)x->id, x->status,
                 (long long)us);
    }
}

struct http_handler site_handler(struct site *s)
{
    return (struct http_handler){
        .ctx = s,
        .admit = site_admit,
        .serve = site_serve,
        .fallback = site_fallback,
        .worker_new = site_worker_new,
        .worker_free = site_worker_free,
        .worker_rest = site_worker_rest,
        .done = site_done,
    };
}
