/* router: see router.h. A few dozen rows, compared segment by segment: faster than any table it could be turned into at this size.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/router.h"

#include <string.h>

#include "base/limits.h"

static const char *const methods[] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",       [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
};

const char *method_name(enum http_method m)
{
    return m >= HTTP_GET && m <= HTTP_OPTIONS ? methods[m] : "?";
}

const char *access_name(enum access a)
{
    static const char *const names[] = {"unset", "anyone", "raiser", "signed in", "key holder"};
    return a <= KEY_HOLDER ? names[a] : "?";
}

size_t router_body_max(enum body_kind kind)
{
    switch (kind) {
    case NO_BODY: return LIMIT_BODY_NONE;
    case FORM_BODY: return LIMIT_BODY_FORM;
    case TEXT_BODY: return LIMIT_BODY_TEXT;
    case JSON_BODY: return LIMIT_BODY_JSON;
    case UPLOAD_BODY: return LIMIT_BODY_UPLOAD;
    }
    return 0;
}

static size_t params_of(const char *path)
{
    size_t n = 0;
    for (const char *p = path; *p != '\0'; p++) n += *p == ':';
    return n;
}

/* The same but for the names of parameters: which of two such rows answers would be chance. */
static bool same_shape(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        if (*a != *b) return false;
        if (*a != ':') continue;
        a += strcspn(a, "/");
        b += strcspn(b, "/");
        if (*a == '\0' || *b == '\0') break;
    }
    return *a == *b;
}

static const char *row_fault(const struct route *r)
{
    if (r->access == ACCESS_UNSET) return "a route has no access";
    if (r->path == NULL || r->path[0] != '/') return "a route's path does not begin with a slash";
    if (params_of(r->path) > ROUTE_PARAMS) return "a route has too many parameters";
    if (r->handler == NULL) return "a route has no handler";
    if (r->method == HTTP_GET && r->body != NO_BODY) return "a GET route takes a body";
    if (r->method != HTTP_GET && r->method != HTTP_POST) return "a route is neither GET nor POST";
    return NULL;
}

bool router_check(const struct router *router, const char **why)
{
    for (size_t i = 0; i < router->n; i++)
        for (size_t k = 0; k < router->lists[i].n; k++) {
            const struct route *r = &router->lists[i].rows[k];
            *why = row_fault(r);
            if (*why != NULL) return false;
            for (size_t j = 0; j <= i; j++)
                for (size_t m = 0; m < (j == i ? k : router->lists[j].n); m++) {
                    const struct route *o = &router->lists[j].rows[m];
                    *why = "a route stands twice";
                    if (o->method == r->method && same_shape(o->path, r->path)) return false;
                }
        }
    *why = NULL;
    return true;
}

static bool path_matches(str pattern, str path, struct route_match *out)
{
    size_t n = 0;
    while (pattern.n > 0 || path.n > 0) {
        str want, have;
        if (pattern.n == 0 || path.n == 0 || pattern.p[0] != '/' || path.p[0] != '/') return false;
        (void)str_cut(str_sub(pattern, 1, pattern.n), '/', &want, &(str){0});
        (void)str_cut(str_sub(path, 1, path.n), '/', &have, &(str){0});
        if (want.n > 0 && want.p[0] == ':') {
            if (have.n == 0 || n == ROUTE_PARAMS) return false;
            out->param[n++] = have;
        } else if (!str_eq(want, have)) {
            return false;
        }
        pattern = str_sub(pattern, 1 + want.n, pattern.n);
        path = str_sub(path, 1 + have.n, path.n);
    }
    return true;
}

/* Most rows differ in the first letter already. */
static bool may_match(const char *pattern, str path)
{
    return path.n < 2 || pattern[1] == path.p[1] || pattern[1] == ':';
}

static void search(const struct router *router, enum http_method method, str path, struct route_match *out)
{
    for (size_t i = 0; i < router->n; i++)
        for (size_t k = 0; k < router->lists[i].n; k++) {
            const struct route *r = &router->lists[i].rows[k];
            struct route_match m = {0};
            if (!may_match(r->path, path) || !path_matches(str_from(r->path), path, &m)) continue;
            out->allowed |= 1u << r->method | (r->method == HTTP_GET ? 1u << HTTP_HEAD : 0);
            if (r->method != method || out->row != NULL) continue;
            memcpy(out->param, m.param, sizeof m.param);
            out->row = r;
        }
}

struct route_match router_find(const struct router *router, enum http_method method, str path)
{
    struct route_match out = {0};
    if (method == HTTP_HEAD) method = HTTP_GET;
    if (str_ends(path, STR(".json"))) {
        str bare = str_sub(path, 0, path.n - 5);
        search(router, method, bare.n == 0 || str_eq(bare, STR("/index")) ? STR("/") : bare, &out);
        out.json = out.allowed != 0;
    }
    if (out.allowed == 0) search(router, method, path, &out);
    return out;
}
