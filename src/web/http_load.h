/* http_load: when a queue has become too long for good, and what comes more is to be refused at once.
 *
 * A burst may wait; a queue whose first has been waiting too long all the time for a while serves nobody well, and making it longer serves
 * nobody at all. So: once the wait has been above LOAD_WAIT_NS for LOAD_PATIENCE_NS, refuse while it is above; and trust the queue with
 * bursts again when it has been below for as long. Between the files http_*.c; pure, the caller says what time it is.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_HTTP_LOAD_H
#define LUOSHI_WEB_HTTP_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#define LOAD_WAIT_NS     (INT64_C(100) * 1000000)
#define LOAD_PATIENCE_NS (INT64_C(500) * 1000000)

struct http_load {
    int64_t since_ns; /* it has been above (or below) since; 0: not seen yet */
    bool above, sheds;
};

/* wait_ns: how long the first of the queue has been waiting. True: refuse what comes now. */
static inline bool http_load_refuses(struct http_load *l, int64_t wait_ns, int64_t now_ns)
{
    bool above = wait_ns >= LOAD_WAIT_NS;
    if (above != l->above || l->since_ns == 0) {
        l->above = above;
        l->since_ns = now_ns;
    }
    if (now_ns - l->since_ns >= LOAD_PATIENCE_NS) l->sheds = above;
    return l->sheds && above;
}

/* What was let in before the queue was known to be too long, and has waited for so long that its answer would help nobody. More than what
 * waits while others are refused: else all would wait to be refused. */
static inline bool http_load_gives_up(const struct http_load *l, int64_t wait_ns)
{
    return l->sheds && wait_ns >= 3 * LOAD_WAIT_NS;
}

#endif
