/* echo_server: the smallest thing that can be served by web/http.h, for the hostile tests and a bench of the bare server.
 *
 *   echo_server [key=value ...]   keys: io executors connections peer head body write idle listen cert key
 * Prints "port=N", then one line per answer on demand (log=1). Ends gracefully on SIGTERM.
 *   /           a constant page, inline          /echo  what arrived, inline       /late/N  after N ms, on an executor
 *   /big/N      N bytes                          /full  runs out of memory         /no      404 from admit
 *   /204 /304   answers without a body           /counts  the server's counters
 * SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/status.h"
#include "web/http.h"

#define BODY_MOST ((size_t)1024 * 1024)

static struct http_server *server;
static int log_answers;

static void text(struct http_exchange *x, int status, str body)
{
    x->status = status;
    http_header_add(x, STR("Content-Type"), STR("text/plain; charset=utf-8"));
    x->out_body = body;
}

static void echo(struct http_exchange *x)
{
    struct buf b;
    buf_init(&b, x->mem, 512, 4 * BODY_MOST);
    buf_format(&b, "method=%d target=%.*s headers=%zu length=%zu body=%zu\n", (int)x->method, STR_ARG(x->target),
               x->n_headers, x->content_length, x->body.n);
    buf_add(&b, x->body);
    text(x, 200, buf_str(&b));
}

static int64_t number_behind(str s, size_t prefix)
{
    int64_t n = 0;
    (void)!str_int(str_sub(s, prefix, s.n), &n);
    return n;
}

static void counts(struct http_exchange *x)
{
    struct http_counts c;
    http_counts(server, &c);
    text(x, 200,
         str_format(
             x->mem, "accepted=%llu requests=%llu refused=%llu timed_out=%llu shed=%llu open=%lld waiting=%lld\n",
             (unsigned long long)c.accepted, (unsigned long long)c.requests, (unsigned long long)c.refused,
             (unsigned long long)c.timed_out, (unsigned long long)c.shed, (long long)c.open, (long long)c.waiting));
}

static void admit(void *ctx, struct http_worker *w, struct http_exchange *x)
{
    (void)ctx;
    (void)w;
    x->body_max = BODY_MOST;
    x->where = str_starts(x->path, STR("/late/")) || str_starts(x->path, STR("/full")) ? HTTP_EXECUTOR : HTTP_INLINE;
    if (str_eq(x->path, STR("/no"))) text(x, 404, STR("no\n"));
    if (str_eq(x->path, STR("/fulladmit"))) x->user = arena_alloc(x->mem, 1, (size_t)1 << 30, 16);
}

static void serve(void *ctx, struct http_worker *w, struct http_exchange *x)
{
    (void)ctx;
    static const char page[] = "<!doctype html><title>Hello</title><p>A small constant page.</p>\n";
    if (str_starts(x->path, STR("/late/"))) {
        usleep((useconds_t)number_behind(x->path, 6) * 1000);
        echo(x);
    } else if (str_starts(x->path, STR("/big/"))) {
        size_t n = (size_t)number_behind(x->path, 5);
        char *p = arena_alloc(x->mem, n, 1, 1);
        memset(p, 'b', n);
        text(x, 200, (str){p, n});
    } else if (str_starts(x->path, STR("/full"))) {
        x->out_body.p = arena_alloc(w->mem, 1, LIMIT_REQUEST_ARENA * 2, 16);
    } else if (str_eq(x->path, STR("/204"))) {
        x->status = 204;
    } else if (str_eq(x->path, STR("/304"))) {
        x->status = 304;
        x->out_body = STR("never sent");
    } else if (str_eq(x->path, STR("/counts"))) {
        counts(x);
    } else if (str_starts(x->path, STR("/echo")) || x->body.n > 0) {
        echo(x);
    } else {
        x->out_static = true;
        text(x, 200, (str){page, sizeof page - 1});
    }
}

static void fallback(void *ctx, struct http_exchange *x, int status)
{
    (void)ctx;
    x->out_body = str_format(x->mem, "refused %d\n", status);
    http_header_add(x, STR("Content-Type"), STR("text/plain"));
}

static void done(void *ctx, const struct http_exchange *x, int64_t us, size_t sent)
{
    (void)ctx;
    if (log_answers) fprintf(stderr, "status=%d us=%lld sent=%zu\n", x->status, (long long)us, sent);
}

static bool option(struct http_options *o, str key, const char *value)
{
    int64_t n = 0;
    (void)!str_int(str_from(value), &n);
    if (str_eq(key, STR("io"))) o->io_threads = (int)n;
    else if (str_eq(key, STR("executors"))) o->executors = (int)n;
    else if (str_eq(key, STR("connections"))) o->max_connections = (int)n;
    else if (str_eq(key, STR("peer"))) o->max_per_peer = (int)n;
    else if (str_eq(key, STR("head"))) o->head_seconds = (int)n;
    else if (str_eq(key, STR("body"))) o->body_seconds = (int)n;
    else if (str_eq(key, STR("write"))) o->write_seconds = (int)n;
    else if (str_eq(key, STR("idle"))) o->idle_seconds = (int)n;
    else if (str_eq(key, STR("listen"))) o->listen = value;
    else if (str_eq(key, STR("cert"))) o->tls_cert = value;
    else if (str_eq(key, STR("key"))) o->tls_key = value;
    else if (str_eq(key, STR("log"))) log_answers = (int)n;
    else return false;
    return true;
}

int main(int argc, char **argv)
{
    struct http_options o = {.listen = "127.0.0.1:0", .io_threads = 1, .executors = 4};
    struct http_handler h = {.admit = admit, .serve = serve, .fallback = fallback, .done = done};
    sigset_t stop;
    int got;
    for (int i = 1; i < argc; i++) {
        str key, value;
        if (!str_cut(str_from(argv[i]), '=', &key, &value) || !option(&o, key, value.p)) return 2;
    }
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    if (http_open(&o, &h, &server) != ST_OK) return 1;
    printf("port=%d\n", http_port(server));
    fflush(stdout);
    (void)sigwait(&stop, &got);
    http_close(server);
    return 0;
}
