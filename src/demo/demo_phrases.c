/* demo_phrases: bases of answers and invented enterprises; see demo_phrases.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_phrases.h"

const struct demo_basis_words demo_bases[BASIS_COUNT] = {
    [BASIS_LABOUR] = {"Labour Law; Labour Contract Law; Regulations on Wages of Migrant Workers.",
                      "《劳动法》《劳动合同法》《保障农民工工资支付条例》。"},
    [BASIS_PENSION] = {"Social Insurance Law; the city's rules on pension contributions.",
                       "《社会保险法》及我市养老保险经办规程。"},
    [BASIS_INSURANCE] = {"Social Insurance Law; rules on direct settlement of medical costs elsewhere.",
                         "《社会保险法》及异地就医直接结算有关规定。"},
    [BASIS_HEALTH] = {"Basic Medical Care and Health Promotion Law.", "《基本医疗卫生与健康促进法》。"},
    [BASIS_SCHOOL] = {"Compulsory Education Law; this year's admission notice of the city.",
                      "《义务教育法》及本年度我市义务教育招生入学工作通知。"},
    [BASIS_PROPERTY] = {"Civil Code, book two; Property Management Regulations.",
                        "《民法典》物权编、《物业管理条例》。"},
    [BASIS_TITLE] = {"Provisional Regulations on Registration of Immovable Property; the city's plan for title "
                     "problems left from earlier years.",
                     "《不动产登记暂行条例》及我市解决办证历史遗留问题工作方案。"},
    [BASIS_WATER] = {"Urban Water Supply Regulations; the national standard for drinking water.",
                     "《城市供水条例》及生活饮用水卫生标准。"},
    [BASIS_GAS] = {"Urban Gas Regulations; the city's rules on heating.", "《城镇燃气管理条例》及我市供热管理办法。"},
    [BASIS_ROAD] = {"Urban Road Regulations; Urban Drainage and Sewage Regulations.",
                    "《城市道路管理条例》《城镇排水与污水处理条例》。"},
    [BASIS_STREET] = {"Regulations on City Appearance and Environmental Sanitation.",
                      "《城市市容和环境卫生管理条例》。"},
    [BASIS_BUS] = {"The city's rules on public bus transport.", "我市城市公共汽车客运管理办法。"},
    [BASIS_TRAFFIC] = {"Road Traffic Safety Law and its implementing regulations.", "《道路交通安全法》及其实施条例。"},
    [BASIS_RIVER] = {"Water Pollution Prevention Law; the river chief rules.", "《水污染防治法》及河湖长制有关规定。"},
    [BASIS_NOISE] = {"Noise Pollution Prevention Law.", "《噪声污染防治法》。"},
    [BASIS_FIRE] = {"Fire Protection Law.", "《消防法》。"},
    [BASIS_POLICE] = {"Public Security Administration Law; household registration rules.",
                      "《治安管理处罚法》及户籍管理有关规定。"},
    [BASIS_LAND] = {"Land Administration Law; Rural Land Contracting Law.", "《土地管理法》《农村土地承包法》。"},
    [BASIS_VILLAGE] = {"Organic Law of Villagers' Committees.", "《村民委员会组织法》。"},
    [BASIS_CONSUMER] = {"Consumer Protection Law.", "《消费者权益保护法》。"},
    [BASIS_FOOD] = {"Food Safety Law.", "《食品安全法》。"},
    [BASIS_CULTURE] = {"Public Cultural Services Law; Tourism Law.", "《公共文化服务保障法》《旅游法》。"},
    [BASIS_AID] = {"Interim Measures for Social Assistance.", "《社会救助暂行办法》。"},
    [BASIS_DISABLED] = {"Barrier-free Environment Law.", "《无障碍环境建设法》。"},
    [BASIS_SERVICE] = {"Regulations on Improving the Business Environment; the city's list of service items.",
                       "《优化营商环境条例》及我市政务服务事项清单。"},
    [BASIS_CONDUCT] = {"Regulations on Letters-and-Visits Work (2022), articles 30 and 46.",
                       "《信访工作条例》第三十条、第四十六条。"},
    [BASIS_DECISION] = {"Provisional Regulations on Major Administrative Decisions, articles 15 and 18.",
                        "《重大行政决策程序暂行条例》第十五条、第十八条。"},
    [BASIS_DATA] = {"Personal Information Protection Law.", "《个人信息保护法》。"},
    [BASIS_FIRM] = {"Law on Promoting Small and Medium-sized Enterprises; the city's list of support for enterprises.",
                    "《中小企业促进法》及我市惠企政策清单。"},
    [BASIS_TREE] = {"Urban Greening Regulations; Civil Code, book seven.", "《城市绿化条例》及《民法典》侵权责任编。"},
};

#define F(en, zh)                                                                                                      \
    {                                                                                                                  \
        {NULL, 0}, STR_INIT(en), STR_INIT(zh), 0                                                                       \
    }

const struct demo_named demo_firms[] = {
    F("Haitang Bearings", "海棠轴承厂"),      F("Clearstream Foods", "清溪食品公司"),
    F("Harbour Textiles", "海港纺织公司"),    F("Redleaf Ceramics", "红叶陶瓷厂"),
    F("Silver Bay Seafood", "银湾水产公司"),  F("Orchard Logistics", "橘园物流公司"),
    F("Willow Software", "柳汀软件工作室"),   F("Bluebay Furniture", "蓝湾家具厂"),
    F("Pine Crest Builders", "松岭建筑公司"), F("Lotus Garments", "荷风服饰公司"),
    F("Morning Tea Company", "晨露茶业"),     F("Bridgehead Machinery", "桥头机械厂"),
    F("Little Kiln Studio", "小窑创意工坊"),  F("Jiangbin Electronics", "江滨电子公司"),
};
const size_t demo_firm_count = COUNT_OF(demo_firms);
