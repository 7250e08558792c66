/* plan_library_pages: templates of plans: the list, one with its history, keeping a campaign as one. SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_library.h"

#include "campaign/plan_edit.h"
#include "campaign/plan_template.h"
#include "campaign/words.h"
#include "gen/tpl/plan_template_page.h"
#include "gen/tpl/plan_templates.h"
#include "gen/view/plan_library.h"
#include "web/markdown.h"

static str key_of(struct req *rq, plan_template_id id)
{
    return str_format(rq->mem, "t%lld", (long long)id.v);
}

static str path_of(struct req *rq, plan_template_id id, const char *tail)
{
    return str_format(rq->mem, "/work/campaigns/templates/%lld%s", (long long)id.v, tail);
}

static str words_of(struct req *rq, struct plan_words w)
{
    return str_from(rq->lang == LANG_ZH ? w.zh : w.en);
}

/* ── the list ─────────────────────────────────────────────────────────────────────────────────────────── */

enum status page_plan_templates(struct req *rq)
{
    struct plan_templates_view v = {0};
    struct kept_plan *list;
    size_t n;
    if (!rights_any(&rq->actor, ACT_PLAN)) return ST_NOT_FOUND;
    TRY(plan_library_list(rq->db, rq->mem, &rq->actor, &list, &n));
    v.items = NEWN(rq->mem, struct plan_template_row_view, n + plan_templates_n + 1);
    for (int ended = 0; ended < 2; ended++)
        for (size_t i = 0; i < n; i++) {
            if ((list[i].ended_at.ms != 0) != (ended == 1)) continue;
            v.items[v.n_items++] =
                (struct plan_template_row_view){.key = key_of(rq, list[i].id),
                                                .name = list[i].name,
                                                .about = list[i].theme,
                                                .unit = req_name(rq, list[i].unit_en, list[i].unit_zh),
                                                .ended = ended == 1,
                                                .version = list[i].version,
                                                .href = path_of(rq, list[i].id, "")};
        }
    for (size_t i = 0; i < plan_templates_n; i++)
        v.items[v.n_items++] = (struct plan_template_row_view){.key = str_from(plan_templates[i].key),
                                                               .name = words_of(rq, plan_templates[i].name),
                                                               .about = words_of(rq, plan_templates[i].about),
                                                               .built_in = true};
    return RESPOND(rq, plan_templates, &v, .title = req_tr(rq, "Templates of plans"), .nav = "campaigns",
                   .place = PLACE_WORK);
}

/* ── one of them ──────────────────────────────────────────────────────────────────────────────────────── */

static void fill_aims(struct req *rq, const struct kept_plan *k, struct plan_template_page_view *v)
{
    v->aims = NEWN(rq->mem, struct plan_template_aim_view, k->n_aims + 1);
    for (size_t i = 0; i < k->n_aims; i++) {
        struct plan_template_aim_view *a = &v->aims[v->n_aims++];
        *a = (struct plan_template_aim_view){k->aims[i].name, req_tr(rq, aim_line_label(k->aims[i].line)), NULL, 0};
        a->goals = NEWN(rq->mem, struct plan_template_goal_view, k->n_goals + 1);
        for (size_t g = 0; g < k->n_goals; g++) {
            const char *label = goal_indicator_label(k->goals[g].indicator);
            if (k->goals[g].aim != k->aims[i].no) continue;
            a->goals[a->n_goals++] =
                (struct plan_template_goal_view){k->goals[g].name, label == NULL ? STR("") : req_tr(rq, label)};
        }
    }
}

static void fill_rows(struct req *rq, const struct kept_plan *k, struct plan_template_page_view *v)
{
    v->stages = NEWN(rq->mem, struct plan_template_stage_view, k->n_stages + 1);
    v->actions = NEWN(rq->mem, struct plan_template_item_view, k->n_actions + 1);
    v->kinds = NEWN(rq->mem, str, k->n_kinds + 1);
    for (size_t i = 0; i < k->n_kinds; i++) v->kinds[v->n_kinds++] = plan_kind_label(rq, k->kinds[i]);
    for (size_t i = 0; i < k->n_stages; i++)
        v->stages[v->n_stages++] =
            (struct plan_template_stage_view){k->stages[i].name, k->stages[i].from + 1,
                                              k->stages[i].to < 0 ? 0 : k->stages[i].to + 1, k->stages[i].consolidates};
    for (size_t i = 0; i < k->n_actions; i++) {
        const struct kept_action *a = &k->actions[i];
        struct plan_template_item_view *row = &v->actions[v->n_actions++];
        *row = (struct plan_template_item_view){.name = a->name,
                                                .criteria = a->criteria,
                                                .criterion = plan_criterion_words(rq, a->criterion, a->criterion_n),
                                                .evidence = a->evidence,
                                                .due = a->due < 0 ? 0 : a->due + 1,
                                                .locked = a->locked,
                                                .may_adapt = a->may_adapt,
                                                .may_waive = a->may_waive};
        for (size_t s = 0; s < k->n_stages; s++)
            if (k->stages[s].no == a->stage) row->stage = k->stages[s].name;
        for (size_t m = 0; m < k->n_aims; m++)
            if (k->aims[m].no == a->aim) row->aim = k->aims[m].name;
    }
}

static enum status fill_changes(struct req *rq, const struct kept_plan *k, struct plan_template_page_view *v)
{
    struct kept_version *list;
    size_t n;
    TRY(plan_library_versions(rq->db, rq->mem, k->id, &list, &n));
    v->changes = NEWN(rq->mem, struct plan_template_change_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->changes[v->n_changes++] = (struct plan_template_change_view){
            .version = list[i].version,
            .what = req_tr(rq, plan_library_label(list[i].what)),
            .name = list[i].name,
            .who = list[i].person_name,
            .campaign_ref = k->may_change ? list[i].campaign_ref : STR(""), /* it may be a draft */
            .at = list[i].at,
            .shown = list[i].version == k->version};
    return ST_OK;
}

static enum status show_one(struct req *rq, plan_template_id id, int64_t version, int status)
{
    struct kept_plan k;
    TRY(plan_library_get(rq->db, rq->mem, &rq->actor, id, version, &k));
    struct plan_template_page_view v = {
        .id = part_id(rq, id.v),
        .key = key_of(rq, id),
        .banner = plan_banner(rq),
        .conflict = status == 409,
        .faults = req_faults_view(rq),
        .once = req_once_new(rq),
        .name = k.name,
        .theme = k.theme,
        .unit = req_name(rq, k.unit_en, k.unit_zh),
        .version = k.version,
        .current = k.current,
        .ended = k.ended_at.ms != 0,
        .may_change = k.may_change,
        .may_use = k.ended_at.ms == 0 && k.version == k.current,
        .typed = status == 200 ? k.name : req_form(rq, "name"),
        .name_error = req_fault(rq, "name"),
        .sign_days = k.sign_days,
        .ask_cap = k.ask_cap,
        .preview = markdown_html(rq->mem, k.text),
    };
    fill_rows(rq, &k, &v);
    fill_aims(rq, &k, &v);
    TRY(fill_changes(rq, &k, &v));
    return RESPOND(rq, plan_template_page, &v, .title = k.name, .nav = "campaigns", .place = PLACE_WORK,
                   .status = status);
}

enum status page_plan_template(struct req *rq)
{
    plan_template_id id;
    int64_t version = 0;
    TRY(req_param_id(rq, 0, &id.v));
    if (req_query(rq, "version").n > 0 && (!str_int(req_query(rq, "version"), &version) || version < 1))
        return ST_NOT_FOUND;
    return show_one(rq, id, version, 200);
}

static enum status run_change(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct req *rq = r->d->rq;
    struct campaign_command cmd = plan_command(r->d);
    int64_t seen = 0;
    if (!str_int(req_form(rq, "seen"), &seen)) return ST_INVALID;
    if (str_eq(r->text, STR("end"))) return plan_library_end(db, mem, &cmd, (plan_template_id){r->id}, seen);
    if (!str_eq(r->text, STR("rename"))) return ST_INVALID;
    return plan_library_rename(db, mem, &cmd, (plan_template_id){r->id}, seen, req_form(rq, "name"));
}

enum status page_plan_template_change(struct req *rq)
{
    struct plan_desk d = {.rq = rq};
    struct plan_change_run r = {.d = &d, .run = run_change, .text = req_form(rq, "act")};
    struct kept_plan k;
    TRY(req_param_id(rq, 0, &r.id));
    TRY(plan_library_get(rq->db, rq->mem, &rq->actor, (plan_template_id){r.id}, 0, &k));
    TRY(plan_read_token(&d));
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_one(rq, k.id, 0, 400);
    if (st == ST_CONFLICT) return show_one(rq, k.id, 0, 409);
    TRY(st);
    return respond_redirect(rq, path_of(rq, k.id, "?done=1"));
}

/* ── keeping a campaign as one ────────────────────────────────────────────────────────────────────────── */

static enum status open_to_keep(struct req *rq, struct plan_desk *d)
{
    TRY(plan_desk_open(rq, d));
    return rights_allow(rq->db, rq->mem, &rq->actor, ACT_PLAN, d->c.unit, (person_id){0}, NULL) ? ST_OK : ST_FORBIDDEN;
}

/* A new one, or the next version of one that they may change. */
static enum status which_choice(struct plan_form_work *w)
{
    static const struct part which = {.name = "template",
                                      .kind = "select",
                                      .label = TR_NOOP("Keep it as"),
                                      .hint = TR_NOOP("Versions before it can still be read")};
    struct req *rq = w->rq;
    struct kept_plan *list;
    size_t n, used = 1;
    TRY(plan_library_list(rq->db, rq->mem, &rq->actor, &list, &n));
    struct option_view *options = NEWN(rq->mem, struct option_view, n + 1);
    options[0] = (struct option_view){STR(""), req_tr(rq, "A new template"), false};
    for (size_t i = 0; i < n; i++) {
        if (!list[i].may_change || list[i].ended_at.ms != 0) continue;
        str label = tr_format(rq->mem, rq->lang, TR_NOOP("The next version of “{name}”"), "name", list[i].name, NULL);
        options[used++] = (struct option_view){part_id(rq, list[i].id.v), label, false};
    }
    plan_form_choice(w, &which, STR(""), options, used);
    return ST_OK;
}

static enum status show_keep(struct plan_form_work *w, int status)
{
    static const struct part name = {
        .name = "name", .kind = "text", .label = TR_NOOP("Name of the template"), .max = CAMPAIGN_NAME_POINTS};
    struct req *rq = w->rq;
    struct plan_head_view *head = NEW(rq->mem, struct plan_head_view);
    TRY(plan_head_of(&w->d, head));
    plan_form_add(w, &name, w->d.c.name);
    TRY(which_choice(w));
    struct plan_form_view v = {
        .head = head,
        .title = req_tr(rq, "Keep as a template"),
        .explain =
            req_tr(rq, "Stages, aims, goals, actions, scope and text are kept, with days counted from the first. "
                       "People, units that go first and what units did are not. Your unit and those below it can "
                       "begin campaigns with it."),
        .action = plan_path(&w->d, "/keep"),
        .back = plan_path(&w->d, ""),
        .button = req_tr(rq, "Keep the template"),
    };
    return plan_form_show(w, &v, status);
}

enum status page_plan_keep(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    *w = (struct plan_form_work){.rq = rq};
    TRY(open_to_keep(rq, &w->d));
    return show_keep(w, 200);
}

static enum status run_keep(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct req *rq = r->d->rq;
    struct campaign_command cmd = plan_command(r->d);
    plan_template_id id;
    TRY(plan_library_keep(db, mem, &cmd, (plan_template_id){r->id}, r->text, &id));
    r->result = part_id(rq, id.v);
    return ST_OK;
}

enum status page_plan_keep_make(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    *w = (struct plan_form_work){.rq = rq};
    TRY(open_to_keep(rq, &w->d));
    TRY(plan_read_token(&w->d));
    struct plan_change_run r = {.d = &w->d, .run = run_keep, .text = req_form(rq, "name")};
    if (req_form_id(rq, "template", &r.id) != ST_OK) return show_keep(w, 400);
    enum status st = plan_write_once(&r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_keep(w, 400);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/work/campaigns/templates/%.*s?done=1", STR_ARG(r.result)));
}
