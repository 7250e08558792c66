/* words: see words.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "matter/words.h"

/* Forms send CR LF for what the person sees, and counts, as one line break. */
static str with_plain_breaks(struct arena *mem, str s, bool one_line)
{
    char *out = NEWN(mem, char, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\r') {
            if (i + 1 < s.n && s.p[i + 1] == '\n') continue;
            c = '\n';
        }
        out[n++] = one_line && (c == '\n' || c == '\t') ? ' ' : c;
    }
    return (str){out, n};
}

enum status words_check(struct arena *mem, struct faults *f, const struct words_rule *rule, str *text)
{
    if (text->n > 0 && (!str_is_utf8(*text) || str_has_control(*text)))
        return fault(f, rule->field, TR_NOOP("Some characters here cannot be read. Type the text again"));
    str clean = *text;
    if (str_find_byte(clean, '\r') >= 0 || rule->one_line) clean = with_plain_breaks(mem, clean, rule->one_line);
    clean = str_trim(clean);
    *text = clean;
    if (clean.n == 0) return rule->missing == NULL ? ST_OK : fault(f, rule->field, rule->missing);
    if ((int64_t)str_points(clean) > rule->max) return fault_max(f, rule->field, rule->too_long, rule->max);
    return ST_OK;
}
