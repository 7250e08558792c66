// Journeys of somebody who raises a matter, in a browser: with and without script, by keyboard, on a phone, in both languages.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, demo, serve } from '../lib/luoshi.mjs';
import { check_page, open_browser, open_page as page_of } from '../lib/browser.mjs';

const WIDTHS = { desk: 1280, phone: 390, narrow: 320 };
let server, browser;
before(async () => {
  server = await serve(await demo({ matters: 60 }), { config: '[limits]\nguesses = 0\n' });
  browser = await open_browser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await clean();
});

const open_page = (options) => page_of(browser, server, options);
const next = (page) => page.click('button[value=next]');
const title = (page) => page.textContent('h1');

// The whole way to the receipt; look(step) at each page.
async function raise(page, look = async () => {}) {
  await page.goto('/raise');
  await look('what');
  await next(page);
  await look('what, with faults');
  await page.check('input[value=help]');
  await page.fill('#f-subject', '玉兰社区6幢楼道灯不亮');
  await page.fill('#f-text', '楼道灯从十月起就不亮了。\n老人晚上下楼摔过一次。');
  await next(page);
  await look('where');
  await page.fill('#f-place', '玉兰社区6幢');
  await next(page);
  await look('details');
  await page.check('input[name=public][value=yes]');
  await next(page);
  await look('contact');
  await page.fill('#f-contact_mail', 'nobody');
  await next(page);
  await look('contact, with a fault');
  await page.fill('#f-contact_mail', '');
  await next(page);
  await look('check');
  await next(page);
  await look('receipt');
  return (await page.textContent('#receipt-code')).trim().replace(/\s+/g, ' ');
}
async function track(page, code) {
  await page.goto('/track');
  await page.fill('#f-code', code);
  await page.click('main form button');
}

for (const [name, width] of Object.entries(WIDTHS))
  for (const lang of ['en', 'zh'])
    test(`T64 P33 raising and following a matter on a ${name} in ${lang}: every page passes axe and fits`, { timeout: 60000 }, async () => {
      const page = await open_page({ lang, width });
      const code = await raise(page, (step) => check_page(page, step));
      await track(page, code);
      await check_page(page, 'own matter');
      await page.fill('#f-text', '还有一层也不亮。');
      await page.click('form[action="/track/matter/message"] button');
      assert.equal(await page.getAttribute('.ls-banner', 'role'), 'status');
      await check_page(page, 'after a message');
      await page.context().close();
    });

test('T64 P33 the same way without script ends with the same receipt', { timeout: 60000 }, async () => {
  const page = await open_page({ script: false, width: WIDTHS.phone });
  const code = await raise(page);
  assert.match(code, /^\d{4} \d{4} \d{4} \d{4}$/);
  assert.equal(await page.locator('[data-ls-copy]').isVisible(), false, 'no button that cannot work');
  await track(page, code);
  assert.match(await title(page), /楼道灯不亮/);
  await page.context().close();
});

test('P33 by keyboard alone: the whole form, the summary leads to the field, the way back keeps everything', { timeout: 60000 }, async () => {
  const page = await open_page();
  const on = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
  const tab_to = async (want) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((s) => document.activeElement.matches(s), want)) return;
    }
    assert.fail(`${want} is not reached by Tab`);
  };
  await page.goto('/raise');
  await page.keyboard.press('Tab');
  assert.equal(await on(), 'ls-skip');
  await page.keyboard.press('Enter');
  await tab_to('#f-subject');
  await page.keyboard.type('No light on the stairs');
  await tab_to('button[value=next]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.govuk-error-summary');
  assert.equal(await on(), 'govuk-error-summary', 'reading starts at the summary');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await on(), 'f-kind');
  await page.keyboard.press('Space');
  await tab_to('#f-text');
  await page.keyboard.type('It has been dark since October.');
  await tab_to('button[value=next]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#f-place');
  await page.focus('#f-place');
  await page.keyboard.type('Yulan Community');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#f-category');
  await tab_to('#f-public');
  await page.keyboard.press('ArrowDown');
  await tab_to('button[value=next]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#f-contact_name');
  await tab_to('button[value=next]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.govuk-summary-list');
  const said = await page.textContent('.govuk-summary-list');
  for (const word of ['No light on the stairs', 'It has been dark since October.', 'Yulan Community', 'No, only those who handle it']) assert.ok(said.includes(word), word);
  await page.context().close();
});

test('the receipt: the code is copied, the print has it and no buttons, a reload shows the same one, no address holds it', { timeout: 60000 }, async () => {
  const page = await open_page({ permissions: ['clipboard-read', 'clipboard-write'] });
  const code = await raise(page);
  assert.ok(!page.url().includes(code.slice(0, 4)));
  await page.click('[data-ls-copy]');
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), code);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('#receipt-code').isVisible(), true);
  assert.equal(await page.locator('.ls-receipt__qr svg').isVisible(), true);
  assert.equal(await page.locator('[data-ls-copy]').isVisible(), false);
  await page.emulateMedia({ media: 'screen' });
  await page.reload();
  assert.equal((await page.textContent('#receipt-code')).trim().replace(/\s+/g, ' '), code);
  await page.context().close();
});

test('pressing “Send” twice registers once', { timeout: 60000 }, async () => {
  const page = await open_page();
  const sent = [];
  page.on('request', (r) => { if (r.method() === 'POST') sent.push(r.url()); });
  await page.goto('/raise');
  await page.check('input[value=help]');
  await page.fill('#f-subject', 'Pressed twice');
  await page.fill('#f-text', 'Pressed twice');
  for (const field of ['#f-place', '#f-category', '#f-contact_name', 'dl']) {
    await next(page);
    await page.waitForSelector(field);
    if (field === '#f-category') await page.check('input[name=public][value=no]');
  }
  sent.length = 0;
  await page.evaluate(() => {
    const button = document.querySelector('button.govuk-button[value=next]');
    button.click();
    button.click();
  });
  await page.waitForSelector('#receipt-code');
  assert.equal(sent.length, 1);
  await page.context().close();
});

test('P33 the counter under a text follows the writing, in the page’s language', { timeout: 30000 }, async () => {
  const page = await open_page({ lang: 'zh' });
  await page.goto('/raise');
  await page.fill('#f-text', '𠮷水');
  assert.equal(await page.textContent('#f-text-info'), '还可以写 3,998 字');
  await page.context().close();
});

for (const scheme of ['light', 'dark'])
  test(`P33 the public pages pass axe in ${scheme}, at 320 pixels, in both languages`, { timeout: 90000 }, async () => {
    for (const lang of ['en', 'zh']) {
      const page = await open_page({ lang, width: WIDTHS.narrow, colorScheme: scheme });
      for (const path of ['/', '/matters', '/matters?q=zzzz', '/matters?from=x', '/help', '/accessibility', '/privacy', '/raise', '/track', '/nowhere']) {
        await page.goto(path);
        await check_page(page, `${path} ${lang} ${scheme}`);
      }
      await page.goto('/matters');
      await page.click('.ls-list__title a');
      await check_page(page, `one matter ${lang} ${scheme}`);
      await page.context().close();
    }
  });
