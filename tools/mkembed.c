/* mkembed: puts files into the program, plain and packed (see tools/README.md).
 *
 *     mkembed --out build/gen FOLDER...
 *
 * A file's address holds a hash of its content, so that it may be cached for ever: app.css becomes
 * /assets/app.3f2a9c1b.css. The bytes are in build/gen/assets/ and come in by .incbin (gen/assets_data.S): no compiler
 * reads them. The same input gives the same output: no times, no order of the file system.
 * SPDX-License-Identifier: Apache-2.0 */
#include <brotli/encode.h>
#include <dirent.h>
#include <zlib.h>

#include "tool.h"

struct asset {
    str name; /* below its folder: "app.css", "fonts/a.woff2" */
    str source;
    str hashed; /* "app.3f2a9c1b.css" */
    str macro;
    const char *type;
    str plain, gzip, brotli; /* .p NULL when not smaller */
    struct asset *next;
};

struct embed {
    struct arena *mem;
    str folder;
    struct asset *first; /* ordered by name */
    size_t n;
};

static const struct {
    const char *end;
    const char *type;
    bool packs;
} types[] = {
    {".css", "text/css; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".json", "application/json", true},
    {".map", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".html", "text/html; charset=utf-8", true},
    {".xml", "application/xml", true},
    {".ico", "image/x-icon", true},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".webp", "image/webp", false},
    {".woff", "font/woff", false},
    {".woff2", "font/woff2", false},
    {".pdf", "application/pdf", false},
};

static bool complain(str path, const char *what)
{
    fprintf(stderr, "%.*s:1: %s\n", STR_ARG(path), what);
    return false;
}

/* Packing */

static str packed_gzip(struct arena *mem, str in)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return (str){0};
    size_t cap = deflateBound(&z, in.n);
    char *out = NEWN(mem, char, cap);
    z.next_in = (Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)cap;
    int done = deflate(&z, Z_FINISH);
    size_t n = cap - z.avail_out;
    (void)deflateEnd(&z);
    return done == Z_STREAM_END && n < in.n ? (str){out, n} : (str){0};
}

static str packed_brotli(struct arena *mem, str in)
{
    size_t n = BrotliEncoderMaxCompressedSize(in.n);
    uint8_t *out = NEWN(mem, uint8_t, n + 1);
    const uint8_t *from = (const uint8_t *)in.p;
    BROTLI_BOOL done =
        BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, in.n, from, &n, out);
    return done == BROTLI_TRUE && n < in.n ? (str){(const char *)out, n} : (str){0};
}

/* Collecting */

static str c_name(struct arena *mem, str name)
{
    char *z = str_z(mem, str_concat(mem, STR("ASSET_"), name));
    for (char *c = z; *c != '\0'; c++) {
        bool keep = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!keep) *c = '_';
    }
    return str_from(z);
}

static str hashed_name(struct arena *mem, str name, str content)
{
    uint64_t hash = str_hash(content);
    size_t dot = name.n;
    while (dot > 0 && name.p[dot - 1] != '.') dot--;
    return str_format(mem, "%.*s.%08x.%.*s", STR_ARG(str_sub(name, 0, dot - 1)),
                      (unsigned)((hash >> 32) ^ (hash & 0xFFFFFFFF)), STR_ARG(str_sub(name, dot, name.n)));
}

static bool add_file(struct embed *e, str source, str name)
{
    struct asset *a = NEW(e->mem, struct asset), **at = &e->first;
    size_t kind = 0;
    *a = (struct asset){.name = name, .source = source, .macro = c_name(e->mem, name)};
    while (kind < COUNT_OF(types) && !str_ends(name, str_from(types[kind].end))) kind++;
    if (kind == COUNT_OF(types)) return complain(source, "no content type is known for this name");
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && strchr(".-_/", c) == NULL)
            return complain(source, "an asset's name is letters, digits, . - _ and /");
    }
    for (const struct asset *old = e->first; old != NULL; old = old->next) {
        if (str_eq(old->macro, a->macro)) return complain(source, "another asset has this name");
    }
    if (!tool_read(e->mem, source, &a->plain)) return false;
    if (a->plain.n > (size_t)64 * 1024 * 1024) return complain(source, "too large to embed");
    if (a->plain.n > 0 && types[kind].packs) {
        a->gzip = packed_gzip(e->mem, a->plain);
        a->brotli = packed_brotli(e->mem, a->plain);
    }
    a->type = types[kind].type;
    a->hashed = hashed_name(e->mem, name, a->plain);
    while (*at != NULL && str_cmp((*at)->name, name) < 0) at = &(*at)->next;
    a->next = *at;
    *at = a;
    e->n++;
    return true;
}

static bool add_folder(struct embed *e, str folder, str below, int depth)
{
    const struct dirent *item;
    struct stat info;
    bool good = true;
    DIR *d = opendir(str_z(e->mem, folder));
    if (d == NULL || depth > 8) return complain(folder, "cannot be read as a folder");
    while (good && (item = readdir(d)) != NULL) {
        if (item->d_name[0] == '.') continue;
        str path = str_format(e->mem, "%.*s/%s", STR_ARG(folder), item->d_name);
        str name = str_format(e->mem, "%.*s%s", STR_ARG(below), item->d_name);
        if (stat(str_z(e->mem, path), &info) != 0) {
            good = complain(path, "cannot be read");
        } else if (S_ISDIR(info.st_mode)) {
            good = add_folder(e, path, str_concat(e->mem, name, STR("/")), depth + 1);
        } else if (S_ISREG(info.st_mode)) {
            good = add_file(e, path, name);
        }
    }
    (void)closedir(d);
    return good;
}

/* Writing */

static const char *const header_text =
    "struct asset {\n"
    "    str name;   /* \"app.css\" */\n"
    "    str path;   /* \"/assets/app.3f2a9c1b.css\" */\n"
    "    str type;   /* Content-Type */\n"
    "    str etag;   /* with its quotes; a packed form shares it only behind Vary: Accept-Encoding */\n"
    "    str plain;\n"
    "    str gzip;   /* .p NULL when not smaller */\n"
    "    str brotli; /* .p NULL when not smaller */\n"
    "};\n\n"
    "extern const struct asset assets[];\n"
    "extern const size_t assets_n;\n\n"
    "/* By name (\"app.css\") and by hashed name (\"app.3f2a9c1b.css\"); NULL when absent. */\n"
    "const struct asset *assets_find(str name);\n"
    "const struct asset *assets_find_hashed(str hashed);\n"
    "/* \"/assets/app.3f2a9c1b.css\" of \"app.css\"; stops the program when there is no such file. */\n"
    "str assets_path(str name);\n\n";

static const char *const source_text =
    "/* A hashed name orders as its plain name does up to the hash, but not beyond: so there is a second order. */\n"
    "static str hashed_of(const struct asset *a)\n"
    "{\n"
    "    return str_sub(a->path, sizeof \"/assets/\" - 1, a->path.n);\n"
    "}\n\n"
    "const struct asset *assets_find(str name)\n"
    "{\n"
    "    size_t low = 0, high = assets_n;\n"
    "    while (low < high) {\n"
    "        size_t mid = (low + high) / 2;\n"
    "        int order = str_cmp(assets[mid].name, name);\n"
    "        if (order == 0) return &assets[mid];\n"
    "        if (order < 0) low = mid + 1;\n"
    "        else high = mid;\n"
    "    }\n"
    "    return NULL;\n"
    "}\n\n"
    "const struct asset *assets_find_hashed(str hashed)\n"
    "{\n"
    "    size_t low = 0, high = assets_n;\n"
    "    while (low < high) {\n"
    "        size_t mid = (low + high) / 2;\n"
    "        int order = str_cmp(hashed_of(&assets[by_hashed[mid]]), hashed);\n"
    "        if (order == 0) return &assets[by_hashed[mid]];\n"
    "        if (order < 0) low = mid + 1;\n"
    "        else high = mid;\n"
    "    }\n"
    "    return NULL;\n"
    "}\n\n"
    "str assets_path(str name)\n"
    "{\n"
    "    const struct asset *a = assets_find(name);\n"
    "    must(a != NULL);\n"
    "    return a->path;\n"
    "}\n";

static bool write_header(struct embed *e)
{
    struct buf b;
    buf_init(&b, e->mem, 4096, TOOL_MEMORY);
    buf_add(
        &b,
        STR("/* Made by tools/mkembed. */\n#ifndef GEN_ASSETS_H\n#define GEN_ASSETS_H\n\n#include \"base/str.h\"\n\n"));
    buf_add(&b, str_from(header_text));
    for (const struct asset *a = e->first; a != NULL; a = a->next) {
        buf_format(&b, "#define %.*s \"/assets/%.*s\"\n", STR_ARG(a->macro), STR_ARG(a->hashed));
    }
    buf_add(&b, STR("\n#endif\n"));
    return tool_write(e->mem, str_format(e->mem, "%.*s/assets.h", STR_ARG(e->folder)), buf_str(&b));
}

static void put_bytes(struct buf *b, size_t i, const char *form, str bytes)
{
    if (bytes.p == NULL) buf_format(b, "     .%s = {NULL, 0},\n", form);
    else buf_format(b, "     .%s = {asset_%zu_%s, %zu},\n", form, i, form, bytes.n);
}

static void put_order(struct embed *e, struct buf *b)
{
    const struct asset **list = NEWN(e->mem, const struct asset *, e->n + 1);
    size_t *order = NEWN(e->mem, size_t, e->n + 1), n = 0;
    for (const struct asset *a = e->first; a != NULL; a = a->next) {
        size_t at = n;
        for (; at > 0 && str_cmp(list[order[at - 1]]->hashed, a->hashed) > 0; at--) order[at] = order[at - 1];
        order[at] = n;
        list[n++] = a;
    }
    buf_add(b, STR("static const size_t by_hashed[] = {"));
    for (size_t i = 0; i < n; i++) buf_format(b, "%s%zu", i == 0 ? "" : ", ", order[i]);
    buf_add(b, n == 0 ? STR("0};\n\n") : STR("};\n\n"));
}

static bool write_source(struct embed *e)
{
    struct buf b;
    size_t i = 0;
    buf_init(&b, e->mem, 16384, TOOL_MEMORY);
    buf_add(&b, STR("/* Made by tools/mkembed. */\n#include \"gen/assets.h\"\n\n#include \"base/status.h\"\n\n"));
    for (const struct asset *a = e->first; a != NULL; a = a->next, i++) {
        buf_format(&b, "extern const char asset_%zu_plain[], asset_%zu_gzip[], asset_%zu_brotli[];\n", i, i, i);
    }
    buf_add(&b, STR("\nconst struct asset assets[] = {\n"));
    i = 0;
    for (const struct asset *a = e->first; a != NULL; a = a->next, i++) {
        buf_format(&b,
                   "    {.name = STR_INIT(\"%.*s\"),\n     .path = STR_INIT(%.*s),\n     .type = STR_INIT(\"%s\"),\n",
                   STR_ARG(a->name), STR_ARG(a->macro), a->type);
        buf_format(&b, "     .etag = STR_INIT(\"\\\"%016llx\\\"\"),\n", (unsigned long long)str_hash(a->plain));
        put_bytes(&b, i, "plain", a->plain);
        put_bytes(&b, i, "gzip", a->gzip);
        put_bytes(&b, i, "brotli", a->brotli);
        buf_add(&b, STR("    },\n"));
    }
    if (e->n == 0) buf_add(&b, STR("    {.name = {NULL, 0}},\n"));
    buf_format(&b, "};\nconst size_t assets_n = %zu;\n\n", e->n);
    put_order(e, &b);
    buf_add(&b, str_from(source_text));
    return tool_write(e->mem, str_format(e->mem, "%.*s/assets.c", STR_ARG(e->folder)), buf_str(&b));
}

static bool put_data(struct embed *e, const struct asset *a, size_t i, const char *form, const char *end, str bytes,
                     struct buf *b)
{
    if (bytes.p == NULL) return true;
    str path = str_format(e->mem, "%.*s/assets/%.*s%s", STR_ARG(e->folder), STR_ARG(a->hashed), end);
    buf_format(b, "    .globl asset_%zu_%s\n    .balign 16\nasset_%zu_%s:\n    .incbin \"%.*s\"\n    .byte 0\n", i,
               form, i, form, STR_ARG(path));
    return tool_write(e->mem, path, bytes);
}

static bool write_data(struct embed *e)
{
    struct buf b;
    size_t i = 0;
    bool good = true;
    buf_init(&b, e->mem, 16384, TOOL_MEMORY);
    buf_add(
        &b,
        STR("/* Made by tools/mkembed. */\n#if defined(__CET__)\n#include <cet.h>\n#endif\n    .section .rodata\n"));
    for (const struct asset *a = e->first; good && a != NULL; a = a->next, i++) {
        good = put_data(e, a, i, "plain", "", a->plain, &b) && put_data(e, a, i, "gzip", ".gz", a->gzip, &b) &&
               put_data(e, a, i, "brotli", ".br", a->brotli, &b);
    }
    buf_add(&b, STR("    .section .note.GNU-stack,\"\",@progbits\n"));
    return good && tool_write(e->mem, str_format(e->mem, "%.*s/assets_data.S", STR_ARG(e->folder)), buf_str(&b));
}

int main(int argc, char **argv)
{
    if (argc < 3 || strcmp(argv[1], "--out") != 0) {
        fputs("usage: mkembed --out FOLDER FOLDER...\n", stderr);
        return 2;
    }
    struct embed e = {.mem = arena_new(TOOL_MEMORY, NULL), .folder = str_from(argv[2])};
    bool good = true;
    for (int i = 3; good && i < argc; i++) good = add_folder(&e, str_from(argv[i]), STR(""), 0);
    good = good && write_data(&e) && write_source(&e) && write_header(&e);
    arena_free(e.mem);
    return good ? 0 : 1;
}
