/* similar: see similar.h. Candidates are the newest matters with a piece of the subject, so that the work is the same
 * at any size of the city; of these, the pairs of characters decide. SPDX-License-Identifier: Apache-2.0 */
#include "matter/similar.h"

#include "gen/sql/similar.h"
#include "matter/scope.h"
#include "matter/search.h"

#define LIKE_LEAST   30  /* percent: less is another matter */
#define CANDIDATES   300 /* newest documents looked at */
#define PIECES       8   /* of a subject, searched for */
#define PIECE_POINTS 4   /* characters of a Chinese piece: two words */
#define WORD_POINTS  4   /* shorter words of letters say little */
#define SKETCH_WORDS 16  /* 64 bits each; a subject has about 30 pairs */

static bool is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || c >= 0x20000;
}

static bool is_letter(uint32_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= 0xC0 && c < 0x3000);
}

/* How alike */

struct sketch {
    uint64_t bit[SKETCH_WORDS];
};

static int ones(const struct sketch *s, const struct sketch *other)
{
    int n = 0;
    for (size_t i = 0; i < SKETCH_WORDS; i++) n += __builtin_popcountll(s->bit[i] & other->bit[i]);
    return n;
}

static struct sketch sketch_of(str text)
{
    struct sketch s = {{0}};
    uint32_t before = 0;
    for (size_t at = 0; at < text.n;) {
        uint32_t c = str_next_point(text, &at);
        if (c >= 'A' && c <= 'Z') c |= 0x20;
        if (!is_han(c) && !is_letter(c)) {
            before = 0;
            continue;
        }
        uint32_t h = (before * 31 + c) * UINT32_C(2654435761);
        if (before != 0) s.bit[h >> 28] |= UINT64_C(1) << (h >> 22 & 63);
        before = c;
    }
    return s;
}

static int percent(const struct sketch *a, const struct sketch *b)
{
    int both = ones(a, a) + ones(b, b);
    return both == 0 ? 0 : 200 * ones(a, b) / both;
}

int similar_percent(str a, str b)
{
    struct sketch x = sketch_of(a), y = sketch_of(b);
    return percent(&x, &y);
}

/* Candidates */

/* The next run of one kind in text: at most four Chinese characters, or one word. False at the end. */
static bool next_piece(str text, size_t *at, str *out)
{
    size_t begin = 0, points = 0;
    bool han = false;
    while (*at < text.n) {
        size_t here = *at;
        uint32_t c = str_next_point(text, at);
        bool goes_on = points > 0 && (han ? is_han(c) && points < PIECE_POINTS : is_letter(c));
        if (goes_on) {
            points++;
            continue;
        }
        if (points >= (han ? 2u : WORD_POINTS)) {
            *at = here; /* this one begins the next piece */
            *out = str_sub(text, begin, here - begin);
            return true;
        }
        han = is_han(c);
        points = han || is_letter(c) ? 1 : 0;
        begin = here;
    }
    *out = str_sub(text, begin, text.n);
    return points >= (han ? 2u : WORD_POINTS);
}

/* What the index is asked for: any piece of the subject. */
static enum status any_piece(struct db *db, struct arena *mem, str subject, str *tokens, search_doc_id *upto,
                             search_doc_id *beyond)
{
    str piece;
    size_t at = 0;
    *tokens = (str){NULL, 0};
    *upto = *beyond = (search_doc_id){0};
    for (int i = 0; i < PIECES && next_piece(subject, &at, &piece); i++) {
        struct search_reach reach = {.upto = *upto};
        size_t together = 1;
        str group = search_query_of(mem, piece).tokens;
        if (group.n == 0) continue;
        TRY(search_reach(db, mem, group, &reach));
        *upto = reach.upto;
        if (reach.counted) TRY(search_together(db, mem, group, reach.upto, reach.beyond, 1, &together));
        if (together == 0) continue; /* the index would look for them to its end */
        if (reach.beyond.v > beyond->v) *beyond = reach.beyond;
        *tokens = search_any(mem, *tokens, group);
    }
    return ST_OK;
}

/* Keeps the `most` best in order; a newer one stands before one as much alike. */
static void keep_best(struct similar *list, int *score, size_t *n, size_t most, const struct similar *item, int points)
{
    size_t at = *n;
    if (at == most && (most == 0 || score[most - 1] >= points)) return;
    for (size_t i = 0; i < *n; i++)
        if (list[i].casefile.v == item->casefile.v) return;
    if (at < most) ++*n;
    else at--;
    for (; at > 0 && score[at - 1] < points; at--) {
        list[at] = list[at - 1];
        score[at] = score[at - 1];
    }
    list[at] = *item;
    score[at] = points;
}

enum status similar_list(struct db *db, struct arena *mem, const struct city *city, const struct actor *who,
                         casefile_id self, str subject, size_t most, struct similar **out, size_t *n)
{
    struct q_similar_likely *rows;
    size_t count;
    struct scope_set scope = scope_of(who, ACT_SEE, city->root);
    struct sketch own = sketch_of(subject);
    search_doc_id upto, beyond;
    str tokens;
    int *score = NEWN(mem, int, most + 1);
    *out = NEWN(mem, struct similar, most + 1);
    *n = 0;
    if (!scope.any) return ST_OK;
    TRY(db_settle(db));
    TRY(any_piece(db, mem, subject, &tokens, &upto, &beyond));
    if (tokens.n == 0) return ST_OK;
    TRY(q_similar_likely(db, mem, self, SCOPE_ARGS(&scope), tokens, upto, beyond, scope.everywhere, CANDIDATES, &rows,
                         &count));
    for (size_t i = 0; i < count; i++) {
        struct sketch other = sketch_of(rows[i].subject);
        int points = percent(&own, &other);
        const struct similar item = {rows[i].casefile_id, rows[i].ref,      rows[i].subject,
                                     rows[i].state,       rows[i].reopened, rows[i].raised_at};
        if (points >= LIKE_LEAST) keep_best(*out, score, n, most, &item, points);
    }
    return ST_OK;
}
