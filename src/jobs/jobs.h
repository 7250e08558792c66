/* jobs: work that comes round by the clock, done by exactly one of the serving processes.
 *
 *             due, and the lease is over            ended, well or not: due again
 *   waiting ───────────────────────────▶ claimed ─────────────────────────────────▶ waiting
 *      ▲                                    │
 *      └──── the lease runs out: the node died or stood still; the claim is void ────┘
 *
 * Invariants   1. a change made through job_write is committed only while the run's claim stands, and pushes its lease on.
 *              2. a run whose claim was lost marks nothing: what the table says is of the run that took over.
 *              3. names that this program does not know are left alone (nodes of two versions may serve at once).
 * Ownership    struct jobs lives in the arena given to jobs_open; store and city outlive it.
 * Threads      jobs_start makes one thread, with a connection of its own. jobs_run_due is for that thread, or for a test without it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_JOBS_JOBS_H
#define LUOSHI_JOBS_JOBS_H

#include "base/buf.h"
#include "people/city.h"
#include "store/db.h"

#define JOBS_LEASE_MS (2 * MINUTE_MS)
#define JOBS_RETRY_MS (1 * MINUTE_MS) /* after a run that failed */

struct jobs;
struct job_run;

struct schedule {
    const char *name;
    int64_t every_ms;
    enum status (*run)(struct job_run *);
    const char *about; /* one line for `luoshi jobs` and the manual */
};

/* One claimed run, as the job's function sees it. */
struct job_run {
    struct jobs *jobs;
    const struct schedule *schedule;
    struct db *db;
    struct arena *mem;
    const struct city *city;
    instant now; /* when it was claimed */
    int64_t claim;
    int64_t began_ns;
};

/* The program's jobs (jobs_list.c). */
extern const struct schedule jobs_all[];
extern const size_t jobs_all_count;

/* node: as shown by `luoshi jobs`. Rows that are missing in the table are made, due for the first time when their
 * pause is over. */
MUST_USE enum status jobs_open(struct arena *life, struct store *, const struct city *, int node,
                               const struct schedule *rows, size_t n, struct jobs **out);
/* Before jobs_start: fn is called by every node each time it looks for what is due (at most half a minute apart). */
void jobs_each_look(struct jobs *, void (*fn)(void *ctx, struct db *, struct arena *), void *ctx);
MUST_USE enum status jobs_start(struct jobs *);
/* A job that runs is cut off at its next job_write and given back, due as it was. Also without a start. */
void jobs_stop(struct jobs *);

/* Look now instead of when the pause is over. Any thread. */
void jobs_look(struct jobs *);

/* Runs, one after another, every job that is due at `now` and that no other node holds. *ran: how many. */
MUST_USE enum status jobs_run_due(struct jobs *, struct db *, instant now, int *ran);

/* db_write for a job: ST_CONFLICT and no change when the claim is lost, ST_BUSY when the process is about to stop. */
MUST_USE enum status job_write(struct job_run *, db_command fn, void *arg);

/* What the table says, for people and for Prometheus. */
struct job_state {
    str name, last_status;
    instant due_at, last_end_at, claimed_at;
    int64_t node, runs, failed;
    bool is_claimed;                 /* and its lease is not over at `now` */
    const struct schedule *schedule; /* NULL: of another version of the program */
};
MUST_USE enum status jobs_list(struct db *, struct arena *, instant now, struct job_state **out, size_t *n);
void jobs_metrics(struct db *, struct arena *, struct buf *);

#endif
