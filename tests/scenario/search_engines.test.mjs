// The same words find the same matters, in the same order, on either engine: asked of a made city, and of real messages where they are at hand.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { about_the_file, ask, clean, demo, empty, must, ROOT, serve } from '../lib/luoshi.mjs';
import * as postgres from '../lib/postgres.mjs';

const both = { skip: about_the_file('it asks both engines itself') };
const DATA = resolve(process.env.LUOSHI_DATA ?? join(ROOT, '../shared/data'));
const there = await stat(join(DATA, 'replies.xlsx')).then(() => true, () => false);

before(async () => { if (!both.skip) await postgres.start(); });
after(async () => {
  if (!both.skip) await postgres.stop();
  await clean();
});

// What is typed: words of some subjects whole, two and three characters out of them, pairs of these, and things that must not break.
const ODD = ['', ' ', 'a', '路', '"', "o'clock", '水 AND 电', 'NOT 路灯', '*', '路灯*', '(小区', '100%', '№ 12', 'é', '没有没有没有', 'zzzz', '小区'.repeat(60)];
function queries(subjects, most) {
  const out = new Set(ODD);
  for (const [i, s] of subjects.entries()) {
    const letters = [...s], at = (i * 7) % Math.max(1, letters.length - 3);
    out.add(letters.slice(at, at + 2).join(''));
    out.add(letters.slice(at, at + 3).join(''));
    if (i % 4 === 0) out.add(s);
    if (i % 5 === 0) out.add(`${letters.slice(0, 2).join('')} ${letters.slice(-2).join('')}`);
    if (i % 6 === 0) out.add(s.split(/\s+/).slice(0, 2).join(' '));
    if (out.size >= most) break;
  }
  return [...out];
}
const address = (q, more = '') => `/matters.json?q=${encodeURIComponent(q)}${more}`;
const found = async (server, path) => {
  const { status, json } = await ask(server, 'GET', path);
  assert.ok(status === 200 || status === 400, `${path}: ${status}`);
  return status === 200 ? { total: json.total, refs: json.items.map((m) => m.ref) } : { status };
};

// Subjects of the newest and of a filter's matters: what the questions are made of.
async function subjects_of(server) {
  const out = [];
  for (let after = ''; after !== null && out.length < 200;) {
    const page = (await ask(server, 'GET', `/matters.json${after && `?after=${encodeURIComponent(after)}`}`)).json;
    out.push(...page.items.map((m) => m.subject));
    after = page.next;
  }
  return out;
}

async function same_on_both(dir, most) {
  const url = await postgres.database();
  await must(['copy', '--from', dir, '--to', url, '--quiet']);
  const file = await serve(dir), pg = await serve(dir, { args: ['--db', url] });
  try {
    const asked = queries(await subjects_of(file), most);
    let hits = 0;
    for (const q of asked) for (const more of ['', '&sort=oldest', '&state=solved']) {
      const mine = await found(file, address(q, more));
      assert.deepEqual(await found(pg, address(q, more)), mine, `${JSON.stringify(q)}${more}`);
      hits += mine.refs?.length > 0 && q.trim() !== '';
    }
    assert.ok(hits > asked.length, `${hits} of ${asked.length * 3} questions found something`);
    return { asked: asked.length * 3, hits };
  } finally {
    await pg.stop();
    await file.stop();
  }
}

test('P35: every question finds the same on both engines, in a made city', both, async (t) => {
  const { asked, hits } = await same_on_both(await demo({ matters: 400 }), 120);
  t.diagnostic(`${asked} questions asked on each engine, ${hits} found something`);
});

const real = { skip: both.skip || (there ? false : `the real messages are not at hand (${DATA})`) };
test('P35: every question finds the same on both engines, among real messages', real, async (t) => {
  const { dir } = await empty();
  await must(['import', 'matters', join(DATA, 'replies.xlsx'), '--data', dir, '--quiet']);
  const { asked, hits } = await same_on_both(dir, 160);
  t.diagnostic(`${asked} questions asked on each engine, ${hits} found something`);
});
