/* categories: the livelihood category set a new installation starts with. Private to the room. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_CATEGORIES_H
#define LUOSHI_DEMO_CATEGORIES_H

#include "base/str.h"

/* In the order of the codes: a row stands below the last row of the level above it. */
struct seed_category {
    int level; /* 1 to 3 */
    str name_en, name_zh;
};

extern const struct seed_category seed_category_rows[];
extern const size_t seed_category_count;

#endif
