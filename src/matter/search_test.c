/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "matter/matter_world.h"
#include "matter/search.h"

/* Tokens and expressions */

static void tokens_are_pairs_of_chinese_and_whole_words_of_the_rest(void **state)
{
    struct matter_world *w = *state;
    const struct {
        str text, tokens;
    } rows[] = {
        {STR("三月以来"), STR("三月 月以 以来 来")},
        {STR("水。压"), STR("水 · 压")},
        {STR("12路 Bus"), STR("12 路 bus")},
        {STR("𠮷野家"), STR("𠮷野 野家 家")},
        {STR("ＡＢＣ１２３"), STR("abc123")},
        {STR("don't stop"), STR("don t stop")},
        {STR("Straße CAFÉ"), STR("strasse café")},
        {STR("バス停"), STR("バス ス停 停")},
        {STR("阿依古丽·买买提"), STR("阿依 依古 古丽 丽 · 买买 买提 提")},
        {STR("…，。！"), STR("")},
        {STR(""), STR("")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str tokens = search_tokens(w->mem, &rows[i].text, 1);
        if (!str_eq(tokens, rows[i].tokens)) fail_msg("%.*s -> %.*s", STR_ARG(rows[i].text), STR_ARG(tokens));
    }
    const str two[] = {STR("水压"), STR("压力")};
    assert_true(str_eq(search_tokens(w->mem, two, 2), STR("水压 压 · 压力 力")));
}

static void queries_become_expressions_without_operators(void **state)
{
    struct matter_world *w = *state;
    const struct {
        str query, expression;
    } rows[] = {
        {STR("水压"), STR("\"水压\"")},
        {STR("三月以来"), STR("\"三月 月以 以来\"")},
        {STR("水"), STR("\"水\" *")},
        {STR("Bus 12"), STR("\"bus\" * AND \"12\"")},
        {STR("水压 pump"), STR("\"水压\" AND \"pump\" *")},
        {STR("a OR b"), STR("\"a\" AND \"or\" AND \"b\"")},
        {STR("\"x\" * NEAR(y)"), STR("\"x\" AND \"near\" * AND \"y\"")},
        {STR("tokens:abc"), STR("\"tokens\" * AND \"abc\" *")},
        {STR("*()\"'^-+:{}"), STR("")},
        {STR("　"), STR("")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str e = search_expression(w->mem, rows[i].query);
        if (!str_eq(e, rows[i].expression)) fail_msg("%.*s -> %.*s", STR_ARG(rows[i].query), STR_ARG(e));
    }
}

static void excerpts_show_the_first_hit_with_its_place_in_the_text(void **state)
{
    struct matter_world *w = *state;
    const struct {
        str text, query;
        size_t points;
        str excerpt;
    } rows[] = {
        {STR("三月以来水压不足"), STR("水压"), 80, STR("三月以来\1水压\2不足")},
        {STR("三月以来五六楼自来水没有水压"), STR("水压"), 8, STR("…楼自来水没有\1水压\2")},
        {STR("Water PUMP broke, pumps leak"), STR("pump"), 80, STR("Water \1PUMP\2 broke, \1pump\2s leak")},
        {STR("ＰＵＭＰ　坏了"), STR("pump"), 80, STR("\1ＰＵＭＰ\2　坏了")},
        {STR("Die Straße"), STR("STRASSE"), 80, STR("Die \1Straße\2")},
        {STR("the cat concat"), STR("cat"), 80, STR("the \1cat\2 concat")},
        {STR("at bat"), STR("at"), 80, STR("\1at\2 bat")},
        {STR("nothing\nhere"), STR("水"), 80, STR("nothing here")},
        {STR("abcdefghij"), STR("水"), 4, STR("abcd…")},
        {STR("水水水水"), STR("水水"), 80, STR("\1水水水水\2")},
        {STR("😀水压😀"), STR("水压"), 80, STR("😀\1水压\2😀")},
        {STR("a\1b\2c"), STR("zzz"), 80, STR("a b c")},
        {STR(""), STR("水"), 80, STR("")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str e = search_excerpt(w->mem, rows[i].text, rows[i].query, rows[i].points);
        if (!str_eq(e, rows[i].excerpt)) fail_msg("%.*s -> %.*s", STR_ARG(rows[i].text), STR_ARG(e));
    }
}

/* Finding */

static struct matter_page find(struct matter_world *w, const struct actor *who, str query)
{
    struct matter_page page;
    assert_int_equal(matter_list(w->db, w->mem, &w->city, who, &(struct matter_filter){.query = query}, &page), ST_OK);
    assert_int_equal(page.total, page.n);
    return page;
}

static struct receipt shown(struct matter_world *w, const char *subject, const char *text, const char *shown_text)
{
    struct matter_draft d = matter_world_draft(w, subject, text, w->bureau);
    struct receipt r = matter_world_register(w, &d);
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, d.subject, str_from(shown_text),
                                    STR(""), STR(""), &w->faults),
                     ST_OK);
    return r;
}

static void p14_two_chinese_characters_are_found_exactly_where_they_stand_together(void **state)
{
    struct matter_world *w = *state;
    (void)shown(w, "Water", "三月以来五六楼自来水没有水压", "三月以来五六楼自来水没有水压");
    (void)shown(w, "River", "水位压低了", "水位压低了");
    (void)shown(w, "Rain", "下水。压力大", "下水。压力大");
    const struct {
        str query;
        size_t n;
    } rows[] = {
        {STR("水压"), 1},
        {STR("自来水"), 1},
        {STR("没有水压"), 1},
        {STR("有水压"), 1},
        {STR("压水"), 0},
        {STR("来"), 1},
        {STR("压"), 3},
        {STR("水"), 3},
        {STR("大"), 1},
        {STR("水 压"), 3},
        {STR("水压 自来水"), 1},
        {STR("水压 压力"), 0},
        {STR("WATER"), 1},
        {STR("wat"), 1},
        {STR("wa"), 0},
        {STR("ＷＡＴＥＲ 水压"), 1},
        {STR("*"), 0},
        {STR("\""), 0},
        {STR("water OR river"), 0},
        {STR("tokens:water"), 0},
        {STR("三月 NOT 水压"), 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t by_public = find(w, NULL, rows[i].query).n, by_staff = find(w, &w->actor[ROOT_CLERK], rows[i].query).n;
        if (by_public != rows[i].n || by_staff != rows[i].n)
            fail_msg("%.*s: %zu %zu", STR_ARG(rows[i].query), by_public, by_staff);
    }
}

static void p14_the_public_finds_shown_words_only(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = shown(w, "Water", "王伟家没有水压", "■■家没有水压");
    struct matter_draft hidden = matter_world_draft(w, "Secret", "没有水压", w->bureau);
    (void)matter_world_register(w, &hidden);
    assert_int_equal(find(w, NULL, STR("水压")).n, 1);
    assert_int_equal(find(w, NULL, STR("王伟")).n, 0);
    assert_int_equal(find(w, &w->actor[ROOT_CLERK], STR("王伟")).n, 1);
    assert_int_equal(find(w, &w->actor[ROOT_CLERK], STR("水压")).n, 2);
    struct matter_page page = find(w, NULL, STR("水压"));
    assert_true(str_eq(page.items[0].excerpt, STR("■■家没有\1水压\2")));
    /* The words let through last are the ones that are found. */
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, STR("Water"), STR("没有热水"),
                                    STR(""), STR(""), &w->faults),
                     ST_OK);
    assert_int_equal(find(w, NULL, STR("水压")).n, 0);
    assert_int_equal(find(w, NULL, STR("热水")).n, 1);
    assert_int_equal(
        matter_publish(w->db, w->mem, &w->city, NULL, r.matter, false, STR(""), STR(""), STR(""), STR(""), &w->faults),
        ST_OK);
    assert_int_equal(find(w, NULL, STR("热水")).n, 0);
}

static void answers_are_found_by_staff_at_once_and_by_the_public_once_let_through(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "answered");
    assert_int_equal(find(w, &w->actor[ROOT_CLERK], STR("replaced")).n, 1);
    assert_int_equal(find(w, NULL, STR("replaced")).n, 0);
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, STR("Water"), STR("Floors"), STR(""),
                                    STR("The pump was replaced"), &w->faults),
                     ST_OK);
    struct matter_page page = find(w, NULL, STR("replaced"));
    assert_int_equal(page.n, 1);
    assert_true(str_eq(page.items[0].excerpt, STR("The pump was \1replaced\2")));
}

static void a_reference_finds_its_matter_for_those_who_may_see_it(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "registered");
    const str typed[] = {r.ref, STR(" ht-26-000001 "), STR("ＨＴ-26-０００００１")};
    for (size_t i = 0; i < COUNT_OF(typed); i++) {
        struct matter_page page = find(w, &w->actor[BUREAU_HANDLER], typed[i]);
        assert_int_equal(page.n, 1);
        assert_int_equal(page.items[0].id.v, r.matter.v);
        assert_int_equal(find(w, NULL, typed[i]).n, 0);
        assert_int_equal(find(w, &w->actor[TOWN_HEAD], typed[i]).n, 0);
    }
    assert_int_equal(find(w, &w->actor[ROOT_CLERK], STR("HT-26-999999")).n, 0);
}

static void better_matches_come_first_and_newer_ones_among_equals(void **state)
{
    struct matter_world *w = *state;
    struct matter_page page;
    for (int i = 0; i < 4; i++) {
        struct matter_draft d = matter_world_draft(w, "Pump", "It is loud", w->bureau);
        d.raised_at = (instant){w->now.ms - (int64_t)(i * 3 % 4) * DAY_MS};
        (void)matter_world_register(w, &d);
    }
    struct matter_draft d = matter_world_draft(w, "Pump pump", "pump pump pump", w->bureau);
    d.raised_at = (instant){w->now.ms - 100 * DAY_MS};
    struct receipt best = matter_world_register(w, &d);
    page = find(w, &w->actor[ROOT_CLERK], STR("pump"));
    assert_int_equal(page.n, 5);
    assert_int_equal(page.items[0].id.v, best.matter.v);
    for (size_t i = 2; i < 5; i++) assert_true(page.items[i].raised_at.ms < page.items[i - 1].raised_at.ms);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(tokens_are_pairs_of_chinese_and_whole_words_of_the_rest),
        T(queries_become_expressions_without_operators),
        T(excerpts_show_the_first_hit_with_its_place_in_the_text),
        T(p14_two_chinese_characters_are_found_exactly_where_they_stand_together),
        T(p14_the_public_finds_shown_words_only),
        T(answers_are_found_by_staff_at_once_and_by_the_public_once_let_through),
        T(a_reference_finds_its_matter_for_those_who_may_see_it),
        T(better_matches_come_first_and_newer_ones_among_equals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
