/* duty_list: lists of duties: see duty.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "campaign/duty_inside.h"
#include "gen/sql/duty_list.h"

#define MINE_MOST  300
#define ASKED_MOST 200

enum status duty_item_get(struct db *db, struct arena *mem, duty_id id, struct duty_item *out)
{
    struct q_duty_list_item r;
    TRY(q_duty_list_item(db, mem, id, &r));
    *out = (struct duty_item){
        .id = r.id,
        .campaign_ref = r.campaign_ref,
        .campaign_name = r.campaign_name,
        .name = r.name,
        .criteria = r.criteria,
        .criterion = r.criterion,
        .state = r.state,
        .asked = r.asked,
        .adapted = r.adapted,
        .reason = r.reason,
        .unit_code = r.unit_code,
        .unit_en = r.unit_en,
        .unit_zh = r.unit_zh,
        .criterion_n = r.criterion_n,
        .met = r.met,
        .prescribed = r.prescribed != 0,
        .may_adapt = r.may_adapt != 0,
        .may_waive = r.may_waive != 0,
        .stage = r.stage_id,
        .stage_name = r.stage_name,
        .aim_line = r.aim_line,
        .due = r.due_on,
        .owner = r.owner_person_id,
    };
    return ST_OK;
}

static str or_none(str s)
{
    return s.n == 0 ? (str){NULL, 0} : s;
}

/* "CODE~id" of the last row. */
static bool parse_after(str after, str *code, int64_t *id)
{
    str tail;
    *code = STR("");
    *id = 0;
    return after.n == 0 || (str_cut(after, '~', code, &tail) && str_int(tail, id));
}

/* Both statements have the same parameters and columns: the rows of a page, and one more when there is more. */
#define READ_PAGE(statement)                                                                                           \
    do {                                                                                                               \
        struct q_duty_list_##statement *rows_;                                                                         \
        TRY(q_duty_list_##statement(db, mem, f->campaign, f->unit, f->action, f->stage, or_none(state), adapted,       \
                                    asked, f->optional_only ? 1 : 0, f->prescribed_only ? 1 : 0, or_none(f->line),     \
                                    f->aim, overdue ? f->today : (day){0}, code, id, limit + 1, &rows_, n));           \
        bool more_ = *n > (size_t)limit;                                                                               \
        if (more_) *n = (size_t)limit;                                                                                 \
        *out = NEWN(mem, struct duty_item, *n + 1);                                                                    \
        for (size_t i = 0; i < *n; i++) TRY(duty_item_get(db, mem, rows_[i].id, &(*out)[i]));                          \
        *next = more_ ? str_format(mem, "%.*s~%lld", STR_ARG(rows_[*n - 1].unit_code), (long long)rows_[*n - 1].id.v)  \
                      : STR("");                                                                                       \
    } while (0)

enum status duty_list(struct db *db, struct arena *mem, const struct duty_filter *f, struct duty_item **out, size_t *n,
                      str *next)
{
    str code, state = f->state;
    int64_t id, limit = f->limit > 0 ? f->limit : LIMIT_ROWS_PAGE;
    int64_t adapted = str_eq(state, STR("adapted")), asked = str_eq(state, STR("asked")),
            overdue = str_eq(state, STR("overdue"));
    if (adapted || asked || overdue) state = STR("");
    if (!parse_after(f->after, &code, &id)) return ST_INVALID;
    if (f->below) READ_PAGE(page);
    else READ_PAGE(own);
    return ST_OK;
}

enum status duty_mine(struct db *db, struct arena *mem, const struct actor *who, day today, struct duty_item **out,
                      size_t *n)
{
    struct q_duty_list_mine *rows;
    unit_id only[ACTOR_ROLES] = {0};
    person_id owner[1 + ACTOR_STANDS_FOR] = {who->person};
    (void)today;
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(ACT_DUTY, who->roles[i].role) != SCOPE_NONE || who->roles[i].role == ROLE_LEADER)
            only[i] = who->roles[i].unit;
    for (int i = 0; i < who->n_stands_for; i++) owner[1 + i] = who->stands_for[i].person;
    TRY(q_duty_list_mine(db, mem, only[0], only[1], only[2], only[3], only[4], only[5], only[6], only[7], owner[0],
                         owner[1], owner[2], owner[3], owner[4], owner[5], owner[6], owner[7], owner[8], MINE_MOST,
                         &rows, n));
    *out = NEWN(mem, struct duty_item, *n + 1);
    for (size_t i = 0; i < *n; i++) TRY(duty_item_get(db, mem, rows[i].id, &(*out)[i]));
    return ST_OK;
}

enum status duty_asked_below(struct db *db, struct arena *mem, unit_id unit, struct duty_item **out, size_t *n)
{
    struct q_duty_list_asked *rows;
    TRY(q_duty_list_asked(db, mem, unit, ASKED_MOST, &rows, n));
    *out = NEWN(mem, struct duty_item, *n + 1);
    for (size_t i = 0; i < *n; i++) TRY(duty_item_get(db, mem, rows[i].id, &(*out)[i]));
    return ST_OK;
}
