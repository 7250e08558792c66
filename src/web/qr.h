/* qr: an address as a square code, for paper and phones. The only pair of files that names libqrencode.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_QR_H
#define LUOSHI_WEB_QR_H

#include "base/str.h"

struct arena;

/* An inline svg of one path with a quiet zone of four modules, hidden from screen readers: write the text beside it.
 * Empty when the text does not fit a code or there is no memory: a page without it is still whole. */
str qr_svg(struct arena *, str text);

#endif
