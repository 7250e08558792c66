/* plan_library: see plan_library.h. SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_library.h"

#include "campaign/action.h"
#include "campaign/plan.h"
#include "campaign/words.h"
#include "gen/sql/campaign.h"
#include "gen/sql/plan_library.h"
#include "people/unit.h"

#define LIST_MOST 200

static const struct words_rule name_rule = {
    "name", TR_NOOP("Enter a name"), TR_NOOP("Use at most {max} characters for the name"), CAMPAIGN_NAME_POINTS, true};

static const struct {
    const char *what, *label;
} labels[] = {
    {"kept", TR_NOOP("Kept as a template")},
    {"changed", TR_NOOP("Changed")},
    {"renamed", TR_NOOP("Renamed")},
    {"ended", TR_NOOP("No longer offered")},
};

const char *plan_library_label(str what)
{
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq(what, str_from(labels[i].what))) return labels[i].label;
    return "";
}

/* Who */

static bool may_change(struct db *db, struct arena *mem, const struct actor *who, unit_id unit)
{
    return who == NULL || rights_allow(db, mem, who, ACT_PLAN, unit, (person_id){0}, NULL);
}

static bool may_use(struct db *db, struct arena *mem, const struct actor *who, unit_id unit)
{
    if (may_change(db, mem, who, unit)) return true;
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(ACT_PLAN, who->roles[i].role) != SCOPE_NONE &&
            unit_is_below(db, mem, unit, who->roles[i].unit))
            return true;
    return false;
}

/* Reading */

static enum status get_head(struct db *db, struct arena *mem, const struct actor *who, plan_template_id id,
                            struct kept_plan *out)
{
    struct q_plan_library_get r;
    TRY(q_plan_library_get(db, mem, id, &r));
    *out = (struct kept_plan){.id = r.id,
                              .unit = r.unit_id,
                              .unit_code = r.unit_code,
                              .unit_en = r.unit_en,
                              .unit_zh = r.unit_zh,
                              .current = r.version,
                              .ended_at = r.ended_at};
    out->may_change = may_change(db, mem, who, out->unit);
    return out->may_change || (out->ended_at.ms == 0 && may_use(db, mem, who, out->unit)) ? ST_OK : ST_NOT_FOUND;
}

static enum status get_frame(struct db *db, struct arena *mem, int64_t version, struct kept_plan *k, int64_t *body)
{
    struct q_plan_library_version r;
    str rest;
    TRY(q_plan_library_version(db, mem, k->id, version, &r));
    k->version = r.version;
    k->name = r.name;
    k->theme = r.theme;
    k->text = r.text;
    k->sign_days = r.sign_days;
    k->ask_cap = r.ask_cap;
    *body = r.body_version;
    for (rest = r.kinds; rest.n > 0 && k->n_kinds < CAMPAIGN_KINDS; k->n_kinds++)
        (void)str_cut(rest, ' ', &k->kinds[k->n_kinds], &rest);
    return ST_OK;
}

static enum status get_structure(struct db *db, struct arena *mem, int64_t body, struct kept_plan *k)
{
    struct q_plan_library_stages *s;
    struct q_plan_library_aims *m;
    struct q_plan_library_goals *g;
    TRY(q_plan_library_stages(db, mem, k->id, body, &s, &k->n_stages));
    TRY(q_plan_library_aims(db, mem, k->id, body, &m, &k->n_aims));
    TRY(q_plan_library_goals(db, mem, k->id, body, &g, &k->n_goals));
    k->stages = NEWN(mem, struct kept_stage, k->n_stages + 1);
    k->aims = NEWN(mem, struct kept_aim, k->n_aims + 1);
    k->goals = NEWN(mem, struct kept_goal, k->n_goals + 1);
    for (size_t i = 0; i < k->n_stages; i++)
        k->stages[i] = (struct kept_stage){s[i].no, s[i].name, s[i].from_n, s[i].to_n, s[i].consolidates != 0};
    for (size_t i = 0; i < k->n_aims; i++) k->aims[i] = (struct kept_aim){m[i].no, m[i].line, m[i].name};
    for (size_t i = 0; i < k->n_goals; i++) k->goals[i] = (struct kept_goal){g[i].aim_no, g[i].name, g[i].indicator};
    return ST_OK;
}

static enum status get_actions(struct db *db, struct arena *mem, int64_t body, struct kept_plan *k)
{
    struct q_plan_library_actions *a;
    TRY(q_plan_library_actions(db, mem, k->id, body, &a, &k->n_actions));
    k->actions = NEWN(mem, struct kept_action, k->n_actions + 1);
    for (size_t i = 0; i < k->n_actions; i++)
        k->actions[i] = (struct kept_action){.stage = a[i].stage_no,
                                             .aim = a[i].aim_no,
                                             .name = a[i].name,
                                             .criteria = a[i].criteria,
                                             .criterion = a[i].criterion,
                                             .evidence = a[i].evidence,
                                             .criterion_n = a[i].criterion_n,
                                             .due = a[i].due_n,
                                             .locked = a[i].locked != 0,
                                             .may_adapt = a[i].may_adapt != 0,
                                             .may_waive = a[i].may_waive != 0};
    return ST_OK;
}

enum status plan_library_get(struct db *db, struct arena *mem, const struct actor *who, plan_template_id id,
                             int64_t version, struct kept_plan *out)
{
    int64_t body;
    TRY(get_head(db, mem, who, id, out));
    TRY(get_frame(db, mem, version == 0 ? out->current : version, out, &body));
    TRY(get_structure(db, mem, body, out));
    return get_actions(db, mem, body, out);
}

static bool is_there(const struct kept_plan *list, size_t n, plan_template_id id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].id.v == id.v) return true;
    return false;
}

enum status plan_library_list(struct db *db, struct arena *mem, const struct actor *who, struct kept_plan **out,
                              size_t *n)
{
    *n = 0;
    *out = NEWN(mem, struct kept_plan, (size_t)who->n_roles * LIST_MOST + 1);
    for (int i = 0; i < who->n_roles; i++) {
        struct q_plan_library_of_unit *rows;
        size_t found;
        if (rights_scope(ACT_PLAN, who->roles[i].role) == SCOPE_NONE) continue;
        TRY(q_plan_library_of_unit(db, mem, who->roles[i].unit, LIST_MOST, &rows, &found));
        for (size_t k = 0; k < found; k++) {
            struct kept_plan *p = &(*out)[*n];
            int64_t body;
            if (is_there(*out, *n, rows[k].id)) continue;
            enum status st = get_head(db, mem, who, rows[k].id, p);
            if (st == ST_NOT_FOUND) continue;
            TRY(st);
            TRY(get_frame(db, mem, p->current, p, &body));
            ++*n;
        }
    }
    return ST_OK;
}

enum status plan_library_versions(struct db *db, struct arena *mem, plan_template_id id, struct kept_version **out,
                                  size_t *n)
{
    struct q_plan_library_versions *rows;
    TRY(q_plan_library_versions(db, mem, id, &rows, n));
    *out = NEWN(mem, struct kept_version, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct kept_version){rows[i].version,     rows[i].what,         rows[i].name,
                                          rows[i].person_name, rows[i].campaign_ref, rows[i].at};
    return ST_OK;
}

/* Keeping */

static person_id who_of(const struct campaign_command *cmd)
{
    return cmd->who == NULL ? (person_id){0} : cmd->who->person;
}

static enum status add_version(struct db *db, const struct campaign_command *cmd, const struct kept_plan *k,
                               const char *what, int64_t body, campaign_id from, str kinds)
{
    int64_t changed = 0;
    int64_t version = k->current + 1;
    TRY(q_plan_library_set_version(db, k->id, version, str_eq(str_from(what), STR("ended")) ? db_now(db) : (instant){0},
                                   &changed));
    if (changed == 0) return ST_CONFLICT;
    return q_plan_library_add_version(db, k->id, version, str_from(what), body, from, k->name, k->theme, kinds,
                                      k->sign_days, k->ask_cap, k->text, who_of(cmd), db_now(db), NULL);
}

static str kinds_of(struct arena *mem, const str *kinds, size_t n)
{
    str out = STR("");
    for (size_t i = 0; i < n; i++)
        out = str_format(mem, "%.*s%s%.*s", STR_ARG(out), i == 0 ? "" : " ", STR_ARG(kinds[i]));
    return out;
}

static enum status take(struct db *db, plan_template_id id, int64_t version, const struct campaign *c, int64_t shown)
{
    TRY(q_plan_library_take_stages(db, id, version, c->id, shown, c->starts, NULL));
    TRY(q_plan_library_take_aims(db, id, version, c->id, shown, NULL));
    TRY(q_plan_library_take_goals(db, id, version, c->id, shown, NULL));
    return q_plan_library_take_actions(db, id, version, c->id, shown, c->starts, NULL);
}

/* The template that gets a version: a new one of the campaign's unit, or one that they may change. */
static enum status find_kept(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                             const struct campaign *c, plan_template_id id, struct kept_plan *out)
{
    if (id.v == 0) {
        *out = (struct kept_plan){.id = {db_new_id(db)}, .unit = c->unit};
        return q_plan_library_add(db, out->id, cmd->city->root, c->unit, NULL);
    }
    enum status st = get_head(db, mem, cmd->who, id, out);
    if (st == ST_NOT_FOUND || (st == ST_OK && (!out->may_change || out->ended_at.ms != 0)))
        return fault(cmd->faults, "template", TR_NOOP("Choose one of the list"));
    return st;
}

enum status plan_library_keep(struct db *db, struct arena *mem, const struct campaign_command *cmd, plan_template_id id,
                              str name, plan_template_id *out)
{
    struct campaign c;
    struct kept_plan k;
    struct plan p = {0};
    str *kinds;
    size_t n;
    TRY(campaign_load(db, mem, cmd->campaign, &c));
    if (!may_change(db, mem, cmd->who, c.unit)) return campaign_is_public(&c) ? ST_FORBIDDEN : ST_NOT_FOUND;
    int64_t shown = campaign_shown_version(&c, c.version == 0);
    TRY(words_check(mem, cmd->faults, &name_rule, &name));
    TRY(find_kept(db, mem, cmd, &c, id, &k));
    enum status st = plan_get(db, mem, c.id, shown, &p);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    TRY(campaign_kinds(db, mem, c.id, &kinds, &n));
    k.name = name;
    k.theme = c.theme;
    k.sign_days = c.sign_days;
    k.ask_cap = c.ask_cap;
    k.text = p.text;
    *out = k.id;
    TRY(add_version(db, cmd, &k, id.v == 0 ? "kept" : "changed", k.current + 1, c.id, kinds_of(mem, kinds, n)));
    return take(db, k.id, k.current + 1, &c, shown);
}

/* Naming and ending */

static enum status open_to_change(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                                  plan_template_id id, int64_t seen, struct kept_plan *k, int64_t *body)
{
    TRY(get_head(db, mem, cmd->who, id, k));
    if (!k->may_change) return ST_FORBIDDEN;
    if (k->current != seen || k->ended_at.ms != 0) return ST_CONFLICT;
    return get_frame(db, mem, k->current, k, body);
}

enum status plan_library_rename(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                                plan_template_id id, int64_t seen, str name)
{
    struct kept_plan k;
    int64_t body;
    TRY(open_to_change(db, mem, cmd, id, seen, &k, &body));
    TRY(words_check(mem, cmd->faults, &name_rule, &name));
    k.name = name;
    return add_version(db, cmd, &k, "renamed", body, (campaign_id){0}, kinds_of(mem, k.kinds, k.n_kinds));
}

enum status plan_library_end(struct db *db, struct arena *mem, const struct campaign_command *cmd, plan_template_id id,
                             int64_t seen)
{
    struct kept_plan k;
    int64_t body;
    TRY(open_to_change(db, mem, cmd, id, seen, &k, &body));
    return add_version(db, cmd, &k, "ended", body, (campaign_id){0}, kinds_of(mem, k.kinds, k.n_kinds));
}

/* Beginning from one */

struct applying {
    struct db *db;
    struct arena *mem;
    const struct campaign_command *cmd;
    const struct kept_plan *k;
    struct campaign c;
    struct stage stages[CAMPAIGN_STAGES];
    aim_id aims[CAMPAIGN_AIMS];
};

static day at(const struct applying *p, int64_t days)
{
    day d = {p->c.starts.n + (int32_t)days};
    return p->c.ends.n != 0 && d.n > p->c.ends.n ? p->c.ends : d;
}

static enum status apply_stages(struct applying *p)
{
    for (size_t i = 0; i < p->k->n_stages && i < CAMPAIGN_STAGES; i++) {
        const struct kept_stage *s = &p->k->stages[i];
        p->stages[i] = (struct stage){.name = s->name,
                                      .starts = at(p, s->from),
                                      .ends = s->to < 0 ? (day){0} : at(p, s->to),
                                      .consolidates = s->consolidates};
        TRY(stage_put(p->db, p->mem, p->cmd, &p->stages[i]));
    }
    return ST_OK;
}

/* Its own aims, in the place of the three that every campaign begins with. */
static enum status apply_aims(struct applying *p)
{
    TRY(q_campaign_drop_aims(p->db, p->c.id, NULL));
    for (size_t i = 0; i < p->k->n_aims && i < CAMPAIGN_AIMS; i++) {
        const struct kept_aim *m = &p->k->aims[i];
        p->aims[i] = (aim_id){db_new_id(p->db)};
        TRY(q_campaign_add_aim(p->db, p->aims[i], p->c.id, (int64_t)i + 1, m->line, m->name, 1, NULL));
    }
    return ST_OK;
}

static aim_id aim_of(const struct applying *p, int64_t no)
{
    for (size_t i = 0; i < p->k->n_aims && i < CAMPAIGN_AIMS; i++)
        if (p->k->aims[i].no == no) return p->aims[i];
    return (aim_id){0};
}

static const struct stage *stage_of(const struct applying *p, int64_t no)
{
    static const struct stage none;
    for (size_t i = 0; i < p->k->n_stages && i < CAMPAIGN_STAGES; i++)
        if (p->k->stages[i].no == no) return &p->stages[i];
    return &none;
}

/* The day lies within the stage, also where the campaign's end cut both. */
static day due_of(const struct applying *p, const struct kept_action *a, const struct stage *s)
{
    if (a->due < 0) return (day){0};
    day d = at(p, a->due);
    if (d.n < s->starts.n) return s->starts;
    return s->ends.n != 0 && d.n > s->ends.n ? s->ends : d;
}

static enum status apply_actions(struct applying *p)
{
    for (size_t i = 0; i < p->k->n_actions; i++) {
        const struct kept_action *a = &p->k->actions[i];
        const struct stage *s = stage_of(p, a->stage);
        struct plan_action change = {.stage = s->id,
                                     .aim = aim_of(p, a->aim),
                                     .name = a->name,
                                     .criteria = a->criteria,
                                     .evidence = a->evidence,
                                     .criterion = a->criterion,
                                     .criterion_n = a->criterion_n,
                                     .due = due_of(p, a, s),
                                     .locked = a->locked,
                                     .may_adapt = a->may_adapt,
                                     .may_waive = a->may_waive};
        TRY(action_put(p->db, p->mem, p->cmd, &change));
    }
    return ST_OK;
}

enum status plan_library_apply(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                               const struct kept_plan *k)
{
    struct applying *p = NEW(mem, struct applying);
    str theirs;
    *p = (struct applying){.db = db, .mem = mem, .cmd = cmd, .k = k};
    TRY(campaign_load(db, mem, cmd->campaign, &p->c));
    TRY(apply_stages(p));
    TRY(apply_aims(p));
    for (size_t i = 0; i < k->n_goals; i++)
        TRY(goal_add(db, mem, cmd, aim_of(p, k->goals[i].aim), k->goals[i].name, k->goals[i].indicator));
    TRY(apply_actions(p));
    return plan_write(db, mem, cmd, k->text, STR(""), &theirs);
}
