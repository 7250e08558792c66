/* mktpl_gen: a template's tree as a C function.
 *
 * Text waits in `text` until something else must be written, so that adjacent pieces become one out_raw. #line puts
 * the compiler's messages on the template's line.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "mktpl.h"
#include "tool.h"

/* A string literal of more than 4095 bytes is not portable C. */
#define LITERAL_BYTES 3800

struct gen {
    struct mktpl *m;
    const struct template *tpl;
    struct buf body;
    struct buf text; /* folded, not yet written; \1 begins and \2 ends the name of an asset's macro */
    int text_line;
    int line; /* what the compiler takes the next line for; 0 unknown */
    int indent;
    int n_names;
    int depth;
    struct html_state html;
    struct html_feed feed;
    struct var *vars;
    bool has_assets;
};

static bool nodes(struct gen *g, const struct node *n);

/* Writing */

static void indent(struct gen *g)
{
    for (int i = 0; i < g->indent; i++) buf_add(&g->body, STR("    "));
}

static void line_is(struct gen *g, int line)
{
    if (g->line != line) buf_format(&g->body, "#line %d \"%.*s\"\n", line, STR_ARG(g->tpl->path));
    g->line = line;
}

static void put_line(struct gen *g, int line, str code)
{
    line_is(g, line);
    indent(g);
    buf_add(&g->body, code);
    buf_add_byte(&g->body, '\n');
    g->line++;
}

static void put(struct gen *g, int line, const char *fmt, ...) PRINTF(3, 4);

static void put(struct gen *g, int line, const char *fmt, ...)
{
    char small[2048];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (n < (int)sizeof small) {
        put_line(g, line, (str){small, (size_t)n});
        return;
    }
    char *big = NEWN(g->m->mem, char, (size_t)n + 1);
    va_start(args, fmt);
    (void)vsnprintf(big, (size_t)n + 1, fmt, args);
    va_end(args);
    put_line(g, line, (str){big, (size_t)n});
}

/* How much of `rest` fits one literal: whole code points and whole macro names. */
static size_t literal_part(str rest)
{
    size_t good = 0;
    if (rest.n <= LITERAL_BYTES) return rest.n;
    bool in_macro = false;
    for (size_t i = 0; i < LITERAL_BYTES; i++) {
        if (!in_macro && ((unsigned char)rest.p[i] & 0xC0) != 0x80) good = i;
        if (rest.p[i] == '\1') in_macro = true;
        if (rest.p[i] == '\2') in_macro = false;
    }
    return good == 0 ? rest.n : good;
}

static void put_literal(struct gen *g, str part)
{
    str row, rest = part, head, macro;
    line_is(g, g->text_line);
    indent(g);
    buf_add(&g->body, STR("out_raw(o, STR(\""));
    while (rest.n > 0) {
        ptrdiff_t end = str_find_byte(rest, '\n');
        row = str_sub(rest, 0, end < 0 ? rest.n : (size_t)end + 1);
        rest = str_sub(rest, row.n, rest.n);
        while (str_cut(row, '\1', &head, &row)) {
            tool_c_literal(&g->body, head);
            (void)str_cut(row, '\2', &macro, &row);
            buf_format(&g->body, "\" %.*s \"", STR_ARG(macro));
        }
        tool_c_literal(&g->body, head);
        if (rest.n > 0) {
            buf_add(&g->body, STR("\"\n"));
            g->line++;
            g->indent += 4;
            indent(g);
            g->indent -= 4;
            buf_add_byte(&g->body, '"');
        }
    }
    buf_add(&g->body, STR("\"));\n"));
    g->line++;
}

static void flush(struct gen *g)
{
    str rest = buf_str(&g->text);
    while (rest.n > 0) {
        size_t n = literal_part(rest);
        put_literal(g, str_sub(rest, 0, n));
        rest = str_sub(rest, n, rest.n);
    }
    g->text.n = 0;
    g->text_line = 0;
}

/* Something at `line` comes next. */
static void code_at(struct gen *g, int line)
{
    if (g->text.n == 0) g->text_line = line;
    g->feed.line = line;
}

/* Names */

static struct var *var_new(struct gen *g, str name, struct type type)
{
    struct var *v = NEW(g->m->mem, struct var);
    *v = (struct var){.name = name, .type = type, .up = g->vars};
    v->c = str_format(g->m->mem, "t%d_%.*s", g->n_names++, STR_ARG(name));
    return v;
}

static bool value_of(struct gen *g, const struct expr *e, struct value *v)
{
    return mktpl_value(g->m, g->tpl->path, g->vars, e, v);
}

static bool fail(struct gen *g, int line, const char *what)
{
    return mktpl_fail(g->m, g->tpl->path, line, "%s", what);
}

/* Text */

static bool text_node(struct gen *g, const struct node *n)
{
    str text = n->text;
    bool last = n->next == NULL && g->depth == 0;
    if (str_find_byte(text, '\1') >= 0 || str_find_byte(text, '\2') >= 0)
        return fail(g, n->line, "control bytes in the text");
    while (last && text.n > 0 &&
           (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\r'))
        text.n--;
    code_at(g, n->line);
    return html_feed(&g->feed, &g->html, text);
}

static bool asset_node(struct gen *g, const struct node *n)
{
    code_at(g, n->line);
    str path = g->tpl->path, macro = mktpl_asset_macro(g->m->mem, n->text);
    str define = str_format(g->m->mem, "#define %.*s \"", STR_ARG(macro));
    if (g->m->assets.p == NULL) {
        return mktpl_fail(g->m, path, n->line, "%.*s does not exist: run mkembed first", STR_ARG(g->m->assets_path));
    }
    if (str_find(g->m->assets, define) < 0) {
        return mktpl_fail(g->m, path, n->line, "there is no asset \"%.*s\"", STR_ARG(n->text));
    }
    g->has_assets = true;
    if (!html_asset(&g->feed, &g->html)) return false;
    buf_format(&g->text, "\1%.*s\2", STR_ARG(macro));
    return true;
}

/* Values */

struct form {
    enum kind kind;
    const char *filter; /* "" none */
    const char *text;   /* function between tags; NULL: not possible */
    const char *plain;  /* in textarea and title */
    const char *attr;
    const char *url;     /* where an address begins */
    const char *part;    /* further on in an address */
    const char *message; /* .kind and member in a message's values */
    const char *member;
};

static const struct form forms[] = {
    {KIND_STR, "", "EMIT_TEXT", "EMIT_TEXT", "EMIT_ATTR", "EMIT_URL", "EMIT_URL_PART", "OUT_TEXT", "text"},
    {KIND_STR, "lines", "out_lines", NULL, NULL, NULL, NULL, NULL, NULL},
    {KIND_STR, "mark", "out_mark", NULL, NULL, NULL, NULL, NULL, NULL},
    {KIND_STR, "term", "out_term", "out_term", "out_term", NULL, NULL, "OUT_TERM", "text"},
    {KIND_INT, "", "EMIT_TEXT", "EMIT_TEXT", "EMIT_ATTR", "EMIT_URL", "EMIT_URL_PART", "OUT_INT", "number"},
    {KIND_INT, "number", "out_number", "out_number", "out_number", NULL, NULL, "OUT_NUMBER", "number"},
    {KIND_REAL, "", "EMIT_TEXT", "EMIT_TEXT", "EMIT_ATTR", NULL, NULL, "OUT_REAL", "real"},
    {KIND_INSTANT, "date", "out_date", "out_date", "out_date", NULL, NULL, "OUT_DATE", "at"},
    {KIND_INSTANT, "datetime", "out_datetime", "out_datetime", "out_datetime", NULL, NULL, "OUT_DATETIME", "at"},
    {KIND_INSTANT, "iso", "out_iso", "out_iso", "out_iso", NULL, "out_iso", "OUT_ISO", "at"},
    {KIND_DAY, "date", "out_day", "out_day", "out_day", NULL, NULL, "OUT_DAY", "on"},
    {KIND_DAY, "iso", "out_day_iso", "out_day_iso", "out_day_iso", NULL, "out_day_iso", "OUT_DAY_ISO", "on"},
    {KIND_HTML, "", "EMIT_TEXT", NULL, NULL, NULL, NULL, "OUT_HTML", "markup"},
};

static const struct form *form_of(struct gen *g, int line, const struct value *v, str filter)
{
    static const char *const wanted[] = {
        [KIND_STR] = "a str has the filters lines, mark and term",
        [KIND_INT] = "an int has the filter number",
        [KIND_BOOL] = "a bool cannot be shown: use if",
        [KIND_REAL] = "a real has no filters",
        [KIND_INSTANT] = "an instant is shown by date, datetime or iso",
        [KIND_DAY] = "a day is shown by date or iso",
        [KIND_HTML] = "html has no filters",
        [KIND_RECORD] = "a record cannot be shown: name a field or include a template",
    };
    for (size_t i = 0; i < COUNT_OF(forms) && !v->type.array; i++) {
        if (forms[i].kind == v->type.kind && str_eq(filter, str_from(forms[i].filter))) return &forms[i];
    }
    (void)fail(g, line, v->type.array ? "an array cannot be shown: use for" : wanted[v->type.kind]);
    return NULL;
}

static bool value_node(struct gen *g, const struct node *n)
{
    struct value v;
    code_at(g, n->line);
    bool in_value = g->html.at == HTML_VALUE;
    bool in_url = in_value && g->html.attr == HTML_ADDRESS;
    bool starts = in_url && g->html.url == HTML_URL_START;
    if (!html_value(&g->feed, &g->html, false) || !value_of(g, n->expr, &v)) return false;
    const struct form *form = form_of(g, n->line, &v, n->filter);
    if (form == NULL) return false;
    const char *call = form->text, *where = "in an element";
    if (g->html.at == HTML_PLAIN) call = form->plain, where = "in <title> or <textarea>";
    if (in_value) call = form->attr, where = "in an attribute";
    if (in_url) call = starts ? form->url : form->part, where = starts ? "where an address begins" : "in an address";
    if (call == NULL) return mktpl_fail(g->m, g->tpl->path, n->line, "this value cannot stand %s", where);
    flush(g);
    put(g, n->line, "%s(o, %.*s);", call, STR_ARG(v.c));
    return true;
}

/* Messages */

static bool names_in(struct gen *g, const struct node *n, str message)
{
    for (size_t i = 0; i < message.n; i++) {
        if (message.p[i] == '}') return fail(g, n->line, "a } without { in the message");
        if (message.p[i] != '{') continue;
        str rest = str_sub(message, i + 1, message.n);
        ptrdiff_t end = str_find_byte(rest, '}');
        str name = str_sub(rest, 0, end < 0 ? 0 : (size_t)end);
        const struct argument *a = n->arguments;
        if (!mktpl_is_name(name)) return fail(g, n->line, "braces in a message hold a name: {name}");
        while (a != NULL && !str_eq(a->name, name)) a = a->next;
        if (a == NULL)
            return mktpl_fail(g->m, g->tpl->path, n->line, "the message names {%.*s}, which is not given",
                              STR_ARG(name));
        i += (size_t)end + 1;
    }
    return true;
}

static bool check_message(struct gen *g, const struct node *n)
{
    if (!names_in(g, n, n->text) || (n->many.p != NULL && !names_in(g, n, n->many))) return false;
    for (const struct argument *a = n->arguments; a != NULL; a = a->next) {
        str braced = str_format(g->m->mem, "{%.*s}", STR_ARG(a->name));
        bool counts = n->many.p != NULL && str_eq(a->name, STR("n"));
        if (str_find(n->text, braced) < 0 && (n->many.p == NULL || str_find(n->many, braced) < 0) && !counts) {
            return mktpl_fail(g->m, g->tpl->path, n->line, "the message does not name {%.*s}", STR_ARG(a->name));
        }
        for (const struct argument *b = a->next; b != NULL; b = b->next) {
            if (str_eq(a->name, b->name))
                return mktpl_fail(g->m, g->tpl->path, n->line, "%.*s is given twice", STR_ARG(a->name));
        }
    }
    return true;
}

static bool message_values(struct gen *g, const struct node *n, struct buf *list, str *count, size_t *n_values)
{
    struct value v;
    *n_values = 0;
    for (const struct argument *a = n->arguments; a != NULL; a = a->next) {
        if (!value_of(g, a->value, &v)) return false;
        const struct form *form = form_of(g, n->line, &v, a->filter);
        if (form == NULL) return false;
        if (form->message == NULL) return fail(g, n->line, "this filter has no use in a message");
        if (v.type.kind == KIND_HTML && g->html.at != HTML_TEXT)
            return fail(g, n->line, "html stands only between tags");
        if (str_eq(a->name, STR("n")) && v.type.kind == KIND_INT) *count = v.c;
        buf_format(list, "%s{.name = STR_INIT(\"%.*s\"), .kind = %s, .%s = %.*s}", *n_values == 0 ? "" : ", ",
                   STR_ARG(a->name), form->message, form->member, STR_ARG(v.c));
        ++*n_values;
    }
    return true;
}

static void c_string(struct buf *b, str s)
{
    buf_add(b, STR("STR(\""));
    tool_c_literal(b, s);
    buf_add(b, STR("\")"));
}

static bool message_node(struct gen *g, const struct node *n)
{
    struct buf code, list;
    str count = {0};
    size_t n_values;
    code_at(g, n->line);
    if (!html_value(&g->feed, &g->html, true) || !check_message(g, n)) return false;
    buf_init(&code, g->m->mem, 256, TOOL_MEMORY);
    buf_init(&list, g->m->mem, 256, TOOL_MEMORY);
    if (!message_values(g, n, &list, &count, &n_values)) return false;
    if (n->many.p != NULL && count.p == NULL) return fail(g, n->line, "tn needs n=, an int");
    str key =
        n->context.p == NULL ? n->text : str_format(g->m->mem, "%.*s\004%.*s", STR_ARG(n->context), STR_ARG(n->text));
    const char *call = n->many.p != NULL ? "out_trn_values" : n_values > 0 ? "out_tr_values" : "out_tr";
    buf_format(&code, "%s(o, UINT64_C(0x%016llx), ", call, (unsigned long long)str_hash(key));
    c_string(&code, n->text);
    if (n->many.p != NULL) {
        buf_add(&code, STR(", "));
        c_string(&code, n->many);
        buf_format(&code, ", %.*s", STR_ARG(count));
    }
    if (n_values > 0) {
        buf_format(&code, ", (const struct out_value[]){%.*s}, %zu", STR_ARG(buf_str(&list)), n_values);
    }
    buf_add(&code, STR(");"));
    flush(g);
    put_line(g, n->line, buf_str(&code));
    return true;
}

/* Blocks */

/* Does the text of these nodes surely end with white space that may be folded? */
static bool ends_with_space(const struct node *n)
{
    while (n != NULL && n->next != NULL) n = n->next;
    if (n == NULL || n->kind != NODE_TEXT || n->text.n == 0) return false;
    char c = n->text.p[n->text.n - 1];
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Where the ways through a block have come to. */
struct ways {
    bool any;
    struct html_state html;
    bool after_space;
};

static bool add_way(struct gen *g, struct ways *w, int line, struct html_state place, bool after_space, bool is_loop)
{
    g->feed.line = line;
    if (w->any && !html_join(&g->feed, &w->html, place, is_loop)) return false;
    if (!w->any) {
        w->html = place;
        if (!html_block(&g->feed, &w->html)) return false;
    }
    w->after_space = (w->any ? w->after_space : true) && after_space;
    w->any = true;
    return true;
}

static bool body_of(struct gen *g, const struct node *body, struct html_state place, bool after_space)
{
    struct var *vars = g->vars;
    g->html = place;
    g->feed.after_space = after_space;
    g->depth++;
    g->indent++;
    bool good = nodes(g, body);
    flush(g);
    g->indent--;
    g->depth--;
    g->vars = vars;
    return good;
}

static bool block_begin(struct gen *g, int line)
{
    code_at(g, line);
    if (!html_block(&g->feed, &g->html)) return false;
    flush(g);
    return true;
}

static void block_end(struct gen *g, const struct ways *w)
{
    g->html = w->html;
    g->feed.after_space = w->after_space;
}

static bool if_node(struct gen *g, const struct node *n)
{
    struct ways w = {0};
    bool otherwise = false;
    if (!block_begin(g, n->line)) return false;
    struct html_state place = g->html;
    bool after_space = g->feed.after_space;
    for (const struct branch *b = n->branch; b != NULL; b = b->next) {
        int line = b == n->branch ? n->line : b->line;
        str c;
        if (b->test != NULL) {
            if (!mktpl_test(g->m, g->tpl->path, g->vars, b->test, &c)) return false;
            put(g, line, "%sif (%.*s) {", b == n->branch ? "" : "} else ", STR_ARG(c));
        } else {
            otherwise = true;
            put(g, line, "} else {");
        }
        if (!body_of(g, b->body, place, after_space)) return false;
        if (!add_way(g, &w, line, g->html, g->feed.after_space, false)) return false;
    }
    put(g, g->line, "}");
    if (!otherwise && !add_way(g, &w, n->line, place, after_space, false)) return false;
    block_end(g, &w);
    return true;
}

static void loop_begin(struct gen *g, const struct node *n, const struct value *v)
{
    struct type type = v->type;
    type.array = false;
    struct var *item = var_new(g, n->var, type);
    item->index = str_format(g->m->mem, "i%d", g->n_names++);
    item->count = v->count;
    put(g, n->line, "for (size_t %.*s = 0; %.*s < %.*s; %.*s++) {", STR_ARG(item->index), STR_ARG(item->index),
        STR_ARG(v->count), STR_ARG(item->index));
    g->indent++;
    if (type.kind == KIND_RECORD) {
        put(g, n->line, "const struct %.*s_view *%.*s = &%.*s[%.*s];", STR_ARG(type.record->name), STR_ARG(item->c),
            STR_ARG(v->c), STR_ARG(item->index));
    } else {
        put(g, n->line, "const str %.*s = %.*s[%.*s];", STR_ARG(item->c), STR_ARG(v->c), STR_ARG(item->index));
    }
    put(g, n->line, "(void)%.*s;", STR_ARG(item->c));
    g->indent--;
    g->vars = item;
}

static bool for_node(struct gen *g, const struct node *n)
{
    struct ways w = {0};
    struct value v;
    if (!block_begin(g, n->line) || !value_of(g, n->expr, &v)) return false;
    if (!v.type.array) return fail(g, n->line, "for goes through an array");
    struct html_state place = g->html;
    bool after_space = g->feed.after_space;
    struct var *vars = g->vars;
    const struct branch *other = n->branch->next;
    if (!add_way(g, &w, n->line, place, after_space, true)) return false;
    loop_begin(g, n, &v);
    bool spaced = ends_with_space(n->branch->body);
    struct html_state again = place;
    if (again.at == HTML_IN_TAG && !spaced) again.at = HTML_JOINED;
    if (!body_of(g, n->branch->body, again, after_space && spaced)) return false;
    g->vars = vars;
    put(g, g->line, "}");
    if (!add_way(g, &w, n->line, g->html, g->feed.after_space, true)) return false;
    if (other != NULL) {
        put(g, other->line, "if (%.*s == 0) {", STR_ARG(v.count));
        if (!body_of(g, other->body, place, after_space)) return false;
        put(g, g->line, "}");
        if (!add_way(g, &w, other->line, g->html, g->feed.after_space, false)) return false;
    }
    block_end(g, &w);
    return true;
}

static bool with_node(struct gen *g, const struct node *n)
{
    struct ways w = {0};
    struct value v;
    const struct branch *other = n->branch->next;
    if (!block_begin(g, n->line) || !value_of(g, n->expr, &v)) return false;
    if (v.type.kind != KIND_RECORD || v.type.array) return fail(g, n->line, "with names a record");
    if (other != NULL && !v.type.optional)
        return mktpl_fail(g->m, g->tpl->path, other->line, "this record is always there: no else");
    struct html_state place = g->html;
    bool after_space = g->feed.after_space, optional = v.type.optional;
    struct type type = v.type;
    type.optional = false;
    struct var *name = var_new(g, n->var, type);
    bool is_pointer = optional || n->expr->n_parts == 0;
    if (optional) {
        put(g, n->line, "if (%.*s != NULL) {", STR_ARG(v.c));
    } else {
        put(g, n->line, "{");
    }
    g->indent++;
    put(g, n->line, "const struct %.*s_view *%.*s = %s%.*s;", STR_ARG(type.record->name), STR_ARG(name->c),
        is_pointer ? "" : "&", STR_ARG(v.c));
    put(g, n->line, "(void)%.*s;", STR_ARG(name->c));
    g->indent--;
    struct var *vars = g->vars;
    g->vars = name;
    if (!body_of(g, n->branch->body, place, after_space)) return false;
    g->vars = vars;
    if (!add_way(g, &w, n->line, g->html, g->feed.after_space, false)) return false;
    if (other != NULL) {
        put(g, other->line, "} else {");
        if (!body_of(g, other->body, place, after_space)) return false;
    }
    put(g, g->line, "}");
    if (other != NULL && !add_way(g, &w, other->line, g->html, g->feed.after_space, false)) return false;
    if (other == NULL && optional && !add_way(g, &w, n->line, place, after_space, false)) return false;
    block_end(g, &w);
    return true;
}

static bool include_node(struct gen *g, const struct node *n)
{
    struct value v;
    const struct template *t = g->m->templates;
    if (!block_begin(g, n->line) || !value_of(g, n->expr, &v)) return false;
    if (g->html.at != HTML_TEXT) return fail(g, n->line, "an include stands between tags");
    while (t != NULL && !str_eq(t->stem, n->text)) t = t->next;
    if (t == NULL) return mktpl_fail(g->m, g->tpl->path, n->line, "there is no template \"%.*s\"", STR_ARG(n->text));
    if (v.type.kind != KIND_RECORD || v.type.array) return fail(g, n->line, "a template is included with a record");
    if (v.type.optional) return fail(g, n->line, "this record may be absent: name it by {% with x = … %} first");
    if (v.type.record != t->record) {
        return mktpl_fail(g->m, g->tpl->path, n->line, "%.*s shows a %.*s, not a %.*s", STR_ARG(t->stem),
                          STR_ARG(t->record->name), STR_ARG(v.type.record->name));
    }
    put(g, n->line, "tpl_%.*s(o, %s%.*s);", STR_ARG(t->stem), n->expr->n_parts == 0 ? "" : "&", STR_ARG(v.c));
    g->feed.after_space = false;
    return true;
}

static bool nodes(struct gen *g, const struct node *n)
{
    for (; n != NULL; n = n->next) {
        bool good = false;
        switch (n->kind) {
        case NODE_TEXT: good = text_node(g, n); break;
        case NODE_VALUE: good = value_node(g, n); break;
        case NODE_IF: good = if_node(g, n); break;
        case NODE_FOR: good = for_node(g, n); break;
        case NODE_WITH: good = with_node(g, n); break;
        case NODE_INCLUDE: good = include_node(g, n); break;
        case NODE_MESSAGE: good = message_node(g, n); break;
        case NODE_ASSET: good = asset_node(g, n); break;
        }
        if (!good) return false;
    }
    return true;
}

/* Files */

str mktpl_asset_macro(struct arena *mem, str asset)
{
    str name = str_concat(mem, STR("ASSET_"), asset);
    char *z = str_z(mem, name);
    for (char *c = z; *c != '\0'; c++) {
        bool keep = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!keep) *c = '_';
    }
    return str_from(z);
}

bool mktpl_gen_prepare(struct mktpl *m)
{
    bool good = true;
    for (struct template *t = m->templates; t != NULL; t = t->next) {
        t->record = mktpl_record(m, t->view);
        if (t->record != NULL) continue;
        good = mktpl_fail(m, t->path, t->line, "there is no view or record \"%.*s\"", STR_ARG(t->view));
    }
    return good;
}

static void list_includes(const struct node *n, const struct template *own, struct buf *b)
{
    for (; n != NULL; n = n->next) {
        str line = {0};
        if (n->kind == NODE_INCLUDE && !str_eq(n->text, own->stem)) {
            line = str_format(b->mem, "#include \"gen/tpl/%.*s.h\"\n", STR_ARG(n->text));
        }
        if (line.p != NULL && str_find(buf_str(b), line) < 0) buf_add(b, line);
        for (const struct branch *br = n->branch; br != NULL; br = br->next) list_includes(br->body, own, b);
    }
}

static void put_header(const struct template *t, struct buf *b)
{
    char *name = str_z(b->mem, t->stem);
    for (char *c = name; *c != '\0'; c++) {
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    }
    buf_format(b, "/* Made by tools/mktpl from %.*s. */\n", STR_ARG(t->path));
    buf_format(b, "#ifndef GEN_TPL_%s_H\n#define GEN_TPL_%s_H\n\n", name, name);
    buf_format(b, "#include \"gen/view/%.*s.h\"\n#include \"web/out.h\"\n\n", STR_ARG(t->record->file->stem));
    buf_format(b, "void tpl_%.*s(struct out *, const struct %.*s_view *);\n\n#endif\n", STR_ARG(t->stem),
               STR_ARG(t->view));
}

bool mktpl_gen(struct mktpl *m, const struct template *t, struct buf *header, struct buf *source)
{
    struct gen g = {.m = m, .tpl = t, .indent = 1, .html = {.at = HTML_TEXT}};
    buf_init(&g.body, m->mem, 4096, TOOL_MEMORY);
    buf_init(&g.text, m->mem, 4096, TOOL_MEMORY);
    g.feed = (struct html_feed){.m = m, .path = t->path, .line = 1, .after_space = true, .out = &g.text};
    struct var *root = var_new(&g, t->var, (struct type){.kind = KIND_RECORD, .record = t->record});
    g.vars = root;
    if (!nodes(&g, t->body) || !html_done(&g.feed, &g.html)) return false;
    flush(&g);
    put_header(t, header);
    buf_format(source, "/* Made by tools/mktpl from %.*s. */\n#include \"gen/tpl/%.*s.h\"\n\n", STR_ARG(t->path),
               STR_ARG(t->stem));
    if (g.has_assets) buf_add(source, STR("#include \"gen/assets.h\"\n"));
    struct buf includes;
    buf_init(&includes, m->mem, 256, TOOL_MEMORY);
    list_includes(t->body, t, &includes);
    buf_add(source, buf_str(&includes));
    buf_format(source, "\nvoid tpl_%.*s(struct out *o, const struct %.*s_view *%.*s)\n{\n    (void)%.*s;\n",
               STR_ARG(t->stem), STR_ARG(t->view), STR_ARG(root->c), STR_ARG(root->c));
    buf_add(source, buf_str(&g.body));
    buf_add(source, STR("}\n"));
    return true;
}
