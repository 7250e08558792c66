/* change_test: the n-th call of one kind fails while a matter is raised, accepted, answered, confirmed or published, for every n until none
 * is left to fail.
 *
 * After each: the caller was told ok, busy or io; ok exactly when the whole change is stored, and nothing of it otherwise; counts, search and
 * receipt agree; the same again, with the same token or version, makes it one. At the end nothing is left open and `doctor` is content.
 *
 * When the disk fails at the commit itself the change may yet be found by a process that comes after a crash. What holds is: whole or not at
 * all, and the same again makes one (each call is also where a process dies, below).
 * SPDX-License-Identifier: Apache-2.0 */
#include <sys/wait.h>
#include <unistd.h>

#include "deeds.h"

struct sweep {
    const char *name;
    int kinds; /* 0: the writer's arena */
    enum fault_way way;
    bool anew; /* each time on connections that have prepared nothing */
    long rest; /* of the short form */
};

static enum status do_under_fault(struct deed *d, const struct sweep *s, long n, long *calls, bool *fired)
{
    if (s->kinds == 0) d->arena = n;
    else fault_vfs_arm_as(s->kinds, s->way, n);
    enum status st = db_write(d->city->world->db, deed_do, d);
    if (s->kinds == 0) {
        long left = deed_arena_left(d->city);
        *fired = left == 0;
        *calls = n - left;
        d->arena = 0;
    } else {
        *fired = fault_vfs_disarm();
        *calls = fault_vfs_calls();
    }
    return st;
}

static void told_the_truth(const char *what, long n, enum status st)
{
    if (st != ST_OK && st != ST_BUSY && st != ST_IO) fail_msg("%s, fault %ld: told %s", what, n, status_name(st));
}

/* After a deed that was done or not: again, and it is one. */
static void again(struct deed *d, const char *what, long n, bool done, const struct shape *before,
                  const struct shape *whole)
{
    struct shape after;
    char ref[RECEIPT_REF];
    if (done && d->kind->again == ST_COUNT) return;
    (void)snprintf(ref, sizeof ref, "%s", d->raise.given.ref);
    assert_int_equal(db_write(d->city->world->db, deed_do, d), done ? d->kind->again : ST_OK);
    if (done && d->kind->state == NULL && ref[0] != 0) assert_string_equal(ref, d->raise.given.ref);
    city_look(d->city, &after);
    city_same(what, n, before, &after, whole, 1);
    deed_seen(d, true);
}

/* One round; true when the fault came. */
static bool round_of(struct fault_city *c, const struct deed_kind *kind, const struct sweep *s, long n, long number,
                     const struct shape *whole, long *calls)
{
    struct deed d;
    struct shape before, after;
    bool fired;
    deed_ready(c, kind, number, &d);
    city_look(c, &before);
    if (s->anew) {
        city_stop(c);
        assert_true(city_serve(c));
    }
    enum status st = do_under_fault(&d, s, n, calls, &fired);
    told_the_truth(kind->name, n, st);
    city_look(c, &after);
    city_same(kind->name, n, &before, &after, whole, st == ST_OK ? 1 : 0);
    deed_seen(&d, st == ST_OK);
    again(&d, kind->name, n, st == ST_OK, &before, whole);
    if (number % 16 == 0) city_sound(c);
    arena_reset(c->mem);
    return fired;
}

/* What the deed changes when nothing fails: the same each time. */
static void learn(struct fault_city *c, const struct deed_kind *kind, long *number, struct shape *whole)
{
    struct shape before, after, first;
    for (int i = 0; i < 3; i++) {
        struct deed d;
        deed_ready(c, kind, (*number)++, &d);
        city_look(c, &before);
        assert_int_equal(db_write(c->world->db, deed_do, &d), ST_OK);
        city_look(c, &after);
        city_difference(&before, &after, i < 2 ? &first : whole);
    }
    city_same(kind->name, 0, &before, &after, &first, 1);
}

#define CITY_ROUNDS 250 /* then a new one: looking at it takes as long as it is great */

static struct fault_city *open_city(const struct deed_kind *kind, long *number, struct shape *whole)
{
    struct fault_city *c = city_make();
    assert_true(city_serve(c));
    learn(c, kind, number, whole);
    return c;
}

static void close_city(struct fault_city *c)
{
    city_sound(c);
    city_stop(c);
    city_blink(c);
    city_doctor(c->folder);
    city_erase(c);
}

static void sweep(const struct sweep *s)
{
    for (size_t k = 0; k < deed_kinds_n; k++) {
        const struct deed_kind *kind = &deed_kinds[k];
        struct shape whole;
        long number = 1, calls = 0, rounds = 0;
        struct fault_city *c = open_city(kind, &number, &whole);
        (void)round_of(c, kind, s, 1000000, number++, &whole, &calls);
        long total = calls;
        bool fired = true;
        for (long n = 1; fired; n = next_fault(n, total, s->rest)) {
            fired = round_of(c, kind, s, n, number++, &whole, &calls);
            if (++rounds % CITY_ROUNDS != 0) continue;
            close_city(c);
            c = open_city(kind, &number, &whole);
        }
        close_city(c);
        printf("%s, %s: %ld of %ld points\n", s->name, kind->name, rounds - 1, total);
        assert_true(total > 0);
    }
}

static void p35_each_disk_call_fails_once(void **state)
{
    (void)state;
    sweep(&(struct sweep){"disk", FAULT_DISK, FAULT_ONCE, false, 30});
    sweep(&(struct sweep){"disk, new connections", FAULT_DISK, FAULT_ONCE, true, 10});
}

static void p35_the_disk_fails_and_stays_failed(void **state)
{
    (void)state;
    sweep(&(struct sweep){"disk for good", FAULT_DISK, FAULT_STAY, false, 10});
    sweep(&(struct sweep){"syncs for good", FAULT_SYNC, FAULT_STAY, false, 10});
}

static void p35_each_read_fails_once(void **state)
{
    (void)state;
    sweep(&(struct sweep){"reads", FAULT_READ, FAULT_ONCE, true, 20});
}

static void p35_each_allocation_of_the_engine_fails_once(void **state)
{
    (void)state;
    sweep(&(struct sweep){"heap", FAULT_HEAP, FAULT_ONCE, false, 30});
    sweep(&(struct sweep){"heap, new connections", FAULT_HEAP, FAULT_ONCE, true, 40});
}

static void p35_memory_fails_and_stays_failed(void **state)
{
    (void)state;
    sweep(&(struct sweep){"heap for good", FAULT_HEAP, FAULT_STAY, false, 20});
}

static void p35_each_allocation_of_the_commands_arena_fails_once(void **state)
{
    (void)state;
    sweep(&(struct sweep){"arena", 0, FAULT_ONCE, false, 30});
}

/* In a process of its own, which dies at the n-th disk call. ST_COUNT: it died before anything was told. */
static enum status do_and_die(struct deed *d, long n, bool *died)
{
    int pipes[2], how;
    unsigned char told = ST_COUNT;
    assert_int_equal(pipe(pipes), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (!city_serve(d->city)) _exit(1);
        fault_vfs_arm_as(FAULT_DISK, FAULT_DIE, n);
        told = (unsigned char)db_write(d->city->world->db, deed_do, d);
        if (write(pipes[1], &told, 1) != 1) _exit(2);
        city_stop(d->city);
        _exit(0);
    }
    (void)close(pipes[1]);
    if (read(pipes[0], &told, 1) != 1) told = ST_COUNT;
    (void)close(pipes[0]);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && (WEXITSTATUS(how) == 0 || WEXITSTATUS(how) == FAULT_DIED));
    *died = WEXITSTATUS(how) == FAULT_DIED;
    return (enum status)told;
}

static bool is_there(const struct shape *before, const struct shape *after)
{
    for (size_t i = 0; i < after->n; i++)
        if (after->value[i] != before->value[i]) return true;
    return false;
}

static bool death_of(struct fault_city *c, const struct deed_kind *kind, long n, const struct shape *whole)
{
    struct deed d;
    struct shape before, after;
    bool died;
    assert_true(city_serve(c));
    deed_ready(c, kind, 100 + n, &d);
    city_look(c, &before);
    city_stop(c);
    city_blink(c);
    enum status st = do_and_die(&d, n, &died);
    assert_true(st == ST_OK || st == ST_COUNT);
    city_look(c, &after);
    bool done = is_there(&before, &after);
    if (st == ST_OK) assert_true(done); /* acknowledged = present */
    city_same(kind->name, n, &before, &after, whole, done ? 1 : 0);
    assert_true(city_serve(c));
    again(&d, kind->name, n, done, &before, whole);
    if (n % 8 == 0) city_sound(c);
    city_stop(c);
    arena_reset(c->mem);
    return died;
}

static void p35_the_process_dies_at_each_disk_call(void **state)
{
    (void)state;
    for (size_t k = 0; k < deed_kinds_n; k++) {
        struct fault_city *c = city_make();
        struct shape whole;
        long number = 1, n;
        assert_true(city_serve(c));
        learn(c, &deed_kinds[k], &number, &whole);
        city_stop(c);
        for (n = 1; death_of(c, &deed_kinds[k], n, &whole); n++) continue;
        city_blink(c);
        city_doctor(c->folder);
        city_erase(c);
        printf("death, %s: at each of %ld calls\n", deed_kinds[k].name, n - 1);
        assert_true(n > 10);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p35_each_disk_call_fails_once),
        cmocka_unit_test(p35_the_disk_fails_and_stays_failed),
        cmocka_unit_test(p35_each_read_fails_once),
        cmocka_unit_test(p35_each_allocation_of_the_engine_fails_once),
        cmocka_unit_test(p35_memory_fails_and_stays_failed),
        cmocka_unit_test(p35_each_allocation_of_the_commands_arena_fails_once),
        cmocka_unit_test(p35_the_process_dies_at_each_disk_call),
    };
    if (argc > 1) cmocka_set_test_filter(argv[1]);
    fault_vfs_install();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fault_vfs_remove();
    return failed;
}
