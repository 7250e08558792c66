/* fuzz_http_gate: whatever the gate accepts, llhttp must understand in the same way: same method, target, version, number of
 * headers, same end of the head, same body, same end of the body. Otherwise abort.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"
#include "web/http_gate.h"
#include "web/http_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t body_bytes;

static void count_body(void *ctx, str part)
{
    (void)ctx;
    body_bytes += part.n;
}

static const struct http_parse_events events = {.body = count_body};

/* The gate takes the body in two pieces, to find states that depend on the cut. */
static void check_chunks(struct http_parse *p, str in, size_t cut)
{
    struct http_gate_chunks g = {0};
    size_t used = 0, at = 0;
    enum http_gate_found found = HTTP_GATE_MORE;
    for (int i = 0; i < 2 && found == HTTP_GATE_MORE; i++) {
        str part = i == 0 ? str_sub(in, 0, cut) : str_sub(in, at, in.n);
        found = http_gate_chunks(&g, part, &used);
        if (found == HTTP_GATE_BAD) return;
        must(http_parse_body(p, str_sub(part, 0, used)));
        must(http_parse_is_done(p) == (found == HTTP_GATE_END));
        at += used;
    }
    if (found == HTTP_GATE_END) must(body_bytes == g.total);
}

static void check_length(struct http_parse *p, str in, size_t length)
{
    if (length == 0 || in.n < length) return;
    must(http_parse_body(p, str_sub(in, 0, length)));
    must(http_parse_is_done(p) && body_bytes == length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str in = {(const char *)data, size};
    size_t seen = 0, again = 0;
    struct http_gate_head g;
    struct http_parse p;
    struct http_parse_head h;
    if (http_gate_find(in, &seen) != HTTP_GATE_END) return 0;
    (void)http_gate_find(str_sub(in, 0, size / 2), &again); /* in two steps: the same end */
    if (again <= size / 2 && again < seen) must(http_gate_find(in, &again) == HTTP_GATE_END && again == seen);
    str head = str_sub(in, 0, seen), rest = str_sub(in, seen, size);
    if (http_gate_head(head, &g) != 0) return 0;
    body_bytes = 0;
    http_parse_init(&p, &events, NULL);
    must(http_parse_head(&p, head, &h));
    must(h.minor == g.minor && h.n_headers == g.n_headers);
    must(str_eq(h.method_name, g.method_name) && str_eq(h.target, g.line_target));
    must(h.done == (!g.chunked && g.length == 0));
    if (!h.done) must(h.chunked == g.chunked && h.length == g.length);
    if (g.chunked) check_chunks(&p, rest, rest.n / 3);
    else check_length(&p, rest, g.length);
    return 0;
}
