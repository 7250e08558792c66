/* recheck: see recheck.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/recheck.h"

#include "base/secret.h"
#include "campaign/duty_inside.h"
#include "campaign/words.h"
#include "gen/sql/recheck.h"

#define SEED_BYTES 8

static const struct words_rule falls_rule = {"words", TR_NOOP("Say what the records do not show"),
                                             TR_NOOP("Use at most {max} characters"), CAMPAIGN_LINE_POINTS, false};
static const struct words_rule stands_rule = {"words", NULL, TR_NOOP("Use at most {max} characters"),
                                              CAMPAIGN_LINE_POINTS, false};

/* Reading */

enum status recheck_list(struct db *db, struct arena *mem, campaign_id campaign, struct recheck **out, size_t *n)
{
    struct q_recheck_draws *rows;
    TRY(q_recheck_draws(db, mem, campaign, &rows, n));
    *out = NEWN(mem, struct recheck, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct recheck){.id = rows[i].id,
                                     .seed = rows[i].seed,
                                     .person_name = rows[i].person_name,
                                     .of_n = rows[i].of_n,
                                     .n = rows[i].n,
                                     .stands = rows[i].stands,
                                     .falls = rows[i].falls,
                                     .at = rows[i].at};
    return ST_OK;
}

enum status recheck_items(struct db *db, struct arena *mem, recheck_id id, struct recheck_item **out, size_t *n)
{
    struct q_recheck_items *rows;
    TRY(q_recheck_items(db, mem, id, &rows, n));
    *out = NEWN(mem, struct recheck_item, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct recheck_item){.no = rows[i].no,
                                          .duty = rows[i].duty_id,
                                          .unit = rows[i].unit_id,
                                          .unit_code = rows[i].unit_code,
                                          .unit_en = rows[i].unit_en,
                                          .unit_zh = rows[i].unit_zh,
                                          .name = rows[i].name,
                                          .found = rows[i].found,
                                          .words = rows[i].words,
                                          .person_name = rows[i].person_name,
                                          .at = rows[i].at};
    return ST_OK;
}

enum status recheck_is_open(struct db *db, struct arena *mem, const struct campaign *c, day today, bool *out)
{
    struct stage *stages;
    size_t n;
    *out = false;
    if (!str_eq(c->state, STR("issued"))) return ST_OK;
    TRY(stage_list(db, mem, c->id, c->version, &stages, &n));
    for (size_t i = 0; i < n; i++) *out = *out || (stages[i].consolidates && stages[i].starts.n <= today.n);
    return ST_OK;
}

bool recheck_may_look(struct db *db, struct arena *mem, const struct actor *who, const struct recheck_item *item)
{
    return duty_is_above(db, mem, who, item->unit);
}

/* Drawing */

struct ticket {
    uint64_t number;
    duty_id duty;
};
struct drum {
    uint64_t seed;
    size_t wanted, n;
    int64_t of_n;
    struct ticket *drawn; /* by number, smallest first */
};

static uint64_t splitmix64(uint64_t x)
{
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31);
}

static enum status take(void *arg, const struct q_recheck_done *row)
{
    struct drum *d = arg;
    struct ticket t = {splitmix64(d->seed + (uint64_t)row->id.v), row->id};
    d->of_n++;
    if (d->n == d->wanted && t.number >= d->drawn[d->n - 1].number) return ST_OK;
    size_t i = d->n < d->wanted ? d->n++ : d->n - 1;
    for (; i > 0 && d->drawn[i - 1].number > t.number; i--) d->drawn[i] = d->drawn[i - 1];
    d->drawn[i] = t;
    return ST_OK;
}

static enum status keep(struct db *db, struct arena *mem, const struct campaign_command *cmd, const struct campaign *c,
                        str seed, const struct drum *d, recheck_id *out)
{
    out->v = db_new_id(db);
    TRY(q_recheck_add(db, *out, cmd->city->root, c->id, seed, d->of_n, cmd->who->person, db_now(db), NULL));
    for (size_t i = 0; i < d->n; i++) TRY(q_recheck_add_item(db, *out, (int64_t)i + 1, d->drawn[i].duty, NULL));
    const struct campaign_event_draft e = {
        .campaign = c->id, .kind = "drawn", .unit = c->unit, .person = cmd->who->person, .words = seed};
    return campaign_event(db, mem, cmd->city, &e);
}

enum status recheck_draw(struct db *db, struct arena *mem, const struct campaign_command *cmd, int64_t n,
                         recheck_id *out)
{
    struct campaign c;
    bool open;
    TRY(campaign_load(db, mem, cmd->campaign, &c));
    if (!campaign_may_write(db, mem, cmd->who, &c) && !campaign_may_sign(db, mem, cmd->who, &c)) return ST_FORBIDDEN;
    TRY(recheck_is_open(db, mem, &c, day_in_zone(&cmd->city->zone, db_now(db)), &open));
    if (!open)
        return fault(cmd->faults, "", TR_NOOP("Duties are drawn from the day on which the closing stage begins"));
    if (n < 1 || n > RECHECK_MOST)
        return fault_max(cmd->faults, "n", TR_NOOP("Enter how many are to be drawn: 1 to {max}"), RECHECK_MOST);
    char *bytes = NEWN(mem, char, SEED_BYTES);
    secure_bytes(bytes, SEED_BYTES);
    struct drum d = {.wanted = (size_t)n, .drawn = NEWN(mem, struct ticket, (size_t)n)};
    for (size_t i = 0; i < SEED_BYTES; i++) d.seed = d.seed << 8 | (unsigned char)bytes[i];
    TRY(q_recheck_done(db, mem, c.id, c.unit, take, &d));
    if (d.n == 0) return fault(cmd->faults, "", TR_NOOP("No duty of another unit is done yet"));
    return keep(db, mem, cmd, &c, secret_hex(mem, (str){bytes, SEED_BYTES}), &d, out);
}

/* Looking */

/* What was shown no longer counts: the duty is counted again, and is owed. */
static enum status fall(struct db *db, struct arena *mem, const struct city *city, duty_id duty)
{
    TRY(q_recheck_end_links(db, duty, db_now(db), NULL));
    return duty_recount(db, mem, city, duty);
}

enum status recheck_say(struct db *db, struct arena *mem, const struct campaign_command *cmd, recheck_id id, int64_t no,
                        str found, str words)
{
    struct q_recheck_item item;
    struct duty d;
    int64_t changed = 0;
    bool falls = str_eq(found, STR("falls"));
    TRY(q_recheck_item(db, mem, id, no, &item));
    TRY(duty_load(db, mem, item.duty_id, &d));
    if (!duty_is_above(db, mem, cmd->who, d.unit)) return ST_NOT_FOUND;
    if (item.found.n > 0) return ST_CONFLICT;
    if (!falls && !str_eq(found, STR("stands"))) return fault(cmd->faults, "found", TR_NOOP("Choose what you found"));
    TRY(words_check(mem, cmd->faults, falls ? &falls_rule : &stands_rule, &words));
    TRY(q_recheck_say(db, id, no, found, words, cmd->who->person, db_now(db), &changed));
    if (changed == 0) return ST_CONFLICT;
    const struct campaign_event_draft e = {.campaign = d.campaign,
                                           .duty = d.id,
                                           .kind = falls ? "falls" : "stands",
                                           .unit = cmd->who->unit,
                                           .person = cmd->who->person,
                                           .words = words};
    TRY(campaign_event(db, mem, cmd->city, &e));
    return falls ? fall(db, mem, cmd->city, d.id) : ST_OK;
}
