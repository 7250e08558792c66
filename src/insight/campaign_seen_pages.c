/* campaign_seen_pages: see campaign_seen_pages.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "insight/campaign_seen_pages.h"

#include "campaign/shared_pages.h"

#define LINES        3
#define CHART_HEIGHT 100

struct section {
    struct req *rq;
    const struct campaign *c;
    bool below;
    str list; /* address of the list of duties behind the figures */
    struct rollup whole;
    struct overview_campaign_view *v;
};

/* Of a stage, a line or an action: its figures and the lists behind them. */
static struct overview_part_view part(struct section *s, str name, const struct rollup *n, str filter)
{
    int64_t all = n->owed + n->done;
    return (struct overview_part_view){
        .name = name,
        .owed = n->owed,
        .done = n->done,
        .waived = n->waived,
        .adapted = n->adapted,
        .percent = all == 0 ? 0 : n->done * 100 / all,
        .href = str_concat(s->rq->mem, s->list, filter),
    };
}

static void sum(struct rollup *to, const struct rollup *n)
{
    to->owed += n->owed;
    to->done += n->done;
    to->waived += n->waived;
    to->adapted += n->adapted;
}

static void by_action(struct section *s, const struct rollup_action *list, size_t n)
{
    s->v->actions = NEWN(s->rq->mem, struct overview_part_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        str filter = str_format(s->rq->mem, "&action=%lld", (long long)list[i].action.v);
        s->v->actions[s->v->n_actions++] = part(s, list[i].name, &list[i].n, filter);
    }
}

static void by_line(struct section *s, const struct rollup_action *list, size_t n)
{
    static const char *const lines[LINES] = {"work", "development", "livelihood"};
    s->v->lines = NEWN(s->rq->mem, struct overview_part_view, LINES);
    for (size_t k = 0; k < LINES; k++) {
        struct rollup all = {0};
        str line = str_from(lines[k]);
        for (size_t i = 0; i < n; i++)
            if (str_eq(list[i].line, line)) sum(&all, &list[i].n);
        str filter = str_format(s->rq->mem, "&optional=no&line=%s", lines[k]);
        s->v->lines[s->v->n_lines++] = part(s, req_tr(s->rq, aim_line_label(line)), &all, filter);
    }
}

static enum status by_aim(struct section *s, const struct rollup_action *list, size_t n)
{
    struct aim *aims;
    size_t n_aims;
    TRY(aim_list(s->rq->db, s->rq->mem, s->c->id, s->c->version, &aims, &n_aims));
    s->v->aims = NEWN(s->rq->mem, struct overview_part_view, n_aims + 1);
    for (size_t k = 0; k < n_aims; k++) {
        struct rollup all = {0};
        for (size_t i = 0; i < n; i++)
            if (list[i].aim.v == aims[k].id.v) sum(&all, &list[i].n);
        str filter = str_format(s->rq->mem, "&optional=no&aim=%lld", (long long)aims[k].id.v);
        s->v->aims[s->v->n_aims++] = part(s, aims[k].name, &all, filter);
    }
    return ST_OK;
}

static enum status by_stage(struct section *s, const struct rollup_action *list, size_t n)
{
    struct stage *stages;
    size_t n_stages;
    TRY(stage_list(s->rq->db, s->rq->mem, s->c->id, s->c->version, &stages, &n_stages));
    s->v->stages = NEWN(s->rq->mem, struct overview_part_view, n_stages + 1);
    for (size_t k = 0; k < n_stages; k++) {
        struct rollup all = {0};
        for (size_t i = 0; i < n; i++)
            if (list[i].stage.v == stages[k].id.v) sum(&all, &list[i].n);
        str filter = str_format(s->rq->mem, "&optional=no&stage=%lld", (long long)stages[k].id.v);
        s->v->stages[s->v->n_stages++] = part(s, stages[k].name, &all, filter);
    }
    return ST_OK;
}

/* A line from the first day to today: how much was done by then, of all that is done or owed. */
static enum status progress(struct section *s, unit_id unit)
{
    struct rollup_day *days;
    size_t n;
    int64_t done = 0, all = s->whole.owed + s->whole.done, height = CHART_HEIGHT;
    struct buf b;
    TRY(rollup_days(s->rq->db, s->rq->mem, s->c->id, unit, s->below, &days, &n));
    buf_init(&b, s->rq->mem, 256, LIMIT_TARGET * 64);
    buf_format(&b, "0,%d", CHART_HEIGHT);
    s->v->days = NEWN(s->rq->mem, struct overview_day_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t x = campaign_place_on(s->c, days[i].on);
        buf_format(&b, " %lld,%lld", (long long)x, (long long)height); /* a step: nothing between two days */
        done += days[i].done;
        height = all == 0 ? CHART_HEIGHT : CHART_HEIGHT - done * CHART_HEIGHT / all;
        buf_format(&b, " %lld,%lld", (long long)x, (long long)height);
        s->v->days[s->v->n_days++] = (struct overview_day_view){days[i].on, days[i].done, done};
    }
    buf_format(&b, " %lld,%lld", (long long)campaign_place_on(s->c, s->rq->today), (long long)height);
    s->v->points = buf_str(&b);
    return ST_OK;
}

static enum status fill_choice(struct section *s, const struct unit *u)
{
    struct campaign *list;
    size_t n;
    TRY(seen_campaigns(s->rq->db, s->rq->mem, u->id, &list, &n));
    s->v->others = NEWN(s->rq->mem, struct option_view, n + 1);
    for (size_t i = 0; i < n; i++)
        s->v->others[s->v->n_others++] = (struct option_view){
            list[i].ref, str_format(s->rq->mem, "%.*s · %.*s", STR_ARG(list[i].name), STR_ARG(list[i].ref)),
            list[i].id.v == s->c->id.v};
    return ST_OK;
}

static struct campaign_counts_view *counts(struct req *rq, const struct rollup *r)
{
    struct campaign_counts_view *v = NEW(rq->mem, struct campaign_counts_view);
    *v = campaign_counts(r);
    return v;
}

/* Own level, the whole, the units directly below. */
static void fill_units(struct section *s, const struct unit *u, const struct seen *seen, struct overview_view *v)
{
    struct req *rq = s->rq;
    str own = str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s", STR_ARG(s->c->ref),
                         STR_ARG(percent_encode(rq->mem, u->code)));
    v->own = counts(rq, &seen->row[0].duties);
    s->whole = seen->row[s->below ? 1 : 0].duties;
    s->list = s->below ? str_concat(rq->mem, own, STR("&all=1")) : own;
    s->v->own = campaign_figures(rq, &seen->row[0].duties, own, &s->v->n_own);
    if (!s->below) return;
    v->below = counts(rq, &s->whole);
    s->v->below = campaign_figures(rq, &s->whole, s->list, &s->v->n_below);
    v->children = NEWN(rq->mem, struct campaign_unit_row_view, seen->n);
    for (size_t i = 2; i < seen->n; i++) {
        const struct tally_row *t = &seen->row[i].matters;
        if (seen->row[i].level != 2) continue;
        struct rollup_row r = {t->unit, t->code, t->name_en, t->name_zh, t->kind, t->has_children, seen->row[i].duties};
        v->children[v->n_children++] = campaign_unit_row(rq, s->c->ref, &r);
    }
    campaign_unit_bars(v->children, v->n_children);
}

enum status campaign_seen_fill(struct req *rq, const struct campaign *c, const struct unit *u, const struct seen *seen,
                               struct overview_view *v)
{
    struct overview_campaign_view *oc = NEW(rq->mem, struct overview_campaign_view);
    struct section s = {.rq = rq, .c = c, .below = seen->n > 1, .v = oc};
    struct rollup_action *actions;
    size_t n;
    *oc = (struct overview_campaign_view){.ref = c->ref, .name = c->name, .unit_code = u->code};
    v->campaign = oc;
    fill_units(&s, u, seen, v);
    TRY(campaign_timeline(rq, c, u->id, s.below, &oc->timeline));
    TRY(rollup_actions(rq->db, rq->mem, c, u->id, s.below, &actions, &n));
    by_action(&s, actions, n);
    by_line(&s, actions, n);
    TRY(by_aim(&s, actions, n));
    TRY(by_stage(&s, actions, n));
    TRY(progress(&s, u->id));
    return fill_choice(&s, u);
}
