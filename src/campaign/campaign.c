/* campaign: see campaign.h. Who may see and write a campaign, and the rows of its frame. Making one is in campaign_make.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/campaign.h"

#include "campaign/words.h"
#include "gen/sql/campaign.h"
#include "people/unit.h"

#define LIST_MOST 200

/* Who may see, write, sign */

bool campaign_is_public(const struct campaign *c)
{
    return str_eq(c->state, STR("issued")) || str_eq(c->state, STR("closed"));
}

bool campaign_may_write(struct db *db, struct arena *mem, const struct actor *who, const struct campaign *c)
{
    return who != NULL && !str_eq(c->state, STR("closed")) &&
           rights_allow(db, mem, who, ACT_PLAN, c->unit, (person_id){0}, NULL);
}

bool campaign_may_sign(struct db *db, struct arena *mem, const struct actor *who, const struct campaign *c)
{
    person_id first;
    return who != NULL && post_holder(db, mem, c->unit, POST_FIRST, &first) == ST_OK && actor_signs_for(who, first);
}

bool campaign_takes_opinions(const struct campaign *c)
{
    if (str_eq(c->state, STR("issued"))) return c->discussed == c->version + 1;
    return str_eq(c->state, STR("discussed")) || str_eq(c->state, STR("matched")) || str_eq(c->state, STR("approved"));
}

bool campaign_works_below(struct db *db, struct arena *mem, const struct actor *who, const struct campaign *c)
{
    for (int i = 0; i < who->n_roles; i++)
        if (unit_is_below(db, mem, c->unit, who->roles[i].unit)) return true;
    return false;
}

static bool may_see(struct db *db, struct arena *mem, const struct actor *who, const struct campaign *c)
{
    if (campaign_is_public(c)) return true;
    if (who == NULL || who->person.v == 0) return false;
    if (rights_allow(db, mem, who, ACT_PLAN, c->unit, (person_id){0}, NULL) ||
        rights_allow(db, mem, who, ACT_OVERVIEW, c->unit, (person_id){0}, NULL) || campaign_may_sign(db, mem, who, c))
        return true;
    return !str_eq(c->state, STR("draft")) && campaign_works_below(db, mem, who, c);
}

/* Reading */

enum status campaign_load(struct db *db, struct arena *mem, campaign_id id, struct campaign *out)
{
    struct q_campaign_by_id r;
    TRY(q_campaign_by_id(db, mem, id, &r));
    *out = (struct campaign){
        .id = r.id,
        .ref = r.ref,
        .state = r.state,
        .issuer = r.issuer,
        .name = r.name,
        .theme = r.theme,
        .unit = r.unit_id,
        .parent = r.parent_campaign_id,
        .cloned = r.cloned_campaign_id,
        .next = r.next_campaign_id,
        .owner = r.owner_person_id,
        .approved_by = r.approved_person_id,
        .lead = r.lead_unit_id,
        .starts = r.starts_on,
        .ends = r.ends_on,
        .sign_days = r.sign_days,
        .ask_cap = r.ask_cap,
        .version = r.version,
        .edit = r.edit,
        .discussed = r.discussed_version,
        .created_at = r.created_at,
        .approved_at = r.approved_at,
        .issued_at = r.issued_at,
        .closed_at = r.closed_at,
    };
    return ST_OK;
}

enum status campaign_get(struct db *db, struct arena *mem, const struct actor *who, str ref, struct campaign *out)
{
    struct q_campaign_by_ref row;
    TRY(q_campaign_by_ref(db, mem, ref, &row));
    TRY(campaign_load(db, mem, row.id, out));
    return may_see(db, mem, who, out) ? ST_OK : ST_NOT_FOUND;
}

enum status campaign_list(struct db *db, struct arena *mem, const struct actor *who, struct campaign **out, size_t *n)
{
    struct q_campaign_list *rows;
    size_t all;
    *n = 0;
    TRY(q_campaign_list(db, mem, LIST_MOST, &rows, &all));
    *out = NEWN(mem, struct campaign, all + 1);
    for (size_t i = 0; i < all; i++) {
        TRY(campaign_load(db, mem, rows[i].id, &(*out)[*n]));
        if (may_see(db, mem, who, &(*out)[*n])) ++*n;
    }
    return ST_OK;
}

int64_t campaign_shown_version(const struct campaign *c, bool draft)
{
    return draft ? c->version + 1 : c->version;
}

/* The frame */

enum status stage_list(struct db *db, struct arena *mem, campaign_id id, int64_t version, struct stage **out, size_t *n)
{
    struct q_campaign_stages *rows;
    TRY(q_campaign_stages(db, mem, id, version, &rows, n));
    *out = NEWN(mem, struct stage, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct stage){rows[i].id,        rows[i].no,      rows[i].name,
                                   rows[i].starts_on, rows[i].ends_on, rows[i].consolidates != 0};
    return ST_OK;
}

bool stage_is_current(const struct stage *s, day today)
{
    return s->starts.n <= today.n && (s->ends.n == 0 || s->ends.n >= today.n);
}

enum status aim_list(struct db *db, struct arena *mem, campaign_id id, int64_t version, struct aim **out, size_t *n)
{
    struct q_campaign_aims *rows;
    TRY(q_campaign_aims(db, mem, id, version, &rows, n));
    *out = NEWN(mem, struct aim, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = (struct aim){rows[i].id, rows[i].no, rows[i].line, rows[i].name};
    return ST_OK;
}

const char *aim_line_label(str line)
{
    if (str_eq(line, STR("work"))) return TR_NOOP("Promote work");
    if (str_eq(line, STR("development"))) return TR_NOOP("Promote development");
    return TR_NOOP("Improve people's livelihood");
}

enum status goal_list(struct db *db, struct arena *mem, campaign_id id, int64_t version, struct goal **out, size_t *n)
{
    struct q_campaign_goals *rows;
    TRY(q_campaign_goals(db, mem, id, version, &rows, n));
    *out = NEWN(mem, struct goal, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct goal){rows[i].id, rows[i].aim_id, rows[i].name, rows[i].indicator};
    return ST_OK;
}

const char *goal_indicator_label(str indicator)
{
    static const struct {
        const char *key, *label;
    } labels[] = {
        {"raised", TR_NOOP("Matters raised")},
        {"answered", TR_NOOP("Matters answered")},
        {"solved", TR_NOOP("Matters solved, by the raiser's word or a re-check")},
        {"duties_done", TR_NOOP("Prescribed actions done")},
        {"optional_done", TR_NOOP("Optional projects done")},
        {"signed", TR_NOOP("Notices signed for")},
    };
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq(indicator, str_from(labels[i].key))) return labels[i].label;
    return NULL;
}

enum status campaign_parts(struct db *db, struct arena *mem, campaign_id id, str part, int64_t version,
                           struct campaign_part **out, size_t *n)
{
    struct q_campaign_parts *rows;
    TRY(q_campaign_parts(db, mem, id, part, version, &rows, n));
    *out = NEWN(mem, struct campaign_part, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct campaign_part){rows[i].unit_id, rows[i].code,    rows[i].name_en,
                                           rows[i].name_zh, rows[i].lessons, rows[i].starts_on};
    return ST_OK;
}

enum status campaign_kinds(struct db *db, struct arena *mem, campaign_id id, str **out, size_t *n)
{
    struct q_campaign_kinds *rows;
    TRY(q_campaign_kinds(db, mem, id, &rows, n));
    *out = NEWN(mem, str, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = rows[i].kind;
    return ST_OK;
}

enum status campaign_scope_size(struct db *db, struct arena *mem, const struct campaign *c, int64_t *out)
{
    struct q_campaign_scope_size row;
    TRY(q_campaign_scope_size(db, mem, c->id, c->unit, &row));
    *out = row.n;
    return ST_OK;
}

bool campaign_in_scope(struct db *db, struct arena *mem, const struct campaign *c, unit_id unit)
{
    struct q_campaign_in_scope row;
    return q_campaign_in_scope(db, mem, c->id, c->version > 0 ? c->version : 1, c->unit, unit, &row) == ST_OK;
}

/* Inside the room */

enum status campaign_begin(struct db *db, struct arena *mem, const struct campaign_command *cmd, struct campaign *out)
{
    TRY(campaign_load(db, mem, cmd->campaign, out));
    if (!may_see(db, mem, cmd->who, out)) return ST_NOT_FOUND;
    if (!campaign_may_write(db, mem, cmd->who, out)) return ST_FORBIDDEN;
    return cmd->edit != 0 && cmd->edit != out->edit ? ST_CONFLICT : ST_OK;
}

enum status campaign_touch(struct db *db, const struct campaign *c)
{
    bool settled = str_eq(c->state, STR("matched")) || str_eq(c->state, STR("approved"));
    return q_campaign_touch(db, c->id, settled ? STR("discussed") : c->state, NULL);
}
