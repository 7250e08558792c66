/* late_sum_test: numbers that many changes add to are written once, and only what was not undone.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/inside.h"
#include "store/stmt.h"

static const struct migration steps[] = {
    {.version = 1, .name = "001", .text = "CREATE TABLE line (id INTEGER PRIMARY KEY) STRICT;"},
};
static const struct store_setup schema = {.migrations = steps, .n_migrations = 1, .n_statements = 1};
static const struct stmt_text add_line = {.number = 0,
                                          .name = "add_line",
                                          .file = __FILE__,
                                          .line = __LINE__,
                                          .text = "INSERT INTO line (id) VALUES ($1)",
                                          .types = "i",
                                          .columns = ""};

struct world {
    struct store *store;
    struct db *db;
};

static int make(void **state)
{
    static struct world w;
    struct store_options o = {.in_memory = true, .create = true};
    assert_int_equal(store_open_with(&o, &schema, &w.store, NULL), ST_OK);
    assert_int_equal(db_open(w.store, &w.db), ST_OK);
    *state = &w;
    return 0;
}

static int drop(void **state)
{
    struct world *w = *state;
    db_close(w->db);
    store_close(w->store);
    return 0;
}

/* What was written, as "order a b c n;" */
static char written[4096];
static size_t n_written;
static enum status leaves;
static bool exhausts;

static void start(void)
{
    n_written = 0;
    written[0] = 0;
    leaves = ST_OK;
    exhausts = false;
}

static void write_down(int order, struct db_sum_key k, int64_t n)
{
    int more = snprintf(written + n_written, sizeof written - n_written, "%d %lld %lld %lld %lld;", order,
                        (long long)k.a, (long long)k.b, (long long)k.c, (long long)n);
    if (more > 0 && (size_t)more < sizeof written - n_written) n_written += (size_t)more;
}

static enum status write_second(struct db *db, struct arena *mem, struct db_sum_key k, int64_t n)
{
    (void)db;
    if (exhausts) (void)!arena_alloc(mem, SIZE_MAX / 8, 1, 1);
    write_down(2, k, n);
    return leaves;
}
static const struct db_sum second = {.order = 2, .write = write_second};

/* Of the first kind, each adds ten times itself to one of the second kind. */
static enum status write_first(struct db *db, struct arena *mem, struct db_sum_key k, int64_t n)
{
    (void)mem;
    write_down(1, k, n);
    return db_sum_at_commit(db, &second, (struct db_sum_key){0, 0, 0}, n * 10);
}
static const struct db_sum first = {.order = 1, .write = write_first};

static enum status add(struct db *db, const struct db_sum *kind, int64_t a, int64_t b, int64_t c, int64_t n)
{
    return db_sum_at_commit(db, kind, (struct db_sum_key){a, b, c}, n);
}

/* A command that adds 1 to a key as often as it is told, then 1 to its own key, and leaves. */
struct plan {
    int times;
    int64_t key;
    enum status leaves;
    bool changes;
};

static enum status command(struct db *db, struct arena *mem, void *arg)
{
    const struct plan *p = arg;
    struct stmt *s;
    (void)mem;
    for (int i = 0; i < p->times; i++) TRY(add(db, &second, 1, 0, 0, 1));
    TRY(add(db, &second, p->key, 0, 0, 1));
    if (p->changes) {
        TRY(stmt_open(db, &add_line, &s));
        stmt_bind_int(s, 1, p->key);
        TRY(stmt_run(s, NULL));
    }
    return p->leaves;
}

static void each_sum_is_written_once_in_order_and_no_zero(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(add(w->db, &second, 7, 1, i % 2, 1), ST_OK);
        assert_int_equal(add(w->db, &second, -3, 2, 0, i % 2 == 0 ? 1 : -1), ST_OK);
        assert_int_equal(add(w->db, &second, 7, 0, 5, -2), ST_OK);
    }
    assert_string_equal(written, "");
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_string_equal(written, "2 7 0 5 -200;2 7 1 0 50;2 7 1 1 50;");
}

static void a_sum_may_add_to_others(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int i = 3; i > 0; i--) assert_int_equal(add(w->db, &first, i, 0, 0, i), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_string_equal(written, "1 1 0 0 1;1 2 0 0 2;1 3 0 0 3;2 0 0 0 60;");
}

static void thousands_of_keys_keep_their_sums(void **state)
{
    struct world *w = *state;
    enum { KEYS = 3000 };
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < KEYS; i++) assert_int_equal(add(w->db, &second, i, -i, round == 2, 1), ST_OK);
    size_t sums = w->db->late.n_sums;
    assert_int_equal(sums, 2 * KEYS);
    for (size_t i = 0; i < sums; i++) {
        assert_int_equal(w->db->late.sum[i].key.b, -w->db->late.sum[i].key.a);
        assert_int_equal(w->db->late.sum[i].n, w->db->late.sum[i].key.c == 1 ? 1 : 2);
    }
    db_batch_rollback(w->db);
    assert_string_equal(written, "");
}

static void what_a_command_added_goes_with_it(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_write(w->db, command, &(struct plan){3, 9, ST_CONFLICT, true}), ST_CONFLICT);
    assert_string_equal(written, "");
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(db_write(w->db, command, &(struct plan){2, 4, ST_OK, true}), ST_OK);
    assert_int_equal(db_write(w->db, command, &(struct plan){5, 5, ST_CONFLICT, true}), ST_CONFLICT);
    assert_int_equal(db_write(w->db, command, &(struct plan){5, 6, ST_INVALID, false}), ST_INVALID);
    assert_int_equal(db_write(w->db, command, &(struct plan){1, 4, ST_OK, false}), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_string_equal(written, "2 1 0 0 3;2 4 0 0 2;");
}

static void what_a_part_added_goes_with_it(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(add(w->db, &second, 1, 0, 0, 1), ST_OK);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    assert_int_equal(add(w->db, &second, 1, 0, 0, 10), ST_OK);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    assert_int_equal(add(w->db, &second, 1, 0, 0, 100), ST_OK);
    assert_int_equal(add(w->db, &second, 2, 0, 0, 7), ST_OK);
    assert_int_equal(db_write(w->db, command, &(struct plan){4, 3, ST_OK, true}), ST_OK);
    db_savepoint_undo(w->db);
    assert_int_equal(add(w->db, &second, 1, 0, 0, 1000), ST_OK);
    assert_int_equal(db_savepoint_release(w->db), ST_OK);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    assert_int_equal(add(w->db, &second, 1, 0, 0, 50), ST_OK);
    db_savepoint_undo(w->db);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_string_equal(written, "2 1 0 0 1011;");
}

static void settling_writes_what_was_added_so_far(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(add(w->db, &second, 1, 0, 0, 4), ST_OK);
    assert_int_equal(db_settle(w->db), ST_OK);
    assert_string_equal(written, "2 1 0 0 4;");
    assert_int_equal(add(w->db, &second, 1, 0, 0, 3), ST_OK);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    assert_int_equal(db_settle(w->db), ST_OK); /* not inside a part: its undoing would take what was before */
    assert_string_equal(written, "2 1 0 0 4;");
    assert_int_equal(db_savepoint_release(w->db), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_string_equal(written, "2 1 0 0 4;2 1 0 0 3;");
}

static void a_big_batch_writes_in_between(void **state)
{
    struct world *w = *state;
    start();
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    for (int i = 0; n_written == 0 && i < 1000000; i++) assert_int_equal(add(w->db, &second, i, 0, 0, 1), ST_OK);
    assert_true(n_written > 0);
    assert_int_equal(w->db->late.n_sums, 0);
    db_batch_rollback(w->db);
}

static void a_sum_that_cannot_be_written_fails_the_transaction(void **state)
{
    struct world *w = *state;
    start();
    leaves = ST_CONFLICT;
    assert_int_equal(db_write(w->db, command, &(struct plan){1, 2, ST_OK, true}), ST_IO);
    leaves = ST_OK;
    exhausts = true;
    assert_int_equal(db_write(w->db, command, &(struct plan){1, 2, ST_OK, true}), ST_IO);
    start();
    assert_int_equal(db_write(w->db, command, &(struct plan){1, 2, ST_OK, true}),
                     ST_OK); /* its line is not there yet */
    assert_string_equal(written, "2 1 0 0 1;2 2 0 0 1;");
}

static enum status short_command(struct db *db, struct arena *mem, void *arg)
{
    (void)mem;
    arena_fault_after(*(long *)arg);
    enum status st = add(db, &second, 1, 0, 0, 1);
    arena_fault_after(0);
    return st;
}

static void without_memory_for_it_the_command_is_busy_and_adds_nothing(void **state)
{
    struct world *w = *state;
    start();
    for (long n = 1; n <= 3; n++) { /* the list, its places, and what can be undone */
        assert_int_equal(db_batch_begin(w->db), ST_OK);
        assert_int_equal(db_write(w->db, short_command, &n), ST_BUSY);
        assert_int_equal(db_write(w->db, command, &(struct plan){1, 2, ST_OK, false}), ST_OK);
        assert_int_equal(db_batch_commit(w->db), ST_OK);
        assert_string_equal(written, "2 1 0 0 1;2 2 0 0 1;");
        start();
    }
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(each_sum_is_written_once_in_order_and_no_zero),
        IN_WORLD(a_sum_may_add_to_others),
        IN_WORLD(thousands_of_keys_keep_their_sums),
        IN_WORLD(what_a_command_added_goes_with_it),
        IN_WORLD(what_a_part_added_goes_with_it),
        IN_WORLD(settling_writes_what_was_added_so_far),
        IN_WORLD(a_big_batch_writes_in_between),
        IN_WORLD(a_sum_that_cannot_be_written_fails_the_transaction),
        IN_WORLD(without_memory_for_it_the_command_is_busy_and_adds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
