// tools_check_pg: check_pg must find what it is there to find. It is linked here with small migrations and statements instead of the
// project's own, and run against a private PostgreSQL.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..')
const tool = process.env.MKSQL ?? join(root, 'build/tools/mksql')
const place = mkdtempSync(join(tmpdir(), 'check-pg-'))
const run = (command, args, options = {}) => spawnSync(command, args, { encoding: 'utf8', ...options })
let url

before(() => {
  const started = run(join(root, 'tests/lib/pg.sh'), ['start', join(place, 'pg')])
  assert.equal(started.status, 0, started.stderr)
  url = started.stdout.trim()
  // what every check links: the tool itself and base, and functions in place of the store's, which nobody calls
  const objects = run('sh', ['-c', `for f in ${root}/tools/check_pg.c $(ls ${root}/src/base/*.c | grep -v _test.c); do echo $f; done`]).stdout.trim().split('\n')
  writeFileSync(join(place, 'stub.c'), '#include "store/stmt.h"\nenum status stmt_open(struct db *d, const struct stmt_text *t, struct stmt **s) { (void)d; (void)t; (void)s; return ST_IO; }\n')
  world.objects = [...objects, join(place, 'stub.c')]
})
after(() => {
  run(join(root, 'tests/lib/pg.sh'), ['stop', join(place, 'pg')])
  rmSync(place, { recursive: true })
})

let worlds = 0
// Makes statements and migrations, links and runs the tool in a database of its own. Answers the complaints.
function world (sql, migrations, later = []) {
  const folder = join(place, `w${++worlds}`)
  mkdirSync(join(folder, 'migrations'), { recursive: true })
  for (const [name, text] of Object.entries(migrations)) writeFileSync(join(folder, 'migrations', name), text)
  writeFileSync(join(folder, 'a.sql'), sql)
  const made = run(tool, ['--out', 'build/gen', '--migrations', 'migrations', 'a.sql'], { cwd: folder })
  assert.equal(made.status, 0, made.stderr)
  const gen = ['sql_all.c', 'migrations.c', 'tables.c', 'sql/a.c'].map((f) => join(folder, 'build/gen', f))
  const includes = run('pg_config', ['--includedir']).stdout.trim()
  const built = run('sh', ['-c', `gcc -std=c17 -D_GNU_SOURCE -O0 -w -ffunction-sections -Wl,--gc-sections -I${includes} -I${root}/src -I${folder}/build -I${folder}/build/gen \
    -o ${folder}/check ${gen.join(' ')} ${world.objects.join(' ')} -lpq -lsqlite3 -lsodium $(pkg-config --libs icu-i18n icu-uc) -lpthread -lm`], { cwd: folder })
  assert.equal(built.status, 0, built.stderr)
  const name = `w${worlds}`
  assert.equal(run('psql', [url, '-qc', `CREATE DATABASE ${name}`]).status, 0)
  const ran = run(join(folder, 'check'), [url.replace(/luoshi$/, name), ...later])
  return { status: ran.status, lines: (ran.stderr + ran.stdout).trim().split('\n') }
}

const base = 'CREATE TABLE unit (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, key BLOB NOT NULL DEFAULT x\'\', weight REAL, n INTEGER NOT NULL DEFAULT 0) STRICT;\n'
const pg = (columns, more = '') => ({ '001_a.sql': base, '001_a.pg.sql': `CREATE TABLE unit (${columns});\n${more}` })
const columns = { id: 'id BIGINT PRIMARY KEY', code: 'code TEXT COLLATE "C" NOT NULL UNIQUE', key: "key BYTEA NOT NULL DEFAULT ''", weight: 'weight DOUBLE PRECISION', n: 'n BIGINT NOT NULL DEFAULT 0' }
const with_ = (changes) => Object.values({ ...columns, ...changes }).filter((c) => c).join(', ')

test('P35: what is the same on both engines passes', () => {
  const good = '-- a :many\nSELECT id, code, key, weight, n, sum(n) OVER () AS total /* int */, code LIKE \'%\' ESCAPE \'!\' AS yes /* int */ FROM unit WHERE key <> x\'00\' AND id <> :unit_id;\n'
  const { status, lines } = world(good, { '001_a.sql': base })
  assert.deepEqual(lines, ['check-pg: 1 tables and 1 statements are the same on PostgreSQL'])
  assert.equal(status, 0)
})

test('P35: a difference between the schemas is found', () => {
  const cases = [
    [pg(with_({ code: 'code TEXT NOT NULL UNIQUE' })), 'unit.code has another type or collation'],
    [pg(with_({ n: 'n INTEGER NOT NULL DEFAULT 0' })), 'unit.n has another type'],
    [pg(with_({ weight: 'weight DOUBLE PRECISION NOT NULL' })), 'unit.weight is NOT NULL in one engine only'],
    [pg(with_({ n: 'n BIGINT NOT NULL DEFAULT 1' })), 'unit.n has the default 0 in SQLite, 1 in PostgreSQL'],
    [pg(with_({ n: null })), 'table unit has 5 columns in SQLite, 4'],
    [pg(with_({ weight: null }) + ', weight DOUBLE PRECISION'), 'column 4 of unit is weight in SQLite, n'],
    [pg(with_({ id: 'id BIGINT NOT NULL', code: 'code TEXT COLLATE "C" PRIMARY KEY' })), 'unit has another primary key'],
    [pg(with_({}), 'CREATE TABLE more (id BIGINT);'), 'PostgreSQL alone has a table more'],
    [pg(with_({}), 'CREATE TABLE bad (id nonsense);'), 'type "nonsense" does not exist']
  ]
  for (const [migrations, words] of cases) {
    const { status, lines } = world('', migrations)
    assert.equal(status, 1, words)
    assert.ok(lines.some((l) => l.startsWith('src/store/migrations') && l.includes(words)), `…${words}… not in\n${lines.join('\n')}`)
  }
})

test('P35: a statement that PostgreSQL reads otherwise is found at its line', () => {
  const cases = [
    ['-- a :one\nSELECT code, n FROM unit GROUP BY code;\n', 'column "unit.n" must appear in the GROUP BY clause'],
    ['-- a :one\nSELECT id FROM unit;\n-- a.pg :one\nSELECT id, n FROM unit;\n', 'gives 1 columns in SQLite, 2 in PostgreSQL'],
    ['-- a :one\nSELECT id FROM unit;\n-- a.pg :one\nSELECT n FROM unit;\n', 'column 1 is id in SQLite, n'],
    ['-- a :one\nSELECT code FROM unit;\n-- a.pg :one\nSELECT 1 AS code;\n', "column code is declared 's', but PostgreSQL gives integer"],
    ['-- a :one x:str\nSELECT id FROM unit WHERE n = :x;\n', 'operator does not exist: bigint = text, near "= $1"']
  ]
  for (const [sql, words] of cases) {
    const { status, lines } = world('-- Words.\n' + sql, { '001_a.sql': base })
    assert.equal(status, 1, words)
    assert.ok(lines.some((l) => l.startsWith('a.sql:2: ') && l.includes(words)), `…${words}… not in\n${lines.join('\n')}`)
  }
})

test('a file that is not ready is passed over, and must leave the list when it is', () => {
  const bad = '-- a :one dialect\nSELECT unixepoch() AS n /* int */;\n'
  assert.deepEqual(world(bad, { '001_a.sql': base }, ['a.sql']), { status: 0, lines: ['check-pg: 1 tables and 0 statements are the same on PostgreSQL; some files are not ready yet'] })
  const good = world('-- a :one\nSELECT id FROM unit;\n', { '001_a.sql': base }, ['a.sql'])
  assert.equal(good.status, 1)
  assert.match(good.lines[0], /^a\.sql:1: everything prepares/)
})

test('a database that is not empty is left alone', () => {
  run('psql', [url, '-qc', 'CREATE TABLE IF NOT EXISTS precious (id BIGINT)'])
  const folder = readdirSync(place).find((f) => f === 'w1')
  const ran = run(join(place, folder, 'check'), [url])
  assert.equal(ran.status, 1)
  assert.match(ran.stderr, /must be empty/)
})
