// tools_mksql: small inputs in temp folders through build/tools/mksql. Good ones must compile under the project's own
// warnings; every mistake must be reported as path:line: message at the line where it was written.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, test } from 'node:test'

const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..')
const tool = process.env.MKSQL ?? join(root, 'build/tools/mksql')
const warnings = ('-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wundef ' +
  '-Wcast-qual -Wnull-dereference -Wdouble-promotion -Werror').split(' ')
const folders = []
after(() => folders.forEach((f) => rmSync(f, { recursive: true })))

const schema = `CREATE TABLE unit (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    parent_unit_id INTEGER REFERENCES unit (id),
    key BLOB, weight REAL NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER NOT NULL DEFAULT 0,
    starts_on INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE unit_path (up_unit_id INTEGER NOT NULL REFERENCES unit (id), depth INTEGER NOT NULL, PRIMARY KEY (up_unit_id, depth)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (text);
`
const schemaPg = 'CREATE TABLE unit (id BIGINT PRIMARY KEY); -- for \'PostgreSQL\'\n'
const first = { '001_first.sql': schema, '001_first.pg.sql': schemaPg }

// A folder with migrations/ and .sql files; runs the tool in it.
function world (files, migrations = first) {
  const folder = mkdtempSync(join(tmpdir(), 'mksql-'))
  folders.push(folder)
  mkdirSync(join(folder, 'migrations'))
  for (const [name, text] of Object.entries(migrations)) writeFileSync(join(folder, 'migrations', name), text)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

function mksql (folder, files) {
  return spawnSync(tool, ['--out', 'build/gen', '--migrations', 'migrations', ...files], { cwd: folder, encoding: 'utf8' })
}

function made (files, migrations) {
  const folder = world(files, migrations)
  const run = mksql(folder, Object.keys(files))
  assert.equal(run.stderr, '')
  assert.equal(run.status, 0)
  return { folder, read: (name) => readFileSync(join(folder, 'build/gen', name), 'utf8') }
}

function compile (folder, names) {
  for (const name of names) {
    const run = spawnSync('gcc', ['-std=c17', '-D_GNU_SOURCE', '-O1', ...warnings, `-I${root}/src`, '-Ibuild', '-include', `${root}/src/base/banned.h`,
      '-c', '-o', '/dev/null', `build/gen/${name}`], { cwd: folder, encoding: 'utf8' })
    assert.equal(run.stderr, '', name)
  }
}

// Expects exactly these complaints, each `path:line: …words…`, and that nothing was written.
function refused (files, complaints, migrations) {
  const folder = world(files, migrations)
  const run = mksql(folder, Object.keys(files))
  assert.equal(run.status, 1, run.stderr)
  const lines = run.stderr.trim().split('\n')
  for (const [where, words] of complaints) {
    assert.ok(lines.some((l) => l.startsWith(where + ': ') && l.includes(words)), `${where}: …${words}… not in\n${run.stderr}`)
  }
  assert.equal(lines.length, complaints.length, run.stderr)
  assert.ok(!existsSync(join(folder, 'build/gen/ids.h')))
}

const good = `-- Units.

-- by_id :one
SELECT id, code, parent_unit_id, key, weight, size, seen_at, starts_on FROM unit WHERE id = :unit_id;

-- list :many before:instant
--   limit:int path:str?
-- In words: the oldest first; "quotes", a \\ backslash and ?? stay what they are.
SELECT u.id, count(*) AS n /* int */, max(u.seen_at) AS last /* instant */, '"\\ ??/' AS odd /* str */
FROM unit u -- the tree
WHERE (:path IS NULL OR u.code = :path) AND u.seen_at < :before AND u.id <> :other_unit_id
GROUP BY u.id LIMIT :limit;

-- export :each
SELECT id, code FROM unit WHERE starts_on >= :from_on;

-- ids :each
SELECT id FROM unit;

-- resize :exec size:int weight:real key:blob?
UPDATE unit SET size = :size, weight = :weight, key = :key WHERE id = :unit_id AND seen_at = :seen_at;

-- add :one code:str
INSERT INTO unit (id, code, parent_unit_id) VALUES (:unit_id, :code, :parent_unit_id)
ON CONFLICT (code) DO UPDATE SET size = unit.size + 1 RETURNING id, code AS name;
-- add.pg :one
INSERT INTO unit (id, code, parent_unit_id) VALUES (:unit_id, :code::text, :parent_unit_id) RETURNING id, code AS name;

-- up :many
WITH RECURSIVE up (id, depth) AS (SELECT id, 0 FROM unit WHERE id = :unit_id UNION ALL
  SELECT u.parent_unit_id, up.depth + 1 FROM up JOIN unit u ON u.id = up.id)
SELECT id, depth AS depth /* int */ FROM up;

-- soon :one dialect
SELECT unixepoch() AS now /* int */;
`

test('statements of every kind become C that compiles without a warning', () => {
  const { folder, read } = made({ 'unit.sql': good, 'unit_search.sql': '-- find :many text:str\nSELECT rowid AS id /* unit_id */ FROM words WHERE words MATCH :text ORDER BY bm25(words);\n', 'empty.sql': '-- Nothing yet.\n' })
  const h = read('sql/unit.h')
  assert.match(read('ids.h'), /typedef struct \{\s+int64_t v;\s+\} unit_id;/)
  assert.doesNotMatch(read('ids.h'), /unit_path_id/)
  assert.match(h, /struct q_unit_by_id \{\s+unit_id id;\s+str code;\s+unit_id parent_unit_id;\s+str key;\s+double weight;\s+int64_t size;\s+instant seen_at;\s+day starts_on;\s+\};/)
  assert.match(h, /MUST_USE enum status q_unit_by_id\(struct db \*db, struct arena \*mem, unit_id p_unit_id, struct q_unit_by_id \*row\);/)
  assert.match(h, /q_unit_list\(struct db \*db, struct arena \*mem, instant p_before, int64_t p_limit,\s+str p_path, unit_id p_other_unit_id, struct q_unit_list \*\*rows, size_t \*n\);/)
  assert.match(h, /struct q_unit_list \{\s+unit_id id;\s+int64_t n;\s+instant last;\s+str odd;\s+\};/)
  assert.match(h, /q_unit_export\(struct db \*db, struct arena \*mem, day p_from_on,\s+enum status \(\*fn\)\(void \*, const struct q_unit_export \*\), void \*ctx\);/)
  assert.match(h, /q_unit_resize\(struct db \*db, int64_t p_size, double p_weight, str p_key,\s+unit_id p_unit_id, instant p_seen_at,\s+int64_t \*changed\);/)
  assert.match(h, /q_unit_add\(struct db \*db, struct arena \*mem, str p_code, unit_id p_unit_id,\s+unit_id p_parent_unit_id, struct q_unit_add \*row\);/)
  assert.match(read('sql/unit_search.h'), /struct q_unit_search_find \{\s+unit_id id;/)
  assert.match(read('sql/unit.c'), /stmt_bind_blob_or_null\(s, 3, p_key\)/)
  compile(folder, ['sql/unit.c', 'sql/unit_search.c', 'sql/empty.c', 'sql_all.c', 'migrations.c'])
})

test('texts keep their lines, lose their comments, and number parameters by first use', () => {
  const { read } = made({ 'unit.sql': good })
  const c = read('sql/unit.c')
  assert.match(c, /"FROM unit u\\n"\s+"WHERE \(\$1 IS NULL OR u\.code = \$1\) AND u\.seen_at < \$2 AND u\.id <> \$3\\n"\s+"GROUP BY u\.id LIMIT \$4"/)
  assert.match(c, /\.pg =\s+"INSERT INTO unit \(id, code, parent_unit_id\) VALUES \(\$1, \$2::text, \$3\) RETURNING id, code AS name"/)
  assert.match(c, /\.name = "q_unit_list", \.file = "unit\.sql", \.line = 6/)
  assert.match(read('sql_all.c'), /stmt_all_count = 8;/)
  assert.match(read('migrations.c'), /\{\.version = 1, \.name = "001_first"/)
})

test('each statement says the types of its parameters and columns by letter', () => {
  const c = made({ 'unit.sql': good }).read('sql/unit.c')
  const types = (name) => c.match(new RegExp(`\\.name = "q_unit_${name}"[^}]*\\.types = "([a-z]*)", \\.columns = "([a-z]*)"`)).slice(1)
  assert.deepEqual(types('by_id'), ['i', 'isibriii'])
  assert.deepEqual(types('list'), ['siii', 'iiis'])
  assert.deepEqual(types('resize'), ['irbii', ''])
  assert.deepEqual(types('add'), ['isi', 'is'])
})

test('literals and LIKE are said in the words of PostgreSQL, and only then is there a second text', () => {
  const c = made({
    'a.sql': "-- a :many x:str\nSELECT id FROM unit WHERE key = x'00FF' AND key <> X'' AND code NOT LIKE :x ESCAPE '!' AND code <> 'x''LIKE';\n" +
      '-- b :one\nSELECT id FROM unit WHERE id = :unit_id;\n'
  }).read('sql/a.c')
  assert.match(c, /\.text =\s+"SELECT id FROM unit WHERE key = x'00FF' AND key <> X'' AND code NOT LIKE \$1 ESCAPE '!' AND code <> 'x''LIKE'",/)
  assert.ok(c.includes("SELECT id FROM unit WHERE key = '\\\\x00FF'::bytea AND key <> '\\\\x'::bytea AND code NOT ILIKE $1 ESCAPE '!' AND code <> 'x''LIKE'"), c)
  assert.equal(c.match(/\.pg =/g).length, 1)
  refused({ 'a.sql': '-- a :many x:str\nSELECT id FROM unit\nWHERE code LIKE :x;\n' }, [['a.sql:3', 'LIKE needs a plain pattern and ESCAPE']])
})

test('a migration is translated for PostgreSQL', () => {
  const c = made({ 'a.sql': '' }, {
    '001_a.sql': `-- Words; not a statement.
CREATE TABLE a (
    id INTEGER PRIMARY KEY, -- the key
    text TEXT NOT NULL DEFAULT '' CHECK (text IN ('INTEGER', '')),
    key BLOB NOT NULL DEFAULT x'0a', weight REAL NOT NULL DEFAULT 0,
    b_id INTEGER REFERENCES a (id),
    CHECK (weight >= 0 AND (id > 0)), UNIQUE (text, key)
) STRICT;
CREATE TABLE b (name TEXT, n INTEGER NOT NULL, PRIMARY KEY (name, n)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX a_key ON a (key) WHERE key <> x'';`,
    '002_b.sql': "ALTER TABLE a ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;\nALTER TABLE a ADD place TEXT;\nALTER TABLE b RENAME COLUMN n TO m;\nDROP INDEX a_key;\nINSERT INTO b (name, m) VALUES ('TEXT', 1);\n",
    '003_c.sql': 'CREATE TABLE c (id INTEGER PRIMARY KEY) STRICT;\nCREATE VIRTUAL TABLE words USING fts5 (text);\n',
    '003_c.pg.sql': '-- In its own words.\nCREATE TABLE c (id BIGINT PRIMARY KEY, CHECK (id > 0)) PARTITION BY RANGE (id);\n'
  }).read('migrations.c')
  const pg = [...c.matchAll(/\.pg_text =((?:\s+"(?:[^"\\]|\\.)*")+)/g)].map((m) => m[1].replace(/^\s*"/, '').replace(/"\s*"/g, '').replace(/"$/, '').replaceAll('\\n', '\n').replaceAll('\\"', '"').replaceAll('\\\\', '\\'))
  assert.equal(pg[0], `
CREATE TABLE a (
    id BIGINT PRIMARY KEY,
    text TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (text IN ('INTEGER', '')),
    key BYTEA NOT NULL DEFAULT '\\x0a'::bytea, weight DOUBLE PRECISION NOT NULL DEFAULT 0,
    b_id BIGINT REFERENCES a (id),
    CHECK (weight >= 0 AND (id > 0)), UNIQUE (text, key)
);
CREATE TABLE b (name TEXT COLLATE "C", n BIGINT NOT NULL, PRIMARY KEY (name, n));
CREATE UNIQUE INDEX a_key ON a (key) WHERE key <> '\\x'::bytea;`.trimStart())
  assert.match(pg[1], /^ALTER TABLE a ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;\nALTER TABLE a ADD place TEXT COLLATE "C";\nALTER TABLE b RENAME COLUMN n TO m;\nDROP INDEX a_key;\nINSERT INTO b \(name, m\) VALUES \('TEXT', 1\);\n$/)
  assert.match(pg[2], /^-- In its own words\.\nCREATE TABLE c \(id BIGINT PRIMARY KEY, CHECK \(id > 0\)\) PARTITION BY RANGE \(id\);/)
})

test('what cannot be translated for PostgreSQL asks for a sibling', () => {
  const files = { 'a.sql': '' }
  const a = 'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;\n'
  const cases = ["CREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT RAISE(ABORT, 'no'); END;", 'CREATE VIRTUAL TABLE w USING fts5 (text);', 'CREATE VIEW v AS SELECT id FROM a;',
    'CREATE TABLE b (id ANY PRIMARY KEY) STRICT;', 'INSERT OR IGNORE INTO a (id) VALUES (1);', 'UPDATE a SET id = unixepoch();', 'REINDEX a;']
  for (const sql of cases) refused(files, [['migrations/001_a.sql:3', 'write 001_a.pg.sql beside this file']], { '001_a.sql': a + '-- Then:\n' + sql + '\n' })
  refused(files, [['migrations/001_b.pg.sql:1', 'no migration 001_b.sql stands beside it']], { '001_a.sql': a, '001_b.pg.sql': '' })
})

test('all tables are described, each behind those it refers to, and search is left out', () => {
  const { folder, read } = made({ 'a.sql': '' }, {
    '001_a.sql': schema + `CREATE TABLE answer (a_matter_id INTEGER NOT NULL REFERENCES matter (id), id INTEGER PRIMARY KEY, text TEXT) STRICT;
CREATE INDEX answer_matter ON answer (a_matter_id, id);
CREATE TABLE matter (id INTEGER PRIMARY KEY, unit_id INTEGER REFERENCES unit (id)) STRICT;
CREATE TABLE search_doc (id INTEGER PRIMARY KEY) STRICT;`,
    '001_a.pg.sql': schemaPg
  })
  const c = read('tables.c')
  const rows = [...c.matchAll(/\{\s*\.name = "(\w+)", \.columns = \w+, \.n_columns = (\d+)/g)].map((m) => m.slice(1))
  assert.deepEqual(rows, [['unit', '8'], ['matter', '2'], ['answer', '3'], ['unit_path', '2']])
  assert.match(c, /unit_columns\[\] = \{\s+\{"id", 'i', true, false\},\s+\{"code", 's', true, false\},\s+\{"parent_unit_id", 'i', false, true\},\s+\{"key", 'b', false, false\},\s+\{"weight", 'r', true, false\},/)
  const places = (name) => c.match(new RegExp(`${name}\\[\\] = \\{([^}]*)\\}`))[1]
  assert.deepEqual(['answer_key', 'answer_order', 'unit_key', 'unit_order', 'unit_path_order'].map(places), ['1', '0, 1', '0', '0', '0, 1'])
  const statement = (table, kind) => c.match(new RegExp(`"${table}_${kind}", [^}]*\\.text = "([^"]*)", \\.types = "(\\w*)", \\.columns = "(\\w*)"`)).slice(1)
  assert.deepEqual(statement('answer', 'all'), ['SELECT a_matter_id, id, text FROM answer', '', 'iis'])
  assert.deepEqual(statement('answer', 'begin'), ['SELECT a_matter_id, id, text FROM answer ORDER BY a_matter_id, id', '', 'iis'])
  assert.deepEqual(statement('answer', 'after'), ['SELECT a_matter_id, id, text FROM answer WHERE (a_matter_id, id) > ($1, $2) ORDER BY a_matter_id, id', 'ii', 'iis'])
  assert.deepEqual(statement('answer', 'last'), ['SELECT a_matter_id, id FROM answer ORDER BY a_matter_id DESC, id DESC LIMIT 1', '', 'ii'])
  assert.deepEqual(statement('answer', 'add'), ['INSERT INTO answer (a_matter_id, id, text) VALUES ($1, $2, $3)', 'iis', ''])
  assert.deepEqual(statement('unit', 'add'), ['INSERT INTO unit (id, code, key, weight, size, seen_at, starts_on) VALUES ($1, $2, $3, $4, $5, $6, $7)', 'isbriii', ''])
  assert.deepEqual(statement('unit', 'link'), ['UPDATE unit SET parent_unit_id = $1 WHERE id = $2', 'ii', ''])
  assert.doesNotMatch(c, /answer_link/)
  assert.match(c, /\.bulk = "COPY unit \(id, code, key, weight, size, seen_at, starts_on\) FROM STDIN \(FORMAT binary\)"/)
  assert.deepEqual([...c.matchAll(/\.number = (\d+)/g)].map((m) => Number(m[1])).slice(0, 6), [0, 1, 2, 3, 4, 5])
  assert.match(c, /tables_count = 4;\s+const int tables_statements = 24;/)
  compile(folder, ['tables.c'])
  const ring = 'CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b (id)) STRICT;\nCREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a (id)) STRICT;\n'
  refused({ 'a.sql': '' }, [['migrations/001_a.sql:1', 'table a stands in a ring'], ['migrations/001_a.sql:1', 'table b stands in a ring']], { '001_a.sql': ring })
  refused({ 'a.sql': '' }, [['migrations/001_a.sql:1', 'a.a_id refers to its own table and must not be NOT NULL']], { '001_a.sql': 'CREATE TABLE a (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id)) STRICT;\n' })
  refused({ 'a.sql': '' }, [['migrations/001_a.sql:1', 'table a has no primary key']], { '001_a.sql': 'CREATE TABLE a (n INTEGER) STRICT;\n' })
})

test('a second run writes nothing, and what lost its source is removed', () => {
  const { folder } = made({ 'unit.sql': good })
  const file = join(folder, 'build/gen/sql/unit.c')
  utimesSync(file, 1000, 1000)
  writeFileSync(join(folder, 'build/gen/sql/gone.c'), 'x')
  assert.equal(mksql(folder, ['unit.sql']).status, 0)
  assert.equal(statSync(file).mtimeMs, 1000000)
  assert.ok(!existsSync(join(folder, 'build/gen/sql/gone.c')))
})

test('a wrong column is reported at its line, also inside a long statement', () => {
  refused({ 'a.sql': '-- a :one\nSELECT id,\n  code,\n  nosuch\nFROM unit;\n' }, [['a.sql:4', 'no such column: nosuch']])
  refused({ 'a.sql': '-- a :exec\nDELETE FROM unit\nWHER id = 1;\n' }, [['a.sql:3', 'syntax error']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM nowhere;\n' }, [['a.sql:2', 'no such table: nowhere']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM unit\nWHERE code = "text";\n' }, [['a.sql:3', 'no such column']])
})

test('mistakes in a declaration', () => {
  refused({ 'a.sql': '\n-- a :foo\nSELECT 1;\n' }, [['a.sql:2', 'unknown kind ":foo"']])
  refused({ 'a.sql': '-- a :one x:strr\nSELECT id FROM unit WHERE code = :x;\n' }, [['a.sql:1', 'unknown type "strr"']])
  refused({ 'a.sql': '-- a :one x:str x:int\nSELECT id FROM unit WHERE code = :x;\n' }, [['a.sql:1', 'x is declared twice']])
  refused({ 'a.sql': '-- a :one what\nSELECT id FROM unit;\n' }, [['a.sql:1', '"what" is not a parameter']])
  refused({ 'a.sql': '-- a :one x:str\nSELECT id FROM unit;\n' }, [['a.sql:1', 'x is declared but not used']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM unit\nWHERE code = :x;\n' }, [['a.sql:3', ':x needs a type']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM unit WHERE code = ?;\n' }, [['a.sql:2', 'parameters are written :name']])
  refused({ 'a.sql': '-- a :exec\nSELECT id FROM unit;\n' }, [['a.sql:1', 'returns rows']])
  refused({ 'a.sql': '-- a :many\nDELETE FROM unit;\n' }, [['a.sql:1', 'returns no rows']])
  refused({ 'a.sql': '-- a :each\nDELETE FROM unit RETURNING id;\n' }, [['a.sql:1', ':each is for reading']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM unit;\n-- a :many\nSELECT id FROM unit;\n' }, [['a.sql:3', 'a is declared twice']])
  refused({ 'a.sql': '-- a.pg :one\nSELECT 1;\n' }, [['a.sql:1', 'no statement a above it']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM unit;\n-- a.pg :one\nSELECT id FROM unit\nWHERE id = :unit_id;\n' }, [['a.sql:5', ':unit_id is not a parameter of the statement']])
})

test('mistakes in how statements stand in the file', () => {
  refused({ 'a.sql': '\nSELECT 1;\n' }, [['a.sql:2', 'a statement needs a line before it']])
  refused({ 'a.sql': '-- a :one\n\n-- b :one\nSELECT id FROM unit;\n' }, [['a.sql:1', 'a has no statement']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM unit\n' }, [['a.sql:2', 'does not end with ;']])
  refused({ 'a.sql': '-- a :one\nSELECT id FROM unit;\nSELECT id FROM unit;\n' }, [['a.sql:3', 'a second statement']])
  refused({ 'a.sql': '-- b_c :one\nSELECT id FROM unit;\n', 'a_b.sql': '-- c :one\nSELECT id FROM unit;\n' }, [['a_b.sql:1', 'q_a_b_c is also declared at a.sql:1']])
  refused({ 'A-b.sql': '' }, [['A-b.sql:1', 'part of a C name']])
})

test('mistakes in columns', () => {
  refused({ 'a.sql': '-- a :one\nSELECT count(*) FROM unit;\n' }, [['a.sql:2', 'needs a name for C']])
  refused({ 'a.sql': '-- a :one\nSELECT count(*) AS n FROM unit;\n' }, [['a.sql:2', 'column n needs a type: AS n /* int */']])
  refused({ 'a.sql': '-- a :one\nSELECT\n 1 AS n /* itn */ FROM unit;\n' }, [['a.sql:3', 'unknown type "itn"'], ['a.sql:2', 'column n needs a type']])
  refused({ 'a.sql': '-- a :one\nSELECT id, id FROM unit;\n' }, [['a.sql:2', 'two columns are named id']])
  refused({ 'a.sql': '-- a :one\nSELECT id AS default_, code AS "switch" FROM unit;\n' }, [['a.sql:2', '"switch" needs a name for C']])
})

test('what one engine alone understands needs the word dialect', () => {
  const cases = ["strftime('%s')", 'json_extract(code, code)', 'random()', "printf('%d', 1)", 'max(size, 2)', 'ifnull(size, 1)', 'group_concat(code)', 'rowid', 'last_insert_rowid()']
  for (const expression of cases) {
    const sql = (word) => `-- a :one${word}\nSELECT id,\n${expression} AS x /* str */ FROM unit GROUP BY id;\n`
    refused({ 'a.sql': sql('') }, [['a.sql:3', 'say `dialect` in the declaration']])
    made({ 'a.sql': sql(' dialect') })
  }
  refused({ 'a.sql': '-- a :one x:str\nSELECT id FROM unit WHERE code IS :x;\n' }, [['a.sql:2', 'IS NOT DISTINCT FROM']])
  refused({ 'a.sql': '-- a :exec\nINSERT OR IGNORE INTO unit (id, code) VALUES (1, 2);\n' }, [['a.sql:2', 'use ON CONFLICT']])
  refused({ 'a.sql': '-- a :many text:str\nSELECT 1 AS n /* int */ FROM words WHERE words MATCH :text;\n' }, [['a.sql:2', 'MATCH']])
  refused({ 'a.sql': '-- a :exec\nPRAGMA user_version = 3;\n' }, [['a.sql:2', 'a statement begins with']])
  made({ 'a.sql': '-- a :many\nSELECT max(size) AS x /* int */, code IS NULL AS y /* int */, replace(code, code, code) AS z /* str */ FROM unit WHERE code IS NOT NULL;\n' })
})

test('mistakes in migrations', () => {
  const files = { 'a.sql': '-- Nothing.\n' }
  refused(files, [['migrations/001_a.sql:2', 'table b must be STRICT']], { '001_a.sql': 'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;\nCREATE TABLE b (id INTEGER PRIMARY KEY);\n' })
  refused(files, [['migrations/001_a.sql:3', 'syntax error']], { '001_a.sql': '-- Words.\nCREATE TABLE a (\n  id INTEGER PRIMARY KEY,,\n  x TEXT) STRICT;\n' })
  refused(files, [['migrations/003_b.sql:1', 'should be 002']], { '001_a.sql': '', '003_b.sql': '' })
  refused(files, [['migrations/first.sql:1', 'NNN_name.sql'], ['migrations/first.sql:1', 'should be 001']], { 'first.sql': '' })
  refused(files, [['migrations/001_a.sql:1', 'has no place in a migration']], { '001_a.sql': 'PRAGMA journal_mode = WAL;\n' })
  refused(files, [['migrations/001_a.sql:3', 'deferred constraint']], { '001_a.sql': 'CREATE TABLE a (id INTEGER PRIMARY KEY,\nb_id INTEGER\nREFERENCES a (id) DEFERRABLE INITIALLY IMMEDIATE) STRICT;\n' })
  refused(files, [['migrations/002_b.sql:2', 'UNIQUE constraint failed']], { '001_a.sql': 'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;\nINSERT INTO a VALUES (1);', '002_b.sql': '\nINSERT INTO a VALUES (1);\n' })
})

test('wrong arguments are explained', () => {
  const run = spawnSync(tool, ['--out'], { encoding: 'utf8' })
  assert.equal(run.status, 2)
  assert.match(run.stderr, /usage: mksql --out FOLDER --migrations FOLDER FILE\.sql/)
})

test('the real statements of the project pass', () => {
  const folder = world({})
  const run = spawnSync('sh', ['-c', `${tool} --out ${folder}/build/gen --migrations src/store/migrations src/*/*.sql`], { cwd: root, encoding: 'utf8' })
  assert.equal(run.stderr, '')
  assert.equal(run.status, 0)
})
