/* mktpl_type: what a name in a template is, and its C.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mktpl.h"
#include "tool.h"

/* {{ page.… }}: what every page of a request shares (struct out). */
static const struct {
    const char *name;
    enum kind kind;
    const char *c;
} page_fields[] = {
    {"lang", KIND_STR, "lang_tag(o->lang)"},
    {"csrf", KIND_STR, "o->csrf"},
    {"path", KIND_STR, "o->path"},
    {"now", KIND_INSTANT, "o->now"},
};

static bool page_value(struct mktpl *m, str path, const struct expr *e, struct value *out)
{
    for (size_t i = 0; i < COUNT_OF(page_fields) && e->n_parts == 1; i++) {
        if (!str_eq(e->parts[0], str_from(page_fields[i].name))) continue;
        *out = (struct value){.c = str_from(page_fields[i].c), .type = {.kind = page_fields[i].kind}};
        return true;
    }
    return mktpl_fail(m, path, e->line, "page has lang, csrf, path and now");
}

static bool loop_value(struct mktpl *m, str path, const struct var *vars, const struct expr *e, struct value *out)
{
    while (vars != NULL && vars->index.p == NULL) vars = vars->up;
    if (vars == NULL) return mktpl_fail(m, path, e->line, "loop is known only inside a for");
    str part = e->n_parts == 1 ? e->parts[0] : STR("");
    if (str_eq(part, STR("index"))) {
        *out =
            (struct value){.c = str_format(m->mem, "(int64_t)%.*s", STR_ARG(vars->index)), .type = {.kind = KIND_INT}};
    } else if (str_eq(part, STR("first"))) {
        *out = (struct value){.c = str_format(m->mem, "%.*s == 0", STR_ARG(vars->index)), .type = {.kind = KIND_BOOL}};
    } else if (str_eq(part, STR("last"))) {
        *out = (struct value){
            .c = str_format(m->mem, "%.*s + 1 == %.*s", STR_ARG(vars->index), STR_ARG(vars->count)),
            .type = {.kind = KIND_BOOL},
        };
    } else {
        return mktpl_fail(m, path, e->line, "loop has index, first and last");
    }
    return true;
}

static bool field_value(struct mktpl *m, str path, const struct expr *e, int part, struct value *v)
{
    str name = e->parts[part];
    str before = part == 0 ? e->text : e->parts[part - 1];
    if (v->type.kind != KIND_RECORD || v->type.array) {
        return mktpl_fail(m, path, e->line, "%.*s has no fields", STR_ARG(before));
    }
    if (v->type.optional) {
        return mktpl_fail(m, path, e->line, "%.*s may be absent: name it by {%% with x = … %%} first", STR_ARG(before));
    }
    const struct field *f = mktpl_field(v->type.record, name);
    if (f == NULL) {
        return mktpl_fail(m, path, e->line, "%.*s has no field \"%.*s\" (%.*s:%d)", STR_ARG(v->type.record->name),
                          STR_ARG(name), STR_ARG(v->type.record->path), v->type.record->line);
    }
    const char *sign = part == 0 ? "->" : ".";
    if (f->type.array) v->count = str_format(m->mem, "%.*s%sn_%.*s", STR_ARG(v->c), sign, STR_ARG(name));
    v->c = str_format(m->mem, "%.*s%s%.*s", STR_ARG(v->c), sign, STR_ARG(name));
    v->type = f->type;
    return true;
}

bool mktpl_value(struct mktpl *m, str path, const struct var *vars, const struct expr *e, struct value *out)
{
    const struct var *var = vars;
    while (var != NULL && !str_eq(var->name, e->text)) var = var->up;
    if (var == NULL && str_eq(e->text, STR("loop"))) return loop_value(m, path, vars, e, out);
    if (var == NULL && str_eq(e->text, STR("page"))) return page_value(m, path, e, out);
    if (var == NULL) return mktpl_fail(m, path, e->line, "\"%.*s\" is not known here", STR_ARG(e->text));
    *out = (struct value){.c = var->c, .type = var->type};
    for (int i = 0; i < e->n_parts; i++) {
        if (!field_value(m, path, e, i, out)) return false;
    }
    return true;
}

/* Tests */

static bool truth(struct mktpl *m, str path, const struct expr *e, const struct value *v, str *c)
{
    if (v->type.array) {
        *c = str_format(m->mem, "%.*s > 0", STR_ARG(v->count));
        return true;
    }
    if (v->type.optional) {
        *c = str_format(m->mem, "%.*s != NULL", STR_ARG(v->c));
        return true;
    }
    const char *tail = "";
    switch (v->type.kind) {
    case KIND_BOOL: break;
    case KIND_INT: tail = " != 0"; break;
    case KIND_STR: tail = ".n > 0"; break;
    case KIND_HTML: tail = ".s.n > 0"; break;
    case KIND_INSTANT: tail = ".ms != 0"; break;
    case KIND_DAY: tail = ".n != 0"; break;
    case KIND_REAL: return mktpl_fail(m, path, e->line, "a real is no test");
    case KIND_RECORD: return mktpl_fail(m, path, e->line, "a record that is always there is no test");
    }
    *c = str_format(m->mem, "%.*s%s", STR_ARG(v->c), tail);
    return true;
}

static bool operand(struct mktpl *m, str path, const struct var *vars, const struct expr *e, struct value *out)
{
    if (e->op == EXPR_INT) {
        *out = (struct value){.c = str_format(m->mem, "INT64_C(%.*s)", STR_ARG(e->text)), .type = {.kind = KIND_INT}};
        return true;
    }
    if (e->op == EXPR_STRING) {
        struct buf b;
        buf_init(&b, m->mem, e->text.n + 16, TOOL_MEMORY);
        buf_add(&b, STR("STR(\""));
        tool_c_literal(&b, e->text);
        buf_add(&b, STR("\")"));
        *out = (struct value){.c = buf_str(&b), .type = {.kind = KIND_STR}};
        return true;
    }
    return mktpl_value(m, path, vars, e, out);
}

static bool comparison(struct mktpl *m, str path, const struct var *vars, const struct expr *e, str *c)
{
    struct value a, b;
    bool equal = e->op == EXPR_EQ;
    if (!operand(m, path, vars, e->a, &a) || !operand(m, path, vars, e->b, &b)) return false;
    bool plain = !a.type.array && !b.type.array && !a.type.optional && !b.type.optional;
    if (!plain || a.type.kind != b.type.kind) return mktpl_fail(m, path, e->line, "these two have different types");
    switch (a.type.kind) {
    case KIND_STR:
        *c = str_format(m->mem, "%sstr_eq(%.*s, %.*s)", equal ? "" : "!", STR_ARG(a.c), STR_ARG(b.c));
        return true;
    case KIND_INT:
        *c = str_format(m->mem, "%.*s %s %.*s", STR_ARG(a.c), equal ? "==" : "!=", STR_ARG(b.c));
        return true;
    case KIND_INSTANT:
        *c = str_format(m->mem, "%.*s.ms %s %.*s.ms", STR_ARG(a.c), equal ? "==" : "!=", STR_ARG(b.c));
        return true;
    case KIND_DAY:
        *c = str_format(m->mem, "%.*s.n %s %.*s.n", STR_ARG(a.c), equal ? "==" : "!=", STR_ARG(b.c));
        return true;
    case KIND_BOOL:
    case KIND_REAL:
    case KIND_HTML:
    case KIND_RECORD: break;
    }
    return mktpl_fail(m, path, e->line, "only str, int, instant and day are compared");
}

bool mktpl_test(struct mktpl *m, str path, const struct var *vars, const struct expr *e, str *c)
{
    str a, b;
    struct value v;
    switch (e->op) {
    case EXPR_PATH: return mktpl_value(m, path, vars, e, &v) && truth(m, path, e, &v, c);
    case EXPR_EQ:
    case EXPR_NE: return comparison(m, path, vars, e, c);
    case EXPR_NOT:
        if (!mktpl_test(m, path, vars, e->a, &a)) return false;
        *c = str_format(m->mem, "!(%.*s)", STR_ARG(a));
        return true;
    case EXPR_AND:
    case EXPR_OR:
        if (!mktpl_test(m, path, vars, e->a, &a) || !mktpl_test(m, path, vars, e->b, &b)) return false;
        *c = str_format(m->mem, "(%.*s) %s (%.*s)", STR_ARG(a), e->op == EXPR_AND ? "&&" : "||", STR_ARG(b));
        return true;
    case EXPR_STRING:
    case EXPR_INT: break;
    }
    return mktpl_fail(m, path, e->line, "a constant is no test");
}
