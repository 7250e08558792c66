/* plan_pages: what the pages on which a plan is written share: whose plan it is, its head, a change with its form.
 *
 * A form carries `edit`, the number of changes the plan had when the form was made, and `once`: sent twice, it is done once. When somebody
 * else changed the plan meanwhile, the form comes back with what was typed and the present number, to be sent again on top.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_CAMPAIGN_PLAN_PAGES_H
#define LUOSHI_CAMPAIGN_PLAN_PAGES_H

#include "campaign/action.h"
#include "campaign/plan.h"
#include "gen/view/plan.h"
#include "people/unit.h"
#include "web/parts.h"

struct plan_desk {
    struct req *rq;
    struct campaign c;
    struct unit unit;
    bool may_write, may_sign;
    bool inside;     /* writes, signs or oversees it: not only heard on it */
    int64_t version; /* whose rows are shown: the one being written; of a closed campaign the last */
    int64_t edit;    /* as the form said; 0: none */
    str token;
};
/* The campaign of the first path parameter. ST_NOT_FOUND for who has no part in its plan: a draft is for those who write, sign or oversee it;
 * while opinions are taken on it or on its amendment also for the units below; else everybody has its public page. */
MUST_USE enum status plan_desk_open(struct req *, struct plan_desk *);
/* The same, for who may write it: ST_FORBIDDEN to other readers. */
MUST_USE enum status plan_desk_to_write(struct req *, struct plan_desk *);
bool plan_may_open(struct req *, const struct campaign *);
MUST_USE enum status plan_head_of(struct plan_desk *, struct plan_head_view *);
/* "/work/campaigns/REF" and a tail. */
str plan_path(struct plan_desk *, const char *tail);
struct campaign_command plan_command(struct plan_desk *);
/* Reads edit and once; ST_INVALID without. */
MUST_USE enum status plan_read_token(struct plan_desk *);
struct plan_change_run {
    struct plan_desk *d;
    enum status (*run)(struct db *, struct arena *, struct plan_change_run *);
    str text, result; /* result: kept with the token, and there again when the form comes twice */
    int64_t id;
};
/* One write, once. */
MUST_USE enum status plan_write_once(struct plan_change_run *);
/* After a change: its page with a word that it is done. */
enum status plan_done(struct plan_desk *, const char *tail);
str plan_banner(struct req *); /* by ?done=, or empty */

MUST_USE enum status plan_checks(struct plan_desk *, struct plan_check_view **out, size_t *n, int64_t *missing);
MUST_USE enum status plan_diff_lines(struct req *, str before, str after, struct plan_line_view **out, size_t *n,
                                     int64_t *changed);
/* Rows of version `now` against those of `before` of the same plan: stages, actions, aims and goals. */
MUST_USE enum status plan_changes(struct plan_desk *, int64_t before, int64_t now, struct plan_change_view **out,
                                  size_t *n);
/* Stages of the version shown, and after them those in force that one of these replaces: with the old id, otherwise as they will be. */
MUST_USE enum status plan_stages_seen(struct plan_desk *, struct stage **out, size_t *n);
str plan_criterion_words(struct req *, str criterion, int64_t n);
str plan_kind_label(struct req *, str kind);
extern const char *const plan_kinds[]; /* NULL ends */

/* Handlers of other files, for the table of routes in plan_pages.c. */
enum status page_plan_new(struct req *);
enum status page_plan_add(struct req *);
enum status page_plan_templates(struct req *);
enum status page_plan_template(struct req *);
enum status page_plan_template_change(struct req *);
enum status page_plan_keep(struct req *);
enum status page_plan_keep_make(struct req *);
enum status page_plan_edit(struct req *);
enum status page_plan_save(struct req *);
enum status page_plan_text(struct req *);
enum status page_plan_text_save(struct req *);
enum status page_plan_talk(struct req *);
enum status page_plan_opinion(struct req *);
enum status page_plan_reply(struct req *);
enum status page_plan_match(struct req *);
enum status page_plan_take_over(struct req *);
enum status page_plan_issue(struct req *);
enum status page_plan_put_in_force(struct req *);
enum status page_plan_close(struct req *);
enum status page_plan_end(struct req *);
enum status page_plan_clone(struct req *);
enum status page_plan_clone_make(struct req *);
enum status page_plan_compare(struct req *);
enum status page_plan_history(struct req *);
enum status page_plan_version(struct req *);

#endif
