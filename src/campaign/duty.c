/* duty: see duty.h. What is done, and by which records. Asking and deciding are in duty_ask.c, lists in duty_list.c, what follows from
 * changes of plan and tree in duty_make.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty.h"

#include "campaign/duty_inside.h"
#include "campaign/words.h"
#include "gen/sql/duty.h"
#include "matter/casefile.h"
#include "people/person.h"
#include "people/unit.h"

#define LINKS_MOST 200

static const struct words_rule subject_rule = {"subject", TR_NOOP("Enter the reference of the record"),
                                               TR_NOOP("Use at most {max} characters"), CAMPAIGN_NAME_POINTS, true};
static const struct words_rule words_rule = {"words", NULL, TR_NOOP("Use at most {max} characters"),
                                             CAMPAIGN_LINE_POINTS, false};
static const struct words_rule list_rule = {"text", NULL, TR_NOOP("Use at most {max} characters"), CAMPAIGN_TEXT_POINTS,
                                            false};

/* Reading */

enum status duty_load(struct db *db, struct arena *mem, duty_id id, struct duty *out)
{
    struct q_duty_get r;
    TRY(q_duty_get(db, mem, id, &r));
    *out = (struct duty){
        .id = r.id,
        .campaign = r.campaign_id,
        .action = r.action_id,
        .unit = r.unit_id,
        .owner = r.owner_person_id,
        .state = r.state,
        .adapted = r.adapted,
        .reason = r.reason,
        .asked = r.asked,
        .due = r.due_on,
        .met = r.met,
        .approver = r.approver_person_id,
        .changed_at = r.changed_at,
        .done_at = r.done_at,
        .carried = r.carried_duty_id,
    };
    return ST_OK;
}

enum status duty_of_action(struct db *db, struct arena *mem, action_id action, unit_id unit, struct duty *out)
{
    struct q_duty_of_action row;
    TRY(q_duty_of_action(db, mem, action, unit, &row));
    return duty_load(db, mem, row.id, out);
}

bool duty_works_there(struct db *db, struct arena *mem, const struct actor *who, const struct duty *d)
{
    person_id accountable;
    if (rights_allow(db, mem, who, ACT_DUTY, d->unit, d->owner, NULL)) return true;
    return duty_accountable(db, mem, d, &accountable) == ST_OK && actor_answers_for(who, accountable);
}

bool duty_is_above(struct db *db, struct arena *mem, const struct actor *who, unit_id unit)
{
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(ACT_DECIDE, who->roles[i].role) == SCOPE_BELOW && who->roles[i].unit.v != unit.v &&
            unit_is_below(db, mem, who->roles[i].unit, unit))
            return true;
    return false;
}

enum status duty_get(struct db *db, struct arena *mem, const struct actor *who, duty_id id, struct duty *out)
{
    struct campaign c;
    TRY(duty_load(db, mem, id, out));
    TRY(campaign_load(db, mem, out->campaign, &c));
    if (who == NULL || who->person.v == 0) return ST_NOT_FOUND;
    bool sees = duty_works_there(db, mem, who, out) ||
                rights_allow(db, mem, who, ACT_OVERVIEW, out->unit, out->owner, NULL) ||
                duty_is_above(db, mem, who, out->unit);
    return sees ? ST_OK : ST_NOT_FOUND;
}

enum status duty_accountable(struct db *db, struct arena *mem, const struct duty *d, person_id *out)
{
    if (d->owner.v != 0) {
        *out = d->owner;
        return ST_OK;
    }
    return unit_accountable(db, mem, d->unit, out);
}

/* What counts */

/* Is it a matter of the unit or of one below it, and has it come so far? */
static enum status matter_counts(struct db *db, struct arena *mem, unit_id unit, str ref, const char *criterion,
                                 bool *counts)
{
    struct matter m;
    *counts = false;
    enum status st = matter_by_ref(db, mem, ref, &m);
    if (st == ST_NOT_FOUND) return ST_OK;
    TRY(st);
    if (!unit_is_below(db, mem, unit, m.unit)) return ST_OK;
    bool solved = str_eq(m.state, STR("solved"));
    bool answered = solved || str_eq(m.state, STR("partly")) || str_eq(m.state, STR("answered"));
    *counts = str_eq(str_from(criterion), STR("matters_solved")) ? solved : answered;
    return ST_OK;
}

static enum status link_counts(struct db *db, struct arena *mem, const struct duty *d, str criterion, str kind,
                               str subject, bool *counts)
{
    *counts = true;
    if (str_eq(criterion, STR("record"))) return ST_OK;
    *counts = false;
    if (!str_eq(kind, STR("matter"))) return ST_OK;
    return matter_counts(db, mem, d->unit, subject,
                         str_eq(criterion, STR("matters_solved")) ? "matters_solved" : "matters_answered", counts);
}

enum status duty_links(struct db *db, struct arena *mem, const struct duty *d, struct duty_link **out, size_t *n)
{
    struct q_duty_links *rows;
    struct plan_action a;
    TRY(action_get(db, mem, d->action, &a));
    TRY(q_duty_links(db, mem, d->id, &rows, n));
    *out = NEWN(mem, struct duty_link, *n + 1);
    for (size_t i = 0; i < *n; i++) {
        (*out)[i] = (struct duty_link){.id = rows[i].id,
                                       .kind = rows[i].kind,
                                       .subject = rows[i].subject,
                                       .words = rows[i].words,
                                       .person_name = rows[i].person_name,
                                       .at = rows[i].at};
        TRY(link_counts(db, mem, d, a.criterion, rows[i].kind, rows[i].subject, &(*out)[i].counts));
    }
    return ST_OK;
}

static enum status count_links(struct db *db, struct arena *mem, const struct duty *d, int64_t *met)
{
    struct duty_link *links;
    size_t n;
    TRY(duty_links(db, mem, d, &links, &n));
    *met = 0;
    for (size_t i = 0; i < n; i++) *met += links[i].counts ? 1 : 0;
    return ST_OK;
}

static enum status count_met(struct db *db, struct arena *mem, const struct duty *d, const struct plan_action *a,
                             int64_t *met)
{
    struct own_list list;
    struct q_duty_sent_down sent;
    struct q_duty_sent_plan own;
    if (str_eq(a->criterion, STR("own_list"))) {
        TRY(own_list_get(db, mem, d->campaign, d->unit, &list));
        *met = list.at.ms != 0 ? 1 : 0;
        return ST_OK;
    }
    if (str_eq(a->criterion, STR("sent_down"))) {
        TRY(q_duty_sent_plan(db, mem, d->campaign, d->unit, &own));
        TRY(q_duty_sent_down(db, mem, d->campaign, d->unit, &sent));
        *met = own.n > 0 || sent.n > 0 ? 1 : 0;
        return ST_OK;
    }
    return count_links(db, mem, d, met);
}

struct rollup_face duty_face(const struct city *city, const struct duty *d, const struct plan_action *a)
{
    return (struct rollup_face){.unit = d->unit,
                                .campaign = d->campaign,
                                .action = a->prescribed ? a->id : (action_id){0},
                                .state = d->state,
                                .adapted = d->adapted.n > 0,
                                .due = d->due,
                                .done_on = d->done_at.ms == 0 ? (day){0} : day_in_zone(&city->zone, d->done_at)};
}

static enum status say(struct db *db, struct arena *mem, const struct city *city, const struct duty *d,
                       const char *kind, person_id by, str words)
{
    const struct campaign_event_draft e = {
        .campaign = d->campaign, .duty = d->id, .kind = kind, .unit = d->unit, .person = by, .words = words};
    return campaign_event(db, mem, city, &e);
}

/* The only place that says `done`. */
enum status duty_recount(struct db *db, struct arena *mem, const struct city *city, duty_id id)
{
    struct duty before, after;
    struct plan_action a;
    int64_t met;
    instant now = db_now(db);
    TRY(duty_load(db, mem, id, &before));
    if (str_eq(before.state, STR("waived"))) return ST_OK;
    TRY(action_get(db, mem, before.action, &a));
    TRY(count_met(db, mem, &before, &a, &met));
    int64_t needed = str_eq(a.criterion, STR("own_list")) || str_eq(a.criterion, STR("sent_down")) ? 1 : a.criterion_n;
    bool done = met >= needed, was = str_eq(before.state, STR("done"));
    after = before;
    after.state = done ? STR("done") : STR("owed");
    after.done_at = !done ? (instant){0} : was ? before.done_at : now;
    TRY(q_duty_set_state(db, id, after.state, met, now, after.done_at, NULL));
    if (done == was) return ST_OK;
    struct rollup_face from = duty_face(city, &before, &a), to = duty_face(city, &after, &a);
    TRY(rollup_move(db, mem, &from, &to));
    return say(db, mem, city, &after, done ? "done" : "open_again", (person_id){0}, STR(""));
}

enum status duty_casefile_moved(struct db *db, struct arena *mem, const struct city *city, casefile_id casefile)
{
    struct q_duty_of_casefile *rows;
    size_t n;
    TRY(q_duty_of_casefile(db, mem, casefile, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(duty_recount(db, mem, city, rows[i].id));
    return ST_OK;
}

enum status duty_recount_by(struct db *db, struct arena *mem, const struct city *city, campaign_id campaign,
                            unit_id unit, str criterion)
{
    struct q_duty_of_unit *rows;
    size_t n;
    TRY(q_duty_of_unit(db, mem, unit, campaign, criterion, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(duty_recount(db, mem, city, rows[i].id));
    return ST_OK;
}

enum status duty_recount_changed(struct db *db, struct arena *mem, const struct city *city, int64_t *changed)
{
    struct q_duty_stale *rows;
    size_t n;
    TRY(q_duty_stale(db, mem, DUTY_RECOUNT_AT_ONCE, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(duty_recount(db, mem, city, rows[i].id));
    if (changed != NULL) *changed = (int64_t)n;
    return ST_OK;
}

/* Commands of the unit */

enum status duty_begin(struct db *db, struct arena *mem, const struct duty_command *cmd, struct duty *d,
                       struct plan_action *a)
{
    struct campaign c;
    TRY(cmd->who == NULL ? duty_load(db, mem, cmd->duty, d) : duty_get(db, mem, cmd->who, cmd->duty, d));
    if (cmd->who != NULL && !duty_works_there(db, mem, cmd->who, d)) return ST_FORBIDDEN;
    TRY(campaign_load(db, mem, d->campaign, &c));
    if (!str_eq(c.state, STR("issued"))) return fault(cmd->faults, "", TR_NOOP("The campaign is closed"));
    return action_get(db, mem, d->action, a);
}

static enum status check_link(struct db *db, struct arena *mem, const struct duty *d, str kind, str subject,
                              struct faults *f)
{
    struct matter m;
    struct q_duty_notice_known known;
    int64_t number;
    if (str_eq(kind, STR("document")) || str_eq(kind, STR("bulletin"))) return ST_OK;
    if (str_eq(kind, STR("matter"))) {
        enum status st = matter_by_ref(db, mem, subject, &m);
        if (st == ST_NOT_FOUND || (st == ST_OK && !unit_is_below(db, mem, d->unit, m.unit)))
            return fault(f, "subject", TR_NOOP("No matter of this unit has this reference"));
        return st;
    }
    if (!str_eq(kind, STR("notice"))) return fault(f, "kind", TR_NOOP("Choose what kind of record it is"));
    if (!str_int(subject, &number))
        return fault(f, "subject", TR_NOOP("Enter the number of a notice this unit sent or signed for"));
    enum status st = q_duty_notice_known(db, mem, (notice_id){number}, d->unit, &known);
    return st == ST_NOT_FOUND
               ? fault(f, "subject", TR_NOOP("Enter the number of a notice this unit sent or signed for"))
               : st;
}

enum status duty_link_add(struct db *db, struct arena *mem, const struct duty_command *cmd, str kind, str subject,
                          str words)
{
    struct duty d;
    struct plan_action a;
    struct duty_link *links;
    size_t n;
    TRY(duty_begin(db, mem, cmd, &d, &a));
    TRY(words_check(mem, cmd->faults, &subject_rule, &subject));
    TRY(words_check(mem, cmd->faults, &words_rule, &words));
    TRY(check_link(db, mem, &d, kind, subject, cmd->faults));
    TRY(duty_links(db, mem, &d, &links, &n));
    if (n >= LINKS_MOST)
        return fault_max(cmd->faults, "subject", TR_NOOP("At most {max} records are linked to one duty"), LINKS_MOST);
    for (size_t i = 0; i < n; i++)
        if (str_eq(links[i].kind, kind) && str_eq(links[i].subject, subject))
            return fault(cmd->faults, "subject", TR_NOOP("This record is linked already"));
    TRY(q_duty_add_link(db, (duty_link_id){db_new_id(db)}, d.id, kind, subject, words, cmd->who->person, db_now(db),
                        NULL));
    TRY(say(db, mem, cmd->city, &d, "linked", cmd->who->person, subject));
    return duty_recount(db, mem, cmd->city, d.id);
}

enum status duty_link_end(struct db *db, struct arena *mem, const struct duty_command *cmd, duty_link_id link)
{
    struct duty d;
    struct plan_action a;
    int64_t changed = 0;
    TRY(duty_begin(db, mem, cmd, &d, &a));
    TRY(q_duty_end_link(db, link, d.id, db_now(db), &changed));
    if (changed == 0) return ST_NOT_FOUND;
    TRY(say(db, mem, cmd->city, &d, "unlinked", cmd->who->person, STR("")));
    return duty_recount(db, mem, cmd->city, d.id);
}

enum status duty_assign(struct db *db, struct arena *mem, const struct duty_command *cmd, person_id owner)
{
    struct duty d;
    struct plan_action a;
    struct member *list;
    size_t n;
    bool works = false;
    TRY(duty_begin(db, mem, cmd, &d, &a));
    TRY(member_list(db, mem, d.unit, &list, &n));
    for (size_t i = 0; i < n; i++) works = works || list[i].person.v == owner.v;
    if (!works) return fault(cmd->faults, "owner", TR_NOOP("Choose somebody who works in the unit"));
    TRY(q_duty_set_owner(db, d.id, owner, db_now(db), NULL));
    return say(db, mem, cmd->city, &d, "assigned", cmd->who->person, STR(""));
}

/* A unit's own list */

enum status own_list_get(struct db *db, struct arena *mem, campaign_id campaign, unit_id unit, struct own_list *out)
{
    struct q_duty_own_list row;
    enum status st = q_duty_own_list(db, mem, campaign, unit, &row);
    *out = (struct own_list){0};
    if (st == ST_OK) *out = (struct own_list){row.text, row.at};
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status own_list_publish(struct db *db, struct arena *mem, const struct campaign_command *cmd, unit_id unit,
                             str text)
{
    struct campaign c;
    TRY(campaign_load(db, mem, cmd->campaign, &c));
    if (!str_eq(c.state, STR("issued")) || !campaign_in_scope(db, mem, &c, unit)) return ST_NOT_FOUND;
    if (cmd->who != NULL && !rights_allow(db, mem, cmd->who, ACT_DUTY, unit, (person_id){0}, NULL)) return ST_FORBIDDEN;
    TRY(words_check(mem, cmd->faults, &list_rule, &text));
    TRY(q_duty_put_own_list(db, c.id, unit, text, cmd->who->person, db_now(db), NULL));
    const struct campaign_event_draft e = {
        .campaign = c.id, .kind = "own_list", .unit = unit, .person = cmd->who->person};
    TRY(campaign_event(db, mem, cmd->city, &e));
    return duty_recount_by(db, mem, cmd->city, c.id, unit, STR("own_list"));
}
