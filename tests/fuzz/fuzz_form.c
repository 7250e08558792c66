/* fuzz_form: queries, form bodies, multipart, JSON. Whatever comes in, what comes out is UTF-8 without NUL, within the limits.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdint.h>

#include "base/status.h"
#include "web/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(enum status st, const struct fields *f)
{
    must(st == ST_OK || (st == ST_INVALID && f->why != NULL));
    if (st != ST_OK) return;
    must(f->n <= LIMIT_FIELDS);
    for (size_t i = 0; i < f->n; i++) {
        if (f->item[i].filename.p != NULL) continue;
        must(str_is_utf8(f->item[i].value) && str_is_utf8(f->item[i].name));
        must(str_find_byte(f->item[i].value, 0) < 0 && f->item[i].value.n <= LIMIT_FIELD);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    jmp_buf full;
    struct arena *volatile mem = arena_new((size_t)64 << 20, &full);
    struct fields f = {0};
    str body = {(const char *)data + (n > 0), n > 0 ? n - 1 : 0};
    if (setjmp(full) == 0 && n > 0) {
        switch (data[0] % 4) {
        case 0: check(fields_from_urlencoded(mem, body, &f), &f); break;
        case 1: check(fields_from_multipart(mem, body, STR("x"), &f), &f); break;
        case 2: check(fields_from_json(mem, body, &f), &f); break;
        default: {
            str back, coded = percent_encode(mem, body);
            must(percent_decode(mem, coded, false, &back) == ST_OK && str_eq(back, body));
            (void)multipart_boundary(body);
        }
        }
    }
    arena_free(mem);
    return 0;
}
