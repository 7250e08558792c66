/* time: civil arithmetic by the days-from-civil method (era of 400 years), no library state.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

instant clock_now(const struct clock *c)
{
    struct timespec ts;
    if (c->frozen) return c->fixed;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (instant){(int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 + c->offset_ms};
}

int64_t time_monotonic_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

day day_from_civil(int year, int month, int d)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (day){(int32_t)(era * 146097 + doe - 719468)};
}

struct civil civil_from_day(day of)
{
    int64_t z = (int64_t)of.n + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    int64_t weekday = ((int64_t)of.n + 4) % 7;
    return (struct civil){
        .year = (int)(yoe + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .weekday = (int)(weekday < 0 ? weekday + 7 : weekday),
    };
}

bool civil_is_valid(int year, int month, int d)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || d < 1 || d > 31) return false;
    struct civil c = civil_from_day(day_from_civil(year, month, d));
    return c.year == year && c.month == month && c.day == d;
}

/* The part in force. z has one at least. */
static int part_at(const struct zone *z, int64_t ms)
{
    int low = 0;
    int high = z->n;
    while (high - low > 1) {
        int mid = (low + high) / 2;
        if (z->part[mid].from_ms <= ms) low = mid;
        else high = mid;
    }
    return low;
}

int64_t zone_offset_ms(const struct zone *z, instant at)
{
    return z == NULL || z->n == 0 ? 0 : z->part[part_at(z, at.ms)].offset_ms;
}

struct civil civil_in_zone(const struct zone *z, instant at)
{
    int64_t local = at.ms + zone_offset_ms(z, at);
    int64_t d = floor_div(local, DAY_MS);
    int64_t ms = local - d * DAY_MS;
    struct civil c = civil_from_day((day){(int32_t)d});
    c.hour = (int)(ms / HOUR_MS);
    c.minute = (int)(ms / MINUTE_MS % 60);
    c.second = (int)(ms / SECOND_MS % 60);
    c.millisecond = (int)(ms % SECOND_MS);
    return c;
}

day day_in_zone(const struct zone *z, instant at)
{
    return (day){(int32_t)floor_div(at.ms + zone_offset_ms(z, at), DAY_MS)};
}

/* Local milliseconds to an instant: the offset in force just before and after the guess settles summer time. */
static instant from_local(const struct zone *z, int64_t local)
{
    int64_t guess = local - zone_offset_ms(z, (instant){local});
    return (instant){local - zone_offset_ms(z, (instant){guess})};
}

/* The first instant whose local time is midnight or later: a change of the clocks may skip midnight or repeat it. */
instant day_start(const struct zone *z, day d)
{
    int64_t local = (int64_t)d.n * DAY_MS;
    int64_t first = local - zone_offset_ms(z, (instant){local - DAY_MS});
    if (z == NULL || z->n == 0) return (instant){first};
    int after = part_at(z, local + DAY_MS);
    int64_t change = z->part[after].from_ms;
    if (after == part_at(z, local - DAY_MS) || first < change) return (instant){first};
    int64_t second = local - z->part[after].offset_ms;
    return (instant){second > change ? second : change};
}

instant day_end(const struct zone *z, day d)
{
    return (instant){day_start(z, (day){d.n + 1}).ms - 1};
}

instant instant_from_civil(const struct zone *z, const struct civil *c)
{
    int64_t local = (int64_t)day_from_civil(c->year, c->month, c->day).n * DAY_MS + c->hour * HOUR_MS +
                    c->minute * MINUTE_MS + c->second * SECOND_MS + c->millisecond;
    return from_local(z, local);
}

size_t instant_format(instant at, char out[32])
{
    struct civil c = civil_in_zone(NULL, at);
    int n = c.millisecond == 0 ? snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
                                          c.minute, c.second)
                               : snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day,
                                          c.hour, c.minute, c.second, c.millisecond);
    return (size_t)n;
}

/* Exactly n digits at *at; moves on. */
static bool digits(str s, size_t *at, int n, int *out)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (*at >= s.n || s.p[*at] < '0' || s.p[*at] > '9') return false;
        v = v * 10 + (s.p[(*at)++] - '0');
    }
    *out = v;
    return true;
}

static bool literal(str s, size_t *at, char c)
{
    if (*at >= s.n || s.p[*at] != c) return false;
    (*at)++;
    return true;
}

static bool parse_date(str s, size_t *at, struct civil *c)
{
    return digits(s, at, 4, &c->year) && literal(s, at, '-') && digits(s, at, 2, &c->month) && literal(s, at, '-') &&
           digits(s, at, 2, &c->day) && civil_is_valid(c->year, c->month, c->day);
}

static bool parse_clock(str s, size_t *at, struct civil *c)
{
    if (!digits(s, at, 2, &c->hour) || !literal(s, at, ':') || !digits(s, at, 2, &c->minute)) return false;
    bool has_seconds = literal(s, at, ':');
    if (has_seconds && !digits(s, at, 2, &c->second)) return false;
    if (has_seconds && literal(s, at, '.')) {
        int scale = 100;
        size_t first = *at;
        for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++, scale /= 10)
            c->millisecond += scale * (s.p[*at] - '0');
        if (*at == first) return false;
    }
    return c->hour < 24 && c->minute < 60 && c->second < 60;
}

bool instant_parse(str s, const struct zone *z, instant *out)
{
    struct civil c = {0};
    size_t at = 0;
    int h = 0, m = 0;
    if (!parse_date(s, &at, &c)) return false;
    if (at < s.n) {
        if (s.p[at] != 'T' && s.p[at] != ' ') return false;
        at++;
        if (!parse_clock(s, &at, &c)) return false;
    }
    if (at == s.n) {
        *out = instant_from_civil(z, &c);
        return true;
    }
    *out = instant_from_civil(NULL, &c);
    if (literal(s, &at, 'Z')) return at == s.n;
    char sign = s.p[at++];
    if ((sign != '+' && sign != '-') || !digits(s, &at, 2, &h) || !literal(s, &at, ':') || !digits(s, &at, 2, &m))
        return false;
    if (at != s.n || h > 18 || m > 59) return false;
    out->ms -= (sign == '-' ? -1 : 1) * (h * HOUR_MS + m * MINUTE_MS);
    return true;
}

size_t day_format(day d, char out[16])
{
    struct civil c = civil_from_day(d);
    return (size_t)snprintf(out, 16, "%04d-%02d-%02d", c.year, c.month, c.day);
}

bool day_parse(str s, day *out)
{
    struct civil c = {0};
    size_t at = 0;
    if (!parse_date(s, &at, &c) || at != s.n) return false;
    *out = day_from_civil(c.year, c.month, c.day);
    return true;
}

static const char weekdays[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

size_t http_date_format(instant at, char out[32])
{
    struct civil c = civil_in_zone(NULL, at);
    return (size_t)snprintf(out, 32, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", weekdays + 3 * c.weekday, c.day,
                            months + 3 * (c.month - 1), c.year, c.hour, c.minute, c.second);
}

bool http_date_parse(str s, instant *out)
{
    struct civil c = {0};
    size_t at = 5;
    if (s.n != 29 || s.p[3] != ',' || s.p[4] != ' ') return false;
    if (!digits(s, &at, 2, &c.day) || !literal(s, &at, ' ')) return false;
    for (c.month = 1; c.month <= 12; c.month++)
        if (memcmp(months + 3 * (c.month - 1), s.p + at, 3) == 0) break;
    at += 3;
    if (c.month > 12 || !literal(s, &at, ' ') || !digits(s, &at, 4, &c.year) || !literal(s, &at, ' ')) return false;
    if (!civil_is_valid(c.year, c.month, c.day) || !parse_clock(s, &at, &c)) return false;
    *out = instant_from_civil(NULL, &c);
    return str_eq(str_sub(s, at, s.n), STR(" GMT"));
}
