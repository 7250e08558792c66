/* demo_phrases: short words of every theme, in both languages. Private to the room. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_PHRASES_H
#define LUOSHI_DEMO_DEMO_PHRASES_H

#include "demo/demo_words.h"

struct demo_list {
    const char *const *item;
    size_t n;
};
struct demo_phrases {
    struct demo_list opening, rural_opening, firm_opening, closing[MATTER_KINDS], asked, found, promise, again, remedy,
        say[SAY_COUNT];
};
extern const struct demo_phrases demo_phrases_en, demo_phrases_zh;

extern const struct demo_basis_words {
    const char *en, *zh;
} demo_bases[BASIS_COUNT];

extern const struct demo_named demo_firms[];
extern const size_t demo_firm_count;

#endif
