/* clocks: time limits as data. A pack is a const table of rules (clocks.c): name, length, calendar or working days, the article it rests
 * on, what starts and stops it. CN-2022 is the Regulations on Letters-and-Visits Work of 2022: tell within 15 days (art. 23), handle within
 * 60 days of acceptance (art. 34). Plain 日 is read as calendar days; a limit that ends on a non-working day ends on the next working day.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_CLOCKS_H
#define LUOSHI_MATTER_CLOCKS_H

#include "people/city.h"

enum clock_moment {
    MOMENT_REGISTERED = 1,
    MOMENT_ACCEPTED,
    MOMENT_DECLINED,
    MOMENT_ANSWERED,
    MOMENT_CONFIRMED,
    MOMENT_REOPENED,
    MOMENT_COUNT
};

struct clock_rule {
    const char *name;    /* "tell": as in the database */
    const char *label;   /* message key: "Tell the person whether it is accepted" */
    const char *article; /* message key: "Regulations of 2022, article 23" */
    int days;
    bool working; /* working days; else calendar days */
    bool rolls;   /* ends on the next working day when it would end on a day off */
    bool asks;    /* not the unit's duty: the raiser's word is awaited until then */
    enum clock_moment starts;
    unsigned stops; /* bit set of moments: 1u << MOMENT_ACCEPTED | … */
    bool resumes;   /* at MOMENT_REOPENED it runs again with its first start and due day */
};
struct clock_pack {
    const char *name; /* "CN-2022" */
    const struct clock_rule *rules;
    size_t n;
};
const struct clock_pack *clock_pack_find(str name); /* NULL when unknown */
const struct clock_rule *clock_rule_find(const struct clock_pack *, str rule);
/* The last day on which it is still in time. */
day clock_due(const struct clock_rule *, const struct city *, instant start);

struct clock_row {
    str pack, rule;
    instant starts_at, stopped_at;
    day due;
};
MUST_USE enum status clock_list(struct db *, struct arena *, casefile_id, struct clock_row **out, size_t *n);
/* Inside a write: starts and stops what this moment does; *due, *ask: nearest running day of the unit's duty and of asking (n 0: none). */
MUST_USE enum status clock_moment(struct db *, struct arena *, const struct city *, casefile_id, str pack,
                                  enum clock_moment, instant at, day *due, day *ask);

/* The clocks of one casefile in memory: moments pass over them, and each row is then written once, as it is at the end. clock_moment is this
 * for one moment. The rows are the arena's. */
struct clock_life_row {
    clock_id id;
    const struct clock_rule *rule; /* NULL: one that the pack does not know; it is left alone */
    instant starts_at, stopped_at;
    day due;
    bool is_new, is_changed; /* against the database */
};
struct clock_life {
    const struct clock_pack *pack;
    struct clock_life_row *row;
    size_t n, cap;
};
/* None yet; room for what the pack may start in one moment, and this many more. */
void clock_life_begin(struct clock_life *, struct arena *, const struct clock_pack *, size_t more);
/* Of one that is there; pack empty: the pack it is under. ST_INVALID: there is no such pack. */
MUST_USE enum status clock_life_load(struct db *, struct arena *, casefile_id, str pack, struct clock_life *);
void clock_life_pass(struct clock_life *, const struct city *, enum clock_moment, instant at, day *due, day *ask);
MUST_USE enum status clock_life_write(struct db *, casefile_id, struct clock_life *);

#endif
