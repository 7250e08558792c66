/* plan_template: see plan_template.h. SPDX-License-Identifier: Apache-2.0 */
#include "campaign/plan_template.h"

#include "campaign/action.h"
#include "campaign/plan.h"
#include "campaign/words.h"

/* ── a year of going down, solving and summing up ─────────────────────────────────────────────────────── */

static const struct plan_template_stage year_stages[] = {
    {{"Investigate and advise", "调研建言"}, 0, 60, false},
    {{"Solve problems, improve services", "解难题、优服务"}, 54, -1, false},
    {{"Summarise, publicise, consolidate", "总结宣传、巩固提高"}, 183, 274, true},
};
static const struct plan_template_goal year_goals[] = {
    {0, {"Prescribed actions carried out", "规定动作完成"}, "duties_done"},
    {1, {"Optional projects carried out", "自选项目完成"}, "optional_done"},
    {2, {"Problems solved, as those say who raised them", "诉求人认可已解决的问题"}, "solved"},
};
static const struct plan_template_action year_actions[] = {
    {0,
     0,
     20,
     {"Publish the unit's own list first", "率先公布本单位清单"},
     {"The unit's list of what it will do itself is public", "本单位任务清单已公开"},
     {"", ""},
     "own_list",
     1,
     true,
     false,
     false},
    {0,
     0,
     30,
     {"Sign for the plan and break it down", "签收方案并逐级分解"},
     {"The notice is signed for and sent on with what each unit does, or it is said why not",
      "通知已签收并分解到下级单位，或已说明不分解的理由"},
     {"", ""},
     "sent_down",
     1,
     true,
     false,
     false},
    {0,
     1,
     50,
     {"Study one place on site and advise", "蹲点调研一处并提出建议"},
     {"A report says what was found and what is advised", "形成调研报告，写明发现的问题和建议"},
     {"The report, by its file number", "调研报告文号"},
     "record",
     1,
     false,
     true,
     false},
    {0,
     2,
     60,
     {"Gather problems from residents and enterprises", "征集群众和企业的难题"},
     {"At least three problems are answered in writing", "至少三个问题已书面答复"},
     {"", ""},
     "matters_answered",
     3,
     false,
     true,
     true},
    {1,
     2,
     180,
     {"Solve two outstanding problems", "解决两件突出问题"},
     {"Two problems are solved, as those say who raised them", "两件问题经诉求人确认已解决"},
     {"", ""},
     "matters_solved",
     2,
     false,
     true,
     true},
    {1,
     1,
     180,
     {"Help one enterprise or project", "帮扶一家企业或一个项目"},
     {"What was needed, what was done and what came of it is on record", "需求、措施和结果均有记录"},
     {"A record or its number", "记录或编号"},
     "record",
     1,
     false,
     true,
     true},
    {1,
     2,
     180,
     {"Improve one service", "优化一项服务"},
     {"The changed rule or procedure is published", "修改后的规定或流程已公布"},
     {"The published text, by its address", "公布文本的地址"},
     "record",
     1,
     false,
     true,
     true},
    {2,
     0,
     240,
     {"Ask those concerned whether it holds", "回访当事人，核实成效"},
     {"A return visit to each solved problem is on record", "已解决的问题均有回访记录"},
     {"", ""},
     "record",
     1,
     false,
     true,
     false},
    {2,
     0,
     265,
     {"Sum up and publish what was reached", "总结并公布成效"},
     {"What was reached and what is still open is published", "已公布取得的成效和仍未解决的问题"},
     {"The published text, by its address", "公布文本的地址"},
     "record",
     1,
     true,
     false,
     false},
};

/* ── study one thing, solve it ────────────────────────────────────────────────────────────────────────── */

static const struct plan_template_stage study_stages[] = {
    {{"Study on site", "实地调研"}, 0, 45, false},
    {{"Solve", "解决问题"}, 46, 120, false},
};
static const struct plan_template_goal study_goals[] = {
    {0, {"Actions carried out", "任务完成"}, "duties_done"},
    {2, {"Problems solved, as those say who raised them", "诉求人认可已解决的问题"}, "solved"},
};
static const struct plan_template_action study_actions[] = {
    {0,
     0,
     10,
     {"Publish the unit's own list first", "率先公布本单位清单"},
     {"The unit's list of what it will do itself is public", "本单位任务清单已公开"},
     {"", ""},
     "own_list",
     1,
     true,
     false,
     false},
    {0,
     0,
     30,
     {"Study one place on site", "蹲点调研一处"},
     {"A report says what was found", "形成调研报告，写明发现的问题"},
     {"The report, by its file number", "调研报告文号"},
     "record",
     1,
     false,
     true,
     false},
    {0,
     2,
     45,
     {"Answer what was heard there", "答复调研中听到的问题"},
     {"Two problems are answered in writing", "两个问题已书面答复"},
     {"", ""},
     "matters_answered",
     2,
     false,
     true,
     true},
    {1,
     2,
     110,
     {"Solve one of them", "解决其中一件"},
     {"One problem is solved, as those say who raised it", "一件问题经诉求人确认已解决"},
     {"", ""},
     "matters_solved",
     1,
     false,
     true,
     true},
    {1,
     1,
     120,
     {"Change the rule behind it", "从制度上解决同类问题"},
     {"The changed rule or procedure is published", "修改后的规定或流程已公布"},
     {"The published text, by its address", "公布文本的地址"},
     "record",
     1,
     false,
     true,
     true},
};

/* ── a summer for people's livelihood ─────────────────────────────────────────────────────────────────── */

static const struct plan_template_stage summer_stages[] = {
    {{"Ask what is needed", "听取需求"}, 0, 20, false},
    {{"Do it", "集中办理"}, 21, 80, false},
    {{"Look back", "回头看"}, 81, 91, true},
};
static const struct plan_template_goal summer_goals[] = {
    {2, {"Matters answered", "已答复的事项"}, "answered"},
    {2, {"Matters solved, as those say who raised them", "诉求人认可已解决的事项"}, "solved"},
};
static const struct plan_template_action summer_actions[] = {
    {0,
     0,
     10,
     {"Publish the unit's own list first", "率先公布本单位清单"},
     {"The unit's list of what it will do itself is public", "本单位任务清单已公开"},
     {"", ""},
     "own_list",
     1,
     true,
     false,
     false},
    {0,
     2,
     20,
     {"Hold an open reception", "开展一次开门接访"},
     {"When and where it was, and what was raised, is on record", "时间、地点和反映的事项均有记录"},
     {"A record or its number", "记录或编号"},
     "record",
     1,
     false,
     true,
     true},
    {1,
     2,
     75,
     {"Solve three small things that matter", "办成三件民生小事"},
     {"Three matters are solved, as those say who raised them", "三件事项经诉求人确认已解决"},
     {"", ""},
     "matters_solved",
     3,
     false,
     true,
     true},
    {2,
     2,
     91,
     {"Ask again whether it holds", "回访核实成效"},
     {"A return visit to each of them is on record", "每件事项均有回访记录"},
     {"", ""},
     "record",
     1,
     false,
     true,
     false},
};

/* ── the library ──────────────────────────────────────────────────────────────────────────────────────── */

const struct plan_template plan_templates[] = {
    {"year",
     {"A year of going down, solving and summing up", "年度主题实践活动"},
     {"Go down, listen, solve, and let those judge who raised it", "深入一线、听取诉求、解决问题，由群众评判"},
     {"Three stages from April to December, nine prescribed actions", "四月至十二月，三个阶段、九项规定动作"},
     {"# Why\n\nWhat we want to change, and for whom.\n\n# What every unit does\n\nThe prescribed actions, each with "
      "the day by which it is due "
      "and what shows that it is done.\n\n# What units may add\n\nOptional projects: one form, no approval in "
      "advance.\n\n# How it is seen\n\n"
      "Nobody reports. What is done is counted from records.\n",
      "# 目的\n\n要改变什么，为了谁。\n\n# 规定动作\n\n每项动作都写明期限和完成标准。\n\n# "
      "自选项目\n\n各单位填写一张表即可增加，无需事先审批。\n\n"
      "# 怎样了解进展\n\n不要求填报。完成情况由系统根据记录统计。\n"},
     year_stages,
     COUNT_OF(year_stages),
     year_goals,
     COUNT_OF(year_goals),
     year_actions,
     COUNT_OF(year_actions)},
    {"study",
     {"Study and solve", "调研解题"},
     {"Stay at one place, find the cause, remove it", "蹲点一处，找准原因，解决问题"},
     {"Two stages in four months, five prescribed actions", "四个月，两个阶段、五项规定动作"},
     {"# The question\n\nWhat we do not understand yet.\n\n# Study\n\nWhere, who is asked, and how long.\n\n# "
      "Solve\n\nWhat is done with what was "
      "found, and by when.\n",
      "# 问题\n\n哪些情况还不清楚。\n\n# 调研\n\n到哪里、问谁、用多长时间。\n\n# "
      "解决\n\n怎样运用调研发现，何时完成。\n"},
     study_stages,
     COUNT_OF(study_stages),
     study_goals,
     COUNT_OF(study_goals),
     study_actions,
     COUNT_OF(study_actions)},
    {"summer",
     {"A summer for people's livelihood", "夏季民生行动"},
     {"Small things, done before autumn", "小事快办，入秋前办成"},
     {"Three stages in three months, four prescribed actions", "三个月，三个阶段、四项规定动作"},
     {"# What people asked for\n\nWhere it comes from.\n\n# What is done by autumn\n\nBy whom and by when.\n\n# "
      "Looking back\n\nWho is asked whether it "
      "holds.\n",
      "# 群众的需求\n\n需求从何而来。\n\n# 入秋前办成的事\n\n由谁办、何时办成。\n\n# 回头看\n\n向谁核实成效。\n"},
     summer_stages,
     COUNT_OF(summer_stages),
     summer_goals,
     COUNT_OF(summer_goals),
     summer_actions,
     COUNT_OF(summer_actions)},
};
const size_t plan_templates_n = COUNT_OF(plan_templates);

const struct plan_template *plan_template_find(str key)
{
    for (size_t i = 0; i < plan_templates_n; i++)
        if (str_eq(key, str_from(plan_templates[i].key))) return &plan_templates[i];
    return NULL;
}

/* ── applying one ─────────────────────────────────────────────────────────────────────────────────────── */

struct applying {
    struct db *db;
    struct arena *mem;
    const struct campaign_command *cmd;
    const struct plan_template *t;
    struct campaign c;
    bool chinese;
    stage_id stages[CAMPAIGN_STAGES];
    day starts[CAMPAIGN_STAGES], ends[CAMPAIGN_STAGES];
};

static str said(const struct applying *k, struct plan_words w)
{
    return str_from(k->chinese ? w.zh : w.en);
}

static day at(const struct applying *k, int days)
{
    day d = {k->c.starts.n + days};
    return k->c.ends.n != 0 && d.n > k->c.ends.n ? k->c.ends : d;
}

static enum status apply_stages(struct applying *k)
{
    for (size_t i = 0; i < k->t->n_stages; i++) {
        const struct plan_template_stage *s = &k->t->stages[i];
        struct stage change = {.name = said(k, s->name),
                               .starts = at(k, s->from),
                               .ends = s->to < 0 ? (day){0} : at(k, s->to),
                               .consolidates = s->consolidates};
        TRY(stage_put(k->db, k->mem, k->cmd, &change));
        k->stages[i] = change.id;
        k->starts[i] = change.starts;
        k->ends[i] = change.ends;
    }
    return ST_OK;
}

/* The day lies within the stage, also where the campaign's end cut both. */
static day due_of(const struct applying *k, const struct plan_template_action *a)
{
    day d = at(k, a->due), from = k->starts[a->stage], to = k->ends[a->stage];
    if (d.n < from.n) return from;
    return to.n != 0 && d.n > to.n ? to : d;
}

static enum status apply_actions(struct applying *k, const struct aim *aims)
{
    for (size_t i = 0; i < k->t->n_actions; i++) {
        const struct plan_template_action *a = &k->t->actions[i];
        struct plan_action change = {.stage = k->stages[a->stage],
                                     .aim = aims[a->aim].id,
                                     .name = said(k, a->name),
                                     .criteria = said(k, a->criteria),
                                     .evidence = said(k, a->evidence),
                                     .criterion = str_from(a->criterion),
                                     .criterion_n = a->n,
                                     .due = due_of(k, a),
                                     .locked = a->locked,
                                     .may_adapt = a->may_adapt,
                                     .may_waive = a->may_waive};
        TRY(action_put(k->db, k->mem, k->cmd, &change));
    }
    return ST_OK;
}

enum status plan_template_apply(struct db *db, struct arena *mem, const struct campaign_command *cmd,
                                const struct plan_template *t, bool chinese)
{
    struct applying k = {.db = db, .mem = mem, .cmd = cmd, .t = t, .chinese = chinese};
    struct aim *aims;
    str theirs;
    size_t n;
    must(t->n_stages <= CAMPAIGN_STAGES);
    TRY(campaign_load(db, mem, cmd->campaign, &k.c));
    TRY(aim_list(db, mem, cmd->campaign, k.c.version + 1, &aims, &n));
    must(n >= 3);
    TRY(apply_stages(&k));
    for (size_t i = 0; i < t->n_goals; i++)
        TRY(goal_add(db, mem, cmd, aims[t->goals[i].aim].id, said(&k, t->goals[i].name),
                     str_from(t->goals[i].indicator)));
    TRY(apply_actions(&k, aims));
    return plan_write(db, mem, cmd, said(&k, t->text), STR(""), &theirs);
}
