/* matter_whole: matters that come by the thousand with their past, each row of them written once, as it is at the end.
 *
 * The same rules as matter_register, casefile_import_answer and matter_publish one after the other (exchange/import_test.c compares every
 * table): what they make of a casefile and its clocks is worked out in memory first. Only for what nobody has to be asked about: a new
 * matter without contact and receipt code, perhaps answered elsewhere, perhaps let through in its own words.
 *
 * Threads      matter_whole_check is pure and may run on any thread; the rest belongs to the thread of the batch. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_MATTER_WHOLE_H
#define LUOSHI_MATTER_MATTER_WHOLE_H

#include "matter/matter.h"

struct matter_whole {
    struct matter_draft draft; /* raised_at is set; no contact, no_receipt */
    str answer;                /* .n 0: none */
    str answer_tokens;         /* made by the check */
    instant answered_at;
    bool shown; /* to the public, in its own words; needs draft.wants_public, as it is after the check */
};
/* Trims and checks all that needs no database, and makes the tokens. Category and unit are the caller's to vouch for: one that exists, and
 * that has not ended. ST_INVALID says that the ordinary way may refuse it; it also says why. */
MUST_USE enum status matter_whole_check(struct arena *, instant now, struct matter_whole *);

/* What one batch knows already: numbers given out, who receives. */
struct whole_desk;
struct whole_desk *whole_desk_new(struct db *, struct arena *, const struct city *);
/* Inside the batch, in an arena that is the caller's to empty. Any failure: roll the batch back. */
MUST_USE enum status matter_whole_add(struct whole_desk *, struct arena *, const struct matter_whole *);
/* Before anything else of the batch registers a matter, and before its end: writes the numbers that were given out, and forgets all. */
MUST_USE enum status whole_desk_clear(struct whole_desk *);
/* After a rollback: forgets all, writes nothing. */
void whole_desk_drop(struct whole_desk *);

#endif
