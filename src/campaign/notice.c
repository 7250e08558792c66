/* notice: see notice.h. Reading and sending. What those do who get it is in notice_sign.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/notice.h"

#include "campaign/burden.h"
#include "campaign/duty.h"
#include "campaign/notice_inside.h"
#include "campaign/rollup.h"
#include "campaign/words.h"
#include "gen/sql/notice.h"
#include "people/unit.h"

#define LIST_MOST 200

static const struct words_rule subject_rule = {"subject", TR_NOOP("Enter a subject"),
                                               TR_NOOP("Use at most {max} characters for the subject"),
                                               CAMPAIGN_NAME_POINTS, true};
static const struct words_rule text_rule = {"text", TR_NOOP("Enter the text"), TR_NOOP("Use at most {max} characters"),
                                            CAMPAIGN_TEXT_POINTS, false};

/* Reading */

struct notice_units notice_units_of(const struct actor *who)
{
    struct notice_units u = {0};
    for (int i = 0; i < who->n_roles; i++)
        if (who->roles[i].role != ROLE_ADMIN) u.unit[i] = who->roles[i].unit;
    return u;
}

static enum status load(struct db *db, struct arena *mem, notice_id id, struct notice *out)
{
    struct q_notice_get r;
    TRY(q_notice_get(db, mem, id, &r));
    *out = (struct notice){
        .id = r.id,
        .campaign = r.campaign_id,
        .parent = r.parent_notice_id,
        .unit = r.unit_id,
        .subject = r.subject,
        .text = r.text,
        .unit_en = r.unit_en,
        .unit_zh = r.unit_zh,
        .unit_code = r.unit_code,
        .campaign_ref = r.campaign_ref,
        .plan_version = r.plan_version,
        .wants_break_down = r.wants_break_down != 0,
        .sign_by = r.sign_by_on,
        .at = r.at,
    };
    return ST_OK;
}

bool notice_may_sign(struct db *db, struct arena *mem, const struct actor *who, unit_id unit)
{
    person_id first;
    return rights_allow(db, mem, who, ACT_SIGN, unit, (person_id){0}, NULL) ||
           (post_holder(db, mem, unit, POST_FIRST, &first) == ST_OK && actor_signs_for(who, first));
}

/* Works at or above a unit that got it: the level above follows what hangs below. */
static bool is_above_receiver(struct db *db, struct arena *mem, const struct actor *who, const struct notice *n)
{
    for (int i = 0; i < who->n_roles; i++)
        if (unit_is_below(db, mem, n->unit, who->roles[i].unit) &&
            rights_scope(ACT_OVERVIEW, who->roles[i].role) == SCOPE_BELOW)
            return true;
    return false;
}

enum status notice_get(struct db *db, struct arena *mem, const struct actor *who, notice_id id, struct notice *out)
{
    struct q_notice_got row;
    struct notice_units u = notice_units_of(who);
    TRY(load(db, mem, id, out));
    if (rights_allow(db, mem, who, ACT_OVERVIEW, out->unit, (person_id){0}, NULL)) return ST_OK;
    if (q_notice_got(db, mem, id, NOTICE_UNIT_ARGS(&u), &row) == ST_OK) return ST_OK;
    return is_above_receiver(db, mem, who, out) ? ST_OK : ST_NOT_FOUND;
}

enum status delivery_load(struct db *db, struct arena *mem, delivery_id id, struct delivery *out)
{
    struct q_notice_delivery r;
    TRY(q_notice_delivery(db, mem, id, &r));
    *out = (struct delivery){.id = r.id,
                             .notice = r.notice_id,
                             .unit = r.unit_id,
                             .opened_at = r.opened_at,
                             .signed_at = r.signed_at,
                             .broken_at = r.broken_at,
                             .climbed_at = r.climbed_at,
                             .superseded_at = r.superseded_at,
                             .signed_by = r.signed_by,
                             .why_not = r.why_not,
                             .sign_by = r.sign_by_on};
    return ST_OK;
}

bool delivery_is_theirs(const struct actor *who, const struct delivery *d)
{
    for (int i = 0; i < who->n_roles; i++)
        if (who->roles[i].unit.v == d->unit.v && who->roles[i].role != ROLE_ADMIN) return true;
    return false;
}

enum status delivery_get(struct db *db, struct arena *mem, const struct actor *who, delivery_id id,
                         struct delivery *out)
{
    struct notice n;
    TRY(delivery_load(db, mem, id, out));
    if (delivery_is_theirs(who, out)) return ST_OK;
    TRY(load(db, mem, out->notice, &n));
    bool sees = rights_allow(db, mem, who, ACT_OVERVIEW, n.unit, (person_id){0}, NULL) ||
                rights_allow(db, mem, who, ACT_OVERVIEW, out->unit, (person_id){0}, NULL);
    return sees ? ST_OK : ST_NOT_FOUND;
}

enum status delivery_of(struct db *db, struct arena *mem, notice_id notice, unit_id unit, struct delivery *out)
{
    struct q_notice_delivery_of row;
    TRY(q_notice_delivery_of(db, mem, notice, unit, &row));
    return delivery_load(db, mem, row.id, out);
}

enum status notice_received(struct db *db, struct arena *mem, const struct actor *who, struct notice_item **out,
                            size_t *n)
{
    struct q_notice_received *rows;
    struct notice_units u = notice_units_of(who);
    TRY(q_notice_received(db, mem, NOTICE_UNIT_ARGS(&u), LIST_MOST, &rows, n));
    *out = NEWN(mem, struct notice_item, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct notice_item){.notice = rows[i].notice_id,
                                         .delivery = rows[i].delivery_id,
                                         .subject = rows[i].subject,
                                         .unit_code = rows[i].unit_code,
                                         .unit_en = rows[i].unit_en,
                                         .unit_zh = rows[i].unit_zh,
                                         .campaign_ref = rows[i].campaign_ref,
                                         .sign_by = rows[i].sign_by_on,
                                         .at = rows[i].at,
                                         .opened_at = rows[i].opened_at,
                                         .signed_at = rows[i].signed_at,
                                         .broken_at = rows[i].broken_at,
                                         .wants_break_down = rows[i].wants_break_down != 0};
    return ST_OK;
}

enum status notice_sent(struct db *db, struct arena *mem, const struct actor *who, struct notice_item **out, size_t *n)
{
    struct q_notice_sent *rows;
    struct notice_units u = notice_units_of(who);
    TRY(q_notice_sent(db, mem, NOTICE_UNIT_ARGS(&u), LIST_MOST, &rows, n));
    *out = NEWN(mem, struct notice_item, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct notice_item){.notice = rows[i].notice_id,
                                         .subject = rows[i].subject,
                                         .unit_code = rows[i].unit_code,
                                         .unit_en = rows[i].unit_en,
                                         .unit_zh = rows[i].unit_zh,
                                         .campaign_ref = rows[i].campaign_ref,
                                         .sign_by = rows[i].sign_by_on,
                                         .at = rows[i].at,
                                         .wants_break_down = rows[i].wants_break_down != 0,
                                         .sent = rows[i].sent,
                                         .opened = rows[i].opened,
                                         .signed_ = rows[i].signed_n,
                                         .broken = rows[i].broken};
    return ST_OK;
}

enum status notice_climbed(struct db *db, struct arena *mem, const struct actor *who, struct notice_item **out,
                           size_t *n)
{
    struct q_notice_climbed *rows;
    struct notice_units u = notice_units_of(who);
    TRY(q_notice_climbed(db, mem, NOTICE_UNIT_ARGS(&u), LIST_MOST, &rows, n));
    *out = NEWN(mem, struct notice_item, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct notice_item){.notice = rows[i].notice_id,
                                         .delivery = rows[i].delivery_id,
                                         .subject = rows[i].subject,
                                         .unit_code = rows[i].unit_code,
                                         .unit_en = rows[i].unit_en,
                                         .unit_zh = rows[i].unit_zh,
                                         .campaign_ref = rows[i].campaign_ref,
                                         .sign_by = rows[i].sign_by_on,
                                         .at = rows[i].at,
                                         .opened_at = rows[i].opened_at,
                                         .is_climbed = true};
    return ST_OK;
}

enum status notice_tree(struct db *db, struct arena *mem, notice_id notice, unit_id parent, struct notice_node **out,
                        size_t *n)
{
    struct q_notice_tree *rows;
    TRY(q_notice_tree(db, mem, notice, parent, &rows, n));
    *out = NEWN(mem, struct notice_node, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct notice_node){.unit = rows[i].unit_id,
                                         .code = rows[i].code,
                                         .name_en = rows[i].name_en,
                                         .name_zh = rows[i].name_zh,
                                         .has_children = rows[i].has_children != 0,
                                         .sent = rows[i].sent,
                                         .opened = rows[i].opened,
                                         .signed_ = rows[i].signed_n,
                                         .broken = rows[i].broken,
                                         .got = rows[i].delivery_id.v != 0,
                                         .is_opened = rows[i].opened_at.ms != 0,
                                         .is_signed = rows[i].signed_at.ms != 0,
                                         .is_broken = rows[i].broken_at.ms != 0,
                                         .why_not = rows[i].why_not};
    return ST_OK;
}

enum status notice_counts(struct db *db, struct arena *mem, notice_id notice, unit_id unit, struct notice_counts *out)
{
    struct q_notice_counts *rows;
    size_t n;
    *out = (struct notice_counts){0};
    TRY(q_notice_counts(db, mem, notice, unit, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(rows[i].what, STR("sent"))) out->sent = rows[i].n;
        if (str_eq(rows[i].what, STR("opened"))) out->opened = rows[i].n;
        if (str_eq(rows[i].what, STR("signed"))) out->signed_ = rows[i].n;
        if (str_eq(rows[i].what, STR("broken"))) out->broken = rows[i].n;
    }
    return ST_OK;
}

/* Sending */

static day sign_by(const struct city *city, instant now, int64_t days)
{
    return calendar_after(&city->calendar, day_in_zone(&city->zone, now), (int)days, true);
}

/* Counts and burden of what has just been delivered. *above: units whose month passes the cap. */
static enum status count_sent(struct db *db, struct arena *mem, const struct city *city, notice_id id,
                              campaign_id campaign, unit_id by, const char *kind, int64_t cap, int64_t *above)
{
    struct q_notice_above_cap row;
    int32_t month = burden_month(city, db_now(db));
    TRY(q_notice_count_new(db, id, NULL));
    if (campaign.v != 0) TRY(q_notice_count_unsigned(db, id, campaign, NULL));
    TRY(q_notice_ask_delivered(db, id, month, by, campaign.v, str_from(kind), NULL));
    TRY(q_notice_above_cap(db, mem, id, month, cap, &row));
    *above = row.n;
    return ST_OK;
}

enum status notice_of_plan(struct db *db, struct arena *mem, const struct city *city, const struct campaign *c,
                           int64_t version, str summary, notice_id *out)
{
    instant now = db_now(db);
    int64_t units;
    day by = sign_by(city, now, c->sign_days);
    str text = summary.n > 0 ? summary : c->theme.n > 0 ? c->theme : c->name;
    *out = (notice_id){db_new_id(db)};
    TRY(q_notice_add(db, *out, city->root, c->id, version, (notice_id){0}, c->unit, c->owner, c->name, text, 1, by, now,
                     NULL));
    TRY(q_notice_supersede(db, c->id, now, NULL));
    TRY(campaign_scope_size(db, mem, c, &units));
    return q_notice_deliver_scope(db, db_new_ids(db, units), city->root, *out, c->id, c->unit, by, NULL);
}

static enum status check_draft(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                               struct notice_draft *d, struct campaign *c)
{
    struct own_list list;
    if (cmd->who != NULL && !notice_may_sign(db, mem, cmd->who, d->unit)) return ST_FORBIDDEN;
    enum status subject = words_check(mem, cmd->faults, &subject_rule, &d->subject);
    enum status text = words_check(mem, cmd->faults, &text_rule, &d->text);
    TRY(subject);
    TRY(text);
    *c = (struct campaign){.sign_days = 5, .ask_cap = INT64_MAX / 2};
    if (d->campaign.v == 0) return ST_OK;
    TRY(campaign_load(db, mem, d->campaign, c));
    if (!str_eq(c->state, STR("issued"))) return ST_NOT_FOUND;
    TRY(own_list_get(db, mem, c->id, d->unit, &list));
    if (list.at.ms == 0) /* T26: first to demonstrate */
        return fault(cmd->faults, "unit", TR_NOOP("Publish your unit's own list first: then you can send tasks down"));
    return ST_OK;
}

static enum status deliver_one(struct db *db, struct arena *mem, const struct city *city, notice_id id, unit_id from,
                               unit_id to, day by, struct faults *f)
{
    if (to.v == from.v || !unit_is_below(db, mem, from, to))
        return fault(f, "to", TR_NOOP("Choose units below your own"));
    return q_notice_deliver(db, (delivery_id){db_new_id(db)}, city->root, id, to, by, NULL);
}

static enum status deliver(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                           const struct notice_draft *d, notice_id id, day by)
{
    struct q_notice_children *below;
    struct q_notice_units_below count;
    size_t n;
    if (d->subtree) {
        TRY(q_notice_units_below(db, mem, d->unit, &count));
        if (count.n == 0) return fault(cmd->faults, "to", TR_NOOP("There is no unit below to send it to"));
        return q_notice_deliver_subtree(db, db_new_ids(db, count.n), cmd->city->root, id, d->unit, by, NULL);
    }
    for (size_t i = 0; i < d->n_to; i++) TRY(deliver_one(db, mem, cmd->city, id, d->unit, d->to[i], by, cmd->faults));
    if (d->n_to > 0) return ST_OK;
    TRY(q_notice_children(db, mem, d->unit, &below, &n));
    if (n == 0) return fault(cmd->faults, "to", TR_NOOP("There is no unit below to send it to"));
    for (size_t i = 0; i < n; i++)
        TRY(q_notice_deliver(db, (delivery_id){db_new_id(db)}, cmd->city->root, id, below[i].id, by, NULL));
    return ST_OK;
}

/* The notice that this one breaks down is broken down by it. */
static enum status mark_parent(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                               const struct notice_draft *d)
{
    struct delivery own;
    if (d->parent.v == 0) return ST_OK;
    enum status st = delivery_of(db, mem, d->parent, d->unit, &own);
    if (st == ST_NOT_FOUND) return fault(cmd->faults, "parent", TR_NOOP("Your unit did not get this notice"));
    TRY(st);
    return delivery_break(db, mem, cmd->city, &own, STR(""));
}

/* More than the cap: the first person responsible alone may send it. */
static enum status check_cap(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                             const struct notice_draft *d, notice_id id, int64_t cap, int64_t total)
{
    struct q_notice_above_units *rows;
    person_id first;
    size_t n;
    if (cmd->who == NULL) return ST_OK;
    if (post_holder(db, mem, d->unit, POST_FIRST, &first) == ST_OK && actor_signs_for(cmd->who, first)) return ST_OK;
    if (d->above != NULL) {
        TRY(q_notice_above_units(db, mem, id, burden_month(cmd->city, db_now(db)), cap, NOTICE_ABOVE, &rows, &n));
        *d->above = (struct notice_above){.total = total, .n = n};
        for (size_t i = 0; i < n; i++) {
            d->above->unit[i].code = rows[i].code;
            d->above->unit[i].name_en = rows[i].name_en;
            d->above->unit[i].name_zh = rows[i].name_zh;
        }
    }
    return fault(cmd->faults, "cap",
                 TR_NOOP("Some units would be asked more this month than the campaign allows: the first person "
                         "responsible must send it"));
}

enum status notice_send_as(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                           const struct notice_draft *given, const char *kind, notice_id *out)
{
    struct notice_draft *d = NEW(mem, struct notice_draft);
    struct campaign c;
    int64_t above;
    *d = *given;
    TRY(check_draft(db, mem, cmd, d, &c));
    day by = sign_by(cmd->city, db_now(db), c.sign_days);
    person_id person = cmd->who == NULL ? (person_id){0} : cmd->who->person;
    *out = (notice_id){db_new_id(db)};
    TRY(q_notice_add(db, *out, cmd->city->root, d->campaign, 0, d->parent, d->unit, person, d->subject, d->text,
                     d->wants_break_down ? 1 : 0, by, db_now(db), NULL));
    TRY(deliver(db, mem, cmd, d, *out, by));
    TRY(count_sent(db, mem, cmd->city, *out, d->campaign, d->unit, kind, c.ask_cap, &above));
    if (above > 0) TRY(check_cap(db, mem, cmd, d, *out, c.ask_cap, above));
    TRY(mark_parent(db, mem, cmd, d));
    const struct campaign_event_draft e = {.campaign = d->campaign,
                                           .notice = *out,
                                           .kind = above > 0 ? "above_cap" : "sent",
                                           .unit = d->unit,
                                           .person = person,
                                           .words = d->subject};
    return campaign_event(db, mem, cmd->city, &e);
}

enum status notice_send(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                        const struct notice_draft *d, notice_id *out)
{
    return notice_send_as(db, mem, cmd, d, "notice", out);
}
