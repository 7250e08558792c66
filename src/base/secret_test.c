/* secret_test: keys on disk, hashes, sealed boxes, passwords, text forms of bytes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena *mem;
static struct keys *keys;
static char folder[64];
static char path[128];

static int setup(void **state)
{
    (void)state;
    secret_start();
    secret_start(); /* again does no harm */
    mem = arena_new((size_t)1024 * 1024, NULL);
    keys = keys_fixed();
    (void)snprintf(folder, sizeof folder, "/tmp/luoshi_secret_XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/key", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(path);
    assert_int_equal(rmdir(folder), 0);
    keys_close(keys);
    keys_close(NULL);
    arena_free(mem);
    return 0;
}

/* Key files */

static void a_key_file_is_its_owners_only_and_never_overwritten(void **state)
{
    struct stat st;
    struct keys *a, *b;
    (void)state;
    assert_int_equal(keys_make(path), ST_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(keys_open(path, &a), ST_OK);
    assert_int_equal(keys_make(path), ST_CONFLICT);
    assert_int_equal(keys_open(path, &b), ST_OK);
    str x = secret_hash(mem, a, KEY_API, STR("x"));
    assert_true(str_eq(x, secret_hash(mem, b, KEY_API, STR("x"))));
    assert_false(str_eq(x, secret_hash(mem, keys, KEY_API, STR("x"))));
    keys_close(a);
    keys_close(b);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(keys_make(path), ST_OK); /* another key each time */
    assert_int_equal(keys_open(path, &a), ST_OK);
    assert_false(str_eq(x, secret_hash(mem, a, KEY_API, STR("x"))));
    keys_close(a);
}

static void a_key_file_that_others_may_touch_is_refused(void **state)
{
    static const struct {
        mode_t mode;
        enum status st;
    } rows[] = {
        {0600, ST_OK},        {0400, ST_OK},        {0700, ST_OK},        {0640, ST_FORBIDDEN}, {0620, ST_FORBIDDEN},
        {0604, ST_FORBIDDEN}, {0602, ST_FORBIDDEN}, {0601, ST_FORBIDDEN}, {0644, ST_FORBIDDEN}, {0666, ST_FORBIDDEN},
    };
    (void)state;
    assert_int_equal(keys_make(path), ST_OK);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct keys *k = NULL;
        assert_int_equal(chmod(path, rows[i].mode), 0);
        assert_int_equal(keys_open(path, &k), rows[i].st);
        assert_int_equal(k != NULL, rows[i].st == ST_OK);
        keys_close(k);
    }
}

static void what_is_not_a_key_file_is_refused(void **state)
{
#define DIGITS "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static const struct {
        const char *text;
        enum status st;
    } rows[] = {
        {"luoshi-key-1\n" DIGITS "\n", ST_OK},
        {"luoshi-key-1\n" DIGITS, ST_OK},
        {"luoshi-key-1\n" DIGITS "\r\n", ST_OK},
        {"", ST_INVALID},
        {"luoshi-key-1", ST_INVALID},
        {"luoshi-key-1\n", ST_INVALID},
        {"luoshi-key-2\n" DIGITS "\n", ST_INVALID},
        {DIGITS "\n", ST_INVALID},
        {"luoshi-key-1\n" DIGITS "00\n", ST_INVALID},
        {"luoshi-key-1\n0001\n", ST_INVALID},
        {"luoshi-key-1\nx" DIGITS "\n", ST_INVALID},
        {"luoshi-key-1\n" DIGITS "\n" DIGITS "\n", ST_INVALID},
        {"luoshi-key-1\n00 " DIGITS "\n", ST_INVALID},
    };
    struct keys *k;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, rows[i].text, strlen(rows[i].text)), strlen(rows[i].text));
        assert_int_equal(close(fd), 0);
        enum status st = keys_open(path, &k);
        if (st != rows[i].st) fail_msg("row %zu: %s", i, status_name(st));
        if (st == ST_OK) keys_close(k);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(keys_open(path, &k), ST_NOT_FOUND);
    assert_int_equal(keys_open(folder, &k), ST_IO); /* a folder cannot be read */
    assert_int_equal(keys_make("/nonexistent/key"), ST_IO);
}

/* Hashes */

static void a_keyed_hash_depends_on_key_purpose_and_data(void **state)
{
    str seen[2 * KEY_GUESS + 1];
    size_t n = 0;
    (void)state;
    for (int p = KEY_RECEIPT; p <= KEY_GUESS; p++) {
        seen[n++] = secret_hash(mem, keys, (enum key_purpose)p, STR("data"));
        seen[n++] = secret_hash(mem, keys, (enum key_purpose)p, STR(""));
        assert_true(str_eq(seen[n - 1], secret_hash(mem, keys, (enum key_purpose)p, (str){NULL, 0})));
    }
    seen[n++] = secret_digest(mem, STR("data"));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(seen[i].n, SECRET_HASH);
        for (size_t k = 0; k < i; k++) assert_false(str_eq(seen[i], seen[k]));
    }
    struct keys *same = keys_fixed();
    assert_true(str_eq(secret_hash(mem, same, KEY_RECEIPT, STR("data")), seen[0]));
    keys_close(same);
}

static void the_digest_is_blake2b_256(void **state)
{
    (void)state;
    assert_string_equal(secret_hex(mem, secret_digest(mem, STR(""))).p,
                        "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_string_equal(secret_hex(mem, secret_digest(mem, STR("abc"))).p,
                        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

/* Boxes */

static void what_was_sealed_opens_with_the_same_key_and_purpose(void **state)
{
    static const str plains[] = {STR_INIT(""), STR_INIT("a"), STR_INIT("138 0013 8000"), STR_INIT("a\0b\xFF"),
                                 STR_INIT("落实")};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(plains); i++) {
        str wrapped, sealed, again_wrapped, again, back = {NULL, 0};
        secret_seal(mem, keys, KEY_CONTACT, plains[i], &wrapped, &sealed);
        secret_seal(mem, keys, KEY_CONTACT, plains[i], &again_wrapped, &again);
        assert_false(str_eq(sealed, again)); /* never the same twice */
        assert_false(str_eq(wrapped, again_wrapped));
        assert_int_equal(secret_open(mem, keys, KEY_CONTACT, wrapped, sealed, &back), ST_OK);
        assert_true(str_eq(back, plains[i]));
        assert_non_null(back.p);
        if (plains[i].n > 2) assert_int_equal(str_find(sealed, plains[i]), -1);
        assert_int_equal(secret_open(mem, keys, KEY_RECEIPT, wrapped, sealed, &back), ST_INVALID);
        assert_int_equal(secret_open(mem, keys, KEY_CONTACT, again_wrapped, sealed, &back), ST_INVALID);
        assert_int_equal(secret_open(mem, keys, KEY_CONTACT, sealed, wrapped, &back), ST_INVALID);
    }
}

static void another_key_opens_nothing(void **state)
{
    struct keys *other;
    str wrapped, sealed, back;
    (void)state;
    assert_int_equal(keys_make(path), ST_OK);
    assert_int_equal(keys_open(path, &other), ST_OK);
    secret_seal(mem, keys, KEY_CONTACT, STR("contact"), &wrapped, &sealed);
    assert_int_equal(secret_open(mem, other, KEY_CONTACT, wrapped, sealed, &back), ST_INVALID);
    keys_close(other);
}

static str flipped(str s, size_t at)
{
    char *p = str_z(mem, s);
    p[at] = (char)(p[at] ^ 1);
    return (str){p, s.n};
}

static void a_changed_or_cut_or_erased_box_does_not_open(void **state)
{
    str wrapped, sealed, back = STR("untouched");
    (void)state;
    secret_seal(mem, keys, KEY_CONTACT, STR("contact"), &wrapped, &sealed);
    for (size_t i = 0; i < wrapped.n; i++) {
        assert_int_equal(secret_open(mem, keys, KEY_CONTACT, flipped(wrapped, i), sealed, &back), ST_INVALID);
        assert_int_equal(secret_open(mem, keys, KEY_CONTACT, str_sub(wrapped, 0, i), sealed, &back), ST_INVALID);
    }
    for (size_t i = 0; i < sealed.n; i++) {
        assert_int_equal(secret_open(mem, keys, KEY_CONTACT, wrapped, flipped(sealed, i), &back), ST_INVALID);
        assert_int_equal(secret_open(mem, keys, KEY_CONTACT, wrapped, str_sub(sealed, 0, i), &back), ST_INVALID);
    }
    str zeros = {NEWN(mem, char, wrapped.n), wrapped.n}; /* how a contact is erased */
    assert_int_equal(secret_open(mem, keys, KEY_CONTACT, zeros, sealed, &back), ST_INVALID);
    assert_int_equal(secret_open(mem, keys, KEY_CONTACT, (str){NULL, 0}, sealed, &back), ST_INVALID);
    assert_int_equal(secret_open(mem, keys, KEY_CONTACT, wrapped, (str){NULL, 0}, &back), ST_INVALID);
    assert_int_equal(secret_open(mem, keys, KEY_CONTACT, str_concat(mem, wrapped, STR("x")), sealed, &back),
                     ST_INVALID);
    assert_true(str_eq(back, STR("untouched")));
}

static void a_key_never_stays_in_the_arena(void **state)
{
    struct arena *own = arena_new((size_t)1024 * 1024, NULL);
    str wrapped, sealed, back;
    (void)state;
    secret_seal(own, keys, KEY_CONTACT, STR("contact"), &wrapped, &sealed);
    size_t before = arena_used(own);
    assert_int_equal(secret_open(own, keys, KEY_CONTACT, wrapped, sealed, &back), ST_OK);
    assert_true(arena_used(own) - before < SECRET_TOKEN); /* the plain text and a red zone: no room for a key */
    arena_free(own);
}

/* Passwords */

static void a_password_matches_its_own_hash_only(void **state)
{
    (void)state;
    str hash = password_hash(mem, STR("correct horse 正确"));
    assert_true(str_starts(hash, STR("$argon2id$")));
    assert_true(password_matches(hash, STR("correct horse 正确")));
    assert_false(password_matches(hash, STR("correct horse 正")));
    str other = password_hash(mem, STR("correct horse 正确"));
    assert_false(str_eq(hash, other)); /* its own salt */
    static const char *const broken[] = {"", "x", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$AAAA$AAAA",
                                         "$2y$10$abcdefghijklmnopqrstuv"};
    for (size_t i = 0; i < COUNT_OF(broken); i++) assert_false(password_matches(str_from(broken[i]), STR("x")));
    char *long_one = NEWN(mem, char, 300);
    memset(long_one, 'a', 300);
    assert_false(password_matches((str){long_one, 300}, STR("x")));
    assert_false(password_matches((str){NULL, 0}, STR("")));
}

/* Bytes and text */

static void bytes_go_to_text_and_back(void **state)
{
    static const struct {
        str bytes;
        const char *hex, *base64;
    } rows[] = {
        {STR_INIT(""), "", ""},
        {STR_INIT("f"), "66", "Zg"},
        {STR_INIT("fo"), "666f", "Zm8"},
        {STR_INIT("foo"), "666f6f", "Zm9v"},
        {STR_INIT("foobar"), "666f6f626172", "Zm9vYmFy"},
        {STR_INIT("\0\xFF\xFE"), "00fffe", "AP_-"},
        {STR_INIT("\xFB\xEF\xBE"), "fbefbe", "----"},
    };
    str back;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_string_equal(secret_hex(mem, rows[i].bytes).p, rows[i].hex);
        assert_string_equal(secret_base64url(mem, rows[i].bytes).p, rows[i].base64);
        assert_true(secret_unhex(mem, str_from(rows[i].hex), &back) && str_eq(back, rows[i].bytes));
        assert_true(secret_unbase64url(mem, str_from(rows[i].base64), &back) && str_eq(back, rows[i].bytes));
    }
    unsigned char token[SECRET_TOKEN];
    secure_bytes(token, sizeof token);
    str text = secret_base64url(mem, (str){(char *)token, sizeof token});
    assert_int_equal(text.n, 43);
    assert_true(secret_unbase64url(mem, text, &back) && back.n == sizeof token &&
                memcmp(back.p, token, sizeof token) == 0);
}

static void broken_text_of_bytes_is_refused(void **state)
{
    static const str hex[] = {STR_INIT("0"),  STR_INIT("0g"), STR_INIT("00 "),    STR_INIT("00 0"),
                              STR_INIT("zz"), STR_INIT("0x"), STR_INIT("00\0\0"), STR_INIT("-1")};
    static const str base64[] = {STR_INIT("Z"),      STR_INIT("Zg=="),  STR_INIT("Zm8="), STR_INIT("AP/+"),
                                 STR_INIT("Zm9v "),  STR_INIT(" Zm9v"), STR_INIT("Zh"),   STR_INIT("Zm9"),
                                 STR_INIT("Zm9v\0"), STR_INIT("Zm\n9v")};
    str back;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(hex); i++)
        if (secret_unhex(mem, hex[i], &back)) fail_msg("hex %zu", i);
    for (size_t i = 0; i < COUNT_OF(base64); i++)
        if (secret_unbase64url(mem, base64[i], &back)) fail_msg("base64 %zu", i);
    assert_true(secret_unbase64url(mem, (str){NULL, 0}, &back) && back.n == 0);
    assert_true(secret_unhex(mem, (str){NULL, 0}, &back) && back.n == 0);
}

static void equal_secrets_are_equal_and_chance_is_even(void **state)
{
    int seen[6] = {0};
    (void)state;
    assert_true(secret_eq(STR("abc"), STR("abc")));
    assert_false(secret_eq(STR("abc"), STR("abd")));
    assert_false(secret_eq(STR("abc"), STR("ab")));
    assert_true(secret_eq((str){NULL, 0}, STR("")));
    for (int i = 0; i < 6000; i++) seen[secure_below(6)]++;
    for (int i = 0; i < 6; i++) assert_in_range(seen[i], 700, 1300);
    assert_int_equal(secure_below(1), 0);
}

static void digits_are_digits_and_chance_is_even(void **state)
{
    char digits[100];
    int seen[10] = {0};
    (void)state;
    for (int round = 0; round < 100; round++) {
        secure_digits(digits, sizeof digits);
        for (size_t i = 0; i < sizeof digits; i++) {
            assert_in_range(digits[i], '0', '9');
            seen[digits[i] - '0']++;
        }
    }
    for (int i = 0; i < 10; i++) assert_in_range(seen[i], 800, 1200);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_key_file_is_its_owners_only_and_never_overwritten),
        IN_FOLDER(a_key_file_that_others_may_touch_is_refused),
        IN_FOLDER(what_is_not_a_key_file_is_refused),
        IN_FOLDER(a_keyed_hash_depends_on_key_purpose_and_data),
        IN_FOLDER(the_digest_is_blake2b_256),
        IN_FOLDER(what_was_sealed_opens_with_the_same_key_and_purpose),
        IN_FOLDER(another_key_opens_nothing),
        IN_FOLDER(a_changed_or_cut_or_erased_box_does_not_open),
        IN_FOLDER(a_key_never_stays_in_the_arena),
        IN_FOLDER(a_password_matches_its_own_hash_only),
        IN_FOLDER(bytes_go_to_text_and_back),
        IN_FOLDER(broken_text_of_bytes_is_refused),
        IN_FOLDER(equal_secrets_are_equal_and_chance_is_even),
        IN_FOLDER(digits_are_digits_and_chance_is_even),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
