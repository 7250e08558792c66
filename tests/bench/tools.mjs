// What measuring stands on: databases that are made once and used again, servers on a free port, the load generator, medians.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ask, BINARY, must, NOW, ROOT, run, serve } from '../lib/luoshi.mjs';

export const say = (...words) => console.error(...words);
export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
export const exists = (path) => stat(path).then(() => true, () => false);
export const bytes_of = (path) => stat(path).then((s) => s.size, () => 0);

// ── databases ────────────────────────────────────────────────────────────────────────────────────────────

// The demo city of that many matters and units in `dir`; made when it is not there. {dir, matters, seconds: 0 when it was}.
export async function city(dir, matters, units = 200) {
  const data = join(dir, `${matters}-${units}`);
  if (await exists(join(data, 'luoshi.db'))) return { data, matters, units, seconds: 0 };
  say(`making a city of ${matters} matters and ${units} units`);
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const begin = performance.now();
  await must(['demo', '--data', data, '--now', NOW, '--matters', String(matters), '--units', String(units), '--seed', '1'], { timeout: 0x7fffffff });
  return { data, matters, units, seconds: (performance.now() - begin) / 1000 };
}

// Each start of a server on the same data is some minutes after the one before: time does not go back in a city.
async function next_now(data) {
  const file = join(data, 'starts');
  const n = Number(await readFile(file, 'utf8').catch(() => '0')) + 1;
  await writeFile(file, String(n));
  return new Date(Date.parse(NOW) + n * 10 * 60000).toISOString();
}

// ── servers ──────────────────────────────────────────────────────────────────────────────────────────────

const OPEN = '[limits]\nconnections_per_address = 20000\nconnections = 20000\nkeys = 1000000 1000000\n';

// Serves the data; with `anew` every page is made for each request. `first_ms`: from the start to the first whole page.
export async function served(data, { anew = false, args = [] } = {}) {
  const now = await next_now(data);
  const begin = performance.now();
  const s = await serve(data, { now, args, config: `${OPEN}[serve]\n${anew ? 'make_pages_anew = yes\n' : ''}` });
  const x = await ask(s, 'GET', '/');
  s.first_ms = performance.now() - begin;
  if (x.status !== 200) throw new Error(`the first page is ${x.status}`);
  return s;
}

export const rss_mb = async (pid, what = 'VmRSS') => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(await readFile(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

// The most that a process holds while `work` runs.
export async function peak_mb(pid, work) {
  let most = await rss_mb(pid);
  const timer = setInterval(() => rss_mb(pid).then((mb) => { most = Math.max(most, mb); }, () => {}), 50);
  try { await work(); } finally { clearInterval(timer); }
  return most;
}

// A command from its start to its end: how long it took, and the most memory it held.
export async function watched(args) {
  const begin = performance.now();
  const child = spawn(BINARY, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let mb = 0, err = '';
  child.stderr.on('data', (d) => (err += d));
  const timer = setInterval(() => rss_mb(child.pid, 'VmHWM').then((n) => { mb = Math.max(mb, n); }, () => {}), 20);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  if (code !== 0) throw new Error(`luoshi ${args[0]} ended with ${code}: ${err}`);
  return { seconds: (performance.now() - begin) / 1000, mb };
}

// The constant pages: the same HTTP code without anything behind it.
export async function echo() {
  const child = spawn(join(ROOT, 'build/echo_server'), [`peer=20000`, 'connections=20000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (d) => (out += d));
  while (!/port=(\d+)/.test(out)) await once(child.stdout, 'data');
  return { child, port: Number(/port=(\d+)/.exec(out)[1]), stop: () => (child.kill('SIGTERM'), once(child, 'close')) };
}

// ── load ─────────────────────────────────────────────────────────────────────────────────────────────────

const figures = (line) => Object.fromEntries(line.trim().split(/\s+/).map((w) => w.split('=')).map(([k, v]) => [k, Number(v)]));
let lists = 0;

// targets: one or many; headers: {name: value}. {rate, p50, p99, most, good, shed, wrong, broken, shed_p99, bytes}.
export async function load(port, targets, { headers = {}, body = null, check = 200, wrong_is_fine = false, ...numbers } = {}, dir = '/tmp') {
  const words = Object.entries({ ...numbers, check }).map(([k, v]) => `${k}=${v}`);
  for (const [name, value] of Object.entries(headers)) words.push(`header=${name}: ${value}`);
  const made = [];
  const file = async (content) => {
    const name = join(dir, `load-${process.pid}-${++lists}`);
    await writeFile(name, content);
    made.push(name);
    return name;
  };
  if (body !== null) words.push(`body=${await file(body)}`);
  const target = Array.isArray(targets) ? `@${await file(targets.join('\n') + '\n')}` : targets;
  const r = await run([...words, `127.0.0.1:${port}`, target], { command: join(ROOT, 'build/load'), timeout: 0x7fffffff });
  for (const name of made) await rm(name);
  const x = r.out === '' ? null : figures(r.out);
  if (x === null || (!wrong_is_fine && x.wrong > 0)) throw new Error(`load ${targets} ended with ${r.code}: ${r.err}${r.out}`);
  return x;
}

// Three times; the median of each figure.
export async function thrice(work) {
  const all = [await work(), await work(), await work()];
  return Object.fromEntries(Object.keys(all[0]).map((k) => [k, median(all.map((x) => x[k]))]));
}

// ── files of results ─────────────────────────────────────────────────────────────────────────────────────

// A line `name<TAB>value` each; a line that begins with # is a remark. Keeps what an earlier run measured and this one does not.
export async function results(file) {
  const kept = new Map();
  for (const line of (await readFile(file, 'utf8').catch(() => '')).split('\n')) {
    const [name, value] = line.split('\t');
    if (value !== undefined) kept.set(name, value);
  }
  const write = () => writeFile(file, [...kept].map(([k, v]) => `${k}\t${v}\n`).join(''));
  return {
    kept,
    async put(name, value, digits = 3) {
      const text = typeof value === 'number' ? String(Number(value.toPrecision(Math.max(digits, String(Math.trunc(Math.abs(value))).length)))) : String(value);
      kept.set(name, text);
      say(`  ${name} ${text}`);
      await write();
    },
    get: (name) => Number(kept.get(name)),
  };
}

export { ask, BINARY, must, NOW, ROOT, run };
