/* demo_themes: see demo_themes.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_themes.h"

const struct demo_theme *const demo_theme_lists[] = {demo_themes_home, demo_themes_work, demo_themes_street,
                                                     demo_themes_village};
const size_t demo_theme_list_count = COUNT_OF(demo_theme_lists);
