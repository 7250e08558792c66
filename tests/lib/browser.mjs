// A real browser on the system's Chromium: pages in a language and width, with script or without, each checked as a person meets it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const open_browser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });

// A page of its own session. script false: as where scripts do not run.
export async function open_page(browser, server, { lang = 'en', width = 1280, script = true, ...more } = {}) {
  const context = await browser.newContext({ baseURL: server.origin, viewport: { width, height: 900 }, locale: lang, javaScriptEnabled: script, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  page.problems = [];
  page.on('console', (m) => m.type() === 'error' && !/status of 4\d\d/.test(m.text()) && page.problems.push(m.text()));
  page.on('pageerror', (e) => page.problems.push(String(e)));
  return page;
}

export async function enter(browser, server, login, options = {}) {
  const page = await open_page(browser, server, options);
  await page.goto('/sign-in');
  await page.fill('#f-login', login);
  await page.fill('#f-password', options.password ?? `haitang-${login}`);
  await page.click('main button[type=submit]');
  assert.doesNotMatch(page.url(), /sign-in/, `${login} could not sign in`);
  return page;
}

// No rule of WCAG 2.2 AA broken, nothing wider than the window, nothing refused by the content policy. The checker runs beside the page's own
// scripts, which the policy does not let in.
export async function check_page(page, what = page.url()) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${what} is ${wide} px too wide`);
  assert.deepEqual(page.problems, [], what);
  await page.evaluate(AXE);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`), [], what);
}
