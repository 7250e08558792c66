/* jobs: `luoshi jobs`.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "command/command.h"
#include "jobs/jobs.h"

static const char *in_zone(struct house *h, struct arena *mem, instant at)
{
    if (at.ms == 0) return "never";
    struct civil c = civil_in_zone(&h->city.zone, at);
    return str_format(mem, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second).p;
}

static void print_job(struct house *h, struct arena *mem, const struct job_state *s)
{
    const char *due =
        s->is_claimed ? str_format(mem, "runs on node %lld", (long long)s->node).p : in_zone(h, mem, s->due_at);
    printf("%-12.*s%-21s%-21s%-13.*s%8lld%8lld  %s\n", STR_ARG(s->name), due, in_zone(h, mem, s->last_end_at),
           STR_ARG(s->last_status), (long long)s->runs, (long long)s->failed,
           s->schedule == NULL ? "(of another version of this program)" : s->schedule->about);
}

int command_jobs(struct invocation *in)
{
    struct house h;
    struct job_state *s;
    size_t n;
    if (!house_open(in, &h, HOUSE_READ_ONLY)) return 1;
    enum status st = jobs_list(h.db, in->mem, db_now(h.db), &s, &n);
    if (st == ST_OK)
        printf("%-12s%-21s%-21s%-13s%8s%8s  %s\n", "job", "due", "last end", "it was", "runs", "failed", "");
    for (size_t i = 0; st == ST_OK && i < n; i++) print_job(&h, in->mem, &s[i]);
    if (st == ST_OK && n == 0) puts("no server has run yet");
    house_close(&h);
    return st == ST_OK ? 0 : complain("the jobs cannot be read (%s)", status_name(st));
}
