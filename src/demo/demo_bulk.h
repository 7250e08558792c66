/* demo_bulk: a city of millions of matters: lives made by the rules, copied. Private to the room.
 *
 *      20,000 lives by the rules ─▶ read as models, undone ─▶ days from the first to today: the copies that begin on it,
 *      then every row of that day, in the order of time ─▶ indexes ─▶ counts
 *
 * A copy is the same life on another day, in another place of the tree, of the people there, with a word of its own. The last
 * year has the models themselves and copies that end like them; older years have copies of lives that have ended, so that a city
 * of any age has the open work of one year. Rows are written in the order of time, and so are their keys, as a real
 * installation would have them.
 *
 * Invariants   1. what copies say of units, people and days is consistent with each other and with every rule that doctor asks.
 *              2. memory grows with what runs at one time in the city, not with its age.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_BULK_H
#define LUOSHI_DEMO_DEMO_BULK_H

#include "base/id.h"
#include "demo/demo.h"
#include "gen/sql/demo_bulk.h"
#include "matter/search.h"

/* Models */

/* What a life writes, beside the casefile and the matter with its contact. */
enum bulk_row { ROW_BEGIN, ROW_CLOCK, ROW_EVENT, ROW_ANSWER, ROW_NOTE, ROW_MESSAGE, ROW_OUTCOME, ROW_DOC };

struct bulk_step {
    int64_t after; /* milliseconds after it was raised */
    enum bulk_row row;
    int nth;
};
/* A text for the search index. */
struct bulk_doc {
    enum search_audience audience; /* both when the public reads the same words */
    int answer;                    /* -1: the raiser's words, which end with the copy's own */
    str tokens;
};
struct bulk_model {
    const struct q_demo_bulk_lives *life;
    const struct q_demo_bulk_contacts *contact; /* NULL: none */
    const struct q_demo_bulk_clocks *clocks;
    const struct q_demo_bulk_events *events;
    const struct q_demo_bulk_answers *answers;
    const struct q_demo_bulk_notes *notes;
    const struct q_demo_bulk_messages *messages;
    const struct q_demo_bulk_outcomes *outcomes;
    const struct bulk_doc *docs;
    const struct bulk_step *steps;
    size_t n_clocks, n_events, n_answers, n_notes, n_messages, n_outcomes, n_docs, n_steps;
    day on; /* raised */
    bool has_ended;
};
struct bulk_models {
    struct bulk_model *item; /* by the time they were raised */
    size_t n, events_most;
};
MUST_USE enum status bulk_models_load(struct db *, struct arena *, const struct zone *, struct bulk_models *out);

/* Places */

enum bulk_level { LEVEL_OTHER, LEVEL_COUNTY, LEVEL_BUREAU, LEVEL_TOWN, LEVEL_VILLAGE };
struct bulk_unit {
    unit_id id, line;
    enum bulk_level level;
    int above; /* place in the map; -1: none */
    int next;  /* bureau: the next one of its county; county: its first; -1: none */
    person_id head, hand;
};
struct bulk_map {
    struct bulk_unit *unit;
    size_t n;
    int *villages;
    size_t n_villages;
    struct bulk_spot *spots; /* by id of a unit or person */
    size_t n_spots;
};
/* One village and what is above it. */
struct bulk_where {
    int village, town, county; /* -1: as in the model */
};
MUST_USE enum status bulk_map_load(struct db *, struct arena *, struct bulk_map *out);
struct bulk_where bulk_where_draw(const struct bulk_map *, struct rng *);
/* The unit or person that stands there for one of a model. */
unit_id bulk_unit_there(const struct bulk_map *, const struct bulk_where *, unit_id);
person_id bulk_person_there(const struct bulk_map *, const struct bulk_where *, person_id);
int bulk_place_of(const struct bulk_map *, unit_id); /* in unit; must be there */

/* Counts */

struct bulk_sums; /* opaque */
struct bulk_sums *bulk_sums_new(struct arena *, const struct bulk_map *, day first, day last);
void bulk_sum_state(struct bulk_sums *, unit_id, str what, int64_t n);
void bulk_sum_due(struct bulk_sums *, unit_id, bool ask, day on);
void bulk_sum_day(struct bulk_sums *, str what, day on);
/* In a batch, with its indexes. */
MUST_USE enum status bulk_sums_write(struct bulk_sums *, struct db *, unit_id root);

/* Copies */

#define BULK_ANSWERS 4 /* of one life: a first one, and one after each "not solved" */

struct bulk_copy {
    const struct bulk_model *model;
    int64_t shift; /* milliseconds */
    int32_t shift_days;
    struct bulk_where where;
    uint32_t serial; /* of its own word; 0: the model itself, untouched */
    size_t left;     /* rows to come */
    casefile_id casefile;
    matter_id matter;
    answer_id answers[BULK_ANSWERS];
    struct bulk_copy *next; /* of those that may be used again */
    event_id events[];
};
struct bulk {
    struct demo *d;
    struct arena *mem;
    struct bulk_models models;
    struct bulk_map map;
    struct bulk_sums *sums;
    struct ids ids;
    int64_t number[100]; /* the running number of each year */
    char salts[4096];
    size_t salted; /* bytes of them used */
};
/* One row, in the batch that is open. */
MUST_USE enum status bulk_write(struct bulk *, struct bulk_copy *, const struct bulk_step *);

/* Words that differ from copy to copy: one that some copies have, one that only this has. */
struct bulk_words {
    str text, tokens;
};
struct bulk_words bulk_words_of(struct arena *, const struct bulk_model *, uint32_t serial);

MUST_USE enum status demo_multiply(struct demo *);

#endif
