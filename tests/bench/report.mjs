// report: docs/performance.md from the figures of every scale (docs/performance/*.tsv) and the remarks of notes.md.
// SPDX-License-Identifier: Apache-2.0
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCALES = [['small', '20 k'], ['100k', '100 k'], ['1M', '1 M'], ['10M', '10 M']];

const columns = [];
for (const [file, title] of SCALES) {
  const text = await readFile(join(ROOT, 'docs/performance', `${file}.tsv`), 'utf8').catch(() => null);
  if (text !== null) columns.push({ file, title, of: new Map(text.split('\n').filter((l) => l.includes('\t')).map((l) => l.split('\t'))) });
}
const number = (c, name) => (c.of.has(name) ? Number(c.of.get(name)) : NaN);
const column = (file) => columns.find((c) => c.file === file);

// ── how a figure is written ──────────────────────────────────────────────────────────────────────────────

const grouped = (n) => Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, ' ');
const short = (n) => (n >= 100 ? grouped(n) : n >= 10 ? n.toFixed(1) : n.toPrecision(2));
const ms = (n) => `${short(n)} ms`;
const mb = (n) => `${short(n)} MB`;

// A row: what, the target in words, a cell of a column ({text, ok}) and, for times, the figure that may not grow.
const row = (what, target, cell, grows = null, most = null) => ({ what, target, cell, grows, most });

// A rate beside a floor of the same run.
const against = (what, rate, floor, least, target = `≥ ${least} of the floor`) => row(what, target, (c) => {
  const ratio = number(c, rate) / number(c, floor);
  return { text: `${grouped(number(c, rate))}/s, ${ratio.toFixed(2)}`, ok: ratio >= least, value: ratio };
});
const below = (what, name, most, write, target) => row(what, target, (c) => ({ text: write(number(c, name)), ok: number(c, name) <= most, value: number(c, name) }));
const above = (what, name, least, write, target) => row(what, target, (c) => ({ text: write(number(c, name)), ok: number(c, name) >= least, value: number(c, name) }));
const fact = (what, name, write) => row(what, '', (c) => ({ text: write(number(c, name)), ok: true, value: number(c, name) }));

// A page made anew: p50 and p99; p50 may grow 1.3 times from 100 k to 10 M, or p99 by `p99_most` where the issue says so.
const page = (what, name, { p99 = null, p99_grows = null } = {}) => row(
  what, [p99 === null ? '' : `p99 ≤ ${p99} ms`, p99_grows === null ? 'p50 grows ≤ 1.3 ×' : `p99 grows ≤ ${p99_grows} ×`].filter(Boolean).join(', '),
  (c) => ({ text: `${ms(number(c, `anew.${name}.p50`))}, ${ms(number(c, `anew.${name}.p99`))}`, ok: p99 === null || number(c, `anew.${name}.p99`) <= p99, value: number(c, `anew.${name}.p50`) }),
  `anew.${name}.${p99_grows === null ? 'p50' : 'p99'}`, p99_grows ?? 1.3);

const sections = [
  ['Pages that everybody sees, as served: 64 connections, pages a second and the ratio to the constant page of the same size', [
    against('home', 'pages.home.rate', 'pages.home.floor', 0.5),
    against('list, first page', 'pages.list.rate', 'pages.list.floor', 0.5),
    against('one matter (HTML)', 'pages.matter.rate', 'pages.matter.floor', 0.5),
    against('list as JSON', 'pages.json.rate', 'pages.json.floor', 0.5),
  ]],
  ['Pages made anew for each request (nothing kept): 4 connections, p50 and p99', [
    page('home', 'home'),
    page('list, first page', 'list'),
    page('one matter (25 of them)', 'matter'),
    page('list with filter and sort (5 of them)', 'filter_sort', { p99_grows: 2 }),
    page('page 1,000 of a filter (20 from there)', 'page_1000', { p99_grows: 2 }),
    page('search, common words', 'search_common', { p99: 30 }),
    page('search, words that one matter has', 'search_rare', { p99: 30 }),
    page('search, two Chinese characters', 'search_pair', { p99: 30 }),
    page('overview of the city leader, 200 units', 'overview', { p99: 10 }),
    page('the same, 50,000 units', 'overview_50000', { p99: 10 }),
    page('units of a campaign, 200 units', 'campaign_200', { p99: 10 }),
    page('the same, 50,000 units', 'campaign_50000', { p99: 10 }),
    page('a clerk’s queue', 'work_queue'),
    page('a clerk’s list with filters and a search', 'work_matters'),
  ]],
  ['Raising a matter through the API: durable, with event, clock, counts, search index and receipt; a second, and the ratio to the same rows written raw', [
    against('64 connections; raw: 64 a commit', 'raise.rate64', 'raise.floor64', 0.5),
    row('1 connection; raw: one a commit', '≤ 1.5 × its time', (c) => {
      const ratio = number(c, 'raise.floor1') / number(c, 'raise.rate1');
      return { text: `${grouped(number(c, 'raise.rate1'))}/s, ${ratio.toFixed(2)} ×`, ok: ratio <= 1.5, value: ratio };
    }),
    row('pages beside a stream of raises, half of what fits', '', (c) => ({ text: `${grouped(number(c, 'mixed.pages'))} pages/s, p99 ${ms(number(c, 'mixed.p99'))}, beside ${grouped(number(c, 'mixed.raises'))} raises/s, p99 ${ms(number(c, 'mixed.raises_p99'))}`, ok: true, value: number(c, 'mixed.pages') })),
  ]],
  ['Much at once', [
    below('a plan put in force for 50,000 units, one transaction', 'campaign.50000.issue_seconds', 30, (n) => `${n.toFixed(1)} s`, '≤ 30 s'),
    below('the longest wait of a reader meanwhile', 'campaign.50000.issue_reader_ms', 50, ms, '≤ 50 ms'),
    above('import of an office’s table, rows a second, with events and search index', 'import.rate', 20000, (n) => `${grouped(n)}/s`, '≥ 20,000/s'),
    row('memory of the import: whole table, a tenth of it', 'flat', (c) => ({ text: `${mb(number(c, 'import.memory'))}, ${mb(number(c, 'import.memory_tenth'))}`, ok: number(c, 'import.memory') <= number(c, 'import.memory_tenth') * 1.2 + 8, value: number(c, 'import.memory') })),
    row('10 × what fits, of the leader’s overview: answered, refused by 503', 'good as usual, 503 at once', (c) => ({ text: `${grouped(number(c, 'overload.good'))}/s of ${grouped(number(c, 'overload.usual'))}/s, p99 ${ms(number(c, 'overload.good_p99'))} (usual ${ms(number(c, 'overload.usual_p99'))}); ${grouped(number(c, 'overload.shed'))}/s 503, p99 ${ms(number(c, 'overload.shed_p99'))}`, ok: number(c, 'overload.good') >= number(c, 'overload.usual') * 0.5 && number(c, 'overload.good_p99') <= Math.max(1000, 3 * number(c, 'overload.usual_p99')) && number(c, 'overload.shed') > 0, value: number(c, 'overload.good') })),
    row('memory before, during and after it', 'back to rest', (c) => ({ text: [number(c, 'overload.memory_before'), number(c, 'overload.memory'), number(c, 'overload.memory_after')].map(short).join(', ') + ' MB', ok: number(c, 'overload.memory_after') <= number(c, 'overload.memory_before') * 1.1 + 4, value: number(c, 'overload.memory_after') })),
  ]],
  ['The process and its file', [
    below('from `serve` to the first whole page', 'start.first_ms', 100, ms, '≤ 100 ms'),
    below('memory at rest', 'memory.rest', 40, mb, '≤ 40 MB'),
    below('memory under 1,000 connections', 'memory.connections', 300, mb, '≤ 300 MB'),
    fact('file, bytes for each matter', 'disk.per_matter', grouped),
    fact('making the city: matters a second', 'demo.rate', (n) => `${grouped(n)}/s`),
    row('`doctor` afterwards', 'healthy', (c) => ({ text: `${c.of.get('doctor.says')}, ${grouped(number(c, 'doctor.seconds'))} s`, ok: c.of.get('doctor.says') === 'healthy', value: number(c, 'doctor.seconds') })),
    row('plans of all statements on this file', 'no unlisted scan', (c) => ({ text: c.of.get('explain.says') ?? '–', ok: (c.of.get('explain.says') ?? 'fine') === 'fine', value: c.of.has('explain.says') ? 1 : NaN })),
  ]],
  ['PostgreSQL 15 on the same machine, its disk synced, 4,000 matters', [
    ...['home', 'list', 'matter'].map((p) => row(`${p === 'matter' ? 'one matter' : p === 'list' ? 'list, first page' : p}, 64 connections; ratio to SQLite`, '≥ 0.5', (c) => {
      const ratio = number(c, `postgres.pages.${p}.rate`) / number(c, `pages.${p}.rate`);
      return { text: `${grouped(number(c, `postgres.pages.${p}.rate`))}/s, ${ratio.toFixed(2)}`, ok: ratio >= 0.5, value: ratio };
    })),
    ...['home', 'list', 'matter'].map((p) => row(`${p === 'matter' ? 'one matter' : p === 'list' ? 'list, first page' : p}, made anew, 4 connections; ratio to SQLite`, '', (c) => {
      const ratio = number(c, `postgres.anew.${p}.rate`) / number(c, `anew.${p}.rate`);
      return { text: `${grouped(number(c, `postgres.anew.${p}.rate`))}/s, ${ratio.toFixed(2)}`, ok: true, value: ratio };
    })),
    against('raises, 64 connections; floor: pgbench, one row a transaction', 'postgres.raise64.rate', 'postgres.floor', 0.7),
    fact('raises, 1 connection', 'postgres.raise1.rate', (n) => `${grouped(n)}/s`),
  ]],
];

// ── the page ─────────────────────────────────────────────────────────────────────────────────────────────

const missed = [];
function growth(r) {
  const from = column('100k'), to = column('10M');
  if (r.grows === null || from === undefined || to === undefined) return '';
  const x = number(to, r.grows) / number(from, r.grows);
  if (!Number.isFinite(x)) return '';
  if (x > r.most) missed.push(`${r.what}: grows ${x.toFixed(2)} ×, may grow ${r.most} ×`);
  return `${x.toFixed(2)} ×${x > r.most ? ' **missed**' : ''}`;
}
function cell(r, c) {
  const x = r.cell(c);
  if (!Number.isFinite(x.value)) return '–';
  if (!x.ok) missed.push(`${r.what} (${c.title}): ${x.text}; target ${r.target}`);
  return x.text + (x.ok ? '' : ' **missed**');
}

const head = (columns.find((c) => number(c, 'run.seconds') > 0) ?? columns.at(-1))?.of ?? new Map();
const lines = [
  '# Performance', '',
  `Made by \`make bench SCALE=…\` (tests/bench/run.mjs, report.mjs) for each column on ${head.get('machine.cores')} cores (${head.get('machine.model')}) that the server shares with its load`,
  `generator, Debian ${head.get('machine.debian')}, SQLite ${head.get('machine.sqlite')}. A ratio says more than a number: machines differ. Each rate and time is the median of three runs`,
  `of ${head.get('run.seconds')} s by \`tests/bench/load.c\`; each floor was measured in the same run. *missed* marks what is short of its target; below the tables stands why.`, '',
  'The *constant page* has the same number of bytes and comes from the same HTTP code (`tests/hostile/echo_server.c`), without routing, database, session,',
  'language or template. *Raw* is what SQLite alone needs for the very rows that one raise writes, indexes and search index included, on the same disk with',
  '`synchronous=FULL` (`tests/bench/floor.c`). A public page is the same for everybody for a second: it is kept, packed too, and copied. *Made anew* is the same page',
  'with keeping switched off (`make_pages_anew = yes`): statements, template and all, for each request.', '',
];
const busy = columns.filter((c) => c.of.has('run.beside'));
if (busy.length > 0) lines.push('**Conditions.** ' + busy.map((c) => `${c.title}: ${c.of.get('run.beside')}.`).join(' ') + ' A dash was not measured.', '');
for (const [title, rows] of sections) {
  lines.push(`## ${title}`, '', `| | to reach | ${columns.map((c) => c.title).join(' | ')} | 100 k → 10 M |`, `|---|---|${'---|'.repeat(columns.length)}---|`);
  for (const r of rows) lines.push(`| ${r.what} | ${r.target} | ${columns.map((c) => cell(r, c)).join(' | ')} | ${growth(r)} |`);
  lines.push('');
}
lines.push('## Short of the target', '');
lines.push(...(missed.length > 0 ? missed.map((m) => `- ${m}`) : ['Nothing.']), '');
const picture = 'docs/pictures/list-flame.svg';
if (await access(join(ROOT, picture)).then(() => true, () => false))
  lines.push('## Where the time of the list page goes', '', '![Flame graph of the list page, made anew for each request](pictures/list-flame.svg)', '', '`make flame` draws it: the wider, the more time; what stands on something was called by it.', '');
lines.push((await readFile(join(ROOT, 'tests/bench/notes.md'), 'utf8')).trim(), '');
await writeFile(join(ROOT, 'docs/performance.md'), lines.join('\n'));
console.error(`docs/performance.md: ${columns.map((c) => c.title).join(', ')}; ${missed.length} short of the target`);
