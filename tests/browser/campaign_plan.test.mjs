// The plan side in a browser, without script: a campaign from the library, its forms, its text beside what changed, two editors; every page of
// it in both languages and on a phone, checked as a person meets it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check_page, enter, open_browser } from '../lib/browser.mjs';
import { clean, demo, serve } from '../lib/luoshi.mjs';

const SHOTS = process.env.LUOSHI_SHOTS ?? null; // a folder: pictures of every page looked at
let server, browser, ref, issued, template;

before(async () => {
  server = await serve(await demo({ matters: 20 }));
  browser = await open_browser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await clean();
});

const submit = (page, name) => page.click(`main button[type=submit]:has-text("${name}")`);

test('T02 T03 P33 a plan is begun from the library and written without script', async () => {
  const page = await enter(browser, server, 'clerk', { script: false });
  await page.goto('/work/campaigns');
  await page.click('text=New campaign');
  await page.selectOption('#f-template', 'year');
  await page.fill('#f-name', 'A year of listening');
  await page.fill('#f-starts', '2027-04-01');
  await page.fill('#f-ends', '2027-03-01');
  await submit(page, 'Make the draft');
  assert.match(await page.textContent('.govuk-error-summary'), /cannot end before it starts/);
  assert.equal(await page.inputValue('#f-name'), 'A year of listening');
  await page.fill('#f-ends', '2027-12-31');
  await submit(page, 'Make the draft');
  assert.match(await page.textContent('h1'), /A year of listening/);
  ref = /campaigns\/([^?]+)/.exec(page.url())[1];
  assert.match(await page.textContent('#actions ~ ul'), /Publish the unit's own list first/);
  await page.click('nav >> text=Text of the plan');
  await page.fill('#f-text', '# Why\n\nTo listen.\n');
  await submit(page, 'Save the text');
  assert.match(await page.textContent('.ls-plan__look h3'), /Why/);
  const list = await page.request.get('/work/campaigns.json');
  issued = (await list.json()).items.find((r) => r.state === 'Running' && r.href === undefined && r.whose === "Your unit's").ref;
  await page.context().close();
});

test('T81 P08 a campaign is kept as a template without script, begun with, and renamed', async () => {
  const page = await enter(browser, server, 'clerk', { script: false });
  await page.goto(`/work/campaigns/${issued}`);
  await page.click('nav >> text=Keep as a template');
  await page.fill('#f-name', 'What works here');
  await submit(page, 'Keep the template');
  template = /\/work\/campaigns\/templates\/\d+/.exec(page.url())[0];
  assert.match(await page.textContent('h1'), /What works here/);
  assert.ok(await page.locator('#actions ~ ul > li').count() > 2);
  await page.fill('#f-name', 'What works here, in short');
  await submit(page, 'Rename it');
  assert.match(await page.textContent('#history ~ ol'), /Renamed.*Version 2[\s\S]*Kept as a template.*Version 1/);
  await page.click('text=Templates of plans');
  await page.click('text=Begin a campaign with it What works here, in short');
  assert.equal(await page.inputValue('#f-name'), 'What works here, in short');
  await page.fill('#f-starts', '2028-01-10');
  await submit(page, 'Make the draft');
  assert.ok(await page.locator('#actions ~ ul > li').count() > 2);
  assert.match(await page.textContent('#stages ~ table'), /2028/);
  await page.context().close();
});

const tails = ['', '/edit/frame', '/edit/stage', '/edit/aim', '/edit/goal', '/edit/action', '/edit/pilot', '/text', '/opinions', '/match', '/issue', '/history', '/versions/1', '/keep'];

for (const [lang, width] of [['en', 1280], ['zh-CN', 1280], ['en', 390], ['zh-CN', 390]])
  test(`P33 every page of a plan in ${lang} at ${width} px is whole, within the window and open to everybody`, async () => {
    const page = await enter(browser, server, 'clerk', { lang, width });
    const paths = ['/work/campaigns', '/work/campaigns/new?template=summer', '/work/campaigns/templates', template, ...tails.map((t) => `/work/campaigns/${ref}${t}`),
      ...['', '/text', '/opinions', '/match', '/issue', '/clone', '/history', '/versions/2'].map((t) => `/work/campaigns/${issued}${t}`)];
    for (const path of paths) {
      const x = await page.goto(path);
      assert.equal(x.status(), 200, path);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${path.replace(/\W+/g, '_')}-${lang}-${width}.png`, fullPage: true });
      await check_page(page, `${path} ${lang} ${width}`);
      if (lang === 'zh-CN') assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    }
    await page.context().close();
  });

test('T03 two people at one draft: the second has both texts before them', async () => {
  const one = await enter(browser, server, 'clerk'), two = await enter(browser, server, 'clerk', { width: 390 });
  await one.goto(`/work/campaigns/${ref}/text`);
  await two.goto(`/work/campaigns/${ref}/text`);
  await one.fill('#f-text', '# Why\n\nOne.\n');
  await submit(one, 'Save the text');
  await two.fill('#f-text', '# Why\n\nTwo.\n');
  await submit(two, 'Save the text');
  assert.equal(await two.inputValue('textarea[readonly]'), '# Why\n\nOne.\n');
  assert.equal(await two.inputValue('#f-text'), '# Why\n\nTwo.\n');
  if (SHOTS) await two.screenshot({ path: `${SHOTS}/conflict-390.png`, fullPage: true });
  await check_page(two, 'conflict');
  await submit(two, 'Save mine on top');
  assert.match(await two.textContent('.ls-plan__look'), /Two\./);
});
