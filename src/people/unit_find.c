/* unit_find: units by a part of their number or name, looked for in memory (lore.h): fifty thousand names are four megabytes, and no index
 * of either engine knows the middle of a word.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/buf.h"
#include "gen/sql/unit.h"
#include "people/city.h"
#include "people/unit.h"

#define NAMES_BYTES ((size_t)32 * 1024 * 1024)

/* A line in `text`: number, English name, Chinese name, small letters, each ended by a line break, which stands in none of them. */
struct named {
    unit_id id;
    str code;
    size_t at;
};
struct unit_names {
    struct buf text;
    struct named *item; /* by number */
    size_t n, cap;
    struct arena *mem;
};

static enum status add(void *ctx, const struct q_unit_names *row)
{
    struct unit_names *l = ctx;
    if (l->n == l->cap) {
        size_t cap = l->cap == 0 ? 1024 : l->cap * 2;
        l->item = arena_grow(l->mem, l->item, l->cap * sizeof *l->item, cap * sizeof *l->item);
        l->cap = cap;
    }
    l->item[l->n++] = (struct named){row->id, str_copy(l->mem, row->code), l->text.n};
    const str parts[] = {row->code, row->name_en, row->name_zh};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        for (size_t k = 0; k < parts[i].n; k++) {
            char c = parts[i].p[k];
            buf_add_byte(&l->text, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
        }
        buf_add_byte(&l->text, '\n');
    }
    return ST_OK;
}

/* ctx: the arena of who asks, for one row at a time. */
static enum status read_names(struct db *db, struct arena *mem, void *ctx, void **out)
{
    struct unit_names *l = NEW(mem, struct unit_names);
    l->mem = mem;
    buf_init(&l->text, mem, (size_t)64 * 1024, NAMES_BYTES);
    *out = l;
    return q_unit_names(db, ctx, add, l);
}

/* The first unit whose number comes after this one. */
static size_t place_after(const struct unit_names *l, str code)
{
    size_t from = 0, to = l->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (str_cmp(l->item[middle].code, code) > 0) to = middle;
        else from = middle + 1;
    }
    return from;
}

/* The unit in whose line this byte stands. */
static size_t place_of(const struct unit_names *l, size_t from, size_t byte)
{
    size_t to = l->n;
    while (to - from > 1) {
        size_t middle = from + (to - from) / 2;
        if (l->item[middle].at > byte) to = middle;
        else from = middle;
    }
    return from;
}

enum status unit_find(struct db *db, struct arena *mem, struct city *city, str query, str after_code, int64_t limit,
                      struct unit **out, size_t *n)
{
    void *found = NULL;
    str q = str_lower(mem, str_trim(query));
    *n = 0;
    if (q.n == 0) return unit_list(db, mem, after_code, limit, out, n);
    TRY(lore_look(&city->lore[LORE_UNITS_NAMES], db, mem, read_names, mem, &found));
    const struct unit_names *l = found;
    *out = NEWN(mem, struct unit, (size_t)limit + 1);
    if (str_find_byte(q, '\n') >= 0) return ST_OK;
    for (size_t i = place_after(l, after_code); i < l->n && *n < (size_t)limit; i++) {
        const char *from = l->text.p + l->item[i].at;
        const char *hit = memmem(from, l->text.n - l->item[i].at, q.p, q.n);
        if (hit == NULL) break;
        i = place_of(l, i, (size_t)(hit - l->text.p));
        TRY(unit_get(db, mem, l->item[i].id, &(*out)[*n]));
        if ((*out)[*n].ends.n == 0) ++*n; /* it may have ended since the names were read */
    }
    return ST_OK;
}
