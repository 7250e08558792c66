// What the public and those who raise matters can do, by page and by JSON: raise, follow, say whether it is solved, search, read.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import {
  ask, clean, Client, csrf_of, demo, empty, faults, form_of, forms, heading, once_of, raise, receipt_of, serve, sign_in, to_check, track, WORDS, words,
} from '../lib/luoshi.mjs';
import { ANSWER, done } from '../lib/office.mjs';

let server;
before(async () => { server = await serve(await demo({ matters: 60 }), { config: '[limits]\nguesses = 0\n' }); });
after(async () => {
  await server?.stop();
  await clean();
});

const ZH = { 'Accept-Language': 'zh-CN' };
const encode = encodeURIComponent;

// ── HTML ─────────────────────────────────────────────────────────────────────────────────────────────────

const html = new HtmlValidate({
  extends: ['html-validate:recommended', 'html-validate:a11y'],
  rules: { 'long-title': 'off', 'no-trailing-whitespace': 'off', 'no-inline-style': 'error', 'prefer-native-element': 'off', 'void-style': 'off', 'doctype-style': 'off', 'attribute-boolean-style': 'off' },
});
async function is_sound(page, what) {
  const report = await html.validateString(page.text ?? page);
  const said = report.results.flatMap((r) => r.messages).map((m) => `${m.ruleId} ${m.line}:${m.column} ${m.message}`);
  assert.deepEqual(said, [], what);
  assert.equal((page.text.match(/<h1/g) ?? []).length, 1, `${what}: one h1`);
  for (const m of page.text.matchAll(/href="#([^"]+)"/g)) assert.ok(page.text.includes(`id="${m[1]}"`), `${what}: #${m[1]} leads nowhere`);
}

// ── staff, as far as the public needs them ───────────────────────────────────────────────────────────────

async function casefile_of(client, ref) {
  const list = (await client.get('/work/matters.json?sort=newest')).json;
  const item = list.items.find((i) => i.ref === ref);
  assert.ok(item, `${ref} is on the clerk's list`);
  return item.casefile;
}
async function answer(ref) {
  const clerk = await sign_in(server, 'clerk'), head = await sign_in(server, 'head');
  const unit = (await head.get('/work/me.json')).json.roles[0].unit;
  const id = await casefile_of(clerk, ref);
  await done(clerk, id, 'accept', { unit });
  await done(head, id, 'answer', ANSWER);
  return { clerk, head, id };
}
const say = (c, page, fields) => c.send(page, '/track/matter/confirm', fields);

// ── raising ──────────────────────────────────────────────────────────────────────────────────────────────

test('T64 P01 raising a matter step by step without script or account gives a reference, a code of 16 digits and the next dates', async () => {
  const c = new Client(server);
  let page = await c.get('/raise');
  await is_sound(page, 'first step');
  page = await c.send(page, '/raise', { kind: 'help', subject: '六楼早晚没水', text: '三月以来\n早晚没有水' }, { go: 'next' });
  assert.equal(heading(page.text), 'Where is it?');
  await is_sound(page, 'where');
  page = await c.send(page, '/raise', { place: '玉兰社区6幢', point: '121.544，29.868' }, { go: 'next' });
  await is_sound(page, 'details');
  page = await c.send(page, '/raise', { public: 'yes' }, { go: 'next' });
  await is_sound(page, 'contact');
  page = await c.send(page, '/raise', { contact_name: '王芳', contact_phone: '138 0000 1111' }, { go: 'next' });
  assert.equal(heading(page.text), 'Check your words');
  await is_sound(page, 'check');
  for (const said of ['六楼早晚没水', '玉兰社区6幢', '王芳', '138 0000 1111', 'Request for help']) assert.ok(words(page.text).includes(said), `${said} is read back`);
  page = await c.send(page, '/raise', {}, { go: 'next' });
  await is_sound(page, 'receipt');
  assert.equal(page.status, 200);
  assert.equal(page.headers['cache-control'], 'no-store');
  const { code, ref } = receipt_of(page.text);
  assert.match(code, /^\d{4} \d{4} \d{4} \d{4}$/);
  assert.match(ref, /^HT-26-\d{6}$/);
  assert.match(words(page.text), /By 8 Dec 2026 it tells you whether it is accepted/);
  assert.match(page.text, /ls-receipt__qr"><svg /);
  const own = await track(c, code);
  assert.ok(words(own.text).includes('三月以来 早晚没有水'), 'the original words, line breaks kept');
});

test('T64 every step says what is wrong first and at the field, and keeps everything that was entered', async () => {
  const c = new Client(server);
  let page = await c.send(await c.get('/raise'), '/raise', { subject: 'x'.repeat(121), text: '' }, { go: 'next' });
  assert.equal(page.status, 400);
  assert.deepEqual(faults(page.text).map((f) => f.replace('Error: ', '')), ['Choose what kind of matter it is', 'The subject must be 120 characters or fewer', 'Enter what it is about']);
  for (const id of ['f-kind', 'f-subject', 'f-text']) assert.match(page.text, new RegExp(`<a href="#${id}">`));
  assert.ok(page.text.includes('x'.repeat(121)), 'kept');
  await is_sound(page, 'step with faults');
  page = await c.send(page, '/raise', { kind: 'complaint', subject: '<b>&"\'', text: 'a < b & c' }, { go: 'next' });
  page = await c.send(page, '/raise', { point: 'here' }, { go: 'next' });
  assert.match(faults(page.text)[0], /latitude and longitude/);
  page = await c.send(page, '/raise', { point: '' }, { go: 'next' });
  page = await c.send(page, '/raise', {}, { go: 'next' });
  assert.match(faults(page.text)[0], /whether the public may read it/);
  page = await c.send(page, '/raise', { public: 'no' }, { go: 'next' });
  page = await c.send(page, '/raise', { contact_mail: 'nobody', contact_phone: '12' }, { go: 'next' });
  assert.equal(faults(page.text).length, 2);
  page = await c.send(page, '/raise', { contact_mail: '', contact_phone: '' }, { go: 'back' });
  assert.equal(form_of(page.text, '/raise').fields.find(([n, v]) => n === 'public' && v === 'no')?.[1], 'no', 'back keeps the choice');
  page = await c.send(page, '/raise', {}, { go: 'next' });
  page = await c.send(page, '/raise', {}, { go: 'next' });
  assert.ok(page.text.includes('&lt;b&gt;') && !page.text.includes('<b>'), 'escaped');
  assert.ok(words(page.text).includes('You stay anonymous'));
  page = await c.send(page, '/raise', {}, { go: 'what' });
  page = await c.send(page, '/raise', { subject: 'changed' }, { go: 'next' });
  assert.equal(heading(page.text), 'Check your words', 'a change leads back to the check page');
  assert.ok(words(page.text).includes('changed'));
});

test('T64 everything is checked again at the end: what was slipped into a hidden field comes back with its step', async () => {
  const c = new Client(server);
  const check = await to_check(c);
  const page = await c.send(check, '/raise', { contact_mail: 'nobody' }, { go: 'next' });
  assert.equal(page.status, 400);
  assert.equal(heading(page.text), 'How can the unit reach you?');
  assert.match(faults(page.text)[0], /email address/);
});

test('P22 the same form sent twice, also at once, makes one matter and shows the same receipt', async () => {
  const c = new Client(server);
  const check = await to_check(c, { subject: 'Sent twice, registered once' });
  const pages = await Promise.all([1, 2, 3].map(() => c.send(check, '/raise', {}, { go: 'next' })));
  const receipts = pages.map((p) => receipt_of(p.text));
  assert.match(receipts[0].code, /\d{4}/);
  for (const r of receipts) assert.deepEqual(r, receipts[0]);
  const clerk = await sign_in(server, 'clerk');
  const list = (await clerk.get('/work/matters.json?sort=newest')).json.items.filter((i) => i.subject === 'Sent twice, registered once');
  assert.equal(list.length, 1);
  const again = await raise(c, { subject: 'Sent twice, registered once' });
  assert.notEqual(again.ref, receipts[0].ref, 'a new form is a new matter');
});

test('P22 raising by JSON: the receipt as an object, faults as problem details', async () => {
  const c = new Client(server);
  const check = await to_check(c);
  const fields = { ...Object.fromEntries(form_of(check.text, '/raise').fields), go: 'next' };
  const bad = await c.post('/raise', { ...fields, subject: '' }, { Accept: 'application/json' });
  assert.equal(bad.status, 400);
  assert.match(bad.headers['content-type'], /problem\+json/);
  assert.deepEqual(bad.json.errors.map((e) => e.field), ['subject']);
  const good = await c.post('/raise', fields, { Accept: 'application/json' });
  assert.equal(good.status, 200);
  assert.match(good.json.receipt, /^\d{4} \d{4} \d{4} \d{4}$/);
  assert.match(good.json.ref, /^HT-/);
  assert.equal(good.json.tell_by, '2026-12-08');
});

test('P01 T70 no name is needed, 4,000 Chinese characters fit, 4,001 do not; a report of wrongdoing cannot be made public', async () => {
  const c = new Client(server);
  const r = await raise(c, { kind: 'report', public: 'yes', text: '𠮷'.repeat(10) + '水'.repeat(3990) });
  const own = await track(c, r.code);
  assert.ok(own.text.includes('𠮷𠮷水'));
  assert.ok(words(own.text).includes('The public cannot read it.'));
  const other = new Client(server);
  const sent = await other.send(await to_check(other, { text: '水'.repeat(4001) }), '/raise', {}, { go: 'next' });
  assert.equal(sent.status, 400);
  assert.equal(heading(sent.text), 'What do you want to say?', 'sending leads back to the step where it can be put right');
});

test('P06 similar public matters are shown while raising', async () => {
  const one = (await ask(server, 'GET', '/matters.json')).json.items[0];
  const c = new Client(server);
  const page = await to_check(c, { subject: one.subject });
  assert.ok(words(page.text).includes('Somebody raised something similar'));
  assert.ok(page.text.includes('href="/matters/HT-'));
});

// ── following ────────────────────────────────────────────────────────────────────────────────────────────

test('P27 the code opens the matter: in groups, with dashes, in full-width digits; it stands in no address and no page stores it', async () => {
  const c = new Client(server);
  const r = await raise(c);
  const shapes = [r.code, r.code.replaceAll(' ', ''), r.code.replaceAll(' ', '-'), r.code.replaceAll(' ', '－').replace(/\d/g, (d) => String.fromCodePoint(0xff10 + Number(d)))];
  for (const shape of shapes) {
    const one = new Client(server);
    const x = await one.send(await one.get('/track'), '/track', { code: shape });
    assert.equal(x.status, 303, shape);
    assert.equal(x.headers.location, '/track/matter');
    const own = await one.get('/track/matter');
    assert.equal(own.headers['cache-control'], 'no-store');
    assert.ok(words(own.text).includes(r.ref) && !own.text.includes(r.code));
    await is_sound(own, 'own matter');
  }
  for (const line of r.page.cookies) assert.ok(!line.includes(r.code.replaceAll(' ', '')));
});

test('P27 a wrong code says so; a malformed one too; nobody without a code gets in', async () => {
  const c = new Client(server);
  const open = await c.get('/track/matter');
  assert.equal(open.status, 303);
  assert.equal(open.headers.location, '/track');
  const short = await c.send(await c.get('/track'), '/track', { code: '1234' });
  assert.equal(short.status, 400);
  assert.match(faults(short.text)[0], /16 digits/);
  await is_sound(short, 'track with a fault');
  const wrong = await c.send(await c.get('/track'), '/track', { code: '0000 0000 0000 0000' });
  assert.equal(wrong.status, 400);
  assert.match(faults(wrong.text)[0], /No matter has this code/);
});

test('T67 N02 answered is not solved: the raiser says it, and “not solved” opens it again one level up with its first dates', async () => {
  const c = new Client(server);
  const r = await raise(c, { subject: 'The pump stands still' });
  let own = await track(c, r.code);
  assert.ok(!own.text.includes('/track/matter/confirm'), 'nothing to say before an answer');
  await answer(r.ref);
  own = await c.get('/track/matter');
  for (const part of Object.values(ANSWER)) assert.ok(words(own.text).includes(part), part);
  assert.ok(words(own.text).includes('answered, not yet confirmed'));
  assert.deepEqual((await c.get('/track/matter.json')).json.can_say, ['solved', 'partly', 'not_solved']);
  await is_sound(own, 'answered matter');
  const nothing = await say(c, own, {});
  assert.equal(nothing.status, 400);
  assert.match(faults(nothing.text)[0], /Choose whether it is solved/);
  const due = (await c.get('/track/matter.json')).json.clocks.find((k) => k.rule === 'handle').due;
  own = await c.follow(await say(c, own, { said: 'not_solved', words: 'The new pump stands still too.' }));
  assert.ok(words(own.text).includes('Not solved: it goes one level up'));
  assert.ok(words(own.text).includes('not solved, one level up'));
  const json = (await c.get('/track/matter.json')).json;
  assert.equal(json.state, 'accepted');
  assert.equal(json.clocks.find((k) => k.rule === 'handle').due, due, 'the person’s date did not move');
  assert.deepEqual(json.can_say, []);
});

test('T67 N02 the raiser says “solved”; it can be taken back; a form from before is told that something changed', async () => {
  const c = new Client(server);
  const r = await raise(c);
  await track(c, r.code);
  await answer(r.ref);
  const before_all = await c.get('/track/matter');
  let own = await c.follow(await say(c, before_all, { said: 'solved', words: '谢谢' }));
  assert.equal((await c.get('/track/matter.json')).json.state, 'solved');
  assert.ok(words(own.text).includes('Solved: you said so'));
  const late = await say(c, before_all, { said: 'partly' });
  assert.equal(late.status, 409);
  assert.ok(words(late.text).includes('Something changed after you opened this page'));
  assert.deepEqual((await c.get('/track/matter.json')).json.can_say, ['not_solved']);
  own = await c.get('/track/matter');
  await c.follow(await say(c, own, { said: 'not_solved' }));
  assert.equal((await c.get('/track/matter.json')).json.reopened, 1);
});

test('P01 words go both ways without an account; the unit’s words do not say who wrote them', async () => {
  const c = new Client(server);
  const r = await raise(c);
  let own = await track(c, r.code);
  const empty_one = await c.send(own, '/track/matter/message', { text: '  ' });
  assert.equal(empty_one.status, 400);
  assert.match(faults(empty_one.text)[0], /Enter a message/);
  own = await c.follow(await c.send(own, '/track/matter/message', { text: 'It is also dark.\r\nSince Monday.' }));
  assert.ok(words(own.text).includes('It is also dark. Since Monday.'));
  const clerk = await sign_in(server, 'clerk');
  await done(clerk, await casefile_of(clerk, r.ref), 'message', { text: 'Which staircase is it?' });
  const { messages } = (await c.get('/track/matter.json')).json;
  assert.deepEqual(messages.map((m) => [m.from_raiser, m.text]).sort(), [[false, 'Which staircase is it?'], [true, 'It is also dark.\nSince Monday.']]);
  const name = (await clerk.get('/work/me.json')).json.name;
  own = await c.get('/track/matter');
  assert.ok(words(own.text).includes('Which staircase is it?') && !own.text.includes(name));
});

test('P30 the identity is withdrawn after asking once; the matter goes on and the clerk can read no name any more', async () => {
  const c = new Client(server);
  const r = await raise(c, { contact_name: '李春梅', contact_phone: '138 0000 2222' });
  let own = await track(c, r.code);
  assert.ok(!own.text.includes('李春梅'), 'not even the raiser’s page shows it');
  const path = '/track/matter/withdraw-identity';
  const asked = await c.get(path);
  await is_sound(asked, 'withdraw');
  own = await c.follow(await c.send(asked, path));
  assert.ok(words(own.text).includes('Your identity is withdrawn') && words(own.text).includes('No contact details are stored.'));
  assert.equal((await c.get(path)).status, 303, 'nothing left to withdraw');
  assert.equal((await c.get('/track/matter.json')).json.has_contact, false);
});

test('leaving closes the matter on this device', async () => {
  const c = new Client(server);
  const r = await raise(c);
  const left = await c.follow(await c.send(await track(c, r.code), '/track/leave'));
  assert.ok(words(left.text).includes('Nobody can open your matter on this device'));
  assert.equal((await c.get('/track/matter')).headers.location, '/track');
});

test('N03 clocks stand with their article and their day, on the raiser’s page and in the rules of /help', async () => {
  const c = new Client(server);
  const r = await raise(c);
  await track(c, r.code);
  const own = (await c.get('/track/matter.json')).json;
  assert.deepEqual(own.clocks.map((k) => [k.rule, k.due, k.article]), [['tell', '2026-12-08', 'Regulations of 2022, article 23']]);
  const rules = (await ask(server, 'GET', '/help.json')).json.rules;
  assert.deepEqual(rules.map((x) => [x.rule, x.days]), [['tell', 15], ['handle', 60], ['ask', 30]]);
  const help = await ask(server, 'GET', '/help');
  for (const x of rules) assert.ok(help.text.includes(`id="${x.rule}"`), 'the clock links to its rule');
});

// ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

test('P14 P22 the list by JSON has exactly total, exact, looked, items, further and next; names in the language asked', async () => {
  const list = (await ask(server, 'GET', '/matters.json')).json;
  assert.deepEqual(Object.keys(list), ['total', 'exact', 'looked', 'items', 'further', 'next']);
  assert.ok(list.exact && list.total >= list.items.length && list.items.length > 0);
  for (const key of ['ref', 'subject', 'category', 'unit', 'state', 'raised_at']) assert.ok(key in list.items[0], key);
  const zh = (await ask(server, 'GET', '/matters.json', { headers: ZH })).json;
  assert.match(zh.items.map((i) => i.unit).join(''), /[\u4e00-\u9fff]/);
  assert.doesNotMatch(list.items.map((i) => i.unit).join(''), /[\u4e00-\u9fff]/);
});

test('P14 key-set pages show every matter once, by page and by JSON', async () => {
  const seen = new Set();
  let path = '/matters.json', pages = 0, total = 0;
  for (; path !== null && pages < 50; pages++) {
    const list = (await ask(server, 'GET', path)).json;
    total = list.total;
    for (const i of list.items) assert.ok(!seen.has(i.ref), i.ref), seen.add(i.ref);
    path = list.next === null ? null : `/matters.json?after=${encode(list.next)}`;
  }
  assert.equal(seen.size, total);
  const html_seen = new Set();
  for (path = '/matters'; path; ) {
    const page = (await ask(server, 'GET', path)).text;
    for (const m of page.matchAll(/href="\/matters\/(HT-[^"]+)"/g)) html_seen.add(m[1]);
    path = /<a rel="next" href="([^"]+)"/.exec(page)?.[1].replaceAll('&amp;', '&');
  }
  assert.deepEqual([...html_seen].sort(), [...seen].sort());
});

test('P14 filters narrow the list, keep their values in the address and say how many were found; a hit is marked', async () => {
  const all = (await ask(server, 'GET', '/matters.json')).json;
  const one = all.items.find((i) => /[\u4e00-\u9fff]{4}/.test(i.subject)) ?? all.items[0];
  const term = /[\u4e00-\u9fff]{2}/.exec(one.subject)?.[0] ?? one.subject.split(' ')[0];
  const found = (await ask(server, 'GET', `/matters.json?q=${encode(term)}`)).json;
  assert.ok(found.items.some((i) => i.ref === one.ref), `${term} finds ${one.subject}`);
  assert.ok(found.total <= all.total);
  const page = await ask(server, 'GET', `/matters?q=${encode(term)}&state=${one.state}&kind=${one.kind ?? ''}&sort=oldest`);
  const form = form_of(page.text, '/matters');
  const value = Object.fromEntries(form.fields);
  assert.equal(value.q, term);
  assert.equal(value.state, one.state);
  assert.equal(value.sort, 'oldest');
  assert.match(words(page.text), /\d+ matters? found/);
  await is_sound(page, 'filtered list');
  for (const state of ['answered', 'solved'])
    for (const i of (await ask(server, 'GET', `/matters.json?state=${state}`)).json.items) assert.equal(i.state, state);
  const nothing = await ask(server, 'GET', '/matters?q=zzzzqqqq');
  assert.ok(words(nothing.text).includes('Nothing public fits these filters'));
  await is_sound(nothing, 'empty list');
});

test('a filter that cannot be read is named at its field; by JSON it is 400', async () => {
  const page = await ask(server, 'GET', '/matters?from=2026-02-30&unit=nowhere&category=zz&state=open&kind=x');
  assert.equal(page.status, 200);
  assert.equal(faults(page.text).length, 5);
  await is_sound(page, 'filters with faults');
  const json = await ask(server, 'GET', '/matters.json?from=2026-02-30');
  assert.equal(json.status, 400);
  assert.equal(json.json.errors[0].field, 'from');
  for (const q of ['"', '*', 'NEAR(', 'a AND', '%00', '%F0%A0%AE%B7', '('.repeat(200)]) {
    const x = await ask(server, 'GET', `/matters.json?q=${q.startsWith('%') ? q : encode(q)}`);
    assert.ok([200, 400].includes(x.status), q);
  }
});

test('P29 P30 the public sees let-through words only: no name, no internal note, no official’s name; what is not public is 404', async () => {
  const c = new Client(server);
  const r = await raise(c, { subject: 'Not let through yet', contact_name: '张秋生' });
  assert.equal((await ask(server, 'GET', `/matters/${r.ref}`)).status, 404);
  assert.equal((await ask(server, 'GET', `/matters/${r.ref}.json`)).status, 404);
  const list = (await ask(server, 'GET', '/matters.json')).json.items;
  const people = (await (await sign_in(server, 'head')).get('/work/me.json')).json.name;
  for (const item of list.slice(0, 12)) {
    const page = await ask(server, 'GET', `/matters/${item.ref}`);
    assert.equal(page.status, 200);
    await is_sound(page, item.ref);
    assert.ok(!page.text.includes(people), 'offices speak, not persons');
    const json = (await ask(server, 'GET', `/matters/${item.ref}.json`)).json;
    for (const s of json.steps) assert.ok(!['noted', 'identity_read', 'message_raiser', 'message_unit'].includes(s.event), s.event);
  }
});

test('T67 the start page: a year in three numbers from the records, a chart with its figures in a table, answered lately', async () => {
  const home = await ask(server, 'GET', '/');
  await is_sound(home, 'start page');
  assert.equal(heading(home.text), 'Say what is wrong. See it through.');
  assert.match(words(home.text), /answered, \d+ in 100 in time/);
  assert.match(words(home.text), /solved, said by those who raised them/);
  const json = (await ask(server, 'GET', '/index.json')).json;
  assert.equal(json.months.length, 12);
  assert.ok(json.raised >= json.answered && json.answered >= json.in_time && json.lately.length > 0);
  assert.equal((home.text.match(/<tr><th scope="row">/g) ?? []).length, 12);
  const times = json.lately.map((m) => m.answered_at);
  assert.deepEqual(times, [...times].sort().reverse(), 'newest answer first');
});

test('an installation without matters says what will appear and offers the first step', async () => {
  const { dir } = await empty();
  const bare = await serve(dir);
  for (const path of ['/', '/matters']) {
    const page = await ask(bare, 'GET', path);
    await is_sound(page, `empty ${path}`);
    assert.match(page.text, /class="ls-empty"/);
    assert.match(page.text, /<a class="ls-touch" href="\/raise">/);
  }
  assert.equal((await ask(bare, 'GET', '/matters.json')).json.total, 0);
  await bare.stop();
});

test('P33 T82 every public page and step stands in Chinese too: no English is left over, what people wrote keeps its own language', async () => {
  const c = new Client(server, ZH);
  const english = (page) => words(page.text.replace(/<main[\s\S]*?<\/main>/, (m) => m.replace(/<([a-z0-9]+)\b[^>]*\blang="en"[^>]*>[\s\S]*?<\/\1>/g, ' ')))
    .replace(/Luoshi|English|Cookie|JavaScript|WCAG 2\.2 AA|EN 301 549|https?:\S+|HT-[-0-9]+/g, ' ').match(/[A-Za-z]{3,}/g) ?? [];
  for (const path of ['/', '/help', '/accessibility', '/privacy', '/raise', '/track', '/nowhere']) {
    const page = await c.get(path);
    assert.match(page.text, /<html class="govuk-template" lang="zh-CN">/);
    assert.deepEqual(english(page), [], path);
  }
  const wrong = await c.send(await c.get('/raise'), '/raise', {}, { go: 'next' });
  assert.deepEqual(english(wrong), [], 'faults');
  const r = await raise(c, { subject: '楼道灯不亮', text: '从十月起就不亮了。', contact_name: '王芳' });
  assert.deepEqual(english(r.page), [], 'receipt');
  const own = await track(c, r.code);
  assert.deepEqual(english(own), [], 'own matter');
  await is_sound(own, 'own matter in Chinese');
  const list = await c.get('/matters');
  for (const m of list.text.matchAll(/<h3 class="ls-list__title" lang="(en|zh-CN)"><a[^>]*>([^<]+)</g)) assert.equal(m[1] === 'zh-CN', /[\u4e00-\u9fff]/.test(m[2]), m[2]);
});

test('every form of the public pages carries its token; a raised matter without one is refused', async () => {
  const c = new Client(server);
  for (const path of ['/raise', '/track']) assert.ok(csrf_of((await c.get(path)).text).length > 20, path);
  const check = await to_check(c);
  assert.equal(once_of(check.text).length, 24);
  for (const f of forms(check.text).filter((one) => one.method === 'post')) assert.ok(f.fields.some(([n]) => n === 'csrf'));
  const x = await c.post('/raise', { ...WORDS, step: 'check', go: 'next', csrf: 'wrong', once: once_of(check.text) });
  assert.equal(x.status, 403);
  const stranger = new Client(server);
  await stranger.get('/raise');
  assert.equal((await stranger.send(check, '/raise', {}, { go: 'next' })).status, 403, 'another browser’s token');
});
