/* campaign_event: what happened to campaigns, duties and notices, as rows that are only ever added. The hash is BLAKE2b-256 over salt,
 * kind, LF, the numbers of the row in decimal (0 for none) each with LF, and the words: as for events of matters.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/secret.h"
#include "campaign/campaign.h"
#include "campaign/words.h"
#include "gen/sql/campaign.h"

#define SALT_BYTES 16

static const struct {
    const char *kind, *label;
} kinds[] = {
    {"made", TR_NOOP("Draft made")},
    {"changed", TR_NOOP("Plan changed")},
    {"written", TR_NOOP("Text of the plan written")},
    {"discussed", TR_NOOP("Opened for opinions")},
    {"opinion", TR_NOOP("Opinion recorded")},
    {"replied", TR_NOOP("Opinion answered")},
    {"matched", TR_NOOP("Matched against the superior's plan")},
    {"approved", TR_NOOP("Approved by the first person responsible")},
    {"issued", TR_NOOP("Plan issued")},
    {"received", TR_NOOP("Plan of the superior received")},
    {"amended", TR_NOOP("Amendment issued")},
    {"closed", TR_NOOP("Campaign closed")},
    {"own_list", TR_NOOP("Own list published")},
    {"optional", TR_NOOP("Optional project added")},
    {"comment", TR_NOOP("Comment by the level above")},
    {"forbidden", TR_NOOP("Ended by the level above, with a reason")},
    {"linked", TR_NOOP("Record linked")},
    {"unlinked", TR_NOOP("Link taken back")},
    {"assigned", TR_NOOP("Given to a person")},
    {"asked_adapt", TR_NOOP("Asked to do it in another way")},
    {"asked_waive", TR_NOOP("Asked to be excused")},
    {"adapted", TR_NOOP("Another way agreed by the level above")},
    {"waived", TR_NOOP("Excused by the level above")},
    {"refused", TR_NOOP("Refused by the level above, with a reason")},
    {"done", TR_NOOP("Criteria met by records")},
    {"open_again", TR_NOOP("Open again: a record no longer counts")},
    {"drawn", TR_NOOP("Drawn by lot to be checked again")},
    {"stands", TR_NOOP("Checked again: the records show it")},
    {"falls", TR_NOOP("Checked again: the records do not show it")},
    {"moved", TR_NOOP("Moved to the unit that does this work now")},
    {"carried", TR_NOOP("Carried on from the campaign before")},
    {"sent", TR_NOOP("Notice sent")},
    {"signed", TR_NOOP("Notice signed for")},
    {"why_not", TR_NOOP("Not broken down, with a reason")},
    {"asked", TR_NOOP("Question about a notice")},
    {"answered", TR_NOOP("Question answered")},
    {"above_cap", TR_NOOP("Sent above the cap, signed by the first person responsible")},
    {"data_known", TR_NOOP("Data request answered by a link")},
};

const char *campaign_event_label(str kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq(kind, str_from(kinds[i].kind))) return kinds[i].label;
    return "";
}

/* What the hash is made of, and the hash. */
static str hash_of(struct arena *mem, str salt, const struct campaign_event_draft *e, campaign_event_id id, instant at)
{
    str head = str_format(mem, "%s\n%lld\n%lld\n%lld\n%lld\n%lld\n%lld\n%lld\n", e->kind, (long long)id.v,
                          (long long)e->campaign.v, (long long)e->duty.v, (long long)e->notice.v, (long long)e->unit.v,
                          (long long)e->person.v, (long long)at.ms);
    return secret_digest(mem, str_concat(mem, salt, str_concat(mem, head, e->words)));
}

enum status campaign_event(struct db *db, struct arena *mem, const struct city *city,
                           const struct campaign_event_draft *e)
{
    char *bytes = NEWN(mem, char, SALT_BYTES);
    campaign_event_id id = {db_new_id(db)};
    instant at = db_now(db);
    must(campaign_event_label(str_from(e->kind))[0] != 0);
    secure_bytes(bytes, SALT_BYTES);
    str salt = {bytes, SALT_BYTES};
    return q_campaign_add_event(db, id, city->root, e->campaign, e->duty, e->notice, str_from(e->kind), e->unit,
                                e->person, e->words, at, salt, hash_of(mem, salt, e, id, at), NULL);
}

/* Both statements have the same columns. */
#define FILL(rows)                                                                                                     \
    do {                                                                                                               \
        *out = NEWN(mem, struct campaign_event_row, *n + 1);                                                           \
        for (size_t i = 0; i < *n; i++)                                                                                \
            (*out)[i] = (struct campaign_event_row){(rows)[i].kind,    (rows)[i].words,   (rows)[i].person_name,       \
                                                    (rows)[i].unit_en, (rows)[i].unit_zh, (rows)[i].at};               \
    } while (0)

enum status campaign_history(struct db *db, struct arena *mem, campaign_id campaign, duty_id duty,
                             struct campaign_event_row **out, size_t *n)
{
    struct q_campaign_history *whole;
    struct q_campaign_duty_history *one;
    if (duty.v != 0) {
        TRY(q_campaign_duty_history(db, mem, duty, &one, n));
        FILL(one);
        return ST_OK;
    }
    TRY(q_campaign_history(db, mem, campaign, &whole, n));
    FILL(whole);
    return ST_OK;
}

/* Checking */

#define CHECKED_AT_ONCE 1000
#define REPORT_MAX      ((size_t)64 * 1024)
#define REPORT_LINE     160

static void differs(struct arena *mem, struct buf *b, int64_t *wrong, const char *what, int64_t id)
{
    ++*wrong;
    if (b->n + REPORT_LINE < b->max) buf_add(b, str_format(mem, "%s %lld\n", what, (long long)id));
}

static enum status check_events(struct db *db, struct arena *mem, struct buf *b, int64_t *wrong)
{
    struct q_campaign_check_events *rows;
    campaign_event_id after = {0};
    size_t n;
    do {
        struct arena_mark mark = arena_mark(mem);
        TRY(q_campaign_check_events(db, mem, after, CHECKED_AT_ONCE, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            const struct campaign_event_draft e = {
                rows[i].campaign_id, rows[i].duty_id,   rows[i].notice_id, str_z(mem, rows[i].kind),
                rows[i].unit_id,     rows[i].person_id, rows[i].words};
            after = rows[i].id;
            if (!str_eq(hash_of(mem, rows[i].salt, &e, after, rows[i].at), rows[i].hash))
                differs(mem, b, wrong, "changed campaign_event", after.v);
        }
        if (b->n == 0) arena_rewind(mem, mark);
    } while (n == CHECKED_AT_ONCE);
    return ST_OK;
}

static enum status check_rows(struct db *db, struct arena *mem, struct buf *b, int64_t *wrong)
{
    struct q_campaign_check_deliveries *deliveries;
    struct q_campaign_check_duties *duties;
    struct q_campaign_check_notices *notices;
    size_t n_deliveries, n_duties, n_notices;
    TRY(q_campaign_check_deliveries(db, mem, &deliveries, &n_deliveries));
    TRY(q_campaign_check_duties(db, mem, &duties, &n_duties));
    TRY(q_campaign_check_notices(db, mem, &notices, &n_notices));
    for (size_t i = 0; i < n_deliveries; i++) differs(mem, b, wrong, "odd delivery", deliveries[i].id.v);
    for (size_t i = 0; i < n_duties; i++) differs(mem, b, wrong, "odd duty", duties[i].id.v);
    for (size_t i = 0; i < n_notices; i++) differs(mem, b, wrong, "miscounted notice", notices[i].id.v);
    return ST_OK;
}

enum status campaign_check(struct db *db, struct arena *mem, int64_t *wrong, str *report)
{
    struct buf b;
    *wrong = 0;
    buf_init(&b, mem, REPORT_LINE, REPORT_MAX);
    TRY(check_events(db, mem, &b, wrong));
    TRY(check_rows(db, mem, &b, wrong));
    *report = buf_str(&b);
    return ST_OK;
}
