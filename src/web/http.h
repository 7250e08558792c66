/* http: requests in, answers out. The only file that names the HTTP and TLS libraries is http*.c beside it.
 *
 * llhttp parses (see docs/adr/001-http.md), a strict gate (http_gate.h) reads every head first, epoll moves bytes: one
 * I/O thread per core, each with its own SO_REUSEPORT socket. `admit` runs on the I/O thread when a head is whole and
 * says how large a body may be and where to serve. HTTP_INLINE handlers run on the I/O thread and must never block;
 * HTTP_EXECUTOR handlers run on a pool thread while the connection waits, and may. Handlers never see the difference.
 *
 * Invariants   1. nothing that the gate refuses reaches admit.   2. after a refusal the connection answers 400 (or 413,
 *              414, 431, 501, 505) once and closes; later bytes are never read as a request.   3. one request of a
 *              connection is served at a time, answers keep their order.   4. an exchange belongs to one thread at a time.
 * Ownership    everything reachable from an exchange lives in its arena, reset when the answer has been handed over
 *              (the body is copied out to the connection, or borrowed when it is static).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_HTTP_H
#define LUOSHI_WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

enum http_method { HTTP_GET = 1, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS };
enum http_where { HTTP_INLINE = 1, HTTP_EXECUTOR };

struct http_header {
    str name;
    str value; /* trimmed */
};

/* One thread's private belongings (database connection, caches), made by handler.worker_new. */
struct http_worker {
    int index; /* 0-based over all threads */
    bool is_executor;
    void *own;
    struct arena *mem; /* reset before each exchange; exhaustion jumps back and answers 503 */
};

struct http_exchange {
    /* request */
    uint64_t id; /* unique in this process; goes to the log as request id */
    enum http_method method;
    str target; /* as sent, origin form */
    str path;   /* before '?', still percent-coded */
    str query;  /* after '?', still percent-coded */
    const struct http_header *headers;
    size_t n_headers;
    str body;              /* whole; empty at admit */
    size_t content_length; /* declared; SIZE_MAX when chunked */
    str peer;              /* numeric address of the socket's other end, no port */
    bool tls;
    /* answer, filled by admit or serve */
    int status; /* 0: not answered yet */
    struct http_header out[24];
    size_t n_out;
    str out_body;
    bool out_static; /* out_body outlives the server: send without copying */
    /* Of an answer that is kept: whole header lines, each with its end, sent before those of out. With an owner, out_head and out_body are
     * sent from where they are, and out_release(out_owner) is called once, when they have left or are not sent after all. */
    str out_head;
    void *out_owner;
    void (*out_release)(void *owner);
    bool close; /* close after this answer */
    /* set by admit */
    size_t body_max;
    enum http_where where;
    bool always;       /* never refused for load: costs next to nothing, or says how the server is */
    void *user;        /* handler's own, carried from admit to serve */
    struct arena *mem; /* the serving thread's arena at serve; the connection's small arena at admit */
};

struct http_handler {
    void *ctx;
    /* Head is in. Set x->body_max and x->where, or answer at once (status != 0) without reading the body (then the
     * connection closes if a body was announced). Runs on the I/O thread; must not block. */
    void (*admit)(void *ctx, struct http_worker *, struct http_exchange *);
    /* Body is in. Must answer. Exhaustion of w->mem inside it is caught by the server and answered by `fallback`. */
    void (*serve)(void *ctx, struct http_worker *, struct http_exchange *);
    /* Answer for what the server itself refuses (400, 408, 413, 414, 431, 501, 503, 505): fill out headers and a small body.
     * x has only what was parsed; may be nothing. Must not allocate more than 64 kB. */
    void (*fallback)(void *ctx, struct http_exchange *, int status);
    void *(*worker_new)(void *ctx, int index, bool is_executor); /* on the thread itself; NULL refuses to start */
    void (*worker_free)(void *ctx, void *own);
    /* On the thread itself, after some quiet seconds: give back what can be had again. May be NULL. */
    void (*worker_rest)(void *ctx, void *own, bool is_executor);
    /* After each answer, on the I/O thread: for metrics and the log. us: from first byte of the head to hand-over. */
    void (*done)(void *ctx, const struct http_exchange *, int64_t us, size_t sent);
};

struct http_options {
    const char *listen;  /* "127.0.0.1:8080", "[::1]:0"; port 0 picks a free one */
    int io_threads;      /* 0: one per core */
    int executors;       /* 0: 64 */
    int max_connections; /* 0: LIMIT_CONNECTIONS */
    int max_per_peer;    /* 0: LIMIT_CONNECTIONS_PER_PEER */
    int head_seconds, body_seconds, write_seconds, idle_seconds; /* 0: limits.h */
    const char *tls_cert, *tls_key;                              /* PEM paths; both or none */
};

struct http_counts { /* for /metrics */
    uint64_t accepted, requests, refused, timed_out, shed;
    int64_t open, waiting; /* connections now; requests queued for an executor now */
};

struct http_server;

/* Binds, starts threads, serves. ST_IO with a logged reason when it cannot. */
MUST_USE enum status http_open(const struct http_options *, const struct http_handler *, struct http_server **out);
int http_port(const struct http_server *);
void http_counts(const struct http_server *, struct http_counts *out);
/* Graceful: stop accepting, answer what is running (at most LIMIT_STOP_SECONDS), join all threads, free. */
void http_close(struct http_server *);

/* Request header by case-insensitive name; .p NULL when absent. The first one when repeated. */
str http_header_get(const struct http_exchange *, str name);
/* Add an answer header; name and value must live as long as the arena. Asserts that no CR, LF or NUL is inside, and that it
 * is none the server writes itself: Date, Content-Length, Transfer-Encoding, Connection (set x->close instead). */
void http_header_add(struct http_exchange *, str name, str value);

#endif
