/* secret: codes, keys, tokens, passwords, sealed boxes. The only file of src/ that names libsodium.
 *
 * One master key lives in a file outside the database (mode 0600, made by `luoshi init`). Everything else is derived from
 * it by purpose (crypto_kdf) or wrapped by it. Keys stay in sodium_malloc memory and never reach an arena or the log.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_SECRET_H
#define LUOSHI_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/str.h"

struct keys; /* opaque, guarded memory */

#define SECRET_TOKEN 32 /* bytes of a session token, API key or once token before encoding */
#define SECRET_HASH  32 /* bytes of a keyed or plain hash */

enum key_purpose { KEY_RECEIPT = 1, KEY_CONTACT, KEY_CSRF, KEY_SESSION, KEY_API, KEY_ONCE, KEY_GUESS };

/* Once per process, before anything else here. */
void secret_start(void);
void secure_bytes(void *out, size_t n);
uint32_t secure_below(uint32_t bound);   /* uniform */
void secure_digits(char *out, size_t n); /* '0' to '9', uniform: the system is asked once for some and not for each */
bool secret_eq(str a, str b);            /* constant time for equal lengths */

/* ST_CONFLICT when the file exists. Written with mode 0600 and synced. */
MUST_USE enum status keys_make(const char *path);
/* ST_NOT_FOUND; ST_FORBIDDEN when others may read the file; ST_INVALID when it is not one. */
MUST_USE enum status keys_open(const char *path, struct keys **out);
/* For tests and read-only commands: a fixed key. */
struct keys *keys_fixed(void);
void keys_close(struct keys *);

/* Keyed BLAKE2b-256 of data under the purpose's subkey, into the arena (32 bytes). */
str secret_hash(struct arena *, const struct keys *, enum key_purpose, str data);
/* Unkeyed BLAKE2b-256, for event rows. */
str secret_digest(struct arena *, str data);

/* A sealed box with a key of its own: *wrapped holds that key sealed by the purpose's subkey. Destroying wrapped erases it. */
void secret_seal(struct arena *, const struct keys *, enum key_purpose, str plain, str *wrapped, str *sealed);
/* ST_INVALID when either part was changed or the key is another. */
MUST_USE enum status secret_open(struct arena *, const struct keys *, enum key_purpose, str wrapped, str sealed,
                                 str *plain);

/* Argon2id (RFC 9106) with libsodium's interactive limits: about 64 MiB and 0.1 s. Blocks: executors only. */
str password_hash(struct arena *, str password);
bool password_matches(str hash, str password);

/* Lower-case hex and URL-safe base64 without padding. */
str secret_hex(struct arena *, str bytes);
bool secret_unhex(struct arena *, str hex, str *bytes);
str secret_base64url(struct arena *, str bytes);
bool secret_unbase64url(struct arena *, str text, str *bytes);

#endif
