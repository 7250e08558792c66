/* Any text as a plan, once and repeated up to the length a plan may have: the markup that stands on the page has no element that runs, no
 * handler and no address that does more than lead somewhere. SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "web/markdown.h"

#define PLAN_BYTES ((size_t)200 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Text has no "<" and no quote of its own: whatever stands between them is markup. */
static void look(struct arena *mem, str text)
{
    static const char *const never[] = {"<script",
                                        "<iframe",
                                        "<object",
                                        "<style",
                                        "<svg",
                                        "<form",
                                        "<input",
                                        "href=\"javascript:",
                                        "src=\"javascript:",
                                        "href=\"data:",
                                        "href=\"vbscript:",
                                        "src=\"file:"};
    str lower = str_lower(mem, markdown_html(mem, text).s);
    for (size_t i = 0; i < COUNT_OF(never); i++) must(str_find(lower, str_from(never[i])) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new((size_t)256 * 1024 * 1024, NULL);
    str text = {(const char *)data, size};
    if (str_is_utf8(text)) look(mem, text);
    if (str_is_utf8(text) && size > 0 && size < 64) { /* deep nesting, long lists, one endless line */
        size_t times = PLAN_BYTES / size;
        char *bytes = NEWN(mem, char, PLAN_BYTES);
        for (size_t i = 0; i < times; i++) memcpy(bytes + i * size, data, size);
        look(mem, (str){bytes, times * size});
    }
    arena_free(mem);
    return 0;
}
