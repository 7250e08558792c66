/* unit_tree: see unit_tree.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/unit_tree.h"

#include "gen/sql/unit_tree.h"
#include "people/cover.h"
#include "people/unit.h"

enum status tree_add(struct db *db, unit_id unit, unit_id territory, unit_id line, day on)
{
    for (int kind = TREE_TERRITORY; kind < TREE_KINDS; kind++) TRY(q_unit_tree_add_self(db, kind, unit, on, NULL));
    if (territory.v != 0) TRY(q_unit_tree_add_above(db, TREE_TERRITORY, territory, unit, on, NULL));
    if (line.v != 0) TRY(q_unit_tree_add_above(db, TREE_LINE, line, unit, on, NULL));
    return cover_enters(db, unit);
}

enum status tree_move(struct db *db, enum tree_kind kind, unit_id unit, unit_id parent, day on)
{
    bool covers = kind == TREE_TERRITORY;
    if (covers) TRY(cover_before_move(db, unit));
    TRY(q_unit_tree_end_above(db, kind, unit, on, NULL));
    if (parent.v != 0) TRY(q_unit_tree_add_above(db, kind, parent, unit, on, NULL));
    return covers ? cover_after_move(db, unit) : ST_OK;
}

enum status tree_end(struct db *db, unit_id unit, day on)
{
    TRY(cover_leaves(db, unit));
    return q_unit_tree_end_all(db, unit, on, NULL);
}

bool tree_makes_cycle(struct db *db, enum tree_kind kind, unit_id unit, unit_id parent)
{
    struct q_unit_tree_below_by row;
    unit_id at = parent;
    if (parent.v == unit.v || q_unit_tree_below_by(db, NULL, kind, unit, parent, &row) != ST_NOT_FOUND) return true;
    for (int i = 0; i < UNIT_DEPTH_MAX;
         i++) { /* the way up changes from one kind to the other where a parent is missing */
        unit_id up;
        if (unit_up(db, NULL, at, &up) != ST_OK || up.v == unit.v) return true;
        if (up.v == at.v) return false;
        at = up;
    }
    return true;
}

bool unit_is_below(struct db *db, struct arena *mem, unit_id ancestor, unit_id descendant)
{
    struct q_unit_tree_below row;
    if (ancestor.v == descendant.v) return ancestor.v != 0;
    return q_unit_tree_below(db, mem, ancestor, descendant, &row) == ST_OK;
}

bool unit_was_below(struct db *db, struct arena *mem, unit_id ancestor, unit_id descendant, day on)
{
    struct q_unit_tree_below_on row;
    return q_unit_tree_below_on(db, mem, ancestor, descendant, on, &row) == ST_OK;
}
