/* words_pages: how every page shows a state, a date that matters, a category, a unit: one way for all.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_WORDS_PAGES_H
#define LUOSHI_MATTER_WORDS_PAGES_H

#include "gen/view/parts.h"
#include "matter/casefile.h"
#include "web/req.h"

/* For the public and in lists: "solved", "answered, not yet confirmed", "not solved, one level up", "registered", "being handled"… */
struct chip_view state_chip(struct req *, str state, int64_t reopened);
/* For staff: the same, but an open casefile shows its time: "6 days left", "due today", "1 day overdue". */
struct chip_view work_chip(struct req *, str state, int64_t reopened, day due);
/* The time a clock has left, as words, and how urgent it is ("fine", "soon", "late", ""). */
str days_left(struct req *, day due, str *kind);
str kind_label(struct req *, str kind);       /* "complaint" -> "Complaint" */
str channel_label(struct req *, str channel); /* "counter" -> "Counter" */
str state_label(struct req *, str state);     /* for filters */
/* A value's options for a select, from a NULL-ended list of keys. first: label of the empty choice or NULL. */
struct option_view *key_options(struct req *, const char *const *keys, str chosen, const char *first,
                                str (*label)(struct req *, str), size_t *n);
extern const char *const matter_states[]; /* NULL-ended, in the order of work */
/* "/matters?q=…" of the current address with one parameter replaced (value .p NULL: left out). */
str address_with(struct req *, const char *path, const char *name, str value);

#endif
