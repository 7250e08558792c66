/* casefile: the work that solves a matter, and the only code that moves its state.
 *
 *   registered --accept--> accepted --assign--> handling --answer--> answered --solved--> solved
 *       |  ^                  |  ^                  |                    |------partly--> partly
 *       |  '-- forward --'    |  '---- forward -----'                    '--not solved--> accepted, one level up
 *       '--decline--> declined     (answer also straight from accepted; forward keeps registered)
 *   solved, partly, declined: the raiser may say "not solved" again within the matter's page: reopens likewise.
 *
 * Invariants: README.md of the room. Threads: pure functions over (db, arena). SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_CASEFILE_H
#define LUOSHI_MATTER_CASEFILE_H

#include "matter/clocks.h"
#include "matter/matter.h"

struct casefile {
    casefile_id id;
    str state;
    unit_id unit;
    person_id owner, handler;
    category_id category;
    instant raised_at, accepted_at, answered_at, ended_at, changed_at;
    day due, ask;
    int64_t reopened, version;
};

/* ST_NOT_FOUND also when `who` may not see it: existence is not leaked. */
MUST_USE enum status casefile_get(struct db *, struct arena *, const struct actor *who, casefile_id,
                                  struct casefile *out);
/* Without asking who: for the raiser's page and for rules. */
MUST_USE enum status casefile_load(struct db *, struct arena *, casefile_id, struct casefile *out);

/* What may be done now: one bit per enum action that both the state and the rights allow. */
unsigned casefile_can(struct db *, struct arena *, const struct actor *, const struct casefile *);
#define CAN(set, action) (((set) >> (action)) & 1u)

/* Commands: inside a write. version: the one the form was made from; ST_CONFLICT when the casefile has moved on. ST_FORBIDDEN when rights or
 * state do not allow. Faults name the form fields. Each appends one event and keeps clocks, owner, matter rows and tallies. */
struct casefile_command {
    const struct city *city;
    const struct actor *who;
    casefile_id casefile;
    int64_t version; /* 0: do not check (imports, demo) */
    instant at;      /* 0: now; another time only for demo and import */
    struct faults *faults;
};
MUST_USE enum status casefile_accept(struct db *, struct arena *, const struct casefile_command *, unit_id unit,
                                     category_id, str words);
MUST_USE enum status casefile_forward(struct db *, struct arena *, const struct casefile_command *, unit_id to,
                                      str reason);
MUST_USE enum status casefile_decline(struct db *, struct arena *, const struct casefile_command *, str reason,
                                      str right_address);
MUST_USE enum status casefile_assign(struct db *, struct arena *, const struct casefile_command *, unit_id, person_id,
                                     str words);
struct answer_draft {
    str asked, found, done, basis, remedy;
};
MUST_USE enum status casefile_answer(struct db *, struct arena *, const struct casefile_command *,
                                     const struct answer_draft *);
MUST_USE enum status casefile_note(struct db *, struct arena *, const struct casefile_command *, str text);
/* said: "solved", "partly", "not_solved" or "no_answer" (which changes no state). Refused (ST_FORBIDDEN) to whoever wrote the answer or
 * answers for the casefile. */
MUST_USE enum status casefile_return_visit(struct db *, struct arena *, const struct casefile_command *, str said,
                                           str words);
/* The raiser, by code. command.who is NULL. */
MUST_USE enum status casefile_confirm(struct db *, struct arena *, const struct casefile_command *, matter_id, str said,
                                      str words);
/* Import only: an answer given elsewhere, at its own time. The state becomes answered, never more. */
MUST_USE enum status casefile_import_answer(struct db *, struct arena *, const struct casefile_command *, str text);
/* Would it be taken? The words alone, on any thread; and by the state it is in. */
MUST_USE enum status casefile_check_import_answer(struct arena *, struct faults *, str *text);
bool casefile_takes_import_answer(str state);
/* The open casefiles of an ended unit go to its successor, clocks untouched. *moved may be NULL. */
MUST_USE enum status casefile_move_all(struct db *, struct arena *, const struct city *, unit_id from, unit_id to,
                                       int64_t *moved);

/* The open casefiles of a person who has left (posts ended first) go to whoever answers for their unit now. *moved may be NULL. */
MUST_USE enum status casefile_release(struct db *, struct arena *, const struct city *, person_id, int64_t *moved);

/* Timeline, newest first. words of shown events are officials' own; what the raiser said is in the staff's timeline only. For the public and the raiser: shown events only. */
struct timeline_item {
    str kind; /* message key in context "event" by timeline_label */
    str words, person_name, person_title_en, person_title_zh;
    unit_id unit;
    str unit_en, unit_zh, to_unit_en, to_unit_zh, to_person_name;
    instant at;
    bool shown;
};
const char *timeline_label(str kind);
MUST_USE enum status timeline_list(struct db *, struct arena *, casefile_id, bool shown_only,
                                   struct timeline_item **out, size_t *n);

struct answer {
    answer_id id;
    str asked, found, done, basis, remedy, shown_text, person_name, unit_en, unit_zh;
    instant at;
};
MUST_USE enum status answer_list(struct db *, struct arena *, casefile_id, struct answer **out,
                                 size_t *n); /* newest first */
struct note {
    str text, person_name;
    instant at;
};
MUST_USE enum status note_list(struct db *, struct arena *, casefile_id, struct note **out,
                               size_t *n); /* newest first */

/* My queue: open casefiles I answer for (or stand in for), or registered ones my clerk's or head's role covers; by due day, overdue first.
 * state: "" all of these, a state, "overdue", "due_soon"; "answered" lists those whose raiser I may ask, or that are mine, by the day for it. */
struct queue_item {
    casefile_id casefile;
    str ref, subject, state, unit_en, unit_zh;
    day due;
    int64_t reopened;
    instant raised_at;
};
/* Counted as far as LIMIT_COUNT_EXACT + 1, which says that there are more. Of what waits to be let through, the newest are looked at. */
struct queue_counts {
    int64_t overdue, due_soon, registered, accepted, handling, answered, to_show;
};
MUST_USE enum status casefile_queue(struct db *, struct arena *, const struct city *, const struct actor *, str state,
                                    str after, int64_t limit, struct queue_item **out, size_t *n, str *next);
MUST_USE enum status casefile_queue_counts(struct db *, struct arena *, const struct city *, const struct actor *,
                                           struct queue_counts *);

/* Asks the database whether the room's invariants hold; *wrong: how many casefiles break one; report a line each. */
MUST_USE enum status casefile_check(struct db *, struct arena *, int64_t *wrong, str *report);

/* Days at the end of a clock in which it counts as "due soon". */
#define DUE_SOON_DAYS 7

#endif
