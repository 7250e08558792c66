// Power cuts: the server is killed in the middle of many writes, again and again. What was told stays, what was not told may be there or
// not, but never half.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { ask, clean, Client, demo, must, run, serve, track, words } from '../lib/luoshi.mjs';
import { value } from '../lib/sqlite.mjs';

const ROUNDS = 20, AT_ONCE = 200, WORDS = 'There is no water. '.repeat(7);
after(clean);

// The same rounds each time: when each kill comes is drawn from the number of the round.
const drawn = (round, n) => createHash('sha256').update(`round ${round}`).digest().readUInt32BE(0) % n;

test('kill -9 under 200 raises at once, 20 times: every raise that was answered 201 is there, nothing is half there', { timeout: 120000 }, async (t) => {
  const dir = await demo();
  const key = (await must(['key', 'add', 'desk', '--data', dir, '--now', '2026-11-23T09:01:00+08:00'])).out.trim();
  const before_all = Number(await value(dir, 'SELECT count(*) FROM matter'));
  const told = [];
  let unanswered = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const s = await serve(dir);
    const goal = told.length + 1 + drawn(round, 150);
    let sent = 0, dead = false;
    const sender = async () => {
      while (!dead) {
        const n = sent++;
        const subject = `Round ${round}, raise ${n}`;
        try {
          const x = await ask(s, 'POST', '/api/v1/matters', {
            headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': `${round}.${n}` },
            body: JSON.stringify({ subject, text: WORDS, contact: { phone: '138 0000 0000' } }) });
          if (x.status === 201) told.push({ ...x.json, subject });
          else assert.equal(x.status, 503, x.text);
        } catch (e) {
          if (e.code === 'ERR_ASSERTION') throw e;
          unanswered++;
          return;
        }
        if (told.length >= goal && !dead) {
          dead = true;
          s.child.kill('SIGKILL');
        }
      }
    };
    s.agent.maxSockets = AT_ONCE;
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    assert.equal(await s.ended, 'SIGKILL');
    s.agent.destroy();
  }
  const s = await serve(dir);
  const kept = new Map((await value(dir, "SELECT ref, subject FROM matter WHERE channel = 'api'")).split('\n').map((l) => l.split('\t')));
  assert.deepEqual(told.filter((r) => kept.get(r.ref) !== r.subject).map((r) => r.ref), [], 'every one that was told is there');
  assert.equal(new Set(told.map((r) => r.ref)).size, told.length, 'no number was given twice');
  for (let i = 0; i < told.length; i += Math.ceil(told.length / 12)) {
    const page = await track(new Client(s), told[i].receipt);
    assert.ok(words(page.text).includes(told[i].subject), 'its receipt opens it');
  }
  const [, no_event, no_contact, no_clock, no_index] = (await value(dir, `SELECT count(*),
    sum(NOT EXISTS (SELECT 1 FROM event e WHERE e.matter_id = m.id)), sum(NOT EXISTS (SELECT 1 FROM contact c WHERE c.matter_id = m.id)),
    sum(NOT EXISTS (SELECT 1 FROM clock k WHERE k.casefile_id = m.casefile_id)), sum(NOT EXISTS (SELECT 1 FROM search_doc d WHERE d.matter_id = m.id))
    FROM matter m WHERE channel = 'api'`)).split('\t').map(Number);
  assert.deepEqual({ no_event, no_contact, no_clock, no_index }, { no_event: 0, no_contact: 0, no_clock: 0, no_index: 0 }, 'each is whole');
  const again = await ask(s, 'POST', '/api/v1/matters', {
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': '0.0' }, body: JSON.stringify({ subject: 'Round 0, raise 0', text: WORDS, contact: { phone: '138 0000 0000' } }) });
  assert.equal(again.status, 201);
  const first = told.find((r) => r.subject === 'Round 0, raise 0');
  if (first) assert.equal(again.json.ref, first.ref, 'sent again after the crash it is still one');
  const all = Number(await value(dir, 'SELECT count(*) FROM matter')) - before_all;
  assert.ok(all >= told.length && all <= told.length + unanswered + 1, `${told.length} told, ${all} stored, ${unanswered} unanswered`);
  assert.equal(await s.stop(), 0);
  const doctor = await run(['doctor', '--data', dir]);
  assert.equal(doctor.code, 0, doctor.out);
  t.diagnostic(`${told.length} told, ${all} stored, ${unanswered} unanswered in ${ROUNDS} rounds`);
});
