/* demo_places: see demo_places.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_places.h"

#define D(slug, en, zh, short_en, short_zh, remit)                                                                     \
    {                                                                                                                  \
        STR_INIT(slug), STR_INIT(en), STR_INIT(zh), STR_INIT(short_en), STR_INIT(short_zh), STR_INIT(remit)            \
    }

const struct demo_department demo_departments[DEPARTMENTS] = {
    [CAMPAIGN] = D("campaign", "Campaign Office", "活动办公室", "Campaign Office", "活动办",
                   "The staged service campaign, its plan and its problems. 主题实践活动的部署、进度与难题台账。"),
    [LETTERS] = D("letters", "Letters and Visits Bureau", "信访局", "Letters and Visits", "信访局",
                  "Letters and visits, joint reception, review. 来信来访、联合接访、复查复核。"),
    [HOUSING] = D("housing", "Housing and Urban-Rural Development Bureau", "住房和城乡建设局", "Housing", "住建局",
                  "Housing, property management, building quality, title problems of estates. "
                  "住房保障、物业管理、工程质量、小区办证遗留问题。"),
    [LABOUR] = D("hr", "Human Resources and Social Security Bureau", "人力资源和社会保障局", "Human Resources",
                 "人社局", "Wages, labour disputes, pensions, employment. 工资、劳动争议、养老保险、就业。"),
    [WATER] = D("water", "Water Resources Bureau", "水利局", "Water", "水利局",
                "Rivers, irrigation, water supply. 河道、农田水利、供水。"),
    [EDUCATION] = D("education", "Education Bureau", "教育局", "Education", "教育局",
                    "Schools, admission, training centres. 学校、招生入学、校外培训。"),
    [LEGAL] = D("legal", "Legal Affairs Bureau", "司法局", "Legal Affairs", "司法局",
                "Legal aid, mediation, review of decisions. 法律援助、人民调解、行政复议。"),
    [HEALTH] = D("health", "Health Commission", "卫生健康委员会", "Health", "卫健局",
                 "Hospitals, clinics, public health. 医院、基层卫生机构、公共卫生。"),
    [TRANSPORT] = D("transport", "Transport Bureau", "交通运输局", "Transport", "交通局",
                    "Buses, taxis, country roads. 公交、出租车、农村公路。"),
    [ENVIRONMENT] = D("environment", "Ecology and Environment Bureau", "生态环境局", "Environment", "生态环境局",
                      "Pollution of water, air and soil. 水、气、土壤污染防治。"),
    [POLICE] = D("police", "Public Security Bureau", "公安局", "Public Security", "公安局",
                 "Household registration, traffic, public order. 户籍、交通管理、治安。"),
    [AGRICULTURE] = D("agriculture", "Agriculture and Rural Affairs Bureau", "农业农村局", "Agriculture", "农业农村局",
                      "Land contracts, subsidies, village affairs. 土地承包、惠农补贴、村务指导。"),
    [MARKET] = D("market", "Market Regulation Bureau", "市场监督管理局", "Market Regulation", "市场监管局",
                 "Consumers, food, prices, lifts. 消费维权、食品安全、价格、电梯等特种设备。"),
    [CIVIL] = D("civil", "Civil Affairs Bureau", "民政局", "Civil Affairs", "民政局",
                "Allowances, care of the old, place names. 低保救助、养老服务、地名。"),
    [PLANNING] = D("planning", "Natural Resources and Planning Bureau", "自然资源和规划局", "Planning", "自然资源局",
                   "Land, planning, title deeds. 土地、规划、不动产登记。"),
    [STREETS] = D("streets", "Urban Management Bureau", "综合行政执法局", "Urban Management", "城管局",
                  "Order in the streets, rubbish, illegal building. 市容秩序、垃圾清运、违法建设。"),
    [CULTURE] = D("culture", "Culture and Tourism Bureau", "文化和旅游局", "Culture and Tourism", "文旅局",
                  "Libraries, halls, sights, guest houses. 图书馆、文化馆、景区、民宿。"),
    [INSURANCE] = D("insurance", "Medical Insurance Bureau", "医疗保障局", "Medical Insurance", "医保局",
                    "Medical insurance and refunds. 医疗保险与报销。"),
    [COMMERCE] = D("commerce", "Commerce Bureau", "商务局", "Commerce", "商务局",
                   "Trade, markets, prepaid cards. 商贸流通、农贸市场、预付卡。"),
    [INDUSTRY] = D("industry", "Industry and Information Technology Bureau", "工业和信息化局", "Industry", "工信局",
                   "Industry, networks, small firms. 工业经济、通信、中小企业。"),
    [FINANCE] = D("finance", "Finance Bureau", "财政局", "Finance", "财政局",
                  "Public money, subsidies paid by card. 财政资金、一卡通补贴。"),
    [TAX] = D("tax", "Tax Office", "税务局", "Tax", "税务局", "Taxes and contributions. 税费征收与服务。"),
    [SERVICE] = D("service", "Government Service Office", "政务服务管理办公室", "Government Service", "政务服务办",
                  "Service halls, the hotline, online service. 办事大厅、热线、网上办事。"),
    [ENTERPRISE] = D("enterprise", "Enterprise Service Centre", "企业服务中心", "Enterprise Service", "企服中心",
                     "Needs of enterprises and start-ups. 企业与创业诉求协调。"),
    [EMERGENCY] = D("emergency", "Emergency Management Bureau", "应急管理局", "Emergency Management", "应急局",
                    "Safety at work, disasters. 安全生产、防灾减灾。"),
    [VETERANS] = D("veterans", "Veterans Affairs Bureau", "退役军人事务局", "Veterans Affairs", "退役军人局",
                   "Benefits and jobs of veterans. 优待抚恤与安置就业。"),
    [DEVELOPMENT] = D("development", "Development and Reform Commission", "发展和改革委员会", "Development and Reform",
                      "发改委", "Plans, projects, charges. 规划、项目、收费标准。"),
    [SCIENCE] = D("science", "Science and Technology Bureau", "科学技术局", "Science and Technology", "科技局",
                  "Research, start-up space. 科技项目、孵化空间。"),
    [SPORTS] =
        D("sports", "Sports Bureau", "体育局", "Sports", "体育局", "Sports grounds and events. 体育场地与赛事。"),
    [PARKS] = D("parks", "Forestry and Parks Bureau", "林业和园林局", "Parks", "园林局",
                "Trees, parks, forests. 树木、公园、林地。"),
    [UTILITIES] = D("utilities", "Public Utilities Bureau", "公用事业管理局", "Utilities", "公用事业局",
                    "Tap water, gas, heating, street lamps. 自来水、燃气、供暖、路灯。"),
    [DATA] = D("data", "Data Administration", "数据管理局", "Data", "数据局",
               "Shared data, personal data in public systems. 数据共享与个人信息保护。"),
    [STATISTICS] =
        D("statistics", "Statistics Bureau", "统计局", "Statistics", "统计局", "Statistics and surveys. 统计与调查。"),
    [AUDIT] = D("audit", "Audit Bureau", "审计局", "Audit", "审计局", "Audit of public money. 公共资金审计。"),
    [DISABLED] = D("disabled", "Disabled People's Federation", "残疾人联合会", "Disabled People", "残联",
                   "Help and rights of disabled people. 残疾人服务与权益。"),
    [SUPERVISION] = D("supervision", "Supervision Office", "监察工作办公室", "Supervision", "监察办",
                      "Conduct of officials. 工作作风与纪律监督。"),
};

#define C(slug, en, zh, code)                                                                                          \
    {                                                                                                                  \
        STR_INIT(slug), STR_INIT(en), STR_INIT(zh), STR_INIT(code)                                                     \
    }

const struct demo_county demo_counties[COUNTIES] = {
    C("linjiang", "Linjiang District", "临江区", "990101"), C("chengnan", "Chengnan District", "城南区", "990102"),
    C("dongwan", "Dongwan District", "东湾区", "990103"),   C("shanyang", "Shanyang County", "山阳县", "990121"),
    C("qingxi", "Qingxi County", "青溪县", "990122"),       C("lanhu", "Lanhu City", "兰湖市", "990181"),
};

const enum department demo_lines[LINES] = {HOUSING, LABOUR, WATER, EDUCATION, HEALTH, TRANSPORT, AGRICULTURE, STREETS};

#define S(slug, en, zh)                                                                                                \
    {                                                                                                                  \
        STR_INIT(slug), STR_INIT(en " Subdistrict"), STR_INIT(zh "街道"), 0                                            \
    }
#define T(slug, en, zh)                                                                                                \
    {                                                                                                                  \
        STR_INIT(slug), STR_INIT(en " Town"), STR_INIT(zh "镇"), 0                                                     \
    }
#define X(slug, en, zh)                                                                                                \
    {                                                                                                                  \
        STR_INIT(slug), STR_INIT(en " Township"), STR_INIT(zh "乡"), 0                                                 \
    }

const struct demo_named demo_towns[TOWNS] = {
    /* Linjiang */
    S("heping", "Heping", "和平"),
    S("jiangbin", "Jiangbin", "江滨"),
    S("guihua", "Guihua", "桂花"),
    S("binhe", "Binhe", "滨河"),
    S("wenchang", "Wenchang", "文昌"),
    T("qiaotou", "Qiaotou", "桥头"),
    T("shabian", "Shabian", "沙边"),
    T("dukou", "Dukou", "渡口"),
    /* Chengnan */
    S("nanmen", "Nanmen", "南门"),
    S("xueyuan", "Xueyuan", "学苑"),
    S("taoyuan", "Taoyuan", "桃源"),
    S("jinshui", "Jinshui", "锦水"),
    S("zhaohui", "Zhaohui", "朝晖"),
    S("baiyun", "Baiyun", "白云"),
    T("nanxi", "Nanxi", "南溪"),
    T("shiqiao", "Shiqiao", "石桥"),
    /* Dongwan */
    S("gangkou", "Gangkou", "港口"),
    S("haiyun", "Haiyun", "海韵"),
    S("xingang", "Xingang", "新港"),
    S("yufeng", "Yufeng", "渔丰"),
    T("dongsha", "Dongsha", "东沙"),
    T("yantian", "Yantian", "盐田"),
    T("lanwan", "Lanwan", "蓝湾"),
    T("zhouqian", "Zhouqian", "舟前"),
    /* Shanyang */
    T("chengguan", "Chengguan", "城关"),
    T("shimen", "Shimen", "石门"),
    T("zhulin", "Zhulin", "竹林"),
    T("chashan", "Chashan", "茶山"),
    T("longtan", "Longtan", "龙潭"),
    X("meiling", "Meiling", "梅岭"),
    X("songfeng", "Songfeng", "松峰"),
    X("yunwu", "Yunwu", "云雾"),
    /* Qingxi */
    T("xitou", "Xitou", "溪头"),
    T("liutang", "Liutang", "柳塘"),
    T("hehua", "Hehua", "荷花"),
    T("daotian", "Daotian", "稻田"),
    T("lianchi", "Lianchi", "莲池"),
    T("matou", "Matou", "码头"),
    X("baihe", "Baihe", "白鹤"),
    X("fengye", "Fengye", "枫叶"),
    /* Lanhu */
    S("hubin", "Hubin", "湖滨"),
    S("lanyuan", "Lanyuan", "兰苑"),
    S("xicheng", "Xicheng", "西城"),
    S("beimen", "Beimen", "北门"),
    T("yintan", "Yintan", "银滩"),
    T("ganju", "Ganju", "柑橘"),
    T("taoci", "Taoci", "陶瓷"),
    X("muyang", "Muyang", "牧羊"),
};

#define V(slug, en, zh, town)                                                                                          \
    {                                                                                                                  \
        STR_INIT(slug), STR_INIT(en " Village"), STR_INIT(zh "村"), town                                               \
    }
#define M(slug, en, zh, town)                                                                                          \
    {                                                                                                                  \
        STR_INIT(slug), STR_INIT(en " Community"), STR_INIT(zh "社区"), town                                           \
    }

const struct demo_named demo_villages[VILLAGES] = {
    M("yulan", "Yulan", "玉兰", 0),      M("linyin", "Linyin", "林荫", 0),    M("chunjiang", "Chunjiang", "春江", 1),
    M("dangui", "Dangui", "丹桂", 2),    M("liuan", "Liu'an", "柳岸", 3),     M("wenyuan", "Wenyuan", "文苑", 4),
    V("nanwan", "Nanwan", "南湾", 5),    V("beiqiao", "Beiqiao", "北桥", 5),  V("shazhou", "Shazhou", "沙洲", 6),
    V("laodu", "Laodu", "老渡", 7),      M("nanyuan", "Nanyuan", "南园", 8),  M("shuxiang", "Shuxiang", "书香", 9),
    M("taohua", "Taohua", "桃花", 10),   M("jinxiu", "Jinxiu", "锦绣", 11),   M("chenguang", "Chenguang", "晨光", 12),
    M("yunshan", "Yunshan", "云杉", 13), V("xibian", "Xibian", "溪边", 14),   V("shilong", "Shilong", "石龙", 15),
    V("xiaoshi", "Xiaoshi", "小石", 15), M("haichao", "Haichao", "海潮", 16), M("tingtao", "Tingtao", "听涛", 17),
    M("fangang", "Fangang", "帆港", 18), M("yuge", "Yuge", "渔歌", 19),       V("shatou", "Shatou", "沙头", 20),
    V("yanfeng", "Yanfeng", "盐丰", 21), V("wannan", "Wannan", "湾南", 22),   V("qianzhou", "Qianzhou", "前舟", 23),
    V("luchao", "Luchao", "鹭潮", 23),   M("dongjie", "Dongjie", "东街", 24), V("shibei", "Shibei", "石碑", 25),
    V("zhuxi", "Zhuxi", "竹溪", 26),     V("chaling", "Chaling", "茶岭", 27), V("longkou", "Longkou", "龙口", 28),
    V("meikeng", "Meikeng", "梅坑", 29), V("songpo", "Songpo", "松坡", 30),   V("wuling", "Wuling", "雾岭", 31),
    V("gaoping", "Gaoping", "高坪", 31), V("zhushan", "Zhushan", "竹山", 26), V("xiyuan", "Xiyuan", "溪源", 32),
    V("liuqiao", "Liuqiao", "柳桥", 33), V("hetang", "Hetang", "荷塘", 34),   V("daoxiang", "Daoxiang", "稻香", 35),
    V("lianhua", "Lianhua", "莲花", 36), V("bubian", "Bubian", "埠边", 37),   V("hechao", "Hechao", "鹤巢", 38),
    V("hongye", "Hongye", "红叶", 39),   V("jinshu", "Jinshu", "锦树", 39),   V("tianxin", "Tianxin", "田心", 35),
    M("huguang", "Huguang", "湖光", 40), M("lanting", "Lanting", "兰汀", 41), M("xihua", "Xihua", "西华", 42),
    M("beiyuan", "Beiyuan", "北苑", 43), V("yinsha", "Yinsha", "银沙", 44),   V("juyuan", "Juyuan", "橘园", 45),
    V("yaotou", "Yaotou", "窑头", 46),   V("caopo", "Caopo", "草坡", 47),     V("juxiang", "Juxiang", "橘香", 45),
    V("taoling", "Taoling", "陶岭", 46), V("qingcao", "Qingcao", "青草", 47), M("hupan", "Hupan", "湖畔", 40),
    V("dashan", "Dashan", "大善", 30),
};

#define N(en, zh)                                                                                                      \
    {                                                                                                                  \
        {NULL, 0}, STR_INIT(en), STR_INIT(zh), 0                                                                       \
    }

const struct demo_named demo_roads[] = {
    N("Haitang Road", "海棠路"),   N("Jiangnan Road", "江南路"),   N("Binjiang Avenue", "滨江大道"),
    N("Renwen Road", "人文路"),    N("Xinhe Road", "新荷路"),      N("Yingbin Road", "迎宾路"),
    N("Zhongxing Road", "中兴路"), N("Meihua Lane", "梅花巷"),     N("Dongsheng Street", "东升街"),
    N("Qingfeng Road", "清风路"),  N("Fuxing Road", "福星路"),     N("Huayuan Road", "花园路"),
    N("Changle Street", "常乐街"), N("Xueshi Lane", "学士巷"),     N("Yongan Road", "永安路"),
    N("Mingzhu Road", "明珠路"),   N("Wutong Avenue", "梧桐大道"), N("Liuhe Street", "柳荷街"),
    N("Anju Road", "安居路"),      N("Chuangye Road", "创业路"),
};
const size_t demo_road_count = COUNT_OF(demo_roads);

const struct demo_named demo_estates[] = {
    N("Yulan Garden", "玉兰花园"),
    N("Jiangpan Homes", "江畔家园"),
    N("Green City Court", "绿城雅苑"),
    N("Osmanthus Court", "桂苑小区"),
    N("Sunny Garden", "阳光花园"),
    N("Lakeside Mansion", "湖畔名邸"),
    N("Happy Homes", "幸福家园"),
    N("Scholars' Court", "书香门第"),
    N("Lotus Bay", "荷湾小区"),
    N("Pine Ridge", "松岭小区"),
    N("Riverside New Village", "滨河新村"),
    N("Textile Workers' Estate", "棉纺宿舍"),
    N("Morning Glow Estate", "晨曦小区"),
    N("Maple Court", "枫林苑"),
    N("Harbour View", "望港公寓"),
    N("Peach Garden", "桃源里"),
    N("Old Shipyard Estate", "船厂老小区"),
    N("Silver Coast", "银海岸"),
    N("Anju Estate", "安居小区"),
    N("Wenyuan Apartments", "文苑公寓"),
};
const size_t demo_estate_count = COUNT_OF(demo_estates);
