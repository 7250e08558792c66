/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/buf.h"
#include "gen/sql/casefile.h"
#include "matter/casefile.h"
#include "matter/matter_world.h"
#include "matter/tally.h"

#define S(name) 1u << name
#define CLERKS  (S(ROOT_CLERK) | S(COUNTY_CLERK) | S(BUREAU_CLERK))

enum command {
    ACCEPT,
    FORWARD,
    DECLINE,
    ASSIGN,
    ANSWER,
    NOTE,
    IMPORT,
    VISIT_SOLVED,
    VISIT_PARTLY,
    VISIT_NOT_SOLVED,
    VISIT_NOTHING,
    COMMANDS
};

static enum status run(struct matter_world *w, enum command c, enum who who, struct receipt r)
{
    struct casefile_command cmd = matter_world_command(w, who, r.casefile);
    struct answer_draft answer = matter_world_answer();
    switch (c) {
    case ACCEPT: return casefile_accept(w->db, w->mem, &cmd, (unit_id){0}, w->roads, STR(""));
    case FORWARD: return casefile_forward(w->db, w->mem, &cmd, w->town, STR("It lies in the town"));
    case DECLINE: return casefile_decline(w->db, w->mem, &cmd, STR("Not ours"), STR("The court"));
    case ASSIGN: return casefile_assign(w->db, w->mem, &cmd, (unit_id){0}, w->person[BUREAU_HANDLER2], STR(""));
    case ANSWER: return casefile_answer(w->db, w->mem, &cmd, &answer);
    case NOTE: return casefile_note(w->db, w->mem, &cmd, STR("Called the plant"));
    case IMPORT: return casefile_import_answer(w->db, w->mem, &cmd, STR("Done long ago"));
    case VISIT_SOLVED: return casefile_return_visit(w->db, w->mem, &cmd, STR("solved"), STR(""));
    case VISIT_PARTLY: return casefile_return_visit(w->db, w->mem, &cmd, STR("partly"), STR(""));
    case VISIT_NOT_SOLVED: return casefile_return_visit(w->db, w->mem, &cmd, STR("not_solved"), STR(""));
    case VISIT_NOTHING: return casefile_return_visit(w->db, w->mem, &cmd, STR("no_answer"), STR(""));
    case COMMANDS: break;
    }
    return ST_INVALID;
}

static bool is_closed(str state)
{
    return str_eq(state, STR("solved")) || str_eq(state, STR("partly"));
}

/* What may be done in which state, by whom: written out by hand, not from the tables of the program. */
static const char *const states[] = {"registered", "accepted", "handling", "answered", "solved", "partly", "declined"};
static const struct row {
    enum command command;
    const char *state;
    unsigned who;
    const char *to;
} allowed[] = {
    {ACCEPT, "registered", CLERKS | S(BUREAU_HEAD), "accepted"},
    {FORWARD, "registered", CLERKS | S(BUREAU_HEAD), "registered"},
    {FORWARD, "accepted", CLERKS | S(BUREAU_HEAD), "accepted"},
    {FORWARD, "handling", CLERKS | S(BUREAU_HEAD), "accepted"},
    {DECLINE, "registered", CLERKS | S(BUREAU_HEAD), "declined"},
    {ASSIGN, "accepted", CLERKS | S(BUREAU_HEAD) | S(ROOT_HEAD) | S(COUNTY_HEAD), "handling"},
    {ASSIGN, "handling", CLERKS | S(BUREAU_HEAD) | S(ROOT_HEAD) | S(COUNTY_HEAD), "handling"},
    {ANSWER, "accepted", S(BUREAU_HEAD) | S(BUREAU_DEPUTY), "answered"},
    {ANSWER, "handling", S(BUREAU_HEAD) | S(BUREAU_HANDLER), "answered"},
    {VISIT_SOLVED, "answered", CLERKS | S(ROOT_CHECKER), "solved"},
    {VISIT_PARTLY, "answered", CLERKS | S(ROOT_CHECKER), "partly"},
    {VISIT_NOT_SOLVED, "answered", CLERKS | S(ROOT_CHECKER), "accepted"},
    {VISIT_NOTHING, "answered", CLERKS | S(ROOT_CHECKER), "answered"},
};

static const struct row *row_of(enum command c, const char *state, enum who who)
{
    for (size_t i = 0; i < COUNT_OF(allowed); i++)
        if (allowed[i].command == c && str_eq(str_from(allowed[i].state), str_from(state)) && who >= 0 &&
            (allowed[i].who >> who & 1u) != 0)
            return &allowed[i];
    return NULL;
}

static void check_one(struct matter_world *w, enum command c, const char *state, enum who who, struct receipt r)
{
    struct casefile before = matter_world_load(w, r.casefile);
    const struct row *row = row_of(c, state, who);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    enum status st = run(w, c, who, r);
    struct casefile after = matter_world_load(w, r.casefile);
    if ((st == ST_OK) != (row != NULL)) fail_msg("command %d in %s by %d: %s", c, state, who, status_name(st));
    if (row == NULL) {
        assert_true(st == ST_FORBIDDEN || st == ST_NOT_FOUND);
        assert_true(str_eq(after.state, before.state));
        assert_int_equal(after.version, before.version);
    } else {
        assert_true(str_eq(after.state, str_from(row->to)));
    }
    db_savepoint_undo(w->db);
}

static void every_transition_is_open_to_the_named_roles_and_to_nobody_else(void **state)
{
    struct matter_world *w = *state;
    for (size_t s = 0; s < COUNT_OF(states); s++) {
        struct receipt r = matter_world_in(w, states[s]);
        for (int c = 0; c < COMMANDS; c++) {
            if (c == NOTE || c == IMPORT) continue;
            for (int who = RAISER; who < WHO_COUNT; who++) check_one(w, (enum command)c, states[s], (enum who)who, r);
        }
    }
    matter_world_sound(w);
}

static void what_can_be_done_is_what_then_succeeds(void **state)
{
    struct matter_world *w = *state;
    static const struct {
        enum action action;
        enum command command;
    } acts[] = {{ACT_ACCEPT, ACCEPT}, {ACT_FORWARD, FORWARD},           {ACT_DECLINE, DECLINE}, {ACT_ASSIGN, ASSIGN},
                {ACT_ANSWER, ANSWER}, {ACT_RETURN_VISIT, VISIT_SOLVED}, {ACT_NOTE, NOTE}};
    for (size_t s = 0; s < COUNT_OF(states); s++) {
        struct receipt r = matter_world_in(w, states[s]);
        struct casefile c = matter_world_load(w, r.casefile);
        for (int who = 0; who < WHO_COUNT; who++) {
            unsigned can = casefile_can(w->db, w->mem, &w->actor[who], &c);
            for (size_t i = 0; i < COUNT_OF(acts); i++) {
                assert_int_equal(db_savepoint(w->db), ST_OK);
                assert_int_equal(CAN(can, acts[i].action), run(w, acts[i].command, (enum who)who, r) == ST_OK);
                db_savepoint_undo(w->db);
            }
        }
    }
}

/* N02, T67 */

static void n02_no_command_but_the_raisers_word_and_an_independent_visit_closes_a_casefile(void **state)
{
    struct matter_world *w = *state;
    for (size_t s = 0; s < COUNT_OF(states); s++) {
        struct receipt r = matter_world_in(w, states[s]);
        for (int c = 0; c < VISIT_SOLVED; c++)
            for (int who = RAISER; who < WHO_COUNT; who++) {
                assert_int_equal(db_savepoint(w->db), ST_OK);
                enum status st = run(w, (enum command)c, (enum who)who, r);
                struct casefile after = matter_world_load(w, r.casefile);
                assert_true(st == ST_OK || st == ST_FORBIDDEN || st == ST_NOT_FOUND);
                if (is_closed(after.state))
                    assert_true(is_closed(str_from(states[s])) && str_eq(after.state, str_from(states[s])));
                db_savepoint_undo(w->db);
            }
    }
}

static void n02_the_statement_that_moves_a_casefile_cannot_close_it(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "answered");
    struct casefile c = matter_world_load(w, r.casefile);
    const str closed[] = {STR("solved"), STR("partly")};
    for (size_t i = 0; i < COUNT_OF(closed); i++) {
        int64_t changed = -1;
        assert_int_equal(q_casefile_move(w->db, c.id, c.version, closed[i], c.unit, c.owner, c.handler, c.category,
                                         c.accepted_at, c.answered_at, c.changed_at, c.due, c.ask, c.reopened,
                                         &changed),
                         ST_OK);
        assert_int_equal(changed, 0);
    }
}

static void n02_whoever_wrote_the_answer_or_answers_for_it_cannot_make_the_return_visit(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "answered");
    /* The same person gets a clerk's role too: the right is there, the independence is not. */
    struct member m = {.person = w->person[BUREAU_HANDLER], .unit = w->root, .role = ROLE_CLERK};
    assert_int_equal(member_add(w->db, w->mem, NULL, &m, w->now, &w->faults), ST_OK);
    assert_int_equal(actor_load(w->db, w->mem, w->person[BUREAU_HANDLER], w->now, &w->actor[BUREAU_HANDLER]), ST_OK);
    assert_int_equal(run(w, VISIT_SOLVED, BUREAU_HANDLER, r), ST_FORBIDDEN);
    /* Also after an answer by somebody else. */
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile);
    struct casefile_command head = matter_world_command(w, COUNTY_HEAD, r.casefile);
    struct answer_draft answer = matter_world_answer();
    assert_int_equal(casefile_confirm(w->db, w->mem, &raiser, r.matter, STR("not_solved"), STR("Still no water")),
                     ST_OK);
    assert_int_equal(casefile_answer(w->db, w->mem, &head, &answer), ST_OK);
    assert_int_equal(run(w, VISIT_SOLVED, BUREAU_HANDLER, r), ST_FORBIDDEN);
    assert_int_equal(run(w, VISIT_SOLVED, COUNTY_HEAD, r), ST_FORBIDDEN);
    assert_int_equal(run(w, VISIT_SOLVED, ROOT_CHECKER, r), ST_OK);
    matter_world_sound(w);
}

static void t67_answered_and_solved_are_counted_apart(void **state)
{
    struct matter_world *w = *state;
    struct tally_row row;
    (void)matter_world_in(w, "answered");
    (void)matter_world_in(w, "solved");
    (void)matter_world_in(w, "partly");
    assert_int_equal(tally_of(w->db, w->mem, w->root, true, w->today, &row), ST_OK);
    assert_int_equal(row.answered, 1);
    assert_int_equal(row.solved, 1);
    assert_int_equal(row.partly, 1);
    assert_int_equal(row.open, 0);
}

static void not_solved_opens_again_one_level_up_in_the_first_dates(void **state)
{
    struct matter_world *w = *state;
    const char *const from[] = {"answered", "solved", "partly", "declined"};
    for (size_t i = 0; i < COUNT_OF(from); i++) {
        struct receipt r = matter_world_in(w, from[i]);
        struct casefile before = matter_world_load(w, r.casefile), after;
        struct clock_row *clocks;
        size_t n;
        struct casefile_command cmd = matter_world_command(w, RAISER, r.casefile);
        cmd.at = (instant){w->now.ms + 20 * DAY_MS};
        assert_int_equal(casefile_confirm(w->db, w->mem, &cmd, r.matter, STR("not_solved"), STR("Nothing changed")),
                         ST_OK);
        after = matter_world_load(w, r.casefile);
        assert_string_equal(str_z(w->mem, after.state), "accepted");
        assert_int_equal(after.unit.v, w->county.v);
        assert_int_equal(after.owner.v, w->person[COUNTY_HEAD].v);
        assert_int_equal(after.raised_at.ms, before.raised_at.ms);
        assert_int_equal(after.reopened, 1);
        assert_int_equal(after.ended_at.ms, 0);
        assert_int_equal(after.ask.n, 0);
        assert_int_equal(clock_list(w->db, w->mem, r.casefile, &clocks, &n), ST_OK);
        bool declined = str_eq(before.state, STR("declined"));
        instant start = declined ? cmd.at : w->now; /* a casefile that was declined had no clock for the answer */
        for (size_t k = 0; k < n; k++)
            if (str_eq(clocks[k].rule, STR("handle"))) {
                assert_int_equal(clocks[k].starts_at.ms, start.ms);
                assert_int_equal(clocks[k].due.n, after.due.n);
                assert_int_equal(clocks[k].stopped_at.ms, 0);
            }
        assert_true(after.due.n > 0);
    }
    matter_world_sound(w);
}

static void at_the_root_it_opens_again_at_the_root(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "A", "B", w->root);
    struct receipt r = matter_world_register(w, &d);
    struct casefile_command clerk = matter_world_command(w, ROOT_CLERK, r.casefile);
    struct casefile_command head = matter_world_command(w, ROOT_HEAD, r.casefile);
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile);
    struct answer_draft answer = matter_world_answer();
    assert_int_equal(casefile_accept(w->db, w->mem, &clerk, (unit_id){0}, (category_id){0}, STR("")), ST_OK);
    assert_int_equal(casefile_answer(w->db, w->mem, &head, &answer), ST_OK);
    assert_int_equal(casefile_confirm(w->db, w->mem, &raiser, r.matter, STR("not_solved"), STR("")), ST_OK);
    assert_int_equal(matter_world_load(w, r.casefile).unit.v, w->root.v);
    matter_world_sound(w);
}

static void the_raiser_may_not_say_no_answer_and_may_not_close_twice(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "solved");
    struct casefile_command cmd = matter_world_command(w, RAISER, r.casefile);
    assert_int_equal(casefile_confirm(w->db, w->mem, &cmd, r.matter, STR("solved"), STR("")), ST_FORBIDDEN);
    assert_int_equal(casefile_confirm(w->db, w->mem, &cmd, r.matter, STR("no_answer"), STR("")), ST_INVALID);
    assert_int_equal(casefile_confirm(w->db, w->mem, &cmd, r.matter, STR(""), STR("")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "said"));
    cmd.who = &w->actor[ROOT_CLERK];
    assert_int_equal(casefile_confirm(w->db, w->mem, &cmd, r.matter, STR("not_solved"), STR("")), ST_FORBIDDEN);
}

/* Rules of the commands */

static void accepting_chooses_unit_category_and_the_accountable_person(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "A", "B", (unit_id){0});
    struct receipt r = matter_world_register(w, &d);
    struct casefile c = matter_world_load(w, r.casefile);
    struct matter m;
    assert_int_equal(c.unit.v, w->root.v);
    assert_int_equal(c.owner.v, w->person[ROOT_CLERK].v);
    struct casefile_command cmd = matter_world_command(w, ROOT_CLERK, r.casefile);
    assert_int_equal(casefile_accept(w->db, w->mem, &cmd, w->partner, w->pipes, STR("")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "unit"));
    assert_int_equal(casefile_accept(w->db, w->mem, &cmd, w->village, w->pipes, STR("")), ST_OK);
    c = matter_world_load(w, r.casefile);
    assert_int_equal(c.unit.v, w->village.v);
    assert_int_equal(c.owner.v, w->person[TOWN_HEAD].v); /* the village names nobody: one level up */
    assert_int_equal(c.category.v, w->pipes.v);
    assert_int_equal(matter_get(w->db, w->mem, r.matter, &m), ST_OK);
    assert_int_equal(m.unit.v, w->village.v);
    assert_int_equal(m.category.v, w->pipes.v);
    assert_string_equal(str_z(w->mem, m.state), "accepted");
}

static void sending_on_needs_a_reason_and_another_public_unit_and_leaves_the_clocks(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "handling");
    struct casefile before = matter_world_load(w, r.casefile), after;
    struct casefile_command cmd = matter_world_command(w, BUREAU_CLERK, r.casefile);
    cmd.at = (instant){w->now.ms + 9 * DAY_MS};
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, w->town, STR(" 　")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "reason"));
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, w->partner, STR("r")), ST_INVALID);
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, w->bureau, STR("r")), ST_INVALID);
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, (unit_id){77}, STR("r")), ST_INVALID);
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, w->town, STR("It lies in the town")), ST_OK);
    after = matter_world_load(w, r.casefile);
    assert_int_equal(after.unit.v, w->town.v);
    assert_int_equal(after.owner.v, w->person[TOWN_HEAD].v);
    assert_int_equal(after.due.n, before.due.n);
    assert_int_equal(after.raised_at.ms, before.raised_at.ms);
    matter_world_sound(w);
}

static void what_is_sent_to_a_unit_that_has_ended_reaches_its_successor(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "accepted");
    struct casefile_command cmd = matter_world_command(w, BUREAU_CLERK, r.casefile);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->town, w->today, w->town2, &w->faults), ST_OK);
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, w->town, STR("It lies in the town")), ST_OK);
    assert_int_equal(matter_world_load(w, r.casefile).unit.v, w->town2.v);
    assert_int_equal(matter_world_load(w, r.casefile).owner.v, w->person[TOWN2_HEAD].v);
}

static void declining_needs_a_reason_and_the_right_address(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "registered");
    struct casefile_command cmd = matter_world_command(w, BUREAU_CLERK, r.casefile);
    assert_int_equal(casefile_decline(w->db, w->mem, &cmd, STR(""), STR("")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "reason"));
    assert_non_null(fault_of(&w->faults, "right_address"));
    assert_int_equal(casefile_decline(w->db, w->mem, &cmd, STR("A court decides this"), STR("County court")), ST_OK);
    struct casefile c = matter_world_load(w, r.casefile);
    assert_int_equal(c.due.n, 0);
}

static void only_somebody_who_works_in_the_unit_is_given_a_matter(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "accepted");
    struct casefile_command cmd = matter_world_command(w, COUNTY_CLERK, r.casefile);
    assert_int_equal(casefile_assign(w->db, w->mem, &cmd, (unit_id){0}, w->person[TOWN_HEAD], STR("")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "person"));
    assert_int_equal(casefile_assign(w->db, w->mem, &cmd, (unit_id){0}, w->person[BUREAU_CLERK], STR("")), ST_INVALID);
    assert_int_equal(casefile_assign(w->db, w->mem, &cmd, w->town, w->person[TOWN_HEAD], STR("")), ST_INVALID);
    assert_non_null(fault_of(&w->faults, "unit"));
    assert_int_equal(casefile_assign(w->db, w->mem, &cmd, w->bureau, w->person[BUREAU_HANDLER], STR("Please look")),
                     ST_OK);
    assert_int_equal(matter_world_load(w, r.casefile).owner.v, w->person[BUREAU_HANDLER].v);
}

static void an_answer_has_all_five_parts(void **state)
{
    struct matter_world *w = *state;
    const char *const fields[] = {"asked", "found", "done", "basis", "remedy"};
    struct receipt r = matter_world_in(w, "handling");
    struct casefile_command cmd = matter_world_command(w, BUREAU_HANDLER, r.casefile);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        struct answer_draft a = matter_world_answer();
        str *const parts[] = {&a.asked, &a.found, &a.done, &a.basis, &a.remedy};
        w->faults.n = 0;
        *parts[i] = STR(" ");
        assert_int_equal(casefile_answer(w->db, w->mem, &cmd, &a), ST_INVALID);
        assert_int_equal(w->faults.n, 1);
        assert_non_null(fault_of(&w->faults, fields[i]));
    }
    struct answer_draft a = matter_world_answer();
    assert_int_equal(casefile_answer(w->db, w->mem, &cmd, &a), ST_OK);
    struct casefile c = matter_world_load(w, r.casefile);
    assert_int_equal(c.handler.v, w->person[BUREAU_HANDLER].v);
    assert_int_equal(c.due.n, 0);
    assert_int_equal(c.ask.n, w->today.n + 30); /* a Wednesday */
    struct answer *list;
    size_t n;
    assert_int_equal(answer_list(w->db, w->mem, r.casefile, &list, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_true(str_eq(list[0].remedy, a.remedy));
    assert_int_equal(list[0].at.ms, w->now.ms);
}

static void an_old_form_meets_a_conflict(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "registered");
    struct casefile_command cmd = matter_world_command(w, BUREAU_CLERK, r.casefile);
    cmd.version = matter_world_load(w, r.casefile).version;
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, w->town, STR("r")), ST_OK);
    cmd.who = &w->actor[ROOT_CLERK];
    assert_int_equal(casefile_forward(w->db, w->mem, &cmd, w->bureau, STR("r")), ST_CONFLICT);
}

static void an_imported_answer_makes_answered_and_never_more(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "Old", "From the hotline", w->bureau);
    d.raised_at = (instant){w->now.ms - 100 * DAY_MS};
    d.no_receipt = true;
    d.source = STR("hotline");
    d.source_no = STR("1");
    struct receipt r = matter_world_register(w, &d), again;
    struct casefile_command cmd = matter_world_command(w, RAISER, r.casefile);
    assert_string_equal(r.code, "");
    cmd.at = (instant){w->now.ms - 50 * DAY_MS};
    assert_int_equal(casefile_import_answer(w->db, w->mem, &cmd, STR("Repaired in August")), ST_OK);
    struct casefile c = matter_world_load(w, r.casefile);
    assert_string_equal(str_z(w->mem, c.state), "answered");
    assert_int_equal(c.answered_at.ms, cmd.at.ms);
    assert_int_equal(casefile_import_answer(w->db, w->mem, &cmd, STR("Again")), ST_FORBIDDEN);
    assert_int_equal(db_savepoint(w->db), ST_OK);
    assert_int_equal(matter_check(w->db, w->mem, &d, &w->faults), ST_OK);
    assert_int_equal(matter_register(w->db, w->mem, &w->city, NULL, &d, &again),
                     ST_CONFLICT); /* the same number of the same source */
    db_savepoint_undo(w->db);
    struct tally_year year;
    assert_int_equal(tally_year(w->db, w->mem, w->root, w->today, &year), ST_OK);
    assert_int_equal(year.answered, 1);
    assert_int_equal(year.in_time, 1);
    matter_world_sound(w);
}

/* T69 */

static void t69_open_work_of_an_ended_unit_and_of_a_person_who_left_gets_an_owner(void **state)
{
    struct matter_world *w = *state;
    struct receipt r1 = matter_world_in(w, "registered"), r2 = matter_world_in(w, "handling"),
                   r3 = matter_world_in(w, "solved");
    int64_t moved;
    day due = matter_world_load(w, r2.casefile).due;
    assert_int_equal(casefile_release(w->db, w->mem, &w->city, w->person[BUREAU_HANDLER], &moved), ST_OK);
    assert_int_equal(moved, 1);
    assert_int_equal(matter_world_load(w, r2.casefile).owner.v, w->person[BUREAU_HEAD].v);
    assert_int_equal(casefile_move_all(w->db, w->mem, &w->city, w->bureau, w->town, &moved), ST_OK);
    assert_int_equal(moved, 2);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->bureau, w->today, w->town, &w->faults), ST_OK);
    assert_int_equal(matter_world_load(w, r1.casefile).owner.v, w->person[TOWN_HEAD].v);
    assert_int_equal(matter_world_load(w, r2.casefile).unit.v, w->town.v);
    assert_int_equal(matter_world_load(w, r2.casefile).due.n, due.n);
    assert_int_equal(matter_world_load(w, r3.casefile).unit.v, w->bureau.v); /* what is done stays where it was done */
    matter_world_sound(w);
}

static void t69_a_city_without_posts_still_registers(void **state)
{
    struct matter_world *w = *state;
    const enum post_kind kinds[] = {POST_FIRST, POST_CONTACT, POST_DEPUTY};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        assert_int_equal(post_put(w->db, w->mem, NULL, w->root, kinds[i], (person_id){0}, w->now), ST_OK);
    struct matter_draft d = matter_world_draft(w, "A", "B", w->root);
    struct receipt r = matter_world_register(w, &d);
    assert_int_equal(matter_world_load(w, r.casefile).owner.v, w->person[ROOT_HEAD].v);
}

/* Timeline, P11 */

static void p11_notes_and_the_raisers_own_words_are_in_no_outside_timeline(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "answered");
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile);
    assert_int_equal(run(w, NOTE, BUREAU_HANDLER, r), ST_OK);
    assert_int_equal(
        casefile_confirm(w->db, w->mem, &raiser, r.matter, STR("not_solved"), STR("I am Wang and it leaks")), ST_OK);
    struct timeline_item *items;
    size_t n, hidden = 0;
    bool said = false;
    assert_int_equal(timeline_list(w->db, w->mem, r.casefile, true, &items, &n), ST_OK);
    for (size_t i = 0; i < n; i++) {
        assert_true(items[i].shown);
        assert_int_equal(items[i].person_name.n, 0);
        assert_true(str_find(items[i].words, STR("Wang")) < 0);
        assert_true(!str_eq(items[i].kind, STR("noted")));
        assert_true(timeline_label(items[i].kind)[0] != 0);
        if (i > 0) assert_true(items[i].at.ms <= items[i - 1].at.ms);
    }
    assert_string_equal(str_z(w->mem, items[0].kind), "reopened");
    assert_int_equal(timeline_list(w->db, w->mem, r.casefile, false, &items, &n), ST_OK);
    for (size_t i = 0; i < n; i++) {
        hidden += !items[i].shown;
        said = said || str_find(items[i].words, STR("Wang")) >= 0;
    }
    assert_int_equal(hidden, 1);
    assert_true(said);
    struct note *notes;
    assert_int_equal(note_list(w->db, w->mem, r.casefile, &notes, &n), ST_OK);
    assert_int_equal(n, 1);
    assert_string_equal(str_z(w->mem, notes[0].person_name), "bureau.handler");
}

static void a_casefile_is_not_there_for_those_who_may_not_see_it(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "handling");
    struct casefile c;
    const unsigned see = CLERKS | S(ROOT_CHECKER) | S(ROOT_HEAD) | S(ROOT_LEADER) | S(COUNTY_HEAD) | S(BUREAU_HEAD) |
                         S(BUREAU_HANDLER) | S(BUREAU_HANDLER2);
    for (int who = 0; who < WHO_COUNT; who++)
        assert_int_equal(casefile_get(w->db, w->mem, &w->actor[who], r.casefile, &c),
                         (see >> who & 1u) != 0 ? ST_OK : ST_NOT_FOUND);
    assert_int_equal(casefile_get(w->db, w->mem, NULL, r.casefile, &c), ST_NOT_FOUND);
}

/* Queue */

static void the_queue_is_by_due_day_and_pages_without_gaps(void **state)
{
    struct matter_world *w = *state;
    struct queue_counts counts;
    for (int i = 0; i < 7; i++) {
        struct matter_draft d = matter_world_draft(w, "A", "B", w->bureau);
        d.raised_at = (instant){w->now.ms - (int64_t)(i * 4) * DAY_MS};
        (void)matter_world_register(w, &d);
    }
    (void)matter_world_in(w, "handling");
    (void)matter_world_in(w, "answered");
    (void)matter_world_in(w, "solved");
    assert_int_equal(casefile_queue_counts(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], &counts), ST_OK);
    assert_int_equal(counts.registered, 7);
    assert_int_equal(counts.handling, 0);
    assert_int_equal(counts.answered, 1);
    assert_int_equal(counts.overdue, 2); /* the third ends on a Sunday, so it rolls to today, a Monday */
    assert_int_equal(counts.due_soon, 3);
    assert_int_equal(counts.to_show, 10);
    assert_int_equal(casefile_queue_counts(w->db, w->mem, &w->city, &w->actor[BUREAU_HANDLER], &counts), ST_OK);
    assert_int_equal(counts.registered, 0);
    assert_int_equal(counts.handling, 1);
    assert_int_equal(casefile_queue_counts(w->db, w->mem, &w->city, &w->actor[BUREAU_DEPUTY], &counts), ST_OK);
    assert_int_equal(counts.registered, 7); /* of the head who is away */
    struct queue_item *items;
    size_t n, seen = 0;
    str next = STR("");
    int32_t last = 0;
    do {
        assert_int_equal(
            casefile_queue(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], STR(""), next, 3, &items, &n, &next),
            ST_OK);
        for (size_t i = 0; i < n; i++) {
            assert_true(items[i].due.n >= last);
            last = items[i].due.n;
        }
        seen += n;
    } while (next.p != NULL);
    assert_int_equal(seen, 7);
    assert_int_equal(casefile_queue(w->db, w->mem, &w->city, &w->actor[ROOT_CHECKER], STR("answered"), STR(""), 0,
                                    &items, &n, &next),
                     ST_OK);
    assert_int_equal(n, 1);
    assert_int_equal(
        casefile_queue(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], STR("overdue"), STR(""), 0, &items, &n, &next),
        ST_OK);
    assert_int_equal(n, 2);
    assert_int_equal(
        casefile_queue(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], STR(""), STR("x"), 0, &items, &n, &next),
        ST_INVALID);
}

/* Random work */

static enum who somebody(struct matter_world *w, struct rng *rng, casefile_id id)
{
    person_id owner = matter_world_load(w, id).owner;
    uint32_t dice = rng_below(rng, 4);
    if (dice == 0) return ROOT_CLERK;
    if (dice == 1) return (enum who)rng_below(rng, WHO_COUNT);
    for (int k = 0; k < WHO_COUNT; k++)
        if (w->person[k].v == owner.v) return (enum who)k;
    return ROOT_CHECKER;
}

static enum status random_command(struct matter_world *w, struct rng *rng, struct receipt r, instant at)
{
    const unit_id units[] = {w->root, w->county, w->bureau, w->town, w->town2, w->village, w->department};
    const char *const words[] = {"solved", "partly", "not_solved"};
    struct casefile_command cmd = matter_world_command(w, somebody(w, rng, r.casefile), r.casefile);
    struct casefile_command raiser = matter_world_command(w, RAISER, r.casefile);
    unit_id unit = units[rng_below(rng, COUNT_OF(units))];
    str said = str_from(words[rng_below(rng, COUNT_OF(words))]);
    struct answer_draft answer = matter_world_answer();
    cmd.at = raiser.at = at;
    switch (rng_below(rng, 9)) {
    case 0:
    case 1: return casefile_accept(w->db, w->mem, &cmd, unit, w->roads, STR(""));
    case 2: return casefile_forward(w->db, w->mem, &cmd, unit, STR("r"));
    case 3: return casefile_assign(w->db, w->mem, &cmd, (unit_id){0}, w->person[rng_below(rng, WHO_COUNT)], STR(""));
    case 4:
    case 5: return casefile_answer(w->db, w->mem, &cmd, &answer);
    case 6: return casefile_return_visit(w->db, w->mem, &cmd, said, STR(""));
    case 7: return casefile_confirm(w->db, w->mem, &raiser, r.matter, said, STR(""));
    default: break;
    }
    if (rng_below(rng, 6) != 0) return casefile_note(w->db, w->mem, &cmd, STR("n"));
    return casefile_decline(w->db, w->mem, &cmd, STR("r"), STR("a"));
}

static void any_sequence_of_commands_leaves_counts_and_owners_right(void **state)
{
    struct matter_world *w = *state;
    const unit_id units[] = {w->root, w->county, w->bureau, w->town, w->village};
    struct rng rng = {20261123};
    struct receipt receipts[100];
    size_t n = 0;
    int64_t done = 0;
    instant at = w->now;
    for (int i = 0; i < 2000; i++) {
        at.ms += (int64_t)rng_below(&rng, 4) * HOUR_MS;
        if (n < COUNT_OF(receipts) && (n == 0 || rng_below(&rng, 8) == 0)) {
            struct matter_draft d = matter_world_draft(w, "A", "B", units[rng_below(&rng, COUNT_OF(units))]);
            d.raised_at = (instant){w->now.ms - (int64_t)rng_below(&rng, 40) * DAY_MS};
            receipts[n++] = matter_world_register(w, &d);
            continue;
        }
        assert_int_equal(db_savepoint(w->db), ST_OK);
        enum status st = random_command(w, &rng, receipts[rng_below(&rng, (uint32_t)n)], at);
        assert_true(st != ST_IO && st != ST_BUSY && st != ST_CONFLICT);
        done += st == ST_OK;
        if (st == ST_OK) assert_int_equal(db_savepoint_release(w->db), ST_OK);
        else db_savepoint_undo(w->db);
        if (i % 400 == 0) matter_world_sound(w);
    }
    assert_true(done > 400);
    matter_world_sound(w);
    assert_int_equal(tally_rebuild(w->db, w->mem, &w->city), ST_OK);
    matter_world_sound(w);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(every_transition_is_open_to_the_named_roles_and_to_nobody_else),
        T(what_can_be_done_is_what_then_succeeds),
        T(n02_no_command_but_the_raisers_word_and_an_independent_visit_closes_a_casefile),
        T(n02_the_statement_that_moves_a_casefile_cannot_close_it),
        T(n02_whoever_wrote_the_answer_or_answers_for_it_cannot_make_the_return_visit),
        T(t67_answered_and_solved_are_counted_apart),
        T(not_solved_opens_again_one_level_up_in_the_first_dates),
        T(at_the_root_it_opens_again_at_the_root),
        T(the_raiser_may_not_say_no_answer_and_may_not_close_twice),
        T(accepting_chooses_unit_category_and_the_accountable_person),
        T(sending_on_needs_a_reason_and_another_public_unit_and_leaves_the_clocks),
        T(what_is_sent_to_a_unit_that_has_ended_reaches_its_successor),
        T(declining_needs_a_reason_and_the_right_address),
        T(only_somebody_who_works_in_the_unit_is_given_a_matter),
        T(an_answer_has_all_five_parts),
        T(an_old_form_meets_a_conflict),
        T(an_imported_answer_makes_answered_and_never_more),
        T(t69_open_work_of_an_ended_unit_and_of_a_person_who_left_gets_an_owner),
        T(t69_a_city_without_posts_still_registers),
        T(p11_notes_and_the_raisers_own_words_are_in_no_outside_timeline),
        T(a_casefile_is_not_there_for_those_who_may_not_see_it),
        T(the_queue_is_by_due_day_and_pages_without_gaps),
        T(any_sequence_of_commands_leaves_counts_and_owners_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
