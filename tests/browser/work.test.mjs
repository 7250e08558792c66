// The workbench in a real browser: the whole way of a matter, not solved, two editors, registering for a caller; with script and without,
// at a desk and on a phone, in both languages.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check_page, enter, open_browser } from '../lib/browser.mjs';
import { clean } from '../lib/luoshi.mjs';
import { ANSWER, brought, casefile, office, PEOPLE, raised } from '../lib/office.mjs';

let city, browser;
const pages = {};
before(async () => {
  city = await office({ signed_in: ['clerk', 'head', 'handler', 'checker'] });
  browser = await open_browser();
  for (const who of ['clerk', 'head', 'handler', 'checker']) pages[who] = await enter(browser, city.server, who);
});
after(async () => {
  await browser?.close();
  await city?.server.stop();
  await clean();
});

const primary = 'nav.govuk-button-group .govuk-button:not(.govuk-button--secondary):not(.govuk-button--warning)';
const send = 'main form button.govuk-button:not([name=insert]):not([name=look])';

async function shows(page, text) {
  await page.waitForLoadState();
  assert.ok((await page.textContent('main')).includes(text), `“${text}” on ${page.url()}`);
}

async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`#f-${name}`, value);
}

async function answer(page, id) {
  await page.goto(`/work/case/${id}/answer`);
  await fill(page, ANSWER);
  await page.click(send);
}

test('N02 a matter goes from accepting to the person’s own “solved”, each step by whom it concerns', async () => {
  const m = await raised(city, { subject: 'No water on floors 5 and 6' });
  const { clerk, head, handler, checker } = pages;

  await clerk.goto('/work');
  await clerk.click(`text=No water on floors 5 and 6`);
  assert.equal(await clerk.textContent(primary), 'Accept');
  await check_page(clerk, 'casefile');
  await clerk.click(primary);
  await check_page(clerk, 'accept');
  await fill(clerk, { unit: '临江区住建局' });
  await clerk.click(send);
  await shows(clerk, 'Accepted. The person has been told');
  await shows(clerk, 'Linjiang Housing Bureau');

  await head.goto(`/work/case/${m.id}`);
  assert.equal(await head.textContent(primary), 'Give to a person');
  await head.click(primary);
  await head.selectOption('#f-person', { label: PEOPLE.handler[2] });
  await head.click(send);
  await shows(head, 'Given. It is in the person');

  await handler.goto('/work');
  await handler.click(`text=${m.ref} >> xpath=ancestor::th >> a`);
  assert.equal(await handler.textContent(primary), 'Answer');
  await handler.click(primary);
  await check_page(handler, 'answer');
  await handler.click(send);
  await shows(handler, 'There is a problem');
  assert.equal(await handler.evaluate(() => document.activeElement.className), 'govuk-error-summary', 'reading starts at the summary');
  await handler.click('.govuk-error-summary a >> nth=0');
  assert.equal(await handler.evaluate(() => document.activeElement.id), 'f-found');
  await check_page(handler, 'answer with faults');
  await fill(handler, ANSWER);
  await handler.click(send);
  await shows(handler, 'answered, not yet confirmed');
  assert.equal(await handler.locator(primary).count(), 0, 'the one who answered has no way to say solved');

  await checker.goto(`/work/case/${m.id}`);
  assert.equal(await checker.textContent(primary), 'Return visit');
  await checker.click(primary);
  await check_page(checker, 'return visit');
  await checker.check('#f-said');
  await fill(checker, { words: 'The water is back.' });
  await checker.click(send);
  await shows(checker, 'solved');
  assert.equal((await checker.textContent('.ls-head .ls-chip')).trim(), 'solved');
  await check_page(checker, 'solved');
});

test('N02 “not solved” opens the matter again one level up, on a phone, in Chinese, without script', async () => {
  const m = await brought(city, 'answered', { subject: '路灯坏了两个月' });
  const page = await enter(browser, city.server, 'checker', { lang: 'zh-CN', width: 390, script: false });
  await page.goto(`/work/case/${m.id}`);
  await page.click(primary);
  await page.check('input[value=not_solved]');
  await fill(page, { words: '还是没有亮。' });
  await page.click(send);
  assert.match(await page.textContent('.ls-head .ls-chip'), /未解决/);
  await shows(page, '临江区');
  const c = await casefile(city.staff.clerk, m.id);
  assert.equal(c.head.state, 'accepted');
  assert.equal(c.head.unit, 'Linjiang District');
  await page.context().close();
});

test('two editors: the second sees what is new, keeps the words, and can read them when the step is over', async () => {
  const m = await brought(city, 'handling');
  const { head, handler } = pages;
  await handler.goto(`/work/case/${m.id}/answer`);
  await fill(handler, { ...ANSWER, found: 'What I found on the spot.' });
  await answer(head, m.id);
  await handler.click(send);
  await shows(handler, 'Somebody else was faster');
  await shows(handler, 'What I found on the spot.');
  assert.equal(await handler.locator(send).count(), 0, 'there is nothing to send any more');
  await check_page(handler, 'conflict');
});

test('P11 a text of the unit is inserted into an answer with and without script', async () => {
  const { head } = pages;
  await head.goto('/work/phrases');
  await check_page(head, 'no texts yet');
  await fill(head, { name: 'Review', text: 'You can ask for a review within 30 days.' });
  await head.click(send);
  await shows(head, 'The text is saved');
  await check_page(head, 'texts');
  const m = await brought(city, 'handling');
  for (const script of [true, false]) {
    const page = await enter(browser, city.server, 'handler', { script });
    await page.goto(`/work/case/${m.id}/answer`);
    await fill(page, { basis: 'Article 20.' });
    await page.selectOption('#f-phrase', { label: 'Review' });
    await page.selectOption('#f-into', 'basis');
    await page.click('button[name=insert]');
    assert.equal((await page.inputValue('#f-basis')).replaceAll('\r', ''), 'Article 20.\nYou can ask for a review within 30 days.');
    await page.context().close();
  }
});

for (const [lang, width, script] of [['zh-CN', 1280, true], ['en', 390, false]])
  test(`P01 a clerk registers for a caller and reads it back: ${lang}, ${width} px, script ${script ? 'on' : 'off'}`, async () => {
    const page = await enter(browser, city.server, 'clerk', { lang, width, script });
    await page.goto('/work/register');
    await page.click('button[value=check]');
    assert.equal(await page.locator('.govuk-error-summary a').count(), 3, 'kind, subject, words');
    await page.selectOption('#f-kind', 'complaint');
    await fill(page, { subject: '公交车太早收车', text: '晚班下班后没有车。\n每天四十多人走路回家。', contact_phone: '13900001111', unit: '桥头镇' });
    await page.check('#f-public');
    if (script) await check_page(page, 'register');
    await page.click('button[value=check]');
    await shows(page, '每天四十多人走路回家。');
    if (script) await check_page(page, 'read back');
    await page.click('button[value=register]');
    assert.match(await page.textContent('#receipt-code'), /^(\d{4} ?){4}/);
    assert.equal(await page.locator('.ls-receipt__qr svg').count(), 1);
    if (script) await check_page(page, 'receipt');
    await page.context().close();
  });

test('T75 the overview opens level by level without script', async () => {
  const page = await enter(browser, city.server, 'leader', { script: false });
  assert.match(page.url(), /\/overview$/);
  assert.equal(await page.textContent('main h2 >> nth=0'), 'Own level');
  assert.equal(await page.locator('tr.ls-tree--3').count(), 0);
  await page.click('a[aria-expanded=false] >> text=Linjiang District');
  assert.equal(await page.locator('tr.ls-tree--3').count(), 2);
  await page.click('a[aria-expanded=true] >> text=Linjiang District');
  assert.equal(await page.locator('tr.ls-tree--3').count(), 0);
  await page.context().close();
});

for (const [lang, width] of [['en', 1280], ['zh-CN', 390]])
  test(`every page of the workbench is accessible and fits: ${lang}, ${width} px`, async () => {
    const m = await brought(city, 'answered', { contact_name: 'Wang Xiaoming' });
    const page = await enter(browser, city.server, 'clerk', { lang, width });
    const paths = ['/work', '/work?state=overdue', '/work/matters', '/work/matters?q=zzz', '/work/register', '/work/phrases', '/work/me', '/overview?open=990100',
      `/work/case/${m.id}`, `/work/case/${m.id}/show`, `/work/case/${m.id}/note`, `/work/case/${m.id}/message`, `/work/case/${m.id}/identity`];
    for (const path of paths) {
      const x = await page.goto(path);
      assert.equal(x.status(), 200, path);
      await check_page(page, path);
    }
    await page.context().close();
  });

test('a matter is found, opened and accepted with the keyboard alone', async () => {
  await raised(city, { subject: 'Ramp too steep for chairs' });
  const page = await enter(browser, city.server, 'clerk');
  await page.goto('/work/matters?q=steep');
  const tab_to = async (test_of) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(test_of)) return;
    }
    assert.fail(`not reached: ${test_of}`);
  };
  await tab_to('document.activeElement.textContent === "Ramp too steep for chairs"');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/work\/case\//);
  await tab_to('document.activeElement.textContent === "Accept"');
  await page.keyboard.press('Enter');
  await page.waitForURL(/accept$/);
  await tab_to('document.activeElement.textContent === "Accept" && document.activeElement.tagName === "BUTTON"');
  await page.keyboard.press('Enter');
  await page.waitForURL(/done=accept/);
  await page.context().close();
});
