/* demo_themes: the lists of themes, by what they are about. Private to the room. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_THEMES_H
#define LUOSHI_DEMO_DEMO_THEMES_H

#include "demo/demo_words.h"

extern const struct demo_theme demo_themes_home[];

#endif
