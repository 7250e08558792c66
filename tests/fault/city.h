/* city: what the tests of faults stand on: matter_world's small city in a folder of its own, served by a store on a real file, watched
 * from outside by a connection of its own.
 *
 *      before = shape;  arm the n-th call;  run;  disarm;  after = shape      after - before must be nothing or the whole change
 *
 * A shape is a number for every column of every table: how many rows hold something in it, how long its texts and how great its numbers are
 * together. Keys, being new each time, count as held or not. So a change that is half there, twice there or said wrong in a tally shows.
 *
 * Threads      one; the store has its writer. No store is open while a process is forked.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_TESTS_FAULT_CITY_H
#define LUOSHI_TESTS_FAULT_CITY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "matter/matter_world.h"
#include "store/fault_world.h"
#include "store/inside.h"

#define SHAPE_MAX 768

struct shape {
    size_t n;
    int64_t value[SHAPE_MAX];
    const char *name[SHAPE_MAX]; /* "matter.subject" */
};

struct fault_city {
    struct matter_world *world; /* its store and db are open between city_serve and city_stop */
    struct clock clock;
    struct arena *mem; /* for one round */
    sqlite3 *eye;
    size_t n_looks;
    sqlite3_stmt *look[64]; /* a table each */
    char folder[64];
    char path[128];
    int descriptors; /* open before the folder was made */
    int64_t heap;    /* SQLite's bytes, likewise */
};

/* A folder with a city in it, not yet served. */
struct fault_city *city_make(void);
/* Checks that nothing was left open and that the folder holds only what belongs there, then removes it. */
void city_erase(struct fault_city *);

/* False when a fault kept it from opening. */
bool city_serve(struct fault_city *);
void city_stop(struct fault_city *);

/* What stands in the file now, for whoever opens it. The eye opens when first needed and closes with city_blink. */
void city_look(struct fault_city *, struct shape *);
void city_blink(struct fault_city *);
/* after - before == change * times, else the test fails and says where. */
void city_same(const char *what, long n, const struct shape *before, const struct shape *after,
               const struct shape *change, int times);
void city_difference(const struct shape *before, const struct shape *after, struct shape *out);

/* What `luoshi doctor` asks, from within, while served. */
void city_sound(struct fault_city *);
/* The command itself, on this folder; not served. */
void city_doctor(const char *folder);

/* n of the next fault: each of the first 50, then, in the short form, about `rest` more of all `total`. */
long next_fault(long n, long total, long rest);
bool in_full(void);

/* A file of the folder: "luoshi.db". */
const char *city_file(struct fault_city *, const char *name);
void file_write(const char *path, str text);
bool file_is(const char *path);

#endif
