/* server: a database on a server, as a store sees it: which number this process has among the nodes, and whether it hears of the
 * commits of the others. Private to this room; store_server.c.
 *
 * One connection of its own holds the number and listens; a thread waits on it. While it is lost nothing is written, because another
 * process could get the number, and nothing that was kept may be shown, because commits go unheard (db_epoch is 0).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_STORE_SERVER_H
#define LUOSHI_STORE_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/postgres.h"
#include "store/replica.h"

struct store;

struct server {
    struct postgres_options options;
    struct arena *mem;   /* of the listening connection */
    struct engine *ears; /* belongs to the thread once it runs */
    pthread_t thread;
    bool has_thread;
    int wake; /* a descriptor that ends the waiting */
    _Atomic bool stopping;
    _Atomic bool has_number;
    _Atomic int64_t heard_ns; /* when the server last answered on it; 0: it does not */
    _Atomic int64_t bytes;    /* of the database, as of lately */
    bool is_deaf;             /* the thread's: reached again, not yet listening */
    int64_t pinged_ns;        /* the thread's: when it last asked for a sign of life */
    struct replica *replica;  /* NULL: none is configured */
    int64_t marked_ns;        /* when the thread last told it how far the server is */
    int64_t measured_ns;      /* when it measured */
    int64_t partitions_ns;    /* and when it last looked after partitions */
};

/* Was it heard of lately? */
bool server_answers(const struct store *);

#endif
