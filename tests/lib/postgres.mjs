// A private PostgreSQL for one test file (tests/lib/pg.sh), with as many databases as the tests want. SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { folder, ROOT, run } from './luoshi.mjs';

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
