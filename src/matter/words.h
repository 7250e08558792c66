/* words: message keys of this room, and the checks that every text a person writes goes through.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_MATTER_WORDS_H
#define LUOSHI_MATTER_WORDS_H

#include "base/arena.h"
#include "base/faults.h"
#include "base/limits.h"
#include "base/str.h"

/* Marks a message key for xgettext where it is stored, not shown. */
#define TR_NOOP(text) text

struct words_rule {
    const char *field;    /* form field */
    const char *missing;  /* message when empty; NULL: may be empty */
    const char *too_long; /* message with {max} */
    int64_t max;          /* code points */
    bool one_line;        /* line breaks and tabs become a space */
};
/* Well-formed UTF-8 without control characters; CR LF becomes LF; trimmed; not too long. *text is what to store. */
enum status words_check(struct arena *, struct faults *, const struct words_rule *, str *text);

#endif
