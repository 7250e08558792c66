/* notice_inside: what the files of notice and burden share. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_NOTICE_INSIDE_H
#define LUOSHI_CAMPAIGN_NOTICE_INSIDE_H

#include "campaign/notice.h"

/* The units in which somebody works, as the parameters of a list's statement; administrators read no notices. */
struct notice_units {
    unit_id unit[ACTOR_ROLES];
};
struct notice_units notice_units_of(const struct actor *);
#define NOTICE_UNIT_ARGS(u)                                                                                            \
    (u)->unit[0], (u)->unit[1], (u)->unit[2], (u)->unit[3], (u)->unit[4], (u)->unit[5], (u)->unit[6], (u)->unit[7]

MUST_USE enum status delivery_load(struct db *, struct arena *, delivery_id, struct delivery *out);
bool delivery_is_theirs(const struct actor *, const struct delivery *);
/* Broken down, or (why_not not empty) said why not: once; counts it, and what duties follow from it. */
MUST_USE enum status delivery_break(struct db *, struct arena *, const struct city *, const struct delivery *,
                                    str why_not);
/* Sends, counted as this kind of burden: "notice" or "data". */
MUST_USE enum status notice_send_as(struct db *, struct arena *, const struct campaign_command *,
                                    const struct notice_draft *, const char *kind, notice_id *out);

#endif
