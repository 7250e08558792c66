/* clocks: see clocks.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/clocks.h"

#include "gen/sql/clocks.h"
#include "matter/words.h"

#define AT(moment) (1u << (moment))

static const struct clock_rule cn_2022[] = {
    {
        .name = "tell",
        .label = TR_NOOP("Tell the person whether it is accepted"),
        .article = TR_NOOP("Regulations of 2022, article 23"),
        .days = 15,
        .rolls = true,
        .starts = MOMENT_REGISTERED,
        .stops = AT(MOMENT_ACCEPTED) | AT(MOMENT_DECLINED) | AT(MOMENT_ANSWERED),
    },
    {
        .name = "handle",
        .label = TR_NOOP("Answer in writing"),
        .article = TR_NOOP("Regulations of 2022, article 34"),
        .days = 60,
        .rolls = true,
        .starts = MOMENT_ACCEPTED,
        .stops = AT(MOMENT_ANSWERED),
        .resumes = true,
    },
    {
        .name = "ask",
        .label = TR_NOOP("The person says whether it is solved"),
        .article = TR_NOOP("Regulations of 2022, article 35"),
        .days = 30,
        .rolls = true,
        .asks = true,
        .starts = MOMENT_ANSWERED,
        .stops = AT(MOMENT_CONFIRMED) | AT(MOMENT_REOPENED),
    },
};

/* The first is the pack of a casefile that names none. */
static const struct clock_pack packs[] = {
    {.name = "CN-2022", .rules = cn_2022, .n = COUNT_OF(cn_2022)},
};

const struct clock_pack *clock_pack_find(str name)
{
    for (size_t i = 0; i < COUNT_OF(packs); i++)
        if (str_eq(name, str_from(packs[i].name))) return &packs[i];
    return NULL;
}

const struct clock_rule *clock_rule_find(const struct clock_pack *pack, str rule)
{
    for (size_t i = 0; pack != NULL && i < pack->n; i++)
        if (str_eq(rule, str_from(pack->rules[i].name))) return &pack->rules[i];
    return NULL;
}

day clock_due(const struct clock_rule *rule, const struct city *city, instant start)
{
    day from = day_in_zone(&city->zone, start);
    day due = calendar_after(&city->calendar, from, rule->days, rule->working);
    return rule->rolls ? calendar_roll(&city->calendar, due) : due;
}

enum status clock_list(struct db *db, struct arena *mem, casefile_id casefile, struct clock_row **out, size_t *n)
{
    struct q_clocks_list *rows;
    TRY(q_clocks_list(db, mem, casefile, &rows, n));
    *out = NEWN(mem, struct clock_row, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] =
            (struct clock_row){rows[i].pack, rows[i].rule, rows[i].starts_at, rows[i].stopped_at, rows[i].due_on};
    return ST_OK;
}

/* Moments */

struct running {
    struct db *db;
    const struct city *city;
    casefile_id casefile;
    const struct clock_pack *pack;
    instant at;
    struct q_clocks_list *rows; /* has room for one more of each rule */
    size_t n;
};

static enum status stop(struct running *r, struct q_clocks_list *row, instant at)
{
    row->stopped_at = at;
    return q_clocks_stop(r->db, row->id, at, NULL);
}

static enum status start(struct running *r, const struct clock_rule *rule)
{
    struct q_clocks_list row = {
        .id = {db_new_id(r->db)},
        .pack = str_from(r->pack->name),
        .rule = str_from(rule->name),
        .starts_at = r->at,
        .due_on = clock_due(rule, r->city, r->at),
    };
    r->rows[r->n++] = row;
    return q_clocks_start(r->db, row.id, r->casefile, row.pack, row.rule, row.starts_at, row.due_on, NULL);
}

/* Runs again as it first ran, so that opening again never gives anybody more time. */
static enum status resume(struct running *r, const struct clock_rule *rule)
{
    for (size_t i = 0; i < r->n; i++)
        if (str_eq(r->rows[i].rule, str_from(rule->name))) return stop(r, &r->rows[i], (instant){0});
    return start(r, rule);
}

static bool is_running(const struct running *r, const struct clock_rule *rule)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->rows[i].stopped_at.ms == 0 && str_eq(r->rows[i].rule, str_from(rule->name))) return true;
    return false;
}

static enum status stop_due_ones(struct running *r, enum clock_moment moment)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct clock_rule *rule = clock_rule_find(r->pack, r->rows[i].rule);
        if (rule != NULL && r->rows[i].stopped_at.ms == 0 && (rule->stops & AT(moment)) != 0)
            TRY(stop(r, &r->rows[i], r->at));
    }
    return ST_OK;
}

static void nearest(const struct running *r, day *due, day *ask)
{
    *due = (day){0};
    *ask = (day){0};
    for (size_t i = 0; i < r->n; i++) {
        const struct clock_rule *rule = clock_rule_find(r->pack, r->rows[i].rule);
        if (rule == NULL || r->rows[i].stopped_at.ms != 0) continue;
        day *out = rule->asks ? ask : due;
        if (out->n == 0 || r->rows[i].due_on.n < out->n) *out = r->rows[i].due_on;
    }
}

enum status clock_moment(struct db *db, struct arena *mem, const struct city *city, casefile_id casefile, str pack,
                         enum clock_moment moment, instant at, day *due, day *ask)
{
    struct running r = {.db = db, .city = city, .casefile = casefile, .at = at};
    struct q_clocks_list *rows = NULL;
    if (moment != MOMENT_REGISTERED) TRY(q_clocks_list(db, mem, casefile, &rows, &r.n)); /* a new casefile has none */
    if (pack.n == 0) pack = r.n > 0 ? rows[0].pack : str_from(packs[0].name);
    r.pack = clock_pack_find(pack);
    if (r.pack == NULL) return ST_INVALID;
    r.rows = NEWN(mem, struct q_clocks_list, r.n + r.pack->n);
    for (size_t i = 0; i < r.n; i++) r.rows[i] = rows[i];
    TRY(stop_due_ones(&r, moment));
    for (size_t i = 0; i < r.pack->n; i++) {
        const struct clock_rule *rule = &r.pack->rules[i];
        if (rule->starts == moment && !is_running(&r, rule)) TRY(start(&r, rule));
        else if (moment == MOMENT_REOPENED && rule->resumes) TRY(resume(&r, rule));
    }
    nearest(&r, due, ask);
    return ST_OK;
}
