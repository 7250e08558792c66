/* overview_pages: one's own level first, then the levels below, opening one by one through links. Reads tallies only.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/tpl/overview.h"
#include "gen/view/overview.h"
#include "insight/campaign_seen_pages.h"
#include "insight/pages.h"
#include "insight/seen.h"
#include "web/parts.h"
#include "web/req.h"

struct figure { /* in the order of seen_figure_label */
    const char *what;
    const char *kind;  /* colour when it is not 0 */
    const char *query; /* of the list behind it; NULL: none */
};
/* Volume has no colour: it is no fault. */
static const struct figure figures[] = {
    {"open", "", "&sort=due"},           {"due_soon", "soon", NULL},          {"overdue", "late", NULL},
    {"answered", "", "&state=answered"}, {"unconfirmed", "soon", NULL},       {"solved", "", "&state=solved"},
    {"partly", "", "&state=partly"},     {"declined", "", "&state=declined"}, {"not_solved", "late", NULL},
    {"reopened", "late", NULL},
};
_Static_assert(COUNT_OF(figures) == SEEN_FIGURES, "each figure has its tally");

struct overview {
    struct req *rq;
    struct unit unit;
    bool below;          /* the actor may see the levels below it */
    bool sees_all;       /* and the matters of all units there */
    str open[SEEN_OPEN]; /* codes of the opened units */
    size_t n_open;
    struct campaign campaign; /* id 0: none */
    struct overview_view v;
};

/* Figures */

static struct overview_figure_view *figures_view(struct overview *o, const struct tally_row *t, str code,
                                                 bool with_links, size_t *n)
{
    struct req *rq = o->rq;
    struct overview_figure_view *list = NEWN(rq->mem, struct overview_figure_view, COUNT_OF(figures));
    *n = COUNT_OF(figures);
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        const struct figure *f = &figures[i];
        int64_t value = seen_figure(t, i);
        list[i] = (struct overview_figure_view){.what = str_from(f->what),
                                                .label = req_tr(rq, seen_figure_label[i]),
                                                .n = value,
                                                .kind = value > 0 ? str_from(f->kind) : STR("")};
        if (with_links && value > 0 && f->query != NULL)
            list[i].href =
                str_format(rq->mem, "/work/matters?unit=%.*s%s", STR_ARG(percent_encode(rq->mem, code)), f->query);
    }
    return list;
}

/* Levels below */

static bool is_open(const struct overview *o, str code)
{
    for (size_t i = 0; i < o->n_open; i++)
        if (str_eq(o->open[i], code)) return true;
    return false;
}

static void read_open(struct overview *o)
{
    str rest = req_query(o->rq, "open");
    while (rest.n > 0 && o->n_open < SEEN_OPEN) {
        str one;
        (void)str_cut(rest, ',', &one, &rest);
        if (one.n > 0 && !is_open(o, one)) o->open[o->n_open++] = one;
    }
}

/* The address of this page with one more or one fewer unit opened. */
static str toggle(struct overview *o, str code)
{
    struct buf b;
    bool was_open = is_open(o, code), first = true;
    buf_init(&b, o->rq->mem, 128, LIMIT_TARGET);
    str ref = req_query(o->rq, "campaign");
    buf_format(&b, "/overview?unit=%.*s", STR_ARG(percent_encode(o->rq->mem, o->unit.code)));
    if (ref.n > 0) buf_format(&b, "&campaign=%.*s", STR_ARG(percent_encode(o->rq->mem, ref)));
    buf_add(&b, STR("&open="));
    for (size_t i = 0; i < o->n_open; i++) {
        if (str_eq(o->open[i], code)) continue;
        buf_format(&b, "%s%.*s", first ? "" : ",", STR_ARG(percent_encode(o->rq->mem, o->open[i])));
        first = false;
    }
    if (!was_open && o->n_open < SEEN_OPEN)
        buf_format(&b, "%s%.*s", first ? "" : ",", STR_ARG(percent_encode(o->rq->mem, code)));
    str after = req_query(o->rq, "after");
    if (after.n > 0) buf_format(&b, "&after=%.*s", STR_ARG(percent_encode(o->rq->mem, after)));
    buf_add(&b, STR("#levels"));
    return buf_str(&b);
}

static str page_of(struct overview *o, str code, str after)
{
    str unit = percent_encode(o->rq->mem, code);
    if (after.n == 0) return str_format(o->rq->mem, "/overview?unit=%.*s", STR_ARG(unit));
    after = percent_encode(o->rq->mem, after);
    return str_format(o->rq->mem, "/overview?unit=%.*s&after=%.*s#levels", STR_ARG(unit), STR_ARG(after));
}

static void add_row(struct overview *o, const struct seen_row *r)
{
    struct req *rq = o->rq;
    const struct tally_row *t = &r->matters;
    bool may_list = o->sees_all || rights_allow(rq->db, rq->mem, &rq->actor, ACT_SEE, t->unit, (person_id){0}, NULL);
    struct overview_row_view *row = &o->v.rows[o->v.n_rows++];
    *row = (struct overview_row_view){
        .unit = req_name(rq, t->name_en, t->name_zh),
        .code = t->code,
        .level = r->level,
        .opens = r->opens,
        .opened = r->opened,
        .toggle = r->opens ? toggle(o, t->code) : STR(""),
    };
    row->figures = figures_view(o, t, t->code, may_list, &row->n_figures);
}

static enum status fill_below(struct overview *o, const struct seen *seen)
{
    struct req *rq = o->rq;
    o->v.columns = NEWN(rq->mem, str, COUNT_OF(figures));
    o->v.n_columns = COUNT_OF(figures);
    for (size_t i = 0; i < COUNT_OF(figures); i++) o->v.columns[i] = req_tr(rq, seen_figure_label[i]);
    o->v.rows = NEWN(rq->mem, struct overview_row_view, SEEN_ROWS);
    for (size_t i = 1; i < seen->n; i++) {
        const struct seen_row *r = &seen->row[i];
        if (r->more_of.n == 0) add_row(o, r);
        else
            o->v.rows[o->v.n_rows++] = (struct overview_row_view){.unit = req_tr(rq, "Others below it"),
                                                                  .level = r->level,
                                                                  .own_page = page_of(o, r->more_of, r->more_after)};
    }
    if (seen->next.p != NULL) o->v.pager.next = page_of(o, o->unit.code, seen->next);
    if (req_query(rq, "after").n > 0) o->v.pager.previous = page_of(o, o->unit.code, STR(""));
    TRY(office_coverage(rq->db, rq->mem, o->unit.id, &o->v.units, &o->v.with_office));
    o->v.office_percent = o->v.units == 0 ? 0 : o->v.with_office * 100 / o->v.units;
    return ST_OK;
}

/* Ways to other units */

static enum status fill_ways(struct overview *o)
{
    struct req *rq = o->rq;
    struct unit up, own;
    unit_id above;
    TRY(unit_get(rq->db, rq->mem, seen_own(&rq->actor), &own));
    o->v.own_code = own.code;
    o->v.own_name = req_name(rq, own.name_en, own.name_zh);
    o->v.is_own = own.id.v == o->unit.id.v;
    TRY(unit_up(rq->db, rq->mem, o->unit.id, &above));
    if (above.v != o->unit.id.v && seen_own_level(rq->db, rq->mem, &rq->actor, above)) {
        TRY(unit_get(rq->db, rq->mem, above, &up));
        o->v.up_code = up.code;
        o->v.up_name = req_name(rq, up.name_en, up.name_zh);
    }
    o->v.others = NEWN(rq->mem, struct option_view, ACTOR_ROLES);
    for (int i = 0; i < rq->actor.n_roles; i++) {
        bool shown =
            rq->actor.roles[i].unit.v == own.id.v || rights_scope(ACT_OVERVIEW, rq->actor.roles[i].role) == SCOPE_NONE;
        for (int k = 0; k < i; k++) shown = shown || rq->actor.roles[k].unit.v == rq->actor.roles[i].unit.v;
        if (shown || rq->actor.roles[i].unit.v == o->unit.id.v) continue;
        TRY(unit_get(rq->db, rq->mem, rq->actor.roles[i].unit, &up));
        o->v.others[o->v.n_others++] = (struct option_view){up.code, req_name(rq, up.name_en, up.name_zh), false};
    }
    return ST_OK;
}

/* The same for a sheet: what is seen with this address. */
static void fill_sheets(struct overview *o)
{
    struct buf b;
    static const char *const names[] = {"after", "open"};
    static const struct {
        const char *href, *label;
    } sheets[] = {
        {"/overview/units.xlsx", TR_NOOP("Units (XLSX)")},
        {"/overview/units.csv", TR_NOOP("Units (CSV)")},
        {"/overview/actions.xlsx", TR_NOOP("Actions (XLSX)")},
        {"/overview/actions.csv", TR_NOOP("Actions (CSV)")},
    };
    buf_init(&b, o->rq->mem, 128, LIMIT_TARGET);
    buf_format(&b, "?unit=%.*s", STR_ARG(percent_encode(o->rq->mem, o->unit.code)));
    if (o->campaign.id.v != 0) buf_format(&b, "&campaign=%.*s", STR_ARG(o->campaign.ref));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        str value = req_query(o->rq, names[i]);
        if (value.n > 0) buf_format(&b, "&%s=%.*s", names[i], STR_ARG(percent_encode(o->rq->mem, value)));
    }
    o->v.sheets = NEWN(o->rq->mem, struct option_view, COUNT_OF(sheets));
    for (size_t i = 0; i < COUNT_OF(sheets); i++)
        if (i < 2 || o->campaign.id.v != 0)
            o->v.sheets[o->v.n_sheets++] = (struct option_view){
                str_concat(o->rq->mem, str_from(sheets[i].href), buf_str(&b)), req_tr(o->rq, sheets[i].label), false};
}

static enum status fill_all(struct overview *o)
{
    struct req *rq = o->rq;
    struct seen seen;
    struct seen_ask ask = {.unit = o->unit,
                           .today = rq->today,
                           .below = o->below,
                           .after = req_query(rq, "after"),
                           .open = req_query(rq, "open"),
                           .campaign = o->campaign.id};
    TRY(seen_read(rq->db, rq->mem, &ask, &seen));
    const struct tally_row *own = &seen.row[0].matters;
    bool is_leaf =
        !own->has_children && rights_allow(rq->db, rq->mem, &rq->actor, ACT_SEE, o->unit.id, (person_id){0}, NULL);
    o->v.figures = figures_view(o, own, o->unit.code, is_leaf, &o->v.n_figures);
    if (o->below && own->has_children) TRY(fill_below(o, &seen));
    if (o->campaign.id.v == 0) return ST_OK;
    return campaign_seen_fill(rq, &o->campaign, &o->unit, &seen, &o->v);
}

static enum status page_overview(struct req *rq)
{
    struct overview *o = NEW(rq->mem, struct overview);
    o->rq = rq;
    TRY(seen_unit(rq->db, rq->mem, &rq->actor, req_query(rq, "unit"), &o->unit));
    TRY(seen_campaign(rq->db, rq->mem, o->unit.id, req_query(rq, "campaign"), &o->campaign));
    o->below = seen_below(rq->db, rq->mem, &rq->actor, o->unit.id);
    for (int i = 0; i < rq->actor.n_roles; i++)
        o->sees_all = o->sees_all || (rights_scope(ACT_SEE, rq->actor.roles[i].role) == SCOPE_BELOW &&
                                      rq->actor.roles[i].unit.v == o->unit.id.v);
    read_open(o);
    TRY(fill_ways(o));
    o->v.unit = req_name(rq, o->unit.name_en, o->unit.name_zh);
    o->v.code = o->unit.code;
    fill_sheets(o);
    TRY(fill_all(o));
    return RESPOND(rq, overview, &o->v, .title = o->v.unit, .nav = "overview", .place = PLACE_WORK);
}

static const struct route rows[] = {
    {HTTP_GET, "/overview", SIGNED_IN, NO_BODY, page_overview, 0,
     "own level, then the levels below; ?unit=CODE&open=CODE,CODE&campaign=REF"},
};
const struct route_list overview_route_list = {rows, COUNT_OF(rows)};
