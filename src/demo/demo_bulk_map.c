/* demo_bulk_map: the tree of units and who works there, so that a life can happen elsewhere. See demo_bulk.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_bulk.h"

/* Where an id of a model stands: a unit, or a person who is its head or works there. */
struct bulk_spot {
    int64_t id; /* 0: free */
    int unit;
    bool is_head;
};

static struct bulk_spot *spot(const struct bulk_map *m, int64_t id)
{
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (m->n_spots - 1);
    while (m->spots[at].id != 0 && m->spots[at].id != id) at = (at + 1) & (m->n_spots - 1);
    return &m->spots[at];
}

static void put(struct bulk_map *m, int64_t id, int unit, bool is_head)
{
    struct bulk_spot *s = spot(m, id);
    if (s->id == 0) *s = (struct bulk_spot){id, unit, is_head}; /* the first role counts */
}

int bulk_place_of(const struct bulk_map *m, unit_id id)
{
    const struct bulk_spot *s = spot(m, id.v);
    must(s->id == id.v);
    return s->unit;
}

static enum bulk_level level_of(str kind)
{
    return str_eq(kind, STR("county"))     ? LEVEL_COUNTY
           : str_eq(kind, STR("bureau"))   ? LEVEL_BUREAU
           : str_eq(kind, STR("township")) ? LEVEL_TOWN
           : str_eq(kind, STR("village"))  ? LEVEL_VILLAGE
                                           : LEVEL_OTHER;
}

/* Loading */

static void join(struct bulk_map *m, const struct q_demo_bulk_units *rows)
{
    for (size_t i = 0; i < m->n; i++) {
        struct bulk_unit *u = &m->unit[i];
        if (rows[i].territory_unit_id.v != 0) u->above = bulk_place_of(m, rows[i].territory_unit_id);
        if (u->level == LEVEL_VILLAGE) m->villages[m->n_villages++] = (int)i;
        if (u->level != LEVEL_BUREAU || rows[i].ends_on.n != 0) continue;
        u->next = m->unit[u->above].next;
        m->unit[u->above].next = (int)i;
    }
}

static void seat(struct bulk_map *m, const struct q_demo_bulk_staff *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int at = bulk_place_of(m, rows[i].unit_id);
        bool is_head = str_eq(rows[i].role, STR("head"));
        person_id *seat = is_head ? &m->unit[at].head : &m->unit[at].hand;
        if (seat->v == 0) *seat = rows[i].person_id;
        put(m, rows[i].person_id.v, at, is_head);
    }
}

enum status bulk_map_load(struct db *db, struct arena *mem, struct bulk_map *out)
{
    struct q_demo_bulk_units *units;
    struct q_demo_bulk_staff *staff;
    size_t n_staff;
    *out = (struct bulk_map){.n_spots = 1024};
    TRY(q_demo_bulk_units(db, mem, &units, &out->n));
    TRY(q_demo_bulk_staff(db, mem, &staff, &n_staff));
    while (out->n_spots < 2 * (out->n + n_staff)) out->n_spots *= 2;
    out->spots = NEWN(mem, struct bulk_spot, out->n_spots);
    out->unit = NEWN(mem, struct bulk_unit, out->n + 1);
    out->villages = NEWN(mem, int, out->n + 1);
    for (size_t i = 0; i < out->n; i++) {
        out->unit[i] = (struct bulk_unit){.id = units[i].id,
                                          .line = units[i].line_unit_id,
                                          .level = level_of(units[i].kind),
                                          .above = -1,
                                          .next = -1};
        put(out, units[i].id.v, (int)i, false);
    }
    join(out, units);
    seat(out, staff, n_staff);
    return ST_OK;
}

/* Going there */

struct bulk_where bulk_where_draw(const struct bulk_map *m, struct rng *rng)
{
    int village = m->villages[rng_below(rng, (uint32_t)m->n_villages)];
    int town = m->unit[village].above;
    return (struct bulk_where){village, town, m->unit[town].above};
}

static int bureau_of(const struct bulk_map *m, int county, unit_id line)
{
    for (int i = m->unit[county].next; i >= 0; i = m->unit[i].next)
        if (m->unit[i].line.v == line.v) return i;
    return -1;
}

/* The same place when nothing stands for it. */
static int there(const struct bulk_map *m, const struct bulk_where *w, int unit)
{
    int at = -1;
    if (w->village < 0) return unit;
    switch (m->unit[unit].level) {
    case LEVEL_COUNTY: at = w->county; break;
    case LEVEL_BUREAU: at = bureau_of(m, w->county, m->unit[unit].line); break;
    case LEVEL_TOWN: at = w->town; break;
    case LEVEL_VILLAGE: at = w->village; break;
    case LEVEL_OTHER: break;
    }
    return at < 0 ? unit : at;
}

unit_id bulk_unit_there(const struct bulk_map *m, const struct bulk_where *w, unit_id id)
{
    return id.v == 0 ? id : m->unit[there(m, w, bulk_place_of(m, id))].id;
}

person_id bulk_person_there(const struct bulk_map *m, const struct bulk_where *w, person_id id)
{
    if (id.v == 0 || w->village < 0) return id;
    const struct bulk_spot *s = spot(m, id.v);
    if (s->id != id.v || m->unit[s->unit].level == LEVEL_OTHER) return id;
    for (int at = there(m, w, s->unit); at >= 0; at = m->unit[at].above) {
        person_id p = s->is_head ? m->unit[at].head : m->unit[at].hand;
        if (p.v != 0) return p; /* a village without people: those of its town */
    }
    return id;
}
