/* notice: a document sent down the tree, and each unit's delivery of it.
 *
 * A delivery is opened (seen by anybody of the unit), signed (by a clerk, head or the first person responsible, with name and time), and,
 * where the sender wants it, broken down: sent on to the units below with what each shall do, or answered with why not. What is not
 * signed by its day climbs one level: the unit above sees it until it is signed. A newer notice of the same plan supersedes an unsigned one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_NOTICE_H
#define LUOSHI_CAMPAIGN_NOTICE_H

#include "campaign/campaign.h"

#define NOTICE_UNITS 2000 /* chosen one by one; a subtree has no limit */

/* May sign for notices in a unit's name and send them: a clerk or head there, the first person responsible or who acts for them. */
bool notice_may_sign(struct db *, struct arena *, const struct actor *, unit_id);

struct notice {
    notice_id id;
    campaign_id campaign;
    notice_id parent;
    unit_id unit;
    str subject, text, unit_en, unit_zh, unit_code, campaign_ref;
    int64_t plan_version;
    bool wants_break_down;
    day sign_by;
    instant at;
};
/* ST_NOT_FOUND unless they work in the sending unit or above, or in a unit that got it or above that one. */
MUST_USE enum status notice_get(struct db *, struct arena *, const struct actor *, notice_id, struct notice *out);

/* Units whose month would pass the cap of asks, the first of them by number: named when a sending is refused. */
#define NOTICE_ABOVE 10
struct notice_above {
    int64_t total; /* how many there are */
    size_t n;
    struct {
        str code, name_en, name_zh;
    } unit[NOTICE_ABOVE];
};

struct notice_draft {
    campaign_id campaign; /* 0: outside any campaign */
    notice_id parent;     /* breaks this one down */
    unit_id unit;         /* in whose name */
    str subject, text;
    bool wants_break_down;
    bool subtree; /* to every unit below; else to `to`, or (n_to 0) to the units directly below */
    unit_id to[NOTICE_UNITS];
    size_t n_to;
    struct notice_above
        *above; /* filled when refused for the cap; may be NULL. Its text lives in the arena of the command */
};
/* Sends. Faults: subject, text, to (matches nothing; not below the sender), unit (its own list is not published: T26), cap (units whose
 * burden of this month would pass the campaign's cap: only the first person responsible may send it, N12). */
MUST_USE enum status notice_send(struct db *, struct arena *, const struct campaign_command *,
                                 const struct notice_draft *, notice_id *out);
/* Inside the room: the notice of a plan that comes into force, to every unit in scope; supersedes unsigned earlier ones. */
MUST_USE enum status notice_of_plan(struct db *, struct arena *, const struct city *, const struct campaign *,
                                    int64_t version, str summary, notice_id *out);

struct delivery {
    delivery_id id;
    notice_id notice;
    unit_id unit;
    instant opened_at, signed_at, broken_at, climbed_at, superseded_at;
    str signed_by, why_not;
    day sign_by;
};
MUST_USE enum status delivery_get(struct db *, struct arena *, const struct actor *, delivery_id, struct delivery *out);
MUST_USE enum status delivery_of(struct db *, struct arena *, notice_id, unit_id, struct delivery *out);
struct notice_item {
    notice_id notice;
    delivery_id delivery;
    str subject, unit_code, unit_en, unit_zh,
        campaign_ref; /* unit: the sender; in lists of what was sent or climbed: the receiver */
    day sign_by;
    instant at, opened_at, signed_at, broken_at;
    bool wants_break_down, is_climbed;
    int64_t sent, opened, signed_, broken; /* of what this unit sent */
};
/* What waits for the actor's units: unsigned first by day; then what is signed, newest first. Bounded. */
MUST_USE enum status notice_received(struct db *, struct arena *, const struct actor *, struct notice_item **out,
                                     size_t *n);
MUST_USE enum status notice_sent(struct db *, struct arena *, const struct actor *, struct notice_item **out,
                                 size_t *n);
/* Unsigned below one of the actor's units, past its day. */
MUST_USE enum status notice_climbed(struct db *, struct arena *, const struct actor *, struct notice_item **out,
                                    size_t *n);

/* Of one notice, in a unit and everything below it. */
struct notice_counts {
    int64_t sent, opened, signed_, broken;
};
MUST_USE enum status notice_counts(struct db *, struct arena *, notice_id, unit_id, struct notice_counts *out);

/* Where a notice hangs, level by level: a unit's children with the counts of each and everything below it. */
struct notice_node {
    unit_id unit;
    str code, name_en, name_zh;
    bool has_children;
    int64_t sent, opened, signed_, broken;
    bool got, is_opened, is_signed, is_broken; /* the unit's own delivery */
    str why_not;
};
MUST_USE enum status notice_tree(struct db *, struct arena *, notice_id, unit_id parent, struct notice_node **out,
                                 size_t *n);

/* Commands by those of the receiving unit; inside a write. */
struct delivery_command {
    const struct city *city;
    const struct actor *who;
    delivery_id delivery;
    struct faults *faults;
};
MUST_USE enum status delivery_open(struct db *, struct arena *,
                                   const struct delivery_command *); /* first look; again: nothing */
MUST_USE enum status delivery_sign(struct db *, struct arena *,
                                   const struct delivery_command *); /* ACT_SIGN; again: ST_CONFLICT */
MUST_USE enum status delivery_why_not(struct db *, struct arena *, const struct delivery_command *, str reason);
MUST_USE enum status notice_ask(struct db *, struct arena *, const struct delivery_command *, str question);
MUST_USE enum status notice_answer(struct db *, struct arena *, const struct delivery_command *, notice_question_id,
                                   str answer);
struct notice_question {
    notice_question_id id;
    delivery_id delivery;
    str unit_en, unit_zh, text, answer;
    instant at, answered_at;
};
/* Of one delivery, or (delivery.v 0) all of a notice, for the sender. */
MUST_USE enum status notice_questions(struct db *, struct arena *, notice_id, delivery_id, struct notice_question **out,
                                      size_t *n);

/* Job: unsigned past their day climb one level. Bounded to a batch; *n says how many; call again while it is full. */
MUST_USE enum status notice_climb(struct db *, struct arena *, const struct city *, day today, int64_t *n);
#define NOTICE_CLIMB_AT_ONCE 500
/* A unit that comes later signs for the newest notice of each plan that runs over it. */
MUST_USE enum status notice_unit_added(struct db *, struct arena *, const struct city *, unit_id);
MUST_USE enum status notice_unit_ended(struct db *, struct arena *, const struct city *, unit_id from, unit_id to);

#endif
