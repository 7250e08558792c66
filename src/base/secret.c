/* secret: see secret.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_FILE_HEAD "luoshi-key-1\n"
#define KEY_CONTEXT   "luoshi01" /* crypto_kdf context, 8 bytes */
#define BOX_HEAD      (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

struct keys {
    unsigned char master[crypto_kdf_KEYBYTES];
};

void secret_start(void)
{
    must(sodium_init() >= 0);
}

void secure_bytes(void *out, size_t n)
{
    randombytes_buf(out, n);
}

uint32_t secure_below(uint32_t bound)
{
    return randombytes_uniform(bound);
}

/* Bytes from 250 on would make small digits likelier. */
void secure_digits(char *out, size_t n)
{
    unsigned char bytes[32];
    for (size_t i = 0; i < n;) {
        randombytes_buf(bytes, sizeof bytes);
        for (size_t k = 0; k < sizeof bytes && i < n; k++)
            if (bytes[k] < 250) out[i++] = (char)('0' + bytes[k] % 10);
    }
    sodium_memzero(bytes, sizeof bytes);
}

bool secret_eq(str a, str b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

static bool write_all(int fd, const void *p, size_t n)
{
    return write(fd, p, n) == (ssize_t)n;
}

enum status keys_make(const char *path)
{
    unsigned char key[crypto_kdf_KEYBYTES];
    char hex[sizeof key * 2 + 1];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno == EEXIST ? ST_CONFLICT : ST_IO;
    crypto_kdf_keygen(key);
    sodium_bin2hex(hex, sizeof hex, key, sizeof key);
    bool ok = write_all(fd, KEY_FILE_HEAD, sizeof KEY_FILE_HEAD - 1) && write_all(fd, hex, sizeof hex - 1) &&
              write_all(fd, "\n", 1) && fsync(fd) == 0;
    sodium_memzero(key, sizeof key);
    sodium_memzero(hex, sizeof hex);
    ok = close(fd) == 0 && ok;
    return ok ? ST_OK : ST_IO;
}

static struct keys *keys_new(void)
{
    struct keys *k = sodium_malloc(sizeof *k);
    must(k != NULL);
    return k;
}

static enum status keys_read(int fd, struct keys *k)
{
    char text[256];
    size_t n = 0;
    struct stat st;
    if (fstat(fd, &st) != 0) return ST_IO;
    if ((st.st_mode & 077) != 0) return ST_FORBIDDEN;
    ssize_t got = read(fd, text, sizeof text);
    if (got < 0) return ST_IO;
    str body = {text, (size_t)got};
    if (!str_starts(body, STR(KEY_FILE_HEAD))) return ST_INVALID;
    body = str_trim(str_sub(body, sizeof KEY_FILE_HEAD - 1, body.n));
    int bad = sodium_hex2bin(k->master, sizeof k->master, body.p, body.n, NULL, &n, NULL);
    sodium_memzero(text, sizeof text);
    return bad != 0 || n != sizeof k->master ? ST_INVALID : ST_OK;
}

enum status keys_open(const char *path, struct keys **out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? ST_NOT_FOUND : ST_IO;
    struct keys *k = keys_new();
    enum status st = keys_read(fd, k);
    close(fd);
    if (st != ST_OK) {
        sodium_free(k);
        return st;
    }
    *out = k;
    return ST_OK;
}

struct keys *keys_fixed(void)
{
    struct keys *k = keys_new();
    memset(k->master, 7, sizeof k->master);
    return k;
}

void keys_close(struct keys *k)
{
    if (k != NULL) sodium_free(k);
}

static void subkey(const struct keys *k, enum key_purpose purpose, unsigned char out[32])
{
    must(crypto_kdf_derive_from_key(out, 32, (uint64_t)purpose, KEY_CONTEXT, k->master) == 0);
}

str secret_hash(struct arena *mem, const struct keys *k, enum key_purpose purpose, str data)
{
    unsigned char key[32];
    unsigned char *out = NEWN(mem, unsigned char, SECRET_HASH);
    subkey(k, purpose, key);
    must(crypto_generichash(out, SECRET_HASH, (const unsigned char *)data.p, data.n, key, sizeof key) == 0);
    sodium_memzero(key, sizeof key);
    return (str){(char *)out, SECRET_HASH};
}

str secret_digest(struct arena *mem, str data)
{
    unsigned char *out = NEWN(mem, unsigned char, SECRET_HASH);
    must(crypto_generichash(out, SECRET_HASH, (const unsigned char *)data.p, data.n, NULL, 0) == 0);
    return (str){(char *)out, SECRET_HASH};
}

/* nonce | box, under key. */
static str box(struct arena *mem, const unsigned char *key, str plain)
{
    size_t n = BOX_HEAD + plain.n;
    unsigned char *out = NEWN(mem, unsigned char, n);
    randombytes_buf(out, crypto_secretbox_NONCEBYTES);
    must(crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain.p, plain.n, out, key) ==
         0);
    return (str){(char *)out, n};
}

/* out has room for boxed.n - BOX_HEAD bytes. */
static bool unbox(const unsigned char *key, str boxed, unsigned char *out)
{
    const unsigned char *p = (const unsigned char *)boxed.p;
    return crypto_secretbox_open_easy(out, p + crypto_secretbox_NONCEBYTES, boxed.n - crypto_secretbox_NONCEBYTES, p,
                                      key) == 0;
}

void secret_seal(struct arena *mem, const struct keys *k, enum key_purpose purpose, str plain, str *wrapped,
                 str *sealed)
{
    unsigned char key[32];
    unsigned char own[crypto_secretbox_KEYBYTES];
    crypto_secretbox_keygen(own);
    subkey(k, purpose, key);
    *sealed = box(mem, own, plain);
    *wrapped = box(mem, key, (str){(char *)own, sizeof own});
    sodium_memzero(key, sizeof key);
    sodium_memzero(own, sizeof own);
}

enum status secret_open(struct arena *mem, const struct keys *k, enum key_purpose purpose, str wrapped, str sealed,
                        str *plain)
{
    unsigned char key[32];
    unsigned char own[crypto_secretbox_KEYBYTES];
    if (wrapped.n != BOX_HEAD + sizeof own || sealed.n < BOX_HEAD) return ST_INVALID;
    unsigned char *out = NEWN(mem, unsigned char, sealed.n - BOX_HEAD + 1); /* before any key is on the stack */
    subkey(k, purpose, key);
    bool ok = unbox(key, wrapped, own) && unbox(own, sealed, out);
    sodium_memzero(key, sizeof key);
    sodium_memzero(own, sizeof own);
    if (!ok) return ST_INVALID;
    *plain = (str){(char *)out, sealed.n - BOX_HEAD};
    return ST_OK;
}

str password_hash(struct arena *mem, str password)
{
    char *out = NEWN(mem, char, crypto_pwhash_STRBYTES);
    if (crypto_pwhash_str(out, password.p, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        (void)!arena_alloc(mem, SIZE_MAX / 4, 1, 1); /* no memory for it: leaves as exhaustion */
    return str_from(out);
}

bool password_matches(str hash, str password)
{
    char z[crypto_pwhash_STRBYTES] = {0};
    if (hash.n == 0 || hash.n >= sizeof z) return false;
    memcpy(z, hash.p, hash.n);
    return crypto_pwhash_str_verify(z, password.p, password.n) == 0;
}

str secret_hex(struct arena *mem, str bytes)
{
    char *out = NEWN(mem, char, bytes.n * 2 + 1);
    sodium_bin2hex(out, bytes.n * 2 + 1, (const unsigned char *)bytes.p, bytes.n);
    return (str){out, bytes.n * 2};
}

bool secret_unhex(struct arena *mem, str hex, str *bytes)
{
    size_t n = 0;
    unsigned char *out = NEWN(mem, unsigned char, hex.n / 2 + 1);
    if (hex.n % 2 != 0 || sodium_hex2bin(out, hex.n / 2 + 1, hex.p, hex.n, NULL, &n, NULL) != 0 || n != hex.n / 2)
        return false;
    *bytes = (str){(char *)out, n};
    return true;
}

str secret_base64url(struct arena *mem, str bytes)
{
    size_t cap = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = NEWN(mem, char, cap);
    sodium_bin2base64(out, cap, (const unsigned char *)bytes.p, bytes.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from(out);
}

bool secret_unbase64url(struct arena *mem, str text, str *bytes)
{
    size_t n = 0;
    unsigned char *out = NEWN(mem, unsigned char, text.n + 1);
    const char *end = NULL;
    if (sodium_base642bin(out, text.n + 1, text.p, text.n, NULL, &n, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) !=
            0 ||
        end != text.p + text.n)
        return false;
    *bytes = (str){(char *)out, n};
    return true;
}
