/* http_conn: one connection, as a machine of small steps.
 *
 *   HANDSHAKE -> IDLE -first byte-> HEAD -> (admit) -> BODY -> WAIT (executor) -> WRITE -+-> IDLE
 *                                    |                  \--> (inline) ------------/     \-> DRAIN -> closed
 *                                    \--> refused -> WRITE -> DRAIN -> closed
 *
 * run() takes steps until one has to wait for the socket. Deadlines are absolute for each state, so that sending a byte
 * now and then gains nothing. After a refusal in[] is emptied and nothing is read as a request any more.
 * SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/status.h"
#include "base/time.h"
#include "web/http_internal.h"

/* ---- records */

static struct http_work *work_new(struct http_io *io)
{
    struct http_work *k = io->free_works;
    if (k != NULL) {
        io->free_works = k->next_free;
        io->n_free_works--;
        return k;
    }
    struct arena *own = arena_new(sizeof *k + 256, NULL);
    k = arena_try_alloc(own, 1, sizeof *k, _Alignof(struct http_work));
    if (k == NULL) {
        arena_free(own);
        return NULL;
    }
    k->own = own;
    k->admit = arena_new(HTTP_ADMIT_BYTES, NULL);
    return k;
}

/* Ready for the next request of any connection. Bytes behind this one stay in in[]. */
static void work_clear(struct http_server *s, struct http_work *k)
{
    http_answer_free(k);
    http_body_free(s, k);
    if (arena_used(k->admit) > 0) arena_reset(k->admit);
    k->x = (struct http_exchange){0};
    k->seen = k->next = k->head_end = 0;
    k->body_full = k->late = k->last = k->refused = k->reported = false;
}

static void work_free(struct http_io *io, struct http_work *k)
{
    work_clear(io->server, k);
    k->in_from = k->in_to = 0;
    if (io->n_free_works < HTTP_SPARE_WORKS) {
        k->next_free = io->free_works;
        io->free_works = k;
        io->n_free_works++;
        return;
    }
    arena_free(k->admit);
    arena_free(k->own);
}

static void work_drop(struct http_conn *c)
{
    if (c->work != NULL) work_free(c->io, c->work);
    c->work = NULL;
}

void http_conn_close(struct http_conn *c)
{
    struct http_io *io = c->io;
    must(c->state != CONN_WAIT);
    work_drop(c);
    if (c->tls != NULL) tls_wire_close(c->tls);
    close(c->fd);
    http_peers_give(&io->server->peers, c->peer_key);
    atomic_fetch_sub(&io->server->open, 1);
    if (c->before != NULL) c->before->after = c->after;
    else io->conns = c->after;
    if (c->after != NULL) c->after->before = c->before;
    io->n_conns--;
    *c = (struct http_conn){.after = io->free_conns, .fd = -1};
    io->free_conns = c;
}

static void wait_for(struct http_conn *c, enum conn_state state, int seconds)
{
    c->state = state;
    c->deadline_ms = c->io->now_ms + (int64_t)seconds * 1000;
}

/* ---- answers */

static void begin_drain(struct http_conn *c)
{
    http_wire_shut(c);
    work_drop(c);
    c->readable = true;
    wait_for(c, CONN_DRAIN, HTTP_DRAIN_SECONDS);
}

/* The answer has left: on to the next request, which may be in the buffer already. */
static void next_request(struct http_conn *c)
{
    struct http_work *k = c->work;
    struct http_io *io = c->io;
    if (k->last) {
        begin_drain(c);
        return;
    }
    k->in_from = k->next;
    work_clear(io->server, k);
    if (k->in_from == k->in_to) {
        work_drop(c);
        wait_for(c, CONN_IDLE, io->server->options.idle_seconds);
        return;
    }
    k->began_ns = time_monotonic_ns();
    wait_for(c, CONN_HEAD, io->server->options.head_seconds);
}

static void report(struct http_conn *c)
{
    struct http_work *k = c->work;
    const struct http_handler *h = &c->io->server->handler;
    if (h->done == NULL || k->x.status == 0 || k->reported) return;
    k->reported = true;
    k->x.n_out = 0; /* the arena they live in may be gone */
    k->x.out_body.p = NULL;
    h->done(h->ctx, &k->x, (time_monotonic_ns() - k->began_ns) / 1000, k->out_n);
}

/* Sends what http_answer_build made. */
static void send_answer(struct http_conn *c)
{
    struct http_work *k = c->work;
    int r = c->dead ? WIRE_ERROR : http_wire_write(c, k->out);
    if (r == WIRE_AGAIN) http_answer_keep(k);
    report(c);
    if (r == WIRE_ERROR) {
        http_conn_close(c);
    } else if (r == WIRE_AGAIN && k->out[0].n + k->out[1].n > 0) {
        wait_for(c, CONN_WRITE, c->io->server->options.write_seconds);
    } else {
        next_request(c);
    }
}

/* One switch of threads less between the answer and who waits for it. The same executor owns the wire while the state is WAIT. */
bool http_conn_send(struct http_conn *c)
{
    struct http_work *k = c->work;
    int r = http_wire_write(c, k->out);
    report(c);
    return r == 0 && !k->last && !k->late && k->next == k->in_to;
}

static void answer(struct http_conn *c)
{
    struct http_work *k = c->work;
    if (k->x.close || atomic_load_explicit(&c->io->server->stop, memory_order_relaxed) != HTTP_RUNS) k->last = true;
    c->state = CONN_WRITE;
    http_answer_build(k, &c->io->date, false);
    send_answer(c);
}

static bool step_write(struct http_conn *c)
{
    int r = http_wire_write(c, c->work->out);
    if (r == WIRE_AGAIN) return false;
    if (r == WIRE_ERROR) {
        http_conn_close(c);
        return false;
    }
    next_request(c);
    return true;
}

void http_conn_refuse(struct http_conn *c, int status)
{
    struct http_work *k = c->work;
    http_count_up(&c->io->refused);
    http_body_free(c->io->server, k);
    k->x.body = (str){NULL, 0};
    k->in_from = k->in_to;
    k->last = k->refused = true;
    http_run_fallback(c->io->server, &k->x, k->admit, status);
    answer(c);
}

/* ---- requests */

static void exchange_init(struct http_conn *c)
{
    struct http_work *k = c->work;
    if (k->x.id != 0) return;
    k->x.id = ++c->io->next_id * (uint64_t)c->io->server->options.io_threads + (uint64_t)c->io->worker.index;
    k->x.peer = str_from(c->peer);
    k->x.tls = c->tls != NULL;
    k->x.headers = k->headers;
    k->x.mem = k->admit;
    k->x.where = HTTP_INLINE;
}

void http_conn_serve(struct http_conn *c)
{
    struct http_work *k = c->work;
    struct http_io *io = c->io;
    if (k->x.where == HTTP_EXECUTOR) {
        c->state = CONN_WAIT;
        c->deadline_ms = 0;
        atomic_store(&c->poked, c->readable);
        if (http_pool_put(io->server, c)) return; /* from here on k is the executor's */
        http_count_up(&io->shed);
        http_run_fallback(io->server, &k->x, k->admit, 503);
    } else {
        http_run_serve(io->server, &io->worker, &k->x);
    }
    answer(c);
    if (arena_used(io->worker.mem) > 0) arena_reset(io->worker.mem);
}

/* llhttp must see what the gate saw. */
static bool agree(const struct http_gate_head *g, const struct http_parse_head *p)
{
    return p->minor == g->minor && p->n_headers == g->n_headers && str_eq(p->method_name, g->method_name) &&
           str_eq(p->target, g->line_target) &&
           (p->done ? !g->chunked && g->length == 0 : p->chunked == g->chunked && p->length == g->length);
}

static void cut_target(struct http_work *k)
{
    struct http_exchange *x = &k->x;
    x->method = k->gate.method;
    x->target = k->gate.target;
    (void)str_cut(x->target, '?', &x->path, &x->query);
    x->content_length = k->gate.chunked ? SIZE_MAX : k->gate.length;
}

static bool take_head(struct http_conn *c)
{
    struct http_work *k = c->work;
    struct http_parse_head parsed;
    str head = {k->in + k->in_from, k->seen};
    k->head_end = k->in_from + k->seen;
    int status = http_gate_head(head, &k->gate);
    if (status == 0) {
        http_parse_init(&k->parse, &http_body_events, c);
        if (!http_parse_head(&k->parse, head, &parsed) || !agree(&k->gate, &parsed)) status = 400;
    }
    if (status != 0) {
        k->x.n_headers = 0;
        http_conn_refuse(c, status);
        return true;
    }
    cut_target(k);
    k->last = !k->gate.keep_alive;
    k->chunks = (struct http_gate_chunks){0};
    return false;
}

/* Is this thread so far behind that what it makes now comes too late? What it serves in this turn became ready in the one before at the
 * earliest. */
static bool sheds(struct http_io *io)
{
    int64_t now = time_monotonic_ns();
    return http_load_refuses(&io->load, now - io->before_ns, now);
}

/* The head is good: ask the handler. */
static bool admit(struct http_conn *c)
{
    struct http_work *k = c->work;
    struct http_io *io = c->io;
    bool has_body = k->gate.chunked || k->gate.length > 0;
    http_count_up(&io->requests);
    http_run_admit(io->server, &io->worker, &k->x);
    k->next = k->head_end;
    if (k->x.status != 0) {
        if (has_body) k->last = true;
        answer(c);
        return true;
    }
    if (k->x.where == HTTP_INLINE && !k->x.always && sheds(io)) {
        http_count_up(&io->shed);
        http_run_fallback(io->server, &k->x, k->admit, 503);
        k->last = k->last || has_body;
        answer(c);
        return true;
    }
    if (!k->gate.chunked && k->gate.length > k->x.body_max) {
        http_conn_refuse(c, 413);
        return true;
    }
    if (!has_body) {
        http_conn_serve(c);
        return true;
    }
    wait_for(c, CONN_BODY, io->server->options.body_seconds);
    return http_body_start(c);
}

/* Too long without an end: is it the first line? */
static int too_long(const struct http_work *k)
{
    str line, rest;
    bool whole = str_cut((str){k->in + k->in_from, k->in_to - k->in_from}, '\n', &line, &rest);
    return whole && line.n <= LIMIT_TARGET + 64 ? 431 : 414;
}

/* Reads on into the head. 1: got some, 0: wait, -1: closed. */
static int fill_head(struct http_conn *c)
{
    struct http_work *k = c->work;
    if (k->in_from > 0) {
        memmove(k->in, k->in + k->in_from, k->in_to - k->in_from);
        k->in_to -= k->in_from;
        k->in_from = 0;
    }
    ptrdiff_t n = http_wire_read(c, k->in + k->in_to, sizeof k->in - k->in_to);
    if (n == WIRE_AGAIN) {
        if (k->in_to == 0) work_drop(c);
        return 0;
    }
    if (n <= 0) {
        http_conn_close(c);
        return -1;
    }
    if (k->in_to == 0) {
        k->began_ns = time_monotonic_ns();
        wait_for(c, CONN_HEAD, c->io->server->options.head_seconds);
    }
    k->in_to += (size_t)n;
    return 1;
}

static bool step_head(struct http_conn *c)
{
    for (;;) {
        struct http_work *k = c->work;
        enum http_gate_found found = HTTP_GATE_MORE;
        if (k != NULL && k->in_to > k->in_from) {
            exchange_init(c);
            found = http_gate_find((str){k->in + k->in_from, k->in_to - k->in_from}, &k->seen);
            if (found == HTTP_GATE_END && k->seen <= LIMIT_HEAD) return take_head(c) || admit(c);
            int status = found == HTTP_GATE_BAD ? 400 : k->seen + 1 >= LIMIT_HEAD ? too_long(k) : 0;
            if (status != 0) {
                http_conn_refuse(c, status);
                return true;
            }
        }
        if (!c->readable) return false;
        if (k == NULL) c->work = work_new(c->io);
        if (c->work == NULL) {
            http_conn_close(c);
            return false;
        }
        if (fill_head(c) <= 0) return false;
    }
}

/* ---- the rest of a life */

static bool step_handshake(struct http_conn *c)
{
    int r = http_wire_handshake(c);
    if (r == WIRE_AGAIN) return false;
    if (r == WIRE_ERROR) {
        http_conn_close(c);
        return false;
    }
    c->readable = true;
    wait_for(c, CONN_IDLE, c->io->server->options.idle_seconds);
    return true;
}

/* Reads and forgets, so that closing does not destroy the answer on its way. Past TLS on purpose. */
static bool step_drain(struct http_conn *c)
{
    char waste[4096];
    ssize_t n = 1;
    while (c->readable && n > 0 && c->drained <= HTTP_DRAIN_BYTES) {
        n = recv(c->fd, waste, sizeof waste, 0);
        if (n > 0) c->drained += (size_t)n;
    }
    c->readable = false;
    if (n == 0 || c->hung_up || c->drained > HTTP_DRAIN_BYTES) http_conn_close(c);
    return false;
}

static bool step(struct http_conn *c)
{
    switch (c->state) {
    case CONN_HANDSHAKE: return step_handshake(c);
    case CONN_IDLE:
    case CONN_HEAD: return step_head(c);
    case CONN_BODY: return http_body_step(c);
    case CONN_WRITE: return step_write(c);
    case CONN_DRAIN: return step_drain(c);
    case CONN_WAIT: return false;
    }
    return false;
}

static void watch(struct http_conn *c, int operation)
{
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(c->io->epoll, operation, c->fd, &e) != 0) http_conn_close(c);
}

static void run(struct http_conn *c)
{
    int turns = 0;
    while (c->fd >= 0 && c->state != CONN_WAIT && step(c)) {
        if (++turns < HTTP_TURNS) continue;
        /* raises its event again, behind those of the others */
        if (c->fd >= 0 && c->state != CONN_WAIT) watch(c, EPOLL_CTL_MOD);
        return;
    }
}

void http_conn_event(struct http_conn *c, uint32_t events)
{
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) c->readable = true;
    if ((events & EPOLLRDHUP) != 0) c->hung_up = true;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0) c->dead = true;
    if (c->state == CONN_WAIT) {
        atomic_store(&c->poked, true);
        return;
    }
    if (c->dead) http_conn_close(c);
    else run(c);
}

void http_conn_returned(struct http_conn *c)
{
    c->state = CONN_WRITE;
    if (c->work->late) http_count_up(&c->io->shed);
    send_answer(c);
    run(c);
}

void http_conn_expire(struct http_conn *c)
{
    if (c->state == CONN_HEAD || c->state == CONN_BODY) {
        http_count_up(&c->io->timed_out);
        http_conn_refuse(c, 408);
        run(c);
        return;
    }
    if (c->state == CONN_WRITE) http_count_up(&c->io->timed_out);
    http_conn_close(c);
}

/* Between two requests: read what has come already, else close. */
void http_conn_stop(struct http_conn *c)
{
    if (c->state != CONN_IDLE && c->state != CONN_HANDSHAKE) return;
    c->readable = c->state == CONN_IDLE;
    run(c);
    if (c->fd >= 0 && (c->state == CONN_IDLE || c->state == CONN_HANDSHAKE)) http_conn_close(c);
}

/* ---- accepting */

/* An IPv4 address counts for itself, IPv6 by its /64: one customer owns all of it. */
static void name_peer(struct http_conn *c, const struct sockaddr_storage *from)
{
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)from;
        (void)inet_ntop(AF_INET, &v4->sin_addr, c->peer, sizeof c->peer);
        memcpy(c->peer_key, &v4->sin_addr, 4);
        return;
    }
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)from;
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
        (void)inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], c->peer, sizeof c->peer);
        memcpy(c->peer_key, &v6->sin6_addr.s6_addr[12], 4);
        return;
    }
    (void)inet_ntop(AF_INET6, &v6->sin6_addr, c->peer, sizeof c->peer);
    memcpy(c->peer_key, &v6->sin6_addr, 8);
    c->peer_key[15] = 6;
}

/* Over a limit: no record, no waiting, one short answer as far as the socket takes it. */
static void turn_away(struct http_io *io, int fd)
{
    static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
                               "Connection: close\r\n\r\n";
    http_count_up(&io->shed);
    if (io->server->tls == NULL) (void)!send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    close(fd);
}

static struct http_conn *conn_new(struct http_io *io)
{
    struct http_conn *c = io->free_conns;
    if (c == NULL) c = arena_try_alloc(io->mem, 1, sizeof *c, _Alignof(struct http_conn));
    else io->free_conns = c->after;
    if (c == NULL) return NULL;
    *c = (struct http_conn){.io = io, .after = io->conns};
    if (io->conns != NULL) io->conns->before = c;
    io->conns = c;
    io->n_conns++;
    return c;
}

void http_conn_accept(struct http_io *io, int fd, const struct sockaddr_storage *from)
{
    struct http_server *s = io->server;
    struct http_conn named = {0};
    name_peer(&named, from);
    if (atomic_fetch_add(&s->open, 1) >= s->options.max_connections ||
        !http_peers_take(&s->peers, named.peer_key, s->options.max_per_peer)) {
        atomic_fetch_sub(&s->open, 1);
        turn_away(io, fd);
        return;
    }
    struct http_conn *c = conn_new(io);
    must(c != NULL); /* the arena was sized for max_connections */
    c->fd = fd;
    memcpy(c->peer, named.peer, sizeof c->peer);
    memcpy(c->peer_key, named.peer_key, sizeof c->peer_key);
    http_count_up(&io->accepted);
    wait_for(c, CONN_IDLE, s->options.idle_seconds);
    if (s->tls != NULL) {
        c->tls = tls_wire_open(s->tls, fd);
        wait_for(c, CONN_HANDSHAKE, s->options.head_seconds);
        if (c->tls == NULL) {
            http_conn_close(c);
            return;
        }
    }
    watch(c, EPOLL_CTL_ADD);
}
