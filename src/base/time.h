/* time: instants, calendar days and the one source of "now".
 *
 * An instant is UTC milliseconds since 1970. A day is a civil date in the city's zone, as days since 1970-01-01.
 * The clock is injected: production reads the system, tests and `--now` set a start from which it runs or stands.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_TIME_H
#define LUOSHI_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef struct {
    int64_t ms; /* 0 means none */
} instant;

typedef struct {
    int32_t n; /* days since 1970-01-01; may be negative */
} day;

struct civil {
    int year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
    int hour, minute, second, millisecond;
    int weekday; /* 0 Sunday to 6 Saturday */
};

#define DAY_MS    INT64_C(86400000)
#define HOUR_MS   INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)
#define SECOND_MS INT64_C(1000)

/* A zone's offsets from UTC, in milliseconds, by transition; made once at start from ICU (base/locale.h). */
struct zone {
    int n;
    struct {
        int64_t from_ms;
        int32_t offset_ms;
    } part[256];
};

/* The injected clock. offset moves the system's time; frozen stands still at fixed. */
struct clock {
    bool frozen;
    instant fixed;
    int64_t offset_ms;
};
instant clock_now(const struct clock *);
/* Monotonic nanoseconds, for durations only; never injected. */
int64_t time_monotonic_ns(void);

/* Civil conversions (proleptic Gregorian). */
day day_from_civil(int year, int month, int d);
struct civil civil_from_day(day);
bool civil_is_valid(int year, int month, int d);
int64_t zone_offset_ms(const struct zone *, instant);
struct civil civil_in_zone(const struct zone *, instant);
day day_in_zone(const struct zone *, instant);
/* The instant when the civil day `d` begins in the zone, or (end) the last millisecond of it. */
instant day_start(const struct zone *, day d);
instant day_end(const struct zone *, day d);
instant instant_from_civil(const struct zone *, const struct civil *);

/* RFC 3339 in UTC, "2026-11-23T05:06:07.089Z" without the fraction when zero; 25 bytes at most with NUL. */
size_t instant_format(instant, char out[32]);
/* RFC 3339 with Z or offset, or a date-time without zone (taken in the zone), or a date alone. */
bool instant_parse(str, const struct zone *, instant *out);
/* "2026-11-23" */
size_t day_format(day, char out[16]);
bool day_parse(str, day *out);
/* HTTP date, IMF-fixdate (RFC 9110 5.6.7): "Mon, 23 Nov 2026 05:06:07 GMT"; 29 bytes and NUL. */
size_t http_date_format(instant, char out[32]);
bool http_date_parse(str, instant *out);

#endif
