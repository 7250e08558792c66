/* pages: the routes of this room. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_INSIGHT_PAGES_H
#define LUOSHI_INSIGHT_PAGES_H

#include "web/router.h"

extern const struct route_list overview_route_list;

#endif
