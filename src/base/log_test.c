/* log_test: one event, one line, whatever the values are.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/time.h"

/* Standard error through a pipe. */
struct capture {
    int before;
    int end;
    char text[8192];
};

static void capture_begin(struct capture *c)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    c->before = dup(STDERR_FILENO);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    assert_int_equal(close(ends[1]), 0);
    c->end = ends[0];
}

static str capture_end(struct capture *c)
{
    size_t n = 0;
    ssize_t got;
    assert_true(dup2(c->before, STDERR_FILENO) >= 0); /* closes the last writing end */
    assert_int_equal(close(c->before), 0);
    while ((got = read(c->end, c->text + n, sizeof c->text - n - 1)) > 0) n += (size_t)got;
    assert_int_equal(close(c->end), 0);
    c->text[n] = 0;
    return (str){c->text, n};
}

static void assert_one_line(str s)
{
    assert_true(s.n > 0);
    assert_int_equal(str_find_byte(s, '\n'), s.n - 1);
    assert_int_equal(str_find_byte(s, '\r'), -1);
    assert_int_equal(str_find_byte(s, 0), -1);
}

static void a_line_has_time_level_and_message(void **state)
{
    static const struct {
        enum log_level level;
        const char *name;
    } rows[] = {{LOG_INFO, " level=info "}, {LOG_WARN, " level=warn "}, {LOG_ERROR, " level=error "}};
    struct capture c;
    instant at;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        capture_begin(&c);
        log_line(rows[i].level, "served", "status=%d us=%d", 200, 312);
        str line = capture_end(&c);
        assert_one_line(line);
        assert_true(str_starts(line, STR("ts=")));
        assert_true(str_find(line, str_from(rows[i].name)) > 0);
        assert_true(str_ends(line, STR(" msg=\"served\" status=200 us=312\n")));
        assert_true(instant_parse(str_sub(line, 3, (size_t)str_find_byte(line, ' ') - 3), NULL, &at));
    }
}

static void what_is_below_the_level_is_not_written(void **state)
{
    struct capture c;
    (void)state;
    capture_begin(&c);
    log_line(LOG_DEBUG, "no", "x=%d", 1);
    log_set_level(LOG_ERROR);
    log_line(LOG_INFO, "no", "x=%d", 1);
    log_line(LOG_WARN, "no", "x=%d", 1);
    log_line(LOG_ERROR, "yes", "x=%d", 1);
    log_set_level(LOG_DEBUG);
    log_line(LOG_DEBUG, "yes", "x=%d", 2);
    log_set_level(LOG_INFO);
    str text = capture_end(&c);
    assert_int_equal(str_find(text, STR("no")), -1);
    assert_true(str_find(text, STR("level=error msg=\"yes\" x=1\n")) > 0);
    assert_true(str_ends(text, STR("level=debug msg=\"yes\" x=2\n")));
}

static void a_value_is_quoted_and_its_controls_are_written_out(void **state)
{
    static const struct {
        str in;
        const char *out;
    } rows[] = {
        {STR_INIT(""), "\"\""},
        {STR_INIT("plain"), "\"plain\""},
        {STR_INIT("a b=c"), "\"a b=c\""},
        {STR_INIT("say \"hi\""), "\"say \\x22hi\\x22\""},
        {STR_INIT("back\\slash"), "\"back\\x5cslash\""},
        {STR_INIT("a\nlevel=error msg=\"x\""), "\"a\\x0alevel=error msg=\\x22x\\x22\""},
        {STR_INIT("\r\n\t\x01\x1F\x7F"), "\"\\x0d\\x0a\\x09\\x01\\x1f\\x7f\""},
        {STR_INIT("nul\0here"), "\"nul\\x00here\""},
        {STR_INIT("落实"), "\"落实\""},
    };
    char out[128];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_ptr_equal(log_quote(rows[i].in, out, sizeof out), out);
        assert_string_equal(out, rows[i].out);
    }
}

static void a_value_that_does_not_fit_is_cut_and_closed(void **state)
{
    char out[64], guarded[80];
    static const str long_ones[] = {
        STR_INIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        STR_INIT("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"),
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(long_ones); i++)
        for (size_t cap = 1; cap <= sizeof out; cap++) {
            memset(guarded, '#', sizeof guarded);
            (void)log_quote(long_ones[i], guarded, cap);
            assert_int_equal(guarded[cap], '#');
            str s = str_from(guarded);
            assert_true(s.n < cap);
            if (cap < 8) assert_int_equal(s.n, 0);
            else assert_true(str_ends(s, STR("~\"")) && str_starts(s, STR("\"")));
        }
}

static void no_value_can_begin_a_line_of_its_own(void **state)
{
    struct capture c;
    char value[200];
    (void)state;
    capture_begin(&c);
    log_line(LOG_INFO, "refused", "path=%s",
             log_quote(STR("/x\r\nts=now level=error msg=\"forged\"\n"), value, sizeof value));
    str line = capture_end(&c);
    assert_one_line(line);
    assert_int_equal(str_find(line, STR("msg=\"forged\"")), -1);
}

static void a_long_line_is_cut_but_ends(void **state)
{
    static char words[5000];
    struct capture c;
    (void)state;
    memset(words, 'w', sizeof words - 1);
    for (int as_message = 0; as_message < 2; as_message++) {
        capture_begin(&c);
        if (as_message) log_line(LOG_INFO, words, "x=%d", 1);
        else log_line(LOG_INFO, "long", "x=%s", words);
        str line = capture_end(&c);
        assert_one_line(line);
        assert_true(line.n <= 1024 && line.n > 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_level_and_message),
        cmocka_unit_test(what_is_below_the_level_is_not_written),
        cmocka_unit_test(a_value_is_quoted_and_its_controls_are_written_out),
        cmocka_unit_test(a_value_that_does_not_fit_is_cut_and_closed),
        cmocka_unit_test(no_value_can_begin_a_line_of_its_own),
        cmocka_unit_test(a_long_line_is_cut_but_ends),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
