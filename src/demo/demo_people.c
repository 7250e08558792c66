/* demo_people: 320 staff and 60 leading officials of Haitang City, their roles and posts. All names are put together from tables.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo.h"

#include "people/person.h"
#include "people/unit.h"

#define AWAY_SINCE 5 /* days */
#define AWAY_UNTIL 9

struct syllables {
    str latin, han;
};
#define Y(latin, han)                                                                                                  \
    {                                                                                                                  \
        STR_INIT(latin), STR_INIT(han)                                                                                 \
    }

static const struct syllables families[] = {
    Y("Lin", "林"),  Y("Shen", "沈"),   Y("Gu", "顾"),    Y("Tang", "唐"),  Y("Qiu", "邱"), Y("Pan", "潘"),
    Y("Fang", "方"), Y("Lu", "陆"),     Y("Shao", "邵"),  Y("Yan", "颜"),   Y("He", "何"),  Y("Ye", "叶"),
    Y("Dong", "董"), Y("Wei", "魏"),    Y("Jiang", "蒋"), Y("Zhong", "钟"), Y("Fan", "范"), Y("Su", "苏"),
    Y("Luo", "骆"),  Y("Cen", "岑"),    Y("Tong", "童"),  Y("Mao", "毛"),   Y("Bao", "鲍"), Y("Ruan", "阮"),
    Y("Ying", "应"), Y("Zhuang", "庄"), Y("Ke", "柯"),    Y("Xiang", "项"), Y("Chu", "褚"), Y("Ouyang", "欧阳"),
    Y("Ji", "纪"),   Y("Lou", "娄"),    Y("Gan", "甘"),   Y("Nie", "聂"),   Y("Tan", "覃"), Y("Wen", "温"),
    Y("Yu", "俞"),
};
static const struct syllables givens[] = {
    Y("Ruoxi", "若溪"),      Y("Mingyuan", "明远"), Y("Zhiqing", "知晴"),  Y("Haoran", "浩然"),  Y("Yuqiu", "雨秋"),
    Y("Jianan", "嘉南"),     Y("Siqi", "思齐"),     Y("Wanqing", "晚晴"),  Y("Guoping", "国平"), Y("Lihua", "丽华"),
    Y("Yongnian", "永年"),   Y("Chunhe", "春禾"),   Y("Zhenghai", "正海"), Y("Xinyi", "欣怡"),   Y("Bowen", "博文"),
    Y("Qiaoyun", "巧云"),    Y("Shilin", "世林"),   Y("Manting", "曼婷"),  Y("Tianyu", "天宇"),  Y("Xiaohe", "晓荷"),
    Y("Jun", "俊"),          Y("Aimin", "爱民"),    Y("Shuya", "舒雅"),    Y("Kaifeng", "凯风"), Y("Yining", "以宁"),
    Y("Zhaoyang", "朝阳"),   Y("Peiwen", "佩文"),   Y("Deming", "德明"),   Y("Qinglan", "清岚"), Y("Weidong", "卫东"),
    Y("Hongmei", "红梅"),    Y("Jingxuan", "景轩"), Y("Lan", "兰"),        Y("Yicheng", "亦诚"), Y("Muyang", "沐阳"),
    Y("Suyun", "素云"),      Y("Zikang", "子康"),   Y("Yuheng", "玉衡"),   Y("Fei", "飞"),       Y("Xueting", "雪亭"),
    Y("Changsheng", "长生"), Y("Ningyu", "宁宇"),
};

str demo_staff_name(struct arena *mem, int n)
{
    size_t family = (size_t)n % COUNT_OF(families); /* 37 and 42 have no common divisor: no name comes twice in 1,554 */
    size_t given = ((size_t)n * 5 + 3) % COUNT_OF(givens);
    return str_format(mem, "%.*s %.*s %.*s%.*s", STR_ARG(families[family].latin), STR_ARG(givens[given].latin),
                      STR_ARG(families[family].han), STR_ARG(givens[given].han));
}

enum status demo_actor(struct demo *d, str login, const struct actor **out)
{
    struct person p;
    struct actor *a = NEW(d->mem, struct actor);
    TRY(person_by_login(d->db, d->row, login, &p));
    TRY(actor_load(d->db, d->mem, p.id, d->now, a));
    *out = a;
    return ST_OK;
}

/* One account with its role in a unit. */
struct account {
    str login;
    enum role role;
    str title_en, title_zh;
};

struct crew {
    struct demo *d;
    int made; /* accounts so far: the next name */
};

static enum status give_role(struct demo *d, person_id person, unit_id unit, enum role role, str title_en, str title_zh)
{
    struct member m = {.person = person, .unit = unit, .role = role, .title_en = title_en, .title_zh = title_zh};
    return member_add(d->db, d->row, NULL, &m, d->now, NULL);
}

static enum status hire(struct crew *crew, unit_id unit, const struct account *a, person_id *out)
{
    struct demo *d = crew->d;
    TRY(person_add(d->db, d->row, NULL, a->login, demo_staff_name(d->row, crew->made++), d->hash[a->role], STR(""), out,
                   NULL));
    return give_role(d, *out, unit, a->role, a->title_en, a->title_zh);
}

static enum status post(struct demo *d, unit_id unit, person_id first, person_id contact, person_id deputy)
{
    TRY(post_put(d->db, d->row, NULL, unit, POST_FIRST, first, d->now));
    TRY(post_put(d->db, d->row, NULL, unit, POST_CONTACT, contact, d->now));
    return post_put(d->db, d->row, NULL, unit, POST_DEPUTY, deputy, d->now);
}

static str login(struct demo *d, str slug, const char *what)
{
    return str_format(d->row, "%.*s.%s", STR_ARG(slug), what);
}

/* Layers */

#define TEXTS(en, zh) STR_INIT(en), STR_INIT(zh)

static enum status staff_root(struct crew *crew)
{
    static const struct account accounts[] = {
        {STR_INIT("clerk"), ROLE_CLERK, TEXTS("Reception officer", "接待受理员")},
        {STR_INIT("clerk2"), ROLE_CLERK, TEXTS("Reception officer", "接待受理员")},
        {STR_INIT("clerk3"), ROLE_CLERK, TEXTS("Hotline officer", "热线受理员")},
        {STR_INIT("checker"), ROLE_CHECKER, TEXTS("Return visits officer", "回访员")},
        {STR_INIT("checker2"), ROLE_CHECKER, TEXTS("Return visits officer", "回访员")},
        {STR_INIT("admin"), ROLE_ADMIN, TEXTS("Administrator", "系统管理员")},
        {STR_INIT("city.head"), ROLE_HEAD, TEXTS("Director of the General Office", "市政府办公室主任")},
        {STR_INIT("city.h1"), ROLE_HANDLER, TEXTS("Coordinator", "督办专员")},
        {STR_INIT("city.h2"), ROLE_HANDLER, TEXTS("Coordinator", "督办专员")},
        {STR_INIT("city.h3"), ROLE_HANDLER, TEXTS("Coordinator", "督办专员")},
        {STR_INIT("leader"), ROLE_LEADER, TEXTS("Mayor", "市长")},
        {STR_INIT("leader2"), ROLE_LEADER, TEXTS("Executive Deputy Mayor", "常务副市长")},
        {STR_INIT("leader3"), ROLE_LEADER, TEXTS("Deputy Mayor", "副市长")},
        {STR_INIT("leader4"), ROLE_LEADER, TEXTS("Deputy Mayor", "副市长")},
        {STR_INIT("leader5"), ROLE_LEADER, TEXTS("Deputy Mayor", "副市长")},
        {STR_INIT("leader6"), ROLE_LEADER, TEXTS("Secretary General", "秘书长")},
    };
    enum { CLERK = 0, DIRECTOR = 6, MAYOR = 10 };
    person_id made[COUNT_OF(accounts)];
    struct demo *d = crew->d;
    for (size_t i = 0; i < COUNT_OF(accounts); i++) TRY(hire(crew, d->city->root, &accounts[i], &made[i]));
    return post(d, d->city->root, made[MAYOR], made[CLERK], made[DIRECTOR]);
}

/* Departments that many people turn to have a clerk of their own. */
static bool has_clerk(int department)
{
    static const int busy[] = {LETTERS,   HOUSING,     LABOUR, WATER,  EDUCATION, HEALTH,
                               TRANSPORT, ENVIRONMENT, POLICE, MARKET, CIVIL,     SERVICE};
    for (size_t i = 0; i < COUNT_OF(busy); i++)
        if (busy[i] == department) return true;
    return false;
}

static bool has_second_handler(int department)
{
    return department == HOUSING || department == LABOUR || department == WATER;
}

static enum status staff_department(struct crew *crew, const struct demo_unit *u)
{
    struct demo *d = crew->d;
    bool known = u->department == HOUSING; /* its head and handler have the sign-ins of the front page */
    bool commission = str_ends(u->zh, STR("委员会")) || str_ends(u->zh, STR("办公室")) || str_ends(u->zh, STR("中心"));
    person_id head;
    person_id handler;
    person_id clerk;
    person_id second;
    const struct account first = {known ? STR("head") : login(d, u->slug, "head"), ROLE_HEAD, STR("Director"),
                                  commission ? STR("主任") : STR("局长")};
    const struct account hand = {known ? STR("handler") : login(d, u->slug, "h1"), ROLE_HANDLER, STR("Section officer"),
                                 STR("科员")};
    TRY(hire(crew, u->id, &first, &head));
    TRY(hire(crew, u->id, &hand, &handler));
    clerk = second = handler;
    if (has_clerk(u->department))
        TRY(hire(crew, u->id,
                 &(struct account){login(d, u->slug, "clerk"), ROLE_CLERK, STR("Reception officer"), STR("接待受理员")},
                 &clerk));
    if (has_second_handler(u->department))
        TRY(hire(crew, u->id,
                 &(struct account){login(d, u->slug, "h2"), ROLE_HANDLER, STR("Section head"), STR("科长")}, &second));
    return post(d, u->id, head, clerk, second);
}

static enum status staff_county(struct crew *crew, const struct demo_unit *u)
{
    struct demo *d = crew->d;
    str chief = str_ends(u->zh, STR("区")) ? STR("区长") : str_ends(u->zh, STR("县")) ? STR("县长") : STR("市长");
    const struct account accounts[] = {
        {login(d, u->slug, "leader"), ROLE_LEADER, STR("Head of government"), chief},
        {login(d, u->slug, "clerk"), ROLE_CLERK, STR("Reception officer"), STR("接待受理员")},
        {login(d, u->slug, "head"), ROLE_HEAD, STR("Director of the General Office"), STR("政府办公室主任")},
        {login(d, u->slug, "h1"), ROLE_HANDLER, STR("Coordinator"), STR("督办专员")},
    };
    person_id made[COUNT_OF(accounts)];
    for (size_t i = 0; i < COUNT_OF(accounts); i++) TRY(hire(crew, u->id, &accounts[i], &made[i]));
    return post(d, u->id, made[0], made[1], made[2]);
}

static enum status staff_bureau(struct crew *crew, const struct demo_unit *u)
{
    struct demo *d = crew->d;
    struct unit now;
    unit_id where;
    person_id head;
    person_id handler;
    TRY(unit_now(d->db, d->row, u->id, &where));
    TRY(unit_get(d->db, d->row, where, &now));
    bool merged = where.v != u->id.v; /* its people work for the successor */
    const struct account first = {login(d, u->slug, "head"), merged ? ROLE_HANDLER : ROLE_HEAD,
                                  merged ? STR("Deputy Director") : STR("Director"),
                                  merged ? STR("副局长") : STR("局长")};
    TRY(hire(crew, where, &first, &head));
    TRY(hire(crew, where, &(struct account){login(d, u->slug, "h1"), ROLE_HANDLER, STR("Section officer"), STR("科员")},
             &handler));
    return merged ? ST_OK : post(d, u->id, head, handler, handler);
}

static enum status staff_town(struct crew *crew, const struct demo_unit *u)
{
    struct demo *d = crew->d;
    str title = str_ends(u->zh, STR("街道")) ? STR("街道办事处主任")
                : str_ends(u->zh, STR("镇")) ? STR("镇长")
                                             : STR("乡长");
    person_id head;
    person_id handler;
    TRY(hire(crew, u->id, &(struct account){login(d, u->slug, "head"), ROLE_HEAD, STR("Head"), title}, &head));
    TRY(give_role(d, head, u->id, ROLE_LEADER, STR("Head"), title));
    TRY(hire(crew, u->id,
             &(struct account){login(d, u->slug, "h1"), ROLE_HANDLER, STR("Section officer"), STR("民生服务专员")},
             &handler));
    return post(d, u->id, head, handler, handler);
}

static enum status staff_village(struct crew *crew, const struct demo_unit *u, person_id town_handler)
{
    struct demo *d = crew->d;
    struct office office;
    bool community = str_ends(u->zh, STR("社区"));
    const struct account a = {login(d, u->slug, "head"), ROLE_HEAD, STR("Head of the committee"),
                              community ? STR("居委会主任") : STR("村委会主任")};
    person_id head;
    TRY(hire(crew, u->id, &a, &head));
    enum status st = office_of(d->db, d->row, u->id, &office);
    if (st == ST_NOT_FOUND) return ST_OK; /* the gap: no office, nobody named, the town answers */
    return st == ST_OK ? post(d, u->id, head, head, town_handler) : st;
}

static enum status staff_unit(struct crew *crew, const struct demo_unit *u)
{
    struct demo *d = crew->d;
    struct person helper;
    switch (u->kind) {
    case KIND_ROOT: return staff_root(crew);
    case KIND_DEPARTMENT: return staff_department(crew, u);
    case KIND_COUNTY: return staff_county(crew, u);
    case KIND_BUREAU: return staff_bureau(crew, u);
    case KIND_TOWN: return staff_town(crew, u);
    case KIND_VILLAGE: break;
    }
    TRY(person_by_login(d->db, d->row, login(d, d->units[DEMO_TOWNS + u->town].slug, "h1"), &helper));
    return staff_village(crew, u, helper.id);
}

/* The head of Water is away, and a deputy signs. */
static enum status someone_is_away(struct demo *d)
{
    struct person head;
    struct person deputy;
    TRY(person_by_login(d->db, d->row, STR("water.head"), &head));
    TRY(person_by_login(d->db, d->row, STR("water.h2"), &deputy));
    return absence_put(d->db, d->row, NULL, head.id, deputy.id, true, (instant){d->now.ms - AWAY_SINCE * DAY_MS},
                       (instant){d->now.ms + AWAY_UNTIL * DAY_MS}, NULL);
}

/* Who acts for each unit, as the rules see them */

static enum status load_handlers(struct demo *d, struct demo_unit *u)
{
    static const char *const names[HANDLERS_MAX] = {"h1", "h2", "h3"};
    str slug = u->kind == KIND_ROOT ? STR("city") : u->slug;
    for (int i = 0; i < HANDLERS_MAX; i++) {
        bool known = i == 0 && u->kind == KIND_DEPARTMENT && u->department == HOUSING;
        enum status st = demo_actor(d, known ? STR("handler") : login(d, slug, names[i]), &u->handler[u->n_handlers]);
        if (st == ST_OK) u->n_handlers++;
        else if (st != ST_NOT_FOUND) return st;
    }
    return ST_OK;
}

static enum status load_people(struct demo *d, struct demo_unit *u)
{
    bool housing = u->kind == KIND_DEPARTMENT && u->department == HOUSING;
    bool has_clerk_too = u->kind == KIND_COUNTY || (u->kind == KIND_DEPARTMENT && has_clerk(u->department));
    str head = housing ? STR("head") : u->kind == KIND_ROOT ? STR("city.head") : login(d, u->slug, "head");
    TRY(demo_actor(d, head, &u->head));
    if (u->kind == KIND_ROOT) TRY(demo_actor(d, STR("clerk"), &u->clerk));
    if (has_clerk_too) TRY(demo_actor(d, login(d, u->slug, "clerk"), &u->clerk));
    return u->kind == KIND_VILLAGE ? ST_OK : load_handlers(d, u);
}

enum status demo_make_people(struct demo *d)
{
    struct crew crew = {.d = d};
    for (int i = 0; i < DEMO_UNITS; i++) {
        TRY(staff_unit(&crew, &d->units[i]));
        arena_reset(d->row);
    }
    TRY(someone_is_away(d));
    for (int i = 0; i < DEMO_UNITS; i++) TRY(load_people(d, &d->units[i]));
    TRY(demo_actor(d, STR("clerk"), &d->clerks[0]));
    TRY(demo_actor(d, STR("clerk2"), &d->clerks[1]));
    TRY(demo_actor(d, STR("clerk3"), &d->clerks[2]));
    TRY(demo_actor(d, STR("checker"), &d->checkers[0]));
    return demo_actor(d, STR("checker2"), &d->checkers[1]);
}
