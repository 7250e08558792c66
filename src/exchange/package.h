/* package: the parts of a zip package (.xlsx), unpacked as a stream within limits.
 *
 * Made for files from strangers: nothing is written to disk, a part's stated size is never believed, and unpacking ends
 * at the first byte over LIMIT_SHEET_BYTES or over LIMIT_SHEET_RATIO times its packed size.
 * Ownership    released by package_close or with the arena. Threads: one package, one thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_EXCHANGE_PACKAGE_H
#define LUOSHI_EXCHANGE_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct package;
struct package_part;

enum package_result {
    PACKAGE_FINE,
    PACKAGE_ABSENT,  /* no such part */
    PACKAGE_DAMAGED, /* cut short, wrong checksum, or not a zip */
    PACKAGE_LOCKED,  /* encrypted, or packed by a method the library has not */
    PACKAGE_BOMB,    /* over the ratio */
    PACKAGE_HUGE,    /* over the size, or more parts than a spreadsheet has */
    PACKAGE_MEMORY
};

/* fd stays the caller's. */
MUST_USE enum package_result package_open(struct arena *, int fd, struct package **out);
void package_close(struct package *);
/* Upper and lower case make no difference. */
bool package_has(struct package *, const char *name);
MUST_USE enum package_result package_part_open(struct package *, const char *name, struct package_part **out);
/* *got is 0 at the end. */
MUST_USE enum package_result package_part_read(struct package_part *, char *to, size_t cap, size_t *got);
void package_part_close(struct package_part *);

#endif
