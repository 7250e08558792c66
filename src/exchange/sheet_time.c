/* sheet_time: one small reader for every way a time is written.
 *
 * First the text is brought to a plain form (`plain`): full width to ASCII, 年 and 月 to /, 日 to a space, 时 and 分 to
 * h and m, 上午 and 下午 to a and p, the day of the week dropped. Then a reader with one cursor takes date, time, half
 * of the day and offset, and whatever is left over refuses the whole. SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet_time.h"

#include <math.h>

#include "base/attr.h"

#define PLAIN_MAX    64
#define YEAR_FIRST   1900
#define YEAR_LAST    2199
#define SERIAL_FIRST 20000.0   /* 1954-10-03 */
#define SERIAL_LAST  109575.0  /* 2200-01-01, not included */
#define SERIAL_END   2958466.0 /* 10000-01-01, the end of what a spreadsheet can show */
#define EPOCH_1900   (-25569)  /* 1899-12-30 as days since 1970 */
#define EPOCH_1904   (-24107)  /* 1904-01-01 */

struct plain {
    char p[PLAIN_MAX];
    size_t n;
    size_t at;
};

struct reading {
    struct civil c;
    bool has_offset;
    int64_t offset_ms;
};

/* What a code point becomes in the plain form. */
static const struct fold {
    uint32_t point;
    char to;
} folds[] = {
    {0x5E74, '/'}, {0x6708, '/'}, {0x65E5, ' '}, {0x53F7, ' '},              /* 年 月 日 号 */
    {0x65F6, 'h'}, {0x70B9, 'h'}, {0x5206, 'm'}, {0x79D2, ' '},              /* 时 点 分 秒 */
    {0x3000, ' '}, {0x00A0, ' '}, {0x202F, ' '}, {'\t', ' '},   {'\n', ' '}, /* spaces */
    {'T', ' '},    {'t', ' '},    {'z', 'Z'},
};

static bool put(struct plain *t, char c)
{
    if (t->n == PLAIN_MAX) return false;
    t->p[t->n++] = c;
    return true;
}

/* Words of two or three characters; moves *at past them. */
static bool put_word(struct plain *t, str s, size_t *at, uint32_t first)
{
    size_t look = *at;
    uint32_t second = look < s.n ? str_next_point(s, &look) : 0;
    if ((first == 0x4E0A || first == 0x4E0B) && second == 0x5348) { /* 上午, 下午 */
        *at = look;
        return put(t, first == 0x4E0A ? 'a' : 'p');
    }
    if ((first == 'A' || first == 'a' || first == 'P' || first == 'p') && (second == 'M' || second == 'm')) {
        *at = look;
        return put(t, first == 'A' || first == 'a' ? 'a' : 'p');
    }
    if (first == 0x661F && second == 0x671F && look < s.n) { /* 星期 and its day */
        (void)str_next_point(s, &look);
        *at = look;
        return put(t, ' ');
    }
    if (first == 0x5468 && look <= s.n && second != 0) { /* 周 and its day */
        *at = look;
        return put(t, ' ');
    }
    return false;
}

static bool plain(str s, struct plain *t)
{
    size_t at = 0;
    while (at < s.n) {
        uint32_t point = str_next_point(s, &at);
        if (point >= 0xFF01 && point <= 0xFF5E) point -= 0xFEE0; /* full width */
        char to = (point >= ' ' && point < 'A') || point == 'Z' ? (char)point : '\0';
        for (size_t i = 0; i < COUNT_OF(folds); i++)
            if (folds[i].point == point) to = folds[i].to;
        if (to ? !put(t, to) : !put_word(t, s, &at, point)) return false;
    }
    return t->n > 0;
}

static char peek(const struct plain *t)
{
    return t->at < t->n ? t->p[t->at] : '\0';
}

static bool eat(struct plain *t, char c)
{
    if (peek(t) != c) return false;
    t->at++;
    return true;
}

static void eat_spaces(struct plain *t)
{
    while (eat(t, ' ')) continue;
}

static size_t digits_ahead(const struct plain *t)
{
    size_t n = 0;
    while (t->at + n < t->n && t->p[t->at + n] >= '0' && t->p[t->at + n] <= '9') n++;
    return n;
}

/* Exactly n digits. */
static int take(struct plain *t, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (t->p[t->at++] - '0');
    return v;
}

/* One or two digits. */
static bool number(struct plain *t, int *out)
{
    size_t n = digits_ahead(t);
    if (n < 1 || n > 2) return false;
    *out = take(t, n);
    return true;
}

static bool read_date(struct plain *t, struct civil *c)
{
    c->year = take(t, 4);
    eat_spaces(t);
    char mark = peek(t);
    if (mark != '/' && mark != '-' && mark != '.') return false;
    t->at++;
    eat_spaces(t);
    if (!number(t, &c->month)) return false;
    eat_spaces(t);
    if (!eat(t, mark)) return false;
    eat_spaces(t);
    return number(t, &c->day);
}

/* 20190228, 201902281125 or 20190228112505 */
static void read_compact(struct plain *t, size_t n, struct civil *c)
{
    c->year = take(t, 4);
    c->month = take(t, 2);
    c->day = take(t, 2);
    if (n >= 12) c->hour = take(t, 2);
    if (n >= 12) c->minute = take(t, 2);
    if (n >= 14) c->second = take(t, 2);
}

static bool read_fraction(struct plain *t, struct civil *c)
{
    size_t n = digits_ahead(t);
    if (n < 1 || n > 9) return false;
    int scale = 100;
    for (size_t i = 0; i < n; i++, scale /= 10) c->millisecond += take(t, 1) * scale;
    return true;
}

/* 11:25, 11:25:05.123, 11h, 11h25m05; after h and m the rest may be absent. */
static bool read_clock(struct plain *t, struct civil *c)
{
    if (!number(t, &c->hour)) return false;
    eat_spaces(t);
    bool may_end = eat(t, 'h');
    if (!may_end && !eat(t, ':')) return false;
    eat_spaces(t);
    if (digits_ahead(t) == 0) return may_end;
    if (!number(t, &c->minute)) return false;
    size_t before = t->at;
    eat_spaces(t);
    may_end = eat(t, 'm');
    if (!may_end && !eat(t, ':')) {
        t->at = before;
        return true;
    }
    eat_spaces(t);
    if (digits_ahead(t) == 0) return may_end;
    if (!number(t, &c->second)) return false;
    return !eat(t, '.') || read_fraction(t, c);
}

static bool set_half(struct civil *c, char half)
{
    if (c->hour > 12) return half == 'p'; /* 下午15:30 is written too */
    if (half == 'a' && c->hour == 12) c->hour = 0;
    if (half == 'p' && c->hour < 12) c->hour += 12;
    return true;
}

static bool read_time(struct plain *t, struct civil *c)
{
    char half = peek(t);
    if (half == 'a' || half == 'p') t->at++;
    else half = '\0';
    eat_spaces(t);
    if (!read_clock(t, c)) return false;
    size_t before = t->at;
    eat_spaces(t);
    if (!half && (peek(t) == 'a' || peek(t) == 'p')) half = t->p[t->at++];
    else t->at = before;
    return !half || set_half(c, half);
}

static bool read_offset(struct plain *t, struct reading *r)
{
    r->has_offset = true;
    if (eat(t, 'Z')) return true;
    int64_t sign = peek(t) == '-' ? -1 : 1;
    t->at++;
    if (digits_ahead(t) != 2 && digits_ahead(t) != 4) return false;
    int hours = take(t, 2);
    int minutes = 0;
    if (eat(t, ':') && digits_ahead(t) != 2) return false;
    if (digits_ahead(t) == 2) minutes = take(t, 2);
    if (hours > 14 || minutes > 59) return false;
    r->offset_ms = sign * (hours * HOUR_MS + minutes * MINUTE_MS);
    return true;
}

/* The civil time of a serial, to the second; false when there is no such day. */
static bool from_serial(double serial, bool since_1904, struct civil *out)
{
    double first = since_1904 ? 0.0 : 1.0;
    double end = since_1904 ? SERIAL_END + EPOCH_1900 - EPOCH_1904 : SERIAL_END;
    if (!(serial >= first && serial < end)) return false;
    int64_t seconds = llround(serial * 86400.0);
    int64_t days = seconds / 86400;
    int rest = (int)(seconds % 86400);
    if (!since_1904 && days == 60) return false; /* the 29 February 1900 that never was */
    if (!since_1904 && days < 60) days++;
    *out = civil_from_day((day){(int32_t)(days + (since_1904 ? EPOCH_1904 : EPOCH_1900))});
    out->hour = rest / 3600;
    out->minute = rest / 60 % 60;
    out->second = rest % 60;
    out->millisecond = 0;
    return true;
}

static bool read_serial(const struct plain *t, struct civil *out)
{
    double serial;
    str all = str_trim((str){t->p, t->n});
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i] != '.' && (all.p[i] < '0' || all.p[i] > '9')) return false;
    return str_double(all, &serial) && serial >= SERIAL_FIRST && serial < SERIAL_LAST &&
           from_serial(serial, false, out);
}

static bool is_real(const struct civil *c)
{
    return c->year >= YEAR_FIRST && c->year <= YEAR_LAST && civil_is_valid(c->year, c->month, c->day) && c->hour < 24 &&
           c->minute < 60 && c->second < 60;
}

static bool read_all(str cell, struct reading *r)
{
    struct plain t = {.n = 0};
    *r = (struct reading){.has_offset = false};
    if (!plain(cell, &t)) return false;
    eat_spaces(&t);
    size_t n = digits_ahead(&t);
    if (n == 5) return read_serial(&t, &r->c);
    if (n == 6 && read_serial(&t, &r->c)) return true;
    if (n == 8 || n == 12 || n == 14) read_compact(&t, n, &r->c);
    else if (n != 4 || !read_date(&t, &r->c)) return false;
    bool dated_only = n != 12 && n != 14;
    size_t before = t.at;
    eat_spaces(&t);
    bool gap = t.at > before;
    if (dated_only && t.at < t.n) {
        if (!gap && peek(&t) != 'a' && peek(&t) != 'p') return false;
        if (!read_time(&t, &r->c)) return false;
        eat_spaces(&t);
    }
    if ((peek(&t) == 'Z' || peek(&t) == '+' || peek(&t) == '-') && !read_offset(&t, r)) return false;
    eat_spaces(&t);
    return t.at == t.n && is_real(&r->c);
}

static int64_t as_utc(const struct civil *c)
{
    return day_from_civil(c->year, c->month, c->day).n * DAY_MS + c->hour * HOUR_MS + c->minute * MINUTE_MS +
           c->second * SECOND_MS + c->millisecond;
}

static bool to_instant(const struct reading *r, const struct zone *zone, instant *out)
{
    if (r->has_offset) out->ms = as_utc(&r->c) - r->offset_ms;
    else if (zone) *out = instant_from_civil(zone, &r->c);
    else out->ms = as_utc(&r->c);
    return out->ms != 0;
}

bool sheet_time(str cell, const struct zone *zone, instant *out)
{
    struct reading r;
    instant found;
    if (!read_all(cell, &r) || !to_instant(&r, zone, &found)) return false;
    *out = found;
    return true;
}

bool sheet_day(str cell, const struct zone *zone, day *out)
{
    struct reading r;
    instant found;
    if (!read_all(cell, &r)) return false;
    if (r.has_offset && zone && to_instant(&r, zone, &found)) *out = day_in_zone(zone, found);
    else *out = day_from_civil(r.c.year, r.c.month, r.c.day);
    return true;
}

size_t sheet_serial_format(double serial, bool since_1904, char out[32])
{
    struct civil c;
    if (!from_serial(serial, since_1904, &c)) return 0;
    int n = c.hour || c.minute || c.second
                ? snprintf(out, 32, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second)
                : snprintf(out, 32, "%04d-%02d-%02d", c.year, c.month, c.day);
    return (size_t)n;
}
