/* city: see city.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/city.h"

#include "base/locale.h"
#include "gen/sql/city.h"
#include "gen/sql/unit.h"

static enum status setting(struct db *db, struct arena *mem, str name, str *out)
{
    struct q_city_setting row;
    TRY(q_city_setting(db, mem, name, &row));
    *out = row.value;
    return ST_OK;
}

enum status city_load(struct db *db, struct arena *life, const struct keys *keys, struct city *out)
{
    struct q_unit_root root;
    str zone;
    *out = (struct city){.keys = keys};
    for (int i = 0; i < LORE_KINDS; i++) lore_init(&out->lore[i]);
    TRY(setting(db, life, STR("city.name_en"), &out->name_en));
    TRY(setting(db, life, STR("city.name_zh"), &out->name_zh));
    TRY(setting(db, life, STR("city.ref_prefix"), &out->ref_prefix));
    TRY(setting(db, life, STR("city.zone"), &zone));
    if (!locale_zone_load(str_z(life, zone), &out->zone)) return ST_INVALID;
    TRY(q_unit_root(db, life, &root));
    out->root = root.id;
    return calendar_load(db, life, &out->calendar);
}

#define FINGERPRINT STR("key.fingerprint")

static str fingerprint(struct arena *mem, const struct keys *keys)
{
    return str_sub(secret_hex(mem, secret_hash(mem, keys, KEY_ONCE, STR("the key file of this installation"))), 0, 16);
}

enum status city_key_check(struct db *db, struct arena *mem, const struct keys *keys)
{
    str noted;
    TRY(setting(db, mem, FINGERPRINT, &noted));
    return str_eq(noted, fingerprint(mem, keys)) ? ST_OK : ST_CONFLICT;
}

enum status city_key_note(struct db *db, struct arena *mem, const struct keys *keys)
{
    enum status st = city_key_check(db, mem, keys);
    return st == ST_NOT_FOUND ? setting_put(db, FINGERPRINT, fingerprint(mem, keys)) : st;
}

void city_free(struct city *c)
{
    for (int i = 0; i < LORE_KINDS; i++) lore_free(&c->lore[i]);
}

enum status setting_put(struct db *db, str name, str value)
{
    return q_city_put(db, name, value, NULL);
}
