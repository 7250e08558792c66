/* matter_count: how long lists are, kept so that not every page counts again. Inside the room.
 *
 * A count holds for as long as nothing was committed. That a list is longer than is ever counted holds for a minute whatever is committed.
 * Kept in this process, by the filter. Threads: any. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MATTER_COUNT_H
#define LUOSHI_MATTER_MATTER_COUNT_H

#include "matter/matter_ways.h"

struct counted {
    int64_t n;
    bool exact;
};
uint64_t count_key(const struct want *);
/* Of one of the counts of a person's work. */
uint64_t count_key_of(person_id, int which, day today);
/* epoch: of db_epoch, asked before counting; 0 when it cannot be told. */
bool count_get(uint64_t key, uint64_t epoch, instant now, struct counted *out);
void count_put(uint64_t key, uint64_t epoch, instant now, struct counted);

#endif
