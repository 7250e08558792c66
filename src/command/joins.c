/* joins: what follows in one room from a change in another that comes before it and must not know it: see command.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/rollup.h"
#include "command/command.h"
#include "matter/tally.h"

static enum status count_again(struct db *db, struct arena *mem, const struct city *city)
{
    TRY(tally_rebuild(db, mem, city));
    return rollup_rebuild(db, mem, city);
}

/* What waits for the unit that ends goes to its successor, or one level up. */
static enum status hand_over(struct db *db, struct arena *mem, const struct city *city, unit_id from, unit_id to)
{
    TRY(duty_unit_ended(db, mem, city, from, to));
    return notice_unit_ended(db, mem, city, from, to);
}

static enum status give_duties(struct db *db, struct arena *mem, const struct city *city, unit_id unit)
{
    TRY(duty_unit_added(db, mem, city, unit));
    return notice_unit_added(db, mem, city, unit);
}

void join_rooms(struct city *city)
{
    city->tree_changed = count_again;
    city->unit_added = give_duties;
    city->unit_ended = hand_over;
    city->casefile_moved = duty_casefile_moved;
}
