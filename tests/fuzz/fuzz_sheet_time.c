/* Any bytes as the text of a time cell. What is read must be a real time, and reading its RFC 3339 form must give it
 * back; but at the ends of the years that are read, which in UTC can be in the year before or after.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "exchange/sheet_time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct zone shanghai = {.n = 1, .part = {{INT64_MIN, 8 * 3600 * 1000}}};
    str cell = {(const char *)data, size};
    instant at, again;
    day d;
    char text[32];
    if (sheet_time(cell, &shanghai, &at)) {
        size_t n = instant_format(at, text);
        int year = civil_in_zone(NULL, at).year;
        bool known = year >= 1900 && year <= 2199;
        must(sheet_time((str){text, n}, &shanghai, &again) == known && (!known || again.ms == at.ms));
    }
    if (sheet_day(cell, &shanghai, &d)) must(d.n > -26000 && d.n < 84100);
    if (size == sizeof(double)) {
        double serial;
        memcpy(&serial, data, sizeof serial);
        must(sheet_serial_format(serial, false, text) < sizeof text);
        must(sheet_serial_format(serial, true, text) < sizeof text);
    }
    return 0;
}
