/* qr: see qr.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/qr.h"

#include <qrencode.h>
#include <string.h>

#include "base/buf.h"

#define MODULES ((size_t)177 * 177) /* of the largest code, version 40 */
#define QUIET   4                   /* modules around the code, ISO/IEC 18004 */

/* The dark modules of one row, runs joined: "M4 5h7v1h-7z". */
static void add_row(struct buf *b, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width;) {
        int n = 0;
        while (x + n < width && (row[x + n] & 1) != 0) n++;
        if (n > 0) buf_format(b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
        x += n > 0 ? n : 1;
    }
}

str qr_svg(struct arena *mem, str text)
{
    struct buf b;
    const char *z = str_z(mem, text);
    unsigned char *data = NEWN(mem, unsigned char, MODULES);
    buf_init(&b, mem, 16 * 1024, 512 * 1024);
    QRcode *code = QRcode_encodeString8bit(z, 0, QR_ECLEVEL_M);
    if (code == NULL) return (str){NULL, 0};
    int width = code->width, all = width + 2 * QUIET;
    size_t modules = (size_t)width * (size_t)width;
    if (modules <= MODULES) memcpy(data, code->data, modules);
    QRcode_free(code); /* nothing between here and its making may leave by a jump */
    if (modules > MODULES) return (str){NULL, 0};
    buf_format(&b, "<svg viewBox=\"0 0 %d %d\" width=\"132\" height=\"132\" aria-hidden=\"true\" focusable=\"false\">",
               all, all);
    buf_add(&b, STR("<path d=\""));
    for (int y = 0; y < width; y++) add_row(&b, data + y * width, width, y);
    buf_add(&b, STR("\"/></svg>"));
    return buf_str(&b);
}
