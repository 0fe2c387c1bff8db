// Opens an export file and yields its users as records, whatever its form: CSV with a header, Firebase's CSV without one, JSON
// lines, a JSON array, or Firebase's JSON.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Failure } from '../shared.mjs';
import { readCsv } from './csv.mjs';
import { readJson } from './json.mjs';

/** The columns of `firebase auth:export users.csv`, which has no header. */
const FIREBASE_COLUMNS = ['localId', 'email', 'emailVerified', 'passwordHash', 'salt', 'displayName'];
const FIREBASE_CREATED_AT = 23;
const FIREBASE_FEWEST_COLUMNS = 26;

/** Yields `{ line, record, isFirebase }`; a record maps names of columns to values. */
export async function* readRecords(file) {
  const begin = await firstCharacter(file);
  const chunks = createReadStream(file, 'utf8');
  if (begin === '') throw new Failure(`${file} is empty`);
  if (begin === '{' || begin === '[') {
    for await (const { line, record } of readJson(withoutMark(chunks))) yield { line, record, isFirebase: 'localId' in record };
    return;
  }
  let header;
  for await (const { line, fields } of readCsv(withoutMark(chunks))) {
    if (header === undefined) {
      const isFirebase = fields.length >= FIREBASE_FEWEST_COLUMNS && fields[1].includes('@');
      if (!isFirebase && fields.some((field) => field.includes('@'))) {
        throw new Failure(`Line ${line}: the first line is a user. Put the names of the columns before it, such as id,email,password_hash`);
      }
      header = { names: isFirebase ? FIREBASE_COLUMNS : fields.map((name) => name.trim()), isFirebase };
      if (!isFirebase) continue;
    }
    if (!header.isFirebase && fields.length !== header.names.length) {
      throw new Failure(`Line ${line}: ${fields.length} fields, but the first line has ${header.names.length}: quote the fields that hold commas`);
    }
    const record = Object.fromEntries(header.names.map((name, index) => [name, fields[index]]));
    if (header.isFirebase) record.createdAt = fields[FIREBASE_CREATED_AT];
    yield { line, record, isFirebase: header.isFirebase };
  }
}

async function firstCharacter(file) {
  const handle = await open(file).catch((error) => {
    throw new Failure(`${file} cannot be read: ${error.message}`);
  });
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(1024) });
    return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '').trim().slice(0, 1);
  } finally {
    await handle.close();
  }
}

async function* withoutMark(chunks) {
  let isFirst = true;
  for await (const chunk of chunks) {
    yield isFirst ? chunk.replace(/^\uFEFF/, '') : chunk;
    isFirst = false;
  }
}
