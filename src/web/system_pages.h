/* system_pages: rows for machines. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_SYSTEM_PAGES_H
#define LUOSHI_WEB_SYSTEM_PAGES_H

#include "web/router.h"

extern const struct route_list system_route_list;

#endif
