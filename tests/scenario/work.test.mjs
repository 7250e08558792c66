// What staff can and cannot do: every route of the workbench as each role, the closing gate, two editors, one use of a form, notes that stay
// inside, identity, registering for a caller, the overview, standing in.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, Client, csrf_of, empty, faults, heading, receipt_of, serve, track, words } from '../lib/luoshi.mjs';
import { ANSWER, brought, casefile, done, office, PEOPLE, raised, step } from '../lib/office.mjs';

let city, staff;
before(async () => {
  city = await office();
  staff = city.staff;
});
after(async () => {
  await city?.server.stop();
  await clean();
});

// ── who may open what ────────────────────────────────────────────────────────────────────────────────────

const ALL = Object.keys(PEOPLE);
const OFFICIALS = ALL.filter((r) => r !== 'admin');

test('P28 every page of the workbench opens to the roles of the rights table and to nobody else', async () => {
  const pages = {
    '/work': OFFICIALS,
    '/work/matters': OFFICIALS,
    '/overview': OFFICIALS,
    '/work/register': ['clerk', 'chief', 'head', 'handler', 'mate', 'stranger'],
    '/work/phrases': ['clerk', 'checker', 'chief', 'head', 'handler', 'mate', 'stranger'],
    '/work/me': ALL,
  };
  for (const [path, may] of Object.entries(pages)) {
    const x = await new Client(city.server).get(path);
    assert.equal(x.status, 303, `${path} without signing in`);
    assert.equal(x.headers.location, `/sign-in?back=${encodeURIComponent(path)}`);
    for (const who of ALL) assert.equal((await staff[who].get(path)).status, may.includes(who) ? 200 : 403, `${path} as ${who}`);
  }
});

// Of those who see the casefile: who may do the step in this state.
const MAY = {
  registered: {
    accept: ['clerk', 'head'], forward: ['clerk', 'head'], decline: ['clerk', 'head'], assign: [], answer: [], 'return-visit': [],
    note: ['clerk', 'checker', 'leader', 'chief', 'head', 'handler', 'mate'], message: ['clerk', 'checker', 'head'], show: ['clerk'],
    identity: ['clerk', 'checker', 'head'],
  },
  handling: {
    accept: [], forward: ['clerk', 'head'], decline: [], assign: ['clerk', 'chief', 'head'], answer: ['head', 'handler'], 'return-visit': [],
    note: ['clerk', 'checker', 'leader', 'chief', 'head', 'handler', 'mate'], message: ['clerk', 'checker', 'head', 'handler'], show: ['clerk'],
    identity: ['clerk', 'checker', 'head', 'handler'],
  },
  answered: {
    accept: [], forward: [], decline: [], assign: [], answer: [], 'return-visit': ['clerk', 'checker'],
    note: ['clerk', 'checker', 'leader', 'chief', 'head', 'handler', 'mate'], message: ['clerk', 'checker', 'head', 'handler'], show: ['clerk'],
    identity: ['clerk', 'checker', 'head', 'handler'],
  },
};
const SEES = ['clerk', 'checker', 'leader', 'chief', 'head', 'handler', 'mate'];

async function everyone_tries(state) {
  const m = await brought(city, state, { contact_name: 'Wang Xiaoming', contact_phone: '138 0000 1234' });
  if (state === 'registered') await done(staff.clerk, m.id, 'forward', { to: '990101', reason: 'It is theirs' });
  const before_all = await casefile(staff.clerk, m.id);
  assert.equal(before_all.head.state, state);
  for (const who of ALL) {
    const expected = SEES.includes(who) ? 200 : 404;
    assert.equal((await staff[who].get(`/work/case/${m.id}`)).status, expected, `casefile as ${who}`);
    for (const [action, may] of Object.entries(MAY[state])) {
      const path = `/work/case/${m.id}/${action}`;
      const want = !SEES.includes(who) ? 404 : may.includes(who) ? 200 : 403;
      assert.equal((await staff[who].get(path)).status, want, `${action} of a ${state} matter as ${who}`);
      if (want === 200) continue;
      const csrf = csrf_of((await staff[who].get('/work/me')).text);
      const once = 'A'.repeat(20) + Math.random().toString(36).slice(2, 6).padEnd(4, 'x');
      const x = await staff[who].post(path, { csrf, once, version: before_all.version, unit: '990101', to: '990300', reason: 'because of it',
        right_address: 'elsewhere', text: 'words', words: 'words', said: 'solved', shown: '1', subject: 'x', place: '', ...ANSWER });
      assert.equal(x.status, want, `sending ${action} of a ${state} matter as ${who}`);
    }
  }
  const after_all = await casefile(staff.clerk, m.id);
  assert.equal(after_all.version, before_all.version, 'nobody changed anything');
  assert.equal(after_all.steps.length, before_all.steps.length);
}

for (const state of Object.keys(MAY)) test(`P28 every step in the state ${state} is for the roles of the rights table alone`, () => everyone_tries(state));

test('a casefile that is not theirs looks like one that does not exist', async () => {
  const m = await brought(city, 'handling');
  const strange = await staff.stranger.get(`/work/case/${m.id}`);
  const absent = await staff.stranger.get('/work/case/12345');
  assert.equal(strange.status, 404);
  assert.equal(absent.status, 404);
  assert.equal(words(strange.text).replace(/\d+/g, ''), words(absent.text).replace(/\d+/g, ''));
  const listed = (await staff.stranger.get('/work/matters.json')).json;
  assert.equal(listed.total, 0);
});

test('a form without its token changes nothing', async () => {
  const m = await brought(city, 'registered');
  for (const csrf of ['', 'x'.repeat(32), csrf_of((await staff.head.get('/work/me')).text)]) {
    const x = await staff.clerk.post(`/work/case/${m.id}/note`, { csrf, once: 'B'.repeat(24), version: '1', text: 'a note' });
    assert.equal(x.status, 403);
  }
  assert.equal((await casefile(staff.clerk, m.id)).notes.length, 0);
});

// ── the closing gate ─────────────────────────────────────────────────────────────────────────────────────

test('N02 nobody who answered, and no other route, can set solved', async () => {
  const m = await brought(city, 'answered');
  const version = (await casefile(staff.clerk, m.id)).version;
  const lies = { said: 'solved', state: 'solved', words: 'solved', text: 'solved', unit: '990101', to: '990300', reason: 'it is solved', right_address: 'x',
    shown: '1', subject: 'solved', place: '', person: '1', go: 'register', do: 'put', name: 'solved', version, ...ANSWER };
  for (const who of ['handler', 'head', 'mate', 'chief', 'leader', 'admin', 'stranger']) {
    const csrf = csrf_of((await staff[who].get('/work/me')).text);
    for (const action of ['accept', 'forward', 'decline', 'assign', 'answer', 'note', 'message', 'return-visit', 'show', 'identity', 'solved', 'confirm', 'close']) {
      const x = await staff[who].post(`/work/case/${m.id}/${action}`, { csrf, once: `${'C'.repeat(20)}${action.slice(0, 4)}`.padEnd(24, who[0]), ...lies });
      assert.notEqual((await casefile(staff.clerk, m.id)).head.state, 'solved', `${action} as ${who} (${x.status})`);
    }
  }
  assert.equal((await casefile(staff.clerk, m.id)).head.state, 'answered');
  await done(staff.checker, m.id, 'return-visit', { said: 'solved', words: 'The water is back.' });
  assert.equal((await casefile(staff.clerk, m.id)).head.state, 'solved');
});

test('N02 what is said to be not solved opens again one level up, in the first dates', async () => {
  const m = await brought(city, 'answered');
  const before_it = await casefile(staff.clerk, m.id);
  await done(staff.checker, m.id, 'return-visit', { said: 'not_solved', words: 'Still no water.' });
  const c = await casefile(staff.clerk, m.id);
  assert.equal(c.head.state, 'accepted');
  assert.equal(c.head.unit, 'Linjiang District');
  assert.equal(c.head.raised_at, before_it.head.raised_at);
  assert.equal(c.clocks.find((k) => k.rule === 'handle').starts_at, before_it.clocks.find((k) => k.rule === 'handle').starts_at);
  assert.equal((await staff.handler.get(`/work/case/${m.id}`)).status, 404, 'the unit that had it no longer sees it');
});

test('a return visit without an answer changes no state', async () => {
  const m = await brought(city, 'answered');
  await done(staff.checker, m.id, 'return-visit', { said: 'no_answer', words: 'Called twice.' });
  const c = await casefile(staff.clerk, m.id);
  assert.equal(c.head.state, 'answered');
  assert.equal(c.steps[0].event, 'asked');
});

// ── two people, one form ─────────────────────────────────────────────────────────────────────────────────

test('the second of two editors sees what changed and keeps the words', async () => {
  const m = await brought(city, 'handling');
  const [first, second] = [await staff.head.get(`/work/case/${m.id}/answer`), await staff.handler.get(`/work/case/${m.id}/answer`)];
  const path = `/work/case/${m.id}/forward`;
  const forward = await staff.clerk.get(path);
  assert.equal((await staff.head.send(first, `/work/case/${m.id}/answer`, ANSWER)).status, 303);
  const late = await staff.handler.send(second, `/work/case/${m.id}/answer`, { ...ANSWER, found: 'My own long findings.' });
  assert.equal(late.status, 409);
  assert.match(words(late.text), /Somebody else was faster/);
  assert.match(words(late.text), /Answered in writing/);
  assert.match(words(late.text), /My own long findings\./);
  const other = await staff.clerk.send(forward, path, { to: '990300', reason: 'Belongs to the county.' });
  assert.equal(other.status, 409);
  assert.match(words(other.text), /Belongs to the county\./);
  assert.equal((await casefile(staff.clerk, m.id)).answers.length, 1);
});

test('after a conflict the same words can be sent again when the step is still possible', async () => {
  const m = await brought(city, 'accepted');
  const path = `/work/case/${m.id}/forward`;
  const [a, b] = [await staff.clerk.get(path), await staff.clerk.get(path)];
  assert.equal((await staff.clerk.send(a, path, { to: '990300', reason: 'First.' })).status, 303);
  const late = await staff.clerk.send(b, path, { to: '990110', reason: 'Second.' });
  assert.equal(late.status, 409);
  assert.equal((await staff.clerk.send(late, path)).status, 303);
  assert.equal((await casefile(staff.clerk, m.id)).head.unit, 'Qiaotou Town');
});

test('a form sent twice is done once', async () => {
  const m = await brought(city, 'registered');
  const page = await staff.clerk.get(`/work/case/${m.id}/note`);
  const answers = await Promise.all([1, 2, 3].map(() => staff.clerk.send(page, `/work/case/${m.id}/note`, { text: 'Called the pump house.' })));
  for (const x of answers) assert.equal(x.status, 303);
  assert.equal((await casefile(staff.clerk, m.id)).notes.length, 1);
});

// ── words and people ─────────────────────────────────────────────────────────────────────────────────────

test('P11 an internal note is in no output for the raiser or the public', async () => {
  const m = await brought(city, 'answered', { subject: 'Lamp out in Heping Street' });
  await done(staff.handler, m.id, 'note', { text: 'zebra-note for colleagues' });
  await done(staff.clerk, m.id, 'show', {}, { shown: '1' });
  await track(m.raiser, m.code);
  const outputs = ['/track', `/matters/${m.ref}`, `/matters/${m.ref}.json`, '/matters', '/matters.json?q=zebra-note', '/'];
  for (const path of outputs) assert.doesNotMatch((await m.raiser.get(path)).text, /zebra-note for/, path);
  assert.match((await staff.mate.get(`/work/case/${m.id}`)).text, /zebra-note for/);
});

test('P11 a text of the unit is put into the answer without script, and only the own unit may change it', async () => {
  const page = await staff.head.get('/work/phrases');
  const made = await staff.head.send(page, '/work/phrases', { do: 'put', name: 'Review', text: 'You can ask for a review within 30 days.' });
  assert.equal(made.status, 303);
  const m = await brought(city, 'handling');
  const form = await staff.handler.get(`/work/case/${m.id}/answer`);
  const phrase = /<option value="(\d+)"[^>]*>Review</.exec(form.text)[1];
  const x = await staff.handler.send(form, `/work/case/${m.id}/answer`, { ...ANSWER, basis: 'Article 20.', phrase, into: 'basis' }, { insert: '1' });
  assert.equal(x.status, 200);
  assert.match(x.text, /Article 20\.\nYou can ask for a review within 30 days\./);
  assert.equal((await casefile(staff.clerk, m.id)).head.state, 'handling', 'inserting sends nothing');
  const csrf = csrf_of((await staff.stranger.get('/work/phrases')).text);
  for (const unit of ['990101', '990300']) {
    const y = await staff.stranger.post('/work/phrases', { csrf, do: 'end', unit, phrase });
    assert.equal(y.status, 404, `ending another unit's text in the name of ${unit}`);
  }
  assert.match((await staff.handler.get('/work/phrases')).text, /You can ask for a review/);
});

test('identity is shown once, for a reason, and the reading is recorded without the name', async () => {
  const m = await brought(city, 'registered', { contact_name: 'Wang Xiaoming', contact_phone: '13800001234' });
  assert.doesNotMatch((await staff.clerk.get(`/work/case/${m.id}`)).text, /Wang Xiaoming/);
  const refused = await step(staff.clerk, m.id, 'identity', { reason: 'no' });
  assert.equal(refused.status, 400);
  assert.equal(faults(refused.text).length, 1);
  const page = await staff.clerk.get(`/work/case/${m.id}/identity`);
  const shown = await staff.clerk.send(page, `/work/case/${m.id}/identity`, { reason: 'to agree on a time' });
  assert.equal(shown.status, 200);
  assert.equal(shown.headers['cache-control'], 'no-store');
  assert.match(words(shown.text), /Wang Xiaoming/);
  const again = await staff.clerk.send(page, `/work/case/${m.id}/identity`, { reason: 'to agree on a time' });
  assert.equal(again.status, 303, 'the same form again shows nothing');
  const c = await casefile(staff.clerk, m.id);
  assert.equal(c.steps.filter((s) => s.event === 'identity_read').length, 1);
  assert.doesNotMatch(JSON.stringify(c), /Wang Xiaoming|13800001234/);
});

test('personal data is proposed to be struck out before the public reads a matter', async () => {
  const m = await brought(city, 'registered', { subject: 'Ramp too steep', text: 'My phone is 13800001234, call me.' });
  const page = await staff.clerk.get(`/work/case/${m.id}/show`);
  assert.match(words(page.text), /My phone is 13800001234/);
  assert.match(page.text, /My phone is ■+/);
  await done(staff.clerk, m.id, 'show', {}, { shown: '1' });
  const seen = await new Client(city.server).get(`/matters/${m.ref}`);
  assert.equal(seen.status, 200);
  assert.doesNotMatch(seen.text, /13800001234/);
  await done(staff.clerk, m.id, 'show', {}, { shown: '0' });
  assert.equal((await new Client(city.server).get(`/matters/${m.ref}`)).status, 404);
});

// ── registering for somebody ─────────────────────────────────────────────────────────────────────────────

test('P01 a caller is read back to, gets a receipt that opens the matter, and a repeated form gives the same one', async () => {
  const start = await staff.handler.get('/work/register');
  const wrong = await staff.handler.send(start, '/work/register', { subject: '', text: '' }, { go: 'check' });
  assert.equal(wrong.status, 400);
  const check = await staff.handler.send(wrong, '/work/register', { kind: 'complaint', channel: 'phone', subject: '路灯坏了两个月',
    text: '和平街道12号门口。\n没有人来修。', contact_name: '李四', contact_phone: '139 0000 1111', public: '1' }, { go: 'check' });
  assert.equal(heading(check.text), 'Read it back to the person');
  assert.match(words(check.text), /和平街道12号门口。 没有人来修。/);
  assert.match(words(check.text), /Linjiang Housing Bureau/);
  const changed = await staff.handler.send(check, '/work/register', {}, { go: 'change' });
  assert.match(changed.text, /value="路灯坏了两个月"/);
  const one = await staff.handler.send(check, '/work/register', {}, { go: 'register' });
  const two = await staff.handler.send(check, '/work/register', {}, { go: 'register' });
  assert.equal(one.status, 200);
  assert.equal(one.headers['cache-control'], 'no-store');
  assert.deepEqual(receipt_of(two.text), receipt_of(one.text));
  const opened = await track(new Client(city.server), receipt_of(one.text).code);
  assert.match(words(opened.text), /路灯坏了两个月/);
});

// ── signing in ───────────────────────────────────────────────────────────────────────────────────────────

test('signing in leads back to the page that was asked for, on this site only', async () => {
  const c = new Client(city.server);
  const enter = async (back) => c.send(await c.get(`/sign-in?back=${encodeURIComponent(back)}`), '/sign-in', { login: 'mate', password: 'haitang-mate' });
  assert.equal((await enter('/work/matters?q=a')).headers.location, '/work/matters?q=a');
  for (const back of ['//evil.example', 'https://evil.example/', '/\\evil.example']) {
    c.cookies.delete('luoshi');
    assert.equal((await enter(back)).headers.location, '/work', back);
  }
  const out = await c.send(await c.get('/work'), '/sign-out');
  assert.equal(out.status, 303);
  assert.equal((await c.get('/work')).status, 303);
});

test('guessing a password is slowed and says for how long; nobody else is kept out', async () => {
  const { dir, password } = await empty({ now: new Date().toISOString() });
  const server = await serve(dir, { now: new Date(Date.now() + 1000).toISOString() });
  const guess = async (login, word) => {
    const c = new Client(server);
    return c.send(await c.get('/sign-in'), '/sign-in', { login, password: word });
  };
  let x;
  for (let i = 0; i < 12 && x?.status !== 429; i++) x = await guess('root', `wrong password ${i}`);
  assert.equal(x.status, 429);
  assert.match(words(x.text), /Wait \d+ seconds/);
  assert.ok(Number(x.headers['retry-after']) >= 1);
  const [known, unknown] = [await guess('somebody', 'wrong password'), await guess('nobody.at.all', 'wrong password')];
  assert.deepEqual(faults(known.text), faults(unknown.text));
  await new Promise((r) => setTimeout(r, Number(x.headers['retry-after']) * 1000 + 200));
  assert.equal((await guess('root', password)).status, 303, 'the right password opens after the wait');
  await server.stop();
});

test('a person changes their password, language and absence; the stand-in then has the work', async () => {
  const { mate, handler } = staff;
  let page = await mate.get('/work/me');
  const bad = await mate.send(page, '/work/me', { do: 'password', old: 'wrong wrong wrong', password: 'a new long password', again: 'a new long password' });
  assert.equal(bad.status, 400);
  const old = mate.cookies.get('luoshi');
  const ok = await mate.send(page, '/work/me', { do: 'password', old: 'haitang-mate', password: 'a new long password', again: 'a new long password' });
  assert.equal(ok.status, 303);
  const before_it = new Client(city.server);
  before_it.cookies.set('luoshi', old);
  assert.equal((await before_it.get('/work')).status, 303, 'the session before has ended');
  page = await mate.get('/work/me');
  assert.equal(page.status, 200);
  assert.equal((await mate.send(page, '/work/me', { do: 'language', lang: 'zh-CN' })).status, 303);
  assert.equal(heading((await mate.get('/work')).text), '我的待办');
  await mate.get('/work?lang=en');

  const m = await brought(city, 'handling');
  assert.equal((await mate.get(`/work/case/${m.id}/answer`)).status, 403);
  const me = await handler.get('/work/me');
  const deputy = /<option value="(\d+)"[^>]*>Bai Lu</.exec(me.text)[1];
  const today = new Date().toISOString().slice(0, 10), later = new Date(Date.now() + 5 * 86400e3).toISOString().slice(0, 10);
  const from = new Date(Date.now() - 86400e3).toISOString().slice(0, 10);
  assert.equal((await handler.send(me, '/work/me', { do: 'absence', deputy, from: today, to: from })).status, 400);
  assert.equal((await handler.send(me, '/work/me', { do: 'absence', deputy, from, to: later })).status, 303);
  assert.match((await mate.get('/work')).text, new RegExp(m.ref), 'T74 the stand-in has it in the queue');
  assert.equal((await mate.get(`/work/case/${m.id}/answer`)).status, 200);
  const absence = /name="absence" value="(\d+)"/.exec((await handler.get('/work/me')).text)[1];
  assert.equal((await handler.post('/work/me', { csrf: csrf_of((await handler.get('/work/me')).text), do: 'end-absence', absence })).status, 303);
  assert.equal((await mate.get(`/work/case/${m.id}/answer`)).status, 403);
});

// ── lists and overview ───────────────────────────────────────────────────────────────────────────────────

test('the list keeps its filters in the address and finds words inside the units that one may see', async () => {
  const m = await raised(city, { subject: '三月以来六楼没有水压', text: '早晚都没有水。' });
  const found = (await staff.clerk.get(`/work/matters.json?q=${encodeURIComponent('水压')}&state=registered&channel=web`)).json;
  assert.ok(found.items.some((i) => i.ref === m.ref));
  const page = await staff.clerk.get('/work/matters?unit=990100&state=answered&sort=due&kind=help');
  assert.match(page.text, /value="Linjiang District 990100"/);
  assert.match(page.text, /<option value="answered" selected>/);
  assert.equal((await staff.clerk.get('/work/matters?unit=no+such+unit')).status, 400);
  assert.equal((await staff.clerk.get('/work/matters?state=nonsense&kind=%27')).status, 200);
  assert.equal((await staff.stranger.get(`/work/matters.json?q=${encodeURIComponent('水压')}`)).json.total, 0);
});

test('T75 T76 the overview shows the own level first, and lower units see the own level of those above', async () => {
  await brought(city, 'answered');
  const top = (await staff.leader.get('/overview.json?open=990100')).json;
  assert.equal(top.code, '990000');
  assert.equal(top.is_own, true);
  const codes = top.rows.map((r) => r.code);
  assert.deepEqual(codes, ['990000', '990100', '990101', '990110', '990300'], 'in the order of the codes, level by level');
  const page = (await staff.leader.get('/overview')).text;
  assert.ok(page.indexOf('Own level') < page.indexOf('With the levels below'));
  const above = (await staff.handler.get('/overview.json?unit=990100')).json;
  assert.equal(above.code, '990100');
  assert.equal(above.rows.length, 0, 'only its own level');
  assert.match((await staff.handler.get('/overview')).text, /See the unit above: Linjiang District/);
  assert.equal((await staff.handler.get('/overview?unit=990300')).status, 404);
  assert.equal((await staff.stranger.get('/overview?unit=990101')).status, 404);
  for (const row of top.rows) {
    const listed = (await staff.leader.get(`/work/matters.json?unit=${row.code}&state=answered`)).json.total;
    assert.equal(row.figures.find((f) => f.what === 'answered').n, listed, `answered at ${row.code}`);
  }
});

test('T73 the overview says how many units name an office', async () => {
  const v = (await staff.leader.get('/overview.json')).json;
  assert.equal(v.units, 5);
  assert.equal(v.with_office, 0);
});
