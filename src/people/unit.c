/* unit: see unit.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "gen/sql/office.h"
#include "gen/sql/person.h"
#include "gen/sql/unit.h"
#include "people/guard.h"
#include "people/person.h"
#include "people/unit_tree.h"

#define CODE_POINTS 40

static const str kinds[] = {STR_INIT("root"),     STR_INIT("department"), STR_INIT("county"), STR_INIT("bureau"),
                            STR_INIT("township"), STR_INIT("village"),    STR_INIT("partner")};

/* A row of any statement that reads whole units. */
#define UNIT_OF(r)                                                                                                     \
    ((struct unit){.id = (r).id,                                                                                       \
                   .code = (r).code,                                                                                   \
                   .name_en = (r).name_en,                                                                             \
                   .name_zh = (r).name_zh,                                                                             \
                   .kind = (r).kind,                                                                                   \
                   .remit = (r).remit,                                                                                 \
                   .address = (r).address,                                                                             \
                   .phone = (r).phone,                                                                                 \
                   .territory = (r).territory_unit_id,                                                                 \
                   .line = (r).line_unit_id,                                                                           \
                   .starts = (r).starts_on,                                                                            \
                   .ends = (r).ends_on,                                                                                \
                   .successor = (r).successor_unit_id})

/* Questions */

enum status unit_get(struct db *db, struct arena *mem, unit_id id, struct unit *out)
{
    struct q_unit_get row;
    TRY(q_unit_get(db, mem, id, &row));
    *out = UNIT_OF(row);
    return ST_OK;
}

enum status unit_by_code(struct db *db, struct arena *mem, str code, struct unit *out)
{
    struct q_unit_id_of_code row;
    TRY(q_unit_id_of_code(db, mem, str_trim(code), &row));
    return unit_get(db, mem, row.id, out);
}

/* Where a unit stands: its parents, and what came after it when it has ended. Commands remember it. */
static enum status place(struct db *db, struct arena *mem, unit_id id, struct q_unit_place *out)
{
    static const char memo = 'p';
    int64_t v[DB_MEMO];
    if (db_recall(db, &memo, id.v, v) == 4) {
        *out = (struct q_unit_place){{v[0]}, {v[1]}, {(int32_t)v[2]}, {v[3]}};
        return ST_OK;
    }
    TRY(q_unit_place(db, mem, id, out));
    const int64_t found[] = {out->territory_unit_id.v, out->line_unit_id.v, out->ends_on.n, out->successor_unit_id.v};
    db_remember(db, &memo, id.v, found, COUNT_OF(found));
    return ST_OK;
}

enum status unit_now(struct db *db, struct arena *mem, unit_id id, unit_id *out)
{
    struct q_unit_place row;
    for (int i = 0; i < UNIT_DEPTH_MAX; i++) {
        *out = id;
        TRY(place(db, mem, id, &row));
        if (row.ends_on.n == 0) return ST_OK;
        if (row.successor_unit_id.v != 0) id = row.successor_unit_id;
        else if (row.territory_unit_id.v != 0) id = row.territory_unit_id;
        else if (row.line_unit_id.v != 0) id = row.line_unit_id;
        else return ST_OK;
    }
    return ST_OK;
}

enum status unit_up(struct db *db, struct arena *mem, unit_id id, unit_id *out)
{
    struct q_unit_place row;
    TRY(place(db, mem, id, &row));
    *out = row.territory_unit_id.v != 0 ? row.territory_unit_id : row.line_unit_id.v != 0 ? row.line_unit_id : id;
    return ST_OK;
}

enum status unit_glance(struct db *db, struct arena *mem, unit_id id, struct unit_glance *out)
{
    struct q_unit_glance row;
    TRY(q_unit_glance(db, mem, id, &row));
    *out = (struct unit_glance){row.below != 0, row.office != 0, row.first_name};
    return ST_OK;
}

enum status unit_children(struct db *db, struct arena *mem, unit_id parent, str after_code, int64_t limit,
                          struct unit **out, size_t *n)
{
    struct q_unit_children *rows;
    TRY(q_unit_children(db, mem, parent, after_code, limit, &rows, n));
    *out = NEWN(mem, struct unit, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = UNIT_OF(rows[i]);
    return ST_OK;
}

enum status unit_ancestors(struct db *db, struct arena *mem, unit_id id, bool line, struct unit **out, size_t *n)
{
    struct q_unit_ancestors *rows;
    TRY(q_unit_ancestors(db, mem, line ? TREE_LINE : TREE_TERRITORY, id, &rows, n));
    *out = NEWN(mem, struct unit, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = UNIT_OF(rows[i]);
    return ST_OK;
}

enum status unit_list(struct db *db, struct arena *mem, str after_code, int64_t limit, struct unit **out, size_t *n)
{
    struct q_unit_list *rows;
    TRY(q_unit_list(db, mem, after_code, limit, &rows, n));
    *out = NEWN(mem, struct unit, *n + 1);
    for (size_t i = 0; i < *n; i++) (*out)[i] = UNIT_OF(rows[i]);
    return ST_OK;
}

/* Checks */

static bool has_known_kind(str kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq(kind, kinds[i])) return true;
    return false;
}

static bool check_words(const struct unit *u, struct faults *f)
{
    bool good = guard_line(f, "code", u->code, true, CODE_POINTS);
    good = guard_line(f, "name_en", u->name_en, true, LIMIT_NAME_POINTS) && good;
    good = guard_line(f, "name_zh", u->name_zh, true, LIMIT_NAME_POINTS) && good;
    good = guard_text(f, "remit", u->remit, LIMIT_NOTE_POINTS) && good;
    good = guard_line(f, "address", u->address, false, LIMIT_PLACE_POINTS) && good;
    good = guard_line(f, "phone", u->phone, false, LIMIT_NAME_POINTS) && good;
    return good;
}

static bool check_parent(struct db *db, struct arena *mem, enum tree_kind kind, const struct unit *u, unit_id parent,
                         struct faults *f)
{
    const char *field = kind == TREE_LINE ? "line" : "territory";
    struct q_unit_place row;
    if (parent.v == 0) return true;
    if (q_unit_place(db, mem, parent, &row) != ST_OK || row.ends_on.n != 0) {
        (void)fault(f, field, "There is no such unit, or it has ended");
        return false;
    }
    if (u->id.v == 0 || !tree_makes_cycle(db, kind, u->id, parent)) return true;
    (void)fault(f, field, "A unit cannot stand below itself");
    return false;
}

/* One unit has no parent: the root. */
static bool check_root(struct db *db, struct arena *mem, const struct unit *u, struct faults *f)
{
    struct q_unit_root root;
    bool has_parent = u->territory.v != 0 || u->line.v != 0;
    if (!str_eq(u->kind, STR("root"))) {
        if (has_parent) return true;
        (void)fault(f, "territory", "Choose the unit above this one");
        return false;
    }
    if (!has_parent && (q_unit_root(db, mem, &root) == ST_NOT_FOUND || root.id.v == u->id.v)) return true;
    (void)fault(f, "kind", "There is one root, and nothing stands above it");
    return false;
}

static enum status check_put(struct db *db, struct arena *mem, const struct unit *u, day today, struct faults *f)
{
    struct q_unit_id_of_code same;
    bool good = check_words(u, f);
    if (!has_known_kind(u->kind)) good = fault(f, "kind", "Choose a kind") == ST_OK;
    if (q_unit_id_of_code(db, mem, u->code, &same) != ST_NOT_FOUND && same.id.v != u->id.v)
        good = fault(f, "code", "Another unit has this code") == ST_OK;
    if (u->starts.n > today.n) good = fault(f, "starts", "Enter today or an earlier day") == ST_OK;
    good = check_root(db, mem, u, f) && good;
    good = check_parent(db, mem, TREE_TERRITORY, u, u->territory, f) && good;
    good = check_parent(db, mem, TREE_LINE, u, u->line, f) && good;
    return good ? ST_OK : ST_INVALID;
}

/* Changes */

static void trim_words(struct unit *u)
{
    str *const words[] = {&u->code, &u->name_en, &u->name_zh, &u->remit, &u->address, &u->phone};
    for (size_t i = 0; i < COUNT_OF(words); i++) *words[i] = str_trim(*words[i]);
}

/* "code 1 → 2; territory 5 → 6": for the administrators' record. */
static str differences(struct arena *mem, const struct unit *a, const struct unit *b)
{
    const struct {
        const char *name;
        str from, to;
    } words[] = {{"code", a->code, b->code},   {"name_en", a->name_en, b->name_en}, {"name_zh", a->name_zh, b->name_zh},
                 {"kind", a->kind, b->kind},   {"remit", a->remit, b->remit},       {"address", a->address, b->address},
                 {"phone", a->phone, b->phone}};
    struct buf out;
    buf_init(&out, mem, 256, 64 * 1024);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (!str_eq(words[i].from, words[i].to))
            buf_format(&out, "%s%s %.*s → %.*s", out.n > 0 ? "; " : "", words[i].name, STR_ARG(words[i].from),
                       STR_ARG(words[i].to));
    if (a->territory.v != b->territory.v)
        buf_format(&out, "%sterritory %lld → %lld", out.n > 0 ? "; " : "", (long long)a->territory.v,
                   (long long)b->territory.v);
    if (a->line.v != b->line.v)
        buf_format(&out, "%sline %lld → %lld", out.n > 0 ? "; " : "", (long long)a->line.v, (long long)b->line.v);
    return buf_str(&out);
}

static unit_id parent_of(const struct unit *u)
{
    return u->territory.v != 0 ? u->territory : u->line;
}

static enum status add(struct db *db, struct arena *mem, const struct actor *who, struct unit *u, day today,
                       struct faults *f)
{
    TRY(guard_unit(db, mem, who, ACT_ADMIN_UNITS, parent_of(u)));
    if (u->starts.n == 0) u->starts = today;
    TRY(check_put(db, mem, u, today, f));
    db_forget(db);
    u->id.v = db_new_id(db);
    TRY(q_unit_insert(db, u->id, u->code, u->name_en, u->name_zh, u->kind, u->remit, u->address, u->phone, u->territory,
                      u->line, u->starts, NULL));
    TRY(tree_add(db, u->id, u->territory, u->line, u->starts));
    return admin_event(db, mem, who, "unit.add", u->id, u->id.v,
                       str_format(mem, "%.*s %.*s", STR_ARG(u->code), STR_ARG(u->name_en)));
}

static enum status change(struct db *db, struct arena *mem, const struct actor *who, struct unit *u, day today,
                          struct faults *f)
{
    struct unit old;
    TRY(unit_get(db, mem, u->id, &old));
    TRY(guard_unit(db, mem, who, ACT_ADMIN_UNITS, u->id));
    if (parent_of(u).v != parent_of(&old).v) TRY(guard_unit(db, mem, who, ACT_ADMIN_UNITS, parent_of(u)));
    if (old.ends.n != 0) return fault(f, "", "This unit has ended");
    if (str_eq(old.kind, STR("root")) && !str_eq(u->kind, old.kind)) return fault(f, "kind", "The root stays the root");
    u->starts = old.starts;
    u->ends = old.ends;
    TRY(check_put(db, mem, u, today, f));
    db_forget(db);
    TRY(q_unit_update(db, u->id, u->code, u->name_en, u->name_zh, u->kind, u->remit, u->address, u->phone, u->territory,
                      u->line, NULL));
    if (u->territory.v != old.territory.v) TRY(tree_move(db, TREE_TERRITORY, u->id, u->territory, today));
    if (u->line.v != old.line.v) TRY(tree_move(db, TREE_LINE, u->id, u->line, today));
    return admin_event(db, mem, who, "unit.put", u->id, u->id.v, differences(mem, &old, u));
}

enum status unit_put(struct db *db, struct arena *mem, const struct actor *who, struct unit *u, day today,
                     struct faults *f)
{
    trim_words(u);
    return u->id.v == 0 ? add(db, mem, who, u, today, f) : change(db, mem, who, u, today, f);
}

static enum status reparent(struct db *db, struct arena *mem, enum tree_kind kind, unit_id child, unit_id parent,
                            day on, struct faults *f)
{
    struct unit u;
    TRY(unit_get(db, mem, child, &u));
    if (tree_makes_cycle(db, kind, child, parent))
        return fault(f, "successor", "The successor stands below this unit: move it first");
    if (kind == TREE_LINE) u.line = parent;
    else u.territory = parent;
    TRY(q_unit_update(db, u.id, u.code, u.name_en, u.name_zh, u.kind, u.remit, u.address, u.phone, u.territory, u.line,
                      NULL));
    return tree_move(db, kind, child, parent, on);
}

/* What stood below the unit stands below its successor. */
static enum status hand_down(struct db *db, struct arena *mem, unit_id unit, unit_id successor, day on,
                             struct faults *f)
{
    struct q_unit_children *children;
    struct q_unit_line_children *line;
    size_t n;
    size_t n_line;
    TRY(q_unit_children(db, mem, unit, STR(""), INT64_MAX, &children, &n));
    TRY(q_unit_line_children(db, mem, unit, &line, &n_line));
    if (successor.v == 0 && n + n_line > 0)
        return fault(f, "successor", "Units stand below this one: name a successor");
    for (size_t i = 0; i < n; i++) TRY(reparent(db, mem, TREE_TERRITORY, children[i].id, successor, on, f));
    for (size_t i = 0; i < n_line; i++) TRY(reparent(db, mem, TREE_LINE, line[i].id, successor, on, f));
    return ST_OK;
}

static enum status check_end(struct db *db, struct arena *mem, const struct unit *u, day on, unit_id successor,
                             struct faults *f)
{
    struct q_unit_place row;
    instant now = db_now(db);
    bool good = true;
    if (u->ends.n != 0) return fault(f, "", "This unit has ended");
    if (str_eq(u->kind, STR("root"))) return fault(f, "", "The root cannot end");
    if (on.n < u->starts.n) good = fault(f, "on", "A unit cannot end before it starts") == ST_OK;
    if (on.n > now.ms / DAY_MS + 1)
        good = fault(f, "on", "Enter today or an earlier day") == ST_OK; /* + 1: zones ahead of UTC */
    if (successor.v == 0) return good ? ST_OK : ST_INVALID;
    if (q_unit_place(db, mem, successor, &row) != ST_OK || row.ends_on.n != 0)
        return fault(f, "successor", "There is no such unit, or it has ended");
    if (unit_is_below(db, mem, u->id, successor))
        return fault(f, "successor", "The successor stands below this unit: move it first");
    return good ? ST_OK : ST_INVALID;
}

enum status unit_end(struct db *db, struct arena *mem, const struct actor *who, unit_id id, day on, unit_id successor,
                     struct faults *f)
{
    struct unit u;
    instant now = db_now(db);
    TRY(unit_get(db, mem, id, &u));
    TRY(guard_unit(db, mem, who, ACT_ADMIN_UNITS, id));
    TRY(check_end(db, mem, &u, on, successor, f));
    db_forget(db);
    TRY(hand_down(db, mem, id, successor, on, f));
    TRY(tree_end(db, id, on));
    TRY(q_unit_end(db, id, on, successor, NULL));
    TRY(q_office_end_all(db, id, on, NULL));
    TRY(q_office_post_end_all(db, id, now, NULL));
    TRY(q_person_member_end_all(db, id, now, NULL));
    return admin_event(db, mem, who, "unit.end", id, successor.v,
                       str_format(mem, "%.*s %.*s", STR_ARG(u.code), STR_ARG(u.name_en)));
}
