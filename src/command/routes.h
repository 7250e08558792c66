/* routes: all rooms' rows, joined. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_COMMAND_ROUTES_H
#define LUOSHI_COMMAND_ROUTES_H

#include "web/router.h"

struct router all_routes(void);

#endif
