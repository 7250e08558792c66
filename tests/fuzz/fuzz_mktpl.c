/* Any bytes as a template, or as a view and a template with a line "====" between them. The compiler either writes C or
 * says why not, in one line that names the file and a line that it has; what it writes has balanced braces and quotes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "mktpl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char own_view[] = "view a\n  s str\n  n int\n  b bool\n  at instant\n  on day\n  r real\n  h html\n  rows "
                               "[row]\n  one ?row\n  in row\n"
                               "  tags [str]\nrecord row\n  x str\n  sub [row]\n";

static int64_t lines_of(str s)
{
    int64_t n = 1;
    for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\n';
    return n;
}

static void check_errors(const struct mktpl *m, str view, str text)
{
    str rest = buf_str(&m->errors), row, path, line;
    int64_t number;
    must(rest.n > 0 && m->n_errors > 0);
    while (str_cut(rest, '\n', &row, &rest)) {
        must(str_cut(row, ':', &path, &row) && str_cut(row, ':', &line, &row) && row.n > 1);
        must(str_int(line, &number) && number >= 1);
        must(number <= lines_of(str_eq(path, STR("v.view")) ? view : text));
    }
}

/* Outside string literals, which end on their line, braces and parentheses pair. */
static void check_c(str c)
{
    int64_t braces = 0, parens = 0;
    bool quoted = false;
    for (size_t i = 0; i < c.n; i++) {
        if (quoted && c.p[i] == '\\') {
            i++;
            continue;
        }
        must(!(quoted && c.p[i] == '\n'));
        if (c.p[i] == '"') quoted = !quoted;
        if (quoted) continue;
        braces += (c.p[i] == '{') - (c.p[i] == '}');
        parens += (c.p[i] == '(') - (c.p[i] == ')');
        must(braces >= 0 && parens >= 0);
    }
    must(!quoted && braces == 0 && parens == 0);
}

static bool compile(struct mktpl *m, str view, str text)
{
    struct buf header, source, pot;
    buf_init(&header, m->mem, 256, (size_t)64 << 20);
    buf_init(&source, m->mem, 256, (size_t)64 << 20);
    buf_init(&pot, m->mem, 256, (size_t)64 << 20);
    m->assets = STR("#define ASSET_app_css \"/assets/app.css\"\n");
    if (!mktpl_view_parse(m, STR("v.view"), view) || !mktpl_view_link(m)) return false;
    mktpl_view_types(m, m->files, &header);
    mktpl_view_header(m, m->files, &header);
    mktpl_view_source(m, m->files, &source);
    check_c(buf_str(&source));
    source.n = 0;
    if (!mktpl_parse(m, STR("t.html"), text) || !mktpl_gen_prepare(m) || !mktpl_pot(m, &pot)) return false;
    if (!mktpl_gen(m, m->templates, &header, &source)) return false;
    check_c(buf_str(&source));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str all = {(const char *)data, size}, view = str_from(own_view), text = all, head, tail;
    jmp_buf full;
    struct arena *mem = arena_new((size_t)256 << 20, &full);
    if (str_cut_str(all, STR("\n====\n"), &head, &tail)) {
        view = head;
        text = tail;
    }
    if (setjmp(full) == 0) {
        struct mktpl m;
        mktpl_init(&m, mem);
        bool good = compile(&m, view, text);
        must(good == (m.n_errors == 0));
        if (!good) check_errors(&m, view, text);
    }
    arena_free(mem);
    return 0;
}
