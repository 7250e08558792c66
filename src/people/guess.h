/* guess: slowing those who guess at passwords and receipt codes, the same on every node and after every start.
 *
 * Two rows of the table `guess` stand for a guesser: one for what was guessed from where (waits double after the third failure in a row,
 * up to 30 seconds), one for where alone (failures per second with a burst, whatever was guessed). They are looked up before a guess by
 * their keys and written only when one was wrong, or right after wrong ones: whoever knows the secret costs one look-up.
 * Nobody is ever locked out: a lock would let anyone keep somebody else out.
 *
 * Invariants   1. rows hold keyed hashes: neither an address nor a login stands in the database.   2. a wait is never longer than 30 s,
 *              also when a clock was wrong.   3. guess_failed and guess_right run inside a write.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_PEOPLE_GUESS_H
#define LUOSHI_PEOPLE_GUESS_H

#include "base/secret.h"
#include "store/db.h"

struct guess_rule {    /* failures from one place, whatever is guessed */
    double per_second; /* 0: no limit */
    double burst;
};
struct guess {
    str pair, place;  /* keys of the two rows */
    int wait_seconds; /* before the next guess counts; 0: go on */
    bool has_failed;  /* there is something to forgive */
};

/* what: a login, "receipt", … from: an address, a session. */
MUST_USE enum status guess_look(struct db *, struct arena *, const struct keys *, const struct guess_rule *, str what,
                                str from, instant now, struct guess *out);
MUST_USE enum status guess_failed(struct db *, struct arena *, const struct guess *, const struct guess_rule *,
                                  instant now);
/* The pair's failures are forgiven; the place's stay: a guesser who owns one account must not clear the rest with it. */
MUST_USE enum status guess_right(struct db *, const struct guess *);
/* Inside a write: forgets at most so many rows whose wait is long over. */
MUST_USE enum status guess_tidy(struct db *, instant now, int64_t most, int64_t *gone);

#endif
