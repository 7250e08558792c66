/* str: borrowed bytes with a length. The only place where pointer arithmetic on text is done.
 *
 * A str may contain NUL and is not terminated; it never owns what it points to. Functions that make
 * bytes take an arena and return a str that lives as long as the arena.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_STR_H
#define LUOSHI_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;

typedef struct {
    const char *p;
    size_t n;
} str;

/* Bytes already safe as markup: made only by templates and the markdown renderer. */
typedef struct {
    str s;
} html;

#define STR(lit) ((str){"" lit, sizeof lit - 1})
/* For static initialisers, where a compound literal is not constant under -Wpedantic. */
#define STR_INIT(lit)                                                                                                  \
    {                                                                                                                  \
        "" lit, sizeof lit - 1                                                                                         \
    }
/* For printf: printf("%.*s", STR_ARG(s)). Only for text that may be logged. */
#define STR_ARG(s) (int)(s).n, (s).p

/* Questions */
bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b); /* ASCII letters only */
bool str_starts(str s, str prefix);
bool str_ends(str s, str suffix);
int str_cmp(str a, str b);              /* bytewise order, shorter first */
ptrdiff_t str_find(str s, str needle);  /* offset or -1 */
ptrdiff_t str_find_byte(str s, char c); /* offset or -1 */
bool str_is_utf8(str s);                /* well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms */
bool str_has_control(str s);            /* any C0 control but tab, CR, LF; DEL; NUL */
size_t str_points(str s);               /* number of code points; s must be UTF-8 */
uint64_t str_hash(str s);               /* FNV-1a 64; also used by tools/mktpl and tools/mkpo at build time */

/* Pieces (borrowed from s) */
str str_from(const char *z);               /* of a NUL-terminated string; NULL gives an empty str */
str str_sub(str s, size_t from, size_t n); /* clamped */
str str_trim(str s);                       /* ASCII white space, U+3000 and U+00A0 at both ends */
/* Cut at the first `c`: *head is before it, *tail after it. False when absent: *head = s, *tail empty. */
bool str_cut(str s, char c, str *head, str *tail);
bool str_cut_str(str s, str sep, str *head, str *tail);
/* The next code point of a UTF-8 str; moves *at past it. U+FFFD for a bad byte (moves one byte). */
uint32_t str_next_point(str s, size_t *at);
/* At most max code points of s, never cutting one. */
str str_first_points(str s, size_t max);

/* Numbers: the whole of s must be the number. */
bool str_int(str s, int64_t *out);
bool str_double(str s, double *out);

/* Made in an arena */
char *str_z(struct arena *, str s); /* NUL-terminated copy for a C library border */
str str_copy(struct arena *, str s);
str str_concat(struct arena *, str a, str b);
str str_format(struct arena *, const char *fmt, ...) PRINTF(2, 3);
str str_lower(struct arena *, str s);            /* ASCII letters only */
size_t utf8_encode(uint32_t point, char out[4]); /* bytes written, 1 to 4 */

#endif
