// bench: makes (or uses again) a demo city of a given size, serves it, measures what docs/performance.md lists and keeps the figures in
// docs/performance/SCALE.tsv; report.mjs makes the page of all of them.
//
//   node tests/bench/run.mjs [SCALE [PART...]]      SCALE: small (20 k), 100k, 1M, 10M or a number; PART: only these
//
// BENCH_DIR     where cities are kept (build/bench): the disk that is measured. SECONDS_EACH  of one measurement (small: 2, else 5)
// Each rate is measured three times and stands beside its floor, measured in the same run. Everything is on the loopback address.
// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { sign_in, until } from '../lib/luoshi.mjs';
import { ask, bytes_of, city, echo, load, must, NOW, peak_mb, results, ROOT, rss_mb, run, say, served, thrice, watched } from './tools.mjs';
import { postgres } from './postgres.mjs';
import { far_pages, raise_body, searches } from './targets.mjs';

const SCALES = { small: 20000, '100k': 100000, '1M': 1000000, '10M': 10000000 };
const [scale = 'small', ...only] = process.argv.slice(2);
const matters = SCALES[scale] ?? Number(scale);
if (!Number.isInteger(matters)) throw new Error(`no such scale: ${scale}`);
const dir = process.env.BENCH_DIR ?? join(ROOT, 'build/bench');
const seconds = Number(process.env.SECONDS_EACH ?? (scale === 'small' ? 2 : 5));
const is_small = matters < 100000;
await mkdir(dir, { recursive: true });
await mkdir(join(ROOT, 'docs/performance'), { recursive: true });
const to = await results(join(ROOT, 'docs/performance', `${scale}.tsv`));

// What is measured, in order. Each part gets the running server of its kind, so that a server is started twice in all.
const bench = { dir, scale, matters, seconds, is_small, to, load: (port, targets, o = {}) => load(port, targets, { seconds, ...o }, dir) };
const wanted = (part) => only.length === 0 || only.includes(part);

async function about() {
  const version = async (command, args) => (await run(args, { command })).out.trim();
  await to.put('machine.cores', cpus().length);
  await to.put('machine.model', cpus()[0].model.trim());
  await to.put('machine.debian', await version('cat', ['/etc/debian_version']));
  await to.put('machine.sqlite', (await version('dpkg-query', ['-W', '-f', '${Version}', 'libsqlite3-0'])) || 'unknown');
  await to.put('run.matters', matters);
  await to.put('run.seconds', seconds);
}

// ── the pages everybody sees ─────────────────────────────────────────────────────────────────────────────

async function pages(server) {
  const ref = (await ask(server, 'GET', '/matters.json')).json.items[0].ref;
  const floor = await echo();
  for (const [name, path] of [['home', '/'], ['list', '/matters'], ['matter', `/matters/${ref}`], ['json', '/matters.json']]) {
    const size = (await until(async () => { const x = await ask(server, 'GET', path); return x.status === 200 && x; }, path)).bytes.length;
    const constant = await thrice(() => bench.load(floor.port, `/big/${size}`, { conns: 64 }));
    const x = await thrice(() => bench.load(server.port, path, { conns: 64 }));
    await to.put(`pages.${name}.bytes`, size);
    await to.put(`pages.${name}.floor`, constant.rate);
    await to.put(`pages.${name}.floor_p99`, constant.p99);
    await to.put(`pages.${name}.rate`, x.rate);
    await to.put(`pages.${name}.refused`, x.shed);
    await to.put(`pages.${name}.p50`, x.p50);
    await to.put(`pages.${name}.p99`, x.p99);
  }
  await floor.stop();
}

async function memory(server) {
  const list = ['/', '/matters', '/matters.json', '/help', ...(await searches(server)).common.slice(0, 5), ...(await far_pages(server, 'state=solved', 20, 20))];
  const most = await peak_mb(server.child.pid, () => bench.load(server.port, list, { conns: 1000, seconds: Math.max(seconds, 5) }));
  await to.put('memory.connections', most);
}

// ── raising ──────────────────────────────────────────────────────────────────────────────────────────────

async function floors() {
  const folder = join(dir, 'floor');
  await mkdir(folder, { recursive: true });
  const r = await run([folder, String(seconds)], { command: join(ROOT, 'build/floor'), timeout: 600000 });
  if (r.code !== 0) throw new Error(`floor: ${r.err}`);
  const of = (batch) => Number(new RegExp(`batch=${batch} rate=([\\d.]+)`).exec(r.out)[1]);
  return { one: of(1), many: of(64) };
}

async function raises(server) {
  const headers = { Authorization: `Bearer ${server.key}`, 'Content-Type': 'application/json' };
  const raise = (conns, more = {}) => bench.load(server.port, '/api/v1/matters', { conns, headers, body: raise_body, check: 201, ...more });
  const raw = await thrice(floors);
  const one = await thrice(() => raise(1));
  const many = await thrice(() => raise(64));
  await to.put('raise.floor1', raw.one);
  await to.put('raise.floor64', raw.many);
  await to.put('raise.rate1', one.rate);
  await to.put('raise.p50_1', one.p50);
  await to.put('raise.p99_1', one.p99);
  await to.put('raise.rate64', many.rate);
  await to.put('raise.p50_64', many.p50);
  await to.put('raise.p99_64', many.p99);
  return raise;
}

// Pages while raises come in at a constant rate, half of what fits.
async function mixed(server, raise) {
  const rate = Math.max(50, Math.floor(to.get('raise.rate64') / 2));
  const stream = raise(16, { rate, seconds: seconds * 2 + 2, wrong_is_fine: true });
  await until(() => true, 'a moment', 1000);
  const x = await bench.load(server.port, ['/', '/matters', '/matters.json'], { conns: 16, warm: 1, seconds: seconds * 2 });
  const r = await stream;
  await to.put('mixed.offered', rate);
  await to.put('mixed.raises', r.rate);
  await to.put('mixed.raises_p99', r.p99);
  await to.put('mixed.pages', x.rate);
  await to.put('mixed.p50', x.p50);
  await to.put('mixed.p99', x.p99);
}

// ── too much ─────────────────────────────────────────────────────────────────────────────────────────────

// Ten times what fits, of a page that is made for whoever is signed in, and afterwards as before.
async function overload(server) {
  const leader = await sign_in(server, 'leader');
  const headers = { Cookie: leader.cookie_header() };
  const usual = await thrice(() => bench.load(server.port, '/overview', { conns: 64, headers }));
  const long = is_small ? 10 : matters < 10000000 ? 20 : 60;
  const before = await rss_mb(server.child.pid);
  let x;
  const most = await peak_mb(server.child.pid, async () => {
    x = await bench.load(server.port, '/overview', { conns: 4000, rate: Math.ceil(usual.rate * 10), seconds: long, headers, wrong_is_fine: true });
  });
  const after = await thrice(() => bench.load(server.port, '/overview', { conns: 8, headers }));
  await to.put('overload.usual', usual.rate);
  await to.put('overload.usual_p99', usual.p99);
  await to.put('overload.seconds', long);
  await to.put('overload.good', x.rate);
  await to.put('overload.good_p50', x.p50);
  await to.put('overload.good_p99', x.p99);
  await to.put('overload.shed', x.shed / long);
  await to.put('overload.shed_p99', x.shed_p99);
  await to.put('overload.broken', x.broken);
  await to.put('overload.memory_before', before);
  await to.put('overload.memory', most);
  await until(async () => (await rss_mb(server.child.pid)) < before * 1.1 + 4, 'memory comes back', 15000).catch(() => {});
  await to.put('overload.memory_after', await rss_mb(server.child.pid));
  await to.put('overload.after_p99', after.p99);
}

// ── pages made anew: what a page costs, and how that grows ───────────────────────────────────────────────

const few = { conns: 4 }; // two for each core: times are those of the page, not of a queue

async function times(server, name, targets, headers = {}) {
  const x = await thrice(() => bench.load(server.port, targets, { ...few, headers }));
  await to.put(`anew.${name}.rate`, x.rate);
  await to.put(`anew.${name}.refused`, x.shed);
  await to.put(`anew.${name}.p50`, x.p50);
  await to.put(`anew.${name}.p99`, x.p99);
}

async function anew(server) {
  const refs = (await ask(server, 'GET', '/matters.json')).json.items.map((m) => `/matters/${m.ref}`);
  await times(server, 'home', '/');
  await times(server, 'list', '/matters');
  await times(server, 'matter', refs);
  await times(server, 'filter_sort', ['state=solved&sort=oldest', 'kind=complaint&sort=answered', 'category=07&sort=oldest', 'unit=990003&sort=newest', 'kind=help&state=solved&sort=answered'].map((q) => `/matters?${q}`));
  await times(server, 'page_1000', await far_pages(server, 'state=solved', 1000, 20));
  const words = await searches(server);
  await times(server, 'search_common', words.common);
  await times(server, 'search_rare', words.rare);
  await times(server, 'search_pair', words.pair);
  const clerk = { Cookie: (await sign_in(server, 'clerk')).cookie_header() };
  await times(server, 'work_queue', '/work', clerk);
  await times(server, 'work_matters', ['/work/matters', '/work/matters?state=handling', '/work/matters?kind=help&sort=due', '/work/matters?q=%E8%B7%AF%E7%81%AF'], clerk);
  await overview(server, 'overview');
}

async function overview(server, name) {
  const leader = await sign_in(server, 'leader');
  await times(server, name, '/overview', { Cookie: leader.cookie_header() });
}

// ── a campaign ───────────────────────────────────────────────────────────────────────────────────────────

// Puts next year's plan in force for every unit, on a copy of the city: one transaction, and the longest wait of a reader meanwhile.
async function issuing(data, name) {
  const copy = join(dir, 'issue');
  await rm(copy, { recursive: true, force: true });
  await cp(data, copy, { recursive: true });
  const r = await run([copy, 'C26-02'], { command: join(ROOT, 'build/issue'), timeout: 600000 });
  if (r.code !== 0) throw new Error(`issue: ${r.err}`);
  const of = (key) => Number(new RegExp(`${key}=([\\d.]+)`).exec(r.out)[1]);
  await to.put(`campaign.${name}.issue_units`, of('units'));
  await to.put(`campaign.${name}.issue_seconds`, of('seconds'));
  await to.put(`campaign.${name}.issue_reader_ms`, of('longest_read_ms'));
  await rm(copy, { recursive: true, force: true });
}

async function campaign_of(units, name) {
  const c = await city(dir, 4000, units);
  await with_server(c.data, { anew: true }, (server) => times(server, `campaign_${name}`, '/campaigns/C26-02/units'));
  await issuing(c.data, name);
}

async function campaign() {
  await campaign_of(200, '200');
  await campaign_of(50000, '50000');
}

// ── a table from an office ───────────────────────────────────────────────────────────────────────────────

async function write_table(file, rows) {
  const out = createWriteStream(file);
  const kinds = ['投诉', '咨询', '建议', '求助'];
  out.write('留言编号,留言主题,留言时间,留言详情,地点,类型,答复意见,答复时间\r\n');
  for (let i = 0; i < rows; i++) {
    const at = new Date(Date.UTC(2012, 0, 1) + i * 240000).toISOString().slice(0, 19).replace('T', ' ');
    const later = new Date(Date.UTC(2012, 0, 9) + i * 240000).toISOString().slice(0, 19).replace('T', ' ');
    const line = `A${i},${'路灯 水压 公交 停车 电梯'.split(' ')[i % 5]}的问题第${i}号,${at},"我们小区从上个月起就有这个问题，找过物业和社区，都说正在协调，第${i}次反映，请尽快处理。",桥头镇${i % 300}号,${kinds[i % 4]},${i % 3 === 0 ? `已派人到现场查看，${i % 40}日内处理完毕，感谢您的反映。,${later}` : ','}\r\n`;
    if (!out.write(line)) await new Promise((done) => out.once('drain', done));
  }
  await new Promise((done) => out.end(done));
}

async function import_rows(rows) {
  const data = join(dir, 'import');
  const file = join(dir, 'import.csv');
  await rm(data, { recursive: true, force: true });
  await must(['demo', '--data', data, '--now', NOW, '--matters', '0']);
  await write_table(file, rows);
  const { seconds: took, mb } = await watched(['import', 'matters', file, '--data', data, '--now', NOW, '--quiet']);
  await rm(data, { recursive: true, force: true });
  await rm(file);
  return { rate: rows / took, memory_mb: mb };
}

async function imports() {
  const rows = is_small ? 50000 : 1000000;
  const part = await import_rows(rows / 10);
  const whole = await import_rows(rows);
  await to.put('import.rows', rows);
  await to.put('import.rate', whole.rate);
  await to.put('import.memory', whole.memory_mb);
  await to.put('import.memory_tenth', part.memory_mb);
}

// ── the file itself ──────────────────────────────────────────────────────────────────────────────────────

async function file_facts(c) {
  if (c.seconds > 0) await to.put('demo.rate', matters / c.seconds);
  await to.put('disk.per_matter', (await bytes_of(join(c.data, 'luoshi.db'))) / matters);
}

async function doctor(data) {
  const begin = performance.now();
  const r = await run(['doctor', '--data', data], { timeout: 0x7fffffff });
  await to.put('doctor.seconds', (performance.now() - begin) / 1000);
  await to.put('doctor.says', r.out.trim().split('\n').at(-1));
  if (r.code !== 0) throw new Error(r.out);
}

async function explain(data) {
  const r = await run(['--db', join(data, 'luoshi.db'), '--allowed', 'tests/bench/explain_allowed.txt', '--out', 'build/explain.txt'], { command: join(ROOT, 'build/explain'), timeout: 0x7fffffff });
  await to.put('explain.says', r.code === 0 ? 'fine' : r.out.trim().split('\n').at(-1));
  if (r.code !== 0) throw new Error(r.out + r.err);
}

// ── all of it ────────────────────────────────────────────────────────────────────────────────────────────

async function with_server(data, options, work) {
  const server = await served(data, options);
  try { await work(server); } finally { await server.stop(); }
}

async function as_served(c) {
  await with_server(c.data, {}, async (server) => {
    if (wanted('start')) {
      await to.put('start.first_ms', server.first_ms);
      await to.put('memory.rest', await rss_mb(server.child.pid));
    }
    if (wanted('pages')) await pages(server);
    if (wanted('memory')) await memory(server);
    if (wanted('overload')) await overload(server);
  });
}

// After the pages: some ten thousand matters a run pile up on one clerk's desk, where nobody takes them up.
async function raising(c) {
  const key = `bench-${Date.now()}`;
  const made = (await must(['key', 'add', key, '--data', c.data, '--now', NOW])).out.trim();
  await with_server(c.data, {}, async (server) => {
    server.key = made;
    await mixed(server, await raises(server));
  });
}

const c = await city(dir, matters);
await about();
await file_facts(c);
if (wanted('explain') && !is_small) await explain(c.data);
if (['start', 'pages', 'memory', 'overload'].some(wanted)) await as_served(c);
if (wanted('anew')) await with_server(c.data, { anew: true }, anew);
if (wanted('raises')) await raising(c);
if (wanted('units')) {
  const wide = await city(dir, Math.min(matters, 100000), 50000);
  await with_server(wide.data, { anew: true }, (server) => overview(server, 'overview_50000'));
}
if (wanted('campaign')) await campaign();
if (wanted('import')) await imports();
if (wanted('postgres')) await postgres(bench);
if (wanted('doctor')) await doctor(c.data);
say(`figures: docs/performance/${scale}.tsv (${(await readdir(dir)).join(', ')} stay in ${dir})`);
