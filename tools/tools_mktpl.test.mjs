// Tests of mktpl, mkpo and mkembed from outside: small inputs in a temporary folder, the generated C compiled and run.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const tool = (name) => join(process.env.LUOSHI_TOOLS ?? join(root, "build/tools"), name);
const folders = [];
after(() => folders.forEach((f) => rmSync(f, { recursive: true, force: true })));

function folder(files = {}) {
  const dir = mkdtempSync(join(tmpdir(), "luoshi-tools-"));
  folders.push(dir);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}

function run(dir, program, ...args) {
  const r = spawnSync(program, args, { cwd: dir, encoding: "utf8" });
  assert.equal(r.error, undefined, `${program}: ${r.error}`);
  return { code: r.status, out: r.stdout, err: r.stderr };
}

function mktpl(files) {
  const dir = folder(files);
  const names = Object.keys(files).filter((n) => /\.(view|html)$/.test(n));
  return { dir, ...run(dir, tool("mktpl"), "--out", "build/gen", ...names) };
}

const base = ["arena", "buf", "str", "status", "log", "time"].map((n) => join(root, `src/base/${n}.c`));
const flags = ["-std=c17", "-D_GNU_SOURCE", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wcast-qual",
  "-Wlogical-op", "-Wduplicated-cond", "-Wswitch-enum", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wformat=2", "-Wbidi-chars=any",
  "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"];

// Compiles everything generated with a main() that is given the lines of `code`; returns what it prints.
function compileAndRun(dir, code, includes) {
  const gen = join(dir, "build/gen");
  const sources = [];
  for (const sub of [".", "view", "tpl"]) {
    if (!existsSync(join(gen, sub))) continue;
    for (const f of readdirSync(join(gen, sub))) if (/\.(c|S)$/.test(f)) sources.push(join("build/gen", sub, f));
  }
  if (!existsSync(join(gen, "catalogue.c"))) {
    assert.equal(run(dir, tool("mkpo"), "--out", "build/gen").code, 0);
    sources.push("build/gen/catalogue.c");
  }
  writeFileSync(join(dir, "main.c"), `#include <stdio.h>
#include "web/out.h"
${includes.map((i) => `#include "${i}"`).join("\n")}
int main(int argc, char **argv)
{
    struct arena *mem = arena_new((size_t)64 << 20, NULL);
    struct zone zone = {.n = 1, .part = {{.from_ms = 0, .offset_ms = 8 * 3600 * 1000}}};
    struct out out, *o = &out;
    out_init(o, mem, argc > 1 && *argv[1] == 'z' ? LANG_ZH : LANG_EN, &zone, (instant){1});
    o->csrf = STR("<tok>");
    o->path = STR("/here?a=1&b=2");
    ${code}
    fwrite(out.b.p, 1, out.b.n, stdout);
    arena_free(mem);
    return 0;
}
`);
  const cc = run(dir, "gcc", ...flags, "-I", join(root, "src"), "-I", "build", "-o", "main", "main.c", ...sources,
    join(root, "src/web/out.c"), join(root, "src/web/lang.c"), ...base, "-lm");
  assert.equal(cc.code, 0, cc.err);
  return (...args) => {
    const r = run(dir, join(dir, "main"), ...args);
    assert.equal(r.code, 0, r.err);
    return r.out;
  };
}

describe("a view and its templates", () => {
  const files = {
    "build/gen/assets.h": '#define ASSET_app_css "/assets/app.0a1b2c3d.css"\n',
    "src/matter/list.view": `-- a list
view list
  total int
  exact bool
  query str html      -- the page's own
  items [row]
  chosen ?row
  chip chip
  tags [str]
  next str
  body html
  on day
  share real

record row
  ref str
  raised_at instant
  kids [row]
`,
    "src/web/chip.view": `record chip
  word str
  late bool
  of ?row
`,
    "src/matter/list.html": `{% view list as v %}
{# not sent: {{ nothing }} {% nor this %} #}
<!doctype html>
<html lang="{{ page.lang }}">
<head><title>{{ v.query }} – list</title><link rel="stylesheet" href="{% asset "app.css" %}"></head>
<body>
  <h1{% if v.exact %} class="exact"{% end %}>{% t "Raise a matter" %}</h1>
  <p>{% tn n=v.total "{n} day left" "{n} days left" %}, {% t "Until {on} for {who}" on=v.on|date who=v.query %}</p>
  <form action="/s?q={{ v.query }}&amp;n={{ v.total }}"><input type="hidden" name="csrf" value="{{ page.csrf }}"></form>
  <ul>
    {% for r in v.items %}
      <li class="{% if loop.first %}first{% elif loop.last %}last{% else %}middle{% end %}"><a href="/m/{{ r.ref }}">{{ r.ref }}</a>
        <time datetime="{{ r.raised_at | iso }}">{{ r.raised_at | datetime }}</time>{% if not loop.last %}, {% end %}
        {% for k in r.kids %}{{ k.ref }}{{ loop.index }}{% end %}
      </li>
    {% else %}
      <li>none</li>
    {% end %}
  </ul>
  {% with c = v.chosen %}<b>{{ c.ref }}</b>{% else %}<i>nobody</i>{% end %}
  {% include chip v.chip %}
  {% for s in v.tags %}[{{ s }}]{% end %}
  <textarea name="x">{{ v.query }}</textarea>
  <pre>
a   b
  {{ v.query | lines }}
</pre>
  {% if v.total == 3 and not v.exact or v.query == "w" %}three{% elif v.chosen %}chosen{% else %}neither{% end %}
  {% if v.items and v.on and v.body and v.query and v.total != 0 and v.query != "x" %}all{% end %}
  <a href="{{ v.next }}">n</a> {{ v.body }} {{ v.share }} {{ v.total | number }} {{ v.on | iso }} {{ v.query | mark }}
</body>
</html>
`,
    "src/web/chip.html": `{% view chip as c %}
<span class="chip{% if c.late %} late{% end %}">{{ c.word | term }}</span>
`,
    "locale/a.po": `msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Raise a matter"
msgstr "反映"
"问题"

msgid "{n} day left"
msgid_plural "{n} days left"
msgstr[0] "还剩{n}天"

msgid "Until {on} for {who}"
msgstr "{who}：至{on}"

msgctxt "term"
msgid "solved"
msgstr "已解决"

msgid "solved"
msgstr "不是这个"
`,
  };
  const code = `
    struct row_view kids[] = {{.ref = STR("k<1>")}, {.ref = STR("k2")}};
    struct row_view rows[] = {{.ref = STR("A/1"), .raised_at = {INT64_C(1793668320000)}, .kids = kids, .n_kids = 2},
                              {.ref = STR("B&2")}, {.ref = STR("C")}};
    str tags[] = {STR("x"), STR("<y>")};
    struct list_view v = {.total = 4000, .exact = true, .query = STR("a \\1<b>\\2 \\"q\\"\\nz"), .items = rows, .n_items = 3,
                          .chosen = &rows[1], .chip = {.word = STR("solved"), .late = true}, .tags = tags, .n_tags = 2,
                          .next = STR("javascript:alert(1)"), .body = {STR("<em>ok</em>")}, .on = day_from_civil(2026, 11, 3), .share = 0.25};
    if (argc > 2) v = (struct list_view){.query = STR("w"), .chip = {.word = STR("open")}, .next = {NULL, 0}};
    if (argc > 1 && argv[1][1] == 'j') json_list(o, &v);
    else tpl_list(o, &v);
`;
  let made, program;

  test("compile without a warning", () => {
    made = mktpl(files);
    assert.equal(made.code, 0, made.err);
    assert.equal(run(made.dir, tool("mkpo"), "--out", "build/gen", "locale/a.po").code, 0);
    program = compileAndRun(made.dir, code, ["gen/tpl/list.h"]);
  });

  test("give this page", () => {
    assert.equal(program("e"), `<!doctype html>
<html lang="en">
<head><title>a \u0001&lt;b&gt;\u0002 &#34;q&#34;
z – list</title><link rel="stylesheet" href="/assets/app.0a1b2c3d.css"></head>
<body>
<h1 class="exact">Raise a matter</h1>
<p>4000 days left, Until 3 Nov 2026 for a \u0001&lt;b&gt;\u0002 &#34;q&#34;
z</p>
<form action="/s?q=a%20%01%3Cb%3E%02%20%22q%22%0Az&amp;n=4000"><input type="hidden" name="csrf" value="&lt;tok&gt;"></form>
<ul>
<li class="first"><a href="/m/A%2F1">A/1</a>
<time datetime="2026-11-03T01:12:00Z">3 Nov 2026, 09:12</time>, 
k&lt;1&gt;0k21
</li>
<li class="middle"><a href="/m/B%262">B&amp;2</a>
<time datetime=""></time>, 

</li>
<li class="last"><a href="/m/C">C</a>
<time datetime=""></time>

</li>
</ul>
<b>B&amp;2</b>
<span class="chip late">solved</span>
[x][&lt;y&gt;]
<textarea name="x">
a \u0001&lt;b&gt;\u0002 &#34;q&#34;
z</textarea>
<pre>
a   b
  a \u0001&lt;b&gt;\u0002 &#34;q&#34;<br>
z
</pre>
chosen
all
<a href="#">n</a> <em>ok</em> 0.25 4,000 2026-11-03 a <mark>&lt;b&gt;</mark> &#34;q&#34;
z
</body>
</html>`);
  });

  test("give it in Chinese", () => {
    const page = program("z");
    assert.match(page, /<h1 class="exact">反映问题<\/h1>/);
    assert.match(page, /<p>还剩4000天, a .*\n?z：至2026年11月3日<\/p>/);
    assert.match(page, /2026年11月3日 09:12/);
    assert.match(page, /<span class="chip late">已解决<\/span>/);
    assert.match(page, /<html lang="zh-CN">/);
  });

  test("take the other ways when everything is empty", () => {
    const page = program("e", "empty");
    assert.match(page, /<h1>/);
    assert.match(page, /<li>none<\/li>/);
    assert.match(page, /<i>nobody<\/i>/);
    assert.match(page, /<span class="chip">open<\/span>/);
    assert.match(page, /three/);
    assert.doesNotMatch(page, /all/);
  });

  test("give JSON without what is for the page only", () => {
    assert.deepEqual(JSON.parse(program("ej")), {
      total: 4000, exact: true,
      items: [
        { ref: "A/1", raised_at: "2026-11-03T01:12:00Z", kids: [{ ref: "k<1>", raised_at: null, kids: [] }, { ref: "k2", raised_at: null, kids: [] }] },
        { ref: "B&2", raised_at: null, kids: [] },
        { ref: "C", raised_at: null, kids: [] },
      ],
      chosen: { ref: "B&2", raised_at: null, kids: [] },
      chip: { word: "solved", late: true, of: null },
      tags: ["x", "<y>"], next: "javascript:alert(1)", on: "2026-11-03", share: 0.25,
    });
    assert.deepEqual(Object.keys(JSON.parse(program("ej"))),
      ["total", "exact", "items", "chosen", "chip", "tags", "next", "on", "share"]);
    const empty = JSON.parse(program("ej", "empty"));
    assert.equal(empty.next, null);
    assert.equal(empty.chosen, null);
    assert.deepEqual(empty.items, []);
    assert.equal(empty.on, null);
  });

  test("merge text into as few calls as can be", () => {
    const c = readFileSync(join(made.dir, "build/gen/tpl/chip.c"), "utf8");
    assert.equal(c.match(/out_raw/g).length, 4);
    const list = readFileSync(join(made.dir, "build/gen/tpl/list.c"), "utf8");
    assert.match(list, /href=\\"" ASSET_app_css "\\">/);
    assert.match(list, /#line 7 "src\/matter\/list.html"/);
  });

  test("leave files that stay the same untouched", () => {
    const path = join(made.dir, "build/gen/tpl/list.c"), other = join(made.dir, "build/gen/tpl/chip.c");
    const [before, beforeOther] = [statSync(path, { bigint: true }).mtimeNs, statSync(other, { bigint: true }).mtimeNs];
    const html = Object.keys(files).filter((n) => /\.(view|html)$/.test(n));
    writeFileSync(join(made.dir, "src/web/chip.html"), "{% view chip as c %}\n<i>{{ c.word }}</i>\n");
    assert.equal(run(made.dir, tool("mktpl"), "--out", "build/gen", ...html).code, 0);
    assert.equal(statSync(path, { bigint: true }).mtimeNs, before);
    assert.notEqual(statSync(other, { bigint: true }).mtimeNs, beforeOther);
  });
});

describe("hostile text", () => {
  const strings = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "javascript:alert(1)",
    " \tjavascript:alert(1)", "</textarea><script>", "</title><script>", "a&lt;b", "\u0001<\u0002", "${x}{{7*7}}{% end %}", "\\\"", "%3Cscript%3E",
    "//evil.example", "data:text/html,x", "a\r\nSet-Cookie: x", "\u2028\u2029", "落实<", "-->", "]]>"];
  const files = {
    "a.view": "view a\n  s str\n  w str html\n",
    "a.html": `{% view a as v %}
<p>T{{ v.s }}T</p><p>L{{ v.s | lines }}L</p><p>M{{ v.s | mark }}M</p><p>W{{ v.s | term }}W</p><p>N{% t "N{x}N" x=v.s %}N</p>
<i title="D{{ v.s }}D" data-x='S{{ v.s }}S' alt="{% t "K{x}K" x=v.s %}"></i><a href="{{ v.s }}">U</a><a href="/p/{{ v.s }}/q?r={{ v.s }}#{{ v.s }}">P</a>
<textarea>{{ v.s }}</textarea><svg><title>{{ v.s }}</title></svg>
`,
  };
  test("stays text in every place", () => {
    const made = mktpl(files);
    assert.equal(made.code, 0, made.err);
    const program = compileAndRun(made.dir, `
      struct a_view v = {.s = str_from(argv[2])};
      if (*argv[1] == 'j') { json_a(o, &v); } else { tpl_a(o, &v); }`, ["gen/tpl/a.h"]);
    const shape = (s) => s.match(/<[^>]*>/g).map((t) => t.replace(/"[^"]*"|'[^']*'/g, '""')).join("");
    const plain = shape(program("e", "plain")).replaceAll("<br>", "").replaceAll(/<\/?mark>/g, "");
    const text = (s) => s.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#34;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    for (const s of strings) {
      const page = program("e", s);
      assert.equal(shape(page).replaceAll("<br>", "").replaceAll(/<\/?mark>/g, ""), plain, s);
      assert.equal(text(page.match(/<p>T([^]*?)T<\/p>/)[1]), s);
      assert.equal(text(page.match(/title="D([^"]*)D"/)[1]), s);
      assert.equal(text(page.match(/data-x='S([^']*)S'/)[1]), s);
      assert.equal(text(page.match(/alt="K([^"]*)K"/)[1]), s);
      assert.equal(text(page.match(/<textarea>\n([^<]*)<\/textarea>/)[1]), s);
      const part = encodeURIComponent(s).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
      assert.ok(page.includes(`href="/p/${part}/q?r=${part}#${part}"`), s);
      const href = page.match(/<a href="([^"]*)">U/)[1];
      assert.match(href, /^(#$|https?:|mailto:|tel:|[^:]*([/?#]|$))/, s);
      const json = program("j", s);
      assert.equal(JSON.parse(json).s, s);
      assert.doesNotMatch(json, /[<>&\u2028\u2029]/);
    }
  });
});

describe("a mistake in a template is named with its file and line:", () => {
  const view = `view a
  s str
  n int
  b bool
  at instant
  on day
  r real
  h html
  rows [row]
  one ?row
  in row
  tags [str]
record row
  x str
`;
  const cases = {
    "a value in a script": ["<p></p>\n<script>let a = {{ v.n }};</script>", 3, /cannot stand in <script>/],
    "a block in a script": ["<script>{% if v.b %}1{% end %}</script>", 2, /cannot stand in <script>/],
    "a value in a style": ["<style>a { width: {{ v.n }}px }</style>", 2, /cannot stand in <style>/],
    "a value in a style attribute": ['<p style="width:{{ v.n }}px">', 2, /style attribute/],
    "a value in an event attribute": ['<p\n onclick="f({{ v.n }})">', 3, /event attribute onclick/],
    "a value in an event attribute in capitals": ['<p OnClick="{{ v.s }}">', 2, /event attribute onclick/],
    "a message in an event attribute": ['<p onclick="{% t "Open" %}">', 2, /event attribute/],
    "an unquoted value": ["<p class={{ v.s }}>", 2, /must be in quotes/],
    "a partly unquoted value": ["<p class=a{{ v.s }}>", 2, /must be in quotes/],
    "a value in a comment": ["<!-- {{ v.s }} -->", 2, /in a comment/],
    "a value in a declaration": ["<!doctype {{ v.s }}>", 2, /in a declaration/],
    "a value in srcdoc": ['<iframe srcdoc="{{ v.s }}">', 2, /attribute srcdoc/],
    "a value in srcset": ['<img srcset="{{ v.s }}">', 2, /attribute srcset/],
    "a value as a script's address": ['<script src="{{ v.s }}"></script>', 2, /script's address/],
    "a value in a refresh": ['<meta http-equiv="refresh" content="{{ v.s }}">', 2, /http-equiv/],
    "a value in a refresh, other order": ['<meta content="{{ v.s }}" http-equiv="refresh">', 2, /http-equiv/],
    "a value in an animation": ['<svg><set to="{{ v.s }}"/></svg>', 2, /attribute to/],
    "a value as a tag's name": ["<h{{ v.n }}>", 2, /tag's or an attribute's name/],
    "a value as a whole tag's name": ["<{{ v.s }}>", 2, /tag's name/],
    "a value as an attribute's name": ["<p {{ v.s }}>", 2, /tag's or an attribute's name/],
    "a value after an attribute's name": ['<p on{{ v.s }}="x">', 2, /tag's or an attribute's name/],
    "an attribute's name joined by a block": ['<a {% if v.b %}on{% end %}click="x">', 2, /white space or >/],
    "an attribute's name joined by a loop": ['<a {% for r in v.rows %}{% if loop.first %}on{% else %}click="{{ r.x }}"{% end %}{% end %}>', 2, /white space or >/],
    "a scheme chosen by a value": ['<a href="{{ v.s }}:{{ v.n }}">', 2, /scheme/],
    "a scheme that is not allowed": ['<a href="javascript:f()">', 2, /scheme "javascript"/],
    "a scheme that is not allowed, unquoted": ["<a href=javascript:f()>", 2, /scheme "javascript"/],
    "an address begun in one branch only": ['<a href="{% if v.b %}/x{% end %}{{ v.s }}">', 2, /not clear where in the address/],
    "an address begun in a loop": ['<a href="{% for r in v.rows %}{{ r.x }}{% end %}">', 2, /cannot begin in a loop/],
    "a message in an address": ['<a href="{% t "Open" %}">', 2, /message cannot stand in an address/],
    "branches that end in different places": ['{% if v.b %}<a href="{% end %}">', 2, /different places/],
    "a loop that does not come back": ["{% for r in v.rows %}<p title='{% end %}", 2, /different places/],
    "a template that ends inside a tag": ["<p", 2, /ends inside <p>/],
    "a template that ends inside a script": ["<script>", 2, /ends inside <script>/],
    "a template that ends inside a comment": ["<!-- x", 2, /ends inside <!-->/],
    "a bare less-than sign": ["a < b", 2, /&lt;/],
    "attributes without a space": ['<p a="1"b="2">', 2, /white space or >/],
    "an include in a tag": ["<p {% include b v.in %}>", 2, /between tags/],
    "an unknown field": ["\n\n{{ v.nothing }}", 4, /a has no field "nothing" \(a\.view:1\)/],
    "an unknown field further on": ["{{ v.in.nothing }}", 2, /row has no field "nothing"/],
    "a field of a str": ["{{ v.s.x }}", 2, /s has no fields/],
    "an unknown variable": ["{{ w.s }}", 2, /"w" is not known/],
    "a loop's variable after the loop": ["{% for r in v.rows %}{% end %}{{ r.x }}", 2, /"r" is not known/],
    "an optional record without with": ["{{ v.one.x }}", 2, /may be absent/],
    "an optional record included": ["{% include b v.one %}", 2, /may be absent/],
    "a wrong filter": ["{{ v.s | date }}", 2, /a str has the filters/],
    "an unknown filter": ["{{ v.n | shout }}", 2, /an int has the filter number/],
    "an instant without a filter": ["{{ v.at }}", 2, /an instant is shown by/],
    "a day without a filter": ["{{ v.on }}", 2, /a day is shown by/],
    "a bool shown": ["{{ v.b }}", 2, /bool cannot be shown/],
    "a record shown": ["{{ v.in }}", 2, /record cannot be shown/],
    "an array shown": ["{{ v.tags }}", 2, /array cannot be shown/],
    "html in an attribute": ['<p title="{{ v.h }}">', 2, /cannot stand in an attribute/],
    "html in a title": ["<title>{{ v.h }}</title>", 2, /cannot stand in <title>/],
    "html in a message in an attribute": ['<p title="{% t "{h}" h=v.h %}">', 2, /only between tags/],
    "line breaks in an attribute": ['<p title="{{ v.s | lines }}">', 2, /cannot stand in an attribute/],
    "a mark in a textarea": ["<textarea>{{ v.s | mark }}</textarea>", 2, /cannot stand in <title> or <textarea>/],
    "a date at the beginning of an address": ['<a href="{{ v.on | iso }}">', 2, /where an address begins/],
    "a date in an address": ['<a href="/{{ v.on | date }}">', 2, /cannot stand in an address/],
    "an unclosed for": ["<ul>\n{% for r in v.rows %}\n<li></li>", 3, /no {% end %}/],
    "an unclosed if": ["{% if v.b %}", 2, /no {% end %}/],
    "an end without a block": ["a\n{% end %}", 3, /without a block/],
    "an else after an else": ["{% if v.b %}{% else %}\n{% else %}{% end %}", 3, /only {% end %}/],
    "an elif in a for": ["{% for r in v.rows %}{% elif v.b %}{% end %}", 2, /elif belongs to an if/],
    "an else where the record is always there": ["{% with r = v.in %}{% else %}{% end %}", 2, /always there/],
    "a for through a str": ["{% for r in v.s %}{% end %}", 2, /an array/],
    "a with of a str": ["{% with r = v.s %}{% end %}", 2, /names a record/],
    "a test of a real": ["{% if v.r %}{% end %}", 2, /real is no test/],
    "a test of a record": ["{% if v.in %}{% end %}", 2, /no test/],
    "a constant as a test": ["{% if 3 %}{% end %}", 2, /constant is no test/],
    "a comparison of different types": ['{% if v.n == "x" %}{% end %}', 2, /different types/],
    "a comparison of bools": ["{% if v.b == v.b %}{% end %}", 2, /only str, int, instant and day/],
    "a number too large": ["{% if v.n == 99999999999999999999 %}{% end %}", 2, /not a number/],
    "a loop's state outside": ["{{ loop.index }}", 2, /only inside a for/],
    "an unknown part of loop": ["{% for r in v.rows %}{{ loop.size }}{% end %}", 2, /index, first and last/],
    "an unknown part of page": ["{{ page.secret }}", 2, /page has lang/],
    "an unknown tag": ["{% foreach r %}", 2, /not a tag/],
    "an unknown template": ["{% include zzz v.in %}", 2, /no template "zzz"/],
    "a template included with another record": ["{% include a v.in %}", 2, /shows a a, not a row/],
    "an unclosed tag": ["x {% if v.b\n<p>", 2, /not closed by %}/],
    "an unclosed value": ["x {{ v.s", 2, /not closed/],
    "an unclosed comment": ["\n{# x", 3, /not closed by #}/],
    "an unclosed string": ['{% t "x %}', 2, /string is not closed/],
    "a string over lines": ['{% t "x\ny" %}', 2, /end on its line/],
    "an unknown escape": ['{% t "\\q" %}', 2, /only/],
    "a message naming what is not given": ['{% t "{n} days" %}', 2, /\{n\}, which is not given/],
    "a value the message does not name": ['{% t "days" n=v.n %}', 2, /does not name \{n\}/],
    "a value given twice": ['{% t "{n}" n=v.n n=v.n %}', 2, /given twice/],
    "braces in a message": ['{% t "a } b" %}', 2, /without \{/],
    "braces without a name": ['{% t "a { b" %}', 2, /hold a name/],
    "a plural without its number": ['{% tn "a" "b" %}', 2, /needs n=/],
    "a plural with one message": ['{% tn n=v.n "a" %}', 2, /two messages/],
    "an empty message": ['{% t "" %}', 2, /cannot be empty/],
    "a missing asset": ['<link\n  href="{% asset "zzz.css" %}">', 3, /no asset "zzz.css"/],
    "a second view line": ["{% view a as w %}", 2, /first line/],
    "blocks nested too deep": ["{% if v.b %}".repeat(65), 2, /nested too deep/],
  };
  for (const [name, [body, line, message]] of Object.entries(cases)) {
    test(name, () => {
      const r = mktpl({
        "build/gen/assets.h": '#define ASSET_app_css "/assets/app.css"\n', "a.view": view,
        "b.html": "{% view row as r %}\n<b></b>\n", "t.html": `{% view a as v %}\n${body}`, "a.html": "{% view a as v %}\n<i></i>",
      });
      assert.equal(r.code, 1, "it was accepted");
      assert.match(r.err, new RegExp(`^t\\.html:${line}: `));
      assert.match(r.err, message);
      assert.equal(r.err.trim().split("\n").length, 1, r.err);
    });
  }

  test("assets that do not exist yet", () => {
    const r = mktpl({ "a.view": view, "t.html": '{% view a as v %}\n<link href="{% asset "app.css" %}">' });
    assert.match(r.err, /^t\.html:2: build\/gen\/assets\.h does not exist/);
  });

  const whole = {
    "no view line": ["<p>", 1, /begins with {% view NAME as v %}/],
    "an unknown view": ["{% view zzz as v %}", 1, /no view or record "zzz"/],
    "bytes that are not UTF-8": [Buffer.from("{% view a as v %}\xff", "latin1"), 1, /not UTF-8/],
  };
  for (const [name, [text, line, message]] of Object.entries(whole)) {
    test(name, () => {
      const r = mktpl({ "a.view": view, "t.html": text });
      assert.equal(r.code, 1);
      assert.match(r.err, new RegExp(`^t\\.html:${line}: `));
      assert.match(r.err, message);
    });
  }

  test("every broken template is reported, the good ones are written", () => {
    const r = mktpl({ "a.view": view, "x.html": "{% view a as v %}{{ v.q }}", "y.html": "{% view a as v %}{{ v.q }}", "z.html": "{% view a as v %}z" });
    assert.equal(r.code, 1);
    assert.equal(r.err.trim().split("\n").length, 2);
    assert.ok(existsSync(join(r.dir, "build/gen/tpl/z.c")));
    assert.ok(!existsSync(join(r.dir, "build/gen/tpl/x.c")));
  });
});

describe("a mistake in a view is named with its file and line:", () => {
  const cases = {
    "an unknown type": ["view a\n  x strr\n", 2, /called "strr"/],
    "a field without a type": ["view a\n  x\n", 2, /no type/],
    "two fields of a name": ["view a\n  x str\n  x int\n", 3, /two fields x/],
    "a word of C": ["view a\n  while str\n", 2, /word of C/],
    "a bad name": ["view a\n  X str\n", 2, /not a name/],
    "a record twice": ["view a\n  x str\nrecord a\n  y str\n", 3, /already declared at t\.view:1/],
    "a field before a record": ["  x str\n", 1, /before the first/],
    "something else": ["table a\n", 1, /expected "view NAME"/],
    "a view without fields": ["view a\n", 1, /no fields/],
    "an optional str": ["view a\n  x ?str\n", 2, /only a record/],
    "an array of int": ["view a\n  x [int]\n", 2, /records or of str/],
    "a record that holds itself": ["view a\n  x b\nrecord b\n  y a\n", 4, /hold itself/],
    "the name of a count": ["view a\n  x [str]\n  n_x int\n", 2, /number of x/],
    "an unknown word after the type": ["view a\n  x str hidden\n", 2, /only "html"/],
  };
  for (const [name, [text, line, message]] of Object.entries(cases)) {
    test(name, () => {
      const r = mktpl({ "t.view": text });
      assert.equal(r.code, 1, "it was accepted");
      assert.match(r.err, new RegExp(`^t\\.view:${line}: `));
      assert.match(r.err, message);
    });
  }

  test("two files that hold each other's records", () => {
    const r = mktpl({ "a.view": "record a1\n  x b1\nrecord a2\n  y str\n", "b.view": "record b1\n  x str\nrecord b2\n  y a2\n" });
    assert.match(r.err, /\.view:\d+: this file and [ab]\.view hold each other's records/);
  });

  test("records that point at each other across files are fine", () => {
    const r = mktpl({ "a.view": "record a1\n  x ?b1\n  s b2\n", "b.view": "record b1\n  x [a1]\nrecord b2\n  y ?a1\n  z [b1]\n" });
    assert.equal(r.code, 0, r.err);
    const program = compileAndRun(r.dir, `
      struct b1_view b = {.n_x = 0};
      struct a1_view a = {.x = &b};
      json_a1(o, &a);`, ["gen/view/a.h"]);
    assert.deepEqual(JSON.parse(program("e")), { x: { x: [] }, s: { y: null, z: [] } });
  });
});

describe("white space", () => {
  test("is folded outside pre and textarea, and never joined across an optional piece", () => {
    const r = mktpl({
      "a.view": "view a\n  b bool\n  s str\n",
      "a.html": `{% view a as v %}

<p>
   a    b\t{% if v.b %} c{% end %} d
</p>


<pre>  x
   y {% if v.b %}  z{% end %}</pre><textarea>

  k</textarea><b{% if v.b %} hidden{% end %}  title="a   b"
   lang="en">{{ v.s }} {{ v.s }}</b>

`,
    });
    assert.equal(r.code, 0, r.err);
    const program = compileAndRun(r.dir, "tpl_a(o, &(struct a_view){.b = argc > 2, .s = STR(\"s\")});", ["gen/tpl/a.h"]);
    assert.equal(program("e", "b"), "<p>\na b c d\n</p>\n<pre>  x\n   y   z</pre><textarea>\n\n  k</textarea><b hidden title=\"a   b\" lang=\"en\">s s</b>");
    assert.equal(program("e"), "<p>\na b  d\n</p>\n<pre>  x\n   y </pre><textarea>\n\n  k</textarea><b title=\"a   b\" lang=\"en\">s s</b>");
  });

  test("a long text is cut into literals the compiler takes", () => {
    const r = mktpl({ "a.view": "view a\n  b bool\n", "a.html": "{% view a as v %}\n" + "落实??/<b>\"\\</b>".repeat(2000) });
    assert.equal(r.code, 0, r.err);
    const program = compileAndRun(r.dir, "tpl_a(o, &(struct a_view){.b = true});", ["gen/tpl/a.h"]);
    assert.equal(program("e"), "落实??/<b>\"\\</b>".repeat(2000));
  });
});

describe("messages", () => {
  test("are listed once each with all their places", () => {
    const dir = folder({
      "a.html": '{% view x as v %}\n{% t "Open" %}{% t "Open" ctx="state" %}\n{% for r in v.q %}{% tn n=r.n "{n} \\"day\\"" "{n} days" %}{% end %}',
      "b.html": '{% view x as v %}<i title="{% t "Open" %}"></i>',
    });
    const r = run(dir, tool("mktpl"), "--pot", "a.html", "b.html");
    assert.equal(r.code, 0, r.err);
    assert.equal(r.out, `#: a.html:2
#: b.html:1
msgid "Open"
msgstr ""

#: a.html:2
msgctxt "state"
msgid "Open"
msgstr ""

#: a.html:3
msgid "{n} \\"day\\""
msgid_plural "{n} days"
msgstr[0] ""

`);
  });

  const header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n';
  const mkpo = (files, ...args) => {
    const dir = folder(files);
    return { dir, ...run(dir, tool("mkpo"), ...args, ...Object.keys(files).filter((n) => n.endsWith(".po"))) };
  };

  test("without a translation are named by their place", () => {
    const r = mkpo({
      "a.po": `${header}msgid "A"\nmsgstr "甲"\n\nmsgid "empty"\nmsgstr ""\n\nmsgctxt "c"\nmsgid "B"\nmsgstr "乙"\n`,
      "a.pot": '#: src/x.html:7 src/y.c:8\nmsgid "B"\nmsgstr ""\n\nmsgid "A"\nmsgstr ""\n\nmsgid "empty"\nmsgstr ""\n\nmsgctxt "c"\nmsgid "B"\nmsgstr ""\n',
    }, "--check", "a.pot");
    assert.equal(r.code, 1);
    assert.equal(r.out, 'src/x.html:7: not translated: "B"\na.pot:8: not translated: "empty"\n');
  });

  test("terms are looked for with their context, then without", () => {
    const dir = folder({
      "a.po": `${header}msgctxt "term"\nmsgid "open"\nmsgstr "开"\n\nmsgid "shut"\nmsgstr "关"\n`,
      "t.pot": 'msgid "open"\nmsgstr ""\n\nmsgid "shut"\nmsgstr ""\n',
    });
    assert.equal(run(dir, tool("mkpo"), "a.po", "--terms", "t.pot").code, 0);
    const r = run(dir, tool("mkpo"), "a.po", "--check", "t.pot");
    assert.equal(r.code, 1);
    assert.equal(r.out, 't.pot:1: not translated: "open"\n');
    assert.equal(run(dir, tool("mkpo"), "--out", "build/gen", "a.po").code, 0);
    const program = compileAndRun(dir, 'out_term(o, STR("open")); out_term(o, STR("shut")); out_term(o, STR("other"));', []);
    assert.equal(program("z"), "开关other");
    assert.equal(program("e"), "openshutother");
  });

  test("fuzzy and obsolete ones are left out", () => {
    const r = mkpo({ "a.po": `${header}#, fuzzy\nmsgid "A"\nmsgstr "甲"\n\n#~ msgid "old"\n#~ msgstr "旧"\n\n# note\n#. note\n#| msgid "x"\nmsgid "B"\nmsgstr "乙"\n` }, "--out", "gen");
    assert.equal(r.code, 0, r.err);
    assert.match(r.err, /^a\.po:5: warning: fuzzy/);
    const c = readFileSync(join(r.dir, "gen/catalogue.c"), "utf8");
    assert.ok(c.includes("乙") && !c.includes("甲") && !c.includes("旧"));
  });

  const broken = {
    "a {value} too many": [`msgid "A"\nmsgstr "{n}"\n`, 4, /names a \{value\}/],
    "a {value} missing": [`msgid "A {n}"\nmsgstr "甲"\n`, 4, /lacks a \{value\}/],
    "a {value} missing in a plural": [`msgid "one day"\nmsgid_plural "{n} days"\nmsgstr[0] "天"\n`, 4, /lacks a \{value\}/],
    "two translations": [`msgid "A"\nmsgstr "甲"\n\nmsgid "A"\nmsgstr "乙"\n`, 7, /translated differently/],
    "no msgstr": [`msgid "A"\n`, 4, /without msgstr/],
    "no msgid": [`msgstr "甲"\n`, 4, /without msgid/],
    "a second plural form": [`msgid "A"\nmsgid_plural "B"\nmsgstr[0] "甲"\nmsgstr[1] "乙"\n`, 7, /one plural form/],
    "an unknown word": [`msgidd\n`, 4, /quotes|not PO/],
    "a quote inside": [`msgid "A"B"\nmsgstr ""\n`, 4, /backslash/],
    "an unknown escape": [`msgid "\\q"\nmsgstr ""\n`, 4, /not known/],
    "text without a keyword": [`"A"\n`, 4, /not PO|keyword|twice|quotes/],
  };
  for (const [name, [text, line, message]] of Object.entries(broken)) {
    test(`a catalogue with ${name} is refused`, () => {
      const body = name === "text without a keyword" ? `${header}# x\n${text}` : header + text;
      const r = mkpo({ "a.po": body }, "--out", "gen");
      assert.equal(r.code, 1, "it was accepted");
      const at = name === "text without a keyword" ? 5 : line;
      assert.match(r.err, new RegExp(`^a\\.po:${at}: `));
      assert.match(r.err, message);
      assert.ok(!existsSync(join(r.dir, "gen/catalogue.c")));
    });
  }

  test("a header of another character set is refused", () => {
    const r = mkpo({ "a.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=GBK\\n"\n' }, "--out", "gen");
    assert.match(r.err, /charset=UTF-8/);
  });

  test("a large catalogue finds each of its messages", () => {
    let po = header;
    for (let i = 0; i < 3000; i++) po += `msgid "message ${i}"\nmsgstr "消息${i}"\n\n`;
    const r = mkpo({ "a.po": po }, "--out", "build/gen");
    assert.equal(r.code, 0, r.err);
    const program = compileAndRun(r.dir, `
      char id[40];
      int found = 0;
      for (int i = 0; i < 4000; i++) {
          (void)snprintf(id, sizeof id, "message %d", i);
          str s = tr(LANG_ZH, id);
          found += str_eq(s, str_format(mem, "消息%d", i)) && i < 3000;
          found += str_eq(s, str_from(id)) && i >= 3000;
      }
      out_int(o, found);`, []);
    assert.equal(program("z"), "4000");
  });
});

describe("embedded files", () => {
  const css = "body { color: black }\n".repeat(200);
  const files = { "a/app.css": css, "a/fonts/x.woff2": "not really", "a/tiny.svg": "<svg/>", "b/app.js": "let a = 1;\n".repeat(50), "a/.hidden": "x", "a/empty.txt": "" };

  test("are found by name and by hashed name, plain and packed", () => {
    const dir = folder(files);
    const r = run(dir, tool("mkembed"), "--out", "build/gen", "a", "b");
    assert.equal(r.code, 0, r.err);
    const program = compileAndRun(dir, `
      for (size_t i = 0; i < assets_n; i++) {
          const struct asset *a = &assets[i];
          const struct asset *same = assets_find(a->name), *hashed = assets_find_hashed(str_sub(a->path, 8, a->path.n));
          if (same != a || hashed != a || !str_eq(assets_path(a->name), a->path)) out_raw(o, STR("lost "));
          buf_format(&o->b, "%.*s %.*s %.*s %.*s %zu %d %d\\n", STR_ARG(a->name), STR_ARG(a->path), STR_ARG(a->type), STR_ARG(a->etag),
                     a->plain.n, a->gzip.p != NULL, a->brotli.p != NULL);
      }
      if (assets_find(STR("zzz")) != NULL || assets_find_hashed(STR("app.css")) != NULL) out_raw(o, STR("found "));
      out_raw(o, STR(ASSET_app_css "\\n"));
      if (argc > 2) { o->b.n = 0; const struct asset *a = assets_find(STR("app.css")); out_raw(o, *argv[2] == 'g' ? a->gzip : *argv[2] == 'b' ? a->brotli : a->plain); }
    `, ["gen/assets.h"]);
    const rows = program("e").trim().split("\n").map((l) => l.split(/ (?=\/assets)|; | /));
    assert.deepEqual(rows.map((x) => x[0]).slice(0, 5), ["app.css", "app.js", "empty.txt", "fonts/x.woff2", "tiny.svg"]);
    for (const row of rows.slice(0, 5)) assert.match(row[1], /^\/assets\/[a-z/]+\.[0-9a-f]{8}\.[a-z0-9]+$/);
    assert.equal(rows[5][0], rows[0][1]);
    assert.deepEqual(rows[0].slice(-3), [String(css.length), "1", "1"]);
    assert.deepEqual(rows[2].slice(-3), ["0", "0", "0"]);
    assert.deepEqual(rows[3].slice(-3), ["10", "0", "0"]);
    const bytes = (how) => spawnSync(join(dir, "main"), ["e", how]).stdout;
    assert.equal(zlib.gunzipSync(bytes("g")).toString(), css);
    assert.equal(zlib.brotliDecompressSync(bytes("b")).toString(), css);
    assert.equal(bytes("p").toString(), css);
  });

  test("change their address with their content, and only then", () => {
    const dir = folder(files);
    const address = () => {
      assert.equal(run(dir, tool("mkembed"), "--out", "gen", "a", "b").code, 0);
      return readFileSync(join(dir, "gen/assets.h"), "utf8");
    };
    const first = address();
    assert.equal(address(), first);
    writeFileSync(join(dir, "a/app.css"), css + " ");
    const second = address();
    const differ = second.split("\n").filter((l, i) => l !== first.split("\n")[i]);
    assert.equal(differ.length, 1);
    assert.match(differ[0], /ASSET_app_css/);
  });

  for (const [name, more, message] of [
    ["of one name in two folders", { "b/app.css": "x" }, /b\/app\.css:1: another asset has this name/],
    ["of an unknown kind", { "a/x.exe": "x" }, /a\/x\.exe:1: no content type/],
    ["with a name that is no address", { "a/x y.css": "x" }, /letters, digits/],
  ]) {
    test(`${name} are refused`, () => {
      const r = run(folder({ ...files, ...more }), tool("mkembed"), "--out", "gen", "a", "b");
      assert.equal(r.code, 1);
      assert.match(r.err, message);
    });
  }

  test("from a folder that is not there are refused", () => {
    const r = run(folder({}), tool("mkembed"), "--out", "gen", "zzz");
    assert.equal(r.code, 1);
    assert.match(r.err, /zzz:1: cannot be read as a folder/);
  });
});
