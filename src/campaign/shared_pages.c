/* shared_pages: see shared_pages.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/shared_pages.h"

#include "campaign/words.h"

#define CHART_LEAST 6 /* a day is still seen */

static const struct {
    const char *label, *state, *kind; /* state: of the list behind the figure */
} figures[] = {
    {TR_NOOP("done"), "done", ""},
    {TR_NOOP("still owed"), "owed", ""},
    {TR_NOOP("overdue"), "overdue", "late"},
    {TR_NOOP("excused"), "waived", ""},
    {TR_NOOP("done otherwise"), "adapted", ""},
    {TR_NOOP("not signed for"), "unsigned", "soon"},
    {TR_NOOP("optional projects"), "optional", ""},
};

struct campaign_figure_view *campaign_figures(struct req *rq, const struct rollup *r, str base, size_t *n)
{
    const int64_t counts[] = {r->done, r->owed, r->overdue, r->waived, r->adapted, r->unsigned_, r->optional};
    _Static_assert(COUNT_OF(counts) == COUNT_OF(figures), "each figure has its count");
    struct campaign_figure_view *list = NEWN(rq->mem, struct campaign_figure_view, COUNT_OF(figures));
    *n = COUNT_OF(figures);
    for (size_t i = 0; i < *n; i++) {
        list[i] = (struct campaign_figure_view){.label = req_tr(rq, figures[i].label),
                                                .n = counts[i],
                                                .kind = counts[i] > 0 ? str_from(figures[i].kind) : STR(""),
                                                .href = STR("")};
        if (base.n > 0 && counts[i] > 0)
            list[i].href = str_format(rq->mem, "%.*s&state=%s#duties", STR_ARG(base), figures[i].state);
    }
    return list;
}

struct campaign_counts_view campaign_counts(const struct rollup *r)
{
    return (struct campaign_counts_view){
        .owed = r->owed,
        .done = r->done,
        .waived = r->waived,
        .adapted = r->adapted,
        .overdue = r->overdue,
        .unsigned_ = r->unsigned_,
        .optional = r->optional,
        .optional_done = r->optional_done,
    };
}

struct campaign_unit_row_view campaign_unit_row(struct req *rq, str ref, const struct rollup_row *r)
{
    return (struct campaign_unit_row_view){
        .unit = req_name(rq, r->name_en, r->name_zh),
        .code = r->code,
        .href = str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s", STR_ARG(ref),
                           STR_ARG(percent_encode(rq->mem, r->code))),
        .has_children = r->has_children,
        .owed = r->n.owed,
        .done = r->n.done,
        .waived = r->n.waived,
        .adapted = r->n.adapted,
        .overdue = r->n.overdue,
        .unsigned_ = r->n.unsigned_,
        .optional = r->n.optional,
        .any = r->n.owed + r->n.done + r->n.waived + r->n.optional + r->n.unsigned_ > 0,
    };
}

void campaign_unit_bars(struct campaign_unit_row_view *rows, size_t n)
{
    int64_t most = 1;
    for (size_t i = 0; i < n; i++)
        if (rows[i].owed + rows[i].done > most) most = rows[i].owed + rows[i].done;
    for (size_t i = 0; i < n; i++) {
        rows[i].open_percent = rows[i].owed * 100 / most;
        rows[i].done_percent = rows[i].done * 100 / most;
    }
}

int64_t campaign_place_on(const struct campaign *c, day on)
{
    int64_t from = c->starts.n, to = c->ends.n != 0 ? c->ends.n : c->starts.n + 365;
    int64_t at = ((int64_t)on.n - from) * CHART_WIDTH / (to > from ? to - from : 1);
    return at < 0 ? 0 : at > CHART_WIDTH ? CHART_WIDTH : at;
}

/* Past its end with something still owed: the bar goes on to today, and the picture moves with each day of delay (P16). */
static void draw_stage(const struct req *rq, const struct campaign *c, const struct stage *s,
                       struct campaign_stage_view *v)
{
    int64_t end = s->ends.n == 0 ? CHART_WIDTH : campaign_place_on(c, s->ends), today = campaign_place_on(c, rq->today);
    v->x = campaign_place_on(c, s->starts);
    v->width = end - v->x > CHART_LEAST ? end - v->x : CHART_LEAST;
    v->past = s->ends.n != 0 && s->ends.n < rq->today.n;
    if (!v->past || v->owed == 0 || today <= v->x + v->width) return;
    v->late_x = v->x + v->width;
    v->late_width = today - v->late_x;
}

enum status campaign_timeline(struct req *rq, const struct campaign *c, unit_id unit, bool below,
                              struct campaign_timeline_view *v)
{
    struct stage *list;
    struct rollup_action *actions;
    struct unit u;
    size_t n, n_actions;
    TRY(unit_get(rq->db, rq->mem, unit, &u));
    TRY(stage_list(rq->db, rq->mem, c->id, campaign_shown_version(c, c->version == 0), &list, &n));
    TRY(rollup_actions(rq->db, rq->mem, c, unit, below, &actions, &n_actions));
    *v = (struct campaign_timeline_view){.stages = NEWN(rq->mem, struct campaign_stage_view, n + 1),
                                         .starts = c->starts,
                                         .ends = c->ends,
                                         .now_x = campaign_place_on(c, rq->today),
                                         .has_now =
                                             rq->today.n >= c->starts.n && (c->ends.n == 0 || rq->today.n <= c->ends.n),
                                         .today = rq->today};
    for (size_t i = 0; i < n; i++) {
        struct campaign_stage_view *s = &v->stages[v->n_stages++];
        *s = (struct campaign_stage_view){.name = list[i].name,
                                          .starts = list[i].starts,
                                          .ends = list[i].ends,
                                          .current = stage_is_current(&list[i], rq->today)};
        for (size_t k = 0; k < n_actions; k++)
            if (actions[k].stage.v == list[i].id.v) s->owed += actions[k].n.owed;
        s->href = str_format(rq->mem, "/campaigns/%.*s/units?unit=%.*s%s&optional=no&state=owed&stage=%lld#duties",
                             STR_ARG(c->ref), STR_ARG(percent_encode(rq->mem, u.code)), below ? "&all=1" : "",
                             (long long)list[i].id.v);
        draw_stage(rq, c, &list[i], s);
        v->several += s->current ? 1 : 0;
    }
    if (v->several == 1) v->several = 0;
    return ST_OK;
}

str campaign_criterion_words(struct req *rq, str criterion, int64_t n)
{
    const char *label = action_criterion_label(criterion);
    str head, tail;
    if (label == NULL) return STR("");
    str words = req_tr(rq, label);
    if (!str_cut_str(words, STR("{n}"), &head, &tail)) return words;
    return str_format(rq->mem, "%.*s%lld%.*s", STR_ARG(head), (long long)n, STR_ARG(tail));
}

const char *campaign_state_label(str state)
{
    static const struct {
        const char *key, *label;
    } labels[] = {
        {"draft", TR_NOOP("Draft")},     {"discussed", TR_NOOP("Open for opinions")},
        {"matched", TR_NOOP("Matched")}, {"approved", TR_NOOP("Approved")},
        {"issued", TR_NOOP("Running")},  {"closed", TR_NOOP("Closed")},
    };
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq(state, str_from(labels[i].key))) return labels[i].label;
    return "";
}

const char *duty_state_label(str state)
{
    if (str_eq(state, STR("done"))) return TR_NOOP("Done");
    if (str_eq(state, STR("waived"))) return TR_NOOP("Excused");
    return TR_NOOP("Owed");
}

struct campaign_duty_view campaign_duty_row(struct req *rq, const struct duty_item *d, bool for_staff)
{
    bool late = str_eq(d->state, STR("owed")) && d->due.n > 0 && d->due.n < rq->today.n;
    return (struct campaign_duty_view){
        .id = part_id(rq, d->id.v),
        .name = d->name,
        .criteria = d->criteria,
        .criterion = campaign_criterion_words(rq, d->criterion, d->criterion_n),
        .stage = d->stage_name,
        .state = req_tr(rq, late ? TR_NOOP("Overdue") : duty_state_label(d->state)),
        .chip = late                            ? STR("late")
                : str_eq(d->state, STR("done")) ? STR("fine")
                                                : STR("plain"),
        .due = d->due,
        .met = d->met,
        .needed = d->criterion_n,
        .prescribed = d->prescribed,
        .adapted = d->adapted,
        .reason = d->reason,
        .asked = d->asked,
        .unit = req_name(rq, d->unit_en, d->unit_zh),
        .unit_code = d->unit_code,
        .campaign = d->campaign_name,
        .ref = d->campaign_ref,
        .href = for_staff ? str_format(rq->mem, "/work/duties/%lld", (long long)d->id.v) : STR(""),
    };
}
