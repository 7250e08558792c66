/* overview_sheet_pages: what an overview shows, as a sheet: the same rows and figures as the page with the same address, in its language.
 * SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "campaign/shared_pages.h"
#include "exchange/pages.h"
#include "exchange/sheet_write.h"
#include "insight/seen.h"
#include "web/req.h"

struct sheet_page {
    struct req *rq;
    struct unit unit;
    struct campaign campaign; /* id 0: none */
    struct seen seen;
    struct sheet_writer *w;
    str folder, path;
};

static void heading(struct sheet_page *s, const char *label)
{
    sheet_write_heading(s->w, req_tr(s->rq, label));
}

/* Units */

static enum status unit_heads(struct sheet_page *s)
{
    size_t n;
    heading(s, "Unit number");
    heading(s, "Unit");
    heading(s, "What is counted");
    for (size_t i = 0; i < SEEN_FIGURES; i++) heading(s, seen_figure_label[i]);
    const struct campaign_figure_view *f = campaign_figures(s->rq, &(struct rollup){0}, STR(""), &n);
    for (size_t i = 0; i < n && s->campaign.id.v != 0; i++)
        sheet_write_heading(s->w, str_format(s->rq->mem, "%.*s: %.*s", STR_ARG(s->campaign.ref), STR_ARG(f[i].label)));
    return sheet_write_row_end(s->w);
}

static enum status unit_row(struct sheet_page *s, const struct seen_row *r)
{
    size_t n;
    const char *what = r->level == 0 ? "Own level" : "With the levels below";
    if (r->more_of.n > 0) return ST_OK;
    sheet_write_text(s->w, r->matters.code);
    sheet_write_text(s->w, req_name(s->rq, r->matters.name_en, r->matters.name_zh));
    sheet_write_text(s->w, req_tr(s->rq, what));
    for (size_t i = 0; i < SEEN_FIGURES; i++) sheet_write_int(s->w, seen_figure(&r->matters, i));
    const struct campaign_figure_view *f = campaign_figures(s->rq, &r->duties, STR(""), &n);
    for (size_t i = 0; i < n && s->campaign.id.v != 0; i++) sheet_write_int(s->w, f[i].n);
    return sheet_write_row_end(s->w);
}

static enum status write_units(struct sheet_page *s)
{
    TRY(unit_heads(s));
    for (size_t i = 0; i < s->seen.n; i++) TRY(unit_row(s, &s->seen.row[i]));
    return ST_OK;
}

/* Actions */

static enum status write_actions(struct sheet_page *s)
{
    static const char *const heads[] = {"Action", "Stage", "Line", "done", "still owed", "excused", "done otherwise"};
    struct rollup_action *list;
    size_t n;
    if (s->campaign.id.v == 0) return ST_NOT_FOUND;
    for (size_t i = 0; i < COUNT_OF(heads); i++) heading(s, heads[i]);
    TRY(sheet_write_row_end(s->w));
    TRY(rollup_actions(s->rq->db, s->rq->mem, &s->campaign, s->unit.id, s->seen.n > 1, &list, &n));
    for (size_t i = 0; i < n; i++) {
        sheet_write_text(s->w, list[i].name);
        sheet_write_text(s->w, list[i].stage_name);
        sheet_write_text(s->w, list[i].line.n == 0 ? STR("") : req_tr(s->rq, aim_line_label(list[i].line)));
        sheet_write_int(s->w, list[i].n.done);
        sheet_write_int(s->w, list[i].n.owed);
        sheet_write_int(s->w, list[i].n.waived);
        sheet_write_int(s->w, list[i].n.adapted);
        TRY(sheet_write_row_end(s->w));
    }
    return ST_OK;
}

/* The file: sheets are written to a name, so it has one in a folder of its own until it is read back. */

static void forget(const struct sheet_page *s)
{
    (void)unlink(s->path.p);
    (void)rmdir(s->folder.p);
}

static enum status read_back(struct sheet_page *s, str *out)
{
    FILE *f = fopen(s->path.p, "rb");
    enum status st = ST_IO;
    if (f == NULL) return ST_IO;
    long n = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    if (n >= 0 && fseek(f, 0, SEEK_SET) == 0) {
        char *bytes = NEWN(s->rq->mem, char, (size_t)n + 1);
        *out = (str){bytes, fread(bytes, 1, (size_t)n, f)};
        st = out->n == (size_t)n ? ST_OK : ST_IO;
    }
    (void)fclose(f);
    return st;
}

static enum status read_seen(struct sheet_page *s)
{
    struct req *rq = s->rq;
    TRY(seen_unit(rq->db, rq->mem, &rq->actor, req_query(rq, "unit"), &s->unit));
    TRY(seen_campaign(rq->db, rq->mem, s->unit.id, req_query(rq, "campaign"), &s->campaign));
    struct seen_ask ask = {.unit = s->unit,
                           .today = rq->today,
                           .below = seen_below(rq->db, rq->mem, &rq->actor, s->unit.id),
                           .after = req_query(rq, "after"),
                           .open = req_query(rq, "open"),
                           .campaign = s->campaign.id};
    return seen_read(rq->db, rq->mem, &ask, &s->seen);
}

static enum status answer(struct req *rq, const char *name, bool xlsx, enum status (*write)(struct sheet_page *))
{
    struct sheet_page s = {.rq = rq};
    struct sheet_write_options options = {.bom = true, .zone = &rq->city->zone, .now = rq->now};
    str bytes;
    char folder[] = "/tmp/luoshi-sheet-XXXXXX";
    TRY(read_seen(&s));
    if (mkdtemp(folder) == NULL) return ST_IO;
    s.folder = str_copy(rq->mem, str_from(folder));
    s.path = str_format(rq->mem, "%s/%s", folder, name);
    enum status st = sheet_write_open(rq->mem, s.path.p, &options, &s.w);
    if (st == ST_OK) st = write(&s);
    if (st == ST_OK) st = sheet_write_finish(s.w);
    else if (s.w != NULL) sheet_write_drop(s.w);
    if (st == ST_OK) st = read_back(&s, &bytes);
    forget(&s);
    TRY(st);
    respond_header(rq, STR("Content-Disposition"),
                   str_format(rq->mem, "attachment; filename=\"%.*s-%s\"", STR_ARG(s.unit.code), name));
    return respond_bytes(rq, 200,
                         xlsx ? STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
                              : STR("text/csv; charset=utf-8"),
                         bytes);
}

static enum status page_units_xlsx(struct req *rq)
{
    return answer(rq, "units.xlsx", true, write_units);
}
static enum status page_units_csv(struct req *rq)
{
    return answer(rq, "units.csv", false, write_units);
}
static enum status page_actions_xlsx(struct req *rq)
{
    return answer(rq, "actions.xlsx", true, write_actions);
}
static enum status page_actions_csv(struct req *rq)
{
    return answer(rq, "actions.csv", false, write_actions);
}

static const struct route rows[] = {
    {HTTP_GET, "/overview/units.xlsx", SIGNED_IN, NO_BODY, page_units_xlsx, ROUTE_BLOCKS,
     "the overview's units as a workbook"},
    {HTTP_GET, "/overview/units.csv", SIGNED_IN, NO_BODY, page_units_csv, ROUTE_BLOCKS,
     "the same, separated by commas"},
    {HTTP_GET, "/overview/actions.xlsx", SIGNED_IN, NO_BODY, page_actions_xlsx, ROUTE_BLOCKS,
     "a campaign's actions as a workbook"},
    {HTTP_GET, "/overview/actions.csv", SIGNED_IN, NO_BODY, page_actions_csv, ROUTE_BLOCKS,
     "the same, separated by commas"},
};
const struct route_list overview_sheet_route_list = {rows, COUNT_OF(rows)};
