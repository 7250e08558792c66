/* casefile_moves: the commands of those who work on a casefile. None of them can end it by word: see casefile_move.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/sql/casefile.h"
#include "gen/sql/matter.h"
#include "matter/casefile_move.h"
#include "matter/category.h"
#include "matter/event.h"
#include "matter/search.h"
#include "matter/tally.h"
#include "matter/words.h"
#include "people/unit.h"

static const struct words_rule words_rule = {"words", NULL, TR_NOOP("The message must be {max} characters or fewer"),
                                             LIMIT_NOTE_POINTS, false};

/* Accepting, sending on, declining, assigning */

static enum status check_category(struct db *db, struct arena *mem, category_id id, struct faults *f)
{
    struct category c;
    enum status st = category_get(db, mem, id, &c);
    if (st == ST_NOT_FOUND || (st == ST_OK && c.ended))
        return fault(f, "category", TR_NOOP("Choose a category from the list"));
    return st;
}

enum status casefile_accept(struct db *db, struct arena *mem, const struct casefile_command *cmd, unit_id unit,
                            category_id category, str words)
{
    struct step s = {0};
    struct casefile *c = &s.after;
    TRY(casefile_begin(db, mem, cmd, ACT_ACCEPT, MOVE_ACCEPT, &s));
    c->unit = unit.v != 0 ? unit : s.before.unit;
    TRY(casefile_place(db, mem, &c->unit, "unit", cmd->faults));
    if (c->unit.v != s.before.unit.v &&
        !rights_allow(db, mem, cmd->who, ACT_FORWARD, s.before.unit, s.before.owner, NULL))
        return ST_FORBIDDEN;
    if (category.v != 0) {
        TRY(check_category(db, mem, category, cmd->faults));
        c->category = category;
    }
    TRY(words_check(mem, cmd->faults, &words_rule, &words));
    TRY(casefile_owner(db, mem, cmd->city, c->unit, &c->owner));
    c->accepted_at = s.at;
    const struct step_event e = {
        .kind = "accepted", .moment = MOMENT_ACCEPTED, .to_unit = c->unit, .to_person = c->owner, .words = words};
    return casefile_end(db, mem, cmd->city, &s, &e, NULL);
}

static const struct words_rule forward_rule = {"reason", TR_NOOP("Enter why it is sent on"),
                                               TR_NOOP("The reason must be {max} characters or fewer"),
                                               LIMIT_NOTE_POINTS, false};

enum status casefile_forward(struct db *db, struct arena *mem, const struct casefile_command *cmd, unit_id to,
                             str reason)
{
    struct step s = {0};
    struct casefile *c = &s.after;
    TRY(casefile_begin(db, mem, cmd, ACT_FORWARD, MOVE_FORWARD, &s));
    enum status words = words_check(mem, cmd->faults, &forward_rule, &reason);
    TRY(casefile_place(db, mem, &to, "to", cmd->faults));
    if (to.v == s.before.unit.v)
        return fault(cmd->faults, "to", TR_NOOP("Choose another unit than the one that has it"));
    TRY(words);
    c->unit = to;
    TRY(casefile_owner(db, mem, cmd->city, to, &c->owner));
    return casefile_end(
        db, mem, cmd->city, &s,
        &(struct step_event){.kind = "forwarded", .to_unit = to, .to_person = c->owner, .words = reason}, NULL);
}

static const struct words_rule decline_rule = {"reason", TR_NOOP("Enter why it is not within our remit"),
                                               TR_NOOP("The reason must be {max} characters or fewer"),
                                               LIMIT_NOTE_POINTS, false};
static const struct words_rule address_rule = {"right_address", TR_NOOP("Enter where the person can turn instead"),
                                               TR_NOOP("The address must be {max} characters or fewer"),
                                               LIMIT_NOTE_POINTS, false};

enum status casefile_decline(struct db *db, struct arena *mem, const struct casefile_command *cmd, str reason,
                             str right_address)
{
    struct step s = {0};
    TRY(casefile_begin(db, mem, cmd, ACT_DECLINE, MOVE_DECLINE, &s));
    enum status first = words_check(mem, cmd->faults, &decline_rule, &reason);
    enum status second = words_check(mem, cmd->faults, &address_rule, &right_address);
    TRY(first);
    TRY(second);
    str words = str_format(mem, "%.*s\n\n%.*s", STR_ARG(reason), STR_ARG(right_address));
    return casefile_end(db, mem, cmd->city, &s,
                        &(struct step_event){.kind = "declined", .moment = MOMENT_DECLINED, .words = words}, NULL);
}

enum status casefile_assign(struct db *db, struct arena *mem, const struct casefile_command *cmd, unit_id unit,
                            person_id person, str words)
{
    struct step s = {0};
    struct casefile *c = &s.after;
    struct q_casefile_works_in works;
    TRY(casefile_begin(db, mem, cmd, ACT_ASSIGN, MOVE_ASSIGN, &s));
    c->unit = unit.v != 0 ? unit : s.before.unit;
    TRY(casefile_place(db, mem, &c->unit, "unit", cmd->faults));
    if (!unit_is_below(db, mem, s.before.unit, c->unit))
        return fault(cmd->faults, "unit", TR_NOOP("Choose this unit or one below it, or send the matter on"));
    enum status st = q_casefile_works_in(db, mem, person, c->unit, &works);
    if (st == ST_NOT_FOUND) return fault(cmd->faults, "person", TR_NOOP("Choose somebody who works in the unit"));
    TRY(st);
    TRY(words_check(mem, cmd->faults, &words_rule, &words));
    c->owner = person;
    return casefile_end(
        db, mem, cmd->city, &s,
        &(struct step_event){.kind = "assigned", .to_unit = c->unit, .to_person = person, .words = words}, NULL);
}

/* Answering */

static const struct words_rule answer_rules[] = {
    {"asked", TR_NOOP("Enter what was asked"), TR_NOOP("What was asked must be {max} characters or fewer"),
     LIMIT_ANSWER_POINTS, false},
    {"found", TR_NOOP("Enter what was found"), TR_NOOP("What was found must be {max} characters or fewer"),
     LIMIT_ANSWER_POINTS, false},
    {"done", TR_NOOP("Enter what was done"), TR_NOOP("What was done must be {max} characters or fewer"),
     LIMIT_ANSWER_POINTS, false},
    {"basis", TR_NOOP("Enter the law or rule it rests on"), TR_NOOP("The basis must be {max} characters or fewer"),
     LIMIT_ANSWER_POINTS, false},
    {"remedy", TR_NOOP("Enter what the person can do if they disagree"),
     TR_NOOP("The next step must be {max} characters or fewer"), LIMIT_ANSWER_POINTS, false},
};

static enum status check_answer(struct arena *mem, struct answer_draft *d, struct faults *f)
{
    str *const parts[] = {&d->asked, &d->found, &d->done, &d->basis, &d->remedy};
    enum status worst = ST_OK;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (words_check(mem, f, &answer_rules[i], parts[i]) != ST_OK) worst = ST_INVALID;
    return worst;
}

enum status casefile_count_answer(struct db *db, const struct city *city, instant at, day due)
{
    day on = day_in_zone(&city->zone, at);
    TRY(tally_day(db, city->root, "answered", on, 1));
    return on.n <= due.n ? tally_day(db, city->root, "in_time", on, 1) : ST_OK;
}

static enum status count_first_answer(struct db *db, struct arena *mem, const struct city *city, const struct step *s,
                                      day due)
{
    struct q_casefile_answer_count answers;
    TRY(q_casefile_answer_count(db, mem, s->before.id, &answers));
    if (answers.n > 0) return ST_OK; /* the first answer is what the law's clock is about */
    return casefile_count_answer(db, city, s->at, due);
}

/* due: the last day for it. moment 0: the clocks know of it. */
static enum status write_answer(struct db *db, struct arena *mem, const struct city *city, struct step *s,
                                const struct answer_draft *d, day due, enum clock_moment moment)
{
    event_id event;
    unit_id unit = s->as.v != 0 ? s->as : s->before.unit;
    s->after.answered_at = s->at;
    s->after.handler = s->person;
    TRY(count_first_answer(db, mem, city, s, due));
    TRY(casefile_end(db, mem, city, s, &(struct step_event){.kind = "answered", .moment = moment}, &event));
    answer_id answer = {db_new_id(db)};
    TRY(q_casefile_add_answer(db, answer, s->before.id, event, s->person, unit, d->asked, d->found, d->done, d->basis,
                              d->remedy, STR(""), s->at, NULL));
    TRY(q_matter_answer_waits(db, s->before.id, NULL));
    const struct search_text words = {
        .matter = s->matter, .answer = answer, .parts = (const str[]){d->found, d->done, d->basis, d->remedy}, .n = 4};
    return search_add(db, mem, &words, SEARCH_STAFF);
}

enum status casefile_answer(struct db *db, struct arena *mem, const struct casefile_command *cmd,
                            const struct answer_draft *given)
{
    struct step s = {0};
    struct answer_draft d = *given;
    TRY(casefile_begin(db, mem, cmd, ACT_ANSWER, MOVE_ANSWER, &s));
    TRY(check_answer(mem, &d, cmd->faults));
    return write_answer(db, mem, cmd->city, &s, &d, s.before.due, MOMENT_ANSWERED);
}

static const struct words_rule import_rule = {"answer", TR_NOOP("Enter the answer"),
                                              TR_NOOP("The answer must be {max} characters or fewer"),
                                              INT64_C(5) * LIMIT_ANSWER_POINTS, false};

enum status casefile_check_import_answer(struct arena *mem, struct faults *f, str *text)
{
    return words_check(mem, f, &import_rule, text);
}

bool casefile_takes_import_answer(str state)
{
    return casefile_target(MOVE_IMPORT_ANSWER, state) != NULL;
}

/* When it was accepted elsewhere is not known: the clock for the answer runs from the first day, which never flatters.
 */
bool casefile_answered_elsewhere(struct casefile *c, struct clock_life *clocks, const struct city *city, instant at,
                                 day *due)
{
    day ask;
    const char *to = casefile_target(MOVE_IMPORT_ANSWER, c->state);
    if (to == NULL) return false;
    *due = c->due;
    if (c->accepted_at.ms == 0) clock_life_pass(clocks, city, MOMENT_ACCEPTED, c->raised_at, due, &ask);
    clock_life_pass(clocks, city, MOMENT_ANSWERED, at, &c->due, &c->ask);
    c->state = str_from(to);
    c->answered_at = c->changed_at = at;
    c->handler = (person_id){0};
    return true;
}

enum status casefile_import_answer(struct db *db, struct arena *mem, const struct casefile_command *cmd, str text)
{
    struct step s = {0};
    struct clock_life clocks;
    day due;
    if (cmd->who != NULL && !rights_any(cmd->who, ACT_REGISTER)) return ST_FORBIDDEN;
    TRY(casefile_begin_unasked(db, mem, cmd->casefile, cmd->version, cmd->at, MOVE_IMPORT_ANSWER, &s));
    if (cmd->who != NULL) s.person = cmd->who->person;
    TRY(casefile_check_import_answer(mem, cmd->faults, &text));
    TRY(clock_life_load(db, mem, s.before.id, STR(""), &clocks));
    s.after = s.before;
    if (!casefile_answered_elsewhere(&s.after, &clocks, cmd->city, s.at, &due)) return ST_FORBIDDEN;
    TRY(clock_life_write(db, s.before.id, &clocks));
    return write_answer(db, mem, cmd->city, &s, &(struct answer_draft){.done = text}, due, 0);
}

/* Notes */

static const struct words_rule note_rule = {
    "text", TR_NOOP("Enter a note"), TR_NOOP("The note must be {max} characters or fewer"), LIMIT_NOTE_POINTS, false};

enum status casefile_note(struct db *db, struct arena *mem, const struct casefile_command *cmd, str text)
{
    struct casefile c;
    struct event_draft e = {.casefile = cmd->casefile, .kind = "noted", .at = cmd->at.ms != 0 ? cmd->at : db_now(db)};
    if (cmd->who == NULL) return ST_FORBIDDEN;
    TRY(casefile_get(db, mem, cmd->who, cmd->casefile, &c));
    if (!rights_allow(db, mem, cmd->who, ACT_NOTE, c.unit, c.owner, &e.unit)) return ST_FORBIDDEN;
    TRY(words_check(mem, cmd->faults, &note_rule, &text));
    e.person = cmd->who->person;
    TRY(q_casefile_add_note(db, (note_id){db_new_id(db)}, c.id, e.person, e.unit, text, e.at, NULL));
    return event_add(db, mem, &e, NULL);
}

/* Moves that nobody asks for */

static enum status hand_over(struct db *db, struct arena *mem, const struct city *city, casefile_id id, enum move move,
                             unit_id to)
{
    struct step s = {0};
    struct casefile *c = &s.after;
    TRY(casefile_begin_unasked(db, mem, id, 0, (instant){0}, move, &s));
    if (to.v != 0) c->unit = to;
    s.as = s.before.unit;
    TRY(str_eq(c->state, STR("registered")) ? casefile_receiver(db, mem, city, c->unit, &c->owner)
                                            : casefile_owner(db, mem, city, c->unit, &c->owner));
    const struct step_event e = {
        .kind = move == MOVE_SUCCEED ? "moved" : "assigned", .to_unit = c->unit, .to_person = c->owner};
    return casefile_end(db, mem, city, &s, &e, NULL);
}

enum status casefile_move_all(struct db *db, struct arena *mem, const struct city *city, unit_id from, unit_id to,
                              int64_t *moved)
{
    struct q_casefile_open_of_unit *rows;
    size_t n;
    TRY(casefile_place(db, mem, &to, "successor", NULL));
    if (to.v == from.v) return ST_INVALID;
    TRY(q_casefile_open_of_unit(db, mem, from, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(hand_over(db, mem, city, rows[i].id, MOVE_SUCCEED, to));
    if (moved != NULL) *moved = (int64_t)n;
    return ST_OK;
}

enum status casefile_release(struct db *db, struct arena *mem, const struct city *city, person_id person,
                             int64_t *moved)
{
    struct q_casefile_open_of_person *rows;
    size_t n;
    TRY(q_casefile_open_of_person(db, mem, person, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(hand_over(db, mem, city, rows[i].id, MOVE_RELEASE, (unit_id){0}));
    if (moved != NULL) *moved = (int64_t)n;
    return ST_OK;
}
