/* out: where compiled templates and JSON writers put their bytes.
 *
 * Escaping is chosen by type and by where the value stands: EMIT_TEXT between tags, EMIT_ATTR in a quoted attribute,
 * EMIT_URL where an address begins, EMIT_URL_PART further on in one. A type without a rule does not compile, and there
 * is deliberately no rule for const char *.
 *
 * Invariants   1. only out_raw, out_html and the markup of out_lines and out_mark put `<` on the page.
 *              2. JSON output is valid JSON and may stand inside a script element.
 * Ownership    bytes live in the arena given to out_init; more than LIMIT_PAGE is exhaustion.
 * Threads      one struct out, one thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_WEB_OUT_H
#define LUOSHI_WEB_OUT_H

#include "base/buf.h"
#include "base/str.h"
#include "base/time.h"
#include "web/lang.h"

/* The fields after `b` are what every page of one request shares; templates read them as {{ page.csrf }} and so on. */
struct out {
    struct buf b;
    enum lang lang;
    const struct zone *zone;
    instant now;
    str csrf; /* page.csrf: token of this session's forms */
    str path; /* page.path: of the request, with its query, for links back */
};

void out_init(struct out *, struct arena *, enum lang, const struct zone *, instant now);
str out_str(const struct out *);

static inline void out_raw(struct out *o, str s)
{
    buf_add(&o->b, s);
}

/* Page */
void out_text(struct out *, str); /* & < > " ' and NUL made harmless */
void out_attr(struct out *, str); /* the same set: safe in either quote */
void out_html(struct out *, html);
void out_int(struct out *, int64_t);
void out_real(struct out *, double);    /* shortest form that reads back the same */
void out_number(struct out *, int64_t); /* 4,000 */
void out_url(struct out *, str);        /* http: https: mailto: tel: or relative, else "#" */
void out_url_part(struct out *, str);   /* percent-coded: one path segment or query value */
void out_date(struct out *, instant);   /* in the zone; nothing for 0, as all of these */
void out_datetime(struct out *, instant);
void out_iso(struct out *, instant); /* RFC 3339 in UTC */
void out_day(struct out *, day);
void out_day_iso(struct out *, day);
void out_lines(struct out *, str); /* line breaks as <br> */
void out_mark(struct out *, str);  /* U+0001…U+0002 as <mark>…</mark> */
void out_term(struct out *, str);

#define EMIT_TEXT(o, x)                                                                                                \
    _Generic((x), str : out_text, html : out_html, int : out_int, int64_t : out_int, double : out_real)((o), (x))
#define EMIT_ATTR(o, x)     _Generic((x), str : out_attr, int : out_int, int64_t : out_int, double : out_real)((o), (x))
#define EMIT_URL(o, x)      _Generic((x), str : out_url, int : out_int, int64_t : out_int)((o), (x))
#define EMIT_URL_PART(o, x) _Generic((x), str : out_url_part, int : out_int, int64_t : out_int)((o), (x))

/* Messages: the hash is that of the message (web/lang.h). */
enum out_kind {
    OUT_TEXT = 1,
    OUT_TERM,
    OUT_HTML,
    OUT_INT,
    OUT_NUMBER,
    OUT_REAL,
    OUT_DATE,
    OUT_DATETIME,
    OUT_ISO,
    OUT_DAY,
    OUT_DAY_ISO
};
struct out_value {
    str name;
    enum out_kind kind;
    union {
        str text; /* OUT_TEXT, OUT_TERM */
        html markup;
        int64_t number; /* OUT_INT, OUT_NUMBER */
        double real;
        instant at;
        day on;
    };
};
void out_tr(struct out *, uint64_t hash, str english);
void out_tr_values(struct out *, uint64_t hash, str english, const struct out_value *, size_t n);
void out_trn_values(struct out *, uint64_t hash, str one, str many, int64_t count, const struct out_value *, size_t n);

/* JSON: one value each; commas, braces and names are out_raw's. */
void out_json_str(struct out *, str); /* null when .p is NULL */
void out_json_int(struct out *, int64_t);
void out_json_real(struct out *, double); /* null when not finite */
void out_json_bool(struct out *, bool);
void out_json_instant(struct out *, instant); /* "2026-11-23T05:06:07Z", null for 0 */
void out_json_day(struct out *, day);         /* "2026-11-23", null for 0 */

#endif
