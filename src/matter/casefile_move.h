/* casefile_move: how every command changes a casefile: one way in, one way out; inside the room.
 *
 * A command fills a struct step with casefile_begin, changes step.after, and ends with casefile_end. The moves named
 * here cannot end a casefile as solved or partly solved: that is one static function in casefile.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_CASEFILE_MOVE_H
#define LUOSHI_MATTER_CASEFILE_MOVE_H

#include "matter/casefile.h"
#include "matter/tally.h"

#define CLOCK_PACK "CN-2022" /* of a new casefile */

enum move {
    MOVE_ACCEPT = 1,
    MOVE_FORWARD,
    MOVE_DECLINE,
    MOVE_ASSIGN,
    MOVE_ANSWER,
    MOVE_IMPORT_ANSWER,
    MOVE_SUCCEED, /* to the unit that does an ended unit's work */
    MOVE_RELEASE, /* to the accountable person, when the owner has left */
    MOVE_CLOSE_SOLVED,
    MOVE_CLOSE_PARTLY,
    MOVE_REOPEN,      /* by the raiser */
    MOVE_REOPEN_VISIT /* by a return visit */
};
/* The state to which the move leads from this one; NULL when there is no such move. */
const char *casefile_target(enum move, str from);

struct step {
    struct casefile before, after;
    person_id person; /* who acts; 0: the raiser, the command line, the system */
    unit_id as;       /* in whose name */
    matter_id matter;
    instant at;
};
/* Loads, asks the right (who NULL: only where the command allows nobody), compares the version, asks the state. Sets
 * after.state. */
MUST_USE enum status casefile_begin(struct db *, struct arena *, const struct casefile_command *, enum action,
                                    enum move, struct step *);
/* The same without asking who. */
MUST_USE enum status casefile_begin_unasked(struct db *, struct arena *, casefile_id, int64_t version, instant at,
                                            enum move, struct step *);

struct step_event {
    const char *kind;
    enum clock_moment moment; /* 0: the clocks run on */
    unit_id to_unit;
    person_id to_person;
    str words;
};
/* Writes the event, clocks, casefile, matters and tallies. event may be NULL. */
MUST_USE enum status casefile_end(struct db *, struct arena *, const struct city *, struct step *,
                                  const struct step_event *, event_id *event);

/* Who answers for work at the unit, or receives it: as people/ says, else whoever works at the root: a person's words
 * are never turned away because a post is empty. ST_CONFLICT in a city where nobody works yet. */
MUST_USE enum status casefile_owner(struct db *, struct arena *, const struct city *, unit_id, person_id *out);
MUST_USE enum status casefile_receiver(struct db *, struct arena *, const struct city *, unit_id, person_id *out);

/* A new matter's casefile, in memory: where it was sent; where it goes and who receives it; with its first clocks. Then written, and counted. */
struct casefile casefile_new(struct db *, const struct city *, const struct matter_draft *);
MUST_USE enum status casefile_place_first(struct db *, struct arena *, const struct city *, struct casefile *);
void casefile_registered(struct casefile *, struct clock_life *, const struct city *);
MUST_USE enum status casefile_write_first(struct db *, const struct city *, const struct casefile *,
                                          struct clock_life *);
MUST_USE enum status casefile_count_first(struct db *, const struct city *, const struct casefile *);

/* HT-26-000001: the year, HT-26, is the one in which it was raised, in the city's zone; numbers run in each. */
str matter_ref_year(struct arena *, const struct city *, instant raised_at);
str matter_ref(struct arena *, str year, int64_t number);

/* An answer that was given elsewhere: what it makes of the casefile and its clocks, in memory. False: the state does not allow it. *due: the
 * last day on which it was in time, for casefile_count_answer. */
MUST_USE bool casefile_answered_elsewhere(struct casefile *, struct clock_life *, const struct city *, instant at,
                                          day *due);
/* A casefile's first answer, in the counts of days. */
MUST_USE enum status casefile_count_answer(struct db *, const struct city *, instant at, day due);
struct tally_face casefile_face(const struct casefile *);

/* Where work may go: the unit itself or its successor. A fault names the field when it is a partner or does not exist.
 */
MUST_USE enum status casefile_place(struct db *, struct arena *, unit_id *unit, const char *field, struct faults *);

#endif
