// A small city of a few units with one person of each role, made by the commands that an administrator uses:
//
//   990000 root           clerk, checker, leader, admin
//   ├ 990100 district     chief (head)
//   │ ├ 990101 bureau     head, handler, mate (handler)
//   │ └ 990110 town
//   └ 990300 county       stranger (handler)
//
// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { empty, must, raise, serve, sign_in, Client, words } from './luoshi.mjs';

const UNITS = `code,name_zh,name_en,kind,parent
990100,临江区,Linjiang District,county,990000
990101,临江区住建局,Linjiang Housing Bureau,bureau,990100
990110,桥头镇,Qiaotou Town,township,990100
990300,山阳县,Shanyang County,county,990000
`;

export const PEOPLE = {
  clerk: ['clerk', '990000', 'Shen Lan'],
  checker: ['checker', '990000', 'Gu An'],
  leader: ['leader', '990000', 'Jiang Wen'],
  admin: ['admin', '990000', 'Ma Rui'],
  chief: ['head', '990100', 'Xu Ning'],
  head: ['head', '990101', 'Lin Yue'],
  handler: ['handler', '990101', 'He Qing'],
  mate: ['handler', '990101', 'Bai Lu'],
  stranger: ['handler', '990300', 'Tang Yi'],
};

// {server, dir, staff: name → signed-in client}. The clock is the machine's: people are added while nothing serves yet.
export async function office({ signed_in = Object.keys(PEOPLE) } = {}) {
  const { dir } = await empty({ now: new Date().toISOString() });
  const units = join(dirname(dir), 'units.csv');
  await writeFile(units, UNITS);
  await must(['import', 'units', units, '--data', dir, '--quiet']);
  for (const [login, [role, unit, name]] of Object.entries(PEOPLE))
    await must(['user', 'add', login, '--data', dir, '--name', name, '--role', role, '--unit', unit, '--password-stdin'], { input: `haitang-${login}\n` });
  const server = await serve(dir, { now: new Date(Date.now() + 1000).toISOString() });
  const staff = {};
  for (const login of signed_in) staff[login] = await sign_in(server, login);
  return { server, dir, staff };
}

// What the JSON twin of a casefile says.
export const casefile = async (who, id) => (await who.get(`/work/case/${id}.json`)).json;

// Does a step of the work as a person would: opens the form, fills it, sends it. The answer to the POST.
export async function step(who, id, action, fields = {}, button = {}) {
  const page = await who.get(`/work/case/${id}/${action}`);
  if (page.status !== 200) return page;
  return who.send(page, `/work/case/${id}/${action}`, fields, button);
}

export async function done(who, id, action, fields = {}, button = {}) {
  const x = await step(who, id, action, fields, button);
  if (x.status !== 303) throw new Error(`${action} was answered ${x.status}: ${words(x.text).slice(0, 400)}`);
  return x;
}

export const ANSWER = {
  asked: 'Why is there no water on floors 5 and 6?', found: 'The pump of the block is worn out.', done: 'It is replaced by 8 December.',
  basis: 'Water Supply Regulations, article 20', remedy: 'Ask the district for a review within 30 days.',
};

// A matter raised by a resident: {id, ref, code, raiser}.
export async function raised(city, fields = {}) {
  const raiser = new Client(city.server);
  const r = await raise(raiser, fields);
  const found = (await city.staff.clerk.get(`/work/matters.json?sort=newest`)).json.items.find((m) => m.ref === r.ref);
  return { id: found.casefile, ref: r.ref, code: r.code, raiser };
}

const person = async (who, id, name) => {
  const page = await who.get(`/work/case/${id}/assign`);
  return new RegExp(`<option value="(\\d+)"[^>]*>${name}`).exec(page.text)[1];
};

// Brings a matter as far as asked: registered, accepted, handling or answered, at the housing bureau.
export async function brought(city, state, fields = {}) {
  const m = await raised(city, fields);
  const { clerk, head, handler } = city.staff;
  if (state === 'registered') return m;
  await done(clerk, m.id, 'accept', { unit: '990101', words: '' });
  if (state === 'accepted') return m;
  await done(head, m.id, 'assign', { person: await person(head, m.id, PEOPLE.handler[2]) });
  if (state === 'handling') return m;
  await done(handler, m.id, 'answer', ANSWER);
  return m;
}
