/* demo_story: see demo_story.h. Two years of campaigns: last year's, which is closed, and this year's, as far as the clock has come.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_story.h"

#include <stdlib.h>

#define STEPS_FIRST 4096
#define SPRING      105 /* days of a year after which its campaign has begun everywhere */

struct campaign_command story_by(struct story *s, const struct actor *who, campaign_id id)
{
    s->faults.n = 0;
    return (struct campaign_command){.city = s->d->city, .who = who, .campaign = id, .faults = &s->faults};
}

bool story_chance(struct story *s, int percent)
{
    return (int)rng_below(&s->rng, 100) < percent;
}

static str replaced(struct arena *mem, str text, str what, str with)
{
    str head, tail;
    while (str_cut_str(text, what, &head, &tail)) text = str_concat(mem, head, str_concat(mem, with, tail));
    return text;
}

str story_fill(struct story *s, const char *text, const struct demo_named *place)
{
    struct arena *mem = s->d->row;
    str out = replaced(mem, str_from(text), STR("{y}"), str_format(mem, "%d", s->year));
    if (place == NULL) return out;
    return replaced(mem, replaced(mem, out, STR("{en}"), place->en), STR("{zh}"), place->zh);
}

const struct actor *story_above(struct story *s, const struct demo_unit *u)
{
    if (u->kind == KIND_VILLAGE) return s->d->units[DEMO_TOWNS + u->town].head;
    if (u->kind == KIND_TOWN || u->kind == KIND_BUREAU) return s->d->units[DEMO_COUNTIES + u->county].clerk;
    return s->clerk;
}

bool story_has_below(const struct story *s, const struct demo_unit *u)
{
    if (u->kind == KIND_COUNTY) return true;
    for (int i = 0; u->kind == KIND_DEPARTMENT && i < LINES; i++)
        if ((int)demo_lines[i] == u->department) return true;
    for (int i = 0; u->kind == KIND_TOWN && i < VILLAGES; i++)
        if (s->d->units[DEMO_VILLAGES + i].town == u->town) return true;
    return false;
}

/* Time */

void story_plan(struct story *s, int year, int month, int mday,
                enum status (*run)(struct story *, const struct story_step *), const struct demo_unit *u, int n)
{
    day on = {day_from_civil(s->year + year, month, 1).n + mday - 1};
    int64_t minutes = 8 * 60 + 30 + (u == NULL ? 0 : 1 + rng_below(&s->rng, 9 * 60));
    instant at = {day_start(&s->d->city->zone, on).ms + minutes * MINUTE_MS};
    if (at.ms >= s->d->now.ms) return;
    if (s->n_steps == s->cap_steps) {
        size_t cap = s->cap_steps == 0 ? STEPS_FIRST : s->cap_steps * 2;
        s->steps = arena_grow(s->d->mem, s->steps, s->cap_steps * sizeof *s->steps, cap * sizeof *s->steps);
        s->cap_steps = cap;
    }
    s->steps[s->n_steps] = (struct story_step){at, (int)s->n_steps, run, u, n};
    s->n_steps++;
}

static int by_time(const void *left, const void *right)
{
    const struct story_step *a = left, *b = right;
    if (a->at.ms != b->at.ms) return a->at.ms < b->at.ms ? -1 : 1;
    return a->order - b->order;
}

static enum status tell(struct story *s)
{
    qsort(s->steps, s->n_steps, sizeof *s->steps, by_time);
    for (size_t i = 0; i < s->n_steps; i++) {
        db_batch_now(s->d->db, s->steps[i].at);
        TRY(s->steps[i].run(s, &s->steps[i]));
        arena_reset(s->d->row);
    }
    return ST_OK;
}

/* Who takes part */

static void gather_units(struct story *s)
{
    s->units = NEWN(s->d->mem, const struct demo_unit *, DEMO_UNITS);
    for (int i = DEMO_DEPARTMENTS; i < DEMO_UNITS; i++) {
        const struct demo_unit *u = &s->d->units[i];
        bool known = u->head == NULL;
        for (size_t j = 0; j < s->n_units; j++) known = known || s->units[j]->id.v == u->id.v;
        if (!known) s->units[s->n_units++] = u;
    }
}

static enum status tell_all(struct story *s)
{
    TRY(demo_actor(s->d, STR("leader"), &s->first));
    story_plan_office(s);
    story_plan_units(s);
    return tell(s);
}

enum status demo_make_campaign(struct demo *d)
{
    struct civil now = civil_from_day(d->today);
    struct story *s = NEW(d->mem, struct story);
    *s = (struct story){.d = d, .rng = {(uint64_t)d->options->seed * 2654435761u + 77}, .clerk = d->clerks[0]};
    s->year = d->today.n - day_from_civil(now.year, 1, 1).n < SPRING ? now.year - 1 : now.year;
    gather_units(s);
    TRY(db_batch_begin(d->db));
    enum status st = tell_all(s);
    db_batch_now(d->db, (instant){0});
    if (st == ST_OK) return db_batch_commit(d->db);
    db_batch_rollback(d->db);
    return st;
}
