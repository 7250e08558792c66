/* faults: what is wrong with a person's input, as data for the page: field and message, in the order found.
 *
 * A message is an English message key (base text of the catalogue), translated where it is shown.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_FAULTS_H
#define LUOSHI_BASE_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

#define FAULTS_MAX 32
#define FAULT_WHAT 240

struct faults {
    size_t n;
    char what[FAULT_WHAT]; /* value of {what}: names that a message speaks of, zero-ended; the last one given */
    struct {
        const char *field; /* form field's name, "" for the whole form */
        const char *msg;   /* message key; may hold {max} and {what} */
        int64_t max;       /* value of {max} */
    } item[FAULTS_MAX];
};

/* Returns ST_INVALID, so that a check reads: return fault(f, "subject", "Enter a subject"); */
enum status fault(struct faults *, const char *field, const char *msg);
enum status fault_max(struct faults *, const char *field, const char *msg, int64_t max);
/* A message that names things: what is copied, and cut between characters when it is long. */
enum status fault_naming(struct faults *, const char *field, const char *msg, str what);
const char *fault_of(const struct faults *, const char *field); /* first message for the field, or NULL */

#endif
