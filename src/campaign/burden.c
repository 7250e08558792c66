/* burden: see burden.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/burden.h"

#include "campaign/notice_inside.h"
#include "campaign/words.h"
#include "gen/sql/burden.h"
#include "people/unit.h"

#define REQUESTS_MOST 50

static const struct words_rule what_rule = {"what", TR_NOOP("Enter what you need to know"),
                                            TR_NOOP("Use at most {max} characters"), CAMPAIGN_NAME_POINTS, true};
static const struct words_rule purpose_rule = {"purpose", TR_NOOP("Enter what it is needed for"),
                                               TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};

/* What the system counts itself, and where it stands. %s: the asking unit's number. */
static const struct {
    const char *key, *href;
} places[] = {
    {"matters_open", "/overview?unit=%s"},     {"matters_overdue", "/overview?unit=%s"},
    {"matters_answered", "/overview?unit=%s"}, {"matters_solved", "/overview?unit=%s"},
    {"offices", "/overview?unit=%s#offices"},  {"duties", "/overview?unit=%s#campaigns"},
    {"notices_signed", "/work/notices"},       {"burden", "/burden?unit=%s"},
};
const struct burden_fact burden_facts[] = {
    {"matters_open", TR_NOOP("How many matters are open")},
    {"matters_overdue", TR_NOOP("How many matters are overdue")},
    {"matters_answered", TR_NOOP("How many matters were answered")},
    {"matters_solved", TR_NOOP("How many matters are solved, by the raiser's word")},
    {"offices", TR_NOOP("Which units name their office")},
    {"duties", TR_NOOP("Which prescribed actions are done")},
    {"notices_signed", TR_NOOP("Who has signed for a notice")},
    {"burden", TR_NOOP("What units are asked this month")},
};
const size_t burden_facts_n = COUNT_OF(burden_facts);
_Static_assert(COUNT_OF(places) == COUNT_OF(burden_facts), "every fact has a place");

int32_t burden_month(const struct city *city, instant at)
{
    struct civil c = civil_in_zone(&city->zone, at);
    return c.year * 12 + c.month - 1;
}

/* Both statements have the same columns. */
#define FILL(rows)                                                                                                     \
    do {                                                                                                               \
        *out = NEWN(mem, struct burden_row, *n + 1);                                                                   \
        for (size_t i = 0; i < *n; i++)                                                                                \
            (*out)[i] = (struct burden_row){(rows)[i].unit_id, (rows)[i].code,   (rows)[i].name_en, (rows)[i].name_zh, \
                                            (rows)[i].duty,    (rows)[i].notice, (rows)[i].data,    (rows)[i].meeting, \
                                            (rows)[i].visit,   (rows)[i].total};                                       \
    } while (0)

enum status burden_of(struct db *db, struct arena *mem, unit_id unit, int32_t month, struct burden_row **out, size_t *n)
{
    struct q_burden_of *rows;
    TRY(q_burden_of(db, mem, unit, month, &rows, n));
    FILL(rows);
    return ST_OK;
}

enum status burden_below(struct db *db, struct arena *mem, unit_id unit, int32_t month, str after, int64_t limit,
                         struct burden_row **out, size_t *n)
{
    struct q_burden_below *rows;
    TRY(q_burden_below(db, mem, unit, month, after, limit, &rows, n));
    FILL(rows);
    return ST_OK;
}

enum status burden_add(struct db *db, unit_id unit, int32_t month, unit_id by, campaign_id campaign, const char *kind,
                       int64_t n)
{
    return q_burden_add(db, unit, month, by, campaign.v, str_from(kind), n, NULL);
}

enum status burden_caps(struct db *db, struct arena *mem, unit_id unit, int32_t month, struct burden_cap **out,
                        size_t *n)
{
    struct q_burden_caps *rows;
    TRY(q_burden_caps(db, mem, unit, month, &rows, n));
    *out = NEWN(mem, struct burden_cap, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct burden_cap){rows[i].ref, rows[i].name, rows[i].asked, rows[i].ask_cap};
    return ST_OK;
}

/* Data requests */

enum status data_requests_of(struct db *db, struct arena *mem, unit_id unit, struct data_request_row **out, size_t *n)
{
    struct q_burden_requests *rows;
    TRY(q_burden_requests(db, mem, unit, REQUESTS_MOST, &rows, n));
    *out = NEWN(mem, struct data_request_row, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct data_request_row){.fact = rows[i].fact,
                                              .what = rows[i].what,
                                              .purpose = rows[i].purpose,
                                              .answer = rows[i].answer,
                                              .notice = rows[i].notice_id,
                                              .ends = rows[i].ends_on,
                                              .at = rows[i].at};
    return ST_OK;
}

static enum status known_at(struct db *db, struct arena *mem, str fact, unit_id unit, str *href)
{
    struct unit u;
    *href = STR("");
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        str head, tail;
        if (!str_eq(fact, str_from(places[i].key))) continue;
        TRY(unit_get(db, mem, unit, &u));
        *href = str_from(places[i].href);
        if (str_cut_str(*href, STR("%s"), &head, &tail)) *href = str_concat(mem, head, str_concat(mem, u.code, tail));
    }
    return ST_OK;
}

static enum status check(struct arena *mem, struct data_request_draft *d, day today, struct faults *f)
{
    enum status what = words_check(mem, f, &what_rule, &d->what);
    enum status purpose = words_check(mem, f, &purpose_rule, &d->purpose);
    if (d->ends.n < today.n)
        return fault(f, "ends_on", TR_NOOP("Enter the day until which it is needed, today or later"));
    return what != ST_OK ? what : purpose;
}

static enum status keep(struct db *db, const struct campaign_command *cmd, const struct data_request_draft *d,
                        str answer, notice_id notice)
{
    return q_burden_add_request(db, (data_request_id){db_new_id(db)}, d->campaign, d->unit, d->fact, d->what,
                                d->purpose, d->ends, answer, notice, cmd->who->person, db_now(db), NULL);
}

static enum status send_down(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                             const struct data_request_draft *d, notice_id *sent)
{
    struct notice_draft *n = NEW(mem, struct notice_draft);
    *n = (struct notice_draft){
        .campaign = d->campaign, .unit = d->unit, .subject = d->what, .text = d->purpose, .n_to = d->n_to};
    for (size_t i = 0; i < d->n_to; i++) n->to[i] = d->to[i];
    return notice_send_as(db, mem, cmd, n, "data", sent);
}

enum status data_request(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                         const struct data_request_draft *given, str *answer, notice_id *sent)
{
    struct data_request_draft *d = NEW(mem, struct data_request_draft);
    *d = *given;
    *sent = (notice_id){0};
    if (!notice_may_sign(db, mem, cmd->who, d->unit)) return ST_FORBIDDEN;
    TRY(check(mem, d, day_in_zone(&cmd->city->zone, db_now(db)), cmd->faults));
    TRY(known_at(db, mem, d->fact, d->unit, answer));
    if (d->fact.n > 0 && answer->n == 0)
        return fault(cmd->faults, "fact", TR_NOOP("Choose a fact from the list, or something else"));
    if (answer->n == 0) TRY(send_down(db, mem, cmd, d, sent));
    TRY(keep(db, cmd, d, *answer, *sent));
    if (answer->n == 0) return ST_OK;
    const struct campaign_event_draft e = {
        .campaign = d->campaign, .kind = "data_known", .unit = d->unit, .person = cmd->who->person, .words = d->what};
    return campaign_event(db, mem, cmd->city, &e);
}
