/* system_pages: what machines ask: health, readiness, metrics, embedded files.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/system_pages.h"

#include "base/limits.h"
#include "gen/assets.h"
#include "web/req_internal.h"

static const str plain = STR_INIT("text/plain; charset=utf-8");

static enum status page_healthz(struct req *rq)
{
    return respond_bytes(rq, 200, plain, STR("ok\n"));
}

/* What a balancer asks every second or two: nothing is waited for. */
static enum status page_readyz(struct req *rq)
{
    if (atomic_load(&rq->site->draining)) return respond_bytes(rq, 503, plain, STR("draining\n"));
    switch (store_state(rq->site->store)) {
    case STORE_WRITES: return respond_bytes(rq, 200, plain, STR("ready\n"));
    case STORE_READS: return respond_bytes(rq, 200, plain, STR("ready to read only\n"));
    case STORE_SILENT: break;
    }
    return respond_bytes(rq, 503, plain, STR("not ready\n"));
}

static void metric(struct buf *b, const char *name, const char *type, const char *help, long long v)
{
    buf_format(b, "# HELP luoshi_%s %s\n# TYPE luoshi_%s %s\nluoshi_%s %lld\n", name, help, name, type, name, v);
}

static void answers_metrics(struct buf *b, struct site *s)
{
    static const char *const le[] = {"0.0001", "0.001", "0.005", "0.025", "0.1", "0.5", "2.5", "+Inf"};
    uint64_t sum = 0;
    buf_add(b, STR("# HELP luoshi_answers_total Answers by status class.\n# TYPE luoshi_answers_total counter\n"));
    for (int i = 1; i <= 5; i++)
        buf_format(b, "luoshi_answers_total{class=\"%dxx\"} %llu\n", i, (unsigned long long)s->answers[i]);
    buf_add(b, STR("# HELP luoshi_answer_seconds Time from the head to the hand-over.\n# TYPE luoshi_answer_seconds "
                   "histogram\n"));
    for (size_t i = 0; i < COUNT_OF(le); i++) {
        sum += s->micros_le[i];
        buf_format(b, "luoshi_answer_seconds_bucket{le=\"%s\"} %llu\n", le[i], (unsigned long long)sum);
    }
    buf_format(b, "luoshi_answer_seconds_sum %.6f\nluoshi_answer_seconds_count %llu\n", (double)s->micros_sum / 1e6,
               (unsigned long long)sum);
}

/* For this machine and trusted proxies' own checks only: figures of load are nobody else's business. Whoever comes through a proxy is
 * somebody else, also when nobody told us of that proxy. */
static enum status page_metrics(struct req *rq)
{
    struct http_counts h = {0};
    struct store_counts d = {0};
    struct buf b;
    bool local = str_starts(rq->client, STR("127.")) || str_eq(rq->client, STR("::1"));
    bool forwarded =
        http_header_get(rq->x, STR("X-Forwarded-For")).n > 0 || http_header_get(rq->x, STR("Forwarded")).n > 0;
    if (!local || forwarded) return ST_NOT_FOUND;
    buf_init(&b, rq->mem, 4096, (size_t)64 * 1024);
    const struct http_server *server = rq->site->server;
    if (server != NULL) http_counts(server, &h);
    store_counts(rq->site->store, &d);
    metric(&b, "connections_open", "gauge", "Connections open now.", (long long)h.open);
    metric(&b, "connections_total", "counter", "Connections accepted.", (long long)h.accepted);
    metric(&b, "requests_total", "counter", "Requests read.", (long long)h.requests);
    metric(&b, "requests_refused_total", "counter", "Requests refused for their framing.", (long long)h.refused);
    metric(&b, "requests_timed_out_total", "counter", "Requests cut off for being slow.", (long long)h.timed_out);
    metric(&b, "requests_shed_total", "counter", "Requests answered 503 under load.", (long long)h.shed);
    metric(&b, "executor_waiting", "gauge", "Requests waiting for an executor.", (long long)h.waiting);
    answers_metrics(&b, rq->site);
    metric(&b, "answers_kept_total", "counter", "Answers given from pages kept in memory.",
           (long long)rq->site->memo.hits);
    metric(&b, "sent_bytes_total", "counter", "Bytes of answers.", (long long)rq->site->sent_bytes);
    metric(&b, "writes_total", "counter", "Commands run by the writer.", (long long)d.commands);
    metric(&b, "commits_total", "counter", "Commits of the writer.", (long long)d.batches);
    metric(&b, "writes_failed_total", "counter", "Commands that failed.", (long long)d.failed);
    metric(&b, "writes_waiting", "gauge", "Commands waiting for the writer.", (long long)d.waiting);
    metric(&b, "database_bytes", "gauge", "Size of the database file.", (long long)d.file_bytes);
    metric(&b, "wal_bytes", "gauge", "Size of the write-ahead log.", (long long)d.wal_bytes);
    if (d.has_replica) {
        metric(&b, "replica_reads_total", "counter", "Requests read from the replica.", (long long)d.replica_reads);
        metric(&b, "replica_behind_ms", "gauge", "Milliseconds since it was level; -1: not read from.",
               (long long)d.replica_behind_ms);
    }
    metric(&b, "uptime_seconds", "gauge", "Seconds since start.",
           (long long)((rq->now.ms - rq->site->started.ms) / 1000));
    if (rq->site->options.more_metrics != NULL) rq->site->options.more_metrics(rq->db, rq->mem, &b);
    return respond_bytes(rq, 200, STR("text/plain; version=0.0.4; charset=utf-8"), buf_str(&b));
}

static enum status send_asset(struct req *rq, const struct asset *a, bool forever)
{
    struct http_exchange *x = rq->x;
    str body = a->plain;
    if (a->brotli.p != NULL && accepts_coding(x, STR("br"))) {
        body = a->brotli;
        respond_header(rq, STR("Content-Encoding"), STR("br"));
    } else if (a->gzip.p != NULL && accepts_coding(x, STR("gzip"))) {
        body = a->gzip;
        respond_header(rq, STR("Content-Encoding"), STR("gzip"));
    }
    respond_header(rq, STR("ETag"), a->etag);
    respond_header(rq, STR("Vary"), STR("Accept-Encoding"));
    respond_header(rq, STR("X-Content-Type-Options"), STR("nosniff"));
    respond_header(rq, STR("Cache-Control"),
                   forever ? STR("public, max-age=31536000, immutable") : STR("public, max-age=3600"));
    rq->answered = true;
    if (str_eq(http_header_get(x, STR("If-None-Match")), a->etag)) {
        x->status = 304;
        return ST_OK;
    }
    respond_header(rq, STR("Content-Type"), a->type);
    x->status = 200;
    x->out_body = body;
    x->out_static = true;
    return ST_OK;
}

static enum status page_asset(struct req *rq)
{
    const struct asset *a = assets_find_hashed(req_param(rq, 0));
    return a == NULL ? ST_NOT_FOUND : send_asset(rq, a, true);
}

static enum status page_named(struct req *rq, const char *name)
{
    const struct asset *a = assets_find(str_from(name));
    return a == NULL ? ST_NOT_FOUND : send_asset(rq, a, false);
}

static enum status page_robots(struct req *rq)
{
    return page_named(rq, "robots.txt");
}

static enum status page_favicon(struct req *rq)
{
    return page_named(rq, "favicon.svg");
}

static const struct route rows[] = {
    {HTTP_GET, "/healthz", ANYONE, NO_BODY, page_healthz, ROUTE_ALWAYS | ROUTE_MEMORY, "the process answers"},
    {HTTP_GET, "/readyz", ANYONE, NO_BODY, page_readyz, ROUTE_ALWAYS | ROUTE_MEMORY,
     "send people here: the database answers, the end is not near"},
    {HTTP_GET, "/metrics", ANYONE, NO_BODY, page_metrics, ROUTE_ALWAYS, "Prometheus text; this machine only"},
    {HTTP_GET, "/assets/:name", ANYONE, NO_BODY, page_asset, ROUTE_ALWAYS | ROUTE_MEMORY,
     "embedded styles, scripts, icons"},
    {HTTP_GET, "/robots.txt", ANYONE, NO_BODY, page_robots, ROUTE_ALWAYS | ROUTE_MEMORY, "for crawlers"},
    {HTTP_GET, "/favicon.ico", ANYONE, NO_BODY, page_favicon, ROUTE_ALWAYS | ROUTE_MEMORY, "the mark"},
};
const struct route_list system_route_list = {rows, COUNT_OF(rows)};
