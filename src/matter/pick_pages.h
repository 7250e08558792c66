/* pick_pages: how staff forms let a person name a unit or a category, without script and at any number of units.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_PICK_PAGES_H
#define LUOSHI_MATTER_PICK_PAGES_H

#include "matter/category.h"
#include "people/unit.h"
#include "web/parts.h"

/* What a unit field shows and the list behind it offers: "Linjiang Housing Bureau 990207". */
str unit_typed(struct req *, const struct unit *);
/* A unit as typed: its number, its whole name, its name and number, or a part of a name that only one unit has. id 0
 * when nothing was typed. ST_INVALID with a fault at `field` when none or more than one fits. */
MUST_USE enum status unit_pick(struct req *, const char *field, str typed, struct unit *out);
/* The list behind the unit fields of a page: the first few hundred by number; the others are found by typing. */
MUST_USE enum status unit_offers(struct req *, struct option_view **out, size_t *n);

/* Down to `levels`, as paths, value is the code; first: label of the empty choice or NULL. */
MUST_USE enum status category_options(struct req *, const char *first, int64_t levels, struct option_view **out,
                                      size_t *n);
/* By code; id 0 for "". ST_INVALID with a fault at `field` when unknown or ended. */
MUST_USE enum status category_pick(struct req *, const char *field, str code, struct category *out);

#endif
