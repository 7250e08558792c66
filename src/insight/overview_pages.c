/* overview_pages: not yet. SPDX-License-Identifier: Apache-2.0 */
#include "insight/pages.h"

const struct route_list overview_route_list = {0};
