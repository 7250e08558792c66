/* mktpl_lex: cuts a template into text, {{ values }} and {% tags %}; a {# comment #} is dropped here.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mktpl.h"
#include "tool.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char peek(const struct lexer *x, size_t ahead)
{
    return x->at + ahead < x->text.n ? x->text.p[x->at + ahead] : '\0';
}

static void skip_space(struct lexer *x)
{
    while (x->at < x->text.n && is_space(x->text.p[x->at])) {
        if (x->text.p[x->at] == '\n') x->line++;
        x->at++;
    }
}

static bool lex_string(struct lexer *x, struct token *t)
{
    struct buf b;
    buf_init(&b, x->m->mem, 64, TOOL_MEMORY);
    x->at++;
    while (x->at < x->text.n && x->text.p[x->at] != '"') {
        char c = x->text.p[x->at];
        if (c == '\n') return mktpl_fail(x->m, x->path, t->line, "a string must end on its line");
        if (c == '\\') {
            char next = peek(x, 1);
            if (next != '"' && next != '\\' && next != 'n') {
                return mktpl_fail(x->m, x->path, t->line, "in a string only \\\", \\\\ and \\n are known");
            }
            c = next == 'n' ? '\n' : next;
            x->at++;
        }
        buf_add_byte(&b, c);
        x->at++;
    }
    if (x->at >= x->text.n) return mktpl_fail(x->m, x->path, t->line, "a string is not closed");
    x->at++;
    t->kind = TOKEN_STRING;
    t->text = buf_str(&b);
    return true;
}

static bool lex_token(struct lexer *x, struct token *t)
{
    size_t from = x->at;
    char c = peek(x, 0);
    t->line = x->line;
    if (c == '"') return lex_string(x, t);
    if (is_letter(c)) {
        t->kind = TOKEN_NAME;
        while (is_letter(peek(x, 0)) || is_digit(peek(x, 0))) x->at++;
    } else if (is_digit(c) || (c == '-' && is_digit(peek(x, 1)))) {
        t->kind = TOKEN_INT;
        x->at++;
        while (is_digit(peek(x, 0))) x->at++;
    } else if ((c == '=' || c == '!') && peek(x, 1) == '=') {
        t->kind = TOKEN_SIGN;
        x->at += 2;
    } else if (c == '=' || c == '.' || c == '|') {
        t->kind = TOKEN_SIGN;
        x->at++;
    } else if (c > ' ' && c < 0x7F) {
        return mktpl_fail(x->m, x->path, x->line, "unexpected %c in a tag", c);
    } else {
        return mktpl_fail(x->m, x->path, x->line, "unexpected byte 0x%02x in a tag", (unsigned)(unsigned char)c);
    }
    t->text = str_sub(x->text, from, x->at - from);
    return true;
}

/* From after the opening sign to after the closing one, `shut` followed by }. */
static bool lex_tokens(struct lexer *x, char shut, struct piece *p)
{
    size_t n = 0, cap = 16;
    struct token *tokens = NEWN(x->m->mem, struct token, cap);
    for (;;) {
        skip_space(x);
        if (peek(x, 0) == shut && peek(x, 1) == '}') break;
        if (x->at >= x->text.n || peek(x, 0) == '{' || peek(x, 0) == '<' || peek(x, 0) == '>') {
            return mktpl_fail(x->m, x->path, p->line, "this is not closed by %c}", shut);
        }
        if (n + 1 == cap) {
            tokens = (struct token *)arena_grow(x->m->mem, tokens, cap * sizeof *tokens, 2 * cap * sizeof *tokens);
            cap *= 2;
        }
        if (!lex_token(x, &tokens[n])) return false;
        n++;
    }
    x->at += 2;
    tokens[n] = (struct token){.kind = TOKEN_END, .text = STR("the end of the tag"), .line = x->line};
    p->tokens = tokens;
    return true;
}

static bool skip_comment(struct lexer *x)
{
    str rest = str_sub(x->text, x->at, x->text.n);
    ptrdiff_t end = str_find(rest, STR("#}"));
    if (end < 0) return mktpl_fail(x->m, x->path, x->line, "this comment is not closed by #}");
    for (size_t i = 0; i < (size_t)end; i++) {
        if (rest.p[i] == '\n') x->line++;
    }
    x->at += (size_t)end + 2;
    return true;
}

bool mktpl_lex(struct lexer *x, struct piece *p)
{
    while (peek(x, 0) == '{' && peek(x, 1) == '#') {
        if (!skip_comment(x)) return false;
    }
    *p = (struct piece){.kind = PIECE_TEXT, .line = x->line};
    if (x->at >= x->text.n) {
        p->kind = PIECE_END;
        return true;
    }
    if (peek(x, 0) == '{' && (peek(x, 1) == '{' || peek(x, 1) == '%')) {
        bool value = peek(x, 1) == '{';
        p->kind = value ? PIECE_VALUE : PIECE_TAG;
        x->at += 2;
        return lex_tokens(x, value ? '}' : '%', p);
    }
    size_t from = x->at;
    while (x->at < x->text.n) {
        char next = peek(x, 1);
        if (peek(x, 0) == '{' && (next == '{' || next == '%' || next == '#')) break;
        if (peek(x, 0) == '\n') x->line++;
        x->at++;
    }
    p->text = str_sub(x->text, from, x->at - from);
    return true;
}
