/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "matter/matter_world.h"
#include "matter/search.h"

/* Tokens and queries */

static void tokens_are_pairs_of_chinese_and_stems_of_words(void **state)
{
    struct matter_world *w = *state;
    const struct {
        str text, tokens;
    } rows[] = {
        {STR("三月以来"), STR("三月 月以 以来")},
        {STR("水。压"), STR("")},
        {STR("12路 Bus"), STR("12 bus")},
        {STR("𠮷野家"), STR("𠮷野 野家")},
        {STR("ＡＢＣ１２３"), STR("abc123")},
        {STR("don't stop"), STR("don t stop")},
        {STR("don’t stop"), STR("don t stop")},
        {STR("Straße CAFÉ"), STR("stras café")},
        {STR("Straße’s CAFÉ-bar"), STR("stras s café bar")},
        {STR("バス停"), STR("バス ス停")},
        {STR("阿依古丽·买买提"), STR("阿依 依古 古丽 买买 买提")},
        {STR("水压水压，水压"), STR("水压 压水")},
        {STR("Lamps, lamp; LAMPS lamp"), STR("lamp")},
        {STR("■■家没有水"), STR("家没 没有 有水")},
        {STR("①号楼→㎡"), STR("1 号楼 m2")},
        {STR("a\0b水\0压力"), STR("a b 压力")},
        {STR("…，。！"), STR("")},
        {STR(""), STR("")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str tokens = search_tokens(w->mem, &rows[i].text, 1);
        if (!str_eq(tokens, rows[i].tokens)) fail_msg("%.*s -> %.*s", STR_ARG(rows[i].text), STR_ARG(tokens));
    }
    const str two[] = {STR("水压"), STR("压力")};
    assert_true(str_eq(search_tokens(w->mem, two, 2), STR("水压 压力")));
}

static void a_long_word_is_cut_between_characters(void **state)
{
    struct matter_world *w = *state;
    const str texts[] = {STR("é"), STR("éaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéaéa")};
    str tokens = search_tokens(w->mem, &texts[1], 1);
    assert_true(tokens.n > 60 && tokens.n <= 64 && str_is_utf8(tokens));
}

static void a_text_has_each_token_once_however_many_there_are(void **state)
{
    struct matter_world *w = *state;
    char *text = NEWN(w->mem, char, 64 * 1024);
    size_t n = 0;
    for (int i = 0; i < 5000; i++) n += (size_t)snprintf(text + n, 16, "q%dx ", i % 2500);
    str tokens = search_tokens(w->mem, &(str){text, n}, 1);
    str first = str_sub((str){text, n}, 0, n / 2 - 1);
    assert_true(str_eq(tokens, first));
}

/* A stem, and the words that have it. */
static const char *const stems[][2] = {
    {"lamp", "lamps lamp"},
    {"bus", "buses bus"},
    {"box", "boxes"},
    {"church", "churches"},
    {"dish", "dishes"},
    {"clas", "classes class"},
    {"hous", "houses house housing"},
    {"city", "cities city"},
    {"tie", "ties tied"},
    {"famy", "families family"},
    {"carry", "carried carries carry"},
    {"potato", "potatoes"},
    {"shoe", "shoes"},
    {"this", "this"},
    {"status", "status"},
    {"glas", "glass"},
    {"stop", "stopped stopping stops stop"},
    {"close", "closed closing close closes"},
    {"place", "placed places"},
    {"rate", "rated rating rates"},
    {"rat", "rats rat"},
    {"use", "used using use"},
    {"leav", "leaving leave leaves"},
    {"leak", "leaked leaking leak"},
    {"open", "opened opening"},
    {"fil", "filled fill"},
    {"hope", "hoped"},
    {"hop", "hopped"},
    {"notic", "noticed notice notices"},
    {"arriv", "arrived arrive"},
    {"agre", "agreed agree"},
    {"need", "need needed"},
    {"quick", "quickly quick"},
    {"easy", "easily easy"},
    {"only", "only"},
    {"reply", "reply replies replied"},
    {"sup", "supply supplies supplied"},
    {"string", "string"},
    {"king", "king"},
    {"thing", "things"},
    {"red", "red"},
    {"shed", "shed"},
    {"add", "add added adding"},
    {"park", "parks parking parked"},
    {"repair", "repaired"},
    {"plan", "plan plans planned planning"},
    {"plane", "plane"},
    {"fix", "fixes fixed"},
    {"pay", "paying"},
    {"child", "children"},
    {"man", "men"},
    {"foot", "feet"},
    {"tooth", "teeth"},
    {"as", "as"},
    {"a", "a"},
    {"", ""},
    {"12ths", "12ths"},
    {"b2ing", "b2ing"},
    {"cafés", "cafés"},
    {"sss", "sss ssss"},
    {"eeed", "eeed"},
    {"yyy", "yyying"},
    {"ing", "ing"},
    {"ly", "ly"},
};

static void words_are_cut_to_their_stems(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(stems); i++) {
        str word, rest = str_from(stems[i][1]);
        while (rest.n > 0) {
            char own[32];
            (void)str_cut(rest, ' ', &word, &rest);
            memcpy(own, word.p, word.n);
            size_t n = search_stem(own, word.n);
            if (!str_eq((str){own, n}, str_from(stems[i][0]))) fail_msg("%.*s -> %.*s", STR_ARG(word), (int)n, own);
        }
    }
}

static void queries_become_tokens_and_terms_without_operators(void **state)
{
    struct matter_world *w = *state;
    const struct {
        str query, tokens;
        size_t terms;
    } rows[] = {
        {STR("水压"), STR("水压"), 1},
        {STR("三月以来"), STR("三月 月以 以来"), 1},
        {STR("三月以来五六楼"), STR("三月 以来 五六 六楼"), 1},
        {STR("水"), STR(""), 1},
        {STR("12路"), STR("12"), 2},
        {STR("Buses 12"), STR("bus 12"), 2},
        {STR("水压 pump"), STR("水压 pump"), 2},
        {STR("a OR b"), STR("a or b"), 3},
        {STR("\"x\" * NEAR(y)|z"), STR("x near y z"), 4},
        {STR("tokens:abc"), STR("token abc"), 2},
        {STR("*()\"'^-+:{}|"), STR(""), 0},
        {STR("　"), STR(""), 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct search_query q = search_query_of(w->mem, rows[i].query);
        if (!str_eq(q.tokens, rows[i].tokens) || q.n != rows[i].terms)
            fail_msg("%.*s -> %zu: %.*s", STR_ARG(rows[i].query), q.n, STR_ARG(q.tokens));
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
        {STR("Water PUMP broke, pumps leak"), STR("pump"), 80, STR("Water \1PUMP\2 broke, \1pumps\2 leak")},
        {STR("ＰＵＭＰ　坏了"), STR("pump"), 80, STR("\1ＰＵＭＰ\2　坏了")},
        {STR("Die Straße"), STR("STRASSE"), 80, STR("Die \1Straße\2")},
        {STR("the cat concat"), STR("cat"), 80, STR("the \1cat\2 concat")},
        {STR("leaking, leaks"), STR("leaked"), 80, STR("\1leaking\2, \1leaks\2")},
        {STR("at bat"), STR("at"), 80, STR("\1at\2 bat")},
        {STR("nothing\nhere"), STR("水"), 80, STR("nothing here")},
        {STR("abcdefghij"), STR("水"), 4, STR("abcd…")},
        {STR("水水水水"), STR("水水"), 80, STR("\1水水水水\2")},
        {STR("😀水压😀"), STR("水压"), 80, STR("😀\1水压\2😀")},
        {STR("a\1b\2c"), STR("zzz"), 80, STR("a b c")},
        {STR(""), STR("水"), 80, STR("")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct search_query q = search_query_of(w->mem, rows[i].query);
        str e = search_excerpt(w->mem, rows[i].text, &q, rows[i].points);
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
        {STR("waters"), 1},
        {STR("wat"), 0},
        {STR("六楼没有"), 0},
        {STR("五六楼自来水没有水压"), 1},
        {STR("五六楼自来水没有水厂"), 0},
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
        T(tokens_are_pairs_of_chinese_and_stems_of_words),
        T(a_long_word_is_cut_between_characters),
        T(a_text_has_each_token_once_however_many_there_are),
        T(words_are_cut_to_their_stems),
        T(queries_become_tokens_and_terms_without_operators),
        T(excerpts_show_the_first_hit_with_its_place_in_the_text),
        T(p14_two_chinese_characters_are_found_exactly_where_they_stand_together),
        T(p14_the_public_finds_shown_words_only),
        T(answers_are_found_by_staff_at_once_and_by_the_public_once_let_through),
        T(a_reference_finds_its_matter_for_those_who_may_see_it),
        T(better_matches_come_first_and_newer_ones_among_equals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
