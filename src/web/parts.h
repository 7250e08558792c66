/* parts: the parts of a form as views: what came with the request or a first value, and the fault that belongs to it.
 *
 * A form is an array of parts; form_field.html shows each by its kind. The id of a part is "f-" and its name, which is
 * what the error summary links to. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_PARTS_H
#define LUOSHI_WEB_PARTS_H

#include "gen/view/form_field.h"
#include "gen/view/parts.h"
#include "web/req.h"

/* Marks a message key for xgettext where it is stored, not shown (as in matter/words.h). */
#define TR_NOOP(text) text

struct part {
    const char *name;
    const char *kind;         /* text, password, date, tel, email, search, unit, area, select, radios, check */
    const char *label, *hint; /* message keys; hint may be NULL */
    int max;                  /* code points; 0: says no limit */
    int rows;                 /* of an area; 0: 4 */
    bool optional;
    const char *autocomplete; /* NULL: none */
    const char *width;        /* "10", "20", "30" characters; NULL: all there is */
    const char *mode;         /* inputmode; NULL: by the kind */
    bool large;               /* label of a page that asks little */
};

/* An id for pages and JSON: as text, for numbers of that size are not exact in every reader. */
str part_id(struct req *, int64_t id);
/* What the form says for `name` when it was sent, else `first`. */
str part_value(struct req *, const char *name, str first);
/* A password is never sent back. */
struct form_field_view part_field(struct req *, const struct part *, str first);
/* A part with a list: the option whose value is the part's is chosen. */
struct form_field_view part_choice(struct req *, const struct part *, str first, struct option_view *, size_t n);

#endif
