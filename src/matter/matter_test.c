/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "matter/matter_world.h"

static str repeated(struct matter_world *w, const char *unit, size_t times)
{
    size_t n = strlen(unit);
    char *out = NEWN(w->mem, char, n *times + 1);
    for (size_t i = 0; i < times; i++) memcpy(out + i * n, unit, n);
    return (str){out, n * times};
}

/* Checking */

struct refused {
    const char *field, *message;
    struct matter_draft draft;
};

static void is_refused(struct matter_world *w, const struct refused *row)
{
    struct matter_draft d = row->draft;
    w->faults.n = 0;
    if (d.channel.n == 0) d.channel = STR("web");
    assert_int_equal(matter_check(w->db, w->mem, &d, &w->faults), ST_INVALID);
    assert_int_equal(w->faults.n, 1);
    assert_non_null(fault_of(&w->faults, row->field));
    assert_string_equal(fault_of(&w->faults, row->field), row->message);
}

static void words_that_cannot_be_kept_are_refused_in_plain_words(void **state)
{
    struct matter_world *w = *state;
    const str s = STR("s"), t = STR("t");
    const char *const unreadable = "Some characters here cannot be read. Type the text again";
    const struct refused rows[] = {
        {"subject", "Enter a subject", {.subject = STR(" 　\t"), .text = t}},
        {"text", "Enter what it is about", {.subject = s, .text = STR("\r\n")}},
        {"subject", "The subject must be {max} characters or fewer", {.subject = repeated(w, "水", 121), .text = t}},
        {"text", "The details must be {max} characters or fewer", {.subject = s, .text = repeated(w, "𠮷", 4001)}},
        {"place",
         "The place must be {max} characters or fewer",
         {.subject = s, .text = t, .place = repeated(w, "p", 201)}},
        {"text", unreadable, {.subject = s, .text = STR("a\xC0\xAF")}},
        {"text", unreadable, {.subject = s, .text = STR("a\0b")}},
        {"subject", unreadable, {.subject = STR("a\x1B[0m"), .text = t}},
        {"text", unreadable, {.subject = s, .text = STR("\xED\xA0\x80")}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) is_refused(w, &rows[i]);
}

static void keys_points_and_contacts_that_cannot_be_are_refused_in_plain_words(void **state)
{
    struct matter_world *w = *state;
    const str s = STR("s"), t = STR("t");
    const char *const unit = "Choose a public body from the list", *const point = "Choose a point on the map again",
                      *const mail = "Enter an email address, like name@example.com";
    const struct refused rows[] = {
        {"kind", "Choose what kind of matter it is", {.subject = s, .text = t, .kind = STR("complain")}},
        {"channel", "Choose how it reached you", {.subject = s, .text = t, .channel = STR("fax")}},
        {"raiser", "Choose who raises it", {.subject = s, .text = t, .raiser = STR("petitioner")}},
        {"category", "Choose a category from the list", {.subject = s, .text = t, .category = {99}}},
        {"unit", unit, {.subject = s, .text = t, .unit = {99}}},
        {"unit", unit, {.subject = s, .text = t, .unit = w->partner}},
        {"point", point, {.subject = s, .text = t, .lat = 90.1}},
        {"point", point, {.subject = s, .text = t, .lon = -180.5}},
        {"point", point, {.subject = s, .text = t, .lon = NAN}},
        {"point", point, {.subject = s, .text = t, .lat = INFINITY}},
        {"contact_phone",
         "Enter a phone number, like 138 0000 0000",
         {.subject = s, .text = t, .contact.phone = STR("call me")}},
        {"contact_mail", mail, {.subject = s, .text = t, .contact.mail = STR("a.example")}},
        {"contact_mail", mail, {.subject = s, .text = t, .contact.mail = STR("a@b@c")}},
        {"contact_name",
         "The name must be {max} characters or fewer",
         {.subject = s, .text = t, .contact.name = repeated(w, "n", 101)}},
        {"raised_at",
         "The day must not be in the future",
         {.subject = s, .text = t, .raised_at = {w->now.ms + 3 * DAY_MS}}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) is_refused(w, &rows[i]);
}

static void an_ended_category_is_not_offered_again(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "s", "t", (unit_id){0});
    d.category = w->pipes;
    assert_int_equal(category_end(w->db, w->mem, &w->actor[ROOT_ADMIN], w->water, w->now), ST_OK);
    assert_int_equal(matter_check(w->db, w->mem, &d, &w->faults), ST_INVALID); /* ended with the one above it */
}

static void edges_are_trimmed_and_line_breaks_evened(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "　 two\r\nlines ", "　a\r\nb\rc　\n", (unit_id){0});
    assert_int_equal(matter_check(w->db, w->mem, &d, &w->faults), ST_OK);
    assert_true(str_eq(d.subject, STR("two lines")));
    assert_true(str_eq(d.text, STR("a\nb\nc")));
    assert_true(str_eq(d.raiser, STR("resident")));
    d.kind = STR("");
    assert_int_equal(matter_check(w->db, w->mem, &d, &w->faults), ST_OK);
    assert_true(str_eq(d.kind, STR("help")));
}

static void any_words_are_registered_and_read_back_unchanged(void **state)
{
    struct matter_world *w = *state;
    const str texts[] = {
        STR("𠮷野家旁的路灯"),
        STR("阿依古丽·买买提反映"),
        STR("😀👨‍👩‍👧 help"),
        STR("１２３４５ 号楼"),
        STR("'; DROP TABLE matter; --"),
        STR("<script>alert(1)</script>"),
        STR("\" OR \"\"=\""),
        STR("%s%n%d {max}"),
        STR("AND OR NOT NEAR(\"a\" \"b\")*"),
        STR("\xEF\xBB\xBFé e\xCC\x81 ﬁ ㍿"),
        STR("\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE2\x80\xAE"
            "abc"),
        repeated(w, "水", 4000),
        repeated(w, "😀", 4000),
        STR("缠访闹访的人"),
        STR("."),
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct matter_draft d = matter_world_draft(w, "s", "", w->bureau);
        struct matter m;
        d.text = texts[i];
        d.subject = str_first_points(texts[i], 120);
        struct receipt r = matter_world_register(w, &d);
        assert_int_equal(matter_get(w->db, w->mem, r.matter, &m), ST_OK);
        assert_true(str_eq(m.text, str_trim(texts[i])));
        assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, m.subject, m.text, m.place,
                                        STR(""), &w->faults),
                         ST_OK);
    }
    matter_world_sound(w);
}

/* Receipts */

static void a_receipt_has_a_reference_by_year_and_sixteen_digits(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "s", "t", w->bureau);
    struct receipt a = matter_world_register(w, &d), b = matter_world_register(w, &d);
    /* 23:30 on New Year's Eve in UTC is already the next year in the city. */
    d.raised_at = (instant){(int64_t)day_from_civil(2025, 12, 31).n * DAY_MS + 23 * HOUR_MS};
    struct receipt c = matter_world_register(w, &d);
    d.raised_at = (instant){(int64_t)day_from_civil(2025, 12, 31).n * DAY_MS + 15 * HOUR_MS};
    struct receipt old = matter_world_register(w, &d);
    assert_string_equal(str_z(w->mem, a.ref), "HT-26-000001");
    assert_string_equal(str_z(w->mem, b.ref), "HT-26-000002");
    assert_string_equal(str_z(w->mem, c.ref), "HT-26-000003");
    assert_string_equal(str_z(w->mem, old.ref), "HT-25-000001");
    assert_int_equal(strlen(a.code), 19);
    assert_string_not_equal(a.code, b.code);
    for (size_t i = 0; i < 19; i++) assert_true(i % 5 == 4 ? a.code[i] == ' ' : a.code[i] >= '0' && a.code[i] <= '9');
}

static void a_code_is_understood_however_it_is_typed(void **state)
{
    struct matter_world *w = *state;
    const struct {
        str typed;
        const char *digits; /* NULL: not a code */
    } rows[] = {
        {STR("1234 5678 9012 3456"), "1234567890123456"},
        {STR("1234567890123456"), "1234567890123456"},
        {STR("１２３４　５６７８　９０１２　３４５６"), "1234567890123456"},
        {STR(" 1234-5678–9012—3456\r\n"), "1234567890123456"},
        {STR("1234 5678 9012 345"), NULL},
        {STR("1234 5678 9012 34567"), NULL},
        {STR("1234 5678 9012 345x"), NULL},
        {STR(""), NULL},
        {STR("\xC0\x80"), NULL},
        {STR("1234567890123456; DROP"), NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str digits;
        bool ok = receipt_parse(w->mem, rows[i].typed, &digits);
        assert_int_equal(ok, rows[i].digits != NULL);
        if (ok) assert_string_equal(str_z(w->mem, digits), rows[i].digits);
    }
}

static void a_code_finds_its_matter_and_no_other(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "registered");
    matter_id found;
    str digits;
    assert_true(receipt_parse(w->mem, str_from(r.code), &digits));
    assert_int_equal(receipt_find(w->db, w->mem, &w->city, digits, &found), ST_OK);
    assert_int_equal(found.v, r.matter.v);
    char *wrong = str_z(w->mem, digits);
    wrong[15] = wrong[15] == '9' ? '0' : (char)(wrong[15] + 1);
    assert_int_equal(receipt_find(w->db, w->mem, &w->city, (str){wrong, 16}, &found), ST_NOT_FOUND);
    assert_int_equal(receipt_find(w->db, w->mem, &w->city, STR(""), &found), ST_NOT_FOUND);
}

static void registering_is_for_the_raiser_and_for_those_who_may(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "s", "t", (unit_id){0});
    struct receipt r;
    assert_int_equal(matter_check(w->db, w->mem, &d, &w->faults), ST_OK);
    assert_int_equal(matter_register(w->db, w->mem, &w->city, &w->actor[ROOT_CLERK], &d, &r), ST_OK);
    assert_int_equal(matter_register(w->db, w->mem, &w->city, &w->actor[ROOT_LEADER], &d, &r), ST_FORBIDDEN);
}

/* Letting through */

static void a_matter_is_public_only_after_a_clerk_let_it_through_in_the_shown_words(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "registered");
    struct matter m;
    assert_int_equal(matter_public(w->db, w->mem, r.ref, &m), ST_NOT_FOUND);
    const enum who may_not[] = {BUREAU_HANDLER, BUREAU_HEAD, ROOT_HEAD, ROOT_LEADER, ROOT_CHECKER};
    for (size_t i = 0; i < COUNT_OF(may_not); i++)
        assert_int_equal(matter_publish(w->db, w->mem, &w->city, &w->actor[may_not[i]], r.matter, true, STR("s"),
                                        STR("t"), STR(""), STR(""), &w->faults),
                         ST_FORBIDDEN);
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], r.matter, true, STR("Water"),
                                    STR("Floors ■"), STR(""), STR(""), &w->faults),
                     ST_OK);
    assert_int_equal(matter_public(w->db, w->mem, r.ref, &m), ST_OK);
    assert_true(str_eq(m.text, STR("Floors ■")));
    assert_int_equal(matter_get(w->db, w->mem, r.matter, &m), ST_OK);
    assert_true(str_eq(m.text, STR("Floors 5-6 since March")));
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, &w->actor[BUREAU_CLERK], r.matter, false, STR(""), STR(""),
                                    STR(""), STR(""), &w->faults),
                     ST_OK);
    assert_int_equal(matter_public(w->db, w->mem, r.ref, &m), ST_NOT_FOUND);
}

static void what_its_raiser_did_not_agree_to_show_is_never_shown(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "s", "t", w->bureau);
    struct matter m;
    d.wants_public = false;
    struct receipt r = matter_world_register(w, &d);
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, &w->actor[ROOT_CLERK], r.matter, true, STR("s"), STR("t"),
                                    STR(""), STR(""), &w->faults),
                     ST_INVALID);
    assert_int_equal(
        matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, STR("s"), STR("t"), STR(""), STR(""), &w->faults),
        ST_INVALID);
    assert_int_equal(matter_public(w->db, w->mem, r.ref, &m), ST_NOT_FOUND);
}

static size_t waiting(struct matter_world *w)
{
    struct matter_page page;
    assert_int_equal(matter_list(w->db, w->mem, &w->city, &w->actor[ROOT_CLERK],
                                 &(struct matter_filter){.waiting_to_show = true}, &page),
                     ST_OK);
    assert_int_equal(page.total, page.n);
    return page.n;
}

static void a_later_answer_waits_to_be_let_through_too(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "handling");
    struct casefile_command cmd = matter_world_command(w, BUREAU_HANDLER, r.casefile);
    struct answer_draft draft = matter_world_answer();
    struct answer *list;
    size_t n;
    assert_int_equal(waiting(w), 1);
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, &w->actor[ROOT_CLERK], r.matter, true, STR("s"), STR("t"),
                                    STR(""), STR(""), &w->faults),
                     ST_OK);
    assert_int_equal(waiting(w), 0);
    assert_int_equal(casefile_answer(w->db, w->mem, &cmd, &draft), ST_OK);
    assert_int_equal(waiting(w), 1);
    assert_int_equal(answer_list(w->db, w->mem, r.casefile, &list, &n), ST_OK);
    assert_int_equal(list[0].shown_text.n, 0);
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, &w->actor[ROOT_CLERK], r.matter, true, STR("s"), STR("t"),
                                    STR(""), STR("The pump was replaced"), &w->faults),
                     ST_OK);
    assert_int_equal(waiting(w), 0);
    assert_int_equal(answer_list(w->db, w->mem, r.casefile, &list, &n), ST_OK);
    assert_true(str_eq(list[0].shown_text, STR("The pump was replaced")));
}

static void a_place_struck_out_is_not_given_away_by_its_point(void **state)
{
    struct matter_world *w = *state;
    struct matter_draft d = matter_world_draft(w, "s", "t", w->bureau);
    struct matter m;
    d.place = STR("Renmin Road 3, flat 501");
    d.lat = 29.5;
    d.lon = 121.5;
    struct receipt r = matter_world_register(w, &d);
    assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, STR("s"), STR("t"),
                                    STR("Renmin Road"), STR(""), &w->faults),
                     ST_OK);
    assert_int_equal(matter_public(w->db, w->mem, r.ref, &m), ST_OK);
    assert_true(m.lat > 29.0);
    assert_int_equal(
        matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, STR("s"), STR("t"), STR(""), STR(""), &w->faults),
        ST_OK);
    assert_int_equal(matter_public(w->db, w->mem, r.ref, &m), ST_OK);
    assert_true(m.lat > -0.1 && m.lat < 0.1);
}

static void personal_data_is_proposed_for_striking_and_its_length_stays_visible(void **state)
{
    struct matter_world *w = *state;
    const struct {
        str text, shown;
    } rows[] = {
        {STR("身份证330204199001011234。"), STR("身份证■■■■■■■■■■■■■■■■■■。")},
        {STR("ID 33020419900101123X ok"), STR("ID ■■■■■■■■■■■■■■■■■■ ok")},
        {STR("电话13800000000,"), STR("电话■■■■■■■■■■■,")},
        {STR("电话 138-0000-0000"), STR("电话 ■■■■■■■■■■■■■")},
        {STR("１３８００００００００"), STR("■■■■■■■■■■■")},
        {STR("0574-65000000转8"), STR("■■■■■■■■■■■■■转8")},
        {STR("卡6222 0000 1111 2222 333"), STR("卡■■■■■■■■■■■■■■■■■■■■■■■")},
        {STR("mail li.wei@example.com now"), STR("mail ■■■■■■■■■■■■■■■■■■ now")},
        {STR("浙B·12345堵路"), STR("■■■■■■■■堵路")},
        {STR("浙BD12345 停"), STR("■■■■■■■■ 停")},
        {STR("姓名：阿依古丽·买买提，女"), STR("姓名：■■■■■■■■，女")},
        {STR("姓名:王伟 电话"), STR("姓名:■■ 电话")},
        {STR("Name: Li Wei, flat 3"), STR("Name: ■■■■■■, flat 3")},
        {STR("三月以来五六楼没有水压, 2026-03-05, HT-26-000001, 12345热线"),
         STR("三月以来五六楼没有水压, 2026-03-05, HT-26-000001, 12345热线")},
        {STR(""), STR("")},
        {STR("12路 3楼 60天 @ a@b 浙 B"), STR("12路 3楼 60天 @ a@b 浙 B")},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str shown = matter_redact(w->mem, rows[i].text);
        if (!str_eq(shown, rows[i].shown)) fail_msg("%.*s -> %.*s", STR_ARG(rows[i].text), STR_ARG(shown));
        assert_true(str_eq(matter_redact(w->mem, shown), shown));
    }
}

/* Messages */

static void words_go_both_ways_and_not_into_the_timeline(void **state)
{
    struct matter_world *w = *state;
    struct receipt r = matter_world_in(w, "handling");
    struct message *list;
    struct timeline_item *items;
    size_t n;
    assert_int_equal(message_add(w->db, w->mem, &w->city, NULL, r.matter, STR(" "), &w->faults), ST_INVALID);
    assert_int_equal(
        message_add(w->db, w->mem, &w->city, NULL, r.matter, STR("I am Wang, at home after 6"), &w->faults), ST_OK);
    assert_int_equal(
        message_add(w->db, w->mem, &w->city, &w->actor[BUREAU_HANDLER], r.matter, STR("We come at 7"), &w->faults),
        ST_OK);
    assert_int_equal(message_add(w->db, w->mem, &w->city, &w->actor[ROOT_LEADER], r.matter, STR("x"), &w->faults),
                     ST_FORBIDDEN);
    assert_int_equal(message_add(w->db, w->mem, &w->city, &w->actor[TOWN_HEAD], r.matter, STR("x"), &w->faults),
                     ST_NOT_FOUND);
    assert_int_equal(message_list(w->db, w->mem, r.matter, &list, &n), ST_OK);
    assert_int_equal(n, 2);
    assert_true(list[0].from_raiser);
    assert_false(list[1].from_raiser);
    assert_int_equal(list[0].at.ms, w->now.ms);
    assert_int_equal(timeline_list(w->db, w->mem, r.casefile, true, &items, &n), ST_OK);
    for (size_t i = 0; i < n; i++) assert_true(str_find(items[i].words, STR("Wang")) < 0);
}

/* Lists */

static size_t listed(struct matter_world *w, const struct actor *who, struct matter_filter f, size_t *pages)
{
    size_t seen = 0;
    struct matter_page page;
    *pages = 0;
    do {
        assert_int_equal(matter_list(w->db, w->mem, &w->city, who, &f, &page), ST_OK);
        assert_true(page.exact);
        f.after = page.next;
        seen += page.n;
        ++*pages;
        if (page.next.p == NULL) assert_int_equal(page.total, seen);
    } while (page.next.p != NULL && *pages < 50);
    return seen;
}

/* Twenty matters in five units, half about pipes, two of each moment, a fifth of them answered. */
static void fill_lists(struct matter_world *w)
{
    const unit_id units[] = {w->bureau, w->town, w->village, w->town2, w->department};
    for (int i = 0; i < 20; i++) {
        struct matter_draft d =
            matter_world_draft(w, i % 2 == 0 ? "Water pipe" : "Road hole", "水压 is low", units[i % 5]);
        d.category = i % 2 == 0 ? w->pipes : w->roads;
        d.place = i % 4 == 0 ? STR("Qiaotou 100%") : STR("Nanwan");
        d.raised_at = (instant){w->now.ms - (int64_t)(i / 2) * DAY_MS};
        struct receipt r = matter_world_register(w, &d);
        assert_int_equal(matter_publish(w->db, w->mem, &w->city, NULL, r.matter, true, d.subject, d.text, d.place,
                                        STR(""), &w->faults),
                         ST_OK);
        if (i % 5 != 0) continue;
        struct casefile_command cmd = matter_world_command(w, RAISER, r.casefile);
        cmd.at = (instant){w->now.ms - i};
        assert_int_equal(casefile_import_answer(w->db, w->mem, &cmd, STR("Repaired")), ST_OK);
    }
}

static void every_way_of_listing_pages_without_gaps_and_agrees_with_its_count(void **state)
{
    struct matter_world *w = *state;
    size_t pages;
    fill_lists(w);
    const struct {
        struct matter_filter f;
        size_t n;
    } rows[] = {
        {{.limit = 3}, 20},
        {{.limit = 3, .unit = w->county}, 16},
        {{.limit = 3, .unit = w->town}, 8},
        {{.limit = 3, .unit = w->root}, 20},
        {{.limit = 3, .category_code = STR("01")}, 10},
        {{.limit = 3, .category_code = STR("0101")}, 10},
        {{.limit = 3, .category_code = STR("02")}, 10},
        {{.limit = 3, .category_code = STR("9")}, 0},
        {{.limit = 3, .state = STR("answered")}, 4},
        {{.limit = 3, .state = STR("registered")}, 16},
        {{.limit = 3, .kind = STR("complaint")}, 20},
        {{.limit = 3, .kind = STR("claim")}, 0},
        {{.limit = 3, .channel = STR("web")}, 20},
        {{.limit = 3, .place = STR("0%")}, 5},
        {{.limit = 3, .place = STR("_")}, 0},
        {{.limit = 3, .from = {w->today.n - 1}}, 4},
        {{.limit = 3, .to = {w->today.n - 1}}, 18},
        {{.limit = 3, .from = {w->today.n - 2}, .to = {w->today.n - 1}, .unit = w->county}, 3},
        {{.limit = 3, .query = STR("水压")}, 20},
        {{.limit = 3, .query = STR("pipe")}, 10},
        {{.limit = 3, .query = STR("水压"), .unit = w->town}, 8},
    };
    const enum matter_sort sorts[] = {0, SORT_NEWEST, SORT_OLDEST};
    const struct actor *const readers[] = {NULL, &w->actor[ROOT_CLERK], &w->actor[ROOT_LEADER]};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t s = 0; s < COUNT_OF(sorts); s++)
            for (size_t k = 0; k < COUNT_OF(readers); k++) {
                struct matter_filter f = rows[i].f;
                f.sort = sorts[s];
                size_t n = listed(w, readers[k], f, &pages);
                if (n != rows[i].n) fail_msg("row %zu sort %zu reader %zu: %zu", i, s, k, n);
                assert_int_equal(pages, rows[i].n == 0 ? 1 : (rows[i].n + 2) / 3);
            }
    const unit_id any[] = {{0}, w->county};
    for (size_t i = 0; i < COUNT_OF(any); i++) {
        struct matter_filter answered = {.limit = 3, .sort = SORT_ANSWERED, .unit = any[i]};
        assert_int_equal(listed(w, NULL, answered, &pages), 4);
        for (size_t k = 1; k < COUNT_OF(readers); k++)
            assert_int_equal(listed(w, readers[k], (struct matter_filter){.limit = 3, .sort = SORT_DUE}, &pages), 16);
    }
}

static void lists_are_in_their_order(void **state)
{
    struct matter_world *w = *state;
    struct matter_page page;
    for (int i = 0; i < 5; i++) {
        struct matter_draft d = matter_world_draft(w, "s", "t", w->bureau);
        d.raised_at = (instant){w->now.ms - (int64_t)(i * 7 % 5) * DAY_MS};
        (void)matter_world_register(w, &d);
    }
    const struct actor *const readers[] = {&w->actor[ROOT_CLERK], &w->actor[COUNTY_CLERK]};
    for (size_t k = 0; k < COUNT_OF(readers); k++)
        for (int sort = SORT_NEWEST; sort <= SORT_DUE; sort++) {
            if (sort == SORT_ANSWERED) continue; /* the public's */
            assert_int_equal(matter_list(w->db, w->mem, &w->city, readers[k],
                                         &(struct matter_filter){.sort = (enum matter_sort)sort}, &page),
                             ST_OK);
            assert_int_equal(page.n, 5);
            for (size_t i = 1; i < page.n; i++) {
                const struct matter_item *x = &page.items[i - 1], *y = &page.items[i];
                int64_t a = sort == SORT_DUE ? x->due.n : x->raised_at.ms,
                        b = sort == SORT_DUE ? y->due.n : y->raised_at.ms;
                assert_true(sort == SORT_NEWEST ? a >= b : a <= b);
            }
        }
    assert_int_equal(
        matter_list(w->db, w->mem, &w->city, readers[0], &(struct matter_filter){.after = STR("1.x")}, &page),
        ST_INVALID);
    assert_int_equal(
        matter_list(w->db, w->mem, &w->city, readers[0], &(struct matter_filter){.query = STR("\xFF")}, &page),
        ST_INVALID);
}

static void staff_see_what_their_right_reaches_and_the_public_what_is_shown(void **state)
{
    struct matter_world *w = *state;
    const unit_id units[] = {w->root, w->county, w->bureau, w->town, w->village, w->town2, w->department};
    size_t pages;
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        struct matter_draft d = matter_world_draft(w, "Water", "水压", units[i]);
        (void)matter_world_register(w, &d);
    }
    const struct {
        enum who who;
        size_t n;
    } rows[] = {
        {ROOT_CLERK, 7},     {ROOT_LEADER, 7}, {COUNTY_HEAD, 5}, {BUREAU_HEAD, 1},
        {BUREAU_HANDLER, 1}, {TOWN_HEAD, 2},   {TOWN2_HEAD, 1},  {RAISER, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct actor *who = rows[i].who == RAISER ? NULL : &w->actor[rows[i].who];
        assert_int_equal(listed(w, who, (struct matter_filter){.limit = 2}, &pages), rows[i].n);
        assert_int_equal(listed(w, who, (struct matter_filter){.limit = 2, .query = STR("水压")}, &pages), rows[i].n);
        assert_int_equal(listed(w, who, (struct matter_filter){.limit = 2, .unit = w->department}, &pages),
                         rows[i].n == 7 ? 1 : 0);
    }
    struct matter_page page;
    assert_int_equal(
        matter_list(w->db, w->mem, &w->city, &w->actor[ROOT_ADMIN], &(struct matter_filter){.limit = 2}, &page),
        ST_FORBIDDEN);
    /* The work of a unit that has ended is seen by its successor's people. */
    assert_int_equal(casefile_move_all(w->db, w->mem, &w->city, w->bureau, w->town2, NULL), ST_OK);
    assert_int_equal(unit_end(w->db, w->mem, NULL, w->bureau, w->today, w->town2, &w->faults), ST_OK);
    assert_int_equal(listed(w, &w->actor[TOWN2_HEAD], (struct matter_filter){.limit = 2}, &pages), 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, matter_world_setup, matter_world_teardown)
    const struct CMUnitTest tests[] = {
        T(words_that_cannot_be_kept_are_refused_in_plain_words),
        T(keys_points_and_contacts_that_cannot_be_are_refused_in_plain_words),
        T(an_ended_category_is_not_offered_again),
        T(edges_are_trimmed_and_line_breaks_evened),
        T(any_words_are_registered_and_read_back_unchanged),
        T(a_receipt_has_a_reference_by_year_and_sixteen_digits),
        T(a_code_is_understood_however_it_is_typed),
        T(a_code_finds_its_matter_and_no_other),
        T(registering_is_for_the_raiser_and_for_those_who_may),
        T(a_matter_is_public_only_after_a_clerk_let_it_through_in_the_shown_words),
        T(what_its_raiser_did_not_agree_to_show_is_never_shown),
        T(a_later_answer_waits_to_be_let_through_too),
        T(a_place_struck_out_is_not_given_away_by_its_point),
        T(personal_data_is_proposed_for_striking_and_its_length_stays_visible),
        T(words_go_both_ways_and_not_into_the_timeline),
        T(every_way_of_listing_pages_without_gaps_and_agrees_with_its_count),
        T(lists_are_in_their_order),
        T(staff_see_what_their_right_reaches_and_the_public_what_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
