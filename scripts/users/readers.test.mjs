// The readers of CSV and JSON give the same rows however the text is cut into chunks.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { csvRow, readCsv } from './csv.mjs';
import { readJson } from './json.mjs';
import { readRecords } from './source.mjs';

async function* cut(text, size) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const collect = async (iterable) => {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
};

const SIZES = [1, 2, 3, 7, 1000];

test('CSV: quotes, commas and line breaks within fields, and every kind of line end', async () => {
  const text = 'a,b\r\n"1,""x""","two\nlines"\n\n"",\r"""",5';
  for (const size of SIZES) {
    assert.deepEqual(await collect(readCsv(cut(text, size))), [
      { line: 1, fields: ['a', 'b'] }, { line: 2, fields: ['1,"x"', 'two\nlines'] }, { line: 5, fields: ['', ''] }, { line: 5, fields: ['"', '5'] },
    ], `in chunks of ${size}`);
  }
});

test('CSV: what is written reads back', async () => {
  const fields = ['', 'a"b', 'x,y', '\r\n', "'; DROP TABLE users; --", ' ü😀 '];
  for (const size of SIZES) assert.deepEqual((await collect(readCsv(cut(csvRow(fields), size))))[0].fields, fields);
  assert.equal(csvRow([null, true]), ',true\r\n');
});

test('CSV: an unended quote and text after a closing quote are errors with their line', async () => {
  await assert.rejects(collect(readCsv(cut('a\n"b', 2))), /Line 2: a quoted field never ends/);
  await assert.rejects(collect(readCsv(cut('a\n"b"c', 2))), /Line 2: text follows the closing quote/);
});

test('JSON: lines, an array, and Firebase\'s object', async () => {
  const records = [{ email: 'a@b.c', n: '}{"][\\' }, { email: 'd@e.f', nested: { users: [{}] } }];
  const [first, second] = records.map((record) => JSON.stringify(record));
  for (const text of [`${first}\n${second}\n`, `[${first},\n${second}]`, `{"users": [\n${first},${second}\n]}\n`, JSON.stringify({ users: records }, null, 2)]) {
    for (const size of SIZES) assert.deepEqual((await collect(readJson(cut(text, size)))).map(({ record }) => record), records, `${text} in ${size}`);
  }
  assert.deepEqual((await collect(readJson(cut(`${first}\n\n${second}`, 4)))).map(({ line }) => line), [1, 3]);
});

test('JSON: malformed text is an error with its line', async () => {
  await assert.rejects(collect(readJson(cut('{"a":1}\n{"a":}', 3))), /Line 2: not JSON/);
  await assert.rejects(collect(readJson(cut('{"a":1}\n{"a":', 3))), /Line 2: an object never ends/);
  await assert.rejects(collect(readJson(cut('{"a":1}\nid;email', 3))), /Line 2: expected an object/);
});

test('a file is read by what it holds', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-auth-users-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'users');
  const read = (text) => {
    writeFileSync(file, text);
    return collect(readRecords(file));
  };
  assert.deepEqual(await read('\uFEFFid, email\n1,a@b.c\n'), [{ line: 2, record: { id: '1', email: 'a@b.c' }, isFirebase: false }]);
  const firebase = ['uid1', 'a@b.c', 'true', 'aGFzaA==', 'c2FsdA==', 'Ada', ...Array(17).fill(''), '1700000000000', '', '', ''];
  const [{ record, isFirebase }] = await read(`${firebase.join(',')}\n`);
  assert.equal(isFirebase, true);
  assert.deepEqual([record.localId, record.email, record.passwordHash, record.createdAt], ['uid1', 'a@b.c', 'aGFzaA==', '1700000000000']);
  assert.equal((await read('{"users":[{"localId":"x","email":"a@b.c"}]}'))[0].isFirebase, true);
  await assert.rejects(read('1,a@b.c\n'), /Line 1: the first line is a user/);
  await assert.rejects(read('id,email\n1,a@b.c,3\n'), /Line 2: 3 fields, but the first line has 2/);
  await assert.rejects(read(''), /is empty/);
  await assert.rejects(collect(readRecords(join(folder, 'missing'))), /cannot be read/);
});
