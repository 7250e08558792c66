/* demo_themes: the lists of themes, by what they are about, each ended by one without a category. Private to the room.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_THEMES_H
#define LUOSHI_DEMO_DEMO_THEMES_H

#include "demo/demo_words.h"

extern const struct demo_theme demo_themes_home[], demo_themes_work[], demo_themes_street[], demo_themes_village[];

#endif
