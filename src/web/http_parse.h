/* http_parse: llhttp behind a small door. http_parse.c is the only file that names it.
 *
 * The caller feeds exactly the bytes the gate has passed: first one whole head, then body bytes. Each call says whether
 * llhttp agrees; where it and the gate differ the request is refused, so a fault in one of them alone opens nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_HTTP_PARSE_H
#define LUOSHI_WEB_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct http_parse_events {
    void (*header)(void *ctx, str name, str value); /* may be NULL; value without blanks around it */
    void (*body)(void *ctx, str part);              /* may be NULL */
};

struct http_parse {
    _Alignas(8) unsigned char llhttp[128];
    const struct http_parse_events *events;
    void *ctx;
    str name, value, target;
    size_t n_headers;
    bool has_name, headers_done, done, torn;
};

/* What llhttp makes of a head, to be compared with the gate's view. */
struct http_parse_head {
    str method_name;
    str target;
    int minor;
    bool chunked;
    uint64_t length;
    size_t n_headers;
    bool done; /* no body follows */
};

void http_parse_init(struct http_parse *, const struct http_parse_events *, void *ctx);
/* head must stay where it is until the request is over. False: llhttp refuses it. */
bool http_parse_head(struct http_parse *, str head, struct http_parse_head *out);
/* False: llhttp refuses these bytes, or finds the end inside of them. */
bool http_parse_body(struct http_parse *, str part);
bool http_parse_is_done(const struct http_parse *);

#endif
