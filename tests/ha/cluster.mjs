// What the tests of several nodes stand on: a primary with a hot standby, HAProxy before the nodes, PgBouncer between a node and its
// server, and a load that sends again what was not acknowledged. All on loopback, on free ports, in folders of their own; nothing of the
// system's services is touched, and only processes that were started here are ended.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { ask, folder, ROOT, run, until } from '../lib/luoshi.mjs';

const PG = join(ROOT, 'tests/lib/pg.sh');
const is_root = process.getuid() === 0;
const bin = (readdirSync('/usr/lib/postgresql', { withFileTypes: true }).filter((d) => d.isDirectory())
  .map((d) => `/usr/lib/postgresql/${d.name}/bin`).sort().at(-1));

export const free_port = () => new Promise((done, fail) => {
  const s = net.createServer();
  s.once('error', fail);
  s.listen(0, '127.0.0.1', () => {
    const { port } = s.address();
    s.close(() => done(port));
  });
});

const fine = async (r, what) => {
  const x = await r;
  if (x.code !== 0) throw new Error(`${what} ended with ${x.code ?? x.signal}: ${x.err || x.out}`);
  return x;
};
// PostgreSQL refuses to run as root.
const as_pg = (words, options = {}) => (is_root
  ? run(['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', ...words], { cwd: '/', command: 'setpriv', ...options })
  : run(words.slice(1), { cwd: '/', command: words[0], ...options }));

// ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────

export class Postgres {
  constructor(dir) {
    this.dir = dir;
    this.data = join(dir, 'data');
  }

  async start(settings = []) {
    const x = await fine(run(['start', this.dir, ...settings], { command: PG }), 'postgres');
    this.url = x.out.trim();
    this.port = Number(new URL(this.url).port);
    this.settings = settings;
    return this;
  }

  // One value, or rows with tabs between columns.
  async sql(text, { timeout = 20000 } = {}) {
    const x = await fine(run(['-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', this.url, '-c', text], { command: join(bin, 'psql'), timeout }), text);
    return x.out.trimEnd();
  }

  pids() {
    const main = Number(readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const of_main = readdirSync('/proc').filter((d) => /^\d+$/.test(d)).map(Number).filter((pid) => {
      try {
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))[1]) === main;
      } catch {
        return false;
      }
    });
    return [main, ...of_main];
  }

  // As when the machine's power fails: the server and all its sessions are gone at once.
  kill9() {
    for (const pid of this.pids()) try { process.kill(pid, 'SIGKILL'); } catch { /* gone already */ }
  }

  async promote() {
    await fine(as_pg([join(bin, 'pg_ctl'), '-D', this.data, '-w', '-t', '30', '-s', 'promote']), 'promote');
  }

  // In order, and back on the same port.
  async halt() {
    await fine(run(['halt', this.dir], { command: PG }), 'halt');
  }

  resume() {
    return this.start([...this.settings.filter((s) => !s.startsWith('port=')), `port=${this.port}`]);
  }

  stop() {
    return run(['stop', this.dir], { command: PG });
  }
}

const postgreses = [];
// A folder that the user postgres can reach.
async function place(name) {
  const dir = await folder('luoshi-pg');
  await chmod(dir, 0o755);
  return join(dir, name);
}

export async function primary(settings = []) {
  const p = new Postgres(await place('primary'));
  postgreses.push(p);
  return p.start(settings);
}

// A hot standby that has everything the primary has acknowledged: `synchronous` makes each commit wait for its disk.
export async function standby_of(p, name, { synchronous = true } = {}) {
  const s = new Postgres(await place(name));
  postgreses.push(s);
  await mkdir(join(s.dir, 'run'), { recursive: true });
  if (is_root) {
    const [uid, gid] = await Promise.all(['-u', '-g'].map(async (o) => Number((await run([o, 'postgres'], { command: 'id' })).out)));
    for (const d of [s.dir, join(s.dir, 'run')]) await chown(d, uid, gid);
  }
  const from = `${p.url}?application_name=${name}`;
  await fine(as_pg([join(bin, 'pg_basebackup'), '-D', s.data, '-d', from, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']), 'pg_basebackup');
  await s.start(p.settings);
  if (synchronous) {
    await p.sql(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
    await p.sql('SELECT pg_reload_conf()');
  }
  const state = synchronous ? 'sync' : 'async';
  await until(async () => (await p.sql('SELECT sync_state FROM pg_stat_replication')) === state, `the standby is ${state}`, 30000);
  return s;
}

// ── HAProxy, PgBouncer ───────────────────────────────────────────────────────────────────────────────────

const helpers = new Set();
async function helper(command, args, port, name) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const h = { child, port, log: '' };
  helpers.add(child);
  for (const s of [child.stdout, child.stderr]) s.on('data', (d) => (h.log += d));
  h.ended = new Promise((done) => child.once('exit', (code, signal) => (helpers.delete(child), done(signal ?? code))));
  child.once('error', (e) => (h.log += e));
  const answers = () => new Promise((done) => {
    const s = net.connect(port, '127.0.0.1', () => (s.destroy(), done(true)));
    s.once('error', () => done(false));
  });
  await until(async () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended: ${h.log}`);
    return answers();
  }, `${name} listens`);
  return h;
}

// Sends people to the nodes that say they are ready. Retries a request on another node only when it never reached the first.
export async function haproxy(nodes) {
  const port = await free_port();
  const file = join(await folder('luoshi-haproxy'), 'haproxy.cfg');
  await writeFile(file, `global
    maxconn 2000
defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
    timeout queue 10s
    timeout check 1s
    option redispatch 1
    retries 3
    retry-on conn-failure
frontend people
    bind 127.0.0.1:${port}
    option forwardfor
    default_backend nodes
backend nodes
    balance roundrobin
    option httpchk
    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host check
    http-check expect status 200
    default-server inter 200ms fall 2 rise 1
${nodes.map((n, i) => `    server node${i + 1} 127.0.0.1:${n.port} check`).join('\n')}
`);
  const h = await helper('haproxy', ['-db', '-f', file], port, 'haproxy');
  return { ...h, origin: `http://127.0.0.1:${port}` };
}

export async function pgbouncer(p) {
  const port = await free_port(), dir = await folder('luoshi-bouncer'), file = join(dir, 'pgbouncer.ini');
  await chmod(dir, 0o755);
  await writeFile(join(dir, 'users'), '"luoshi" ""\n');
  await writeFile(file, `[databases]
luoshi = host=127.0.0.1 port=${p.port} dbname=luoshi user=luoshi
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(dir, 'users')}
pool_mode = session
default_pool_size = 90
max_client_conn = 200
ignore_startup_parameters = extra_float_digits,options
server_login_retry = 1
`);
  const b = await helper('pgbouncer', [...(is_root ? ['-u', 'postgres'] : []), file], port, 'pgbouncer');
  return { ...b, url: `postgresql://luoshi@127.0.0.1:${port}/luoshi` };
}

// For `after`, before the folders go: everything that was started here.
export async function end_all() {
  for (const child of helpers) child.kill('SIGKILL');
  for (const p of postgreses.splice(0)) await p.stop();
}
process.on('exit', () => { for (const child of helpers) child.kill('SIGKILL'); });

// ── the load ─────────────────────────────────────────────────────────────────────────────────────────────

// Raises matters through `door` (a server or a balancer), `at_once` at a time, each with an idempotency key, until stop(). What is not
// acknowledged is sent again with the same key, as a caller should.
export class Load {
  constructor(door, key, { at_once = 16, name = 'load' } = {}) {
    this.acknowledged = new Map(); // subject → {ref, at}
    this.waits = []; // ms, of acknowledged ones, from the first try on
    this.again = 0;
    this.unexpected = [];
    this.door = door;
    this.key = key;
    this.name = name;
    this.n = 0;
    this.stopping = false;
    this.senders = Array.from({ length: at_once }, () => this.sender());
  }

  async sender() {
    while (!this.stopping) await this.one(`${this.name} ${this.n++}`);
  }

  async one(subject) {
    const first = performance.now();
    for (;;) {
      let x = null;
      try {
        x = await ask(this.door, 'POST', '/api/v1/matters', {
          headers: { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json', 'Idempotency-Key': subject },
          body: JSON.stringify({ subject, text: 'There is no water on floors 5 and 6 since March.', contact: { phone: '138 0000 0000' } }),
          timeout: 40000,
        });
      } catch { /* the connection broke: nobody knows whether it was stored */ }
      if (x !== null && x.status === 201) {
        this.acknowledged.set(subject, { ref: x.json.ref, at: performance.now() });
        this.waits.push(performance.now() - first);
        return;
      }
      if (x !== null && ![502, 503, 504].includes(x.status)) {
        this.unexpected.push(`${subject}: ${x.status} ${x.text.slice(0, 200)}`);
        return;
      }
      this.again++;
      await new Promise((done) => setTimeout(done, 50)); // a caller's pause, not a wait of the test
    }
  }

  // Waits until so many more than now are acknowledged; returns ms.
  async more(n, ms = 60000) {
    const from = performance.now(), goal = this.acknowledged.size + n;
    await until(() => this.acknowledged.size >= goal || this.unexpected.length > 0, `${n} more acknowledged`, ms);
    if (this.unexpected.length > 0) throw new Error(this.unexpected[0]);
    return performance.now() - from;
  }

  async stop() {
    this.stopping = true;
    await Promise.all(this.senders);
    return this;
  }

  // The first acknowledgement after a moment, in ms from it.
  first_after(moment) {
    const after = [...this.acknowledged.values()].map((a) => a.at).filter((at) => at >= moment);
    return after.length === 0 ? Infinity : Math.min(...after) - moment;
  }

  quantile(q) {
    const sorted = [...this.waits].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  }
}

