/* shown_pages: see shown_pages.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/shown_pages.h"

#include <string.h>

#include "people/unit.h"

static bool is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

str text_lang(str text)
{
    bool letters = false;
    for (size_t at = 0; at < text.n;) {
        uint32_t c = str_next_point(text, &at);
        if (is_han(c)) return lang_tag(LANG_ZH);
        if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') letters = true;
    }
    return letters ? lang_tag(LANG_EN) : STR("");
}

str matter_lang(const struct matter *m)
{
    enum lang lang;
    return lang_parse(m->lang, &lang) ? lang_tag(lang) : text_lang(m->subject);
}

/* ── clocks ───────────────────────────────────────────────────────────────────────────────────────────── */

static str stopped_words(struct req *rq, const struct clock_rule *rule, day due, day stopped, str *kind)
{
    int64_t late = (int64_t)stopped.n - due.n;
    *kind = STR("fine");
    if (rule->asks) return req_tr(rq, "said");
    if (late <= 0) return req_tr(rq, "in time");
    *kind = STR("late");
    return tr_format_plural(rq->mem, rq->lang, "{n} day late", "{n} days late", late, "n",
                            str_format(rq->mem, "%lld", (long long)late), NULL);
}

/* The raiser's own time is no duty of theirs: it is never late. */
static str running_words(struct req *rq, const struct clock_rule *rule, day due, str *kind)
{
    str words = days_left(rq, due, kind);
    if (!rule->asks) return words;
    *kind = STR("");
    return due.n < rq->today.n ? req_tr(rq, "the 30 days are over") : words;
}

static struct shown_clock_view clock_view(struct req *rq, const struct clock_rule *rule, const struct clock_row *row)
{
    str left, kind;
    day start = day_in_zone(&rq->city->zone, row->starts_at);
    int64_t length = (int64_t)row->due.n - start.n, gone = (int64_t)rq->today.n - start.n;
    int64_t percent = length <= 0 || gone > length ? 100 : gone * 100 / length;
    if (row->stopped_at.ms != 0) {
        left = stopped_words(rq, rule, row->due, day_in_zone(&rq->city->zone, row->stopped_at), &kind);
        percent = 100;
    } else {
        left = running_words(rq, rule, row->due, &kind);
    }
    return (struct shown_clock_view){
        .rule = row->rule,
        .label = req_tr(rq, rule->label),
        .article = req_tr(rq, rule->article),
        .starts_at = row->starts_at,
        .due = row->due,
        .stopped_at = row->stopped_at,
        .left = left,
        .kind = kind,
        .percent = percent < 0 ? 0 : percent,
    };
}

enum status shown_clocks(struct req *rq, casefile_id casefile, struct shown_clock_view **out, size_t *n)
{
    struct clock_row *rows;
    size_t count;
    *n = 0;
    TRY(clock_list(rq->db, rq->mem, casefile, &rows, &count));
    *out = NEWN(rq->mem, struct shown_clock_view, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct clock_rule *rule = clock_rule_find(clock_pack_find(rows[i].pack), rows[i].rule);
        if (rule != NULL) (*out)[(*n)++] = clock_view(rq, rule, &rows[i]);
    }
    return ST_OK;
}

day running_until(const struct shown_clock_view *clocks, size_t n, const char *rule)
{
    for (size_t i = 0; i < n; i++)
        if (clocks[i].stopped_at.ms == 0 && str_eq(clocks[i].rule, str_from(rule))) return clocks[i].due;
    return (day){0};
}

/* ── timeline ─────────────────────────────────────────────────────────────────────────────────────────── */

/* The way of the work: the raiser's talk with the unit stands apart, and what only they care about is not for the
 * public. */
static bool is_for(enum reader reader, str kind)
{
    if (reader == READER_RAISER) return !str_starts(kind, STR("message_"));
    static const char *const kinds[] = {"registered", "accepted", "forwarded",  "declined", "assigned", "answered",
                                        "solved",     "partly",   "not_solved", "reopened", "moved"};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq(kind, str_from(kinds[i]))) return true;
    return false;
}

static struct shown_step_view step_view(struct req *rq, const struct timeline_item *t, enum reader reader)
{
    struct shown_step_view v = {
        .event = t->kind,
        .label = req_tr(rq, timeline_label(t->kind)),
        .unit = req_name(rq, t->unit_en, t->unit_zh),
        .title = req_name(rq, t->person_title_en, t->person_title_zh),
        .to_unit = req_name(rq, t->to_unit_en, t->to_unit_zh),
        .words = reader == READER_RAISER ? t->words : STR(""),
        .at = t->at,
        .late = str_eq(t->kind, STR("not_solved")) || str_eq(t->kind, STR("reopened")),
    };
    if (v.unit.n > 0 || !str_eq(t->kind, STR("registered"))) return v;
    v.unit = v.to_unit; /* nobody sent it there: it was raised there */
    v.to_unit = STR("");
    return v;
}

enum status shown_steps(struct req *rq, casefile_id casefile, enum reader reader, struct shown_step_view **out,
                        size_t *n)
{
    struct timeline_item *items;
    size_t count;
    *n = 0;
    TRY(timeline_list(rq->db, rq->mem, casefile, true, &items, &count));
    *out = NEWN(rq->mem, struct shown_step_view, count + 1);
    for (size_t i = 0; i < count; i++)
        if (is_for(reader, items[i].kind)) (*out)[(*n)++] = step_view(rq, &items[i], reader);
    return ST_OK;
}

/* ── names and choices ────────────────────────────────────────────────────────────────────────────────── */

enum status category_path(struct req *rq, category_id id, str *out)
{
    const struct category_tree *tree;
    *out = STR("");
    if (id.v == 0) return ST_OK;
    TRY(category_tree(rq->db, rq->mem, rq->city, &tree));
    for (int level = 0; id.v != 0 && level < 4; level++) {
        struct category c;
        const struct category *used = category_tree_find(tree, id);
        if (used != NULL) c = *used;
        else TRY(category_get(rq->db, rq->mem, id, &c)); /* it has ended */
        str name = req_name(rq, c.name_en, c.name_zh);
        *out = out->n == 0 ? name : str_format(rq->mem, "%.*s / %.*s", STR_ARG(name), STR_ARG(*out));
        id = c.parent;
    }
    return ST_OK;
}

static struct option_view first_of_group(struct req *rq, const struct category *c, str name, str chosen,
                                         enum group_first first)
{
    const char *msg = first == GROUP_ALL ? "{category}: all" : "{category}: something else";
    return (struct option_view){c->code, tr_format(rq->mem, rq->lang, msg, "category", name, NULL),
                                str_eq(c->code, chosen)};
}

enum status category_groups(struct req *rq, str chosen, enum group_first first, struct shown_group_view **out,
                            size_t *n)
{
    const struct category_tree *tree;
    *n = 0;
    TRY(category_tree(rq->db, rq->mem, rq->city, &tree));
    *out = NEWN(rq->mem, struct shown_group_view, tree->n + 1);
    struct option_view *free_option =
        NEWN(rq->mem, struct option_view, tree->n + 1); /* a group's options stand together: by code */
    for (size_t i = 0; i < tree->n; i++) {
        const struct category *c = &tree->list[i];
        str name = req_name(rq, c->name_en, c->name_zh);
        if (c->level == 1) {
            (*out)[(*n)++] =
                (struct shown_group_view){.code = c->code, .label = name, .options = free_option, .n_options = 1};
            *free_option++ = first_of_group(rq, c, name, chosen, first);
        } else if (c->level == 2 && *n > 0 && str_starts(c->code, (*out)[*n - 1].code)) {
            (*out)[*n - 1].n_options++;
            *free_option++ = (struct option_view){c->code, name, str_eq(c->code, chosen)};
        }
    }
    return ST_OK;
}

enum status unit_name(struct req *rq, unit_id id, str *out)
{
    struct unit u;
    *out = STR("");
    if (id.v == 0) return ST_OK;
    TRY(unit_get(rq->db, rq->mem, id, &u));
    *out = req_name(rq, u.name_en, u.name_zh);
    return ST_OK;
}

/* ── form parts ───────────────────────────────────────────────────────────────────────────────────────── */

struct ask_radios_view ask_radios(struct req *rq, const struct part *part, str chosen, const struct ask_choice *choices,
                                  size_t n)
{
    struct ask_radios_view v = {.field = part_field(rq, part, chosen),
                                .is_heading = part->large,
                                .options = NEWN(rq->mem, struct ask_option_view, n),
                                .n_options = n};
    for (size_t i = 0; i < n; i++)
        v.options[i] = (struct ask_option_view){
            .id = i == 0 ? str_format(rq->mem, "f-%s", part->name) : str_format(rq->mem, "f-%s-%zu", part->name, i + 1),
            .value = str_from(choices[i].value),
            .label = req_tr(rq, choices[i].label),
            .hint = choices[i].hint == NULL ? STR("") : req_tr(rq, choices[i].hint),
            .chosen = str_eq(v.field.value, str_from(choices[i].value)),
        };
    return v;
}

struct ask_select_view ask_select(struct req *rq, const struct part *part)
{
    return (struct ask_select_view){.field = part_field(rq, part, STR(""))};
}
