// What the server does with every route, whoever asks, and what it says about itself: statuses, headers, cookies, caching, limits, languages,
// health, figures, logs, start and end.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import {
  about_the_file, ask, clean, Client, copy, csrf_of, demo, empty, encoded, faults, folder, form_of, heading, must, raise, raw, run, serve, sign_in, to_check, track, until, words,
} from '../lib/luoshi.mjs';
import { whole } from '../lib/sqlite.mjs';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const PAGES = ['/', '/matters', '/help', '/accessibility', '/privacy', '/raise', '/track', '/sign-in'];
let made, server, rows;

before(async () => {
  made = await demo();
  server = await serve(await copy(made));
  rows = (await must(['routes'])).out.trim().split('\n').map((line) => {
    const m = /^(GET|POST) +(\/\S*) +(anyone|raiser|signed in|key holder) +(\S.*)$/.exec(line);
    assert.ok(m, `a row that cannot be read: ${line}`);
    return { method: m[1], path: m[2], access: m[3], about: m[4] };
  });
});
after(async () => {
  await server?.stop();
  await clean();
});

// ── every row ────────────────────────────────────────────────────────────────────────────────────────────

const STEPS = ['accept', 'forward', 'decline', 'assign', 'answer', 'note', 'message', 'return-visit', 'show', 'identity'];

// A thing that exists for every name in a path.
async function things(s) {
  const clerk = await sign_in(s, 'clerk'), admin = await sign_in(s, 'admin');
  const matters = (await ask(s, 'GET', '/matters.json')).json.items;
  assert.ok(matters.length > 0, 'the demo city shows matters to the public');
  const found = async (who, path, pattern) => pattern.exec((await who.get(path)).text)?.[1] ?? assert.fail(`nothing like ${pattern} on ${path}`);
  const css = await found(clerk, '/', /href="\/assets\/([^"]+\.css)"/);
  const person = await found(admin, '/admin/people', /href="\/admin\/people\/(\d+)"/);
  const campaign = (await ask(s, 'GET', '/campaigns.json')).json.items[0].ref;
  return {
    ':ref/campaigns': campaign,
    ':id/duties': await found(clerk, '/work/duties', /\/work\/duties\/(\d+)/),
    ':id/notices': await found(clerk, '/work/notices', /\/work\/notices\/(\d+)/),
    '/matters/:ref': matters[0].ref,
    '/assets/:name': css,
    ':id/case': await found(clerk, '/work/matters', /\/work\/case\/(\d+)/),
    ':code/units': await found(admin, '/admin/units', /\/admin\/units\/(\d+)"/),
    ':code/categories': await found(admin, '/admin/categories', /\/admin\/categories\/(\d+)\/change/),
    ':id/people': person,
    ':id/members': await found(admin, `/admin/people/${person}`, /\/admin\/members\/(\d+)\/end/),
    ':id/holidays': /\/admin\/holidays\/(\d+)\/end/.exec((await admin.get('/admin/holidays')).text)?.[1] ?? '1',
  };
}

// Rows of campaigns: every part, deed and step.
const PARTS = ['frame', 'stage', 'aim', 'goal', 'action', 'pilot'];
const DEEDS = { duties: ['link', 'assign', 'ask', 'decide', 'comment'], notices: ['question', 'why-not'] };
function campaign_paths(path, t) {
  const p = path.replace('/:ref', `/${t[':ref/campaigns']}`).replace(/\/(duties|notices)\/:id/, (_, w) => `/${w}/${t[`:id/${w}`]}`)
    .replace(/\/(recheck|opinions)\/:id/, '/$1/1').replace('/:n', '/1').replace('/:question', '/1');
  if (p.includes('/:part')) return PARTS.map((one) => p.replace(':part', one));
  const kind = /\/(duties|notices)\/\d+\/form\/:deed/.exec(p)?.[1];
  return kind ? DEEDS[kind].map((one) => p.replace(':deed', one)) : [p];
}

function paths_of(row, t) {
  const p = row.path.replace('/matters/:ref', `/matters/${t['/matters/:ref']}`).replace('/assets/:name', `/assets/${t['/assets/:name']}`)
    .replace('/case/:id', `/case/${t[':id/case']}`).replace(/\/(units|categories)\/:code/, (_, w) => `/${w}/${t[`:code/${w}`]}`)
    .replace(/\/(people|members|holidays)\/:id/, (_, w) => `/${w}/${t[`:id/${w}`]}`);
  if (/:(part|deed|n|question)\b/.test(p) || /\/:ref|\/(duties|notices|recheck|opinions)\/:id/.test(p)) return campaign_paths(p, t);
  return p.includes(':action') ? STEPS.map((s) => p.replace(':action', s)) : [p];
}

const checker = new HtmlValidate({ extends: ['html-validate:standard'], rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off', 'no-inline-style': 'error' } });
async function invalid(path, html) {
  const report = await checker.validateString(html);
  return report.results.flatMap((r) => r.messages).filter((m) => m.severity === 2).map((m) => `${path} ${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
}

test('P28 P35 every route row answers the public, the raiser, six roles and a key as its access says, and never 5xx', { timeout: 90000 }, async () => {
  const s = server, t = await things(s), wrong = [], seen = new Set();
  assert.ok(rows.length >= 70, `${rows.length} routes`);
  const note = async (who, row, path, x) => {
    seen.add(`${row.method} ${row.path}`);
    if (x.status >= 500) wrong.push(`${who} ${row.method} ${path}: ${x.status}`);
    if (/^text\/html/.test(x.headers['content-type'] ?? '')) {
      if (!/^<!DOCTYPE html>/i.test(x.text.trimStart())) wrong.push(`${who} ${row.method} ${path}: not a whole page`);
      if (/\{[{%]|\(null\)|undefined/.test(x.text)) wrong.push(`${who} ${row.method} ${path}: a piece of a template`);
    }
    return x;
  };
  for (const row of rows)
    for (const path of paths_of(row, t)) {
      const is_get = row.method === 'GET';
      const x = await note('public', row, path, await ask(s, row.method, path, is_get ? {} : { headers: row.access === 'key holder' ? { 'Content-Type': 'application/json' } : FORM, body: row.access === 'key holder' ? '{}' : 'a=1' }));
      const wanted = { anyone: is_get ? [200] : [403], raiser: is_get ? [303] : [303, 403], 'signed in': is_get ? [303] : [401], 'key holder': [401] }[row.access];
      if (!wanted.includes(x.status)) wrong.push(`public ${row.method} ${path}: ${x.status}, not ${wanted}`);
      if (row.access === 'signed in' && is_get && x.headers.location !== `/sign-in?back=${encodeURIComponent(path)}`) wrong.push(`${path} leads to ${x.headers.location}`);
    }
  const raiser = new Client(s);
  const r = await raise(raiser, { contact_name: 'Li' });
  await track(raiser, r.code);
  for (const row of rows.filter((one) => one.access === 'raiser' && one.method === 'GET')) {
    const x = await note('raiser', row, row.path, await raiser.get(row.path));
    if (x.status !== 200) wrong.push(`raiser ${row.path}: ${x.status}`);
  }
  for (const login of ['admin', 'clerk', 'head', 'leader', 'checker', 'handler']) {
    const who = await sign_in(s, login);
    for (const row of rows.filter((one) => one.method === 'GET' && one.access !== 'raiser'))
      for (const path of paths_of(row, t)) {
        const x = await note(login, row, path, await who.get(path));
        if (row.access === 'signed in' && ![200, 303, 403, 404, 409].includes(x.status)) wrong.push(`${login} ${path}: ${x.status}`);
        if (path.startsWith('/admin') && login !== 'admin' && ![403, 404].includes(x.status)) wrong.push(`${login} ${path}: ${x.status}`);
        if (path.startsWith('/admin') && login === 'admin' && x.status !== 200) wrong.push(`admin ${path}: ${x.status}`);
        if (x.status === 200 && /^text\/html/.test(x.headers['content-type'] ?? '') && (login === 'admin' || login === 'clerk')) wrong.push(...await invalid(`${login} ${path}`, x.text));
      }
  }
  assert.deepEqual(wrong, []);
  assert.equal(seen.size, rows.length, 'every row was hit');
});

test('P28 every POST row with a good token and nothing in the form refuses politely: as the administrator and as a clerk', { timeout: 60000 }, async () => {
  const s = await serve(await copy(made)), wrong = [];
  const t = await things(s);
  for (const login of ['clerk', 'admin']) {
    for (const row of rows.filter((one) => one.method === 'POST' && one.access !== 'key holder')) {
      if (row.path === '/admin/people/:id/end' || row.path === '/admin/members/:id/end' || row.path === '/admin/people/:id/password') continue; /* they need no field: below */
      for (const path of paths_of(row, t)) {
        const who = row.path === '/sign-out' ? await sign_in(s, login) : (s[login] ??= await sign_in(s, login));
        const token = csrf_of((await who.get('/work/me')).text);
        const x = await who.post(path, { csrf: token });
        if (x.status >= 500) wrong.push(`${login} POST ${path}: ${x.status}`);
        if (login === 'clerk' && path.startsWith('/admin') && ![403, 404].includes(x.status)) wrong.push(`clerk POST ${path}: ${x.status}`);
        if (row.access === 'raiser' && x.status !== 303) wrong.push(`${login} POST ${path}: ${x.status}`);
      }
    }
  }
  assert.equal(await s.stop(), 0);
  assert.deepEqual(wrong, []);
});

// ── statuses ─────────────────────────────────────────────────────────────────────────────────────────────

test('a wrong method is 405 and says which are right', async () => {
  const wrong = [];
  for (const pattern of new Set(rows.map((row) => row.path))) {
    const path = pattern.replace(/:\w+/g, '1');
    const methods = ['GET', 'POST'].filter((m) => rows.some((row) => row.method === m && new RegExp(`^${row.path.replace(/:\w+/g, '[^/]+')}$`).test(path)));
    const allow = methods.flatMap((m) => (m === 'GET' ? ['GET', 'HEAD'] : [m])).join(', ');
    for (const method of ['DELETE', 'PUT', ...['GET', 'POST'].filter((m) => !methods.includes(m))]) {
      const x = await ask(server, method, path);
      if (x.status !== 405 || x.headers.allow !== allow) wrong.push(`${method} ${path}: ${x.status}, Allow: ${x.headers.allow}, not ${allow}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('404, 413, 414, 415 and 405 each have a page in the reader’s language, and problem details for a program', async () => {
  const long = 'x'.repeat(70000);
  const cases = [
    [404, 'GET', '/nothing/here', {}],
    [404, 'GET', '/matters/HT-99-999999', {}],
    [405, 'DELETE', '/help', {}],
    [413, 'POST', '/raise', { headers: FORM, body: `text=${long}` }],
    [413, 'GET', '/', { headers: { 'Content-Type': 'text/plain' }, body: 'a body' }],
    [414, 'GET', `/matters?q=${'a'.repeat(5000)}`, {}],
    [415, 'POST', '/raise', { headers: { 'Content-Type': 'text/plain' }, body: 'a=1' }],
    [415, 'POST', '/api/v1/matters', { headers: FORM, body: 'a=1' }],
  ];
  for (const [status, method, path, options] of cases) {
    for (const [lang, accept] of [['en', 'text/html'], ['zh-CN', 'text/html'], ['en', 'application/json']]) {
      const x = await ask(server, method, path, { ...options, headers: { ...options.headers, 'Accept-Language': lang, Accept: accept }, agent: undefined });
      const said = `${method} ${path.slice(0, 40)} ${lang} ${accept}`;
      assert.equal(x.status, status, said);
      if (status === 414) continue; /* refused before a header is read */
      if (accept === 'application/json' || path.startsWith('/api/')) {
        assert.match(x.headers['content-type'], /^application\/problem\+json/, said);
        assert.equal(x.json.status, status, said);
        assert.ok(x.json.title.length > 3 && x.json.detail.length > 3 && x.json.type === 'about:blank', said);
      } else {
        assert.match(x.headers['content-type'], /^text\/html/, said);
        assert.match(x.text, new RegExp(`<html[^>]* lang="${lang}"`), said);
        assert.ok(heading(x.text).length > 1, said);
        if (lang === 'zh-CN') assert.match(heading(x.text), /[\u4e00-\u9fff]/, said);
      }
      assert.equal(x.headers['cache-control'], 'no-store', said);
    }
  }
});

test('429 with Retry-After: guesses, reads and writes by address, also on this machine when told so', async () => {
  const s = await serve(await copy(made), { config: '[limits]\nloopback = yes\nguesses = 0.01 3\nreads = 0.01 40\nwrites = 0.01 10\n' });
  const c = new Client(s);
  const token = csrf_of((await c.get('/track')).text);
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await c.post('/track', { csrf: token, code: '1' })).status);
  assert.deepEqual(statuses, [400, 400, 400, 429, 429]);
  const late = await c.post('/track', { csrf: token, code: '1' }, { Accept: 'application/json' });
  assert.equal(late.status, 429);
  assert.ok(Number(late.headers['retry-after']) >= 1);
  assert.match(late.headers['content-type'], /problem\+json/);
  let reads = 0;
  while ((await c.get('/help')).status === 200) assert.ok(++reads < 60);
  assert.equal((await c.get('/help')).status, 429);
  let writes = 0;
  while ((await c.post('/raise', { csrf: 'x' })).status === 403) assert.ok(++writes < 20);
  assert.equal((await c.post('/raise', { csrf: 'x' })).status, 429);
  assert.equal(await s.stop(), 0);
});

test('HEAD is GET without the body', async () => {
  const ref = (await ask(server, 'GET', '/matters.json')).json.items[0].ref;
  for (const path of [...PAGES, `/matters/${ref}`, `/matters/${ref}.json`, '/robots.txt', '/favicon.ico', '/healthz', '/nothing']) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const get = await ask(server, 'GET', path, { agent }), head = await ask(server, 'HEAD', path, { agent });
    agent.destroy();
    assert.equal(head.status, get.status, path);
    assert.equal(head.bytes.length, 0, path);
    for (const name of ['content-type', 'etag', 'cache-control', 'vary', 'content-security-policy', 'content-language'])
      assert.equal(head.headers[name], get.headers[name], `${path} ${name}`);
    if (get.status === 200) assert.equal(head.headers['content-length'], get.headers['content-length'], path);
  }
});

// ── caching ──────────────────────────────────────────────────────────────────────────────────────────────

test('public pages have a tag: 304 while nothing changes, a new tag after any change, none for who is signed in', async () => {
  const s = await serve(await copy(made));
  for (const path of ['/', '/matters', '/help', '/matters.json']) {
    const first = await ask(s, 'GET', path);
    assert.ok(first.headers.etag, path);
    assert.equal(first.headers['cache-control'], 'no-cache');
    const again = await ask(s, 'GET', path, { headers: { 'If-None-Match': `"other", ${first.headers.etag}` } });
    assert.equal(again.status, 304, path);
    assert.equal(again.bytes.length, 0);
    assert.equal(again.headers.etag, first.headers.etag);
    assert.equal((await ask(s, 'GET', path, { headers: { 'If-None-Match': first.headers.etag, 'Accept-Language': 'zh-CN' } })).status, 200, 'another language is another page');
  }
  const before = (await ask(s, 'GET', '/')).headers.etag;
  await raise(new Client(s));
  const changed = await ask(s, 'GET', '/', { headers: { 'If-None-Match': before } });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.etag, before);
  const file = join(await folder(), 'units.csv');
  await (await import('node:fs/promises')).writeFile(file, 'code,name_zh,name_en,kind\n998877,新设局,New Bureau,department\n');
  await must(['import', 'units', file, '--data', s.dir, '--now', '2026-11-24T09:00:00+08:00']);
  const beside = await ask(s, 'GET', '/matters', { headers: { 'If-None-Match': changed.headers.etag } });
  assert.equal(beside.status, 200, 'a command beside the server changes the tag too');
  assert.match(beside.text, /New Bureau/);
  const clerk = await sign_in(s, 'clerk');
  const own = await clerk.get('/', { 'If-None-Match': beside.headers.etag });
  assert.equal(own.status, 200);
  assert.equal(own.headers.etag, undefined);
  assert.equal(own.headers['cache-control'], 'no-store');
  assert.equal(await s.stop(), 0);
});

test('under a stream of changes a public page is made once a second; who wrote or reloads reads what is true now (P35)', async () => {
  const s = await serve(await copy(made));
  const plain = (headers = {}) => ask(s, 'GET', '/', { headers: { 'Cache-Control': null, ...headers } });
  const writer = new Client(s);
  let kept = await plain(), same = 0;
  for (let i = 0; i < 40; i++) {
    await raise(writer);
    const x = await plain();
    same += x.headers.etag === kept.headers.etag;
    if (x.headers.etag === kept.headers.etag) assert.equal((await plain({ 'If-None-Match': x.headers.etag })).status, 304);
    kept = x;
  }
  assert.ok(same >= 1, 'some readers got the page from before the last change');
  await raise(writer);
  const now = await ask(s, 'GET', '/');
  assert.notEqual(now.headers.etag, kept.headers.etag, 'a reload is never given an old page');
  await raise(writer);
  const own = await ask(s, 'GET', '/', { headers: { 'Cache-Control': null, Cookie: 'luoshi_wrote=1' } });
  assert.notEqual(own.headers.etag, now.headers.etag, 'nor is who has just changed something');
  const done = await raise(writer);
  assert.ok(done.page.cookies.some((line) => /^luoshi_wrote=1; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d\b/.test(line)), String(done.page.cookies));
  const last = (await ask(s, 'GET', '/')).headers.etag;
  await raise(writer);
  await until(async () => (await plain()).headers.etag !== last, 'a page as it is now for everybody');
  assert.equal(await s.stop(), 0);
});

test('styles and scripts: a year in the cache under a name that changes with them, packed when asked', async () => {
  const page = (await ask(server, 'GET', '/')).text;
  const names = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((m) => m[1]);
  assert.ok(names.some((n) => n.includes('.css')) && names.some((n) => n.includes('.js')), String(names));
  for (const name of names) {
    const plain = await ask(server, 'GET', name);
    assert.equal(plain.status, 200, name);
    assert.match(plain.headers['cache-control'], /max-age=31536000, immutable/);
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal((await ask(server, 'GET', name, { headers: { 'If-None-Match': plain.headers.etag } })).status, 304);
    if (!/\.(css|js)$/.test(name)) continue;
    for (const coding of ['br', 'gzip']) {
      const packed = await ask(server, 'GET', name, { headers: { 'Accept-Encoding': coding } });
      assert.equal(packed.headers['content-encoding'], coding, name);
      const { brotliDecompressSync, gunzipSync } = await import('node:zlib');
      assert.deepEqual((coding === 'br' ? brotliDecompressSync : gunzipSync)(packed.bytes), plain.bytes);
    }
    assert.equal((await ask(server, 'GET', name, { headers: { 'Accept-Encoding': 'br;q=0, gzip;q=0' } })).headers['content-encoding'], undefined);
  }
  assert.equal((await ask(server, 'GET', '/assets/../luoshi.key')).status, 404);
  assert.equal((await ask(server, 'GET', '/assets/%2e%2e%2fluoshi.key')).status, 404);
});

// ── headers and cookies ──────────────────────────────────────────────────────────────────────────────────

test('security headers stand on every page, error and JSON answer; no inline script, style or handler, nothing from elsewhere', async () => {
  const clerk = await sign_in(server, 'clerk');
  for (const path of [...PAGES, '/nothing', '/matters.json', '/nothing.json', '/healthz', '/work', '/work/matters', '/work/register', '/work/me']) {
    const x = await clerk.get(path), h = x.headers, csp = h['content-security-policy'];
    assert.match(csp, /^default-src 'none';/, path);
    assert.doesNotMatch(csp, /unsafe|\*|data:|https?:/, path);
    for (const part of ["script-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) assert.ok(csp.includes(part), `${path} ${part}`);
    assert.equal(h['x-content-type-options'], 'nosniff', path);
    assert.equal(h['referrer-policy'], 'same-origin', path);
    assert.match(h['permissions-policy'], /geolocation=\(\)/, path);
    assert.equal(h['cross-origin-opener-policy'], 'same-origin', path);
    assert.equal(h['strict-transport-security'], undefined, 'only by TLS');
    assert.equal(h.server, undefined, 'no name or version');
    if (!/html/.test(h['content-type'] ?? '')) continue;
    assert.doesNotMatch(x.text, /<script(?![^>]* src=)[^>]*>|<style|\son\w+="|\sstyle="|javascript:/i, path);
    assert.doesNotMatch(x.text.replace(/<a [^>]*>/g, '').replace(/xmlns="[^"]*"/g, ''), /(?:src|href|action)="(?:https?:)?\/\//, path);
  }
});

const cookies_of = async (s, headers = {}) => {
  const c = new Client(s, headers), lines = [];
  const keep = (x) => (lines.push(...x.cookies), x);
  const start = keep(await c.get('/raise?lang=en'));
  const check = await c.post('/raise', { kind: 'help', subject: 'Cookie', text: 'x', public: 'no', raiser: 'resident', csrf: csrf_of(start.text), step: 'contact', go: 'next' });
  const page = keep(await c.send(check, '/raise', {}, { go: 'next' }));
  assert.equal(page.status, 200, faults(page.text).join());
  const code = words(/id="receipt-code"[^>]*>([\s\S]*?)<\/p>/.exec(page.text)[1]);
  keep(await c.send(await c.get('/track'), '/track', { code }));
  keep(await c.send(await c.get('/sign-in'), '/sign-in', { login: 'clerk', password: 'haitang-clerk' }));
  assert.equal(new Set(lines.map((l) => l.split('=')[0])).size, 5, lines.map((l) => l.split('=')[0]).join());
  return lines;
};

test('cookies are HttpOnly and SameSite; Secure when the browser came by TLS, here or at a trusted proxy', async () => {
  for (const line of await cookies_of(server)) {
    assert.match(line, /; HttpOnly/);
    assert.match(line, /; SameSite=(Lax|Strict)/);
    assert.match(line, /; Path=\//);
    assert.doesNotMatch(line, /; Secure|; Domain/);
  }
  for (const line of await cookies_of(server, { 'X-Forwarded-Proto': 'https' })) assert.doesNotMatch(line, /; Secure/, 'nobody is trusted here');
  const s = await serve(await copy(made), { config: '[serve]\ntrusted_proxies = 192.0.2.1, 127.0.0.1\n' });
  for (const line of await cookies_of(s, { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.5' })) assert.match(line, /; Secure/);
  for (const line of await cookies_of(s)) assert.doesNotMatch(line, /; Secure/);
  assert.match((await ask(s, 'GET', '/', { headers: { 'X-Forwarded-Proto': 'https' } })).headers['strict-transport-security'], /max-age=\d{7,}/);
  assert.equal(await s.stop(), 0);
});

test('TLS: its own certificate, Secure cookies, HSTS; plain HTTP on that port gets no page', async () => {
  const dir = await folder(), cert = join(dir, 'cert.pem'), key = join(dir, 'key.pem');
  const made_cert = await run(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { command: 'openssl' });
  assert.equal(made_cert.code, 0, made_cert.err);
  const s = await serve(await copy(made), { args: ['--tls-cert', cert, '--tls-key', key] });
  assert.match(s.origin, /^https:/);
  const x = await ask(s, 'GET', '/');
  assert.equal(x.status, 200);
  assert.match(x.headers['strict-transport-security'], /max-age=/);
  for (const line of await cookies_of(s)) assert.match(line, /; Secure/);
  const pages = await Promise.all(Array.from({ length: 40 }, () => ask(s, 'GET', '/matters')));
  assert.ok(pages.every((p) => p.status === 200 && p.text === pages[0].text), 'the same page for all');
  const plain = await raw(s, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  assert.doesNotMatch(plain.text, /200 OK/);
  assert.ok(plain.closed);
  assert.equal(await s.stop(), 0);
  assert.equal((await run(['serve', '--data', s.dir, '--listen', '127.0.0.1:0', '--tls-cert', cert])).code, 1, 'a certificate alone');
  assert.equal((await run(['serve', '--data', s.dir, '--listen', '127.0.0.1:0', '--tls-cert', cert, '--tls-key', cert])).code, 1, 'a key that is none');
});

test('X-Forwarded-For counts only from a trusted proxy, and there only its last address', async () => {
  const limits = '[limits]\nguesses = 0.01 2\n';
  const guess = async (s, from) => {
    const c = new Client(s, from === null ? {} : { 'X-Forwarded-For': from });
    return (await c.post('/track', { csrf: csrf_of((await c.get('/track')).text), code: '1' })).status;
  };
  const guesses = async (s, list) => {
    const out = [];
    for (const from of list) out.push(await guess(s, from));
    return out;
  };
  const untrusting = await serve(await copy(made), { config: limits });
  assert.deepEqual(await guesses(untrusting, ['198.51.100.1', '198.51.100.2', '198.51.100.3']), [400, 400, 429], 'a sender cannot choose its address');
  assert.equal(await untrusting.stop(), 0);
  const trusting = await serve(await copy(made), { config: `${limits}[serve]\ntrusted_proxies = 127.0.0.1\n` });
  assert.deepEqual(await guesses(trusting, ['198.51.100.1', '198.51.100.1', '198.51.100.1', '198.51.100.2']), [400, 400, 429, 400]);
  assert.deepEqual(await guesses(trusting, ['1.1.1.1, 198.51.100.9', '2.2.2.2, 198.51.100.9', '3.3.3.3, 198.51.100.9']), [400, 400, 429], 'what stands before it may be invented');
  assert.equal(await trusting.stop(), 0);
});

// ── health and figures ───────────────────────────────────────────────────────────────────────────────────

test('P36 /healthz, /readyz and /metrics: Prometheus text for this machine, not for whom a proxy speaks', async () => {
  assert.equal((await ask(server, 'GET', '/healthz')).text, 'ok\n');
  assert.equal((await ask(server, 'GET', '/readyz')).text, 'ready\n');
  const x = await ask(server, 'GET', '/metrics');
  assert.match(x.headers['content-type'], /^text\/plain; version=0\.0\.4/);
  const types = new Map(), values = new Map();
  for (const line of x.text.trimEnd().split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (comment) {
      if (comment[1] === 'TYPE') assert.ok(!types.has(comment[2]) && /^(counter|gauge|histogram)$/.test(comment[3]), line), types.set(comment[2], comment[3]);
      continue;
    }
    const m = /^([a-z_]+)(\{[a-z]+="[^"]+"\})? (-?[0-9.]+)$/.exec(line);
    assert.ok(m, `not Prometheus text: ${line}`);
    assert.ok(types.has(m[1]) || types.has(m[1].replace(/_(bucket|sum|count)$/, '')), `no TYPE before ${line}`);
    assert.ok(!values.has(m[1] + (m[2] ?? '')), `twice: ${line}`);
    values.set(m[1] + (m[2] ?? ''), Number(m[3]));
  }
  const buckets = [...values].filter(([k]) => k.includes('_bucket')).map(([, v]) => v);
  assert.deepEqual(buckets, buckets.slice().sort((a, b) => a - b), 'a histogram only grows');
  assert.equal(buckets.at(-1), values.get('luoshi_answer_seconds_count'));
  const writes = values.get('luoshi_writes_total');
  await raise(new Client(server));
  assert.ok(Number(/^luoshi_writes_total (\d+)$/m.exec((await ask(server, 'GET', '/metrics')).text)[1]) > writes);
  assert.equal((await ask(server, 'GET', '/metrics', { headers: { 'X-Forwarded-For': '203.0.113.7' } })).status, 404, 'a proxy that nobody told us of');
  const s = await serve(await copy(made), { config: '[serve]\ntrusted_proxies = 127.0.0.1\n' });
  assert.equal((await ask(s, 'GET', '/metrics', { headers: { 'X-Forwarded-For': '203.0.113.7' } })).status, 404);
  assert.equal((await ask(s, 'GET', '/metrics')).status, 200);
  assert.equal(await s.stop(), 0);
});

// ── languages and JSON ───────────────────────────────────────────────────────────────────────────────────

test('P33 every public page in both languages: as the browser asks, as the link says, as the cookie remembers', async () => {
  for (const path of PAGES) {
    const texts = {};
    for (const [asked, lang] of [['en', 'en'], ['zh-CN,zh;q=0.9,en;q=0.5', 'zh-CN'], ['de, zh-TW;q=0.4', 'zh-CN'], ['fr', 'en'], ['', 'en']]) {
      const x = await ask(server, 'GET', path, { headers: asked === '' ? {} : { 'Accept-Language': asked } });
      assert.equal(x.headers['content-language'], lang, `${path} ${asked}`);
      assert.match(x.text, new RegExp(`<html[^>]* lang="${lang}"`));
      texts[lang] = words(x.text);
    }
    assert.notEqual(texts.en, texts['zh-CN'], path);
    assert.ok((texts['zh-CN'].match(/[\u4e00-\u9fff]/g) ?? []).length > 40, path);
  }
  const c = new Client(server, { 'Accept-Language': 'en' });
  assert.equal((await c.get('/help?lang=zh-CN')).headers['content-language'], 'zh-CN');
  assert.equal((await c.get('/')).headers['content-language'], 'zh-CN', 'the cookie holds it');
  assert.equal((await c.get('/?lang=xx')).headers['content-language'], 'zh-CN', 'an unknown one changes nothing');
  assert.equal((await c.get('/?lang=en')).headers['content-language'], 'en');
  const list = (await c.get('/matters?q=a%26b&state=answered')).text;
  assert.match(list, /href="\/matters\?q=a%26b&amp;state=answered&amp;lang=zh-CN"/, 'the filter stays');
});

test('P22 every public page has its JSON twin, by name and by Accept', async () => {
  const ref = (await ask(server, 'GET', '/matters.json')).json.items[0].ref;
  for (const path of [...PAGES, `/matters/${ref}`]) {
    const twin = await ask(server, 'GET', path === '/' ? '/index.json' : `${path}.json`);
    assert.equal(twin.status, 200, path);
    assert.match(twin.headers['content-type'], /^application\/json/, path);
    assert.equal(typeof twin.json, 'object', path);
    const accepted = await ask(server, 'GET', path, { headers: { Accept: 'application/json' } });
    assert.deepEqual(accepted.json, twin.json, path);
    assert.match((await ask(server, 'GET', path, { headers: { Accept: 'text/html, application/json;q=0.9' } })).headers['content-type'], /html/, path);
  }
  const one = (await ask(server, 'GET', `/matters/${ref}.json`)).json;
  assert.equal(one.ref, ref);
  assert.ok(one.subject.length > 0 && one.state.length > 0);
});

test('P22 problem details: type, title, status, detail, and errors by field', async () => {
  const json = { Accept: 'application/json' };
  const problem = (x, status) => {
    assert.equal(x.status, status);
    assert.match(x.headers['content-type'], /^application\/problem\+json/);
    assert.equal(x.json.status, status);
    assert.equal(x.json.type, 'about:blank');
    assert.ok(x.json.title && x.json.detail);
    return x.json;
  };
  problem(await ask(server, 'GET', '/nothing.json'), 404);
  problem(await ask(server, 'GET', '/nothing', { headers: json }), 404);
  problem(await ask(server, 'GET', '/work.json'), 401);
  problem(await ask(server, 'POST', '/help.json'), 405);
  problem(await ask(server, 'POST', '/raise.json', { headers: FORM, body: 'a=1' }), 403);
  const bad = problem(await ask(server, 'GET', '/matters.json?state=wrong&from=yesterday'), 400);
  assert.deepEqual(bad.errors.map((e) => e.field).sort(), ['from', 'state']);
  const c = new Client(server);
  const token = csrf_of((await c.get('/raise')).text);
  const missing = problem(await c.post('/raise.json', { csrf: token }, json), 400);
  assert.ok(missing.errors.some((e) => e.field === 'subject' && e.message.length > 5), JSON.stringify(missing));
  const clerk = await sign_in(server, 'clerk');
  assert.ok([403, 404].includes((await clerk.get('/admin.json')).status));
});

// ── what is kept and what is said ────────────────────────────────────────────────────────────────────────

test('no log line and no file holds a name, a phone number, a code, a password, a key or a session in clear', { timeout: 60000 }, async () => {
  const dir = await copy(made);
  const s = await serve(dir, { config: '[log]\nlevel = debug\n' });
  const c = new Client(s, { 'User-Agent': 'zzmark-agent' });
  const contact = { contact_name: '佐佐木标记', contact_phone: '139 8765 4321', contact_mail: 'zzmark@example.com', contact_address: '标记路九十九号' };
  const r = await raise(c, { subject: 'Lamp zzsubject', text: 'The lamp zztext is dark.', ...contact });
  const code = r.code.replaceAll(' ', '');
  assert.match(code, /^\d{16}$/);
  await track(c, r.code);
  await c.get('/track/matter');
  await c.send(await c.get('/track/matter'), '/track/matter/message', { text: 'zzmessage more' });
  await c.get('/matters?q=zzquery');
  await c.get('/nothing/zzpath');
  await c.send(await c.get('/sign-in'), '/sign-in', { login: 'zzlogin', password: 'zzwrongpassword' });
  const clerk = await sign_in(s, 'clerk');
  const key = (await must(['key', 'add', 'desk', '--data', dir, '--now', '2026-11-23T12:00:00+08:00'])).out.trim();
  const api = await ask(s, 'POST', '/api/v1/matters', {
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ subject: 'zzapi', text: 'x', contact: { phone: '137 1111 2222' } }) });
  assert.equal(api.status, 201, api.text);
  const session = clerk.cookies.get('luoshi');
  const secrets = ['佐佐木标记', '139 8765 4321', '13987654321', 'zzmark@example.com', '标记路九十九号', r.code, code, 'zzwrongpassword', 'haitang-clerk', key, session, api.json.receipt, api.json.receipt.replaceAll(' ', ''), '137 1111 2222', 'zzlogin'];
  const public_words = ['zzsubject', 'zztext', 'zzmessage', 'zzquery', 'zzpath', 'zzapi', 'zzmark-agent', '127.0.0.1', 'HT-26-'];
  const files = async () => [...await Promise.all((await readdir(dir)).map(async (name) => [name, await readFile(join(dir, name))])), ['the database', await whole(dir)]];
  const while_open = await files();
  assert.equal(await s.stop(), 0);
  assert.ok(s.log.split('\n').length > 10, 'debug says something');
  for (const word of [...secrets, ...public_words]) assert.ok(!s.log.includes(word), `the log says ${word}`);
  for (const [name, bytes] of [...while_open, ...await files()])
    for (const word of secrets) assert.ok(!bytes.includes(Buffer.from(word)), `${name} holds ${word}`);
  assert.ok((await whole(dir)).includes(Buffer.from('zztext')), 'the words themselves are there');
  assert.doesNotMatch(s.log, /level=error/);
});

// ── start and end ────────────────────────────────────────────────────────────────────────────────────────

test('P35 a second server on the same folder ends at once and says who is there; the first does not notice', { skip: about_the_file('any number of nodes serve it') }, async () => {
  const second = await run(['serve', '--data', server.dir, '--listen', '127.0.0.1:0'], { timeout: 10000 });
  assert.equal(second.code, 1);
  assert.match(second.err, new RegExp(`in use by another luoshi \\(process ${server.child.pid}\\)`));
  assert.equal((await ask(server, 'GET', '/readyz')).status, 200);
});

test('a port that is taken, an address that is none, a setting that is none: exit 1 and one line that says so', async () => {
  const { dir } = await empty();
  const busy = net.createServer().listen(0, '127.0.0.1');
  await new Promise((done) => busy.once('listening', done));
  const taken = await run(['serve', '--data', dir, '--listen', `127.0.0.1:${busy.address().port}`]);
  busy.close();
  assert.equal(taken.code, 1);
  assert.match(taken.err, /cannot listen on 127\.0\.0\.1:/);
  assert.equal((await run(['serve', '--data', dir, '--listen', 'nowhere'])).code, 1);
  const { writeFile } = await import('node:fs/promises');
  for (const text of ['[limits]\nguesses = many\n', '[limits]\nnonsense = 1\n', 'no section\n', '[serve]\nexecutors = 99999\n']) {
    const file = join(dir, 'bad.ini');
    await writeFile(file, text);
    const r = await run(['serve', '--data', dir, '--listen', '127.0.0.1:0', '--config', file], { timeout: 10000 });
    assert.equal(r.code, 1, text);
    assert.match(r.err, /bad\.ini/, text);
  }
});

test('SIGTERM: running requests get their answers, then exit 0; SIGINT the same', { timeout: 30000 }, async () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const s = await serve(await copy(made));
    const c = new Client(s);
    const check = await to_check(c, { subject: `Before ${signal}` });
    const body = encoded([...form_of(check.text, '/raise').fields, ['go', 'next']]);
    const head = `POST /raise HTTP/1.1\r\nHost: h\r\nCookie: ${c.cookie_header()}\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const socket = net.connect(s.port, '127.0.0.1');
    let got = '';
    socket.setEncoding('utf8');
    socket.on('data', (d) => (got += d));
    const closed = new Promise((done) => socket.on('close', done));
    const total = async () => Number(/^luoshi_requests_total (\d+)$/m.exec((await ask(s, 'GET', '/metrics')).text)?.[1]);
    socket.write(head + body.slice(0, 50));
    let last = await total();
    await until(async () => { const now = await total(), jump = now - last; last = now; return jump !== 1 || s.head_seen || (s.head_seen = now > 3); }, 'the head is read');
    const signs = Array.from({ length: 4 }, () => sign_in(s, 'clerk').catch((e) => e));
    const answers = Promise.all(signs);
    s.child.kill(signal);
    await until(() => s.log.includes('stopping'), 'it begins to stop');
    socket.write(body.slice(50));
    await closed;
    assert.match(got, /^HTTP\/1\.1 200 /, `${signal}: the form sent half before and half after is answered`);
    assert.match(got, /receipt-code/);
    await answers;
    assert.equal(await s.ended, 0, signal);
    s.agent.destroy();
    assert.match(s.log, /msg="stopped"/);
    await assert.rejects(ask(s, 'GET', '/', { agent: undefined }), /ECONNREFUSED/);
    const doctor = await run(['doctor', '--data', s.dir]);
    assert.equal(doctor.code, 0, doctor.out);
  }
});
