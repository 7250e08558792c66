/* plan: see plan.h. Writing, opinions. Matching and readiness are in plan_ready.c, the moves into force in plan_issue.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan.h"

#include "campaign/words.h"
#include "gen/sql/plan.h"
#include "people/unit.h"

static const struct words_rule summary_rule = {"summary", NULL, TR_NOOP("Use at most {max} characters"),
                                               CAMPAIGN_LINE_POINTS, false};
static const struct words_rule opinion_rule = {"text", TR_NOOP("Enter your opinion"),
                                               TR_NOOP("Use at most {max} characters"), CAMPAIGN_TEXT_POINTS, false};
static const struct words_rule reply_rule = {"reply", NULL, TR_NOOP("Use at most {max} characters"),
                                             CAMPAIGN_LINE_POINTS, false};

/* Versions */

enum status plan_get(struct db *db, struct arena *mem, campaign_id campaign, int64_t version, struct plan *out)
{
    struct q_plan_get r;
    TRY(q_plan_get(db, mem, campaign, version, &r));
    *out = (struct plan){r.id, r.version, r.text, r.summary, r.at, r.issued_at};
    return ST_OK;
}

enum status plan_list(struct db *db, struct arena *mem, campaign_id campaign, struct plan **out, size_t *n)
{
    struct q_plan_list *rows;
    TRY(q_plan_list(db, mem, campaign, &rows, n));
    *out = NEWN(mem, struct plan, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] =
            (struct plan){rows[i].id, rows[i].version, {NULL, 0}, rows[i].summary, rows[i].at, rows[i].issued_at};
    return ST_OK;
}

static person_id who_of(const struct campaign_command *cmd)
{
    return cmd->who == NULL ? (person_id){0} : cmd->who->person;
}

static enum status say(struct db *db, struct arena *mem, const struct campaign_command *cmd, const struct campaign *c,
                       const char *kind, unit_id in, str words)
{
    const struct campaign_event_draft e = {
        .campaign = c->id, .kind = kind, .unit = in, .person = who_of(cmd), .words = words};
    return campaign_event(db, mem, cmd->city, &e);
}

/* Browsers send CR LF; what is stored, measured and compared has LF. */
static str with_lf(struct arena *mem, str text)
{
    char *out = NEWN(mem, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n') out[n++] = text.p[i];
    return (str){out, n};
}

static enum status check_text(str text, struct faults *f)
{
    if (!str_is_utf8(text)) return fault(f, "text", TR_NOOP("This contains characters that cannot be stored"));
    if (text.n > PLAN_BYTES)
        return fault_max(f, "text", TR_NOOP("The plan must be {max} bytes or shorter"), (int64_t)PLAN_BYTES);
    return ST_OK;
}

enum status plan_write(struct db *db, struct arena *mem, const struct campaign_command *cmd, str text, str summary,
                       str *theirs)
{
    struct campaign c;
    struct plan now;
    *theirs = STR("");
    enum status st = campaign_begin(db, mem, cmd, &c);
    if (st == ST_CONFLICT && plan_get(db, mem, c.id, c.version + 1, &now) == ST_OK) *theirs = now.text;
    TRY(st);
    TRY(words_check(mem, cmd->faults, &summary_rule, &summary));
    text = with_lf(mem, text);
    TRY(check_text(text, cmd->faults));
    TRY(q_plan_write(db, (plan_id){db_new_id(db)}, c.id, c.version + 1, text, summary, who_of(cmd), db_now(db), NULL));
    TRY(campaign_touch(db, &c));
    return say(db, mem, cmd, &c, "written", c.unit, summary);
}

/* Opinions */

enum status plan_opinions(struct db *db, struct arena *mem, campaign_id campaign, struct plan_opinion **out, size_t *n)
{
    struct q_plan_opinions *rows;
    TRY(q_plan_opinions(db, mem, campaign, &rows, n));
    *out = NEWN(mem, struct plan_opinion, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] =
            (struct plan_opinion){rows[i].id,   rows[i].version, rows[i].unit_en, rows[i].unit_zh, rows[i].person_name,
                                  rows[i].text, rows[i].said,    rows[i].reply,   rows[i].at};
    return ST_OK;
}

/* The unit in whose name: the first of theirs that is in scope. */
static unit_id speaks_for(struct db *db, struct arena *mem, const struct actor *who, const struct campaign *c)
{
    for (int i = 0; i < who->n_roles; i++)
        if (campaign_in_scope(db, mem, c, who->roles[i].unit)) return who->roles[i].unit;
    return (unit_id){0};
}

enum status plan_opinion_add(struct db *db, struct arena *mem, const struct campaign_command *cmd, str text)
{
    struct campaign c;
    TRY(campaign_load(db, mem, cmd->campaign, &c));
    unit_id unit = speaks_for(db, mem, cmd->who, &c);
    if (!campaign_takes_opinions(&c) || unit.v == 0) return ST_NOT_FOUND;
    TRY(words_check(mem, cmd->faults, &opinion_rule, &text));
    TRY(q_plan_add_opinion(db, (plan_opinion_id){db_new_id(db)}, c.id, c.version + 1, unit, cmd->who->person, text,
                           db_now(db), NULL));
    return say(db, mem, cmd, &c, "opinion", unit, STR(""));
}

enum status plan_opinion_reply(struct db *db, struct arena *mem, const struct campaign_command *cmd, plan_opinion_id id,
                               str said, str reply)
{
    struct campaign c;
    int64_t changed = 0;
    struct campaign_command loose = *cmd;
    loose.edit = 0; /* an answer does not change the plan */
    TRY(campaign_begin(db, mem, &loose, &c));
    bool not = str_eq(said, STR("not"));
    if (!not &&!str_eq(said, STR("taken")) && !str_eq(said, STR("partly")))
        return fault(cmd->faults, "said", TR_NOOP("Choose what became of it"));
    TRY(words_check(mem, cmd->faults, &reply_rule, &reply));
    if (not &&reply.n == 0) return fault(cmd->faults, "reply", TR_NOOP("Enter why it was not taken"));
    TRY(q_plan_reply_opinion(db, id, c.id, said, reply, &changed));
    return changed == 0 ? ST_NOT_FOUND : say(db, mem, cmd, &c, "replied", c.unit, reply);
}
