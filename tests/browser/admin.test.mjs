// The administrator's journey in a browser: a bureau from its founding to its end, its people, the calendar and the categories; then every
// page of the administration in both languages, at a desk and on a phone.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check_page, enter, open_browser } from '../lib/browser.mjs';
import { clean, Client, demo, must, raise, serve, sign_in } from '../lib/luoshi.mjs';
import { value } from '../lib/sqlite.mjs';

let server, browser, page;
before(async () => {
  server = await serve(await demo({ matters: 60 }), { config: '[limits]\nguesses = 0\n' });
  browser = await open_browser();
  page = await enter(browser, server, 'admin');
});
after(async () => {
  await browser?.close();
  const how = await server?.stop();
  await clean();
  assert.equal(how, 0, server?.log);
});

const send = 'main form button.govuk-button';
const shows = async (text) => assert.ok((await page.textContent('main')).includes(text), `“${text}” on ${page.url()}: ${await page.textContent('main')}`);
const faults = () => page.locator('.govuk-error-summary li').allTextContents();
async function fill(fields) {
  for (const [name, text] of Object.entries(fields)) {
    const kind = await page.locator(`#f-${name}`).evaluate((e) => e.tagName);
    if (kind === 'SELECT') await page.selectOption(`#f-${name}`, text);
    else await page.fill(`#f-${name}`, text);
  }
}
async function press(selector = send) {
  await Promise.all([page.waitForEvent('load'), page.click(selector)]);
}
const go = (name) => press(`main a:has-text("${name}")`);

const UNIT = '990977', NEXT = '990978';

test('N06 P28 a unit is added below another; what is missing or there already is said at its field', async () => {
  await page.goto('/admin');
  await check_page(page, 'administration');
  await go('Units and offices');
  await go('Add a unit');
  await fill({ code: '', name_zh: '', name_en: '' });
  await press();
  assert.ok((await faults()).length >= 2, String(await faults()));
  assert.equal(await page.evaluate(() => document.activeElement?.closest('.govuk-error-summary') !== null), true, 'the summary has the focus');
  await check_page(page, 'a unit with faults');
  await fill({ code: '990000', name_zh: '某某局', name_en: 'Some Bureau', kind: 'department', territory: '990000' });
  await press();
  assert.ok((await faults()).length >= 1, 'a code that is taken');
  assert.equal(await page.inputValue('#f-name_zh'), '某某局', 'what was entered stays');
  for (const [code, zh, en] of [[UNIT, '夜市管理局', 'Night Market Bureau'], [NEXT, '集市管理局', 'Markets Bureau']]) {
    await page.goto('/admin/unit-new?parent=990000');
    await fill({ code, name_zh: zh, name_en: en, kind: 'department', remit: 'Stalls, lamps and hours of the night market' });
    assert.equal(await page.inputValue('#f-territory'), '990000', 'the unit above is filled in');
    await press();
    await shows('Saved.');
    assert.equal(await page.textContent('h1'), en);
  }
  await page.goto('/admin/units?q=Night');
  await go('Night Market Bureau');
  await go('Change the unit');
  await fill({ phone: '0099 123' });
  await press();
  await shows('0099 123');
});

test('T72 T73 its office is named; the count of offices goes up', async () => {
  const coverage = async () => Number((/([\d,]+) of ([\d,]+) units name/.exec((await page.goto('/admin'), await page.textContent('main'))))[1].replace(',', ''));
  const had = await coverage();
  await page.goto(`/admin/units/${UNIT}`);
  await shows('No office is named yet.');
  await go('Name an office');
  await fill({ name_zh: '夜市管理局办公室', name_en: 'Office of the Night Market', address: '1 Lamp Street', hours: '9 to 17' });
  await press();
  await shows('Office of the Night Market');
  assert.equal(await coverage(), had + 1);
});

let login_password;
test('T24 P28 a person is added with a password that is shown once, gets another role, and answers for the unit', async () => {
  await page.goto(`/admin/units/${UNIT}`);
  await go('Add a person');
  assert.equal(await page.inputValue('#f-unit'), UNIT);
  await fill({ login: 'admin', name: 'Second', role: 'head' });
  await press();
  assert.ok((await faults()).length >= 1, 'a sign-in name that is taken');
  await fill({ login: 'ye.shi', name: 'Ye Shi', role: 'head', title_zh: '局长', title_en: 'Director' });
  await press();
  login_password = (await page.textContent('#receipt-code')).trim();
  assert.ok(login_password.length >= 12);
  await check_page(page, 'a new password');
  const person = page.url();
  await page.goto('/admin/people?q=ye.shi');
  await go('Ye Shi');
  assert.ok(!(await page.content()).includes(login_password), `shown only once, also not at ${person}`);
  await go('Give a role');
  assert.equal(await page.inputValue('#f-login'), 'ye.shi');
  await fill({ unit: NEXT, role: 'handler' });
  await press();
  await shows('Markets Bureau');
  await page.goto(`/admin/units/${UNIT}`);
  await page.selectOption('#f-first', { label: 'Ye Shi' });
  await press('form[aria-label="First person responsible"] button');
  await shows('Saved.');
  assert.equal(await page.locator('#f-first option:checked').textContent(), 'Ye Shi');
  await page.goto('/admin/units?unit=990000');
  assert.ok((await page.textContent(`tr:has-text("${UNIT}")`)).includes('Ye Shi'));
  const own = await enter(browser, server, 'ye.shi', { password: login_password });
  assert.equal(await own.textContent('h1'), 'My work');
  await own.context().close();
});

test('P09 a holiday is added, not twice, and ended; limits are counted with it', async () => {
  await page.goto('/admin/holidays');
  const rows = await page.locator('main tbody tr').count();
  await fill({ on: '2027-06-18', name_zh: '城市日', name_en: 'City Day' });
  await press('section form button.govuk-button');
  await shows('City Day');
  assert.equal(await page.locator('main tbody tr').count(), rows + 1);
  await fill({ on: '2027-06-18', name_zh: '城市日', name_en: 'City Day' });
  await press('section form button.govuk-button');
  assert.deepEqual(await faults(), ['This day has an entry already']);
  await check_page(page, 'holidays with a fault');
  await page.goto('/admin/holidays');
  await press('tr:has-text("City Day") button');
  assert.equal(await page.locator('main tbody tr').count(), rows);
});

test('P08 a category is added in both languages below another, renamed and ended; people see it at once', async () => {
  await page.goto('/admin/categories');
  await go('Add a category here');
  await fill({ name_zh: '夜市', name_en: 'Night market', unit: '123' });
  await press();
  assert.ok((await faults()).some((f) => /No unit has this code/.test(f)), String(await faults()));
  await fill({ unit: UNIT });
  await press();
  await shows('Night market');
  await page.goto('/admin/categories');
  const code = /\/categories\/(\d+)\/change/.exec(await page.getAttribute('tr:has-text("Night market") a[href$="/change"]', 'href'))[1];
  await page.goto(`/admin/category-new?parent=${code}`);
  await fill({ name_zh: '摊位', name_en: 'Stalls' });
  await press();
  await page.goto(`/admin/categories/${code}/change`);
  await fill({ name_en: 'Night markets' });
  await press();
  assert.match((await (new Client(server)).get('/matters')).text, /Night markets/);
  await page.goto('/admin/categories');
  await press('tr:has-text("Night markets") button');
  await page.goto('/admin/categories');
  assert.equal(await page.locator('tr:has-text("Night markets")').count(), 0, 'ended');
});

test('N06 T74 a unit ends: its open matters, its dates unchanged, go to its successor; its history stays', async () => {
  const r = await raise(new Client(server), { subject: 'No lamp at the night market' });
  const casefile = await value(server.dir, `SELECT casefile_id FROM matter WHERE ref = '${r.ref}'`);
  const clerk = await sign_in(server, 'clerk');
  const accepted = await clerk.send(await clerk.get(`/work/case/${casefile}/accept`), `/work/case/${casefile}/accept`, { unit: UNIT });
  assert.equal(accepted.status, 303);
  const dates = () => value(server.dir, `SELECT raised_at, accepted_at, due_on FROM casefile WHERE id = ${casefile}`);
  const before_all = await dates();
  await page.goto(`/admin/units/${UNIT}`);
  await go('End the unit');
  await check_page(page, 'the end of a unit');
  await fill({ successor: '123' });
  await press();
  assert.ok((await faults()).length === 1, String(await faults()));
  await fill({ successor: UNIT });
  await press();
  assert.ok((await faults()).length === 1, 'not its own successor');
  await fill({ successor: NEXT });
  await press();
  await shows('ended');
  await shows('Its work is done by Markets Bureau');
  await check_page(page, 'an ended unit');
  const now = await value(server.dir, `SELECT u.code FROM casefile c JOIN unit u ON u.id = c.unit_id WHERE c.id = ${casefile}`);
  assert.equal(now, NEXT);
  assert.equal(await dates(), before_all, 'nobody’s date changes');
  assert.match((await clerk.get(`/work/case/${casefile}`)).text, /Markets Bureau/);
  await page.goto('/admin');
  await shows('Night Market Bureau');
  assert.equal((await must(['doctor', '--data', server.dir])).code, 0);
});

test('an account ends after a question; the person is signed out and cannot come back', async () => {
  const own = await enter(browser, server, 'ye.shi', { password: login_password }).catch(() => null);
  await page.goto('/admin/people?q=ye.shi');
  await go('Ye Shi');
  await press('main form[action$="/password"] button');
  const fresh = (await page.textContent('#receipt-code')).trim();
  assert.notEqual(fresh, login_password);
  await page.goto('/admin/people?q=ye.shi');
  await go('Ye Shi');
  await go('End the account');
  await check_page(page, 'the end of an account');
  await press();
  await page.goto('/admin/people?q=ye.shi');
  await shows('Nobody has this name.');
  await assert.rejects(sign_in(server, 'ye.shi', fresh), /could not sign in/);
  await own?.context().close();
});

test('P33 every page of the administration in both languages: no rule of WCAG 2.2 AA broken, at a desk and on a phone', { timeout: 120000 }, async () => {
  const id = /\/people\/(\d+)/.exec((await page.goto('/admin/people?q=handler'), await page.getAttribute('main tbody a', 'href')))[1];
  const category = /\/categories\/(\d+)/.exec((await page.goto('/admin/categories'), await page.getAttribute('main a[href$="/change"]', 'href')))[1];
  const paths = ['/admin', '/admin/units', '/admin/units?q=990', `/admin/units/${NEXT}`, `/admin/units/${NEXT}/change`, `/admin/units/${NEXT}/office`, `/admin/units/${NEXT}/end`, '/admin/unit-new?parent=990000',
    '/admin/people', `/admin/people/${id}`, `/admin/people/${id}/name`, `/admin/people/${id}/end`, '/admin/person-new', '/admin/member-new', '/admin/categories', `/admin/categories/${category}/change`, '/admin/category-new', '/admin/holidays'];
  for (const [lang, width] of [['en', 1280], ['zh-CN', 390]]) {
    const own = await enter(browser, server, 'admin', { lang, width });
    for (const path of paths) {
      await own.goto(path);
      assert.equal(await own.getAttribute('html', 'lang'), lang, path);
      await check_page(own, `${path} ${lang} ${width}`);
    }
    await own.context().close();
  }
});
