// What comes round by the clock, what is remembered from one start to the next, and how a node takes its leave.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, clean, Client, copy, demo, faults, must, run, serve, sign_in, until } from '../lib/luoshi.mjs';
import { bytes, change, hex, value } from '../lib/sqlite.mjs';

const AT = '2026-11-23T10:00:00+08:00';
let made;
before(async () => (made = await demo({ matters: 20 })));
after(clean);

test('P35 jobs run when they are due and once, are listed by `luoshi jobs` and counted in /metrics; a failed one makes doctor complain', async () => {
  const dir = await copy(made);
  assert.match((await must(['jobs', '--data', dir])).out, /no server has run yet/);
  await change(dir, `INSERT INTO once (token, result, created_at) VALUES (${bytes('01')}, '', 1), (${bytes('02')}, '', 4102444800000)`);
  const made_at = '2026-11-23T08:00:00+08:00';
  assert.equal(await (await serve(dir, { now: made_at })).stop(), 0);
  assert.equal(await value(dir, "SELECT sum(runs), count(*) FROM job"), '0\t3', 'a new installation has nothing to tidy');
  const s = await serve(dir, { now: AT });
  await until(async () => (await value(dir, "SELECT count(*) FROM job WHERE last_status = 'ok'")) === '3', 'all jobs have run');
  assert.equal(await value(dir, 'SELECT count(*) FROM once'), '1', 'the old token is forgotten, the new one is not');
  const metrics = (await new Client(s).get('/metrics')).text;
  for (const job of ['forms', 'guesses', 'sessions']) {
    assert.match(metrics, new RegExp(`luoshi_job_runs_total\\{job="${job}"\\} 1\n`));
    assert.match(metrics, new RegExp(`luoshi_job_late_seconds\\{job="${job}"\\} 0\n`));
  }
  const list = (await must(['jobs', '--data', dir])).out;
  assert.match(list, /^forms +2026-11-23 10:10:0\d +2026-11-23 10:00:0\d +ok +1 +0 /m);
  await change(dir, "UPDATE job SET due_at = 1 WHERE name = 'forms'");
  s.child.kill('SIGUSR1');
  await until(async () => (await value(dir, "SELECT runs FROM job WHERE name = 'forms'")) === '2', 'it looked at once');
  assert.equal(await s.stop(), 0);
  const again = await serve(dir, { now: AT });
  assert.equal(await again.stop(), 0);
  assert.equal(await value(dir, 'SELECT max(runs), min(runs) FROM job'), '2\t1', 'a start by itself makes nothing due');
  assert.match((await must(['doctor', '--data', dir])).out, /fine +every job went well the last time/);
  await change(dir, "UPDATE job SET last_status = 'input/output error' WHERE name = 'forms'");
  const doctor = await run(['doctor', '--data', dir]);
  assert.equal(doctor.code, 1);
  assert.match(doctor.out, /WRONG +every job went well the last time: forms \(input\/output error\)/);
});

test('P35 waits after wrong passwords and codes outlive a restart, hold only for the one who guessed, and leave no address in the database', async () => {
  const dir = await copy(made);
  const wrong = async (c, path, fields) => c.send(await c.get(path), path, fields);
  let s = await serve(dir, { now: AT });
  let c = new Client(s);
  for (let i = 0; i < 9; i++) {
    await change(dir, 'UPDATE guess SET until_at = until_at - 60000'); // a minute passes
    assert.equal((await wrong(c, '/sign-in', { login: 'clerk', password: 'no' })).status, 400);
  }
  for (let i = 0; i < 9; i++) {
    await change(dir, 'UPDATE guess SET until_at = until_at - 60000 WHERE failures < 9');
    assert.equal((await wrong(c, '/track', { code: '1234 5678 9012 345' + (i % 2) })).status, 400);
  }
  assert.equal(await value(dir, 'SELECT count(*) FROM guess'), '3', 'a login, the codes, the place');
  const kept = (await value(dir, `SELECT ${hex('who')} FROM guess`)).split('\n').map((line) => Buffer.from(line, 'hex'));
  for (const who of kept) assert.ok(who.length === 32 && !who.includes('127') && !who.includes('clerk'), 'nobody can be read in it');
  assert.equal(await s.stop(), 0);
  s = await serve(dir, { now: AT });
  c = new Client(s);
  const x = await wrong(c, '/sign-in', { login: 'clerk', password: 'haitang-clerk' });
  assert.equal(x.status, 429, 'the right password has to wait as well');
  assert.ok(Number(x.headers['retry-after']) > 20 && Number(x.headers['retry-after']) <= 30);
  assert.match(faults(x.text).join() || x.text, /Wait \d+ seconds/);
  assert.equal((await wrong(c, '/track', { code: '1234 5678 9012 3450' })).status, 429);
  await sign_in(s, 'head'); // nobody else waits
  await change(dir, 'UPDATE guess SET until_at = until_at - 60000');
  await sign_in(s, 'clerk');
  assert.equal(await value(dir, 'SELECT count(*) FROM guess WHERE failures = 9'), '1', 'forgiven; the codes are not');
  assert.equal(await s.stop(), 0);
});

test('P35 with drain_seconds SIGTERM first says “not ready” and goes on serving; a second signal, or the time, ends it', async () => {
  const dir = await copy(made), config = '[serve]\ndrain_seconds = 600\n';
  const s = await serve(dir, { now: AT, config });
  const first = await ask(s, 'GET', '/readyz');
  assert.deepEqual([first.status, first.text, first.headers.connection], [200, 'ready\n', undefined]);
  s.child.kill('SIGTERM');
  const x = await until(async () => {
    const r = await ask(s, 'GET', '/readyz');
    return r.status === 503 ? r : null;
  }, 'not ready any more');
  assert.equal(x.text, 'draining\n');
  assert.equal((await ask(s, 'GET', '/healthz')).status, 200, 'but alive');
  const page = await ask(s, 'GET', '/matters');
  assert.equal(page.status, 200, 'who comes all the same is served');
  assert.equal(page.headers.connection, 'close', 'and comes back elsewhere');
  s.agent.destroy();
  s.child.kill('SIGTERM');
  assert.equal(await s.ended, 0);
  const short = await serve(dir, { now: AT, config: '[serve]\ndrain_seconds = 1\n' });
  const asked = Date.now();
  assert.equal(await short.stop(), 0);
  assert.ok(Date.now() - asked >= 1000, 'the balancer had its time');
  const hurry = await serve(dir, { now: AT, config });
  assert.equal(await hurry.stop('SIGINT'), 0, 'Ctrl-C waits for nobody');
});
