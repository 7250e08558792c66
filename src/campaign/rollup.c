/* rollup: see rollup.h. Counting again is in rollup_check.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/rollup.h"

#include "gen/sql/rollup.h"

/* Changes */

static enum status add_state(struct db *db, const struct rollup_face *f, int64_t n)
{
    return q_rollup_add(db, f->campaign, f->unit, f->action.v, f->state, n, NULL);
}

static enum status add_rest(struct db *db, const struct rollup_face *f, int64_t n)
{
    if (f->adapted) TRY(q_rollup_add(db, f->campaign, f->unit, f->action.v, STR("adapted"), n, NULL));
    if (str_eq(f->state, STR("owed")) && f->due.n > 0) TRY(q_rollup_add_due(db, f->campaign, f->unit, f->due, n, NULL));
    if (str_eq(f->state, STR("done")) && f->done_on.n > 0)
        TRY(q_rollup_add_day(db, f->campaign, f->unit, f->done_on, n, NULL));
    return ST_OK;
}

enum status rollup_move(struct db *db, struct arena *mem, const struct rollup_face *before,
                        const struct rollup_face *after)
{
    (void)mem;
    if (before != NULL) {
        TRY(add_state(db, before, -1));
        TRY(add_rest(db, before, -1));
    }
    if (after == NULL) return ST_OK;
    TRY(add_state(db, after, 1));
    return add_rest(db, after, 1);
}

enum status rollup_unsigned(struct db *db, campaign_id campaign, unit_id unit, int64_t n)
{
    return campaign.v == 0 ? ST_OK : q_rollup_add_unsigned(db, campaign, unit, n, NULL);
}

enum status rollup_notice(struct db *db, notice_id notice, unit_id unit, const char *what, int64_t n)
{
    return q_rollup_add_notice(db, notice, unit, str_from(what), n, NULL);
}

/* Reading */

enum status rollup_of(struct db *db, struct arena *mem, campaign_id campaign, unit_id unit, bool below, day today,
                      struct rollup *out)
{
    struct q_rollup_of r;
    struct q_rollup_overdue late;
    struct q_rollup_unsigned open = {0};
    int64_t scope = below ? 1 : 0;
    TRY(q_rollup_of(db, mem, campaign, unit, scope, &r));
    TRY(q_rollup_overdue(db, mem, campaign, unit, scope, today, &late));
    enum status st = q_rollup_unsigned(db, mem, campaign, unit, scope, &open);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    *out = (struct rollup){
        .owed = r.owed,
        .done = r.done,
        .waived = r.waived,
        .adapted = r.adapted,
        .overdue = late.n,
        .unsigned_ = open.n,
        .optional = r.optional,
        .optional_done = r.optional_done,
    };
    return ST_OK;
}

enum status rollup_children(struct db *db, struct arena *mem, campaign_id campaign, unit_id parent, day today,
                            str after, int64_t limit, struct rollup_row **out, size_t *n)
{
    struct q_rollup_children *rows;
    TRY(q_rollup_children(db, mem, parent, after, limit, &rows, n));
    *out = NEWN(mem, struct rollup_row, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        struct rollup_row *r = &(*out)[i];
        *r = (struct rollup_row){.unit = rows[i].unit_id,
                                 .code = rows[i].code,
                                 .name_en = rows[i].name_en,
                                 .name_zh = rows[i].name_zh,
                                 .kind = rows[i].kind,
                                 .has_children = rows[i].has_children != 0};
        TRY(rollup_of(db, mem, campaign, r->unit, true, today, &r->n));
    }
    return ST_OK;
}

enum status rollup_unsigned_list(struct db *db, struct arena *mem, campaign_id campaign, unit_id unit, bool below,
                                 str after, int64_t limit, struct rollup_open **out, size_t *n, str *next)
{
    struct q_rollup_unsigned_list *rows;
    int64_t from_notice = 0, from_unit = 0;
    str head, tail;
    *next = STR("");
    if (after.n > 0 &&
        (!str_cut(after, '~', &head, &tail) || !str_int(head, &from_notice) || !str_int(tail, &from_unit)))
        return ST_INVALID;
    TRY(q_rollup_unsigned_list(db, mem, campaign, unit, below ? 1 : 0, (notice_id){from_notice}, (unit_id){from_unit},
                               limit + 1, &rows, n));
    bool more = *n > (size_t)limit;
    if (more) *n = (size_t)limit;
    *out = NEWN(mem, struct rollup_open, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct rollup_open){rows[i].subject, rows[i].unit_code, rows[i].unit_en, rows[i].unit_zh,
                                         rows[i].sign_by_on};
    if (more)
        *next = str_format(mem, "%lld~%lld", (long long)rows[*n - 1].notice_id.v, (long long)rows[*n - 1].unit_id.v);
    return ST_OK;
}

enum status rollup_actions(struct db *db, struct arena *mem, const struct campaign *c, unit_id unit, bool below,
                           struct rollup_action **out, size_t *n)
{
    struct q_rollup_actions *rows;
    TRY(q_rollup_actions(db, mem, c->id, unit, below ? 1 : 0, &rows, n));
    *out = NEWN(mem, struct rollup_action, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct rollup_action){
            .action = rows[i].action_id,
            .no = rows[i].no,
            .name = rows[i].name,
            .stage = rows[i].stage_id,
            .aim = rows[i].aim_id,
            .stage_name = rows[i].stage_name,
            .line = rows[i].line,
            .n = {.owed = rows[i].owed, .done = rows[i].done, .waived = rows[i].waived, .adapted = rows[i].adapted},
        };
    return ST_OK;
}

enum status rollup_days(struct db *db, struct arena *mem, campaign_id campaign, unit_id unit, bool below,
                        struct rollup_day **out, size_t *n)
{
    struct q_rollup_days *rows;
    TRY(q_rollup_days(db, mem, campaign, unit, below ? 1 : 0, &rows, n));
    *out = NEWN(mem, struct rollup_day, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = (struct rollup_day){rows[i].on_on, rows[i].n};
    return ST_OK;
}
