// The server of src/web/http.h against requests that are meant to confuse it, and against load and bad weather.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { cases } from './cases.mjs';

const BINARY = process.env.ECHO_SERVER ?? 'build/echo_server';
const MARKER = 'GET /no HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
const bytes = (s) => Buffer.from(s, 'latin1');
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function start(...options) {
  const child = spawn(BINARY, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((done, fail) => {
    child.stdout.once('data', (d) => done(Number(/port=(\d+)/.exec(d)[1])));
    child.once('exit', (code) => fail(new Error(`server ended: ${code}`)));
  });
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
  return { child, port, ended, stop: () => (child.kill('SIGTERM'), ended) };
}

// All answers in a stream. heads: how many of the first answers belong to HEAD.
function answers(stream, is_head) {
  const found = [];
  let rest = stream;
  while (rest.length > 0) {
    const m = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest);
    if (!m) return [...found, { status: 0, body: rest }];
    const status = Number(m[1]);
    const length = /^content-length: (\d+)\r$/im.exec(m[2]);
    const n = status === 100 || status === 204 || status === 304 || is_head ? 0 : Number(length?.[1] ?? NaN);
    rest = rest.slice(m[0].length);
    if (status !== 100) found.push({ status, head: m[2], body: rest.slice(0, n) });
    rest = rest.slice(n);
    is_head = false;
  }
  return found;
}

// Sends and collects until the other end closes or `wait` ms have passed.
function talk(port, data, { half_close = false, wait = 3000 } = {}) {
  return new Promise((done) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let got = '';
    let closed = false;
    const finish = () => (clearTimeout(timer), socket.destroy(), done({ text: got, closed }));
    const timer = setTimeout(finish, wait);
    socket.setEncoding('latin1');
    socket.on('data', (d) => (got += d));
    socket.on('end', () => ((closed = true), finish()));
    socket.on('error', (e) => (got === '' && (got = `error ${e.code}`), (closed = true), finish()));
    socket.write(bytes(data), () => half_close && socket.end());
  });
}

async function judge(port, [name, wanted, data, mark]) {
  const is_cut = wanted === 'cut';
  const reply = await talk(port, is_cut ? data : data + MARKER, { half_close: is_cut });
  const list = answers(reply.text, data.startsWith('HEAD'));
  const statuses = list.map((a) => a.status);
  const good = (s) => (s >= 200 && s < 400) || s === 404;
  const said = `${name}: wanted ${wanted}, got [${statuses}] ${reply.closed ? 'closed' : 'open'}`;
  if (!reply.closed) return said;
  if (is_cut) return statuses.length === 0 || (statuses.length === 1 && statuses[0] === 400) ? '' : said;
  if (typeof wanted === 'number') {
    const first = mark === 'second' ? 1 : 0;
    return statuses.length === first + 1 && statuses.slice(0, first).every(good) && statuses[first] === wanted ? '' : said;
  }
  const [kind, count] = wanted.split('*');
  const n = Number(count) + (kind === 'ok' ? 1 : 0);
  return statuses.length === n && statuses.every(good) ? '' : said;
}

let server;
before(async () => { server = await start('io=2', 'executors=4', 'head=2', 'body=2'); });
after(async () => { assert.equal(await server.stop(), 0); });

test('hostile requests are refused once and for good, odd but valid ones are served', { timeout: 60000 }, async () => {
  const failed = [];
  let dangerous = 0;
  const queue = cases.slice();
  const worker = async () => {
    for (let c = queue.shift(); c; c = queue.shift()) {
      const fault = await judge(server.port, c);
      if (fault) failed.push(fault);
      if (fault && c[3] === 'danger') dangerous++;
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  console.log(`hostile: ${cases.length - failed.length} of ${cases.length} as they should be, ${dangerous} dangerous left`);
  assert.equal(new Set(cases.map((c) => c[2])).size, cases.length, 'no case twice');
  assert.ok(cases.length >= 190);
  assert.deepEqual(failed, []);
});

test('the verdict is the same when every byte comes alone', { timeout: 60000 }, async () => {
  const drip = async ([name, wanted, data, mark]) => {
    if (data.length > 400 || wanted === 'cut') return '';
    const socket = net.connect({ port: server.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let got = '';
    const closed = new Promise((done) => socket.on('end', () => done(true)).on('error', () => done(true)));
    socket.setEncoding('latin1');
    socket.on('data', (d) => (got += d));
    for (const b of bytes(data + MARKER)) {
      if (!socket.writable) break;
      socket.write(Buffer.from([b]));
      await new Promise((done) => setImmediate(done));
    }
    const ended = await Promise.race([closed, pause(4000)]);
    socket.destroy();
    const list = answers(got, data.startsWith('HEAD')).map((a) => a.status);
    const last = typeof wanted === 'number' ? list.at(mark === 'second' ? 1 : 0) : list.at(-1);
    const right = typeof wanted === 'number' ? last === wanted && list.length === (mark === 'second' ? 2 : 1) : last >= 200;
    return ended && right ? '' : `${name}: wanted ${wanted}, got [${list}]`;
  };
  const failed = [];
  const queue = cases.slice();
  const worker = async () => { for (let c = queue.shift(); c; c = queue.shift()) failed.push(await drip(c)); };
  await Promise.all(Array.from({ length: 32 }, worker));
  assert.deepEqual(failed.filter(Boolean), []);
});

test('answers keep the order of their requests', async () => {
  const late = [30, 1, 20, 2, 10].map((ms) => `GET /late/${ms}?n=${ms} HTTP/1.1\r\nHost: h\r\n\r\nGET /echo?n=${ms} HTTP/1.1\r\nHost: h\r\n\r\n`);
  const reply = await talk(server.port, late.join('') + MARKER);
  const seen = answers(reply.text).map((a) => /target=(\S+)/.exec(a.body)?.[1] ?? 'end');
  assert.deepEqual(seen, [...[30, 1, 20, 2, 10].flatMap((n) => [`/late/${n}?n=${n}`, `/echo?n=${n}`]), 'end']);
});

test('a connection is kept for a thousand requests', async () => {
  const reply = await talk(server.port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(1000) + MARKER, { wait: 5000 });
  const statuses = answers(reply.text).map((a) => a.status);
  assert.equal(statuses.length, 1001);
  assert.ok(statuses.slice(0, 1000).every((s) => s === 200));
});

test('HEAD says the length and sends no body; 204 and 304 have none', async () => {
  const head = await talk(server.port, 'HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  assert.match(head.text, /\r\nContent-Length: [1-9]\d*\r\n[^]*\r\n\r\n$/);
  for (const status of [204, 304]) {
    const reply = await talk(server.port, `GET /${status} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    assert.match(reply.text, new RegExp(`^HTTP/1.1 ${status} `));
    assert.doesNotMatch(reply.text, /content-length|never sent/i);
  }
});

test('100 Continue comes after the route has agreed, and only then', async () => {
  const head = (n, path = '/echo') => `POST ${path} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: ${n}\r\n\r\n`;
  const invited = await talk(server.port, head(3), { wait: 300 });
  assert.equal(invited.text, 'HTTP/1.1 100 Continue\r\n\r\n');
  for (const [n, path, status] of [[2000000, '/echo', 413], [3, '/no', 404]]) {
    const reply = await talk(server.port, head(n, path));
    assert.deepEqual(answers(reply.text).map((a) => a.status), [status]);
    assert.doesNotMatch(reply.text, / 100 /);
    assert.ok(reply.closed, 'the unread body is never taken for a request');
  }
});

test('large bodies go both ways', async () => {
  const body = 'x'.repeat(900000);
  const sent = await talk(server.port, `POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}${MARKER}`);
  assert.ok(answers(sent.text)[0].body.endsWith(body));
  const got = await talk(server.port, `GET /big/8000000 HTTP/1.1\r\nHost: h\r\n\r\n${MARKER}`);
  assert.deepEqual(answers(got.text).map((a) => a.body.length), [8000000, 3]);
});

test('a request that exhausts its memory gets 503 and the connection goes on', async () => {
  for (const path of ['/full', '/fulladmit']) {
    const reply = await talk(server.port, `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n${MARKER}`);
    const [first, second] = answers(reply.text);
    assert.equal(first.status, 503);
    assert.match(first.head, /Retry-After/);
    assert.equal(second.status, 404);
  }
});

async function drip(port, pieces, every) {
  const began = Date.now();
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let got = '';
  let over = false;
  socket.setEncoding('latin1');
  socket.on('data', (d) => (got += d));
  const ended = new Promise((done) => socket.on('end', done).on('error', done)).then(() => (over = true));
  (async () => { for (const p of pieces) { if (over) break; socket.write(p); await pause(every); } })();
  await ended;
  socket.destroy();
  return { status: answers(got)[0]?.status, ms: Date.now() - began };
}

test('drip-feeders are cut off by an absolute deadline', { timeout: 20000 }, async () => {
  const head = await drip(server.port, 'GET / HTTP/1.1\r\nHost: h\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 150);
  assert.equal(head.status, 408);
  assert.ok(head.ms > 1500 && head.ms < 4500, `${head.ms}`);
  const start_of_body = 'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n';
  const body = await drip(server.port, [start_of_body, ...'b'.repeat(60)], 150);
  assert.equal(body.status, 408);
  assert.ok(body.ms > 1500 && body.ms < 4500, `${body.ms}`);
});

test('an idle connection is closed without a word, a slow reader is cut off', { timeout: 20000 }, async () => {
  const s = await start('io=1', 'idle=1', 'write=1');
  const idle = await talk(s.port, '', { wait: 4000 });
  assert.deepEqual(idle, { text: '', closed: true });
  const socket = net.connect({ port: s.port, host: '127.0.0.1' });
  socket.pause();
  socket.on('error', () => {});
  socket.write('GET /big/30000000 HTTP/1.1\r\nHost: h\r\n\r\n');
  await pause(3500);
  const counts = await talk(s.port, 'GET /counts HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  assert.match(counts.text, /timed_out=1 .* open=1 /);
  socket.destroy();
  assert.equal(await s.stop(), 0);
});

test('when the executors and their queue are full the rest gets 503 with Retry-After', { timeout: 30000 }, async () => {
  const s = await start('io=2', 'executors=1', 'peer=2000', 'connections=2000');
  const slow = 'GET /late/2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
  const first = talk(s.port, 'GET /late/1500 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', { wait: 20000 });
  await pause(200);
  const replies = await Promise.all(Array.from({ length: 1200 }, () => talk(s.port, slow, { wait: 20000 })));
  const statuses = replies.map((r) => answers(r.text)[0]?.status);
  assert.equal(statuses.filter((x) => x === 200).length, 1024);
  assert.equal(statuses.filter((x) => x === 503).length, 176);
  assert.ok(replies.every((r) => !r.text.startsWith('HTTP/1.1 503') || /Retry-After: \d/.test(r.text)));
  assert.equal(answers((await first).text)[0].status, 200);
  assert.equal(await s.stop(), 0);
});

test('connections beyond a limit are turned away, for one address and for all', async () => {
  for (const option of ['peer=3', 'connections=3']) {
    const s = await start('io=1', option);
    const held = Array.from({ length: 3 }, () => net.connect({ port: s.port, host: '127.0.0.1' }));
    await pause(200);
    const reply = await talk(s.port, '');
    assert.match(reply.text, /^HTTP\/1\.1 503 /);
    for (const h of held) h.destroy();
    await pause(200);
    assert.match((await talk(s.port, MARKER)).text, /^HTTP\/1\.1 404 /);
    assert.equal(await s.stop(), 0);
  }
});

test('a thousand idle connections are held and the next one is served', { timeout: 20000 }, async () => {
  const s = await start('io=2', 'peer=2000');
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${s.child.pid}/status`, 'utf8'))[1]);
  const { readFileSync } = await import('node:fs');
  const before_kb = rss();
  const held = Array.from({ length: 1000 }, () => net.connect({ port: s.port, host: '127.0.0.1' }));
  await Promise.all(held.map((h) => new Promise((done) => h.on('connect', () => h.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')).once('data', done))));
  const each = ((rss() - before_kb) * 1024) / 1000;
  console.log(`idle: ${Math.round(each)} bytes each`);
  assert.ok(each < 8192, `${each} bytes each`);
  assert.match((await talk(s.port, MARKER)).text, /^HTTP\/1\.1 404 /);
  for (const h of held) h.destroy();
  assert.equal(await s.stop(), 0);
});

test('a graceful stop answers what is running and takes nothing new', { timeout: 20000 }, async () => {
  const s = await start('io=2', 'executors=2');
  const running = [700, 701].map((ms) => talk(s.port, `GET /late/${ms} HTTP/1.1\r\nHost: h\r\n\r\n`));
  const idle = talk(s.port, '');
  await pause(200);
  const stopped = s.stop();
  for (const r of running) {
    const reply = await r;
    assert.equal(answers(reply.text)[0].status, 200);
    assert.match(reply.text, /Connection: close/);
    assert.ok(reply.closed);
  }
  assert.deepEqual(await idle, { text: '', closed: true });
  assert.equal(await stopped, 0);
  assert.equal((await talk(s.port, MARKER)).text, 'error ECONNREFUSED');
});

test('a client that is gone while its request runs harms nobody', async () => {
  const sockets = Array.from({ length: 20 }, () => net.connect({ port: server.port, host: '127.0.0.1' }));
  for (const s of sockets) s.write('GET /late/100 HTTP/1.1\r\nHost: h\r\n\r\nGET /big/4000000 HTTP/1.1\r\nHost: h\r\n\r\n');
  await pause(50);
  for (const s of sockets) s.resetAndDestroy();
  await pause(800);
  assert.match((await talk(server.port, MARKER)).text, /^HTTP\/1\.1 404 /);
});
