/* import: an office's table into the city.
 *
 * All rows or none: units and categories in one transaction; matters are looked through first, and then written in chunks, each a
 * transaction of its own (docs/adr/013-import.md). What is killed meanwhile goes on where it stopped when the same file is imported again.
 * With skip_bad each bad row is undone alone and written, with its reason, to a .csv beside the good ones. The source's own number is the
 * key: a row that is there already is skipped.
 * Threads      the caller's, and for matters one more that reads the file. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_IMPORT_H
#define LUOSHI_EXCHANGE_IMPORT_H

#include "exchange/sheet.h"
#include "people/city.h"

enum import_kind { IMPORT_UNITS = 1, IMPORT_CATEGORIES, IMPORT_MATTERS };

struct import_options {
    enum import_kind kind;
    const char *path;
    const char *map;      /* NULL: by known headers */
    const char *skip_bad; /* NULL: all or nothing */
    bool is_private;      /* matters: not shown to the public */
    unit_id unit;         /* matters: who answered, and where unanswered ones wait; 0: the root */
    bool by_rules;        /* matters, for tests: every row goes by the ordinary rules */
    void (*progress)(void *, int64_t rows);
    void *progress_ctx;
};
struct import_result {
    int64_t read, imported, skipped, bad;
    int64_t kept;             /* rows of the beginning that stay, when an import of matters did not come to its end */
    struct sheet_error why;   /* the first bad row */
    struct sheet_notes notes; /* what a person should look at */
};
/* ST_INVALID with why filled. Nothing was changed then, but for `kept` rows: what was looked through and was refused all the same, because
 * somebody changed the same matter meanwhile; or the disk failed, or others held the database for too long. */
MUST_USE enum status import_run(struct db *, struct arena *, const struct city *, const struct import_options *,
                                struct import_result *);

/* For one who has the database alone: the search index, which an import that was killed has left merging its parts less often, merges again. */
MUST_USE enum status import_settle(struct db *, struct arena *);

/* One row of a kind: shared by the kinds' files. */
struct import_row {
    struct db *db;
    struct arena *mem; /* reset after each row */
    const struct city *city;
    const struct import_options *options;
    const struct sheet_row *row;
    const int *index;
    struct faults *faults;
    bool existed; /* set by the row: nothing was added */
};
str import_text(const struct import_row *, int column);
extern const struct sheet_column import_unit_columns[], import_category_columns[], import_matter_columns[];
extern const int import_unit_columns_n, import_category_columns_n, import_matter_columns_n;
MUST_USE enum status import_unit(struct import_row *);
MUST_USE enum status import_category(struct import_row *);
MUST_USE enum status import_matter(struct import_row *);

#endif
