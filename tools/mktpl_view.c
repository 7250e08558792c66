/* mktpl_view: .view files: parsing, linking, and the C structs and JSON writers made of them.
 *
 * A file makes <stem>.types.h (its structs; includes only the .types.h of records held by value, so there are no
 * circles), <stem>.h (everything a caller needs: the structs of all records reachable from here) and <stem>.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "mktpl.h"
#include "tool.h"

static const struct {
    const char *name;
    enum kind kind;
    const char *c;
    const char *json; /* writer; NULL: never in JSON */
} scalars[] = {
    {"str", KIND_STR, "str", "out_json_str"},
    {"int", KIND_INT, "int64_t", "out_json_int"},
    {"bool", KIND_BOOL, "bool", "out_json_bool"},
    {"real", KIND_REAL, "double", "out_json_real"},
    {"instant", KIND_INSTANT, "instant", "out_json_instant"},
    {"day", KIND_DAY, "day", "out_json_day"},
    {"html", KIND_HTML, "html", NULL},
};

static const char *const c_words[] = {
    "auto",   "break",    "case",     "char",     "const", "continue", "default", "do",     "double",
    "else",   "enum",     "extern",   "float",    "for",   "goto",     "if",      "inline", "int",
    "long",   "register", "restrict", "return",   "short", "signed",   "sizeof",  "static", "struct",
    "switch", "typedef",  "union",    "unsigned", "void",  "volatile", "while",   "bool",   "true",
    "false",  "asm",      "typeof",   "unix",     "linux",
};

void mktpl_init(struct mktpl *m, struct arena *mem)
{
    *m = (struct mktpl){.mem = mem};
    m->files_end = &m->files;
    m->records_end = &m->records;
    m->templates_end = &m->templates;
    buf_init(&m->errors, mem, 1024, TOOL_MEMORY);
}

bool mktpl_fail(struct mktpl *m, str path, int line, const char *fmt, ...)
{
    char text[1024];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = ' '; /* what it quotes may hold anything; an error is one line */
    }
    buf_format(&m->errors, "%.*s:%d: %s\n", STR_ARG(path), line, text);
    m->n_errors++;
    return false;
}

bool mktpl_is_name(str s)
{
    if (s.n == 0 || s.n > 64 || s.p[0] < 'a' || s.p[0] > 'z') return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return true;
}

const struct record *mktpl_record(const struct mktpl *m, str name)
{
    for (const struct record *r = m->records; r != NULL; r = r->next_in_all) {
        if (str_eq(r->name, name)) return r;
    }
    return NULL;
}

const struct field *mktpl_field(const struct record *r, str name)
{
    for (const struct field *f = r->fields; f != NULL; f = f->next) {
        if (str_eq(f->name, name)) return f;
    }
    return NULL;
}

/* Parsing */

static str next_word(str *line)
{
    size_t i = 0;
    while (i < line->n && (line->p[i] == ' ' || line->p[i] == '\t' || line->p[i] == '\r')) i++;
    size_t from = i;
    while (i < line->n && line->p[i] != ' ' && line->p[i] != '\t' && line->p[i] != '\r') i++;
    str word = str_sub(*line, from, i - from);
    *line = str_sub(*line, i, line->n - i);
    return word;
}

static bool parse_record(struct mktpl *m, struct view_file *file, str keyword, str rest, int line, struct record **out)
{
    str name = next_word(&rest);
    bool is_view = str_eq(keyword, STR("view"));
    if (!is_view && !str_eq(keyword, STR("record"))) {
        return mktpl_fail(m, file->path, line,
                          "expected \"view NAME\", \"record NAME\" or an indented field, not \"%.*s\"",
                          STR_ARG(keyword));
    }
    if (!mktpl_is_name(name)) {
        return mktpl_fail(m, file->path, line, "\"%.*s\" is not a name: small letters, digits and _", STR_ARG(name));
    }
    if (next_word(&rest).n > 0)
        return mktpl_fail(m, file->path, line, "something follows the name %.*s", STR_ARG(name));
    const struct record *old = mktpl_record(m, name);
    if (old != NULL) {
        return mktpl_fail(m, file->path, line, "%.*s is already declared at %.*s:%d", STR_ARG(name), STR_ARG(old->path),
                          old->line);
    }
    struct record *r = NEW(m->mem, struct record);
    *r = (struct record){.name = name, .path = file->path, .line = line, .is_view = is_view, .file = file};
    *m->records_end = r;
    m->records_end = &r->next_in_all;
    struct record **end = &file->records;
    while (*end != NULL) end = &(*end)->next;
    *end = r;
    *out = r;
    return true;
}

static bool parse_field(struct mktpl *m, struct record *r, str rest, int line)
{
    struct field *f = NEW(m->mem, struct field);
    *f = (struct field){.name = next_word(&rest), .type_name = next_word(&rest), .line = line};
    str more = next_word(&rest);
    f->page_only = str_eq(more, STR("html"));
    if (!mktpl_is_name(f->name)) {
        return mktpl_fail(m, r->path, line, "\"%.*s\" is not a name: small letters, digits and _", STR_ARG(f->name));
    }
    for (size_t i = 0; i < COUNT_OF(c_words); i++) {
        if (str_eq(f->name, str_from(c_words[i]))) {
            return mktpl_fail(m, r->path, line, "%.*s is a word of C and cannot name a field", STR_ARG(f->name));
        }
    }
    if (f->type_name.n == 0) return mktpl_fail(m, r->path, line, "the field %.*s has no type", STR_ARG(f->name));
    if ((more.n > 0 && !f->page_only) || next_word(&rest).n > 0) {
        return mktpl_fail(m, r->path, line, "only \"html\" may follow the type of %.*s", STR_ARG(f->name));
    }
    if (mktpl_field(r, f->name) != NULL) {
        return mktpl_fail(m, r->path, line, "%.*s has two fields %.*s", STR_ARG(r->name), STR_ARG(f->name));
    }
    struct field **end = &r->fields;
    while (*end != NULL) end = &(*end)->next;
    *end = f;
    return true;
}

bool mktpl_view_parse(struct mktpl *m, str path, str text)
{
    struct view_file *file = NEW(m->mem, struct view_file);
    struct record *r = NULL;
    str stem = tool_stem(path), row;
    for (const struct view_file *f = m->files; f != NULL; f = f->next) {
        if (str_eq(f->stem, stem)) return mktpl_fail(m, path, 1, "another file has this name: %.*s", STR_ARG(f->path));
    }
    *file = (struct view_file){.path = path, .stem = stem};
    *m->files_end = file;
    m->files_end = &file->next;
    if (!mktpl_is_name(stem)) return mktpl_fail(m, path, 1, "a file's name is small letters, digits and _");
    if (!str_is_utf8(text)) return mktpl_fail(m, path, 1, "the file is not UTF-8");
    for (int line = 1; text.n > 0; line++) {
        (void)str_cut(text, '\n', &row, &text);
        bool indented = row.n > 0 && (row.p[0] == ' ' || row.p[0] == '\t');
        ptrdiff_t comment = str_find(row, STR("--"));
        if (comment >= 0) row = str_sub(row, 0, (size_t)comment);
        str rest = row;
        str word = next_word(&rest);
        if (word.n == 0) continue;
        if (!indented) {
            if (!parse_record(m, file, word, rest, line, &r)) return false;
        } else if (r == NULL) {
            return mktpl_fail(m, path, line, "a field before the first view or record");
        } else if (!parse_field(m, r, row, line)) {
            return false;
        }
    }
    return true;
}

/* Linking */

static bool link_field(struct mktpl *m, const struct record *r, struct field *f)
{
    str name = f->type_name;
    struct type *t = &f->type;
    if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']') {
        t->array = true;
        name = str_sub(name, 1, name.n - 2);
    } else if (name.n > 1 && name.p[0] == '?') {
        t->optional = true;
        name = str_sub(name, 1, name.n - 1);
    }
    for (size_t i = 0; i < COUNT_OF(scalars); i++) {
        if (str_eq(name, str_from(scalars[i].name))) t->kind = scalars[i].kind;
    }
    if (t->kind == 0) {
        t->record = mktpl_record(m, name);
        if (t->record == NULL) {
            return mktpl_fail(m, r->path, f->line, "no type or record is called \"%.*s\"", STR_ARG(name));
        }
        t->kind = KIND_RECORD;
    }
    if (t->optional && t->kind != KIND_RECORD) {
        return mktpl_fail(m, r->path, f->line, "only a record can be optional; an empty %.*s says none", STR_ARG(name));
    }
    if (t->array && t->kind != KIND_RECORD && t->kind != KIND_STR) {
        return mktpl_fail(m, r->path, f->line, "an array is of records or of str");
    }
    if (t->array) {
        str count = str_format(m->mem, "n_%.*s", STR_ARG(f->name));
        if (mktpl_field(r, count) != NULL) {
            return mktpl_fail(m, r->path, f->line, "%.*s is the number of %.*s and cannot be a field itself",
                              STR_ARG(count), STR_ARG(f->name));
        }
    }
    return true;
}

static bool held(const struct field *f)
{
    return f->type.kind == KIND_RECORD && !f->type.array && !f->type.optional;
}

/* A record may not hold itself, directly or by way of others. mark: 0 new, 1 on the way, 2 done. */
static bool check_circle(struct mktpl *m, struct record *r, int depth)
{
    if (depth > MKTPL_DEPTH)
        return mktpl_fail(m, r->path, r->line, "records are nested too deep at %.*s", STR_ARG(r->name));
    r->mark = 1;
    for (struct field *f = r->fields; f != NULL; f = f->next) {
        if (!held(f)) continue;
        struct record *inner = (struct record *)(uintptr_t)f->type.record;
        if (inner->mark == 1) {
            return mktpl_fail(m, r->path, f->line, "%.*s would hold itself; make the field optional: ?%.*s",
                              STR_ARG(inner->name), STR_ARG(inner->name));
        }
        if (inner->mark == 0 && !check_circle(m, inner, depth + 1)) return false;
    }
    r->mark = 2;
    return true;
}

/* Files whose structs must come before this file's: only records held by value count. */
static bool check_file_circle(struct mktpl *m, const struct view_file *from, struct view_file *file, int depth)
{
    if (file->is_seen) return true;
    file->is_seen = true;
    for (const struct record *r = file->records; r != NULL; r = r->next) {
        for (const struct field *f = r->fields; f != NULL; f = f->next) {
            if (!held(f) || f->type.record->file == file) continue;
            struct view_file *next = f->type.record->file;
            if (next == from) {
                return mktpl_fail(m, r->path, f->line,
                                  "this file and %.*s hold each other's records; put them in one file",
                                  STR_ARG(from->path));
            }
            if (depth < MKTPL_DEPTH && !check_file_circle(m, from, next, depth + 1)) return false;
        }
    }
    return true;
}

bool mktpl_view_link(struct mktpl *m)
{
    bool good = true;
    for (struct record *r = m->records; r != NULL; r = r->next_in_all) {
        if (r->fields == NULL) good = mktpl_fail(m, r->path, r->line, "%.*s has no fields", STR_ARG(r->name));
        for (struct field *f = r->fields; f != NULL; f = f->next) good = link_field(m, r, f) && good;
    }
    if (!good) return false;
    for (struct record *r = m->records; r != NULL; r = r->next_in_all) {
        if (r->mark == 0 && !check_circle(m, r, 0)) return false;
    }
    for (struct view_file *from = m->files; from != NULL; from = from->next) {
        for (struct view_file *f = m->files; f != NULL; f = f->next) f->is_seen = false;
        if (!check_file_circle(m, from, from, 0)) return false;
    }
    return true;
}

/* C */

static void banner(const struct view_file *file, struct buf *b)
{
    buf_format(b, "/* Made by tools/mktpl from %.*s. */\n", STR_ARG(file->path));
}

static void guard(struct mktpl *m, const struct view_file *file, const char *what, struct buf *b)
{
    char *name = str_z(m->mem, file->stem);
    for (char *c = name; *c != '\0'; c++) {
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    }
    buf_format(b, "#ifndef GEN_VIEW_%s%s_H\n#define GEN_VIEW_%s%s_H\n\n", name, what, name, what);
}

static const char *c_type(const struct type *t)
{
    for (size_t i = 0; i < COUNT_OF(scalars); i++) {
        if (scalars[i].kind == t->kind) return scalars[i].c;
    }
    return NULL;
}

static void struct_of(struct record *r, struct buf *b)
{
    for (struct field *f = r->fields; f != NULL; f = f->next) {
        struct record *inner = (struct record *)(uintptr_t)f->type.record;
        if (held(f) && inner->file == r->file && inner->mark == 2) struct_of(inner, b);
    }
    r->mark = 3;
    buf_format(b, "struct %.*s_view {\n", STR_ARG(r->name));
    for (const struct field *f = r->fields; f != NULL; f = f->next) {
        const char *star = f->type.array || f->type.optional ? "*" : "";
        if (f->type.kind == KIND_RECORD) {
            buf_format(b, "    %sstruct %.*s_view %s%.*s;", f->type.optional ? "const " : "",
                       STR_ARG(f->type.record->name), star, STR_ARG(f->name));
        } else {
            buf_format(b, "    %s %s%.*s;", c_type(&f->type), star, STR_ARG(f->name));
        }
        if (f->type.optional) buf_add(b, STR(" /* may be NULL */"));
        if (f->page_only) buf_add(b, STR(" /* for the page only */"));
        buf_add_byte(b, '\n');
        if (f->type.array) buf_format(b, "    size_t n_%.*s;\n", STR_ARG(f->name));
    }
    buf_add(b, STR("};\n\n"));
}

static void clear_seen(struct mktpl *m)
{
    for (struct view_file *f = m->files; f != NULL; f = f->next) f->is_seen = false;
}

void mktpl_view_types(struct mktpl *m, const struct view_file *file, struct buf *b)
{
    banner(file, b);
    guard(m, file, "_TYPES", b);
    buf_add(b, STR("#include \"base/str.h\"\n#include \"base/time.h\"\n"));
    clear_seen(m);
    for (const struct record *r = file->records; r != NULL; r = r->next) {
        for (const struct field *f = r->fields; f != NULL; f = f->next) {
            if (!held(f) || f->type.record->file == file || f->type.record->file->is_seen) continue;
            f->type.record->file->is_seen = true;
            buf_format(b, "#include \"gen/view/%.*s.types.h\"\n", STR_ARG(f->type.record->file->stem));
        }
    }
    buf_add_byte(b, '\n');
    for (struct record *all = m->records; all != NULL; all = all->next_in_all) all->mark = 2;
    size_t before = b->n;
    for (const struct record *r = file->records; r != NULL; r = r->next) {
        for (const struct field *f = r->fields; f != NULL; f = f->next) {
            if (f->type.kind != KIND_RECORD || held(f)) continue;
            if (f->type.record->mark == 1) continue;
            ((struct record *)(uintptr_t)f->type.record)->mark = 1;
            buf_format(b, "struct %.*s_view;\n", STR_ARG(f->type.record->name));
        }
    }
    if (b->n > before) buf_add_byte(b, '\n');
    for (struct record *all = m->records; all != NULL; all = all->next_in_all) all->mark = 2;
    for (struct record *r = file->records; r != NULL; r = r->next) {
        if (r->mark == 2) struct_of(r, b);
    }
    buf_add(b, STR("#endif\n"));
}

static void reach(struct view_file *file, struct buf *b)
{
    file->is_seen = true;
    buf_format(b, "#include \"gen/view/%.*s.types.h\"\n", STR_ARG(file->stem));
    for (const struct record *r = file->records; r != NULL; r = r->next) {
        for (const struct field *f = r->fields; f != NULL; f = f->next) {
            if (f->type.kind == KIND_RECORD && !f->type.record->file->is_seen) reach(f->type.record->file, b);
        }
    }
}

void mktpl_view_header(struct mktpl *m, const struct view_file *file, struct buf *b)
{
    banner(file, b);
    guard(m, file, "", b);
    clear_seen(m);
    reach((struct view_file *)(uintptr_t)file, b);
    buf_add(b, STR("\nstruct out;\n\n"));
    for (const struct record *r = file->records; r != NULL; r = r->next) {
        buf_format(b, "void json_%.*s(struct out *, const struct %.*s_view *);\n", STR_ARG(r->name), STR_ARG(r->name));
    }
    buf_add(b, STR("\n#endif\n"));
}

static void json_one(const struct type *t, const char *amp, str access, const char *index, struct buf *b)
{
    for (size_t i = 0; i < COUNT_OF(scalars); i++) {
        if (scalars[i].kind == t->kind) {
            buf_format(b, "%s(o, v->%.*s%s);\n", scalars[i].json, STR_ARG(access), index);
            return;
        }
    }
    buf_format(b, "json_%.*s(o, %sv->%.*s%s);\n", STR_ARG(t->record->name), amp, STR_ARG(access), index);
}

static void json_field(const struct field *f, const char *lead, struct buf *b)
{
    const struct type *t = &f->type;
    str name = f->name;
    if (name.n > 1 && name.p[name.n - 1] == '_') name.n--; /* `unsigned_`: a word that C keeps for itself */
    buf_format(b, "    out_raw(o, STR(\"%s\\\"%.*s\\\":%s\"));\n", lead, STR_ARG(name), t->array ? "[" : "");
    if (t->array) {
        buf_format(b, "    for (size_t i = 0; i < v->n_%.*s; i++) {\n", STR_ARG(f->name));
        buf_add(b, STR("        if (i > 0) out_raw(o, STR(\",\"));\n        "));
        json_one(t, "&", f->name, "[i]", b);
        buf_add(b, STR("    }\n"));
    } else if (t->optional) {
        buf_format(b, "    if (v->%.*s != NULL) {\n        ", STR_ARG(f->name));
        json_one(t, "", f->name, "", b);
        buf_add(b, STR("    } else {\n        out_raw(o, STR(\"null\"));\n    }\n"));
    } else {
        buf_add(b, STR("    "));
        json_one(t, "&", f->name, "", b);
    }
}

void mktpl_view_source(struct mktpl *m, const struct view_file *file, struct buf *b)
{
    (void)m;
    banner(file, b);
    buf_format(b, "#include \"gen/view/%.*s.h\"\n\n#include \"web/out.h\"\n", STR_ARG(file->stem));
    clear_seen(m);
    for (const struct record *r = file->records; r != NULL; r = r->next) {
        for (const struct field *f = r->fields; f != NULL; f = f->next) {
            if (f->type.kind != KIND_RECORD || f->type.record->file == file || f->type.record->file->is_seen) continue;
            f->type.record->file->is_seen = true;
            buf_format(b, "#include \"gen/view/%.*s.h\"\n", STR_ARG(f->type.record->file->stem));
        }
    }
    for (const struct record *r = file->records; r != NULL; r = r->next) {
        const char *lead = "{";
        buf_format(b, "\nvoid json_%.*s(struct out *o, const struct %.*s_view *v)\n{\n", STR_ARG(r->name),
                   STR_ARG(r->name));
        for (const struct field *f = r->fields; f != NULL; f = f->next) {
            if (f->page_only || f->type.kind == KIND_HTML) continue;
            json_field(f, lead, b);
            lead = f->type.array ? "]," : ",";
        }
        const char *end = *lead == '{' ? "{}" : *lead == ']' ? "]}" : "}";
        buf_format(b, "    out_raw(o, STR(\"%s\"));\n%s}\n", end, *lead == '{' ? "    (void)v;\n" : "");
    }
}
