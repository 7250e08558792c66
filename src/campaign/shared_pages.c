/* shared_pages: see shared_pages.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/shared_pages.h"

#include "campaign/words.h"

static const struct {
    const char *label, *state, *kind; /* state: of the list behind the figure; NULL: none */
} figures[] = {
    {TR_NOOP("done"), "done", ""},
    {TR_NOOP("still owed"), "owed", ""},
    {TR_NOOP("overdue"), "overdue", "late"},
    {TR_NOOP("excused"), "waived", ""},
    {TR_NOOP("done otherwise"), "adapted", ""},
    {TR_NOOP("not signed for"), NULL, "soon"},
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
        if (base.n > 0 && figures[i].state != NULL && counts[i] > 0)
            list[i].href = str_format(rq->mem, "%.*s&state=%s#duties", STR_ARG(base), figures[i].state);
    }
    return list;
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
