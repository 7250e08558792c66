/* phrase: texts a unit uses again and again in its answers (P11). A person reads and changes them before they are sent;
 * nothing is ever answered by a phrase alone. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_PHRASE_H
#define LUOSHI_MATTER_PHRASE_H

#include "base/faults.h"
#include "people/rights.h"

struct phrase {
    phrase_id id;
    unit_id unit;
    str name, text;
};

/* Holds a role in the unit itself by which they write to residents: handler, clerk, checker or head. */
bool phrase_may_put(const struct actor *, unit_id);
/* By name; those that have not ended. */
MUST_USE enum status phrase_list(struct db *, struct arena *, unit_id, struct phrase **out, size_t *n);
MUST_USE enum status phrase_get(struct db *, struct arena *, phrase_id, struct phrase *out);
/* Inside a write. id 0 makes one. ST_FORBIDDEN unless phrase_may_put; faults name the fields name and text. */
MUST_USE enum status phrase_put(struct db *, struct arena *, const struct actor *, struct phrase *change,
                                struct faults *);
/* ST_NOT_FOUND when it has ended, or is not theirs. */
MUST_USE enum status phrase_end(struct db *, struct arena *, const struct actor *, phrase_id, instant now);

#endif
