/* plan_issue: the moves of a plan up to its coming into force: see plan.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/action.h"
#include "campaign/burden.h"
#include "campaign/duty_inside.h"
#include "campaign/plan.h"
#include "campaign/rollup.h"
#include "campaign/words.h"
#include "gen/sql/campaign.h"
#include "gen/sql/plan.h"

static enum status say(struct db *db, struct arena *mem, const struct campaign_command *cmd, const struct campaign *c,
                       const char *kind, str words)
{
    const struct campaign_event_draft e = {.campaign = c->id,
                                           .kind = kind,
                                           .unit = c->unit,
                                           .person = cmd->who == NULL ? (person_id){0} : cmd->who->person,
                                           .words = words};
    return campaign_event(db, mem, cmd->city, &e);
}

static bool is_one_of(str state, const char *a, const char *b, const char *c)
{
    return str_eq(state, str_from(a)) || str_eq(state, str_from(b)) || str_eq(state, str_from(c));
}

/* An issued campaign whose next version has been written is amended: it goes through the same moves while the old version runs. */
static enum status has_amendment(struct db *db, struct arena *mem, const struct campaign *c, bool *out)
{
    struct plan p;
    enum status st = plan_get(db, mem, c->id, c->version + 1, &p);
    *out = c->version > 0 && st == ST_OK;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status plan_discuss(struct db *db, struct arena *mem, const struct campaign_command *cmd)
{
    struct campaign c;
    bool amends;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(has_amendment(db, mem, &c, &amends));
    bool again = amends && str_eq(c.state, STR("issued")) && !campaign_takes_opinions(&c);
    if ((!str_eq(c.state, STR("draft")) && !again) || c.issuer.n > 0) return ST_CONFLICT;
    if (again) TRY(q_campaign_discuss_amendment(db, c.id, c.version + 1, NULL));
    else TRY(q_campaign_touch(db, c.id, STR("discussed"), NULL));
    return say(db, mem, cmd, &c, "discussed", STR(""));
}

enum status plan_receive(struct db *db, struct arena *mem, const struct campaign_command *cmd)
{
    struct campaign c;
    struct plan text = {0};
    struct plan_action *list;
    size_t n;
    TRY(campaign_begin(db, mem, cmd, &c));
    if (!str_eq(c.state, STR("draft")) || c.issuer.n == 0) return ST_CONFLICT;
    enum status st = plan_get(db, mem, c.id, 1, &text);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    TRY(action_list(db, mem, c.id, 1, &list, &n));
    if (str_trim(text.text).n == 0) (void)fault(cmd->faults, "text", readiness_label(STR("text")));
    if (n == 0) (void)fault(cmd->faults, "actions", readiness_label(STR("actions")));
    if (cmd->faults->n > 0) return ST_INVALID;
    TRY(q_plan_issue(db, c.id, 1, db_now(db), NULL));
    TRY(q_campaign_issue(db, c.id, 1, db_now(db), NULL));
    return say(db, mem, cmd, &c, "received", c.issuer);
}

/* A missing item becomes a fault whose field is the key of the list. */
static enum status refuse_missing(struct db *db, struct arena *mem, const struct campaign *c, const char *only,
                                  struct faults *f)
{
    struct readiness *list;
    size_t n;
    TRY(plan_readiness(db, mem, c, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].needed && !list[i].done && (only == NULL || str_eq(list[i].key, str_from(only))))
            (void)fault(f, list[i].key.p, readiness_label(list[i].key));
    return f->n > 0 ? ST_INVALID : ST_OK;
}

enum status plan_set_matched(struct db *db, struct arena *mem, const struct campaign_command *cmd)
{
    struct campaign c;
    TRY(campaign_begin(db, mem, cmd, &c));
    if (!str_eq(c.state, STR("discussed"))) return ST_CONFLICT;
    TRY(refuse_missing(db, mem, &c, "locked", cmd->faults));
    TRY(q_campaign_touch(db, c.id, STR("matched"), NULL));
    return say(db, mem, cmd, &c, "matched", STR(""));
}

static enum status begin_signing(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                                 struct campaign *c)
{
    TRY(campaign_load(db, mem, cmd->campaign, c));
    if (cmd->who != NULL && !campaign_may_sign(db, mem, cmd->who, c))
        return campaign_may_write(db, mem, cmd->who, c) ? ST_FORBIDDEN : ST_NOT_FOUND;
    return cmd->edit != 0 && cmd->edit != c->edit ? ST_CONFLICT : ST_OK;
}

enum status plan_approve(struct db *db, struct arena *mem, const struct campaign_command *cmd)
{
    struct campaign c;
    bool amends;
    TRY(begin_signing(db, mem, cmd, &c));
    TRY(has_amendment(db, mem, &c, &amends));
    if (!str_eq(c.state, STR("matched")) && !(str_eq(c.state, STR("issued")) && amends)) return ST_CONFLICT;
    TRY(refuse_missing(db, mem, &c, NULL, cmd->faults));
    TRY(q_campaign_touch(db, c.id, str_eq(c.state, STR("matched")) ? STR("approved") : c.state, NULL));
    TRY(q_campaign_approve(db, c.id, cmd->who == NULL ? c.owner : cmd->who->person, db_now(db), NULL));
    return say(db, mem, cmd, &c, "approved", STR(""));
}

/* Every unit in scope is asked one notice and so many duties. Above the cap only this signature lets it pass, and it is said (N12). */
static enum status count_burden(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                                const struct campaign *c, int64_t duties)
{
    struct q_plan_above_cap above;
    int32_t month = burden_month(cmd->city, db_now(db));
    TRY(q_plan_above_cap(db, mem, c->id, c->unit, month, duties + 1, c->ask_cap, &above));
    if (duties > 0) TRY(q_plan_ask_all(db, c->id, c->unit, month, STR("duty"), duties, NULL));
    TRY(q_plan_ask_all(db, c->id, c->unit, month, STR("notice"), 1, NULL));
    if (above.n == 0) return ST_OK;
    return say(db, mem, cmd, c, "above_cap", str_format(mem, "%lld", (long long)above.n));
}

/* The version comes into force: rows, duties, notice, counts. */
static enum status put_in_force(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                                struct campaign *c, const struct plan *p)
{
    int64_t version = c->version + 1, units, made;
    notice_id notice;
    TRY(q_plan_issue(db, c->id, version, db_now(db), NULL));
    TRY(q_campaign_issue(db, c->id, version, db_now(db), NULL));
    if (c->version > 0) TRY(duty_follow_plan(db, mem, cmd->city, c, version));
    c->version = version;
    TRY(duty_make_all(db, mem, cmd->city, c, version, &made));
    TRY(campaign_scope_size(db, mem, c, &units));
    TRY(count_burden(db, mem, cmd, c, (made + units - 1) / (units == 0 ? 1 : units)));
    TRY(notice_of_plan(db, mem, cmd->city, c, version, p->summary, &notice));
    TRY(rollup_rebuild_campaign(db, mem, cmd->city, c->id));
    return duty_recount_by(db, mem, cmd->city, c->id, c->unit, STR("sent_down")); /* by issuing it */
}

enum status plan_issue(struct db *db, struct arena *mem, const struct campaign_command *cmd)
{
    struct campaign c;
    struct plan p;
    bool amends;
    TRY(begin_signing(db, mem, cmd, &c));
    TRY(has_amendment(db, mem, &c, &amends));
    if (!is_one_of(c.state, "approved", "issued", "issued")) {
        (void)fault(cmd->faults, "approved", TR_NOOP("The first person responsible has not approved it"));
        return refuse_missing(db, mem, &c, NULL, cmd->faults);
    }
    if (str_eq(c.state, STR("issued")) && !amends) return ST_CONFLICT;
    if (c.approved_at.ms == 0)
        return fault(cmd->faults, "approved", TR_NOOP("The first person responsible has not approved it"));
    TRY(refuse_missing(db, mem, &c, NULL, cmd->faults));
    TRY(plan_get(db, mem, c.id, c.version + 1, &p));
    TRY(say(db, mem, cmd, &c, c.version == 0 ? "issued" : "amended", p.summary));
    return put_in_force(db, mem, cmd, &c, &p);
}
