// What each level sees of a campaign: public pages, the overview's roll-up recounted from the rows by queries of this test, sheets of it, the
// burden meter, requests for data; and who does not see it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { ask, clean, demo, faults, serve, sign_in, words } from '../lib/luoshi.mjs';
import { change, value } from '../lib/sqlite.mjs';

const RUNS = 'C26-02', CLOSED = 'C25-01';
const TODAY = Math.floor(Date.parse('2026-11-23T00:00:00Z') / 86400000);
let dir, server;
const staff = {};
before(async () => {
  dir = await demo();
  await change(dir, "UPDATE unit SET name_en = '=1+2' WHERE code = '990102'"); // what a spreadsheet program would run
  server = await serve(dir);
  for (const name of ['leader', 'clerk', 'head', 'handler']) staff[name] = await sign_in(server, name);
});
after(async () => {
  await server?.stop();
  await clean();
});

const json = async (who, path) => {
  const x = who === null ? await ask(server, 'GET', path) : await who.get(path);
  assert.equal(x.status, 200, path);
  return x.json;
};
const rows = async (query) => (await value(dir, query)).split('\n').filter((l) => l !== '').map((l) => l.split(/[\t|]/));
const number = async (query) => Number(await value(dir, query));

// ── counting again, by the tree of units as it stands and the rows of duties: no kept count is looked at ──

const BELOW = (code) => `WITH RECURSIVE below (id) AS (SELECT id FROM unit WHERE code = '${code}'
  UNION ALL SELECT u.id FROM unit u JOIN below b ON u.territory_unit_id = b.id)`;
const OF = `campaign_id = (SELECT id FROM campaign WHERE ref = '${RUNS}')`;

async function counted(code, whole, more = '') {
  const where = `FROM duty d JOIN action a ON a.id = d.action_id WHERE d.${OF} ${more} AND d.unit_id IN
    (${whole ? 'SELECT id FROM below' : `SELECT id FROM unit WHERE code = '${code}'`})`;
  const n = (test) => number(`${BELOW(code)} SELECT count(*) ${where} AND ${test}`);
  return {
    owed: await n("d.state = 'owed'"), done: await n("d.state = 'done'"), waived: await n("d.state = 'waived'"), adapted: await n("d.adapted <> ''"),
    overdue: await n(`d.state = 'owed' AND d.due_on > 0 AND d.due_on < ${TODAY}`),
    unsigned: await number(`${BELOW(code)} SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice_id WHERE n.${OF} AND d.signed_at = 0
      AND d.superseded_at = 0 AND d.unit_id IN (${whole ? 'SELECT id FROM below' : `SELECT id FROM unit WHERE code = '${code}'`})`),
    optional: await n("a.prescribed = 0 AND d.state <> 'waived'"), optional_done: await n("a.prescribed = 0 AND d.state = 'done'"),
  };
}

test('T75 N01 the roll-up of the overview is what the duties and deliveries add up to, own level first', async () => {
  const o = await json(staff.leader, '/overview.json');
  assert.equal(o.campaign.ref, RUNS);
  assert.deepEqual(o.own, await counted('990000', false));
  assert.deepEqual(o.below, await counted('990000', true));
  assert.ok(o.below.owed > 100 && o.below.done > 10 && o.below.waived > 0, JSON.stringify(o.below));
  const codes = o.children.map((c) => c.code);
  assert.deepEqual(codes, [...codes].sort(), 'by unit number');
  for (const code of ['990101', '990102']) {
    const { unit, code: own, optional_done, ...figures } = { ...o.children.find((c) => c.code === code) };
    const { optional_done: unused, ...again } = await counted(code, true);
    for (const key of Object.keys(again)) assert.equal(figures[key], again[key], `${code} ${key}`);
  }
  const html = (await staff.leader.get('/overview')).text;
  assert.ok(html.indexOf('id="own"') < html.indexOf('id="campaigns"') && html.indexOf('id="campaigns"') < html.indexOf('id="levels"'));
});

test('N01 by stage, line, aim and action: each figure has a list of exactly so many duties', async () => {
  const { campaign, below } = await json(staff.leader, '/overview.json');
  const prescribed = below.owed + below.done - below.optional;
  for (const part of ['lines', 'aims', 'actions'])
    assert.equal(campaign[part].reduce((sum, p) => sum + p.owed + p.done, 0), prescribed, part);
  const html = (await staff.leader.get('/overview')).text;
  const section = html.slice(html.indexOf('id="campaigns"'), html.indexOf('id="levels"'));
  const links = [...section.matchAll(/<a[^>]*href="(\/campaigns\/[^"]*all=1[^"]*)#duties"[^>]*>([\d,]+)<\/a>/g)].map((m) => [m[1].replaceAll('&amp;', '&'), Number(m[2].replaceAll(',', ''))]);
  assert.ok(links.length > 20, String(links.length));
  const some = links.filter((_, i) => i % Math.ceil(links.length / 25) === 0);
  for (const [path, n] of some) {
    let seen = 0;
    for (let next = path; next !== null;) {
      const x = await ask(server, 'GET', next);
      assert.equal(x.status, 200, next);
      const duties = x.text.slice(x.text.indexOf('id="duties"'), x.text.indexOf('id="below"') < 0 ? undefined : x.text.indexOf('id="below"'));
      seen += (duties.match(/<tr><th scope="row">/g) ?? []).length;
      next = /rel="next" href="([^"#]*)/.exec(duties)?.[1].replaceAll('&amp;', '&') ?? null;
    }
    assert.equal(seen, n, path);
  }
});

test('N01 progress over time ends at what is done, and no day goes back', async () => {
  const { campaign, below } = await json(staff.leader, '/overview.json');
  const days = campaign.days.map((d) => d.on);
  assert.deepEqual(days, [...days].sort());
  assert.equal(campaign.days.at(-1).so_far, below.done);
});

test('T76 those below read the own level of a unit above, its lower levels they do not', async () => {
  const o = await json(staff.handler, '/overview.json?unit=990000');
  assert.deepEqual(o.own, await counted('990000', false));
  assert.equal(o.below, null);
  assert.deepEqual(o.children, []);
});

// ── sheets ───────────────────────────────────────────────────────────────────────────────────────────────

const csv = (text) => text.replace(/^\ufeff/, '').trimEnd().split(/\r?\n/).map((line) =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((m) => m[1].replace(/^"|"$/g, '').replaceAll('""', '"')).slice(0, -1));
// The cells of the first sheet of a workbook.
function xlsx(bytes) {
  const files = {};
  for (let at = bytes.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0 && bytes.toString('latin1', at, at + 4) === 'PK\x01\x02';) {
    const [method, packed, , n, extra, note, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), 0, bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28), data = bytes.subarray(from, from + packed);
    files[bytes.toString('utf8', at + 46, at + 46 + n)] = (method === 0 ? data : inflateRawSync(data)).toString('utf8');
    at += 46 + n + extra + note;
  }
  const shared = [...(files['xl/sharedStrings.xml'] ?? '').matchAll(/<si>([\s\S]*?)<\/si>/g)].map((m) => words(m[1]));
  const sheet = files['xl/worksheets/sheet1.xml'];
  assert.doesNotMatch(sheet, /<f[ >]/, 'no formula');
  const column = (ref) => [...ref.replace(/\d+$/, '')].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return [...sheet.matchAll(/<row [^>]*>([\s\S]*?)<\/row>/g)].map(([, row]) => {
    const cells = [];
    for (const [, attributes, inner = ''] of row.matchAll(/<c ([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g))
      cells[column(/r="([A-Z]+\d+)"/.exec(attributes)[1])] = /t="s"/.test(attributes) ? shared[Number(/<v>(\d+)/.exec(inner)[1])] : words(inner);
    return Array.from(cells, (c) => c ?? ''); // an empty text is no cell
  });
}

test('sheets of the overview hold what is seen, and a name that looks like a formula stays a text', async () => {
  const o = await json(staff.leader, '/overview.json');
  const x = await staff.leader.get('/overview/units.csv');
  assert.equal(x.status, 200);
  assert.match(x.headers['content-type'], /^text\/csv/);
  assert.match(x.headers['content-disposition'], /attachment; filename="990000-units\.csv"/);
  const [head, ...lines] = csv(x.text);
  assert.equal(lines.length, 2 + o.children.length, 'own level, the whole, each unit of the page');
  const at = (label) => head.findIndex((h) => h.endsWith(label));
  const figures = { done: `${RUNS}: done`, owed: 'still owed', overdue: `${RUNS}: overdue`, waived: 'excused', adapted: 'done otherwise', unsigned: 'not signed for' };
  const same = (line, counts) => { for (const [key, label] of Object.entries(figures)) assert.equal(Number(line[at(label)]), counts[key], `${line[0]} ${key}`); };
  same(lines[0], o.own);
  same(lines[1], o.below);
  o.children.forEach((c, i) => (assert.equal(lines[2 + i][0], c.code), same(lines[2 + i], c)));
  assert.equal(lines.find((l) => l[0] === '990102')[1], "'=1+2");
  for (const [i, f] of o.figures.entries()) assert.equal(Number(lines[0][3 + i]), f.n, f.what);
  const book = xlsx((await staff.leader.get('/overview/units.xlsx')).bytes);
  assert.equal(book.length, lines.length + 1);
  book.slice(1).forEach((cells, i) => assert.deepEqual(cells.map((c) => c.replace(/^'?=/, '=')), lines[i].map((c) => c.replace(/^'=/, '='))));
  const actions = csv((await staff.leader.get('/overview/actions.csv')).text).slice(1);
  assert.deepEqual(actions.map((a) => [a[0], Number(a[3]), Number(a[4]), Number(a[5])]), o.campaign.actions.map((a) => [a.name, a.done, a.owed, a.waived]));
  assert.deepEqual(xlsx((await staff.leader.get('/overview/actions.xlsx')).bytes).slice(1), actions);
});

// ── the public ───────────────────────────────────────────────────────────────────────────────────────────

test('T02 a draft is not there for the public, on any of its pages', async () => {
  await change(dir, `INSERT INTO campaign (id, root_unit_id, ref, unit_id, state, name, created_at)
    SELECT 77, id, 'C26-77', id, 'draft', 'Not yet told to anybody', 1 FROM unit WHERE code = '990000'`);
  for (const path of ['', '.json', '/units', '/units.json', '/report', '/report.json'])
    assert.equal((await ask(server, 'GET', `/campaigns/C26-77${path}`)).status, 404, path);
  assert.doesNotMatch((await ask(server, 'GET', '/campaigns')).text, /C26-77/);
  assert.equal((await staff.leader.get('/overview?campaign=C26-77')).status, 404);
  assert.equal((await staff.clerk.get('/campaigns/C26-77')).status, 200, 'who may write it reads it');
  assert.equal((await staff.handler.get('/campaigns/C26-77')).status, 404);
});

test('P16 T25 public pages: stages with today, aims, every unit, gaps; and no name of a person', async () => {
  const people = (await rows('SELECT name FROM person')).map(([name]) => name).filter((name) => name.includes(' '));
  assert.ok(people.length > 100);
  for (const path of ['/campaigns', `/campaigns/${RUNS}`, `/campaigns/${CLOSED}`, `/campaigns/${RUNS}/units`, `/campaigns/${RUNS}/units?unit=990101`,
    `/campaigns/${RUNS}/units?all=1&state=waived`, `/campaigns/${RUNS}/units?all=1&state=adapted`, `/campaigns/${RUNS}/report`, `/campaigns/${CLOSED}/report`])
    for (const twin of [path, path.replace(/(\?|$)/, '.json$1')]) {
      const x = await ask(server, 'GET', twin);
      assert.equal(x.status, 200, twin);
      for (const name of people) assert.ok(!x.text.includes(name), `${twin} names ${name}`);
    }
  const c = await json(null, `/campaigns/${RUNS}.json`);
  assert.ok(c.timeline.stages.some((s) => s.current) && c.aims.length >= 3);
  const page = (await ask(server, 'GET', `/campaigns/${RUNS}`)).text;
  assert.match(page, /ls-stages__today/);
  assert.equal((page.match(/class="ls-stages__picture"/g) ?? []).length, c.timeline.stages.length, 'a row for each stage');
  const unit = await json(null, `/campaigns/${RUNS}/units.json?unit=990101`);
  assert.deepEqual(unit.own, await counted('990101', false));
  assert.deepEqual(unit.below, await counted('990101', true));
  for (const path of [`/campaigns/${RUNS}/units?unit=nowhere`, `/campaigns/${RUNS}/units?from=x`, '/campaigns/C99-01'])
    assert.equal((await ask(server, 'GET', path)).status, 404, path);
});

test('T80 what was open when a campaign was closed stays public, with its report beside the one before', async () => {
  const open = await number(`SELECT count(*) FROM duty d JOIN campaign c ON c.id = d.campaign_id WHERE c.ref = '${CLOSED}' AND d.state = 'owed'`);
  const report = await json(null, `/campaigns/${CLOSED}/report.json`);
  assert.equal(report.closed, true);
  assert.equal(report.sections[0].figures.find((f) => f.label === 'still owed').n, open);
  const list = await json(null, `/campaigns/${CLOSED}/units.json?all=1&state=owed`);
  assert.equal(Math.min(open, 200), list.stages.reduce((n, s) => n + s.duties.length, 0));
  const now = await json(null, `/campaigns/${RUNS}/report.json`);
  assert.equal(now.before_ref, CLOSED);
  assert.ok(now.pairs.length > 0);
});

// ── burden ───────────────────────────────────────────────────────────────────────────────────────────────

const MONTH = 2026 * 12 + 10;
const asked = (code, kind = '') => number(`SELECT coalesce(sum(n), 0) FROM ask WHERE month = ${MONTH} AND unit_id = (SELECT id FROM unit WHERE code = '${code}') ${kind === '' ? '' : `AND kind = '${kind}'`}`);

test('N12 T84 the burden page says who asks what of each unit, by unit number, month by month', async () => {
  for (const code of ['990101', '990101001']) {
    const b = await json(staff.leader, `/burden.json?unit=${code}`);
    assert.equal(b.month, '2026-11');
    assert.equal(b.total, await asked(code));
    assert.equal(b.asked_by.reduce((n, r) => n + r.total, 0), b.total);
  }
  const b = await json(staff.leader, '/burden.json');
  const codes = b.children.map((c) => c.code);
  assert.deepEqual(codes, [...codes].sort());
  for (const c of b.children.slice(0, 60)) assert.equal(c.total, await asked(c.code), c.code);
  const before = await json(staff.leader, '/burden.json?unit=990101&month=2026-04');
  assert.equal(before.total, await number(`SELECT coalesce(sum(n), 0) FROM ask WHERE month = ${2026 * 12 + 3} AND unit_id = (SELECT id FROM unit WHERE code = '990101')`));
  assert.ok(before.caps.every((c) => c.cap > 0));
  for (const bad of ['2026-13', 'x', '2026']) assert.equal((await staff.leader.get(`/burden?month=${bad}`)).status, 404, bad);
});

const request = (who, fields) => who.get('/burden/request?unit=990000').then((page) => who.send(page, '/burden/request', { what: 'How many wells are dry', purpose: 'To send tankers', ends_on: '2026-12-01', ...fields }));

test('N12 T79 what the system holds is answered by a link and nobody is asked', async () => {
  const sent = await number('SELECT count(*) FROM notice');
  const x = await request(staff.clerk, { fact: 'matters_overdue' });
  assert.equal(x.status, 200);
  assert.match(x.text, /Nobody was asked/);
  assert.match(x.text, /href="\/overview\?unit=990000"/);
  assert.equal(await number('SELECT count(*) FROM notice'), sent);
  assert.match((await staff.clerk.get('/burden')).text, /How many wells are dry/);
});

test('N12 what it does not hold goes down as a notice that counts as a data request; above the cap only the first person may send it', async () => {
  const was = await asked('990102', 'data');
  const x = await request(staff.clerk, { to: '990102' });
  assert.equal(x.status, 303, faults(x.text).join());
  assert.equal(await asked('990102', 'data'), was + 1);
  let refused = null;
  for (let i = 0; i < 40 && refused === null; i++) {
    const y = await request(staff.clerk, { to: '990102', campaign: RUNS });
    if (y.status !== 303) refused = y;
  }
  const at_cap = await asked('990102');
  assert.equal(refused.status, 400);
  assert.match(faults(refused.text).join(), /the first person responsible must send it/);
  assert.match(refused.text, /value="How many wells are dry"/, 'what was typed is kept');
  const z = await request(staff.leader, { to: '990102', campaign: RUNS });
  assert.equal(z.status, 303, faults(z.text).join());
  assert.equal(await asked('990102'), at_cap + 1);
});

test('a request for data that is wrong names the field and keeps the words', async () => {
  for (const [fields, message] of [[{ what: '' }, /Enter what you need to know/], [{ purpose: '' }, /Enter what it is needed for/], [{ ends_on: '2020-01-01' }, /today or later/],
    [{ ends_on: 'soon' }, /today or later/], [{ to: '990003 nowhere' }, /Choose units below your own/], [{ fact: 'weather' }, /Choose a fact/], [{ campaign: 'C26-77' }, /Choose one of the list/]]) {
    const x = await request(staff.clerk, fields);
    assert.equal(x.status, 400, JSON.stringify(fields));
    assert.match(faults(x.text).join(' '), message);
  }
});

test('who works in another branch finds none of these pages', async () => {
  for (const path of ['/overview?unit=990101', '/overview.json?unit=990101', '/overview/units.csv?unit=990101', '/overview/units.xlsx?unit=990101',
    '/overview/actions.csv?unit=990101', '/overview/actions.xlsx?unit=990101', '/burden?unit=990101', '/burden.json?unit=990101', '/burden/request?unit=990101'])
    assert.equal((await staff.handler.get(path)).status, 404, path);
  const page = await staff.head.get('/burden/request');
  assert.equal(page.status, 200);
  assert.equal((await staff.head.send(page, '/burden/request', { unit: '990101', what: 'x', purpose: 'y', ends_on: '2026-12-01' })).status, 404);
  assert.equal((await staff.handler.get('/burden/request')).status, 403, 'a handler reads what the unit is asked and asks nothing');
  for (const path of ['/overview', '/overview/units.csv', '/burden', '/burden/request'])
    assert.ok([303, 401].includes((await ask(server, 'GET', path)).status), path);
});
