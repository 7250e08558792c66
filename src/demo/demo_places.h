/* demo_places: Haitang City on paper: its public bodies, all invented. Private to the room. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_DEMO_DEMO_PLACES_H
#define LUOSHI_DEMO_DEMO_PLACES_H

#include "base/str.h"

#define DEPARTMENTS 36
#define COUNTIES    6
#define LINES       8  /* bureaus of each county: departments that have one there */
#define TOWNS       48 /* eight of each county, in its order */
#define VILLAGES    61

enum demo_kind { KIND_ROOT, KIND_DEPARTMENT, KIND_COUNTY, KIND_BUREAU, KIND_TOWN, KIND_VILLAGE };

/* Rows of demo_departments, in order. */
enum department {
    CAMPAIGN,
    LETTERS,
    HOUSING,
    LABOUR,
    WATER,
    EDUCATION,
    LEGAL,
    HEALTH,
    TRANSPORT,
    ENVIRONMENT,
    POLICE,
    AGRICULTURE,
    MARKET,
    CIVIL,
    PLANNING,
    STREETS,
    CULTURE,
    INSURANCE,
    COMMERCE,
    INDUSTRY,
    FINANCE,
    TAX,
    SERVICE,
    ENTERPRISE,
    EMERGENCY,
    VETERANS,
    DEVELOPMENT,
    SCIENCE,
    SPORTS,
    PARKS,
    UTILITIES,
    DATA,
    STATISTICS,
    AUDIT,
    DISABLED,
    SUPERVISION
};

struct demo_department {
    str slug, en, zh, short_en, short_zh; /* short: in the names of county bureaus and in texts */
    str remit;
};
struct demo_county {
    str slug, en, zh, code;
};
struct demo_named {
    str slug, en, zh;
    int town; /* of a village: its town */
};

extern const struct demo_department demo_departments[DEPARTMENTS];
extern const struct demo_county demo_counties[COUNTIES];
extern const enum department demo_lines[LINES];
extern const struct demo_named demo_towns[TOWNS];
extern const struct demo_named demo_villages[VILLAGES];
extern const struct demo_named demo_roads[];
extern const size_t demo_road_count;
extern const struct demo_named demo_estates[];
extern const size_t demo_estate_count;

#endif
