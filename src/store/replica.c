/* replica: see replica.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store/replica.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "store/inside.h"

/* ── what is known ────────────────────────────────────────────────────────────────────────────────────── */

void replica_mark(struct replica *r, const struct replica_mark *mark)
{
    (void)pthread_mutex_lock(&r->lock);
    r->marks[r->n_marks++ % REPLICA_MARKS] = *mark;
    (void)pthread_mutex_unlock(&r->lock);
}

void replica_came(struct replica *r, int64_t position, int64_t now_ns)
{
    (void)pthread_mutex_lock(&r->lock);
    r->view.position = position;
    r->asked_ns = now_ns;
    unsigned oldest = r->n_marks > REPLICA_MARKS ? r->n_marks - REPLICA_MARKS : 0;
    for (unsigned i = r->n_marks; i > oldest; i--) {
        const struct replica_mark *mark = &r->marks[(i - 1) % REPLICA_MARKS];
        if (mark->position > position) continue;
        r->view.reached = *mark;
        break;
    }
    (void)pthread_mutex_unlock(&r->lock);
}

bool replica_serves(struct replica *r, int64_t position, bool main_answers, int64_t now_ns, struct replica_view *out)
{
    (void)pthread_mutex_lock(&r->lock);
    *out = r->view;
    bool answers = r->asked_ns != 0 && now_ns - r->asked_ns <= REPLICA_OLD_NS;
    (void)pthread_mutex_unlock(&r->lock);
    bool is_level = out->reached.at_ns != 0 && now_ns - out->reached.at_ns <= REPLICA_OLD_NS;
    return answers && out->position >= position && (is_level || !main_answers);
}

/* Nothing that was reached before says anything about another server, or about this one after a break. */
static void forget(struct replica *r)
{
    (void)pthread_mutex_lock(&r->lock);
    r->view.reached = (struct replica_mark){0};
    r->view.position = 0;
    r->asked_ns = 0;
    (void)pthread_mutex_unlock(&r->lock);
}

/* ── asking ───────────────────────────────────────────────────────────────────────────────────────────── */

static void look_away(struct replica *r)
{
    engine_close(r->eye);
    arena_free(r->mem);
    r->eye = NULL;
    r->mem = NULL;
}

static void note_server(struct replica *r)
{
    char host[REPLICA_NAME], port[16];
    postgres_server(r->eye, host, sizeof host, port, sizeof port);
    (void)pthread_mutex_lock(&r->lock);
    if (strcmp(host, r->view.host) != 0 || strcmp(port, r->view.port) != 0) r->view.life++;
    (void)memcpy(r->view.host, host, sizeof host);
    (void)memcpy(r->view.port, port, sizeof port);
    (void)pthread_mutex_unlock(&r->lock);
}

static enum status look(struct replica *r)
{
    char why[400] = "";
    int64_t position = 0;
    bool follows = false;
    if (r->eye == NULL) {
        r->mem = arena_new(STORE_ARENA, NULL);
        enum status st = postgres_open(r->mem, &r->options, &r->eye, why, sizeof why);
        if (st != ST_OK) return st;
        note_server(r);
    }
    TRY(postgres_replayed(r->eye, &position, &follows));
    if (!follows) return ST_CONFLICT;
    replica_came(r, position, time_monotonic_ns());
    return ST_OK;
}

static void wait_awhile(struct replica *r)
{
    struct pollfd wake = {.fd = r->wake, .events = POLLIN};
    (void)poll(&wake, 1, REPLICA_ASK_MS);
}

static void *replica_main(void *arg)
{
    struct replica *r = arg;
    bool served = false;
    while (!atomic_load(&r->stopping)) {
        enum status st = look(r);
        if ((st == ST_OK) != served)
            log_line(LOG_INFO, st == ST_OK ? "replica followed" : "replica not read from", "st=\"%s\"",
                     status_name(st));
        served = st == ST_OK;
        if (!served) {
            forget(r);
            look_away(r);
        }
        wait_awhile(r);
    }
    look_away(r);
    return NULL;
}

enum status replica_start(struct replica *r, const struct postgres_options *options)
{
    r->options = *options;
    (void)pthread_mutex_init(&r->lock, NULL);
    r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    r->has_thread = r->wake >= 0 && thread_start(&r->thread, replica_main, r);
    return r->has_thread ? ST_OK : ST_IO;
}

void replica_stop(struct replica *r)
{
    uint64_t one = 1;
    if (r->has_thread) {
        atomic_store(&r->stopping, true);
        if (write(r->wake, &one, sizeof one) < 0) log_line(LOG_WARN, "replica's thread not woken", "errno=%d", errno);
        (void)pthread_join(r->thread, NULL);
    }
    if (r->wake >= 0) (void)close(r->wake);
    (void)pthread_mutex_destroy(&r->lock);
}
