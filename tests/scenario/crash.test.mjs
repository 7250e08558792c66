// Power cuts: the server, or the database server under it, is killed in the middle of many writes, again and again. What was told stays, what
// was not told may be there or not, but never half; and sent again with its key it is one.
//
// ROUNDS and PG_ROUNDS say how often; `make crash` kills 200 and 50 times.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ask, clean, Client, demo, folder, must, NOW, run, serve, track, until, words } from '../lib/luoshi.mjs';
import * as postgres from '../lib/postgres.mjs';
import { value } from '../lib/sqlite.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 20), PG_ROUNDS = Number(process.env.PG_ROUNDS ?? 5);
const AT_ONCE = 200, WORDS = 'There is no water. '.repeat(7);
after(async () => {
  await postgres.stop();
  await clean();
});

// The same rounds each time: when each kill comes is drawn from the number of the round.
const drawn = (round, n) => createHash('sha256').update(`round ${round}`).digest().readUInt32BE(0) % n;

// An installation: args for every command, rows of a question.
async function on_file() {
  const dir = await demo();
  return { dir, args: [], rows: async (text) => (await value(dir, text)).split('\n').filter((l) => l !== '').map((l) => l.split('\t')) };
}
async function on_server() {
  await postgres.start();
  const url = await postgres.database(), dir = join(await folder('luoshi-crash'), 'data');
  await must(['demo', '--data', dir, '--db', url, '--now', NOW, '--matters', '60']);
  return { dir, args: ['--db', url], rows: async (text) => (await postgres.sql(url, text)).split('\n').filter((l) => l !== '').map((l) => l.split('|')) };
}

// Every raise that was sent, by its idempotency key: {subject, told: the answer or null}.
class Raises {
  constructor(key) {
    this.key = key;
    this.all = new Map();
  }
  send(s, key) {
    if (!this.all.has(key)) this.all.set(key, { key, subject: `Raise ${key}`, told: null });
    const { subject } = this.all.get(key);
    return ask(s, 'POST', '/api/v1/matters', {
      headers: { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify({ subject, text: WORDS, contact: { phone: '138 0000 0000' } }) });
  }
  tell(key, x) {
    const r = this.all.get(key);
    if (r.told !== null) assert.equal(x.json.ref, r.told.ref, `${key} sent again is still one`);
    r.told ??= x.json;
  }
  get told() { return [...this.all.values()].filter((r) => r.told !== null); }

  // AT_ONCE senders until `goal` were told in this round; then `hit`, and no more are sent. What is on its way may be answered or not.
  async storm(s, round, goal, hit) {
    let sent = 0, told = 0, over = false;
    const sender = async () => {
      while (!over) {
        const key = `${round}.${sent++}`;
        let x;
        try {
          x = await this.send(s, key);
        } catch {
          return; // no answer
        }
        if (x.status === 201) this.tell(key, x), told++;
        else {
          assert.equal(x.status, 503, x.text);
          assert.ok(Number(x.headers['retry-after']) > 0, 'says when to try again');
        }
        if (told >= goal && !over) {
          over = true;
          hit();
        }
      }
    };
    s.agent.maxSockets = AT_ONCE;
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
  }

  // As each client would: the same again until it is told.
  async again(s, keys) {
    let i = 0;
    const sender = async () => {
      while (i < keys.length) {
        const key = keys[i++];
        await until(async () => {
          const x = await this.send(s, key).catch(() => ({ status: 0 }));
          if (x.status === 201) this.tell(key, x);
          else assert.ok(x.status === 503 || x.status === 0, `${x.status} ${x.text}`);
          return x.status === 201;
        }, `${key} is told in the end`, 30000);
      }
    };
    await Promise.all(Array.from({ length: 32 }, sender));
  }
}

// What each raise must have with it, and none may lack.
const PARTS = `SELECT count(*), sum(CASE WHEN EXISTS (SELECT 1 FROM event e WHERE e.casefile_id = m.casefile_id AND e.matter_id = m.id) THEN 0 ELSE 1 END),
  sum(CASE WHEN EXISTS (SELECT 1 FROM contact c WHERE c.matter_id = m.id) THEN 0 ELSE 1 END),
  sum(CASE WHEN EXISTS (SELECT 1 FROM clock k WHERE k.casefile_id = m.casefile_id) THEN 0 ELSE 1 END),
  sum(CASE WHEN EXISTS (SELECT 1 FROM search_doc d WHERE d.matter_id = m.id) THEN 0 ELSE 1 END) FROM matter m WHERE subject LIKE 'Raise %'`;

async function all_is_well(place, raises, s) {
  const kept = new Map(await place.rows("SELECT ref, subject FROM matter WHERE subject LIKE 'Raise %'"));
  assert.deepEqual(raises.told.filter((r) => kept.get(r.told.ref) !== r.subject).map((r) => r.told.ref), [], 'every one that was told is there');
  assert.equal(new Set(raises.told.map((r) => r.told.ref)).size, raises.told.length, 'no number was given twice');
  assert.equal(kept.size, raises.told.length, 'and each is there once');
  const [[n, ...lacking]] = await place.rows(PARTS);
  assert.equal(Number(n), kept.size);
  assert.deepEqual(lacking.map(Number), [0, 0, 0, 0], 'each has its event, contact, clock and place in the index');
  for (let i = 0; i < raises.told.length; i += Math.ceil(raises.told.length / 12)) {
    const page = await track(new Client(s), raises.told[i].told.receipt);
    assert.ok(words(page.text).includes(raises.told[i].subject), 'its receipt opens it');
  }
  const doctor = await run(['doctor', '--data', place.dir, ...place.args]);
  assert.equal(doctor.code, 0, doctor.out);
}

// `hit` makes an end of the server it is given, or of what it stands on, and gives the server to go on with.
async function rounds_of(place, rounds, hit, t) {
  const key = (await must(['key', 'add', 'desk', '--data', place.dir, ...place.args, '--now', '2026-11-23T09:01:00+08:00'])).out.trim();
  const raises = new Raises(key);
  const start = () => serve(place.dir, { args: place.args });
  let s = await start(), unanswered = 0;
  for (let round = 0; round < rounds; round++) {
    let after_hit;
    await raises.storm(s, round, 1 + drawn(round, 150), () => (after_hit = hit(s, round, start)));
    assert.ok(after_hit !== undefined, `round ${round}: nobody was answered before the end came: ${s.log.slice(-2000)}`);
    s = await after_hit;
    const mine = [...raises.all.values()].filter((r) => r.key.startsWith(`${round}.`)), untold = mine.filter((r) => r.told === null);
    unanswered += untold.length;
    await raises.again(s, [...untold, ...mine.filter((r, i) => i % 7 === 0)].map((r) => r.key));
    if (round % 25 === 24 && round + 1 < rounds) await all_is_well(place, raises, s); // opening receipts twice at once would be taken for guessing
  }
  await all_is_well(place, raises, s);
  assert.equal(await s.stop(), 0);
  t.diagnostic(`${raises.told.length} told in the end, ${unanswered} of them not at first, in ${rounds} rounds`);
}

async function kill_server(s, start) {
  s.child.kill('SIGKILL');
  assert.equal(await s.ended, 'SIGKILL');
  s.agent.destroy();
  return start();
}

test(`P35 N15: kill -9 under ${AT_ONCE} raises at once, ${ROUNDS} times: every raise that was told is there, nothing is half there, sent again it is one`,
  { timeout: 60000 + ROUNDS * 6000 }, async (t) => {
    await rounds_of(await on_file(), ROUNDS, (s, round, start) => kill_server(s, start), t);
  });

test(`P35 N15: the same on PostgreSQL, ${PG_ROUNDS} times, the node and the database server in turn`, { timeout: 90000 + PG_ROUNDS * 20000 }, async (t) => {
  await rounds_of(await on_server(), PG_ROUNDS, async (s, round, start) => {
    if (round % 2 === 0) return kill_server(s, start);
    postgres.kill9();
    await postgres.again();
    return s; // the node lives, and finds the server again by itself
  }, t);
});
