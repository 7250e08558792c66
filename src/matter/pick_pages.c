/* pick_pages: see pick_pages.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/pick_pages.h"

#define OFFERS 400 /* units in the list behind a field: 40 kB at most */

str unit_typed(struct req *rq, const struct unit *u)
{
    return str_format(rq->mem, "%.*s %.*s", STR_ARG(req_name(rq, u->name_en, u->name_zh)), STR_ARG(u->code));
}

static bool is_of(const struct unit *u, str name)
{
    return str_eq_nocase(u->name_en, name) || str_eq(u->name_zh, name);
}

/* The number at the end of "name number". */
static str last_word(str text)
{
    size_t at = text.n;
    while (at > 0 && text.p[at - 1] != ' ') at--;
    return str_sub(text, at, text.n);
}

static enum status find_by_name(struct req *rq, const char *field, str name, struct unit *out)
{
    struct unit *found;
    size_t n;
    TRY(unit_find(rq->db, rq->mem, rq->city, name, STR(""), 50, &found, &n));
    for (size_t i = 0; i < n; i++) {
        if (n > 1 && !is_of(&found[i], name)) continue;
        *out = found[i];
        return ST_OK;
    }
    if (n == 0) return fault(&rq->faults, field, TR_NOOP("No unit has this name or number"));
    return fault(&rq->faults, field,
                 TR_NOOP("More than one unit has this in its name. Choose one of the list or enter its number"));
}

enum status unit_pick(struct req *rq, const char *field, str typed, struct unit *out)
{
    *out = (struct unit){0};
    if (typed.n == 0) return ST_OK;
    if (str_points(typed) > LIMIT_QUERY_POINTS)
        return fault(&rq->faults, field, TR_NOOP("No unit has this name or number"));
    enum status st = unit_by_code(rq->db, rq->mem, typed, out);
    if (st == ST_NOT_FOUND) st = unit_by_code(rq->db, rq->mem, last_word(typed), out);
    if (st == ST_OK && out->ends.n != 0 && out->ends.n <= rq->today.n) st = ST_NOT_FOUND;
    return st == ST_NOT_FOUND ? find_by_name(rq, field, typed, out) : st;
}

struct offers {
    struct option_view *en, *zh;
    size_t n;
};

static str offered(struct arena *mem, str name, str other, str code)
{
    if (name.n == 0) name = other;
    return str_format(mem, "%.*s %.*s", STR_ARG(name), STR_ARG(code));
}

static enum status read_offers(struct db *db, struct arena *mem, void *ctx, void **out)
{
    struct unit *list;
    struct offers *o = NEW(mem, struct offers);
    (void)ctx;
    *out = o;
    TRY(unit_list(db, mem, STR(""), OFFERS, &list, &o->n));
    o->en = NEWN(mem, struct option_view, o->n + 1);
    o->zh = NEWN(mem, struct option_view, o->n + 1);
    for (size_t i = 0; i < o->n; i++) {
        o->en[i].value = offered(mem, list[i].name_en, list[i].name_zh, list[i].code);
        o->zh[i].value = offered(mem, list[i].name_zh, list[i].name_en, list[i].code);
    }
    return ST_OK;
}

enum status unit_offers(struct req *rq, struct option_view **out, size_t *n)
{
    void *found = NULL;
    TRY(lore_look(&rq->city->lore[LORE_UNITS_OFFERED], rq->db, rq->mem, read_offers, NULL, &found));
    const struct offers *o = found;
    *out = rq->lang == LANG_ZH ? o->zh : o->en;
    *n = o->n;
    return ST_OK;
}

static str path_below(struct req *rq, const str *above, const struct category *c)
{
    str name = req_name(rq, c->name_en, c->name_zh);
    return c->level <= 1 || above->n == 0 ? name : str_format(rq->mem, "%.*s / %.*s", STR_ARG(*above), STR_ARG(name));
}

enum status category_options(struct req *rq, const char *first, int64_t levels, struct option_view **out, size_t *n)
{
    const struct category_tree *tree;
    str path[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    *n = 0;
    TRY(category_tree(rq->db, rq->mem, rq->city, &tree));
    const struct category *list = tree->list;
    *out = NEWN(rq->mem, struct option_view, tree->n + 1);
    if (first != NULL) (*out)[(*n)++] = (struct option_view){STR(""), req_tr(rq, first), false};
    for (size_t i = 0; i < tree->n; i++) {
        int64_t level = list[i].level;
        if (level < 1 || level > 3) continue;
        path[level] = path_below(rq, &path[level - 1], &list[i]);
        if (level <= levels) (*out)[(*n)++] = (struct option_view){list[i].code, path[level], false};
    }
    return ST_OK;
}

enum status category_pick(struct req *rq, const char *field, str code, struct category *out)
{
    *out = (struct category){0};
    if (code.n == 0) return ST_OK;
    enum status st = category_by_code(rq->db, rq->mem, code, out);
    if (st == ST_NOT_FOUND || (st == ST_OK && out->ended))
        return fault(&rq->faults, field, TR_NOOP("Choose one of the list"));
    return st;
}
