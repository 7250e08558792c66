/* category: see category.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/category.h"

#include "gen/sql/category.h"
#include "matter/words.h"
#include "people/person.h"
#include "people/unit.h"

#define LEVELS    3
#define CODE_LAST 99 /* two digits a level */

/* The four reading statements have the same columns. */
#define CATEGORY(r)                                                                                                    \
    (struct category)                                                                                                  \
    {                                                                                                                  \
        .id = (r).id, .parent = (r).parent, .code = (r).code, .name_en = (r).name_en, .name_zh = (r).name_zh,          \
        .level = (r).level, .unit = (r).unit_id, .ended = (r).ended_at.ms != 0                                         \
    }

enum status category_get(struct db *db, struct arena *mem, category_id id, struct category *out)
{
    struct q_category_by_id row;
    TRY(q_category_by_id(db, mem, id, &row));
    *out = CATEGORY(row);
    return ST_OK;
}

enum status category_by_code(struct db *db, struct arena *mem, str code, struct category *out)
{
    struct q_category_by_code row;
    TRY(q_category_by_code(db, mem, code, &row));
    *out = CATEGORY(row);
    return ST_OK;
}

enum status category_children(struct db *db, struct arena *mem, category_id parent, struct category **out, size_t *n)
{
    struct q_category_children *rows;
    TRY(q_category_children(db, mem, parent, &rows, n));
    *out = NEWN(mem, struct category, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = CATEGORY(rows[i]);
    return ST_OK;
}

enum status category_list(struct db *db, struct arena *mem, bool with_ended, struct category **out, size_t *n)
{
    struct q_category_list *rows;
    TRY(q_category_list(db, mem, with_ended ? 1 : 0, &rows, n));
    *out = NEWN(mem, struct category, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = CATEGORY(rows[i]);
    return ST_OK;
}

static enum status read_tree(struct db *db, struct arena *mem, void *ctx, void **out)
{
    struct category_tree *t = NEW(mem, struct category_tree);
    (void)ctx;
    *out = t;
    return category_list(db, mem, false, &t->list, &t->n);
}

enum status category_tree(struct db *db, struct arena *mem, struct city *city, const struct category_tree **out)
{
    void *tree = NULL;
    TRY(lore_look(&city->lore[LORE_CATEGORIES], db, mem, read_tree, NULL, &tree));
    *out = tree;
    return ST_OK;
}

const struct category *category_tree_find(const struct category_tree *t, category_id id)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->list[i].id.v == id.v) return &t->list[i];
    return NULL;
}

static const struct words_rule name_en_rule = {"name_en", TR_NOOP("Enter a name in English"),
                                               TR_NOOP("The name must be {max} characters or fewer"), LIMIT_NAME_POINTS,
                                               true};
static const struct words_rule name_zh_rule = {"name_zh", TR_NOOP("Enter a name in Chinese"),
                                               TR_NOOP("The name must be {max} characters or fewer"), LIMIT_NAME_POINTS,
                                               true};

static enum status check(struct db *db, struct arena *mem, struct category *c, struct faults *f)
{
    struct unit unit;
    enum status en = words_check(mem, f, &name_en_rule, &c->name_en);
    enum status zh = words_check(mem, f, &name_zh_rule, &c->name_zh);
    if (c->unit.v != 0) {
        enum status st = unit_get(db, mem, c->unit, &unit);
        if (st == ST_NOT_FOUND) return fault(f, "unit", TR_NOOP("Choose a unit that exists"));
        TRY(st);
    }
    return en != ST_OK ? en : zh;
}

static enum status next_code(struct db *db, struct arena *mem, struct category *c, struct faults *f)
{
    struct category parent = {.code = STR("")};
    struct q_category_last_code last;
    int64_t number = 0;
    if (c->parent.v != 0) {
        enum status st = category_get(db, mem, c->parent, &parent);
        if (st == ST_NOT_FOUND || (st == ST_OK && (parent.ended || parent.level >= LEVELS)))
            return fault(f, "parent", TR_NOOP("Choose a category that is in use and above the lowest level"));
        TRY(st);
    }
    TRY(q_category_last_code(db, mem, c->parent, &last));
    (void)str_int(str_sub(last.code, parent.code.n, 2), &number);
    if (number >= CODE_LAST) return fault(f, "parent", TR_NOOP("There is no room for another category here"));
    c->level = parent.level + 1;
    c->code = str_format(mem, "%.*s%02d", STR_ARG(parent.code), (int)number + 1);
    return ST_OK;
}

static bool may(const struct actor *who)
{
    return who == NULL || rights_any(who, ACT_ADMIN_CATEGORIES);
}

enum status category_put(struct db *db, struct arena *mem, const struct actor *who, struct category *change,
                         struct faults *f)
{
    if (!may(who)) return ST_FORBIDDEN;
    TRY(check(db, mem, change, f));
    if (change->id.v == 0) {
        TRY(next_code(db, mem, change, f));
        change->id = (category_id){db_new_id(db)};
        TRY(q_category_add(db, change->id, change->code, change->parent, change->level, change->name_en,
                           change->name_zh, change->unit, NULL));
    } else {
        int64_t changed;
        TRY(q_category_change(db, change->id, change->name_en, change->name_zh, change->unit, &changed));
        if (changed == 0) return ST_NOT_FOUND;
    }
    return admin_event(db, mem, who, "category.put", change->unit, change->id.v, change->name_en);
}

enum status category_end(struct db *db, struct arena *mem, const struct actor *who, category_id id, instant now)
{
    struct category c;
    if (!may(who)) return ST_FORBIDDEN;
    TRY(category_get(db, mem, id, &c));
    TRY(q_category_end_below(db, c.code, str_concat(mem, c.code, STR(":")), now, NULL)); /* ':' comes after '9' */
    return admin_event(db, mem, who, "category.end", c.unit, id.v, c.name_en);
}
