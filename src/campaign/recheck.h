/* recheck: some of the duties called done are drawn by lot and looked at again by the level above (T85): work is checked, not people.
 *
 * The lot   each done duty of the campaign outside the unit that draws gets the number splitmix64(seed + duty's id), all unsigned 64-bit; the
 *           smallest come first. The seed is random, and recorded: whoever has it and the list of duties can draw again.
 * Looking   by a clerk or head of a level above the duty's unit, never of the unit itself: the records show it, or they do not, with what is missing.
 *           Then they no longer count, and the duty is owed again (duty.h, invariant 1); the unit may link others.
 * When      from the day a consolidating stage begins (T09).
 * Ownership and threads  as campaign.h.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_RECHECK_H
#define LUOSHI_CAMPAIGN_RECHECK_H

#include "campaign/duty.h"

#define RECHECK_MOST 200 /* duties drawn at once */

struct recheck {
    recheck_id id;
    str seed, person_name;
    int64_t of_n, n, stands, falls;
    instant at;
};
/* Newest first, at most 50. */
MUST_USE enum status recheck_list(struct db *, struct arena *, campaign_id, struct recheck **out, size_t *n);
struct recheck_item {
    int64_t no;
    duty_id duty;
    unit_id unit;
    str unit_code, unit_en, unit_zh, name, found, words, person_name;
    instant at;
};
/* In the order in which they were drawn. */
MUST_USE enum status recheck_items(struct db *, struct arena *, recheck_id, struct recheck_item **out, size_t *n);
/* Has the day come? */
MUST_USE enum status recheck_is_open(struct db *, struct arena *, const struct campaign *, day today, bool *out);
/* May look at it: of a level above the unit. */
bool recheck_may_look(struct db *, struct arena *, const struct actor *, const struct recheck_item *);

/* Inside a write. n: how many, 1 to RECHECK_MOST; fewer when fewer are done. Faults: n; "" when it is too early or nothing is done.
 * ST_FORBIDDEN unless they write plans of the unit or sign for it. */
MUST_USE enum status recheck_draw(struct db *, struct arena *, const struct campaign_command *, int64_t n,
                                  recheck_id *out);
/* found: stands or falls (then words are needed). Faults: found, words. ST_CONFLICT: somebody looked at it already; ST_NOT_FOUND for others. */
MUST_USE enum status recheck_say(struct db *, struct arena *, const struct campaign_command *, recheck_id, int64_t no,
                                 str found, str words);

#endif
