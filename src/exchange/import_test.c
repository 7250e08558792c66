/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "exchange/import.h"
#include "gen/tables.h"
#include "matter/event.h"
#include "matter/matter_world.h"
#include "matter/search.h"
#include "store/server_world.h"

#define ROWS                                                                                                           \
    8900 /* three chunks: all new; begun again because a number comes twice; and one that asks for each number */
#define TWICE    4100 /* from here on some do */
#define DUMP_MAX ((size_t)256 * 1024 * 1024)

/* A database of its own, since batches are committed. */
static struct matter_world *world(void)
{
    struct clock clock;
    struct store_error why;
    struct matter_world *w = matter_world_new(&clock);
    const struct store_options options = {.path = "test",
                                          .create = true,
                                          .in_memory = !server_world_is(),
                                          .copies = true,
                                          .url = server_world_url(),
                                          .clock = &clock};
    must(store_open(&options, &w->store, &why) == ST_OK && db_open(w->store, &w->db) == ST_OK);
    must(db_batch_begin(w->db) == ST_OK);
    matter_world_fill(w);
    must(db_batch_commit(w->db) == ST_OK);
    return w;
}

static void world_end(struct matter_world *w)
{
    must(db_batch_begin(w->db) == ST_OK);
    matter_world_close(w);
}

/* Every kind of row: with and without answer, place and category; reports; an answer before its matter; a text that is longer than a form
 * takes; a number that comes again, with an answer or without; a year's end. */
static void write_table(const char *path, int rows)
{
    static const char *const kinds[] = {"投诉", "咨询", "建议", "求助", "举报", "", "claim"};
    FILE *f = fopen(path, "w");
    must(f != NULL);
    fputs("编号,主题,时间,内容,地点,类型,分类,答复,答复时间\r\n", f);
    for (int i = 0; i < rows; i++) {
        bool twice = i > TWICE && i % 97 == 96;
        int number = twice ? i - 40 : i;
        bool answered = i % 3 == 0 || twice;
        fprintf(f, "A%d,\"Lamp %d, 路灯\",20%02d-%02d-%02d %02d:30,\"", number, i, 12 + i % 13, 1 + i % 12, 1 + i % 28,
                i % 24);
        if (i % 500 == 7)
            for (int k = 0; k < 4100; k++) fputs("长", f);
        fprintf(f, "我们小区第%d次反映\n请尽快处理\",%s,%s,%s,", i, i % 5 == 0 ? "" : "桥头镇3号", kinds[i % 7],
                i % 4 == 0   ? "Pipes"
                : i % 4 == 1 ? "nothing of ours"
                             : "");
        if (answered) fprintf(f, "已派人到现场查看%d,%s\r\n", i % 40, i % 9 == 0 ? "2011-01-01" : "2026-03-05 09:00");
        else fputs(",\r\n", f);
    }
    must(fclose(f) == 0);
}

static struct import_result import(struct matter_world *w, const char *path, bool by_rules, bool is_private,
                                   unit_id unit)
{
    struct import_result r;
    const struct import_options o = {
        .kind = IMPORT_MATTERS, .path = path, .by_rules = by_rules, .is_private = is_private, .unit = unit};
    enum status st = import_run(w->db, w->mem, &w->city, &o, &r);
    if (st != ST_OK) fail_msg("%s: %s", status_name(st), r.why.text);
    return r;
}

/* Keys are told by table and place in it, so that two databases can be compared. */
struct dump {
    struct matter_world *w;
    struct buf b;
    struct {
        int64_t id;
        int number; /* of the table, then of the row in it */
        int nth;
    } * key;
    size_t n, cap;
};

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a, *y = b; /* the first member */
    return (*x > *y) - (*x < *y);
}

static bool is_left_out(const char *name)
{
    return strcmp(name, "salt") == 0 || strcmp(name, "hash") == 0;
}

static void gather_keys(struct dump *d)
{
    for (int t = 0; t < tables_count; t++) {
        struct stmt *row;
        int nth = 0;
        if (strcmp(tables_all[t].columns[0].name, "id") != 0) continue;
        must(stmt_open(d->w->db, &tables_all[t].begin, &row) == ST_OK);
        for (; stmt_step(row) == ST_OK; nth++) {
            must(d->n < d->cap);
            d->key[d->n].id = stmt_int(row, 0);
            d->key[d->n].number = t;
            d->key[d->n++].nth = nth;
        }
        must(stmt_end(row, ST_OK) == ST_OK);
    }
    qsort(d->key, d->n, sizeof *d->key, by_id);
}

static void add_value(struct dump *d, const struct table_column *c, struct stmt *row, int i)
{
    if (c->type == 's') buf_add(&d->b, stmt_lend(row, i));
    else if (c->type == 'b') buf_format(&d->b, "%zu bytes", stmt_lend(row, i).n);
    else if (c->type == 'r') buf_format(&d->b, "%f", stmt_real(row, i));
    else {
        int64_t v = stmt_int(row, i);
        const void *key = bsearch(&v, d->key, d->n, sizeof *d->key, by_id);
        size_t k = key == NULL ? 0 : (size_t)((const char *)key - (const char *)d->key) / sizeof *d->key;
        if (key == NULL) buf_format(&d->b, "%lld", (long long)v);
        else buf_format(&d->b, "%s#%d", tables_all[d->key[k].number].name, d->key[k].nth);
    }
}

static void add_table(struct dump *d, const struct table *t)
{
    struct stmt *row;
    must(stmt_open(d->w->db, &t->begin, &row) == ST_OK);
    while (stmt_step(row) == ST_OK) {
        buf_format(&d->b, "\n%s", t->name);
        for (int i = 0; i < t->n_columns; i++) {
            if (is_left_out(t->columns[i].name)) continue;
            buf_format(&d->b, " %s=", t->columns[i].name);
            add_value(d, &t->columns[i], row, i);
        }
    }
    must(stmt_end(row, ST_OK) == ST_OK);
}

/* All rows of all tables, apart from salts and what is made of them. */
static str dump(struct matter_world *w)
{
    struct dump d = {.w = w, .cap = 200000};
    d.key = NEWN(w->mem, __typeof__(*d.key), d.cap);
    buf_init(&d.b, w->mem, (size_t)1 << 20, DUMP_MAX);
    gather_keys(&d);
    for (int t = 0; t < tables_count; t++) add_table(&d, &tables_all[t]);
    return buf_str(&d.b);
}

static void assert_same(str a, str b)
{
    size_t i = 0, line = 0;
    while (i < a.n && i < b.n && a.p[i] == b.p[i]) {
        if (a.p[i++] == '\n') line = i;
    }
    if (i == a.n && i == b.n) return;
    fail_msg("by the rules: %.*s\nfast:         %.*s", (int)(a.n - line > 900 ? 900 : a.n - line), a.p + line,
             (int)(b.n - line > 900 ? 900 : b.n - line), b.p + line);
}

static int64_t found(struct matter_world *w, const char *query, const struct actor *reader)
{
    struct matter_page page;
    const struct matter_filter f = {.query = str_from(query), .sort = SORT_NEWEST};
    assert_int_equal(matter_list(w->db, w->mem, &w->city, reader, &f, &page), ST_OK);
    return page.total;
}

/* As if the row had been written by event_add. */
static void assert_events_hold(struct matter_world *w)
{
    for (int t = 0; t < tables_count; t++) {
        struct stmt *row;
        if (strcmp(tables_all[t].name, "event") != 0) continue;
        must(stmt_open(w->db, &tables_all[t].begin, &row) == ST_OK);
        while (stmt_step(row) == ST_OK) {
            const struct event_kind *kind = event_kind_find(stmt_lend(row, 3));
            assert_non_null(kind);
            const struct event_draft e = {.casefile = {stmt_int(row, 1)},
                                          .matter = {stmt_int(row, 2)},
                                          .kind = kind->kind,
                                          .person = {stmt_int(row, 4)},
                                          .unit = {stmt_int(row, 5)},
                                          .to_unit = {stmt_int(row, 6)},
                                          .to_person = {stmt_int(row, 7)},
                                          .words = str_copy(w->mem, stmt_lend(row, 8)),
                                          .at = {stmt_int(row, 10)}};
            str salt = str_copy(w->mem, stmt_lend(row, 11));
            str hash = event_digest(w->mem, &e, (event_id){stmt_int(row, 0)}, salt);
            assert_int_equal(salt.n, EVENT_SALT);
            assert_true(str_eq(hash, stmt_lend(row, 12)));
        }
        must(stmt_end(row, ST_OK) == ST_OK);
    }
}

static void compare(bool is_private, bool at_bureau)
{
    char path[] = "/tmp/import_test_XXXXXX";
    int fd = mkstemp(path);
    must(fd >= 0 && close(fd) == 0);
    write_table(path, ROWS);
    struct matter_world *ruled = world(), *fast = world();
    unit_id none = {0};
    struct import_result a = import(ruled, path, true, is_private, at_bureau ? ruled->bureau : none);
    struct import_result b = import(fast, path, false, is_private, at_bureau ? fast->bureau : none);
    assert_int_equal(a.read, ROWS);
    assert_int_equal(b.read, ROWS);
    assert_int_equal(a.imported, b.imported);
    assert_int_equal(a.skipped, b.skipped);
    assert_same(dump(ruled), dump(fast));
    assert_events_hold(fast);
    static const char *const queries[] = {"路灯", "lamp", "小区", "现场查看", "查看7", "长长"};
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        assert_int_equal(found(ruled, queries[i], NULL), found(fast, queries[i], NULL));
        assert_int_equal(found(ruled, queries[i], &ruled->actor[ROOT_CLERK]),
                         found(fast, queries[i], &fast->actor[ROOT_CLERK]));
        assert_int_equal(found(fast, queries[i], NULL) > 0, !is_private);
    }
    matter_world_sound(fast);
    struct import_result again = import(fast, path, false, is_private, at_bureau ? fast->bureau : none);
    assert_int_equal(again.imported, 0);
    assert_int_equal(again.skipped, ROWS);
    world_end(ruled);
    world_end(fast);
    (void)unlink(path);
}

static void fast_and_by_the_rules_every_table_is_the_same(void **state)
{
    (void)state;
    compare(false, false);
}

static void private_ones_at_a_unit_are_the_same_too(void **state)
{
    (void)state;
    compare(true, true);
}

static void a_bad_row_far_behind_leaves_nothing(void **state)
{
    char path[] = "/tmp/import_test_XXXXXX";
    int fd = mkstemp(path);
    struct import_result r;
    (void)state;
    must(fd >= 0 && close(fd) == 0);
    write_table(path, ROWS);
    FILE *f = fopen(path, "a");
    must(f != NULL && fputs("Z1,No time,last spring,text,,,,,\r\n", f) >= 0 && fclose(f) == 0);
    struct matter_world *w = world();
    str before = dump(w);
    const struct import_options o = {.kind = IMPORT_MATTERS, .path = path};
    assert_int_equal(import_run(w->db, w->mem, &w->city, &o, &r), ST_INVALID);
    assert_int_equal(r.kept, 0);
    assert_int_equal(r.why.column, 3);
    assert_non_null(strstr(r.why.text, "The time cannot be read"));
    assert_same(before, dump(w));
    world_end(w);
    (void)unlink(path);
}

int main(void)
{
#define T(name) cmocka_unit_test(name)
    const struct CMUnitTest tests[] = {
        T(fast_and_by_the_rules_every_table_is_the_same),
        T(private_ones_at_a_unit_are_the_same_too),
        T(a_bad_row_far_behind_leaves_nothing),
    };
    return cmocka_run_group_tests_name("P25 import", tests, NULL, NULL);
}
