// The same on a private PostgreSQL that writes to the disk as one in service does: pages beside those of SQLite, raises beside pgbench.
// SPDX-License-Identifier: Apache-2.0
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, load, must, NOW, ROOT, run, say, served, thrice } from './tools.mjs';
import { raise_body } from './targets.mjs';

const MATTERS = 4000; // more does not change these pages, and takes long: each step by the rules asks and waits

// What the engine does with one row a transaction, asked by 64 at once.
async function single_rows(url, dir, seconds) {
  const script = join(dir, 'pgbench.sql');
  await writeFile(script, "\\set n random(1, 1000000000)\nINSERT INTO bench_row (subject_id, at, text) VALUES (:n, :n, 'The street lamp in front of number 14 has been dark since last week; the crossing is dangerous for children.');\n");
  const psql = (text) => must(['-q', '-c', text, url], { command: 'psql' });
  await psql('CREATE TABLE IF NOT EXISTS bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subject_id bigint NOT NULL, at bigint NOT NULL, text text NOT NULL); CREATE INDEX IF NOT EXISTS bench_row_subject ON bench_row (subject_id, id);');
  const one = async () => {
    const r = await must(['-n', '-f', script, '-c', '64', '-j', '2', '-T', String(seconds), url], { command: 'pgbench', timeout: 600000 });
    return { rate: Number(/tps = ([\d.]+)/.exec(r.out)[1]) };
  };
  const x = await thrice(one);
  await psql('DROP TABLE bench_row');
  return x.rate;
}

export async function postgres(bench) {
  const { to, seconds } = bench;
  const place = join(bench.dir, 'pg');
  const data = join(bench.dir, 'pg-data');
  if (!(await exists('/usr/lib/postgresql'))) return say('PostgreSQL is not installed: its rows are left out');
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const sh = (verb, ...more) => run([join(ROOT, 'tests/lib/pg.sh'), verb, place, ...more], { command: 'sh', timeout: 300000 });
  const started = await sh('start', 'fsync=on', 'synchronous_commit=on', 'shared_buffers=512MB', 'max_connections=300');
  if (started.code !== 0) throw new Error(started.err);
  const url = started.out.trim();
  try {
    await must(['demo', '--data', data, '--db', url, '--now', NOW, '--matters', String(MATTERS)], { timeout: 0x7fffffff });
    const key = (await must(['key', 'add', 'bench', '--data', data, '--db', url, '--now', NOW])).out.trim();
    await to.put('postgres.floor', await single_rows(url, bench.dir, seconds));
    for (const anew of [false, true]) {
      const server = await served(data, { anew, args: ['--db', url] });
      const at = (path, o) => thrice(() => load(server.port, path, { seconds, ...o }, bench.dir));
      try {
        const ref = (await (await fetch(`${server.origin}/matters.json`)).json()).items[0].ref;
        for (const [name, path] of [['home', '/'], ['list', '/matters'], ['matter', `/matters/${ref}`]]) {
          const x = await at(path, { conns: anew ? 4 : 64 });
          await to.put(`postgres.${anew ? 'anew' : 'pages'}.${name}.rate`, x.rate);
          await to.put(`postgres.${anew ? 'anew' : 'pages'}.${name}.p50`, x.p50);
          await to.put(`postgres.${anew ? 'anew' : 'pages'}.${name}.p99`, x.p99);
        }
        if (anew) continue;
        const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
        for (const conns of [1, 64]) {
          const x = await at('/api/v1/matters', { conns, headers, body: raise_body, check: 201 });
          await to.put(`postgres.raise${conns}.rate`, x.rate);
          await to.put(`postgres.raise${conns}.p50`, x.p50);
          await to.put(`postgres.raise${conns}.p99`, x.p99);
        }
      } finally { await server.stop(); }
    }
  } finally {
    await sh('stop');
    await rm(data, { recursive: true, force: true });
  }
}
