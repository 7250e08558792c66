/* router_test: from method and path to a row, and which tables are refused.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/router.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/limits.h"

static enum status nothing(struct req *rq)
{
    (void)rq;
    return ST_OK;
}

#define GET_ROW(p)                                                                                                     \
    {                                                                                                                  \
        .method = HTTP_GET, .path = (p), .access = ANYONE, .handler = nothing                                          \
    }
#define POST_ROW(p)                                                                                                    \
    {                                                                                                                  \
        .method = HTTP_POST, .path = (p), .access = ANYONE, .body = FORM_BODY, .handler = nothing                      \
    }

static const struct route first[] = {
    GET_ROW("/"),
    GET_ROW("/matter"),
    POST_ROW("/matter"),
    GET_ROW("/matter/new"), /* before the row with a name in its place */
    GET_ROW("/matter/:id"),
    POST_ROW("/matter/:id/close"),
    GET_ROW("/a/:x/b/:y/c/:z"),
};
static const struct route second[] = {
    GET_ROW("/data.json"),
    POST_ROW("/login"),
    GET_ROW("/folder/"),
};
static const struct route_list lists[] = {{first, COUNT_OF(first)}, {second, COUNT_OF(second)}};
static const struct router router = {lists, COUNT_OF(lists)};

#define G (1u << HTTP_GET | 1u << HTTP_HEAD)
#define P (1u << HTTP_POST)

static const struct {
    enum http_method method;
    const char *path, *row; /* NULL: none */
    unsigned allowed;
    bool json;
    const char *param[ROUTE_PARAMS];
} paths[] = {
    {HTTP_GET, "/", "/", G, false, {NULL}},
    {HTTP_HEAD, "/", "/", G, false, {NULL}},
    {HTTP_POST, "/", NULL, G, false, {NULL}},
    {HTTP_GET, "/matter", "/matter", G | P, false, {NULL}},
    {HTTP_HEAD, "/matter", "/matter", G | P, false, {NULL}},
    {HTTP_POST, "/matter", "/matter", G | P, false, {NULL}},
    {HTTP_PUT, "/matter", NULL, G | P, false, {NULL}},
    {HTTP_DELETE, "/matter", NULL, G | P, false, {NULL}},
    {HTTP_OPTIONS, "/matter", NULL, G | P, false, {NULL}},
    {HTTP_GET, "/matter/new", "/matter/new", G, false, {NULL}},
    {HTTP_GET, "/matter/12", "/matter/:id", G, false, {"12"}},
    {HTTP_GET, "/matter/a%2Fb", "/matter/:id", G, false, {"a%2Fb"}},
    {HTTP_GET, "/matter/", NULL, 0, false, {NULL}},
    {HTTP_GET, "/matter//", NULL, 0, false, {NULL}},
    {HTTP_GET, "/matter/12/", NULL, 0, false, {NULL}},
    {HTTP_GET, "//matter", NULL, 0, false, {NULL}},
    {HTTP_GET, "/Matter", NULL, 0, false, {NULL}},
    {HTTP_GET, "/matte", NULL, 0, false, {NULL}},
    {HTTP_GET, "/matters", NULL, 0, false, {NULL}},
    {HTTP_GET, "", NULL, 0, false, {NULL}},
    {HTTP_GET, "matter", NULL, 0, false, {NULL}},
    {HTTP_POST, "/matter/7/close", "/matter/:id/close", P, false, {"7"}},
    {HTTP_GET, "/matter/7/close", NULL, P, false, {NULL}},
    {HTTP_HEAD, "/login", NULL, P, false, {NULL}},
    {HTTP_POST, "/matter//close", NULL, 0, false, {NULL}},
    {HTTP_GET, "/a/1/b/2/c/3", "/a/:x/b/:y/c/:z", G, false, {"1", "2", "3"}},
    {HTTP_GET, "/a/1/b/2/c", NULL, 0, false, {NULL}},
    {HTTP_GET, "/folder/", "/folder/", G, false, {NULL}},
    {HTTP_GET, "/folder", NULL, 0, false, {NULL}},
    /* the JSON twin */
    {HTTP_GET, "/matter.json", "/matter", G | P, true, {NULL}},
    {HTTP_HEAD, "/matter.json", "/matter", G | P, true, {NULL}},
    {HTTP_GET, "/matter/12.json", "/matter/:id", G, true, {"12"}},
    {HTTP_GET, "/matter/a.b.json", "/matter/:id", G, true, {"a.b"}},
    {HTTP_GET, "/index.json", "/", G, true, {NULL}},
    {HTTP_GET, "/index", NULL, 0, false, {NULL}},
    {HTTP_GET, "/data.json", "/data.json", G, false, {NULL}}, /* a row of that very name */
    {HTTP_GET, "/data", NULL, 0, false, {NULL}},
    {HTTP_GET, "/nothing.json", NULL, 0, false, {NULL}},
    {HTTP_DELETE, "/matter.json", NULL, G | P, true, {NULL}},
    {HTTP_GET, "/matter.JSON", NULL, 0, false, {NULL}},
};

static void each_path_finds_its_row(void **state)
{
    const char *why = "";
    (void)state;
    assert_true(router_check(&router, &why));
    assert_null(why);
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct route_match m = router_find(&router, paths[i].method, str_from(paths[i].path));
        if ((m.row == NULL) != (paths[i].row == NULL) || m.allowed != paths[i].allowed || m.json != paths[i].json)
            fail_msg("%s %s", method_name(paths[i].method), paths[i].path);
        if (m.row != NULL) assert_string_equal(m.row->path, paths[i].row);
        for (int k = 0; k < ROUTE_PARAMS; k++)
            if (!str_eq(m.param[k], str_from(paths[i].param[k]))) fail_msg("%s: %d", paths[i].path, k);
    }
}

static void a_bad_table_is_refused_with_its_reason(void **state)
{
    static const struct {
        struct route row;
        const char *why;
    } rows[] = {
        {{.method = HTTP_GET, .path = "/x", .handler = nothing}, "a route has no access"},
        {{.method = HTTP_GET, .access = ANYONE, .handler = nothing}, "a route's path does not begin with a slash"},
        {{.method = HTTP_GET, .path = "x", .access = ANYONE, .handler = nothing},
         "a route's path does not begin with a slash"},
        {{.method = HTTP_GET, .path = "", .access = ANYONE, .handler = nothing},
         "a route's path does not begin with a slash"},
        {{.method = HTTP_GET, .path = "/x", .access = ANYONE}, "a route has no handler"},
        {{.method = HTTP_GET, .path = "/x", .access = ANYONE, .body = FORM_BODY, .handler = nothing},
         "a GET route takes a body"},
        {{.method = HTTP_HEAD, .path = "/x", .access = ANYONE, .handler = nothing}, "a route is neither GET nor POST"},
        {{.method = HTTP_DELETE, .path = "/x", .access = ANYONE, .handler = nothing},
         "a route is neither GET nor POST"},
        {{.path = "/x", .access = ANYONE, .handler = nothing}, "a route is neither GET nor POST"},
        {GET_ROW("/matter"), "a route stands twice"},
        {POST_ROW("/matter"), "a route stands twice"},
        {POST_ROW("/login"), "a route stands twice"},
        {GET_ROW("/matter/:id"), "a route stands twice"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (int in_front = 0; in_front < 2; in_front++) {
            struct route_list own = {&rows[i].row, 1};
            struct route_list after[] = {lists[0], lists[1], own}, before[] = {own, lists[0], lists[1]};
            struct router r = {in_front ? before : after, 3};
            const char *why = NULL;
            assert_false(router_check(&r, &why));
            assert_string_equal(why, rows[i].why);
        }
    static const struct route twice[] = {GET_ROW("/one"), POST_ROW("/one"), GET_ROW("/one")};
    static const struct route_list list = {twice, 3}, good = {twice, 2};
    const char *why = NULL;
    assert_false(router_check(&(struct router){&list, 1}, &why));
    assert_string_equal(why, "a route stands twice");
    assert_true(router_check(&(struct router){&good, 1}, &why)); /* one path, two methods */
    assert_true(router_check(&(struct router){NULL, 0}, &why));
}

static void names_and_limits_are_known(void **state)
{
    (void)state;
    assert_string_equal(method_name(HTTP_GET), "GET");
    assert_string_equal(method_name(HTTP_OPTIONS), "OPTIONS");
    assert_string_equal(method_name((enum http_method)0), "?");
    assert_string_equal(method_name((enum http_method)99), "?");
    assert_string_equal(access_name(ACCESS_UNSET), "unset");
    assert_string_equal(access_name(KEY_HOLDER), "key holder");
    assert_string_equal(access_name((enum access)99), "?");
    assert_int_equal(router_body_max(NO_BODY), 0);
    assert_int_equal(router_body_max(FORM_BODY), LIMIT_BODY_FORM);
    assert_int_equal(router_body_max(TEXT_BODY), LIMIT_BODY_TEXT);
    assert_int_equal(router_body_max(JSON_BODY), LIMIT_BODY_JSON);
    assert_int_equal(router_body_max(UPLOAD_BODY), LIMIT_BODY_UPLOAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_finds_its_row),
        cmocka_unit_test(a_bad_table_is_refused_with_its_reason),
        cmocka_unit_test(names_and_limits_are_known),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
