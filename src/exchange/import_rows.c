/* import_rows: what a row of each kind means.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "exchange/import_inside.h"
#include "exchange/sheet_time.h"
#include "gen/sql/import.h"
#include "matter/casefile.h"
#include "matter/category.h"
#include "people/unit.h"

/* ── units ────────────────────────────────────────────────────────────────────────────────────────────── */

enum { U_CODE, U_ZH, U_EN, U_KIND, U_PARENT, U_LINE, U_REMIT, U_ADDRESS, U_PHONE, U_STARTS };
const struct sheet_column import_unit_columns[] = {
    [U_CODE] = {"code", "代码|单位代码|编码|unit code", true},
    [U_ZH] = {"name_zh", "名称|单位名称|中文名称|单位|chinese name", true},
    [U_EN] = {"name_en", "英文名称|name|english name", false},
    [U_KIND] = {"kind", "类型|单位类型|type", false},
    [U_PARENT] = {"parent", "上级代码|上级单位代码|上级|parent code|territory parent", false},
    [U_LINE] = {"line", "条线上级代码|主管部门代码|line parent", false},
    [U_REMIT] = {"remit", "职责|职能", false},
    [U_ADDRESS] = {"address", "地址", false},
    [U_PHONE] = {"phone", "电话|联系电话", false},
    [U_STARTS] = {"starts", "成立日期|起始日期|since", false},
};
const int import_unit_columns_n = (int)COUNT_OF(import_unit_columns);

static enum status parent_of(struct import_row *r, int column, const char *field, unit_id *out)
{
    struct unit u;
    str code = import_text(r, column);
    if (code.n == 0) return ST_OK;
    enum status st = unit_by_code(r->db, r->mem, code, &u);
    if (st == ST_NOT_FOUND)
        return fault(r->faults, field, "No unit has this code; parents stand before their children");
    *out = u.id;
    return st;
}

static str unit_kind(struct import_row *r, unit_id parent)
{
    static const struct {
        const char *zh, *kind;
    } words[] = {
        {"部门", "department"}, {"县区", "county"}, {"区县", "county"},  {"局", "bureau"},        {"乡镇", "township"},
        {"街道", "township"},   {"村", "village"},  {"社区", "village"}, {"合作单位", "partner"},
    };
    str given = import_text(r, U_KIND);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq(given, str_from(words[i].zh))) return str_from(words[i].kind);
    if (given.n > 0) return given;
    return parent.v == r->city->root.v ? STR("department") : STR("bureau");
}

enum status import_unit(struct import_row *r)
{
    struct unit u = {
        .code = import_text(r, U_CODE),
        .name_zh = import_text(r, U_ZH),
        .name_en = import_text(r, U_EN),
        .remit = import_text(r, U_REMIT),
        .address = import_text(r, U_ADDRESS),
        .phone = import_text(r, U_PHONE),
    };
    struct unit there;
    day today = day_in_zone(&r->city->zone, db_now(r->db));
    enum status st = unit_by_code(r->db, r->mem, u.code, &there);
    if (st == ST_OK) {
        r->existed = true;
        return ST_OK;
    }
    if (st != ST_NOT_FOUND) return st;
    TRY(parent_of(r, U_PARENT, "parent", &u.territory));
    TRY(parent_of(r, U_LINE, "line", &u.line));
    if (u.territory.v == 0) u.territory = r->city->root;
    if (u.name_en.n == 0) u.name_en = u.name_zh;
    u.kind = unit_kind(r, u.territory);
    u.starts = today;
    if (import_text(r, U_STARTS).n > 0 && !sheet_day(import_text(r, U_STARTS), &r->city->zone, &u.starts))
        return fault(r->faults, "starts", "This is not a date");
    TRY(unit_put(r->db, r->mem, NULL, &u, today, r->faults));
    return r->city->unit_added == NULL ? ST_OK : r->city->unit_added(r->db, r->mem, r->city, u.id);
}

/* ── categories ───────────────────────────────────────────────────────────────────────────────────────── */

enum { C_1, C_2, C_3, C_1_EN, C_2_EN, C_3_EN };
const struct sheet_column import_category_columns[] = {
    [C_1] = {"level1", "一级分类|一级类别|大类|level 1", true},
    [C_2] = {"level2", "二级分类|二级类别|中类|level 2", false},
    [C_3] = {"level3", "三级分类|三级类别|小类|level 3", false},
    [C_1_EN] = {"level1_en", "level 1 english|一级分类英文", false},
    [C_2_EN] = {"level2_en", "level 2 english|二级分类英文", false},
    [C_3_EN] = {"level3_en", "level 3 english|三级分类英文", false},
};
const int import_category_columns_n = (int)COUNT_OF(import_category_columns);

enum status import_category(struct import_row *r)
{
    category_id parent = {0};
    r->existed = true;
    for (int level = 0; level < 3; level++) {
        struct q_import_category_named row;
        str name = import_text(r, C_1 + level);
        str english = import_text(r, C_1_EN + level);
        if (name.n == 0) return level == 0 ? fault(r->faults, "level1", "The first level has no name") : ST_OK;
        enum status st = q_import_category_named(r->db, r->mem, parent, name, &row);
        if (st == ST_OK) {
            parent = row.id;
            continue;
        }
        if (st != ST_NOT_FOUND) return st;
        struct category c = {
            .parent = parent, .name_zh = name, .name_en = english.n > 0 ? english : name, .level = level + 1};
        TRY(category_put(r->db, r->mem, NULL, &c, r->faults));
        parent = c.id;
        r->existed = false;
    }
    return ST_OK;
}

/* ── matters ──────────────────────────────────────────────────────────────────────────────────────────── */

enum { M_NO, M_SUBJECT, M_TIME, M_TEXT, M_PLACE, M_KIND, M_CATEGORY, M_ANSWER, M_ANSWER_TIME };
const struct sheet_column import_matter_columns[] = {
    [M_NO] = {"no", "留言编号|编号|工单编号|number|id|source number", true},
    [M_SUBJECT] = {"subject", "留言主题|主题|标题|title", true},
    [M_TIME] = {"time", "留言时间|时间|反映时间|登记时间|raised at|date", true},
    [M_TEXT] = {"text", "留言详情|详情|内容|反映内容|description", true},
    [M_PLACE] = {"place", "地点|地址|发生地点|location", false},
    [M_KIND] = {"kind", "类型|诉求类型|事项类型|type", false},
    [M_CATEGORY] = {"category", "分类|类别|三级分类|二级分类|一级分类|一级标签", false},
    [M_ANSWER] = {"answer", "答复意见|答复|回复|答复内容|reply", false},
    [M_ANSWER_TIME] = {"answer_time", "答复时间|回复时间|answered at|reply time", false},
};
const int import_matter_columns_n = (int)COUNT_OF(import_matter_columns);

#define SOURCE STR("import")

static str kind_of(struct import_row *r)
{
    static const struct {
        const char *zh, *kind;
    } words[] = {
        {"咨询", "enquiry"},    {"求助", "help"},           {"投诉", "complaint"}, {"举报", "report"},
        {"建议", "suggestion"}, {"意见建议", "suggestion"}, {"申诉", "claim"},     {"申诉求决", "claim"},
    };
    str given = import_text(r, M_KIND);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq(given, str_from(words[i].zh))) return str_from(words[i].kind);
    return given.n > 0 ? given : STR("help");
}

/* A row with a subject only says it all in the subject. */
static str words_of(struct import_row *r)
{
    return import_text(r, import_text(r, M_TEXT).n > 0 ? M_TEXT : M_SUBJECT);
}

static struct matter_draft draft_of(struct import_row *r, instant raised)
{
    return (struct matter_draft){
        .kind = kind_of(r),
        .channel = STR("import"),
        .unit = r->options->unit,
        .subject = str_first_points(import_text(r, M_SUBJECT), LIMIT_SUBJECT_POINTS),
        .text = str_first_points(words_of(r), LIMIT_TEXT_POINTS),
        .place = import_text(r, M_PLACE),
        .lang = STR("zh-CN"),
        .wants_public = !r->options->is_private,
        .raised_at = raised,
        .source = SOURCE,
        .source_no = import_text(r, M_NO),
        .no_receipt = true,
    };
}

/* A text longer than a form takes is still one matter: the rest goes to the first message of the raiser, so nothing is lost. */
static str rest_of(struct import_row *r, const struct matter_draft *d)
{
    return str_sub(words_of(r), d->text.n, SIZE_MAX / 2);
}

enum status import_category_of(struct import_row *r, str name, category_id *out)
{
    struct q_import_category_any c;
    enum status st = name.n > 0 ? q_import_category_any(r->db, r->mem, name, &c) : ST_NOT_FOUND;
    *out = st == ST_OK ? c.id : (category_id){0};
    return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status register_row(struct import_row *r, instant raised, struct receipt *receipt)
{
    struct matter_draft d = draft_of(r, raised);
    str rest = rest_of(r, &d);
    TRY(import_category_of(r, import_text(r, M_CATEGORY), &d.category));
    TRY(matter_check(r->db, r->mem, &d, r->faults));
    TRY(matter_register(r->db, r->mem, r->city, NULL, &d, receipt));
    if (rest.n == 0) return ST_OK;
    return message_add(r->db, r->mem, r->city, NULL, receipt->matter, str_first_points(rest, LIMIT_TEXT_POINTS),
                       r->faults);
}

static enum status answered_when(struct import_row *r, instant raised, instant *at)
{
    if (!sheet_time(import_text(r, M_ANSWER_TIME), &r->city->zone, at))
        return fault(r->faults, "answer_time", "The time of the answer cannot be read");
    if (at->ms < raised.ms) *at = raised;
    return ST_OK;
}

static enum status answer_row(struct import_row *r, casefile_id casefile, instant raised)
{
    struct casefile_command cmd = {.city = r->city, .casefile = casefile, .faults = r->faults};
    TRY(answered_when(r, raised, &cmd.at));
    return casefile_import_answer(r->db, r->mem, &cmd, import_text(r, M_ANSWER));
}

/* What no row can do without. */
static enum status known_by(struct import_row *r, instant *raised)
{
    if (import_text(r, M_NO).n == 0) return fault(r->faults, "no", "The row has no number");
    if (import_text(r, M_SUBJECT).n == 0) return fault(r->faults, "subject", "The row has no subject");
    if (!sheet_time(import_text(r, M_TIME), &r->city->zone, raised))
        return fault(r->faults, "time", "The time cannot be read");
    return ST_OK;
}

static bool is_let_through(struct import_row *r)
{
    return !r->options->is_private && !str_eq(kind_of(r), STR("report"));
}

enum status import_matter(struct import_row *r)
{
    struct q_import_matter_by_no there;
    struct receipt receipt;
    instant raised;
    str answer = import_text(r, M_ANSWER);
    TRY(known_by(r, &raised));
    enum status st = q_import_matter_by_no(r->db, r->mem, SOURCE, import_text(r, M_NO), &there);
    if (st == ST_OK) {
        bool adds = answer.n > 0 && there.answered_at.ms == 0;
        r->existed = !adds;
        return adds ? answer_row(r, there.casefile_id, raised) : ST_OK;
    }
    if (st != ST_NOT_FOUND) return st;
    TRY(register_row(r, raised, &receipt));
    if (answer.n > 0) TRY(answer_row(r, receipt.casefile, raised));
    if (!is_let_through(r)) return ST_OK;
    return matter_publish(r->db, r->mem, r->city, NULL, receipt.matter, true,
                          str_first_points(import_text(r, M_SUBJECT), LIMIT_SUBJECT_POINTS),
                          str_first_points(words_of(r), LIMIT_TEXT_POINTS), import_text(r, M_PLACE), answer, r->faults);
}

/* ── matters by the thousand ──────────────────────────────────────────────────────────────────────────────── */

bool import_matter_ready(struct import_row *r, instant now, struct matter_whole *w, str *category)
{
    instant raised;
    if (known_by(r, &raised) != ST_OK) return false;
    *w = (struct matter_whole){
        .draft = draft_of(r, raised), .answer = import_text(r, M_ANSWER), .shown = is_let_through(r)};
    *category = import_text(r, M_CATEGORY);
    if (rest_of(r, &w->draft).n > 0) return false;
    if (w->answer.n > 0 && answered_when(r, raised, &w->answered_at) != ST_OK) return false;
    return matter_whole_check(r->mem, now, w) == ST_OK;
}

static enum status check_answer(struct import_row *r, instant raised)
{
    instant at;
    str answer = import_text(r, M_ANSWER);
    if (answer.n == 0) return ST_OK;
    TRY(answered_when(r, raised, &at));
    return casefile_check_import_answer(r->mem, r->faults, &answer);
}

enum status import_matter_check(struct import_row *r, instant now, bool with_numbers)
{
    struct q_import_matter_state there;
    instant raised;
    TRY(known_by(r, &raised));
    enum status st =
        with_numbers ? q_import_matter_state(r->db, r->mem, SOURCE, import_text(r, M_NO), &there) : ST_NOT_FOUND;
    if (st == ST_OK) {
        if (import_text(r, M_ANSWER).n == 0 || there.answered_at.ms != 0) return ST_OK;
        TRY(check_answer(r, raised));
        return casefile_takes_import_answer(there.state) ? ST_OK : ST_FORBIDDEN;
    }
    if (st != ST_NOT_FOUND) return st;
    struct matter_draft d = draft_of(r, raised);
    TRY(matter_check_words(r->mem, now, &d, r->faults));
    if (rest_of(r, &d).n > 0)
        TRY(message_check(r->mem, str_first_points(rest_of(r, &d), LIMIT_TEXT_POINTS), r->faults));
    return check_answer(r, raised);
}

enum status import_any_matter(struct db *db, struct arena *mem, bool *any)
{
    struct q_import_any_matter row;
    enum status st = q_import_any_matter(db, mem, SOURCE, &row);
    *any = st == ST_OK;
    return st == ST_NOT_FOUND ? ST_OK : st;
}

enum status import_matter_is_there(struct import_row *r, str source_no, bool *there)
{
    struct q_import_matter_by_no row;
    enum status st = q_import_matter_by_no(r->db, r->mem, SOURCE, source_no, &row);
    *there = st == ST_OK;
    return st == ST_NOT_FOUND ? ST_OK : st;
}
