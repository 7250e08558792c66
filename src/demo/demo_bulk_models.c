/* demo_bulk_models: lives as the rules have just made them, read row by row. See demo_bulk.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "demo/demo_bulk.h"

/* All rows of one table in the order of casefiles, and how far they are given out. */
#define LIST(name)                                                                                                     \
    struct {                                                                                                           \
        struct q_demo_bulk_##name *row;                                                                                \
        size_t n, at;                                                                                                  \
    } name
struct lists {
    LIST(lives);
    LIST(contacts);
    LIST(clocks);
    LIST(events);
    LIST(answers);
    LIST(notes);
    LIST(messages);
    LIST(outcomes);
};

static enum status read_lists(struct db *db, struct arena *mem, struct lists *l)
{
    TRY(q_demo_bulk_lives(db, mem, &l->lives.row, &l->lives.n));
    TRY(q_demo_bulk_contacts(db, mem, &l->contacts.row, &l->contacts.n));
    TRY(q_demo_bulk_clocks(db, mem, &l->clocks.row, &l->clocks.n));
    TRY(q_demo_bulk_events(db, mem, &l->events.row, &l->events.n));
    TRY(q_demo_bulk_answers(db, mem, &l->answers.row, &l->answers.n));
    TRY(q_demo_bulk_notes(db, mem, &l->notes.row, &l->notes.n));
    TRY(q_demo_bulk_messages(db, mem, &l->messages.row, &l->messages.n));
    return q_demo_bulk_outcomes(db, mem, &l->outcomes.row, &l->outcomes.n);
}

/* The next rows of a list that belong to the life. */
#define TAKE(list, model, id)                                                                                          \
    do {                                                                                                               \
        (model)->list = l->list.row + l->list.at;                                                                      \
        while (l->list.at < l->list.n && l->list.row[l->list.at].casefile_id.v == (id)) {                              \
            (model)->n_##list++;                                                                                       \
            l->list.at++;                                                                                              \
        }                                                                                                              \
    } while (0)

static void take_rows(struct lists *l, struct bulk_model *m)
{
    int64_t id = m->life->casefile_id.v;
    TAKE(clocks, m, id);
    TAKE(events, m, id);
    TAKE(answers, m, id);
    TAKE(notes, m, id);
    TAKE(messages, m, id);
    TAKE(outcomes, m, id);
    if (l->contacts.at < l->contacts.n && l->contacts.row[l->contacts.at].casefile_id.v == id)
        m->contact = &l->contacts.row[l->contacts.at++];
}

/* Texts for the search index, as the rules put them there */

/* One document, or two when the public reads other words. */
static size_t add_docs(struct arena *mem, struct bulk_doc *docs, int answer, const str *texts, size_t n, bool shown,
                       const str *shown_texts, size_t n_shown)
{
    docs[0] = (struct bulk_doc){SEARCH_STAFF, answer, search_tokens(mem, texts, n)};
    if (!shown) return 1;
    docs[1] = (struct bulk_doc){SEARCH_PUBLIC, answer, search_tokens(mem, shown_texts, n_shown)};
    if (!str_eq(docs[0].tokens, docs[1].tokens)) return 2;
    docs[0].audience = SEARCH_BOTH;
    return 1;
}

static void make_docs(struct arena *mem, struct bulk_model *m)
{
    const struct q_demo_bulk_lives *r = m->life;
    struct bulk_doc *docs = NEWN(mem, struct bulk_doc, 2 + 2 * m->n_answers);
    size_t n = add_docs(mem, docs, -1, (const str[]){r->subject, r->text, r->place}, 3, r->shown != 0,
                        (const str[]){r->shown_subject, r->shown_text, r->shown_place}, 3);
    must(m->n_answers <= BULK_ANSWERS);
    for (size_t i = 0; i < m->n_answers; i++) {
        const struct q_demo_bulk_answers *a = &m->answers[i];
        bool shown = r->shown != 0 && a->shown_text.n > 0;
        n += add_docs(mem, docs + n, (int)i, (const str[]){a->found, a->done, a->basis, a->remedy}, 4, shown,
                      &a->shown_text, 1);
    }
    m->docs = docs;
    m->n_docs = n;
}

static instant shown_at(const struct bulk_model *m)
{
    for (size_t i = m->n_events; i-- > 0;)
        if (str_eq(m->events[i].kind, STR("shown"))) return m->events[i].at;
    return m->life->raised_at;
}

/* Steps */

static int compare_steps(const void *a, const void *b)
{
    const struct bulk_step *x = a;
    const struct bulk_step *y = b;
    if (x->after != y->after) return x->after < y->after ? -1 : 1;
    if (x->row != y->row) return x->row < y->row ? -1 : 1; /* an event before what points to it */
    return x->nth - y->nth;
}

static void add_step(struct bulk_model *m, struct bulk_step *steps, enum bulk_row row, size_t nth, instant at)
{
    int64_t after = at.ms - m->life->raised_at.ms;
    steps[m->n_steps++] = (struct bulk_step){after > 0 ? after : 0, row, (int)nth};
}

static void make_steps(struct arena *mem, struct bulk_model *m)
{
    size_t most = 1 + m->n_clocks + m->n_events + m->n_answers + m->n_notes + m->n_messages + m->n_outcomes + m->n_docs;
    struct bulk_step *steps = NEWN(mem, struct bulk_step, most);
    add_step(m, steps, ROW_BEGIN, 0, m->life->raised_at);
    for (size_t i = 0; i < m->n_clocks; i++) add_step(m, steps, ROW_CLOCK, i, m->clocks[i].starts_at);
    for (size_t i = 0; i < m->n_events; i++) add_step(m, steps, ROW_EVENT, i, m->events[i].at);
    for (size_t i = 0; i < m->n_answers; i++) add_step(m, steps, ROW_ANSWER, i, m->answers[i].at);
    for (size_t i = 0; i < m->n_notes; i++) add_step(m, steps, ROW_NOTE, i, m->notes[i].at);
    for (size_t i = 0; i < m->n_messages; i++) add_step(m, steps, ROW_MESSAGE, i, m->messages[i].at);
    for (size_t i = 0; i < m->n_outcomes; i++) add_step(m, steps, ROW_OUTCOME, i, m->outcomes[i].at);
    for (size_t i = 0; i < m->n_docs; i++) {
        const struct bulk_doc *d = &m->docs[i];
        add_step(m, steps, ROW_DOC, i,
                 d->audience == SEARCH_PUBLIC ? shown_at(m)
                 : d->answer < 0              ? m->life->raised_at
                                              : m->answers[d->answer].at);
    }
    qsort(steps, m->n_steps, sizeof *steps, compare_steps);
    m->steps = steps;
}

static bool has_ended(str state)
{
    return str_eq(state, STR("solved")) || str_eq(state, STR("partly")) || str_eq(state, STR("declined"));
}

static int compare_models(const void *a, const void *b)
{
    const struct q_demo_bulk_lives *x = ((const struct bulk_model *)a)->life;
    const struct q_demo_bulk_lives *y = ((const struct bulk_model *)b)->life;
    if (x->raised_at.ms != y->raised_at.ms) return x->raised_at.ms < y->raised_at.ms ? -1 : 1;
    return x->casefile_id.v < y->casefile_id.v ? -1 : 1;
}

enum status bulk_models_load(struct db *db, struct arena *mem, const struct zone *zone, struct bulk_models *out)
{
    struct lists l = {0};
    TRY(db_settle(db));
    TRY(read_lists(db, mem, &l));
    *out = (struct bulk_models){.item = NEWN(mem, struct bulk_model, l.lives.n + 1), .n = l.lives.n};
    for (size_t i = 0; i < out->n; i++) {
        struct bulk_model *m = &out->item[i];
        m->life = &l.lives.row[i];
        m->on = day_in_zone(zone, m->life->raised_at);
        m->has_ended = has_ended(m->life->state);
        take_rows(&l, m);
        make_docs(mem, m);
        make_steps(mem, m);
        if (m->n_events > out->events_most) out->events_most = m->n_events;
    }
    qsort(out->item, out->n, sizeof *out->item, compare_models);
    return ST_OK;
}
