/* event: what happened to a casefile, as rows that are only ever added; inside the room. Readers use timeline_list
 * (casefile.h). SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_EVENT_H
#define LUOSHI_MATTER_EVENT_H

#include "gen/ids.h"
#include "store/db.h"

struct event_kind {
    const char *kind;  /* as in the database */
    const char *label; /* message key */
    bool shown;        /* to the raiser and, for a shown matter, to the public */
};
const struct event_kind *event_kind_find(str kind); /* NULL when unknown */

struct event_draft {
    casefile_id casefile;
    matter_id matter;
    const char *kind;      /* one of the table in event.c: anything else is a bug */
    person_id person;      /* 0: the raiser or the system */
    unit_id unit, to_unit; /* in whose name; to whom */
    person_id to_person;
    str words; /* of officials only: the raiser's own words stay in outcome and message */
    instant at;
};
/* Inside a write. out may be NULL. */
MUST_USE enum status event_add(struct db *, struct arena *, const struct event_draft *, event_id *out);

/* With EVENT_SALT bytes of secure_bytes, drawn by whoever writes many. */
#define EVENT_SALT 16 /* the hash of a row tells nothing about its words */
MUST_USE enum status event_add_salted(struct db *, struct arena *, const struct event_draft *, str salt, event_id *out);

/* What is kept in `hash`: of the salt and all that the row says. */
str event_digest(struct arena *, const struct event_draft *, event_id, str salt);

#endif
