/* memo_test: a page is given back under its own key only, whole, while somebody holds it, and for as long as it may be.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/rng.h"

#define START INT64_C(1763800000000)

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

static struct memo_facts facts_of(str body)
{
    return (struct memo_facts){.epoch = 7,
                               .made = {START},
                               .until = {START + HOUR_MS},
                               .tag = STR("W/\"7\""),
                               .head = STR("Content-Type: text/html\r\n"),
                               .body = body};
}

static bool put_as(str target, unsigned form, str body)
{
    struct memo_facts facts = facts_of(body);
    struct memo_page *p = memo_put(&memo, &(struct memo_key){target, form}, &facts);
    memo_release(p);
    return p != NULL;
}

static bool put(str target, str body)
{
    return put_as(target, 0, body);
}

/* What is kept, copied, or .p NULL. */
static str kept_as(str target, unsigned form)
{
    str head, body;
    struct memo_page *p = memo_find(&memo, &(struct memo_key){target, form});
    if (p == NULL) return (str){NULL, 0};
    memo_answer(&memo, p, false, &head, &body);
    assert_true(str_eq(head, STR("Content-Type: text/html\r\n")));
    body = str_copy(mem, body);
    memo_release(p);
    return body;
}

static str kept(str target)
{
    return kept_as(target, 0);
}

static void a_page_is_found_under_its_address_and_form_only(void **state)
{
    (void)state;
    assert_null(kept(STR("/")).p);
    assert_true(put(STR("/"), STR("page one")));
    assert_true(str_eq(kept(STR("/")), STR("page one")));
    assert_null(kept_as(STR("/"), 1).p);
    assert_null(kept(STR("/x")).p);
    assert_null(kept(STR("")).p);
    assert_true(put_as(STR("/"), 1, STR("page one in another language")));
    assert_true(str_eq(kept_as(STR("/"), 1), STR("page one in another language")));
}

static void who_holds_a_page_has_it_whole_after_another_took_its_place(void **state)
{
    char text[] = "page one";
    str head, body;
    (void)state;
    assert_true(put(STR("/"), (str){text, 8}));
    memset(text, '#', 8);
    struct memo_page *held = memo_find(&memo, &(struct memo_key){STR("/"), 0});
    assert_non_null(held);
    assert_true(put(STR("/"), STR("page two, which is longer")));
    memo_answer(&memo, held, false, &head, &body);
    assert_true(str_eq(body, STR("page one")));
    memo_release(held);
    assert_true(str_eq(kept(STR("/")), STR("page two, which is longer")));
}

static void a_newcomer_takes_the_place_of_another(void **state)
{
    char key[32];
    int found = 0;
    (void)state;
    for (int i = 0; i < 5 * MEMO_PLACES; i++) {
        (void)snprintf(key, sizeof key, "/matter/%d", i);
        assert_true(put(str_from(key), str_from(key)));
        assert_true(str_eq(kept(str_from(key)), str_from(key)));
        if (i % 100 == 0) arena_reset(mem);
    }
    for (int i = 0; i < 5 * MEMO_PLACES; i++) {
        (void)snprintf(key, sizeof key, "/matter/%d", i);
        str body = kept(str_from(key));
        if (body.p != NULL) assert_true(str_eq(body, str_from(key)));
        found += body.p != NULL;
        if (i % 100 == 0) arena_reset(mem);
    }
    assert_in_range(found, MEMO_PLACES / 2, MEMO_PLACES);
}

static void keys_of_one_hash_are_still_told_apart(void **state)
{
    (void)state;
    assert_true(put(STR("/"), STR("front page")));
    for (size_t i = 0; i < MEMO_PLACES; i++) /* as if another key had led here */
        if (memo.place[i].page != NULL) memo.place[i].page->key.target = STR("/?q=forged");
    assert_null(kept(STR("/")).p);
}

/* ── age ──────────────────────────────────────────────────────────────────────────────────────────────── */

static instant after(int64_t ms)
{
    return (instant){START + ms};
}

static void within_a_second_a_page_is_given_out_and_one_reader_makes_it_anew_before_that(void **state)
{
    struct memo_facts facts = facts_of(STR("page"));
    (void)state;
    struct memo_page *p = memo_put(&memo, &(struct memo_key){STR("/"), 0}, &facts);
    assert_true(memo_is_young(p, after(0)));
    assert_true(memo_is_young(p, after(MEMO_DUE_MS - 1)));
    assert_false(memo_is_young(p, after(MEMO_DUE_MS))); /* this one's turn */
    assert_true(memo_is_young(p, after(MEMO_DUE_MS)));
    assert_true(memo_is_young(p, after(MEMO_OLD_MS - 1)));
    assert_false(memo_is_young(p, after(MEMO_OLD_MS))); /* it never came: nobody gets it */
    assert_false(memo_is_young(p, after(MEMO_OLD_MS + 1)));
    assert_false(memo_is_young(p, after(-1))); /* a clock that was set back proves nothing */
    memo_release(p);
}

static void a_page_holds_for_as_long_as_nothing_is_committed_but_no_longer_than_its_day(void **state)
{
    struct memo_facts facts = facts_of(STR("page"));
    (void)state;
    struct memo_page *p = memo_put(&memo, &(struct memo_key){STR("/"), 0}, &facts);
    assert_false(memo_is_young(p, after(5000)));
    assert_false(memo_still_holds(p, 8, after(5000)));
    assert_false(memo_still_holds(p, 0, after(5000))); /* 0: it cannot be told */
    assert_false(memo_is_young(p, after(5000)));
    assert_true(memo_still_holds(p, 7, after(5000)));
    assert_true(memo_is_young(p, after(5000 + MEMO_DUE_MS - 1))); /* known for another second */
    assert_false(memo_is_young(p, after(5000 + MEMO_DUE_MS)));
    assert_true(memo_still_holds(p, 7, after(HOUR_MS)));
    assert_true(memo_is_young(p, after(HOUR_MS)));
    assert_false(memo_is_young(p, after(HOUR_MS + 1)));
    assert_false(memo_still_holds(p, 7, after(HOUR_MS + 1)));
    memo_release(p);
}

/* ── packing ──────────────────────────────────────────────────────────────────────────────────────────── */

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

/* The answer to a reader who takes gzip; whether it was packed. */
static bool packed_answer(str *body)
{
    str head;
    struct memo_page *p = memo_find(&memo, &(struct memo_key){STR("/"), 0});
    assert_non_null(p);
    memo_answer(&memo, p, true, &head, body);
    bool packed = str_eq(head, STR("Content-Encoding: gzip\r\nContent-Type: text/html\r\n"));
    assert_true(packed || str_eq(head, STR("Content-Type: text/html\r\n")));
    *body = str_copy(mem, *body);
    memo_release(p);
    return packed;
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
        assert_true(put(STR("/"), page));
        for (int again = 0; again < 2; again++) {
            bool packed = packed_answer(&body);
            assert_int_equal(packed, rows[i].pays);
            if (packed) assert_true(body.n < page.n);
            assert_true(str_eq(packed ? unpacked(body) : body, page));
            assert_true(str_eq(kept(STR("/")), page)); /* and plain for who does not ask */
        }
        arena_reset(mem);
    }
}

static void packing_that_does_not_pay_is_not_sent(void **state)
{
    struct rng r = {3};
    char *noise = NEWN(mem, char, 4000);
    str body;
    (void)state;
    for (size_t i = 0; i < 4000; i++) noise[i] = (char)rng_below(&r, 256);
    assert_true(put(STR("/"), (str){noise, 4000}));
    assert_false(packed_answer(&body));
    assert_true(str_eq(body, (str){noise, 4000}));
}

/* ── limits ───────────────────────────────────────────────────────────────────────────────────────────── */

static void large_pages_are_not_kept_and_all_together_have_a_limit(void **state)
{
    char key[32];
    int found = 0;
    (void)state;
    assert_true(put(STR("/"), STR("small")));
    assert_false(put(STR("/"), many('x', MEMO_PAGE + 1)));
    assert_true(str_eq(kept(STR("/")), STR("small")));
    str page = many('p', MEMO_PAGE);
    struct arena_mark mark = arena_mark(mem);
    for (int i = 0; i < 400; i++) {
        (void)snprintf(key, sizeof key, "/page/%d", i);
        (void)put(str_from(key), page);
        assert_true(atomic_load(&memo.bytes) <= MEMO_BYTES);
    }
    for (int i = 0; i < 400; i++) {
        (void)snprintf(key, sizeof key, "/page/%d", i);
        found += kept(str_from(key)).p != NULL;
        arena_rewind(mem, mark);
    }
    assert_in_range(found, 50, 250); /* some, not all */
    for (int i = 0; i < 400; i++) {
        (void)snprintf(key, sizeof key, "/page/%d", i);
        assert_true(put(str_from(key), STR("tiny"))); /* small ones make room again */
    }
    assert_true(atomic_load(&memo.bytes) < (size_t)1024 * 1024);
}

static void what_found_no_room_leaves_nothing_behind(void **state)
{
    (void)state;
    assert_true(put(STR("/"), STR("old")));
    atomic_fetch_add(&memo.bytes, MEMO_BYTES); /* others hold all there is */
    assert_false(put(STR("/"), STR("new")));
    atomic_fetch_sub(&memo.bytes, MEMO_BYTES);
    assert_null(kept(STR("/")).p);
    assert_int_equal(atomic_load(&memo.bytes), 0);
    assert_true(put(STR("/"), STR("new")));
    assert_true(str_eq(kept(STR("/")), STR("new")));
}

static void turned_off_it_keeps_nothing(void **state)
{
    (void)state;
    memo.off = true;
    assert_false(put(STR("/"), STR("page")));
    memo.off = false;
    assert_null(kept(STR("/")).p);
}

/* ── threads: each page says which key it is of ───────────────────────────────────────────────────────── */

static void *read_and_write(void *arg)
{
    int *wrong = arg;
    struct rng r = {(uint64_t)(uintptr_t)arg};
    for (int i = 0; i < 3000; i++) {
        char target[32], page[3000];
        uint32_t k = rng_below(&r, 20), form = rng_below(&r, 3);
        str head, body, whole = {page, 200 + k * 100};
        struct memo_facts facts = facts_of(whole);
        (void)snprintf(target, sizeof target, "/%u", k);
        memset(page, (int)('a' + k + form * 20), sizeof page);
        struct memo_key key = {str_from(target), form};
        struct memo_page *p = i % 3 == 0 ? memo_put(&memo, &key, &facts) : memo_find(&memo, &key);
        if (p == NULL) continue;
        memo_answer(&memo, p, i % 2 == 0, &head, &body);
        if (!str_starts(head, STR("Content-Encoding"))) *wrong += !str_eq(body, whole);
        memo_release(p);
    }
    return NULL;
}

static void threads_never_see_a_page_of_another_key(void **state)
{
    pthread_t thread[4];
    int wrong[4] = {0};
    (void)state;
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&thread[i], NULL, read_and_write, &wrong[i]), 0);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (int i = 0; i < 4; i++) assert_int_equal(wrong[i], 0);
    size_t bytes = 0;
    for (size_t i = 0; i < MEMO_PLACES; i++) {
        if (memo.place[i].page == NULL) continue;
        assert_int_equal(atomic_load(&memo.place[i].page->holders), 1);
        bytes += memo.place[i].page->bytes;
    }
    assert_int_equal(atomic_load(&memo.bytes), bytes);
}

#define WITH_MEMO(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMO(a_page_is_found_under_its_address_and_form_only),
        WITH_MEMO(who_holds_a_page_has_it_whole_after_another_took_its_place),
        WITH_MEMO(a_newcomer_takes_the_place_of_another),
        WITH_MEMO(keys_of_one_hash_are_still_told_apart),
        WITH_MEMO(within_a_second_a_page_is_given_out_and_one_reader_makes_it_anew_before_that),
        WITH_MEMO(a_page_holds_for_as_long_as_nothing_is_committed_but_no_longer_than_its_day),
        WITH_MEMO(a_packed_page_is_the_page),
        WITH_MEMO(packing_that_does_not_pay_is_not_sent),
        WITH_MEMO(large_pages_are_not_kept_and_all_together_have_a_limit),
        WITH_MEMO(what_found_no_room_leaves_nothing_behind),
        WITH_MEMO(turned_off_it_keeps_nothing),
        WITH_MEMO(threads_never_see_a_page_of_another_key),
    };
    return cmocka_run_group_tests_name("memo", tests, NULL, NULL);
}
