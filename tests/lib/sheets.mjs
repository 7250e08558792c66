// Files as offices hand them over: workbooks packed by hand, text in GB 18030. SPDX-License-Identifier: Apache-2.0
import { deflateRawSync } from 'node:zlib';

const TABLE = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
function crc32(bytes) {
  let c = 0xffffffff;
  for (const b of bytes) c = TABLE[(c ^ b) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

// files: {name: string or bytes}.
export function zip(files) {
  const parts = [], list = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const plain = Buffer.from(content), packed = deflateRawSync(plain, { level: 9 }), label = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x0800, 2);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(0x21, 8);
    facts.writeUInt32LE(crc32(plain), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(plain.length, 18);
    facts.writeUInt16LE(label.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), facts, label, packed);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(at, 10);
    list.push(Buffer.from('PK\x01\x02\x14\0'), facts, more, label);
    at += 30 + label.length + packed.length;
  }
  const directory = Buffer.concat(list), end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end]);
}

const NS = 'http://schemas.openxmlformats.org';
const REL = `${NS}/officeDocument/2006/relationships`;
const escaped = (s) => String(s).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
export const column = (i) => (i < 26 ? '' : String.fromCharCode(64 + Math.floor(i / 26))) + String.fromCharCode(65 + (i % 26));

// rows: of texts, numbers, null, or {f: formula, v: saved value}. after: XML behind the rows (merged areas).
export function workbook(rows, { after = '', xml = null } = {}) {
  const cell = (c, r, i) => {
    const at = `${column(i)}${r + 1}`;
    if (c === null) return '';
    if (typeof c === 'number') return `<c r="${at}"><v>${c}</v></c>`;
    if (typeof c === 'object') return `<c r="${at}" t="str"><f>${escaped(c.f)}</f>${c.v === undefined ? '' : `<v>${escaped(c.v)}</v>`}</c>`;
    return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(c)}</t></is></c>`;
  };
  const data = rows.map((cells, r) => `<row r="${r + 1}">${cells.map((c, i) => cell(c, r, i)).join('')}</row>`).join('');
  return zip({
    '[Content_Types].xml': `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="${NS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    '_rels/.rels': `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="${NS}/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="${NS}/spreadsheetml/2006/main" xmlns:r="${REL}"><sheets><sheet name="留言" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="${NS}/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': xml ?? `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="${NS}/spreadsheetml/2006/main"><sheetData>${data}</sheetData>${after}</worksheet>`,
  });
}

export const csv = (rows, { separator = ',', bom = false } = {}) =>
  (bom ? '\ufeff' : '') + rows.map((cells) => cells.map((c) => (c === null ? '' : /["\r\n,;\t]/.test(String(c)) ? `"${String(c).replaceAll('"', '""')}"` : c)).join(separator)).join('\r\n') + '\r\n';

let gb;
export function gb18030(text) {
  if (gb === undefined) {
    gb = new Map();
    const decoder = new TextDecoder('gb18030');
    for (let high = 0x81; high <= 0xfe; high++)
      for (let low = 0x40; low <= 0xfe; low++) {
        if (low === 0x7f) continue;
        const c = decoder.decode(Uint8Array.of(high, low));
        if (c.length === 1 && c !== '\ufffd' && !gb.has(c)) gb.set(c, [high, low]);
      }
  }
  return Buffer.from([...text].flatMap((c) => (c < '\x80' ? [c.charCodeAt(0)] : gb.get(c))));
}

// Quoted cells, separators and line ends as the program writes them.
export function read_csv(text) {
  const rows = [[]];
  const pattern = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r?\n|$)/g;
  const body = text.replace(/^\ufeff/, '');
  while (pattern.lastIndex < body.length) {
    const [, value, end] = pattern.exec(body);
    rows.at(-1).push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end !== ',' && pattern.lastIndex < body.length) rows.push([]);
  }
  return rows;
}
