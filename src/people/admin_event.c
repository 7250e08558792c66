/* admin_event: one row for each change an administrator makes. The hash is BLAKE2b-256 over
 * salt, kind, LF, unit, LF, subject, LF, person, LF, milliseconds, LF, text: numbers in decimal, 0 for none.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"
#include "gen/sql/admin_event.h"
#include "people/person.h"

#define SALT_BYTES 16

enum status admin_event(struct db *db, struct arena *mem, const struct actor *who, const char *kind, unit_id unit,
                        int64_t subject, str text)
{
    char *salt = NEWN(mem, char, SALT_BYTES);
    admin_event_id id = {db_new_id(db)};
    person_id person = who == NULL ? (person_id){0} : who->person;
    instant at = db_now(db);
    secure_bytes(salt, SALT_BYTES);
    str salted = {salt, SALT_BYTES};
    str head = str_format(mem, "%s\n%lld\n%lld\n%lld\n%lld\n", kind, (long long)unit.v, (long long)subject,
                          (long long)person.v, (long long)at.ms);
    str hash = secret_digest(mem, str_concat(mem, salted, str_concat(mem, head, text)));
    db_forget(db);
    TRY(q_admin_event_count_up(db, NULL)); /* see lore.h; with it goes what commands remember (db_recall) */
    return q_admin_event_insert(db, id, str_from(kind), unit, subject, person, text, salted, hash, at, NULL);
}
