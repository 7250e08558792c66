/* words: checks of what people write in this room: matter/words.h does them; here stand the room's limits.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_WORDS_H
#define LUOSHI_CAMPAIGN_WORDS_H

#include "matter/words.h"

/* Code points: forms say the same numbers. */
#define CAMPAIGN_NAME_POINTS 120  /* of a campaign, stage, action, subject of a notice */
#define CAMPAIGN_LINE_POINTS 400  /* criteria, evidence, reasons */
#define CAMPAIGN_TEXT_POINTS 8000 /* a notice, an opinion */

#endif
