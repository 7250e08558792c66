/* Tables out, and back in.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exchange/sheet_write.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "exchange/sheet_time.h"
#include "exchange/sheet_world.h"

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

static const char *path_of(struct sheet_world *w, const char *name)
{
    return str_z(w->mem, str_format(w->mem, "%s/%s", w->dir, name));
}

static str content(struct sheet_world *w, const char *path)
{
    char *bytes = NEWN(w->mem, char, 65536);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, bytes, 65536);
    assert_true(n >= 0 && close(fd) == 0);
    return (str){bytes, (size_t)n};
}

static int files_in(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

static struct sheet_writer *sample(struct sheet_world *w, const char *path, bool bom)
{
    struct sheet_writer *out;
    struct sheet_write_options options = {
        .bom = bom, .zone = &w->shanghai, .title = STR("来信:台账"), .now = {1556000000000}};
    assert_int_equal(sheet_write_open(w->mem, path, &options, &out), ST_OK);
    sheet_write_heading(out, STR("编号"));
    sheet_write_heading(out, STR("内容"));
    sheet_write_heading(out, STR("时间"));
    assert_int_equal(sheet_write_row_end(out), ST_OK);
    sheet_write_int(out, INT64_C(9007199254740993));
    sheet_write_text(out, STR("=HYPERLINK(\"http://x\",\"a\")"));
    sheet_write_time(out, (instant){1551324305000});
    sheet_write_day(out, day_from_civil(2019, 2, 28));
    sheet_write_real(out, 0.1);
    sheet_write_int(out, -7);
    assert_int_equal(sheet_write_row_end(out), ST_OK);
    sheet_write_blank(out);
    sheet_write_text(out, STR("a \"q\", b\r\nc_x000D_d\x01 𠮷"));
    sheet_write_time(out, (instant){0});
    sheet_write_text(out, STR("＝1+1"));
    assert_int_equal(sheet_write_row_end(out), ST_OK);
    return out;
}

static void csv_quotes_and_disarms(void **state)
{
    struct sheet_world *w = *state;
    const char *path = path_of(w, "out.csv");
    struct sheet_writer *out = sample(w, path, true);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(sheet_write_finish(out), ST_OK);
    str got = content(w, path);
    assert_string_equal(
        str_z(w->mem, got),
        "\xEF\xBB\xBF编号,内容,时间\r\n"
        "9007199254740993,\"'=HYPERLINK(\"\"http://x\"\",\"\"a\"\")\",2019-02-28 11:25:05,2019-02-28,0.1,-7\r\n"
        ",\"a \"\"q\"\", b\nc_x000D_d 𠮷\",,'＝1+1\r\n");
    assert_int_equal(files_in(w->dir), 1);
}

static void every_formula_prefix_is_disarmed(void **state)
{
    static const char *const bad[] = {"=1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "\r\n=1", "＋1", "－1", "＠x"};
    struct sheet_world *w = *state;
    struct sheet_writer *out;
    struct sheet_row row;
    const char *path = path_of(w, "bad.csv");
    assert_int_equal(sheet_write_open(w->mem, path, &(struct sheet_write_options){.bom = false}, &out), ST_OK);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        sheet_write_text(out, str_from(bad[i]));
        assert_int_equal(sheet_write_row_end(out), ST_OK);
    }
    assert_int_equal(sheet_write_finish(out), ST_OK);
    assert_int_equal(sheet_world_try(w, path), ST_OK);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(sheet_next(w->sheet, &row), ST_OK);
        assert_true(str_starts(row.cell[0].text, STR("'")));
    }
}

static void xlsx_keeps_text_as_text_and_times_as_dates(void **state)
{
    struct sheet_world *w = *state;
    const char *path = path_of(w, "out.xlsx");
    assert_int_equal(sheet_write_finish(sample(w, path, false)), ST_OK);
    assert_int_equal(files_in(w->dir), 1);
    assert_string_equal(
        sheet_world_rows(w, path),
        "1:编号|内容|时间 2:9007199254740993|=HYPERLINK(\"http://x\",\"a\")|2019-02-28 11:25:05|2019-02-28|0.1|-7 "
        "3:|a \"q\", b\nc_x000D_d 𠮷||＝1+1");
    assert_int_equal(sheet_notes(w->sheet).formulas, 0);
    struct sheet_row row;
    instant at;
    assert_int_equal(sheet_world_try(w, path), ST_OK);
    assert_int_equal(sheet_next(w->sheet, &row), ST_OK);
    assert_int_equal(sheet_next(w->sheet, &row), ST_OK);
    assert_int_equal(row.cell[1].kind, SHEET_TEXT);
    assert_int_equal(row.cell[2].kind, SHEET_DATE);
    assert_int_equal(row.cell[4].kind, SHEET_NUMBER);
    assert_true(sheet_time(row.cell[2].text, &w->shanghai, &at));
    assert_true(at.ms == 1551324305000);
}

static void nothing_is_left_of_what_fails_or_is_dropped(void **state)
{
    static const char *const names[] = {"x.csv", "x.xlsx"};
    struct sheet_world *w = *state;
    struct sheet_writer *out;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *path = path_of(w, names[i]);
        sheet_write_drop(sample(w, path, false));
        assert_int_equal(files_in(w->dir), 0);
        out = sample(w, path, false);
        sheet_write_text(out, STR("\xFF"));
        assert_int_equal(sheet_write_row_end(out), ST_INVALID);
        assert_int_equal(sheet_write_finish(out), ST_INVALID);
        assert_int_equal(files_in(w->dir), 0);
        struct arena *mem = arena_new((size_t)8 << 20, NULL);
        assert_int_equal(sheet_write_open(mem, path, &(struct sheet_write_options){.bom = true}, &out), ST_OK);
        arena_free(mem);
        assert_int_equal(files_in(w->dir), 0);
        struct sheet_write_options none = {.format = SHEET_BY_NAME};
        assert_int_equal(sheet_write_open(w->mem, "/nowhere/x", &none, &out), ST_IO);
    }
    char *big = NEWN(w->mem, char, 40000);
    memset(big, 'x', 40000);
    assert_int_equal(sheet_write_open(w->mem, path_of(w, "b.xlsx"), &(struct sheet_write_options){.bom = false}, &out),
                     ST_OK);
    sheet_write_text(out, (str){big, 32767});
    assert_int_equal(sheet_write_row_end(out), ST_OK);
    sheet_write_text(out, (str){big, 32768});
    assert_int_equal(sheet_write_row_end(out), ST_INVALID);
    sheet_write_drop(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(csv_quotes_and_disarms, setup, teardown),
        cmocka_unit_test_setup_teardown(every_formula_prefix_is_disarmed, setup, teardown),
        cmocka_unit_test_setup_teardown(xlsx_keeps_text_as_text_and_times_as_dates, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_what_fails_or_is_dropped, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
