// Wrong, hostile and unlucky input: every text field, every token, broken bodies, and a database that is locked, gone, newer, damaged or on
// a full disk. Nobody is told yes for what was not stored.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  about_the_file, ask, clean, Client, copy, csrf_of, decoded, demo, encoded, faults, form_of, heading, must, once_of, raise, raw, receipt_of, run, serve, sign_in, to_check, track, until, words, WORDS,
} from '../lib/luoshi.mjs';
import { change, hold, value } from '../lib/sqlite.mjs';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
let made, dir, server, key;

before(async () => {
  made = await demo();
  key = (await must(['key', 'add', 'desk', '--data', made, '--now', '2026-11-23T09:01:00+08:00'])).out.trim();
  server = await serve(dir = await copy(made));
});
after(async () => {
  const how = await server?.stop();
  await clean();
  assert.equal(how, 0, server?.log);
});

const matters = async (where = dir) => Number(await value(where, 'SELECT count(*) FROM matter'));
const api = (s, body, headers = {}) =>
  ask(s, 'POST', '/api/v1/matters', { headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers }, body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) });
const healthy = async (where) => {
  const r = await run(['doctor', '--data', where]);
  assert.equal(r.code, 0, r.out + r.err);
};
// The last step of the form with given fields, as raw bytes: {status, text, raised}.
async function last_step(fields, extra = '') {
  const c = new Client(server), n = await matters();
  const start = await c.get('/raise');
  const hidden = { csrf: csrf_of(start.text), step: 'check', go: 'next', once: once_of((await to_check(c)).text) };
  const body = `${encoded({ ...WORDS, ...fields, ...hidden })}${extra}`;
  const x = await c.ask('POST', '/raise', { headers: FORM, body });
  return { status: x.status, text: x.text, faults: faults(x.text), raised: (await matters()) - n };
}

// ── fields ───────────────────────────────────────────────────────────────────────────────────────────────

test('fields that are wrong, missing or too long come back with the reason and with what was entered; nothing is stored', async () => {
  const too_long = [['subject', 121], ['text', 4001], ['place', 201], ['contact_name', 101], ['contact_address', 201]];
  for (const [field, n] of too_long) {
    const x = await last_step({ [field]: '字'.repeat(n) });
    assert.equal(x.status, 400, field);
    assert.equal(x.raised, 0, field);
    assert.ok(x.faults.some((f) => f.includes(String(n - 1)) || f.includes((n - 1).toLocaleString('en'))), `${field}: ${x.faults}`);
    assert.ok(x.text.includes('字'.repeat(n)), `${field}: the words are kept`);
    assert.equal((await last_step({ [field]: '字'.repeat(n - 1) })).raised, 1, `${field}: one less is taken`);
  }
  for (const fields of [
    { subject: '' }, { subject: ' \u3000 ' }, { text: '' }, { kind: 'wrong' }, { category: '999999' }, { category: "'" }, { raiser: 'king' },
    { contact_phone: 'call me' }, { contact_mail: 'nobody' }, { contact_mail: 'a@b@c' }, { point: '200, 300' }, { point: 'nan, 1' }, { point: '1e999, 1' }, { point: 'here' },
  ]) {
    const x = await last_step(fields);
    assert.equal(x.status, 400, JSON.stringify(fields));
    assert.equal(x.raised, 0, JSON.stringify(fields));
    assert.ok(x.faults.length > 0, JSON.stringify(fields));
  }
});

test('unknown and repeated fields do no harm; too many and too big ones are refused', async () => {
  const unknown = await last_step({ state: 'solved', ref: 'HT-26-000001', unit: '1', shown: '1', id: '7', is_admin: 'yes' });
  assert.equal(unknown.raised, 1);
  const ref = receipt_of(unknown.text).ref;
  assert.equal(await value(dir, `SELECT state, shown FROM matter WHERE ref = '${ref}'`), 'registered\t0', 'a form cannot set a state');
  const repeated = await last_step({}, '&subject=second&subject=third&text=second');
  assert.equal(repeated.raised, 1, 'the first one counts');
  assert.ok(words(repeated.text).includes(WORDS.subject));
  const many = await last_step({}, '&a=1'.repeat(130));
  assert.deepEqual([many.status, many.raised], [400, 0]);
  const big = await last_step({ text: 'x'.repeat(50000) });
  assert.deepEqual([big.status, big.raised], [400, 0]);
  assert.equal((await last_step({}, `&${'n'.repeat(300)}=1`)).status, 400);
});

test('text that is no text is refused: broken UTF-8, NUL, broken percent codes; in forms, queries, paths, JSON and multipart', async () => {
  const n = await matters();
  for (const bad of ['%FF', '%C0%AF', '%ED%A0%80', '%F4%90%80%80', '%E4%BD', 'a%00b', '%', '%zz', '%4']) {
    const x = await last_step({}, `&note=${bad}`);
    assert.equal(x.status, 400, bad);
    assert.equal((await ask(server, 'GET', `/matters?q=${bad}`)).status, 400, bad);
    const path = (await ask(server, 'GET', `/matters/${bad}`)).status;
    assert.ok(path === 404 || path === 400, `${bad}: ${path}`);
  }
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0]]) {
    const text = Buffer.concat([Buffer.from('{"subject":"a'), Buffer.from(bytes), Buffer.from('","text":"b"}')]);
    assert.equal((await api(server, text)).status, 400, String(bytes));
  }
  assert.equal((await api(server, '{"subject":"a\\u0000b","text":"b"}')).status, 400);
  assert.equal((await api(server, '{"subject":"a\\ud800b","text":"b"}')).status, 400);
  assert.equal(await matters(), n);
});

test('characters outside the basic plane, emoji, rare names and right-to-left words are kept as they are', async () => {
  const subject = '𠮷野家门口 🚰 没有水', text = '住在𡈽坡的𪚥先生说:\n“水管坏了” 👩🏽‍🔧 – مرحبا 1½ Ⅳ ﬁ';
  const c = new Client(server);
  const r = await raise(c, { subject, text, place: '𠮷村1号', contact_name: '阿卜杜勒·𠮷' });
  const page = await track(c, r.code);
  assert.ok(words(page.text).includes(subject));
  const twin = (await c.get('/track/matter.json')).json;
  assert.equal(twin.subject, subject);
  assert.equal(twin.text.replaceAll('\r\n', '\n'), text);
  const by_api = await api(server, { subject, text });
  assert.equal(by_api.status, 201);
  assert.equal(await value(dir, `SELECT subject FROM matter WHERE ref = '${by_api.json.ref}'`), subject);
});

// ── script and SQL in texts ──────────────────────────────────────────────────────────────────────────────

const EVIL = `<script>alert("x")</script> '"&lt;` + '`${7*7}` {{7*7}} {% if 1 %} </textarea><img src=x onerror=alert(1)>';

async function work_it(s, c, casefile, unit) {
  const clerk = await sign_in(s, 'clerk');
  const done = async (who, action, fields) => {
    const x = await who.send(await who.get(`/work/case/${casefile}/${action}`), `/work/case/${casefile}/${action}`, fields);
    assert.equal(x.status, 303, `${action}: ${x.status} ${heading(x.text)} ${faults(x.text)}`);
  };
  await done(clerk, 'accept', { unit, words: EVIL });
  await done(clerk, 'note', { text: EVIL });
  const head = await sign_in(s, 'head');
  await done(head, 'answer', { asked: EVIL, found: EVIL, done: EVIL, basis: EVIL, remedy: EVIL });
  await done(clerk, 'message', { text: EVIL });
  await done(clerk, 'show', { subject: EVIL.slice(0, 100), text: EVIL, place: EVIL, answer: EVIL, shown: '1' });
  return { clerk, head };
}

test('script, quotes and template braces in every text are shown as text on every page that shows them', async () => {
  const unit = /^head +head +(\S+)/m.exec((await must(['user', 'list', '--data', dir])).out)[1];
  const c = new Client(server);
  const r = await raise(c, { subject: EVIL.slice(0, 100), text: EVIL, place: EVIL, contact_name: EVIL.slice(0, 100), contact_address: EVIL });
  await track(c, r.code);
  const casefile = await value(dir, `SELECT casefile_id FROM matter WHERE ref = '${r.ref}'`);
  const { clerk, head } = await work_it(server, c, casefile, unit);
  const said = await c.send(await c.get('/track/matter'), '/track/matter/message', { text: EVIL });
  assert.equal(said.status, 303);
  const admin = await sign_in(server, 'admin');
  const new_unit = await admin.send(await admin.get('/admin/unit-new?parent=990000'), '/admin/unit-new', { code: '990999', name_zh: EVIL.slice(0, 100), name_en: EVIL.slice(0, 100), kind: 'department', remit: EVIL, address: EVIL.slice(0, 100), phone: EVIL.slice(0, 100) });
  assert.equal(new_unit.status, 303, faults(new_unit.text).join());
  const category = await admin.send(await admin.get('/admin/category-new'), '/admin/category-new?parent=', { name_zh: EVIL.slice(0, 60), name_en: EVIL.slice(0, 60) });
  assert.equal(category.status, 303, faults(category.text).join());
  const pages = [
    [c, '/'], [c, '/matters'], [c, `/matters/${r.ref}`], [c, '/track/matter'], [c, '/track/matter/withdraw-identity'], [c, '/raise'],
    [c, `/matters?q=${encodeURIComponent(EVIL.slice(0, 100))}&place=${encodeURIComponent(EVIL)}&state=${encodeURIComponent(EVIL)}&from=${encodeURIComponent(EVIL)}&unit=${encodeURIComponent(EVIL)}&sort=${encodeURIComponent(EVIL)}`],
    [clerk, '/work'], [clerk, '/work/matters'], [clerk, `/work/case/${casefile}`], [clerk, `/work/case/${casefile}/show`], [clerk, `/work/case/${casefile}/note`],
    [clerk, `/work/matters?q=${encodeURIComponent(EVIL.slice(0, 100))}&unit=${encodeURIComponent(EVIL)}`], [head, `/work/case/${casefile}`], [clerk, '/overview'],
    [c, `/sign-in?back=${encodeURIComponent('/x"><script>alert(1)</script>')}`], [c, `/${encodeURIComponent(EVIL)}`],
    [admin, '/admin'], [admin, '/admin/units'], [admin, '/admin/units/990999'], [admin, '/admin/units/990999/change'], [admin, '/admin/categories'], [admin, `/admin/units?q=${encodeURIComponent(EVIL)}`], [admin, `/admin/people?q=${encodeURIComponent(EVIL)}`],
  ];
  let shown = 0;
  for (const [who, path] of pages) {
    const x = await who.get(path);
    assert.ok(x.status < 500, `${path}: ${x.status}`);
    for (const piece of ['<script>alert', '<img src=x', '</textarea><img', '"><script']) assert.ok(!x.text.includes(piece), `${path}: ${piece} stands there as HTML`);
    const scripts = [...x.text.matchAll(/<script\b[^>]*>/g)].map((m) => m[0]);
    assert.ok(scripts.every((tag) => /^<script type="module" src="\/assets\/app\.[0-9a-f]+\.js">$/.test(tag)), `${path}: ${scripts}`);
    shown += decoded(x.text).includes('<script>alert("x")</script>') ? 1 : 0;
    if (path === `/matters/${r.ref}` || path === '/track/matter') assert.ok(decoded(x.text).includes('{{7*7}} {% if 1 %}'), `${path}: braces are kept, not run: ${x.status} ${words(x.text)}`);
  }
  assert.ok(shown >= 14, `it is shown as text on ${shown} pages`);
  const one = (await c.get(`/matters/${r.ref}.json`));
  assert.equal(one.json.text, EVIL);
  assert.doesNotMatch(one.text, /<script>/, 'JSON is safe inside HTML too');
});

test('SQL and search operators in every text are only words', async () => {
  const evil = [`'); DROP TABLE matter; --`, `' OR '1'='1`, `" OR 1=1 --`, `%' UNION SELECT code FROM matter --`, `\\'; --`];
  const before_all = await matters();
  for (const text of evil) {
    const r = await raise(new Client(server), { subject: text, text, place: text, contact_name: text });
    assert.equal(await value(dir, `SELECT count(*) FROM matter WHERE ref = '${r.ref}' AND subject = text`), '1');
  }
  assert.equal(await matters(), before_all + evil.length);
  const clerk = await sign_in(server, 'clerk'), admin = await sign_in(server, 'admin');
  const operators = [...evil, 'AND', 'OR', 'NOT', 'NEAR(a b)', 'a NEAR/2 b', '*', '^a', 'text:x', '"', '""', '"a', 'a"b', '(', ')', '-', '+a', 'a*', '{x}:y', '%', '_', '\\', '🚰', '，。', 'a'.repeat(2000), '水'.repeat(500)];
  for (const q of operators) {
    const e = encodeURIComponent(q);
    for (const [who, path] of [
      [clerk, `/matters.json?q=${e}`], [clerk, `/matters?place=${e}`], [clerk, `/work/matters?q=${e}`], [clerk, `/work/matters?unit=${e}`], [admin, `/admin/units?q=${e}`], [admin, `/admin/people?q=${e}`],
      [clerk, `/matters?after=${e}`], [clerk, `/matters?category=${e}&unit=${e}&kind=${e}&state=${e}&sort=${e}&from=${e}&to=${e}`], [clerk, `/overview?unit=${e}&open=${e}`], [admin, `/admin/categories?below=${e}`], [clerk, `/work?state=${e}`],
    ]) {
      const x = await who.get(path);
      assert.ok(x.status < 500, `${path}: ${x.status}`);
    }
  }
  for (const path of ['/matters/%27', '/work/case/1%27', '/work/case/-1', '/work/case/99999999999999999999999', '/admin/units/%27', '/admin/people/0', '/work/case/abc/accept', '/matters/..%2f..%2fluoshi.key'])
    assert.equal((await admin.get(path)).status, 404, path);
  await healthy(dir);
});

// ── tokens and sessions ──────────────────────────────────────────────────────────────────────────────────

test('a forged, missing, foreign or outlived form token is refused and nothing is done', async () => {
  const n = await matters();
  const a = new Client(server), b = new Client(server);
  const check = await to_check(a);
  const fields = Object.fromEntries(form_of(check.text, '/raise').fields);
  const other = csrf_of((await b.get('/raise')).text);
  const sent = async (change_of, headers = {}) => (await a.post('/raise', { ...fields, go: 'next', ...change_of }, headers)).status;
  assert.equal(await sent({ csrf: '' }), 403);
  assert.equal(await sent({ csrf: other }), 403, 'the token of another browser');
  assert.equal(await sent({ csrf: fields.csrf.slice(0, -1) + (fields.csrf.endsWith('A') ? 'B' : 'A') }), 403);
  assert.equal(await sent({ csrf: `${fields.csrf}A` }), 403);
  assert.equal(await sent({}, { Origin: 'https://evil.example' }), 403);
  assert.equal(await sent({}, { 'Sec-Fetch-Site': 'cross-site' }), 403);
  assert.equal(await sent({}, { 'Sec-Fetch-Site': 'same-site' }), 403);
  const bare = new Client(server);
  assert.equal((await bare.post('/raise', { ...fields, go: 'next' })).status, 403, 'without the cookie');
  assert.equal(await matters(), n);
  assert.equal(await sent({}, { Origin: server.origin, Host: server.origin.slice(7), 'Sec-Fetch-Site': 'same-origin' }), 200);
  assert.equal(await matters(), n + 1);
  const before_sign_in = new Client(server);
  const old = csrf_of((await before_sign_in.get('/sign-in')).text);
  assert.equal((await before_sign_in.post('/sign-in', { login: 'clerk', password: 'haitang-clerk', csrf: old })).status, 303);
  assert.equal((await before_sign_in.post('/sign-out', { csrf: old })).status, 403, 'a token from before the sign-in');
  const head = await sign_in(server, 'head');
  assert.equal((await before_sign_in.post('/sign-out', { csrf: csrf_of((await head.get('/work')).text) })).status, 403, 'the token of another session');
  assert.equal((await before_sign_in.get('/work')).status, 200, 'still signed in');
});

test('a session ends with signing out, with a new password, with the account; a changed or invented cookie is nobody', async () => {
  const s = await serve(await copy(made));
  const first = await sign_in(s, 'handler'), second = await sign_in(s, 'handler');
  const token = first.cookies.get('luoshi');
  const thief = new Client(s);
  thief.cookies.set('luoshi', token);
  assert.equal((await thief.get('/work')).status, 200, 'a stolen cookie works until …');
  await first.send(await first.get('/work'), '/sign-out');
  assert.equal((await thief.get('/work')).status, 303, '… the person signs out');
  assert.equal(thief.cookies.get('luoshi'), token);
  for (const bad of ['', 'x', token.slice(0, -2), `${token}A`, token.split('').reverse().join(''), 'A'.repeat(5000)]) {
    const c = new Client(s);
    c.cookies.set('luoshi', bad);
    assert.equal((await c.get('/work')).status, 303, bad.slice(0, 50));
  }
  const third = await sign_in(s, 'handler');
  const changed = await third.send(await third.get('/work/me'), '/work/me', { do: 'password', old: 'haitang-handler', password: 'a few new words 7', again: 'a few new words 7' });
  assert.equal(changed.status, 303, faults(changed.text).join());
  assert.equal((await third.get('/work')).status, 200);
  assert.equal((await second.get('/work')).status, 303, 'other browsers are signed out');
  const admin = await sign_in(s, 'admin');
  const id = /\/admin\/people\/(\d+)/.exec((await admin.get('/admin/people?q=handler')).text)[1];
  assert.equal((await admin.send(await admin.get(`/admin/people/${id}/end`), `/admin/people/${id}/end`)).status, 303);
  assert.equal((await third.get('/work')).status, 303, 'an ended account');
  const again = new Client(s);
  assert.equal((await again.send(await again.get('/sign-in'), '/sign-in', { login: 'handler', password: 'a few new words 7' })).status, 400);
  assert.equal(await s.stop(), 0);
});

test('one person’s code opens one matter only; leaving forgets it; the cookie of another matter cannot be made', async () => {
  const a = new Client(server), b = new Client(server);
  const ra = await raise(a, { subject: 'Matter A' }), rb = await raise(b, { subject: 'Matter B' });
  assert.ok(words((await track(a, ra.code)).text).includes('Matter A'));
  assert.ok(words((await track(b, rb.code.replaceAll(' ', '-'))).text).includes('Matter B'));
  const cookie = a.cookies.get('luoshi_code');
  for (const bad of [`${cookie}A`, cookie.slice(0, -3), cookie.slice(4), 'AAAA', '%00', 'A'.repeat(500)]) {
    const c = new Client(server);
    c.cookies.set('luoshi_code', bad);
    assert.equal((await c.get('/track/matter')).status, 303, bad.slice(0, 40));
  }
  await a.send(await a.get('/track'), '/track/leave').catch(async () => a.post('/track/leave', { csrf: csrf_of((await a.get('/track')).text) }));
  assert.equal((await a.get('/track/matter')).status, 303);
});

test('a receipt code guessed in a loop is soon answered 429; the next address is not', async () => {
  const s = await serve(await copy(made), { config: '[serve]\ntrusted_proxies = 127.0.0.1\n' });
  const r = await raise(new Client(s));
  const c = new Client(s, { 'X-Forwarded-For': '198.51.100.7' });
  let tries = 0, last;
  do {
    last = await c.post('/track', { csrf: csrf_of((await c.get('/track')).text), code: String(1000000000000000 + tries) });
    assert.ok(++tries < 30, 'guessing goes on and on');
  } while (last.status !== 429);
  assert.ok(tries <= 10, `after ${tries} tries`);
  assert.ok(Number(last.headers['retry-after']) >= 1);
  assert.equal((await c.post('/track', { csrf: csrf_of((await c.get('/track')).text), code: r.code })).status, 429, 'the right code has to wait too');
  const other = new Client(s, { 'X-Forwarded-For': '198.51.100.8' });
  assert.ok(words((await track(other, r.code)).text).includes(WORDS.subject));
  let signs = 0;
  const guesser = new Client(s, { 'X-Forwarded-For': '198.51.100.9' });
  while ((await guesser.send(await guesser.get('/sign-in'), '/sign-in', { login: 'clerk', password: `wrong ${signs}` })).status !== 429) assert.ok(++signs < 10);
  await sign_in(s, 'clerk', 'haitang-clerk', { 'X-Forwarded-For': '198.51.100.10' }); /* slowed, never locked */
  assert.equal(await s.stop(), 0);
});

// ── bodies ───────────────────────────────────────────────────────────────────────────────────────────────

test('a body longer or shorter than it says is never taken for a whole one', async () => {
  const n = await matters();
  const c = new Client(server), check = await to_check(c);
  const body = encoded([...form_of(check.text, '/raise').fields, ['go', 'next']]);
  const head = (length) => `POST /raise HTTP/1.1\r\nHost: h\r\nCookie: ${c.cookie_header()}\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: ${length}\r\n\r\n`;
  const short = await raw(server, head(body.length + 10) + body, { half_close: true });
  assert.doesNotMatch(short.text, /^HTTP\/1\.1 2/);
  assert.ok(short.closed);
  assert.equal(await matters(), n, 'cut off: not raised');
  const cut = await raw(server, `${head(30)}${body}\r\n\r\n`);
  assert.match(cut.text, /^HTTP\/1\.1 403 /, 'the first 30 bytes are the form');
  assert.match(cut.text, /HTTP\/1\.1 400 [^\r]*\r\n(?:(?!HTTP\/1).)*$/s, 'the rest is no request');
  assert.ok(cut.closed);
  assert.equal(await matters(), n);
  for (const lines of ['Content-Length: 5\r\nContent-Length: 6\r\n', 'Content-Length: -1\r\n', 'Content-Length: 1e3\r\n', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n']) {
    const x = await raw(server, `POST /raise HTTP/1.1\r\nHost: h\r\n${lines}\r\nhello`);
    assert.match(x.text, /^HTTP\/1\.1 (400|501) /, lines);
    assert.ok(x.closed, lines);
  }
  assert.equal(await matters(), n);
});

test('broken multipart is refused; a whole one is a form like any other', async () => {
  const n = await matters();
  const c = new Client(server), check = await to_check(c);
  const fields = [...form_of(check.text, '/raise').fields, ['go', 'next']];
  const part = ([name, v], b = 'XX') => `--${b}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${v}\r\n`;
  const good = `${fields.map((f) => part(f)).join('')}--XX--\r\n`;
  const type = (t) => ({ headers: { 'Content-Type': t } });
  const XX = 'multipart/form-data; boundary=XX';
  const broken = [
    ['no boundary', good, 'multipart/form-data'], ['an empty boundary', good, 'multipart/form-data; boundary='], ['another boundary', good, 'multipart/form-data; boundary=YY'],
    ['a boundary of 71', good, `multipart/form-data; boundary=${'B'.repeat(71)}`], ['mixed', good, 'multipart/mixed; boundary=XX'], ['no first boundary', good.slice(6), XX], ['words before it', `hello\r\n${good}`, XX],
    ['no end', good.slice(0, -6), XX], ['cut in the middle', good.slice(0, good.length / 2), XX], ['more after the end', `${good}more`, XX], ['nothing', '', XX], ['only the end', '--XX--\r\n', XX],
    ['a part without a name', `--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n${good}`, XX], ['a part without headers', `--XX\r\n\r\nx\r\n${good}`, XX], ['a header without a colon', `--XX\r\nnonsense\r\n\r\nx\r\n${good}`, XX],
    ['line feeds only', good.replaceAll('\r\n', '\n'), XX], ['a header that does not end', `--XX\r\nContent-Disposition: form-data; name="a"\r\n--XX--\r\n`, XX], ['too many parts', `${part(['a', '1']).repeat(130)}${good}`, XX],
    ['broken UTF-8', Buffer.concat([Buffer.from('--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n'), Buffer.from([0xff, 0xfe]), Buffer.from(`\r\n${good}`)]), XX], ['NUL', `--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\na\0b\r\n${good}`, XX],
  ];
  for (const [name, body, t] of broken) {
    const x = await c.ask('POST', '/raise', { ...type(t), body });
    assert.ok([400, 403, 415].includes(x.status), `${name}: ${x.status}`);
  }
  assert.equal(await matters(), n);
  const whole = await c.ask('POST', '/raise', { ...type('multipart/form-data; charset=utf-8; boundary="XX"'), body: good });
  assert.equal(whole.status, 200, heading(whole.text));
  assert.equal(await matters(), n + 1);
});

test('P22 the API refuses what is no JSON object of known fields, names each wrong field, and needs its key', async () => {
  const n = await matters(), fine = { subject: 'By key', text: 'Words' };
  for (const body of ['', 'x', '[]', '"a"', 'null', '{"subject":"a","subject":"b"}', '{"subject":"a"', `${'['.repeat(5000)}${']'.repeat(5000)}`, `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`, '{"contact":{"a":{"b":1}}}', '{"subject":["a"]}', '{"subject":"a"} trailing', "{'subject':'a'}", '{"subject":1e999}']) {
    const x = await api(server, body);
    assert.equal(x.status, 400, `${body.slice(0, 40)}: ${x.status}`);
    assert.match(x.headers['content-type'], /problem\+json/);
  }
  const wrong = await api(server, { subject: '字'.repeat(121), kind: 'wish', state: 'solved', contact: { phone: 'none', fax: '1' }, lat: 'north', lon: 3, category: 'zz', channel: 'import' });
  assert.equal(wrong.status, 422);
  const fields = wrong.json.errors.map((e) => e.field);
  for (const f of ['subject', 'text', 'kind', 'state', 'contact.fax', 'category', 'channel', 'lat']) assert.ok(fields.includes(f), `${f} is not among ${fields}`);
  assert.ok(wrong.json.errors.every((e) => e.message.length > 5 && !e.message.includes('{')));
  for (const auth of ['', 'Bearer', 'Bearer ', `Bearer ${key}x`, `Bearer ${key.slice(0, -1)}`, `Basic ${key}`, key]) {
    const x = await api(server, fine, { Authorization: auth });
    assert.equal(x.status, 401, auth.slice(0, 12));
    assert.match(x.headers['www-authenticate'], /^Bearer/);
  }
  const clerk = await sign_in(server, 'clerk');
  assert.equal((await clerk.ask('POST', '/api/v1/matters', { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fine) })).status, 401, 'a session is no key');
  assert.equal((await api(server, { ...fine, text: 'x'.repeat(300000) })).status, 413);
  assert.equal(await matters(), n);
});

// ── twice ────────────────────────────────────────────────────────────────────────────────────────────────

test('a form sent twice, also at the same moment, makes one matter and shows the same receipt', async () => {
  const n = await matters();
  const c = new Client(server), check = await to_check(c, { subject: 'Pressed twice' });
  const fields = [...form_of(check.text, '/raise').fields, ['go', 'next']];
  const all = await Promise.all(Array.from({ length: 10 }, () => c.post('/raise', fields)));
  all.push(await c.post('/raise', fields));
  assert.ok(all.every((x) => x.status === 200), all.map((x) => x.status).join());
  assert.equal(new Set(all.map((x) => JSON.stringify(receipt_of(x.text)))).size, 1);
  assert.equal(await matters(), n + 1);
  const fresh = await c.post('/raise', fields.map(([k, v]) => (k === 'once' ? [k, ''] : [k, v])));
  assert.equal(fresh.status, 400, 'without the token of one use');
  assert.equal(await matters(), n + 1);
});

test('P22 the same Idempotency-Key makes one matter; another key another', async () => {
  const n = await matters(), body = { subject: 'Sent by a machine', text: 'Twice' };
  const all = await Promise.all(Array.from({ length: 10 }, () => api(server, body, { 'Idempotency-Key': 'order-1' })));
  assert.ok(all.every((x) => x.status === 201), all.map((x) => x.status).join());
  assert.equal(new Set(all.map((x) => x.text)).size, 1);
  assert.equal(await matters(), n + 1);
  assert.equal((await api(server, body, { 'Idempotency-Key': 'order-2' })).status, 201);
  assert.equal((await api(server, body)).status, 201);
  assert.equal((await api(server, body, { 'Idempotency-Key': 'k'.repeat(201) })).status, 400);
  const other = await api(server, { ...body, text: 'Other words' }, { 'Idempotency-Key': 'order-1' });
  assert.equal(other.status, 409, 'a key given twice by mistake must not lose somebody’s words');
  assert.equal((await api(server, body, { 'Idempotency-Key': 'order-1' })).text, all[0].text, 'the first stays');
  assert.equal(await matters(), n + 3);
});

// ── the database ─────────────────────────────────────────────────────────────────────────────────────────

test('a locked database: pages are read, a raise is answered 503 in time and stored once when it is free again', { timeout: 60000 }, async () => {
  const s = await serve(await copy(made)), n = await matters(s.dir);
  const c = new Client(s), check = await to_check(c, { subject: 'While locked' });
  const fields = [...form_of(check.text, '/raise').fields, ['go', 'next']];
  const lock = await hold(s.dir);
  const from = Date.now();
  const [form, machine, page] = await Promise.all([c.post('/raise', fields), api(s, { subject: 'a', text: 'b' }), ask(s, 'GET', '/matters')]);
  assert.equal(page.status, 200, 'reading goes on');
  assert.equal(form.status, 503);
  assert.equal(machine.status, 503);
  assert.ok(Number(machine.headers['retry-after']) > 0);
  assert.match(machine.headers['content-type'], /problem\+json/);
  assert.ok(Date.now() - from < 20000, `${Date.now() - from} ms`);
  await lock.release();
  assert.equal(await matters(s.dir), n);
  const again = await c.send(form, '/raise', {}, { go: 'next' });
  assert.equal(again.status, 200, 'the page that said so can be sent again');
  assert.notEqual(receipt_of(again.text).code, '');
  assert.equal(await matters(s.dir), n + 1);
  assert.equal(await s.stop(), 0);
  await healthy(s.dir);
});

const sum = async (file) => createHash('sha256').update(await readFile(file)).digest('hex');
const refused = async (where, pattern, args = []) => {
  for (const command of [['serve', '--listen', '127.0.0.1:0'], ['doctor'], ['user', 'list']]) {
    const r = await run([...command, '--data', where, ...args], { timeout: 15000 });
    assert.equal(r.code, 1, `${command[0]}: ${r.code} ${r.out} ${r.err}`);
    assert.match(r.err, pattern, command[0]);
  }
};

test('a database that is missing, empty, of another program, cut short or newer is refused in words and left untouched', { skip: about_the_file('server_test asks the same of a server') }, async () => {
  const gone = await copy(made), file = join(gone, 'luoshi.db');
  const kept = await readFile(file);
  await rm(file);
  await refused(gone, /there is no database at/);
  await assert.rejects(stat(file), 'none is made');
  const cases = [
    [/is empty/, Buffer.alloc(0)],
    [/not a database/, Buffer.from('hello '.repeat(3000))],
    [/not a database, or its first page is damaged/, Buffer.concat([Buffer.from('SQLite format X\0'), kept.subarray(16)])],
    [/another program/, Buffer.concat([kept.subarray(0, 68), Buffer.from([1, 2, 3, 4]), kept.subarray(72)])],
    [/cut short/, kept.subarray(0, kept.length - 4096 * 3)],
    [/newer than this program \(schema 999, this program knows \d+\)/, Buffer.concat([kept.subarray(0, 60), Buffer.from([0, 0, 3, 231]), kept.subarray(64)])],
  ];
  for (const [pattern, bytes] of cases) {
    await writeFile(file, bytes);
    const before_all = await sum(file);
    await refused(gone, pattern);
    assert.equal(await sum(file), before_all, String(pattern));
    await assert.rejects(stat(`${file}-wal`), `${pattern}: no log is left`);
  }
  await writeFile(file, kept);
  await healthy(gone);
  const key_file = join(gone, 'luoshi.key');
  await rename(key_file, `${key_file}.away`);
  await refused(gone, /luoshi\.key is missing/);
  await writeFile(key_file, 'not a key', { mode: 0o600 });
  await refused(gone, /is not a Luoshi key file/);
});

test('a damaged page inside the file: doctor says so, the server stands, pages are whole or 500', { skip: about_the_file('pages of the disk are the database server’s') }, async () => {
  const where = await copy(made), file = join(where, 'luoshi.db');
  const f = await open(file, 'r+');
  const pages = Math.floor((await f.stat()).size / 4096);
  for (const page of [0.3, 0.5, 0.6, 0.8].map((x) => Math.floor(pages * x))) await f.write(Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
  await f.close();
  const doctor = await run(['doctor', '--data', where]);
  assert.equal(doctor.code, 1);
  assert.match(doctor.out + doctor.err, /WRONG|not healthy|damaged|malformed|cannot be read/);
  const s = await serve(where).catch((e) => e);
  if (s instanceof Error) return; /* refused at the start: in words */
  for (const path of ['/', '/matters', '/matters?q=%E8%B7%AF', '/help', '/raise', '/healthz']) {
    const x = await ask(s, 'GET', path);
    assert.ok([200, 500, 503].includes(x.status), `${path}: ${x.status}`);
  }
  await api(s, { subject: 'On a damaged file', text: 'x' });
  assert.equal((await ask(s, 'GET', '/healthz')).status, 200);
  assert.equal(await s.stop(), 0);
});

test('a full disk: raises are answered 5xx, nobody is told yes, reading goes on, and with room it resumes', { timeout: 60000, skip: about_the_file('the disk is the database server’s') }, async () => {
  const s = await serve(await copy(made)), n = await matters(s.dir);
  const wal = async () => (await stat(join(s.dir, 'luoshi.db-wal')).catch(() => ({ size: 0 }))).size;
  const room = (bytes) => run(['--pid', String(s.child.pid), `--fsize=${bytes}:unlimited`], { command: 'prlimit' }).then((r) => assert.equal(r.code, 0, r.err));
  const form = new Client(s), check = await to_check(form, { subject: 'Sent on a full disk' });
  await room(Math.max(await wal(), 4096) + 150000);
  const told = [];
  let failed = 0;
  for (let round = 0; round < 30 && failed < 12; round++)
    for (const x of await Promise.all(Array.from({ length: 8 }, (_, i) => api(s, { subject: `Full ${round}.${i}`, text: 'x'.repeat(3000) })))) {
      if (x.status === 201) told.push(x.json.ref);
      else {
        assert.ok(x.status === 500 || x.status === 503, String(x.status));
        assert.match(x.headers['content-type'], /problem\+json/);
        failed++;
      }
    }
  assert.ok(failed >= 8, `${failed} were refused`);
  await room(1); // what is left may hold one small matter: now not even that
  const page = await form.post('/raise', [...form_of(check.text, '/raise').fields, ['go', 'next']]);
  assert.ok(page.status >= 500, String(page.status));
  assert.doesNotMatch(page.text, /id="receipt-code"/);
  for (const path of ['/', '/matters', '/readyz']) assert.equal((await ask(s, 'GET', path)).status, 200, path);
  assert.equal(await matters(s.dir), n + told.length, 'stored is what was told');
  await room('unlimited');
  const again = await until(async () => {
    const x = await api(s, { subject: 'With room', text: 'y' });
    return x.status === 201 ? x : null;
  }, 'it resumes');
  told.push(again.json.ref);
  const sent = await form.send(page, '/raise', {}, { go: 'next' });
  assert.equal(sent.status, 200, 'the form that failed can be sent again');
  told.push(receipt_of(sent.text).ref);
  assert.equal(await matters(s.dir), n + told.length);
  for (const ref of told) assert.equal(await value(s.dir, `SELECT count(*) FROM matter WHERE ref = '${ref}'`), '1', ref);
  assert.equal(await s.stop(), 0);
  await healthy(s.dir);
});
