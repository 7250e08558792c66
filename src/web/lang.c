/* lang: see lang.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "web/lang.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/status.h"

/* Languages */

/* Is the first subtag of `tag` the word? "zh-Hant-TW" is zh. */
static bool first_subtag_is(str tag, str word)
{
    if (tag.n < word.n || !str_eq_nocase(str_sub(tag, 0, word.n), word)) return false;
    return tag.n == word.n || tag.p[word.n] == '-' || tag.p[word.n] == '_';
}

bool lang_parse(str tag, enum lang *out)
{
    if (first_subtag_is(tag, STR("en"))) {
        *out = LANG_EN;
    } else if (first_subtag_is(tag, STR("zh"))) {
        *out = LANG_ZH;
    } else {
        return false;
    }
    return true;
}

/* The q of "zh;q=0.8" in thousandths; 1000 when it is not given, 0 when it cannot be read. */
static int quality(str parameters)
{
    str one, value, name;
    while (parameters.n > 0) {
        (void)str_cut(parameters, ';', &one, &parameters);
        if (!str_cut(str_trim(one), '=', &name, &value) || !str_eq_nocase(str_trim(name), STR("q"))) continue;
        value = str_trim(value);
        int q = 0, scale = 1000;
        for (size_t i = 0; i < value.n && i < 5; i++) {
            char c = value.p[i];
            if (i == 1 && c == '.') continue;
            if (c < '0' || c > '9' || i == 1) return 0;
            q += (c - '0') * scale;
            scale /= 10;
        }
        return value.n > 5 || q > 1000 ? 0 : q;
    }
    return 1000;
}

enum lang lang_from_accept(str accept)
{
    enum lang best = 0, lang;
    int best_q = 0;
    str one, tag, parameters;
    while (accept.n > 0) {
        (void)str_cut(accept, ',', &one, &accept);
        (void)str_cut(one, ';', &tag, &parameters);
        int q = quality(parameters);
        if (q > best_q && lang_parse(str_trim(tag), &lang)) {
            best = lang;
            best_q = q;
        }
    }
    return best;
}

str lang_tag(enum lang lang)
{
    return lang == LANG_ZH ? STR("zh-CN") : STR("en");
}

/* Messages */

str catalogue_find(const struct catalogue *c, uint64_t hash)
{
    if (hash == 0) return (str){0};
    for (uint64_t i = hash & c->mask;; i = (i + 1) & c->mask) {
        const struct catalogue_slot *slot = &c->slots[i];
        if (slot->hash == hash) return (str){c->text + slot->at, slot->n};
        if (slot->hash == 0) return (str){0};
    }
}

str tr_hash(enum lang lang, uint64_t hash, str fallback)
{
    if (lang != LANG_ZH) return fallback;
    str found = catalogue_find(&catalogue_zh_CN, hash);
    return found.p != NULL ? found : fallback;
}

str tr_plural_hash(enum lang lang, uint64_t hash, str one, str many, int64_t n)
{
    return tr_hash(lang, hash, n == 1 ? one : many);
}

str tr(enum lang lang, const char *msgid)
{
    str english = str_from(msgid);
    return lang == LANG_EN ? english : tr_hash(lang, str_hash(english), english);
}

str tr_plural(enum lang lang, const char *one, const char *many, int64_t n)
{
    return tr_plural_hash(lang, str_hash(str_from(one)), str_from(one), str_from(many), n);
}

str tr_term(enum lang lang, str english)
{
    static const char context[] = "term\004";
    char key[256];
    size_t n = sizeof context - 1;
    if (lang == LANG_EN || english.n == 0 || english.n > sizeof key - n) return english;
    memcpy(key, context, n);
    memcpy(key + n, english.p, english.n);
    str found = tr_hash(lang, str_hash((str){key, n + english.n}), (str){0});
    return found.p != NULL ? found : tr_hash(lang, str_hash(english), english);
}

bool tr_next(str *message, str *text, str *name)
{
    str rest;
    *text = *message;
    *name = (str){0};
    if (message->n == 0) return false;
    ptrdiff_t open = str_find_byte(*message, '{');
    if (open >= 0 && str_cut(str_sub(*message, (size_t)open + 1, message->n), '}', name, &rest)) {
        *text = str_sub(*message, 0, (size_t)open);
        *message = rest;
    } else {
        *name = (str){0};
        *message = (str){0};
    }
    return true;
}

/* Pairs of (const char *name, str value) up to NULL; each name is looked for in all of them. */
static str format(struct arena *mem, str message, va_list args)
{
    struct buf b;
    str text, name;
    buf_init(&b, mem, message.n + 64, LIMIT_PAGE);
    while (tr_next(&message, &text, &name)) {
        va_list pairs;
        bool found = name.p == NULL;
        buf_add(&b, text);
        va_copy(pairs, args);
        for (const char *key; !found && (key = va_arg(pairs, const char *)) != NULL;) {
            str value = va_arg(pairs, str);
            if (!str_eq(str_from(key), name)) continue;
            buf_add(&b, value);
            found = true;
        }
        va_end(pairs);
        if (!found) buf_format(&b, "{%.*s}", STR_ARG(name));
    }
    return buf_str(&b);
}

str tr_format(struct arena *mem, enum lang lang, const char *msgid, ...)
{
    va_list args;
    va_start(args, msgid);
    str s = format(mem, tr(lang, msgid), args);
    va_end(args);
    return s;
}

str tr_format_plural(struct arena *mem, enum lang lang, const char *one, const char *many, int64_t n, ...)
{
    va_list args;
    va_start(args, n);
    str s = format(mem, tr_plural(lang, one, many, n), args);
    va_end(args);
    return s;
}

/* Forms */

static size_t printed(int n)
{
    must(n > 0 && n < LANG_DATE_BYTES);
    return (size_t)n;
}

size_t lang_date(enum lang lang, struct civil c, char out[LANG_DATE_BYTES])
{
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    must(c.month >= 1 && c.month <= 12);
    if (lang == LANG_ZH) return printed(snprintf(out, LANG_DATE_BYTES, "%d年%d月%d日", c.year, c.month, c.day));
    return printed(snprintf(out, LANG_DATE_BYTES, "%d %s %d", c.day, months[c.month - 1], c.year));
}

size_t lang_datetime(enum lang lang, struct civil c, char out[LANG_DATE_BYTES])
{
    size_t n = lang_date(lang, c, out);
    const char *between = lang == LANG_ZH ? "" : ",";
    return n + printed(snprintf(out + n, LANG_DATE_BYTES - n, "%s %02d:%02d", between, c.hour, c.minute));
}

size_t lang_number(int64_t v, char out[LANG_DATE_BYTES])
{
    char digits[LANG_DATE_BYTES];
    size_t n = printed(snprintf(digits, sizeof digits, "%lld", (long long)v));
    size_t sign = v < 0 ? 1 : 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > sign && (n - i) % 3 == 0) out[at++] = ',';
        out[at++] = digits[i];
    }
    return at;
}
