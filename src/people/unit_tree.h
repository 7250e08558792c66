/* unit_tree: the closure of both kinds of parent, changed with the parent in one transaction. Private to the room.
 *
 * Invariants   1. every unit that has not ended has one open row with itself, depth 0, of each kind.
 *              2. open rows (ends_on 0) are exactly the ancestors by the parents in `unit`.
 *              3. a row is never removed: a move ends it at the day of the move.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_UNIT_TREE_H
#define LUOSHI_PEOPLE_UNIT_TREE_H

#include "people/unit.h"

enum tree_kind { TREE_TERRITORY, TREE_LINE, TREE_KINDS };

/* A new unit and its two parents (0: none). */
MUST_USE enum status tree_add(struct db *, unit_id, unit_id territory, unit_id line, day on);
/* The unit and all below it get another parent of this kind (0: none). */
MUST_USE enum status tree_move(struct db *, enum tree_kind, unit_id, unit_id parent, day on);
MUST_USE enum status tree_end(struct db *, unit_id, day on);
/* Would this parent stand below the unit, by this kind or by the way up that accountability takes? */
bool tree_makes_cycle(struct db *, enum tree_kind, unit_id, unit_id parent);

#endif
