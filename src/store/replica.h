/* replica: a second server that follows the main one and may be read from; what is known of how far it is. Private to this room.
 *
 *      main server   ── every 200 ms: position, at what time, how many commits were known (replica_mark) ──▶ marks ┐
 *      replica       ── every 200 ms: position up to which it has come ─────────────────────────────────────▶ the newest mark it has reached
 *
 * So how far it is behind is told by one clock, this process's, and by positions in the server's log; no server's clock is believed.
 *
 * Invariants   1. what is read from it is at most REPLICA_OLD_NS old while the main server answers.   2. all connections of this process go to
 *              the one server whose position is known (`life` changes with it), also when the URL names several.   3. a server that does not
 *              follow any more (it was promoted, or cut off) is not read from.
 * Threads      one asks the replica, the store's listener marks, any reads.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_REPLICA_H
#define LUOSHI_STORE_REPLICA_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/postgres.h"

#define REPLICA_OLD_NS  INT64_C(1000000000)
#define REPLICA_ASK_MS  200
#define REPLICA_LATE_MS 1000 /* an answer that takes longer is none */
#define REPLICA_MARKS   64
#define REPLICA_NAME    256

struct replica_mark {
    int64_t at_ns;    /* what was committed before this moment … */
    int64_t position; /* … stands before this place of the log … */
    uint64_t epoch;   /* … and is counted in this epoch, or a later one */
};

struct replica_view {
    struct replica_mark reached; /* .at_ns 0: none */
    int64_t position;
    unsigned life;
    char host[REPLICA_NAME], port[16];
};

struct replica {
    struct postgres_options options;
    struct arena *mem; /* of the asking connection, anew for each */
    struct engine *eye;
    pthread_t thread;
    bool has_thread;
    int wake;
    _Atomic bool stopping;
    pthread_mutex_t lock; /* of what follows */
    struct replica_mark marks[REPLICA_MARKS];
    unsigned n_marks; /* ever made; the last REPLICA_MARKS of them stand */
    struct replica_view view;
    int64_t asked_ns; /* when it last answered; 0: it does not */
    _Atomic uint64_t reads;
};

MUST_USE enum status replica_start(struct replica *, const struct postgres_options *);
void replica_stop(struct replica *);
void replica_mark(struct replica *, const struct replica_mark *);
/* What it said: for the asking thread and for tests. life: of the connection. */
void replica_came(struct replica *, int64_t position, int64_t now_ns);
/* May a reader who must see `position` (0: any) read from it now? While the main server is away it serves as it is. */
MUST_USE bool replica_serves(struct replica *, int64_t position, bool main_answers, int64_t now_ns,
                             struct replica_view *);

#endif
