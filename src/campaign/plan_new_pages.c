/* plan_new_pages: a new campaign, from nothing or from the library. SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_edit.h"
#include "campaign/plan_library.h"
#include "campaign/plan_template.h"
#include "campaign/words.h"

static enum status may_make(struct req *rq)
{
    return rights_any(&rq->actor, ACT_PLAN) ? ST_OK : ST_NOT_FOUND;
}

/* Units in whose name the person may write plans. */
static enum status unit_choice(struct plan_form_work *w)
{
    static const struct part unit = {.name = "unit", .kind = "select", .label = TR_NOOP("Unit that issues it")};
    struct req *rq = w->rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, ACTOR_ROLES + 1);
    size_t n = 0;
    for (int i = 0; i < rq->actor.n_roles; i++) {
        struct unit u;
        unit_id id = rq->actor.roles[i].unit;
        if (rights_scope(ACT_PLAN, rq->actor.roles[i].role) == SCOPE_NONE) continue;
        TRY(unit_get(rq->db, rq->mem, id, &u));
        if (n > 0 && str_eq(list[n - 1].value, u.code)) continue;
        list[n++] = (struct option_view){u.code, req_name(rq, u.name_en, u.name_zh), false};
    }
    plan_form_choice(w, &unit, n > 0 ? list[0].value : STR(""), list, n);
    return ST_OK;
}

static str template_words(struct req *rq, struct plan_words w)
{
    return str_from(rq->lang == LANG_ZH ? w.zh : w.en);
}

/* What a new campaign begins with: neither, when it is empty. */
struct beginning {
    const struct plan_template *built_in;
    struct kept_plan *kept;
};

/* ST_NOT_FOUND: the key names nothing that may be used. A kept one is named by t and its number. */
static enum status find_beginning(struct req *rq, str key, struct beginning *out)
{
    plan_template_id id;
    *out = (struct beginning){.built_in = plan_template_find(key)};
    if (key.n == 0 || out->built_in != NULL) return ST_OK;
    if (key.p[0] != 't' || !str_int(str_sub(key, 1, key.n), &id.v)) return ST_NOT_FOUND;
    out->kept = NEW(rq->mem, struct kept_plan);
    TRY(plan_library_get(rq->db, rq->mem, &rq->actor, id, 0, out->kept));
    return out->kept->ended_at.ms == 0 ? ST_OK : ST_NOT_FOUND;
}

static enum status template_choice(struct plan_form_work *w)
{
    static const struct part begin = {.name = "template", .kind = "select", .label = TR_NOOP("Begin with")};
    struct req *rq = w->rq;
    struct kept_plan *kept;
    size_t n, used = plan_templates_n + 1;
    TRY(plan_library_list(rq->db, rq->mem, &rq->actor, &kept, &n));
    struct option_view *list = NEWN(rq->mem, struct option_view, plan_templates_n + n + 1);
    list[0] = (struct option_view){STR(""), req_tr(rq, "An empty plan"), false};
    for (size_t i = 0; i < plan_templates_n; i++)
        list[i + 1] =
            (struct option_view){str_from(plan_templates[i].key),
                                 str_format(rq->mem, "%.*s: %.*s", STR_ARG(template_words(rq, plan_templates[i].name)),
                                            STR_ARG(template_words(rq, plan_templates[i].about))),
                                 false};
    for (size_t i = 0; i < n; i++)
        if (kept[i].ended_at.ms == 0)
            list[used++] = (struct option_view){str_format(rq->mem, "t%lld", (long long)kept[i].id.v),
                                                str_format(rq->mem, "%.*s: %.*s", STR_ARG(kept[i].name),
                                                           STR_ARG(req_name(rq, kept[i].unit_en, kept[i].unit_zh))),
                                                false};
    plan_form_choice(w, &begin, req_query(rq, "template"), list, used);
    return ST_OK;
}

static struct plan_frame frame_of(struct req *rq, const struct beginning *b)
{
    static str usual[] = {STR_INIT("department"), STR_INIT("county"), STR_INIT("bureau"), STR_INIT("township"),
                          STR_INIT("village")};
    struct plan_frame f = {.sign_days = 5, .ask_cap = 20, .kinds = usual, .n_kinds = COUNT_OF(usual)};
    if (b->built_in != NULL) {
        f.name = template_words(rq, b->built_in->name);
        f.theme = template_words(rq, b->built_in->theme);
    } else if (b->kept != NULL) {
        f = (struct plan_frame){.name = b->kept->name,
                                .theme = b->kept->theme,
                                .sign_days = b->kept->sign_days,
                                .ask_cap = b->kept->ask_cap,
                                .kinds = b->kept->kinds,
                                .n_kinds = b->kept->n_kinds};
    }
    return f;
}

enum status plan_form_parent(struct plan_form_work *w, str chosen)
{
    static const struct part parent = {.name = "parent",
                                       .kind = "select",
                                       .label = TR_NOOP("Carries on a campaign from above"),
                                       .hint = TR_NOOP("Its plan is then matched against that one")};
    struct req *rq = w->rq;
    struct campaign *all;
    size_t n, used = 1;
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &all, &n));
    struct option_view *list = NEWN(rq->mem, struct option_view, n + 1);
    list[0] = (struct option_view){STR(""), req_tr(rq, "None"), false};
    for (size_t i = 0; i < n; i++) {
        bool above = false;
        for (int k = 0; k < rq->actor.n_roles; k++)
            above = above || ((all[i].unit.v != rq->actor.roles[k].unit.v || all[i].issuer.n > 0) &&
                              unit_is_below(rq->db, rq->mem, all[i].unit, rq->actor.roles[k].unit));
        if (!above || !str_eq(all[i].state, STR("issued"))) continue;
        list[used++] = (struct option_view){
            all[i].ref, str_format(rq->mem, "%.*s %.*s", STR_ARG(all[i].name), STR_ARG(all[i].ref)), false};
    }
    plan_form_choice(w, &parent, chosen, list, used);
    return ST_OK;
}

/* Issued and closed campaigns of the units in whose name the person writes plans: to be made again another year. */
static enum status fill_earlier(struct req *rq, struct plan_form_view *v)
{
    struct campaign *all;
    size_t n;
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &all, &n));
    v->earlier = NEWN(rq->mem, struct plan_row_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool theirs = rights_allow(rq->db, rq->mem, &rq->actor, ACT_PLAN, all[i].unit, (person_id){0}, NULL);
        if (!theirs || !campaign_is_public(&all[i]) || all[i].issuer.n > 0) continue;
        v->earlier[v->n_earlier++] =
            (struct plan_row_view){.ref = all[i].ref,
                                   .name = all[i].name,
                                   .href = str_format(rq->mem, "/work/campaigns/%.*s/clone", STR_ARG(all[i].ref))};
    }
    return ST_OK;
}

static enum status show_new(struct plan_form_work *w, int status)
{
    static const struct part issuer = {
        .name = "issuer",
        .kind = "text",
        .label = TR_NOOP("Body outside whose plan this is"),
        .hint = TR_NOOP("Only when you enter a superior's plan as it was received, to match plans against it"),
        .max = CAMPAIGN_NAME_POINTS,
        .optional = true};
    struct req *rq = w->rq;
    struct beginning b;
    if (find_beginning(rq, req_query(rq, "template"), &b) != ST_OK) b = (struct beginning){0};
    struct plan_frame f = frame_of(rq, &b);
    TRY(unit_choice(w));
    TRY(template_choice(w));
    TRY(plan_form_parent(w, req_query(rq, "parent")));
    plan_form_add(w, &issuer, STR(""));
    plan_form_frame(w, &f);
    struct plan_form_view v = {
        .title = req_tr(rq, "A new campaign"),
        .explain = req_tr(rq, "It is a draft that only those see who write, sign or oversee it. Everything can be "
                              "changed until it is issued."),
        .action = STR("/work/campaigns/new"),
        .back = STR("/work/campaigns"),
        .button = req_tr(rq, "Make the draft"),
    };
    TRY(fill_earlier(rq, &v));
    return plan_form_show(w, &v, status);
}

enum status page_plan_new(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    *w = (struct plan_form_work){.rq = rq, .d = {.rq = rq}};
    TRY(may_make(rq));
    return show_new(w, 200);
}

struct making {
    struct plan_change_run r;
    struct plan_form_work *w;
    struct beginning begins;
};

static enum status run_make(struct db *db, struct arena *mem, struct plan_change_run *r)
{
    struct making *k = (struct making *)(void *)r; /* r is its first member */
    struct req *rq = k->w->rq;
    struct campaign_command cmd = plan_command(&k->w->d);
    struct campaign made;
    TRY(campaign_add(db, mem, &cmd, &k->w->draft, &made));
    cmd.campaign = made.id;
    const struct beginning *b = &k->begins;
    if (b->built_in != NULL) TRY(plan_template_apply(db, mem, &cmd, b->built_in, rq->lang == LANG_ZH));
    if (b->kept != NULL) TRY(plan_library_apply(db, mem, &cmd, b->kept));
    r->result = str_copy(rq->mem, made.ref);
    return ST_OK;
}

/* Whoever makes it is its accountable owner until another is named. */
static bool works_in(const struct actor *who, unit_id unit)
{
    for (int i = 0; i < who->n_roles; i++)
        if (who->roles[i].unit.v == unit.v) return true;
    return false;
}

static enum status read_new(struct plan_form_work *w, struct beginning *b)
{
    struct req *rq = w->rq;
    struct unit u = {0};
    enum status st = unit_by_code(rq->db, rq->mem, req_form(rq, "unit"), &u);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    plan_read_frame(rq, &w->draft);
    w->draft.unit = u.id;
    w->draft.parent_ref = req_form(rq, "parent");
    w->draft.issuer = req_form(rq, "issuer");
    if (works_in(&rq->actor, u.id)) w->draft.owner = rq->actor.person;
    st = find_beginning(rq, req_form(rq, "template"), b);
    if (st == ST_NOT_FOUND) (void)fault(&rq->faults, "template", TR_NOOP("Choose one of the list"));
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status page_plan_add(struct req *rq)
{
    struct plan_form_work *w = NEW(rq->mem, struct plan_form_work);
    struct making k = {.w = w};
    *w = (struct plan_form_work){.rq = rq, .d = {.rq = rq}};
    TRY(may_make(rq));
    TRY(plan_read_token(&w->d));
    TRY(read_new(w, &k.begins));
    if (rq->faults.n > 0) return show_new(w, 400);
    k.r = (struct plan_change_run){.d = &w->d, .run = run_make};
    enum status st = plan_write_once(&k.r);
    if (st == ST_INVALID && rq->faults.n > 0) return show_new(w, 400);
    TRY(st);
    return respond_redirect(rq, str_format(rq->mem, "/work/campaigns/%.*s?done=1", STR_ARG(k.r.result)));
}
