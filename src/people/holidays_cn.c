/* holidays_cn: see holidays_cn.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/holidays_cn.h"

#define NEW_YEAR            STR_INIT("New Year's Day"), STR_INIT("元旦")
#define SPRING              STR_INIT("Spring Festival"), STR_INIT("春节")
#define QINGMING            STR_INIT("Qingming Festival"), STR_INIT("清明节")
#define LABOUR              STR_INIT("Labour Day"), STR_INIT("劳动节")
#define DRAGON_BOAT         STR_INIT("Dragon Boat Festival"), STR_INIT("端午节")
#define MID_AUTUMN          STR_INIT("Mid-Autumn Festival"), STR_INIT("中秋节")
#define NATIONAL            STR_INIT("National Day"), STR_INIT("国庆节")
#define NATIONAL_MID_AUTUMN STR_INIT("National Day and Mid-Autumn Festival"), STR_INIT("国庆节、中秋节")

const struct holiday_cn holidays_cn[] = {
    {2025, 1, 1, 1, false, NEW_YEAR},
    {2025, 1, 26, 26, true, SPRING},
    {2025, 1, 28, 31, false, SPRING},
    {2025, 2, 1, 4, false, SPRING},
    {2025, 2, 8, 8, true, SPRING},
    {2025, 4, 4, 6, false, QINGMING},
    {2025, 4, 27, 27, true, LABOUR},
    {2025, 5, 1, 5, false, LABOUR},
    {2025, 5, 31, 31, false, DRAGON_BOAT},
    {2025, 6, 1, 2, false, DRAGON_BOAT},
    {2025, 9, 28, 28, true, NATIONAL_MID_AUTUMN},
    {2025, 10, 1, 8, false, NATIONAL_MID_AUTUMN},
    {2025, 10, 11, 11, true, NATIONAL_MID_AUTUMN},
    {2026, 1, 1, 3, false, NEW_YEAR},
    {2026, 1, 4, 4, true, NEW_YEAR},
    {2026, 2, 14, 14, true, SPRING},
    {2026, 2, 15, 23, false, SPRING},
    {2026, 2, 28, 28, true, SPRING},
    {2026, 4, 4, 6, false, QINGMING},
    {2026, 5, 1, 5, false, LABOUR},
    {2026, 5, 9, 9, true, LABOUR},
    {2026, 6, 19, 21, false, DRAGON_BOAT},
    {2026, 9, 20, 20, true, NATIONAL},
    {2026, 9, 25, 27, false, MID_AUTUMN},
    {2026, 10, 1, 7, false, NATIONAL},
    {2026, 10, 10, 10, true, NATIONAL},
};
const size_t holidays_cn_count = COUNT_OF(holidays_cn);

static bool has_day(const struct holiday *list, size_t n, day on)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].on.n == on.n) return true;
    return false;
}

enum status holidays_cn_add(struct db *db, struct arena *mem, const struct actor *who)
{
    struct holiday *entered;
    size_t n;
    TRY(holiday_list(db, mem, &entered, &n));
    for (size_t i = 0; i < holidays_cn_count; i++) {
        const struct holiday_cn *h = &holidays_cn[i];
        for (int d = h->first; d <= h->last; d++) {
            day on = day_from_civil(h->year, h->month, d);
            if (!has_day(entered, n, on)) TRY(holiday_add(db, mem, who, on, h->working, h->name_en, h->name_zh, NULL));
        }
    }
    return ST_OK;
}
