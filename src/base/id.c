/* id: see id.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/id.h"

#include "base/status.h"

#define EPOCH_MS   INT64_C(946684800000) /* 2000-01-01T00:00:00Z */
#define NODE_SHIFT 12
#define TIME_SHIFT 22

void ids_init(struct ids *ids, int node, int64_t after)
{
    must(node >= 0 && node < 1024);
    atomic_store(&ids->node, node);
    atomic_store(&ids->last, after);
}

/* The id that follows `last` on this node when the clock does not help: next counter, else next millisecond. */
static int64_t following(int64_t last, int64_t node)
{
    int64_t next = last + 1;
    if (((next >> NODE_SHIFT) & 1023) == node) return next;
    return ((last >> TIME_SHIFT) + 1) << TIME_SHIFT | node << NODE_SHIFT;
}

int64_t ids_next(struct ids *ids, instant now)
{
    int64_t ms = now.ms > EPOCH_MS ? now.ms - EPOCH_MS : 0;
    int64_t node = atomic_load(&ids->node);
    int64_t fresh = ms << TIME_SHIFT | node << NODE_SHIFT;
    int64_t last = atomic_load(&ids->last);
    int64_t next;
    do next = fresh > last ? fresh : following(last, node);
    while (!atomic_compare_exchange_weak(&ids->last, &last, next));
    return next;
}

int64_t ids_block(struct ids *ids, instant now, int64_t n)
{
    int64_t ms = now.ms > EPOCH_MS ? now.ms - EPOCH_MS : 0;
    int64_t slots = (n + ID_SLOT - 1) / ID_SLOT;
    int64_t last = atomic_load(&ids->last);
    int64_t first, end;
    must(n > 0);
    do {
        int64_t from = (last >> TIME_SHIFT) + 1;
        first = (ms > from ? ms : from) << TIME_SHIFT | (int64_t)ids->node << NODE_SHIFT;
        end = first + (slots - 1) * ID_SLOT_STEP + ID_SLOT - 1;
    } while (!atomic_compare_exchange_weak(&ids->last, &last, end));
    return first;
}

instant id_moment(int64_t id)
{
    return (instant){(id >> TIME_SHIFT) + EPOCH_MS};
}
