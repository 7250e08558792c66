/* demo_units: the 200 units of Haitang City. More of them: demo_tree.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo.h"

#include "matter/category.h"
#include "people/unit.h"

#define UNITS_STARTED 4000 /* days ago */
#define MERGED_AGO    120  /* days since one bureau went into another */
#define TOWNS_EACH    (TOWNS / COUNTIES)

static const struct {
    int county, line, into;
} merged = {3, 7, 0}; /* Shanyang's urban management goes into its housing bureau */

#define WITHOUT_OFFICE 60 /* the row of the village that names nobody */

struct demo_unit *demo_bureau(struct demo *d, int county, int line)
{
    return &d->units[DEMO_BUREAUS + county * LINES + line];
}

struct demo_unit *demo_town(struct demo *d, int county, int nth)
{
    return &d->units[DEMO_TOWNS + county * TOWNS_EACH + nth];
}

static enum status add_office(struct demo *d, const struct demo_paper *p, unit_id unit, str address, str phone)
{
    struct office o = {
        .unit = unit,
        .name_en = str_format(d->row, "Letters, visits and campaign office of %.*s", STR_ARG(p->en)),
        .name_zh = str_format(d->row, "%.*s信访与活动办公室", STR_ARG(p->zh)),
        .address = address,
        .phone = phone,
        .hours = STR("Mon–Fri 8:30–12:00, 14:00–17:30 周一至周五"),
    };
    return office_put(d->db, d->row, NULL, &o, d->today, NULL);
}

enum status demo_add_unit(struct demo *d, const struct demo_paper *p, bool with_office, unit_id *out)
{
    const struct demo_named *road = &demo_roads[(size_t)p->number % demo_road_count];
    int house = 1 + p->number * 7 % 199;
    struct unit u = {
        .kind = str_from(p->kind),
        .code = p->code,
        .name_en = p->en,
        .name_zh = p->zh,
        .remit = p->remit,
        .address = str_format(d->row, "%d %.*s, %.*s · %.*s%.*s%d号", house, STR_ARG(road->en), STR_ARG(p->where_en),
                              STR_ARG(p->where_zh), STR_ARG(road->zh), house),
        .phone = str_format(d->row, "(0000) 61%02d %04d", p->number % 100, 1000 + p->number * 37 % 9000),
        .territory = p->territory,
        .line = p->line,
        .starts = {d->today.n - UNITS_STARTED},
    };
    TRY(unit_put(d->db, d->row, NULL, &u, d->today, NULL));
    *out = u.id;
    return with_office ? add_office(d, p, u.id, u.address, u.phone) : ST_OK;
}

static enum status keep(struct demo *d, int at, struct demo_unit unit, const struct demo_paper *p, bool with_office)
{
    TRY(demo_add_unit(d, p, with_office, &unit.id));
    unit.en = str_copy(d->mem, p->en);
    unit.zh = str_copy(d->mem, p->zh);
    d->units[at] = unit;
    arena_reset(d->row);
    return ST_OK;
}

/* Layers */

static enum status make_root(struct demo *d)
{
    struct unit u;
    struct demo_unit *root = &d->units[DEMO_ROOT];
    TRY(unit_get(d->db, d->mem, d->city->root, &u));
    *root = (struct demo_unit){
        .id = u.id, .kind = KIND_ROOT, .department = -1, .county = -1, .town = -1, .en = u.name_en, .zh = u.name_zh};
    const struct demo_paper p = {.en = u.name_en, .zh = u.name_zh};
    u.remit = STR("Reception for the whole city: whatever has no other place. 全市统一受理，首接负责。");
    u.address = STR("1 Haitang Road · 海棠路1号");
    u.phone = STR("(0000) 6100 0000");
    TRY(unit_put(d->db, d->row, NULL, &u, d->today, NULL));
    return add_office(d, &p, u.id, u.address, u.phone);
}

static enum status make_departments(struct demo *d)
{
    for (int i = 0; i < DEPARTMENTS; i++) {
        const struct demo_department *t = &demo_departments[i];
        const struct demo_paper p = {"department",
                                     str_format(d->row, "9900%02d", i + 1),
                                     t->en,
                                     t->zh,
                                     t->remit,
                                     d->city->name_en,
                                     d->city->name_zh,
                                     d->city->root,
                                     {0},
                                     i + 1};
        const struct demo_unit u = {
            .kind = KIND_DEPARTMENT, .department = i, .county = -1, .town = -1, .slug = t->slug};
        TRY(keep(d, DEMO_DEPARTMENTS + i, u, &p, true));
    }
    return ST_OK;
}

static enum status make_counties(struct demo *d)
{
    for (int i = 0; i < COUNTIES; i++) {
        const struct demo_county *t = &demo_counties[i];
        str remit =
            str_format(d->row, "What concerns %.*s as a whole. %.*s辖区综合事项。", STR_ARG(t->en), STR_ARG(t->zh));
        const struct demo_paper p = {"county", t->code, t->en, t->zh, remit, t->en, t->zh, d->city->root, {0}, 40 + i};
        const struct demo_unit u = {.kind = KIND_COUNTY, .department = -1, .county = i, .town = -1, .slug = t->slug};
        TRY(keep(d, DEMO_COUNTIES + i, u, &p, true));
    }
    return ST_OK;
}

static enum status make_bureau(struct demo *d, int county, int line)
{
    const struct demo_county *c = &demo_counties[county];
    const struct demo_department *t = &demo_departments[demo_lines[line]];
    const struct demo_unit *department = &d->units[DEMO_DEPARTMENTS + (int)demo_lines[line]];
    str first;
    str rest;
    (void)str_cut(c->en, ' ', &first, &rest);
    const struct demo_paper p = {"bureau",
                                 str_format(d->row, "%.*s5%d", STR_ARG(c->code), line + 1),
                                 str_format(d->row, "%.*s %.*s Bureau", STR_ARG(first), STR_ARG(t->short_en)),
                                 str_concat(d->row, c->zh, t->short_zh),
                                 t->remit,
                                 c->en,
                                 c->zh,
                                 d->units[DEMO_COUNTIES + county].id,
                                 department->id,
                                 50 + county * LINES + line};
    const struct demo_unit u = {.kind = KIND_BUREAU,
                                .department = (int)demo_lines[line],
                                .county = county,
                                .town = -1,
                                .slug = str_format(d->mem, "%.*s.%.*s", STR_ARG(c->slug), STR_ARG(t->slug))};
    return keep(d, DEMO_BUREAUS + county * LINES + line, u, &p, true);
}

static enum status make_towns(struct demo *d)
{
    for (int i = 0; i < TOWNS; i++) {
        const struct demo_county *c = &demo_counties[i / TOWNS_EACH];
        const struct demo_named *t = &demo_towns[i];
        bool is_subdistrict = str_ends(t->zh, STR("街道"));
        str code = str_format(d->row, "%.*s%03d", STR_ARG(c->code), (is_subdistrict ? 1 : 100) + i % TOWNS_EACH);
        str remit = str_format(d->row, "Daily matters of %.*s. %.*s辖区民生事项。", STR_ARG(t->en), STR_ARG(t->zh));
        const struct demo_paper p = {"township", code,   t->en, t->zh,
                                     remit,      c->en,  c->zh, d->units[DEMO_COUNTIES + i / TOWNS_EACH].id,
                                     {0},        100 + i};
        const struct demo_unit u = {
            .kind = KIND_TOWN, .department = -1, .county = i / TOWNS_EACH, .town = i, .slug = t->slug};
        TRY(keep(d, DEMO_TOWNS + i, u, &p, true));
    }
    return ST_OK;
}

str demo_town_code(struct demo *d, int town)
{
    bool is_subdistrict = str_ends(demo_towns[town].zh, STR("街道"));
    return str_format(d->row, "%.*s%03d", STR_ARG(demo_counties[town / TOWNS_EACH].code),
                      (is_subdistrict ? 1 : 100) + town % TOWNS_EACH);
}

static enum status make_villages(struct demo *d)
{
    for (int i = 0; i < VILLAGES; i++) {
        const struct demo_named *t = &demo_villages[i];
        const struct demo_named *town = &demo_towns[t->town];
        const struct demo_paper p = {
            "village", str_format(d->row, "%.*s%03d", STR_ARG(demo_town_code(d, t->town)), 201 + i),
            t->en,     t->zh,
            STR(""),   town->en,
            town->zh,  d->units[DEMO_TOWNS + t->town].id,
            {0},       150 + i};
        const struct demo_unit u = {
            .kind = KIND_VILLAGE, .department = -1, .county = t->town / TOWNS_EACH, .town = t->town, .slug = t->slug};
        TRY(keep(d, DEMO_VILLAGES + i, u, &p, i != WITHOUT_OFFICE));
    }
    return ST_OK;
}

static enum status merge_bureau(struct demo *d)
{
    struct demo_unit *from = demo_bureau(d, merged.county, merged.line);
    struct demo_unit *into = demo_bureau(d, merged.county, merged.into);
    return unit_end(d->db, d->row, NULL, from->id, (day){d->today.n - MERGED_AGO}, into->id, NULL);
}

void demo_follow_merger(struct demo *d)
{
    *demo_bureau(d, merged.county, merged.line) = *demo_bureau(d, merged.county, merged.into);
}

/* Who usually answers for a field of life: the clerk's suggestion. */
static enum status suggest_units(struct demo *d)
{
    static const enum department of[] = {LABOUR,    LABOUR,    HEALTH,      EDUCATION, HOUSING,
                                         UTILITIES, TRANSPORT, ENVIRONMENT, POLICE,    AGRICULTURE,
                                         MARKET,    CULTURE,   CIVIL,       SERVICE,   ENTERPRISE};
    struct category *all;
    size_t n;
    TRY(category_list(d->db, d->mem, false, &all, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t field = 0;
        if (!str_int(str_sub(all[i].code, 0, 2), &field) || field < 1 || field > (int64_t)COUNT_OF(of)) continue;
        all[i].unit = d->units[DEMO_DEPARTMENTS + (int)of[field - 1]].id;
        TRY(category_put(d->db, d->row, NULL, &all[i], NULL));
        arena_reset(d->row);
    }
    return ST_OK;
}

enum status demo_make_units(struct demo *d)
{
    d->units = NEWN(d->mem, struct demo_unit, DEMO_UNITS);
    TRY(make_root(d));
    TRY(make_departments(d));
    TRY(make_counties(d));
    for (int county = 0; county < COUNTIES; county++)
        for (int line = 0; line < LINES; line++) TRY(make_bureau(d, county, line));
    TRY(make_towns(d));
    TRY(make_villages(d));
    TRY(merge_bureau(d));
    return suggest_units(d);
}
