/* cover: see cover.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/cover.h"

#include "gen/sql/cover.h"

#define ITSELF 0 /* depth from which the units above are meant */
#define ABOVE  1

static enum status office_of_one(struct db *db, unit_id unit, int64_t *n)
{
    struct q_cover_has_office row;
    TRY(q_cover_has_office(db, NULL, unit, &row));
    *n = row.n;
    return ST_OK;
}

enum status cover_enters(struct db *db, unit_id unit)
{
    return q_cover_add(db, unit, ITSELF, 1, 0, NULL); /* it has no office yet */
}

enum status cover_leaves(struct db *db, unit_id unit)
{
    int64_t offices;
    TRY(office_of_one(db, unit, &offices));
    return q_cover_add(db, unit, ITSELF, -1, -offices, NULL);
}

static enum status move_by(struct db *db, unit_id unit, int64_t by)
{
    struct q_cover_of row;
    TRY(q_cover_of(db, NULL, unit, &row));
    return q_cover_add(db, unit, ABOVE, by * row.units, by * row.offices, NULL);
}

enum status cover_before_move(struct db *db, unit_id unit)
{
    return move_by(db, unit, -1);
}

enum status cover_after_move(struct db *db, unit_id unit)
{
    return move_by(db, unit, 1);
}

enum status cover_office(struct db *db, unit_id unit, int by)
{
    return q_cover_add(db, unit, ITSELF, 0, by, NULL);
}

enum status office_coverage(struct db *db, struct arena *mem, unit_id under, int64_t *units, int64_t *with_office)
{
    struct q_cover_of row = {0};
    enum status st = q_cover_of(db, mem, under, &row);
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    *units = row.units;
    *with_office = row.offices;
    return ST_OK;
}
