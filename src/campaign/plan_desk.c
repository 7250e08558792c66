/* plan_desk: see plan_pages.h. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "campaign/plan_pages.h"
#include "campaign/words.h"

const char *const plan_kinds[] = {"department", "county", "bureau", "township", "village", "partner", NULL};

str plan_kind_label(struct req *rq, str kind)
{
    static const char *const labels[] = {TR_NOOP("Department"),
                                         TR_NOOP("District or county"),
                                         TR_NOOP("Bureau"),
                                         TR_NOOP("Township or subdistrict"),
                                         TR_NOOP("Village or community"),
                                         TR_NOOP("Partner")};
    for (size_t i = 0; plan_kinds[i] != NULL; i++)
        if (str_eq(kind, str_from(plan_kinds[i]))) return req_tr(rq, labels[i]);
    return kind;
}

str plan_criterion_words(struct req *rq, str criterion, int64_t n)
{
    const char *label = action_criterion_label(criterion);
    if (label == NULL) return STR("");
    return tr_format(rq->mem, rq->lang, label, "n", n == 0 ? STR("…") : part_id(rq, n), NULL);
}

/* Whose */

static bool is_inside(struct req *rq, const struct campaign *c)
{
    return rights_allow(rq->db, rq->mem, &rq->actor, ACT_PLAN, c->unit, (person_id){0}, NULL) ||
           rights_allow(rq->db, rq->mem, &rq->actor, ACT_OVERVIEW, c->unit, (person_id){0}, NULL) ||
           campaign_may_sign(rq->db, rq->mem, &rq->actor, c);
}

bool plan_may_open(struct req *rq, const struct campaign *c)
{
    if (!campaign_is_public(c) || is_inside(rq, c)) return true;
    return campaign_takes_opinions(c) && campaign_works_below(rq->db, rq->mem, &rq->actor, c);
}

enum status plan_desk_open(struct req *rq, struct plan_desk *d)
{
    *d = (struct plan_desk){.rq = rq};
    TRY(campaign_get(rq->db, rq->mem, &rq->actor, req_param(rq, 0), &d->c));
    if (!plan_may_open(rq, &d->c)) return ST_NOT_FOUND;
    d->inside = is_inside(rq, &d->c);
    d->may_write = campaign_may_write(rq->db, rq->mem, &rq->actor, &d->c);
    d->may_sign = campaign_may_sign(rq->db, rq->mem, &rq->actor, &d->c);
    d->version = campaign_shown_version(&d->c, !str_eq(d->c.state, STR("closed")));
    return unit_get(rq->db, rq->mem, d->c.unit, &d->unit);
}

enum status plan_desk_to_write(struct req *rq, struct plan_desk *d)
{
    TRY(plan_desk_open(rq, d));
    return d->may_write ? ST_OK : ST_FORBIDDEN;
}

str plan_path(struct plan_desk *d, const char *tail)
{
    return str_format(d->rq->mem, "/work/campaigns/%.*s%s", STR_ARG(d->c.ref), tail);
}

enum status plan_head_of(struct plan_desk *d, struct plan_head_view *v)
{
    struct req *rq = d->rq;
    struct campaign other;
    struct plan p;
    *v = (struct plan_head_view){
        .ref = d->c.ref,
        .name = d->c.name,
        .theme = d->c.theme,
        .issuer = d->c.issuer,
        .unit = req_name(rq, d->unit.name_en, d->unit.name_zh),
        .unit_code = d->unit.code,
        .state = d->c.state,
        .starts = d->c.starts,
        .ends = d->c.ends,
        .version = d->c.version,
        .draft = d->version,
        .edit = d->c.edit,
        .may_write = d->may_write,
        .may_sign = d->may_sign,
        .may_keep = rights_allow(rq->db, rq->mem, &rq->actor, ACT_PLAN, d->c.unit, (person_id){0}, NULL),
        .takes_opinions = campaign_takes_opinions(&d->c),
        .is_public = campaign_is_public(&d->c),
    };
    if (str_eq(d->c.state, STR("issued"))) {
        enum status st = plan_get(rq->db, rq->mem, d->c.id, d->c.version + 1, &p);
        if (st != ST_OK && st != ST_NOT_FOUND) return st;
        v->amends = st == ST_OK;
    }
    if (d->c.parent.v != 0 && campaign_load(rq->db, rq->mem, d->c.parent, &other) == ST_OK)
        v->parent_ref = other.ref, v->parent_name = other.name;
    if (d->c.cloned.v != 0 && campaign_load(rq->db, rq->mem, d->c.cloned, &other) == ST_OK) v->cloned_ref = other.ref;
    if (d->c.next.v != 0 && campaign_load(rq->db, rq->mem, d->c.next, &other) == ST_OK) v->next_ref = other.ref;
    return ST_OK;
}

/* Changing */

struct campaign_command plan_command(struct plan_desk *d)
{
    struct req *rq = d->rq;
    return (struct campaign_command){
        .city = rq->city, .who = &rq->actor, .campaign = d->c.id, .edit = d->edit, .faults = &rq->faults};
}

enum status plan_read_token(struct plan_desk *d)
{
    struct req *rq = d->rq;
    if (req_form_has(rq, "edit") && (!str_int(req_form(rq, "edit"), &d->edit) || d->edit < 1)) return ST_INVALID;
    return req_once(rq, &d->token);
}

static enum status run_once(struct db *db, struct arena *mem, void *arg)
{
    struct plan_change_run *r = arg;
    str earlier;
    enum status st = once_find(db, mem, r->d->token, &earlier);
    if (st == ST_OK) r->result = str_copy(r->d->rq->mem, earlier);
    if (st != ST_NOT_FOUND) return st;
    TRY(r->run(db, mem, r));
    return once_keep(db, r->d->token, r->result, db_now(db));
}

enum status plan_write_once(struct plan_change_run *r)
{
    return db_write(r->d->rq->db, run_once, r);
}

enum status plan_done(struct plan_desk *d, const char *tail)
{
    return respond_redirect(d->rq, plan_path(d, str_format(d->rq->mem, "%s?done=1", tail).p));
}

str plan_banner(struct req *rq)
{
    return req_query(rq, "done").n > 0 ? req_tr(rq, "Saved") : STR("");
}

/* Readiness */

static const struct {
    const char *key, *tail; /* where it is mended: under the plan's address, or (from '/') elsewhere */
} mends[] = {
    {"owner", "/edit/frame"},  {"starts", "/edit/frame"}, {"text", "/text"},           {"summary", "/text"},
    {"stages", "/edit/stage"}, {"scope", "/edit/frame"},  {"actions", "/edit/action"}, {"criteria", "#actions"},
    {"dates", "#actions"},     {"aims", "#actions"},      {"locked", "/match"},        {"opinions", "/opinions"},
};

static str mend_of(struct plan_desk *d, str key)
{
    for (size_t i = 0; i < COUNT_OF(mends); i++)
        if (str_eq(key, str_from(mends[i].key)))
            return mends[i].tail[0] == '#' ? str_from(mends[i].tail) : plan_path(d, mends[i].tail);
    return STR("");
}

enum status plan_checks(struct plan_desk *d, struct plan_check_view **out, size_t *n, int64_t *missing)
{
    struct req *rq = d->rq;
    struct readiness *list;
    size_t all;
    TRY(plan_readiness(rq->db, rq->mem, &d->c, &list, &all));
    *out = NEWN(rq->mem, struct plan_check_view, all + 1);
    *missing = 0;
    *n = 0;
    for (size_t i = 0; i < all; i++) {
        /* of a plan from outside only what others are matched against */
        if (d->c.issuer.n > 0 && !str_eq(list[i].key, STR("text")) && !str_eq(list[i].key, STR("actions"))) continue;
        *missing += list[i].needed && !list[i].done ? 1 : 0;
        (*out)[(*n)++] = (struct plan_check_view){
            .key = list[i].key,
            .label = req_tr(rq, readiness_label(list[i].key)),
            .done = list[i].done,
            .needed = list[i].needed,
            .n = list[i].n,
            .detail = list[i].detail_zh.n > 0 ? req_name(rq, list[i].detail, list[i].detail_zh) : list[i].detail,
            .href = list[i].done || !d->may_write ? STR("") : mend_of(d, list[i].key),
        };
    }
    return ST_OK;
}

/* What changed */

enum status plan_diff_lines(struct req *rq, str before, str after, struct plan_line_view **out, size_t *n,
                            int64_t *changed)
{
    static const char *const kinds[] = {[DIFF_SAME] = "same", [DIFF_GONE] = "gone", [DIFF_NEW] = "new"};
    struct diff_line *lines;
    plan_diff(rq->mem, before, after, &lines, n);
    *out = NEWN(rq->mem, struct plan_line_view, *n + 1);
    *changed = 0;
    for (size_t i = 0; i < *n; i++) {
        (*out)[i] = (struct plan_line_view){str_from(kinds[lines[i].kind]), lines[i].text};
        *changed += lines[i].kind == DIFF_SAME ? 0 : 1;
    }
    return ST_OK;
}

struct changes {
    struct plan_desk *d;
    struct plan_change_view *item;
    size_t n;
};

static void put(struct changes *k, const char *what, const char *how, str name)
{
    k->item[k->n++] = (struct plan_change_view){req_tr(k->d->rq, what), req_tr(k->d->rq, how), name};
}

static enum status change_stages(struct changes *k, int64_t before, int64_t now)
{
    struct req *rq = k->d->rq;
    struct stage *old, *new;
    size_t n_old, n_new;
    TRY(stage_list(rq->db, rq->mem, k->d->c.id, before, &old, &n_old));
    TRY(stage_list(rq->db, rq->mem, k->d->c.id, now, &new, &n_new));
    for (size_t i = 0; i < n_new; i++) {
        const struct stage *was = NULL;
        for (size_t j = 0; j < n_old; j++)
            if (old[j].no == new[i].no) was = &old[j];
        if (was == NULL) put(k, TR_NOOP("Stage"), TR_NOOP("new"), new[i].name);
        else if (was->id.v != new[i].id.v) put(k, TR_NOOP("Stage"), TR_NOOP("changed"), new[i].name);
    }
    for (size_t j = 0; j < n_old; j++) {
        bool stays = false;
        for (size_t i = 0; i < n_new; i++) stays = stays || new[i].no == old[j].no;
        if (!stays) put(k, TR_NOOP("Stage"), TR_NOOP("ended"), old[j].name);
    }
    return ST_OK;
}

static enum status change_actions(struct changes *k, int64_t before, int64_t now)
{
    struct req *rq = k->d->rq;
    struct plan_action *old, *new;
    size_t n_old, n_new;
    TRY(action_list(rq->db, rq->mem, k->d->c.id, before, &old, &n_old));
    TRY(action_list(rq->db, rq->mem, k->d->c.id, now, &new, &n_new));
    for (size_t i = 0; i < n_new; i++) {
        const struct plan_action *was = NULL;
        for (size_t j = 0; j < n_old; j++)
            if (old[j].no == new[i].no) was = &old[j];
        if (was == NULL) put(k, TR_NOOP("Prescribed action"), TR_NOOP("new"), new[i].name);
        else if (was->id.v != new[i].id.v) put(k, TR_NOOP("Prescribed action"), TR_NOOP("changed"), new[i].name);
    }
    for (size_t j = 0; j < n_old; j++) {
        bool stays = false;
        for (size_t i = 0; i < n_new; i++) stays = stays || new[i].no == old[j].no;
        if (!stays) put(k, TR_NOOP("Prescribed action"), TR_NOOP("ended"), old[j].name);
    }
    return ST_OK;
}

static bool has_aim(const struct aim *list, size_t n, aim_id id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].id.v == id.v) return true;
    return false;
}

static enum status change_aims(struct changes *k, int64_t before, int64_t now)
{
    struct req *rq = k->d->rq;
    struct aim *old, *new;
    size_t n_old, n_new;
    TRY(aim_list(rq->db, rq->mem, k->d->c.id, before, &old, &n_old));
    TRY(aim_list(rq->db, rq->mem, k->d->c.id, now, &new, &n_new));
    for (size_t i = 0; i < n_new; i++)
        if (!has_aim(old, n_old, new[i].id)) put(k, TR_NOOP("Aim"), TR_NOOP("new"), new[i].name);
    for (size_t i = 0; i < n_old; i++)
        if (!has_aim(new, n_new, old[i].id)) put(k, TR_NOOP("Aim"), TR_NOOP("ended"), old[i].name);
    return ST_OK;
}

static bool has_goal(const struct goal *list, size_t n, goal_id id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].id.v == id.v) return true;
    return false;
}

static enum status change_goals(struct changes *k, int64_t before, int64_t now)
{
    struct req *rq = k->d->rq;
    struct goal *old, *new;
    size_t n_old, n_new;
    TRY(goal_list(rq->db, rq->mem, k->d->c.id, before, &old, &n_old));
    TRY(goal_list(rq->db, rq->mem, k->d->c.id, now, &new, &n_new));
    for (size_t i = 0; i < n_new; i++)
        if (!has_goal(old, n_old, new[i].id)) put(k, TR_NOOP("Goal"), TR_NOOP("new"), new[i].name);
    for (size_t i = 0; i < n_old; i++)
        if (!has_goal(new, n_new, old[i].id)) put(k, TR_NOOP("Goal"), TR_NOOP("ended"), old[i].name);
    return ST_OK;
}

enum status plan_changes(struct plan_desk *d, int64_t before, int64_t now, struct plan_change_view **out, size_t *n)
{
    struct changes k = {.d = d};
    const size_t rows = CAMPAIGN_STAGES + CAMPAIGN_ACTIONS + CAMPAIGN_AIMS + CAMPAIGN_GOALS;
    k.item = NEWN(d->rq->mem, struct plan_change_view, 2 * rows + 1);
    TRY(change_stages(&k, before, now));
    TRY(change_actions(&k, before, now));
    TRY(change_aims(&k, before, now));
    TRY(change_goals(&k, before, now));
    *out = k.item;
    *n = k.n;
    return ST_OK;
}

/* An action in force may name a stage that the amendment replaces: it is that stage still, under its new id. */
enum status plan_stages_seen(struct plan_desk *d, struct stage **out, size_t *n)
{
    struct req *rq = d->rq;
    struct stage *drafted, *running;
    size_t n_drafted, n_running = 0;
    TRY(stage_list(rq->db, rq->mem, d->c.id, d->version, &drafted, &n_drafted));
    if (d->c.version > 0) TRY(stage_list(rq->db, rq->mem, d->c.id, d->c.version, &running, &n_running));
    *out = NEWN(rq->mem, struct stage, n_drafted + n_running + 1);
    for (size_t i = 0; i < n_drafted; i++) (*out)[i] = drafted[i];
    *n = n_drafted;
    for (size_t i = 0; i < n_running; i++)
        for (size_t k = 0; k < n_drafted; k++)
            if (running[i].no == drafted[k].no && running[i].id.v != drafted[k].id.v) {
                (*out)[*n] = drafted[k];
                (*out)[(*n)++].id = running[i].id;
            }
    return ST_OK;
}
