/* shown_pages: what the pages for the public and for those who raised a matter have in common: clocks, timeline,
 * choices. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_SHOWN_PAGES_H
#define LUOSHI_MATTER_SHOWN_PAGES_H

#include "gen/view/shown.h"
#include "matter/category.h"
#include "matter/matter.h"
#include "matter/words_pages.h"
#include "web/parts.h"

/* For the lang attribute: "zh-CN" when Chinese characters are in it, "en" when letters are, else empty. */
str text_lang(str text);
/* The language a matter was written in, as stored, else by its words. */
str matter_lang(const struct matter *);

enum reader { READER_PUBLIC = 1, READER_RAISER };
/* Clocks of a casefile with words and bars. */
MUST_USE enum status shown_clocks(struct req *, casefile_id, struct shown_clock_view **, size_t *n);
/* The day a running clock of this rule ends; n 0: none runs. */
day running_until(const struct shown_clock_view *, size_t n, const char *rule);
/* Shown events, by office, never by a person's name. The public does not get officials' free words: nobody has checked
 * them for names. */
MUST_USE enum status shown_steps(struct req *, casefile_id, enum reader, struct shown_step_view **, size_t *n);

/* "Urban construction / Water supply"; empty for 0. */
MUST_USE enum status category_path(struct req *, category_id, str *out);
/* Level 1 as groups, each with itself ("all of …" or "something else in …") and its level 2. */
enum group_first { GROUP_ALL = 1, GROUP_OTHER };
MUST_USE enum status category_groups(struct req *, str chosen, enum group_first, struct shown_group_view **, size_t *n);
MUST_USE enum status unit_name(struct req *, unit_id, str *out);

/* Form parts that web/parts.h has not: choices that are explained, and lists in groups. A large part's question is a
 * heading (h2). */
struct ask_choice {
    const char *value, *label, *hint; /* label, hint: message keys; hint may be NULL */
};
struct ask_radios_view ask_radios(struct req *, const struct part *, str chosen, const struct ask_choice *, size_t n);
struct ask_select_view ask_select(struct req *, const struct part *);

#endif
