/* seed: see seed.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/seed.h"

#include "demo/categories.h"
#include "matter/category.h"
#include "people/holidays_cn.h"
#include "people/unit.h"

#define ROOT_CODE "990000"
#define LEVELS    3

/* "Haitang City" is governed by "Haitang Municipality"; a name of another form stays as it is. */
static str municipality(struct arena *mem, str city)
{
    static const str ending = STR_INIT(" City");
    if (!str_ends(city, ending)) return city;
    return str_concat(mem, str_sub(city, 0, city.n - ending.n), STR(" Municipality"));
}

static enum status seed_settings(struct db *db, const struct seed_city *c)
{
    TRY(setting_put(db, STR("city.name_en"), c->name_en));
    TRY(setting_put(db, STR("city.name_zh"), c->name_zh));
    TRY(setting_put(db, STR("city.ref_prefix"), c->prefix));
    return setting_put(db, STR("city.zone"), c->zone);
}

static enum status seed_root(struct db *db, struct arena *mem, const struct seed_city *c, unit_id *root)
{
    day today = {(int32_t)(db_now(db).ms / DAY_MS)};
    struct unit u = {
        .code = STR(ROOT_CODE), .kind = STR("root"), .name_en = municipality(mem, c->name_en), .name_zh = c->name_zh};
    TRY(unit_put(db, mem, NULL, &u, today, NULL));
    *root = u.id;
    return ST_OK;
}

enum status seed_city(struct db *db, struct arena *mem, const struct seed_city *c, unit_id *root)
{
    TRY(seed_settings(db, c));
    TRY(seed_root(db, mem, c, root));
    TRY(holidays_cn_add(db, mem, NULL));
    return seed_categories(db, mem);
}

enum status seed_categories(struct db *db, struct arena *mem)
{
    struct category at[LEVELS + 1] = {{.code = STR("")}}; /* the last of each level; the first stands above level 1 */
    int count[LEVELS + 2] = {0};                          /* of each level, below the last one above it */
    for (size_t i = 0; i < seed_category_count; i++) {
        const struct seed_category *row = &seed_category_rows[i];
        struct category *here = &at[row->level];
        str code = str_format(mem, "%.*s%02d", STR_ARG(at[row->level - 1].code), ++count[row->level]);
        count[row->level + 1] = 0;
        enum status st = category_by_code(db, mem, code, here);
        if (st == ST_OK) continue;
        if (st != ST_NOT_FOUND) return st;
        *here = (struct category){.parent = at[row->level - 1].id, .name_en = row->name_en, .name_zh = row->name_zh};
        TRY(category_put(db, mem, NULL, here, NULL));
    }
    return ST_OK;
}
