/* tally: counts kept by the transaction that changes a casefile, read by home and overview without counting.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_TALLY_H
#define LUOSHI_MATTER_TALLY_H

#include "people/city.h"

/* What of a casefile is counted; the difference of two is applied to the unit and all its territory ancestors. */
struct tally_face {
    unit_id unit;
    str state;
    day due, ask;  /* n 0: none */
    bool reopened; /* open again now */
};
/* Inside a write: written at its end (db_sum_at_commit); the readers below settle first. before NULL: new casefile. */
MUST_USE enum status tally_move(struct db *, const struct tally_face *before, const struct tally_face *after);
/* One count of a unit: a state, "reopened" or "not_solved" (n 0 for `on`), or "due" or "ask" of a day. */
MUST_USE enum status tally_add(struct db *, unit_id, str what, day on, int64_t n);
/* Counts of the root by day, and by month: what is "raised", "answered", "in_time", "solved", "partly", "not_solved". */
MUST_USE enum status tally_day(struct db *, unit_id root, const char *what, day on, int64_t n);

struct tally_row { /* one line of the overview */
    unit_id unit;
    str name_en, name_zh, code, kind;
    bool has_children;
    /* open: registered, accepted, handling. answered: the raiser's word is awaited; unconfirmed: of these, past the day for it.
     * not_solved: how often it was said. reopened: open again now. */
    int64_t open, due_soon, overdue, answered, unconfirmed, solved, partly, declined, not_solved, reopened;
};
/* scope_below: with everything below it; else the unit alone. */
MUST_USE enum status tally_of(struct db *, struct arena *, unit_id, bool scope_below, day today, struct tally_row *out);
/* The units below one, by code, from behind after_code; *next: the code from which on others follow, .p NULL when none do. */
MUST_USE enum status tally_children(struct db *, struct arena *, unit_id parent, day today, str after_code, size_t most,
                                    struct tally_row **out, size_t *n, str *next);

struct tally_year {
    int64_t raised, answered, in_time, solved, partly, not_solved;
    struct {
        int year, month;
        int64_t raised, answered, solved;
    } month[12]; /* oldest first */
};
MUST_USE enum status tally_year(struct db *, struct arena *, unit_id root, day today, struct tally_year *out);
/* Recounts everything from casefiles and outcomes; *wrong: number of rows that differ; report a line each. */
MUST_USE enum status tally_check(struct db *, struct arena *, const struct city *, int64_t *wrong, str *report);
/* Rebuilds from scratch at the end of the write or batch that this is in: after a unit got another parent by territory. The city must outlive
 * it. */
MUST_USE enum status tally_rebuild(struct db *, struct arena *, const struct city *);

#endif
