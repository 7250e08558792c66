/* demo_life: see demo_life.h. Every step goes through the rules of matter/, in the name of somebody who may.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_life.h"

#include "matter/casefile.h"

#define OPENS   (8 * 60 + 30) /* minutes of the day */
#define PAUSE   (12 * 60)
#define RESUMES (14 * 60)
#define CLOSES  (17 * 60 + 20)

/* Chance */

static bool per_mille(struct rng *rng, uint32_t n)
{
    return rng_below(rng, 1000) < n;
}

static int between(struct rng *rng, int low, int high)
{
    return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

static enum demo_said draw_said(struct rng *rng)
{
    uint32_t x = rng_below(rng, 1000);
    if (x < 770) return SAID_SOLVED;
    if (x < 845) return SAID_PARTLY;
    return x < 910 ? SAID_NOT_SOLVED : SAID_NOTHING;
}

struct demo_fate demo_fate_draw(struct rng *rng)
{
    static const struct {
        uint32_t below;
        int low, high;
    } answers[] = {{330, 1, 6}, {740, 7, 16}, {920, 17, 32}, {976, 33, 52}, {1000, 60, 88}}; /* the last are late */
    uint32_t x = rng_below(rng, 1000);
    struct demo_fate f = {
        .never_accepted = per_mille(rng, 3), .declined = per_mille(rng, 30), .never_answered = per_mille(rng, 12)};
    f.accept_days = x < 600 ? between(rng, 0, 1) : x < 900 ? between(rng, 2, 4) : between(rng, 5, 12);
    f.assign_days = between(rng, 0, 2);
    x = rng_below(rng, 1000);
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        if (x >= answers[i].below) continue;
        f.answer_days = between(rng, answers[i].low, answers[i].high);
        break;
    }
    f.said_days = between(rng, 2, 26);
    for (size_t i = 0; i < COUNT_OF(f.said); i++) f.said[i] = draw_said(rng);
    f.forwarded = per_mille(rng, 60);
    f.is_shown = per_mille(rng, 920);
    return f;
}

/* Time */

static instant at_minute(const struct demo *d, day on, int minute, struct rng *rng)
{
    return (instant){day_start(&d->city->zone, on).ms + minute * MINUTE_MS + (int64_t)rng_below(rng, 60) * SECOND_MS};
}

static int office_minute(struct rng *rng)
{
    bool morning = rng_below(rng, 100) < 52;
    return morning ? between(rng, OPENS, PAUSE - 1) : between(rng, RESUMES, CLOSES);
}

/* Moves on by so many days, into office hours (or, for the raiser's own word, the evening). False: that is still to come. */
static bool pass(struct demo_life *l, int days, bool office)
{
    const struct demo *d = l->d;
    day on = {day_in_zone(&d->city->zone, l->at).n + days};
    if (office) on = calendar_roll(&d->city->calendar, on);
    instant t = at_minute(d, on, office ? office_minute(&l->rng) : between(&l->rng, 8 * 60, 21 * 60), &l->rng);
    if (t.ms <= l->at.ms && days == 0 && office) t = (instant){l->at.ms + between(&l->rng, 4, 50) * MINUTE_MS};
    if (t.ms <= l->at.ms) t = (instant){l->at.ms + HOUR_MS};
    if (t.ms >= l->d->now.ms) return false;
    l->at = l->slots.spoken = t;
    return true;
}

/* Who and how */

static struct casefile_command command(const struct demo_life *l, const struct actor *who)
{
    return (struct casefile_command){.city = l->d->city, .who = who, .casefile = l->receipt.casefile, .at = l->at};
}

static str say(struct demo_life *l, enum demo_phrase phrase)
{
    int which = -1;
    return demo_say(l->d->row, &l->slots, phrase, &which);
}

static const struct demo_unit *above(struct demo *d, const struct demo_unit *u)
{
    switch (u->kind) {
    case KIND_BUREAU:
    case KIND_TOWN: return &d->units[DEMO_COUNTIES + u->county];
    case KIND_VILLAGE: return &d->units[DEMO_TOWNS + u->town];
    case KIND_ROOT:
    case KIND_DEPARTMENT:
    case KIND_COUNTY: break;
    }
    return &d->units[DEMO_ROOT];
}

static str unit_name(const struct demo_life *l, const struct demo_unit *u)
{
    return l->slots.zh ? u->zh : u->en;
}

static void name_units(struct demo_life *l)
{
    l->slots.unit = unit_name(l, l->unit);
    l->slots.up = unit_name(l, above(l->d, l->unit));
}

static const struct actor *any_handler(struct demo_life *l)
{
    const struct demo_unit *u = l->unit;
    return u->n_handlers == 0 ? NULL : u->handler[rng_below(&l->rng, (uint32_t)u->n_handlers)];
}

/* Receiving */

static enum status register_it(struct demo_life *l)
{
    bool by_raiser = str_eq(l->draft.channel, STR("web")) || str_eq(l->draft.channel, STR("api"));
    TRY(matter_check(l->d->db, l->d->row, &l->draft, NULL));
    l->slots.subject = l->draft.subject;
    l->at = l->draft.raised_at;
    return matter_register(l->d->db, l->d->row, l->d->city, by_raiser ? NULL : l->clerk, &l->draft, &l->receipt);
}

/* First to a neighbour by mistake, then where it belongs. */
static enum status go_astray(struct demo_life *l)
{
    const struct demo_unit *wrong = &l->d->units[DEMO_DEPARTMENTS + (int)rng_below(&l->rng, DEPARTMENTS)];
    if (wrong->id.v == l->place.v || !pass(l, 0, true)) return ST_OK;
    struct casefile_command c = command(l, l->clerk);
    str name = l->slots.unit;
    l->slots.unit = unit_name(l, wrong);
    str reason = say(l, SAY_FORWARD);
    l->slots.unit = name;
    return casefile_forward(l->d->db, l->d->row, &c, wrong->id, reason);
}

static enum status receive(struct demo_life *l, bool *goes_on)
{
    *goes_on = false;
    if (l->fate.forwarded) TRY(go_astray(l));
    if (l->fate.never_accepted || !pass(l, l->fate.accept_days, true)) return ST_OK;
    struct casefile_command c = command(l, l->clerk);
    if (l->fate.declined) {
        int which = -1;
        str reason = demo_say(l->d->row, &l->slots, SAY_REASON, &which);
        return casefile_decline(l->d->db, l->d->row, &c, reason, demo_say(l->d->row, &l->slots, SAY_ADDRESS, &which));
    }
    *goes_on = true;
    return casefile_accept(l->d->db, l->d->row, &c, l->place, l->category, say(l, SAY_ACCEPT));
}

/* Working */

#define WAITING_DAYS 25

static enum status assign(struct demo_life *l, const struct actor **hand, bool *goes_on)
{
    *hand = l->unit->n_handlers == 0 || l->place.v != l->unit->id.v ? l->unit->head : any_handler(l);
    *goes_on = true;
    if (*hand == l->unit->head) return ST_OK;                                        /* a village: its head does it */
    bool shown = l->unit->kind == KIND_DEPARTMENT && l->unit->department == HOUSING; /* where `head` signs in */
    bool fresh = l->d->now.ms - l->draft.raised_at.ms < (shown ? 2 * WAITING_DAYS : WAITING_DAYS) * DAY_MS;
    if (fresh && per_mille(&l->rng, shown ? 600 : 350)) { /* still on the head's desk */
        *goes_on = false;
        return ST_OK;
    }
    *goes_on = pass(l, l->fate.assign_days, true);
    if (!*goes_on) return ST_OK;
    struct casefile_command c =
        command(l, l->unit->clerk != NULL && per_mille(&l->rng, 300) ? l->unit->clerk : l->unit->head);
    return casefile_assign(l->d->db, l->d->row, &c, l->place, (*hand)->person, say(l, SAY_ASSIGN));
}

static enum status note(struct demo_life *l, const struct actor *hand)
{
    instant before = l->at;
    if (!per_mille(&l->rng, 180) || l->fate.answer_days < 6 || !pass(l, 1, true)) return ST_OK;
    struct casefile_command c = command(l, hand);
    l->at = before; /* the answer's day counts from the assignment */
    return casefile_note(l->d->db, l->d->row, &c, say(l, SAY_NOTE));
}

static enum status answer(struct demo_life *l, const struct actor *hand, int round)
{
    const struct demo_wording *w = l->slots.zh ? &l->theme->zh : &l->theme->en;
    struct arena *mem = l->d->row;
    struct casefile_command c = command(l, hand);
    const struct answer_draft a = {
        .asked = demo_asked(mem, &l->slots),
        .found = demo_found(mem, &l->slots, w),
        .done = demo_done(mem, &l->slots, w, round > 0),
        .basis = demo_basis_text(&l->slots, l->theme->basis),
        .remedy = demo_remedy(mem, &l->slots),
    };
    return casefile_answer(l->d->db, mem, &c, &a);
}

static enum status work(struct demo_life *l, int round, bool *goes_on)
{
    const struct actor *hand;
    TRY(assign(l, &hand, goes_on));
    if (!*goes_on) return ST_OK;
    TRY(note(l, hand));
    *goes_on = !(round == 0 && l->fate.never_answered) &&
               pass(l, round == 0 ? l->fate.answer_days : 3 + l->fate.answer_days / 4, true);
    return *goes_on ? answer(l, hand, round) : ST_OK;
}

/* The raiser's word */

static enum status hear(struct demo_life *l, enum demo_said said, bool *reopened)
{
    static const char *const words[] = {[SAID_SOLVED] = "solved",
                                        [SAID_PARTLY] = "partly",
                                        [SAID_NOT_SOLVED] = "not_solved",
                                        [SAID_NOTHING] = "no_answer"};
    static const enum demo_phrase phrases[] = {[SAID_SOLVED] = SAY_SOLVED,
                                               [SAID_PARTLY] = SAY_PARTLY,
                                               [SAID_NOT_SOLVED] = SAY_NOT_SOLVED,
                                               [SAID_NOTHING] = SAY_NOTHING};
    bool asked = said == SAID_NOTHING || !str_eq(l->draft.channel, STR("web"));
    *reopened = false;
    if (said == SAID_NOTHING && per_mille(&l->rng, 600)) return ST_OK; /* nobody has asked yet */
    if (!pass(l, l->fate.said_days, asked)) return ST_OK;
    str text = say(l, phrases[said]);
    const struct actor *checker = l->d->checkers[rng_below(&l->rng, COUNT_OF(l->d->checkers))];
    struct casefile_command c = command(l, asked ? checker : NULL);
    *reopened = said == SAID_NOT_SOLVED;
    return asked ? casefile_return_visit(l->d->db, l->d->row, &c, str_from(words[said]), text)
                 : casefile_confirm(l->d->db, l->d->row, &c, l->receipt.matter, str_from(words[said]), text);
}

/* Words to and fro, and what the public sees */

/* The time of what follows: some hours on, but not after now. */
static void go_on(struct demo_life *l, int64_t minutes)
{
    int64_t at = l->at.ms + minutes * MINUTE_MS;
    l->at = (instant){at < l->d->now.ms ? at : l->d->now.ms};
    db_batch_now(l->d->db, l->at);
}

static enum status talk(struct demo_life *l, const struct actor *clerk)
{
    int which = -1;
    struct demo *d = l->d;
    if (d->now.ms - l->draft.raised_at.ms > 12 * DAY_MS || !per_mille(&l->rng, 120)) return ST_OK;
    go_on(l, between(&l->rng, 30, 900));
    TRY(message_add(d->db, d->row, d->city, NULL, l->receipt.matter,
                    demo_say(d->row, &l->slots, SAY_MESSAGE_RAISER, &which), NULL));
    if (per_mille(&l->rng, 400)) return ST_OK; /* not answered yet */
    go_on(l, between(&l->rng, 30, 600));
    return message_add(d->db, d->row, d->city, clerk, l->receipt.matter,
                       demo_say(d->row, &l->slots, SAY_MESSAGE_UNIT, &which), NULL);
}

static str shown_answer(struct demo *d, const struct answer *a)
{
    return str_format(d->row, "%.*s\n\n%.*s\n\n%.*s\n\n%.*s", STR_ARG(a->found), STR_ARG(a->done), STR_ARG(a->basis),
                      STR_ARG(a->remedy));
}

static enum status show(struct demo_life *l)
{
    struct demo *d = l->d;
    struct answer *answers;
    size_t n;
    if (!l->draft.wants_public || !l->fate.is_shown) return ST_OK;
    TRY(answer_list(d->db, d->row, l->receipt.casefile, &answers, &n));
    go_on(l, between(&l->rng, 20, 400));
    str text = n == 0 ? STR("") : matter_redact(d->row, shown_answer(d, &answers[0]));
    return matter_publish(d->db, d->row, d->city, l->clerk, l->receipt.matter, true,
                          matter_redact(d->row, l->draft.subject), matter_redact(d->row, l->draft.text),
                          matter_redact(d->row, l->draft.place), text, NULL);
}

static enum status rounds(struct demo_life *l)
{
    bool goes_on = true;
    for (size_t round = 0; goes_on && round < COUNT_OF(l->fate.said); round++) {
        name_units(l);
        TRY(work(l, (int)round, &goes_on));
        if (!goes_on) return ST_OK;
        TRY(hear(l, l->fate.said[round], &goes_on));
        if (!goes_on) return ST_OK;
        if (l->place.v == l->unit->id.v)
            l->unit = above(l->d, l->unit); /* else the village without people: its town is above */
        l->place = l->unit->id;
    }
    return ST_OK;
}

enum status demo_live(struct demo_life *l)
{
    bool goes_on;
    name_units(l);
    TRY(register_it(l));
    TRY(receive(l, &goes_on));
    if (goes_on) TRY(rounds(l));
    if (goes_on) TRY(talk(l, l->clerk));
    if (l->at.ms > l->draft.raised_at.ms) TRY(show(l));
    if (l->fate.erased) {
        go_on(l, between(&l->rng, 60, 3000));
        TRY(contact_erase(l->d->db, l->d->row, l->d->city, l->receipt.matter));
    }
    db_batch_now(l->d->db, (instant){0});
    return ST_OK;
}
