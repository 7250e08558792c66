// A plan from its draft into force by its pages, as people of the office do it, and what goes wrong on the way: bad dates, nobody accountable,
// a locked item, two editors, a scope of nothing, 200 KB of text, people of another branch.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, Client, csrf_of, faults, form_of, heading, once_of, words } from '../lib/luoshi.mjs';
import { office } from '../lib/office.mjs';

let city, staff;
const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
const STARTS = day(30);

before(async () => {
  city = await office();
  staff = city.staff;
  for (const [unit, name] of [['990000', 'Jiang Wen'], ['990100', 'Xu Ning']]) {
    const page = await staff.admin.get(`/admin/units/${unit}`);
    const person = new RegExp(`<option value="(\\d+)"[^>]*>${name}`).exec(page.text)[1];
    const x = await staff.admin.post(`/admin/units/${unit}/post`, { csrf: csrf_of(page.text), kind: 'first', person });
    assert.equal(x.status, 303, `${name} is first person responsible of ${unit}`);
  }
});
after(async () => {
  await city?.server.stop();
  await clean();
});

const plan = async (who, ref) => (await who.get(`/work/campaigns/${ref}.json`)).json;
const KINDS = { kind_county: '1', kind_bureau: '1', kind_township: '1' };
const FRAME = { name: 'A year of listening', theme: 'Go down and listen', starts: STARTS, ends: '', sign_days: '5', ask_cap: '20' };

async function send_new(who, fields) {
  const page = await who.get('/work/campaigns/new');
  return who.post('/work/campaigns/new', { csrf: csrf_of(page.text), once: once_of(page.text), unit: '990000', template: '', parent: '', ...FRAME, ...KINDS, ...fields });
}
async function made(who, fields = {}) {
  const x = await send_new(who, fields);
  assert.equal(x.status, 303, `${heading(x.text)} ${faults(x.text).join('; ')}`);
  return /campaigns\/([^?]+)/.exec(x.headers.location)[1];
}

// Opens the form of a part, fills it, sends it.
async function edit(who, ref, part, fields, query = '') {
  const page = await who.get(`/work/campaigns/${ref}/edit/${part}${query}`);
  assert.equal(page.status, 200, `form of ${part}`);
  return who.send(page, `/work/campaigns/${ref}/edit/${part}`, fields);
}
async function act(who, ref, name, more = {}) {
  const page = await who.get(`/work/campaigns/${ref}`);
  const { edit: n } = (await plan(who, ref)).head;
  return who.post(`/work/campaigns/${ref}`, { csrf: csrf_of(page.text), once: once_of(page.text), edit: n, act: name, ...more });
}
const chosen = (html, name, label) => new RegExp(`<select[^>]*name="${name}"[\\s\\S]*?<option value="(\\d+)"[^>]*>${label}`).exec(html)[1];

async function write(who, ref, text, more = {}) {
  return who.send(await who.get(`/work/campaigns/${ref}/text`), `/work/campaigns/${ref}/text`, { text, ...more });
}
const ACTION = { name: 'Study one place', criteria: 'A report says what was found', criterion: 'record', criterion_n: '1', evidence: '', due_on: day(60) };

async function add_action(who, ref, fields = {}) {
  const page = await who.get(`/work/campaigns/${ref}/edit/action`);
  const aim = chosen(page.text, 'aim', '推动工作');
  return who.send(page, `/work/campaigns/${ref}/edit/action`, { ...ACTION, aim, ...fields });
}
// A plan of the city with a stage, a text and two actions, the first locked.
async function complete(fields = {}) {
  const ref = await made(staff.clerk, fields);
  assert.equal((await edit(staff.clerk, ref, 'stage', { name: 'Listen', starts: STARTS, ends: day(90) })).status, 303);
  assert.equal((await write(staff.clerk, ref, '# Why\n\nTo listen.\n')).status, 303);
  assert.equal((await add_action(staff.clerk, ref, { name: 'Publish the own list', criterion: 'own_list', locked: '1' })).status, 303);
  assert.equal((await add_action(staff.clerk, ref)).status, 303);
  return ref;
}
async function force(ref, { writer = staff.clerk, first = staff.leader } = {}) {
  for (const step of ['discuss', 'match']) assert.equal((await act(writer, ref, step)).status, 303, step);
  assert.equal((await act(first, ref, 'approve')).status, 303, 'approve');
  const page = await first.get(`/work/campaigns/${ref}/issue`);
  const x = await first.send(page, `/work/campaigns/${ref}/issue`, { act: 'issue' });
  assert.equal(x.status, 303, faults(x.text).join('; ') + words(x.text).slice(0, 300));
}
const missing = (p) => p.checks.filter((c) => c.needed && !c.done).map((c) => c.key);
const errors = (html) => words(/<div class="govuk-error-summary"[\s\S]*?<\/ul>/.exec(html)?.[0] ?? '');

// ── the whole way ────────────────────────────────────────────────────────────────────────────────────────

test('T01 T02 T03 T04 T07 T22 T24 a plan goes from an empty draft into force by its pages', async () => {
  const { clerk, leader, chief } = staff;
  const ref = await made(clerk);
  let p = await plan(clerk, ref);
  assert.equal(p.head.state, 'draft');
  assert.equal(p.owner, 'Shen Lan', 'who made it is accountable until another is named');
  assert.equal(p.units, 5);
  assert.deepEqual(missing(p).sort(), ['actions', 'stages', 'text']);
  assert.equal((await chief.get(`/work/campaigns/${ref}`)).status, 404, 'T02 a draft is not for units below');
  assert.equal((await new Client(city.server).get(`/campaigns/${ref}`)).status, 404);

  for (const [name, starts, ends] of [['Listen', STARTS, day(90)], ['Solve', day(80), ''], ['Sum up', day(200), day(260)]])
    assert.equal((await edit(clerk, ref, 'stage', { name, starts, ends })).status, 303, name);
  p = await plan(clerk, ref);
  assert.deepEqual(p.stages.map((s) => [s.name, s.starts, s.ends]), [['Listen', STARTS, day(90)], ['Solve', day(80), null], ['Sum up', day(200), day(260)]]);
  assert.equal((await write(clerk, ref, '# Why\n\nTo listen.\n')).status, 303);
  assert.equal((await add_action(clerk, ref, { locked: '1', may_adapt: '1' })).status, 303);
  assert.deepEqual(missing(await plan(clerk, ref)), []);

  assert.equal((await act(clerk, ref, 'discuss')).status, 303);
  const talk = await chief.get(`/work/campaigns/${ref}/opinions`);
  assert.equal(talk.status, 200);
  assert.equal((await chief.send(talk, `/work/campaigns/${ref}/opinions`, { text: 'Two months are short' })).status, 303);
  assert.deepEqual(missing(await plan(clerk, ref)), ['opinions']);
  const reply = `/work/campaigns/${ref}/opinions/`;
  const open = await clerk.get(`/work/campaigns/${ref}/opinions`);
  const refused = await clerk.send(open, new RegExp(`^${reply}\\d`), { said: 'not', reply: '' });
  assert.equal(refused.status, 400);
  assert.match(errors(refused.text), /why it was not taken/);
  assert.equal((await clerk.send(refused, new RegExp(`^${reply}\\d`), { said: 'partly', reply: 'Three for villages' })).status, 303);
  assert.match(words((await chief.get(`/work/campaigns/${ref}/opinions`)).text), /taken in part Two months are short Three for villages/);

  assert.equal((await act(clerk, ref, 'match')).status, 303);
  assert.equal((await act(clerk, ref, 'approve')).status, 403, 'T24 only the first person responsible');
  assert.equal((await act(leader, ref, 'approve')).status, 303);
  const summary = await leader.get(`/work/campaigns/${ref}/issue.json`);
  assert.deepEqual([summary.json.units, summary.json.duties, summary.json.notices, summary.json.missing], [5, 5, 4, 0]);
  const page = await leader.get(`/work/campaigns/${ref}/issue`);
  assert.equal((await clerk.post(`/work/campaigns/${ref}/issue`, { csrf: csrf_of((await clerk.get('/work/campaigns')).text), once: 'A'.repeat(24), act: 'issue' })).status, 403);
  const first = await leader.send(page, `/work/campaigns/${ref}/issue`, { act: 'issue' });
  assert.equal(first.status, 303);
  assert.equal((await leader.send(page, `/work/campaigns/${ref}/issue`, { act: 'issue' })).status, 303, 'sent twice, done once');
  p = await plan(clerk, ref);
  assert.deepEqual([p.head.state, p.head.version], ['issued', 1]);
  assert.equal((await new Client(city.server).get(`/campaigns/${ref}`)).status, 200);
  const history = (await clerk.get(`/work/campaigns/${ref}/history.json`)).json;
  assert.equal(history.events.filter((e) => e.what === 'Plan issued').length, 1);
  assert.equal(history.versions[0].version, 1);
  const listed = (await chief.get('/work/campaigns.json')).json.items.find((r) => r.ref === ref);
  assert.equal(listed.whose, 'From above', 'T01 seen below with its origin');
});

test('T13 the library gives stages, goals and actions, in the language of the page; a clone keeps structure, not people', async () => {
  const { clerk, leader } = staff;
  const ref = await made(clerk, { template: 'year', name: 'From the library' });
  const p = await plan(clerk, ref);
  assert.deepEqual([p.stages.length, p.actions.length, p.aims.flatMap((a) => a.goals).length], [3, 9, 3]);
  assert.equal(p.stages[1].ends, null);
  assert.deepEqual(missing(p), []);
  const zh = await staff.chief.get('/work/campaigns/new?lang=zh-CN&template=summer');
  assert.match(words(zh.text), /夏季民生行动/);
  await staff.chief.get('/work/campaigns?lang=en');
  await force(ref);
  assert.match((await clerk.get('/work/campaigns/new')).text, new RegExp(`href="/work/campaigns/${ref}/clone"`), 'offered where one begins');
  const clone = await clerk.get(`/work/campaigns/${ref}/clone`);
  const same_year = await clerk.send(clone, `/work/campaigns/${ref}/clone`, { starts: STARTS });
  assert.equal(same_year.status, 400);
  assert.match(errors(same_year.text), /later year/);
  const x = await clerk.send(clone, `/work/campaigns/${ref}/clone`);
  assert.equal(x.status, 303, faults(x.text).join());
  const next = /campaigns\/([^?]+)/.exec(x.headers.location)[1];
  const copy = await plan(clerk, next);
  assert.deepEqual(copy.actions.map((a) => a.name), p.actions.map((a) => a.name));
  assert.equal(copy.owner, null, 'people are not copied');
  assert.equal(Number(copy.head.starts.slice(0, 4)), Number(STARTS.slice(0, 4)) + 1);
  const compared = (await clerk.get(`/work/campaigns/${next}/compare.json`)).json;
  assert.deepEqual([compared.before_ref, compared.same, compared.changes.length], [ref, 9, 0]);
  assert.equal((await leader.get(`/work/campaigns/${ref}/close`)).status, 200);
  assert.equal((await clerk.get(`/work/campaigns/${ref}/close`)).status, 403);
  const closing = await leader.get(`/work/campaigns/${ref}/close`);
  assert.equal((await leader.send(closing, `/work/campaigns/${ref}/close`, { next: ref })).status, 400);
  assert.equal((await leader.send(closing, `/work/campaigns/${ref}/close`, { next: '' })).status, 303);
  assert.equal((await plan(clerk, ref)).head.state, 'closed');
  assert.equal((await clerk.get(`/work/campaigns/${ref}/edit/stage`)).status, 403, 'what is closed is not written on');
});

test('T01 T03 the plan of a body outside is entered as it was received, and the city’s is matched against it', async () => {
  const { clerk } = staff;
  const theirs = await made(clerk, { issuer: 'The Province', name: 'The province’s plan' });
  const path = `/work/campaigns/${theirs}`;
  assert.deepEqual(missing(await plan(clerk, theirs)).sort(), ['actions', 'text']);
  assert.equal((await act(clerk, theirs, 'receive')).status, 400);
  assert.equal((await write(clerk, theirs, '# As received\n')).status, 303);
  assert.equal((await add_action(clerk, theirs, { locked: '1' })).status, 303);
  assert.match(words((await clerk.get(path)).text), /Received from The Province/);
  assert.equal((await act(clerk, theirs, 'receive')).status, 303);
  assert.equal((await plan(clerk, theirs)).head.state, 'issued');
  const own = await made(clerk, { name: 'The city’s' });
  assert.equal((await edit(clerk, own, 'frame', { parent: theirs })).status, 303);
  assert.deepEqual([(await clerk.get(`/work/campaigns/${own}/match.json`)).json.blocking, (await plan(clerk, own)).head.parent_ref], [1, theirs]);
});

// ── bad input ────────────────────────────────────────────────────────────────────────────────────────────

test('T04 a stage that ends before it starts is refused and what was typed is kept', async () => {
  const ref = await made(staff.clerk);
  const x = await edit(staff.clerk, ref, 'stage', { name: 'Backwards', starts: day(60), ends: day(50) });
  assert.equal(x.status, 400);
  assert.deepEqual(faults(x.text), ['Error: It cannot end before it starts']);
  const kept = Object.fromEntries(form_of(x.text, `/work/campaigns/${ref}/edit/stage`).fields);
  assert.deepEqual([kept.name, kept.starts, kept.ends], ['Backwards', day(60), day(50)]);
  assert.equal((await plan(staff.clerk, ref)).stages.length, 0);
  const odd = await edit(staff.clerk, ref, 'stage', { name: 'Odd', starts: '2026-02-30' });
  assert.equal(odd.status, 400);
  assert.match(faults(odd.text)[0], /year-month-day/);
});

test('T01 a campaign cannot carry on its own unit’s or one from below: no cycle of parents', async () => {
  const own = await complete({ name: 'The upper one' });
  await force(own);
  const child = await made(staff.chief, { unit: '990100', parent: own, name: 'Carried on', kind_county: '1' });
  assert.equal((await plan(staff.chief, child)).head.parent_ref, own);
  for (const parent of [child, own, 'C00-99']) {
    const x = await send_new(staff.clerk, { parent });
    assert.equal(x.status, 400, parent);
    assert.match(errors(x.text), /a unit above has issued/);
  }
  const draft = await made(staff.clerk);
  for (const parent of [draft, child]) {
    const x = await edit(staff.clerk, draft, 'frame', { parent });
    assert.equal(x.status, 400, `${parent} as the parent of ${draft}`);
    assert.match(faults(x.text).join(), /a unit above has issued/);
  }
  assert.equal((await send_new(staff.clerk, { unit: '990300' })).status, 403, 'in the name of another unit');
});

test('T22 T84 an action without criteria is refused, and one that asks for photos', async () => {
  const ref = await made(staff.clerk);
  const x = await add_action(staff.clerk, ref, { criteria: '' });
  assert.equal(x.status, 400);
  assert.match(faults(x.text)[0], /without criteria cannot be checked/);
  const photos = await add_action(staff.clerk, ref, { evidence: 'Three photos of the visit' });
  assert.match(faults(photos.text)[0], /Photos, positions and check-ins cannot be asked for/);
  const many = await add_action(staff.clerk, ref, { criterion_n: 'many', criterion: 'a ranking' });
  assert.equal(faults(many.text).length, 2);
  assert.equal((await plan(staff.clerk, ref)).actions.length, 0);
});

test('T02 T24 issuing is refused while nobody is accountable, and the list says so with a way to mend it', async () => {
  const ref = await complete();
  assert.equal((await edit(staff.clerk, ref, 'frame', { owner: '' })).status, 303);
  assert.deepEqual(missing(await plan(staff.clerk, ref)), ['owner']);
  assert.match((await staff.clerk.get(`/work/campaigns/${ref}`)).text, new RegExp(`href="/work/campaigns/${ref}/edit/frame">Somebody is accountable`));
  for (const step of ['discuss', 'match']) assert.equal((await act(staff.clerk, ref, step)).status, 303);
  const x = await act(staff.leader, ref, 'approve');
  assert.equal(x.status, 400);
  assert.match(errors(x.text), /Somebody is accountable for the campaign/);
  const page = await staff.leader.get(`/work/campaigns/${ref}/issue`);
  const issue = await staff.leader.send(page, `/work/campaigns/${ref}/issue`, { act: 'issue' });
  assert.equal(issue.status, 400);
  assert.match(errors(issue.text), /has not approved it.*Somebody is accountable/);
  assert.equal((await plan(staff.clerk, ref)).head.state, 'matched');
});

test('T03 T22 a child matches its plan, takes over what is missing, and may not edit what is locked', async () => {
  const { chief } = staff;
  const own = await complete({ name: 'The superior’s' });
  await force(own);
  const child = await made(chief, { unit: '990100', parent: own, name: 'The district’s' });
  const path = `/work/campaigns/${child}`;
  let m = (await chief.get(`${path}/match.json`)).json;
  assert.deepEqual([m.missing, m.differing, m.blocking], [2, 0, 1]);
  assert.ok(missing(await plan(chief, child)).includes('locked'));
  assert.equal((await chief.send(await chief.get(`${path}/match`), `${path}/match`)).status, 303);
  m = (await chief.get(`${path}/match.json`)).json;
  assert.deepEqual([m.missing, m.differing, m.blocking], [0, 0, 0]);
  const [locked, free] = (await plan(chief, child)).actions;
  assert.ok(locked.locked_above && !free.locked_above);
  const x = await edit(chief, child, 'action', { name: 'Something easier', locked: '1' }, `?id=${locked.id}`);
  assert.equal(x.status, 400);
  assert.match(errors(x.text), /superior's plan has locked this action/);
  assert.match(x.text, /value="Something easier"/, 'what was typed is kept');
  assert.equal((await act(chief, child, 'end_action', { id: locked.id })).status, 400);
  assert.equal((await edit(chief, child, 'action', { criteria: 'Two reports' }, `?id=${free.id}`)).status, 303);
  m = (await chief.get(`${path}/match.json`)).json;
  assert.deepEqual([m.differing, m.blocking, m.rows[1].differs], [1, 0, ['Done when']]);
});

test('T16 T03 an amendment while deliveries are open: one notice with the changes, the old version runs until then', async () => {
  const { clerk, leader } = staff;
  const ref = await complete({ name: 'To be amended' });
  await force(ref);
  const before_it = (await leader.get(`/work/campaigns/${ref}/issue.json`)).json;
  assert.equal(before_it.missing > 0, true, 'nothing is written yet that could be issued');
  assert.equal((await write(clerk, ref, '# Why\n\nTo listen longer.\n', { summary: '' })).status, 303);
  let p = await plan(clerk, ref);
  assert.deepEqual([p.head.amends, p.head.version, missing(p)], [true, 1, ['summary']]);
  assert.equal((await edit(clerk, ref, 'action', { criteria: 'Two reports' }, `?id=${p.actions[1].id}`)).status, 303);
  const outside = (await new Client(city.server).get(`/campaigns/${ref}.json`)).json;
  assert.equal(outside.version, 1);
  assert.ok(outside.actions.every((a) => a.criteria !== 'Two reports'), 'the version in force has not changed');
  assert.equal((await write(clerk, ref, '# Why\n\nTo listen longer.\n', { summary: 'Two reports instead of one' })).status, 303);
  const path = `/work/campaigns/${ref}/issue`;
  const seen = (await leader.get(`${path}.json`)).json;
  assert.deepEqual(seen.changes.map((c) => [c.how, c.name]), [['changed', 'Study one place']]);
  assert.deepEqual([seen.duties, seen.notices], [0, 4]);
  const early = await leader.send(await leader.get(path), path, { act: 'issue' });
  assert.equal(early.status, 400, 'not approved yet');
  assert.equal((await leader.send(await leader.get(path), path, { act: 'approve' })).status, 303);
  assert.equal((await leader.send(await leader.get(path), path, { act: 'issue' })).status, 303);
  p = await plan(clerk, ref);
  assert.deepEqual([p.head.version, p.head.amends, p.actions[1].criteria], [2, false, 'Two reports']);
  const version = (await clerk.get(`/work/campaigns/${ref}/versions/2.json`)).json;
  assert.equal(version.summary, 'Two reports instead of one');
  assert.deepEqual(version.changes.map((c) => c.name), ['Study one place']);
  assert.deepEqual(version.lines.filter((l) => l.kind !== 'same').map((l) => [l.kind, l.text]), [['gone', 'To listen.'], ['new', 'To listen longer.']]);
});

test('T16 T02 units below are heard on an amendment from its opening until it is issued', async () => {
  const { clerk, leader, chief, stranger } = staff;
  const ref = await complete({ name: 'To be heard on' });
  await force(ref);
  const path = `/work/campaigns/${ref}`, talk = `${path}/opinions`;
  assert.equal((await act(clerk, ref, 'discuss')).status, 409, 'no amendment is written');
  assert.equal((await write(clerk, ref, '# Why\n\nTo listen longer.\n', { summary: 'Longer' })).status, 303);
  assert.equal((await stranger.get(talk)).status, 404);
  const page = await clerk.get(path);
  assert.match(words(page.text), /Open the amendment for opinions/);
  assert.equal((await act(clerk, ref, 'discuss')).status, 303);
  assert.equal((await plan(clerk, ref)).head.takes_opinions, true);
  assert.match(words((await chief.get(`${path}/versions/2`)).text), /To listen longer/);
  const form = await stranger.get(talk);
  assert.equal(form.status, 200, 'a unit in scope, which writes no plans');
  assert.equal((await stranger.send(form, talk, { text: 'Villages need longer still' })).status, 303);
  assert.equal((await stranger.get(`${path}/recheck`)).status, 404, 'what is not for opinions stays closed');
  assert.deepEqual(missing(await plan(clerk, ref)), ['opinions']);
  const open = await clerk.get(talk);
  assert.equal((await clerk.send(open, new RegExp(`^${talk}/\\d`), { said: 'taken', reply: '' })).status, 303);
  for (const step of ['approve', 'issue'])
    assert.equal((await leader.send(await leader.get(`${path}/issue`), `${path}/issue`, { act: step })).status, 303, step);
  assert.equal((await stranger.get(talk)).status, 404, 'in force: its public page is for everybody');
  assert.equal((await plan(clerk, ref)).head.takes_opinions, false);
});

test('T03 two editors of one draft: the second sees both texts and nothing is lost', async () => {
  const { clerk } = staff;
  const ref = await complete();
  const path = `/work/campaigns/${ref}/text`;
  const [one, two] = [await clerk.get(path), await clerk.get(path)];
  assert.equal((await clerk.send(one, path, { text: '# Why\n\nThe first text.\n' })).status, 303);
  const x = await clerk.send(two, path, { text: '# Why\n\nThe second text.\n' });
  assert.equal(x.status, 409);
  assert.match(x.text, /<textarea[^>]*readonly[^>]*>\s*# Why\s+The first text\./);
  assert.equal(Object.fromEntries(form_of(x.text, path).fields).text, '# Why\n\nThe second text.\n');
  assert.match(words(x.text), /Save mine on top/);
  assert.match((await clerk.get(path)).text, /The first text/, 'not overwritten without being seen');
  assert.equal((await clerk.send(x, path, { text: '# Why\n\nBoth texts.\n' })).status, 303);
  assert.match((await clerk.get(path)).text, /Both texts/);
  const three = await clerk.get(path);
  assert.equal((await add_action(clerk, ref, { name: 'Meanwhile' })).status, 303);
  assert.equal((await clerk.send(three, path, { text: 'Other parts do not conflict' })).status, 303);
  const form = await clerk.get(`/work/campaigns/${ref}/edit/stage`);
  assert.equal((await add_action(clerk, ref, { name: 'Meanwhile again' })).status, 303);
  const late = await clerk.send(form, `/work/campaigns/${ref}/edit/stage`, { name: 'Solve', starts: day(91), ends: '' });
  assert.equal(late.status, 409);
  assert.match(late.text, /value="Solve"/, 'what was typed is kept');
  assert.equal((await clerk.send(late, `/work/campaigns/${ref}/edit/stage`)).status, 303, 'and can be sent again on top');
});

test('N01 a scope that matches nothing is refused with a message', async () => {
  const page = await staff.clerk.get('/work/campaigns/new');
  const none = await staff.clerk.post('/work/campaigns/new', { csrf: csrf_of(page.text), once: once_of(page.text), unit: '990000', template: '', ...FRAME, kind_village: '1' });
  assert.equal(none.status, 400);
  assert.match(errors(none.text), /scope matches nothing/);
  assert.match(none.text, /name="kind_village"[^>]*checked/);
  assert.doesNotMatch(none.text, /name="kind_county"[^>]*checked/);
  assert.match(none.text, /value="A year of listening"/);
});

test('T03 a plan of 200 KB of Markdown is taken, one byte more is refused with what was typed', async () => {
  const { clerk } = staff;
  const ref = await made(clerk);
  const line = '落实到位，逐级分解。\n'; // 31 bytes
  const text = line.repeat(Math.floor(204800 / 31));
  const whole = text + 'x'.repeat(204800 - Buffer.byteLength(text));
  assert.equal((await write(clerk, ref, whole.replaceAll('\n', '\r\n'))).status, 303, 'as a browser sends it');
  const path = `/work/campaigns/${ref}/text`;
  assert.equal(Object.fromEntries(form_of((await clerk.get(path)).text, path).fields).text, whole);
  const x = await write(clerk, ref, whole + 'x');
  assert.equal(x.status, 400);
  assert.match(errors(x.text), /204,?800 bytes or shorter/);
  assert.equal(Object.fromEntries(form_of(x.text, path).fields).text, whole + 'x');
  assert.equal((await write(clerk, ref, 'x'.repeat(600 * 1024))).status, 400, 'more than a form may carry');
});

test('T03 raw markup and scripts in a plan are shown as nothing', async () => {
  const ref = await made(staff.clerk);
  assert.equal((await write(staff.clerk, ref, '<script>alert(1)</script>\n\n[x](javascript:alert(1)) **strong**')).status, 303);
  const page = (await staff.clerk.get(`/work/campaigns/${ref}/text`)).text;
  assert.doesNotMatch(page, /<script>alert|href="javascript/);
  assert.match(page, /<strong>strong<\/strong>/);
});

test('P28 somebody of another branch finds no route of a plan, nor does a form without its token change one', async () => {
  const ref = await made(staff.chief, { unit: '990100', name: 'Of the district' });
  const get = ['', '/edit/frame', '/edit/stage', '/edit/action', '/text', '/opinions', '/match', '/issue', '/close', '/clone', '/compare', '/history', '/versions/1'];
  const post = ['', '/edit/frame', '/edit/stage', '/edit/action', '/text', '/opinions', '/opinions/1', '/match', '/issue', '/close', '/clone'];
  const token = csrf_of((await staff.stranger.get('/work/me')).text);
  for (const tail of get) {
    assert.equal((await staff.stranger.get(`/work/campaigns/${ref}${tail}`)).status, 404, `GET ${tail}`);
    assert.equal((await staff.stranger.get(`/work/campaigns/${ref}${tail}.json`)).status, 404, `GET ${tail}.json`);
    assert.equal((await new Client(city.server).get(`/work/campaigns/${ref}${tail}`)).status, 303, `${tail} without signing in`);
  }
  for (const tail of post)
    assert.equal((await staff.stranger.post(`/work/campaigns/${ref}${tail}`, { csrf: token, once: 'A'.repeat(24), edit: '1', act: 'discuss', text: 'x' })).status, 404, `POST ${tail}`);
  const listed = (await staff.stranger.get('/work/campaigns.json')).json.items.map((r) => r.ref);
  assert.ok(!listed.includes(ref));
  assert.equal((await staff.stranger.get('/work/campaigns/new')).status, 404, 'a handler writes no plans');
  const strange = words((await staff.stranger.get(`/work/campaigns/${ref}`)).text), absent = words((await staff.stranger.get('/work/campaigns/C00-77')).text);
  assert.equal(strange.replaceAll(/[\d-]+/g, ''), absent.replaceAll(/[\d-]+/g, ''));
  assert.equal((await staff.chief.post(`/work/campaigns/${ref}`, { csrf: 'x', once: 'A'.repeat(24), act: 'discuss' })).status, 403);
  assert.equal((await plan(staff.chief, ref)).head.state, 'draft');
});

test('T17 a unit that goes first starts earlier than the campaign, and says what it learned', async () => {
  const { clerk } = staff;
  const ref = await made(clerk);
  const late = await edit(clerk, ref, 'pilot', { unit: '990110', starts: day(40), lessons: '' });
  assert.equal(late.status, 400);
  assert.match(faults(late.text)[0], /starts before the campaign does/);
  assert.equal((await edit(clerk, ref, 'pilot', { unit: '990110', starts: day(20), lessons: '' })).status, 303);
  assert.equal((await edit(clerk, ref, 'pilot', { lessons: 'Go in the evening' }, '?unit=990110')).status, 303);
  assert.deepEqual((await plan(clerk, ref)).pilots.map((p) => [p.code, p.starts, p.lessons]), [['990110', day(20), 'Go in the evening']]);
  const [pilot] = (await plan(clerk, ref)).pilots;
  assert.equal((await act(clerk, ref, 'end_pilot', { id: pilot.id })).status, 303);
  assert.deepEqual((await plan(clerk, ref)).pilots, []);
});

test('T15 aims and goals: an action that serves no aim is in the list of what is missing', async () => {
  const { clerk } = staff;
  const ref = await made(clerk);
  assert.equal((await edit(clerk, ref, 'aim', { name: 'Quieter nights', line: 'livelihood' })).status, 303);
  const page = await clerk.get(`/work/campaigns/${ref}/edit/goal`);
  const aim = chosen(page.text, 'aim', 'Quieter nights');
  assert.equal((await clerk.send(page, `/work/campaigns/${ref}/edit/goal`, { name: 'Solved by autumn', aim, indicator: 'solved' })).status, 303);
  const p = await plan(clerk, ref);
  assert.deepEqual(p.aims.find((a) => a.name === 'Quieter nights').goals.map((g) => g.name), ['Solved by autumn']);
  const take_out = async (name, id) => act(clerk, ref, name, { id });
  const { id, goals } = p.aims.find((a) => a.name === 'Quieter nights');
  const served = await take_out('end_aim', id);
  assert.equal(served.status, 400);
  assert.match(errors(served.text), /Actions or goals still serve this aim: Solved by autumn/);
  assert.match(errors((await take_out('end_aim', p.aims[0].id)).text), /three lines keeps at least one aim/);
  assert.equal((await take_out('end_goal', goals[0].id)).status, 303);
  assert.equal((await take_out('end_goal', goals[0].id)).status, 404, 'it has gone');
  assert.equal((await take_out('end_aim', id)).status, 303);
  assert.equal((await plan(clerk, ref)).aims.length, 3);
  assert.equal((await add_action(clerk, ref, { aim: '' })).status, 303);
  const check = (await plan(clerk, ref)).checks.find((c) => c.key === 'aims');
  assert.deepEqual([check.done, check.detail], [false, 'Study one place']);
});

// ── templates ────────────────────────────────────────────────────────────────────────────────────────────

test('T81 P08 a new template is made by its pages, used below, changed and ended; what was made from it stays', async () => {
  const { clerk, chief, stranger } = staff;
  const source = await complete({ name: 'A year of listening' });
  const form = await clerk.get(`/work/campaigns/${source}/keep`);
  const nameless = await clerk.send(form, `/work/campaigns/${source}/keep`, { name: '' });
  assert.equal(nameless.status, 400);
  assert.match(faults(nameless.text)[0], /Enter a name/);
  const kept = await clerk.send(form, `/work/campaigns/${source}/keep`, { name: 'Listening' });
  assert.equal(kept.status, 303, faults(kept.text).join());
  const at = kept.headers.location.replace('?done=1', '');
  assert.match(at, /^\/work\/campaigns\/templates\/\d+$/);
  const one = (await clerk.get(`${at}.json`)).json;
  assert.deepEqual([one.version, one.stages.map((s) => [s.first, s.last]), one.actions.map((a) => [a.name, a.locked, a.due])],
    [1, [[1, 61]], [['Publish the own list', true, 31], ['Study one place', false, 31]]]);

  const listed = (await chief.get('/work/campaigns/templates.json')).json.items;
  assert.deepEqual(listed.filter((r) => !r.built_in).map((r) => [r.name, r.version]), [['Listening', 1]]);
  assert.equal(listed.filter((r) => r.built_in).length, 3);
  assert.equal((await chief.get(at)).status, 200, 'the units below begin with it too');
  for (const path of ['/work/campaigns/templates', at, `/work/campaigns/${source}/keep`])
    assert.equal((await stranger.get(path)).status, 404, path);
  assert.deepEqual([one.changes[0].campaign_ref, (await chief.get(`${at}.json`)).json.changes[0].campaign_ref], [source, ''], 'a draft above is not named below');
  const { key } = listed.find((r) => r.name === 'Listening');
  const begin = await chief.get(`/work/campaigns/new?template=${key}`);
  assert.match(begin.text, new RegExp(`<option value="${key}" selected`));
  assert.match(begin.text, /value="Listening"/);
  const below = await made(chief, { unit: '990100', template: key, name: 'From above', starts: day(100) });
  const p = await plan(chief, below);
  assert.deepEqual(p.stages.map((s) => [s.starts, s.ends]), [[day(100), day(160)]]);
  assert.deepEqual(p.actions.map((a) => [a.name, a.due, a.locked_above]), [['Publish the own list', day(130), false], ['Study one place', day(130), false]]);
  assert.equal((await chief.post(at, { csrf: csrf_of(begin.text), once: 'B'.repeat(24), seen: '1', act: 'rename', name: 'Ours' })).status, 403);

  await add_action(clerk, source, { name: 'Ask again' });
  const again = await clerk.send(await clerk.get(`/work/campaigns/${source}/keep`), `/work/campaigns/${source}/keep`, { name: 'Listening', template: key.slice(1) });
  assert.equal(again.headers.location, `${at}?done=1`);
  const page = await clerk.get(at), old = await clerk.get(at);
  const rename = await clerk.post(at, { csrf: csrf_of(page.text), once: once_of(page.text), seen: '2', act: 'rename', name: 'Listening, then asking' });
  assert.equal(rename.status, 303);
  const late = await clerk.post(at, { csrf: csrf_of(old.text), once: once_of(old.text), seen: '2', act: 'end' });
  assert.equal(late.status, 409);
  assert.match(words(late.text), /Somebody else was faster/);
  const now = (await clerk.get(`${at}.json`)).json;
  assert.deepEqual(now.changes.map((c) => [c.version, c.what, c.who]), [[3, 'Renamed', 'Shen Lan'], [2, 'Changed', 'Shen Lan'], [1, 'Kept as a template', 'Shen Lan']]);
  assert.equal(now.actions.length, 3);
  assert.equal((await clerk.get(`${at}.json?version=1`)).json.actions.length, 2, 'each version can be read');
  assert.equal((await plan(chief, below)).actions.length, 2, 'P08 old cases keep theirs');

  const end = await clerk.get(at);
  assert.equal((await clerk.post(at, { csrf: csrf_of(end.text), once: once_of(end.text), seen: '3', act: 'end' })).status, 303);
  assert.equal((await chief.get(at)).status, 404);
  assert.match(words((await clerk.get('/work/campaigns/templates')).text), /Listening, then asking .*no longer offered/);
  const gone = await send_new(chief, { unit: '990100', template: key });
  assert.equal(gone.status, 400);
  assert.match(faults(gone.text).join(), /Choose one of the list/);
  const zh = await clerk.get(`${at}?lang=zh-CN`);
  assert.match(words(zh.text), /不再提供/);
  await clerk.get('/work/campaigns?lang=en');
});
