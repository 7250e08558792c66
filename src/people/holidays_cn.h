/* holidays_cn: public holidays of China and the weekend days worked for them, as the State Council announces them each autumn
 * for the next year. A new city starts with these; later years are entered by an administrator.
 *
 * Sources: notices 国办发明电〔2024〕12号 (2025) and 国办发明电〔2025〕7号 (2026), https://www.gov.cn/
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_HOLIDAYS_CN_H
#define LUOSHI_PEOPLE_HOLIDAYS_CN_H

#include "people/calendar.h"

struct holiday_cn {
    int year, month, first, last; /* days of the month, both included */
    bool working;                 /* a weekend day that is worked */
    str name_en, name_zh;
};

extern const struct holiday_cn holidays_cn[];
extern const size_t holidays_cn_count;

/* Inside a write: adds every day that has no entry yet. */
MUST_USE enum status holidays_cn_add(struct db *, struct arena *, const struct actor *);

#endif
