/* http_gate: reads a request's raw bytes before any parser does and refuses what two parsers could read differently.
 *
 * Request smuggling needs a request that one party ends earlier than the other. RFC 9112 leaves room for that where it
 * lets a recipient be lenient; the gate uses none of it. It is pure: bytes in, verdict out, no memory, no clock.
 *
 * Accepted is only: lines ending in CRLF; "METHOD SP target SP HTTP/1.1" (or 1.0) as the first bytes, no empty line
 * before it; token names with the colon right behind; values of visible bytes, blanks and tabs; one well-formed Host
 * (1.0 may leave it out); one Content-Length of at most 15 digits without a leading zero, or one Transfer-Encoding that is
 * `chunked`, never both; chunk lines of 1 to 8 hex digits and nothing else: no chunk extensions, no trailers.
 * Further reading: RFC 9110, RFC 9112 (sections 2.2, 3, 5, 6, 7.1, 11), docs/adr/001-http.md.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_HTTP_GATE_H
#define LUOSHI_WEB_HTTP_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "web/http.h"

enum http_gate_found { HTTP_GATE_MORE = 1, HTTP_GATE_END, HTTP_GATE_BAD };

/* What the head says about itself. Texts are borrowed from it. */
struct http_gate_head {
    enum http_method method;
    str method_name;
    str target;      /* origin form, or "*" for OPTIONS */
    str line_target; /* as it stands in the request line; differs from target in absolute form */
    int minor;       /* HTTP/1.minor: 0 or 1 */
    bool has_length;
    bool chunked;
    bool keep_alive; /* 1.1 without "close"; 1.0 never */
    bool expect_continue;
    size_t length; /* Content-Length, 0 when there is none */
    size_t n_headers;
};

/* Looks for the empty line that ends a head. *seen: bytes of `in` looked at by earlier calls, 0 at first; at
 * HTTP_GATE_END the length of the head. HTTP_GATE_BAD as soon as a byte shows that no valid head can follow. */
enum http_gate_found http_gate_find(str in, size_t *seen);

/* Judges a whole head as found above. 0 when it may pass, else the status to refuse it with. */
int http_gate_head(str head, struct http_gate_head *out);

/* Judges a chunked body as it arrives. Start from {0}. */
struct http_gate_chunks {
    int at;         /* state, see http_gate_chunks.c */
    int digits;     /* of the size line being read */
    uint64_t size;  /* of the chunk being read; what is left of it while in its data */
    uint64_t total; /* data bytes announced so far, this chunk included */
};

/* Reads on in `in`. *used: bytes that are valid and belong to this body; at HTTP_GATE_END the next byte is behind it. */
enum http_gate_found http_gate_chunks(struct http_gate_chunks *, str in, size_t *used);

#endif
