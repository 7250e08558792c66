// The database from outside: of a file by tests/helpers/sqlite.c, built when needed; of a folder whose database is on a server by psql.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { database_of, must, ON_PG, psql, ROOT, run } from './luoshi.mjs';

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

// What the engines spell in two ways.
export const bytes = (digits) => (ON_PG ? `'\\x${digits}'::bytea` : `x'${digits}'`);
export const hex = (column) => (ON_PG ? `encode(${column}, 'hex')` : `hex(${column})`);
// Before a statement that leaves rows without what they point to.
export const UNCHECKED = ON_PG ? 'SET session_replication_role = replica;' : 'PRAGMA foreign_keys = OFF;';

// All that the database holds, as bytes: of a server the rows, and once more each BYTEA value as what it stands for.
export async function whole(dir) {
  const url = await database_of(dir);
  if (url === null) return readFile(file(dir));
  const dump = await must(['--data-only', '--no-sync', '-d', url], { command: 'pg_dump' });
  const out = dump.out.replace(/^\\(un)?restrict .*$/gm, ''); // a word drawn each time
  return Buffer.concat([Buffer.from(out), ...[...out.matchAll(/\\\\x([0-9a-f]+)/g)].map((m) => Buffer.from(m[1], 'hex'))]);
}

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
