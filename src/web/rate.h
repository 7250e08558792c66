/* rate: token buckets in a fixed table, by address or by key. Each node has its own: behind a balancer a client may take the rate
 * of one node at each of them. What guards secrets is counted in the database (people/guess.h).
 *
 * The table never grows: a bucket is found by a keyed hash, an old one makes room. Two that collide share a bucket, which is safe
 * (stricter) and rare. Nothing here is by person or topic. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_RATE_H
#define LUOSHI_WEB_RATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define RATE_BUCKETS 16384

enum rate_class { RATE_READ = 1, RATE_WRITE, RATE_GUESS, RATE_KEY, RATE_CLASSES };

struct rate_rule {
    double per_second; /* 0: no limit */
    double burst;
};
struct rate {
    struct rate_rule rule[RATE_CLASSES];
    pthread_mutex_t lock[64];
    struct rate_bucket {
        uint64_t who;
        int64_t at_ns;
        double left;
    } * bucket; /* RATE_BUCKETS */
    uint64_t salt;
};

struct arena;
void rate_init(struct rate *, struct arena *life);
/* Takes one token; false: over the limit, *retry_seconds says when to come back (at least 1). */
bool rate_take(struct rate *, enum rate_class, str who, int *retry_seconds);

#endif
