// A whole installation moves from a file to a server and back, cut off and gone on with, and what differs is found.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask as http, BINARY, clean, Client, demo, empty, folder, must, raise, ROOT, run, serve } from '../lib/luoshi.mjs';
import * as postgres from '../lib/postgres.mjs';
import { change, value } from '../lib/sqlite.mjs';

let city;
before(async () => {
  await postgres.start();
  city = await demo({ matters: 1500 });
});
after(async () => {
  await postgres.stop();
  await clean();
});

const new_folder = async () => join(await folder('luoshi-target'), 'data');
// The key file is the operator's to bring.
const bring_key = (dir) => copyFile(join(city, 'luoshi.key'), join(dir, 'luoshi.key'));
const move = (from, to, ...more) => run(['copy', '--from', from, '--to', to, ...more]);
// The answer of a database, of either kind.
const ask = (place, sql) => (place.startsWith('postgresql:') ? postgres.sql(place, sql) : value(place, sql));
const counted = async (args) => /\d+ units, \d+ people, \d+ matters, \d+ events/.exec((await must(['doctor', ...args])).out)[0];

// Everything that a person could read of the matters.
async function exported(args) {
  const file = join(await folder(), 'matters.csv');
  await must(['export', 'matters', file, '--private', ...args]);
  return readFile(file, 'utf8');
}

// Ends a copy as a power cut would, when the events are half written.
async function cut_off(from, to) {
  const child = spawn(BINARY, ['copy', '--from', from, '--to', to]);
  let said = '';
  child.stderr.on('data', (d) => { if (/copied event/.test(said += d)) child.kill('SIGKILL'); });
  const signal = await new Promise((done) => child.on('close', (code, s) => done(s)));
  assert.equal(signal, 'SIGKILL', `the copy ended before it was cut off: ${said}`);
  const all = Number(await ask(from, 'SELECT count(*) FROM event')), there = Number(await ask(to, 'SELECT count(*) FROM event'));
  assert.ok(there > 0 && there < all, `${there} of ${all} events`);
}

test('P35: an installation moves to a server and back, and every row is the same', async () => {
  const url = await postgres.database(), back = await new_folder();
  const there = await move(city, url);
  assert.equal(there.code, 0, there.err);
  assert.match(there.out, /^.*\/data is in postgresql:\/\/.*: \d+ tables, (\d+) rows, the same on both sides\nthe key file/);
  assert.match(there.err, /copied matter: 1500 rows\n[^]*compared matter: 1500 rows\n/);
  assert.equal(await counted(['--data', city, '--db', url]), await counted(['--data', city]));
  assert.equal(await exported(['--data', city, '--db', url]), await exported(['--data', city]));
  assert.equal(await ask(url, "SELECT count(*) FROM setting WHERE name = 'search.rebuild'"), '0', 'the index is made');
  assert.equal(await ask(url, 'SELECT count(*) FROM search_doc'), await ask(city, 'SELECT count(*) FROM search_doc'));
  assert.equal(await ask(url, 'SELECT count(*) FROM matter_default'), '0', 'every matter is in the partition of its month');
  assert.equal(await ask(url, "SELECT count(*) FROM matter_key WHERE kind = 'ref'"), '1500');

  const again = await move(url, back, '--quiet');
  assert.equal(again.code, 0, again.err);
  assert.equal(again.err, '');
  await bring_key(back);
  assert.equal(await exported(['--data', back]), await exported(['--data', city]));
  assert.match((await must(['doctor', '--data', back])).out, /^healthy$/m);
});

test('P35: a copy that was killed goes on where it was, in both directions', async () => {
  const url = await postgres.database(), back = await new_folder();
  for (const [from, to] of [[city, url], [url, back]]) {
    await cut_off(from, to);
    if (to === back) await bring_key(back);
    const open = ['doctor', '--data', to === back ? back : city, ...(to === back ? [] : ['--db', url])];
    const refused = await run(open);
    assert.equal(refused.code, 1);
    assert.equal(refused.err, 'luoshi: the database is a copy that is not finished: run `luoshi copy` again\n');
    const half = Number(await ask(to, 'SELECT count(*) FROM event'));
    const rest = await move(from, to);
    assert.equal(rest.code, 0, rest.err);
    assert.doesNotMatch(rest.err, /copied (person|matter|casefile)/, 'what was there is not written again');
    const last = [...rest.err.matchAll(/copied event: (\d+) rows/g)].map((m) => Number(m[1])).at(-1);
    assert.ok(last <= Number(await ask(to, 'SELECT count(*) FROM event')) - half);
    assert.match((await must(open)).out, /^healthy$/m);
  }
  assert.equal(await exported(['--data', back]), await exported(['--data', city]));
});

test('P35: a row that was altered in the copy is found, and the copy is not opened', async () => {
  for (const to of [await postgres.database(), await new_folder()]) {
    await cut_off(city, to);
    const alter = "UPDATE contact SET created_at = created_at + 1 WHERE id = (SELECT min(id) FROM contact)";
    if (to.startsWith('postgresql:')) await postgres.sql(to, alter);
    else await change(to, alter);
    const found = await move(city, to);
    assert.equal(found.code, 1);
    assert.match(found.err, /luoshi: the copy is not finished: table contact differs: (\d+) rows in the source, \1 in the target, and not the same ones/);
    assert.equal(await ask(to, "SELECT count(*) FROM setting WHERE name <> 'copy.source'"), '0');
    if (to.startsWith('postgresql:')) await postgres.sql(to, alter.replace('+', '-'));
    else await change(to, alter.replace('+', '-'));
    assert.equal((await move(city, to)).code, 0);
  }
});

test('P35: a city that is served is copied as it was at one moment', async () => {
  const url = await postgres.database();
  const s = await serve(city);
  await raise(new Client(s), { subject: 'Before the copy' });
  let copied = false;
  const copying = move(city, url).finally(() => { copied = true; });
  let meanwhile = 0;
  for (; !copied; meanwhile++) await raise(new Client(s), { subject: 'While it is copied' });
  const r = await copying;
  assert.equal(r.code, 0, r.err);
  await s.stop();
  assert.ok(meanwhile > 1);
  assert.equal(await ask(url, "SELECT count(*) FROM matter WHERE subject = 'Before the copy'"), '1');
  const events = Number(await ask(url, 'SELECT count(*) FROM event')), seen = Number(await ask(url, "SELECT count(*) FROM matter WHERE subject = 'While it is copied'"));
  assert.ok(seen < meanwhile, `${seen} of ${meanwhile}`);
  assert.equal(await ask(city, `SELECT count(*) FROM event WHERE casefile_id <= ${await ask(url, 'SELECT max(id) FROM casefile')}`), String(events));
  assert.match((await must(['doctor', '--data', city, '--db', url])).out, /^healthy$/m);
});

// ── the root of every row ────────────────────────────────────────────────────────────────────────────────

const ROOTED = ['casefile', 'matter', 'matter_key', 'contact', 'clock', 'event', 'answer', 'note', 'message', 'outcome', 'search_doc'];
const root_of = (url) => ask(url, "SELECT id FROM unit WHERE kind = 'root'");

// How many rows each table has; all of them name the root.
async function rooted(url) {
  const root = await root_of(url), lines = ROOTED.map((t) => `SELECT '${t}', count(*), count(*) FILTER (WHERE root_unit_id IS DISTINCT FROM ${root}) FROM ${t}`);
  const rows = (await ask(url, `${lines.join(' UNION ALL ')} ORDER BY 1`)).split('\n').map((line) => line.split('|'));
  assert.deepEqual(rows.filter(([, n, other]) => n === '0' || other !== '0'), [], 'every table has rows, and each of them the root');
  return Object.fromEntries(rows.map(([t, n]) => [t, Number(n)]));
}

test('P35 on PostgreSQL every row of what grows names its root: copied, raised through the API and the form, filled before the migration', async () => {
  const url = await postgres.database();
  assert.equal((await move(city, url, '--quiet')).code, 0);
  const copied = await rooted(url), on = ['--data', city, '--db', url];
  const key = (await must(['key', 'add', 'desk', ...on])).out.trim();
  const raise_both = async () => {
    const s = await serve(city, { args: ['--db', url] });
    const x = await http(s, 'POST', '/api/v1/matters', { headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ subject: 'By a machine', text: 'Words', contact: { phone: '138 0000 0000' } }) });
    assert.equal(x.status, 201, x.text);
    await raise(new Client(s), { contact_name: 'Li' });
    assert.equal(await s.stop(), 0);
  };
  await raise_both();
  const raised = await rooted(url);
  for (const t of ['casefile', 'matter', 'contact']) assert.equal(raised[t], copied[t] + 2, t);
  for (const t of ['matter_key', 'clock', 'event', 'search_doc']) assert.ok(raised[t] > copied[t] + 1, t);

  // a session may serve another root of the same database
  assert.equal(await ask(url, "SET luoshi.root_unit = '7'; SELECT luoshi_root_unit()"), '7');
  // and a row pays for no call: the root stands in the plan
  const plan = await ask(url, 'EXPLAIN (VERBOSE) INSERT INTO clock (id, casefile_id, pack, rule, starts_at, due_on) SELECT id, casefile_id, pack, rule, starts_at, due_on FROM clock');
  assert.ok(plan.includes(await root_of(url)) && !plan.includes('luoshi_root_unit'), plan);

  // tables that are filled, in partitions too, get it by the migration
  const steps = join(ROOT, 'src/store/migrations'), step = (await readdir(steps)).find((n) => n.endsWith('_root_unit.pg.sql'));
  await ask(url, `${ROOTED.slice(1).map((t) => `ALTER TABLE ${t} DROP COLUMN root_unit_id`).join('; ')};
    DROP TRIGGER unit_root_comes ON unit; DROP TRIGGER unit_root_changes ON unit;
    DROP FUNCTION unit_root_changes; DROP FUNCTION luoshi_root_unit_write; DROP FUNCTION luoshi_root_unit`);
  await ask(url, await readFile(join(steps, step), 'utf8'));
  assert.deepEqual(await rooted(url), raised);
  await raise_both();
  const up = await rooted(url);
  assert.equal(up.matter, raised.matter + 2);
  assert.match((await must(['doctor', ...on])).out, /^healthy$/m);
});

test('what is not empty is left alone', async () => {
  const other = (await empty()).dir, url = await postgres.database();
  const refused = async (from, to, words) => {
    const r = await move(from, to);
    assert.equal(r.code, 1);
    assert.match(r.err, words);
  };
  await refused(city, other, /the target is not empty, and not a copy of this source that was begun/);
  await refused(city, city, /in use by another|the target is not empty/);
  await refused(await new_folder(), other, /there is no database/);
  await postgres.sql(url, 'CREATE TABLE precious (id BIGINT)');
  await refused(city, url, /tables of another program/);
  await refused(city, 'postgresql://luoshi:secret@127.0.0.1:1/none', /cannot copy to postgresql:\/\/luoshi@127\.0\.0\.1:1\/none: cannot reach/);
  assert.doesNotMatch((await move(city, 'postgresql://luoshi:secret@127.0.0.1:1/none')).err, /secret/);
  const r = await run(['copy', '--from', city]);
  assert.equal(r.code, 2);
  assert.match(r.err, /copy needs --from and --to/);
});
