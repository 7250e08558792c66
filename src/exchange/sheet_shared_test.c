/* The files as an office handed them over: every row read, every time understood. They are not part of the project:
 * LUOSHI_SHARED names the folder that holds data/, ../shared beside the repository otherwise.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "exchange/sheet_time.h"
#include "exchange/sheet_world.h"

static const struct table {
    const char *file;
    struct sheet_column column[7];
    int columns, times, rows;
} tables[] = {
    {"categories.xlsx", {{"one", "一级分类", true}, {"two", "二级分类", true}, {"three", "三级分类", true}}, 3, 0, 517},
    {"messages.xlsx",
     {{"time", "留言时间", true},
      {"id", "留言编号", true},
      {"user", "留言用户", true},
      {"subject", "留言主题", true},
      {"text", "留言详情", true},
      {"against", "反对数", true},
      {"likes", "点赞数", true}},
     7,
     1,
     2610},
    {"replies.xlsx",
     {{"time", "留言时间", true},
      {"answered", "答复时间", true},
      {"id", "留言编号", true},
      {"user", "留言用户", true},
      {"subject", "留言主题", true},
      {"text", "留言详情", true},
      {"answer", "答复意见", true}},
     7,
     2,
     1684},
};

/* NULL, with a line that says so, when the file is not there. */
static const char *find(struct sheet_world *w, const char *name)
{
    const char *folder = getenv("LUOSHI_SHARED");
    const char *path = str_z(w->mem, str_format(w->mem, "%s/data/%s", folder ? folder : "../shared", name));
    if (access(path, R_OK) == 0) return path;
    printf("skip: %s is absent; set LUOSHI_SHARED to read the offices' own files\n", path);
    return NULL;
}

static void check_row(struct sheet_world *w, const struct table *t, const struct sheet_row *row, const int *index)
{
    for (int c = 0; c < t->columns; c++) {
        str text = sheet_text(row, index[c]);
        instant at;
        if (text.n == 0 && strcmp(t->column[c].key, "text") != 0 && strcmp(t->column[c].key, "answer") != 0)
            fail_msg("%s row %lld: no %s", t->file, (long long)row->number, t->column[c].key);
        assert_true(str_eq(text, str_trim(text)));
        if (c < t->times && !sheet_time(text, &w->shanghai, &at))
            fail_msg("%s row %lld: %.*s is no time", t->file, (long long)row->number, STR_ARG(text));
    }
}

static void the_offices_own_files_are_read_whole(void **state)
{
    (void)state;
    struct sheet_world w;
    struct sheet_row row;
    int index[7];
    sheet_world_open(&w);
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        const struct table *t = &tables[i];
        const char *path = find(&w, t->file);
        int n = 0;
        if (!path) continue;
        assert_int_equal(sheet_world_try(&w, path), ST_OK);
        assert_int_equal(sheet_columns(w.sheet, t->column, t->columns, NULL, index, &w.why), ST_OK);
        while (sheet_next(w.sheet, &row) == ST_OK) {
            check_row(&w, t, &row, index);
            n++;
        }
        assert_int_equal(sheet_why(w.sheet)->problem, SHEET_FINE);
        assert_int_equal(n, t->rows);
    }
    sheet_world_close(&w);
}

static void the_list_of_repeats_is_read(void **state)
{
    (void)state;
    static const struct sheet_column wanted[] = {{"cluster", "", true}, {"message_id", "", true}};
    struct sheet_world w;
    struct sheet_row row;
    int index[2], n = 0;
    sheet_world_open(&w);
    const char *path = find(&w, "repeats.csv");
    if (path) {
        assert_int_equal(sheet_world_try(&w, path), ST_OK);
        assert_int_equal(sheet_columns(w.sheet, wanted, 2, NULL, index, &w.why), ST_OK);
        while (sheet_next(w.sheet, &row) == ST_OK) n += row.n == 2;
        assert_true(n > 50);
    }
    sheet_world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_offices_own_files_are_read_whole),
        cmocka_unit_test(the_list_of_repeats_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
