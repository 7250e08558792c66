/* export: the matters as a table: every row that is public, or all for the office itself. Contacts are never in it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_EXPORT_H
#define LUOSHI_EXCHANGE_EXPORT_H

#include "people/city.h"

MUST_USE enum status export_matters(struct db *, struct arena *, const struct city *, const char *path,
                                    bool with_private, int64_t *rows);

#endif
