/* What the gate lets through and what it refuses, at the level of bytes. The whole list runs against a live server in
 * tests/hostile. SPDX-License-Identifier: Apache-2.0 */
#include "web/http_gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD(first, lines) first "\r\n" lines "\r\n"
#define GET(lines)         HEAD("GET /a?b=c HTTP/1.1", "Host: h\r\n" lines)
#define LINE(first)        HEAD(first, "Host: h\r\n")

struct row {
    const char *name;
    str head;
    int status;
};

/* Finds the end as the server does; a head the first pass refuses is 400. */
static int verdict(str head, struct http_gate_head *out)
{
    size_t seen = 0;
    enum http_gate_found found = http_gate_find(head, &seen);
    if (found == HTTP_GATE_BAD) return 400;
    if (found == HTTP_GATE_MORE) return -1;
    return http_gate_head(str_sub(head, 0, seen), out);
}

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct http_gate_head out;
        int got = verdict(rows[i].head, &out);
        if (got != rows[i].status) fail_msg("%s: wanted %d, got %d", rows[i].name, rows[i].status, got);
    }
}

static void a_well_formed_head_passes_and_is_understood(void **state)
{
    (void)state;
    struct http_gate_head h;
    assert_int_equal(
        verdict(STR("POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 42\r\nExpect: 100-continue\r\n\r\n"), &h), 0);
    assert_int_equal(h.method, HTTP_POST);
    assert_true(str_eq(h.target, STR("/a?b=c")));
    assert_int_equal(h.minor, 1);
    assert_true(h.has_length && !h.chunked && h.keep_alive && h.expect_continue);
    assert_int_equal(h.length, 42);
    assert_int_equal(h.n_headers, 3);
    assert_int_equal(verdict(STR("GET http://h/x HTTP/1.0\r\nHost: H\r\n\r\n"), &h), 0);
    assert_true(str_eq(h.target, STR("/x")) && str_eq(h.line_target, STR("http://h/x")) && !h.keep_alive);
    assert_int_equal(
        verdict(STR("PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\nConnection: x, close\r\n\r\n"), &h),
        0);
    assert_true(h.chunked && !h.keep_alive && !h.has_length);
}

static void only_one_spelling_of_the_request_line_passes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"get", STR_INIT(LINE("GET / HTTP/1.1")), 0},
        {"1.0 needs no Host", STR_INIT("GET / HTTP/1.0\r\n\r\n"), 0},
        {"options *", STR_INIT(LINE("OPTIONS * HTTP/1.1")), 0},
        {"get *", STR_INIT(LINE("GET * HTTP/1.1")), 400},
        {"0.9", STR_INIT(LINE("GET /")), 400},
        {"two blanks", STR_INIT(LINE("GET  / HTTP/1.1")), 400},
        {"blank at the end", STR_INIT(LINE("GET / HTTP/1.1 ")), 400},
        {"tab", STR_INIT(LINE("GET\t/ HTTP/1.1")), 400},
        {"small letters", STR_INIT(LINE("get / HTTP/1.1")), 400},
        {"unknown", STR_INIT(LINE("FROB / HTTP/1.1")), 501},
        {"connect", STR_INIT(LINE("CONNECT h:1 HTTP/1.1")), 501},
        {"trace", STR_INIT(LINE("TRACE / HTTP/1.1")), 501},
        {"1.2", STR_INIT(LINE("GET / HTTP/1.2")), 505},
        {"2.0", STR_INIT("PRI * HTTP/2.0\r\n\r\n"), 505},
        {"1.10", STR_INIT(LINE("GET / HTTP/1.10")), 400},
        {"fragment", STR_INIT(LINE("GET /#x HTTP/1.1")), 400},
        {"raw UTF-8", STR_INIT(LINE("GET /\xc3\xa4 HTTP/1.1")), 400},
        {"half an escape", STR_INIT(LINE("GET /%4 HTTP/1.1")), 400},
        {"%00", STR_INIT(LINE("GET /%00 HTTP/1.1")), 400},
        {"another authority", STR_INIT(LINE("GET http://x/ HTTP/1.1")), 400},
        {"empty line first", STR_INIT("\r\n" LINE("GET / HTTP/1.1")), 400},
    };
    check(rows, COUNT_OF(rows));
}

static void lines_are_tokens_colons_values_and_crlf(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"empty value", STR_INIT(GET("X:\r\n")), 0},
        {"obs-text in a value", STR_INIT(GET("X: \xe4\xbd\xa0\r\n")), 0},
        {"bare LF", STR_INIT("GET / HTTP/1.1\nHost: h\r\n\r\n"), 400},
        {"bare CR", STR_INIT(GET("X: a\rb\r\n")), 400},
        {"fold", STR_INIT(GET("X: a\r\n b\r\n")), 400},
        {"blank before the colon", STR_INIT(GET("X : a\r\n")), 400},
        {"no colon", STR_INIT(GET("X\r\n")), 400},
        {"no name", STR_INIT(GET(": x\r\n")), 400},
        {"NUL", STR_INIT(GET("X: a\0b\r\n")), 400},
        {"DEL", STR_INIT(GET("X: a\x7f\r\n")), 400},
        {"name not a token", STR_INIT(GET("X[]: a\r\n")), 400},
        {"unfinished", STR_INIT("GET / HTTP/1.1\r\nHost: h\r\n\r"), -1},
    };
    check(rows, COUNT_OF(rows));
}

static void the_length_of_a_body_can_be_said_in_one_way_only(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"length", STR_INIT(GET("Content-Length: 0\r\n")), 0},
        {"chunked", STR_INIT(GET("Transfer-Encoding: CHUNKED\r\n")), 0},
        {"both", STR_INIT(GET("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n")), 400},
        {"length twice", STR_INIT(GET("Content-Length: 1\r\nContent-Length: 1\r\n")), 400},
        {"list", STR_INIT(GET("Content-Length: 1, 1\r\n")), 400},
        {"plus", STR_INIT(GET("Content-Length: +1\r\n")), 400},
        {"minus", STR_INIT(GET("Content-Length: -1\r\n")), 400},
        {"hex", STR_INIT(GET("Content-Length: 0x1\r\n")), 400},
        {"leading zero", STR_INIT(GET("Content-Length: 01\r\n")), 400},
        {"16 digits", STR_INIT(GET("Content-Length: 1000000000000000\r\n")), 400},
        {"tab", STR_INIT(GET("Content-Length: 1\t\r\n")), 400},
        {"alias", STR_INIT(GET("Content_Length: 1\r\n")), 400},
        {"chunked twice", STR_INIT(GET("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 400},
        {"coding list", STR_INIT(GET("Transfer-Encoding: gzip, chunked\r\n")), 400},
        {"gzip", STR_INIT(GET("Transfer-Encoding: gzip\r\n")), 501},
        {"gzip in a malformed head", STR_INIT(GET("Transfer-Encoding: gzip\r\nX : y\r\n")), 400},
        {"chunked in 1.0", STR_INIT("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
        {"connection names a framing line", STR_INIT(GET("Connection: content-length\r\n")), 400},
        {"expect", STR_INIT(GET("Expect: magic\r\n")), 417},
    };
    check(rows, COUNT_OF(rows));
}

static void exactly_one_well_formed_host_passes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"name", STR_INIT(HEAD("GET / HTTP/1.1", "Host: a.example:80\r\n")), 0},
        {"v6", STR_INIT(HEAD("GET / HTTP/1.1", "Host: [::1]:80\r\n")), 0},
        {"none", STR_INIT("GET / HTTP/1.1\r\n\r\n"), 400},
        {"empty", STR_INIT(HEAD("GET / HTTP/1.1", "Host:\r\n")), 400},
        {"two", STR_INIT(GET("Host: h\r\n")), 400},
        {"path", STR_INIT(HEAD("GET / HTTP/1.1", "Host: h/x\r\n")), 400},
        {"user", STR_INIT(HEAD("GET / HTTP/1.1", "Host: u@h\r\n")), 400},
        {"port too great", STR_INIT(HEAD("GET / HTTP/1.1", "Host: h:65536\r\n")), 400},
        {"bad v6", STR_INIT(HEAD("GET / HTTP/1.1", "Host: [::g]\r\n")), 400},
    };
    check(rows, COUNT_OF(rows));
}

static void too_long_is_said_apart_from_malformed(void **state)
{
    (void)state;
    static char text[16000];
    struct http_gate_head h;
    int n = snprintf(text, sizeof text, "GET /%05000d HTTP/1.1\r\nHost: h\r\n\r\n", 0);
    assert_int_equal(verdict((str){text, (size_t)n}, &h), 414);
    n = snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 64; i++) n += snprintf(text + n, sizeof text - (size_t)n, "X-%d: v\r\n", i);
    n += snprintf(text + n, sizeof text - (size_t)n, "\r\n");
    assert_int_equal(verdict((str){text, (size_t)n}, &h), 431);
}

static void the_end_is_found_wherever_the_bytes_are_cut(void **state)
{
    (void)state;
    const str whole = STR(GET("X: y\r\n") "rest");
    for (size_t cut = 0; cut + 4 < whole.n; cut++) {
        size_t seen = 0;
        assert_int_equal(http_gate_find(str_sub(whole, 0, cut), &seen), HTTP_GATE_MORE);
        assert_int_equal(http_gate_find(whole, &seen), HTTP_GATE_END);
        assert_int_equal(seen, whole.n - 4);
    }
}

static void chunks_are_judged_alike_wherever_they_are_cut(void **state)
{
    (void)state;
    static const struct {
        str body;
        enum http_gate_found found;
    } rows[] = {
        {STR_INIT("3\r\nabc\r\n0\r\n\r\n"), HTTP_GATE_END},
        {STR_INIT("0\r\n\r\n"), HTTP_GATE_END},
        {STR_INIT("00000003\r\nabc\r\n00\r\n\r\n"), HTTP_GATE_END},
        {STR_INIT("3\r\nabc\r\n0\r\n"), HTTP_GATE_MORE},
        {STR_INIT("3;x\r\nabc\r\n"), HTTP_GATE_BAD},
        {STR_INIT("3 \r\nabc\r\n"), HTTP_GATE_BAD},
        {STR_INIT("0x3\r\nabc\r\n"), HTTP_GATE_BAD},
        {STR_INIT("+3\r\nabc\r\n"), HTTP_GATE_BAD},
        {STR_INIT("3\nabc\r\n"), HTTP_GATE_BAD},
        {STR_INIT("3\r\nabcd"), HTTP_GATE_BAD},
        {STR_INIT("000000003\r\n"), HTTP_GATE_BAD},
        {STR_INIT("0\r\nX: y\r\n\r\n"), HTTP_GATE_BAD},
        {STR_INIT("\r\n"), HTTP_GATE_BAD},
        {STR_INIT("0\r\n\n"), HTTP_GATE_BAD},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (size_t cut = 0; cut <= rows[i].body.n; cut++) {
            struct http_gate_chunks g = {0};
            size_t used;
            enum http_gate_found found = http_gate_chunks(&g, str_sub(rows[i].body, 0, cut), &used);
            if (found == HTTP_GATE_MORE)
                found = http_gate_chunks(&g, str_sub(rows[i].body, cut, rows[i].body.n), &used);
            if (found != rows[i].found) fail_msg("row %zu cut %zu: %d", i, cut, (int)found);
        }
    }
}

static void nothing_behind_the_last_chunk_is_used(void **state)
{
    (void)state;
    struct http_gate_chunks g = {0};
    size_t used;
    assert_int_equal(http_gate_chunks(&g, STR("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1"), &used), HTTP_GATE_END);
    assert_int_equal(used, 11);
    assert_int_equal(g.total, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_well_formed_head_passes_and_is_understood),
        cmocka_unit_test(only_one_spelling_of_the_request_line_passes),
        cmocka_unit_test(lines_are_tokens_colons_values_and_crlf),
        cmocka_unit_test(the_length_of_a_body_can_be_said_in_one_way_only),
        cmocka_unit_test(exactly_one_well_formed_host_passes),
        cmocka_unit_test(too_long_is_said_apart_from_malformed),
        cmocka_unit_test(the_end_is_found_wherever_the_bytes_are_cut),
        cmocka_unit_test(chunks_are_judged_alike_wherever_they_are_cut),
        cmocka_unit_test(nothing_behind_the_last_chunk_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
