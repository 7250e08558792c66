/* id: 64-bit keys made by the application: ordered by time, safe across nodes, never reused.
 *
 * Layout, high to low: 41 bits milliseconds since 2000-01-01, 10 bits node, 12 bits counter. Invariant: every id is
 * greater than the one before from the same generator, also when the clock stands still or is turned back.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_ID_H
#define LUOSHI_BASE_ID_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/time.h"

struct ids {
    _Atomic int64_t last;
    _Atomic int node; /* 0 to 1023; may change while it is used: the ids still grow */
};

/* after: the greatest id already in the store (0 for none): new ids come after it. */
void ids_init(struct ids *, int node, int64_t after);
/* Thread-safe. */
int64_t ids_next(struct ids *, instant now);
/* When an id was made, as its clock said. */
instant id_moment(int64_t id);

/* n ids at once, for one statement that makes many rows: the i-th (from 0) is first + i / ID_SLOT * ID_SLOT_STEP + i % ID_SLOT. They lie in
 * milliseconds of their own, so that no other node can make them. */
#define ID_SLOT      4096
#define ID_SLOT_STEP 4194304
int64_t ids_block(struct ids *, instant now, int64_t n);

#endif
