/* case_show_pages: letting a matter through to the public: original and proposal side by side. Inside the room.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_CASE_SHOW_PAGES_H
#define LUOSHI_MATTER_CASE_SHOW_PAGES_H

#include "matter/casefile_pages.h"

MUST_USE enum status case_show_form(struct desk *, int status);
MUST_USE enum status case_show_do(struct desk *);

#endif
