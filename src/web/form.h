/* form: fields out of a query string, a form body (urlencoded or multipart) or a JSON object.
 *
 * Everything is decoded and checked here, once: percent codes well-formed, text UTF-8, no NUL, no more than LIMIT_FIELDS fields of
 * LIMIT_FIELD bytes. A fault refuses the whole request (400), never half of it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_FORM_H
#define LUOSHI_WEB_FORM_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/str.h"

struct field {
    str name;
    str value;
    str filename; /* of an uploaded part, else .p NULL */
};
struct fields {
    struct field *item;
    size_t n;
    const char *why; /* after ST_INVALID: which rule was broken, for the error page (message key) */
};

MUST_USE enum status fields_from_query(struct arena *, str query, struct fields *);
MUST_USE enum status fields_from_urlencoded(struct arena *, str body, struct fields *);
/* The same, for a form of TEXT_BODY: fields of up to LIMIT_FIELD_TEXT. */
MUST_USE enum status fields_from_long(struct arena *, str body, struct fields *);
/* boundary: from the Content-Type. Uploaded parts are not checked for UTF-8. RFC 7578. */
MUST_USE enum status fields_from_multipart(struct arena *, str body, str boundary, struct fields *);
/* A flat JSON object: strings, numbers, booleans (as "1" and ""), null (absent), one level of nested object as "a.b". */
MUST_USE enum status fields_from_json(struct arena *, str body, struct fields *);

/* First value by name; .p NULL when absent. */
str field_get(const struct fields *, str name);
size_t field_count(const struct fields *, str name);
/* ST_INVALID on a malformed percent code. '+' is a space when plus is set. */
MUST_USE enum status percent_decode(struct arena *, str coded, bool plus, str *out);
/* For query values and path segments: everything but unreserved characters coded. */
str percent_encode(struct arena *, str plain);
/* The boundary parameter of a multipart/form-data Content-Type; .p NULL when it is another type or malformed. */
str multipart_boundary(str content_type);

#endif
