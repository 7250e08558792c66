/* work_pages: my queue and the list of matters. Filters live in the address, so that a list can be kept, sent and come
 * back to. SPDX-License-Identifier: Apache-2.0 */
#include "matter/work_pages.h"

#include "base/limits.h"
#include "gen/tpl/work_list.h"
#include "gen/tpl/work_queue.h"
#include "gen/view/work.h"
#include "matter/pick_pages.h"
#include "matter/shown_pages.h"

/* The lang attribute of user content: only where it differs from the page. */
static str other_lang(struct req *rq, str text)
{
    str lang = text_lang(text);
    return str_eq(lang, lang_tag(rq->lang)) ? STR("") : lang;
}

static struct pager_view pager_of(struct req *rq, const char *path, str next)
{
    struct pager_view p = {0};
    if (req_query(rq, "after").n > 0) p.previous = address_with(rq, path, "after", (str){NULL, 0});
    if (next.p != NULL && next.n > 0) p.next = address_with(rq, path, "after", next);
    return p;
}

/* My queue */

struct count {
    const char *key, *label, *kind;
    int64_t n;
};

static str queue_address(struct req *rq, const char *key)
{
    return str_format(rq->mem, "/work?state=%s", key);
}

static enum status fill_counts(struct req *rq, struct work_queue_view *v, str state)
{
    struct queue_counts c;
    TRY(casefile_queue_counts(rq->db, rq->mem, rq->city, &rq->actor, &c));
    const struct count list[] = {
        {"overdue", TR_NOOP("overdue"), "late", c.overdue},
        {"due_soon", TR_NOOP("due within 7 days"), "soon", c.due_soon},
        {"registered", TR_NOOP("to take up"), "", c.registered},
        {"accepted", TR_NOOP("to give to a person"), "", c.accepted},
        {"handling", TR_NOOP("being handled"), "", c.handling},
        {"answered", TR_NOOP("answered, not yet confirmed"), "", c.answered},
    };
    v->counts = NEWN(rq->mem, struct work_count_view, COUNT_OF(list) + 1);
    for (size_t i = 0; i < COUNT_OF(list); i++) {
        bool current = str_eq(state, str_from(list[i].key));
        if (current) v->caption = req_tr(rq, list[i].label);
        v->counts[v->n_counts++] = (struct work_count_view){
            .key = str_from(list[i].key),
            .label = req_tr(rq, list[i].label),
            .n = list[i].n > LIMIT_COUNT_EXACT ? LIMIT_COUNT_EXACT : list[i].n,
            .more = list[i].n > LIMIT_COUNT_EXACT,
            .kind = list[i].n > 0 ? str_from(list[i].kind) : STR(""),
            .href = current ? STR("/work") : queue_address(rq, list[i].key),
            .current = current,
        };
    }
    if (rights_any(&rq->actor, ACT_PUBLISH))
        v->counts[v->n_counts++] =
            (struct work_count_view){.key = STR("to_show"),
                                     .label = req_tr(rq, "to let through to the public"),
                                     .n = c.to_show > LIMIT_COUNT_EXACT ? LIMIT_COUNT_EXACT : c.to_show,
                                     .more = c.to_show > LIMIT_COUNT_EXACT,
                                     .href = STR("/work/matters?waiting=1")};
    return ST_OK;
}

static enum status page_work_queue(struct req *rq)
{
    struct queue_item *items;
    size_t n;
    str next, state = req_query(rq, "state");
    struct work_queue_view v = {.caption = req_tr(rq, "All that waits for you, by the day it is due"),
                                .filtered = state.n > 0};
    if (!rights_any(&rq->actor, ACT_SEE)) return ST_FORBIDDEN;
    TRY(fill_counts(rq, &v, state));
    TRY(casefile_queue(rq->db, rq->mem, rq->city, &rq->actor, state, req_query(rq, "after"), LIMIT_ROWS_PAGE, &items,
                       &n, &next));
    v.items = NEWN(rq->mem, struct work_item_view, n + 1);
    for (size_t i = 0; i < n; i++)
        v.items[v.n_items++] = (struct work_item_view){
            .casefile = part_id(rq, items[i].casefile.v),
            .ref = items[i].ref,
            .subject = items[i].subject,
            .lang = other_lang(rq, items[i].subject),
            .state = items[i].state,
            .chip = work_chip(rq, items[i].state, items[i].reopened, items[i].due),
            .unit = req_name(rq, items[i].unit_en, items[i].unit_zh),
            .due = items[i].due,
            .raised_at = items[i].raised_at,
        };
    v.pager = pager_of(rq, "/work", next);
    if (rq->site->options.more_work != NULL && !rq->json) TRY(rq->site->options.more_work(rq, &v.more));
    return RESPOND(rq, work_queue, &v, .title = req_tr(rq, "My work"), .nav = "work", .place = PLACE_WORK);
}

/* All matters */

static const struct part part_query = {.name = "q", .kind = "search", .label = TR_NOOP("Words")};
static const struct part part_unit = {.name = "unit", .kind = "unit", .label = TR_NOOP("Unit, with those below it")};
static const struct part part_state = {.name = "state", .kind = "select", .label = TR_NOOP("State")};
static const struct part part_category = {.name = "category", .kind = "select", .label = TR_NOOP("Category")};
static const struct part part_kind = {.name = "kind", .kind = "select", .label = TR_NOOP("Kind")};
static const struct part part_channel = {.name = "channel", .kind = "select", .label = TR_NOOP("Channel")};
static const struct part part_from = {.name = "from", .kind = "date", .label = TR_NOOP("Raised from")};
static const struct part part_to = {.name = "to", .kind = "date", .label = TR_NOOP("Raised until")};
static const struct part part_sort = {.name = "sort", .kind = "select", .label = TR_NOOP("Order")};
static const struct part part_waiting = {
    .name = "waiting", .kind = "check", .label = TR_NOOP("Only those to let through to the public")};

static const struct {
    const char *key, *label;
    enum matter_sort sort;
} sorts[] = {
    {"newest", TR_NOOP("Newest first"), SORT_NEWEST},
    {"oldest", TR_NOOP("Oldest first"), SORT_OLDEST},
    {"due", TR_NOOP("Due first"), SORT_DUE},
};

static struct option_view *sort_options(struct req *rq, size_t *n)
{
    struct option_view *list = NEWN(rq->mem, struct option_view, COUNT_OF(sorts) + 1);
    *n = 0;
    list[(*n)++] = (struct option_view){STR(""), req_tr(rq, "Best match, else newest"), false};
    for (size_t i = 0; i < COUNT_OF(sorts); i++)
        list[(*n)++] = (struct option_view){str_from(sorts[i].key), req_tr(rq, sorts[i].label), false};
    return list;
}

static bool is_key(const char *const *keys, str value)
{
    for (size_t i = 0; keys[i] != NULL; i++)
        if (str_eq(value, str_from(keys[i]))) return true;
    return false;
}

/* A value that is not of the list is left out: addresses outlive lists. */
static str key_of(struct req *rq, const char *name, const char *const *keys)
{
    str value = req_query(rq, name);
    return is_key(keys, value) ? value : STR("");
}

static enum status read_filter(struct req *rq, struct matter_filter *f, struct unit *unit)
{
    struct category category;
    enum status st;
    *f = (struct matter_filter){
        .query = str_first_points(req_query(rq, "q"), LIMIT_QUERY_POINTS),
        .state = key_of(rq, "state", matter_states),
        .kind = key_of(rq, "kind", matter_kinds),
        .channel = key_of(rq, "channel", matter_channels),
        .waiting_to_show = req_query(rq, "waiting").n > 0,
        .after = req_query(rq, "after"),
    };
    for (size_t i = 0; i < COUNT_OF(sorts); i++)
        if (str_eq(req_query(rq, "sort"), str_from(sorts[i].key))) f->sort = sorts[i].sort;
    if (f->query.n == 0 && f->sort == 0) f->sort = SORT_NEWEST;
    (void)req_query_day(rq, "from", &f->from);
    (void)req_query_day(rq, "to", &f->to);
    st = unit_pick(rq, "unit", req_query(rq, "unit"), unit);
    if (st != ST_OK && st != ST_INVALID) return st;
    st = category_pick(rq, "category", req_query(rq, "category"), &category);
    if (st != ST_OK && st != ST_INVALID) return st;
    f->unit = unit->id;
    f->category_code = category.code;
    return ST_OK;
}

static enum status fill_filters(struct req *rq, struct work_list_view *v, const struct matter_filter *f,
                                const struct unit *unit)
{
    size_t n;
    struct option_view *options;
    str typed = unit->id.v != 0 ? unit_typed(rq, unit) : req_query(rq, "unit");
    v->filters = NEWN(rq->mem, struct form_field_view, 4);
    v->more = NEWN(rq->mem, struct form_field_view, 6);
    v->filters[v->n_filters++] = part_field(rq, &part_query, f->query);
    v->filters[v->n_filters++] = part_field(rq, &part_unit, typed);
    options = key_options(rq, matter_states, f->state, TR_NOOP("All"), state_label, &n);
    v->filters[v->n_filters++] = part_choice(rq, &part_state, f->state, options, n);
    options = sort_options(rq, &n);
    v->filters[v->n_filters++] = part_choice(rq, &part_sort, req_query(rq, "sort"), options, n);
    TRY(category_options(rq, TR_NOOP("All"), 2, &options, &n));
    v->more[v->n_more++] = part_choice(rq, &part_category, f->category_code, options, n);
    options = key_options(rq, matter_kinds, f->kind, TR_NOOP("All"), kind_label, &n);
    v->more[v->n_more++] = part_choice(rq, &part_kind, f->kind, options, n);
    options = key_options(rq, matter_channels, f->channel, TR_NOOP("All"), channel_label, &n);
    v->more[v->n_more++] = part_choice(rq, &part_channel, f->channel, options, n);
    v->more[v->n_more++] = part_field(rq, &part_from, req_query(rq, "from"));
    v->more[v->n_more++] = part_field(rq, &part_to, req_query(rq, "to"));
    if (rights_any(&rq->actor, ACT_PUBLISH))
        v->more[v->n_more++] = part_field(rq, &part_waiting, req_query(rq, "waiting"));
    v->more_open = f->category_code.n > 0 || f->kind.n > 0 || f->channel.n > 0 || f->from.n != 0 || f->to.n != 0 ||
                   f->waiting_to_show;
    v->filtered = v->more_open || f->query.n > 0 || f->state.n > 0 || typed.n > 0;
    return unit_offers(rq, &v->units.items, &v->units.n_items);
}

static void fill_items(struct req *rq, struct work_list_view *v, const struct matter_page *page)
{
    v->items = NEWN(rq->mem, struct work_item_view, page->n + 1);
    for (size_t i = 0; i < page->n; i++) {
        const struct matter_item *m = &page->items[i];
        v->items[v->n_items++] = (struct work_item_view){
            .casefile = part_id(rq, m->casefile.v),
            .ref = m->ref,
            .subject = m->subject,
            .excerpt = m->excerpt,
            .lang = other_lang(rq, m->subject),
            .category = req_name(rq, m->category_en, m->category_zh),
            .state = m->state,
            .chip = work_chip(rq, m->state, m->reopened, m->due),
            .unit = req_name(rq, m->unit_en, m->unit_zh),
            .due = m->due,
            .raised_at = m->raised_at,
        };
    }
}

static enum status page_work_list(struct req *rq)
{
    struct matter_filter filter;
    struct matter_page page = {.exact = true};
    struct unit unit;
    struct work_list_view v = {0};
    if (!rights_any(&rq->actor, ACT_SEE)) return ST_FORBIDDEN;
    TRY(read_filter(rq, &filter, &unit));
    if (rq->faults.n == 0) TRY(matter_list(rq->db, rq->mem, rq->city, &rq->actor, &filter, &page));
    TRY(fill_filters(rq, &v, &filter, &unit));
    v.faults = req_faults_view(rq);
    v.total = page.total;
    v.exact = page.exact;
    v.looked = page.looked;
    v.sorted_by_due = filter.sort == SORT_DUE;
    fill_items(rq, &v, &page);
    v.pager = pager_of(rq, "/work/matters", page.next);
    v.pager.further = page.further;
    return RESPOND(rq, work_list, &v, .title = req_tr(rq, "Matters"), .nav = "list", .place = PLACE_WORK,
                   .status = v.faults == NULL ? 200 : 400);
}

static const struct route rows[] = {
    {HTTP_GET, "/work", SIGNED_IN, NO_BODY, page_work_queue, 0,
     "my queue by due day; ?state= overdue, due_soon or a state"},
    {HTTP_GET, "/work/matters", SIGNED_IN, NO_BODY, page_work_list, 0,
     "matters I may see; ?q= category= unit= state= kind= channel= from= to= sort= waiting="},
};
const struct route_list work_route_list = {rows, COUNT_OF(rows)};
