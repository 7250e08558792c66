/* overview_pages: one's own level first, then the levels below, opening one by one through links. Reads tallies only.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/tpl/overview.h"
#include "gen/view/overview.h"
#include "insight/pages.h"
#include "matter/tally.h"
#include "people/unit.h"
#include "web/parts.h"
#include "web/req.h"

#define ROWS_MAX   600 /* of one page: a tree opened wider than that is no overview */
#define ROWS_LEVEL 100 /* units below one unit: the others are on its next page */
#define LEVELS_MAX 6
#define OPEN_MAX   64 /* units opened in one address */

struct figure {
    const char *what;
    const char *label; /* message key: also the head of the column */
    const char *kind;  /* colour when it is not 0 */
    const char *query; /* of the list behind it; NULL: none */
};
/* Volume has no colour: it is no fault. */
static const struct figure figures[] = {
    {"open", TR_NOOP("open"), "", "&sort=due"},
    {"due_soon", TR_NOOP("due within 7 days"), "soon", NULL},
    {"overdue", TR_NOOP("overdue"), "late", NULL},
    {"answered", TR_NOOP("answered"), "", "&state=answered"},
    {"unconfirmed", TR_NOOP("not confirmed in 30 days"), "soon", NULL},
    {"solved", TR_NOOP("solved"), "", "&state=solved"},
    {"partly", TR_NOOP("partly solved"), "", "&state=partly"},
    {"declined", TR_NOOP("not within remit"), "", "&state=declined"},
    {"not_solved", TR_NOOP("not solved"), "late", NULL},
    {"reopened", TR_NOOP("open again"), "late", NULL},
};

static int64_t figure_of(const struct tally_row *t, size_t i)
{
    const int64_t n[] = {t->open,   t->due_soon, t->overdue,  t->answered,   t->unconfirmed,
                         t->solved, t->partly,   t->declined, t->not_solved, t->reopened};
    _Static_assert(COUNT_OF(n) == COUNT_OF(figures), "each figure has its tally");
    return n[i];
}

struct overview {
    struct req *rq;
    struct unit unit;
    bool below;         /* the actor may see the levels below it */
    bool sees_all;      /* and the matters of all units there */
    str open[OPEN_MAX]; /* codes of the opened units */
    size_t n_open;
    struct overview_view v;
};

/* What the actor may see */

static bool sees_below(struct req *rq, unit_id unit)
{
    for (int i = 0; i < rq->actor.n_roles; i++)
        if (rights_scope(ACT_OVERVIEW, rq->actor.roles[i].role) == SCOPE_BELOW &&
            unit_is_below(rq->db, rq->mem, rq->actor.roles[i].unit, unit))
            return true;
    return false;
}

/* The own-level figures of every unit above one's own are open to those below: one level leads the next. */
static bool sees_own_level(struct req *rq, unit_id unit)
{
    if (rights_allow(rq->db, rq->mem, &rq->actor, ACT_OVERVIEW, unit, (person_id){0}, NULL)) return true;
    for (int i = 0; i < rq->actor.n_roles; i++)
        if (rights_scope(ACT_OVERVIEW, rq->actor.roles[i].role) != SCOPE_NONE &&
            unit_is_below(rq->db, rq->mem, unit, rq->actor.roles[i].unit))
            return true;
    return false;
}

/* The unit of the first role with which the overview can be read. */
static unit_id own_unit(const struct req *rq)
{
    for (int i = 0; i < rq->actor.n_roles; i++)
        if (rights_scope(ACT_OVERVIEW, rq->actor.roles[i].role) != SCOPE_NONE) return rq->actor.roles[i].unit;
    return (unit_id){0};
}

/* Figures */

static struct overview_figure_view *figures_view(struct overview *o, const struct tally_row *t, str code,
                                                 bool with_links, size_t *n)
{
    struct req *rq = o->rq;
    struct overview_figure_view *list = NEWN(rq->mem, struct overview_figure_view, COUNT_OF(figures));
    *n = COUNT_OF(figures);
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        const struct figure *f = &figures[i];
        int64_t value = figure_of(t, i);
        list[i] = (struct overview_figure_view){.what = str_from(f->what),
                                                .label = req_tr(rq, f->label),
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
    while (rest.n > 0 && o->n_open < OPEN_MAX) {
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
    buf_format(&b, "/overview?unit=%.*s&open=", STR_ARG(percent_encode(o->rq->mem, o->unit.code)));
    for (size_t i = 0; i < o->n_open; i++) {
        if (str_eq(o->open[i], code)) continue;
        buf_format(&b, "%s%.*s", first ? "" : ",", STR_ARG(percent_encode(o->rq->mem, o->open[i])));
        first = false;
    }
    if (!was_open && o->n_open < OPEN_MAX)
        buf_format(&b, "%s%.*s", first ? "" : ",", STR_ARG(percent_encode(o->rq->mem, code)));
    str after = req_query(o->rq, "after");
    if (after.n > 0) buf_format(&b, "&after=%.*s", STR_ARG(percent_encode(o->rq->mem, after)));
    buf_add(&b, STR("#levels"));
    return buf_str(&b);
}

static void add_row(struct overview *o, const struct tally_row *t, int level)
{
    struct req *rq = o->rq;
    bool may_list = o->sees_all || rights_allow(rq->db, rq->mem, &rq->actor, ACT_SEE, t->unit, (person_id){0}, NULL);
    bool opens = level > 1 && t->has_children && level < LEVELS_MAX;
    struct overview_row_view *row = &o->v.rows[o->v.n_rows++];
    *row = (struct overview_row_view){
        .unit = req_name(rq, t->name_en, t->name_zh),
        .code = t->code,
        .level = level,
        .opens = opens,
        .opened = opens && is_open(o, t->code),
        .toggle = opens ? toggle(o, t->code) : STR(""),
    };
    row->figures = figures_view(o, t, t->code, may_list, &row->n_figures);
}

static str page_of(struct overview *o, str code, str after)
{
    str unit = percent_encode(o->rq->mem, code);
    if (after.n == 0) return str_format(o->rq->mem, "/overview?unit=%.*s", STR_ARG(unit));
    after = percent_encode(o->rq->mem, after);
    return str_format(o->rq->mem, "/overview?unit=%.*s&after=%.*s#levels", STR_ARG(unit), STR_ARG(after));
}

/* Where the others below a unit are: on the next page, or on the page of the unit that was opened. */
static void add_more(struct overview *o, str code, int level, str next)
{
    if (level == 2) o->v.pager.next = page_of(o, o->unit.code, next);
    else if (o->v.n_rows < ROWS_MAX)
        o->v.rows[o->v.n_rows++] = (struct overview_row_view){
            .unit = req_tr(o->rq, "Others below it"), .level = level, .own_page = page_of(o, code, next)};
}

static enum status add_below(struct overview *o, unit_id parent, str code, int level)
{
    struct tally_row *list;
    size_t n;
    str next, after = level == 2 ? req_query(o->rq, "after") : STR("");
    TRY(tally_children(o->rq->db, o->rq->mem, parent, o->rq->today, after, ROWS_LEVEL, &list, &n, &next));
    for (size_t i = 0; i < n && o->v.n_rows < ROWS_MAX; i++) {
        add_row(o, &list[i], level);
        if (o->v.rows[o->v.n_rows - 1].opened)
            TRY(add_below(o, list[i].unit, list[i].code, level + 1)); /* at most LEVELS_MAX deep */
    }
    if (next.p != NULL) add_more(o, code, level, next);
    return ST_OK;
}

static enum status fill_below(struct overview *o)
{
    struct req *rq = o->rq;
    struct tally_row whole;
    TRY(tally_of(rq->db, rq->mem, o->unit.id, true, rq->today, &whole));
    o->v.columns = NEWN(rq->mem, str, COUNT_OF(figures));
    o->v.n_columns = COUNT_OF(figures);
    for (size_t i = 0; i < COUNT_OF(figures); i++) o->v.columns[i] = req_tr(rq, figures[i].label);
    o->v.rows = NEWN(rq->mem, struct overview_row_view, ROWS_MAX);
    add_row(o, &whole, 1);
    TRY(add_below(o, o->unit.id, o->unit.code, 2));
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
    TRY(unit_get(rq->db, rq->mem, own_unit(rq), &own));
    o->v.own_code = own.code;
    o->v.own_name = req_name(rq, own.name_en, own.name_zh);
    o->v.is_own = own.id.v == o->unit.id.v;
    TRY(unit_up(rq->db, rq->mem, o->unit.id, &above));
    if (above.v != o->unit.id.v && sees_own_level(rq, above)) {
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

static enum status page_overview(struct req *rq)
{
    struct overview *o = NEW(rq->mem, struct overview);
    struct tally_row own;
    str code = req_query(rq, "unit");
    o->rq = rq;
    if (!rights_any(&rq->actor, ACT_OVERVIEW)) return ST_FORBIDDEN;
    TRY(code.n > 0 ? unit_by_code(rq->db, rq->mem, code, &o->unit) : unit_get(rq->db, rq->mem, own_unit(rq), &o->unit));
    if (!sees_own_level(rq, o->unit.id)) return ST_NOT_FOUND;
    o->below = sees_below(rq, o->unit.id);
    for (int i = 0; i < rq->actor.n_roles; i++)
        o->sees_all = o->sees_all || (rights_scope(ACT_SEE, rq->actor.roles[i].role) == SCOPE_BELOW &&
                                      rq->actor.roles[i].unit.v == o->unit.id.v);
    read_open(o);
    TRY(tally_of(rq->db, rq->mem, o->unit.id, false, rq->today, &own));
    TRY(fill_ways(o));
    o->v.unit = req_name(rq, o->unit.name_en, o->unit.name_zh);
    o->v.code = o->unit.code;
    bool is_leaf =
        !own.has_children && rights_allow(rq->db, rq->mem, &rq->actor, ACT_SEE, o->unit.id, (person_id){0}, NULL);
    o->v.figures = figures_view(o, &own, o->unit.code, is_leaf, &o->v.n_figures);
    if (o->below && own.has_children) TRY(fill_below(o));
    return RESPOND(rq, overview, &o->v, .title = o->v.unit, .nav = "overview", .place = PLACE_WORK);
}

static const struct route rows[] = {
    {HTTP_GET, "/overview", SIGNED_IN, NO_BODY, page_overview, 0,
     "own level, then the levels below; ?unit=CODE&open=CODE,CODE"},
};
const struct route_list overview_route_list = {rows, COUNT_OF(rows)};
