/* rate: see rate.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/rate.h"

#include "base/arena.h"
#include "base/secret.h"
#include "base/time.h"

#define SECOND_NS     INT64_C(1000000000)
#define FREE_FAILURES 3
#define WAIT_MOST     30
#define FORGET_NS     (INT64_C(900) * SECOND_NS)

void rate_init(struct rate *r, struct arena *life)
{
    *r = (struct rate){
        .rule = {[RATE_READ] = {0, 0}, [RATE_WRITE] = {20, 200}, [RATE_GUESS] = {0.5, 20}, [RATE_KEY] = {0, 0}},
        .bucket = NEWN(life, struct rate_bucket, RATE_BUCKETS),
        .wait = NEWN(life, struct rate_wait, RATE_BUCKETS),
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

static struct rate_wait *wait_of(struct rate *r, str what, str from, pthread_mutex_t **lock)
{
    uint64_t h = mix(r, str_hash(what) * 31 + str_hash(from));
    struct rate_wait *w = &r->wait[h % RATE_BUCKETS];
    *lock = &r->lock[h % COUNT_OF(r->lock)];
    pthread_mutex_lock(*lock);
    if (w->who != h || time_monotonic_ns() - w->until_ns > FORGET_NS) *w = (struct rate_wait){.who = h};
    return w;
}

int rate_must_wait(struct rate *r, str what, str from)
{
    pthread_mutex_t *lock;
    struct rate_wait *w = wait_of(r, what, from, &lock);
    int64_t left = w->failures > FREE_FAILURES ? w->until_ns - time_monotonic_ns() : 0;
    pthread_mutex_unlock(lock);
    return left <= 0 ? 0 : (int)((left + SECOND_NS - 1) / SECOND_NS);
}

void rate_failed(struct rate *r, str what, str from)
{
    pthread_mutex_t *lock;
    struct rate_wait *w = wait_of(r, what, from, &lock);
    int over = ++w->failures - FREE_FAILURES;
    int64_t seconds = over <= 0 ? 0 : over > 5 ? WAIT_MOST : INT64_C(1) << (over - 1);
    w->until_ns = time_monotonic_ns() + seconds * SECOND_NS;
    pthread_mutex_unlock(lock);
}

void rate_succeeded(struct rate *r, str what, str from)
{
    pthread_mutex_t *lock;
    struct rate_wait *w = wait_of(r, what, from, &lock);
    *w = (struct rate_wait){.who = w->who};
    pthread_mutex_unlock(lock);
}
