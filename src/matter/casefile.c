/* casefile: see casefile.h. The table of moves, the way in and out of every command, and the raiser's word.
 * Other commands are in casefile_moves.c, queues in casefile_queue.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/casefile.h"

#include "gen/sql/casefile.h"
#include "gen/sql/matter.h"
#include "matter/casefile_move.h"
#include "matter/event.h"
#include "matter/tally.h"
#include "matter/words.h"
#include "people/unit.h"

static const struct transition {
    enum move move;
    const char *from, *to;
} transitions[] = {
    {MOVE_ACCEPT, "registered", "accepted"},      {MOVE_FORWARD, "registered", "registered"},
    {MOVE_FORWARD, "accepted", "accepted"},       {MOVE_FORWARD, "handling", "accepted"},
    {MOVE_DECLINE, "registered", "declined"},     {MOVE_ASSIGN, "accepted", "handling"},
    {MOVE_ASSIGN, "handling", "handling"},        {MOVE_ANSWER, "accepted", "answered"},
    {MOVE_ANSWER, "handling", "answered"},        {MOVE_IMPORT_ANSWER, "registered", "answered"},
    {MOVE_IMPORT_ANSWER, "accepted", "answered"}, {MOVE_IMPORT_ANSWER, "handling", "answered"},
    {MOVE_SUCCEED, "registered", "registered"},   {MOVE_SUCCEED, "accepted", "accepted"},
    {MOVE_SUCCEED, "handling", "accepted"},       {MOVE_RELEASE, "registered", "registered"},
    {MOVE_RELEASE, "accepted", "accepted"},       {MOVE_RELEASE, "handling", "accepted"},
    {MOVE_CLOSE_SOLVED, "answered", "solved"},    {MOVE_CLOSE_PARTLY, "answered", "partly"},
    {MOVE_REOPEN, "answered", "accepted"},        {MOVE_REOPEN, "solved", "accepted"},
    {MOVE_REOPEN, "partly", "accepted"},          {MOVE_REOPEN, "declined", "accepted"},
    {MOVE_REOPEN_VISIT, "answered", "accepted"},
};

const char *casefile_target(enum move move, str from)
{
    for (size_t i = 0; i < COUNT_OF(transitions); i++)
        if (transitions[i].move == move && str_eq(from, str_from(transitions[i].from))) return transitions[i].to;
    return NULL;
}

/* Reading */

enum status casefile_load(struct db *db, struct arena *mem, casefile_id id, struct casefile *out)
{
    struct q_casefile_by_id r;
    TRY(q_casefile_by_id(db, mem, id, &r));
    *out = (struct casefile){
        .id = r.id,
        .state = r.state,
        .unit = r.unit_id,
        .owner = r.owner_person_id,
        .handler = r.handler_person_id,
        .category = r.category_id,
        .raised_at = r.raised_at,
        .accepted_at = r.accepted_at,
        .answered_at = r.answered_at,
        .ended_at = r.ended_at,
        .changed_at = r.changed_at,
        .due = r.due_on,
        .ask = r.ask_on,
        .reopened = r.reopened,
        .version = r.version,
    };
    return ST_OK;
}

enum status casefile_get(struct db *db, struct arena *mem, const struct actor *who, casefile_id id,
                         struct casefile *out)
{
    struct casefile c;
    if (who == NULL) return ST_NOT_FOUND;
    TRY(casefile_load(db, mem, id, &c));
    if (!rights_allow(db, mem, who, ACT_SEE, c.unit, c.owner, NULL)) return ST_NOT_FOUND;
    *out = c;
    return ST_OK;
}

/* Whoever wrote an answer, or answers for the casefile, is not the one to ask whether it helped. */
static bool is_independent(struct db *db, struct arena *mem, const struct actor *who, const struct casefile *c)
{
    struct q_casefile_answered_by wrote;
    if (actor_answers_for(who, c->owner) || actor_answers_for(who, c->handler)) return false;
    return q_casefile_answered_by(db, mem, c->id, who->person, &wrote) == ST_NOT_FOUND;
}

unsigned casefile_can(struct db *db, struct arena *mem, const struct actor *who, const struct casefile *c)
{
    static const struct {
        enum action action;
        enum move move; /* 0: in any state */
    } acts[] = {
        {ACT_SEE, 0},
        {ACT_NOTE, 0},
        {ACT_ACCEPT, MOVE_ACCEPT},
        {ACT_FORWARD, MOVE_FORWARD},
        {ACT_DECLINE, MOVE_DECLINE},
        {ACT_ASSIGN, MOVE_ASSIGN},
        {ACT_ANSWER, MOVE_ANSWER},
        {ACT_MESSAGE, 0},
        {ACT_RETURN_VISIT, MOVE_REOPEN_VISIT},
        {ACT_PUBLISH, 0},
        {ACT_READ_IDENTITY, 0},
    };
    unsigned set = 0;
    if (who == NULL) return 0;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        if (acts[i].move != 0 && casefile_target(acts[i].move, c->state) == NULL) continue;
        if (acts[i].action == ACT_RETURN_VISIT && !is_independent(db, mem, who, c)) continue;
        if (rights_allow(db, mem, who, acts[i].action, c->unit, c->owner, NULL)) set |= 1u << acts[i].action;
    }
    return set;
}

/* Who */

static enum status someone(struct db *db, struct arena *mem, const struct city *city, enum status st, person_id *out)
{
    struct q_casefile_anyone any;
    if (st != ST_NOT_FOUND) return st;
    st = q_casefile_anyone(db, mem, city->root, &any);
    if (st == ST_NOT_FOUND) return ST_CONFLICT;
    TRY(st);
    *out = any.person_id;
    return ST_OK;
}

enum status casefile_owner(struct db *db, struct arena *mem, const struct city *city, unit_id unit, person_id *out)
{
    return someone(db, mem, city, unit_accountable(db, mem, unit, out), out);
}

enum status casefile_receiver(struct db *db, struct arena *mem, const struct city *city, unit_id unit, person_id *out)
{
    return someone(db, mem, city, unit_reception(db, mem, unit, out), out);
}

enum status casefile_place(struct db *db, struct arena *mem, unit_id *unit, const char *field, struct faults *f)
{
    struct unit u;
    enum status st = unit_now(db, mem, *unit, unit);
    if (st == ST_OK) st = unit_get(db, mem, *unit, &u);
    if (st == ST_NOT_FOUND) return fault(f, field, TR_NOOP("Choose a unit from the list"));
    TRY(st);
    if (str_eq(u.kind, STR("partner"))) return fault(f, field, TR_NOOP("Choose a public body, not a partner"));
    return u.ends.n == 0 ? ST_OK : fault(f, field, TR_NOOP("Choose a unit that still exists"));
}

/* In and out */

enum status casefile_begin_unasked(struct db *db, struct arena *mem, casefile_id id, int64_t version, instant at,
                                   enum move move, struct step *s)
{
    struct q_matter_of_casefile *matters;
    size_t n;
    TRY(casefile_load(db, mem, id, &s->before));
    if (version != 0 && version != s->before.version) return ST_CONFLICT;
    const char *to = casefile_target(move, s->before.state);
    if (to == NULL) return ST_FORBIDDEN;
    TRY(q_matter_of_casefile(db, mem, id, &matters, &n));
    s->matter = n > 0 ? matters[0].id : (matter_id){0};
    s->at = at.ms != 0 ? at : db_now(db);
    s->after = s->before;
    s->after.state = str_from(to);
    return ST_OK;
}

enum status casefile_begin(struct db *db, struct arena *mem, const struct casefile_command *cmd, enum action action,
                           enum move move, struct step *s)
{
    struct casefile c;
    if (cmd->who == NULL) return ST_FORBIDDEN;
    TRY(casefile_get(db, mem, cmd->who, cmd->casefile, &c));
    if (!rights_allow(db, mem, cmd->who, action, c.unit, c.owner, &s->as)) return ST_FORBIDDEN;
    s->person = cmd->who->person;
    return casefile_begin_unasked(db, mem, cmd->casefile, cmd->version, cmd->at, move, s);
}

static bool is_open(str state)
{
    return str_eq(state, STR("registered")) || str_eq(state, STR("accepted")) || str_eq(state, STR("handling"));
}

struct tally_face casefile_face(const struct casefile *c)
{
    return (struct tally_face){.unit = c->unit,
                               .state = c->state,
                               .due = c->due,
                               .ask = c->ask,
                               .reopened = c->reopened > 0 && is_open(c->state)};
}

/* What hangs on a casefile goes with it. */
static enum status follow(struct db *db, struct arena *mem, const struct city *city, const struct step *s)
{
    const struct casefile *a = &s->before, *b = &s->after;
    struct tally_face before = casefile_face(a), after = casefile_face(b);
    if (!str_eq(a->state, b->state) || a->unit.v != b->unit.v || a->category.v != b->category.v ||
        a->answered_at.ms != b->answered_at.ms)
        TRY(q_casefile_follow(db, b->id, b->state, b->unit, b->category, b->answered_at, NULL));
    TRY(tally_move(db, &before, &after));
    bool moved = !str_eq(a->state, b->state) || a->unit.v != b->unit.v;
    return moved && city->casefile_moved != NULL ? city->casefile_moved(db, mem, city, b->id) : ST_OK;
}

static enum status write_event(struct db *db, struct arena *mem, const struct step *s, const struct step_event *e,
                               event_id *event)
{
    const struct event_draft draft = {.casefile = s->before.id,
                                      .matter = s->matter,
                                      .kind = e->kind,
                                      .person = s->person,
                                      .unit = s->as,
                                      .to_unit = e->to_unit,
                                      .to_person = e->to_person,
                                      .words = e->words,
                                      .at = s->at};
    return event_add(db, mem, &draft, event);
}

enum status casefile_end(struct db *db, struct arena *mem, const struct city *city, struct step *s,
                         const struct step_event *e, event_id *event)
{
    struct casefile *c = &s->after;
    int64_t changed;
    if (e->moment != 0) TRY(clock_moment(db, mem, city, c->id, STR(""), e->moment, s->at, &c->due, &c->ask));
    TRY(write_event(db, mem, s, e, event));
    c->changed_at = s->at;
    TRY(q_casefile_move(db, c->id, s->before.version, c->state, c->unit, c->owner, c->handler, c->category,
                        c->accepted_at, c->answered_at, c->changed_at, c->due, c->ask, c->reopened, &changed));
    return changed == 1 ? follow(db, mem, city, s) : ST_CONFLICT;
}

/* The raiser's word */

struct said {
    const char *kind; /* of the event; also what outcome.said holds, but for no_answer */
    const char *said;
    enum move by_raiser, by_visit; /* 0: no such word */
};
static const struct said said_solved = {"solved", "solved", MOVE_CLOSE_SOLVED, MOVE_CLOSE_SOLVED};
static const struct said said_partly = {"partly", "partly", MOVE_CLOSE_PARTLY, MOVE_CLOSE_PARTLY};
static const struct said said_not_solved = {"not_solved", "not_solved", MOVE_REOPEN, MOVE_REOPEN_VISIT};
static const struct said said_nothing = {"asked", "no_answer", 0, MOVE_REOPEN_VISIT};

static const struct said *said_find(str word)
{
    static const struct said *const all[] = {&said_solved, &said_partly, &said_not_solved, &said_nothing};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (str_eq(word, str_from(all[i]->said))) return all[i];
    return NULL;
}

/* The only place in the program where a casefile becomes solved or partly solved. Its callers are take_word below, for
 * the raiser's receipt code and for a return visit by somebody independent. */
static enum status close_by_word(struct db *db, struct arena *mem, const struct city *city, struct step *s,
                                 const struct said *said)
{
    int64_t changed;
    struct casefile *c = &s->after;
    must(str_eq(c->state, str_from(said->said)));
    TRY(clock_moment(db, mem, city, c->id, STR(""), MOMENT_CONFIRMED, s->at, &c->due, &c->ask));
    TRY(q_casefile_close_by_word(db, c->id, s->before.version, str_from(said->said), s->at, &changed));
    return changed == 1 ? follow(db, mem, city, s) : ST_CONFLICT;
}

/* One level up, in the first dates: opening again gives nobody more time. */
static enum status reopen(struct db *db, struct arena *mem, const struct city *city, struct step *s)
{
    struct casefile *c = &s->after;
    unit_id from = s->before.unit;
    s->person = (person_id){0}; /* the rule does it, not a person */
    s->as = from;
    TRY(unit_up(db, mem, from, &c->unit));
    TRY(unit_now(db, mem, c->unit, &c->unit));
    TRY(casefile_owner(db, mem, city, c->unit, &c->owner));
    c->reopened++;
    c->ended_at = (instant){0};
    if (c->accepted_at.ms == 0) c->accepted_at = s->at;
    TRY(tally_add(db, from, STR("not_solved"), (day){0}, 1));
    const struct step_event e = {
        .kind = "reopened", .moment = MOMENT_REOPENED, .to_unit = c->unit, .to_person = c->owner};
    return casefile_end(db, mem, city, s, &e, NULL);
}

static enum status take_word(struct db *db, struct arena *mem, const struct city *city, struct step *s,
                             const struct said *said, str words)
{
    event_id event;
    TRY(write_event(db, mem, s, &(struct step_event){.kind = said->kind}, &event));
    TRY(q_casefile_add_outcome(db, (outcome_id){db_new_id(db)}, s->before.id, s->matter, event, str_from(said->said),
                               s->person, words, s->at, NULL));
    TRY(q_matter_said(db, s->matter, s->at, NULL));
    if (said == &said_nothing) return ST_OK;
    TRY(tally_day(db, city->root, said->said, day_in_zone(&city->zone, s->at), 1));
    return said == &said_not_solved ? reopen(db, mem, city, s) : close_by_word(db, mem, city, s, said);
}

static const struct words_rule words_rule = {"words", NULL, TR_NOOP("What was said must be {max} characters or fewer"),
                                             LIMIT_NOTE_POINTS, false};

enum status casefile_return_visit(struct db *db, struct arena *mem, const struct casefile_command *cmd, str word,
                                  str words)
{
    struct step s = {0};
    const struct said *said = said_find(word);
    if (cmd->who == NULL) return ST_FORBIDDEN;
    TRY(casefile_begin(db, mem, cmd, ACT_RETURN_VISIT, said == NULL ? MOVE_REOPEN_VISIT : said->by_visit, &s));
    if (!is_independent(db, mem, cmd->who, &s.before)) return ST_FORBIDDEN;
    if (said == NULL) return fault(cmd->faults, "said", TR_NOOP("Choose what the person said"));
    TRY(words_check(mem, cmd->faults, &words_rule, &words));
    return take_word(db, mem, cmd->city, &s, said, words);
}

enum status casefile_confirm(struct db *db, struct arena *mem, const struct casefile_command *cmd, matter_id matter,
                             str word, str words)
{
    struct step s = {0};
    struct matter m;
    const struct said *said = said_find(word);
    if (cmd->who != NULL) return ST_FORBIDDEN;
    if (said == NULL || said->by_raiser == 0) return fault(cmd->faults, "said", TR_NOOP("Choose whether it is solved"));
    TRY(matter_get(db, mem, matter, &m));
    if (cmd->casefile.v != 0 && cmd->casefile.v != m.casefile.v) return ST_NOT_FOUND;
    TRY(casefile_begin_unasked(db, mem, m.casefile, cmd->version, cmd->at, said->by_raiser, &s));
    s.matter = matter;
    TRY(words_check(mem, cmd->faults, &words_rule, &words));
    return take_word(db, mem, cmd->city, &s, said, words);
}
