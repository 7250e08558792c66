// The screenshots of the documents: made from the demo city, so that they can be made again. usage: node tools/pictures.mjs FOLDER
// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { enter, open_browser, open_page } from '../tests/lib/browser.mjs';
import { clean, demo, serve } from '../tests/lib/luoshi.mjs';

const out = process.argv[2];
await mkdir(out, { recursive: true });
const server = await serve(await demo({ matters: 4000 }), { now: '2026-11-23T09:30:00+08:00' });
const browser = await open_browser();
const shoot = async (page, name, height = 900) => {
  const all = await page.evaluate(() => document.documentElement.scrollHeight);
  const { width } = page.viewportSize();
  await page.setViewportSize({ width, height: Math.min(all, height) });
  await page.screenshot({ path: join(out, `${name}.png`) });
  console.log(name);
};
try {
  const home = await open_page(browser, server);
  await home.goto('/');
  await shoot(home, 'home-en', 1200);
  const list = await open_page(browser, server);
  await list.goto('/matters?q=water');
  await shoot(list, 'matters-en', 1100);

  const phone = await open_page(browser, server, { lang: 'zh-CN', width: 390 });
  await phone.goto('/raise');
  const raise = await open_page(browser, server, { lang: 'zh-CN' });
  await raise.goto('/raise');
  for (const page of [raise, phone]) {
    await page.check('input[name=kind][value=help]');
    await page.fill('[name=subject]', '三月以来五六楼自来水没有水压');
    await page.fill('[name=text]', '我们小区五楼、六楼从三月起就没有水压，早晚做饭都接不到水。物业说是市政管网的问题，水务说是小区二次供水的问题，两边都不管。');
  }
  await shoot(raise, 'raise-zh', 1300);
  const next = () => phone.click('button[name=go][value=next]');
  await next();
  await phone.fill('[name=place]', '临江区和平街道玉兰社区');
  await next();
  for (const name of ['public', 'raiser']) {
    const radio = phone.locator(`input[name=${name}]`).first();
    if (await radio.count()) await radio.check();
  }
  await next();
  const anonymous = phone.locator('input[type=radio]').last();
  if (await anonymous.count()) await anonymous.check();
  await next();
  await next();
  await shoot(phone, 'receipt-zh-phone', 1500);

  const clerk = await enter(browser, server, 'clerk', { lang: 'zh-CN' });
  await clerk.goto('/work/matters?state=handling&sort=due');
  await clerk.click('main table a');
  await shoot(clerk, 'casefile-zh', 1400);
  const leader = await enter(browser, server, 'leader');
  await leader.goto('/overview');
  await shoot(leader, 'overview-en', 1300);

  const ref = (await (await fetch(`${server.origin}/campaigns.json`)).json()).items.find((c) => c.state === 'Running' && !c.issuer)?.ref ?? 'C26-02';
  const campaign = await open_page(browser, server);
  await campaign.goto(`/campaigns/${ref}`);
  await shoot(campaign, 'campaign-en', 1300);
  await clerk.goto(`/work/campaigns/${ref}`);
  await shoot(clerk, 'plan-zh', 1300);
  await leader.goto('/work/duties');
  await shoot(leader, 'duties-en', 1200);
  await leader.goto('/work/notices');
  await leader.click('main table a');
  await shoot(leader, 'notice-en', 1300);
} finally {
  await browser.close();
  await server.stop?.();
  await clean();
}
