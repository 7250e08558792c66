/* calendar: see calendar.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/calendar.h"

#include <stdlib.h>

#include "base/limits.h"
#include "gen/sql/calendar.h"
#include "people/guard.h"
#include "people/person.h"

static int compare_days(const void *a, const void *b)
{
    int32_t x = ((const struct calendar_day *)a)->on.n;
    int32_t y = ((const struct calendar_day *)b)->on.n;
    return (x > y) - (x < y);
}

bool calendar_is_working(const struct calendar *c, day d)
{
    const struct calendar_days *days = atomic_load_explicit(&c->days, memory_order_acquire);
    struct calendar_day key = {.on = d};
    const struct calendar_day *found = NULL;
    if (days != NULL && days->n > 0) found = bsearch(&key, days->item, days->n, sizeof key, compare_days);
    if (found != NULL) return found->working;
    int weekday = civil_from_day(d).weekday;
    return weekday >= 1 && weekday <= 5;
}

day calendar_after(const struct calendar *c, day from, int n, bool working)
{
    must(n >= 0);
    if (!working) return (day){from.n + n};
    while (n > 0) {
        from.n++;
        if (calendar_is_working(c, from)) n--;
    }
    return from;
}

day calendar_roll(const struct calendar *c, day d)
{
    while (!calendar_is_working(c, d)) d.n++;
    return d;
}

enum status calendar_load(struct db *db, struct arena *life, struct calendar *c)
{
    struct q_calendar_days *rows;
    struct calendar_days *days = NEW(life, struct calendar_days);
    TRY(q_calendar_days(db, life, &rows, &days->n));
    days->item = NEWN(life, struct calendar_day, days->n + 1);
    for (size_t i = 0; i < days->n; i++) {
        days->item[i].on = rows[i].on_on;
        days->item[i].working = rows[i].working != 0;
    }
    atomic_store_explicit(&c->days, days, memory_order_release);
    return ST_OK;
}

enum status calendar_changed(struct db *db, struct arena *mem, const struct calendar *c, bool *changed)
{
    const struct calendar_days *days = atomic_load_explicit(&c->days, memory_order_acquire);
    struct q_calendar_days *rows;
    size_t n;
    TRY(q_calendar_days(db, mem, &rows, &n));
    *changed = n != days->n;
    for (size_t i = 0; i < n && !*changed; i++)
        *changed = days->item[i].on.n != rows[i].on_on.n || days->item[i].working != (rows[i].working != 0);
    return ST_OK;
}

enum status holiday_list(struct db *db, struct arena *mem, struct holiday **out, size_t *n)
{
    struct q_calendar_days *rows;
    TRY(q_calendar_days(db, mem, &rows, n));
    *out = NEWN(mem, struct holiday, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct holiday){rows[i].id, rows[i].on_on, rows[i].working != 0, rows[i].name_en, rows[i].name_zh};
    return ST_OK;
}

static str event_text(struct arena *mem, day on, bool working, str name)
{
    char text[16];
    (void)day_format(on, text);
    return str_format(mem, "%s %s %.*s", text, working ? "working" : "off", STR_ARG(name));
}

enum status holiday_add(struct db *db, struct arena *mem, const struct actor *who, day on, bool working, str name_en,
                        str name_zh, struct faults *f)
{
    holiday_id id = {db_new_id(db)};
    TRY(guard_city(db, mem, who, ACT_ADMIN_CALENDAR));
    bool good = guard_line(f, "name_en", name_en, true, LIMIT_NAME_POINTS);
    good = guard_line(f, "name_zh", name_zh, true, LIMIT_NAME_POINTS) && good;
    if (!good) return ST_INVALID;
    TRY(q_calendar_insert(db, id, on, working, str_trim(name_en), str_trim(name_zh), NULL));
    return admin_event(db, mem, who, "holiday.add", (unit_id){0}, id.v,
                       event_text(mem, on, working, str_trim(name_en)));
}

enum status holiday_end(struct db *db, struct arena *mem, const struct actor *who, holiday_id id)
{
    struct q_calendar_get row;
    TRY(guard_city(db, mem, who, ACT_ADMIN_CALENDAR));
    TRY(q_calendar_get(db, mem, id, &row));
    if (row.ended_at.ms != 0) return ST_NOT_FOUND;
    TRY(q_calendar_end(db, db_now(db), id, NULL));
    return admin_event(db, mem, who, "holiday.end", (unit_id){0}, id.v,
                       event_text(mem, row.on_on, row.working != 0, row.name_en));
}
