/* rollup: what is seen above, counted below: duties and signatures by unit, kept by the transaction that changes them.
 *
 * scope false: the unit alone; true: with everything below it by territory. A page reads a few rows at any size.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_ROLLUP_H
#define LUOSHI_CAMPAIGN_ROLLUP_H

#include "campaign/campaign.h"

struct rollup {
    int64_t owed, done, waived, adapted, overdue, unsigned_, optional,
        optional_done; /* owed: not done and not waived */
};
struct rollup_row {
    unit_id unit;
    str code, name_en, name_zh, kind;
    bool has_children;
    struct rollup n;
};
MUST_USE enum status rollup_of(struct db *, struct arena *, campaign_id, unit_id, bool below, day today,
                               struct rollup *out);
/* The units directly below by territory, by number, each with everything below it. after: a unit number; limit rows. */
MUST_USE enum status rollup_children(struct db *, struct arena *, campaign_id, unit_id parent, day today, str after,
                                     int64_t limit, struct rollup_row **out, size_t *n);
/* The list behind "not signed for": notice by notice, each in the order in which the units were made. after and *next: where a page ended. */
struct rollup_open {
    str subject, unit_code, unit_en, unit_zh;
    day sign_by;
};
MUST_USE enum status rollup_unsigned_list(struct db *, struct arena *, campaign_id, unit_id, bool below, str after,
                                          int64_t limit, struct rollup_open **out, size_t *n, str *next);
struct rollup_action {
    action_id action;
    int64_t no;
    str name, stage_name, line;
    stage_id stage;
    aim_id aim;
    struct rollup n; /* overdue and unsigned are not known by action */
};
MUST_USE enum status rollup_actions(struct db *, struct arena *, const struct campaign *, unit_id, bool below,
                                    struct rollup_action **out, size_t *n);
struct rollup_day {
    day on;
    int64_t done;
};
MUST_USE enum status rollup_days(struct db *, struct arena *, campaign_id, unit_id, bool below, struct rollup_day **out,
                                 size_t *n);

/* Inside a write: a duty comes, changes, goes. NULL: it was not, or is no more. */
struct rollup_face {
    unit_id unit;
    campaign_id campaign;
    action_id action; /* 0: optional */
    str state;
    bool adapted;
    day due, done_on;
};
MUST_USE enum status rollup_move(struct db *, struct arena *, const struct rollup_face *before,
                                 const struct rollup_face *after);
MUST_USE enum status rollup_unsigned(struct db *, campaign_id, unit_id, int64_t n);
MUST_USE enum status rollup_notice(struct db *, notice_id, unit_id, const char *what, int64_t n);

/* Counts everything again from duties and deliveries; *wrong: rows that differ, a line each in report. */
MUST_USE enum status rollup_check(struct db *, struct arena *, const struct city *, int64_t *wrong, str *report);
/* After the tree changed, or a copy. */
MUST_USE enum status rollup_rebuild(struct db *, struct arena *, const struct city *);
MUST_USE enum status rollup_rebuild_campaign(struct db *, struct arena *, const struct city *, campaign_id);

#endif
