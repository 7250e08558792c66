/* demo_campaign_words: see demo_campaign.h. Everything here is invented.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_campaign.h"

#include "base/attr.h"

const char demo_province[] = "Yunwan Province · 云湾省";
const char demo_province_name[] = "Yunwan Province: to the doorstep {y} · 云湾省“到门口去”行动（{y}年）";
const char demo_province_theme[] =
    "Officials go to where the work is, and say what came of it · 干部到现场去，结果向群众说清楚";
const char demo_campaign_name[] = "Answers at the doorstep {y} · “门口见回音”活动（{y}年）";
const char demo_campaign_theme[] =
    "Ask first, put right what can be put right, and let everybody see it · 先听后办，能改就改，结果人人看得见";

const struct demo_stage demo_stages[3] = {
    {"Go and ask · 上门听", 4, 1, 5, 31, false},
    {"Put it right · 动手改", 5, 25, 0, 0, false},
    {"Make it stay right · 长久管", 10, 1, 12, 31, true},
};

const struct demo_goal demo_goals[] = {
    {1, "Notices of the plan signed for · 方案通知签收", "signed"},
    {1, "Prescribed actions done · 规定动作完成", "duties_done"},
    {2, "Units' own projects done · 自选项目完成", "optional_done"},
    {3, "Matters answered · 民生事项已答复", "answered"},
    {3, "Matters solved by the raiser's word · 群众认可办结", "solved"},
};
const size_t demo_goal_count = COUNT_OF(demo_goals);

const struct demo_action demo_actions[] = {
    {THIS_YEAR,
     "Answer three matters that have waited longest · 答复三件等得最久的事",
     "Three linked matters of the unit have an answer · 三件关联事项已有答复",
     "matters_answered",
     "The matters' references · 事项编号",
     3,
     1,
     3,
     5,
     31,
     4,
     false,
     true,
     true,
     62,
     {NULL}},
    {FROM_LAST_YEAR,
     "Spend a shift where the work is done · 到岗位上跟一个班",
     "A note says what was seen and what was changed · 有记录写明看到什么、改了什么",
     "record",
     "The note's file number · 记录文号",
     1,
     2,
     2,
     7,
     31,
     6,
     false,
     true,
     false,
     66,
     {"Shift at the vegetable market: two stalls moved out of the wind · 菜场早班：两处摊位避风调整",
      "Night shift with the refuse lorry: route 4 begins later · 随清运车夜班：四号线改晚出车",
      "A day at the counter: one form less · 跟窗口一天：减少一张表"}},
    {FROM_LAST_YEAR,
     "Write down one thing that others can do as well · 写下一条别人也用得上的做法",
     "The note can be read by every unit · 做法各单位可查阅",
     "record",
     "Its file number · 文号",
     1,
     3,
     1,
     11,
     30,
     10,
     false,
     false,
     true,
     44,
     {"How we post the week's answers at the gate · 门口每周张贴答复的做法",
      "One telephone, two people, no waiting · 一部电话两个人，不让人等",
      "Asking twice before a road is opened up · 破路前问两遍的做法"}},
    {ONLY_LAST_YEAR,
     "Count what was promised in earlier years · 清点往年答应过的事",
     "The list of promises is filed · 承诺清单已归档",
     "record",
     "The list's file number · 清单文号",
     1,
     2,
     1,
     9,
     30,
     6,
     false,
     false,
     true,
     93,
     {"Promises since 2019: nine kept, two open · 2019年以来承诺：九件已办、两件未办",
      "Four promises, all kept · 四件承诺均已兑现", "Promises of the old bureau taken over · 接收原单位承诺"}},
    {FROM_PROVINCE,
     "Publish the unit's own list before asking others · 先公布自己的清单再要求别人",
     "The unit's own list stands on its page · 本单位清单已公开",
     "own_list",
     "",
     1,
     1,
     1,
     4,
     20,
     3,
     true,
     false,
     false,
     87,
     {NULL}},
    {FROM_PROVINCE,
     "Say to each unit below what it shall do · 给下级逐个讲清要做什么",
     "The plan's notice is signed for and broken down · 方案通知已签收并分解",
     "sent_down",
     "",
     1,
     1,
     1,
     4,
     30,
     4,
     true,
     false,
     false,
     80,
     {NULL}},
    {FROM_PROVINCE,
     "See one old matter solved by the raiser's word · 办成一件群众认可的老大难",
     "One linked matter is solved, by the raiser's word or a re-check · 一件关联事项经群众确认或复查办结",
     "matters_solved",
     "The matter's reference · 事项编号",
     1,
     2,
     3,
     9,
     30,
     5,
     true,
     false,
     true,
     72,
     {NULL}},
    {FROM_PROVINCE,
     "Keep one open day with the first person responsible · 主要负责人开门接待一天",
     "The day's record is filed · 接待记录已归档",
     "record",
     "The record's file number · 记录文号",
     1,
     1,
     3,
     5,
     20,
     4,
     false,
     true,
     true,
     81,
     {"Open day: eleven callers, eight answered on the spot · 接待十一人，当场答复八人",
      "Open day in the village hall: the well and the bus · 村礼堂接待：水井与班车",
      "Open day: nobody came in the morning, six in the evening · 上午无人，傍晚来了六位"}},
    {FROM_AMENDMENT,
     "Say whom to call at night when a storm comes · 公布台风夜间找谁",
     "The list of numbers is posted and filed · 联系表已张贴并归档",
     "record",
     "The list's file number · 联系表文号",
     1,
     2,
     3,
     7,
     15,
     6,
     false,
     false,
     true,
     71,
     {"Night numbers on every stairwell · 夜间电话贴到每个楼道",
      "Night numbers read out by loudspeaker · 广播播报夜间电话", "Night numbers, in large print · 大字版夜间电话"}},
};
const size_t demo_action_count = COUNT_OF(demo_actions);

const struct demo_opinion demo_opinions[3] = {
    {"Bureaus hear from the county and from the department: one date for both, please. · "
     "局里既归县里又归厅局条线，请给一个统一的时间。",
     "taken", ""},
    {"Three answered matters are many for a village that has two. · 村里一共两件事，要答复三件偏多。", "partly",
     "The number stays; a village may ask to be excused. · 数量不变，村级可申请免除。"},
    {"Leave out the open day in the harvest weeks. · 农忙时节请免去接待日。", "not",
     "It may be held in the evening, and in another way when the level above agrees. · "
     "可放在晚间，经上级同意也可用其他方式。"},
};

const struct demo_project demo_projects[] = {
    {"Shade trees along {en} · {zh}补种行道树", "The last gap is planted · 最后一处空档种上", 3},
    {"Benches on the way to the clinic by {en} · {zh}就医路上的歇脚椅", "Four benches stand · 四张椅子到位", 3},
    {"Evening counter near {en} · {zh}夜间窗口", "It is open two evenings a week · 每周开两晚", 1},
    {"A tool library for {en} · {zh}工具共享屋", "Things are lent and come back · 有借有还", 2},
    {"One sign for all offices at {en} · {zh}办事指引一块牌", "The old signs are gone · 旧牌撤完", 1},
    {"Rain drain at {en} cleared before June · {zh}雨水口汛前清淤",
     "The record of the clearing is filed · 清淤记录归档", 3},
    {"Market stalls for growers from {en} · {zh}农户直卖摊位", "Ten growers sell there · 十户进场", 2},
    {"Letters read aloud for the old at {en} · {zh}代老人读信", "A helper comes each week · 每周有人上门", 3},
    {"Shared meeting room for small firms at {en} · {zh}小企业共用会议室", "It can be booked · 可以预约", 2},
    {"Quiet hour for building sites near {en} · {zh}工地午休静音", "All sites have signed · 各工地签约", 3},
    {"Lights on the footpath at {en} · {zh}小路亮灯", "The last lamp burns · 最后一盏亮起", 3},
    {"One visit, all permits for stalls at {en} · {zh}摊位许可一次办", "No stallholder came twice · 无人跑第二趟", 2},
    {"Winter coats checked out of storage for {en} · {zh}冬衣流转站", "The shelf is open · 衣架开放", 3},
    {"Apprentices' open workshop at {en} · {zh}学徒开放工坊", "Two evenings were held · 办满两晚", 2},
    {"Bus timetable in large print at {en} · {zh}大字公交时刻牌", "It hangs at both stops · 两站都挂上", 3},
    {"Noticeboard of what we could not do at {en} · {zh}“没办成的事”公示栏", "Reasons stand beside each · 逐条写明原因",
     1},
};
const size_t demo_project_count = COUNT_OF(demo_projects);

const struct demo_pair demo_notices[] = {
    {"Check the boilers before the cold · 入冬前检查锅炉",
     "Say by Friday which ones stand still. · 周五前告知停用情况。"},
    {"Meeting on empty flats · 空置房碰头会", "Bring the list of the last quarter. · 请带上季度清单。"},
    {"Two stairwells without light · 两处楼道无灯", "Go and see, and tell the raisers. · 到场查看并告知反映人。"},
    {"Scaffolding that stands too long · 脚手架久立不拆", "Name the day it comes down. · 明确拆除日期。"},
    {"Open the repairs fund's accounts · 公开维修资金账目", "The last page is missing. · 缺最后一页。"},
    {"Who keeps the keys to the bicycle shed · 车棚钥匙谁管", "Agree on one person. · 定一个人。"},
    {"Windows that leak on the weather side · 迎风面窗户渗水",
     "Group the matters before the visit. · 走访前先归并事项。"},
    {"Lift inspections this month · 本月电梯检验", "Post the dates in each entrance. · 各单元张贴日期。"},
    {"A second reader for the answers · 答复双人审读", "Begin with those that were reopened. · 先从重办件开始。"},
    {"The gate that closes at ten · 十点关的大门", "Ask the night shift first. · 先问夜班的人。"},
};
const size_t demo_notice_count = COUNT_OF(demo_notices);

const struct demo_pair demo_data[3] = {
    {"Lifts older than twenty years · 二十年以上电梯台数", "To share out the repairs fund · 分配维修资金"},
    {"Flats rented out by the room · 按间出租的房屋", "For the fire service's rounds · 消防巡查用"},
    {"Roofs repaired twice in three years · 三年内修过两次的屋面", "To look for one cause · 查找共同原因"},
};

const char *const demo_own_lists[] = {
    "First the counter: nobody waits longer than a quarter of an hour. · 先管窗口：等候不过一刻钟。",
    "We answer the telephone after six on two evenings. · 每周两晚六点后接电话。",
    "The head reads every matter that came back. · 重办件由负责人逐件看。",
    "Our own stairs, drains and lamps come first. · 先修自家的楼梯、水沟和路灯。",
    "We say no with a reason, on paper, within three days. · 办不了的三天内书面说明理由。",
    "Each promise gets a day and a name. · 每项承诺写明日期和责任人。",
    "We go round the quarter every second Thursday. · 隔周四走一遍辖区。",
    "What we spend on signs and ceremonies: nothing. · 牌匾与仪式开支：零。",
};
const size_t demo_own_list_count = COUNT_OF(demo_own_lists);

const char *const demo_questions[] = {
    "Does an evening count as the open day? · 晚上接待算开门接待日吗？",
    "May two villages publish one list together? · 两个村可以合写一份清单吗？",
    "Is a matter counted that the bureau solved with us? · 与局里合办的事项算我们的吗？",
};
const char *const demo_answers[] = {
    "Yes, when it was announced a week before. · 提前一周公告的可以。",
    "No, each has its own; the text may be the same. · 各写各的，内容可以相同。",
    "It counts where it stands: link it there. · 在哪个单位名下就在哪里关联。",
};
const size_t demo_question_count = COUNT_OF(demo_questions);

const char *const demo_why_not[] = {
    "Nobody stands below us: we do it ourselves. · 没有下级单位，自己办。",
    "Eleven of us in one corridor: it was said aloud. · 一层楼十一个人，当面讲过了。",
    "The work is one desk's: its officer has the plan. · 由一个岗位承办，经办人已有方案。",
};
const size_t demo_why_not_count = COUNT_OF(demo_why_not);

const char demo_lessons[2][400] = {
    "Ask at the bus stop, not in the hall: three times as many spoke. Write the answer on the same board. · "
    "在公交站问，别在礼堂问：开口的人多了三倍。答复写在同一块板上。",
    "We began with what we had put off ourselves. Only then did the villages send their lists. · "
    "先办自己拖着的事，村里才把清单交上来。",
};

const char demo_province_plan[] =
    "# To the doorstep · 到门口去\n\n"
    "Every city carries the locked items unchanged. What else it does, and when, it decides itself.\n\n"
    "各市锁定事项原样落实；其余事项和时间自行确定。\n\n"
    "## Locked · 锁定\n\n"
    "1. One's own list comes first. 先亮自己的清单。\n"
    "2. Every unit below is told what it shall do. 逐级讲清。\n"
    "3. One old matter, solved by the word of whoever raised it. 老大难以群众认可为准。\n\n"
    "## Free · 自定\n\n"
    "- An open day with the first person responsible. 主要负责人开门接待。\n\n"
    "No photographs, no positions, no tables to fill in: what the records show is enough.\n\n"
    "不要照片、不要定位、不要填表，以系统记录为准。\n";

const char demo_plan[] =
    "# Answers at the doorstep · 门口见回音\n\n"
    "## Why · 为什么\n\n"
    "Too many answers end at a counter. This year they are brought to where the question was asked.\n\n"
    "许多答复止步于窗口。今年要送回提问的地方。\n\n"
    "## How · 怎么做\n\n"
    "| Stage · 阶段 | What · 内容 |\n|---|---|\n"
    "| Go and ask · 上门听 | Lists, open days, the longest waits. 清单、接待、等得最久的事。 |\n"
    "| Put it right · 动手改 | One old matter each; a shift where the work is done. 各办一件老大难，跟一个班。 |\n"
    "| Make it stay right · 长久管 | Write down what others can use. 写下可用的做法。 |\n\n"
    "## Who · 谁来做\n\n"
    "The Campaign Office leads. Letters and Visits, Civil Affairs and Data take part.\n\n"
    "活动办牵头，信访、民政、数据部门参加。\n\n"
    "## What is not asked · 不要什么\n\n"
    "No reports: figures come from records. 不报表，数字取自记录。\n";

const char demo_plan_amended[] =
    "# Answers at the doorstep · 门口见回音\n\n"
    "## Why · 为什么\n\n"
    "Too many answers end at a counter. This year they are brought to where the question was asked.\n\n"
    "许多答复止步于窗口。今年要送回提问的地方。\n\n"
    "## How · 怎么做\n\n"
    "| Stage · 阶段 | What · 内容 |\n|---|---|\n"
    "| Go and ask · 上门听 | Lists, open days, the longest waits. 清单、接待、等得最久的事。 |\n"
    "| Put it right · 动手改 | One old matter each; a shift where the work is done; numbers for a storm at night. "
    "各办一件老大难，跟一个班，台风夜间找谁。 |\n"
    "| Make it stay right · 长久管 | Write down what others can use. 写下可用的做法。 |\n\n"
    "## Who · 谁来做\n\n"
    "The Campaign Office leads. Letters and Visits, Civil Affairs, Data and Emergency take part.\n\n"
    "活动办牵头，信访、民政、数据、应急部门参加。\n\n"
    "## What is not asked · 不要什么\n\n"
    "No reports: figures come from records. 不报表，数字取自记录。\n";

const char demo_amendment[] = "Storm nights: each unit says whom to call. The shift where the work is done may be kept "
                              "until the end of August. · "
                              "增加台风夜间找谁；跟班延至八月底。";
