/* export: see export.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/export.h"

#include "exchange/sheet_write.h"
#include "gen/sql/import.h"

struct exporting {
    struct sheet_writer *w;
    bool with_private;
    int64_t rows;
};

static enum status one(void *ctx, const struct q_import_export_each *r)
{
    struct exporting *e = ctx;
    bool original = e->with_private;
    sheet_write_text(e->w, r->ref);
    sheet_write_text(e->w, r->kind);
    sheet_write_text(e->w, r->channel);
    sheet_write_text(e->w, r->category_zh);
    sheet_write_text(e->w, r->unit_zh);
    sheet_write_text(e->w, r->state);
    sheet_write_time(e->w, r->raised_at);
    sheet_write_time(e->w, r->answered_at);
    sheet_write_text(e->w, original ? r->subject : r->shown_subject);
    sheet_write_text(e->w, original ? r->text : r->shown_text);
    sheet_write_text(e->w, original ? r->place : r->shown_place);
    sheet_write_text(e->w, original ? r->answer_done : r->answer_shown);
    e->rows++;
    return sheet_write_row_end(e->w);
}

enum status export_matters(struct db *db, struct arena *mem, const struct city *city, const char *path,
                           bool with_private, int64_t *rows)
{
    static const char *const heads[] = {"编号 ref",      "类型 kind",  "渠道 channel",    "分类 category",
                                        "主办单位 unit", "状态 state", "反映时间 raised", "答复时间 answered",
                                        "主题 subject",  "内容 text",  "地点 place",      "答复 answer"};
    struct sheet_write_options options = {.bom = true, .zone = &city->zone, .now = db_now(db)};
    struct exporting e = {.with_private = with_private};
    TRY(sheet_write_open(mem, path, &options, &e.w));
    for (size_t i = 0; i < COUNT_OF(heads); i++) sheet_write_heading(e.w, str_from(heads[i]));
    TRY(sheet_write_row_end(e.w));
    TRY(q_import_export_each(db, mem, with_private, one, &e));
    *rows = e.rows;
    return sheet_write_finish(e.w);
}
