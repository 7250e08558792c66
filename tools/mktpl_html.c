/* mktpl_html: a small HTML machine. It follows a template's text closely enough to know where a value stands, folds
 * white space, and refuses the places where no escape is safe.
 *
 *     text --<a--> tag name --space--> in tag --x--> name --=--> before value --"--> value --"--> after value --+
 *      ^                                  ^                                                                     |
 *      +---------------- > ---------------+--------------------------------- space -----------------------------+
 *
 * It is stricter than a browser where being lax would make a context unclear. A block may begin and end anywhere
 * between attributes; all ways through it must end in the same place. In an address, what may come after a value that
 * began it is limited, so that no value can choose the scheme.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "mktpl.h"

static const char *const address_names[] = {
    "href", "src",      "action",   "formaction", "poster",   "cite",    "data",   "background",
    "icon", "manifest", "longdesc", "profile",    "codebase", "classid", "usemap", "xlink:href",
};
static const char *const refused_names[] = {"srcdoc", "srcset", "imagesrcset", "ping", "archive"};
static const char *const animated_names[] = {"to", "from", "by", "values", "attributename"};
static const char *const schemes[] = {"http", "https", "mailto", "tel"};

static bool is_one_of(const char *s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(s, list[i]) == 0) return true;
    }
    return false;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void append_lower(char *out, size_t cap, char c)
{
    size_t n = strlen(out);
    if (n + 1 >= cap) return;
    out[n] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    out[n + 1] = '\0';
}

static bool fail(const struct html_feed *f, const char *what)
{
    return mktpl_fail(f->m, f->path, f->line, "%s", what);
}

/* Tags */

static void tag_begin(struct html_state *s, bool closing)
{
    s->at = HTML_TAG_NAME;
    s->closing = closing;
    s->element[0] = '\0';
    s->equiv = false;
    s->content = false;
}

static void tag_end(struct html_state *s)
{
    static const char *const raw[] = {"script", "style"};
    static const char *const plain[] = {"textarea", "title"};
    bool is_pre = strcmp(s->element, "pre") == 0;
    s->at = HTML_TEXT;
    if (s->closing) {
        if (is_pre && s->pre > 0) s->pre--;
        return;
    }
    if (is_one_of(s->element, raw, COUNT_OF(raw))) s->at = HTML_RAW;
    if (is_one_of(s->element, plain, COUNT_OF(plain))) s->at = HTML_PLAIN;
    if (is_pre) s->pre++;
    s->opened = is_pre || strcmp(s->element, "textarea") == 0;
}

static void attr_begin(struct html_state *s, char c)
{
    s->at = HTML_NAME;
    s->name[0] = '\0';
    append_lower(s->name, sizeof s->name, c);
}

/* The attribute's name is whole. */
static bool attr_classify(const struct html_feed *f, struct html_state *s)
{
    bool animates = strncmp(s->element, "animate", 7) == 0 || strcmp(s->element, "set") == 0;
    s->attr = HTML_ORDINARY;
    if (s->name[0] == 'o' && s->name[1] == 'n' && s->name[2] != '\0') s->attr = HTML_EVENT;
    if (strcmp(s->name, "style") == 0) s->attr = HTML_STYLE;
    if (is_one_of(s->name, address_names, COUNT_OF(address_names))) s->attr = HTML_ADDRESS;
    if (is_one_of(s->name, refused_names, COUNT_OF(refused_names))) s->attr = HTML_REFUSED;
    if (animates && is_one_of(s->name, animated_names, COUNT_OF(animated_names))) s->attr = HTML_REFUSED;
    if (strcmp(s->element, "meta") == 0 && strcmp(s->name, "http-equiv") == 0) {
        s->equiv = true;
        if (s->content) return fail(f, "a value cannot stand in a meta element with http-equiv");
    }
    return true;
}

static void value_begin(struct html_state *s, char quote)
{
    s->at = quote == '\0' ? HTML_BARE : HTML_VALUE;
    s->quote = quote;
    s->url = HTML_URL_START;
    s->dynamic = false;
    s->scheme[0] = '\0';
}

/* A byte of the template inside an address. */
static bool url_step(const struct html_feed *f, struct html_state *s, char c)
{
    if (s->url == HTML_URL_REST || (s->url == HTML_URL_START && is_space(c))) return true;
    bool is_mixed = s->url == HTML_URL_MIXED;
    if (c == '/' || c == '?' || c == '#') {
        s->url = HTML_URL_REST;
    } else if (c == ':') {
        if (s->dynamic || is_mixed) return fail(f, "a value cannot choose the scheme of an address: write it out");
        if (!is_one_of(s->scheme, schemes, COUNT_OF(schemes))) {
            return mktpl_fail(f->m, f->path, f->line, "the scheme \"%s\" is not allowed: http, https, mailto or tel",
                              s->scheme);
        }
        s->url = HTML_URL_REST;
    } else if (!is_mixed) {
        s->url = HTML_URL_SCHEME;
        append_lower(s->scheme, sizeof s->scheme, c);
    }
    return true;
}

/* One step in each place: rest begins with a byte that is not folded white space; *used is 1 unless set. */

static bool step_text(struct html_feed *f, struct html_state *s, str rest, size_t *used)
{
    char next = rest.n > 1 ? rest.p[1] : '\0';
    if (rest.p[0] != '<') return true;
    if (str_starts(rest, STR("<!--"))) {
        s->at = HTML_COMMENT;
        *used = 4;
    } else if (str_starts(rest, STR("<![CDATA["))) {
        return fail(f, "CDATA is not for HTML");
    } else if (next == '!') {
        s->at = HTML_DECLARATION;
    } else if (is_letter(next)) {
        tag_begin(s, false);
    } else if (next == '/' && rest.n > 2 && is_letter(rest.p[2])) {
        tag_begin(s, true);
        *used = 2;
    } else if (rest.n == 1 || (next == '/' && rest.n == 2)) {
        return fail(f, "a value or block cannot stand in a tag's name");
    } else {
        return fail(f, "write &lt; for a less-than sign");
    }
    return true;
}

static bool step_tag_name(struct html_feed *f, struct html_state *s, char c)
{
    if (c == '>') {
        tag_end(s);
    } else if (c == '/') {
        s->at = HTML_JOINED;
    } else if (is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ':') {
        append_lower(s->element, sizeof s->element, c);
    } else {
        return mktpl_fail(f->m, f->path, f->line, "unexpected %c in the name of <%s>", c, s->element);
    }
    return true;
}

static bool step_in_tag(struct html_feed *f, struct html_state *s, char c)
{
    bool ready = s->at == HTML_IN_TAG || s->at == HTML_AFTER_NAME;
    if (c == '>') {
        tag_end(s);
    } else if (c == '/') {
        s->at = HTML_JOINED;
    } else if (c == '=' && s->at == HTML_AFTER_NAME) {
        s->at = HTML_BEFORE_VALUE;
    } else if (!ready) {
        return mktpl_fail(f->m, f->path, f->line, "white space or > must come before %c in <%s>", c, s->element);
    } else if (c == '=' || c == '"' || c == '\'' || c == '<') {
        return mktpl_fail(f->m, f->path, f->line, "unexpected %c in <%s>", c, s->element);
    } else {
        attr_begin(s, c);
    }
    return true;
}

static bool step_name(struct html_feed *f, struct html_state *s, char c)
{
    if (c == '"' || c == '\'' || c == '<') {
        return mktpl_fail(f->m, f->path, f->line, "unexpected %c in the name of an attribute of <%s>", c, s->element);
    }
    if (c != '=' && c != '>' && c != '/') {
        append_lower(s->name, sizeof s->name, c);
        return true;
    }
    if (!attr_classify(f, s)) return false;
    if (c == '>') {
        tag_end(s);
    } else {
        s->at = c == '=' ? HTML_BEFORE_VALUE : HTML_JOINED;
    }
    return true;
}

static bool step_value(struct html_feed *f, struct html_state *s, char c)
{
    if (s->at == HTML_BEFORE_VALUE) {
        if (c == '>') return mktpl_fail(f->m, f->path, f->line, "the attribute %s has no value", s->name);
        value_begin(s, c == '"' || c == '\'' ? c : '\0');
        if (s->quote != '\0') return true;
    }
    if (s->at == HTML_VALUE && c == s->quote) {
        s->at = HTML_AFTER_VALUE;
        return true;
    }
    if (s->at == HTML_BARE) {
        if (c == '>') {
            tag_end(s);
            return true;
        }
        if (c == '"' || c == '\'' || c == '<' || c == '=' || c == '`') {
            return mktpl_fail(f->m, f->path, f->line, "unexpected %c in the value of %s: quote it", c, s->name);
        }
    }
    return s->attr != HTML_ADDRESS || url_step(f, s, c);
}

static void step_raw(struct html_state *s, str rest, size_t *used)
{
    size_t n = strlen(s->element);
    if (rest.p[0] != '<' || rest.n < n + 3 || rest.p[1] != '/') return;
    if (!str_eq_nocase(str_sub(rest, 2, n), (str){s->element, n})) return;
    if (!is_space(rest.p[n + 2]) && rest.p[n + 2] != '>' && rest.p[n + 2] != '/') return;
    tag_begin(s, true);
    *used = 2;
}

static bool step(struct html_feed *f, struct html_state *s, str rest, size_t *used)
{
    char c = rest.p[0];
    s->opened = false;
    switch (s->at) {
    case HTML_TEXT: return step_text(f, s, rest, used);
    case HTML_TAG_NAME: return step_tag_name(f, s, c);
    case HTML_IN_TAG:
    case HTML_JOINED:
    case HTML_AFTER_NAME:
    case HTML_AFTER_VALUE: return step_in_tag(f, s, c);
    case HTML_NAME: return step_name(f, s, c);
    case HTML_BEFORE_VALUE:
    case HTML_VALUE:
    case HTML_BARE: return step_value(f, s, c);
    case HTML_RAW:
    case HTML_PLAIN: step_raw(s, rest, used); return true;
    case HTML_COMMENT:
        if (str_starts(rest, STR("-->"))) {
            s->at = HTML_TEXT;
            *used = 3;
        }
        return true;
    case HTML_DECLARATION:
        if (c == '>') s->at = HTML_TEXT;
        return true;
    }
    return false;
}

/* White space */

static bool folds(const struct html_state *s)
{
    switch (s->at) {
    case HTML_TEXT: return s->pre == 0;
    case HTML_VALUE:
    case HTML_RAW:
    case HTML_PLAIN:
    case HTML_COMMENT:
    case HTML_DECLARATION: return false;
    case HTML_TAG_NAME:
    case HTML_IN_TAG:
    case HTML_JOINED:
    case HTML_NAME:
    case HTML_AFTER_NAME:
    case HTML_BEFORE_VALUE:
    case HTML_BARE:
    case HTML_AFTER_VALUE: return true;
    }
    return true;
}

static bool feed_space(struct html_feed *f, struct html_state *s, str run)
{
    bool breaks = false;
    if (s->at == HTML_NAME) {
        if (!attr_classify(f, s)) return false;
        s->at = HTML_AFTER_NAME;
    } else if (s->at != HTML_TEXT && s->at != HTML_AFTER_NAME && s->at != HTML_BEFORE_VALUE) {
        s->at = HTML_IN_TAG;
    }
    for (size_t i = 0; i < run.n; i++) {
        if (run.p[i] != '\n') continue;
        breaks = true;
        f->line++;
    }
    if (!f->after_space) buf_add_byte(f->out, breaks && s->at == HTML_TEXT ? '\n' : ' ');
    f->after_space = true;
    return true;
}

bool html_feed(struct html_feed *f, struct html_state *s, str text)
{
    for (size_t i = 0; i < text.n;) {
        size_t used = 1;
        if (is_space(text.p[i]) && folds(s)) {
            while (i + used < text.n && is_space(text.p[i + used])) used++;
            if (!feed_space(f, s, str_sub(text, i, used))) return false;
        } else {
            if (!step(f, s, str_sub(text, i, text.n), &used)) return false;
            buf_add(f->out, str_sub(text, i, used));
            f->after_space = false;
            if (text.p[i] == '\n') f->line++;
        }
        i += used;
    }
    return true;
}

/* Values and blocks */

static void keep_first_break(struct html_feed *f, struct html_state *s)
{
    if (s->opened) buf_add_byte(f->out, '\n');
    s->opened = false;
}

static bool check_attr(struct html_feed *f, struct html_state *s, bool is_message)
{
    switch (s->attr) {
    case HTML_EVENT:
        return mktpl_fail(f->m, f->path, f->line, "a value cannot stand in the event attribute %s", s->name);
    case HTML_STYLE: return fail(f, "a value cannot stand in a style attribute");
    case HTML_REFUSED: return mktpl_fail(f->m, f->path, f->line, "a value cannot stand in the attribute %s", s->name);
    case HTML_ADDRESS:
        if (is_message) return fail(f, "a message cannot stand in an address");
        if (strcmp(s->element, "script") == 0) return fail(f, "a value cannot be a script's address: use asset");
        if (s->url == HTML_URL_MIXED)
            return fail(f, "it is not clear where in the address this stands: write each address whole");
        if (s->url == HTML_URL_START) s->url = HTML_URL_SCHEME;
        s->dynamic = true;
        break;
    case HTML_ORDINARY: break;
    }
    if (s->equiv) return fail(f, "a value cannot stand in a meta element with http-equiv");
    s->content = true;
    return true;
}

bool html_value(struct html_feed *f, struct html_state *s, bool is_message)
{
    keep_first_break(f, s);
    f->after_space = false;
    switch (s->at) {
    case HTML_TEXT:
    case HTML_PLAIN: return true;
    case HTML_VALUE: return check_attr(f, s, is_message);
    case HTML_BEFORE_VALUE:
    case HTML_BARE: return mktpl_fail(f->m, f->path, f->line, "the value of %s must be in quotes", s->name);
    case HTML_RAW: return mktpl_fail(f->m, f->path, f->line, "a value cannot stand in <%s>", s->element);
    case HTML_COMMENT: return fail(f, "a value cannot stand in a comment");
    case HTML_DECLARATION: return fail(f, "a value cannot stand in a declaration");
    case HTML_TAG_NAME:
    case HTML_IN_TAG:
    case HTML_JOINED:
    case HTML_NAME:
    case HTML_AFTER_NAME:
    case HTML_AFTER_VALUE: break;
    }
    return mktpl_fail(f->m, f->path, f->line, "a value cannot be a tag's or an attribute's name: it stands in <%s>",
                      s->element);
}

bool html_asset(struct html_feed *f, struct html_state *s)
{
    bool in_value =
        s->at == HTML_VALUE && (s->attr == HTML_ADDRESS || s->attr == HTML_ORDINARY || s->attr == HTML_REFUSED);
    keep_first_break(f, s);
    f->after_space = false;
    if (!in_value && s->at != HTML_TEXT) return fail(f, "an asset stands in a quoted attribute or in text");
    if (in_value && s->attr == HTML_ADDRESS) s->url = HTML_URL_REST;
    return true;
}

bool html_block(struct html_feed *f, struct html_state *s)
{
    keep_first_break(f, s);
    switch (s->at) {
    case HTML_TEXT:
    case HTML_PLAIN:
    case HTML_VALUE:
    case HTML_IN_TAG:
    case HTML_JOINED: return true;
    case HTML_NAME:
        if (!attr_classify(f, s)) return false;
        s->at = HTML_JOINED;
        return true;
    case HTML_TAG_NAME:
    case HTML_AFTER_VALUE: s->at = HTML_JOINED; return true;
    case HTML_AFTER_NAME: s->at = HTML_IN_TAG; return true;
    case HTML_BEFORE_VALUE:
    case HTML_BARE: return mktpl_fail(f->m, f->path, f->line, "the value of %s must be in quotes", s->name);
    case HTML_RAW: return mktpl_fail(f->m, f->path, f->line, "a block cannot stand in <%s>", s->element);
    case HTML_COMMENT: return fail(f, "a block cannot stand in a comment");
    case HTML_DECLARATION: return fail(f, "a block cannot stand in a declaration");
    }
    return false;
}

static bool same_place(const struct html_state *a, const struct html_state *b)
{
    bool in_tag = a->at == HTML_IN_TAG || a->at == HTML_JOINED;
    bool other_in_tag = b->at == HTML_IN_TAG || b->at == HTML_JOINED;
    if (a->pre != b->pre || (in_tag ? !other_in_tag : a->at != b->at)) return false;
    if (a->at == HTML_TEXT) return true;
    if (strcmp(a->element, b->element) != 0 || a->closing != b->closing) return false;
    return a->at != HTML_VALUE || (a->quote == b->quote && strcmp(a->name, b->name) == 0);
}

bool html_join(struct html_feed *f, struct html_state *into, struct html_state other, bool is_loop)
{
    if (!html_block(f, into) || !html_block(f, &other)) return false;
    if (!same_place(into, &other)) return fail(f, "the ways through this block end in different places of the HTML");
    if (other.at == HTML_JOINED) into->at = HTML_JOINED;
    into->equiv |= other.equiv;
    into->content |= other.content;
    if (into->equiv && into->content) return fail(f, "a value cannot stand in a meta element with http-equiv");
    if (into->at != HTML_VALUE || into->attr != HTML_ADDRESS) return true;
    bool same = into->url == other.url && strcmp(into->scheme, other.scheme) == 0 && into->dynamic == other.dynamic;
    if (same || (into->url == HTML_URL_REST && other.url == HTML_URL_REST)) return true;
    if (is_loop) return fail(f, "an address cannot begin in a loop");
    into->url = HTML_URL_MIXED;
    return true;
}

bool html_done(struct html_feed *f, const struct html_state *s)
{
    if (s->at == HTML_TEXT && s->pre == 0) return true;
    const char *where = s->at == HTML_COMMENT ? "!--" : s->at == HTML_TEXT ? "pre" : s->element;
    return mktpl_fail(f->m, f->path, f->line, "the template ends inside <%s>", where);
}
