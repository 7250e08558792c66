/* rng: a small seeded generator (splitmix64) for demo data and tests, where the same seed must give the same city.
 * Never for codes, keys or tokens: those come from base/secret.h.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_RNG_H
#define LUOSHI_BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};
uint64_t rng_next(struct rng *);
uint32_t rng_below(struct rng *, uint32_t bound); /* 0 <= x < bound; 0 for bound 0 */

#endif
