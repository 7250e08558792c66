/* rate: see rate.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/rate.h"

#include "base/arena.h"
#include "base/secret.h"
#include "base/time.h"

void rate_init(struct rate *r, struct arena *life)
{
    *r = (struct rate){
        .rule = {[RATE_READ] = {0, 0}, [RATE_WRITE] = {20, 200}, [RATE_GUESS] = {0.5, 20}, [RATE_KEY] = {0, 0}},
        .bucket = NEWN(life, struct rate_bucket, RATE_BUCKETS),
    };
    secure_bytes(&r->salt, sizeof r->salt);
    for (size_t i = 0; i < COUNT_OF(r->lock); i++) pthread_mutex_init(&r->lock[i], NULL);
}

static uint64_t mix(const struct rate *r, uint64_t h)
{
    h ^= r->salt;
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

bool rate_take(struct rate *r, enum rate_class class, str who, int *retry_seconds)
{
    const struct rate_rule *rule = &r->rule[class];
    if (rule->per_second <= 0) return true;
    uint64_t h = mix(r, str_hash(who) + class);
    struct rate_bucket *b = &r->bucket[h % RATE_BUCKETS];
    pthread_mutex_t *lock = &r->lock[h % COUNT_OF(r->lock)];
    int64_t now = time_monotonic_ns();
    pthread_mutex_lock(lock);
    if (b->who != h) *b = (struct rate_bucket){.who = h, .at_ns = now, .left = rule->burst};
    b->left += (double)(now - b->at_ns) / 1e9 * rule->per_second;
    if (b->left > rule->burst) b->left = rule->burst;
    b->at_ns = now;
    bool ok = b->left >= 1;
    if (ok) b->left -= 1;
    else *retry_seconds = 1 + (int)((1 - b->left) / rule->per_second);
    pthread_mutex_unlock(lock);
    return ok;
}
