// What a unit owes, from the task list to `done` by records: linked, taken back, adapted, waived, an optional project, its leader's page, and
// who may not know of it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, Client, csrf_of, words } from '../lib/luoshi.mjs';
import { brought } from '../lib/office.mjs';
import { ACTIONS, deed, duties, duty, duty_of, errors, publish_list, running } from '../lib/campaign.mjs';

let city, staff, ref;
before(async () => {
  city = await running();
  ({ staff, ref } = city);
});
after(async () => {
  await city?.server.stop();
  await clean();
});

test('T22 T74 a unit has its duties by stage, each with one person who answers for it', async () => {
  const { handler, leader, clerk } = staff;
  const v = (await handler.get('/work/duties.json')).json;
  assert.equal(v.whose, 'unit');
  assert.deepEqual(v.campaigns.map((c) => [c.ref, c.groups.map((g) => [g.title, g.current, g.rows.length])]), [[ref, [['Listen', true, 4]]]]);
  const rows = await duties(handler);
  assert.deepEqual(rows.map((d) => d.state), ['owed', 'owed', 'owed', 'owed']);
  assert.ok(rows.every((d) => d.owner === 'Lin Yue'), 'the first person responsible, while nobody else is named');
  assert.equal((await duties(handler, '?whose=mine')).length, 0);
  assert.equal((await duties(staff.head, '?whose=mine')).length, 4);
  assert.equal((await duties(handler, '?state=done')).length, 0);
  assert.equal((await duties(clerk, '?whose=below')).length, 4 * 5, 'the root with everything below it');
  const d = await duty_of(handler, 'place');
  const page = await handler.get(`/work/duties/${d.id}/form/assign`);
  const mate = /<option value="(\d+)"[^>]*>Bai Lu/.exec(page.text)[1];
  assert.equal((await deed(handler, d.id, 'assign', { owner: mate })).status, 303);
  assert.match((await duty(staff.mate, d.id)).owner, /^Bai Lu/);
  assert.deepEqual((await duties(staff.mate, '?whose=mine')).map((one) => one.id), [d.id]);
  const away = await deed(handler, d.id, 'assign', { owner: '17' });
  assert.equal(away.status, 400);
  assert.match(errors(away.text), /works in the unit/);
  assert.equal((await leader.get('/work/duties')).status, 200);
});

test('T22 T85 a duty is done by the records that are linked and owed again when one is taken back; nothing ticks it', async () => {
  const { handler } = staff;
  const { id } = await duty_of(handler, 'place');
  assert.equal((await handler.get(`/work/duties/${id}/form/done`)).status, 404, 'there is no such deed');
  assert.equal((await deed(handler, id, 'link', { kind: 'document', subject: 'File 2026-17', words: 'What we found' })).status, 303);
  let d = await duty(handler, id);
  assert.deepEqual([d.state, d.met, d.needed, d.missing], ['owed', 1, 2, 1]);
  const twice = await deed(handler, id, 'link', { kind: 'document', subject: 'File 2026-17', words: 'kept words' });
  assert.equal(twice.status, 400);
  assert.match(errors(twice.text), /linked already/);
  assert.match(twice.text, /kept words/, 'what was typed is kept');
  const form = await handler.get(`/work/duties/${id}/form/link`);
  const fields = { kind: 'document', subject: 'https://haitang.example/report', words: '' };
  assert.equal((await handler.send(form, `/work/duties/${id}/form/link`, fields)).status, 303);
  assert.equal((await handler.send(form, `/work/duties/${id}/form/link`, fields)).status, 303, 'sent twice, done once');
  d = await duty(handler, id);
  assert.deepEqual([d.state, d.met, d.links.length], ['done', 2, 2]);
  assert.ok(d.done_at);
  assert.match(d.steps[0].label, /Criteria met by records/);
  const page = await handler.get(`/work/duties/${id}`);
  assert.match(page.text, /href="https:\/\/haitang\.example\/report"/);
  assert.equal((await handler.post(`/work/duties/${id}/unlink`, { csrf: csrf_of(page.text), link: d.links[0].id })).status, 303);
  d = await duty(handler, id);
  assert.deepEqual([d.state, d.met], ['owed', 1]);
  assert.match(d.steps[0].label, /Open again/);
  assert.equal((await handler.post(`/work/duties/${id}/unlink`, { csrf: csrf_of(page.text), link: d.links[0].id })).status, 303);
  assert.equal((await handler.post(`/work/duties/${id}/unlink`, { csrf: csrf_of(page.text), link: '12345' })).status, 404);
  assert.equal((await handler.post(`/work/duties/${id}/unlink`, { link: '12345' })).status, 403, 'no form token');
});

test('T22 a matter counts when it is answered, only one of the unit; a notice must be one it signed', async () => {
  const { handler } = staff;
  const { id } = await duty_of(handler, 'matters');
  const answered = await brought(city, 'answered');
  const elsewhere = await brought(city, 'registered');
  for (const [kind, subject, message] of [['matter', elsewhere.ref, /No matter of this unit/], ['matter', 'HT-26-999999', /No matter of this unit/],
    ['notice', 'abc', /number of a notice/], ['notice', '42', /number of a notice/], ['matter', '', /Enter the reference/], ['photo', 'x', /what kind of record/]]) {
    const x = await deed(handler, id, 'link', { kind, subject });
    assert.equal(x.status, 400, `${kind} ${subject}`);
    assert.match(errors(x.text), message);
  }
  assert.equal((await deed(handler, id, 'link', { kind: 'matter', subject: answered.ref })).status, 303);
  const d = await duty(handler, id);
  assert.deepEqual([d.state, d.links[0].counts], ['done', true]);
  assert.match((await handler.get(`/work/duties/${id}`)).text, new RegExp(`href="/work/case/${answered.id}"`));
});

test('T83 a unit asks to adapt or to be excused; the level above decides with a reason, never the unit itself', async () => {
  const { chief, clerk, head } = staff;
  const { id } = await duty_of(chief, 'matters');
  assert.equal((await deed(chief, id, 'ask', { how: 'waive', words: '' })).status, 400);
  assert.equal((await deed(chief, id, 'ask', { how: 'waive', words: 'No matter is open here' })).status, 303);
  assert.deepEqual((await duties(chief, '?state=asked')).map((d) => d.id), [id]);
  const asked = (await clerk.get('/work/duties.json')).json.asked;
  assert.deepEqual(asked.map((d) => [d.id, d.asked]), [[id, 'waive']]);
  assert.equal((await deed(chief, id, 'decide', { agrees: 'yes', reason: '' })).status, 403, 'not the unit itself');
  assert.equal((await head.get(`/work/duties/${id}/form/decide`)).status, 404, 'nor a unit below');
  const silent = await deed(clerk, id, 'decide', { reason: 'some words' });
  assert.equal(silent.status, 400);
  assert.match(errors(silent.text), /whether you agree/);
  assert.match(silent.text, /some words/);
  const refused = await deed(clerk, id, 'decide', { agrees: 'no', reason: '' });
  assert.equal(refused.status, 400);
  assert.match(errors(refused.text), /refusal needs a reason/);
  assert.equal((await deed(clerk, id, 'decide', { agrees: 'no', reason: 'Three are open' })).status, 303);
  assert.deepEqual([(await duty(chief, id)).state, (await duty(chief, id)).asked], ['owed', '']);
  assert.equal((await deed(chief, id, 'ask', { how: 'waive', words: 'They went to the county' })).status, 303);
  assert.equal((await deed(clerk, id, 'decide', { agrees: 'yes', reason: 'Seen' })).status, 303);
  const d = await duty(chief, id);
  assert.deepEqual([d.state, d.reason, d.approver], ['waived', 'They went to the county', 'Shen Lan']);
  assert.deepEqual(d.steps.slice(0, 4).map((s) => s.words), ['Seen', 'They went to the county', 'Three are open', 'No matter is open here']);
  assert.equal((await deed(chief, id, 'link', { kind: 'document', subject: 'x' })).status, 303, 'an excused duty leads back to its page');
  const late = { csrf: csrf_of((await chief.get('/work/duties')).text), once: 'B'.repeat(24), kind: 'document', subject: 'x', words: '' };
  assert.equal((await chief.post(`/work/duties/${id}/form/link`, late)).status, 409, 'a form that comes too late');
  const place = await duty_of(chief, 'place');
  const options = (await chief.get(`/work/duties/${place.id}/form/ask`)).text;
  assert.match(options, /value="adapt"/);
  assert.doesNotMatch(options, /value="waive"/, 'the plan does not let it');
  assert.equal((await deed(chief, place.id, 'ask', { how: 'adapt', words: 'One large place' })).status, 303);
  assert.equal((await deed(clerk, place.id, 'decide', { agrees: 'yes', reason: '' })).status, 303);
  assert.deepEqual([(await duty(chief, place.id)).adapted, (await duty(chief, place.id)).state], ['One large place', 'owed']);
  const locked = await duty_of(chief, 'list');
  assert.equal((await chief.get(`/work/duties/${locked.id}/form/ask`)).status, 303, 'a locked item cannot be asked about');
});

test('T26 T76 the own list is public at once, is read by units below, and makes its duty done', async () => {
  const { handler, chief } = staff;
  const { id } = await duty_of(chief, 'list');
  const long = await publish_list(chief, ref, 'x'.repeat(8001));
  assert.equal(long.status, 400);
  assert.match(long.text, /x{8001}/, 'kept');
  assert.equal((await publish_list(chief, ref)).status, 303);
  assert.equal((await duty(chief, id)).state, 'done');
  assert.match(words((await new Client(city.server).get(`/campaigns/${ref}/units?unit=990100`)).text), /We begin with water/);
  assert.match((await handler.get(`/campaigns/${ref}/units?unit=990100`)).text, /We begin with water/);
  assert.equal((await chief.get(`/work/own-list/${ref}?unit=990101`)).status, 404, 'another unit');
  assert.equal((await chief.get('/work/own-list/C99-99')).status, 404);
});

test('T23 an optional project is one form; the level above comments, and cannot end it without a reason on record', async () => {
  const { handler, chief, clerk } = staff;
  const path = `/work/project-new/${ref}`;
  const page = await handler.get(path);
  const bad = await handler.send(page, path, { name: 'Night clinic', criteria: '', evidence: 'a photo', due_on: '2026-02-31' });
  assert.equal(bad.status, 400);
  assert.match(errors(bad.text), /date that exists/);
  assert.match(bad.text, /value="Night clinic"/);
  const trace = await handler.send(bad, path, { name: 'Night clinic', criteria: 'Open', evidence: 'a photo', due_on: '' });
  assert.match(errors(trace.text), /cannot be asked for/);
  const made = await handler.send(trace, path, { evidence: 'The hours on the door' });
  assert.equal(made.status, 303);
  const id = /duties\/(\d+)/.exec(made.headers.location)[1];
  let d = await duty(handler, id);
  assert.deepEqual([d.prescribed, d.state, d.name], [false, 'owed', 'Night clinic']);
  assert.equal((await handler.get(`/work/duties/${id}/form/comment`)).status, 403);
  assert.equal((await deed(clerk, id, 'comment', { what: 'comment', words: 'A good one' })).status, 303);
  assert.equal((await deed(chief, id, 'comment', { what: 'forbid', words: '' })).status, 400);
  assert.equal((await duty(handler, id)).state, 'owed');
  assert.equal((await deed(chief, id, 'comment', { what: 'forbid', words: 'The district opens one already' })).status, 303);
  d = await duty(handler, id);
  assert.deepEqual([d.state, d.reason], ['waived', 'The district opens one already']);
  assert.deepEqual(d.steps.slice(0, 2).map((s) => s.words), ['The district opens one already', 'A good one']);
});

test('T25 a leader sees what they owe in every stage, an empty one as a gap, without a score', async () => {
  const { leader, handler } = staff;
  const v = (await leader.get('/work/leader.json')).json;
  assert.deepEqual(v.units.map((u) => u.code), ['990000']);
  assert.deepEqual(v.units[0].campaigns[0].groups.map((g) => [g.title, g.gap, g.rows.length]), [['Listen', false, 4], ['Sum up', true, 0]]);
  assert.match(words((await leader.get('/work/leader')).text), /A gap: nothing is planned for this stage/);
  assert.equal((await handler.get('/work/leader')).status, 404, 'leads no unit');
  const own = v.units[0].campaigns[0].groups[0].rows.find((d) => d.name === ACTIONS.place.name);
  assert.equal((await deed(leader, own.id, 'link', { kind: 'bulletin', subject: '7' })).status, 303, 'answers for it, so may link');
});

test('a user of another branch, the administrator and the public learn nothing of a duty', async () => {
  const { stranger, admin, head, handler } = staff;
  const { id } = await duty_of(head, 'down');
  const csrf = csrf_of((await stranger.get('/work/duties')).text);
  for (const path of ['', '/form/link', '/form/assign', '/form/ask', '/form/decide', '/form/comment'])
    for (const who of [stranger, admin]) assert.equal((await who.get(`/work/duties/${id}${path}`)).status, 404, path);
  for (const path of ['/unlink', '/form/link', '/form/assign', '/form/ask', '/form/decide', '/form/comment'])
    assert.equal((await stranger.post(`/work/duties/${id}${path}`, { csrf, once: 'A'.repeat(24), link: '1', words: 'x' })).status, 404, path);
  assert.equal((await stranger.get(`/work/duties/${id}.json`)).status, 404);
  assert.equal((await stranger.get(`/work/own-list/${ref}?unit=990101`)).status, 404);
  assert.equal((await stranger.get(`/work/project-new/${ref}?unit=990101`)).status, 404);
  assert.equal((await handler.get('/work/duties/99')).status, 404);
  assert.equal((await handler.get('/work/duties/none')).status, 404);
  assert.equal((await admin.get('/work/duties')).status, 403);
  const x = await new Client(city.server).get(`/work/duties/${id}`);
  assert.equal(x.status, 303);
  assert.match(x.headers.location, /^\/sign-in/);
  const seen = (await duties(stranger, '?whose=unit')).map((d) => d.unit);
  assert.ok(seen.every((u) => u === 'Shanyang County'), 'own unit alone');
});

test('the page of my work says what is due next, in the language of the reader', async () => {
  const { head } = staff;
  assert.match(words((await head.get('/work')).text), /Duties due next/);
  const zh = await head.get('/work?lang=zh-CN');
  assert.match(words(zh.text), /近期到期任务/);
  await head.get('/work?lang=en');
});
