/* work_pages: what staff open to do the work: queue, lists, casefiles, registering, texts.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_WORK_PAGES_H
#define LUOSHI_MATTER_WORK_PAGES_H

#include "web/router.h"

extern const struct route_list work_route_list, casefile_route_list, register_route_list, phrase_route_list;

#endif
