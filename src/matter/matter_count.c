/* matter_count: see matter_count.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/matter_count.h"

#include <pthread.h>

#include "base/limits.h"

#define PLACES 1024

/* Two filters of one 64-bit key would share an answer: one chance in 10^16 of a number that is not this list's. */
static struct {
    uint64_t key, epoch;
    int64_t until_ms; /* of a list that is longer than is counted */
    struct counted counted;
} places[PLACES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

uint64_t count_key(const struct want *w)
{
    const str words[] = {w->category, w->state, w->kind, w->channel, w->place};
    uint64_t h = w->public ? 1 : w->scope.everywhere ? 2 : 3;
    for (size_t i = 0; i < COUNT_OF(words); i++) h = mix(h, words[i].p == NULL ? 0 : str_hash(words[i]));
    h = mix(mix(mix(h, (uint64_t)w->unit.v), (uint64_t)w->from.ms), (uint64_t)w->to.ms);
    h = mix(h, (uint64_t)w->waiting * 8 + (uint64_t)w->sort);
    for (int i = 0; i < ACTOR_ROLES; i++) h = mix(mix(h, (uint64_t)w->scope.below[i].v), (uint64_t)w->scope.only[i].v);
    return h;
}

uint64_t count_key_of(person_id who, int which, day today)
{
    return mix(mix(mix(4, (uint64_t)who.v), (uint64_t)which), (uint64_t)today.n);
}

bool count_get(uint64_t key, uint64_t epoch, instant now, struct counted *out)
{
    (void)pthread_mutex_lock(&lock);
    bool known = places[key % PLACES].key == key;
    bool same = epoch != 0 && places[key % PLACES].epoch == epoch;
    bool many = places[key % PLACES].counted.n > LIMIT_COUNT_EXACT && now.ms < places[key % PLACES].until_ms;
    *out = places[key % PLACES].counted;
    (void)pthread_mutex_unlock(&lock);
    return known && (same || many);
}

void count_put(uint64_t key, uint64_t epoch, instant now, struct counted counted)
{
    (void)pthread_mutex_lock(&lock);
    places[key % PLACES].key = key;
    places[key % PLACES].epoch = epoch;
    places[key % PLACES].until_ms = now.ms + MINUTE_MS;
    places[key % PLACES].counted = counted;
    (void)pthread_mutex_unlock(&lock);
}
