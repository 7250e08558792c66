/* demo_words: see demo_words.h. Filling slots; the short words are in demo_phrases.c.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_words.h"

#include "base/buf.h"
#include "demo/demo_phrases.h"

#define WORDS_MAX ((size_t)64 * 1024)

static const char *pick(struct rng *rng, const char *const *list, size_t n)
{
    return list[rng_below(rng, (uint32_t)n)];
}

/* Slots */

static void add_named(struct buf *b, const struct demo_slots *s, const struct demo_named *n)
{
    buf_add(b, s->zh ? n->zh : n->en);
}

static void add_county(struct buf *b, const struct demo_slots *s)
{
    buf_add(b, s->zh ? demo_counties[s->county].zh : demo_counties[s->county].en);
}

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

/* So many days after: "3月12日", "12 March". */
static void add_date(struct buf *b, const struct demo_slots *s, instant from, int days)
{
    struct civil c = civil_in_zone(s->zone, (instant){from.ms + days * DAY_MS});
    if (s->zh) buf_format(b, "%d月%d日", c.month, c.day);
    else buf_format(b, "%d %s", c.day, months[c.month - 1]);
}

static void add_month(struct buf *b, const struct demo_slots *s)
{
    struct civil c = civil_in_zone(s->zone, (instant){s->raised.ms - (30 + s->days * 3) * DAY_MS});
    if (s->zh) buf_format(b, "%d月", c.month);
    else buf_add(b, str_from(months[c.month - 1]));
}

static void add_firm(struct buf *b, const struct demo_slots *s)
{
    size_t i = (size_t)(s->many + s->few) % demo_firm_count;
    buf_add(b, s->zh ? demo_firms[i].zh : demo_firms[i].en);
}

static void add_school(struct buf *b, const struct demo_slots *s)
{
    const struct demo_named *road = &demo_roads[(size_t)(s->building + s->town) % demo_road_count];
    str first;
    str rest;
    if (s->zh) {
        buf_add(b, str_sub(road->zh, 0, 6)); /* two characters */
        buf_add(b, s->few % 3 == 0 ? STR("中学") : STR("小学"));
        return;
    }
    (void)str_cut(road->en, ' ', &first, &rest);
    buf_add(b, first);
    buf_add(b, s->few % 3 == 0 ? STR(" Middle School") : STR(" Primary School"));
}

enum slot {
    SLOT_HOME,
    SLOT_TOWN,
    SLOT_COUNTY,
    SLOT_ROAD,
    SLOT_BUILDING,
    SLOT_FLOOR,
    SLOT_FEW,
    SLOT_MANY,
    SLOT_MONEY,
    SLOT_BUS,
    SLOT_DAYS,
    SLOT_DATE,
    SLOT_DATE2,
    SLOT_SOON,
    SLOT_MONTH,
    SLOT_FIRM,
    SLOT_SCHOOL,
    SLOT_UNIT,
    SLOT_UP,
    SLOT_SUBJECT,
    SLOT_COUNT
};
static const str slot_names[SLOT_COUNT] = {
    STR_INIT("home"),  STR_INIT("town"),   STR_INIT("county"), STR_INIT("road"),  STR_INIT("building"),
    STR_INIT("floor"), STR_INIT("few"),    STR_INIT("many"),   STR_INIT("money"), STR_INIT("bus"),
    STR_INIT("days"),  STR_INIT("date"),   STR_INIT("date2"),  STR_INIT("soon"),  STR_INIT("month"),
    STR_INIT("firm"),  STR_INIT("school"), STR_INIT("unit"),   STR_INIT("up"),    STR_INIT("subject"),
};

static void add_slot(struct buf *b, const struct demo_slots *s, enum slot slot)
{
    switch (slot) {
    case SLOT_HOME: add_named(b, s, s->home); break;
    case SLOT_TOWN: add_named(b, s, &demo_towns[s->town]); break;
    case SLOT_COUNTY: add_county(b, s); break;
    case SLOT_ROAD: add_named(b, s, s->road); break;
    case SLOT_BUILDING: buf_add_int(b, s->building); break;
    case SLOT_FLOOR: buf_add_int(b, s->floor); break;
    case SLOT_FEW: buf_add_int(b, s->few); break;
    case SLOT_MANY: buf_add_int(b, s->many); break;
    case SLOT_MONEY: buf_add_int(b, s->money); break;
    case SLOT_BUS: buf_add_int(b, s->bus); break;
    case SLOT_DAYS: buf_add_int(b, s->days); break;
    case SLOT_DATE: add_date(b, s, s->raised, -3 - s->days); break;
    case SLOT_DATE2: add_date(b, s, s->spoken, -1); break;
    case SLOT_SOON: add_date(b, s, s->spoken, 3 + s->few); break;
    case SLOT_MONTH: add_month(b, s); break;
    case SLOT_FIRM: add_firm(b, s); break;
    case SLOT_SCHOOL: add_school(b, s); break;
    case SLOT_UNIT: buf_add(b, s->unit); break;
    case SLOT_UP: buf_add(b, s->up); break;
    case SLOT_SUBJECT: buf_add(b, s->subject); break;
    case SLOT_COUNT: break;
    }
}

static void fill(struct buf *b, const struct demo_slots *s, str words)
{
    str before;
    str rest;
    while (str_cut(words, '{', &before, &rest)) {
        str name;
        size_t slot = 0;
        buf_add(b, before);
        must(str_cut(rest, '}', &name, &words));
        while (slot < SLOT_COUNT && !str_eq(name, slot_names[slot])) slot++;
        must(slot < SLOT_COUNT); /* a slot of a table that nobody knows */
        add_slot(b, s, (enum slot)slot);
    }
    buf_add(b, words);
}

static str fill_str(struct arena *mem, const struct demo_slots *s, str words)
{
    struct buf b;
    buf_init(&b, mem, 256, WORDS_MAX);
    fill(&b, s, words);
    return buf_str(&b);
}

str demo_fill(struct arena *mem, struct demo_slots *s, const char *words)
{
    return fill_str(mem, s, str_from(words));
}

/* What is said */

static void sentence(struct buf *b, const struct demo_slots *s, const char *words)
{
    if (words[0] == 0) return;
    if (b->n > 0 && !s->zh && b->p[b->n - 1] != '\n') buf_add_byte(b, ' ');
    fill(b, s, str_from(words));
}

str demo_subject(struct arena *mem, struct demo_slots *s, const struct demo_wording *w)
{
    return demo_fill(mem, s, w->subject[s->variant + (rng_below(&s->rng, 2) == 0 ? 0 : VARIANTS)]);
}

str demo_text(struct arena *mem, struct demo_slots *s, const struct demo_theme *t)
{
    const struct demo_wording *w = s->zh ? &t->zh : &t->en;
    const struct demo_phrases *p = s->zh ? &demo_phrases_zh : &demo_phrases_en;
    const struct demo_list *opening = (t->flags & FIRM) != 0    ? &p->firm_opening
                                      : (t->flags & RURAL) != 0 ? &p->rural_opening
                                                                : &p->opening;
    struct buf b;
    buf_init(&b, mem, 1024, WORDS_MAX);
    sentence(&b, s, pick(&s->rng, opening->item, opening->n));
    sentence(&b, s, w->what[s->variant]);
    if (rng_below(&s->rng, 4) == 0) buf_add_byte(&b, '\n');
    sentence(&b, s, pick(&s->rng, w->detail, COUNT_OF(w->detail)));
    sentence(&b, s, pick(&s->rng, p->closing[t->kind].item, p->closing[t->kind].n));
    return buf_str(&b);
}

str demo_place(struct arena *mem, struct demo_slots *s)
{
    const char *form = s->zh ? (s->rural ? "{county}{town}{home}" : "{county}{town}{road}{building}号{home}")
                             : (s->rural ? "{home}, {town}, {county}" : "{home}, {building} {road}, {town}, {county}");
    return demo_fill(mem, s, form);
}

/* What is answered */

static str chosen(struct arena *mem, struct demo_slots *s, const struct demo_list *list)
{
    return demo_fill(mem, s, pick(&s->rng, list->item, list->n));
}

static const struct demo_phrases *phrases(const struct demo_slots *s)
{
    return s->zh ? &demo_phrases_zh : &demo_phrases_en;
}

str demo_asked(struct arena *mem, struct demo_slots *s)
{
    return chosen(mem, s, &phrases(s)->asked);
}

str demo_found(struct arena *mem, struct demo_slots *s, const struct demo_wording *w)
{
    str first;
    str second;
    str intro = chosen(mem, s, &phrases(s)->found);
    str found = str_cut(str_from(w->found), '|', &first, &second) && s->variant > 0 ? second : first;
    return str_format(mem, "%.*s%s%.*s", STR_ARG(intro), s->zh ? "" : " ", STR_ARG(fill_str(mem, s, found)));
}

str demo_done(struct arena *mem, struct demo_slots *s, const struct demo_wording *w, bool again)
{
    str done = demo_fill(mem, s, w->done[s->variant]);
    str after = chosen(mem, s, again ? &phrases(s)->again : &phrases(s)->promise);
    return str_format(mem, "%.*s%s%.*s", STR_ARG(done), s->zh ? "" : " ", STR_ARG(after));
}

str demo_basis_text(const struct demo_slots *s, enum demo_basis basis)
{
    return str_from(s->zh ? demo_bases[basis].zh : demo_bases[basis].en);
}

str demo_remedy(struct arena *mem, struct demo_slots *s)
{
    return chosen(mem, s, &phrases(s)->remedy);
}

str demo_say(struct arena *mem, struct demo_slots *s, enum demo_phrase phrase, int *which)
{
    const struct demo_list *list = &phrases(s)->say[phrase];
    if (*which < 0) *which = (int)rng_below(&s->rng, (uint32_t)list->n);
    return demo_fill(mem, s, list->item[(size_t)*which % list->n]);
}

/* Who raised it */

struct contact demo_contact(struct arena *mem, struct demo_slots *s)
{
    static const char *const family_zh[] = {"陈", "徐", "赵", "孙", "胡", "朱", "高", "郭", "马", "梁",
                                            "宋", "郑", "谢", "韩", "冯", "曹", "袁", "邓", "许", "傅"};
    static const char *const family_en[] = {"Chen", "Xu",  "Zhao",  "Sun",  "Hu",    "Zhu", "Gao",
                                            "Guo",  "Ma",  "Liang", "Song", "Zheng", "Xie", "Han",
                                            "Feng", "Cao", "Yuan",  "Deng", "Xu",    "Fu"};
    static const char *const given_zh[] = {"建华", "秀兰", "海燕", "志强", "晓梅", "文斌", "玉珍", "立新",
                                           "金凤", "小军", "雪莲", "振邦", "桂花", "一鸣", "思远", "春生",
                                           "雅琴", "大勇", "云飞", "静",   "磊",   "芳",   "阳"};
    static const char *const given_en[] = {"Jianhua", "Xiulan", "Haiyan",  "Zhiqiang",  "Xiaomei", "Wenbin",
                                           "Yuzhen",  "Lixin",  "Jinfeng", "Xiaojun",   "Xuelian", "Zhenbang",
                                           "Guihua",  "Yiming", "Siyuan",  "Chunsheng", "Yaqin",   "Dayong",
                                           "Yunfei",  "Jing",   "Lei",     "Fang",      "Yang"};
    uint32_t family = rng_below(&s->rng, COUNT_OF(family_zh));
    uint32_t given = rng_below(&s->rng, COUNT_OF(given_zh));
    struct contact c = {.phone = str_format(mem, "100 %04u %04u", rng_below(&s->rng, 10000),
                                            rng_below(&s->rng, 10000))}; /* no such range */
    c.name = s->zh ? str_format(mem, "%s%s", family_zh[family], given_zh[given])
                   : str_format(mem, "%s %s", given_en[given], family_en[family]);
    if (rng_below(&s->rng, 4) == 0)
        c.mail = str_lower(mem, str_format(mem, "%s.%s%u@mail.example", given_en[given], family_en[family],
                                           rng_below(&s->rng, 90) + 10));
    if (rng_below(&s->rng, 2) == 0) c.address = demo_place(mem, s);
    return c;
}
