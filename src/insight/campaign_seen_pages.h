/* campaign_seen_pages: the part of an overview that shows a campaign. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_INSIGHT_CAMPAIGN_SEEN_PAGES_H
#define LUOSHI_INSIGHT_CAMPAIGN_SEEN_PAGES_H

#include "gen/view/overview.h"
#include "insight/seen.h"
#include "web/req.h"

/* own, below, children, campaign of the view, from rows that were read with this campaign. */
MUST_USE enum status campaign_seen_fill(struct req *, const struct campaign *, const struct unit *, const struct seen *,
                                        struct overview_view *);

#endif
