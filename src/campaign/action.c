/* action: see action.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/action.h"

#include "campaign/duty_inside.h"
#include "campaign/words.h"
#include "gen/sql/action.h"
#include "people/unit.h"

#define CRITERION_MOST 1000

static const struct words_rule name_rule = {
    "name", TR_NOOP("Enter a name"), TR_NOOP("Use at most {max} characters for the name"), CAMPAIGN_NAME_POINTS, true};
static const struct words_rule criteria_rule = {
    "criteria", TR_NOOP("Enter when it is done: an action without criteria cannot be checked"),
    TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};
static const struct words_rule evidence_rule = {"evidence", NULL, TR_NOOP("Use at most {max} characters"),
                                                CAMPAIGN_LINE_POINTS, false};
static const struct words_rule comment_rule = {"words", TR_NOOP("Enter your words"),
                                               TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};

static const struct {
    const char *key, *label;
} criteria[] = {
    {"own_list", TR_NOOP("The unit has published its own list")},
    {"matters_answered", TR_NOOP("Linked matters of the unit that are answered: {n}")},
    {"matters_solved", TR_NOOP("Linked matters of the unit that are solved, by the raiser's word or a re-check: {n}")},
    {"sent_down", TR_NOOP("The notice is signed for and broken down, or it is said why not")},
    {"record", TR_NOOP("Linked records: {n}")},
};

const char *action_criterion_label(str key)
{
    for (size_t i = 0; i < COUNT_OF(criteria); i++)
        if (str_eq(key, str_from(criteria[i].key))) return criteria[i].label;
    return NULL;
}

/* Reading */

enum status action_get(struct db *db, struct arena *mem, action_id id, struct plan_action *out)
{
    struct q_action_get r;
    TRY(q_action_get(db, mem, id, &r));
    *out = (struct plan_action){
        .id = r.id,
        .campaign = r.campaign_id,
        .unit = r.unit_id,
        .stage = r.stage_id,
        .aim = r.aim_id,
        .no = r.no,
        .prescribed = r.prescribed != 0,
        .locked = r.locked != 0,
        .may_adapt = r.may_adapt != 0,
        .may_waive = r.may_waive != 0,
        .name = r.name,
        .criteria = r.criteria,
        .criterion = r.criterion,
        .evidence = r.evidence,
        .criterion_n = r.criterion_n,
        .due = r.due_on,
        .from = r.from_action_id,
        .cloned = r.cloned_action_id,
        .since = r.since_version,
        .until = r.until_version,
    };
    return ST_OK;
}

enum status action_list(struct db *db, struct arena *mem, campaign_id campaign, int64_t version,
                        struct plan_action **out, size_t *n)
{
    struct q_action_list *rows;
    TRY(q_action_list(db, mem, campaign, version, &rows, n));
    *out = NEWN(mem, struct plan_action, *n + 1);
    for (size_t i = 0; i < *n; i++) TRY(action_get(db, mem, rows[i].id, &(*out)[i]));
    return ST_OK;
}

enum status action_optional(struct db *db, struct arena *mem, campaign_id campaign, unit_id unit,
                            struct plan_action **out, size_t *n)
{
    struct q_action_optional *rows;
    TRY(q_action_optional(db, mem, campaign, unit, &rows, n));
    *out = NEWN(mem, struct plan_action, *n + 1);
    for (size_t i = 0; i < *n; i++) TRY(action_get(db, mem, rows[i].id, &(*out)[i]));
    return ST_OK;
}

enum status action_aim_like(struct db *db, struct arena *mem, aim_id theirs, campaign_id ours, aim_id *out)
{
    struct q_action_aim_like row;
    enum status st = q_action_aim_like(db, mem, theirs, ours, &row);
    *out = st == ST_OK ? row.id : (aim_id){0};
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* Checks */

/* T84: what shows a result, never that somebody was there. */
static bool asks_for_traces(struct arena *mem, str evidence)
{
    static const char *const words[] = {"photo",    "picture of", "selfie",     "gps",  "location track",
                                        "check-in", "check in",   "screenshot", "照片", "拍照",
                                        "截图",     "定位",       "打卡",       "轨迹"};
    str lower = str_lower(mem, evidence);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_find(lower, str_from(words[i])) >= 0) return true;
    return false;
}

static enum status check_stage(struct db *db, struct arena *mem, const struct campaign *c, const struct plan_action *a,
                               struct faults *f)
{
    struct stage *list;
    size_t n;
    int64_t version = a->prescribed ? c->version + 1 : c->version;
    TRY(stage_list(db, mem, c->id, version, &list, &n));
    if (a->stage.v == 0) return ST_OK;
    for (size_t i = 0; i < n; i++) {
        if (list[i].id.v != a->stage.v) continue;
        bool before = a->due.n != 0 && a->due.n < list[i].starts.n;
        bool after = a->due.n != 0 && list[i].ends.n != 0 && a->due.n > list[i].ends.n;
        return before || after ? fault(f, "due_on", TR_NOOP("The day must lie within the stage")) : ST_OK;
    }
    return fault(f, "stage", TR_NOOP("Choose a stage of this campaign"));
}

static enum status check_aim(struct db *db, struct arena *mem, const struct campaign *c, const struct plan_action *a,
                             struct faults *f)
{
    struct aim *list;
    size_t n;
    if (a->aim.v == 0) return ST_OK;
    TRY(aim_list(db, mem, c->id, a->prescribed ? c->version + 1 : c->version, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].id.v == a->aim.v) return ST_OK;
    return fault(f, "aim", TR_NOOP("Choose an aim of this campaign"));
}

static enum status check(struct db *db, struct arena *mem, const struct campaign *c, struct plan_action *a,
                         struct faults *f)
{
    enum status st[] = {
        words_check(mem, f, &name_rule, &a->name),
        words_check(mem, f, &criteria_rule, &a->criteria),
        words_check(mem, f, &evidence_rule, &a->evidence),
        check_stage(db, mem, c, a, f),
        check_aim(db, mem, c, a, f),
    };
    if (action_criterion_label(a->criterion) == NULL)
        (void)fault(f, "criterion", TR_NOOP("Choose what the system can see from the list"));
    if (a->criterion_n < 1 || a->criterion_n > CRITERION_MOST)
        (void)fault_max(f, "criterion_n", TR_NOOP("Enter a number from 1 to {max}"), CRITERION_MOST);
    if (asks_for_traces(mem, a->evidence))
        (void)fault(f, "evidence",
                    TR_NOOP("Photos, positions and check-ins cannot be asked for. Say what shows the result"));
    if (a->due.n != 0 && a->due.n < c->starts.n)
        (void)fault(f, "due_on", TR_NOOP("The day must lie within the campaign"));
    for (size_t i = 0; i < COUNT_OF(st); i++) TRY(st[i]);
    return f->n > 0 ? ST_INVALID : ST_OK;
}

/* Changing a plan */

static enum status insert(struct db *db, struct plan_action *a, int64_t since, action_id replaces)
{
    a->id = (action_id){db_new_id(db)};
    return q_action_add(db, a->id, a->campaign, a->unit, a->stage, a->aim, a->no, a->prescribed ? 1 : 0, a->name,
                        a->criteria, a->criterion, a->criterion_n, a->evidence, a->due, a->locked ? 1 : 0,
                        a->may_adapt ? 1 : 0, a->may_waive ? 1 : 0, a->from, since, replaces, NULL);
}

static enum status changed(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                           const struct campaign *c, str words)
{
    const struct campaign_event_draft e = {.campaign = c->id,
                                           .kind = "changed",
                                           .unit = c->unit,
                                           .person = cmd->who == NULL ? (person_id){0} : cmd->who->person,
                                           .words = words};
    TRY(campaign_touch(db, c));
    return campaign_event(db, mem, cmd->city, &e);
}

/* The same but for the stage and the aim under which it stands. */
static bool says_the_same(const struct plan_action *a, const struct plan_action *b)
{
    return str_eq(a->name, b->name) && str_eq(a->criteria, b->criteria) && str_eq(a->criterion, b->criterion) &&
           a->criterion_n == b->criterion_n && str_eq(a->evidence, b->evidence) && a->due.n == b->due.n &&
           a->locked == b->locked && a->may_adapt == b->may_adapt && a->may_waive == b->may_waive;
}

enum status action_carried(struct db *db, struct arena *mem, const struct plan_action *a, struct plan_action *out)
{
    struct plan_action from;
    struct campaign ours, up;
    struct q_action_in_force row;
    if (a->from.v == 0) return ST_NOT_FOUND;
    TRY(action_get(db, mem, a->from, &from));
    TRY(campaign_load(db, mem, a->campaign, &ours));
    if (from.campaign.v != ours.parent.v) return ST_NOT_FOUND; /* of an earlier campaign */
    TRY(campaign_load(db, mem, ours.parent, &up));
    TRY(q_action_in_force(db, mem, up.id, from.no, up.version, &row));
    return action_get(db, mem, row.id, out);
}

enum status action_locked_above(struct db *db, struct arena *mem, const struct plan_action *a, bool *out)
{
    struct plan_action theirs;
    enum status st = action_carried(db, mem, a, &theirs);
    *out = st == ST_OK && theirs.locked;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

action_id action_cloned(const struct plan_action *a)
{
    return a->cloned.v != 0 ? a->cloned : a->from;
}

/* ── a clone under a superior's campaign ──────────────────────────────────────────────────────────────── */

/* The number of the superior's action that the earlier campaign's carried; 0: it carried none. */
static enum status carried_no(struct db *db, struct arena *mem, const struct campaign *before,
                              const struct plan_action *earlier, int64_t *no)
{
    struct plan_action theirs;
    *no = 0;
    if (earlier->from.v == 0) return ST_OK;
    TRY(action_get(db, mem, earlier->from, &theirs));
    if (theirs.campaign.v == before->parent.v) *no = theirs.no;
    return ST_OK;
}

/* The action of that number in the superior's campaign of then, or what its clone made of it. */
static enum status find_again(struct db *db, struct arena *mem, const struct campaign *before,
                              const struct campaign *up, int64_t no, action_id *out)
{
    struct plan_action *list, then;
    size_t n;
    *out = (action_id){0};
    if (no == 0 || (up->id.v != before->parent.v && up->cloned.v != before->parent.v)) return ST_OK;
    TRY(action_list(db, mem, up->id, up->version, &list, &n));
    for (size_t i = 0; i < n; i++) {
        then = list[i];
        if (up->id.v != before->parent.v) {
            if (action_cloned(&list[i]).v == 0) continue;
            TRY(action_get(db, mem, action_cloned(&list[i]), &then));
        }
        if (then.campaign.v == before->parent.v && then.no == no) *out = list[i].id;
    }
    return ST_OK;
}

enum status action_carry_again(struct db *db, struct arena *mem, const struct campaign *c, campaign_id parent)
{
    struct campaign before, up;
    struct plan_action *list, earlier;
    size_t n;
    if (c->cloned.v == 0 || parent.v == 0) return ST_OK;
    TRY(campaign_load(db, mem, c->cloned, &before));
    TRY(campaign_load(db, mem, parent, &up));
    if (before.parent.v == 0) return ST_OK;
    TRY(action_list(db, mem, c->id, c->version + 1, &list, &n));
    for (size_t i = 0; i < n; i++) {
        action_id was = action_cloned(&list[i]), theirs;
        int64_t no;
        if (was.v == 0) continue;
        TRY(action_get(db, mem, was, &earlier));
        if (earlier.campaign.v != before.id.v) continue;
        TRY(carried_no(db, mem, &before, &earlier, &no));
        TRY(find_again(db, mem, &before, &up, no, &theirs));
        TRY(q_action_set_carried(db, list[i].id, theirs.v != 0 ? theirs : was, theirs.v != 0 ? was : (action_id){0},
                                 NULL));
    }
    return ST_OK;
}

/* change NULL: it would go. */
static enum status check_lock(struct db *db, struct arena *mem, const struct plan_action *old,
                              const struct plan_action *change, struct faults *f)
{
    bool locked;
    TRY(action_locked_above(db, mem, old, &locked));
    if (!locked || (change != NULL && says_the_same(old, change))) return ST_OK;
    return fault(f, "locked", TR_NOOP("The superior's plan has locked this action: it cannot be changed here"));
}

static enum status write(struct db *db, const struct campaign *c, const struct plan_action *old, struct plan_action *a)
{
    int64_t version = c->version + 1;
    if (old->id.v != 0 && old->since == version)
        return q_action_change(db, a->id, a->stage, a->aim, a->name, a->criteria, a->criterion, a->criterion_n,
                               a->evidence, a->due, a->locked ? 1 : 0, a->may_adapt ? 1 : 0, a->may_waive ? 1 : 0,
                               NULL);
    if (old->id.v != 0) TRY(q_action_until(db, old->id, version, NULL));
    TRY(insert(db, a, version, old->id));
    return old->cloned.v == 0 ? ST_OK : q_action_set_carried(db, a->id, a->from, old->cloned, NULL);
}

enum status action_put(struct db *db, struct arena *mem, const struct campaign_command *cmd, struct plan_action *a)
{
    struct campaign c;
    struct plan_action old = {0};
    struct q_action_last_no last;
    TRY(campaign_begin(db, mem, cmd, &c));
    a->campaign = c.id;
    a->unit = c.unit;
    a->prescribed = true;
    TRY(q_action_last_no(db, mem, c.id, c.unit, 1, &last));
    a->no = last.no + 1;
    if (a->id.v != 0) {
        TRY(action_get(db, mem, a->id, &old));
        if (old.campaign.v != c.id.v || !old.prescribed || old.until != 0) return ST_NOT_FOUND;
        TRY(check_lock(db, mem, &old, a, cmd->faults));
        a->no = old.no;
        a->from = old.from;
    } else if (last.n >= CAMPAIGN_ACTIONS) {
        return fault_max(cmd->faults, "name", TR_NOOP("A plan has at most {max} prescribed actions"), CAMPAIGN_ACTIONS);
    }
    TRY(check(db, mem, &c, a, cmd->faults));
    TRY(write(db, &c, &old, a));
    return changed(db, mem, cmd, &c, a->name);
}

enum status action_end(struct db *db, struct arena *mem, const struct campaign_command *cmd, action_id id)
{
    struct campaign c;
    struct plan_action old;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(action_get(db, mem, id, &old));
    if (old.campaign.v != c.id.v || !old.prescribed || old.until != 0) return ST_NOT_FOUND;
    TRY(check_lock(db, mem, &old, NULL, cmd->faults));
    TRY(q_action_until(db, id, c.version + 1, NULL));
    return changed(db, mem, cmd, &c, old.name);
}

/* Optional projects */

enum status action_add_optional(struct db *db, struct arena *mem, const struct campaign_command *cmd, unit_id unit,
                                struct plan_action *a, duty_id *out)
{
    struct campaign c;
    struct q_action_last_no last;
    TRY(campaign_load(db, mem, cmd->campaign, &c));
    if (!str_eq(c.state, STR("issued"))) return ST_NOT_FOUND;
    if (cmd->who != NULL && !rights_allow(db, mem, cmd->who, ACT_DUTY, unit, (person_id){0}, NULL)) return ST_FORBIDDEN;
    if (!campaign_in_scope(db, mem, &c, unit))
        return fault(cmd->faults, "unit", TR_NOOP("Choose a unit in the scope of the campaign"));
    TRY(q_action_last_no(db, mem, c.id, unit, 0, &last));
    if (last.n >= UNIT_OPTIONAL)
        return fault_max(cmd->faults, "name", TR_NOOP("A unit adds at most {max} optional projects"), UNIT_OPTIONAL);
    *a = (struct plan_action){.campaign = c.id,
                              .unit = unit,
                              .stage = a->stage,
                              .aim = a->aim,
                              .no = last.no + 1,
                              .name = a->name,
                              .criteria = a->criteria,
                              .criterion = STR("record"),
                              .criterion_n = 1,
                              .evidence = a->evidence,
                              .due = a->due};
    TRY(check(db, mem, &c, a, cmd->faults));
    TRY(insert(db, a, 0, (action_id){0}));
    TRY(duty_make_one(db, mem, cmd->city, a, unit, out));
    const struct campaign_event_draft e = {.campaign = c.id,
                                           .duty = *out,
                                           .kind = "optional",
                                           .unit = unit,
                                           .person = cmd->who == NULL ? (person_id){0} : cmd->who->person,
                                           .words = a->name};
    return campaign_event(db, mem, cmd->city, &e);
}

enum status action_comment(struct db *db, struct arena *mem, const struct campaign_command *cmd, action_id id,
                           bool forbids, str words)
{
    struct plan_action a;
    struct duty d;
    TRY(action_get(db, mem, id, &a));
    if (a.prescribed || !duty_is_above(db, mem, cmd->who, a.unit)) return ST_NOT_FOUND;
    TRY(words_check(mem, cmd->faults, &comment_rule, &words));
    TRY(duty_of_action(db, mem, id, a.unit, &d));
    if (forbids) TRY(duty_forbid(db, mem, cmd->city, &d, cmd->who->person, words));
    const struct campaign_event_draft e = {.campaign = a.campaign,
                                           .duty = d.id,
                                           .kind = forbids ? "forbidden" : "comment",
                                           .unit = cmd->who->unit,
                                           .person = cmd->who->person,
                                           .words = words};
    return campaign_event(db, mem, cmd->city, &e);
}
