/* search: see search.h. Statements that an engine's full text needs are in search.sql.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/search.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "gen/sql/search.h"

#define TERMS_MOST  24 /* of one query */
#define ASK_MOST    12 /* tokens that the index is asked for; the texts are asked for all */
#define TOKEN_BYTES 64 /* of one token: more tells no words apart */
#define TOKENS_MAX  ((size_t)4 * 1024 * 1024)
#define SAMPLE      256      /* newest documents of a token that tell how common it is */
#define REACH_STEPS 750000.0 /* documents of single tokens that one question may pass: some 15 ms */
#define COUNT_STEPS 150000.0 /* the same where the program joins them itself, which takes longer for each */
#define WIDTH_FIRST 4096     /* documents that are joined first, then twice as many */
#define SKIP_STEPS                                                                                                     \
    700.0 /* what finding the next document of a common token behind one of a rare token costs: a page is read whole */

/* Tokens */

/* Which were there already: places in `out`, by hash. */
struct seen {
    struct arena *mem;
    struct buf out;
    uint32_t *slot; /* 1 + offset of the token in out */
    size_t n, slots;
};

static uint32_t hash_of(str s)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 16777619u;
    return h ^ h >> 15;
}

static bool is_at(const struct seen *s, size_t from, str token)
{
    if (s->out.n - from < token.n || memcmp(s->out.p + from, token.p, token.n) != 0) return false;
    return s->out.n - from == token.n || s->out.p[from + token.n] == ' ';
}

static str token_at(const struct seen *s, size_t from)
{
    str rest = {s->out.p + from, s->out.n - from};
    ptrdiff_t end = str_find_byte(rest, ' ');
    return end < 0 ? rest : str_sub(rest, 0, (size_t)end);
}

static uint32_t *slot_of(struct seen *s, str token)
{
    size_t i = hash_of(token) & (s->slots - 1);
    while (s->slot[i] != 0 && !is_at(s, s->slot[i] - 1, token)) i = (i + 1) & (s->slots - 1);
    return &s->slot[i];
}

static void grow(struct seen *s)
{
    const uint32_t *old = s->slot;
    size_t n = s->slots;
    s->slots *= 2;
    s->slot = NEWN(s->mem, uint32_t, s->slots);
    for (size_t i = 0; i < n; i++)
        if (old[i] != 0) *slot_of(s, token_at(s, old[i] - 1)) = old[i];
}

static void add_token(struct seen *s, str token)
{
    if (token.n > TOKEN_BYTES) {
        token.n = TOKEN_BYTES;
        while ((token.p[token.n] & 0xC0) == 0x80) token.n--;
    }
    if (token.n == 0) return;
    if (s->n * 2 >= s->slots) grow(s);
    uint32_t *slot = slot_of(s, token);
    if (*slot != 0) return;
    if (s->out.n > 0) buf_add_byte(&s->out, ' ');
    *slot = (uint32_t)s->out.n + 1;
    s->n++;
    buf_add(&s->out, token);
}

static void seen_init(struct seen *s, struct arena *mem)
{
    *s = (struct seen){.mem = mem, .slots = 512};
    s->slot = NEWN(mem, uint32_t, s->slots);
    buf_init(&s->out, mem, 2048, TOKENS_MAX);
}

static void add_pairs(struct seen *s, str run)
{
    str pair;
    for (size_t at = 0; search_pair(run, &at, &pair);) add_token(s, pair);
}

str search_tokens(struct arena *mem, const str *texts, size_t n)
{
    struct seen s;
    struct locale_words *words = NULL;
    seen_init(&s, mem);
    for (size_t i = 0; i < n; i++) {
        struct search_runs runs = search_runs_of(mem, texts[i], &words);
        for (size_t k = 0; k < runs.n; k++) {
            if (!runs.item[k].cjk) search_stem_run(&runs.item[k]);
            if (runs.item[k].cjk) add_pairs(&s, runs.item[k].text);
            else add_token(&s, runs.item[k].text);
        }
    }
    return buf_str(&s.out);
}

/* Queries */

/* A long run is asked for by every second pair and the last one: the texts are asked for the whole of it. */
static void ask_for_run(struct seen *s, const struct search_term *t)
{
    str pair;
    size_t nth = 0;
    bool all = t->points <= 5;
    for (size_t at = 0; search_pair(t->text, &at, &pair); nth++) {
        size_t rest = at;
        str next;
        bool is_last = !search_pair(t->text, &rest, &next);
        if (s->n < ASK_MOST && (all || nth % 2 == 0 || is_last)) add_token(s, pair);
    }
}

struct search_query search_query_of(struct arena *mem, str query)
{
    struct seen s;
    struct locale_words *words = NULL;
    struct search_runs runs = search_runs_of(mem, str_first_points(query, LIMIT_QUERY_POINTS), &words);
    struct search_query q = {.n = runs.n < TERMS_MOST ? runs.n : TERMS_MOST};
    seen_init(&s, mem);
    q.term = NEWN(mem, struct search_term, q.n + 1);
    for (size_t i = 0; i < q.n; i++) {
        struct search_term *t = &q.term[i];
        if (!runs.item[i].cjk) search_stem_run(&runs.item[i]);
        *t = (struct search_term){runs.item[i].text, runs.item[i].cjk, str_points(runs.item[i].text)};
        if (t->cjk) ask_for_run(&s, t);
        else if (s.n < ASK_MOST) add_token(&s, t->text);
    }
    q.tokens = buf_str(&s.out);
    return q;
}

/* The part of all documents down from upto that have the token. */
static enum status density_of(struct db *db, struct arena *mem, str token, search_doc_id upto, double *out)
{
    struct q_search_often row;
    TRY(q_search_often(db, mem, token, SAMPLE, &row));
    int64_t span = row.n < SAMPLE ? upto.v : upto.v - row.least_id.v;
    *out = (double)row.n / (double)(span < 1 ? 1 : span);
    return ST_OK;
}

#define MARK       "\xEE\x80\x80" /* U+E000, a sign: no word begins with it */
#define MARK_MONTH MARK "m"
#define MARK_YEAR  MARK "y"

/* Documents of a time stand together: they are found at once, however far back they are. */
static bool is_of_time(str token)
{
    return str_starts(token, STR(MARK_MONTH)) || str_starts(token, STR(MARK_YEAR));
}

enum status search_reach(struct db *db, struct arena *mem, str tokens, struct search_reach *r)
{
    struct q_search_last last;
    double sum = 0, least = 1, n = 0;
    r->beyond = (search_doc_id){0};
    r->counted = false;
    if (r->upto.v == 0) {
        TRY(q_search_last(db, mem, &last));
        r->upto = last.id;
    }
    if (db_on_server(db) || str_find_byte(tokens, ' ') < 0) return ST_OK; /* a server joins whole months at once */
    for (str token, rest = tokens; rest.n > 0;) {
        double density;
        (void)str_cut(rest, ' ', &token, &rest);
        if (is_of_time(token)) continue;
        TRY(density_of(db, mem, token, r->upto, &density));
        n++;
        sum += density;
        if (density < least) least = density;
    }
    if (n < 2) return ST_OK;
    double each = least * SKIP_STEPS * (n - 1) < sum ? least * SKIP_STEPS * (n - 1) : sum;
    double all = each * (double)r->upto.v;
    if (all <= REACH_STEPS) return ST_OK;
    r->counted = all > 4 * REACH_STEPS; /* until there the index is quicker, though it goes on */
    r->beyond.v = r->upto.v - (int64_t)(r->counted ? COUNT_STEPS / sum : REACH_STEPS / each);
    if (r->beyond.v < 0) *r = (struct search_reach){.upto = r->upto};
    return ST_OK;
}

/* Together */

/* Both the newest first: keeps those of `list` that are in `other` too. */
static size_t keep_both(struct q_search_having *list, size_t n, const struct q_search_having *other, size_t n_other)
{
    size_t kept = 0;
    for (size_t i = 0, k = 0; i < n && k < n_other;) {
        if (list[i].id.v == other[k].id.v) list[kept++] = list[i];
        if (list[i].id.v > other[k].id.v) i++;
        else k++;
    }
    return kept;
}

static enum status count_between(struct db *db, struct arena *mem, str tokens, search_doc_id upto, search_doc_id beyond,
                                 size_t *out)
{
    struct q_search_having *list, *other;
    size_t n_other;
    str token, rest;
    (void)str_cut(tokens, ' ', &token, &rest);
    TRY(q_search_having(db, mem, token, upto, beyond, &list, out));
    while (rest.n > 0 && *out > 0) {
        (void)str_cut(rest, ' ', &token, &rest);
        TRY(q_search_having(db, mem, token, upto, beyond, &other, &n_other));
        *out = keep_both(list, *out, other, n_other);
    }
    return ST_OK;
}

enum status search_together(struct db *db, struct arena *mem, str tokens, search_doc_id upto, search_doc_id beyond,
                            size_t most, size_t *out)
{
    int64_t width = WIDTH_FIRST;
    *out = 0;
    while (upto.v > beyond.v && *out < most) {
        search_doc_id low = {upto.v - beyond.v > width ? upto.v - width : beyond.v};
        struct arena_mark mark = arena_mark(mem);
        size_t n;
        TRY(count_between(db, mem, tokens, upto, low, &n));
        arena_rewind(mem, mark);
        *out += n;
        upto = low;
        width *= 2;
    }
    if (*out > most) *out = most;
    return ST_OK;
}

str search_any(struct arena *mem, str group, str other)
{
    if (group.n == 0 || other.n == 0) return group.n == 0 ? other : group;
    return str_format(mem, "%.*s|%.*s", STR_ARG(group), STR_ARG(other));
}

/* Marks */

/* Months since the year 0, in UTC. */
static int64_t month_of(instant at)
{
    struct civil c = civil_from_day((day){(int32_t)((at.ms - (at.ms < 0 ? DAY_MS - 1 : 0)) / DAY_MS)});
    return (int64_t)c.year * 12 + c.month - 1;
}

static str marks_of(struct arena *mem, const struct search_text *t)
{
    int64_t month = month_of(t->raised_at);
    return str_format(mem, MARK_YEAR "%lld " MARK_MONTH "%lld " MARK "k%.*s " MARK "c%.*s", (long long)(month / 12),
                      (long long)month, STR_ARG(t->kind), STR_ARG(t->channel));
}

#define FIRST_MONTH (INT64_C(1970) * 12)

/* One of the months: whole years by their own mark. */
static str one_of_months(struct arena *mem, int64_t from, int64_t to)
{
    struct buf b;
    buf_init(&b, mem, 256, (size_t)8 * 1024);
    for (int64_t month = from; month <= to;) {
        bool year = month % 12 == 0 && month + 11 <= to;
        if (b.n > 0) buf_add_byte(&b, '/');
        buf_add(&b, year ? STR(MARK_YEAR) : STR(MARK_MONTH));
        buf_add_int(&b, year ? month / 12 : month);
        month += year ? 12 : 1;
    }
    return buf_str(&b);
}

static void add_mark(struct buf *b, str mark)
{
    if (b->n > 0) buf_add_byte(b, ' ');
    buf_add(b, mark);
}

str search_with_marks(struct db *db, struct arena *mem, str tokens, instant from, instant to, str kind, str channel)
{
    struct buf b;
    buf_init(&b, mem, tokens.n + 256, TOKENS_MAX);
    buf_add(&b, tokens);
    if (from.ms != INT64_MIN || to.ms != INT64_MAX) {
        int64_t now = month_of(db_now(db)), newest = now - now % 12 + 23; /* a clock may be wrong by a year */
        int64_t first = from.ms < 0 ? FIRST_MONTH : month_of(from), last = to.ms == INT64_MAX ? newest : month_of(to);
        if (last > newest) last = newest;
        add_mark(&b, one_of_months(mem, first, first > last ? first : last));
    }
    if (kind.n > 0) add_mark(&b, str_concat(mem, STR(MARK "k"), kind));
    if (channel.n > 0) add_mark(&b, str_concat(mem, STR(MARK "c"), channel));
    return buf_str(&b);
}

/* Documents */

/* A document's tokens on their way into an index that stands apart, put off to the commit. */
struct index_row {
    search_doc_id id;
    size_t n;
    char tokens[];
};

static enum status add_to_index(struct db *db, struct arena *mem, void *arg)
{
    const struct index_row *row = arg;
    (void)mem;
    return q_search_add_index(db, row->id, (str){row->tokens, row->n}, NULL);
}

/* On a file, keys without a gap keep the index small. On a server the row holds its tokens and stands with those of the time of its matter,
 * also when all is indexed again. */
static enum status new_id(struct db *db, struct arena *mem, const struct search_text *t, enum search_audience audience,
                          search_doc_id *out)
{
    struct q_search_next next;
    if (db_on_server(db)) {
        out->v = audience == SEARCH_PUBLIC ? db_new_id(db) : t->answer.v != 0 ? t->answer.v : t->matter.v;
        return ST_OK;
    }
    TRY(q_search_next(db, mem, &next));
    *out = next.id;
    return ST_OK;
}

enum status search_put(struct db *db, struct arena *mem, const struct search_text *given, enum search_audience audience,
                       str tokens)
{
    search_doc_id id;
    struct search_text t = *given;
    if (t.kind.n == 0) {
        struct q_search_marks marks;
        TRY(q_search_marks(db, mem, t.matter, &marks));
        t.raised_at = marks.raised_at;
        t.kind = marks.kind;
        t.channel = marks.channel;
    }
    TRY(new_id(db, mem, &t, audience, &id));
    str marks = marks_of(mem, &t);
    if (tokens.n > 0) tokens = str_concat(mem, tokens, str_concat(mem, STR(" "), marks));
    else tokens = marks;
    TRY(q_search_add_doc(db, id, t.matter, t.answer, audience, tokens, NULL));
    if (db_on_server(db)) return ST_OK;
    struct index_row *row = arena_alloc(mem, 1, sizeof *row + tokens.n, _Alignof(struct index_row));
    *row = (struct index_row){.id = id, .n = tokens.n};
    memcpy(row->tokens, tokens.p, tokens.n);
    return db_at_commit(db, add_to_index, row, sizeof *row + tokens.n);
}

enum status search_many(struct db *db, bool begins)
{
    if (db_on_server(db)) return ST_OK;
    TRY(db_settle(db));
    return begins ? q_search_merge_less(db, NULL) : q_search_merge_again(db, NULL);
}

enum status search_add(struct db *db, struct arena *mem, const struct search_text *t, enum search_audience audience)
{
    return search_put(db, mem, t, audience, search_tokens(mem, t->parts, t->n));
}

static bool same_texts(const str *a, size_t n, const str *b, size_t n_b)
{
    bool same = n == n_b;
    for (size_t i = 0; i < n && same; i++) same = str_eq(a[i], b[i]);
    return same;
}

enum status search_show(struct db *db, struct arena *mem, const struct search_text *t, const str *shown, size_t n)
{
    int64_t changed = 0;
    bool same = same_texts(t->parts, t->n, shown, n);
    str tokens = {NULL, 0};
    if (!same) {
        tokens = search_tokens(mem, shown, n);
        same = str_eq(tokens, search_tokens(mem, t->parts, t->n));
    }
    if (same) TRY(q_search_share(db, t->matter, t->answer, &changed));
    if (changed > 0) return ST_OK;
    return search_put(db, mem, t, SEARCH_PUBLIC, same ? search_tokens(mem, shown, n) : tokens);
}

enum status search_hide(struct db *db, struct arena *mem, matter_id matter)
{
    (void)mem;
    return q_search_hide(db, matter, db_now(db), NULL);
}
