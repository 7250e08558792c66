/* seen: see seen.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "insight/seen.h"

#include "matter/words.h"

const char *const seen_figure_label[SEEN_FIGURES] = {
    TR_NOOP("open"),          TR_NOOP("due within 7 days"),        TR_NOOP("overdue"),
    TR_NOOP("answered"),      TR_NOOP("not confirmed in 30 days"), TR_NOOP("solved"),
    TR_NOOP("partly solved"), TR_NOOP("not within remit"),         TR_NOOP("not solved"),
    TR_NOOP("open again"),
};

int64_t seen_figure(const struct tally_row *t, size_t i)
{
    const int64_t n[SEEN_FIGURES] = {t->open,   t->due_soon, t->overdue,  t->answered,   t->unconfirmed,
                                     t->solved, t->partly,   t->declined, t->not_solved, t->reopened};
    return n[i];
}

/* Who sees what */

bool seen_below(struct db *db, struct arena *mem, const struct actor *who, unit_id unit)
{
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(ACT_OVERVIEW, who->roles[i].role) == SCOPE_BELOW &&
            unit_is_below(db, mem, who->roles[i].unit, unit))
            return true;
    return false;
}

bool seen_own_level(struct db *db, struct arena *mem, const struct actor *who, unit_id unit)
{
    if (rights_allow(db, mem, who, ACT_OVERVIEW, unit, (person_id){0}, NULL)) return true;
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(ACT_OVERVIEW, who->roles[i].role) != SCOPE_NONE &&
            unit_is_below(db, mem, unit, who->roles[i].unit))
            return true;
    return false;
}

unit_id seen_own(const struct actor *who)
{
    for (int i = 0; i < who->n_roles; i++)
        if (rights_scope(ACT_OVERVIEW, who->roles[i].role) != SCOPE_NONE) return who->roles[i].unit;
    return (unit_id){0};
}

enum status seen_unit(struct db *db, struct arena *mem, const struct actor *who, str code, struct unit *out)
{
    if (!rights_any(who, ACT_OVERVIEW)) return ST_FORBIDDEN;
    TRY(code.n > 0 ? unit_by_code(db, mem, code, out) : unit_get(db, mem, seen_own(who), out));
    return seen_own_level(db, mem, who, out->id) ? ST_OK : ST_NOT_FOUND;
}

/* Campaigns */

enum status seen_campaigns(struct db *db, struct arena *mem, unit_id unit, struct campaign **out, size_t *n)
{
    struct campaign *all;
    size_t count;
    *n = 0;
    *out = NEWN(mem, struct campaign, SEEN_CAMPAIGNS);
    TRY(campaign_list(db, mem, NULL, &all, &count));
    for (int closed = 0; closed <= 1; closed++)
        for (size_t i = 0; i < count && *n < SEEN_CAMPAIGNS; i++) {
            if (str_eq(all[i].state, STR("closed")) != (closed == 1) || all[i].issuer.n > 0) continue;
            if (unit_is_below(db, mem, all[i].unit, unit) || unit_is_below(db, mem, unit, all[i].unit))
                (*out)[(*n)++] = all[i];
        }
    return ST_OK;
}

enum status seen_campaign(struct db *db, struct arena *mem, unit_id unit, str ref, struct campaign *out)
{
    struct campaign *list;
    size_t n;
    *out = (struct campaign){0};
    TRY(seen_campaigns(db, mem, unit, &list, &n));
    for (size_t i = 0; i < n; i++)
        if (ref.n == 0 || str_eq(list[i].ref, ref)) {
            *out = list[i];
            return ST_OK;
        }
    return ref.n == 0 ? ST_OK : ST_NOT_FOUND;
}

/* Rows */

struct reading {
    struct db *db;
    struct arena *mem;
    const struct seen_ask *ask;
    struct seen *out;
};

static bool is_open(const struct seen_ask *a, str code)
{
    str one, rest = a->open;
    for (int i = 0; rest.n > 0 && i < SEEN_OPEN; i++) {
        (void)str_cut(rest, ',', &one, &rest);
        if (str_eq(one, code)) return true;
    }
    return false;
}

static enum status add(struct reading *r, const struct tally_row *t, int level)
{
    struct seen_row *row = &r->out->row[r->out->n++];
    bool opens = level > 1 && t->has_children && level < SEEN_LEVELS;
    *row =
        (struct seen_row){.level = level, .opens = opens, .opened = opens && is_open(r->ask, t->code), .matters = *t};
    if (r->ask->campaign.v == 0) return ST_OK;
    return rollup_of(r->db, r->mem, r->ask->campaign, t->unit, level > 0, r->ask->today, &row->duties);
}

static enum status add_below(struct reading *r, unit_id parent, str code, int level)
{
    struct tally_row *list;
    size_t n;
    str next, after = level == 2 ? r->ask->after : STR("");
    TRY(tally_children(r->db, r->mem, parent, r->ask->today, after, SEEN_LEVEL, &list, &n, &next));
    for (size_t i = 0; i < n && r->out->n < SEEN_ROWS; i++) {
        TRY(add(r, &list[i], level));
        if (r->out->row[r->out->n - 1].opened)
            TRY(add_below(r, list[i].unit, list[i].code, level + 1)); /* at most SEEN_LEVELS deep */
    }
    if (level == 2) r->out->next = next;
    else if (next.p != NULL && r->out->n < SEEN_ROWS)
        r->out->row[r->out->n++] = (struct seen_row){.level = level, .more_of = code, .more_after = next};
    return ST_OK;
}

enum status seen_read(struct db *db, struct arena *mem, const struct seen_ask *ask, struct seen *out)
{
    struct reading r = {db, mem, ask, out};
    struct tally_row own, whole;
    *out = (struct seen){.row = NEWN(mem, struct seen_row, ask->below ? SEEN_ROWS : 1)};
    TRY(tally_of(db, mem, ask->unit.id, false, ask->today, &own));
    TRY(add(&r, &own, 0));
    if (!ask->below || !own.has_children) return ST_OK;
    TRY(tally_of(db, mem, ask->unit.id, true, ask->today, &whole));
    TRY(add(&r, &whole, 1));
    return add_below(&r, ask->unit.id, ask->unit.code, 2);
}
