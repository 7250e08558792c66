/* table: what the schema consists of, table by table, for code that treats all rows alike (copying, comparing). Made by
 * tools/mksql from the migrations (gen/tables.h).
 *
 * Order        a table stands behind every table that it refers to, so that rows can be written table by table.
 * Left out     virtual tables and what belongs to them, and tables named search_*: an index, which is made again from the words.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_TABLE_H
#define LUOSHI_STORE_TABLE_H

#include <stdbool.h>

struct table_column {
    const char *name;
    char type; /* as in struct stmt_text: i s b r */
    bool not_null;
};

struct table {
    const char *name;
    const struct table_column *columns;
    int n_columns;
    const int *key; /* the primary key: places in columns, in the key's order */
    int n_key;
    bool refers_to_itself; /* a row may refer to another row of this table, also to a later one */
};

#endif
