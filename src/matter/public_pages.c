/* public_pages: what anybody may read: the start page, the public matters, how it works. Only let-through words, never
 * an original. SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/tpl/public_accessibility.h"
#include "gen/tpl/public_help.h"
#include "gen/tpl/public_home.h"
#include "gen/tpl/public_matter.h"
#include "gen/tpl/public_matters.h"
#include "gen/tpl/public_privacy.h"
#include "gen/view/public.h"
#include "matter/pages.h"
#include "matter/shown_pages.h"
#include "matter/tally.h"
#include "matter/words.h"
#include "people/unit.h"

#define UNITS_OFFERED 300 /* departments and counties in a filter: one list that can still be read through */
#define LATELY        5   /* answered matters on the start page: one screen of a phone */

/* ── start page ───────────────────────────────────────────────────────────────────────────────────────── */

static int64_t of_100(int64_t part, int64_t whole)
{
    if (whole <= 0) return 0;
    return part >= whole ? 100 : part * 100 / whole;
}

/* "Nov 2026", "2026年11月": the date of the first without its day. */
static str month_label(struct req *rq, int year, int month)
{
    char text[LANG_DATE_BYTES];
    struct civil first = {.year = year, .month = month, .day = 1};
    str s = {text, lang_date(rq->lang, first, text)};
    if (rq->lang == LANG_ZH) return str_format(rq->mem, "%d年%d月", year, month);
    ptrdiff_t space = str_find_byte(s, ' ');
    return str_copy(rq->mem, space < 0 ? s : str_sub(s, (size_t)space + 1, s.n));
}

static void fill_months(struct req *rq, const struct tally_year *y, struct public_home_view *v)
{
    int64_t most = 1;
    v->n_months = COUNT_OF(y->month);
    v->months = NEWN(rq->mem, struct home_month_view, v->n_months);
    for (size_t i = 0; i < v->n_months; i++)
        if (y->month[i].raised > most) most = y->month[i].raised;
    for (size_t i = 0; i < v->n_months; i++) {
        int64_t height = y->month[i].raised * 100 / most;
        v->months[i] = (struct home_month_view){
            .month = str_format(rq->mem, "%04d-%02d", y->month[i].year, y->month[i].month),
            .label = month_label(rq, y->month[i].year, y->month[i].month),
            .raised = y->month[i].raised,
            .answered = y->month[i].answered,
            .solved = y->month[i].solved,
            .x = (int64_t)i * 10 + 1,
            .y = 100 - height,
            .height = height,
        };
    }
    v->first_month = v->months[0].label;
    v->last_month = v->months[v->n_months - 1].label;
}

static enum status fill_lately(struct req *rq, struct public_home_view *v)
{
    struct matter_page page;
    struct matter_filter filter = {.sort = SORT_ANSWERED, .limit = LATELY, .uncounted = true};
    TRY(matter_list(rq->db, rq->mem, rq->city, NULL, &filter, &page));
    v->lately = NEWN(rq->mem, struct home_item_view, page.n + 1);
    for (size_t i = 0; i < page.n; i++) {
        const struct matter_item *m = &page.items[i];
        if (m->answered_at.ms == 0) continue;
        v->lately[v->n_lately++] = (struct home_item_view){
            .ref = m->ref,
            .subject = m->subject,
            .unit = req_name(rq, m->unit_en, m->unit_zh),
            .state = m->state,
            .answered_at = m->answered_at,
            .chip = state_chip(rq, m->state, m->reopened),
            .lang = text_lang(m->subject),
        };
    }
    return ST_OK;
}

static enum status home_page(struct req *rq)
{
    struct tally_year y;
    TRY(tally_year(rq->db, rq->mem, rq->city->root, rq->today, &y));
    struct public_home_view v = {
        .raised = y.raised,
        .answered = y.answered,
        .in_time = y.in_time,
        .solved = y.solved,
        .partly = y.partly,
        .not_solved = y.not_solved,
        .in_time_of_100 = of_100(y.in_time, y.answered),
        .answered_of_100 = of_100(y.answered, y.raised),
        .solved_of_100 = of_100(y.solved, y.raised),
    };
    fill_months(rq, &y, &v);
    TRY(fill_lately(rq, &v));
    return RESPOND(rq, public_home, &v, .title = req_tr(rq, "Home"), .nav = "home");
}

/* ── list ─────────────────────────────────────────────────────────────────────────────────────────────── */

#define NOT_IN_LIST "Choose one of the list"

static bool is_key(const char *const *keys, str value)
{
    while (*keys != NULL && !str_eq(str_from(*keys), value)) keys++;
    return *keys != NULL;
}

static str query_key(struct req *rq, const char *name, const char *const *keys)
{
    str value = req_query(rq, name);
    if (value.n == 0 || is_key(keys, value)) return value;
    (void)fault(&rq->faults, name, NOT_IN_LIST);
    return STR("");
}

static const char *const sort_keys[] = {"newest", "oldest", "answered", NULL};

static str sort_label(struct req *rq, str key)
{
    static const char *const labels[] = {TR_NOOP("Newest first"), TR_NOOP("Oldest first"),
                                         TR_NOOP("Answered last, first")};
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq(key, str_from(sort_keys[i]))) return req_tr(rq, labels[i]);
    return key;
}

static enum matter_sort sort_of(str key, str words)
{
    if (str_eq(key, STR("oldest"))) return SORT_OLDEST;
    if (str_eq(key, STR("answered"))) return SORT_ANSWERED;
    if (str_eq(key, STR("newest")) || words.n == 0) return SORT_NEWEST;
    return 0; /* the best hits first */
}

static enum status read_unit(struct req *rq, unit_id *out)
{
    struct unit u;
    str code = req_query(rq, "unit");
    *out = (unit_id){0};
    if (code.n == 0) return ST_OK;
    enum status st = unit_by_code(rq->db, rq->mem, code, &u);
    if (st == ST_NOT_FOUND) {
        (void)fault(&rq->faults, "unit", NOT_IN_LIST);
        return ST_OK;
    }
    TRY(st);
    *out = u.id;
    return ST_OK;
}

static enum status read_category(struct req *rq, str *out)
{
    struct category c;
    str code = req_query(rq, "category");
    *out = STR("");
    if (code.n == 0) return ST_OK;
    enum status st = category_by_code(rq->db, rq->mem, code, &c);
    if (st == ST_OK) *out = code;
    if (st != ST_NOT_FOUND) return st;
    (void)fault(&rq->faults, "category", NOT_IN_LIST);
    return ST_OK;
}

/* A filter that cannot be read is named and left out; the others hold. */
static enum status read_filter(struct req *rq, struct matter_filter *f)
{
    *f = (struct matter_filter){
        .query = str_first_points(req_query(rq, "q"), LIMIT_QUERY_POINTS),
        .state = query_key(rq, "state", matter_states),
        .kind = query_key(rq, "kind", matter_kinds),
        .place = str_first_points(req_query(rq, "place"), LIMIT_PLACE_POINTS),
        .after = req_query(rq, "after"),
    };
    f->sort = sort_of(req_query(rq, "sort"), f->query);
    (void)req_query_day(rq, "from", &f->from); /* the fault is kept in rq */
    (void)req_query_day(rq, "to", &f->to);
    TRY(read_category(rq, &f->category_code));
    return read_unit(rq, &f->unit);
}

struct top_units {
    struct unit *list;
    size_t n;
};

static enum status read_top(struct db *db, struct arena *mem, void *ctx, void **out)
{
    const struct city *city = ctx;
    struct top_units *t = NEW(mem, struct top_units);
    *out = t;
    return unit_children(db, mem, city->root, STR(""), UNITS_OFFERED, &t->list, &t->n);
}

/* What the city's people know: its departments and its counties. */
static enum status fill_units(struct req *rq, struct public_matters_view *v)
{
    void *found = NULL;
    str chosen = req_query(rq, "unit");
    TRY(lore_look(&rq->city->lore[LORE_UNITS_TOP], rq->db, rq->mem, read_top, rq->city, &found));
    const struct top_units *top = found;
    const struct unit *units = top->list;
    v->units = NEWN(rq->mem, struct option_view, top->n + 1);
    bool known = chosen.n == 0;
    for (size_t i = 0; i < top->n; i++) {
        bool is_chosen = str_eq(units[i].code, chosen);
        known = known || is_chosen;
        v->units[v->n_units++] =
            (struct option_view){units[i].code, req_name(rq, units[i].name_en, units[i].name_zh), is_chosen};
    }
    if (known) return ST_OK;
    struct unit other; /* from an address: a unit further down stays chosen */
    enum status st = unit_by_code(rq->db, rq->mem, chosen, &other);
    if (st == ST_OK)
        v->units[v->n_units++] = (struct option_view){other.code, req_name(rq, other.name_en, other.name_zh), true};
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status fill_form(struct req *rq, struct public_matters_view *v)
{
    static const char *const names[] = {"q",     "category", "unit", "state", "kind",
                                        "place", "from",     "to",   "sort",  "after"};
    v->q = req_query(rq, "q");
    v->place = req_query(rq, "place");
    v->from = req_query(rq, "from");
    v->to = req_query(rq, "to");
    v->states = key_options(rq, matter_states, req_query(rq, "state"), TR_NOOP("Any state"), state_label, &v->n_states);
    v->kinds = key_options(rq, matter_kinds, req_query(rq, "kind"), TR_NOOP("Any kind"), kind_label, &v->n_kinds);
    const char *best = v->q.n > 0 ? TR_NOOP("Best match first") : NULL;
    v->sorts = key_options(rq, sort_keys, req_query(rq, "sort"), best, sort_label, &v->n_sorts);
    for (size_t i = 0; i < COUNT_OF(names); i++) v->filtered = v->filtered || req_query(rq, names[i]).n > 0;
    v->faults = req_faults_view(rq);
    v->category_error = req_fault(rq, "category");
    v->unit_error = req_fault(rq, "unit");
    v->state_error = req_fault(rq, "state");
    v->kind_error = req_fault(rq, "kind");
    v->from_error = req_fault(rq, "from");
    v->to_error = req_fault(rq, "to");
    TRY(category_groups(rq, req_query(rq, "category"), GROUP_ALL, &v->categories, &v->n_categories));
    return fill_units(rq, v);
}

static struct public_item_view item_view(struct req *rq, const struct matter_item *m)
{
    return (struct public_item_view){
        .ref = m->ref,
        .subject = m->subject,
        .category = req_name(rq, m->category_en, m->category_zh),
        .unit = req_name(rq, m->unit_en, m->unit_zh),
        .state = m->state,
        .kind = m->kind,
        .raised_at = m->raised_at,
        .answered_at = m->answered_at,
        .kind_label = kind_label(rq, m->kind),
        .excerpt = m->excerpt,
        .chip = state_chip(rq, m->state, m->reopened),
        .lang = text_lang(m->subject),
    };
}

static enum status matters_page(struct req *rq)
{
    struct matter_filter f;
    struct matter_page page;
    struct public_matters_view v = {0};
    TRY(read_filter(rq, &f));
    if (rq->json && rq->faults.n > 0) return ST_INVALID;
    TRY(matter_list(rq->db, rq->mem, rq->city, NULL, &f, &page));
    v.total = page.total;
    v.exact = page.exact;
    v.looked = page.looked;
    v.items = NEWN(rq->mem, struct public_item_view, page.n + 1);
    v.n_items = page.n;
    for (size_t i = 0; i < page.n; i++) v.items[i] = item_view(rq, &page.items[i]);
    v.next = page.next;
    v.further = v.pager.further = page.further;
    if (!rq->json) TRY(fill_form(rq, &v));
    if (page.next.p != NULL) v.pager.next = address_with(rq, "/matters", "after", page.next);
    if (f.after.n > 0) v.pager.previous = address_with(rq, "/matters", "after", (str){NULL, 0});
    return RESPOND(rq, public_matters, &v, .title = req_tr(rq, "Public matters"), .nav = "matters");
}

/* ── one matter ───────────────────────────────────────────────────────────────────────────────────────── */

static enum status fill_answers(struct req *rq, casefile_id casefile, struct public_matter_view *v)
{
    struct answer *list;
    size_t n;
    TRY(answer_list(rq->db, rq->mem, casefile, &list, &n));
    v->answers = NEWN(rq->mem, struct public_answer_view, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (list[i].shown_text.n == 0) continue; /* not let through: the original is not for the public */
        v->answers[v->n_answers++] = (struct public_answer_view){
            .at = list[i].at,
            .unit = req_name(rq, list[i].unit_en, list[i].unit_zh),
            .text = list[i].shown_text,
            .lang = text_lang(list[i].shown_text),
        };
    }
    return ST_OK;
}

static enum status matter_page_public(struct req *rq)
{
    struct matter m;
    struct casefile c;
    TRY(matter_public(rq->db, rq->mem, req_param(rq, 0), &m));
    TRY(casefile_load(rq->db, rq->mem, m.casefile, &c));
    struct public_matter_view v = {
        .ref = m.ref,
        .subject = m.subject,
        .text = m.text,
        .place = m.place,
        .kind = m.kind,
        .state = c.state,
        .reopened = c.reopened,
        .raised_at = m.raised_at,
        .answered_at = m.answered_at,
        .kind_label = kind_label(rq, m.kind),
        .chip = state_chip(rq, c.state, c.reopened),
        .lang = matter_lang(&m),
    };
    TRY(category_path(rq, m.category, &v.category));
    TRY(unit_name(rq, c.unit, &v.unit));
    TRY(fill_answers(rq, m.casefile, &v));
    TRY(shown_clocks(rq, m.casefile, &v.clocks, &v.n_clocks));
    TRY(shown_steps(rq, m.casefile, READER_PUBLIC, &v.steps, &v.n_steps));
    return RESPOND(rq, public_matter, &v, .title = m.subject, .nav = "matters");
}

/* ── how it works ─────────────────────────────────────────────────────────────────────────────────────── */

static enum status help_page(struct req *rq)
{
    const struct clock_pack *pack = clock_pack_find(STR("CN-2022"));
    struct public_help_view v = {.pack = STR("CN-2022")};
    v.rules = NEWN(rq->mem, struct help_rule_view, pack->n);
    v.n_rules = pack->n;
    for (size_t i = 0; i < pack->n; i++)
        v.rules[i] = (struct help_rule_view){
            .rule = str_from(pack->rules[i].name),
            .label = req_tr(rq, pack->rules[i].label),
            .article = req_tr(rq, pack->rules[i].article),
            .days = pack->rules[i].days,
            .working = pack->rules[i].working,
        };
    return RESPOND(rq, public_help, &v, .title = req_tr(rq, "How it works"));
}

static enum status accessibility_page(struct req *rq)
{
    struct public_accessibility_view v = {.title = req_tr(rq, "Accessibility")};
    return RESPOND(rq, public_accessibility, &v, .title = v.title);
}

static enum status privacy_page(struct req *rq)
{
    struct public_privacy_view v = {.title = req_tr(rq, "Your data")};
    return RESPOND(rq, public_privacy, &v, .title = v.title);
}

static const struct route rows[] = {
    {HTTP_GET, "/", ANYONE, NO_BODY, home_page, ROUTE_CACHED, "Start page: a year in three numbers, answered lately"},
    {HTTP_GET, "/matters", ANYONE, NO_BODY, matters_page, ROUTE_CACHED, "Public matters: search, filter, pages"},
    {HTTP_GET, "/matters/:ref", ANYONE, NO_BODY, matter_page_public, ROUTE_CACHED, "One public matter with its answer"},
    {HTTP_GET, "/help", ANYONE, NO_BODY, help_page, ROUTE_CACHED, "How it works, and the time limits"},
    {HTTP_GET, "/accessibility", ANYONE, NO_BODY, accessibility_page, ROUTE_CACHED, "Accessibility statement"},
    {HTTP_GET, "/privacy", ANYONE, NO_BODY, privacy_page, ROUTE_CACHED,
     "What is stored about people, and for how long"},
};
const struct route_list public_route_list = {rows, COUNT_OF(rows)};
