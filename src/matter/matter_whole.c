/* matter_whole: see matter_whole.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/matter_whole.h"

#include <string.h>

#include "gen/sql/casefile.h"
#include "gen/sql/matter.h"
#include "matter/casefile_move.h"
#include "matter/event.h"
#include "matter/search.h"

#define YEARS      100 /* a reference has two digits of it */
#define YEAR_BYTES 64
#define RECEIVERS  64
#define SALTS      64

struct whole_desk {
    struct db *db;
    const struct city *city;
    struct {
        int64_t last; /* that was given out */
        char name[YEAR_BYTES];
        size_t name_n; /* 0: not asked for */
    } number[YEARS];
    struct {
        unit_id asked, unit;
        person_id owner;
    } receiver[RECEIVERS];
    size_t receivers;
    char salts[SALTS * EVENT_SALT];
    size_t salts_left;
};

enum status matter_whole_check(struct arena *mem, instant now, struct matter_whole *w)
{
    struct faults f = {0};
    must(w->draft.no_receipt && w->draft.raised_at.ms != 0 && contact_is_empty(&w->draft.contact));
    TRY(matter_check_words(mem, now, &w->draft, &f));
    w->shown = w->shown && w->draft.wants_public;
    if (w->answer.n > 0) TRY(casefile_check_import_answer(mem, &f, &w->answer));
    matter_cut(mem, &w->draft);
    if (w->answer.n == 0) return ST_OK;
    w->answer_tokens = search_tokens(mem, &w->answer, 1);
    return ST_OK;
}

struct whole_desk *whole_desk_new(struct db *db, struct arena *mem, const struct city *city)
{
    struct whole_desk *k = NEW(mem, struct whole_desk);
    k->db = db;
    k->city = city;
    return k;
}

void whole_desk_drop(struct whole_desk *k)
{
    memset(k->number, 0, sizeof k->number);
    k->receivers = 0;
}

enum status whole_desk_clear(struct whole_desk *k)
{
    for (int i = 0; i < YEARS; i++) {
        str name = {k->number[i].name, k->number[i].name_n};
        if (name.n > 0) TRY(q_matter_number(k->db, name, k->number[i].last, NULL));
    }
    whole_desk_drop(k);
    return ST_OK;
}

static enum status next_ref(struct whole_desk *k, struct arena *mem, instant raised_at, str *ref)
{
    int i = civil_in_zone(&k->city->zone, raised_at).year % YEARS;
    if (k->number[i].name_n == 0) {
        struct q_matter_numbered row;
        str name = matter_ref_year(mem, k->city, raised_at);
        enum status st = q_matter_numbered(k->db, mem, name, &row);
        if (st != ST_OK && st != ST_NOT_FOUND) return st;
        must(name.n > 0 && name.n <= YEAR_BYTES);
        memcpy(k->number[i].name, name.p, name.n);
        k->number[i].name_n = name.n;
        k->number[i].last = st == ST_OK ? row.n : 0;
    }
    *ref = matter_ref(mem, (str){k->number[i].name, k->number[i].name_n}, ++k->number[i].last);
    return ST_OK;
}

/* One who receives, found once: nobody changes it while the batch holds the database. */
static enum status place(struct whole_desk *k, struct arena *mem, struct casefile *c)
{
    unit_id asked = c->unit;
    for (size_t i = 0; i < k->receivers; i++) {
        if (k->receiver[i].asked.v != asked.v) continue;
        c->unit = k->receiver[i].unit;
        c->owner = k->receiver[i].owner;
        return ST_OK;
    }
    TRY(casefile_place_first(k->db, mem, k->city, c));
    if (k->receivers == RECEIVERS) return ST_OK;
    k->receiver[k->receivers].asked = asked;
    k->receiver[k->receivers].unit = c->unit;
    k->receiver[k->receivers++].owner = c->owner;
    return ST_OK;
}

static str salt(struct whole_desk *k)
{
    if (k->salts_left == 0) {
        secure_bytes(k->salts, sizeof k->salts);
        k->salts_left = SALTS;
    }
    return (str){k->salts + --k->salts_left * EVENT_SALT, EVENT_SALT};
}

static enum status add_event(struct whole_desk *k, struct arena *mem, const struct event_draft *e, event_id *id)
{
    return event_add_salted(k->db, mem, e, salt(k), id);
}

struct life {
    struct casefile casefile;
    struct clock_life clocks;
    matter_id matter;
    answer_id answer;
    bool answered;
    day due; /* last day on which the answer was in time */
};

/* What becomes of it, before a row is written. */
static enum status live(struct whole_desk *k, struct arena *mem, const struct matter_whole *w, struct life *l)
{
    struct casefile *c = &l->casefile;
    *c = casefile_new(k->db, k->city, &w->draft);
    TRY(place(k, mem, c));
    clock_life_begin(&l->clocks, mem, clock_pack_find(STR(CLOCK_PACK)), clock_pack_find(STR(CLOCK_PACK))->n);
    casefile_registered(c, &l->clocks, k->city);
    l->answered = w->answer.n > 0;
    if (!l->answered) return ST_OK;
    must(casefile_answered_elsewhere(c, &l->clocks, k->city, w->answered_at, &l->due));
    c->version++;
    return ST_OK;
}

static enum status write_matter(struct whole_desk *k, struct arena *mem, const struct matter_whole *w, struct life *l)
{
    const struct matter_draft *d = &w->draft;
    const struct casefile *c = &l->casefile;
    const str none = STR("");
    str ref;
    l->matter = (matter_id){db_new_id(k->db)};
    TRY(next_ref(k, mem, c->raised_at, &ref));
    return q_matter_add(k->db, l->matter, ref, c->id, d->kind, d->channel, d->raiser, d->category, c->unit, c->state,
                        d->lang, d->subject, d->text, d->place, d->lat, d->lon, d->wants_public ? 1 : 0, 0, none,
                        d->source, d->source_no, c->raised_at, c->answered_at, (person_id){0}, w->shown ? 1 : 0,
                        w->shown ? d->subject : none, w->shown ? d->text : none, w->shown ? d->place : none, NULL);
}

static enum status write_answer(struct whole_desk *k, struct arena *mem, const struct matter_whole *w, struct life *l)
{
    event_id event;
    const str none = STR("");
    const struct event_draft e = {
        .casefile = l->casefile.id, .matter = l->matter, .kind = "answered", .at = w->answered_at};
    TRY(add_event(k, mem, &e, &event));
    l->answer = (answer_id){db_new_id(k->db)};
    return q_casefile_add_answer(k->db, l->answer, l->casefile.id, event, (person_id){0}, l->casefile.unit, none, none,
                                 w->answer, none, none, w->shown ? w->answer : none, w->answered_at, NULL);
}

static enum status write_events(struct whole_desk *k, struct arena *mem, const struct matter_whole *w, struct life *l)
{
    const struct casefile *c = &l->casefile;
    const struct event_draft registered = {.casefile = c->id,
                                           .matter = l->matter,
                                           .kind = "registered",
                                           .to_unit = c->unit,
                                           .to_person = c->owner,
                                           .at = c->raised_at};
    const struct event_draft shown = {.casefile = c->id, .matter = l->matter, .kind = "shown", .at = db_now(k->db)};
    TRY(add_event(k, mem, &registered, NULL));
    if (l->answered) TRY(write_answer(k, mem, w, l));
    return w->shown ? add_event(k, mem, &shown, NULL) : ST_OK;
}

static enum status index_words(struct whole_desk *k, struct arena *mem, const struct matter_whole *w, struct life *l)
{
    enum search_audience audience = w->shown ? SEARCH_BOTH : SEARCH_STAFF;
    struct search_text words = {
        .matter = l->matter, .raised_at = l->casefile.raised_at, .kind = w->draft.kind, .channel = w->draft.channel};
    TRY(search_put(k->db, mem, &words, audience, w->draft.tokens));
    if (!l->answered) return ST_OK;
    words.answer = l->answer;
    return search_put(k->db, mem, &words, audience, w->answer_tokens);
}

enum status matter_whole_add(struct whole_desk *k, struct arena *mem, const struct matter_whole *w)
{
    struct life l = {0};
    TRY(live(k, mem, w, &l));
    TRY(casefile_write_first(k->db, k->city, &l.casefile, &l.clocks));
    TRY(write_matter(k, mem, w, &l));
    TRY(write_events(k, mem, w, &l));
    TRY(index_words(k, mem, w, &l));
    TRY(casefile_count_first(k->db, k->city, &l.casefile));
    return l.answered ? casefile_count_answer(k->db, k->city, w->answered_at, l.due) : ST_OK;
}
