/* plan_diff: what changed between two texts, line by line: common beginning and end are cut off, the middle goes through the table of the
 * longest common subsequence. A middle too large for the table is shown as replaced.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "campaign/plan.h"

#define CELLS_MOST 4000000 /* 2,000 lines against 2,000: 16 MB for a moment */

struct lines {
    str *item;
    size_t n;
};

static struct lines split(struct arena *mem, str text)
{
    struct lines l = {0};
    size_t cap = 1;
    for (size_t i = 0; i < text.n; i++) cap += text.p[i] == '\n' ? 1 : 0;
    l.item = NEWN(mem, str, cap);
    while (text.n > 0) {
        str line;
        (void)str_cut(text, '\n', &line, &text);
        l.item[l.n++] = line;
    }
    return l;
}

struct diff {
    struct diff_line *out;
    size_t n;
};

static void put(struct diff *d, enum diff_kind kind, str text)
{
    d->out[d->n++] = (struct diff_line){kind, text};
}

/* table[i][j]: length of the longest common subsequence of a from i and b from j. */
static uint16_t *table_of(struct arena *mem, const str *a, size_t n, const str *b, size_t m)
{
    uint16_t *t = NEWN(mem, uint16_t, (n + 1) * (m + 1));
    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            uint16_t down = t[(i + 1) * (m + 1) + j], right = t[i * (m + 1) + j + 1];
            uint16_t both = (uint16_t)(t[(i + 1) * (m + 1) + j + 1] + 1);
            t[i * (m + 1) + j] = str_eq(a[i], b[j]) ? both : down >= right ? down : right;
        }
    return t;
}

static void middle(struct arena *mem, struct diff *d, const str *a, size_t n, const str *b, size_t m)
{
    size_t i = 0, j = 0;
    bool fits = n > 0 && m > 0 && (n + 1) * (m + 1) <= CELLS_MOST;
    const uint16_t *t = fits ? table_of(mem, a, n, b, m) : NULL;
    while (fits && i < n && j < m) {
        if (str_eq(a[i], b[j])) {
            put(d, DIFF_SAME, a[i]);
            i++, j++;
        } else if (t[(i + 1) * (m + 1) + j] >= t[i * (m + 1) + j + 1]) {
            put(d, DIFF_GONE, a[i++]);
        } else {
            put(d, DIFF_NEW, b[j++]);
        }
    }
    while (i < n) put(d, DIFF_GONE, a[i++]);
    while (j < m) put(d, DIFF_NEW, b[j++]);
}

void plan_diff(struct arena *mem, str before, str after, struct diff_line **out, size_t *n)
{
    struct lines a = split(mem, before), b = split(mem, after);
    struct diff d = {NEWN(mem, struct diff_line, a.n + b.n + 1), 0};
    size_t head = 0, tail = 0;
    while (head < a.n && head < b.n && str_eq(a.item[head], b.item[head])) head++;
    while (tail < a.n - head && tail < b.n - head && str_eq(a.item[a.n - 1 - tail], b.item[b.n - 1 - tail])) tail++;
    for (size_t i = 0; i < head; i++) put(&d, DIFF_SAME, a.item[i]);
    middle(mem, &d, a.item + head, a.n - head - tail, b.item + head, b.n - head - tail);
    for (size_t i = a.n - tail; i < a.n; i++) put(&d, DIFF_SAME, a.item[i]);
    *out = d.out;
    *n = d.n;
}
