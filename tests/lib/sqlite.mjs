// The database from outside: of a file by tests/helpers/sqlite.c, built when needed; of a folder whose database is on a server by psql.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { database_of, psql, ROOT, run } from './luoshi.mjs';

const SOURCE = join(ROOT, 'tests/helpers/sqlite.c'), BINARY = join(ROOT, 'build/test_sqlite');
let ready;
async function build() {
  const made = await stat(BINARY).catch(() => null);
  if (made !== null && made.mtimeMs > (await stat(SOURCE)).mtimeMs) return;
  await mkdir(join(ROOT, 'build'), { recursive: true });
  const part = `${BINARY}.${process.pid}`;
  const r = await run(['-O1', '-Wall', '-Wextra', '-o', part, SOURCE, '-lsqlite3'], { command: process.env.CC ?? 'gcc' });
  if (r.code !== 0) throw new Error(r.err);
  await rename(part, BINARY);
}
const file = (dir) => join(dir, 'luoshi.db');

export async function sql(dir, verb, text) {
  const url = await database_of(dir);
  if (url !== null) return psql(url, text);
  await (ready ??= build());
  const r = await run([file(dir), verb, text], { command: BINARY });
  if (r.code !== 0) throw new Error(`${text}: ${r.err}`);
  return r.out.trimEnd();
}
export const value = (dir, text) => sql(dir, 'value', text);
export const change = (dir, text) => sql(dir, 'do', text);

// The lock that every changing transaction takes (ADR 010).
async function hold_server(url) {
  const child = spawn('psql', ['-qAtX', '-d', url]);
  await new Promise((done, fail) => {
    child.stdout.once('data', done);
    child.once('exit', (code) => fail(new Error(`the lock was not taken: ${code}`)));
    child.stdin.write('BEGIN; SELECT pg_advisory_xact_lock(1280659249, 1) IS NOT NULL;\n');
  });
  return { release: () => new Promise((done) => (child.once('exit', done), child.stdin.end())) };
}

// Takes the write lock; release() gives it back.
export async function hold(dir) {
  const url = await database_of(dir);
  if (url !== null) return hold_server(url);
  await (ready ??= build());
  const child = spawn(BINARY, [file(dir), 'hold']);
  await new Promise((done, fail) => {
    child.stdout.once('data', done);
    child.once('exit', (code) => fail(new Error(`the lock was not taken: ${code}`)));
  });
  return { release: () => new Promise((done) => (child.once('exit', done), child.stdin.end())) };
}
