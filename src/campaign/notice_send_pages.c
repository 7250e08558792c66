/* notice_send_pages: a new notice: to the units directly below, to all below, or to chosen ones; also one that breaks another down.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "campaign/notice_pages.h"
#include "campaign/words.h"
#include "matter/pick_pages.h"

#define CHECKS_SHOWN 60 /* units directly below to tick; the others are named */

struct sending {
    struct req *rq;
    struct unit from;
    unit_id units[ACTOR_ROLES]; /* in whose name they may send */
    size_t n_units;
    struct notice parent;
    struct notice_draft *draft;
    struct notice_above above;
    notice_id sent;
};

/* In whose name: as chosen, else the first. */
static enum status begin(struct req *rq, struct sending *w)
{
    unit_id all[ACTOR_ROLES];
    int64_t parent = 0;
    size_t n = actor_units(&rq->actor, ACT_OVERVIEW, all);
    str code = part_value(rq, "unit", req_query(rq, "unit"));
    *w = (struct sending){.rq = rq, .draft = NEW(rq->mem, struct notice_draft)};
    for (size_t i = 0; i < n; i++) {
        struct unit u;
        if (!notice_may_sign(rq->db, rq->mem, &rq->actor, all[i])) continue;
        TRY(unit_get(rq->db, rq->mem, all[i], &u));
        if (w->from.id.v == 0 || str_eq(code, u.code)) w->from = u;
        w->units[w->n_units++] = all[i];
    }
    if (w->n_units == 0) return ST_FORBIDDEN;
    str breaks = part_value(rq, "parent", req_query(rq, "parent"));
    if (breaks.n > 0) {
        struct delivery own;
        if (!str_int(breaks, &parent) || parent <= 0) return ST_NOT_FOUND;
        TRY(notice_get(rq->db, rq->mem, &rq->actor, (notice_id){parent}, &w->parent));
        TRY(delivery_of(rq->db, rq->mem, w->parent.id, w->from.id, &own));
    }
    return ST_OK;
}

/* The form */

static const struct part unit_part = {.name = "unit", .kind = "select", .label = TR_NOOP("In the name of")};
static const struct part campaign_part = {.name = "campaign",
                                          .kind = "select",
                                          .label = TR_NOOP("Campaign"),
                                          .hint =
                                              TR_NOOP("Within a campaign your unit's own list must be public first")};
static const struct part subject_part = {
    .name = "subject", .kind = "text", .label = TR_NOOP("Subject"), .max = CAMPAIGN_NAME_POINTS};
static const struct part text_part = {.name = "text",
                                      .kind = "area",
                                      .label = TR_NOOP("What is to be done, by whom and by when"),
                                      .rows = 8,
                                      .max = CAMPAIGN_TEXT_POINTS};
static const struct part breaks_part = {
    .name = "wants_break_down",
    .kind = "check",
    .label = TR_NOOP("Each unit breaks it down for the units below it, or says why not")};
static const struct part who_part = {.name = "who", .kind = "radios", .label = TR_NOOP("To which units")};
static const struct part others_part = {.name = "others",
                                        .kind = "area",
                                        .label = TR_NOOP("Other units below"),
                                        .hint = TR_NOOP("One a line, by number or name"),
                                        .rows = 3,
                                        .optional = true};

static enum status unit_field(struct sending *w, struct duty_form_view *v)
{
    struct req *rq = w->rq;
    struct option_view *list = NEWN(rq->mem, struct option_view, w->n_units);
    for (size_t i = 0; i < w->n_units; i++) {
        struct unit u;
        TRY(unit_get(rq->db, rq->mem, w->units[i], &u));
        list[i] = (struct option_view){u.code, req_name(rq, u.name_en, u.name_zh), false};
    }
    if (w->n_units > 1) v->fields[v->n_fields++] = part_choice(rq, &unit_part, w->from.code, list, w->n_units);
    return ST_OK;
}

/* Campaigns that run over the unit. One that breaks a notice down stays in that one's campaign. */
static enum status campaign_field(struct sending *w, struct duty_form_view *v)
{
    struct req *rq = w->rq;
    struct campaign *all;
    size_t n, used = 1;
    if (w->parent.id.v != 0) return ST_OK;
    TRY(campaign_list(rq->db, rq->mem, &rq->actor, &all, &n));
    struct option_view *list = NEWN(rq->mem, struct option_view, n + 1);
    list[0] = (struct option_view){STR(""), req_tr(rq, "Outside any campaign"), false};
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].state, STR("issued")) && all[i].issuer.n == 0 &&
            campaign_in_scope(rq->db, rq->mem, &all[i], w->from.id))
            list[used++] = (struct option_view){all[i].ref, all[i].name, false};
    if (used > 1) v->fields[v->n_fields++] = part_choice(rq, &campaign_part, req_query(rq, "campaign"), list, used);
    return ST_OK;
}

static bool ticked(struct req *rq, str code)
{
    for (size_t i = 0; i < rq->form.n; i++)
        if (str_eq(rq->form.item[i].name, STR("to")) && str_eq(rq->form.item[i].value, code)) return true;
    return false;
}

static enum status to_fields(struct sending *w, struct duty_form_view *v)
{
    static const struct {
        const char *key, *label;
    } ways[] = {{"children", TR_NOOP("All units directly below")},
                {"all", TR_NOOP("All units below, at every level")},
                {"chosen", TR_NOOP("The units chosen here")}};
    struct req *rq = w->rq;
    struct unit *below;
    size_t n;
    struct option_view *list = NEWN(rq->mem, struct option_view, COUNT_OF(ways));
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        list[i] = (struct option_view){str_from(ways[i].key), req_tr(rq, ways[i].label), false};
    struct form_field_view who = part_choice(rq, &who_part, STR("children"), list, COUNT_OF(ways));
    if (who.error.n == 0) who.error = req_fault(rq, "to");
    v->fields[v->n_fields++] = who;
    TRY(unit_children(rq->db, rq->mem, w->from.id, STR(""), CHECKS_SHOWN, &below, &n));
    v->checks = NEWN(rq->mem, struct option_view, n + 1);
    v->checks_label = req_tr(rq, "Units directly below");
    v->checks_open = str_eq(who.value, STR("chosen"));
    for (size_t i = 0; i < n; i++)
        if (!str_eq(below[i].kind, STR("partner")))
            v->checks[v->n_checks++] = (struct option_view){
                below[i].code, req_name(rq, below[i].name_en, below[i].name_zh), ticked(rq, below[i].code)};
    v->after = NEWN(rq->mem, struct form_field_view, 1);
    v->after[v->n_after++] = part_field(rq, &others_part, STR(""));
    return ST_OK;
}

static void fill_above(struct sending *w, struct duty_form_view *v)
{
    struct req *rq = w->rq;
    v->above = NEWN(rq->mem, str, NOTICE_ABOVE + 1);
    for (size_t i = 0; i < w->above.n; i++)
        v->above[v->n_above++] =
            str_format(rq->mem, "%.*s %.*s", STR_ARG(req_name(rq, w->above.unit[i].name_en, w->above.unit[i].name_zh)),
                       STR_ARG(w->above.unit[i].code));
    v->above_more = w->above.total - (int64_t)w->above.n;
}

static enum status show(struct sending *w, int status)
{
    struct req *rq = w->rq;
    bool breaks = w->parent.id.v != 0;
    struct duty_form_view v = {
        .back = breaks ? str_format(rq->mem, "/work/notices/%lld", (long long)w->parent.id.v) : STR("/work/notices"),
        .back_label = req_tr(rq, breaks ? TR_NOOP("Back to the notice") : TR_NOOP("Back to the notices")),
        .caption = req_name(rq, w->from.name_en, w->from.name_zh),
        .title = req_tr(rq, breaks ? TR_NOOP("Break the notice down") : TR_NOOP("New notice")),
        .lead = req_tr(
            rq, breaks
                    ? TR_NOOP("Send on what each unit below has to do. The sender above sees that it is broken down.")
                    : TR_NOOP("Each unit signs for it. You see where it hangs.")),
        .action = STR("/work/notice-new"),
        .button = req_tr(rq, "Send the notice"),
        .hidden = NEWN(rq->mem, struct option_view, 2),
        .fields = NEWN(rq->mem, struct form_field_view, FORM_FIELDS),
    };
    if (breaks) {
        v.quote = w->parent.text;
        v.quote_label = w->parent.subject;
        v.hidden[v.n_hidden++] = (struct option_view){part_id(rq, w->parent.id.v), STR("parent"), false};
    }
    if (w->n_units == 1) v.hidden[v.n_hidden++] = (struct option_view){w->from.code, STR("unit"), false};
    TRY(unit_field(w, &v));
    TRY(campaign_field(w, &v));
    v.fields[v.n_fields++] = part_field(rq, &subject_part, w->parent.subject);
    v.fields[v.n_fields++] = part_field(rq, &text_part, STR(""));
    v.fields[v.n_fields++] = part_field(rq, &breaks_part, STR(""));
    TRY(to_fields(w, &v));
    fill_above(w, &v);
    return duty_form_show(rq, &v, "notices", status);
}

enum status page_notice_new(struct req *rq)
{
    struct sending *w = NEW(rq->mem, struct sending);
    TRY(begin(rq, w));
    return show(w, 0);
}

/* Sending */

static enum status add_unit(struct sending *w, const struct unit *u)
{
    struct notice_draft *d = w->draft;
    for (size_t i = 0; i < d->n_to; i++)
        if (d->to[i].v == u->id.v) return ST_OK;
    if (d->n_to == NOTICE_UNITS)
        return fault_max(&w->rq->faults, "others", TR_NOOP("Choose at most {max} units"), NOTICE_UNITS);
    d->to[d->n_to++] = u->id;
    return ST_OK;
}

static enum status read_others(struct sending *w)
{
    struct req *rq = w->rq;
    str rest = req_form(rq, "others");
    while (rest.n > 0) {
        struct unit u = {0};
        str line = rest, tail = STR("");
        (void)str_cut(rest, '\n', &line, &tail);
        rest = tail;
        line = str_trim(line);
        if (line.n == 0) continue;
        TRY(unit_pick(rq, "others", line, &u));
        TRY(add_unit(w, &u));
    }
    return ST_OK;
}

static enum status read_to(struct sending *w)
{
    struct req *rq = w->rq;
    str who = req_form(rq, "who");
    w->draft->subtree = str_eq(who, STR("all"));
    if (str_eq(who, STR("all")) || str_eq(who, STR("children"))) return ST_OK;
    if (!str_eq(who, STR("chosen"))) return fault(&rq->faults, "who", TR_NOOP("Choose to which units it goes"));
    for (size_t i = 0; i < rq->form.n; i++) {
        struct unit u;
        if (!str_eq(rq->form.item[i].name, STR("to"))) continue;
        enum status st = unit_by_code(rq->db, rq->mem, rq->form.item[i].value, &u);
        if (st == ST_NOT_FOUND) return fault(&rq->faults, "to", TR_NOOP("Choose units below your own"));
        TRY(st);
        TRY(add_unit(w, &u));
    }
    TRY(read_others(w));
    return w->draft->n_to > 0 ? ST_OK : fault(&rq->faults, "to", TR_NOOP("Choose at least one unit"));
}

static enum status read_campaign(struct sending *w)
{
    struct req *rq = w->rq;
    struct campaign c;
    str ref = req_form(rq, "campaign");
    w->draft->campaign = w->parent.campaign;
    if (w->parent.id.v != 0 || ref.n == 0) return ST_OK;
    TRY(campaign_get(rq->db, rq->mem, &rq->actor, ref, &c));
    w->draft->campaign = c.id;
    return ST_OK;
}

static enum status run_send(struct db *db, struct arena *mem, void *arg)
{
    struct sending *w = arg;
    struct req *rq = w->rq;
    struct notice_above above = {0};
    struct campaign_command cmd = {
        .city = rq->city, .who = &rq->actor, .campaign = w->draft->campaign, .faults = &rq->faults};
    w->draft->above = &above;
    enum status st = notice_send(db, mem, &cmd, w->draft, &w->sent);
    w->draft->above = NULL;
    w->above = above;
    for (size_t i = 0; i < above.n; i++) { /* the command's arena is gone before the page is made */
        w->above.unit[i].code = str_copy(rq->mem, above.unit[i].code);
        w->above.unit[i].name_en = str_copy(rq->mem, above.unit[i].name_en);
        w->above.unit[i].name_zh = str_copy(rq->mem, above.unit[i].name_zh);
    }
    return st;
}

enum status page_notice_send(struct req *rq)
{
    struct sending *w = NEW(rq->mem, struct sending);
    TRY(begin(rq, w));
    TRY(read_campaign(w));
    struct notice_draft *d = w->draft;
    d->parent = w->parent.id;
    d->unit = w->from.id;
    d->subject = req_form(rq, "subject");
    d->text = req_form(rq, "text");
    d->wants_break_down = req_form(rq, "wants_break_down").n > 0;
    enum status st = read_to(w);
    if (st != ST_OK && st != ST_INVALID) return st;
    if (st == ST_OK) st = duty_form_run(rq, run_send, w);
    if (st == ST_INVALID) return show(w, 400);
    TRY(st);
    if (w->sent.v == 0) return respond_redirect(rq, STR("/work/notices?done=sent")); /* sent twice */
    return respond_redirect(rq, str_format(rq->mem, "/work/notices/%lld?done=sent", (long long)w->sent.v));
}
