/* contact: see contact.h. Four fields, each behind its length in four bytes, in one sealed box with a key of its own.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/contact.h"

#include "base/buf.h"
#include "gen/sql/contact.h"
#include "matter/casefile.h"
#include "matter/event.h"
#include "matter/words.h"

#define FIELDS       4
#define REASON_LEAST 4 /* code points */
#define LENGTH_BYTES 4
#define PLAIN_MAX    ((size_t)16 * 1024) /* four fields at their limits, at four bytes a character, several times over */

bool contact_is_empty(const struct contact *c)
{
    return c->name.n == 0 && c->phone.n == 0 && c->mail.n == 0 && c->address.n == 0;
}

static str encode(struct arena *mem, const struct contact *c)
{
    const str fields[FIELDS] = {c->name, c->phone, c->mail, c->address};
    struct buf b;
    buf_init(&b, mem, 256, PLAIN_MAX);
    for (size_t i = 0; i < FIELDS; i++) {
        for (int shift = 0; shift < LENGTH_BYTES * 8; shift += 8) buf_add_byte(&b, (char)(fields[i].n >> shift & 0xFF));
        buf_add(&b, fields[i]);
    }
    return buf_str(&b);
}

static bool decode(str plain, struct contact *out)
{
    str *const fields[FIELDS] = {&out->name, &out->phone, &out->mail, &out->address};
    for (size_t i = 0; i < FIELDS; i++) {
        size_t n = 0;
        if (plain.n < LENGTH_BYTES) return false;
        for (size_t k = 0; k < LENGTH_BYTES; k++) n |= (size_t)(unsigned char)plain.p[k] << (8 * k);
        plain = str_sub(plain, LENGTH_BYTES, plain.n);
        if (n > plain.n) return false;
        *fields[i] = str_sub(plain, 0, n);
        plain = str_sub(plain, n, plain.n);
    }
    return plain.n == 0;
}

enum status contact_seal(struct db *db, struct arena *mem, const struct city *city, matter_id matter,
                         const struct contact *c, instant at)
{
    str wrapped, sealed;
    secret_seal(mem, city->keys, KEY_CONTACT, encode(mem, c), &wrapped, &sealed);
    return q_contact_add(db, (contact_id){db_new_id(db)}, matter, wrapped, sealed, at, NULL);
}

static const struct words_rule reason_rule = {"reason", TR_NOOP("Enter why you need to know who raised it"),
                                              TR_NOOP("The reason must be {max} characters or fewer"),
                                              LIMIT_CONTACT_POINTS, true};

enum status contact_read(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                         matter_id id, str reason, struct contact *out, struct faults *f)
{
    struct matter m;
    struct casefile cf;
    struct q_contact_of row;
    unit_id as;
    str plain;
    TRY(matter_get(db, mem, id, &m));
    TRY(casefile_get(db, mem, who, m.casefile, &cf));
    if (!rights_allow(db, mem, who, ACT_READ_IDENTITY, cf.unit, cf.owner, &as)) return ST_FORBIDDEN;
    TRY(words_check(mem, f, &reason_rule, &reason));
    if (str_points(reason) < REASON_LEAST)
        return fault(f, "reason", TR_NOOP("Enter why you need to know who raised it"));
    TRY(q_contact_of(db, mem, id, &row));
    TRY(secret_open(mem, city->keys, KEY_CONTACT, row.wrapped_key, row.sealed, &plain));
    if (!decode(plain, out)) return ST_INVALID;
    const struct event_draft e = {.casefile = m.casefile,
                                  .matter = id,
                                  .kind = "identity_read",
                                  .person = who->person,
                                  .unit = as,
                                  .words = reason,
                                  .at = db_now(db)};
    return event_add(db, mem, &e, NULL);
}

enum status contact_erase(struct db *db, struct arena *mem, const struct city *city, matter_id id)
{
    struct matter m;
    int64_t changed;
    instant now = db_now(db);
    (void)city;
    TRY(matter_get(db, mem, id, &m));
    TRY(q_contact_erase(db, id, now, &changed));
    if (changed == 0) return ST_NOT_FOUND;
    TRY(q_contact_unmark(db, id, NULL));
    return event_add(db, mem,
                     &(struct event_draft){.casefile = m.casefile, .matter = id, .kind = "identity_erased", .at = now},
                     NULL);
}
