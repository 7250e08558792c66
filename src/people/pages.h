/* pages: the routes of this room: signing in and out, one's own page, administration.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_PAGES_H
#define LUOSHI_PEOPLE_PAGES_H

#include "web/router.h"

extern const struct route_list signin_route_list, admin_route_list, admin_people_route_list;

#endif
