/* admin_pages: what the pages of administration share. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_ADMIN_PAGES_H
#define LUOSHI_PEOPLE_ADMIN_PAGES_H

#include "gen/view/admin.h"
#include "people/unit.h"
#include "web/parts.h"

/* Runs a change in a write; on a fault shows the form again by `again`, else goes to `to`. */
struct admin_change {
    struct req *rq;
    enum status (*run)(struct db *, struct arena *, struct admin_change *);
    struct unit unit;
    struct office office;
    int64_t id;     /* of a person, member or holiday */
    str text, hash; /* a login or name; a password's hash */
    enum post_kind post;
    enum role role;
    day on;
    bool working;
    str name_en, name_zh, title_en, title_zh;
    unit_id successor;
};
MUST_USE enum status admin_write(struct admin_change *);
/* ST_OK, or ST_NOT_FOUND for who administers nothing: the pages are not theirs to know. */
MUST_USE enum status admin_may(struct req *, enum action);
/* The unit of the first path parameter (its code). */
MUST_USE enum status admin_unit_of(struct req *, struct unit *out);
/* "Saved", … by the key in ?done=, or empty. */
str admin_banner(struct req *);
str role_label(struct req *, enum role);
str unit_kind_label(struct req *, str kind);
/* A form page; faults come from rq. */
enum status admin_form_page(struct req *, struct admin_form_view *, struct form_field_view *fields, size_t n);

#endif
