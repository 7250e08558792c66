/* Whatever is typed as a receipt code: refused, or sixteen digits that are read as themselves again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "matter/matter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new((size_t)16 * 1024 * 1024, NULL);
    str digits, again;
    if (receipt_parse(mem, (str){(const char *)data, size}, &digits)) {
        must(digits.n == 16);
        for (size_t i = 0; i < digits.n; i++) must(digits.p[i] >= '0' && digits.p[i] <= '9');
        must(receipt_parse(mem, digits, &again) && str_eq(digits, again));
    }
    arena_free(mem);
    return 0;
}
