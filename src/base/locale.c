/* locale: see locale.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/locale.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/ucal.h>
#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include "base/arena.h"
#include "base/status.h"

/* Zones */

static bool add_part(UCalendar *cal, double from, struct zone *out)
{
    UErrorCode error = U_ZERO_ERROR;
    ucal_setMillis(cal, from, &error);
    int32_t offset = ucal_get(cal, UCAL_ZONE_OFFSET, &error) + ucal_get(cal, UCAL_DST_OFFSET, &error);
    if (U_FAILURE(error) || (size_t)out->n == COUNT_OF(out->part)) return false;
    if (out->n > 0 && out->part[out->n - 1].offset_ms == offset) return true;
    out->part[out->n].from_ms = (int64_t)from;
    out->part[out->n].offset_ms = offset;
    out->n++;
    return true;
}

static bool add_parts(UCalendar *cal, struct zone *out)
{
    static const double last = 4102444800000.0; /* 2100-01-01 */
    double at = 0;
    if (!add_part(cal, at, out)) return false;
    for (;;) {
        UErrorCode error = U_ZERO_ERROR;
        ucal_setMillis(cal, at, &error);
        bool more = ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &at, &error);
        if (U_FAILURE(error)) return false;
        if (!more || at > last) return true;
        if (!add_part(cal, at, out)) return false;
    }
}

bool locale_zone_load(const char *iana, struct zone *out)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar id[64], canonical[64];
    UBool is_system;
    int32_t n;
    out->n = 0;
    u_strFromUTF8(id, (int32_t)COUNT_OF(id), &n, iana, -1, &error);
    if (U_FAILURE(error) || n == 0 || (size_t)n >= COUNT_OF(id)) return false;
    (void)ucal_getCanonicalTimeZoneID(id, n, canonical, (int32_t)COUNT_OF(canonical), &is_system, &error);
    if (U_FAILURE(error) || !is_system) return false;
    UCalendar *cal = ucal_open(id, n, "en", UCAL_GREGORIAN, &error);
    if (U_FAILURE(error)) return false;
    bool good = add_parts(cal, out);
    ucal_close(cal);
    if (!good) out->n = 0;
    return good;
}

/* Folding */

static bool is_ascii(str s)
{
    unsigned char all = 0;
    for (size_t i = 0; i < s.n; i++) all |= (unsigned char)s.p[i];
    return all < 0x80;
}

str locale_fold(struct arena *mem, str s)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t n16 = 0, n_folded, n8 = 0;
    if (is_ascii(s)) return str_lower(mem, s);
    must(s.n < (size_t)INT32_MAX / 32);
    UChar *wide = NEWN(mem, UChar, s.n + 1);
    u_strFromUTF8WithSub(wide, (int32_t)s.n + 1, &n16, s.p, (int32_t)s.n, 0xFFFD, NULL, &error);
    must(U_SUCCESS(error));
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&error);
    must(U_SUCCESS(error)); /* its data is inside the library */
    int32_t cap = n16 * 2 + 64;
    UChar *folded = NEWN(mem, UChar, (size_t)cap);
    n_folded = unorm2_normalize(fold, wide, n16, folded, cap, &error);
    if (error == U_BUFFER_OVERFLOW_ERROR) {
        error = U_ZERO_ERROR;
        cap = n_folded + 1;
        folded = NEWN(mem, UChar, (size_t)cap);
        n_folded = unorm2_normalize(fold, wide, n16, folded, cap, &error);
    }
    must(U_SUCCESS(error));
    char *out = NEWN(mem, char, (size_t)n_folded * 3 + 1);
    u_strToUTF8(out, n_folded * 3 + 1, &n8, folded, n_folded, &error);
    must(U_SUCCESS(error));
    return (str){out, (size_t)n8};
}

/* GB18030 */

static bool convert(UConverter *from, UConverter *to, str in, char *out, size_t cap, size_t *n)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar pivot[1024], *pivot_from = pivot, *pivot_to = pivot;
    const char *source = in.p;
    char *target = out;
    ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
    ucnv_setFromUCallBack(to, UCNV_FROM_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
    ucnv_convertEx(to, from, &target, out + cap, &source, in.p + in.n, pivot, &pivot_from, &pivot_to,
                   pivot + COUNT_OF(pivot), true, true, &error);
    *n = (size_t)(target - out);
    return U_SUCCESS(error);
}

bool locale_from_gb18030(struct arena *mem, str in, str *out)
{
    UErrorCode error = U_ZERO_ERROR;
    if (in.n == 0) return *out = STR(""), true;
    /* Two bytes become at most three, four become four. */
    size_t cap = in.n + in.n / 2 + 8, n = 0;
    char *bytes = NEWN(mem, char, cap);
    UConverter *from = ucnv_open("GB18030", &error);
    UConverter *to = ucnv_open("UTF-8", &error);
    bool good = U_SUCCESS(error) && convert(from, to, in, bytes, cap, &n);
    ucnv_close(from);
    ucnv_close(to);
    *out = (str){bytes, n};
    return good && str_is_utf8(*out);
}

/* Words */

struct locale_words {
    UBreakIterator *breaks;
    UText *text;
};

struct locale_words *locale_words_open(struct arena *mem)
{
    UErrorCode error = U_ZERO_ERROR;
    struct locale_words *w = NEW(mem, struct locale_words);
    w->breaks = ubrk_open(UBRK_WORD, "zh", NULL, 0, &error);
    w->text = utext_openUTF8(NULL, "", 0, &error);
    if (U_SUCCESS(error)) return w;
    locale_words_close(w);
    return NULL;
}

void locale_words_close(struct locale_words *w)
{
    if (w == NULL) return;
    if (w->breaks != NULL) ubrk_close(w->breaks);
    if (w->text != NULL) (void)utext_close(w->text);
    w->breaks = NULL;
    w->text = NULL;
}

static int kind_of(int32_t rule)
{
    if (rule >= UBRK_WORD_IDEO) return LOCALE_WORD_HAN;
    if (rule >= UBRK_WORD_KANA) return LOCALE_WORD_KANA;
    if (rule >= UBRK_WORD_LETTER) return LOCALE_WORD_LETTERS;
    return rule >= UBRK_WORD_NUMBER ? LOCALE_WORD_NUMBER : 0;
}

bool locale_words_each(struct locale_words *w, str s, bool (*fn)(void *ctx, size_t from, size_t to, int kind),
                       void *ctx)
{
    UErrorCode error = U_ZERO_ERROR;
    if (s.n == 0) return true;
    w->text = utext_openUTF8(w->text, s.p, (int64_t)s.n, &error);
    ubrk_setUText(w->breaks, w->text, &error);
    if (U_FAILURE(error)) return false;
    int32_t from = ubrk_first(w->breaks);
    for (int32_t to = ubrk_next(w->breaks); to != UBRK_DONE; to = ubrk_next(w->breaks)) {
        int kind = kind_of(ubrk_getRuleStatus(w->breaks));
        if (kind != 0 && !fn(ctx, (size_t)from, (size_t)to, kind)) return true;
        from = to;
    }
    return true;
}
