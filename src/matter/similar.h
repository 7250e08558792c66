/* similar: other matters that are perhaps the same: their subjects have many pairs of characters in common. A
 * suggestion for a person to read; nothing is joined, closed or refused by it. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_SIMILAR_H
#define LUOSHI_MATTER_SIMILAR_H

#include "people/city.h"
#include "people/rights.h"

struct similar {
    casefile_id casefile;
    str ref, subject, state;
    int64_t reopened;
    instant raised_at;
};

/* Of the newest matters that the actor may see, the most alike first, at most `most`; without those of `self`. */
MUST_USE enum status similar_list(struct db *, struct arena *, const struct city *, const struct actor *,
                                  casefile_id self, str subject, size_t most, struct similar **out, size_t *n);
/* How much two lines are alike, 0 to 100: pairs of characters in common (Dice), whatever stands between words. */
int similar_percent(str a, str b);

#endif
