/* package: the only file that names libzip.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/package.h"

#include <unistd.h>
#include <zip.h>

#include "base/limits.h"

#define PARTS_MAX  10000                           /* a workbook with pictures has hundreds */
#define RATIO_FREE ((zip_uint64_t)4 * 1024 * 1024) /* small parts may pack very well: an empty styled sheet */

struct package {
    struct arena *mem;
    zip_t *zip;
};

struct package_part {
    zip_file_t *file;
    zip_uint64_t packed;
    zip_uint64_t done;
};

static void discard(void *arg)
{
    struct package *p = arg;
    if (p->zip) zip_discard(p->zip);
    p->zip = NULL;
}

static void close_part(void *arg)
{
    struct package_part *part = arg;
    if (part->file) zip_fclose(part->file);
    part->file = NULL;
}

static enum package_result meaning(int code)
{
    switch (code) {
    case ZIP_ER_NOENT: return PACKAGE_ABSENT;
    case ZIP_ER_MEMORY: return PACKAGE_MEMORY;
    case ZIP_ER_ENCRNOTSUPP:
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
    case ZIP_ER_COMPNOTSUPP: return PACKAGE_LOCKED;
    default: return PACKAGE_DAMAGED;
    }
}

enum package_result package_open(struct arena *mem, int fd, struct package **out)
{
    struct package *p = NEW(mem, struct package);
    int code = 0;
    p->mem = mem;
    arena_defer(mem, discard, p);
    int own = dup(fd); /* libzip closes what it is given */
    if (own < 0) return PACKAGE_MEMORY;
    p->zip = zip_fdopen(own, 0, &code);
    if (!p->zip) {
        close(own);
        return meaning(code);
    }
    if (zip_get_num_entries(p->zip, 0) > PARTS_MAX) return PACKAGE_HUGE;
    *out = p;
    return PACKAGE_FINE;
}

void package_close(struct package *p)
{
    if (p) discard(p);
}

bool package_has(struct package *p, const char *name)
{
    return zip_name_locate(p->zip, name, ZIP_FL_NOCASE) >= 0;
}

enum package_result package_part_open(struct package *p, const char *name, struct package_part **out)
{
    struct package_part *part = NEW(p->mem, struct package_part);
    zip_stat_t st;
    arena_defer(p->mem, close_part, part);
    if (zip_stat(p->zip, name, ZIP_FL_NOCASE, &st) != 0) return meaning(zip_error_code_zip(zip_get_error(p->zip)));
    if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE) return PACKAGE_LOCKED;
    if (!(st.valid & ZIP_STAT_COMP_SIZE) || !(st.valid & ZIP_STAT_INDEX)) return PACKAGE_DAMAGED;
    part->packed = st.comp_size;
    part->file = zip_fopen_index(p->zip, st.index, 0);
    if (!part->file) return meaning(zip_error_code_zip(zip_get_error(p->zip)));
    *out = part;
    return PACKAGE_FINE;
}

enum package_result package_part_read(struct package_part *part, char *to, size_t cap, size_t *got)
{
    *got = 0;
    zip_int64_t n = zip_fread(part->file, to, cap);
    if (n < 0) return meaning(zip_error_code_zip(zip_file_get_error(part->file)));
    part->done += (zip_uint64_t)n;
    if (part->done > LIMIT_SHEET_BYTES) return PACKAGE_HUGE;
    if (part->done > RATIO_FREE && part->done / LIMIT_SHEET_RATIO > part->packed) return PACKAGE_BOMB;
    *got = (size_t)n;
    return PACKAGE_FINE;
}

void package_part_close(struct package_part *part)
{
    if (part) close_part(part);
}
