/* demo_bulk_words: what tells copies apart, so that a search may meet words of every rarity. See demo_bulk.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "demo/demo_bulk.h"

#define BITS 6 /* of each syllable */

static const char *const hans[1 << BITS] = {
    "柏", "杉", "榆", "槐", "枫", "桦", "楠", "檀", "菱", "荷", "荻", "蓼", "芦", "蒲", "苇", "菖",
    "鹭", "鸥", "鹤", "雁", "鲈", "鳜", "鲤", "鲫", "霜", "霁", "岚", "霭", "虹", "曦", "晖", "暮",
    "璞", "琢", "瑾", "琮", "珀", "玳", "珊", "瑚", "砚", "笺", "翰", "墨", "弦", "笙", "箫", "磬",
    "垣", "墉", "廊", "阁", "榭", "亭", "轩", "坞", "汀", "渚", "浦", "湄", "涧", "溆", "濑", "沚"};
static const char *const latins[1 << BITS] = {
    "bai", "shan", "yu",    "huai", "feng", "hua",  "nan", "tan",  "ling", "he",   "di",   "liao", "lu",
    "pu",  "wei",  "chang", "lu",   "ou",   "hei",  "yan", "lei",  "gui",  "li",   "ji",   "shua", "jia",
    "lan", "ai",   "hong",  "xi",   "hui",  "mu",   "pua", "zhuo", "jin",  "cong", "po",   "dai",  "sha",
    "hu",  "yua",  "jian",  "hao",  "mo",   "xian", "she", "xiao", "qing", "yuo",  "yong", "lao",  "ge",
    "xie", "ting", "xuan",  "wu",   "tin",  "zhu",  "pao", "mei",  "jie",  "xu",   "la",   "zhi"};

/* One of 4,096, each twice as rare as one of half its rank. */
static uint32_t draw_rank(struct rng *rng)
{
    return rng_below(rng, 1u << (1 + rng_below(rng, 2 * BITS)));
}

/* "k" and six signs: as many as there are copies, in no order. */
static void put_code(uint32_t serial, char out[8])
{
    static const char signs[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint32_t mixed = serial * UINT32_C(0x2545f491) & 0x3fffffff; /* odd: no two alike among 2^30 */
    out[0] = 'k';
    for (int i = 1; i < 7; i++, mixed >>= 5) out[i] = signs[mixed & 31];
    out[7] = '\0';
}

struct bulk_words bulk_words_of(struct arena *mem, const struct bulk_model *m, uint32_t serial)
{
    struct rng rng = {serial};
    char code[8];
    if (serial == 0) return (struct bulk_words){STR_INIT(""), STR_INIT("")};
    (void)rng_next(&rng);
    uint32_t rank = draw_rank(&rng);
    uint32_t a = rank & ((1u << BITS) - 1);
    uint32_t b = rank >> BITS;
    put_code(serial, code);
    bool chinese = str_eq(m->life->lang, STR("zh-CN"));
    str text = str_format(mem, chinese ? " %s%s %s" : " Near %s%s, %s.", (chinese ? hans : latins)[a],
                          (chinese ? hans : latins)[b], code);
    return (struct bulk_words){text, str_concat(mem, STR(" "), search_tokens(mem, &text, 1))};
}
