/* pages: rows of this room. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_PAGES_H
#define LUOSHI_EXCHANGE_PAGES_H

#include "web/router.h"

extern const struct route_list api_route_list, overview_sheet_route_list;

#endif
