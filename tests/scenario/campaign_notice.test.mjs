// A notice on its way down: opened, signed for, asked about, broken down or not and why; what climbs when nobody signs, what is refused, and
// where it hangs at every level.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, Client, csrf_of, once_of, serve, sign_in, until, words } from '../lib/luoshi.mjs';
import { duty, duty_of, errors, publish_list, running } from '../lib/campaign.mjs';

let city, staff, ref, plan_notice;
before(async () => {
  city = await running({ cap: '10' });
  ({ staff, ref } = city);
  plan_notice = (await notices(staff.chief)).to_sign[0].id;
});
after(async () => {
  await city?.server.stop();
  await clean();
});

const notices = async (who) => (await who.get('/work/notices.json')).json;
const notice = async (who, id, query = '') => (await who.get(`/work/notices/${id}.json${query}`)).json;
const branch = (v, code) => v.tree.find((b) => b.code === code);
async function say(who, id, key, fields) {
  const path = `/work/notices/${id}/form/${key}`;
  const page = await who.get(path);
  return page.status === 200 ? who.send(page, path, fields) : page;
}
async function send(who, fields, query = '') {
  const page = await who.get(`/work/notice-new${query}`);
  return page.status === 200 ? who.send(page, '/work/notice-new', { subject: 'What each does', text: 'By May', who: 'children', ...fields }) : page;
}
const id_of = (x) => {
  assert.equal(x.status, 303, errors(x.text));
  return /notices\/(\d+)/.exec(x.headers.location)[1];
};

test('N01 a notice is opened by the first look, signed for by name, and the sender sees both at every level', async () => {
  const { chief, handler, clerk } = staff;
  let sent = (await notices(clerk)).sent[0];
  assert.deepEqual([sent.sent, sent.not_opened, sent.signed_n], [4, 4, 0]);
  assert.equal((await clerk.get(`/work/notices/${plan_notice}`)).status, 200);
  assert.equal((await notices(clerk)).sent[0].not_opened, 4, 'the sender opens nothing');
  const page = await chief.get(`/work/notices/${plan_notice}`);
  assert.match(page.text, /Sign for it/);
  sent = (await notices(clerk)).sent[0];
  assert.deepEqual([sent.not_opened, sent.not_signed], [3, 1]);
  assert.deepEqual([branch(await notice(clerk, plan_notice), '990100').chip.text, branch(await notice(clerk, plan_notice), '990300').chip.text],
    ['opened, not signed for', 'not opened']);
  const theirs = await handler.get(`/work/notices/${plan_notice}`);
  assert.doesNotMatch(theirs.text, /Sign for it/, 'a handler does not sign');
  assert.equal((await handler.post(`/work/notices/${plan_notice}/sign`, { csrf: csrf_of(theirs.text), unit: '990101' })).status, 403);
  assert.equal((await chief.send(page, `/work/notices/${plan_notice}/sign`)).status, 303);
  assert.equal((await chief.send(page, `/work/notices/${plan_notice}/sign`)).status, 303, 'a second time changes nothing');
  const v = await notice(chief, plan_notice);
  assert.deepEqual([v.deliveries[0].signed_by, v.deliveries[0].chip.text], ['Xu Ning', 'signed for']);
  assert.equal((await notices(clerk)).sent[0].signed_n, 1);
  const top = await notice(clerk, plan_notice);
  assert.deepEqual([branch(top, '990100').sent, branch(top, '990100').signed_n], [3, 1], 'with everything below it');
  const below = await notice(clerk, plan_notice, '?unit=990100');
  assert.deepEqual(below.tree.map((b) => [b.code, b.chip.text]), [['990101', 'opened, not signed for'], ['990110', 'not opened']]);
  assert.deepEqual(below.crumbs.map((c) => c.unit).length, 1);
  assert.deepEqual((await notice(chief, plan_notice)).tree.map((b) => b.code), ['990101', '990110'], 'a receiver follows its own part');
  assert.equal((await chief.get(`/work/notices/${plan_notice}?unit=990300`)).status, 404, 'and no other');
});

test('N01 a unit asks, the sender answers, no other unit reads it', async () => {
  const { chief, clerk, stranger, head } = staff;
  const empty = await say(chief, plan_notice, 'question', { text: '' });
  assert.equal(empty.status, 400);
  assert.match(errors(empty.text), /Enter your question/);
  assert.equal((await say(chief, plan_notice, 'question', { text: 'Do villages count?' })).status, 303);
  const asked = (await notice(clerk, plan_notice)).questions[0];
  assert.deepEqual([asked.text, asked.answer], ['Do villages count?', '']);
  const path = `/work/notices/${plan_notice}/answer/${asked.id}`;
  assert.equal((await chief.get(path)).status, 404, 'not the one who asked');
  const form = await clerk.get(path);
  assert.match(words(form.text), /Do villages count\?/);
  assert.equal((await clerk.send(form, path, { answer: '' })).status, 400);
  assert.equal((await clerk.send(form, path, { answer: 'From next year' })).status, 303);
  assert.equal((await notice(chief, plan_notice)).questions[0].answer, 'From next year');
  for (const who of [stranger, head]) assert.deepEqual((await notice(who, plan_notice)).questions, [], 'other units');
  assert.equal((await clerk.get(`/work/notices/${plan_notice}/answer/77`)).status, 404);
});

test('T26 N01 a unit sends nothing down before its own list is public; then it breaks the notice down and its duty is done', async () => {
  const { chief, clerk, head } = staff;
  const early = await send(chief, {}, `?parent=${plan_notice}`);
  assert.equal(early.status, 400);
  assert.match(errors(early.text), /own list first/);
  assert.match(early.text, /By May/, 'what was typed is kept');
  assert.equal((await publish_list(chief, ref)).status, 303);
  const none = await send(chief, { who: 'chosen' }, `?parent=${plan_notice}`);
  assert.match(errors(none.text), /at least one unit/);
  const foreign = await send(chief, { who: 'chosen', others: '990300' }, `?parent=${plan_notice}`);
  assert.match(errors(foreign.text), /units below your own/);
  const nonsense = await send(chief, { who: 'chosen', others: 'Atlantis' }, `?parent=${plan_notice}`);
  assert.equal(nonsense.status, 400);
  assert.match(nonsense.text, /Atlantis/);
  const id = id_of(await send(chief, { who: 'chosen', others: '990101\nQiaotou Town' }, `?parent=${plan_notice}`));
  const v = await notice(chief, id);
  assert.deepEqual([v.campaign, v.sent, v.tree.map((b) => b.code)], [ref, 2, ['990101', '990110']]);
  assert.equal(branch(await notice(clerk, plan_notice), '990100').chip.text, 'broken down');
  assert.equal((await duty(chief, (await duty_of(chief, 'down')).id)).state, 'done');
  assert.ok((await notices(head)).to_sign.some((n) => n.id === id));
  assert.equal((await clerk.get(`/work/notices/${id}`)).status, 200, 'the level above reads what is sent below');
});

test('N01 a unit says why it does not break a notice down; the sender reads the reason', async () => {
  const { head, handler, clerk } = staff;
  assert.equal((await handler.get(`/work/notices/${plan_notice}/form/why-not`)).status, 403, 'a handler does not say it');
  const silent = await say(head, plan_notice, 'why-not', { reason: '' });
  assert.equal(silent.status, 400);
  assert.match(errors(silent.text), /Enter why it is not broken down/);
  assert.equal((await say(head, plan_notice, 'why-not', { reason: 'No unit stands below us' })).status, 303);
  const b = branch(await notice(clerk, plan_notice, '?unit=990100'), '990101');
  assert.deepEqual([b.chip.text, b.why_not], ['not broken down, with a reason', 'No unit stands below us']);
  assert.equal((await notice(head, plan_notice)).deliveries[0].why_not, 'No unit stands below us');
});

test('N12 above the cap a sending is refused and names the units; the first person responsible may send it', async () => {
  const { clerk, chief } = staff;
  assert.equal((await publish_list(clerk, ref)).status, 303);
  let x;
  for (let i = 0; i < 12; i++) {
    x = await send(clerk, { campaign: ref, who: 'chosen', others: '990101', subject: `Again ${i}` });
    if (x.status !== 303) break;
  }
  assert.equal(x.status, 400);
  assert.match(errors(x.text), /asked more this month/);
  assert.match(words(x.text), /Linjiang Housing Bureau 990101/);
  assert.doesNotMatch(words(/id="f-cap"[\s\S]*?<\/div>/.exec(x.text)[0]), /Qiaotou/);
  assert.match(x.text, /value="Again/, 'kept');
  const count = (await notices(clerk)).sent.length;
  const leader = await send(staff.leader, { campaign: ref, who: 'chosen', others: '990101', subject: 'It must be' });
  id_of(leader);
  assert.equal((await notices(clerk)).sent.length, count + 1);
  const outside = id_of(await send(chief, { who: 'all', subject: 'Outside any campaign', wants_break_down: '1' }));
  assert.deepEqual([(await notice(chief, outside)).campaign, (await notice(chief, outside)).sent], ['', 2]);
});

test('a user of another branch, the administrator and the public learn nothing of a notice', async () => {
  const { chief, stranger, admin, handler } = staff;
  const id = id_of(await send(chief, { subject: 'Among us' }));
  const csrf = csrf_of((await stranger.get('/work/notices')).text);
  for (const who of [stranger, admin])
    for (const path of ['', '.json', '/form/question', '/form/why-not', '/answer/1'])
      assert.equal((await who.get(`/work/notices/${id}${path}`)).status, 404, path);
  for (const path of ['/sign', '/form/question', '/form/why-not', '/answer/1'])
    assert.equal((await stranger.post(`/work/notices/${id}${path}`, { csrf, once: 'A'.repeat(24), text: 'x', reason: 'x', answer: 'x' })).status, 404, path);
  assert.equal((await stranger.get('/work/notice-new')).status, 403, 'a handler sends nothing');
  assert.equal((await staff.head.get(`/work/notice-new?parent=${id}0`)).status, 404);
  assert.equal((await handler.get('/work/notices/99')).status, 404);
  assert.equal((await handler.get(`/work/notices/${id}/form/eat`)).status, 404);
  assert.equal((await chief.get(`/work/notices/${id}?unit=990300`)).status, 404);
  assert.equal((await chief.get(`/work/notices/${id}?unit=nowhere`)).status, 404);
  assert.equal((await admin.get('/work/notices')).status, 403);
  assert.equal((await new Client(city.server).get(`/work/notices/${id}`)).status, 303);
  assert.equal((await chief.post(`/work/notices/${id}/sign`, { unit: '990100' })).status, 403, 'no form token');
  const page = await staff.clerk.get('/work/notice-new');
  const sent = await staff.clerk.post('/work/notice-new', { csrf: csrf_of(page.text), once: once_of(page.text), unit: '990100', subject: 'x', text: 'y', who: 'children' });
  assert.equal((await notice(staff.clerk, id_of(sent))).unit_code, '990000', 'never in the name of a unit that is not theirs');
});

test('N01 what is not signed by its day climbs one level, once; a clock turned back takes nothing away', async () => {
  const later = new Date(Date.now() + 20 * 86400000).toISOString();
  assert.equal((await notices(staff.clerk)).climbed.length, 0);
  await city.server.stop();
  city.server = await serve(city.dir, { now: later });
  const clerk = await sign_in(city.server, 'clerk'), chief = await sign_in(city.server, 'chief');
  const of_plan = (v) => v.climbed.filter((n) => n.campaign === ref).map((n) => [n.id, n.unit]);
  await until(async () => of_plan(await notices(clerk)).length > 0, 'the job has run');
  assert.deepEqual(of_plan(await notices(clerk)).filter(([id]) => id === plan_notice), [[plan_notice, 'Shanyang County']], 'one level: the town climbs to its district');
  assert.ok(of_plan(await notices(chief)).some(([id, unit]) => id === plan_notice && unit === 'Qiaotou Town'));
  assert.match(words((await clerk.get('/work')).text), /not signed for below/);
  await city.server.stop();
  city.server = await serve(city.dir, { now: new Date(Date.now() + 60000).toISOString() });
  const again = await sign_in(city.server, 'clerk');
  assert.ok(of_plan(await notices(again)).some(([id]) => id === plan_notice), 'it stays told');
  assert.equal((await again.get(`/work/notices/${plan_notice}`)).status, 200);
  const head = await sign_in(city.server, 'head');
  const page = await head.get(`/work/notices/${plan_notice}`);
  assert.equal((await head.send(page, `/work/notices/${plan_notice}/sign`)).status, 303);
  assert.equal((await notice(head, plan_notice)).deliveries[0].chip.text, 'not broken down, with a reason');
  assert.ok((await notice(head, plan_notice)).deliveries[0].signed_by);
});
