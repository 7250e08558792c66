/* matter_find_test: what words find, in which order, and what a page says when not all was looked through (P14, P35).
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "gen/sql/search_rebuild.h"
#include "matter/matter_ways.h"
#include "matter/matter_world.h"

static const struct ways_limits small = {
    .ranges = 1500, .walk = 10000, .check = 1000, .most = 8, .texts = 30, .look = 5};

static struct matter_page find(struct matter_world *w, const struct actor *who, const struct matter_filter *f,
                               const struct ways_limits *limits)
{
    struct matter_page page;
    assert_int_equal(matter_list_within(w->db, w->mem, &w->city, who, f, limits, &page), ST_OK);
    return page;
}

/* Raised so many days ago, shown as it is. */
static struct receipt shown(struct matter_world *w, struct matter_draft d, int days)
{
    d.raised_at = (instant){w->now.ms - days * DAY_MS};
    struct receipt r = matter_world_register(w, &d);
    assert_int_equal(
        matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, d.subject, d.text, d.place, STR(""), &w->faults),
        ST_OK);
    return r;
}

static void common(struct matter_world *w, int n)
{
    for (int i = n; i-- > 0;) (void)shown(w, matter_world_draft(w, "Pump", "水压不足", w->bureau), i % 20);
}

static void p14_p35_a_common_word_finds_so_many_page_by_page_whatever_comes_meanwhile(void **state)
{
    struct matter_world *w = *state;
    struct matter_filter f = {.query = STR("pumps"), .limit = 8};
    common(w, 12);
    struct matter_page whole = find(w, NULL, &f, &small);
    assert_int_equal(whole.n, 8);
    assert_int_equal(whole.total, 8);
    assert_true(!whole.exact && whole.looked == 0 && whole.next.p == NULL);
    f.limit = 3;
    for (size_t at = 0; at < 8; at += 3) {
        struct matter_page page = find(w, NULL, &f, &small);
        assert_int_equal(page.n, at == 6 ? 2 : 3);
        for (size_t i = 0; i < page.n; i++) assert_int_equal(page.items[i].id.v, whole.items[at + i].id.v);
        assert_int_equal(page.next.p == NULL, at == 6);
        f.after = page.next;
        common(w, 1);
    }
    static const char *const wrong[] = {"1", "x.1", "1.x", "-1.1", "9.1", "1.-1", "."};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct matter_page page;
        f.after = str_from(wrong[i]);
        assert_int_equal(matter_list_within(w->db, w->mem, &w->city, NULL, &f, &small, &page), ST_INVALID);
    }
}

static void p14_p35_a_filter_that_fits_behind_all_that_is_looked_at(void **state)
{
    struct matter_world *w = *state;
    struct ways_limits narrow = small;
    struct matter_draft d = matter_world_draft(w, "Pump", "水压不足", w->town);
    d.kind = STR("claim");
    d.place = STR("Far Street 9");
    struct receipt old = shown(w, d, 400);
    common(w, 40);
    const struct matter_filter reached[] = {
        {.query = STR("pump"), .kind = STR("claim")},
        {.query = STR("水压"), .to = {w->today.n - 300}},
        {.query = STR("水压不足"), .from = {w->today.n - 410}, .to = {w->today.n - 390}},
        {.query = STR("pump"), .unit = w->town},
        {.query = STR("不足"), .place = STR("far street")},
        {.query = STR("pump 水压"), .place = STR("far street"), .sort = SORT_OLDEST},
    };
    for (size_t i = 0; i < COUNT_OF(reached); i++) {
        struct matter_page page = find(w, NULL, &reached[i], &small);
        if (page.n != 1 || !page.exact || page.total != 1 || page.looked != 0 || page.items[0].id.v != old.matter.v)
            fail_msg("filter %zu: %zu, %lld, looked %lld", i, page.n, (long long)page.total, (long long)page.looked);
    }
    narrow.check = 5; /* nor does the list of the filter come that far */
    struct matter_page page = find(w, NULL, &reached[4], &narrow);
    assert_true(page.n == 0 && page.total == 0 && !page.exact && page.looked == 30 && page.next.p == NULL);
    page = find(w, NULL, &(struct matter_filter){.query = STR("pump"), .uncounted = true}, &ways_usual);
    assert_true(page.n == 25 && page.total == 0 && !page.exact);
}

/* Two words that are never together must not be looked for to the end of the index: they are counted first. */
static void p35_texts_with_several_words_are_counted_between_two_of_them(void **state)
{
    struct matter_world *w = *state;
    search_doc_id none = {0};
    struct search_reach reach = {0};
    size_t n;
    common(w, 12);
    for (int i = 0; i < 5; i++) (void)shown(w, matter_world_draft(w, "Lamp and pump", "路灯不亮", w->bureau), 0);
    assert_int_equal(db_settle(w->db), ST_OK);
    assert_int_equal(search_reach(w->db, w->mem, STR("pump lamp"), &reach), ST_OK);
    assert_true(reach.upto.v > 0 && reach.beyond.v == 0 && !reach.counted);
    const struct {
        str tokens;
        search_doc_id upto, beyond;
        size_t most, n;
    } rows[] = {
        {STR("pump lamp"), reach.upto, none, 100, 5},       {STR("lamp pump"), reach.upto, none, 3, 3},
        {STR("水压 pump"), reach.upto, none, 100, 12},      {STR("水压 路灯"), reach.upto, none, 100, 0},
        {STR("pump lamp/水压"), reach.upto, none, 100, 17}, {STR("lamp pump 水压"), reach.upto, none, 100, 0},
        {STR("pump lamp"), reach.upto, reach.upto, 100, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(search_together(w->db, w->mem, rows[i].tokens, rows[i].upto, rows[i].beyond, rows[i].most, &n),
                         ST_OK);
        if (n != rows[i].n) fail_msg("%zu: %zu instead of %zu", i, n, rows[i].n);
    }
}

static void p14_one_character_is_looked_for_in_the_newest_that_fit(void **state)
{
    struct matter_world *w = *state;
    common(w, 4);
    struct matter_page page = find(w, NULL, &(struct matter_filter){.query = STR("压")}, &small);
    assert_true(page.total == 4 && page.exact && page.looked == 0);
    common(w, 4);
    (void)shown(w, matter_world_draft(w, "路灯", "不亮", w->bureau), 0);
    page = find(w, NULL, &(struct matter_filter){.query = STR("压")}, &small);
    assert_true(page.total == 4 && !page.exact && page.looked == 5);
    page = find(w, NULL, &(struct matter_filter){.query = STR("压"), .sort = SORT_OLDEST}, &small);
    assert_true(page.total == 5 && page.items[0].raised_at.ms <= page.items[4].raised_at.ms);
}

static void with_words_a_list_can_have_any_order(void **state)
{
    struct matter_world *w = *state;
    static const int days[] = {7, 3, 9, 1, 5};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        struct receipt r = shown(w, matter_world_draft(w, "Pump", "水压不足", w->bureau), days[i]);
        struct casefile_command cmd = matter_world_command(w, RAISER, r.casefile);
        cmd.at = (instant){w->now.ms - (10 - days[i]) * HOUR_MS};
        if (days[i] != 9) assert_int_equal(casefile_import_answer(w->db, w->mem, &cmd, STR("Repaired")), ST_OK);
    }
    for (enum matter_sort sort = SORT_NEWEST; sort <= SORT_DUE; sort++) {
        const struct actor *who = sort == SORT_DUE ? &w->actor[ROOT_CLERK] : NULL;
        struct matter_page page =
            find(w, who, &(struct matter_filter){.query = STR("水压"), .sort = sort}, &ways_usual);
        assert_int_equal(page.n, sort == SORT_ANSWERED ? 4 : sort == SORT_DUE ? 1 : 5);
        for (size_t i = 1; i < page.n; i++) {
            const struct matter_item *a = &page.items[i - 1], *b = &page.items[i];
            if (sort == SORT_NEWEST) assert_true(a->raised_at.ms > b->raised_at.ms);
            if (sort == SORT_OLDEST) assert_true(a->raised_at.ms < b->raised_at.ms);
            if (sort == SORT_ANSWERED) assert_true(a->answered_at.ms > b->answered_at.ms);
        }
    }
}

static void the_subject_comes_before_the_rest_and_close_before_far(void **state)
{
    struct matter_world *w = *state;
    static const char *const texts[][2] = {
        {"Noise",
         "The pump in the yard. It has been going on for weeks, day and night, and nobody knows whose house it is in"},
        {"Noise", "The house pump"},
        {"Pump", "In the house"},
        {"House pump", "At night"},
        {"Noise", "pump, pump, pump, house, house, house"},
    };
    static const size_t order[] = {3, 2, 4, 1, 0};
    struct receipt r[COUNT_OF(texts)];
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        r[i] = shown(w, matter_world_draft(w, texts[i][0], texts[i][1], w->bureau), 5);
    struct matter_page page = find(w, NULL, &(struct matter_filter){.query = STR("houses pump")}, &ways_usual);
    assert_int_equal(page.n, COUNT_OF(texts));
    for (size_t i = 0; i < page.n; i++) assert_int_equal(page.items[i].id.v, r[order[i]].matter.v);
}

/* Documents that are there now, newest first, by their audience: "3", "21". */
static str audiences(struct matter_world *w)
{
    struct q_search_rebuild_sample *d;
    struct buf b;
    size_t n;
    buf_init(&b, w->mem, 16, 64);
    assert_int_equal(q_search_rebuild_sample(w->db, w->mem, 1, 50, &d, &n), ST_OK);
    for (size_t i = 0; i < n; i++) buf_add_int(&b, d[i].audience);
    return buf_str(&b);
}

static void publish(struct matter_world *w, matter_id id, bool show, const char *text, const char *answer)
{
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, id, show, STR("Pump"), str_from(text), STR(""),
                                    str_from(answer), &w->faults),
                     ST_OK);
}

static void p14_what_the_public_reads_is_a_document_of_its_own_only_when_it_differs(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "Pump", "王伟家，没有水压", w->bureau);
    matter_id id = matter_world_register(w, &d).matter;
    assert_true(str_eq(audiences(w), STR("1")));
    publish(w, id, true, "王伟家，没有水压", "");
    assert_true(str_eq(audiences(w), STR("3")));
    publish(w, id, true, "王伟家。没有水压！", ""); /* the same tokens */
    assert_true(str_eq(audiences(w), STR("3")));
    publish(w, id, true, "■■家，没有水压", "");
    assert_true(str_eq(audiences(w), STR("21")) || str_eq(audiences(w), STR("12")));
    publish(w, id, false, "", "");
    assert_true(str_eq(audiences(w), STR("1")));
    publish(w, id, true, "王伟家，没有水压", "");
    assert_true(str_eq(audiences(w), STR("3")));
}

/* A model: words and runs that are known, put together at random; what a query finds is counted by hand. */

static const char *const bits[] = {"lamp", "lamps", "road", "roads", "水压", "水",
                                   "压力", "路灯",  "路",   "12",    "，",   "leak"};
static const int same[] = {0, 0, 2, 2, 4, 5, 6, 7, 8, 9, 10, 11}; /* one stem: one number */

static bool is_run(int bit)
{
    return (unsigned char)bits[bit][0] >= 0x80;
}

/* Characters stand together when no space or sign parts them; words are parted by spaces. */
static str text_of(struct arena *mem, const int *bit, int n)
{
    struct buf b;
    buf_init(&b, mem, 64, 1024);
    for (int i = 0; i < n; i++) {
        if (i > 0 && !(is_run(bit[i]) && is_run(bit[i - 1]))) buf_add_byte(&b, ' ');
        buf_add(&b, str_from(bits[bit[i]]));
    }
    return buf_str(&b);
}

static bool has_bit(str text, const int *bit, int n, int wanted)
{
    if (is_run(wanted)) return str_find(text, str_from(bits[wanted])) >= 0;
    for (int i = 0; i < n; i++)
        if (same[bit[i]] == same[wanted]) return true;
    return false;
}

#define TEXTS   60
#define PARTS   6
#define QUERIES 300

static void p14_what_is_found_is_what_has_all_the_words(void **state)
{
    struct matter_world *w = *state;
    struct rng rng = {14};
    int bit[TEXTS][PARTS], n[TEXTS];
    str text[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
        n[i] = 1 + (int)rng_below(&rng, PARTS);
        for (int k = 0; k < n[i]; k++) bit[i][k] = (int)rng_below(&rng, COUNT_OF(bits));
        text[i] = text_of(w->mem, bit[i], n[i]);
        struct matter_draft d = matter_world_draft(w, "Subject", "", w->bureau);
        d.text = text[i];
        (void)shown(w, d, i % 7);
    }
    for (int q = 0; q < QUERIES; q++) {
        int wanted[3], terms = 1 + (int)rng_below(&rng, 3);
        int64_t expected = 0;
        struct buf query;
        buf_init(&query, w->mem, 64, 256);
        for (int k = 0; k < terms; k++) {
            do wanted[k] = (int)rng_below(&rng, COUNT_OF(bits));
            while (strcmp(bits[wanted[k]], "，") == 0);
            buf_format(&query, "%s ", bits[wanted[k]]);
        }
        for (int i = 0; i < TEXTS; i++) {
            bool all = true;
            for (int k = 0; k < terms; k++) all = all && has_bit(text[i], bit[i], n[i], wanted[k]);
            expected += all;
        }
        struct matter_page page = find(w, NULL, &(struct matter_filter){.query = buf_str(&query)}, &ways_usual);
        if (page.total != expected || !page.exact)
            fail_msg("%.*s: %lld, not %lld", STR_ARG(buf_str(&query)), (long long)page.total, (long long)expected);
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(p14_p35_a_common_word_finds_so_many_page_by_page_whatever_comes_meanwhile),
        T(p14_p35_a_filter_that_fits_behind_all_that_is_looked_at),
        T(p35_texts_with_several_words_are_counted_between_two_of_them),
        T(p14_one_character_is_looked_for_in_the_newest_that_fit),
        T(with_words_a_list_can_have_any_order),
        T(the_subject_comes_before_the_rest_and_close_before_far),
        T(p14_what_the_public_reads_is_a_document_of_its_own_only_when_it_differs),
        T(p14_what_is_found_is_what_has_all_the_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
