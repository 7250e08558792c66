/* pages: what the public and staff can open of campaigns, for the list of routes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_PAGES_H
#define LUOSHI_CAMPAIGN_PAGES_H

#include "base/str.h"
#include "base/status.h"

struct req;        /* web/req.h */
struct route_list; /* web/router.h */

extern const struct route_list campaign_route_list, plan_route_list, recheck_route_list, duty_route_list,
    notice_route_list, burden_route_list;

/* For site_options.more_work: what waits for this person in campaigns; empty markup when nothing does. */
enum status campaign_work_section(struct req *, html *out);

#endif
