/* Separated text, finding the header, and what is no table at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "exchange/sheet_world.h"

#define HEAD "编号,留言时间,主题\n"

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

static const char *rows(void **state, str bytes)
{
    return sheet_world_rows(*state, sheet_world_file(*state, "a.csv", bytes));
}

static const struct sheet_error *why(void **state)
{
    return &((struct sheet_world *)*state)->why;
}

/* --- separated text --------------------------------------------------------------------------------------------- */

static void rows_come_trimmed_with_the_numbers_a_person_sees(void **state)
{
    assert_string_equal(rows(state, STR("a,b\n\n , \n\t 1 ,　x\xC2\xA0 \n")), "1:a|b 4:1|x");
    assert_string_equal(rows(state, STR("a,b,\r\n1,2,,,\r\n")), "1:a|b 2:1|2");
    assert_string_equal(rows(state, STR("a,b\r1,2\r\r3,4")), "1:a|b 2:1|2 4:3|4");
    assert_string_equal(rows(state, STR("\xEF\xBB\xBF"
                                        "编号,b\n1,2")),
                        "1:编号|b 2:1|2");
}

static void quotes_hold_separators_line_ends_and_quotes(void **state)
{
    assert_string_equal(rows(state, STR("a,b\n\"x,\"\"y\"\"\r\n\rz\" ,2\n\"\",3\n")), "1:a|b 2:x,\"y\"\n\nz|2 3:|3");
    assert_string_equal(rows(state, STR("a,b\n5\" pipe,2\n")), "1:a|b 2:5\" pipe|2");
    assert_string_equal(rows(state, STR("a,b\nx,\"y\"z\n")), "1:a|b !2,2");
    assert_int_equal(why(state)->problem, SHEET_BAD_QUOTES);
    assert_string_equal(rows(state, STR("a,b\nx,y\n1,\"open\n2,3\n")), "1:a|b 2:x|y !3,2");
    assert_string_equal(why(state)->text,
                        "a.csv, row 3, column B: the quotation mark that opens this cell is never closed");
}

static void the_separator_is_found(void **state)
{
    assert_string_equal(rows(state, STR("a;b;c\n1,5;2;3\n")), "1:a|b|c 2:1,5|2|3");
    assert_string_equal(rows(state, STR("a\tb\n\"x;y\"\t2,2\n")), "1:a|b 2:x;y|2,2");
    assert_string_equal(rows(state, STR("sep=;\r\na;b\r\n1,1;2")), "1:a|b 2:1,1|2");
    assert_string_equal(rows(state, STR("only\none\n")), "1:only 2:one");
    assert_string_equal(rows(state, STR("2019 letters, by district\na;b;c\n1;2;3\n4;5;6")),
                        "1:2019 letters, by district 2:a|b|c 3:1|2|3 4:4|5|6");
}

static void gb18030_and_utf16_are_understood(void **state)
{
    struct sheet_world *w = *state;
    /* 编号,主题 / 1,镕𠮷 in GB 18030 */
    assert_string_equal(rows(state, STR("\xB1\xE0\xBA\xC5,\xD6\xF7\xCC\xE2\n1,\xE9\x46\x95\x34\xB2\x35")),
                        "1:编号|主题 2:1|镕𠮷");
    assert_string_equal(sheet_notes(w->sheet).coding, "GB 18030");
    assert_string_equal(rows(state, STR("\xFF\xFE\x16\x7F\t\0\xF7\x53\n\0a\0\t\0\x42\xD8\xB7\xDF")), "1:编|号 2:a|𠮷");
    assert_string_equal(sheet_notes(w->sheet).coding, "UTF-16");
    assert_string_equal(rows(state, STR("\xFE\xFF\x7F\x16\0\t\x53\xF7")), "1:编|号");
    assert_string_equal(rows(state, STR("\xFF\xFE"
                                        "a\0\n\0\x42\xD8"
                                        "b\0")),
                        "1:a !2,1");
    assert_int_equal(why(state)->problem, SHEET_BAD_ENCODING);
    assert_string_equal(rows(state, STR("\xFF\xFE"
                                        "a\0\n\0b")),
                        "1:a !2,1");
}

static void long_gb18030_survives_block_borders(void **state)
{
    struct sheet_world *w = *state;
    struct buf b;
    struct sheet_row row;
    buf_init(&b, w->mem, 4096, (size_t)4 << 20);
    for (int i = 0; i < 9000; i++) buf_format(&b, "%d,\xD6\xF7\xCC\xE2\x95\x34\xB2\x35%s\n", i, i % 2 ? "x" : "");
    assert_int_equal(sheet_world_try(w, sheet_world_file(w, "gb.csv", buf_str(&b))), ST_OK);
    int n = 0;
    while (sheet_next(w->sheet, &row) == ST_OK) {
        assert_true(str_eq(row.cell[1].text, n % 2 ? STR("主题𠮷x") : STR("主题𠮷")));
        n++;
    }
    assert_int_equal(n, 9000);
    assert_int_equal(sheet_why(w->sheet)->problem, SHEET_FINE);
}

static void broken_text_is_refused_where_it_breaks(void **state)
{
    assert_string_equal(rows(state, STR("编号,主题,内容\n一,二,三\n四,\xE4\xBD,六\n")),
                        "1:编号|主题|内容 2:一|二|三 !3,2");
    assert_int_equal(why(state)->problem, SHEET_BAD_ENCODING);
    assert_string_equal(rows(state, STR("\xB1\xE0\xBA\xC5,\xD6\xF7\n\xD6\xF7,\xFF\n")), "1:编号|主 !2,2");
    assert_string_equal(rows(state, STR("\xB1\xE0\xBA\xC5\n\xD6\xF7\n\xD6")), "1:编号 2:主 !3,1");
    assert_string_equal(rows(state, STR("a,b\n1,x\0y\n")), "1:a|b !2,2");
    assert_int_equal(why(state)->problem, SHEET_NOT_A_TABLE);
    assert_string_equal(rows(state, STR("a,b\n1,\"x\0y\"\n")), "1:a|b !2,2");
}

static void limits_name_row_and_column(void **state)
{
    struct sheet_world *w = *state;
    struct buf b;
    buf_init(&b, w->mem, 4096, (size_t)4 << 20);
    buf_add(&b, STR("a,b\n1,"));
    for (size_t i = 0; i <= LIMIT_SHEET_CELL; i++) buf_add_byte(&b, 'x');
    assert_string_equal(rows(state, buf_str(&b)), "1:a|b !2,2");
    assert_int_equal(why(state)->problem, SHEET_TOO_LARGE);
    buf_init(&b, w->mem, 4096, (size_t)4 << 20);
    for (int i = 0; i < 200; i++) buf_format(&b, "%sh%d", i ? "," : "", i);
    assert_int_equal(sheet_world_try(w, sheet_world_file(w, "200.csv", buf_str(&b))), ST_OK);
    struct sheet_row row;
    assert_int_equal(sheet_next(w->sheet, &row), ST_OK);
    assert_int_equal(row.n, 200);
    for (int i = 200; i < 300; i++) buf_add_byte(&b, ','); /* blank columns do no harm */
    assert_int_equal(sheet_world_try(w, sheet_world_file(w, "300.csv", buf_str(&b))), ST_OK);
    assert_int_equal(sheet_next(w->sheet, &row), ST_OK);
    assert_int_equal(row.n, 200);
    buf_add(&b, STR("x"));
    assert_string_equal(rows(state, buf_str(&b)), "!1,300");
    assert_non_null(strstr(why(state)->text, "a.csv, row 1, column KN: more than 256 columns"));
}

static void what_is_no_table_is_named(void **state)
{
    static const struct {
        str bytes;
        enum sheet_problem problem;
        const char *says;
    } cases[] = {
        {STR_INIT(""), SHEET_EMPTY, "is empty"},
        {STR_INIT("\xEF\xBB\xBF"), SHEET_EMPTY, "is empty"},
        {STR_INIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), SHEET_OLD_OR_LOCKED, "password"},
        {STR_INIT("%PDF-1.7"), SHEET_NOT_A_TABLE, "PDF"},
        {STR_INIT("\xFF\xD8\xFF\xE0"), SHEET_NOT_A_TABLE, "photo"},
        {STR_INIT("Rar!\x1A\x07"), SHEET_NOT_A_TABLE, "RAR"},
        {STR_INIT(" \n<HTML><table>"), SHEET_NOT_A_TABLE, "web page"},
        {STR_INIT("\xEF\xBB\xBF<?xml version=\"1.0\"?>"), SHEET_NOT_A_TABLE, "XML"},
        {STR_INIT("PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), SHEET_NOT_A_TABLE, "empty zip"},
    };
    struct sheet_world *w = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(sheet_world_try(w, sheet_world_file(w, "f", cases[i].bytes)), ST_INVALID);
        assert_null(w->sheet);
        assert_int_equal(w->why.problem, cases[i].problem);
        assert_non_null(strstr(w->why.text, cases[i].says));
        assert_non_null(strstr(w->why.text, "f: "));
    }
    assert_int_equal(sheet_world_try(w, "/nowhere/at/all.csv"), ST_IO);
    assert_non_null(strstr(w->why.text, "all.csv: cannot be opened"));
    assert_int_equal(sheet_world_try(w, w->dir), ST_INVALID);
    assert_int_equal(sheet_open_as(w->dir, STR("名单\n.xlsx"), w->mem, &w->sheet, &w->why), ST_INVALID);
    assert_string_equal(w->why.text, "the file: is not a file");
}

/* --- the header ------------------------------------------------------------------------------------------------- */

static const struct sheet_column wanted[] = {
    {"id", "留言编号|编号|No.", true},
    {"time", "留言时间|时间|received at", true},
    {"subject", "主题|subject", false},
};

static enum status columns(void **state, str bytes, const char *map, int index[3])
{
    struct sheet_world *w = *state;
    assert_int_equal(sheet_world_try(w, sheet_world_file(w, "a.csv", bytes)), ST_OK);
    return sheet_columns(w->sheet, wanted, 3, map, index, &w->why);
}

static void headers_are_found_below_titles_in_any_dress(void **state)
{
    struct sheet_world *w = *state;
    struct sheet_row row;
    int at[3];
    assert_int_equal(columns(state, STR("2019年留言,,\n\n主题,留言时间*,编 号：\nx,y,7\n"), NULL, at), ST_OK);
    assert_int_equal(at[0], 2);
    assert_int_equal(at[1], 1);
    assert_int_equal(at[2], 0);
    assert_int_equal(sheet_next(w->sheet, &row), ST_OK);
    assert_int_equal(row.number, 4);
    assert_true(str_eq(sheet_text(&row, at[0]), STR("7")));
    assert_true(str_eq(sheet_text(&row, -1), STR("")));
    assert_true(str_eq(sheet_text(&row, 99), STR("")));
    assert_int_equal(columns(state, STR("ｎｏ．,\"Received\nAt\",\xEF\xBB\xBFSUBJECT\n"), NULL, at), ST_OK);
    assert_int_equal(at[2], 2);
    assert_int_equal(columns(state, STR("编号,时间\n"), NULL, at), ST_OK);
    assert_int_equal(at[2], -1);
    assert_int_equal(columns(state, STR("编号,时间,留言时间\n"), NULL, at), ST_OK); /* the better name wins */
    assert_int_equal(at[1], 2);
}

static void a_missing_header_is_named(void **state)
{
    int at[3];
    assert_int_equal(columns(state, STR("台账\n编号,主题,备注\n1,2,3\n"), NULL, at), ST_INVALID);
    assert_int_equal(why(state)->problem, SHEET_COLUMN_MISSING);
    assert_string_equal(why(state)->subject, "time");
    assert_string_equal(why(state)->text, "a.csv, row 2: this row looks like the header but has no column for time "
                                          "(留言时间, 时间, received at)");
    assert_int_equal(columns(state, STR("1,2,3\n4,5,6\n"), NULL, at), ST_INVALID);
    assert_int_equal(why(state)->problem, SHEET_NO_HEADER);
    assert_int_equal(why(state)->row, 0);
    assert_non_null(strstr(why(state)->text, "none of the first 10 rows"));
    assert_int_equal(columns(state, STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n编号,时间\n"), NULL, at), ST_INVALID);
    assert_int_equal(why(state)->problem, SHEET_NO_HEADER);
    assert_int_equal(columns(state, STR("编号,\"x\ny\n"), NULL, at), ST_INVALID);
    assert_int_equal(why(state)->problem, SHEET_BAD_QUOTES);
}

static void a_repeated_header_is_named(void **state)
{
    int at[3];
    assert_int_equal(columns(state, STR("编号,时间,时 间\n"), NULL, at), ST_INVALID);
    assert_int_equal(why(state)->problem, SHEET_COLUMN_TWICE);
    assert_int_equal(why(state)->column, 3);
    assert_string_equal(why(state)->subject, "时 间");
    assert_int_equal(columns(state, STR("编号,时间,备注,备注\n"), NULL, at), ST_OK); /* nobody asked for that one */
}

static void the_map_names_headers_of_the_offices_own(void **state)
{
    int at[3];
    str bytes = STR("流水,来信日,\"事项,概要\",时间\n");
    assert_int_equal(columns(state, bytes, "id=流水, time = 来信日,subject=事项,概要", at), ST_OK);
    assert_int_equal(at[0], 0);
    assert_int_equal(at[1], 1);
    assert_int_equal(at[2], 2);
    assert_int_equal(columns(state, bytes, "id=流水,time=没有", at), ST_INVALID);
    assert_string_equal(why(state)->text,
                        "a.csv, row 1: this row looks like the header but has no column for time (没有)");
    static const char *const bad[] = {"ident=流水", "id", "id=", "=x", "id=a,id=b", "id=a,,", ","};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        enum status st = columns(state, bytes, bad[i], at);
        assert_int_equal(st, ST_INVALID);
        if (i != 5) assert_int_equal(why(state)->problem, SHEET_BAD_MAP);
    }
    assert_non_null(strstr(why(state)->text, "id, time, subject"));
}

static void a_callers_own_blame_reads_the_same(void **state)
{
    struct sheet_world *w = *state;
    struct sheet_error e;
    assert_int_equal(sheet_world_try(w, sheet_world_file(w, "来信.csv", STR(HEAD))), ST_OK);
    sheet_blame(w->sheet, 12, 27, &e, "\"%s\" is not a time", "昨天");
    assert_string_equal(e.text, "来信.csv, row 12, column AB: \"昨天\" is not a time");
}

static void a_small_arena_is_told_not_jumped_from(void **state)
{
    struct sheet_world *w = *state;
    struct buf b;
    struct sheet_row row;
    struct arena *small = arena_new((size_t)512 * 1024, NULL);
    buf_init(&b, w->mem, 4096, (size_t)4 << 20);
    for (int i = 0; i < 60000; i++) buf_add(&b, i % 100 ? STR("你你你你你你") : STR(","));
    const char *path = sheet_world_file(w, "wide.csv", buf_str(&b));
    assert_int_equal(sheet_open(path, small, &w->sheet, &w->why), ST_OK);
    assert_int_equal(sheet_next(w->sheet, &row), ST_BUSY);
    assert_int_equal(sheet_why(w->sheet)->problem, SHEET_MEMORY);
    arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_come_trimmed_with_the_numbers_a_person_sees, setup, teardown),
        cmocka_unit_test_setup_teardown(quotes_hold_separators_line_ends_and_quotes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_separator_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(gb18030_and_utf16_are_understood, setup, teardown),
        cmocka_unit_test_setup_teardown(long_gb18030_survives_block_borders, setup, teardown),
        cmocka_unit_test_setup_teardown(broken_text_is_refused_where_it_breaks, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_name_row_and_column, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_table_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(headers_are_found_below_titles_in_any_dress, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_header_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(a_repeated_header_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(the_map_names_headers_of_the_offices_own, setup, teardown),
        cmocka_unit_test_setup_teardown(a_callers_own_blame_reads_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(a_small_arena_is_told_not_jumped_from, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
