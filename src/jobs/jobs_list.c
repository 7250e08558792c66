/* jobs_list: the jobs themselves. Each calls the room that owns what it changes, in portions that are whole in themselves.
 * SPDX-License-Identifier: Apache-2.0 */
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "jobs/jobs.h"
#include "people/guess.h"
#include "people/person.h"

#define PORTION 500 /* rows of one transaction: others wait for it no longer than for a form */

/* ── forgetting what is over ──────────────────────────────────────────────────────────────────────────── */

struct portion {
    enum status (*forget)(struct db *, instant now, int64_t most, int64_t *gone);
    instant now;
    int64_t gone;
};

static enum status forget_portion(struct db *db, struct arena *mem, void *arg)
{
    struct portion *p = arg;
    (void)mem;
    return p->forget(db, p->now, PORTION, &p->gone);
}

static enum status forget_all(struct job_run *run, enum status (*forget)(struct db *, instant, int64_t, int64_t *))
{
    struct portion p = {.forget = forget, .now = run->now};
    do TRY(job_write(run, forget_portion, &p));
    while (p.gone == PORTION);
    return ST_OK;
}

static enum status job_forms(struct job_run *run)
{
    return forget_all(run, once_tidy);
}

static enum status job_sessions(struct job_run *run)
{
    return forget_all(run, session_tidy);
}

static enum status job_guesses(struct job_run *run)
{
    return forget_all(run, guess_tidy);
}

/* ── campaigns ─────────────────────────────────────────────────────────────────────────────────────────── */

struct pass {
    const struct city *city;
    day today;
    int64_t n;
};

static enum status climb_portion(struct db *db, struct arena *mem, void *arg)
{
    struct pass *p = arg;
    return notice_climb(db, mem, p->city, p->today, &p->n);
}

static enum status job_climb(struct job_run *run)
{
    struct pass p = {.city = run->city, .today = day_in_zone(&run->city->zone, run->now)};
    do TRY(job_write(run, climb_portion, &p));
    while (p.n == NOTICE_CLIMB_AT_ONCE);
    return ST_OK;
}

static enum status recount_portion(struct db *db, struct arena *mem, void *arg)
{
    struct pass *p = arg;
    return duty_recount_changed(db, mem, p->city, &p->n);
}

static enum status job_duties(struct job_run *run)
{
    struct pass p = {.city = run->city};
    do TRY(job_write(run, recount_portion, &p));
    while (p.n == DUTY_RECOUNT_AT_ONCE);
    return ST_OK;
}

/* ── the table ────────────────────────────────────────────────────────────────────────────────────────── */

const struct schedule jobs_all[] = {
    {"climb", HOUR_MS, job_climb, "show notices that nobody signed for in time to the level above"},
    {"duties", 6 * HOUR_MS, job_duties, "count duties again whose linked matters changed"},
    {"forms", 10 * MINUTE_MS, job_forms, "forget one-use tokens of forms after a day"},
    {"guesses", 10 * MINUTE_MS, job_guesses, "forget wrong passwords and codes a quarter of an hour after their wait"},
    {"sessions", HOUR_MS, job_sessions, "forget sessions nobody used for thirty days"},
};
const size_t jobs_all_count = COUNT_OF(jobs_all);
