/* demo_bulk_rows: one row of a copy, written. See demo_bulk.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_bulk.h"
#include "gen/sql/casefile.h"
#include "gen/sql/event.h"
#include "gen/sql/matter.h"
#include "matter/event.h"

#define SALT 16

/* Of the model, moved to the copy */

static instant moved(const struct bulk_copy *c, instant at)
{
    return at.ms == 0 ? at : (instant){at.ms + c->shift};
}

static day moved_day(const struct bulk_copy *c, day on)
{
    return on.n == 0 ? on : (day){on.n + c->shift_days};
}

static unit_id unit_of(const struct bulk *b, const struct bulk_copy *c, unit_id id)
{
    return bulk_unit_there(&b->map, &c->where, id);
}

static person_id person_of(const struct bulk *b, const struct bulk_copy *c, person_id id)
{
    return bulk_person_there(&b->map, &c->where, id);
}

static int64_t new_id(struct bulk *b, instant at)
{
    return ids_next(&b->ids, at);
}

/* Random bytes, taken many at a time. */
static str some_salt(struct bulk *b)
{
    if (b->salted == 0 || b->salted + SALT > sizeof b->salts) {
        secure_bytes(b->salts, sizeof b->salts);
        b->salted = 0;
    }
    str salt = {b->salts + b->salted, SALT};
    b->salted += SALT;
    return salt;
}

/* The casefile and what was said */

/* Nobody knows the code: the row is what one who keeps it would have. */
static str receipt_hash(struct bulk *b, struct arena *mem)
{
    return secret_hash(mem, b->d->city->keys, KEY_RECEIPT, some_salt(b));
}

static str next_ref(struct bulk *b, struct arena *mem, instant raised_at)
{
    const struct city *city = b->d->city;
    int year = civil_in_zone(&city->zone, raised_at).year % 100;
    return str_format(mem, "%.*s-%02d-%06lld", STR_ARG(city->ref_prefix), year, (long long)++b->number[year]);
}

static void count_begin(struct bulk *b, const struct bulk_copy *c, unit_id unit, instant raised_at)
{
    const struct q_demo_bulk_lives *r = c->model->life;
    bool is_open =
        str_eq(r->state, STR("registered")) || str_eq(r->state, STR("accepted")) || str_eq(r->state, STR("handling"));
    bulk_sum_state(b->sums, unit, r->state, 1);
    if (r->reopened > 0 && is_open) bulk_sum_state(b->sums, unit, STR("reopened"), 1);
    bulk_sum_due(b->sums, unit, false, moved_day(c, r->due_on));
    bulk_sum_due(b->sums, unit, true, moved_day(c, r->ask_on));
    bulk_sum_day(b->sums, STR("raised"), day_in_zone(&b->d->city->zone, raised_at));
}

static str with_words(struct arena *mem, str text, str words)
{
    return text.n == 0 || words.n == 0 ? text : str_concat(mem, text, words);
}

static enum status write_matter(struct bulk *b, struct bulk_copy *c, struct arena *mem, unit_id unit, instant at)
{
    const struct q_demo_bulk_lives *r = c->model->life;
    str words = bulk_words_of(mem, c->model, c->serial).text;
    c->matter = (matter_id){new_id(b, at)};
    return q_demo_bulk_add_matter(b->d->db, c->matter, next_ref(b, mem, at), c->casefile, r->kind, r->channel,
                                  r->raiser, r->category_id, unit, r->state, r->lang, r->subject,
                                  with_words(mem, r->text, words), r->place, r->lat, r->lon, r->wants_public, r->shown,
                                  r->shown_subject, with_words(mem, r->shown_text, words), r->shown_place, r->to_show,
                                  r->has_contact, receipt_hash(b, mem), at, moved(c, r->answered_at),
                                  moved(c, r->asked_at), person_of(b, c, r->registered_person_id), NULL);
}

static enum status write_begin(struct bulk *b, struct bulk_copy *c, struct arena *mem)
{
    const struct q_demo_bulk_lives *r = c->model->life;
    const struct q_demo_bulk_contacts *k = c->model->contact;
    struct db *db = b->d->db;
    instant at = moved(c, r->raised_at);
    unit_id unit = unit_of(b, c, r->unit_id);
    c->casefile = (casefile_id){new_id(b, at)};
    TRY(q_demo_bulk_add_casefile(db, c->casefile, r->root_unit_id, r->state, unit, person_of(b, c, r->owner_person_id),
                                 person_of(b, c, r->handler_person_id), r->category_id, at, moved(c, r->accepted_at),
                                 moved(c, r->answered_at), moved(c, r->ended_at), moved(c, r->changed_at),
                                 moved_day(c, r->due_on), moved_day(c, r->ask_on), r->reopened, r->version, NULL));
    TRY(write_matter(b, c, mem, unit, at));
    count_begin(b, c, unit, at);
    if (k == NULL) return ST_OK;
    return q_demo_bulk_add_contact(db, (contact_id){new_id(b, at)}, c->matter, k->wrapped_key, k->sealed,
                                   moved(c, k->created_at), moved(c, k->erased_at), NULL);
}

/* What followed */

static enum status write_clock(struct bulk *b, struct bulk_copy *c, const struct q_demo_bulk_clocks *r)
{
    instant at = moved(c, r->starts_at);
    return q_demo_bulk_add_clock(b->d->db, (clock_id){new_id(b, at)}, c->casefile, r->pack, r->rule, at,
                                 moved_day(c, r->due_on), moved(c, r->stopped_at), NULL);
}

static enum status write_event(struct bulk *b, struct bulk_copy *c, struct arena *mem, size_t nth)
{
    const struct q_demo_bulk_events *r = &c->model->events[nth];
    struct event_draft e = {.casefile = c->casefile,
                            .matter = r->matter_id.v == 0 ? r->matter_id : c->matter,
                            .kind = r->kind.p, /* ends with a zero: a str of a row does */
                            .person = person_of(b, c, r->person_id),
                            .unit = unit_of(b, c, r->unit_id),
                            .to_unit = unit_of(b, c, r->to_unit_id),
                            .to_person = person_of(b, c, r->to_person_id),
                            .words = r->words,
                            .at = moved(c, r->at)};
    event_id id = {new_id(b, e.at)};
    str salt = some_salt(b);
    c->events[nth] = id;
    if (str_eq(r->kind, STR("reopened"))) bulk_sum_state(b->sums, e.unit, STR("not_solved"), 1);
    return q_event_add(b->d->db, id, e.casefile, e.matter, r->kind, e.person, e.unit, e.to_unit, e.to_person, e.words,
                       r->shown, e.at, salt, event_digest(mem, &e, id, salt), NULL);
}

static event_id event_there(const struct bulk_copy *c, event_id id)
{
    for (size_t i = 0; i < c->model->n_events; i++)
        if (c->model->events[i].id.v == id.v) return c->events[i];
    return (event_id){0};
}

/* The law's clock is about the first answer. */
static void count_answer(struct bulk *b, const struct bulk_copy *c, instant at)
{
    day on = day_in_zone(&b->d->city->zone, at);
    day due = {0};
    for (size_t i = 0; i < c->model->n_clocks; i++) {
        const struct q_demo_bulk_clocks *k = &c->model->clocks[i];
        if (str_eq(k->rule, STR("handle")) && (due.n == 0 || k->due_on.n < due.n)) due = k->due_on;
    }
    bulk_sum_day(b->sums, STR("answered"), on);
    if (on.n <= moved_day(c, due).n) bulk_sum_day(b->sums, STR("in_time"), on);
}

static enum status write_answer(struct bulk *b, struct bulk_copy *c, size_t nth)
{
    const struct q_demo_bulk_answers *r = &c->model->answers[nth];
    instant at = moved(c, r->at);
    c->answers[nth] = (answer_id){new_id(b, at)};
    if (r == c->model->answers) count_answer(b, c, at);
    return q_demo_bulk_add_answer(b->d->db, c->answers[nth], c->casefile, event_there(c, r->event_id),
                                  person_of(b, c, r->person_id), unit_of(b, c, r->unit_id), r->asked, r->found, r->done,
                                  r->basis, r->remedy, r->shown_text, at, NULL);
}

static enum status write_note(struct bulk *b, struct bulk_copy *c, const struct q_demo_bulk_notes *r)
{
    instant at = moved(c, r->at);
    return q_casefile_add_note(b->d->db, (note_id){new_id(b, at)}, c->casefile, person_of(b, c, r->person_id),
                               unit_of(b, c, r->unit_id), r->text, at, NULL);
}

static enum status write_message(struct bulk *b, struct bulk_copy *c, const struct q_demo_bulk_messages *r)
{
    instant at = moved(c, r->at);
    return q_matter_add_message(b->d->db, (message_id){new_id(b, at)}, c->matter, person_of(b, c, r->person_id),
                                r->text, at, NULL);
}

static enum status write_outcome(struct bulk *b, struct bulk_copy *c, const struct q_demo_bulk_outcomes *r)
{
    instant at = moved(c, r->at);
    if (!str_eq(r->said, STR("no_answer"))) bulk_sum_day(b->sums, r->said, day_in_zone(&b->d->city->zone, at));
    return q_casefile_add_outcome(b->d->db, (outcome_id){new_id(b, at)}, c->casefile, c->matter,
                                  event_there(c, r->event_id), r->said, person_of(b, c, r->person_id), r->words, at,
                                  NULL);
}

static enum status write_doc(struct bulk *b, struct bulk_copy *c, struct arena *mem, const struct bulk_doc *doc)
{
    const struct q_demo_bulk_lives *r = c->model->life;
    const struct search_text text = {.matter = c->matter,
                                     .answer = doc->answer < 0 ? (answer_id){0} : c->answers[doc->answer],
                                     .raised_at = moved(c, r->raised_at),
                                     .kind = r->kind,
                                     .channel = r->channel};
    str tokens = doc->tokens;
    if (doc->answer < 0) tokens = with_words(mem, tokens, bulk_words_of(mem, c->model, c->serial).tokens);
    return search_put(b->d->db, mem, &text, doc->audience, tokens);
}

enum status bulk_write(struct bulk *b, struct bulk_copy *c, const struct bulk_step *step)
{
    const struct bulk_model *m = c->model;
    struct arena *mem = b->d->row;
    size_t nth = (size_t)step->nth;
    switch (step->row) {
    case ROW_BEGIN: return write_begin(b, c, mem);
    case ROW_CLOCK: return write_clock(b, c, &m->clocks[nth]);
    case ROW_EVENT: return write_event(b, c, mem, nth);
    case ROW_ANSWER: return write_answer(b, c, nth);
    case ROW_NOTE: return write_note(b, c, &m->notes[nth]);
    case ROW_MESSAGE: return write_message(b, c, &m->messages[nth]);
    case ROW_OUTCOME: return write_outcome(b, c, &m->outcomes[nth]);
    case ROW_DOC: return write_doc(b, c, mem, &m->docs[nth]);
    }
    return ST_OK;
}
