/* person: accounts, roles, absence, sessions, API keys.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_PERSON_H
#define LUOSHI_PEOPLE_PERSON_H

#include "base/faults.h"
#include "base/secret.h"
#include "people/rights.h"

struct person {
    person_id id;
    str login, name, lang;
    bool ended;
};

MUST_USE enum status person_get(struct db *, struct arena *, person_id, struct person *out);
MUST_USE enum status person_by_login(struct db *, struct arena *, str login, struct person *out);
/* Accounts that have not ended, by login; query is part of a login or name. */
MUST_USE enum status person_list(struct db *, struct arena *, str query, str after_login, int64_t limit,
                                 struct person **out, size_t *n);
/* actor NULL is the command line. An administrator changes an account only with the right in every unit where that person holds a role;
 * everybody may set their own password.
 * Password must be given already hashed (password_hash blocks: call it outside the write). Login: 2 to 64 of a-z 0-9 . _ - */
MUST_USE enum status person_add(struct db *, struct arena *, const struct actor *, str login, str name,
                                str password_hash, str lang, person_id *out, struct faults *);
MUST_USE enum status person_rename(struct db *, struct arena *, const struct actor *, person_id, str name,
                                   struct faults *);
MUST_USE enum status person_set_password(struct db *, struct arena *, const struct actor *, person_id,
                                         str password_hash); /* ends all sessions: start a new one in the same write */
MUST_USE enum status person_set_lang(struct db *, person_id, str lang);
/* Roles, posts, absences and sessions end with it. Refused for oneself and for the last administrator of the root. */
MUST_USE enum status person_end(struct db *, struct arena *, const struct actor *, person_id, instant now,
                                struct faults *);
/* Sixteen characters that nobody has to guess, for an account that is handed over. */
str password_fresh(struct arena *);
/* Minimum 10 code points, at most 200; not the login. */
MUST_USE enum status password_check(str login, str password, struct faults *);

struct member {
    member_id id;
    person_id person;
    unit_id unit;
    enum role role;
    str title_en, title_zh, person_name, login;
};
MUST_USE enum status member_add(struct db *, struct arena *, const struct actor *, struct member *change, instant now,
                                struct faults *);
/* ST_CONFLICT: the last administrator of the root stays. */
MUST_USE enum status member_end(struct db *, struct arena *, const struct actor *, member_id, instant now);
MUST_USE enum status member_list(struct db *, struct arena *, unit_id, struct member **out, size_t *n);
MUST_USE enum status member_list_of(struct db *, struct arena *, person_id, struct member **out, size_t *n);

/* T74, T77: while away, the deputy gets the work; `acting` lets the deputy sign what only the first person responsible may. */
MUST_USE enum status absence_put(struct db *, struct arena *, const struct actor *, person_id, person_id deputy,
                                 bool acting, instant from, instant to, struct faults *);
MUST_USE enum status absence_end(struct db *, struct arena *, const struct actor *, absence_id, instant now);
struct absence {
    absence_id id;
    person_id person, deputy;
    str deputy_name;
    bool acting;
    instant from, to;
};
/* Those of the person that run now or later. */
MUST_USE enum status absence_list(struct db *, struct arena *, person_id, instant now, struct absence **out, size_t *n);

/* Sessions. Idle 8 h, 30 d in all, rotated every 15 min; the token before a rotation is good for one minute. */
struct session {
    session_id id;
    person_id person;
    str csrf; /* 32 bytes: forms carry its keyed hash with the form's name */
};
/* *token: base64url for the cookie. Inside a write. */
MUST_USE enum status session_start(struct db *, struct arena *, const struct keys *, person_id, instant now,
                                   str *token);
/* Read side: finds a session that has not ended; *needs_touch when seen_at is older than a minute or rotation is due. */
MUST_USE enum status session_find(struct db *, struct arena *, const struct keys *, str token, instant now,
                                  struct session *out, bool *needs_touch);
/* Inside a write: marks it seen, rotates when due; *fresh_token empty when not rotated. */
MUST_USE enum status session_touch(struct db *, struct arena *, const struct keys *, session_id, str token, instant now,
                                   str *fresh_token);
MUST_USE enum status session_end(struct db *, session_id, instant now);
/* Inside a write: forgets at most so many that are long over. */
MUST_USE enum status session_tidy(struct db *, instant now, int64_t most, int64_t *gone);

/* Sign-in: reads the account's hash; the caller verifies outside any transaction (password_matches). ST_OK also for an unknown or ended
 * login: then *who is 0 and *hash is one that no password matches, to be verified all the same, so that time tells nothing. */
MUST_USE enum status person_password(struct db *, struct arena *, str login, person_id *who, str *hash);

/* API keys: "luo_" + base64url of 32 bytes, shown once. */
MUST_USE enum status api_key_add(struct db *, struct arena *, const struct keys *, str name, unit_id, instant now,
                                 str *key);
MUST_USE enum status api_key_find(struct db *, struct arena *, const struct keys *, str key, unit_id *unit);
/* The same, and whether the unit takes matters (is in office, is no partner); asks the database only when it has not for API_KEY_SEEN_MS. A key
 * that ends here is unknown at once, one that another process or node ends is so when that time is over, and so with units. */
#define API_KEY_SEEN_MS 1000
MUST_USE enum status api_key_look(struct db *, struct arena *, const struct keys *, str key, instant now, unit_id *unit,
                                  bool *takes);
struct api_key {
    api_key_id id;
    str name;
    unit_id unit;
    str unit_en, unit_zh;
    instant created_at;
};
MUST_USE enum status api_key_list(struct db *, struct arena *, struct api_key **out, size_t *n);
MUST_USE enum status api_key_end(struct db *, struct arena *, api_key_id, instant now);

/* One use of a form (idempotency): find the earlier result, or keep this one, in the transaction of the change. A form sent again
 * within a day gets its first answer. */
#define ONCE_KEPT_MS DAY_MS
MUST_USE enum status once_find(struct db *, struct arena *, str token, str *result);
MUST_USE enum status once_keep(struct db *, str token, str result, instant now); /* ST_CONFLICT: already used */
/* Inside a write: forgets at most so many that are older. */
MUST_USE enum status once_tidy(struct db *, instant now, int64_t most, int64_t *gone);

/* One admin_event row. kind: "unit.put", ...; hash is salted over all of it (admin_event.c says how). */
MUST_USE enum status admin_event(struct db *, struct arena *, const struct actor *, const char *kind, unit_id unit,
                                 int64_t subject, str text);

#endif
