/* redact: proposes which personal data to strike out before a matter is shown. One ■ for each character struck, so that
 * the length of what is missing can be seen. A person decides: the proposal stands in the clerk's form.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/arena.h"
#include "matter/matter.h"

#define GROUPS       6  /* of digits that may belong together: 6222 0000 1111 2222 333 */
#define NAME_CHINESE 12 /* code points struck behind 姓名: at most */
#define NAME_LATIN   40
#define BLOCK        0x25A0 /* ■ */

struct points {
    uint32_t *c;   /* code points, full-width forms as their ASCII twins */
    uint32_t *raw; /* as written */
    bool *struck;
    size_t n;
    bool changed;
};

static uint32_t plain(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + 0x21;
    return c == 0x3000 || c == 0xA0 ? ' ' : c;
}

static uint32_t at(const struct points *p, size_t i)
{
    return i < p->n ? p->c[i] : 0;
}

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void strike(struct points *p, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        p->changed = p->changed || !p->struck[i];
        p->struck[i] = true;
        p->c[i] = BLOCK;
    }
}

/* Numbers */

static size_t digits_end(const struct points *p, size_t i)
{
    while (is_digit(at(p, i))) i++;
    return i;
}

/* ID card (15 or 18), bank card (16 to 19) or several without a space, mobile, area code and landline. first: the
 * leading digits. */
static bool is_private_number(size_t n, const uint32_t *first)
{
    if (n >= 15) return true;
    if (n == 11 && first[0] == '1' && first[1] >= '3') return true;
    if (n == 13 && first[0] == '8' && first[1] == '6' && first[2] == '1') return true;
    return n >= 10 && n <= 12 && first[0] == '0';
}

/* Where the private number that begins at the digit i ends; i when none does. */
static size_t number_end(const struct points *p, size_t i)
{
    size_t end = digits_end(p, i);
    size_t n = end - i;
    size_t best = i;
    uint32_t first[3] = {at(p, i), 0, 0};
    if (n == 17 && (at(p, end) == 'x' || at(p, end) == 'X')) return end + 1;
    for (size_t seen = 0, k = i; seen < COUNT_OF(first) && k < p->n && k < i + 6; k++)
        if (is_digit(p->c[k])) first[seen++] = p->c[k];
    if (is_private_number(n, first)) return end;
    for (int group = 1; group < GROUPS; group++) {
        uint32_t separator = at(p, end);
        if ((separator != ' ' && separator != '-' && separator != ')') || !is_digit(at(p, end + 1))) break;
        size_t next = digits_end(p, end + 1);
        n += next - end - 1;
        end = next;
        if (is_private_number(n, first)) best = end;
    }
    return best;
}

static void strike_numbers(struct points *p)
{
    for (size_t i = 0; i < p->n;) {
        if (!is_digit(p->c[i])) {
            i++;
            continue;
        }
        size_t end = number_end(p, i);
        strike(p, i, end);
        i = end > i ? end : digits_end(p, i);
    }
}

/* Mail */

static bool is_mail_char(uint32_t c)
{
    return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

static void strike_mails(struct points *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->c[i] != '@') continue;
        size_t from = i;
        size_t to = i + 1;
        bool dot = false;
        while (from > 0 && is_mail_char(p->c[from - 1])) from--;
        for (; is_mail_char(at(p, to)); to++) dot = dot || p->c[to] == '.';
        if (from < i && dot) strike(p, from, to);
    }
}

/* Plates: a province's character, a letter, five or six letters or digits. */
static bool is_province(uint32_t c)
{
    static const str provinces = STR_INIT("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领");
    for (size_t i = 0; c > 0x7F && i < provinces.n;)
        if (str_next_point(provinces, &i) == c) return true;
    return false;
}

static void strike_plates(struct points *p)
{
    for (size_t i = 0; i + 6 < p->n; i++) {
        if (!is_letter(at(p, i + 1)) || !is_province(p->c[i])) continue;
        size_t from = i + 2;
        size_t digits = 0;
        if (at(p, from) == 0xB7 || at(p, from) == 0x2022 || at(p, from) == ' ' || at(p, from) == '-') from++;
        size_t to = from;
        for (; is_digit(at(p, to)) || is_letter(at(p, to)); to++) digits += is_digit(p->c[to]);
        if (to - from >= 4 && to - from <= 6 && digits >= 2) strike(p, i, to);
    }
}

/* Names that are said to be names */

static bool matches(const struct points *p, size_t i, str word)
{
    for (size_t k = 0; k < word.n; i++) {
        uint32_t c = at(p, i);
        if (c >= 'A' && c <= 'Z') c += 32;
        if (str_next_point(word, &k) != c) return false;
    }
    return true;
}

static bool ends_name(uint32_t c, bool chinese)
{
    if (c == 0 || c == '\n' || c == '\r' || c == '\t') return true;
    if (c == ',' || c == ';' || c == ':' || c == '(' || c == ')' || c == 0x3001 || c == 0x3002) return true;
    return chinese ? c == ' ' : c == '.';
}

static void strike_after(struct points *p, size_t i, bool chinese)
{
    while (at(p, i) == ' ') i++;
    if (at(p, i) != ':') return;
    i++;
    while (at(p, i) == ' ') i++;
    size_t most = chinese ? NAME_CHINESE : NAME_LATIN;
    size_t end = i;
    while (end - i < most && !ends_name(at(p, end), chinese)) end++;
    strike(p, i, end);
}

static void strike_names(struct points *p)
{
    static const struct {
        str word;
        size_t points;
        bool chinese;
    } words[] = {{STR_INIT("姓名"), 2, true}, {STR_INIT("联系人"), 3, true}, {STR_INIT("name"), 4, false}};
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < COUNT_OF(words); k++)
            if (matches(p, i, words[k].word)) strike_after(p, i + words[k].points, words[k].chinese);
}

str matter_redact(struct arena *mem, str text)
{
    static const str block = STR_INIT("■");
    struct points p = {.c = NEWN(mem, uint32_t, text.n + 1),
                       .raw = NEWN(mem, uint32_t, text.n + 1),
                       .struck = NEWN(mem, bool, text.n + 1)};
    for (size_t i = 0; i < text.n; p.n++) {
        p.raw[p.n] = str_next_point(text, &i);
        p.c[p.n] = plain(p.raw[p.n]);
    }
    /* What is struck is no part of anything else; a mail address may begin with a phone number. Until nothing more is
     * found, so that what a strike lays open is struck too. */
    do {
        p.changed = false;
        strike_names(&p);
        strike_mails(&p);
        strike_plates(&p);
        strike_numbers(&p);
    } while (p.changed);
    char *out = NEWN(mem, char, p.n * 4 + 1);
    size_t n = 0;
    for (size_t i = 0; i < p.n; i++) {
        char one[4];
        size_t k = p.struck[i] ? block.n : utf8_encode(p.raw[i], one);
        memcpy(out + n, p.struck[i] ? block.p : one, k);
        n += k;
    }
    return (str){out, n};
}
