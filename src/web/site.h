/* site: one serving process: what all requests share, and the way from an HTTP exchange to a handler and back.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_SITE_H
#define LUOSHI_WEB_SITE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "people/city.h"
#include "web/http.h"
#include "web/memo.h"
#include "web/rate.h"
#include "web/router.h"

#define SITE_PROXIES 16

struct site_options {
    str trusted_proxies;                 /* addresses separated by blanks or commas whose X-Forwarded-* are believed */
    bool limit_loopback;                 /* also limit clients on this machine */
    struct rate_rule rate[RATE_CLASSES]; /* per_second < 0: the built-in rule */
    int argon2_at_once;                  /* 0: 2 */
    bool no_memo;                        /* make every page anew */
    /* Figures of later rooms for /metrics; NULL: none. */
    void (*more_metrics)(struct db *, struct arena *, struct buf *);
    /* A section of a later room on the page of a person's work; NULL: none. */
    enum status (*more_work)(struct req *, html *out);
};

struct site {
    struct store *store;
    struct city *city;
    struct arena *life;
    struct router router;
    struct site_options options;
    struct rate rate;
    struct memo memo;
    str proxies[SITE_PROXIES];
    int n_proxies;
    struct http_server *_Atomic server; /* set after http_open */
    _Atomic bool draining;              /* about to stop: not ready for new clients, still serving */
    instant started;
    str boot; /* random tag of this process, part of every ETag */
    pthread_mutex_t argon2_lock;
    pthread_cond_t argon2_free;
    int argon2_left;
    _Atomic uint64_t answers[6];   /* by status class: [2] = 2xx */
    _Atomic uint64_t micros_le[8]; /* latency histogram: 100 us, 1 ms, 5 ms, 25 ms, 100 ms, 500 ms, 2.5 s, more */
    _Atomic uint64_t micros_sum;
    _Atomic uint64_t sent_bytes;
};

void site_init(struct site *, struct store *, struct city *, struct arena *life, struct router,
               const struct site_options *);
struct http_handler site_handler(struct site *);
/* Verifies with at most argon2_at_once hashes at a time; ST_BUSY when too many wait. */
MUST_USE enum status site_password_matches(struct site *, str hash, str password, bool *matches);
/* Says "not ready" to whoever asks and closes each connection after its next answer, so that a balancer sends people elsewhere. */
void site_drain(struct site *);
void site_changed_calendar(struct site *, struct db *);
/* From time to time on every node: takes over what another node changed of what is kept in memory. `db` and `mem` are the caller's. */
void site_refresh(struct site *, struct db *, struct arena *mem);

#endif
