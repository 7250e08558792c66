/* demo_themes_home: themes of house and street; see demo_words.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_themes.h"

const struct demo_theme demo_themes_home[] = {
    {"060101", HELP, UTILITIES, AT_CITY, BASIS_WATER, 0,
     {{"No water pressure on floor {floor} of building {building}, {home}", "Tap water too weak in {home} every evening", "Please check the water pressure in {home}, {road}", "Water only at night on the upper floors of {home}"},
      {"Since {month} there is almost no water on the upper floors between six and nine in the evening.", "The tap on floor {floor} gives a thin thread of water, and the heater switches itself off."},
      {"The property company says the pump is fine and the water company says the pipe is fine.", "My father carries buckets up from the third floor."},
      "the pump of the estate had been set down after a repair in {month}; at seven in the evening we measured half of the pressure it should give.",
      {"The pump was set right on {date2} and the pressure on floor {floor} is back to normal.", "A second pump was fitted; the pressure is now recorded every hour."}},
     {{"{home}{building}号楼{floor}楼没有水压", "{home}每天傍晚自来水太小", "请检查{road}{home}水压", "{home}高层只有半夜才来水"},
      {"从{month}开始,傍晚六点到九点高层几乎没有水。", "{floor}楼水龙头只有一线水,热水器都打不着火。"},
      {"物业说泵没问题,水司说管子没问题。", "我父亲七十多了,只能到三楼提水。"},
      "小区加压泵{month}检修后压力设定偏低,傍晚七点实测只有应有压力的一半。",
      {"{date2}已重新调整加压泵,{floor}楼水压恢复正常。", "已加装一台备用泵,水压每小时自动记录。"}}},
    {.category = NULL},
};
