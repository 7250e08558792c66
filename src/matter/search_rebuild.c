/* search_rebuild: see search_rebuild.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/search_rebuild.h"

#include "base/buf.h"
#include "gen/sql/search_rebuild.h"
#include "matter/search.h"

#define BATCH      1000 /* matters of one transaction */
#define PAGE       50   /* matters read at once: their texts are in memory */
#define MEMORY     ((size_t)256 * 1024 * 1024)
#define FROM_BEGIN "all"
#define SAMPLE_MOST                                                                                                    \
    2000              /* documents whose words are compared with the index: of more, so many spread over all of them */
#define ASK_MOST   40 /* tokens of one document that the index is asked for */
#define REPORT_MAX ((size_t)64 * 1024)

enum status search_rebuild_wanted(struct db *db, struct arena *mem, bool *out)
{
    struct q_search_rebuild_wanted row;
    enum status st = q_search_rebuild_wanted(db, mem, &row);
    *out = st == ST_OK;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status search_rebuild_want(struct db *db, struct arena *mem)
{
    (void)mem;
    return q_search_rebuild_want(db, STR(FROM_BEGIN), NULL);
}

/* Rebuilding */

struct rebuild {
    struct db *db;
    struct arena *mem; /* emptied after each page */
    instant at;        /* the last matter that was taken */
    matter_id id;
    int64_t done;
    bool ended;
};

static enum status add_answers(struct rebuild *r, const struct q_search_rebuild_matters *m, struct search_text t)
{
    struct q_search_rebuild_answers *a;
    size_t n;
    TRY(q_search_rebuild_answers(r->db, r->mem, m->casefile_id, &a, &n));
    for (size_t i = 0; i < n; i++) {
        t.answer = a[i].id;
        t.parts = (const str[]){a[i].found, a[i].done, a[i].basis, a[i].remedy};
        t.n = 4;
        if (m->is_first) TRY(search_add(r->db, r->mem, &t, SEARCH_STAFF));
        if (m->shown && a[i].shown_text.n > 0) TRY(search_show(r->db, r->mem, &t, &a[i].shown_text, 1));
    }
    return ST_OK;
}

static enum status add_matter(struct rebuild *r, const struct q_search_rebuild_matters *m)
{
    struct search_text t = {.matter = m->id,
                            .raised_at = m->raised_at,
                            .kind = m->kind,
                            .channel = m->channel,
                            .parts = (const str[]){m->subject, m->text, m->place},
                            .n = 3};
    TRY(search_add(r->db, r->mem, &t, SEARCH_STAFF));
    if (m->shown)
        TRY(search_show(r->db, r->mem, &t, (const str[]){m->shown_subject, m->shown_text, m->shown_place}, 3));
    return add_answers(r, m, t);
}

static enum status add_page(struct rebuild *r)
{
    struct q_search_rebuild_matters *m;
    size_t n;
    TRY(q_search_rebuild_matters(r->db, r->mem, r->at, r->id, PAGE, &m, &n));
    for (size_t i = 0; i < n; i++) TRY(add_matter(r, &m[i]));
    r->done += (int64_t)n;
    r->ended = n < PAGE;
    if (n > 0) {
        r->at = m[n - 1].raised_at;
        r->id = m[n - 1].id;
    }
    arena_reset(r->mem);
    return ST_OK;
}

/* What the setting says: from the beginning, or "milliseconds.matter.how many". */
static enum status begin(struct rebuild *r)
{
    struct q_search_rebuild_wanted row;
    str at, id, done;
    enum status st = q_search_rebuild_wanted(r->db, r->mem, &row);
    r->ended = st == ST_NOT_FOUND; /* another node has done it meanwhile */
    if (st != ST_OK) return r->ended ? ST_OK : st;
    r->at = (instant){INT64_MIN};
    r->id = (matter_id){0};
    r->done = 0;
    if (str_cut(row.value, '.', &at, &done) && str_cut(done, '.', &id, &done) && str_int(at, &r->at.ms) &&
        str_int(id, &r->id.v) && str_int(done, &r->done))
        return ST_OK;
    TRY(q_search_rebuild_clear_index(r->db, NULL));
    return q_search_rebuild_clear_docs(r->db, NULL);
}

static enum status batch(struct rebuild *r)
{
    TRY(begin(r));
    for (int i = 0; i < BATCH / PAGE && !r->ended; i++) TRY(add_page(r));
    if (r->ended) return q_search_rebuild_done(r->db, NULL);
    return q_search_rebuild_want(
        r->db, str_format(r->mem, "%lld.%lld.%lld", (long long)r->at.ms, (long long)r->id.v, (long long)r->done), NULL);
}

enum status search_rebuild(struct db *db, struct search_progress progress)
{
    struct rebuild r = {.db = db, .mem = arena_new(MEMORY, NULL)};
    struct q_search_rebuild_all all;
    enum status st = search_rebuild_wanted(db, r.mem, &r.ended);
    r.ended = !r.ended;
    if (st == ST_OK && !r.ended) st = q_search_rebuild_all(db, r.mem, &all);
    while (st == ST_OK && !r.ended) {
        st = db_batch_begin(db);
        if (st != ST_OK) break;
        st = batch(&r);
        if (st == ST_OK) st = db_batch_commit(db);
        else db_batch_rollback(db);
        if (st == ST_OK && progress.tell != NULL && !progress.tell(progress.ctx, r.done, all.n) && !r.ended)
            st = ST_BUSY;
        arena_reset(r.mem);
    }
    arena_free(r.mem);
    return st;
}

/* Checking */

struct check {
    struct db *db;
    struct arena *mem;
    struct buf report;
    int64_t wrong;
};

static void say(struct check *c, int64_t n, const char *what)
{
    if (n == 0) return;
    c->wrong += n;
    buf_format(&c->report, "%s%lld %s", c->report.n > 0 ? "\n" : "", (long long)n, what);
}

#define COUNT(name, what)                                                                                              \
    do {                                                                                                               \
        struct q_search_rebuild_##name row_;                                                                           \
        TRY(q_search_rebuild_##name(c->db, c->mem, &row_));                                                            \
        say(c, row_.n, what);                                                                                          \
    } while (0)

static enum status check_documents(struct check *c)
{
    COUNT(unfound, "matters without a document");
    COUNT(unfound_answers, "answers without a document");
    COUNT(unfound_public, "public matters that the public cannot find");
    COUNT(leaked, "documents that the public could find of matters that are not public");
    return ST_OK;
}

/* Some of the tokens, spread over all of them. */
static str some_of(struct arena *mem, str tokens)
{
    struct buf b;
    size_t n = 1, nth = 0;
    for (size_t i = 0; i < tokens.n; i++) n += tokens.p[i] == ' ';
    size_t every = n / ASK_MOST + 1;
    buf_init(&b, mem, 1024, tokens.n + 1024);
    for (str token, rest = tokens; rest.n > 0; nth++) {
        (void)str_cut(rest, ' ', &token, &rest);
        if (nth % every != 0) continue;
        if (b.n > 0) buf_add_byte(&b, ' ');
        buf_add(&b, token);
    }
    return buf_str(&b);
}

static enum status check_words(struct check *c, struct arena *mem, const struct q_search_rebuild_sample *d)
{
    struct q_search_rebuild_words w;
    struct q_search_rebuild_stands s = {0};
    enum status st = q_search_rebuild_words(c->db, mem, d->matter_id, d->answer_id, d->audience == SEARCH_PUBLIC, &w);
    if (st == ST_OK) {
        str tokens = search_tokens(mem, (const str[]){w.subject, w.text, w.place}, 3);
        tokens = search_with_marks(c->db, mem, some_of(mem, tokens), d->raised_at, d->raised_at, d->kind, d->channel);
        st = q_search_rebuild_stands(c->db, mem, d->id, tokens, &s);
    }
    if (st != ST_OK && st != ST_NOT_FOUND) return st;
    if (s.n > 0) return ST_OK;
    c->wrong++;
    if (c->report.n + 128 < REPORT_MAX)
        buf_format(&c->report, "%s%.*s is not found by its words", c->report.n > 0 ? "\n" : "", STR_ARG(d->ref));
    return ST_OK;
}

static enum status check_sample(struct check *c)
{
    struct q_search_rebuild_sample *d;
    size_t n;
    struct q_search_rebuild_documents all;
    TRY(q_search_rebuild_documents(c->db, c->mem, &all));
    enum status st = q_search_rebuild_sample(c->db, c->mem, all.n / SAMPLE_MOST + 1, SAMPLE_MOST, &d, &n);
    struct arena *mem = arena_new(MEMORY, NULL);
    for (size_t i = 0; i < n && st == ST_OK; i++) {
        st = check_words(c, mem, &d[i]);
        arena_reset(mem);
    }
    arena_free(mem);
    return st;
}

enum status search_check(struct db *db, struct arena *mem, int64_t *wrong, str *report)
{
    struct check c = {.db = db, .mem = mem};
    bool wanted;
    buf_init(&c.report, mem, 256, REPORT_MAX);
    TRY(search_rebuild_wanted(db, mem, &wanted));
    if (wanted) say(&c, 1, "rebuild is not finished");
    TRY(check_documents(&c));
    TRY(check_sample(&c));
    *wrong = c.wrong;
    *report = buf_str(&c.report);
    return ST_OK;
}
