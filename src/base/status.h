/* status: the one list of expected outcomes. Exhaustion and bugs never appear here (see base/arena.h and must()).
 *
 * web/ maps each value to one HTTP status in one table; the command line maps each to an exit code.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_STATUS_H
#define LUOSHI_BASE_STATUS_H

#include "base/attr.h"

enum status {
    ST_OK,
    ST_INVALID,   /* the caller's input breaks a rule; a field message says which */
    ST_FORBIDDEN, /* known who, not allowed */
    ST_NOT_FOUND, /* absent, or not theirs to know */
    ST_CONFLICT,  /* the record moved on, or the key is taken */
    ST_BUSY,      /* over a limit, or the engine is locked; trying again later can help */
    ST_IO,        /* disk, network or database fault; nothing was changed */
    ST_COUNT
};

#define TRY(e)                                                                                                         \
    do {                                                                                                               \
        enum status try_ = (e);                                                                                        \
        if (try_ != ST_OK) return try_;                                                                                \
    } while (0)

/* A short English name for logs and exit messages: "ok", "invalid", ... */
const char *status_name(enum status);

/* Bug check, always compiled in: logs file:line and aborts. Never for input. */
#define must(cond) ((cond) ? (void)0 : must_failed(#cond, __FILE__, __LINE__))
NORETURN void must_failed(const char *cond, const char *file, int line);

#endif
