/* demo_test: the demo city is whole, keeps the rules, and is the same again for the same seed and clock.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "campaign/action.h"
#include "campaign/burden.h"
#include "campaign/campaign.h"
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/plan.h"
#include "campaign/rollup.h"
#include "demo/categories.h"
#include "demo/demo_bulk.h"
#include "demo/demo_special.h"
#include "demo/demo_words.h"
#include "matter/casefile.h"
#include "matter/category.h"
#include "matter/search.h"
#include "matter/tally.h"
#include "people/person.h"
#include "people/unit.h"
#include "store/server_world.h"

#define ARENA   ((size_t)1024 * 1024 * 1024)
#define MATTERS 1500
#define FEW     120

struct town {
    struct store *store;
    struct db *db;
    struct arena *mem;
    struct keys *keys;
    struct clock *clock;
    struct city city;
    enum status made;
};

/* Monday 2026-11-23 11:00 in Asia/Shanghai. */
static struct town *town_of(const struct demo_options *options)
{
    static const struct seed_city haitang = {STR_INIT("Haitang City"), STR_INIT("海棠市"), STR_INIT("HT"),
                                             STR_INIT("Asia/Shanghai")};
    struct arena *mem = arena_new(ARENA, NULL);
    struct town *w = NEW(mem, struct town);
    struct store_error why;
    w->mem = mem;
    w->clock = NEW(mem, struct clock);
    *w->clock =
        (struct clock){.frozen = true, .fixed = {(int64_t)day_from_civil(2026, 11, 23).n * DAY_MS + 3 * HOUR_MS}};
    secret_start();
    w->keys = keys_fixed();
    must(store_open(&(struct store_options){.path = "test",
                                            .create = true,
                                            .in_memory = !server_world_is(),
                                            .url = server_world_url(),
                                            .clock = w->clock},
                    &w->store, &why) == ST_OK);
    must(db_open(w->store, &w->db) == ST_OK);
    must(db_batch_begin(w->db) == ST_OK);
    must(seed_city(w->db, mem, &haitang, &w->city.root) == ST_OK);
    must(db_batch_commit(w->db) == ST_OK);
    must(city_load(w->db, mem, w->keys, &w->city) == ST_OK);
    w->made = demo_city(w->db, mem, &w->city, options);
    return w;
}

static struct town *town_new(int64_t matters, int64_t units, int64_t seed)
{
    return town_of(&(struct demo_options){.matters = matters, .units = units, .seed = seed});
}

static void town_free(struct town *w)
{
    db_close(w->db);
    store_close(w->store);
    keys_close(w->keys);
    arena_free(w->mem);
}

static int setup(void **state)
{
    *state = town_new(MATTERS, 200, 1);
    return 0;
}

static int teardown(void **state)
{
    town_free(*state);
    return 0;
}

/* Every matter of the city, by number: the reference counts on from 1 in each year. */
struct walk {
    struct town *w;
    int year, number;
};

static bool next_matter(struct walk *at, struct matter *out)
{
    if (at->year == 0) at->year = 25;
    for (; at->year <= 26; at->year++, at->number = 0) {
        str ref = str_format(at->w->mem, "HT-%02d-%06d", at->year, ++at->number);
        if (matter_by_ref(at->w->db, at->w->mem, ref, out) == ST_OK) return true;
    }
    return false;
}

/* Units and people */

static void two_hundred_units(void **state)
{
    struct town *w = *state;
    int64_t units;
    int64_t with_office;
    struct unit u;
    assert_int_equal(w->made, ST_OK);
    assert_int_equal(office_coverage(w->db, w->mem, w->city.root, &units, &with_office), ST_OK);
    assert_int_equal(units, 199); /* and one that was merged */
    assert_int_equal(with_office, 198);
    assert_int_equal(unit_by_code(w->db, w->mem, STR("99012158"), &u), ST_OK);
    assert_true(u.ends.n != 0 && u.successor.v != 0);
    assert_int_equal(unit_by_code(w->db, w->mem, STR("990000"), &u), ST_OK);
    assert_true(str_eq(u.name_en, STR("Haitang Municipality")) && str_eq(u.name_zh, STR("海棠市")));
}

static void three_hundred_and_eighty_people(void **state)
{
    struct town *w = *state;
    struct person *list;
    size_t n;
    assert_int_equal(person_list(w->db, w->mem, STR(""), STR(""), 1000, &list, &n), ST_OK);
    assert_int_equal(n, 380);
}

static void the_sign_ins_of_the_front_page_work(void **state)
{
    static const struct {
        const char *login, *password, *unit;
        enum role role;
    } known[] = {
        {"clerk", "haitang-clerk", "990000", ROLE_CLERK},       {"head", "haitang-head", "990003", ROLE_HEAD},
        {"leader", "haitang-leader", "990000", ROLE_LEADER},    {"checker", "haitang-checker", "990000", ROLE_CHECKER},
        {"handler", "haitang-handler", "990003", ROLE_HANDLER}, {"admin", "haitang-admin", "990000", ROLE_ADMIN},
    };
    struct town *w = *state;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        person_id who;
        str hash;
        struct actor a;
        struct unit u;
        assert_int_equal(person_password(w->db, w->mem, str_from(known[i].login), &who, &hash), ST_OK);
        assert_true(password_matches(hash, str_from(known[i].password)));
        assert_int_equal(actor_load(w->db, w->mem, who, db_now(w->db), &a), ST_OK);
        assert_int_equal(unit_by_code(w->db, w->mem, str_from(known[i].unit), &u), ST_OK);
        assert_true(a.roles[0].role == known[i].role && a.unit.v == u.id.v);
    }
}

static void reception_head_and_deputy_are_named(void **state)
{
    struct town *w = *state;
    struct unit housing;
    struct person clerk;
    struct person head;
    struct person stand_in;
    struct actor a;
    person_id who;
    assert_int_equal(person_by_login(w->db, w->mem, STR("clerk"), &clerk), ST_OK);
    assert_int_equal(unit_reception(w->db, w->mem, w->city.root, &who), ST_OK);
    assert_int_equal(who.v, clerk.id.v);
    assert_int_equal(unit_by_code(w->db, w->mem, STR("990003"), &housing), ST_OK);
    assert_int_equal(person_by_login(w->db, w->mem, STR("head"), &head), ST_OK);
    assert_int_equal(post_holder(w->db, w->mem, housing.id, POST_FIRST, &who), ST_OK);
    assert_int_equal(who.v, head.id.v);
    assert_int_equal(person_by_login(w->db, w->mem, STR("water.h2"), &stand_in), ST_OK);
    assert_int_equal(actor_load(w->db, w->mem, stand_in.id, db_now(w->db), &a), ST_OK);
    assert_true(a.n_stands_for == 1 && a.stands_for[0].acting);
}

/* Matters */

static void every_state_has_its_share(void **state)
{
    struct town *w = *state;
    struct tally_row row;
    assert_int_equal(tally_of(w->db, w->mem, w->city.root, true, day_in_zone(&w->city.zone, db_now(w->db)), &row),
                     ST_OK);
    assert_int_equal(row.open + row.answered + row.solved + row.partly + row.declined, MATTERS);
    assert_in_range(row.solved, MATTERS * 60 / 100, MATTERS * 80 / 100);
    assert_in_range(row.partly, MATTERS * 4 / 100, MATTERS * 12 / 100);
    assert_in_range(row.declined, MATTERS * 15 / 1000, MATTERS * 5 / 100);
    assert_in_range(row.answered, MATTERS * 7 / 100, MATTERS * 18 / 100);
    assert_in_range(row.open, MATTERS * 4 / 100, MATTERS * 12 / 100);
    assert_in_range(row.overdue, MATTERS * 5 / 1000, MATTERS * 4 / 100);
    assert_in_range(row.not_solved, MATTERS * 3 / 100, MATTERS * 9 / 100);
    assert_in_range(row.unconfirmed, 1, row.answered);
}

static void shares_of_language_and_publicity(void **state)
{
    struct walk at = {.w = *state};
    struct matter m;
    int n = 0, zh = 0, wants = 0, shown = 0, named = 0;
    while (next_matter(&at, &m)) {
        n++;
        zh += str_eq(m.lang, STR("zh-CN"));
        wants += m.wants_public;
        shown += m.shown;
        named += m.has_contact;
        assert_true(m.raised_at.ms < db_now(at.w->db).ms);
    }
    assert_int_equal(n, MATTERS);
    assert_in_range(zh, n * 66 / 100, n * 74 / 100);
    assert_in_range(wants, n * 74 / 100, n * 86 / 100);
    assert_in_range(shown, wants * 80 / 100, wants);
    assert_in_range(named, n * 88 / 100, n * 95 / 100);
}

static void counts_and_rules_hold(void **state)
{
    struct town *w = *state;
    int64_t wrong;
    str report;
    assert_int_equal(tally_check(w->db, w->mem, &w->city, &wrong, &report), ST_OK);
    assert_int_equal(wrong, 0);
    assert_int_equal(casefile_check(w->db, w->mem, &wrong, &report), ST_OK);
    assert_int_equal(wrong, 0);
}

static void no_open_casefile_is_without_owner(void **state)
{
    struct walk at = {.w = *state};
    struct matter m;
    struct casefile c;
    while (next_matter(&at, &m)) {
        assert_int_equal(casefile_load(at.w->db, at.w->mem, m.casefile, &c), ST_OK);
        assert_true(c.owner.v != 0 && c.unit.v != 0);
        assert_true(c.accepted_at.ms == 0 || c.accepted_at.ms > c.raised_at.ms);
        assert_true(c.answered_at.ms == 0 || c.answered_at.ms > c.accepted_at.ms);
        assert_true(c.ended_at.ms == 0 || c.ended_at.ms > c.answered_at.ms);
    }
}

static void expect_special(struct town *w, const struct demo_special *s)
{
    struct walk at = {.w = w};
    struct matter m;
    while (next_matter(&at, &m)) {
        if (!str_eq(m.subject, str_from(s->subject))) continue;
        assert_true(str_eq(m.kind, str_from(s->kind)) && str_eq(m.channel, str_from(s->channel)));
        assert_true(s->text[0] == 0 ? str_points(m.text) == 4000 : str_eq(m.text, str_trim(str_from(s->text))));
        assert_true(!s->hidden || !m.shown);
        return;
    }
    fail_msg("not in the city: %s", s->subject);
}

static void samples_and_nasty_texts_are_there(void **state)
{
    for (size_t i = 0; i < demo_sample_count; i++) expect_special(*state, &demo_samples[i]);
    for (size_t i = 0; i < demo_nasty_count; i++) expect_special(*state, &demo_nasty[i]);
    assert_int_equal(demo_sample_count, 32);
}

static void who_asked_is_erased(void **state)
{
    struct walk at = {.w = *state};
    struct matter m;
    int n = 0;
    while (next_matter(&at, &m))
        if (str_eq(m.subject, STR("Please remove my name from the file")) ||
            str_eq(m.subject, STR("请删除我的个人信息"))) {
            assert_false(m.has_contact);
            n++;
        }
    assert_int_equal(n, 2);
}

/* Tables */

static void every_theme_fits_its_fields(void **state)
{
    struct town *w = *state;
    size_t n = 0;
    for (size_t list = 0; list < demo_theme_list_count; list++)
        for (const struct demo_theme *t = demo_theme_lists[list]; t->category != NULL; t++, n++) {
            struct category c;
            assert_int_equal(category_by_code(w->db, w->mem, str_from(t->category), &c), ST_OK);
            assert_true(c.unit.v != 0);
            for (size_t i = 0; i < COUNT_OF(t->en.subject); i++)
                assert_true(t->en.subject[i] != NULL && t->zh.subject[i] != NULL &&
                            str_points(str_from(t->en.subject[i])) < 90);
            for (size_t i = 0; i < VARIANTS; i++)
                assert_true(t->en.what[i] != NULL && t->zh.what[i] != NULL && t->en.done[i] != NULL &&
                            t->zh.done[i] != NULL);
        }
    assert_true(n >= 60);
}

static void t20_the_livelihood_categories_are_made_once_in_both_languages(void **state)
{
    struct town *w = *state;
    struct category *list;
    size_t n;
    assert_int_equal(seed_categories(w->db, w->mem), ST_OK);
    assert_int_equal(category_list(w->db, w->mem, true, &list, &n), ST_OK);
    assert_int_equal(n, seed_category_count);
}

/* The same again */

static uint64_t mix(uint64_t hash, str s)
{
    return hash * UINT64_C(1099511628211) ^ str_hash(s);
}

static uint64_t fingerprint(struct town *w)
{
    struct walk at = {.w = w};
    struct matter m;
    uint64_t hash = 0;
    while (next_matter(&at, &m)) {
        struct timeline_item *items;
        struct answer *answers;
        size_t n;
        size_t n_answers;
        const str words[] = {m.ref,  m.kind,    m.channel, m.raiser, m.state,
                             m.lang, m.subject, m.text,    m.place,  m.shown_text};
        for (size_t i = 0; i < COUNT_OF(words); i++) hash = mix(hash, words[i]);
        hash = mix(hash, str_format(w->mem, "%lld %lld %g %g", (long long)m.raised_at.ms, (long long)m.answered_at.ms,
                                    m.lat, m.lon));
        must(timeline_list(w->db, w->mem, m.casefile, false, &items, &n) == ST_OK);
        must(answer_list(w->db, w->mem, m.casefile, &answers, &n_answers) == ST_OK);
        for (size_t i = 0; i < n; i++) {
            const str said[] = {items[i].kind,    items[i].words,      items[i].person_name,
                                items[i].unit_en, items[i].to_unit_en, items[i].to_person_name};
            for (size_t k = 0; k < COUNT_OF(said); k++) hash = mix(hash, said[k]);
            hash = mix(hash, str_format(w->mem, "%lld", (long long)items[i].at.ms));
        }
        for (size_t i = 0; i < n_answers; i++) hash = mix(mix(hash, answers[i].found), answers[i].done);
    }
    return hash;
}

static void the_same_seed_gives_the_same_city(void **state)
{
    struct town *first = town_new(FEW, 230, 7);
    struct town *second = town_new(FEW, 230, 7);
    struct town *other = town_new(FEW, 200, 8);
    int64_t units;
    int64_t with_office;
    (void)state;
    assert_true(first->made == ST_OK && second->made == ST_OK && other->made == ST_OK);
    assert_true(fingerprint(first) == fingerprint(second));
    assert_true(fingerprint(first) != fingerprint(other));
    assert_int_equal(office_coverage(first->db, first->mem, first->city.root, &units, &with_office), ST_OK);
    assert_int_equal(units, 229);
    town_free(first);
    town_free(second);
    town_free(other);
}

static void a_city_may_be_without_matters(void **state)
{
    struct town *none = town_new(0, 200, 1);
    struct town *three = town_new(3, 200, 1);
    (void)state;
    assert_true(none->made == ST_OK && three->made == ST_OK);
    town_free(none);
    town_free(three);
}

/* Copies */

static const struct demo_options many = {.matters = 3000, .units = 2500, .seed = 3, .by_rules = 700};

static void n15_copies_keep_every_count_and_rule(void **state)
{
    struct town *w = town_of(&many);
    struct tally_row row;
    int64_t wrong;
    str report;
    (void)state;
    assert_int_equal(w->made, ST_OK);
    assert_int_equal(tally_check(w->db, w->mem, &w->city, &wrong, &report), ST_OK);
    assert_int_equal(wrong, 0);
    assert_int_equal(casefile_check(w->db, w->mem, &wrong, &report), ST_OK);
    assert_int_equal(wrong, 0);
    assert_int_equal(store_check(w->db, w->mem, &report), ST_OK); /* references, too */
    assert_int_equal(report.n, 0);
    assert_int_equal(tally_of(w->db, w->mem, w->city.root, true, day_in_zone(&w->city.zone, db_now(w->db)), &row),
                     ST_OK);
    assert_int_equal(row.open + row.answered + row.solved + row.partly + row.declined, many.matters);
    assert_in_range(row.open, many.matters * 4 / 100, many.matters * 12 / 100);
    struct tally_row *counties;
    size_t n;
    size_t busy = 0;
    str next;
    assert_int_equal(tally_children(w->db, w->mem, w->city.root, (day){0}, STR(""), 1000, &counties, &n, &next), ST_OK);
    for (size_t i = 0; i < n; i++) busy += str_eq(counties[i].kind, STR("county")) && counties[i].solved > 0;
    assert_int_equal(busy, COUNTIES + 2); /* they are spread over the tree, new counties too */
    town_free(w);
}

static void n15_thousands_of_units_are_counties_with_all_below_them(void **state)
{
    struct town *w = town_new(0, 2500, 1);
    struct unit u;
    struct unit *below;
    size_t n;
    int64_t units;
    int64_t with_office;
    person_id who;
    (void)state;
    assert_int_equal(w->made, ST_OK);
    assert_int_equal(office_coverage(w->db, w->mem, w->city.root, &units, &with_office), ST_OK);
    assert_int_equal(units, 2499);
    assert_int_equal(with_office, 2498);
    assert_int_equal(unit_by_code(w->db, w->mem, STR("990200"), &u), ST_OK);
    assert_true(str_eq(u.kind, STR("county")) && str_ends(u.name_en, STR(" County")) && str_ends(u.name_zh, STR("县")));
    assert_int_equal(unit_children(w->db, w->mem, u.id, STR(""), 1000, &below, &n), ST_OK);
    assert_int_equal(n, LINES + 30);
    assert_int_equal(unit_by_code(w->db, w->mem, STR("990200105210"), &u), ST_OK);
    assert_true(str_eq(u.kind, STR("village")));
    assert_int_equal(unit_reception(w->db, w->mem, u.id, &who), ST_OK);
    town_free(w);
}

/* Each matter once, numbered in the order in which it was raised; a new one goes on from there. */
static void n15_copies_are_numbered_in_order(void **state)
{
    struct town *w = town_of(&many);
    struct walk at = {.w = w};
    struct matter m;
    int64_t n = 0;
    int year = 0;
    int64_t before = 0;
    (void)state;
    while (next_matter(&at, &m)) {
        assert_true(at.year != year || m.raised_at.ms >= before);
        year = at.year;
        before = m.raised_at.ms;
        n++;
    }
    assert_int_equal(n, many.matters);
    const struct matter_draft draft = {.kind = STR_INIT("help"),
                                       .channel = STR_INIT("web"),
                                       .raiser = STR_INIT("resident"),
                                       .subject = STR_INIT("One more"),
                                       .text = STR_INIT("After all the others.")};
    struct receipt receipt;
    int last = 0;
    for (at = (struct walk){.w = w}; next_matter(&at, &m);)
        if (at.year == 26) last = at.number;
    assert_int_equal(db_batch_begin(w->db), ST_OK);
    assert_int_equal(matter_register(w->db, w->mem, &w->city, NULL, &draft, &receipt), ST_OK);
    assert_int_equal(db_batch_commit(w->db), ST_OK);
    assert_true(str_eq(receipt.ref, str_format(w->mem, "HT-26-%06d", last + 1)));
    town_free(w);
}

/* What is put into the index for a copy is what the rules would put there for its words. */
static void n15_copies_are_found_by_their_words(void **state)
{
    struct arena *mem = arena_new(ARENA, NULL);
    (void)state;
    for (uint32_t serial = 1; serial < 200; serial++) {
        const struct q_demo_bulk_lives life = {.lang = serial % 2 == 0 ? STR("zh-CN") : STR("en")};
        struct bulk_words w = bulk_words_of(mem, &(struct bulk_model){.life = &life}, serial);
        str whole = search_tokens(mem, (const str[]){str_concat(mem, STR("water"), w.text)}, 1);
        assert_true(str_eq(whole, str_concat(mem, STR("water"), w.tokens)));
    }
    arena_free(mem);
}

/* The campaign */

static void t12_t71_the_campaign_runs(void **state)
{
    struct town *w = *state;
    struct campaign last, up, now;
    struct rollup all, own;
    struct match_row *rows;
    struct plan_action *actions;
    size_t n;
    int64_t wrong;
    str report;
    day today = day_in_zone(&w->city.zone, db_now(w->db));
    assert_int_equal(campaign_get(w->db, w->mem, NULL, STR("C25-01"), &last), ST_OK);
    assert_int_equal(campaign_get(w->db, w->mem, NULL, STR("C26-01"), &up), ST_OK);
    assert_int_equal(campaign_get(w->db, w->mem, NULL, STR("C26-02"), &now), ST_OK);
    assert_true(str_eq(last.state, STR("closed")) && last.next.v == now.id.v);
    assert_true(up.issuer.n > 0 && now.parent.v == up.id.v && now.cloned.v == last.id.v);
    assert_true(str_eq(now.state, STR("issued")) && now.version == 2);
    assert_int_equal(plan_match(w->db, w->mem, &now, &rows, &n), ST_OK);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) assert_true(rows[i].ours.v != 0 && !rows[i].blocks);
    assert_int_equal(action_list(w->db, w->mem, now.id, now.version, &actions, &n), ST_OK);
    assert_int_equal(n, 9);
    assert_int_equal(rollup_of(w->db, w->mem, now.id, w->city.root, true, today, &all), ST_OK);
    assert_int_equal(rollup_of(w->db, w->mem, now.id, w->city.root, false, today, &own), ST_OK);
    assert_int_equal(own.owed + own.done, 9); /* with one carried on from last year */
    assert_true(all.done > 800 && all.owed > 300 && all.overdue > 100);
    assert_true(all.waived == 2 && all.adapted == 1 && all.optional >= 119 && all.optional_done > 20);
    assert_true(all.unsigned_ > 5 && all.unsigned_ < 80);
    assert_int_equal(rollup_check(w->db, w->mem, &w->city, &wrong, &report), ST_OK);
    assert_int_equal(wrong, 0);
}

static void n12_one_bureau_is_asked_nearly_as_much_as_the_cap_allows(void **state)
{
    struct town *w = *state;
    struct unit u;
    struct burden_row *rows;
    size_t n;
    int64_t sum = 0;
    assert_int_equal(unit_by_code(w->db, w->mem, STR("99010151"), &u), ST_OK);
    assert_int_equal(burden_of(w->db, w->mem, u.id, burden_month(&w->city, db_now(w->db)), &rows, &n), ST_OK);
    for (size_t i = 0; i < n; i++) sum += rows[i].total;
    assert_int_equal(sum, 13); /* of 14 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hundred_units),
        cmocka_unit_test(three_hundred_and_eighty_people),
        cmocka_unit_test(the_sign_ins_of_the_front_page_work),
        cmocka_unit_test(t12_t71_the_campaign_runs),
        cmocka_unit_test(n12_one_bureau_is_asked_nearly_as_much_as_the_cap_allows),
        cmocka_unit_test(reception_head_and_deputy_are_named),
        cmocka_unit_test(every_state_has_its_share),
        cmocka_unit_test(shares_of_language_and_publicity),
        cmocka_unit_test(counts_and_rules_hold),
        cmocka_unit_test(no_open_casefile_is_without_owner),
        cmocka_unit_test(samples_and_nasty_texts_are_there),
        cmocka_unit_test(who_asked_is_erased),
        cmocka_unit_test(every_theme_fits_its_fields),
        cmocka_unit_test(t20_the_livelihood_categories_are_made_once_in_both_languages),
        cmocka_unit_test(the_same_seed_gives_the_same_city),
        cmocka_unit_test(a_city_may_be_without_matters),
        cmocka_unit_test(n15_copies_keep_every_count_and_rule),
        cmocka_unit_test(n15_thousands_of_units_are_counties_with_all_below_them),
        cmocka_unit_test(n15_copies_are_numbered_in_order),
        cmocka_unit_test(n15_copies_are_found_by_their_words),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
