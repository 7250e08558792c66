// A backup taken while many raise: it holds one moment. Everything told before it began is in it, nothing sent after it ended is, and the
// numbers of the year, which are given in the order of the commits, go from 1 to its last without a gap.
//
// BACKUPS says how many are taken (`make crash`: 20); the rate of raises meanwhile is printed.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { about_the_file, ask, clean, demo, folder, must, serve } from '../lib/luoshi.mjs';
import { value } from '../lib/sqlite.mjs';

const BACKUPS = Number(process.env.BACKUPS ?? 3), LINES = 96, TEXT = 'There is no water. '.repeat(7);
after(clean);

// A connection that raises one matter after another with as little work as can be: what is measured is the server.
class Line {
  constructor(server, key) {
    this.head = `POST /api/v1/matters HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`;
    this.socket = net.connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.got = '';
    this.socket.on('data', (d) => {
      this.got += d;
      const end = this.got.indexOf('\r\n\r\n');
      if (end < 0) return;
      const n = Number(/\r\ncontent-length: (\d+)/i.exec(this.got)[1]);
      if (this.got.length < end + 4 + n) return;
      const done = this.done, all = this.got;
      this.got = '';
      done({ status: Number(all.slice(9, 12)), ref: /"ref":\s*"([^"]+)"/.exec(all)?.[1] });
    });
    this.socket.on('error', (e) => this.fail?.(e));
  }
  raise(subject) {
    const body = JSON.stringify({ subject, text: TEXT });
    return new Promise((done, fail) => {
      this.done = done;
      this.fail = fail;
      this.socket.write(`${this.head}Idempotency-Key: ${subject}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
  }
}

// One after another until `over()`: {ref, sent, told} each.
async function keep_raising(line, name, raised, over) {
  for (let n = 0; !over(); n++) {
    const sent = performance.now(), x = await line.raise(`Line ${name} raise ${n}`);
    assert.ok(x.status === 201 || x.status === 503, String(x.status));
    if (x.status === 201) raised.push({ ref: x.ref, sent, told: performance.now() });
  }
  line.socket.destroy();
}

const key_of = async (dir) => (await must(['key', 'add', 'desk', '--data', dir, '--now', '2026-11-23T09:01:00+08:00'])).out.trim();

async function restored(from, file) {
  const dir = join(await folder('luoshi-restored'), 'data');
  await mkdir(dir, { mode: 0o700 });
  await copyFile(join(from, 'luoshi.key'), join(dir, 'luoshi.key'));
  await must(['restore', file, '--data', dir]);
  await must(['doctor', '--data', dir]);
  return dir;
}

test(`P35: ${BACKUPS} backups while ${LINES} connections raise: each is a moment in time, sound, and goes on from there`, { timeout: 120000 + BACKUPS * 20000, skip: about_the_file('its own tools copy it') }, async (t) => {
  const dir = await demo({ matters: 2000 }), key = await key_of(dir), s = await serve(dir);
  const raised = [], backups = [];
  let over = false, many;
  const begun = performance.now(), enough = new Promise((done) => (many = done));
  const lines = Array.from({ length: LINES }, (_, i) => keep_raising(new Line(s, key), i, raised, () => (raised.length > 500 && many(), over)));
  await Promise.race([enough, ...lines]);
  for (let i = 0; i < BACKUPS; i++) {
    const file = join(await folder('luoshi-backup'), 'copy.db'), began = performance.now(), before = raised.length;
    await must(['backup', file, '--data', dir]);
    backups.push({ file, began, ended: performance.now(), meanwhile: raised.length - before });
  }
  over = true;
  await Promise.all(lines);
  const seconds = (performance.now() - begun) / 1000;
  for (const [i, b] of backups.entries()) {
    const to = await restored(dir, b.file);
    const refs = (await value(to, "SELECT ref FROM matter WHERE ref LIKE 'HT-26-%' ORDER BY ref")).split('\n'), there = new Set(refs);
    refs.forEach((ref, at) => assert.equal(Number(ref.slice(-6)), at + 1, 'no gap'));
    assert.deepEqual(raised.filter((r) => r.told < b.began && !there.has(r.ref)), [], 'what was told before is in it');
    assert.deepEqual(raised.filter((r) => r.sent > b.ended && there.has(r.ref)), [], 'what was sent after is not');
    if (i > 0 && i < BACKUPS - 1) continue;
    const again = await serve(to), x = await ask(again, 'POST', '/api/v1/matters', {
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'next' }, body: JSON.stringify({ subject: 'The next', text: TEXT }) });
    assert.equal(x.status, 201, x.text);
    assert.equal(Number(x.json.ref.slice(-6)), refs.length + 1, 'the next number follows');
    assert.equal(await again.stop(), 0);
  }
  assert.ok(backups.every((b) => b.meanwhile > 0), 'raises went on meanwhile');
  assert.equal(await s.stop(), 0);
  await must(['doctor', '--data', dir]);
  const took = backups.map((b) => b.ended - b.began).sort((a, b) => a - b);
  t.diagnostic(`${raised.length} raised, ${Math.round(raised.length / seconds)} a second; a backup took ${Math.round(took[took.length >> 1])} ms`);
});
