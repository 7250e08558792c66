/* data: `luoshi backup`, `restore`, `doctor` and `version`.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "campaign/rollup.h"
#include "command/command.h"
#include "gen/sql/command.h"
#include "jobs/jobs.h"
#include "matter/casefile.h"
#include "matter/search_rebuild.h"
#include "matter/tally.h"

int command_version(struct invocation *in)
{
    (void)in;
    puts("luoshi " LUOSHI_VERSION);
    return 0;
}

int command_backup(struct invocation *in)
{
    struct house h;
    struct store_error why = {.text = ""};
    if (!house_open(in, &h, HOUSE_READ_ONLY)) return 1;
    enum status st = store_backup(h.store, in->args[0], &why);
    house_close(&h);
    if (st != ST_OK) return complain("%s%s", why.in_place ? "" : "no backup was made: ", why.text);
    printf("%s holds the database; the key file %s/luoshi.key must be kept apart from it\n", in->args[0],
           option_get(in, "data") == NULL ? "data" : option_get(in, "data"));
    return 0;
}

int command_restore(struct invocation *in)
{
    struct store_error why = {.text = ""};
    const char *dir = option_get(in, "data");
    const char *path = house_path(in->mem, str_from(dir == NULL ? "data" : dir), "luoshi.db");
    const char *url;
    if (!house_database(in, &url)) return 1;
    if (url != NULL)
        return complain("nothing was restored: a database on a server is restored by the server's own tools: see "
                        "docs/operator-manual.md");
    if (store_restore(in->args[0], path, &why) != ST_OK)
        return complain("%s%s", why.in_place ? "" : "nothing was restored: ", why.text);
    printf("%s is in place\n", path);
    return 0;
}

static enum status want_index(struct db *db, struct arena *mem, void *arg)
{
    (void)arg;
    return search_rebuild_want(db, mem);
}

int command_reindex(struct invocation *in)
{
    struct house h;
    if (!house_open(in, &h, HOUSE_ALONE)) return 1;
    enum status st = db_write(h.db, want_index, NULL);
    bool done = st == ST_OK && house_index(&h);
    if (st != ST_OK) (void)complain("the search index cannot be made (%s)", status_name(st));
    house_close(&h);
    if (done) puts("the search index is made from the words of all matters");
    return done ? 0 : 1;
}

/* ── doctor ───────────────────────────────────────────────────────────────────────────────────────────── */

struct doctor {
    struct house *h;
    struct arena *mem;
    int bad;
};

static void say(struct doctor *d, bool fine, const char *what, str detail)
{
    printf("%s  %s%s%.*s\n", fine ? "fine " : "WRONG", what, detail.n > 0 ? ": " : "", STR_ARG(detail));
    d->bad += !fine;
}

/* A rule that holds when a count is 0. */
#define RULE(name, what)                                                                                               \
    static void rule_##name(struct doctor *d)                                                                          \
    {                                                                                                                  \
        struct q_command_##name row;                                                                                   \
        enum status st = q_command_##name(d->h->db, d->mem, &row);                                                     \
        say(d, st == ST_OK && row.n == 0, what,                                                                        \
            st == ST_OK ? row.n == 0 ? STR("") : str_format(d->mem, "%lld", (long long)row.n)                          \
                        : STR("cannot be read"));                                                                      \
    }
RULE(ownerless, "every open casefile has an accountable person")
RULE(astray, "every matter stands where its casefile stands")
RULE(uneventful, "every casefile has its events")
RULE(unsaid, "solved is said by the raiser or an independent re-check")
RULE(self_said, "nobody confirmed their own answer")
RULE(pathless_units, "every unit is in the tree")
RULE(miscounted_units, "the units and offices below each are kept right")
RULE(leaking_notes, "no internal note is shown")
RULE(stray_rows, "every row points to a matter and an event that are there")

static void check_files(struct doctor *d)
{
    struct stat st;
    struct statvfs fs;
    const char *key = house_path(d->mem, d->h->dir, "luoshi.key");
    say(d, stat(key, &st) == 0 && (st.st_mode & 077) == 0, "the key file is readable by its owner only", STR(""));
    say(d, stat(d->h->dir.p, &st) == 0 && (st.st_mode & 022) == 0, "others cannot write to the data folder", STR(""));
    if (statvfs(d->h->dir.p, &fs) == 0) {
        unsigned long long mb = (unsigned long long)fs.f_bavail * fs.f_frsize >> 20;
        say(d, mb >= 512, "the disk has room", str_format(d->mem, "%llu MB free", mb));
    }
}

static void check_counts(struct doctor *d)
{
    int64_t wrong = 0;
    str report = {NULL, 0};
    enum status st = tally_check(d->h->db, d->mem, &d->h->city, &wrong, &report);
    say(d, st == ST_OK && wrong == 0, "the kept counts equal a recount", report);
}

static void check_campaigns(struct doctor *d)
{
    int64_t wrong = 0;
    str report = {NULL, 0};
    enum status st = rollup_check(d->h->db, d->mem, &d->h->city, &wrong, &report);
    say(d, st == ST_OK && wrong == 0, "the roll-ups of campaigns equal a recount", report);
    st = campaign_check(d->h->db, d->mem, &wrong, &report);
    say(d, st == ST_OK && wrong == 0, "duties, deliveries and the record of campaigns agree", report);
}

static void check_casefiles(struct doctor *d)
{
    int64_t wrong = 0;
    str report = {NULL, 0};
    enum status st = casefile_check(d->h->db, d->mem, &wrong, &report);
    say(d, st == ST_OK && wrong == 0, "every casefile keeps the rules of its state", report);
}

static void check_jobs(struct doctor *d)
{
    struct job_state *s;
    struct buf b;
    size_t n;
    enum status st = jobs_list(d->h->db, d->mem, db_now(d->h->db), &s, &n);
    buf_init(&b, d->mem, 64, 8192);
    for (size_t i = 0; st == ST_OK && i < n; i++)
        if (s[i].last_status.n > 0 && !str_eq(s[i].last_status, STR("ok")))
            buf_format(&b, "%s%.*s (%.*s)", b.n > 0 ? ", " : "", STR_ARG(s[i].name), STR_ARG(s[i].last_status));
    say(d, st == ST_OK && b.n == 0, "every job went well the last time", buf_str(&b));
}

static void check_search(struct doctor *d)
{
    int64_t wrong = 0;
    str report = {NULL, 0};
    enum status st = search_check(d->h->db, d->mem, &wrong, &report);
    say(d, st == ST_OK && wrong == 0, "what is said is found by its words, by those who may read it", report);
}

static void tell(struct doctor *d)
{
    struct q_command_totals t;
    struct q_command_homeless_units gap;
    if (q_command_totals(d->h->db, d->mem, &t) == ST_OK)
        printf("       %lld units, %lld people, %lld matters, %lld events, schema %d\n", (long long)t.units,
               (long long)t.people, (long long)t.matters, (long long)t.events, store_schema_version(d->h->store));
    if (q_command_homeless_units(d->h->db, d->mem, &gap) == ST_OK && gap.n > 0)
        printf("       %lld units name no office yet\n", (long long)gap.n);
}

int command_doctor(struct invocation *in)
{
    struct house h;
    str report = {NULL, 0};
    if (!house_open(in, &h, HOUSE_READ_ONLY)) return 1;
    struct doctor d = {&h, in->mem, 0};
    enum status st = store_check(h.db, in->mem, &report);
    say(&d, st == ST_OK && report.n == 0, "the database is sound", report);
    check_files(&d);
    check_counts(&d);
    check_casefiles(&d);
    check_campaigns(&d);
    check_jobs(&d);
    check_search(&d);
    rule_ownerless(&d);
    rule_astray(&d);
    rule_uneventful(&d);
    rule_unsaid(&d);
    rule_self_said(&d);
    rule_pathless_units(&d);
    rule_miscounted_units(&d);
    rule_leaking_notes(&d);
    rule_stray_rows(&d);
    tell(&d);
    house_close(&h);
    printf("%s\n", d.bad == 0 ? "healthy" : "not healthy");
    return d.bad == 0 ? 0 : 1;
}
