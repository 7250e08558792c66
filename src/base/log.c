/* log: see log.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"

static _Atomic int least = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store(&least, (int)level);
}

void log_line(enum log_level level, const char *msg, const char *fmt, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    static const struct clock system_clock = {0};
    char line[1024];
    char at[32];
    va_list args;
    if ((int)level < atomic_load(&least)) return;
    (void)instant_format(clock_now(&system_clock), at);
    int n = snprintf(line, sizeof line, "ts=%s level=%s msg=\"%s\" ", at, names[level], msg);
    if (n > (int)sizeof line - 2) n = (int)sizeof line - 2;
    va_start(args, fmt);
    int m = vsnprintf(line + n, sizeof line - (size_t)n, fmt, args);
    va_end(args);
    n += m < 0 ? 0 : m;
    if (n > (int)sizeof line - 2) n = (int)sizeof line - 2;
    line[n] = '\n';
    ssize_t sent = write(STDERR_FILENO, line, (size_t)n + 1);
    (void)sent;
}

const char *log_quote(str s, char *out, size_t cap)
{
    size_t n = 0;
    if (cap < 8) {
        out[0] = 0;
        return out;
    }
    out[n++] = '"';
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (n + 8 > cap) {
            out[n++] = '~';
            break;
        }
        if (c < 0x20 || c == 0x7F || c == '"' || c == '\\') n += (size_t)snprintf(out + n, cap - n, "\\x%02x", c);
        else out[n++] = (char)c;
    }
    out[n++] = '"';
    out[n] = 0;
    return out;
}
