/* plan_library: plans that a unit keeps to begin from, as data: made from a campaign, in versions, offered to the unit and those below it.
 *
 * Invariants  a version never changes, nor does a campaign that was made from one: its rows are copies (P08, T81). Structure alone is kept:
 *             stages and days counted from the first day, aims, goals, actions, scope, text; no people and no units.
 * Rights      kept, renamed and ended by who writes plans of its unit (ACT_PLAN); read and used by who writes plans there or below.
 *             Whoever else gets ST_NOT_FOUND.
 * Ownership   results live in the arena.   Threads  pure functions over (db, arena).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_PLAN_LIBRARY_H
#define LUOSHI_CAMPAIGN_PLAN_LIBRARY_H

#include "campaign/campaign.h"

struct kept_stage {
    int64_t no;
    str name;
    int64_t from, to; /* days after the campaign's first; to -1: open end */
    bool consolidates;
};
struct kept_aim {
    int64_t no;
    str line, name;
};
struct kept_goal {
    int64_t aim; /* its number */
    str name, indicator;
};
struct kept_action {
    int64_t stage, aim; /* their numbers; 0: none */
    str name, criteria, criterion, evidence;
    int64_t criterion_n, due; /* due -1: no day yet */
    bool locked, may_adapt, may_waive;
};
struct kept_plan {
    plan_template_id id;
    unit_id unit;
    str unit_code, unit_en, unit_zh;
    int64_t version, current; /* the one read, and the one offered */
    instant ended_at;         /* 0: offered */
    bool may_change;
    str name, theme, text;
    str kinds[CAMPAIGN_KINDS];
    size_t n_kinds;
    int64_t sign_days, ask_cap;
    struct kept_stage *stages;
    struct kept_aim *aims;
    struct kept_goal *goals;
    struct kept_action *actions;
    size_t n_stages, n_aims, n_goals, n_actions;
};
/* version 0: the one offered. */
MUST_USE enum status plan_library_get(struct db *, struct arena *, const struct actor *, plan_template_id,
                                      int64_t version, struct kept_plan *out);
/* Of the units in which they write plans and of those above, newest first, without structure: id to ended_at, and name. Ended ones only
 * where they may change them. At most 200 of each unit. */
MUST_USE enum status plan_library_list(struct db *, struct arena *, const struct actor *, struct kept_plan **out,
                                       size_t *n);
struct kept_version {
    int64_t version;
    str what, name, person_name, campaign_ref; /* what: kept, changed, renamed, ended */
    instant at;
};
MUST_USE enum status plan_library_versions(struct db *, struct arena *, plan_template_id, struct kept_version **out,
                                           size_t *n); /* newest first; at most 200 */
const char *plan_library_label(str what);              /* message key */

/* ── inside a write; cmd->edit is not looked at ───────────────────────────────────────────────────────── */

/* The campaign's version in force, or its first draft. id 0 makes a template, else this is its next version. Faults: name, template. */
MUST_USE enum status plan_library_keep(struct db *, struct arena *, const struct campaign_command *, plan_template_id,
                                       str name, plan_template_id *out);
/* Another name. seen: the version the form was made from; ST_CONFLICT when there is a newer one. Faults: name. */
MUST_USE enum status plan_library_rename(struct db *, struct arena *, const struct campaign_command *, plan_template_id,
                                         int64_t seen, str name);
/* No longer offered; its versions stay to be read. ST_CONFLICT as above, or when it has ended already. */
MUST_USE enum status plan_library_end(struct db *, struct arena *, const struct campaign_command *, plan_template_id,
                                      int64_t seen);
/* Fills a draft that campaign_add has just made. What lies behind its last day is cut to it. */
MUST_USE enum status plan_library_apply(struct db *, struct arena *, const struct campaign_command *,
                                        const struct kept_plan *);

#endif
