/* demo_special: matters that are always there: the samples, and texts that try what a program can hold. Private to the room.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_SPECIAL_H
#define LUOSHI_DEMO_DEMO_SPECIAL_H

#include "demo/demo_life.h"

enum demo_end { END_ANY, END_SOLVED, END_PARTLY, END_REOPENED, END_UNCONFIRMED, END_DECLINED, END_OPEN, END_OVERDUE };

struct demo_special {
    const char *subject, *text, *place,
        *name; /* place, name: NULL: as in any matter; "": none. text "": the long letter */
    const char *category;
    const char *kind, *channel;
    bool zh, hidden, firm;
    enum department department;
    enum demo_level level;
    int county, town; /* town: in its county */
    enum demo_end end;
    enum demo_basis basis;
    const char *found, *done;
};

extern const struct demo_special demo_samples[];
extern const size_t demo_sample_count;
extern const struct demo_special demo_nasty[];
extern const size_t demo_nasty_count;
extern const char *const demo_long_letter[]; /* pages, NULL-ended: 4,000 characters in all */

/* Dresses a life as this one; the theme it gets lives in mem. */
void demo_dress(struct demo_life *, const struct demo_special *);

#endif
