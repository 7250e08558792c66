/* cover: how many units stand at and below each unit by territory, and how many of them name an office (T73); kept with every change, so that
 * nobody counts a tree of fifty thousand units for a page. Inside the room: called around the changes of unit_tree.c and office.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_COVER_H
#define LUOSHI_PEOPLE_COVER_H

#include "people/unit.h"

/* After a unit has come into the tree, before it leaves it. */
MUST_USE enum status cover_enters(struct db *, unit_id);
MUST_USE enum status cover_leaves(struct db *, unit_id);
/* Before a unit and all below it leave the units above, and after they stand below others. */
MUST_USE enum status cover_before_move(struct db *, unit_id);
MUST_USE enum status cover_after_move(struct db *, unit_id);
/* By 1 or -1: it names an office now, or no longer. */
MUST_USE enum status cover_office(struct db *, unit_id, int by);

#endif
