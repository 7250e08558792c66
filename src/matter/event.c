/* event: see event.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/event.h"

#include "base/buf.h"
#include "base/secret.h"
#include "gen/sql/event.h"
#include "matter/words.h"

static const struct event_kind kinds[] = {
    {"registered", TR_NOOP("Registered"), true},
    {"accepted", TR_NOOP("Accepted"), true},
    {"forwarded", TR_NOOP("Sent on to another unit"), true},
    {"declined", TR_NOOP("Not within our remit"), true},
    {"assigned", TR_NOOP("Given to a person to handle"), true},
    {"answered", TR_NOOP("Answered in writing"), true},
    {"noted", TR_NOOP("Internal note"), false},
    {"message_raiser", TR_NOOP("Message from the person who raised it"), true},
    {"message_unit", TR_NOOP("Message to the person who raised it"), true},
    {"asked", TR_NOOP("Asked whether it is solved, no answer"), true},
    {"solved", TR_NOOP("Confirmed as solved"), true},
    {"partly", TR_NOOP("Confirmed as partly solved"), true},
    {"not_solved", TR_NOOP("Said to be not solved"), true},
    {"reopened", TR_NOOP("Opened again one level up"), true},
    {"shown", TR_NOOP("Made public"), true},
    {"hidden", TR_NOOP("No longer public"), true},
    {"identity_read", TR_NOOP("Identity read"), false},
    {"identity_erased", TR_NOOP("Identity erased"), true},
    {"moved", TR_NOOP("Moved to the unit that does this work now"), true},
};

const struct event_kind *event_kind_find(str kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq(kind, str_from(kinds[i].kind))) return &kinds[i];
    return NULL;
}

static void add_number(struct buf *b, int64_t n)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (n < 0) digits[--at] = '-';
    digits[--at] = '|';
    buf_add(b, (str){digits + at, sizeof digits - at});
}

str event_digest(struct arena *mem, const struct event_draft *e, event_id id, str salt)
{
    struct buf b;
    buf_init(&b, mem, 256 + e->words.n, 4096 + e->words.n);
    buf_add(&b, salt);
    buf_add_byte(&b, '|');
    buf_add(&b, str_from(e->kind));
    const int64_t numbers[] = {id.v,      e->casefile.v, e->matter.v,    e->person.v,
                               e->unit.v, e->to_unit.v,  e->to_person.v, e->at.ms};
    for (size_t i = 0; i < COUNT_OF(numbers); i++) add_number(&b, numbers[i]);
    buf_add_byte(&b, '|');
    buf_add(&b, e->words);
    return secret_digest(mem, buf_str(&b));
}

enum status event_add(struct db *db, struct arena *mem, const struct event_draft *e, event_id *out)
{
    char bytes[EVENT_SALT];
    secure_bytes(bytes, sizeof bytes);
    return event_add_salted(db, mem, e, (str){bytes, sizeof bytes}, out);
}

enum status event_add_salted(struct db *db, struct arena *mem, const struct event_draft *e, str salt, event_id *out)
{
    const struct event_kind *kind = event_kind_find(str_from(e->kind));
    event_id id = {db_new_id(db)};
    must(kind != NULL && salt.n == EVENT_SALT);
    TRY(q_event_add(db, id, e->casefile, e->matter, str_from(e->kind), e->person, e->unit, e->to_unit, e->to_person,
                    e->words, kind->shown ? 1 : 0, e->at, salt, event_digest(mem, e, id, salt), NULL));
    if (out != NULL) *out = id;
    return ST_OK;
}
