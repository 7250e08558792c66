/* plan_ready: what differs from the superior's plan, and what is missing before a plan can be issued: see plan.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "campaign/action.h"
#include "campaign/plan.h"
#include "campaign/words.h"
#include "gen/sql/action.h"
#include "gen/sql/plan.h"
#include "people/unit.h"

#define NAMES_SHOWN 8
#define CHECKS      16

/* Matching */

/* An amendment of the superior's puts another row in the place of an action, with its number: it is carried still. */
static enum status carrier_of(struct db *db, struct arena *mem, const struct plan_action *ours, size_t n,
                              const struct plan_action *theirs, const struct plan_action **out)
{
    *out = NULL;
    for (size_t i = 0; i < n; i++) {
        struct plan_action from;
        if (ours[i].from.v == 0) continue;
        TRY(action_get(db, mem, ours[i].from, &from));
        if (from.campaign.v != theirs->campaign.v || from.no != theirs->no) continue;
        *out = &ours[i];
        return ST_OK;
    }
    return ST_OK;
}

static str differences(struct arena *mem, const struct plan_action *theirs, const struct plan_action *ours)
{
    return str_format(mem, "%s%s%s", str_eq(theirs->name, ours->name) ? "" : "name ",
                      str_eq(theirs->criteria, ours->criteria) && str_eq(theirs->criterion, ours->criterion) &&
                              theirs->criterion_n == ours->criterion_n
                          ? ""
                          : "criteria ",
                      theirs->due.n == ours->due.n ? "" : "due_on ");
}

enum status plan_match(struct db *db, struct arena *mem, const struct campaign *c, struct match_row **out, size_t *n)
{
    struct campaign up;
    struct plan_action *theirs, *ours;
    size_t n_ours;
    *n = 0;
    *out = NEWN(mem, struct match_row, 1);
    if (c->parent.v == 0) return ST_OK;
    TRY(campaign_load(db, mem, c->parent, &up));
    TRY(action_list(db, mem, up.id, up.version, &theirs, n));
    TRY(action_list(db, mem, c->id, c->version + 1, &ours, &n_ours));
    *out = NEWN(mem, struct match_row, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        const struct plan_action *own;
        TRY(carrier_of(db, mem, ours, n_ours, &theirs[i], &own));
        struct match_row *r = &(*out)[i];
        *r = (struct match_row){
            .theirs = theirs[i].id, .name = theirs[i].name, .locked = theirs[i].locked, .differs = STR("")};
        if (own != NULL) {
            r->ours = own->id;
            r->differs = str_trim(differences(mem, &theirs[i], own));
        }
        r->blocks = r->locked && (own == NULL || r->differs.n > 0);
    }
    return ST_OK;
}

static enum status carry_new(struct db *db, struct arena *mem, const struct campaign *c, const struct plan_action *a)
{
    struct q_action_last_no last;
    aim_id aim;
    TRY(q_action_last_no(db, mem, c->id, c->unit, 1, &last));
    TRY(action_aim_like(db, mem, a->aim, c->id, &aim));
    return q_action_add(db, (action_id){db_new_id(db)}, c->id, c->unit, (stage_id){0}, aim, last.no + 1, 1, a->name,
                        a->criteria, a->criterion, a->criterion_n, a->evidence, a->due, a->locked ? 1 : 0,
                        a->may_adapt ? 1 : 0, a->may_waive ? 1 : 0, a->id, c->version + 1, (action_id){0}, NULL);
}

/* What is locked says what the superior's says now, under the stage and the aim it stands under here. */
static enum status carry_changed(struct db *db, struct arena *mem, const struct campaign *c,
                                 const struct plan_action *a, action_id ours)
{
    struct plan_action own;
    TRY(action_get(db, mem, ours, &own));
    if (own.since == c->version + 1)
        return q_action_change(db, ours, own.stage, own.aim, a->name, a->criteria, a->criterion, a->criterion_n,
                               a->evidence, a->due, a->locked ? 1 : 0, a->may_adapt ? 1 : 0, a->may_waive ? 1 : 0,
                               NULL);
    action_id id = {db_new_id(db)};
    TRY(q_action_until(db, ours, c->version + 1, NULL));
    TRY(q_action_add(db, id, c->id, c->unit, own.stage, own.aim, own.no, 1, a->name, a->criteria, a->criterion,
                     a->criterion_n, a->evidence, a->due, a->locked ? 1 : 0, a->may_adapt ? 1 : 0, a->may_waive ? 1 : 0,
                     a->id, c->version + 1, ours, NULL));
    return own.cloned.v == 0 ? ST_OK : q_action_set_carried(db, id, a->id, own.cloned, NULL);
}

enum status plan_take_over(struct db *db, struct arena *mem, const struct campaign_command *cmd)
{
    struct campaign c;
    struct match_row *rows;
    size_t n;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(plan_match(db, mem, &c, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct plan_action a;
        TRY(action_get(db, mem, rows[i].theirs, &a));
        if (rows[i].ours.v == 0) TRY(carry_new(db, mem, &c, &a));
        else if (rows[i].blocks) TRY(carry_changed(db, mem, &c, &a, rows[i].ours));
    }
    const struct campaign_event_draft e = {.campaign = c.id,
                                           .kind = "changed",
                                           .unit = c.unit,
                                           .person = cmd->who == NULL ? (person_id){0} : cmd->who->person};
    TRY(campaign_touch(db, &c));
    return campaign_event(db, mem, cmd->city, &e);
}

/* Readiness */

static const struct {
    const char *key, *label;
} labels[] = {
    {"owner", TR_NOOP("Somebody is accountable for the campaign")},
    {"first_person", TR_NOOP("The issuing unit names its first person responsible")},
    {"starts", TR_NOOP("It has a first day")},
    {"text", TR_NOOP("The plan is written")},
    {"stages", TR_NOOP("It has stages with dates")},
    {"actions", TR_NOOP("It prescribes at least one action")},
    {"criteria", TR_NOOP("Every action says when it is done")},
    {"dates", TR_NOOP("Every action has a day by which it is due")},
    {"aims", TR_NOOP("Every action serves an aim")},
    {"scope", TR_NOOP("The scope matches units")},
    {"locked", TR_NOOP("Every item that the superior's plan locked is carried unchanged")},
    {"opinions", TR_NOOP("Every opinion is answered")},
    {"offices", TR_NOOP("Every unit in scope names its office")},
    {"first_people", TR_NOOP("Every unit in scope names its first person responsible")},
    {"summary", TR_NOOP("The amendment says what changes")},
};

const char *readiness_label(str key)
{
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq(key, str_from(labels[i].key))) return labels[i].label;
    return "";
}

struct checks {
    struct readiness *item;
    size_t n;
};

static void put(struct checks *k, const char *key, bool needed, int64_t missing, str detail)
{
    must(k->n < CHECKS);
    k->item[k->n++] = (struct readiness){str_from(key), missing == 0, needed, missing, detail, STR("")};
}

static void add_name(struct buf *b, str name)
{
    if (b->n > 0) buf_add(b, STR(", "));
    buf_add(b, name);
}

static enum status check_frame(struct db *db, struct arena *mem, const struct campaign *c, struct checks *k)
{
    struct plan text = {0};
    struct stage *stages;
    person_id first;
    size_t n;
    int64_t units;
    enum status st = plan_get(db, mem, c->id, c->version + 1, &text);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    TRY(stage_list(db, mem, c->id, c->version + 1, &stages, &n));
    TRY(campaign_scope_size(db, mem, c, &units));
    put(k, "owner", true, c->owner.v == 0 ? 1 : 0, STR(""));
    put(k, "first_person", true, post_holder(db, mem, c->unit, POST_FIRST, &first) == ST_OK ? 0 : 1, STR(""));
    put(k, "starts", true, c->starts.n == 0 ? 1 : 0, STR(""));
    put(k, "text", true, str_trim(text.text).n == 0 ? 1 : 0, STR(""));
    put(k, "stages", true, n == 0 ? 1 : 0, STR(""));
    put(k, "scope", true, units < 2 ? 1 : 0, STR(""));
    if (c->version > 0) put(k, "summary", true, str_trim(text.summary).n == 0 ? 1 : 0, STR(""));
    return ST_OK;
}

static enum status check_actions(struct db *db, struct arena *mem, const struct campaign *c, struct checks *k)
{
    struct plan_action *list;
    size_t n;
    int64_t without[3] = {0};
    struct buf names[3];
    for (int i = 0; i < 3; i++) buf_init(&names[i], mem, 64, (size_t)64 * 1024);
    TRY(action_list(db, mem, c->id, c->version + 1, &list, &n));
    for (size_t i = 0; i < n; i++) {
        const bool missing[] = {list[i].criteria.n == 0, list[i].due.n == 0, list[i].aim.v == 0};
        for (int m = 0; m < 3; m++)
            if (missing[m] && without[m]++ < NAMES_SHOWN) add_name(&names[m], list[i].name);
    }
    put(k, "actions", true, n == 0 ? 1 : 0, STR(""));
    put(k, "criteria", true, without[0], buf_str(&names[0]));
    put(k, "dates", true, without[1], buf_str(&names[1]));
    put(k, "aims", true, without[2], buf_str(&names[2]));
    return ST_OK;
}

static enum status check_match(struct db *db, struct arena *mem, const struct campaign *c, struct checks *k)
{
    struct match_row *rows;
    struct buf names;
    size_t n;
    int64_t blocking = 0;
    buf_init(&names, mem, 64, (size_t)64 * 1024);
    TRY(plan_match(db, mem, c, &rows, &n));
    for (size_t i = 0; i < n; i++)
        if (rows[i].blocks && blocking++ < NAMES_SHOWN) add_name(&names, rows[i].name);
    put(k, "locked", true, blocking, buf_str(&names));
    return ST_OK;
}

static enum status check_units(struct db *db, struct arena *mem, const struct campaign *c, struct checks *k)
{
    struct q_plan_without_office *offices;
    struct q_plan_without_first *first;
    struct q_plan_opinions_open open;
    struct buf names[2], names_zh[2];
    size_t n_offices, n_first;
    for (int i = 0; i < 2; i++) buf_init(&names_zh[i], mem, 64, (size_t)64 * 1024);
    for (int i = 0; i < 2; i++) buf_init(&names[i], mem, 64, (size_t)64 * 1024);
    TRY(q_plan_opinions_open(db, mem, c->id, &open));
    TRY(q_plan_without_office(db, mem, c->id, c->unit, NAMES_SHOWN, &offices, &n_offices));
    TRY(q_plan_without_first(db, mem, c->id, c->unit, NAMES_SHOWN, &first, &n_first));
    for (size_t i = 0; i < n_offices; i++) {
        add_name(&names[0], offices[i].name_en);
        add_name(&names_zh[0], offices[i].name_zh);
    }
    for (size_t i = 0; i < n_first; i++) {
        add_name(&names[1], first[i].name_en);
        add_name(&names_zh[1], first[i].name_zh);
    }
    put(k, "opinions", true, open.n, STR(""));
    put(k, "offices", false, n_offices == 0 ? 0 : offices[0].total, buf_str(&names[0]));
    k->item[k->n - 1].detail_zh = buf_str(&names_zh[0]);
    put(k, "first_people", false, n_first == 0 ? 0 : first[0].total, buf_str(&names[1]));
    k->item[k->n - 1].detail_zh = buf_str(&names_zh[1]);
    return ST_OK;
}

enum status plan_readiness(struct db *db, struct arena *mem, const struct campaign *c, struct readiness **out,
                           size_t *n)
{
    struct checks k = {NEWN(mem, struct readiness, CHECKS), 0};
    TRY(check_frame(db, mem, c, &k));
    TRY(check_actions(db, mem, c, &k));
    TRY(check_match(db, mem, c, &k));
    TRY(check_units(db, mem, c, &k));
    *out = k.item;
    *n = k.n;
    return ST_OK;
}
