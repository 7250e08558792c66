/* locale: what needs Unicode's or the zones' tables. The only file that names ICU.
 *
 * Ownership    results are in the arena; a struct locale_words is its opener's until closed.
 * Threads      functions are pure; a struct locale_words belongs to one thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_BASE_LOCALE_H
#define LUOSHI_BASE_LOCALE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"
#include "base/time.h"

struct arena;

/* The offsets of an IANA zone ("Asia/Shanghai") from 1970 to 2100. False when there is no such zone. */
MUST_USE bool locale_zone_load(const char *iana, struct zone *out);

/* For comparing and searching: NFKC_Casefold (UAX #44): case, full-width forms and ligatures are evened out,
 * invisible characters dropped; traditional and simplified characters stay apart. */
str locale_fold(struct arena *, str s);

/* GB18030 (what spreadsheets saved in China are written in) to UTF-8. False at the first byte that is not GB18030. */
MUST_USE bool locale_from_gb18030(struct arena *, str in, str *out);

/* Words of running text in any language; Chinese is cut by dictionary (UAX #29 and ICU's). */
enum locale_word { LOCALE_WORD_NUMBER = 1, LOCALE_WORD_LETTERS, LOCALE_WORD_KANA, LOCALE_WORD_HAN };
struct locale_words;

/* NULL when ICU's data is missing. The memory is the arena's; close before the arena is reset. */
struct locale_words *locale_words_open(struct arena *);
void locale_words_close(struct locale_words *);
/* Calls fn with each word's byte range (from, to) and enum locale_word, in order; spaces and signs are left out.
 * fn returns false to stop, and may leave by longjmp. s must be UTF-8. False when ICU fails. */
bool locale_words_each(struct locale_words *, str s, bool (*fn)(void *ctx, size_t from, size_t to, int kind),
                       void *ctx);

#endif
