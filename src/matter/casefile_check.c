/* casefile_check: asks the database whether the invariants of the room hold; for `luoshi doctor` and for tests.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "gen/sql/casefile_check.h"
#include "matter/casefile.h"

#define REPORT_MAX  ((size_t)64 * 1024)
#define REPORT_LINE 128

struct report {
    struct buf b;
    int64_t wrong;
};

static void add(struct report *r, const char *what, casefile_id id)
{
    r->wrong++;
    if (r->b.n + REPORT_LINE < REPORT_MAX) buf_format(&r->b, "casefile=%lld %s\n", (long long)id.v, what);
}

/* Each statement has a row type of its own with one column. */
#define CHECK(name, what)                                                                                              \
    do {                                                                                                               \
        struct q_casefile_check_##name *rows_;                                                                         \
        size_t n_;                                                                                                     \
        TRY(q_casefile_check_##name(db, mem, &rows_, &n_));                                                            \
        for (size_t i = 0; i < n_; i++) add(&r, what, rows_[i].id);                                                    \
    } while (0)

enum status casefile_check(struct db *db, struct arena *mem, int64_t *wrong, str *report)
{
    struct report r = {0};
    buf_init(&r.b, mem, 1024, REPORT_MAX);
    CHECK(without_owner, "is open and nobody answers for it");
    CHECK(without_clock, "is open and no clock runs");
    CHECK(closed_without_word, "was closed without the word of the raiser or of somebody independent");
    CHECK(out_of_step, "differs from its matter");
    CHECK(without_matter, "has no matter");
    CHECK(at_partner, "is with a partner, not with a public body");
    *wrong = r.wrong;
    *report = buf_str(&r.b);
    return ST_OK;
}
