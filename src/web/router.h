/* router: from method and path to one row of a const table.
 *
 * Each room lists its rows; main joins the lists. A row without access, a path twice, or a path that does not begin with '/' stops the
 * program at start. `:name` matches one segment. A GET row answers HEAD too, and `.json` at the end of a path asks for its JSON twin.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_ROUTER_H
#define LUOSHI_WEB_ROUTER_H

#include "base/status.h"
#include "base/str.h"
#include "web/http.h"

struct req;

enum access {
    ACCESS_UNSET,
    ANYONE,     /* the public; a session is still read, for the frame */
    RAISER,     /* holds a receipt code, entered at /track */
    SIGNED_IN,  /* staff */
    KEY_HOLDER, /* Authorization: Bearer KEY; no CSRF, no cookies */
};
enum body_kind {
    NO_BODY,
    FORM_BODY,
    TEXT_BODY, /* a form whose fields may be as long as LIMIT_FIELD_TEXT: the text of a plan */
    JSON_BODY,
    UPLOAD_BODY,
};
/* What else a row wants, as bits. */
enum route_flag {
    ROUTE_CACHED = 1,  /* public page that changes only with the database: ETag and 304 */
    ROUTE_GUESS = 2,   /* limited as guessing (codes, passwords) */
    ROUTE_NO_CSRF = 4, /* with a comment at the row saying why */
    ROUTE_BLOCKS = 8,  /* a GET that may block: runs on an executor */
    ROUTE_ALWAYS = 16, /* answered whatever the load: costs next to nothing, or says how the server is */
    ROUTE_MEMORY = 32, /* asks the database nothing, not even who it is: answered also when the database does not */
};

struct route {
    enum http_method method;
    const char *path;
    enum access access;
    enum body_kind body;
    enum status (*handler)(struct req *);
    unsigned flags;
    const char *about; /* one line for `luoshi routes` and the API reference */
};

struct route_list {
    const struct route *rows;
    size_t n;
};

#define ROUTE_PARAMS 3
struct route_match {
    const struct route *row; /* NULL: none for this method */
    unsigned allowed;        /* bit set of 1u << method that the path has; 0: no such path */
    bool json;               /* ended in .json */
    str param[ROUTE_PARAMS]; /* still percent-coded, in order */
};

struct router {
    const struct route_list *lists;
    size_t n;
};

/* Checks all rows; a message and false on the first bad one. */
bool router_check(const struct router *, const char **why);
struct route_match router_find(const struct router *, enum http_method, str path);
const char *method_name(enum http_method);
const char *access_name(enum access);
size_t router_body_max(enum body_kind);

#endif
