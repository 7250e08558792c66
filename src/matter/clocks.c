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

void clock_life_begin(struct clock_life *life, struct arena *mem, const struct clock_pack *pack, size_t more)
{
    *life = (struct clock_life){.pack = pack, .cap = more + pack->n};
    life->row = NEWN(mem, struct clock_life_row, life->cap);
}

static void stop(struct clock_life_row *row, instant at)
{
    row->stopped_at = at;
    row->is_changed = true;
}

static void start(struct clock_life *life, const struct city *city, const struct clock_rule *rule, instant at)
{
    must(life->n < life->cap);
    life->row[life->n++] =
        (struct clock_life_row){.rule = rule, .starts_at = at, .due = clock_due(rule, city, at), .is_new = true};
}

/* Runs again as it first ran, so that opening again never gives anybody more time. */
static void resume(struct clock_life *life, const struct city *city, const struct clock_rule *rule, instant at)
{
    for (size_t i = 0; i < life->n; i++) {
        if (life->row[i].rule != rule) continue;
        stop(&life->row[i], (instant){0});
        return;
    }
    start(life, city, rule, at);
}

static bool is_running(const struct clock_life *life, const struct clock_rule *rule)
{
    for (size_t i = 0; i < life->n; i++)
        if (life->row[i].stopped_at.ms == 0 && life->row[i].rule == rule) return true;
    return false;
}

static void stop_due_ones(struct clock_life *life, enum clock_moment moment, instant at)
{
    for (size_t i = 0; i < life->n; i++) {
        struct clock_life_row *row = &life->row[i];
        if (row->rule != NULL && row->stopped_at.ms == 0 && (row->rule->stops & AT(moment)) != 0) stop(row, at);
    }
}

static void nearest(const struct clock_life *life, day *due, day *ask)
{
    *due = (day){0};
    *ask = (day){0};
    for (size_t i = 0; i < life->n; i++) {
        const struct clock_life_row *row = &life->row[i];
        if (row->rule == NULL || row->stopped_at.ms != 0) continue;
        day *out = row->rule->asks ? ask : due;
        if (out->n == 0 || row->due.n < out->n) *out = row->due;
    }
}

void clock_life_pass(struct clock_life *life, const struct city *city, enum clock_moment moment, instant at, day *due,
                     day *ask)
{
    stop_due_ones(life, moment, at);
    for (size_t i = 0; i < life->pack->n; i++) {
        const struct clock_rule *rule = &life->pack->rules[i];
        if (rule->starts == moment && !is_running(life, rule)) start(life, city, rule, at);
        else if (moment == MOMENT_REOPENED && rule->resumes) resume(life, city, rule, at);
    }
    nearest(life, due, ask);
}

enum status clock_life_write(struct db *db, casefile_id casefile, struct clock_life *life)
{
    for (size_t i = 0; i < life->n; i++) {
        struct clock_life_row *row = &life->row[i];
        if (row->is_new) {
            row->id = (clock_id){db_new_id(db)};
            TRY(q_clocks_start(db, row->id, casefile, str_from(life->pack->name), str_from(row->rule->name),
                               row->starts_at, row->due, row->stopped_at, NULL));
        } else if (row->is_changed) {
            TRY(q_clocks_stop(db, row->id, row->stopped_at, NULL));
        }
        row->is_new = row->is_changed = false;
    }
    return ST_OK;
}

enum status clock_life_load(struct db *db, struct arena *mem, casefile_id casefile, str pack, struct clock_life *life)
{
    struct q_clocks_list *rows;
    size_t n;
    TRY(q_clocks_list(db, mem, casefile, &rows, &n));
    if (pack.n == 0) pack = n > 0 ? rows[0].pack : str_from(packs[0].name);
    const struct clock_pack *found = clock_pack_find(pack);
    if (found == NULL) return ST_INVALID;
    clock_life_begin(life, mem, found, n);
    for (; life->n < n; life->n++) {
        const struct q_clocks_list *r = &rows[life->n];
        life->row[life->n] = (struct clock_life_row){.id = r->id,
                                                     .rule = clock_rule_find(found, r->rule),
                                                     .starts_at = r->starts_at,
                                                     .stopped_at = r->stopped_at,
                                                     .due = r->due_on};
    }
    return ST_OK;
}

enum status clock_moment(struct db *db, struct arena *mem, const struct city *city, casefile_id casefile, str pack,
                         enum clock_moment moment, instant at, day *due, day *ask)
{
    struct clock_life life;
    TRY(clock_life_load(db, mem, casefile, pack, &life));
    clock_life_pass(&life, city, moment, at, due, ask);
    return clock_life_write(db, casefile, &life);
}
