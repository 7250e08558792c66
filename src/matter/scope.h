/* scope: the units to which an actor's right reaches, as the parameters of a list's statement; inside the room.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_SCOPE_H
#define LUOSHI_MATTER_SCOPE_H

#include "people/rights.h"

struct scope_set {
    bool any;        /* the right reaches some unit */
    bool everywhere; /* it reaches the root: no unit needs to be looked up */
    unit_id below[ACTOR_ROLES], only[ACTOR_ROLES];
    person_id owners[1 + ACTOR_STANDS_FOR]; /* the actor and those the actor stands in for */
};
struct scope_set scope_of(const struct actor *, enum action, unit_id root);

_Static_assert(ACTOR_ROLES == 8 && ACTOR_STANDS_FOR == 8, "the statements have as many parameters");
#define SCOPE_ARGS(s)                                                                                                  \
    (s)->below[0], (s)->below[1], (s)->below[2], (s)->below[3], (s)->below[4], (s)->below[5], (s)->below[6],           \
        (s)->below[7], (s)->only[0], (s)->only[1], (s)->only[2], (s)->only[3], (s)->only[4], (s)->only[5],             \
        (s)->only[6], (s)->only[7]
#define OWNER_ARGS(s)                                                                                                  \
    (s)->owners[0], (s)->owners[1], (s)->owners[2], (s)->owners[3], (s)->owners[4], (s)->owners[5], (s)->owners[6],    \
        (s)->owners[7], (s)->owners[8]

#endif
