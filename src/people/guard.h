/* guard: what every change of this room asks first: may they, are the words sound. Private to the room.
 *
 * A NULL actor is the command line or the program itself, and may.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_GUARD_H
#define LUOSHI_PEOPLE_GUARD_H

#include "base/faults.h"
#include "people/rights.h"

MUST_USE enum status guard_unit(struct db *, struct arena *, const struct actor *, enum action, unit_id);
/* What concerns the whole city: the right must reach the root unit. */
MUST_USE enum status guard_city(struct db *, struct arena *, const struct actor *, enum action);
/* An account belongs to no unit: an administrator needs the right in every unit in which the person holds a role. */
MUST_USE enum status guard_person(struct db *, struct arena *, const struct actor *, person_id);

/* False, with a fault for the field, when the text is not sound. A line has no line breaks. */
bool guard_line(struct faults *, const char *field, str text, bool needed, int64_t max_points);
bool guard_text(struct faults *, const char *field, str text, int64_t max_points);

/* "a%b" as a pattern for LIKE … ESCAPE '\' that finds it anywhere, in lower case. */
str guard_pattern(struct arena *, str query);

#endif
