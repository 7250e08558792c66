/* contact: the sealed identity of a raiser; inside the room. Reading and erasing are in matter.h.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_CONTACT_H
#define LUOSHI_MATTER_CONTACT_H

#include "matter/matter.h"

/* Inside a write. */
MUST_USE enum status contact_seal(struct db *, struct arena *, const struct city *, matter_id, const struct contact *,
                                  instant at);

#endif
