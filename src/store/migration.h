/* migration: one step of the schema, embedded in the program by tools/mksql (gen/migrations.h).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_MIGRATION_H
#define LUOSHI_STORE_MIGRATION_H

struct migration {
    int version;         /* 1, 2, 3, … without a gap */
    const char *name;    /* 001_people */
    const char *text;    /* statements, run in one transaction */
    const char *pg_text; /* the same for PostgreSQL */
};

#endif
