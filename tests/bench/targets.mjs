// What is asked for: searches with words of every rarity, pages far into a list, the words of a raise.
// SPDX-License-Identifier: Apache-2.0
import { ask } from './tools.mjs';

// As long as people write; %d is a running number.
export const raise_body = JSON.stringify({
  kind: 'help',
  subject: '三月以来五六楼自来水没有水压 %d',
  text: '我们小区五楼、六楼从三月起就没有水压，早晚做饭都接不到水。物业说是市政管网的问题，水务说是小区二次供水的问题，两边都不管。',
  place: '临江区和平街道 %d 号',
  public: true,
});

const query = (q) => `/matters?q=${encodeURIComponent(q)}`;

// common: words of a tenth of all matters and more. pair: two Chinese characters. rare: words that one matter has.
export async function searches(server) {
  const common = ['road', 'water', 'week', 'asked', 'bus', 'building', 'school', 'noise at night', 'street light', 'residents'].map(query);
  const pair = ['路灯', '物业', '小区', '电梯', '公交', '停车', '垃圾', '工资', '学校', '医院', '水压', '噪音'].map(query);
  const rare = new Set();
  for (let next = '', pages = 0; rare.size < 40 && pages < 8; pages++) {
    const page = (await ask(server, 'GET', `/matters.json${next}`)).json;
    for (const m of page.items) {
      const word = /\bk[0-9a-hj-km-np-z]{6}\b/.exec((await ask(server, 'GET', `/matters/${m.ref}.json`)).text);
      if (word !== null) rare.add(word[0]);
    }
    if (page.next === null) break;
    next = `?after=${encodeURIComponent(page.next)}`;
  }
  // a small city is without copies, and their words: numbers of houses do
  const words = rare.size > 0 ? [...rare] : Array.from({ length: 20 }, (_, i) => `${i + 7}号楼`);
  return { common, pair, rare: words.map(query) };
}

// Addresses of `n` pages of a filter from the nth on, found as a reader would: page by page.
export async function far_pages(server, filter, nth, n) {
  const found = [];
  let after = '';
  for (let page = 1; page < nth + n; page++) {
    const x = (await ask(server, 'GET', `/matters.json?${filter}${after}`)).json;
    if (x.next === null) break;
    after = `&after=${encodeURIComponent(x.next)}`;
    if (page + 1 >= nth) found.push(`/matters?${filter}${after}`);
  }
  if (found.length === 0) found.push(`/matters?${filter}${after}`); // a small city: its last page
  return found;
}
