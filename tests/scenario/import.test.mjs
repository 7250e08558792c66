// P25: tables of offices in and out: encodings, workbooks, columns with other names, all or nothing, again, times, and files that are made
// to hurt. The last part reads three real files when they lie beside the repository.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { ask, BINARY, clean, Client, copy, empty, folder, must, ON_PG, raise, ROOT, run, serve, until } from '../lib/luoshi.mjs';
import { csv, gb18030, read_csv, workbook } from '../lib/sheets.mjs';
import { value } from '../lib/sqlite.mjs';

let made, work;
before(async () => {
  made = (await empty()).dir;
  work = await folder();
});
after(clean);

const AT = ['--now', '2026-11-23T09:05:00+08:00', '--quiet'];
const put = async (name, content) => (await writeFile(join(work, name), content), join(work, name));
const bring = (dir, kind, file, ...more) => run(['import', kind, file, '--data', dir, ...AT, ...more]);
async function brought(dir, kind, file, wanted, ...more) {
  const r = await bring(dir, kind, file, ...more);
  assert.equal(r.code, 0, r.err + r.out);
  const m = /^(\d+) rows read, (\d+) imported, (\d+) skipped \(there already\), (\d+) bad/.exec(r.out);
  assert.deepEqual(m.slice(1).map(Number), wanted, r.out);
  return r;
}
async function refused(dir, kind, file, pattern, ...more) {
  const before_all = await value(dir, 'SELECT (SELECT count(*) FROM matter), (SELECT count(*) FROM unit), (SELECT count(*) FROM category), (SELECT count(*) FROM event)');
  const r = await bring(dir, kind, file, ...more);
  assert.equal(r.code, 1, `${file}: ${r.code} ${r.out}`);
  assert.match(r.err, /^luoshi: nothing was imported: /);
  assert.match(r.err, pattern, file);
  assert.equal(r.err.trim().split('\n').length, 1, r.err);
  assert.equal(await value(dir, 'SELECT (SELECT count(*) FROM matter), (SELECT count(*) FROM unit), (SELECT count(*) FROM category), (SELECT count(*) FROM event)'), before_all, 'nothing was changed');
}
const all_matters = (dir) => value(dir, 'SELECT source_no, subject, text, place, kind, state, raised_at, answered_at FROM matter ORDER BY source_no');
const healthy = async (dir) => assert.equal((await run(['doctor', '--data', dir])).code, 0);

const HEAD = ['留言编号', '留言主题', '留言时间', '留言详情', '地点', '类型', '答复意见', '答复时间'];
const ROWS = [
  ['188001', '路灯不亮', '2019/2/28 11:25:05', '\t桥头镇的路灯,已经"三周"不亮\n请修好', '桥头镇', '投诉', '', ''],
  ['188002', '咨询租金政策', '2019-03-01 08:00', '创业基地的租金怎么算', '', '咨询', '按面积计算。', '2019/3/9 10:00:00'],
  ['188003', '建议增加班车', '2019年3月5日 17:30', '12路末班车早于夜班下班时间', '', '建议', '', ''],
];
const TABLE = [HEAD, ...ROWS];

test('P25 the same table in UTF-8, with a byte order mark, in GB 18030, with tabs, and as a workbook, is the same matters', async () => {
  const files = {
    'plain.csv': csv(TABLE), 'bom.csv': csv(TABLE, { bom: true }), 'gb.csv': gb18030(csv(TABLE)), 'tabs.txt': csv(TABLE, { separator: '\t' }), 'semicolons.csv': csv(TABLE, { separator: ';' }),
    'utf16.csv': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv(TABLE), 'utf16le')]), 'book.xlsx': workbook(TABLE), 'a workbook called.csv': workbook(TABLE),
    'title above.xlsx': workbook([['二〇一九年留言汇总'], [], ...TABLE]),
  };
  const said = new Map();
  for (const [name, content] of Object.entries(files)) {
    const dir = await copy(made);
    await brought(dir, 'matters', await put(name, content), [3, 3, 0, 0]);
    said.set(name, await all_matters(dir));
  }
  for (const [name, text] of said) assert.equal(text, said.get('plain.csv'), name);
  const lines = (await value(await (async () => { const dir = await copy(made); await brought(dir, 'matters', join(work, 'gb.csv'), [3, 3, 0, 0]); return dir; })(),
    "SELECT source_no, replace(text, '\n', '|'), kind, state, raised_at, answered_at FROM matter ORDER BY source_no")).split('\n').map((l) => l.split('\t'));
  const at = (iso) => String(Date.parse(`${iso}+08:00`));
  assert.deepEqual(lines, [
    ['188001', '桥头镇的路灯,已经"三周"不亮|请修好', 'complaint', 'registered', at('2019-02-28T11:25:05'), '0'],
    ['188002', '创业基地的租金怎么算', 'enquiry', 'answered', at('2019-03-01T08:00:00'), at('2019-03-09T10:00:00')],
    ['188003', '12路末班车早于夜班下班时间', 'suggestion', 'registered', at('2019-03-05T17:30:00'), '0'],
  ]);
});

test('P25 columns under other names: --map; a missing, doubled or misunderstood column is named', async () => {
  const dir = await copy(made);
  const odd = [['Nr', 'What, in short', 'When', 'All of it', 'Note'], ['1', 'Lamp', '2019-02-28 11:25', 'Dark', '-']];
  const file = await put('odd.csv', csv(odd));
  await refused(dir, 'matters', file, /odd\.csv/);
  await refused(dir, 'matters', file, /map .*is not understood/, '--map', 'colour=Note,no=Nr');
  await refused(dir, 'matters', file, /map .*is not understood/, '--map', 'no');
  await refused(dir, 'matters', file, /Nowhere|text/, '--map', 'no=Nr,subject=What, in short,time=When,text=Nowhere');
  await brought(dir, 'matters', file, [1, 1, 0, 0], '--map', 'no=Nr,subject=What, in short,time=When,text=All of it');
  assert.equal(await value(dir, 'SELECT source_no, subject, text FROM matter'), '1\tLamp\tDark');
  await refused(dir, 'matters', await put('lacks.csv', csv(TABLE.map((r) => r.filter((_, i) => i !== 2)))), /lacks\.csv.*(time|时间)/);
  await refused(dir, 'matters', await put('double.csv', csv(TABLE.map((r) => [...r, r[1]]))), /double\.csv.*留言主题/);
});

test('P25 one bad row and nothing is imported: the row, the column and the reason are named; --skip-bad takes the rest', async () => {
  const dir = await copy(made);
  const rows = [HEAD, ROWS[0], ['188005', '', '2019/3/1', '没有主题', '', '', '', ''], ROWS[1], ['188006', '没有时间', '去年春天', '文字', '', '', '', ''], ['188007', '字'.repeat(300), '2019/3/1', '很长的主题', '', '', '', ''],
    ['', '没有编号', '2019/3/1', '文字', '', '', '', ''], ['188008', '类型不对', '2019/3/1', '文字', '', '表扬', '', ''], ['188009', '没有答复时间', '2019/3/1', '文字', '', '', '已办', '不知道'], ROWS[2]];
  const file = await put('bad rows.xlsx', workbook(rows));
  await refused(dir, 'matters', file, /bad rows\.xlsx, row 3, column B: The row has no subject/);
  const kept = join(work, 'bad.csv');
  const r = await brought(dir, 'matters', file, [9, 4, 0, 5], '--skip-bad', kept);
  assert.match(r.out, /the bad rows are in .*bad\.csv with their reasons; the first: .*row 3/);
  const bad = read_csv(await readFile(kept, 'utf8'));
  assert.deepEqual(bad.map((b) => b[0]), ['3', '5', '7', '8', '9']);
  assert.ok(bad.every((b) => b[1].length > 8), 'each with its reason');
  assert.equal(bad[1][2], '188006', 'and what stood in it');
  assert.equal(await value(dir, 'SELECT source_no FROM matter ORDER BY source_no'), '188001\n188002\n188003\n188007');
  assert.equal(await value(dir, "SELECT count(*) FROM event e WHERE NOT EXISTS (SELECT 1 FROM casefile c WHERE c.id = e.casefile_id)"), '0');
  await healthy(dir);
  const fixed = await put('fixed.csv', csv([HEAD, ...rows.slice(1).map((x) => (x[0] === '188005' ? ['188005', '现在有主题', ...x.slice(2)] : x)).filter((x) => x[0] === '188005')]));
  await brought(dir, 'matters', fixed, [1, 1, 0, 0]);
});

test('P25 the same file again adds nothing; an answer that came later is added, once', async () => {
  const dir = await copy(made), file = await put('again.csv', csv(TABLE));
  await brought(dir, 'matters', file, [3, 3, 0, 0]);
  const first = await all_matters(dir), events = await value(dir, 'SELECT count(*) FROM event');
  await brought(dir, 'matters', file, [3, 0, 3, 0]);
  assert.equal(await all_matters(dir), first);
  assert.equal(await value(dir, 'SELECT count(*) FROM event'), events);
  const later = await put('later.csv', csv([HEAD, [...ROWS[0].slice(0, 6), '已修好。', '2019/4/1 09:00'], ROWS[1]]));
  await brought(dir, 'matters', later, [2, 1, 1, 0]);
  await brought(dir, 'matters', later, [2, 0, 2, 0]);
  assert.equal(await value(dir, "SELECT state FROM matter WHERE source_no = '188001'"), 'answered');
  assert.equal(await value(dir, 'SELECT count(*) FROM answer'), '2');
  assert.equal(await value(dir, "SELECT count(*) FROM casefile WHERE state IN ('solved', 'partly')"), '0', 'a file cannot say solved');
  assert.equal(await value(dir, 'SELECT count(*) FROM outcome'), '0');
  await healthy(dir);
});

test('P25 N06 units with their parents, categories in three levels; both again', async () => {
  const dir = await copy(made);
  const units = [['代码', '名称', '英文名称', '类型', '上级代码', '条线上级代码'], ['990010', '住建局', 'Housing', '部门', '990000', ''], ['990100', '临江区', 'Linjiang', '县区', '', ''], ['990101', '临江区住建局', '', '局', '990100', '990010'], ['990110', '桥头镇', 'Qiaotou', '乡镇', '990100', '']];
  const file = await put('units.csv', gb18030(csv(units)));
  await brought(dir, 'units', file, [4, 4, 0, 0]);
  await brought(dir, 'units', file, [4, 0, 4, 0]);
  assert.equal(await value(dir, "SELECT u.code, u.kind, p.code, l.code FROM unit u JOIN unit p ON p.id = u.territory_unit_id LEFT JOIN unit l ON l.id = u.line_unit_id WHERE u.code = '990101'"), '990101\tbureau\t990100\t990010');
  await refused(dir, 'units', await put('orphan.csv', csv([units[0], ['990201', '某局', '', '局', '990200', '']])), /orphan\.csv, row 2, column E: No unit has this code; parents stand before their children/);
  await refused(dir, 'units', await put('kind.csv', csv([units[0], ['990301', '某处', '', '公司', '990000', '']])), /kind\.csv, row 2/);
  const categories = [['一级分类', '二级分类', '三级分类'], ['特种类', '甲', '一'], ['特种类', '甲', '二'], ['特种类', '乙', ''], ['另一类', '', '']];
  const tree = await put('categories.xlsx', workbook(categories));
  const had = Number(await value(dir, 'SELECT count(*) FROM category'));
  await brought(dir, 'categories', tree, [4, 4, 0, 0]);
  await brought(dir, 'categories', tree, [4, 0, 4, 0]);
  assert.equal(Number(await value(dir, 'SELECT count(*) FROM category')), had + 6);
  assert.equal(await value(dir, "SELECT a.name_zh, b.name_zh, c.name_zh FROM category c JOIN category b ON b.id = c.parent_category_id JOIN category a ON a.id = b.parent_category_id WHERE c.name_zh = '二'"), '特种类\t甲\t二');
  const matters = await put('with category.csv', csv([['编号', '主题', '时间', '内容', '分类'], ['1', '甲', '2019/1/1', '文字', '二'], ['2', '乙', '2019/1/1', '文字', '没有的']]));
  await brought(dir, 'matters', matters, [2, 2, 0, 0], '--unit', '990010');
  assert.equal(await value(dir, "SELECT m.source_no, COALESCE(c.name_zh, ''), u.code FROM matter m LEFT JOIN category c ON c.id = m.category_id JOIN unit u ON u.id = m.unit_id ORDER BY 1"), '1\t二\t990010\n2\t\t990010');
  await healthy(dir);
});

test('P25 times as offices write them; what is no time is a bad row', async () => {
  const dir = await copy(made);
  const good = [['2019/2/28 11:25:05', '2019-02-28T11:25:05'], ['2019-02-28 11:25', '2019-02-28T11:25:00'], ['2019年2月28日', '2019-02-28T00:00:00'], ['2019.02.28 9:05', '2019-02-28T09:05:00'], ['2020/2/29', '2020-02-29T00:00:00'], [43524.475752314816, '2019-02-28T11:25:05'], ['２０１９/２/２８', '2019-02-28T00:00:00']];
  const file = await put('times.xlsx', workbook([['编号', '主题', '时间', '内容'], ...good.map(([t], i) => [String(i), `时间${i}`, t, '文字'])]));
  await brought(dir, 'matters', file, [good.length, good.length, 0, 0]);
  const read = (await value(dir, 'SELECT raised_at FROM matter ORDER BY CAST(source_no AS INTEGER)')).split('\n').map((ms) => new Date(Number(ms) + 8 * 3600000).toISOString().slice(0, 19));
  assert.deepEqual(read, good.map(([, iso]) => iso));
  for (const bad of ['2019/2/30', '2019/13/1', '28/02/2019', '25:00', '2019', 'soon', '', '2019/2/28 25:61'])
    await refused(dir, 'matters', await put('time.csv', csv([['编号', '主题', '时间', '内容'], ['99', '主题', bad, '文字']])), /time\.csv, row 2, column C: The time cannot be read/);
});

test('P25 --private: imported matters are staff’s alone until a clerk lets them through; --unit says who answered', async () => {
  const dir = await copy(made), file = await put('private.csv', csv(TABLE));
  await brought(dir, 'matters', file, [3, 3, 0, 0], '--private');
  const wrong = await bring(dir, 'matters', file, '--unit', '1');
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /--unit: no unit has the code 1/);
  assert.equal(await value(dir, 'SELECT sum(shown), sum(wants_public) FROM matter'), '0\t0');
  const s = await serve(dir);
  assert.equal((await ask(s, 'GET', '/matters.json')).json.total, 0);
  assert.equal((await ask(s, 'GET', `/matters.json?q=${encodeURIComponent('路灯')}`)).json.total, 0, 'not by search either');
  const ref = await value(dir, 'SELECT ref FROM matter LIMIT 1');
  assert.equal((await ask(s, 'GET', `/matters/${ref}`)).status, 404);
  assert.equal(await s.stop(), 0);
  const out = join(work, 'private out.csv');
  assert.match((await must(['export', 'matters', out, '--data', dir])).out, /^0 rows written/);
});

test('P25 words longer than a form takes are kept whole; rare characters too', async () => {
  const dir = await copy(made), long = `${'长'.repeat(3999)}尾${'续'.repeat(500)}`;
  await brought(dir, 'matters', await put('long.csv', csv([['编号', '主题', '时间', '内容'], ['1', '𠮷野家👍🏽·阿卜杜勒', '2019/1/1', long]])), [1, 1, 0, 0]);
  assert.equal(await value(dir, 'SELECT subject, text FROM matter'), `𠮷野家👍🏽·阿卜杜勒\t${long.slice(0, 4000)}`);
  assert.equal(await value(dir, 'SELECT text FROM message'), long.slice(4000));
});

test('P25 files made to hurt are refused in words: bombs, entities, other kinds, broken ones; formulas are never run', { timeout: 60000 }, async () => {
  const dir = await copy(made);
  const xml_head = '<?xml version="1.0" encoding="UTF-8"?>';
  const ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const cases = [
    ['bomb.xlsx', workbook([], { xml: `${xml_head}<worksheet ${ns}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${' '.repeat(60 << 20)}</t></is></c></row></sheetData></worksheet>` }), /bomb\.xlsx/],
    ['rows.xlsx', workbook([], { xml: `${xml_head}<worksheet ${ns}><sheetData>${'<row/>'.repeat(3000000)}</sheetData></worksheet>` }), /rows\.xlsx/],
    ['laughs.xlsx', workbook([], { xml: `${xml_head}<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet ${ns}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>` }), /laughs\.xlsx/],
    ['outside.xlsx', workbook([], { xml: `${xml_head}<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet ${ns}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>` }), /outside\.xlsx/],
    ['empty.csv', '', /empty\.csv/],
    ['only a head.csv', csv([HEAD]), null],
    ['no head.csv', csv([['1', 'Lamp', '2019/1/1', 'Dark'], ['2', 'Lamp', '2019/1/1', 'Dark']]), /no head\.csv/],
    ['picture.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /picture\.png/],
    ['old.xls', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2048)]), /old\.xls/],
    ['cut.xlsx', workbook(TABLE).subarray(0, 900), /cut\.xlsx/],
    ['quote.csv', `${csv([HEAD])}"188001,never ends\r\n`, /quote\.csv, row 2/],
    ['bytes.csv', Buffer.concat([Buffer.from(csv([HEAD])), Buffer.from([0x31, 0x2c, 0xff, 0xff, 0x2c, 0x0d, 0x0a])]), /bytes\.csv/],
    ['page.html', '<!DOCTYPE html><html><body><table><tr><td>编号</td></tr></table></body></html>', /page\.html/],
    ['300 columns.csv', csv([[...HEAD, ...Array.from({ length: 300 }, (_, i) => `列${i}`)], [...ROWS[0], ...Array(300).fill('x')]]), /300 columns\.csv/],
    ['a folder', null, /is not a file/],
  ];
  for (const [name, content, pattern] of cases) {
    const file = content === null ? work : await put(name, content);
    const from = Date.now();
    if (pattern === null) await brought(dir, 'matters', file, [0, 0, 0, 0]);
    else await refused(dir, 'matters', file, pattern);
    assert.ok(Date.now() - from < 8000, `${name}: ${Date.now() - from} ms`);
  }
  await refused(dir, 'matters', join(work, 'nothing here.csv'), /nothing here\.csv/);
  const wide = await put('200 columns.xlsx', workbook([[...Array.from({ length: 192 }, (_, i) => `列${i}`), ...HEAD], [...Array(192).fill('x'), ...ROWS[0]]]));
  await brought(dir, 'matters', wide, [1, 1, 0, 0]);
  const formulas = await put('formulas.xlsx', workbook([HEAD, ['188010', { f: 'WEBSERVICE("http://example.com")', v: '保存的主题' }, '2019/1/1', { f: '1+1' }, '', '', '', ''].map((c) => (c === '' ? null : c)), ['188011', '合并', '2019/1/1', '文字', null, null, null, null]],
    { after: '<mergeCells count="1"><mergeCell ref="A3:A4"/></mergeCells>' }));
  const r = await brought(dir, 'matters', formulas, [2, 2, 0, 0]);
  assert.equal(await value(dir, "SELECT subject, text FROM matter WHERE source_no = '188010'"), '保存的主题\t保存的主题', 'the saved value; one without is empty');
  assert.match(r.out, /1 merged areas \(the first: A3:A4\)/);
  assert.match(r.out, /1 formulas had no saved value/);
});

test('P25 export: workbook and CSV hold the same rows, no contact, no formula, and can be imported elsewhere', async () => {
  const dir = await copy(made);
  await brought(dir, 'matters', await put('for export.csv', csv([HEAD, ...ROWS, ['188004', '=HYPERLINK("http://x")', '2019/3/6', '+1 -1 @SUM(A1)', '', '', '', '']])), [4, 4, 0, 0]);
  const s = await serve(dir);
  await raise(new Client(s), { subject: 'Private zzsubject', public: 'no', contact_name: '标记姓名', contact_phone: '139 8765 4321', contact_mail: 'zz@example.com', contact_address: '标记地址' });
  const files = ['out.csv', 'out.xlsx', 'all.csv'].map((n) => join(work, n));
  await must(['export', 'matters', files[0], '--data', dir]);
  await must(['export', 'matters', files[1], '--data', dir]);
  const r = await must(['export', 'matters', files[2], '--private', '--data', dir]);
  assert.match(r.out, /^5 rows written to/, 'while it is served');
  assert.equal(await s.stop(), 0);
  const rows = read_csv(await readFile(files[0], 'utf8')), all = await readFile(files[2], 'utf8');
  assert.equal(rows.length, 5);
  assert.ok(all.includes('Private zzsubject') && !rows.flat().includes('Private zzsubject'), 'what is private only when asked for');
  for (const word of ['标记姓名', '139 8765 4321', '13987654321', 'zz@example.com', '标记地址', 'name', 'phone', '电话', '姓名']) assert.ok(!all.includes(word), word);
  assert.ok(rows.flat().every((cell) => !/^[=+\-@\t\r]/.test(cell)), 'no cell begins like a formula');
  assert.ok((await stat(files[1])).size > 3000);
  const other = await copy(made), map = 'no=编号 ref,subject=主题 subject,time=反映时间 raised,text=内容 text,kind=类型 kind,place=地点 place,answer=答复 answer,answer_time=答复时间 answered';
  await brought(other, 'matters', files[1], [4, 4, 0, 0], '--map', map);
  await brought(other, 'matters', files[0], [4, 0, 4, 0], '--map', map);
  assert.equal(await value(other, 'SELECT subject, text, kind, raised_at, answered_at FROM matter ORDER BY raised_at'), await value(dir, "SELECT shown_subject, shown_text, kind, raised_at, answered_at FROM matter WHERE shown = 1 ORDER BY raised_at"));
});

test('P25 while it is served: an import beside the server is seen at once, and raises go on', async () => {
  const s = await serve(await copy(made));
  const list = async () => (await ask(s, 'GET', '/matters.json')).json.total;
  assert.equal(await list(), 0);
  const file = await put('many.csv', csv([HEAD.slice(0, 4), ...Array.from({ length: 500 }, (_, i) => [String(i), `主题${i}`, '2019/1/1', `文字${i}`])]));
  const from = bring(s.dir, 'matters', file);
  const raised = await Promise.all(Array.from({ length: 5 }, (_, i) => raise(new Client(s), { subject: `Meanwhile ${i}` })));
  assert.equal((await from).code, 0, (await from).err);
  assert.equal(new Set(raised.map((r) => r.ref)).size, 5);
  assert.equal(await list(), 500);
  assert.equal(await value(s.dir, 'SELECT count(*), count(DISTINCT ref) FROM matter'), '505\t505');
  assert.equal(await s.stop(), 0);
  await healthy(s.dir);
});

// As soon as some rows are in and not all. Each time a little later, so that it falls at different places.
async function killed_at(dir, file, rows) {
  const child = spawn(BINARY, ['import', 'matters', file, '--data', dir, ...AT], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
  await until(async () => child.exitCode !== null || Number(await value(dir, 'SELECT count(*) FROM matter')) > rows, `${rows} rows`, 60000);
  child.kill('SIGKILL');
  return ended;
}

test('P25 N15 an import that is killed goes on where it stopped when it is repeated: no row twice, none lost', { timeout: 180000 }, async () => {
  const rows = ON_PG ? 12000 : 40000, dir = await copy(made), whole = await copy(made);
  const file = await put('long list.csv', csv([HEAD, ...Array.from({ length: rows }, (_, i) => [`K${i}`, `主题${i}`, `20${10 + (i % 15)}/3/${1 + (i % 28)} 09:00`, `文字${i}，路灯不亮`, '', '投诉', ...(i % 3 === 0 ? [`已修好${i}。`, '2026/3/9 10:00'] : ['', ''])])]));
  const everything = async (d) => [
    await value(d, 'SELECT m.source_no, m.ref, m.state, m.shown, m.answered_at, c.version, c.due_on, c.ask_on FROM matter m JOIN casefile c ON c.id = m.casefile_id ORDER BY m.source_no'),
    await value(d, 'SELECT m.source_no, e.kind FROM matter m JOIN event e ON e.casefile_id = m.casefile_id ORDER BY m.source_no, e.id'),
    await value(d, 'SELECT m.source_no, k.rule, k.starts_at, k.stopped_at FROM matter m JOIN clock k ON k.casefile_id = m.casefile_id ORDER BY m.source_no, k.id'),
    await value(d, 'SELECT m.source_no, a.done FROM matter m JOIN answer a ON a.casefile_id = m.casefile_id ORDER BY m.source_no'),
  ];
  let kills = 0, before = 0;
  for (const wanted of ON_PG ? [0, 5000] : [0, 9000, 21000]) {
    if ((await killed_at(dir, file, wanted)) === 'SIGKILL') kills++;
    const n = Number(await value(dir, 'SELECT count(*) FROM matter'));
    assert.ok(n >= before, `${n} rows after ${before}: nothing that was in is lost`);
    assert.equal(await value(dir, "SELECT count(*) FROM setting WHERE name LIKE 'import.%'"), n > 0 && n < rows ? '1' : '0');
    before = n;
  }
  const merges = async () => (ON_PG ? '4' : value(dir, "SELECT v FROM search_index_config WHERE k = 'automerge'"));
  if (!ON_PG && before < rows) assert.equal(await merges(), '16');
  assert.equal(await (await serve(dir)).stop(), 0);
  if (before < rows) assert.equal(await merges(), '4', 'the search index is as it was');
  assert.ok(kills > 0 && before > 0, `${kills} times it was killed, with ${before} rows`);
  await brought(dir, 'matters', file, [rows, rows - before, before, 0]);
  assert.equal(await value(dir, "SELECT count(*) FROM setting WHERE name LIKE 'import.%'"), '0');
  await brought(whole, 'matters', file, [rows, rows, 0, 0]);
  const [one, other] = [await everything(dir), await everything(whole)];
  for (let i = 0; i < one.length; i++) assert.ok(one[i].length > 0 && one[i] === other[i], `table ${i} differs`);
  await healthy(dir);
  await brought(dir, 'matters', file, [rows, 0, rows, 0]);
});

// ── real files ───────────────────────────────────────────────────────────────────────────────────────────

const DATA = resolve(process.env.LUOSHI_DATA ?? join(ROOT, '../shared/data'));
const there = await stat(join(DATA, 'messages.xlsx')).then(() => true, () => false);

test('P25 P14 the files of a real city: 517 categories, 2,610 and 1,684 matters; the mixing plant is found', { timeout: 120000, skip: there ? false : `no real files in ${DATA}: this part is skipped` }, async () => {
  const dir = await copy(made);
  await brought(dir, 'categories', join(DATA, 'categories.xlsx'), [517, 517, 0, 0]);
  await brought(dir, 'matters', join(DATA, 'messages.xlsx'), [2610, 2610, 0, 0]);
  await brought(dir, 'matters', join(DATA, 'replies.xlsx'), [1684, 1684, 0, 0]);
  await brought(dir, 'categories', join(DATA, 'categories.xlsx'), [517, 0, 517, 0]);
  await brought(dir, 'matters', join(DATA, 'messages.xlsx'), [2610, 0, 2610, 0]);
  assert.equal(await value(dir, 'SELECT state, count(*) FROM casefile GROUP BY state ORDER BY state'), 'answered\t1684\nregistered\t2610', 'answered or registered, never solved');
  await healthy(dir);
  const group = (await readFile(join(DATA, 'repeats.csv'), 'utf8')).split(/\r?\n/).filter((l) => l.startsWith('lifa-mixing-plant,')).map((l) => l.split(',')[1]);
  const s = await serve(dir), found = new Set();
  let path = `/matters.json?q=${encodeURIComponent('搅拌站')}`, total = 0;
  for (let pages = 0; path !== null; pages++) {
    assert.ok(pages < 40);
    const x = (await ask(s, 'GET', path)).json;
    total = x.total;
    for (const m of x.items) found.add(m.ref);
    path = x.next ? `/matters.json?q=${encodeURIComponent('搅拌站')}&after=${encodeURIComponent(x.next)}` : null;
  }
  assert.equal(found.size, total);
  const with_word = (await value(dir, "SELECT ref, source_no FROM matter WHERE shown_subject LIKE '%搅拌站%' OR shown_text LIKE '%搅拌站%'")).split('\n').map((l) => l.split('\t'));
  for (const [ref] of with_word) assert.ok(found.has(ref), `${ref} has the word and is not found`);
  const ids = new Set(with_word.map(([, no]) => no)), hit = group.filter((id) => ids.has(id));
  assert.ok(hit.length > group.length * 0.8, `${hit.length} of ${group.length} messages of the group`);
  assert.equal(await s.stop(), 0);
  const out = join(work, 'real.csv');
  assert.match((await must(['export', 'matters', out, '--data', dir])).out, /^4294 rows written/);
  assert.equal(read_csv(await readFile(out, 'utf8')).length, 4295);
});
