/* category: what a matter is about, three levels, in both languages. SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_CATEGORY_H
#define LUOSHI_MATTER_CATEGORY_H

#include "base/faults.h"
#include "people/city.h"
#include "people/rights.h"

struct category {
    category_id id, parent;
    str code, name_en, name_zh; /* code: two digits a level, "01", "0103", "010305": a prefix is an ancestor */
    int64_t level;
    unit_id unit;
    bool ended;
};
MUST_USE enum status category_get(struct db *, struct arena *, category_id, struct category *out);
MUST_USE enum status category_by_code(struct db *, struct arena *, str code, struct category *out);
MUST_USE enum status category_children(struct db *, struct arena *, category_id parent, struct category **out,
                                       size_t *n); /* parent 0: level 1 */
MUST_USE enum status category_list(struct db *, struct arena *, bool with_ended, struct category **out,
                                   size_t *n); /* by code */
/* All that are in use, by code, from memory; for pages, which live with `mem`. */
struct category_tree {
    struct category *list;
    size_t n;
};
MUST_USE enum status category_tree(struct db *, struct arena *mem, struct city *, const struct category_tree **out);
/* NULL: not in use. */
const struct category *category_tree_find(const struct category_tree *, category_id);
/* Inside a write; id 0 makes one, with the next free code below its parent. */
MUST_USE enum status category_put(struct db *, struct arena *, const struct actor *, struct category *change,
                                  struct faults *);
MUST_USE enum status category_end(struct db *, struct arena *, const struct actor *, category_id, instant now);

#endif
