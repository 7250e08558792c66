/* casefile_pages: what the files of the casefile's pages share. Inside the room.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_CASEFILE_PAGES_H
#define LUOSHI_MATTER_CASEFILE_PAGES_H

#include "gen/view/casefile.h"
#include "matter/casefile.h"
#include "matter/matter.h"
#include "matter/shown_pages.h"
#include "web/parts.h"

/* A casefile as one person sees it now. */
struct desk {
    struct req *rq;
    struct casefile c;
    struct matter m; /* the first of its matters: by whose words it is known */
    struct matter *matters;
    size_t n_matters;
    unsigned can; /* bits of enum action */
};
/* From the address. ST_NOT_FOUND unless the person may see it. */
MUST_USE enum status desk_open(struct req *, struct desk *);
MUST_USE enum status desk_head(struct desk *, struct case_head_view *);
/* The newest `most` steps, internal ones too. */
MUST_USE enum status desk_steps(struct desk *, size_t most, struct case_step_view **, size_t *n);
/* The lang attribute of what a person wrote: empty when it is the page's. */
str desk_lang(struct req *, str text);

/* What can be done to a casefile: one row a deed, its address /work/case/ID/KEY. */
struct deed {
    const char *key;
    enum action action;
    const char *button, *title, *explain, *done; /* message keys */
    bool danger;
    bool apart; /* its link stands elsewhere on the page, not among the buttons */
};
extern const struct deed deeds[];
extern const size_t n_deeds;
const struct deed *deed_find(str key);
/* What the actor may do now; publishing also needs the raiser's wish. */
bool deed_allowed(const struct desk *, const struct deed *);

/* GET and POST /work/case/:id/:action */
enum status page_case_form(struct req *);
enum status page_case_do(struct req *);

#endif
