/* arena_test: limits, ways out, clean-ups, scratch, growth.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ROOM ((size_t)1 << 20)

static bool all_zero(const void *p, size_t n)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++)
        if (b[i] != 0) return false;
    return true;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    struct arena *a = arena_new(ROOM, NULL);
    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 300; n += 7)
            for (size_t align = 1; align <= 16; align *= 2) {
                unsigned char *p = arena_alloc(a, n, 1, align);
                assert_non_null(p);
                assert_int_equal((uintptr_t)p % align, 0);
                assert_true(all_zero(p, n));
                memset(p, 0xA5, n);
            }
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
    int64_t *one = NEW(a, int64_t);
    int64_t *many = NEWN(a, int64_t, 1000);
    assert_int_equal(*one, 0);
    assert_true(all_zero(many, 1000 * sizeof *many));
    arena_free(a);
}

static void an_arena_never_holds_more_than_its_limit(void **state)
{
    static const size_t limits[] = {0, 1, 7, 15, 16, 17, 100, 4095, 4096, 4097, 9000, 70000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        struct arena *a = arena_new(limits[i], NULL);
        for (size_t n = 1; n < 100000; n++) {
            if (arena_try_alloc(a, n % 37, 1, (size_t)1 << n % 5) == NULL) break;
            assert_true(arena_used(a) <= limits[i]);
        }
        assert_null(arena_try_alloc(a, limits[i] + 1, 1, 1));
        assert_true(arena_used(a) <= limits[i]);
        arena_reset(a);
        if (limits[i] >= 100) assert_non_null(arena_try_alloc(a, 80, 1, 16)); /* a red zone fits too */
        arena_free(a);
    }
}

static void sizes_that_overflow_are_refused(void **state)
{
    static const size_t rows[][2] = {
        {SIZE_MAX, 2},         {2, SIZE_MAX},     {SIZE_MAX, 1},
        {SIZE_MAX / 2 + 1, 1}, {SIZE_MAX / 2, 1}, {(size_t)1 << 32, (size_t)1 << 32},
    };
    struct arena *a = arena_new(SIZE_MAX / 4, NULL);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_null(arena_try_alloc(a, rows[i][0], rows[i][1], 1));
    assert_int_equal(arena_used(a), 0);
    arena_free(a);
}

static void a_full_arena_leaves_by_its_way_out_and_can_be_used_again(void **state)
{
    jmp_buf first, second;
    struct arena *a = arena_new(1000, &first);
    volatile int left = 0;
    (void)state;
    if (setjmp(first) == 0)
        for (;;) memset(arena_alloc(a, 64, 1, 1), 1, 64);
    else left++;
    assert_int_equal(left, 1);
    arena_set_on_full(a, &second);
    if (setjmp(second) == 0) (void)!arena_alloc(a, SIZE_MAX, SIZE_MAX, 1);
    else left++;
    assert_int_equal(left, 2);
    arena_reset(a);
    assert_true(all_zero(arena_alloc(a, 512, 1, 8), 512));
    arena_free(a);
    arena_free(NULL);
}

/* A child process, because it dies. */
static int end_of_child(void (*fn)(void))
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        fn();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void fill_without_a_way_out(void)
{
    struct arena *a = arena_new(10, NULL);
    (void)!arena_alloc(a, 100, 1, 1);
}

static void align_oddly(void)
{
    struct arena *a = arena_new(100, NULL);
    (void)!arena_try_alloc(a, 1, 1, 3);
}

static void without_a_way_out_the_program_stops(void **state)
{
    (void)state;
    assert_int_equal(end_of_child(fill_without_a_way_out), SIGABRT);
    assert_int_equal(end_of_child(align_oddly), SIGABRT);
}

/* Clean-ups */

static char order[64];
static size_t n_order;

static void note(void *letter)
{
    order[n_order++] = *(char *)letter;
    order[n_order] = 0;
}

static char *letter(struct arena *a, char c)
{
    char *p = NEW(a, char);
    *p = c;
    return p;
}

static void clean_ups_run_once_and_the_last_first(void **state)
{
    struct arena *a = arena_new(ROOM, NULL);
    (void)state;
    n_order = 0;
    for (char c = 'a'; c <= 'e'; c++) {
        arena_defer(a, note, letter(a, c)); /* what they point to is still there when they run */
        (void)!arena_alloc(a, 3000, 1, 1);  /* over several chunks */
    }
    arena_reset(a);
    assert_string_equal(order, "edcba");
    arena_reset(a);
    assert_string_equal(order, "edcba");
    arena_defer(a, note, letter(a, 'x'));
    arena_defer(a, note, letter(a, 'y'));
    arena_free(a);
    assert_string_equal(order, "edcbayx");
}

static void a_clean_up_that_does_not_fit_runs_before_leaving(void **state)
{
    jmp_buf full;
    struct arena *a = arena_new(ROOM, &full);
    static char z = 'z';
    volatile bool left = false;
    (void)state;
    n_order = 0;
    arena_fault_after(1);
    if (setjmp(full) == 0) arena_defer(a, note, &z);
    else left = true;
    assert_true(left);
    assert_string_equal(order, "z");
    arena_free(a);
    assert_string_equal(order, "z");
}

/* Scratch */

static void a_rewind_gives_back_what_came_after_the_mark(void **state)
{
    struct arena *a = arena_new(ROOM, NULL);
    (void)state;
    struct arena_mark start = arena_mark(a); /* before the first chunk */
    char *kept = arena_alloc(a, 10, 1, 1);
    memcpy(kept, "remembered", 10);
    size_t used = arena_used(a);
    struct arena_mark m = arena_mark(a);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 20; i++) {
            char *p = arena_alloc(a, 1000, 1, 8); /* over several chunks */
            assert_true(all_zero(p, 1000));
            memset(p, 0xFF, 1000);
        }
        arena_rewind(a, m);
        assert_int_equal(arena_used(a), used);
    }
    assert_memory_equal(kept, "remembered", 10);
    arena_rewind(a, start);
    assert_int_equal(arena_used(a), 0);
    assert_true(all_zero(arena_alloc(a, 2000, 1, 1), 2000));
    arena_free(a);
}

/* Growth */

static void a_grown_block_keeps_its_bytes_and_the_new_ones_are_zero(void **state)
{
    struct arena *a = arena_new(ROOM, NULL);
    (void)state;
    unsigned char *p = NULL;
    size_t n = 0;
    for (size_t want = 1; want < 40000; want = want * 3 + 1) {
        p = arena_grow(a, p, n, want);
        for (size_t i = 0; i < n; i++) assert_int_equal(p[i], i % 251);
        assert_true(all_zero(p + n, want - n));
        for (size_t i = 0; i < want; i++) p[i] = (unsigned char)(i % 251);
        n = want;
        if (want % 2 == 0) (void)!arena_alloc(a, 1, 1, 1); /* no longer the newest: it must move */
    }
    assert_non_null(arena_grow(a, NULL, 0, 0));
    arena_free(a);
}

static void the_newest_block_grows_where_it_is(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
    (void)state; /* red zones: every growth moves */
#else
    struct arena *a = arena_new(ROOM, NULL);
    (void)state;
    char *p = arena_alloc(a, 100, 1, 1);
    assert_ptr_equal(arena_grow(a, p, 100, 200), p);
    assert_int_equal(arena_used(a), 200);
    char *q = arena_alloc(a, 8, 1, 1);
    assert_ptr_not_equal(arena_grow(a, p, 200, 300), p);
    assert_non_null(arena_grow(a, q, 8, 8));
    arena_free(a);
#endif
}

static void growth_stops_at_the_limit(void **state)
{
    (void)state;
    for (volatile size_t limit = 100; limit < 140; limit = limit + 1) {
        jmp_buf full;
        struct arena *a = arena_new(limit, &full);
        volatile size_t n = 1;
        if (setjmp(full) == 0) {
            (void)!arena_alloc(a, 1, 1, 1);
            char *p = arena_alloc(a, n, 1, 16); /* padding before it counts */
            for (;; n = n + 1) {
                p = arena_grow(a, p, n, n + 1);
                assert_true(arena_used(a) <= limit);
            }
        }
        assert_true(n < limit);
        assert_true(arena_used(a) <= limit);
        arena_free(a);
    }
}

/* Threads */

struct visit {
    struct arena *theirs;
    bool left_by_mine;
    bool left_past_own;
    bool left_by_own;
    long countdown;
};

static void *visit_main(void *arg)
{
    struct visit *v = arg;
    jmp_buf mine, own;
    struct arena *a = arena_new(100, &own);
    v->countdown = arena_fault_left(); /* of this thread, not the one that armed */
    arena_thread_on_full(&mine);
    if (setjmp(own) != 0) return NULL; /* nothing is seen to be true then */
    if (setjmp(mine) == 0) (void)!arena_alloc(v->theirs, 1000, 1, 1);
    else v->left_by_mine = true;
    if (setjmp(mine) == 0) (void)!arena_alloc(a, 1000, 1, 1); /* not by its own exit, which is further down */
    else v->left_past_own = true;
    arena_thread_on_full(NULL);
    if (setjmp(own) == 0) (void)!arena_alloc(a, 1000, 1, 1);
    else v->left_by_own = true;
    arena_free(a);
    return NULL;
}

static void a_thread_that_says_where_leaves_there_whichever_arena_is_full(void **state)
{
    jmp_buf here;
    struct visit v = {.theirs = arena_new(100, &here)};
    pthread_t thread;
    (void)state;
    if (setjmp(here) != 0) fail();
    arena_fault_after(1000);
    assert_int_equal(pthread_create(&thread, NULL, visit_main, &v), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(v.left_by_mine);
    assert_true(v.left_past_own);
    assert_true(v.left_by_own);
    assert_int_equal(v.countdown, 0);
    assert_int_equal(arena_fault_left(), 1000);
    arena_fault_after(0);
    arena_free(v.theirs);
}

/* Faults */

static void the_nth_allocation_fails_once(void **state)
{
    struct arena *a = arena_new(ROOM, NULL);
    (void)state;
    for (long n = 1; n < 6; n++) {
        arena_fault_after(n);
        for (long i = 1; i < n; i++) {
            assert_int_equal(arena_fault_left(), n - i + 1);
            assert_non_null(arena_try_alloc(a, 1, 1, 1));
        }
        assert_null(arena_try_alloc(a, 1, 1, 1));
        assert_int_equal(arena_fault_left(), 0);
        assert_non_null(arena_try_alloc(a, 1, 1, 1));
    }
    arena_fault_after(1);
    arena_fault_after(0);
    assert_non_null(arena_try_alloc(a, 1, 1, 1));
    jmp_buf full;
    volatile bool left = false;
    arena_set_on_full(a, &full);
    char *p = arena_alloc(a, 10, 1, 1);
    arena_fault_after(2); /* growing where it stands may fail, and then moving may */
    if (setjmp(full) == 0) {
        p = arena_grow(a, p, 10, 20);
        (void)!arena_grow(a, p, 20, ROOM / 2);
    } else {
        left = true;
    }
    assert_true(left);
    arena_fault_after(0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(an_arena_never_holds_more_than_its_limit),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_full_arena_leaves_by_its_way_out_and_can_be_used_again),
        cmocka_unit_test(without_a_way_out_the_program_stops),
        cmocka_unit_test(clean_ups_run_once_and_the_last_first),
        cmocka_unit_test(a_clean_up_that_does_not_fit_runs_before_leaving),
        cmocka_unit_test(a_rewind_gives_back_what_came_after_the_mark),
        cmocka_unit_test(a_grown_block_keeps_its_bytes_and_the_new_ones_are_zero),
        cmocka_unit_test(the_newest_block_grows_where_it_is),
        cmocka_unit_test(growth_stops_at_the_limit),
        cmocka_unit_test(a_thread_that_says_where_leaves_there_whichever_arena_is_full),
        cmocka_unit_test(the_nth_allocation_fails_once),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
