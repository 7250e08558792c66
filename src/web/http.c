/* http: opening and closing, and the one place where exhaustion of a request's memory is caught.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/http.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "web/http_internal.h"

enum { EXECUTORS = 64, BACKLOG = 1024, SPARE_FILES = 512 };

/* ---- serving one exchange */

enum phase { ADMIT, SERVE, FALLBACK };

/* False: memory ran out inside the handler. w is NULL for FALLBACK. */
static bool serve_one(const struct http_handler *h, struct http_worker *w, struct http_exchange *x, enum phase phase,
                      int status)
{
    jmp_buf full;
    struct arena *first = w == NULL ? x->mem : w->mem, *second = x->mem;
    if (setjmp(full) != 0) {
        arena_set_on_full(first, NULL);
        arena_set_on_full(second, NULL);
        return false;
    }
    arena_set_on_full(first, &full);
    arena_set_on_full(second, &full);
    if (phase == ADMIT) h->admit(h->ctx, w, x);
    else if (phase == SERVE) h->serve(h->ctx, w, x);
    else h->fallback(h->ctx, x, status);
    arena_set_on_full(first, NULL);
    arena_set_on_full(second, NULL);
    return true;
}

static void clear_answer(struct http_exchange *x, int status)
{
    x->status = status;
    x->n_out = 0;
    x->out_head = x->out_body = (str){NULL, 0};
    x->out_static = false;
    http_answer_release(x);
}

static bool has_answer_header(const struct http_exchange *x, str name)
{
    for (size_t i = 0; i < x->n_out; i++)
        if (str_eq_nocase(x->out[i].name, name)) return true;
    return false;
}

void http_run_fallback(struct http_server *s, struct http_exchange *x, struct arena *mem, int status)
{
    if (arena_used(mem) > 0) arena_reset(mem);
    x->mem = mem;
    clear_answer(x, status);
    if (!serve_one(&s->handler, NULL, x, FALLBACK, status)) clear_answer(x, status);
    x->status = status;
    if (status == 503 && x->n_out < COUNT_OF(x->out) && !has_answer_header(x, STR("Retry-After")))
        http_header_add(x, STR("Retry-After"), STR("5"));
}

void http_run_admit(struct http_server *s, struct http_worker *w, struct http_exchange *x)
{
    if (serve_one(&s->handler, w, x, ADMIT, 0)) return;
    log_line(LOG_WARN, "request out of memory", "id=%llu phase=admit", (unsigned long long)x->id);
    http_run_fallback(s, x, x->mem, 503);
}

void http_run_serve(struct http_server *s, struct http_worker *w, struct http_exchange *x)
{
    if (arena_used(w->mem) > 0) arena_reset(w->mem);
    x->mem = w->mem;
    if (serve_one(&s->handler, w, x, SERVE, 0)) return;
    log_line(LOG_WARN, "request out of memory", "id=%llu phase=serve", (unsigned long long)x->id);
    http_run_fallback(s, x, w->mem, 503);
}

/* ---- options and sockets */

static int or_default(int v, int otherwise)
{
    return v > 0 ? v : otherwise;
}

static struct http_options filled_in(const struct http_options *o)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return (struct http_options){
        .listen = o->listen,
        .io_threads = or_default(o->io_threads, cores > 0 ? (int)cores : 1),
        .executors = or_default(o->executors, EXECUTORS),
        .max_connections = or_default(o->max_connections, LIMIT_CONNECTIONS),
        .max_per_peer = or_default(o->max_per_peer, LIMIT_CONNECTIONS_PER_PEER),
        .head_seconds = or_default(o->head_seconds, LIMIT_HEAD_SECONDS),
        .body_seconds = or_default(o->body_seconds, LIMIT_BODY_SECONDS),
        .write_seconds = or_default(o->write_seconds, LIMIT_WRITE_SECONDS),
        .idle_seconds = or_default(o->idle_seconds, LIMIT_IDLE_SECONDS),
        .tls_cert = o->tls_cert,
        .tls_key = o->tls_key,
    };
}

/* "127.0.0.1:8080" or "[::1]:8080" */
static enum status resolve(struct arena *mem, const char *listen_at, struct sockaddr_storage *out, socklen_t *n)
{
    str s = str_from(listen_at);
    size_t colon = s.n;
    while (colon > 0 && s.p[colon - 1] != ':') colon--;
    int64_t port;
    if (colon < 2 || !str_int(str_sub(s, colon, s.n), &port) || port < 0 || port > 65535) return ST_INVALID;
    str host = str_sub(s, 0, colon - 1);
    if (host.p[0] == '[' && host.n > 2) host = str_sub(host, 1, host.n - 2);
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM}, *found = NULL;
    if (getaddrinfo(str_z(mem, host), s.p + colon, &hints, &found) != 0 || found == NULL) return ST_INVALID;
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *n = found->ai_addrlen;
    freeaddrinfo(found);
    return ST_OK;
}

static int bound_socket(const struct sockaddr_storage *at, socklen_t n, bool shared)
{
    int on = 1, off = 0;
    int fd = socket(at->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (at->ss_family == AF_INET6) (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if ((!shared || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
        bind(fd, (const struct sockaddr *)(const void *)at, n) == 0)
        return fd;
    close(fd);
    return -1;
}

static int port_of(const struct sockaddr_storage *a)
{
    if (a->ss_family == AF_INET6) return ntohs(((const struct sockaddr_in6 *)(const void *)a)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)a)->sin_port);
}

/* The first bind is not shared: it fails when another server, perhaps a forgotten one of ours, has the port. */
static enum status listen_all(struct http_server *s)
{
    struct sockaddr_storage at = {0};
    socklen_t n = sizeof at;
    if (resolve(s->mem, s->options.listen, &at, &n) != ST_OK) {
        log_line(LOG_ERROR, "listen address cannot be read", "option=listen");
        return ST_IO;
    }
    int probe = bound_socket(&at, n, false);
    bool ok = probe >= 0;
    if (ok) close(probe);
    for (int i = 0; ok && i < s->options.io_threads; i++) {
        int fd = bound_socket(&at, n, true);
        s->io[i].listener = fd;
        ok = fd >= 0 && listen(fd, BACKLOG) == 0;
        if (ok && i == 0) {
            ok = getsockname(fd, (struct sockaddr *)(void *)&at, &n) == 0;
            s->port = port_of(&at);
        }
    }
    if (!ok) log_line(LOG_ERROR, "cannot listen", "errno=%d", errno);
    return ok ? ST_OK : ST_IO;
}

/* ---- life */

static void raise_file_limit(int connections)
{
    struct rlimit files;
    rlim_t want = (rlim_t)connections + SPARE_FILES;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= want) return;
    files.rlim_cur = files.rlim_max < want ? files.rlim_max : want;
    (void)setrlimit(RLIMIT_NOFILE, &files);
}

static void init_threads(struct http_server *s)
{
    const struct http_options *o = &s->options;
    s->io = NEWN(s->mem, struct http_io, (size_t)o->io_threads);
    s->executor = NEWN(s->mem, struct http_executor, (size_t)o->executors);
    for (int i = 0; i < o->io_threads; i++) {
        struct http_io *io = &s->io[i];
        io->server = s;
        io->worker = (struct http_worker){.index = i, .mem = arena_new(LIMIT_REQUEST_ARENA, NULL)};
        io->mem = arena_new((size_t)o->max_connections * (sizeof(struct http_conn) + 64) + 65536, NULL);
        io->epoll = io->listener = -1;
        io->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        pthread_mutex_init(&io->back_lock, NULL);
    }
    pthread_condattr_t steady; /* rests are counted by a clock that nobody sets */
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    for (int i = 0; i < o->executors; i++) {
        struct http_executor *e = &s->executor[i];
        e->server = s;
        pthread_cond_init(&e->more, &steady);
        e->rests = true;
        e->worker = (struct http_worker){
            .index = o->io_threads + i, .is_executor = true, .mem = arena_new(LIMIT_REQUEST_ARENA, NULL)};
    }
    pthread_condattr_destroy(&steady);
}

static struct http_server *server_new(const struct http_options *given, const struct http_handler *h)
{
    struct http_options o = filled_in(given);
    size_t most = sizeof(struct http_server) + (size_t)o.io_threads * (sizeof(struct http_io) + 64) +
                  (size_t)o.executors * (sizeof(struct http_executor) + 64) +
                  (size_t)o.max_connections * (sizeof(struct http_peer) + sizeof(int) + 64) + 65536;
    struct arena *mem = arena_new(most, NULL);
    struct http_server *s = NEW(mem, struct http_server);
    s->mem = mem;
    s->options = o;
    s->handler = *h;
    pthread_mutex_init(&s->pool.lock, NULL);
    pthread_mutex_init(&s->start_lock, NULL);
    pthread_cond_init(&s->started, NULL);
    http_peers_init(&s->peers, mem, o.max_connections);
    init_threads(s);
    return s;
}

void http_thread_started(struct http_server *s, bool ok)
{
    pthread_mutex_lock(&s->start_lock);
    s->n_started++;
    if (!ok) s->start_failed = true;
    pthread_mutex_unlock(&s->start_lock);
    pthread_cond_signal(&s->started);
}

/* Starts all threads with signals blocked, which belong to main, and waits until each has its belongings. */
static enum status start_threads(struct http_server *s)
{
    sigset_t all, before;
    int n = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < s->options.executors; i++) {
        struct http_executor *e = &s->executor[i];
        n += e->has_thread = pthread_create(&e->thread, NULL, http_pool_main, e) == 0;
    }
    for (int i = 0; i < s->options.io_threads; i++) {
        struct http_io *io = &s->io[i];
        n += io->has_thread = pthread_create(&io->thread, NULL, http_loop_main, io) == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_mutex_lock(&s->start_lock);
    while (s->n_started < n) pthread_cond_wait(&s->started, &s->start_lock);
    bool ok = !s->start_failed && n == s->options.executors + s->options.io_threads;
    pthread_mutex_unlock(&s->start_lock);
    if (!ok) log_line(LOG_ERROR, "a server thread could not start", "started=%d", n);
    return ok ? ST_OK : ST_IO;
}

static enum status start(struct http_server *s)
{
    const struct http_options *o = &s->options;
    if ((o->tls_cert == NULL) != (o->tls_key == NULL)) {
        log_line(LOG_ERROR, "a certificate needs its key and a key its certificate", "option=tls");
        return ST_IO;
    }
    if (o->tls_cert != NULL) TRY(tls_open(o->tls_cert, o->tls_key, &s->tls));
    TRY(listen_all(s));
    return start_threads(s);
}

enum status http_open(const struct http_options *options, const struct http_handler *handler, struct http_server **out)
{
    (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes with write(2) */
    struct http_server *s = server_new(options, handler);
    raise_file_limit(s->options.max_connections);
    *out = s; /* before any thread runs: a handler may look */
    enum status st = start(s);
    if (st == ST_OK) return ST_OK;
    *out = NULL;
    http_close(s);
    return st;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

static uint64_t read_count(const http_count *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

void http_counts(const struct http_server *s, struct http_counts *out)
{
    *out = (struct http_counts){.open = atomic_load(&s->open)};
    for (int i = 0; i < s->options.io_threads; i++) {
        const struct http_io *io = &s->io[i];
        out->accepted += read_count(&io->accepted);
        out->requests += read_count(&io->requests);
        out->refused += read_count(&io->refused);
        out->timed_out += read_count(&io->timed_out);
        out->shed += read_count(&io->shed);
    }
    out->waiting = http_pool_waiting(s);
}

static void close_fd(int fd)
{
    if (fd >= 0) close(fd);
}

/* I/O threads end when their last connection has its answer, so executors must outlive them. */
static void join_all(struct http_server *s)
{
    for (int i = 0; i < s->options.io_threads; i++) http_loop_wake(&s->io[i]);
    for (int i = 0; i < s->options.io_threads; i++)
        if (s->io[i].has_thread) pthread_join(s->io[i].thread, NULL);
    http_pool_stop(s);
    for (int i = 0; i < s->options.executors; i++)
        if (s->executor[i].has_thread) pthread_join(s->executor[i].thread, NULL);
}

void http_close(struct http_server *s)
{
    atomic_store(&s->stop, HTTP_STOPS);
    join_all(s);
    for (int i = 0; i < s->options.io_threads; i++) {
        struct http_io *io = &s->io[i];
        close_fd(io->epoll);
        close_fd(io->listener);
        close_fd(io->wake);
        pthread_mutex_destroy(&io->back_lock);
        arena_free(io->worker.mem);
        arena_free(io->mem);
    }
    for (int i = 0; i < s->options.executors; i++) arena_free(s->executor[i].worker.mem);
    if (s->tls != NULL) tls_close(s->tls);
    pthread_mutex_destroy(&s->pool.lock);
    for (int i = 0; i < s->options.executors; i++) pthread_cond_destroy(&s->executor[i].more);
    pthread_mutex_destroy(&s->peers.lock);
    pthread_mutex_destroy(&s->start_lock);
    pthread_cond_destroy(&s->started);
    arena_free(s->mem);
}
