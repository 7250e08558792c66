/* sheet_book: relations, workbook, styles and shared texts.
 *
 * Parts are found by their relations, as ECMA-376 wants, not by their usual names: "_rels/.rels" names the workbook,
 * the workbook's own relations name worksheets, styles and texts. A number is a date when the number format of its cell
 * style shows a part of a date; ids 14 to 22 and the East Asian ones are built in.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet_book.h"

#define RELATIONS_MAX 512
#define FORMATS       65536 /* number formats and cell styles known by id; a workbook has fewer than 65,000 of each */
#define SHARED_BLOCK  4096
#define SHARED_BLOCKS 4096 /* 16 million shared texts */

enum where {
    AT_TOP,
    IN_RELATIONS,
    IN_RELATION,
    IN_WORKBOOK,
    IN_WORKBOOK_PR,
    IN_SHEETS,
    IN_SHEET_NAME,
    IN_STYLES,
    IN_FORMATS,
    IN_FORMAT,
    IN_CELL_STYLES,
    IN_CELL_STYLE,
    IN_SHARED,
    IN_ITEM,
    IN_RUN,
    IN_TEXT,
    IN_RUN_TEXT,
};

static const struct sheet_move moves[] = {
    {IN_SHARED, STR_INIT("si"), IN_ITEM},
    {IN_ITEM, STR_INIT("t"), IN_TEXT},
    {IN_ITEM, STR_INIT("r"), IN_RUN},
    {IN_RUN, STR_INIT("t"), IN_RUN_TEXT},
    {AT_TOP, STR_INIT("sst"), IN_SHARED},
    {AT_TOP, STR_INIT("styleSheet"), IN_STYLES},
    {IN_STYLES, STR_INIT("numFmts"), IN_FORMATS},
    {IN_FORMATS, STR_INIT("numFmt"), IN_FORMAT},
    {IN_STYLES, STR_INIT("cellXfs"), IN_CELL_STYLES},
    {IN_CELL_STYLES, STR_INIT("xf"), IN_CELL_STYLE},
    {AT_TOP, STR_INIT("workbook"), IN_WORKBOOK},
    {IN_WORKBOOK, STR_INIT("workbookPr"), IN_WORKBOOK_PR},
    {IN_WORKBOOK, STR_INIT("sheets"), IN_SHEETS},
    {IN_SHEETS, STR_INIT("sheet"), IN_SHEET_NAME},
    {AT_TOP, STR_INIT("Relationships"), IN_RELATIONS},
    {IN_RELATIONS, STR_INIT("Relationship"), IN_RELATION},
};

enum relation_type { DOCUMENT_PART = 1, SHEET_PART, STYLES_PART, SHARED_PART };

struct relation {
    enum relation_type type;
    char id[64];
    char target[SHEET_PATH_BYTES];
};

struct sheet_book {
    struct sheet_stream stream;
    struct package *package;
    struct relation relation[RELATIONS_MAX];
    int relations;
    char base[SHEET_PATH_BYTES]; /* folder of the part whose relations are read */
    char part[SHEET_PATH_BYTES]; /* the chosen worksheet */
    bool since_1904;
    unsigned char date_format[FORMATS / 8]; /* a bit each: number format shows a date or time */
    unsigned char date_style[FORMATS / 8];  /* a bit each: cell style uses such a format */
    int styles;
    str *shared[SHARED_BLOCKS];
    size_t shared_n;
    struct sheet_bytes text; /* the shared text being read */
};

static bool bit_get(const unsigned char *bits, int64_t i)
{
    return i >= 0 && i < FORMATS && (bits[i / 8] >> (i % 8) & 1);
}

static void bit_set(unsigned char *bits, int64_t i, bool on)
{
    if (i < 0 || i >= FORMATS) return;
    unsigned char mask = (unsigned char)(1U << (i % 8));
    if (on) bits[i / 8] |= mask;
    else bits[i / 8] &= (unsigned char)~mask;
}

/* --- relations and workbook ------------------------------------------------------------------------------------- */

/* base "xl/" and target "../docs/a.xml" or "/xl/a.xml" make a part name. */
static void part_name(const char *base, str target, char out[SHEET_PATH_BYTES])
{
    str folder = str_from(base);
    if (str_starts(target, STR("/"))) {
        target = str_sub(target, 1, target.n);
        folder.n = 0;
    }
    while (str_starts(target, STR("./")) || str_starts(target, STR("../"))) {
        bool up = target.p[1] == '.';
        target = str_sub(target, up ? 3 : 2, target.n);
        if (!up || folder.n == 0) continue;
        folder.n--;
        while (folder.n > 0 && folder.p[folder.n - 1] != '/') folder.n--;
    }
    char both[SHEET_PATH_BYTES * 2];
    int n = snprintf(both, sizeof both, "%.*s%.*s", STR_ARG(folder), STR_ARG(target));
    sheet_keep_name(out, SHEET_PATH_BYTES, (str){both, n > 0 && (size_t)n < sizeof both ? (size_t)n : sizeof both});
}

static void read_relation(struct sheet_book *b, const struct xml_tag *tag)
{
    static const struct {
        str end;
        enum relation_type type;
    } types[] = {
        {STR_INIT("/officeDocument"), DOCUMENT_PART},
        {STR_INIT("/worksheet"), SHEET_PART},
        {STR_INIT("/styles"), STYLES_PART},
        {STR_INIT("/sharedStrings"), SHARED_PART},
    };
    str type, id, target, mode;
    if (b->relations == RELATIONS_MAX || !xml_tag_value(tag, STR("Type"), &type) ||
        !xml_tag_value(tag, STR("Id"), &id) || !xml_tag_value(tag, STR("Target"), &target))
        return;
    if (xml_tag_value(tag, STR("TargetMode"), &mode) && str_eq(mode, STR("External"))) return;
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (!str_ends(type, types[i].end)) continue;
        struct relation *r = &b->relation[b->relations++];
        r->type = types[i].type;
        sheet_keep_name(r->id, sizeof r->id, id);
        part_name(b->base, target, r->target);
        return;
    }
}

static const struct relation *relation_by_type(const struct sheet_book *b, enum relation_type type)
{
    for (int i = 0; i < b->relations; i++)
        if (b->relation[i].type == type && b->relation[i].target[0]) return &b->relation[i];
    return NULL;
}

static void read_sheet_name(struct sheet *s, const struct xml_tag *tag)
{
    struct sheet_book *b = s->book;
    str state, id, name;
    const struct relation *r = NULL;
    if (xml_tag_value(tag, STR("state"), &state) && !str_eq(state, STR("visible"))) return;
    if (!xml_tag_value(tag, STR("id"), &id)) return;
    for (int i = 0; i < b->relations && !r; i++)
        if (b->relation[i].type == SHEET_PART && b->relation[i].target[0] && str_eq(str_from(b->relation[i].id), id))
            r = &b->relation[i];
    if (!r) return; /* a chart or a macro sheet */
    if (b->part[0]) {
        s->notes.other_sheets++;
        return;
    }
    sheet_keep_name(b->part, sizeof b->part, str_from(r->target));
    if (!xml_tag_value(tag, STR("name"), &name)) return;
    name = str_first_points(name, 64);
    char *copy = arena_try_alloc(s->mem, name.n + 1, 1, 1);
    if (!copy) {
        sheet_stream_no_memory(&b->stream);
        return;
    }
    memcpy(copy, name.p, name.n);
    s->notes.sheet_name = (str){copy, name.n};
}

/* --- styles ----------------------------------------------------------------------------------------------------- */

/* Does a number format show a part of a date or of the time of day? Only its first section counts; quoted words,
 * escaped characters, colours and elapsed times ([h]:mm) do not. */
static bool is_date_format(str f)
{
    for (size_t i = 0; i < f.n && f.p[i] != ';'; i++) {
        char c = f.p[i];
        if (c == '"' || c == '[') {
            char close = c == '"' ? '"' : ']';
            size_t start = i + 1;
            for (i++; i < f.n && f.p[i] != close; i++) continue;
            if (c == '[' && i == start + 1 && memchr("hHmMsS", f.p[start], 6)) return false;
        } else if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (c != '\0' && memchr("yYmMdDhHsS", c, 10)) {
            return true;
        }
    }
    return false;
}

static void builtin_formats(struct sheet_book *b)
{
    static const int from_to[][2] = {{14, 22}, {27, 36}, {45, 45}, {47, 47}, {50, 58}, {71, 81}};
    for (size_t i = 0; i < COUNT_OF(from_to); i++)
        for (int id = from_to[i][0]; id <= from_to[i][1]; id++) bit_set(b->date_format, id, true);
}

static void read_format(struct sheet_book *b, const struct xml_tag *tag)
{
    str code;
    if (xml_tag_value(tag, STR("formatCode"), &code))
        bit_set(b->date_format, sheet_number_value(tag, STR("numFmtId")), is_date_format(code));
}

/* --- shared texts ----------------------------------------------------------------------------------------------- */

/* A text too long for a cell is kept as NULL, so that the cell that uses it can be named. */
static void keep_shared(struct sheet *s)
{
    struct sheet_book *b = s->book;
    size_t block = b->shared_n / SHARED_BLOCK;
    if (block == SHARED_BLOCKS) {
        sheet_stream_refuse(&b->stream, SHEET_TOO_LARGE, 0, 0, "more than %d different texts",
                            SHARED_BLOCK * SHARED_BLOCKS);
        return;
    }
    if (!b->shared[block]) b->shared[block] = arena_try_alloc(s->mem, SHARED_BLOCK, sizeof(str), _Alignof(str));
    bool fits = b->text.n <= LIMIT_SHEET_CELL;
    str text = fits ? sheet_gathered(&b->text, 0) : (str){NULL, 0};
    char *copy = fits ? arena_try_alloc(s->mem, text.n + 1, 1, 1) : NULL;
    if (!b->shared[block] || (fits && !copy)) {
        sheet_stream_no_memory(&b->stream);
        return;
    }
    if (fits) memcpy(copy, text.p, text.n);
    b->shared[block][b->shared_n++ % SHARED_BLOCK] = (str){copy, text.n};
}

/* --- events ----------------------------------------------------------------------------------------------------- */

static void on_enter(struct sheet *s, int to, const struct xml_tag *tag)
{
    struct sheet_book *b = s->book;
    if (to == IN_ITEM) b->text.n = 0;
    if (to == IN_RELATION) read_relation(b, tag);
    if (to == IN_SHEET_NAME) read_sheet_name(s, tag);
    if (to == IN_WORKBOOK_PR) b->since_1904 = sheet_true_value(tag, STR("date1904"));
    if (to == IN_FORMAT) read_format(b, tag);
    if (to == IN_CELL_STYLE && b->styles < FORMATS)
        bit_set(b->date_style, b->styles++, bit_get(b->date_format, sheet_number_value(tag, STR("numFmtId"))));
}

static void on_leave(struct sheet *s, int was)
{
    if (was == IN_ITEM) keep_shared(s);
}

static void on_text(struct sheet *s, int at, str piece)
{
    struct sheet_book *b = s->book;
    if (at != IN_TEXT && at != IN_RUN_TEXT) return;
    piece = str_sub(piece, 0, LIMIT_SHEET_CELL + 1 - b->text.n); /* one too many is enough to know */
    if (!sheet_bytes_add(s->mem, &b->text, piece.p, piece.n)) sheet_stream_no_memory(&b->stream);
}

static const struct sheet_grammar grammar = {moves, COUNT_OF(moves), on_enter, on_leave, on_text};

/* --- parts ------------------------------------------------------------------------------------------------------ */

static enum status read_part(struct sheet *s, const char *name)
{
    struct sheet_book *b = s->book;
    TRY(sheet_stream_open(&b->stream, s, b->package, name, &grammar));
    while (!b->stream.ended) TRY(sheet_stream_feed(&b->stream));
    sheet_stream_close(&b->stream);
    return ST_OK;
}

static enum status read_optional_part(struct sheet *s, enum relation_type type)
{
    const struct relation *r = relation_by_type(s->book, type);
    return r && package_has(s->book->package, r->target) ? read_part(s, r->target) : ST_OK;
}

/* Relations of "xl/workbook.xml" are in "xl/_rels/workbook.xml.rels"; of the package, in "_rels/.rels". */
static enum status read_relations(struct sheet *s, const char *part)
{
    struct sheet_book *b = s->book;
    char name[SHEET_PATH_BYTES * 2 + 16];
    const char *slash = strrchr(part, '/');
    const char *leaf = slash ? slash + 1 : part;
    sheet_keep_name(b->base, sizeof b->base, (str){part, (size_t)(leaf - part)});
    snprintf(name, sizeof name, "%s_rels/%s.rels", b->base, leaf);
    b->relations = 0;
    return read_part(s, name);
}

/* A zip that is no workbook: say what it is. */
static enum status refuse_kind(struct sheet *s)
{
    static const struct {
        const char *part, *reason;
    } kinds[] = {
        {"xl/workbook.bin", "this is a binary workbook (.xlsb); save it as .xlsx"},
        {"word/document.xml", "this is a Word document, not a table; copy the table into a workbook"},
        {"ppt/presentation.xml", "these are slides, not a table"},
        {"content.xml", "this is an OpenDocument file (.ods); save it as .xlsx"},
    };
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (package_has(s->book->package, kinds[i].part))
            return sheet_fail(s, ST_INVALID, SHEET_NOT_A_TABLE, 0, 0, "%s", kinds[i].reason);
    return sheet_fail(s, ST_INVALID, SHEET_NOT_A_TABLE, 0, 0,
                      "this is a zip archive without a workbook; unpack it and hand in the table inside");
}

/* Which part is the workbook, and what belongs to it. */
static enum status read_workbook(struct sheet *s)
{
    struct sheet_book *b = s->book;
    char workbook[SHEET_PATH_BYTES] = "xl/workbook.xml";
    if (package_has(b->package, "_rels/.rels")) {
        TRY(read_relations(s, ""));
        const struct relation *r = relation_by_type(b, DOCUMENT_PART);
        if (r) sheet_keep_name(workbook, sizeof workbook, str_from(r->target));
    }
    if (!package_has(b->package, workbook) || !str_ends(str_from(workbook), STR(".xml"))) return refuse_kind(s);
    if (package_has(b->package, "word/document.xml") || package_has(b->package, "ppt/presentation.xml"))
        return refuse_kind(s);
    TRY(read_relations(s, workbook));
    TRY(read_part(s, workbook));
    if (!b->part[0]) return sheet_fail(s, ST_INVALID, SHEET_EMPTY, 0, 0, "the workbook has no visible worksheet");
    return ST_OK;
}

enum status sheet_book_read(struct sheet *s, struct package *package, struct sheet_book **out)
{
    struct sheet_book *b = NEW(s->mem, struct sheet_book);
    s->book = *out = b;
    b->package = package;
    TRY(read_workbook(s));
    builtin_formats(b);
    TRY(read_optional_part(s, STYLES_PART));
    return read_optional_part(s, SHARED_PART);
}

const char *sheet_book_part(const struct sheet_book *b)
{
    return b->part;
}

bool sheet_book_since_1904(const struct sheet_book *b)
{
    return b->since_1904;
}

bool sheet_book_is_date(const struct sheet_book *b, int64_t style)
{
    return bit_get(b->date_style, style < 0 ? 0 : style);
}

const str *sheet_book_text(const struct sheet_book *b, int64_t index)
{
    if (index < 0 || (uint64_t)index >= b->shared_n) return NULL;
    return &b->shared[index / SHARED_BLOCK][index % SHARED_BLOCK];
}

void sheet_book_close(struct sheet_book *b)
{
    if (b) sheet_stream_close(&b->stream);
}
