/* session: signed-in browsers, API keys, used forms; see person.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gen/sql/session.h"

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "people/guard.h"
#include "people/person.h"
#include "people/unit.h"

#define IDLE_MS    (8 * HOUR_MS)
#define WHOLE_MS   (30 * DAY_MS)
#define ROTATE_MS  (15 * MINUTE_MS)
#define GRACE_MS   (1 * MINUTE_MS)
#define SEEN_MS    (1 * MINUTE_MS)
#define KEY_PREFIX STR("luo_")
#define KEYS_SEEN  256              /* a power of two: a place for each first byte of a hash */
#define ENDED_MS   (10 * SECOND_MS) /* no longer is a transaction on its way that ended a key */

/* Tokens */

static str new_bytes(struct arena *mem)
{
    char *p = NEWN(mem, char, SECRET_TOKEN);
    secure_bytes(p, SECRET_TOKEN);
    return (str){p, SECRET_TOKEN};
}

static bool token_hash(struct arena *mem, const struct keys *keys, enum key_purpose purpose, str token, str *out)
{
    str bytes;
    if (!secret_unbase64url(mem, token, &bytes) || bytes.n != SECRET_TOKEN) return false;
    *out = secret_hash(mem, keys, purpose, bytes);
    return true;
}

/* Sessions */

enum status session_start(struct db *db, struct arena *mem, const struct keys *keys, person_id person, instant now,
                          str *token)
{
    session_id id = {db_new_id(db)};
    str bytes = new_bytes(mem);
    *token = secret_base64url(mem, bytes);
    return q_session_insert(db, id, secret_hash(mem, keys, KEY_SESSION, bytes), person, new_bytes(mem), now, NULL);
}

static bool is_over(instant created, instant seen, instant now)
{
    return now.ms - seen.ms >= IDLE_MS || now.ms - created.ms >= WHOLE_MS;
}

/* By the token that a rotation has just replaced: other requests of the same page may be under way with it. */
static enum status find_before(struct db *db, struct arena *mem, str hash, instant now, struct session *out,
                               bool *needs_touch)
{
    struct q_session_by_before row;
    TRY(q_session_by_before(db, mem, hash, &row));
    if (now.ms - row.rotated_at.ms >= GRACE_MS || is_over(row.created_at, row.seen_at, now)) return ST_NOT_FOUND;
    *out = (struct session){row.id, row.person_id, row.csrf};
    *needs_touch = false;
    return ST_OK;
}

enum status session_find(struct db *db, struct arena *mem, const struct keys *keys, str token, instant now,
                         struct session *out, bool *needs_touch)
{
    struct q_session_by_token row;
    str hash;
    if (!token_hash(mem, keys, KEY_SESSION, token, &hash)) return ST_NOT_FOUND;
    enum status st = q_session_by_token(db, mem, hash, &row);
    if (st == ST_NOT_FOUND) return find_before(db, mem, hash, now, out, needs_touch);
    if (st != ST_OK) return st;
    if (is_over(row.created_at, row.seen_at, now)) return ST_NOT_FOUND;
    *out = (struct session){row.id, row.person_id, row.csrf};
    *needs_touch = now.ms - row.seen_at.ms >= SEEN_MS || now.ms - row.rotated_at.ms >= ROTATE_MS;
    return ST_OK;
}

enum status session_touch(struct db *db, struct arena *mem, const struct keys *keys, session_id id, str token,
                          instant now, str *fresh_token)
{
    struct q_session_get row;
    str hash;
    *fresh_token = STR("");
    TRY(q_session_get(db, mem, id, &row));
    if (!token_hash(mem, keys, KEY_SESSION, token, &hash)) return ST_NOT_FOUND;
    /* Two requests may ask for the same rotation: the second no longer holds the present token and only marks the session seen. */
    if (!secret_eq(hash, row.token_hash) || now.ms - row.rotated_at.ms < ROTATE_MS)
        return q_session_see(db, id, now, NULL);
    str bytes = new_bytes(mem);
    TRY(q_session_rotate(db, id, secret_hash(mem, keys, KEY_SESSION, bytes), now, NULL));
    *fresh_token = secret_base64url(mem, bytes);
    return ST_OK;
}

enum status session_end(struct db *db, session_id id, instant now)
{
    return q_session_end(db, id, now, NULL);
}

enum status session_tidy(struct db *db, instant now, int64_t most, int64_t *gone)
{
    return q_session_forget(db, (instant){now.ms - WHOLE_MS}, most, gone);
}

/* API keys */

enum status api_key_add(struct db *db, struct arena *mem, const struct keys *keys, str name, unit_id unit, instant now,
                        str *key)
{
    api_key_id id = {db_new_id(db)};
    str bytes = new_bytes(mem);
    if (!guard_line(NULL, "name", name, true, LIMIT_NAME_POINTS)) return ST_INVALID;
    TRY(q_session_key_insert(db, id, str_trim(name), secret_hash(mem, keys, KEY_API, bytes), unit, now, NULL));
    *key = str_concat(mem, KEY_PREFIX, secret_base64url(mem, bytes));
    return admin_event(db, mem, NULL, "api_key.add", unit, id.v, str_trim(name));
}

static bool key_hash(struct arena *mem, const struct keys *keys, str key, str *hash)
{
    return str_starts(key, KEY_PREFIX) && token_hash(mem, keys, KEY_API, str_sub(key, KEY_PREFIX.n, key.n), hash);
}

static enum status find_key(struct db *db, struct arena *mem, str hash, unit_id *unit)
{
    struct q_session_key_find row;
    TRY(q_session_key_find(db, mem, hash, &row));
    return unit_now(db, mem, row.unit_id, unit);
}

enum status api_key_find(struct db *db, struct arena *mem, const struct keys *keys, str key, unit_id *unit)
{
    str hash;
    return key_hash(mem, keys, key, &hash) ? find_key(db, mem, hash, unit) : ST_NOT_FOUND;
}

/* Keys that were found lately, by their hash, which no two have; the latest of those with the same first byte. */
static struct {
    pthread_mutex_t lock;
    int64_t ended_ms; /* steady: when a key ended here; 0: never */
    struct key_seen {
        unsigned char hash[SECRET_HASH];
        instant at;
        unit_id unit;
        bool takes;
    } key[KEYS_SEEN];
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t steady_ms(void)
{
    return time_monotonic_ns() / 1000000;
}

/* Under the lock. Whoever ends a key commits a little later: until then another thread could find it once more. */
static bool may_be_seen(void)
{
    return seen.ended_ms == 0 || steady_ms() - seen.ended_ms > ENDED_MS;
}

static bool recall(str hash, instant now, struct key_seen *out)
{
    (void)pthread_mutex_lock(&seen.lock);
    *out = seen.key[(unsigned char)hash.p[0]];
    bool known = may_be_seen() && memcmp(out->hash, hash.p, SECRET_HASH) == 0 && now.ms >= out->at.ms &&
                 now.ms - out->at.ms < API_KEY_SEEN_MS;
    (void)pthread_mutex_unlock(&seen.lock);
    return known;
}

static void remember(str hash, const struct key_seen *k)
{
    (void)pthread_mutex_lock(&seen.lock);
    if (may_be_seen()) seen.key[(unsigned char)hash.p[0]] = *k;
    (void)pthread_mutex_unlock(&seen.lock);
}

static void forget_keys(void)
{
    (void)pthread_mutex_lock(&seen.lock);
    memset(seen.key, 0, sizeof seen.key);
    seen.ended_ms = steady_ms();
    (void)pthread_mutex_unlock(&seen.lock);
}

enum status api_key_look(struct db *db, struct arena *mem, const struct keys *keys, str key, instant now, unit_id *unit,
                         bool *takes)
{
    struct key_seen k = {.at = now};
    struct unit u;
    str hash;
    if (!key_hash(mem, keys, key, &hash)) return ST_NOT_FOUND;
    must(hash.n == SECRET_HASH);
    if (!recall(hash, now, &k)) {
        k.at = now;
        memcpy(k.hash, hash.p, SECRET_HASH);
        TRY(find_key(db, mem, hash, &k.unit));
        TRY(unit_get(db, mem, k.unit, &u));
        k.takes = u.ends.n == 0 && !str_eq(u.kind, STR("partner"));
        remember(hash, &k);
    }
    *unit = k.unit;
    *takes = k.takes;
    return ST_OK;
}

enum status api_key_list(struct db *db, struct arena *mem, struct api_key **out, size_t *n)
{
    struct q_session_key_list *rows;
    TRY(q_session_key_list(db, mem, &rows, n));
    *out = NEWN(mem, struct api_key, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct api_key){rows[i].id,      rows[i].name,    rows[i].unit_id,
                                     rows[i].unit_en, rows[i].unit_zh, rows[i].created_at};
    return ST_OK;
}

enum status api_key_end(struct db *db, struct arena *mem, api_key_id id, instant now)
{
    int64_t changed = 0;
    TRY(q_session_key_end(db, id, now, &changed));
    if (changed == 0) return ST_NOT_FOUND;
    forget_keys();
    return admin_event(db, mem, NULL, "api_key.end", (unit_id){0}, id.v, STR(""));
}

/* Used forms */

enum status once_find(struct db *db, struct arena *mem, str token, str *result)
{
    struct q_session_once_find row;
    TRY(q_session_once_find(db, mem, token, &row));
    *result = row.result;
    return ST_OK;
}

enum status once_keep(struct db *db, str token, str result, instant now)
{
    return q_session_once_insert(db, token, result, now, NULL);
}

enum status once_tidy(struct db *db, instant now, int64_t most, int64_t *gone)
{
    return q_session_once_forget(db, (instant){now.ms - ONCE_KEPT_MS}, most, gone);
}
