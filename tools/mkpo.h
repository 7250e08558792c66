/* mkpo: entries of .po and .pot files. Private to tools/mkpo*.c.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_TOOLS_MKPO_H
#define LUOSHI_TOOLS_MKPO_H

#include "base/buf.h"
#include "base/str.h"

struct entry {
    str path;
    int line;    /* of its msgid */
    str place;   /* the first "#:" reference; empty when there is none */
    str context; /* .p NULL: none */
    str id;
    str plural; /* .p NULL: none */
    str text;   /* msgstr or msgstr[0]; empty: not translated */
    bool fuzzy;
    struct entry *next;
};

/* Appends the file's entries, its header (msgid "") included, to *end. False after a message on standard error. */
bool mkpo_parse(struct arena *, str path, str text, struct entry ***end);
/* "context\004id", the key whose hash the program looks up. */
str mkpo_key(struct arena *, const struct entry *);

#endif
