/* pages: what the public and the people who raise matters can open, for main's list of routes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_PAGES_H
#define LUOSHI_MATTER_PAGES_H

struct route_list; /* web/router.h */

extern const struct route_list public_route_list, raise_route_list, track_route_list, admin_matter_route_list;

#endif
