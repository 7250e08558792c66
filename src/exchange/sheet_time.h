/* sheet_time: times as people and spreadsheet programs write them.
 *
 * Year first, always: 2019/2/28 11:25:05, 2019-02-28T11:25, 2019.2.28, 2019年2月28日 11时25分, 20190228,
 * 20190228112505, RFC 3339 with Z or an offset, 上午/下午 or AM/PM, full-width digits, a day of the week after the
 * date, and the serial numbers of spreadsheets (43782.47246527778, days since 1899-12-30). Without an offset the time
 * is taken in the zone. Refused: days that do not exist, years outside 1900 to 2199, two-digit years, and day-first or
 * month-first orders, because no one can tell them apart. A serial must fall between 1954 and 2199, so that a bare
 * year is not taken for one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_SHEET_TIME_H
#define LUOSHI_EXCHANGE_SHEET_TIME_H

#include <stdbool.h>

#include "base/str.h"
#include "base/time.h"

/* False when it is no time, or is 1970-01-01T00:00:00Z, which an instant cannot tell from none. */
bool sheet_time(str cell, const struct zone *, instant *out);
/* The same for a calendar day; a time of day behind it is read and dropped. */
bool sheet_day(str cell, const struct zone *, day *out);
/* A serial number of the 1900 (or 1904) system as "2019-02-28 11:25:05", or the date alone when it is whole. Rounded
 * to the second. 0 when out of range; else the number of bytes, NUL not counted. */
size_t sheet_serial_format(double serial, bool since_1904, char out[32]);

#endif
