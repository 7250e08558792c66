/* receiver_test: what commands remember of units, posts and absences is never older than what anybody has committed; and running numbers
 * have no gap, whatever is undone and whoever gives them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "matter/matter_world.h"
#include "people/person.h"
#include "store/server_world.h"
#include "store/stmt.h"

/* Two programs at one database: on a file or on a server. The world's own handle is the first's. */
struct two {
    struct matter_world *w;
    struct store *second;
    struct db *db[2];
    char folder[64], path[128];
    const char *url;
};

static int setup(void **state)
{
    static struct two t;
    struct clock clock;
    struct store_error why;
    t = (struct two){.w = matter_world_new(&clock), .folder = "/tmp/luoshi_receiver_XXXXXX"};
    assert_non_null(mkdtemp(t.folder));
    (void)snprintf(t.path, sizeof t.path, "%s/luoshi.db", t.folder);
    t.url = server_world_url();
    struct store_options o = {.path = t.path, .url = t.url, .create = true, .clock = &clock, .node = 1};
    must(store_open(&o, &t.w->store, &why) == ST_OK && db_open(t.w->store, &t.db[0]) == ST_OK);
    t.w->db = t.db[0];
    must(db_batch_begin(t.w->db) == ST_OK);
    matter_world_fill(t.w);
    must(db_batch_commit(t.w->db) == ST_OK);
    o.create = false;
    o.beside = true;
    o.node = 2;
    must(store_open(&o, &t.second, &why) == ST_OK && db_open(t.second, &t.db[1]) == ST_OK);
    *state = &t;
    return 0;
}

static int teardown(void **state)
{
    static const char *const left[] = {"", "-wal", "-shm", ".lock"};
    struct two *t = *state;
    char path[160];
    db_close(t->db[1]);
    store_close(t->second);
    must(db_batch_begin(t->w->db) == ST_OK);
    matter_world_close(t->w);
    for (size_t i = 0; i < COUNT_OF(left); i++) {
        (void)snprintf(path, sizeof path, "%s%s", t->path, left[i]);
        (void)unlink(path);
    }
    (void)rmdir(t->folder);
    return 0;
}

/* One raise for the town as a command of its own, on the first or second program. */
struct raise {
    struct matter_world *w;
    int times;
    enum status leaves;
    struct receipt r; /* of the last */
    struct casefile c;
};

static enum status raise_once(struct db *db, struct arena *mem, struct raise *x)
{
    struct matter_draft d = matter_world_draft(x->w, "Lamp", "The lamp is dark", x->w->town);
    struct casefile c;
    TRY(matter_check(db, mem, &d, &(struct faults){0}));
    TRY(matter_register(db, mem, &x->w->city, NULL, &d, &x->r));
    TRY(casefile_load(db, mem, x->r.casefile, &c));
    x->r.ref = str_copy(x->w->mem, x->r.ref);
    x->c = (struct casefile){.unit = c.unit, .owner = c.owner};
    return ST_OK;
}

static enum status raise_command(struct db *db, struct arena *mem, void *arg)
{
    struct raise *x = arg;
    for (int i = 0; i < x->times; i++) TRY(raise_once(db, mem, x));
    return x->leaves;
}

static struct raise raised(struct two *t, int program)
{
    struct raise x = {.w = t->w, .times = 1};
    assert_int_equal(db_write(t->db[program], raise_command, &x), ST_OK);
    return x;
}

static void assert_goes_to(struct two *t, unit_id unit, enum who who)
{
    for (int program = 0; program < 2; program++)
        for (int again = 0; again < 2; again++) {
            struct raise x = raised(t, program);
            assert_int_equal(x.c.unit.v, unit.v);
            assert_int_equal(x.c.owner.v, t->w->person[who].v);
        }
}

/* What an administrator does, on one of the programs. */
enum change { DEPUTY_NAMED, HEAD_AWAY, HEAD_BACK, HEAD_LEAVES, TOWN_ENDS };
struct change_command {
    struct matter_world *w;
    enum change change;
};

static enum status change_command(struct db *db, struct arena *mem, void *arg)
{
    const struct change_command *x = arg;
    struct matter_world *w = x->w;
    struct faults f = {0};
    struct absence *away;
    size_t n;
    const person_id head = w->person[TOWN_HEAD];
    const person_id deputy = w->person[BUREAU_CLERK];
    switch (x->change) {
    case DEPUTY_NAMED: return post_put(db, mem, NULL, w->town, POST_DEPUTY, deputy, w->now);
    case HEAD_AWAY:
        return absence_put(db, mem, NULL, head, deputy, false, (instant){w->now.ms - HOUR_MS},
                           (instant){w->now.ms + HOUR_MS}, &f);
    case HEAD_BACK:
        TRY(absence_list(db, mem, head, w->now, &away, &n));
        return n == 1 ? absence_end(db, mem, NULL, away[0].id, w->now) : ST_CONFLICT;
    case HEAD_LEAVES: return person_end(db, mem, NULL, head, w->now, &f);
    case TOWN_ENDS: return unit_end(db, mem, NULL, w->town, w->today, w->town2, &f);
    }
    return ST_INVALID;
}

static void changed(struct two *t, int program, enum change change)
{
    struct change_command x = {t->w, change};
    assert_int_equal(db_write(t->db[program], change_command, &x), ST_OK);
}

static void N06_a_raise_goes_where_another_program_has_just_said(void **state)
{
    struct two *t = *state;
    assert_goes_to(t, t->w->town, TOWN_HEAD);
    changed(t, 1, DEPUTY_NAMED);
    assert_goes_to(t, t->w->town, TOWN_HEAD);
    changed(t, 1, HEAD_AWAY);
    assert_goes_to(t, t->w->town, BUREAU_CLERK);
    changed(t, 0, HEAD_BACK);
    assert_goes_to(t, t->w->town, TOWN_HEAD);
    changed(t, 0, HEAD_LEAVES);
    assert_goes_to(t, t->w->town, BUREAU_CLERK);
    changed(t, 1, TOWN_ENDS);
    assert_goes_to(t, t->w->town2, TOWN2_HEAD);
    must(db_batch_begin(t->w->db) == ST_OK);
    matter_world_sound(t->w); /* the counts went to the units above, too */
    db_batch_rollback(t->w->db);
}

/* A raise, the end of the unit and a raise, in one command. */
struct own {
    struct matter_world *w;
    enum status leaves;
    struct raise before, after;
};

static enum status own_command(struct db *db, struct arena *mem, void *arg)
{
    struct own *x = arg;
    x->before = x->after = (struct raise){.w = x->w};
    TRY(raise_once(db, mem, &x->before));
    TRY(change_command(db, mem, &(struct change_command){x->w, TOWN_ENDS}));
    TRY(raise_once(db, mem, &x->after));
    return x->leaves;
}

static void N06_a_command_sees_its_own_change_and_nobody_one_that_was_undone(void **state)
{
    struct two *t = *state;
    struct matter_world *w = t->w;
    struct own x = {.w = w, .leaves = ST_CONFLICT};
    assert_goes_to(t, w->town, TOWN_HEAD);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(db_write(t->db[0], own_command, &x), x.leaves);
        assert_int_equal(x.before.c.unit.v, w->town.v);
        assert_int_equal(x.after.c.unit.v, w->town2.v);
        assert_int_equal(x.after.c.owner.v, w->person[TOWN2_HEAD].v);
        if (x.leaves != ST_OK) assert_goes_to(t, w->town, TOWN_HEAD);
        x.leaves = ST_OK;
    }
    assert_goes_to(t, w->town2, TOWN2_HEAD);
}

static person_id owner_at(struct two *t, instant at)
{
    struct raise x = {.w = t->w};
    db_batch_now(t->db[0], at);
    assert_int_equal(raise_once(t->db[0], t->w->mem, &x), ST_OK);
    return x.c.owner;
}

static void T24_who_is_away_is_asked_for_the_moment_of_the_raise(void **state)
{
    struct two *t = *state;
    struct matter_world *w = t->w;
    const int64_t now = w->now.ms;
    changed(t, 0, DEPUTY_NAMED);
    changed(t, 0, HEAD_AWAY); /* from an hour ago until in an hour */
    const struct {
        int64_t at;
        enum who who;
    } asked[] = {
        {now - HOUR_MS - 1, TOWN_HEAD}, {now - HOUR_MS, BUREAU_CLERK}, {now + HOUR_MS - 1, BUREAU_CLERK},
        {now + HOUR_MS, TOWN_HEAD},     {now + DAY_MS, TOWN_HEAD},     {now, BUREAU_CLERK},
        {now - DAY_MS, TOWN_HEAD},
    };
    assert_int_equal(db_batch_begin(t->db[0]), ST_OK);
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        assert_int_equal(owner_at(t, (instant){asked[i].at}).v, w->person[asked[i].who].v);
    db_batch_rollback(t->db[0]);
}

static void a_second_raise_asks_nothing_again(void **state)
{
    struct two *t = *state;
    uint64_t took[3];
    assert_int_equal(db_batch_begin(t->db[0]), ST_OK);
    for (size_t i = 0; i < COUNT_OF(took); i++) {
        struct matter_draft d = matter_world_draft(t->w, "Lamp", "The lamp is dark", t->w->town);
        struct receipt r;
        assert_int_equal(matter_check(t->db[0], t->w->mem, &d, &t->w->faults), ST_OK);
        uint64_t before = db_statements(t->db[0]);
        assert_int_equal(matter_register(t->db[0], t->w->mem, &t->w->city, NULL, &d, &r), ST_OK);
        took[i] = db_statements(t->db[0]) - before;
    }
    db_batch_rollback(t->db[0]);
    assert_true(took[0] > took[1]);
    assert_int_equal(took[1], took[2]);
    /* casefile, clock, matter, event, document; a file also asks for the document's number */
    assert_int_equal(took[2], server_world_is() ? 5 : 6);
}

static int64_t number_of(str ref)
{
    int64_t n = 0;
    must(ref.n > 6 && str_int((str){ref.p + ref.n - 6, 6}, &n));
    return n;
}

static void running_numbers_have_no_gap_whoever_gives_them_and_whatever_is_undone(void **state)
{
    struct two *t = *state;
    int64_t last = number_of(raised(t, 0).r.ref);
    for (int i = 0; i < 6; i++) {
        struct raise undone = {.w = t->w, .times = 3, .leaves = ST_CONFLICT};
        assert_int_equal(number_of(raised(t, i % 2).r.ref), ++last);
        assert_int_equal(db_write(t->db[i % 3 % 2], raise_command, &undone), ST_CONFLICT);
    }
    assert_int_equal(db_batch_begin(t->db[0]), ST_OK);
    struct raise in = {.w = t->w, .times = 2};
    assert_int_equal(raise_command(t->db[0], t->w->mem, &in), ST_OK);
    assert_int_equal(number_of(in.r.ref), last += 2);
    assert_int_equal(db_savepoint(t->db[0]), ST_OK);
    assert_int_equal(raise_command(t->db[0], t->w->mem, &in), ST_OK);
    db_savepoint_undo(t->db[0]);
    assert_int_equal(db_settle(t->db[0]), ST_OK); /* writes what was given; what follows asks anew */
    assert_int_equal(raise_command(t->db[0], t->w->mem, &in), ST_OK);
    assert_int_equal(number_of(in.r.ref), last += 2);
    assert_int_equal(db_batch_commit(t->db[0]), ST_OK);
    assert_int_equal(number_of(raised(t, 1).r.ref), ++last);
    assert_int_equal(number_of(raised(t, 0).r.ref), ++last);
}

#define OF_THE_TEST(t)                                                                                                 \
    {                                                                                                                  \
        .name = "of the test", .file = __FILE__, .text = (t), .types = "", .columns = ""                               \
    }

static void run_text(struct db *db, const struct stmt_text *text)
{
    struct stmt *s;
    assert_int_equal(stmt_open(db, text, &s), ST_OK);
    assert_int_equal(stmt_run(s, NULL), ST_OK);
}

/* As if every sixteenth code were somebody's. Eight in a row are as likely as two equal codes among some billions. */
static void refuse_codes(struct db *db)
{
    static const struct stmt_text in_file =
        OF_THE_TEST("CREATE TRIGGER refuse BEFORE INSERT ON matter WHEN substr(NEW.receipt_hash, 1, 1) < x'10' "
                    "BEGIN INSERT INTO setting (name, value) SELECT name, value FROM setting; END");
    static const struct stmt_text on_server[] = {
        OF_THE_TEST("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    "IF get_byte(NEW.receipt_hash, 0) < 16 THEN RAISE unique_violation; END IF; RETURN NEW; END $$"),
        OF_THE_TEST("CREATE TRIGGER refuse BEFORE INSERT ON matter FOR EACH ROW EXECUTE FUNCTION refuse()")};
    assert_int_equal(db_batch_begin(db), ST_OK);
    if (!server_world_is()) run_text(db, &in_file);
    for (size_t i = 0; server_world_is() && i < COUNT_OF(on_server); i++) run_text(db, &on_server[i]);
    assert_int_equal(db_batch_commit(db), ST_OK);
}

static void P22_a_code_that_somebody_has_is_drawn_again(void **state)
{
    struct two *t = *state;
    refuse_codes(t->db[0]);
    int64_t first = number_of(raised(t, 0).r.ref);
    for (int i = 1; i < 200; i++) assert_int_equal(number_of(raised(t, i % 2).r.ref), first + i);
}

/* Enough that rows go eight at a time, with some over; one undone in between; then one whose reading sends the rest. */
#define MANY 21

struct many {
    struct matter_world *w;
    struct raw *cut; /* ends all connections in the first run, when rows wait */
    int runs;
    int undone; /* this one, in a savepoint; -1: none */
    enum status leaves;
    struct receipt r[MANY];
};

static enum status many_command(struct db *db, struct arena *mem, void *arg)
{
    struct many *x = arg;
    struct matter_draft d[MANY];
    for (int i = 0; i < MANY; i++) {
        d[i] = matter_world_draft(x->w, "Lamp", "", x->w->town);
        d[i].text = str_format(mem, "Lamp %d is dark%s", i, i == 5 ? ", it's $1 (or $2)" : "");
        if (i % 2 == 0) d[i].contact.name = STR("Wang");
        TRY(matter_check(db, mem, &d[i], &(struct faults){0})); /* reads, so that what waits would be sent */
    }
    for (int i = 0; i < MANY; i++) {
        if (i == 18 && x->cut != NULL && x->runs++ == 0)
            (void)raw_sql(x->cut, "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                                  "WHERE application_name = 'luoshi' AND datname = current_database()");
        if (i == x->undone) TRY(db_savepoint(db));
        TRY(matter_register(db, mem, &x->w->city, NULL, &d[i], &x->r[i]));
        if (i == x->undone) db_savepoint_undo(db);
        x->r[i].ref = (str){NULL, 0};
    }
    return x->leaves;
}

static void assert_whole(struct two *t, const struct many *x)
{
    struct arena *mem = t->w->mem;
    for (int i = 0; i < MANY; i++) {
        struct matter m;
        struct clock_row *clocks;
        size_t n;
        enum status st = matter_get(t->db[1], mem, x->r[i].matter, &m);
        assert_int_equal(st, i == x->undone ? ST_NOT_FOUND : ST_OK);
        if (st != ST_OK) continue;
        assert_true(str_starts(m.text, str_format(mem, "Lamp %d is dark", i)));
        assert_int_equal(str_find(m.text, STR("it's $1 (or $2)")) >= 0, i == 5);
        assert_int_equal(m.casefile.v, x->r[i].casefile.v);
        assert_int_equal(clock_list(t->db[1], mem, m.casefile, &clocks, &n), ST_OK);
        assert_int_equal(n, 1);
        assert_int_equal(m.has_contact, i % 2 == 0);
    }
    must(db_batch_begin(t->w->db) == ST_OK);
    matter_world_sound(t->w);
    db_batch_rollback(t->w->db);
}

static void P22_many_raises_of_one_transaction_are_each_whole(void **state)
{
    struct two *t = *state;
    struct many x = {.w = t->w, .undone = -1};
    assert_int_equal(db_write(t->db[0], many_command, &x), ST_OK);
    assert_whole(t, &x);
    x.undone = 13;
    assert_int_equal(db_write(t->db[0], many_command, &x), ST_OK);
    assert_whole(t, &x);
    const struct receipt kept = x.r[0];
    x.leaves = ST_CONFLICT;
    assert_int_equal(db_write(t->db[0], many_command, &x), ST_CONFLICT);
    struct matter m;
    assert_int_equal(matter_get(t->db[1], t->w->mem, x.r[0].matter, &m), ST_NOT_FOUND);
    assert_int_equal(matter_get(t->db[1], t->w->mem, kept.matter, &m), ST_OK);
}

static void P35_rows_that_wait_are_lost_with_their_connection_and_written_by_the_next(void **state)
{
    struct two *t = *state;
    if (!server_world_is()) return; /* a file has no connection to lose */
    struct many x = {.w = t->w, .undone = -1, .cut = raw_open(t->url)};
    enum status st = db_write(t->db[0], many_command, &x);
    raw_close(x.cut);
    assert_true(st == ST_OK || st == ST_BUSY); /* busy: the node's number was still away */
    if (st == ST_OK) assert_whole(t, &x);
    int64_t until = time_monotonic_ns() + 10 * INT64_C(1000000000);
    struct many after = {.w = t->w, .undone = -1};
    while ((st = db_write(t->db[0], many_command, &after)) == ST_BUSY && time_monotonic_ns() < until)
        (void)sched_yield();
    assert_int_equal(st, ST_OK);
    assert_whole(t, &after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(N06_a_raise_goes_where_another_program_has_just_said, setup, teardown),
        cmocka_unit_test_setup_teardown(N06_a_command_sees_its_own_change_and_nobody_one_that_was_undone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(T24_who_is_away_is_asked_for_the_moment_of_the_raise, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_raise_asks_nothing_again, setup, teardown),
        cmocka_unit_test_setup_teardown(running_numbers_have_no_gap_whoever_gives_them_and_whatever_is_undone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(P22_many_raises_of_one_transaction_are_each_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(P35_rows_that_wait_are_lost_with_their_connection_and_written_by_the_next,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(P22_a_code_that_somebody_has_is_drawn_again, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
