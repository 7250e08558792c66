/* demo_tree: more units than the tables know: villages of the known towns, then whole counties with bureaus, towns and villages, all with
 * names put together from syllables. Counties, bureaus and towns have people of their own; the work of these villages is done by people
 * of the town. SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo.h"
#include "people/person.h"
#include "people/unit.h"

#define BATCH         5000
#define VILLAGES_EACH 20 /* more of a known town, before there are more counties */
#define TOWNS_MORE    30 /* of such a county */
#define VILLAGES_MORE 24 /* of each of them */
#define COUNTY_UNITS  (1 + LINES + TOWNS_MORE * (1 + VILLAGES_MORE))
#define STAFF_KNOWN   380 /* names used before */

static const struct demo_named fronts[] = {
    {STR_INIT(""), STR_INIT("Dong"), STR_INIT("东"), 0},  {STR_INIT(""), STR_INIT("Xi"), STR_INIT("西"), 0},
    {STR_INIT(""), STR_INIT("Nan"), STR_INIT("南"), 0},   {STR_INIT(""), STR_INIT("Bei"), STR_INIT("北"), 0},
    {STR_INIT(""), STR_INIT("Shang"), STR_INIT("上"), 0}, {STR_INIT(""), STR_INIT("Xia"), STR_INIT("下"), 0},
    {STR_INIT(""), STR_INIT("Qian"), STR_INIT("前"), 0},  {STR_INIT(""), STR_INIT("Hou"), STR_INIT("后"), 0},
    {STR_INIT(""), STR_INIT("Xin"), STR_INIT("新"), 0},   {STR_INIT(""), STR_INIT("Lao"), STR_INIT("老"), 0},
    {STR_INIT(""), STR_INIT("Da"), STR_INIT("大"), 0},    {STR_INIT(""), STR_INIT("Qing"), STR_INIT("清"), 0},
};
static const struct demo_named backs[] = {
    {STR_INIT(""), STR_INIT("wan"), STR_INIT("湾"), 0},    {STR_INIT(""), STR_INIT("tang"), STR_INIT("塘"), 0},
    {STR_INIT(""), STR_INIT("ping"), STR_INIT("坪"), 0},   {STR_INIT(""), STR_INIT("ling"), STR_INIT("岭"), 0},
    {STR_INIT(""), STR_INIT("qiao"), STR_INIT("桥"), 0},   {STR_INIT(""), STR_INIT("keng"), STR_INIT("坑"), 0},
    {STR_INIT(""), STR_INIT("zhuang"), STR_INIT("庄"), 0}, {STR_INIT(""), STR_INIT("fang"), STR_INIT("坊"), 0},
    {STR_INIT(""), STR_INIT("yuan"), STR_INIT("园"), 0},   {STR_INIT(""), STR_INIT("tian"), STR_INIT("田"), 0},
    {STR_INIT(""), STR_INIT("xi"), STR_INIT("溪"), 0},
};

static enum status add_more_village(struct demo *d, int64_t i)
{
    int town = (int)(i % TOWNS);
    int64_t nth = i / TOWNS; /* in its town */
    const struct demo_unit *above = &d->units[DEMO_TOWNS + town];
    const struct demo_named *front = &fronts[(nth + town) % (int64_t)COUNT_OF(fronts)];
    const struct demo_named *back = &backs[nth % (int64_t)COUNT_OF(backs)];
    int64_t round = nth / (int64_t)(COUNT_OF(fronts) * COUNT_OF(backs));
    const struct demo_paper p = {
        "village",
        str_format(d->row, "%.*s%05lld", STR_ARG(demo_town_code(d, town)), (long long)(nth + 1)),
        round == 0
            ? str_format(d->row, "%.*s%.*s Village", STR_ARG(front->en), STR_ARG(back->en))
            : str_format(d->row, "%.*s%.*s Village %lld", STR_ARG(front->en), STR_ARG(back->en), (long long)round + 1),
        round == 0 ? str_format(d->row, "%.*s%.*s村", STR_ARG(front->zh), STR_ARG(back->zh))
                   : str_format(d->row, "%.*s%.*s%lld村", STR_ARG(front->zh), STR_ARG(back->zh), (long long)round + 1),
        STR(""),
        above->en,
        above->zh,
        above->id,
        {0},
        (int)(i % 1000)};
    TRY(demo_add_unit(d, &p, true, &d->more[i]));
    TRY(post_put(d->db, d->row, NULL, d->more[i], POST_FIRST, above->head->person, d->now));
    TRY(post_put(d->db, d->row, NULL, d->more[i], POST_CONTACT, above->handler[0]->person, d->now));
    TRY(post_put(d->db, d->row, NULL, d->more[i], POST_DEPUTY, above->handler[0]->person, d->now));
    arena_reset(d->row);
    return ST_OK;
}

/* Counties */

static const struct demo_named county_fronts[] = {
    {STR_INIT(""), STR_INIT("Tang"), STR_INIT("棠"), 0}, {STR_INIT(""), STR_INIT("Zhe"), STR_INIT("柘"), 0},
    {STR_INIT(""), STR_INIT("Jin"), STR_INIT("槿"), 0},  {STR_INIT(""), STR_INIT("Xing"), STR_INIT("荇"), 0},
    {STR_INIT(""), STR_INIT("Lu"), STR_INIT("鹭"), 0},   {STR_INIT(""), STR_INIT("Lian"), STR_INIT("楝"), 0},
    {STR_INIT(""), STR_INIT("Liao"), STR_INIT("蓼"), 0}, {STR_INIT(""), STR_INIT("Ju"), STR_INIT("榉"), 0},
    {STR_INIT(""), STR_INIT("Zhi"), STR_INIT("芷"), 0},  {STR_INIT(""), STR_INIT("Heng"), STR_INIT("蘅"), 0},
    {STR_INIT(""), STR_INIT("Ling"), STR_INIT("苓"), 0}, {STR_INIT(""), STR_INIT("An"), STR_INIT("桉"), 0},
};
static const struct demo_named county_backs[] = {
    {STR_INIT(""), STR_INIT("chuan"), STR_INIT("川"), 0}, {STR_INIT(""), STR_INIT("yuan"), STR_INIT("原"), 0},
    {STR_INIT(""), STR_INIT("pu"), STR_INIT("浦"), 0},    {STR_INIT(""), STR_INIT("ling"), STR_INIT("陵"), 0},
    {STR_INIT(""), STR_INIT("ze"), STR_INIT("泽"), 0},    {STR_INIT(""), STR_INIT("ping"), STR_INIT("屏"), 0},
    {STR_INIT(""), STR_INIT("ting"), STR_INIT("汀"), 0},
};

/* "Tangchuan County 棠川县"; from the second round on with a number. */
static void name_unit(struct arena *mem, struct demo_paper *p, const struct demo_named *front,
                      const struct demo_named *back, int64_t round, const char *kind_en, const char *kind_zh)
{
    str number = round == 0 ? STR("") : str_format(mem, " %lld", (long long)round + 1);
    str number_zh = round == 0 ? STR("") : str_format(mem, "%lld", (long long)round + 1);
    p->en = str_format(mem, "%.*s%.*s %s%.*s", STR_ARG(front->en), STR_ARG(back->en), kind_en, STR_ARG(number));
    p->zh = str_format(mem, "%.*s%.*s%.*s%s", STR_ARG(front->zh), STR_ARG(back->zh), STR_ARG(number_zh), kind_zh);
}

struct tree {
    struct demo *d;
    int64_t wanted, made, people;
    struct demo_paper county; /* in an arena that lives as long as the county is being made */
    unit_id county_id, town_id;
    struct arena *mem;
    bool in_batch;
};

/* People */

static enum status hire(struct tree *t, unit_id unit, str slug, const char *what, enum role role, str title_en,
                        str title_zh, person_id *out)
{
    struct demo *d = t->d;
    struct member m = {.unit = unit, .role = role, .title_en = title_en, .title_zh = title_zh};
    TRY(person_add(d->db, d->row, NULL, str_format(d->row, "%.*s.%s", STR_ARG(slug), what),
                   demo_staff_name(d->row, STAFF_KNOWN + (int)(t->people++ % 1000000)), d->hash[role], STR(""), out,
                   NULL));
    m.person = *out;
    return member_add(d->db, d->row, NULL, &m, d->now, NULL);
}

static enum status post(struct tree *t, unit_id unit, person_id first, person_id contact, person_id deputy)
{
    struct demo *d = t->d;
    TRY(post_put(d->db, d->row, NULL, unit, POST_FIRST, first, d->now));
    TRY(post_put(d->db, d->row, NULL, unit, POST_CONTACT, contact, d->now));
    return post_put(d->db, d->row, NULL, unit, POST_DEPUTY, deputy, d->now);
}

/* A head and one who works there. */
static enum status staff_pair(struct tree *t, unit_id unit, str code, str title_en, str title_zh, person_id *head,
                              person_id *hand)
{
    str slug = str_format(t->d->row, "u%.*s", STR_ARG(code));
    TRY(hire(t, unit, slug, "head", ROLE_HEAD, title_en, title_zh, head));
    TRY(hire(t, unit, slug, "h1", ROLE_HANDLER, STR("Section officer"), STR("民生服务专员"), hand));
    return post(t, unit, *head, *hand, *hand);
}

static enum status staff_county(struct tree *t)
{
    str slug = str_format(t->d->row, "u%.*s", STR_ARG(t->county.code));
    person_id leader, clerk, head, hand;
    TRY(hire(t, t->county_id, slug, "leader", ROLE_LEADER, STR("Head of government"), STR("县长"), &leader));
    TRY(hire(t, t->county_id, slug, "clerk", ROLE_CLERK, STR("Reception officer"), STR("接待受理员"), &clerk));
    TRY(hire(t, t->county_id, slug, "head", ROLE_HEAD, STR("Director of the General Office"), STR("政府办公室主任"),
             &head));
    TRY(hire(t, t->county_id, slug, "h1", ROLE_HANDLER, STR("Coordinator"), STR("督办专员"), &hand));
    return post(t, t->county_id, leader, clerk, head);
}

/* Units */

/* One more, unless there are enough: then *out is 0. A transaction holds some thousands. */
static enum status add(struct tree *t, const struct demo_paper *p, unit_id *out)
{
    struct demo *d = t->d;
    *out = (unit_id){0};
    if (t->made == t->wanted) return ST_OK;
    if (t->in_batch && t->made % BATCH == 0) {
        t->in_batch = false;
        TRY(db_batch_commit(d->db));
    }
    if (!t->in_batch) TRY(db_batch_begin(d->db));
    t->in_batch = true;
    t->made++;
    return demo_add_unit(d, p, true, out);
}

static enum status add_bureau(struct tree *t, int line)
{
    struct demo *d = t->d;
    const struct demo_department *of = &demo_departments[demo_lines[line]];
    const struct demo_unit *department = &d->units[DEMO_DEPARTMENTS + (int)demo_lines[line]];
    str first, rest;
    person_id head, hand;
    unit_id id;
    (void)str_cut(t->county.en, ' ', &first, &rest);
    const struct demo_paper p = {"bureau",
                                 str_format(d->row, "%.*s5%d", STR_ARG(t->county.code), line + 1),
                                 str_format(d->row, "%.*s %.*s Bureau", STR_ARG(first), STR_ARG(of->short_en)),
                                 str_concat(d->row, t->county.zh, of->short_zh),
                                 of->remit,
                                 t->county.en,
                                 t->county.zh,
                                 t->county_id,
                                 department->id,
                                 line};
    TRY(add(t, &p, &id));
    if (id.v == 0) return ST_OK;
    TRY(staff_pair(t, id, p.code, STR("Director"), STR("局长"), &head, &hand));
    arena_reset(d->row);
    return ST_OK;
}

static enum status add_village(struct tree *t, const struct demo_paper *town, int nth, person_id head, person_id hand)
{
    struct demo *d = t->d;
    unit_id id;
    struct demo_paper p = {.kind = "village",
                           .code = str_format(d->row, "%.*s%03d", STR_ARG(town->code), 201 + nth),
                           .where_en = town->en,
                           .where_zh = town->zh,
                           .territory = t->town_id,
                           .number = nth};
    name_unit(d->row, &p, &fronts[nth % (int)COUNT_OF(fronts)], &backs[(nth + town->number) % (int)COUNT_OF(backs)], 0,
              "Village", "村");
    TRY(add(t, &p, &id));
    if (id.v != 0) TRY(post(t, id, head, hand, hand));
    arena_reset(d->row);
    return ST_OK;
}

static enum status add_town(struct tree *t, int nth)
{
    struct arena_mark mark = arena_mark(t->mem);
    person_id head, hand;
    struct demo_paper p = {.kind = "township",
                           .code = str_format(t->mem, "%.*s%03d", STR_ARG(t->county.code), 100 + nth),
                           .where_en = t->county.en,
                           .where_zh = t->county.zh,
                           .territory = t->county_id,
                           .number = nth};
    int at = nth + t->county.number * 7;
    name_unit(t->mem, &p, &fronts[at % (int)COUNT_OF(fronts)], &backs[(at + nth) % (int)COUNT_OF(backs)], 0, "Town",
              "镇");
    p.remit = str_format(t->mem, "Daily matters of %.*s. %.*s辖区民生事项。", STR_ARG(p.en), STR_ARG(p.zh));
    TRY(add(t, &p, &t->town_id));
    if (t->town_id.v != 0) {
        TRY(staff_pair(t, t->town_id, p.code, STR("Head"), STR("镇长"), &head, &hand));
        arena_reset(t->d->row);
        for (int i = 0; i < VILLAGES_MORE; i++) TRY(add_village(t, &p, i, head, hand));
    }
    arena_rewind(t->mem, mark);
    return ST_OK;
}

static enum status add_county(struct tree *t, int64_t nth)
{
    struct arena_mark mark = arena_mark(t->mem);
    int64_t n_fronts = COUNT_OF(county_fronts);
    int64_t n_backs = COUNT_OF(county_backs);
    t->county = (struct demo_paper){.kind = "county",
                                    .code = str_format(t->mem, "99%04lld", (long long)(200 + nth)),
                                    .territory = t->d->city->root,
                                    .number = (int)nth};
    name_unit(t->mem, &t->county, &county_fronts[nth % n_fronts], &county_backs[(nth + nth / n_fronts) % n_backs],
              nth / (n_fronts * n_backs), "County", "县");
    t->county.remit = str_format(t->mem, "What concerns %.*s as a whole. %.*s辖区综合事项。", STR_ARG(t->county.en),
                                 STR_ARG(t->county.zh));
    t->county.where_en = t->county.en;
    t->county.where_zh = t->county.zh;
    TRY(add(t, &t->county, &t->county_id));
    if (t->county_id.v != 0) TRY(staff_county(t));
    arena_reset(t->d->row);
    for (int line = 0; line < LINES && t->county_id.v != 0; line++) TRY(add_bureau(t, line));
    for (int town = 0; town < TOWNS_MORE && t->made < t->wanted; town++) TRY(add_town(t, town));
    arena_rewind(t->mem, mark);
    return ST_OK;
}

static enum status make_counties(struct demo *d, int64_t wanted)
{
    struct tree t = {.d = d, .wanted = wanted, .mem = d->mem};
    enum status st = ST_OK;
    for (int64_t i = 0; t.made < wanted && st == ST_OK; i++) st = add_county(&t, i);
    if (t.in_batch && st == ST_OK) return db_batch_commit(d->db);
    if (t.in_batch) db_batch_rollback(d->db);
    return st;
}

static enum status make_villages(struct demo *d, int64_t wanted)
{
    d->more = NEWN(d->mem, unit_id, (size_t)wanted + 1);
    for (int64_t i = 0; i < wanted; i++) {
        if (i % BATCH == 0) TRY(db_batch_begin(d->db));
        enum status st = add_more_village(d, i);
        if (st != ST_OK) {
            db_batch_rollback(d->db);
            return st;
        }
        if ((i + 1) % BATCH == 0 || i + 1 == wanted) TRY(db_batch_commit(d->db));
        d->n_more = i + 1;
    }
    return ST_OK;
}

/* Few more are villages; a whole county comes only when it would not be a fragment. */
enum status demo_make_more_units(struct demo *d)
{
    int64_t wanted = d->options->units - DEMO_UNITS;
    int64_t villages = wanted <= TOWNS * VILLAGES_EACH + COUNTY_UNITS / 2 ? wanted : TOWNS * VILLAGES_EACH;
    if (wanted <= 0) return ST_OK;
    TRY(make_villages(d, villages));
    return wanted > villages ? make_counties(d, wanted - villages) : ST_OK;
}
