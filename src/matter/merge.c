/* merge: see merge.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/merge.h"

#define AHEAD_FIRST 4
#define AHEAD_MOST  64

bool key_before(struct key a, struct key b)
{
    if (a.sort_key != b.sort_key) return a.sort_key < b.sort_key;
    return a.id_key != b.id_key ? a.id_key < b.id_key : a.id < b.id;
}

/* The range with the least head stands first. */
static void sink(struct merge *m, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < m->n; i = child) {
        if (child + 1 < m->n && key_before(m->heap[child + 1].head, m->heap[child].head)) child++;
        if (!key_before(m->heap[child].head, m->heap[i].head)) return;
        struct merge_range r = m->heap[i];
        m->heap[i] = m->heap[child];
        m->heap[child] = r;
    }
}

void merge_open(struct merge *m, struct merge_range *ranges, size_t n)
{
    m->heap = ranges;
    m->n = n;
    for (size_t i = n / 2; i-- > 0;) sink(m, i);
}

/* Reads on in the first range; one that has ended leaves. A range that is alone is read as far as is expected. */
static enum status refill(struct merge *m)
{
    struct merge_range *first = &m->heap[0];
    struct key after = first->n == 0 ? m->after : first->item[first->n - 1];
    first->ahead = first->ahead == 0 ? AHEAD_FIRST : first->ahead < AHEAD_MOST ? first->ahead * 2 : AHEAD_MOST;
    if (m->n == 1 && m->expected > first->ahead) first->ahead = m->expected;
    first->at = 0;
    TRY(m->read(m->ctx, first, after, first->ahead, &first->item, &first->n));
    if (first->n == 0) *first = m->heap[--m->n];
    else first->head = first->item[0];
    sink(m, 0);
    return ST_OK;
}

enum status merge_next(struct merge *m, int64_t limit, struct key *out, size_t *n, bool *ended)
{
    *n = 0;
    while ((int64_t)*n < limit && m->n > 0) {
        struct merge_range *first = &m->heap[0];
        if (first->at == first->n) {
            TRY(refill(m));
            continue;
        }
        struct key k = first->item[first->at++];
        if (first->at < first->n) first->head = first->item[first->at];
        sink(m, 0);
        if (m->gave && !key_before(m->last, k)) continue; /* two ranges have it */
        m->gave = true;
        m->last = out[(*n)++] = k;
    }
    *ended = m->n == 0;
    return ST_OK;
}
