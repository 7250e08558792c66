// What scenario and browser tests stand on: the built binary, data folders of their own, a server on a free port, a client with a
// cookie jar, forms read from pages as a browser reads them.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const BINARY = resolve(process.env.LUOSHI ?? join(ROOT, 'build/luoshi'));
export const NOW = '2026-11-23T09:00:00+08:00'; // a Monday morning, when installations are made

// The clock of a server that is started now: each later than the one before and than the making of the folder.
let started = 0;
const next_minute = () => new Date(Date.parse(NOW) + (10 + started++) * 60000).toISOString();

// ── folders ──────────────────────────────────────────────────────────────────────────────────────────────

const folders = [];
const running = new Set();
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

export async function folder(name = 'luoshi') {
  const dir = await mkdtemp(join(tmpdir(), `${name}-`));
  folders.push(dir);
  return dir;
}

// For `after`: everything this file made.
export async function clean() {
  for (const child of running) child.kill('SIGKILL');
  for (const dir of folders.splice(0)) await rm(dir, { recursive: true, force: true });
}

// ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

// {code, signal, out, err}; never throws for a bad exit.
export function run(args, { input = '', cwd = ROOT, env = {}, command = BINARY, timeout = 120000 } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env } });
    const late = setTimeout(() => child.kill('SIGKILL'), timeout);
    const out = [], err = [];
    child.stdout.on('data', (d) => out.push(d));
    child.stderr.on('data', (d) => err.push(d));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (e) => (clearTimeout(late), fail(e)));
    child.on('close', (code, signal) => (clearTimeout(late), done({ code, signal, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() })));
  });
}

export async function must(args, options) {
  const r = await run(args, options);
  if (r.code !== 0) throw new Error(`luoshi ${args.join(' ')} ended with ${r.code ?? r.signal}: ${r.err || r.out}`);
  return r;
}

// ── the engine ───────────────────────────────────────────────────────────────────────────────────────────

// LUOSHI_ENGINE=pg: each installation made here has a database of its own on PostgreSQL, on the server that LUOSHI_TEST_DB names. The folder
// holds the key file and a luoshi.ini that says where the database is, so that every command finds it.
export const ON_PG = process.env.LUOSHI_ENGINE === 'pg';
// For a test that is about the file itself: { skip: about_the_file('why') }.
export const about_the_file = (why) => (ON_PG ? `on PostgreSQL: ${why}` : false);
let databases = 0;

export async function psql(url, text) {
  const r = await run(['-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', text], { command: 'psql' });
  if (r.code !== 0) throw new Error(`${text}: ${r.err}`);
  return r.out.trimEnd();
}

// An empty database, or one like that of another folder: its URL.
async function database(like = null) {
  const server = process.env.LUOSHI_TEST_DB;
  const name = `t${process.pid}_${++databases}`;
  await psql(server, `DROP DATABASE IF EXISTS ${name}`);
  await psql(server, `CREATE DATABASE ${name} TEMPLATE ${like === null ? 'template1' : new URL(like).pathname.slice(1)}`);
  return server.replace(/[^/]*$/, name);
}

// Of a folder: null when it is a file.
export async function database_of(dir) {
  const ini = await readFile(join(dir, 'luoshi.ini'), 'utf8').catch(() => '');
  return /^db = (postgresql:.*)$/m.exec(ini)?.[1] ?? null;
}

async function house(name) {
  const dir = join(await folder(name), 'data');
  if (ON_PG) {
    await mkdir(dir, { mode: 0o700 });
    await writeFile(join(dir, 'luoshi.ini'), `[store]\ndb = ${await database()}\n`);
  }
  return dir;
}

// The demo city: sign-ins clerk, head, leader, checker, handler, admin, each with the password haitang-NAME.
export async function demo({ matters = 60, seed = 1, now = NOW } = {}) {
  const dir = await house('luoshi-demo');
  await must(['demo', '--data', dir, '--now', now, '--matters', String(matters), '--seed', String(seed)]);
  return dir;
}

// An empty installation with the administrator root.
export async function empty({ now = NOW, args = [] } = {}) {
  const dir = await house('luoshi-empty');
  const r = await must(['init', '--data', dir, '--now', now, '--admin', 'root', ...args]);
  return { dir, password: /password (\S+)/.exec(r.out)[1] };
}

// A second copy of an installation that nobody serves.
export async function copy(dir) {
  const to = join(await folder('luoshi-copy'), 'data');
  await cp(dir, to, { recursive: true });
  const from = await database_of(dir);
  if (from !== null) await writeFile(join(to, 'luoshi.ini'), `[store]\ndb = ${await database(from)}\n`);
  return to;
}

// ── serving ──────────────────────────────────────────────────────────────────────────────────────────────

// args: more options. config: text of a luoshi.ini.
export async function serve(dir, { args = [], now = next_minute(), config = null } = {}) {
  const words = ['serve', '--data', dir, '--listen', '127.0.0.1:0', '--now', now, ...args];
  if (config !== null) {
    const file = join(await folder('luoshi-config'), 'luoshi.ini');
    await writeFile(file, config);
    words.push('--config', file);
  }
  const child = spawn(BINARY, words);
  running.add(child);
  const s = { child, dir, log: '', out: '', port: 0, origin: '' };
  s.ended = new Promise((done) => child.once('close', (code, signal) => (running.delete(child), done(signal ?? code))));
  child.stderr.on('data', (d) => (s.log += d));
  await new Promise((done, fail) => {
    child.stdout.on('data', (d) => {
      s.out += d;
      const m = /serves (https?:\/\/127\.0\.0\.1:(\d+))/.exec(s.out);
      if (m === null) return;
      s.origin = m[1];
      s.port = Number(m[2]);
      done();
    });
    child.once('error', fail);
    s.ended.then((how) => fail(new Error(`serve ended with ${how}: ${s.log}`)));
  });
  s.agent = new (s.origin.startsWith('https') ? https : http).Agent({ keepAlive: true, maxSockets: 64, rejectUnauthorized: false });
  s.stop = async (signal = 'SIGTERM') => (s.agent.destroy(), child.kill(signal), s.ended);
  return s;
}

// ── asking ───────────────────────────────────────────────────────────────────────────────────────────────

// One request, nothing followed: {status, headers, cookies: [lines of Set-Cookie], bytes, text, json}. A public page may be a second old
// for who changed nothing; tests read what is true now, as a reload does, unless they say otherwise (Cache-Control: null).
export function ask(server, method, path, { headers = {}, body = null, agent = server.agent, timeout = 30000 } = {}) {
  return new Promise((done, fail) => {
    const secure = server.origin.startsWith('https');
    const all = { 'Cache-Control': 'no-cache', ...headers };
    for (const name of Object.keys(all)) if (all[name] === null) delete all[name];
    if (body !== null) all['Content-Length'] = Buffer.byteLength(body);
    const options = { host: '127.0.0.1', port: server.port, method, path, headers: all, agent, rejectUnauthorized: false, timeout };
    const rq = (secure ? https : http).request(options, (x) => {
      const parts = [];
      x.on('data', (d) => parts.push(d));
      x.on('error', fail);
      x.on('end', () => {
        const bytes = Buffer.concat(parts);
        done({
          status: x.statusCode, headers: x.headers, cookies: x.headers['set-cookie'] ?? [], bytes,
          get text() { return bytes.toString('utf8'); },
          get json() { return JSON.parse(bytes.toString('utf8')); },
        });
      });
    });
    rq.on('timeout', () => rq.destroy(new Error(`${method} ${path}: no answer in ${timeout} ms`)));
    rq.on('error', fail);
    rq.end(body ?? undefined);
  });
}

// Bytes in, bytes out (latin1), until the other end closes or `wait` ms have passed.
export function raw(server, data, { half_close = false, wait = 5000 } = {}) {
  return new Promise((done) => {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    let got = '';
    const finish = (closed) => (clearTimeout(timer), socket.destroy(), done({ text: got, closed }));
    const timer = setTimeout(() => finish(false), wait);
    socket.setEncoding('latin1');
    socket.on('data', (d) => (got += d));
    socket.on('end', () => finish(true));
    socket.on('error', () => finish(true));
    socket.write(Buffer.isBuffer(data) ? data : Buffer.from(data, 'latin1'), () => half_close && socket.end());
  });
}

export const encoded = (fields) =>
  (Array.isArray(fields) ? fields : Object.entries(fields)).map(([k, v]) => `${encodeURIComponent(k)}=${encodeURIComponent(v)}`).join('&');

// A browser without a screen: keeps cookies, follows nothing unless told.
export class Client {
  constructor(server, headers = {}) {
    this.server = server;
    this.headers = headers;
    this.cookies = new Map();
  }

  cookie_header() {
    return [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
  }

  async ask(method, path, { headers = {}, ...rest } = {}) {
    const cookie = this.cookies.size > 0 ? { Cookie: this.cookie_header() } : {};
    const x = await ask(this.server, method, path, { headers: { ...cookie, ...this.headers, ...headers }, ...rest });
    for (const line of x.cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/;\s*Max-Age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return x;
  }

  get(path, headers = {}) {
    return this.ask('GET', path, { headers });
  }

  // fields: an object or pairs.
  post(path, fields, headers = {}) {
    return this.ask('POST', path, { headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, body: encoded(fields) });
  }

  // Fills the form of a page that posts to `action` and sends it, as a person would: what is not named keeps the page's value.
  async send(page, action, fields = {}, button = {}) {
    const form = form_of(page.text ?? page, action);
    const all = { ...Object.fromEntries(form.fields), ...button, ...fields };
    return this.post(form.action, all);
  }

  // After a POST: the page it leads to.
  async follow(x) {
    if (x.status !== 303) throw new Error(`no redirect but ${x.status}: ${heading(x.text)} ${faults(x.text).join('; ')}`);
    return this.get(x.headers.location);
  }
}

// ── reading pages ────────────────────────────────────────────────────────────────────────────────────────

const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
export const decoded = (s) => s.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, dec, name) =>
  hex ? String.fromCodePoint(parseInt(hex, 16)) : dec ? String.fromCodePoint(Number(dec)) : named[name] ?? all);
export const words = (html) => decoded(html.replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
export const heading = (html) => words(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? '');
export const faults = (html) => [...html.matchAll(/<p class="govuk-error-message"[^>]*>([\s\S]*?)<\/p>/g)].map((m) => words(m[1]));
const attribute = (tag, name) => {
  const m = new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s>/])`).exec(tag);
  return m === null ? null : decoded(m[1] ?? '');
};

// Every form of a page: {action, method, html, fields: [[name, value]]}; buttons are not among the fields.
export function forms(html) {
  return [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([text]) => {
    const open = /^<form\b[^>]*>/.exec(text)[0];
    const fields = [];
    for (const [tag] of text.matchAll(/<input\b[^>]*>/g)) {
      const type = attribute(tag, 'type') ?? 'text', name = attribute(tag, 'name');
      if (name === null || ((type === 'radio' || type === 'checkbox') && attribute(tag, 'checked') === null)) continue;
      fields.push([name, attribute(tag, 'value') ?? '']);
    }
    for (const [, tag, value] of text.matchAll(/(<textarea\b[^>]*>)([\s\S]*?)<\/textarea>/g)) fields.push([attribute(tag, 'name'), decoded(value).replace(/^\r?\n/, '')]);
    for (const [, tag, inner] of text.matchAll(/(<select\b[^>]*>)([\s\S]*?)<\/select>/g)) {
      const options = [...inner.matchAll(/<option\b[^>]*>/g)].map((m) => m[0]);
      const chosen = options.find((o) => attribute(o, 'selected') !== null) ?? options[0];
      if (chosen) fields.push([attribute(tag, 'name'), attribute(chosen, 'value') ?? '']);
    }
    return { action: attribute(open, 'action') ?? '', method: (attribute(open, 'method') ?? 'get').toLowerCase(), html: text, fields };
  });
}

export function form_of(html, action) {
  const f = forms(html).find((one) => (action instanceof RegExp ? action.test(one.action) : one.action === action));
  if (f === undefined) throw new Error(`no form for ${action} on “${heading(html)}”: ${forms(html).map((one) => one.action).join(' ')}`);
  return f;
}
export const csrf_of = (html) => attribute(/<input\b[^>]*name="csrf"[^>]*>/.exec(html)?.[0] ?? '', 'value') ?? '';
export const once_of = (html) => attribute(/<input\b[^>]*name="once"[^>]*>/.exec(html)?.[0] ?? '', 'value') ?? '';

// ── what people do ───────────────────────────────────────────────────────────────────────────────────────

export async function sign_in(server, login, password = `haitang-${login}`, headers = {}) {
  const c = new Client(server, headers);
  const x = await c.send(await c.get('/sign-in'), '/sign-in', { login, password });
  if (x.status !== 303) throw new Error(`${login} could not sign in: ${x.status} ${faults(x.text).join('; ')}`);
  return c;
}

export const WORDS = {
  kind: 'help', subject: 'No water on floors 5 and 6', text: 'Since March there is no water pressure on floors 5 and 6.', public: 'yes', raiser: 'resident',
};

// The check page of the form for raising a matter, with everything filled in.
export async function to_check(client, fields = {}) {
  const start = await client.get('/raise');
  return client.post('/raise', { ...WORDS, ...fields, csrf: csrf_of(start.text), step: 'contact', go: 'next' });
}

export const receipt_of = (html) => ({
  code: words(/id="receipt-code"[^>]*>([\s\S]*?)<\/p>/.exec(html)?.[1] ?? ''),
  ref: /<h2 id="receipt">[\s\S]*?>([A-Z]+[-0-9]+[^<]*)</.exec(html)?.[1] ?? '',
});

// Raises a matter through the form: {ref, code, page}.
export async function raise(client, fields = {}) {
  const check = await to_check(client, fields);
  const page = await client.send(check, '/raise', {}, { go: 'next' });
  const r = receipt_of(page.text);
  if (page.status !== 200 || r.code === '') throw new Error(`not raised: ${page.status} ${heading(page.text)} ${faults(page.text).join('; ')}`);
  return { ...r, page };
}

// Opens a matter with its code; the client then holds it.
export async function track(client, code) {
  const x = await client.send(await client.get('/track'), '/track', { code });
  return client.follow(x);
}

// Polls until `check` gives something true; no fixed waits.
export async function until(check, what, ms = 10000) {
  const end = Date.now() + ms;
  for (;;) {
    const v = await check();
    if (v) return v;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export const read = (dir, name) => readFile(join(dir, name));
