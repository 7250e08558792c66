/* receipt: registering exactly once. The same one-use token again gives the same receipt, so that a double click, a retry or a lost answer
 * makes one matter. What is kept for that is sealed: the code opens the matter, and the database never holds it in clear.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_RECEIPT_H
#define LUOSHI_MATTER_RECEIPT_H

#include "matter/matter.h"

#define RECEIPT_REF 32

/* In: all but `given`. Out: given, in fixed fields, since the writer runs the command. */
struct receipt_command {
    const struct city *city;
    const struct actor *who;          /* NULL: the raiser, or a system with a key */
    const struct matter_draft *draft; /* checked */
    str token;                        /* one use; empty: always a new matter */
    str digest; /* of what was sent; the token again with another digest is ST_CONFLICT. Empty: not compared */
    struct receipt_given {
        char ref[RECEIPT_REF];
        char code[20]; /* "1234 5678 9012 3456" */
        casefile_id casefile;
        bool again; /* it was registered before under this token */
    } given;
};
/* For db_write; arg is a struct receipt_command. */
MUST_USE enum status receipt_register(struct db *, struct arena *, void *arg);

/* Of everything a draft says. */
str receipt_digest(struct arena *, const struct matter_draft *);
/* For forms that people send: the token for just these words, so that going back, changing them and sending again is a new matter. */
str receipt_token(struct arena *, const struct keys *, str once, const struct matter_draft *);

#endif
