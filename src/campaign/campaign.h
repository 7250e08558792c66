/* campaign: the frame of a campaign and the only code that moves its state.
 *
 *   draft --discuss--> discussed --match--> matched --approve--> approved --issue--> issued --close--> closed
 *   Any change of a plan that is discussed, matched or approved leads back to `discussed`. A plan that is issued is amended: the same
 *   commands then write version n+1 beside it, which plan_issue puts in force. It may be opened for opinions too: the campaign stays issued, and
 *   its discussed version says that they are taken on n+1.
 *
 * Rows of a plan (stage, action) carry the versions between which they hold: [since, until). `plan version` in this room is the version
 * that is in force, `draft version` the one being written (version + 1).
 *
 * Rights     the plan is written by clerks and heads of the unit that issues it (ACT_PLAN), approved and issued by its first person
 *            responsible alone (T24, T77). A draft is seen by those who may write it and by the levels above; from `discussed` on by
 *            every unit in scope; issued and closed ones are public (T02).
 * Ownership  results live in the arena.   Threads  pure functions over (db, arena).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_CAMPAIGN_H
#define LUOSHI_CAMPAIGN_CAMPAIGN_H

#include "base/faults.h"
#include "people/city.h"
#include "people/rights.h"

#define CAMPAIGN_STAGES  12 /* more is no plan that anybody remembers */
#define CAMPAIGN_AIMS    12
#define CAMPAIGN_GOALS   24
#define CAMPAIGN_KINDS   8
#define CAMPAIGN_MEMBERS 40
#define CAMPAIGN_PILOTS  40

struct campaign {
    campaign_id id;
    str ref, state, name, theme;
    str issuer; /* the plan of a body outside this installation, as it was received; empty: of `unit` */
    unit_id unit;
    campaign_id parent, cloned, next;
    person_id owner, approved_by;
    unit_id lead;
    day starts, ends;
    int64_t sign_days, ask_cap, version, edit, discussed; /* discussed: the version last opened for opinions */
    instant created_at, approved_at, issued_at, closed_at;
};

/* ── reading ──────────────────────────────────────────────────────────────────────────────────────────── */

/* who NULL or nobody signed in: the public. ST_NOT_FOUND also when they may not know of it. */
MUST_USE enum status campaign_get(struct db *, struct arena *, const struct actor *who, str ref, struct campaign *out);
MUST_USE enum status campaign_load(struct db *, struct arena *, campaign_id,
                                   struct campaign *out); /* without asking who */
/* Newest first: issued and closed for the public; for staff also drafts they may see. At most 200. */
MUST_USE enum status campaign_list(struct db *, struct arena *, const struct actor *who, struct campaign **out,
                                   size_t *n);
bool campaign_is_public(const struct campaign *);
/* Opinions are taken: on a draft from `discussed` on, on an amendment from its opening until it is issued. */
bool campaign_takes_opinions(const struct campaign *);
/* Works in the issuing unit or below it: reads what opinions are taken on. */
bool campaign_works_below(struct db *, struct arena *, const struct actor *, const struct campaign *);
/* May write the plan now: right, and a state that is not closed. */
bool campaign_may_write(struct db *, struct arena *, const struct actor *, const struct campaign *);
/* The first person responsible of the issuing unit, or who acts for them. */
bool campaign_may_sign(struct db *, struct arena *, const struct actor *, const struct campaign *);
/* The version whose rows a reader sees: the one in force, or (draft) the one being written. */
int64_t campaign_shown_version(const struct campaign *, bool draft);

struct stage {
    stage_id id;
    int64_t no;
    str name;
    day starts, ends; /* ends.n 0: open */
    bool consolidates;
};
/* By number. version: campaign_shown_version. */
MUST_USE enum status stage_list(struct db *, struct arena *, campaign_id, int64_t version, struct stage **out,
                                size_t *n);
/* Runs on that day: stages may overlap, and on some days there is none. */
bool stage_is_current(const struct stage *, day today);

struct aim {
    aim_id id;
    int64_t no;
    str line, name; /* line: work, development, livelihood */
};
MUST_USE enum status aim_list(struct db *, struct arena *, campaign_id, int64_t version, struct aim **out, size_t *n);
const char *aim_line_label(str line); /* message key */

struct goal {
    goal_id id;
    aim_id aim;
    str name, indicator;
};
MUST_USE enum status goal_list(struct db *, struct arena *, campaign_id, int64_t version, struct goal **out, size_t *n);
const char *goal_indicator_label(str indicator); /* message key; NULL when unknown */

struct campaign_part {
    unit_id unit;
    str code, name_en, name_zh, lessons;
    day starts;
};
/* part: "member" or "pilot"; by unit number. */
MUST_USE enum status campaign_parts(struct db *, struct arena *, campaign_id, str part, int64_t version,
                                    struct campaign_part **out, size_t *n);
MUST_USE enum status campaign_kinds(struct db *, struct arena *, campaign_id, str **out, size_t *n);
/* How many units the scope matches now, the issuing one included. */
MUST_USE enum status campaign_scope_size(struct db *, struct arena *, const struct campaign *, int64_t *out);
/* Is this unit one of them, by the version in force (of a draft: the one being written)? */
bool campaign_in_scope(struct db *, struct arena *, const struct campaign *, unit_id);

/* ── changing: inside a write. edit: the number the form was made from; ST_CONFLICT when the plan has moved on ── */

struct campaign_command {
    const struct city *city;
    const struct actor *who; /* never NULL but for demo and import */
    campaign_id campaign;
    int64_t edit; /* 0: do not check (demo) */
    struct faults *faults;
};
struct campaign_draft {
    str name, theme, parent_ref;
    str issuer; /* campaign_add only: whose plan is received */
    unit_id unit, lead;
    person_id owner;
    day starts, ends;
    int64_t sign_days, ask_cap;
    str kinds[CAMPAIGN_KINDS]; /* scope; .p NULL ends */
    unit_id members[CAMPAIGN_MEMBERS];
    size_t n_members;
};
/* Makes a draft in draft->unit with version 0 and the three aims (work, development, livelihood). */
MUST_USE enum status campaign_add(struct db *, struct arena *, const struct campaign_command *,
                                  const struct campaign_draft *, struct campaign *out);
/* Everything of the draft but unit and issuer; the parent only when it is named and nothing is in force yet. What is in force stays: widening
 * the scope of an issued campaign is an amendment (T14). */
MUST_USE enum status campaign_change(struct db *, struct arena *, const struct campaign_command *,
                                     const struct campaign_draft *);
/* id 0 adds. Faults: ends before it starts. In an issued campaign the row of the version in force stays until the amendment is issued. */
MUST_USE enum status stage_put(struct db *, struct arena *, const struct campaign_command *, struct stage *change);
MUST_USE enum status stage_end(struct db *, struct arena *, const struct campaign_command *, stage_id);
MUST_USE enum status aim_add(struct db *, struct arena *, const struct campaign_command *, str line, str name,
                             aim_id *out);
/* Out of a draft, or with the amendment being written. Faults: aim (actions or goals still serve it, named; or it is the last of its line). */
MUST_USE enum status aim_end(struct db *, struct arena *, const struct campaign_command *, aim_id);
MUST_USE enum status goal_end(struct db *, struct arena *, const struct campaign_command *, goal_id);
MUST_USE enum status pilot_end(struct db *, struct arena *, const struct campaign_command *, unit_id);
MUST_USE enum status goal_add(struct db *, struct arena *, const struct campaign_command *, aim_id, str name,
                              str indicator);
/* A unit that goes first: its own earlier day, and later what the others should know (T17). */
MUST_USE enum status pilot_put(struct db *, struct arena *, const struct campaign_command *, unit_id, day starts,
                               str lessons);
/* Structure (stages, aims, goals, actions, scope, text), moved by whole years to the year of `starts`; no people, no units' work (T13). Given
 * a superior's campaign afterwards (campaign_change), it carries what the earlier one carried: action_carry_again. */
MUST_USE enum status campaign_clone(struct db *, struct arena *, const struct campaign_command *, day starts,
                                    struct campaign *out);
/* Open duties go on in `next` with their history and days (T80); the campaign and its open items stay public. next.v 0: nothing follows. */
MUST_USE enum status campaign_close(struct db *, struct arena *, const struct campaign_command *, campaign_id next);

/* ── inside the room ──────────────────────────────────────────────────────────────────────────────────── */

/* Loads, checks the right and `edit`; *out is as before the change. */
MUST_USE enum status campaign_begin(struct db *, struct arena *, const struct campaign_command *, struct campaign *out);
/* One more edit; a plan that was discussed, matched or approved is discussed again. */
MUST_USE enum status campaign_touch(struct db *, const struct campaign *);
/* A draft as it is given, checked already, cloned from another. ST_FORBIDDEN unless they may write plans there. */
MUST_USE enum status campaign_insert(struct db *, struct arena *, const struct campaign_command *,
                                     const struct campaign_draft *, campaign_id cloned, struct campaign *out);
struct campaign_event_draft {
    campaign_id campaign;
    duty_id duty;
    notice_id notice;
    const char *kind; /* one of the table in campaign_event.c: anything else is a bug */
    unit_id unit;
    person_id person;
    str words;
};
MUST_USE enum status campaign_event(struct db *, struct arena *, const struct city *,
                                    const struct campaign_event_draft *);
struct campaign_event_row {
    str kind, words, person_name;
    str unit_en, unit_zh;
    instant at;
};
const char *campaign_event_label(str kind); /* message key */
/* Reading everything: every event has the hash of what it says; deliveries, duties and the counts of notices agree with one another.
 * *wrong: how many do not, a line each in report. Roll-ups: rollup_check. */
MUST_USE enum status campaign_check(struct db *, struct arena *, int64_t *wrong, str *report);
/* Newest first, of the campaign or (duty.v != 0) of one duty. At most 200. */
MUST_USE enum status campaign_history(struct db *, struct arena *, campaign_id, duty_id,
                                      struct campaign_event_row **out, size_t *n);
#endif
