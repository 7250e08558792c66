/* Any text: striking keeps its length in characters, is done once and for all, and leaves no number as long as an ID or
 * a bank card. SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "matter/matter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t points(str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; n++) (void)str_next_point(s, &i);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new((size_t)64 * 1024 * 1024, NULL);
    str text = {(const char *)data, size};
    str shown = matter_redact(mem, text);
    must(str_is_utf8(shown) && points(shown) == points(text));
    must(str_eq(matter_redact(mem, shown), shown));
    size_t run = 0;
    for (size_t i = 0; i <= shown.n; i++) {
        bool digit = i < shown.n && shown.p[i] >= '0' && shown.p[i] <= '9';
        must(digit || run < 15);
        run = digit ? run + 1 : 0;
    }
    arena_free(mem);
    return 0;
}
