/* memo: public pages as they were last made.
 *
 * Rows marked ROUTE_CACHED answer everybody the same. Such an answer (its own header lines and its bytes, plain and, once somebody asked
 * for it, packed) is kept by address, language and form. How long it holds is the caller's to say with what stands on it: under which
 * commit it was made (`epoch`), when its reading began (`made`), and until when its words are true (`until`: "3 days left" ends with the
 * day). A page is lent, not copied: who finds one holds it until memo_release, also after a newer one took its place.
 *
 * A fixed table: a newcomer takes the place of whatever stood there, so that asking for many addresses costs others nothing but their
 * place. Packing is safe here since these pages hold no secret; pages of a session are never packed.
 *
 * Invariants   1. what is reached from a page never changes but for `checked`, `remaking` and the packed bytes, which appear once.
 * Ownership    each page has an arena of its own, freed with its last holder.
 * Threads      any. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_MEMO_H
#define LUOSHI_WEB_MEMO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/time.h"

#define MEMO_PLACES 1024
#define MEMO_PAGE   ((size_t)256 * 1024)       /* larger pages are not kept */
#define MEMO_BYTES  ((size_t)64 * 1024 * 1024) /* all together */
#define MEMO_OLD_MS 1000                       /* how old a page may be that was made before the last commit */
#define MEMO_DUE_MS 700 /* from this age on one reader makes it anew while the others still get it */

struct memo_key {
    str target;    /* as sent, with its query */
    unsigned form; /* language, HTML or JSON, … : the caller's bits */
};

/* What the maker says of a page. Everything is copied. */
struct memo_facts {
    uint64_t epoch;
    instant made, until;
    str tag;  /* its ETag */
    str head; /* whole header lines, each with its end, but those the server writes itself */
    str body;
};

struct memo_page {
    struct arena *mem;
    struct memo_key key;
    struct memo_facts facts;
    size_t bytes;
    _Atomic int holders;
    _Atomic int64_t checked_ms; /* when it was last known that nothing had been committed since */
    _Atomic bool remaking;
    pthread_mutex_t packing;
    bool tried;      /* to pack it */
    str packed;      /* .p NULL: does not pay */
    str packed_head; /* with Content-Encoding */
};

struct memo {
    struct memo_place {
        pthread_mutex_t lock;
        struct memo_page *page;
    } place[MEMO_PLACES];
    _Atomic size_t bytes;
    _Atomic uint64_t hits; /* answers given from here */
    bool off;
};

void memo_init(struct memo *);
void memo_free(struct memo *);

/* The page kept for the key, held for the caller; NULL: none. Says nothing about its age. */
MUST_USE struct memo_page *memo_find(struct memo *, const struct memo_key *);
void memo_release(void *page);
/* Keeps a page in place of what stood there and holds it for the caller. NULL: too large, or no room. */
MUST_USE struct memo_page *memo_put(struct memo *, const struct memo_key *, const struct memo_facts *);

/* True when the page may be given out though something may have been committed since it was made: it is less than a second old, and it is
 * not this reader's turn to make it anew. */
bool memo_is_young(struct memo_page *, instant now);
/* True when nothing was committed since; remembers so for memo_is_young. */
bool memo_still_holds(struct memo_page *, uint64_t epoch, instant now);
/* The bytes and header lines to send; packed when wanted and it pays. They live as long as the page is held. */
void memo_answer(struct memo *, struct memo_page *, bool packed_wanted, str *head, str *body);

#endif
