/* Workbooks: the good, the odd and the hostile.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "exchange/sheet_time.h"
#include "exchange/sheet_world.h"

#define SST "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
#define STYLES                                                                                                         \
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts>"                        \
    "<numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot; h:mm\"/>"               \
    "<numFmt numFmtId=\"165\" formatCode=\"&quot;days: &quot;0.0_d;[Red]-0\"/>"                                        \
    "<numFmt numFmtId=\"166\" formatCode=\"[h]:mm\"/>"                                                                 \
    "<numFmt numFmtId=\"167\" formatCode=\"[$-804]aaaa;@\"/></numFmts>"                                                \
    "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/>"            \
    "<xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"22\"/><xf numFmtId=\"57\"/><xf numFmtId=\"20\"/>"      \
    "</cellXfs></styleSheet>"

static int setup(void **state)
{
    static struct sheet_world w;
    sheet_world_open(&w);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    sheet_world_close(*state);
    return 0;
}

static const struct sheet_error *why(void **state)
{
    return &((struct sheet_world *)*state)->why;
}

static const char *rows(void **state, const char *inside)
{
    static const char shared[] = SST "<si><t xml:space=\"preserve\"> 落实\n</t></si>"
                                     "<si><r><rPr><b/></rPr><t>一</t></r><r><t xml:space=\"preserve\"> 二</t></r><rPh "
                                     "sb=\"0\" eb=\"1\"><t>yi</t></rPh></si>"
                                     "<si><t>a_x000D_\nb_x005F_x000D_c_xZZZZ_</t></si><si/></sst>";
    return sheet_world_rows(*state, sheet_world_book(*state, inside, shared, STYLES));
}

static const char *data_rows(void **state, const char *data)
{
    struct sheet_world *w = *state;
    return rows(state, str_z(w->mem, str_format(w->mem, "<sheetData>%s</sheetData>", data)));
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static void texts_of_every_kind_are_read(void **state)
{
    struct sheet_world *w = *state;
    assert_string_equal(
        data_rows(state, "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
                         "<c r=\"D1\" t=\"s\"><v>2</v></c><c r=\"E1\" t=\"s\"><v>3</v></c></row>"
                         "<row r=\"4\"><c r=\"B4\" t=\"inlineStr\"><is><t>&#30041;&amp;</t></is></c>"
                         "<c r=\"C4\" t=\"inlineStr\"><is><r><t>x</t></r><r><t><![CDATA[<y>]]></t></r></is></c>"
                         "<c r=\"D4\" t=\"str\"><f>A1&amp;B1</f><v>z</v></c></row>"),
        "1:落实|一 二||a\nb_x000D_c_xZZZZ_ 4:|留&|x<y>|z");
    struct sheet_notes notes = sheet_notes(w->sheet);
    assert_true(str_eq(notes.sheet_name, STR("R&D 表")));
    assert_int_equal(notes.other_sheets, 1); /* the hidden one does not count */
    assert_int_equal(notes.formulas, 1);
    assert_int_equal(notes.unsaved, 0);
    assert_string_equal(notes.coding, "xlsx");
}

static void numbers_read_as_a_person_would_write_them(void **state)
{
    assert_string_equal(
        data_rows(state, "<row><c><v>188006</v></c><c t=\"n\"><v>1.88006E5</v></c><c><v>4.0999999999999996</v></c>"
                         "<c><v>4.40106199001011E+17</v></c><c><v>-0.5</v></c><c><v>-0</v></c>"
                         "<c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#N/A</v></c></row>"),
        "1:188006|188006|4.1|440106199001011008|-0.5|-0|TRUE|FALSE|#N/A");
    assert_string_equal(data_rows(state, "<row r=\"7\"><c r=\"C7\"><v>12x</v></c></row>"), "!7,3");
    assert_string_equal(data_rows(state, "<row r=\"7\"><c r=\"C7\"><v>inf</v></c></row>"), "!7,3");
    assert_int_equal(why(state)->problem, SHEET_DAMAGED);
}

static void a_style_makes_a_number_a_date(void **state)
{
    struct sheet_world *w = *state;
    struct sheet_row row;
    instant at;
    char text[32];
    assert_string_equal(
        data_rows(state,
                  "<row><c s=\"1\"><v>43782.47246527778</v></c><c s=\"0\"><v>43782.5</v></c><c s=\"2\"><v>3</v></c>"
                  "<c s=\"3\"><v>1.5</v></c><c s=\"4\"><v>43832</v></c><c s=\"5\"><v>43832</v></c>"
                  "<c s=\"6\"><v>0.476</v></c><c s=\"1\"><v>-3</v></c><c s=\"99\"><v>43832</v></c>"
                  "<c t=\"d\"><v>2019-02-28T11:25:05</v></c></row>"),
        "1:2019-11-13 11:20:21|43782.5|3|1.5|2020-01-02|2020-01-02|11:25:26|-3|43832|2019-02-28T11:25:05");
    assert_int_equal(sheet_world_try(w, str_z(w->mem, str_format(w->mem, "%s/book.xlsx", w->dir))), ST_OK);
    assert_int_equal(sheet_next(w->sheet, &row), ST_OK);
    assert_int_equal(row.cell[0].kind, SHEET_DATE);
    assert_int_equal(row.cell[1].kind, SHEET_NUMBER);
    assert_int_equal(row.cell[7].kind, SHEET_NUMBER);
    assert_true(sheet_time(row.cell[0].text, &w->shanghai, &at));
    instant_format(at, text);
    assert_string_equal(text, "2019-11-13T03:20:21Z");
    assert_true(sheet_time(row.cell[9].text, &w->shanghai, &at));
}

static void a_formula_gives_its_saved_value_or_nothing(void **state)
{
    struct sheet_world *w = *state;
    assert_string_equal(data_rows(state, "<row><c><f>1+1</f><v>2</v></c><c><f>WEBSERVICE(\"http://x\")</f></c>"
                                         "<c t=\"str\"><f>T(1)</f><v></v></c><c><v>9</v></c></row>"),
                        "1:2|||9");
    assert_int_equal(sheet_notes(w->sheet).formulas, 3);
    assert_int_equal(sheet_notes(w->sheet).unsaved, 1);
}

static void merged_areas_are_counted_below_the_header(void **state)
{
    static const struct sheet_column wanted[] = {{"unit", "单位", true}};
    struct sheet_world *w = *state;
    struct sheet_row row;
    int at;
    const char *path =
        sheet_world_book(*state,
                         "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>标题</t></is></c></row>"
                         "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>单位</t></is></c></row>"
                         "<row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>甲</t></is></c><c r=\"B3\"><v>1</v></c></row>"
                         "<row r=\"4\"><c r=\"A4\"/><c r=\"B4\"><v>2</v></c></row></sheetData>"
                         "<mergeCells count=\"2\"><mergeCell ref=\"A1:B1\"/><mergeCell ref=\"A3:A4\"/></mergeCells>",
                         NULL, NULL);
    assert_int_equal(sheet_world_try(w, path), ST_OK);
    assert_int_equal(sheet_columns(w->sheet, wanted, 1, NULL, &at, &w->why), ST_OK);
    while (sheet_next(w->sheet, &row) == ST_OK)
        assert_int_equal(row.cell[0].kind, row.number == 3 ? SHEET_TEXT : SHEET_BLANK);
    assert_int_equal(sheet_notes(w->sheet).merged, 1);
    assert_string_equal(sheet_notes(w->sheet).merged_at, "A3:A4");
}

static void unknown_elements_are_passed_over(void **state)
{
    assert_string_equal(
        rows(state, "<sheetViews><c><v>7</v></c></sheetViews><sheetData><row><ext><c><v>8</v></c></ext><c><v>1</v>"
                    "<extLst><v>9</v></extLst></c></row></sheetData><x><sheetData><row><c><v>3</v></c></row>"
                    "</sheetData></x>"),
        "1:1");
}

static void many_rows_in_one_block_and_one_row_over_many_blocks(void **state)
{
    struct sheet_world *w = *state;
    struct sheet_row row;
    struct buf b;
    buf_init(&b, w->mem, 4096, (size_t)32 << 20);
    buf_add(&b, STR("<sheetData>"));
    for (int i = 1; i <= 3000; i++) {
        buf_format(&b, "<row r=\"%d\"><c r=\"A%d\"><v>%d</v></c>", i, i, i);
        for (int c = 1; c < (i % 500 == 0 ? 26 : 3); c++) {
            buf_format(&b, "<c r=\"%c%d\" t=\"inlineStr\"><is><t>", 'A' + c, i);
            for (int k = 0; k < (i % 500 == 0 ? 700 : 1); k++) buf_format(&b, "%c%d,", 'A' + c, i);
            buf_add(&b, STR("</t></is></c>"));
        }
        buf_add(&b, STR("</row>"));
    }
    buf_add(&b, STR("</sheetData>"));
    buf_add_byte(&b, '\0');
    assert_int_equal(sheet_world_try(w, sheet_world_book(w, buf_str(&b).p, NULL, NULL)), ST_OK);
    int n = 0;
    while (sheet_next(w->sheet, &row) == ST_OK) {
        n++;
        assert_int_equal(row.number, n);
        assert_int_equal((int)row.cell[0].number, n);
        assert_int_equal(row.n, n % 500 == 0 ? 26 : 3);
        for (int c = 1; c < row.n; c++) {
            str first = str_format(w->mem, "%c%d,", 'A' + c, n);
            assert_true(str_starts(row.cell[c].text, first) && str_ends(row.cell[c].text, first));
            assert_int_equal(row.cell[c].text.n, first.n * (n % 500 == 0 ? 700 : 1));
        }
    }
    assert_int_equal(n, 3000);
    assert_int_equal(sheet_why(w->sheet)->problem, SHEET_FINE);
}

/* --- refusals --------------------------------------------------------------------------------------------------- */

static void rows_and_cells_must_run_forward(void **state)
{
    assert_string_equal(
        data_rows(state, "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"),
        "2:1 !2,0");
    assert_int_equal(why(state)->problem, SHEET_OUT_OF_ORDER);
    assert_string_equal(why(state)->text,
                        "book.xlsx, row 2: after this row comes row 1: rows must run downwards; save the "
                        "workbook again");
    assert_string_equal(data_rows(state, "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>"),
                        "!2,2");
    assert_int_equal(why(state)->problem, SHEET_OUT_OF_ORDER);
    assert_string_equal(data_rows(state, "<row r=\"2\"><c r=\"B3\"><v>1</v></c></row>"), "!2,0");
    assert_int_equal(why(state)->problem, SHEET_DAMAGED);
    assert_string_equal(data_rows(state, "<row r=\"x\"/>"), "!0,0");
    assert_string_equal(data_rows(state, "<row r=\"2000001\"/>"), "!2000001,0");
    assert_int_equal(why(state)->problem, SHEET_TOO_LARGE);
}

static void wide_sheets_are_read_to_256_columns(void **state)
{
    assert_string_equal(
        data_rows(state, "<row r=\"1\"><c r=\"GR1\"><v>200</v></c><c r=\"XFD1\" s=\"3\"/></row>") + 2 + 199, "200");
    assert_string_equal(data_rows(state, "<row r=\"1\"><c r=\"KN1\"><v>300</v></c></row>"), "!1,300");
    assert_string_equal(why(state)->text, "book.xlsx, row 1, column KN: more than 256 columns");
}

static void a_huge_cell_is_named_inline_or_shared(void **state)
{
    struct sheet_world *w = *state;
    struct buf b;
    buf_init(&b, w->mem, 4096, (size_t)4 << 20);
    buf_add(&b, STR("<sheetData><row r=\"5\"><c r=\"B5\" t=\"inlineStr\"><is><t>"));
    for (size_t i = 0; i <= LIMIT_SHEET_CELL; i++) buf_add_byte(&b, (char)('a' + i * i % 23));
    buf_format(&b, "</t></is></c></row></sheetData>%c", 0);
    assert_string_equal(sheet_world_rows(w, sheet_world_book(w, buf_str(&b).p, NULL, NULL)), "!5,2");
    assert_int_equal(w->why.problem, SHEET_TOO_LARGE);
    buf_init(&b, w->mem, 4096, (size_t)4 << 20);
    buf_add(&b, STR(SST "<si><t>ok</t></si><si><t>"));
    for (size_t i = 0; i <= LIMIT_SHEET_CELL; i++) buf_add_byte(&b, 'x');
    buf_format(&b, "</t></si></sst>%c", 0);
    const char *inside =
        "<sheetData><row r=\"5\"><c r=\"A5\" t=\"s\"><v>0</v></c></row><row r=\"6\"><c r=\"C6\" t=\"s\"><v>1</v></c>"
        "</row></sheetData>";
    assert_string_equal(sheet_world_rows(w, sheet_world_book(w, inside, buf_str(&b).p, NULL)), "5:ok !6,3");
    assert_int_equal(w->why.problem, SHEET_TOO_LARGE);
    assert_string_equal(data_rows(state, "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>4</v></c></row>"), "!2,1");
    assert_int_equal(w->why.problem, SHEET_DAMAGED);
}

static void document_types_and_entities_are_refused(void **state)
{
    static const char *const sheets[] = {
        "<!DOCTYPE worksheet [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row><c "
        "t=\"inlineStr\"><is><t>&a;"
        "</t></is></c></row></sheetData></worksheet>",
        "<!DOCTYPE worksheet [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet>&b;</worksheet>",
        "<?xml version=\"1.0\"?><!DOCTYPE worksheet SYSTEM \"http://127.0.0.1/x.dtd\"><worksheet/>",
        "<?xml version=\"1.0\" encoding=\"ISO-2022-CN-EXT\"?><worksheet/>",
        "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&unknown;</t></is></c></row></sheetData></worksheet>",
    };
    struct sheet_world *w = *state;
    for (size_t i = 0; i < COUNT_OF(sheets); i++) {
        const char *path = sheet_world_book(w, "", NULL, NULL);
        struct sheet_world_part parts[] = {
            {"xl/workbook.xml",
             STR("<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"x\"/></sheets></workbook>")},
            {"xl/_rels/workbook.xml.rels",
             STR("<Relationships><Relationship Id=\"x\" Type=\"t/worksheet\" Target=\"s.xml\"/>"
                 "</Relationships>")},
            {"xl/s.xml", str_from(sheets[i])},
        };
        path = sheet_world_zip(w, "evil.xlsx", parts, 3);
        assert_string_equal(sheet_world_rows(w, path), i == 4 ? "!1,0" : "!0,0");
        assert_int_equal(w->why.problem, i == 4 ? SHEET_DAMAGED : SHEET_UNSAFE);
    }
}

static void a_bomb_is_noticed_before_it_unfolds(void **state)
{
    struct sheet_world *w = *state;
    size_t n = (size_t)24 << 20;
    char *zeros = NEWN(w->mem, char, n);
    memset(zeros, ' ', n);
    memcpy(zeros, "<worksheet><sheetData>", 22);
    struct sheet_world_part parts[] = {
        {"xl/workbook.xml", STR("<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"x\"/></sheets></workbook>")},
        {"xl/_rels/workbook.xml.rels",
         STR("<Relationships><Relationship Id=\"x\" Type=\"t/worksheet\" Target=\"s.xml\"/>"
             "</Relationships>")},
        {"xl/s.xml", {zeros, n}},
    };
    assert_string_equal(sheet_world_rows(w, sheet_world_zip(w, "bomb.xlsx", parts, 3)), "!0,0");
    assert_int_equal(w->why.problem, SHEET_UNSAFE);
    assert_non_null(strstr(w->why.text, "200 times"));
}

static void damaged_files_are_refused_whatever_is_missing(void **state)
{
    struct sheet_world *w = *state;
    static char bytes[65536];
    (void)data_rows(state, "<row><c><v>1</v></c></row>");
    const char *path = str_z(w->mem, str_format(w->mem, "%s/book.xlsx", w->dir));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = read(fd, bytes, sizeof bytes);
    assert_true(size > 1000 && close(fd) == 0);
    for (ssize_t n = 4; n < size; n += 97) { /* cut short */
        path = sheet_world_file(w, "cut.xlsx", (str){bytes, (size_t)n});
        assert_int_equal(sheet_world_try(w, path), ST_INVALID);
        assert_int_equal(w->why.problem, SHEET_DAMAGED);
    }
    for (ssize_t at = 30; at < size; at += 61) { /* a byte turned over: never a crash, and a word when it fails */
        bytes[at] = (char)(bytes[at] ^ 0x5A);
        const char *got = sheet_world_rows(w, sheet_world_file(w, "bent.xlsx", (str){bytes, (size_t)size}));
        bytes[at] = (char)(bytes[at] ^ 0x5A);
        if (strcmp(got, "1:1") != 0) assert_true(w->why.problem != SHEET_FINE && strstr(w->why.text, "bent.xlsx"));
    }
    assert_non_null(strstr(rows(state, "<sheetData><row><c></row></sheetData>"), "!1,"));
    assert_int_equal(w->why.problem, SHEET_DAMAGED);
    assert_non_null(strstr(w->why.text, "xl/worksheets/one.xml"));
}

static void other_zips_are_called_by_their_name(void **state)
{
    static const struct {
        const char *part, *says;
    } cases[] = {
        {"word/document.xml", "Word"}, {"xl/workbook.bin", ".xlsb"},       {"content.xml", ".ods"},
        {"a.csv", "zip archive"},      {"ppt/presentation.xml", "slides"},
    };
    struct sheet_world *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sheet_world_part part = {cases[i].part, STR("<x/>")};
        assert_int_equal(sheet_world_try(w, sheet_world_zip(w, "o.xlsx", &part, 1)), ST_INVALID);
        assert_int_equal(w->why.problem, SHEET_NOT_A_TABLE);
        assert_non_null(strstr(w->why.text, cases[i].says));
    }
    assert_string_equal(rows(state, "<sheetData/>"), "");
}

static void every_failing_allocation_is_survived(void **state)
{
    struct sheet_world *w = *state;
    struct sheet_row row;
    jmp_buf full;
    (void)data_rows(
        state, "<row><c t=\"s\"><v>1</v></c><c t=\"inlineStr\"><is><t>x</t></is></c><c s=\"1\"><v>43832</v></c></row>");
    const char *path = str_z(w->mem, str_format(w->mem, "%s/book.xlsx", w->dir));
    volatile bool fired = true;
    for (volatile long n = 1; fired; n++) {
        struct arena *mem = arena_new((size_t)64 << 20, &full);
        volatile enum status st = ST_BUSY;
        arena_fault_after(n);
        if (setjmp(full) == 0) {
            st = sheet_open(path, mem, &w->sheet, &w->why);
            if (st == ST_OK) st = sheet_next(w->sheet, &row);
        }
        fired = arena_fault_left() == 0;
        arena_fault_after(0);
        assert_true(fired ? st == ST_BUSY : st == ST_OK);
        arena_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_of_every_kind_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_read_as_a_person_would_write_them, setup, teardown),
        cmocka_unit_test_setup_teardown(a_style_makes_a_number_a_date, setup, teardown),
        cmocka_unit_test_setup_teardown(a_formula_gives_its_saved_value_or_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(merged_areas_are_counted_below_the_header, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_elements_are_passed_over, setup, teardown),
        cmocka_unit_test_setup_teardown(many_rows_in_one_block_and_one_row_over_many_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(rows_and_cells_must_run_forward, setup, teardown),
        cmocka_unit_test_setup_teardown(wide_sheets_are_read_to_256_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(a_huge_cell_is_named_inline_or_shared, setup, teardown),
        cmocka_unit_test_setup_teardown(document_types_and_entities_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bomb_is_noticed_before_it_unfolds, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_files_are_refused_whatever_is_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(other_zips_are_called_by_their_name, setup, teardown),
        cmocka_unit_test_setup_teardown(every_failing_allocation_is_survived, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
