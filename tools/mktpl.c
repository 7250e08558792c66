/* mktpl: compiles views and templates to C (see tools/README.md).
 *
 *     mktpl --out build/gen FILE.view... FILE.html...
 *     mktpl --pot FILE.html...
 * SPDX-License-Identifier: Apache-2.0 */
#include "mktpl.h"
#include "tool.h"

static int usage(void)
{
    fputs("usage: mktpl --out FOLDER FILE.view... FILE.html...\n       mktpl --pot FILE.html...\n", stderr);
    return 2;
}

static bool read_all(struct mktpl *m, int argc, char **argv, bool pot)
{
    bool good = true;
    for (int i = 0; i < argc; i++) {
        str path = str_from(argv[i]), text;
        bool is_view = str_ends(path, STR(".view"));
        if (!is_view && !str_ends(path, STR(".html"))) {
            good = mktpl_fail(m, path, 1, "neither a .view nor a .html file");
            continue;
        }
        if (is_view && pot) continue;
        if (!tool_read(m->mem, path, &text)) return false;
        bool parsed = is_view ? mktpl_view_parse(m, path, text) : mktpl_parse(m, path, text);
        good = parsed && good;
    }
    return good;
}

static bool write_file(struct mktpl *m, str folder, const char *kind, str stem, const char *end, struct buf *content)
{
    str path = str_format(m->mem, "%.*s/%s/%.*s%s", STR_ARG(folder), kind, STR_ARG(stem), end);
    bool good = tool_write(m->mem, path, buf_str(content));
    content->n = 0;
    return good;
}

static bool write_views(struct mktpl *m, str folder)
{
    struct buf b;
    buf_init(&b, m->mem, 4096, TOOL_MEMORY);
    for (const struct view_file *f = m->files; f != NULL; f = f->next) {
        mktpl_view_types(m, f, &b);
        if (!write_file(m, folder, "view", f->stem, ".types.h", &b)) return false;
        mktpl_view_header(m, f, &b);
        if (!write_file(m, folder, "view", f->stem, ".h", &b)) return false;
        mktpl_view_source(m, f, &b);
        if (!write_file(m, folder, "view", f->stem, ".c", &b)) return false;
    }
    return true;
}

static bool write_templates(struct mktpl *m, str folder)
{
    struct buf header, source;
    buf_init(&header, m->mem, 4096, TOOL_MEMORY);
    buf_init(&source, m->mem, 65536, TOOL_MEMORY);
    for (const struct template *t = m->templates; t != NULL; t = t->next) {
        header.n = 0;
        source.n = 0;
        if (!mktpl_gen(m, t, &header, &source)) continue;
        if (!write_file(m, folder, "tpl", t->stem, ".h", &header)) return false;
        if (!write_file(m, folder, "tpl", t->stem, ".c", &source)) return false;
    }
    return m->n_errors == 0;
}

static void read_assets(struct mktpl *m, str folder)
{
    struct stat info;
    m->assets_path = str_format(m->mem, "%.*s/assets.h", STR_ARG(folder));
    if (stat(str_z(m->mem, m->assets_path), &info) != 0) return;
    if (!tool_read(m->mem, m->assets_path, &m->assets)) m->assets = (str){0};
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new(TOOL_MEMORY, NULL);
    struct mktpl m;
    struct buf pot;
    bool good;
    mktpl_init(&m, mem);
    if (argc >= 2 && strcmp(argv[1], "--pot") == 0) {
        buf_init(&pot, mem, 65536, TOOL_MEMORY);
        good = read_all(&m, argc - 2, argv + 2, true) && mktpl_pot(&m, &pot);
        if (good) (void)fwrite(pot.p, 1, pot.n, stdout);
    } else if (argc >= 3 && strcmp(argv[1], "--out") == 0) {
        str folder = str_from(argv[2]);
        read_assets(&m, folder);
        good = read_all(&m, argc - 3, argv + 3, false) && mktpl_view_link(&m) && mktpl_gen_prepare(&m);
        good = good && write_views(&m, folder) && write_templates(&m, folder);
    } else {
        return usage();
    }
    (void)fwrite(m.errors.p, 1, m.errors.n, stderr);
    arena_free(mem);
    return good ? 0 : 1;
}
