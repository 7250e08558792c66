/* exchange: `luoshi import` and `export`.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "exchange/export.h"
#include "exchange/import.h"
#include "people/unit.h"

static void show_progress(void *ctx, int64_t rows)
{
    (void)ctx;
    fprintf(stderr, "\r%lld rows", (long long)rows);
}

static bool fill(struct invocation *in, struct house *h, struct import_options *o)
{
    static const char *const kinds[] = {
        [IMPORT_UNITS] = "units", [IMPORT_CATEGORIES] = "categories", [IMPORT_MATTERS] = "matters"};
    struct unit unit;
    for (int i = IMPORT_UNITS; i <= IMPORT_MATTERS; i++)
        if (strcmp(in->args[0], kinds[i]) == 0) o->kind = (enum import_kind)i;
    if (o->kind == 0) {
        (void)complain("import takes units, categories or matters, not %s", in->args[0]);
        return false;
    }
    o->path = in->args[1];
    o->map = option_get(in, "map");
    o->skip_bad = option_get(in, "skip-bad");
    o->is_private = option_has(in, "private");
    o->progress = isatty(STDERR_FILENO) && !option_has(in, "quiet") ? show_progress : NULL;
    if (!option_has(in, "unit")) return true;
    if (unit_by_code(h->db, in->mem, str_from(option_get(in, "unit")), &unit) != ST_OK) {
        (void)complain("--unit: no unit has the code %s", option_get(in, "unit"));
        return false;
    }
    o->unit = unit.id;
    return true;
}

/* What the reader could not do for the person. */
static void tell_notes(const struct sheet_notes *n)
{
    if (n->merged > 0)
        printf("%lld merged areas (the first: %s): only the first cell of each has the value\n", (long long)n->merged,
               n->merged_at);
    if (n->unsaved > 0) printf("%lld formulas had no saved value and were read as empty\n", (long long)n->unsaved);
    if (n->other_sheets > 0) printf("%d other worksheets were not read\n", n->other_sheets);
}

int command_import(struct invocation *in)
{
    struct house h;
    struct import_options o = {0};
    struct import_result r = {0};
    int64_t begin = time_monotonic_ns();
    if (!house_open(in, &h, HOUSE_BESIDE)) return 1;
    if (!fill(in, &h, &o)) {
        house_close(&h);
        return 2;
    }
    enum status st = import_run(h.db, in->mem, &h.city, &o, &r);
    house_close(&h);
    double seconds = (double)(time_monotonic_ns() - begin) / 1e9;
    if (o.progress != NULL) fputc('\r', stderr);
    const char *why = r.why.text[0] != 0 ? r.why.text : status_name(st);
    if (st != ST_OK && r.kept == 0) return complain("nothing was imported: %s", why);
    if (st != ST_OK)
        return complain("the first %lld rows are in, the import stopped there: %s; import the same file again to go on",
                        (long long)r.kept, why);
    printf("%lld rows read, %lld imported, %lld skipped (there already), %lld bad, %.0f rows a second\n",
           (long long)r.read, (long long)r.imported, (long long)r.skipped, (long long)r.bad,
           (double)r.read / (seconds > 0 ? seconds : 1));
    tell_notes(&r.notes);
    if (r.bad > 0) printf("the bad rows are in %s with their reasons; the first: %s\n", o.skip_bad, r.why.text);
    return 0;
}

int command_export(struct invocation *in)
{
    struct house h;
    int64_t rows = 0;
    if (strcmp(in->args[0], "matters") != 0) return complain("export takes matters, not %s", in->args[0]);
    if (!house_open(in, &h, HOUSE_READ_ONLY)) return 1;
    enum status st = export_matters(h.db, in->mem, &h.city, in->args[1], option_has(in, "private"), &rows);
    house_close(&h);
    if (st != ST_OK) return complain("%s was not written: %s", in->args[1], status_name(st));
    printf("%lld rows written to %s\n", (long long)rows, in->args[1]);
    return 0;
}
