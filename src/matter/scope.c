/* scope: see scope.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/scope.h"

struct scope_set scope_of(const struct actor *who, enum action action, unit_id root)
{
    struct scope_set s = {0};
    int below = 0, only = 0;
    for (int i = 0; i < who->n_roles; i++) {
        enum scope reach = rights_scope(action, who->roles[i].role);
        if (reach == SCOPE_BELOW) s.below[below++] = who->roles[i].unit;
        else if (reach == SCOPE_UNIT) s.only[only++] = who->roles[i].unit;
        else continue;
        s.any = true;
        s.everywhere = s.everywhere || (reach == SCOPE_BELOW && who->roles[i].unit.v == root.v);
    }
    s.owners[0] = who->person;
    for (int i = 0; i < who->n_stands_for; i++) s.owners[1 + i] = who->stands_for[i].person;
    return s;
}
