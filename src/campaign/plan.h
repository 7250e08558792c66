/* plan: the document of a campaign, its opinions, its match with the superior's plan, and its way into force.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_PLAN_H
#define LUOSHI_CAMPAIGN_PLAN_H

#include "campaign/campaign.h"

#define PLAN_BYTES ((size_t)200 * 1024) /* of Markdown: twice the longest plan seen */

struct plan {
    plan_id id;
    int64_t version;
    str text, summary;
    instant at, issued_at;
};
/* ST_NOT_FOUND: there is no such version. */
MUST_USE enum status plan_get(struct db *, struct arena *, campaign_id, int64_t version, struct plan *out);
MUST_USE enum status plan_list(struct db *, struct arena *, campaign_id, struct plan **out,
                               size_t *n); /* newest first; without text */
/* Inside a write: the text (and, of an amendment, the summary) of the version being written. ST_CONFLICT: somebody else saved since `edit`;
 * then *theirs is the present text, so that the page can show both. Faults: text, summary. */
MUST_USE enum status plan_write(struct db *, struct arena *, const struct campaign_command *, str text, str summary,
                                str *theirs);

/* Lines of `after` against `before` (longest common subsequence by lines; texts that differ too much are shown as replaced). */
enum diff_kind { DIFF_SAME = 1, DIFF_GONE, DIFF_NEW };
struct diff_line {
    enum diff_kind kind;
    str text;
};
void plan_diff(struct arena *, str before, str after, struct diff_line **out, size_t *n);

struct plan_opinion {
    plan_opinion_id id;
    int64_t version;
    str unit_en, unit_zh, person_name, text, said, reply;
    instant at;
};
MUST_USE enum status plan_opinions(struct db *, struct arena *, campaign_id, struct plan_opinion **out, size_t *n);
/* Whoever works in a unit in scope, while campaign_takes_opinions. */
MUST_USE enum status plan_opinion_add(struct db *, struct arena *, const struct campaign_command *, str text);
/* said: taken, partly, not (then a reply is needed). */
MUST_USE enum status plan_opinion_reply(struct db *, struct arena *, const struct campaign_command *, plan_opinion_id,
                                        str said, str reply);

/* Against the superior's issued plan: each of its actions, and how this plan carries it. */
struct match_row {
    action_id theirs, ours; /* ours.v 0: missing */
    str name;
    bool locked;
    str differs; /* "", or which of name, criteria, due_on differ, separated by spaces */
    bool blocks; /* locked and missing or different: it cannot be matched */
};
MUST_USE enum status plan_match(struct db *, struct arena *, const struct campaign *, struct match_row **out,
                                size_t *n);
/* Carries every action of the superior's that is missing, under this plan's aim of the same line, and brings what is locked up to what the
 * superior's says now: its amendment must reach a plan that may not edit it. */
MUST_USE enum status plan_take_over(struct db *, struct arena *, const struct campaign_command *);

/* What is still missing before it can be issued. */
struct readiness {
    str key; /* owner, starts, text, stages, actions, criteria, dates, scope, locked, goals, offices, first_people, own_list, opinions, approved */
    bool done;
    bool needed;   /* false: a warning only */
    int64_t n;     /* how many are missing */
    str detail;    /* names of what is missing, the first of them */
    str detail_zh; /* of units: the same by their Chinese names; else empty */
};
MUST_USE enum status plan_readiness(struct db *, struct arena *, const struct campaign *, struct readiness **out,
                                    size_t *n);
const char *readiness_label(str key); /* message key */

/* Moves. Faults name what is missing (field = readiness key). */
/* A draft, or an amendment that has been written: it is opened for opinions, and an approval is taken back. ST_CONFLICT: not to be opened. */
MUST_USE enum status plan_discuss(struct db *, struct arena *, const struct campaign_command *);
MUST_USE enum status plan_set_matched(struct db *, struct arena *, const struct campaign_command *);
MUST_USE enum status plan_approve(struct db *, struct arena *,
                                  const struct campaign_command *); /* first person responsible */
/* The plan of a body outside (campaign.issuer) comes into force as it was received, for others to be matched against: no duties, no
 * notices. Faults: text, actions. */
MUST_USE enum status plan_receive(struct db *, struct arena *, const struct campaign_command *);
/* Puts the version being written in force: duties for each unit in scope, one notice with a delivery each, counts, burden. One transaction,
 * set by set, at any number of units. ST_FORBIDDEN unless first person responsible; above the cap of asks the same signature counts. */
MUST_USE enum status plan_issue(struct db *, struct arena *, const struct campaign_command *);

#endif
