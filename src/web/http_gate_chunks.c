/* http_gate_chunks: the gate for chunked bodies, a state machine over single bytes.
 *
 *   SIZE -hex-> SIZE -CR-> SIZE_LF -LF-> DATA (size > 0) -> DATA_CR -CR-> DATA_LF -LF-> SIZE
 *                                   \--> LAST_CR (size = 0) -CR-> LAST_LF -LF-> END
 *
 * Anything else is refused: a `;` (extension), a blank, a sign, 0x, a bare LF, a trailer line.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/http_gate.h"

enum { SIZE, SIZE_LF, DATA, DATA_CR, DATA_LF, LAST_CR, LAST_LF, END };
enum { DIGITS_MOST = 8 };

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool step_size(struct http_gate_chunks *g, char c)
{
    int v = hex_value(c);
    if (v >= 0) {
        g->size = g->size * 16 + (uint64_t)v;
        return ++g->digits <= DIGITS_MOST;
    }
    g->at = SIZE_LF;
    return c == '\r' && g->digits > 0;
}

static bool step_size_end(struct http_gate_chunks *g, char c)
{
    g->at = g->size == 0 ? LAST_CR : DATA;
    g->total += g->size;
    g->digits = 0;
    return c == '\n';
}

/* One byte outside of chunk data. False: refused. */
static bool step(struct http_gate_chunks *g, char c)
{
    switch (g->at) {
    case SIZE: return step_size(g, c);
    case SIZE_LF: return step_size_end(g, c);
    case DATA_CR: g->at = DATA_LF; return c == '\r';
    case DATA_LF: g->at = SIZE; return c == '\n';
    case LAST_CR: g->at = LAST_LF; return c == '\r';
    case LAST_LF: g->at = END; return c == '\n';
    default: return false;
    }
}

enum http_gate_found http_gate_chunks(struct http_gate_chunks *g, str in, size_t *used)
{
    size_t i = 0;
    while (i < in.n && g->at != END) {
        if (g->at == DATA) {
            size_t n = in.n - i < g->size ? in.n - i : (size_t)g->size;
            i += n;
            g->size -= n;
            if (g->size == 0) g->at = DATA_CR;
        } else if (!step(g, in.p[i++])) {
            *used = i - 1;
            g->at = -1; /* stays refused */
            return HTTP_GATE_BAD;
        }
    }
    *used = i;
    return g->at == END ? HTTP_GATE_END : HTTP_GATE_MORE;
}
