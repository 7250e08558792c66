/* lang: the languages of the pages, and the words in them.
 *
 * English is the message itself; other languages come from gen/catalogue.c, made by tools/mkpo from the .po files of locale/.
 * A message is found by the FNV-1a hash of "context\004english" (without a context: of the English text alone).
 * Messages name their values in braces: "{n} days left". There is no process-wide language.
 * Extraction: xgettext finds tr:2, tr_plural:2,3, tr_format:3, tr_format_plural:3,4 and TERM:1 (see tools/README.md);
 * templates are read by `mktpl --pot`.
 * Ownership    what tr* returns is static, or borrowed from the fallback; what tr_format* returns is in the arena.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_LANG_H
#define LUOSHI_WEB_LANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "base/time.h"

struct arena;

enum lang { LANG_EN = 1, LANG_ZH };

/* "en", "en-GB", "zh", "zh-CN", "zh_CN", "zh-Hans-CN"…; false leaves *out alone. */
bool lang_parse(str tag, enum lang *out);
/* The best language of an Accept-Language value (RFC 9110 12.5.4); 0 when it names none of ours. */
enum lang lang_from_accept(str accept_language);
/* For the lang attribute and Content-Language: "en", "zh-CN". */
str lang_tag(enum lang);

/* Marks a constant str as a term (looked up by tr_term or the template filter `term`), so that xgettext finds it. */
#define TERM(literal) STR_INIT(literal)

str tr(enum lang, const char *msgid);
str tr_plural(enum lang, const char *one, const char *many, int64_t n);
/* A word that is data in our own code, such as a state's English name: its translation with the context "term", or the
 * one without a context; itself when there is neither. */
str tr_term(enum lang, str english);
/* Named values: tr_format(mem, lang, "{n} days left", "n", STR("6"), NULL). A name that is not given stays as it is. */
str tr_format(struct arena *, enum lang, const char *msgid, ...) __attribute__((sentinel));
str tr_format_plural(struct arena *, enum lang, const char *one, const char *many, int64_t n, ...)
    __attribute__((sentinel));

/* What templates compile to: the hash is known at build time. */
str tr_hash(enum lang, uint64_t hash, str fallback);
str tr_plural_hash(enum lang, uint64_t hash, str one, str many, int64_t n);

/* The next piece of a message: text before a "{name}" in *text, the name in *name (.p NULL at the end).
 * False when nothing is left. */
bool tr_next(str *message, str *text, str *name);

/* Forms of dates and numbers, for templates (web/out.h) and mails; bytes written, no NUL.
 * "3 Nov 2026" and "2026年11月3日"; with the time "3 Nov 2026, 09:12" and "2026年11月3日 09:12"; "4,000". */
#define LANG_DATE_BYTES 64
size_t lang_date(enum lang, struct civil, char out[LANG_DATE_BYTES]);
size_t lang_datetime(enum lang, struct civil, char out[LANG_DATE_BYTES]);
size_t lang_number(int64_t, char out[LANG_DATE_BYTES]);

/* A compiled catalogue: open addressing, hash 0 is an empty slot, mask + 1 slots. */
struct catalogue_slot {
    uint64_t hash;
    uint32_t at; /* into text */
    uint32_t n;
};
struct catalogue {
    const struct catalogue_slot *slots;
    uint64_t mask;
    const char *text;
};
extern const struct catalogue catalogue_zh_CN; /* gen/catalogue.c */
/* .p NULL when absent. */
str catalogue_find(const struct catalogue *, uint64_t hash);

#endif
