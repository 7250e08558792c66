/* import_mark: how far the import of a file has come, kept in the transaction of each chunk until the last one.
 *
 * The name of a mark is made of what the file holds and how its columns were read, so that another file is another import.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_IMPORT_MARK_H
#define LUOSHI_EXCHANGE_IMPORT_MARK_H

#include "exchange/import.h"

struct import_mark {
    str name;     /* .n 0: none is kept */
    int64_t row;  /* number of the last row that is in; 0: none */
    int64_t rows; /* how many that is */
};
/* Reads the whole file. ST_IO: it cannot be read. */
MUST_USE enum status import_mark_find(struct db *, struct arena *, const struct import_options *, struct import_mark *);
/* Inside a write. */
MUST_USE enum status import_mark_put(struct db *, const struct import_mark *);
MUST_USE enum status import_mark_drop(struct db *, const struct import_mark *);
/* Is there any? */
MUST_USE enum status import_mark_any(struct db *, struct arena *, bool *any);

#endif
