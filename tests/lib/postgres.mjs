// A private PostgreSQL for one test file (tests/lib/pg.sh), with as many databases as the tests want. SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, ROOT, run, until } from './luoshi.mjs';

const SCRIPT = join(ROOT, 'tests/lib/pg.sh');
let place, url, databases = 0;

async function script(...args) {
  const r = await run(args, { command: SCRIPT });
  if (r.code !== 0) throw new Error(`pg.sh ${args.join(' ')}: ${r.err}`);
  return r.out.trim();
}

// settings: ['work_mem=8MB', …]
export async function start(...settings) {
  place = await folder('luoshi-pg');
  url = await script('start', place, ...settings);
  return url;
}
// For `after`, before the folders go.
export async function stop() {
  if (place !== undefined) await script('stop', place);
}

// The server and all its sessions are gone at once. `again` starts it where it was, on its own port.
export function kill9() {
  const elsewhere = join(place, 'place'), at = existsSync(elsewhere) ? readFileSync(elsewhere, 'utf8').trim() : place;
  const main = Number(readFileSync(join(at, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  const of_main = (pid) => {
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))[1]) === main;
    } catch {
      return false; // gone already
    }
  };
  const all = [main, ...readdirSync('/proc').filter((d) => /^\d+$/.test(d)).map(Number).filter(of_main)];
  for (const pid of all) try { process.kill(pid, 'SIGKILL'); } catch { /* gone already */ }
}
export const again = () => until(() => script('start', place, `port=${new URL(url).port}`).catch(() => null), 'PostgreSQL starts again', 60000);

// An empty database of the server: its URL.
export async function database() {
  const name = `d${++databases}`;
  await sql(url, `CREATE DATABASE ${name}`);
  return url.replace(/[^/]*$/, name);
}

// Rows as lines, columns between bars.
export async function sql(at, text) {
  const r = await run([at, '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', text], { command: 'psql' });
  if (r.code !== 0) throw new Error(`${text}: ${r.err}`);
  return r.out.trimEnd();
}
