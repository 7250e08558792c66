/* memo_test: a page is given back under its own key and tag only, packed when asked, within limits.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/rng.h"

static struct memo memo;
static struct arena *mem;

static int setup(void **state)
{
    (void)state;
    memo_init(&memo);
    mem = arena_new((size_t)16 * 1024 * 1024, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(mem);
    memo_free(&memo);
    memo = (struct memo){0};
    return 0;
}

static str many(char c, size_t n)
{
    char *p = NEWN(mem, char, n + 1);
    memset(p, c, n);
    return (str){p, n};
}

/* What is kept, or .p NULL. */
static str kept(str key, str tag)
{
    str body = {NULL, 0};
    bool packed = true;
    if (!memo_get(&memo, mem, key, tag, false, &body, &packed)) return (str){NULL, 0};
    assert_false(packed);
    return body;
}

static void a_page_is_found_under_its_key_and_tag_only(void **state)
{
    (void)state;
    assert_null(kept(STR("/"), STR("t1")).p);
    memo_put(&memo, STR("/"), STR("t1"), STR("page one"));
    assert_true(str_eq(kept(STR("/"), STR("t1")), STR("page one")));
    assert_null(kept(STR("/"), STR("t2")).p);
    assert_null(kept(STR("/"), STR("t")).p);
    assert_null(kept(STR("/"), STR("")).p);
    assert_null(kept(STR("/x"), STR("t1")).p);
    assert_true(str_eq(kept(STR("/"), STR("t1")), STR("page one"))); /* asking otherwise lost nothing */
    assert_int_equal(atomic_load(&memo.hits), 2);
    assert_int_equal(atomic_load(&memo.misses), 5);
}

static void a_copy_outlives_what_is_kept(void **state)
{
    (void)state;
    char text[] = "page one";
    memo_put(&memo, STR("/"), STR("t1"), (str){text, 8});
    memset(text, '#', 8);
    str copy = kept(STR("/"), STR("t1"));
    memo_put(&memo, STR("/"), STR("t2"), STR("page two, which is longer"));
    assert_true(str_eq(copy, STR("page one")));
    assert_null(kept(STR("/"), STR("t1")).p);
    assert_true(str_eq(kept(STR("/"), STR("t2")), STR("page two, which is longer")));
}

static void a_newcomer_takes_the_place_of_another(void **state)
{
    char key[32];
    (void)state;
    for (int i = 0; i < 5 * MEMO_PLACES; i++) {
        (void)snprintf(key, sizeof key, "/matter/%d", i);
        memo_put(&memo, str_from(key), STR("t"), str_from(key));
        assert_true(str_eq(kept(str_from(key), STR("t")), str_from(key)));
    }
    int found = 0;
    for (int i = 0; i < 5 * MEMO_PLACES; i++) {
        (void)snprintf(key, sizeof key, "/matter/%d", i);
        str body = kept(str_from(key), STR("t"));
        if (body.p != NULL) assert_true(str_eq(body, str_from(key)));
        found += body.p != NULL;
        if (i % 100 == 0) arena_reset(mem);
    }
    assert_in_range(found, MEMO_PLACES / 2, MEMO_PLACES);
}

static void keys_of_one_hash_are_still_told_apart(void **state)
{
    (void)state;
    memo_put(&memo, STR("/"), STR("t"), STR("front page"));
    for (size_t i = 0; i < MEMO_PLACES; i++) /* as if another key had led here */
        if (memo.place[i].plain.p != NULL) memo.place[i].key = STR("/?q=forged");
    assert_null(kept(STR("/"), STR("t")).p);
}

static str unpacked(str packed)
{
    size_t cap = 1024 * 1024;
    unsigned char *out = NEWN(mem, unsigned char, cap), *in = NEWN(mem, unsigned char, packed.n);
    z_stream z = {0};
    memcpy(in, packed.p, packed.n);
    z.next_in = in;
    z.avail_in = (uInt)packed.n;
    z.next_out = out;
    z.avail_out = (uInt)cap;
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    assert_int_equal(inflateEnd(&z), Z_OK);
    return (str){(char *)out, n};
}

static void a_packed_page_is_the_page(void **state)
{
    static const struct {
        size_t n;
        bool pays;
    } rows[] = {{0, false}, {100, false}, {1023, false}, {1024, true}, {5000, true}, {MEMO_PAGE, true}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str page = many('x', rows[i].n), body;
        bool packed = !rows[i].pays;
        memo_put(&memo, STR("/"), STR("t"), page);
        assert_true(memo_get(&memo, mem, STR("/"), STR("t"), true, &body, &packed));
        assert_int_equal(packed, rows[i].pays);
        if (packed) assert_true(body.n < page.n);
        assert_true(str_eq(packed ? unpacked(body) : body, page));
        assert_true(str_eq(kept(STR("/"), STR("t")), page)); /* and plain for who does not ask */
    }
}

static void packing_that_does_not_pay_is_not_kept(void **state)
{
    struct rng r = {3};
    char *noise = NEWN(mem, char, 4000);
    str body;
    bool packed = true;
    (void)state;
    for (size_t i = 0; i < 4000; i++) noise[i] = (char)rng_below(&r, 256);
    memo_put(&memo, STR("/"), STR("t"), (str){noise, 4000});
    assert_true(memo_get(&memo, mem, STR("/"), STR("t"), true, &body, &packed));
    assert_false(packed);
    assert_true(str_eq(body, (str){noise, 4000}));
}

static void large_pages_are_not_kept_and_all_together_have_a_limit(void **state)
{
    char key[32];
    int found = 0;
    (void)state;
    memo_put(&memo, STR("/"), STR("t"), STR("small"));
    memo_put(&memo, STR("/"), STR("t"), many('x', MEMO_PAGE + 1));
    assert_true(str_eq(kept(STR("/"), STR("t")), STR("small")));
    str page = many('p', MEMO_PAGE);
    struct arena_mark mark = arena_mark(mem);
    for (int i = 0; i < 400; i++) {
        (void)snprintf(key, sizeof key, "/page/%d", i);
        memo_put(&memo, str_from(key), STR("t"), page);
        assert_true(atomic_load(&memo.bytes) <= MEMO_BYTES + MEMO_PAGE);
    }
    for (int i = 0; i < 400; i++) {
        (void)snprintf(key, sizeof key, "/page/%d", i);
        found += kept(str_from(key), STR("t")).p != NULL;
        arena_rewind(mem, mark);
    }
    assert_in_range(found, 50, 250); /* some, not all */
    for (int i = 0; i < 400; i++) {
        (void)snprintf(key, sizeof key, "/page/%d", i);
        memo_put(&memo, str_from(key), STR("u"), STR("tiny")); /* small ones make room again */
    }
    assert_true(atomic_load(&memo.bytes) < (size_t)1024 * 1024);
}

static void what_found_no_room_leaves_nothing_behind(void **state)
{
    (void)state;
    memo_put(&memo, STR("/"), STR("t"), STR("old"));
    atomic_fetch_add(&memo.bytes, MEMO_BYTES); /* others hold all there is */
    memo_put(&memo, STR("/"), STR("u"), STR("new"));
    atomic_fetch_sub(&memo.bytes, MEMO_BYTES);
    assert_null(kept(STR("/"), STR("t")).p);
    assert_null(kept(STR("/"), STR("u")).p);
    assert_null(kept(STR("/"), STR("")).p);
    assert_null(kept(STR("/"), (str){NULL, 0}).p);
    memo_put(&memo, STR("/"), STR("u"), STR("new"));
    assert_true(str_eq(kept(STR("/"), STR("u")), STR("new")));
}

static void a_reader_without_room_makes_the_page_itself(void **state)
{
    struct arena *small = arena_new(100, NULL); /* nowhere to jump to */
    str body;
    bool packed;
    (void)state;
    memo_put(&memo, STR("/"), STR("t"), many('x', 900));
    assert_false(memo_get(&memo, small, STR("/"), STR("t"), false, &body, &packed));
    assert_true(kept(STR("/"), STR("t")).p != NULL);
    arena_free(small);
}

static void turned_off_it_keeps_nothing(void **state)
{
    (void)state;
    memo.off = true;
    memo_put(&memo, STR("/"), STR("t"), STR("page"));
    assert_null(kept(STR("/"), STR("t")).p);
    memo.off = false;
    assert_null(kept(STR("/"), STR("t")).p);
}

/* Threads: each page says which key and tag it is of. */

static void *read_and_write(void *arg)
{
    int *wrong = arg;
    struct arena *own = arena_new((size_t)1024 * 1024, NULL);
    struct rng r = {(uint64_t)(uintptr_t)arg};
    for (int i = 0; i < 3000; i++) {
        char key[32], tag[32], page[3000];
        uint32_t k = rng_below(&r, 20), t = rng_below(&r, 3);
        str body;
        bool packed;
        (void)snprintf(key, sizeof key, "/%u", k);
        (void)snprintf(tag, sizeof tag, "t%u", t);
        memset(page, (int)('a' + k + t * 20), sizeof page);
        str whole = {page, 200 + k * 100};
        if (i % 3 == 0) memo_put(&memo, str_from(key), str_from(tag), whole);
        else if (memo_get(&memo, own, str_from(key), str_from(tag), false, &body, &packed))
            *wrong += !str_eq(body, whole);
        arena_reset(own);
    }
    arena_free(own);
    return NULL;
}

static void threads_never_see_a_page_of_another_key_or_tag(void **state)
{
    pthread_t thread[4];
    int wrong[4] = {0};
    (void)state;
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&thread[i], NULL, read_and_write, &wrong[i]), 0);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (int i = 0; i < 4; i++) assert_int_equal(wrong[i], 0);
    assert_true(atomic_load(&memo.hits) > 0);
    size_t bytes = 0;
    for (size_t i = 0; i < MEMO_PLACES; i++) bytes += memo.place[i].mem == NULL ? 0 : arena_used(memo.place[i].mem);
    assert_int_equal(atomic_load(&memo.bytes), bytes);
}

#define WITH_MEMO(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMO(a_page_is_found_under_its_key_and_tag_only),
        WITH_MEMO(a_copy_outlives_what_is_kept),
        WITH_MEMO(a_newcomer_takes_the_place_of_another),
        WITH_MEMO(keys_of_one_hash_are_still_told_apart),
        WITH_MEMO(a_packed_page_is_the_page),
        WITH_MEMO(packing_that_does_not_pay_is_not_kept),
        WITH_MEMO(large_pages_are_not_kept_and_all_together_have_a_limit),
        WITH_MEMO(what_found_no_room_leaves_nothing_behind),
        WITH_MEMO(a_reader_without_room_makes_the_page_itself),
        WITH_MEMO(turned_off_it_keeps_nothing),
        WITH_MEMO(threads_never_see_a_page_of_another_key_or_tag),
    };
    return cmocka_run_group_tests_name("memo", tests, NULL, NULL);
}
