// Several nodes on one PostgreSQL: what is shared works at each of them, and what dies takes nothing with it that was acknowledged.
// The times that are printed are of this machine, with everything on it; what is asserted is that nothing is lost.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ask, clean, Client, copy, csrf_of, faults, folder, must, once_of, receipt_of, ROOT, run, serve, to_check, until, WORDS } from '../lib/luoshi.mjs';
import { end_all, free_port, haproxy, Load, pgbouncer, primary, standby_of } from './cluster.mjs';

const table = [];
const say = (t, what, value) => {
  table.push(`${what.padEnd(74)} ${value}`);
  t.diagnostic(`${what}: ${value}`);
};
const ms = (n) => `${Math.round(n)} ms`;

after(async () => {
  await end_all();
  await clean();
  await mkdir(join(ROOT, 'build'), { recursive: true });
  await writeFile(join(ROOT, 'build/ha.txt'), `${table.join('\n')}\n`);
});

// An empty city in the database, and the folder with its key file: what each node has a copy of.
async function city(url) {
  const dir = join(await folder('luoshi-node'), 'data');
  const made = await must(['init', '--data', dir, '--db', url, '--admin', 'root']);
  const key = (await must(['key', 'add', 'desk', '--data', dir, '--db', url])).out.trim();
  return { dir, key, url, password: /password (\S+)/.exec(made.out)[1] };
}

async function node(of, { url = of.url, port = null, config = '', replica = null } = {}) {
  const dir = await copy(of.dir);
  port ??= await free_port();
  const s = await serve(dir, { now: new Date().toISOString(), args: ['--db', url, '--listen', `127.0.0.1:${port}`, ...(replica === null ? [] : ['--replica', replica])],
    config: `[serve]\ndrain_seconds = 1\nexecutors = 24\ntrusted_proxies = 127.0.0.1\n[limits]\nconnections_per_address = 4096\n${config}` });
  s.again = () => node(of, { url, port, config, replica });
  return s;
}

async function sign_in(server, password, login = 'root') {
  const c = new Client(server);
  const x = await c.send(await c.get('/sign-in'), '/sign-in', { login, password });
  return { c, x };
}

// The same browser at another node.
function elsewhere(client, server) {
  const c = new Client(server, client.headers);
  c.cookies = new Map(client.cookies);
  return c;
}

async function is_whole(load, db, of, url = of.url) {
  assert.deepEqual(load.unexpected.slice(0, 2), []);
  const rows = new Map();
  for (const line of (await db.sql(`SELECT subject, ref FROM matter WHERE subject LIKE '${load.name} %'`)).split('\n').filter((l) => l !== '')) {
    const [subject, ref] = line.split('\t');
    rows.set(subject, [...(rows.get(subject) ?? []), ref]);
  }
  const lost = [...load.acknowledged].filter(([subject, a]) => !rows.get(subject)?.includes(a.ref)).map(([subject]) => subject);
  assert.deepEqual(lost.slice(0, 3), [], 'every one that was acknowledged is there, under its number');
  assert.deepEqual([...rows].filter(([, refs]) => refs.length !== 1).slice(0, 3), [], 'each is there once');
  assert.ok(rows.size >= load.acknowledged.size);
  const [n, distinct, last] = (await db.sql("SELECT count(*), count(DISTINCT ref), max(substring(ref FROM '[0-9]+$')::int) FROM matter")).split('\t').map(Number);
  assert.equal(distinct, n, 'no number stands twice');
  assert.equal(last, n, 'and none is left out');
  const doctor = await run(['doctor', '--data', of.dir, '--db', url], { timeout: 180000 });
  assert.equal(doctor.code, 0, doctor.out + doctor.err);
  return rows.size;
}

test('P35 two nodes are one city: sessions, form tokens, waits after wrong passwords, jobs', { timeout: 180000 }, async (t) => {
  const db = await primary();
  const of = await city(db.url);
  const [one, two] = [await node(of), await node(of)];

  await t.test('P35 who signs in at one node is signed in at the other, and signs out at both', async () => {
    const { c, x } = await sign_in(one, of.password);
    assert.equal(x.status, 303, faults(x.text).join());
    const there = elsewhere(c, two);
    const page = await there.get('/work/me');
    assert.equal(page.status, 200);
    assert.equal((await there.send(page, '/sign-out')).status, 303);
    assert.equal((await c.get('/work/me')).status, 303, 'signed out here as well');
  });

  await t.test('P35 the same form token at both nodes at once gives one matter and the same receipt', async () => {
    const before = Number(await db.sql('SELECT count(*) FROM matter'));
    for (let round = 0; round < 10; round++) {
      const c = new Client(one);
      const check = await to_check(c, { subject: `Twice ${round}` });
      assert.equal(check.status, 200);
      const fields = { ...WORDS, subject: `Twice ${round}`, csrf: csrf_of(check.text), once: once_of(check.text), step: 'check', go: 'next' };
      const both = await Promise.all([c, elsewhere(c, two), c, elsewhere(c, two)].map((who) => who.post('/raise', fields)));
      const receipts = both.map((x) => (assert.equal(x.status, 200, faults(x.text).join()), receipt_of(x.text)));
      assert.equal(new Set(receipts.map((r) => `${r.ref} ${r.code}`)).size, 1, JSON.stringify(receipts));
    }
    assert.equal(Number(await db.sql('SELECT count(*) FROM matter')) - before, 10);
  });

  await t.test('P35 who guesses wrongly at one node waits at the other', async () => {
    for (let i = 0; i < 4; i++) assert.equal((await sign_in(one, 'wrong')).x.status, 400);
    await db.sql('UPDATE guess SET until_at = until_at + 20000 WHERE failures = 4 AND until_at > 0'); // longer than this test takes
    const { x } = await sign_in(two, of.password);
    assert.equal(x.status, 429);
    assert.ok(Number(x.headers['retry-after']) > 1);
    await db.sql('DELETE FROM guess');
    assert.equal((await sign_in(two, of.password)).x.status, 303);
  });

  await t.test('P35 a job that is due at both nodes is run by one', async () => {
    for (let round = 1; round <= 3; round++) {
      await db.sql('UPDATE job SET due_at = 0');
      for (const s of [one, two]) s.child.kill('SIGUSR1'); // look now
      await until(async () => (await db.sql(`SELECT count(*) FROM job WHERE runs < ${round}`)) === '0', 'every job has run');
    }
    assert.equal(await db.sql('SELECT max(runs), max(failed) FROM job'), '3\t0');
  });

  assert.deepEqual(await Promise.all([one.stop(), two.stop()]), [0, 0]);
});

test('P35 behind HAProxy a node may be stopped or killed under load: the service goes on, nothing acknowledged is lost', { timeout: 240000 }, async (t) => {
  const db = await primary();
  const of = await city(db.url);
  let one = await node(of), two = await node(of);
  const door = await haproxy([one, two]);
  const load = new Load(door, of.key, { name: 'stop' });
  await load.more(200);
  let moment = performance.now();
  const stopped = one.stop();
  await load.more(200);
  assert.equal(await stopped, 0);
  say(t, 'SIGTERM to one of two nodes: next acknowledgement after', ms(load.first_after(moment)));
  const again_before_kill = load.again;
  say(t, 'requests that callers had to send again because of it', again_before_kill);
  assert.equal(again_before_kill, 0, 'a node that is stopped in order loses no request');
  one = await one.again();
  await load.more(200);
  moment = performance.now();
  two.child.kill('SIGKILL');
  await load.more(200);
  say(t, 'kill -9 of one of two nodes: next acknowledgement after', ms(load.first_after(moment)));
  say(t, 'requests that callers had to send again because of it', load.again - again_before_kill);
  assert.equal(await two.ended, 'SIGKILL');
  two = await two.again();
  await load.more(200);
  await load.stop();
  const n = await is_whole(load, db, of);
  say(t, 'raised, acknowledged, there once, doctor healthy', `${n}, ${load.acknowledged.size}`);
  assert.deepEqual(await Promise.all([one.stop(), two.stop()]), [0, 0]);
});

test('P35 nothing is acknowledged without the standby; the primary is killed and the standby promoted under load: nothing acknowledged is lost, each raise is there once', { timeout: 240000 }, async (t) => {
  const first = await primary(['synchronous_commit=on', 'wal_retrieve_retry_interval=200ms']);
  const url = (...servers) => `postgresql://luoshi@${servers.map((s) => `127.0.0.1:${s.port}`).join(',')}/luoshi?target_session_attrs=read-write`;
  const of = await city(first.url);
  const second = await standby_of(first, 'standby');
  const both = url(first, second);
  const nodes = [await node(of, { url: both }), await node(of, { url: both })];
  const door = await haproxy(nodes);

  await second.halt();
  const alone = (timeout) => ask(nodes[0], 'POST', '/api/v1/matters', { timeout,
    headers: { Authorization: `Bearer ${of.key}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'alone' },
    body: JSON.stringify({ subject: 'On one disk only', text: WORDS.text }) });
  await assert.rejects(alone(1500), /no answer/, 'while the standby is away nothing is acknowledged');
  await second.resume();
  assert.equal((await alone(30000)).status, 201);
  assert.equal(await first.sql("SELECT count(*) FROM matter WHERE subject = 'On one disk only'"), '1', 'sent again it is still one');

  const load = new Load(door, of.key, { name: 'promote' });
  await load.more(500);
  const killed = performance.now();
  first.kill9();
  await second.promote();
  const promoted = performance.now();
  await load.more(500);
  say(t, 'kill -9 of the primary until the standby was promoted (by the test)', ms(promoted - killed));
  say(t, 'from then until the next raise was acknowledged', ms(load.first_after(promoted)));
  say(t, 'requests that callers had to send again', load.again);
  await load.stop();
  const n = await is_whole(load, second, of, both);
  say(t, 'raised, acknowledged, there once on the promoted server, doctor healthy', `${n}, ${load.acknowledged.size}`);
  say(t, 'longest wait of a caller', ms(load.quantile(1)));
  assert.deepEqual(await Promise.all(nodes.map((s) => s.stop())), [0, 0]);
});

test('P35 PgBouncer in session mode between the nodes and their server', { timeout: 180000 }, async (t) => {
  const db = await primary();
  const of = await city(db.url);
  const pool = await pgbouncer(db);
  const nodes = [await node(of, { url: pool.url }), await node(of, { url: pool.url })];
  const loads = nodes.map((s, i) => new Load(s, of.key, { name: `pool${i}`, at_once: 8 }));
  await Promise.all(loads.map((l) => l.more(200)));
  for (const l of loads) await l.stop();
  assert.equal(loads[0].again + loads[1].again, 0);
  assert.equal((await ask(nodes[0], 'GET', '/matters')).status, 200);
  for (const l of loads) await is_whole(l, db, of, pool.url);
  say(t, 'through PgBouncer: raised at two nodes, doctor healthy', loads[0].acknowledged.size + loads[1].acknowledged.size);
  assert.deepEqual(await Promise.all(nodes.map((s) => s.stop())), [0, 0]);
});

test('P35 reads go to a replica, each sees their own writes, and when the primary is away reading goes on', { timeout: 240000 }, async (t) => {
  const quick = ['wal_retrieve_retry_interval=200ms'];
  const first = await primary(quick);
  const of = await city(first.url);
  const second = await standby_of(first, 'reader', { synchronous: false });
  const both = `postgresql://luoshi@127.0.0.1:${first.port},127.0.0.1:${second.port}/luoshi?target_session_attrs=read-write`;
  const [one, two] = [await node(of, { url: both, replica: second.url }), await node(of, { url: both, replica: second.url })];
  const relaxed = { 'Cache-Control': null }; // as a browser asks
  const figure = async (s, name) => Number(new RegExp(`^luoshi_${name} (-?\\d+)$`, 'm').exec((await ask(s, 'GET', '/metrics')).text)?.[1]);
  const level = (s) => until(async () => (await figure(s, 'replica_behind_ms')) >= 0, 'the replica is followed', 20000);
  await Promise.all([level(one), level(two)]);

  const { c, x } = await sign_in(one, of.password);
  assert.equal(x.status, 303);
  await t.test('P35 pages of who is signed in are read from the replica', async () => {
    await until(async () => {
      const before = await figure(one, 'replica_reads_total');
      assert.equal((await c.get('/work/me', relaxed)).status, 200);
      return (await figure(one, 'replica_reads_total')) > before;
    }, 'a read from the replica');
    assert.notEqual(await second.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'luoshi'"), '0');
    say(t, 'the replica is behind the primary by', ms(await figure(one, 'replica_behind_ms')));
  });

  await t.test('P35 who has changed something sees it at once at either node, however far the replica is behind', async () => {
    for (let round = 0; round < 5; round++) {
      await level(one);
      await second.sql('SELECT pg_wal_replay_pause()');
      await until(async () => (await second.sql('SELECT pg_get_wal_replay_pause_state()')) === 'paused', 'the replica stands still');
      const { c: fresh, x: entered } = await sign_in(one, of.password);
      assert.equal(entered.status, 303);
      assert.equal((await fresh.get('/work/me', relaxed)).status, 200, 'signed in at the node that wrote');
      assert.equal((await elsewhere(fresh, two).get('/work/me', relaxed)).status, 200, 'and at the other');
      const raiser = new Client(two), check = await to_check(raiser, { subject: `Read your own write ${round}` });
      const receipt = receipt_of((await raiser.send(check, '/raise', {}, { go: 'next' })).text);
      assert.notEqual(receipt.code, '');
      const tracked = await raiser.send(await raiser.get('/track'), '/track', { code: receipt.code });
      assert.equal((await elsewhere(raiser, one).get(tracked.headers.location, relaxed)).status, 200);
      await second.sql('SELECT pg_wal_replay_resume()');
    }
  });

  await t.test('P35 a replica that falls behind by more than a second is left alone, and taken up again', async () => {
    await level(one);
    await second.sql('SELECT pg_wal_replay_pause()');
    await until(async () => {
      await first.sql('UPDATE setting SET value = value');
      return (await figure(one, 'replica_behind_ms')) === -1;
    }, 'the replica is left alone', 20000);
    const before = await figure(one, 'replica_reads_total');
    assert.equal((await c.get('/work/me', relaxed)).status, 200);
    assert.equal(await figure(one, 'replica_reads_total'), before);
    await second.sql('SELECT pg_wal_replay_resume()');
    await level(one);
  });

  await t.test('P35 while the primary is away pages are read from the replica and changes are refused; after a promotion they go on', async () => {
    await until(async () => (await first.sql('SELECT replay_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication')) === 't', 'the replica has everything');
    first.kill9();
    await until(async () => (await ask(one, 'GET', '/readyz')).text === 'ready to read only\n', 'it says so', 20000);
    assert.equal((await c.get('/work/me', relaxed)).status, 200);
    assert.equal((await ask(one, 'GET', '/matters', { headers: relaxed })).status, 200);
    const refused = await ask(one, 'POST', '/api/v1/matters', { headers: { Authorization: `Bearer ${of.key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ subject: 'While the primary is away', text: WORDS.text }) });
    assert.equal(refused.status, 503);
    assert.ok(refused.headers['retry-after']);
    await second.promote();
    await until(async () => (await ask(one, 'GET', '/readyz')).text === 'ready\n', 'it writes again', 20000);
    // a connection that was lost is found out by who uses it first: that one is told to come again
    await until(async () => (await sign_in(one, of.password)).x.status === 303, 'somebody signs in', 10000);
    assert.equal((await c.get('/work/me', relaxed)).status, 200);
  });
  assert.deepEqual(await Promise.all([one.stop(), two.stop()]), [0, 0]);
});
