/* http_pool: executor threads, which may block, and the bounded queue before them.
 *
 *   I/O thread: put -> [ queue ] -> executor: serve, copy the answer into the connection, send, hand back -> I/O thread: the next request
 *
 * The executor sends what the socket takes at once. Then the I/O thread need not be woken for the connection: the next request does that, or
 * the next deadline. Where nothing new would wake it (something lies there already, the connection is to end, not all was sent), it is.
 * SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "base/time.h"
#include "web/http_internal.h"

/* Under the lock. */
static void idle_begin(struct http_pool *p, struct http_executor *e)
{
    e->is_idle = true;
    e->below = p->idle;
    p->idle = e;
}

static void idle_end(struct http_pool *p, struct http_executor *e)
{
    struct http_executor **at = &p->idle;
    if (!e->is_idle) return;
    while (*at != e) at = &(*at)->below;
    *at = e->below;
    e->is_idle = false;
}

bool http_pool_put(struct http_server *s, struct http_conn *c)
{
    struct http_pool *p = &s->pool;
    int64_t now = time_monotonic_ns();
    pthread_mutex_lock(&p->lock);
    int64_t wait = p->first == NULL ? 0 : now - p->first->queued_ns;
    struct http_executor *e = NULL;
    bool ok = !http_load_refuses(&p->load, wait, now) && p->waiting < LIMIT_EXECUTOR_QUEUE;
    if (ok) {
        c->queued = NULL;
        c->queued_ns = now;
        if (p->last != NULL) p->last->queued = c;
        else p->first = c;
        p->last = c;
        p->waiting++;
        e = p->idle;
        if (e != NULL) idle_end(p, e);
    }
    pthread_mutex_unlock(&p->lock);
    if (e != NULL) pthread_cond_signal(&e->more);
    return ok;
}

int64_t http_pool_waiting(const struct http_server *s)
{
    return atomic_load_explicit(&s->pool.waiting, memory_order_relaxed);
}

/* Waits for work; false when there was none for so long that memory may be given back. */
static bool wait_for_work(struct http_pool *p, struct http_executor *e)
{
    struct timespec until;
    int rc = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += HTTP_QUIET_SECONDS;
    idle_begin(p, e);
    if (e->rests) pthread_cond_wait(&e->more, &p->lock);
    else rc = pthread_cond_timedwait(&e->more, &p->lock, &until);
    idle_end(p, e);
    return rc == 0;
}

/* Nothing came for a while. The last to rest gives the freed memory back to the system. */
static void rest(struct http_executor *e)
{
    const struct http_handler *h = &e->server->handler;
    struct http_pool *p = &e->server->pool;
    pthread_mutex_unlock(&p->lock);
    if (h->worker_rest != NULL) h->worker_rest(h->ctx, e->worker.own, true);
    pthread_mutex_lock(&p->lock);
    bool last = --p->awake == 0;
    e->rests = true;
    if (!last) return;
    pthread_mutex_unlock(&p->lock);
    arena_give_back();
    pthread_mutex_lock(&p->lock);
}

/* The next connection to serve; NULL when the pool stops. */
static struct http_conn *take(struct http_executor *e)
{
    struct http_pool *p = &e->server->pool;
    pthread_mutex_lock(&p->lock);
    while (p->first == NULL && !p->stop)
        if (!wait_for_work(p, e) && p->first == NULL && !p->stop) rest(e);
    struct http_conn *c = p->first;
    if (c != NULL) {
        p->first = c->queued;
        if (p->first == NULL) p->last = NULL;
        p->waiting--;
        c->work->late = http_load_gives_up(&p->load, time_monotonic_ns() - c->queued_ns);
        p->awake += e->rests;
        e->rests = false;
    }
    pthread_mutex_unlock(&p->lock);
    return c;
}

/* Who pokes takes the list afterwards: either the poke is seen here or the connection there. */
static void hand_back(struct http_conn *c, bool may_wait)
{
    struct http_io *io = c->io;
    pthread_mutex_lock(&io->back_lock);
    c->queued = io->back;
    io->back = c;
    bool wakes = !io->back_woken && (!may_wait || atomic_load(&c->poked));
    if (wakes) io->back_woken = true;
    pthread_mutex_unlock(&io->back_lock);
    if (wakes) http_loop_wake(io);
}

static void serve(struct http_executor *e, struct http_conn *c)
{
    struct http_server *s = e->server;
    struct http_work *k = c->work;
    int stop = atomic_load(&s->stop);
    bool may_wait = false;
    if (stop == HTTP_STOPS_NOW) {
        k->last = true; /* too late to begin: ends without an answer */
    } else {
        if (k->late) http_run_fallback(s, &k->x, k->admit, 503);
        else http_run_serve(s, &e->worker, &k->x);
        if (k->x.close || atomic_load(&s->stop) != HTTP_RUNS) k->last = true;
        http_date_refresh(&e->date);
        http_answer_build(k, &e->date, true);
        may_wait = http_conn_send(c);
    }
    arena_reset(e->worker.mem);
    hand_back(c, may_wait);
}

void *http_pool_main(void *executor)
{
    struct http_executor *e = executor;
    const struct http_handler *h = &e->server->handler;
    if (h->worker_new != NULL) e->worker.own = h->worker_new(h->ctx, e->worker.index, true);
    bool ok = h->worker_new == NULL || e->worker.own != NULL;
    http_thread_started(e->server, ok);
    struct http_conn *c = NULL;
    while (ok && (c = take(e)) != NULL) serve(e, c);
    if (e->worker.own != NULL && h->worker_free != NULL) h->worker_free(h->ctx, e->worker.own);
    return NULL;
}

void http_pool_stop(struct http_server *s)
{
    pthread_mutex_lock(&s->pool.lock);
    s->pool.stop = true;
    pthread_mutex_unlock(&s->pool.lock);
    for (int i = 0; i < s->options.executors; i++) pthread_cond_signal(&s->executor[i].more);
}
