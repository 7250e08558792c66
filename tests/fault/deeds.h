/* deeds: the changes that are tried under faults, each a command as the pages give it to db_write.
 *
 * A deed is made ready without faults, then done, perhaps in vain, then done again just as before: what is found afterwards must be one
 * whole change.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_TESTS_FAULT_DEEDS_H
#define LUOSHI_TESTS_FAULT_DEEDS_H

#include "city.h"

#include "matter/receipt.h"

struct deed {
    struct fault_city *city;
    const struct deed_kind *kind;
    struct arena *mem; /* the city's, for the round */
    struct faults faults;
    struct matter_draft draft;
    struct receipt_command raise;
    char word[32]; /* that no other matter has */
    str token;
    matter_id matter;
    casefile_id casefile;
    int64_t version;
    long arena; /* the n-th allocation of the command fails; 0: none */
};

struct deed_kind {
    const char *name;
    const char *state; /* of the casefile that must be there first; NULL: none */
    enum status (*run)(struct db *, struct arena *, struct deed *);
    enum status again; /* what it says when it was done before; ST_COUNT: it may be done again and again */
    bool is_found;     /* afterwards the word is found: by staff; else not looked for */
    bool is_public;    /* by everybody */
};

extern const struct deed_kind deed_kinds[];
extern const size_t deed_kinds_n;

/* Ready to be done; the city is served. */
void deed_ready(struct fault_city *, const struct deed_kind *, long n, struct deed *);
/* For db_write. */
enum status deed_do(struct db *, struct arena *, void *deed);
/* Turns off what deed_do armed in the writer's thread; how many allocations were left to go. */
long deed_arena_left(struct fault_city *);
/* Reading agrees with what was told: the receipt opens the matter, the word is found, or not. */
void deed_seen(struct deed *, bool done);

#endif
