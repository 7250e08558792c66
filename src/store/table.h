/* table: what the schema consists of, table by table, for code that treats all rows alike (copying, comparing). Made by
 * tools/mksql from the migrations (gen/tables.h).
 *
 * Order        a table stands behind every table that it refers to, so that rows can be written table by table. Where a row may refer
 *              to another row of its own table, `add` leaves that column NULL and `link` sets it when all rows are there.
 * Left out     virtual tables and what belongs to them, and tables named search_*: an index, which is made again from the words.
 * Statements   columns of a result are the table's. Parameters: `add` the columns but `own`, in order; `after` the columns of `order`;
 *              `link` the `own` columns, then the key. Numbers are from stmt_all_count up to tables_statements.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_TABLE_H
#define LUOSHI_STORE_TABLE_H

#include <stdbool.h>

#include "store/stmt.h"

struct table_column {
    const char *name;
    char type; /* as in struct stmt_text: i s b r */
    bool not_null;
    bool own; /* refers to a row of the same table */
};

struct table {
    const char *name;
    const struct table_column *columns;
    int n_columns;
    const int *key; /* the primary key: places in columns, in the key's order */
    int n_key;
    const int *order; /* columns that a partitioned table can be read by, one row after the other: of a unique index */
    int n_order;
    struct stmt_text all;   /* every row, in no order */
    struct stmt_text begin; /* every row in this order */
    struct stmt_text after; /* those behind a row */
    struct stmt_text last;  /* the columns of `order` of the last row */
    struct stmt_text add;
    struct stmt_text link; /* .text is NULL where no column is `own` */
    const char *bulk;      /* for PostgreSQL: the columns of `add` as a stream */
};

#endif
