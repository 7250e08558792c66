/* guard: see guard.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "people/guard.h"

#include "base/buf.h"
#include "gen/sql/person.h"
#include "gen/sql/unit.h"

enum status guard_unit(struct db *db, struct arena *mem, const struct actor *who, enum action action, unit_id unit)
{
    if (who == NULL) return ST_OK;
    return rights_allow(db, mem, who, action, unit, (person_id){0}, NULL) ? ST_OK : ST_FORBIDDEN;
}

enum status guard_city(struct db *db, struct arena *mem, const struct actor *who, enum action action)
{
    struct q_unit_root root;
    if (who == NULL) return ST_OK;
    TRY(q_unit_root(db, mem, &root));
    return guard_unit(db, mem, who, action, root.id);
}

enum status guard_person(struct db *db, struct arena *mem, const struct actor *who, person_id person)
{
    struct q_person_members_of_person *rows;
    size_t n;
    if (who == NULL) return ST_OK;
    if (!rights_any(who, ACT_ADMIN_PEOPLE)) return ST_FORBIDDEN;
    TRY(q_person_members_of_person(db, mem, person, &rows, &n));
    for (size_t i = 0; i < n; i++) TRY(guard_unit(db, mem, who, ACT_ADMIN_PEOPLE, rows[i].unit_id));
    return ST_OK;
}

static bool is_sound(struct faults *f, const char *field, str text, int64_t max_points)
{
    if (!str_is_utf8(text) || str_has_control(text)) {
        (void)fault(f, field, "This contains characters that cannot be stored");
        return false;
    }
    if (str_points(text) > (size_t)max_points) {
        (void)fault_max(f, field, "Use at most {max} characters", max_points);
        return false;
    }
    return true;
}

bool guard_line(struct faults *f, const char *field, str text, bool needed, int64_t max_points)
{
    if (needed && str_trim(text).n == 0) {
        (void)fault(f, field, "This is needed");
        return false;
    }
    if (str_find_byte(text, '\n') >= 0 || str_find_byte(text, '\r') >= 0) {
        (void)fault(f, field, "Write this on one line");
        return false;
    }
    return is_sound(f, field, text, max_points);
}

bool guard_text(struct faults *f, const char *field, str text, int64_t max_points)
{
    return is_sound(f, field, text, max_points);
}

str guard_pattern(struct arena *mem, str query)
{
    struct buf b;
    str q = str_lower(mem, str_trim(query));
    buf_init(&b, mem, q.n + 16, 2 * q.n + 16);
    buf_add_byte(&b, '%');
    for (size_t i = 0; i < q.n; i++) {
        if (q.p[i] == '%' || q.p[i] == '_' || q.p[i] == '\\') buf_add_byte(&b, '\\');
        buf_add_byte(&b, q.p[i]);
    }
    buf_add_byte(&b, '%');
    return buf_str(&b);
}
