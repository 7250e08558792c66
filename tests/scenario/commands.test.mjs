// The words of the command line: help, exit codes, an installation from nothing, people, keys, backup and restore, doctor.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { about_the_file, ask, clean, Client, copy, demo, empty, faults, folder, heading, must, ON_PG, raise, run, serve, sign_in, until } from '../lib/luoshi.mjs';
import { change, UNCHECKED, value, whole } from '../lib/sqlite.mjs';

const COMMANDS = ['serve', 'init', 'demo', 'import', 'export', 'user', 'key', 'backup', 'restore', 'copy', 'routes', 'doctor', 'version'];
const LATER = '2026-11-23T09:05:00+08:00';
let made;
before(async () => { made = await demo(); });
after(clean);

const fails = async (code, pattern, args, options) => {
  const r = await run(args, { timeout: 20000, ...options });
  assert.equal(r.code, code, `luoshi ${args.join(' ')}: ${r.code} ${r.out} ${r.err}`);
  assert.match(r.err, pattern, args.join(' '));
  assert.equal(r.out, '', `${args.join(' ')}: nothing on standard output`);
  return r;
};
const counts = async (dir) => /(\d+) units, (\d+) people, (\d+) matters, (\d+) events/.exec((await run(['doctor', '--data', dir])).out).slice(1).map(Number);

// ── words ────────────────────────────────────────────────────────────────────────────────────────────────

test('--help of every command names each of its options; the list names every command', async () => {
  for (const word of ['--help', '-h', 'help']) {
    const r = await must([word]);
    for (const c of COMMANDS) assert.match(r.out, new RegExp(`^  ${c} +\\S`, 'm'), c);
  }
  for (const c of COMMANDS) {
    for (const args of [[c, '--help'], [c, '-h'], [c, 'a', '--help']]) {
      if (args.length === 3 && ['serve', 'init', 'demo', 'copy', 'routes', 'doctor', 'version'].includes(c)) continue;
      const r = await must(args);
      assert.match(r.out, new RegExp(`^luoshi ${c}\\b`), c);
      assert.equal(r.err, '');
    }
    const help = (await must([c, '--help'])).out;
    for (const [, name, what] of help.matchAll(/^  --([a-z-]+) ([A-Z:,=…]*)/gm)) {
      if (what === '') continue;
      await fails(2, /a value is missing after --/, [c, ...(['import', 'export'].includes(c) ? ['a', 'b'] : []), `--${name}`]);
    }
  }
  assert.match((await must(['version'])).out, /^luoshi \d+\.\d+\.\d+\n$/);
});

test('wrong words are exit 2 and say what is wrong', async () => {
  await fails(2, /unknown command nonsense/, ['nonsense']);
  await fails(2, /unknown option --nonsense/, ['doctor', '--nonsense']);
  await fails(2, /unknown option --data-/, ['doctor', '--data-', 'x']);
  await fails(2, /one word too many: extra/, ['doctor', 'extra']);
  await fails(2, /a word is missing: FILE/, ['backup']);
  await fails(2, /a word is missing/, ['import', 'units']);
  await fails(2, /one word too many/, ['version', 'x']);
  await fails(2, /--now takes a time/, ['init', '--data', join(await folder(), 'd'), '--now', 'yesterday']);
  await fails(2, /unknown option --greet=yes/, ['serve', '--greet=yes']);
  const r = await run([]);
  assert.equal(r.code, 2);
  assert.match(r.out, /usage: luoshi COMMAND/);
});

test('what does not work is exit 1 with one line', async () => {
  const nowhere = join(await folder(), 'nothing');
  for (const args of [['serve', '--listen', '127.0.0.1:0'], ['doctor'], ['user', 'list'], ['key', 'list'], ['backup', join(nowhere, 'b')], ['export', 'matters', join(nowhere, 'e.csv')], ['import', 'units', 'x.csv']]) {
    const r = await fails(1, /luoshi\.key is missing: make an installation with/, [...args, '--data', nowhere]);
    assert.equal(r.err.trim().split('\n').length, 1, r.err);
  }
  const dir = await copy(made);
  await fails(1, /user takes add, passwd or list/, ['user', 'remove', 'x', '--data', dir]);
  await fails(1, /key takes add, list or end/, ['key', 'remove', 'x', '--data', dir]);
  await fails(1, /export takes matters/, ['export', 'units', 'x.csv', '--data', dir]);
  const import_wrong = await run(['import', 'people', 'x.csv', '--data', dir]);
  assert.ok([1, 2].includes(import_wrong.code));
  assert.match(import_wrong.err, /import takes units, categories or matters, not people/);
  await fails(1, /was not written/, ['export', 'matters', join(nowhere, 'no', 'e.csv'), '--data', dir]);
  await fails(1, /no backup was made/, ['backup', join(nowhere, 'no', 'b'), '--data', dir]);
  await fails(2, /--matters takes a whole number/, ['demo', '--matters', 'many', '--data', join(nowhere, '..', 'd2')]);
});

// ── an installation ──────────────────────────────────────────────────────────────────────────────────────

test('P35 init makes an empty installation that serves at once; it never writes over one that is there', async () => {
  const { dir, password } = await empty({ args: ['--name-en', 'Test City', '--name-zh=试验市', '--prefix', 'TC', '--zone', 'Asia/Shanghai'] });
  assert.equal((await stat(join(dir, 'luoshi.key'))).mode & 0o777, 0o600);
  assert.equal((await stat(dir)).mode & 0o777, 0o700);
  assert.ok(password.length >= 12);
  const before_all = await whole(dir);
  await fails(1, /already: nothing was changed/, ['init', '--data', dir]);
  await fails(1, /already: nothing was changed/, ['demo', '--data', dir]);
  assert.deepEqual(await whole(dir), before_all);
  const s = await serve(dir);
  const c = new Client(s);
  assert.match((await c.get('/')).text, /Test City/);
  assert.match((await c.get('/?lang=zh-CN')).text, /试验市/);
  const r = await raise(new Client(s));
  assert.match(r.ref, /^TC-26-000001$/);
  const admin = await sign_in(s, 'root', password);
  assert.equal((await admin.get('/admin')).status, 200);
  assert.equal(await s.stop(), 0);
  assert.equal((await run(['doctor', '--data', dir])).code, 0);
  await fails(1, /not a time zone/, ['init', '--data', join(await folder(), 'd'), '--zone', 'Mars/Olympus']);
});

test('a key file that others may read is refused by every command that opens it; a folder left half made too', async () => {
  const dir = await copy(made), key = join(dir, 'luoshi.key');
  for (const mode of [0o644, 0o640, 0o604, 0o660]) {
    await chmod(key, mode);
    await fails(1, /can be read by others: set its mode to 0600/, ['serve', '--data', dir, '--listen', '127.0.0.1:0']);
    await fails(1, /can be read by others/, ['doctor', '--data', dir]);
    await fails(1, /can be read by others/, ['backup', join(dir, 'b'), '--data', dir]);
  }
  await chmod(key, 0o600);
  assert.equal((await run(['doctor', '--data', dir])).code, 0);
  const half = join(await folder(), 'half');
  await mkdir(half);
  await copyFile(key, join(half, 'luoshi.key'));
  await chmod(join(half, 'luoshi.key'), 0o600);
  await fails(1, /there is no database/, ['serve', '--data', half, '--listen', '127.0.0.1:0']);
});

test('P27 people: add, password, list; while it is served', async () => {
  const s = await serve(await copy(made), { now: '2026-11-23T10:00:00+08:00' }), data = ['--data', s.dir, '--now', LATER];
  const added = await must(['user', 'add', 'newcomer', ...data, '--name', '新来的', '--unit', '990000', '--role', 'clerk', '--title-en', 'Clerk', '--title-zh', '登记员']);
  const password = /password of newcomer: (\S+)/.exec(added.out)[1];
  assert.equal((await (await sign_in(s, 'newcomer', password)).get('/work')).status, 200);
  assert.match((await must(['user', 'list', ...data])).out, /^newcomer +clerk +990000 +新来的$/m);
  await fails(1, /login/, ['user', 'add', 'newcomer', ...data, '--unit', '990000', '--role', 'clerk']);
  await fails(1, /--role takes/, ['user', 'add', 'other', ...data, '--unit', '990000', '--role', 'king']);
  await fails(1, /--unit takes/, ['user', 'add', 'other', ...data, '--unit', '1', '--role', 'clerk']);
  await fails(1, /login/, ['user', 'add', 'Not A Login', ...data, '--unit', '990000', '--role', 'clerk']);
  await fails(1, /whose\?/, ['user', 'passwd', ...data]);
  await fails(1, /Nobody has this sign-in name/, ['user', 'passwd', 'nobody', ...data]);
  await fails(1, /password/, ['user', 'passwd', 'newcomer', ...data, '--password-stdin'], { input: 'short\n' });
  await fails(1, /no password on standard input/, ['user', 'passwd', 'newcomer', ...data, '--password-stdin'], { input: '' });
  const set = await must(['user', 'passwd', 'newcomer', ...data, '--password-stdin'], { input: 'a long enough secret\n' });
  assert.doesNotMatch(set.out, /secret/);
  await sign_in(s, 'newcomer', 'a long enough secret');
  await assert.rejects(sign_in(s, 'newcomer', password), /could not sign in/);
  assert.equal(await s.stop(), 0);
});

test('P22 P01 an API key: printed once, registers in its unit’s name, ends; 201 with number and receipt, 401 without, 422 by field', async () => {
  const s = await serve(await copy(made), { now: '2026-11-23T10:00:00+08:00' }), data = ['--data', s.dir, '--now', LATER];
  const unit = (await value(s.dir, "SELECT code FROM unit WHERE kind = 'department' AND ends_on = 0 ORDER BY code LIMIT 1").catch(() => '')) || '990010';
  const key = (await must(['key', 'add', 'desk', '--unit', unit, ...data])).out.trim();
  assert.ok(key.length >= 32);
  const call = (k, body) => ask(s, 'POST', '/api/v1/matters', { headers: { 'Content-Type': 'application/json', ...(k ? { Authorization: `Bearer ${k}` } : {}) }, body: JSON.stringify(body) });
  const matter = { subject: 'By a machine', text: 'Words', kind: 'complaint', public: true, lang: 'en', contact: { name: 'Li', phone: '138 0000 0000' } };
  const x = await call(key, matter);
  assert.equal(x.status, 201, x.text);
  assert.match(x.json.ref, /^HT-26-\d{6}$/);
  assert.match(x.json.receipt, /^\d{4} \d{4} \d{4} \d{4}$/);
  assert.equal(await value(s.dir, `SELECT m.channel, m.kind, u.code, m.wants_public FROM matter m JOIN unit u ON u.id = m.unit_id WHERE m.ref = '${x.json.ref}'`), `api\tcomplaint\t${unit}\t1`);
  const raiser = new Client(s);
  const opened = await raiser.follow(await raiser.send(await raiser.get('/track'), '/track', { code: x.json.receipt }));
  assert.equal(heading(opened.text), 'By a machine', 'the receipt opens it');
  assert.equal((await call('', matter)).status, 401);
  assert.equal((await call('wrong', matter)).status, 401);
  const wrong = await call(key, { text: 'x', kind: 'wish' });
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.json.errors.map((e) => e.field).sort(), ['kind', 'subject']);
  assert.match((await must(['key', 'list', ...data])).out, new RegExp(`^desk +${unit} *$`, 'm'));
  assert.doesNotMatch((await must(['key', 'list', ...data])).out, new RegExp(key));
  await fails(1, /no unit has this code/, ['key', 'add', 'other', '--unit', '1', ...data]);
  await fails(1, /give the key a name/, ['key', 'add', ...data]);
  assert.equal((await must(['key', 'end', 'desk', ...data])).out, 'ended\n');
  await until(async () => (await call(key, matter)).status === 401, 'an ended key is known at every node within a second', 3000);
  await fails(1, /no key of that name is in use/, ['key', 'end', 'desk', ...data]);
  assert.match((await must(['key', 'list', ...data])).out, /^desk .*ended$/m);
  assert.equal(await s.stop(), 0);
});

// ── copies ───────────────────────────────────────────────────────────────────────────────────────────────

test('P35 a backup made while matters come in is whole; restored, it is what was there, and the old file is kept', { skip: about_the_file('its own tools copy it') }, async () => {
  const s = await serve(await copy(made)), file = join(await folder(), 'backup.db');
  let raised = 0, on = true;
  const writer = (async () => { while (on) { await raise(new Client(s), { subject: `During the backup ${raised}` }); raised++; } })();
  await must(['backup', file, '--data', s.dir]);
  on = false;
  await writer;
  assert.equal((await stat(file)).mode & 0o077, 0, 'a backup is for its owner only');
  await fails(1, /in use by another luoshi/, ['restore', file, '--data', s.dir]);
  assert.equal(await s.stop(), 0);
  const all = await counts(s.dir);
  const restored = await must(['restore', file, '--data', s.dir]);
  assert.match(restored.out, /is in place/);
  assert.ok((await readdir(s.dir)).some((n) => n.startsWith('luoshi.db.before-restore')), String(await readdir(s.dir)));
  const then = await counts(s.dir);
  const at_first = await counts(made);
  assert.ok(then[2] >= at_first[2] && then[2] <= all[2], `${at_first[2]} <= ${then[2]} <= ${all[2]} matters`);
  assert.deepEqual(then.slice(0, 2), all.slice(0, 2));
  assert.equal((await run(['doctor', '--data', s.dir])).code, 0, 'the copy is sound');
  const second = await serve(s.dir);
  assert.equal((await raise(new Client(second))).page.status, 200);
  await sign_in(second, 'clerk');
  assert.equal(await second.stop(), 0);
  const bad = join(await folder(), 'bad.db');
  await writeFile(bad, 'no database');
  const before_all = await readFile(join(s.dir, 'luoshi.db'));
  await fails(1, /nothing was restored: .*not a database/, ['restore', bad, '--data', s.dir]);
  await fails(1, /nothing was restored: there is no database/, ['restore', `${bad}.gone`, '--data', s.dir]);
  const torn = await readFile(file);
  torn.fill(0xa5, Math.floor(torn.length / 8192) * 4096, Math.floor(torn.length / 8192) * 4096 + 4096 * 4);
  await writeFile(bad, torn);
  await fails(1, /nothing was restored/, ['restore', bad, '--data', s.dir]);
  assert.deepEqual(await readFile(join(s.dir, 'luoshi.db')), before_all);
});

test('P35 restore into a new folder with the key file brings a city back', { skip: about_the_file('its own tools copy it') }, async () => {
  const file = join(await folder(), 'backup.db'), dir = join(await folder(), 'new');
  await must(['backup', file, '--data', made]);
  await mkdir(dir, { mode: 0o700 });
  await copyFile(join(made, 'luoshi.key'), join(dir, 'luoshi.key'));
  await must(['restore', file, '--data', dir]);
  assert.deepEqual(await counts(dir), await counts(made));
  assert.equal((await run(['doctor', '--data', dir])).code, 0);
});

test('P35 a database on a server is neither backed up nor restored by a file: the words say by what', async () => {
  const dir = ON_PG ? made : await copy(made), file = join(await folder(), 'backup.db'), on = ON_PG ? [] : ['--db', 'postgresql://nobody@127.0.0.1:1/none'];
  await writeFile(file, 'no database');
  const before_all = (await readdir(dir)).sort();
  await fails(1, /nothing was restored: a database on a server is restored by the server's own tools/, ['restore', file, '--data', dir, ...on]);
  if (ON_PG) await fails(1, /no backup was made: a database on a server is copied by the server's own tools/, ['backup', file, '--data', dir]);
  assert.deepEqual((await readdir(dir)).sort(), before_all);
});

// ── doctor ───────────────────────────────────────────────────────────────────────────────────────────────

test('P36 doctor finds nothing on a good database and changes nothing', async () => {
  const dir = await copy(made), before_all = await whole(dir);
  const r = await must(['doctor', '--data', dir]);
  assert.match(r.out, /\nhealthy\n$/);
  assert.doesNotMatch(r.out, /WRONG/);
  assert.ok((r.out.match(/^fine /gm) ?? []).length >= 12, r.out);
  assert.deepEqual(await whole(dir), before_all);
});

test('P36 N02 doctor finds what nobody may do: each wrong thing by its name', { timeout: 60000 }, async () => {
  const open = "(SELECT id FROM casefile WHERE state IN ('registered', 'accepted', 'handling') LIMIT 1)";
  const cases = [
    [/WRONG {2}every open casefile has an accountable person: 1/, `UPDATE casefile SET owner_person_id = NULL WHERE id = ${open}`],
    [/WRONG {2}every matter stands where its casefile stands: 1/, `UPDATE matter SET state = 'declined' WHERE id = (SELECT id FROM matter WHERE state <> 'declined' LIMIT 1)`],
    [/WRONG {2}solved is said by the raiser or an independent re-check/, `UPDATE casefile SET state = 'solved' WHERE id = ${open}`],
    [/WRONG {2}the kept counts equal a recount/, 'UPDATE tally SET n = n + 1'],
    [/WRONG {2}every unit is in the tree: \d+/, 'DELETE FROM unit_path'],
    [/WRONG {2}every casefile has its events/, `${UNCHECKED} DELETE FROM event WHERE casefile_id = ${open}`],
  ];
  const wrong = [];
  for (const [pattern, statement] of cases) {
    const dir = await copy(made);
    await change(dir, statement);
    const r = await run(['doctor', '--data', dir]);
    if (r.code !== 1 || !pattern.test(r.out) || !/not healthy\n$/.test(r.out)) wrong.push(`${pattern} after ${statement}: exit ${r.code}\n${r.out}${r.err}`);
  }
  const dir = await copy(made);
  await chmod(dir, 0o777);
  const r = await run(['doctor', '--data', dir]);
  if (r.code !== 1 || !/WRONG {2}others cannot write to the data folder/.test(r.out)) wrong.push(r.out);
  assert.deepEqual(wrong, []);
});

// ── tables ───────────────────────────────────────────────────────────────────────────────────────────────

test('P28 routes prints every route with its access, and --rights who may do what: nobody’s “solved”', async () => {
  const r = await must(['routes']);
  for (const line of r.out.trim().split('\n')) assert.match(line, /^(GET|POST) +\/\S* +(anyone|raiser|signed in|key holder) +\S/);
  const rights = (await must(['routes', '--rights'])).out.trim().split('\n').map((l) => l.trim().split(/ +/));
  const [head, ...rows] = rights;
  assert.deepEqual(head, ['action', 'handler', 'clerk', 'checker', 'head', 'leader', 'admin']);
  for (const row of rows) {
    assert.equal(row.length, head.length, row.join());
    for (const scope of row.slice(1)) assert.match(scope, /^(none|own|unit|below)$/);
  }
  const scope = (action, role) => rows.find((one) => one[0] === action)[head.indexOf(role)];
  assert.equal(scope('answer', 'handler'), 'own');
  assert.equal(scope('answer', 'clerk'), 'none');
  assert.equal(scope('return-visit', 'handler'), 'none', 'who answered does not ask whether it is solved');
  for (const row of rows) if (!row[0].startsWith('admin') && row[0] !== 'absence') assert.equal(row[head.indexOf('admin')], 'none', `an administrator sees no matter: ${row[0]}`);
  assert.ok(rows.every((row) => !/solve|close/.test(row[0])), 'no action sets solved');
});

test('N15 from nothing to a running city that is searched in Chinese takes less than a minute', { skip: about_the_file('the minute is that of the two commands, whose city is a file') }, async () => {
  const from = Date.now();
  const s = await serve(await demo({ matters: 1000, seed: 5 }));
  const x = await ask(s, 'GET', `/matters.json?q=${encodeURIComponent('水压')}`);
  assert.equal(x.status, 200);
  assert.ok(x.json.total > 0 && x.json.exact);
  assert.ok(Date.now() - from < 60000, `${Date.now() - from} ms`);
  await s.stop();
});
