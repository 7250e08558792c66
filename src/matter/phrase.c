/* phrase: see phrase.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/phrase.h"

#include "base/limits.h"
#include "gen/sql/phrase.h"
#include "matter/words.h"
#include "people/person.h"

#define PHRASES_MAX 200 /* of one unit: more cannot be chosen from a list */

static const struct words_rule name_rule = {
    .field = "name",
    .missing = TR_NOOP("Enter a name by which colleagues find it"),
    .too_long = TR_NOOP("Use at most {max} characters for the name"),
    .max = LIMIT_NAME_POINTS,
    .one_line = true,
};
static const struct words_rule text_rule = {
    .field = "text",
    .missing = TR_NOOP("Enter the text"),
    .too_long = TR_NOOP("Use at most {max} characters"),
    .max = LIMIT_ANSWER_POINTS,
};

bool phrase_may_put(const struct actor *who, unit_id unit)
{
    for (int i = 0; i < who->n_roles; i++)
        if (who->roles[i].unit.v == unit.v && rights_scope(ACT_MESSAGE, who->roles[i].role) != SCOPE_NONE) return true;
    return false;
}

enum status phrase_list(struct db *db, struct arena *mem, unit_id unit, struct phrase **out, size_t *n)
{
    struct q_phrase_list *rows;
    TRY(q_phrase_list(db, mem, unit, &rows, n));
    *out = NEWN(mem, struct phrase, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*out)[i] = (struct phrase){rows[i].id, rows[i].unit_id, rows[i].name, rows[i].text};
    return ST_OK;
}

enum status phrase_get(struct db *db, struct arena *mem, phrase_id id, struct phrase *out)
{
    struct q_phrase_get row;
    TRY(q_phrase_get(db, mem, id, &row));
    if (row.ended_at.ms != 0) return ST_NOT_FOUND;
    *out = (struct phrase){row.id, row.unit_id, row.name, row.text};
    return ST_OK;
}

static enum status check(struct arena *mem, struct phrase *p, struct faults *f)
{
    enum status name = words_check(mem, f, &name_rule, &p->name);
    enum status text = words_check(mem, f, &text_rule, &p->text);
    return name != ST_OK ? name : text;
}

enum status phrase_put(struct db *db, struct arena *mem, const struct actor *who, struct phrase *p, struct faults *f)
{
    struct phrase before;
    struct q_phrase_count count;
    if (p->id.v != 0) {
        TRY(phrase_get(db, mem, p->id, &before));
        p->unit = before.unit;
    }
    if (!phrase_may_put(who, p->unit)) return p->id.v != 0 ? ST_NOT_FOUND : ST_FORBIDDEN;
    TRY(check(mem, p, f));
    if (p->id.v != 0) {
        TRY(q_phrase_change(db, p->id, p->name, p->text, NULL));
    } else {
        TRY(q_phrase_count(db, mem, p->unit, &count));
        if (count.n >= PHRASES_MAX)
            return fault_max(f, "name", TR_NOOP("A unit keeps at most {max} texts. End one first"), PHRASES_MAX);
        p->id = (phrase_id){db_new_id(db)};
        TRY(q_phrase_add(db, p->id, p->unit, p->name, p->text, NULL));
    }
    return admin_event(db, mem, who, "phrase.put", p->unit, p->id.v, p->name);
}

enum status phrase_end(struct db *db, struct arena *mem, const struct actor *who, phrase_id id, instant now)
{
    struct phrase p;
    TRY(phrase_get(db, mem, id, &p));
    if (!phrase_may_put(who, p.unit)) return ST_NOT_FOUND;
    TRY(q_phrase_end(db, id, now, NULL));
    return admin_event(db, mem, who, "phrase.end", p.unit, id.v, p.name);
}
