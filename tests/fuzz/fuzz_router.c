/* fuzz_router: any path finds at most one row, and parameters never hold a slash. Times and numbers, too, which come in addresses.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "web/lang.h"
#include "web/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static enum status nothing(struct req *rq)
{
    (void)rq;
    return ST_OK;
}

static const struct route rows[] = {
    {HTTP_GET, "/", ANYONE, NO_BODY, nothing, 0, ""},
    {HTTP_GET, "/a", ANYONE, NO_BODY, nothing, 0, ""},
    {HTTP_GET, "/a/:b", ANYONE, NO_BODY, nothing, 0, ""},
    {HTTP_POST, "/a/:b/c/:d", ANYONE, FORM_BODY, nothing, 0, ""},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct route_list list = {rows, COUNT_OF(rows)};
    const struct router router = {&list, 1};
    str path = {(const char *)data, n};
    enum lang lang;
    instant at;
    day on;
    for (int m = HTTP_GET; m <= HTTP_OPTIONS; m++) {
        struct route_match found = router_find(&router, (enum http_method)m, path);
        must(found.row == NULL || found.allowed != 0);
        for (int i = 0; i < ROUTE_PARAMS; i++) must(str_find_byte(found.param[i], '/') < 0);
    }
    if (day_parse(path, &on)) {
        char out[16];
        must(str_eq((str){out, day_format(on, out)}, path));
    }
    (void)instant_parse(path, NULL, &at);
    (void)http_date_parse(path, &at);
    (void)lang_parse(path, &lang);
    (void)lang_from_accept(path);
    return 0;
}
