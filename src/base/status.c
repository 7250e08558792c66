/* status: names of outcomes, and what happens at a bug.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdlib.h>

#include "base/log.h"

const char *status_name(enum status st)
{
    static const char *const names[] = {
        [ST_OK] = "ok",
        [ST_INVALID] = "invalid",
        [ST_FORBIDDEN] = "forbidden",
        [ST_NOT_FOUND] = "not found",
        [ST_CONFLICT] = "conflict",
        [ST_BUSY] = "busy",
        [ST_IO] = "input/output error",
    };
    _Static_assert(COUNT_OF(names) == ST_COUNT, "every status has a name");
    return st < ST_COUNT ? names[st] : "unknown";
}

void must_failed(const char *cond, const char *file, int line)
{
    log_line(LOG_ERROR, "bug", "cond=\"%s\" at=%s:%d", cond, file, line);
    abort();
}
