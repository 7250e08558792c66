/* report: see report.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/report.h"

#include <stdio.h>

#include "campaign/rollup.h"
#include "campaign/words.h"
#include "gen/sql/report.h"

#define SECTIONS_MOST (4 + CAMPAIGN_AIMS + CAMPAIGN_GOALS + CAMPAIGN_STAGES)
#define FIGURES_MOST  (CAMPAIGN_STAGES * 2)

struct report {
    struct db *db;
    struct arena *mem;
    const struct city *city;
    const struct campaign *c;
    day today;
    struct report_section *item;
    size_t n;
};

static struct report_section *section(struct report *r, const char *title, str words)
{
    must(r->n < SECTIONS_MOST);
    struct report_section *s = &r->item[r->n++];
    *s = (struct report_section){
        .title = title, .words = words, .figures = NEWN(r->mem, struct report_figure, FIGURES_MOST)};
    return s;
}

static void figure(struct report_section *s, const char *label, int64_t n, str href)
{
    must(s->n_figures < FIGURES_MOST);
    s->figures[s->n_figures++] = (struct report_figure){label, n, href};
}

/* The list of duties behind a figure: a filter of the page of units, and the id it ends in (0: none). */
static str list_of(const struct report *r, const char *filter, int64_t id)
{
    char number[24] = "";
    if (id != 0) (void)snprintf(number, sizeof number, "%lld", (long long)id);
    return str_format(r->mem, "/campaigns/%.*s/units?all=1%s%s#duties", STR_ARG(r->c->ref), filter, number);
}

/* The days the campaign lasted so far. */
static day last_day(const struct report *r)
{
    if (r->c->closed_at.ms != 0) return day_in_zone(&r->city->zone, r->c->closed_at);
    return r->c->ends.n != 0 && r->c->ends.n < r->today.n ? r->c->ends : r->today;
}

static str matters_of(const struct report *r, const char *state)
{
    char from[16], to[16];
    (void)day_format(r->c->starts, from);
    (void)day_format(last_day(r), to);
    return str_format(r->mem, "/matters?from=%s&to=%s%s%s", from, to, state[0] == 0 ? "" : "&state=", state);
}

static enum status the_whole(struct report *r)
{
    struct rollup all;
    TRY(rollup_of(r->db, r->mem, r->c->id, r->c->unit, true, r->today, &all));
    struct report_section *s = section(r, TR_NOOP("Prescribed actions and optional projects, all units"), STR(""));
    figure(s, TR_NOOP("done"), all.done, list_of(r, "&state=done", 0));
    figure(s, TR_NOOP("still owed"), all.owed, list_of(r, "&state=owed", 0));
    figure(s, TR_NOOP("overdue"), all.overdue, list_of(r, "&state=overdue", 0));
    figure(s, TR_NOOP("excused"), all.waived, list_of(r, "&state=waived", 0));
    figure(s, TR_NOOP("done otherwise"), all.adapted, list_of(r, "&state=adapted", 0));
    figure(s, TR_NOOP("optional projects"), all.optional, list_of(r, "&optional=only", 0));
    figure(s, TR_NOOP("optional projects done"), all.optional_done, list_of(r, "&optional=only&state=done", 0));
    figure(s, TR_NOOP("not signed for"), all.unsigned_, list_of(r, "&state=unsigned", 0));
    return ST_OK;
}

static enum status the_aims(struct report *r)
{
    struct q_report_lines *rows;
    size_t n;
    TRY(q_report_lines(r->db, r->mem, r->c->id, r->c->unit, campaign_shown_version(r->c, r->c->version == 0), &rows,
                       &n));
    for (size_t i = 0; i < n; i++) {
        struct report_section *s = section(r, aim_line_label(rows[i].line), rows[i].name);
        int64_t aim = rows[i].aim_id.v;
        figure(s, TR_NOOP("done"), rows[i].done, list_of(r, "&optional=no&state=done&aim=", aim));
        figure(s, TR_NOOP("still owed"), rows[i].owed, list_of(r, "&optional=no&state=owed&aim=", aim));
        figure(s, TR_NOOP("excused"), rows[i].waived, list_of(r, "&optional=no&state=waived&aim=", aim));
    }
    return ST_OK;
}

static enum status the_stages(struct report *r)
{
    struct q_report_stages *rows;
    size_t n;
    TRY(q_report_stages(r->db, r->mem, r->c->id, r->c->unit, r->c->version, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        struct report_section *s = section(r, TR_NOOP("Stage"), rows[i].name);
        int64_t stage = rows[i].stage_id.v;
        s->is_stage = true;
        figure(s, TR_NOOP("done"), rows[i].done, list_of(r, "&optional=no&state=done&stage=", stage));
        figure(s, TR_NOOP("still owed"), rows[i].owed, list_of(r, "&optional=no&state=owed&stage=", stage));
        figure(s, TR_NOOP("excused"), rows[i].waived, list_of(r, "&optional=no&state=waived&stage=", stage));
    }
    return ST_OK;
}

enum { WHAT_RAISED, WHAT_ANSWERED, WHAT_SOLVED, WHAT_DUTIES, WHAT_OPTIONAL, WHAT_SIGNED, WHATS };

static enum status indicators(struct report *r, int64_t out[WHATS])
{
    struct q_report_during during;
    struct q_report_signed signed_row;
    struct rollup all;
    TRY(q_report_during(r->db, r->mem, r->city->root, r->c->starts, last_day(r), &during));
    TRY(q_report_signed(r->db, r->mem, r->c->id, &signed_row));
    TRY(rollup_of(r->db, r->mem, r->c->id, r->c->unit, true, r->today, &all));
    out[WHAT_RAISED] = during.raised;
    out[WHAT_ANSWERED] = during.answered;
    out[WHAT_SOLVED] = during.solved;
    out[WHAT_DUTIES] = all.done - all.optional_done;
    out[WHAT_OPTIONAL] = all.optional_done;
    out[WHAT_SIGNED] = signed_row.n;
    return ST_OK;
}

static int what_of(str indicator)
{
    static const str names[WHATS] = {STR_INIT("raised"),      STR_INIT("answered"),      STR_INIT("solved"),
                                     STR_INIT("duties_done"), STR_INIT("optional_done"), STR_INIT("signed")};
    for (int i = 0; i < WHATS; i++)
        if (str_eq(indicator, names[i])) return i;
    return WHAT_RAISED;
}

static str place_of(const struct report *r, int what)
{
    switch (what) {
    case WHAT_RAISED: return matters_of(r, "");
    case WHAT_ANSWERED: return matters_of(r, "answered");
    case WHAT_SOLVED: return matters_of(r, "solved");
    case WHAT_DUTIES: return list_of(r, "&optional=no&state=done", 0);
    case WHAT_OPTIONAL: return list_of(r, "&optional=only&state=done", 0);
    default: return STR("");
    }
}

static enum status the_goals(struct report *r)
{
    struct goal *goals;
    size_t n;
    int64_t now[WHATS];
    TRY(goal_list(r->db, r->mem, r->c->id, campaign_shown_version(r->c, r->c->version == 0), &goals, &n));
    TRY(indicators(r, now));
    for (size_t i = 0; i < n; i++) {
        int what = what_of(goals[i].indicator);
        figure(section(r, TR_NOOP("Goal"), goals[i].name), goal_indicator_label(goals[i].indicator), now[what],
               place_of(r, what));
    }
    struct report_section *s = section(r, TR_NOOP("Matters of the whole city in these days"), STR(""));
    figure(s, TR_NOOP("raised"), now[WHAT_RAISED], matters_of(r, ""));
    figure(s, TR_NOOP("answered, the unit's word"), now[WHAT_ANSWERED], matters_of(r, "answered"));
    figure(s, TR_NOOP("solved, the raiser's word"), now[WHAT_SOLVED], matters_of(r, "solved"));
    return ST_OK;
}

enum status report_make(struct db *db, struct arena *mem, const struct city *city, const struct campaign *c, day today,
                        struct report_section **out, size_t *n)
{
    struct report r = {db, mem, city, c, today, NEWN(mem, struct report_section, SECTIONS_MOST), 0};
    TRY(the_whole(&r));
    TRY(the_aims(&r));
    TRY(the_goals(&r));
    TRY(the_stages(&r));
    *out = r.item;
    *n = r.n;
    return ST_OK;
}

enum status report_compare(struct db *db, struct arena *mem, const struct city *city, const struct campaign *before,
                           const struct campaign *now, day today, struct report_pair **out, size_t *n)
{
    static const char *const labels[WHATS] = {TR_NOOP("Matters raised"),         TR_NOOP("Matters answered"),
                                              TR_NOOP("Matters solved"),         TR_NOOP("Prescribed actions done"),
                                              TR_NOOP("Optional projects done"), TR_NOOP("Notices signed for")};
    struct report a = {db, mem, city, before, today, NULL, 0}, b = {db, mem, city, now, today, NULL, 0};
    int64_t then[WHATS], here[WHATS];
    TRY(indicators(&a, then));
    TRY(indicators(&b, here));
    *n = WHATS;
    *out = NEWN(mem, struct report_pair, WHATS);
    for (int i = 0; i < WHATS; i++) (*out)[i] = (struct report_pair){labels[i], then[i], here[i]};
    return ST_OK;
}
