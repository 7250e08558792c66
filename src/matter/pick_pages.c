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
    TRY(unit_list(rq->db, rq->mem, name, STR(""), 50, &found, &n));
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

enum status unit_offers(struct req *rq, struct option_view **out, size_t *n)
{
    struct unit *list;
    TRY(unit_list(rq->db, rq->mem, STR(""), STR(""), OFFERS, &list, n));
    *out = NEWN(rq->mem, struct option_view, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = (struct option_view){.value = unit_typed(rq, &list[i])};
    return ST_OK;
}

static str path_below(struct req *rq, const str *above, const struct category *c)
{
    str name = req_name(rq, c->name_en, c->name_zh);
    return c->level <= 1 || above->n == 0 ? name : str_format(rq->mem, "%.*s / %.*s", STR_ARG(*above), STR_ARG(name));
}

enum status category_options(struct req *rq, const char *first, int64_t levels, struct option_view **out, size_t *n)
{
    struct category *list;
    str path[4] = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    size_t count;
    *n = 0;
    TRY(category_list(rq->db, rq->mem, false, &list, &count));
    *out = NEWN(rq->mem, struct option_view, count + 1);
    if (first != NULL) (*out)[(*n)++] = (struct option_view){STR(""), req_tr(rq, first), false};
    for (size_t i = 0; i < count; i++) {
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
