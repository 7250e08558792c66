// A campaign that runs in the small city of office.mjs, made by its pages: chief is first person responsible of the district, head of the
// bureau, leader of the root. Four actions, one a criterion; a town and a county have nobody.
// SPDX-License-Identifier: Apache-2.0
import { csrf_of, faults, once_of, words } from './luoshi.mjs';
import { office } from './office.mjs';

export const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
const FIRST = [['990000', 'Jiang Wen'], ['990100', 'Xu Ning'], ['990101', 'Lin Yue']];
const FRAME = {
  name: 'A year of listening', theme: 'Go down and listen', starts: day(-10), ends: '', sign_days: '5', ask_cap: '20', unit: '990000', template: '', parent: '',
  kind_county: '1', kind_bureau: '1', kind_township: '1',
};
export const ACTIONS = {
  list: { name: 'Publish the own list', criterion: 'own_list', locked: '1' },
  matters: { name: 'Answer one matter', criterion: 'matters_answered', may_adapt: '1', may_waive: '1' },
  down: { name: 'Break the notice down', criterion: 'sent_down' },
  place: { name: 'Study two places', criterion: 'record', criterion_n: '2', may_adapt: '1' },
};

const went = (x, what) => {
  if (x.status !== 303) throw new Error(`${what}: ${x.status} ${faults(x.text).join('; ')} ${words(x.text).slice(0, 300)}`);
  return x;
};

async function name_first(admin) {
  for (const [unit, name] of FIRST) {
    const page = await admin.get(`/admin/units/${unit}`);
    const person = new RegExp(`<option value="(\\d+)"[^>]*>${name}`).exec(page.text)[1];
    went(await admin.post(`/admin/units/${unit}/post`, { csrf: csrf_of(page.text), kind: 'first', person }), name);
  }
}

async function act(who, ref, name) {
  const page = await who.get(`/work/campaigns/${ref}`);
  const { edit } = (await who.get(`/work/campaigns/${ref}.json`)).json.head;
  went(await who.post(`/work/campaigns/${ref}`, { csrf: csrf_of(page.text), once: once_of(page.text), edit, act: name }), name);
}

async function edit(who, ref, part, fields) {
  const page = await who.get(`/work/campaigns/${ref}/edit/${part}`);
  const aim = /<select[^>]*name="aim"[\s\S]*?<option value="(\d+)"/.exec(page.text)?.[1];
  const stage = /<select[^>]*name="stage"[\s\S]*?<option value="(\d+)"/.exec(page.text)?.[1];
  return went(await who.send(page, `/work/campaigns/${ref}/edit/${part}`, { ...(part === 'action' ? { aim, stage } : {}), ...fields }), `${part} ${fields.name}`);
}

// {…office(), ref}; the campaign is in force. cap: how much a unit may be asked in a month.
export async function running({ cap = '20' } = {}) {
  const city = await office();
  const { admin, clerk, leader } = city.staff;
  await name_first(admin);
  const page = await clerk.get('/work/campaigns/new');
  const made = went(await clerk.post('/work/campaigns/new', { csrf: csrf_of(page.text), once: once_of(page.text), ...FRAME, ask_cap: cap }), 'the draft');
  const ref = /campaigns\/([^?]+)/.exec(made.headers.location)[1];
  await edit(clerk, ref, 'stage', { name: 'Listen', starts: day(-10), ends: day(90) });
  await edit(clerk, ref, 'stage', { name: 'Sum up', starts: day(91), ends: day(200) });
  went(await clerk.send(await clerk.get(`/work/campaigns/${ref}/text`), `/work/campaigns/${ref}/text`, { text: '# Why\n\nTo listen.\n' }), 'the text');
  for (const a of Object.values(ACTIONS)) await edit(clerk, ref, 'action', { criteria: 'The record shows it', criterion_n: '1', evidence: '', due_on: day(60), ...a });
  for (const step of ['discuss', 'match']) await act(clerk, ref, step);
  await act(leader, ref, 'approve');
  went(await leader.send(await leader.get(`/work/campaigns/${ref}/issue`), `/work/campaigns/${ref}/issue`, { act: 'issue' }), 'issue');
  return { ...city, ref };
}

// The rows of /work/duties.json, flat, each with its stage.
export async function duties(who, query = '') {
  const v = (await who.get(`/work/duties.json${query}`)).json;
  return v.campaigns.flatMap((c) => c.groups.flatMap((g) => g.rows));
}
export async function duty_of(who, action) {
  const d = (await duties(who)).find((one) => one.name === ACTIONS[action].name);
  if (d === undefined) throw new Error(`no duty “${action}”`);
  return d;
}
export const duty = async (who, id) => (await who.get(`/work/duties/${id}.json`)).json;

// Opens a form of a duty, fills it, sends it.
export async function deed(who, id, key, fields = {}) {
  const path = `/work/duties/${id}/form/${key}`;
  const page = await who.get(path);
  return page.status === 200 ? who.send(page, path, fields) : page;
}

// The first error summary of a page.
export const errors = (html) => words(/<div class="govuk-error-summary"[\s\S]*?<\/ul>/.exec(html)?.[0] ?? '');

export async function publish_list(who, ref, text = 'We begin with water') {
  return who.send(await who.get(`/work/own-list/${ref}`), `/work/own-list/${ref}`, { text });
}
