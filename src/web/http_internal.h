/* http_internal: what the files http_*.c share. Nobody else includes it.
 *
 *   http.c         open, close, serve_one (the only setjmp of web/)
 *   http_loop.c    one I/O thread: epoll, accept, timers, stop
 *   http_conn.c    one connection: its states, heads, refusals       http_body.c   bodies
 *   http_answer.c  answers to bytes                                  http_wire.c   bytes to the socket, plain or TLS
 *   http_pool.c    executors and their bounded queue                 http_peers.c  connections per address
 *   http_gate*.c   strict reading, http_parse.c llhttp, http_tls.c OpenSSL
 *
 * Ownership    a connection belongs to its I/O thread. While it is in CONN_WAIT its http_work belongs to the executor;
 *              the I/O thread then only sets the flags in http_conn. An idle connection has no http_work.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_HTTP_INTERNAL_H
#define LUOSHI_WEB_HTTP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/str.h"
#include "web/http.h"
#include "web/http_gate.h"
#include "web/http_load.h"
#include "web/http_parse.h"

/* Sizes that only this layer knows; what an operator or a route may care about is in base/limits.h. */
#define HTTP_IN_BYTES       (LIMIT_HEAD + 4096)         /* a full head and a window for the body */
#define HTTP_OUT_BYTES      ((size_t)8192)              /* most answer heads and small answers */
#define HTTP_COPY_BYTES     ((size_t)2048)              /* bodies up to this are cheaper copied than gathered */
#define HTTP_ADMIT_BYTES    ((size_t)128 * 1024)        /* admit and fallback: twice what fallback may take */
#define HTTP_BODY_FIRST     ((size_t)16 * 1024)         /* body storage doubles from here as bytes arrive */
#define HTTP_BODIES_MOST    ((size_t)512 * 1024 * 1024) /* bodies being received, all connections: 16 full uploads */
#define HTTP_DRAIN_SECONDS  2                           /* reading on after the last answer, so that it is not lost */
#define HTTP_DRAIN_BYTES    ((size_t)256 * 1024)
#define HTTP_SPARE_WORKS    64 /* kept per I/O thread; more are freed */
#define HTTP_QUIET_WORKS    4  /* of these after quiet seconds */
#define HTTP_QUIET_SECONDS  5  /* with nothing to do, before memory is given back */
#define HTTP_QUIET_REQUESTS 16 /* a second and I/O thread: health checks are quiet too */
#define HTTP_TURNS          32 /* requests of one connection before the others get their turn */
#define HTTP_PEER_TEXT      48

struct http_io;
struct tls_config;
struct tls_wire;

/* HANDSHAKE -> IDLE <-> HEAD -> BODY -> WAIT -> WRITE -> IDLE or DRAIN; any -> closed */
enum conn_state { CONN_HANDSHAKE = 1, CONN_IDLE, CONN_HEAD, CONN_BODY, CONN_WAIT, CONN_WRITE, CONN_DRAIN };

/* Buffers and records of one request being read or answered. */
struct http_work {
    struct http_work *next_free;
    struct arena *own;   /* holds this struct */
    struct arena *admit; /* x.mem at admit and fallback; lives until the request is over */
    struct http_exchange x;
    struct http_header headers[LIMIT_HEADERS];
    struct http_gate_head gate;
    struct http_gate_chunks chunks;
    struct http_parse parse;
    int64_t began_ns;      /* first byte of the head */
    size_t in_from, in_to; /* unread bytes of in[] */
    size_t seen;           /* of them looked at for the end of the head */
    size_t head_end;       /* offset behind the head */
    size_t next;           /* offset behind the request, once known */
    char *body;
    size_t body_n, body_cap;
    struct arena *body_mem;
    bool body_full; /* no memory for the body */
    bool late;      /* waited too long for an executor: refused */
    bool last;      /* close after this answer */
    bool refused;
    bool reported; /* by its executor */
    str out[2];    /* bytes still to send */
    size_t out_n;  /* bytes of the whole answer */
    struct arena *out_mem;
    char in[HTTP_IN_BYTES];
    char out_bytes[HTTP_OUT_BYTES];
};

struct http_conn {
    struct http_conn *before, *after; /* of this I/O thread; after also links free ones */
    struct http_conn *queued;         /* executor queue, hand-back list */
    int64_t queued_ns;                /* since when in the executors' queue */
    struct http_io *io;
    struct http_work *work;
    struct tls_wire *tls;
    int64_t deadline_ms; /* 0: none */
    size_t drained;
    int fd;
    enum conn_state state;
    bool readable; /* the socket may hold bytes */
    bool hung_up;  /* the other end sends no more */
    bool dead;     /* both directions are gone */
    _Atomic bool
        poked; /* in WAIT: something came, or may lie there already, so its I/O thread is to have it back at once */
    unsigned char peer_key[16];
    char peer[HTTP_PEER_TEXT];
};

struct http_date {
    int64_t second;
    char text[32];
};

/* One counter, written by its own I/O thread only. */
typedef _Atomic uint64_t http_count;

struct http_io {
    struct http_server *server;
    struct http_worker worker;
    pthread_t thread;
    bool has_thread;
    int epoll, listener, wake;
    bool accept_paused; /* out of file descriptors: try again at the next scan */
    bool stop_seen;
    struct arena *mem; /* connection records */
    struct http_conn *conns, *free_conns;
    struct http_work *free_works;
    int n_free_works, n_conns;
    int64_t now_ms, next_scan_ms, stop_ms;
    int64_t turn_ns, before_ns; /* when this turn and the one before began: what is served now has waited no longer */
    struct http_load load;
    uint64_t scan_requests, scan_shed; /* at the last scan */
    int quiet;                         /* seconds */
    struct http_date date;
    uint64_t next_id;
    http_count accepted, requests, refused, timed_out, shed;
    pthread_mutex_t back_lock;
    struct http_conn *back; /* handed back by executors, newest first */
    bool back_woken;        /* since it was last taken, under back_lock too */
};

struct http_executor {
    struct http_server *server;
    struct http_worker worker;
    pthread_t thread;
    bool has_thread;
    bool rests; /* has given back what it held, and waits for as long as it takes */
    bool is_idle;
    struct http_executor *below; /* in the stack of the idle */
    pthread_cond_t more;
    struct http_date date;
};

struct http_pool {
    pthread_mutex_t lock;
    struct http_conn *first, *last;
    struct http_executor *idle; /* the last to have served is on top: what it holds is warm, and the others can rest */
    struct http_load load;
    int awake;               /* executors that have not rested since they last served */
    _Atomic int64_t waiting; /* changed under the lock, read for metrics without it */
    bool stop;
};

struct http_peer {
    unsigned char key[16];
    int n, next; /* index + 1 of the next in the bucket; 0 ends */
};

struct http_peers {
    pthread_mutex_t lock;
    int *bucket; /* index + 1 */
    struct http_peer *peer;
    int n_buckets, first_free;
};

enum { HTTP_RUNS, HTTP_STOPS, HTTP_STOPS_NOW };

struct http_server {
    struct http_options options; /* zeros replaced */
    struct http_handler handler;
    struct arena *mem;
    struct tls_config *tls;
    int port;
    struct http_io *io;
    struct http_executor *executor;
    struct http_pool pool;
    struct http_peers peers;
    _Atomic int stop;
    _Atomic int64_t open;
    _Atomic size_t bodies; /* bytes of body storage in use */
    pthread_mutex_t start_lock;
    pthread_cond_t started;
    int n_started;
    bool start_failed;
};

static inline void http_count_up(http_count *n)
{
    atomic_store_explicit(n, atomic_load_explicit(n, memory_order_relaxed) + 1, memory_order_relaxed);
}

/* http.c */
void http_run_admit(struct http_server *, struct http_worker *, struct http_exchange *);
void http_run_serve(struct http_server *, struct http_worker *, struct http_exchange *);
/* Replaces whatever answer there is. */
void http_run_fallback(struct http_server *, struct http_exchange *, struct arena *, int status);
void http_thread_started(struct http_server *, bool ok);

/* http_loop.c */
void *http_loop_main(void *io);
void http_loop_wake(struct http_io *);

/* http_conn.c */
void http_conn_accept(struct http_io *, int fd, const struct sockaddr_storage *);
void http_conn_event(struct http_conn *, uint32_t events);
bool http_conn_send(
    struct http_conn *); /* its executor: what the socket takes; true when its I/O thread has nothing to do for it */
void http_conn_returned(struct http_conn *); /* from its executor */
void http_conn_expire(struct http_conn *);
void http_conn_stop(struct http_conn *);
void http_conn_close(struct http_conn *);
void http_conn_refuse(struct http_conn *, int status);
void http_conn_serve(struct http_conn *);

/* http_body.c: true when the connection can go on at once */
bool http_body_start(struct http_conn *);
bool http_body_step(struct http_conn *);
void http_body_free(struct http_server *, struct http_work *);
extern const struct http_parse_events http_body_events;

/* http_answer.c */
void http_date_refresh(struct http_date *);
/* Fills work->out. keep: everything is copied, nothing refers to x's arena (except out_static). */
void http_answer_build(struct http_work *, const struct http_date *, bool keep);
/* What is left to send is moved to memory of the connection. */
void http_answer_keep(struct http_work *);
void http_answer_free(struct http_work *);
/* Gives back what an owner lent to the answer. */
void http_answer_release(struct http_exchange *);

/* http_wire.c */
enum { WIRE_AGAIN = -1, WIRE_ERROR = -2 };
/* Bytes, 0 at the end of the stream, or a WIRE_ value. Keeps conn->readable. */
ptrdiff_t http_wire_read(struct http_conn *, char *to, size_t n);
/* Takes what was sent off the front of out[2]. 0 when all is sent, or a WIRE_ value. */
int http_wire_write(struct http_conn *, str out[2]);
int http_wire_handshake(struct http_conn *);
void http_wire_shut(struct http_conn *);

/* http_pool.c */
bool http_pool_put(struct http_server *, struct http_conn *);
int64_t http_pool_waiting(const struct http_server *);
void *http_pool_main(void *executor);
void http_pool_stop(struct http_server *);

/* http_peers.c */
void http_peers_init(struct http_peers *, struct arena *, int max);
bool http_peers_take(struct http_peers *, const unsigned char key[16], int most);
void http_peers_give(struct http_peers *, const unsigned char key[16]);

/* http_tls.c */
MUST_USE enum status tls_open(const char *cert, const char *key, struct tls_config **out);
void tls_close(struct tls_config *);
struct tls_wire *tls_wire_open(struct tls_config *, int fd); /* NULL when there is no memory */
void tls_wire_close(struct tls_wire *);
int tls_handshake(struct tls_wire *); /* 0 or a WIRE_ value */
ptrdiff_t tls_read(struct tls_wire *, char *to, size_t n);
ptrdiff_t tls_write(struct tls_wire *, const char *from, size_t n);
void tls_shut(struct tls_wire *);

#endif
