// A campaign from the province's plan to its closing report, in a browser: the city's plan is matched, issued, signed for by 198 units, done
// another way by one and excused for another, its duties met by records, amended, counted and closed. The clerk reads English, the leader Chinese.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check_page, enter, open_browser, open_page } from '../lib/browser.mjs';
import { clean, copy, demo, serve, sign_in as enter_by_password } from '../lib/luoshi.mjs';
import { change, value } from '../lib/sqlite.mjs';

let dir, server, browser, clerk, leader, province, ref;
const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
const UNITS = 199; // of the demo city, the issuing one among them

before(async () => {
  dir = await copy(await demo({ matters: 60 }));
  await change(dir, "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE login = 'clerk') WHERE login NOT IN ('leader', 'head', 'checker', 'handler', 'admin')");
  server = await serve(dir, { config: '[limits]\nguesses = 1000 1000\n' });
  browser = await open_browser();
  clerk = await enter(browser, server, 'clerk');
  leader = await enter(browser, server, 'leader', { lang: 'zh-CN' });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await clean();
});

async function fill(page, fields) {
  for (const [name, text] of Object.entries(fields)) {
    const kind = await page.$eval(`#f-${name}`, (e) => (e.tagName === 'SELECT' ? 'select' : e.type));
    if (kind === 'select') await page.selectOption(`#f-${name}`, text);
    else if (kind === 'checkbox') await page.check(`#f-${name}`);
    else await page.fill(`#f-${name}`, text);
  }
}
async function press(page, selector, what) {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
  const wrong = await page.$('.govuk-error-summary');
  assert.equal(wrong && (await wrong.textContent()), null, what);
}
async function form(page, path, fields) {
  await page.goto(path);
  await fill(page, fields);
  await press(page, 'main form[method=post] button.govuk-button:not(.govuk-button--secondary):not([name=look])', path);
}
// The step that comes next has one button.
async function next(page, at = ref) {
  await page.goto(`/work/campaigns/${at}`);
  await press(page, 'section[aria-labelledby=next] .govuk-button', `what is next of ${at}`);
}
const json = async (page, path) => (await page.request.get(path)).json();
const rows = async (sql) => Number(await value(dir, sql.replaceAll('$C', `(SELECT id FROM campaign WHERE ref = '${ref}')`)));

// What the roll-up says of the whole city beside the rows themselves, counted by no code of the program.
async function figures_are_right(what) {
  const { below, children } = await json(leader, `/overview.json?campaign=${ref}`);
  const all = { owed: below.owed, done: below.done, waived: below.waived, unsigned: below.unsigned };
  const duty = (state) => rows(`SELECT count(*) FROM duty WHERE campaign_id = $C AND state = '${state}'`);
  assert.deepEqual(all, {
    owed: await duty('owed'), done: await duty('done'), waived: await duty('waived'),
    unsigned: await rows('SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice_id WHERE n.campaign_id = $C AND d.signed_at = 0 AND d.superseded_at = 0'),
  }, what);
  assert.ok(children.length > 30, what);
  return all;
}
// Everybody has the clerk's password here, but for the six that the demo city prints.
const password = (login) => (['leader', 'head', 'checker', 'handler', 'admin'].includes(login) ? `haitang-${login}` : 'haitang-clerk');
const sign_in = (at, login) => enter_by_password(at, login, password(login));
// Everybody who signs for a unit: one login each.
const signers = async () => (await value(dir, "SELECT u.code, min(p.login) FROM member m JOIN person p ON p.id = m.person_id JOIN unit u ON u.id = m.unit_id WHERE m.role IN ('head', 'clerk') AND m.ended_at = 0 AND u.kind <> 'root' GROUP BY u.code ORDER BY u.code"))
  .split('\n').map((l) => l.split('\t'));
const duty_of = async (who, name) => {
  const all = (await who.get('/work/duties.json')).json.campaigns.filter((c) => c.ref === ref).flatMap((c) => c.groups.flatMap((g) => g.rows));
  return all.find((d) => d.name === name).id;
};
async function deed(who, id, key, fields) {
  const x = await who.send(await who.get(`/work/duties/${id}/form/${key}`), `/work/duties/${id}/form/${key}`, fields);
  assert.equal(x.status, 303, `${key} of ${id}`);
}

test('T01 T03 the province’s plan is entered as it was received', async () => {
  await form(clerk, '/work/campaigns/new', { issuer: 'Yunwan Province', name: 'To every doorstep', theme: 'Ask first', starts: day(-5), ends: day(300) });
  province = /campaigns\/([^?]+)/.exec(clerk.url())[1];
  await form(clerk, `/work/campaigns/${province}/text`, { text: '# As received\n\n| Who | What |\n|---|---|\n| every unit | asks |\n' });
  await form(clerk, `/work/campaigns/${province}/edit/action`, {
    name: 'Show one result', criteria: 'A file says what came of it', criterion: 'record', criterion_n: '1', due_on: day(200), locked: '1', aim: { index: 1 } });
  await next(clerk, province);
  assert.match(await clerk.textContent('main'), /Received from Yunwan Province/);
});

test('T01 T02 T22 T24 T71 the city’s plan carries what the province locked, is matched, approved and issued', async () => {
  await form(clerk, '/work/campaigns/new', { name: 'Doorsteps of Haitang', theme: 'Ask, then do', starts: day(-5), ends: day(300), parent: province });
  ref = /campaigns\/([^?]+)/.exec(clerk.url())[1];
  await form(clerk, `/work/campaigns/${ref}/edit/stage`, { name: 'Ask', starts: day(-5), ends: day(60) });
  await form(clerk, `/work/campaigns/${ref}/edit/stage`, { name: 'Sum up', starts: day(-5), consolidates: '1' });
  await form(clerk, `/work/campaigns/${ref}/text`, { text: '# Why\n\nTo ask at each doorstep.\n' });
  await clerk.goto(`/work/campaigns/${ref}/match`);
  assert.match(await clerk.textContent('tbody'), /missing/);
  await press(clerk, 'main form button.govuk-button', 'take over');
  assert.match(await clerk.textContent('tbody'), /carried unchanged/);
  await form(clerk, `/work/campaigns/${ref}/edit/action`, {
    name: 'Publish the own list', criteria: 'The list is public', criterion: 'own_list', due_on: day(20), aim: { index: 1 }, stage: { index: 1 } });
  await form(clerk, `/work/campaigns/${ref}/edit/action`, {
    name: 'Stand at a doorstep', criteria: 'A note says who was asked', criterion: 'record', criterion_n: '1', due_on: day(50), aim: { index: 3 }, stage: { index: 1 }, may_adapt: '1', may_waive: '1' });
  const carried = (await json(clerk, `/work/campaigns/${ref}.json`)).actions.find((a) => a.name === 'Show one result');
  await form(clerk, `/work/campaigns/${ref}/edit/action?id=${carried.id}`, { aim: { index: 2 }, stage: { index: 2 } });
  await next(clerk);
  await next(clerk);
  await next(leader);
  await next(leader);
  await check_page(leader, 'what issuing does, in Chinese');
  assert.match(await leader.textContent('main'), new RegExp(`${UNITS}`));
  await press(leader, 'main form button.govuk-button', 'issue');
  assert.equal((await json(clerk, `/work/campaigns/${ref}.json`)).head.state, 'issued');
  assert.deepEqual(await figures_are_right('issued'), { owed: 3 * UNITS, done: 0, waived: 0, unsigned: UNITS - 1 });
});

test('N01 198 units sign for it; the sender sees where it hangs; one does it another way, one is excused', async () => {
  const people = await signers();
  assert.equal(people.length, UNITS - 1);
  const last = people.at(-1);
  let notice;
  for (const [code, login] of people) {
    const who = await sign_in(server, login);
    notice = (await who.get('/work/notices.json')).json.to_sign.find((n) => n.campaign === ref)?.id;
    assert.ok(notice, `${code} has it to sign for`);
    if (code === last[0]) break; // the last one does it in the browser
    const page = await who.get(`/work/notices/${notice}`);
    assert.equal((await who.send(page, `/work/notices/${notice}/sign`)).status, 303, code);
  }
  await leader.goto(`/work/notices/${notice}`);
  await check_page(leader, 'where it hangs, in Chinese');
  assert.deepEqual((await figures_are_right('all but one')).unsigned, 1);
  const unit = await enter(browser, server, last[1], { lang: 'zh-CN', width: 390, password: password(last[1]) });
  await unit.goto(`/work/notices/${notice}`);
  await check_page(unit, 'a notice on a phone');
  await press(unit, `form[action="/work/notices/${notice}/sign"] button`, 'sign');
  await unit.context().close();
  assert.equal((await figures_are_right('all')).unsigned, 0);

  const [adapts, waives] = [await sign_in(server, people[1][1]), await sign_in(server, people[2][1])];
  const above = await sign_in(server, 'clerk');
  for (const [who, how, words] of [[adapts, 'adapt', 'By telephone: the houses are far apart'], [waives, 'waive', 'Nobody lives here']]) {
    const id = await duty_of(who, 'Stand at a doorstep');
    await deed(who, id, 'ask', { how, words });
    await deed(above, id, 'decide', { agrees: 'yes', reason: 'Seen' });
  }
  const { below } = await json(leader, `/overview.json?campaign=${ref}`);
  assert.deepEqual([below.waived, below.adapted], [1, 1]);
});

test('T22 T26 T85 duties are met by records that exist, and by nothing else', async () => {
  const people = (await signers()).slice(0, 6);
  for (const [code, login] of people) {
    const who = await sign_in(server, login);
    const list = await who.get(`/work/own-list/${ref}`);
    assert.equal((await who.send(list, `/work/own-list/${ref}`, { text: 'The pump first' })).status, 303, code);
    await deed(who, await duty_of(who, 'Show one result'), 'link', { kind: 'document', subject: `File ${code}`, words: '' });
  }
  assert.deepEqual((await figures_are_right('met')).done, 12);
  const unit = await enter(browser, server, people[0][1], { password: password(people[0][1]) });
  await unit.goto('/work/duties');
  await unit.click('text=Show one result');
  await check_page(unit, 'a duty');
  await press(unit, 'main table form button', 'take back');
  await unit.context().close();
  assert.deepEqual((await figures_are_right('a record fell away')).done, 11);
  await form(clerk, `/work/campaigns/${ref}/recheck`, { n: '3' });
  await check_page(clerk, 'drawn by lot');
});

test('T16 an amendment is issued: one notice more for each unit, and the figures follow', async () => {
  await form(clerk, `/work/campaigns/${ref}/text`, { text: '# Why\n\nTo ask at each doorstep, and to come back.\n', summary: 'Come back once' });
  await form(clerk, `/work/campaigns/${ref}/edit/action`, {
    name: 'Come back once', criteria: 'A note says what they said', criterion: 'record', criterion_n: '1', due_on: day(55), aim: { index: 3 }, stage: { index: 1 } });
  await leader.goto(`/work/campaigns/${ref}/issue`);
  await press(leader, 'main form button.govuk-button', 'approve the amendment');
  await leader.goto(`/work/campaigns/${ref}/issue`);
  assert.match(await leader.textContent('main'), /Come back once/);
  await press(leader, 'main form button.govuk-button', 'issue the amendment');
  assert.equal((await json(clerk, `/work/campaigns/${ref}.json`)).head.version, 2);
  const after_it = await figures_are_right('amended');
  assert.deepEqual([after_it.unsigned, after_it.owed + after_it.done + after_it.waived], [UNITS - 1, 4 * UNITS]);
  const head = await sign_in(server, (await signers())[0][1]);
  assert.equal((await head.get('/work/notices.json')).json.to_sign.filter((n) => n.campaign === ref).length, 1, 'one notice, with what changed');
});

test('T12 T80 it is closed: the report wrote itself, each figure leads to its list, what is open stays public', async () => {
  await leader.goto(`/work/campaigns/${ref}/close`);
  await press(leader, 'main form button.govuk-button', 'close');
  for (const [lang, width] of [['en', 1280], ['zh-CN', 390]]) {
    const page = await open_page(browser, server, { lang, width });
    await page.goto(`/campaigns/${ref}/report`);
    await check_page(page, `report ${lang}`);
    const links = await page.$$eval('dd a, td a', (all) => [...new Set(all.map((a) => a.getAttribute('href')))]);
    assert.ok(links.length > 5, `${links.length} figures with a list`);
    for (const path of links.slice(0, 12)) assert.equal((await page.request.get(path)).status(), 200, path);
    await page.goto(`/campaigns/${ref}`);
    await check_page(page, `closed campaign ${lang}`);
    await page.context().close();
  }
});
