// flame: where the server's time goes while it makes the list page for each request: docs/pictures/list-flame.svg.
//
//   node tests/bench/flame.mjs [TARGET [FILE]]       BENCH_DIR and a city of 100 k matters as for `make bench SCALE=100k`
//
// perf takes the stack of the server 199 times a second (with the debug information of our own code; of a library without it, only its
// name is known), and this draws it: a box for each function, as wide as its share, upon the one that called it.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { city, load, ROOT, run, say, served } from './tools.mjs';

const [target = '/matters', out = join(ROOT, 'docs/pictures/list-flame.svg')] = process.argv.slice(2);
const dir = process.env.BENCH_DIR ?? join(ROOT, 'build/bench');
const matters = Number(process.env.MATTERS ?? 100000);
const seconds = 10;

// ── stacks ───────────────────────────────────────────────────────────────────────────────────────────────

async function record(pid, work) {
  const file = join(dir, 'flame.data');
  const perf = spawn('perf', ['record', '-q', '-F', '199', '--call-graph', 'dwarf,16384', '-p', String(pid), '-o', file], { stdio: 'ignore' });
  const failed = once(perf, 'close');
  await Promise.race([work(), failed.then(() => { throw new Error('perf ended: is linux-perf installed, and allowed?'); })]);
  perf.kill('SIGINT');
  await failed;
  const r = await run(['script', '-i', file, '-F', 'ip,sym,dso', '--no-inline'], { command: 'perf', timeout: 600000 });
  await rm(file, { force: true });
  return r.out;
}

// [{name, value, children}] from the outermost call on. A sample is lines of "address symbol (module)", innermost first.
function tree_of(text) {
  const root = { name: 'luoshi serve', value: 0, children: new Map() };
  for (const sample of text.split('\n\n')) {
    const frames = sample.split('\n').map((l) => /^\s*[0-9a-f]+\s+(.*?)\s+\((.*)\)\s*$/.exec(l)).filter(Boolean)
      .map(([, symbol, module]) => (symbol === '[unknown]' ? `[${module.split('/').pop().replace(/\.so.*/, '')}]` : symbol.replace(/\+0x.*$/, '')));
    const calls = frames.reverse().filter((name, i, all) => name !== all[i - 1] || !name.startsWith('['));
    while (calls.length > 0 && /^(\[|_start|__libc_start|main$|clone|start_thread)/.test(calls[0])) calls.shift();
    if (calls.length === 0) continue;
    let at = root;
    root.value++;
    for (const name of calls) {
      if (!at.children.has(name)) at.children.set(name, { name, value: 0, children: new Map() });
      at = at.children.get(name);
      at.value++;
    }
  }
  return root;
}

// ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────

const WIDTH = 1200, LINE = 17, LEAST = 0.0015; // the least share that is drawn
const escaped = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const color = (name) => (name.startsWith('[') ? '#d9d9d9' : /^sqlite3/.test(name) ? '#b8d4ea' : /^(q_|stmt_|db_|step|sqlite_|read_)/.test(name) ? '#8fc1e3' : /^(tpl_|out_|emit)/.test(name) ? '#f6c96f' : /^(page_|matter_|search_|casefile_|tally_)/.test(name) ? '#a8d8a0' : '#eeb4a6');

function draw(root, title) {
  const boxes = [];
  let deepest = 0;
  const place = (node, x, depth) => {
    const share = node.value / root.value;
    if (share < LEAST) return;
    deepest = Math.max(deepest, depth);
    boxes.push({ node, x, share, depth });
    let at = x;
    for (const child of [...node.children.values()].sort((a, b) => a.name.localeCompare(b.name))) {
      place(child, at, depth + 1);
      at += child.value / root.value;
    }
  };
  place(root, 0, 0);
  const height = (deepest + 2) * LINE + 30;
  const rects = boxes.map(({ node, x, share, depth }) => {
    const left = (x * WIDTH).toFixed(1), wide = share * WIDTH, top = height - (depth + 1) * LINE - 6;
    const room = Math.floor((wide - 6) / 6.4);
    const label = room >= 3 ? `<text x="${(x * WIDTH + 3).toFixed(1)}" y="${top + 12}">${escaped(node.name.length > room ? node.name.slice(0, room - 1) + '…' : node.name)}</text>` : '';
    return `<g><title>${escaped(node.name)}: ${(share * 100).toFixed(1)} %</title><rect x="${left}" y="${top}" width="${Math.max(wide - 0.5, 0.5).toFixed(1)}" height="${LINE - 1}" fill="${color(node.name)}"/>${label}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10.5" role="img">\n<title>${escaped(title)}</title>\n<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>\n<text x="6" y="18" font-size="13">${escaped(title)}</text>\n${rects.join('\n')}\n</svg>\n`;
}

// ── all of it ────────────────────────────────────────────────────────────────────────────────────────────

await mkdir(dir, { recursive: true });
const c = await city(dir, matters);
const server = await served(c.data, { anew: true });
try {
  const text = await record(server.child.pid, () => load(server.port, target, { conns: 4, seconds, warm: 1 }, dir));
  const root = tree_of(text);
  await writeFile(out, draw(root, `GET ${target}, made anew, ${matters} matters: ${root.value} samples`));
  say(`${out}: ${root.value} samples`);
} finally { await server.stop(); }
