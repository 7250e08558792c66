/* mkpo_parse: the PO format (https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html), as far as it is used
 * here: one plural form at most has meaning for Chinese, obsolete entries are left out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mkpo.h"
#include "tool.h"

enum part { PART_NONE, PART_CONTEXT, PART_ID, PART_PLURAL, PART_TEXT, PART_COUNT };

struct parser {
    struct arena *mem;
    str path;
    int line;
    struct entry ***end;
    struct buf parts[PART_COUNT];
    bool has[PART_COUNT];
    enum part part; /* that a further line of quoted text belongs to */
    int id_line;
    bool fuzzy;
    str place;
};

static bool fail(const struct parser *p, const char *what)
{
    fprintf(stderr, "%.*s:%d: %s\n", STR_ARG(p->path), p->line, what);
    return false;
}

static bool finish(struct parser *p)
{
    if (!p->has[PART_ID] && !p->has[PART_CONTEXT] && !p->has[PART_TEXT]) return true;
    if (!p->has[PART_ID]) return fail(p, "an entry without msgid");
    if (!p->has[PART_TEXT]) return fail(p, "an entry without msgstr");
    struct entry *e = NEW(p->mem, struct entry);
    *e = (struct entry){.path = p->path, .line = p->id_line, .place = p->place, .fuzzy = p->fuzzy};
    e->id = str_copy(p->mem, buf_str(&p->parts[PART_ID]));
    e->text = str_copy(p->mem, buf_str(&p->parts[PART_TEXT]));
    if (p->has[PART_CONTEXT]) e->context = str_copy(p->mem, buf_str(&p->parts[PART_CONTEXT]));
    if (p->has[PART_PLURAL]) e->plural = str_copy(p->mem, buf_str(&p->parts[PART_PLURAL]));
    **p->end = e;
    *p->end = &e->next;
    for (int i = 0; i < PART_COUNT; i++) {
        p->parts[i].n = 0;
        p->has[i] = false;
    }
    p->part = PART_NONE;
    p->fuzzy = false;
    p->place = (str){0};
    return true;
}

static bool add_quoted(struct parser *p, str s)
{
    s = str_trim(s);
    if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"') return fail(p, "expected text in quotes");
    s = str_sub(s, 1, s.n - 2);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"') return fail(p, "a quote inside the text needs a backslash");
        if (c == '\\') {
            if (++i == s.n) return fail(p, "a backslash at the end of the text");
            static const char *const from = "nrt\"\\", *const to = "\n\r\t\"\\";
            const char *at = strchr(from, s.p[i]);
            if (s.p[i] == '\0' || at == NULL) return fail(p, "an escape that is not known");
            c = to[at - from];
        }
        buf_add_byte(&p->parts[p->part], c);
    }
    return true;
}

static bool comment(struct parser *p, str s)
{
    str rest = str_sub(s, 2, s.n), place;
    if (str_starts(s, STR("#~"))) return true;
    if (p->has[PART_TEXT] && !finish(p)) return false;
    if (str_starts(s, STR("#,")) && str_find(rest, STR("fuzzy")) >= 0) p->fuzzy = true;
    if (str_starts(s, STR("#:")) && p->place.p == NULL) {
        (void)str_cut(str_trim(rest), ' ', &place, &rest);
        p->place = place;
    }
    return true;
}

static bool keyword(struct parser *p, str s)
{
    static const struct {
        const char *word;
        enum part part;
    } words[] = {
        {"msgctxt", PART_CONTEXT}, {"msgid_plural", PART_PLURAL}, {"msgid", PART_ID},
        {"msgstr[0]", PART_TEXT},  {"msgstr", PART_TEXT},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        str word = str_from(words[i].word);
        if (!str_starts(s, word) || (s.n > word.n && s.p[word.n] != ' ' && s.p[word.n] != '\t' && s.p[word.n] != '"'))
            continue;
        enum part part = words[i].part;
        if ((part == PART_CONTEXT || part == PART_ID) && p->has[PART_TEXT] && !finish(p)) return false;
        if (p->has[part]) return fail(p, "this part of the entry is there twice");
        if (part == PART_TEXT && !p->has[PART_ID]) return fail(p, "msgstr without msgid");
        if (part == PART_ID) p->id_line = p->line;
        p->has[part] = true;
        p->part = part;
        return add_quoted(p, str_sub(s, word.n, s.n));
    }
    if (!str_starts(s, STR("msgstr["))) return fail(p, "this is not PO");
    /* xgettext leaves room for two forms. */
    return str_ends(s, STR(" \"\"")) || fail(p, "only one plural form is used: msgstr[0]");
}

bool mkpo_parse(struct arena *mem, str path, str text, struct entry ***end)
{
    struct parser p = {.mem = mem, .path = path, .end = end};
    str row;
    for (int i = 0; i < PART_COUNT; i++) buf_init(&p.parts[i], mem, 256, TOOL_MEMORY);
    if (!str_is_utf8(text)) return p.line = 1, fail(&p, "the file is not UTF-8");
    while (text.n > 0) {
        (void)str_cut(text, '\n', &row, &text);
        row = str_trim(row);
        p.line++;
        if (row.n == 0) {
            if (p.has[PART_TEXT] && !finish(&p)) return false;
        } else if (row.p[0] == '#') {
            if (!comment(&p, row)) return false;
        } else if (row.p[0] == '"') {
            if (p.part == PART_NONE) return fail(&p, "text in quotes without a keyword");
            if (!add_quoted(&p, row)) return false;
        } else if (!keyword(&p, row)) {
            return false;
        }
    }
    return finish(&p);
}

str mkpo_key(struct arena *mem, const struct entry *e)
{
    if (e->context.p == NULL) return e->id;
    return str_format(mem, "%.*s\004%.*s", STR_ARG(e->context), STR_ARG(e->id));
}
