/* mksql_parse: SQL tokens, and the declaration lines that cut a .sql file into named statements.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/status.h"
#include "mksql.h"

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool is_name(str s)
{
    if (s.n == 0 || s.p[0] < 'a' || s.p[0] > 'z') return false;
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !is_digit(s.p[i]) && s.p[i] != '_') return false;
    return true;
}

/* Bytes up to and with the closing quote; a doubled quote stands for itself. */
static size_t quoted_length(str s)
{
    char quote = s.p[0];
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] != quote) continue;
        if (i + 1 < s.n && s.p[i + 1] == quote) i++;
        else return i + 1;
    }
    return s.n;
}

static size_t comment_length(str s)
{
    if (s.p[0] == '-') {
        ptrdiff_t end = str_find_byte(s, '\n');
        return end < 0 ? s.n : (size_t)end;
    }
    ptrdiff_t end = str_find(str_sub(s, 2, s.n), STR("*/"));
    return end < 0 ? s.n : (size_t)end + 4;
}

static size_t word_length(str s)
{
    size_t n = 1;
    while (n < s.n && (is_alpha(s.p[n]) || is_digit(s.p[n]))) n++;
    return n;
}

struct token token_next(str s, size_t *at)
{
    while (*at < s.n && strchr(" \t\r\n\f", s.p[*at]) != NULL) (*at)++;
    struct token t = {TOKEN_END, {NULL, 0}, *at};
    str rest = str_sub(s, *at, s.n);
    size_t n = 1;
    if (rest.n == 0) return t;
    char c = rest.p[0];
    if (str_starts(rest, STR("--")) || str_starts(rest, STR("/*"))) {
        t.kind = TOKEN_COMMENT;
        n = comment_length(rest);
    } else if (is_alpha(c)) {
        t.kind = (c == 'x' || c == 'X') && rest.n > 1 && rest.p[1] == '\'' ? TOKEN_STRING : TOKEN_WORD;
        n = t.kind == TOKEN_STRING ? 1 + quoted_length(str_sub(rest, 1, rest.n)) : word_length(rest);
    } else if (is_digit(c)) {
        t.kind = TOKEN_NUMBER;
        n = word_length(rest);
    } else if (c == '\'' || c == '"') {
        t.kind = c == '"' ? TOKEN_QUOTED : TOKEN_STRING;
        n = quoted_length(rest);
    } else if (c == ':' && rest.n > 1 && is_alpha(rest.p[1])) {
        t.kind = TOKEN_PARAM;
        n = 1 + word_length(str_sub(rest, 1, rest.n));
    } else {
        t.kind = TOKEN_PUNCT;
        if (str_starts(rest, STR("::")) || str_starts(rest, STR("=="))) n = 2;
    }
    t.text = str_sub(rest, 0, n);
    *at += n;
    return t;
}

struct token token_word(str s, size_t *at)
{
    struct token t = token_next(s, at);
    while (t.kind == TOKEN_COMMENT) t = token_next(s, at);
    return t;
}

/* Declarations */

/* The words of a comment line; false when the line is something else. */
static bool comment_words(str line, str *out)
{
    line = str_trim(line);
    if (!str_starts(line, STR("--"))) return false;
    *out = str_trim(str_sub(line, 2, line.n));
    return true;
}

static str next_word(str *rest)
{
    str word;
    *rest = str_trim(*rest);
    (void)str_cut(*rest, ' ', &word, rest);
    return str_trim(word);
}

static bool is_declaration(str line)
{
    str rest;
    if (!comment_words(line, &rest)) return false;
    str name = next_word(&rest);
    str kind = next_word(&rest);
    if (str_ends(name, STR(".pg"))) name.n -= 3;
    return is_name(name) && kind.n > 1 && kind.p[0] == ':' && is_alpha(kind.p[1]);
}

/* A comment line with nothing but name:type words goes on with the declaration above it. */
static bool is_continuation(str line)
{
    str rest;
    if (!comment_words(line, &rest) || rest.n == 0) return false;
    while (rest.n > 0) {
        str word = next_word(&rest);
        str name;
        str type;
        if (!str_cut(word, ':', &name, &type) || !is_name(name) || type.n == 0) return false;
        if (str_ends(type, STR("?"))) type.n--;
        if (!is_name(type)) return false;
    }
    return true;
}

static bool parse_kind(str word, enum kind *out)
{
    static const str kinds[] = {[KIND_ONE] = STR_INIT(":one"),
                                [KIND_MANY] = STR_INIT(":many"),
                                [KIND_EACH] = STR_INIT(":each"),
                                [KIND_EXEC] = STR_INIT(":exec")};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!str_eq(word, kinds[i])) continue;
        *out = (enum kind)i;
        return true;
    }
    return false;
}

static void declare_param(struct mksql *m, struct statement *q, str word, int line)
{
    struct param p = {0};
    str type;
    if (!str_cut(word, ':', &p.name, &type) || !is_name(p.name)) {
        complain(m, q->path, line, "\"%.*s\" is not a parameter: name:type", STR_ARG(word));
        return;
    }
    if (!type_parse(m, type, &p.type))
        complain(m, q->path, line, "parameter %.*s: unknown type \"%.*s\" (str blob int real instant day, or TABLE_id)",
                 STR_ARG(p.name), STR_ARG(type));
    for (size_t i = 0; i < q->n_params; i++)
        if (str_eq(q->params[i].name, p.name)) {
            complain(m, q->path, line, "parameter %.*s is declared twice", STR_ARG(p.name));
            return;
        }
    q->params = arena_grow(m->mem, q->params, q->n_params * sizeof p, (q->n_params + 1) * sizeof p);
    q->params[q->n_params++] = p;
}

static void declare_params(struct mksql *m, struct statement *q, str rest, int line)
{
    while (rest.n > 0) {
        str word = next_word(&rest);
        if (str_eq(word, STR("dialect"))) q->dialect = true;
        else if (word.n > 0) declare_param(m, q, word, line);
    }
}

/* Statements */

/* Cuts the statement out of the lines under its declaration. */
static str statement_text(struct mksql *m, const struct statement *q, str lines, int first, int *line)
{
    size_t at = 0;
    struct token t = token_word(lines, &at);
    size_t from = t.at;
    *line = line_at(lines, from, first);
    if (t.kind == TOKEN_END) {
        complain(m, q->path, q->line, "%.*s has no statement", STR_ARG(q->name));
        return (str){"", 0};
    }
    while (t.kind != TOKEN_END && !str_eq(t.text, STR(";"))) t = token_word(lines, &at);
    str text = str_trim(str_sub(lines, from, t.at - from));
    if (t.kind == TOKEN_END) complain(m, q->path, *line, "%.*s does not end with ;", STR_ARG(q->name));
    t = token_word(lines, &at);
    if (t.kind != TOKEN_END)
        complain(m, q->path, line_at(lines, t.at, first),
                 "a second statement needs a declaration of its own: -- name :kind");
    return text;
}

static struct statement *statement_named(struct mksql *m, const struct source *s, str name)
{
    for (size_t i = s->first; i < s->first + s->n; i++)
        if (str_eq(m->statements[i].name, name)) return &m->statements[i];
    return NULL;
}

/* `-- name.pg :kind`: the same statement for PostgreSQL, kept beside the one above. */
static void add_variant(struct mksql *m, struct source *s, str name, enum kind kind, str lines, int line, int first)
{
    struct statement *q = statement_named(m, s, name);
    if (q == NULL) {
        complain(m, s->path, line, "%.*s.pg has no statement %.*s above it", STR_ARG(name), STR_ARG(name));
        return;
    }
    if (q->kind != kind) complain(m, s->path, line, "%.*s.pg has another kind than %.*s", STR_ARG(name), STR_ARG(name));
    if (q->pg.n > 0) complain(m, s->path, line, "%.*s.pg is declared twice", STR_ARG(name));
    q->pg = statement_text(m, q, lines, first, &q->pg_line);
    q->dialect = true; /* what differs may use its own engine's words */
}

static void add_statement(struct mksql *m, struct source *s, str declaration, str more, int line, str lines, int first)
{
    struct statement q = {.path = s->path, .stem = s->stem, .line = line};
    str rest = {NULL, 0};
    (void)comment_words(declaration, &rest);
    q.name = next_word(&rest);
    str kind = next_word(&rest);
    q.dialect = str_ends(s->stem, STR("_search"));
    if (!parse_kind(kind, &q.kind)) {
        complain(m, s->path, line, "unknown kind \"%.*s\": one of :one :many :each :exec", STR_ARG(kind));
        return;
    }
    if (str_ends(q.name, STR(".pg"))) {
        add_variant(m, s, str_sub(q.name, 0, q.name.n - 3), q.kind, lines, line, first);
        return;
    }
    if (statement_named(m, s, q.name) != NULL) complain(m, s->path, line, "%.*s is declared twice", STR_ARG(q.name));
    declare_params(m, &q, rest, line);
    for (int at = line + 1; more.n > 0; at++) {
        str one;
        (void)str_cut(more, '\n', &one, &more);
        if (comment_words(one, &rest)) declare_params(m, &q, rest, at);
    }
    q.text = statement_text(m, &q, lines, first, &q.text_line);
    must(m->n_statements < MKSQL_STATEMENTS);
    m->statements[m->n_statements++] = q;
    s->n++;
}

/* The start of the next declaration line at or after `from`; text.n when there is none. */
static size_t next_declaration(str text, size_t from)
{
    while (from < text.n) {
        str line;
        str tail;
        (void)str_cut(str_sub(text, from, text.n), '\n', &line, &tail);
        if (is_declaration(line)) return from;
        from += line.n + 1;
    }
    return text.n;
}

void source_parse(struct mksql *m, struct source *s)
{
    size_t at = next_declaration(s->text, 0);
    size_t begin = 0;
    struct token t = token_word(str_sub(s->text, 0, at), &begin);
    s->first = m->n_statements;
    if (t.kind != TOKEN_END)
        complain(m, s->path, line_at(s->text, t.at, 1),
                 "a statement needs a line before it: -- name :one (or :many :each :exec)");
    while (at < s->text.n) {
        str declaration;
        str tail;
        (void)str_cut(str_sub(s->text, at, s->text.n), '\n', &declaration, &tail);
        size_t more = at + declaration.n + 1;
        size_t body = more;
        size_t end = next_declaration(s->text, more);
        while (body < end) {
            str line;
            (void)str_cut(str_sub(s->text, body, end - body), '\n', &line, &tail);
            if (!is_continuation(line)) break;
            body += line.n + 1;
        }
        add_statement(m, s, declaration, str_sub(s->text, more, body > more ? body - more : 0), line_at(s->text, at, 1),
                      str_sub(s->text, body, end > body ? end - body : 0), line_at(s->text, body, 1));
        at = end;
    }
}
