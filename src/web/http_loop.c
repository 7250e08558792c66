/* http_loop: one I/O thread. Everything of its connections happens here, one event after another.
 *
 *   epoll: listener -> accept    wake -> stop or hand-backs    connection -> its steps    once a second -> deadlines
 *
 * Records of closed connections are reused, so hand-backs and deadlines wait until the events of one wake-up are
 * through.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "web/http_internal.h"

enum { EVENTS = 1024, ACCEPTS = 64, SCAN_MS = 1000, STOP_SCAN_MS = 50, IDLE_NS = 1000000 };

void http_loop_wake(struct http_io *io)
{
    (void)eventfd_write(io->wake, 1);
}

static void read_clock(struct http_io *io)
{
    io->before_ns = io->turn_ns;
    io->turn_ns = time_monotonic_ns();
    if (io->before_ns == 0) io->before_ns = io->turn_ns;
    io->now_ms = io->turn_ns / 1000000;
    http_date_refresh(&io->date);
}

/* The listener and the eventfd are known by the address of their field. */
static bool watch_fd(struct http_io *io, int *fd)
{
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = fd};
    return epoll_ctl(io->epoll, EPOLL_CTL_ADD, *fd, &e) == 0;
}

static void accept_pause(struct http_io *io)
{
    (void)epoll_ctl(io->epoll, EPOLL_CTL_DEL, io->listener, NULL);
    io->accept_paused = true;
    log_line(LOG_WARN, "cannot accept", "errno=%d open=%d", errno, io->n_conns);
}

static void accept_all(struct http_io *io)
{
    for (int i = 0; i < ACCEPTS; i++) {
        struct sockaddr_storage from;
        socklen_t n = sizeof from;
        int fd = accept4(io->listener, (struct sockaddr *)(void *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            http_conn_accept(io, fd, &from);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            accept_pause(io);
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

static void take_back(struct http_io *io)
{
    pthread_mutex_lock(&io->back_lock);
    struct http_conn *c = io->back;
    io->back = NULL;
    io->back_woken = false;
    pthread_mutex_unlock(&io->back_lock);
    while (c != NULL) {
        struct http_conn *next = c->queued;
        c->queued = NULL;
        http_conn_returned(c);
        c = next;
    }
}

static void free_works(struct http_io *io, int all_but)
{
    while (io->n_free_works > all_but) {
        struct http_work *k = io->free_works;
        io->free_works = k->next_free;
        io->n_free_works--;
        arena_free(k->admit);
        arena_free(k->own);
    }
}

/* Once after each time of load: what it left behind goes back to the system. */
static void rest_when_quiet(struct http_io *io)
{
    const struct http_handler *h = &io->server->handler;
    uint64_t requests = atomic_load_explicit(&io->requests, memory_order_relaxed);
    bool quiet = requests - io->scan_requests < HTTP_QUIET_REQUESTS;
    io->scan_requests = requests;
    if (!quiet) io->quiet = 0;
    else if (io->quiet <= HTTP_QUIET_SECONDS) io->quiet++;
    if (io->quiet != HTTP_QUIET_SECONDS) return;
    free_works(io, HTTP_QUIET_WORKS);
    if (h->worker_rest != NULL) h->worker_rest(h->ctx, io->worker.own, false);
    arena_give_back();
}

static void report_shed(struct http_io *io)
{
    uint64_t shed = atomic_load_explicit(&io->shed, memory_order_relaxed);
    if (shed != io->scan_shed)
        log_line(LOG_WARN, "busy: refused", "thread=%d n=%llu connections=%d", io->worker.index,
                 (unsigned long long)(shed - io->scan_shed), io->n_conns);
    io->scan_shed = shed;
}

static void scan(struct http_io *io)
{
    for (struct http_conn *c = io->conns, *after; c != NULL; c = after) {
        after = c->after;
        if (c->deadline_ms != 0 && c->deadline_ms <= io->now_ms && c->state != CONN_WAIT) http_conn_expire(c);
    }
    if (io->accept_paused && !io->stop_seen) io->accept_paused = !watch_fd(io, &io->listener);
    report_shed(io);
    rest_when_quiet(io);
}

static void for_each(struct http_io *io, void (*fn)(struct http_conn *))
{
    for (struct http_conn *c = io->conns, *after; c != NULL; c = after) {
        after = c->after;
        fn(c);
    }
}

static void close_now(struct http_conn *c)
{
    if (c->state == CONN_WAIT) c->dead = true;
    else http_conn_close(c);
}

static void stop_begin(struct http_io *io)
{
    io->stop_seen = true;
    io->stop_ms = io->now_ms + LIMIT_STOP_SECONDS * 1000;
    if (!io->accept_paused) accept_all(io); /* who had connected already gets an answer */
    close(io->listener);
    io->listener = -1;
}

/* True when nothing is left to do. */
static bool stop_step(struct http_io *io)
{
    if (!io->stop_seen) stop_begin(io);
    for_each(io, http_conn_stop);
    if (io->now_ms >= io->stop_ms) {
        atomic_store(&io->server->stop, HTTP_STOPS_NOW);
        for_each(io, close_now);
    }
    return io->n_conns == 0;
}

static int wait_ms(const struct http_io *io)
{
    if (io->stop_seen) return STOP_SCAN_MS;
    int64_t left = io->next_scan_ms - io->now_ms;
    return left < 0 ? 0 : left > SCAN_MS ? SCAN_MS : (int)left;
}

static void dispatch(struct http_io *io, const struct epoll_event *e)
{
    eventfd_t ignored;
    if (e->data.ptr == &io->listener) accept_all(io);
    else if (e->data.ptr == &io->wake) (void)eventfd_read(io->wake, &ignored);
    else http_conn_event(e->data.ptr, e->events);
}

static void turn(struct http_io *io)
{
    struct epoll_event events[EVENTS];
    int64_t asked_ns = time_monotonic_ns();
    int n = epoll_wait(io->epoll, events, EVENTS, wait_ms(io));
    read_clock(io);
    if (io->turn_ns - asked_ns >= IDLE_NS)
        io->before_ns = io->turn_ns; /* it had nothing to do: what woke it has just come */
    for (int i = 0; i < n; i++) dispatch(io, &events[i]);
    take_back(io);
    if (io->now_ms >= io->next_scan_ms) {
        io->next_scan_ms = io->now_ms + SCAN_MS;
        scan(io);
    }
}

static bool prepare(struct http_io *io)
{
    const struct http_handler *h = &io->server->handler;
    if (h->worker_new != NULL) {
        io->worker.own = h->worker_new(h->ctx, io->worker.index, false);
        if (io->worker.own == NULL) return false;
    }
    io->epoll = epoll_create1(EPOLL_CLOEXEC);
    return io->epoll >= 0 && watch_fd(io, &io->listener) && watch_fd(io, &io->wake);
}

void *http_loop_main(void *arg)
{
    struct http_io *io = arg;
    const struct http_handler *h = &io->server->handler;
    bool ok = prepare(io);
    read_clock(io);
    http_thread_started(io->server, ok);
    while (ok) {
        turn(io);
        if (atomic_load(&io->server->stop) != HTTP_RUNS && stop_step(io)) break;
    }
    free_works(io, 0);
    if (io->worker.own != NULL && h->worker_free != NULL) h->worker_free(h->ctx, io->worker.own);
    return NULL;
}
