/* log: logfmt lines on standard error (https://brandur.org/logfmt): level=info msg="served" status=200 us=312.
 *
 * Values are quoted and control characters escaped, so that one event is one line. Personal data never goes in: a
 * value is either a number, a word from our own code, or `pii`, which prints as [redacted].
 * Threads: a line is written with one write(2).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_LOG_H
#define LUOSHI_BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Bytes that tell who somebody is: cannot be logged, by type. */
typedef struct {
    str s;
} pii;

void log_set_level(enum log_level);
/* fmt makes the key=value tail, e.g. log_line(LOG_INFO, "listening", "port=%d", port). Text values that are not ours
 * must be passed through log_quote. */
void log_line(enum log_level, const char *msg, const char *fmt, ...) PRINTF(3, 4);
/* s as a quoted logfmt value in `out` (NUL-terminated, cut with ~ when it does not fit); returns out. */
const char *log_quote(str s, char *out, size_t cap);

#endif
