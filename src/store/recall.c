/* recall: what commands read again and again and administrators seldom change, remembered on a writing connection (db_recall).
 *
 * Nobody else can change anything while a transaction that changes is open, so one look at the number of changes that were committed holds for
 * all of it; on a server the number comes with the lock. What was remembered says under which number, and on which connection,
 * and is worth nothing under another. A transaction that changes something of the kind itself neither recalls nor remembers from then on.
 *
 * A table in which a place is found by hash and the last comer has it: too small a table costs reading again, no more.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gen/sql/recall.h"
#include "store/inside.h"
#include "store/stmt.h"

#define PLACES 4096 /* of some 100 bytes */

struct recall_place {
    const void *kind; /* NULL: empty */
    int64_t key;
    int64_t version;
    uint64_t life;
    size_t n;
    int64_t v[DB_MEMO];
};

extern const struct stmt_text q_recall_texts[];
const struct stmt_text *const recall_version_text = &q_recall_texts[0];

void recall_begin(struct db *db)
{
    db->recall.state = RECALL_UNASKED;
}

void recall_end(struct db *db)
{
    db->recall.state = RECALL_CLOSED;
}

void recall_free(struct db *db)
{
    if (db->recall.mem != NULL) arena_free(db->recall.mem);
    db->recall = (struct recall){.state = RECALL_CLOSED};
}

void db_forget(struct db *db)
{
    if (db->recall.state == RECALL_UNASKED || db->recall.state == RECALL_OPEN) db->recall.state = RECALL_CHANGED;
}

static bool is_open(struct db *db)
{
    struct recall *m = &db->recall;
    struct q_recall_version row = {0};
    if (m->state != RECALL_UNASKED) return m->state == RECALL_OPEN;
    if (!db->engine->has_version) {
        enum status st = q_recall_version(db, NULL, &row); /* a number needs no arena */
        if (st != ST_OK && st != ST_NOT_FOUND) return false;
    }
    m->version = db->engine->has_version ? db->engine->version : row.n;
    m->state = RECALL_OPEN;
    return true;
}

static struct recall_place *place_of(const struct recall *m, const void *kind, int64_t key)
{
    uint64_t h = ((uint64_t)(uintptr_t)kind ^ (uint64_t)key) * UINT64_C(0x9E3779B97F4A7C15);
    return &m->place[(h >> 32) & (PLACES - 1)];
}

size_t db_recall(struct db *db, const void *kind, int64_t key, int64_t out[DB_MEMO])
{
    struct recall *m = &db->recall;
    if (!is_open(db) || m->place == NULL) return 0;
    const struct recall_place *p = place_of(m, kind, key);
    if (p->kind != kind || p->key != key || p->version != m->version || p->life != db->engine->life) return 0;
    memcpy(out, p->v, p->n * sizeof *out);
    return p->n;
}

void db_remember(struct db *db, const void *kind, int64_t key, const int64_t *v, size_t n)
{
    struct recall *m = &db->recall;
    if (n == 0 || n > DB_MEMO || m->state != RECALL_OPEN || db->engine->fault != ENGINE_SOUND) return;
    if (m->mem == NULL) m->mem = arena_new(PLACES * sizeof *m->place + 4096, NULL);
    if (m->place == NULL) m->place = arena_try_alloc(m->mem, PLACES, sizeof *m->place, _Alignof(struct recall_place));
    if (m->place == NULL) return;
    struct recall_place *p = place_of(m, kind, key);
    *p = (struct recall_place){.kind = kind, .key = key, .version = m->version, .life = db->engine->life, .n = n};
    memcpy(p->v, v, n * sizeof *v);
}
