/* faults: see faults.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/faults.h"

#include <string.h>

enum status fault_max(struct faults *f, const char *field, const char *msg, int64_t max)
{
    if (f != NULL && f->n < FAULTS_MAX) {
        f->item[f->n].field = field;
        f->item[f->n].msg = msg;
        f->item[f->n].max = max;
        f->n++;
    }
    return ST_INVALID;
}

enum status fault(struct faults *f, const char *field, const char *msg)
{
    return fault_max(f, field, msg, 0);
}

enum status fault_naming(struct faults *f, const char *field, const char *msg, str what)
{
    size_t n = what.n < FAULT_WHAT ? what.n : FAULT_WHAT - 1;
    if (f == NULL) return ST_INVALID;
    while (n > 0 && n < what.n && ((unsigned char)what.p[n] & 0xC0) == 0x80) n--; /* not within a character */
    if (n > 0) memcpy(f->what, what.p, n);
    f->what[n] = 0;
    return fault(f, field, msg);
}

const char *fault_of(const struct faults *f, const char *field)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].field, field) == 0) return f->item[i].msg;
    return NULL;
}
