/* city: what one installation is: its zone, keys, name and calendar. Read once at start, shared by all threads; only what is kept of the
 * database in `lore` changes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_CITY_H
#define LUOSHI_PEOPLE_CITY_H

#include "base/secret.h"
#include "base/time.h"
#include "gen/ids.h"
#include "people/calendar.h"
#include "people/lore.h"
#include "store/db.h"

#define CITY_PREFIX_MAX 16

struct city {
    struct zone zone;
    const struct keys *keys;
    struct calendar calendar; /* refreshed by calendar_load after an administrator changes holidays */
    str name_en, name_zh;
    str ref_prefix; /* "HT" in HT-26-000001; at most CITY_PREFIX_MAX bytes */
    unit_id root;
    struct lore lore[LORE_KINDS];
    /* Joined where rooms are joined (command/joins.c), NULL where nothing follows; each inside the write that it follows. */
    enum status (*tree_changed)(struct db *, struct arena *, const struct city *); /* what is counted by the tree */
    enum status (*unit_added)(struct db *, struct arena *, const struct city *,
                              unit_id); /* new, or elsewhere, or else */
    enum status (*unit_ended)(struct db *, struct arena *, const struct city *, unit_id from,
                              unit_id to); /* to.v 0: none */
    enum status (*casefile_moved)(struct db *, struct arena *, const struct city *,
                                  casefile_id); /* its state, its unit */
};

/* Reads settings (city.name_en, city.name_zh, city.ref_prefix, city.zone) and the calendar. `life`: an arena that lives as long.
 * ST_NOT_FOUND: a setting or the root unit is missing; ST_INVALID: there is no such zone. */
MUST_USE enum status city_load(struct db *, struct arena *life, const struct keys *, struct city *out);
void city_free(struct city *);
MUST_USE enum status setting_put(struct db *, str name, str value); /* inside a write */

/* A short hash of the key file stands in the database, so that another key file than the one it was made with is found out at once and not
 * when the first identity cannot be opened. Inside a write: notes it when there is none yet. ST_CONFLICT: it is another. */
MUST_USE enum status city_key_note(struct db *, struct arena *, const struct keys *);
/* Reading: ST_NOT_FOUND when none is noted, ST_CONFLICT when it is another. */
MUST_USE enum status city_key_check(struct db *, struct arena *, const struct keys *);

#endif
