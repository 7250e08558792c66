/* seed: the first rows of an installation. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_SEED_H
#define LUOSHI_DEMO_SEED_H

#include "people/city.h"

struct seed_city {
    str name_en, name_zh, prefix, zone;
};
/* Inside a batch on an empty database: settings, root unit (code 990000), holidays of people/holidays_cn.h, default categories. */
MUST_USE enum status seed_city(struct db *, struct arena *, const struct seed_city *, unit_id *root);
/* The livelihood category set (T20), bilingual, three levels; skips codes that exist. */
MUST_USE enum status seed_categories(struct db *, struct arena *);

/* More matters than these are copies of lives (demo/demo_bulk.h), written best into a store that is being filled. */
#define DEMO_MANY 20000

struct demo_options {
    int64_t matters, units, seed;
    int64_t by_rules; /* lives gone through step by step; what is beyond them is copied from them (0: DEMO_MANY) */
    void (*progress)(void *, int64_t done, int64_t all);
    void *progress_ctx;
};
/* Inside no transaction: makes Haitang City in batches. The city must have been seeded and loaded. */
MUST_USE enum status demo_city(struct db *, struct arena *, const struct city *, const struct demo_options *);

#endif
