/* burden_pages: what each office asks of each unit in a month, and requests for data, which are answered by a link when the system holds
 * what is asked for (N12). SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "campaign/burden.h"
#include "campaign/pages.h"
#include "campaign/words.h"
#include "gen/tpl/burden.h"
#include "gen/tpl/data_request.h"
#include "people/unit.h"
#include "web/parts.h"
#include "web/req.h"

#define ROWS_PAGE   100
#define FIELDS      6
#define ANSWER_MOST 256
#define CHOICES     40 /* campaigns offered: more than run at one time */

/* Who sees it: whoever works in the unit, above it or below it; the units below it are seen from there and from above. */

static bool works_at_or_above(struct req *rq, unit_id unit)
{
    for (int i = 0; i < rq->actor.n_roles; i++)
        if (unit_is_below(rq->db, rq->mem, rq->actor.roles[i].unit, unit)) return true;
    return false;
}

static bool works_below(struct req *rq, unit_id unit)
{
    for (int i = 0; i < rq->actor.n_roles; i++)
        if (unit_is_below(rq->db, rq->mem, unit, rq->actor.roles[i].unit)) return true;
    return false;
}

static enum status find_unit(struct req *rq, str code, struct unit *out)
{
    if (code.n == 0) return unit_get(rq->db, rq->mem, rq->actor.unit, out);
    TRY(unit_by_code(rq->db, rq->mem, code, out));
    return works_at_or_above(rq, out->id) || works_below(rq, out->id) ? ST_OK : ST_NOT_FOUND;
}

/* Months: year * 12 + month - 1 in the tables, 2026-11 in addresses. */

static bool month_parse(str s, int32_t *out)
{
    str year, month;
    int64_t y, m;
    if (!str_cut(s, '-', &year, &month) || !str_int(year, &y) || !str_int(month, &m)) return false;
    if (y < 1970 || y > 9998 || m < 1 || m > 12) return false;
    *out = (int32_t)(y * 12 + m - 1);
    return true;
}

static str month_text(struct req *rq, int32_t month)
{
    return str_format(rq->mem, "%04d-%02d", month / 12, month % 12 + 1);
}

static str month_label(struct req *rq, int32_t month)
{
    char text[LANG_DATE_BYTES];
    struct civil first = {.year = month / 12, .month = month % 12 + 1, .day = 1};
    str s = {text, lang_date(rq->lang, first, text)};
    if (rq->lang == LANG_ZH) return str_format(rq->mem, "%d年%d月", first.year, first.month);
    ptrdiff_t space = str_find_byte(s, ' ');
    return str_copy(rq->mem, space < 0 ? s : str_sub(s, (size_t)space + 1, s.n));
}

static str address(struct req *rq, str code, int32_t month)
{
    return str_format(rq->mem, "/burden?unit=%.*s&month=%.*s", STR_ARG(percent_encode(rq->mem, code)),
                      STR_ARG(month_text(rq, month)));
}

/* The page */

static struct burden_row_view *rows_view(struct req *rq, const struct burden_row *list, size_t n, int32_t month,
                                         bool opens)
{
    struct burden_row_view *out = NEWN(rq->mem, struct burden_row_view, n + 1);
    int64_t most = 1;
    for (size_t i = 0; i < n; i++)
        if (list[i].total > most) most = list[i].total;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct burden_row_view){
            .unit = req_name(rq, list[i].name_en, list[i].name_zh),
            .code = list[i].code,
            .href = opens ? address(rq, list[i].code, month) : STR(""),
            .duty = list[i].duty,
            .notice = list[i].notice,
            .data = list[i].data,
            .meeting = list[i].meeting,
            .visit = list[i].visit,
            .total = list[i].total,
            .percent = list[i].total * 100 / most,
        };
    return out;
}

static enum status fill_asked(struct req *rq, const struct unit *u, int32_t month, struct burden_view *v)
{
    struct burden_row *list;
    struct burden_cap *caps;
    size_t n;
    TRY(burden_of(rq->db, rq->mem, u->id, month, &list, &n));
    for (size_t i = 0; i < n; i++) v->total += list[i].total;
    v->asked_by = rows_view(rq, list, n, month, false);
    v->n_asked_by = n;
    TRY(burden_caps(rq->db, rq->mem, u->id, month, &caps, &n));
    v->caps = NEWN(rq->mem, struct burden_cap_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        int64_t percent = caps[i].cap <= 0 || caps[i].asked >= caps[i].cap ? 100 : caps[i].asked * 100 / caps[i].cap;
        v->caps[v->n_caps++] = (struct burden_cap_view){caps[i].ref, caps[i].name, caps[i].asked,
                                                        caps[i].cap, percent,      caps[i].asked > caps[i].cap};
    }
    return ST_OK;
}

static enum status fill_below(struct req *rq, const struct unit *u, int32_t month, struct burden_view *v)
{
    struct burden_row *list;
    size_t n;
    str after = req_query(rq, "after");
    TRY(burden_below(rq->db, rq->mem, u->id, month, after, ROWS_PAGE + 1, &list, &n));
    bool more = n > ROWS_PAGE;
    if (more) n = ROWS_PAGE;
    v->children = rows_view(rq, list, n, month, true);
    v->n_children = n;
    if (more)
        v->pager.next = str_format(rq->mem, "%.*s&after=%.*s#below", STR_ARG(address(rq, u->code, month)),
                                   STR_ARG(percent_encode(rq->mem, list[n - 1].code)));
    if (after.n > 0) v->pager.previous = address(rq, u->code, month);
    return ST_OK;
}

static enum status fill_requests(struct req *rq, const struct unit *u, struct burden_view *v)
{
    struct data_request_row *list;
    size_t n;
    TRY(data_requests_of(rq->db, rq->mem, u->id, &list, &n));
    v->requests = NEWN(rq->mem, struct data_request_row_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v->requests[v->n_requests++] = (struct data_request_row_view){
            .what = list[i].what,
            .purpose = list[i].purpose,
            .at = list[i].at,
            .ends = list[i].ends,
            .answer = list[i].answer,
            .notice = list[i].notice.v == 0 ? STR("") : part_id(rq, list[i].notice.v),
        };
    return ST_OK;
}

static enum status page_burden(struct req *rq)
{
    struct burden_view v = {0};
    struct unit u, up;
    unit_id above;
    int32_t month = burden_month(rq->city, rq->now);
    str wanted = req_query(rq, "month");
    TRY(find_unit(rq, req_query(rq, "unit"), &u));
    if (wanted.n > 0 && !month_parse(wanted, &month)) return ST_NOT_FOUND; /* an address that no page gives */
    v.unit = req_name(rq, u.name_en, u.name_zh);
    v.code = u.code;
    v.month = month_text(rq, month);
    v.month_label = month_label(rq, month);
    v.previous = address(rq, u.code, month - 1);
    v.next = month < burden_month(rq->city, rq->now) ? address(rq, u.code, month + 1) : STR("");
    TRY(unit_up(rq->db, rq->mem, u.id, &above));
    if (above.v != u.id.v && unit_get(rq->db, rq->mem, above, &up) == ST_OK) {
        v.up_code = up.code;
        v.up_name = req_name(rq, up.name_en, up.name_zh);
    }
    TRY(fill_asked(rq, &u, month, &v));
    if (works_at_or_above(rq, u.id)) {
        TRY(fill_below(rq, &u, month, &v));
        TRY(fill_requests(rq, &u, &v));
    }
    v.may_ask = notice_may_sign(rq->db, rq->mem, &rq->actor, u.id);
    v.sent = req_query(rq, "sent").n > 0;
    return RESPOND(rq, burden, &v, .title = req_tr(rq, "What units are asked"), .nav = "overview", .place = PLACE_WORK);
}

/* A request for data */

static const struct part fact_part = {
    .name = "fact",
    .kind = "select",
    .label = TR_NOOP("What do you need to know?"),
    .hint = TR_NOOP("What the system counts itself is answered by a link: nobody is asked.")};
static const struct part what_part = {
    .name = "what", .kind = "text", .label = TR_NOOP("In your words"), .max = CAMPAIGN_NAME_POINTS};
static const struct part purpose_part = {.name = "purpose",
                                         .kind = "area",
                                         .label = TR_NOOP("What is it needed for?"),
                                         .max = CAMPAIGN_LINE_POINTS,
                                         .rows = 3};
static const struct part ends_part = {
    .name = "ends_on", .kind = "date", .label = TR_NOOP("Needed until"), .width = "10"};
static const struct part campaign_part_row = {.name = "campaign",
                                              .kind = "select",
                                              .label = TR_NOOP("Belongs to the campaign"),
                                              .hint = TR_NOOP("Its cap of what a unit may be asked in a month holds.")};
static const struct part to_part = {.name = "to",
                                    .kind = "area",
                                    .label = TR_NOOP("Units to ask"),
                                    .hint =
                                        TR_NOOP("Unit numbers with a space between. Empty: all units directly below."),
                                    .rows = 2,
                                    .optional = true};

static struct option_view *fact_options(struct req *rq, size_t *n)
{
    struct option_view *list = NEWN(rq->mem, struct option_view, burden_facts_n + 1);
    *n = 0;
    list[(*n)++] = (struct option_view){STR(""), req_tr(rq, "Something else: ask the units below"), false};
    for (size_t i = 0; i < burden_facts_n; i++)
        list[(*n)++] = (struct option_view){str_from(burden_facts[i].key), req_tr(rq, burden_facts[i].label), false};
    return list;
}

/* Those that run and have the unit in scope. */
static enum status campaign_options(struct req *rq, const struct unit *u, struct option_view **out, size_t *n)
{
    struct campaign *list;
    size_t all;
    *n = 0;
    *out = NEWN(rq->mem, struct option_view, CHOICES + 1);
    (*out)[(*n)++] = (struct option_view){STR(""), req_tr(rq, "None"), false};
    TRY(campaign_list(rq->db, rq->mem, NULL, &list, &all));
    for (size_t i = 0; i < all && *n <= CHOICES; i++)
        if (str_eq(list[i].state, STR("issued")) && campaign_in_scope(rq->db, rq->mem, &list[i], u->id))
            (*out)[(*n)++] = (struct option_view){list[i].ref, list[i].name, false};
    return ST_OK;
}

static enum status show_form(struct req *rq, const struct unit *u, str answer)
{
    size_t n_facts, n_campaigns;
    struct option_view *facts = fact_options(rq, &n_facts), *campaigns;
    TRY(campaign_options(rq, u, &campaigns, &n_campaigns));
    struct data_request_view v = {.unit = req_name(rq, u->name_en, u->name_zh), .code = u->code, .answer = answer};
    v.faults = req_faults_view(rq);
    v.fields = NEWN(rq->mem, struct form_field_view, FIELDS);
    v.fields[v.n_fields++] = part_choice(rq, &fact_part, req_query(rq, "fact"), facts, n_facts);
    v.fields[v.n_fields++] = part_field(rq, &what_part, STR(""));
    v.fields[v.n_fields++] = part_field(rq, &purpose_part, STR(""));
    v.fields[v.n_fields++] = part_field(rq, &ends_part, STR(""));
    v.fields[v.n_fields++] = part_choice(rq, &campaign_part_row, STR(""), campaigns, n_campaigns);
    v.fields[v.n_fields++] = part_field(rq, &to_part, STR(""));
    return RESPOND(rq, data_request, &v, .title = req_tr(rq, "Ask for data"), .nav = "overview", .place = PLACE_WORK,
                   .status = v.faults == NULL ? 200 : 400);
}

static enum status asking_unit(struct req *rq, str code, struct unit *u)
{
    TRY(find_unit(rq, code, u));
    return notice_may_sign(rq->db, rq->mem, &rq->actor, u->id) ? ST_OK
           : works_at_or_above(rq, u->id)                      ? ST_FORBIDDEN
                                                               : ST_NOT_FOUND;
}

static enum status page_request(struct req *rq)
{
    struct unit u;
    TRY(asking_unit(rq, req_query(rq, "unit"), &u));
    return show_form(rq, &u, STR(""));
}

struct asking {
    struct req *rq;
    struct data_request_draft draft;
    char answer[ANSWER_MOST];
};

static enum status do_ask(struct db *db, struct arena *mem, void *arg)
{
    struct asking *a = arg;
    str answer;
    notice_id sent;
    struct campaign_command cmd = {
        .city = a->rq->city, .who = &a->rq->actor, .campaign = a->draft.campaign, .faults = &a->rq->faults};
    a->rq->faults.n = 0;
    TRY(data_request(db, mem, &cmd, &a->draft, &answer, &sent));
    (void)snprintf(a->answer, sizeof a->answer, "%.*s", STR_ARG(answer));
    return ST_OK;
}

static enum status read_units(struct req *rq, struct data_request_draft *d)
{
    str one, rest = req_form(rq, "to");
    while (rest.n > 0) {
        struct unit u;
        size_t end = 0;
        while (end < rest.n && (unsigned char)rest.p[end] > ' ' && rest.p[end] != ',') end++;
        one = str_sub(rest, 0, end);
        rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
        if (one.n == 0) continue;
        if (d->n_to == NOTICE_UNITS || unit_by_code(rq->db, rq->mem, one, &u) != ST_OK)
            return fault(&rq->faults, "to", TR_NOOP("Choose units below your own"));
        d->to[d->n_to++] = u.id;
    }
    return ST_OK;
}

static enum status read_request(struct req *rq, struct data_request_draft *d)
{
    struct campaign c;
    str ref = req_form(rq, "campaign"), ends = req_form(rq, "ends_on");
    d->fact = req_form(rq, "fact");
    d->what = req_form(rq, "what");
    d->purpose = req_form(rq, "purpose");
    if (ends.n > 0 && !day_parse(ends, &d->ends)) d->ends = (day){0}; /* refused as too early, with the same words */
    if (ref.n > 0 && campaign_get(rq->db, rq->mem, NULL, ref, &c) != ST_OK)
        return fault(&rq->faults, "campaign", TR_NOOP("Choose one of the list"));
    if (ref.n > 0) d->campaign = c.id;
    return read_units(rq, d);
}

/* A rule names the part of a notice; the form has parts of its own. */
static void name_parts(struct faults *f)
{
    static const char *const pairs[][2] = {
        {"subject", "what"}, {"text", "purpose"}, {"unit", "campaign"}, {"cap", "campaign"}};
    for (size_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < COUNT_OF(pairs); k++)
            if (str_eq(str_from(f->item[i].field), str_from(pairs[k][0]))) f->item[i].field = pairs[k][1];
}

static enum status page_ask(struct req *rq)
{
    struct asking *a = NEW(rq->mem, struct asking);
    struct unit u;
    TRY(asking_unit(rq, req_form(rq, "unit"), &u));
    *a = (struct asking){.rq = rq, .draft = {.unit = u.id}};
    enum status st = read_request(rq, &a->draft);
    if (st == ST_OK) st = db_write(rq->db, do_ask, a);
    name_parts(&rq->faults);
    if (rq->faults.n > 0) return show_form(rq, &u, STR(""));
    TRY(st);
    if (a->answer[0] != 0) return show_form(rq, &u, str_from(a->answer));
    return respond_redirect(
        rq, str_format(rq->mem, "/burden?unit=%.*s&sent=1#requests", STR_ARG(percent_encode(rq->mem, u.code))));
}

static const struct route rows[] = {
    {HTTP_GET, "/burden", SIGNED_IN, NO_BODY, page_burden, 0,
     "what each office asks of a unit in a month; ?unit=CODE&month=2026-11"},
    {HTTP_GET, "/burden/request", SIGNED_IN, NO_BODY, page_request, 0, "form: ask for data"},
    {HTTP_POST, "/burden/request", SIGNED_IN, FORM_BODY, page_ask, 0, "answers with a link, or asks the units below"},
};
const struct route_list burden_route_list = {rows, COUNT_OF(rows)};
