/* mktpl_parse: a template's pieces as a tree, and the expressions in its tags.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mktpl.h"
#include "tool.h"

struct parser {
    struct lexer x;
    struct piece stop; /* the {% else %}, {% elif %} or {% end %} that ended a body, or the end */
    int depth;
};

static bool fail_at(struct parser *p, const struct token *t, const char *wanted)
{
    return mktpl_fail(p->x.m, p->x.path, t->line, "expected %s, not \"%.*s\"", wanted, STR_ARG(t->text));
}

static bool is_word(const struct token *t, const char *word)
{
    return t->kind == TOKEN_NAME && str_eq(t->text, str_from(word));
}

static bool is_sign(const struct token *t, const char *sign)
{
    return t->kind == TOKEN_SIGN && str_eq(t->text, str_from(sign));
}

/* Expressions: or < and < not < comparison < path, number, string */

struct tokens {
    struct mktpl *m;
    str path;
    struct token *at;
};

static struct expr *expr_new(struct tokens *t, enum expr_op op, struct expr *a, struct expr *b)
{
    struct expr *e = NEW(t->m->mem, struct expr);
    *e = (struct expr){.op = op, .line = t->at->line, .a = a, .b = b};
    return e;
}

static bool parse_operand(struct tokens *t, struct expr **out)
{
    struct expr *e = expr_new(t, EXPR_PATH, NULL, NULL);
    struct token *first = t->at;
    *out = e;
    if (first->kind == TOKEN_STRING || first->kind == TOKEN_INT) {
        int64_t number;
        e->op = first->kind == TOKEN_STRING ? EXPR_STRING : EXPR_INT;
        if (first->kind == TOKEN_INT && !str_int(first->text, &number)) {
            return mktpl_fail(t->m, t->path, first->line, "%.*s is not a number that an int holds",
                              STR_ARG(first->text));
        }
        e->text = first->text;
        t->at++;
        return true;
    }
    if (first->kind != TOKEN_NAME) {
        return mktpl_fail(t->m, t->path, first->line, "expected a value, not \"%.*s\"", STR_ARG(first->text));
    }
    e->text = first->text;
    t->at++;
    while (is_sign(t->at, ".")) {
        t->at++;
        if (t->at->kind != TOKEN_NAME) {
            return mktpl_fail(t->m, t->path, t->at->line, "expected a field's name after the dot, not \"%.*s\"",
                              STR_ARG(t->at->text));
        }
        if (e->n_parts == (int)COUNT_OF(e->parts))
            return mktpl_fail(t->m, t->path, first->line, "this path is too long");
        e->parts[e->n_parts++] = t->at->text;
        t->at++;
    }
    return true;
}

static bool parse_test(struct tokens *t, struct expr **out)
{
    bool no = false;
    while (is_word(t->at, "not")) {
        no = !no;
        t->at++;
    }
    if (!parse_operand(t, out)) return false;
    if (is_sign(t->at, "==") || is_sign(t->at, "!=")) {
        struct expr *e = expr_new(t, is_sign(t->at, "==") ? EXPR_EQ : EXPR_NE, *out, NULL);
        t->at++;
        if (!parse_operand(t, &e->b)) return false;
        *out = e;
    }
    if (no) *out = expr_new(t, EXPR_NOT, *out, NULL);
    return true;
}

static bool parse_and(struct tokens *t, struct expr **out)
{
    if (!parse_test(t, out)) return false;
    for (int n = 0; is_word(t->at, "and"); n++) {
        struct expr *e = expr_new(t, EXPR_AND, *out, NULL);
        if (n == MKTPL_DEPTH) return mktpl_fail(t->m, t->path, t->at->line, "this test is too long");
        t->at++;
        if (!parse_test(t, &e->b)) return false;
        *out = e;
    }
    return true;
}

bool mktpl_parse_expr(struct mktpl *m, str path, struct token **at, struct expr **out)
{
    struct tokens t = {.m = m, .path = path, .at = *at};
    if (!parse_and(&t, out)) return false;
    for (int n = 0; is_word(t.at, "or"); n++) {
        struct expr *e = expr_new(&t, EXPR_OR, *out, NULL);
        if (n == MKTPL_DEPTH) return mktpl_fail(m, path, t.at->line, "this test is too long");
        t.at++;
        if (!parse_and(&t, &e->b)) return false;
        *out = e;
    }
    *at = t.at;
    return true;
}

static bool parse_path(struct parser *p, struct token **at, struct expr **out)
{
    struct tokens t = {.m = p->x.m, .path = p->x.path, .at = *at};
    if (t.at->kind != TOKEN_NAME) return fail_at(p, t.at, "a value such as v.name");
    if (!parse_operand(&t, out)) return false;
    *at = t.at;
    return true;
}

static bool parse_filter(struct parser *p, struct token **at, str *out)
{
    if (!is_sign(*at, "|")) return true;
    ++*at;
    if ((*at)->kind != TOKEN_NAME) return fail_at(p, *at, "a filter's name after |");
    *out = (*at)->text;
    ++*at;
    return true;
}

static bool at_end(struct parser *p, const struct token *t)
{
    return t->kind == TOKEN_END || fail_at(p, t, "the end of the tag");
}

/* Tags */

static bool parse_body(struct parser *p, struct node **out);

static struct branch *branch_new(struct parser *p, struct node *n, struct expr *test)
{
    struct branch *b = NEW(p->x.m->mem, struct branch), **end = &n->branch;
    *b = (struct branch){.test = test, .line = p->x.line};
    while (*end != NULL) end = &(*end)->next;
    *end = b;
    return b;
}

/* The body of a block up to its {% end %}, with {% else %} and, for if, {% elif %} branches. */
static bool parse_branches(struct parser *p, struct node *n, struct expr *test)
{
    bool otherwise = false;
    if (++p->depth > MKTPL_DEPTH) return mktpl_fail(p->x.m, p->x.path, n->line, "blocks are nested too deep");
    struct branch *b = branch_new(p, n, test);
    for (;;) {
        if (!parse_body(p, &b->body)) return false;
        if (p->stop.kind == PIECE_END) {
            return mktpl_fail(p->x.m, p->x.path, n->line, "this block has no {%% end %%}");
        }
        struct token *t = p->stop.tokens;
        if (is_word(t, "end")) break;
        if (otherwise) return mktpl_fail(p->x.m, p->x.path, t->line, "only {%% end %%} may follow {%% else %%}");
        struct token *next = t + 1;
        test = NULL;
        if (is_word(t, "elif")) {
            if (n->kind != NODE_IF) return mktpl_fail(p->x.m, p->x.path, t->line, "elif belongs to an if");
            if (!mktpl_parse_expr(p->x.m, p->x.path, &next, &test)) return false;
        } else {
            otherwise = true;
        }
        if (!at_end(p, next)) return false;
        b = branch_new(p, n, test);
    }
    p->depth--;
    return at_end(p, p->stop.tokens + 1);
}

static bool parse_for(struct parser *p, struct node *n, struct token *t)
{
    bool is_for = n->kind == NODE_FOR;
    if (t->kind != TOKEN_NAME || !mktpl_is_name(t->text)) return fail_at(p, t, "a name for the value");
    n->var = t->text;
    t++;
    if (is_for ? !is_word(t, "in") : !is_sign(t, "=")) return fail_at(p, t, is_for ? "\"in\"" : "\"=\"");
    t++;
    return parse_path(p, &t, &n->expr) && at_end(p, t) && parse_branches(p, n, NULL);
}

static bool parse_message(struct parser *p, struct node *n, struct token *t, bool plural)
{
    struct argument **end = &n->arguments;
    bool has_one = false;
    for (; t->kind != TOKEN_END;) {
        if (t->kind == TOKEN_STRING) {
            if (t->text.n == 0) return mktpl_fail(p->x.m, p->x.path, t->line, "a message cannot be empty");
            if (!has_one) {
                n->text = t->text;
            } else if (plural && n->many.p == NULL) {
                n->many = t->text;
            } else {
                return fail_at(p, t, "the end of the tag");
            }
            has_one = true;
            t++;
            continue;
        }
        if (t->kind != TOKEN_NAME || !is_sign(t + 1, "=")) return fail_at(p, t, "name=value");
        if (is_word(t, "ctx")) {
            if (t[2].kind != TOKEN_STRING) return fail_at(p, t + 2, "a string");
            n->context = t[2].text;
            t += 3;
            continue;
        }
        struct argument *a = NEW(p->x.m->mem, struct argument);
        *a = (struct argument){.name = t->text};
        t += 2;
        if (!parse_path(p, &t, &a->value) || !parse_filter(p, &t, &a->filter)) return false;
        *end = a;
        end = &a->next;
    }
    if (!has_one) return mktpl_fail(p->x.m, p->x.path, n->line, "the message is missing");
    if (plural && n->many.p == NULL)
        return mktpl_fail(p->x.m, p->x.path, n->line, "tn needs two messages: of one and of many");
    return true;
}

static bool parse_tag(struct parser *p, struct node *n, struct token *t)
{
    static const char *const known = "if, for, with, include, t, tn, asset";
    struct token *word = t++;
    if (is_word(word, "if")) {
        struct expr *test;
        n->kind = NODE_IF;
        return mktpl_parse_expr(p->x.m, p->x.path, &t, &test) && at_end(p, t) && parse_branches(p, n, test);
    }
    if (is_word(word, "for") || is_word(word, "with")) {
        n->kind = is_word(word, "for") ? NODE_FOR : NODE_WITH;
        return parse_for(p, n, t);
    }
    if (is_word(word, "include")) {
        n->kind = NODE_INCLUDE;
        if (t->kind != TOKEN_NAME) return fail_at(p, t, "a template's name");
        n->text = t->text;
        t++;
        return parse_path(p, &t, &n->expr) && at_end(p, t);
    }
    if (is_word(word, "t") || is_word(word, "tn")) {
        n->kind = NODE_MESSAGE;
        return parse_message(p, n, t, is_word(word, "tn"));
    }
    if (is_word(word, "asset")) {
        n->kind = NODE_ASSET;
        if (t->kind != TOKEN_STRING) return fail_at(p, t, "a file's name in quotes");
        n->text = t->text;
        return at_end(p, t + 1);
    }
    if (is_word(word, "view")) return mktpl_fail(p->x.m, p->x.path, word->line, "view stands once, on the first line");
    return mktpl_fail(p->x.m, p->x.path, word->line, "\"%.*s\" is not a tag; there are %s", STR_ARG(word->text), known);
}

static bool parse_body(struct parser *p, struct node **out)
{
    for (;;) {
        struct piece piece;
        if (!mktpl_lex(&p->x, &piece)) return false;
        if (piece.kind == PIECE_END ||
            (piece.kind == PIECE_TAG &&
             (is_word(piece.tokens, "end") || is_word(piece.tokens, "else") || is_word(piece.tokens, "elif")))) {
            p->stop = piece;
            return true;
        }
        struct node *n = NEW(p->x.m->mem, struct node);
        *n = (struct node){.kind = NODE_TEXT, .line = piece.line, .text = piece.text};
        if (piece.kind == PIECE_VALUE) {
            struct token *t = piece.tokens;
            n->kind = NODE_VALUE;
            if (!parse_path(p, &t, &n->expr) || !parse_filter(p, &t, &n->filter) || !at_end(p, t)) return false;
        } else if (piece.kind == PIECE_TAG && !parse_tag(p, n, piece.tokens)) {
            return false;
        }
        *out = n;
        out = &n->next;
    }
}

static bool parse_view_line(struct parser *p, struct template *tpl)
{
    static const char *const form = "a template begins with {% view NAME as v %}";
    struct piece piece;
    do {
        if (!mktpl_lex(&p->x, &piece)) return false;
    } while (piece.kind == PIECE_TEXT && str_trim(piece.text).n == 0);
    if (piece.kind != PIECE_TAG) return mktpl_fail(p->x.m, tpl->path, piece.line, "%s", form);
    const struct token *t = piece.tokens;
    if (!is_word(&t[0], "view") || t[1].kind != TOKEN_NAME || !is_word(&t[2], "as") || t[3].kind != TOKEN_NAME ||
        t[4].kind != TOKEN_END) {
        return mktpl_fail(p->x.m, tpl->path, piece.line, "%s", form);
    }
    tpl->view = t[1].text;
    tpl->var = t[3].text;
    tpl->line = piece.line;
    return mktpl_is_name(tpl->var) ||
           mktpl_fail(p->x.m, tpl->path, piece.line, "\"%.*s\" is not a name", STR_ARG(tpl->var));
}

bool mktpl_parse(struct mktpl *m, str path, str text)
{
    struct template *tpl = NEW(m->mem, struct template);
    struct parser p = {.x = {.m = m, .path = path, .text = text, .line = 1}};
    *tpl = (struct template){.path = path, .stem = tool_stem(path)};
    for (const struct template *old = m->templates; old != NULL; old = old->next) {
        if (str_eq(old->stem, tpl->stem))
            return mktpl_fail(m, path, 1, "another template has this name: %.*s", STR_ARG(old->path));
    }
    if (!mktpl_is_name(tpl->stem)) return mktpl_fail(m, path, 1, "a template's name is small letters, digits and _");
    if (!str_is_utf8(text)) return mktpl_fail(m, path, 1, "the file is not UTF-8");
    *m->templates_end = tpl;
    m->templates_end = &tpl->next;
    if (!parse_view_line(&p, tpl) || !parse_body(&p, &tpl->body)) return false;
    if (p.stop.kind == PIECE_END) return true;
    return mktpl_fail(m, path, p.stop.line, "{%% %.*s %%} without a block", STR_ARG(p.stop.tokens->text));
}
