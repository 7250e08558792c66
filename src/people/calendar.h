/* calendar: which days are working days. Monday to Friday, but for the holidays and make-up days an administrator enters.
 *
 * Threads: readers take a snapshot pointer; a reload swaps it (the old one stays until the process ends: a few kB a change).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_CALENDAR_H
#define LUOSHI_PEOPLE_CALENDAR_H

#include <stdatomic.h>

#include "base/faults.h"
#include "base/time.h"
#include "gen/ids.h"
#include "store/db.h"

struct actor;

struct calendar_days {
    size_t n;
    struct calendar_day {
        day on;
        bool working;
    } * item; /* sorted by day */
};
struct calendar {
    const struct calendar_days *_Atomic days;
};

bool calendar_is_working(const struct calendar *, day);
/* The day n calendar days after `from`. With working: the n-th working day after it. n >= 0. */
day calendar_after(const struct calendar *, day from, int n, bool working);
/* `d` itself, or the next working day when d is none: for limits that may not end on a holiday. */
day calendar_roll(const struct calendar *, day d);

MUST_USE enum status calendar_load(struct db *, struct arena *life, struct calendar *);
/* Does the database say something else than what is loaded? Another node may have changed it. */
MUST_USE enum status calendar_changed(struct db *, struct arena *, const struct calendar *, bool *changed);
/* Inside a write. ST_CONFLICT: the day already has an entry. */
MUST_USE enum status holiday_add(struct db *, struct arena *, const struct actor *, day on, bool working, str name_en,
                                 str name_zh, struct faults *);
struct holiday {
    holiday_id id;
    day on;
    bool working;
    str name_en, name_zh;
};
MUST_USE enum status holiday_list(struct db *, struct arena *, struct holiday **out, size_t *n); /* by day */
MUST_USE enum status holiday_end(struct db *, struct arena *, const struct actor *, holiday_id);

#endif
