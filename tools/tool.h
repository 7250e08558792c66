/* tool: files in and out, for the generators of this folder. Header-only, so that each tool stays one program.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef LUOSHI_TOOLS_TOOL_H
#define LUOSHI_TOOLS_TOOL_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define TOOL_MEMORY ((size_t)1 << 30) /* a build machine has it; a runaway generator is stopped */

/* False with a message on standard error. */
UNUSED static bool tool_read(struct arena *mem, str path, str *out)
{
    FILE *f = fopen(str_z(mem, path), "rb");
    struct buf b;
    char piece[1 << 16];
    size_t n;
    if (f == NULL) {
        fprintf(stderr, "%.*s: cannot be read: %s\n", STR_ARG(path), strerror(errno));
        return false;
    }
    buf_init(&b, mem, sizeof piece, TOOL_MEMORY);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add_bytes(&b, piece, n);
    bool bad = ferror(f) != 0;
    (void)fclose(f);
    if (bad) fprintf(stderr, "%.*s: cannot be read\n", STR_ARG(path));
    *out = buf_str(&b);
    return !bad;
}

/* The folder of `path` and those above it. */
UNUSED static void tool_make_folders(struct arena *mem, str path)
{
    char *z = str_z(mem, path);
    for (size_t i = 1; i < path.n; i++) {
        if (z[i] != '/') continue;
        z[i] = '\0';
        (void)mkdir(z, 0777);
        z[i] = '/';
    }
}

/* Leaves a file that already says the same untouched, so that make does not rebuild what depends on it. */
UNUSED static bool tool_write(struct arena *mem, str path, str content)
{
    struct stat info;
    const char *z = str_z(mem, path);
    str old;
    if (stat(z, &info) == 0 && (size_t)info.st_size == content.n && tool_read(mem, path, &old) &&
        str_eq(old, content)) {
        return true;
    }
    tool_make_folders(mem, path);
    FILE *f = fopen(z, "wb");
    bool good = f != NULL && fwrite(content.p, 1, content.n, f) == content.n;
    if (f != NULL && fclose(f) != 0) good = false;
    if (!good) {
        fprintf(stderr, "%s: cannot be written: %s\n", z, strerror(errno));
        if (f != NULL) (void)remove(z);
    }
    return good;
}

/* The part of `path` after the last slash, without its last extension. */
UNUSED static str tool_stem(str path)
{
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/') from--;
    size_t end = path.n;
    for (size_t i = path.n; i > from + 1; i--) {
        if (path.p[i - 1] == '.') {
            end = i - 1;
            break;
        }
    }
    return str_sub(path, from, end - from);
}

/* Appends s as the inside of a C string literal: readable, safe against trigraphs and hidden bidi controls. */
UNUSED static void tool_c_literal(struct buf *b, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        unsigned char next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
        unsigned char third = i + 2 < s.n ? (unsigned char)s.p[i + 2] : 0;
        bool bidi =
            c == 0xE2 && ((next == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE))) ||
                          (next == 0x81 && third >= 0xA6 && third <= 0xA9));
        if (c == '"' || c == '\\') {
            buf_format(b, "\\%c", c);
        } else if (c == '\n') {
            buf_add(b, STR("\\n"));
        } else if (c < 0x20 || c == 0x7F || bidi || (c == 0xD8 && next == 0x9C)) {
            buf_format(b, "\\%03o", (unsigned)c);
        } else if (c == '?' && i > 0 && s.p[i - 1] == '?') {
            buf_add(b, STR("\\?"));
        } else {
            buf_add_byte(b, (char)c);
        }
    }
}

#endif
