/* Any bytes as text for the page, for an address, for JSON, as an Accept-Language header and as GB18030. What comes out
 * cannot leave its place, and folding twice is folding once.
 * SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "base/locale.h"
#include "base/status.h"
#include "web/out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_no_markup(const struct out *o)
{
    str s = out_str(o);
    for (size_t i = 0; i < s.n; i++) must(strchr("<>\"'", s.p[i]) == NULL);
}

static void check_page(struct out *o, str s)
{
    o->b.n = 0;
    out_text(o, s);
    out_attr(o, s);
    out_term(o, s);
    check_no_markup(o);
    o->b.n = 0;
    out_url(o, s);
    out_url_part(o, s);
    check_no_markup(o);
    o->b.n = 0;
    out_url(o, s);
    str url = out_str(o);
    must(!str_eq_nocase(str_sub(url, 0, 11), STR("javascript:")) && !str_eq_nocase(str_sub(url, 0, 5), STR("data:")));
    o->b.n = 0;
    out_mark(o, s);
    int open = 0;
    str marked = out_str(o);
    for (size_t i = 0; i < marked.n; i++) {
        if (marked.p[i] != '<') continue;
        open += str_starts(str_sub(marked, i, marked.n), STR("<mark>")) ? 1 : -1;
        must(open == 0 || open == 1);
    }
    must(open == 0);
    o->b.n = 0;
    out_lines(o, s);
}

static void check_json(struct out *o, str s)
{
    json_error_t error;
    o->b.n = 0;
    out_json_str(o, s);
    str text = out_str(o);
    must(str_is_utf8(text) && str_find_byte(text, '<') < 0 && str_find_byte(text, '&') < 0);
    json_t *value = json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    must(value != NULL && json_is_string(value));
    str back = {json_string_value(value), json_string_length(value)};
    must(!str_is_utf8(s) || str_eq(back, s));
    json_decref(value);
}

static bool count(void *ctx, size_t from, size_t to, int kind)
{
    size_t *last = ctx;
    must(from >= *last && to > from && kind >= LOCALE_WORD_NUMBER && kind <= LOCALE_WORD_HAN);
    *last = to;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = size > 0 ? malloc(size) : NULL; /* its own block, so that a byte too far is seen */
    if (size > 0) memcpy(copy, data, size);
    str s = {size > 0 ? copy : "", size}, utf8;
    struct arena *mem = arena_new((size_t)128 << 20, NULL);
    struct zone zone = {.n = 1};
    struct out o;
    out_init(&o, mem, LANG_ZH, &zone, (instant){1});
    check_page(&o, s);
    check_json(&o, s);
    (void)lang_from_accept(s);
    enum lang lang = LANG_EN;
    (void)lang_parse(s, &lang);
    if (locale_from_gb18030(mem, s, &utf8)) must(str_is_utf8(utf8));
    str folded = locale_fold(mem, s);
    must(str_is_utf8(folded) && str_eq(locale_fold(mem, folded), folded));
    if (str_is_utf8(s)) {
        struct locale_words *words = locale_words_open(mem);
        size_t last = 0;
        must(words != NULL && locale_words_each(words, s, count, &last) && last <= s.n);
        locale_words_close(words);
    }
    arena_free(mem);
    free(copy);
    return 0;
}
