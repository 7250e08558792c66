/* campaign_make: making and changing a campaign and the rows of its frame: see campaign.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/campaign.h"

#include "campaign/action.h"
#include "campaign/words.h"
#include "gen/sql/campaign.h"
#include "people/person.h"
#include "people/unit.h"

static const struct words_rule name_rule = {
    "name", TR_NOOP("Enter a name"), TR_NOOP("Use at most {max} characters for the name"), CAMPAIGN_NAME_POINTS, true};
static const struct words_rule theme_rule = {"theme", NULL, TR_NOOP("Use at most {max} characters"),
                                             CAMPAIGN_LINE_POINTS, true};
static const struct words_rule issuer_rule = {"issuer", NULL, TR_NOOP("Use at most {max} characters for the name"),
                                              CAMPAIGN_NAME_POINTS, true};
static const struct words_rule lessons_rule = {"lessons", NULL, TR_NOOP("Use at most {max} characters"),
                                               CAMPAIGN_TEXT_POINTS, false};

#define SIGN_DAYS_MOST 60
#define ASK_CAP_MOST   1000

/* Checks */

static enum status check_days(day starts, day ends, struct faults *f)
{
    if (starts.n == 0) return fault(f, "starts", TR_NOOP("Enter the day on which it starts"));
    if (ends.n != 0 && ends.n < starts.n) return fault(f, "ends", TR_NOOP("It cannot end before it starts"));
    return ST_OK;
}

static bool is_kind(str kind)
{
    static const str known[] = {STR_INIT("department"), STR_INIT("county"),  STR_INIT("bureau"),
                                STR_INIT("township"),   STR_INIT("village"), STR_INIT("partner")};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_eq(kind, known[i])) return true;
    return false;
}

static enum status check_kinds(const struct campaign_draft *d, struct faults *f)
{
    for (size_t i = 0; i < CAMPAIGN_KINDS && d->kinds[i].p != NULL; i++)
        if (!is_kind(d->kinds[i])) return fault(f, "kinds", TR_NOOP("Choose kinds of units from the list"));
    return ST_OK;
}

/* The accountable owner works in the issuing unit. */
static enum status check_owner(struct db *db, struct arena *mem, unit_id unit, person_id owner, struct faults *f)
{
    struct member *list;
    size_t n;
    if (owner.v == 0) return ST_OK;
    TRY(member_list(db, mem, unit, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].person.v == owner.v) return ST_OK;
    return fault(f, "owner", TR_NOOP("Choose somebody who works in the unit"));
}

static enum status check_draft(struct db *db, struct arena *mem, struct campaign_draft *d, struct faults *f)
{
    enum status st[] = {
        words_check(mem, f, &name_rule, &d->name),  words_check(mem, f, &theme_rule, &d->theme),
        check_days(d->starts, d->ends, f),          check_kinds(d, f),
        check_owner(db, mem, d->unit, d->owner, f), words_check(mem, f, &issuer_rule, &d->issuer),
    };
    if (d->sign_days < 1 || d->sign_days > SIGN_DAYS_MOST)
        (void)fault_max(f, "sign_days", TR_NOOP("Enter a number of working days from 1 to {max}"), SIGN_DAYS_MOST);
    if (d->ask_cap < 1 || d->ask_cap > ASK_CAP_MOST)
        (void)fault_max(f, "ask_cap", TR_NOOP("Enter a number from 1 to {max}"), ASK_CAP_MOST);
    for (size_t i = 0; i < COUNT_OF(st); i++) TRY(st[i]);
    return f->n > 0 ? ST_INVALID : ST_OK;
}

/* The superior's campaign that this one carries on: in force, and issued by a unit above, or received from a body outside. */
static enum status find_parent(struct db *db, struct arena *mem, const struct campaign_draft *d, struct faults *f,
                               campaign_id *out)
{
    struct campaign up;
    *out = (campaign_id){0};
    if (d->parent_ref.n == 0) return ST_OK;
    enum status st = campaign_get(db, mem, NULL, str_trim(d->parent_ref), &up);
    bool above = st == ST_OK && (up.unit.v != d->unit.v || up.issuer.n > 0) && unit_is_below(db, mem, up.unit, d->unit);
    if (st == ST_NOT_FOUND || (st == ST_OK && !above))
        return fault(f, "parent", TR_NOOP("Choose a campaign that a unit above has issued"));
    *out = up.id;
    return st;
}

/* Making */

static enum status save_lists(struct db *db, const struct campaign *c, const struct campaign_draft *d)
{
    int64_t version = c->version + 1;
    TRY(q_campaign_drop_kinds(db, c->id, version, NULL)); /* what an amendment had added; what is in force stays */
    for (size_t i = 0; i < CAMPAIGN_KINDS && d->kinds[i].p != NULL; i++)
        TRY(q_campaign_put_kind(db, c->id, d->kinds[i], version, NULL));
    TRY(q_campaign_drop_parts(db, c->id, STR("member"), NULL));
    for (size_t i = 0; i < d->n_members; i++)
        TRY(q_campaign_put_part(db, c->id, STR("member"), d->members[i], (day){0}, STR(""), NULL));
    return ST_OK;
}

/* Kinds were chosen and no unit below is of them: nobody would be asked anything. None chosen yet is for the readiness list to say. */
static enum status check_scope(struct db *db, struct arena *mem, const struct campaign *c,
                               const struct campaign_draft *d, struct faults *f)
{
    int64_t units;
    if (d->kinds[0].p == NULL) return ST_OK;
    TRY(campaign_scope_size(db, mem, c, &units));
    return units > 1 ? ST_OK : fault(f, "kinds", TR_NOOP("The scope matches nothing: no unit below is of these kinds"));
}

static enum status new_ref(struct db *db, struct arena *mem, const struct city *city, str *out)
{
    struct q_campaign_next_number number;
    str year = str_format(mem, "C%02d", civil_in_zone(&city->zone, db_now(db)).year % 100);
    TRY(q_campaign_next_number(db, mem, str_concat(mem, STR("campaign-"), year), &number));
    *out = str_format(mem, "%.*s-%02lld", STR_ARG(year), (long long)number.n);
    return ST_OK;
}

static enum status insert(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                          const struct campaign_draft *d, campaign_id parent, campaign_id cloned, struct campaign *out)
{
    str ref;
    campaign_id id = {db_new_id(db)};
    TRY(new_ref(db, mem, cmd->city, &ref));
    TRY(q_campaign_add(db, id, cmd->city->root, ref, d->unit, parent, cloned, d->issuer, d->name, d->theme, d->owner,
                       d->lead, d->starts, d->ends, d->sign_days, d->ask_cap, db_now(db), NULL));
    TRY(campaign_load(db, mem, id, out));
    TRY(save_lists(db, out, d));
    const struct campaign_event_draft e = {.campaign = id,
                                           .kind = "made",
                                           .unit = d->unit,
                                           .person = cmd->who == NULL ? (person_id){0} : cmd->who->person,
                                           .words = d->name};
    return campaign_event(db, mem, cmd->city, &e);
}

enum status campaign_add(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                         const struct campaign_draft *given, struct campaign *out)
{
    static const struct {
        str line, name;
    } aims[] = {{STR_INIT("work"), STR_INIT("推动工作 / Promote work")},
                {STR_INIT("development"), STR_INIT("促进发展 / Promote development")},
                {STR_INIT("livelihood"), STR_INIT("改善民生 / Improve people's livelihood")}};
    struct campaign_draft d = *given;
    campaign_id parent;
    if (d.unit.v == 0) return fault(cmd->faults, "unit", TR_NOOP("Choose the unit that issues it"));
    if (cmd->who != NULL && !rights_allow(db, mem, cmd->who, ACT_PLAN, d.unit, (person_id){0}, NULL))
        return ST_FORBIDDEN;
    TRY(check_draft(db, mem, &d, cmd->faults));
    TRY(find_parent(db, mem, &d, cmd->faults, &parent));
    TRY(insert(db, mem, cmd, &d, parent, (campaign_id){0}, out));
    TRY(check_scope(db, mem, out, &d, cmd->faults));
    for (size_t i = 0; i < COUNT_OF(aims); i++)
        TRY(q_campaign_add_aim(db, (aim_id){db_new_id(db)}, out->id, (int64_t)i + 1, aims[i].line, aims[i].name, 1,
                               NULL));
    return ST_OK;
}

enum status campaign_insert(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                            const struct campaign_draft *d, campaign_id cloned, struct campaign *out)
{
    if (cmd->who != NULL && !rights_allow(db, mem, cmd->who, ACT_PLAN, d->unit, (person_id){0}, NULL))
        return ST_FORBIDDEN;
    return insert(db, mem, cmd, d, (campaign_id){0}, cloned, out);
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

enum status campaign_change(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                            const struct campaign_draft *given)
{
    struct campaign c;
    struct campaign_draft d = *given;
    TRY(campaign_begin(db, mem, cmd, &c));
    d.unit = c.unit;
    TRY(check_draft(db, mem, &d, cmd->faults));
    if (c.version == 0 && d.parent_ref.n > 0) {
        campaign_id parent;
        TRY(find_parent(db, mem, &d, cmd->faults, &parent));
        TRY(q_campaign_set_parent(db, c.id, parent, NULL));
        TRY(action_carry_again(db, mem, &c, parent));
    }
    if (c.version > 0) d.name = c.name, d.theme = c.theme, d.starts = c.starts; /* what people already read */
    TRY(q_campaign_change(db, c.id, d.name, d.theme, d.owner, d.lead, d.starts, d.ends, d.sign_days, d.ask_cap, NULL));
    TRY(save_lists(db, &c, &d));
    TRY(check_scope(db, mem, &c, &d, cmd->faults));
    return changed(db, mem, cmd, &c, STR(""));
}

/* Stages */

static const struct stage *find_stage(const struct stage *list, size_t n, stage_id id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].id.v == id.v) return &list[i];
    return NULL;
}

static enum status check_stage(struct arena *mem, const struct campaign *c, struct stage *s, struct faults *f)
{
    enum status name = words_check(mem, f, &name_rule, &s->name);
    enum status days = check_days(s->starts, s->ends, f);
    TRY(name);
    TRY(days);
    if (s->starts.n < c->starts.n) return fault(f, "starts", TR_NOOP("A stage cannot start before the campaign"));
    if (c->ends.n != 0 && (s->starts.n > c->ends.n || s->ends.n > c->ends.n))
        return fault(f, "ends", TR_NOOP("A stage cannot end after the campaign"));
    return ST_OK;
}

/* A row that is in force stays until the amendment is: another takes its place. */
static enum status write_stage(struct db *db, struct arena *mem, const struct campaign *c, struct stage *s)
{
    struct q_campaign_stage old;
    stage_id before = s->id;
    int64_t version = c->version + 1;
    if (before.v != 0) {
        TRY(q_campaign_stage(db, mem, before, &old));
        if (old.since_version == version)
            return q_campaign_change_stage(db, before, s->no, s->name, s->starts, s->ends, s->consolidates ? 1 : 0,
                                           NULL);
        TRY(q_campaign_until_stage(db, before, version, NULL));
    }
    s->id = (stage_id){db_new_id(db)};
    TRY(q_campaign_add_stage(db, s->id, c->id, s->no, s->name, s->starts, s->ends, s->consolidates ? 1 : 0, version,
                             before, NULL));
    return before.v != 0 ? q_campaign_move_actions(db, before, s->id, version, NULL) : ST_OK;
}

enum status stage_put(struct db *db, struct arena *mem, const struct campaign_command *cmd, struct stage *change)
{
    struct campaign c;
    struct stage *list;
    size_t n;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(stage_list(db, mem, c.id, c.version + 1, &list, &n));
    const struct stage *old = find_stage(list, n, change->id);
    if (change->id.v != 0 && old == NULL) return ST_NOT_FOUND;
    if (change->id.v == 0 && n >= CAMPAIGN_STAGES)
        return fault_max(cmd->faults, "name", TR_NOOP("A plan has at most {max} stages"), CAMPAIGN_STAGES);
    TRY(check_stage(mem, &c, change, cmd->faults));
    change->no = old != NULL ? old->no : n == 0 ? 1 : list[n - 1].no + 1;
    TRY(write_stage(db, mem, &c, change));
    return changed(db, mem, cmd, &c, change->name);
}

enum status stage_end(struct db *db, struct arena *mem, const struct campaign_command *cmd, stage_id id)
{
    struct campaign c;
    struct stage *list;
    size_t n;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(stage_list(db, mem, c.id, c.version + 1, &list, &n));
    const struct stage *s = find_stage(list, n, id);
    if (s == NULL) return ST_NOT_FOUND;
    TRY(q_campaign_until_stage(db, id, c.version + 1, NULL));
    return changed(db, mem, cmd, &c, s->name);
}

/* Aims, goals, pilots */

enum status aim_add(struct db *db, struct arena *mem, const struct campaign_command *cmd, str line, str name,
                    aim_id *out)
{
    struct campaign c;
    struct aim *list;
    size_t n;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(words_check(mem, cmd->faults, &name_rule, &name));
    if (!str_eq(line, STR("work")) && !str_eq(line, STR("development")) && !str_eq(line, STR("livelihood")))
        return fault(cmd->faults, "line", TR_NOOP("Choose one of the three lines"));
    TRY(aim_list(db, mem, c.id, c.version + 1, &list, &n));
    if (n >= CAMPAIGN_AIMS)
        return fault_max(cmd->faults, "name", TR_NOOP("A plan has at most {max} aims"), CAMPAIGN_AIMS);
    *out = (aim_id){db_new_id(db)};
    TRY(q_campaign_add_aim(db, *out, c.id, n == 0 ? 1 : list[n - 1].no + 1, line, name, c.version + 1, NULL));
    return changed(db, mem, cmd, &c, name);
}

enum status goal_add(struct db *db, struct arena *mem, const struct campaign_command *cmd, aim_id aim, str name,
                     str indicator)
{
    struct campaign c;
    struct aim *aims;
    struct goal *goals;
    size_t n_aims, n;
    bool known = false;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(words_check(mem, cmd->faults, &name_rule, &name));
    TRY(aim_list(db, mem, c.id, c.version + 1, &aims, &n_aims));
    for (size_t i = 0; i < n_aims; i++) known = known || aims[i].id.v == aim.v;
    if (!known) return fault(cmd->faults, "aim", TR_NOOP("Choose an aim of this campaign"));
    if (goal_indicator_label(indicator) == NULL)
        return fault(cmd->faults, "indicator", TR_NOOP("Choose what the system counts from the list"));
    TRY(goal_list(db, mem, c.id, c.version + 1, &goals, &n));
    if (n >= CAMPAIGN_GOALS)
        return fault_max(cmd->faults, "name", TR_NOOP("A plan has at most {max} goals"), CAMPAIGN_GOALS);
    TRY(q_campaign_add_goal(db, (goal_id){db_new_id(db)}, c.id, aim, name, indicator, c.version + 1, NULL));
    return changed(db, mem, cmd, &c, name);
}

enum status pilot_put(struct db *db, struct arena *mem, const struct campaign_command *cmd, unit_id unit, day starts,
                      str lessons)
{
    struct campaign c;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(words_check(mem, cmd->faults, &lessons_rule, &lessons));
    struct campaign written = c; /* the scope being written, which an amendment may have widened */
    written.version = c.version + 1;
    if (!campaign_in_scope(db, mem, &written, unit))
        return fault(cmd->faults, "unit", TR_NOOP("Choose a unit in the scope of the campaign"));
    if (starts.n == 0 || starts.n >= c.starts.n)
        return fault(cmd->faults, "starts", TR_NOOP("A pilot starts before the campaign does"));
    TRY(q_campaign_put_part(db, c.id, STR("pilot"), unit, starts, lessons, NULL));
    return changed(db, mem, cmd, &c, STR(""));
}

/* Taking out: with the version being written, so that what is in force stays until then */

#define NAMES_SHOWN 5

static str names_of(struct arena *mem, const struct q_campaign_serves_aim *rows, size_t n)
{
    str out = STR("");
    for (size_t i = 0; i < n && i < NAMES_SHOWN; i++)
        out = str_format(mem, "%.*s%s%.*s", STR_ARG(out), i == 0 ? "" : ", ", STR_ARG(rows[i].name));
    return n > NAMES_SHOWN ? str_concat(mem, out, STR(", …")) : out;
}

enum status aim_end(struct db *db, struct arena *mem, const struct campaign_command *cmd, aim_id id)
{
    struct campaign c;
    struct aim *list;
    const struct aim *aim = NULL;
    struct q_campaign_serves_aim *serve;
    size_t n, n_serve, of_line = 0;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(aim_list(db, mem, c.id, c.version + 1, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (list[i].id.v == id.v) aim = &list[i];
    if (aim == NULL) return ST_NOT_FOUND;
    for (size_t i = 0; i < n; i++) of_line += str_eq(list[i].line, aim->line) ? 1 : 0;
    TRY(q_campaign_serves_aim(db, mem, c.id, id, c.version + 1, NAMES_SHOWN + 1, &serve, &n_serve));
    if (n_serve > 0)
        return fault_naming(cmd->faults, "aims", TR_NOOP("Actions or goals still serve this aim: {what}"),
                            names_of(mem, serve, n_serve));
    if (of_line < 2) return fault(cmd->faults, "aims", TR_NOOP("Each of the three lines keeps at least one aim"));
    TRY(q_campaign_until_aim(db, id, c.version + 1, NULL));
    return changed(db, mem, cmd, &c, aim->name);
}

enum status goal_end(struct db *db, struct arena *mem, const struct campaign_command *cmd, goal_id id)
{
    struct campaign c;
    struct goal *list;
    size_t n;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(goal_list(db, mem, c.id, c.version + 1, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (list[i].id.v != id.v) continue;
        TRY(q_campaign_until_goal(db, id, c.version + 1, NULL));
        return changed(db, mem, cmd, &c, list[i].name);
    }
    return ST_NOT_FOUND;
}

enum status pilot_end(struct db *db, struct arena *mem, const struct campaign_command *cmd, unit_id unit)
{
    struct campaign c;
    int64_t n = 0;
    TRY(campaign_begin(db, mem, cmd, &c));
    TRY(q_campaign_until_part(db, c.id, STR("pilot"), unit, c.version + 1, &n));
    return n == 0 ? ST_NOT_FOUND : changed(db, mem, cmd, &c, STR(""));
}
