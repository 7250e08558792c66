/* lore: what nearly every page reads and administrators seldom change (categories, the units near the top, the names of all), kept in memory as it was last
 * read. The database says with one number how often anything of the kind was changed, by this process or another (admin_event); each look
 * asks for that number, and reads anew only when it is another.
 *
 * Ownership    what a look gives lives at least as long as the arena that was passed to it, also when it is read anew meanwhile. Read-only.
 * Threads      any; two that find it out of date both read it.
 * Not for      commands inside a write: they must see their own changes, and remember rows by db_recall under the same number.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_LORE_H
#define LUOSHI_PEOPLE_LORE_H

#include <pthread.h>

#include "store/db.h"

enum lore_kind { LORE_CATEGORIES, LORE_UNITS_TOP, LORE_UNITS_OFFERED, LORE_UNITS_NAMES, LORE_KINDS };

struct lore_page;
struct lore {
    pthread_mutex_t lock;
    struct lore_page *page; /* NULL: not read yet */
};

void lore_init(struct lore *);
void lore_free(struct lore *);

/* Reads the thing into the arena, which is its own. ctx: what it needs for that. */
typedef enum status (*lore_read)(struct db *, struct arena *, void *ctx, void **out);
MUST_USE enum status lore_look(struct lore *, struct db *, struct arena *, lore_read, void *ctx, void **out);

#endif
