/* guess: see guess.h.
 *
 * The place's row holds the moment at which all its failures so far would have been paid off at the rule's rate: one number counts
 * both the rate and the burst, and nothing has to be topped up as time passes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/guess.h"

#include "gen/sql/guess.h"

#define FREE_FAILURES 3
#define WAIT_MOST_MS  (30 * SECOND_MS)
#define FORGET_MS     (15 * MINUTE_MS)

static int64_t wait_after(int64_t failures)
{
    int64_t over = failures - FREE_FAILURES;
    if (over <= 0) return 0;
    return over > 5 ? WAIT_MOST_MS : SECOND_MS << (over - 1);
}

static int64_t interval_ms(const struct guess_rule *rule)
{
    return (int64_t)(1000 / rule->per_second);
}

/* Until the place may fail once more. */
static int64_t place_wait(const struct guess_rule *rule, int64_t paid_off_ms, int64_t now_ms)
{
    if (rule->per_second <= 0) return 0;
    return paid_off_ms - now_ms - (int64_t)((rule->burst - 1) * (double)interval_ms(rule));
}

static int seconds_of(int64_t ms)
{
    if (ms > WAIT_MOST_MS) ms = WAIT_MOST_MS;
    return ms <= 0 ? 0 : (int)((ms + SECOND_MS - 1) / SECOND_MS);
}

/* Failures long ago are none. */
static bool is_fresh(const struct q_guess_find *row, instant now)
{
    return now.ms - row->until_at.ms <= FORGET_MS;
}

enum status guess_look(struct db *db, struct arena *mem, const struct keys *keys, const struct guess_rule *rule,
                       str what, str from, instant now, struct guess *out)
{
    struct q_guess_find *rows;
    size_t n;
    *out = (struct guess){
        .pair = secret_hash(mem, keys, KEY_GUESS, str_format(mem, "of %.*s\n%.*s", STR_ARG(what), STR_ARG(from))),
        .place = secret_hash(mem, keys, KEY_GUESS, str_format(mem, "from %.*s", STR_ARG(from))),
    };
    TRY(q_guess_find(db, mem, out->pair, out->place, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        bool is_pair = str_eq(rows[i].who, out->pair);
        int64_t wait = 0;
        if (is_pair && is_fresh(&rows[i], now)) out->has_failed = true;
        if (is_pair && rows[i].failures > FREE_FAILURES) wait = rows[i].until_at.ms - now.ms;
        if (!is_pair) wait = place_wait(rule, rows[i].until_at.ms, now.ms);
        if (seconds_of(wait) > out->wait_seconds) out->wait_seconds = seconds_of(wait);
    }
    return ST_OK;
}

enum status guess_failed(struct db *db, struct arena *mem, const struct guess *g, const struct guess_rule *rule,
                         instant now)
{
    struct q_guess_find *rows;
    size_t n;
    int64_t failures = 1, from_place = 1, paid_off = now.ms;
    TRY(q_guess_find(db, mem, g->pair, g->place, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!is_fresh(&rows[i], now)) continue;
        if (str_eq(rows[i].who, g->pair)) {
            failures = rows[i].failures + 1;
        } else {
            from_place = rows[i].failures + 1;
            if (rows[i].until_at.ms > paid_off) paid_off = rows[i].until_at.ms;
        }
    }
    TRY(q_guess_put(db, g->pair, failures, (instant){now.ms + wait_after(failures)}, NULL));
    if (rule->per_second <= 0) return ST_OK;
    return q_guess_put(db, g->place, from_place, (instant){paid_off + interval_ms(rule)}, NULL);
}

enum status guess_right(struct db *db, const struct guess *g)
{
    return q_guess_remove(db, g->pair, NULL);
}

enum status guess_tidy(struct db *db, instant now, int64_t most, int64_t *gone)
{
    return q_guess_forget(db, (instant){now.ms - FORGET_MS}, most, gone);
}
