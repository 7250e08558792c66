/* duty: one action owed by one unit, and the only code that says it is done.
 *
 *   owed --records meet the criterion--> done        done --a record falls away--> owed
 *     '--ask to waive--> (asked) --the level above agrees--> waived
 *
 * Invariants   1. `done` is set by duty_recount alone, which counts records that exist: own list published, notice broken down, linked
 *              matters of this unit that are answered or solved, other linked records. 2. an open duty has one accountable person: the named
 *              owner, else whoever answers for the unit now (people/unit.h), so an absence hands over to the deputy.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_DUTY_H
#define LUOSHI_CAMPAIGN_DUTY_H

#include "campaign/action.h"

struct duty {
    duty_id id;
    campaign_id campaign;
    action_id action;
    unit_id unit;
    person_id owner; /* named; 0: whoever answers for the unit */
    str state, adapted, reason, asked;
    day due;
    int64_t met;
    person_id approver;
    instant changed_at, done_at;
    duty_id carried;
};
/* ST_NOT_FOUND unless they work in the unit, above it, or the campaign is public (then the public part). */
MUST_USE enum status duty_get(struct db *, struct arena *, const struct actor *, duty_id, struct duty *out);
MUST_USE enum status duty_load(struct db *, struct arena *, duty_id, struct duty *out);
/* Who answers for it today. */
MUST_USE enum status duty_accountable(struct db *, struct arena *, const struct duty *, person_id *out);

/* A row of a list: the duty with its action and campaign. */
struct duty_item {
    duty_id id;
    str campaign_ref, campaign_name, name, criteria, criterion, state, asked, adapted, reason, unit_code, unit_en,
        unit_zh;
    int64_t criterion_n, met;
    bool prescribed, may_adapt, may_waive;
    stage_id stage;
    str stage_name, aim_line;
    day due;
    person_id owner;
};
struct duty_filter {
    campaign_id campaign; /* 0: all that run */
    unit_id unit;         /* 0: any */
    bool below;           /* with all units below it by territory */
    action_id action;
    stage_id stage;
    str state; /* "", owed, done, waived, adapted, overdue, asked */
    str line;  /* "", work, development, livelihood */
    aim_id aim;
    bool optional_only; /* without state: those the level above ended are left out, as in the roll-up */
    bool prescribed_only;
    day today;
    str after; /* where the page before ended */
    int64_t limit;
};
/* By unit number, stage, due day. Bounded; *next is empty at the end. */
MUST_USE enum status duty_list(struct db *, struct arena *, const struct duty_filter *, struct duty_item **out,
                               size_t *n, str *next);
/* What this person's units owe in running campaigns, and what they answer for or stand in for; by due day. */
MUST_USE enum status duty_mine(struct db *, struct arena *, const struct actor *, day today, struct duty_item **out,
                               size_t *n);
/* What the units below (not the unit itself) ask: to be adapted or waived; oldest duty first. Bounded. */
MUST_USE enum status duty_asked_below(struct db *, struct arena *, unit_id, struct duty_item **out, size_t *n);
/* One of them as a row. */
MUST_USE enum status duty_item_get(struct db *, struct arena *, duty_id, struct duty_item *out);

struct duty_link {
    duty_link_id id;
    str kind, subject, words, person_name;
    bool counts; /* towards the criterion, now */
    instant at;
};
MUST_USE enum status duty_links(struct db *, struct arena *, const struct duty *, struct duty_link **out, size_t *n);

/* Commands: inside a write; by whoever works in the unit with ACT_DUTY, or answers for the duty. */
struct duty_command {
    const struct city *city;
    const struct actor *who;
    duty_id duty;
    struct faults *faults;
};
/* kind: matter (a reference; must be a matter of this unit or below it), notice (one this unit sent or signed), document (a file number or
 * address), bulletin. Faults: subject. Recounts. */
MUST_USE enum status duty_link_add(struct db *, struct arena *, const struct duty_command *, str kind, str subject,
                                   str words);
MUST_USE enum status duty_link_end(struct db *, struct arena *, const struct duty_command *, duty_link_id);
MUST_USE enum status duty_assign(struct db *, struct arena *, const struct duty_command *,
                                 person_id owner); /* who works in the unit */
/* Asks the level above; how = "adapt" or "waive"; refused when the action does not allow it. words: how else, or why not. */
MUST_USE enum status duty_ask(struct db *, struct arena *, const struct duty_command *, str how, str words);
/* The level above (a head or clerk there, never of the unit itself) agrees or not; a refusal needs a reason. */
MUST_USE enum status duty_decide(struct db *, struct arena *, const struct duty_command *, bool agrees, str reason);

/* Counts again what meets the criterion and sets done or owed. Inside a write; also by the job that looks at records that changed. */
MUST_USE enum status duty_recount(struct db *, struct arena *, const struct city *, duty_id);
/* A casefile came further, or back: the duties that its matters are linked to are counted again. Inside the write that moves it. */
MUST_USE enum status duty_casefile_moved(struct db *, struct arena *, const struct city *, casefile_id);
#define DUTY_RECOUNT_AT_ONCE 500
/* All duties of running campaigns whose linked matters changed their state since they were counted, DUTY_RECOUNT_AT_ONCE of them: a net
 * under duty_casefile_moved, for records that came by another way. *changed: how many; may be NULL. */
MUST_USE enum status duty_recount_changed(struct db *, struct arena *, const struct city *, int64_t *changed);

/* A unit publishes its own list (T26); text: what it adds in words. Public at once. */
MUST_USE enum status own_list_publish(struct db *, struct arena *, const struct campaign_command *, unit_id, str text);
struct own_list {
    str text;
    instant at; /* 0: not published */
};
MUST_USE enum status own_list_get(struct db *, struct arena *, campaign_id, unit_id,
                                  struct own_list *out); /* ST_OK also when there is none */

/* The tree changes under a running campaign. Inside the write that changes it. */
MUST_USE enum status duty_unit_added(struct db *, struct arena *, const struct city *, unit_id);
MUST_USE enum status duty_unit_ended(struct db *, struct arena *, const struct city *, unit_id from, unit_id to);

/* Inside the room. */
MUST_USE enum status duty_make_one(struct db *, struct arena *, const struct city *, const struct plan_action *,
                                   unit_id, duty_id *out);
MUST_USE enum status duty_of_action(struct db *, struct arena *, action_id, unit_id, struct duty *out);
/* Ends an optional project's duty by the word of the level above: it is waived, with who and why. */
MUST_USE enum status duty_forbid(struct db *, struct arena *, const struct city *, const struct duty *, person_id by,
                                 str reason);
/* Prescribed actions of an amendment: duties follow the row that replaces theirs; those of an action that is gone are waived. */
MUST_USE enum status duty_follow_plan(struct db *, struct arena *, const struct city *, const struct campaign *,
                                      int64_t version);
/* Inside the room: duties of every unit in scope for the prescribed actions of the version that comes into force. */
MUST_USE enum status duty_make_all(struct db *, struct arena *, const struct city *, const struct campaign *,
                                   int64_t version, int64_t *made);

#endif
