/* matter: registering, receipts, reading. Checking is in matter_check.c, letting through in matter_publish.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/matter.h"

#include <string.h>

#include "gen/sql/casefile.h"
#include "gen/sql/matter.h"
#include "matter/casefile_move.h"
#include "matter/contact.h"
#include "matter/event.h"
#include "matter/search.h"
#include "matter/tally.h"
#include "people/unit.h"

#define CODE_DIGITS 16
#define CODE_GROUP  4
#define CODE_TRIES  8 /* a second is already rarer than a broken disk */

/* Receipts */

/* The digit a code point stands for, -1 for a separator, -2 for anything else. */
static int digit_of(uint32_t c)
{
    static const uint32_t separators[] = {' ', '\t', '-', 0xA0, 0x3000, 0x2212, 0xFF0D, 0xFEFF, '\r', '\n'};
    if (c >= '0' && c <= '9') return (int)(c - '0');
    if (c >= 0xFF10 && c <= 0xFF19) return (int)(c - 0xFF10);
    if (c >= 0x2000 && c <= 0x2015) return -1; /* spaces, joiners, hyphens and dashes */
    for (size_t i = 0; i < COUNT_OF(separators); i++)
        if (c == separators[i]) return -1;
    return -2;
}

bool receipt_parse(struct arena *mem, str typed, str *digits)
{
    char *out = NEWN(mem, char, CODE_DIGITS + 1);
    size_t n = 0;
    for (size_t i = 0; i < typed.n;) {
        int d = digit_of(str_next_point(typed, &i));
        if (d == -1) continue;
        if (d < 0 || n == CODE_DIGITS) return false;
        out[n++] = (char)('0' + d);
    }
    *digits = (str){out, n};
    return n == CODE_DIGITS;
}

enum status receipt_find(struct db *db, struct arena *mem, const struct city *city, str digits, matter_id *out)
{
    struct q_matter_by_receipt row;
    TRY(q_matter_by_receipt(db, mem, secret_hash(mem, city->keys, KEY_RECEIPT, digits), &row));
    *out = row.id;
    return ST_OK;
}

/* A code and its hash. That nobody has it is left to the insert. */
static void new_code(struct arena *mem, const struct city *city, char code[20], str *hash)
{
    char digits[CODE_DIGITS];
    size_t n = 0;
    secure_digits(digits, sizeof digits);
    for (size_t k = 0; k < CODE_DIGITS; k++) {
        if (k > 0 && k % CODE_GROUP == 0) code[n++] = ' ';
        code[n++] = digits[k];
    }
    code[n] = 0;
    *hash = secret_hash(mem, city->keys, KEY_RECEIPT, (str){digits, CODE_DIGITS});
}

/* Registering */

str matter_ref_year(struct arena *mem, const struct city *city, instant raised_at)
{
    int year = civil_in_zone(&city->zone, raised_at).year % 100;
    return str_format(mem, "%.*s-%02d", STR_ARG(city->ref_prefix), year);
}

str matter_ref(struct arena *mem, str year, int64_t number)
{
    return str_format(mem, "%.*s-%06lld", STR_ARG(year), (long long)number);
}

/* The running number of a year: its counter's name, at most 24 bytes, is the key of the sum. */
#define NUMBER_NAME sizeof(struct db_sum_key)

static str name_of(const struct db_sum_key *k)
{
    const char *p = (const char *)k;
    return (str){p, strnlen(p, NUMBER_NAME)};
}

static enum status last_number(struct db *db, struct arena *mem, struct db_sum_key k, int64_t *last)
{
    struct q_matter_last_number row = {0};
    enum status st = q_matter_last_number(db, mem, name_of(&k), &row);
    *last = row.n;
    return st == ST_NOT_FOUND ? ST_OK : st; /* the first of its year */
}

static enum status write_numbers(struct db *db, struct arena *mem, struct db_sum_key k, int64_t n)
{
    (void)mem;
    return q_matter_add_numbers(db, name_of(&k), n, NULL);
}
static const struct db_number running_number = {.sum = {.order = 3, .write = write_numbers}, .read = last_number};

/* HT-26-000001: the year is the one in which it was raised, in the city's zone. */
static enum status new_ref(struct db *db, struct arena *mem, const struct city *city, instant raised_at, str *ref)
{
    struct db_sum_key key = {0};
    int64_t n;
    str year = matter_ref_year(mem, city, raised_at);
    if (year.n > NUMBER_NAME) return ST_INVALID;
    memcpy(&key, year.p, year.n);
    TRY(db_number_at_commit(db, mem, &running_number, key, &n));
    *ref = matter_ref(mem, year, n);
    return ST_OK;
}

struct casefile casefile_new(struct db *db, const struct city *city, const struct matter_draft *d)
{
    return (struct casefile){.id = {db_new_id(db)},
                             .state = STR("registered"),
                             .unit = d->unit.v != 0 ? d->unit : city->root,
                             .category = d->category,
                             .raised_at = d->raised_at.ms != 0 ? d->raised_at : db_now(db),
                             .changed_at = db_now(db),
                             .version = 1};
}

enum status casefile_place_first(struct db *db, struct arena *mem, const struct city *city, struct casefile *c)
{
    TRY(unit_now(db, mem, c->unit, &c->unit));
    return casefile_receiver(db, mem, city, c->unit, &c->owner);
}

void casefile_registered(struct casefile *c, struct clock_life *clocks, const struct city *city)
{
    clock_life_pass(clocks, city, MOMENT_REGISTERED, c->raised_at, &c->due, &c->ask);
}

enum status casefile_write_first(struct db *db, const struct city *city, const struct casefile *c,
                                 struct clock_life *clocks)
{
    TRY(q_casefile_add(db, c->id, city->root, c->state, c->unit, c->owner, c->category, c->raised_at, c->answered_at,
                       c->changed_at, c->due, c->ask, c->version, NULL));
    return clock_life_write(db, c->id, clocks);
}

enum status casefile_count_first(struct db *db, const struct city *city, const struct casefile *c)
{
    const struct tally_face face = casefile_face(c);
    TRY(tally_move(db, NULL, &face));
    return tally_day(db, city->root, "raised", day_in_zone(&city->zone, c->raised_at), 1);
}

/* A code that somebody has is refused by the insert, here or, where statements are sent ahead, with a later one; the command then runs again
 * (writer.c). Each time it is drawn anew. */
static enum status add_row(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                           const struct matter_draft *d, const struct casefile *c, struct receipt *out)
{
    enum status st = ST_CONFLICT;
    for (int i = 0; i < CODE_TRIES && st == ST_CONFLICT; i++) {
        str hash = {NULL, 0};
        if (!d->no_receipt) new_code(mem, city, out->code, &hash);
        st = q_matter_add(db, out->matter, out->ref, c->id, d->kind, d->channel, d->raiser, d->category, c->unit,
                          c->state, d->lang, d->subject, d->text, d->place, d->lat, d->lon, d->wants_public ? 1 : 0,
                          contact_is_empty(&d->contact) ? 0 : 1, hash, d->source, d->source_no, c->raised_at,
                          c->answered_at, who == NULL ? (person_id){0} : who->person, 0, STR(""), STR(""), STR(""),
                          NULL);
    }
    return st;
}

static enum status add_matter(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                              const struct matter_draft *d, const struct casefile *c, struct receipt *out)
{
    out->matter = (matter_id){db_new_id(db)};
    out->casefile = c->id;
    TRY(new_ref(db, mem, city, c->raised_at, &out->ref));
    TRY(add_row(db, mem, city, who, d, c, out));
    return contact_is_empty(&d->contact) ? ST_OK : contact_seal(db, mem, city, out->matter, &d->contact, c->raised_at);
}

enum status matter_register(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                            const struct matter_draft *d, struct receipt *out)
{
    struct casefile c;
    struct clock_life clocks;
    *out = (struct receipt){0};
    if (who != NULL && !rights_any(who, ACT_REGISTER)) return ST_FORBIDDEN;
    c = casefile_new(db, city, d);
    TRY(casefile_place_first(db, mem, city, &c));
    clock_life_begin(&clocks, mem, clock_pack_find(STR(CLOCK_PACK)), 0);
    casefile_registered(&c, &clocks, city);
    TRY(casefile_write_first(db, city, &c, &clocks));
    TRY(add_matter(db, mem, city, who, d, &c, out));
    const struct event_draft e = {.casefile = c.id,
                                  .matter = out->matter,
                                  .kind = "registered",
                                  .person = who == NULL ? (person_id){0} : who->person,
                                  .unit = who == NULL ? (unit_id){0} : who->unit,
                                  .to_unit = c.unit,
                                  .to_person = c.owner,
                                  .at = c.raised_at};
    TRY(event_add(db, mem, &e, NULL));
    TRY(casefile_count_first(db, city, &c));
    const struct search_text words = {.matter = out->matter,
                                      .raised_at = c.raised_at,
                                      .kind = d->kind,
                                      .channel = d->channel,
                                      .parts = (const str[]){d->subject, d->text, d->place},
                                      .n = 3};
    return d->tokens.p != NULL ? search_put(db, mem, &words, SEARCH_STAFF, d->tokens)
                               : search_add(db, mem, &words, SEARCH_STAFF);
}

/* Reading */

enum status matter_get(struct db *db, struct arena *mem, matter_id id, struct matter *out)
{
    struct q_matter_by_id r;
    TRY(q_matter_by_id(db, mem, id, &r));
    *out = (struct matter){
        .id = r.id,
        .casefile = r.casefile_id,
        .ref = r.ref,
        .kind = r.kind,
        .channel = r.channel,
        .raiser = r.raiser,
        .state = r.state,
        .lang = r.lang,
        .category = r.category_id,
        .unit = r.unit_id,
        .subject = r.subject,
        .text = r.text,
        .place = r.place,
        .lat = r.lat,
        .lon = r.lon,
        .wants_public = r.wants_public != 0,
        .shown = r.shown != 0,
        .has_contact = r.has_contact != 0,
        .shown_subject = r.shown_subject,
        .shown_text = r.shown_text,
        .shown_place = r.shown_place,
        .raised_at = r.raised_at,
        .answered_at = r.answered_at,
        .source = r.source,
        .source_no = r.source_no,
    };
    return ST_OK;
}

enum status matter_by_ref(struct db *db, struct arena *mem, str ref, struct matter *out)
{
    struct q_matter_by_ref row;
    TRY(q_matter_by_ref(db, mem, ref, &row));
    return matter_get(db, mem, row.id, out);
}

enum status matter_public(struct db *db, struct arena *mem, str ref, struct matter *out)
{
    struct matter m;
    TRY(matter_by_ref(db, mem, ref, &m));
    if (!m.shown) return ST_NOT_FOUND;
    if (m.place.n > 0 && m.shown_place.n == 0)
        m.lat = m.lon = 0; /* a place struck out is not given away by its point */
    m.subject = m.shown_subject;
    m.text = m.shown_text;
    m.place = m.shown_place;
    m.has_contact = false;
    *out = m;
    return ST_OK;
}

enum status matter_of_casefile(struct db *db, struct arena *mem, casefile_id casefile, struct matter **out, size_t *n)
{
    struct q_matter_of_casefile *rows;
    TRY(q_matter_of_casefile(db, mem, casefile, &rows, n));
    *out = NEWN(mem, struct matter, *n + 1);
    for (size_t i = 0; i < *n; i++) TRY(matter_get(db, mem, rows[i].id, &(*out)[i]));
    return ST_OK;
}
